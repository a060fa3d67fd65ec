package check_test

import (
	"strings"
	"testing"

	"chiso/internal/check"
)

func TestExplanations(t *testing.T) {
	all := func() []check.Finding {
		return []check.Finding{
			{Severity: check.Warning, Code: check.Outlier, Cell: "D2"},
			{Severity: check.Warning, Code: check.Outlier, Cell: "D3", Explanation: "đã ghi trong tệp"},
			{Severity: check.Warning, Code: check.RateMismatch},
			{Severity: check.Info, Code: check.BareRatio},
			{Severity: check.Error, Code: check.BadNumber},
		}
	}
	for _, tt := range []struct {
		name    string
		said    check.Explanations
		want    string
		missing int
	}{
		{"nothing", nil, "|đã ghi trong tệp|||", 2},
		{"one kind", check.Explanations{check.Outlier: "  do cao\nđiểm "}, "do cao điểm|đã ghi trong tệp|||", 1},
		{"all", check.Explanations{check.AnyCode: "đã rà soát", check.RateMismatch: "làm tròn"}, "đã rà soát|đã ghi trong tệp|làm tròn||", 0},
		{"marks only", check.Explanations{check.AnyCode: " -.. "}, "|đã ghi trong tệp|||", 2},
	} {
		fs := all()
		tt.said.Explain(fs)
		var got []string
		for _, f := range fs {
			got = append(got, f.Explanation)
		}
		if s := strings.Join(got, "|"); s != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, s, tt.want)
		}
		if n, kinds := check.Unexplained(fs); n != tt.missing || kinds != tt.missing {
			t.Errorf("%s: %d of %d kinds unexplained, want %d", tt.name, n, kinds, tt.missing)
		}
	}
	if err := (check.Explanations{"x": strings.Repeat("ố", check.MaxExplanation+1)}).Valid(); err == nil {
		t.Error("more than a line is refused")
	}
	if err := (check.Explanations{"x": strings.Repeat("ố", check.MaxExplanation)}).Valid(); err != nil {
		t.Error(err)
	}
}
