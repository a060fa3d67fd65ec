package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// TaskQuery asks for tasks. Zero fields do not narrow.
type TaskQuery struct {
	At         string // day of the statuses, yyyy-mm-dd; "" is today
	AsOf       time.Time
	Unit       task.Unit // "" counts tasks
	Role       task.Role
	Programmes []string
	Owner      agency.ID
	Agency     agency.ID
	Person     string
	Statuses   []task.Status
	DueFrom    string // yyyy-mm-dd
	DueTo      string
	Text       string // without regard to case and diacritics
	Document   string
	Page       int // from 1
	Size       int // lines of a page, 0: all
}

// TaskList is one page of the register.
type TaskList struct {
	Published *PublishedTasks // counts as somebody published them, beside those of the register; nil for none
	Day       vi.Date
	Revision  int64
	Unit      task.Unit
	Total     int // lines on all pages
	Page      int
	Pages     int
	Counts    task.Counts // of all pages
	Lines     []TaskLine
}

// keptRegister is a register that was loaded.
type keptRegister struct {
	key store.RegisterKey
	*task.Register
}

// keptRegisters are the registers that were loaded last: the newest one, and what somebody looks at as of a past day.
type keptRegisters struct {
	mu   sync.Mutex
	kept []*keptRegister // the one loaded last comes first
}

// maxKept is how many registers are kept; one of 20,000 assignments takes about 15 MB, and most of that is shared with the next.
const maxKept = 3

// before returns the kept register of a key, else the newest that is older; nil when there is none.
func (k *keptRegisters) before(key store.RegisterKey) (found *keptRegister) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, r := range k.kept {
		if r.key == key {
			return r
		}
		if r.key.Revision <= key.Revision && (found == nil || r.key.Revision > found.key.Revision) {
			found = r
		}
	}
	return found
}

// keep puts a register first.
func (k *keptRegisters) keep(key store.RegisterKey, r *task.Register) *task.Register {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept = append([]*keptRegister{{key, r}}, k.kept...)
	k.kept = k.kept[:min(len(k.kept), maxKept)]
	return r
}

// register returns the register at the view's revision: the one that is kept, carried forward by what changed since, so that one
// decision does not read twenty thousand tasks again, here or in another copy of the program. Inside a Write only before that
// saves tasks: what it saved may never be committed.
func (a *App) registerAt(v *store.View) (*task.Register, error) {
	key, err := v.RegisterKey()
	if err != nil {
		return nil, err
	}
	from := a.tasks.before(key)
	if from != nil && from.key == key {
		return from.Register, nil
	}
	if from != nil {
		changed, few, err := v.TasksSince(from.key.Revision)
		if err != nil {
			return nil, err
		}
		// The number differs when the illustrative tasks were deleted, which leaves no revision behind.
		if next := from.With(changed...); few && int64(len(next.Tasks())) == key.Tasks {
			return a.tasks.keep(key, next), nil
		}
	}
	all, err := v.Tasks()
	if err != nil {
		return nil, err
	}
	return a.tasks.keep(key, task.NewRegister(all)), nil
}

// taskReader is one reading of the register by somebody.
type taskReader struct {
	app  *App
	v    *store.View
	c    *catalogue
	r    *task.Register
	base task.Query
}

// readTasks opens a Read and narrows q to what the actor may see.
func (a *App) readTasks(ctx context.Context, q TaskQuery, fn func(*taskReader) error) error {
	base, err := a.taskQuery(q)
	if err != nil {
		return err
	}
	return a.store.Read(ctx, q.AsOf, func(v *store.View) error {
		c, err := a.catalogueAsOf(v, q.AsOf)
		if err != nil {
			return err
		}
		r, err := a.registerAt(v)
		if err != nil {
			return err
		}
		if err := a.visibleTasks(ctx, c, &base); err != nil {
			return err
		}
		if len(base.Programmes) == 0 { // what is invented is seen only when asked for
			for _, p := range r.Programmes() {
				if p != IllustrativeTasks {
					base.Programmes = append(base.Programmes, p)
				}
			}
			base.Programmes = append(base.Programmes, "")
		}
		return fn(&taskReader{a, v, c, r, base})
	})
}

// visibleTasks narrows a query to the subtrees whose tasks the actor may see: of every programme, or of the one that a grant is
// narrowed to.
func (a *App) visibleTasks(ctx context.Context, c *catalogue, q *task.Query) error {
	ground, who := access.Ground{Tree: c.agencies, Day: a.today()}, access.From(ctx)
	q.Within, q.WithinOf = []agency.ID{}, map[string][]agency.ID{}
	for _, act := range []access.Action{access.ReadTasks, access.AssignTask} {
		q.Within = append(q.Within, ground.Reach(who, act)...)
		for _, scope := range ground.Scopes(who, act) {
			q.WithinOf[scope] = append(q.WithinOf[scope], ground.Reach(who, act, scope)...)
		}
	}
	switch {
	case slices.Contains(q.Within, agency.Nation):
		q.Within = nil
	case len(q.Within) == 0 && len(q.WithinOf) == 0:
		return ground.Check(who, access.ReadTasks, access.Target{})
	}
	return nil
}

// taskTarget is the register of an owner with the programme that a task belongs to: what an office may do to it, perhaps one that is
// narrowed to that programme.
func taskTarget(owner agency.ID, programme string) access.Target {
	return access.Target{Agency: owner, Scopes: []string{programme}}
}

func (a *App) taskQuery(q TaskQuery) (task.Query, error) {
	out := task.Query{Day: a.today(), Unit: cmp.Or(q.Unit, task.ByTask), Role: q.Role, Owner: q.Owner, Agency: q.Agency, Person: q.Person,
		Statuses: q.Statuses, Text: q.Text, Document: q.Document}
	for _, p := range q.Programmes {
		out.Programmes = append(out.Programmes, task.ProgrammeOf(p))
	}
	for _, d := range []struct {
		text string
		to   *vi.Date
	}{{q.At, &out.Day}, {q.DueFrom, &out.DueFrom}, {q.DueTo, &out.DueTo}} {
		if d.text == "" {
			continue
		}
		day, ok := task.ParseDay(d.text)
		if !ok {
			return out, fault.New(fault.Invalid, "Không hiểu ngày %q. Hãy ghi như 2026-06-30 hoặc 30/6/2026.", d.text)
		}
		*d.to = day
	}
	if out.Unit != task.ByTask && out.Unit != task.ByAssignment {
		return out, fault.New(fault.Invalid, "Không có cách đếm %q. Hãy chọn task (nhiệm vụ) hoặc assignment (lượt giao).", q.Unit)
	}
	if out.Role != "" && out.Role != task.Leading && out.Role != task.Cooperating {
		return out, fault.New(fault.Invalid, "Không có vai trò %q. Hãy chọn lead (chủ trì) hoặc co (phối hợp).", q.Role)
	}
	for _, s := range q.Statuses {
		if !slices.Contains(task.Statuses(), s) {
			return out, fault.New(fault.Invalid, "Không có trạng thái %q.", s)
		}
	}
	return out, nil
}

// Tasks returns a page of the register: filters, statuses on a day, and what is known then when AsOf is
// given.
func (a *App) Tasks(ctx context.Context, q TaskQuery) (out *TaskList, err error) {
	err = a.readTasks(ctx, q, func(r *taskReader) error {
		counts := r.r.Count(r.c.agencies, r.base)
		out = &TaskList{Day: r.base.Day, Revision: r.v.Revision().ID, Unit: r.base.Unit, Total: counts.Total(), Page: 1, Pages: 1, Counts: counts}
		first, size := 0, out.Total
		if q.Size > 0 {
			out.Pages = max(1, (out.Total+q.Size-1)/q.Size)
			out.Page = min(max(q.Page, 1), out.Pages)
			first, size = (out.Page-1)*q.Size, q.Size
		}
		if out.Published, err = a.ranker(r.v, r.c, Released, q.AsOf).publishedTasks(); err != nil {
			return err
		}
		out.Lines, err = r.print(r.r.Page(r.c.agencies, r.base, first, size))
		return err
	})
	return out, err
}

// maxOverdue is how many late tasks one list names; nobody reads more on paper.
const maxOverdue = 500

// OverdueTasks returns the tasks that are late, the latest first: with person and days, for A4. Where there are too many to read,
// Lines has the latest of them, and Total says how many there are.
func (a *App) OverdueTasks(ctx context.Context, q TaskQuery) (out *TaskList, err error) {
	q.Statuses = []task.Status{task.Overdue}
	err = a.readTasks(ctx, q, func(r *taskReader) error {
		lines := r.r.Lines(r.c.agencies, r.base)
		slices.SortStableFunc(lines, func(x, y task.Line) int { return cmp.Compare(y.Days, x.Days) })
		out = &TaskList{Day: r.base.Day, Revision: r.v.Revision().ID, Unit: r.base.Unit, Total: len(lines), Page: 1, Pages: 1}
		for _, l := range lines {
			out.Counts.Add(l.Standing)
		}
		out.Lines, err = r.print(lines[:min(len(lines), maxOverdue)])
		return err
	})
	return out, err
}

// print makes lines ready: names, the last update, and whether a claim waits.
func (r *taskReader) print(lines []task.Line) ([]TaskLine, error) {
	var ids []int64
	for _, l := range lines {
		for _, a := range r.parts(l) {
			ids = append(ids, a.ID)
		}
	}
	if len(ids) == 0 {
		return []TaskLine{}, nil
	}
	updates, err := r.v.LatestUpdates(ids...)
	if err != nil {
		return nil, err
	}
	waiting, err := r.v.Requests(true)
	if err != nil {
		return nil, err
	}
	claimed := map[int64]bool{}
	for _, q := range waiting {
		claimed[q.Assignment] = claimed[q.Assignment] || q.Kind == task.AskCompletion
	}
	out := make([]TaskLine, 0, len(lines))
	for _, l := range lines {
		out = append(out, r.line(l, updates, claimed))
	}
	return out, nil
}

// parts returns the assignments that a line stands for.
func (r *taskReader) parts(l task.Line) []*task.Assignment {
	if l.Assignment != nil {
		return []*task.Assignment{l.Assignment}
	}
	return slices.Collect(l.Task.Leads(r.base.Day))
}

func (r *taskReader) line(l task.Line, updates map[int64]task.Update, claimed map[int64]bool) TaskLine {
	t := l.Task
	x := TaskLine{Code: t.Code, Title: t.Title, Programme: t.Programme, ProgrammeTitle: programmeTitle(t.Programme), Document: t.Document,
		Due: l.Terms.Due, DueText: l.Terms.DueText, Extended: l.Terms.By != nil, Original: l.Original, Status: l.Status, Days: l.Days, Settled: l.Settled,
		Illustrative: t.Programme == IllustrativeTasks}
	for _, id := range l.Holders {
		x.Holders = append(x.Holders, r.party(id))
	}
	var people []string
	for i, a := range r.parts(l) {
		if a.Person != "" && !slices.Contains(people, a.Person) {
			people = append(people, a.Person)
			x.Post = cmp.Or(x.Post, a.Post)
		}
		if i == 0 {
			x.Assigned = a.Assigned
		}
		if l.Status.Done() {
			x.Completed = max(x.Completed, a.Completed)
		}
		x.Waiting = x.Waiting || claimed[a.ID]
		if u, ok := updates[a.ID]; ok && u.ID > x.Update.ID {
			x.Update = u
		}
	}
	x.Person = strings.Join(people, ", ")
	if l.Assignment == nil {
		for i := range t.Assignments {
			if a := &t.Assignments[i]; !a.Lead && a.Ended == 0 {
				id, _ := task.Holder(r.c.agencies, a, r.base.Day)
				x.Others = append(x.Others, r.party(id))
			}
		}
	}
	return x
}

func (r *taskReader) party(id agency.ID) TaskParty {
	return TaskParty{id, r.c.agencies.Name(id, r.base.Day)}
}

// knownActor refuses who has not signed in before anything is opened in their name.
func (a *App) knownActor(ctx context.Context, act access.Action) (access.Actor, error) {
	who := access.From(ctx)
	if !who.SignedIn() {
		return who, access.Ground{Day: a.today()}.Check(who, act, access.Target{})
	}
	return who, nil
}
