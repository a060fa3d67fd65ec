package intake

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// Files of other containers are made a workbook first, so that everything about sheets, formats, merged and hidden cells is read
// by one reader, and a marked file can be given back.

// gridSheet is a sheet of another container.
type gridSheet struct {
	name       string
	hidden     bool      // by the clerk
	veryHidden bool      // by a program
	rows       []gridRow // in order
	merges     []string
	hiddenCols []columnSpan
	comments   []gridComment
}

type gridRow struct {
	line   int // from 1
	hidden bool
	cells  []gridCell // by column
}

type gridComment struct{ ref, text string }

// gridCell is a cell with content.
type gridCell struct {
	column  int // from 1
	kind    cellKind
	style   gridStyle
	text    string // a number as a workbook stores it, a day as 2026-10-10
	formula string
}

// gridStyle is a format of a cell: one of the few that every made workbook has, or from gridBase on one of its own.
type gridStyle uint16

const (
	gridPlain gridStyle = iota
	gridPercent
	gridScaled // shown divided, and nothing says by what
	gridStruck
	gridBase
)

// gridFormat is a number format of the container's own.
type gridFormat struct {
	id     int // of the formats that every workbook has
	code   string
	struck bool
}

// styles writes the formats.
func (g *grid) styles() string {
	formats := append([]gridFormat{{}, {id: 10}, {id: 163, code: "#,##0,"}, {struck: true}}, g.formats...)
	var codes, cells strings.Builder
	n := 0
	for i, f := range formats {
		id, font := f.id, 0
		if f.code != "" {
			id = 200 + i
			n++
			fmt.Fprintf(&codes, `<numFmt numFmtId="%d" formatCode="%s"/>`, id, xmlText(f.code))
		}
		if f.struck {
			font = 1
		}
		fmt.Fprintf(&cells, `<xf numFmtId="%d" fontId="%d" fillId="0" borderId="0" xfId="0"/>`, id, font)
	}
	return fmt.Sprintf(`<styleSheet`+gridSpace+`><numFmts count="%d">%s</numFmts>`+
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><strike/><sz val="11"/><name val="Calibri"/></font></fonts>`+
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>`+
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>`+
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>`+
		`<cellXfs count="%d">%s</cellXfs></styleSheet>`, n, codes.String(), len(formats), cells.String())
}

// grid is a file of another container while it is read. It bounds what is kept.
type grid struct {
	limits   Limits
	sheets   []*gridSheet
	cells    int
	size     int64 // of what will be written
	formats  []gridFormat
	date1904 bool
}

func (g *grid) sheet(name string) (*gridSheet, error) {
	if len(g.sheets) >= g.limits.Sheets {
		return nil, fault.New(fault.TooLarge, "Tệp có hơn %d trang tính. Hãy bỏ bớt trang không cần.", g.limits.Sheets)
	}
	s := &gridSheet{name: name}
	g.sheets = append(g.sheets, s)
	return s, nil
}

// put adds a cell to a sheet, whose rows and columns come in order.
func (g *grid) put(s *gridSheet, line int, hidden bool, c gridCell) error {
	if g.cells++; g.cells&1023 == 0 {
		if err := g.limits.late(); err != nil {
			return err
		}
	}
	g.size += int64(len(c.text)) + 64
	switch {
	case g.size > g.limits.Part: // one text may stand in many cells
		return fault.New(fault.TooLarge, "Tệp bung ra quá lớn (giới hạn %s). Hãy chia thành nhiều tệp.", megabytes(g.limits.Part))
	case g.cells > g.limits.Cells:
		return fault.New(fault.TooLarge, "Tệp có hơn %s ô có số liệu. Hãy chia thành nhiều tệp.", vi.FormatInt(int64(g.limits.Cells)))
	case line > g.limits.Rows:
		return fault.New(fault.TooLarge, "Trang tính %s có hơn %s dòng. Hãy xóa các dòng thừa hoặc chia thành nhiều tệp.", quote(s.name),
			vi.FormatInt(int64(g.limits.Rows)))
	case c.column > g.limits.Columns:
		return fault.New(fault.TooLarge, "Trang tính %s có hơn %s cột. Hãy xóa các cột thừa.", quote(s.name), vi.FormatInt(int64(g.limits.Columns)))
	case len(c.text) > g.limits.Text:
		return fault.New(fault.TooLarge, "Ô %s có chữ dài quá giới hạn. Hãy rút ngắn nội dung ô này.", gridRef(line, c.column))
	}
	if n := len(s.rows); n == 0 || s.rows[n-1].line != line {
		s.rows = append(s.rows, gridRow{line: line, hidden: hidden})
	}
	row := &s.rows[len(s.rows)-1]
	row.cells = append(row.cells, c)
	return nil
}

func (g *grid) merge(s *gridSheet, line, column, rows, columns int) {
	if rows < 1 || columns < 1 || rows*columns == 1 || len(s.merges) >= g.limits.Merges {
		return
	}
	last := gridRef(min(line+rows-1, 1_048_576), min(column+columns-1, 16_384))
	s.merges = append(s.merges, gridRef(line, column)+":"+last)
}

func gridRef(line, column int) string {
	return check.Cell{Line: int32(line), Column: int32(column)}.Ref()
}

const gridSpace = ` xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`

// workbook writes the sheets as a workbook.
func (g *grid) workbook() ([]byte, error) {
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	put := func(name, text string) error {
		w, err := zw.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		return err
	}
	var types, list, rels strings.Builder
	for i, s := range g.sheets {
		n := strconv.Itoa(i + 1)
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%s.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, n)
		state := ""
		if s.hidden {
			state = ` state="hidden"`
		}
		if s.veryHidden {
			state = ` state="veryHidden"`
		}
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%s"%s r:id="rId%s"/>`, xmlText(s.name), n, state, n)
		fmt.Fprintf(&rels, `<Relationship Id="rId%s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%s.xml"/>`, n, n)
		if err := put("xl/worksheets/sheet"+n+".xml", s.xml()); err != nil {
			return nil, err
		}
		if len(s.comments) == 0 {
			continue
		}
		fmt.Fprintf(&types, `<Override PartName="/xl/comments%s.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"/>`, n)
		err := put("xl/worksheets/_rels/sheet"+n+".xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" `+
			`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="../comments`+n+`.xml"/></Relationships>`)
		if err == nil {
			err = put("xl/comments"+n+".xml", s.commentsXML())
		}
		if err != nil {
			return nil, err
		}
	}
	day := ""
	if g.date1904 {
		day = `<workbookPr date1904="1"/>`
	}
	const pack = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	for _, p := range [][2]string{
		{"xl/workbook.xml", `<workbook` + gridSpace + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` + day + `<sheets>` + list.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", pack + rels.String() + `<Relationship Id="rIdS" Type="` + office + `styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", g.styles()},
		{"_rels/.rels", pack + `<Relationship Id="rId1" Type="` + office + `officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` + types.String() + `</Types>`},
	} {
		if err := put(p[0], p[1]); err != nil {
			return nil, err
		}
	}
	err := zw.Close()
	return out.Bytes(), err
}

// xmlText is a text as XML has it; what XML does not allow is left out.
func xmlText(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(strings.Map(func(c rune) rune {
		if c < ' ' && c != '\n' && c != '\t' || c == 0xFFFE || c == 0xFFFF {
			return -1
		}
		return c
	}, s)))
	return b.String()
}

func (s *gridSheet) xml() string {
	var b strings.Builder
	b.WriteString(`<worksheet` + gridSpace + `>`)
	if len(s.hiddenCols) > 0 {
		b.WriteString(`<cols>`)
		for _, h := range s.hiddenCols {
			fmt.Fprintf(&b, `<col min="%d" max="%d" hidden="1"/>`, h.from, h.to)
		}
		b.WriteString(`</cols>`)
	}
	b.WriteString(`<sheetData>`)
	for i := range s.rows {
		row := &s.rows[i]
		hidden := ""
		if row.hidden {
			hidden = ` hidden="1"`
		}
		fmt.Fprintf(&b, `<row r="%d"%s>`, row.line, hidden)
		for k := range row.cells {
			row.cells[k].xml(&b, row.line)
		}
		b.WriteString(`</row>`)
	}
	b.WriteString(`</sheetData>`)
	if len(s.merges) > 0 {
		b.WriteString(`<mergeCells>`)
		for _, m := range s.merges {
			b.WriteString(`<mergeCell ref="` + m + `"/>`)
		}
		b.WriteString(`</mergeCells>`)
	}
	b.WriteString(`</worksheet>`)
	return b.String()
}

var gridTypes = map[cellKind]string{cellBool: ` t="b"`, cellError: ` t="e"`, cellDate: ` t="d"`, cellText: ` t="inlineStr"`}

func (c *gridCell) xml(b *strings.Builder, line int) {
	fmt.Fprintf(b, `<c r="%s"%s`, gridRef(line, c.column), gridTypes[c.kind])
	if c.style != gridPlain {
		fmt.Fprintf(b, ` s="%d"`, c.style)
	}
	b.WriteByte('>')
	if c.formula != "" {
		b.WriteString(`<f>` + xmlText(c.formula) + `</f>`)
	}
	if c.kind == cellText {
		b.WriteString(`<is><t xml:space="preserve">` + xmlText(c.text) + `</t></is></c>`)
		return
	}
	if c.text != "" {
		b.WriteString(`<v>` + xmlText(c.text) + `</v>`)
	}
	b.WriteString(`</c>`)
}

func (s *gridSheet) commentsXML() string {
	var b strings.Builder
	b.WriteString(`<comments` + gridSpace + `><authors><author>-</author></authors><commentList>`)
	for _, c := range s.comments {
		fmt.Fprintf(&b, `<comment ref="%s" authorId="0"><text><t xml:space="preserve">%s</t></text></comment>`, c.ref, xmlText(c.text))
	}
	b.WriteString(`</commentList></comments>`)
	return b.String()
}
