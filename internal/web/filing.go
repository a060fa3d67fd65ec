package web

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/vi"
	"chiso/internal/web/page"
)

// maxTexts bounds a form with narrative.
const maxTexts = 512 << 10

// filingRoutes are the desk and the reports. Whose report it is stands in the address; a successor files its predecessor's, so the use
// cases judge each report themselves.
func (s *Server) filingRoutes() []Route {
	const one = "/desk/:round/:agency"
	read := func(path string, h echo.HandlerFunc) Route {
		return Route{Method: http.MethodGet, Path: path, Action: access.ReadOwn, Target: somewhere(), Handler: h}
	}
	edit := func(path string, h func(echo.Context, page.ReportRef) (done string, err error)) Route {
		return Route{Method: http.MethodPost, Path: one + path, Action: access.ReadOwn, Target: somewhere(), Handler: s.change(h), large: true}
	}
	return []Route{
		read("/desk", s.desk),
		read(one, s.filingPage),
		read(one+"/template.xlsx", s.ofReport(func(c echo.Context, r page.ReportRef) (*page.Document, error) {
			return s.pages.FilingTemplate(c.Request().Context(), r)
		})),
		read(one+"/copy", s.ofReport(func(c echo.Context, r page.ReportRef) (*page.Document, error) {
			return s.pages.FilingCopy(c.Request().Context(), r)
		})),
		read(one+"/kept/:id", s.ofNumbered(s.pages.FilingKept)),
		read(one+"/upload/:id", s.ofNumbered(s.pages.FilingUpload)),
		read(one+"/upload/:id/marked", s.ofNumbered(s.pages.FilingMarked)),
		read(one+"/file/:sha", s.ofReport(func(c echo.Context, r page.ReportRef) (*page.Document, error) {
			return s.pages.FilingFile(c.Request().Context(), r, c.Param("sha"))
		})),
		{Method: http.MethodPost, Path: one + "/cells", Action: access.ReadOwn, Target: somewhere(), Handler: s.saveCells, large: true},
		{Method: http.MethodPost, Path: one + "/upload", Action: access.ReadOwn, Target: somewhere(), Handler: s.uploadReport, large: true},
		{Method: http.MethodPost, Path: one + "/paste", Action: access.ReadOwn, Target: somewhere(), Handler: s.pasteCells, large: true},
		{Method: http.MethodPost, Path: one + "/undo", Action: access.ReadOwn, Target: somewhere(), Handler: s.undoBatch, large: true},
		edit("/none", s.fillNone),
		edit("/section", s.saveSection),
		edit("/proposal", s.saveProposal),
		edit("/attach", s.attach),
		edit("/detach", s.detach),
		edit("/paper", s.savePaper),
		edit("/step", s.takeStep),
	}
}

func reportRef(c echo.Context) (page.ReportRef, error) {
	round, err := strconv.ParseInt(c.Param("round"), 10, 64)
	id, uerr := url.PathUnescape(c.Param("agency"))
	if err != nil || uerr != nil || round <= 0 {
		return page.ReportRef{}, echo.ErrNotFound
	}
	return page.ReportRef{Round: round, Agency: agency.ID(id)}, nil
}

func (s *Server) desk(c echo.Context) error {
	doc, err := s.pages.Desk(c.Request().Context())
	if err != nil {
		return err
	}
	return send(c, http.StatusOK, doc)
}

func (s *Server) ofReport(make func(echo.Context, page.ReportRef) (*page.Document, error)) echo.HandlerFunc {
	return func(c echo.Context) error {
		ref, err := reportRef(c)
		if err != nil {
			return err
		}
		doc, err := make(c, ref)
		if err != nil {
			return err
		}
		return send(c, http.StatusOK, doc)
	}
}

func (s *Server) ofNumbered(make func(ctx context.Context, ref page.ReportRef, id int64) (*page.Document, error)) echo.HandlerFunc {
	return s.ofReport(func(c echo.Context, ref page.ReportRef) (*page.Document, error) {
		id, err := number(c)
		if err != nil {
			return nil, err
		}
		return make(c.Request().Context(), ref, id)
	})
}

func (s *Server) filingPage(c echo.Context) error {
	return s.ofReport(func(c echo.Context, ref page.ReportRef) (*page.Document, error) {
		return s.pages.Filing(c.Request().Context(), ref, page.FilingState{Done: c.QueryParam("done")})
	})(c)
}

// change runs a change of a report and leads back to it; a refusal gives the page again with the reason.
func (s *Server) change(do func(echo.Context, page.ReportRef) (done string, err error)) echo.HandlerFunc {
	return func(c echo.Context) error {
		ref, err := reportRef(c)
		if err != nil {
			return err
		}
		c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, s.cfg.MaxUpload+maxTexts)
		done, err := do(c, ref)
		if err == nil {
			return c.Redirect(http.StatusSeeOther, ref.URL()+"?done="+done)
		}
		return s.refuseReport(c, ref, err)
	}
}

func (s *Server) refuseReport(c echo.Context, ref page.ReportRef, err error) error {
	status := statusOf(err)
	if status >= http.StatusInternalServerError || status == http.StatusNotFound || status == http.StatusForbidden {
		return err
	}
	typed, _ := c.FormParams() // what cannot be read is nothing to show again
	doc, perr := s.pages.Filing(c.Request().Context(), ref, page.FilingState{Refused: err, Typed: typed})
	if perr != nil {
		return perr
	}
	return send(c, status, doc)
}

// saveCells saves cells: for a script cell by cell, for the plain form all at once.
func (s *Server) saveCells(c echo.Context) error {
	ref, err := reportRef(c)
	if err != nil {
		return err
	}
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxTexts)
	script := strings.Contains(c.Request().Header.Get("Accept"), echo.MIMEApplicationJSON)
	res, err := func() (*app.SaveResult, error) {
		form, err := c.FormParams()
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
		}
		inputs, err := page.ReadCells(form)
		if err != nil {
			return nil, err
		}
		return s.cfg.App.SaveCells(c.Request().Context(), ref.Round, ref.Agency, inputs)
	}()
	c.Response().Header()["Cache-Control"] = headerNoStore
	switch {
	case script && err != nil && statusOf(err) < http.StatusInternalServerError:
		return c.JSON(statusOf(err), map[string]string{"sentence": fault.Sentence(err)})
	case script && err == nil:
		return c.JSON(http.StatusOK, page.NewSavedJSON(res))
	case err != nil:
		return s.refuseReport(c, ref, err)
	}
	for _, cell := range res.Cells {
		if cell.Conflict == "" {
			continue
		}
		doc, err := s.pages.Filing(c.Request().Context(), ref, page.FilingState{Saved: res})
		if err != nil {
			return err
		}
		return send(c, http.StatusConflict, doc)
	}
	return c.Redirect(http.StatusSeeOther, ref.URL()+"?done=saved")
}

// uploadReport reads a file into a draft and leads to what it said.
func (s *Server) uploadReport(c echo.Context) error {
	ref, err := reportRef(c)
	if err != nil {
		return err
	}
	req, err := s.pages.ReadUpload(c.Response(), c.Request())
	if err == nil {
		var out *app.UploadOutcome
		if out, err = s.cfg.App.UploadReport(c.Request().Context(), ref.Round, ref.Agency, req.Files[0]); err == nil {
			return c.Redirect(http.StatusSeeOther, ref.URL()+"/upload/"+strconv.FormatInt(out.ID, 10))
		}
	}
	return s.refuseReport(c, ref, err)
}

func (s *Server) fillNone(c echo.Context, r page.ReportRef) (string, error) {
	_, err := s.cfg.App.FillNone(c.Request().Context(), r.Round, r.Agency)
	return "none", err
}

func (s *Server) saveSection(c echo.Context, r page.ReportRef) (string, error) {
	order, err1 := strconv.Atoi(c.FormValue("order"))
	seen, err2 := strconv.ParseInt(c.FormValue("seen"), 10, 64)
	if err1 != nil || err2 != nil {
		return "", fault.New(fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
	}
	return "saved", s.cfg.App.SaveSection(c.Request().Context(), r.Round, r.Agency, order, seen, c.FormValue("body"))
}

func (s *Server) saveProposal(c echo.Context, r page.ReportRef) (string, error) {
	id, _ := strconv.ParseInt(c.FormValue("id"), 10, 64) // none is a new one
	return "saved", s.cfg.App.SaveProposal(c.Request().Context(), r.Round, r.Agency, id, c.FormValue("text"))
}

func (s *Server) attach(c echo.Context, r page.ReportRef) (string, error) {
	file, err := s.pages.ReadAttachment(c.Response(), c.Request())
	if err != nil {
		return "", err
	}
	return "saved", s.cfg.App.Attach(c.Request().Context(), r.Round, r.Agency, c.FormValue("code"), file)
}

func (s *Server) detach(c echo.Context, r page.ReportRef) (string, error) {
	id, err := strconv.ParseInt(c.FormValue("file"), 10, 64)
	if err != nil {
		return "", echo.ErrNotFound
	}
	return "saved", s.cfg.App.Detach(c.Request().Context(), r.Round, r.Agency, id)
}

func (s *Server) savePaper(c echo.Context, r page.ReportRef) (string, error) {
	file, err := s.pages.ReadAttachment(c.Response(), c.Request())
	if err != nil {
		return "", err
	}
	in := app.PaperInput{Name: path.Base(file.Name), Data: file.Data, Code: c.FormValue("code"), Number: c.FormValue("number"), Signer: c.FormValue("signer")}
	if text := c.FormValue("day"); text != "" {
		if in.Day, err = vi.ParseISODate(text); err != nil {
			return "", fault.New(fault.Invalid, "Ngày văn bản %q không đúng.", vi.Clean(text))
		}
	}
	return "paper", s.cfg.App.SavePaper(c.Request().Context(), r.Round, r.Agency, in)
}

func (s *Server) takeStep(c echo.Context, r page.ReportRef) (string, error) {
	seen, err := strconv.ParseInt(c.FormValue("seen"), 10, 64)
	if err != nil {
		return "", fault.New(fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
	}
	step := filing.Step(c.FormValue("step"))
	if step.Title() == "" {
		return "", fault.New(fault.Invalid, "Không có bước này trong quy trình báo cáo.")
	}
	_, err = s.cfg.App.TakeStep(c.Request().Context(), app.ReportStep{Round: r.Round, Agency: r.Agency, Step: step, Seen: seen, Reason: c.FormValue("reason")})
	return string(step), err
}
