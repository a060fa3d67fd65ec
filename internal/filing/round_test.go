package filing

import (
	"strings"
	"testing"
	"time"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// directory has two provinces that merge on 01/07/2025 and one that stays.
func directory() *agency.Directory {
	v := func(id agency.ID, from, to vi.Date, level agency.Level, order int) agency.Version {
		return agency.Version{Agency: id, From: from, To: to, Name: "Tỉnh " + string(id), Short: string(id), Level: level, Parent: "VN", Order: order}
	}
	m := func(id agency.ID, from, to vi.Date) agency.Member {
		return agency.Member{Block: "provinces", Agency: id, From: from, To: to}
	}
	return agency.NewDirectory(agency.Data{
		Versions: []agency.Version{
			v("A", vi.OpenFrom, 20250630, agency.Province, 3), v("B", vi.OpenFrom, 20250630, agency.Province, 2), v("AB", 20250701, vi.OpenTo, agency.Province, 2),
			v("C", vi.OpenFrom, vi.OpenTo, agency.Province, 1), v("BO", vi.OpenFrom, vi.OpenTo, agency.Ministry, 9),
		},
		Blocks:      []agency.Block{{Code: "provinces", Owner: "VN", Level: agency.Province}},
		Members:     []agency.Member{m("A", vi.OpenFrom, 20250630), m("B", vi.OpenFrom, 20250630), m("AB", 20250701, vi.OpenTo), m("C", vi.OpenFrom, vi.OpenTo)},
		Successions: []agency.Succession{{Pred: "A", Succ: "AB", On: 20250701, Extent: agency.Whole}, {Pred: "B", Succ: "AB", On: 20250701, Extent: agency.Part}},
	})
}

func TestRound_Duties(t *testing.T) {
	dir := directory()
	due := Deadline{Day: 20250616}
	r := Round{ID: 1, Regime: "M", Period: kpi.MustPeriod("2025-Q2"), Blocks: []string{"provinces", "provinces"}, Due: due}
	later, latest := Deadline{Day: 20250620}, Deadline{Day: 20250623, Minute: 600}
	got := r.Duties(dir, []Extension{{Agency: "A", Due: later}, {Agency: "A", Due: latest, Reason: "bão"}}, 20250710)
	want := []struct {
		id, filer agency.ID
		due       Deadline
	}{{"C", "C", due}, {"B", "", due}, {"A", "AB", latest}} // B passed to AB in part: nobody files for it
	if len(got) != len(want) {
		t.Fatalf("%d duties: %+v", len(got), got)
	}
	for i, w := range want {
		if got[i].Agency != w.id || got[i].Filer != w.filer || got[i].Due != w.due {
			t.Errorf("duty %d: %+v, want %+v", i, got[i], w)
		}
	}
	if a := got[2]; a.DaysLeft(20250620) != 3 || a.DaysLeft(20250625) != -2 || a.Extension.Reason != "bão" ||
		a.Late(time.Date(2025, 6, 23, 2, 0, 0, 0, time.UTC)) || !a.Late(time.Date(2025, 6, 23, 3, 0, 0, 0, time.UTC)) {
		t.Errorf("extended: %+v", a)
	}
	// the first merged quarter: the period's last day decides (domain.md §11.4)
	r.Period = kpi.MustPeriod("2025-Q3")
	if got := r.Duties(dir, nil, 20250710); len(got) != 2 || got[0].Agency != "C" || got[1].Agency != "AB" {
		t.Errorf("2025-Q3: %+v", got)
	}
	r.Blocks, r.Agencies = nil, []agency.ID{"BO", "C", "A", "C"} // A is gone by then
	if got := r.Duties(dir, nil, 20250710); len(got) != 2 || got[0].Agency != "C" || got[1].Level != agency.Ministry {
		t.Errorf("a list: %+v", got)
	}
}

func TestRound_Forms(t *testing.T) {
	forms := []Form{
		{ID: 1, Regime: "M", Code: "01", From: vi.OpenFrom, To: 20260331}, {ID: 2, Regime: "M", Code: "01", From: 20260401, To: vi.OpenTo},
		{ID: 3, Regime: "K", Code: "01", From: vi.OpenFrom, To: vi.OpenTo}, {ID: 4, Regime: "M", Code: "DX", From: vi.OpenFrom, To: vi.OpenTo, Round: 7},
	}
	for _, tt := range []struct {
		round  Round
		period string
		want   []int64
	}{
		{Round{ID: 5, Regime: "M"}, "2026-Q1", []int64{1}},
		{Round{ID: 5, Regime: "M"}, "2026-Q2", []int64{2}}, // the form changed for the second quarter
		{Round{ID: 7, Regime: "M"}, "2026-Q1", []int64{1, 4}},
		{Round{Regime: "M"}, "2026-Q1", []int64{1}},
	} {
		tt.round.Period = kpi.MustPeriod(tt.period)
		var got []int64
		for _, f := range tt.round.Forms(forms) {
			got = append(got, f.ID)
		}
		if len(got) != len(tt.want) || got[0] != tt.want[0] || got[len(got)-1] != tt.want[len(got)-1] {
			t.Errorf("round %d, %s: forms %v, want %v", tt.round.ID, tt.period, got, tt.want)
		}
	}
}

func TestForm_Lines(t *testing.T) {
	def := func(code, reporter string, from, to vi.Date) kpi.Definition {
		return kpi.Definition{Indicator: kpi.Indicator{Code: code}, From: from, To: to, Reporter: reporter, Name: code}
	}
	cat := kpi.NewCatalogue([]kpi.Definition{def("X", "both", vi.OpenFrom, 20260331), def("X", "both", 20260401, vi.OpenTo), def("P", "province", vi.OpenFrom, vi.OpenTo),
		def("N", "national", vi.OpenFrom, vi.OpenTo), def("OLD", "both", vi.OpenFrom, 20251231)}, nil)
	f := Form{Items: []Item{{Indicator: "P", Order: 2}, {Indicator: "X", Order: 1}, {Indicator: "N", Order: 3}, {Indicator: "OLD", Order: 4}}}
	for level, want := range map[agency.Level]string{agency.Province: "XP", agency.Ministry: "X", agency.National: "N", agency.Aggregate: "", agency.Commune: "X"} {
		got := ""
		for _, l := range f.Lines(cat, agency.NewDirectory(agency.Data{}), agency.Version{Agency: "A", Level: level}, 20260630) {
			got += l.Definition.Name
			if l.Indicator == "X" && l.Definition.From != 20260401 {
				t.Error("the definition of another day")
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", level, got, want)
		}
	}
}

// An indicator goes to the agencies whose business it is: where an act assigns it nobody else is asked, where none is known the
// others keep an optional line that says so.
func TestForm_Lines_Assigned(t *testing.T) {
	version := func(id agency.ID, level agency.Level) agency.Version {
		return agency.Version{Agency: id, Level: level, Name: string(id), From: vi.OpenFrom, To: vi.OpenTo}
	}
	dir := agency.NewDirectory(agency.Data{
		Versions: []agency.Version{version("NHNN", agency.Ministry), version("BTP", agency.Ministry), version("P-01", agency.Province)},
		Blocks:   []agency.Block{{Code: "provinces", Level: agency.Province}},
		Members:  []agency.Member{{Block: "provinces", Agency: "P-01", From: vi.OpenFrom, To: vi.OpenTo}},
	})
	var defs []kpi.Definition
	for _, code := range []string{"ALL", "ACT", "NOACT"} {
		defs = append(defs, kpi.Definition{Indicator: kpi.Indicator{Code: code}, From: vi.OpenFrom, To: vi.OpenTo, Reporter: "both", Name: code})
	}
	f := Form{Items: []Item{{Indicator: "ALL", Order: 1}, {Indicator: "ACT", Order: 2, Assigned: []string{"NHNN"}, Act: "Quyết định 316/QĐ-TTg"},
		{Indicator: "NOACT", Order: 3, Assigned: []string{"provinces"}}}}
	for id, want := range map[agency.ID]string{"NHNN": "ALL ACT NOACT?", "BTP": "ALL NOACT?", "P-01": "ALL NOACT"} {
		v, _ := dir.On(id, 20260630)
		var got []string
		for _, l := range f.Lines(kpi.NewCatalogue(defs, nil), dir, v, 20260630) {
			text := l.Definition.Name
			if l.Unassigned != l.Optional {
				t.Errorf("%s, %s: optional %v, unassigned %v", id, text, l.Optional, l.Unassigned)
			}
			if l.Unassigned {
				text += "?"
			}
			got = append(got, text)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s is asked %v, want %q", id, got, want)
		}
	}
}

func TestBodyOn(t *testing.T) {
	bodies := []Body{
		{Role: CommitteeBody, Owner: "VN", From: vi.OpenFrom, To: 20250312, Name: "Ủy ban Quốc gia về chuyển đổi số"},
		{Role: CommitteeBody, Owner: "VN", Scope: "de_an_06", From: vi.OpenFrom, To: 20250312, Name: "Tổ công tác Đề án 06"},
		{Role: CommitteeBody, Owner: "VN", From: 20250313, To: vi.OpenTo, Name: "Ban Chỉ đạo của Chính phủ"},
	}
	for _, tt := range []struct {
		scope string
		on    vi.Date
		want  string
	}{
		{"", 20250312, "Ủy ban Quốc gia về chuyển đổi số"}, {"de_an_06", 20250312, "Tổ công tác Đề án 06"},
		{"", 20250313, "Ban Chỉ đạo của Chính phủ"}, {"de_an_06", 20250313, "Ban Chỉ đạo của Chính phủ"},
	} {
		if got, ok := BodyOn(bodies, CommitteeBody, "VN", tt.scope, tt.on); !ok || got.Name != tt.want {
			t.Errorf("%q on %s: %q", tt.scope, tt.on, got.Name)
		}
	}
	if _, ok := BodyOn(bodies, OfficeBody, "VN", "", 20260101); ok {
		t.Error("an office nobody named")
	}
}
