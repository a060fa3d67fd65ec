package intake

import (
	"bytes"
	"html"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/fault"
)

// htmlSheet is the sheet name of figures from a page that was saved as a workbook.
const htmlSheet = "HTML"

// maxNested is how deep tables may stand in each other.
const maxNested = 20

// maxPageCells is how many cells a page has at most, with blank ones.
const maxPageCells = 1_000_000

// fromHTML makes a workbook of the tables of a web page, one below the other, with the texts between them.
func fromHTML(data []byte, limits Limits) ([]byte, error) {
	text, err := decoded(data)
	if err != nil {
		return nil, err
	}
	p := &htmlPage{grid: grid{limits: limits}, rest: text}
	if p.out, err = p.sheet(htmlSheet); err != nil {
		return nil, err
	}
	if err := p.read(); err != nil {
		return nil, err
	}
	if !p.any {
		return nil, notTables()
	}
	return p.workbook()
}

func notTables() error {
	return fault.New(
		fault.Unreadable,
		"Đây là trang web (HTML) hoặc XML được đặt tên thành tệp Excel, thường do phần mềm khác xuất ra, và không có bảng nào đọc được. %s",
		saveAs,
	)
}

// htmlPage reads a page from start to end.
type htmlPage struct {
	grid
	rest   []byte
	out    *gridSheet
	line   int // the last one written
	tables []*htmlTable
	loose  []byte // text outside tables
	any    bool   // there was a cell
	seen   int    // cells, also blank ones
	raised int
	struck int
	spans  [][2]int // what each open one raises and strikes out
}

// htmlTable is an open table.
type htmlTable struct {
	rows    [][]htmlCell
	hidden  []bool
	inRow   bool
	cell    *htmlCell
	covered map[int]int // columns that a cell above covers, until how many rows there are
}

type htmlCell struct {
	column, rows, columns int
	struck                bool
	text                  []byte
}

func (p *htmlPage) read() error {
	for n := 0; len(p.rest) > 0; n++ {
		if n&1023 == 0 {
			if err := p.limits.late(); err != nil {
				return err
			}
		}
		i := bytes.IndexByte(p.rest, '<')
		if i < 0 {
			i = len(p.rest)
		}
		p.add(p.rest[:i])
		if p.rest = p.rest[i:]; len(p.rest) == 0 {
			break
		}
		if err := p.markup(); err != nil {
			return err
		}
	}
	for len(p.tables) > 0 {
		if err := p.endTable(); err != nil {
			return err
		}
	}
	return p.flush()
}

// markup reads what begins with <.
func (p *htmlPage) markup() error {
	switch {
	case bytes.HasPrefix(p.rest, []byte("<!--")):
		p.skipTo("-->")
		return nil
	case len(p.rest) > 1 && (p.rest[1] == '!' || p.rest[1] == '?'):
		p.skipTo(">")
		return nil
	}
	end := tagEnd(p.rest)
	if end < 0 || len(p.rest) < 3 || !letter(p.rest[1]) && p.rest[1] != '/' {
		p.add(p.rest[:1])
		p.rest = p.rest[1:]
		return nil
	}
	tag := p.rest[1:end]
	p.rest = p.rest[end+1:]
	closes := len(tag) > 0 && tag[0] == '/'
	name, attrs := tagName(bytes.TrimPrefix(tag, []byte("/")))
	if !closes && slices.Contains([]string{"script", "style", "title", "xml", "o:smarttags"}, name) {
		p.skipTo("</" + name)
		p.skipTo(">")
		return nil
	}
	return p.tag(name, attrs, closes)
}

// tagEnd finds the > of a tag, outside of quotes.
func tagEnd(b []byte) int {
	quote := byte(0)
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		}
	}
	return -1
}

func tagName(tag []byte) (name string, attrs []byte) {
	i := bytes.IndexAny(tag, " \t\r\n/")
	if i < 0 {
		i = len(tag)
	}
	return strings.ToLower(string(tag[:min(i, 40)])), tag[i:]
}

// skipTo goes behind a mark, without regard to case; to the end when it is not there.
func (p *htmlPage) skipTo(mark string) {
	for i := 0; i+len(mark) <= len(p.rest); i++ {
		if p.rest[i]|0x20 == mark[0]|0x20 && strings.EqualFold(string(p.rest[i:i+len(mark)]), mark) {
			p.rest = p.rest[i+len(mark):]
			return
		}
	}
	p.rest = nil
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// tag takes one tag.
func (p *htmlPage) tag(name string, attrs []byte, closes bool) error {
	step := 1
	if closes {
		step = -1
	}
	switch name {
	case "sup":
		p.raised = max(p.raised+step, 0)
	case "s", "strike", "del":
		p.struck = max(p.struck+step, 0)
	case "span", "font":
		p.span(attrs, closes)
	case "br", "p", "div", "h1", "h2", "h3", "h4", "li", "center":
		if p.now() == nil {
			return p.flush()
		}
		p.now().text = append(p.now().text, '\n')
	case "table":
		if closes {
			return p.endTable()
		}
		return p.startTable()
	case "tr":
		if t := p.table(); t != nil {
			t.endRow()
			if !closes {
				return p.startRow(t, attrs)
			}
		}
	case "td", "th":
		if t := p.table(); t != nil {
			t.cell = nil
			if !closes {
				return p.startCell(t, attrs)
			}
		}
	}
	return nil
}

// span follows the marks that a stretch of text has by its style.
func (p *htmlPage) span(attrs []byte, closes bool) {
	n := len(p.spans)
	switch {
	case !closes && n < maxSpans:
		style := strings.ToLower(strings.ReplaceAll(htmlAttr(attrs, "style"), " ", ""))
		s := [2]int{}
		if strings.Contains(style, "vertical-align:super") {
			s[0] = 1
		}
		if strings.Contains(style, "line-through") {
			s[1] = 1
		}
		p.spans = append(p.spans, s)
		p.raised, p.struck = p.raised+s[0], p.struck+s[1]
	case closes && n > 0:
		s := p.spans[n-1]
		p.spans = p.spans[:n-1]
		p.raised, p.struck = max(p.raised-s[0], 0), max(p.struck-s[1], 0)
	}
}

// maxSpans is how deep stretches of text are followed.
const maxSpans = 1000

func (p *htmlPage) table() *htmlTable {
	if len(p.tables) == 0 {
		return nil
	}
	return p.tables[len(p.tables)-1]
}

// now is the open cell.
func (p *htmlPage) now() *htmlCell {
	if t := p.table(); t != nil {
		return t.cell
	}
	return nil
}

// add takes a text to where it stands.
func (p *htmlPage) add(b []byte) {
	to := &p.loose
	if c := p.now(); c != nil {
		to = &c.text
	}
	if len(*to) > 4*p.limits.Text {
		return // refused when it is written
	}
	x := richText{raised: p.raised > 0, struck: p.struck > 0}
	b = bytes.Map(func(c rune) rune {
		if c == '\n' || c == '\r' {
			return ' '
		}
		return c
	}, b)
	if !x.raised && !x.struck {
		*to = append(*to, b...)
		return
	}
	*to = x.append(*to, b)
}

func (p *htmlPage) startTable() error {
	if len(p.tables) >= maxNested {
		return fault.New(fault.TooLarge, "Trang web có hơn %d bảng lồng nhau. %s", maxNested, saveAs)
	}
	if t := p.table(); t != nil { // a table that lays out others: what it has so far stands above
		if err := p.write(t); err != nil {
			return err
		}
	} else if err := p.flush(); err != nil {
		return err
	}
	p.tables = append(p.tables, &htmlTable{covered: map[int]int{}})
	return nil
}

func (p *htmlPage) endTable() error {
	t := p.table()
	if t == nil {
		return nil
	}
	p.tables = p.tables[:len(p.tables)-1]
	return p.write(t)
}

func (p *htmlPage) startRow(t *htmlTable, attrs []byte) error {
	t.rows, t.hidden, t.inRow = append(t.rows, nil), append(t.hidden, notShown(attrs)), true
	return p.count()
}

// count counts the rows and cells of a page: blank ones cost memory too.
func (p *htmlPage) count() error {
	if p.seen++; p.seen > min(p.limits.Cells, maxPageCells) {
		return fault.New(fault.TooLarge, "Trang web có quá nhiều ô. Hãy chia thành nhiều tệp.")
	}
	return nil
}

func (t *htmlTable) endRow() {
	if t.cell = nil; !t.inRow {
		return
	}
	t.inRow = false
}

func notShown(attrs []byte) bool {
	style := strings.ToLower(strings.ReplaceAll(htmlAttr(attrs, "style"), " ", ""))
	return strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden")
}

func (p *htmlPage) startCell(t *htmlTable, attrs []byte) error {
	if p.any = true; !t.inRow {
		if err := p.startRow(t, nil); err != nil {
			return err
		}
	}
	row := &t.rows[len(t.rows)-1]
	c := htmlCell{column: 1, rows: span(attrs, "rowspan"), columns: span(attrs, "colspan")}
	if n := len(*row); n > 0 {
		c.column = (*row)[n-1].column + (*row)[n-1].columns
	}
	for t.covered[c.column] >= len(t.rows) {
		c.column++
	}
	c.struck = strings.Contains(strings.ToLower(htmlAttr(attrs, "style")), "line-through")
	if c.column > p.limits.Columns || c.columns > p.limits.Columns {
		return fault.New(fault.TooLarge, "Bảng có hơn %d cột. Hãy xóa các cột thừa.", p.limits.Columns)
	}
	for k := range c.columns {
		if c.rows > 1 {
			t.covered[c.column+k] = len(t.rows) + c.rows - 1
		}
	}
	if err := p.count(); err != nil {
		return err
	}
	*row = append(*row, c)
	t.cell = &(*row)[len(*row)-1]
	return nil
}

func span(attrs []byte, name string) int {
	n, err := strconv.Atoi(strings.TrimSpace(htmlAttr(attrs, name)))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, 65_534)
}

// htmlAttr returns the value of an attribute, "" without it.
func htmlAttr(attrs []byte, name string) string {
	for len(attrs) > 0 {
		attrs = bytes.TrimLeft(attrs, " \t\r\n/")
		i := bytes.IndexAny(attrs, "= \t\r\n")
		if i < 0 {
			return ""
		}
		key := attrs[:i]
		attrs = bytes.TrimLeft(attrs[i:], " \t\r\n")
		if len(attrs) == 0 || attrs[0] != '=' {
			continue
		}
		attrs = bytes.TrimLeft(attrs[1:], " \t\r\n")
		var value []byte
		if len(attrs) > 0 && (attrs[0] == '"' || attrs[0] == '\'') {
			end := bytes.IndexByte(attrs[1:], attrs[0])
			if end < 0 {
				return ""
			}
			value, attrs = attrs[1:1+end], attrs[end+2:]
		} else {
			end := bytes.IndexAny(attrs, " \t\r\n")
			if end < 0 {
				end = len(attrs)
			}
			value, attrs = attrs[:end], attrs[end:]
		}
		if strings.EqualFold(string(key), name) {
			return html.UnescapeString(string(value))
		}
	}
	return ""
}

// write puts the rows of a table below what is there.
func (p *htmlPage) write(t *htmlTable) error {
	t.endRow()
	for i, row := range t.rows {
		p.line++
		for _, c := range row {
			text := shownText(c.text)
			p.merge(p.out, p.line, c.column, min(c.rows, len(t.rows)-i), c.columns)
			if text == "" {
				continue
			}
			out := gridCell{column: c.column, kind: cellText, text: text}
			if c.struck {
				out.style = gridStruck
			}
			if err := p.put(p.out, p.line, t.hidden[i], out); err != nil {
				return err
			}
		}
	}
	if len(t.rows) > 0 {
		p.line++
	}
	t.rows, t.hidden, t.covered = nil, nil, map[int]int{}
	return nil
}

// flush puts the text between tables into a line of its own.
func (p *htmlPage) flush() error {
	text := shownText(p.loose)
	p.loose = p.loose[:0]
	if text == "" {
		return nil
	}
	p.line++
	return p.put(p.out, p.line, false, gridCell{column: 1, kind: cellText, text: text})
}

// shownText is a text as a page shows it.
func shownText(b []byte) string {
	lines := strings.Split(html.UnescapeString(string(b)), "\n")
	out := lines[:0]
	for _, l := range lines {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}
