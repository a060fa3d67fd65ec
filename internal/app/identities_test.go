package app_test

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/receive"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// oneStop is the form of an office that takes in dossiers, with the identities in its numbered row; F5 should be 30.
const oneStop = `TỔNG HỢP TÌNH HÌNH GIẢI QUYẾT HỒ SƠ THÁNG 9/2026,,,,,,,,,,,,
,,Số hồ sơ nhận giải quyết,,,,Kết quả giải quyết,,,,Đang giải quyết,,
STT,Lĩnh vực,Tổng số tiếp nhận,Trực tuyến,"Trực tiếp, BCCI",Từ kỳ trước,Tổng đã giải quyết,Trước hạn,Đúng hạn,Quá hạn,Tổng đang giải quyết,Trong hạn,Quá hạn
(1),(2),(3)=(4)+(5)+(6),(4),(5),(6),(7)=(8)+(9)+(10),(8),(9),(10),(11)=(12)+(13),(12),(13)
1,Đất đai,1000,700,270,40,900,500,390,10,100,95,5
2,Hộ tịch,500,450,30,20,480,400,80,0,20,20,0
,TỔNG CỘNG,1500,1150,300,50,1380,900,470,10,120,115,5
`

// A table whose columns nobody knows still says itself how it closes: F5 is wrong for its row and its column, and 30 alone closes both.
func TestIdentities_DeclaredByTheTable(t *testing.T) {
	f := seeded(t)
	sums := func(csv string) (out []check.Finding) {
		res := f.try(t, csv, func(r *receive.Request) { r.DryRun, r.Period = true, "2026-09" })
		for _, x := range res.Files[0].Findings {
			if x.Code == check.SumMismatch || x.Code == check.TotalMismatch {
				out = append(out, x)
			}
		}
		return out
	}
	found := sums(oneStop)
	if len(found) != 1 || found[0].Severity != check.Error || found[0].Cell != "F5" {
		t.Fatalf("%+v", found)
	}
	for _, s := range []string{"C5 ghi 1.000", "D5 700 + E5 270 + F5 40", "dòng tổng (dòng 7): F7 ghi 50", "Đề xuất: F5 từ 40 thành 30"} {
		if !strings.Contains(found[0].Message, s) {
			t.Errorf("%q is not in %s", s, found[0].Message)
		}
	}
	right := strings.Replace(oneStop, "270,40", "270,30", 1)
	if found := sums(right); len(found) > 0 {
		t.Errorf("closes: %+v", found)
	}
	// (3)=(7)+(11) is not declared, it is the form's: 120 dossiers vanish from (11) to (13) in all rows alike.
	lost := strings.NewReplacer("100,95,5", "90,85,5", "120,115,5", "110,105,5").Replace(right)
	if found := sums(lost); len(found) == 0 || !strings.Contains(found[0].Message, "(3)=(7)+(11)") {
		t.Errorf("dossiers that are neither settled nor under way: %+v", found)
	}
}

// The counts of a task report must add up wherever they enter; a table that was published so is kept with a warning.
func TestIdentities_OfIndicators(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		if _, err := f.Seed(t.Context()); err != nil {
			t.Fatal(err)
		}
		const head = "Đơn vị,DA06_01,DA06_02,DA06_03,DA06_04,DA06_05\n"
		at := func(period string) func(*receive.Request) {
			return func(r *receive.Request) { r.Period = period }
		}
		f.load(t, head+"Bộ Công an,690,348,39,119,184\n", at("2025-02"))
		res := f.try(t, head+"Bộ Công an,690,348,39,119,999\n", at("2025-03"))
		x := res.Files[0].Findings
		if res.Accepted || len(x) != 1 || x[0].Code != check.SumMismatch || x[0].Severity != check.Error || x[0].Cell != "B2" || len(x[0].Changes) != 2 {
			t.Fatalf("690/348/39/119/999: %+v", x)
		}
		for _, c := range x[0].Changes {
			if c.Proposed || c.Cell+"="+c.To.String() != "B2=1505" && c.Cell+"="+c.To.String() != "F2=184" {
				t.Errorf("%+v", c)
			}
		}
		// CPS37 is part of the total until the end of 2023 only.
		lines := "Đơn vị,CPS38,CPS37,CPS04,CPS03\nLạng Sơn,1809,392,415,1102\n"
		if res := f.try(t, lines, at("2023-H1")); res.Accepted {
			t.Errorf("1.809 ≠ 392 + 415 + 1.102: %+v", res.Files[0].Findings)
		}
		f.load(t, "Đơn vị,CPS38,CPS04,CPS03\nLạng Sơn,1517,415,1102\n", at("2024-H1"))
		published := "Đơn vị,TASK_GOV_01,TASK_GOV_02,TASK_GOV_06,TASK_GOV_07\nVN,9831,7892,1602,319\n"
		if res := f.try(t, published, at("2025-10")); res.Accepted {
			t.Error("9.831 ≠ 9.813 was accepted as a report")
		}
		res = f.load(t, published, at("2025-10"), func(r *receive.Request) { r.Source = kpi.Published })
		if x := res.Files[0].Findings; len(x) != 1 || x[0].Code != check.SumMismatch || x[0].Severity != check.Warning {
			t.Errorf("published so: %+v", x)
		}
	})
}

// A wrong total row of known columns and a wrong figure are told apart by the identities of the row.
func TestIdentities_WithTotalRow(t *testing.T) {
	f := seeded(t)
	table := "Đơn vị,DA06_01,DA06_02,DA06_21\nHà Nội,100,60,40\nHuế,50,20,30\nTổng cộng,150,80,70\n"
	for was, want := range map[string]string{
		"":              "",
		"Hà Nội,100,60": "C2=60 error",
		"Huế,50,20,30":  "D3=30 error",
		"cộng,150,80":   "C4=80 warning",
		"cộng,150":      "B4=150 warning",
	} {
		planted := strings.Replace(table, was, was+"7", 1)
		if was == "" {
			planted = table
		}
		res := f.try(t, planted, func(r *receive.Request) { r.DryRun, r.Period = true, "2022" })
		got := ""
		for _, x := range res.Files[0].Findings {
			for _, c := range x.Changes {
				if c.Proposed {
					got += c.Cell + "=" + c.To.String() + " " + string(x.Severity)
				}
			}
		}
		if got != want {
			t.Errorf("%q: proposed %q, want %q: %+v", was, got, want, res.Files[0].Findings)
		}
	}
}

// Identities are data: the catalogue's keeper changes them in the workbook, and what is no identity is refused.
func TestIdentities_AreDataOfTheCatalogue(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		if _, err := f.Seed(t.Context()); err != nil {
			t.Fatal(err)
		}
		same := importCatalogue(t, f, catalogue.Request{DryRun: true, File: edited(t, f, func(*excelize.File) {}, "identities")})
		if same.Refused() || len(same.Changes) != 0 {
			t.Errorf("what was handed out comes back changed: %+v", same)
		}
		for column, bad := range map[string]string{"total": "DA06_99", "terms": "DA06_02 DA06_06", "basis": "", "relation": "product"} {
			res := importCatalogue(t, f, catalogue.Request{DryRun: true, File: edited(t, f, func(x *excelize.File) {
				put(t, x, "identities", 2, map[string]any{column: bad})
			}, "identities")})
			if !res.Refused() {
				t.Errorf("%s = %q was taken", column, bad)
			}
		}
		importCatalogue(t, f, catalogue.Request{Document: act, File: edited(t, f, func(x *excelize.File) {
			put(t, x, "identities", 2, map[string]any{"to": "31/12/2024"})
		}, "identities")})
		f.load(t, "Đơn vị,DA06_01,DA06_02,DA06_03,DA06_04,DA06_05\nBộ Công an,690,348,39,119,999\n", func(r *receive.Request) { r.Period = "2025-03" })
	})
}

// A report whose counts do not add up is not handed up: the sentence names the indicators and what would close them.
func TestIdentities_HoldBackAReport(t *testing.T) {
	d := newDesk(t, "sqlite")
	d.catalogue(func(c *store.Catalogue) {
		c.Regimes = append(c.Regimes, filing.Regime{Code: "TEST", From: vi.OpenFrom, To: vi.OpenTo, Name: "Báo cáo quý thử", Owner: agency.Nation,
			Kind: filing.Periodic, Frequency: kpi.Quarter, Cutoff: filing.Decree09, Due: "day:16"})
		c.Forms = append(c.Forms, form(vi.OpenFrom, vi.OpenTo, "NQ71_04", "NQ71_05", "NQ71_06"))
	})
	round := d.open("2026-Q3", 20261016, daNang)
	lan := d.as("lan", access.Reporter, daNang)
	for code, n := range map[string]string{"NQ71_04": "90", "NQ71_05": "65", "NQ71_06": "52"} {
		d.put(lan, round, daNang, code, value(n))
	}
	_, err := d.step(lan, round, daNang, filing.Submit)
	says(t, err, fault.Invalid, "NQ71_04 ghi 90, còn NQ71_05 65 + NQ71_06 52 = 117")
	if v := d.page(lan, round, daNang); len(v.General) != 1 || v.General[0].Severity != check.Error {
		t.Errorf("the page does not say it: %+v", v.General)
	}
	d.put(lan, round, daNang, "NQ71_06", value("25"))
	d.must(lan, round, daNang, filing.Submit)
}
