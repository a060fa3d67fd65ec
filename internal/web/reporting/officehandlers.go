package reporting

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/chase"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

func (s *Handlers) officeRoutes() []route.Route {
	office := func(method, path string, act access.Action, h echo.HandlerFunc) route.Route {
		return route.Route{Method: method, Path: path, Action: act, Target: route.Somewhere(), Handler: h}
	}
	return []route.Route{
		{Method: http.MethodGet, Path: "/notices", Action: access.OwnAccount, Handler: s.notices},
		office(http.MethodGet, "/rounds/:id/chase", access.RunRound, s.chase),
		office(http.MethodGet, "/rounds/:id/chase.xlsx", access.RunRound, s.chaseWorkbook),
		office(http.MethodGet, "/rounds/:id/letter", access.RunRound, s.letter),
		office(http.MethodPost, "/rounds/:id/call", access.RunRound, s.logCall),
		office(http.MethodGet, "/rounds/:id/board", access.RunRound, s.board),
		office(http.MethodGet, "/rounds/:id/board.xlsx", access.RunRound, s.boardWorkbook),
		office(http.MethodGet, "/rounds/:id/board.csv", access.RunRound, s.boardCSV),
		office(http.MethodGet, "/rounds/:id/workbench", access.JudgeReport, s.workbench),
		office(http.MethodPost, "/rounds/:id/workbench", access.JudgeReport, s.judge),
		office(http.MethodPost, "/rounds/:id/workbench/receive", access.JudgeReport, s.receiveClean),
		office(http.MethodPost, "/rounds/:id/workbench/answer", access.JudgeReport, s.answerProposal),
	}
}

func (s *Handlers) notices(c echo.Context) error {
	doc, err := s.pages.Notices(c.Request().Context())
	return route.Shown(c, doc, err)
}

func (s *Handlers) chase(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.Chase(c.Request().Context(), id, nil)
	return route.Shown(c, doc, err)
}

func (s *Handlers) chaseWorkbook(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	name, data, err := s.app.ChaseWorkbook(c.Request().Context(), id)
	return route.Shown(c, frame.File(name, data), err)
}

// letter shows the letter that calls for reports, with what its form says of it.
func (s *Handlers) letter(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	q := chase.LetterQuery{Round: id, Number: c.QueryParam("number"), Post: c.QueryParam("post"), Signer: c.QueryParam("signer")}
	for name, day := range map[string]*vi.Date{"day": &q.Day, "until": &q.Until} {
		if text := c.QueryParam(name); text != "" && err == nil {
			if *day, err = vi.ParseISODate(text); err != nil {
				err = fault.Wrap(err, fault.Invalid, "Không hiểu ngày “%s”.", vi.Clean(text))
			}
		}
	}
	if err == nil {
		var doc *frame.Document
		if doc, err = s.pages.Letter(ctx, q, nil); err == nil {
			return route.Send(c, http.StatusOK, doc)
		}
	}
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	return route.Again(c, err, func() (*frame.Document, error) { return s.pages.Letter(ctx, q, err) })
}

func (s *Handlers) logCall(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	call := chase.Call{Agency: agency.ID(c.FormValue("agency")), Person: c.FormValue("person"), Result: c.FormValue("result")}
	if err := s.app.LogCall(ctx, id, call); err != nil {
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.Chase(ctx, id, err) })
	}
	return c.Redirect(http.StatusSeeOther, "/rounds/"+strconv.FormatInt(id, 10)+"/chase")
}

func boardQuery(c echo.Context) (reporting.BoardQuery, error) {
	id, err := route.Number(c)
	return reporting.BoardQuery{Round: id, State: c.QueryParam("state"), Text: vi.Clean(c.QueryParam("q"))}, err
}

func (s *Handlers) board(c echo.Context) error {
	q, err := boardQuery(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.Board(c.Request().Context(), q, c.QueryParam("sort"))
	return route.Shown(c, doc, err)
}

func (s *Handlers) boardCSV(c echo.Context) error {
	q, err := boardQuery(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.BoardCSV(c.Request().Context(), q, c.QueryParam("sort"))
	return route.Shown(c, doc, err)
}

func (s *Handlers) boardWorkbook(c echo.Context) error {
	q, err := boardQuery(c)
	if err != nil {
		return err
	}
	name, data, err := s.app.BoardWorkbook(c.Request().Context(), q)
	return route.Shown(c, frame.File(name, data), err)
}
