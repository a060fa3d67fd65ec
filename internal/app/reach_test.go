package app_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/app"
	"chiso/internal/kpi"
)

// A report of a period has every block with figures, whichever that is, and the nation's own on a sheet.
func TestReport_everyBlock(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		sheetsOf := func(period string) []string {
			t.Helper()
			var b bytes.Buffer
			if err := f.Report(t.Context(), app.ReportQuery{Period: period, View: app.Live}, &b); err != nil {
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
		if err := f.Report(t.Context(), app.ReportQuery{Period: "2026-Q3", View: app.Live}, &b); err != nil || !strings.Contains(sheets(t, b.Bytes()), "SỐ LIỆU CẢ NƯỚC") {
			t.Errorf("%v", err)
		}
	})
}

// The first page lists an indicator once, with each block that has figures beside each other and the nation, whoever is newest; one page has
// them side by side.
func TestOverview_everyBlock(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		f.load(t, tidy+"Bộ Tư pháp,CPS18,2026-Q2,1,2\nBộ Y tế,CPS18,2026-Q2,1,4\nHà Nội,CPS18,2026-Q3,1,2\nĐà Nẵng,CPS18,2026-Q3,1,4\nHuế,CPS18,2026-Q3,1,4\nVN,CPS18,2026-10,62,100\n")
		o, err := f.Overview(t.Context(), app.OverviewQuery{View: app.Live})
		if err != nil {
			t.Fatal(err)
		}
		var lines []app.RankingLink
		for _, l := range o.Rankings {
			if l.Code == "CPS18" {
				lines = append(lines, l)
			}
		}
		if len(lines) != 1 || lines[0].Nation == nil || lines[0].Nation.Period.Key != "2026-10" || len(lines[0].Places) != 2 {
			t.Fatalf("%+v", lines)
		}
		by := map[string]app.RankingPlace{}
		for _, p := range lines[0].Places {
			by[p.Block] = p
		}
		if by["ministries"].Period.Key != "2026-Q2" || by["ministries"].Agencies != 2 || by["provinces"].Period.Key != "2026-Q3" || by["provinces"].Agencies != 3 {
			t.Errorf("%+v", by)
		}
		f.load(t, tidy+"Bộ Tư pháp,CPS18,2026-Q3,3,4\nVN,CPS18,2026-Q3,62,100\n")
		v, err := f.SideBySide(t.Context(), app.RankingQuery{Code: "CPS18", Period: "2026-Q3", View: app.Live})
		if err != nil || len(v.Tables) != 2 || len(v.Nation) != 1 || v.Nation[0].Source != kpi.Reported || len(v.Tables[0].Rows)+len(v.Tables[1].Rows) != 4 {
			t.Errorf("%+v %v", v, err)
		}
	})
}
