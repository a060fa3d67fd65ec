package store

import (
	"context"
	"embed"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"chiso/internal/fault"
)

//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var migrations embed.FS

// Migrate brings the schema to the newest version and returns how many steps it took. Several copies
// of the program may call it at once.
func (s *Store) Migrate(ctx context.Context) (int, error) {
	p, err := s.provider()
	if err != nil {
		return 0, err
	}
	done, err := p.Up(ctx)
	for tries := 1; err != nil && !s.pg && tries < 5; tries++ {
		// SQLite has no lock around all steps: another copy may have taken ours. Then the rest goes through.
		done, err = p.Up(ctx)
	}
	return len(done), err
}

// Ready returns a fault of kind Unready when the schema is not the one that this program needs.
func (s *Store) Ready(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	// Not goose's own question: it would create its table in an empty database.
	var have int64
	if err := s.read.WithContext(ctx).Raw("SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version").Scan(&have).Error; err != nil {
		return fault.Wrap(err, fault.Unready, "Không đọc được phiên bản cơ sở dữ liệu. Hãy chạy: chiso migrate")
	}
	steps := p.ListSources()
	switch newest := steps[len(steps)-1].Version; {
	case have < newest:
		return fault.New(fault.Unready, "Cơ sở dữ liệu chưa được cập nhật. Hãy chạy: chiso migrate")
	case have > newest:
		return fault.New(fault.Unready, "Cơ sở dữ liệu mới hơn chương trình. Hãy dùng bản chương trình mới hơn.")
	}
	return nil
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
