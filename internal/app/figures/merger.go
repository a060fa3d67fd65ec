package figures

import (
	"context"
	"slices"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// MergerView is one period's ranking in both sets of agencies: as it was, and on today's boundaries.
type MergerView struct {
	Table    *ranking.Table // as it was
	Choices  Choices
	On       vi.Date                        // the day of the later set
	Restated *ranking.Table                 // nil where the sets are the same: Same is then set
	Made     map[agency.ID]ranking.Restated // what each figure of Restated was made of
	Names    map[agency.ID]string           // of the agencies of both sets
	Into     map[agency.ID]agency.ID        // whole successor on that day of each agency that is no more
	Same     bool
}

// Merger ranks a period in the set of agencies that it had and in the one of today. Without a period it takes the latest one
// whose set was another.
func (a *Room) Merger(ctx context.Context, q RankingQuery) (out *MergerView, err error) {
	defer fault.Context(&err, "figures.Merger")
	today := a.Today()
	if q.Period == "" {
		if q.Period, err = a.lastOfOldSet(ctx, q, today); err != nil {
			return nil, err
		}
	}
	err = a.ranked(ctx, q, func(r *Ranker, t *ranking.Table, s *Subject) error {
		out = &MergerView{Table: t, On: max(today, t.Period.To), Names: map[agency.ID]string{}, Into: map[agency.ID]agency.ID{}}
		if out.Choices, err = s.choices(t); err != nil {
			return err
		}
		for _, id := range TableAgencies(t) {
			out.Names[id] = r.Catalogue.Agencies.Name(id, t.Period.To)
		}
		if out.Same = s.asked.Catalogue.Agencies.SameSet(t.Block.Code, t.Period.To, out.On); out.Same {
			return nil
		}
		return r.restate(out, s)
	})
	return out, err
}

// lastOfOldSet is the newest period with figures whose block had other agencies than today.
func (a *Room) lastOfOldSet(ctx context.Context, q RankingQuery, today vi.Date) (key string, err error) {
	err = a.ranked(ctx, q, func(r *Ranker, t *ranking.Table, s *Subject) error {
		choices, err := s.choices(t)
		for _, c := range choices.Periods {
			if p, err := kpi.ParsePeriod(c.Code); err == nil && key == "" && !s.asked.Catalogue.Agencies.SameSet(t.Block.Code, p.To, today) {
				key = p.Key
			}
		}
		return err
	})
	return key, err
}

func (r *Ranker) restate(out *MergerView, s *Subject) error {
	t := out.Table
	d, figures := s.Definition, ranking.Figures{}
	if s.Scorecard != nil { // totals take the mean that the ministry takes
		if d == nil {
			return nil
		}
		for _, row := range t.Rows {
			if row.Value.Valid {
				figures[row.Agency] = ranking.Item{Figure: kpi.Figure{State: kpi.Value, Value: row.Value}}
			}
		}
	} else {
		parts, err := r.parts(t, s, t.Period, nil)
		if err != nil {
			return err
		}
		figures = parts[d.Indicator.Code].figures
	}
	today := s.asked.Catalogue.Agencies // the set of today is no part of a release
	places := today.Members(t.Block.Code, out.On)
	anew := *t
	anew.Scorecard, anew.Definition, anew.Target, anew.Published = nil, d, nil, nil
	anew.Rows, anew.NotRanked, anew.Previous = nil, nil, ranking.Previous{None: "Thứ hạng quy đổi không so với kỳ trước."}
	out.Made = ranking.RankRestated(&anew, today, places, out.On, figures)
	for _, p := range places {
		out.Names[p.Agency] = p.Name
		for _, from := range out.Made[p.Agency].From {
			if from != p.Agency {
				out.Into[from] = p.Agency
			}
		}
	}
	out.Restated = &anew
	return nil
}

// RestatedSeries is one indicator of an agency on the boundaries of today.
type RestatedSeries struct {
	Definition *kpi.Definition
	Source     kpi.System
	Points     []ranking.RestatedPoint // oldest first
}

// Across gathers the series of an agency that has predecessors, theirs carried over by rule. Series without any figure of a
// predecessor are left out.
func (a *Room) Across(ctx context.Context, id agency.ID, view ledger.View) (v agency.Version, out []RestatedSeries, err error) {
	defer fault.Context(&err, "figures.Across(%s)", id)
	err = a.Store.Read(ctx, time.Time{}, func(sv *store.View) error {
		c, err := a.Catalogue(sv)
		if err != nil {
			return err
		}
		versions := c.Agencies.Versions(id)
		if len(versions) == 0 || versions[0].Level == agency.Aggregate {
			return fault.New(fault.NotFound, "Không có đơn vị mang mã %q.", id)
		}
		v = versions[len(versions)-1]
		r := a.Ranker(sv, c, view, time.Time{})
		out, err = r.across(id, min(a.Today(), v.To))
		return err
	})
	return v, out, err
}

// line is one series to be: all figures of one definition and source system.
type lineKey struct {
	definition int64
	source     kpi.System
}

func (r *Ranker) across(id agency.ID, on vi.Date) ([]RestatedSeries, error) {
	lines, newest := map[lineKey][]ranking.PeriodFigures{}, map[lineKey]*kpi.Definition{}
	ids := append([]agency.ID{id}, r.wholePredecessors(id)...)
	for _, who := range ids {
		points, err := r.View.AgencySeries(who)
		if err != nil {
			return nil, err
		}
		for _, p := range points {
			key := lineKey{p.Definition, p.Source.System}
			lines[key] = withFigure(lines[key], p, who)
			c, err := r.catalogueOf(who, p)
			if err != nil {
				return nil, err
			}
			if d, ok := c.Kpis.ByID(p.Definition); ok {
				newest[key] = d // points come oldest first
			}
		}
	}
	var out []RestatedSeries
	for _, d := range r.Catalogue.Kpis.Definitions() {
		for _, system := range append(kpi.Systems(), kpi.Illustrative) {
			key := lineKey{d.ID, system}
			all := lines[key]
			if newest[key] != nil {
				d = newest[key]
			}
			slices.SortStableFunc(all, func(a, b ranking.PeriodFigures) int { return ComparePeriods(a.Period, b.Period) })
			points := ranking.SeriesOn(d, r.Catalogue.Agencies, id, on, all)
			if slices.ContainsFunc(points, func(p ranking.RestatedPoint) bool { return !p.Own }) {
				out = append(out, RestatedSeries{d, system, points})
			}
		}
	}
	return out, nil
}

// withFigure adds a figure to its period; of two publishers the first stays.
func withFigure(all []ranking.PeriodFigures, p store.SeriesPoint, who agency.ID) []ranking.PeriodFigures {
	i := slices.IndexFunc(all, func(x ranking.PeriodFigures) bool { return x.Period.Key == p.Period.Key })
	if i < 0 {
		i, all = len(all), append(all, ranking.PeriodFigures{Period: p.Period, Figures: ranking.Figures{}})
	}
	if _, ok := all[i].Figures[who]; !ok {
		all[i].Figures[who] = ranking.Item{Figure: p.Figure, Observation: p.Observation}
	}
	return all
}

// wholePredecessors lists everyone whose whole body came into id, in any number of steps.
func (r *Ranker) wholePredecessors(id agency.ID) []agency.ID {
	out := []agency.ID{}
	todo := []agency.ID{id}
	for len(todo) > 0 {
		next := todo[0]
		todo = todo[1:]
		for _, s := range r.Catalogue.Agencies.Predecessors(next) {
			if s.Extent == agency.Whole && !slices.Contains(out, s.Pred) {
				out, todo = append(out, s.Pred), append(todo, s.Pred)
			}
		}
	}
	return out
}
