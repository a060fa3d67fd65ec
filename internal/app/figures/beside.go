package figures

import (
	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
)

// BesideFigures are what a measuring system holds for the indicator, period and agencies of a table that is ranked by what the
// agencies reported: shown beside it and never mixed into it.
type BesideFigures struct {
	Source kpi.System
	Texts  map[agency.ID]string // the figure rounded, or its state in words
}

// beside looks for the figures of EMC, else of the national portal, for a table of reported figures; nil where neither has one.
func (r *Ranker) beside(t *ranking.Table, s *Subject) (*BesideFigures, error) {
	if s.Definition == nil || t.Source != kpi.Reported {
		return nil, nil
	}
	for _, system := range []kpi.System{kpi.EMC, kpi.DVCQG} {
		figures, err := r.figures(&ranking.Table{Source: system, Period: t.Period}, s, t.Period)
		if err != nil {
			return nil, err
		}
		out := &BesideFigures{Source: system, Texts: map[agency.ID]string{}}
		for _, p := range r.Catalogue.Agencies.Members(t.Block.Code, t.Period.To) {
			if item, ok := figures[p.Agency]; ok {
				out.Texts[p.Agency] = FigureText(item.Figure, s.Definition)
			}
		}
		if len(out.Texts) > 0 {
			return out, nil
		}
	}
	return nil, nil
}
