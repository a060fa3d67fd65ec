// Package web serves Chiso over HTTP: routes, headers, the page cache, and the one place where a kind of failure becomes a
// status. The slices below it hold what is asked and shown: each lists its own addresses. It must not touch the store.
package web

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the program shows Vietnamese time on machines that do not know it

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/vi"
	"chiso/internal/web/account"
	"chiso/internal/web/catalogue"
	"chiso/internal/web/figures"
	"chiso/internal/web/frame"
	"chiso/internal/web/matching"
	"chiso/internal/web/publish"
	"chiso/internal/web/receive"
	"chiso/internal/web/reporting"
	"chiso/internal/web/route"
	"chiso/internal/web/system"
	"chiso/internal/web/tasks"
)

// App is what the server and its slices ask of the use cases.
type App interface {
	frame.App
	figures.App
	receive.App
	reporting.App
	matching.App
	tasks.App
	publish.App
	catalogue.App
	account.App
	system.App
	People
	// Revision is the number and time of the last committed change; asked for on every request, so cheap.
	Revision(ctx context.Context) (rev int64, at time.Time, err error)
	Ready(ctx context.Context) error
	Writable(ctx context.Context) error
	// FilingSerial grows with every step of any report, also those that take no revision.
	FilingSerial(ctx context.Context) (int64, error)
	// TakeFile counts a file that is about to be sent against the quota of its account.
	TakeFile(ctx context.Context) error
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
	URL        string   // where people find the server: https, or plain http on this machine only; "" is http:// and ListenAddr
	Container  bool     // runs in a container whose port the host publishes on its loopback only: any ListenAddr is taken
	Hosts      []string // further names the server answers to, beside localhost and that of URL
	Proxies    []string // networks of the proxies before the server, whose X-Forwarded-For is believed
	Version    string   // of the program: a new one invalidates what browsers keep
	SSO        SSO      // the single sign-on; zero for none
	Scan       Scanner  // looks at every file that comes through a page; nil looks at none
}

// The sizes taken when none are set.
const (
	defaultMaxUpload  = 20 << 20
	defaultCacheBytes = 64 << 20
	defaultListen     = "localhost:8080"
)

// Zone is where times and days are shown.
const Zone = "Asia/Ho_Chi_Minh"

// Server answers HTTP requests.
type Server struct {
	cfg        Config
	echo       *echo.Echo
	pages      *frame.Pages
	slices     []slice
	figures    *figures.Pages   // the pages that are kept
	reports    *reporting.Pages // a form that outlives its session is read by its slice
	cache      *cache
	days       calendar
	hosts      map[string]bool
	sessions   *sessions
	protection *http.CrossOriginProtection
	declared   []route.Route
	refusals   recently
	owners     blockOwners
	sso        *sso // nil without one
	bodies     *bodies
	ready      readiness
	proxied    sync.Once // whether the log has said that an unknown proxy stands before the server
}

// New builds the server; it fails on missing assets, broken templates, undeclared routes and an address at which passwords would
// travel in the clear.
func New(cfg Config) (*Server, error) {
	if cfg.App == nil || cfg.Assets.Path == nil || cfg.Assets.Handler == nil || cfg.Clock == nil || cfg.Log == nil {
		return nil, errors.New("web: App, Assets, Clock and Log are needed")
	}
	setDefaults(&cfg)
	public, err := address(cfg)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	pages, err := frame.New(frame.Config{App: cfg.App, Asset: cfg.Assets.Path,
		MaxUpload: cfg.MaxUpload, Clock: cfg.Clock, Location: zone,
		Funcs: funcs(figures.Funcs(), tasks.Funcs(), publish.Funcs(), system.Funcs())})
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg:        cfg,
		echo:       echo.New(),
		pages:      pages,
		cache:      newCache(cfg.CacheBytes),
		days:       calendar{zone: zone},
		hosts:      map[string]bool{},
		sessions:   newSessions(cfg.App, public.Scheme == "https"),
		protection: http.NewCrossOriginProtection(),
		bodies:     newBodies(),
		figures:    figures.NewPages(pages, cfg.App),
		reports:    reporting.NewPages(pages, cfg.App),
	}
	s.slices = s.build(pages)
	if err := s.protection.AddTrustedOrigin(public.Scheme + "://" + public.Host); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	for _, h := range append([]string{"localhost", "127.0.0.1", "::1", public.Hostname()}, cfg.Hosts...) {
		s.hosts[strings.ToLower(h)] = true
	}
	s.echo.HideBanner, s.echo.HidePort = true, true
	if s.echo.IPExtractor, err = clientAddress(cfg.Proxies); err != nil {
		return nil, err
	}
	s.echo.HTTPErrorHandler = s.fail
	if s.sso, err = newSSO(cfg.SSO, cfg.URL); err != nil {
		return nil, err
	}
	s.echo.Use(s.front)
	return s, s.register(s.routes())
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
	if cfg.URL == "" {
		cfg.URL = "http://" + cfg.ListenAddr
		if host, port, err := net.SplitHostPort(cfg.ListenAddr); err == nil && !isLoopback(host) {
			cfg.URL = "http://localhost:" + port
		}
	}
	cfg.URL = strings.TrimSuffix(cfg.URL, "/")
}

// address checks where people find the server: passwords travel over https, or stay on this machine.
func address(cfg Config) (*url.URL, error) {
	host, _, err := net.SplitHostPort(cfg.ListenAddr)
	if err != nil {
		return nil, fault.Wrap(err, fault.Usage, "Địa chỉ nghe %q không hợp lệ. Hãy ghi dạng localhost:8080.", cfg.ListenAddr)
	}
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fault.New(fault.Usage, "Địa chỉ công khai %q không hợp lệ. Hãy ghi dạng https://chiso.example.vn.", cfg.URL)
	}
	if u.Scheme == "https" {
		return u, nil
	}
	if !isLoopback(u.Hostname()) {
		return nil, fault.New(
			fault.Usage,
			"Địa chỉ công khai %q phải bắt đầu bằng https:// để mật khẩu không đi qua mạng ở dạng đọc được.",
			cfg.URL,
		)
	}
	if !isLoopback(host) && !cfg.Container {
		return nil, fault.New(
			fault.Usage,
			"Không có https thì chỉ nghe được trên máy cục bộ: hãy dùng localhost, 127.0.0.1 hoặc [::1] thay cho %q, hoặc đặt địa chỉ công khai https://.",
			cfg.ListenAddr,
		)
	}
	return u, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// clientAddress says from where a request came: the connection, or what a proxy that is ours says.
func clientAddress(proxies []string) (echo.IPExtractor, error) {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect(), nil
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		_, network, err := net.ParseCIDR(p)
		if err != nil {
			return nil, fault.Wrap(err, fault.Usage, "Mạng của máy chủ trung gian %q không hợp lệ. Hãy ghi dạng 10.0.0.0/8.", p)
		}
		options = append(options, echo.TrustIPRange(network))
	}
	return echo.ExtractIPFromXFFHeader(options...), nil
}

// routes declares every address of the program. A part with several has a function of its own.
func (s *Server) routes() []route.Route {
	get := func(path string, act access.Action, at route.Target, h echo.HandlerFunc) route.Route {
		return route.Route{Method: http.MethodGet, Path: path, Action: act, Target: at, Handler: h}
	}
	routes := []route.Route{
		get("/healthz", access.UsePublic, route.Target{}, s.healthz),
		get("/readyz", access.UsePublic, route.Target{}, s.readyz),
		get("/favicon.ico", access.UsePublic, route.Target{}, s.favicon),
		get("/static/*", access.UsePublic, route.Target{}, s.static),
		get("/own.css", access.UsePublic, route.Target{}, s.ownStyle),
		get("/mine", access.ReadRelease, route.Target{}, s.mine),
	}
	about := frame.Route{Path: "/about", Action: access.UsePublic, View: s.pages.About}
	for _, r := range append(s.figures.Kept(), about) {
		h := s.kept(r)
		if r.Path == "/" {
			h = s.firstScreen(h)
		}
		routes = append(routes, route.Route{Method: http.MethodGet, Path: r.Path, Action: r.Action, Handler: h, Kept: true})
	}
	for _, one := range s.slices {
		routes = append(routes, one.Routes()...)
	}
	return slices.Concat(routes, s.signInRoutes(), s.sso.routes(s))
}

// slice is a part of the pages with handlers of its own.
type slice interface{ Routes() []route.Route }

// build makes the slices.
func (s *Server) build(pages *frame.Pages) []slice {
	app := s.cfg.App
	return []slice{
		figures.New(s.figures, s.permitted),
		receive.New(pages, app),
		reporting.New(s.reports),
		matching.New(pages, app),
		tasks.New(pages, app),
		publish.New(pages, app, s.permitted),
		catalogue.New(pages, app),
		account.New(account.NewPages(pages, app), accountSessions{s}, s.cfg.URL, func() vi.Date { return s.days.day(s.cfg.Clock()) }),
		system.New(pages, app),
	}
}

// funcs joins what the templates of the slices call.
func funcs(of ...template.FuncMap) template.FuncMap {
	out := template.FuncMap{}
	for _, f := range of {
		maps.Copy(out, f)
	}
	return out
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
