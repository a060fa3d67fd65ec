package tasks

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
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

// Query asks for tasks. Zero fields do not narrow.
type Query struct {
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

// List is one page of the register.
type List struct {
	Published *figures.PublishedTasks // counts as somebody published them, beside those of the register; nil for none
	Day       vi.Date
	Revision  int64
	Unit      task.Unit
	Total     int // lines on all pages
	Page      int
	Pages     int
	Counts    task.Counts // of all pages
	Lines     []figures.TaskLine
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

// RegisterAt returns the register at the view's revision: the one that is kept, carried forward by what changed since, so that one
// decision does not read twenty thousand tasks again, here or in another copy of the program. Inside a Write only before that
// saves tasks: what it saved may never be committed.
func (a *Room) RegisterAt(v *store.View) (*task.Register, error) {
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

// TaskReader is one reading of the register by somebody.
type TaskReader struct {
	Room      *Room
	View      *store.View
	Catalogue *ledger.Catalogue
	Register  *task.Register
	Query     task.Query
}

// readTasks opens a Read and narrows q to what the actor may see.
func (a *Room) readTasks(ctx context.Context, q Query, fn func(*TaskReader) error) error {
	base, err := a.taskQuery(q)
	if err != nil {
		return err
	}
	return a.Store.Read(ctx, q.AsOf, func(v *store.View) error {
		c, err := a.CatalogueAsOf(v, q.AsOf)
		if err != nil {
			return err
		}
		r, err := a.RegisterAt(v)
		if err != nil {
			return err
		}
		if err := a.visibleTasks(ctx, c, &base); err != nil {
			return err
		}
		if len(base.Programmes) == 0 { // what is invented is seen only when asked for
			for _, p := range r.Programmes() {
				if p != ledger.IllustrativeTasks {
					base.Programmes = append(base.Programmes, p)
				}
			}
			base.Programmes = append(base.Programmes, "")
		}
		return fn(&TaskReader{Room: a, View: v, Catalogue: c, Register: r, Query: base})
	})
}

// visibleTasks narrows a query to the subtrees whose tasks the actor may see: of every programme, or of the one that a grant is
// narrowed to.
func (a *Room) visibleTasks(ctx context.Context, c *ledger.Catalogue, q *task.Query) error {
	ground, who := access.Ground{Tree: c.Agencies, Day: a.Today()}, access.From(ctx)
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

func (a *Room) taskQuery(q Query) (task.Query, error) {
	out := task.Query{Day: a.Today(), Unit: cmp.Or(q.Unit, task.ByTask), Role: q.Role, Owner: q.Owner, Agency: q.Agency, Person: q.Person,
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
func (a *Room) Tasks(ctx context.Context, q Query) (out *List, err error) {
	defer fault.Context(&err, "tasks.Tasks")
	err = a.readTasks(ctx, q, func(r *TaskReader) error {
		counts := r.Register.Count(r.Catalogue.Agencies, r.Query)
		out = &List{
			Day:      r.Query.Day,
			Revision: r.View.Revision().ID,
			Unit:     r.Query.Unit,
			Total:    counts.Total(),
			Page:     1,
			Pages:    1,
			Counts:   counts,
		}
		first, size := 0, out.Total
		if q.Size > 0 {
			out.Pages = max(1, (out.Total+q.Size-1)/q.Size)
			out.Page = min(max(q.Page, 1), out.Pages)
			first, size = (out.Page-1)*q.Size, q.Size
		}
		if out.Published, err = a.figures.Ranker(r.View, r.Catalogue, ledger.Released, q.AsOf).PublishedTasks(); err != nil {
			return err
		}
		out.Lines, err = r.print(r.Register.Page(r.Catalogue.Agencies, r.Query, first, size))
		return err
	})
	return out, err
}

// maxOverdue is how many late tasks one list names; nobody reads more on paper.
const maxOverdue = 500

// OverdueTasks returns the tasks that are late, the latest first: with person and days, for A4. Where there are too many to read,
// Lines has the latest of them, and Total says how many there are.
func (a *Room) OverdueTasks(ctx context.Context, q Query) (out *List, err error) {
	defer fault.Context(&err, "tasks.OverdueTasks")
	q.Statuses = []task.Status{task.Overdue}
	err = a.readTasks(ctx, q, func(r *TaskReader) error {
		lines := r.Register.Lines(r.Catalogue.Agencies, r.Query)
		slices.SortStableFunc(lines, func(x, y task.Line) int { return cmp.Compare(y.Days, x.Days) })
		out = &List{Day: r.Query.Day, Revision: r.View.Revision().ID, Unit: r.Query.Unit, Total: len(lines), Page: 1, Pages: 1}
		for _, l := range lines {
			out.Counts.Add(l.Standing)
		}
		out.Lines, err = r.print(lines[:min(len(lines), maxOverdue)])
		return err
	})
	return out, err
}

// print makes lines ready: names, the last update, and whether a claim waits.
func (r *TaskReader) print(lines []task.Line) ([]figures.TaskLine, error) {
	var ids []int64
	for _, l := range lines {
		for _, a := range r.parts(l) {
			ids = append(ids, a.ID)
		}
	}
	if len(ids) == 0 {
		return []figures.TaskLine{}, nil
	}
	updates, err := r.View.LatestUpdates(ids...)
	if err != nil {
		return nil, err
	}
	waiting, err := r.View.Requests(true)
	if err != nil {
		return nil, err
	}
	claimed := map[int64]bool{}
	for _, q := range waiting {
		claimed[q.Assignment] = claimed[q.Assignment] || q.Kind == task.AskCompletion
	}
	out := make([]figures.TaskLine, 0, len(lines))
	for _, l := range lines {
		out = append(out, r.Line(l, updates, claimed))
	}
	return out, nil
}

// parts returns the assignments that a line stands for.
func (r *TaskReader) parts(l task.Line) []*task.Assignment {
	if l.Assignment != nil {
		return []*task.Assignment{l.Assignment}
	}
	return slices.Collect(l.Task.Leads(r.Query.Day))
}

func (r *TaskReader) Line(l task.Line, updates map[int64]task.Update, claimed map[int64]bool) figures.TaskLine {
	t := l.Task
	x := figures.TaskLine{
		Code:           t.Code,
		Title:          t.Title,
		Programme:      t.Programme,
		ProgrammeTitle: ledger.ProgrammeTitle(t.Programme),
		Document:       t.Document,
		Due:            l.Terms.Due,
		DueText:        l.Terms.DueText,
		Extended:       l.Terms.By != nil,
		Original:       l.Original,
		Status:         l.Status,
		Days:           l.Days,
		Settled:        l.Settled,
		Illustrative:   t.Programme == ledger.IllustrativeTasks,
	}
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
				id, _ := task.Holder(r.Catalogue.Agencies, a, r.Query.Day)
				x.Others = append(x.Others, r.party(id))
			}
		}
	}
	return x
}

func (r *TaskReader) party(id agency.ID) figures.TaskParty {
	return figures.TaskParty{Agency: id, Name: r.Catalogue.Agencies.Name(id, r.Query.Day)}
}

// knownActor refuses who has not signed in before anything is opened in their name.
func (a *Room) knownActor(ctx context.Context, act access.Action) (access.Actor, error) {
	who := access.From(ctx)
	if !who.SignedIn() {
		return who, access.Ground{Day: a.Today()}.Check(who, act, access.Target{})
	}
	return who, nil
}
