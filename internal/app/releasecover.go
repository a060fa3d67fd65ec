package app

import (
	"cmp"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// scopesOf lists the regimes whose forms ask for all of the codes, and the group of indicators that all of them belong to. A scorecard
// stands for its components.
func (c *catalogue) scopesOf(codes []string, on vi.Date) (out []string) {
	sets := map[string]map[string]bool{}
	put := func(scope, code string) {
		if sets[scope] == nil {
			sets[scope] = map[string]bool{}
		}
		sets[scope][code] = true
	}
	for _, f := range c.forms {
		for _, it := range f.Items {
			if f.On(on) {
				put(f.Regime, it.Indicator)
			}
		}
	}
	for _, d := range c.kpis.Definitions() {
		put(d.Indicator.Pillar, d.Indicator.Code)
	}
	for scope, has := range sets {
		if !slices.ContainsFunc(codes, func(code string) bool {
			if s, ok := c.scorecard(code, on); ok && !has[code] {
				return slices.ContainsFunc(componentCodes(s), func(part string) bool { return !has[part] })
			}
			return !has[code]
		}) {
			out = append(out, scope)
		}
	}
	return out
}

// releaseCodes settles what a release covers.
func (r *ranker) releaseCodes(owner agency.ID, p kpi.Period, req ReleaseRequest) ([]string, error) {
	held, err := r.guardedCodes(p)
	if err != nil {
		return nil, err
	}
	chosen := map[string]bool{}
	switch {
	case len(req.Codes) > 0:
		for _, code := range req.Codes {
			_, known := r.c.definition(code)
			card, isCard := r.c.scorecard(code, p.To)
			if !known && !isCard {
				return nil, fault.New(fault.NotFound, "Không có chỉ tiêu hay bộ chỉ số nào mang mã %q.", code)
			}
			chosen[code] = known
			if isCard {
				for _, part := range componentCodes(card) {
					chosen[part] = true
				}
			}
		}
	case req.Regime != "":
		if _, ok := r.c.regime(req.Regime, p.To); !ok {
			return nil, fault.New(fault.NotFound, "Không có chế độ báo cáo %q trong %s.", req.Regime, p.Title())
		}
		for _, f := range r.c.forms {
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
	for _, d := range r.c.kpis.Definitions() {
		if code := d.Indicator.Code; chosen[code] && !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	for i := range r.c.scorecards {
		s := &r.c.scorecards[i]
		parts := componentCodes(s)
		if s.On(p.To) && len(parts) > 0 && r.c.cardFits(s, owner) && !slices.Contains(out, s.Code) && !slices.ContainsFunc(parts, func(code string) bool { return !chosen[code] }) {
			out = append(out, s.Code)
		}
	}
	return out, nil
}

// guardedCodes lists the indicators with figures that wait for a release.
func (r *ranker) guardedCodes(p kpi.Period) (map[string]bool, error) {
	holdings, err := r.v.Holdings()
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, h := range holdings {
		if d, ok := r.c.kpis.ByID(h.Definition); ok && h.Period.Key == p.Key && guarded(h.Source.System) {
			out[d.Indicator.Code] = true
		}
	}
	return out, nil
}

// tables calls fn with every ranking that a release shows: each code in each block of the owner and each guarded source that has
// anything.
func (r *ranker) tables(rel *filing.Release, fn func(t *ranking.Table, q RankingQuery) error) error {
	for _, code := range rel.Codes {
		for _, b := range r.c.agencies.Blocks() {
			if b.Owner != rel.Owner {
				continue
			}
			for _, system := range kpi.Systems() {
				if !guarded(system) {
					continue
				}
				q := RankingQuery{Code: code, Period: rel.Period.Key, Block: b.Code, Source: string(system)}
				t, _, err := r.table(q)
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

// freeze makes the tables that a release keeps.
func (r *ranker) freeze(rel *filing.Release) (out []filing.FrozenTable, err error) {
	out = []filing.FrozenTable{}
	err = r.tables(rel, func(t *ranking.Table, _ RankingQuery) error {
		out = append(out, frozenTable(t))
		return nil
	})
	return out, err
}

func frozenTable(t *ranking.Table) filing.FrozenTable {
	f := filing.FrozenTable{Code: t.Code, Name: t.Name, Block: t.Block.Code, BlockName: t.Block.Name, Source: string(t.Source), Unit: t.Unit, Decimals: t.Decimals,
		Pooled: t.Pooled.Value, Covered: t.Pooled.Covered, Expected: t.Pooled.Expected}
	for _, row := range t.Rows {
		f.Rows = append(f.Rows, filing.FrozenRow{Agency: row.Agency, Name: row.Name, Rank: row.Rank, Value: row.Value, Num: row.Num, Den: row.Den, Observation: row.Observation})
	}
	for _, n := range t.NotRanked {
		f.Rows = append(f.Rows, filing.FrozenRow{Agency: n.Agency, Name: n.Name, Reason: cmp.Or(n.Detail, n.Reason.Title()), Observation: n.Observation})
	}
	return f
}

// newerTasks counts the task figures of a release's period that are others by now, or that came after it. They are recorded from the
// register at a cut-off, beside the reports, so a release may be older than they are without anybody noticing.
func (r *ranker) newerTasks(rel *filing.Release, tables []filing.FrozenTable) (n int, err error) {
	ofTasks := *rel
	ofTasks.Codes = nil
	holdings, err := r.v.Holdings()
	if err != nil {
		return 0, err
	}
	for _, h := range holdings {
		d, ok := r.c.kpis.ByID(h.Definition)
		if ok && h.Period.Key == rel.Period.Key && h.Source.System == kpi.Register && slices.Contains(rel.Codes, d.Indicator.Code) && !slices.Contains(ofTasks.Codes, d.Indicator.Code) {
			ofTasks.Codes = append(ofTasks.Codes, d.Indicator.Code)
		}
	}
	if len(ofTasks.Codes) == 0 {
		return 0, nil
	}
	now, err := r.freeze(&ofTasks)
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
