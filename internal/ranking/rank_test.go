package ranking_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

func dec(s string) vi.Decimal {
	d, err := vi.ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return d
}

func definition(kind kpi.Kind, dir kpi.Direction) *kpi.Definition {
	return &kpi.Definition{ID: 1, Indicator: kpi.Indicator{Code: "X", Kind: kind, Direction: dir}, Name: "Chỉ tiêu X", Unit: "%",
		Decimals: 2, Numerator: "Tử số", Denominator: "Mẫu số", From: vi.OpenFrom, To: vi.OpenTo}
}

func table(d *kpi.Definition) *ranking.Table {
	return &ranking.Table{Code: "X", Definition: d, Direction: d.Indicator.Direction, Decimals: d.Decimals,
		Block: agency.Block{Code: "provinces", Name: "Khối địa phương"}}
}

func parts(num, den string) kpi.Figure {
	return kpi.Figure{State: kpi.Value, Num: vi.Some(dec(num)), Den: vi.Some(dec(den))}
}

func value(s string) kpi.Figure { return kpi.Figure{State: kpi.Value, Value: vi.Some(dec(s))} }

func places(ids ...agency.ID) []agency.Place {
	var out []agency.Place
	for _, id := range ids {
		out = append(out, agency.Place{Agency: id, Name: "Tỉnh " + string(id)})
	}
	return out
}

// ranks returns "A1 B2 C2 D4": who has which rank, in the order printed.
func ranks(t *ranking.Table) []string {
	out := []string{}
	for _, r := range t.Rows {
		out = append(out, fmt.Sprintf("%s%d", r.Agency, r.Rank))
	}
	return out
}

func TestRank_CompetitionRanks(t *testing.T) {
	figures := ranking.Figures{"A": {Figure: value("57.51")}, "B": {Figure: value("68.53")}, "C": {Figure: value("57.51")},
		"D": {Figure: value("57.505")}, "E": {Figure: value("12")}}
	for _, tt := range []struct {
		name string
		dir  kpi.Direction
		want []string
		gaps []string
	}{
		{"higher is better; ties on rounded values share, in official order", kpi.Higher, []string{"B1", "A2", "C2", "D2", "E5"}, []string{"", "11.02", "11.02", "11.02", "45.51"}},
		{"lower is better", kpi.Lower, []string{"E1", "A2", "C2", "D2", "B5"}, []string{"", "45.51", "45.51", "45.51", "11.02"}},
		{"neutral goes by size", kpi.Neutral, []string{"B1", "A2", "C2", "D2", "E5"}, []string{"", "11.02", "11.02", "11.02", "45.51"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tab := table(definition(kpi.Score, tt.dir))
			ranking.Rank(tab, places("A", "B", "C", "D", "E"), figures)
			if d := cmp.Diff(tt.want, ranks(tab)); d != "" {
				t.Errorf("ranks (-want +got):\n%s", d)
			}
			var gaps []string
			for _, r := range tab.Rows {
				gaps = append(gaps, r.Gap.String())
			}
			if d := cmp.Diff(tt.gaps, gaps); d != "" {
				t.Errorf("gaps (-want +got):\n%s", d)
			}
		})
	}
}

func TestRank_NotRanked(t *testing.T) {
	d := definition(kpi.Ratio, kpi.Higher)
	d.MinN = vi.Some(vi.Int(10))
	censored := kpi.Figure{State: kpi.CensoredBelow, Bound: vi.Some(vi.Int(10))}
	numOnly := kpi.Figure{State: kpi.Value, Num: vi.Some(vi.Int(3))}
	for _, tt := range []struct {
		name           string
		item           *ranking.Item
		special        bool
		reason         ranking.Reason
		value, details string
	}{
		{"parts", &ranking.Item{Figure: parts("1", "10")}, false, "", "10", ""},
		{"bare percentage is ranked whatever the minimum", &ranking.Item{Figure: value("45.678")}, false, "", "45.68", ""},
		{"above 100", &ranking.Item{Figure: parts("1335", "1000")}, false, "", "133.5", ""},
		{"nothing reported", nil, false, ranking.NotReported, "", ""},
		{"withdrawn", &ranking.Item{Figure: kpi.Figure{State: kpi.Withdrawn, Value: vi.Some(vi.Int(5))}}, false, ranking.NotReported, "", ""},
		{"numerator only", &ranking.Item{Figure: numOnly}, false, ranking.NotReported, "", "Chưa đủ số liệu để tính."},
		{"nothing arose", &ranking.Item{Figure: kpi.Figure{State: kpi.NotApplicable}}, false, ranking.NotApplicable, "", "Đơn vị báo không phát sinh trong kỳ."},
		{"0/0 by its state", &ranking.Item{Figure: kpi.Figure{State: kpi.NoDenominator}}, false, ranking.NoDenominator, "", "Mẫu số bằng 0 nên không có tỷ lệ; không tính là 0."},
		{"0/0 by its parts", &ranking.Item{Figure: parts("0", "0")}, false, ranking.NoDenominator, "", "Mẫu số bằng 0 nên không có tỷ lệ; không tính là 0."},
		{"below the minimum", &ranking.Item{Figure: parts("0", "6")}, false, ranking.BelowMinN, "", "Mẫu số 6, dưới mức tối thiểu 10."},
		{"censored", &ranking.Item{Figure: censored}, false, ranking.Censored, "", "Nguồn chỉ công bố dưới 10 %."},
		{"censored without a bound", &ranking.Item{Figure: kpi.Figure{State: kpi.CensoredBelow}}, false, ranking.Censored, "", "Nguồn chỉ công bố là dưới ngưỡng."},
		{"special though it reported", &ranking.Item{Figure: parts("9", "10")}, true, ranking.Special, "", "Đơn vị đặc thù, không xếp hạng chung."},
		{"special and silent", nil, true, ranking.Special, "", "Đơn vị đặc thù, không xếp hạng chung."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			figures := ranking.Figures{}
			if tt.item != nil {
				tt.item.Observation = 7
				figures["A"] = *tt.item
			}
			tab := table(d)
			ranking.Rank(tab, []agency.Place{{Agency: "A", Name: "Tỉnh A", Special: tt.special}}, figures)
			if tab.Expected() != 1 {
				t.Fatalf("A is in %d rows and %d others", len(tab.Rows), len(tab.NotRanked))
			}
			if tt.reason == "" {
				if len(tab.Rows) != 1 || tab.Rows[0].Value != vi.Some(dec(tt.value)) || tab.Rows[0].Observation != 7 {
					t.Errorf("rows = %+v, want %s", tab.Rows, tt.value)
				}
				return
			}
			if len(tab.NotRanked) != 1 || tab.NotRanked[0].Reason != tt.reason || tab.NotRanked[0].Detail != tt.details {
				t.Errorf("not ranked = %+v, want %s %q", tab.NotRanked, tt.reason, tt.details)
			}
			if tt.reason.Title() == string(tt.reason) {
				t.Errorf("reason %s has no Vietnamese name", tt.reason)
			}
		})
	}
}

func TestRank_RowCarriesItsFigure(t *testing.T) {
	bare, whole := value("70.8"), parts("1", "4")
	bare.PublishedRank, bare.Qualifiers = 3, kpi.Rounded
	tab := table(definition(kpi.Ratio, kpi.Higher))
	ranking.Rank(tab, places("A", "B"), ranking.Figures{"A": {Figure: bare}, "B": {Figure: whole}})
	a, b := tab.Rows[0], tab.Rows[1]
	if !a.Bare || a.PublishedRank != 3 || a.Qualifiers != kpi.Rounded || a.Num.Valid {
		t.Errorf("bare row = %+v", a)
	}
	if b.Bare || b.Num != vi.Some(vi.Int(1)) || b.Den != vi.Some(vi.Int(4)) {
		t.Errorf("row with parts = %+v", b)
	}
}

// anyFigure draws a figure in any state, with values that often tie.
func anyFigure() *rapid.Generator[kpi.Figure] {
	return rapid.Custom(func(t *rapid.T) kpi.Figure {
		n := func(name string, most int64) vi.NullDecimal {
			return vi.Some(vi.Int(rapid.Int64Range(0, most).Draw(t, name)))
		}
		switch rapid.IntRange(0, 8).Draw(t, "state") {
		case 0:
			return kpi.Figure{State: kpi.NotApplicable}
		case 1:
			return kpi.Figure{State: kpi.NoDenominator, Num: vi.Some(vi.Int(0)), Den: vi.Some(vi.Int(0))}
		case 2:
			return kpi.Figure{State: kpi.CensoredBelow, Bound: n("bound", 10)}
		case 3:
			return kpi.Figure{State: kpi.Withdrawn}
		case 4:
			return kpi.Figure{State: kpi.Value, Value: vi.Some(vi.NewDecimal(rapid.Int64Range(0, 30_000).Draw(t, "value"), 3))}
		}
		return kpi.Figure{State: kpi.Value, Num: n("num", 12), Den: n("den", 12)}
	})
}

func TestRank_Properties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := definition(kpi.Ratio, rapid.SampledFrom([]kpi.Direction{kpi.Higher, kpi.Lower, kpi.Neutral}).Draw(t, "direction"))
		if rapid.Bool().Draw(t, "minimum") {
			d.MinN = vi.Some(vi.Int(5))
		}
		var seats []agency.Place
		figures := ranking.Figures{}
		for i := range rapid.IntRange(0, 12).Draw(t, "agencies") {
			id := agency.ID(fmt.Sprintf("P%02d", i))
			seats = append(seats, agency.Place{Agency: id, Special: rapid.IntRange(0, 9).Draw(t, "special") == 0})
			if rapid.IntRange(0, 9).Draw(t, "silent") > 0 {
				figures[id] = ranking.Item{Figure: anyFigure().Draw(t, "figure")}
			}
		}
		tab := table(d)
		ranking.Rank(tab, seats, figures)

		seen := map[agency.ID]int{}
		for _, n := range tab.NotRanked {
			seen[n.Agency]++
		}
		for i, r := range tab.Rows {
			seen[r.Agency]++
			better := 0
			for _, o := range tab.Rows {
				c := o.Value.Cmp(r.Value.Decimal)
				if c > 0 && d.Indicator.Direction != kpi.Lower || c < 0 && d.Indicator.Direction == kpi.Lower {
					better++
				}
			}
			if r.Rank != better+1 {
				t.Errorf("%s with %s has rank %d, but %d are better", r.Agency, r.Value, r.Rank, better)
			}
			if r.Value.Decimal != kpi.Round(r.Value.Decimal, d.Decimals) {
				t.Errorf("%s is not rounded", r.Value)
			}
			if r.Gap.Valid != (r.Rank > 1) || r.Gap.Valid && r.Gap.Sign() <= 0 {
				t.Errorf("rank %d has gap %q", r.Rank, r.Gap)
			}
			if i > 0 && r.Rank == tab.Rows[i-1].Rank && r.Agency < tab.Rows[i-1].Agency {
				t.Error("a tie is not printed in official order")
			}
		}
		for _, p := range seats {
			if seen[p.Agency] != 1 {
				t.Errorf("%s is in the table %d times", p.Agency, seen[p.Agency])
			}
		}
		if tab.Expected() != len(seats) {
			t.Errorf("table of %d for a block of %d", tab.Expected(), len(seats))
		}

		mixed := table(d)
		ranking.Rank(mixed, rapid.Permutation(seats).Draw(t, "order"), figures)
		byID := func(a, b string) int { return slices.Compare([]byte(a), []byte(b)) }
		if diff := cmp.Diff(slices.SortedFunc(slices.Values(ranks(tab)), byID), slices.SortedFunc(slices.Values(ranks(mixed)), byID)); diff != "" {
			t.Errorf("another order of input gives other ranks:\n%s", diff)
		}
		if mixed.Pooled != tab.Pooled {
			t.Errorf("another order of input pools to %+v, not %+v", mixed.Pooled, tab.Pooled)
		}
	})
}

func TestTable_Move(t *testing.T) {
	rank := func(id int64, scores string, seats ...agency.ID) *ranking.Table {
		d := definition(kpi.Score, kpi.Higher)
		d.ID = id
		tab, figures := table(d), ranking.Figures{}
		for i, c := range scores {
			if c != '-' {
				figures[seats[i]] = ranking.Item{Figure: value(string(c))}
			}
		}
		ranking.Rank(tab, places(seats...), figures)
		return tab
	}
	for _, tt := range []struct {
		name   string
		before *ranking.Table
		want   []string
		none   bool
	}{
		{"up is positive", rank(1, "987", "C", "B", "A"), []string{"A+2", "B+0", "C-2"}, false},
		{"ties", rank(1, "555", "C", "B", "A"), []string{"A+0", "B-1", "C-2"}, false},
		{"no rank before", rank(1, "9-8", "C", "B", "A"), []string{"A+1", "B", "C-2"}, false},
		{"another set of agencies", rank(1, "98", "A", "B"), []string{"A", "B", "C"}, true},
		{"another definition", rank(2, "987", "C", "B", "A"), []string{"A", "B", "C"}, true},
		{"nobody", rank(1, ""), []string{"A", "B", "C"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tab := rank(1, "987", "A", "B", "C")
			tab.Move(tt.before)
			var got []string
			for _, r := range tab.Rows {
				s := string(r.Agency)
				if c, ok := r.Change(); ok {
					s = fmt.Sprintf("%s%+d", s, c)
				}
				got = append(got, s)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if (tab.Previous.None != "") != tt.none {
				t.Errorf("reason = %q", tab.Previous.None)
			}
		})
	}
}

func TestPool(t *testing.T) {
	block := agency.Block{Name: "Khối địa phương"}
	for _, tt := range []struct {
		name     string
		kind     kpi.Kind
		figures  []kpi.Figure
		value    string
		num, den string
		method   ranking.Method
		covered  int
	}{
		{"ratio of sums, not the mean of rates", kpi.Ratio, []kpi.Figure{parts("1", "1"), parts("0", "99")}, "1", "1", "100", ranking.RatioOfSums, 2},
		{"0/0 is inside and adds nothing", kpi.Ratio, []kpi.Figure{parts("1", "2"), {State: kpi.NoDenominator, Num: vi.Some(vi.Int(0)), Den: vi.Some(vi.Int(0))}}, "50", "1", "2", ranking.RatioOfSums, 2},
		{"only 0/0", kpi.Ratio, []kpi.Figure{parts("0", "0")}, "", "", "", ranking.NotPooled, 1},
		{"a bare percentage is outside", kpi.Ratio, []kpi.Figure{parts("1", "2"), value("99")}, "50", "1", "2", ranking.RatioOfSums, 1},
		{"only bare percentages", kpi.Ratio, []kpi.Figure{value("99"), value("1")}, "", "", "", ranking.NotPooled, 0},
		{"withdrawn and censored are outside", kpi.Ratio, []kpi.Figure{parts("1", "2"),
			{State: kpi.Withdrawn, Num: vi.Some(vi.Int(9)), Den: vi.Some(vi.Int(9))}, {State: kpi.CensoredBelow, Bound: vi.Some(vi.Int(10))}, {}}, "50", "1", "2", ranking.RatioOfSums, 1},
		{"counts add", kpi.Count, []kpi.Figure{value("1002"), value("415"), value("392")}, "1809", "", "", ranking.SumOfCounts, 3},
		{"money adds", kpi.Money, []kpi.Figure{value("0.1"), value("0.2")}, "0.3", "", "", ranking.SumOfCounts, 2},
		{"sums beyond 18 digits still give the right rate", kpi.Ratio, []kpi.Figure{parts("500000000000000", "999999999999999"), parts("0.000001", "0.00001")}, "50", "", "", ranking.RatioOfSums, 2},
		{"scores are not pooled", kpi.Score, []kpi.Figure{value("0.8335"), value("0.5803")}, "", "", "", ranking.NotPooled, 0},
		{"places are not pooled", kpi.Place, []kpi.Figure{value("71")}, "", "", "", ranking.NotPooled, 0},
		{"answers are not pooled", kpi.YesNo, []kpi.Figure{value("1")}, "", "", "", ranking.NotPooled, 0},
		{"nothing", kpi.Count, nil, "", "", "", ranking.NotPooled, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			seats := places("A", "B", "C", "D")
			figures := ranking.Figures{}
			for i, f := range tt.figures {
				figures[seats[i].Agency] = ranking.Item{Figure: f}
			}
			p := ranking.Pool(definition(tt.kind, kpi.Higher), block, seats, figures)
			if p.Value.String() != tt.value || p.Num.String() != tt.num || p.Den.String() != tt.den || p.Method != tt.method {
				t.Errorf("got %+v", p)
			}
			if p.Covered != tt.covered || p.Expected != 4 {
				t.Errorf("covers %d/%d, want %d/4", p.Covered, p.Expected, tt.covered)
			}
			if want := fmt.Sprintf("Chung khối địa phương, %d/4", tt.covered); tt.covered > 0 && p.Scope != want {
				t.Errorf("scope = %q, want %q", p.Scope, want)
			}
		})
	}
}

func TestPool_EqualsExactRatio(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := definition(kpi.Ratio, kpi.Higher)
		var seats []agency.Place
		figures, num, den := ranking.Figures{}, new(big.Rat), new(big.Rat)
		for i := range rapid.IntRange(1, 34).Draw(t, "agencies") {
			id := agency.ID(fmt.Sprintf("P%02d", i))
			n, m := rapid.Int64Range(0, 1e15-1).Draw(t, "num"), rapid.Int64Range(0, 1e15-1).Draw(t, "den")
			seats = append(seats, agency.Place{Agency: id})
			figures[id] = ranking.Item{Figure: kpi.Figure{State: kpi.Value, Num: vi.Some(vi.Int(n)), Den: vi.Some(vi.Int(m))}}
			num.Add(num, new(big.Rat).SetInt64(n))
			den.Add(den, new(big.Rat).SetInt64(m))
		}
		got := ranking.Pool(d, agency.Block{}, seats, figures)
		if den.Sign() == 0 {
			return
		}
		want, fits := kpi.RoundRat(num.Mul(num.Quo(num, den), big.NewRat(100, 1)), d.Decimals)
		if got.Value != (vi.NullDecimal{Decimal: want, Valid: fits}) {
			t.Errorf("pooled %s, want %s", got.Value, want)
		}
	})
}

// A figure of "trên 80" is ranked by the number printed, unless its definition says that a bound is not ranked.
func TestRank_BoundRule(t *testing.T) {
	d := definition(kpi.Ratio, kpi.Higher)
	over := value("80")
	over.Qualifiers = kpi.Rounded | kpi.Above
	figures := figuresOf(map[agency.ID]kpi.Figure{"A": over, "B": parts("79", "100"), "C": parts("81", "100")})
	tab := table(d)
	ranking.Rank(tab, places("A", "B", "C"), figures)
	if len(tab.Rows) != 3 || tab.Rows[1].Agency != "A" || tab.Rows[1].Qualifiers.Word() != "trên" {
		t.Errorf("by the number: %+v", tab.Rows)
	}
	none := *d
	none.BoundRule = kpi.NotByBound
	tab = table(&none)
	ranking.Rank(tab, places("A", "B", "C"), figures)
	if len(tab.Rows) != 2 || tab.Rows[1].Rank != 2 || len(tab.NotRanked) != 1 || tab.NotRanked[0].Reason != ranking.Censored || !strings.Contains(tab.NotRanked[0].Detail, "“trên 80 %”") {
		t.Errorf("not ranked: %+v %+v", tab.Rows, tab.NotRanked)
	}
}
