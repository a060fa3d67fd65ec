package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/vi"
	"chiso/internal/web/route"
)

// firstScreen leads everybody who opens the plain "/" to the page of the own work (the table in docs/design.md §6): who has to do something about a
// report now to the desk, the nation's office and national members to the nation, everybody else to the screen of the own agency. An address
// with a question ("/?view=live") asks for the nation.
func (s *Server) firstScreen(nation echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().URL.RawQuery != "" {
			return nation(c)
		}
		who, err := s.who(c)
		if err != nil {
			return err
		}
		if who == nil || who.LacksFactor {
			return nation(c) // which leads to sign in, or to the second factor
		}
		to, err := s.firstPage(c, who.Actor)
		if err != nil {
			return err
		}
		if to == "" {
			return nation(c)
		}
		c.Response().Header()["Cache-Control"] = route.HeaderNoStore
		return c.Redirect(http.StatusSeeOther, to)
	}
}

// firstPage is where somebody's work is, "" for the nation's page.
func (s *Server) firstPage(c echo.Context, who access.Actor) (string, error) {
	ctx := access.With(c.Request().Context(), who)
	today := s.days.day(s.cfg.Clock())
	if who.Holds(access.Reporter, today) || who.Holds(access.Approver, today) {
		owes, err := s.reports.Owes(ctx)
		if err != nil {
			return "", err
		}
		if owes {
			return "/desk", nil
		}
	}
	return s.ownScreen(ctx, who)
}

// ownScreen is the screen of the agency that somebody belongs to; "" for those of the nation, and where the agency is in no block: it has no
// place among others to look at.
func (s *Server) ownScreen(ctx context.Context, who access.Actor) (string, error) {
	id := ownAgency(who, s.days.day(s.cfg.Clock()))
	if id == "" {
		return "", nil
	}
	if _, known, err := s.cfg.App.OwnerOf(ctx, "", id); err != nil || !known {
		return "", err
	}
	return "/screen/" + url.PathEscape(string(id)), nil
}

// ownAgency is the agency that somebody belongs to: that of the first role that holds today, unless one of them is the nation's; without any
// role, where the person works.
func ownAgency(who access.Actor, today vi.Date) agency.ID {
	var own agency.ID
	for _, g := range who.Grants {
		switch {
		case !g.On(today):
		case g.Agency == agency.Nation:
			return ""
		case own == "":
			own = g.Agency
		}
	}
	if own == "" && who.Agency != agency.Nation {
		own = who.Agency
	}
	return own
}

// mine leads to the screen of the own agency, whatever else waits; to the nation's page where there is none.
func (s *Server) mine(c echo.Context) error {
	who, err := s.who(c)
	if err != nil {
		return err
	}
	if who == nil {
		return errSignedOut
	}
	to, err := s.ownScreen(c.Request().Context(), who.Actor)
	if err != nil {
		return err
	}
	c.Response().Header()["Cache-Control"] = route.HeaderNoStore
	return c.Redirect(http.StatusSeeOther, cmp.Or(to, "/nation"))
}
