package report

import (
	"fmt"
	"math"

	"github.com/xuri/excelize/v2"

	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// bars lays data bars under the figures, from 0 so that lengths are honest. They are solid: a bar
// that fades out hides its own length, above all on a photocopy.
func (s *sheet) bars(g *grid, t *ranking.Table) {
	opt := excelize.ConditionalFormatOptions{Type: "data_bar", Criteria: "=", BarColor: "#" + barColor,
		BarSolid: true, MinType: "num", MinValue: "0", MaxType: "max"}
	if lowest(t).Sign() < 0 {
		opt.MinType, opt.MinValue = "min", ""
	}
	ref := fmt.Sprintf("%s:%s", cellName(g.valueCol, g.first), cellName(g.valueCol, g.final))
	s.do(s.b.f.SetConditionalFormat(s.name, ref, []excelize.ConditionalFormatOptions{opt}))
}

func lowest(t *ranking.Table) vi.Decimal {
	least := vi.Int(0)
	for _, r := range t.Rows {
		if r.Value.Valid && r.Value.Cmp(least) < 0 {
			least = r.Value.Decimal
		}
	}
	return least
}

// Chart geometry in pixels of a 96 dpi screen. Up to 36 bars it fits one landscape page, up to 63 with
// thinner bars and smaller labels.
const (
	chartColumns  = 11
	chartColWidth = 9.14
	chartColPx    = 69
	chartHead     = 70
	chartBar      = 15
	chartThinBar  = 8
	chartRoomy    = 36
	chartFull     = 63
	chartLeast    = 220
)

// chart puts a native bar chart, bound to the table's cells, to the right of the table, where the
// screen shows both. It returns the chart's own print area, so that paper shows it on its own page.
func (s *sheet) chart(g *grid, t *ranking.Table) string {
	left := s.last() + 2
	s.do(s.b.f.SetColWidth(s.name, column(left-1), column(left-1), 3))
	s.do(s.b.f.SetColWidth(s.name, column(left), column(left+chartColumns-1), chartColWidth))
	bar, labels := float64(chartBar), 9.0
	if n := len(t.Rows); n > chartRoomy && n <= chartFull {
		bar, labels = chartThinBar, 6.5
	}
	height := max(chartLeast, chartHead+int(bar*float64(len(t.Rows))))
	gapWidth, zero, fill := uint(35), 0.0, barAccent
	if t.Direction == kpi.Neutral {
		fill = "7D8794"
	}
	axis := excelize.ChartAxis{None: true}
	if lowest(t).Sign() >= 0 {
		axis.Minimum = &zero
	}
	text := func(size float64) excelize.Font {
		return excelize.Font{Family: fontName, Size: size, Color: "000000"}
	}
	title := excelize.RichTextRun{Text: t.Name, Font: &excelize.Font{Family: fontName, Size: 12, Bold: true, Color: "000000"}}
	if t.Illustrative() {
		title.Text += " – " + illustrativeText
	}
	s.do(s.b.f.AddChart(s.name, cellName(left, 2), &excelize.Chart{
		Type: excelize.Bar,
		Series: []excelize.ChartSeries{{
			Name:       s.area(g.valueCol, g.head, g.valueCol, g.head),
			Categories: s.area(2, g.first, 2, g.final),
			Values:     s.area(g.valueCol, g.first, g.valueCol, g.final),
			Fill:       excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}},
			DataLabel:  excelize.ChartDataLabel{Font: text(labels)},
		}},
		Title:     excelize.ChartTitle{Paragraph: []excelize.RichTextRun{title}},
		Legend:    excelize.ChartLegend{Position: "none"},
		XAxis:     excelize.ChartAxis{ReverseOrder: true, Font: text(labels), TickLabelSkip: 1},
		YAxis:     axis,
		PlotArea:  excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: numFormat(t.Decimals)}},
		GapWidth:  &gapWidth,
		Dimension: excelize.ChartDimension{Width: chartColumns*chartColPx - 30, Height: uint(height)},
		Format: excelize.GraphicOptions{Positioning: "oneCell", AltText: fmt.Sprintf(
			"Biểu đồ cột ngang: %s, %d đơn vị, hạng 1 ở trên cùng; số liệu ở bảng bên trái.", t.Name, len(t.Rows))},
	}))
	return s.area(left, 1, left+chartColumns-1, s.rowAt(height))
}

// rowAt returns the row that lies so many pixels below the top of row 2.
func (s *sheet) rowAt(px int) int {
	row := 2
	for left := float64(px) + 12; left > 0; row++ {
		h, ok := s.heights[row]
		if !ok {
			h = 15
		}
		left -= math.Floor(h * 4 / 3)
	}
	return row
}
