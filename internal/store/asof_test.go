package store_test

import (
	"fmt"
	"testing"
	"time"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/store"
)

func TestAsOf(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		first := e.seed()
		old, corrected := e.fact("QA", "2026-Q1", "a-2", "1"), e.fact("QA", "2026-Q1", "a-2", "2")
		e.clock.Add(time.Hour)
		_, second := e.accept(old)
		e.clock.Add(time.Hour)
		_, third := e.accept(corrected, e.fact("QA", "2026-Q1", "b", "5"))
		for name, c := range map[string]struct {
			asOf  time.Time
			rev   int64
			value string // of a-2
			n     int
		}{
			"now":                                {time.Time{}, third.ID, "2", 2},
			"exactly at the correction":          {third.At, third.ID, "2", 2},
			"a microsecond before it":            {third.At.Add(-time.Microsecond), second.ID, "1", 1},
			"a nanosecond before it":             {third.At.Add(-time.Nanosecond), second.ID, "1", 1},
			"a nanosecond after it":              {third.At.Add(time.Nanosecond), third.ID, "2", 2},
			"exactly at the first figure":        {second.At, second.ID, "1", 1},
			"in another zone":                    {second.At.In(time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)), second.ID, "1", 1},
			"between catalogue and first figure": {second.At.Add(-time.Microsecond), first.ID, "", 0},
			"before the first revision":          {first.At.Add(-time.Microsecond), 0, "", 0},
			"long before it":                     {time.Unix(-1e9, 0), 0, "", 0},
			"in the future":                      {third.At.Add(24 * time.Hour), third.ID, "2", 2},
		} {
			e.read(c.asOf, func(v *store.View) error {
				if v.Revision().ID != c.rev {
					t.Errorf("%s: revision %v", name, v.Revision())
				}
				source := sourceID(t, v, kpi.Reported, "")
				figs, err := v.Figures(old.Period, old.Definition, source)
				if err != nil {
					return err
				}
				obs, err := v.Observations(old.Period, old.Definition, source)
				if err != nil {
					return err
				}
				series, err := v.AgencySeries("a-2")
				if err != nil {
					return err
				}
				holdings, err := v.Holdings(old.Definition)
				if err != nil {
					return err
				}
				held := 0
				for _, h := range holdings {
					held += h.Figures
				}
				if len(figs) != c.n || len(obs) != c.n || held != c.n || figs["a-2"].Figure.Value.String() != c.value {
					t.Errorf("%s: figures %v, %d observations, holdings %v", name, figs, len(obs), holdings)
				}
				if (len(series) == 1) != (c.n > 0) || c.n > 0 && (series[0].Figure.Value.String() != c.value || series[0].Observation != figs["a-2"].Observation ||
					int64(series[0].Versions) != c.rev-1) {
					t.Errorf("%s: series %v", name, series)
				}
				if h, err := v.History(2); len(h) != max(0, int(c.rev)-1) || (err == nil) != (len(h) > 0) {
					t.Errorf("%s: history %v, %v", name, h, err)
				}
				return nil
			})
		}
	})
}

func TestHoldings(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		published := e.fact("QA", "2026-Q1", "a-2", "1")
		published.System, published.Origin = kpi.Published, "Báo"
		withdrawn := e.fact("QA", "2026-Q1", "b", "1")
		e.accept(e.fact("QA", "2026-Q2", "a-2", "1"), e.fact("QA", "2026-06", "a-2", "1"), withdrawn, published,
			e.fact("QA", "2026-Q1", "a-2", "1"), e.fact("QC", "2026", "a-2", "1"))
		withdrawn.Figure = kpi.Figure{State: kpi.Withdrawn}
		e.accept(withdrawn) // still a figure that there is something to say of
		list := func(definitions ...int64) (out []string) {
			e.read(time.Time{}, func(v *store.View) error {
				all, err := v.Holdings(definitions...)
				for _, h := range all {
					if h.Period != kpi.MustPeriod(h.Period.Key) {
						t.Errorf("period %v", h.Period)
					}
					out = append(out, fmt.Sprint(h.Definition, " ", h.Source.System, h.Source.Origin, " ", h.Period.Key, " ", h.Figures))
				}
				return err
			})
			return out
		}
		// Shorter periods before longer ones of the same end.
		qa := []string{"5 reported 2026-Q1 2", "5 reported 2026-06 1", "5 reported 2026-Q2 1", "5 publishedBáo 2026-Q1 1"}
		if diff := cmpDiff(append(qa, "7 reported 2026 1"), list()); diff != "" {
			t.Error(diff)
		}
		if diff := cmpDiff(qa, list(e.defs["QA"])); diff != "" {
			t.Error(diff)
		}
		if got := list(e.defs["QB"], 999); len(got) > 0 {
			t.Error(got)
		}
	})
}

func TestAgencySeries(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		dvcqg := e.fact("QA", "2026-Q1", "a-2", "3")
		dvcqg.System = kpi.DVCQG
		e.accept(e.fact("QC", "2025", "a-2", "1"), e.fact("QA", "2026-Q2", "a-2", "2"), e.fact("QA", "2026-Q1", "a-2", "1"), dvcqg, e.fact("QA", "2026-Q1", "b", "9"))
		e.accept(e.fact("QA", "2026-Q1", "a-2", "4"))
		var got []string
		e.read(time.Time{}, func(v *store.View) error {
			series, err := v.AgencySeries("a-2")
			for _, p := range series {
				got = append(got, fmt.Sprintf("%d %s %s %s #%d ×%d", p.Definition, p.Source.System, p.Period.Key, p.Figure.Value, p.Observation, p.Versions))
			}
			return err
		})
		want := []string{"5 dvcqg 2026-Q1 3 #4 ×1", "5 reported 2026-Q1 4 #6 ×2", "5 reported 2026-Q2 2 #2 ×1", "7 reported 2025 1 #1 ×1"}
		if diff := cmpDiff(want, got); diff != "" {
			t.Error(diff)
		}
		got = nil // many agencies at once: the same, of the definitions asked for
		e.read(time.Time{}, func(v *store.View) error {
			all, err := v.SeriesOf([]agency.ID{"a-2", "b", "c"}, []int64{e.defs["QA"]})
			for _, id := range []agency.ID{"a-2", "b", "c"} {
				for _, p := range all[id] {
					got = append(got, fmt.Sprintf("%s %d %s %s %s #%d", id, p.Definition, p.Source.System, p.Period.Key, p.Figure.Value, p.Observation))
				}
			}
			return err
		})
		want = []string{"a-2 5 dvcqg 2026-Q1 3 #4", "a-2 5 reported 2026-Q1 4 #6", "a-2 5 reported 2026-Q2 2 #2", "b 5 reported 2026-Q1 9 #5"}
		if diff := cmpDiff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestObservationsLeadBackToTheFile(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		data := []byte("đơn vị;giá trị\n")
		var id int64
		rev, err := e.Write(t.Context(), store.Change{Account: "Trần Thị B", Reason: "báo cáo quý I"}, func(tx *store.Tx) (err error) {
			if id, err = tx.SaveUpload(store.Upload{Name: "Biểu 01.csv", System: kpi.Reported}, "text/csv", data); err != nil {
				return err
			}
			f := e.fact("QA", "2026-Q1", "b", "1")
			f.Upload, f.Sheet, f.Cell, f.Note = id, "Biểu 01", "C7", "ước"
			if _, err := tx.Accept([]store.Fact{f, e.fact("QA", "2026-Q1", "a-2", "2")}); err != nil {
				return err
			}
			return tx.AcceptUpload(id, "Công văn 12", store.Counts{})
		})
		if err != nil {
			t.Fatal(err)
		}
		e.read(time.Time{}, func(v *store.View) error {
			source := sourceID(t, v, kpi.Reported, "")
			obs, err := v.Observations(kpi.MustPeriod("2026-Q1"), e.defs["QA"], source)
			want := []store.Observation{
				{ID: 2, Revision: rev, Account: "Trần Thị B", Reason: "báo cáo quý I", Period: kpi.MustPeriod("2026-Q1"), Definition: e.defs["QA"],
					Agency: "a-2", Source: kpi.Source{ID: source, System: kpi.Reported}, Figure: kpi.Figure{State: kpi.Value, Value: dec("2")}},
				{ID: 1, Revision: rev, Account: "Trần Thị B", Reason: "báo cáo quý I", Period: kpi.MustPeriod("2026-Q1"), Definition: e.defs["QA"],
					Agency: "b", Source: kpi.Source{ID: source, System: kpi.Reported}, Figure: kpi.Figure{State: kpi.Value, Value: dec("1")},
					Note: "ước", Upload: id, File: "Biểu 01.csv", SHA256: store.SHA256(data), FileOrigin: "Công văn 12", Sheet: "Biểu 01", Cell: "C7"},
			}
			if diff := cmpDiff(want, obs); diff != "" {
				t.Error(diff)
			}
			if obs, err := v.Observations(kpi.MustPeriod("2030"), e.defs["QA"], source); err != nil || len(obs) > 0 {
				t.Errorf("of an unknown period: %v, %v", obs, err)
			}
			return err
		})
		clean(e)
	})
}
