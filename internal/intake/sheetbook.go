package intake

import (
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// Book is a workbook of plain tables, to be changed and read back by Sheets.
type Book struct {
	Day    vi.Date
	Title  string
	Guide  []string // lines of the first sheet
	Tables []BookTable
}

// BookTable is one sheet: its header is the first row, so that the sheet is read back as it stands.
type BookTable struct {
	Name    string
	Columns []BookColumn
	Rows    [][]string // texts; numbers as 0.2
}

// BookColumn is a column of a table.
type BookColumn struct {
	Name   string
	Number bool
	Choice []string // what a cell may say, nil for anything
	Width  float64
}

// WriteBook writes the workbook. The same data give the same bytes.
func WriteBook(w io.Writer, b Book) error {
	var out []byte
	err := safely("book", func() (err error) {
		out, err = b.build()
		return err
	})
	if err == nil {
		_, err = w.Write(out)
	}
	if err != nil {
		return fault.Wrap(err, fault.Internal, "Không dựng được tệp Excel.")
	}
	return nil
}

func (b *Book) build() ([]byte, error) {
	x, err := newBook(b.Day)
	if err != nil {
		return nil, err
	}
	defer x.Close() //nolint:errcheck // in memory
	if err := x.SetSheetName("Sheet1", guideSheet); err != nil {
		return nil, err
	}
	f := &formBook{x: x, sheet: guideSheet}
	f.styles()
	f.widths(110)
	f.put(1, 1, b.Title, f.s.title)
	for i, line := range b.Guide {
		f.put(1, i+3, line, f.s.plain)
	}
	code := f.style(excelize.Font{}, "left", true, asText)
	number := f.style(excelize.Font{}, "right", true)
	for _, t := range b.Tables {
		_, err := x.NewSheet(t.Name)
		f.do(err)
		f.sheet = t.Name
		f.table(t, code, number)
	}
	if f.err != nil {
		return nil, f.err
	}
	return finish(x, guideSheet, nil)
}

// table writes a sheet: texts stay texts, so that Excel makes neither numbers nor days of codes.
func (b *formBook) table(t BookTable, code, number int) {
	for i, c := range t.Columns {
		b.put(i+1, 1, c.Name, b.s.head)
		name, err := excelize.ColumnNumberToName(i + 1)
		b.do(err)
		b.do(b.x.SetColWidth(t.Name, name, name, c.Width))
		if len(c.Choice) > 0 {
			b.choices(t.Name, name, c.Choice)
		}
	}
	for r, cells := range t.Rows {
		for i, text := range cells {
			if n, err := strconv.ParseFloat(text, 64); t.Columns[i].Number && err == nil {
				b.do(b.x.SetCellFloat(t.Name, b.ref(i+1, r+2), n, -1, 64))
				b.do(b.x.SetCellStyle(t.Name, b.ref(i+1, r+2), b.ref(i+1, r+2), number))
				continue
			}
			b.put(i+1, r+2, text, code)
		}
	}
	b.do(b.x.SetPanes(t.Name, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}))
	b.do(b.x.AutoFilter(t.Name, "A1:"+b.ref(len(t.Columns), len(t.Rows)+1), nil))
}

// choices lets a column be chosen from a list, below the rows that are there too.
func (b *formBook) choices(sheet, column string, list []string) {
	v := excelize.NewDataValidation(true)
	v.SetSqref(column + "2:" + column + "5000")
	b.do(v.SetDropList(list))
	b.do(b.x.AddDataValidation(sheet, v))
}
