package intake

import (
	"archive/zip"
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"chiso/internal/fault"
)

// fromODS makes a workbook of an OpenDocument spreadsheet.
func fromODS(data []byte, limits Limits) ([]byte, error) {
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, damaged("zip: %w", err)
	}
	a := &archive{limits: limits, files: map[string]*zip.File{}, stop: limits.late}
	if err := a.directory(zr); err != nil {
		return nil, err
	}
	if a.files["meta-inf/manifest.xml"] != nil {
		m := &manifestWalk{}
		if err := a.walk("meta-inf/manifest.xml", m); err != nil {
			return nil, err
		}
		if m.encrypted {
			return nil, fault.New(fault.Unreadable, "Tệp có mật khẩu. Hãy bỏ mật khẩu, lưu lại rồi nộp.")
		}
	}
	w := &odsWalk{grid: grid{limits: limits}, styles: map[string]odsStyle{}}
	if err := a.walk("content.xml", w); err != nil {
		return nil, err
	}
	if len(w.sheets) == 0 {
		return nil, fault.New(fault.Unreadable, "Tệp OpenDocument này không phải bảng tính. Hãy chép bảng sang Excel và lưu thành .xlsx rồi nộp lại.")
	}
	if err := a.rest(map[string]bool{"content.xml": true, "meta-inf/manifest.xml": true}); err != nil {
		return nil, err
	}
	return w.workbook()
}

type manifestWalk struct{ encrypted bool }

func (w *manifestWalk) start(name, _ []byte) error {
	w.encrypted = w.encrypted || string(name) == "encryption-data"
	return nil
}
func (w *manifestWalk) end([]byte) error  { return nil }
func (w *manifestWalk) text([]byte) error { return nil }

// odsStyle is what matters of an automatic style.
type odsStyle struct{ raised, struck, hidden bool }

// odsWalk reads content.xml.
type odsWalk struct {
	grid
	styles map[string]odsStyle
	style  string // that is being defined

	now                *gridSheet
	line, column       int
	rows, columns      int // how often the row, the cell is repeated
	rowHidden          bool
	inCell             bool
	note, paragraph    int // depth
	cell               gridCell
	row                []gridCell // with content
	value, valueType   string
	said, comment      []byte
	spans              []odsStyle
	spanRows, spanCols int
	foreign            int // depth below shapes, tables inside cells
}

// maxStylesODS bounds the automatic styles that are kept.
const maxStylesODS = 50_000

func (w *odsWalk) start(name, attrs []byte) error {
	switch n := string(name); {
	case w.foreign > 0:
		w.foreign++
	case n == "style":
		w.style = string(attr(attrs, "name"))
	case n == "text-properties" || n == "table-properties":
		w.property(attrs)
	case n == "table" && w.now != nil:
		return damaged("a table inside a cell")
	case n == "table":
		return w.startTable(attrs)
	case w.now == nil:
	case n == "shapes":
		w.foreign = 1
	case n == "table-column":
		w.startColumn(attrs)
	case n == "table-row":
		w.line += w.rows
		w.rows, w.column, w.columns = repeated(attrs, "number-rows-repeated"), 0, 1
		w.rowHidden = hiddenODS(attrs)
	case n == "table-cell" || n == "covered-table-cell":
		w.startCell(attrs)
	case w.inCell:
		w.inside(n, attrs)
	}
	return nil
}

// property notes what a style says: raised and struck out letters, hidden sheets.
func (w *odsWalk) property(attrs []byte) {
	if w.style == "" || len(w.styles) >= maxStylesODS {
		return
	}
	s := w.styles[w.style]
	s.raised = s.raised || reRaised.Match(attr(attrs, "text-position"))
	for _, key := range []string{"text-line-through-style", "text-line-through-type"} {
		if v := string(attr(attrs, key)); v != "" && v != "none" {
			s.struck = true
		}
	}
	s.hidden = s.hidden || string(attr(attrs, "display")) == "false"
	if s != (odsStyle{}) {
		w.styles[w.style] = s
	}
}

func (w *odsWalk) startTable(attrs []byte) error {
	s, err := w.sheet(unescape(attr(attrs, "name")))
	if err != nil {
		return err
	}
	s.hidden = w.styles[string(attr(attrs, "style-name"))].hidden
	w.now, w.line, w.rows, w.column = s, 1, 0, 0
	return nil
}

func (w *odsWalk) startColumn(attrs []byte) {
	n := repeated(attrs, "number-columns-repeated")
	if hiddenODS(attrs) && len(w.now.hiddenCols) < w.limits.Columns {
		w.now.hiddenCols = append(w.now.hiddenCols, columnSpan{int32(w.column + 1), int32(min(w.column+n, 16_384))})
	}
	w.column = min(w.column+n, 1<<20)
}

func (w *odsWalk) startCell(attrs []byte) {
	w.column += w.columns
	w.columns = repeated(attrs, "number-columns-repeated")
	w.inCell, w.note, w.paragraph = true, 0, 0
	w.said, w.comment, w.spans = w.said[:0], w.comment[:0], w.spans[:0]
	w.cell = gridCell{formula: plainFormula(unescape(attr(attrs, "formula")))}
	w.valueType, w.value = string(attr(attrs, "value-type")), ""
	for _, key := range []string{"value", "date-value", "time-value", "boolean-value"} {
		if v := attr(attrs, key); v != nil {
			w.value = unescape(v)
		}
	}
	if w.styles[string(attr(attrs, "style-name"))].struck {
		w.cell.style = gridStruck
	}
	w.spanRows, w.spanCols = repeated(attrs, "number-rows-spanned"), repeated(attrs, "number-columns-spanned")
}

// inside takes the elements of the text of a cell.
func (w *odsWalk) inside(name string, attrs []byte) {
	switch name {
	case "annotation":
		w.note = 1
		return
	case "p", "h":
		if to := w.target(); len(*to) > 0 {
			*to = append(*to, '\n')
		}
		w.paragraph++
	case "span":
		w.spans = append(w.spans, w.styles[string(attr(attrs, "style-name"))])
	case "s":
		*w.target() = append(*w.target(), ' ')
	case "tab":
		*w.target() = append(*w.target(), ' ')
	case "line-break":
		*w.target() = append(*w.target(), '\n')
	case "frame", "custom-shape", "g", "rect":
		w.foreign = 1
		return
	}
	if w.note > 0 {
		w.note++
	}
}

func (w *odsWalk) target() *[]byte {
	if w.note > 0 {
		return &w.comment
	}
	return &w.said
}

func (w *odsWalk) text(b []byte) error {
	if w.now == nil || !w.inCell || w.foreign > 0 || w.paragraph == 0 {
		return nil
	}
	to := w.target()
	if w.note > 0 && len(*to) > maxNoteODS || len(*to) > w.limits.Text {
		return nil // endCell refuses a text that is too long
	}
	var x richText
	for _, s := range w.spans {
		x.raised, x.struck = x.raised || s.raised, x.struck || s.struck
	}
	*to = x.append(*to, b)
	return nil
}

// maxNoteODS is how much of a comment is kept.
const maxNoteODS = 4000

func (w *odsWalk) end(name []byte) error {
	if w.foreign > 0 {
		w.foreign--
		return nil
	}
	switch n := string(name); {
	case n == "style":
		w.style = ""
	case w.now == nil:
	case n == "table":
		w.now = nil
	case n == "table-row":
		return w.endRow()
	case n == "table-cell" || n == "covered-table-cell":
		w.inCell = false
		return w.endCell()
	case w.inCell:
		switch n {
		case "p", "h":
			w.paragraph--
		case "span":
			w.spans = w.spans[:max(len(w.spans)-1, 0)]
		}
		if w.note > 0 {
			w.note--
		}
	}
	return nil
}

// endRow keeps the cells of a row, as often as it is repeated.
func (w *odsWalk) endRow() error {
	defer func() { w.row = w.row[:0] }()
	if len(w.row) == 0 {
		return nil
	}
	for i := range w.rows {
		for _, c := range w.row {
			if err := w.put(w.now, w.line+i, w.rowHidden, c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *odsWalk) endCell() error {
	text := strings.TrimSpace(string(w.said))
	if text == "" && w.value == "" && w.cell.formula == "" {
		if len(w.comment) == 0 {
			return nil
		}
	}
	w.typed(text)
	if w.column+w.columns-1 > w.limits.Columns && (w.cell.text != "" || w.cell.formula != "") {
		w.columns = max(w.limits.Columns-w.column+2, 1) // one too many, which is refused
	}
	for k := range w.columns {
		c := w.cell
		c.column = w.column + k
		if c.text != "" || c.formula != "" {
			w.row = append(w.row, c)
		}
	}
	if len(w.comment) > 0 && len(w.now.comments) < w.limits.Merges {
		w.now.comments = append(w.now.comments, gridComment{gridRef(w.line, w.column), string(w.comment)})
	}
	w.merge(w.now, w.line, w.column, w.spanRows, w.spanCols)
	return nil
}

var (
	reShownMonth = regexp.MustCompile(`^(?i:tháng )?[0-9]{1,2}[/.-][0-9]{4}$`)
	reShownYear  = regexp.MustCompile(`^(?i:năm )?[0-9]{4}$`)
	reErrorODS   = regexp.MustCompile(`^(?:#[A-Z/0]+[!?]?|Err:[0-9]+)$`)
)

// typed gives the cell its kind: what is stored, where the cell shows that and no more.
func (w *odsWalk) typed(text string) {
	c := &w.cell
	switch {
	case c.formula != "" && reErrorODS.MatchString(text):
		c.kind, c.text = cellError, text
	case w.valueType == "date" && len(w.value) >= 10:
		c.kind, c.text = cellDate, w.value[:10]
		if reShownMonth.MatchString(text) {
			c.text = c.text[:7]
		} else if reShownYear.MatchString(text) {
			c.text = c.text[:4]
		}
	case w.valueType == "time":
		c.kind, c.text = cellDate, "giờ "+text
	case w.valueType == "boolean":
		c.kind, c.text = cellBool, map[bool]string{true: "1", false: "0"}[w.value == "true"]
	case w.valueType == "float" || w.valueType == "currency" || w.valueType == "percentage":
		w.number(text)
	default:
		c.kind, c.text, c.formula = cellText, string(w.said), ""
	}
}

// number takes a number as it is stored, unless the cell shows another one: words beside it are a text, a number shown divided
// is marked so that somebody is asked.
func (w *odsWalk) number(text string) {
	c := &w.cell
	d, ok := stored(w.value)
	if !ok {
		c.kind, c.text = cellText, text
		return
	}
	c.kind, c.text = cellNumber, w.value
	percent := w.valueType == "percentage"
	if percent && c.style == gridPlain {
		c.style = gridPercent
	}
	switch shownAs(text, d, percent) {
	case shownWords:
		c.kind, c.text, c.formula = cellText, text, ""
	case shownOther:
		c.style = gridScaled
	}
}

// repeated reads how often something is repeated; what is not a number, or none, is once.
func repeated(attrs []byte, name string) int {
	n, err := strconv.Atoi(string(attr(attrs, name)))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, 1<<20)
}

func hiddenODS(attrs []byte) bool {
	v := string(attr(attrs, "visibility"))
	return v == "collapse" || v == "filter"
}

// reRaised is a position above the line: "super 58%", "33% 58%".
var reRaised = regexp.MustCompile(`^\s*(?:super|0*[1-9][0-9.]*%)`)

var reODSRef = regexp.MustCompile(`\[\.(\$?[A-Z]{1,3}\$?[0-9]{1,7})(?::\.(\$?[A-Z]{1,3}\$?[0-9]{1,7}))?\]`)

// plainFormula writes a formula of cells of its own sheet as a workbook does; "" for any other.
func plainFormula(text string) string {
	body, ok := strings.CutPrefix(text, "of:=")
	if !ok {
		return ""
	}
	body = reODSRef.ReplaceAllStringFunc(body, func(ref string) string {
		m := reODSRef.FindStringSubmatch(ref)
		if m[2] != "" {
			return m[1] + ":" + m[2]
		}
		return m[1]
	})
	if strings.ContainsAny(body, "[]'\"!") || len(body) > 200 {
		return ""
	}
	return strings.ReplaceAll(body, ";", ",")
}
