package intake

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"chiso/internal/check"
)

// csv gives a CSV back as a workbook of texts.
func (m *marker) csv() ([]byte, error) {
	x, err := newBook(m.day)
	if err != nil {
		return nil, err
	}
	defer func() { _ = x.Close() }()
	if err := x.SetSheetName("Sheet1", csvSheet); err != nil {
		return nil, err
	}
	p := &painter{x: x, styles: map[[2]int]int{}}
	if err := p.prepare(); err != nil {
		return nil, err
	}
	plain, err := x.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Family: listFont, Size: 11}})
	if err != nil {
		return nil, err
	}
	cells := m.cells[csvSheet]
	styles := [2]int{}
	for i := range styles {
		if styles[i], err = p.filled(plain, p.fills[i]); err != nil {
			return nil, err
		}
	}
	if err := m.stream(x, cells, plain, styles); err != nil {
		return nil, err
	}
	var notes []note
	for _, at := range inOrder(cells) {
		text := noteText(cells[at])
		notes = append(notes, note{at: at, text: text, anchor: anchor(evenSize{}, at, text)})
	}
	first, err := m.errorSheet(x, map[string]string{csvSheet: csvSheet})
	if err != nil {
		return nil, err
	}
	toFront(x)
	if err := m.file.limits.late(); err != nil {
		return nil, err
	}
	return finish(x, first, map[string][]note{csvSheet: notes})
}

// csvWidth is the width of every column of a CSV, in characters.
const csvWidth = 18

// evenSize is the size of a sheet whose columns and rows are all alike.
type evenSize struct{}

func (evenSize) width(int) int  { return csvWidth*7 + 5 }
func (evenSize) height(int) int { return 20 }

// stream writes the cells of a CSV as texts.
func (m *marker) stream(x *excelize.File, cells map[check.Cell][]check.Finding, plain int, styles [2]int) error {
	yes, a4, land, wide, tall := true, 9, "landscape", 1, 0
	// The library loses these when they are set after a stream has begun.
	err := errors.Join(x.SetSheetProps(csvSheet, &excelize.SheetPropsOptions{FitToPage: &yes}),
		x.SetPageLayout(csvSheet, &excelize.PageLayoutOptions{Size: &a4, Orientation: &land, FitToWidth: &wide, FitToHeight: &tall}))
	if err != nil {
		return err
	}
	w, err := x.NewStreamWriter(csvSheet)
	if err != nil {
		return err
	}
	if err := w.SetColWidth(1, 64, csvWidth); err != nil {
		return err
	}
	extra := map[int]int{} // row → its last faulty column
	for c := range cells {
		extra[int(c.Line)] = max(extra[int(c.Line)], int(c.Column))
	}
	text, err := m.file.csvText(nil)
	if err != nil {
		return err
	}
	err = text.records(func(row int, record []string) error {
		values := make([]any, max(len(record), extra[row]))
		for i := range values {
			c := excelize.Cell{StyleID: plain}
			if i < len(record) && record[i] != "" {
				c.Value = legal(record[i])
			}
			if all := cells[check.Cell{Line: int32(row), Column: int32(i + 1)}]; len(all) > 0 {
				c.StyleID = styles[weight(sorted(all)[0].Severity)]
			}
			values[i] = c
		}
		return w.SetRow(fmt.Sprintf("A%d", row), values)
	})
	if err != nil {
		return err
	}
	return w.Flush()
}

// legal drops what XML cannot hold.
func legal(s string) string {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(s)); err == nil && !bytes.ContainsRune(b.Bytes(), '\uFFFD') {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\uFFFE' || r == '\uFFFF' {
			return -1
		}
		return r
	}, s)
}
