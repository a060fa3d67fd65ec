package ranking_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
)

// Whatever the scorecard and the figures: the parts and the rest, as printed, are the distance from the median's score.
func TestGapToMedian_sumsExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.SampledFrom([]ranking.RoundOrder{ranking.RoundThenSum, ranking.SumThenRound}).Draw(t, "order")
		w := &world{card: anyCard(t, "c", order, rapid.Bool().Draw(t, "weighted")), seats: seatsOf(rapid.IntRange(1, 12).Draw(t, "n"))}
		figures := map[agency.ID]map[string]kpi.Figure{}
		for _, p := range w.seats {
			figures[p.Agency] = anyReport(t, string(p.Agency))
		}
		table, worths := w.rank(figures), w.worths(figures)
		for _, row := range table.Rows {
			s := table.GapToMedian(row.Agency, worths)
			if s == nil {
				continue
			}
			total := s.Rest
			for i, p := range s.Parts {
				total = sum(total, p.Gap)
				if sum(p.Median, p.Gap) != p.Own || p.Least.Cmp(p.Own) > 0 || p.Own.Cmp(p.Most) > 0 || p.Rank < 1 || p.Rank > p.Of {
					t.Fatalf("%+v", p)
				}
				if i > 0 && s.Parts[i-1].Gap.Cmp(p.Gap) > 0 {
					t.Fatal("what pulls down most comes first")
				}
			}
			if total != s.Gap || sum(s.Median, s.Gap) != s.Value || s.Value != row.Value.Decimal || s.Median != ranking.NewColumn(table).Median.Decimal {
				t.Fatalf("%s: %v of %v to %v, the parts make %v", row.Agency, s.Gap, s.Value, s.Median, total)
			}
		}
	})
}

// A lever in points, put into the figures, gives the score and the rank that it promised.
func TestGapSplit_leversReachTheirRank(t *testing.T) {
	reached := 0
	rapid.Check(t, func(t *rapid.T) {
		w := &world{card: anyCard(t, "c", ranking.RoundThenSum, false), seats: seatsOf(rapid.IntRange(3, 12).Draw(t, "n"))}
		figures := map[agency.ID]map[string]kpi.Figure{}
		for _, p := range w.seats {
			figures[p.Agency] = anyReport(t, string(p.Agency))
		}
		table, worths := w.rank(figures), w.worths(figures)
		id := rapid.SampledFrom(w.seats).Draw(t, "who").Agency
		s := table.GapToMedian(id, worths)
		if s == nil {
			return
		}
		levers, from := s.Levers(table, id, worths)
		for i, l := range levers {
			if l.Rank > from || i > 0 && levers[i-1].Rank > l.Rank {
				t.Fatalf("from %d: %+v", from, levers)
			}
			if l.Code[0] == 'C' { // a ratio: its points are set by counts
				continue
			}
			before := figures[id]
			figures[id] = map[string]kpi.Figure{}
			for code, f := range before {
				figures[id][code] = f
			}
			figures[id][l.Code] = value(l.Aim.String())
			after := w.rank(figures)
			i := slices.IndexFunc(after.Rows, func(r ranking.Row) bool { return r.Agency == id })
			if got := after.Rows[i]; got.Rank != l.Rank || got.Value.Decimal != l.Total {
				t.Fatalf("%s at %v: rank %d with %v, promised %d with %v", l.Code, l.Aim, got.Rank, got.Value.Decimal, l.Rank, l.Total)
			}
			figures[id] = before
			reached++
		}
	})
	if reached == 0 {
		t.Error("no lever was tried")
	}
}

// Below the share of answers from which a table speaks of its block there is no middle to stand above or below.
func TestGapToMedian_coverage(t *testing.T) {
	w := &world{card: q766(), seats: seatsOf(6)}
	figures := map[agency.ID]map[string]kpi.Figure{}
	for _, code := range []string{"Q766_1", "Q766_2", "Q766_3", "Q766_4", "Q766_5", "Q766_6"} {
		for _, p := range w.seats[:2] {
			if figures[p.Agency] == nil {
				figures[p.Agency] = map[string]kpi.Figure{}
			}
			figures[p.Agency][code] = value("5")
		}
	}
	table := w.rank(figures)
	if len(table.Rows) != 2 {
		t.Fatalf("%d rows", len(table.Rows))
	}
	if s := table.GapToMedian(w.seats[0].Agency, w.worths(figures)); s != nil {
		t.Errorf("%+v", s)
	}
}
