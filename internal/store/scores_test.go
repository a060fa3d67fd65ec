package store_test

import (
	"testing"
	"time"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// scores returns the stored and the computed totals of a period.
func scores(e *env, asOf time.Time, period string) (stored, computed ranking.Scores) {
	e.t.Helper()
	e.read(asOf, func(v *store.View) error {
		c, err := v.Catalogue()
		if err != nil || len(c.Scorecards) == 0 {
			return err
		}
		cat, p, source := kpi.NewCatalogue(c.Definitions, nil), kpi.MustPeriod(period), sourceID(e.t, v, kpi.Reported, "")
		if stored, err = v.Scores(&c.Scorecards[0], cat, p, source); err != nil {
			return err
		}
		computed, err = v.ComputeScores(&c.Scorecards[0], cat, p, source)
		return err
	})
	return stored, computed
}

func TestScoresFollowTheFigures(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		const p = "2026-Q1"
		e.clock.Add(time.Hour)
		withdrawn := e.fact("QA", p, "a-10", "1")
		withdrawn.Figure = kpi.Figure{State: kpi.Withdrawn}
		_, first := e.accept(
			e.fact("QA", p, "b", "30"), e.ratio("QB", p, "b", "3", "10"), e.fact("QC", p, "b", "12.345"), // 15 + 15 + 12.35
			e.fact("QA", p, "a-2", "10"), e.ratio("QB", p, "a-2", "9", "10"), // 5 + 40 + 0, zeroed
			e.fact("QA", p, "B", "1"), withdrawn, // incomplete; silent
		)
		want := ranking.Scores{
			"b":    {Value: dec("42.35")},
			"a-2":  {Value: dec("45"), Zeroed: []string{"QC"}},
			"B":    {Missing: []string{"QB"}},
			"a-10": {Missing: []string{"QA", "QB"}, Silent: true},
		}
		check := func(when string, asOf time.Time, want ranking.Scores) {
			t.Helper()
			stored, computed := scores(e, asOf, p)
			if diff := cmpDiff(want, stored); diff != "" {
				t.Errorf("%s: want (-), stored (+):\n%s", when, diff)
			}
			if diff := cmpDiff(computed, stored); diff != "" {
				t.Errorf("%s: computed (-), stored (+):\n%s", when, diff)
			}
		}
		check("first", time.Time{}, want)
		clean(e)

		e.clock.Add(time.Hour)
		e.exec("UPDATE score_now SET missing = 'untouched' WHERE agency = 'B'") // would be mended if it were computed again
		e.accept(e.fact("QC", p, "a-2", "20"))
		stored, _ := scores(e, time.Time{}, p)
		if got := stored["a-2"]; got.Value != dec("65") || got.Zeroed != nil {
			t.Errorf("after the missing component: %+v", got)
		}
		if got := stored["B"].Missing; len(got) != 1 || got[0] != "untouched" {
			t.Errorf("an agency without a change was computed again: %v", got)
		}
		check("as of the first", first.At, want)

		e.write(func(tx *store.Tx) error { // a changed rule computes everything again
			c := sample()
			c.Scorecards[0].Components[1].Weight = vi.NullDecimal{}
			return tx.SaveCatalogue(c)
		})
		stored, computed := scores(e, time.Time{}, p)
		if diff := cmpDiff(computed, stored); diff != "" || stored["a-2"].Value != dec("70") {
			t.Errorf("after a changed rule: %+v\n%s", stored["a-2"], diff)
		}
		check("as of the first, by the rules of then", first.At, want)
		clean(e)

		e.write(func(tx *store.Tx) error {
			c := sample()
			c.Scorecards = nil
			return tx.SaveCatalogue(c)
		})
		if n := e.count("SELECT COUNT(*) FROM score_now"); n != 0 {
			t.Errorf("%d totals without a scorecard", n)
		}
		clean(e)
	})
}

func TestScoresOfPeriodsAndSources(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		var facts []store.Fact
		for _, id := range []agency.ID{"a-2", "b"} {
			for _, p := range []string{"2025-Q4", "2026-Q1", "2026"} { // the scorecard begins in 2026
				for _, system := range []kpi.System{kpi.Reported, kpi.Illustrative} {
					f := e.fact("QA", p, id, "8")
					f.System = system
					facts = append(facts, f)
				}
			}
		}
		facts = append(facts, e.fact("ONLINE", "2026-Q2", "b", "1")) // no component
		e.accept(facts...)
		if n := e.count("SELECT COUNT(*) FROM score_now"); n != 8 {
			t.Errorf("%d totals", n)
		}
		for _, p := range []string{"2025-Q4", "2026-Q2", "2027"} {
			if stored, _ := scores(e, time.Time{}, p); len(stored) > 0 {
				t.Errorf("%s: %v", p, stored)
			}
		}
		e.write(func(tx *store.Tx) error { _, err := tx.RemoveIllustrative(); return err })
		if n := e.count("SELECT COUNT(*) FROM score_now"); n != 4 {
			t.Errorf("%d totals", n)
		}
		clean(e)
	})
}
