package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"

	"chiso/internal/fault"
)

// Ready returns a fault of kind Unready when the schema is not the one that this program needs, and one of kind Away when the
// database does not answer.
func (s *Store) Ready(ctx context.Context) error {
	have, err := s.Schema(ctx)
	if err != nil {
		return err
	}
	need, err := s.Needed()
	switch {
	case err != nil:
		return err
	case have == 0:
		return fault.New(fault.Unready, "Cơ sở dữ liệu %s chưa được lập. Hãy chạy: chiso migrate", s.location)
	case have < need:
		return fault.New(
			fault.Unready,
			"Cơ sở dữ liệu ở lược đồ %d, chương trình này cần lược đồ %d. Chưa đọc, chưa ghi gì. Hãy chạy: chiso migrate",
			have,
			need,
		)
	case have > need:
		return newer(have, need)
	}
	return nil
}

// newer refuses the schema of a later program.
func newer(have, need int64) error {
	return fault.New(
		fault.Unready,
		"Cơ sở dữ liệu (lược đồ %d) mới hơn chương trình này (lược đồ %d). Chưa đọc, chưa ghi gì. Hãy dùng bản chương trình mới hơn.",
		have,
		need,
	)
}

// Schema returns the number of the last migration that the database has had, 0 before the first one.
func (s *Store) Schema(ctx context.Context) (have int64, err error) {
	// Not goose's own question: it would create its table in an empty database.
	err = s.read.WithContext(ctx).Raw("SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version").Scan(&have).Error
	if missingTable(err) {
		return 0, nil
	}
	return have, unanswered(err)
}

// Needed returns the number of the last migration that this program knows.
func (s *Store) Needed() (newest int64, err error) {
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		n, err := goose.NumericComponent(f.Name())
		if err != nil {
			return 0, err
		}
		newest = max(newest, n)
	}
	return newest, nil
}

// Overtaken reports whether a later program has brought the database to a schema that this one does not know. What can be read is
// still shown; nothing is written.
func (s *Store) Overtaken(ctx context.Context) (bool, error) {
	have, err := s.Schema(ctx)
	return have > s.newest, err
}

// stillOurs refuses to write into the schema of a later program: this copy was running when another was upgraded. The caller holds
// the lock that Migrate takes.
func (s *Store) stillOurs(ctx context.Context, q querier) error {
	have, err := schemaOf(ctx, q)
	if err != nil || have <= s.newest {
		return err
	}
	return fault.New(
		fault.Unready,
		"Chiso đang được nâng cấp: cơ sở dữ liệu đã ở lược đồ %d, bản đang chạy chỉ biết đến %d nên chỉ còn cho xem. Chưa lưu gì. Hãy thử lại sau ít phút.",
		have,
		s.newest,
	)
}

// missingSchema says what to do about a table that is not there; of any other failure only what it is.
func missingSchema(err error) error {
	if missingTable(err) {
		return fault.Wrap(err, fault.Unready, "Cơ sở dữ liệu chưa được lập. Hãy chạy: chiso migrate")
	}
	return unanswered(err)
}

// missingTable reports whether a statement failed because its table is not there.
func missingTable(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "42P01"
	}
	return err != nil && strings.Contains(err.Error(), "no such table")
}

// unanswered gives the failure of a database that is away, stopping or full of connections its kind and a sentence that says no
// more than is known. Other errors stay as they are.
func unanswered(err error) error {
	switch {
	case err == nil || fault.KindOf(err) != fault.Internal:
		return err
	case full(err):
		return fault.Wrap(err, fault.Away, "Máy chủ hết chỗ lưu nên việc này chưa được lưu. Hãy báo quản trị hệ thống; xem thì vẫn được.")
	case busy(err), sqliteCode(err) == sqliteCantOpen:
		return fault.Wrap(err, fault.Away, "Cơ sở dữ liệu đang bận. Hãy thử lại sau ít phút, rồi xem việc vừa làm đã được lưu hay chưa.")
	case !away(err):
		return err
	}
	return fault.Wrap(err, fault.Away, "Máy chủ dữ liệu không trả lời. Hãy thử lại sau ít phút, rồi xem việc vừa làm đã được lưu hay chưa.")
}

// sayAway is unanswered for a function that returns: defer sayAway(&err).
func sayAway(errp *error) { *errp = unanswered(*errp) }

func away(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return false // the request's own time, whoever used it up
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) { // 57P: stopping, starting; 53: connections, disk, memory; 08: connection
		return strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "08") || pg.Code == "53300"
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}
