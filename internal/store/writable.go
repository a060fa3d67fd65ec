package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"chiso/internal/fault"
)

// lockWait is how long a transaction waits for another process that holds the lock of the SQLite file; lockTry is how long it waits
// inside SQLite before it looks whether its caller still has time.
const (
	lockWait = 8 * time.Second
	lockTry  = 200 * time.Millisecond
)

// SQLite's codes for a lock that another holds, a disk that is full, and a file that cannot be used.
const (
	sqliteBusy     = 5
	sqliteLocked   = 6
	sqliteFull     = 13
	sqliteCantOpen = 14
	sqliteReadOnly = 8
	sqliteCorrupt  = 11
	sqliteNotADB   = 26
)

func sqliteCode(err error) int {
	var e interface{ Code() int }
	if errors.As(err, &e) {
		return e.Code() & 0xff // the rest says more exactly why
	}
	return 0
}

func busy(err error) bool {
	code := sqliteCode(err)
	return code == sqliteBusy || code == sqliteLocked
}

// unopened says why a SQLite file cannot be used.
func unopened(err error, path string) error {
	why := "Hãy xem quyền của tệp và thư mục, và ổ đĩa."
	switch code := sqliteCode(err); {
	case code == sqliteNotADB, code == sqliteCorrupt:
		why = "Đó không phải tệp SQLite, hoặc tệp đã hỏng. Hãy giữ nguyên tệp này và khôi phục bản sao lưu gần nhất: chiso restore."
	case code == sqliteReadOnly, errors.Is(err, fs.ErrPermission):
		why = "Tài khoản chạy chương trình không có quyền ghi vào tệp hoặc thư mục đó."
	case full(err):
		why = "Ổ đĩa đã hết chỗ."
	case busy(err):
		why = "Một chương trình khác đang giữ tệp."
	}
	return fault.Wrap(err, fault.Unready, "Không mở được tệp dữ liệu %s. %s", path, why)
}

// full reports whether there is no room left where the database is.
func full(err error) bool {
	var pg *pgconn.PgError
	return sqliteCode(err) == sqliteFull || errors.Is(err, syscall.ENOSPC) || errors.As(err, &pg) && pg.Code == "53100"
}

// begin starts a transaction that writes, for somebody who waits since then. Waiting for another process's lock ends with the
// caller's time, which a wait inside SQLite would not.
func (s *Store) begin(ctx context.Context, conn *sql.Conn, since time.Time) (*sql.Tx, error) {
	if s.pg { // whatever the server's default: what is read after the lock must be what its last holder left
		return conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	}
	if err := s.sameFile(); err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", lockTry.Milliseconds())); err != nil {
		return nil, err
	}
	for {
		tx, err := conn.BeginTx(ctx, nil)
		if !busy(err) {
			return tx, err
		}
		if ctx.Err() != nil || time.Since(since) > lockWait {
			return nil, fault.Wrap(
				err,
				fault.Away,
				"Một chương trình khác đang ghi vào cơ sở dữ liệu nên việc này chưa được lưu. Hãy thử lại sau ít phút.",
			)
		}
	}
}

// sameFile refuses a file that is no longer the one at its path: what is written into it is lost at the next start, and what new
// connections read is another database.
func (s *Store) sameFile() error {
	if s.file == nil {
		return nil
	}
	now, err := os.Stat(s.location)
	if err == nil && os.SameFile(s.file, now) {
		return nil
	}
	return fault.New(
		fault.Unready,
		"Tệp dữ liệu %s đã bị xóa hoặc bị thay khi chương trình đang chạy, nên từ lúc đó không đọc, không ghi gì nữa. Quản trị hệ thống hãy đặt lại đúng tệp rồi khởi động lại chương trình.",
		s.location,
	)
}

// Writable says whether something can be stored now; it stores nothing. A writer of this process that is at work proves it.
func (s *Store) Writable(ctx context.Context) (err error) {
	defer sayAway(&err)
	if !s.pg {
		if err := s.sameFile(); err != nil {
			return err
		}
		if err := room(filepath.Dir(s.location)); err != nil {
			return err
		}
	}
	if s.writing.Load() {
		return nil
	}
	since := time.Now()
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return fault.Wrap(ctx.Err(), fault.Away, "Cơ sở dữ liệu không cho ghi.")
	}
	db, err := s.write.DB()
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	tx, err := s.begin(ctx, conn, since)
	if err != nil {
		return err
	}
	if s.pg { // a number is only given where something may be written
		_, err = tx.ExecContext(ctx, "SELECT pg_current_xact_id()")
	}
	return errors.Join(err, tx.Rollback())
}

// room refuses a folder on whose disk nothing fits any more. A transaction that is taken back would not notice.
func room(dir string) error {
	f, err := os.CreateTemp(dir, ".chiso-room-*")
	if err == nil {
		_, err = f.Write(make([]byte, 64<<10))
		err = errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	if full(err) {
		return err
	}
	return fault.Wrap(err, fault.Unready, "Không ghi được vào thư mục dữ liệu %s. Hãy xem quyền của thư mục và ổ đĩa.", dir)
}
