package intake

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// TemplateData is what a template is made of: one form for one agency and period.
type TemplateData struct {
	Form       string // code of the form
	Title      string // of the form: "Chính phủ số"
	Agency     agency.ID
	AgencyName string // full, as documents print it
	Period     kpi.Period
	Previous   string // title of the period before, "" where there is none
	LastYear   string // title of the same period of the year before
	Day        vi.Date
	Items      []TemplateItem
}

// TemplateItem is one indicator of a form, with what was reported before.
type TemplateItem struct {
	Definition         *kpi.Definition
	Previous, LastYear TemplateFigure
	Optional           string // why the agency may leave it out, "" where it owes it
}

// TemplateFigure is an earlier figure ready to print. Source names where it comes from unless the
// agency reported it itself.
type TemplateFigure struct{ Text, Parts, Source string }

// templateVersion is the version of the templates that this program writes.
const templateVersion = 1

// The sheets of a template.
const (
	formSheet   = "Biểu mẫu"
	guideSheet  = "Hướng dẫn"
	draftSheet  = "Nháp"
	markerSheet = "_chiso"
)

// The columns of a form.
const (
	colNumber = iota + 1
	colAgency
	colCode
	colName
	colUnit
	colPrevious
	colLastYear
	colNumerator
	colDenominator
	colValue
	colExact
	colNote
)

// What an input cell may say instead of a number, and the other lists to choose from.
const (
	wordNone    = "Không phát sinh"
	wordUnknown = "Chưa có số liệu"
)

var (
	exactWords = []string{"Chính xác", "Ước tính", "Sơ bộ", "Làm tròn"}
	noteWords  = []string{
		"Đã đối chiếu với hệ thống nguồn",
		"Số liệu ước tính",
		"Chưa đủ số liệu của đơn vị trực thuộc",
		"Có văn bản giải trình kèm theo",
	}
)

// Template writes the workbook that an agency fills in for a period: names, definitions and earlier
// figures locked, input cells open, with lists and rules. It is read back like any other table; a
// hidden sheet says which template it is. The same data give the same bytes.
func Template(w io.Writer, t TemplateData) error {
	if len(t.Items) == 0 {
		return fault.New(fault.NotFound, "Biểu mẫu chưa có chỉ tiêu nào.")
	}
	var out []byte
	err := safely("template", func() (err error) {
		out, err = t.build()
		return err
	})
	if err == nil {
		_, err = w.Write(out)
	}
	if err != nil {
		return fault.Wrap(err, fault.Internal, "Không dựng được biểu mẫu Excel.")
	}
	return nil
}

func (t *TemplateData) build() ([]byte, error) {
	x, err := newBook(t.Day)
	if err != nil {
		return nil, err
	}
	defer x.Close() //nolint:errcheck // in memory
	if err := x.SetSheetName("Sheet1", formSheet); err != nil {
		return nil, err
	}
	for _, name := range []string{guideSheet, draftSheet, markerSheet} {
		if _, err := x.NewSheet(name); err != nil {
			return nil, err
		}
	}
	b := &formBook{x: x, t: t}
	b.styles()
	b.form()
	b.guide()
	b.draft()
	b.marker()
	if b.err != nil {
		return nil, b.err
	}
	return finish(x, formSheet, nil)
}

// formBook is a template being written. The first error stops it.
type formBook struct {
	x     *excelize.File
	t     *TemplateData
	sheet string
	s     formStyles
	err   error
}

func (b *formBook) do(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *formBook) ref(column, row int) string {
	ref, err := excelize.CoordinatesToCellName(column, row)
	b.do(err)
	return ref
}

// put writes a text and its style.
func (b *formBook) put(column, row int, text string, style int) {
	ref := b.ref(column, row)
	if text != "" {
		b.do(b.x.SetCellStr(b.sheet, ref, text))
	}
	b.do(b.x.SetCellStyle(b.sheet, ref, ref, style))
}

// span writes a text over several columns.
func (b *formBook) span(from, to, row int, text string, style int) {
	b.do(b.x.SetCellStyle(b.sheet, b.ref(from, row), b.ref(to, row), style))
	b.put(from, row, text, style)
	b.do(b.x.MergeCell(b.sheet, b.ref(from, row), b.ref(to, row)))
}

// widths sets the widths of the first columns.
func (b *formBook) widths(all ...float64) {
	for i, w := range all {
		c, err := excelize.ColumnNumberToName(i + 1)
		b.do(errors.Join(err, b.x.SetColWidth(b.sheet, c, c, w)))
	}
}

// formStyles are the styles of a template.
type formStyles struct {
	heading, motto, title, middle, plain, italic, head, number, text, center, earlier, shut, note, choice int
	inputs                                                                                                map[string]int // by number format
}

// inputFill shows where to write, light enough for a photocopy.
const inputFill = "FFF9DB"

func (b *formBook) style(font excelize.Font, horizontal string, table bool, change ...func(*excelize.Style)) int {
	font.Family = listFont
	if font.Size == 0 {
		font.Size = 11
	}
	st := &excelize.Style{Font: &font, Alignment: &excelize.Alignment{Horizontal: horizontal, Vertical: "center", WrapText: true}}
	if table {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			st.Border = append(st.Border, excelize.Border{Type: side, Style: 1, Color: "7F7F7F"})
		}
	}
	for _, f := range change {
		f(st)
	}
	id, err := b.x.NewStyle(st)
	b.do(err)
	return id
}

func filledWith(color string) func(*excelize.Style) {
	return func(st *excelize.Style) {
		st.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
}

func unlocked(st *excelize.Style) { st.Protection = &excelize.Protection{Locked: false} }

func asText(st *excelize.Style) { st.NumFmt = 49 }

func (b *formBook) styles() {
	bold := excelize.Font{Bold: true}
	b.s = formStyles{
		heading: b.style(excelize.Font{Size: 12, Bold: true}, "center", false),
		motto:   b.style(excelize.Font{Size: 12, Bold: true, Underline: "single"}, "center", false),
		title:   b.style(excelize.Font{Size: 14, Bold: true}, "center", false),
		middle:  b.style(excelize.Font{Size: 12}, "center", false),
		plain:   b.style(excelize.Font{}, "left", false),
		italic:  b.style(excelize.Font{Italic: true}, "left", false),
		head:    b.style(bold, "center", true, filledWith("E7EEF6")),
		number:  b.style(excelize.Font{Size: 9, Italic: true}, "center", true),
		text:    b.style(excelize.Font{}, "left", true),
		center:  b.style(excelize.Font{}, "center", true),
		earlier: b.style(excelize.Font{Size: 10}, "right", true),
		shut:    b.style(excelize.Font{}, "center", true, filledWith("E3E3E3")),
		note:    b.style(excelize.Font{}, "left", true, filledWith(inputFill), unlocked, asText),
		choice:  b.style(excelize.Font{}, "center", true, filledWith(inputFill), unlocked),
		inputs:  map[string]int{},
	}
}

// input is the style of a cell for a number of so many decimals; negative: as many as are typed.
func (b *formBook) input(decimals int) int {
	format := "General"
	if decimals >= 0 {
		format = "#,##0" + strings.TrimSuffix("."+strings.Repeat("0", decimals), ".")
	}
	id, ok := b.s.inputs[format]
	if !ok {
		id = b.style(excelize.Font{}, "right", true, filledWith(inputFill), unlocked, func(st *excelize.Style) { st.CustomNumFmt = &format })
		b.s.inputs[format] = id
	}
	return id
}

// marker writes the sheet by which a template is recognised.
func (b *formBook) marker() {
	b.sheet = markerSheet
	lines := [][]string{{templateTitle}, {"version", fmt.Sprint(templateVersion)}, {"agency", string(b.t.Agency)},
		{"period", b.t.Period.Key}, {"form", b.t.Form}}
	for _, item := range b.t.Items {
		lines = append(lines, []string{"item", item.Definition.Indicator.Code, meaningOf(item.Definition)})
	}
	for i, line := range lines {
		for j, text := range line {
			b.put(j+1, i+1, text, 0)
		}
	}
	b.do(b.x.SetSheetVisible(markerSheet, false, true))
}

// meaningOf says what the input cells of an indicator mean. A template whose indicator has changed
// its meaning since is not read any more.
func meaningOf(d *kpi.Definition) string {
	return vi.Clean(strings.Join([]string{string(d.Indicator.Kind), d.Unit, d.Numerator, d.Denominator}, " | "))
}
