package intake_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"chiso/internal/fault"
	"chiso/internal/intake"
)

// rezip copies an archive through change, which returns the new content of a part, or nil to leave
// it out. Further parts are added at the end.
func rezip(t testing.TB, data []byte, change func(name string, b []byte) []byte, extra ...[2]string) []byte {
	t.Helper()
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	put := func(name string, b []byte) {
		w, err := zw.Create(name)
		if err == nil {
			_, err = w.Write(b)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range zr.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		if b = change(f.Name, b); b != nil {
			put(f.Name, b)
		}
	}
	for _, e := range extra {
		put(e[0], []byte(e[1]))
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func same(_ string, b []byte) []byte { return b }

// inSheet replaces text in the sheet of a good workbook.
func inSheet(t testing.TB, old, repl string) []byte {
	return rezip(t, good(t), func(name string, b []byte) []byte {
		if name != "xl/worksheets/sheet1.xml" {
			return b
		}
		if !bytes.Contains(b, []byte(old)) {
			t.Fatalf("the sheet has no %q: %s", old, b)
		}
		return bytes.Replace(b, []byte(old), []byte(repl), 1)
	})
}

func good(t testing.TB) []byte {
	return workbook(t, [][]any{{"Đơn vị", "Chỉ tiêu", "Kỳ", "Giá trị"}, {"Hà Nội", "CPS20A", "2026", 5}, {"Đồng Tháp", "CPS20A", "2026", 6}})
}

func wide(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

func zipOf(t testing.TB, names ...string) []byte {
	var parts [][2]string
	for _, n := range names {
		parts = append(parts, [2]string{n, "<x/>"})
	}
	var empty bytes.Buffer
	if err := zip.NewWriter(&empty).Close(); err != nil {
		t.Fatal(err)
	}
	return rezip(t, empty.Bytes(), same, parts...)
}

// lie sets the declared sizes of a part to one byte, in the central directory.
func lie(t testing.TB, data []byte, name string) []byte {
	data = bytes.Clone(data)
	dir := bytes.LastIndex(data, append([]byte{}, name...))
	head := bytes.LastIndex(data[:dir], []byte("PK\x01\x02"))
	if head < 0 {
		t.Fatal("no central directory")
	}
	copy(data[head+24:], []byte{1, 0, 0, 0})
	return data
}

func TestOpen_refuses(t *testing.T) {
	far := func(cell string) []byte {
		return workbook(t, nil, func(x *excelize.File) { _ = x.SetCellValue("Sheet1", cell, "x") })
	}
	bomb := rezip(t, good(t), same, [2]string{"xl/media/a.bin", strings.Repeat("0", 20<<20)})
	tests := []struct {
		name string
		data []byte
		kind fault.Kind
		says string
	}{
		{"empty", nil, fault.Unreadable, "Tệp trống"},
		{"blank", []byte(" \n\n"), fault.Unreadable, "Tệp trống"},
		{"old xls", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + wide("Workbook")), fault.Unreadable, "(.xls)"},
		{"encrypted", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + wide("EncryptedPackage")), fault.Unreadable, "mật khẩu"},
		{"html", []byte("\uFEFF <html><p>1</p>"), fault.Unreadable, "HTML"},
		{"xml 2003", []byte(`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`), fault.Unreadable, "XML 2003"},
		{"pdf", []byte("%PDF-1.7"), fault.Unreadable, "PDF"},
		{"rtf", []byte(`{\rtf1`), fault.Unreadable, "RTF"},
		{"gzip", []byte("\x1f\x8b\x08"), fault.Unreadable, "giải nén"},
		{"binary", []byte("\x89PNG\r\n\x1a\n\x00\x00"), fault.Unreadable, "Không nhận ra"},
		{"cut zip", good(t)[:2000], fault.Unreadable, "bị hỏng"},
		{"plain zip", zipOf(t, "a.txt"), fault.Unreadable, "tệp nén"},
		{"ods", zipOf(t, "mimetype", "content.xml"), fault.Unreadable, "(.ods)"},
		{"docx", zipOf(t, "[Content_Types].xml", "word/document.xml"), fault.Unreadable, "(.docx)"},
		{"xlsb", zipOf(t, "[Content_Types].xml", "xl/workbook.bin"), fault.Unreadable, "(.xlsb)"},
		{"macros", rezip(t, good(t), same, [2]string{"xl/vbaProject.bin", "x"}), fault.Unreadable, "macro"},
		{"escaping name", rezip(t, good(t), same, [2]string{"../evil", "x"}), fault.Unreadable, "bị hỏng"},
		{"absolute name", rezip(t, good(t), same, [2]string{`C:\evil`, "x"}), fault.Unreadable, "bị hỏng"},
		{"name twice", rezip(t, good(t), same, [2]string{"XL/Workbook.xml", "<x/>"}), fault.Unreadable, "bị hỏng"},
		{"bomb", bomb, fault.TooLarge, "bung ra"},
		{"bomb that lies", lie(t, bomb, "xl/media/a.bin"), fault.Unreadable, ""},
		{"far column", far("XFD1"), fault.TooLarge, "cột"},
		{"far corner", far("XFD1048576"), fault.TooLarge, "cột"},
		{"cut sheet", inSheet(t, "</sheetData>", "<!--"), fault.Unreadable, "bị hỏng"},
		{"tags crossed", inSheet(t, "</row>", "</c></row>"), fault.Unreadable, "bị hỏng"},
		{"rows backwards", inSheet(t, `r="2"`, `r="9"`), fault.Unreadable, "bị hỏng"},
		{"cells backwards", inSheet(t, `r="A2"`, `r="Q2"`), fault.Unreadable, "bị hỏng"},
		{"unknown entity", inSheet(t, "<v>5</v>", "<v>&boom;</v>"), fault.Unreadable, "bị hỏng"},
		{"control character", inSheet(t, "<v>5</v>", "<v>\x01</v>"), fault.Unreadable, "bị hỏng"},
		{"document type", inSheet(t, "<worksheet", `<!DOCTYPE a [<!ENTITY b "c">]><worksheet`), fault.Unreadable, "bị hỏng"},
		{"negative string index", inSheet(t, `t="s"><v>0</v>`, `t="s"><v>-1</v>`), fault.Unreadable, "bị hỏng"},
		{"string index too large", inSheet(t, `t="s"><v>0</v>`, `t="s"><v>999</v>`), fault.Unreadable, "bị hỏng"},
		{"no strings", rezip(t, good(t), func(n string, b []byte) []byte {
			if n == "xl/sharedStrings.xml" {
				return nil
			}
			return b
		}), fault.Unreadable, "bị hỏng"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			_, err := intake.Open("a.xlsx", tt.data, intake.Limits{Inflated: 16 << 20})
			if fault.KindOf(err) != tt.kind || !strings.Contains(fault.Sentence(err), tt.says) {
				t.Errorf("got %v: %v, want %s %q", fault.KindOf(err), err, tt.kind, tt.says)
			}
			if d := time.Since(start); d > 10*time.Second {
				t.Errorf("took %s", d)
			}
		})
	}
	if _, err := intake.Open("báo cáo.ET", tests[2].data, intake.Limits{}); !strings.Contains(fault.Sentence(err), "WPS") {
		t.Errorf("WPS: %v", err)
	}
	expect(t, run(t, "a.xlsx", good(t)), "", "Sheet1!D2 P-01 CPS20A 2026 5", "Sheet1!D3 P34-82 CPS20A 2026 6")
}

func TestOpen_limits(t *testing.T) {
	csv := []byte("agency,indicator,period,value\nHà Nội,CPS20A,2026,5\nHà Nội,CPS20A,2025,5\n")
	for name, tt := range map[string]struct {
		data   []byte
		limits intake.Limits
	}{
		"bytes":    {csv, intake.Limits{Bytes: 10}},
		"rows":     {csv, intake.Limits{Rows: 2}},
		"columns":  {csv, intake.Limits{Columns: 3}},
		"text":     {csv, intake.Limits{Text: 5}},
		"x rows":   {good(t), intake.Limits{Rows: 2}},
		"x cells":  {good(t), intake.Limits{Cells: 5}},
		"x text":   {good(t), intake.Limits{Text: 5}},
		"entries":  {good(t), intake.Limits{Entries: 3}},
		"inflated": {good(t), intake.Limits{Inflated: 1000}},
		"part":     {good(t), intake.Limits{Part: 500}},
	} {
		f, err := intake.Open("a", tt.data, tt.limits)
		if err == nil {
			for _, rerr := range f.Rows(catalogue(), directory(), intake.Options{}) {
				err = rerr
			}
		}
		if fault.KindOf(err) != fault.TooLarge {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// A part of over UnzipXMLSizeLimit is read from a temporary file, which must not stay.
func TestRows_leavesNoFiles(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	f, err := intake.Open("a.xlsx", good(t), intake.Limits{Memory: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, stop := range []bool{false, true} {
		n := 0
		for _, err := range f.Rows(catalogue(), directory(), intake.Options{}) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; stop {
				break
			}
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*")); n == 0 || len(left) > 0 {
			t.Errorf("%d rows; left behind: %v", n, left)
		}
	}
}

// One line of millions of fields, a cell or a record without end: said before a record is taken apart, so the memory is that of the file.
func TestRows_csvWithoutEnd(t *testing.T) {
	head := "Đơn vị,Chỉ tiêu,Kỳ báo cáo,Giá trị\n"
	for name, tt := range map[string]struct{ data, want string }{
		"fields":        {strings.Repeat("a,", 8<<20), "Dòng 1 có hơn 1.024 cột"},
		"commas":        {head + strings.Repeat(",", 16<<20), "Dòng 2 có hơn 1.024 cột"},
		"after a quote": {head + `"a ""b"", c",5" ống` + strings.Repeat(",", 16<<20), "Dòng 2 có hơn 1.024 cột"},
		"open quote":    {head + "\n\"" + strings.Repeat("a\n", 8<<20), "Dòng 3 có ô dài quá"},
		"doubled":       {head + `"` + strings.Repeat(`""`, 8<<20), "Dòng 2 dài quá"},
		"record":        {head + strings.Repeat(strings.Repeat("b", 4000)+";", 1000), "Dòng 2"},
	} {
		t.Run(name, func(t *testing.T) {
			data := []byte(tt.data)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			f, err := intake.Open("a.csv", data, intake.Limits{})
			if err == nil {
				for _, rerr := range f.Rows(catalogue(), directory(), intake.Options{}) {
					err = rerr
				}
			}
			runtime.ReadMemStats(&after)
			if fault.KindOf(err) != fault.TooLarge || !strings.Contains(fault.Sentence(err), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 4<<20 {
				t.Errorf("took %d MB over the %d MB of the file", took>>20, len(data)>>20)
			}
		})
	}
}

// A file of total rows alone, each of which may be the sum of all others, is given up when its time is over.
func TestDeclared_stops(t *testing.T) {
	const rows = 500
	data := "Đơn vị,Hồ sơ,Đúng hạn\n" + strings.Repeat("Tổng số,0,0\n", rows)
	f, err := intake.Open("totals.csv", []byte(data), intake.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	reading, all := 0, 0
	if _, err := f.Sheets(intake.Options{Stop: func() error { reading++; return nil }}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Declared(nil, func() error { all++; return nil }); err != nil {
		t.Fatal(err)
	}
	if all-reading < rows {
		t.Errorf("asked %d times whether to go on while %d rows were compared", all-reading, rows)
	}
	asked := 0
	stop := func() error {
		if asked++; asked > reading+3 {
			return context.DeadlineExceeded
		}
		return nil
	}
	if _, err := f.Declared(nil, stop); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("went on: %v", err)
	}
}
