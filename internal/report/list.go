package report

import (
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"chiso/internal/fault"
)

// List is a plain table for a meeting or an annex: no figures that are ranked, so nothing that is rounded.
type List struct {
	Title   string
	Note    string // under the title
	At      time.Time
	Columns []ListColumn
	Rows    [][]any // text, int, vi.Decimal or vi.NullDecimal
}

// ListColumn is one column of a list.
type ListColumn struct {
	Title string
	Width float64 // in characters
}

const sheetList = "Danh sách"

// WriteList writes a list as a workbook of one sheet. The same list gives the same bytes.
func WriteList(w io.Writer, l List) (err error) {
	f := excelize.NewFile()
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("workbook: %w", cerr)
		}
	}()
	b := &book{f: f, pack: &Pack{Title: l.Title, AsOf: l.At}, styles: newStyles(f)}
	if err := b.listSheet(&l); err != nil {
		return fault.Wrap(err, fault.Internal, "Không dựng được tệp Excel.")
	}
	if _, err := f.WriteTo(w); err != nil {
		return fault.Wrap(err, fault.Internal, "Không ghi được tệp Excel.")
	}
	return nil
}

func (b *book) listSheet(l *List) error {
	if err := b.f.SetDefaultFont(fontName); err != nil {
		return err
	}
	if err := b.f.SetSheetName("Sheet1", sheetList); err != nil {
		return err
	}
	widths := make([]float64, len(l.Columns))
	for i, c := range l.Columns {
		widths[i] = c.Width
	}
	s := b.sheet(sheetList, widths...)
	s.line(l.Title, look{size: 13, bold: true, align: "center", wrap: true})
	if l.Note != "" {
		s.line(l.Note, look{italic: true, align: "center", wrap: true})
	}
	head := s.row
	height := 0
	for i, c := range l.Columns {
		s.put(i+1, c.Title, look{bold: true, border: true, shade: true, wrap: true, align: "center"})
		height = max(height, lines(c.Title, c.Width))
	}
	s.next(rowHeight * float64(height))
	for _, row := range l.Rows {
		height := 1
		for i, v := range row {
			cell := look{border: true, wrap: true, top: true}
			if text, ok := v.(string); ok {
				height = max(height, lines(text, l.Columns[i].Width))
			} else {
				cell.align, cell.format = "right", "#,##0"
			}
			s.put(i+1, v, cell)
		}
		s.next(rowHeight * float64(height))
	}
	s.freeze(0, head)
	s.page(fmt.Sprintf("$%d:$%d", head, head), s.area(1, 1, s.last(), max(head, s.row-1)), false)
	if err := s.done(); err != nil {
		return err
	}
	return b.finish()
}
