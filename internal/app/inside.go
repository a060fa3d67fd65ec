package app

import (
	"cmp"
	"slices"
	"time"

	"chiso/internal/agency"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// Inside is what agencies do before anything is released: their tasks and their reports. It is shown to those who may read the
// figures of the agency, or of the owner, before a release.
type Inside struct {
	Tasks  TaskDigest
	Rounds []RoundDigest // of an owner, newest first
	Marks  []RoundMark   // of one agency, newest first
}

// TaskDigest is the tasks of an agency and everything below it, in short. A task is counted once.
type TaskDigest struct {
	Counts       task.Counts
	Programmes   []ProgrammeDigest
	Late         []TaskLine // the latest first, at most maxLate
	Illustrative bool
}

// ProgrammeDigest is the tasks of one programme.
type ProgrammeDigest struct {
	Code, Title string
	Counts      task.Counts
}

// RoundDigest is how far a round of an owner has come.
type RoundDigest struct {
	ID       int64
	Name     string
	Period   kpi.Period
	Due      filing.Deadline
	Passed   bool // the deadline
	Owes     int
	OnTime   int
	Late     int // sent after the deadline
	Returned int // waiting to be sent again
	Missing  []string
}

// Sent is how many have sent their report.
func (r RoundDigest) Sent() int { return r.OnTime + r.Late }

// RoundMark is how one agency did in one round. Punctuality is judged by the first sending.
type RoundMark struct {
	Round    int64
	Name     string
	Period   kpi.Period
	Due      filing.Deadline
	Sent     time.Time // zero while it was not sent
	OnTime   bool
	DaysLate int // as sent, or so far
	Returned int // how often the office gave it back
	State    string
}

const (
	maxLate   = 7 // late tasks that a page lists
	maxRounds = 3 // rounds that a page of an owner lists
	maxMarks  = 8 // rounds that a page of an agency lists
)

// insideOf gathers what goes on below an agency. An owner has its rounds beside, everybody else its own reports.
func (a *App) insideOf(r *ranker, id agency.ID, owner, illustrative bool) (*Inside, error) {
	out := &Inside{}
	var err error
	if out.Tasks, err = a.taskDigest(r, id, illustrative); err != nil {
		return nil, err
	}
	rounds, err := r.v.Rounds()
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(rounds, func(x, y filing.Round) int {
		return cmp.Or(cmp.Compare(y.Period.To, x.Period.To), cmp.Compare(y.ID, x.ID))
	})
	for _, rd := range rounds {
		if len(out.Rounds) == maxRounds || len(out.Marks) == maxMarks {
			break // who owes what in an older round is not worth reading
		}
		o, err := a.roundOf(r.v.View, rd)
		if err != nil {
			return nil, err
		}
		switch {
		case owner && cmp.Or(o.regime.Owner, agency.Nation) == id:
			d, err := a.roundDigest(r.v.View, o)
			if err != nil {
				return nil, err
			}
			out.Rounds = append(out.Rounds, d)
		case !owner:
			if err := a.roundMark(r.v.View, o, id, out); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// taskDigest counts the tasks in which an agency, or somebody below it, leads; for the nation all of them.
func (a *App) taskDigest(r *ranker, id agency.ID, illustrative bool) (out TaskDigest, err error) {
	register, err := a.register(r.v.View)
	if err != nil {
		return out, err
	}
	q := task.Query{Day: a.today(), Unit: task.ByTask}
	if id != agency.Nation {
		q.Agency = id
	}
	for _, p := range register.Programmes() {
		if (p == IllustrativeTasks) == illustrative {
			q.Programmes = append(q.Programmes, p)
		}
	}
	if out.Illustrative = illustrative; len(q.Programmes) == 0 {
		return out, nil
	}
	out.Counts = register.Count(r.c.agencies, q)
	for _, g := range register.ByProgramme(r.c.agencies, q) {
		out.Programmes = append(out.Programmes, ProgrammeDigest{g.Key, programmeTitle(g.Key), g.Counts})
	}
	q.Statuses = []task.Status{task.Overdue}
	lines := register.Lines(r.c.agencies, q)
	slices.SortStableFunc(lines, func(x, y task.Line) int { return cmp.Compare(y.Days, x.Days) })
	out.Late, err = (&taskReader{a, r.v.View, r.c, register, q}).print(lines[:min(len(lines), maxLate)])
	return out, err
}

func (a *App) roundDigest(v *store.View, o *roundOf) (RoundDigest, error) {
	d := RoundDigest{ID: o.round.ID, Name: o.round.Name, Period: o.round.Period, Due: o.round.Due, Passed: o.round.Due.Passed(a.clock()), Owes: len(o.duties)}
	subs, err := submissionsOf(v, o.round.ID)
	if err != nil {
		return d, err
	}
	for _, duty := range o.duties {
		sub := subs[duty.Agency]
		switch {
		case sub.State == filing.Returned:
			d.Returned++
			fallthrough
		case !sub.SentAt.IsZero():
			if duty.Late(sub.SentAt) {
				d.Late++
			} else {
				d.OnTime++
			}
		default:
			d.Missing = append(d.Missing, duty.Name)
		}
	}
	return d, nil
}

// roundMark notes how an agency did in a round, when it owed a report there.
func (a *App) roundMark(v *store.View, o *roundOf, id agency.ID, out *Inside) error {
	i := slices.IndexFunc(o.duties, func(d filing.Duty) bool { return d.Agency == id })
	if i < 0 {
		return nil
	}
	duty := o.duties[i]
	m := RoundMark{Round: o.round.ID, Name: o.round.Name, Period: o.round.Period, Due: duty.Due, State: "Chưa lập"}
	subs, err := v.Submissions(store.SubmissionQuery{Round: o.round.ID, Agencies: []agency.ID{id}})
	if err != nil {
		return err
	}
	life := filing.Submission{Due: duty.Due}
	if len(subs) > 0 {
		s := subs[0]
		life.SentAt, life.State, m.Sent, m.State = s.SentAt, s.State, s.SentAt, s.State.Title()
		events, err := v.Events(s.ID)
		if err != nil {
			return err
		}
		for _, e := range events {
			if e.Step == filing.Return {
				m.Returned++
			}
		}
	}
	m.OnTime, m.DaysLate = life.OnTime(), life.DaysLate(a.clock())
	out.Marks = append(out.Marks, m)
	return nil
}

// PlanLine is one line of how far plans have come: "9/12 chỉ tiêu".
type PlanLine struct {
	Name        string
	Done, Of    vi.NullDecimal
	Late        int // tasks; -1 where nobody says
	When        string
	Observation int64 // of a published figure, 0 where the register counts
	Source      kpi.System
}

// planPillar is the pillar of the figures that say how much of a yearly plan was carried out.
const planPillar = "ke_hoach_ubqg"

// plan lists the published results of plans, then the programmes of the register.
func (r *ranker) plan(owner agency.ID, in *Inside) ([]PlanLine, error) {
	points, err := r.v.AgencySeries(owner)
	if err != nil {
		return nil, err
	}
	var out []PlanLine
	lines, err := r.series(owner, points)
	if err != nil {
		return nil, err
	}
	for _, s := range lines {
		last := s.Points[len(s.Points)-1]
		if s.Source == kpi.Illustrative || s.Definition.Indicator.Pillar != planPillar || !last.Figure.Num.Valid || !last.Figure.Den.Valid {
			continue
		}
		out = append(out, PlanLine{s.Definition.Name, last.Figure.Num, last.Figure.Den, -1, last.Period.Title(), last.Observation, s.Source})
	}
	if in == nil {
		return out, nil
	}
	for _, p := range in.Tasks.Programmes {
		out = append(out, PlanLine{Name: "Nhiệm vụ: " + p.Title, Done: vi.Some(vi.Int(int64(p.Counts.Done()))), Of: vi.Some(vi.Int(int64(p.Counts.Total()))),
			Late: p.Counts.Overdue, Source: kpi.Register})
	}
	return out, nil
}
