package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/web/page"
)

func (s *Server) systemRoutes() []Route {
	return []Route{
		{Method: http.MethodGet, Path: "/system", Action: access.RunSystem, Target: atNation(), Handler: s.system},
		{Method: http.MethodPost, Path: "/system/jobs/:id/retry", Action: access.RunSystem, Target: atNation(), Handler: s.retryJob},
	}
}

func (s *Server) system(c echo.Context) error {
	doc, err := s.pages.System(c.Request().Context(), nil)
	return shown(c, doc, err)
}

func (s *Server) retryJob(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.cfg.App.RetryJob(ctx, id); err != nil {
		return again(c, err, func() (*page.Document, error) { return s.pages.System(ctx, err) })
	}
	return c.Redirect(http.StatusSeeOther, "/system")
}
