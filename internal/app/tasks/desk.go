package tasks

import (
	"context"
	"slices"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// mineWithin is how many days ahead the desk looks.
const mineWithin = 30

// MyTasks returns what the actor's own agencies have to do: what is late, and what falls due within
// thirty days, the most urgent first.
func (a *Room) MyTasks(ctx context.Context) (out *List, err error) {
	defer fault.Context(&err, "tasks.MyTasks")
	who, err := a.knownActor(ctx, access.UpdateTask)
	if err != nil {
		return nil, err
	}
	q := Query{
		Unit:     task.ByAssignment,
		Statuses: []task.Status{task.Overdue, task.DueSoon, task.InTime},
		DueTo:    a.Today().AddDays(mineWithin).ISO(),
	}
	err = a.readTasks(ctx, q, func(r *TaskReader) error {
		if r.Query.Within, r.Query.WithinOf = (access.Ground{Tree: r.Catalogue.Agencies, Day: a.Today()}).Reach(who, access.UpdateTask), nil; r.Query.Within == nil {
			r.Query.Within = []agency.ID{} // nil would be everybody's
		}
		lines := r.Register.Lines(r.Catalogue.Agencies, r.Query)
		slices.SortStableFunc(lines, func(x, y task.Line) int { return y.Days - x.Days })
		out = &List{Day: r.Query.Day, Revision: r.View.Revision().ID, Unit: r.Query.Unit, Total: len(lines), Page: 1, Pages: 1}
		for _, l := range lines {
			out.Counts.Add(l.Standing)
		}
		out.Lines, err = r.print(lines)
		return err
	})
	return out, err
}

// ownPart is one assignment inside a Write, with what the actor may do there.
type ownPart struct {
	tx     *store.Tx
	c      *ledger.Catalogue
	ground access.Ground
	who    access.Actor
	task   task.Task
	a      *task.Assignment
	holder agency.ID
}

// changePart opens a Write on an assignment.
func (a *Room) changePart(ctx context.Context, assignment int64, reason string, act access.Action, fn func(*ownPart) error) error {
	who, err := a.knownActor(ctx, act)
	if err != nil {
		return err
	}
	p := &ownPart{who: who}
	_, err = a.Write(ctx, store.Change{Account: who.Name, Reason: reason}, func(tx *store.Tx) error {
		c, err := a.Catalogue(&tx.View)
		if err != nil {
			return err
		}
		found, ok, err := tx.TaskOf(assignment)
		if err != nil {
			return err
		}
		p.tx, p.c, p.ground, p.task = tx, c, access.Ground{Tree: c.Agencies, Day: a.Today()}, found
		i := slices.IndexFunc(p.task.Assignments, func(x task.Assignment) bool { return x.ID == assignment })
		if !ok || i < 0 {
			return fault.New(fault.NotFound, "Không có phần giao nhiệm vụ số %d.", assignment)
		}
		p.a = &p.task.Assignments[i]
		p.holder, _ = task.Holder(c.Agencies, p.a, a.Today())
		target := access.At(p.holder)
		if act == access.AssignTask {
			target = taskTarget(p.task.Owner, p.task.Programme)
		}
		if err := p.ground.Check(who, act, target); err != nil {
			return err
		}
		ledger.NoteTask(tx, reason, &p.task, p.a, p.holder)
		return fn(p)
	})
	return err
}

// UpdateTask reports on an assignment in the name of the agency that answers for it, with a file that proves it unless that is zero.
// It changes no date: what is claimed is asked for.
func (a *Room) UpdateTask(ctx context.Context, u task.Update, proof ledger.ImportFile) (err error) {
	defer fault.Context(&err, "tasks.UpdateTask")
	keep, err := proofOf(proof)
	if err != nil {
		return err
	}
	if u.Empty() && keep == nil {
		return fault.New(fault.Invalid, "Hãy ghi tình hình thực hiện, tỷ lệ, vướng mắc hoặc kiến nghị.")
	}
	if p := u.Percent; p.Valid && (p.Sign() < 0 || p.Cmp(vi.Int(100)) > 0) {
		return fault.New(fault.Invalid, "Tỷ lệ %s ngoài khoảng từ 0 đến 100.", vi.FormatNumber(p.Decimal, 0))
	}
	if u.Day == 0 {
		u.Day = a.Today()
	}
	u.Text, u.Obstacle, u.Proposal, u.Evidence = vi.Clean(u.Text), vi.Clean(u.Obstacle), vi.Clean(u.Proposal), vi.Clean(u.Evidence)
	return a.changePart(ctx, u.Assignment, "Cập nhật nhiệm vụ", access.UpdateTask, func(p *ownPart) error {
		if u.File, err = keep.in(p.tx); err != nil {
			return err
		}
		_, err := p.tx.AddUpdates([]task.Update{u})
		return err
	})
}

// proof is a file that proves what is said of a task, nil for none.
type proof struct {
	name, media string
	data        []byte
}

// proofOf judges a file before anything is opened.
func proofOf(f ledger.ImportFile) (*proof, error) {
	if f.Name == "" {
		return nil, nil //nolint:nilnil // no file is no error
	}
	name, media, err := ledger.EvidenceFile(f)
	return &proof{name, media, f.Data}, err
}

// in keeps the file in a Write.
func (p *proof) in(tx *store.Tx) (f task.File, err error) {
	if p == nil {
		return f, nil
	}
	f.Name = p.name
	f.SHA256, err = tx.SaveFile(p.media, p.data)
	return f, err
}

// TaskFile returns a file that proves something about a task, for whoever may see the task.
func (a *Room) TaskFile(ctx context.Context, code, sha256 string) (name string, data []byte, err error) {
	defer fault.Context(&err, "tasks.TaskFile")
	t, err := a.TaskTimeline(ctx, code, Query{})
	if err != nil {
		return "", nil, err
	}
	for i := range t.Parts {
		for _, u := range t.Parts[i].Updates {
			if u.File.SHA256 == sha256 {
				name = u.File.Name
			}
		}
		for _, q := range t.Parts[i].Requests {
			if q.File.SHA256 == sha256 {
				name = q.File.Name
			}
		}
	}
	if name == "" {
		return "", nil, fault.New(fault.NotFound, "Nhiệm vụ này không có tệp đó.")
	}
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) (err error) {
		data, err = v.File(sha256)
		return err
	})
	return name, data, err
}

// AskTask asks the assigner's office for an extension, the recognition of a completion or to take an
// assignment back, with a file that proves it unless that is zero. Nothing changes until the office decides; a claim shows
// "chờ công nhận".
func (a *Room) AskTask(ctx context.Context, q task.Request, proof ledger.ImportFile) (id int64, err error) {
	defer fault.Context(&err, "tasks.AskTask")
	keep, err := proofOf(proof)
	if err != nil {
		return 0, err
	}
	q.Reason, q.Evidence = vi.Clean(q.Reason), vi.Clean(q.Evidence)
	if q.Due == 0 && q.DueText != "" {
		if q.Due, err = task.ParseDue(q.DueText); err != nil {
			return 0, err
		}
	}
	err = a.changePart(ctx, q.Assignment, q.Kind.Title(), access.UpdateTask, func(p *ownPart) error {
		if err := q.Check(p.a, a.Today()); err != nil {
			return err
		}
		open, err := p.tx.Requests(true, q.Assignment)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(open, func(o task.Request) bool { return o.Kind == q.Kind }) {
			return fault.New(fault.Conflict, "Đã có một đề nghị cùng loại đang chờ xử lý.")
		}
		if q.File, err = keep.in(p.tx); err != nil {
			return err
		}
		id, err = p.tx.AddRequest(q)
		return err
	})
	return id, err
}

// DecideTask answers a request as the assigner's office. What is accepted takes effect in the same
// transaction, with the figures of the month.
func (a *Room) DecideTask(ctx context.Context, request int64, d task.Decision) (err error) {
	defer fault.Context(&err, "tasks.DecideTask(%d)", request)
	var q task.Request
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) (err error) {
		q, err = v.Request(request)
		return err
	})
	if err != nil {
		return err
	}
	d.Account, d.Reason = access.From(ctx).Name, vi.Clean(d.Reason)
	if d.Day == 0 {
		d.Day = a.Today()
	}
	return a.changePart(ctx, q.Assignment, "Xử lý: "+q.Kind.Title(), access.AssignTask, func(p *ownPart) error {
		now, err := p.tx.Request(request) // under the lock: somebody may have been faster
		if err != nil {
			return err
		}
		if err := p.a.Decide(now, d); err != nil {
			return err
		}
		if err := p.tx.DecideRequest(request, d); err != nil || !d.Accepted {
			return err
		}
		return a.saveOwn(p)
	})
}

// Asked is a request with the task that it is about.
type Asked struct {
	Request task.Request
	Line    figures.TaskLine
}

// TaskRequests returns the requests that wait for the actor's office, the oldest first.
func (a *Room) TaskRequests(ctx context.Context) (out []Asked, err error) {
	defer fault.Context(&err, "tasks.TaskRequests")
	err = a.readTasks(ctx, Query{Unit: task.ByAssignment}, func(r *TaskReader) error {
		waiting, err := r.View.Requests(true)
		if err != nil || len(waiting) == 0 {
			return err
		}
		asked := map[int64]bool{}
		for _, q := range waiting {
			asked[q.Assignment] = true
		}
		ground, who := access.Ground{Tree: r.Catalogue.Agencies, Day: a.Today()}, access.From(ctx)
		lines := map[int64]task.Line{}
		r.Register.Each(r.Catalogue.Agencies, r.Query, func(l task.Line) {
			if asked[l.Assignment.ID] {
				lines[l.Assignment.ID] = l
			}
		})
		for _, q := range waiting {
			l, ok := lines[q.Assignment]
			if !ok || !ground.May(who, access.AssignTask, taskTarget(l.Task.Owner, l.Task.Programme)) {
				continue
			}
			printed, err := r.print([]task.Line{l})
			if err != nil {
				return err
			}
			out = append(out, Asked{Request: q, Line: printed[0]})
		}
		return nil
	})
	return out, err
}
