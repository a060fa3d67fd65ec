package kpi

import (
	"math"
	"math/big"
	"math/bits"

	"chiso/internal/vi"
)

// maxCoef bounds the digits of a result: vi.Decimal holds 18.
const maxCoef = int64(1e18)

// Round is the only rounding in Chiso (design rule 6): half away from zero, on the exact number,
// to the given number of decimals.
func Round(x vi.Decimal, decimals int) vi.Decimal {
	coef, scale := x.Parts()
	if scale <= decimals {
		return x
	}
	div := int64(1)
	for range scale - decimals {
		div *= 10
	}
	q, r := coef/div, coef%div
	if r < 0 {
		r = -r
	}
	if r >= div-r { // half or more
		if coef < 0 {
			q--
		} else {
			q++
		}
	}
	return vi.NewDecimal(q, decimals)
}

// RoundRat is Round for an exact rational. It is false when the result has more digits than a
// Decimal holds.
func RoundRat(x *big.Rat, decimals int) (vi.Decimal, bool) {
	num := new(big.Int).Abs(x.Num())
	num.Mul(num, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil))
	q, r := num.QuoRem(num, x.Denom(), new(big.Int))
	if r.Lsh(r, 1).Cmp(x.Denom()) >= 0 {
		q.Add(q, big.NewInt(1))
	}
	// Zeros at the end take no digits of a Decimal: 100000000000000 with 4 decimals is one.
	for ten := big.NewInt(10); decimals > 0 && (!q.IsInt64() || q.Int64() >= maxCoef); decimals-- {
		short, last := new(big.Int).QuoRem(q, ten, r)
		if last.Sign() != 0 {
			break
		}
		q = short
	}
	if !q.IsInt64() || q.Int64() >= maxCoef {
		return vi.Decimal{}, false
	}
	n := q.Int64()
	if x.Sign() < 0 {
		n = -n
	}
	return vi.NewDecimal(n, decimals), true
}

// Percent returns num/den × 100 rounded to the given decimals; false when den is 0.
func Percent(num, den vi.Decimal, decimals int) (vi.Decimal, bool) {
	if den.Sign() == 0 {
		return vi.Decimal{}, false
	}
	if d, ok := percentFast(num, den, decimals); ok {
		return d, true
	}
	q := new(big.Rat).Quo(num.Rat(), den.Rat())
	return RoundRat(q.Mul(q, big.NewRat(100, 1)), decimals)
}

// percentFast covers what nearly every figure is: non-negative whole parts whose quotient fits in
// 64 bits. A test holds it against the exact rational.
func percentFast(num, den vi.Decimal, decimals int) (vi.Decimal, bool) {
	n, ns := num.Parts()
	d, ds := den.Parts()
	if ns != 0 || ds != 0 || n < 0 || d <= 0 || decimals > 6 {
		return vi.Decimal{}, false
	}
	mul := uint64(100)
	for range decimals {
		mul *= 10
	}
	hi, lo := bits.Mul64(uint64(n), mul)
	if hi >= uint64(d) {
		return vi.Decimal{}, false
	}
	q, r := bits.Div64(hi, lo, uint64(d))
	if r >= uint64(d)-r {
		q++
	}
	if q >= uint64(maxCoef) {
		return vi.Decimal{}, false
	}
	return vi.NewDecimal(int64(q), decimals), true
}

// Sum adds decimals exactly. The order in which they come does not change the result.
type Sum struct {
	coef  int64
	scale int
	big   *big.Rat // takes over when 64 bits do not hold the sum
}

// Add adds d.
func (s *Sum) Add(d vi.Decimal) {
	if s.big != nil {
		s.big.Add(s.big, d.Rat())
		return
	}
	c, cs := d.Parts()
	scale := max(s.scale, cs)
	a, okA := shift(s.coef, scale-s.scale)
	b, okB := shift(c, scale-cs)
	sum := a + b
	// Two numbers of one sign overflowed when the sum has the other sign.
	if !okA || !okB || (a < 0) == (b < 0) && (sum < 0) != (a < 0) {
		s.big = new(big.Rat).Add(s.Rat(), d.Rat())
		return
	}
	s.coef, s.scale = sum, scale
}

// shift returns n × 10^k; false when that needs more than 64 bits.
func shift(n int64, k int) (int64, bool) {
	const limit = math.MaxInt64 / 10
	for range k {
		if n > limit || n < -limit {
			return 0, false
		}
		n *= 10
	}
	return n, true
}

// Rat returns the exact sum.
func (s *Sum) Rat() *big.Rat {
	if s.big != nil {
		return new(big.Rat).Set(s.big)
	}
	den := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(s.scale)), nil)
	return new(big.Rat).SetFrac(big.NewInt(s.coef), den)
}

// Decimal returns the exact sum; false when it has more digits than a Decimal holds.
func (s *Sum) Decimal() (vi.Decimal, bool) {
	if s.big == nil && s.coef < maxCoef && s.coef > -maxCoef {
		return vi.NewDecimal(s.coef, s.scale), true
	}
	// Terms have up to 18 decimals, so rounding to 18 changes nothing; fewer leave more room for
	// the digits before the comma.
	x := s.Rat()
	for decimals := 18; decimals >= 0; decimals-- {
		if d, ok := RoundRat(x, decimals); ok {
			return d, d.Rat().Cmp(x) == 0
		}
	}
	return vi.Decimal{}, false
}
