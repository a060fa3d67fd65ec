package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"

	"chiso/internal/app"
	"chiso/internal/intake"
	"chiso/internal/store"
	"chiso/internal/web"
	"chiso/static"
)

// How many agencies report within which time, and how many people read meanwhile: the 63 provinces, the ministries and the agencies of
// their rank until 28/02/2025.
const (
	loadAgencies = 85
	loadViewers  = 50
	loadSpread   = 45 * time.Second // the last one begins then, so that all have uploaded within a minute
	loadPatience = 10 * time.Minute // on a machine that does much else
)

// reportingLoad has every agency report while others read, over HTTP with sessions, and compares afterwards what is stored with what
// was sent. Whatever is refused, lost or stored twice fails it; times are for information, for the clients run on the same cores.
func reportingLoad(ctx context.Context, b *bench) (out []result, err error) {
	for _, e := range []engine{sqlite, postgres} {
		if b.skips(e) {
			continue
		}
		config, err := b.config(ctx, e)
		if err != nil {
			return nil, err
		}
		config.Clock = loadClock()
		s, err := b.migrated(ctx, config)
		if err != nil {
			return nil, err
		}
		l := &rush{store: s, clock: config.Clock, agencies: loadAgencies, viewers: loadViewers, spread: loadSpread, pause: time.Second,
			assets: web.Assets{Path: static.Asset, Handler: static.Handler()}, backups: backups{dir: b.dir, pause: 5 * time.Second}}
		if err := l.run(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", e, err)
		}
		other := map[engine]engine{sqlite: postgres, postgres: sqlite}[e]
		if config, err = b.config(ctx, other); err != nil {
			return nil, err
		}
		config.Clock = l.clock
		to, err := store.Open(ctx, config)
		if err != nil {
			return nil, err
		}
		b.closes = append([]func() error{to.Close}, b.closes...)
		if err := l.moved(ctx, to); err != nil {
			return nil, fmt.Errorf("the backup of %s in %s: %w", e, other, err)
		}
		out = append(out, l.results(e)...)
	}
	return out, nil
}

// loadClock goes on from the last days of a quarter in which the 63 provinces were still there.
func loadClock() func() time.Time {
	begin, base := time.Now(), time.Date(2024, 12, 16, 1, 0, 0, 0, time.UTC)
	return func() time.Time { return base.Add(time.Since(begin)) }
}

// rush is a load: agencies that report within a time, and people who read meanwhile.
type rush struct {
	store    *store.Store
	clock    func() time.Time
	agencies int
	viewers  int
	spread   time.Duration // over which the agencies begin
	pause    time.Duration // the longest that a reader looks at a page
	assets   web.Assets
	limits   intake.Limits // of files; zero takes those of the command line

	app      *app.App
	round    int64
	reports  []*filer
	office   *client
	readers  []*client
	base     string // address of the server
	took     times
	backups  backups
	lasted   time.Duration // until the last report was received
	uploaded time.Duration // until the last file was taken
}

// run prepares the round, lets everybody at it and compares.
func (l *rush) run(ctx context.Context) error {
	if err := l.prepare(ctx); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, loadPatience)
	defer cancel()
	if err := l.serve(ctx, l.everybody); err != nil {
		return err
	}
	return l.compare(context.WithoutCancel(ctx))
}

// serve runs fn against the real server.
func (l *rush) serve(ctx context.Context, fn func(context.Context) error) error {
	server, err := web.New(web.Config{App: l.app, Assets: l.assets, Clock: l.clock, Log: slog.New(slog.DiscardHandler), Version: "bench",
		ListenAddr: "127.0.0.1:0", Proxies: []string{"127.0.0.1/32"}})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	listening, done := make(chan net.Addr, 1), make(chan error, 1)
	go func() { done <- server.Run(ctx, func(a net.Addr) { listening <- a }) }()
	select {
	case err := <-done:
		return err
	case a := <-listening:
		l.base = "http://" + a.String()
	}
	err = fn(ctx)
	stop()
	return errors.Join(err, <-done)
}

// everybody signs in, then the agencies report one after the other's beginning while the others read until the last is done.
func (l *rush) everybody(ctx context.Context) error {
	if err := l.office.signIn(ctx, l); err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(1, 85)) // the same load each time
	begins := make([]time.Duration, len(l.reports))
	for i := range begins {
		begins[i] = time.Duration(random.Int64N(int64(l.spread)))
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	start := time.Now()
	var readers, reporters sync.WaitGroup
	errs := make([]error, len(l.readers)+len(l.reports)+1)
	if l.backups.dir != "" {
		readers.Go(func() { errs[len(errs)-1] = l.backUp(ctx, reading) })
	}
	for i, c := range l.readers {
		mine := rand.New(rand.NewPCG(2, uint64(i)))
		readers.Go(func() { errs[i] = l.read(ctx, reading, c, mine) })
	}
	for i, r := range l.reports {
		reporters.Go(func() {
			if errs[len(l.readers)+i] = wait(ctx, begins[i]); errs[len(l.readers)+i] == nil {
				errs[len(l.readers)+i] = r.report(ctx, l)
			}
		})
	}
	reporters.Wait()
	l.lasted = time.Since(start)
	stop()
	readers.Wait()
	for _, r := range l.reports {
		l.uploaded = max(l.uploaded, r.uploaded.Sub(start))
	}
	return someOf(errs)
}

// someOf joins the first errors and counts the rest.
func someOf(errs []error) error {
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	if len(errs) > 3 {
		return fmt.Errorf("%d people met an error, the first three: %w", len(errs), errors.Join(errs[:3]...))
	}
	return errors.Join(errs...)
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// times are how long answers took, by kind of request.
type times struct {
	mu  sync.Mutex
	all map[string][]time.Duration
}

func (t *times) add(kind string, d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all == nil {
		t.all = map[string][]time.Duration{}
	}
	t.all[kind] = append(t.all[kind], d)
}

// results says how long each kind of request took, in the order of a report's life.
func (l *rush) results(e engine) (out []result) {
	add := func(what, ours string) {
		out = append(out, result{work: fmt.Sprintf("%s: %d report, %d read: %s", e, l.agencies, l.viewers, what), floor: "–", ours: ours})
	}
	n := 0
	for _, kind := range kinds() {
		all := l.took.all[kind]
		if len(all) == 0 {
			continue
		}
		n += len(all)
		slices.Sort(all)
		at := func(percent int) float64 { return ms(all[(len(all)-1)*percent/100]) }
		add(kind, fmt.Sprintf("p50 %.0f ms, p95 %.0f ms, max %.0f ms of %d", at(50), at(95), at(100), len(all)))
	}
	if l.backups.taken > 0 {
		add(
			"backups meanwhile, the last restored into the other engine",
			fmt.Sprintf("%d, the longest %.1f s, %.1f MB at revision %d; check, heads and releases equal", l.backups.taken,
				slices.Max(l.backups.took).Seconds(), float64(l.backups.last.Size)/1e6, l.backups.last.Manifest.Revision),
		)
	}
	add("errors", fmt.Sprintf("0 of %d requests", n))
	add("all uploaded, all received", fmt.Sprintf("%.1f s, %.1f s", l.uploaded.Seconds(), l.lasted.Seconds()))
	return out
}
