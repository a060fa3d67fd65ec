package siblings

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// cell is a cell that is more than a text or a number.
type cell struct {
	V       json.RawMessage `json:"v"`
	Fmt     string          `json:"fmt"`
	F       string          `json:"f"`
	Date    string          `json:"date"`
	Time    string          `json:"time"`
	Runs    []textRun       `json:"runs"`
	Strike  bool            `json:"strike"`
	Comment string          `json:"comment"`
	Bold    bool            `json:"bold"`
	Color   string          `json:"color"`
	Err     string          `json:"err"`
}

// textRun is a stretch of a rich text.
type textRun struct {
	T                              string
	Sup, Sub, Strike, Bold, Italic bool
	Color                          string
}

// maker builds one workbook.
type maker struct {
	t      testing.TB
	x      *excelize.File
	sheet  string
	styles map[string]int
	errs   map[string]string // placeholder number → error value
	texts  map[string]string // placeholder number → text that a formula gave
}

func book(t testing.TB, sheets []Sheet) []byte {
	t.Helper()
	m := &maker{t: t, x: excelize.NewFile(), styles: map[string]int{}, errs: map[string]string{}, texts: map[string]string{}}
	defer func() { _ = m.x.Close() }()
	for i, s := range sheets {
		if i == 0 {
			m.ok(m.x.SetSheetName("Sheet1", s.Name))
		} else {
			_, err := m.x.NewSheet(s.Name)
			m.ok(err)
		}
		m.sheet = s.Name
		m.fill(s)
	}
	var out bytes.Buffer
	m.ok(m.x.Write(&out))
	return m.results(out.Bytes())
}

func (m *maker) ok(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *maker) fill(s Sheet) {
	for _, ref := range slices.Sorted(maps.Keys(s.Cells)) {
		m.put(ref, s.Cells[ref])
	}
	for _, area := range s.Merge {
		from, to, _ := strings.Cut(area, ":")
		m.ok(m.x.MergeCell(s.Name, from, to))
	}
	for _, row := range s.HiddenRows {
		m.ok(m.x.SetRowVisible(s.Name, row, false))
	}
	for _, col := range s.HiddenCols {
		m.ok(m.x.SetColVisible(s.Name, col, false))
	}
	if s.Hidden != nil && s.Hidden != false {
		m.ok(m.x.SetSheetVisible(s.Name, false, s.Hidden != true))
	}
	if s.Calc == "full" {
		yes := true
		m.ok(m.x.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &yes}))
	}
}

func (m *maker) put(ref string, raw json.RawMessage) {
	if raw[0] != '{' {
		m.value(ref, raw)
		return
	}
	var c cell
	m.ok(json.Unmarshal(raw, &c))
	switch {
	case c.Err != "":
		mark := strconv.Itoa(987_654_000 + len(m.errs))
		m.errs[mark] = c.Err
		m.value(ref, json.RawMessage(mark))
		m.ok(m.x.SetCellFormula(m.sheet, ref, "1/0"))
	case c.Date != "":
		day, err := time.Parse("2006-01-02", c.Date)
		m.ok(err)
		m.ok(m.x.SetCellInt(m.sheet, ref, int64(day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours()/24)))
		c.Fmt = or(c.Fmt, "dd/mm/yyyy")
	case c.Time != "":
		at, err := time.Parse("15:04", c.Time)
		m.ok(err)
		m.ok(m.x.SetCellFloat(m.sheet, ref, float64(at.Hour()*60+at.Minute())/1440, -1, 64))
		c.Fmt = or(c.Fmt, "hh:mm")
	case len(c.Runs) > 0:
		m.rich(ref, c.Runs)
	case len(c.V) > 0 && c.F != "" && c.V[0] == '"':
		var s string
		m.ok(json.Unmarshal(c.V, &s))
		mark := strconv.Itoa(987_655_000 + len(m.texts))
		m.texts[mark] = s
		m.value(ref, json.RawMessage(mark))
	case len(c.V) > 0:
		m.value(ref, c.V)
	}
	if c.F != "" {
		m.ok(m.x.SetCellFormula(m.sheet, ref, c.F))
	}
	if c.Comment != "" {
		m.ok(m.x.AddComment(m.sheet, excelize.Comment{Cell: ref, Author: "a", Text: c.Comment}))
	}
	m.style(ref, &c)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (m *maker) value(ref string, raw json.RawMessage) {
	switch raw[0] {
	case '"':
		var s string
		m.ok(json.Unmarshal(raw, &s))
		m.ok(m.x.SetCellStr(m.sheet, ref, s))
	case 't', 'f':
		m.ok(m.x.SetCellBool(m.sheet, ref, raw[0] == 't'))
	default:
		x, err := strconv.ParseFloat(string(raw), 64)
		m.ok(err)
		m.ok(m.x.SetCellFloat(m.sheet, ref, x, -1, 64))
	}
}

func (m *maker) rich(ref string, all []textRun) {
	var out []excelize.RichTextRun
	for _, r := range all {
		f := &excelize.Font{Bold: r.Bold, Italic: r.Italic, Strike: r.Strike, Color: r.Color}
		switch {
		case r.Sup:
			f.VertAlign = "superscript"
		case r.Sub:
			f.VertAlign = "subscript"
		}
		out = append(out, excelize.RichTextRun{Text: r.T, Font: f})
	}
	m.ok(m.x.SetCellRichText(m.sheet, ref, out))
}

func (m *maker) style(ref string, c *cell) {
	if c.Fmt == "" && !c.Strike && !c.Bold && c.Color == "" {
		return
	}
	key := fmt.Sprint(c.Fmt, "|", c.Strike, c.Bold, c.Color)
	id, ok := m.styles[key]
	if !ok {
		s := &excelize.Style{Font: &excelize.Font{Strike: c.Strike, Bold: c.Bold, Color: c.Color}}
		if c.Fmt != "" {
			s.CustomNumFmt = &c.Fmt
		}
		var err error
		id, err = m.x.NewStyle(s)
		m.ok(err)
		m.styles[key] = id
	}
	m.ok(m.x.SetCellStyle(m.sheet, ref, ref, id))
}

// reNumberResult is how the library writes the result of a formula that is a number: as a text.
var reNumberResult = regexp.MustCompile(` t="str"><f>([^<]*)</f><v>(-?[0-9.]+(?:E[+-]?[0-9]+)?)</v>`)

// results gives the results of formulas the form that Excel writes, and puts in the error values.
func (m *maker) results(data []byte) []byte {
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	m.ok(err)
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, f := range zr.File {
		rc, err := f.Open()
		m.ok(err)
		b, err := io.ReadAll(rc)
		m.ok(err)
		if strings.HasPrefix(f.Name, "xl/worksheets/") {
			for mark, s := range m.texts {
				b = bytes.ReplaceAll(b, []byte("</f><v>"+mark+"</v>"), []byte("</f><v>"+html.EscapeString(s)+"</v>"))
			}
			b = reNumberResult.ReplaceAll(b, []byte("><f>$1</f><v>$2</v>"))
			for mark, value := range m.errs {
				b = bytes.ReplaceAll(b, []byte("><f>1/0</f><v>"+mark+"</v>"), []byte(` t="e"><f>1/0</f><v>`+value+"</v>"))
			}
		}
		w, err := zw.Create(f.Name)
		m.ok(err)
		_, err = w.Write(b)
		m.ok(err)
	}
	m.ok(zw.Close())
	return out.Bytes()
}
