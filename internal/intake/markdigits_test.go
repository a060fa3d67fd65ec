package intake_test

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/check"
	"chiso/internal/intake"
)

// A marked cell shows what it holds: the sentence beside 20,5 is of no use where the format of the cell makes it 21. What is right stays
// as it was.
func TestMark_showsDigits(t *testing.T) {
	x := excelize.NewFile()
	var findings []check.Finding
	cases := []struct {
		format string
		value  float64
		want   string // "" is as it was
	}{{"0", 20.5, "20.5"}, {"#,##0", 1234.25, "1,234.25"}, {"0%", 0.8225, "82.25%"}, {"#,##0.00", 3.125, "3.125"}, {"0.00", 7.5, "7.50"}, {"dd/mm/yyyy", 46000.5, ""}}
	for i, c := range cases {
		id, err := x.NewStyle(&excelize.Style{CustomNumFmt: &c.format})
		if err != nil {
			t.Fatal(err)
		}
		for column := range 2 { // the second is right
			ref, _ := excelize.CoordinatesToCellName(column+1, i+1)
			_ = x.SetCellFloat("Sheet1", ref, c.value, -1, 64)
			_ = x.SetCellStyle("Sheet1", ref, ref, id)
			if column == 0 {
				findings = append(findings, check.Finding{Severity: check.Error, Sheet: "Sheet1", Cell: ref, Code: check.NotReported, Message: "Sai"})
			}
		}
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	got := open(t, markAs(t, "a.xlsx", b.Bytes(), findings))
	for i, c := range cases {
		at, right := fmt.Sprint("A", i+1), fmt.Sprint("B", i+1)
		before, _ := x.GetCellValue("Sheet1", at)
		if text, err := got.GetCellValue("Sheet1", at); err != nil || text != cmp.Or(c.want, before) {
			t.Errorf("%s shows %q, want %q (%v)", at, text, c.want, err)
		}
		before, _ = x.GetCellValue("Sheet1", right)
		if text, _ := got.GetCellValue("Sheet1", right); text != before {
			t.Errorf("%s shows %q, before %q", right, text, before)
		}
	}
}

// In the file of a report the agency is known: nobody is asked for its column.
func TestRows_noTableOfAReport(t *testing.T) {
	for _, form := range [][]string{nil, {"CPS01"}} {
		o := run(t, "a.csv", []byte("abc;xyz\n1;2\n"), func(_ *check.Rules, o *intake.Options) { o.Form = form })
		said := ""
		for _, f := range o.findings {
			if f.Code == intake.NoTable {
				said = f.Message
			}
		}
		if strings.Contains(said, "Đơn vị") != (form == nil) || !strings.Contains(said, "dòng tiêu đề") {
			t.Errorf("form %v: %q", form, said)
		}
	}
}
