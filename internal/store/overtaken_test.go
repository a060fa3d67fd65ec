package store_test

import (
	"strings"
	"testing"
	"time"

	"chiso/internal/fault"
	"chiso/internal/store"
)

// A copy that runs on while another is upgraded goes on reading and writes nothing more.
func TestAnOvertakenCopyOnlyReads(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		e.accept(e.fact("DOCS", "2026", "a-2", "42"))
		if over, err := e.Overtaken(t.Context()); over || err != nil {
			t.Errorf("before: %v, %v", over, err)
		}
		e.exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, " + map[bool]string{true: "true", false: "1"}[e.Postgres()] + ")")
		if over, err := e.Overtaken(t.Context()); !over || err != nil {
			t.Errorf("after: %v, %v", over, err)
		}
		called := false
		_, err := e.Write(t.Context(), store.Change{Account: "tester"}, func(*store.Tx) error { called = true; return nil })
		if fault.KindOf(err) != fault.Unready || !strings.Contains(fault.Sentence(err), "đang được nâng cấp") || called {
			t.Errorf("Write = %v, called %v", err, called)
		}
		err = e.People(t.Context(), func(*store.People) error { called = true; return nil })
		if fault.KindOf(err) != fault.Unready || called {
			t.Errorf("People = %v, called %v", err, called)
		}
		e.read(time.Time{}, func(v *store.View) error {
			if v.Revision().ID != 2 {
				t.Errorf("revision %d", v.Revision().ID)
			}
			return nil
		})
	})
}

// What is being written is finished before the schema changes, and what comes next waits and then sees the new one.
func TestMigrateWaitsForWhatIsBeingWritten(t *testing.T) {
	e := migrated(t, migratedConfig(t))
	inside, goOn, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		_, err := e.Write(t.Context(), store.Change{Account: "tester"}, func(*store.Tx) error { close(inside); <-goOn; return nil })
		done <- err
	}()
	<-inside
	up := make(chan error, 1)
	go func() { _, err := e.Migrate(t.Context()); up <- err }()
	select {
	case err := <-up:
		t.Errorf("Migrate did not wait: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	close(goOn)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := <-up; err != nil {
		t.Error(err)
	}
	e.write(func(*store.Tx) error { return nil }) // the locks are free again
}
