package reporting

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

func (s *Handlers) chainRoutes() []route.Route {
	return []route.Route{
		{Method: http.MethodGet, Path: "/chain", Action: access.ManageUnit, Target: route.Somewhere(), Handler: s.chain},
		{Method: http.MethodPost, Path: "/chain", Action: access.ManageUnit, Target: route.Somewhere(), Handler: s.setChain},
	}
}

// chain shows who agrees before an agency's reports are sent: the one asked for, else the actor's own.
func (s *Handlers) chain(c echo.Context) error {
	ctx := c.Request().Context()
	id := agency.ID(c.QueryParam("agency"))
	if id == "" {
		id = access.From(ctx).Agency
	}
	doc, err := s.pages.Chain(ctx, id, c.QueryParam("done") != "", nil, nil)
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

func (s *Handlers) setChain(c echo.Context) error {
	ctx := c.Request().Context()
	form, err := c.FormParams()
	if err != nil || len(form["title"]) != len(form["account"]) {
		return fault.New(fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
	}
	id := agency.ID(form.Get("agency"))
	var links []filing.Link
	for i, title := range form["title"] {
		account, err := strconv.ParseInt(form["account"][i], 10, 64)
		if err != nil {
			return fault.New(fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
		}
		links = append(links, filing.Link{Title: title, Account: account})
	}
	if err := s.app.SetChain(ctx, id, links); err != nil {
		if fault.KindOf(err) == fault.Forbidden {
			return err
		}
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.Chain(ctx, id, false, links, err) })
	}
	return c.Redirect(http.StatusSeeOther, "/chain?done=1&agency="+url.QueryEscape(string(id)))
}
