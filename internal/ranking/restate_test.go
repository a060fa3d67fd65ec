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

const (
	ministry vi.Date = 20250301
	merger   vi.Date = 20250701
	later    vi.Date = 20270101 // an invented second merger, for chains
	in2024   vi.Date = 20241231
	in2026   vi.Date = 20261231
	in2027   vi.Date = 20271231
)

// merging is a directory with provinces that merge, a ministry that is split, one that takes in
// another and goes on, and a second merger on top of the first.
func merging() *agency.Directory {
	var d agency.Data
	add := func(id agency.ID, from, to vi.Date, level agency.Level) {
		d.Versions = append(d.Versions, agency.Version{Agency: id, From: from, To: to, Name: "Tên " + string(id), Short: string(id),
			Kind: "x", Level: level, Order: len(d.Versions)})
	}
	end := merger.AddDays(-1)
	add("VN", vi.OpenFrom, vi.OpenTo, agency.National)
	add("AGG:provinces", vi.OpenFrom, vi.OpenTo, agency.Aggregate)
	add("P-01", vi.OpenFrom, vi.OpenTo, agency.Province)
	add("P63-48", vi.OpenFrom, end, agency.Province)
	add("P63-49", vi.OpenFrom, end, agency.Province)
	add("P34-48", merger, later.AddDays(-1), agency.Province)
	add("P-46", vi.OpenFrom, later.AddDays(-1), agency.Province)
	add("P-MT", later, vi.OpenTo, agency.Province) // Đà Nẵng and Huế, invented
	add("BLDTBXH-2025", vi.OpenFrom, ministry.AddDays(-1), agency.Ministry)
	add("BTNMT-2025", vi.OpenFrom, ministry.AddDays(-1), agency.Ministry)
	add("BYT", vi.OpenFrom, vi.OpenTo, agency.Ministry)
	add("BQLL", vi.OpenFrom, ministry.AddDays(-1), agency.Ministry)
	add("BQP", vi.OpenFrom, vi.OpenTo, agency.Ministry)
	add("BDTTG", ministry, vi.OpenTo, agency.Ministry) // made of parts only
	edge := func(pred, succ agency.ID, on vi.Date, e agency.Extent) {
		d.Successions = append(d.Successions, agency.Succession{Pred: pred, Succ: succ, On: on, Extent: e})
	}
	edge("P63-48", "P34-48", merger, agency.Whole)
	edge("P63-49", "P34-48", merger, agency.Whole)
	edge("P34-48", "P-MT", later, agency.Whole)
	edge("P-46", "P-MT", later, agency.Whole)
	edge("BQLL", "BQP", ministry, agency.Whole)
	edge("BLDTBXH-2025", "BYT", ministry, agency.Part)
	edge("BLDTBXH-2025", "BDTTG", ministry, agency.Part)
	return agency.NewDirectory(d)
}

func figuresOf(fs map[agency.ID]kpi.Figure) ranking.Figures {
	out := ranking.Figures{}
	for id, f := range fs {
		out[id] = ranking.Item{Figure: f}
	}
	return out
}

func TestRestate(t *testing.T) {
	withRank := value("0.9")
	withRank.PublishedRank = 2
	idle := kpi.Figure{State: kpi.NotApplicable}
	for _, tt := range []struct {
		name     string
		kind     kpi.Kind
		from, to vi.Date
		id       agency.ID
		figures  map[agency.ID]kpi.Figure
		want     ranking.Restated
	}{
		{"counts add", kpi.Count, in2024, in2026, "P34-48", map[agency.ID]kpi.Figure{"P63-48": value("100"), "P63-49": value("23")},
			ranking.Restated{Figure: value("123"), From: []agency.ID{"P63-48", "P63-49"}}},
		{"money adds exactly", kpi.Money, in2024, in2026, "P34-48", map[agency.ID]kpi.Figure{"P63-48": value("0.1"), "P63-49": value("0.2")},
			ranking.Restated{Figure: value("0.3"), From: []agency.ID{"P63-48", "P63-49"}}},
		{"ratios come from summed parts", kpi.Ratio, in2024, in2026, "P34-48", map[agency.ID]kpi.Figure{"P63-48": parts("1", "1"), "P63-49": parts("0", "99")},
			ranking.Restated{Figure: parts("1", "100"), From: []agency.ID{"P63-48", "P63-49"}}},
		{"scores take the mean: Đà Nẵng and Quảng Nam, DTI 2024", kpi.Score, in2024, in2026, "P34-48", map[agency.ID]kpi.Figure{"P63-48": value("0.8335"), "P63-49": value("0.5803")},
			ranking.Restated{Figure: value("0.7069"), From: []agency.ID{"P63-48", "P63-49"}, Mean: true}},
		{"0/0 adds nothing", kpi.Ratio, in2024, in2026, "P34-48", map[agency.ID]kpi.Figure{"P63-48": {State: kpi.NoDenominator}, "P63-49": parts("1", "2")},
			ranking.Restated{Figure: parts("1", "2"), From: []agency.ID{"P63-48", "P63-49"}}},
		{"0/0 twice is 0/0", kpi.Ratio, in2024, in2026, "P34-48", map[agency.ID]kpi.Figure{"P63-48": parts("0", "0"), "P63-49": {State: kpi.NoDenominator}},
			ranking.Restated{Figure: kpi.Figure{State: kpi.NoDenominator, Num: vi.Some(vi.Int(0)), Den: vi.Some(vi.Int(0))}, From: []agency.ID{"P63-48", "P63-49"}}},
		{"a bare percentage cannot be added", kpi.Ratio, in2024, in2026, "P34-48", map[agency.ID]kpi.Figure{"P63-48": value("45"), "P63-49": parts("1", "2")},
			ranking.Restated{From: []agency.ID{"P63-48", "P63-49"}, Missing: ranking.NoParts}},
		{"a predecessor did not report", kpi.Count, in2024, in2026, "P34-48", map[agency.ID]kpi.Figure{"P63-48": value("100")},
			ranking.Restated{From: []agency.ID{"P63-48", "P63-49"}, Missing: ranking.PartMissing}},
		{"a value that is not there is not 0", kpi.Count, in2024, in2026, "P34-48", map[agency.ID]kpi.Figure{"P63-48": value("100"), "P63-49": {State: kpi.Value}},
			ranking.Restated{From: []agency.ID{"P63-48", "P63-49"}, Missing: ranking.PartMissing}},
		{"a score without a value is not 0", kpi.Score, in2024, in2026, "P34-48", map[agency.ID]kpi.Figure{"P63-48": value("0.8"), "P63-49": {State: kpi.NoDenominator}},
			ranking.Restated{From: []agency.ID{"P63-48", "P63-49"}, Missing: ranking.PartMissing}},
		{"a withdrawn figure is not there", kpi.Count, in2024, in2026, "P34-48", map[agency.ID]kpi.Figure{"P63-48": value("1"), "P63-49": {State: kpi.Withdrawn, Value: points("2")}},
			ranking.Restated{From: []agency.ID{"P63-48", "P63-49"}, Missing: ranking.PartMissing}},
		{"a withdrawn figure of the only one", kpi.Count, in2024, in2026, "P-01", map[agency.ID]kpi.Figure{"P-01": {State: kpi.Withdrawn, Value: points("2")}},
			ranking.Restated{From: []agency.ID{"P-01"}, Missing: ranking.PartMissing}},
		{"nothing arose in one of two", kpi.Count, in2024, in2026, "P34-48", map[agency.ID]kpi.Figure{"P63-48": value("1"), "P63-49": idle},
			ranking.Restated{From: []agency.ID{"P63-48", "P63-49"}, Missing: ranking.PartMissing}},
		{"nothing arose in both", kpi.Count, in2024, in2026, "P34-48", map[agency.ID]kpi.Figure{"P63-48": idle, "P63-49": idle},
			ranking.Restated{Figure: idle, From: []agency.ID{"P63-48", "P63-49"}}},
		{"a place in a table cannot be added", kpi.Place, in2024, in2026, "P34-48", map[agency.ID]kpi.Figure{"P63-48": value("2"), "P63-49": value("40")},
			ranking.Restated{From: []agency.ID{"P63-48", "P63-49"}, Missing: ranking.NotAddable}},
		{"too many digits", kpi.Count, in2024, in2026, "P34-48", map[agency.ID]kpi.Figure{"P63-48": value("999999999999999"), "P63-49": value("0.000001")},
			ranking.Restated{From: []agency.ID{"P63-48", "P63-49"}, Missing: ranking.TooLong}},
		{"unchanged province keeps its figure but not the rank of 63", kpi.Score, in2024, in2026, "P-01", map[agency.ID]kpi.Figure{"P-01": withRank},
			ranking.Restated{Figure: value("0.9"), From: []agency.ID{"P-01"}}},
		{"unchanged province without a figure", kpi.Score, in2024, in2026, "P-01", nil,
			ranking.Restated{From: []agency.ID{"P-01"}, Missing: ranking.PartMissing}},
		{"only parts came over", kpi.Count, in2024, in2026, "BDTTG", map[agency.ID]kpi.Figure{"BLDTBXH-2025": value("5")},
			ranking.Restated{Parts: []agency.ID{"BLDTBXH-2025"}, Missing: ranking.NotConvertible}},
		{"a part on top of itself is named, not added", kpi.Count, in2024, in2026, "BYT", map[agency.ID]kpi.Figure{"BLDTBXH-2025": value("5"), "BYT": value("7")},
			ranking.Restated{Figure: value("7"), From: []agency.ID{"BYT"}, Parts: []agency.ID{"BLDTBXH-2025"}}},
		{"a body that takes in another", kpi.Count, in2024, in2026, "BQP", map[agency.ID]kpi.Figure{"BQLL": value("5"), "BQP": value("7")},
			ranking.Restated{Figure: value("12"), From: []agency.ID{"BQLL", "BQP"}}},
		{"chain of two mergers", kpi.Count, in2024, in2027, "P-MT", map[agency.ID]kpi.Figure{"P63-48": value("1"), "P63-49": value("2"), "P-46": value("4")},
			ranking.Restated{Figure: value("7"), From: []agency.ID{"P63-48", "P63-49", "P-46"}}},
		{"second half of the chain", kpi.Count, in2026, in2027, "P-MT", map[agency.ID]kpi.Figure{"P34-48": value("3"), "P-46": value("4"), "P63-48": value("1")},
			ranking.Restated{Figure: value("7"), From: []agency.ID{"P34-48", "P-46"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := definition(tt.kind, kpi.Higher)
			d.Decimals = 4
			got, ok := ranking.Restate(d, merging(), tt.from, tt.to, figuresOf(tt.figures))[tt.id]
			if !ok {
				t.Fatalf("%s is left out", tt.id)
			}
			if diff := cmp.Diff(tt.want, got, cmp.Comparer(sameNull)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRestate_OnlyThoseOfTheDay(t *testing.T) {
	d := definition(kpi.Count, kpi.Higher)
	for _, tt := range []struct {
		name     string
		from, to vi.Date
		want     []agency.ID
	}{
		{"across both reforms", in2024, in2026, []agency.ID{"P-01", "P34-48", "P-46", "BYT", "BQP", "BDTTG"}},
		{"last day of the old ones", in2024, merger.AddDays(-1), []agency.ID{"P-01", "P63-48", "P63-49", "P-46", "BYT", "BQP", "BDTTG"}},
		{"on one day everyone who is there", ministry, ministry, []agency.ID{"P-01", "P63-48", "P63-49", "P-46", "BYT", "BQP", "BDTTG"}},
		{"backwards only who was there", in2026, in2024, []agency.ID{"P-01", "P-46", "BYT", "BQP"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := merging()
			restated := ranking.Restate(d, dir, tt.from, tt.to, nil)
			var got []agency.ID
			for _, id := range dir.IDs() {
				if _, ok := restated[id]; ok {
					got = append(got, id)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || len(restated) != len(tt.want) {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRestate_IdentityOnOneDay(t *testing.T) {
	dir := merging()
	rapid.Check(t, func(t *rapid.T) {
		on := rapid.SampledFrom([]vi.Date{in2024, merger, in2026, in2027}).Draw(t, "on")
		figures := ranking.Figures{}
		for _, id := range dir.IDs() {
			if rapid.Bool().Draw(t, "reports") {
				f := anyFigure().Draw(t, "figure")
				f.PublishedRank = rapid.IntRange(0, 34).Draw(t, "rank")
				figures[id] = ranking.Item{Figure: f}
			}
		}
		d := definition(rapid.SampledFrom([]kpi.Kind{kpi.Ratio, kpi.Count, kpi.Score, kpi.Place}).Draw(t, "kind"), kpi.Higher)
		for id, r := range ranking.Restate(d, dir, on, on, figures) {
			item, ok := figures[id]
			if !ok || item.Figure.State == kpi.Withdrawn {
				if r.Missing != ranking.PartMissing {
					t.Errorf("%s without a figure = %+v", id, r)
				}
				continue
			}
			if r.Figure != item.Figure || r.Missing != "" || r.Mean || !cmp.Equal(r.From, []agency.ID{id}) {
				t.Errorf("%s = %+v, want its own figure %+v", id, r, item.Figure)
			}
		}
	})
}

// TestRestate_KeepsTotals draws whole mergers in two waves: every body passes whole to some
// successor, or stays.
func TestRestate_KeepsTotals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var data agency.Data
		add := func(id agency.ID, from, to vi.Date) {
			data.Versions = append(data.Versions, agency.Version{Agency: id, From: from, To: to, Name: "Tên " + string(id), Short: string(id),
				Kind: "tinh", Level: agency.Province, Order: len(data.Versions)})
		}
		type body struct {
			id   agency.ID
			from vi.Date
		}
		var now, done []body
		for i := range rapid.IntRange(1, 15).Draw(t, "old") {
			now = append(now, body{agency.ID(fmt.Sprintf("A%02d", i)), vi.OpenFrom})
		}
		old := now
		for wave, on := range []vi.Date{merger, later} {
			var next []body
			made := map[agency.ID]bool{}
			for _, b := range now {
				to := rapid.IntRange(0, 4).Draw(t, "successor")
				if to == 0 {
					next = append(next, b)
					continue
				}
				succ := agency.ID(fmt.Sprintf("W%d-%d", wave, to))
				data.Successions = append(data.Successions, agency.Succession{Pred: b.id, Succ: succ, On: on, Extent: agency.Whole})
				add(b.id, b.from, on.AddDays(-1))
				if !made[succ] {
					made[succ] = true
					next = append(next, body{succ, on})
				}
			}
			now = next
		}
		done = now
		for _, b := range done {
			add(b.id, b.from, vi.OpenTo)
		}
		if errs := agency.Validate(data); len(errs) > 0 {
			t.Fatal(errs)
		}

		figures := ranking.Figures{}
		var before, after kpi.Sum
		for _, b := range old {
			n := vi.NewDecimal(rapid.Int64Range(0, 1e9).Draw(t, "count"), rapid.IntRange(0, 3).Draw(t, "scale"))
			figures[b.id] = ranking.Item{Figure: kpi.Figure{State: kpi.Value, Value: vi.Some(n)}}
			before.Add(n)
		}
		restated := ranking.Restate(definition(kpi.Count, kpi.Higher), agency.NewDirectory(data), in2024, in2027, figures)
		seen := map[agency.ID]bool{}
		for id, r := range restated {
			if r.Missing != "" {
				t.Errorf("%s: %s", id, r.Missing)
			}
			after.Add(r.Figure.Value.Decimal)
			for _, from := range r.From {
				if seen[from] {
					t.Errorf("%s is in two successors", from)
				}
				seen[from] = true
			}
		}
		if len(restated) != len(done) || len(seen) != len(old) || before.Rat().Cmp(after.Rat()) != 0 {
			t.Errorf("total %s of %d became %s of %d", before.Rat().FloatString(3), len(old), after.Rat().FloatString(3), len(restated))
		}
	})
}
