package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the tests' own connections

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/testing/pgtest"
	"chiso/internal/vi"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// clock is a clock that only tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

func (c *clock) Add(d time.Duration) { c.Set(c.Now().Add(d)) }

// env is a migrated database of one test on one engine.
type env struct {
	*store.Store
	t      *testing.T
	config store.Config
	clock  *clock
	sql    *sql.DB // a second way in: for damage and dumps
	defs   map[string]int64
}

var dawn = time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)

// onBoth runs a test on SQLite and on PostgreSQL, each time in a database of its own.
func onBoth(t *testing.T, test func(t *testing.T, e *env)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, migrated(t, sqliteConfig(t))) })
	t.Run("postgres", func(t *testing.T) { test(t, migrated(t, migratedConfig(t))) })
}

func sqliteConfig(t *testing.T) store.Config {
	return store.Config{Path: filepath.Join(t.TempDir(), "số liệu #1 100%.db")}
}

// Both models collate otherwise than the byte order that SQLite has: what people run is seldom the C locale of the test server.
var (
	bare   = pgtest.Model{ICU: "vi-VN", Fill: func(context.Context, string) error { return nil }}
	filled = pgtest.Model{ICU: "vi-VN", Fill: func(ctx context.Context, dsn string) error {
		s, err := store.Open(ctx, store.Config{URL: dsn, Clock: time.Now})
		if err != nil {
			return err
		}
		_, err = s.Migrate(ctx)
		return errors.Join(err, s.Close())
	}}
)

// postgresConfig names a new database without any table.
func postgresConfig(t *testing.T) store.Config {
	t.Helper()
	return store.Config{URL: bare.Copy(t)}
}

// migratedConfig names a new database with every table.
func migratedConfig(t *testing.T) store.Config {
	t.Helper()
	return store.Config{URL: filled.Copy(t)}
}

func opened(t *testing.T, c store.Config) *env {
	t.Helper()
	e := &env{t: t, clock: &clock{at: dawn}, defs: map[string]int64{}}
	c.Clock = e.clock.Now
	e.config = c
	var err error
	if e.Store, err = store.Open(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	driver, dsn := "sqlite", "file:"+(&url.URL{Path: c.Path}).EscapedPath()+"?_pragma=busy_timeout(10000)"
	if c.URL != "" {
		driver, dsn = "pgx", c.URL
	}
	if e.sql, err = sql.Open(driver, dsn); err != nil {
		t.Fatal(err)
	}
	e.sql.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = e.sql.Close() })
	return e
}

func migrated(t *testing.T, c store.Config) *env {
	t.Helper()
	e := opened(t, c)
	if _, err := e.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return e
}

// exec does damage, or prepares what the store cannot.
func (e *env) exec(query string) {
	e.t.Helper()
	if _, err := e.sql.ExecContext(e.t.Context(), query); err != nil {
		e.t.Fatalf("%s: %v", query, err)
	}
}

func (e *env) count(query string) (n int64) {
	e.t.Helper()
	if err := e.sql.QueryRowContext(e.t.Context(), query).Scan(&n); err != nil {
		e.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// rows returns a query's rows as text, NULL as ∅ and doubles with all their digits.
func (e *env) rows(query string) (out []string) {
	e.t.Helper()
	rows, err := e.sql.QueryContext(e.t.Context(), query)
	if err != nil {
		e.t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		e.t.Fatal(err)
	}
	values, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			e.t.Fatal(err)
		}
		line := ""
		for i, v := range values {
			switch x := v.(type) {
			case nil:
				v = "∅"
			case []byte:
				v = fmt.Sprintf("%x", x)
			}
			line += fmt.Sprintf("%s=%v ", columns[i], v)
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		e.t.Fatal(err)
	}
	return out
}

// write runs fn in a Write and fails the test when that fails.
func (e *env) write(fn func(*store.Tx) error) store.Revision {
	e.t.Helper()
	rev, err := e.Write(e.t.Context(), store.Change{Account: "tester", Reason: "kiểm thử"}, fn)
	if err != nil {
		e.t.Fatal(err)
	}
	return rev
}

func (e *env) read(asOf time.Time, fn func(*store.View) error) {
	e.t.Helper()
	if err := e.Read(e.t.Context(), asOf, fn); err != nil {
		e.t.Fatal(err)
	}
}

// accept accepts facts under a revision of their own.
func (e *env) accept(facts ...store.Fact) ([]store.Diff, store.Revision) {
	e.t.Helper()
	var diffs []store.Diff
	rev := e.write(func(tx *store.Tx) (err error) {
		diffs, err = tx.Accept(facts)
		return err
	})
	return diffs, rev
}

// seed saves the sample catalogue and learns the ids of its definitions.
func (e *env) seed() store.Revision {
	e.t.Helper()
	rev := e.write(func(tx *store.Tx) error { return tx.SaveCatalogue(sample()) })
	for _, d := range e.catalogue(time.Time{}).Definitions {
		e.defs[d.Indicator.Code] = d.ID
	}
	return rev
}

func (e *env) catalogue(asOf time.Time) (c store.Catalogue) {
	e.t.Helper()
	e.read(asOf, func(v *store.View) (err error) {
		c, err = v.Catalogue()
		return err
	})
	return c
}

func (e *env) figures(asOf time.Time, f store.Fact) (out ranking.Figures) {
	e.t.Helper()
	e.read(asOf, func(v *store.View) (err error) {
		out, err = v.Figures(f.Period, f.Definition, sourceID(e.t, v, f.System, f.Origin))
		return err
	})
	return out
}

func sourceID(t *testing.T, v *store.View, system kpi.System, origin string) int64 {
	t.Helper()
	all, err := v.Sources()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.System == system && s.Origin == origin {
			return s.ID
		}
	}
	return 0
}

// fact returns a reported fact with a value.
func (e *env) fact(code, period string, id agency.ID, value string) store.Fact {
	e.t.Helper()
	return store.Fact{Period: kpi.MustPeriod(period), Definition: e.defs[code], Agency: id, System: kpi.Reported,
		Figure: kpi.Figure{State: kpi.Value, Value: dec(value)}}
}

// ratio returns a reported fact with numerator and denominator.
func (e *env) ratio(code, period string, id agency.ID, num, den string) store.Fact {
	f := e.fact(code, period, id, "0")
	f.Figure = kpi.Figure{State: kpi.Value, Num: dec(num), Den: dec(den)}
	return f
}

func dec(s string) vi.NullDecimal {
	d, err := vi.ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return vi.Some(d)
}
