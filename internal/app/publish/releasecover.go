package publish

import (
	"cmp"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// scopesOf lists the regimes whose forms ask for all of the codes, and the group of indicators that all of them belong to. A scorecard
// stands for its components.
func scopesOf(c *ledger.Catalogue, codes []string, on vi.Date) (out []string) {
	sets := map[string]map[string]bool{}
	put := func(scope, code string) {
		if sets[scope] == nil {
			sets[scope] = map[string]bool{}
		}
		sets[scope][code] = true
	}
	for _, f := range c.Forms {
		for _, it := range f.Items {
			if f.On(on) {
				put(f.Regime, it.Indicator)
			}
		}
	}
	for _, d := range c.Kpis.Definitions() {
		put(d.Indicator.Pillar, d.Indicator.Code)
	}
	for scope, has := range sets {
		if !slices.ContainsFunc(codes, func(code string) bool {
			if s, ok := c.Scorecard(code, on); ok && !has[code] {
				return slices.ContainsFunc(ledger.ComponentCodes(s), func(part string) bool { return !has[part] })
			}
			return !has[code]
		}) {
			out = append(out, scope)
		}
	}
	return out
}

// releaseCodes settles what a release covers.
func releaseCodes(r *figures.Ranker, owner agency.ID, p kpi.Period, req ReleaseRequest) ([]string, error) {
	held, err := guardedCodes(r, p)
	if err != nil {
		return nil, err
	}
	chosen := map[string]bool{}
	switch {
	case len(req.Codes) > 0:
		for _, code := range req.Codes {
			_, known := r.Catalogue.Definition(code)
			card, isCard := r.Catalogue.Scorecard(code, p.To)
			if !known && !isCard {
				return nil, fault.New(fault.NotFound, "Không có chỉ tiêu hay bộ chỉ số nào mang mã %q.", code)
			}
			chosen[code] = known
			if isCard {
				for _, part := range ledger.ComponentCodes(card) {
					chosen[part] = true
				}
			}
		}
	case req.Regime != "":
		if _, ok := r.Catalogue.Regime(req.Regime, p.To); !ok {
			return nil, fault.New(fault.NotFound, "Không có chế độ báo cáo %q trong %s.", req.Regime, p.Title())
		}
		for _, f := range r.Catalogue.Forms {
			if f.Regime != req.Regime || !f.On(p.To) {
				continue
			}
			for _, it := range f.Items {
				chosen[it.Indicator] = true
			}
		}
	default:
		chosen = held
	}
	var out []string
	for _, d := range r.Catalogue.Kpis.Definitions() {
		if code := d.Indicator.Code; chosen[code] && !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	for i := range r.Catalogue.Scorecards {
		s := &r.Catalogue.Scorecards[i]
		parts := ledger.ComponentCodes(s)
		if s.On(p.To) && len(parts) > 0 && r.Catalogue.CardFits(s, owner) && !slices.Contains(out, s.Code) &&
			!slices.ContainsFunc(parts, func(code string) bool { return !chosen[code] }) {
			out = append(out, s.Code)
		}
	}
	return out, nil
}

// guardedCodes lists the indicators with figures that wait for a release.
func guardedCodes(r *figures.Ranker, p kpi.Period) (map[string]bool, error) {
	holdings, err := r.View.Holdings()
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, h := range holdings {
		if d, ok := r.Catalogue.Kpis.ByID(h.Definition); ok && h.Period.Key == p.Key && figures.Guarded(h.Source.System) {
			out[d.Indicator.Code] = true
		}
	}
	return out, nil
}

// tables calls fn with every ranking that a release shows: each code in each block of the owner and each guarded source that has
// anything.
func tables(r *figures.Ranker, rel *filing.Release, fn func(t *ranking.Table, q figures.RankingQuery) error) error {
	for _, code := range rel.Codes {
		for _, b := range r.Catalogue.Agencies.Blocks() {
			if b.Owner != rel.Owner {
				continue
			}
			for _, system := range kpi.Systems() {
				if !figures.Guarded(system) {
					continue
				}
				q := figures.RankingQuery{Code: code, Period: rel.Period.Key, Block: b.Code, Source: string(system)}
				t, _, err := r.Table(q)
				if fault.KindOf(err) == fault.NotFound {
					continue // not defined for the period
				}
				if err == nil && len(t.Rows) > 0 {
					err = fn(t, q)
				}
				if err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Freeze makes the tables that a release keeps.
func Freeze(r *figures.Ranker, rel *filing.Release) (out []filing.FrozenTable, err error) {
	out = []filing.FrozenTable{}
	err = tables(r, rel, func(t *ranking.Table, _ figures.RankingQuery) error {
		out = append(out, frozenTable(t))
		return nil
	})
	return out, err
}

func frozenTable(t *ranking.Table) filing.FrozenTable {
	f := filing.FrozenTable{
		Code:      t.Code,
		Name:      t.Name,
		Block:     t.Block.Code,
		BlockName: t.Block.Name,
		Source:    string(t.Source),
		Unit:      t.Unit,
		Decimals:  t.Decimals,
		Pooled:    t.Pooled.Value,
		Covered:   t.Pooled.Covered,
		Expected:  t.Pooled.Expected,
	}
	for _, row := range t.Rows {
		f.Rows = append(
			f.Rows,
			filing.FrozenRow{
				Agency:      row.Agency,
				Name:        row.Name,
				Rank:        row.Rank,
				Value:       row.Value,
				Num:         row.Num,
				Den:         row.Den,
				Observation: row.Observation,
			},
		)
	}
	for _, n := range t.NotRanked {
		f.Rows = append(
			f.Rows,
			filing.FrozenRow{Agency: n.Agency, Name: n.Name, Reason: cmp.Or(n.Detail, n.Reason.Title()), Observation: n.Observation},
		)
	}
	return f
}

// newerTasks counts the task figures of a release's period that are others by now, or that came after it. They are recorded from the
// register at a cut-off, beside the reports, so a release may be older than they are without anybody noticing.
func newerTasks(r *figures.Ranker, rel *filing.Release, tables []filing.FrozenTable) (n int, err error) {
	ofTasks := *rel
	ofTasks.Codes = nil
	holdings, err := r.View.Holdings()
	if err != nil {
		return 0, err
	}
	for _, h := range holdings {
		d, ok := r.Catalogue.Kpis.ByID(h.Definition)
		if ok && h.Period.Key == rel.Period.Key && h.Source.System == kpi.Register && slices.Contains(rel.Codes, d.Indicator.Code) &&
			!slices.Contains(ofTasks.Codes, d.Indicator.Code) {
			ofTasks.Codes = append(ofTasks.Codes, d.Indicator.Code)
		}
	}
	if len(ofTasks.Codes) == 0 {
		return 0, nil
	}
	now, err := Freeze(r, &ofTasks)
	if err != nil {
		return 0, err
	}
	fromRegister := func(in []filing.FrozenTable) (out []filing.FrozenTable) {
		for _, t := range in {
			if t.Source == string(kpi.Register) && slices.Contains(ofTasks.Codes, t.Code) {
				out = append(out, t)
			}
		}
		return out
	}
	for _, d := range filing.Differences(fromRegister(tables), fromRegister(now)) {
		if d.Figure {
			n++
		}
	}
	return n, nil
}
