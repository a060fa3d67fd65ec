package store_test

import (
	"encoding/binary"
	"io"
	"net"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"crypto/tls"

	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/testing/pgtest"
)

// fakeServer answers every connection by fn, as a PostgreSQL server that refuses would.
func fakeServer(t *testing.T, fn func(net.Conn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer func() { _ = c.Close() }(); fn(c) }()
		}
	}()
	return l.Addr().String()
}

// message reads one message of a client that has not been let in: its length, then that much.
func message(c net.Conn) []byte {
	var size uint32
	if binary.Read(c, binary.BigEndian, &size) != nil || size < 4 || size > 1<<16 {
		return nil
	}
	body := make([]byte, size-4)
	_, _ = io.ReadFull(c, body)
	return body
}

// says refuses with an SQLSTATE, as the protocol of PostgreSQL has it.
func says(code, text string) func(net.Conn) {
	return func(c net.Conn) {
		message(c)
		body := "SFATAL\x00C" + code + "\x00M" + text + "\x00\x00"
		_, _ = c.Write(append(append([]byte{'E'}, binary.BigEndian.AppendUint32(nil, uint32(len(body)+4))...), body...))
	}
}

func TestPostgresSaysWhyItRefuses(t *testing.T) {
	certificates := httptest.NewTLSServer(nil) // signed by nobody we trust
	t.Cleanup(certificates.Close)
	secure := fakeServer(t, func(c net.Conn) {
		message(c)
		_, _ = c.Write([]byte{'S'})
		_ = tls.Server(c, certificates.TLS).Handshake()
	})
	silent := fakeServer(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = gone.Close()
	u, err := url.Parse(pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/khong-co"
	for name, c := range map[string]struct{ dsn, says string }{
		"wrong password":     {"postgres://chiso:bí-mật@" + fakeServer(t, says("28P01", "password authentication failed")) + "/chiso?sslmode=disable", "mật khẩu (mã 28P01)"},
		"not let in":         {"postgres://chiso:bí-mật@" + fakeServer(t, says("28000", "no pg_hba.conf entry for host")) + "/chiso?sslmode=disable", "pg_hba.conf"},
		"too many":           {"postgres://chiso:bí-mật@" + fakeServer(t, says("53300", "too many connections")) + "/chiso?sslmode=disable", "số kết nối"},
		"no such database":   {u.String(), "không có cơ sở dữ liệu tên đó (mã 3D000)"},
		"nobody at the port": {"postgres://chiso:bí-mật@" + gone.Addr().String() + "/chiso", "không có máy chủ nào nghe ở cổng đó"},
		"no such host":       {"postgres://chiso:bí-mật@khong-co.invalid/chiso?sslmode=verify-full", "không tìm được máy chủ"},
		"untrusted":          {"postgres://chiso:bí-mật@" + secure + "/chiso?sslmode=verify-full", "chứng thư TLS"},
		"no TLS":             {"postgres://chiso:bí-mật@" + fakeServer(t, func(c net.Conn) { message(c); _, _ = c.Write([]byte{'N'}) }) + "/chiso?sslmode=require", "không bật TLS"},
		"silent":             {"postgres://chiso:bí-mật@" + silent + "/chiso?sslmode=disable&connect_timeout=1", "không trả lời trong thời gian chờ"},
		"clear text unasked": {"postgres://chiso:bí-mật@db.invalid/chiso", "Hãy ghi sslmode=verify-full"},
		"prefer":             {"postgres://chiso:bí-mật@db.invalid/chiso?sslmode=prefer", "Hãy ghi sslmode=verify-full"},
		"clear text asked":   {"postgres://chiso:bí-mật@db.invalid/chiso?sslmode=disable", "không tìm được máy chủ"},
		"# in the password":  {"postgres://chiso:12#bí-mật@127.0.0.1/chiso", "# là %23"},
		"#, behind an @":     {"postgres://chiso:bí-mật@12#3@127.0.0.1/chiso", "# là %23"},
		"digits before a /":  {"postgres://chiso:12/bí-mật@127.0.0.1/chiso", "/ là %2F"},
		"digits before a ?":  {"postgres://chiso:12?bí-mật@127.0.0.1/chiso", "? là %3F"},
		"@ and ?":            {"postgres://chiso:bí@mật?x@127.0.0.1/chiso", "? là %3F"},
		"% in the password":  {"postgres://chiso:bí-mật%zz@127.0.0.1/chiso", "% là %25"},
		"a code too many":    {"postgres://chiso:b%C3%AD@" + fakeServer(t, says("28P01", "password authentication failed")) + "/chiso?sslmode=disable", "% là %25"},
		": is read":          {"postgres://chiso:bí-mật:x@" + gone.Addr().String() + "/chiso", "không có máy chủ nào nghe ở cổng đó"},
		"@ in the password":  {"postgres://chiso:bí-mật@x@" + gone.Addr().String() + "/chiso", "@ là %40"},
		"/ in the password":  {"postgres://chiso:bí/mật@127.0.0.1/chiso", "/ là %2F"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(t.Context(), store.Config{URL: c.dsn, Clock: time.Now})
			if err == nil {
				_ = s.Close()
				t.Fatal("opened")
			}
			said := fault.Sentence(err)
			if !strings.Contains(said, c.says) {
				t.Errorf("says %q, want %q", said, c.says)
			}
			for _, secret := range []string{"bí-mật", "mật@", "b%C3%AD"} {
				if strings.Contains(said+err.Error(), secret) {
					t.Errorf("repeats the password: %v", err)
				}
			}
		})
	}
}
