package intake_test

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/agency"
	"chiso/internal/check"
	"chiso/internal/intake"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// communes is a directory of 2,500 agencies.
func communes() *agency.Directory {
	var d agency.Data
	for i := range 2500 {
		name := fmt.Sprintf("Xã Thử nghiệm số %d", i)
		d.Versions = append(d.Versions, agency.Version{Agency: agency.ID(fmt.Sprintf("C-%04d", i)), Name: name, Short: name,
			Kind: "xa", Level: agency.Commune, From: day0, To: vi.OpenTo, Order: i})
	}
	return agency.NewDirectory(d)
}

// uniqueCSV makes 1,000,000 rows: 100 months × 4 indicators × 2,500 agencies.
func uniqueCSV() []byte {
	indicators := []string{"CPS01", "CPS08", "CPS09", "KTS01"}
	var b bytes.Buffer
	b.WriteString("agency,indicator,period,numerator,denominator,value,note\n")
	for i := range 1_000_000 {
		month := i / 10_000
		fmt.Fprintf(&b, "C-%04d,%s,%04d-%02d,%d,%d,,\n", i%2500, indicators[i/2500%4], 2015+month/12, month%12+1, 1000+i%5000, 10_000+i%777)
	}
	return b.Bytes()
}

// BenchmarkCSV reads and checks 1,000,000 rows of different keys.
func BenchmarkCSV(b *testing.B) {
	data := uniqueCSV()
	rules := check.Rules{Directory: communes(), Catalogue: catalogue(), Today: 20261121, Source: kpi.Reported}
	b.ReportAllocs()
	for b.Loop() {
		c := check.New(rules)
		f, err := intake.Open("a.csv", data, intake.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for row, err := range f.Rows(rules.Catalogue, rules.Directory, intake.Options{Report: c.Report}) {
			if err != nil {
				b.Fatal(err)
			}
			if _, ok := c.Row(row); ok {
				n++
			}
		}
		if n != 1_000_000 || c.Errors() > 0 {
			b.Fatalf("%d entries, %v", n, c.Findings()[0])
		}
		if b.N == 1 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MB-heap")
		}
		runtime.KeepAlive(c)
	}
	b.ReportMetric(1_000_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkWorkbook reads 250,000 cells; floor is the library's row iterator over the same file.
func BenchmarkWorkbook(b *testing.B) {
	rows := make([][]any, 0, 25_001)
	rows = append(rows, []any{"agency", "indicator", "period", "numerator", "denominator", "value", "note", "published_rank", "source", "unit"})
	for i := range 25_000 {
		day := kpi.MustPeriod("2000-07-01").From.AddDays(i / 4)
		rows = append(rows, []any{"Hà Nội", []string{"CPS01", "CPS08", "CPS09", "KTS01"}[i%4], day.ISO(), 1000 + i, 100000 + i, nil, "ghi chú", i + 1, "nguồn", "%"})
	}
	data := workbook(b, rows)
	b.Run("floor", func(b *testing.B) {
		for b.Loop() {
			x, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
			if err != nil {
				b.Fatal(err)
			}
			it, err := x.Rows("Sheet1")
			if err != nil {
				b.Fatal(err)
			}
			for it.Next() {
				if _, err := it.Columns(); err != nil {
					b.Fatal(err)
				}
			}
			_ = it.Close()
			_ = x.Close()
		}
	})
	b.Run("intake", func(b *testing.B) {
		for b.Loop() {
			f, err := intake.Open("a.xlsx", data, intake.Limits{})
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for _, err := range f.Rows(catalogue(), directory(), intake.Options{}) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != 25_000 {
				b.Fatal(n)
			}
		}
	})
}
