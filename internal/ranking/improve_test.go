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

var halfway = ranking.Horizon{Elapsed: 100, Left: 100}

// fewer takes one count back from a lever's figure.
func fewer(l ranking.Lever) kpi.Figure {
	back := func(after, before vi.NullDecimal) vi.NullDecimal {
		if !after.Valid || after == before {
			return after
		}
		return vi.Some(sum(after.Decimal, vi.Int(int64(before.Cmp(after.Decimal)))))
	}
	f := l.After
	f.Num, f.Den, f.Value = back(f.Num, l.Before.Num), back(f.Den, l.Before.Den), back(f.Value, l.Before.Value)
	return f
}

// TestImprove_Indicator draws rankings of single indicators of every kind that counts can move.
func TestImprove_Indicator(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := definition(rapid.SampledFrom([]kpi.Kind{kpi.Ratio, kpi.Count}).Draw(t, "kind"), rapid.SampledFrom([]kpi.Direction{kpi.Higher, kpi.Lower}).Draw(t, "direction"))
		d.Accumulation = rapid.SampledFrom([]kpi.Accumulation{kpi.InPeriod, kpi.YearToDate, kpi.Point, kpi.Cumulative}).Draw(t, "accumulation")
		d.Subset = kpi.SubsetYes
		seats := seatsOf(rapid.IntRange(2, 9).Draw(t, "agencies"))
		figures := ranking.Figures{}
		for _, p := range seats {
			den := rapid.Int64Range(1, 3000).Draw(t, "den")
			num := rapid.Int64Range(0, den).Draw(t, "num")
			f := parts(fmt.Sprint(num), fmt.Sprint(den))
			if d.Indicator.Kind == kpi.Count {
				f = value(fmt.Sprint(num))
			}
			figures[p.Agency] = ranking.Item{Figure: f}
		}
		tab := table(d)
		ranking.Rank(tab, seats, figures)
		id := seats[0].Agency
		up := rapid.IntRange(1, 4).Draw(t, "up")
		get := func(string) (kpi.Figure, *kpi.Definition, bool) { return figures[id].Figure, d, true }
		plan, why := tab.Improve(id, up, get, halfway)
		if why != "" {
			if rowOf(tab, id).Rank != 1 {
				t.Fatal(why)
			}
			return
		}
		if want := max(1, rowOf(tab, id).Rank-up); plan.To != want || len(plan.Levers)+len(plan.Skipped) != 1 {
			t.Fatalf("from %d up %d aims at %d with %d levers, %d skipped", plan.From, up, plan.To, len(plan.Levers), len(plan.Skipped))
		}
		again := func(f kpi.Figure) int {
			changed := ranking.Figures{}
			for k, v := range figures {
				changed[k] = v
			}
			changed[id] = ranking.Item{Figure: f}
			tab := table(d)
			ranking.Rank(tab, seats, changed)
			return rowOf(tab, id).Rank
		}
		for _, l := range plan.Levers {
			if l.Verdict == ranking.NotEnough {
				continue
			}
			if got := again(l.After); got > plan.To {
				t.Errorf("%s leads to rank %d, not %d: %+v → %+v", l.Sentence(), got, plan.To, l.Before, l.After)
			}
			if got := again(fewer(l)); got <= plan.To {
				t.Errorf("one fewer than %s also leads to rank %d", l.Sentence(), got)
			}
		}
	})
}

// TestImprove_Scorecard draws scorecards of ratios and scores.
func TestImprove_Scorecard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.SampledFrom([]ranking.RoundOrder{ranking.RoundThenSum, ranking.SumThenRound}).Draw(t, "order")
		w := &world{card: anyCard(t, "card", order, rapid.Bool().Draw(t, "weighted")), seats: seatsOf(rapid.IntRange(2, 7).Draw(t, "agencies"))}
		accumulation := rapid.SampledFrom([]kpi.Accumulation{kpi.InPeriod, kpi.Point}).Draw(t, "accumulation")
		figures := map[agency.ID]map[string]kpi.Figure{}
		for _, p := range w.seats {
			figures[p.Agency] = anyReport(t, string(p.Agency))
		}
		id := w.seats[0].Agency
		get := func(code string) (kpi.Figure, *kpi.Definition, bool) {
			f, d, ok := lookup(figures[id])(code)
			if ok {
				d.Accumulation, d.Subset, d.Indicator.Code = accumulation, kpi.SubsetYes, code
			}
			return f, d, ok
		}
		tab := w.rank(figures)
		plan, why := tab.Improve(id, rapid.IntRange(1, 4).Draw(t, "up"), get, halfway)
		if why != "" {
			return
		}
		if len(plan.Levers)+len(plan.Skipped) != 6 {
			t.Errorf("%d levers and %d skipped of 6 components", len(plan.Levers), len(plan.Skipped))
		}
		again := func(code string, f kpi.Figure) int {
			was := figures[id][code]
			figures[id][code] = f
			defer func() { figures[id][code] = was }()
			return rowOf(w.rank(figures), id).Rank
		}
		for _, l := range plan.Levers {
			if l.Verdict == ranking.NotEnough {
				whole := l.Before
				whole.Num = whole.Den
				if got := again(l.Code, whole); got <= plan.To {
					t.Errorf("%s is called not enough, but all of it leads to rank %d", l.Code, got)
				}
				continue
			}
			if got := again(l.Code, l.After); got > plan.To {
				t.Errorf("%s: %s leads to rank %d, not %d", l.Code, l.Sentence(), got, plan.To)
			}
			if got := again(l.Code, fewer(l)); got <= plan.To {
				t.Errorf("%s: one fewer than %s also leads to rank %d", l.Code, l.Sentence(), got)
			}
		}
	})
}

func TestImprove_PublishedGroup(t *testing.T) {
	// A group's points are published; the ratio below it shows how they are made, and moves them.
	figures := map[string]kpi.Figure{"CPS08": parts("860", "1000"), "CPS33": parts("10", "10")}
	for i := range 6 {
		figures[fmt.Sprintf("Q766_%d", i+1)] = value("10")
	}
	figures["Q766_2"] = value("17.20")
	card := q766()
	rows := []ranking.Row{{Rank: 1, Agency: "A", Value: vi.Some(dec("67.60"))}, {Rank: 2, Agency: "B", Value: vi.Some(dec("67.20"))}}
	tab := &ranking.Table{Scorecard: card, Decimals: 2, Direction: kpi.Higher, Rows: rows}
	get := func(code string) (kpi.Figure, *kpi.Definition, bool) {
		f, d, ok := lookup(figures)(code)
		if ok {
			d.Accumulation, d.Subset, d.Indicator.Code = kpi.YearToDate, kpi.SubsetYes, code
		}
		return f, d, ok
	}
	plan, why := tab.Improve("B", 1, get, halfway)
	if why != "" {
		t.Fatal(why)
	}
	// 17.6 of 20 points are 88 %, from 87.975 % on after rounding: (860+k)/(1000+k) ≥ 0.87975, k = 165.
	if len(plan.Levers) != 1 || plan.Levers[0].Code != "CPS08" || plan.Levers[0].Count != 165 || plan.Levers[0].Value != dec("67.6") {
		t.Errorf("levers: %+v", plan.Levers)
	}
	want := map[string]string{"CPS33": "Đã đạt điểm tối đa.", "CPS29": ranking.NoFigures, "CPS11": ranking.NoFigures,
		"X": "", "Q766_3": ranking.NoCounts, "Q766_4": ranking.NoCounts}
	got := map[string]string{"X": ""}
	for _, s := range plan.Skipped {
		got[s.Code] = s.Why
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
}

func TestImprove_Verdicts(t *testing.T) {
	d := definition(kpi.Ratio, kpi.Higher)
	d.Accumulation, d.Subset = kpi.InPeriod, kpi.SubsetYes
	for _, tt := range []struct {
		name     string
		own      kpi.Figure
		rival    kpi.Figure
		horizon  ranking.Horizon
		accu     kpi.Accumulation
		want     ranking.Verdict
		count    int64
		possible string
	}{
		{"enough cases to come", parts("50", "100"), parts("60", "100"), halfway, kpi.InPeriod, ranking.Reachable, 25, "100"},
		{"too few days left", parts("50", "100"), parts("60", "100"), ranking.Horizon{Elapsed: 90, Left: 10}, kpi.InPeriod, ranking.OutOfReach, 25, "11"},
		{"the period is over", parts("50", "100"), parts("60", "100"), ranking.Horizon{Elapsed: 100}, kpi.InPeriod, ranking.Over, 25, "0"},
		{"what is there can be turned", parts("50", "100"), parts("60", "100"), ranking.Horizon{Elapsed: 90, Left: 10}, kpi.Point, ranking.Reachable, 10, "50"},
		{"everything would have to be good", parts("50", "100"), parts("100", "100"), halfway, kpi.InPeriod, ranking.OutOfReach, 999900, "100"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d.Accumulation = tt.accu
			tab := table(d)
			ranking.Rank(tab, places("A", "B"), figuresOf(map[agency.ID]kpi.Figure{"A": tt.own, "B": tt.rival}))
			plan, why := tab.Improve("A", 1, func(string) (kpi.Figure, *kpi.Definition, bool) { return tt.own, d, true }, tt.horizon)
			if why != "" {
				t.Fatal(why)
			}
			l := plan.Levers[0]
			if l.Verdict != tt.want || l.Count != tt.count || l.Possible.String() != tt.possible {
				t.Errorf("%s: %s, %d of %s possible; want %s, %d of %s", l.Sentence(), l.Verdict, l.Count, l.Possible, tt.want, tt.count, tt.possible)
			}
		})
	}
}

func TestImprove_Refuses(t *testing.T) {
	d := definition(kpi.Ratio, kpi.Higher)
	none := func(string) (kpi.Figure, *kpi.Definition, bool) { return kpi.Figure{}, nil, false }
	tab := table(d)
	ranking.Rank(tab, places("A", "B", "C"), figuresOf(map[agency.ID]kpi.Figure{"A": parts("1", "2"), "B": parts("1", "3")}))
	for id, want := range map[agency.ID]string{"A": "Trong 2/3 đơn vị có số liệu, không đơn vị nào xếp trên.", "C": "Đơn vị chưa có hạng trong bảng này."} {
		if plan, why := tab.Improve(id, 1, none, halfway); plan != nil || why != want {
			t.Errorf("%s: %v, %q", id, plan, why)
		}
	}
	tab.Least = 50
	if _, why := tab.Improve("A", 1, none, halfway); why != "Trong 2/3 đơn vị có số liệu, đơn vị đang đứng đầu." {
		t.Errorf("from half of them on: %q", why)
	}
	full := table(d)
	ranking.Rank(full, places("A", "B"), figuresOf(map[agency.ID]kpi.Figure{"A": parts("1", "2"), "B": parts("1", "3")}))
	if _, why := full.Improve("A", 1, none, halfway); why != "Đơn vị đang đứng đầu." {
		t.Errorf("among all: %q", why)
	}
	bare := value("20")
	ranking.Rank(tab, places("A", "B"), figuresOf(map[agency.ID]kpi.Figure{"A": parts("1", "2"), "B": bare}))
	plan, _ := tab.Improve("B", 1, func(string) (kpi.Figure, *kpi.Definition, bool) { return bare, d, true }, halfway)
	if plan == nil || len(plan.Levers) != 0 || len(plan.Skipped) != 1 {
		t.Errorf("a bare percentage gives %+v", plan)
	}
}

func TestHorizonOf(t *testing.T) {
	for _, tt := range []struct {
		period        string
		today         vi.Date
		elapsed, left int
	}{
		{"2026-Q3", 20260731, 31, 61},
		{"2026-Q3", 20261125, 92, 0},
		{"2026-Q3", 20260601, 0, 92},
		{"2026", 20261125, 329, 36},
		{"2026-10-10", 20261125, 283, 36},
		{"2026-10-10", 20261010, 283, 82},
		{"2026-10-10", 20270105, 283, 0},
	} {
		if h := ranking.HorizonOf(kpi.MustPeriod(tt.period), tt.today); h.Elapsed != tt.elapsed || h.Left != tt.left {
			t.Errorf("%s on %s: %d days gone, %d left; want %d, %d", tt.period, tt.today, h.Elapsed, h.Left, tt.elapsed, tt.left)
		}
	}
}
