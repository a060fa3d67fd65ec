package intake

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strconv"

	"chiso/internal/fault"
)

// The libraries that read .xls in Go panic on broken files (shakinm/xlsReader #3, #8, #13, #14, #24, #29; extrame/xls #7) or know neither
// merged nor hidden cells nor formats; so the cells are read here: records of BIFF8, each within its bounds, into a workbook.

// The records that are read.
const (
	biffFormula   = 0x0006
	biffEOF       = 0x000A
	biffNote      = 0x001C
	biffDateMode  = 0x0022
	biffPassword  = 0x002F
	biffFont      = 0x0031
	biffContinue  = 0x003C
	biffObject    = 0x005D
	biffColumns   = 0x007D
	biffSheet     = 0x0085
	biffManyRK    = 0x00BD
	biffXF        = 0x00E0
	biffMerged    = 0x00E5
	biffStrings   = 0x00FC
	biffSharedStr = 0x00FD
	biffTextBox   = 0x01B6
	biffNumber    = 0x0203
	biffLabel     = 0x0204
	biffBool      = 0x0205
	biffString    = 0x0207
	biffRow       = 0x0208
	biffRK        = 0x027E
	biffFormat    = 0x041E
	biffBOF       = 0x0809
)

// fromXLS makes a workbook of an Excel 97-2003 file.
func fromXLS(data []byte, limits Limits) ([]byte, error) {
	c, err := openCFB(data)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unreadable, "Tệp Excel 97-2003 (.xls) bị hỏng hoặc không đầy đủ. %s", saveAs)
	}
	stream, err := c.stream("Workbook")
	if err != nil {
		return nil, fault.New(fault.Unreadable, "Đây là tệp Excel đời cũ (.xls), không đọc được. %s", saveAs)
	}
	x := &xls{grid: grid{limits: limits}, stream: stream}
	if err := x.globals(); err != nil {
		return nil, err
	}
	for _, s := range x.places {
		if err := x.sheetAt(s); err != nil {
			return nil, err
		}
	}
	return x.workbook()
}

// xls reads the stream of records.
type xls struct {
	grid
	stream []byte
	at     int
	fonts  []xlsFont
	codes  map[int]string // of custom formats
	texts  []string
	places []xlsPlace
}

type xlsFont struct{ raised, struck bool }

type xlsPlace struct {
	at     int
	name   string
	hidden byte
}

// next returns the next record, nil at the end.
func (x *xls) next() (kind int, body []byte, err error) {
	if x.at+4 > len(x.stream) {
		return 0, nil, damaged("xls: the records end")
	}
	kind, n := u16(x.stream, x.at), u16(x.stream, x.at+2)
	if x.at+4+n > len(x.stream) {
		return 0, nil, damaged("xls: record %#x of %d bytes at %d", kind, n, x.at)
	}
	body = x.stream[x.at+4 : x.at+4+n]
	x.at += 4 + n
	return kind, body, nil
}

// least is how long a record is at least.
var biffLeast = map[int]int{
	biffFormula: 20, biffNote: 8, biffDateMode: 2, biffFont: 10, biffColumns: 10, biffSheet: 8, biffManyRK: 6, biffXF: 4, biffMerged: 2,
	biffStrings: 8, biffSharedStr: 10, biffTextBox: 14, biffNumber: 14, biffLabel: 9, biffBool: 8, biffString: 3, biffRow: 14, biffRK: 10, biffFormat: 5, biffBOF: 4,
}

// record returns the next record of a kind that is known to be long enough.
func (x *xls) record() (kind int, body []byte, err error) {
	kind, body, err = x.next()
	if err == nil && len(body) < biffLeast[kind] {
		err = damaged("xls: record %#x of %d bytes", kind, len(body))
	}
	return kind, body, err
}

// globals reads what stands before the sheets.
func (x *xls) globals() error {
	kind, body, err := x.record()
	if err != nil {
		return err
	}
	if kind != biffBOF || u16(body, 0) != 0x0600 {
		return fault.New(fault.Unreadable, "Đây là tệp Excel đời trước 97 (.xls), không đọc được. %s", saveAs)
	}
	x.codes = map[int]string{}
	for n := 0; ; n++ {
		if n&1023 == 0 {
			if err := x.limits.late(); err != nil {
				return err
			}
		}
		if kind, body, err = x.record(); err != nil {
			return err
		}
		switch kind {
		case biffEOF:
			return nil
		case biffPassword:
			return fault.New(fault.Unreadable, "Tệp Excel có mật khẩu mở. Hãy bỏ mật khẩu, lưu lại rồi nộp.")
		case biffDateMode:
			x.date1904 = u16(body, 0) == 1
		case biffFont:
			x.font(body)
		case biffFormat:
			if text, _, ok := xlsText(body[2:], 2); ok && len(x.codes) < maxFormats {
				x.codes[u16(body, 0)] = text
			}
		case biffXF:
			x.format(body)
		case biffSheet:
			if err := x.place(body); err != nil {
				return err
			}
		case biffStrings:
			if err := x.strings(body); err != nil {
				return err
			}
		}
	}
}

// font notes a font. The fifth is not stored.
func (x *xls) font(body []byte) {
	if len(x.fonts) == 4 {
		x.fonts = append(x.fonts, xlsFont{})
	}
	if len(x.fonts) < maxFormats {
		x.fonts = append(x.fonts, xlsFont{raised: u16(body, 8) == 1, struck: u16(body, 2)&8 != 0})
	}
}

func (x *xls) fontAt(i int) xlsFont {
	if i < len(x.fonts) {
		return x.fonts[i]
	}
	return xlsFont{}
}

// format notes a cell format: the same number in the workbook that is made.
func (x *xls) format(body []byte) {
	if len(x.formats) >= maxFormats {
		return
	}
	f := gridFormat{id: u16(body, 2), struck: x.fontAt(u16(body, 0)).struck}
	f.code = x.codes[f.id]
	x.formats = append(x.formats, f)
}

func (x *xls) place(body []byte) error {
	name, _, ok := xlsText(body[6:], 1)
	if !ok || len(x.places) >= x.limits.Sheets {
		return damaged("xls: sheet %d", len(x.places))
	}
	if body[5] != 0 { // a chart, a module
		return nil
	}
	p := xlsPlace{at: int(u32(body, 0)), name: name, hidden: body[4] & 3}
	if slices.ContainsFunc(x.places, func(o xlsPlace) bool { return o.at == p.at }) {
		return damaged("xls: two sheets at %d", p.at)
	}
	x.places = append(x.places, p)
	return nil
}

// xlsText reads a text that begins with its length, in one or two bytes.
func xlsText(b []byte, width int) (text string, rest []byte, ok bool) {
	if len(b) < width+1 {
		return "", nil, false
	}
	n := int(b[0])
	if width == 2 {
		n = u16(b, 0)
	}
	wide := b[width]&1 != 0
	b = b[width+1:]
	if wide {
		n *= 2
	}
	if len(b) < n {
		return "", nil, false
	}
	return letters(b[:n], wide), b[n:], true
}

func letters(b []byte, wide bool) string {
	if wide {
		return utf16le2(b)
	}
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = rune(c)
	}
	return string(out)
}

// xlsCell is a cell at its place.
type xlsCell struct {
	row, column int
	gridCell
}

// xlsSheet is a sheet while its records pass.
type xlsSheet struct {
	cells  []xlsCell
	hidden map[int]bool // rows
	notes  map[int]string
	object int  // the last one that is a comment
	boxed  bool // the next continuation is its text
	letter int  // of that text
	waits  int  // the cell whose text follows, -1
}

// sheetAt reads one sheet.
func (x *xls) sheetAt(p xlsPlace) error {
	s, err := x.sheet(p.name)
	if err != nil {
		return err
	}
	s.hidden, s.veryHidden = p.hidden != 0, p.hidden == 2
	if x.at = p.at; x.at < 0 || x.at > len(x.stream) {
		return damaged("xls: sheet at %d", p.at)
	}
	if kind, _, err := x.record(); err != nil || kind != biffBOF {
		return cmp.Or(err, damaged("xls: no sheet at %d", p.at))
	}
	t := &xlsSheet{hidden: map[int]bool{}, notes: map[int]string{}, waits: -1}
	for n, depth := 0, 1; depth > 0; n++ {
		if n&1023 == 0 {
			if err := x.limits.late(); err != nil {
				return err
			}
		}
		kind, body, err := x.record()
		switch {
		case err != nil:
			return err
		case kind == biffBOF:
			depth++
		case kind == biffEOF:
			depth--
		case depth == 1:
			if err := x.sheetRecord(s, t, kind, body); err != nil {
				return err
			}
		}
	}
	return x.finish(s, t)
}

// sheetRecord takes one record of a sheet.
func (x *xls) sheetRecord(s *gridSheet, t *xlsSheet, kind int, body []byte) error {
	switch kind {
	case biffRow:
		if u16(body, 12)&0x20 != 0 && len(t.hidden) < x.limits.Rows {
			t.hidden[u16(body, 0)] = true
		}
	case biffColumns:
		if body[8]&1 != 0 && len(s.hiddenCols) < x.limits.Columns {
			s.hiddenCols = append(s.hiddenCols, columnSpan{int32(u16(body, 0) + 1), int32(min(u16(body, 2), 255) + 1)})
		}
	case biffMerged:
		for i := range min(u16(body, 0), (len(body)-2)/8) {
			b := body[2+8*i:]
			x.merge(s, u16(b, 0)+1, u16(b, 4)+1, u16(b, 2)-u16(b, 0)+1, u16(b, 6)-u16(b, 4)+1)
		}
	case biffManyRK:
		for i := range (len(body) - 6) / 6 {
			b := body[4+6*i:]
			if err := t.add(x, u16(body, 0), u16(body, 2)+i, u16(b, 0), xlsNumber(rk(u32(b, 2)))); err != nil {
				return err
			}
		}
	case biffString:
		if text, _, ok := xlsText(body, 2); ok && t.waits >= 0 && t.waits < len(t.cells) {
			t.cells[t.waits].text = text
		}
		t.waits = -1
	case biffNumber, biffRK, biffSharedStr, biffLabel, biffBool, biffFormula:
		return x.cellRecord(t, kind, body)
	case biffObject, biffTextBox, biffContinue, biffNote:
		t.comment(s, kind, body)
	}
	return nil
}

// cellRecord takes one cell.
func (x *xls) cellRecord(t *xlsSheet, kind int, body []byte) error {
	c := gridCell{}
	switch kind {
	case biffNumber:
		c = xlsNumber(math.Float64frombits(binary.LittleEndian.Uint64(body[6:])))
	case biffRK:
		c = xlsNumber(rk(u32(body, 6)))
	case biffSharedStr:
		i := int(u32(body, 6))
		if i >= len(x.texts) {
			return damaged("xls: text %d of %d", i, len(x.texts))
		}
		c = gridCell{kind: cellText, text: x.texts[i]}
	case biffLabel:
		text, _, ok := xlsText(body[6:], 2)
		if !ok {
			return damaged("xls: a text is cut")
		}
		c = gridCell{kind: cellText, text: text}
	case biffBool:
		c = xlsBool(body[6], body[7] != 0)
	case biffFormula:
		c = formulaResult(body[6:14])
		if c.kind == cellText {
			t.waits = len(t.cells)
		}
	}
	return t.add(x, u16(body, 0), u16(body, 2), u16(body, 4), c)
}

// formulaResult reads the stored result of a formula. Programs that write .xls store 0 and leave the rest to Excel: 0 is no result.
func formulaResult(b []byte) gridCell {
	if u16(b, 6) != 0xFFFF {
		v := math.Float64frombits(binary.LittleEndian.Uint64(b))
		if v == 0 {
			return gridCell{formula: "0"}
		}
		return xlsNumber(v)
	}
	switch b[0] {
	case 0:
		return gridCell{kind: cellText}
	case 1:
		return xlsBool(b[2], false)
	case 2:
		return xlsBool(b[2], true)
	}
	return gridCell{}
}

func xlsNumber(v float64) gridCell {
	return gridCell{kind: cellNumber, text: strconv.FormatFloat(v, 'g', -1, 64)}
}

var xlsErrors = map[byte]string{0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

func xlsBool(v byte, isError bool) gridCell {
	switch {
	case isError:
		return gridCell{kind: cellError, text: cmp.Or(xlsErrors[v], "#ERR!")}
	case v != 0:
		return gridCell{kind: cellBool, text: "1"}
	}
	return gridCell{kind: cellBool, text: "0"}
}

// rk reads the short form of a number.
func rk(v uint32) float64 {
	var x float64
	if v&2 != 0 {
		x = float64(int32(v) >> 2)
	} else {
		x = math.Float64frombits(uint64(v&^3) << 32)
	}
	if v&1 != 0 {
		x /= 100
	}
	return x
}

// add keeps a cell.
func (t *xlsSheet) add(x *xls, row, column, format int, c gridCell) error {
	if len(t.cells) >= x.limits.Cells || column > 255 {
		return fault.New(fault.TooLarge, "Tệp có quá nhiều ô có số liệu. Hãy chia thành nhiều tệp.")
	}
	if c.column = column + 1; format < len(x.formats) {
		c.style = gridBase + gridStyle(format)
	}
	t.cells = append(t.cells, xlsCell{row, column, c})
	return nil
}

// comment follows what makes a comment: an object, its text, and the note that says on which cell.
func (t *xlsSheet) comment(s *gridSheet, kind int, body []byte) {
	switch kind {
	case biffObject:
		if t.object = -1; len(body) >= 8 && u16(body, 0) == 0x15 && u16(body, 4) == 0x19 {
			t.object = u16(body, 6)
		}
	case biffTextBox:
		t.boxed, t.letter = t.object >= 0, u16(body, 10)
	case biffContinue:
		if t.boxed && len(body) > 0 {
			wide := body[0]&1 != 0
			n := t.letter
			if wide {
				n *= 2
			}
			t.notes[t.object] = letters(body[1:min(len(body), n+1)], wide)
		}
		t.boxed = false
	case biffNote:
		if text := t.notes[u16(body, 6)]; text != "" {
			s.comments = append(s.comments, gridComment{gridRef(u16(body, 0)+1, u16(body, 2)+1), text})
		}
	}
}

// finish puts the cells in order into the sheet.
func (x *xls) finish(s *gridSheet, t *xlsSheet) error {
	slices.SortStableFunc(t.cells, func(a, b xlsCell) int { return cmp.Or(a.row-b.row, a.column-b.column) })
	for i := range t.cells {
		c := &t.cells[i]
		switch {
		case i > 0 && t.cells[i-1].row == c.row && t.cells[i-1].column == c.column:
			return damaged("xls: cell %s is there twice", gridRef(c.row+1, c.column+1))
		case c.text == "" && c.formula == "":
			continue
		}
		if err := x.put(s, c.row+1, t.hidden[c.row], c.gridCell); err != nil {
			return err
		}
	}
	return nil
}
