package app_test

import (
	"testing"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/fault"
)

const province agency.ID = "P34-48"

// A province has the same pages over its units, from its own blocks and scorecards; the nation's pages know nothing of them.
func TestSubtree(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		if _, err := f.Overview(t.Context(), figures.OverviewQuery{Owner: province}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a province without units: %v", err)
		}
		before, err := f.Overview(t.Context(), figures.OverviewQuery{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.LoadIllustrative(t.Context()); err != nil {
			t.Fatal(err)
		}
		after, err := f.Overview(t.Context(), figures.OverviewQuery{})
		if err != nil || len(after.Rankings) != len(before.Rankings) || len(after.Agencies) != len(before.Agencies) || len(after.Cards) != len(before.Cards) {
			t.Errorf("the nation's page changes: %d rankings, were %d; %d agencies, were %d; %v", len(after.Rankings), len(before.Rankings), len(after.Agencies), len(before.Agencies), err)
		}
		plain, err := f.Overview(t.Context(), figures.OverviewQuery{Owner: province})
		if err != nil || plain.Headline != nil || len(plain.Cards) > 0 || !plain.Elsewhere {
			t.Errorf("illustrative figures are shown without being asked for: %v, %v", plain, err)
		}
		o, err := f.Overview(t.Context(), figures.OverviewQuery{Owner: province, Source: "illustrative"})
		if err != nil || o.Headline == nil || !o.Headline.Illustrative() {
			t.Fatalf("headline %v, %v", o, err)
		}
		if h := o.Headline; h.Code != "MH_CDS_XA" || h.Expected() != 93 || len(h.NotRanked) == 0 || h.Previous.Period == nil || h.Block.Owner != province {
			t.Errorf("headline %s of %d, %d without a rank, %+v", h.Code, h.Expected(), len(h.NotRanked), h.Previous)
		}
		if len(o.Cards) != 6 || len(o.Cards[0].Trend) < 2 || len(o.Cards[0].Blocks) > 1 { // of the departments too few may have figures to speak of them
			t.Errorf("%d cards, first %+v", len(o.Cards), o.Cards)
		}
		if len(o.Agencies) != 93+13 {
			t.Errorf("%d units", len(o.Agencies))
		}
		cards := 0
		for _, l := range o.Rankings {
			if l.Code == "MH_CDS_XA" || l.Code == "MH_CDS_SO" {
				cards++
			}
			if l.Code == "Q766" || l.Block == figures.DefaultBlock {
				t.Errorf("a ranking of the nation: %+v", l)
			}
		}
		if cards != 2 {
			t.Errorf("%d scorecards of the province", cards)
		}
		unit := o.Headline.Rows[40].Agency
		a, err := f.Analyse(t.Context(), figures.AnalysisQuery{Agency: unit, RankingQuery: figures.RankingQuery{Source: "illustrative"}})
		if err != nil || a.Table.Code != "MH_CDS_XA" || a.Why == nil || a.Plan == nil || len(a.Columns) != 6 {
			t.Errorf("analysis of a unit: %+v, %v", a, err)
		}
		h, err := f.Heat(t.Context(), figures.RankingQuery{Code: "MH_CDS_SO", Source: "illustrative"})
		if err != nil || len(h.Columns) != 4 || len(h.Choices.Blocks) != 2 {
			t.Errorf("heat: %+v, %v", h, err)
		}
		if _, err := f.RemoveIllustrative(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Overview(t.Context(), figures.OverviewQuery{Owner: province}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("its units stay when the illustrative set goes: %v", err)
		}
		if problems, err := f.Verify(t.Context()); err != nil || len(problems) > 0 {
			t.Errorf("%q %v", problems, err)
		}
	})
}
