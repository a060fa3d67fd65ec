package reporting

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"chiso/internal/fault"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

func (s *Handlers) reportUpload(ctx context.Context, ref frame.ReportRef, id int64) (*frame.Document, error) {
	return s.pages.FilingUpload(ctx, ref, id, UploadState{})
}

// ofUpload runs a change that an upload's page asks for; do says what the page is to tell, or that everything went well.
func (s *Handlers) ofUpload(c echo.Context, do func(frame.ReportRef, int64) (UploadState, bool, error)) error {
	ref, err := reportRef(c)
	if err != nil {
		return err
	}
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, route.MaxTexts)
	if _, err := c.FormParams(); err != nil {
		return fault.Wrap(err, fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
	}
	state, done, err := do(ref, id)
	if err == nil && done {
		return c.Redirect(http.StatusSeeOther, ref.URL()+"/upload/"+strconv.FormatInt(id, 10))
	}
	status := http.StatusConflict
	if err != nil {
		status = route.StatusOf(err)
		if status >= http.StatusInternalServerError || status == http.StatusNotFound || status == http.StatusForbidden {
			return err
		}
		state.Refused = err
	}
	doc, err := s.pages.FilingUpload(c.Request().Context(), ref, id, state)
	if err != nil {
		return err
	}
	return route.Send(c, status, doc)
}

// takeUpload takes the cells of a file that are ticked into the draft.
func (s *Handlers) takeUpload(c echo.Context) error {
	return s.ofUpload(c, func(r frame.ReportRef, id int64) (state UploadState, done bool, err error) {
		form, err := c.FormParams()
		if err != nil {
			return state, false, err
		}
		seen, err := ReadTicks(form)
		if err != nil {
			return state, false, err
		}
		out, err := s.app.TakeUpload(c.Request().Context(), r.Round, r.Agency, id, seen)
		if err != nil {
			return state, false, err
		}
		state.Outcome = out
		return state, len(out.Overtaken) == 0, nil
	})
}

// mendUpload saves a cell that a file had wrong, as it was put right beside the sentence about it.
func (s *Handlers) mendUpload(c echo.Context) error {
	return s.ofUpload(c, func(r frame.ReportRef, _ int64) (state UploadState, done bool, err error) {
		form, err := c.FormParams()
		if err != nil {
			return state, false, err
		}
		state.Typed = form
		inputs, err := ReadCells(form)
		if err != nil {
			return state, false, err
		}
		res, err := s.app.SaveCells(c.Request().Context(), r.Round, r.Agency, inputs)
		if err != nil {
			return state, false, err
		}
		for _, cell := range res.Cells {
			if cell.Conflict != "" {
				return state, false, fault.New(fault.Conflict, "%s: %s", cell.Row.Definition.Name, cell.Conflict)
			}
		}
		return state, true, nil
	})
}

// fillNone answers the cells that are ticked with "không phát sinh".
func (s *Handlers) fillNone(c echo.Context, r frame.ReportRef, form ReportForm) (string, error) {
	var cells []int64
	for _, text := range form.Values["cell"] {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return "", fault.New(fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
		}
		cells = append(cells, id)
	}
	_, err := s.app.FillNone(c.Request().Context(), r.Round, r.Agency, cells)
	return "?done=none", err
}
