// Package web serves Chiso over HTTP: routes, headers, the page cache, and the one place where a kind of failure becomes a
// status. What stands on the pages is made by web/page. It must not touch the store.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"
	_ "time/tzdata" // the program shows Vietnamese time on machines that do not know it

	"github.com/labstack/echo/v4"

	"chiso/internal/fault"
	"chiso/internal/web/page"
)

// App is what the server asks of the use cases.
type App interface {
	page.App
	// Revision is the number and time of the last committed change; asked for on every request, so cheap.
	Revision(ctx context.Context) (rev int64, at time.Time, err error)
	Ready(ctx context.Context) error
}

// Assets are the built files for browsers.
type Assets struct {
	Path    func(name string) (string, error) // "app.js" → "/static/app-….js"
	Handler http.Handler                      // serves /static/
}

// Config is what New needs.
type Config struct {
	App        App
	Assets     Assets
	Clock      func() time.Time
	Log        *slog.Logger
	MaxUpload  int64    // bytes of one file; 0 takes 20 MB
	CacheBytes int64    // finished pages kept in memory; 0 takes 64 MB
	ListenAddr string   // "" takes localhost:8080
	Container  bool     // runs in a container whose port the host publishes on its loopback only: any ListenAddr is taken
	Hosts      []string // further names the server answers to, beside localhost
	Version    string   // of the program: a new one invalidates what browsers keep
	Account    string   // who uploads while there are no accounts; "" takes "may-cuc-bo"
}

// The sizes taken when none are set.
const (
	defaultMaxUpload  = 20 << 20
	defaultCacheBytes = 64 << 20
	defaultListen     = "localhost:8080"
	defaultAccount    = "may-cuc-bo"
)

// Zone is where times and days are shown.
const Zone = "Asia/Ho_Chi_Minh"

// Server answers HTTP requests.
type Server struct {
	cfg   Config
	echo  *echo.Echo
	pages *page.Pages
	cache *cache
	days  calendar
	hosts map[string]bool
}

// New builds the server; it fails on missing assets, broken templates and an address that others could reach.
func New(cfg Config) (*Server, error) {
	if cfg.App == nil || cfg.Assets.Path == nil || cfg.Assets.Handler == nil || cfg.Clock == nil || cfg.Log == nil {
		return nil, errors.New("web: App, Assets, Clock and Log are needed")
	}
	setDefaults(&cfg)
	if err := loopback(cfg.ListenAddr); err != nil && !cfg.Container {
		return nil, err
	}
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	pages, err := page.New(page.Config{App: cfg.App, Asset: cfg.Assets.Path,
		MaxUpload: cfg.MaxUpload, Account: cfg.Account, Location: zone})
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, echo: echo.New(), pages: pages, cache: newCache(cfg.CacheBytes), days: calendar{zone: zone}, hosts: map[string]bool{}}
	for _, h := range append([]string{"localhost", "127.0.0.1", "::1"}, cfg.Hosts...) {
		s.hosts[strings.ToLower(h)] = true
	}
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.IPExtractor = echo.ExtractIPDirect()
	s.echo.HTTPErrorHandler = s.fail
	s.routes()
	return s, nil
}

func setDefaults(cfg *Config) {
	if cfg.MaxUpload <= 0 {
		cfg.MaxUpload = defaultMaxUpload
	}
	if cfg.CacheBytes <= 0 {
		cfg.CacheBytes = defaultCacheBytes
	}
	if cfg.ListenAddr == "" {
		cfg.ListenAddr = defaultListen
	}
	if cfg.Account == "" {
		cfg.Account = defaultAccount
	}
}

// loopback refuses an address that other machines reach: there are no accounts yet.
func loopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fault.Wrap(err, fault.Usage, "Địa chỉ nghe %q không hợp lệ. Hãy ghi dạng localhost:8080.", addr)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fault.New(fault.Usage, "Chưa có tài khoản nên chỉ nghe được trên máy cục bộ: hãy dùng localhost, 127.0.0.1 hoặc [::1] thay cho %q.", addr)
	}
	return nil
}

func (s *Server) routes() {
	e := s.echo
	e.Use(s.front)
	read := func(path string, h echo.HandlerFunc) {
		e.GET(path, h)
		e.HEAD(path, h)
	}
	read("/healthz", s.healthz)
	read("/readyz", s.readyz)
	read("/favicon.ico", s.favicon)
	read("/static/*", s.static)
	for _, r := range s.pages.Routes() {
		read(r.Path, s.kept(r))
	}
	read("/report.xlsx", s.report)
	read("/evidence/:id", s.evidence)
	read("/template", s.templateForm)
	read("/template.xlsx", s.template)
	read("/upload", s.uploadForm)
	read("/upload/:id", s.uploadPage)
	read("/upload/:id/file", s.uploadFile)
	read("/upload/:id/marked", s.uploadMarked)
	write := sameOrigin(http.NewCrossOriginProtection())
	e.POST("/upload", s.upload, write)
	e.POST("/upload/:id/confirm", s.confirm, write)
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// Run listens until ctx ends, then lets running requests finish. ready is called with the address once it listens.
func (s *Server) Run(ctx context.Context, ready func(addr net.Addr)) error {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", s.cfg.ListenAddr)
	if err != nil {
		return fault.Wrap(err, fault.Unready, "Không mở được địa chỉ %s. Có thể một chương trình khác đang dùng.", s.cfg.ListenAddr)
	}
	srv := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 5 * time.Minute, WriteTimeout: 5 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelWarn)}
	if ready != nil {
		ready(ln.Addr())
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
	select {
	case err := <-done:
		return fmt.Errorf("web: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil {
		return fmt.Errorf("web: shutdown: %w", err)
	}
	return nil
}
