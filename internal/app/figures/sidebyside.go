package figures

import (
	"context"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// SideBySide is one indicator in every block of the nation, and the nation's own figure of the same period.
type SideBySide struct {
	Code, Name, Unit string
	Decimals         int
	Period           kpi.Period
	Tables           []*ranking.Table // one a block that has figures
	Nation           []NationFigure   // of each source that has one
	Periods          []ledger.Choice
	Revision         int64
	AsOf             time.Time
}

// NationFigure is a figure of the nation as one source gives it.
type NationFigure struct {
	Source      kpi.System
	Origin      string
	Figure      kpi.Figure
	Value       vi.NullDecimal
	Definition  *kpi.Definition
	Remarks     string
	Observation int64
}

// SideBySide ranks one indicator of one period in each block of the nation. Without a period it is the newest in which any of them has
// figures.
func (a *Room) SideBySide(ctx context.Context, q RankingQuery) (out *SideBySide, err error) {
	defer fault.Context(&err, "figures.SideBySide")
	err = a.Store.Read(ctx, q.AsOf, func(v *store.View) error {
		c, err := a.CatalogueAsOf(v, q.AsOf)
		if err != nil {
			return err
		}
		r := a.Ranker(v, c, q.View, q.AsOf)
		_, p, err := r.ground(q)
		if err != nil {
			return err
		}
		out = &SideBySide{Code: q.Code, Period: p, Revision: v.Revision().ID, AsOf: v.Revision().At}
		var refused error
		var made []ranking.Table
		for _, b := range c.MainBlocks(agency.Nation) {
			t, s, err := r.Table(RankingQuery{Code: q.Code, Period: p.Key, Block: b.Code, Source: q.Source})
			if fault.KindOf(err) == fault.NotFound {
				refused = err
				continue
			}
			if err != nil {
				return err
			}
			if out.Periods == nil {
				choices, err := s.choices(t)
				if err != nil {
					return err
				}
				out.Periods = choices.Periods
			}
			out.describe(t)
			if len(t.Rows) > 0 || len(t.NotRanked) > 0 && t.Coverage().Have > 0 {
				out.Tables, made = append(out.Tables, t), append(made, *t)
			}
		}
		if err := r.nationFigures(out); err != nil {
			return err
		}
		if len(out.Tables)+len(out.Nation) == 0 {
			if refused != nil {
				return refused
			}
			return fault.New(fault.NotFound, "Chưa có số liệu nào của %s cho %s.", q.Code, p.Title())
		}
		if rev, at, ok := FrozenAt(made); ok && len(out.Nation) == 0 {
			out.Revision, out.AsOf = rev, at
		}
		return nil
	})
	return out, err
}

func (s *SideBySide) describe(t *ranking.Table) {
	if s.Name == "" {
		s.Code, s.Name, s.Unit, s.Decimals = t.Code, t.Name, t.Unit, t.Decimals
	}
}

// nationFigures fills in what each source gives for the nation itself.
func (r *Ranker) nationFigures(out *SideBySide) error {
	points, err := r.View.AgencySeries(agency.Nation)
	if err != nil {
		return err
	}
	all, err := r.Series(agency.Nation, points)
	for _, s := range all {
		if s.Definition.Indicator.Code != out.Code || s.Source == kpi.Illustrative {
			continue
		}
		if out.Name == "" {
			out.Name, out.Unit, out.Decimals = s.Definition.Name, s.Definition.Unit, s.Definition.Decimals
		}
		for _, p := range s.Points {
			if p.Period.Key == out.Period.Key {
				out.Nation = append(
					out.Nation,
					NationFigure{Source: s.Source, Origin: p.Origin, Figure: p.Figure, Value: p.Value, Definition: s.Definition,
						Remarks: p.Remarks(s.Definition), Observation: p.Observation},
				)
			}
		}
	}
	return err
}
