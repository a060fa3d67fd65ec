package reporting

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/web/route"
)

func (s *Handlers) templateRoutes() []route.Route {
	return []route.Route{
		{Method: http.MethodGet, Path: "/template", Action: access.ReadOwn, Target: route.Somewhere(), Handler: s.templateForm},
		{Method: http.MethodGet, Path: "/template.xlsx", Action: access.ReadOwn, Target: route.Somewhere(), Handler: s.template},
	}
}

func (s *Handlers) templateForm(c echo.Context) error {
	doc, err := s.pages.TemplateForm(c.Request().Context(), c.QueryParams(), nil)
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

// template gives the workbook that an agency fills in. A wrong choice gives the form again with the reason.
func (s *Handlers) template(c echo.Context) error {
	doc, err := s.pages.Template(c.Request().Context(), c.QueryParams())
	if err == nil {
		return route.Send(c, http.StatusOK, doc)
	}
	status := route.StatusOf(err)
	if status >= http.StatusInternalServerError {
		return err
	}
	doc, ferr := s.pages.TemplateForm(c.Request().Context(), c.QueryParams(), err)
	if ferr != nil {
		return ferr
	}
	return route.Send(c, status, doc)
}
