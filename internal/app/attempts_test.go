package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/account"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
)

// Whoever fails under somebody's name, from wherever, does not keep the owner out of a browser that is known, and keeps nobody else
// out at all; what is locked ends by itself, and by the hand of the unit's administrator.
func TestSignIn_lockedByOthers(t *testing.T) {
	bare(t, func(t *testing.T, f *fixture) {
		ctx := t.Context()
		_, id := f.person(t, "an", "VN")
		in := func(password, address, device string) error {
			_, err := f.SignIn(ctx, account.Credentials{Name: "an", Password: password, Address: address, Device: device})
			return err
		}
		if err := f.KnowDevice(ctx, id, "may-o-co-quan"); err != nil {
			t.Fatal(err)
		}
		// Everybody behind one address, as with a proxy that the settings do not name.
		f.FailSignIns(t, 300, "10.9.9.9")
		kind(t, "a new browser from there", in(good, "10.9.9.9", "may-la"), fault.Limited)
		if err := in(good, "10.9.9.9", "may-o-co-quan"); err != nil {
			t.Errorf("the known browser, with the right password: %v", err)
		}
		for range 5 {
			kind(t, "wrong", in("sai sai sai sai", "10.1.1.1", ""), fault.Invalid)
		}
		kind(t, "the same address", in(good, "10.1.1.1", ""), fault.Limited)
		if err := in(good, "10.1.1.1", "may-o-co-quan"); err != nil {
			t.Errorf("the known browser at that address: %v", err)
		}
		unit := access.With(ctx, access.Machine("cli"))
		p, err := f.Person(unit, id)
		if err != nil || len(p.Locks) != 1 || p.Locks[0].Address != "10.1.1.1" {
			t.Errorf("the administrator sees %+v %v", p, err)
		}
		if err := f.LiftLock(unit, id); err != nil {
			t.Fatal(err)
		}
		if err := in(good, "10.1.1.1", ""); err != nil {
			t.Errorf("after the lock was lifted: %v", err)
		}
		if p, err = f.Person(unit, id); err != nil || len(p.Locks) != 0 {
			t.Errorf("still %+v %v", p, err)
		}
		// A known browser is counted by itself: it is no way to guess.
		for range 5 {
			kind(t, "wrong at the known browser", in("sai sai sai sai", "10.2.2.2", "may-o-co-quan"), fault.Invalid)
		}
		kind(t, "guessing at the known browser", in(good, "10.2.2.2", "may-o-co-quan"), fault.Limited)
		f.clock.now = f.clock.now.Add(25 * time.Hour)
		kind(t, "the next day", in("sai sai sai sai", "10.2.2.2", "may-o-co-quan"), fault.Invalid)
		if err := in(good, "10.2.2.2", "may-o-co-quan"); err != nil {
			t.Errorf("failures of yesterday count: %v", err)
		}
		// A device of one account says nothing of another.
		f.person(t, "binh", "VN")
		for range 5 {
			_, err := f.SignIn(ctx, account.Credentials{Name: "binh", Password: "sai sai sai sai", Address: "10.3.3.3", Device: "may-o-co-quan"})
			kind(t, "wrong", err, fault.Invalid)
		}
		_, err = f.SignIn(ctx, account.Credentials{Name: "binh", Password: good, Address: "10.3.3.3", Device: "may-o-co-quan"})
		kind(t, "a browser that binh never used", err, fault.Limited)
	})
}

// One person has half of an IPv6 address; a name that is guessed from many addresses waits, for browsers that are not known.
func TestSignIn_manyAddresses(t *testing.T) {
	f := empty(t, "sqlite")
	f.person(t, "an", "VN")
	in := func(password, address string) error {
		_, err := f.SignIn(t.Context(), account.Credentials{Name: "an", Password: password, Address: address})
		return err
	}
	for i := range 5 {
		kind(t, "wrong", in("sai sai sai sai", fmt.Sprintf("2001:db8:1:2::%x", i+1)), fault.Invalid)
	}
	kind(t, "the same /64", in(good, "2001:db8:1:2:ffff::9"), fault.Limited)
	if err := in(good, "2001:db8:1:3::9"); err != nil {
		t.Errorf("the next network: %v", err)
	}
	if err := in(good, "10.0.0.1"); err != nil {
		t.Errorf("IPv4: %v", err)
	}
	limited := 0
	for i := range 60 {
		if fault.KindOf(f.FailSignIn(t, "an", fmt.Sprintf("10.0.1.%d", i))) == fault.Limited {
			limited++
		}
	}
	if limited < 5 {
		t.Errorf("a name is guessed from 60 addresses: %d were refused", limited)
	}
}

// A clock that once ran a day ahead must not lock anybody for a day.
func TestSignIn_clockAhead(t *testing.T) {
	f := empty(t, "sqlite")
	f.person(t, "an", "VN")
	f.clock.now = f.clock.now.Add(24 * time.Hour)
	for range 5 {
		_, err := f.SignIn(t.Context(), account.Credentials{Name: "an", Password: "sai sai sai sai", Address: "10.0.0.1"})
		kind(t, "wrong", err, fault.Invalid)
	}
	f.clock.now = f.clock.now.Add(-24 * time.Hour)
	if _, err := f.SignIn(t.Context(), account.Credentials{Name: "an", Password: good, Address: "10.0.0.1"}); err != nil {
		t.Error(err)
	}
}

// What is typed as a name may be a password: the audit does not show it.
func TestSignIn_passwordAsName(t *testing.T) {
	f := empty(t, "sqlite")
	system, _ := f.person(t, "sep", agency.Nation, access.SystemAdmin)
	_, err := f.SignIn(t.Context(), account.Credentials{Name: "Mat-khau-that-cua-toi-99", Password: "x", Address: "10.0.0.1"})
	kind(t, "an unknown name", err, fault.Invalid)
	page, err := f.Audit(system, ledger.AuditQuery{Action: "sign_in_failed"})
	if err != nil || len(page.Lines) != 1 {
		t.Fatalf("%+v %v", page, err)
	}
	if text := fmt.Sprintf("%+v", page.Lines[0]); strings.Contains(text, "khau") || !strings.Contains(text, "ma… (#") {
		t.Error(text)
	}
}
