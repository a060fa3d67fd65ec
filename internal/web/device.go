package web

import (
	"crypto/rand"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// deviceAge is how long a browser keeps that somebody has signed in there: what browsers allow at most.
const deviceAge = 400 * 24 * time.Hour

// device is what the browser keeps from an earlier sign-in, "" for none. It opens nothing: it only counts failures apart.
func (s *Server) device(c echo.Context) string {
	cookie, err := c.Cookie(s.sessions.device)
	if err != nil || len(cookie.Value) > 64 {
		return ""
	}
	return cookie.Value
}

// newDevice is device, or a new secret of 130 bits for a browser without one.
func (s *Server) newDevice(c echo.Context) string {
	if d := s.device(c); d != "" {
		return d
	}
	return rand.Text()
}

func (s *Server) keepDevice(c echo.Context, device string) {
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure wherever the address is https
		Name: s.sessions.device, Value: device, Path: "/", MaxAge: int(deviceAge / time.Second), Secure: s.sessions.Cookie.Secure,
		HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// client is the address that a try to sign in comes from. A proxy that the settings do not name makes everybody one address: the log
// says so, once.
func (s *Server) client(c echo.Context) string {
	address := c.RealIP()
	r := c.Request()
	if r.Header.Get(echo.HeaderXForwardedFor) != "" {
		if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil && host == address {
			s.proxied.Do(func() {
				s.cfg.Log.Warn(
					"proxy_not_named",
					"address",
					address,
					"hint",
					"Yêu cầu đến qua một máy chủ trung gian chưa ghi trong CHISO_PROXIES: mọi người dùng đang bị tính chung một địa chỉ.",
				)
			})
		}
	}
	return address
}
