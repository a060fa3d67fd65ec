package figures

import (
	"fmt"
	"maps"
	"slices"

	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// move finds the earlier ranking that t is compared with, or says why there is none.
func (r *Ranker) move(t *ranking.Table, s *Subject) error {
	before, why, err := r.Earlier(t, s)
	if err != nil || before == nil {
		t.Previous.None = why
		return err
	}
	t.Previous.Period, t.Previous.Recomputed = &before.Period, before.Previous.Recomputed
	t.Move(before)
	return nil
}

// Earlier makes the ranking of the period that t is compared with; nil and the reason when there is none.
func (r *Ranker) Earlier(t *ranking.Table, s *Subject) (before *ranking.Table, why string, err error) {
	accumulation := kpi.InPeriod
	if s.Definition != nil {
		accumulation = s.Definition.Accumulation
	}
	c := kpi.Previous(t.Period, accumulation)
	if c.None != "" {
		return nil, c.None, nil
	}
	for _, p := range candidates(c, s, t) {
		of, reason, err := r.comparable(t, s, p)
		if err != nil || reason != "" {
			return nil, reason, err
		}
		before := &ranking.Table{Code: t.Code, Decimals: t.Decimals, Direction: t.Direction, Definition: t.Definition, Scorecard: t.Scorecard,
			Period: t.Period, Block: t.Block, Source: t.Source}
		if err := r.fill(before, of, p); err != nil {
			return nil, "", err
		}
		if of != s {
			withParts(before)
			before.Previous.Recomputed = recomputed(s.Definition)
		}
		if before.Period = p; len(before.Rows) > 0 { // else nothing was known then, at this revision
			return before, "", nil
		}
	}
	if c.Snapshot { // the days of another definition are none of this one's
		if d, ok := r.definedBefore(s); ok {
			return nil, broken(s.Definition, d), nil
		}
	}
	return nil, noEarlier, nil
}

const noEarlier = "Chưa có số liệu kỳ trước của cùng nguồn."

// candidates lists the periods to try, newest first.
func candidates(c kpi.Comparison, s *Subject, t *ranking.Table) []kpi.Period {
	if !c.Snapshot {
		return []kpi.Period{c.Period}
	}
	var out []kpi.Period
	for _, h := range s.Holdings {
		p := h.Period
		if p.Kind == kpi.Day && h.Source.System == t.Source && p.To < t.Period.To && p.To >= c.NotUntil &&
			!slices.ContainsFunc(out, func(q kpi.Period) bool { return q.Key == p.Key }) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b kpi.Period) int { return ComparePeriods(b, a) })
	return out
}

// comparable returns what of an earlier period is compared with t, or says why nothing must be. Under another definition it is the figures
// computed again under that of t, where what was counted is the same and stored as parts (design.md rule 9).
func (r *Ranker) comparable(t *ranking.Table, s *Subject, p kpi.Period) (of *Subject, why string, err error) {
	if !r.Catalogue.Agencies.SameSet(t.Block.Code, t.Period.To, p.To) {
		return nil, fmt.Sprintf("%s có tập đơn vị khác (trước và sau sắp xếp), không so thứ hạng.", p.Title()), nil
	}
	if s.Scorecard != nil {
		if card, ok := r.Catalogue.Scorecard(s.code, p.To); !ok || card.ID != s.Scorecard.ID {
			return nil, "Bộ chỉ số đã đổi phiên bản so với kỳ trước, không so thứ hạng.", nil
		}
	} else if d, ok := r.Catalogue.Kpis.On(s.code, p.To); ok && d.ID != s.Definition.ID {
		old := &Subject{code: s.code, Definition: d, Rule: s.Rule, asked: s.asked}
		if old.Holdings, err = r.View.Holdings(d.ID); err != nil {
			return nil, "", err
		}
		if len(old.Sources(t.Source, p)) == 0 || !sameCount(s.Definition, d) {
			return nil, broken(s.Definition, d), nil
		}
		return old, "", nil
	}
	if len(s.Sources(t.Source, p)) == 0 {
		return nil, noEarlier, nil
	}
	return s, "", nil
}

// broken says that a definition changed, from when and by which act.
func broken(now, before *kpi.Definition) string {
	from := now.From
	if before.From > now.From {
		from = before.From
	}
	text := "Định nghĩa đổi từ " + from.String()
	if act := now.BasisOn(from); act != "" {
		text += " theo " + act
	}
	return text + ", không so thứ hạng với kỳ trước."
}

// sameCount reports whether two definitions of a ratio count the same things above and below, so that stored parts can be computed again.
func sameCount(a, b *kpi.Definition) bool {
	same := func(x, y string) bool { return vi.Fold(x) == vi.Fold(y) }
	return a.Indicator.Kind == kpi.Ratio && a.Numerator != "" && same(a.Numerator, b.Numerator) && same(a.Denominator, b.Denominator) &&
		a.Accumulation == b.Accumulation &&
		a.Unit == b.Unit
}

// withParts takes the ranks of a table computed again from those whose numerator and denominator are not stored.
func withParts(t *ranking.Table) {
	var kept []ranking.Row
	for _, r := range t.Rows {
		if !r.Num.Valid || !r.Den.Valid {
			t.NotRanked = append(
				t.NotRanked,
				ranking.NotRanked{Agency: r.Agency, Name: r.Name, Reason: ranking.NotReported, Observation: r.Observation,
					Detail: "Thiếu tử/mẫu số nên không tính lại được"},
			)
			continue
		}
		r.Rank = len(kept) + 1
		if n := len(kept); n > 0 && kept[n-1].Value == r.Value {
			r.Rank = kept[n-1].Rank
		}
		kept = append(kept, r)
	}
	t.Rows = kept
}

// recomputed says by which version earlier figures were computed again.
func recomputed(d *kpi.Definition) string {
	text := "Kỳ trước tính lại theo bản định nghĩa từ " + d.From.String()
	if act := d.BasisOn(d.From); act != "" {
		text += " (" + act + ")"
	}
	return text + "."
}

// definedBefore finds an earlier definition of the same indicator that has figures of the same source.
func (r *Ranker) definedBefore(s *Subject) (*kpi.Definition, bool) {
	if s.Definition == nil || s.Scorecard != nil {
		return nil, false
	}
	for _, d := range r.Catalogue.Kpis.Definitions() {
		if d.Indicator.Code == s.code && d.To < s.Definition.From {
			if holdings, err := r.View.Holdings(d.ID); err == nil && len(holdings) > 0 {
				return d, true
			}
		}
	}
	return nil, false
}

// choices lists what else could be ranked, of what there is now.
func (s *Subject) choices(t *ranking.Table) (c Choices, err error) {
	r := s.asked
	all, _, err := r.subject(RankingQuery{Code: s.code})
	if fault.KindOf(err) == fault.NotFound {
		all, err = s, nil // ended since
	}
	if err != nil {
		return c, err
	}
	periods, sources := map[string]kpi.Period{}, map[kpi.System]bool{}
	for _, h := range all.Holdings {
		periods[h.Period.Key] = h.Period
		if h.Period.Key == t.Period.Key {
			sources[h.Source.System] = true
		}
	}
	periods[t.Period.Key] = t.Period
	sources[t.Source] = true
	for _, p := range slices.SortedFunc(maps.Values(periods), func(a, b kpi.Period) int { return ComparePeriods(b, a) }) {
		c.Periods = append(c.Periods, ledger.Choice{Code: p.Key, Title: p.Title(), Selected: p.Key == t.Period.Key})
	}
	for _, b := range r.Catalogue.Agencies.Blocks() {
		if b.Owner != t.Block.Owner {
			continue
		}
		c.Blocks = append(c.Blocks, ledger.Choice{Code: b.Code, Title: b.Name, Selected: b.Code == t.Block.Code})
	}
	for _, system := range append(kpi.Systems(), kpi.Illustrative) {
		if sources[system] {
			c.Sources = append(c.Sources, ledger.Choice{Code: string(system), Title: system.Title(), Selected: system == t.Source})
		}
	}
	return c, nil
}
