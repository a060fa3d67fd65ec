package intake

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"chiso/internal/check"
	"chiso/internal/vi"
)

// markListed is how many findings the sheet "Lỗi" lists; all of them are marked.
const markListed = 500

// listWidths are the widths of the columns of the list, in characters.
var listWidths = [...]float64{5, 11, 18, 9, 62, 46, 22}

const listFont = "Times New Roman"

// listStyles are the styles of the list.
type listStyles struct{ title, plain, head, middle, text, link, code, bad, odd int }

func newListStyles(x *excelize.File) (s listStyles, err error) {
	border := []excelize.Border{}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		border = append(border, excelize.Border{Type: side, Style: 1, Color: "7F7F7F"})
	}
	make := func(font excelize.Font, horizontal, fill string, table bool) (id int) {
		if err != nil {
			return 0
		}
		font.Family = listFont
		if font.Size == 0 {
			font.Size = 11
		}
		text := 49 // a text stays one when it is edited
		st := &excelize.Style{Font: &font, NumFmt: text, Alignment: &excelize.Alignment{Horizontal: horizontal, Vertical: "top", WrapText: true}}
		if table {
			st.Border = border
		}
		if fill != "" {
			st.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
		}
		id, err = x.NewStyle(st)
		return id
	}
	s.title = make(excelize.Font{Size: 14, Bold: true}, "left", "", false)
	s.plain = make(excelize.Font{}, "left", "", false)
	s.head = make(excelize.Font{Bold: true}, "center", "E7EEF6", true)
	s.middle = make(excelize.Font{}, "center", "", true)
	s.text = make(excelize.Font{}, "left", "", true)
	s.link = make(excelize.Font{Color: "0B5394", Underline: "single"}, "center", "", true)
	s.code = make(excelize.Font{Size: 9, Color: "595959"}, "left", "", true)
	s.bad = make(excelize.Font{Bold: true}, "center", errorFill, true)
	s.odd = make(excelize.Font{Bold: true}, "center", warningFill, true)
	return s, err
}

// listSheet writes the list from top to bottom. The first error stops it.
type listSheet struct {
	x    *excelize.File
	name string
	s    listStyles
	row  int
	err  error
}

func (l *listSheet) do(err error) {
	if l.err == nil {
		l.err = err
	}
}

// line writes text over the whole width.
func (l *listSheet) line(text string, style int) {
	from, to := fmt.Sprintf("A%d", l.row), fmt.Sprintf("G%d", l.row)
	l.do(l.x.SetCellStr(l.name, from, text))
	l.do(l.x.SetCellStyle(l.name, from, to, style))
	l.do(l.x.MergeCell(l.name, from, to))
	h := 16.5 * float64(linesOf(text, 165))
	if style == l.s.title {
		h = 21
	}
	l.do(l.x.SetRowHeight(l.name, l.row, h))
	l.row++
}

// cell writes a text of the table.
func (l *listSheet) cell(column int, text string, style int) string {
	ref := check.Cell{Line: int32(l.row), Column: int32(column)}.Ref()
	l.do(l.x.SetCellStr(l.name, ref, text))
	l.do(l.x.SetCellStyle(l.name, ref, ref, style))
	return ref
}

// linesOf estimates the lines that a text needs in a column of so many characters.
func linesOf(text string, width float64) int {
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n += 1 + int(float64(utf8.RuneCountInString(line))/(width*1.02))
	}
	return n
}

// errorSheet adds the sheet "Lỗi" as the last one and returns its name. names leads from a sheet's
// name in findings to its name in the workbook.
func (m *marker) errorSheet(x *excelize.File, names map[string]string) (string, error) {
	name := errorSheet
	taken := x.GetSheetList()
	for i := 2; slices.ContainsFunc(taken, func(s string) bool { return strings.EqualFold(s, name) }); i++ {
		name = fmt.Sprintf("%s (%d)", errorSheet, i)
	}
	if _, err := x.NewSheet(name); err != nil {
		return "", err
	}
	styles, err := newListStyles(x)
	if err != nil {
		return "", err
	}
	l := &listSheet{x: x, name: name, s: styles, row: 1}
	for i, w := range listWidths {
		c := string(rune('A' + i))
		l.do(x.SetColWidth(name, c, c, w))
	}
	m.head(l)
	head := l.row
	for i, text := range [...]string{"STT", "Mức", "Trang", "Ô", "Nội dung", "Cách sửa", "Mã"} {
		l.cell(i+1, text, styles.head)
	}
	l.do(x.SetRowHeight(name, l.row, 18))
	for i, f := range m.findings[:min(len(m.findings), markListed)] {
		l.row++
		m.entry(l, i+1, f, names)
	}
	last := l.row
	if more := len(m.findings) - markListed; more > 0 {
		l.row++
		text := fmt.Sprintf("Còn %s mục nữa không liệt kê ở đây", vi.FormatInt(int64(more)))
		if !m.alone {
			text += "; mọi ô sai đều đã được tô màu và ghi chú thích"
		}
		l.line(text+".", styles.plain)
	}
	l.page(head, last)
	return name, l.err
}

// head writes the lines above the table.
func (m *marker) head(l *listSheet) {
	l.line(markTitle, l.s.title)
	l.line("Tệp: "+vi.Clean(m.file.name), l.s.plain)
	counts := [3]int{}
	for _, f := range m.findings {
		counts[weight(f.Severity)]++
	}
	text := fmt.Sprintf("Kiểm tra ngày %s: %s lỗi, %s cảnh báo.", m.day, vi.FormatInt(int64(counts[0])), vi.FormatInt(int64(counts[1])))
	switch {
	case counts[0] > 0 && m.use == ForDraft:
		text += " Ô đúng đưa được vào dự thảo ngay; ô có lỗi chưa được ghi, hãy sửa rồi nộp lại."
	case counts[0] > 0:
		text += " Còn lỗi thì chưa số nào trong tệp được ghi nhận."
	}
	l.line(text, l.s.plain)
	text = "Ô có lỗi tô màu đỏ nhạt, ô có cảnh báo tô màu vàng nhạt; lý do ghi trong chú thích của ô. Hãy sửa rồi nộp lại chính tệp này: trang Lỗi, màu và chú thích không ảnh hưởng đến số liệu."
	switch {
	case m.alone && m.file.rowCount() > markRows:
		text = fmt.Sprintf(
			"Tệp có hơn %s dòng nên chỉ có danh sách này. Hãy sửa các ô dưới đây trong tệp gốc rồi nộp lại.",
			vi.FormatInt(markRows),
		)
	case m.alone:
		text = "Không ghi lại được vào chính tệp này nên chỉ có danh sách. Hãy sửa các ô dưới đây trong tệp gốc rồi nộp lại."
	}
	l.line(text, l.s.plain)
	l.row++
}

// entry writes one finding.
func (m *marker) entry(l *listSheet, number int, f check.Finding, names map[string]string) {
	l.cell(1, fmt.Sprint(number), l.s.middle)
	l.cell(2, severityTitle(f.Severity), [...]int{l.s.bad, l.s.odd, l.s.middle}[weight(f.Severity)])
	l.cell(3, f.Sheet, l.s.text)
	sheet, there := names[f.Sheet]
	if f.Cell != "" && there && !m.alone {
		ref := l.cell(4, f.Cell, l.s.link)
		l.do(l.x.SetCellHyperLink(l.name, ref, "'"+strings.ReplaceAll(sheet, "'", "''")+"'!"+f.Cell, "Location"))
	} else {
		l.cell(4, f.Cell, l.s.middle)
	}
	what, how := remedy(f.Message)
	l.cell(5, what, l.s.text)
	l.cell(6, how, l.s.text)
	l.cell(7, f.Code, l.s.code)
	n := max(linesOf(what, listWidths[4]), linesOf(how, listWidths[5]), linesOf(f.Sheet, listWidths[2]))
	l.do(l.x.SetRowHeight(l.name, l.row, min(409, 15.5*float64(n)+2)))
}

// remedy splits a sentence of the checks into what is wrong and what to do, which begins with "Hãy",
// "Cần", "Nên", or a proposal.
func remedy(message string) (what, how string) {
	at := -1
	for _, word := range [...]string{"Hãy ", "Cần ", "Nên ", "Có phải "} {
		for _, mark := range [...]string{". ", "! "} {
			if i := strings.Index(message, mark+word); i >= 0 && (at < 0 || i < at) {
				at = i
			}
		}
	}
	if at < 0 {
		return message, ""
	}
	return message[:at+1], message[at+2:]
}

// page freezes the header and sets what paper sees: A4 landscape, one page wide.
func (l *listSheet) page(head, last int) {
	yes, no, a4, land, wide, tall := true, false, 9, "landscape", 1, 0
	x := l.x
	l.do(x.SetPanes(l.name, &excelize.Panes{Freeze: true, YSplit: head, TopLeftCell: fmt.Sprintf("A%d", head+1), ActivePane: "bottomLeft"}))
	if last > head {
		l.do(x.AutoFilter(l.name, fmt.Sprintf("A%d:G%d", head, last), nil))
	}
	l.do(x.SetSheetProps(l.name, &excelize.SheetPropsOptions{FitToPage: &yes}))
	l.do(x.SetPageLayout(l.name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &land, FitToWidth: &wide, FitToHeight: &tall}))
	edge, small := 0.6, 0.3
	l.do(
		x.SetPageMargins(
			l.name,
			&excelize.PageLayoutMarginsOptions{Top: &edge, Bottom: &edge, Left: &edge, Right: &edge, Header: &small, Footer: &small},
		),
	)
	l.do(x.SetHeaderFooter(l.name, &excelize.HeaderFooterOptions{OddFooter: `&C&"Times New Roman,Regular"&10Trang &P/&N`}))
	l.do(x.SetSheetView(l.name, 0, &excelize.ViewOptions{ShowGridLines: &no}))
	l.do(x.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: l.name,
		RefersTo: fmt.Sprintf("'%s'!$%d:$%d", l.name, head, head)}))
	l.do(x.SetSheetDimension(l.name, fmt.Sprintf("A1:G%d", l.row)))
}

// list makes a workbook of the sheet "Lỗi" alone.
func (m *marker) list() ([]byte, error) {
	x, err := newBook(m.day)
	if err != nil {
		return nil, err
	}
	defer x.Close() //nolint:errcheck // in memory
	name, err := m.errorSheet(x, nil)
	if err != nil {
		return nil, err
	}
	if err := x.DeleteSheet("Sheet1"); err != nil {
		return nil, err
	}
	return finish(x, name, nil)
}

// newBook starts a workbook of ours: nothing in it comes from the clock.
func newBook(day vi.Date) (*excelize.File, error) {
	x := excelize.NewFile()
	at := day.Time().Format("2006-01-02T15:04:05Z")
	err := x.SetDocProps(&excelize.DocProperties{Creator: author, LastModifiedBy: author, Created: at, Modified: at, Language: "vi-VN"})
	if err == nil {
		err = x.SetDefaultFont(listFont)
	}
	return x, err
}
