package web

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/app/publish"
	"chiso/internal/filing"
	"chiso/internal/web/page"
)

// maxSentencesForm bounds the form of the sentences of a pack: each is sent with what the rule says.
const maxSentencesForm = 1 << 20

// packRoutes are the pages about packs of workbooks. A workbook about one agency is for its own people too: the use case judges.
func (s *Server) packRoutes() []Route {
	office := func(method, path string, h echo.HandlerFunc) Route {
		return Route{Method: method, Path: path, Action: access.EditRelease, Target: somewhere(), Handler: h}
	}
	sentences := office(http.MethodPost, "/packs/:id/sentences", s.saveSentences)
	sentences.large = true
	return []Route{
		office(http.MethodGet, "/packs", s.packs),
		office(http.MethodPost, "/packs", s.newPack),
		office(http.MethodPost, "/packs/build", s.buildPack),
		office(http.MethodGet, "/packs/built/:id", s.build),
		office(http.MethodGet, "/packs/built/:id/all.zip", s.buildZip),
		{Method: http.MethodGet, Path: "/packs/built/:id/file/:ord", Action: access.ReadRelease, Handler: s.buildFile},
		office(http.MethodGet, "/packs/:id", s.pack),
		office(http.MethodPost, "/packs/:id", s.savePack),
		office(http.MethodPost, "/packs/:id/drop", s.dropPack),
		sentences,
	}
}

func (s *Server) packs(c echo.Context) error {
	release, _ := strconv.ParseInt(c.QueryParam("release"), 10, 64) // nonsense is none
	doc, err := s.pages.Packs(c.Request().Context(), release, nil, nil)
	return shown(c, doc, err)
}

// packForm reads the form of a pack.
func packForm(c echo.Context) (filing.Pack, error) {
	form, err := c.FormParams()
	if err != nil {
		return filing.Pack{}, err
	}
	return page.PackForm(form)
}

func (s *Server) newPack(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := packForm(c)
	if err == nil {
		p.ID, err = s.cfg.App.SavePack(ctx, actor(c), p)
	}
	if err != nil {
		return again(c, err, func() (*page.Document, error) { return s.pages.Packs(ctx, 0, &p, err) })
	}
	return c.Redirect(http.StatusSeeOther, fmt.Sprintf("/packs/%d", p.ID))
}

func (s *Server) pack(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.Pack(c.Request().Context(), id, page.PackSource(c.QueryParams()), nil, nil)
	return shown(c, doc, err)
}

func (s *Server) savePack(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	p, err := packForm(c)
	if p.ID = id; err == nil {
		_, err = s.cfg.App.SavePack(ctx, actor(c), p)
	}
	if err != nil {
		return again(c, err, func() (*page.Document, error) { return s.pages.Pack(ctx, id, publish.PackQuery{}, &p, err) })
	}
	return c.Redirect(http.StatusSeeOther, fmt.Sprintf("/packs/%d", id))
}

func (s *Server) dropPack(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	if err := s.cfg.App.DropPack(c.Request().Context(), actor(c), id); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/packs")
}

func (s *Server) saveSentences(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxSentencesForm)
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	ctx, from := c.Request().Context(), page.PackSource(form)
	if err := s.cfg.App.SaveSentences(ctx, actor(c), id, form.Get("of"), page.SentenceForm(form)); err != nil {
		return again(c, err, func() (*page.Document, error) { return s.pages.Pack(ctx, id, from, nil, err) })
	}
	return c.Redirect(http.StatusSeeOther, fmt.Sprintf("/packs/%d?release=%d&period=%s#sentences", id, from.Release, from.Period))
}

func (s *Server) buildPack(c echo.Context) error {
	ctx := c.Request().Context()
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	q := page.PackSource(form)
	id, err := s.cfg.App.BuildPack(ctx, actor(c), q)
	if err != nil {
		return again(c, err, func() (*page.Document, error) {
			if q.Pack != 0 {
				return s.pages.Pack(ctx, q.Pack, publish.PackQuery{}, nil, err)
			}
			return s.pages.Packs(ctx, 0, nil, err)
		})
	}
	return c.Redirect(http.StatusSeeOther, fmt.Sprintf("/packs/built/%d", id))
}

// build shows how far a building is; until it is done the page asks again by itself.
func (s *Server) build(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	doc, finished, err := s.pages.Build(c.Request().Context(), id)
	if err == nil && !finished {
		c.Response().Header().Set("Refresh", "2")
	}
	return shown(c, doc, err)
}

func (s *Server) buildZip(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	name, data, err := s.cfg.App.BuildZip(c.Request().Context(), actor(c), id)
	return shown(c, page.File(name, data), err)
}

func (s *Server) buildFile(c echo.Context) error {
	id, err := number(c)
	if err != nil {
		return err
	}
	ord, _ := strconv.Atoi(c.Param("ord")) // nonsense is not found
	name, data, err := s.cfg.App.BuildFile(c.Request().Context(), actor(c), id, ord)
	return shown(c, page.File(name, data), err)
}
