package app_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/app/publish"
	"chiso/internal/store"
	"chiso/seed"
)

// Every figure of the workbook leads to a file of the seed, by the number of its source, and to the
// cell there; the published one beside the table too.
func TestReport_wayBack(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Report(t.Context(), publish.ReportQuery{Period: "2026-09-26", Codes: []string{"Q766_0", "Q766_2"}}, &b); err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = x.Close() }()
	rows, err := x.GetRows("Định nghĩa và nguồn")
	if err != nil {
		t.Fatal(err)
	}
	type source struct{ file, sha, count string }
	list := map[string]source{}
	for i, row := range rows {
		if len(row) > 0 && row[0] == "Nguồn số" {
			for _, r := range rows[i+1:] {
				list[r[0]] = source{r[2], r[9], r[8]}
			}
		}
	}
	details, err := x.GetRows("Chi tiết")
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	nation := ""
	for _, row := range details[3:] {
		name, number, sheet, cell, agency := row[1], row[10], row[11], row[12], row[14]
		s, ok := list[number]
		if !ok || sheet == "" || cell == "" {
			t.Errorf("%s leads to source %q, %s!%s", name, number, sheet, cell)
			continue
		}
		counts[number]++
		if agency == "VN" {
			nation = number
		}
		content, err := seed.Files.ReadFile("sample/" + s.file)
		if err != nil || store.SHA256(content) != s.sha {
			t.Errorf("%s: file %s with sum %s, %v", name, s.file, s.sha, err)
		}
	}
	if len(list) != 2 || counts["1"] != 68 || nation != "2" {
		t.Errorf("sources %v, figures %v, the nation's from %q", list, counts, nation)
	}
	for number, n := range counts {
		if list[number].count != fmt.Sprint(n) {
			t.Errorf("source %s counts %s figures, %d lead to it", number, list[number].count, n)
		}
	}
	if note, err := x.GetCellValue("Q766_0", "G43"); err != nil || note != "Theo nguồn số 2" {
		t.Errorf("note of the published figure %q, %v", note, err)
	}
}
