package store_test

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"chiso/internal/fault"
	"chiso/internal/store"
)

// cable leads to the test server, and can be pulled out.
type cable struct {
	listener net.Listener
	mu       sync.Mutex
	open     []net.Conn
}

// plug returns a cable and the address of a database at its end.
func plug(t *testing.T, dsn string) (*cable, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	network, target := "tcp", u.Host
	if config, err := pgx.ParseConfig(dsn); err == nil && strings.HasPrefix(config.Host, "/") {
		network, target = "unix", filepath.Join(config.Host, fmt.Sprintf(".s.PGSQL.%d", config.Port))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{listener: l}
	t.Cleanup(c.pull)
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial(network, target)
			if err != nil {
				_ = in.Close()
				continue
			}
			c.mu.Lock()
			c.open = append(c.open, in, out)
			c.mu.Unlock()
			go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
			go func() { _, _ = io.Copy(in, out); _ = in.Close() }()
		}
	}()
	q := u.Query()
	q.Del("host")
	q.Del("port")
	q.Set("sslmode", "disable")
	u.Host, u.RawQuery = l.Addr().String(), q.Encode()
	return c, u.String()
}

func (c *cable) pull() {
	_ = c.listener.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.open {
		_ = conn.Close()
	}
}

// TestAwayIsNotEmpty: a database that does not answer must not be taken for one that was never filled.
func TestAwayIsNotEmpty(t *testing.T) {
	cable, dsn := plug(t, migratedConfig(t).URL)
	e := opened(t, store.Config{URL: dsn})
	if err := e.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	cable.pull()
	for name, ask := range map[string]func() error{
		"ready":    func() error { return e.Ready(t.Context()) },
		"revision": func() error { _, err := e.Revision(t.Context()); return err },
		"read":     func() error { return e.Read(t.Context(), time.Time{}, func(*store.View) error { return nil }) },
		"write": func() error {
			_, err := e.Write(t.Context(), store.Change{Account: "a"}, func(*store.Tx) error { return nil })
			return err
		},
		"people":   func() error { return e.People(t.Context(), func(*store.People) error { return nil }) },
		"accounts": func() error { _, err := e.Accounts(t.Context()); return err },
		"grants":   func() error { _, err := e.Grants(t.Context()); return err },
		"account":  func() error { _, _, err := e.Account(t.Context(), 1); return err },
		"entries":  func() error { _, err := e.Entries(t.Context(), store.AuditQuery{Limit: 1}); return err },
	} {
		err := ask()
		if fault.KindOf(err) != fault.Away {
			t.Errorf("%s: %v", name, err)
		}
		if s := fault.Sentence(err); strings.Contains(s, "migrate") || strings.Contains(s, "seed") || strings.Contains(s, "chưa thay đổi") {
			t.Errorf("%s says %q", name, s)
		}
	}
}
