package tasks

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// Timeline is everything about one task.
type Timeline struct {
	Line     figures.TaskLine // the task as a whole
	Parts    []Part           // its assignments
	Versions []Version
	Product  string
	Owner    agency.ID
	// MayDecide says that the actor is of the assigner's office; Heirs are then the agencies that an
	// assignment can be handed over to.
	MayDecide bool
	Heirs     []ledger.Choice
	// Indicators that the task serves.
	Indicators []string
}

// Version is what one revision made of a task.
type Version struct {
	store.TaskVersion
	Says []string // what changed, nil for the first
}

// Part is one assignment with its life.
type Part struct {
	Line figures.TaskLine
	ID   int64
	Lead bool
	// MayUpdate says that the actor reports for the agency that answers for it.
	MayUpdate bool
	Changes   []task.Change
	Updates   []task.Update
	Requests  []task.Request
}

// MayReportTask reports whether the actor reports for an agency that has a part in a task, before a file for it is received.
func (a *Room) MayReportTask(ctx context.Context, code string) (err error) {
	defer fault.Context(&err, "tasks.MayReportTask")
	t, err := a.TaskTimeline(ctx, code, Query{})
	if err != nil || slices.ContainsFunc(t.Parts, func(p Part) bool { return p.MayUpdate }) {
		return err
	}
	return fault.New(
		fault.Forbidden,
		"Tài khoản của bạn không cập nhật được nhiệm vụ này: bạn không lập báo cáo cho đơn vị nào có phần trong đó.",
	)
}

// TaskTimeline returns a task by its code with its assignments, changes, updates, requests and versions. A
// task that the actor may not see is not found.
func (a *Room) TaskTimeline(ctx context.Context, code string, q Query) (out *Timeline, err error) {
	defer fault.Context(&err, "tasks.TaskTimeline")
	none := fault.New(fault.NotFound, "Không có nhiệm vụ mang mã %q.", code)
	err = a.readTasks(ctx, q, func(r *TaskReader) error {
		t, ok := r.Register.ByCode(code)
		if !ok {
			return none
		}
		one := task.NewRegister([]task.Task{*t})
		r.Query = task.Query{Day: r.Query.Day, Within: r.Query.Within, WithinOf: r.Query.WithinOf, Unit: task.ByTask}
		lines := one.Lines(r.Catalogue.Agencies, r.Query)
		if len(lines) == 0 {
			return none
		}
		printed, err := r.print(lines)
		if err != nil {
			return err
		}
		ground, who := access.Ground{Tree: r.Catalogue.Agencies, Day: a.Today()}, access.From(ctx)
		out = &Timeline{
			Line:       printed[0],
			Product:    t.Product,
			Owner:      t.Owner,
			Indicators: t.Indicators,
			MayDecide:  ground.May(who, access.AssignTask, taskTarget(t.Owner, t.Programme)),
		}
		if out.MayDecide {
			out.Heirs = r.heirs(t.Owner)
		}
		r.Query.Unit, r.Query.Within = task.ByAssignment, nil // who has a part sees the others'
		for _, l := range one.Lines(r.Catalogue.Agencies, r.Query) {
			if printed, err = r.print([]task.Line{l}); err != nil {
				return err
			}
			p := Part{Line: printed[0], ID: l.Assignment.ID, Lead: l.Assignment.Lead, Changes: l.Assignment.Changes,
				MayUpdate: ground.May(who, access.UpdateTask, access.At(l.Holders[0]))}
			if p.Updates, err = r.View.Updates(p.ID); err != nil {
				return err
			}
			if p.Requests, err = r.View.Requests(false, p.ID); err != nil {
				return err
			}
			out.Parts = append(out.Parts, p)
		}
		versions, err := r.View.TaskVersions(t.ID)
		for i := range versions {
			x := Version{TaskVersion: versions[i]}
			if i > 0 {
				x.Says = taskDifference(r.Catalogue.Agencies, &versions[i-1].Task, &versions[i].Task)
			}
			out.Versions = append(out.Versions, x)
		}
		return err
	})
	return out, err
}

// Conclusions are the tasks from one meeting, and how they stand.
type Conclusions struct {
	Document task.Document
	*List
}

// PreviousConclusions returns the tasks of the newest conclusions before a day: what was done, what is
// late. Nil when there are none.
func (a *Room) PreviousConclusions(ctx context.Context, before vi.Date, q Query) (_ *Conclusions, err error) {
	defer fault.Context(&err, "tasks.PreviousConclusions")
	q.Programmes = []string{task.Conclusions}
	var last task.Document
	err = a.readTasks(ctx, q, func(r *TaskReader) error {
		r.Register.Each(r.Catalogue.Agencies, r.Query, func(l task.Line) {
			if d := l.Task.Document; d.Number != "" && d.Day < before && (d.Day > last.Day || last.Number == "") {
				last = d
			}
		})
		return nil
	})
	if err != nil || last.Number == "" {
		return nil, err
	}
	q.Document, q.Size = last.Number, 0
	list, err := a.Tasks(ctx, q)
	return &Conclusions{last, list}, err
}

// NewTasks is tasks that come from one document at once: the conclusions of a meeting.
type NewTasks struct {
	Owner     agency.ID
	Programme string // "" is that of conclusions
	Document  string // "Thông báo số 123/TB-VPCP ngày 05/8/2026 của Văn phòng Chính phủ"
	Lines     []NewTask
}

// NewTask is one of them, as typed.
type NewTask struct {
	Title, Lead, Co, Person, Due, Product string
}

// CreateTasks makes one task of every line, with codes made of the document's number: the same lines again
// change nothing. Findings name the line as their cell; with errors nothing is stored.
func (a *Room) CreateTasks(ctx context.Context, n NewTasks) (_ *FileResult, err error) {
	defer fault.Context(&err, "tasks.CreateTasks")
	who, err := a.knownActor(ctx, access.AssignTask)
	if err != nil {
		return nil, err
	}
	d := task.ParseDocument(n.Document)
	if d.Number == "" || d.Day == 0 {
		return nil, fault.New(fault.Invalid, "Hãy ghi số và ngày của văn bản, như “Thông báo số 123/TB-VPCP ngày 05/8/2026”.")
	}
	run := &taskImport{app: a, ctx: ctx, req: ImportRequest{Owner: cmp.Or(n.Owner, agency.Nation)}}
	res := &FileResult{File: d.Number}
	_, err = a.Write(ctx, store.Change{Account: who.Name, Reason: "Giao nhiệm vụ theo " + d.String()}, func(tx *store.Tx) error {
		if err := run.begin(&tx.View, tx); err != nil {
			return err
		}
		fr := &registerFile{res: res}
		reader := task.NewReader(run.c.Agencies, a.Today(), run.req.Owner, cmp.Or(task.ProgrammeOf(n.Programme), task.Conclusions))
		for i, l := range n.Lines {
			if strings.TrimSpace(l.Title+l.Lead+l.Due) == "" {
				continue
			}
			reader.Row(task.Row{Line: i + 1, Values: map[task.Field]string{
				task.FieldCode: fmt.Sprintf(
					"%s-%02d",
					d.Number,
					i+1,
				), task.FieldTitle: vi.Clean(l.Title), task.FieldDocument: vi.Clean(n.Document),
				task.FieldLead: l.Lead, task.FieldCo: l.Co, task.FieldPerson: vi.Clean(l.Person), task.FieldDue: vi.Clean(l.Due), task.FieldProduct: vi.Clean(l.Product)}})
		}
		fr.placed(reader.Findings())
		work := run.merge(reader.Tasks(), fr)
		if res.Accepted = fr.errors == 0 && len(work.entries) > 0; !res.Accepted {
			return receive.ErrRefused
		}
		counts, err := tx.SaveTasks(work.entries)
		if err != nil {
			return err
		}
		res.Tasks = Tally{counts.New, counts.Changed, counts.Unchanged}
		month, err := a.thisMonth()
		if err != nil {
			return err
		}
		_, err = a.recordTasks(tx, run.c, run.req.Owner, work.programmes, month)
		return err
	})
	if receive.IsVerdict(err) {
		err = nil
	}
	return res, err
}
