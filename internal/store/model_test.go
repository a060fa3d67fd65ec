package store_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

var (
	seed  = flag.Uint64("seed", 1, "first seed of the random histories")
	seeds = flag.Int("seeds", 3, "how many random histories")
)

// cell is a key of the model: what the store should hold, kept in the plainest way.
type cell struct {
	period, definition, source, origin string
	agency                             agency.ID
}

// model is the current figure of every key at every revision.
type model struct {
	now  map[cell]kpi.Figure
	then []moment
}

type moment struct {
	at  time.Time
	now map[cell]kpi.Figure
}

// TestRandomHistory does the same random things to both engines: each must hold what the model holds,
// at every revision, and both must be the same row for row, ids included.
func TestRandomHistory(t *testing.T) {
	for s := *seed; s < *seed+uint64(*seeds); s++ {
		t.Run(fmt.Sprint("seed ", s), func(t *testing.T) {
			lite, pg := migrated(t, sqliteConfig(t)), migrated(t, migratedConfig(t))
			play(lite, rand.New(rand.NewPCG(s, 1)))
			play(pg, rand.New(rand.NewPCG(s, 1)))
			if diff := cmpDiff(dump(lite), dump(pg)); diff != "" {
				t.Errorf("SQLite (-) and PostgreSQL (+) differ:\n%s", diff)
			}
		})
	}
}

func play(e *env, r *rand.Rand) {
	e.seed()
	m := &model{now: map[cell]kpi.Figure{}}
	for step := range 60 {
		if r.IntN(3) > 0 {
			e.clock.Add(time.Duration(r.Int64N(int64(time.Minute))) - 10*time.Second)
		}
		rev, err := e.Write(e.t.Context(), store.Change{Account: fmt.Sprint("account ", r.IntN(3)), Reason: fmt.Sprint("bước ", step)},
			func(tx *store.Tx) error { return m.step(e, tx, r) })
		if err != nil && !errors.Is(err, errGiveUp) {
			e.t.Fatalf("step %d: %v", step, err)
		}
		if rev.ID > 0 {
			m.then = append(m.then, moment{rev.At, clone(m.now)})
		}
	}
	m.compare(e, time.Time{}, m.now)
	for range 10 {
		then := m.then[r.IntN(len(m.then))]
		m.compare(e, then.at, then.now)
	}
	clean(e)
}

var errGiveUp = errors.New("given up")

func clone(now map[cell]kpi.Figure) map[cell]kpi.Figure {
	out := make(map[cell]kpi.Figure, len(now))
	for k, v := range now {
		out[k] = v
	}
	return out
}

// step does one or two things, and sometimes thinks better of it.
func (m *model) step(e *env, tx *store.Tx, r *rand.Rand) error {
	now, removed := clone(m.now), false
	switch r.IntN(12) {
	case 0:
		c := sample()
		c.Definitions[r.IntN(len(c.Definitions))].Name = fmt.Sprint("tên ", r.IntN(3))
		c.Agencies.Versions[1].Short = fmt.Sprint("ĐN ", r.IntN(3))
		c.Scorecards[0].Components[2].Cap = vi.Some(vi.Int(70 + r.Int64N(3)))
		if err := tx.SaveCatalogue(c); err != nil {
			return err
		}
	case 1:
		if _, err := tx.RemoveIllustrative(); err != nil {
			return err
		}
		removed = true
		forget(now)
	case 2:
		if _, err := tx.SaveUpload(store.Upload{Name: "a.csv", System: kpi.Reported}, "text/csv", []byte(fmt.Sprint(r.IntN(3)))); err != nil {
			return err
		}
	}
	var facts []store.Fact
	var want []store.Diff
	used := map[cell]bool{}
	for range r.IntN(9) {
		k := randomCell(r)
		if used[k] {
			continue
		}
		used[k] = true
		f := e.fact(k.definition, k.period, k.agency, "0")
		f.System, f.Origin, f.Note = kpi.System(k.source), k.origin, fmt.Sprint("ghi chú\t", r.IntN(3))
		before, had := now[k]
		f.Figure = randomFigure(r)
		if had && r.IntN(3) == 0 {
			f.Figure = before
		}
		d := store.Diff{}
		switch {
		case had && f.Figure == before:
			d = store.Diff{Difference: store.Unchanged, Before: before}
		case had:
			d = store.Diff{Difference: store.Superseded, Before: before}
		}
		facts, want, now[k] = append(facts, f), append(want, d), f.Figure
	}
	diffs, err := tx.Accept(facts)
	if err != nil {
		return err
	}
	if diff := cmpDiff(want, diffs); diff != "" {
		e.t.Errorf("want (-), got (+):\n%s", diff)
	}
	if r.IntN(6) == 0 {
		return errGiveUp
	}
	m.now = now
	if removed { // from the past too
		for _, then := range m.then {
			forget(then.now)
		}
	}
	return nil
}

func forget(now map[cell]kpi.Figure) {
	for k := range now {
		if k.source == string(kpi.Illustrative) {
			delete(now, k)
		}
	}
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func randomCell(r *rand.Rand) cell {
	k := cell{period: pick(r, "2025", "2026-Q1", "2026-03-31"), definition: pick(r, "QA", "QB", "QC", "ONLINE"),
		source: pick(r, "reported", "published", "illustrative"), agency: pick[agency.ID](r, "a-10", "a-2", "B", "b")}
	if k.source == "published" {
		k.origin = pick(r, "Báo A", "Báo B")
	}
	return k
}

func randomFigure(r *rand.Rand) kpi.Figure {
	n := func() vi.NullDecimal { return vi.Some(vi.NewDecimal(r.Int64N(2000), r.IntN(4))) }
	switch f := (kpi.Figure{State: kpi.Value, PublishedRank: r.IntN(3), Qualifiers: kpi.Qualifier(r.IntN(8))}); r.IntN(6) {
	case 0:
		f.State = pick(r, kpi.NotApplicable, kpi.Withdrawn)
		return f
	case 1:
		f.State, f.Num, f.Den = kpi.NoDenominator, vi.Some(vi.Int(0)), vi.Some(vi.Int(0))
		return f
	case 2:
		f.State, f.Bound = kpi.CensoredBelow, n()
		return f
	case 3:
		f.Num, f.Den = n(), vi.Some(vi.Int(1+r.Int64N(99)))
		return f
	default:
		f.Value = n()
		return f
	}
}

// compare holds the store at a time against the model: figures, holdings, and totals against the facts.
func (m *model) compare(e *env, asOf time.Time, want map[cell]kpi.Figure) {
	got, held, counted := map[cell]kpi.Figure{}, map[cell]int{}, map[cell]int{}
	e.read(asOf, func(v *store.View) error {
		c, err := v.Catalogue()
		if err != nil {
			return err
		}
		codes := map[int64]string{}
		for _, d := range c.Definitions {
			codes[d.ID] = d.Indicator.Code
		}
		holdings, err := v.Holdings()
		if err != nil {
			return err
		}
		cat := kpi.NewCatalogue(c.Definitions, nil)
		for _, h := range holdings {
			k := cell{period: h.Period.Key, definition: codes[h.Definition], source: string(h.Source.System), origin: h.Source.Origin}
			held[k] = h.Figures
			figs, err := v.Figures(h.Period, h.Definition, h.Source.ID)
			if err != nil {
				return err
			}
			for id, item := range figs {
				k.agency = id
				got[k] = item.Figure
			}
			compareScores(e, v, &c.Scorecards[0], cat, h)
		}
		return nil
	})
	for k := range want {
		k.agency = ""
		counted[k]++
	}
	if diff := cmpDiff(want, got); diff != "" {
		e.t.Errorf("as of %v: model (-), store (+):\n%s", asOf, diff)
	}
	if diff := cmpDiff(counted, held); diff != "" {
		e.t.Errorf("as of %v: model's numbers (-), holdings (+):\n%s", asOf, diff)
	}
}

func compareScores(e *env, v *store.View, s *ranking.Scorecard, cat *kpi.Catalogue, h store.Holding) {
	stored, err := v.Scores(s, cat, h.Period, h.Source.ID)
	if err != nil {
		e.t.Fatal(err)
	}
	computed, err := v.ComputeScores(s, cat, h.Period, h.Source.ID)
	if err != nil {
		e.t.Fatal(err)
	}
	if diff := cmpDiff(computed, stored); s.On(h.Period.To) && diff != "" {
		e.t.Errorf("%s: computed (-), stored (+):\n%s", h.Period.Key, diff)
	}
}
