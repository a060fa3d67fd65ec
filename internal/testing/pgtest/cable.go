package pgtest

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Cable leads to the test server. It can be pulled out, and it can stop passing bytes on as a server does that is frozen.
type Cable struct {
	listener net.Listener
	mu       sync.Mutex
	open     []net.Conn
	flow     sync.RWMutex // locked while nothing passes
}

// Plug returns a cable and the address of a database at its end.
func Plug(t *testing.T, dsn string) (*Cable, string) {
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
	c := &Cable{listener: l}
	t.Cleanup(c.Pull)
	go c.serve(network, target)
	q := u.Query()
	q.Del("host")
	q.Del("port")
	q.Set("sslmode", "disable")
	u.Host, u.RawQuery = l.Addr().String(), q.Encode()
	return c, u.String()
}

func (c *Cable) serve(network, target string) {
	for {
		in, err := c.listener.Accept()
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
		go c.pass(out, in)
		go c.pass(in, out)
	}
}

func (c *Cable) pass(to io.WriteCloser, from io.Reader) {
	defer func() { _ = to.Close() }()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		c.flow.RLock()
		if n > 0 {
			if _, werr := to.Write(b[:n]); werr != nil {
				err = werr
			}
		}
		c.flow.RUnlock()
		if err != nil {
			return
		}
	}
}

// Freeze keeps back what either end sends, until thaw.
func (c *Cable) Freeze() (thaw func()) {
	c.flow.Lock()
	return sync.OnceFunc(c.flow.Unlock)
}

// Pull cuts every connection and takes no other.
func (c *Cable) Pull() {
	_ = c.listener.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.open {
		_ = conn.Close()
	}
}
