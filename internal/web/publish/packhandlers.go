package publish

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/app/publish"
	"chiso/internal/filing"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// maxSentencesForm bounds the form of the sentences of a pack: each is sent with what the rule says.
const maxSentencesForm = 1 << 20

// packRoutes are the pages about packs of workbooks. A workbook about one agency is for its own people too: the use case judges.
func (s *Handlers) packRoutes() []route.Route {
	office := func(method, path string, h echo.HandlerFunc) route.Route {
		return route.Route{Method: method, Path: path, Action: access.EditRelease, Target: route.Somewhere(), Handler: h}
	}
	sentences := office(http.MethodPost, "/packs/:id/sentences", s.saveSentences)
	sentences.Large = true
	return []route.Route{
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

func (s *Handlers) packs(c echo.Context) error {
	release, _ := strconv.ParseInt(c.QueryParam("release"), 10, 64) // nonsense is none
	doc, err := s.pages.Packs(c.Request().Context(), release, nil, nil)
	return route.Shown(c, doc, err)
}

// packForm reads the form of a pack.
func packForm(c echo.Context) (filing.Pack, error) {
	form, err := c.FormParams()
	if err != nil {
		return filing.Pack{}, err
	}
	return PackForm(form)
}

func (s *Handlers) newPack(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := packForm(c)
	if err == nil {
		p.ID, err = s.app.SavePack(ctx, route.Actor(c), p)
	}
	if err != nil {
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.Packs(ctx, 0, &p, err) })
	}
	return c.Redirect(http.StatusSeeOther, fmt.Sprintf("/packs/%d", p.ID))
}

func (s *Handlers) pack(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	doc, err := s.pages.Pack(c.Request().Context(), id, PackSource(c.QueryParams()), nil, nil)
	return route.Shown(c, doc, err)
}

func (s *Handlers) savePack(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	p, err := packForm(c)
	if p.ID = id; err == nil {
		_, err = s.app.SavePack(ctx, route.Actor(c), p)
	}
	if err != nil {
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.Pack(ctx, id, publish.PackQuery{}, &p, err) })
	}
	return c.Redirect(http.StatusSeeOther, fmt.Sprintf("/packs/%d", id))
}

func (s *Handlers) dropPack(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	if err := s.app.DropPack(c.Request().Context(), route.Actor(c), id); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/packs")
}

func (s *Handlers) saveSentences(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxSentencesForm)
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	ctx, from := c.Request().Context(), PackSource(form)
	if err := s.app.SaveSentences(ctx, route.Actor(c), id, form.Get("of"), SentenceForm(form)); err != nil {
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.Pack(ctx, id, from, nil, err) })
	}
	return c.Redirect(http.StatusSeeOther, fmt.Sprintf("/packs/%d?release=%d&period=%s#sentences", id, from.Release, from.Period))
}

func (s *Handlers) buildPack(c echo.Context) error {
	ctx := c.Request().Context()
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	q := PackSource(form)
	id, err := s.app.BuildPack(ctx, route.Actor(c), q)
	if err != nil {
		return route.Again(c, err, func() (*frame.Document, error) {
			if q.Pack != 0 {
				return s.pages.Pack(ctx, q.Pack, publish.PackQuery{}, nil, err)
			}
			return s.pages.Packs(ctx, 0, nil, err)
		})
	}
	return c.Redirect(http.StatusSeeOther, fmt.Sprintf("/packs/built/%d", id))
}

// build shows how far a building is; until it is done the page asks again by itself.
func (s *Handlers) build(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	doc, finished, err := s.pages.Build(c.Request().Context(), id)
	if err == nil && !finished {
		c.Response().Header().Set("Refresh", "2")
	}
	return route.Shown(c, doc, err)
}

func (s *Handlers) buildZip(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	name, data, err := s.app.BuildZip(c.Request().Context(), route.Actor(c), id)
	return route.Shown(c, frame.File(name, data), err)
}

func (s *Handlers) buildFile(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	ord, _ := strconv.Atoi(c.Param("ord")) // nonsense is not found
	name, data, err := s.app.BuildFile(c.Request().Context(), route.Actor(c), id, ord)
	return route.Shown(c, frame.File(name, data), err)
}
