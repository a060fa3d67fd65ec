package web_test

import (
	"path/filepath"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/account"
	"chiso/internal/store"
	"chiso/internal/vi"
	"chiso/internal/web"
)

// onSample serves the published sample figures, as they come with the program.
func onSample(t testing.TB) *web.Server {
	t.Helper()
	return onSampleWith(t, func(*app.App) error { return nil }, nil)
}

// onUnits serves the sample with the illustrative set: a province with its departments and communes.
func onUnits(t testing.TB) *web.Server {
	t.Helper()
	return onSampleWith(t, func(a *app.App) error { _, err := a.LoadIllustrative(t.Context()); return err }, nil)
}

// onSampleWith serves the sample and what more puts into it; around, if not nil, stands between the program and the server.
func onSampleWith(t testing.TB, more func(*app.App) error, around func(*app.App) web.App) *web.Server {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC) }
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "chiso.db"), Clock: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(app.Config{Store: s, Clock: now, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := more(a); err != nil {
		t.Fatal(err)
	}
	// The session that every request of the tests comes with belongs to somebody of the office.
	ctx := access.With(t.Context(), access.Machine("cli"))
	id, _, err := a.AddPerson(ctx, account.PersonData{Name: "van.phong", FullName: "Lê Thị Văn Phòng", Agency: agency.Nation})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.AddGrant(ctx, id, access.Grant{Role: access.Office, Agency: agency.Nation, From: vi.OpenFrom, To: vi.OpenTo}); err != nil {
		t.Fatal(err)
	}
	if err := a.SaveSession(ctx, account.Session{TokenHash: account.HashToken("staff"), Account: id, Data: []byte{}, Expires: now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	var serves web.App = a
	if around != nil {
		serves = around(a)
	}
	return newServer(t, newFake(t), func(c *web.Config) { c.App, c.Clock = serves, now })
}
