package system

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

func (s *Handlers) systemRoutes() []route.Route {
	return []route.Route{
		{Method: http.MethodGet, Path: "/system", Action: access.RunSystem, Target: route.AtNation(), Handler: s.system},
		{Method: http.MethodPost, Path: "/system/jobs/:id/retry", Action: access.RunSystem, Target: route.AtNation(), Handler: s.retryJob},
	}
}

func (s *Handlers) system(c echo.Context) error {
	doc, err := s.pages.System(c.Request().Context(), nil)
	return route.Shown(c, doc, err)
}

func (s *Handlers) retryJob(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.app.RetryJob(ctx, id); err != nil {
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.System(ctx, err) })
	}
	return c.Redirect(http.StatusSeeOther, "/system")
}
