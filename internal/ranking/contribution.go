package ranking

import (
	"math/big"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Contribution is what one component adds to an agency's total, exactly.
type Contribution struct {
	Code   string
	Points *big.Rat // with its weight, after the rounding that the scorecard does before adding
	Zeroed bool     // counted 0 by the scorecard's rule, for nothing was reported
}

// Worth is an agency's value of one period, and what it is made of.
type Worth struct {
	Value vi.NullDecimal // rounded, as it is ranked; absent when there is none
	Parts []Contribution // in the scorecard's order; their exact sum, rounded, is Value
}

// Worth computes a total as Evaluate does and keeps what each component adds to it.
func (s *Scorecard) Worth(get Lookup) Worth {
	w := Worth{Value: s.Evaluate(get).Value}
	if w.Value.Valid {
		w.Parts = s.contributions(s.Root().Code, get, big.NewRat(1, 1))
	}
	return w
}

// contributions walks down to the components that are scored; weight is that of all groups above.
func (s *Scorecard) contributions(group string, get Lookup, weight *big.Rat) []Contribution {
	var out []Contribution
	for _, c := range s.Children(group) {
		w := new(big.Rat).Set(weight)
		if c.Weight.Valid {
			w.Mul(w, c.Weight.Rat())
		}
		if c.Rule == SumRule {
			out = append(out, s.contributions(c.Code, get, w)...)
			continue
		}
		var missing Score
		if points, ok := s.unweighted(c, get, &missing); ok {
			out = append(out, Contribution{c.Code, points.Mul(points, w), len(missing.Zeroed) > 0})
		}
	}
	return out
}

// WorthOf is the worth of a single indicator's figure: one part, the exact value.
func WorthOf(d *kpi.Definition, f kpi.Figure) Worth {
	v, ok := f.Rate(d)
	if !ok {
		return Worth{}
	}
	x, _ := shareOf(f, d)
	if d.Indicator.Kind == kpi.Ratio {
		x.Mul(x, big.NewRat(100, 1))
	}
	return Worth{Value: vi.Some(v), Parts: []Contribution{{Code: d.Indicator.Code, Points: x}}}
}

// total is the exact sum of the parts.
func (w Worth) total() *big.Rat {
	sum := new(big.Rat)
	for _, p := range w.Parts {
		sum.Add(sum, p.Points)
	}
	return sum
}

// part returns what a component adds; nil when the worth has no such component.
func (w Worth) part(code string) *big.Rat {
	for _, p := range w.Parts {
		if p.Code == code {
			return p.Points
		}
	}
	return nil
}

// minus returns a − b exactly. Both have few decimals, so the difference has too.
func minus(a, b vi.Decimal) vi.Decimal {
	var s kpi.Sum
	s.Add(a)
	s.Add(b.Neg())
	d, _ := s.Decimal()
	return d
}

// plus returns the exact sum.
func plus(all ...vi.Decimal) vi.Decimal {
	var s kpi.Sum
	for _, d := range all {
		s.Add(d)
	}
	d, _ := s.Decimal()
	return d
}
