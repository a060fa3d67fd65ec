package ranking_test

import (
	"strings"
	"testing"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// Those asked count, answers without a value among them; who was not asked counts only where nobody was.
func TestCoverage(t *testing.T) {
	row := func(id agency.ID, v string) ranking.Row {
		d, err := vi.ParseDecimal(v)
		if err != nil {
			t.Fatal(err)
		}
		return ranking.Row{Agency: id, Value: vi.Some(d)}
	}
	none := func(id agency.ID, why ranking.Reason) ranking.NotRanked {
		return ranking.NotRanked{Agency: id, Reason: why}
	}
	table := func() *ranking.Table {
		return &ranking.Table{Pooled: ranking.Pooled{Method: ranking.RatioOfSums, Value: vi.Some(vi.Int(90))},
			Rows:      []ranking.Row{row("A", "90"), row("B", "80"), row("C", "70")},
			NotRanked: []ranking.NotRanked{none("D", ranking.NoDenominator), none("E", ranking.NotReported), none("F", ranking.NotAsked), none("G", ranking.Special)}}
	}
	asked := map[agency.ID]bool{"A": true, "B": true, "C": true, "D": true, "E": true}
	for name, tt := range map[string]struct {
		asked  map[agency.ID]bool
		least  int
		want   string
		enough bool
	}{
		"by the form":         {asked, 0, "4/5", true},
		"a regime wants more": {asked, 90, "4/5", false},
		"nobody asked":        {nil, 0, "4/6", false},
		"half is enough":      {nil, 50, "4/6", true},
	} {
		x := table()
		x.Asked, x.Least = tt.asked, tt.least
		c := x.Coverage()
		if c.String() != tt.want || c.Enough() != tt.enough || x.Headline().Value.Valid != tt.enough || (c.Sentence() == "") != tt.enough || c.Full() {
			t.Errorf("%s: %s, enough %t, headline %t, %q", name, c, c.Enough(), x.Headline().Value.Valid, c.Sentence())
		}
	}
}

// What a register is counted for nobody reports: an agency without a task is not one that kept silent, and those with tasks are all there are.
func TestCoverage_register(t *testing.T) {
	d := definition(kpi.Ratio, kpi.Higher)
	figures := figuresOf(map[agency.ID]kpi.Figure{"A": parts("1", "2"), "B": parts("1", "3")})
	for source, want := range map[kpi.System]struct {
		reason   ranking.Reason
		coverage string
	}{kpi.Register: {ranking.NoTasks, "2/2"}, kpi.Reported: {ranking.NotReported, "2/3"}} {
		tab := table(d)
		tab.Source = source
		ranking.Rank(tab, places("A", "B", "C"), figures)
		if tab.NotRanked[0].Reason != want.reason || tab.Coverage().String() != want.coverage {
			t.Errorf("%s: %s, %s", source, tab.NotRanked[0].Reason, tab.Coverage())
		}
	}
	tab := table(d)
	tab.Source = kpi.Register
	ranking.Rank(tab, places("A"), nil)
	if tab.NotRanked[0].Reason != ranking.NoFigure {
		t.Errorf("a period that was never recorded: %s", tab.NotRanked[0].Reason)
	}
}

// Only what agencies report themselves is owed: a portal, an appraisal or a newspaper that has nothing about an agency does not make it
// one that kept silent, and asked nobody. The reason, the remark of a last place and the sentence of the coverage say the same.
func TestCoverage_source(t *testing.T) {
	d := definition(kpi.Ratio, kpi.Higher)
	figures := figuresOf(map[agency.ID]kpi.Figure{"A": parts("1", "2")})
	for _, source := range append(kpi.Systems(), kpi.Illustrative) {
		reason, title, asked := ranking.NoFigure, "Nguồn không có số liệu", "Mới có số liệu của 1/3 đơn vị, dưới"
		tab, card := table(d), &ranking.Table{Scorecard: &ranking.Scorecard{Silence: ranking.Last}, Direction: kpi.Higher}
		if source == kpi.Reported {
			reason, title, asked = ranking.NotReported, "Chưa báo cáo", "Mới có số liệu của 1/3 đơn vị được hỏi, dưới"
			tab.Asked = map[agency.ID]bool{"A": true, "B": true, "C": true}
		}
		tab.Source, card.Source = source, source
		ranking.Rank(tab, places("A", "B", "C"), figures)
		if source == kpi.Register {
			continue // whom it does not have has no task
		}
		if n := tab.NotRanked[1]; n.Reason != reason || n.Reason.Title() != title || !strings.HasPrefix(tab.Coverage().Sentence(), asked) {
			t.Errorf("%s: %q, %q", source, n.Reason.Title(), tab.Coverage().Sentence())
		}
		if tab.Possible() == nil {
			t.Errorf("%s: no rank is still open", source)
		}
		ranking.RankScores(card, places("A", "B"), ranking.Scores{"A": {Value: points("5")}}, func(agency.ID) bool { return true }, nil)
		if got := card.SilentRemark(); got != title {
			t.Errorf("%s: silent, below the share: %q", source, got)
		}
		ranking.RankScores(card, places("A", "B"), nil, func(agency.ID) bool { return true }, nil)
		if n := card.NotRanked[0]; n.Reason != reason {
			t.Errorf("%s: a score without anything: %s", source, n.Reason)
		}
	}
}
