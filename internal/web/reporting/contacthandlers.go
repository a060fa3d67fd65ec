package reporting

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// contactRoutes are the people to call. Who looks after an agency's accounts changes them, and so does the office: one form, two doors.
func (s *Handlers) contactRoutes() []route.Route {
	return []route.Route{
		{Method: http.MethodGet, Path: "/contacts", Action: access.ReadNames, Target: route.Somewhere(), Handler: s.contacts},
		{Method: http.MethodPost, Path: "/contacts", Action: access.ManageUnit, Target: route.Somewhere(), Handler: s.setContacts},
		{Method: http.MethodPost, Path: "/contacts/office", Action: access.RunRound, Target: route.Somewhere(), Handler: s.setContacts},
	}
}

func (s *Handlers) contacts(c echo.Context) error {
	ctx := c.Request().Context()
	id := agency.ID(c.QueryParam("agency"))
	if id == "" {
		id = access.From(ctx).Agency
	}
	doc, err := s.pages.Contacts(ctx, id, ContactsState{Done: c.QueryParam("done") != ""})
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

func (s *Handlers) setContacts(c echo.Context) error {
	ctx := c.Request().Context()
	form, err := c.FormParams()
	n := len(form["name"])
	if err != nil || len(form["position"]) != n || len(form["phone"]) != n || len(form["email"]) != n {
		return fault.New(fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
	}
	id := agency.ID(form.Get("agency"))
	if id == "" {
		id = access.From(ctx).Agency
	}
	var list []filing.Contact
	for i, name := range form["name"] {
		list = append(list, filing.Contact{Name: name, Position: form["position"][i], Phone: form["phone"][i], Email: form["email"][i],
			Deputy: slices.Contains(form["deputy"], strconv.Itoa(i+1))})
	}
	if err := s.app.SetContacts(ctx, id, list); err != nil {
		if fault.KindOf(err) == fault.Forbidden {
			return err
		}
		return route.Again(c, err, func() (*frame.Document, error) {
			return s.pages.Contacts(ctx, id, ContactsState{Given: list, Refused: err})
		})
	}
	return c.Redirect(http.StatusSeeOther, "/contacts?done=1&agency="+url.QueryEscape(string(id)))
}
