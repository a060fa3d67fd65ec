package reporting

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"chiso/internal/agency"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

func (s *Handlers) workbench(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.Workbench(c.Request().Context(), ReadBenchQuery(id, c.QueryParam), BenchState{Done: c.QueryParam("done")})
	return route.Shown(c, doc, err)
}

// onBench runs a change from the workbench and leads back to the same view of it; a refusal shows it again with the reason and what
// was typed.
func (s *Handlers) onBench(c echo.Context, do func(round int64, form url.Values, state *BenchState) error) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	form, err := c.FormParams()
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
	}
	q := ReadBenchQuery(id, form.Get)
	var state BenchState
	view := func() (*frame.Document, error) { return s.pages.Workbench(c.Request().Context(), q, state) }
	if err := do(id, form, &state); err != nil {
		state.Refused = err
		return route.Again(c, err, view)
	}
	if len(state.Skipped) > 0 {
		doc, err := view()
		return route.Shown(c, doc, err)
	}
	to, joint := q.URL(), "?"
	if strings.Contains(to, "?") {
		joint = "&"
	}
	return c.Redirect(http.StatusSeeOther, to+joint+"done="+url.QueryEscape(state.Done))
}

// judge receives or returns one report.
func (s *Handlers) judge(c echo.Context) error {
	return s.onBench(c, func(round int64, form url.Values, state *BenchState) error {
		step, err := ReadBenchStep(round, form)
		if err != nil {
			return err
		}
		state.Step, state.Done = &step, string(step.Step)
		_, err = s.app.TakeStep(c.Request().Context(), step)
		return err
	})
}

// receiveClean receives the chosen reports in which nothing is to be looked at.
func (s *Handlers) receiveClean(c echo.Context) error {
	return s.onBench(c, func(round int64, form url.Values, state *BenchState) error {
		seen, err := ReadClean(form)
		if err != nil {
			return err
		}
		var res *reporting.BulkResult
		if res, err = s.app.ReceiveClean(c.Request().Context(), round, seen); err == nil {
			state.Done, state.Skipped = strconv.Itoa(len(res.Received)), res.Skipped
		}
		return err
	})
}

func (s *Handlers) answerProposal(c echo.Context) error {
	return s.onBench(c, func(round int64, form url.Values, state *BenchState) error {
		state.Asked, _ = strconv.ParseInt(form.Get("proposal"), 10, 64) // nonsense is not found
		state.Answer, state.Done = form.Get("answer"), "answer"
		return s.app.AnswerProposal(c.Request().Context(), round, agency.ID(form.Get("of")), state.Asked, state.Answer)
	})
}
