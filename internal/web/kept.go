package web

import (
	"context"
	"errors"
	"hash/fnv"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// renderTimeout bounds the making of one page, which goes on when the first who asked has left.
const renderTimeout = readTime

// maxParam is the longest value of a parameter that is looked at.
const maxParam = 64

// kept serves a page that is the same for everyone of a visibility class with the same navigation: unchanged → 304 before anything
// is made; kept → its finished gzip; else it is made once and kept. Who asks is not handed on: nothing of it can get into the page.
func (s *Server) kept(leaf frame.Route) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		now := s.cfg.Clock()
		rev, _, err := s.cfg.App.Revision(r.Context())
		if err != nil {
			return err
		}
		see, err := s.sight(c, leaf, rev, now)
		if errors.Is(err, errLacksFactor) {
			return c.Redirect(http.StatusSeeOther, "/account/second-factor")
		}
		if err != nil {
			return err
		}
		gen := generation{rev, s.days.day(now)}
		if s.cfg.App.Overtaken() { // every page says so
			see.class += "+overtaken"
		}
		key, query, err := canonical(see.class, r.URL, leaf.Params)
		if err != nil {
			return err
		}
		gzipped := acceptsGzip(r.Header.Get("Accept-Encoding"))
		tag := s.etag(gen, key, gzipped)
		if match := r.Header.Get("If-None-Match"); match != "" && matches(match, tag) {
			h := c.Response().Header()
			h["Etag"], h["Vary"], h["Cache-Control"] = []string{tag}, headerVary, see.keep()
			c.Response().WriteHeader(http.StatusNotModified)
			return nil
		}
		e, ok := s.cache.get(gen, key)
		if !ok {
			in := frame.Input{Query: query, Now: now, View: see.view, MayLive: see.mayLive, Inside: see.inside, Links: see.links, Here: r.URL.Path}
			if leaf.Param != "" {
				in.Path = route.PathParam(c, leaf.Param)
			}
			e, err = s.cache.once(gen, key, func() (*frame.Document, error) {
				ctx, cancel := context.WithTimeout(context.Background(), renderTimeout)
				defer cancel()
				return leaf.View(ctx, in)
			})
			if errors.Is(err, figures.ErrUnreleased) && see.mayLive && see.view == ledger.Released {
				return s.unreleased(c, see.links, err)
			}
			if err != nil {
				return err
			}
		}
		return sendEntry(c, e, tag, gzipped, see.keep())
	}
}

// unreleased says that there is no release, with the way to the newest figures for those who may read them.
func (s *Server) unreleased(c echo.Context, links []frame.Link, err error) error {
	q := c.Request().URL.Query()
	q.Set("view", string(ledger.Live))
	body, rerr := s.pages.Unreleased(links, fault.Sentence(err), c.Request().URL.Path+"?"+q.Encode())
	if rerr != nil {
		return rerr
	}
	return route.Send(c, route.StatusOf(err), body)
}

// sight is what somebody sees on a kept page. Everybody of one class sees the same.
type sight struct {
	view    ledger.View
	class   string
	mayLive bool // is offered the newest figures
	inside  bool // sees tasks and who has reported
	links   []frame.Link
}

// keep says whether a browser may keep a page: not one with what is not released.
func (s sight) keep() []string {
	if s.view != ledger.Released || s.inside {
		return route.HeaderNoStore
	}
	return headerKept
}

// errLacksFactor keeps who must have a second factor first from everything but the own account.
var errLacksFactor = errors.New("web: a second factor has to be set up first")

// sight decides in which view a page is shown, and names the class of people who see the same: everybody signed in sees what was
// released; those who may see more get it at their own agency's page, or by asking for ?view=live. The newest figures of a block are
// for the office of its owner.
func (s *Server) sight(c echo.Context, leaf frame.Route, rev int64, now time.Time) (see sight, err error) {
	who, err := s.who(c)
	if err != nil {
		return see, err
	}
	if leaf.Action == access.UsePublic {
		see = sight{view: ledger.Released, class: "public"}
		if who != nil {
			see.links, see.class = who.links, see.class+"\x00"+who.menu
		}
		return see, nil
	}
	if who == nil {
		return see, errSignedOut
	}
	if who.LacksFactor {
		return see, errLacksFactor
	}
	owner, err := s.ownerAsked(c, leaf, rev)
	if err != nil {
		return see, err
	}
	if see.view, see.class, err = s.class(c, leaf, who.Actor, owner); err != nil {
		return see, err
	}
	see.links, see.class = who.links, see.class+"\x00"+who.menu
	if leaf.Live {
		if see.mayLive, err = s.may(c, who.Actor, access.ReadLive, owner, now); err != nil {
			return see, err
		}
		if see.mayLive {
			see.class += "+"
		}
	}
	if leaf.Inside {
		if see.inside, err = s.may(c, who.Actor, access.ReadTasks, subjectOf(c, leaf), now); err != nil || !see.inside {
			return see, err
		}
		serial, err := s.cfg.App.FilingSerial(c.Request().Context()) // reports move on without a revision
		if err != nil {
			return see, err
		}
		see.class += "+in" + strconv.FormatInt(serial, 10)
	}
	return see, nil
}

// class is the view that is asked for, and its name as part of a key.
func (s *Server) class(c echo.Context, leaf frame.Route, who access.Actor, owner agency.ID) (ledger.View, string, error) {
	asked := ""
	if strings.Contains(c.Request().URL.RawQuery, "view=") {
		asked = c.QueryParam("view")
	}
	switch {
	case asked == string(ledger.Live) && leaf.Live:
		at := route.Target{Name: "owner", Find: func(echo.Context, access.Actor) (access.Target, error) { return access.At(owner), nil }}
		if err := s.permitted(c, access.ReadLive, at, who); err != nil {
			return "", "", err
		}
		view := ledger.LiveOf(owner)
		return view, string(view), nil
	case asked != "" && asked != string(ledger.Released):
		return "", "", fault.New(fault.Usage, "Không có chế độ xem “%s”. Hãy mở lại từ trang tổng quan.", vi.Clean(asked))
	case leaf.Own && asked == "":
		g, err := s.cfg.App.Ground(c.Request().Context())
		if err != nil {
			return "", "", err
		}
		if id := agency.ID(route.PathParam(c, leaf.Param)); g.May(who, access.ReadOwn, access.At(id)) {
			view := ledger.Own(id)
			return view, string(view), nil
		}
	}
	return ledger.Released, "released", nil
}

// may judges at an agency. The nation needs no tree: nothing is above it.
func (s *Server) may(c echo.Context, who access.Actor, act access.Action, at agency.ID, now time.Time) (bool, error) {
	if at == agency.Nation {
		return access.Ground{Tree: flat{}, Day: s.days.day(now)}.May(who, act, access.At(at)), nil
	}
	g, err := s.cfg.App.Ground(c.Request().Context())
	return err == nil && g.May(who, act, access.At(at)), err
}

// subjectOf is the agency that a page is about: that of its path, else the nation.
func subjectOf(c echo.Context, leaf frame.Route) agency.ID {
	if leaf.Own || leaf.Units {
		return agency.ID(route.PathParam(c, leaf.Param))
	}
	return agency.Nation
}

// ownerAsked is whose blocks a page shows: the path's agency, or the owner of the block that is asked for.
func (s *Server) ownerAsked(c echo.Context, leaf frame.Route, rev int64) (agency.ID, error) {
	if leaf.Units {
		return subjectOf(c, leaf), nil
	}
	if c.Request().URL.RawQuery == "" {
		return agency.Nation, nil
	}
	code := vi.Clean(c.QueryParam("block")) // as the page reads it: what is asked for and what is remembered are one text
	if code == "" || len(code) > maxParam {
		return agency.Nation, nil
	}
	return s.owners.of(rev, code, func() (agency.ID, bool, error) { return s.cfg.App.OwnerOf(c.Request().Context(), code, "") })
}

// blockOwners remembers who owns which block at a revision: of blocks that there are, so that nothing that is typed can fill it.
type blockOwners struct {
	mu  sync.Mutex
	rev int64
	by  map[string]agency.ID
}

func (b *blockOwners) of(rev int64, code string, find func() (owner agency.ID, known bool, err error)) (agency.ID, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rev != rev || b.by == nil {
		b.rev, b.by = rev, map[string]agency.ID{}
	}
	owner, ok := b.by[code]
	if ok {
		return owner, nil
	}
	owner, known, err := find()
	if err == nil && known {
		b.by[code] = owner
	}
	return owner, err
}

// flat is a tree in which every agency stands alone.
type flat struct{}

func (flat) Inside(id, root agency.ID, _ vi.Date) bool { return id == root }

func sendEntry(c echo.Context, e *entry, tag string, gzipped bool, keep []string) error {
	h := c.Response().Header()
	h["Etag"], h["Vary"], h["Cache-Control"], h["Content-Type"] = []string{tag}, headerVary, keep, e.contentType
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
	key := class + "\x00" + u.EscapedPath() // neither has such a byte, so that no class and path make another pair's key
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
