package report

import (
	"fmt"
	"math"
	"strconv"

	"github.com/xuri/excelize/v2"

	"chiso/internal/vi"
)

const rowHeight = 14.25 // points, one line of 11 point text: 34 ranked agencies and the notes are two pages

// sheet writes one worksheet from top to bottom. The first error stops it; done returns it.
type sheet struct {
	b       *book
	name    string
	row     int       // next row
	widths  []float64 // of the printed columns, in characters
	heights map[int]float64
	right   int // last column written
	err     error
}

func (b *book) sheet(name string, widths ...float64) *sheet {
	s := &sheet{b: b, name: name, row: 1, widths: widths, heights: map[int]float64{}, right: 1}
	for i, w := range widths {
		s.do(b.f.SetColWidth(name, column(i+1), column(i+1), w))
	}
	return s
}

func (s *sheet) do(err error) {
	if s.err == nil && err != nil {
		s.err = err
	}
}

func (s *sheet) last() int { return len(s.widths) }

func cellName(col, row int) string { return column(col) + strconv.Itoa(row) }

// value turns what our rooms hold into what excelize writes.
func value(v any) any {
	switch v := v.(type) {
	case string:
		return limit(v)
	case vi.Decimal:
		return v.Float()
	case vi.NullDecimal:
		if !v.Valid {
			return nil
		}
		return v.Float()
	}
	return v
}

// style gives cells of the current row a look, and text that could be read as a formula the same
// look with quotePrefix.
func (s *sheet) style(from, to, row int, l look) {
	id, err := s.b.styles.id(l)
	s.do(err)
	s.do(s.b.f.SetCellStyle(s.name, cellName(from, row), cellName(to, row), id))
	s.right = max(s.right, to)
}

// put writes one cell of the current row.
func (s *sheet) put(col int, v any, l look) {
	v = value(v)
	at := cellName(col, s.row)
	if text, ok := v.(string); ok {
		l.quoted = vi.FormulaLike(text)
		if text != "" {
			s.do(s.b.f.SetCellStr(s.name, at, text))
		}
	} else if v != nil {
		s.do(s.b.f.SetCellValue(s.name, at, v))
	}
	id, err := s.b.styles.id(l)
	s.do(err)
	s.do(s.b.f.SetCellStyle(s.name, at, at, id))
	s.right = max(s.right, col)
}

// merge writes text over several columns of the current row. It returns the lines it needs.
func (s *sheet) merge(from, to int, text string, l look) int {
	width := 0.0
	for _, w := range s.widths[from-1 : to] {
		width += w
	}
	bare := l
	s.style(from, to, s.row, bare)
	s.put(from, text, l)
	if to > from {
		s.do(s.b.f.MergeCell(s.name, cellName(from, s.row), cellName(to, s.row)))
	}
	if l.size > 0 {
		width *= 11 / l.size
	}
	return lines(text, width)
}

// line writes text over all columns and goes to the next row.
func (s *sheet) line(text string, l look) {
	n := s.merge(1, s.last(), text, l)
	size := 11.0
	if l.size > 0 {
		size = l.size
	}
	s.next(rowHeight * size / 11 * float64(n))
}

// next fixes the height of the current row, so that nothing depends on the program that opens the
// workbook, and goes to the next.
func (s *sheet) next(height float64) {
	height = math.Ceil(min(max(height, rowHeight/2), 409)*4) / 4
	s.heights[s.row] = height
	s.do(s.b.f.SetRowHeight(s.name, s.row, height))
	s.row++
}

// Margins in inches, the narrowest that Nghị định 30/2020/NĐ-CP allows: top and bottom 20 mm, left 30
// and right 15. The page number stands inside the top one.
const marginTop, marginBottom, marginLeft, marginRight, marginHead = 0.79, 0.79, 1.19, 0.6, 0.4

// page sets what paper sees: A4 landscape, one page wide, page number at the top centre from the
// second page on, header rows repeated.
func (s *sheet) page(titles string, areas string, illustrative bool) {
	f := s.b.f
	yes, no, a4, land, wide, tall := true, false, 9, "landscape", 1, 0
	s.do(f.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &yes}))
	s.do(f.SetPageLayout(s.name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &land, FitToWidth: &wide, FitToHeight: &tall}))
	top, bottom, left, right, head := marginTop, marginBottom, marginLeft, marginRight, marginHead
	s.do(f.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{Top: &top, Bottom: &bottom, Left: &left, Right: &right,
		Header: &head, Footer: &head, Horizontally: &yes}))
	s.do(f.SetSheetView(s.name, 0, &excelize.ViewOptions{ShowGridLines: &no}))
	mark, font := "", `&"Times New Roman,Regular"`
	if illustrative {
		mark = `&R&"Times New Roman,Bold"&11` + illustrativeText
	}
	foot := fmt.Sprintf(`&L%s&11 %s&R%s&11 Phiên bản dữ liệu %d`, font, headerText(s.b.pack.Issuer), font, s.b.pack.Revision)
	s.do(f.SetHeaderFooter(s.name, &excelize.HeaderFooterOptions{DifferentFirst: true, ScaleWithDoc: &no,
		OddHeader: `&C` + font + `&13&P` + mark, OddFooter: foot, FirstHeader: mark, FirstFooter: foot}))
	if titles != "" {
		s.do(f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: s.name,
			RefersTo: quoteSheet(s.name) + "!" + titles}))
	}
	s.do(f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", Scope: s.name, RefersTo: areas}))
}

// area returns a range of this sheet as a reference.
func (s *sheet) area(fromCol, fromRow, toCol, toRow int) string {
	return fmt.Sprintf("%s!$%s$%d:$%s$%d", quoteSheet(s.name), column(fromCol), fromRow, column(toCol), toRow)
}

func (s *sheet) freeze(cols, rows int) {
	s.do(s.b.f.SetPanes(s.name, &excelize.Panes{Freeze: true, XSplit: cols, YSplit: rows,
		TopLeftCell: cellName(cols+1, rows+1), ActivePane: "bottomRight"}))
}

// done writes the sheet's true extent: excelize writes A1, and readers that trust it see one cell.
func (s *sheet) done() error {
	s.do(s.b.f.SetSheetDimension(s.name, "A1:"+cellName(s.right, max(1, s.row-1))))
	return s.err
}
