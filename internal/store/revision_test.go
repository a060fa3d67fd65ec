package store_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chiso/internal/agency"
	"chiso/internal/store"
)

func TestRevisionNumbersAndTimes(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		var times []time.Time
		for i, move := range []time.Duration{0, 0, time.Nanosecond, -time.Hour, time.Second, 2*time.Hour + 999*time.Nanosecond, 0} {
			e.clock.Add(move)
			_, rev := e.accept(e.fact("QA", "2026-Q1", "a-2", fmt.Sprint(i+1)))
			if want := int64(i + 2); rev.ID != want {
				t.Errorf("revision %d, want %d", rev.ID, want)
			}
			if rev.At != rev.At.Truncate(time.Microsecond) || rev.At.Location() != time.UTC {
				t.Errorf("revision %d at %v", rev.ID, rev.At)
			}
			times = append(times, rev.At)
			newest, err := e.Revision(t.Context())
			if err != nil || newest != rev {
				t.Errorf("Revision gives %v, %v; want %v", newest, err, rev)
			}
		}
		for i := 1; i < len(times); i++ {
			if !times[i].After(times[i-1]) {
				t.Errorf("%v is not after %v", times[i], times[i-1])
			}
		}
		if times[1].Sub(times[0]) != time.Microsecond || times[3].Sub(times[2]) != time.Microsecond {
			t.Errorf("a clock that stands still or goes back moves on by more than 1 µs: %v", times)
		}
	})
}

func TestNothingChangedTakesNoNumber(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		first := e.seed()
		_, second := e.accept(e.fact("QA", "2026-Q1", "a-2", "1"))
		if second.ID != first.ID+1 {
			t.Fatalf("revision %d after %d", second.ID, first.ID)
		}
		for name, fn := range map[string]func(*store.Tx) error{
			"nothing": func(*store.Tx) error { return nil },
			"the same figure": func(tx *store.Tx) error {
				_, err := tx.Accept([]store.Fact{e.fact("QA", "2026-Q1", "a-2", "1")})
				return err
			},
			"no figures":         func(tx *store.Tx) error { _, err := tx.Accept(nil); return err },
			"the same catalogue": func(tx *store.Tx) error { return tx.SaveCatalogue(sample()) },
			"no illustrative":    func(tx *store.Tx) error { _, err := tx.RemoveIllustrative(); return err },
			"a file": func(tx *store.Tx) error {
				_, err := tx.SaveUpload(store.Upload{Name: "a.csv"}, "text/csv", []byte("x"))
				return err
			},
		} {
			if rev := e.write(fn); rev != (store.Revision{}) {
				t.Errorf("%s: revision %v", name, rev)
			}
		}
		if _, third := e.accept(e.fact("QA", "2026-Q1", "a-2", "2")); third.ID != second.ID+1 {
			t.Errorf("revision %d after %d", third.ID, second.ID)
		}
	})
}

func TestNothingIsStoredAfterAFailure(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		before := dump(e)
		change := func(tx *store.Tx) error {
			if _, err := tx.SaveUpload(store.Upload{Name: "a.csv"}, "text/csv", []byte("x")); err != nil {
				return err
			}
			c := sample()
			c.Definitions[0].Name = "khác"
			if err := tx.SaveCatalogue(c); err != nil {
				return err
			}
			_, err := tx.Accept([]store.Fact{e.fact("QA", "2026-Q1", "a-2", "1"), e.ratio("QB", "2026-Q2", "b", "1", "3")})
			return err
		}
		write := func(fn func(*store.Tx) error) (store.Revision, error) {
			return e.Write(t.Context(), store.Change{Account: "somebody new", Reason: "thử"}, fn)
		}
		want := errors.New("no")
		for name, fn := range map[string]func(*store.Tx) error{
			"an error": func(tx *store.Tx) error { return errors.Join(change(tx), want) },
			"an ignored error": func(tx *store.Tx) error {
				if err := change(tx); err != nil {
					return err
				}
				twice := e.fact("QC", "2026-Q1", "a-2", "1")
				if _, err := tx.Accept([]store.Fact{twice, twice}); err == nil {
					t.Error("the same key twice was accepted")
				}
				return nil // fn does not care
			},
		} {
			if rev, err := write(fn); err == nil || rev.ID != 0 {
				t.Errorf("%s: revision %v, %v", name, rev, err)
			}
		}
		if _, err := write(func(tx *store.Tx) error { _ = change(tx); return want }); !errors.Is(err, want) {
			t.Errorf("Write returned %v", err)
		}
		func() {
			defer func() {
				if p := recover(); p != "boom" {
					t.Errorf("the panic became %v", p)
				}
			}()
			_, _ = write(func(tx *store.Tx) error { _ = change(tx); panic("boom") })
		}()
		done := make(chan struct{})
		go func() { // what t.FailNow does
			defer close(done)
			_, _ = write(func(tx *store.Tx) error { _ = change(tx); runtime.Goexit(); return nil })
		}()
		<-done
		if _, err := e.Write(t.Context(), store.Change{}, change); err == nil {
			t.Error("a change by nobody was stored")
		}
		if diff := cmpDiff(before, dump(e)); diff != "" {
			t.Errorf("stored after a failure:\n%s", diff)
		}
		if rev := e.write(change); rev.ID != 2 {
			t.Errorf("the next change has revision %d", rev.ID)
		}
	})
}

func TestConcurrentWritersAndReaders(t *testing.T) {
	const writers, each = 8, 25
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		var mu sync.Mutex
		var revs []store.Revision
		var running atomic.Int32
		running.Store(writers)
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				defer running.Add(-1)
				for i := range each {
					f := e.fact("QA", fmt.Sprintf("20%02d", 10+w), "a-2", fmt.Sprint(i+1))
					rev, err := e.Write(t.Context(), store.Change{Account: fmt.Sprint("writer ", w), Reason: fmt.Sprint(i)}, func(tx *store.Tx) error {
						_, err := tx.Accept([]store.Fact{f})
						return err
					})
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					revs = append(revs, rev)
					mu.Unlock()
				}
			})
		}
		for range 2 {
			wg.Go(func() { readInOrder(t, e, func() bool { return running.Load() > 0 }) })
		}
		wg.Wait()
		slices.SortFunc(revs, func(a, b store.Revision) int { return int(a.ID - b.ID) })
		if len(revs) != writers*each {
			t.Fatalf("%d of %d writes", len(revs), writers*each)
		}
		for i, r := range revs {
			if r.ID != int64(i+2) || i > 0 && !r.At.After(revs[i-1].At) {
				t.Fatalf("revision %v at place %d after %v", r, i, revs[max(i-1, 0)])
			}
		}
		if n := e.count("SELECT COUNT(*) FROM observation"); n != writers*each {
			t.Errorf("%d observations of %d", n, writers*each)
		}
		clean(e)
	})
}

// readInOrder holds that every snapshot has all revisions up to its own, each with its one observation.
func readInOrder(t *testing.T, e *env, goOn func() bool) {
	last := int64(0)
	for goOn() {
		err := e.Read(t.Context(), time.Time{}, func(v *store.View) error {
			n := v.Revision().ID
			if n < last {
				return fmt.Errorf("revision %d after %d", n, last)
			}
			last = n
			points, err := v.AgencySeries("a-2")
			if err != nil {
				return err
			}
			versions := 0
			for _, p := range points {
				versions += p.Versions
			}
			if int64(versions) != n-1 { // the first revision is the catalogue's
				return fmt.Errorf("revision %d sees %d observations", n, versions)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
			return
		}
	}
}

func TestReadIsOneSnapshot(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		old := e.fact("QA", "2026-Q1", "a-2", "1")
		_, before := e.accept(old)
		e.read(time.Time{}, func(v *store.View) error {
			e.accept(e.fact("QA", "2026-Q1", "a-2", "2")) // another commits meanwhile
			e.accept(e.fact("QA", "2026-Q1", "b", "3"))
			got, err := v.Figures(old.Period, old.Definition, sourceID(t, v, old.System, ""))
			if err != nil {
				return err
			}
			if len(got) != 1 || got["a-2"].Figure != old.Figure || v.Revision() != before {
				t.Errorf("revision %v sees %v", v.Revision(), got)
			}
			holdings, err := v.Holdings()
			if len(holdings) != 1 || holdings[0].Figures != 1 {
				t.Errorf("holdings %v", holdings)
			}
			return err
		})
		if got := e.figures(time.Time{}, old); len(got) != 2 || got["a-2"].Figure.Value != dec("2") {
			t.Errorf("the next snapshot sees %v", got)
		}
	})
}

func TestWriteSeesItsOwnChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		f := e.fact("QA", "2026-Q1", "a-2", "7")
		e.write(func(tx *store.Tx) error {
			if _, err := tx.Accept([]store.Fact{f}); err != nil {
				return err
			}
			src := sourceID(t, &tx.View, f.System, "")
			figs, err := tx.Figures(f.Period, f.Definition, src)
			if err != nil {
				return err
			}
			if figs["a-2"].Figure != f.Figure {
				t.Errorf("figures %v", figs)
			}
			obs, err := tx.Observations(f.Period, f.Definition, src)
			if err != nil {
				return err
			}
			if len(obs) != 1 || obs[0].Agency != agency.ID("a-2") || obs[0].Revision != tx.Revision() {
				t.Errorf("observations %v", obs)
			}
			return nil
		})
	})
}
