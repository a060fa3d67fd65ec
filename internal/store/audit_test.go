package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/internal/store"
)

// audited is a database with a few lines in both chains.
func audited(e *env) {
	e.t.Helper()
	e.seed()
	e.accept(e.fact("QA", "2026-Q1", "a-2", "5"))
	e.write(func(tx *store.Tx) error {
		tx.Audit(store.Entry{Action: "hand_over", Agency: "a-2", Target: "account:an", Detail: "không đổi số liệu"})
		return nil
	})
	for i := range 4 {
		e.clock.Add(time.Minute)
		err := e.People(e.t.Context(), func(p *store.People) error {
			return p.Audit(store.Entry{Account: fmt.Sprint("người ", i), Action: "sign_in", Agency: "a-2", Detail: "từ 10.0.0.1"})
		})
		if err != nil {
			e.t.Fatal(err)
		}
	}
}

// Every Write of official data is in the audit with its revision; a Write that changes nothing only when it says so.
func TestAudit_writes(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		audited(e)
		clean(e)
		e.write(func(*store.Tx) error { return nil })
		all, err := e.Entries(t.Context(), store.AuditQuery{Chain: store.Official, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range slices.Backward(all) {
			got = append(got, fmt.Sprint(x.Seq, x.Account, x.Action, x.Agency, x.Revision))
		}
		want := []string{"1testerchange1", "2testerchange2", "3testerhand_overa-20"}
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		some, err := e.Entries(t.Context(), store.AuditQuery{Account: "người 2", Agency: "a-2", Action: "sign_in", From: dawn, To: dawn.Add(time.Hour), Limit: 10})
		if err != nil || len(some) != 1 || some[0].Chain != store.Access || some[0].Seq != 3 {
			t.Errorf("%+v, %v", some, err)
		}
	})
}

// Pages of the audit follow each other without a gap or a repetition, also where lines share a microsecond.
func TestAudit_pages(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		for i := range 3 {
			e.write(func(tx *store.Tx) error {
				tx.Audit(store.Entry{Action: "hand_over", Agency: "a-2", Detail: fmt.Sprint(i)})
				return nil
			})
			if err := e.People(t.Context(), func(p *store.People) error { return p.Audit(store.Entry{Account: "an", Action: "sign_in"}) }); err != nil {
				t.Fatal(err)
			}
		}
		all, err := e.Entries(t.Context(), store.AuditQuery{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		same := 0
		for i := range all[1:] {
			same += map[bool]int{true: 1}[all[i].At.Equal(all[i+1].At)]
		}
		if len(all) != 6 || same == 0 {
			t.Fatalf("%d lines, %d at the time of the one before", len(all), same)
		}
		var paged []store.Entry
		for q := (store.AuditQuery{Limit: 1}); len(paged) <= len(all); {
			page, err := e.Entries(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			paged = append(paged, page...)
			q.Before = page[0].Place()
		}
		if !slices.Equal(paged, all) {
			t.Errorf("page by page %+v, want %+v", paged, all)
		}
	})
}

// Each kind of tampering with the audit is named.
func TestAudit_tampering(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		audited(e)
		saved := e.rows("SELECT * FROM audit ORDER BY chain, seq")
		for _, tt := range []struct{ name, damage, repair, want string }{
			{"who", "UPDATE audit SET account = 'ai đó' WHERE chain = 'access' AND seq = 2", "UPDATE audit SET account = 'người 1' WHERE chain = 'access' AND seq = 2", "mục số 2 đã bị sửa"},
			{"when", "UPDATE audit SET at = at + 1 WHERE chain = 'access' AND seq = 2", "UPDATE audit SET at = at - 1 WHERE chain = 'access' AND seq = 2", "mục số 2 đã bị sửa"},
			{"what", "UPDATE audit SET detail = 'khác' WHERE chain = 'access' AND seq = 4", "UPDATE audit SET detail = 'từ 10.0.0.1' WHERE chain = 'access' AND seq = 4", "mục số 4 đã bị sửa"},
			{"which revision", "UPDATE audit SET revision = 7 WHERE chain = 'official' AND seq = 2", "UPDATE audit SET revision = 2 WHERE chain = 'official' AND seq = 2", "1 phiên bản dữ liệu không có mục nhật ký"},
			{"moved text between fields", "UPDATE audit SET account = 'người 1s', action = 'ign_in' WHERE chain = 'access' AND seq = 2",
				"UPDATE audit SET account = 'người 1', action = 'sign_in' WHERE chain = 'access' AND seq = 2", "mục số 2 đã bị sửa"},
			{"a line taken out", "UPDATE audit SET chain = 'x' WHERE chain = 'access' AND seq = 2", "UPDATE audit SET chain = 'access' WHERE chain = 'x'", "thiếu mục từ số 2 đến số 2"},
			{"the end cut off", "UPDATE audit SET chain = 'x' WHERE chain = 'access' AND seq > 2", "UPDATE audit SET chain = 'access' WHERE chain = 'x'", "thiếu các mục cuối, từ số 3 đến số 4"},
			{"two lines exchanged", "UPDATE audit SET seq = CASE seq WHEN 2 THEN 103 ELSE 102 END WHERE chain = 'access' AND seq IN (2, 3)",
				"UPDATE audit SET seq = CASE seq WHEN 103 THEN 2 ELSE 3 END WHERE chain = 'access' AND seq > 100", "thiếu mục từ số 2"},
			{"another chain", "UPDATE audit SET prev_hash = 'ab' WHERE chain = 'access' AND seq = 3",
				"UPDATE audit SET prev_hash = (SELECT a.hash FROM audit a WHERE a.chain = 'access' AND a.seq = 2) WHERE chain = 'access' AND seq = 3", "mục số 3 không nối với mục trước"},
			{"a forged end", "UPDATE audit_head SET seq = 3 WHERE chain = 'access'", "UPDATE audit_head SET seq = 4 WHERE chain = 'access'", "mục cuối không khớp điểm cuối"},
			{"no ends at all", "UPDATE audit_head SET chain = 'y' WHERE chain = 'access'", "UPDATE audit_head SET chain = 'access' WHERE chain = 'y'", "bảng điểm cuối của hai chuỗi"},
			{"forged line at the end", "INSERT INTO audit SELECT chain, 5, at, account, action, agency, target, detail, revision, hash, hash, digest FROM audit WHERE chain = 'access' AND seq = 4",
				"DELETE FROM audit WHERE chain = 'access' AND seq = 5", "mục số 5 đã bị sửa"},
		} {
			e.exec(tt.damage)
			if got := strings.Join(problems(e), " "); !strings.Contains(got, tt.want) {
				t.Errorf("%s: %q does not say %q", tt.name, got, tt.want)
			}
			e.exec(tt.repair)
			clean(e)
		}
		if got := e.rows("SELECT * FROM audit ORDER BY chain, seq"); !slices.Equal(got, saved) {
			t.Error("the test did not put everything back")
		}
	})
}
