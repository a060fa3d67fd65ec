package vi_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chiso/internal/vi"
)

// figures draws the decimals that figures are: up to 15 significant digits, up to 18 decimals.
func figures() *rapid.Generator[vi.Decimal] {
	return rapid.Custom(func(t *rapid.T) vi.Decimal {
		limit := int64(math.Pow10(rapid.IntRange(1, 15).Draw(t, "digits"))) - 1
		return vi.NewDecimal(rapid.Int64Range(-limit, limit).Draw(t, "coef"), rapid.IntRange(0, 18).Draw(t, "scale"))
	})
}

func mustDecimal(t *testing.T, s string) vi.Decimal {
	t.Helper()
	d, err := vi.ParseDecimal(s)
	if err != nil {
		t.Fatalf("ParseDecimal(%q): %v", s, err)
	}
	return d
}

func TestParseDecimal(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"whole", "1234567", "1234567"},
		{"negative", "-0.5", "-0.5"},
		{"plus", "+7", "7"},
		{"zero with a sign", "-0", "0"},
		{"zeros at the end go", "86.6400", "86.64"},
		{"zeros in front go", "0007.10", "7.1"},
		{"no digit before the dot", ".25", "0.25"},
		{"exponent up", "1.5e3", "1500"},
		{"exponent down", "15E-3", "0.015"},
		{"exponent of zero", "0e400", "0"},
		{"15 digits", "999999999999999", "999999999999999"},
		{"15 digits behind zeros", "0.000123456789012345", "0.000123456789012345"},
		{"zeros do not count as digits", "0.10000000000000000000", "0.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := mustDecimal(t, tt.in).String(); got != tt.want {
				t.Errorf("ParseDecimal(%q) = %s, want %s", tt.in, got, tt.want)
			}
		})
	}
	for _, tt := range []struct {
		name, in string
		want     error
	}{
		{"empty", "", vi.ErrNotDecimal},
		{"sign only", "-", vi.ErrNotDecimal},
		{"two signs", "-+5", vi.ErrNotDecimal},
		{"two minus", "--5", vi.ErrNotDecimal},
		{"dot only", ".", vi.ErrNotDecimal},
		{"nothing after the dot", "5.", vi.ErrNotDecimal},
		{"two dots", "1.2.3", vi.ErrNotDecimal},
		{"comma", "1,5", vi.ErrNotDecimal},
		{"blank", " 5", vi.ErrNotDecimal},
		{"hex", "0x10", vi.ErrNotDecimal},
		{"infinity", "Inf", vi.ErrNotDecimal},
		{"underscore", "1_000", vi.ErrNotDecimal},
		{"exponent without digits", "1e", vi.ErrNotDecimal},
		{"exponent with a fraction", "1e1.5", vi.ErrNotDecimal},
		{"letters before a huge exponent", "xe99", vi.ErrNotDecimal},
		{"other digits", "٣", vi.ErrNotDecimal},
		{"16 digits", "1234567890123456", vi.ErrTooLong},
		{"16 digits by exponent", "1e15", vi.ErrTooLong},
		{"huge exponent", "1e400", vi.ErrTooLong},
		{"exponent beyond int", "1e99999999999999999999", vi.ErrTooLong},
		{"tiny", "1e-19", vi.ErrTooLong},
		{"a million digits", strings.Repeat("9", 1_000_000), vi.ErrTooLong},
	} {
		t.Run("refuses "+tt.name, func(t *testing.T) {
			if d, err := vi.ParseDecimal(tt.in); !errors.Is(err, tt.want) {
				t.Errorf("ParseDecimal = %v, %v, want %v", d, err, tt.want)
			}
		})
	}
}

func TestDecimalOf(t *testing.T) {
	// Variables, for constants would be added exactly.
	tenth, fifth, three := 0.1, 0.2, 0.3
	for _, tt := range []struct {
		name string
		in   float64
		want string
	}{
		{"whole", 405424, "405424"},
		{"minus zero", math.Copysign(0, -1), "0"},
		{"percent of a cell", 0.8847, "0.8847"},
		{"tenth plus fifth", tenth + fifth, "0.3"},
		{"what subtraction leaves", tenth + fifth - three, "0.000000000000000056"},
		{"a third", 1.0 / 3, "0.333333333333333"},
		{"one of 81,000", 1.0 / 81000, "0.000012345679012346"},
		{"below the last decimal", 1e-300, "0"},
		{"a cell times hundred", 88.43 * 100, "8843"},
		{"many digits", 123456789.123456, "123456789.123456"},
		{"largest", 999999999999999, "999999999999999"},
		{"negative", -1234.5, "-1234.5"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := vi.DecimalOf(tt.in)
			if err != nil || d.String() != tt.want {
				t.Errorf("DecimalOf(%v) = %s, %v, want %s", tt.in, d, err, tt.want)
			}
		})
	}
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if _, err := vi.DecimalOf(f); !errors.Is(err, vi.ErrNotDecimal) {
			t.Errorf("DecimalOf(%v): %v", f, err)
		}
	}
	for _, f := range []float64{1e15, -1e15, 1e300, math.MaxFloat64, 9007199254740993, 1e19, -1e19} {
		if _, err := vi.DecimalOf(f); !errors.Is(err, vi.ErrTooLong) {
			t.Errorf("DecimalOf(%v): %v", f, err)
		}
	}
}

func TestDecimal_Properties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, e := figures().Draw(t, "d"), figures().Draw(t, "e")

		if got, err := vi.ParseDecimal(d.String()); err != nil || got != d {
			t.Errorf("ParseDecimal(%s) = %v, %v", d, got, err)
		}
		if got, err := vi.DecimalOf(d.Float()); err != nil || got != d {
			t.Errorf("DecimalOf(%s.Float()) = %v, %v", d, got, err)
		}
		if nearest, _ := strconv.ParseFloat(d.String(), 64); nearest != d.Float() {
			t.Errorf("%s.Float() = %v is not the nearest double %v", d, d.Float(), nearest)
		}
		if got, want := d.Cmp(e), d.Rat().Cmp(e.Rat()); got != want {
			t.Errorf("%s.Cmp(%s) = %d, want %d", d, e, got, want)
		}
		if (d == e) != (d.Cmp(e) == 0) {
			t.Errorf("%#v == %#v is %v", d, e, d == e)
		}
		if got := d.Rat().Sign(); got != d.Sign() || d.Neg().Sign() != -got || d.Neg().Neg() != d {
			t.Errorf("sign of %s", d)
		}
		if d.IsInt() != d.Rat().IsInt() {
			t.Errorf("%s.IsInt() = %v", d, d.IsInt())
		}
		var back vi.Decimal
		if b, err := json.Marshal(d); err != nil || json.Unmarshal(b, &back) != nil || back != d {
			t.Errorf("JSON of %s comes back as %s", d, back)
		}
	})
}

func TestNewDecimal_EqualNumbersAreSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coef := rapid.Int64Range(-1e9, 1e9).Draw(t, "coef")
		scale := rapid.IntRange(-3, 9).Draw(t, "scale")
		d := vi.NewDecimal(coef, scale)
		if e := vi.NewDecimal(coef*1000, scale+3); d != e {
			t.Errorf("%#v != %#v", d, e)
		}
	})
}

func TestDecimal_Scaled(t *testing.T) {
	for _, tt := range []struct {
		name     string
		in       string
		decimals int
		want     int64
		ok       bool
	}{
		{"two decimals of one", "86.5", 2, 8650, true},
		{"as it is", "86.64", 2, 8664, true},
		{"negative", "-86.5", 1, -865, true},
		{"more decimals than asked", "86.645", 2, 0, false},
		{"fits just", "922337203685477", 4, 9223372036854770000, true},
		{"too large", "922337203685478", 4, 0, false},
		{"too large and negative", "-999999999999999", 4, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := mustDecimal(t, tt.in).Scaled(tt.decimals)
			if ok != tt.ok || ok && got != tt.want {
				t.Errorf("Scaled = %d, %v, want %d, %v", got, ok, tt.want, tt.ok)
			}
		})
	}
}

func TestDecimal_CmpBeyond64Bits(t *testing.T) {
	large, small := mustDecimal(t, "999999999999999"), mustDecimal(t, "0.000000000000000001")
	if large.Cmp(small) != 1 || small.Cmp(large) != -1 || large.Neg().Cmp(small) != -1 {
		t.Error("Cmp is wrong where 64 bits do not hold both")
	}
}

func TestNullDecimal_JSON(t *testing.T) {
	type row struct {
		Value vi.NullDecimal `json:"value"`
	}
	for _, tt := range []struct {
		name, json string
		want       vi.NullDecimal
	}{
		{"absent", `{"value":null}`, vi.NullDecimal{}},
		{"zero is not absent", `{"value":0}`, vi.Some(vi.Int(0))},
		{"number", `{"value":86.64}`, vi.Some(vi.NewDecimal(8664, 2))},
		{"sum of figures", `{"value":123456789012345678}`, vi.Some(vi.Int(123456789012345678))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := row{vi.Some(vi.Int(9))}
			if err := json.Unmarshal([]byte(tt.json), &got); err != nil || got.Value != tt.want {
				t.Errorf("Unmarshal = %v, %v", got.Value, err)
			}
			if b, err := json.Marshal(got); err != nil || string(b) != tt.json {
				t.Errorf("Marshal = %s, %v", b, err)
			}
		})
	}
	for _, bad := range []string{`{"value":"86,64"}`, `{"value":"1"}`, `{"value":true}`, `{"value":1e99}`} {
		var got row
		if err := json.Unmarshal([]byte(bad), &got); err == nil || got.Value.Valid {
			t.Errorf("Unmarshal(%s) = %v, %v", bad, got.Value, err)
		}
	}
	var d vi.Decimal
	if err := d.UnmarshalJSON([]byte("null")); err == nil {
		t.Error("null became a number")
	}
}

func FuzzParseDecimal(f *testing.F) {
	for _, s := range []string{"0", "-1.5e3", "1e400", "-+5", "999999999999999.9", "٣", "1e-30", ".", "e", "0x1p-2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := vi.ParseDecimal(s)
		if err != nil {
			if d != (vi.Decimal{}) {
				t.Errorf("ParseDecimal(%q) = %v with %v", s, d, err)
			}
			return
		}
		if again, err := vi.ParseDecimal(d.String()); err != nil || again != d {
			t.Errorf("%q prints as %s, which reads as %v, %v", s, d, again, err)
		}
		if len(s) < 100 && d.Sign() != 0 { // big.Rat refuses 0e99999999999
			if want, ok := new(big.Rat).SetString(s); !ok || want.Cmp(d.Rat()) != 0 {
				t.Errorf("ParseDecimal(%q) = %s, want %v", s, d, want)
			}
		}
	})
}

func FuzzDecimalOf(f *testing.F) {
	for _, x := range []float64{0, 0.1, 1e15, -1e-19, math.MaxFloat64, math.SmallestNonzeroFloat64, 123456.789} {
		f.Add(x)
	}
	f.Fuzz(func(t *testing.T, x float64) {
		d, err := vi.DecimalOf(x)
		if err != nil {
			return
		}
		if diff := math.Abs(d.Float() - x); diff > math.Abs(x)*1e-14+1e-18 {
			t.Errorf("DecimalOf(%v) = %s", x, d)
		}
	})
}
