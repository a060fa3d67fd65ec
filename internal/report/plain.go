package report

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// cell is one cell of a plain table: what it holds and how it looks.
type cell struct {
	v any
	l look
}

// The cells that plain tables are made of. A nil number stays empty.
func textCell(s string) cell {
	return cell{s, look{border: true, wrap: true, align: "left", indent: true}}
}

func midCell(s string) cell { return cell{s, look{border: true, wrap: true, align: "center"}} }

func countCell(n int) cell { return cell{n, look{border: true, align: "center", format: "#,##0"}} }

// placeCell is a count that is empty at 0: a rank, days late.
func placeCell(n int) cell {
	if n == 0 {
		return cell{nil, look{border: true, align: "center", format: "0"}}
	}
	return countCell(n)
}

func numberCell(d vi.NullDecimal, decimals int) cell {
	if d.Valid {
		_, scale := d.Parts()
		decimals = max(decimals, scale)
	}
	return cell{d, look{border: true, align: "right", format: numFormat(decimals), indent: true}}
}

// said shows the word that stood before a figure in front of its number: the cell stays a number, and keeps the digits that it had.
func (c cell) said(e kpi.Exactness, decimals int) cell {
	if d, ok := c.v.(vi.NullDecimal); ok && d.Valid {
		c.l.format = figureFormat(e, d.Decimal, decimals)
	}
	return c
}

func (c cell) bold() cell {
	c.l.bold = true
	return c
}

// record writes one row of a plain table, as high as its texts need.
func (s *sheet) record(cells ...cell) {
	n := 1
	for i, c := range cells {
		s.put(i+1, c.v, c.l)
		if text, ok := c.v.(string); ok {
			room := s.widths[i]
			if c.l.indent {
				room -= 2
			}
			n = max(n, lines(text, room))
		}
	}
	s.next(rowHeight*float64(n) + 1)
}

// top writes what stands above every table of a pack: issuer, annex, title, days, unit.
func (s *sheet) top(title, unit string, span string) {
	p := s.b.pack
	s.line(p.appendix(0), look{bold: true, size: 13, align: "center"})
	s.line(title, look{bold: true, size: 13, align: "center", wrap: true})
	if p.Subject != "" && !strings.EqualFold(p.Subject, title) {
		s.line(p.Subject, look{bold: true, align: "center", wrap: true})
	}
	s.line(p.Letter.text(), look{italic: true, align: "center"})
	if p.illustrative() {
		s.line("Có "+illustrativeText, look{bold: true, align: "center"})
	}
	half := max(1, s.last()-2)
	if unit == "" {
		half = s.last()
	}
	n := s.merge(1, half, span, look{italic: true, align: "left", wrap: true})
	if unit != "" {
		n = max(n, s.merge(half+1, s.last(), "Đơn vị tính: "+unit, look{italic: true, align: "right", wrap: true}))
	}
	s.next(rowHeight * float64(n))
}

// chartAt is a native chart of a plain sheet.
type chartAt struct {
	kind     excelize.ChartType
	col      int // where its left upper corner is, in the current row unless row is given
	row      int
	width    int // pixels
	height   int
	title    string
	alt      string
	decimals int
	legend   bool
	zero     bool // the axis of the values begins at 0
	reverse  bool // categories from top to bottom
	series   []excelize.ChartSeries
}

// plot draws a native chart that is bound to cells.
func (s *sheet) plot(c chartAt) {
	text := func(size float64) excelize.Font {
		return excelize.Font{Family: fontName, Size: size, Color: "000000"}
	}
	colors := [...]string{barAccent, "B8C7D9", "7D8794", "D9A441"}
	for i := range c.series {
		x := &c.series[i]
		x.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colors[i%len(colors)]}}
		x.DataLabel = excelize.ChartDataLabel{Font: text(9)}
		if c.kind == excelize.Line {
			x.Line = excelize.LineOptions{Width: 2, Fill: x.Fill}
			x.Marker = excelize.ChartMarker{Symbol: "circle", Size: 6, Fill: x.Fill}
			x.DataLabelPosition = excelize.ChartDataLabelsPositionAbove
		}
	}
	zero := 0.0
	axis := excelize.ChartAxis{None: c.kind != excelize.Line, Font: text(9), NumFmt: excelize.ChartNumFmt{CustomNumFmt: numFormat(c.decimals)}}
	if c.zero {
		axis.Minimum = &zero
	}
	legend, gap := "none", uint(45)
	if c.legend {
		legend = "bottom"
	}
	if c.row == 0 {
		c.row = s.row
	}
	if s.b.pack.illustrative() {
		c.title += " – " + illustrativeText
	}
	s.do(s.b.f.AddChart(s.name, cellName(c.col, c.row), &excelize.Chart{Type: c.kind, Series: c.series,
		Title: excelize.ChartTitle{
			Paragraph: []excelize.RichTextRun{{Text: c.title, Font: &excelize.Font{Family: fontName, Size: 12, Bold: true, Color: "000000"}}},
		},
		Legend:    excelize.ChartLegend{Position: legend, Font: &excelize.Font{Family: fontName, Size: 9, Color: "000000"}},
		XAxis:     excelize.ChartAxis{ReverseOrder: c.reverse, Font: text(9), TickLabelSkip: 1},
		YAxis:     axis,
		PlotArea:  excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: numFormat(c.decimals)}},
		GapWidth:  &gap,
		Dimension: excelize.ChartDimension{Width: uint(c.width), Height: uint(c.height)},
		Format:    excelize.GraphicOptions{Positioning: "oneCell", AltText: c.alt},
	}))
}

// past leaves room for a chart that stands in the current row: it goes to the row below it.
func (s *sheet) past(height int) {
	for px := float64(height) + 14; px > 0; px -= rowHeight * 4 / 3 {
		s.next(rowHeight)
	}
}

// px is how wide columns are on a screen of 96 dpi.
func (s *sheet) px(from, to int) int {
	n := 0
	for _, w := range s.widths[from-1 : to] {
		n += int(w*digitWidth + cellPadding)
	}
	return n
}

// blocks collects print areas: each begins a page of its own.
type blocks struct {
	s     *sheet
	from  int
	areas string
}

func (s *sheet) blocks() *blocks { return &blocks{s: s, from: 1} }

// pageHeight is the height of A4 landscape between the margins, in points.
const pageHeight = (210/25.4 - marginTop - marginBottom) * 72

// keep begins a new page when what follows, so many points high, does not fit on the present one.
func (k *blocks) keep(height float64) {
	room := pageHeight * max(1, float64(k.s.px(1, k.s.last()))/paperWidth) // what is too wide is printed smaller
	used, near := 0.0, false
	for row := k.from; row < k.s.row; row++ {
		if used += k.s.heights[row]; used > room {
			used, near = k.s.heights[row], true
		}
		near = near && used < room*0.12 // of the page before: no two programs break at the same row
	}
	if (near || used+height > room*0.97) && k.s.row > k.from {
		k.end()
	}
}

// end closes the present block.
func (k *blocks) end() {
	if k.s.row > k.from {
		if k.areas != "" {
			k.areas += ","
		}
		k.areas += k.s.area(1, k.from, k.s.last(), k.s.row-1)
	}
	k.from = k.s.row
}

// appendix names the annex, with the number of a table in it.
func (p *Pack) appendix(table int) string {
	out := "Phụ lục"
	if p.Appendix != "" {
		out += " " + p.Appendix
	}
	if table > 0 {
		out += fmt.Sprintf(" – Biểu số %02d", table)
	}
	return out
}

// text is the line under a title that says to which report the annex belongs.
func (l Letter) text() string {
	number, day := "........../BC-..........", "...... tháng ...... năm .........."
	if l.Number != "" {
		number = l.Number
	}
	if l.Day != 0 {
		day = l.Day.String()
	}
	return fmt.Sprintf("(Kèm theo Báo cáo số %s ngày %s)", number, day)
}

// spanOf is the sentence that says which days the figures of table i cover and when they were drawn.
func (p *Pack) spanOf(i int) string {
	return p.spanText(p.spanFor(&p.Tables[i]))
}

func lowerFirst(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return string(unicode.ToLower(r[0])) + string(r[1:])
}
