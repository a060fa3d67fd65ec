package app_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"chiso/internal/agency"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/seed"
)

// sampled is an app over the sample on SQLite.
func sampled(t *testing.T) *fixture {
	t.Helper()
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fixture) analyse(t *testing.T, id agency.ID, code, period string, up int) *figures.Analysis {
	t.Helper()
	a, err := f.Analyse(t.Context(), figures.AnalysisQuery{RankingQuery: figures.RankingQuery{Code: code, Period: period, View: ledger.Live}, Agency: id, Up: up})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAnalyse_WhyItMoved(t *testing.T) {
	f := sampled(t)
	table := f.rank(t, figures.RankingQuery{Code: "Q766", Period: "2026-09-26"})
	moved := 0
	for _, r := range table.Rows {
		a := f.analyse(t, r.Agency, "Q766_0", "2026-09-26", 1) // the published total leads to its components
		e := a.Why
		if a.Table.Code != "Q766" || e == nil {
			t.Fatalf("%s: %s, %q", r.Name, a.Table.Code, a.WhyNot)
		}
		if e.RankBefore != r.PreviousRank || e.RankAfter != r.Rank || e.After != r.Value.Decimal || a.Before.Key != "2026-09-17" {
			t.Errorf("%s: explains %d → %d (%s), the table says %d → %d (%s)", r.Name, e.RankBefore, e.RankAfter, e.After, r.PreviousRank, r.Rank, r.Value)
		}
		var s kpi.Sum
		for _, c := range e.Causes {
			s.Add(c.Own)
		}
		if got, _ := s.Decimal(); got != e.Change || e.Rounding.Sign() != 0 || len(e.Causes) != 6 {
			t.Errorf("%s: six groups give %s, the total changed by %s", r.Name, got, e.Change)
		}
		if e.Moved() != 0 {
			moved++
		}
		if len(a.Columns) != 6 || len(a.Strong)+len(a.Weak) == 0 {
			t.Errorf("%s: %d components, strong %v, weak %v", r.Name, len(a.Columns), a.Strong, a.Weak)
		}
	}
	if moved == 0 {
		t.Error("nobody moved between the two snapshots")
	}
}

// TestAnalyse_LeversReachThePlace reports what was suggested to the same source and looks at the ranking again.
func TestAnalyse_LeversReachThePlace(t *testing.T) {
	f := sampled(t)
	table := f.rank(t, figures.RankingQuery{Code: "CPS13", Period: "2026-10-10"})
	r := table.Rows[20]
	a := f.analyse(t, r.Agency, "CPS13", "2026-10-10", 3)
	if a.Plan == nil || len(a.Plan.Levers) != 1 {
		t.Fatalf("%s: %q, %+v", r.Name, a.PlanNot, a.Plan)
	}
	l := a.Plan.Levers[0]
	report := func(k int64) int {
		t.Helper()
		num, den := l.Before.Num.Decimal, l.Before.Den.Decimal
		n, _ := num.Scaled(0)
		d, _ := den.Scaled(0)
		f.load(t, fmt.Sprintf("Cơ quan,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số\n%s,CPS13,2026-10-10,%d,%d\n", r.Agency, n+k, d+k),
			func(q *receive.Request) { q.Source = kpi.DVCQG })
		return row(t, f.rank(t, figures.RankingQuery{Code: "CPS13", Period: "2026-10-10"}), r.Name).Rank
	}
	if got := report(l.Count - 1); got <= a.Plan.To {
		t.Errorf("one fewer than %s leads to %d already", l.Sentence(), got)
	}
	if got := report(l.Count); got > a.Plan.To {
		t.Errorf("%s leads to %d, not %d", l.Sentence(), got, a.Plan.To)
	}
	if !l.Possible.Valid || l.Verdict == "" {
		t.Errorf("nobody says whether %s can happen", l.Sentence())
	}
}

func TestAnalyse_Refuses(t *testing.T) {
	f := sampled(t)
	for _, q := range []figures.AnalysisQuery{
		{Agency: "P-XX", RankingQuery: figures.RankingQuery{Code: "Q766"}},
		{Agency: "P-01", RankingQuery: figures.RankingQuery{Code: "NOPE"}},
		{Agency: "P63-48", RankingQuery: figures.RankingQuery{Code: "Q766", Block: "provinces"}},
	} {
		q.View = ledger.Live
		if _, err := f.Analyse(t.Context(), q); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%+v: %v", q, err)
		}
	}
	// Nothing of the sample came before the ratios of October.
	if a := f.analyse(t, "P-01", "CPS08", "2026-10-10", 1); a.Why != nil || a.WhyNot == "" {
		t.Errorf("CPS08 has %v, %q", a.Why, a.WhyNot)
	}
}

func TestBoards(t *testing.T) {
	f := sampled(t)
	q := figures.RankingQuery{Code: "Q766", Period: "2026-09-26", View: ledger.Live}
	heat, err := f.Heat(t.Context(), q)
	if err != nil || len(heat.Columns) != 6 || len(heat.Columns[0].Cells) != 34 || heat.Columns[1].Max.String() != "20" || heat.Bands == nil {
		t.Errorf("heat: %v, %d columns", err, len(heat.Columns))
	}
	delta, err := f.Deltas(t.Context(), q)
	if err != nil || len(delta.Deltas) != 34 || delta.Before.Key != "2026-09-17" || delta.Deltas[0].Change.Sign() <= 0 {
		t.Errorf("deltas: %v, %+v", err, delta)
	}
	tiles, err := f.Tiles(t.Context(), q)
	if err != nil || len(tiles.Tiles) != 36 {
		t.Fatalf("tiles: %v, %d", err, len(tiles.Tiles))
	}
	zones := map[string]agency.ID{}
	for _, x := range tiles.Tiles {
		if x.Of != "" {
			zones[x.Of] = x.Agency
		}
	}
	if zones["Đà Nẵng"] != "P34-48" || zones["Khánh Hòa"] != "P34-56" || len(zones) != 2 {
		t.Errorf("special zones %v", zones)
	}
	ratios, err := f.Heat(t.Context(), figures.RankingQuery{Code: "CPS08", Period: "2026-10-10", View: ledger.Live})
	if err != nil || len(ratios.Columns) < 8 {
		t.Errorf("the ratios of October: %v, %d columns", err, len(ratios.Columns))
	}
}

func TestPeers(t *testing.T) {
	f := sampled(t)
	v, err := f.Ranking(t.Context(), figures.RankingQuery{Code: "Q766", Period: "2026-09-26", Peers: "region:dbscl", View: ledger.Live})
	if err != nil || len(v.Table.Rows) != 5 || v.Table.Rows[0].Rank != 1 || v.Table.Rows[0].Name != "Đồng Tháp" {
		t.Fatalf("%v: %+v", err, v)
	}
	if len(v.Choices.Peers) != 8 { // six regions, cities, provinces
		t.Errorf("groups %+v", v.Choices.Peers)
	}
	cities, err := f.Ranking(t.Context(), figures.RankingQuery{Code: "Q766", Period: "2026-09-26", Peers: "kind:tp_tttw", View: ledger.Live})
	if err != nil || len(cities.Table.Rows) != 9 { // Quảng Ninh since 01/09, Bắc Ninh since 20/09/2026
		t.Errorf("%v: %d cities", err, len(cities.Table.Rows))
	}
	if _, err := f.Ranking(t.Context(), figures.RankingQuery{Code: "Q766", Peers: "region:atlantis", View: ledger.Live}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no such region: %v", err)
	}
}

// TestRegionsCoverTheProvinces: every province of either set is in exactly one region.
func TestRegionsCoverTheProvinces(t *testing.T) {
	f := sampled(t)
	for _, period := range []string{"2022", "2026-09-26"} {
		v, err := f.Ranking(t.Context(), figures.RankingQuery{Code: map[string]string{"2022": "DTI_P"}[period] + map[string]string{"2026-09-26": "Q766"}[period], Period: period, View: ledger.Live})
		if err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, g := range v.Choices.Peers {
			if len(g.Code) > 7 && g.Code[:7] == "region:" {
				w, err := f.Ranking(t.Context(), figures.RankingQuery{Code: v.Table.Code, Period: period, Peers: g.Code, View: ledger.Live})
				if err != nil {
					t.Fatal(err)
				}
				total += w.Table.Expected()
			}
		}
		if total != v.Table.Expected() {
			t.Errorf("%s: %d of %d provinces are in a region", period, total, v.Table.Expected())
		}
	}
}

func TestCompare(t *testing.T) {
	f := sampled(t)
	q := figures.CompareQuery{RankingQuery: figures.RankingQuery{Code: "Q766", View: ledger.Live}, Agencies: []agency.ID{"P-01", "P34-48"}}
	c, err := f.Compare(t.Context(), q)
	if err != nil || len(c.Sides) != 2 || len(c.Sides[0].Columns) != 7 || len(c.Sides[1].Columns) != 7 || len(c.All) != 34 {
		t.Fatalf("%v: %+v", err, c)
	}
	if c.Sides[0].Table.Period.Key != "2026-09-26" || c.Sides[1].Table.Period.Key != "2026-09-17" {
		t.Errorf("periods %s and %s", c.Sides[0].Table.Period.Key, c.Sides[1].Table.Period.Key)
	}
	q.Agencies = []agency.ID{"1", "2", "3", "4", "5", "6", "7"}
	if _, err := f.Compare(t.Context(), q); fault.KindOf(err) != fault.Invalid {
		t.Errorf("seven agencies: %v", err)
	}
	q.Agencies = []agency.ID{"P63-48"}
	if _, err := f.Compare(t.Context(), q); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a province that is no more: %v", err)
	}
}

func TestMerger(t *testing.T) {
	f := sampled(t)
	m, err := f.Merger(t.Context(), figures.RankingQuery{Code: "DTI_P", Period: "2022", View: ledger.Live})
	if err != nil || m.Same || m.Restated == nil {
		t.Fatalf("%v: %+v", err, m)
	}
	if m.Table.Expected() != 63 || m.Restated.Expected() != 34 {
		t.Errorf("%d before, %d now", m.Table.Expected(), m.Restated.Expected())
	}
	if m.Into["P63-49"] != "P34-48" {
		t.Errorf("Quảng Nam is in %q", m.Into["P63-49"])
	}
	for _, n := range m.Restated.NotRanked {
		if n.Agency == "P34-48" && n.Detail != ranking.PartMissing { // only Đà Nẵng of two is known
			t.Errorf("Đà Nẵng: %+v", n)
		}
	}
	if m, err := f.Merger(t.Context(), figures.RankingQuery{Code: "Q766", Period: "2026-09-26", View: ledger.Live}); err != nil || !m.Same || m.Restated != nil {
		t.Errorf("2026: %v, %+v", err, m)
	}
	if _, all, err := f.Across(t.Context(), "P34-48", ledger.Live); err != nil || len(all) == 0 {
		t.Errorf("series across the merger: %v, %+v", err, all)
	}
}

// TestTotalsAreEqualInBothSets: the provinces' figures of before 01/07/2025 add up to the same on either boundaries, by the real
// succession.
func TestTotalsAreEqualInBothSets(t *testing.T) {
	raw, err := catalogue.LoadCatalogue(seed.Files)
	if err != nil {
		t.Fatal(err)
	}
	dir := agency.NewDirectory(raw.Agencies)
	block, _ := dir.Block("provinces")
	const before, after vi.Date = 20241231, 20261231
	old, now := dir.Members("provinces", before), dir.Members("provinces", after)
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]kpi.Kind{kpi.Ratio, kpi.Count, kpi.Money}).Draw(t, "kind")
		d := &kpi.Definition{ID: 1, Indicator: kpi.Indicator{Code: "X", Kind: kind, Direction: kpi.Higher}, Decimals: 4, From: vi.OpenFrom, To: vi.OpenTo}
		figures := ranking.Figures{}
		for _, p := range old {
			f := kpi.Figure{State: kpi.Value}
			n := vi.Some(vi.Int(rapid.Int64Range(0, 1e8).Draw(t, "n")))
			if kind == kpi.Ratio {
				f.Num, f.Den = n, vi.Some(vi.Int(rapid.Int64Range(0, 1e9).Draw(t, "den")))
			} else {
				f.Value = n
			}
			figures[p.Agency] = ranking.Item{Figure: f}
		}
		then := ranking.Pool(d, block, old, figures)
		restated := &ranking.Table{Definition: d, Direction: kpi.Higher, Decimals: 4, Block: block, Period: kpi.MustPeriod("2024")}
		ranking.RankRestated(restated, dir, now, after, figures)
		if p := restated.Pooled; p.Value != then.Value || p.Num != then.Num || p.Den != then.Den || p.Covered != 34 || then.Covered != 63 {
			t.Errorf("%d provinces: %s = %s/%s; %d: %s = %s/%s", then.Covered, then.Value, then.Num, then.Den, p.Covered, p.Value, p.Num, p.Den)
		}
		if slices.ContainsFunc(restated.NotRanked, func(n ranking.NotRanked) bool { return n.Reason == ranking.NotReported }) {
			t.Errorf("left out: %+v", restated.NotRanked)
		}
	})
}
