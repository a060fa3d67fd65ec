package app_test

import (
	"fmt"
	"strings"
	"testing"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/reporting"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// pasteDesk has two forms: ratios and counts in turn, then one more that a block must not run into.
func pasteDesk(t *testing.T, engine string) (d *desk, round int64) {
	t.Helper()
	d = newDesk(t, engine)
	d.catalogue(func(c *store.Catalogue) {
		first := form(vi.OpenFrom, vi.OpenTo, "DA06_06", "DA06_07", "CPS08", "CPS03", "CPS07")
		second := form(vi.OpenFrom, vi.OpenTo, "CPS10", "DA06_01")
		second.Code, second.Name = "T2", "Biểu T2"
		c.Regimes = append(c.Regimes, filing.Regime{Code: "TEST", From: vi.OpenFrom, To: vi.OpenTo, Name: "Báo cáo quý thử", Owner: agency.Nation,
			Kind: filing.Periodic, Frequency: kpi.Quarter, Cutoff: filing.Decree09, Due: "day:16"})
		c.Forms = append(c.Forms, first, second)
	})
	return d, d.open("2026-Q3", 20261016, daNang)
}

const cps08Name = "Tỷ lệ hồ sơ giải quyết đúng hạn, trước hạn"

// stands is the report as "code num|den|val|note", blank cells left out.
func (d *desk) stands(round int64) string {
	var out []string
	for _, f := range d.page(d.as("lan", access.Reporter, daNang), round, daNang).FormList {
		for _, r := range f.Rows {
			if r.Numerator+r.Denominator+r.Value+r.Cell.Note != "" {
				out = append(out, strings.TrimRight(fmt.Sprintf("%s %s|%s|%s|%s", r.Definition.Indicator.Code, r.Numerator, r.Denominator, r.Value, r.Cell.Note), "|"))
			}
		}
	}
	return strings.Join(out, "; ")
}

// Blocks as programs put them into the clipboard, over a report in which some figures stand.
func TestPaste_Blocks(t *testing.T) {
	d, round := pasteDesk(t, "sqlite")
	lan := d.as("lan", access.Reporter, daNang)
	const before = "DA06_07 ||567.890; CPS03 ||1.050.000"
	tests := []struct {
		name          string
		start, column string
		block         string
		want          string // added to or put in place of what stood
		listed        []string
	}{
		{"H:J of the template, Windows line ends", "DA06_06", "num", "20\t76\t\r\n\t\t999.999\r\n1.234\t1.500\t\r\n\t\t1.060.000\r\n",
			"DA06_06 20|76; DA06_07 ||999.999; CPS08 1.234|1.500; CPS03 ||1.060.000", nil},
		{"a blank cell leaves what stands", "DA06_06", "num", "20\t76\t\n\t\t\n\t\t\n\t\t1.060.000",
			"DA06_06 20|76; DA06_07 ||567.890; CPS03 ||1.060.000", nil},
		{"a value where there is no input", "DA06_06", "num", "20\t76\t26,32\n5\t\t\n",
			"DA06_06 20|76; DA06_07 ||567.890; CPS03 ||1.050.000", []string{"Dòng 2: Số tài khoản định danh", "Tử số “5” không có chỗ"}},
		{"one line", "CPS08", "num", "1.234\t1.500", "DA06_07 ||567.890; CPS08 1.234|1.500; CPS03 ||1.050.000", nil},
		{"one column down", "DA06_07", "val", "999.999\n\n1.060.000", "DA06_07 ||999.999; CPS03 ||1.060.000", nil},
		{"it ends with the form", "CPS07", "num", "80\t100\nthừa\tthừa\n7\t8",
			"DA06_07 ||567.890; CPS03 ||1.050.000; CPS07 80|100", []string{"Dòng 2: “thừa | thừa” – đã hết biểu", "Dòng 3: “7 | 8” – đã hết biểu"}},
		{"codes in front, as text and number", "", "", "DA06_07\t\t\t999.999\nCPS10\t1\t2\nXYZ01\t3\t4",
			"DA06_07 ||999.999; CPS03 ||1.050.000; CPS10 1|2", []string{"Dòng 3: “XYZ01” không phải mã hay tên"}},
		{"codes pasted into a cell of the grid", "CPS08", "num", "CPS07\t80\t100\nDA06_07\t\t\t1.000",
			"DA06_07 ||1.000; CPS03 ||1.050.000; CPS07 80|100", nil},
		{"a whole line of the template", "DA06_06", "num",
			"2\tĐà Nẵng\tDA06_07\tSố tài khoản định danh điện tử VNeID đã kích hoạt\ttài khoản\t567.000\t\t\t\t999.999\tChính xác\tđã rà\n" +
				"3\tĐà Nẵng\tCPS08\t\"" + cps08Name + "\nTử số: x\nMẫu số: y\"\t%\t–\t–\t80\t100\t\t\t\n",
			"DA06_07 ||999.999|đã rà; CPS08 80|100; CPS03 ||1.050.000", nil},
		{"headings, in another order", "DA06_06", "num", "Mã chỉ tiêu\tGiá trị\tMẫu số\tTử số\tGhi chú\nCPS08\t\t1.500\t1.234\tlần 1\nDA06_07\t1.000\t\t\t\n",
			"DA06_07 ||1.000; CPS08 1.234|1.500||lần 1; CPS03 ||1.050.000", nil},
		{"a title, merged headings and their numbers", "", "", "BÁO CÁO THÁNG\t\t\t\n\tKết quả\t\t\nChỉ tiêu\tTử số\tMẫu số\tGiá trị\n(1)\t(2)\t(3)\t(4)\n" + cps08Name + "\t5\t10\t50\n",
			"DA06_07 ||567.890; CPS08 5|10; CPS03 ||1.050.000", nil},
		{"an unknown column of figures: no rate is taken for a fraction", "", "", "Mã chỉ tiêu\tViệc khác\tTỷ lệ\nCPS08\t5\t50\n",
			"", []string{"tỷ lệ 50 chưa ghi", "Cột “Việc khác”"}},
		{"ragged lines of a table with merged cells from Word", "", "", "Mã chỉ tiêu\tTử số\tMẫu số\tGiá trị\nTổng hợp\nCPS08\t5\t10\n\t7\nDA06_07\t\t\t1.000\tx",
			"DA06_07 ||1.000; CPS08 5|10; CPS03 ||1.050.000", []string{"dòng không có mã hay tên", "“x” đứng ngoài"}},
		{"quoted cells with line breaks from LibreOffice", "CPS08", "num", "5\t10\t\t\"dòng một\ndòng \"\"hai\"\"\"\n\t\t1.060.000\t\n",
			`DA06_07 ||567.890; CPS08 5|10||dòng một dòng "hai"; CPS03 ||1.060.000`, nil},
		{"a list of codes with one figure", "", "", "CPS08\t80\nDA06_07\t1.000\nCPS07\t80 %\nCPS10\t1/2",
			"DA06_07 ||1.000; CPS03 ||1.050.000; CPS07 ||80; CPS10 1|2", []string{"“80” không rõ là tử số hay tỷ lệ"}},
		{"a dash of Word is asked about", "DA06_06", "val", "–\n–", "", []string{"“–” không rõ", "“–” không rõ"}},
		{"another form", "", "", "NQ71_11\tx\t1\nKTS15\ty\t2", "", []string{"NQ71_11", "KTS15"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, f := range d.page(lan, round, daNang).FormList {
				for _, r := range f.Rows {
					d.put(lan, round, daNang, r.Definition.Indicator.Code, func(in *reporting.CellInput) { in.Numerator, in.Denominator, in.Value, in.Note = "", "", "", "" })
				}
			}
			d.put(lan, round, daNang, "DA06_07", value("567.890"))
			d.put(lan, round, daNang, "CPS03", value("1.050.000"))
			if d.stands(round) != before {
				t.Fatal(d.stands(round))
			}
			res, err := d.PasteCells(lan, round, daNang, reporting.Paste{Start: tt.start, Column: tt.column, Block: tt.block})
			want := tt.want
			listed := ""
			if want == "" { // nothing finds a place
				want = before
				if err == nil {
					t.Error("it was taken")
				} else {
					listed = err.Error()
				}
			} else if err != nil {
				t.Fatal(err)
			} else {
				listed = strings.Join(res.Listed, "\n")
				if len(res.Listed) != len(tt.listed) && !strings.Contains(listed, tt.listed[0]) {
					t.Errorf("listed %q", res.Listed)
				}
				if len(tt.listed) == 0 && len(res.Listed) > 0 {
					t.Errorf("listed %q", res.Listed)
				}
			}
			if got := d.stands(round); got != want {
				t.Errorf("stands\n %s, want\n %s\n(listed %q)", got, want, listed)
			}
			for _, w := range tt.listed {
				if !strings.Contains(listed, w) {
					t.Errorf("%q is not listed: %q", w, listed)
				}
			}
			if res == nil || res.Batch == nil {
				return
			}
			if _, err := d.UndoBatch(lan, round, daNang, res.Batch.ID); err != nil || d.stands(round) != before {
				t.Errorf("taken back: %s, %v", d.stands(round), err)
			}
		})
	}
}

// 200 lines meet a form of five: five are placed, the others listed, sixty of them by line.
func TestPaste_Long(t *testing.T) {
	d, round := pasteDesk(t, "sqlite")
	lan := d.as("lan", access.Reporter, daNang)
	res, err := d.PasteCells(lan, round, daNang, reporting.Paste{Start: "DA06_06", Column: "num", Block: strings.Repeat("5\t10\t\n", 200)})
	if err != nil || res.Changed != 3 || len(res.Listed) != 61 || !strings.Contains(res.Listed[60], "Còn 139 mục") {
		t.Fatalf("%+v, %v", res, err)
	}
	if got := d.stands(round); strings.Contains(got, "CPS10") || strings.Contains(got, "DA06_01") {
		t.Errorf("it ran into the next form: %s", got)
	}
}

// A paste is taken back by one press, also after another one; what was typed since stays and is named. A cell that somebody else saved after
// the page was read is not overwritten.
func TestPaste_Undo(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			d, round := pasteDesk(t, engine)
			lan := d.as("lan", access.Reporter, daNang)
			d.put(lan, round, daNang, "CPS07", parts("80", "100"))
			res, err := d.PasteCells(lan, round, daNang, reporting.Paste{Start: "CPS08", Column: "num", Block: "5\t10\n\t\t7\n90\t100"})
			if err != nil || res.Changed != 3 || res.Batch == nil || res.Batch.Cells != 3 || res.Said != "Đã dán 3 dòng: 3 ô thay đổi, 0 giữ nguyên." {
				t.Fatalf("%+v, %v", res, err)
			}
			if b := d.page(lan, round, daNang).Batch; b == nil || b.ID != res.Batch.ID || b.Title() != "Hoàn tác lần dán" {
				t.Errorf("the page offers %+v", b)
			}
			d.put(lan, round, daNang, "CPS03", value("8"))
			undone, err := d.UndoBatch(lan, round, daNang, res.Batch.ID)
			if err != nil || undone.Undone != 2 || len(undone.Left) != 1 || len(undone.Cells) != 3 {
				t.Fatalf("%+v, %v", undone, err)
			}
			if got := d.stands(round); got != "CPS03 ||8; CPS07 80|100" {
				t.Error(got)
			}
			if again, err := d.UndoBatch(lan, round, daNang, res.Batch.ID); err != nil || again.Undone != 0 || d.stands(round) != "CPS03 ||8; CPS07 80|100" {
				t.Errorf("a second press: %+v, %v", again, err)
			}
			same, err := d.PasteCells(lan, round, daNang, reporting.Paste{Start: "CPS07", Column: "num", Block: "80\t100"})
			if err != nil || same.Changed != 0 || same.Same != 1 || same.Batch != nil {
				t.Errorf("the same again: %+v, %v", same, err)
			}
			hoa := d.as("hoa", access.Reporter, daNang)
			seen := map[int64]int64{d.defs["CPS07"]: d.row(lan, round, daNang, "CPS07").Cell.Version}
			d.put(hoa, round, daNang, "CPS07", parts("70", "100"))
			res, err = d.PasteCells(lan, round, daNang, reporting.Paste{Start: "CPS07", Column: "num", Block: "60\t100", Seen: seen})
			if err != nil || res.Changed != 0 || !strings.Contains(strings.Join(res.Listed, " "), "hoa vừa ghi ô này") {
				t.Errorf("%+v, %v", res, err)
			}
		})
	}
}
