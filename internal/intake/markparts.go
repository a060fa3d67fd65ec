package intake

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
)

// parts is a workbook as its container holds it: names and contents. Notes are put into the parts
// themselves, because the library loses foreign ones.
type parts map[string][]byte

// readParts unpacks a workbook that was inspected before.
func readParts(data []byte) (parts, error) {
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	p := parts{}
	for _, f := range zr.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		rc, err := f.Open()
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(rc) // the inspection measured what it unpacks to
		rc.Close()
		if err != nil {
			return nil, err
		}
		p[strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/")] = b
	}
	return p, nil
}

const contentTypes = "[Content_Types].xml"

// pack writes the container: the content types first, everything else by name, without times, so
// that the same parts give the same bytes.
func (p parts) pack() ([]byte, error) {
	names := make([]string, 0, len(p))
	for n := range p {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int {
		if (a == contentTypes) != (b == contentTypes) {
			if a == contentTypes {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, n := range names {
		w, err := zw.CreateHeader(&zip.FileHeader{Name: n, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(p[n]); err != nil {
			return nil, err
		}
	}
	err := zw.Close()
	return out.Bytes(), err
}

// relation is one relationship of a part.
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

// relsOf returns the name of the part that holds the relationships of a part.
func relsOf(name string) string { return path.Dir(name) + "/_rels/" + path.Base(name) + ".rels" }

// relations reads the relationships of a part, with the names of the parts they lead to.
func (p parts) relations(name string) ([]relation, error) {
	b, ok := p[relsOf(name)]
	if !ok {
		return nil, nil
	}
	var doc struct {
		All []relation `xml:"Relationship"`
	}
	if err := xml.Unmarshal(b, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", relsOf(name), err)
	}
	for i := range doc.All {
		r := &doc.All[i]
		target := strings.ReplaceAll(r.Target, `\`, "/")
		if strings.HasPrefix(target, "/") {
			r.Target = path.Clean(target)[1:]
		} else {
			r.Target = path.Join(path.Dir(name), target)
		}
		r.Target = p.name(r.Target)
	}
	return doc.All, nil
}

// name finds a part whatever the case of its letters.
func (p parts) name(want string) string {
	if _, ok := p[want]; ok {
		return want
	}
	for n := range p {
		if strings.EqualFold(n, want) {
			return n
		}
	}
	return want
}

// free returns a name for a new part: that of an earlier marked file may still be there, under the
// number of a sheet that was moved since.
func (p parts) free(pattern string, number int) string {
	name := fmt.Sprintf(pattern, number)
	for ; p[name] != nil; number += 1000 {
		name = fmt.Sprintf(pattern, number+1000)
	}
	return name
}

// sheets returns the part of each worksheet by the sheet's name.
func (p parts) sheets() (map[string]string, error) {
	var doc struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
			ID2  string `xml:"http://purl.oclc.org/ooxml/officeDocument/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := xml.Unmarshal(p["xl/workbook.xml"], &doc); err != nil {
		return nil, err
	}
	rels, err := p.relations("xl/workbook.xml")
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, s := range doc.Sheets {
		for _, r := range rels {
			if r.ID == s.ID+s.ID2 {
				out[s.Name] = r.Target
			}
		}
	}
	return out, nil
}

// relate adds a relationship to a part and returns its id.
func (p parts) relate(name, id, kind, target string) error {
	rels := relsOf(name)
	if p[rels] == nil {
		p[rels] = []byte(xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>`)
	}
	return p.insert(rels, "Relationships", func(prefix string) string {
		return fmt.Sprintf(`<%sRelationship Id="%s" Type="%s" Target="/%s"/>`, prefix, id, kind, target)
	})
}

var errNoElement = errors.New("no such element")

// insert puts text before the end of the last element of a name; text gets the prefix that the
// part gives its elements.
func (p parts) insert(part, element string, text func(prefix string) string) error {
	b := p[part]
	at := regexp.MustCompile(`</([\w.-]+:)?`+element+`\s*>`).FindAllSubmatchIndex(b, -1)
	if len(at) == 0 {
		empty := regexp.MustCompile(`<(([\w.-]+:)?` + element + `)((?:\s[^<>]*)?)/>`)
		if !empty.Match(b) {
			return fmt.Errorf("%s: %w: %s", part, errNoElement, element)
		}
		p[part] = empty.ReplaceAll(b, []byte("<$1$3></$1>"))
		return p.insert(part, element, text)
	}
	m := at[len(at)-1]
	prefix := ""
	if m[2] >= 0 {
		prefix = string(b[m[2]:m[3]])
	}
	p[part] = slices.Concat(b[:m[0]], []byte(text(prefix)), b[m[0]:])
	return nil
}

// afterLegacyDrawing are the elements of a worksheet that must stand behind the drawing of notes.
var afterLegacyDrawing = []string{
	"legacyDrawingHF",
	"drawingHF",
	"picture",
	"oleObjects",
	"controls",
	"webPublishItems",
	"tableParts",
	"extLst",
}

// legacyDrawing makes a worksheet refer to its drawing of notes.
func (p parts) legacyDrawing(part, id string) error {
	b := p[part]
	start := bytes.LastIndex(b, []byte("sheetData"))
	if start < 0 {
		return fmt.Errorf("%s: %w: sheetData", part, errNoElement)
	}
	start += bytes.IndexByte(b[start:], '>') + 1
	d := xml.NewDecoder(bytes.NewReader(b[start:]))
	for depth := 0; ; {
		at := d.InputOffset()
		t, err := d.RawToken()
		if err != nil {
			return fmt.Errorf("%s: %w", part, err)
		}
		prefix := ""
		switch t := t.(type) {
		case xml.StartElement:
			depth++
			if depth > 1 || !slices.Contains(afterLegacyDrawing, t.Name.Local) {
				continue
			}
			prefix = t.Name.Space
		case xml.EndElement:
			if depth--; depth >= 0 {
				continue
			}
			prefix = t.Name.Space
		default:
			continue
		}
		if prefix != "" {
			prefix += ":"
		}
		text := fmt.Sprintf(
			`<%slegacyDrawing xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="%s"/>`,
			prefix,
			id,
		)
		p[part] = slices.Concat(b[:start+int(at)], []byte(text), b[start+int(at):])
		return nil
	}
}

var reSelected = regexp.MustCompile(`(<(?:[\w.-]+:)?sheetView\s[^>]*?)\s*tabSelected="[^"]*"`)

// selectOnly makes one sheet the selected one: with two selected ones an edit would go into both.
func (p parts) selectOnly(first string) error {
	sheets, err := p.sheets()
	if err != nil {
		return err
	}
	for name, part := range sheets {
		b := p[part]
		head := b[:min(len(b), 8192)]
		if name == first {
			view := regexp.MustCompile(`<((?:[\w.-]+:)?sheetView)\s`)
			p[part] = slices.Concat(view.ReplaceAll(reSelected.ReplaceAll(head, []byte("$1")), []byte(`<$1 tabSelected="1" `)), b[len(head):])
		} else if reSelected.Match(head) {
			p[part] = slices.Concat(reSelected.ReplaceAll(head, []byte("$1")), b[len(head):])
		}
	}
	return nil
}
