package reporting

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"chiso/internal/fault"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// changeCells saves what the form holds and runs a change of many cells: a script gets the stored rows as JSON, a plain form is led back to
// the report.
func (s *Handlers) changeCells(c echo.Context, do func(frame.ReportRef, url.Values) (answer *PastedJSON, done string, err error)) error {
	script := strings.Contains(c.Request().Header.Get("Accept"), echo.MIMEApplicationJSON)
	change := func(c echo.Context, ref frame.ReportRef, form ReportForm) (string, error) {
		answer, done, err := do(ref, form.Values)
		if err != nil || !script {
			return "?done=" + done, err
		}
		return "", s.answerCells(c, ref, answer)
	}
	if !script {
		return s.change(change)(c)
	}
	ref, err := reportRef(c)
	if err != nil {
		return err
	}
	form, err := s.pages.ReadReport(c.Response(), c.Request())
	if err == nil {
		_, err = change(c, ref, form)
	}
	if err != nil && route.StatusOf(err) < http.StatusInternalServerError {
		c.Response().Header()["Cache-Control"] = route.HeaderNoStore
		return c.JSON(route.StatusOf(err), map[string]string{"sentence": fault.Sentence(err)})
	}
	return err
}

// answerCells answers a script with changed cells and the parts of the page that follow them.
func (s *Handlers) answerCells(c echo.Context, ref frame.ReportRef, answer *PastedJSON) error {
	now, err := s.pages.ReportSaved(c.Request().Context(), ref, nil, nil)
	if err != nil {
		return err
	}
	answer.Parts, answer.Saved = now.Parts, now.Saved
	c.Response().Header()["Cache-Control"] = route.HeaderNoStore
	return c.JSON(http.StatusOK, answer)
}

// pasteCells saves a block that was copied from a sheet, from the grid or from the box beside it.
func (s *Handlers) pasteCells(c echo.Context) error {
	return s.changeCells(c, func(r frame.ReportRef, form url.Values) (*PastedJSON, string, error) {
		res, err := s.app.PasteCells(c.Request().Context(), r.Round, r.Agency, ReadPaste(form))
		if err != nil {
			return nil, "", err
		}
		return NewPastedJSON(res), "pasted", nil
	})
}

// undoBatch takes a change of many cells back.
func (s *Handlers) undoBatch(c echo.Context) error {
	return s.changeCells(c, func(r frame.ReportRef, form url.Values) (*PastedJSON, string, error) {
		batch, err := strconv.ParseInt(form.Get("batch"), 10, 64)
		if err != nil {
			return nil, "", fault.New(fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
		}
		res, err := s.app.UndoBatch(c.Request().Context(), r.Round, r.Agency, batch)
		if err != nil {
			return nil, "", err
		}
		return NewUndoneJSON(res), "undone", nil
	})
}
