// Package pgtest gives tests a real PostgreSQL: a private server for each test binary, started when the first test asks for it,
// reached only through a Unix socket in a temporary folder, and gone with the process. CHISO_TEST_POSTGRES names a server that
// runs already; databases are then made there and dropped after each test.
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
//
//	func TestStore(t *testing.T) {
//		dsn := pgtest.Database(t) // an empty database of its own
//	}
//
// Where no server can be had, the test is skipped with a hint; with CI=true it fails.
package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNotFound says that this machine has no PostgreSQL server.
var ErrNotFound = errors.New("no PostgreSQL server on this machine: run `make deps`, or set CHISO_TEST_POSTGRES to a server's URL")

const startTimeout = 30 * time.Second

// Server is a PostgreSQL server that tests may fill with databases.
type Server struct {
	base    string // DSN of the maintenance database
	foreign bool   // somebody else's server: leave nothing behind
	dir     string
	process *os.Process
	exited  chan struct{} // closed when the process has ended
	stop    sync.Once
}

// Start gives the server of CHISO_TEST_POSTGRES, or starts a private one.
func Start(ctx context.Context) (*Server, error) {
	if dsn := os.Getenv("CHISO_TEST_POSTGRES"); dsn != "" {
		s := &Server{base: dsn, foreign: true}
		return s, s.ping(ctx)
	}
	bin, err := findBinaries()
	if err != nil {
		return nil, err
	}
	dir, err := socketDir()
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, exited: make(chan struct{})}
	if err := s.start(ctx, bin); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

func (s *Server) start(ctx context.Context, bin string) error {
	cred, err := credential(s.dir)
	if err != nil {
		return err
	}
	data := filepath.Join(s.dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"),
		"-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	initdb.Dir, initdb.Env, initdb.SysProcAttr = s.dir, environment(), processAttr(cred)
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}

	logPath := filepath.Join(s.dir, "log")
	log, err := os.Create(logPath)
	if err != nil {
		return err
	}
	defer log.Close()
	// Not CommandContext: the server outlives the context that started it.
	server := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", s.dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
		"-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "timezone=UTC")
	server.Dir, server.Env, server.SysProcAttr = s.dir, environment(), processAttr(cred)
	server.Stdout, server.Stderr = log, log
	started := make(chan error)
	go func() {
		// The kernel ties the death signal to the thread that forked, so that thread stays until the server has ended.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := server.Start()
		started <- err
		if err == nil {
			_ = server.Wait() // ends by our own signal
		}
		close(s.exited)
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	s.process = server.Process
	s.base = "postgres://test@/postgres?" + url.Values{"host": {s.dir}}.Encode()

	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		if err = s.ping(ctx); err == nil {
			tick.Stop()
			return nil
		}
		select {
		case <-tick.C:
			continue
		case <-s.exited:
		case <-ctx.Done():
		}
		tick.Stop()
		said, _ := os.ReadFile(logPath)
		return fmt.Errorf("postgres did not come up: %w\n%s", err, said)
	}
}

func (s *Server) ping(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.base)
	if err != nil {
		return err
	}
	return errors.Join(conn.Ping(ctx), conn.Close(ctx))
}

func (s *Server) exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, s.base)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

// NewDatabase makes an empty database (UTF-8, C collation) and gives its DSN. On a server that is not ours it is dropped
// when the test ends.
func (s *Server) NewDatabase(t testing.TB) string {
	t.Helper()
	dsn, drop, err := s.CreateDatabase(t.Context())
	return dropped(t, dsn, drop, err)
}

func dropped(t testing.TB, dsn string, drop func(context.Context) error, err error) string {
	t.Helper()
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		// t.Context is over by now.
		if err := drop(context.Background()); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return dsn
}

// CreateDatabase is NewDatabase for programs that are no tests. drop does nothing on a private server, which goes as a whole.
func (s *Server) CreateDatabase(ctx context.Context) (dsn string, drop func(context.Context) error, err error) {
	return s.create(ctx, "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
}

func (s *Server) create(ctx context.Context, like string) (dsn string, drop func(context.Context) error, err error) {
	name := "chiso_test_" + strings.ToLower(rand.Text()[:12]) // several machines may share a server
	if err := s.exec(ctx, "CREATE DATABASE "+name+" "+like); err != nil {
		return "", nil, err
	}
	drop = func(ctx context.Context) error {
		if !s.foreign {
			return nil
		}
		return s.exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	}
	return withDatabase(s.base, name), drop, nil
}

// Stop ends a private server at once and removes its files. It does nothing to a server that is not ours.
func (s *Server) Stop() error {
	if s == nil || s.foreign {
		return nil
	}
	var err error
	s.stop.Do(func() {
		if s.process != nil {
			_ = s.process.Signal(syscall.SIGQUIT) // an ended process is what we want
			select {
			case <-s.exited:
			case <-time.After(10 * time.Second):
				_ = s.process.Kill()
			}
		}
		err = os.RemoveAll(s.dir)
	})
	return err
}

// The server that the tests of one binary share.
var shared struct {
	sync.Mutex
	server *Server
	err    error
	asked  bool
	drop   []func(context.Context) error // the models
}

// Database gives a test an empty database on the binary's shared server, starting it if this is the first call.
func Database(t testing.TB) string {
	t.Helper()
	return sharedServer(t).NewDatabase(t)
}

func sharedServer(t testing.TB) *Server {
	t.Helper()
	shared.Lock()
	if !shared.asked {
		shared.asked = true
		shared.server, shared.err = Start(context.Background()) // lives longer than the test that came first
	}
	server, err := shared.server, shared.err
	shared.Unlock()
	if errors.Is(err, ErrNotFound) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return server
}

// Model is a database that is filled once for all tests of a binary, each of which gets a copy: copying is many times cheaper
// than running every migration again.
type Model struct {
	// Fill makes what every test finds. It must leave no connection open.
	Fill func(ctx context.Context, dsn string) error
	// ICU is a locale to collate by, such as "vi-VN"; empty, and on a server without ICU, is the C collation.
	ICU string

	once sync.Once
	dsn  string
	err  error
}

// Copy gives a test its own copy of the model on the binary's shared server.
func (m *Model) Copy(t testing.TB) string {
	t.Helper()
	s := sharedServer(t)
	m.once.Do(func() { m.err = m.make(s) })
	if m.err != nil {
		t.Fatalf("pgtest: model: %v", m.err)
	}
	dsn, drop, err := s.create(t.Context(), "TEMPLATE "+databaseOf(m.dsn))
	return dropped(t, dsn, drop, err)
}

func (m *Model) make(s *Server) error {
	ctx := context.Background() // lives longer than the test that came first
	var drop func(context.Context) error
	var err error
	if m.ICU != "" {
		m.dsn, drop, err = s.create(ctx, "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE '"+m.ICU+"'")
	}
	if m.ICU == "" || err != nil {
		m.dsn, drop, err = s.CreateDatabase(ctx)
	}
	if err != nil {
		return err
	}
	shared.Lock()
	shared.drop = append(shared.drop, drop)
	shared.Unlock()
	return m.Fill(ctx, m.dsn)
}

// Stop ends the shared server. A TestMain that has more to tidy calls it instead of Main.
func Stop() error {
	shared.Lock()
	defer shared.Unlock()
	var errs []error
	for _, drop := range shared.drop {
		errs = append(errs, drop(context.Background()))
	}
	shared.drop = nil
	return errors.Join(append(errs, shared.server.Stop())...)
}

// Main runs the tests of a package and stops the shared server.
func Main(m *testing.M) {
	code := m.Run()
	if err := Stop(); err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// findBinaries gives the folder of initdb and postgres: from the PATH, else Debian's newest version.
func findBinaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(path), "postgres")); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is well-formed
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // 0 sorts first
		return n
	}
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	if len(found) == 0 {
		return "", ErrNotFound
	}
	return filepath.Dir(found[0]), nil
}

// socketDir makes a folder whose name leaves room for the socket's: a Unix address has at most 107 bytes.
func socketDir() (string, error) {
	parent := os.TempDir()
	if len(parent) > 60 {
		parent = "/tmp"
	}
	return os.MkdirTemp(parent, "chiso-pg-")
}

// credential hands the folder to an account that PostgreSQL agrees to run under; it refuses root.
func credential(dir string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		if account, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	if err := os.Chown(dir, int(uid), int(gid)); err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// environment keeps PG* variables of the developer's shell away from the private server.
func environment() []string {
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool {
		return strings.HasPrefix(kv, "PG") || strings.HasPrefix(kv, "LC_") || strings.HasPrefix(kv, "LANG")
	})
	return append(env, "LC_ALL=C")
}

// withDatabase puts another database's name into a DSN of either form.
func withDatabase(dsn, name string) string {
	if u, err := url.Parse(dsn); err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") {
		u.Path = "/" + name
		return u.String()
	}
	return dsn + " dbname=" + name // of two, the last holds
}

// databaseOf gives the name that withDatabase put into a DSN.
func databaseOf(dsn string) string {
	if u, err := url.Parse(dsn); err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") {
		return strings.TrimPrefix(u.Path, "/")
	}
	return dsn[strings.LastIndex(dsn, "=")+1:]
}
