package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/fault"
	"chiso/internal/vi"
	"chiso/internal/web/page"
)

// healthz says that the process answers; readyz, in time.go, that it can do its work.
func (s *Server) healthz(c echo.Context) error {
	return answer(c, http.StatusOK, "ok\n")
}

func answer(c echo.Context, status int, text string) error {
	c.Response().Header()["Cache-Control"] = headerNoStore
	return blob(c, status, echo.MIMETextPlainCharsetUTF8, []byte(text))
}

func (s *Server) favicon(c echo.Context) error {
	path, err := s.cfg.Assets.Path("favicon.svg")
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=3600")
	return c.Redirect(http.StatusFound, path)
}

// send answers with a document that nobody may keep.
func send(c echo.Context, status int, doc *page.Document) error {
	h := c.Response().Header()
	h["Cache-Control"] = headerNoStore
	if doc.Name != "" {
		h.Set("Content-Disposition", attachment(doc.Name))
	}
	return blob(c, status, doc.Type, doc.Body)
}

// blob answers with a body, of which HEAD gets the size only.
func blob(c echo.Context, status int, media string, body []byte) error {
	if c.Request().Method != http.MethodHead {
		return c.Blob(status, media, body)
	}
	h := c.Response().Header()
	h.Set("Content-Type", media)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.Response().WriteHeader(status)
	return nil
}

// static serves the built files; what is not among them is answered like any other wrong address.
func (s *Server) static(c echo.Context) error {
	w := &unlessMissing{ResponseWriter: c.Response()}
	s.cfg.Assets.Handler.ServeHTTP(w, c.Request())
	if w.missing {
		return echo.ErrNotFound
	}
	return nil
}

// unlessMissing swallows a plain 404.
type unlessMissing struct {
	http.ResponseWriter
	missing bool
}

func (w *unlessMissing) WriteHeader(status int) {
	if w.missing = status == http.StatusNotFound; !w.missing {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *unlessMissing) Write(b []byte) (int, error) {
	if w.missing {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// byID makes a handler of a page that is asked for by number.
func byID(c echo.Context, make func(ctx context.Context, id int64) (*page.Document, error)) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	doc, err := make(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return send(c, http.StatusOK, doc)
}

func number(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, echo.ErrNotFound
	}
	return id, nil
}

func (s *Server) uploadPage(c echo.Context) error { return byID(c, s.pages.Upload) }
func (s *Server) uploadFile(c echo.Context) error { return byID(c, s.pages.File) }

func (s *Server) evidence(c echo.Context) error {
	return byID(c, func(ctx context.Context, id int64) (*page.Document, error) {
		view, err := s.eyes(c, id)
		if err != nil {
			return nil, err
		}
		return s.pages.Evidence(ctx, id, view)
	})
}

// uploadMarked gives an upload back with its faulty cells marked.
func (s *Server) uploadMarked(c echo.Context) error { return byID(c, s.pages.Marked) }

func (s *Server) report(c echo.Context) error {
	view := ledger.Released
	if c.QueryParam("view") == string(ledger.Live) {
		owner, _, err := s.cfg.App.OwnerOf(c.Request().Context(), vi.Clean(c.QueryParam("block")), "")
		if err != nil {
			return err
		}
		at := Target{Name: "owner", find: func(echo.Context, access.Actor) (access.Target, error) { return access.At(owner), nil }}
		if err := s.permitted(c, access.ReadLive, at, access.From(c.Request().Context())); err != nil {
			return err
		}
		view = ledger.LiveOf(owner)
	}
	doc, err := s.pages.Report(c.Request().Context(), c.QueryParams(), s.cfg.Clock(), view)
	if err != nil {
		return err
	}
	return send(c, http.StatusOK, doc)
}

func (s *Server) templateForm(c echo.Context) error {
	doc, err := s.pages.TemplateForm(c.Request().Context(), c.QueryParams(), nil)
	if err != nil {
		return err
	}
	return send(c, http.StatusOK, doc)
}

// template gives the workbook that an agency fills in. A wrong choice gives the form again with the reason.
func (s *Server) template(c echo.Context) error {
	doc, err := s.pages.Template(c.Request().Context(), c.QueryParams())
	if err == nil {
		return send(c, http.StatusOK, doc)
	}
	status := statusOf(err)
	if status >= http.StatusInternalServerError {
		return err
	}
	doc, ferr := s.pages.TemplateForm(c.Request().Context(), c.QueryParams(), err)
	if ferr != nil {
		return ferr
	}
	return send(c, status, doc)
}

func (s *Server) uploadForm(c echo.Context) error {
	q := receive.Request{Period: c.QueryParam("period"), Indicator: c.QueryParam("indicator")}
	doc, err := s.pages.Form(c.Request().Context(), q, nil)
	if err != nil {
		return err
	}
	return send(c, http.StatusOK, doc)
}

// upload keeps a file and leads to what it says. A refused file gives the form again with the reason, what was typed kept.
func (s *Server) upload(c echo.Context) error {
	req, err := s.pages.ReadUpload(c.Response(), c.Request())
	var id int64
	if err == nil {
		id, err = s.pages.Save(c.Request().Context(), req)
	}
	if err == nil {
		return c.Redirect(http.StatusSeeOther, "/upload/"+strconv.FormatInt(id, 10))
	}
	status := statusOf(err)
	if status >= http.StatusInternalServerError {
		return err
	}
	doc, ferr := s.pages.Form(c.Request().Context(), req, err)
	if ferr != nil {
		return ferr
	}
	return send(c, status, doc)
}

func (s *Server) confirm(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	token := c.FormValue("token")
	said := page.Explanations(c.Request().Form)
	err = s.pages.Confirm(c.Request().Context(), id, token, said)
	if kind := fault.KindOf(err); err != nil && (kind == fault.Conflict || kind == fault.Invalid) {
		doc, aerr := s.pages.UploadAgain(c.Request().Context(), id, err, said)
		if aerr != nil {
			return aerr
		}
		return send(c, statusOf(err), doc)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/upload/"+strconv.FormatInt(id, 10))
}
