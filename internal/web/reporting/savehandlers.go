package reporting

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// savedReport is what became of everything that a report's form said.
type savedReport struct {
	cells   *reporting.SaveResult // nil when none was touched
	texts   []TextResult
	refused error // of the cells as a whole
}

// trouble is why the page has to be shown again, nil when everything was kept.
func (s savedReport) trouble() error {
	if s.refused != nil {
		return s.refused
	}
	for _, t := range s.texts {
		if t.Refused != nil {
			return t.Refused
		}
	}
	if s.cells != nil {
		for _, c := range s.cells.Cells {
			if c.Conflict != "" {
				return fault.New(fault.Conflict, "Có ô người khác vừa ghi. Các ô khác của bạn đã được ghi.")
			}
		}
	}
	return nil
}

// saveForm saves everything that stands in a report's form and was touched: each cell and each text for itself, so that one that is refused
// costs no other. Only what cannot be told to the person is an error.
func (s *Handlers) saveForm(ctx context.Context, ref frame.ReportRef, form url.Values) (out savedReport, err error) {
	if out.refused = sameAccount(ctx, form); out.refused != nil {
		return out, nil //nolint:nilerr // the page says it
	}
	if touched := TouchedCells(form); len(touched) > 0 {
		inputs, err := ReadCells(touched)
		if err == nil {
			out.cells, err = s.app.SaveCells(ctx, ref.Round, ref.Agency, inputs)
		}
		if err != nil && !toldInPage(err) {
			return out, err
		}
		if out.refused = err; err != nil {
			out.cells = nil
		} else {
			SeenNow(form, out.cells) // for what the button does with them next
		}
	}
	for _, in := range ReadTexts(form) {
		res := TextResult{TextInput: in}
		if in.Order > 0 {
			res.Section, res.Refused = s.app.SaveSection(ctx, ref.Round, ref.Agency, in.Order, in.Seen, in.Body)
		} else {
			res.Proposal, res.Refused = s.app.SaveProposal(ctx, ref.Round, ref.Agency, reporting.ProposalInput{ID: in.Proposal, Text: in.Body, Mark: in.Mark})
		}
		if res.Refused != nil && !toldInPage(res.Refused) {
			return out, res.Refused
		}
		out.texts = append(out.texts, res)
	}
	return out, nil
}

// toldInPage reports whether a refusal is shown on the report's own page, beside what was typed.
func toldInPage(err error) bool {
	status := route.StatusOf(err)
	return status < http.StatusInternalServerError && status != http.StatusNotFound && status != http.StatusForbidden
}

// sameAccount refuses what was typed by somebody else than who is signed in by now: another person at the same machine.
func sameAccount(ctx context.Context, form url.Values) error {
	if typed := form.Get("account"); typed != "" && typed != access.From(ctx).Name {
		return fault.New(
			fault.Conflict,
			"Trang này do tài khoản %s mở, nhưng bạn đang đăng nhập bằng tài khoản %s. Chưa có gì được ghi; hãy đăng nhập lại đúng tài khoản.",
			typed,
			access.From(ctx).Name,
		)
	}
	return nil
}

// saveReport saves the form of a report and says what became of it: to a script in JSON, else by the page.
func (s *Handlers) saveReport(c echo.Context) error {
	ref, err := reportRef(c)
	if err != nil {
		return err
	}
	script := strings.Contains(c.Request().Header.Get("Accept"), echo.MIMEApplicationJSON)
	form, err := s.pages.ReadReport(c.Response(), c.Request())
	var saved savedReport
	if err == nil {
		saved, err = s.saveForm(c.Request().Context(), ref, form.Values)
	}
	if err == nil && saved.refused != nil && script {
		err = saved.refused
	}
	if err == nil && script {
		answer, err := s.pages.ReportSaved(c.Request().Context(), ref, saved.cells, saved.texts)
		if err != nil {
			return err
		}
		c.Response().Header()["Cache-Control"] = route.HeaderNoStore
		return c.JSON(http.StatusOK, answer)
	}
	switch {
	case script && route.StatusOf(err) < http.StatusInternalServerError:
		c.Response().Header()["Cache-Control"] = route.HeaderNoStore
		return c.JSON(route.StatusOf(err), map[string]string{"sentence": fault.Sentence(err)})
	case err != nil:
		return s.refuseReport(c, ref, err, FilingState{Typed: form.Values})
	case saved.trouble() != nil:
		return s.showTrouble(c, ref, form, saved, nil)
	}
	return c.Redirect(http.StatusSeeOther, ref.URL()+"?done=saved")
}

// showTrouble gives the page again after a save of which something was refused. then is what was to be done after it, and was not.
func (s *Handlers) showTrouble(c echo.Context, ref frame.ReportRef, form ReportForm, saved savedReport, then error) error {
	state := FilingState{
		Saved:   saved.cells,
		Texts:   saved.texts,
		Typed:   Unsaved(form.Values, saved.refused != nil, saved.texts),
		Refused: saved.refused,
	}
	err := saved.trouble()
	if state.Refused == nil && (saved.cells == nil || then != nil) {
		state.Refused = err
	}
	return s.refuseReport(c, ref, err, state)
}

// change saves everything that the form holds, runs a change of the report and leads to where do says, from the report's address on; a
// refusal gives the page again with the reason.
func (s *Handlers) change(do func(echo.Context, frame.ReportRef, ReportForm) (to string, err error)) echo.HandlerFunc {
	return func(c echo.Context) error {
		ref, err := reportRef(c)
		if err != nil {
			return err
		}
		form, err := s.pages.ReadReport(c.Response(), c.Request())
		if err != nil {
			return s.refuseReport(c, ref, err, FilingState{Typed: form.Values})
		}
		saved, err := s.saveForm(c.Request().Context(), ref, form.Values)
		if err != nil {
			return err
		}
		if trouble := saved.trouble(); trouble != nil {
			return s.showTrouble(c, ref, form, saved, trouble)
		}
		to, err := do(c, ref, form)
		if err == nil {
			return c.Redirect(http.StatusSeeOther, ref.URL()+to)
		}
		return s.refuseReport(c, ref, err, FilingState{Refused: err, Typed: Unsaved(form.Values, false, saved.texts)})
	}
}

// refuseReport gives the page again with the reason, unless there is none to see for who asks.
func (s *Handlers) refuseReport(c echo.Context, ref frame.ReportRef, err error, state FilingState) error {
	if !toldInPage(err) {
		return err
	}
	if state.Refused == nil && state.Saved == nil && len(state.Texts) == 0 {
		state.Refused = err
	}
	doc, perr := s.pages.Filing(c.Request().Context(), ref, state)
	if perr != nil {
		return perr
	}
	return route.Send(c, route.StatusOf(err), doc)
}
