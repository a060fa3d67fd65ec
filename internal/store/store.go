// Package store keeps Chiso's records in SQLite or PostgreSQL: revisions, catalogues, observations
// and the views derived from them. It alone knows gorm and SQL; it knows no HTTP. Everything
// official is changed inside Write and read inside Read, at one revision.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	sqlite "github.com/glebarez/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"chiso/internal/fault"
)

// Config says where the records are.
type Config struct {
	URL   string           // postgres://…; "" means SQLite at Path
	Path  string           // SQLite file, created when missing
	Clock func() time.Time // time.Now in the program

	Existing bool // refuse a SQLite file that is not there instead of making one
	Without  Without
}

// Without leaves a safeguard out so that a measurement can say what it costs. Nothing but internal/bench sets it; a test looks.
type Without struct {
	Sync    bool // SQLite does not wait for the disk at each commit
	Digests bool // the audit says nothing of the rows that it is about
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	write    *gorm.DB
	read     *gorm.DB
	pg       bool
	clock    func() time.Time
	location string
	newest   int64 // schema that this program knows
	without  Without
	file     os.FileInfo   // the SQLite file that was opened
	writing  atomic.Bool   // a Write is inside its transaction
	turn     chan struct{} // one Write at a time in this process: the others wait here, not on connections
}

// Open connects to the database without changing it; Migrate makes it ready.
func Open(ctx context.Context, c Config) (*Store, error) {
	s := &Store{clock: c.Clock, without: c.Without, turn: make(chan struct{}, 1)}
	if s.clock == nil {
		return nil, errors.New("store.Open: a clock is needed")
	}
	var err error
	if c.URL != "" {
		err = s.openPostgres(ctx, c.URL)
	} else {
		err = s.openSQLite(c.Path, c.Existing)
	}
	if err != nil {
		return nil, err
	}
	if s.newest, err = s.Needed(); err != nil {
		return nil, err
	}
	if err := s.ping(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func gormConfig(clock func() time.Time) *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true, // Write and Read hold their own
		TranslateError:         true,
		Logger:                 logger.Discard, // errors are returned, values stay out of logs
		NowFunc:                func() time.Time { return clock().UTC() },
	}
}

func (s *Store) openSQLite(path string, existing bool) error {
	if path == "" {
		return errors.New("store.Open: a path is needed")
	}
	if _, err := os.Stat(path); existing && errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(
			err,
			fault.Unready,
			"Không có tệp dữ liệu %s. Nếu là máy mới, hãy chạy: chiso migrate. Nếu không, hãy xem lại CHISO_DATA, CHISO_DATABASE_URL.",
			path,
		)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fault.Wrap(err, fault.Unready, "Không tạo được thư mục dữ liệu %s.", filepath.Dir(path))
	}
	if err := ownFile(path); err != nil {
		return err
	}
	open := func(pragmas ...string) (*gorm.DB, *sql.DB, error) {
		q := "?mode=rw&_pragma=busy_timeout(10000)" // the file is there: another must not be made in its place
		for _, p := range pragmas {
			q += "&" + p
		}
		db, err := gorm.Open(sqlite.Open("file:"+(&url.URL{Path: path}).EscapedPath()+q), gormConfig(s.clock))
		if err != nil {
			return nil, nil, unopened(err, path)
		}
		sqlDB, err := db.DB()
		return db, sqlDB, err
	}
	// What was answered to is on the disk: a power cut takes back no receipt, signature, release or line of the audit. One writer, for SQLite has one; immediate, so that it never fails half-way for a lock.
	sync := "_pragma=synchronous(FULL)"
	if s.without.Sync {
		sync = "_pragma=synchronous(NORMAL)"
	}
	w, wdb, err := open("_pragma=journal_mode(WAL)", sync, "_pragma=foreign_keys(1)", "_txlock=immediate")
	if err != nil {
		return err
	}
	wdb.SetMaxOpenConns(1)
	r, rdb, err := open("_pragma=query_only(1)", "_pragma=cache_size(-65536)")
	if err != nil {
		_ = wdb.Close()
		return err
	}
	rdb.SetMaxOpenConns(8)
	rdb.SetMaxIdleConns(8)
	s.write, s.read, s.location = w, r, path
	if s.file, err = os.Stat(path); errors.Is(err, fs.ErrPermission) {
		err = nil // what opens it says why it cannot
	}
	return err
}

// ownFile keeps other accounts of the machine from reading the database: SQLite gives the files beside it the same mode.
func ownFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, fs.ErrPermission) {
		return nil // what opens it says why it cannot
	}
	if err != nil {
		return unopened(err, path)
	}
	defer func() { _ = f.Close() }()
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			_ = os.Chmod(name, 0o600) // another's file: its owner has to
		}
	}
	return nil
}

// ping asserts that the pragmas took: a driver ignores ones that it does not know.
func (s *Store) ping(ctx context.Context) error {
	if s.pg {
		db, err := s.write.DB()
		if err != nil {
			return err
		}
		return db.PingContext(ctx)
	}
	var mode string
	if err := s.write.WithContext(ctx).Raw("PRAGMA journal_mode").Scan(&mode).Error; err != nil {
		return unopened(err, s.location)
	}
	var fk int
	if err := s.write.WithContext(ctx).Raw("PRAGMA foreign_keys").Scan(&fk).Error; err != nil {
		return err
	}
	if mode != "wal" || fk != 1 {
		return fmt.Errorf("sqlite: journal_mode %q, foreign_keys %d: the settings did not take", mode, fk)
	}
	return nil
}

// Location names the database for messages, without secrets.
func (s *Store) Location() string { return s.location }

// Postgres reports whether the engine is PostgreSQL.
func (s *Store) Postgres() bool { return s.pg }

// Close closes the pools.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*gorm.DB{s.read, s.write} {
		if db == nil {
			continue
		}
		if sqlDB, err := db.DB(); err == nil {
			errs = append(errs, sqlDB.Close())
		}
	}
	return errors.Join(errs...)
}
