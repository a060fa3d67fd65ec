package report

import (
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// Grid is one table of a page as a workbook: what was chosen and how it is defined stand under it.
type Grid struct {
	Title        string
	Notes        []string // filters, definitions, as-of
	Head         []string
	Rows         [][]GridCell
	AsOf         time.Time // of the revision
	Revision     int64
	Program      string
	Illustrative bool
}

// GridCell is a text or a number, which then has so many decimals.
type GridCell struct {
	Text     string
	Number   vi.NullDecimal
	Decimals int
}

const sheetGrid = "Bảng"

// WriteGrid writes the workbook of g; the same grid gives the same bytes.
func WriteGrid(w io.Writer, g Grid) (err error) {
	f := excelize.NewFile()
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("workbook: %w", cerr)
		}
	}()
	b := &book{f: f, styles: newStyles(f), pack: &Pack{Title: g.Title, AsOf: g.AsOf, Revision: g.Revision, Program: g.Program}}
	if err := b.grid(g); err != nil {
		return fault.Wrap(err, fault.Internal, "Không dựng được tệp Excel của bảng.")
	}
	if _, err := f.WriteTo(w); err != nil {
		return fault.Wrap(err, fault.Internal, "Không ghi được tệp Excel của bảng.")
	}
	return nil
}

func (b *book) grid(g Grid) error {
	if err := b.f.SetDefaultFont(fontName); err != nil {
		return err
	}
	if err := b.f.SetSheetName("Sheet1", sheetGrid); err != nil {
		return err
	}
	s := b.sheet(sheetGrid, g.widths()...)
	s.line(g.Title, look{size: 13, bold: true, wrap: true})
	if g.Illustrative {
		s.line(illustrativeText, look{bold: true})
	}
	head := s.row
	for i, h := range g.Head {
		s.put(i+1, h, look{bold: true, border: true, shade: true, wrap: true, align: "center"})
	}
	s.next(3 * rowHeight)
	for _, row := range g.Rows {
		for i, c := range row {
			if c.Number.Valid {
				s.put(i+1, c.Number, look{border: true, align: "right", format: numFormat(c.Decimals)})
				continue
			}
			s.put(i+1, c.Text, look{border: true})
		}
		s.next(rowHeight)
	}
	last := max(head, s.row-1)
	s.next(rowHeight)
	for _, n := range g.Notes {
		s.line(n, look{wrap: true, top: true})
	}
	s.freeze(0, head)
	s.page(fmt.Sprintf("$%d:$%d", head, head), s.area(1, 1, s.last(), max(last, s.row-1)), g.Illustrative)
	if err := s.done(); err != nil {
		return err
	}
	return b.finish()
}

// widths fits each column to its longest text, within reason.
func (g Grid) widths() []float64 {
	const least, most = 9, 44
	out := make([]float64, max(1, len(g.Head)))
	for i := range out {
		out[i] = least
	}
	for _, row := range g.Rows {
		for i, c := range row {
			n := utf8.RuneCountInString(c.Text)
			if c.Number.Valid {
				n = len(vi.FormatNumber(c.Number.Decimal, c.Decimals))
			}
			out[i] = min(most, max(out[i], float64(n)+2))
		}
	}
	return out
}
