package app_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/account"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/vi"
)

const good = "ngựa đỏ qua cầu"

// admin makes an account through the machine and returns its context and number.
func (f *fixture) person(t *testing.T, name string, home agency.ID, roles ...access.Role) (context.Context, int64) {
	t.Helper()
	machine := access.With(t.Context(), access.Machine("cli"))
	id, secret, err := f.AddPerson(machine, account.PersonData{Name: name, FullName: "Người " + name, Agency: home})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.UseLink(t.Context(), secret, good, ""); err != nil {
		t.Fatal(err)
	}
	for _, r := range roles {
		if err := f.AddGrant(machine, id, access.Grant{Role: r, Agency: home, From: 20250701, To: vi.OpenTo}); err != nil {
			t.Fatal(err)
		}
	}
	return f.acting(t, id), id
}

// acting is a context in which an account acts.
func (f *fixture) acting(t *testing.T, id int64) context.Context {
	t.Helper()
	a, err := f.Actor(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return access.With(t.Context(), a)
}

func kind(t *testing.T, what string, err error, want fault.Kind) {
	t.Helper()
	if fault.KindOf(err) != want {
		t.Errorf("%s: %v, want %q", what, err, want)
	}
}

// bare runs a test on both engines without catalogues, which signing in does not need.
func bare(t *testing.T, fn func(t *testing.T, f *fixture)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) { fn(t, empty(t, engine)) })
	}
}

func TestSignIn(t *testing.T) {
	bare(t, func(t *testing.T, f *fixture) {
		ctx := t.Context()
		_, id := f.person(t, "an", "VN")
		in := func(name, password, address string) error {
			_, err := f.SignIn(ctx, account.Credentials{Name: name, Password: password, Address: address})
			return err
		}
		if err := in(" AN ", good, "10.0.0.1"); err != nil {
			t.Fatalf("the right password: %v", err)
		}
		// One answer for everything that is wrong.
		wrong := in("an", "sai sai sai sai", "10.0.0.1")
		for _, err := range []error{in("khong.co", good, "10.0.0.1"), in("", "", "10.0.0.1"), in(strings.Repeat("x", 100), good, "10.0.0.1"), in("cli", good, "10.0.0.1")} {
			if err == nil || fault.Sentence(err) != fault.Sentence(wrong) || fault.KindOf(err) != fault.Invalid {
				t.Errorf("%v differs from %v", err, wrong)
			}
		}
		if err := in("an", good, "10.0.0.1"); err != nil { // forgets the failures
			t.Fatal(err)
		}
		for range 5 {
			kind(t, "wrong", in("an", "sai sai sai sai", "10.0.0.2"), fault.Invalid)
		}
		kind(t, "locked, even with the right password", in("an", good, "10.0.0.2"), fault.Limited)
		if err := in("an", good, "10.0.0.3"); err != nil { // somebody else's failures are somebody else's
			t.Errorf("from another address: %v", err)
		}
		for range 5 {
			kind(t, "unknown", in("khong.co", "x", "10.0.0.4"), fault.Invalid)
		}
		kind(t, "an unknown name is locked like a known one", in("khong.co", "x", "10.0.0.4"), fault.Limited)
		f.clock.now = f.clock.now.Add(2 * time.Minute)
		if err := in("an", good, "10.0.0.2"); err != nil {
			t.Errorf("after the pause: %v", err)
		}
		f.FailSignIns(t, 300, "10.0.0.9") // an address that tries many names
		kind(t, "the address", in("an", good, "10.0.0.9"), fault.Limited)
		if err := in("an", good, "10.0.0.10"); err != nil {
			t.Errorf("another address: %v", err)
		}
		f.clock.now = f.clock.now.Add(16 * time.Minute)
		if err := in("an", good, "10.0.0.9"); err != nil {
			t.Errorf("after a quarter of an hour: %v", err)
		}
		if err := f.Disable(access.With(ctx, access.Machine("cli")), id, true); err != nil {
			t.Fatal(err)
		}
		if err := in("an", good, "10.0.0.1"); fault.Sentence(err) != fault.Sentence(wrong) {
			t.Errorf("a locked account: %v", err)
		}
		if _, err := f.Actor(ctx, id); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a locked account acts: %v", err)
		}
	})
}

// Many guesses at once are counted before they are made.
func TestSignIn_atOnce(t *testing.T) {
	f := empty(t, "sqlite")
	f.person(t, "an", "VN")
	answers := make(chan error)
	for range 20 {
		go func() {
			_, err := f.SignIn(context.WithoutCancel(t.Context()), account.Credentials{Name: "an", Password: "sai sai sai sai", Address: "10.0.0.1"})
			answers <- err
		}()
	}
	guesses := 0
	for range 20 {
		if err := <-answers; fault.KindOf(err) == fault.Invalid {
			guesses++
		}
	}
	if guesses != 5 {
		t.Errorf("%d guesses were answered", guesses)
	}
}

func TestSecondFactor(t *testing.T) {
	bare(t, func(t *testing.T, f *fixture) {
		ctx, id := f.person(t, "an", "VN")
		setup, err := f.BeginTOTP(ctx)
		if err != nil || len(setup.PNG) < 100 {
			t.Fatalf("%+v %v", setup, err)
		}
		code := func() string {
			c, err := totp.GenerateCode(setup.Secret, f.clock.read())
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		if _, err := f.ConfirmTOTP(ctx, account.NewFactor{Secret: setup.Secret, Code: "000000", Password: good}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a wrong code: %v", err)
		}
		codes, err := f.ConfirmTOTP(ctx, account.NewFactor{Secret: setup.Secret, Code: code(), Password: good})
		if err != nil || len(codes) != 10 {
			t.Fatalf("%v %v", codes, err)
		}
		in, err := f.SignIn(ctx, account.Credentials{Name: "an", Password: good, Address: "a"})
		if err != nil || !in.SecondFactor || in.Account != id {
			t.Fatalf("%+v %v", in, err)
		}
		kind(t, "the code that was used to set up", f.SecondFactor(ctx, id, code(), "a", ""), fault.Invalid)
		f.clock.now = f.clock.now.Add(30 * time.Second)
		c := code()
		if err := f.SecondFactor(ctx, id, c[:3]+" "+c[3:], "a", ""); err != nil {
			t.Errorf("the next code: %v", err)
		}
		kind(t, "a code twice", f.SecondFactor(ctx, id, c, "a", ""), fault.Invalid)
		if err := f.SecondFactor(ctx, id, strings.ToUpper(codes[3]), "a", ""); err != nil {
			t.Errorf("a recovery code: %v", err)
		}
		kind(t, "a recovery code twice", f.SecondFactor(ctx, id, codes[3], "a", ""), fault.Invalid)
		kind(t, "the wrong password", f.RemoveTOTP(ctx, "sai sai sai"), fault.Invalid)
		if err := f.RemoveTOTP(ctx, good); err != nil {
			t.Fatal(err)
		}
		if in, err := f.SignIn(ctx, account.Credentials{Name: "an", Password: good, Address: "a"}); err != nil || in.SecondFactor {
			t.Errorf("%+v %v", in, err)
		}
	})
}

func TestLinksAndPasswords(t *testing.T) {
	f := empty(t, "sqlite")
	ctx, id := f.person(t, "an", "VN")
	machine := access.With(t.Context(), access.Machine("cli"))
	secret, err := f.NewLink(machine, id)
	if err != nil {
		t.Fatal(err)
	}
	kind(t, "a common password", f.UseLink(ctx, secret, "matkhau123456", ""), fault.Invalid)
	if err := f.UseLink(ctx, secret, "mưa tháng bảy vẫn rơi", ""); err != nil {
		t.Fatal(err)
	}
	kind(t, "a link twice", f.UseLink(ctx, secret, "mưa tháng tám vẫn rơi", ""), fault.NotFound)
	kind(t, "an invented link", f.UseLink(ctx, "abc", good, ""), fault.NotFound)
	kind(t, "the old password", f.ChangePassword(ctx, good, "gió mùa về qua phố", ""), fault.Invalid)
	if err := f.ChangePassword(ctx, "mưa tháng bảy vẫn rơi", "gió mùa về qua phố", ""); err != nil {
		t.Fatal(err)
	}
	if secret, err = f.NewLink(machine, id); err != nil {
		t.Fatal(err)
	}
	f.clock.now = f.clock.now.Add(73 * time.Hour)
	kind(t, "an old link", f.UseLink(ctx, secret, good, ""), fault.NotFound)
}

// Links that are none are counted by address, and no other address pays for it.
func TestTryLink(t *testing.T) {
	f := empty(t, "sqlite")
	_, id := f.person(t, "an", "VN")
	secret, err := f.NewLink(access.With(t.Context(), access.Machine("cli")), id)
	if err != nil {
		t.Fatal(err)
	}
	for range 30 {
		kind(t, "an invented link", f.TryLink(t.Context(), "abc", "a"), fault.NotFound)
	}
	kind(t, "one more", f.TryLink(t.Context(), "abc", "a"), fault.Limited)
	if err := f.TryLink(t.Context(), secret, "a"); err != nil {
		t.Errorf("a good one from there: %v", err)
	}
	if err := f.TryLink(t.Context(), secret, "b"); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	f.clock.now = f.clock.now.Add(16 * time.Minute)
	if err := f.TryLink(t.Context(), secret, "a"); err != nil {
		t.Errorf("later: %v", err)
	}
}

// Who looks after a unit reaches its people and nobody else, and gives no more than the own reach.
func TestPeople_reach(t *testing.T) {
	f := seeded(t)
	unit, unitID := f.person(t, "qt", "P34-48", access.UnitAdmin)
	_, mine := f.person(t, "cb", "P34-48", access.Reporter)
	_, theirs := f.person(t, "khac", "P-01", access.Reporter)
	_, boss := f.person(t, "sep", "VN", access.SystemAdmin)
	office, _ := f.person(t, "vp", "VN", access.Office)
	people, err := f.People(unit, account.PeopleQuery{})
	if err != nil || len(people.Persons) != 2 || slices.Contains(people.Roles, access.Office) || len(people.Agencies) == 0 {
		t.Fatalf("%+v %v", people, err)
	}
	_, err = f.People(office, account.PeopleQuery{})
	kind(t, "the office looks after nobody", err, fault.Forbidden)
	give := func(id int64, r access.Role, at agency.ID) error {
		return f.AddGrant(unit, id, access.Grant{Role: r, Agency: at, From: 20260101, To: vi.OpenTo})
	}
	kind(t, "a neighbour's account", give(theirs, access.Reporter, "P34-48"), fault.Forbidden)
	kind(t, "a role at the neighbour", give(mine, access.Reporter, "P-01"), fault.Forbidden)
	kind(t, "a role above", give(mine, access.Committee, "VN"), fault.Forbidden)
	kind(t, "an office", give(mine, access.Office, "P34-48"), fault.Forbidden)
	kind(t, "a system administrator", give(mine, access.SystemAdmin, "P34-48"), fault.Forbidden)
	kind(t, "a role that is there", give(mine, access.Reporter, "P34-48"), fault.Conflict)
	kind(t, "no role", give(mine, "nonsense", "P34-48"), fault.Invalid)
	if err := give(mine, access.Approver, "P34-48"); err != nil {
		t.Errorf("an approver: %v", err)
	}
	_, err = f.NewLink(unit, boss)
	kind(t, "the password of a system administrator", err, fault.Forbidden)
	_, err = f.NewLink(unit, theirs)
	kind(t, "a neighbour's password", err, fault.Forbidden)
	kind(t, "oneself", f.Disable(unit, unitID, true), fault.Invalid)
	kind(t, "a neighbour", f.Disable(unit, theirs, true), fault.Forbidden)
	_, err = f.Person(unit, theirs)
	kind(t, "a neighbour's page", err, fault.Forbidden)
	_, _, err = f.AddPerson(unit, account.PersonData{Name: "moi", FullName: "Mới", Agency: "P-01"})
	kind(t, "an account at the neighbour", err, fault.Forbidden)
	_, _, err = f.AddPerson(unit, account.PersonData{Name: "moi", FullName: "Mới", Email: "x", Agency: "P34-48"})
	kind(t, "a wrong address", err, fault.Invalid)
	// Moving an account out of reach, or a role's end.
	kind(t, "moved away", f.EditPerson(unit, mine, account.PersonData{FullName: "Cán bộ", Agency: "P-01"}), fault.Forbidden)
	p, err := f.Person(unit, mine)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.EndGrant(unit, mine, p.Grants[0].ID); err != nil {
		t.Fatal(err)
	}
	if a, err := f.Actor(t.Context(), mine); err != nil || a.Holds(access.Reporter, 20261121) {
		t.Errorf("a role that ended: %+v %v", a, err)
	}
	kind(t, "ended twice", f.EndGrant(unit, mine, p.Grants[0].ID), fault.Conflict)
	// A unit's administrator who holds a role from above is not the unit's to manage.
	if err := f.AddGrant(access.With(t.Context(), access.Machine("cli")), mine, access.Grant{Role: access.Committee, Agency: "VN", From: 20260101, To: vi.OpenTo}); err != nil {
		t.Fatal(err)
	}
	_, err = f.NewLink(unit, mine)
	kind(t, "somebody with a role above", err, fault.Forbidden)
}

func TestHandOver(t *testing.T) {
	f := seeded(t)
	unit, _ := f.person(t, "qt", "P34-48", access.UnitAdmin)
	_, from := f.person(t, "cu", "P34-48", access.Reporter)
	_, to := f.person(t, "moi", "P34-48", access.Reporter)
	_, theirs := f.person(t, "khac", "P-01", access.Reporter)
	var asked [2]int64
	f.OnHandOver(func(_ context.Context, _ *store.Tx, a, b int64) (int, error) { asked = [2]int64{a, b}; return 3, nil })
	if n, err := f.HandOver(unit, from, to, "Chuyển công tác"); err != nil || n != 3 || asked != [2]int64{from, to} {
		t.Errorf("%d %v %v", n, asked, err)
	}
	_, err := f.HandOver(unit, from, theirs, "x")
	kind(t, "to a neighbour", err, fault.Forbidden)
	_, err = f.HandOver(unit, from, to, " ")
	kind(t, "without a reason", err, fault.Invalid)
	f.OnHandOver(func(context.Context, *store.Tx, int64, int64) (int, error) { return 0, errors.New("no") })
	if _, err := f.HandOver(unit, from, to, "x"); err == nil {
		t.Error("a part that fails is passed over")
	}
	page, err := f.Audit(unit, ledger.AuditQuery{Action: "hand_over"})
	if err != nil || len(page.Lines) != 1 || !strings.Contains(page.Lines[0].Detail, "Chuyển công tác") {
		t.Errorf("%+v %v", page, err)
	}
}

// Names are for those entitled; a unit reads its own lines only.
func TestAudit_reach(t *testing.T) {
	f := seeded(t)
	unit, _ := f.person(t, "qt", "P34-48", access.UnitAdmin)
	system, _ := f.person(t, "sep", "VN", access.SystemAdmin)
	member, _ := f.person(t, "bcd", "VN", access.Committee)
	if _, err := f.SignIn(t.Context(), account.Credentials{Name: "qt", Password: good, Address: "10.1.1.1"}); err != nil {
		t.Fatal(err)
	}
	all, err := f.Audit(system, ledger.AuditQuery{})
	if err != nil || len(all.Lines) < 8 {
		t.Fatalf("%d lines, %v", len(all.Lines), err)
	}
	mine, err := f.Audit(unit, ledger.AuditQuery{})
	if err != nil || len(mine.Lines) == 0 || len(mine.Lines) >= len(all.Lines) {
		t.Fatalf("%d of %d lines, %v", len(mine.Lines), len(all.Lines), err)
	}
	for _, l := range mine.Lines {
		if l.Agency != "P34-48" || l.Account == "" {
			t.Errorf("%+v", l)
		}
	}
	_, err = f.Audit(member, ledger.AuditQuery{})
	kind(t, "a member of the committee", err, fault.Forbidden)
	if some, err := f.Audit(system, ledger.AuditQuery{Account: "qt", Action: "sign_in"}); err != nil || len(some.Lines) != 1 {
		t.Errorf("%+v %v", some, err)
	}
	today := vi.DateOf(f.clock.read())
	if none, err := f.Audit(system, ledger.AuditQuery{To: today.AddDays(-2)}); err != nil || len(none.Lines) != 0 {
		t.Errorf("%d lines before there were any, %v", len(none.Lines), err)
	}
	if problems, err := f.Verify(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("%q %v", problems, err)
	}
}

// No default password: the first start gives a link, as long as nobody can administer the system.
func TestFirstLink(t *testing.T) {
	f := empty(t, "sqlite")
	ctx := t.Context()
	for range 2 { // where nobody looks, no link is made that would stand in a log
		if unseen, err := f.FirstLink(ctx, false); err != nil || unseen != (app.FirstLink{Wanted: true}) {
			t.Fatal(unseen, err)
		}
	}
	first, err := f.FirstLink(ctx, true)
	if err != nil || first.Secret == "" {
		t.Fatal(first, err)
	}
	second, err := f.FirstLink(ctx, true) // of a second copy, or the next start: what was printed goes on working
	if err != nil || second.Secret != "" || !second.Until.After(f.clock.read()) {
		t.Fatal(second, err)
	}
	if err := f.UseLink(ctx, first.Secret, good, ""); err != nil {
		t.Fatal(err)
	}
	if third, err := f.FirstLink(ctx, true); err != nil || third != (app.FirstLink{}) {
		t.Errorf("%+v %v", third, err)
	}
	in, err := f.SignIn(ctx, account.Credentials{Name: app.FirstName, Password: good, Address: "a"})
	if err != nil {
		t.Fatal(err)
	}
	if a, err := f.Actor(ctx, in.Account); err != nil || !a.Holds(access.SystemAdmin, vi.DateOf(f.clock.read())) {
		t.Errorf("%+v %v", a, err)
	}
}

// Two copies that start together on a fresh PostgreSQL print one link between them, and neither fails.
func TestFirstLink_twoCopies(t *testing.T) {
	f := empty(t, "postgres")
	links, errs := make([]app.FirstLink, 4), make([]error, 4)
	var wg sync.WaitGroup
	for i := range links {
		wg.Go(func() { links[i], errs[i] = f.FirstLink(t.Context(), true) })
	}
	wg.Wait()
	printed := 0
	for i := range links {
		if errs[i] != nil {
			t.Error(errs[i])
		}
		if links[i].Secret != "" {
			printed++
		}
	}
	if printed != 1 {
		t.Errorf("%d links were printed", printed)
	}
}

func TestSampleAccounts(t *testing.T) {
	f := empty(t, "sqlite")
	ctx := t.Context()
	first, err := f.SampleAccounts(ctx)
	if err != nil || len(first) != 4 {
		t.Fatalf("%+v %v", first, err)
	}
	again, err := f.SampleAccounts(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range again {
		_, err := f.SignIn(ctx, account.Credentials{Name: s.Name, Password: first[i].Password, Address: "a"})
		kind(t, "the password of the run before", err, fault.Invalid)
		if _, err := f.SignIn(ctx, account.Credentials{Name: s.Name, Password: s.Password, Address: "a"}); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	all, err := f.People(access.With(ctx, access.Machine("cli")), account.PeopleQuery{})
	if err != nil || len(all.Persons) != 4 || !all.Persons[0].Sample {
		t.Errorf("%+v %v", all, err)
	}
	g := empty(t, "sqlite")
	g.person(t, "mau-da-nang", "VN")
	_, err = g.SampleAccounts(ctx)
	kind(t, "a real account of that name", err, fault.Conflict)
}

// Who tries the program out finds one report to make, and no second one where there are rounds already.
func TestSampleRound(t *testing.T) {
	f := empty(t, "sqlite")
	if name, err := f.SampleRound(t.Context()); err != nil || name != "" {
		t.Errorf("without a catalogue: %q, %v", name, err)
	}
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	name, err := f.SampleRound(t.Context())
	if err != nil || !strings.Contains(name, "tháng 10 năm 2026") || !strings.Contains(name, "mẫu") {
		t.Errorf("%q, %v", name, err)
	}
	if again, err := f.SampleRound(t.Context()); err != nil || again != "" {
		t.Errorf("again: %q, %v", again, err)
	}
	ctx := access.With(t.Context(), access.Actor{Account: 1, Name: "x", Agency: "P34-48", Grants: []access.Grant{{Role: access.Reporter, Agency: "P34-48", From: vi.OpenFrom, To: vi.OpenTo}}})
	owed, err := f.Desk(ctx)
	if err != nil || len(owed.Open) != 1 {
		t.Errorf("%+v, %v", owed, err)
	}
}
