package intake

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// unescape resolves the entities of an attribute.
func unescape(b []byte) string { return vi.Clean(html.UnescapeString(string(b))) }

// safely calls the library, which panics on some broken files, and turns a panic into a refusal.
// Only the library runs inside it, never the caller of Rows.
func safely(what string, call func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = damaged("%s: %v", what, p)
		}
	}()
	var known *fault.Error
	if err = call(); err != nil && !errors.As(err, &known) {
		err = damaged("%s: %w", what, err)
	}
	return err
}

// workbook reads every visible sheet.
func (r *reader) workbook() (err error) {
	var x *excelize.File
	err = safely("open", func() error {
		l := r.file.limits
		x, err = excelize.OpenReader(bytes.NewReader(r.file.data), excelize.Options{
			RawCellValue: true, UnzipSizeLimit: l.Inflated, UnzipXMLSizeLimit: min(l.Memory, l.Inflated)})
		return err
	})
	if x != nil {
		defer func() {
			if cerr := safely("close", x.Close); err == nil {
				err = cerr
			}
		}()
	}
	if err != nil {
		return err
	}
	s := &sheetReader{r: r, x: x, classes: map[uint16]styleClass{}}
	if err := safely("properties", s.properties); err != nil {
		return err
	}
	end, err := s.template()
	if err != nil {
		return err
	}
	for _, scan := range r.file.book.sheets {
		if vi.Fold(scan.name) == "nhap" || len(scan.rows) == 0 || scan.veryHidden {
			continue
		}
		if own, err := s.own(scan); own || err != nil {
			if err != nil {
				return err
			}
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
	r        *reader
	x        *excelize.File
	date1904 bool
	classes  map[uint16]styleClass
	fields   []check.Field
}

func (s *sheetReader) properties() error {
	p, err := s.x.GetWorkbookProps()
	if p.Date1904 != nil {
		s.date1904 = *p.Date1904
	}
	return err
}

// sheet reads the rows of one sheet in step with its scan: every row and cell that the scan saw
// must come out of the library.
func (s *sheetReader) sheet(scan *sheetScan) error {
	var rows *excelize.Rows
	err := safely("rows", func() (err error) {
		rows, err = s.x.Rows(scan.name)
		return err
	})
	if err != nil {
		return err
	}
	defer func() { _ = safely("rows", rows.Close) }()
	t := newTable(s.r, scan.name, scan)
	next := 0
	for line := int32(1); next < len(scan.rows); line++ {
		var texts []string
		more := false
		err := safely("row", func() (err error) {
			if more = rows.Next(); more {
				texts, err = rows.Columns()
			}
			return err
		})
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if scan.rows[next].line != line {
			continue
		}
		cells := scan.cells[scan.rows[next].start:scan.rows[next].end]
		t.hidden.any = scan.rows[next].hidden
		next++
		if err := s.fill(t, line, cells, texts); err != nil {
			return err
		}
		if err := t.row(line, s.fields); err != nil || s.r.stopped {
			return err
		}
	}
	if next < len(scan.rows) {
		return damaged("sheet %q: %d of %d rows came out", scan.name, next, len(scan.rows))
	}
	if err := safely("rows", func() error { return errors.Join(rows.Error(), rows.Close()) }); err != nil {
		return err
	}
	return t.close()
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
	}
	if formulas := t.scan.formulas; formulas != nil && t.state == reading {
		for _, c := range cells {
			if c.kind&cellFormula == 0 {
				continue
			}
			f := &s.fields[c.column-1]
			if formula, ok := formulas[f.At]; ok {
				t.stale(formula, f, s.fields)
			}
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
	class, err := s.class(c.style)
	if err != nil {
		return err
	}
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
		at, err = excelize.ExcelDateToTime(serial, s.date1904)
		return err
	})
	if err != nil {
		return "", false
	}
	return at.Format(map[styleClass]string{styleDay: "2006-01-02", styleMonth: "2006-01", styleYear: "2006"}[class]), true
}

// styleClass is what the number format of a cell makes of a number.
type styleClass uint8

const (
	stylePlain styleClass = iota
	stylePercent
	styleDay
	styleMonth // "mmm-yy": Excel makes it of a typed "8/2026"
	styleYear
)

func (s *sheetReader) class(style uint16) (styleClass, error) {
	if class, ok := s.classes[style]; ok || style == 0 {
		return class, nil
	}
	var class styleClass
	err := safely("style", func() error {
		st, err := s.x.GetStyle(int(style))
		if err != nil {
			return fmt.Errorf("style %d: %w", style, err)
		}
		class = formatClass(st.NumFmt, st.CustomNumFmt)
		return nil
	})
	s.classes[style] = class
	return class, err
}

// formatClass reads a number format.
func formatClass(id int, custom *string) styleClass {
	if custom != nil {
		return customClass(*custom)
	}
	switch {
	case id == 9 || id == 10:
		return stylePercent
	case id == 17 || id == 55:
		return styleMonth
	case id >= 14 && id <= 16, id == 22, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id >= 56 && id <= 58:
		return styleDay
	}
	return stylePlain
}

// customClass reads the first section of a format code, without texts, escapes and brackets.
func customClass(code string) styleClass {
	var b strings.Builder
	for i := 0; i < len(code) && code[i] != ';'; i++ {
		switch c := code[i]; c {
		case '"':
			if end := strings.IndexByte(code[i+1:], '"'); end >= 0 {
				i += end + 1
			}
		case '[':
			if end := strings.IndexByte(code[i:], ']'); end >= 0 {
				i += end
			}
		case '\\', '_', '*':
			i++
		default:
			b.WriteByte(c)
		}
	}
	s := strings.ToLower(b.String())
	switch has := func(x string) bool { return strings.Contains(s, x) }; {
	case has("%"):
		return stylePercent
	case strings.ContainsAny(s, "0#"), has("general"):
		return stylePlain
	case has("d") && (has("m") || has("y")):
		return styleDay
	case has("y") && has("m"):
		return styleMonth
	case has("y"):
		return styleYear
	}
	return stylePlain
}
