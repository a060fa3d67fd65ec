package publish

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// mayHandInDocument judges the handing in of a release's signed document.
func (s *Handlers) mayHandInDocument(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	return s.app.MayHandInDocument(c.Request().Context(), id)
}

func (s *Handlers) releaseRoutes() []route.Route {
	office := func(method, path string, act access.Action, h echo.HandlerFunc) route.Route {
		return route.Route{Method: method, Path: path, Action: act, Target: route.Somewhere(), Handler: h}
	}
	return []route.Route{
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
			Target:  route.Somewhere(),
			Handler: s.saveReleaseDocument,
			Large:   true,
			Before:  s.mayHandInDocument,
		},
		{Method: http.MethodGet, Path: "/release/:id/document.pdf", Action: access.ReadRelease, Handler: s.releaseDocument},
		office(http.MethodPost, "/release/:id/approve", access.SignRelease, s.approveRelease),
		office(http.MethodPost, "/release/:id/withdraw", access.EditRelease, s.withdrawRelease),
		office(http.MethodPost, "/release/:id/objections", access.EditRelease, s.openObjections),
		office(http.MethodPost, "/release/:id/answer", access.EditRelease, s.answerObjection),
		{Method: http.MethodGet, Path: "/release/:id/own/:agency", Action: access.ReadOwn, Target: route.AtParam("agency"), Handler: s.draft},
		{Method: http.MethodPost, Path: "/release/:id/own/:agency", Action: access.Object, Target: route.AtParam("agency"), Handler: s.object},
	}
}

func (s *Handlers) releases(c echo.Context) error {
	doc, err := s.pages.Releases(c.Request().Context(), publish.ReleaseRequest{}, nil)
	return route.Shown(c, doc, err)
}

// releaseRequest reads the form that drafts a release.
func (s *Handlers) releaseRequest(c echo.Context) (req publish.ReleaseRequest, err error) {
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

func (s *Handlers) makeRelease(c echo.Context) error {
	ctx := c.Request().Context()
	req, err := s.releaseRequest(c)
	var id int64
	if err == nil {
		id, err = s.app.MakeRelease(ctx, route.Actor(c), req)
	}
	if err != nil {
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.Releases(ctx, req, err) })
	}
	return c.Redirect(http.StatusSeeOther, "/release/"+strconv.FormatInt(id, 10))
}

func (s *Handlers) release(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.Release(c.Request().Context(), id, nil)
	return route.Shown(c, doc, err)
}

func (s *Handlers) editRelease(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.ReleaseEdit(c.Request().Context(), id, 0, nil, nil)
	return route.Shown(c, doc, err)
}

// changeRelease changes a draft and leads back to it; a refusal gives the form again as it was typed.
func (s *Handlers) changeRelease(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	seen, _ := strconv.ParseInt(c.FormValue("version"), 10, 64) // nonsense is a version that nobody saw
	req, err := s.releaseRequest(c)
	if err == nil {
		err = s.app.ChangeRelease(ctx, route.Actor(c), id, seen, req)
	}
	if err != nil {
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.ReleaseEdit(ctx, id, seen, &req, err) })
	}
	return c.Redirect(http.StatusSeeOther, "/release/"+strconv.FormatInt(id, 10))
}

func (s *Handlers) saveReleaseDocument(c echo.Context) error {
	file, err := s.pages.ReadAttachment(c.Response(), c.Request()) // bounds the body
	return s.decideRelease(c, func(id, seen int64) error {
		if err != nil {
			return err
		}
		return s.app.SaveReleaseDocument(c.Request().Context(), route.Actor(c), id, seen, file)
	})
}

func (s *Handlers) releaseDocument(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	name, data, err := s.app.ReleaseDocument(c.Request().Context(), route.Actor(c), id)
	return route.Shown(c, &frame.Document{Type: "application/pdf", Name: name, Body: data}, err)
}

func (s *Handlers) releasePack(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	name, data, err := s.app.ReleasePack(c.Request().Context(), route.Actor(c), id)
	return route.Shown(c, frame.File(name, data), err)
}

// decideRelease does something to a release and shows it again, with the reason when that was refused.
func (s *Handlers) decideRelease(c echo.Context, do func(id, seen int64) error) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	seen, _ := strconv.ParseInt(c.FormValue("version"), 10, 64) // nonsense is a version that nobody saw
	if err := do(id, seen); err != nil {
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.Release(c.Request().Context(), id, err) })
	}
	return c.Redirect(http.StatusSeeOther, "/release/"+strconv.FormatInt(id, 10))
}

func (s *Handlers) approveRelease(c echo.Context) error {
	return s.decideRelease(c, func(id, seen int64) error {
		return s.app.ApproveRelease(c.Request().Context(), route.Actor(c), id, seen)
	})
}

func (s *Handlers) withdrawRelease(c echo.Context) error {
	return s.decideRelease(c, func(id, seen int64) error {
		return s.app.WithdrawRelease(c.Request().Context(), route.Actor(c), id, seen, c.FormValue("reason"))
	})
}

func (s *Handlers) openObjections(c echo.Context) error {
	days, _ := strconv.Atoi(c.FormValue("days")) // nonsense is 0, which is refused
	return s.decideRelease(c, func(id, seen int64) error {
		return s.app.OpenObjections(c.Request().Context(), route.Actor(c), id, seen, days)
	})
}

func (s *Handlers) answerObjection(c echo.Context) error {
	objection, _ := strconv.ParseInt(c.FormValue("objection"), 10, 64) // nonsense is not found
	return s.decideRelease(c, func(id, _ int64) error {
		return s.app.AnswerObjection(
			c.Request().Context(),
			route.Actor(c),
			id,
			objection,
			filing.Verdict(c.FormValue("verdict")),
			c.FormValue("answer"),
		)
	})
}

func (s *Handlers) draft(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.Draft(c.Request().Context(), id, agency.ID(route.PathParam(c, "agency")), "", nil)
	return route.Shown(c, doc, err)
}

func (s *Handlers) object(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	ctx, o := c.Request().
		Context(),
		filing.Objection{
			Release: id,
			Agency:  agency.ID(route.PathParam(c, "agency")),
			Code:    c.FormValue("code"),
			Text:    c.FormValue("text"),
		}
	if err := s.app.ObjectTo(ctx, route.Actor(c), o); err != nil {
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.Draft(ctx, id, o.Agency, o.Text, err) })
	}
	return c.Redirect(http.StatusSeeOther, c.Request().URL.Path)
}

func (s *Handlers) report(c echo.Context) error {
	view := ledger.Released
	if c.QueryParam("view") == string(ledger.Live) {
		owner, _, err := s.app.OwnerOf(c.Request().Context(), vi.Clean(c.QueryParam("block")), "")
		if err != nil {
			return err
		}
		at := route.Target{Name: "owner", Find: func(echo.Context, access.Actor) (access.Target, error) { return access.At(owner), nil }}
		if err := s.permitted(c, access.ReadLive, at, access.From(c.Request().Context())); err != nil {
			return err
		}
		view = ledger.LiveOf(owner)
	}
	doc, err := s.pages.Report(c.Request().Context(), c.QueryParams(), s.clock(), view)
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

func (s *Handlers) reportRoutes() []route.Route {
	return []route.Route{{Method: http.MethodGet, Path: "/report.xlsx", Action: access.ReadRelease, Handler: s.report}}
}
