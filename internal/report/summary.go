package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"chiso/internal/kpi"
	"chiso/internal/ranking"
)

// The columns of the summary.
var summaryWidths = [...]float64{7, 42, 18, 11, 11, 11, 11, 24}

const (
	summaryName   = 2
	summaryValue  = 5
	summaryTarget = 7
)

// leaders is how many of the first and of the last a chart of the summary shows.
const leaders = 5

// summary writes what is said in the meeting: sentences, key figures, who leads and who is last.
func (b *book) summary() error {
	p := b.pack
	s := b.sheet(sheetSummary, summaryWidths[:]...)
	s.top("TÓM TẮT KẾT QUẢ", "", p.span())
	if p.Standing != "" {
		s.line(p.Standing, look{italic: true, align: "left", wrap: true})
	}
	s.sentences("Nhận xét", p.Remarks)
	s.sentences("Biểu dương", p.Praise)
	s.sentences("Phê bình, nhắc nhở", p.Criticism)
	k := s.blocks()
	if len(p.Key) > 0 {
		k.keep(rowHeight * float64(len(p.Key)+4))
		s.keyFigures(k)
	}
	if t := p.headline(); t != nil {
		k.keep(rowHeight * 16)
		s.leaders(t)
	}
	s.signatures()
	k.end()
	s.page("", k.areas, p.illustrative())
	return s.done()
}

// headline is the table that the summary shows the leaders of: the first scorecard, else the first table.
func (p *Pack) headline() *ranking.Table {
	var best *ranking.Table
	for i := range p.Tables {
		t := &p.Tables[i]
		if len(t.Rows) < 2 || t.Direction == kpi.Neutral || !t.Enough() {
			continue
		}
		if t.Scorecard != nil {
			return t
		}
		if best == nil {
			best = t
		}
	}
	return best
}

func (s *sheet) sentences(title string, all []string) {
	if len(all) == 0 {
		return
	}
	s.next(rowHeight / 2)
	s.line(title, look{bold: true, size: 12, align: "left"})
	for _, text := range all {
		s.line("– "+text, look{size: 12, wrap: true, align: "left", top: true})
	}
}

// keyFigures writes the indicators over the whole block, those in percent first with a chart of what is reached beside the target.
func (s *sheet) keyFigures(k *blocks) {
	s.next(rowHeight / 2)
	s.line("Chỉ tiêu chính", look{bold: true, size: 12, align: "left"})
	s.table("TT", "Chỉ tiêu", "Kỳ", "Đơn vị tính", "Giá trị", "Kỳ trước", "Mục tiêu", "Dẫn đầu")
	head, first := s.row-1, s.row
	var ordered []*KeyFigure
	percent := 0
	for _, want := range [...]bool{true, false} {
		for i := range s.b.pack.Key {
			if f := &s.b.pack.Key[i]; (f.Unit == "%") == want {
				ordered = append(ordered, f)
				percent += btoi(want)
			}
		}
	}
	for i, f := range ordered {
		s.record(countCell(i+1), textCell(f.Name), midCell(f.Period.Title()), midCell(f.Unit), numberCell(f.Value, f.Decimals).bold(),
			numberCell(f.Before, f.Decimals), numberCell(f.Target, 0), textCell(f.First))
	}
	s.b.label(s.area(1, first, s.last(), s.row-1), "CHI_TIEU_CHINH")
	if percent < 2 {
		return
	}
	last := first + percent - 1
	height := 90 + 34*percent
	s.next(rowHeight / 2)
	k.keep(float64(height) * 0.75)
	series := func(col int) excelize.ChartSeries {
		return excelize.ChartSeries{
			Name:       s.area(col, head, col, head),
			Categories: s.area(summaryName, first, summaryName, last),
			Values:     s.area(col, first, col, last),
		}
	}
	s.plot(
		chartAt{
			kind:     excelize.Bar,
			col:      1,
			width:    s.px(1, s.last()) - 10,
			height:   height,
			title:    "Kết quả so với mục tiêu (%)",
			decimals: 2,
			legend:   true,
			zero:     true,
			reverse:  true,
			series:   []excelize.ChartSeries{series(summaryValue), series(summaryTarget)},
			alt:      fmt.Sprintf("Biểu đồ cột ngang: %d chỉ tiêu, giá trị bên cạnh mục tiêu; số liệu ở bảng phía trên.", percent),
		},
	)
	s.past(height)
}

// leaders writes the first and the last agencies of a table, with a chart bound to them.
func (s *sheet) leaders(t *ranking.Table) {
	s.next(rowHeight / 2)
	s.line("Đầu và cuối bảng: "+tableName(t), look{bold: true, size: 12, align: "left", wrap: true})
	s.table("Hạng", "Đơn vị", "Thay đổi hạng", "Giá trị")
	head, first := s.row-1, s.row
	for i, r := range t.Rows {
		if i >= leaders && i < len(t.Rows)-leaders || !r.Value.Valid {
			continue
		}
		change := cell{nil, look{border: true, align: "center", format: changeFormat}}
		if c, ok := r.Change(); ok {
			change.v = c
		}
		s.record(countCell(r.Rank), textCell(r.Name), change, numberCell(r.Value, t.Decimals).said(r.Exactness(), t.Decimals))
	}
	final := s.row - 1
	s.b.label(s.area(1, first, 4, final), "DAU_CUOI_BANG")
	height := int(float64(final-head+1) * (rowHeight + 1) * 4 / 3)
	s.plot(
		chartAt{
			kind:     excelize.Bar,
			col:      5,
			row:      head,
			width:    s.px(5, s.last()) - 10,
			height:   height,
			title:    t.Name,
			decimals: t.Decimals,
			zero:     lowest(t).Sign() >= 0,
			reverse:  true,
			series: []excelize.ChartSeries{
				{Name: s.area(4, head, 4, head), Categories: s.area(2, first, 2, final), Values: s.area(4, first, 4, final)},
			},
			alt: fmt.Sprintf("Biểu đồ cột ngang: %d đơn vị đầu và cuối bảng %s; số liệu ở bảng bên trái.", final-first+1, t.Name),
		},
	)
}

// tableName is a table with its block and period in a line.
func tableName(t *ranking.Table) string {
	out := t.Name
	if t.Block.Name != "" {
		out += ", " + lowerFirst(t.Block.Name)
	}
	if title := lowerTitle(t.Period); title != "" {
		out += ", " + title
	}
	return out
}
