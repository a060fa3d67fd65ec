package report_test

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // also where the machine has no zones
	"unicode/utf16"

	"archive/zip"
	"io"
	"slices"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"chiso/internal/ranking"
	"chiso/internal/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

func write(t testing.TB, p report.Pack) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := report.Write(&buf, p); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func open(t testing.TB, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// dump writes every cell with its raw value and number format, then what excelize cannot show cell
// by cell: charts, page set-up and names, as the parts of the file that hold them.
func dump(t *testing.T, b []byte) string {
	t.Helper()
	f := open(t, b)
	var out strings.Builder
	for _, name := range f.GetSheetList() {
		dim, _ := f.GetSheetDimension(name)
		fmt.Fprintf(&out, "== %s %s\n", name, dim)
		rows, err := f.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			for c, raw := range row {
				if raw == "" {
					continue
				}
				cell, _ := excelize.CoordinatesToCellName(c+1, r+1)
				id, _ := f.GetCellStyle(name, cell)
				style, _ := f.GetStyle(id)
				format := ""
				if style.CustomNumFmt != nil {
					format = " [" + *style.CustomNumFmt + "]"
				}
				fmt.Fprintf(&out, "%s %q%s\n", cell, raw, format)
			}
		}
	}
	for _, n := range f.GetDefinedName() {
		fmt.Fprintf(&out, "name %s %s %s\n", n.Name, n.Scope, n.RefersTo)
	}
	for _, part := range parts(t, b) {
		if strings.Contains(part.name, "charts/") {
			fmt.Fprintf(&out, "== %s\n%s\n", part.name, strings.ReplaceAll(part.text, "><", ">\n<"))
		}
	}
	return out.String()
}

type part struct{ name, text string }

func parts(t testing.TB, b []byte) []part {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out []part
	for _, e := range z.File {
		r, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, part{e.Name, string(text)})
	}
	slices.SortFunc(out, func(a, b part) int { return cmp.Compare(a.name, b.name) })
	return out
}

func TestWrite(t *testing.T) {
	b := write(t, samplePack())
	if file := os.Getenv("CHISO_REPORT_SAMPLE"); file != "" { // to look at
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := dump(t, b)
	file := filepath.Join("testdata", "pack.txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(string(want), got); diff != "" {
		t.Errorf("pack.txt (-want +got):\n%s", diff)
	}
}

func TestWrite_sameBytes(t *testing.T) {
	p := samplePack()
	want := write(t, p)
	local := time.Local
	t.Cleanup(func() { time.Local = local })
	for i, zone := range []string{"UTC", "Asia/Ho_Chi_Minh", "America/New_York", "UTC", "Asia/Kathmandu", "UTC", "UTC", "UTC", "UTC", "UTC"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		t.Setenv("TZ", zone)
		t.Setenv("LC_ALL", []string{"C", "vi_VN.UTF-8"}[i%2])
		time.Local = loc
		p.AsOf = p.AsOf.In(loc)
		if got := write(t, p); !bytes.Equal(want, got) {
			t.Fatalf("run %d in %s differs", i, zone)
		}
	}
}

func TestWrite_textStaysText(t *testing.T) {
	p := samplePack()
	p.Title, p.Issuer = "=cmd|' /C calc'!A0", "+VPCP & con"
	p.Tables[0].Name, p.Tables[0].Code = "=1+2", "=[a]/b:c?*'"
	p.Tables[0].Rows[0].Name, p.Tables[0].NotRanked[0].Detail = "=3+4", "@x"
	p.Tables[1].Code = "=[A]/B:C?*'"
	p.Sources[0].File = "=evil.xlsx"
	b := write(t, p)
	for _, part := range parts(t, b) {
		if strings.Contains(part.name, "worksheets/sheet") && strings.Contains(part.text, "<f>") {
			t.Errorf("%s holds a formula", part.name)
		}
	}
	f := open(t, b)
	seen := 0
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			for c, raw := range row {
				cell, _ := excelize.CoordinatesToCellName(c+1, r+1)
				if kind, _ := f.GetCellType(name, cell); kind != excelize.CellTypeSharedString || raw == "" || !strings.ContainsRune("=+-@\t", rune(raw[0])) {
					continue
				}
				seen++
				id, _ := f.GetCellStyle(name, cell)
				if q := f.Styles.CellXfs.Xf[id].QuotePrefix; (q == nil || !*q) && !strings.HasPrefix(raw, "- ") {
					t.Errorf("%s!%s %q without quotePrefix", name, cell, raw)
				}
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d risky texts seen", seen)
	}
}

func TestWrite_edges(t *testing.T) {
	long := samplePack()
	long.Details[0].Remarks = strings.Repeat("đ😀", 20000)
	many := report.Pack{Period: samplePack().Period}
	for range 12 {
		t := total766()
		t.Code = "Một mã chỉ tiêu rất dài vượt quá ba mươi mốt ký tự"
		many.Tables = append(many.Tables, t)
	}
	bare := onTime()
	bare.Rows, bare.NotRanked, bare.Pooled = nil, nil, ranking.Pooled{}
	for name, p := range map[string]report.Pack{"empty": {}, "long text": long, "same names": many,
		"reserved": {Tables: []ranking.Table{{Code: "Chi tiết"}, {Code: "history"}, {Code: "''"}, {}}}, "nobody ranked": {Tables: []ranking.Table{bare}}} {
		t.Run(name, func(t *testing.T) {
			f := open(t, write(t, p))
			if got, want := len(f.GetSheetList()), len(p.Tables)+3; got != want {
				t.Errorf("%d sheets, want %d", got, want)
			}
			for _, s := range f.GetSheetList() {
				rows, err := f.GetRows(s)
				if err != nil || len(rows) == 0 {
					t.Errorf("%s: %d rows, %v", s, len(rows), err)
				}
				if len(utf16.Encode([]rune(s))) > 31 {
					t.Errorf("%q is too long", s)
				}
			}
		})
	}
	f := open(t, write(t, long))
	got, err := f.GetCellValue("Chi tiết", "I5")
	if err != nil || !strings.HasSuffix(got, "(đã cắt bớt)") || len(utf16.Encode([]rune(got))) > 32767 {
		t.Errorf("long text: %d units, %v", len(utf16.Encode([]rune(got))), err)
	}
}

// What a page needs is easily lost: set-up written in the wrong order vanishes without an error.
func TestWrite_page(t *testing.T) {
	b := write(t, samplePack())
	f := open(t, b)
	for _, s := range f.GetSheetList() {
		layout, err := f.GetPageLayout(s)
		if err != nil || layout.Orientation == nil || *layout.Orientation != "landscape" || *layout.Size != 9 || *layout.FitToWidth != 1 {
			t.Errorf("%s: layout %+v, %v", s, layout, err)
		}
		if dim, _ := f.GetSheetDimension(s); !strings.HasPrefix(dim, "A1:") {
			t.Errorf("%s: dimension %s", s, dim)
		}
	}
	bars, err := f.GetConditionalFormats("CPS34")
	if err != nil || len(bars) != 1 {
		t.Errorf("data bars %v, %v", bars, err)
	}
	head, err := f.GetHeaderFooter("Q766_0")
	if err != nil || !strings.Contains(head.OddHeader, "SỐ LIỆU MINH HỌA") || !strings.Contains(head.FirstHeader, "SỐ LIỆU MINH HỌA") {
		t.Errorf("header %+v, %v", head, err)
	}
	if head, err = f.GetHeaderFooter("CPS34"); err != nil || strings.Contains(head.OddHeader, "MINH HỌA") || !strings.Contains(head.OddHeader, "&P") {
		t.Errorf("header %+v, %v", head, err)
	}
}

func bigPack(rows int) report.Pack {
	p := samplePack()
	d := p.Details[0]
	p.Details = make([]report.Detail, rows)
	for i := range p.Details {
		p.Details[i] = d
		p.Details[i].Decimals = 2 + i/400%2
	}
	return p
}

const benchRows = 250000 / 17

// BenchmarkWrite and BenchmarkFloor write the same cells; design §8 allows 1.5 times.
func BenchmarkWrite(b *testing.B) {
	p := bigPack(benchRows)
	b.ReportAllocs()
	for b.Loop() {
		if err := report.Write(io.Discard, p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFloor(b *testing.B) {
	p := bigPack(benchRows)
	b.ReportAllocs()
	for b.Loop() {
		f := excelize.NewFile()
		for i, d := range p.Details {
			row := []any{i, d.Name, d.Indicator, d.Period, d.Num.Float(), d.Den.Float(), d.Value.Float(), d.Unit, d.Remarks, d.Source,
				d.SourceNo, d.Sheet, d.Cell, d.Revision, d.Agency, d.IndicatorName, d.State.Title()}
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
				b.Fatal(err)
			}
		}
		if err := f.Write(io.Discard); err != nil {
			b.Fatal(err)
		}
		_ = f.Close()
	}
}
