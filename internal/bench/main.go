// Command bench measures the budgets of docs/design.md §8. Each is a ratio to a floor that is measured in the same
// run on the same machine, so the figures mean something on a slow laptop and in a busy CI too.
//
//	make bench
//	go run ./internal/bench -only import -rows 100000
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"text/tabwriter"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // floors by hand

	"chiso/internal/store"
	"chiso/internal/testing/pgtest"
)

// result is one line of the table.
type result struct {
	work   string
	floor  string // what the floor does, and its figure
	ours   string
	ratio  float64
	budget float64 // 0: for information
	atMost bool    // the ratio may not exceed the budget; otherwise it may not fall below
}

func (r result) verdict() string {
	switch {
	case r.budget == 0:
		return "–"
	case r.atMost && r.ratio <= r.budget, !r.atMost && r.ratio >= r.budget:
		return "ok"
	}
	return "over"
}

func (r result) budgetText() string {
	switch {
	case r.budget == 0:
		return "for information"
	case r.atMost:
		return fmt.Sprintf("≤ %.2f", r.budget)
	}
	return fmt.Sprintf("≥ %.2f", r.budget)
}

// bench is what the measurements share.
type bench struct {
	rows    int    // of the import
	engine  engine // "" for both
	periods int    // of the readings
	best    int    // runs, of which the best counts
	dir     string
	server  *pgtest.Server
	filled  map[engine]*database // left by the import for the readings
	closes  []func() error
}

// measurements are all rows of the table, in its order. A new budget is a new function here.
var measurements = []struct {
	name string
	run  func(context.Context, *bench) ([]result, error)
}{
	{"import", importRows},
	{"file", importFile},
	{"read", readWorkbook},
	{"headings", matchHeadings},
	{"ranking", rankOne},
	{"page", rankingPage},
	{"reading", readingPages},
	{"load", reportingLoad},
	{"commas", hostileCommas},
	{"safeguards", safeguards},
	{"upgrade", upgradeRows},
	{"tasks", taskPages},
	{"pack", writePack},
}

func main() {
	var b bench
	only := flag.String("only", "", "run the measurements whose name contains this")
	flag.IntVar(&b.rows, "rows", 1_000_000, "observations to import")
	flag.StringVar((*string)(&b.engine), "engine", "", "only this engine: SQLite or PostgreSQL")
	flag.IntVar(&b.periods, "periods", 4, "periods to read from, of 340,000 observations each")
	flag.IntVar(&b.best, "best", 2, "runs of each import, of which the best counts")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := b.run(ctx, *only, os.Stdout)
	if err := errors.Join(err, b.close()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run(ctx context.Context, only string, w io.Writer) error {
	var err error
	if b.dir, err = os.MkdirTemp("", "chiso-bench-"); err != nil {
		return err
	}
	b.filled = map[engine]*database{}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "work\tfloor\tours\tratio\tbudget\t")
	for _, m := range measurements {
		if !strings.Contains(m.name, only) {
			continue
		}
		results, err := m.run(ctx, b)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		for _, r := range results {
			if r.ratio == 0 {
				fmt.Fprintf(table, "%s\t%s\t%s\t–\t%s\t–\n", r.work, r.floor, r.ours, r.budgetText())
				continue
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%.2f\t%s\t%s\n", r.work, r.floor, r.ours, r.ratio, r.budgetText(), r.verdict())
		}
	}
	return table.Flush()
}

func (b *bench) close() error {
	var errs []error
	for _, c := range b.closes {
		errs = append(errs, c())
	}
	return errors.Join(append(errs, b.server.Stop(), os.RemoveAll(b.dir))...)
}

// engine is a database engine.
type engine string

const (
	sqlite   engine = "SQLite"
	postgres engine = "PostgreSQL"
)

// database is a migrated database with the catalogue of the measurements in it, and a second way in for the floor.
type database struct {
	*store.Store
	engine engine
	dsn    string
	hand   *sql.DB
	world  *world
	next   int // rows that it holds
}

// config says where a fresh database is.
func (b *bench) config(ctx context.Context, e engine) (store.Config, error) {
	config := store.Config{Clock: time.Now, Path: filepath.Join(b.dir, fmt.Sprintf("%d.db", len(b.closes)))}
	if e != postgres {
		return config, nil
	}
	if b.server == nil {
		var err error
		if b.server, err = pgtest.Start(ctx); err != nil {
			return config, err
		}
	}
	url, drop, err := b.server.CreateDatabase(ctx)
	if err != nil {
		return config, err
	}
	b.closes = append([]func() error{func() error { return drop(context.Background()) }}, b.closes...)
	config.URL = url
	return config, nil
}

// migrated opens the store of a fresh database.
func (b *bench) migrated(ctx context.Context, config store.Config) (*store.Store, error) {
	s, err := store.Open(ctx, config)
	if err != nil {
		return nil, err
	}
	b.closes = append([]func() error{s.Close}, b.closes...) // before the database goes
	_, err = s.Migrate(ctx)
	return s, err
}

func (b *bench) open(ctx context.Context, e engine) (*database, error) {
	return b.openWithout(ctx, e, store.Without{})
}

// openWithout is open less a safeguard.
func (b *bench) openWithout(ctx context.Context, e engine, less store.Without) (*database, error) {
	config, err := b.config(ctx, e)
	if err != nil {
		return nil, err
	}
	config.Without = less
	driver, dsn := "sqlite", "file:"+config.Path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_txlock=immediate"
	if e == postgres {
		driver, dsn = "pgx", config.URL
	}
	s, err := b.migrated(ctx, config)
	if err != nil {
		return nil, err
	}
	hand, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, err
	}
	b.closes = append([]func() error{hand.Close}, b.closes...)
	d := &database{Store: s, engine: e, dsn: dsn, hand: hand}
	d.world, err = newWorld(ctx, s)
	return d, err
}

// measured runs fn and returns how long it took and the most memory that the program held meanwhile.
func measured(fn func() error) (took time.Duration, peak uint64, err error) {
	debug.FreeOSMemory()
	done, sampled := make(chan struct{}), make(chan uint64)
	go func() {
		samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		var most uint64
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			metrics.Read(samples)
			most = max(most, samples[0].Value.Uint64()-samples[1].Value.Uint64())
			select {
			case <-tick.C:
			case <-done:
				sampled <- most
				return
			}
		}
	}()
	start := time.Now()
	err = fn()
	took = time.Since(start)
	close(done)
	return took, <-sampled, err
}

// skips says that an engine was not asked for.
func (b *bench) skips(e engine) bool { return b.engine != "" && b.engine != e }

func rate(rows int, took time.Duration) string {
	return fmt.Sprintf("%.0f rows/s", float64(rows)/took.Seconds())
}
