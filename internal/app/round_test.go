package app_test

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/ledger"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/vi"
)

func open(t *testing.T, f *fixture, req reporting.RoundRequest) int64 {
	t.Helper()
	id, err := f.OpenRound(officer(t), req)
	if err != nil {
		t.Fatalf("%+v: %v", req, err)
	}
	return id
}

func view(t *testing.T, f *fixture, id int64) *reporting.RoundView {
	t.Helper()
	v, err := f.RoundView(officer(t), id)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A round follows the rules of its regime, is moved, extended, locked; each with its reason, on both engines.
func TestRoundLife(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		id := open(t, f, reporting.RoundRequest{Regime: "CDS_Q", Period: "2026-Q3"})
		v := view(t, f, id)
		if v.Window != (filing.Window{From: 20260615, To: 20260914}) || v.Due.Day != 20260916 || len(v.Forms) != 3 || len(v.Duties) < 34+17 {
			t.Fatalf("window %v, due %s, %d forms, %d duties", v.Window, v.Due, len(v.Forms), len(v.Duties))
		}
		if d := v.Duties[0]; d.Agency != "P-01" || d.Filer != "P-01" || d.Name != "Hà Nội" {
			t.Errorf("%+v", d)
		}
		change := func(ch reporting.RoundChange) error { return f.ChangeRound(officer(t), id, ch) }
		for name, tt := range map[string]struct {
			ch   reporting.RoundChange
			says string
		}{
			"no reason":          {reporting.RoundChange{Action: filing.RoundExtended, Agency: "P-01", Due: filing.Deadline{Day: 20260920}}, "lý do"},
			"not in the round":   {reporting.RoundChange{Action: filing.RoundExtended, Agency: "P63-02", Due: filing.Deadline{Day: 20260920}, Reason: "x"}, "không phải báo cáo"},
			"no later":           {reporting.RoundChange{Action: filing.RoundExtended, Agency: "P-01", Due: filing.Deadline{Day: 20260916}, Reason: "x"}, "không sau hạn chung"},
			"unlock an open one": {reporting.RoundChange{Action: filing.RoundUnlocked, Reason: "x"}, "mở khóa trước đó"},
			"half a document":    {reporting.RoundChange{Action: filing.RoundChanged, Due: filing.Deadline{Day: 20260918}, Reason: "x", Document: ledger.Document{Number: "1"}}, "căn cứ"},
		} {
			if err := change(tt.ch); err == nil || !strings.Contains(fault.Sentence(err), tt.says) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, ch := range []reporting.RoundChange{
			{Action: filing.RoundChanged, Due: filing.Deadline{Day: 20260918, Minute: 1020}, Reason: "hệ thống bảo trì", Document: act},
			{Action: filing.RoundExtended, Agency: "P-01", Due: filing.Deadline{Day: 20260925}, Reason: "bão", Document: act},
			{Action: filing.RoundLocked},
		} {
			if err := change(ch); err != nil {
				t.Fatalf("%+v: %v", ch, err)
			}
		}
		if err := change(reporting.RoundChange{Action: filing.RoundExtended, Agency: "P-04", Due: filing.Deadline{Day: 20260930}, Reason: "x"}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("extend a locked round: %v", err)
		}
		v = view(t, f, id)
		if !v.Locked() || v.Due.String() != "17:00 ngày 18/09/2026" || v.Duties[0].Due.Day != 20260925 || v.Duties[1].Due.Day != 20260918 || len(v.Events) != 4 {
			t.Errorf("%+v %+v", v.Round, v.Duties[:2])
		}
		if e := v.Events[2]; e.Account != "vp" || e.Reason != "bão" || v.Documents[e.Document].Number != act.Number {
			t.Errorf("%+v", e)
		}
		if err := change(reporting.RoundChange{Action: filing.RoundUnlocked, Reason: "đính chính"}); err != nil {
			t.Error(err)
		}
		list, err := f.Rounds(officer(t))
		if err != nil || len(list) != 1 || list[0].Extended != 1 || list[0].Owes != len(v.Duties) || list[0].Locked() {
			t.Errorf("%+v %v", list, err)
		}
	})
}

func TestRoundRefusals(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	open(t, f, reporting.RoundRequest{Regime: "CDS_Q", Period: "2026-Q3"})
	for name, tt := range map[string]struct {
		req  reporting.RoundRequest
		says string
	}{
		"unknown regime":       {reporting.RoundRequest{Regime: "NO", Period: "2026-Q3"}, "Không có chế độ"},
		"a month for quarters": {reporting.RoundRequest{Regime: "CDS_Q", Period: "2026-09"}, "báo cáo theo quý"},
		"a bad period":         {reporting.RoundRequest{Regime: "CDS_Q", Period: "quý 9"}, "Không hiểu kỳ"},
		"twice":                {reporting.RoundRequest{Regime: "CDS_Q", Period: "2026-Q3"}, "đã có đợt"},
		"who was not there":    {reporting.RoundRequest{Regime: "CDS_Q", Period: "2026-Q2", Agencies: []agency.ID{"P63-02"}}, "không tồn tại ngày 30/06/2026"},
		"no such block":        {reporting.RoundRequest{Regime: "CDS_Q", Period: "2026-Q2", Blocks: []string{"x"}}, `khối "x"`},
		"nothing asked":        {reporting.RoundRequest{Regime: "DX", Period: "2026-10-10", Due: filing.Deadline{Day: 20261012}}, "không có biểu mẫu"},
		"no deadline":          {reporting.RoundRequest{Regime: "DX", Period: "2026-10-10", Columns: "Số xã\nxã"}, "hạn nộp"},
		"due before the data":  {reporting.RoundRequest{Regime: "DX", Period: "2026-10-10", Due: filing.Deadline{Day: 20261001}, Columns: "Số xã\nxã"}, "trước ngày bắt đầu"},
		"another unit": {reporting.RoundRequest{Regime: "DX", Period: "2026-10-10", Due: filing.Deadline{Day: 20261012}, Columns: "Số DVC trực tuyến toàn trình\nhồ sơ"},
			"khác đơn vị tính"},
	} {
		if _, err := f.OpenRound(officer(t), tt.req); err == nil || !strings.Contains(fault.Sentence(err), tt.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Bộ Công an runs the rounds of Đề án 06 and no others
	narrow := access.With(t.Context(), access.Actor{Account: 3, Name: "bca", Grants: []access.Grant{{Role: access.Office, Agency: "VN", Scope: "de_an_06", From: vi.OpenFrom, To: vi.OpenTo}}})
	if _, err := f.OpenRound(narrow, reporting.RoundRequest{Regime: "DA06_M", Period: "2026-09"}); err != nil {
		t.Errorf("Đề án 06: %v", err)
	}
	if _, err := f.OpenRound(narrow, reporting.RoundRequest{Regime: "CDS_Q", Period: "2026-Q2"}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("another regime: %v", err)
	}
	if list, err := f.Rounds(narrow); err != nil || len(list) != 1 || list[0].Regime != "DA06_M" {
		t.Errorf("%+v %v", list, err)
	}
	if _, err := f.OpenRound(t.Context(), reporting.RoundRequest{Regime: "CDS_Q", Period: "2026-Q2"}); fault.KindOf(err) != fault.SignedOut {
		t.Errorf("nobody: %v", err)
	}
}

// An ad hoc round makes its form; a column that is called like an indicator is that indicator.
func TestAdHocRound(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		id := open(t, f, reporting.RoundRequest{Regime: "DX", Name: "Thiệt hại hạ tầng số do bão số 5", Period: "2026-10-10", Agencies: []agency.ID{"P34-48", "P-01"},
			Due: filing.Deadline{Day: 20261011, Minute: 600}, Document: act, Columns: "Đơn vị\tSố trạm BTS mất điện\tThiệt hại\tSố DVC trực tuyến toàn trình\n\ttrạm\ttriệu đồng\tDVC"})
		v := view(t, f, id)
		if len(v.Forms) != 1 || v.Forms[0].Round != id || len(v.Forms[0].Items) != 3 || v.Forms[0].Items[2].Indicator != "CPS03" || len(v.Duties) != 2 {
			t.Fatalf("%+v %+v", v.Forms, v.Duties)
		}
		if v.Indicator["DX1_1"] != "Số trạm BTS mất điện" || v.Window.From != 20261010 || v.Due.Clock() != "10:00" {
			t.Errorf("%+v", v)
		}
		other := open(t, f, reporting.RoundRequest{Regime: "DX", Period: "2026-10-10", Blocks: []string{"provinces"}, Due: filing.Deadline{Day: 20261012}, Columns: "Số xã mất mạng\nxã"})
		if v := view(t, f, other); len(v.Forms) != 1 || v.Forms[0].Round != other {
			t.Errorf("the form of another round: %+v", v.Forms)
		}
		// the catalogue with its ad hoc forms goes down and up again unchanged
		if res := importCatalogue(t, f, catalogue.Request{File: edited(t, f, func(*excelize.File) {}), Document: act}); !res.Accepted || len(res.Changes) > 0 {
			t.Errorf("%+v %+v", res.Changes, res.Findings)
		}
	})
}

// A form that changes for the second quarter needs no new build: the workbook goes down, a version is added, it goes up, and the
// rounds of both quarters ask for what held in them.
func TestFormChangesWithoutABuild(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		first := open(t, f, reporting.RoundRequest{Regime: "CDS_Q", Period: "2026-Q1"})
		file := edited(t, f, func(x *excelize.File) {
			put(t, x, "forms", line(t, x, "forms", "CDS-03"), map[string]any{"to": "31/03/2026"})
			put(t, x, "forms", end(t, x, "forms"), map[string]any{"regime": "CDS_Q", "code": "CDS-03", "name": "Xã hội số (mẫu mới)", "from": "01/04/2026", "basis": "15/QĐ-BKHCN"})
			for i, code := range []string{"XHS02", "XHS_MOI"} {
				put(t, x, "form_items", end(t, x, "form_items"), map[string]any{"regime": "CDS_Q", "form": "CDS-03", "from": "01/04/2026", "indicator": code, "order": i + 1})
			}
			put(t, x, "indicators", end(t, x, "indicators"), map[string]any{"code": "XHS_MOI", "name_vi": "Số tổ công nghệ số cộng đồng", "pillar": "xa_hoi_so", "type": "count",
				"unit": "tổ", "direction": "higher", "frequency": "quarter", "reporter": "province", "accumulation": "point", "decimals": 0, "from": "01/04/2026", "ranking_source": "reported"})
		})
		res := importCatalogue(t, f, catalogue.Request{File: file, Document: act})
		if !res.Accepted || res.Count(catalogue.Added) != 4 || res.Count(catalogue.Altered) != 1 || res.Count(catalogue.Ended) != 0 {
			t.Fatalf("%+v %+v", res.Findings, res.Changes)
		}
		second := open(t, f, reporting.RoundRequest{Regime: "CDS_Q", Period: "2026-Q2"})
		codes := func(id int64) (out string) {
			for _, form := range view(t, f, id).Forms {
				if form.Code == "CDS-03" {
					for _, it := range form.Items {
						out += it.Indicator + " "
					}
				}
			}
			return out
		}
		if a, b := codes(first), codes(second); a != "XHS01 XHS02 " || b != "XHS02 XHS_MOI " {
			t.Errorf("first quarter %q, second %q", a, b)
		}
		// and the form of the first quarter may not disappear from under its round
		res = importCatalogue(t, f, catalogue.Request{DryRun: true, File: edited(t, f, func(x *excelize.File) {
			put(t, x, "regimes", line(t, x, "regimes", "CDS_Q"), map[string]any{"from": "01/04/2026"})
		}, "regimes")})
		if !res.Refused() || !strings.Contains(res.Findings[0].Message, "phải còn hiệu lực ngày 31/03/2026") {
			t.Errorf("%+v", res.Findings)
		}
	})
}
