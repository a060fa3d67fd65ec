package store

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"chiso/internal/fault"
)

// connectTimeout bounds the wait for a server that does not answer, unless the address names another with connect_timeout.
const connectTimeout = 10 * time.Second

func (s *Store) openPostgres(ctx context.Context, dsn string) error {
	if !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://") {
		return fault.New(fault.Usage, "CHISO_DATABASE_URL phải có dạng postgres://…")
	}
	if err := unescaped(dsn); err != nil {
		return err
	}
	config, err := pgx.ParseConfig(dsn)
	if err != nil { // its text repeats the address, which may carry the password
		return fault.New(
			fault.Usage,
			"Không đọc được CHISO_DATABASE_URL. Địa chỉ phải có dạng postgres://tên:mật-khẩu@máy:5432/cơ-sở-dữ-liệu?sslmode=verify-full. %s",
			escapes,
		)
	}
	if fallsBack(config) {
		return fault.New(
			fault.Usage,
			"CHISO_DATABASE_URL không ghi sslmode (hoặc ghi prefer, allow) mà máy chủ %s ở ngoài máy này: khi máy chủ không có TLS thì mật khẩu và số liệu đi qua mạng không mã hóa mà không ai hay."+
				" Hãy ghi sslmode=verify-full; chỉ trong mạng riêng không ai khác vào được mới ghi sslmode=disable.",
			config.Host,
		)
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	pool := stdlib.OpenDB(*config)
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close()
		return refused(err, config)
	}
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: pool}), gormConfig(s.clock))
	if err != nil {
		_ = pool.Close()
		return err
	}
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(8)
	s.write, s.read, s.pg = db, db, true
	s.location = "PostgreSQL " + config.Database + " tại " + config.Host
	return nil
}

// fallsBack reports whether a server beyond this machine may be talked to in clear text though TLS was tried.
func fallsBack(c *pgx.ConnConfig) bool {
	if local := net.ParseIP(c.Host); strings.HasPrefix(c.Host, "/") || c.Host == "localhost" || local != nil && local.IsLoopback() {
		return false
	}
	clear, secure := c.TLSConfig == nil, c.TLSConfig != nil
	for _, f := range c.Fallbacks {
		clear, secure = clear || f.TLSConfig == nil, secure || f.TLSConfig != nil
	}
	return clear && secure
}

// escapes says how a password is written into an address.
const escapes = "Ký tự đặc biệt trong mật khẩu phải viết bằng mã: # là %23, @ là %40, / là %2F, : là %3A, ? là %3F, % là %25."

// unescaped refuses an address whose password holds a character that ends it there: what follows would be taken for another part, the
// name for that of a host, and the password would be named in a sentence about the network.
func unescaped(dsn string) error {
	_, rest, _ := strings.Cut(dsn, "://")
	authority, after := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority, after = rest[:i], rest[i:]
	}
	path, query, _ := strings.Cut(after, "?")
	lost := strings.Count(authority, "@") > 1 || strings.Contains(after, "#") || strings.Contains(path, "@") ||
		!strings.Contains(authority, "@") && strings.Contains(query, "@")
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		lost = lost || strings.Contains(name, "@")
	}
	if !lost {
		return nil
	}
	return fault.New(
		fault.Usage,
		"CHISO_DATABASE_URL có ký tự #, @, / hoặc ? chưa viết bằng mã trong tên hoặc mật khẩu, nên không biết đâu là tên máy. %s",
		escapes,
	)
}

// refused says why a server cannot be used, with its host and database but without anything secret.
func refused(err error, c *pgx.ConnConfig) error {
	place := fmt.Sprintf("cơ sở dữ liệu PostgreSQL %q tại %s", c.Database, net.JoinHostPort(c.Host, fmt.Sprint(c.Port)))
	if strings.HasPrefix(c.Host, "/") {
		place = fmt.Sprintf("cơ sở dữ liệu PostgreSQL %q tại %s", c.Database, c.Host)
	}
	say := func(kind fault.Kind, why string) error {
		return fault.Wrap(errors.New("postgres: cannot connect"), kind, "Không kết nối được %s: %s", place, why)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case strings.Contains(pg.Message, "pg_hba.conf"):
			return say(
				fault.Unready,
				fmt.Sprintf(
					"máy chủ không cho tài khoản %q vào từ máy này theo cách này (mã %s). Hãy xem pg_hba.conf; nếu ở đó là hostssl, hãy thêm sslmode=verify-full.",
					c.User,
					pg.Code,
				),
			)
		case pg.Code == "28P01", pg.Code == "28000":
			return say(
				fault.Unready,
				fmt.Sprintf(
					"máy chủ không nhận tên %q hoặc mật khẩu (mã %s). Hãy kiểm tra CHISO_DATABASE_URL. %s",
					c.User,
					pg.Code,
					escapes,
				),
			)
		case pg.Code == "3D000":
			return say(
				fault.Unready,
				"máy chủ không có cơ sở dữ liệu tên đó (mã 3D000). Hãy lập bằng createdb hoặc sửa tên trong CHISO_DATABASE_URL.",
			)
		case pg.Code == "53300":
			return say(fault.Away, "máy chủ đã hết số kết nối cho phép (mã 53300). Hãy nâng max_connections hoặc giới hạn của tài khoản.")
		}
		return say(fault.Away, fmt.Sprintf("máy chủ từ chối (mã %s).", pg.Code))
	}
	var name *net.DNSError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verification *tls.CertificateVerificationError
	var network net.Error
	switch {
	case errors.As(err, &authority), errors.As(err, &host), errors.As(err, &invalid), errors.As(err, &verification):
		return say(
			fault.Unready,
			"không tin được chứng thư TLS của máy chủ. Hãy chỉ tệp chứng thư gốc bằng sslrootcert= và dùng đúng tên máy ghi trong chứng thư.",
		)
	case strings.Contains(err.Error(), "refused TLS"):
		return say(fault.Unready, "máy chủ không bật TLS mà địa chỉ đòi (sslmode). Hãy bật TLS trên máy chủ.")
	case errors.As(err, &name):
		return say(fault.Away, "không tìm được máy chủ tên đó. Hãy kiểm tra tên máy và DNS.")
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOENT):
		return say(fault.Away, "không có máy chủ nào nghe ở cổng đó. Hãy kiểm tra cổng, và xem PostgreSQL có đang chạy không.")
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return say(fault.Away, "máy chủ không trả lời trong thời gian chờ. Hãy kiểm tra mạng, tường lửa và địa chỉ.")
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return say(fault.Away, "không có đường mạng tới máy chủ. Hãy kiểm tra mạng, tường lửa và địa chỉ.")
	}
	return say(fault.Away, "không rõ vì sao. Hãy kiểm tra CHISO_DATABASE_URL và nhật ký của PostgreSQL.")
}
