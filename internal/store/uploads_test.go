package store_test

import (
	"bytes"
	"testing"
	"time"

	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/store"
)

func TestUploadsAndFiles(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		data := []byte{0, 1, 0xff, '\n', '\\'}
		given := store.Upload{Name: "Biểu 01.xlsx", Period: "2026-Q1", Indicator: "QA", Agency: "a-2", System: kpi.DVCQG, Origin: "cổng"}
		var ids []int64
		for range 2 { // the same file twice: two uploads, one file
			e.write(func(tx *store.Tx) error {
				id, err := tx.SaveUpload(given, "application/xlsx", data)
				ids = append(ids, id)
				return err
			})
		}
		empty := store.Upload{Name: "trống.csv", System: kpi.Reported}
		e.write(func(tx *store.Tx) error {
			id, err := tx.SaveUpload(empty, "text/csv", []byte{})
			ids = append(ids, id)
			return err
		})
		if n := e.count("SELECT COUNT(*) FROM file"); n != 2 {
			t.Errorf("%d files", n)
		}
		e.read(time.Time{}, func(v *store.View) error {
			for i, id := range ids {
				u, err := v.Upload(id)
				if err != nil {
					return err
				}
				want, bytesWant := given, data
				if i == 2 {
					want, bytesWant = empty, nil
				}
				want.ID, want.Account, want.SHA256, want.At = int64(i+1), "tester", store.SHA256(bytesWant), dawn.Add(time.Microsecond)
				if u != want {
					t.Errorf("upload %+v, want %+v", u, want)
				}
				if got, err := v.File(u.SHA256); err != nil || !bytes.Equal(got, bytesWant) {
					t.Errorf("file %v, %v", got, err)
				}
			}
			if _, err := v.Upload(77); fault.KindOf(err) != fault.NotFound {
				t.Errorf("no such upload: %v", err)
			}
			if _, err := v.File("77"); fault.KindOf(err) != fault.NotFound {
				t.Errorf("no such file: %v", err)
			}
			if all, err := v.AcceptedUploads(10); err != nil || len(all) > 0 {
				t.Errorf("waiting uploads are listed as accepted: %v, %v", all, err)
			}
			return nil
		})
		clean(e)
	})
}

func TestAcceptedUploads(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		give := func(value string) (id int64, rev store.Revision) {
			e.clock.Add(time.Hour)
			rev = e.write(func(tx *store.Tx) (err error) {
				if id, err = tx.SaveUpload(store.Upload{Name: value + ".csv", System: kpi.Reported}, "text/csv", []byte(value)); err != nil {
					return err
				}
				if err := tx.AcceptUpload(id, "nguồn "+value, store.Counts{}); err != nil {
					return err
				}
				_, err = tx.Accept([]store.Fact{e.fact("QA", "2026-Q1", "a-2", value)})
				return err
			})
			return id, rev
		}
		_, first := give("1")
		again, none := give("1") // nothing new: the newest revision holds its figures
		_, third := give("2")
		if none.ID != 0 || third.ID != first.ID+1 {
			t.Fatalf("revisions %v %v %v", first, none, third)
		}
		list := func(asOf time.Time, limit int) (out []string) {
			e.read(asOf, func(v *store.View) error {
				all, err := v.AcceptedUploads(limit)
				for _, u := range all {
					out = append(out, u.Name+" "+u.Origin)
				}
				return err
			})
			return out
		}
		if diff := cmpDiff([]string{"2.csv nguồn 2", "1.csv nguồn 1", "1.csv nguồn 1"}, list(time.Time{}, 10)); diff != "" {
			t.Error(diff)
		}
		if diff := cmpDiff([]string{"2.csv nguồn 2"}, list(time.Time{}, 1)); diff != "" {
			t.Error(diff)
		}
		if got := list(first.At.Add(-time.Second), 10); len(got) > 0 {
			t.Error(got)
		}
		e.read(time.Time{}, func(v *store.View) error {
			u, err := v.Upload(again)
			if u.Revision != first.ID {
				t.Errorf("%+v", u)
			}
			return err
		})
		if _, err := e.Write(t.Context(), store.Change{Account: "tester"}, func(tx *store.Tx) error { return tx.AcceptUpload(77, "", store.Counts{}) }); fault.KindOf(err) != fault.NotFound {
			t.Errorf("no such upload: %v", err)
		}
		clean(e)
	})
}

func TestRemoveIllustrative(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		real := e.fact("QA", "2026-Q1", "b", "1")
		e.accept(real)
		without := dump(e)
		made := e.fact("QA", "2026-Q1", "b", "2")
		made.System = kpi.Illustrative
		more := made
		more.Period = kpi.MustPeriod("2026-Q2")
		e.accept(made, more)
		made.Figure.Value = dec("3")
		e.accept(made)
		var removed int64
		rev := e.write(func(tx *store.Tx) (err error) {
			removed, err = tx.RemoveIllustrative()
			return err
		})
		if removed != 3 || rev.ID != 5 {
			t.Errorf("%d removed under revision %d", removed, rev.ID)
		}
		with := dump(e)
		for _, table := range []string{"observation", "observation_now", "coverage", "score_now"} {
			if diff := cmpDiff(without[table], with[table]); diff != "" {
				t.Errorf("%s without (-), with and removed (+):\n%s", table, diff)
			}
		}
		clean(e)
		// The numbers of what went are not given again: an old link must not lead to another figure.
		if _, rev := e.accept(e.fact("QA", "2026-Q1", "a-2", "5")); rev.ID != 6 {
			t.Errorf("revision %v", rev)
		}
		if item := e.figures(time.Time{}, real)["a-2"]; item.Observation != 5 {
			t.Errorf("the next observation is %d", item.Observation)
		}
		e.accept(made)
		if got := e.figures(time.Time{}, made); got["b"].Figure != made.Figure {
			t.Errorf("loaded again: %v", got)
		}
		clean(e)
	})
}
