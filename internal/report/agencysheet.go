package report

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"chiso/internal/vi"
)

var agencyWidths = [...]float64{46, 12, 18, 12, 7, 8, 9, 13, 11}

// agency writes one agency's sheet: where it stands with everything, and how it went.
func (b *book) agency(name string, c *AgencyCard) error {
	p := b.pack
	s := b.sheet(name, agencyWidths[:]...)
	s.top(strings.ToUpper(c.Name), "", p.span())
	if c.Block != "" {
		s.line(c.Block, look{italic: true, align: "center"})
	}
	s.sentences("Nhận xét", c.Remark)
	s.next(rowHeight / 2)
	s.table("Chỉ tiêu", "Đơn vị tính", "Kỳ", "Giá trị", "Hạng", "Trên tổng", "Thay đổi hạng", "Chung khối, trung vị", "Mục tiêu")
	head := s.row - 1
	first := s.row
	for _, l := range c.Lines {
		s.cardLine(l)
	}
	if len(c.Lines) == 0 {
		s.line("Chưa có số liệu trong kỳ.", look{italic: true, align: "center", border: true})
	} else {
		b.label(s.area(1, first, s.last(), s.row-1), "DV", c.Name)
	}
	k := s.blocks()
	signed := p.Subject != "" // within a pack of all agencies these sheets are pages of one report
	for i := range c.Trends {
		high := trendHeight*0.75 + 2*rowHeight + 8
		if signed && i == len(c.Trends)-1 {
			high += signatureHeight // names do not stand on a page of their own
		}
		k.keep(high)
		s.trend(&c.Trends[i])
	}
	if signed {
		s.signatures()
	}
	k.end()
	above := false // the sum stands above what it is made of
	s.do(b.f.SetSheetProps(name, &excelize.SheetPropsOptions{OutlineSummaryBelow: &above}))
	s.freeze(1, head)
	s.page("", k.areas, p.illustrative())
	return s.done()
}

func (s *sheet) cardLine(l CardLine) {
	title := textCell(l.Name).bold()
	value := numberCell(l.Value, l.Decimals).said(l.Exactness, l.Decimals).bold()
	if l.Component {
		title, value = textCell("    "+l.Name), numberCell(l.Value, l.Decimals).said(l.Exactness, l.Decimals)
		s.do(s.b.f.SetRowOutlineLevel(s.name, s.row, 1))
	}
	change := cell{nil, look{border: true, align: "center", format: changeFormat}}
	if l.Moved {
		change.v = l.Change
	}
	if !l.Value.Valid && l.Note != "" {
		for i, c := range []cell{title, midCell(l.Unit), midCell(l.Period.Title())} {
			s.put(i+1, c.v, c.l)
		}
		for i, c := range []cell{numberCell(l.Block, l.Decimals), numberCell(l.Target, 0)} {
			s.put(i+8, c.v, c.l)
		}
		n := max(lines(l.Name, s.widths[0]), s.merge(4, 7, l.Note, textCell("").l))
		s.next(rowHeight*float64(n) + 1)
		return
	}
	s.record(
		title,
		midCell(l.Unit),
		midCell(l.Period.Title()),
		value,
		placeCell(l.Rank),
		placeCell(l.Of),
		change,
		numberCell(l.Block, l.Decimals),
		numberCell(l.Target, 0),
	)
}

// trendHeight is how high a trend's chart is, in pixels.
const trendHeight = 180

// trend writes a figure over time with a native line chart beside it that is bound to the cells.
func (s *sheet) trend(t *Trend) {
	s.next(rowHeight / 2)
	s.line("Diễn biến: "+t.Name+" (nguồn: "+t.Source+")", look{bold: true, align: "left", wrap: true})
	at := s.row
	h := look{bold: true, align: "center", border: true, shade: true}
	s.put(1, "Kỳ", h)
	s.put(2, "Giá trị", h)
	s.next(rowHeight)
	head, first := s.row-1, s.row
	for _, x := range t.Points {
		title := midCell(x.Period.Title())
		s.put(1, title.v, title.l)
		value := numberCell(vi.Some(x.Value), t.Decimals).said(x.Exactness, t.Decimals)
		s.put(2, value.v, value.l)
		s.next(rowHeight)
	}
	final := s.row - 1
	name := t.Name
	if t.Unit != "" {
		name += " (" + t.Unit + ")"
	}
	s.plot(chartAt{kind: excelize.Line, col: 3, row: at, width: s.px(3, s.last()) - 10, height: trendHeight, title: name, decimals: t.Decimals,
		series: []excelize.ChartSeries{
			{Name: s.area(2, head, 2, head), Categories: s.area(1, first, 1, final), Values: s.area(2, first, 2, final)},
		},
		alt: fmt.Sprintf("Biểu đồ đường: %s qua %d kỳ; số liệu ở bảng bên trái.", t.Name, len(t.Points))})
	for s.heightOf(at, s.row) < trendHeight*0.75+8 {
		s.next(rowHeight)
	}
}

// heightOf is how high the rows from one up to another are, in points.
func (s *sheet) heightOf(from, to int) (out float64) {
	for row := from; row < to; row++ {
		out += s.heights[row]
	}
	return out
}
