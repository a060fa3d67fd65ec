package intake

import (
	"errors"
	"fmt"
	"html"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// unescape resolves the entities of an attribute.
func unescape(b []byte) string { return vi.Clean(html.UnescapeString(string(b))) }

// workbook reads every visible sheet.
func (r *reader) workbook() error {
	s := &sheetReader{r: r, book: r.file.book}
	end, err := s.template()
	if err != nil {
		return err
	}
	guides, err := s.guides()
	if err != nil {
		return err
	}
	for _, scan := range r.file.book.sheets {
		own, err := s.own(scan)
		if err != nil {
			return err
		}
		if own || vi.Fold(scan.name) == "nhap" || len(scan.rows) == 0 || scan.veryHidden {
			s.r.passOver(scan)
			continue
		}
		if guides[scan] && r.raw == nil {
			r.passGuide(scan)
			continue
		}
		if err := s.sheet(scan); err != nil || r.stopped {
			return err
		}
	}
	end()
	return nil
}

// sheetReader reads the sheets of one workbook.
type sheetReader struct {
	r      *reader
	book   *book
	fields []check.Field
}

// errEnough ends the reading of a sheet early; it never leaves this package.
var errEnough = errors.New("enough")

// rows gives the rows of a sheet that have content, as texts by column. An error of take ends them and
// is returned as it is.
func (s *sheetReader) rows(scan *sheetScan, take func(line int32, texts []string) error) error {
	var own error
	w := &rowWalk{shared: s.book.texts, take: func(line int32, texts []string) error {
		own = take(line, texts)
		return own
	}}
	// Inspected once already: what is counted again is only what is unpacked.
	var stopped error
	again := &archive{limits: s.r.file.limits, files: s.book.archive.files, stop: func() error {
		if s.r.opts.Stop != nil {
			stopped = s.r.opts.Stop()
		}
		return stopped
	}}
	err := again.walk(scan.part, w)
	switch {
	case stopped != nil:
		return stopped
	case errors.Is(own, errEnough):
		return nil
	case own != nil:
		return own
	}
	return err
}

// sheet reads the rows of one sheet in step with its scan: every row that the scan saw must come out.
func (s *sheetReader) sheet(scan *sheetScan) error {
	t := newTable(s.r, scan.name, scan)
	next := 0
	err := s.rows(scan, func(line int32, texts []string) error {
		if next == len(scan.rows) || scan.rows[next].line != line {
			return nil // nothing but formats
		}
		row := scan.rows[next]
		t.hidden.any = row.hidden
		next++
		if err := s.fill(t, line, scan.cells[row.start:row.end], texts); err != nil {
			return err
		}
		if s.book.unsure {
			s.calculate(t, scan.cells[row.start:row.end])
		}
		undo := s.worded(t, scan.cells[row.start:row.end])
		if err := t.row(line, s.fields); err != nil {
			return err
		}
		undo()
		s.comments(t, scan)
		t.formulaRow(scan.cells[row.start:row.end], s.fields)
		if s.r.stopped {
			return errEnough
		}
		return nil
	})
	switch {
	case err != nil || s.r.stopped:
		return err
	case next < len(scan.rows):
		return damaged("sheet %q: %d of %d rows came out", scan.name, next, len(scan.rows))
	}
	return t.close()
}

// comments tells of the comments of the current row.
func (s *sheetReader) comments(t *table, scan *sheetScan) {
	switch {
	case scan.comments == nil:
	case s.r.raw == nil && t.beside != nil:
		for _, part := range t.beside {
			part.rowComments(part.window(s.fields))
		}
	case s.r.raw == nil:
		t.rowComments(s.fields)
	case s.r.noted != nil:
		for i := range s.fields {
			if text := scan.comments[s.fields[i].At]; text != "" {
				s.r.noted(&s.fields[i], text)
			}
		}
	}
}

// fill makes the fields of one row.
func (s *sheetReader) fill(t *table, line int32, cells []cellScan, texts []string) error {
	width := int(cells[len(cells)-1].column)
	s.fields = s.fields[:0]
	for c := 1; c <= width; c++ {
		s.fields = append(s.fields, check.Field{At: check.Cell{Line: line, Column: int32(c)}, Kind: check.Blank})
	}
	for _, c := range cells {
		text := ""
		if int(c.column) <= len(texts) {
			text = texts[c.column-1]
		}
		kind := c.kind & cellKindMask
		if text == "" && c.kind&cellHasValue != 0 && kind != cellShared && kind != cellText {
			return damaged("cell %s lost its value", check.Cell{Line: line, Column: int32(c.column)}.Ref())
		}
		if len(text) > s.r.file.limits.Text {
			return fault.New(fault.TooLarge, "Ô %s có chữ dài quá giới hạn. Hãy rút ngắn nội dung ô này.",
				check.Cell{Line: line, Column: int32(c.column)}.Ref())
		}
		if err := s.field(&s.fields[c.column-1], c, text); err != nil {
			return err
		}
		if s.r.old != "" {
			t.oldFont(&s.fields[c.column-1])
			s.r.old = ""
		}
		if s.book.struckCell(c, s.fields[c.column-1].Text) {
			t.struckCell(&s.fields[c.column-1])
		}
	}
	return nil
}

// field reads the content of one cell.
func (s *sheetReader) field(f *check.Field, c cellScan, text string) error {
	uncalculated := c.kind&cellHasValue == 0 && (c.kind&cellElement == 0 || c.kind&cellKindMask != cellText)
	if c.kind&cellFormula != 0 && uncalculated {
		f.Kind = check.Broken // a formula that was never calculated
		return nil
	}
	switch c.kind & cellKindMask {
	case cellError:
		f.Kind, f.Text = check.Broken, s.r.text(text)
	case cellBool:
		f.Kind, f.Text = check.Bool, text
	case cellDate:
		f.Kind, f.Text = check.Day, text
		if len(text) >= 10 {
			f.Text = text[:10]
		}
	case cellNumber:
		return s.number(f, c, text)
	default:
		if f.Text = s.r.text(text); f.Text != "" {
			f.Kind = check.Text
		}
	}
	return nil
}

// stored reads the text of a numeric cell: exactly, or, with more than 15 digits, the double that
// Excel stored as Excel shows it.
func stored(text string) (vi.Decimal, bool) {
	d, err := vi.ParseDecimal(text)
	if err == nil {
		return d, true
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return vi.Decimal{}, false
	}
	d, err = vi.DecimalOf(x)
	return d, err == nil
}

// number reads a numeric cell exactly as stored; its format says whether it is a percentage or a
// day.
func (s *sheetReader) number(f *check.Field, c cellScan, text string) error {
	class := s.book.formats.of(c.style)
	d, ok := stored(text)
	if !ok {
		f.Kind, f.Text = check.Text, s.r.text(text) // the checks will not understand it and say so
		return nil
	}
	switch class {
	case styleDay, styleMonth, styleYear:
		if day, ok := s.day(d.Float(), class); ok {
			f.Kind, f.Text = check.Day, day
			return nil
		}
	case styleTime:
		f.Kind, f.Text = check.Day, "giờ "+clock(d.Float())
		return nil
	case stylePercent:
		f.Percent = true
	}
	f.Kind, f.Number = check.Number, d
	return nil
}

// day returns the period that a date serial says under a format: a day, a month or a year.
func (s *sheetReader) day(serial float64, class styleClass) (string, bool) {
	if serial < 1 || serial > 2_958_465 {
		return "", false
	}
	var at time.Time
	err := safely("date", func() (err error) {
		at, err = excelize.ExcelDateToTime(serial, s.book.date1904)
		return err
	})
	if err != nil {
		return "", false
	}
	return at.Format(map[styleClass]string{styleDay: "2006-01-02", styleMonth: "2006-01", styleYear: "2006"}[class]), true
}

// clock is the time of day of a serial, as a cell of hours and minutes shows it.
func clock(serial float64) string {
	minutes := int(serial*24*60 + 0.5)
	return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
}
