package catalogue

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

func (s *Handlers) Routes() []route.Route {
	catalogue := func(method, path string, h echo.HandlerFunc, large bool) route.Route {
		return route.Route{Method: method, Path: path, Action: access.EditCatalog, Target: route.AtNation(), Handler: h, Large: large}
	}
	return []route.Route{
		catalogue(http.MethodGet, "/catalogue", s.catalogue, false),
		catalogue(http.MethodGet, "/catalogue.xlsx", s.catalogueFile, false),
		catalogue(http.MethodGet, "/catalogue/preview", s.keptCatalogue, false),
		catalogue(http.MethodPost, "/catalogue", s.previewCatalogue, true),
		catalogue(http.MethodPost, "/catalogue/accept", s.acceptCatalogue, false),
	}
}

func (s *Handlers) catalogue(c echo.Context) error {
	doc, err := s.pages.Catalogue(c.Request().Context(), c.QueryParam("done"), nil, nil, nil)
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

func (s *Handlers) catalogueFile(c echo.Context) error {
	doc, err := s.pages.CatalogueFile(c.Request().Context(), c.QueryParams()["table"])
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

// previewCatalogue shows what a file would change; a file that cannot be read gives the form again with the reason.
func (s *Handlers) previewCatalogue(c echo.Context) error {
	path, err := s.pages.PreviewCatalogue(c.Response(), c.Request())
	if err != nil {
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.Catalogue(c.Request().Context(), "", nil, nil, err) })
	}
	return c.Redirect(http.StatusSeeOther, path)
}

func (s *Handlers) keptCatalogue(c echo.Context) error {
	doc, err := s.pages.KeptCatalogue(c.Request().Context(), c.QueryParams())
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

func (s *Handlers) acceptCatalogue(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang rồi thử lại.")
	}
	doc, err := s.pages.AcceptCatalogue(c.Request().Context(), form)
	switch {
	case doc != nil:
		return route.Send(c, route.StatusOf(err), doc)
	case err != nil:
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/catalogue?done=1")
}
