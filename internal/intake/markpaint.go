package intake

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"chiso/internal/check"
)

// The fills of faulty cells, light enough for figures on a photocopy. No other program uses
// exactly these, so that they can be taken off again.
const (
	errorFill   = "FFC8CD"
	warningFill = "FFE8A6"
)

// painter fills the faulty cells of a workbook.
type painter struct {
	x      *excelize.File
	fills  [2]int         // numbers of the fills of errors and warnings
	styles map[[2]int]int // style and severity → style with the fill
	// styles that show more digits than that of their cell
	formats map[formatted]int
	late    func() error // an error when the time for the file is over
}

// prepare makes the two fills.
func (p *painter) prepare() error {
	for i, color := range [...]string{errorFill, warningFill} {
		id, err := p.x.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}})
		if err != nil {
			return err
		}
		p.fills[i] = *p.x.Styles.CellXfs.Xf[id].FillID
	}
	return nil
}

// filled returns the style of a cell with another fill: everything else of it stays.
func (p *painter) filled(style, fill int) (int, error) {
	key := [2]int{style, fill}
	if id, ok := p.styles[key]; ok {
		return id, nil
	}
	xfs := p.x.Styles.CellXfs
	if style < 0 || style >= len(xfs.Xf) {
		return 0, fmt.Errorf("style %d of %d", style, len(xfs.Xf))
	}
	xf, yes := xfs.Xf[style], true
	xf.FillID, xf.ApplyFill = &fill, &yes
	xfs.Xf = append(xfs.Xf, xf)
	xfs.Count = len(xfs.Xf)
	p.styles[key] = len(xfs.Xf) - 1
	return p.styles[key], nil
}

// wipe takes the fills of an earlier marked file off the cells that it commented.
func (p *painter) wipe(before parts, sheet, part string) error {
	cells, err := before.ownNotes(part)
	if err != nil {
		return err
	}
	for _, c := range cells {
		style, err := p.x.GetCellStyle(sheet, c)
		if err != nil {
			return err
		}
		if !p.ours(style) {
			continue
		}
		if style, err = p.filled(style, 0); err != nil {
			return err
		}
		if err := p.x.SetCellStyle(sheet, c, c, style); err != nil {
			return err
		}
	}
	return nil
}

// ours reports whether a style has one of our fills.
func (p *painter) ours(style int) bool {
	s := p.x.Styles
	if style <= 0 || style >= len(s.CellXfs.Xf) || s.CellXfs.Xf[style].FillID == nil || *s.CellXfs.Xf[style].FillID >= len(s.Fills.Fill) {
		return false
	}
	fill := s.Fills.Fill[*s.CellXfs.Xf[style].FillID]
	if fill == nil || fill.PatternFill == nil || fill.PatternFill.FgColor == nil {
		return false
	}
	rgb := strings.ToUpper(fill.PatternFill.FgColor.RGB)
	return strings.HasSuffix(rgb, errorFill) || strings.HasSuffix(rgb, warningFill)
}

// sheet fills the faulty cells of a sheet and returns their notes. A cell inside a merged area is
// shown by the area's first cell.
func (p *painter) sheet(sheet string, cells map[check.Cell][]check.Finding) ([]note, error) {
	if len(cells) == 0 {
		return nil, nil
	}
	size, err := newSheetSize(p.x, sheet)
	if err != nil {
		return nil, err
	}
	if err := p.late(); err != nil {
		return nil, err
	}
	merged, err := p.merged(sheet)
	if err != nil {
		return nil, err
	}
	if err := p.late(); err != nil {
		return nil, err
	}
	shown := map[check.Cell][]check.Finding{}
	for _, c := range inOrder(cells) {
		at := merged.first(c)
		shown[at] = append(shown[at], cells[c]...)
	}
	var notes []note
	for _, at := range inOrder(shown) {
		all := sorted(shown[at])
		ref := at.Ref()
		style, err := p.x.GetCellStyle(sheet, ref)
		if err != nil {
			return nil, err
		}
		if style, err = p.unhidden(style, sheet, ref); err != nil {
			return nil, err
		}
		if style, err = p.filled(style, p.fills[weight(all[0].Severity)]); err != nil {
			return nil, err
		}
		if err := p.x.SetCellStyle(sheet, ref, ref, style); err != nil {
			return nil, err
		}
		text := noteText(all)
		notes = append(notes, note{at: at, text: text, anchor: anchor(size, at, text)})
	}
	return notes, nil
}

// area is a merged area.
type area struct{ from, to check.Cell }

// areas are the merged areas of a sheet by row.
type areas map[int32][]area

func (p *painter) merged(sheet string) (areas, error) {
	cells, err := p.x.GetMergeCells(sheet, true)
	if err != nil {
		return nil, err
	}
	out, rows := areas{}, 0
	for _, c := range cells {
		a := area{cellAt(c.GetStartAxis()), cellAt(c.GetEndAxis())}
		if rows += int(a.to.Line - a.from.Line); rows > 2_000_000 {
			break // nobody merges that much; the cells beyond are marked where they are
		}
		for line := a.from.Line; line <= a.to.Line; line++ {
			out[line] = append(out[line], a)
		}
	}
	return out, nil
}

// first returns the first cell of the merged area that holds c, else c.
func (m areas) first(c check.Cell) check.Cell {
	for _, a := range m[c.Line] {
		if a.from.Column <= c.Column && c.Column <= a.to.Column {
			return a.from
		}
	}
	return c
}

// sizes knows how wide columns and how high rows are, in pixels.
type sizes interface {
	width(column int) int
	height(row int) int
}

// sheetSize is the size of a sheet's columns and rows.
type sheetSize struct {
	x       *excelize.File
	sheet   string
	widths  map[int]int
	heights map[int]int
	usual   int // height of the other rows
}

// newSheetSize measures the rows at once, for the library walks over all of them to find one. That comes
// before anything that makes the library keep the sheet in memory: it would write it out again to walk over it.
func newSheetSize(x *excelize.File, sheet string) (*sheetSize, error) {
	s := &sheetSize{x: x, sheet: sheet, widths: map[int]int{}, heights: map[int]int{}, usual: 20}
	rows, err := x.Rows(sheet)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for n := 1; n <= markRows+100 && rows.Next(); n++ {
		o := rows.GetRowOpts()
		switch h := int(o.Height * 4 / 3); {
		case o.Hidden:
			s.heights[n] = 0
		case h > 0 && h != s.usual:
			s.heights[n] = h
		}
	}
	if err := rows.Error(); err != nil {
		return nil, err
	}
	props, err := x.GetSheetProps(sheet)
	if err != nil {
		return nil, err
	}
	if h := props.DefaultRowHeight; h != nil && *h > 0 {
		s.usual = int(*h * 4 / 3)
	}
	return s, nil
}

func (s *sheetSize) width(column int) int {
	if w, ok := s.widths[column]; ok {
		return w
	}
	w := 64
	name, err := excelize.ColumnNumberToName(column)
	if err == nil {
		if chars, err := s.x.GetColWidth(s.sheet, name); err == nil {
			w = int(chars*7 + 5)
		}
		if seen, err := s.x.GetColVisible(s.sheet, name); err == nil && !seen {
			w = 0
		}
	}
	s.widths[column] = w
	return w
}

func (s *sheetSize) height(row int) int {
	if h, ok := s.heights[row]; ok {
		return h
	}
	return s.usual
}

// The box of a note: its width, what fits on a line of it, and the height of a line, in pixels.
const (
	noteWidth  = 300
	noteChars  = 44
	noteHeight = 15
)

// anchor places the box of a note to the right of its cell, as large as its text needs.
func anchor(s sizes, at check.Cell, text string) string {
	lines := 2 // the author, and some room
	for line := range strings.SplitSeq(text, "\n") {
		lines += 1 + utf8.RuneCountInString(line)/noteChars
	}
	column, row := int(at.Column), max(0, int(at.Line)-2) // from 0: the column to the right, the row above
	right, dx := column, 15+noteWidth
	for w := s.width(right + 1); dx > w && right < 16_383; w = s.width(right + 1) {
		dx -= w
		right++
	}
	bottom, dy := row, 10+min(lines, 40)*noteHeight
	for h := s.height(bottom + 1); dy > h && bottom < 1_048_575; h = s.height(bottom + 1) {
		dy -= h
		bottom++
	}
	return fmt.Sprintf("%d, 15, %d, 10, %d, %d, %d, %d", column, row, right, dx, bottom, dy)
}
