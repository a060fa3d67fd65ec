package intake_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/intake"
)

const checkedOn = 20261121

// mark reads a file and gives it back marked.
func mark(t testing.TB, name string, data []byte) []byte {
	t.Helper()
	o := run(t, name, data)
	if o.err != nil {
		t.Fatal(o.err)
	}
	return markAs(t, name, data, o.findings)
}

func markAs(t testing.TB, name string, data []byte, findings []check.Finding) []byte {
	t.Helper()
	out, err := intake.Mark(name, data, findings, checkedOn, intake.ForImport, intake.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	again, err := intake.Mark(name, data, findings, checkedOn, intake.ForImport, intake.Limits{})
	if err != nil || !bytes.Equal(out, again) {
		t.Errorf("marking twice gives other bytes (%v)", err)
	}
	return out
}

// open opens a workbook for looking at it.
func open(t testing.TB, data []byte) *excelize.File {
	t.Helper()
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x
}

// dump prints a workbook's sheets: cells with their fills, merges, widths, links and notes.
func dump(t testing.TB, data []byte) string {
	t.Helper()
	x := open(t, data)
	var b strings.Builder
	for _, sheet := range x.GetSheetList() {
		fmt.Fprintf(&b, "== %s\n", sheet)
		rows, err := x.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			dumpRow(t, x, &b, sheet, i+1, rows[i])
		}
		merges, err := x.GetMergeCells(sheet, true)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range merges {
			fmt.Fprintf(&b, "merge %s:%s\n", m.GetStartAxis(), m.GetEndAxis())
		}
		notes, err := x.GetComments(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range notes {
			text := n.Text
			for _, r := range n.Paragraph {
				text += r.Text
			}
			fmt.Fprintf(&b, "note %s by %s: %s\n", n.Cell, n.Author, strings.ReplaceAll(text, "\n", "⏎"))
		}
	}
	return b.String()
}

func dumpRow(t testing.TB, x *excelize.File, b *strings.Builder, sheet string, row int, values []string) {
	t.Helper()
	for c := 1; c <= max(12, len(values)); c++ {
		ref, err := excelize.CoordinatesToCellName(c, row)
		if err != nil {
			t.Fatal(err)
		}
		value := ""
		if c <= len(values) {
			value = values[c-1]
		}
		id, err1 := x.GetCellStyle(sheet, ref)
		st, err2 := x.GetStyle(id)
		if err1 != nil || err2 != nil {
			t.Fatal(ref, err1, err2)
		}
		fill := ""
		if len(st.Fill.Color) > 0 {
			fill = " [" + strings.Join(st.Fill.Color, ",") + "]"
		}
		format := ""
		if st.NumFmt != 0 && sheet != "Lỗi" {
			format = fmt.Sprintf(" {%d}", st.NumFmt)
		}
		link := ""
		if yes, to, err := x.GetCellHyperLink(sheet, ref); err == nil && yes {
			link = " → " + to
		}
		if value != "" || fill != "" {
			fmt.Fprintf(b, "%s %s%s%s%s\n", ref, value, format, fill, link)
		}
	}
}

// goldenFile compares text with a file of testdata, which -update writes.
func goldenFile(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

// badWorkbook is a form as clerks make it: title, merged cells, borders, formats, notes, a second
// sheet with print titles.
func badWorkbook(t testing.TB) []byte {
	t.Helper()
	return workbook(t, [][]any{
		{"ỦY BAN NHÂN DÂN TỈNH"},
		{"Kỳ báo cáo: Quý III/2026"},
		{},
		{"TT", "Đơn vị", "Chỉ tiêu", "Tử số", "Mẫu số", "Giá trị", "Ghi chú"},
		{1, "Hà Nội", "CPS01", 120, 100, nil, nil},
		{2, "Hà Nộii", "CPS08", 45, 100, nil, nil},
		{3, "Tây Ninh", "CPS20A", nil, nil, "??", "xem lại"},
		{4, "Tây Ninh", "CPS01", 45, 100, 0.46, nil},
		{5, "Đồng Tháp", "CPS01", nil, nil, nil, nil},
	}, func(x *excelize.File) {
		percent := 10
		st, err := x.NewStyle(&excelize.Style{NumFmt: percent, Border: []excelize.Border{{Type: "top", Style: 1, Color: "000000"}}})
		for _, e := range []error{err, x.SetSheetName("Sheet1", "Biểu 'số' 1"), x.SetCellStyle("Biểu 'số' 1", "F8", "F9", st),
			x.MergeCell("Biểu 'số' 1", "A1", "G1"), x.SetColWidth("Biểu 'số' 1", "B", "B", 31), x.SetColWidth("Biểu 'số' 1", "E", "E", 4),
			x.AddComment("Biểu 'số' 1", excelize.Comment{Cell: "F7", Author: "Chị Lan", Paragraph: []excelize.RichTextRun{{Text: "Hỏi lại <phòng> một cửa"}}}),
			x.AddComment("Biểu 'số' 1", excelize.Comment{Cell: "A1", Author: "Chị Lan", Text: "Bản nháp"})} {
			if e != nil {
				t.Fatal(e)
			}
		}
		if _, err := x.NewSheet("Nháp"); err != nil {
			t.Fatal(err)
		}
		if err := x.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: "Nháp", RefersTo: "Nháp!$1:$2"}); err != nil {
			t.Fatal(err)
		}
		if err := x.SetCellValue("Nháp", "A1", "tính thử"); err != nil {
			t.Fatal(err)
		}
	})
}

func TestMark_golden(t *testing.T) {
	goldenFile(t, "marked.golden", dump(t, mark(t, "Biểu quý III.xlsx", badWorkbook(t))))
}

func TestMark_csv(t *testing.T) {
	data := "Đơn vị;Chỉ tiêu;Kỳ báo cáo;Giá trị;Ghi chú\n\nHà Nội;CPS20A;2026-Q3;0012;=1+1\n\"Hà\nNộii\";CPS20A;2026-Q3;-3\nHuế;CPS20A;2026-Q3;\n"
	marked := mark(t, "so.csv", []byte(data))
	goldenFile(t, "marked-csv.golden", dump(t, marked))
	o := run(t, "so.xlsx", marked)
	if o.err != nil || len(o.entries) != 1 || o.entries[0] != "CSV!D3 P-01 CPS20A 2026-Q3 12" {
		t.Errorf("read again: %v %v", o.entries, o.err)
	}
	if was := run(t, "so.csv", []byte(data)); was.codes() != o.codes() {
		t.Errorf("other findings: %s, were %s", o.codes(), was.codes())
	}
}

// A CSV of another character set or with a line for Excel is marked where it was read.
func TestMark_csvForms(t *testing.T) {
	text := "sep=;\r\nĐơn vị;Chỉ tiêu;Kỳ;Giá trị\r\nHà Nội;CPS20A;2026-Q3;007\r\nĐâu đó;CPS20A;2026-Q3;1\r\n"
	wide := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for name, data := range map[string][]byte{"utf-8": []byte(text), "utf-16": wide} {
		t.Run(name, func(t *testing.T) {
			marked := mark(t, "a.csv", data)
			was, is := run(t, "a.csv", data), run(t, "a.xlsx", marked)
			if was.err != nil || was.codes() != is.codes() || !slices.Equal(was.entries, is.entries) || was.codes() != "unknown_agency@A4" {
				t.Errorf("%v %s, was %v %s (%v)", is.entries, is.codes(), was.entries, was.codes(), was.err)
			}
			if got := dump(t, marked); !strings.Contains(got, "A4 Đâu đó {49} [FFC8CD]") || !strings.Contains(got, "D3 007 {49}") {
				t.Error(got)
			}
		})
	}
}

// What a clerk does: correct the cells of the marked file and send it again.
func TestMark_corrected(t *testing.T) {
	marked := mark(t, "bad.xlsx", badWorkbook(t))
	if o := run(t, "bad.xlsx", marked); strings.Contains(o.codes(), "no_header") || len(o.findings) != len(run(t, "bad.xlsx", badWorkbook(t)).findings) {
		t.Errorf("the marked file is read as %s", o.codes())
	}
	x := open(t, marked)
	for ref, v := range map[string]any{"D5": 12, "B6": "Hà Nội", "F7": 1234, "F8": nil, "F9": "không phát sinh"} {
		if err := x.SetCellValue("Biểu 'số' 1", ref, v); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	o := run(t, "bad.xlsx", b.Bytes())
	if o.err != nil || o.codes() != "comment_unread@A1 comment_unread@F7" || len(o.entries) != 5 { // the clerk's own notes
		t.Fatalf("corrected: %s: %v %v %v", o.codes(), o.entries, o.findings, o.err)
	}
	// Marked again there is nothing left of the first time, and the notes of others are as they were.
	again := dump(t, markAs(t, "bad.xlsx", b.Bytes(), nil))
	for _, gone := range []string{"FFC8CD", "FFE8A6", "Chiso:", "by Chiso"} {
		if strings.Contains(again, gone) {
			t.Errorf("%s is left:\n%s", gone, again)
		}
	}
	for _, kept := range []string{"note F7 by Chị Lan: Hỏi lại <phòng> một cửa\n", "note A1 by Chị Lan: Bản nháp\n"} {
		if !strings.Contains(again, kept) {
			t.Errorf("%q is lost:\n%s", kept, again)
		}
	}
}

// Marking the same file over and over changes nothing.
func TestMark_again(t *testing.T) {
	data := badWorkbook(t)
	findings := run(t, "bad.xlsx", data).findings
	once := markAs(t, "bad.xlsx", data, findings)
	if d := cmp.Diff(dump(t, once), dump(t, markAs(t, "bad.xlsx", once, findings))); d != "" {
		t.Error(d)
	}
	// LibreOffice forgets who wrote a note and writes line breaks in its own way.
	other := rezip(t, once, func(name string, b []byte) []byte {
		if strings.Contains(name, "comments") {
			b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("<author>Chiso<"), []byte("<author> <")), []byte("\n"), []byte("&#10;"))
		}
		return b
	})
	if d := cmp.Diff(dump(t, once), dump(t, markAs(t, "bad.xlsx", other, findings))); d != "" {
		t.Error(d)
	}
}

func TestMark_layoutStays(t *testing.T) {
	data := badWorkbook(t)
	before, after := open(t, data), open(t, mark(t, "bad.xlsx", data))
	for _, c := range []string{"A", "B", "E"} {
		w1, err1 := before.GetColWidth("Biểu 'số' 1", c)
		w2, err2 := after.GetColWidth("Biểu 'số' 1", c)
		if err1 != nil || err2 != nil || w1 != w2 {
			t.Errorf("column %s: %v, was %v", c, w2, w1)
		}
	}
	for _, n := range after.GetDefinedName() {
		if n.Name == "_xlnm.Print_Titles" && n.Scope != "Lỗi" && n.Scope != "Nháp" {
			t.Errorf("print titles of %s", n.Scope)
		}
	}
	if got := after.GetSheetList(); !slices.Equal(got, []string{"Lỗi", "Biểu 'số' 1", "Nháp"}) || after.GetActiveSheetIndex() != 0 {
		t.Errorf("sheets %v", got)
	}
}

// A cell inside a merged area is marked where people see it.
func TestMark_merged(t *testing.T) {
	data := workbook(t, [][]any{{"Đơn vị", "CPS20A"}, {"Hà Nội", 1}, {"Huế", 2}}, func(x *excelize.File) {
		if err := x.MergeCell("Sheet1", "B2", "B3"); err != nil {
			t.Fatal(err)
		}
	})
	got := dump(t, markAs(t, "m.xlsx", data, []check.Finding{
		{Severity: check.Warning, Sheet: "Sheet1", Cell: "B2", Code: "w", Message: "Một."},
		{Severity: check.Error, Sheet: "Sheet1", Cell: "B3", Code: "e", Message: "Hai. Hãy sửa."}}))
	if !strings.Contains(got, "B2 1 [FFC8CD]") || !strings.Contains(got, "note B2 by Chiso: Chiso⏎Lỗi: Hai. Hãy sửa.⏎Cảnh báo: Một.") {
		t.Error(got)
	}
}

func TestMark_manyFindings(t *testing.T) {
	rows := [][]any{{"Đơn vị", "Chỉ tiêu", "Kỳ", "Giá trị"}}
	var findings []check.Finding
	for i := range 700 {
		rows = append(rows, []any{"Hà Nội", "CPS20A", "2026-Q3", i})
		findings = append(findings, check.Finding{Severity: check.Error, Sheet: "Sheet1", Cell: fmt.Sprintf("D%d", i+2), Code: "x", Message: "Sai."})
	}
	got := dump(t, markAs(t, "n.xlsx", workbook(t, rows), findings))
	if n := strings.Count(got, "→ 'Sheet1'!"); n != 500 {
		t.Errorf("%d links", n)
	}
	if n := strings.Count(got, "by Chiso"); n != 700 {
		t.Errorf("%d notes", n)
	}
	if !strings.Contains(got, "Còn 200 mục nữa không liệt kê ở đây; mọi ô sai đều đã được tô màu và ghi chú thích.") {
		t.Error("the rest is not said")
	}
}

func TestMark_longFile(t *testing.T) {
	data := "Đơn vị,Chỉ tiêu,Kỳ,Giá trị\n" + strings.Repeat("Hà Nội,CPS20A,2026-Q3,1\n", 50_001)
	out := markAs(t, "dài.csv", []byte(data), []check.Finding{{Severity: check.Error, Sheet: "CSV", Cell: "D7", Code: "x", Message: "Sai."}})
	x := open(t, out)
	if got := x.GetSheetList(); !slices.Equal(got, []string{"Lỗi"}) {
		t.Errorf("sheets %v", got)
	}
	if got := dump(t, out); strings.Contains(got, "→") || !strings.Contains(got, "Tệp có hơn 50.000 dòng nên chỉ có danh sách này.") {
		t.Error(got)
	}
}

// A workbook that is small in rows and heavy inside is not loaded: styled cells cost the library more
// than figures do.
func TestMark_heavyFile(t *testing.T) {
	data := rezip(t, workbook(t, [][]any{{"Đơn vị", "CPS20A"}, {"Hà Nội", 1}}), func(name string, b []byte) []byte {
		if name == "xl/worksheets/sheet1.xml" {
			return bytes.Replace(b, []byte("</worksheet>"), append(bytes.Repeat([]byte("<!-- heavy -->"), 2<<20), "</worksheet>"...), 1)
		}
		return b
	})
	out := markAs(t, "nặng.xlsx", data, []check.Finding{{Severity: check.Error, Sheet: "Sheet1", Cell: "B2", Code: "x", Message: "Sai."}})
	if got := open(t, out).GetSheetList(); !slices.Equal(got, []string{"Lỗi"}) {
		t.Errorf("sheets %v", got)
	}
}

// A file that the library cannot write again gives the list; one that is no workbook is refused.
func TestMark_hostile(t *testing.T) {
	findings := []check.Finding{{Severity: check.Error, Sheet: "Sheet1", Cell: "A1", Code: "x", Message: "Sai."}}
	if _, err := intake.Mark("a.xlsx", []byte("%PDF-1.7"), findings, checkedOn, intake.ForImport, intake.Limits{}); fault.KindOf(err) != fault.Unreadable {
		t.Errorf("a PDF: %v", err)
	}
	data := workbook(t, [][]any{{"Đơn vị", "CPS20A"}, {"Hà Nội", 1}})
	broken := rezip(t, data, func(name string, b []byte) []byte {
		if name == "xl/styles.xml" {
			return []byte(`<styleSheet><cellXfs count="x"><xf numFmtId="x"/></cellXfs></styleSheet>`)
		}
		return b
	})
	if got := open(t, markAs(t, "a.xlsx", broken, findings)).GetSheetList(); !slices.Equal(got, []string{"Lỗi"}) {
		t.Errorf("broken styles: sheets %v", got)
	}
	// Nothing that a cell or a message says becomes a formula or breaks the parts.
	evil := []check.Finding{{Severity: check.Error, Sheet: "Sheet1", Cell: "A2", Code: "=1+1", Message: "=HYPERLINK(\"x\") </t>&\x01 <b> ]]>"},
		{Severity: check.Error, Sheet: "Không có", Cell: "A2", Message: "x"}, {Severity: check.Error, Sheet: "Sheet1", Cell: "ZZZZ99999999", Message: "y"}}
	x := open(t, markAs(t, "=cmd|' /C calc'!A0.xlsx", data, evil))
	if f, err := x.GetCellFormula("Lỗi", "E7"); err != nil || f != "" {
		t.Errorf("formula %q, %v", f, err)
	}
}

// When the time for a file is over before it is marked, the list comes back alone, and leads nowhere.
func TestMark_late(t *testing.T) {
	data := badWorkbook(t)
	findings := run(t, "a.xlsx", data).findings
	limits := intake.Limits{Time: time.Nanosecond, Until: time.Now().Add(time.Hour)}
	whole, err := intake.Mark("a.xlsx", data, findings, checkedOn, intake.ForImport, limits)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(open(t, whole).GetSheetList()); n < 2 {
		t.Errorf("%d sheets in time", n)
	}
	csv := []byte("Đơn vị,Kỳ,CPS20A\n" + strings.Repeat("Hà Nội,2026,x\n", 10))
	limits.Until = time.Now()
	out, err := intake.Mark("a.csv", csv, run(t, "a.csv", csv).findings, checkedOn, intake.ForImport, limits)
	if err != nil {
		t.Fatal(err)
	}
	if got := open(t, out).GetSheetList(); !slices.Equal(got, []string{"Lỗi"}) {
		t.Errorf("sheets too late: %v", got)
	}
}
