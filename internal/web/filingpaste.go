package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"chiso/internal/fault"
	"chiso/internal/web/page"
)

// changeCells runs a change of many cells: a script gets the stored rows as JSON, a plain form is led back to the report.
func (s *Server) changeCells(c echo.Context, do func(page.ReportRef) (answer any, done string, err error)) error {
	ref, err := reportRef(c)
	if err != nil {
		return err
	}
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxTexts)
	script := strings.Contains(c.Request().Header.Get("Accept"), echo.MIMEApplicationJSON)
	answer, done, err := func() (any, string, error) {
		if _, err := c.FormParams(); err != nil {
			return nil, "", fault.Wrap(err, fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
		}
		return do(ref)
	}()
	c.Response().Header()["Cache-Control"] = headerNoStore
	switch {
	case script && err != nil && statusOf(err) < http.StatusInternalServerError:
		return c.JSON(statusOf(err), map[string]string{"sentence": fault.Sentence(err)})
	case script && err == nil:
		return c.JSON(http.StatusOK, answer)
	case err != nil:
		return s.refuseReport(c, ref, err)
	}
	return c.Redirect(http.StatusSeeOther, ref.URL()+"?done="+done)
}

// pasteCells saves a block that was copied from a sheet, from the grid or from the box beside it.
func (s *Server) pasteCells(c echo.Context) error {
	return s.changeCells(c, func(r page.ReportRef) (any, string, error) {
		form, err := c.FormParams()
		if err != nil {
			return nil, "", err
		}
		res, err := s.cfg.App.PasteCells(c.Request().Context(), r.Round, r.Agency, page.ReadPaste(form))
		if err != nil {
			return nil, "", err
		}
		return page.NewPastedJSON(res), "pasted", nil
	})
}

// undoBatch takes a change of many cells back.
func (s *Server) undoBatch(c echo.Context) error {
	return s.changeCells(c, func(r page.ReportRef) (any, string, error) {
		batch, err := strconv.ParseInt(c.FormValue("batch"), 10, 64)
		if err != nil {
			return nil, "", fault.New(fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
		}
		res, err := s.cfg.App.UndoBatch(c.Request().Context(), r.Round, r.Agency, batch)
		if err != nil {
			return nil, "", err
		}
		return page.NewUndoneJSON(res), "undone", nil
	})
}
