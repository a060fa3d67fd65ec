package app_test

import (
	"testing"

	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/kpi"
)

// The share of dossiers handled fully online is ranked by what agencies report; what EMC measured stands beside it and never
// takes a rank, not even of an agency that did not report.
func TestRanking_ReportedWithEMCBeside(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		from := func(system kpi.System) func(*receive.Request) {
			return func(req *receive.Request) { req.Period, req.Source = "2026-Q3", system }
		}
		f.load(t, "Đơn vị,Mã chỉ tiêu,Tử số,Mẫu số\nBộ Tư pháp,CPS01,850,1000\nBộ Y tế,CPS01,640,1000\n", from(kpi.Reported))
		f.load(t, "Đơn vị,Mã chỉ tiêu,Tử số,Mẫu số\nBộ Tư pháp,CPS01,7766,10000\nBộ Công Thương,CPS01,8348,10000\n", from(kpi.EMC))
		view, err := f.Ranking(t.Context(), figures.RankingQuery{Code: "CPS01", Block: "ministries", View: ledger.Live})
		if err != nil {
			t.Fatal(err)
		}
		rows := view.Table.Rows
		if view.Table.Source != kpi.Reported || len(rows) != 2 || rows[0].Agency != "BTP" || rows[0].Value.String() != "85" {
			t.Fatalf("source %s, rows %+v", view.Table.Source, rows)
		}
		if b := view.Beside; b == nil || b.Source != kpi.EMC || b.Texts["BTP"] != "77,66" || b.Texts["BCT"] != "83,48" || b.Texts["BYT"] != "" {
			t.Errorf("beside: %+v", b)
		}
		if emc, err := f.Ranking(t.Context(), figures.RankingQuery{Code: "CPS01", Block: "ministries", Source: "emc", View: ledger.Live}); err != nil || emc.Beside != nil {
			t.Errorf("beside EMC's own table: %+v, %v", emc, err)
		}
	})
}
