package store_test

import (
	"strings"
	"testing"
	"time"

	"chiso/internal/kpi"
	"chiso/internal/store"
)

// TestHeadingMatches: what is remembered of tables is no official change, replaces what was remembered of the same heading of the same
// table, ends by a revocation, and shows when it was altered past the program.
func TestHeadingMatches(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		save := func(print string, list ...store.HeadingMatch) {
			t.Helper()
			rev := e.write(func(tx *store.Tx) error {
				for i := range list {
					list[i].Fingerprint = print
				}
				tx.Audit(store.Entry{Action: "match", Agency: "b", Detail: "x"})
				return tx.SaveHeadingMatches("b", list)
			})
			if rev.ID != 0 {
				t.Errorf("revision %d for what is no official change", rev.ID)
			}
		}
		num := store.HeadingMatch{Kind: store.MatchColumn, Heading: "so da lam", Shown: "Số đã làm", Reads: "CPS01.num", File: "a.xlsx"}
		line := store.HeadingMatch{Kind: store.MatchLine, Heading: "dvc thiet yeu", Shown: "DVC thiết yếu", Reads: "DA06_14", File: "a.xlsx"}
		save("p1", num, line)
		num.Reads = "CPS02.num"
		save("p1", num)
		save("p2", num)
		e.read(time.Time{}, func(v *store.View) error {
			own, err := v.HeadingMatches("b")
			if err != nil || len(own) != 3 {
				t.Fatalf("%v, %+v", err, own)
			}
			for _, m := range own {
				if m.Kind == store.MatchColumn && m.Reads != "CPS02.num" || m.Shown == "" || m.Account == "" || m.Revision == 0 {
					t.Errorf("%+v", m)
				}
			}
			return nil
		})
		var ended int64
		e.write(func(tx *store.Tx) (err error) {
			tx.Audit(store.Entry{Action: "match_revoked", Agency: "b", Detail: "x"})
			ended, err = tx.RevokeHeadingMatches("b", "p1")
			return err
		})
		e.read(time.Time{}, func(v *store.View) error {
			all, err := v.AllHeadingMatches()
			if err != nil || ended != 2 || len(all) != 1 || all[0].Fingerprint != "p2" {
				t.Errorf("%v, %d ended, left %+v", err, ended, all)
			}
			return nil
		})
		clean(e)
		e.exec("UPDATE heading_match SET reads = 'CPS09' WHERE fingerprint = 'p2'")
		if got := strings.Join(problems(e), "\n"); !strings.Contains(got, "Cách đọc tệp của đơn vị") {
			t.Errorf("an altered match is not found: %q", got)
		}
	})
}

// TestSaveChoices: what is said of a file's columns is kept with it while it waits, and no longer changed once it was accepted.
func TestSaveChoices(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		var id int64
		e.write(func(tx *store.Tx) (err error) {
			if id, err = tx.SaveUpload(store.Upload{Name: "a.csv", System: kpi.Reported}, "text/csv", []byte("a")); err != nil {
				return err
			}
			return tx.SaveChoices(id, "E=CPS01.num")
		})
		e.read(time.Time{}, func(v *store.View) error {
			if u, err := v.Upload(id); err != nil || u.Choices != "E=CPS01.num" {
				t.Errorf("%v, %+v", err, u)
			}
			return nil
		})
		clean(e)
	})
}
