package reporting

import (
	"cmp"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/filing"
	"chiso/internal/store"
)

const (
	maxRounds = 3 // rounds that a page of an owner lists
	maxMarks  = 8 // rounds that a page of an agency lists
)

// RoundsInside lists how far the rounds of an owner have come, or how one agency did in its newest rounds; the newest first.
func (a *Room) RoundsInside(v *store.View, id agency.ID, owner bool) (digests []figures.RoundDigest, marks []figures.RoundMark, err error) {
	rounds, err := v.Rounds()
	if err != nil {
		return nil, nil, err
	}
	slices.SortStableFunc(rounds, func(x, y filing.Round) int {
		return cmp.Or(cmp.Compare(y.Period.To, x.Period.To), cmp.Compare(y.ID, x.ID))
	})
	for _, rd := range rounds {
		if len(digests) == maxRounds || len(marks) == maxMarks {
			break // who owes what in an older round is not worth reading
		}
		o, err := a.StandingOf(v, rd)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case owner && cmp.Or(o.Regime.Owner, agency.Nation) == id:
			d, err := a.roundDigest(v, o)
			if err != nil {
				return nil, nil, err
			}
			digests = append(digests, d)
		case !owner:
			m, owed, err := a.roundMark(v, o, id)
			if err != nil {
				return nil, nil, err
			}
			if owed {
				marks = append(marks, m)
			}
		}
	}
	return digests, marks, nil
}

func (a *Room) roundDigest(v *store.View, o *Standing) (figures.RoundDigest, error) {
	d := figures.RoundDigest{
		ID:     o.Round.ID,
		Name:   o.Round.Name,
		Period: o.Round.Period,
		Due:    o.Round.Due,
		Passed: o.Round.Due.Passed(a.Clock()),
		Owes:   len(o.Duties),
	}
	subs, err := SubmissionsOf(v, o.Round.ID)
	if err != nil {
		return d, err
	}
	for _, duty := range o.Duties {
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

// roundMark says how an agency did in a round, and whether it owed a report there.
func (a *Room) roundMark(v *store.View, o *Standing, id agency.ID) (m figures.RoundMark, owed bool, err error) {
	i := slices.IndexFunc(o.Duties, func(d filing.Duty) bool { return d.Agency == id })
	if i < 0 {
		return m, false, nil
	}
	duty := o.Duties[i]
	m = figures.RoundMark{Round: o.Round.ID, Name: o.Round.Name, Period: o.Round.Period, Due: duty.Due, State: "Chưa lập"}
	subs, err := v.Submissions(store.SubmissionQuery{Round: o.Round.ID, Agencies: []agency.ID{id}})
	if err != nil {
		return m, false, err
	}
	life := filing.Submission{Due: duty.Due}
	if len(subs) > 0 {
		s := subs[0]
		life.SentAt, life.State, m.Sent, m.State = s.SentAt, s.State, s.SentAt, s.State.Title()
		events, err := v.Events(s.ID)
		if err != nil {
			return m, false, err
		}
		for _, e := range events {
			if e.Step == filing.Return {
				m.Returned++
			}
		}
	}
	m.OnTime, m.DaysLate = life.OnTime(), life.DaysLate(a.Clock())
	return m, true, nil
}
