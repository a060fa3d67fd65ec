package web

import (
	"context"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/fault"
	"chiso/internal/vi"
	"chiso/internal/web/page"
)

// renderTimeout bounds the making of one page, which goes on when the first who asked has left.
const renderTimeout = 30 * time.Second

// maxParam is the longest value of a parameter that is looked at.
const maxParam = 64

// kept serves a page that is the same for everyone of a visibility class with the same navigation: unchanged → 304 before anything
// is made; kept → its finished gzip; else it is made once and kept. Who asks is not handed on: nothing of it can get into the page.
func (s *Server) kept(route page.Route) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		now := s.cfg.Clock()
		view, class, err := s.class(c, route)
		if err != nil {
			return err
		}
		mayLive, err := s.offered(c, route, now)
		if err != nil {
			return err
		}
		if mayLive {
			class += "+"
		}
		who, err := s.who(c)
		if err != nil {
			return err
		}
		var links []page.Link
		if who != nil {
			links = who.links
			class += who.menu
		}
		rev, _, err := s.cfg.App.Revision(r.Context())
		if err != nil {
			return err
		}
		gen := generation{rev, s.days.day(now)}
		key, query, err := canonical(class, r.URL, route.Params)
		if err != nil {
			return err
		}
		gzipped := acceptsGzip(r.Header.Get("Accept-Encoding"))
		tag := s.etag(gen, key, gzipped)
		if match := r.Header.Get("If-None-Match"); match != "" && matches(match, tag) {
			h := c.Response().Header()
			h["Etag"], h["Vary"], h["Cache-Control"] = []string{tag}, headerVary, headerKept
			c.Response().WriteHeader(http.StatusNotModified)
			return nil
		}
		e, ok := s.cache.get(gen, key)
		if !ok {
			in := page.Input{Query: query, Now: now, View: view, MayLive: mayLive, Links: links, Here: r.URL.Path}
			if route.Param != "" {
				in.Path = pathParam(c, route.Param)
			}
			e, err = s.cache.once(gen, key, func() (*page.Document, error) {
				ctx, cancel := context.WithTimeout(context.Background(), renderTimeout)
				defer cancel()
				return route.View(ctx, in)
			})
			if err != nil {
				return err
			}
		}
		return sendEntry(c, e, tag, gzipped)
	}
}

// class decides in which view a page is shown, and names the class of people who see the same: everybody signed in sees what was
// released; those who may see more get it at their own agency's page, or by asking for ?view=live.
func (s *Server) class(c echo.Context, route page.Route) (app.View, string, error) {
	if route.Action == access.UsePublic {
		return app.Released, "public", nil
	}
	who, err := s.who(c)
	if err != nil {
		return "", "", err
	}
	if who == nil {
		return "", "", errSignedOut
	}
	asked := ""
	if strings.Contains(c.Request().URL.RawQuery, "view=") {
		asked = c.QueryParam("view")
	}
	switch {
	case asked == string(app.Live) && route.Live:
		if err := s.permitted(c, access.ReadLive, atNation(), who.Actor); err != nil {
			return "", "", err
		}
		return app.Live, "live", nil
	case asked != "" && asked != string(app.Released):
		return "", "", fault.New(fault.Usage, "Không có chế độ xem “%s”. Hãy mở lại từ trang tổng quan.", vi.Clean(asked))
	case route.Own && asked == "":
		g, err := s.cfg.App.Ground(c.Request().Context())
		if err != nil {
			return "", "", err
		}
		if id := agency.ID(pathParam(c, route.Param)); g.May(who.Actor, access.ReadOwn, access.At(id)) {
			view := app.Own(id)
			return view, string(view), nil
		}
	}
	return app.Released, "released", nil
}

// offered reports whether who asks may have the newest figures of everybody, and so is offered them. It needs no tree of agencies:
// nothing is above the nation.
func (s *Server) offered(c echo.Context, route page.Route, now time.Time) (bool, error) {
	if !route.Live || route.Action == access.UsePublic {
		return false, nil
	}
	who, err := s.who(c)
	if err != nil || who == nil {
		return false, err
	}
	return access.Ground{Tree: flat{}, Day: s.days.day(now)}.May(who.Actor, access.ReadLive, access.At(agency.Nation)), nil
}

// flat is a tree in which every agency stands alone.
type flat struct{}

func (flat) Inside(id, root agency.ID, _ vi.Date) bool { return id == root }

// eyes is the view of a page that is made for one person: all that the person may see of what is not released.
func (s *Server) eyes(c echo.Context) (app.View, error) {
	g, err := s.cfg.App.Ground(c.Request().Context())
	if err != nil {
		return "", err
	}
	who := access.From(c.Request().Context())
	switch {
	case g.May(who, access.ReadLive, access.At(agency.Nation)):
		return app.Live, nil
	case g.May(who, access.ReadOwn, access.At(who.Agency)):
		return app.Own(who.Agency), nil
	}
	return app.Released, nil
}

func sendEntry(c echo.Context, e *entry, tag string, gzipped bool) error {
	h := c.Response().Header()
	h["Etag"], h["Vary"], h["Cache-Control"], h["Content-Type"] = []string{tag}, headerVary, headerKept, e.contentType
	if e.disposition != nil {
		h["Content-Disposition"] = e.disposition
	}
	body := e.gz
	if gzipped {
		h["Content-Encoding"], h["Content-Length"] = headerGzip, e.length
	} else {
		plain, err := e.plain()
		if err != nil {
			return err
		}
		body = plain
		h["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	_, _ = c.Response().Write(body) // a browser that went away is nobody's error
	return nil
}

// etag names a page's content without making it: a page follows from revision, day, class, address and program alone. The
// plain body is another representation and has another tag.
func (s *Server) etag(gen generation, key string, gzipped bool) string {
	f := fnv.New64a()
	_, _ = f.Write([]byte(s.cfg.Version))
	_, _ = f.Write([]byte{0})
	_, _ = f.Write([]byte(key))
	b := make([]byte, 0, 56)
	b = append(b, '"')
	b = strconv.AppendInt(b, gen.rev, 10)
	b = append(b, '-')
	b = strconv.AppendInt(b, int64(gen.day), 10)
	b = append(b, '-')
	b = strconv.AppendUint(b, f.Sum64(), 36)
	if !gzipped {
		b = append(b, "-plain"...)
	}
	return string(append(b, '"'))
}

// matches looks for a tag in If-None-Match, weak or strong.
func matches(header, tag string) bool {
	if header == tag {
		return true
	}
	for part := range strings.SplitSeq(header, ",") {
		if part = strings.TrimSpace(part); part == "*" || strings.TrimPrefix(part, "W/") == tag {
			return true
		}
	}
	return false
}

// canonical reduces an address to its path and the parameters that the page understands, in fixed order, without empty ones:
// what else is in a query cannot fill the cache.
func canonical(class string, u *url.URL, known []string) (string, url.Values, error) {
	if len(u.Path) > 4*maxParam {
		return "", nil, fault.New(fault.NotFound, "Không có trang này.")
	}
	key := class + u.Path
	if u.RawQuery == "" || len(known) == 0 {
		return key, nil, nil
	}
	given, kept := u.Query(), url.Values{}
	for _, name := range known {
		v := vi.Clean(given.Get(name))
		if len(v) > maxParam {
			return "", nil, fault.New(fault.Invalid, "Giá trị của tham số %s quá dài.", name)
		}
		if v != "" {
			kept.Set(name, v)
		}
	}
	if len(kept) == 0 {
		return key, nil, nil
	}
	return key + "?" + kept.Encode(), kept, nil
}

// pathParam is a path's parameter without its percent signs.
func pathParam(c echo.Context, name string) string {
	v := c.Param(name)
	if plain, err := url.PathUnescape(v); err == nil {
		return plain
	}
	return v
}

// acceptsGzip reads Accept-Encoding as RFC 9110 has it, without caring for the order of preferences.
func acceptsGzip(header string) bool {
	if header == "" {
		return false
	}
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(part, ";")
		if coding = strings.TrimSpace(coding); !strings.EqualFold(coding, "gzip") && coding != "*" {
			continue
		}
		q, found := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
		n, err := strconv.ParseFloat(q, 64)
		return !found || err != nil || n > 0
	}
	return false
}

// attachment is the Content-Disposition that saves a file under its name, Vietnamese letters included.
func attachment(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\/%;`, r) {
			return '_'
		}
		return r
	}, name)
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, ascii, url.PathEscape(name))
}

// calendar tells the local day of an instant, remembering the bounds of the last one: converting a zone on every request
// would cost more than finding the page.
type calendar struct {
	zone *time.Location
	last atomic.Pointer[dayBounds]
}

type dayBounds struct {
	from, to time.Time
	day      vi.Date
}

func (c *calendar) day(t time.Time) vi.Date {
	if b := c.last.Load(); b != nil && !t.Before(b.from) && t.Before(b.to) {
		return b.day
	}
	local := t.In(c.zone)
	from := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, c.zone)
	b := &dayBounds{from, from.AddDate(0, 0, 1), vi.DateOf(local)}
	c.last.Store(b)
	return b.day
}
