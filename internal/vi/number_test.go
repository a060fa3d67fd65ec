package vi

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func TestParseNumber(t *testing.T) {
	tests := []struct {
		in    string
		whole bool
		want  Number
	}{
		{"0", false, Number{Value: Int(0)}},
		{"1234567", false, Number{Value: Int(1234567)}},
		{"007", false, Number{Value: Int(7)}},
		{"1.234.567,8", false, Number{Value: NewDecimal(12345678, 1)}},
		{"1,234,567.8", false, Number{Value: NewDecimal(12345678, 1)}},
		{"1.234.567", false, Number{Value: Int(1234567)}},
		{"1.234,5", false, Number{Value: NewDecimal(12345, 1)}},
		{"1,234.5", false, Number{Value: NewDecimal(12345, 1)}},
		{"1.234", true, Number{Value: Int(1234)}},
		{"1,234", true, Number{Value: Int(1234)}},
		{"115.665", true, Number{Value: Int(115665)}},
		{"0.824", false, Number{Value: NewDecimal(824, 3)}},
		{"0,8241", false, Number{Value: NewDecimal(8241, 4)}},
		{"63.47", false, Number{Value: NewDecimal(6347, 2)}},
		{"1234.567", false, Number{Value: NewDecimal(1234567, 3)}},
		{",5", false, Number{Value: NewDecimal(5, 1)}},
		{"1.0000", false, Number{Value: Int(1)}},
		{"1 234 567", false, Number{Value: Int(1234567)}},
		{"1\u00a0234,5", false, Number{Value: NewDecimal(12345, 1)}},
		{" 45,6 % ", false, Number{Value: NewDecimal(456, 1), Percent: true}},
		{"68.54%", false, Number{Value: NewDecimal(6854, 2), Percent: true}},
		{"70 phần trăm", false, Number{Value: Int(70), Percent: true}},
		{"hơn 46,2", false, Number{Value: NewDecimal(462, 1), Rounded: true, Toward: MoreThan}},
		{"Gần 1.234.567", false, Number{Value: Int(1234567), Rounded: true, Toward: Nearly}},
		{"khoảng 90%", false, Number{Value: Int(90), Percent: true, Rounded: true, Toward: About}},
		{"đạt trên 80%", false, Number{Value: Int(80), Percent: true, Rounded: true, Toward: Above}},
		{"≥80%", false, Number{Value: Int(80), Percent: true, Rounded: true, Toward: Above}},
		{">80", false, Number{Value: Int(80), Rounded: true, Toward: MoreThan}},
		{"~85", false, Number{Value: Int(85), Rounded: true, Toward: About}},
		{"ước đạt 12", false, Number{Value: Int(12), Estimated: true}},
		{"<10 %", false, Number{Value: Int(10), Percent: true, Below: true}},
		{"dưới 10%", false, Number{Value: Int(10), Percent: true, Below: true}},
		{"-5,5", false, Number{Value: NewDecimal(-55, 1)}},
		{"− 5", false, Number{Value: Int(-5)}},
		{"+5", false, Number{Value: Int(5)}},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			got, err := ParseNumber(tt.in, tt.whole)
			if err != nil || got != tt.want {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
}

func TestParseNumber_refuses(t *testing.T) {
	for _, in := range []string{"", " ", "-", "abc", "1.2.3", "1,23,456", "1.234,567.8", "1.234,567,8", "12.34.567",
		"1.2345.678", "5.", "5,", "1.234,", ".", ",", "1 23", "1 234.567.8", "12 triệu", "1,488 triệu", "10/10/2026", "1e5",
		"--5", "5%%", "không 5", "1.234 567", "%", "1234567890123456", "0x10", "١٢"} {
		if got, err := ParseNumber(in, true); err == nil {
			t.Errorf("ParseNumber(%q) = %+v, want an error", in, got)
		}
	}
}

func TestParseNumber_ambiguous(t *testing.T) {
	for in, want := range map[string]AmbiguousError{
		"1.234":   {Int(1234), NewDecimal(1234, 3)},
		"1,234":   {Int(1234), NewDecimal(1234, 3)},
		"-12.345": {Int(-12345), NewDecimal(-12345, 3)},
		"45,500%": {Int(45500), NewDecimal(455, 1)},
	} {
		_, err := ParseNumber(in, false)
		var amb *AmbiguousError
		if !errors.Is(err, ErrAmbiguous) || !errors.As(err, &amb) || *amb != want {
			t.Errorf("ParseNumber(%q): got %v, want %v", in, err, &want)
		}
	}
}

// Printing and reading back gives the same number, or says that it could be two.
func TestParseNumber_printed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := NewDecimal(rapid.Int64Range(-999_999_999_999_999, 999_999_999_999_999).Draw(t, "coef"), rapid.IntRange(0, 6).Draw(t, "scale"))
		s := FormatNumber(d, rapid.IntRange(0, 4).Draw(t, "decimals"))
		got, err := ParseNumber(s, d.IsInt())
		var amb *AmbiguousError
		if errors.As(err, &amb) {
			if amb.Whole != d && amb.Fraction != d {
				t.Fatalf("%s printed %q, read %v", d, s, amb)
			}
			return
		}
		if err != nil || got.Value != d {
			// A whole number printed with three decimals ("1,000") reads as grouped.
			if whole, frac := NewDecimal(got.Value.coef, 3), got.Value; d.IsInt() && (whole == d || frac == d) {
				return
			}
			t.Fatalf("%s printed %q, read %s, %v", d, s, got.Value, err)
		}
	})
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"1.234.567,8", "1,234", "<10 %", "hơn 46,2", "45,6 %", "-5", "1 234", "−1", "1.2.3", "\xff1", "ước 12"} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, s string, whole bool) {
		n, err := ParseNumber(s, whole)
		if err == nil {
			if coef, _ := n.Value.Parts(); coef >= 1e15 || coef <= -1e15 {
				t.Errorf("ParseNumber(%q) has too many digits: %d", s, coef)
			}
		}
	})
}
