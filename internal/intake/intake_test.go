package intake_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/kpi"
)

// outcome is what came of a file: a line for each figure and one for each finding.
type outcome struct {
	entries  []string
	findings []check.Finding
	err      error
}

func (o outcome) codes() string {
	var out []string
	for _, f := range o.findings {
		out = append(out, f.Code+"@"+f.Cell)
	}
	return strings.Join(out, " ")
}

func run(t testing.TB, name string, data []byte, change ...func(*check.Rules, *intake.Options)) outcome {
	t.Helper()
	rules := check.Rules{Directory: directory(), Catalogue: catalogue(), Today: 20261121, Source: kpi.Reported}
	var opts intake.Options
	for _, f := range change {
		f(&rules, &opts)
	}
	var o outcome
	file, err := intake.Open(name, data, intake.Limits{})
	if err != nil {
		o.err = err
		return o
	}
	c := check.New(rules)
	opts.Report = c.Report
	for row, err := range file.Rows(rules.Catalogue, rules.Directory, opts) {
		if err != nil {
			o.err = err
			break
		}
		if e, ok := c.Row(row); ok {
			o.entries = append(o.entries, entryLine(e))
		}
	}
	c.EndFile()
	o.findings = c.Findings()
	return o
}

func entryLine(e check.Entry) string {
	f := e.Figure
	figure := f.Value.String()
	switch {
	case f.HasParts():
		figure = f.Num.String() + "/" + f.Den.String()
	case f.State != kpi.Value:
		figure = string(f.State)
	}
	return fmt.Sprintf("%s!%s %s %s %s %s", e.Sheet, e.Cell, e.Agency, e.Definition.Indicator.Code, e.Period.Key, figure)
}

// workbook makes an .xlsx of one sheet from rows of cells.
func workbook(t testing.TB, rows [][]any, change ...func(*excelize.File)) []byte {
	t.Helper()
	x := excelize.NewFile()
	defer func() { _ = x.Close() }()
	for i, r := range rows {
		if err := x.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range change {
		f(x)
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func expect(t *testing.T, o outcome, codes string, entries ...string) {
	t.Helper()
	if o.err != nil {
		t.Fatalf("refused: %v", o.err)
	}
	if !slices.Equal(o.entries, entries) {
		t.Errorf("figures:\n%s\nwant:\n%s", strings.Join(o.entries, "\n"), strings.Join(entries, "\n"))
	}
	if o.codes() != codes {
		t.Errorf("findings %q, want %q: %v", o.codes(), codes, o.findings)
	}
}

func TestRows_tidyCSV(t *testing.T) {
	tests := []struct{ name, data, codes, want string }{
		{"english", "agency,indicator,period,numerator,denominator,value,note\nHà Nội,CPS01,2026-Q3,45,100,,\n", "",
			"CSV!D2 P-01 CPS01 2026-Q3 45/100"},
		{"vietnamese, other order", "STT;Ghi chú;Mẫu số;Tử số;Kỳ báo cáo;Chỉ tiêu;Cơ quan\n1;;100;45;Quý III/2026;CPS01;Hà Nội\n", "",
			"CSV!D2 P-01 CPS01 2026-Q3 45/100"},
		{"tabs and BOM", "\uFEFFĐơn vị\tChỉ tiêu\tKỳ\tGiá trị\nHà Nội\tCPS20A\t2026\t1.234\n", "",
			"CSV!D2 P-01 CPS20A 2026 1234"},
		{"title rows, blank lines, line breaks in quotes", "BÁO CÁO,\n\n\"Kỳ báo cáo: Quý III/2026\",\n\nĐơn vị,Mã chỉ tiêu,\"Kết\nquả\",Ghi chú\nHà Nội,CPS20A,5,\"a\nb\"\n\nĐồng Tháp,CPS20A,6,\n",
			"", "CSV!C6 P-01 CPS20A 2026-Q3 5|CSV!C8 P34-82 CPS20A 2026-Q3 6"},
		{"seed columns", "agency_id,agency_name_as_published,indicator,period,numerator,denominator,value,published_rank,source\nP34-82,UBND,CPS08,2026-10-10,358660,405424,88.47,1,x\n", "",
			"CSV!G2 P34-82 CPS08 2026-10-10 358660/405424"},
		{"published columns", "source,published_on,period_key,from,to,accumulation,agency,indicator,numerator,denominator,value,unit,qualifier,text_as_published,note\n" +
			"s,2025,,2024-07-01,2025-02-06,point,VN,CPS20A,,,12,CSDL,about,khoảng 12,\ns,2025,2024,,2024-12-31,point,BYT,CPS01,,,10,%,below,,\n", "",
			"CSV!K2 VN CPS20A 2024-07-01..2025-02-06 12|CSV!K3 BYT CPS01 2024 censored_below"},
		{"unknown column", "agency,indicator,period,value,Màu\nHà Nội,CPS20A,2026,5,đỏ\n", "unknown_column@E1", "CSV!D2 P-01 CPS20A 2026 5"},
		{"two value columns", "agency,indicator,period,value,Giá trị\nHà Nội,CPS20A,2026,5,6\n", "duplicate_column@E1", ""},
		{"code beside name", "Mã đơn vị,Tên đơn vị,indicator,period,value\nP-01,Thủ đô,CPS20A,2026,5\n", "", "CSV!E2 P-01 CPS20A 2026 5"},
		{"totals and signatures", "TT,Đơn vị,indicator,period,value\n(1),(2),(3),(4),(5)\n1,Hà Nội,CPS20A,2026,5\n,Tổng cộng,,,5\nCộng,,,,5\n,NGƯỜI LẬP BIỂU,,,\n,,,Thủ trưởng,\n",
			"total_row@B4 total_row@A5 skipped_row@B6 skipped_row@D7", "CSV!E3 P-01 CPS20A 2026 5"},
		{"missing cells", "agency,indicator,period,value\nHà Nội,CPS20A,2026\n", "missing_figure@D2 extra_cells@C2 nothing_read@", ""},
		{"no table", "a,b\n1,2\n", "no_table@", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var want []string
			if tt.want != "" {
				want = strings.Split(tt.want, "|")
			}
			expect(t, run(t, "a.csv", []byte(tt.data)), tt.codes, want...)
		})
	}
}

func TestRows_matrix(t *testing.T) {
	hn, dt := "Hà Nội", "Đồng Tháp"
	tests := []struct {
		name  string
		rows  [][]any
		codes string
		want  []string
	}{
		{"codes and names", [][]any{{"Kỳ báo cáo: Quý III/2026"}, {"STT", "Địa phương", "CPS20A", "Chỉ số DTI cấp tỉnh"}, {1, hn, 5, 0.8}, {2, dt, nil, 0.7}}, "",
			[]string{"Sheet1!C3 P-01 CPS20A 2026-Q3 5", "Sheet1!D3 P-01 DTI_P 2026-Q3 0.8", "Sheet1!D4 P34-82 DTI_P 2026-Q3 0.7"}},
		{"parts by name", [][]any{{"Quý III/2026"}, {"Đơn vị", "Số hồ sơ trực tuyến toàn trình trong kỳ", "Tổng số hồ sơ giải quyết"}, {hn, 5, 10}}, "",
			[]string{"Sheet1!B3 P-01 CPS01 2026-Q3 5/10"}},
		{"shared denominator", [][]any{{"Kỳ", "2026"}, {"Đơn vị", "Hồ sơ đúng hạn", "Hồ sơ số hóa", "Tổng hồ sơ tiếp nhận"}, {hn, 5, 6, 10}}, "",
			[]string{"Sheet1!B3 P-01 CPS08 2026 5/10", "Sheet1!C3 P-01 CPS09 2026 6/10"}},
		{"num and den", [][]any{{"Đơn vị", "Kỳ", "CPS01.num", "CPS01.den", "CPS08"}, {hn, "2026", 5, 10, 90}}, "bare_ratio@E2",
			[]string{"Sheet1!C2 P-01 CPS01 2026 5/10", "Sheet1!E2 P-01 CPS08 2026 90"}},
		{"one indicator", [][]any{{"Đơn vị", "Kỳ", "CPS01", "Tử số", "Mẫu số"}, {hn, "2026", 50, 5, 10}}, "",
			[]string{"Sheet1!C2 P-01 CPS01 2026 5/10"}},
		{"several indicators", [][]any{{"Đơn vị", "Kỳ", "CPS01", "CPS08", "Tử số"}, {hn, "2026", 50, 5, 10}}, "ambiguous_column@E1", nil},
		{"ambiguous name", [][]any{{"Đơn vị", "Kỳ", "Số tài khoản", "CPS08"}, {hn, "2026", 50, 5}}, "ambiguous_column@C1", nil},
		{"the same twice", [][]any{{"Đơn vị", "Kỳ", "CPS20A", "Số cơ sở dữ liệu mới"}, {hn, "2026", 50, 5}}, "duplicate_column@D1", nil},
		{"title names the indicator", [][]any{{"Tỷ lệ hồ sơ đúng hạn"}, {"Tháng 8/2026"}, {"Đơn vị", "Tử số", "Mẫu số"}, {hn, 5, 10}, {"Tổng cộng", 5, 10}}, "total_row@A5",
			[]string{"Sheet1!B4 P-01 CPS08 2026-08 5/10"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { expect(t, run(t, "a.xlsx", workbook(t, tt.rows)), tt.codes, tt.want...) })
	}
	t.Run("indicator and period of the run", func(t *testing.T) {
		o := run(t, "a.xlsx", workbook(t, [][]any{{"Đơn vị", "Tử số", "Tổng hồ sơ tiếp nhận"}, {hn, 5, 10}}), func(r *check.Rules, o *intake.Options) {
			r.Period, r.Indicator, o.Indicator = kpi.MustPeriod("2026"), "CPS08", "CPS08"
		})
		expect(t, o, "", "Sheet1!B2 P-01 CPS08 2026 5/10")
	})
}

func TestRows_cells(t *testing.T) {
	style := func(x *excelize.File, cell string, s excelize.Style) {
		id, err := x.NewStyle(&s)
		if err == nil {
			err = x.SetCellStyle("Sheet1", cell, cell, id)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	day, percent := "dd/mm/yyyy", `0.0\ %`
	data := workbook(t, [][]any{
		{"Đơn vị", "Chỉ tiêu", "Kỳ", "Giá trị"},
		{"Hà Nội", "CPS01", "2026", 0.455},
		{"Hà Nội", "CPS01", 46305, 12},
		{"Hà Nội", "CPS01", 46235, 13.25},
		{"Hà Nội", "CPS01", 2025, "1.234"},
		{"Hà Nội", "KTS15", 2025, 1.234},
		{"Hà Nội", "CPS08", 2025, nil},
		{"Hà Nội", "CPS08", 2024, 45500},
		{"Hà Nội", "CPS08", 2023, 0.1 + 0.2},
		{"Hà Nội", "NQ71_11", 2023, true},
	}, func(x *excelize.File) {
		style(x, "D2", excelize.Style{CustomNumFmt: &percent})
		style(x, "C3", excelize.Style{CustomNumFmt: &day})
		style(x, "C4", excelize.Style{NumFmt: 17})
		style(x, "D8", excelize.Style{NumFmt: 14})
		if err := x.SetCellFormula("Sheet1", "D7", "1/0"); err != nil {
			t.Fatal(err)
		}
	})
	o := run(t, "a.xlsx", data)
	expect(t, o, "bare_ratio@D2 ambiguous_number@D5 broken_cell@D7 date_in_number@D8 fraction_column@D9",
		"Sheet1!D2 P-01 CPS01 2026 45.5", "Sheet1!D3 P-01 CPS01 2026-10-10 12", "Sheet1!D4 P-01 CPS01 2026-08 13.25",
		"Sheet1!D6 P-01 KTS15 2025 1.234", "Sheet1!D9 P-01 CPS08 2023 0.3", "Sheet1!D10 P-01 NQ71_11 2023 1")
}

func TestRows_sheets(t *testing.T) {
	data := workbook(t, [][]any{{"không có bảng"}}, func(x *excelize.File) {
		for i, name := range []string{"Nháp", "2026-Q2", "CPS20A", "Ẩn"} {
			if _, err := x.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			_ = x.SetSheetRow(name, "A1", &[]any{"Đơn vị", "Chỉ tiêu", "Giá trị", "Kỳ"})
			period := any("2026-Q1")
			switch i {
			case 1:
				period = nil
			case 3:
				period = "2025-Q4"
			}
			_ = x.SetSheetRow(name, "A2", &[]any{"Hà Nội", "CPS20A", []int{0, 1, 3, 2}[i], period})
		}
		_ = x.SetSheetVisible("Ẩn", false)
		_ = x.SetCellValue("CPS20A", "B1", "Màu")
		_ = x.SetCellValue("CPS20A", "B2", nil)
	})
	expect(t, run(t, "a.xlsx", data), "no_header@ unknown_column@B1 hidden_sheet@",
		"2026-Q2!C2 P-01 CPS20A 2026-Q2 1", "CPS20A!C2 P-01 CPS20A 2026-Q1 3", "Ẩn!C2 P-01 CPS20A 2025-Q4 2")
}

func TestRows_stop(t *testing.T) {
	data := []byte("agency,indicator,period,value\nHà Nội,CPS20A,2026,5\nHà Nội,CPS20A,2025,5\n")
	f, err := intake.Open("a.csv", data, intake.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range f.Rows(catalogue(), directory(), intake.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d rows after break", n)
	}
}

func TestRows_csvErrors(t *testing.T) {
	head := "agency,indicator,period,value\n"
	for name, tt := range map[string]struct{ data, says string }{
		"quote in a field": {head + "Hà \"Nội,CPS20A,2026,5\n", "dòng 2"},
		"open quote":       {head + "Hà Nội,CPS20A,2026,5\n\"Hà Nội,CPS20A,2025,5\n", "dòng 3"},
		"not UTF-8":        {head + "Hà Nội \xe0\x81,CPS20A,2026,5\n", "bảng mã UTF-8 (dòng 2)"},
		"zero byte":        {strings.Repeat(head, 400) + "Hà\x00 Nội,CPS20A,2026,5\n", "dòng 401"},
	} {
		o := run(t, "a.csv", []byte(tt.data))
		if fault.KindOf(o.err) != fault.Unreadable || !strings.Contains(fault.Sentence(o.err), tt.says) {
			t.Errorf("%s: got %v, want %q", name, o.err, tt.says)
		}
	}
}
