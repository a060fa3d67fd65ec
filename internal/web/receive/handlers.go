package receive

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/app/receive"
	"chiso/internal/fault"
	"chiso/internal/web/route"
)

func (s *Handlers) Routes() []route.Route {
	table := func(method, path string, h echo.HandlerFunc) route.Route {
		return route.Route{
			Method:  method,
			Path:    path,
			Action:  access.ImportTable,
			Target:  route.AtNation(),
			Handler: h,
			Large:   path == "/upload" && method == http.MethodPost,
		}
	}
	return []route.Route{
		table(http.MethodGet, "/upload", s.uploadForm),
		table(http.MethodGet, "/upload/:id", s.uploadPage),
		table(http.MethodGet, "/upload/:id/file", s.uploadFile),
		table(http.MethodGet, "/upload/:id/marked", s.uploadMarked),
		table(http.MethodPost, "/upload", s.upload),
		table(http.MethodPost, "/upload/:id/confirm", s.confirm),
	}
}

func (s *Handlers) uploadForm(c echo.Context) error {
	q := receive.Request{Period: c.QueryParam("period"), Indicator: c.QueryParam("indicator")}
	doc, err := s.pages.Form(c.Request().Context(), q, nil)
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

// upload keeps a file and leads to what it says. A refused file gives the form again with the reason, what was typed kept.
func (s *Handlers) upload(c echo.Context) error {
	req, err := s.pages.ReadUpload(c.Response(), c.Request())
	var id int64
	if err == nil {
		id, err = s.pages.Save(c.Request().Context(), req)
	}
	if err == nil {
		to := "/upload/" + strconv.FormatInt(id, 10)
		if v, verr := s.app.Upload(c.Request().Context(), id); verr == nil { // what cannot be read says so on its own page
			to += v.Result.Matching.NextStep()
		}
		return c.Redirect(http.StatusSeeOther, to)
	}
	status := route.StatusOf(err)
	if status >= http.StatusInternalServerError {
		return err
	}
	doc, ferr := s.pages.Form(c.Request().Context(), req, err)
	if ferr != nil {
		return ferr
	}
	return route.Send(c, status, doc)
}

func (s *Handlers) confirm(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	token := c.FormValue("token")
	said := Explanations(c.Request().Form)
	err = s.pages.Confirm(c.Request().Context(), id, token, said)
	if kind := fault.KindOf(err); err != nil && (kind == fault.Conflict || kind == fault.Invalid) {
		doc, aerr := s.pages.UploadAgain(c.Request().Context(), id, err, said)
		if aerr != nil {
			return aerr
		}
		return route.Send(c, route.StatusOf(err), doc)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/upload/"+strconv.FormatInt(id, 10))
}

func (s *Handlers) uploadPage(c echo.Context) error { return route.ByID(c, s.pages.Upload) }

func (s *Handlers) uploadFile(c echo.Context) error { return route.ByID(c, s.pages.File) }

// uploadMarked gives an upload back with its faulty cells marked.
func (s *Handlers) uploadMarked(c echo.Context) error { return route.ByID(c, s.pages.Marked) }
