package vi_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chiso/internal/vi"
)

func TestFormatNumber(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		decimals int
		want     string
	}{
		{"groups and comma", "1234567.8", 2, "1.234.567,80"},
		{"nothing is rounded away", "86.645", 2, "86,645"},
		{"below a thousand", "999", 0, "999"},
		{"a thousand", "1002", 0, "1.002"},
		{"negative", "-12345.6", 1, "-12.345,6"},
		{"negative hundreds have no dot", "-123", 0, "-123"},
		{"zero", "0", 2, "0,00"},
		{"small", "0.0524", 2, "0,0524"},
		{"fewer than no decimals", "7", -1, "7"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := vi.FormatNumber(mustDecimal(t, tt.in), tt.decimals); got != tt.want {
				t.Errorf("FormatNumber = %q, want %q", got, tt.want)
			}
		})
	}
	if got, want := vi.FormatInt(math.MinInt64), "-9.223.372.036.854.775.808"; got != want {
		t.Errorf("FormatInt(MinInt64) = %q, want %q", got, want)
	}
}

func TestFormatNumber_KeepsEveryDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := figures().Draw(t, "d")
		printed := vi.FormatNumber(d, rapid.IntRange(0, 6).Draw(t, "decimals"))
		machine := strings.ReplaceAll(strings.ReplaceAll(printed, ".", ""), ",", ".")
		if got, err := vi.ParseDecimal(machine); err == nil && got != d {
			t.Errorf("%s prints as %s", d, printed)
		}
	})
}
