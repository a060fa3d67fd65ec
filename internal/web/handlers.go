package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"chiso/internal/web/route"
)

// healthz says that the process answers; readyz, in time.go, that it can do its work.
func (s *Server) healthz(c echo.Context) error {
	return route.Answer(c, http.StatusOK, "ok\n")
}

func (s *Server) favicon(c echo.Context) error {
	path, err := s.cfg.Assets.Path("favicon.svg")
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=3600")
	return c.Redirect(http.StatusFound, path)
}

// static serves the built files; what is not among them is answered like any other wrong address.
func (s *Server) static(c echo.Context) error {
	w := &unlessMissing{ResponseWriter: c.Response()}
	s.cfg.Assets.Handler.ServeHTTP(w, c.Request())
	if w.missing {
		return echo.ErrNotFound
	}
	return nil
}

// unlessMissing swallows a plain 404.
type unlessMissing struct {
	http.ResponseWriter
	missing bool
}

func (w *unlessMissing) WriteHeader(status int) {
	if w.missing = status == http.StatusNotFound; !w.missing {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *unlessMissing) Write(b []byte) (int, error) {
	if w.missing {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}
