package app

import (
	"fmt"
	"maps"
	"slices"

	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
)

// move finds the earlier ranking that t is compared with, or says why there is none.
func (r *ranker) move(t *ranking.Table, s *subject) error {
	before, why, err := r.earlier(t, s)
	if err != nil || before == nil {
		t.Previous.None = why
		return err
	}
	t.Previous.Period = &before.Period
	t.Move(before)
	return nil
}

// earlier makes the ranking of the period that t is compared with; nil and the reason when there is none.
func (r *ranker) earlier(t *ranking.Table, s *subject) (before *ranking.Table, why string, err error) {
	accumulation := kpi.InPeriod
	if s.definition != nil {
		accumulation = s.definition.Accumulation
	}
	c := kpi.Previous(t.Period, accumulation)
	if c.None != "" {
		return nil, c.None, nil
	}
	for _, p := range candidates(c, s, t) {
		if reason := r.incomparable(t, s, p); reason != "" {
			return nil, reason, nil
		}
		before := &ranking.Table{Code: t.Code, Decimals: t.Decimals, Direction: t.Direction, Definition: t.Definition, Scorecard: t.Scorecard,
			Period: t.Period, Block: t.Block, Source: t.Source}
		if err := r.fill(before, s, p); err != nil {
			return nil, "", err
		}
		if before.Period = p; len(before.Rows) > 0 { // else nothing was known then, at this revision
			return before, "", nil
		}
	}
	return nil, noEarlier, nil
}

const noEarlier = "Chưa có số liệu kỳ trước của cùng nguồn."

// candidates lists the periods to try, newest first.
func candidates(c kpi.Comparison, s *subject, t *ranking.Table) []kpi.Period {
	if !c.Snapshot {
		return []kpi.Period{c.Period}
	}
	var out []kpi.Period
	for _, h := range s.holdings {
		p := h.Period
		if p.Kind == kpi.Day && h.Source.System == t.Source && p.To < t.Period.To && p.To >= c.NotUntil &&
			!slices.ContainsFunc(out, func(q kpi.Period) bool { return q.Key == p.Key }) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b kpi.Period) int { return comparePeriods(b, a) })
	return out
}

// incomparable says why a ranking of period p must not be compared with t.
func (r *ranker) incomparable(t *ranking.Table, s *subject, p kpi.Period) string {
	if !r.c.agencies.SameSet(t.Block.Code, t.Period.To, p.To) {
		return fmt.Sprintf("%s có tập đơn vị khác (trước và sau sắp xếp), không so thứ hạng.", p.Title())
	}
	if len(s.sources(t.Source, p)) == 0 {
		return noEarlier
	}
	if s.scorecard != nil {
		if card, ok := r.c.scorecard(s.code, p.To); !ok || card.ID != s.scorecard.ID {
			return "Bộ chỉ số đã đổi phiên bản so với kỳ trước, không so thứ hạng."
		}
		return ""
	}
	if d, ok := r.c.kpis.On(s.code, p.To); !ok || d.ID != s.definition.ID {
		return "Định nghĩa chỉ tiêu đã đổi so với kỳ trước, không so thứ hạng."
	}
	return ""
}

// choices lists what else could be ranked, of what there is now.
func (s *subject) choices(t *ranking.Table) (c Choices, err error) {
	r := s.asked
	all, _, err := r.subject(RankingQuery{Code: s.code})
	if fault.KindOf(err) == fault.NotFound {
		all, err = s, nil // ended since
	}
	if err != nil {
		return c, err
	}
	periods, sources := map[string]kpi.Period{}, map[kpi.System]bool{}
	for _, h := range all.holdings {
		periods[h.Period.Key] = h.Period
		if h.Period.Key == t.Period.Key {
			sources[h.Source.System] = true
		}
	}
	periods[t.Period.Key] = t.Period
	sources[t.Source] = true
	for _, p := range slices.SortedFunc(maps.Values(periods), func(a, b kpi.Period) int { return comparePeriods(b, a) }) {
		c.Periods = append(c.Periods, Choice{p.Key, p.Title(), p.Key == t.Period.Key})
	}
	for _, b := range r.c.agencies.Blocks() {
		if b.Owner != t.Block.Owner {
			continue
		}
		c.Blocks = append(c.Blocks, Choice{b.Code, b.Name, b.Code == t.Block.Code})
	}
	for _, system := range append(kpi.Systems(), kpi.Illustrative) {
		if sources[system] {
			c.Sources = append(c.Sources, Choice{string(system), system.Title(), system == t.Source})
		}
	}
	return c, nil
}
