package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/publish"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/vi"
	"chiso/internal/web/page"
)

func (s *Server) officeRoutes() []Route {
	office := func(method, path string, act access.Action, h echo.HandlerFunc) Route {
		return Route{Method: method, Path: path, Action: act, Target: somewhere(), Handler: h}
	}
	return []Route{
		{Method: http.MethodGet, Path: "/releases", Action: access.ReadRelease, Handler: s.releases},
		{Method: http.MethodGet, Path: "/release/:id", Action: access.ReadRelease, Handler: s.release},
		{Method: http.MethodGet, Path: "/release/:id/pack.xlsx", Action: access.ReadRelease, Handler: s.releasePack},
		office(http.MethodPost, "/releases", access.EditRelease, s.makeRelease),
		office(http.MethodGet, "/release/:id/edit", access.EditRelease, s.editRelease),
		office(http.MethodPost, "/release/:id/edit", access.EditRelease, s.changeRelease),
		{
			Method:  http.MethodPost,
			Path:    "/release/:id/document",
			Action:  access.EditRelease,
			Target:  somewhere(),
			Handler: s.saveReleaseDocument,
			large:   true,
			before:  s.mayHandInDocument,
		},
		{Method: http.MethodGet, Path: "/release/:id/document.pdf", Action: access.ReadRelease, Handler: s.releaseDocument},
		office(http.MethodPost, "/release/:id/approve", access.SignRelease, s.approveRelease),
		office(http.MethodPost, "/release/:id/withdraw", access.EditRelease, s.withdrawRelease),
		office(http.MethodPost, "/release/:id/objections", access.EditRelease, s.openObjections),
		office(http.MethodPost, "/release/:id/answer", access.EditRelease, s.answerObjection),
		{Method: http.MethodGet, Path: "/release/:id/own/:agency", Action: access.ReadOwn, Target: atParam("agency"), Handler: s.draft},
		{Method: http.MethodPost, Path: "/release/:id/own/:agency", Action: access.Object, Target: atParam("agency"), Handler: s.object},
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

func actor(c echo.Context) access.Actor { return access.From(c.Request().Context()) }

// shown answers with a page or why there is none.
func shown(c echo.Context, doc *page.Document, err error) error {
	if err != nil {
		return err
	}
	return send(c, http.StatusOK, doc)
}

func (s *Server) releases(c echo.Context) error {
	doc, err := s.pages.Releases(c.Request().Context(), publish.ReleaseRequest{}, nil)
	return shown(c, doc, err)
}

// releaseRequest reads the form that drafts a release.
func (s *Server) releaseRequest(c echo.Context) (req publish.ReleaseRequest, err error) {
	req = publish.ReleaseRequest{
		Owner:   agency.Nation,
		Period:  c.FormValue("period"),
		Kind:    filing.ReleaseKind(c.FormValue("kind")),
		Title:   c.FormValue("title"),
		Number:  c.FormValue("number"),
		Note:    c.FormValue("note"),
		Regime:  vi.Clean(c.FormValue("regime")),
		Refresh: c.FormValue("refresh") != "",
	}
	if day := c.FormValue("day"); day != "" {
		if req.Day, err = vi.ParseISODate(day); err != nil {
			return req, fault.Wrap(err, fault.Invalid, "Không hiểu ngày văn bản “%s”.", day)
		}
	}
	if at := c.FormValue("embargo"); at != "" {
		if req.Embargo, err = time.ParseInLocation("2006-01-02T15:04", at, filing.Zone()); err != nil {
			return req, fault.Wrap(err, fault.Invalid, "Không hiểu thời điểm công bố “%s”.", at)
		}
	}
	return req, nil
}

func (s *Server) makeRelease(c echo.Context) error {
	ctx := c.Request().Context()
	req, err := s.releaseRequest(c)
	var id int64
	if err == nil {
		id, err = s.cfg.App.MakeRelease(ctx, actor(c), req)
	}
	if err != nil {
		return again(c, err, func() (*page.Document, error) { return s.pages.Releases(ctx, req, err) })
	}
	return c.Redirect(http.StatusSeeOther, "/release/"+strconv.FormatInt(id, 10))
}

func (s *Server) release(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.Release(c.Request().Context(), id, nil)
	return shown(c, doc, err)
}

func (s *Server) editRelease(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.ReleaseEdit(c.Request().Context(), id, 0, nil, nil)
	return shown(c, doc, err)
}

// changeRelease changes a draft and leads back to it; a refusal gives the form again as it was typed.
func (s *Server) changeRelease(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	seen, _ := strconv.ParseInt(c.FormValue("version"), 10, 64) // nonsense is a version that nobody saw
	req, err := s.releaseRequest(c)
	if err == nil {
		err = s.cfg.App.ChangeRelease(ctx, actor(c), id, seen, req)
	}
	if err != nil {
		return again(c, err, func() (*page.Document, error) { return s.pages.ReleaseEdit(ctx, id, seen, &req, err) })
	}
	return c.Redirect(http.StatusSeeOther, "/release/"+strconv.FormatInt(id, 10))
}

func (s *Server) saveReleaseDocument(c echo.Context) error {
	file, err := s.pages.ReadAttachment(c.Response(), c.Request()) // bounds the body
	return s.decideRelease(c, func(id, seen int64) error {
		if err != nil {
			return err
		}
		return s.cfg.App.SaveReleaseDocument(c.Request().Context(), actor(c), id, seen, file)
	})
}

func (s *Server) releaseDocument(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	name, data, err := s.cfg.App.ReleaseDocument(c.Request().Context(), actor(c), id)
	return shown(c, &page.Document{Type: "application/pdf", Name: name, Body: data}, err)
}

func (s *Server) releasePack(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	name, data, err := s.cfg.App.ReleasePack(c.Request().Context(), actor(c), id)
	return shown(c, page.File(name, data), err)
}

// decideRelease does something to a release and shows it again, with the reason when that was refused.
func (s *Server) decideRelease(c echo.Context, do func(id, seen int64) error) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	seen, _ := strconv.ParseInt(c.FormValue("version"), 10, 64) // nonsense is a version that nobody saw
	if err := do(id, seen); err != nil {
		return again(c, err, func() (*page.Document, error) { return s.pages.Release(c.Request().Context(), id, err) })
	}
	return c.Redirect(http.StatusSeeOther, "/release/"+strconv.FormatInt(id, 10))
}

func (s *Server) approveRelease(c echo.Context) error {
	return s.decideRelease(c, func(id, seen int64) error {
		return s.cfg.App.ApproveRelease(c.Request().Context(), actor(c), id, seen)
	})
}

func (s *Server) withdrawRelease(c echo.Context) error {
	return s.decideRelease(c, func(id, seen int64) error {
		return s.cfg.App.WithdrawRelease(c.Request().Context(), actor(c), id, seen, c.FormValue("reason"))
	})
}

func (s *Server) openObjections(c echo.Context) error {
	days, _ := strconv.Atoi(c.FormValue("days")) // nonsense is 0, which is refused
	return s.decideRelease(c, func(id, seen int64) error {
		return s.cfg.App.OpenObjections(c.Request().Context(), actor(c), id, seen, days)
	})
}

func (s *Server) answerObjection(c echo.Context) error {
	objection, _ := strconv.ParseInt(c.FormValue("objection"), 10, 64) // nonsense is not found
	return s.decideRelease(c, func(id, _ int64) error {
		return s.cfg.App.AnswerObjection(
			c.Request().Context(),
			actor(c),
			id,
			objection,
			filing.Verdict(c.FormValue("verdict")),
			c.FormValue("answer"),
		)
	})
}

func (s *Server) draft(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.Draft(c.Request().Context(), id, agency.ID(pathParam(c, "agency")), "", nil)
	return shown(c, doc, err)
}

func (s *Server) object(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	ctx, o := c.Request().
		Context(),
		filing.Objection{
			Release: id,
			Agency:  agency.ID(pathParam(c, "agency")),
			Code:    c.FormValue("code"),
			Text:    c.FormValue("text"),
		}
	if err := s.cfg.App.ObjectTo(ctx, actor(c), o); err != nil {
		return again(c, err, func() (*page.Document, error) { return s.pages.Draft(ctx, id, o.Agency, o.Text, err) })
	}
	return c.Redirect(http.StatusSeeOther, c.Request().URL.Path)
}

func (s *Server) notices(c echo.Context) error {
	doc, err := s.pages.Notices(c.Request().Context())
	return shown(c, doc, err)
}

func (s *Server) chase(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.Chase(c.Request().Context(), id, nil)
	return shown(c, doc, err)
}

func (s *Server) chaseWorkbook(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	name, data, err := s.cfg.App.ChaseWorkbook(c.Request().Context(), id)
	return shown(c, page.File(name, data), err)
}

// letter shows the letter that calls for reports, with what its form says of it.
func (s *Server) letter(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	q := reporting.LetterQuery{Round: id, Number: c.QueryParam("number"), Post: c.QueryParam("post"), Signer: c.QueryParam("signer")}
	for name, day := range map[string]*vi.Date{"day": &q.Day, "until": &q.Until} {
		if text := c.QueryParam(name); text != "" && err == nil {
			if *day, err = vi.ParseISODate(text); err != nil {
				err = fault.Wrap(err, fault.Invalid, "Không hiểu ngày “%s”.", vi.Clean(text))
			}
		}
	}
	if err == nil {
		var doc *page.Document
		if doc, err = s.pages.Letter(ctx, q, nil); err == nil {
			return send(c, http.StatusOK, doc)
		}
	}
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	return again(c, err, func() (*page.Document, error) { return s.pages.Letter(ctx, q, err) })
}

func (s *Server) logCall(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	call := reporting.Call{Agency: agency.ID(c.FormValue("agency")), Person: c.FormValue("person"), Result: c.FormValue("result")}
	if err := s.cfg.App.LogCall(ctx, id, call); err != nil {
		return again(c, err, func() (*page.Document, error) { return s.pages.Chase(ctx, id, err) })
	}
	return c.Redirect(http.StatusSeeOther, "/rounds/"+strconv.FormatInt(id, 10)+"/chase")
}

func boardQuery(c echo.Context) (reporting.BoardQuery, error) {
	id, err := number(c)
	return reporting.BoardQuery{Round: id, State: c.QueryParam("state"), Text: vi.Clean(c.QueryParam("q"))}, err
}

func (s *Server) board(c echo.Context) error {
	q, err := boardQuery(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.Board(c.Request().Context(), q, c.QueryParam("sort"))
	return shown(c, doc, err)
}

func (s *Server) boardCSV(c echo.Context) error {
	q, err := boardQuery(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.BoardCSV(c.Request().Context(), q, c.QueryParam("sort"))
	return shown(c, doc, err)
}

func (s *Server) boardWorkbook(c echo.Context) error {
	q, err := boardQuery(c)
	if err != nil {
		return err
	}
	name, data, err := s.cfg.App.BoardWorkbook(c.Request().Context(), q)
	return shown(c, page.File(name, data), err)
}
