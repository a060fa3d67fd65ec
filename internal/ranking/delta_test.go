package ranking_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

func TestTable_Deltas(t *testing.T) {
	for _, tt := range []struct {
		dir  kpi.Direction
		want []string
	}{
		{kpi.Higher, []string{"1 B +2 better", "2 A +1 better", "2 C +1 better", "4 D -1 worse"}},
		{kpi.Lower, []string{"1 D -1 better", "2 A +1 worse", "2 C +1 worse", "4 B +2 worse"}},
	} {
		t.Run(string(tt.dir), func(t *testing.T) {
			d := definition(kpi.Score, tt.dir)
			before, after := table(d), table(d)
			ranking.Rank(before, places("A", "B", "C", "D", "E"), figuresOf(map[agency.ID]kpi.Figure{"A": value("10.10"), "B": value("10"), "C": value("3"), "D": value("4"), "E": value("9")}))
			ranking.Rank(after, places("A", "B", "C", "D", "E"), figuresOf(map[agency.ID]kpi.Figure{"A": value("11.1"), "B": value("12"), "C": value("4"), "D": value("3")}))
			deltas, why := after.Deltas(before)
			if why != "" {
				t.Fatal(why)
			}
			var got []string
			for _, d := range deltas {
				sign := map[int]string{1: "better", 0: "same", -1: "worse"}[d.Better]
				plus := ""
				if d.Change.Sign() > 0 {
					plus = "+"
				}
				got = append(got, fmt.Sprintf("%d %s %s%s %s", d.Rank, d.Agency, plus, d.Change, sign))
			}
			if tt.dir == kpi.Lower { // ties stand in the order of the later table
				slices.SortFunc(got[1:3], func(a, b string) int { return slices.Compare([]byte(a), []byte(b)) })
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	d := definition(kpi.Score, kpi.Higher)
	before, after := table(d), table(d)
	ranking.Rank(before, places("A"), nil)
	ranking.Rank(after, places("A", "B"), nil)
	if _, why := after.Deltas(before); why == "" {
		t.Error("two sets of agencies were compared")
	}
}

// TestTable_Within: ranking a group within a table is ranking the group alone.
func TestTable_Within(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := definition(kpi.Ratio, rapid.SampledFrom([]kpi.Direction{kpi.Higher, kpi.Lower}).Draw(t, "direction"))
		seats := seatsOf(rapid.IntRange(0, 12).Draw(t, "agencies"))
		figures := ranking.Figures{}
		var group []agency.Place
		for _, p := range seats {
			if rapid.IntRange(0, 5).Draw(t, "silent") > 0 {
				figures[p.Agency] = ranking.Item{Figure: parts(fmt.Sprint(rapid.IntRange(0, 20).Draw(t, "num")), "20")}
			}
			if rapid.Bool().Draw(t, "inside") {
				group = append(group, p)
			}
		}
		all, alone := table(d), table(d)
		ranking.Rank(all, seats, figures)
		ranking.Rank(alone, group, figures)
		got := all.Within("Nhóm", func(id agency.ID) bool {
			return slices.Contains(group, agency.Place{Agency: id, Name: nameOf(seats, id)})
		})
		if diff := cmp.Diff(ranks(alone), ranks(got)); diff != "" {
			t.Errorf("ranks (-alone +within):\n%s", diff)
		}
		for i := range got.Rows {
			if got.Rows[i].Gap != alone.Rows[i].Gap {
				t.Errorf("gap of rank %d is %s, alone %s", got.Rows[i].Rank, got.Rows[i].Gap, alone.Rows[i].Gap)
			}
		}
		if got.Expected() != len(group) || all.Expected() != len(seats) {
			t.Errorf("%d of a group of %d, %d of %d", got.Expected(), len(group), all.Expected(), len(seats))
		}
	})
}

func nameOf(seats []agency.Place, id agency.ID) string {
	for _, p := range seats {
		if p.Agency == id {
			return p.Name
		}
	}
	return ""
}

// TestTable_Possible: whatever the missing agencies report, ranks stay in their ranges; and both ends
// of each range can happen.
func TestTable_Possible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir := rapid.SampledFrom([]kpi.Direction{kpi.Higher, kpi.Lower}).Draw(t, "direction")
		d := definition(kpi.Ratio, dir)
		d.Subset = kpi.SubsetYes
		seats := seatsOf(rapid.IntRange(1, 9).Draw(t, "agencies"))
		known := ranking.Figures{}
		for _, p := range seats {
			if rapid.IntRange(0, 2).Draw(t, "silent") > 0 {
				known[p.Agency] = ranking.Item{Figure: parts(fmt.Sprint(rapid.IntRange(0, 10).Draw(t, "num")), "10")}
			}
		}
		tab := table(d)
		ranking.Rank(tab, seats, known)
		possible := tab.Possible()
		if (possible == nil) != (len(known) == len(seats)) {
			t.Fatalf("%d of %d known: %v", len(known), len(seats), possible)
		}
		if possible == nil {
			return
		}
		with := func(num func() string) *ranking.Table {
			full := ranking.Figures{}
			for _, p := range seats {
				item, ok := known[p.Agency]
				if !ok {
					item = ranking.Item{Figure: parts(num(), "10")}
				}
				full[p.Agency] = item
			}
			tab := table(d)
			ranking.Rank(tab, seats, full)
			return tab
		}
		for _, r := range with(func() string { return fmt.Sprint(rapid.IntRange(0, 10).Draw(t, "late")) }).Rows {
			if p := possible[r.Agency]; r.Rank < p.Best || r.Rank > p.Worst {
				t.Errorf("%s came out %d, not between %d and %d", r.Agency, r.Rank, p.Best, p.Worst)
			}
		}
		best, worst := "0", "10"
		if dir == kpi.Lower {
			best, worst = worst, best
		}
		low, high := with(func() string { return best }), with(func() string { return worst })
		for id := range known {
			p := possible[id]
			if got := rowOf(low, id).Rank; got != p.Best {
				t.Errorf("%s can be %d, best is said to be %d", id, got, p.Best)
			}
			if got := rowOf(high, id).Rank; got != p.Worst {
				t.Errorf("%s can be %d, worst is said to be %d", id, got, p.Worst)
			}
		}
	})
}

func TestTable_PossibleOfTheSilent(t *testing.T) {
	card := &ranking.Scorecard{Code: "S", Silence: ranking.Last, Decimals: 2, Components: []ranking.Component{{Code: "S", Max: vi.Int(100)}}}
	tab := &ranking.Table{Scorecard: card, Direction: kpi.Higher, Decimals: 2}
	scores := ranking.Scores{"A": {Value: vi.Some(dec("100"))}, "B": {Value: vi.Some(dec("50"))}}
	ranking.RankScores(tab, places("A", "B", "C"), scores, func(agency.ID) bool { return true }, nil)
	want := map[agency.ID]ranking.Range{"A": {1, 1}, "B": {2, 3}, "C": {1, 3}}
	if diff := cmp.Diff(want, tab.Possible()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
