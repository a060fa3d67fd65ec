package check_test

import (
	"fmt"
	"testing"

	"chiso/internal/check"
)

// TestChecker_fractions: a column of 0 to 1 is asked about once, a share of 1 among percentages is an error, and numbers
// that are beyond doubt are neither.
func TestChecker_fractions(t *testing.T) {
	names := []string{"Hà Nội", "Đồng Tháp", "Tây Ninh"}
	for _, tt := range []struct {
		name   string
		values []string
		want   string
	}{
		{"whole column", []string{"0,911", "0,902", "1"}, "fraction_column@F2"},
		{"one row", []string{"0,911"}, "fraction_column@F2"},
		{"zeros and ones", []string{"1", "0", "1"}, "fraction_column@F2"},
		{"one among percentages", []string{"90,2", "0,911", "88,1"}, "possible_fraction@F3"},
		{"one per cent among percentages", []string{"90,2", "1", "88,1"}, "possible_fraction@F3"},
		{"percent signs", []string{"0,9 %", "0,8 %", "0,7 %"}, ""},
		{"percentages", []string{"90,2", "0", "88,1"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := check.New(rules())
			for i, v := range tt.values {
				c.Row(typed(i+2, "agency="+names[i], "indicator=CPS01", "period=2026-Q3", "value="+v))
			}
			c.EndFile()
			got := ""
			for _, f := range c.Findings() {
				if f.Code != check.BareRatio {
					got += f.Code + "@" + f.Cell
				}
			}
			if got != tt.want {
				t.Errorf("%v: %s, want %s", tt.values, fmt.Sprint(c.Findings()), tt.want)
			}
		})
	}
}
