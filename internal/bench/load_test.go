package main

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"chiso/internal/store"
	"chiso/internal/testing/pgtest"
	"chiso/internal/web"
	"chiso/static"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// A few agencies report at the same time while others read: no answer is an error, and what is stored is what was sent.
func TestLoad(t *testing.T) {
	for _, e := range []engine{sqlite, postgres} {
		t.Run(string(e), func(t *testing.T) {
			config := store.Config{Path: filepath.Join(t.TempDir(), "chiso.db"), Clock: loadClock()}
			if e == postgres {
				config.URL = pgtest.Database(t)
			}
			s, err := store.Open(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			if _, err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			l := &rush{store: s, clock: config.Clock, agencies: 12, viewers: 6, spread: time.Second, pause: 200 * time.Millisecond, assets: assets(t),
				backups: backups{dir: t.TempDir(), pause: 300 * time.Millisecond}}
			if err := l.run(t.Context()); err != nil {
				t.Fatal(err)
			}
			l.movesTo(t, e)
			for _, r := range l.results(e) {
				t.Log(r.work, r.ours)
			}
			warned := 0
			for _, r := range l.reports {
				warned += r.warned
			}
			if got := len(l.took.all[askUpload]); got != 12 || warned == 0 || len(l.took.all[askExplain]) == 0 || len(l.took.all[askRanking]) == 0 {
				t.Errorf("%d uploads, %d cells asked about, %d rankings read", got, warned, len(l.took.all[askRanking]))
			}
		})
	}
}

// movesTo restores a backup that was taken while everybody reported into the other engine, where everything is as it was.
func (l *rush) movesTo(t *testing.T, from engine) {
	t.Helper()
	config := store.Config{Path: filepath.Join(t.TempDir(), "chiso.db"), Clock: l.clock}
	if from == sqlite {
		config.URL = pgtest.Database(t)
	}
	to, err := store.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = to.Close() })
	if err := l.moved(t.Context(), to); err != nil || l.backups.taken < 2 {
		t.Errorf("%d backups, the last: %v", l.backups.taken, err)
	}
}

// assets gives the built files, or names without content where none are built: no browser looks.
func assets(t *testing.T) web.Assets {
	t.Helper()
	if _, err := static.Manifest(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		return web.Assets{Path: func(name string) (string, error) { return "/static/" + name, nil }, Handler: http.NotFoundHandler()}
	}
	return web.Assets{Path: static.Asset, Handler: static.Handler()}
}
