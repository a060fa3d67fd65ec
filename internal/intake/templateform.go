package intake

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// formWidths are the widths of the columns of a form, in characters.
var formWidths = []float64{5, 15, 11, 46, 12, 17, 17, 15, 15, 16, 12, 26}

// form writes the sheet that people fill in.
func (b *formBook) form() {
	b.sheet = formSheet
	b.widths(formWidths...)
	b.span(1, 5, 1, strings.ToUpper(b.t.AgencyName), b.s.heading)
	b.span(6, colNote, 1, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", b.s.heading)
	b.span(6, colNote, 2, "Độc lập - Tự do - Hạnh phúc", b.s.motto)
	b.span(1, colNote, 4, "BIỂU SỐ LIỆU: "+strings.ToUpper(b.t.Title), b.s.title)
	b.span(1, colNote, 5, "Kỳ báo cáo: "+b.t.Period.Title(), b.s.middle)
	b.span(
		1,
		colNote,
		6,
		"Chỉ ghi vào ô nền vàng nhạt. Ô trống là chưa báo cáo, không phải 0; không có gì để đếm thì chọn “"+wordNone+"”. Xem trang Hướng dẫn.",
		b.s.italic,
	)
	for i, h := range [...]float64{18, 18, 6, 22, 18, 18} {
		b.do(b.x.SetRowHeight(b.sheet, i+1, h))
	}
	const head = 7
	for i, text := range b.headers() {
		b.put(i+1, head, text, b.s.head)
		b.put(i+1, head+1, fmt.Sprintf("(%d)", i+1), b.s.number)
	}
	b.do(b.x.SetRowHeight(b.sheet, head, 50))
	row := head + 1
	for i := range b.t.Items {
		row++
		b.item(i+1, row, &b.t.Items[i])
	}
	b.do(b.x.SetPanes(b.sheet, &excelize.Panes{Freeze: true, XSplit: colName, YSplit: head + 1,
		TopLeftCell: b.ref(colName+1, head+2), ActivePane: "bottomRight"}))
	b.signatures(row + 2)
	b.lists(head+2, row)
	b.paper(head)
	b.do(b.x.SetSheetDimension(b.sheet, "A1:"+b.ref(colNote, row+3)))
	b.protect()
}

func (b *formBook) headers() []string {
	with := func(text, more string) string {
		if more == "" {
			return text
		}
		return text + " (" + more + ")"
	}
	return []string{
		"STT",
		"Đơn vị",
		"Mã chỉ tiêu",
		"Chỉ tiêu",
		"Đơn vị tính",
		with("Kỳ trước", b.t.Previous),
		with("Cùng kỳ năm trước", b.t.LastYear),
		"Tử số",
		"Mẫu số",
		"Giá trị",
		"Mức độ chính xác",
		"Ghi chú",
	}
}

// item writes the row of one indicator.
func (b *formBook) item(number, row int, it *TemplateItem) {
	d := it.Definition
	b.put(colNumber, row, "", b.s.center)
	b.do(b.x.SetCellInt(b.sheet, b.ref(colNumber, row), int64(number))) // a number: no row is a further header
	b.put(colAgency, row, b.t.AgencyName, b.s.text)
	b.put(colCode, row, d.Indicator.Code, b.s.center)
	lines := b.name(row, it)
	b.put(colUnit, row, d.Unit, b.s.center)
	for i, f := range [...]TemplateFigure{it.Previous, it.LastYear} {
		column := colPrevious + i
		text := f.Text
		for _, more := range []string{f.Parts, f.Source} {
			if more != "" {
				text += "\n" + more
			}
		}
		b.put(column, row, text, b.s.earlier)
		lines = max(lines, linesOf(text, formWidths[column-1]))
	}
	lines = max(lines, linesOf(b.t.AgencyName, formWidths[colAgency-1]), linesOf(d.Unit, formWidths[colUnit-1]))
	if d.HasParts() {
		b.put(colNumerator, row, "", b.input(-1))
		b.put(colDenominator, row, "", b.input(-1))
		b.put(colValue, row, "", b.input(decimals(d)))
	} else {
		b.put(colNumerator, row, "", b.s.shut)
		b.put(colDenominator, row, "", b.s.shut)
		b.put(colValue, row, "", b.input(decimals(d)))
	}
	b.put(colExact, row, "", b.s.choice)
	b.put(colNote, row, "", b.s.note)
	b.do(b.x.SetRowHeight(b.sheet, row, min(409, max(30, 14.5*float64(lines)+4))))
	b.rules(row, d)
}

// decimals is how many a value shows.
func decimals(d *kpi.Definition) int {
	if d.WholeNumbers() || d.Indicator.Kind == kpi.YesNo {
		return 0
	}
	return d.Decimals
}

// name writes an indicator's name and, smaller, what is counted. It returns the lines it needs.
func (b *formBook) name(row int, it *TemplateItem) int {
	d := it.Definition
	runs := []excelize.RichTextRun{{Text: d.Name, Font: &excelize.Font{Family: listFont, Size: 11}}}
	lines := linesOf(d.Name, formWidths[colName-1])
	small := ""
	if d.HasParts() {
		small = "\nTử số: " + d.Numerator + "\nMẫu số: " + d.Denominator
		if f, ok := d.FixedOn(b.t.Period.To); ok {
			small += fmt.Sprintf(
				" (%s tại ngày %s; để trống thì được ghi %s)",
				vi.FormatNumber(f.Size, 0),
				b.t.Period.To,
				vi.FormatNumber(f.Size, 0),
			)
		}
	}
	if d.Accumulation != kpi.InPeriod {
		small += "\nSố liệu " + d.Accumulation.Title()
	}
	if it.Optional != "" {
		small += "\n" + it.Optional
	}
	if small != "" {
		runs = append(runs, excelize.RichTextRun{Text: small, Font: &excelize.Font{Family: listFont, Size: 9, Italic: true, Color: "595959"}})
		lines += linesOf(small[1:], formWidths[colName-1]*1.15)
	}
	ref := b.ref(colName, row)
	b.do(b.x.SetCellRichText(b.sheet, ref, runs))
	b.do(b.x.SetCellStyle(b.sheet, ref, ref, b.s.text))
	return lines
}

// xmlFormula makes a rule fit for the part: the library writes it as it is.
var xmlFormula = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// rule adds a rule to a cell: a formula that must hold, and what to say.
func (b *formBook) rule(ref, formula, title, says string) {
	dv := excelize.NewDataValidation(true)
	dv.Sqref = ref
	b.do(dv.SetRange(xmlFormula.Replace(formula), "", excelize.DataValidationTypeCustom, excelize.DataValidationOperatorBetween))
	dv.SetError(excelize.DataValidationErrorStyleStop, "Số liệu chưa đúng", says)
	dv.SetInput(title, says)
	b.do(b.x.AddDataValidation(b.sheet, dv))
}

// rules adds the rules of one row.
func (b *formBook) rules(row int, d *kpi.Definition) {
	num, den, val := b.ref(colNumerator, row), b.ref(colDenominator, row), b.ref(colValue, row)
	title := short32(d.Indicator.Code)
	if d.HasParts() {
		above, says := "", "Ghi số, không âm."
		if d.Subset == kpi.SubsetYes {
			above = fmt.Sprintf(",OR(NOT(ISNUMBER(%s)),NOT(ISNUMBER(%s)),%s<=%s)", num, den, num, den)
			says = "Ghi số, không âm. Tử số là một phần của mẫu số nên không lớn hơn mẫu số."
		}
		for _, ref := range []string{num, den} {
			b.rule(ref, fmt.Sprintf("AND(ISNUMBER(%s),%s>=0%s)", ref, ref, above), title, says)
		}
		b.pick(val, []string{wordNone, wordUnknown}, excelize.DataValidationErrorStyleInformation, title,
			"Để trống khi đã ghi tử số và mẫu số. Chọn một câu trong danh sách khi không có số; chỉ ghi tỷ lệ % khi không có tử số, mẫu số.")
		return
	}
	words := fmt.Sprintf(`%s="%s",%s="%s"`, val, wordNone, val, wordUnknown)
	switch {
	case d.Indicator.Kind == kpi.YesNo:
		b.pick(val, []string{"Có", "Không", wordNone, wordUnknown}, excelize.DataValidationErrorStyleStop, title, "Chọn Có hoặc Không.")
	case d.WholeNumbers():
		b.rule(val, fmt.Sprintf("OR(%s,AND(ISNUMBER(%s),%s>=0,%s=INT(%s)))", words, val, val, val, val), title,
			"Ghi số nguyên, không âm, theo đơn vị tính đã nêu; hoặc gõ “"+wordNone+"”, “"+wordUnknown+"”.")
	default:
		b.rule(val, fmt.Sprintf("OR(%s,AND(ISNUMBER(%s),%s>=0))", words, val, val), title,
			"Ghi số, không âm, theo đơn vị tính đã nêu; hoặc gõ “"+wordNone+"”, “"+wordUnknown+"”.")
	}
}

// short32 cuts a title of a rule to what Excel takes.
func short32(s string) string {
	if utf8.RuneCountInString(s) > 32 {
		return string([]rune(s)[:32])
	}
	return s
}

// pick gives cells a list to choose from.
func (b *formBook) pick(ref string, words []string, style excelize.DataValidationErrorStyle, title, says string) {
	dv := excelize.NewDataValidation(true)
	dv.Sqref = ref
	b.do(dv.SetDropList(words))
	dv.SetError(style, "Chọn trong danh sách", says)
	dv.SetInput(title, says)
	b.do(b.x.AddDataValidation(b.sheet, dv))
}

// lists adds the lists of the columns at the right.
func (b *formBook) lists(first, last int) {
	column := func(c int) string { return b.ref(c, first) + ":" + b.ref(c, last) }
	b.pick(
		column(colExact),
		exactWords,
		excelize.DataValidationErrorStyleStop,
		"Mức độ chính xác",
		"Chọn trong danh sách; để trống là chính xác.",
	)
	dv := excelize.NewDataValidation(true) // any other note may be typed
	dv.Sqref = column(colNote)
	b.do(dv.SetDropList(noteWords))
	b.do(b.x.AddDataValidation(b.sheet, dv))
}

// signatures writes the lines below the table.
func (b *formBook) signatures(row int) {
	b.span(
		colUnit,
		colNote,
		row-1,
		"Số liệu tính đến ngày ….. tháng ….. năm ……….",
		b.style(excelize.Font{Italic: true}, "right", false, unlocked),
	)
	left := func(st *excelize.Style) { st.Alignment.Indent, st.Alignment.WrapText = 14, false }
	sign := b.style(excelize.Font{Bold: true, Size: 12}, "center", false)
	signLeft := b.style(excelize.Font{Bold: true, Size: 12}, "left", false, left)
	b.do(b.x.SetRowHeight(b.sheet, row-1, 26))
	b.do(b.x.SetRowHeight(b.sheet, row, 20))
	// They stand in columns that hold no figure and no name, so that no signature is read as one; the
	// left one runs over its empty neighbours, for a merged cell would stand in them too.
	b.put(colNumber, row, "NGƯỜI LẬP BIỂU", signLeft)
	b.span(colExact, colNote, row, "THỦ TRƯỞNG ĐƠN VỊ", sign)
	hand := b.style(excelize.Font{Italic: true}, "center", false)
	b.put(colNumber, row+1, "(Ký, ghi rõ họ tên)", b.style(excelize.Font{Italic: true}, "left", false, left))
	b.span(colExact, colNote, row+1, "(Ký, đóng dấu, ghi rõ họ tên)", hand)
}

// paper sets what paper sees: A4 landscape, one page wide, header rows repeated.
func (b *formBook) paper(head int) {
	yes, no, a4, land, wide, tall := true, false, 9, "landscape", 1, 0
	b.do(b.x.SetSheetProps(b.sheet, &excelize.SheetPropsOptions{FitToPage: &yes}))
	b.do(b.x.SetPageLayout(b.sheet, &excelize.PageLayoutOptions{Size: &a4, Orientation: &land, FitToWidth: &wide, FitToHeight: &tall}))
	edge, small := 0.6, 0.3
	b.do(b.x.SetPageMargins(b.sheet, &excelize.PageLayoutMarginsOptions{Top: &edge, Bottom: &edge, Left: &edge, Right: &edge,
		Header: &small, Footer: &small, Horizontally: &yes}))
	b.do(b.x.SetSheetView(b.sheet, 0, &excelize.ViewOptions{ShowGridLines: &no}))
	b.do(b.x.SetHeaderFooter(b.sheet, &excelize.HeaderFooterOptions{OddFooter: `&C&"Times New Roman,Regular"&10Trang &P/&N`}))
	if head > 0 {
		b.do(b.x.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: b.sheet,
			RefersTo: fmt.Sprintf("'%s'!$%d:$%d", b.sheet, head, head+1)}))
	}
}

// protect locks everything but the input cells, without a password; widths and heights stay free.
func (b *formBook) protect() {
	b.do(b.x.ProtectSheet(b.sheet, &excelize.SheetProtectionOptions{FormatColumns: true, FormatRows: true,
		SelectLockedCells: true, SelectUnlockedCells: true}))
}

// guide writes the sheet that says how to fill in the form and what each indicator is.
func (b *formBook) guide() {
	b.sheet = guideSheet
	b.widths(11, 40, 36, 36, 13, 15, 8, 30)
	b.span(1, 8, 1, guideTitle, b.s.title)
	b.do(b.x.SetRowHeight(b.sheet, 1, 22))
	row := 2
	for _, line := range []string{
		"1. Chỉ ghi vào các ô nền vàng nhạt ở trang Biểu mẫu. Các ô khác được khóa (không có mật khẩu) để tệp đọc lại được; độ rộng cột, chiều cao dòng thay đổi tùy ý.",
		"2. Chỉ tiêu tỷ lệ: ghi tử số và mẫu số, để trống cột Giá trị. Chỉ ghi tỷ lệ % vào cột Giá trị khi không có tử số, mẫu số: số đó được xếp hạng nhưng không cộng gộp được.",
		"3. Ô trống là chưa báo cáo, không phải 0. Không có gì để đếm thì ghi “" + wordNone + "”; có nhưng chưa tổng hợp được thì ghi “" + wordUnknown + "”.",
		"4. Ghi số theo đúng đơn vị tính của dòng. Số ước tính, sơ bộ hoặc làm tròn: chọn ở cột Mức độ chính xác.",
		"5. Trang Nháp để tính toán tự do, không được đọc.",
		"6. Kỳ trước và cùng kỳ năm trước là số do chính đơn vị báo cáo; số của nguồn khác thì ghi tên nguồn ngay bên dưới.",
	} {
		b.span(1, 8, row, line, b.s.plain)
		b.do(b.x.SetRowHeight(b.sheet, row, 15.5*float64(linesOf(line, 175))+2))
		row++
	}
	row++
	for i, text := range []string{"Mã", "Chỉ tiêu", "Tử số", "Mẫu số", "Đơn vị tính", "Phạm vi số liệu", "Số lẻ", "Căn cứ"} {
		b.put(i+1, row, text, b.s.head)
	}
	head := row
	for i := range b.t.Items {
		row++
		d := b.t.Items[i].Definition
		lines := 1
		for j, text := range []string{d.Indicator.Code, d.Name, d.Numerator, d.Denominator, d.Unit, d.Accumulation.Title(), fmt.Sprint(d.Decimals), d.Basis} {
			style := b.s.text
			if j == 0 || j > 3 && j < 7 {
				style = b.s.center
			}
			b.put(j+1, row, vi.Clean(text), style)
			lines = max(lines, linesOf(text, []float64{11, 40, 36, 36, 13, 15, 8, 30}[j]))
		}
		b.do(b.x.SetRowHeight(b.sheet, row, 15*float64(lines)+3))
	}
	b.paper(0)
	b.do(b.x.SetPanes(b.sheet, &excelize.Panes{Freeze: true, YSplit: head, TopLeftCell: fmt.Sprintf("A%d", head+1), ActivePane: "bottomLeft"}))
	b.do(b.x.SetSheetDimension(b.sheet, fmt.Sprintf("A1:H%d", row)))
}

// draft writes the free sheet.
func (b *formBook) draft() {
	b.sheet = draftSheet
	b.put(1, 1, "Trang này để tính nháp, không được đọc.", b.s.italic)
	b.widths(60)
}
