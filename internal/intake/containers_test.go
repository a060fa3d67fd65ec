package intake_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chiso/internal/check"
	"chiso/internal/intake"
)

// described reads the description of a case of testdata/cases or testdata/matched.
func described(t testing.TB, name string) string {
	t.Helper()
	for _, dir := range []string{"cases", "matched"} {
		if data, err := os.ReadFile(filepath.Join("testdata", dir, name+".txt")); err == nil {
			describe, _, _ := strings.Cut(string(data), "---\n")
			return describe
		}
	}
	t.Fatalf("no case %s", name)
	return ""
}

var rePlace = regexp.MustCompile(`(?m)^\S.*?![A-Z]+[0-9]+ `)

// TestRows_containers reads files that LibreOffice 24 wrote of the workbooks of testdata/cases and testdata/matched, as .ods, as a page,
// and as .xls: the same figures come out, of pages without the sheet and the cell.
func TestRows_containers(t *testing.T) {
	words := headingWords(t)
	files, err := filepath.Glob(filepath.Join("testdata", "containers", "*.*"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		ext := filepath.Ext(file)
		name := strings.TrimSuffix(filepath.Base(file), ext)
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			b := &builder{t: t}
			book := b.build(described(t, name))
			with := func(_ *check.Rules, o *intake.Options) { o.Words = words }
			want := run(t, "a.xlsx", book, b.rules, with)
			got := run(t, "a.xls", data, b.rules, with)
			if ext == ".html" {
				for _, o := range []*outcome{&want, &got} {
					for i := range o.entries {
						o.entries[i] = rePlace.ReplaceAllString(o.entries[i], "")
					}
				}
			}
			if !slices.Equal(got.entries, want.entries) {
				t.Errorf("got:\n%s\nof the workbook:\n%s", outcomeText(got), outcomeText(want))
			}
		})
	}
}

// TestRows_pages reads pages that were saved as workbooks, as one-stop software exports them.
func TestRows_pages(t *testing.T) {
	for _, c := range []struct {
		what, page, findings string
		entries              []string
	}{
		{"nested tables, titles, a row span, entities, tags that are not closed", `<html><head><title>x</title><style>td{a:b}</style></head><body>
<table><tr><td><h3>S&#7889; li&#7879;u Qu&yacute; III n&#259;m 2026</h3>
<table border=1><tr><th rowspan=2>Đơn vị<th colspan=2>CPS08<th rowspan="2">CPS20A</tr><tr><th>Tử số<th>Mẫu số</tr>
<tr><td>H&agrave;&nbsp;Nội<td>90<td>100<td>5<tr><td>Huế<td>80<td>100<td>6</table></td></tr></table>
<script>if (a<b) document.write("<td>9</td>")</script></body></html>`, "",
			[]string{"HTML!B5 P-01 CPS08 2026-Q3 90/100", "HTML!D5 P-01 CPS20A 2026-Q3 5", "HTML!B6 P-46 CPS08 2026-Q3 80/100", "HTML!D6 P-46 CPS20A 2026-Q3 6"}},
		{"raised marks, a break inside a heading, a hidden row", `<table><tr><td>Đơn<br>vị</td><td>Kỳ</td><td>CPS20A</td></tr>
<tr><td>Hà Nội</td><td>2026</td><td>85<span style="vertical-align: super">1</span></td></tr><tr style="display: none"><td>Huế</td><td>2026</td><td>7</td></tr></table>`,
			"footnote_mark@C2 hidden_row@A3", []string{"HTML!C2 P-01 CPS20A 2026 85", "HTML!C3 P-46 CPS20A 2026 7"}},
		{"struck out, in the text and as a whole", `<table><tr><td>Đơn vị</td><td>Kỳ</td><td>CPS20A</td></tr>
<tr><td>Hà Nội</td><td>2026</td><td><s>60</s>65</td></tr><tr><td>Huế</td><td>2026</td><td style="text-decoration:line-through">7</td></tr></table>`,
			"struck_cell@C2 unit_mismatch@C2 struck_cell@C3", []string{"HTML!C3 P-46 CPS20A 2026 7"}},
	} {
		got := run(t, "a.xls", []byte(c.page))
		var codes []string
		for _, f := range got.findings {
			codes = append(codes, f.Code+"@"+f.Cell)
		}
		slices.Sort(codes)
		want := strings.Fields(c.findings)
		slices.Sort(want)
		if !slices.Equal(got.entries, c.entries) || !slices.Equal(codes, want) {
			t.Errorf("%s: %v\n%s", c.what, codes, outcomeText(got))
		}
	}
}

// TestOpen_hostilePages: what costs too much, or is no table, is refused.
func TestOpen_hostilePages(t *testing.T) {
	for what, page := range map[string]string{
		"no table":          "<html><body>Đăng nhập</body></html>",
		"too deep":          strings.Repeat("<table><tr><td>", 40),
		"too wide":          "<table><tr><td colspan=60000>a<td>b</table>",
		"too many cells":    "<table>" + strings.Repeat("<tr>"+strings.Repeat("<td>", 1000), 11_000),
		"one text too long": "<table><tr><td>" + strings.Repeat("a", 200_000) + "</table>",
	} {
		if _, err := intake.Open("a.xls", []byte(page), intake.Limits{}); err == nil {
			t.Errorf("%s is read", what)
		}
	}
}

// odsFile packs the content of an OpenDocument spreadsheet.
func odsFile(t testing.TB, content string, extra ...[2]string) []byte {
	t.Helper()
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, p := range append([][2]string{{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, {"content.xml", content}}, extra...) {
		w, err := zw.CreateRaw(&zip.FileHeader{Name: p[0], Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(p[1])),
			CompressedSize64: uint64(len(p[1])), UncompressedSize64: uint64(len(p[1]))})
		if err == nil {
			_, err = w.Write([]byte(p[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const odsHead = `<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" xmlns:fo="f"><office:automatic-styles>` +
	`<style:style style:name="T1" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>` +
	`<style:style style:name="T2" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>` +
	`<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>`

const odsFoot = `</office:spreadsheet></office:body></office:document-content>`

func odsText(texts ...string) (row string) {
	for _, s := range texts {
		row += `<table:table-cell office:value-type="string"><text:p>` + s + `</text:p></table:table-cell>`
	}
	return row
}

func odsNumber(value, shown string) string {
	return `<table:table-cell office:value-type="float" office:value="` + value + `"><text:p>` + shown + `</text:p></table:table-cell>`
}

func odsRow(cells string) string { return "<table:table-row>" + cells + "</table:table-row>" }

// markedODS is a table with marks, comments and a hidden sheet.
func markedODS() string {
	return odsHead + `<table:table table:name="Biểu"><table:table-column table:number-columns-repeated="3"/>` +
		odsRow(odsText("Đơn vị", "Kỳ", "CPS20A")) +
		odsRow(odsText("Hà Nội", "2026")+odsText(`85<text:span text:style-name="T1">1</text:span>`)) +
		odsRow(odsText("Huế", "2026")+odsNumber("7654321", "7.654")) +
		odsRow(odsText("Bắc Ninh", "2026")+odsNumber("12", "khoảng 12")) +
		odsRow(odsText("Đồng Tháp", "2026")+odsText(`<text:span text:style-name="T2">60</text:span>65`)) +
		odsRow(odsText("Tây Ninh", "2026")+`<table:table-cell office:value-type="float" office:value="5"><office:annotation><dc:creator>A</dc:creator><text:p>số liệu ước</text:p></office:annotation><text:p>5</text:p></table:table-cell>`) +
		`<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>` +
		`<table:table table:name="Cũ" table:style-name="ta2">` + odsRow(odsText("Đơn vị", "Kỳ", "CPS20A")) + odsRow(odsText("Hà Nội", "2025")+odsNumber("4", "4")) + `</table:table>` + odsFoot
}

// TestRows_ods reads what LibreOffice writes in few places: marks in a text, comments, numbers that a cell shows otherwise, hidden sheets.
func TestRows_ods(t *testing.T) {
	book := markedODS()
	got := run(t, "a.ods", odsFile(t, book))
	text := outcomeText(got)
	for _, want := range []string{"Biểu!C2 P-01 CPS20A 2026 85\n", "Biểu!C2 footnote_mark", "error Biểu!C3 scaled_format", "Biểu!C4 P34-24 CPS20A 2026 12",
		"error Biểu!C5 struck_cell", "error Biểu!C6 cell_comment", "Cũ!C2 P-01 CPS20A 2025 4", "warning Cũ! hidden_sheet"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// TestOpen_hostileODS: bombs of repetition, passwords and broken parts are refused.
func TestOpen_hostileODS(t *testing.T) {
	sheet := func(rows string) string {
		return odsHead + `<table:table table:name="A">` + rows + `</table:table>` + odsFoot
	}
	for what, data := range map[string][]byte{
		"rows repeated":  odsFile(t, sheet(`<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="900"><text:p>1</text:p></table:table-cell></table:table-row>`)),
		"cells repeated": odsFile(t, sheet(odsRow(`<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"><text:p>1</text:p></table:table-cell>`))),
		"encrypted":      odsFile(t, "x", [2]string{"META-INF/manifest.xml", `<m:manifest xmlns:m="m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>`}),
		"cut":            odsFile(t, odsHead),
		"a doctype":      odsFile(t, `<!DOCTYPE a [<!ENTITY b "c">]>`+sheet("")),
		"no spreadsheet": odsFile(t, `<office:document-content xmlns:office="o"><office:body/></office:document-content>`),
	} {
		if _, err := intake.Open("a.ods", data, intake.Limits{}); err == nil {
			t.Errorf("%s is read", what)
		}
	}
}

// FuzzODS puts any bytes where the content of an OpenDocument spreadsheet stands.
func FuzzODS(f *testing.F) {
	f.Add([]byte(odsHead + `<table:table table:name="A">` + odsRow(odsText("Đơn vị", "Kỳ", "CPS20A")) + odsRow(odsText("Hà Nội", "2026")+odsNumber("5", "5")) + `</table:table>` + odsFoot))
	f.Add([]byte(`<a><table name="b"><table-row number-rows-repeated="3"><table-cell number-columns-repeated="2" number-columns-spanned="2" value-type="date" date-value="2026-10-10" formula="of:=[.A1]/[.B1]"><annotation><p>x</p></annotation><p>1</p></table-cell></table-row></table></a>`))
	f.Fuzz(func(t *testing.T, content []byte) { run(t, "a.ods", odsFile(t, string(content))) })
}

// FuzzHTML reads any page.
func FuzzHTML(f *testing.F) {
	f.Add("<html><table><tr><td>Đơn vị<td>Kỳ<td>CPS20A<tr><td rowspan=2>Hà Nội<td>2026<td>5<sup>1</sup></table>")
	f.Add("<table><tr><td colspan='3'><table><tr><th>a</table><!-- x --><s>b</table><p>c&amp;d<script>e</script>")
	f.Fuzz(func(t *testing.T, page string) { run(t, "a.xls", []byte("<table>"+page)) })
}

// TestMark_otherContainers: a marked file of another container is a workbook with the same cells.
func TestMark_otherContainers(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "containers", "motto-two-row-header.ods"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := intake.Mark("a.ods", data, []check.Finding{{Severity: check.Error, Sheet: "Sheet1", Cell: "C8", Code: "x", Message: "Sai."}}, 20261010, intake.ForImport, intake.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	b := &builder{t: t}
	b.build(described(t, "motto-two-row-header"))
	if got, want := run(t, "a.xlsx", out, b.rules).entries, run(t, "a.ods", data, b.rules).entries; !slices.Equal(got, want) || len(got) == 0 {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestRows_marks reads the same as LibreOffice 24 wrote it: raised and struck out letters, formats with words and divided numbers, a
// comment, a hidden sheet.
func TestRows_marks(t *testing.T) {
	for _, name := range []string{"marks.xls", "marks.ods"} {
		data, err := os.ReadFile(filepath.Join("testdata", "xls", name))
		if err != nil {
			t.Fatal(err)
		}
		text := outcomeText(run(t, name, data))
		for _, want := range []string{"Biểu!C2 P-01 CPS20A 2026 85\n", "Biểu!C2 footnote_mark", "error Biểu!C3 scaled_format", "Biểu!C4 P34-24 CPS20A 2026 12",
			"error Biểu!C5 struck_cell", "error Biểu!C6 cell_comment", "Cũ!C2 P-01 CPS20A 2025 4", "warning Cũ! hidden_sheet"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", name, want, text)
			}
		}
	}
}

// xlsFile packs a stream of records into a compound file.
func xlsFile(stream []byte) []byte {
	const sector = 512
	size := max(len(stream), 4096)
	n := (size + sector - 1) / sector
	fats := (n + 2 + sector/4 - 1 + 1) / (sector / 4)
	head := make([]byte, sector)
	copy(head, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	le := binary.LittleEndian
	le.PutUint16(head[26:], 3)
	le.PutUint16(head[28:], 0xFFFE)
	le.PutUint16(head[30:], 9)
	le.PutUint16(head[32:], 6)
	le.PutUint32(head[44:], uint32(fats))
	le.PutUint32(head[48:], uint32(n)) // the directory follows the stream
	le.PutUint32(head[56:], 4096)
	le.PutUint32(head[60:], 0xFFFFFFFE)
	le.PutUint32(head[68:], 0xFFFFFFFE)
	for i := range 109 {
		le.PutUint32(head[76+4*i:], 0xFFFFFFFF)
	}
	fat := make([]byte, fats*sector)
	for i := range len(fat) / 4 {
		le.PutUint32(fat[4*i:], 0xFFFFFFFF)
	}
	for i := range n {
		le.PutUint32(fat[4*i:], uint32(i+1))
	}
	le.PutUint32(fat[4*(n-1):], 0xFFFFFFFE)
	le.PutUint32(fat[4*n:], 0xFFFFFFFE)
	for i := range min(fats, 109) {
		le.PutUint32(head[76+4*i:], uint32(n+1+i))
	}
	dir := make([]byte, sector)
	for i, e := range []struct {
		name string
		kind byte
	}{{"Root Entry", 5}, {"Workbook", 2}} {
		d := dir[128*i:]
		for k, c := range e.name {
			le.PutUint16(d[2*k:], uint16(c))
		}
		le.PutUint16(d[64:], uint16(2*len(e.name)+2))
		d[66] = e.kind
		le.PutUint32(d[116:], 0xFFFFFFFE)
	}
	le.PutUint32(dir[128+116:], 0)
	le.PutUint32(dir[128+120:], uint32(size))
	padded := make([]byte, n*sector)
	copy(padded, stream)
	return slices.Concat(head, padded, dir, fat)
}

// biff makes records.
func biff(kind int, body ...byte) []byte {
	out := binary.LittleEndian.AppendUint16(nil, uint16(kind))
	return append(binary.LittleEndian.AppendUint16(out, uint16(len(body))), body...)
}

// smallXLS is a stream with one sheet of one number and one formula that nobody calculated.
func smallXLS() []byte {
	bof := func(kind byte) []byte { return biff(0x0809, 0, 6, kind, 0) }
	label := func(column byte, text string) []byte {
		return biff(0x0204, append([]byte{0, 0, column, 0, 0, 0, byte(len(text)), 0, 0}, text...)...)
	}
	row := func(line byte, whose string) []byte {
		return slices.Concat(biff(0x0204, append([]byte{line, 0, 0, 0, 0, 0, byte(len(whose)), 0, 0}, whose...)...), biff(0x027E, line, 0, 1, 0, 0, 0, 0xAA, 0x1F, 0, 0))
	}
	sheet := slices.Concat(bof(0x10), label(0, "agency"), label(1, "period"), label(2, "CPS20A"),
		row(1, "P-01"), biff(0x0203, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 64), // 5
		row(2, "P-46"), biff(0x0006, slices.Concat([]byte{2, 0, 2, 0, 0, 0}, make([]byte, 16))...), biff(0x000A))
	globals := slices.Concat(bof(5), biff(0x0085, 0, 0, 0, 0, 0, 0, 1, 0, 'A'), biff(0x000A))
	binary.LittleEndian.PutUint32(globals[8+4:], uint32(len(globals)))
	return slices.Concat(globals, sheet)
}

// TestRows_xlsNotCalculated: a formula whose stored result is 0 was never calculated by whoever wrote the file: it is no 0.
func TestRows_xlsNotCalculated(t *testing.T) {
	expect(t, run(t, "a.xls", xlsFile(smallXLS())), "broken_cell@C3", "A!C2 P-01 CPS20A 2026 5")
}

// TestOpen_hostileXLS: what is cut, ends nowhere, is over a limit or has a password is refused.
func TestOpen_hostileXLS(t *testing.T) {
	good, changed := xlsFile(smallXLS()), func(at int, v uint32) []byte {
		b := xlsFile(smallXLS())
		binary.LittleEndian.PutUint32(b[at:], v)
		return b
	}
	bof := biff(0x0809, 0, 6, 5, 0)
	for what, data := range map[string][]byte{
		"cut":                      good[:700],
		"a chain in a circle":      changed(len(good)-512, 0),
		"a chain that leaves":      changed(len(good)-512, 1_000_000),
		"password":                 xlsFile(slices.Concat(bof, biff(0x002F, 0, 0), biff(0x000A))),
		"records end":              xlsFile(bytes.Repeat([]byte{9, 8, 4, 0, 0, 6, 5, 0}, 600)),
		"a record too long":        xlsFile(slices.Concat(bof, []byte{0x85, 0, 0xFF, 0xFF})),
		"texts without end":        xlsFile(slices.Concat(bof, biff(0x00FC, 9, 0, 0, 0, 9, 0, 0, 0, 5, 0, 1, 'a'), biff(0x000A))),
		"as many texts as allowed": xlsFile(slices.Concat(bof, biff(0x00FC, 9, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F), biff(0x000A))),
		"old format":               xlsFile(biff(0x0809, 0, 5, 5, 0)),
	} {
		if _, err := intake.Open("a.xls", data, intake.Limits{}); err == nil {
			t.Errorf("%s is read", what)
		}
	}
}

// FuzzXLS puts any records into a compound file.
func FuzzXLS(f *testing.F) {
	f.Add(smallXLS())
	files, _ := filepath.Glob(filepath.Join("testdata", "xls", "*.xls"))
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil && len(data) > 4608 {
			f.Add(data[512:])
		}
	}
	f.Fuzz(func(t *testing.T, stream []byte) { run(t, "a.xls", xlsFile(stream)) })
}

// FuzzCompound takes any bytes for the compound file itself.
func FuzzCompound(f *testing.F) {
	f.Add(xlsFile(smallXLS()))
	f.Fuzz(func(t *testing.T, data []byte) {
		run(t, "a.xls", append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), data...))
	})
}
