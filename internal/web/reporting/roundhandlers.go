package reporting

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

func (s *Handlers) roundRoutes() []route.Route {
	round := func(method, path string, h echo.HandlerFunc) route.Route {
		return route.Route{Method: method, Path: path, Action: access.RunRound, Target: route.Somewhere(), Handler: h}
	}
	return []route.Route{
		round(http.MethodGet, "/rounds", s.rounds),
		round(http.MethodPost, "/rounds", s.openRound),
		round(http.MethodGet, "/rounds/:id", s.round),
		round(http.MethodPost, "/rounds/:id", s.changeRound),
	}
}

func (s *Handlers) rounds(c echo.Context) error {
	doc, err := s.pages.Rounds(c.Request().Context(), c.QueryParams(), nil)
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

func (s *Handlers) openRound(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang rồi thử lại.")
	}
	ctx := c.Request().Context()
	req, err := RoundRequest(form)
	var id int64
	if err == nil {
		id, err = s.app.OpenRound(ctx, req)
	}
	if err != nil {
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.Rounds(ctx, form, err) })
	}
	return c.Redirect(http.StatusSeeOther, "/rounds/"+strconv.FormatInt(id, 10)+"?done="+string(filing.RoundOpened))
}

func (s *Handlers) round(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.Round(c.Request().Context(), id, c.QueryParam("done"), nil, nil)
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

func (s *Handlers) changeRound(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	form, err := c.FormParams()
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang rồi thử lại.")
	}
	ctx := c.Request().Context()
	ch, err := RoundChange(form)
	if err == nil {
		err = s.app.ChangeRound(ctx, id, ch)
	}
	if err != nil {
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.Round(ctx, id, "", form, err) })
	}
	return c.Redirect(http.StatusSeeOther, "/rounds/"+strconv.FormatInt(id, 10)+"?done="+string(ch.Action))
}
