package system

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/web/route"
)

// codeRoutes opens what a code on paper stands for.
func (s *Handlers) codeRoutes() []route.Route {
	return []route.Route{{Method: http.MethodGet, Path: "/code", Action: access.ReadRelease, Handler: s.paperCode}}
}

func (s *Handlers) paperCode(c echo.Context) error {
	path, form, err := s.pages.PaperCode(c.Request().Context(), c.QueryParam("c"))
	switch {
	case err != nil:
		return err
	case path != "":
		return c.Redirect(http.StatusSeeOther, path)
	case c.QueryParam("c") != "":
		return route.Send(c, http.StatusNotFound, form)
	}
	return route.Send(c, http.StatusOK, form)
}
