package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"chiso/internal/vi"
)

// The columns of the detail sheet.
var detailTitles = [...]string{"TT", "Mã đơn vị", "Đơn vị", "Mã chỉ tiêu", "Chỉ tiêu", "Đơn vị tính", "Kỳ", "Tử số", "Mẫu số",
	"Giá trị", "Trạng thái", "Ghi chú", "Nguồn", "Nơi công bố", "Tệp", "Trang tính", "Ô", "SHA-256", "Bản số liệu"}

var detailWidths = [...]float64{5, 8, 19, 11, 27, 8, 11, 11, 11, 10, 12, 16, 15, 14, 17, 10, 6, 11, 7}

// Where the figures stand among them.
const detailNum, detailDen, detailValue, detailSHA = 8, 9, 10, 18

// details writes every figure and the way back to its source. Each row is one SetSheetRow: this is
// the sheet that grows.
func (b *book) details() error {
	s := b.sheet(sheetDetails, detailWidths[:]...)
	last := s.last()
	s.line("SỐ LIỆU CHI TIẾT VÀ XUẤT XỨ", look{bold: true, size: 13, align: "left"})
	if b.pack.illustrativeDetails() {
		s.line("Trong bảng có "+illustrativeText, look{bold: true, align: "left"})
	}
	s.line(b.pack.span(), look{italic: true, align: "left"})
	head := s.row
	for i, title := range detailTitles {
		s.put(i+1, title, look{bold: true, align: "center", wrap: true, border: true, shade: true})
	}
	s.next(rowHeight*2 + 2)
	if len(b.pack.Details) == 0 {
		s.line("Không có số liệu chi tiết.", look{italic: true, align: "left"})
	} else {
		s.detailRows()
		s.do(b.f.AutoFilter(s.name, fmt.Sprintf("A%d:%s", head, cellName(last, s.row-1)), []excelize.AutoFilterOptions{}))
	}
	s.freeze(3, head)
	s.page(fmt.Sprintf("$%d:$%d", head, head), s.area(1, 1, last, s.row-1), b.pack.illustrativeDetails())
	return s.done()
}

func (s *sheet) detailRows() {
	first := s.row
	details := s.b.pack.Details
	cells := make([]any, len(detailTitles))
	for i := range details {
		d := &details[i]
		*(*[len(detailTitles)]any)(cells) = [...]any{i + 1, d.Agency, d.Name, d.Indicator, d.IndicatorName, d.Unit, d.Period,
			value(d.Num), value(d.Den), value(d.Value), d.State.Title(), d.Remarks, d.Source, d.Origin, d.File, d.Sheet, d.Cell,
			d.SHA256, d.Revision}
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
		if w := detailWidths[col-1]; float64(len(text)) > w*0.8 { // bytes: a quick look first
			n = max(n, lines(text, w))
		}
	}
	need(d.Name, 3)
	need(d.Indicator, 4)
	need(d.IndicatorName, 5)
	need(d.State.Title(), 11)
	need(d.Remarks, 12)
	need(d.Source, 13)
	need(d.Origin, 14)
	need(d.File, 15)
	need(d.Sheet, 16)
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
	sum := text
	sum.wrap = false // one line of it is enough to see; the whole is in the cell
	s.block(detailSHA, first, detailSHA, final, sum)
	s.block(1, first, 1, final, look{size: 10, border: true, align: "center", format: "0"})
	s.block(len(detailTitles), first, len(detailTitles), final, look{size: 10, border: true, align: "right", format: "0"})
	for _, c := range []struct {
		col      int
		decimals func(d *Detail) int
	}{
		{detailNum, func(d *Detail) int { return scaleOf(d.Num) }},
		{detailDen, func(d *Detail) int { return scaleOf(d.Den) }},
		{detailValue, func(d *Detail) int { return max(d.Decimals, scaleOf(d.Value)) }},
	} {
		for from := 0; from < len(details); {
			n, to := c.decimals(&details[from]), from+1
			for to < len(details) && c.decimals(&details[to]) == n {
				to++
			}
			s.block(c.col, first+from, c.col, first+to-1, look{size: 10, border: true, align: "right", format: numFormat(n)})
			from = to
		}
	}
	text.quoted = true
	for i := range details {
		d := &details[i]
		for j, v := range [...]string{d.Agency, d.Name, d.Indicator, d.IndicatorName, d.Unit, d.Period} {
			s.guard(j+2, first+i, v, text)
		}
		for j, v := range [...]string{d.Remarks, d.Source, d.Origin, d.File, d.Sheet, d.Cell, d.SHA256} {
			s.guard(j+detailValue+2, first+i, v, text)
		}
	}
}

func (s *sheet) guard(col, row int, text string, l look) {
	if risky(text) {
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
