package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"chiso/internal/agency"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/web/page"
)

func (s *Server) workbench(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.Workbench(c.Request().Context(), page.ReadBenchQuery(id, c.QueryParam), page.BenchState{Done: c.QueryParam("done")})
	return shown(c, doc, err)
}

// onBench runs a change from the workbench and leads back to the same view of it; a refusal shows it again with the reason and what
// was typed.
func (s *Server) onBench(c echo.Context, do func(round int64, form url.Values, state *page.BenchState) error) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	form, err := c.FormParams()
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
	}
	q := page.ReadBenchQuery(id, form.Get)
	var state page.BenchState
	view := func() (*page.Document, error) { return s.pages.Workbench(c.Request().Context(), q, state) }
	if err := do(id, form, &state); err != nil {
		state.Refused = err
		return again(c, err, view)
	}
	if len(state.Skipped) > 0 {
		doc, err := view()
		return shown(c, doc, err)
	}
	to, joint := q.URL(), "?"
	if strings.Contains(to, "?") {
		joint = "&"
	}
	return c.Redirect(http.StatusSeeOther, to+joint+"done="+url.QueryEscape(state.Done))
}

// judge receives or returns one report.
func (s *Server) judge(c echo.Context) error {
	return s.onBench(c, func(round int64, form url.Values, state *page.BenchState) error {
		step, err := page.ReadBenchStep(round, form)
		if err != nil {
			return err
		}
		state.Step, state.Done = &step, string(step.Step)
		_, err = s.cfg.App.TakeStep(c.Request().Context(), step)
		return err
	})
}

// receiveClean receives the chosen reports in which nothing is to be looked at.
func (s *Server) receiveClean(c echo.Context) error {
	return s.onBench(c, func(round int64, form url.Values, state *page.BenchState) error {
		seen, err := page.ReadClean(form)
		if err != nil {
			return err
		}
		var res *reporting.BulkResult
		if res, err = s.cfg.App.ReceiveClean(c.Request().Context(), round, seen); err == nil {
			state.Done, state.Skipped = strconv.Itoa(len(res.Received)), res.Skipped
		}
		return err
	})
}

func (s *Server) answerProposal(c echo.Context) error {
	return s.onBench(c, func(round int64, form url.Values, state *page.BenchState) error {
		state.Asked, _ = strconv.ParseInt(form.Get("proposal"), 10, 64) // nonsense is not found
		state.Answer, state.Done = form.Get("answer"), "answer"
		return s.cfg.App.AnswerProposal(c.Request().Context(), round, agency.ID(form.Get("of")), state.Asked, state.Answer)
	})
}
