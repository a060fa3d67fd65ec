package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chiso/internal/fault"
	"chiso/internal/store"
)

func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]store.Config{
		"no clock":      {Path: "x.db"},
		"no path":       {Clock: time.Now},
		"not postgres":  {URL: "mysql://db/chiso", Clock: time.Now},
		"nobody there":  {URL: "postgres://user:bí-mật@127.0.0.1:1/db?connect_timeout=2", Clock: time.Now},
		"not a folder":  {Path: "/dev/null/x.db", Clock: time.Now},
		"not a file":    {Path: t.TempDir(), Clock: time.Now},
		"secret in URL": {URL: "postgres://user:bí-mật@127.0.0.1:1/db?sslmode=nonsense", Clock: time.Now},
	} {
		s, err := store.Open(t.Context(), c)
		if err == nil {
			t.Errorf("%s: opened %s", name, s.Location())
			_ = s.Close()
			continue
		}
		if strings.Contains(err.Error(), "bí-mật") || strings.Contains(err.Error(), "b%C3") {
			t.Errorf("%s: the message repeats the password: %v", name, err)
		}
	}
}

func TestMigrateTwiceAndReady(t *testing.T) {
	for name, config := range map[string]func(*testing.T) store.Config{"sqlite": sqliteConfig, "postgres": postgresConfig} {
		t.Run(name, func(t *testing.T) {
			e := opened(t, config(t))
			ctx := t.Context()
			if err := e.Ready(ctx); fault.KindOf(err) != fault.Unready {
				t.Errorf("Ready before Migrate: %v", err)
			}
			if _, err := e.Revision(ctx); fault.KindOf(err) != fault.Unready {
				t.Errorf("Revision before Migrate: %v", err)
			}
			if err := e.Read(ctx, time.Time{}, func(*store.View) error { return nil }); fault.KindOf(err) != fault.Unready {
				t.Errorf("Read before Migrate: %v", err)
			}
			if tables := columnsOf(e); len(tables) > 0 {
				t.Errorf("asking made tables: %v", tables)
			}
			n, err := e.Migrate(ctx)
			if err != nil || n == 0 {
				t.Fatalf("Migrate: %d steps, %v", n, err)
			}
			if n, err := e.Migrate(ctx); err != nil || n != 0 {
				t.Errorf("Migrate again: %d steps, %v", n, err)
			}
			if err := e.Ready(ctx); err != nil {
				t.Errorf("Ready: %v", err)
			}
			if rev, err := e.Revision(ctx); err != nil || rev.ID != 0 {
				t.Errorf("Revision of an empty database: %v, %v", rev, err)
			}
			e.exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, " + map[bool]string{true: "true", false: "1"}[e.Postgres()] + ")")
			if err := e.Ready(ctx); fault.KindOf(err) != fault.Unready || !strings.Contains(fault.Sentence(err), "mới hơn") {
				t.Errorf("Ready on a database of a newer program: %v", err)
			}
			if n, err := e.Migrate(ctx); n != 0 || fault.KindOf(err) != fault.Unready || !strings.Contains(fault.Sentence(err), "mới hơn") {
				t.Errorf("Migrate on a database of a newer program: %d steps, %v", n, err)
			}
		})
	}
}

func TestMigrateAtOnce(t *testing.T) {
	for name, config := range map[string]func(*testing.T) store.Config{"sqlite": sqliteConfig, "postgres": postgresConfig} {
		t.Run(name, func(t *testing.T) {
			c := config(t)
			var wg sync.WaitGroup
			for range 4 {
				e := opened(t, c)
				wg.Go(func() {
					if _, err := e.Migrate(t.Context()); err != nil {
						t.Error(err)
					}
					if err := e.Ready(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		})
	}
}

func TestSQLiteSettings(t *testing.T) {
	e := migrated(t, sqliteConfig(t))
	if got := e.rows("PRAGMA journal_mode"); !slices.Equal(got, []string{"journal_mode=wal "}) {
		t.Errorf("%v", got)
	}
	e.seed()
	// Foreign keys hold for the store's own writer.
	_, err := e.Write(t.Context(), store.Change{Account: "tester"}, func(tx *store.Tx) error {
		c := sample()
		c.Agencies.Members[0].Agency = "nobody"
		return tx.SaveCatalogue(c)
	})
	if err == nil {
		t.Error("a member that is no agency was stored")
	}
	if e.Location() != e.config.Path || e.Postgres() {
		t.Errorf("Location %q, Postgres %v", e.Location(), e.Postgres())
	}
}

// columnsOf returns the columns of every table of ours, as "table.column: not null, key position".
func columnsOf(e *env) []string {
	query := `SELECT m.name || '.' || c.name || ' notnull ' || c."notnull" AS c FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'goose%' AND m.name NOT LIKE 'sqlite%'`
	if e.Postgres() {
		query = `SELECT table_name || '.' || column_name || ' notnull ' || CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END AS c
			FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'goose%'`
	}
	out := e.rows(query)
	slices.Sort(out)
	return out
}

func TestBothEnginesHaveTheSameSchema(t *testing.T) {
	lite, pg := migrated(t, sqliteConfig(t)), migrated(t, migratedConfig(t))
	// A primary key column is never null in PostgreSQL; SQLite says so only where it is written.
	strip := func(lines []string, keys map[string]bool) (out []string) {
		for _, l := range lines {
			if name, _, _ := strings.Cut(l, " notnull "); keys[strings.TrimPrefix(name, "c=")] {
				l = name + " key"
			}
			out = append(out, l)
		}
		return out
	}
	keys := map[string]bool{}
	for _, l := range lite.rows(`SELECT m.name || '.' || c.name AS k FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.pk > 0`) {
		keys[strings.TrimSpace(strings.TrimPrefix(l, "k="))] = true
	}
	a, b := strip(columnsOf(lite), keys), strip(columnsOf(pg), keys)
	if len(a) < 200 {
		t.Fatalf("only %d columns", len(a))
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("SQLite (-) and PostgreSQL (+) differ:\n%s", diff)
	}
	if got := pg.rows(`SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
		AND table_name NOT LIKE 'goose%' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'`); len(got) > 0 {
		t.Errorf("text that is not compared by its bytes: %v", got)
	}
	indexes := func(e *env, query string) []string {
		out := e.rows(query)
		slices.Sort(out)
		return out
	}
	if diff := cmp.Diff(indexes(lite, "SELECT name AS i FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"),
		indexes(pg, "SELECT c.relname AS i FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid)")); diff != "" {
		t.Errorf("indexes of SQLite (-) and PostgreSQL (+) differ:\n%s", diff)
	}
}

func TestReadOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := e.Read(ctx, time.Time{}, func(*store.View) error { return nil }); err == nil {
			t.Error("a cancelled Read ran")
		}
		if _, err := e.Write(ctx, store.Change{Account: "tester"}, func(*store.Tx) error { return nil }); err == nil {
			t.Error("a cancelled Write ran")
		}
		want := errors.New("no")
		if err := e.Read(t.Context(), time.Time{}, func(*store.View) error { return want }); !errors.Is(err, want) {
			t.Errorf("Read returned %v", err)
		}
	})
}

// Other accounts of the machine read neither the database nor what lies beside it, also one that an earlier version left open; a commit
// that was answered to is on the disk.
func TestOpen_isOnesOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chiso.db")
	if err := os.WriteFile(path, nil, 0o644); err != nil { // as umask left it before
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Config{Path: path, Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", filepath.Base(name), info, err)
		}
	}
}
