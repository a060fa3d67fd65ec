package ranking

import (
	"cmp"
	"math/big"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// GapSplit is why an agency stands above or below the middle of its block (Vì sao): the distance of its score from the median score,
// component by component. As printed, Parts and Rest sum to Gap exactly.
type GapSplit struct {
	Value, Median, Gap vi.Decimal
	Parts              []GapPart // what pulls down most first
	// Rest is what is left over: the medians of the components do not add up to the median of the totals.
	Rest vi.Decimal
}

// GapPart is one component against its block, in the points that it adds to the total.
type GapPart struct {
	Code             string
	Own, Median, Gap vi.Decimal
	Least, Most      vi.Decimal // within the block
	Rank, Of         int
	own              *big.Rat // exact
}

// GapToMedian splits the distance of an agency's score from the median by component. It is nil where the table has no score of its own to
// split, or too few answered to speak of a middle (design rule 7).
func (t *Table) GapToMedian(id agency.ID, all Worths) *GapSplit {
	own := all[id]
	if t.Scorecard == nil || !own.Value.Valid || len(own.Parts) < 2 || !t.Enough() {
		return nil
	}
	median := NewColumn(t).Median
	if !median.Valid {
		return nil
	}
	s := &GapSplit{Value: own.Value.Decimal, Median: median.Decimal, Gap: minus(own.Value.Decimal, median.Decimal)}
	s.Rest = s.Gap
	for _, c := range own.Parts {
		p, ok := t.gapPart(c, all)
		if !ok {
			continue // stays in Rest
		}
		s.Parts = append(s.Parts, p)
		s.Rest = minus(s.Rest, p.Gap)
	}
	slices.SortStableFunc(s.Parts, func(a, b GapPart) int { return a.Gap.Cmp(b.Gap) })
	return s
}

func (t *Table) gapPart(c Contribution, all Worths) (GapPart, bool) {
	p := GapPart{Code: c.Code, own: c.Points, Rank: 1}
	own, ok := kpi.RoundRat(c.Points, t.Decimals)
	if !ok {
		return p, false
	}
	var values []vi.Decimal
	for _, row := range t.Rows {
		points := all[row.Agency].part(c.Code)
		if points == nil || !row.Value.Valid {
			continue
		}
		v, ok := kpi.RoundRat(points, t.Decimals)
		if !ok {
			return p, false
		}
		values = append(values, v)
		if v.Cmp(own) > 0 {
			p.Rank++
		}
	}
	median := Median(values, t.Decimals)
	if !median.Valid {
		return p, false
	}
	p.Own, p.Median, p.Gap, p.Of = own, median.Decimal, minus(own, median.Decimal), len(values)
	p.Least, p.Most = slices.MinFunc(values, vi.Decimal.Cmp), slices.MaxFunc(values, vi.Decimal.Cmp)
	return p, true
}

// PointLever is what a component would do at the median of its block while everything else, of this agency and of the others, stays as it
// is. It answers "what would move us" where a component is published in points only, so that no number of cases can be named.
type PointLever struct {
	Code     string
	Own, Aim vi.Decimal // points now, and at the median
	Total    vi.Decimal // the score that the agency would then have
	Rank     int        // the rank that it would then take
}

// Levers lists the components below the median, the one that lifts most first. From is the rank now.
func (s *GapSplit) Levers(t *Table, id agency.ID, all Worths) (levers []PointLever, from int) {
	i := slices.IndexFunc(t.Rows, func(r Row) bool { return r.Agency == id })
	if i < 0 {
		return nil, 0
	}
	from = t.Rows[i].Rank
	for _, p := range s.Parts {
		if p.Gap.Sign() >= 0 {
			continue
		}
		total := all[id].total()
		total.Sub(total, p.own).Add(total, p.Median.Rat())
		v, ok := kpi.RoundRat(total, t.Decimals)
		if !ok || v.Cmp(s.Value) <= 0 {
			continue
		}
		levers = append(levers, PointLever{Code: p.Code, Own: p.Own, Aim: p.Median, Total: v, Rank: t.rankWith(id, v)})
	}
	slices.SortStableFunc(levers, func(a, b PointLever) int { return cmp.Or(cmp.Compare(a.Rank, b.Rank), b.Total.Cmp(a.Total)) })
	return levers, from
}

// rankWith is the rank that an agency would take with another value.
func (t *Table) rankWith(id agency.ID, v vi.Decimal) int {
	rank := 1
	for _, r := range t.Rows {
		if r.Agency != id && r.Value.Valid && (Scale{Direction: t.Direction}).better(r.Value.Decimal, v) {
			rank++
		}
	}
	return rank
}
