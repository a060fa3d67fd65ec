package intake_test

import (
	"archive/zip"
	"bytes"
	"hash/crc32"
	"testing"
)

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"agency,indicator,period,value\nHà Nội,CPS20A,2026,5\n", "Đơn vị;CPS01;Kỳ\nHà Nội;45,5;2026\n",
		"\"a\nb\",\"", "Đơn vị,Tử số,Mẫu số\nTổng cộng,1,2\n,,\n", "agency,value,from,to\nVN,1.234,1/1/2026,x\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { run(t, "a.csv", data) })
}

// The parts of the smallest workbook that holds figures.
const (
	smallBook    = `<workbook xmlns:r="r"><workbookPr date1904="0"/><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>`
	smallRels    = `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`
	smallStrings = `<sst><si><t>Đơn vị</t></si><si><t>Kỳ</t></si><si><t>CPS20A</t></si><si><r><t>Hà </t></r><r><t>Nội</t></r></si></sst>`
	smallStyles  = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="164"/></cellXfs></styleSheet>`
	smallSheet   = `<worksheet><cols><col min="4" max="4" hidden="1"/></cols><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>` +
		`<row r="2" hidden="1"><c r="A2" t="s"><v>3</v></c><c r="B2"><v>2026</v></c><c r="C2"><f>2+3</f><v>5</v></c></row></sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells></worksheet>`
)

// smallWorkbook packs parts into a workbook without compressing them: a few hundred bytes each.
func smallWorkbook(t testing.TB, book, rels, strs, styles, sheet []byte) []byte {
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, p := range []struct {
		name string
		data []byte
	}{{"[Content_Types].xml", []byte("<Types/>")}, {"xl/workbook.xml", book}, {"xl/_rels/workbook.xml.rels", rels},
		{"xl/sharedStrings.xml", strs}, {"xl/styles.xml", styles}, {"xl/worksheets/sheet1.xml", sheet}} {
		w, err := zw.CreateRaw(&zip.FileHeader{Name: p.name, Method: zip.Store, CRC32: crc32.ChecksumIEEE(p.data),
			CompressedSize64: uint64(len(p.data)), UncompressedSize64: uint64(len(p.data))})
		if err == nil {
			_, err = w.Write(p.data)
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

func small(t testing.TB) []byte {
	return smallWorkbook(t, []byte(smallBook), []byte(smallRels), []byte(smallStrings), []byte(smallStyles), []byte(smallSheet))
}

func TestRows_small(t *testing.T) {
	expect(t, run(t, "a.xlsx", small(t)), "hidden_row@A2", "A!C2 P-01 CPS20A 2026 5")
}

// FuzzWorkbook puts any bytes where the parts of a workbook stand: bytes of the container would fail at
// its checksums and reach nothing behind them.
func FuzzWorkbook(f *testing.F) {
	add := func(book, rels, strs, styles, sheet string) {
		f.Add([]byte(book), []byte(rels), []byte(strs), []byte(styles), []byte(sheet))
	}
	add(smallBook, smallRels, smallStrings, smallStyles, smallSheet)
	add(`<w:workbook xmlns:w="w"><w:workbookPr date1904="1"/><w:sheets><w:sheet name="Nh&#xE1;p" state="hidden" r:id="rId1"/></w:sheets></w:workbook>`,
		`<Relationships><Relationship Id="rId1" Target="/xl/worksheets/sheet1.xml"/></Relationships>`, `<sst/>`, `<styleSheet/>`,
		`<worksheet><sheetData><row><c t="inlineStr"><is><t>Đơn vị</t></is></c><c t="e"><v>#REF!</v></c><c t="b"><v>1</v></c><c t="d"><v>2026-01-01</v></c></row></sheetData></worksheet>`)
	f.Fuzz(func(t *testing.T, book, rels, strs, styles, sheet []byte) {
		run(t, "a.xlsx", smallWorkbook(t, book, rels, strs, styles, sheet))
	})
}

// FuzzContainer takes any bytes for the container itself.
func FuzzContainer(f *testing.F) {
	f.Add(small(f))
	f.Add(small(f)[:700])
	f.Fuzz(func(t *testing.T, data []byte) { run(t, "a.xlsx", data) })
}

// FuzzSheet puts any bytes where the XML of a sheet stands.
func FuzzSheet(f *testing.F) {
	for _, s := range []string{smallSheet,
		`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Đơn vị</t></is></c></row></sheetData></worksheet>`,
		`<worksheet><sheetData><row><c t="s"><v>0</v></c><c t="e"><v>#REF!</v></c><c t="b"><v>1</v></c><c t="d"><v>2026-01-01</v></c></row></sheetData></worksheet>`,
		`<x:worksheet xmlns:x="a"><x:sheetData><!-- <row> --><x:row><x:c s="9"><x:f>A1</x:f></x:c></x:row></x:sheetData></x:worksheet>`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, xml []byte) {
		run(t, "a.xlsx", smallWorkbook(t, []byte(smallBook), []byte(smallRels), []byte(smallStrings), []byte(smallStyles), xml))
	})
}
