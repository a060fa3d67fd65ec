package vi_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"chiso/internal/vi"
)

func TestParseQuantity(t *testing.T) {
	for _, tt := range []struct {
		in    string
		whole bool
		value string
		scale int
		unit  string
	}{
		{"1,488 triệu", true, "1.488", 6, ""},
		{"1,488 triệu hồ sơ", false, "1.488", 6, "ho so"},
		{"12,9 nghìn tỷ đồng", false, "12.9", 12, "dong"},
		{"12.900 tỷ", true, "", 9, ""}, // 12.900 tỷ or 12,9 tỷ
		{"1.234.567 đồng", false, "1234567", 0, "dong"},
		{"1.234", false, "", 0, ""},
		{"1.234 hồ sơ", true, "1234", 0, "ho so"},
		{"45,6%", false, "45.6", 0, ""},
		{"45 phần trăm", false, "45", 0, ""},
		{"hơn 46,2 triệu", false, "46.2", 6, ""},
		{"0,6077 điểm", false, "0.6077", 0, "diem"},
		{"1 234 567 ngàn", false, "1234567", 3, ""},
		{"5 tỉ USD", false, "5", 9, "usd"},
		{"-5 tỷ", false, "-5", 9, ""},
		{"triệu", false, "", 0, ""},
		{"", false, "", 0, ""},
		{"hai 5", false, "", 0, ""},
	} {
		q, err := vi.ParseQuantity(tt.in, tt.whole)
		if (err == nil) != (tt.value != "") {
			t.Errorf("%q: %+v, %v", tt.in, q, err)
			continue
		}
		if err == nil && (q.Value.String() != tt.value || q.Scale != tt.scale || q.Unit != tt.unit) {
			t.Errorf("%q: got %s %d %q", tt.in, q.Value, q.Scale, q.Unit)
		}
	}
	q, err := vi.ParseQuantity("45,6 % (ước)", false)
	if err != nil || !q.Percent || !q.Estimated {
		t.Errorf("%+v, %v", q, err)
	}
}

// A number printed and followed by a unit is read as itself.
func TestParseQuantity_print(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := vi.NewDecimal(rapid.Int64Range(-999_999_999_999, 999_999_999_999).Draw(t, "coef"), rapid.IntRange(0, 6).Draw(t, "scale"))
		text := vi.FormatNumber(d, 0)
		q, err := vi.ParseQuantity(text+" tỷ đồng", false)
		if errors.Is(err, vi.ErrAmbiguous) {
			return
		}
		if err != nil || q.Value != d || q.Scale != 9 || q.Unit != "dong" {
			t.Fatalf("%q: %+v, %v", text, q, err)
		}
	})
}

func TestDecimal_Shift(t *testing.T) {
	for _, tt := range []struct {
		in   string
		n    int
		want string
	}{{"1.488", 6, "1488000"}, {"12.9", -3, "0.0129"}, {"0", 20, "0"}, {"500", -9, "0.0000005"}, {"123456789012345", 1, ""}, {"1", 15, ""}, {"0.000000000000000001", -1, ""}} {
		d, err := vi.ParseDecimal(tt.in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.Shift(tt.n)
		if (err == nil) != (tt.want != "") || err == nil && got.String() != tt.want {
			t.Errorf("%s × 10^%d: got %s, %v, want %s", tt.in, tt.n, got, err, tt.want)
		}
	}
}

func FuzzParseQuantity(f *testing.F) {
	for _, s := range []string{"1,488 triệu", "12,9 nghìn tỷ đồng", "1.488 triệu", "<10 %", "(ước) 5", "5 (ước)", "\xff5", "−5 tỷ tỷ tỷ tỷ"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, whole bool) {
		n, err := vi.ParseNumber(s, whole)
		q, qerr := vi.ParseQuantity(s, whole)
		if err == nil && (qerr != nil || q.Value != n.Value || q.Percent != n.Percent) {
			t.Errorf("%q: %+v as a number, %+v, %v as a quantity", s, n, q, qerr)
		}
		if qerr == nil && q.Scale >= 0 && q.Scale < 20 {
			if d, err := q.Value.Shift(q.Scale); err == nil {
				if back, err := d.Shift(-q.Scale); err != nil || back != q.Value {
					t.Errorf("%q: %s × 10^%d = %s, and back %s, %v", s, q.Value, q.Scale, d, back, err)
				}
			}
		}
	})
}
