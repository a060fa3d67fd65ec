package report_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"chiso/internal/report"
	"chiso/internal/vi"
)

func TestWriteGrid(t *testing.T) {
	g := report.Grid{Title: "Bảng nhiệt", Notes: []string{"Kỳ: Ngày 26/09/2026", "Nguồn: Cổng Dịch vụ công quốc gia"}, Head: []string{"Đơn vị", "Điểm"},
		Rows:     [][]report.GridCell{{{Text: "Đắk Lắk"}, {Number: vi.Some(vi.NewDecimal(6853, 2)), Decimals: 2}}, {{Text: "=1+1"}, {Text: "–"}}},
		AsOf:     time.Date(2026, 9, 26, 2, 5, 0, 0, time.UTC),
		Revision: 17}
	var a, b bytes.Buffer
	if err := report.WriteGrid(&a, g); err != nil {
		t.Fatal(err)
	}
	if err := report.WriteGrid(&b, g); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("the same grid gives other bytes: %v", err)
	}
	f, err := excelize.OpenReader(&a)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows("Bảng")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"Bảng nhiệt"}, {"Đơn vị", "Điểm"}, {"Đắk Lắk", "68.53"}, {"=1+1", "–"}, nil, {"Kỳ: Ngày 26/09/2026"}, {"Nguồn: Cổng Dịch vụ công quốc gia"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if formula, err := f.GetCellFormula("Bảng", "A4"); err != nil || formula != "" {
		t.Errorf("a text became the formula %q, %v", formula, err)
	}
}
