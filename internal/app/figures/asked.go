package figures

import (
	"slices"

	"chiso/internal/agency"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
)

// ask fills in who was asked for the figures of a table on the last day of a period, and from which share of them on the table speaks of
// its block: those whose forms of that day have the indicator, by the regimes of the same kind of period where there are any. What no form
// asks for is everybody's.
func (r *Ranker) ask(t *ranking.Table, s *Subject, p kpi.Period) {
	t.Asked, t.Least = nil, 0
	if t.Source != kpi.Reported {
		return
	}
	codes := s.codes()
	same, other := asking{r: r, t: t, p: p}, asking{r: r, t: t, p: p}
	for i := range r.Catalogue.Forms {
		f := &r.Catalogue.Forms[i]
		if f.Round != 0 || !f.On(p.To) ||
			!slices.ContainsFunc(f.Items, func(it filing.Item) bool { return slices.Contains(codes, it.Indicator) }) {
			continue
		}
		if regime, ok := r.Catalogue.Regime(f.Regime, p.To); ok && regime.Frequency == p.Kind {
			same.add(&regime, f, codes)
		} else if ok {
			other.add(&regime, f, codes)
		}
	}
	for _, a := range []asking{same, other} {
		if len(a.asked) > 0 {
			t.Asked, t.Least = a.asked, a.least
			return
		}
	}
}

// asking gathers who is asked by the forms of some regimes.
type asking struct {
	r     *Ranker
	t     *ranking.Table
	p     kpi.Period
	asked map[agency.ID]bool
	least int
}

// add takes the agencies of a table's block that a form asks for any of the codes.
func (a *asking) add(regime *filing.Regime, f *filing.Form, codes []string) {
	dir, day := a.r.Catalogue.Agencies, a.p.To
	reports := map[agency.ID]bool{}
	for _, b := range regime.Blocks {
		for _, m := range dir.Members(b, day) {
			reports[m.Agency] = true
		}
	}
	for _, m := range dir.Members(a.t.Block.Code, day) {
		who, ok := dir.On(m.Agency, day)
		if !ok || !reports[m.Agency] {
			continue
		}
		for _, it := range f.Items {
			d, defined := a.r.Catalogue.Kpis.On(it.Indicator, day)
			if !defined || !slices.Contains(codes, it.Indicator) || !filing.Asks(d, who.Level) || it.For(dir, m.Agency, day) != filing.Asked {
				continue
			}
			if a.asked == nil {
				a.asked = map[agency.ID]bool{}
			}
			a.asked[m.Agency], a.least = true, max(a.least, regime.Coverage)
		}
	}
}
