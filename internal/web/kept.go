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

	"chiso/internal/app"
	"chiso/internal/fault"
	"chiso/internal/vi"
	"chiso/internal/web/page"
)

// class says who may see a page. There is one as long as there are no accounts.
const class = "all"

// view says whose eyes the answer is for. As long as there are no accounts it is somebody at the machine that holds the data.
func view(echo.Context) app.View { return app.Live }

// renderTimeout bounds the making of one page, which goes on when the first who asked has left.
const renderTimeout = 30 * time.Second

// maxParam is the longest value of a parameter that is looked at.
const maxParam = 64

// kept serves a page that is the same for everyone: unchanged → 304 before anything is made; kept → its finished gzip;
// else it is made once and kept.
func (s *Server) kept(route page.Route) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		now := s.cfg.Clock()
		rev, _, err := s.cfg.App.Revision(r.Context())
		if err != nil {
			return err
		}
		gen := generation{rev, s.days.day(now)}
		key, query, err := canonical(r.URL, route.Params)
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
			in := page.Input{Query: query, Now: now, View: view(c)}
			if route.Param != "" {
				in.Path = pathParam(c, route.Param)
			}
			e, err = s.cache.once(gen, key, func() (*page.Document, error) {
				ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), renderTimeout)
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
func canonical(u *url.URL, known []string) (string, url.Values, error) {
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
