package report

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"chiso/internal/vi"
)

// The columns of the detail sheet. Paper shows the first detailPrinted; the rest are for those who
// sort and filter, and stand in the list of definitions too.
var detailTitles = [...]string{"TT", "Đơn vị", "Mã chỉ tiêu", "Kỳ", "Tử số", "Mẫu số", "Giá trị", "Đơn vị tính", "Ghi chú",
	"Nguồn", "Nguồn số", "Trang tính", "Ô", "Phiên bản dữ liệu", "Mã đơn vị", "Tên chỉ tiêu", "Trạng thái"}

var detailWidths = [...]float64{5, 22, 9, 10, 11, 11, 8.5, 14, 14, 23.2, 9, 8, 6.5, 10, 10, 44, 18}

const detailPrinted = 14

// Where the figures stand among them.
const detailNum, detailDen, detailValue, detailSource, detailRevision = 5, 6, 7, 11, 14

// details writes every figure and the way back to its source: the number of the file or publisher in
// the list of sources, the sheet and the cell. Each row is one SetSheetRow: this is the sheet that
// grows.
func (b *book) details() error {
	s := b.sheet(sheetDetails, detailWidths[:]...)
	last := s.last()
	s.merge(1, detailPrinted, "SỐ LIỆU CHI TIẾT VÀ XUẤT XỨ", look{bold: true, size: 13, align: "left"})
	s.next(rowHeight + 3)
	if b.pack.illustrativeDetails() {
		s.merge(1, detailPrinted, "Trong bảng có "+illustrativeText, look{bold: true, align: "left"})
		s.next(rowHeight)
	}
	s.merge(1, detailPrinted, strings.TrimLeft(b.pack.span()+". ", ". ")+"Nguồn số: xem danh mục nguồn ở trang “"+
		sheetDefinitions+"”; tên chỉ tiêu cũng ở đó.", look{italic: true, align: "left"})
	s.next(rowHeight)
	head := s.row
	for i, title := range detailTitles {
		s.put(i+1, title, look{bold: true, align: "center", wrap: true, border: true, shade: true, link: i+1 == detailSource})
	}
	b.source = cellName(detailSource, head)
	s.next(rowHeight*2 + 3)
	if len(b.pack.Details) == 0 {
		s.merge(1, detailPrinted, "Không có số liệu chi tiết.", look{italic: true, align: "left"})
		s.next(rowHeight)
	} else {
		s.detailRows()
		s.do(b.f.AutoFilter(s.name, fmt.Sprintf("A%d:%s", head, cellName(last, s.row-1)), []excelize.AutoFilterOptions{}))
	}
	s.freeze(2, head)
	s.page(fmt.Sprintf("$%d:$%d", head, head), s.area(1, 1, detailPrinted, s.row-1), b.pack.illustrativeDetails())
	return s.done()
}

func (s *sheet) detailRows() {
	first := s.row
	details := s.b.pack.Details
	cells := make([]any, len(detailTitles))
	for i := range details {
		d := &details[i]
		var source any
		if d.SourceNo > 0 {
			source = d.SourceNo
		}
		*(*[len(detailTitles)]any)(cells) = [...]any{i + 1, d.Name, d.Indicator, d.Period, value(d.Num), value(d.Den), value(d.Value),
			d.Unit, d.Remarks, d.Source, source, d.Sheet, d.Cell, d.Revision, d.Agency, d.IndicatorName, d.State.Title()}
		for j, c := range cells {
			if text, ok := c.(string); ok {
				cells[j] = limitOrNil(text)
			}
		}
		s.do(s.b.f.SetSheetRow(s.name, "A"+fmt.Sprint(s.row), &cells))
		if n := detailLines(d); n > 1 {
			s.do(s.b.f.SetRowHeight(s.name, s.row, min(13.5*float64(n), 409)))
		}
		s.row++
	}
	s.detailStyles(first, details)
}

// detailLines estimates how high the row of d must be; most rows need one line.
func detailLines(d *Detail) int {
	n := 1
	need := func(text string, col int) {
		if w := detailWidths[col-1] * 11 / 10; float64(len(text)) > w*0.7 { // bytes: a quick look first
			n = max(n, lines(text, w))
		}
	}
	need(d.Name, 2)
	need(d.Indicator, 3)
	need(d.Period, 4)
	need(d.Unit, 8)
	need(d.Remarks, 9)
	need(d.Source, 10)
	need(d.Sheet, 12)
	return n
}

// limitOrNil leaves empty texts out of the file.
func limitOrNil(text string) any {
	if text == "" {
		return nil
	}
	return limit(text)
}

// detailStyles gives whole columns one style, then the runs of rows whose figures have other
// decimals, then the few texts that must not turn into formulas.
func (s *sheet) detailStyles(first int, details []Detail) {
	final := first + len(details) - 1
	text := look{size: 10, border: true, align: "left", wrap: true}
	s.block(1, first, len(detailTitles), final, text)
	for _, col := range []int{1, detailSource, detailRevision} {
		s.block(col, first, col, final, look{size: 10, border: true, align: "center", format: "0"})
	}
	for _, c := range []struct {
		col    int
		format func(d *Detail) string
	}{
		{detailNum, func(d *Detail) string { return numFormat(scaleOf(d.Num)) }},
		{detailDen, func(d *Detail) string { return numFormat(scaleOf(d.Den)) }},
		{detailValue, func(d *Detail) string { return figureFormat(d.Exactness, d.Value.Decimal, d.Decimals) }},
	} {
		for from := 0; from < len(details); {
			format, to := c.format(&details[from]), from+1
			for to < len(details) && c.format(&details[to]) == format {
				to++
			}
			s.block(c.col, first+from, c.col, first+to-1, look{size: 10, border: true, align: "right", format: format})
			from = to
		}
	}
	text.quoted = true
	for i := range details {
		d := &details[i]
		for j, v := range [len(detailTitles)]string{1: d.Name, 2: d.Indicator, 3: d.Period, 7: d.Unit, 8: d.Remarks, 9: d.Source, 11: d.Sheet,
			12: d.Cell, 14: d.Agency, 15: d.IndicatorName} {
			s.guard(j+1, first+i, v, text)
		}
	}
}

func (s *sheet) guard(col, row int, text string, l look) {
	if vi.FormulaLike(text) {
		s.style(col, col, row, l)
	}
}

func (s *sheet) block(fromCol, fromRow, toCol, toRow int, l look) {
	id, err := s.b.styles.id(l)
	s.do(err)
	s.do(s.b.f.SetCellStyle(s.name, cellName(fromCol, fromRow), cellName(toCol, toRow), id))
}

func scaleOf(n vi.NullDecimal) int {
	_, scale := n.Parts()
	return scale
}
