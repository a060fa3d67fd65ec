package tasks

import (
	"context"
	"reflect"
	"slices"

	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// registerRow is a row of a file.
type registerRow struct {
	sheet string
	line  int
}

// registerFile collects what is found in one register and says of each finding in which cell.
type registerFile struct {
	res    *FileResult
	cells  map[registerRow]map[task.Field]check.Cell
	errors int
	more   int
	all    bool
}

func (f *registerFile) report(x check.Finding) {
	if x.Severity == check.Error {
		f.errors++
	}
	if len(f.res.Findings) >= maxTaskFindings && !f.all || len(f.res.Findings) >= receive.MaxMarked {
		f.more++
		return
	}
	f.res.Findings = append(f.res.Findings, x)
}

// placed reports findings about rows.
func (f *registerFile) placed(all []task.Placed) {
	for _, p := range all {
		severity := check.Warning
		if p.Grave {
			severity = check.Error
		}
		f.report(check.Finding{Severity: severity, Sheet: p.Row.Sheet, Cell: f.cell(p.Row, p.Field), Code: p.Code, Message: p.Message})
	}
}

// cell returns the cell of a field; where the table has no such column, that of the field next to it in
// meaning, else of the code.
func (f *registerFile) cell(row task.Row, field task.Field) string {
	if f.cells == nil { // typed, not from a file
		return "Dòng " + vi.FormatInt(int64(row.Line))
	}
	cells := f.cells[registerRow{row.Sheet, row.Line}]
	near := map[task.Field][]task.Field{
		task.FieldNature:    {task.FieldDue},
		task.FieldExtension: {task.FieldExtended, task.FieldDue},
		task.FieldExtended:  {task.FieldDue},
		task.FieldAssigned:  {task.FieldDocumentDay, task.FieldDocument},
		task.FieldCo:        {task.FieldLead},
		task.FieldPause:     {task.FieldPauseTo},
	}
	for _, name := range append(append([]task.Field{field}, near[field]...), task.FieldCode, task.FieldTitle, task.FieldLead) {
		if c, ok := cells[name]; ok {
			return c.Ref()
		}
	}
	return ""
}

// omitted says how many findings are not listed.
func (f *registerFile) omitted() {
	if f.more > 0 {
		f.res.Findings = append(f.res.Findings, check.Finding{Severity: check.Info, Code: check.MoreOmitted,
			Message: "Còn " + vi.FormatInt(int64(f.more)) + " mục nữa không liệt kê. Hãy sửa các lỗi trên rồi nộp lại."})
	}
}

// sameTask reports whether two states of a task are the same but for the ids of documents.
func sameTask(a, b task.Task) bool { return reflect.DeepEqual(bare(a), bare(b)) }

func bare(t task.Task) task.Task {
	t.Document.ID = 0
	t.Assignments = slices.Clone(t.Assignments)
	for i := range t.Assignments {
		a := &t.Assignments[i]
		a.Changes = slices.Clone(a.Changes)
		for j := range a.Changes {
			a.Changes[j].Document.ID = 0
		}
	}
	return t
}

// MarkedTasks gives those registers of a request back in which something is wrong, with every faulty cell
// filled, commented and listed. It stores nothing.
func (a *Room) MarkedTasks(ctx context.Context, req ImportRequest) (out []ledger.ImportFile, err error) {
	defer fault.Context(&err, "tasks.MarkedTasks")
	ctx, end := a.Reading(ctx, &err)
	defer end()
	req.DryRun, req.all = true, true
	res, err := a.ImportTasks(ctx, req)
	if err != nil {
		return nil, err
	}
	if ledger.Over(ctx) {
		return nil, a.Limits.Slow() // what was found is not all
	}
	for i, f := range req.Files {
		findings := res.Files[i].Findings
		if !slices.ContainsFunc(findings, func(x check.Finding) bool { return x.Severity != check.Info }) {
			continue
		}
		data, err := a.receive.Mark(ctx, f, findings, a.Today(), intake.ForImport)
		if kind := fault.KindOf(err); (kind == fault.Unreadable || kind == fault.TooLarge) && !ledger.Over(ctx) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, ledger.ImportFile{Name: receive.MarkedName(f.Name), Data: data})
	}
	return out, nil
}
