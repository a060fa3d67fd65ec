package publish

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/filing"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// reconcileRoutes are the pages that compare sums with published figures. Agreeing to a gap is for whoever may approve a release.
func (s *Handlers) reconcileRoutes() []route.Route {
	return []route.Route{
		{Method: http.MethodGet, Path: "/reconcile", Action: access.EditRelease, Target: route.Somewhere(), Handler: s.reconcile},
		{Method: http.MethodPost, Path: "/reconcile", Action: access.EditRelease, Target: route.Somewhere(), Handler: s.explainGap},
		{Method: http.MethodPost, Path: "/reconcile/accept", Action: access.SignRelease, Target: route.Somewhere(), Handler: s.acceptGap},
	}
}

// source reads which figures are compared: those of a release, else the newest ones of a period.
func source(value func(string) string) (release int64, period string) {
	release, _ = strconv.ParseInt(value("release"), 10, 64) // nonsense is none
	if release == 0 {
		period = value("period")
	}
	return release, period
}

func (s *Handlers) reconcile(c echo.Context) error {
	release, period := source(c.QueryParam)
	doc, err := s.pages.Reconcile(c.Request().Context(), release, period, nil)
	return route.Shown(c, doc, err)
}

func (s *Handlers) explainGap(c echo.Context) error {
	n := filing.GapNote{
		Code:        c.FormValue("code"),
		Block:       c.FormValue("block"),
		Explanation: c.FormValue("explanation"),
		Responsible: c.FormValue("responsible"),
	}
	return s.onGap(c, s.app.ExplainGap(c.Request().Context(), route.Actor(c), c.FormValue("of"), n))
}

func (s *Handlers) acceptGap(c echo.Context) error {
	release, period := source(c.FormValue)
	return s.onGap(
		c,
		s.app.AcceptGap(c.Request().Context(), route.Actor(c), release, period, c.FormValue("code"), c.FormValue("block"), c.FormValue("gap")),
	)
}

// onGap shows the page again after a change, with the reason when it was refused.
func (s *Handlers) onGap(c echo.Context, refused error) error {
	release, period := source(c.FormValue)
	if refused != nil {
		return route.Again(c, refused, func() (*frame.Document, error) {
			return s.pages.Reconcile(c.Request().Context(), release, period, refused)
		})
	}
	return c.Redirect(http.StatusSeeOther, fmt.Sprintf("/reconcile?release=%d&period=%s", release, url.QueryEscape(period)))
}
