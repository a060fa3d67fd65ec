package kpi_test

import (
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

func dec(s string) vi.Decimal {
	d, err := vi.ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return d
}

func decimals() *rapid.Generator[vi.Decimal] {
	return rapid.Custom(func(t *rapid.T) vi.Decimal {
		limit := int64(math.Pow10(rapid.IntRange(1, 15).Draw(t, "digits"))) - 1
		return vi.NewDecimal(rapid.Int64Range(-limit, limit).Draw(t, "coef"), rapid.IntRange(0, 18).Draw(t, "scale"))
	})
}

// halfAway is the rule in other words: floor(|x| × 10^n + 1/2) / 10^n with the sign of x.
func halfAway(x *big.Rat, n int) *big.Rat {
	p := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil))
	y := new(big.Rat).Abs(x)
	y.Add(y.Mul(y, p), big.NewRat(1, 2))
	out := new(big.Rat).SetInt(new(big.Int).Quo(y.Num(), y.Denom()))
	out.Quo(out, p)
	if x.Sign() < 0 {
		out.Neg(out)
	}
	return out
}

// digits is how long the coefficient of a decimal fraction is, without zeros at its end.
func digits(x *big.Rat) int {
	s := x.FloatString(18)
	whole, frac, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return len(strings.TrimLeft(whole+strings.TrimRight(frac, "0"), "0"))
}

func TestRound(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		decimals int
		want     string
	}{
		{"half goes up", "0.125", 2, "0.13"},
		{"half of a negative goes down", "-0.125", 2, "-0.13"},
		{"not to even", "0.5", 0, "1"},
		{"just below half", "0.124999999999999", 2, "0.12"},
		{"already short", "86.6", 2, "86.6"},
		{"carries", "99.995", 2, "100"},
		{"to nothing", "0.004", 2, "0"},
		{"to nothing from below", "-0.004", 2, "0"},
		{"the double below 2.675 was typed as 2.675", "2.675", 2, "2.68"},
		{"all decimals", "0.000000000000000005", 17, "0.00000000000000001"},
		{"all decimals at once", "0.500000000000001", 0, "1"},
		{"largest", "999999999999999", 0, "999999999999999"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := kpi.Round(dec(tt.in), tt.decimals); got != dec(tt.want) {
				t.Errorf("Round(%s, %d) = %s, want %s", tt.in, tt.decimals, got, tt.want)
			}
		})
	}
}

func TestRound_Properties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, n := decimals().Draw(t, "x"), rapid.IntRange(0, 6).Draw(t, "n")
		got := kpi.Round(x, n)
		if want := halfAway(x.Rat(), n); got.Rat().Cmp(want) != 0 {
			t.Errorf("Round(%s, %d) = %s, want %s", x, n, got, want.FloatString(n))
		}
		if kpi.Round(got, n) != got || kpi.Round(x.Neg(), n) != got.Neg() {
			t.Errorf("Round(%s, %d) is not idempotent or not odd", x, n)
		}
		if r, ok := kpi.RoundRat(x.Rat(), n); !ok || r != got {
			t.Errorf("RoundRat(%s, %d) = %s, %v, but Round gives %s", x, n, r, ok, got)
		}
	})
}

func TestRoundRat(t *testing.T) {
	for _, tt := range []struct {
		name     string
		in       *big.Rat
		decimals int
		want     string
		ok       bool
	}{
		{"a third", big.NewRat(1, 3), 4, "0.3333", true},
		{"two thirds of minus one", big.NewRat(-2, 3), 4, "-0.6667", true},
		{"exact half", big.NewRat(1, 8), 2, "0.13", true},
		{"18 digits", big.NewRat(999_999_999_999_999_999, 1), 0, "", true},
		{"19 digits", big.NewRat(1_000_000_000_000_000_000, 1), 0, "", false},
		{"negative 19 digits", big.NewRat(-1_000_000_000_000_000_000, 1), 0, "", false},
		{"rounded up to 19 digits", big.NewRat(1_999_999_999_999_999_999, 2), 0, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := kpi.RoundRat(tt.in, tt.decimals)
			if ok != tt.ok {
				t.Fatalf("RoundRat = %s, %v", got, ok)
			}
			if ok && got.Rat().Cmp(halfAway(tt.in, tt.decimals)) != 0 || tt.want != "" && got != dec(tt.want) {
				t.Errorf("RoundRat = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestPercent(t *testing.T) {
	for _, tt := range []struct {
		name, num, den string
		decimals       int
		want           string
		ok             bool
	}{
		{"the portal's Đồng Tháp", "358660", "405424", 2, "88.47", true},
		{"exactly half of the last place", "1", "800", 2, "0.13", true},
		{"nothing over something", "0", "6", 2, "0", true},
		{"0/0 is no rate", "0", "0", 2, "", false},
		{"something over nothing", "5", "0", 2, "", false},
		{"above 100", "1335", "1000", 1, "133.5", true},
		{"negative growth", "-1", "3", 2, "-33.33", true},
		{"negative half", "-1", "800", 2, "-0.13", true},
		{"parts with decimals", "0.5", "1.5", 2, "33.33", true},
		{"large parts", "999999999999999", "3", 0, "33333333333333300", true},
		{"hundred million million", "1000000000000", "1", 6, "100000000000000", true},
		{"too many digits", "999999999999998", "0.007", 6, "", false},
		{"too many digits of whole parts", "999999999999998", "7", 6, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := kpi.Percent(dec(tt.num), dec(tt.den), tt.decimals)
			if ok != tt.ok || ok && got.String() != tt.want {
				t.Errorf("Percent = %s, %v, want %s, %v", got, ok, tt.want, tt.ok)
			}
		})
	}
}

func TestPercent_EqualsExactRational(t *testing.T) {
	parts := rapid.OneOf(decimals(), // any sign and scale
		rapid.Custom(func(t *rapid.T) vi.Decimal { return vi.Int(rapid.Int64Range(0, 100_000).Draw(t, "small")) }),
		rapid.Custom(func(t *rapid.T) vi.Decimal { return vi.Int(rapid.Int64Range(0, math.MaxInt64).Draw(t, "large")) }))
	rapid.Check(t, func(t *rapid.T) {
		num, den, n := parts.Draw(t, "num"), parts.Draw(t, "den"), rapid.IntRange(0, 6).Draw(t, "n")
		got, ok := kpi.Percent(num, den, n)
		if den.Sign() == 0 {
			if ok {
				t.Errorf("Percent(%s, 0) = %s", num, got)
			}
			return
		}
		exact := new(big.Rat).Quo(num.Rat(), den.Rat())
		want := halfAway(exact.Mul(exact, big.NewRat(100, 1)), n)
		if holds := digits(want) <= 18; ok != holds {
			t.Fatalf("Percent(%s, %s, %d) = %s, %v; fits is %v", num, den, n, got, ok, holds)
		}
		if ok && got.Rat().Cmp(want) != 0 {
			t.Errorf("Percent(%s, %s, %d) = %s, want %s", num, den, n, got, want.FloatString(n))
		}
	})
}

func TestPercent_HalvesOfTheLastPlace(t *testing.T) {
	// num/den × 100 = k + ½ units of the last place, by construction.
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 3).Draw(t, "n")
		unit := int64(math.Pow10(n))
		k := rapid.Int64Range(0, 200*unit).Draw(t, "k")
		f := rapid.Int64Range(1, 1000).Draw(t, "factor")
		got, ok := kpi.Percent(vi.Int((2*k+1)*f), vi.Int(200*unit*f), n)
		if want := vi.NewDecimal(k+1, n); !ok || got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func sumOf(ds []vi.Decimal) *kpi.Sum {
	var s kpi.Sum
	for _, d := range ds {
		s.Add(d)
	}
	return &s
}

func TestSum(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   []vi.Decimal
		want string
		ok   bool
	}{
		{"nothing", nil, "0", true},
		{"tenths are exact", []vi.Decimal{dec("0.1"), dec("0.2"), dec("-0.3")}, "0", true},
		{"different scales", []vi.Decimal{dec("1"), dec("0.05"), dec("100.5")}, "101.55", true},
		{"18 digits", []vi.Decimal{dec("999999999999999"), dec("0.999")}, "999999999999999.999", true},
		{"an overflow that goes away again", []vi.Decimal{vi.Int(math.MaxInt64), vi.Int(1), vi.Int(-math.MaxInt64)}, "1", true},
		{"lowest twice", []vi.Decimal{vi.Int(math.MinInt64), vi.Int(math.MinInt64)}, "", false},
		{"a fraction below a large number", []vi.Decimal{dec("999999999999999"), dec("0.000000000000000001")}, "", false},
		{"and without the large number", []vi.Decimal{dec("999999999999999"), dec("0.000000000000000001"), dec("-999999999999999")}, "0.000000000000000001", true},
		{"scale that is no longer needed", []vi.Decimal{dec("0.000000000000000001"), dec("-0.000000000000000001"), dec("5")}, "5", true},
		{"19 digits", []vi.Decimal{vi.Int(math.MaxInt64)}, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := sumOf(tt.in).Decimal()
			if ok != tt.ok || ok && got.String() != tt.want {
				t.Errorf("Decimal = %s, %v, want %s, %v", got, ok, tt.want, tt.ok)
			}
		})
	}
}

func TestSum_EqualsRationalInAnyOrder(t *testing.T) {
	terms := rapid.OneOf(decimals(),
		rapid.Custom(func(t *rapid.T) vi.Decimal { return vi.Int(rapid.Int64().Draw(t, "any")) }),
		rapid.SampledFrom([]vi.Decimal{vi.Int(math.MinInt64), vi.Int(math.MaxInt64), vi.Int(-1), vi.NewDecimal(1, 18)}))
	rapid.Check(t, func(t *rapid.T) {
		ds := rapid.SliceOfN(terms, 0, 12).Draw(t, "terms")
		want := new(big.Rat)
		for _, d := range ds {
			want.Add(want, d.Rat())
		}
		s := sumOf(ds)
		if s.Rat().Cmp(want) != 0 {
			t.Fatalf("sum of %v = %s, want %s", ds, s.Rat(), want)
		}
		got, ok := s.Decimal()
		if ok && got.Rat().Cmp(want) != 0 {
			t.Errorf("sum of %v = %s, want %s", ds, got, want)
		}
		other := slices.Clone(ds)
		slices.Reverse(other)
		slices.SortStableFunc(other, func(a, b vi.Decimal) int { return a.Cmp(b) })
		if d, ok2 := sumOf(other).Decimal(); d != got || ok2 != ok {
			t.Errorf("sum of %v is %s, %v; sorted %s, %v", ds, got, ok, d, ok2)
		}
		s.Rat().SetInt64(0) // what Rat returns is a copy
		if s.Rat().Cmp(want) != 0 {
			t.Error("Rat gives its inside away")
		}
	})
}
