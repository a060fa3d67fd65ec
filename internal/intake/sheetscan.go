package intake

import (
	"bytes"
	"fmt"
	"strconv"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// sheetScan notes of one sheet which cells have content and of what type, before anything of it is
// read: what is over a limit, or not well-formed at its very end, is refused first.
type sheetScan struct {
	name, part string
	hidden     bool // by the clerk
	veryHidden bool // by a program: lists and marks, no figures
	limits     Limits
	before     int // cells of earlier sheets

	rows      []rowScan
	cells     []cellScan
	maxString int
	merges    []mergeRange          // by top
	formulas  map[check.Cell]string // simple ones
	hides     []columnSpan          // hidden columns
	comments  map[check.Cell]string // nil without any

	root, inData, inCell, inValue bool
	cell                          cellScan
	value                         []byte
	formula                       []byte
	inFormula                     bool
	formulaShared                 string // the number by which cells share it
	shared                        map[string]sharedFormula
	line                          int32
	column                        int32
	rowHidden                     bool
}

type rowScan struct {
	line       int32
	start, end int32 // of cells
	hidden     bool
}

// columnSpan is a stretch of columns, from 1.
type columnSpan struct{ from, to int32 }

type cellScan struct {
	column int16
	kind   cellKind
	style  uint16
}

// cellKind is the type of a cell's content, with marks.
type cellKind uint8

const (
	cellNumber cellKind = iota
	cellShared
	cellText // str, inlineStr
	cellBool
	cellError
	cellDate
	cellKindMask          = 0x0f
	cellHasValue cellKind = 0x10
	cellFormula  cellKind = 0x20
	cellElement  cellKind = 0x40 // there is a value element, maybe an empty one
)

func (s *sheetScan) start(name, attrs []byte) error {
	if !s.root {
		s.root, s.maxString = true, -1
		if string(name) != "worksheet" {
			return fmt.Errorf("%w: root %s", errXML, name)
		}
		return nil
	}
	switch string(name) {
	case "sheetData":
		if s.inData {
			return fmt.Errorf("%w: sheetData inside itself", errXML)
		}
		s.inData = true
	case "row":
		if s.inData {
			return s.startRow(attrs)
		}
	case "c":
		if s.inData {
			return s.startCell(attrs)
		}
	case "mergeCell":
		if !s.inData {
			return s.merge(attr(attrs, "ref"))
		}
	case "col":
		if !s.inData {
			s.hide(attrs)
		}
	case "v", "is":
		if s.inCell {
			s.inValue, s.value = true, s.value[:0]
			s.cell.kind |= cellHasValue | cellElement
		}
	case "f":
		if s.inCell {
			s.cell.kind |= cellFormula
			s.inFormula, s.formula, s.formulaShared = true, s.formula[:0], ""
			if string(attr(attrs, "t")) == "shared" {
				s.formulaShared = string(attr(attrs, "si"))
			}
		}
	}
	return nil
}

func (s *sheetScan) startRow(attrs []byte) error {
	line := s.line + 1
	if r := attr(attrs, "r"); r != nil {
		n, err := strconv.ParseInt(string(r), 10, 32)
		if err != nil || n <= int64(s.line) || n > 1_048_576 {
			return fmt.Errorf("%w: row %q after row %d", errXML, r, s.line)
		}
		line = int32(n)
	}
	s.line, s.column, s.rowHidden = line, 0, yes(attr(attrs, "hidden"))
	return nil
}

func (s *sheetScan) startCell(attrs []byte) error {
	column := s.column + 1
	if r := attr(attrs, "r"); r != nil {
		if column = columnOf(r); column <= s.column {
			return fmt.Errorf("%w: cell %q in row %d", errXML, r, s.line)
		}
	}
	s.column, s.inCell = column, true
	s.cell = cellScan{}
	if st := attr(attrs, "s"); st != nil {
		n, err := strconv.ParseUint(string(st), 10, 16)
		if err != nil {
			return fmt.Errorf("%w: style %q", errXML, st)
		}
		s.cell.style = uint16(n)
	}
	switch t := attr(attrs, "t"); string(t) {
	case "", "n":
	case "s":
		s.cell.kind = cellShared
	case "str", "inlineStr":
		s.cell.kind = cellText
	case "b":
		s.cell.kind = cellBool
	case "e":
		s.cell.kind = cellError
	case "d":
		s.cell.kind = cellDate
	default:
		return fmt.Errorf("%w: cell type %q", errXML, t)
	}
	return nil
}

// columnOf returns the column of a cell name such as "AB12", 0 when it is none.
func columnOf(ref []byte) int32 {
	n, i := int32(0), 0
	for ; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int32(c-'A'+1)
	}
	if i == 0 || i == len(ref) || n > 16_384 {
		return 0
	}
	for _, c := range ref[i:] {
		if c < '0' || c > '9' {
			return 0
		}
	}
	return n
}

func (s *sheetScan) text(b []byte) error {
	if s.inFormula && len(s.formula) <= 200 {
		s.formula = append(s.formula, b...)
	}
	if s.inValue {
		s.value = append(s.value, b...)
		if len(s.value) > maxToken {
			return tooLong()
		}
	}
	return nil
}

func (s *sheetScan) end(name []byte) error {
	switch string(name) {
	case "sheetData":
		s.inData = false
	case "v", "is":
		s.inValue = false
	case "f":
		if s.inFormula {
			s.inFormula = false
			s.keepFormula()
		}
	case "c":
		if s.inCell {
			s.inCell = false
			return s.endCell()
		}
	}
	return nil
}

// endCell keeps a cell that has content. Cells with nothing but a format are not content, however
// far away they stand.
func (s *sheetScan) endCell() error {
	value := bytes.TrimSpace(s.value)
	switch {
	case s.cell.kind&cellHasValue == 0 || len(value) == 0:
		s.cell.kind &^= cellHasValue
		if s.cell.kind&cellFormula == 0 {
			s.value = s.value[:0]
			return nil
		}
	case s.cell.kind&cellKindMask == cellShared:
		n, err := strconv.Atoi(string(value))
		if err != nil || n < 0 {
			return fmt.Errorf("%w: shared string %q", errXML, value)
		}
		s.maxString = max(s.maxString, n)
	}
	s.value = s.value[:0]
	l := s.limits
	switch {
	case s.line < 1:
		return fmt.Errorf("%w: a cell outside a row", errXML)
	case int(s.line) > l.Rows:
		return fault.New(
			fault.TooLarge,
			"Trang tính %s có số liệu ở dòng %s, quá giới hạn %s dòng. Hãy xóa các dòng thừa hoặc chia thành nhiều tệp.",
			quote(s.name),
			vi.FormatInt(int64(s.line)),
			vi.FormatInt(int64(l.Rows)),
		)
	case int(s.column) > l.Columns:
		return fault.New(fault.TooLarge, "Trang tính %s có số liệu ở cột thứ %s, quá giới hạn %s cột. Hãy xóa các cột thừa.",
			quote(s.name), vi.FormatInt(int64(s.column)), vi.FormatInt(int64(l.Columns)))
	case s.before+len(s.cells) >= l.Cells:
		return fault.New(fault.TooLarge, "Tệp có hơn %s ô có số liệu. Hãy chia thành nhiều tệp.", vi.FormatInt(int64(l.Cells)))
	}
	s.cell.column = int16(s.column)
	n := int32(len(s.cells))
	s.cells = append(s.cells, s.cell)
	if k := len(s.rows); k == 0 || s.rows[k-1].line != s.line {
		s.rows = append(s.rows, rowScan{line: s.line, start: n, end: n + 1, hidden: s.rowHidden})
	} else {
		s.rows[k-1].end = n + 1
	}
	return nil
}
