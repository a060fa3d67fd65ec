package reporting

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
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// filingRoutes are the desk and the reports. Whose report it is stands in the address; a successor files its predecessor's, so the use
// cases judge each report themselves.
func (s *Handlers) filingRoutes() []route.Route {
	const one = "/desk/:round/:agency"
	read := func(path string, h echo.HandlerFunc) route.Route {
		return route.Route{Method: http.MethodGet, Path: path, Action: access.ReadOwn, Target: route.Somewhere(), Handler: h}
	}
	edit := func(path string, h func(echo.Context, frame.ReportRef, ReportForm) (to string, err error)) route.Route {
		return route.Route{
			Method:  http.MethodPost,
			Path:    one + path,
			Action:  access.ReadOwn,
			Target:  route.Somewhere(),
			Handler: s.change(h),
			Large:   true,
		}
	}
	upload, attach := edit("/upload", s.uploadReport), edit("/attach", s.attach)
	paper := edit("/paper", s.savePaper)
	upload.Before, attach.Before, paper.Before = s.mayEditReport, s.mayEditReport, s.mayHandInPaper
	return []route.Route{
		read("/desk", s.desk),
		read(one, s.filingPage),
		read(one+"/template.xlsx", s.ofReport(func(c echo.Context, r frame.ReportRef) (*frame.Document, error) {
			return s.pages.FilingTemplate(c.Request().Context(), r)
		})),
		read(one+"/copy", s.ofReport(func(c echo.Context, r frame.ReportRef) (*frame.Document, error) {
			return s.pages.FilingCopy(c.Request().Context(), r)
		})),
		read(one+"/kept/:id", s.ofNumbered(s.pages.FilingKept)),
		read(one+"/upload/:id", s.ofNumbered(s.reportUpload)),
		read(one+"/upload/:id/marked", s.ofNumbered(s.pages.FilingMarked)),
		read(one+"/file/:sha", s.ofReport(func(c echo.Context, r frame.ReportRef) (*frame.Document, error) {
			return s.pages.FilingFile(c.Request().Context(), r, c.Param("sha"))
		})),
		// Every button of the page sends all of it, and all of it is saved before the button does what it is for.
		{
			Method:  http.MethodPost,
			Path:    one + "/cells",
			Action:  access.ReadOwn,
			Target:  route.Somewhere(),
			Handler: s.saveReport,
			Large:   true,
		},
		upload,
		{
			Method:  http.MethodPost,
			Path:    one + "/paste",
			Action:  access.ReadOwn,
			Target:  route.Somewhere(),
			Handler: s.pasteCells,
			Large:   true,
		},
		{
			Method:  http.MethodPost,
			Path:    one + "/undo",
			Action:  access.ReadOwn,
			Target:  route.Somewhere(),
			Handler: s.undoBatch,
			Large:   true,
		},
		edit("/none", s.fillNone),
		edit("/blank", func(echo.Context, frame.ReportRef, ReportForm) (string, error) { return "/none", nil }),
		read(one+"/none", s.ofReport(func(c echo.Context, r frame.ReportRef) (*frame.Document, error) {
			return s.pages.FilingNone(c.Request().Context(), r)
		})),
		{
			Method:  http.MethodPost,
			Path:    one + "/upload/:id/take",
			Action:  access.ReadOwn,
			Target:  route.Somewhere(),
			Handler: s.takeUpload,
			Large:   true,
		},
		{
			Method:  http.MethodPost,
			Path:    one + "/upload/:id/mend",
			Action:  access.ReadOwn,
			Target:  route.Somewhere(),
			Handler: s.mendUpload,
			Large:   true,
		},
		edit("/remove", s.removeProposal),
		edit("/begin", s.beginText),
		read(one+"/review", s.ofReport(func(c echo.Context, r frame.ReportRef) (*frame.Document, error) {
			return s.pages.Review(c.Request().Context(), r, nil, "")
		})),
		read(one+"/receipt", s.ofReport(func(c echo.Context, r frame.ReportRef) (*frame.Document, error) {
			return s.pages.Receipt(c.Request().Context(), r)
		})),
		edit("/review", nothingWaits),
		edit("/copy", func(echo.Context, frame.ReportRef, ReportForm) (string, error) { return "/copy", nil }),
		attach,
		edit("/detach", s.detach),
		paper,
		edit("/step", s.takeStep),
	}
}

func reportRef(c echo.Context) (frame.ReportRef, error) {
	round, err := strconv.ParseInt(c.Param("round"), 10, 64)
	id, uerr := url.PathUnescape(c.Param("agency"))
	if err != nil || uerr != nil || round <= 0 {
		return frame.ReportRef{}, echo.ErrNotFound
	}
	return frame.ReportRef{Round: round, Agency: agency.ID(id)}, nil
}

func (s *Handlers) desk(c echo.Context) error {
	doc, err := s.pages.Desk(c.Request().Context())
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

func (s *Handlers) ofReport(make func(echo.Context, frame.ReportRef) (*frame.Document, error)) echo.HandlerFunc {
	return func(c echo.Context) error {
		ref, err := reportRef(c)
		if err != nil {
			return err
		}
		doc, err := make(c, ref)
		if err != nil {
			return err
		}
		return route.Send(c, http.StatusOK, doc)
	}
}

func (s *Handlers) ofNumbered(make func(ctx context.Context, ref frame.ReportRef, id int64) (*frame.Document, error)) echo.HandlerFunc {
	return s.ofReport(func(c echo.Context, ref frame.ReportRef) (*frame.Document, error) {
		id, err := route.Number(c)
		if err != nil {
			return nil, err
		}
		return make(c.Request().Context(), ref, id)
	})
}

func (s *Handlers) filingPage(c echo.Context) error {
	return s.ofReport(func(c echo.Context, ref frame.ReportRef) (*frame.Document, error) {
		return s.pages.Filing(c.Request().Context(), ref, FilingState{Done: c.QueryParam("done")})
	})(c)
}

// uploadReport reads a file into a draft and leads to what it said.
func (s *Handlers) uploadReport(c echo.Context, r frame.ReportRef, form ReportForm) (string, error) {
	file, err := form.File("file")
	if err != nil {
		return "", err
	}
	out, err := s.app.UploadReport(c.Request().Context(), r.Round, r.Agency, file)
	if err != nil {
		return "", err
	}
	return "/upload/" + strconv.FormatInt(out.ID, 10) + out.Matching.NextStep(), nil
}

// doneSaved follows the address of a report after a change that its page shows by itself.
const doneSaved = "?done=saved"

// beginText takes what the last report said as the start of a part that is blank.
func (s *Handlers) beginText(c echo.Context, r frame.ReportRef, form ReportForm) (string, error) {
	v, err := s.app.ReportPage(c.Request().Context(), r.Round, r.Agency)
	if err != nil {
		return "", err
	}
	for _, x := range v.Sections {
		if strconv.Itoa(x.Order) != form.Values.Get("begin") || x.Before == "" {
			continue
		}
		if x.Body != "" {
			return "", fault.New(fault.Conflict, "Mục “%s” đã có chữ nên không lấy bản kỳ trước đè lên. Hãy chép phần cần dùng.", x.Title)
		}
		_, err = s.app.SaveSection(c.Request().Context(), r.Round, r.Agency, x.Order, x.Version, x.Before)
		return doneSaved + "#texts", err
	}
	return "", echo.ErrNotFound
}

// removeProposal takes a proposal out.
func (s *Handlers) removeProposal(c echo.Context, r frame.ReportRef, form ReportForm) (string, error) {
	id, err := strconv.ParseInt(form.Values.Get("remove"), 10, 64)
	if err != nil {
		return "", echo.ErrNotFound
	}
	mark := reporting.TextMark(
		form.Values.Get("proposal-" + form.Values.Get("remove")),
	) // of what stands on the page, and has just been saved
	_, err = s.app.SaveProposal(c.Request().Context(), r.Round, r.Agency, reporting.ProposalInput{ID: id, Mark: mark})
	return doneSaved + "#proposals", err
}

func (s *Handlers) attach(c echo.Context, r frame.ReportRef, form ReportForm) (string, error) {
	file, err := form.File("proof")
	if err != nil {
		return "", err
	}
	return doneSaved + "#evidence", s.app.Attach(c.Request().Context(), r.Round, r.Agency, form.Values.Get("code"), file)
}

func (s *Handlers) detach(c echo.Context, r frame.ReportRef, form ReportForm) (string, error) {
	id, err := strconv.ParseInt(form.Values.Get("detach"), 10, 64)
	if err != nil {
		return "", echo.ErrNotFound
	}
	return doneSaved + "#evidence", s.app.Detach(c.Request().Context(), r.Round, r.Agency, id)
}

func (s *Handlers) savePaper(c echo.Context, r frame.ReportRef, form ReportForm) (string, error) {
	file, err := form.File("paper")
	if err != nil {
		return "", err
	}
	v := form.Values
	in := reporting.PaperInput{
		Name:   path.Base(file.Name),
		Data:   file.Data,
		Code:   v.Get("code"),
		Number: v.Get("number"),
		Signer: v.Get("signer"),
	}
	if text := v.Get("day"); text != "" {
		if in.Day, err = vi.ParseISODate(text); err != nil {
			return "", fault.New(fault.Invalid, "Ngày văn bản “%s” không đúng. Hãy ghi như 2026-10-12.", vi.Clean(text))
		}
	}
	return "?done=paper#send", s.app.SavePaper(c.Request().Context(), r.Round, r.Agency, in)
}

// nothingWaits leads to the look before the next step, unless something on the page waits for a button of its own.
func nothingWaits(_ echo.Context, _ frame.ReportRef, form ReportForm) (string, error) {
	if name := form.Chosen("file"); name != "" {
		return "", fault.New(
			fault.Invalid,
			"Bạn đã chọn tệp %s nhưng chưa nộp. Hãy bấm “Nộp tệp, xem trước”, hoặc tải lại trang để bỏ chọn tệp.",
			name,
		)
	}
	if strings.TrimSpace(form.Values.Get("block")) != "" {
		return "", fault.New(fault.Invalid, "Ô “Dán khối ô từ Excel” còn một khối chưa ghi. Hãy bấm “Ghi khối này”, hoặc xóa khối đó.")
	}
	return "/review", nil
}

func (s *Handlers) takeStep(c echo.Context, r frame.ReportRef, form ReportForm) (string, error) {
	v := form.Values
	seen, err := strconv.ParseInt(v.Get("seen"), 10, 64)
	if err != nil {
		return "", fault.New(fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
	}
	step := filing.Step(v.Get("step"))
	if step.Title() == "" {
		return "", fault.New(fault.Invalid, "Không có bước này trong quy trình báo cáo.")
	}
	if _, err := nothingWaits(c, r, form); err != nil && step == filing.Submit {
		return "", err
	}
	reason := v.Get("reason-" + string(step))
	if reason == "" {
		reason = v.Get("reason")
	}
	_, err = s.app.TakeStep(
		c.Request().Context(),
		reporting.ReportStep{Round: r.Round, Agency: r.Agency, Step: step, Seen: seen, Code: v.Get("reviewed"), Reason: reason},
	)
	if step == filing.Submit || step == filing.Sign {
		return "/receipt", err
	}
	return "?done=" + string(step), err
}
