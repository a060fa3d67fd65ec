package chart_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chiso/internal/chart"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

var update = flag.Bool("update", false, "write the golden files anew")

func dec(s string) vi.Decimal {
	d, err := vi.ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return d
}

func some(s string) vi.NullDecimal { return vi.Some(dec(s)) }

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func indent(t *testing.T, b []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := json.Indent(&buf, b, "", " "); err != nil {
		t.Fatal(err)
	}
	buf.WriteByte('\n')
	return buf.Bytes()
}

func series() []chart.LineSeries {
	p := kpi.MustPeriod
	return []chart.LineSeries{
		{Name: "DVC trực tuyến (2024)", Unit: "%", Decimals: 1, Points: []chart.LinePoint{
			{Period: p("2024-Q4"), Value: some("41.5")}, {Period: p("2024-Q3"), Value: some("40")}}},
		{Name: "DVC trực tuyến (2025)", Unit: "%", Decimals: 1, Illustrative: true,
			Break:  "Đổi định nghĩa từ quý I năm 2025",
			Target: &chart.LineTarget{Value: dec("80"), Label: "Mục tiêu 2025"},
			Points: []chart.LinePoint{{Period: p("2025-Q1"), Value: some("60")},
				{Period: p("2025-Q2"), Note: "Không phát sinh"}, {Period: p("2025-Q3"), Value: some("0")}}},
	}
}

func TestLine(t *testing.T) {
	got, err := chart.Line(series()...)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "line.json", indent(t, got))
}

// Whatever the figures, the options are data: no script, no way out of a script element, no null.
func TestOptionsAreData(t *testing.T) {
	many := series()
	many[0].Name = `</script>`
	for name, build := range map[string]func() ([]byte, error){
		"evil line":  func() ([]byte, error) { return chart.Line(many...) },
		"empty line": func() ([]byte, error) { return chart.Line() },
	} {
		t.Run(name, func(t *testing.T) {
			got, err := build()
			if err != nil {
				t.Fatal(err)
			}
			for _, bad := range []string{"__f__", "function", "<", ">", "null", "{b}", "{c}"} {
				if bytes.Contains(got, []byte(bad)) && !inName(got, bad) {
					t.Errorf("options contain %q: %s", bad, got)
				}
			}
			if !bytes.Contains(got, []byte(`"formatter":"@tooltip"`)) {
				t.Error("no named tooltip formatter")
			}
			again, err := build()
			if err != nil || !bytes.Equal(got, again) {
				t.Errorf("not the same twice (%v)", err)
			}
		})
	}
}

// inName reports whether a label variable stands only where ECharts does not fill it in: in names
// and tooltip texts, not in a formatter.
func inName(b []byte, variable string) bool {
	if !strings.HasPrefix(variable, "{") {
		return false
	}
	var tree any
	if json.Unmarshal(b, &tree) != nil {
		return false
	}
	return !formatterHas(tree, variable)
}

func formatterHas(v any, variable string) bool {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if s, ok := e.(string); ok && k == "formatter" && strings.Contains(s, variable) {
				return true
			}
			if formatterHas(e, variable) {
				return true
			}
		}
	case []any:
		for _, e := range v {
			if formatterHas(e, variable) {
				return true
			}
		}
	}
	return false
}

func TestBar(t *testing.T) {
	for _, tt := range []struct {
		name, value, maximum, want string
	}{
		{"part", "86.64", "100", `<rect x="0" y="1" width="86.6" `},
		{"more than all", "120", "100", `<rect x="0" y="1" width="100" height="8" fill="currentColor"/>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(chart.Bar(dec(tt.value), dec(tt.maximum))); !strings.Contains(got, tt.want) {
				t.Errorf("no %s in %s", tt.want, got)
			}
		})
	}
	for _, value := range []string{"0", "-5"} {
		if got := string(chart.Bar(dec(value), dec("0"))); strings.Count(got, "<rect") != 1 {
			t.Errorf("%s has a bar: %s", value, got)
		}
	}
	got := string(chart.Bar(dec("1"), dec("3"), chart.Mark{At: dec("2"), Dashed: true}, chart.Mark{At: dec("1.5")}))
	golden(t, "bar.svg", []byte(got+"\n"))
	if strings.Contains(got, "style=") || !strings.Contains(got, `aria-hidden="true"`) {
		t.Errorf("not fit for a table cell: %s", got)
	}
}

func TestSparkline(t *testing.T) {
	gap := []vi.NullDecimal{some("1"), some("2"), {}, some("5"), {}, some("0.5"), some("3"), {}}
	got := string(chart.Sparkline(gap))
	golden(t, "sparkline.svg", []byte(got+"\n"))
	if n := strings.Count(got, "<polyline"); n != 2 {
		t.Errorf("%d runs, want 2: %s", n, got)
	}
	if n := strings.Count(got, "<circle"); n != 2 {
		t.Errorf("%d dots, want the lone figure and the last: %s", n, got)
	}
	for name, points := range map[string][]vi.NullDecimal{"none": nil, "absent": {{}}, "one": {some("3")}, "flat": {some("3"), some("3")}} {
		if got := string(chart.Sparkline(points)); strings.Contains(got, "NaN") || !strings.HasSuffix(got, "</svg>") {
			t.Errorf("%s: %s", name, got)
		}
	}
}
