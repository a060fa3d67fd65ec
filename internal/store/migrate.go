package store

import (
	"context"
	"embed"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var migrations embed.FS

// Migrate brings the schema to the newest version and returns how many steps it took. Several copies
// of the program may call it at once. A schema of a later program is refused with a fault of kind Unready.
func (s *Store) Migrate(ctx context.Context) (int, error) {
	p, err := s.provider()
	if err != nil {
		return 0, err
	}
	have, err := s.Schema(ctx)
	if err != nil {
		return 0, err
	}
	if need, err := s.Needed(); err != nil {
		return 0, err
	} else if have > need {
		return 0, newer(have, need)
	}
	release, err := s.holdWrites(ctx)
	if err != nil {
		return 0, err
	}
	done, err := s.up(ctx, p)
	release()
	if err != nil {
		return done, err
	}
	return done, s.baseline(ctx)
}

func (s *Store) up(ctx context.Context, p *goose.Provider) (int, error) {
	done, err := p.Up(ctx)
	for tries := 1; err != nil && !s.pg && tries < 5; tries++ {
		// SQLite has no lock around all steps: another copy may have taken ours. Then the rest goes through.
		done, err = p.Up(ctx)
	}
	return len(done), err
}

func (s *Store) migrationDir() string {
	if s.pg {
		return "migrations/postgres"
	}
	return "migrations/sqlite"
}

// holdWrites waits for what is being written and holds up what comes, until release: so that no copy of the program writes into a
// schema that changes under it. SQLite's single writer does that by itself, one step at a time.
func (s *Store) holdWrites(ctx context.Context) (release func(), err error) {
	if !s.pg {
		return func() {}, nil
	}
	db, err := s.write.DB()
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	release = func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock_all()")
		_ = conn.Close()
	}
	for _, key := range []int64{advisoryLock, peopleLock} {
		if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", key); err != nil {
			release()
			return nil, err
		}
	}
	return release, nil
}

func (s *Store) provider() (*goose.Provider, error) {
	dialect := goose.DialectSQLite3
	opts := []goose.ProviderOption{}
	if s.pg {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // ask every second
		if err != nil {
			return nil, err
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	sub, err := fs.Sub(migrations, s.migrationDir())
	if err != nil {
		return nil, err
	}
	db, err := s.write.DB()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, db, sub, opts...)
}
