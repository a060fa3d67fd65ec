package chart

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"

	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// Height returns how many CSS pixels high the chart of a ranking with so many rows should be.
func Height(rows int) int {
	const head, row, least = 72, 22, 160
	return max(least, head+row*rows)
}

// RankingBars returns the ECharts options of a ranking as JSON: horizontal bars, first place on
// top, every bar with its figure in Vietnamese, the pooled figure and the target as lines.
func RankingBars(t *ranking.Table) ([]byte, error) {
	names, figures := make([]string, 0, len(t.Rows)), make([]string, 0, len(t.Rows))
	data := make([]datum, 0, len(t.Rows))
	for i, r := range t.Rows {
		names = append(names, barName(r))
		d, shown := barDatum(t, i)
		data, figures = append(data, d), append(figures, shown)
	}
	bar := charts.NewBar()
	bar.SetXAxis(names).XYReversal()
	bar.AddSeries(t.Name, nil)
	bar.MultiSeries[0].Data = data
	return encode(bar, house{describe: describeRanking(t), patch: func(o map[string]any) {
		layoutRanking(o, t, figures)
	}})
}

func layoutRanking(o map[string]any, t *ranking.Table, figures []string) {
	o["legend"] = map[string]any{"show": false}
	o["grid"] = map[string]any{"containLabel": true, "left": 8, "right": 8, "top": 36, "bottom": 30}
	x := map[string]any{"type": "value",
		// The bars carry their figures; ECharts would write axis figures with a decimal point.
		"axisLabel": map[string]any{"show": false}, "splitLine": map[string]any{"show": false}}
	if lo, hi, ok := bounds(t); ok {
		if lo.Sign() >= 0 {
			x["min"] = 0
		}
		if t.Unit == "%" && hi.Cmp(vi.Int(100)) <= 0 {
			x["max"] = 100
		}
	}
	o["xAxis"] = []any{x}
	axis := o["yAxis"].([]any)[0].(map[string]any)
	axis["type"] = "category"
	axis["inverse"] = true
	axis["axisTick"] = map[string]any{"show": false}
	axis["axisLabel"] = map[string]any{"interval": 0, "lineHeight": 16}
	// The figures stand in a column of their own at the right: at the bars' ends the pooled and the
	// target line would run through them.
	o["yAxis"] = []any{axis, map[string]any{"type": "category", "inverse": true, "position": "right", "data": figures,
		"axisLine": map[string]any{"show": false}, "axisTick": map[string]any{"show": false},
		"axisLabel": map[string]any{"interval": 0, "lineHeight": 16}}}
	s := o["series"].([]any)[0].(map[string]any)
	s["barCategoryGap"] = "28%"
	color := accent
	if t.Direction == kpi.Neutral {
		color = neutral
	}
	s["itemStyle"] = map[string]any{"color": color}
	if lines := rankingLines(t); len(lines) > 0 {
		s["markLine"] = map[string]any{"symbol": []string{"none", "none"}, "data": lines}
	}
}

// bounds returns the least and the greatest figure that the axis must hold.
func bounds(t *ranking.Table) (lo, hi vi.Decimal, ok bool) {
	take := func(d vi.Decimal) {
		if !ok || d.Cmp(lo) < 0 {
			lo = d
		}
		if !ok || d.Cmp(hi) > 0 {
			hi = d
		}
		ok = true
	}
	for _, r := range t.Rows {
		if r.Value.Valid {
			take(r.Value.Decimal)
		}
	}
	if p := t.Headline(); p.Value.Valid {
		take(p.Value.Decimal)
	}
	if t.Target != nil {
		take(t.Target.Value)
	}
	return lo, hi, ok
}

func barName(r ranking.Row) string { return strconv.Itoa(r.Rank) + ". " + r.Name }

// barDatum returns a bar and its figure as people write it.
func barDatum(t *ranking.Table, i int) (d datum, shown string) {
	r := t.Rows[i]
	shown = lowerFirst(t.Without().Title())
	if r.Value.Valid {
		shown = r.Print(t.Decimals)
	}
	return datum{Name: barName(r), Value: number(r.Value), Text: barText(t, i, shown)}, shown
}

// barText is the tooltip of one bar: what the table beside the chart says of the row.
func barText(t *ranking.Table, i int, shown string) string {
	r := t.Rows[i]
	if r.Value.Valid {
		shown = withUnit(shown, t.Unit)
	}
	lines := []string{fmt.Sprintf("%s: %s", r.Name, shown), fmt.Sprintf("Hạng %d/%d", r.Rank, len(t.Rows))}
	if r.Num.Valid && r.Den.Valid {
		lines = append(lines, fmt.Sprintf("%s / %s", vi.FormatNumber(r.Num.Decimal, 0), vi.FormatNumber(r.Den.Decimal, 0)))
	}
	switch n, ok := r.Change(); {
	case !ok:
	case n > 0:
		lines = append(lines, fmt.Sprintf("Tăng %d hạng", n))
	case n < 0:
		lines = append(lines, fmt.Sprintf("Giảm %d hạng", -n))
	default:
		lines = append(lines, "Giữ nguyên hạng")
	}
	if r.PublishedRank != 0 && r.PublishedRank != r.Rank {
		lines = append(lines, fmt.Sprintf("Hạng công bố: %d", r.PublishedRank))
	}
	if notes := remarks(t, i); len(notes) > 0 {
		lines = append(lines, strings.Join(notes, "; "))
	}
	if t.Illustrative() {
		lines = append(lines, "Số liệu minh họa")
	}
	return strings.Join(lines, "\n")
}

func remarks(t *ranking.Table, i int) []string {
	r := t.Rows[i]
	out := r.Qualifiers.Titles()
	if r.Bare {
		out = append(out, "thiếu tử/mẫu số")
	}
	if len(r.Zeroed) > 0 {
		out = append(out, "tính 0 điểm: "+strings.Join(t.ZeroedNames(i), ", "))
	}
	return out
}

// rankingLines returns the lines across the bars: the pooled figure labelled above, the target
// labelled below, so that two lines close together stay readable.
func rankingLines(t *ranking.Table) []any {
	_, hi, _ := bounds(t)
	if t.Unit == "%" && hi.Cmp(vi.Int(100)) < 0 {
		hi = vi.Int(100)
	}
	var out []any
	if p := t.Headline(); p.Value.Valid {
		text := fmt.Sprintf("%s: %s", p.Scope, withUnit(vi.FormatNumber(p.Value.Decimal, t.Decimals), t.Unit))
		out = append(out, markX(p.Value.Decimal, hi, text, "start", pooledC, "solid"))
	}
	if g := t.Target; g != nil {
		text := fmt.Sprintf("Mục tiêu %d: %s", g.Year, withUnit(vi.FormatNumber(g.Value, 0), t.Unit))
		out = append(out, markX(g.Value, hi, text, "end", targetC, "dashed"))
	}
	return out
}

// markX returns a line across a horizontal bar chart. Past the middle its label ends at the line,
// or it would run out of the picture.
func markX(at, hi vi.Decimal, text, position, color, dash string) map[string]any {
	align := "left"
	if at.Float()*2 > hi.Float() {
		align = "right"
	}
	return map[string]any{"xAxis": number(vi.Some(at)), "name": text, "text": text,
		"lineStyle": map[string]any{"color": color, "type": dash, "width": 2},
		"label": map[string]any{"formatter": literal(text), "position": position, "align": align,
			"lineHeight": 16, "color": color}}
}

// describeRanking is the sentence that a screen reader speaks for the chart. The table beside it
// holds every figure.
func describeRanking(t *ranking.Table) string {
	var b strings.Builder
	if t.Illustrative() {
		b.WriteString("Số liệu minh họa. ")
	}
	fmt.Fprintf(&b, "Biểu đồ cột ngang xếp hạng %d đơn vị thuộc %s theo %s, %s.",
		len(t.Rows), t.Block.Name, t.Name, lowerFirst(t.Period.Title()))
	if c := t.Coverage(); !c.Full() {
		fmt.Fprintf(&b, " Có số liệu của %s.", c.Agencies())
	}
	if n := len(t.Rows); n > 0 && t.Enough() {
		say := func(place string, r ranking.Row) {
			if r.Value.Valid {
				fmt.Fprintf(&b, " %s: %s, %s.", place, r.Name, withUnit(r.Print(t.Decimals), t.Unit))
			}
		}
		say("Đứng đầu", t.Rows[0])
		if n > 1 {
			say("Đứng cuối", t.Rows[n-1])
		}
	}
	if p := t.Headline(); p.Value.Valid {
		fmt.Fprintf(&b, " %s: %s.", p.Scope, withUnit(vi.FormatNumber(p.Value.Decimal, t.Decimals), t.Unit))
	}
	if g := t.Target; g != nil {
		fmt.Fprintf(&b, " Mục tiêu năm %d: %s.", g.Year, withUnit(vi.FormatNumber(g.Value, 0), t.Unit))
	}
	if n := len(t.NotRanked); n > 0 {
		fmt.Fprintf(&b, " %d đơn vị không xếp hạng.", n)
	}
	return b.String()
}

// lowerFirst puts a title inside a sentence: "Quý III năm 2026" → "quý III năm 2026".
func lowerFirst(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToLower(string(r[0])) + string(r[1:])
}
