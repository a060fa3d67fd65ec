package ranking_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

func points(s string) vi.NullDecimal { return vi.Some(dec(s)) }

// lookup answers from figures; codes that begin with CPS are ratios, the others scores.
func lookup(figures map[string]kpi.Figure) ranking.Lookup {
	return func(code string) (kpi.Figure, *kpi.Definition, bool) {
		f, ok := figures[code]
		if !ok {
			return kpi.Figure{}, nil, false
		}
		if strings.HasPrefix(code, "CPS") {
			return f, definition(kpi.Ratio, kpi.Higher), true
		}
		return f, definition(kpi.Score, kpi.Higher), true
	}
}

// q766 is the portal's card of 2026: six groups make the total, the ratios below them explain.
func q766() *ranking.Scorecard {
	s := &ranking.Scorecard{ID: 1, Code: "Q766", Version: "2026-portal", Decimals: 2, RoundOrder: ranking.RoundThenSum, Silence: ranking.Unranked,
		From: vi.OpenFrom, To: vi.OpenTo}
	add := func(code, parent, most string, rule ranking.Rule, bound string, missing ranking.OnMissing) {
		c := ranking.Component{Code: code, Parent: parent, Max: dec(most), Rule: rule, OnMissing: missing}
		if bound != "" {
			c.Cap = points(bound)
		}
		s.Components = append(s.Components, c)
	}
	add("Q766_0", "", "100", ranking.Passthrough, "", ranking.Incomplete)
	for i, most := range []string{"18", "20", "12", "10", "18", "22"} {
		add(fmt.Sprintf("Q766_%d", i+1), "Q766_0", most, ranking.Passthrough, "", ranking.Incomplete)
	}
	add("CPS33", "Q766_1", "6", ranking.Linear, "", ranking.Zero)
	add("CPS08", "Q766_2", "20", ranking.Linear, "", ranking.Zero)
	add("CPS29", "Q766_5", "6", ranking.CappedLinear, "90", ranking.Zero)
	add("CPS11", "Q766_6", "2", ranking.CappedLinear, "80", ranking.Zero)
	return s
}

// dtiP is the card of Quyết định 922/QĐ-BTTTT for provinces.
func dtiP() *ranking.Scorecard {
	s := &ranking.Scorecard{ID: 2, Code: "DTI_P", Version: "2022", Decimals: 4, RoundOrder: ranking.SumThenRound, Silence: ranking.Unranked}
	s.Components = []ranking.Component{{Code: "DTI_P", Max: vi.Int(1), Rule: ranking.Passthrough, OnMissing: ranking.Incomplete}}
	for i, w := range []string{"0.1", "0.1", "0.1", "0.1", "0.1", "0.2", "0.15", "0.15"} {
		s.Components = append(s.Components, ranking.Component{Code: pillars[i], Parent: "DTI_P", Max: vi.Int(1), Weight: points(w),
			Rule: ranking.Passthrough, OnMissing: ranking.Incomplete})
	}
	return s
}

var pillars = []string{"DTI_P.NT", "DTI_P.TC", "DTI_P.HT", "DTI_P.NL", "DTI_P.ATTT", "DTI_P.CQS", "DTI_P.KTS", "DTI_P.XHS"}

func TestScorecard_DTI(t *testing.T) {
	// https://dti.gov.vn/xep-hang-2022; the components are printed with four decimals themselves.
	for _, tt := range []struct{ name, values, published string }{
		{"Đà Nẵng 2022", "1.0000 .9000 .8253 .8487 .7578 .8575 .7836 .5197", "0.8002"},
		{"TP.HCM 2022", ".8917 .9 .8258 .6267 .558 .8406 .7611 .3590", "0.7163"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			figures := map[string]kpi.Figure{}
			for i, v := range strings.Fields(tt.values) {
				figures[pillars[i]] = value(v)
			}
			got := dtiP().Evaluate(lookup(figures))
			diff := new(big.Rat).Sub(got.Value.Rat(), dec(tt.published).Rat())
			if !got.Value.Valid || diff.Abs(diff).Cmp(big.NewRat(1, 10_000)) > 0 {
				t.Errorf("index = %s, published %s", got.Value, tt.published)
			}
			delete(figures, "DTI_P.XHS")
			if got := dtiP().Evaluate(lookup(figures)); got.Value.Valid || got.Silent || !cmp.Equal(got.Missing, []string{"DTI_P.XHS"}) {
				t.Errorf("without a pillar: %+v", got)
			}
		})
	}
}

func TestScorecard_Q766(t *testing.T) {
	groups := map[string]kpi.Figure{"Q766_1": value("11.45"), "Q766_2": value("17.86"), "Q766_3": value("8.83"),
		"Q766_4": value("8.41"), "Q766_5": value("11.9"), "Q766_6": value("10.08")}
	with := func(more map[string]kpi.Figure) map[string]kpi.Figure {
		all := map[string]kpi.Figure{}
		for _, m := range []map[string]kpi.Figure{groups, more} {
			for k, v := range m {
				all[k] = v
			}
		}
		return all
	}
	for _, tt := range []struct {
		name    string
		figures map[string]kpi.Figure
		want    ranking.Score
	}{
		{"six groups make the total", groups, ranking.Score{Value: points("68.53")}},
		{"what explains a group does not count again", with(map[string]kpi.Figure{"CPS08": parts("358660", "405424"), "CPS29": value("88.43")}), ranking.Score{Value: points("68.53")}},
		{"0/0 below a group changes nothing", with(map[string]kpi.Figure{"CPS33": parts("0", "0")}), ranking.Score{Value: points("68.53")}},
		{"the printed total is not read", with(map[string]kpi.Figure{"Q766_0": value("99")}), ranking.Score{Value: points("68.53")}},
		{"a group withdrawn", with(map[string]kpi.Figure{"Q766_3": {State: kpi.Withdrawn}}), ranking.Score{Missing: []string{"Q766_3"}}},
		{"only what explains", map[string]kpi.Figure{"CPS08": parts("1", "2")},
			ranking.Score{Silent: true, Missing: []string{"Q766_1", "Q766_2", "Q766_3", "Q766_4", "Q766_5", "Q766_6"}}},
		{"nothing at all", nil, ranking.Score{Silent: true, Missing: []string{"Q766_1", "Q766_2", "Q766_3", "Q766_4", "Q766_5", "Q766_6"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, q766().Evaluate(lookup(tt.figures)), cmp.Comparer(sameNull)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	if errs := q766().Validate(); len(errs) > 0 {
		t.Error(errs)
	}
	var scored []string
	for _, c := range q766().Scored() {
		scored = append(scored, c.Code)
	}
	if d := cmp.Diff([]string{"Q766_1", "Q766_2", "Q766_3", "Q766_4", "Q766_5", "Q766_6"}, scored); d != "" {
		t.Errorf("scored (-want +got):\n%s", d)
	}
}

func sameNull(a, b vi.NullDecimal) bool { return a == b }

func card(order ranking.RoundOrder, cs ...ranking.Component) *ranking.Scorecard {
	root := ranking.Component{Code: "T", Rule: ranking.SumRule, OnMissing: ranking.Incomplete}
	for i := range cs {
		if cs[i].Parent == "" {
			cs[i].Parent = "T"
		}
		if cs[i].OnMissing == "" {
			cs[i].OnMissing = ranking.Incomplete
		}
	}
	return &ranking.Scorecard{Code: "T", Decimals: 2, RoundOrder: order, Silence: ranking.Unranked, Components: append([]ranking.Component{root}, cs...)}
}

func TestScorecard_Rules(t *testing.T) {
	linear := ranking.Component{Code: "CPS1", Rule: ranking.Linear, Max: vi.Int(20)}
	reuse := ranking.Component{Code: "CPS1", Rule: ranking.CappedLinear, Max: vi.Int(2), Cap: points("80")}
	content := ranking.Component{Code: "CPS1", Rule: ranking.CappedLinear, Max: vi.Int(6), Cap: points("90")}
	uncapped := ranking.Component{Code: "CPS1", Rule: ranking.CappedLinear, Max: vi.Int(6)}
	pass := ranking.Component{Code: "CPS1", Rule: ranking.Passthrough}
	yes := ranking.Component{Code: "YES", Rule: ranking.Linear, Max: vi.Int(5)}
	for _, tt := range []struct {
		name string
		c    ranking.Component
		f    kpi.Figure
		want string
	}{
		{"linear: on time, 10/10/2026", linear, parts("358660", "405424"), "17.69"},
		{"linear of nothing done", linear, parts("0", "6"), "0"},
		{"capped below: the portal's reuse", reuse, value("29.45"), "0.74"},
		{"capped below: the same from its parts", reuse, parts("119406", "405424"), "0.74"},
		{"capped below: the portal's satisfaction", content, value("88.43"), "5.9"},
		{"capped at the cap", reuse, parts("80", "100"), "2"},
		{"capped just below the cap", reuse, parts("79", "100"), "1.98"},
		{"capped above the cap", reuse, parts("99", "100"), "2"},
		{"capped without a cap counts to 100 %", uncapped, parts("1", "2"), "3"},
		{"a ratio passed through is its percentage", pass, parts("1", "3"), "33.33"},
		{"yes is all of it", yes, value("1"), "5"},
		{"no is none of it", yes, value("0"), "0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := card(ranking.RoundThenSum, tt.c).Evaluate(lookup(map[string]kpi.Figure{tt.c.Code: tt.f}))
			if got.Value != points(tt.want) {
				t.Errorf("points = %+v, want %s", got, tt.want)
			}
		})
	}
}

func TestScorecard_RoundOrder(t *testing.T) {
	a := ranking.Component{Code: "CPS1", Rule: ranking.Linear, Max: vi.Int(1)}
	b := ranking.Component{Code: "CPS2", Rule: ranking.Linear, Max: vi.Int(1)}
	figures := map[string]kpi.Figure{"CPS1": parts("1", "3"), "CPS2": parts("1", "3")}
	for _, tt := range []struct {
		order ranking.RoundOrder
		want  string
	}{{ranking.RoundThenSum, "0.66"}, {ranking.SumThenRound, "0.67"}} {
		t.Run(string(tt.order), func(t *testing.T) {
			if got := card(tt.order, a, b).Evaluate(lookup(figures)); got.Value != points(tt.want) {
				t.Errorf("total = %s, want %s", got.Value, tt.want)
			}
		})
	}
}

func TestScorecard_GroupsOfChildren(t *testing.T) {
	group := ranking.Component{Code: "G", Rule: ranking.SumRule, Weight: points("0.5")}
	a := ranking.Component{Code: "A", Parent: "G", Rule: ranking.Passthrough, Weight: points("0.2")}
	b := ranking.Component{Code: "B", Parent: "G", Rule: ranking.Passthrough}
	c := ranking.Component{Code: "C", Rule: ranking.Passthrough}
	s := card(ranking.SumThenRound, group, a, b, c)
	got := s.Evaluate(lookup(map[string]kpi.Figure{"A": value("10"), "B": value("4"), "C": value("1")}))
	if got.Value != points("4") { // (10 × 0.2 + 4) × 0.5 + 1
		t.Errorf("total = %+v, want 4: weights hold on every level", got)
	}
	got = s.Evaluate(lookup(map[string]kpi.Figure{"A": value("10"), "C": value("1")}))
	if got.Value.Valid || !cmp.Equal(got.Missing, []string{"B"}) {
		t.Errorf("a hole in a group = %+v", got)
	}
	var scored []string
	for _, x := range s.Scored() {
		scored = append(scored, x.Code)
	}
	if d := cmp.Diff([]string{"A", "B", "C"}, scored); d != "" {
		t.Error(d)
	}
}

func TestScorecard_OnMissing(t *testing.T) {
	zero := ranking.Component{Code: "CPS1", Rule: ranking.Linear, Max: vi.Int(6), OnMissing: ranking.Zero}
	sure := ranking.Component{Code: "CPS2", Rule: ranking.Linear, Max: vi.Int(6)}
	half := parts("1", "2")
	for _, tt := range []struct {
		name    string
		figures map[string]kpi.Figure
		want    ranking.Score
	}{
		{"0/0 counts 0 and is marked", map[string]kpi.Figure{"CPS1": parts("0", "0"), "CPS2": half}, ranking.Score{Value: points("3"), Zeroed: []string{"CPS1"}}},
		{"not reported counts 0 and is marked", map[string]kpi.Figure{"CPS2": half}, ranking.Score{Value: points("3"), Zeroed: []string{"CPS1"}}},
		{"censored is no number", map[string]kpi.Figure{"CPS1": {State: kpi.CensoredBelow, Bound: points("10")}, "CPS2": half}, ranking.Score{Value: points("3"), Zeroed: []string{"CPS1"}}},
		{"a real 0 is not marked", map[string]kpi.Figure{"CPS1": parts("0", "6"), "CPS2": half}, ranking.Score{Value: points("3")}},
		{"incomplete has no total", map[string]kpi.Figure{"CPS1": half}, ranking.Score{Missing: []string{"CPS2"}}},
		{"not applicable is incomplete", map[string]kpi.Figure{"CPS1": half, "CPS2": {State: kpi.NotApplicable}}, ranking.Score{Missing: []string{"CPS2"}}},
		{"all withdrawn is silence", map[string]kpi.Figure{"CPS1": {State: kpi.Withdrawn}}, ranking.Score{Missing: []string{"CPS2"}, Silent: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := card(ranking.RoundThenSum, zero, sure).Evaluate(lookup(tt.figures))
			if d := cmp.Diff(tt.want, got, cmp.Comparer(sameNull)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	t.Run("silence does not pay where everything may be missing", func(t *testing.T) {
		if got := card(ranking.RoundThenSum, zero).Evaluate(lookup(nil)); got.Value.Valid || !got.Silent || got.Zeroed != nil {
			t.Errorf("score of nobody = %+v", got)
		}
	})
	t.Run("without components there is no total", func(t *testing.T) {
		if got := (&ranking.Scorecard{}).Evaluate(lookup(nil)); got.Value.Valid {
			t.Errorf("score = %+v", got)
		}
	})
}

func TestScorecard_ValidateFindsEachFault(t *testing.T) {
	for _, tt := range []struct {
		name  string
		plant func(*ranking.Scorecard)
		want  string
	}{
		{"decimals", func(s *ranking.Scorecard) { s.Decimals = 9 }, "9 decimals"},
		{"round order", func(s *ranking.Scorecard) { s.RoundOrder = "" }, "round order"},
		{"silence", func(s *ranking.Scorecard) { s.Silence = "" }, "silence"},
		{"code twice", func(s *ranking.Scorecard) { s.Components[2].Code = "Q766_1" }, "a code of its own"},
		{"second root", func(s *ranking.Scorecard) { s.Components[1].Parent = "" }, "2 components without a parent"},
		{"no root", func(s *ranking.Scorecard) { s.Components[0].Parent = "Q766_1" }, "0 components without a parent"},
		{"parent that is not there", func(s *ranking.Scorecard) { s.Components[1].Parent = "Z" }, "Q766_1: its parents do not lead"},
		{"own parent", func(s *ranking.Scorecard) { s.Components[1].Parent = "Q766_1" }, "Q766_1: its parents do not lead"},
		{"rule", func(s *ranking.Scorecard) { s.Components[1].Rule = "mean" }, `rule "mean"`},
		{"on missing", func(s *ranking.Scorecard) { s.Components[1].OnMissing = "" }, "on missing"},
		{"cap", func(s *ranking.Scorecard) { s.Components[9].Cap = vi.NullDecimal{} }, "CPS29: rule capped_linear needs a cap"},
		{"maximum", func(s *ranking.Scorecard) { s.Components[8].Max = vi.Decimal{} }, "CPS08: rule linear needs a maximum"},
		{"weight", func(s *ranking.Scorecard) { s.Components[1].Weight = points("-1") }, "negative weight"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := q766()
			tt.plant(s)
			if got := fmt.Sprint(s.Validate()); !strings.Contains(got, tt.want) {
				t.Errorf("got %s, want %q", got, tt.want)
			}
		})
	}
}

func TestRankScores(t *testing.T) {
	everyone := func(agency.ID) bool { return true }
	scores := ranking.Scores{
		"A": {Value: points("57.51"), Zeroed: []string{"CPS33"}}, "B": {Value: points("68.53")}, "C": {Value: points("57.51")},
		"D": {Silent: true}, "F": {Missing: []string{"Q766_3", "Q766_5"}}, "G": {Value: points("99")},
	}
	seats := append(places("A", "B", "C", "D", "E", "F", "G"), agency.Place{Agency: "S", Special: true})
	outside := func(id agency.ID) bool { return id != "G" }
	for _, tt := range []struct {
		name    string
		silence ranking.Silence
		want    []string
		others  []string
	}{
		{"silence is listed", ranking.Unranked, []string{"B1", "A2", "C2"}, []string{"D not_reported", "E not_reported", "F not_reported", "G not_in_scorecard", "S special"}},
		{"silence is last", ranking.Last, []string{"B1", "A2", "C2", "D4", "E4", "F4"}, []string{"G not_in_scorecard", "S special"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tab := &ranking.Table{Scorecard: &ranking.Scorecard{Silence: tt.silence}, Direction: kpi.Higher, Decimals: 2}
			ranking.RankScores(tab, seats, scores, outside, map[agency.ID]int{"A": 30, "C": 31})
			if d := cmp.Diff(tt.want, ranks(tab)); d != "" {
				t.Errorf("ranks (-want +got):\n%s", d)
			}
			var others []string
			for _, n := range tab.NotRanked {
				others = append(others, string(n.Agency)+" "+string(n.Reason))
				if n.Agency == "F" && !strings.Contains(n.Detail, "Q766_3, Q766_5") {
					t.Errorf("detail of F = %q", n.Detail)
				}
			}
			if d := cmp.Diff(tt.others, others); d != "" {
				t.Errorf("not ranked (-want +got):\n%s", d)
			}
			a := tab.Rows[1]
			if a.PublishedRank != 30 || !cmp.Equal(a.Zeroed, []string{"CPS33"}) || a.Gap != points("11.02") {
				t.Errorf("row of A = %+v", a)
			}
			for _, r := range tab.Rows[3:] {
				if r.Value.Valid || r.Gap.Valid {
					t.Errorf("%s is last without a value, but has %+v", r.Agency, r)
				}
			}
			if tab.Pooled.Method != ranking.NotPooled || tab.Pooled.Expected != len(seats) {
				t.Errorf("pooled = %+v", tab.Pooled)
			}
		})
	}
	t.Run("without a first there is no last", func(t *testing.T) {
		tab := &ranking.Table{Scorecard: &ranking.Scorecard{Silence: ranking.Last}, Direction: kpi.Higher}
		ranking.RankScores(tab, places("A", "B"), nil, everyone, nil)
		if len(tab.Rows) != 0 || len(tab.NotRanked) != 2 || tab.NotRanked[0].Reason != ranking.NotReported {
			t.Errorf("rows %+v, not ranked %+v", tab.Rows, tab.NotRanked)
		}
	})
}

func TestScorecard_TotalOfRoundedPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var cs []ranking.Component
		figures := map[string]kpi.Figure{}
		var sum kpi.Sum
		for i := range rapid.IntRange(1, 8).Draw(t, "components") {
			code := fmt.Sprintf("CPS%d", i)
			den := rapid.Int64Range(1, 1e6).Draw(t, "den")
			num := rapid.Int64Range(0, den).Draw(t, "num")
			most := rapid.Int64Range(1, 22).Draw(t, "max")
			cs = append(cs, ranking.Component{Code: code, Rule: ranking.Linear, Max: vi.Int(most)})
			figures[code] = kpi.Figure{State: kpi.Value, Num: vi.Some(vi.Int(num)), Den: vi.Some(vi.Int(den))}
			p, _ := kpi.RoundRat(big.NewRat(num*most, den), 2)
			sum.Add(p)
			if p.Cmp(vi.Int(most)) > 0 {
				t.Fatalf("%s points of %d", p, most)
			}
		}
		want, _ := sum.Decimal()
		if got := card(ranking.RoundThenSum, cs...).Evaluate(lookup(figures)); got.Value != vi.Some(want) {
			t.Errorf("total = %s, the printed points add to %s", got.Value, want)
		}
	})
}
