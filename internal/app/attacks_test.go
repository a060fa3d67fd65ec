package app_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/account"
	"chiso/internal/app/publish"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/store"
)

// A password whose hash has parameters from before they rose is hashed anew when its owner signs in, and a wrong one typed to change it
// is in the audit (R30).
func TestSignIn_hashedAnew(t *testing.T) {
	f := empty(t, "sqlite")
	_, id := f.person(t, "an", agency.Nation)
	weak, err := argon2id.CreateHash(good, &argon2id.Params{Memory: 8 << 10, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Store.People(t.Context(), func(p *store.People) error {
		acc, err := p.Account(id)
		acc.Password = weak
		if err == nil {
			err = p.SaveAccount(acc)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	in := func() error {
		_, err := f.SignIn(t.Context(), account.Credentials{Name: "an", Password: good, Address: "10.0.0.1"})
		return err
	}
	if err := in(); err != nil {
		t.Fatal(err)
	}
	acc, _, err := f.Store.Account(t.Context(), id)
	if err != nil || acc.Password == weak || !strings.Contains(acc.Password, "m=19456") {
		t.Errorf("%q %v", acc.Password, err)
	}
	if err := in(); err != nil {
		t.Error(err)
	}
	kind(t, "a wrong old password", f.ChangePassword(f.acting(t, id), "sai sai sai sai", good+" mới", ""), fault.Invalid)
	lines, err := f.Store.Entries(t.Context(), store.AuditQuery{Action: "password_failed", Limit: 5})
	if err != nil || len(lines) != 1 || lines[0].Account != "an" {
		t.Errorf("the audit: %+v %v", lines, err)
	}
}

// Whoever has typed a right password and not yet the code is out once the password is another or the sessions are ended (R25).
func TestEndSessions_pendingToo(t *testing.T) {
	f := empty(t, "sqlite")
	own, id := f.person(t, "an", agency.Nation)
	machine := access.With(t.Context(), access.Machine("cli"))
	ends := map[string]func() error{
		"another password": func() error { return f.ChangePassword(own, good, good+" mới", "") },
		"a locked account": func() error { return f.Disable(machine, id, true) },
	}
	for name, end := range ends {
		hash := account.HashToken(base64.StdEncoding.EncodeToString([]byte(name)))
		if err := f.SaveSession(t.Context(), account.Session{TokenHash: hash, Pending: id, Data: []byte{}, Expires: f.clock.read().Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		if _, there, err := f.FindSession(t.Context(), hash); err != nil || !there {
			t.Fatal(there, err)
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
		if _, there, err := f.FindSession(t.Context(), hash); err != nil || there {
			t.Errorf("%s: the session that waits for its code is still there, %v", name, err)
		}
	}
}

// A double click makes one draft (R22).
func TestRelease_doubleClick(t *testing.T) {
	f := seeded(t)
	lan, _ := f.person(t, "lan", agency.Nation, access.Office)
	f.load(t, tidy+"Huế,CPS18,2026-Q3,95,100\n")
	q := publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Provisional, Number: "12/TB", Day: 20261120}
	one, err := f.MakeRelease(lan, access.From(lan), q)
	if err != nil {
		t.Fatal(err)
	}
	if two, err := f.MakeRelease(lan, access.From(lan), q); err != nil || two != one {
		t.Errorf("draft %d, then %d, %v", one, two, err)
	}
}

// A clock that ran far ahead once fixes the time of later revisions there, and a check says so (R24).
func TestCheck_clockBehind(t *testing.T) {
	f := seeded(t)
	f.load(t, tidy+"Huế,CPS18,2026-Q3,95,100\n")
	said := func() string {
		r, err := f.Check(t.Context(), nil)
		if err != nil || len(r.Problems) > 0 {
			t.Fatal(r, err)
		}
		return r.Behind
	}
	if got := said(); got != "" {
		t.Errorf("a right clock is behind by %s", got)
	}
	f.clock.now = f.clock.now.AddDate(0, 0, -41)
	if got := said(); got != "40 ngày" {
		t.Errorf("behind by %q", got)
	}
}

// Sample accounts that were made while somebody tried the program let nobody in once its pages are for everybody (operator, 12).
func TestSampleAccounts_closedOutside(t *testing.T) {
	f := empty(t, "sqlite")
	samples, err := f.SampleAccounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	outside, err := app.New(app.Config{Store: f.Store, Clock: f.clock.read, URL: "https://chiso.example.gov.vn"})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range samples {
		in, err := f.SignIn(t.Context(), account.Credentials{Name: s.Name, Password: s.Password, Address: "a"})
		if err != nil {
			t.Errorf("%s on this machine: %v", s.Name, err)
		}
		_, err = outside.SignIn(t.Context(), account.Credentials{Name: s.Name, Password: s.Password, Address: "a"})
		kind(t, s.Name+" where everybody comes", err, fault.Invalid)
		_, err = outside.Actor(t.Context(), in.Account)
		kind(t, s.Name+" with a session from before", err, fault.NotFound)
	}
}
