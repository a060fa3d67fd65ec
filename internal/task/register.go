package task

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/vi"
)

// Register is every task at one revision. It is immutable and safe for concurrent use.
type Register struct {
	tasks  []Task
	folded []string // what a search looks into
	byCode map[string]int
	byID   map[int64]int
}

// NewRegister indexes tasks, in their order.
func NewRegister(tasks []Task) *Register {
	r := &Register{
		tasks:  tasks,
		folded: make([]string, len(tasks)),
		byCode: make(map[string]int, len(tasks)),
		byID:   make(map[int64]int, len(tasks)),
	}
	for i := range tasks {
		t := &tasks[i]
		r.byCode[t.Code], r.byID[t.ID] = i, i
		r.folded[i] = searched(t)
	}
	return r
}

// searched is what a search looks into.
func searched(t *Task) string {
	return vi.Fold(t.Code + " " + t.Title + " " + t.Document.Number + " " + t.Product)
}

// With returns the register with a new state of some tasks, which are found by their codes, and with those that are new to it.
func (r *Register) With(changed ...Task) *Register {
	next := Register{tasks: slices.Clone(r.tasks), folded: slices.Clone(r.folded), byCode: r.byCode, byID: r.byID}
	cloned := false
	for i := range changed {
		t := &changed[i]
		if at, ok := r.byCode[t.Code]; ok {
			next.tasks[at], next.folded[at] = *t, searched(t)
			continue
		}
		if !cloned {
			cloned, next.byCode, next.byID = true, maps.Clone(r.byCode), maps.Clone(r.byID)
		}
		next.byCode[t.Code], next.byID[t.ID] = len(next.tasks), len(next.tasks)
		next.tasks, next.folded = append(next.tasks, *t), append(next.folded, searched(t))
	}
	return &next
}

// Tasks returns every task. The caller must not change them.
func (r *Register) Tasks() []Task { return r.tasks }

// ByCode returns the task of a code.
func (r *Register) ByCode(code string) (*Task, bool) {
	i, ok := r.byCode[code]
	if !ok {
		return nil, false
	}
	return &r.tasks[i], true
}

// ByID returns the task of an id.
func (r *Register) ByID(id int64) (*Task, bool) {
	i, ok := r.byID[id]
	if !ok {
		return nil, false
	}
	return &r.tasks[i], true
}

// Role narrows a query to leading or co-operating agencies.
type Role string

// The roles; "" is everybody.
const (
	Leading     Role = "lead"
	Cooperating Role = "co"
)

// Query says what is counted or listed, and on which day. Zero fields do not narrow.
type Query struct {
	Day        vi.Date
	Soon       int // days; 0 takes the usual ones
	Unit       Unit
	Role       Role // of assignments; a task is its leading agencies'
	Programmes []string
	Owner      agency.ID              // whose register
	Agency     agency.ID              // that answers on Day, and everything below it
	Within     []agency.ID            // who may be seen: answers inside one of these, or has another part in the task; nil sees all
	WithinOf   map[string][]agency.ID // the same by programme, for who sees some programmes only
	Person     string                 // without regard to case and diacritics
	Statuses   []Status
	DueFrom    vi.Date
	DueTo      vi.Date
	Text       string // in code, title, document and product, without regard to diacritics
	Document   string // number
}

// Line is one thing that is counted: a task, or an assignment.
type Line struct {
	Task       *Task
	Assignment *Assignment // nil for a task
	Holders    []agency.ID // who answers for it on the day
	Settled    bool        // false where a divided agency has handed over to nobody
	Standing
}

// Each calls fn with every line of a query, in the order of the register.
func (r *Register) Each(dir *agency.Directory, q Query, fn func(Line)) {
	for l := range r.lines(dir, q) {
		fn(l)
	}
}

// lines yields what Each calls its fn with.
func (r *Register) lines(dir *agency.Directory, q Query) iter.Seq[Line] {
	return func(yield func(Line) bool) {
		for t := range r.fitting(&q) {
			switch {
			case !q.sees(dir, t):
			case q.Unit != ByAssignment:
				if s, ok := q.task(dir, t); ok && !yield(q.line(dir, t, s)) {
					return
				}
			default:
				for i := range t.Assignments {
					a := &t.Assignments[i]
					s, ok := q.assignment(dir, t, a)
					if !ok {
						continue
					}
					id, settled := Holder(dir, a, q.Day)
					if !yield(Line{Task: t, Assignment: a, Holders: []agency.ID{id}, Settled: settled, Standing: s}) {
						return
					}
				}
			}
		}
	}
}

// fitting readies a query and yields the tasks that fit it whatever the day.
func (r *Register) fitting(q *Query) iter.Seq[*Task] {
	if q.Soon == 0 {
		q.Soon = Soon
	}
	q.Text, q.Person = vi.Fold(q.Text), vi.Fold(q.Person)
	return func(yield func(*Task) bool) {
		for i := range r.tasks {
			if t := &r.tasks[i]; q.fitsTask(t, r.folded[i]) && !yield(t) {
				return
			}
		}
	}
}

func (q *Query) fitsTask(t *Task, folded string) bool {
	return (len(q.Programmes) == 0 || slices.Contains(q.Programmes, t.Programme)) &&
		(q.Owner == "" || q.Owner == t.Owner) && (q.Document == "" || q.Document == t.Document.Number) &&
		(q.Text == "" || strings.Contains(folded, q.Text))
}

// sees reports whether one of the agencies of a task is among those that may be seen.
func (q *Query) sees(dir *agency.Directory, t *Task) bool {
	if q.Within == nil {
		return true
	}
	for i := range t.Assignments {
		if q.within(dir, t, &t.Assignments[i]) {
			return true
		}
	}
	return false
}

func (q *Query) within(dir *agency.Directory, t *Task, a *Assignment) bool {
	id, _ := Holder(dir, a, q.Day)
	inside := func(root agency.ID) bool { return dir.Inside(id, root, q.Day) }
	return slices.ContainsFunc(q.Within, inside) || slices.ContainsFunc(q.WithinOf[t.Programme], inside)
}

// assignment returns where an assignment stands on the query's day; false when the query leaves it out.
func (q *Query) assignment(dir *agency.Directory, t *Task, a *Assignment) (Standing, bool) {
	if q.Role == Leading && !a.Lead || q.Role == Cooperating && a.Lead || !q.names(a) {
		return Standing{}, false
	}
	s, ok := a.On(q.Day, q.Soon)
	return s, ok && q.fits(s) && q.holds(dir, a) && (q.Within == nil || q.within(dir, t, a))
}

// task returns where a task stands on the query's day; false when the query leaves it out.
func (q *Query) task(dir *agency.Directory, t *Task) (Standing, bool) {
	s, ok := t.On(q.Day, q.Soon)
	if !ok || !q.fits(s) {
		return s, false
	}
	wanted, named := q.Agency == "", q.Person == ""
	if wanted && named {
		return s, true
	}
	for a := range t.Leads(q.Day) {
		wanted, named = wanted || q.holds(dir, a), named || q.names(a)
	}
	return s, wanted && named
}

// line makes the line of a task: with everybody who leads it.
func (q *Query) line(dir *agency.Directory, t *Task, s Standing) Line {
	l := Line{Task: t, Settled: true, Standing: s}
	for a := range t.Leads(q.Day) {
		id, settled := Holder(dir, a, q.Day)
		if !slices.Contains(l.Holders, id) {
			l.Holders = append(l.Holders, id)
		}
		l.Settled = l.Settled && settled
	}
	return l
}

// holds reports whether the agency that is asked for answers for an assignment.
func (q *Query) holds(dir *agency.Directory, a *Assignment) bool {
	if q.Agency == "" {
		return true
	}
	id, _ := Holder(dir, a, q.Day)
	return dir.Inside(id, q.Agency, q.Day)
}

// names reports whether the person who is asked for is the one responsible.
func (q *Query) names(a *Assignment) bool {
	return q.Person == "" || strings.Contains(vi.Fold(a.Person), q.Person)
}

func (q *Query) fits(s Standing) bool {
	due := s.Terms.Due
	return (len(q.Statuses) == 0 || slices.Contains(q.Statuses, s.Status)) &&
		(q.DueFrom == 0 || due != 0 && due >= q.DueFrom) && (q.DueTo == 0 || due != 0 && due <= q.DueTo)
}

// Lines returns every line of a query.
func (r *Register) Lines(dir *agency.Directory, q Query) (out []Line) {
	r.Each(dir, q, func(l Line) { out = append(out, l) })
	return out
}

// Page returns size lines of a query from the first on, counted from 0.
func (r *Register) Page(dir *agency.Directory, q Query, first, size int) (out []Line) {
	for l := range r.lines(dir, q) {
		if first--; first >= 0 {
			continue
		}
		if len(out) == size {
			break
		}
		out = append(out, l)
	}
	return out
}

// Count counts the lines of a query.
func (r *Register) Count(dir *agency.Directory, q Query) Counts { return r.CountOn(dir, q, q.Day)[0] }

// CountOn counts the lines of a query on each of several days, in one walk over the register.
func (r *Register) CountOn(dir *agency.Directory, q Query, days ...vi.Date) []Counts {
	out := make([]Counts, len(days))
	for t := range r.fitting(&q) {
		for i := range days {
			if q.Day = days[i]; q.sees(dir, t) {
				q.count(dir, t, &out[i])
			}
		}
	}
	return out
}

func (q *Query) count(dir *agency.Directory, t *Task, c *Counts) {
	if q.Unit != ByAssignment {
		if s, ok := q.task(dir, t); ok {
			c.Add(s)
		}
		return
	}
	for i := range t.Assignments {
		if s, ok := q.assignment(dir, t, &t.Assignments[i]); ok {
			c.Add(s)
		}
	}
}

// Group is the counts of one agency or programme.
type Group struct {
	Key     string
	Counts  Counts
	Taken   int // of them taken over from another agency
	Unclear int // of them of an agency that was divided, not handed over yet
}

// ByAgency counts for each agency that answers on the day: its assignments, or, by task, every task once
// with where the agency itself stands in it. A task with several leading agencies is then in several
// groups, so the groups may add up to more than the register.
func (r *Register) ByAgency(dir *agency.Directory, q Query) []Group {
	unit := q.Unit
	q.Unit = ByAssignment
	if unit == ByTask && q.Role == "" {
		q.Role = Leading
	}
	groups := map[string]*Group{}
	var own []Line // of the task that is walked over, one of each agency: where that has most to do
	for l := range r.lines(dir, q) {
		if unit != ByTask {
			count(groups, l)
			continue
		}
		if len(own) > 0 && own[0].Task != l.Task {
			count(groups, own...)
			own = own[:0]
		}
		i := slices.IndexFunc(own, func(o Line) bool { return o.Holders[0] == l.Holders[0] })
		switch {
		case i < 0:
			own = append(own, l)
		case l.Status.weight() > own[i].Status.weight():
			own[i] = l
		}
	}
	count(groups, own...)
	return ranked(groups, func(a, b string) int { return cmp.Compare(dir.Order(agency.ID(a)), dir.Order(agency.ID(b))) })
}

func count(groups map[string]*Group, lines ...Line) {
	for _, l := range lines {
		g := groupOf(groups, string(l.Holders[0]))
		g.Counts.Add(l.Standing)
		if l.Holders[0] != l.Assignment.Agency {
			g.Taken++
		}
		if !l.Settled {
			g.Unclear++
		}
	}
}

func groupOf(groups map[string]*Group, key string) *Group {
	g := groups[key]
	if g == nil {
		g = &Group{Key: key}
		groups[key] = g
	}
	return g
}

// ByProgramme counts for each programme.
func (r *Register) ByProgramme(dir *agency.Directory, q Query) []Group {
	groups := map[string]*Group{}
	r.Each(dir, q, func(l Line) { groupOf(groups, l.Task.Programme).Counts.Add(l.Standing) })
	return ranked(groups, func(a, b string) int { return cmp.Compare(a, b) })
}

// ranked orders groups by what is overdue, then by how late that is.
func ranked(groups map[string]*Group, order func(a, b string) int) []Group {
	out := make([]Group, 0, len(groups))
	for _, g := range groups {
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b Group) int {
		return cmp.Or(
			cmp.Compare(b.Counts.Overdue, a.Counts.Overdue),
			cmp.Compare(b.Counts.DaysLate, a.Counts.DaysLate),
			order(a.Key, b.Key),
			cmp.Compare(a.Key, b.Key),
		)
	})
	return out
}

// Programmes returns the codes of the programmes that have tasks, those known by name first.
func (r *Register) Programmes() []string {
	seen := map[string]bool{}
	for i := range r.tasks {
		seen[r.tasks[i].Programme] = true
	}
	var out []string
	for _, p := range Programmes() {
		if seen[p.Code] {
			out = append(out, p.Code)
			delete(seen, p.Code)
		}
	}
	known := len(out)
	for code := range seen {
		if code != "" {
			out = append(out, code)
		}
	}
	slices.Sort(out[known:])
	return out
}
