package report_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/report"
	"chiso/internal/vi"
)

// area is one print area of a sheet.
type area struct{ col, row, endCol, endRow int }

func printed(t *testing.T, f *excelize.File, sheet string) (areas []area, head area) {
	t.Helper()
	for _, n := range f.GetDefinedName() {
		if n.Scope != sheet || n.Name == "_xlnm._FilterDatabase" {
			continue
		}
		refs := strings.NewReplacer("$", "", "'"+sheet+"'!", "").Replace(n.RefersTo)
		for ref := range strings.SplitSeq(refs, ",") {
			from, to, _ := strings.Cut(ref, ":")
			if n.Name == "_xlnm.Print_Titles" {
				head.row, _ = strconv.Atoi(from)
				head.endRow, _ = strconv.Atoi(to)
				continue
			}
			var a area
			var err error
			if a.col, a.row, err = excelize.CellNameToCoordinates(from); err != nil {
				t.Fatal(err)
			}
			if a.endCol, a.endRow, err = excelize.CellNameToCoordinates(to); err != nil {
				t.Fatal(err)
			}
			areas = append(areas, a)
		}
	}
	return areas, head
}

// pages counts the sheets of paper that each print area takes, as Excel breaks them: one page wide,
// header rows repeated.
func pages(t *testing.T, f *excelize.File, sheet string) (counts []int, scale float64) {
	t.Helper()
	m, err := f.GetPageMargins(sheet)
	if err != nil {
		t.Fatal(err)
	}
	wide, high := (297/25.4-*m.Left-*m.Right)*96, (210/25.4-*m.Top-*m.Bottom)*72
	areas, head := printed(t, f, sheet)
	scale = 1.0
	for _, a := range areas {
		px := 0.0
		for c := a.col; c <= a.endCol; c++ {
			name, _ := excelize.ColumnNumberToName(c)
			w, err := f.GetColWidth(sheet, name)
			if err != nil {
				t.Fatal(err)
			}
			px += math.Trunc(w*7 + 5)
		}
		scale = min(scale, wide/px)
	}
	scale = math.Floor(scale*100) / 100
	height := func(row int) float64 {
		h, err := f.GetRowHeight(sheet, row)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	for _, a := range areas {
		n, used := 1, 0.0
		for row := a.row; row <= a.endRow; row++ {
			if used+height(row) > high/scale {
				n, used = n+1, 0
				for h := head.row; h > 0 && h <= head.endRow && row > head.endRow; h++ {
					used += height(h)
				}
			}
			used += height(row)
		}
		counts = append(counts, n)
		t.Logf("%s %v: page %d ends at %.0f of %.0f pt", sheet, a, n, used, high/scale)
	}
	return counts, scale
}

// The office signs two pages for 34 provinces, three for 63, in print that can be read.
func TestWrite_paper(t *testing.T) {
	for _, c := range []struct{ rows, notRanked, pages int }{{34, 0, 2}, {32, 2, 2}, {63, 0, 3}, {60, 3, 3}} {
		t.Run(fmt.Sprint(c.rows, "+", c.notRanked), func(t *testing.T) {
			p := samplePack()
			p.Tables = []ranking.Table{longer(c.rows, c.notRanked)}
			f := open(t, write(t, p))
			got, scale := pages(t, f, "CPS34")
			if !slices.Equal(got, []int{c.pages, 1}) || scale < 0.97 {
				t.Errorf("table and chart take %v pages at %.2f, want %d and 1 at full size", got, scale, c.pages)
			}
			m, err := f.GetPageMargins("CPS34")
			if err != nil {
				t.Fatal(err)
			}
			for name, in := range map[string]struct{ have, least, most float64 }{"top": {*m.Top, 20, 25}, "bottom": {*m.Bottom, 20, 25},
				"left": {*m.Left, 30, 35}, "right": {*m.Right, 15, 20}} {
				if mm := in.have * 25.4; mm < in.least || mm > in.most {
					t.Errorf("%s margin %.1f mm", name, mm)
				}
			}
		})
	}
}

func TestWrite_details(t *testing.T) {
	p := bigPack(440)
	for i := range p.Details {
		p.Details[i].Remarks = "thiếu tử/mẫu số"
	}
	f := open(t, write(t, p))
	got, scale := pages(t, f, "Chi tiết")
	if got[0] > 14 || scale < 0.75 {
		t.Errorf("440 figures take %v pages at %.2f", got, scale)
	}
}

// Every figure must lead to its file by the number of its source, and to its place there by sheet and
// cell; the figure published beside a table too.
func TestWrite_wayBack(t *testing.T) {
	p := samplePack()
	long := "https://dichvucong.gov.vn/p/home/" + strings.Repeat("bao-cao/", 40)
	p.Sources = append(p.Sources, report.SourceNote{System: kpi.Published.Title(), Origin: long, File: "cong-bo.csv", SHA256: strings.Repeat("ab", 32), Figures: 1})
	p.Tables[0].Published.Source = long
	p.Details = append(p.Details, report.Detail{Agency: "VN", Name: "Cả nước", Indicator: "CPS34", Period: "2026-10-10", Decimals: 2,
		Value: vi.Some(dec("87.1")), State: kpi.Value, Source: kpi.Published.Title(), SourceNo: 2, Sheet: "CSV", Cell: "G7", Revision: 12})
	for i := range p.Details[:6] {
		p.Details[i].Period = "2026-10-10"
	}
	f := open(t, write(t, p))
	list := map[string][]string{}
	rows, err := f.GetRows("Định nghĩa và nguồn")
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if len(row) == 0 || row[0] != "Nguồn số" {
			continue
		}
		for _, r := range rows[i+1:] {
			list[r[0]] = r
		}
	}
	details, err := f.GetRows("Chi tiết")
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range p.Details {
		row := details[len(details)-len(p.Details)+i]
		source := list[row[10]]
		want := p.Sources[d.SourceNo-1]
		if len(source) < 10 || source[2] != want.File || source[3] != want.Origin || source[9] != want.SHA256 || source[8] != fmt.Sprint(want.Figures) ||
			row[9] != d.Source || row[11] != d.Sheet || row[12] != d.Cell {
			t.Errorf("figure %d %q leads to %q", i, row, source)
		}
	}
	if ok, target, err := f.GetCellHyperLink("Chi tiết", "K4"); err != nil || !ok || !strings.HasPrefix(target, "'Định nghĩa và nguồn'!A") {
		t.Errorf("link to the sources: %v %q %v", ok, target, err)
	}
	table, err := f.GetRows("CPS34")
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(table)
	for _, want := range []string{"Theo nguồn số 2", "(nguồn số 1, trang"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(text, long) {
		t.Error("the ranking spells the publisher out")
	}
	p.Details = p.Details[:6]
	f = open(t, write(t, p))
	if table, err = f.GetRows("CPS34"); err != nil || !strings.Contains(fmt.Sprint(table), "- Cả nước (số đã công bố): theo "+long) ||
		!strings.Contains(fmt.Sprint(table), "xem ghi chú") {
		t.Errorf("a publisher without a number is not in the notes: %v", err)
	}
}

func TestWrite_span(t *testing.T) {
	p := samplePack()
	for want, from := range map[string]vi.Date{"Số liệu từ 15/06/2026 đến 14/09/2026, tính đến 05:05 ngày 11/10/2026": p.DataFrom,
		"Số liệu ngày 14/09/2026, tính đến 05:05 ngày 11/10/2026": p.DataTo} {
		p.DataFrom = from
		rows, err := open(t, write(t, p)).GetRows("Mục lục")
		if err != nil || !strings.Contains(fmt.Sprint(rows), want) || !strings.Contains(fmt.Sprint(rows), "Phiên bản dữ liệu 12") {
			t.Errorf("%q is missing from %q", want, rows)
		}
	}
}

// What makes Excel offer to repair a file, and readers that trust the sheet's extent lose cells.
func TestWrite_strict(t *testing.T) {
	p := samplePack()
	p.Tables = append(p.Tables, longer(63, 3))
	p.Tables[2].Code = "CPS35"
	b := write(t, p)
	f := open(t, b)
	types := ""
	for _, part := range parts(t, b) {
		d := xml.NewDecoder(strings.NewReader(part.text))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", part.name, err)
			}
		}
		if part.name == "[Content_Types].xml" {
			types = part.text
		}
	}
	seen := map[string]bool{}
	for _, n := range f.GetDefinedName() {
		if key := n.Scope + "!" + n.Name; seen[key] {
			t.Errorf("name %s twice", key)
		} else {
			seen[key] = true
		}
	}
	cell := regexp.MustCompile(`<c r="([A-Z]+\d+)"(?: s="(\d+)")?`)
	extent := regexp.MustCompile(`<dimension ref="A1:([A-Z]+\d+)">`)
	ids := regexp.MustCompile(`<x14:id>([^<]*)</x14:id>`)
	for _, part := range parts(t, b) {
		if ext := path.Ext(part.name); !strings.Contains(types, `PartName="/`+part.name+`"`) && !strings.Contains(types, `Extension="`+strings.TrimPrefix(ext, ".")+`"`) &&
			part.name != "[Content_Types].xml" {
			t.Errorf("%s has no content type", part.name)
		}
		if !strings.HasPrefix(part.name, "xl/worksheets/sheet") {
			continue
		}
		m := extent.FindStringSubmatch(part.text)
		if m == nil {
			t.Fatalf("%s: no extent", part.name)
		}
		right, bottom, _ := excelize.CellNameToCoordinates(m[1])
		before := 0
		for _, c := range cell.FindAllStringSubmatch(part.text, -1) {
			col, row, err := excelize.CellNameToCoordinates(c[1])
			if err != nil || col > right || row > bottom {
				t.Errorf("%s: %s outside %s, %v", part.name, c[1], m[1], err)
			}
			if at := row*20000 + col; at <= before {
				t.Errorf("%s: %s out of order", part.name, c[1])
			} else {
				before = at
			}
			if id, _ := strconv.Atoi(c[2]); id >= len(f.Styles.CellXfs.Xf) {
				t.Errorf("%s: %s has style %d", part.name, c[1], id)
			}
		}
		bars := ids.FindAllStringSubmatch(part.text, -1)
		for i, id := range bars {
			if strings.Count(part.text, `id="`+id[1]+`"`) != 1 || slices.ContainsFunc(bars[:i], func(o []string) bool { return o[1] == id[1] }) {
				t.Errorf("%s: data bar %s is not paired", part.name, id[1])
			}
		}
	}
	for _, sheet := range f.GetSheetList() {
		merged, err := f.GetMergeCells(sheet)
		if err != nil {
			t.Fatal(err)
		}
		taken := map[[2]int]bool{}
		for _, m := range merged {
			c1, r1, _ := excelize.CellNameToCoordinates(m.GetStartAxis())
			c2, r2, _ := excelize.CellNameToCoordinates(m.GetEndAxis())
			for r := r1; r <= r2; r++ {
				for c := c1; c <= c2; c++ {
					if taken[[2]int{c, r}] {
						t.Errorf("%s: %v overlaps another", sheet, m)
					}
					taken[[2]int{c, r}] = true
				}
			}
		}
	}
	links := 0
	for row := 1; row < 30; row++ {
		ok, target, err := f.GetCellHyperLink("Mục lục", fmt.Sprintf("C%d", row))
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			links++
			name, _, _ := strings.Cut(strings.TrimPrefix(target, "'"), "'!")
			if i, err := f.GetSheetIndex(name); err != nil || i < 0 {
				t.Errorf("link to %q", target)
			}
		}
	}
	if want := len(f.GetSheetList()) - 1; links != want {
		t.Errorf("%d links, want %d", links, want)
	}
}
