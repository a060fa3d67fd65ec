package intake_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/kpi"
)

// templateData is a form of one indicator of each kind, for Hà Nội.
func templateData(t testing.TB) intake.TemplateData {
	t.Helper()
	d := intake.TemplateData{Form: "chinh_phu_so", Title: "Chính phủ số", Agency: "P-01", AgencyName: "Thành phố Hà Nội", Period: kpi.MustPeriod("2026-Q3"),
		Previous: "Quý II năm 2026", LastYear: "Quý III năm 2025", Day: checkedOn}
	cat := catalogue()
	for i, code := range []string{"CPS01", "CPS09", "CPS20A", "KTS15", "DTI_P", "NQ71_11"} {
		def, ok := cat.On(code, d.Period.To)
		if !ok {
			t.Fatal(code)
		}
		item := intake.TemplateItem{Definition: def}
		if i == 0 {
			item.Previous = intake.TemplateFigure{Text: "45,25", Parts: "1.448/3.200"}
			item.LastYear = intake.TemplateFigure{Text: "40,00", Source: "Cổng Dịch vụ công quốc gia"}
		}
		d.Items = append(d.Items, item)
	}
	return d
}

func template(t testing.TB, d intake.TemplateData) []byte {
	t.Helper()
	var a, b bytes.Buffer
	if err := intake.Template(&a, d); err != nil {
		t.Fatal(err)
	}
	if err := intake.Template(&b, d); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("made twice it is another file (%v)", err)
	}
	return a.Bytes()
}

// write fills cells of the form in.
func write(t testing.TB, data []byte, cells map[string]any) []byte {
	t.Helper()
	x := open(t, data)
	for ref, v := range cells {
		if err := x.SetCellValue("Biểu mẫu", ref, v); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTemplate_golden(t *testing.T) {
	data := template(t, templateData(t))
	if dir := os.Getenv("CHISO_LOOK"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "biểu mẫu.xlsx"), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	x := open(t, data)
	var b strings.Builder
	b.WriteString(dump(t, data))
	rules, err := x.GetDataValidations("Biểu mẫu")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		fmt.Fprintf(&b, "rule %s %s %s\n", r.Sqref, r.Type, r.Formula1)
	}
	for row := 9; row <= 14; row++ {
		for c := 'A'; c <= 'L'; c++ {
			ref := fmt.Sprintf("%c%d", c, row)
			id, err1 := x.GetCellStyle("Biểu mẫu", ref)
			st, err2 := x.GetStyle(id)
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			if st.Protection != nil && !st.Protection.Locked {
				b.WriteString("open " + ref + "\n")
			}
		}
	}
	goldenFile(t, "template.golden", b.String())
	p, err := x.GetSheetProtection("Biểu mẫu")
	if err != nil || p.Password != "" || !p.FormatColumns || !p.FormatRows || p.FormatCells {
		t.Errorf("protection %+v, %v", p, err)
	}
	if seen, err := x.GetSheetVisible("_chiso"); err != nil || seen {
		t.Error("the marks are seen")
	}
}

// A template that is filled in is read like any table: blank rows are not reported.
func TestTemplate_filled(t *testing.T) {
	data := write(t, template(t, templateData(t)), map[string]any{"H9": 45, "I9": 100, "J10": "Không phát sinh", "J11": 12, "K11": "Ước tính", "J13": 0.7512, "J14": "Có",
		"L12": "chờ số của Sở Tài chính"})
	o := run(t, "mẫu.xlsx", data)
	expect(t, o, "not_reported@J12", "Biểu mẫu!H9 P-01 CPS01 2026-Q3 45/100", "Biểu mẫu!J10 P-01 CPS09 2026-Q3 not_applicable",
		"Biểu mẫu!J11 P-01 CPS20A 2026-Q3 12", "Biểu mẫu!J13 P-01 DTI_P 2026-Q3 0.7512", "Biểu mẫu!J14 P-01 NQ71_11 2026-Q3 1")
	o = run(t, "mẫu.xlsx", write(t, template(t, templateData(t)), map[string]any{"J11": 12}))
	expect(t, o, "blank_rows@", "Biểu mẫu!J11 P-01 CPS20A 2026-Q3 12")
	expect(t, run(t, "mẫu.xlsx", template(t, templateData(t))), "empty_template@")
	// Only what a report must say counts as left out.
	only := func(codes ...string) func(*check.Rules, *intake.Options) {
		return func(_ *check.Rules, o *intake.Options) {
			o.Optional = map[string]bool{}
			for _, c := range codes {
				o.Optional[c] = true
			}
		}
	}
	data = write(t, template(t, templateData(t)), map[string]any{"J11": 12})
	if o := run(t, "mẫu.xlsx", data, only("CPS01", "CPS09")); len(o.findings) != 1 || !strings.HasPrefix(o.findings[0].Message, "3 chỉ tiêu để trống") {
		t.Errorf("two of five blank rows are optional: %+v", o.findings)
	}
	expect(t, run(t, "mẫu.xlsx", data, only("CPS01", "CPS09", "DTI_P", "NQ71_11", "KTS15")), "", "Biểu mẫu!J11 P-01 CPS20A 2026-Q3 12")
}

// A filled template comes back marked and is still a template.
func TestTemplate_marked(t *testing.T) {
	data := write(t, template(t, templateData(t)), map[string]any{"H9": 145, "I9": 100, "J11": 1.5})
	marked := mark(t, "mẫu.xlsx", data)
	was, is := run(t, "mẫu.xlsx", data), run(t, "mẫu.xlsx", marked)
	if was.codes() != is.codes() || !strings.Contains(is.codes(), "blank_rows") {
		t.Errorf("%s, was %s", is.codes(), was.codes())
	}
	expect(t, run(t, "mẫu.xlsx", write(t, marked, map[string]any{"H9": 45, "J11": 2})), "blank_rows@",
		"Biểu mẫu!H9 P-01 CPS01 2026-Q3 45/100", "Biểu mẫu!J11 P-01 CPS20A 2026-Q3 2")
}

// An indicator that changed its meaning since the template was made is refused at its cell; the
// others are taken.
func TestTemplate_old(t *testing.T) {
	d := templateData(t)
	old := *d.Items[2].Definition
	old.Unit = "nghìn CSDL"
	d.Items[2].Definition = &old
	data := write(t, template(t, d), map[string]any{"H9": 45, "I9": 100, "J11": 12})
	expect(t, run(t, "mẫu.xlsx", data), "old_template@J11 blank_rows@", "Biểu mẫu!H9 P-01 CPS01 2026-Q3 45/100")
	x := open(t, data)
	if err := x.SetCellValue("_chiso", "B2", 99); err != nil {
		t.Fatal(err)
	}
	if err := x.SetCellValue("Biểu mẫu", "A5", "Kỳ báo cáo: Quý II/2026"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	expect(t, run(t, "mẫu.xlsx", b.Bytes()), "old_template@H9 old_template@J11 blank_rows@")
	again := write(t, template(t, templateData(t)), map[string]any{"A5": "Kỳ báo cáo: Quý II/2026", "J11": 12})
	expect(t, run(t, "mẫu.xlsx", again), "template_period@A5 blank_rows@", "Biểu mẫu!J11 P-01 CPS20A 2026-Q2 12")
}

func TestTemplate_empty(t *testing.T) {
	if err := intake.Template(&bytes.Buffer{}, intake.TemplateData{}); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
}

// A clerk's own sheets called Lỗi or Hướng dẫn are read and not taken for ours.
func TestOwnSheets(t *testing.T) {
	data := workbook(t, [][]any{{"Đơn vị", "CPS20A", "Kỳ"}, {"Hà Nội", 5, "2026-Q3"}}, func(x *excelize.File) {
		if err := x.SetSheetName("Sheet1", "Lỗi"); err != nil {
			t.Fatal(err)
		}
	})
	expect(t, run(t, "a.xlsx", data), "", "Lỗi!B2 P-01 CPS20A 2026-Q3 5")
	x := open(t, markAs(t, "a.xlsx", data, nil))
	if got := x.GetSheetList(); !slices.Equal(got, []string{"Lỗi (2)", "Lỗi"}) {
		t.Errorf("sheets %v", got)
	}
}
