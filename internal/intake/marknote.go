package intake

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/check"
)

// author signs the notes of a marked file.
const author = "Chiso"

// addition begins what is added to a note that somebody else wrote, so that it can be taken off
// again when the corrected file is marked a second time.
const addition = "\n———\nChiso: "

const (
	relComments = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
	relVML      = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/vmlDrawing"
	strictRel   = "http://purl.oclc.org/ooxml/officeDocument/relationships/"
	typeNotes   = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
	typeVML     = "application/vnd.openxmlformats-officedocument.vmlDrawing"
)

// note is the note of one cell: its text and the box that shows it.
type note struct {
	at     check.Cell
	text   string
	anchor string // columns, rows and pixels of the box, as drawings say it
}

// noteParts are the parts of a worksheet that hold its notes, "" where there is none.
type noteParts struct{ comments, drawing string }

func (p parts) notesOf(sheet string) (n noteParts, err error) {
	rels, err := p.relations(sheet)
	for _, r := range rels {
		switch r.Type {
		case relComments, strictRel + "comments":
			n.comments = r.Target
		case relVML, strictRel + "vmlDrawing":
			if m := reLegacy.FindSubmatch(p[sheet]); m != nil && string(m[1]) == r.ID {
				n.drawing = r.Target
			}
		}
	}
	return n, err
}

// lineBreak is how a part of notes may write one.
const lineBreak = `\s|&#10;|&#13;|&#x[aAdD];`

var (
	reLegacy  = regexp.MustCompile(`<(?:[\w.-]+:)?legacyDrawing\s[^>]*?\w+:id="([^"]*)"`)
	reComment = regexp.MustCompile(`(?s)<(?:[\w.-]+:)?comment\s[^>]*?[^/]>.*?</(?:[\w.-]+:)?comment\s*>`)
	reRef     = regexp.MustCompile(`\sref="([^"]*)"`)
	reBy      = regexp.MustCompile(`\sauthorId="([^"]*)"`)
	reShape   = regexp.MustCompile(`(?s)<v:shape\s.*?</v:shape\s*>`)
	reRow     = regexp.MustCompile(`<x:Row>\s*(\d+)\s*</x:Row>`)
	reColumn  = regexp.MustCompile(`<x:Column>\s*(\d+)\s*</x:Column>`)
	reAnchor  = regexp.MustCompile(`(?s)(<x:Anchor>).*?(</x:Anchor>)`)
	rePlain   = regexp.MustCompile(
		`(?s)^(<(?:[\w.-]+:)?comment\s[^>]*><((?:[\w.-]+:)?)text(?:\s[^>]*)?>)\s*(<(?:[\w.-]+:)?t(?:\s[^>]*)?>.*?</(?:[\w.-]+:)?t>)`,
	)
	reRun   = regexp.MustCompile(`(?s)<(?:[\w.-]+:)?r>.*?</(?:[\w.-]+:)?r\s*>`)
	reAdded = regexp.MustCompile(`(?:` + lineBreak + `)*———(?:` + lineBreak + `)*Chiso: `)
	reText  = regexp.MustCompile(`(?s)<((?:[\w.-]+:)?t)(\s[^>]*)?>(.*?)</(?:[\w.-]+:)?t\s*>`)
	reTail  = regexp.MustCompile(`(?:` + lineBreak + `)+(</(?:[\w.-]+:)?t\s*>\s*</(?:[\w.-]+:)?r\s*>\s*)$`)
	reOwn   = regexp.MustCompile(`^Chiso\s+(?:Lỗi|Cảnh báo): `)
)

// signed returns the number of the author "Chiso" in a part of notes, -1 when it is not there, and
// how many authors there are.
func (p parts) signed(comments string) (ours, count int, err error) {
	var doc struct {
		Authors []string `xml:"authors>author"`
	}
	ours = -1
	if err := xml.Unmarshal(p[comments], &doc); err != nil {
		return 0, 0, fmt.Errorf("%s: %w", comments, err)
	}
	for i, a := range doc.Authors {
		if a == author {
			ours = i
		}
	}
	return ours, len(doc.Authors), nil
}

// ownNotes returns the cells of a worksheet that an earlier marked file gave a note.
func (p parts) ownNotes(sheet string) ([]string, error) {
	n, err := p.notesOf(sheet)
	if err != nil || n.comments == "" {
		return nil, err
	}
	ours, _, err := p.signed(n.comments)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, c := range reComment.FindAll(p[n.comments], -1) {
		if ref := reRef.FindSubmatch(c); ref != nil && (isOwnNote(c, ours) || reAdded.Match(c)) {
			out = append(out, string(ref[1]))
		}
	}
	return out, nil
}

// annotate gives cells of a worksheet their notes. What others wrote is kept and extended, what an
// earlier marked file said is taken off. number tells the sheets apart.
func (p parts) annotate(sheet string, number int, notes []note) error {
	n, err := p.notesOf(sheet)
	if err != nil {
		return err
	}
	if len(notes) == 0 && n.comments == "" {
		return nil
	}
	if n.comments == "" {
		n.comments = p.free("xl/commentsChiso%d.xml", number)
		p[n.comments] = []byte(
			xml.Header + `<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors></authors><commentList></commentList></comments>`,
		)
		if err := p.relate(sheet, "rIdChisoNotes", relComments, n.comments); err != nil {
			return err
		}
		if err := p.insert(contentTypes, "Types", func(prefix string) string {
			return fmt.Sprintf(`<%sOverride PartName="/%s" ContentType="%s"/>`, prefix, n.comments, typeNotes)
		}); err != nil {
			return err
		}
	}
	if n.drawing == "" {
		if n.drawing, err = p.newDrawing(sheet, number); err != nil {
			return err
		}
	}
	left := map[string]note{}
	for _, x := range notes {
		left[x.at.Ref()] = x
	}
	extended, removed, err := p.mergeNotes(n.comments, left)
	if err != nil {
		return err
	}
	p.mergeShapes(n.drawing, extended, removed)
	return p.addNotes(n, number, notes, left)
}

// mergeNotes takes our old notes off and extends those of others; what it used is taken out of left.
func (p parts) mergeNotes(comments string, left map[string]note) (extended map[check.Cell]note, removed map[check.Cell]bool, err error) {
	ours, _, err := p.signed(comments)
	if err != nil {
		return nil, nil, err
	}
	extended, removed = map[check.Cell]note{}, map[check.Cell]bool{}
	p[comments] = reComment.ReplaceAllFunc(p[comments], func(c []byte) []byte {
		ref := reRef.FindSubmatch(c)
		if ref == nil {
			return c
		}
		if isOwnNote(c, ours) {
			removed[cellAt(string(ref[1]))] = true
			return nil
		}
		c = withoutAddition(c)
		x, ok := left[string(ref[1])]
		if !ok {
			return c
		}
		delete(left, string(ref[1]))
		c = rePlain.ReplaceAll(c, []byte("$1<${2}r>$3</${2}r>"))
		one := parts{"": c}
		if err := one.insert("", "text", func(prefix string) string { return run(prefix, addition+x.text, false) }); err == nil {
			c = one[""]
		}
		extended[x.at] = x
		return c
	})
	return extended, removed, nil
}

// isOwnNote reports whether a note is one of ours: by its author, or by its text, for LibreOffice
// forgets authors.
func isOwnNote(c []byte, ours int) bool {
	if by := reBy.FindSubmatch(c); ours >= 0 && by != nil && string(by[1]) == strconv.Itoa(ours) {
		return true
	}
	var b strings.Builder
	for _, t := range reText.FindAllSubmatch(c, -1) {
		b.Write(t[3])
	}
	return reOwn.MatchString(html.UnescapeString(b.String()))
}

// withoutAddition takes off what an earlier marked file added to somebody's note: the rest of the
// stretch that has its first words, and what follows.
func withoutAddition(c []byte) []byte {
	runs := reRun.FindAllIndex(c, -1)
	for i, r := range runs {
		own := c[r[0]:r[1]]
		at := reAdded.FindIndex(own)
		if at == nil {
			continue
		}
		end := runs[len(runs)-1][1]
		kept := c[r[0]:r[0]]
		if t := reText.FindSubmatchIndex(own); t != nil && t[6] < at[0] { // somebody's words and ours in one stretch
			kept = slices.Concat(own[:at[0]], own[t[7]:])
		}
		before := c[:r[0]]
		if i > 0 && len(kept) == 0 {
			before = reTail.ReplaceAll(before, []byte("$1"))
		}
		return slices.Concat(before, kept, c[end:])
	}
	return c
}

// mergeShapes takes the boxes of removed notes off and gives extended ones room.
func (p parts) mergeShapes(drawing string, extended map[check.Cell]note, removed map[check.Cell]bool) {
	p[drawing] = reShape.ReplaceAllFunc(p[drawing], func(s []byte) []byte {
		r, c := reRow.FindSubmatch(s), reColumn.FindSubmatch(s)
		if r == nil || c == nil {
			return s
		}
		row, err1 := strconv.ParseInt(string(r[1]), 10, 32)
		column, err2 := strconv.ParseInt(string(c[1]), 10, 32)
		at := check.Cell{Line: int32(row) + 1, Column: int32(column) + 1}
		if err1 != nil || err2 != nil {
			return s
		}
		if removed[at] {
			return nil
		}
		if x, ok := extended[at]; ok {
			return reAnchor.ReplaceAll(s, []byte("${1}"+x.anchor+"${2}"))
		}
		return s
	})
}

// addNotes writes the notes that are left: cells without a note of somebody else.
func (p parts) addNotes(n noteParts, number int, notes []note, left map[string]note) error {
	if len(left) == 0 {
		return nil
	}
	ours, count, err := p.signed(n.comments)
	if err != nil {
		return err
	}
	if ours < 0 {
		ours = count
		err := p.insert(
			n.comments,
			"authors",
			func(prefix string) string { return "<" + prefix + "author>" + author + "</" + prefix + "author>" },
		)
		if err != nil {
			return err
		}
	}
	var shapes strings.Builder
	err = p.insert(n.comments, "commentList", func(prefix string) string {
		var b strings.Builder
		for i, x := range notes {
			if _, ok := left[x.at.Ref()]; !ok {
				continue
			}
			fmt.Fprintf(&b, `<%scomment ref="%s" authorId="%d"><%stext>`, prefix, x.at.Ref(), ours, prefix)
			b.WriteString(run(prefix, author+"\n", true) + run(prefix, x.text, false))
			fmt.Fprintf(&b, `</%stext></%scomment>`, prefix, prefix)
			shape(&shapes, number*100_000+i, x)
		}
		return b.String()
	})
	if err != nil {
		return err
	}
	kind := ""
	if !bytes.Contains(p[n.drawing], []byte(`"_x0000_t202"`)) {
		kind = shapeType
	}
	return p.insert(n.drawing, "xml", func(string) string { return kind + shapes.String() })
}

// run is a stretch of text in the font that notes have.
func run(prefix, text string, bold bool) string {
	weight := ""
	if bold {
		weight = "<" + prefix + "b/>"
	}
	return fmt.Sprintf(
		`<%[1]sr><%[1]srPr>%[2]s<%[1]ssz val="9"/><%[1]scolor indexed="81"/><%[1]srFont val="Tahoma"/><%[1]sfamily val="2"/></%[1]srPr><%[1]st xml:space="preserve">%[3]s</%[1]st></%[1]sr>`,
		prefix,
		weight,
		escape(text),
	)
}

// escape makes text fit for XML; line breaks stay.
func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return strings.ReplaceAll(b.String(), "&#xA;", "\n")
}

const shapeType = `<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">` +
	`<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`

// newDrawing makes the part that draws the boxes of a worksheet's notes.
func (p parts) newDrawing(sheet string, number int) (string, error) {
	name := p.free("xl/drawings/vmlDrawingChiso%d.vml", number)
	p[name] = fmt.Appendf(
		nil,
		`<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">`+
			`<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%d"/></o:shapelayout>%s</xml>`,
		number,
		shapeType,
	)
	if !regexp.MustCompile(`(?i)Extension="vml"`).Match(p[contentTypes]) {
		err := p.insert(contentTypes, "Types", func(prefix string) string {
			return fmt.Sprintf(`<%sOverride PartName="/%s" ContentType="%s"/>`, prefix, name, typeVML)
		})
		if err != nil {
			return "", err
		}
	}
	if err := p.relate(sheet, "rIdChisoBoxes", relVML, name); err != nil {
		return "", err
	}
	return name, p.legacyDrawing(sheet, "rIdChisoBoxes")
}

func shape(b *strings.Builder, id int, x note) {
	fmt.Fprintf(
		b,
		`<v:shape id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">`+
			`<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>`+
			`<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>`+
			`<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%s</x:Anchor><x:AutoFill>False</x:AutoFill>`+
			`<x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>`,
		id,
		x.anchor,
		x.at.Line-1,
		x.at.Column-1,
	)
}

// cellAt reads the name of a cell, the zero Cell when it is none.
func cellAt(ref string) check.Cell {
	column := columnOf([]byte(ref))
	line, err := strconv.ParseInt(strings.TrimLeft(strings.ToUpper(ref), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 10, 32)
	if column == 0 || err != nil || line < 1 || line > 1_048_576 {
		return check.Cell{}
	}
	return check.Cell{Line: int32(line), Column: column}
}
