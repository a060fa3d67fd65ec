package app_test

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/fault"
)

// A template carries the agency's own earlier figures, else those of the ranking source under its
// name; filled in it is accepted.
func TestTemplate(t *testing.T) {
	f := seeded(t)
	f.load(t, tidy+"Hà Nội,CPS18,2026-Q2,80,100\nHà Nội,CPS18,2025-Q3,1,3\n")
	q := receive.TemplateQuery{Agency: "P-01", Period: "Quý III/2026", Codes: []string{"CPS18", "CPS03", "CPS18"}}
	name, data, err := f.Template(t.Context(), q)
	if err != nil || name != "bieu-mau-P-01-2026-Q3.xlsx" {
		t.Fatalf("%q %v", name, err)
	}
	if _, again, err := f.Template(t.Context(), q); err != nil || !bytes.Equal(data, again) {
		t.Errorf("asked for twice it is another file (%v)", err)
	}
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close() //nolint:errcheck // in memory
	for ref, want := range map[string]string{"A1": "THÀNH PHỐ HÀ NỘI", "A5": "Kỳ báo cáo: Quý III năm 2026", "C9": "CPS18", "F9": "80,00\n80/100",
		"G9": "33,33\n1/3", "C10": "CPS03", "F10": "", "C11": ""} {
		if got, err := x.GetCellValue("Biểu mẫu", ref); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", ref, got, want, err)
		}
	}
	for ref, v := range map[string]any{"H9": 85, "I9": 100} {
		if err := x.SetCellValue("Biểu mẫu", ref, v); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	res, err := f.Import(t.Context(), receive.Request{Account: "can-bo", Agency: "P-01", Files: []ledger.ImportFile{{Name: name, Data: b.Bytes()}}})
	if err != nil || !res.Accepted || res.Files[0].Observations.New != 1 || len(res.Files[0].Findings) != 1 || res.Files[0].Findings[0].Code != "blank_rows" {
		t.Errorf("filled in: %+v %v", res, err)
	}
}

// A single day has no period before it: the latest earlier day is shown, here the portal's.
func TestTemplate_snapshot(t *testing.T) {
	f := seeded(t)
	_, data, err := f.Template(t.Context(), receive.TemplateQuery{Agency: "P-01", Period: "2026-11-01", Codes: []string{"CPS08"}})
	if err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close() //nolint:errcheck // in memory
	got, err := x.GetCellValue("Biểu mẫu", "F9")
	if err != nil || !strings.Contains(got, "\nNgày 10/10/2026\nCổng Dịch vụ công quốc gia") {
		t.Errorf("%q %v", got, err)
	}
}

func TestTemplate_group(t *testing.T) {
	f := seeded(t)
	name, data, err := f.Template(t.Context(), receive.TemplateQuery{Agency: "BTC", Period: "2026-Q3", Pillar: "chinh_phu_so"})
	if err != nil || name != "bieu-mau-BTC-2026-Q3-chinh_phu_so.xlsx" || len(data) == 0 {
		t.Fatalf("%q %v", name, err)
	}
	// Every indicator there is: nothing in names, units and earlier figures is taken for something else.
	for _, who := range []string{"P-01", "BTC"} {
		name, data, err := f.Template(t.Context(), receive.TemplateQuery{Agency: agency.ID(who), Period: "2026-Q3"})
		if err != nil {
			t.Fatal(err)
		}
		res, err := f.Import(t.Context(), receive.Request{DryRun: true, Files: []ledger.ImportFile{{Name: name, Data: data}}})
		if err != nil || len(res.Files[0].Findings) != 1 || res.Files[0].Findings[0].Code != "empty_template" {
			t.Errorf("%s: %+v %v", who, res.Files[0].Findings, err)
		}
		data, rows := filled(t, data)
		res, err = f.Import(t.Context(), receive.Request{DryRun: true, Agency: agency.ID(who), Files: []ledger.ImportFile{{Name: name, Data: data}}})
		if err != nil || !res.Accepted || res.Files[0].Observations.New != rows || rows < 50 {
			t.Errorf("%s: %d of %d: %+v %v", who, res.Files[0].Observations.New, rows, res.Files[0].Findings, err)
		}
	}
	o, err := f.TemplateOptions(t.Context())
	if err != nil || len(o.Blocks) != 2 || len(o.Blocks[0].Agencies) != 34 || len(o.Pillars) < 5 || len(o.Periods) == 0 {
		t.Errorf("options %+v %v", o, err)
	}
	for _, tt := range []struct {
		q    receive.TemplateQuery
		kind fault.Kind
		says string
	}{
		{receive.TemplateQuery{Agency: "P-01", Period: "quý 5"}, fault.Invalid, "Không hiểu kỳ"},
		{receive.TemplateQuery{Agency: "X", Period: "2026"}, fault.NotFound, "Không có đơn vị"},
		{receive.TemplateQuery{Agency: "P34-24", Period: "2020"}, fault.Invalid, "không tồn tại"},
		{receive.TemplateQuery{Agency: "P-01", Period: "2026", Codes: []string{"X"}}, fault.NotFound, "Không có chỉ tiêu"},
		{receive.TemplateQuery{Agency: "P-01", Period: "2026", Pillar: "x"}, fault.NotFound, "không báo cáo chỉ tiêu nào"},
	} {
		_, _, err := f.Template(t.Context(), tt.q)
		if fault.KindOf(err) != tt.kind || !strings.Contains(fault.Sentence(err), tt.says) {
			t.Errorf("%+v: %v", tt.q, err)
		}
	}
}

// filled writes a figure into every row of a template and returns how many there are.
// closing are counts, and shares denominators, with which the sums that must close (seed/identities.csv) close where all others are 1.
var (
	closing = map[string]int{"DA06_01": 4, "DA06_21": 3, "NQ71_03": 2, "NQ71_04": 2, "NQ71_08": 2, "TASK_GOV_01": 4, "TASK_GOV_02": 2, "TASK_GOV_05": 2, "CPS38": 2}
	shares  = map[string]int{"DA06_26": 4, "TASK_GOV_09": 4, "TASK_GOV_10": 4}
)

func filled(t *testing.T, data []byte) ([]byte, int) {
	t.Helper()
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close() //nolint:errcheck // in memory
	row := 9
	for ; ; row++ {
		code, err := x.GetCellValue("Biểu mẫu", fmt.Sprintf("C%d", row))
		if err != nil {
			t.Fatal(err)
		}
		if code == "" {
			break
		}
		name, err1 := x.GetCellValue("Biểu mẫu", fmt.Sprintf("D%d", row))
		unit, err2 := x.GetCellValue("Biểu mẫu", fmt.Sprintf("E%d", row))
		cells := map[string]any{"J": cmp.Or(closing[code], 1)}
		if strings.Contains(name, "Tử số: ") {
			cells = map[string]any{"H": 1, "I": 2}
			if shares[code] != 0 {
				cells["I"] = shares[code]
			}
		} else if unit == "có/không" {
			cells["J"] = "Có"
		}
		for c, v := range cells {
			if err := x.SetCellValue("Biểu mẫu", fmt.Sprintf("%s%d", c, row), v); err != nil {
				t.Fatal(err)
			}
		}
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), row - 9
}
