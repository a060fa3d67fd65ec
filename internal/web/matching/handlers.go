package matching

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/receive"
	"chiso/internal/fault"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// The steps between a file and its preview.
const (
	stepColumns = receive.StepColumns
	stepLines   = receive.StepLines
)

// Routes lists the addresses of the slice with what they need. Each step is an address of its own, and none of them changes a figure.
func (s *Handlers) Routes() []route.Route {
	const report, office = "/desk/:round/:agency/upload/:id", "/upload/:id"
	one := func(method, path string, act access.Action, at route.Target, h echo.HandlerFunc) route.Route {
		return route.Route{Method: method, Path: path, Action: act, Target: at, Handler: h}
	}
	var out []route.Route
	for _, step := range []string{stepColumns, stepLines} {
		out = append(
			out,
			one(http.MethodGet, report+step, access.ReadOwn, route.Somewhere(), s.matchStep(s.reportFile, step)),
			one(http.MethodPost, report+step, access.ReadOwn, route.Somewhere(), s.saveMatchStep(s.reportFile, step)),
			one(http.MethodGet, office+step, access.ImportTable, route.AtNation(), s.matchStep(s.officeFile, step)),
			one(http.MethodPost, office+step, access.ImportTable, route.AtNation(), s.saveMatchStep(s.officeFile, step)),
		)
	}
	return append(
		out,
		one(http.MethodGet, "/matches", access.KeepMatch, route.Somewhere(), s.matches),
		one(http.MethodGet, "/matches.csv", access.KeepMatch, route.Somewhere(), s.matchesFile),
		one(http.MethodPost, "/matches", access.KeepMatch, route.Somewhere(), s.revokeMatches),
	)
}

// matchFile is a file that is matched: how it is read, and what keeps what is said of it.
type matchFile struct {
	MatchSource

	save func(receive.Choices) error
}

type readMatchFile func(c echo.Context) (matchFile, error)

func (s *Handlers) reportFile(c echo.Context) (f matchFile, err error) {
	ref, err := reportRef(c)
	if err != nil {
		return f, err
	}
	id, err := route.Number(c)
	if err != nil {
		return f, err
	}
	ctx := c.Request().Context()
	f.MatchSource, err = s.pages.MatchOfReport(ctx, ref, id)
	f.save = func(said receive.Choices) error { return s.app.MatchUpload(ctx, ref.Round, ref.Agency, id, said) }
	return f, err
}

func (s *Handlers) officeFile(c echo.Context) (f matchFile, err error) {
	id, err := route.Number(c)
	if err != nil {
		return f, err
	}
	ctx := c.Request().Context()
	f.MatchSource, err = s.pages.MatchOfUpload(ctx, id)
	f.save = func(said receive.Choices) error { return s.app.MatchFile(ctx, id, said) }
	return f, err
}

func (s *Handlers) matchPage(c echo.Context, f matchFile, step string, typed url.Values, problems []MatchProblem) (*frame.Document, error) {
	if step == stepLines {
		return s.pages.MatchLines(c.Request().Context(), f.MatchSource, typed, problems)
	}
	return s.pages.MatchColumns(c.Request().Context(), f.MatchSource, typed, problems)
}

func (s *Handlers) matchStep(read readMatchFile, step string) echo.HandlerFunc {
	return func(c echo.Context) error {
		f, err := read(c)
		if err != nil {
			return err
		}
		doc, err := s.matchPage(c, f, step, nil, nil)
		if err != nil {
			return err
		}
		return route.Send(c, http.StatusOK, doc)
	}
}

// saveMatchStep keeps what is said. "Xem thử" comes back to the same page whatever is still missing; "Tiếp" goes on, or says what is missing.
func (s *Handlers) saveMatchStep(read readMatchFile, step string) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, route.MaxTexts)
		form, err := c.FormParams()
		if err != nil {
			return fault.Wrap(
				err,
				fault.Invalid,
				"Máy chủ không nhận được đầy đủ nội dung vừa gửi; chưa có gì được lưu. Hãy tải lại trang rồi làm lại.",
			)
		}
		f, err := read(c)
		if err != nil {
			return err
		}
		said, problems := ReadColumns(f.Reads, form)
		if step == stepLines {
			said, problems = ReadLines(f.Reads, form)
		}
		if form.Get("go") == "again" {
			if err := f.save(said); err != nil {
				return err
			}
			return c.Redirect(http.StatusSeeOther, f.URL+step)
		}
		if len(problems) > 0 {
			doc, err := s.matchPage(c, f, step, form, problems)
			if err != nil {
				return err
			}
			return route.Send(c, http.StatusUnprocessableEntity, doc)
		}
		if err := f.save(said); err != nil {
			return err
		}
		if f, err = read(c); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, f.URL+f.Reads.NextStep())
	}
}

func matchAgency(c echo.Context, id string) agency.ID {
	if id == "" {
		return access.From(c.Request().Context()).Agency
	}
	return agency.ID(id)
}

func (s *Handlers) matches(c echo.Context) error {
	doc, err := s.pages.Matches(c.Request().Context(), matchAgency(c, c.QueryParam("agency")), c.QueryParam("done") != "")
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

func (s *Handlers) matchesFile(c echo.Context) error {
	doc, err := s.pages.MatchesFile(c.Request().Context(), matchAgency(c, c.QueryParam("agency")))
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

func (s *Handlers) revokeMatches(c echo.Context) error {
	id := matchAgency(c, c.FormValue("agency"))
	if err := s.app.RevokeMatches(c.Request().Context(), id, c.FormValue("table")); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/matches?done=1&agency="+url.QueryEscape(string(id)))
}

func reportRef(c echo.Context) (frame.ReportRef, error) {
	round, err := strconv.ParseInt(c.Param("round"), 10, 64)
	id, uerr := url.PathUnescape(c.Param("agency"))
	if err != nil || uerr != nil || round <= 0 {
		return frame.ReportRef{}, echo.ErrNotFound
	}
	return frame.ReportRef{Round: round, Agency: agency.ID(id)}, nil
}
