package chart_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"chiso/internal/chart"
	"chiso/internal/vi"
)

// Dots where the smallest is over half of the largest, else bars from zero.
func TestFormOf(t *testing.T) {
	for _, c := range []struct {
		values []vi.Decimal
		want   chart.Form
	}{
		{nil, chart.Bars},
		{[]vi.Decimal{dec("52.77"), dec("68.53")}, chart.Dots}, // Q766 of 26/09/2026
		{[]vi.Decimal{dec("11.6"), dec("81.8")}, chart.Bars},   // CPS27
		{[]vi.Decimal{dec("50"), dec("100")}, chart.Bars},      // half is not over half
		{[]vi.Decimal{dec("50.01"), dec("100")}, chart.Dots},
		{[]vi.Decimal{dec("0"), dec("1")}, chart.Bars},
		{[]vi.Decimal{dec("-3"), dec("-2")}, chart.Bars},
		{[]vi.Decimal{dec("7")}, chart.Dots},
	} {
		if got := chart.FormOf(c.values); got != c.want {
			t.Errorf("%v: %s, want %s", c.values, got, c.want)
		}
	}
}

func TestNewAxis(t *testing.T) {
	none := vi.NullDecimal{}
	for name, c := range map[string]struct {
		axis chart.Axis
		want string
	}{
		"scores":       {chart.NewAxis([]vi.Decimal{dec("52.77"), dec("68.53")}, some("100")), "Trục từ 50 đến 70, không bắt đầu từ 0"},
		"far apart":    {chart.NewAxis([]vi.Decimal{dec("11.6"), dec("81.8")}, some("100"), dec("40.44")), "Trục từ 0 đến 100"},
		"near full":    {chart.NewAxis([]vi.Decimal{dec("94.2"), dec("99.9")}, some("100")), "Trục từ 94 đến 100, không bắt đầu từ 0"},
		"target off":   {chart.NewAxis([]vi.Decimal{dec("41"), dec("44")}, none, dec("90")), "Trục từ 41,0 đến 44,0, không bắt đầu từ 0"},
		"target on":    {chart.NewAxis([]vi.Decimal{dec("41"), dec("44")}, none, dec("60")), "Trục từ 40 đến 60, không bắt đầu từ 0"},
		"below zero":   {chart.NewAxis([]vi.Decimal{dec("-3"), dec("12")}, none), "Trục từ -5 đến 15"},
		"all the same": {chart.NewAxis([]vi.Decimal{dec("7"), dec("7")}, none), "Trục từ 6,0 đến 8,0, không bắt đầu từ 0"},
	} {
		if got := c.axis.Says(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Whatever the values: all lie on the axis in their order, its lines are few and evenly apart.
func TestNewAxis_property(t *testing.T) {
	r := rand.New(rand.NewPCG(18, 1))
	for range 3000 {
		n := 1 + r.IntN(40)
		values := make([]vi.Decimal, n)
		for i := range values {
			values[i] = vi.NewDecimal(r.Int64N(200_000)-r.Int64N(2)*100_000, r.IntN(4))
		}
		a := chart.NewAxis(values, vi.NullDecimal{})
		for i, v := range values {
			if !a.Holds(v) {
				t.Fatalf("%v is not on %s of %v", v, a.Says(), values)
			}
			for _, w := range values[:i] {
				if v.Cmp(w)*a.At(v).Cmp(a.At(w)) < 0 {
					t.Fatalf("%v and %v change places on %s", v, w, a.Says())
				}
			}
		}
		if a.Form == chart.Bars && (a.From.Sign() > 0 || a.To.Sign() < 0) {
			t.Fatalf("bars on %s", a.Says())
		}
		if ticks := a.Ticks(); len(ticks) < 2 || len(ticks) > 8 || ticks[0] != a.From || ticks[len(ticks)-1] != a.To {
			t.Fatalf("%d lines on %s", len(ticks), a.Says())
		}
	}
}

// Differences are drawn on one scale around one zero, and nothing has a style attribute, which the policy forbids.
func TestGapBars(t *testing.T) {
	got := chart.GapBars([]vi.Decimal{dec("-3.82"), dec("0.38"), dec("0"), dec("-0.14")})
	for i, want := range []string{
		`<rect class="worse" x="0%" y="4" width="91%" height="14"/>`, `<rect class="better" x="91%" y="4" width="9%" height="14"/>`, ``,
		`<rect class="worse" x="87.6%" y="4" width="3.4%" height="14"/>`,
	} {
		if s := string(got[i]); !strings.Contains(s, want) || !strings.Contains(s, `<line class="zero" x1="91%"`) || strings.Contains(s, "style=") {
			t.Errorf("%d: %s", i, s)
		}
	}
}

// An agency carries its id, so that a reader's own style sheet finds it; names are text, never markup.
func TestStrip(t *testing.T) {
	a := chart.NewAxis([]vi.Decimal{dec("52"), dec("68")}, vi.NullDecimal{})
	dots := []chart.StripDot{{ID: "P34-52", Name: "Đồng Tháp", Value: dec("68"), Text: "68,00"}, {ID: "P34-48", Name: "<b>Đà Nẵng", Value: dec("59"), Text: "59,00"},
		{ID: "P34-56", Name: "Khánh Hòa", Value: dec("52"), Text: "52,00"}}
	got := string(a.Strip("34 tỉnh", dots, "P34-48", chart.Level{At: dec("61.86"), Kind: "median", Label: "trung vị 61,86"}))
	for _, want := range []string{`data-a="P34-52"`, `class="mark ours"`, `&lt;b&gt;Đà Nẵng 59,00</text>`, "Đồng Tháp 68,00</text>", "Khánh Hòa 52,00</text>", "trung vị 61,86"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	if strings.Contains(got, "style=") || strings.Contains(got, `data-a="P34-48"`) {
		t.Error(got)
	}
}
