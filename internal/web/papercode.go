package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
)

// codeRoutes opens what a code on paper stands for.
func (s *Server) codeRoutes() []Route {
	return []Route{{Method: http.MethodGet, Path: "/code", Action: access.ReadRelease, Handler: s.paperCode}}
}

func (s *Server) paperCode(c echo.Context) error {
	path, form, err := s.pages.PaperCode(c.Request().Context(), c.QueryParam("c"))
	switch {
	case err != nil:
		return err
	case path != "":
		return c.Redirect(http.StatusSeeOther, path)
	case c.QueryParam("c") != "":
		return send(c, http.StatusNotFound, form)
	}
	return send(c, http.StatusOK, form)
}
