package chart

import (
	"math/big"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Form is how the values of a ranking are drawn.
type Form string

// Dots stand on an axis that need not begin at zero; Bars always do.
const (
	Dots Form = "dots"
	Bars Form = "bars"
)

// FormOf is the one rule: dots where the smallest value is over half of the largest, for bars from zero would then all look alike; bars
// otherwise, and wherever something is not above zero.
func FormOf(values []vi.Decimal) Form {
	lo, hi, ok := rangeOf(values)
	if !ok || lo.Sign() <= 0 || twice(lo).Cmp(hi.Rat()) <= 0 {
		return Bars
	}
	return Dots
}

func twice(d vi.Decimal) *big.Rat { return new(big.Rat).Add(d.Rat(), d.Rat()) }

func rangeOf(values []vi.Decimal) (lo, hi vi.Decimal, ok bool) {
	for _, v := range values {
		if !ok || v.Cmp(lo) < 0 {
			lo = v
		}
		if !ok || v.Cmp(hi) > 0 {
			hi = v
		}
		ok = true
	}
	return lo, hi, ok
}

// Axis is the stretch on which the values of one table are drawn. All its marks share it, and its ends are said.
type Axis struct {
	Form           Form
	From, To, Step vi.Decimal
}

// NewAxis makes the axis of values by the rule of spread. Reference values (a median, a target) widen it where the form stays what it is.
// most, where valid, is the end of a scale that has one: 100 %, the maximum of a component.
func NewAxis(values []vi.Decimal, most vi.NullDecimal, references ...vi.Decimal) Axis {
	a := Axis{Form: FormOf(values)}
	lo, hi, _ := rangeOf(values)
	for _, r := range references {
		wider := append([]vi.Decimal{lo, hi}, r)
		if a.Form == Bars || FormOf(wider) == Dots {
			lo, hi, _ = rangeOf(wider)
		}
	}
	if a.Form == Bars {
		lo, hi, _ = rangeOf([]vi.Decimal{lo, hi, vi.Int(0)})
		if most.Valid && most.Cmp(hi) > 0 {
			hi = most.Decimal
		}
	}
	a.fit(lo, hi)
	if most.Valid && a.To.Cmp(most.Decimal) > 0 && hi.Cmp(most.Decimal) <= 0 {
		a.To = most.Decimal // no axis runs past what can be reached
	}
	return a
}

// maxIntervals is how many parts the lines of an axis make at most.
const maxIntervals = 6

// fit takes the smallest round step (1, 2 or 5 of some power of ten) that needs few lines, and rounds the ends outwards to it.
func (a *Axis) fit(lo, hi vi.Decimal) {
	switch {
	case lo.Cmp(hi) != 0:
	case lo.Sign() == 0:
		hi = vi.Int(1)
	default: // a single value stands in the middle
		lo, hi = times(lo.Rat(), big.NewRat(9, 10)), times(hi.Rat(), big.NewRat(11, 10))
	}
	for e := -6; e <= 14; e++ {
		for _, m := range []int64{1, 2, 5} {
			step := power(m, e)
			from, to := floor(lo, step), ceil(hi, step)
			if new(big.Rat).Sub(to, from).Cmp(big.NewRat(maxIntervals, 1)) <= 0 {
				a.From, a.To, a.Step = times(from, step), times(to, step), times(big.NewRat(1, 1), step)
				return
			}
		}
	}
	a.From, a.To, a.Step = lo, hi, hi
}

func power(m int64, e int) *big.Rat {
	if e < 0 {
		return big.NewRat(m, pow10(-e))
	}
	return new(big.Rat).Mul(big.NewRat(m, 1), new(big.Rat).SetInt64(pow10(e)))
}

// floor and ceil give whole numbers of steps.
func floor(v vi.Decimal, step *big.Rat) *big.Rat {
	q := new(big.Rat).Quo(v.Rat(), step)
	return new(big.Rat).SetInt(new(big.Int).Div(q.Num(), q.Denom())) // Div rounds down for a positive divisor
}

func ceil(v vi.Decimal, step *big.Rat) *big.Rat {
	down := floor(v, step)
	if new(big.Rat).Mul(down, step).Cmp(v.Rat()) < 0 {
		down.Add(down, big.NewRat(1, 1))
	}
	return down
}

func times(n, step *big.Rat) vi.Decimal {
	d, _ := kpi.RoundRat(new(big.Rat).Mul(n, step), 6)
	return d
}

// At returns where a value lies, in percent of the axis to a tenth; what lies outside is put at the end.
func (a Axis) At(v vi.Decimal) vi.Decimal {
	if v.Cmp(a.From) <= 0 {
		return vi.Int(0)
	}
	if v.Cmp(a.To) >= 0 {
		return vi.Int(100)
	}
	return place(v, a.From, a.To, 100)
}

// Holds reports whether a value lies on the axis.
func (a Axis) Holds(v vi.Decimal) bool { return v.Cmp(a.From) >= 0 && v.Cmp(a.To) <= 0 }

// Ticks lists the lines of the axis, both ends included.
func (a Axis) Ticks() []vi.Decimal {
	if a.Step.Sign() <= 0 {
		return []vi.Decimal{a.From, a.To}
	}
	out := []vi.Decimal{}
	for at := a.From.Rat(); at.Cmp(a.To.Rat()) < 0; at = new(big.Rat).Add(at, a.Step.Rat()) {
		d, _ := kpi.RoundRat(at, 6)
		out = append(out, d)
	}
	return append(out, a.To)
}

// decimals is how many the labels of the axis need.
func (a Axis) decimals() int {
	n := 0
	for _, d := range []vi.Decimal{a.From, a.To, a.Step} {
		_, scale := d.Parts()
		n = max(n, scale)
	}
	return n
}

// Says states the axis in words, so that nobody takes dots for bars from zero.
func (a Axis) Says() string {
	n := a.decimals()
	s := "Trục từ " + vi.FormatNumber(a.From, n) + " đến " + vi.FormatNumber(a.To, n)
	if a.From.Sign() > 0 {
		s += ", không bắt đầu từ 0"
	}
	return s
}
