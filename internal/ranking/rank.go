// Package ranking makes rankings: it pools figures over a block, ranks agencies, says who is not
// ranked and why, measures movement, computes scorecards and restates figures across mergers. What
// it yields is a Table that everyone else only prints. It is pure: no SQL, HTTP, Excel, logging or
// clock.
package ranking

import (
	"cmp"
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Item is an agency's figure of the ranked indicator.
type Item struct {
	Figure      kpi.Figure
	Observation int64
}

// Figures holds the figures of one indicator, period and source. An agency without one did not
// report.
type Figures map[agency.ID]Item

// Rank fills rows, not-ranked list and pooled figure of t from figures. Definition, Block and Decimals of t
// must be set; places are the block's agencies on the period's last day, in official order.
func Rank(t *Table, places []agency.Place, figures Figures) {
	d := t.Definition
	cands := make([]candidate, 0, len(places))
	for _, p := range places {
		item, reported := figures[p.Agency]
		c := candidate{place: p, item: item}
		c.value, c.reason, c.detail = judge(d, p, item, reported)
		cands = append(cands, c)
	}
	t.fill(cands)
	t.Pooled = Pool(d, t.Block, places, figures)
}

// candidate is an agency of the block on its way to a rank or a reason.
type candidate struct {
	place  agency.Place
	item   Item
	value  vi.Decimal
	reason Reason // "" means ranked
	detail string
	last   bool // ranked last without a value
	zeroed []string
}

// judge returns the value that an agency is ranked by, or why it is not.
func judge(d *kpi.Definition, p agency.Place, item Item, reported bool) (vi.Decimal, Reason, string) {
	f := item.Figure
	switch {
	case p.Special:
		return vi.Decimal{}, Special, "Đơn vị đặc thù, không xếp hạng chung."
	case !reported || f.State == kpi.Withdrawn:
		return vi.Decimal{}, NotReported, ""
	case f.State == kpi.NotApplicable:
		return vi.Decimal{}, NotApplicable, "Đơn vị báo không phát sinh trong kỳ."
	case f.State == kpi.NoDenominator || f.HasParts() && f.Den.Sign() == 0:
		return vi.Decimal{}, NoDenominator, "Mẫu số bằng 0 nên không có tỷ lệ; không tính là 0."
	case f.State == kpi.CensoredBelow:
		return vi.Decimal{}, Censored, fmt.Sprintf("Nguồn chỉ công bố dưới %s %s.", vi.FormatNumber(f.Bound.Decimal, 0), d.Unit)
	case d.MinN.Valid && f.Den.Valid && f.Den.Cmp(d.MinN.Decimal) < 0:
		return vi.Decimal{}, BelowMinN, fmt.Sprintf("Mẫu số %s, dưới mức tối thiểu %s.",
			vi.FormatNumber(f.Den.Decimal, 0), vi.FormatNumber(d.MinN.Decimal, 0))
	}
	v, ok := f.Rate(d)
	if !ok {
		return vi.Decimal{}, NotReported, ""
	}
	return v, "", ""
}

// fill ranks the candidates (standard competition ranks on rounded values, 1, 2, 2, 4) and lists
// the others with their reasons, both with ties in official order.
func (t *Table) fill(cands []candidate) {
	t.Rows = make([]Row, 0, len(cands))
	t.NotRanked = []NotRanked{}
	ranked := make([]candidate, 0, len(cands))
	for _, c := range cands {
		if c.reason != "" {
			t.NotRanked = append(t.NotRanked, NotRanked{c.place.Agency, c.place.Name, c.reason, c.detail, c.item.Observation})
			continue
		}
		ranked = append(ranked, c)
	}
	better := t.better()
	slices.SortStableFunc(ranked, better)
	for i, c := range ranked {
		row := Row{Rank: i + 1, Agency: c.place.Agency, Name: c.place.Name, Observation: c.item.Observation, Zeroed: c.zeroed}
		if !c.last {
			row.Value = vi.Some(c.value)
			row.Num, row.Den = c.item.Figure.Num, c.item.Figure.Den
			row.PublishedRank, row.Qualifiers = c.item.Figure.PublishedRank, c.item.Figure.Qualifiers
			row.Bare = t.Definition != nil && c.item.Figure.Bare(t.Definition)
		}
		if i > 0 {
			prev := t.Rows[i-1]
			if better(ranked[i-1], c) == 0 {
				row.Rank, row.Gap = prev.Rank, prev.Gap
			} else if !c.last {
				row.Gap = vi.Some(t.distance(ranked[i-1].value, c.value))
			}
		}
		t.Rows = append(t.Rows, row)
	}
}

// better orders candidates best first; agencies put last for their silence come after all others.
func (t *Table) better() func(a, b candidate) int {
	sign := -1
	if t.Direction == kpi.Lower {
		sign = 1
	}
	return func(a, b candidate) int {
		switch {
		case a.last != b.last:
			return cmp.Compare(btoi(a.last), btoi(b.last))
		case a.last:
			return 0
		}
		return sign * a.value.Cmp(b.value)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// distance returns |a − b| exactly; both are rounded to the table's decimals.
func (t *Table) distance(a, b vi.Decimal) vi.Decimal {
	var s kpi.Sum
	s.Add(a)
	s.Add(b.Neg())
	d, _ := s.Decimal()
	if d.Sign() < 0 {
		return d.Neg()
	}
	return d
}

// Move sets each row's previous rank from a table of the earlier period.
func (t *Table) Move(before *Table) {
	ranks := make(map[agency.ID]int, len(before.Rows))
	for _, r := range before.Rows {
		ranks[r.Agency] = r.Rank
	}
	for i := range t.Rows {
		t.Rows[i].PreviousRank = ranks[t.Rows[i].Agency]
	}
}

// Pool adds the figures of a block (design rule 5): for ratios the ratio of sums over the agencies
// whose parts are known, for counts and money the sum. Scores, places, yes/no answers and bare
// percentages are not pooled. Sums run in the order of places.
func Pool(d *kpi.Definition, b agency.Block, places []agency.Place, figures Figures) Pooled {
	p := Pooled{Method: NotPooled, Expected: len(places)}
	var num, den kpi.Sum
	for _, place := range places {
		f := figures[place.Agency].Figure
		switch {
		case d.Indicator.Kind == kpi.Ratio && f.HasParts() && (f.State == kpi.Value || f.State == kpi.NoDenominator):
			num.Add(f.Num.Decimal)
			den.Add(f.Den.Decimal)
			p.Covered++
		case (d.Indicator.Kind == kpi.Count || d.Indicator.Kind == kpi.Money) && f.State == kpi.Value && f.Value.Valid:
			num.Add(f.Value.Decimal)
			p.Covered++
		}
	}
	if p.Covered == 0 {
		return p
	}
	p.Scope = fmt.Sprintf("Chung %s, %d/%d", lowerFirst(b.Name), p.Covered, p.Expected)
	n, ok := num.Decimal()
	if !ok {
		return Pooled{Method: NotPooled, Expected: len(places)}
	}
	if d.Indicator.Kind != kpi.Ratio {
		p.Method, p.Value = SumOfCounts, vi.Some(kpi.Round(n, d.Decimals))
		return p
	}
	m, okDen := den.Decimal()
	if v, ok := kpi.Percent(n, m, d.Decimals); ok && okDen {
		p.Method, p.Value, p.Num, p.Den = RatioOfSums, vi.Some(v), vi.Some(n), vi.Some(m)
	}
	return p
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}
