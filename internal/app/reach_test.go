package app_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/app/catalogue"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/kpi"
)

// A report of a period has every block with figures, whichever that is, and the nation's own on a sheet.
func TestReport_everyBlock(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		sheetsOf := func(period string) []string {
			t.Helper()
			var b bytes.Buffer
			if err := f.Report(t.Context(), publish.ReportQuery{Period: period, View: ledger.Live}, &b); err != nil {
				t.Fatalf("%s: %v", period, err)
			}
			x, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = x.Close() }()
			return x.GetSheetList()
		}
		f.load(t, tidy+"Bộ Tư pháp,CPS18,2026-Q3,1,2\nBộ Y tế,CPS18,2026-Q3,1,4\n")
		if got := sheetsOf("2026-Q3"); !slices.Contains(got, "CPS18") || slices.Contains(got, "Cả nước") {
			t.Errorf("only ministries have figures: %q", got)
		}
		f.load(t, tidy+"VN,CPS18,2026-Q1,61,100\n")
		if got := sheetsOf("2026-Q1"); !slices.Contains(got, "Cả nước") {
			t.Errorf("only the nation has a figure: %q", got)
		}
		f.load(t, tidy+"Hà Nội,CPS18,2026-Q3,1,2\nĐà Nẵng,CPS18,2026-Q3,1,4\nVN,CPS18,2026-Q3,62,100\n")
		got := sheetsOf("2026-Q3")
		if !slices.Contains(got, "CPS18") || !slices.Contains(got, "CPS18 (2)") || !slices.Contains(got, "Cả nước") {
			t.Errorf("both blocks and the nation: %q", got)
		}
		var b bytes.Buffer
		if err := f.Report(t.Context(), publish.ReportQuery{Period: "2026-Q3", View: ledger.Live}, &b); err != nil || !strings.Contains(sheets(t, b.Bytes()), "SỐ LIỆU CẢ NƯỚC") {
			t.Errorf("%v", err)
		}
	})
}

// The first page lists an indicator once, with each block that has figures beside each other and the nation, whoever is newest; one page has
// them side by side.
func TestOverview_everyBlock(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		f.load(t, tidy+"Bộ Tư pháp,CPS18,2026-Q2,1,2\nBộ Y tế,CPS18,2026-Q2,1,4\nHà Nội,CPS18,2026-Q3,1,2\nĐà Nẵng,CPS18,2026-Q3,1,4\nHuế,CPS18,2026-Q3,1,4\nVN,CPS18,2026-10,62,100\n")
		o, err := f.Overview(t.Context(), figures.OverviewQuery{View: ledger.Live})
		if err != nil {
			t.Fatal(err)
		}
		var lines []figures.RankingLink
		for _, l := range o.Rankings {
			if l.Code == "CPS18" {
				lines = append(lines, l)
			}
		}
		if len(lines) != 1 || lines[0].Nation == nil || lines[0].Nation.Period.Key != "2026-10" || len(lines[0].Places) != 2 {
			t.Fatalf("%+v", lines)
		}
		by := map[string]figures.RankingPlace{}
		for _, p := range lines[0].Places {
			by[p.Block] = p
		}
		if by["ministries"].Period.Key != "2026-Q2" || by["ministries"].Agencies != 2 || by["provinces"].Period.Key != "2026-Q3" || by["provinces"].Agencies != 3 {
			t.Errorf("%+v", by)
		}
		f.load(t, tidy+"Bộ Tư pháp,CPS18,2026-Q3,3,4\nVN,CPS18,2026-Q3,62,100\n")
		v, err := f.SideBySide(t.Context(), figures.RankingQuery{Code: "CPS18", Period: "2026-Q3", View: ledger.Live})
		if err != nil || len(v.Tables) != 2 || len(v.Nation) != 1 || v.Nation[0].Source != kpi.Reported || len(v.Tables[0].Rows)+len(v.Tables[1].Rows) != 4 {
			t.Errorf("%+v %v", v, err)
		}
	})
}

// A definition that changed is called so, from when and by which act, and never missing figures; where it counts the same things and the
// parts are stored, the earlier figures are computed again under the new one and the table says so.
func TestMovement_overADefinition(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		f.load(t, tidy+"Bộ Tư pháp,CPS18,2026-Q3,1,2\nBộ Y tế,CPS18,2026-Q3,1,4\n")
		anew := func(first string, change map[string]any) {
			t.Helper()
			change["from"] = first
			res := importCatalogue(t, f, catalogue.Request{Document: act, File: edited(t, f, func(x *excelize.File) {
				old, last := line(t, x, "indicators", "CPS18"), end(t, x, "indicators")
				if err := x.DuplicateRowTo("indicators", old, last); err != nil {
					t.Fatal(err)
				}
				put(t, x, "indicators", old, map[string]any{"to": "30/09/2026"})
				put(t, x, "indicators", last, change)
			}, "indicators")})
			if !res.Accepted {
				t.Fatalf("%+v", res.Findings)
			}
		}
		anew("01/10/2026", map[string]any{"numerator_vi": "Số hồ sơ khác hẳn", "legal_source": "Quyết định 99/QĐ-TTg ngày 20/9/2026"})
		f.clock.now = f.clock.now.AddDate(0, 3, 0)
		f.load(t, tidy+"Bộ Tư pháp,CPS18,2026-Q4,1,4\nBộ Y tế,CPS18,2026-Q4,1,2\n")
		q := figures.RankingQuery{Code: "CPS18", Period: "2026-Q4", Block: "ministries"}
		got := f.rank(t, q).Previous
		if got.Period != nil || !strings.Contains(got.None, "Định nghĩa đổi từ 01/10/2026 theo Quyết định 99/QĐ-TTg") {
			t.Errorf("another numerator: %+v", got)
		}
		res := importCatalogue(t, f, catalogue.Request{Document: act, File: edited(t, f, func(x *excelize.File) {
			rows, err := x.GetRows("indicators")
			if err != nil {
				t.Fatal(err)
			}
			for i := len(rows); i > 0; i-- { // the newer of the two counts the same things again
				if rows[i-1][0] == "CPS18" {
					put(t, x, "indicators", i, map[string]any{"numerator_vi": rows[line(t, x, "indicators", "CPS18")-1][5], "decimals": 0})
					break
				}
			}
		}, "indicators")})
		if !res.Accepted {
			t.Fatalf("%+v", res.Findings)
		}
		table := f.rank(t, q)
		if p := table.Previous; p.Period == nil || p.Period.Key != "2026-Q3" || !strings.Contains(p.Recomputed, "tính lại theo bản định nghĩa từ 01/10/2026") {
			t.Errorf("the same numerator: %+v", p)
		}
		if r := row(t, table, "Bộ Tư pháp"); r.Rank != 2 || r.PreviousRank != 1 {
			t.Errorf("%+v", r)
		}
	})
}
