package chart

import (
	"fmt"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"

	"chiso/internal/vi"
)

// HeatRow is one agency of a heat chart.
type HeatRow struct {
	Name  string
	Cells []HeatCell
}

// HeatCell is where an agency stands in one component; Fifth 0 is no figure.
type HeatCell struct {
	Text  string // "68,53"
	Rank  int
	Fifth int
	URL   string // where a click leads, "" nowhere
}

// Heat returns the ECharts options of agencies × components as JSON: colour says the fifth of the block, the figure stands in the cell.
// best, if not nil, are the heads that are read out.
func Heat(title string, heads []string, rows []HeatRow) ([]byte, error) {
	names := make([]string, len(rows))
	var data []heatDatum
	for i, r := range rows {
		names[i] = r.Name
		for j, c := range r.Cells {
			if c.Fifth == 0 {
				continue
			}
			data = append(
				data,
				heatDatum{Value: []int{j, i, c.Fifth}, URL: c.URL, Label: map[string]any{"formatter": literal(c.Text), "color": heatFill[c.Fifth-1][1]},
					Text: fmt.Sprintf("%s\n%s: %s\nhạng %d, nhóm %d/5", r.Name, heads[j], c.Text, c.Rank, c.Fifth)},
			)
		}
	}
	h := charts.NewHeatMap()
	h.SetXAxis(heads)
	h.AddSeries(title, nil)
	h.MultiSeries[0].Data = data
	describe := fmt.Sprintf(
		"Biểu đồ nhiệt: %d đơn vị theo %d thành phần, màu đậm là nhóm tốt hơn. Cùng số liệu với bảng bên cạnh.",
		len(rows),
		len(heads),
	)
	return encode(h, house{describe: describe, patch: func(o map[string]any) { layoutHeat(o, heads, names) }})
}

// heatDatum is one cell: column, row, fifth.
type heatDatum struct {
	Value []int          `json:"value"`
	Text  string         `json:"text"`
	URL   string         `json:"url,omitempty"`
	Label map[string]any `json:"label"`
}

func layoutHeat(o map[string]any, heads, names []string) {
	broken := make([]string, len(heads))
	for i, h := range heads {
		broken[i] = strings.Join(wrap(h, 14), "\n")
	}
	o["legend"] = map[string]any{"show": false}
	o["grid"] = map[string]any{"containLabel": true, "left": 8, "right": 8, "top": 8, "bottom": 44}
	o["xAxis"] = []any{
		map[string]any{
			"type":      "category",
			"data":      broken,
			"position":  "top",
			"axisLabel": map[string]any{"interval": 0, "lineHeight": 14, "fontSize": 11},
			"axisTick":  map[string]any{"show": false},
		},
	}
	o["yAxis"] = []any{
		map[string]any{
			"type":      "category",
			"data":      names,
			"inverse":   true,
			"axisLabel": map[string]any{"interval": 0, "lineHeight": 16},
			"axisTick":  map[string]any{"show": false},
		},
	}
	pieces := make([]any, len(heatFill))
	for i, fill := range heatFill {
		pieces[i] = map[string]any{"value": i + 1, "label": fmt.Sprintf("nhóm %d", i+1), "color": fill[0]}
	}
	o["visualMap"] = []any{
		map[string]any{"type": "piecewise", "pieces": pieces, "orient": "horizontal", "left": "center", "bottom": 0, "dimension": 2},
	}
	s := o["series"].([]any)[0].(map[string]any)
	s["label"] = map[string]any{"show": true, "fontSize": 11, "lineHeight": 14}
	s["itemStyle"] = map[string]any{"borderColor": cssPaper, "borderWidth": 1}
}

// CompareGroup is one component with the figure of every agency that is compared.
type CompareGroup struct {
	Name, Unit string
	Decimals   int
	Most       vi.Decimal // the end of its scale
	Values     []vi.NullDecimal
	Texts      []string // of the values as printed, without a unit
}

// Compare returns the ECharts options of agencies side by side as JSON: bars in groups, a group a component. A bar is as long as its
// share of the component's scale, so that 6 of 6 points reach as far as 20 of 20; its figure is written at its end.
func Compare(title string, names []string, groups []CompareGroup) ([]byte, error) {
	labels := make([]string, len(groups))
	for i, g := range groups {
		labels[i] = strings.Join(wrap(g.Name, 26), "\n")
	}
	bar := charts.NewBar()
	bar.SetXAxis(labels).XYReversal()
	for i, n := range names {
		data := make([]datum, len(groups))
		for j, g := range groups {
			data[j] = datum{Name: g.Name, Value: "-"}
			if i < len(g.Values) && g.Values[i].Valid {
				v := g.Values[i].Decimal
				shown := vi.FormatNumber(v, g.Decimals)
				if i < len(g.Texts) {
					shown = g.Texts[i]
				}
				text := withUnit(shown, g.Unit)
				data[j].Value = number(vi.Some(share(v, g.Most)))
				data[j].Text, data[j].Label = n+"\n"+g.Name+": "+text, map[string]any{"formatter": literal(shown)}
			}
		}
		bar.AddSeries(n, nil)
		bar.MultiSeries[i].Data = data
	}
	describe := fmt.Sprintf("%s: %s, theo %d thành phần. Cùng số liệu với bảng bên cạnh.", title, strings.Join(names, ", "), len(groups))
	return encode(bar, house{describe: describe, patch: func(o map[string]any) {
		o["legend"] = map[string]any{"show": true, "top": 0}
		o["grid"] = map[string]any{"containLabel": true, "left": 8, "right": 48, "top": 36, "bottom": 8}
		o["xAxis"] = []any{
			map[string]any{
				"type":      "value",
				"min":       0,
				"max":       100,
				"axisLabel": map[string]any{"show": false},
				"splitLine": map[string]any{"show": false},
			},
		}
		axis := o["yAxis"].([]any)[0].(map[string]any)
		axis["type"], axis["inverse"] = "category", true
		axis["axisTick"] = map[string]any{"show": false}
		axis["axisLabel"] = map[string]any{"interval": 0, "lineHeight": 15}
		o["yAxis"] = []any{axis}
		all, _ := o["series"].([]any)
		for i := range all {
			s := all[i].(map[string]any)
			s["itemStyle"] = map[string]any{"color": seriesTokens[i%len(seriesTokens)]}
			s["label"] = map[string]any{"show": true, "position": "right", "lineHeight": 14, "fontSize": 11}
			s["barCategoryGap"] = "24%"
		}
	}})
}
