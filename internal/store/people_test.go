package store_test

import (
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/vi"
)

func people(e *env, fn func(*store.People) error) {
	e.t.Helper()
	if err := e.People(e.t.Context(), fn); err != nil {
		e.t.Fatal(err)
	}
}

// Accounts, roles, sessions, links, attempts and codes behave the same on both engines.
func TestPeople(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		var id int64
		people(e, func(p *store.People) (err error) {
			id, err = p.AddAccount(store.Account{Name: "an", FullName: "Nguyễn Văn An", Agency: "a-2", Password: "x", Sample: true})
			return err
		})
		if err := e.People(ctx, func(p *store.People) error { _, err := p.AddAccount(store.Account{Name: "an"}); return err }); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the same name again: %v", err)
		}
		e.write(func(*store.Tx) error { return nil }) // the account of the command line
		all, err := e.Accounts(ctx)
		if err != nil || len(all) != 1 || all[0].ID != id || all[0].FullName != "Nguyễn Văn An" || !all[0].Sample || all[0].Disabled || !all[0].Created.Equal(dawn) {
			t.Fatalf("%+v, %v", all, err)
		}
		people(e, func(p *store.People) error {
			a, err := p.AccountNamed("an")
			if err != nil {
				return err
			}
			a.Disabled, a.TOTP, a.TOTPStep, a.Subject = true, "SECRET", 7, "https://idp 12"
			if err := p.SaveAccount(a); err != nil {
				return err
			}
			g, err := p.AddGrant(id, access.Grant{Role: access.Reporter, Agency: "a-2", Scope: "kinh_te_so", From: 20260901, To: vi.OpenTo})
			if err != nil {
				return err
			}
			if err := p.EndGrant(g, 20260930); err != nil {
				return err
			}
			return p.SetRecoveryCodes(id, []string{"h1", "h2"})
		})
		a, grants, err := e.Account(ctx, id)
		if err != nil || !a.Disabled || a.TOTP != "SECRET" || a.TOTPStep != 7 || len(grants) != 1 ||
			grants[0].Grant != (access.Grant{Role: access.Reporter, Agency: "a-2", Scope: "kinh_te_so", From: 20260901, To: 20260930}) {
			t.Errorf("%+v %+v %v", a, grants, err)
		}
		people(e, func(p *store.People) error {
			if a, err := p.AccountOf("https://idp 12"); err != nil || a.ID != id {
				t.Errorf("by subject: %+v %v", a, err)
			}
			if _, err := p.AccountOf(""); fault.KindOf(err) != fault.NotFound {
				t.Errorf("the empty subject: %v", err)
			}
			for want, hash := range map[bool]string{true: "h1", false: "h3"} {
				if ok, err := p.UseRecoveryCode(id, hash); err != nil || ok != want {
					t.Errorf("code %s: %v %v", hash, ok, err)
				}
			}
			if ok, err := p.UseRecoveryCode(id, "h1"); err != nil || ok {
				t.Errorf("a code twice: %v %v", ok, err)
			}
			return nil
		})
		if n, err := e.RecoveryCodes(ctx, id); err != nil || n != 1 {
			t.Errorf("%d codes left, %v", n, err)
		}
	})
}

func TestPeople_sessionsAndLinks(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		ctx := t.Context()
		people(e, func(p *store.People) error {
			if _, err := p.AddAccount(store.Account{Name: "an"}); err != nil {
				return err
			}
			for i, h := range []string{"s1", "s2", "s3"} {
				if err := p.SaveSession(store.Session{TokenHash: h, Account: 1, Data: []byte{1, byte(i)}, Address: "10.0.0.1", Expires: dawn.Add(time.Duration(i+1) * time.Hour)}); err != nil {
					return err
				}
			}
			return p.AddLink("l1", 1, dawn.Add(time.Hour))
		})
		e.clock.Add(30 * time.Minute)
		people(e, func(p *store.People) error {
			if a, err := p.Link("l1"); err != nil || a.Name != "an" {
				t.Errorf("link: %+v %v", a, err)
			}
			if err := p.AddLink("l2", 1, dawn.Add(2*time.Hour)); err != nil { // ends the first
				return err
			}
			if _, err := p.Link("l1"); fault.KindOf(err) != fault.NotFound {
				t.Errorf("a link that was replaced: %v", err)
			}
			return p.SaveSession(store.Session{TokenHash: "s1", Account: 1, Data: []byte{9}, Expires: dawn.Add(5 * time.Hour)})
		})
		s, ok, err := e.Session(ctx, "s1")
		if err != nil || !ok || !s.Created.Equal(dawn) || !s.Seen.Equal(dawn.Add(30*time.Minute)) || s.Data[0] != 9 {
			t.Errorf("%+v %v %v", s, ok, err)
		}
		e.clock.Set(dawn.Add(2 * time.Hour))
		if _, ok, err := e.Session(ctx, "s2"); ok || err != nil {
			t.Errorf("an expired session: %v %v", ok, err)
		}
		people(e, func(p *store.People) error {
			if _, err := p.Link("l2"); fault.KindOf(err) != fault.NotFound {
				t.Errorf("an expired link: %v", err)
			}
			if err := p.Sweep(); err != nil {
				return err
			}
			return p.EndSessions(1, "s3")
		})
		if n := e.count("SELECT COUNT(*) FROM link"); n != 0 {
			t.Errorf("%d links after the sweep", n)
		}
		left, err := e.Sessions(ctx, 1)
		if err != nil || len(left) != 1 || left[0].TokenHash != "s3" {
			t.Errorf("%+v %v", left, err)
		}
	})
}

// People sign in while a long change of official data goes on (PostgreSQL; SQLite has one writer).
func TestPeople_besideWrite(t *testing.T) {
	e := migrated(t, migratedConfig(t))
	e.write(func(*store.Tx) error {
		people(e, func(p *store.People) error { return p.Audit(store.Entry{Account: "an", Action: "sign_in"}) })
		return nil
	})
	clean(e)
}
