package kpi

import (
	"math/big"
	"math/bits"

	"chiso/internal/vi"
)

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
	if !q.IsInt64() || q.Int64() >= 1e18 {
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
	if q >= 1e18 {
		return vi.Decimal{}, false
	}
	return vi.NewDecimal(int64(q), decimals), true
}

// Sum adds decimals exactly, in the order given.
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
	c, scale := d.Parts()
	a, b := s.coef, c
	ok := true
	for k := s.scale; k < scale && ok; k++ {
		a, ok = times10(a)
	}
	for k := scale; k < s.scale && ok; k++ {
		b, ok = times10(b)
	}
	sum := a + b
	if !ok || (a > 0) == (b > 0) && (sum > 0) != (a > 0) && a != 0 && b != 0 {
		s.big = new(big.Rat).Add(s.Rat(), d.Rat())
		return
	}
	s.coef, s.scale = sum, max(s.scale, scale)
}

func times10(n int64) (int64, bool) {
	const limit = 1<<63/10 - 1
	return n * 10, n <= limit && n >= -limit
}

// Rat returns the exact sum.
func (s *Sum) Rat() *big.Rat {
	if s.big != nil {
		return new(big.Rat).Set(s.big)
	}
	den := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(s.scale)), nil)
	return new(big.Rat).SetFrac(big.NewInt(s.coef), den)
}

// Decimal returns the sum; false when it has more digits than a Decimal holds.
func (s *Sum) Decimal() (vi.Decimal, bool) {
	if s.big == nil && s.coef < 1e18 && s.coef > -1e18 {
		return vi.NewDecimal(s.coef, s.scale), true
	}
	return RoundRat(s.Rat(), 6)
}
