package store_test

import (
	"strings"
	"testing"
	"time"

	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/testing/pgtest"
)

// TestAwayIsNotEmpty: a database that does not answer must not be taken for one that was never filled.
func TestAwayIsNotEmpty(t *testing.T) {
	cable, dsn := pgtest.Plug(t, migratedConfig(t).URL)
	e := opened(t, store.Config{URL: dsn})
	if err := e.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	cable.Pull()
	for name, ask := range map[string]func() error{
		"ready":    func() error { return e.Ready(t.Context()) },
		"revision": func() error { _, err := e.Revision(t.Context()); return err },
		"read":     func() error { return e.Read(t.Context(), time.Time{}, func(*store.View) error { return nil }) },
		"write": func() error {
			_, err := e.Write(t.Context(), store.Change{Account: "a"}, func(*store.Tx) error { return nil })
			return err
		},
		"people":   func() error { return e.People(t.Context(), func(*store.People) error { return nil }) },
		"accounts": func() error { _, err := e.Accounts(t.Context()); return err },
		"grants":   func() error { _, err := e.Grants(t.Context()); return err },
		"account":  func() error { _, _, err := e.Account(t.Context(), 1); return err },
		"entries":  func() error { _, err := e.Entries(t.Context(), store.AuditQuery{Limit: 1}); return err },
	} {
		err := ask()
		if fault.KindOf(err) != fault.Away {
			t.Errorf("%s: %v", name, err)
		}
		if s := fault.Sentence(err); strings.Contains(s, "migrate") || strings.Contains(s, "seed") || strings.Contains(s, "chưa thay đổi") {
			t.Errorf("%s says %q", name, s)
		}
	}
}
