package intake_test

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/intake"
)

// hostile makes files of every kind that has brought a reader of workbooks down.
func hostile(t testing.TB) map[string][]byte {
	part := func(name, content string) []byte {
		replaced := false
		data := rezip(t, good(t), func(n string, b []byte) []byte {
			if n == name {
				replaced = true
				return []byte(content)
			}
			return b
		})
		if !replaced {
			data = rezip(t, good(t), same, [2]string{name, content})
		}
		return data
	}
	const sst = `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
	const sheet = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
	rows := sheet + "<sheetData>" + strings.Repeat("<row>"+strings.Repeat("<c><v>1</v></c>", 50)+"</row>", 10_000) + "</sheetData></worksheet>"
	return map[string][]byte{
		"bomb":              rezip(t, good(t), same, [2]string{"xl/media/a.bin", strings.Repeat("0", 80<<20)}),
		"strings inflated":  part("xl/sharedStrings.xml", sst+strings.Repeat("<si/>", 6<<20)+"</sst>"),
		"styles inflated":   part("xl/styles.xml", `<styleSheet><cellXfs>`+strings.Repeat(`<xf/>`, 4<<20)+`</cellXfs></styleSheet>`),
		"many cells":        part("xl/worksheets/sheet1.xml", rows),
		"merges":            part("xl/worksheets/sheet1.xml", sheet+"<sheetData/><mergeCells>"+strings.Repeat(`<mergeCell ref="A1:B2"/>`, 60_000)+"</mergeCells></worksheet>"),
		"merge of all":      part("xl/worksheets/sheet1.xml", sheet+`<sheetData><row><c t="inlineStr"><is><t>Đơn vị</t></is></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>`),
		"merge that is not": part("xl/worksheets/sheet1.xml", sheet+`<sheetData/><mergeCells><mergeCell ref="B2:A1"/></mergeCells></worksheet>`),
		"names":             part("xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><definedNames>`+strings.Repeat(`<definedName name="a">1</definedName>`, 30_000)+`</definedNames><sheets/></workbook>`),
		"deep":              part("xl/worksheets/sheet1.xml", strings.Repeat("<a>", 100_000)),
		"one long tag":      part("xl/worksheets/sheet1.xml", sheet+`<sheetData a="`+strings.Repeat("x", 5<<20)),
		"billion laughs":    part("xl/sharedStrings.xml", `<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]><sst>&b;</sst>`),
		"long csv line":     []byte(strings.Repeat("Đơn vị,", 200_000)),
		"long csv quote":    []byte("Đơn vị,Chỉ tiêu\n\"" + strings.Repeat("a\n", 4<<20)),
		"csv of blanks":     []byte(strings.Repeat(",\n", 900_000)),
		"csv of headers":    []byte(strings.Repeat("STT,Đơn vị,CPS01.num,CPS01.den\n", 100_000)),
		"csv of totals":     []byte("Đơn vị,CPS20A,Kỳ\n" + strings.Repeat("Hà Nội,1,2026\nTổng cộng,1,2026\n", 30_000)),
		"csv of strangers":  []byte("Đơn vị,CPS20A,Kỳ\n" + strangers(30_000)),
		"many indicators":   []byte("Đơn vị,Kỳ" + strings.Repeat(",Tử số", 1000) + "\nHà Nội,2026\n"),
	}
}

func strangers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Tỉnh không có %d,1,2026\n", i)
	}
	return b.String()
}

// Every hostile file is answered in time, with little memory and with a sentence that says what to do,
// and a good one is read meanwhile.
func TestRows_hostile(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	limits := intake.Limits{Bytes: 20 << 20, Inflated: 256 << 20, Rows: 100_000, Cells: 1_000_000} // those of the web
	files := hostile(t)
	start := time.Now()
	var wg sync.WaitGroup
	var peak uint64
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapInuse)
			}
		}
	}()
	eight := make(chan struct{}, 8)
	for name, data := range files {
		wg.Go(func() {
			eight <- struct{}{}
			defer func() { <-eight }()
			began := time.Now()
			o := runWithin(t, data, limits)
			took := time.Since(began)
			t.Logf("%s: %s", name, took.Round(time.Millisecond))
			if took > 10*time.Second {
				t.Errorf("%s took %s", name, took)
			}
			switch {
			case o.err == nil && len(o.findings) == 0:
				t.Errorf("%s passed without a word", name)
			case o.err != nil && (fault.KindOf(o.err) == fault.Internal || !strings.Contains(fault.Sentence(o.err), "Hãy")):
				t.Errorf("%s: %v", name, o.err)
			}
		})
	}
	expect(t, run(t, "a.xlsx", good(t)), "", "Sheet1!D2 P-01 CPS20A 2026 5", "Sheet1!D3 P34-82 CPS20A 2026 6")
	wg.Wait()
	close(done)
	t.Logf("%d files at once in %s, peak heap %d MB", len(files), time.Since(start), peak>>20)
}

func runWithin(t testing.TB, data []byte, limits intake.Limits) (o outcome) {
	file, err := intake.Open("a", data, limits)
	if err != nil {
		return outcome{err: err}
	}
	c := check.New(check.Rules{Directory: directory(), Catalogue: catalogue(), Today: 20261121})
	for row, err := range file.Rows(catalogue(), directory(), intake.Options{Report: c.Report}) {
		if err != nil {
			return outcome{err: err}
		}
		c.Row(row)
	}
	c.EndFile()
	return outcome{findings: c.Findings()}
}

// A caller may end the reading, and its own panic is its own.
func TestRows_stopAndPanic(t *testing.T) {
	data := []byte("Đơn vị,Kỳ,CPS20A\n" + strings.Repeat("Hà Nội,2026,5\n", 5000))
	f, err := intake.Open("a.csv", data, intake.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	stop := errors.New("the request is over")
	n := 0
	var got error
	for _, err := range f.Rows(catalogue(), directory(), intake.Options{Stop: func() error {
		if n > 1000 {
			return stop
		}
		return nil
	}}) {
		n++
		got = err
	}
	if !errors.Is(got, stop) || n > 2000 {
		t.Errorf("%d rows, %v", n, got)
	}
	defer func() {
		if p := recover(); p != "mine" {
			t.Errorf("recovered %v", p)
		}
	}()
	for _, err := range f.Rows(catalogue(), directory(), intake.Options{}) {
		if err == nil {
			panic("mine")
		}
	}
}

// A panic in a callback of the reader is an error of the file, not of the program.
func TestRows_ownPanic(t *testing.T) {
	f, err := intake.Open("a.csv", []byte("Đơn vị,Kỳ,CPS20A,CPS20A\nHà Nội,2026,5,6\n"), intake.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range f.Rows(catalogue(), directory(), intake.Options{Report: func(check.Finding) { panic("bug") }}) {
		if fault.KindOf(err) != fault.Unreadable {
			t.Errorf("got %v", err)
		}
	}
}

func TestOpen_time(t *testing.T) {
	big := rezip(t, good(t), same, [2]string{"xl/media/a.bin", string(bytes.Repeat([]byte("0123456789"), 1<<20))})
	_, err := intake.Open("a.xlsx", big, intake.Limits{Time: time.Nanosecond})
	if fault.KindOf(err) != fault.TooLarge {
		t.Errorf("got %v", err)
	}
}
