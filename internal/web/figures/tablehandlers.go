package figures

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// tableRoutes are the page of tables of one's own choice. It is made for each who asks; saved tables are those of the own agency.
func (s *Handlers) tableRoutes() []route.Route {
	return []route.Route{
		{Method: http.MethodGet, Path: "/table", Action: access.ReadRelease, Handler: s.ownTable},
		{Method: http.MethodPost, Path: "/table", Action: access.ReadRelease, Handler: s.saveOwnTable},
		{Method: http.MethodPost, Path: "/table/:id/drop", Action: access.ReadRelease, Handler: s.dropOwnTable},
	}
}

// askedTable reads the table that is asked for, and whether who asks may also have the newest figures.
func (s *Handlers) askedTable(c echo.Context, form url.Values) (q figures.OwnTableQuery, mayLive bool, err error) {
	q = OwnTableForm(form)
	g, err := s.app.Ground(c.Request().Context())
	if err != nil {
		return q, false, err
	}
	on, err := route.AtNation().Find(c, route.Actor(c))
	if err != nil {
		return q, false, err
	}
	mayLive = g.May(route.Actor(c), access.ReadLive, on)
	if form.Get("view") == string(ledger.Live) {
		if err := s.permitted(c, access.ReadLive, route.AtNation(), route.Actor(c)); err != nil {
			return q, false, err
		}
		q.View = ledger.Live
	}
	return q, mayLive, nil
}

func (s *Handlers) ownTable(c echo.Context) error {
	form := c.QueryParams()
	q, mayLive, err := s.askedTable(c, form)
	if err != nil {
		return err
	}
	doc, err := s.pages.OwnTable(c.Request().Context(), form, q, mayLive, form.Get("format"), nil)
	if fault.KindOf(err) == fault.Invalid {
		refused := err
		return route.Again(c, refused, func() (*frame.Document, error) {
			return s.pages.OwnTable(c.Request().Context(), url.Values{}, figures.OwnTableQuery{}, mayLive, "", refused)
		})
	}
	return route.Shown(c, doc, err)
}

func (s *Handlers) saveOwnTable(c echo.Context) error {
	query := c.FormValue("query")
	if err := s.app.SaveOwnTable(c.Request().Context(), route.Actor(c), c.FormValue("name"), query); err != nil {
		return route.Again(c, err, func() (*frame.Document, error) {
			form, ferr := url.ParseQuery(query)
			if ferr != nil {
				form = url.Values{}
			}
			q, mayLive, ferr := s.askedTable(c, form)
			if ferr != nil {
				return nil, ferr
			}
			return s.pages.OwnTable(c.Request().Context(), form, q, mayLive, "", err)
		})
	}
	return c.Redirect(http.StatusSeeOther, "/table?"+query)
}

func (s *Handlers) dropOwnTable(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	if err := s.app.DropOwnTable(c.Request().Context(), route.Actor(c), id); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/table")
}
