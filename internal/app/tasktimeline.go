package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// TaskTimeline is everything about one task.
type TaskTimeline struct {
	Line     TaskLine   // the task as a whole
	Parts    []TaskPart // its assignments
	Versions []TaskVersion
	Product  string
	Owner    agency.ID
	// MayDecide says that the actor is of the assigner's office; Heirs are then the agencies that an
	// assignment can be handed over to.
	MayDecide bool
	Heirs     []Choice
	// Indicators that the task serves.
	Indicators []string
}

// TaskVersion is what one revision made of a task.
type TaskVersion struct {
	store.TaskVersion
	Says []string // what changed, nil for the first
}

// TaskPart is one assignment with its life.
type TaskPart struct {
	Line TaskLine
	ID   int64
	Lead bool
	// MayUpdate says that the actor reports for the agency that answers for it.
	MayUpdate bool
	Changes   []task.Change
	Updates   []task.Update
	Requests  []task.Request
}

// MayReportTask reports whether the actor reports for an agency that has a part in a task, before a file for it is received.
func (a *App) MayReportTask(ctx context.Context, code string) error {
	t, err := a.TaskTimeline(ctx, code, TaskQuery{})
	if err != nil || slices.ContainsFunc(t.Parts, func(p TaskPart) bool { return p.MayUpdate }) {
		return err
	}
	return fault.New(fault.Forbidden, "Tài khoản của bạn không cập nhật được nhiệm vụ này: bạn không lập báo cáo cho đơn vị nào có phần trong đó.")
}

// TaskTimeline returns a task by its code with its assignments, changes, updates, requests and versions. A
// task that the actor may not see is not found.
func (a *App) TaskTimeline(ctx context.Context, code string, q TaskQuery) (out *TaskTimeline, err error) {
	none := fault.New(fault.NotFound, "Không có nhiệm vụ mang mã %q.", code)
	err = a.readTasks(ctx, q, func(r *taskReader) error {
		t, ok := r.r.ByCode(code)
		if !ok {
			return none
		}
		one := task.NewRegister([]task.Task{*t})
		r.base = task.Query{Day: r.base.Day, Within: r.base.Within, WithinOf: r.base.WithinOf, Unit: task.ByTask}
		lines := one.Lines(r.c.agencies, r.base)
		if len(lines) == 0 {
			return none
		}
		printed, err := r.print(lines)
		if err != nil {
			return err
		}
		ground, who := access.Ground{Tree: r.c.agencies, Day: a.today()}, access.From(ctx)
		out = &TaskTimeline{Line: printed[0], Product: t.Product, Owner: t.Owner, Indicators: t.Indicators, MayDecide: ground.May(who, access.AssignTask, taskTarget(t.Owner, t.Programme))}
		if out.MayDecide {
			out.Heirs = r.heirs(t.Owner)
		}
		r.base.Unit, r.base.Within = task.ByAssignment, nil // who has a part sees the others'
		for _, l := range one.Lines(r.c.agencies, r.base) {
			if printed, err = r.print([]task.Line{l}); err != nil {
				return err
			}
			p := TaskPart{Line: printed[0], ID: l.Assignment.ID, Lead: l.Assignment.Lead, Changes: l.Assignment.Changes,
				MayUpdate: ground.May(who, access.UpdateTask, access.At(l.Holders[0]))}
			if p.Updates, err = r.v.Updates(p.ID); err != nil {
				return err
			}
			if p.Requests, err = r.v.Requests(false, p.ID); err != nil {
				return err
			}
			out.Parts = append(out.Parts, p)
		}
		versions, err := r.v.TaskVersions(t.ID)
		for i := range versions {
			x := TaskVersion{TaskVersion: versions[i]}
			if i > 0 {
				x.Says = taskDifference(r.c.agencies, &versions[i-1].Task, &versions[i].Task)
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
	*TaskList
}

// PreviousConclusions returns the tasks of the newest conclusions before a day: what was done, what is
// late. Nil when there are none.
func (a *App) PreviousConclusions(ctx context.Context, before vi.Date, q TaskQuery) (*Conclusions, error) {
	q.Programmes = []string{task.Conclusions}
	var last task.Document
	err := a.readTasks(ctx, q, func(r *taskReader) error {
		r.r.Each(r.c.agencies, r.base, func(l task.Line) {
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
func (a *App) CreateTasks(ctx context.Context, n NewTasks) (*TaskFileResult, error) {
	who, err := a.knownActor(ctx, access.AssignTask)
	if err != nil {
		return nil, err
	}
	d := task.ParseDocument(n.Document)
	if d.Number == "" || d.Day == 0 {
		return nil, fault.New(fault.Invalid, "Hãy ghi số và ngày của văn bản, như “Thông báo số 123/TB-VPCP ngày 05/8/2026”.")
	}
	run := &taskImport{app: a, ctx: ctx, req: TaskImportRequest{Owner: cmp.Or(n.Owner, agency.Nation)}}
	res := &TaskFileResult{File: d.Number}
	_, err = a.write(ctx, store.Change{Account: who.Name, Reason: "Giao nhiệm vụ theo " + d.String()}, func(tx *store.Tx) error {
		if err := run.begin(&tx.View, tx); err != nil {
			return err
		}
		fr := &registerFile{res: res}
		reader := task.NewReader(run.c.agencies, a.today(), run.req.Owner, cmp.Or(task.ProgrammeOf(n.Programme), task.Conclusions))
		for i, l := range n.Lines {
			if strings.TrimSpace(l.Title+l.Lead+l.Due) == "" {
				continue
			}
			reader.Row(task.Row{Line: i + 1, Values: map[task.Field]string{
				task.FieldCode: fmt.Sprintf("%s-%02d", d.Number, i+1), task.FieldTitle: vi.Clean(l.Title), task.FieldDocument: vi.Clean(n.Document),
				task.FieldLead: l.Lead, task.FieldCo: l.Co, task.FieldPerson: vi.Clean(l.Person), task.FieldDue: vi.Clean(l.Due), task.FieldProduct: vi.Clean(l.Product)}})
		}
		fr.placed(reader.Findings())
		work := run.merge(reader.Tasks(), fr)
		if res.Accepted = fr.errors == 0 && len(work.entries) > 0; !res.Accepted {
			return errRefused
		}
		counts, err := tx.SaveTasks(work.entries)
		if err != nil {
			return err
		}
		res.Tasks = TaskTally{counts.New, counts.Changed, counts.Unchanged}
		month, err := a.thisMonth()
		if err != nil {
			return err
		}
		_, err = a.recordTasks(tx, run.c, run.req.Owner, work.programmes, month)
		return err
	})
	if isVerdict(err) {
		err = nil
	}
	return res, err
}
