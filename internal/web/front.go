package web

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"chiso/internal/fault"
)

// csp lets a page load what this server sends and nothing else: no inline script, no style attribute, no other host.
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

// Header values that every answer shares: setting a ready slice costs no allocation. net/http does not change them.
var (
	headerCSP      = []string{csp}
	headerNosniff  = []string{"nosniff"}
	headerReferrer = []string{"same-origin"}
	headerVary     = []string{"Accept-Encoding"}
	headerKept     = []string{"private, no-cache"}
	headerGzip     = []string{"gzip"}
	headerSame     = []string{"same-origin"}
	headerHSTS     = []string{"max-age=31536000"} // other programs may share the domain: not for its subdomains
)

// slow is how long a request may take before it is worth a line in the log.
const slow = time.Second

// front stands before everything: security headers, the check of the name the server was called by, and the log. One
// function instead of five, because it runs on every hit of the page cache.
func (s *Server) front(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := s.cfg.Clock()
		h := c.Response().Header()
		h["Content-Security-Policy"] = headerCSP
		h["X-Content-Type-Options"] = headerNosniff
		h["Referrer-Policy"] = headerReferrer
		if s.sessions.Cookie.Secure {
			h["Strict-Transport-Security"], h["Cross-Origin-Opener-Policy"], h["Cross-Origin-Resource-Policy"] = headerHSTS, headerSame, headerSame
		}
		if err := s.guarded(c, next); err != nil {
			c.Error(err) // answers now, so that the line in the log has the status
		}
		s.log(c, start)
		return nil
	}
}

// guarded runs a handler for a known host only and turns a panic into an error.
func (s *Server) guarded(c echo.Context, next echo.HandlerFunc) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	if r := c.Request(); !s.knownHost(r.Host) && r.URL.Path != "/healthz" && r.URL.Path != "/readyz" {
		return errHost
	}
	if err := legible(c.Request().URL); err != nil {
		return err
	}
	return next(c)
}

// legible refuses an address with characters that nobody can see or that are no text: error pages repeat what was asked for.
func legible(u *url.URL) error {
	if !printable(u.Path) {
		return fault.New(fault.NotFound, "Không có trang này: địa chỉ có ký tự không đọc được.")
	}
	query := u.RawQuery
	if strings.IndexByte(query, '%') >= 0 {
		plain, err := url.QueryUnescape(query)
		if err != nil {
			return fault.New(fault.Usage, "Địa chỉ có dấu %% đặt sai. Hãy mở lại từ trang tổng quan.")
		}
		query = plain
	}
	if !printable(query) {
		return fault.New(fault.Usage, "Địa chỉ có ký tự không đọc được. Hãy mở lại từ trang tổng quan.")
	}
	return nil
}

func printable(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError || unicode.IsControl(r) || !unicode.IsPrint(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) {
			return false
		}
	}
	return true
}

// sameOrigin refuses writes that another site's page sends.
func sameOrigin(p *http.CrossOriginProtection) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := p.Check(c.Request()); err != nil {
				return fault.Wrap(err, fault.Forbidden, "Yêu cầu đến từ một trang khác nên không được nhận. Hãy mở Chiso rồi làm lại.")
			}
			return next(c)
		}
	}
}

// knownHost keeps a foreign name that resolves to this machine (DNS rebinding) from reading its pages.
func (s *Server) knownHost(host string) bool {
	if s.hosts[host] {
		return true
	}
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	return s.hosts[strings.ToLower(strings.Trim(name, "[]"))]
}

// log writes one line a request: reads at debug, writes and slow ones above. No address, account or query.
func (s *Server) log(c echo.Context, start time.Time) {
	r, took := c.Request(), s.cfg.Clock().Sub(start)
	level := slog.LevelDebug
	switch {
	case took >= slow:
		level = slog.LevelWarn
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		level = slog.LevelInfo
	}
	ctx := r.Context()
	if !s.cfg.Log.Enabled(ctx, level) {
		return
	}
	s.cfg.Log.LogAttrs(ctx, level, "request", slog.String("method", r.Method), slog.String("route", c.Path()),
		slog.Int("status", c.Response().Status), slog.Int64("bytes", c.Response().Size), slog.Duration("took", took))
}
