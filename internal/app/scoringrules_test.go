package app_test

import (
	"encoding/csv"
	"math"
	"strconv"
	"testing"

	"chiso/internal/agency"
	"chiso/internal/app/catalogue"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/seed"
)

// sample reads the figures of one file of seed/sample: by agency and indicator, numerator, denominator and value.
func sample(t *testing.T, name string) map[string]map[string][3]float64 {
	t.Helper()
	f, err := seed.Files.Open("sample/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string][3]float64{}
	for _, r := range rows[1:] {
		var x [3]float64
		for i := range x {
			x[i], _ = strconv.ParseFloat(r[4+i], 64) // blank is 0: it is not used
		}
		if out[r[0]] == nil {
			out[r[0]] = map[string][3]float64{}
		}
		out[r[0]][r[2]] = x
	}
	return out
}

// Of two rules for procedures with online payments, 2 × ratio and min(2; 2,5 × ratio), the shipped one is the one that reproduces
// the payment scores that the portal printed better: what it leaves for the third part differs less between the 34 provinces.
func TestScoringRule_OnlinePayments(t *testing.T) {
	scores, ratios := sample(t, "portal-766-2026-09-26.csv"), sample(t, "portal-ratios-2026-10-10.csv")
	spread := func(rule func(share float64) float64) float64 {
		var rests []float64
		sum := 0.0
		for id, of := range scores {
			r, ok := ratios[id]
			if !ok || r["CPS13"][1] == 0 || r["CPS30"][1] == 0 {
				continue
			}
			rest := of["Q766_4"][2] - 6*r["CPS13"][0]/r["CPS13"][1] - rule(r["CPS30"][0]/r["CPS30"][1])
			rests = append(rests, rest)
			sum += rest
		}
		if len(rests) != 34 {
			t.Fatalf("%d provinces, want 34", len(rests))
		}
		squares := 0.0
		for _, x := range rests {
			squares += math.Pow(x-sum/float64(len(rests)), 2)
		}
		return math.Sqrt(squares / float64(len(rests)))
	}
	linear, capped := spread(func(s float64) float64 { return 2 * s }), spread(func(s float64) float64 { return math.Min(2, 2.5*s) })
	if capped >= linear {
		t.Errorf("spread %.4f with the cap, %.4f without", capped, linear)
	}
	c, err := catalogue.LoadCatalogue(seed.Files)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]ranking.OnZero{"CPS27": ranking.FullPoints, "CPS28": ranking.FullPoints, "CPS29": ranking.NoPoints, "CPS30": ranking.NoPoints}
	for _, s := range c.Scorecards {
		for _, comp := range s.Components {
			if zero, ok := want[comp.Code]; ok && (comp.OnZero != zero || !comp.Observed || comp.RuleBasis == "") {
				t.Errorf("%s: 0 of 0 gives %q, observed %v, source %q", comp.Code, comp.OnZero, comp.Observed, comp.RuleBasis)
			}
			if comp.Code == "CPS30" && (comp.Rule != ranking.CappedLinear || comp.Cap.String() != "80") {
				t.Errorf("CPS30 is scored by %s, cap %s", comp.Rule, comp.Cap)
			}
			if (comp.Code == "CPS31" || comp.Code == "CPS32") && (len(comp.NotFor) != 1 || comp.NotFor[0] != agency.Commune) {
				t.Errorf("%s does not spare %v, want communes", comp.Code, comp.NotFor)
			}
		}
	}
}

// By the shipped scorecard no petitions at all earn the full 6 points twice, no satisfied dossier of none earns nothing, and online payments
// are min(2; 2,5 × share).
func TestScoringRule_NothingOfNothing(t *testing.T) {
	c, err := catalogue.LoadCatalogue(seed.Files)
	if err != nil {
		t.Fatal(err)
	}
	kpis := kpi.NewCatalogue(c.Definitions, c.Targets)
	nothing := kpi.Figure{State: kpi.NoDenominator, Num: vi.Some(vi.Int(0)), Den: vi.Some(vi.Int(0))}
	half := kpi.Figure{State: kpi.Value, Num: vi.Some(vi.Int(1)), Den: vi.Some(vi.Int(2))}
	for _, s := range c.Scorecards {
		if s.Code != "Q766" {
			continue
		}
		for code, tt := range map[string]struct {
			figure kpi.Figure
			want   string
		}{"CPS27": {nothing, "6"}, "CPS28": {nothing, "6"}, "CPS29": {nothing, "0"}, "CPS30": {half, "1.25"}} {
			for _, comp := range s.Components {
				if comp.Code != code {
					continue
				}
				comp.Parent = "R"
				alone := ranking.Scorecard{Code: "X", Decimals: 2, RoundOrder: s.RoundOrder, Components: []ranking.Component{{Code: "R", Rule: ranking.Passthrough, Max: comp.Max}, comp}}
				got := alone.Evaluate(func(string) (kpi.Figure, *kpi.Definition, bool) {
					d, _ := kpis.On(code, 20261010)
					return tt.figure, d, true
				})
				if got.Value.String() != tt.want {
					t.Errorf("%s %s: %s points, want %s", s.Version, code, got.Value, tt.want)
				}
			}
		}
	}
}
