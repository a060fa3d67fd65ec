package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
)

func TestRounds(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		act := store.Document{Number: "12/CV-BKHCN", Day: 20260901, Issuer: "Bộ KH&CN"}
		quarter := filing.Round{Regime: "CDS_Q", Name: "Quý III", Period: kpi.MustPeriod("2026-Q3"), Blocks: []string{"provinces", "special"},
			Window: filing.Window{From: 20260615, To: 20260914}, Due: filing.Deadline{Day: 20260916, Minute: 1020}}
		urgent := filing.Round{Regime: "DX", Name: "Bão số 5", Period: kpi.MustPeriod("2026-09-05"), Agencies: []agency.ID{"a-10", "b"}, Due: filing.Deadline{Day: 20260906}}
		opened := e.write(func(tx *store.Tx) (err error) {
			if quarter.Document, err = tx.SaveDocument(act); err != nil {
				return err
			}
			tx.Cite(quarter.Document)
			if quarter.ID, err = tx.OpenRound(quarter, filing.RoundEvent{Reason: "mở quý"}); err != nil {
				return err
			}
			urgent.ID, err = tx.OpenRound(urgent, filing.RoundEvent{})
			return err
		})
		if opened.ID == 0 || quarter.ID != 1 || urgent.ID != 2 {
			t.Fatalf("revision %d, rounds %d and %d", opened.ID, quarter.ID, urgent.ID)
		}
		quarter.OpenedAt, urgent.OpenedAt = opened.At, opened.At
		if diff := cmpDiff([]filing.Round{urgent, quarter}, rounds(e)); diff != "" {
			t.Fatalf("want (-), read (+):\n%s", diff)
		}

		change := func(ev filing.RoundEvent) store.Revision {
			e.clock.Add(time.Minute)
			return e.write(func(tx *store.Tx) error { return tx.ChangeRound(quarter, ev) })
		}
		later := filing.Deadline{Day: 20260918}
		moved := change(filing.RoundEvent{Action: filing.RoundChanged, Window: filing.Window{From: 20260615, To: 20260915}, Due: later, Reason: "hệ thống lỗi"})
		extended := change(filing.RoundEvent{Action: filing.RoundExtended, Agency: "a-10", Due: filing.Deadline{Day: 20260920, Minute: 600}, Reason: "bão", Document: quarter.Document})
		locked := change(filing.RoundEvent{Action: filing.RoundLocked, Reason: "hết kỳ"})
		quarter.Window.To, quarter.Due, quarter.LockedAt = 20260915, later, locked.At
		if diff := cmpDiff(quarter, rounds(e)[1]); diff != "" {
			t.Errorf("changed and locked: want (-), read (+):\n%s", diff)
		}
		change(filing.RoundEvent{Action: filing.RoundUnlocked, Reason: "sửa số liệu"})
		quarter.LockedAt = time.Time{}
		e.read(time.Time{}, func(v *store.View) error {
			got, err := v.Round(quarter.ID)
			if diff := cmpDiff(quarter, got); diff != "" || err != nil {
				t.Errorf("%v, unlocked:\n%s", err, diff)
			}
			ext, err := v.Extensions(quarter.ID)
			want := []filing.Extension{{Agency: "a-10", Due: filing.Deadline{Day: 20260920, Minute: 600}, Reason: "bão", Document: quarter.Document, Account: "tester", At: extended.At}}
			if diff := cmpDiff(want, ext); diff != "" || err != nil {
				t.Errorf("%v, extensions:\n%s", err, diff)
			}
			events, err := v.RoundEvents(quarter.ID)
			if err != nil || len(events) != 5 || events[0].Action != filing.RoundOpened || events[1].At != moved.At || events[4].Reason != "sửa số liệu" {
				t.Errorf("%v, events %+v", err, events)
			}
			if _, err := v.Round(99); fault.KindOf(err) != fault.NotFound {
				t.Errorf("round 99: %v", err)
			}
			d, err := v.Document(quarter.Document)
			if err != nil || d.String() != "12/CV-BKHCN ngày 01/09/2026 (Bộ KH&CN)" {
				t.Errorf("%v, document %s", err, d)
			}
			return nil
		})
		if n := e.count("SELECT document FROM revision WHERE id = 2"); n != quarter.Document {
			t.Errorf("revision 2 cites %d", n)
		}
		clean(e)
	})
}

func rounds(e *env) (out []filing.Round) {
	e.t.Helper()
	e.read(time.Time{}, func(v *store.View) (err error) {
		out, err = v.Rounds()
		return err
	})
	return out
}

// A Write that fails opens no round and keeps no document.
func TestRoundsAreAllOrNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		before := dump(e)
		_, err := e.Write(t.Context(), store.Change{Account: "tester"}, func(tx *store.Tx) error {
			if _, err := tx.SaveDocument(store.Document{Number: "1"}); err != nil {
				return err
			}
			if _, err := tx.OpenRound(filing.Round{Regime: "DX", Period: kpi.MustPeriod("2026-09-05"), Agencies: []agency.ID{"b"}}, filing.RoundEvent{}); err != nil {
				return err
			}
			return errors.New("given up")
		})
		if err == nil {
			t.Error("the failure was lost")
		}
		if diff := cmpDiff(before, dump(e)); diff != "" {
			t.Errorf("stored:\n%s", diff)
		}
	})
}

func TestDocumentsAndContacts(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		file := []byte("%PDF")
		var ids [3]int64
		rev := e.write(func(tx *store.Tx) (err error) {
			if _, err := tx.SaveUpload(store.Upload{Name: "a.pdf", System: kpi.Reported}, "application/pdf", file); err != nil {
				return err
			}
			for i, d := range []store.Document{
				{Number: "11/QĐ-BCĐCP", Day: 20260205, Issuer: "Ban Chỉ đạo"},
				{Number: "11/QĐ-BCĐCP", Day: 20260205, Issuer: "Bộ Công an"},
				{Number: "11/QĐ-BCĐCP", Day: 20260205, Issuer: "Ban Chỉ đạo", Signer: "Phạm Minh Chính", Title: "Kế hoạch 2026", File: store.SHA256(file)},
			} {
				if ids[i], err = tx.SaveDocument(d); err != nil {
					return err
				}
			}
			return tx.SaveContacts("b", []filing.Contact{{Agency: "b", Name: "Nguyễn Văn A", Phone: "0912"}, {Agency: "b", Name: "Trần B", Deputy: true}})
		})
		if ids != [3]int64{1, 2, 1} || rev.ID != 0 {
			t.Errorf("documents %v under revision %d: the third names the first again, and none is an official change", ids, rev.ID)
		}
		e.write(func(tx *store.Tx) error {
			return tx.SaveContacts("b", []filing.Contact{{Agency: "b", Name: "Trần B"}})
		})
		e.read(time.Time{}, func(v *store.View) error {
			all, err := v.Documents()
			if err != nil || len(all) != 2 || all[1].Signer != "Phạm Minh Chính" || all[1].File == "" || all[2].Signer != "" {
				t.Errorf("%v, %+v", err, all)
			}
			people, err := v.Contacts()
			if diff := cmpDiff(map[agency.ID][]filing.Contact{"b": {{Agency: "b", Name: "Trần B"}}}, people); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
			return nil
		})
		clean(e)
	})
}

func TestVerifyFindsDanglingFiling(t *testing.T) {
	damage := map[string]string{
		"an item of no indicator": "UPDATE form_item SET indicator = 'NONE' WHERE form = 2",
		"an item of no form":      "UPDATE form_item SET form = 77 WHERE form = 2",
		"a form of no regime":     "UPDATE form SET regime = 'NONE' WHERE id = 1",
		"a form of no round":      "UPDATE form SET round = 77 WHERE id = 1",
		"a round of no regime":    "UPDATE round SET regime = 'NONE'",
		"a round of no document":  "UPDATE round SET document = 77",
		"an event of no revision": "UPDATE round_event SET revision = 77",
		"an event of no agency":   "UPDATE round_event SET agency = 'x'",
		"a revision of no act":    "UPDATE revision SET document = 77 WHERE id = 2",
	}
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		e.write(func(tx *store.Tx) error {
			_, err := tx.OpenRound(filing.Round{Regime: "DX", Period: kpi.MustPeriod("2026-09-05"), Agencies: []agency.ID{"b"}}, filing.RoundEvent{})
			return err
		})
		clean(e)
		for name, query := range damage {
			e.exec(query)
			if got := strings.Join(problems(e), " "); !strings.Contains(got, "không tồn tại") {
				t.Errorf("%s: Verify says %q", name, got)
			}
			e.exec(repair[name])
			clean(e)
		}
	})
}

// repair undoes each damage.
var repair = map[string]string{
	"an item of no indicator": "UPDATE form_item SET indicator = 'ONLINE' WHERE form = 2",
	"an item of no form":      "UPDATE form_item SET form = 2 WHERE form = 77",
	"a form of no regime":     "UPDATE form SET regime = 'CDS_Q' WHERE id = 1",
	"a form of no round":      "UPDATE form SET round = 0 WHERE id = 1",
	"a round of no regime":    "UPDATE round SET regime = 'DX'",
	"a round of no document":  "UPDATE round SET document = 0",
	"an event of no revision": "UPDATE round_event SET revision = 2",
	"an event of no agency":   "UPDATE round_event SET agency = ''",
	"a revision of no act":    "UPDATE revision SET document = 0 WHERE id = 2",
}
