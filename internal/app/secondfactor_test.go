package app_test

import (
	"context"
	"encoding/base64"
	"path/filepath"
	"strings"
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
)

// keyed is a house with keys of the settings over one database.
func keyed(t *testing.T, path string, now func() time.Time, keys ...string) (*app.App, *store.Store) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Path: path, Clock: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(app.Config{Store: s, Clock: now, SecretKeys: keys, SecondFactor: []access.Role{access.SystemAdmin}})
	if err != nil {
		t.Fatal(err)
	}
	return a, s
}

// A second factor is replaced only by who knows the password and has the old one; its secret cannot be read from the database; the
// key can be replaced, and without it recovery codes still open.
func TestSecondFactor_keptClosed(t *testing.T) {
	now := time.Date(2026, 12, 1, 3, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	path := filepath.Join(t.TempDir(), "chiso.db")
	first, second := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("a", 32))), base64.StdEncoding.EncodeToString([]byte(strings.Repeat("b", 32)))
	a, s := keyed(t, path, clock, first)
	machine := access.With(t.Context(), access.Machine("cli"))
	id, secret, err := a.AddPerson(machine, account.PersonData{Name: "an", FullName: "An", Agency: agency.Nation})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.UseLink(t.Context(), secret, good, ""); err != nil {
		t.Fatal(err)
	}
	if err := a.AddGrant(machine, id, access.Grant{Role: access.SystemAdmin, Agency: agency.Nation, From: 20260101, To: 99991231}); err != nil {
		t.Fatal(err)
	}
	who, err := a.Actor(t.Context(), id)
	if err != nil || !who.LacksFactor {
		t.Fatalf("a role that must have a second factor: %+v %v", who, err)
	}
	ctx := access.With(t.Context(), who)
	code := func(secret string) string {
		now = now.Add(time.Minute)
		c, err := totp.GenerateCode(secret, now)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	begin := func() string {
		setup, err := a.BeginTOTP(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return setup.Secret
	}
	one := begin()
	recovery, err := a.ConfirmTOTP(ctx, account.NewFactor{Secret: one, Code: code(one), Password: good})
	if err != nil {
		t.Fatal(err)
	}
	if who, err = a.Actor(t.Context(), id); err != nil || who.LacksFactor {
		t.Errorf("%+v %v", who, err)
	}
	two := begin()
	_, err = a.ConfirmTOTP(ctx, account.NewFactor{Secret: two, Code: code(two), Password: good})
	kind(t, "without the old telephone", err, fault.Invalid)
	_, err = a.ConfirmTOTP(ctx, account.NewFactor{Secret: two, Code: code(two), Password: good, OldCode: "000000"})
	kind(t, "with a wrong code of it", err, fault.Invalid)
	old := code(one)
	_, err = a.ConfirmTOTP(ctx, account.NewFactor{Secret: two, Code: code(two), OldCode: old})
	kind(t, "without the password", err, fault.Invalid)
	if recovery, err = a.ConfirmTOTP(ctx, account.NewFactor{Secret: two, Code: code(two), Password: good, OldCode: recovery[0]}); err != nil {
		t.Fatal(err)
	}
	if lines, err := a.Audit(access.With(t.Context(), access.Machine("cli")), ledger.AuditQuery{Action: "second_factor_changed"}); err != nil || len(lines.Lines) != 1 {
		t.Errorf("the audit: %+v %v", lines, err)
	}
	kept := func() string {
		acc, _, err := s.Account(context.WithoutCancel(t.Context()), id)
		if err != nil {
			t.Fatal(err)
		}
		return acc.TOTP
	}
	if text := kept(); strings.Contains(text, two) || !strings.HasPrefix(text, "sealed:") {
		t.Errorf("the database says %q", text)
	}
	before := kept()
	a, _ = keyed(t, path, clock, second, first) // the key is replaced
	if done, lost, err := a.SealSecrets(t.Context()); done != 1 || lost != 0 || err != nil || kept() == before {
		t.Errorf("%d %d %v", done, lost, err)
	}
	a, _ = keyed(t, path, clock, second)
	if err := a.SecondFactor(t.Context(), id, code(two), "a", ""); err != nil {
		t.Errorf("under the new key: %v", err)
	}
	a, _ = keyed(t, path, clock, first) // restored without the key
	if _, lost, err := a.SealSecrets(t.Context()); lost != 1 || err != nil {
		t.Errorf("%d %v", lost, err)
	}
	kind(t, "without the key", a.SecondFactor(t.Context(), id, code(two), "a", ""), fault.Unready)
	if err := a.SecondFactor(t.Context(), id, recovery[1], "a", ""); err != nil {
		t.Errorf("a recovery code without the key: %v", err)
	}
	if _, err := app.New(app.Config{Store: s, Clock: clock, SecretKeys: []string{"abc"}}); fault.KindOf(err) != fault.Usage {
		t.Errorf("a short key: %v", err)
	}
}
