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
	done, err := p.Up(ctx)
	for tries := 1; err != nil && !s.pg && tries < 5; tries++ {
		// SQLite has no lock around all steps: another copy may have taken ours. Then the rest goes through.
		done, err = p.Up(ctx)
	}
	return len(done), err
}

func (s *Store) provider() (*goose.Provider, error) {
	dialect, dir := goose.DialectSQLite3, "migrations/sqlite"
	opts := []goose.ProviderOption{}
	if s.pg {
		dialect, dir = goose.DialectPostgres, "migrations/postgres"
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // ask every second
		if err != nil {
			return nil, err
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	sub, err := fs.Sub(migrations, dir)
	if err != nil {
		return nil, err
	}
	db, err := s.write.DB()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, db, sub, opts...)
}
