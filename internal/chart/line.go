package chart

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// LineSeries is one indicator of one agency over time, under one definition version.
type LineSeries struct {
	Name     string // "Tỷ lệ hồ sơ đúng hạn"; versions of one indicator need different names
	Unit     string
	Decimals int
	Points   []LinePoint
	Target   *LineTarget // nil for none
	// Break is set when another definition ended before this one: the sentence at the line that
	// parts them ("Đổi định nghĩa từ Quý I năm 2026"). The two are never joined.
	Break        string
	Illustrative bool
}

// LinePoint is one figure; an absent one leaves a gap.
type LinePoint struct {
	Period kpi.Period
	Value  vi.NullDecimal // rounded
	Text   string         // as printed, with the word that stood before it; "" is the value with the decimals of the series
	Note   string         // why there is none, or how exact it is
}

func (p *LinePoint) print(decimals int) string {
	return cmp.Or(p.Text, vi.FormatNumber(p.Value.Decimal, decimals))
}

// LineTarget is what the series should reach.
type LineTarget struct {
	Value vi.Decimal
	Label string // "Mục tiêu 2026"
}

// Line returns the ECharts options of series over time as JSON. Missing figures stay gaps.
func Line(series ...LineSeries) ([]byte, error) {
	periods := periodsOf(series)
	labels := make([]string, len(periods))
	for i, p := range periods {
		labels[i] = p.Label()
	}
	line := charts.NewLine()
	line.SetXAxis(labels)
	for _, s := range series {
		line.AddSeries(s.Name, nil)
		line.MultiSeries[len(line.MultiSeries)-1].Data = lineData(s, periods)
	}
	return encode(line, house{describe: describeLines(series), patch: func(o map[string]any) {
		layoutLines(o, series, periods)
	}})
}

func layoutLines(o map[string]any, series []LineSeries, periods []kpi.Period) {
	many := len(series) > 1
	o["legend"] = map[string]any{"show": many, "bottom": 0}
	bottom := 8
	if many {
		bottom = 36
	}
	o["grid"] = map[string]any{"containLabel": true, "left": 8, "right": 24, "top": 56, "bottom": bottom}
	x := o["xAxis"].([]any)[0].(map[string]any)
	x["type"] = "category"
	x["axisLabel"] = map[string]any{"hideOverlap": true, "lineHeight": 16}
	y := map[string]any{"type": "value", "scale": true, // the points carry their figures
		"axisLabel": map[string]any{"show": false}, "splitLine": map[string]any{"show": false}}
	widen(y, series)
	o["yAxis"] = []any{y}
	all, _ := o["series"].([]any)
	for i, s := range series {
		m := all[i].(map[string]any)
		m["connectNulls"] = false
		m["showSymbol"] = true
		m["symbolSize"] = 8
		m["symbol"] = [...]string{"circle", "rect", "triangle", "diamond"}[i%4]
		color := seriesTokens[i%len(seriesTokens)]
		m["itemStyle"] = map[string]any{"color": color}
		m["lineStyle"] = map[string]any{"color": color, "width": 2,
			"type": [...]string{"solid", "dashed", "dotted", "solid"}[i%4]}
		m["label"] = map[string]any{"show": true, "position": "top", "lineHeight": 16}
		m["labelLayout"] = map[string]any{"hideOverlap": true}
		if lines := seriesLines(s, periods); len(lines) > 0 {
			m["markLine"] = map[string]any{"symbol": []string{"none", "none"}, "data": lines}
		}
	}
}

// widen makes the axis hold targets outside the figures: ECharts fits it to the figures alone.
func widen(y map[string]any, series []LineSeries) {
	var all []vi.Decimal
	for _, s := range series {
		for _, p := range s.Points {
			if p.Value.Valid {
				all = append(all, p.Value.Decimal)
			}
		}
	}
	if len(all) == 0 {
		all = append(all, vi.Int(0))
	}
	lo, hi := slices.MinFunc(all, vi.Decimal.Cmp), slices.MaxFunc(all, vi.Decimal.Cmp)
	for _, s := range series {
		if s.Target == nil {
			continue
		}
		if v := s.Target.Value; v.Cmp(hi) > 0 {
			hi, y["max"] = v, number(vi.Some(v))
		} else if v.Cmp(lo) < 0 {
			lo, y["min"] = v, number(vi.Some(v))
		}
	}
}

func seriesLines(s LineSeries, periods []kpi.Period) []any {
	var out []any
	if g := s.Target; g != nil {
		text := fmt.Sprintf("%s: %s", g.Label, withUnit(vi.FormatNumber(g.Value, 0), s.Unit))
		out = append(out, map[string]any{"yAxis": number(vi.Some(g.Value)), "name": text, "text": text,
			"lineStyle": map[string]any{"color": cssTarget, "type": "dashed", "width": 2},
			"label": map[string]any{"formatter": literal(text), "position": "insideStartTop",
				"lineHeight": 16, "color": cssTarget}})
	}
	if s.Break != "" && len(s.Points) > 0 {
		first := slices.MinFunc(s.Points, func(a, b LinePoint) int { return comparePeriods(a.Period, b.Period) })
		at := slices.IndexFunc(periods, func(p kpi.Period) bool { return p.Key == first.Period.Key })
		out = append(out, map[string]any{"xAxis": at, "name": s.Break, "text": s.Break,
			"lineStyle": map[string]any{"color": cssNeutral, "type": "dotted", "width": 2},
			"label":     map[string]any{"formatter": literal(s.Break), "position": "end", "distance": 20, "lineHeight": 16, "color": cssNeutral}})
	}
	return out
}

func lineData(s LineSeries, periods []kpi.Period) []datum {
	byKey := make(map[string]LinePoint, len(s.Points))
	for _, p := range s.Points {
		byKey[p.Period.Key] = p
	}
	out := make([]datum, len(periods))
	for i, p := range periods {
		pt, ok := byKey[p.Key]
		d := datum{Name: p.Label(), Value: number(pt.Value)}
		if ok {
			shown := "chưa có số liệu"
			if pt.Value.Valid {
				shown = pt.print(s.Decimals)
				d.Label = map[string]any{"formatter": literal(shown)}
				shown = withUnit(shown, s.Unit)
			}
			d.Text = lineText(s, p, shown, pt.Note)
		}
		out[i] = d
	}
	return out
}

func lineText(s LineSeries, p kpi.Period, shown, note string) string {
	lines := []string{s.Name, p.Title() + ": " + shown}
	if note != "" {
		lines = append(lines, note)
	}
	if s.Illustrative {
		lines = append(lines, "Số liệu minh họa")
	}
	return strings.Join(lines, "\n")
}

// periodsOf returns every period of the series once, in order of time.
func periodsOf(series []LineSeries) []kpi.Period {
	var out []kpi.Period
	seen := map[string]bool{}
	for _, s := range series {
		for _, p := range s.Points {
			if !seen[p.Period.Key] {
				seen[p.Period.Key] = true
				out = append(out, p.Period)
			}
		}
	}
	slices.SortFunc(out, comparePeriods)
	return out
}

func comparePeriods(a, b kpi.Period) int {
	at, as := a.SortKey()
	bt, bs := b.SortKey()
	return cmp.Or(cmp.Compare(at, bt), cmp.Compare(as, bs), cmp.Compare(a.Key, b.Key))
}

// describeLines is the sentence that a screen reader speaks for the chart.
func describeLines(series []LineSeries) string {
	var b strings.Builder
	b.WriteString("Biểu đồ đường theo thời gian.")
	for _, s := range series {
		fmt.Fprintf(&b, " %s", s.Name)
		if s.Illustrative {
			b.WriteString(" (số liệu minh họa)")
		}
		var have []LinePoint
		for _, p := range s.Points {
			if p.Value.Valid {
				have = append(have, p)
			}
		}
		slices.SortFunc(have, func(a, b LinePoint) int { return comparePeriods(a.Period, b.Period) })
		if len(have) == 0 {
			b.WriteString(": chưa có số liệu.")
			continue
		}
		say := func(p LinePoint) string {
			return fmt.Sprintf("%s: %s", lowerFirst(p.Period.Title()), withUnit(p.print(s.Decimals), s.Unit))
		}
		fmt.Fprintf(&b, ", %s", say(have[0]))
		if n := len(have); n > 1 {
			fmt.Fprintf(&b, "; %s", say(have[n-1]))
		}
		if s.Target != nil {
			fmt.Fprintf(&b, "; %s: %s", lowerFirst(s.Target.Label), withUnit(vi.FormatNumber(s.Target.Value, 0), s.Unit))
		}
		b.WriteString(".")
	}
	return b.String()
}
