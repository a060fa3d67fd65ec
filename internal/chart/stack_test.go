package chart_test

import (
	"strings"
	"testing"

	"chiso/internal/chart"
)

func TestStack(t *testing.T) {
	got := string(chart.Stack(6, chart.Segment{Class: "overdue", Count: 1}, chart.Segment{Class: "none"}, chart.Segment{Class: `a"b`, Count: 2}))
	for _, want := range []string{`class="part-overdue" x="0" y="0" width="166"`, `class="part-a&#34;b" x="166" y="0" width="334"`, `aria-hidden="true"`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
	if strings.Contains(got, "part-none") || strings.Contains(got, "style") {
		t.Errorf("%s", got)
	}
	if empty := string(chart.Stack(0, chart.Segment{Class: "x", Count: 1})); strings.Contains(empty, "rect") {
		t.Errorf("a bar of nothing: %s", empty)
	}
}
