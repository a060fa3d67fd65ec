package ranking_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// world is a scorecard of ratios and scores with the figures of some agencies.
type world struct {
	card  *ranking.Scorecard
	seats []agency.Place
}

func (w *world) rank(figures map[agency.ID]map[string]kpi.Figure) *ranking.Table {
	t := &ranking.Table{Code: w.card.Code, Scorecard: w.card, Decimals: w.card.Decimals, Direction: kpi.Higher}
	scores := ranking.Scores{}
	for id, f := range figures {
		scores[id] = w.card.Evaluate(lookup(f))
	}
	ranking.RankScores(t, w.seats, scores, func(agency.ID) bool { return true }, nil)
	return t
}

func (w *world) worths(figures map[agency.ID]map[string]kpi.Figure) ranking.Worths {
	out := ranking.Worths{}
	for _, p := range w.seats {
		out[p.Agency] = w.card.Worth(lookup(figures[p.Agency]))
	}
	return out
}

// anyCard draws a scorecard over four ratios and two scores, in groups and with weights or not.
func anyCard(t *rapid.T, label string, order ranking.RoundOrder, weighted bool) *ranking.Scorecard {
	s := &ranking.Scorecard{ID: 7, Code: "S", Decimals: 2, RoundOrder: order, Silence: ranking.Unranked, From: vi.OpenFrom, To: vi.OpenTo}
	s.Components = []ranking.Component{{Code: "S", Rule: ranking.Passthrough, OnMissing: ranking.Incomplete},
		{Code: "G", Parent: "S", Rule: ranking.SumRule, OnMissing: ranking.Incomplete}}
	for _, code := range []string{"CPS1", "CPS2", "CPS3", "CPS4", "A", "B"} {
		c := ranking.Component{Code: code, Parent: rapid.SampledFrom([]string{"S", "G"}).Draw(t, label+code+"group"),
			Max: vi.Int(rapid.Int64Range(1, 30).Draw(t, label+code+"max")), Rule: ranking.Passthrough, OnMissing: ranking.Zero}
		if code[0] == 'C' {
			c.Rule = rapid.SampledFrom([]ranking.Rule{ranking.Linear, ranking.CappedLinear}).Draw(t, label+code+"rule")
			c.Cap = vi.Some(vi.Int(rapid.Int64Range(10, 100).Draw(t, label+code+"cap")))
		}
		if weighted {
			c.Weight = vi.Some(vi.NewDecimal(rapid.Int64Range(0, 300).Draw(t, label+code+"weight"), 3))
		}
		s.Components = append(s.Components, c)
	}
	return s
}

func anyReport(t *rapid.T, label string) map[string]kpi.Figure {
	out := map[string]kpi.Figure{}
	for _, code := range []string{"CPS1", "CPS2", "CPS3", "CPS4"} {
		den := rapid.Int64Range(1, 5000).Draw(t, label+code+"den")
		num := rapid.Int64Range(0, den).Draw(t, label+code+"num")
		out[code] = parts(fmt.Sprint(num), fmt.Sprint(den))
	}
	for _, code := range []string{"A", "B"} {
		if rapid.IntRange(0, 9).Draw(t, label+code+"silent") > 0 {
			out[code] = value(vi.NewDecimal(rapid.Int64Range(0, 2000).Draw(t, label+code), 2).String())
		}
	}
	return out
}

func seatsOf(n int) []agency.Place {
	var out []agency.Place
	for i := range n {
		out = append(out, agency.Place{Agency: agency.ID(fmt.Sprintf("P%02d", i)), Name: fmt.Sprintf("Tỉnh %d", i)})
	}
	return out
}

func sum(ds ...vi.Decimal) vi.Decimal {
	var s kpi.Sum
	for _, d := range ds {
		s.Add(d)
	}
	out, _ := s.Decimal()
	return out
}

func TestExplain_SumsExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.SampledFrom([]ranking.RoundOrder{ranking.RoundThenSum, ranking.SumThenRound}).Draw(t, "order")
		weighted := rapid.Bool().Draw(t, "weighted")
		old := &world{card: anyCard(t, "old", order, weighted), seats: seatsOf(rapid.IntRange(1, 7).Draw(t, "agencies"))}
		now := old
		changed := rapid.Bool().Draw(t, "method changed")
		if changed {
			now = &world{card: anyCard(t, "new", order, weighted), seats: old.seats}
		}
		before, after := map[agency.ID]map[string]kpi.Figure{}, map[agency.ID]map[string]kpi.Figure{}
		for _, p := range old.seats {
			before[p.Agency] = anyReport(t, "before"+string(p.Agency))
			after[p.Agency] = anyReport(t, "after"+string(p.Agency))
		}
		id := old.seats[0].Agency
		e, why := ranking.Explain(id, ranking.Scale{Direction: kpi.Higher, Decimals: 2}, old.worths(before), now.worths(before), now.worths(after))
		if why != "" {
			t.Fatal(why)
		}

		was, is := rowOf(old.rank(before), id), rowOf(now.rank(after), id)
		if e.RankBefore != was.Rank || e.RankAfter != is.Rank || e.Before != was.Value.Decimal || e.After != is.Value.Decimal {
			t.Errorf("explains %s (%d) → %s (%d), the tables say %s (%d) → %s (%d)", e.Before, e.RankBefore, e.After, e.RankAfter,
				was.Value, was.Rank, is.Value, is.Rank)
		}
		var method, own []vi.Decimal
		places := 0
		for _, c := range e.Causes {
			method, own, places = append(method, c.Method), append(own, c.Own), places+c.Places
		}
		if sum(e.Method, e.Own, e.Rounding) != e.Change || sum(e.Before, e.Change) != e.After || sum(method...) != e.Method || sum(own...) != e.Own {
			t.Errorf("value: %s + %s + %s is not %s, or the causes %v and %v do not add up", e.Method, e.Own, e.Rounding, e.Change, method, own)
		}
		if e.MovedMethod+e.MovedOwn+e.MovedOthers != e.Moved() || places != e.MovedOwn {
			t.Errorf("places: %d + %d + %d is not %d, or those of the causes, %d, not the own", e.MovedMethod, e.MovedOwn, e.MovedOthers, e.Moved(), places)
		}
		if !changed && (e.Method.Sign() != 0 || e.MovedMethod != 0) {
			t.Errorf("no change of method, but it gives %s and %d places", e.Method, e.MovedMethod)
		}
		if order == ranking.RoundThenSum && !weighted && e.Rounding.Sign() != 0 {
			t.Errorf("rounded points leave %s", e.Rounding)
		}
		// Each of at most 6 components and the two totals are off by half a hundredth at most, twice.
		if limit := vi.NewDecimal(8, 2); e.Rounding.Cmp(limit) > 0 || e.Rounding.Cmp(limit.Neg()) < 0 {
			t.Errorf("rounding leaves %s", e.Rounding)
		}
		if !changed && e.MovedOthers == 0 && e.MovedOwn == 0 && len(e.Passed) != len(e.PassedBy) {
			// One that stood equal may pass without moving it; counts can differ only through ties.
			ties := 0
			for _, w := range []ranking.Worths{old.worths(before), now.worths(after)} {
				for other, x := range w {
					if other != id && x.Value == w[id].Value {
						ties++
					}
				}
			}
			if ties == 0 {
				t.Errorf("no move, but passed %v and passed by %v", e.Passed, e.PassedBy)
			}
		}
	})
}

func rowOf(t *ranking.Table, id agency.ID) ranking.Row {
	for _, r := range t.Rows {
		if r.Agency == id {
			return r
		}
	}
	return ranking.Row{}
}

func TestExplain_ByHand(t *testing.T) {
	w := &world{card: &ranking.Scorecard{Code: "S", Decimals: 2, RoundOrder: ranking.RoundThenSum, Components: []ranking.Component{
		{Code: "S", Rule: ranking.Passthrough},
		{Code: "A", Parent: "S", Rule: ranking.Passthrough, OnMissing: ranking.Incomplete},
		{Code: "B", Parent: "S", Rule: ranking.Passthrough, OnMissing: ranking.Incomplete},
	}}, seats: seatsOf(4)}
	report := func(a, b string) map[string]kpi.Figure { return map[string]kpi.Figure{"A": value(a), "B": value(b)} }
	before := map[agency.ID]map[string]kpi.Figure{"P00": report("10", "10"), "P01": report("11", "10"), "P02": report("12", "10"), "P03": report("5", "5")}
	// P00 gains 3 with A, which passes P01 and P02, and loses 1 with B, which lets P02 back; P03 jumps ahead.
	after := map[agency.ID]map[string]kpi.Figure{"P00": report("13", "8.50"), "P01": report("11", "10"), "P02": report("12", "10"), "P03": report("30", "5")}
	e, why := ranking.Explain("P00", ranking.Scale{Direction: kpi.Higher, Decimals: 2}, w.worths(before), w.worths(before), w.worths(after))
	if why != "" {
		t.Fatal(why)
	}
	type move struct{ before, after, own, others int }
	if got, want := (move{e.RankBefore, e.RankAfter, e.MovedOwn, e.MovedOthers}), (move{3, 3, 1, -1}); got != want {
		t.Errorf("ranks moved %+v, want %+v", got, want)
	}
	var causes []string
	for _, c := range e.Causes {
		causes = append(causes, fmt.Sprintf("%s %s→%s %s %+d", c.Code, c.Before, c.After, c.Own, c.Places))
	}
	if diff := cmp.Diff([]string{"A 10→13 3 +2", "B 10→8.5 -1.5 -1"}, causes); diff != "" {
		t.Errorf("causes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]agency.ID{{"P01"}, {"P03"}}, [][]agency.ID{e.Passed, e.PassedBy}); diff != "" {
		t.Errorf("passed and passed by (-want +got):\n%s", diff)
	}
	if e.Change != dec("1.5") || e.Own != dec("1.5") {
		t.Errorf("change %s, own %s", e.Change, e.Own)
	}
}

func TestExplain_Refuses(t *testing.T) {
	some := ranking.Worth{Value: vi.Some(vi.Int(1))}
	all := ranking.Worths{"A": some, "B": some}
	for _, tt := range []struct {
		name                   string
		before, rebased, after ranking.Worths
		want                   string
	}{
		{"another set of agencies", ranking.Worths{"A": some}, ranking.Worths{"A": some}, all, ranking.OtherSet},
		{"one for one exchanged", ranking.Worths{"A": some, "C": some}, all, all, ranking.OtherSet},
		{"nothing before", ranking.Worths{"A": {}, "B": some}, all, all, ranking.NoValueBefore},
		{"nothing now", all, all, ranking.Worths{"A": {}, "B": some}, ranking.NoValueNow},
		{"not by the new method", all, ranking.Worths{"A": {}, "B": some}, all, ranking.NoRebased},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if e, why := ranking.Explain("A", ranking.Scale{}, tt.before, tt.rebased, tt.after); e != nil || why != tt.want {
				t.Errorf("explained %v, said %q, want %q", e, why, tt.want)
			}
		})
	}
}

func TestSplitRate(t *testing.T) {
	d := definition(kpi.Ratio, kpi.Higher)
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) kpi.Figure {
			den := rapid.Int64Range(1, 1e9).Draw(t, label+" denominator")
			return parts(fmt.Sprint(rapid.Int64Range(0, den).Draw(t, label+" numerator")), fmt.Sprint(den))
		}
		before, after := draw("before"), draw("after")
		r, ok := ranking.SplitRate(d, before, after)
		was, _ := before.Rate(d)
		is, _ := after.Rate(d)
		if !ok || sum(r.Numerator, r.Denominator, r.Rounding) != r.Change || sum(was, r.Change) != is {
			t.Fatalf("%s %% → %s %%: %+v", was, is, r)
		}
		if limit := dec("0.02"); r.Rounding.Cmp(limit) > 0 || r.Rounding.Cmp(limit.Neg()) < 0 {
			t.Errorf("rounding leaves %s", r.Rounding)
		}
	})
	if r, ok := ranking.SplitRate(d, parts("50", "100"), parts("60", "200")); !ok || r.Numerator != dec("10") || r.Denominator != dec("-30") {
		t.Errorf("50/100 → 60/200 splits into %+v", r)
	}
	if _, ok := ranking.SplitRate(d, value("50"), parts("60", "200")); ok {
		t.Error("a bare percentage was split")
	}
}
