package ranking_test

import (
	"strings"
	"testing"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// petitions is a scorecard of the three parts of satisfaction, as the portal was seen to score them on 26/9/2026: no petitions at
// all earn the full 6 points twice, nobody asked of their satisfaction earns 0.
func petitions() *ranking.Scorecard {
	part := func(code string, zero ranking.OnZero) ranking.Component {
		return ranking.Component{Code: code, Parent: "T", Max: vi.Int(6), Rule: ranking.Linear, OnMissing: ranking.Zero, OnZero: zero}
	}
	return &ranking.Scorecard{Code: "S", Version: "1", Decimals: 2, RoundOrder: ranking.RoundThenSum, Silence: ranking.Unranked, From: vi.OpenFrom, To: vi.OpenTo,
		Components: []ranking.Component{{Code: "T", Max: vi.Int(18), Rule: ranking.Passthrough, OnMissing: ranking.Incomplete},
			part("CPS27", ranking.FullPoints), part("CPS28", ranking.FullPoints), part("CPS29", ranking.NoPoints)}}
}

func TestEvaluate_ZeroOfZero(t *testing.T) {
	ratio := func(num, den int64) kpi.Figure {
		f := kpi.Figure{State: kpi.Value, Num: vi.Some(vi.Int(num)), Den: vi.Some(vi.Int(den))}
		if den == 0 {
			f.State = kpi.NoDenominator
		}
		return f
	}
	all := map[string]kpi.Figure{"CPS27": ratio(0, 0), "CPS28": ratio(0, 0), "CPS29": ratio(0, 0)}
	if got := petitions().Evaluate(lookup(all)); got.Value != points("12") || len(got.Zeroed) != 0 {
		t.Errorf("no petitions, nobody asked: %+v, want 12", got)
	}
	all["CPS27"] = ratio(3, 6)
	if got := petitions().Evaluate(lookup(all)); got.Value != points("9") {
		t.Errorf("half of six petitions on time: %+v, want 9", got)
	}
	old := petitions()
	old.Components[1].OnZero = ranking.NoRatio
	if got := old.Evaluate(lookup(map[string]kpi.Figure{"CPS27": ratio(0, 0), "CPS28": ratio(1, 1), "CPS29": ratio(1, 1)})); got.Value != points("12") || len(got.Zeroed) != 1 {
		t.Errorf("without a rule 0 of 0 is as missing: %+v", got)
	}
}

// Criteria 16 and 17 of the portal's table are for provinces alone; communes get their maximum.
func TestScorecard_For(t *testing.T) {
	s := petitions()
	s.Components[3].NotFor = []agency.Level{agency.Commune}
	none := map[string]kpi.Figure{"CPS27": {State: kpi.Value, Num: vi.Some(vi.Int(1)), Den: vi.Some(vi.Int(2))}, "CPS28": {State: kpi.NoDenominator}}
	if s.For(agency.Commune) == s || s.For(agency.Province) != s || !s.ByLevel() {
		t.Error("a scorecard that judges by level is not told apart")
	}
	if got := s.For(agency.Province).Evaluate(lookup(none)); got.Value != points("9") {
		t.Errorf("a province: %+v, want 9", got)
	}
	if got := s.For(agency.Commune).Evaluate(lookup(none)); got.Value != points("15") {
		t.Errorf("a commune: %+v, want 15", got)
	}
	if got := s.For(agency.Commune).Evaluate(lookup(nil)); got.Value.Valid || !got.Silent {
		t.Errorf("a silent commune earns %+v", got)
	}
	if p := petitions(); p.For(agency.Commune) != p || p.ByLevel() {
		t.Error("a scorecard that is the same for all is copied")
	}
}

func TestScorecard_Peculiar(t *testing.T) {
	s := petitions()
	s.Components[1].Observed, s.Components[1].RuleBasis = true, "điểm công bố ngày 26/9/2026"
	got := strings.Join(s.Peculiar(), "\n")
	for _, want := range []string{"CPS27: tử số và mẫu số đều bằng 0 thì đủ điểm tối đa (theo điểm công bố ngày 26/9/2026). Suy ra từ điểm đã công bố, chưa thấy trong văn bản.",
		"CPS29: tử số và mẫu số đều bằng 0 thì 0 điểm."} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	s.Components = append(s.Components, s.Components[1])
	s.Components[len(s.Components)-1].Code = "CPS28"
	if got, want := s.Peculiar()[0], "CPS27, CPS28: tử số và mẫu số đều bằng 0 thì đủ điểm tối đa (theo"; !strings.HasPrefix(got, want) {
		t.Errorf("the same rule twice is said as %q, want %q", got, want)
	}
}
