package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/web/page"
)

func (s *Server) upkeepRoutes() []Route {
	round := func(method, path string, h echo.HandlerFunc) Route {
		return Route{Method: method, Path: path, Action: access.RunRound, Target: somewhere(), Handler: h}
	}
	catalogue := func(method, path string, h echo.HandlerFunc, large bool) Route {
		return Route{Method: method, Path: path, Action: access.EditCatalog, Target: atNation(), Handler: h, large: large}
	}
	return []Route{
		round(http.MethodGet, "/rounds", s.rounds),
		round(http.MethodPost, "/rounds", s.openRound),
		round(http.MethodGet, "/rounds/:id", s.round),
		round(http.MethodPost, "/rounds/:id", s.changeRound),
		catalogue(http.MethodGet, "/catalogue", s.catalogue, false),
		catalogue(http.MethodGet, "/catalogue.xlsx", s.catalogueFile, false),
		catalogue(http.MethodGet, "/catalogue/preview", s.keptCatalogue, false),
		catalogue(http.MethodPost, "/catalogue", s.previewCatalogue, true),
		catalogue(http.MethodPost, "/catalogue/accept", s.acceptCatalogue, false),
	}
}

func (s *Server) rounds(c echo.Context) error {
	doc, err := s.pages.Rounds(c.Request().Context(), c.QueryParams(), nil)
	if err != nil {
		return err
	}
	return send(c, http.StatusOK, doc)
}

func (s *Server) openRound(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang rồi thử lại.")
	}
	ctx := c.Request().Context()
	req, err := page.RoundRequest(form)
	var id int64
	if err == nil {
		id, err = s.cfg.App.OpenRound(ctx, req)
	}
	if err != nil {
		return again(c, err, func() (*page.Document, error) { return s.pages.Rounds(ctx, form, err) })
	}
	return c.Redirect(http.StatusSeeOther, "/rounds/"+strconv.FormatInt(id, 10)+"?done="+string(filing.RoundOpened))
}

func (s *Server) round(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.Round(c.Request().Context(), id, c.QueryParam("done"), nil, nil)
	if err != nil {
		return err
	}
	return send(c, http.StatusOK, doc)
}

func (s *Server) changeRound(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	form, err := c.FormParams()
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang rồi thử lại.")
	}
	ctx := c.Request().Context()
	ch, err := page.RoundChange(form)
	if err == nil {
		err = s.cfg.App.ChangeRound(ctx, id, ch)
	}
	if err != nil {
		return again(c, err, func() (*page.Document, error) { return s.pages.Round(ctx, id, "", form, err) })
	}
	return c.Redirect(http.StatusSeeOther, "/rounds/"+strconv.FormatInt(id, 10)+"?done="+string(ch.Action))
}

func (s *Server) catalogue(c echo.Context) error {
	doc, err := s.pages.Catalogue(c.Request().Context(), c.QueryParam("done"), nil, nil, nil)
	if err != nil {
		return err
	}
	return send(c, http.StatusOK, doc)
}

func (s *Server) catalogueFile(c echo.Context) error {
	doc, err := s.pages.CatalogueFile(c.Request().Context(), c.QueryParams()["table"])
	if err != nil {
		return err
	}
	return send(c, http.StatusOK, doc)
}

// previewCatalogue shows what a file would change; a file that cannot be read gives the form again with the reason.
func (s *Server) previewCatalogue(c echo.Context) error {
	path, err := s.pages.PreviewCatalogue(c.Response(), c.Request())
	if err != nil {
		return again(c, err, func() (*page.Document, error) { return s.pages.Catalogue(c.Request().Context(), "", nil, nil, err) })
	}
	return c.Redirect(http.StatusSeeOther, path)
}

func (s *Server) keptCatalogue(c echo.Context) error {
	doc, err := s.pages.KeptCatalogue(c.Request().Context(), c.QueryParams())
	if err != nil {
		return err
	}
	return send(c, http.StatusOK, doc)
}

func (s *Server) acceptCatalogue(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang rồi thử lại.")
	}
	doc, err := s.pages.AcceptCatalogue(c.Request().Context(), form)
	switch {
	case doc != nil:
		return send(c, statusOf(err), doc)
	case err != nil:
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/catalogue?done=1")
}
