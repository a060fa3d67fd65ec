package ranking

import (
	"math/big"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Score is an agency's total on a scorecard.
type Score struct {
	Value   vi.NullDecimal // rounded; absent when incomplete
	Missing []string       // components without a value that leave no total
	Zeroed  []string       // components without a value that the rule counts as 0
	Silent  bool           // no component was reported at all
}

// Scores holds the totals of one scorecard version, period and source.
type Scores map[agency.ID]Score

// Lookup returns the figure and definition of a component; false when it was not reported.
type Lookup func(code string) (kpi.Figure, *kpi.Definition, bool)

// Evaluate computes a scorecard's total from its components: what stands directly under the root
// makes the total, by points or by weight; below a passthrough component everything only explains.
func (s *Scorecard) Evaluate(get Lookup) Score {
	out := Score{Silent: true}
	total := new(big.Rat)
	root := s.Root()
	for _, c := range s.Children(root.Code) {
		if points, ok := s.points(c, get, &out); ok {
			total.Add(total, points)
		}
	}
	if out.Silent || len(out.Missing) > 0 {
		out.Zeroed = nil
		return out
	}
	if v, ok := kpi.RoundRat(total, s.Decimals); ok {
		out.Value = vi.Some(v)
	}
	return out
}

// points returns what a component adds to what stands above it: its points times its weight.
func (s *Scorecard) points(c Component, get Lookup, out *Score) (*big.Rat, bool) {
	points, ok := s.unweighted(c, get, out)
	if ok && c.Weight.Valid {
		points.Mul(points, c.Weight.Rat())
	}
	return points, ok
}

// unweighted returns the exact points of a component, rounded first when the scorecard adds rounded
// components. It notes in out what was missing.
func (s *Scorecard) unweighted(c Component, get Lookup, out *Score) (*big.Rat, bool) {
	if c.Rule == SumRule {
		sum := new(big.Rat)
		for _, child := range s.Children(c.Code) {
			if p, ok := s.points(child, get, out); ok {
				sum.Add(sum, p)
			}
		}
		return sum, true
	}
	if c.given {
		return c.Max.Rat(), true
	}
	f, d, reported := get(c.Code)
	if reported {
		out.Silent = out.Silent && f.State == kpi.Withdrawn
	}
	if reported && f.State == kpi.NoDenominator && c.OnZero != NoRatio {
		if c.OnZero == FullPoints {
			return c.Max.Rat(), true
		}
		return new(big.Rat), true
	}
	share, ok := shareOf(f, d)
	if !reported || !ok {
		if c.OnMissing == Zero {
			out.Zeroed = append(out.Zeroed, c.Code)
			return new(big.Rat), true
		}
		out.Missing = append(out.Missing, c.Code)
		return nil, false
	}
	switch c.Rule {
	case Linear:
		share.Mul(share, c.Max.Rat())
	case CappedLinear:
		share.Mul(share, big.NewRat(100, 1))
		share.Quo(share, c.cap())
		if share.Cmp(big.NewRat(1, 1)) > 0 {
			share.SetInt64(1)
		}
		share.Mul(share, c.Max.Rat())
	default: // the figure itself, a ratio as its percentage
		if d.Indicator.Kind == kpi.Ratio {
			share.Mul(share, big.NewRat(100, 1))
		}
	}
	if s.RoundOrder == RoundThenSum {
		r, ok := kpi.RoundRat(share, s.Decimals)
		if !ok {
			out.Missing = append(out.Missing, c.Code)
			return nil, false
		}
		share = r.Rat()
	}
	return share, true
}

// cap returns the percentage that earns the maximum, 100 when none is given.
func (c Component) cap() *big.Rat {
	if !c.Cap.Valid || c.Cap.Sign() <= 0 {
		return big.NewRat(100, 1)
	}
	return c.Cap.Rat()
}

// shareOf returns a figure as an exact number: ratios as a share of 1, everything else as it is.
func shareOf(f kpi.Figure, d *kpi.Definition) (*big.Rat, bool) {
	switch {
	case d == nil || f.State != kpi.Value:
		return nil, false
	case d.Indicator.Kind == kpi.Ratio && f.HasParts():
		if f.Den.Sign() == 0 {
			return nil, false
		}
		return new(big.Rat).Quo(f.Num.Rat(), f.Den.Rat()), true
	case !f.Value.Valid:
		return nil, false
	case d.Indicator.Kind == kpi.Ratio:
		return new(big.Rat).Quo(f.Value.Rat(), big.NewRat(100, 1)), true
	}
	return f.Value.Rat(), true
}

// RankScores fills rows and not-ranked list of t from the totals of its Scorecard. published holds
// the ranks that the source printed for the total, if any.
func RankScores(t *Table, places []agency.Place, scores Scores, inside func(agency.ID) bool, published map[agency.ID]int) {
	cands := make([]candidate, 0, len(places))
	for _, p := range places {
		c := candidate{place: p}
		s, reported := scores[p.Agency]
		switch {
		case p.Special:
			c.reason, c.detail = Special, "Đơn vị đặc thù, không xếp hạng chung."
		case !inside(p.Agency):
			c.reason, c.detail = NotInScorecard, "Bộ chỉ số này không chấm điểm đơn vị."
		case s.Value.Valid:
			c.value, c.zeroed = s.Value.Decimal, s.Zeroed
			c.item.Figure.PublishedRank = published[p.Agency]
		case t.Scorecard.Silence == Last:
			c.last = true // also when only a part was reported: silence must not pay by halves
		case !reported || s.Silent:
			c.reason = NotReported
		default:
			c.reason, c.detail = NotReported, "Thiếu thành phần "+strings.Join(s.Missing, ", ")+" nên không có tổng điểm."
		}
		cands = append(cands, c)
	}
	t.fill(cands)
	t.Pooled = Pooled{Method: NotPooled, Expected: len(places)}
}
