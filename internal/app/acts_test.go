package app_test

import (
	"strings"
	"testing"

	"chiso/internal/access"
	"chiso/internal/fault"

	"github.com/xuri/excelize/v2"

	"chiso/internal/app/catalogue"
	"chiso/internal/app/figures"
	"chiso/internal/app/receive"
	"chiso/internal/app/reporting"
)

// The law changes under CPS02 on 1/7/2026 (Nghị định 224/2026/NĐ-CP, Điều 90 khoản 2): the definition stays, so its movement from
// quarter II to quarter III is shown, and each quarter cites the act that held on its last day.
func TestActs_ChangeUnderADefinition(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		of := func(period string) func(*receive.Request) {
			return func(req *receive.Request) { req.Period = period }
		}
		f.load(t, "Đơn vị,Mã chỉ tiêu,Tử số,Mẫu số\nHà Nội,CPS02,70,100\nHuế,CPS02,80,100\n", of("2026-Q2"))
		f.load(t, "Đơn vị,Mã chỉ tiêu,Tử số,Mẫu số\nHà Nội,CPS02,90,100\nHuế,CPS02,85,100\n", of("2026-Q3"))
		before, after := f.rank(t, figures.RankingQuery{Code: "CPS02", Period: "2026-Q2"}), f.rank(t, figures.RankingQuery{Code: "CPS02", Period: "2026-Q3"})
		if got := before.Definition.BasisOn(before.Period.To); !strings.HasPrefix(got, "NĐ 42/2022/NĐ-CP;") {
			t.Errorf("quarter II cites %q", got)
		}
		if got := after.Definition.BasisOn(after.Period.To); !strings.HasPrefix(got, "NĐ 224/2026/NĐ-CP (chưa đối chiếu văn bản gốc);") {
			t.Errorf("quarter III cites %q", got)
		}
		if r := after.Rows[0]; r.Agency != "P-01" || r.PreviousRank != 2 {
			t.Errorf("movement across 1/7/2026: %+v", r)
		}
		ended, err := f.EndedBases(officer(t))
		if err != nil || len(ended) != 3 || ended[0].Code != "CPS02" || ended[0].Successor.Number != "NĐ 224/2026/NĐ-CP" {
			t.Errorf("ended bases: %+v, %v", ended, err)
		}
	})
}

// A round whose forms rest on an act that ended without a successor opens only when somebody confirms it by name.
func TestActs_RoundNeedsAName(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		file := edited(t, f, func(x *excelize.File) {
			put(t, x, "acts", 2, map[string]any{"successor": ""})
		}, "acts")
		importCatalogue(t, f, catalogue.Request{File: file, Document: act})
		office := access.With(t.Context(), access.Machine("office"))
		_, err := f.OpenRound(office, reporting.RoundRequest{Regime: "CDS_Q", Period: "2026-Q3"})
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(fault.Sentence(err), "CPS02 (NĐ 42/2022/NĐ-CP, hết hiệu lực sau ngày 30/06/2026)") {
			t.Fatalf("opened without a name: %v", err)
		}
		if _, err := f.OpenRound(office, reporting.RoundRequest{Regime: "CDS_Q", Period: "2026-Q2"}); err != nil {
			t.Errorf("the act held in quarter II: %v", err)
		}
		id, err := f.OpenRound(office, reporting.RoundRequest{Regime: "CDS_Q", Period: "2026-Q3", ActsConfirmedBy: "Trần Thị Bình"})
		if err != nil {
			t.Fatal(err)
		}
		view, err := f.RoundView(office, id)
		if err != nil || len(view.Events) == 0 || !strings.Contains(view.Events[0].Reason, "Trần Thị Bình xác nhận vẫn mở đợt") {
			t.Errorf("the name stands nowhere: %+v, %v", view, err)
		}
	})
}

// What stands as a basis in the shipped catalogue is an act: no working notes, no web addresses.
func TestCatalogue_WorkingNotesAreNoBasis(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"QĐ 1/QĐ-TTg (ghi theo trí nhớ)", "seed 001", "https://example.vn/tin", "kinhtedothi.vn 01/2025", "NQ 71/NQ-CP (cần kiểm tra)"} {
		res := importCatalogue(t, f, catalogue.Request{DryRun: true, File: edited(t, f, func(x *excelize.File) {
			put(t, x, "targets", 2, map[string]any{"source": text})
		}, "targets")})
		if !res.Refused() || !strings.Contains(res.Findings[0].Message, "không phải tên văn bản") {
			t.Errorf("%q as the act of a target: %+v", text, res.Findings)
		}
	}
}
