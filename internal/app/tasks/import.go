package tasks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/task"
)

// ImportRequest is registers to be taken.
type ImportRequest struct {
	Files     []ledger.ImportFile
	Owner     agency.ID // whose register; "" is the nation's
	Programme string    // of rows that name none
	DryRun    bool
	Reason    string
	all       bool          // every finding, for a marked file
	seen      string        // the fingerprint of the preview that is confirmed, "" for none
	diff      *registerDiff // collects what changes, nil for nobody
}

// ImportResult says what taking registers did, or would do.
type ImportResult struct {
	Accepted bool         `json:"accepted"`
	DryRun   bool         `json:"dry_run"`
	Revision *int64       `json:"revision"`
	Files    []FileResult `json:"files"`
}

// FileResult is one file of a TaskImportResult.
type FileResult struct {
	File        string          `json:"file"`
	SHA256      string          `json:"sha256"`
	Accepted    bool            `json:"accepted"`
	Tasks       Tally           `json:"tasks"`
	Assignments int             `json:"assignments"`
	Updates     int             `json:"updates"`
	Findings    []check.Finding `json:"findings"`
}

// Tally counts tasks by what a register did to them.
type Tally struct {
	New       int `json:"new"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
}

// maxTaskFindings bounds the findings of one file that are listed.
const maxTaskFindings = 1000

// The codes of findings about a register as a whole.
const (
	foreignTask = "foreign_task"
	unknownCode = "unknown_indicator"
)

// ImportTasks reads registers and, unless it is a dry run, takes all of them in one transaction: a file
// with errors stores nothing. The same register again changes nothing; next month's updates by code. The
// figures of the month follow in the same transaction.
func (a *Room) ImportTasks(ctx context.Context, req ImportRequest) (res *ImportResult, err error) {
	defer fault.Context(&err, "tasks.ImportTasks")
	if len(req.Files) == 0 {
		return nil, fault.New(fault.Usage, "Chưa có tệp nào.")
	}
	who, err := a.knownActor(ctx, access.AssignTask)
	if err != nil {
		return nil, err
	}
	req.Owner = cmp.Or(req.Owner, agency.Nation)
	bounded, end := a.Reading(ctx, &err)
	defer end()
	leave, err := a.Enter(bounded)
	if err != nil {
		return nil, err
	}
	defer leave()
	if req.DryRun {
		ctx = bounded // what was seen in a dry run is written without haste
	}
	if req.seen != "" {
		req.diff = &registerDiff{}
	}
	run := &taskImport{app: a, ctx: ctx, req: req}
	for _, f := range req.Files {
		file, err := a.Open(bounded, f)
		run.opened = append(run.opened, receive.OpenedFile{File: file, Err: err})
	}
	run.result = ImportResult{DryRun: req.DryRun, Files: []FileResult{}}
	if req.DryRun {
		err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error { return run.files(v, nil) })
	} else {
		names := receive.Request{Files: req.Files}
		var rev store.Revision
		rev, err = a.Write(ctx, store.Change{Account: who.Name, Reason: cmp.Or(req.Reason, receive.ReasonFor(names)), Action: "tasks", Agency: cmp.Or(req.Owner, agency.Nation)}, func(tx *store.Tx) error {
			return run.files(&tx.View, tx)
		})
		if rev.ID != 0 {
			run.result.Revision = &rev.ID
		}
	}
	if err != nil && !receive.IsVerdict(err) {
		return nil, err
	}
	run.result.Accepted = !errors.Is(err, receive.ErrRefused)
	for i := range run.result.Files {
		f := &run.result.Files[i]
		f.Accepted = f.Accepted && (run.result.Accepted || req.DryRun)
	}
	return &run.result, nil
}

// taskImport is one call of ImportTasks.
type taskImport struct {
	app    *Room
	ctx    context.Context
	req    ImportRequest
	opened []receive.OpenedFile
	c      *ledger.Catalogue
	tx     *store.Tx // nil in a dry run
	known  map[string]task.Task
	last   map[int64]task.Update
	result ImportResult
}

// begin loads what registers are compared with, and refuses who may not assign.
func (r *taskImport) begin(v *store.View, tx *store.Tx) (err error) {
	if r.c, err = r.app.Catalogue(v); err != nil {
		return err
	}
	if !r.c.Agencies.Known(r.req.Owner) {
		return fault.New(fault.NotFound, "Không có đơn vị mang mã %q.", r.req.Owner)
	}
	if err := r.app.mayAssign(r.ctx, r.c, r.req.Owner); err != nil {
		return err
	}
	all, err := v.Tasks()
	if err != nil {
		return err
	}
	r.tx, r.known = tx, make(map[string]task.Task, len(all))
	for _, t := range all {
		r.known[t.Code] = t
	}
	r.last, err = v.LatestUpdates()
	return err
}

func (r *taskImport) files(v *store.View, tx *store.Tx) error {
	if err := r.begin(v, tx); err != nil {
		return err
	}
	refused, changed := false, false
	var programmes []string
	for i, f := range r.req.Files {
		res, touched, err := r.file(f, r.opened[i])
		if err != nil {
			return err
		}
		r.result.Files = append(r.result.Files, *res)
		refused = refused || !res.Accepted
		changed = changed || res.Tasks.New+res.Tasks.Changed+res.Updates > 0
		programmes = append(programmes, touched...)
	}
	switch {
	case r.req.seen != "" && !refused && r.req.diff.sum() != r.req.seen:
		return fault.New(fault.Conflict, "Sổ nhiệm vụ đã thay đổi sau khi bạn xem trước. Hãy xem lại các thay đổi rồi xác nhận.")
	case refused:
		for i := range r.result.Files { // what was counted before the refusal is not stored either
			if tx != nil {
				f := &r.result.Files[i]
				f.Tasks, f.Assignments, f.Updates = Tally{}, 0, 0
			}
		}
		return receive.ErrRefused
	case !changed:
		return receive.ErrNothing
	case tx == nil:
		return nil
	}
	p, err := r.app.thisMonth()
	if err != nil {
		return err
	}
	_, err = r.app.recordTasks(tx, r.c, r.req.Owner, programmes, p)
	return err
}

// file reads one register and merges it into what is known.
func (r *taskImport) file(f ledger.ImportFile, opened receive.OpenedFile) (*FileResult, []string, error) {
	res := &FileResult{File: f.Name, SHA256: store.SHA256(f.Data), Findings: []check.Finding{}}
	if opened.Err != nil {
		return res, nil, r.unreadable(res, opened.Err)
	}
	fr := &registerFile{res: res, cells: map[registerRow]map[task.Field]check.Cell{}, all: r.req.all}
	reader := task.NewReader(r.c.Agencies, r.app.Today(), r.req.Owner, task.ProgrammeOf(r.req.Programme))
	opts := intake.Options{Report: fr.report, Stop: ledger.Stop(r.ctx)}
	if err := opened.File.Register(opts, func(row intake.RegisterRow) {
		fr.cells[registerRow{row.Sheet, row.Line}] = row.Cells
		reader.Row(row.Row)
	}); err != nil {
		return res, nil, r.unreadable(res, err)
	}
	fr.placed(reader.Findings())
	if len(reader.Tasks()) == 0 && fr.errors == 0 {
		fr.report(
			check.Finding{
				Severity: check.Error,
				Code:     receive.NoRows,
				Message:  "Dưới dòng tiêu đề không có nhiệm vụ nào. Hãy điền nhiệm vụ rồi nộp lại.",
			},
		)
	}
	work := r.merge(reader.Tasks(), fr)
	res.Accepted = fr.errors == 0
	fr.omitted()
	if !res.Accepted {
		return res, nil, nil
	}
	return res, work.programmes, r.save(f, opened.File, work, res)
}

// unreadable makes a file that cannot be read a finding, so that all files are answered at once.
func (r *taskImport) unreadable(res *FileResult, err error) error {
	kind := fault.KindOf(err)
	if kind != fault.Unreadable && kind != fault.TooLarge && kind != fault.Invalid {
		return err
	}
	res.Findings = slices.Insert(res.Findings, 0, check.Finding{Severity: check.Error, Code: string(kind), Message: fault.Sentence(err)})
	return nil
}

// merged is the tasks of one file brought up to date.
type merged struct {
	entries    []store.TaskEntry
	updates    [][]partUpdate // of each entry
	programmes []string
}

func (r *taskImport) merge(tasks []*task.Incoming, fr *registerFile) merged {
	var m merged
	for _, in := range tasks {
		old := r.known[in.Task.Code]
		first := in.Rows[0]
		switch {
		case old.ID != 0 && old.Owner != r.req.Owner:
			fr.placed([]task.Placed{{Finding: task.Finding{Grave: true, Field: task.FieldCode, Code: foreignTask, Message: fmt.Sprintf(
				"Mã %s là nhiệm vụ trong sổ của %s. Hãy đặt mã khác.",
				in.Task.Code,
				r.c.Agencies.Name(old.Owner, r.app.Today()),
			)}, Row: first}})
			continue
		case old.ID == 0 && in.Task.Title == "":
			fr.placed([]task.Placed{{Finding: task.Finding{Grave: true, Field: task.FieldTitle, Code: task.MissingTitle,
				Message: "Thiếu tên nhiệm vụ. Hãy ghi nội dung nhiệm vụ."}, Row: first}})
			continue
		}
		for _, code := range in.Task.Indicators {
			if !r.c.Kpis.Known(code) {
				fr.placed([]task.Placed{{Finding: task.Finding{Grave: true, Field: task.FieldIndicators, Code: unknownCode,
					Message: fmt.Sprintf(
						"Không có chỉ tiêu nào mang mã “%s”. Hãy ghi đúng mã trong danh mục chỉ tiêu.",
						code,
					)}, Row: first}})
			}
		}
		t, at, findings := task.Merge(r.c.Agencies, old, *in, r.app.Today())
		fr.placed(findings)
		updates := r.updates(&t, in, at)
		if r.req.diff != nil {
			r.req.diff.add(r.c.Agencies, &old, &t, updates)
		}
		m.entries = append(m.entries, store.TaskEntry{Task: t, Sheet: first.Sheet, Cell: fr.cell(first, task.FieldCode)})
		m.updates = append(m.updates, updates)
		fr.res.Assignments += len(in.Parts)
		if !slices.Contains(m.programmes, t.Programme) {
			m.programmes = append(m.programmes, t.Programme)
		}
	}
	return m
}

// save stores the tasks and updates of one file, or in a dry run counts what that would do.
func (r *taskImport) save(f ledger.ImportFile, file *intake.File, m merged, res *FileResult) (err error) {
	if r.tx == nil {
		for i := range m.entries {
			t := &m.entries[i].Task
			res.Tasks.count(r.known[t.Code], *t)
			r.known[t.Code] = *t
			res.Updates += len(m.updates[i])
		}
		return nil
	}
	upload, err := r.tx.SaveUpload(
		store.Upload{Name: f.Name, Agency: r.req.Owner, System: kpi.Register, Origin: ledger.RegisterOrigin},
		receive.Media(file),
		f.Data,
	)
	if err != nil {
		return err
	}
	for i := range m.entries {
		m.entries[i].Upload = upload
	}
	n, err := r.tx.SaveTasks(m.entries)
	if err != nil {
		return err
	}
	res.Tasks = Tally{n.New, n.Changed, n.Unchanged}
	var updates []task.Update
	for i := range m.entries {
		t := m.entries[i].Task
		r.known[t.Code] = t
		for _, u := range m.updates[i] {
			u.Assignment, u.Upload = t.Assignments[u.at].ID, upload
			updates = append(updates, u.Update)
		}
	}
	res.Updates = len(updates)
	if _, err := r.tx.AddUpdates(updates); err != nil {
		return err
	}
	return r.tx.AcceptUpload(upload, ledger.RegisterOrigin, store.Counts{New: n.New, Superseded: n.Changed, Unchanged: n.Unchanged})
}

// partUpdate is what a row reports on the assignment at a place of its task.
type partUpdate struct {
	at    int
	after int64 // the update that was the last one before, 0 for none
	task.Update
}

// updates returns what the rows of a task report that was not reported last.
func (r *taskImport) updates(t *task.Task, in *task.Incoming, at []int) (out []partUpdate) {
	for i, p := range in.Parts {
		u, id := p.Update, t.Assignments[at[i]].ID
		last, ok := r.last[id]
		if u.Empty() || ok && last.SameWords(u) {
			continue
		}
		u.Sheet = in.Rows[p.Row].Sheet
		if id != 0 {
			r.last[id] = u
		}
		out = append(out, partUpdate{at[i], last.ID, u})
	}
	return out
}

func (n *Tally) count(old, t task.Task) {
	switch {
	case old.ID == 0:
		n.New++
	case sameTask(old, t):
		n.Unchanged++
	default:
		n.Changed++
	}
}
