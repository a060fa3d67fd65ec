package intake

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"chiso/internal/fault"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// RegisterForm is what the workbook of a register is made of: empty, or with the tasks that are known.
type RegisterForm struct {
	Office string // whose register, as documents print it
	Title  string
	Day    vi.Date
	Rows   []map[task.Field]string
}

// registerSheet is the sheet with the tasks.
const registerSheet = "Nhiệm vụ"

// How the register is printed: at how many percent, with how many rows when it is empty, and how many columns every page has at its left.
const registerScale, registerBlank, pageLeft = 72, 25, 2

// registerSpare is how many rows below the known tasks have lists to choose from.
const registerSpare = 200

// RegisterTemplate writes the workbook of a register, to be filled in and read back by File.Register.
// The same data give the same bytes.
func RegisterTemplate(w io.Writer, f RegisterForm) error {
	var out []byte
	err := safely("register", func() (err error) {
		out, err = f.build()
		return err
	})
	if err == nil {
		_, err = w.Write(out)
	}
	if err != nil {
		return fault.Wrap(err, fault.Internal, "Không dựng được tệp mẫu.")
	}
	return nil
}

func (f *RegisterForm) build() ([]byte, error) {
	x, err := newBook(f.Day)
	if err != nil {
		return nil, err
	}
	defer x.Close() //nolint:errcheck // in memory
	if err := x.SetSheetName("Sheet1", registerSheet); err != nil {
		return nil, err
	}
	if _, err := x.NewSheet(guideSheet); err != nil {
		return nil, err
	}
	b := &formBook{x: x, t: &TemplateData{Day: f.Day}, sheet: registerSheet}
	b.styles()
	f.fill(b)
	f.guide(b)
	if b.err != nil {
		return nil, b.err
	}
	return finish(x, registerSheet, nil)
}

// fill writes the sheet of tasks.
func (f *RegisterForm) fill(b *formBook) {
	fields := RegisterFields()
	last := len(fields)
	widths := make([]float64, last)
	for i, c := range fields {
		widths[i] = c.Width
	}
	b.widths(widths...)
	b.span(1, pageLeft, 1, strings.ToUpper(f.Office), b.s.heading)
	b.span(1, pageLeft, 2, strings.ToUpper(f.Title), b.s.title)
	b.span(1, pageLeft, 3, "Số liệu tính đến ngày "+f.Day.String()+". Xem trang Hướng dẫn.", b.s.italic)
	const head = 4
	for i, c := range fields {
		b.put(i+1, head, c.Title, b.s.head)
	}
	b.do(b.x.SetRowHeight(b.sheet, head, 34))
	for i, r := range f.Rows {
		lines := 1
		for j, c := range fields {
			text := legal(r[c.Field])
			b.put(j+1, head+1+i, text, b.s.text)
			lines = max(lines, linesOf(text, c.Width*0.9)) // words break before the edge
		}
		if lines > 1 { // LibreOffice draws wrapped lines over the next row when no height is given
			b.do(b.x.SetRowHeight(b.sheet, head+1+i, min(409, 14*float64(lines)+2)))
		}
	}
	end := head + len(f.Rows) + registerSpare
	b.do(b.x.SetCellStyle(b.sheet, b.ref(1, head+1+len(f.Rows)), b.ref(last, end), b.s.note))
	for i, c := range fields {
		if c.Field != task.FieldNature {
			continue
		}
		dv := excelize.NewDataValidation(true)
		dv.Sqref = b.ref(i+1, head+1) + ":" + b.ref(i+1, end)
		b.do(dv.SetDropList([]string{task.Timed.Title(), task.Recurring.Title(), task.Unscheduled.Title()}))
		b.do(b.x.AddDataValidation(b.sheet, dv))
	}
	b.do(
		b.x.SetPanes(b.sheet, &excelize.Panes{Freeze: true, XSplit: 2, YSplit: head, TopLeftCell: b.ref(3, head+1), ActivePane: "bottomRight"}),
	)
	f.paper(b, fields, head)
	b.do(b.x.SetSheetDimension(b.sheet, "A1:"+b.ref(last, end)))
}

// paper sets the sheet up for print: 24 columns on one page cannot be read, so it is three A4 pages wide (who has it, until when, how
// it goes), each with code and task at its left. Only what is filled in is printed; of an empty one a few rows to write on.
func (f *RegisterForm) paper(b *formBook, fields []RegisterField, head int) {
	a4, land, scale := 9, "landscape", uint(registerScale)
	b.do(b.x.SetPageLayout(b.sheet, &excelize.PageLayoutOptions{Size: &a4, Orientation: &land, AdjustTo: &scale}))
	edge, small := 0.4, 0.2
	b.do(
		b.x.SetPageMargins(
			b.sheet,
			&excelize.PageLayoutMarginsOptions{Left: &edge, Right: &edge, Top: &edge, Bottom: &edge, Header: &small, Footer: &small},
		),
	)
	for i, c := range fields {
		if c.Field == task.FieldAssigned || c.Field == task.FieldProgress {
			b.do(b.x.InsertPageBreak(b.sheet, b.ref(i+1, 1)))
		}
	}
	printed := head + len(f.Rows)
	if len(f.Rows) == 0 {
		printed = head + registerBlank
	}
	for _, n := range [][2]string{{"_xlnm.Print_Titles", fmt.Sprintf("'%s'!$A:$B,'%s'!$%d:$%d", b.sheet, b.sheet, head, head)},
		{"_xlnm.Print_Area", fmt.Sprintf("'%s'!$A$1:$%s$%d", b.sheet, strings.TrimRight(b.ref(len(fields), 1), "1"), printed)}} {
		b.do(b.x.SetDefinedName(&excelize.DefinedName{Name: n[0], Scope: b.sheet, RefersTo: n[1]}))
	}
	b.do(b.x.SetHeaderFooter(b.sheet, &excelize.HeaderFooterOptions{OddFooter: `&C&"Times New Roman,Regular"&10Trang &P/&N`}))
}

// guide writes what the columns mean.
func (f *RegisterForm) guide(b *formBook) {
	b.sheet = guideSheet
	b.widths(26, 96)
	b.put(1, 1, guideTitle, b.s.heading)
	for i, line := range [][2]string{
		{"Mã nhiệm vụ", "Bắt buộc, mỗi nhiệm vụ một mã. Kỳ sau nộp lại cùng mã thì nhiệm vụ được cập nhật, không thêm mới."},
		{"Cơ quan chủ trì, phối hợp", "Nhiều đơn vị trong một ô thì ngăn bằng dấu chấm phẩy hoặc xuống dòng. “Các bộ, ngành, địa phương” được hiểu là từng đơn vị của khối vào ngày giao."},
		{"Tính chất", "Có thời hạn, Thường xuyên hoặc Chưa giao thời hạn. Có hạn ở cột Thời hạn thì có thể để trống ô này; để trống cả hai là lỗi."},
		{"Thời hạn", "Ngày/tháng/năm, hoặc nguyên văn văn bản: tháng 9/2026, quý III/2026, năm 2026. Hạn là ngày cuối của kỳ được ghi; chính ngày đó còn trong hạn."},
		{"Gia hạn đến", "Hạn mới. Hạn ban đầu vẫn được giữ để tính; ghi số và ngày văn bản cho phép ở cột Văn bản gia hạn."},
		{"Ngày hoàn thành", "Ngày được công nhận hoàn thành. Trạng thái không phải ghi: chương trình tính từ các ngày."},
		{"Tạm dừng", "Từ ngày, đến ngày. Tạm dừng không làm thay đổi thời hạn."},
		{"Ô để trống", "Không nói gì: điều đã ghi kỳ trước được giữ nguyên."},
	} {
		b.put(1, i+3, line[0], b.s.text)
		b.put(2, i+3, line[1], b.s.text)
	}
}
