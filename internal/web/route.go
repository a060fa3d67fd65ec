package web

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/web/route"
)

// maxForm bounds the body of a form without files.
const maxForm = 64 << 10

// register declares the routes and refuses incomplete declarations.
func (s *Server) register(routes []route.Route) error {
	write := sameOrigin(s.protection)
	declared := map[string]bool{}
	for _, r := range routes {
		key := r.Method + " " + r.Path
		switch {
		case r.Handler == nil, r.Path == "", r.Method == "":
			return fmt.Errorf("web: route %q has no handler", key)
		case declared[key]:
			return fmt.Errorf("web: route %q is declared twice", key)
		case !r.Action.Known():
			return fmt.Errorf("web: route %q names no action of the table: %q", key, r.Action)
		case r.Action.AnyAgency() == (r.Target.Find != nil || r.Target.Any):
			return fmt.Errorf("web: route %q: action %q and target %q do not fit", key, r.Action, r.Target.Name)
		}
		declared[key] = true
		h := s.authorised(r)
		switch r.Method {
		case http.MethodGet:
			s.echo.GET(r.Path, h)
			s.echo.HEAD(r.Path, h)
			declared["HEAD "+r.Path] = true
		default:
			s.echo.Add(r.Method, r.Path, h, write)
		}
	}
	for _, r := range s.echo.Routes() {
		if !declared[r.Method+" "+r.Path] {
			return fmt.Errorf("web: route %s %s is not declared", r.Method, r.Path)
		}
	}
	s.declared = routes
	return nil
}

// Routes lists every route of the program.
func (s *Server) Routes() []route.Route { return s.declared }

// authorised runs a handler for those who may, with the actor in the request's context, each part within its time.
func (s *Server) authorised(r route.Route) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !r.Large && c.Request().Body != nil && r.Method != http.MethodGet {
			hurry(c)
			c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxForm)
		}
		if r.Kept {
			return within(c, judgeTime, func() error { return r.Handler(c) })
		}
		var who *viewer
		err := within(c, judgeTime, func() (err error) {
			who, err = s.judged(r, c)
			return err
		})
		switch {
		case err != nil:
			return err
		case who == nil:
			return within(c, handleTime(r), func() error { return r.Handler(c) })
		case who.LacksFactor && r.Action != access.OwnAccount:
			return c.Redirect(http.StatusSeeOther, "/account/second-factor")
		}
		c.SetRequest(c.Request().WithContext(access.With(c.Request().Context(), who.Actor)))
		if r.Large {
			return s.withFiles(r, c, who.Actor)
		}
		return within(c, handleTime(r), func() error { return r.Handler(c) })
	}
}

// judged returns who asks and may, nil where anybody may. A write asks whether the database is there before it waits for anything.
func (s *Server) judged(r route.Route, c echo.Context) (who *viewer, err error) {
	if r.Method != http.MethodGet {
		if _, _, err := s.cfg.App.Revision(c.Request().Context()); err != nil && fault.KindOf(err) != fault.Unready {
			return nil, err
		}
	}
	if r.Action == access.UsePublic {
		return nil, nil
	}
	if who, err = s.who(c); err != nil {
		return nil, err
	}
	if who == nil {
		return nil, errSignedOut
	}
	if who.LacksFactor && r.Action != access.OwnAccount || r.Action.AnyAgency() {
		return who, nil
	}
	return who, s.permitted(c, r.Action, r.Target, who.Actor)
}

// permitted judges an action at the target of the request and notes a refusal.
func (s *Server) permitted(c echo.Context, act access.Action, at route.Target, who access.Actor) error {
	ctx := c.Request().Context()
	g, err := s.cfg.App.Ground(ctx)
	if err != nil {
		return err
	}
	on := access.At(who.Agency)
	if at.Any {
		if g.Somewhere(who, act) {
			return nil
		}
	} else if on, err = at.Find(c, who); err != nil {
		return err
	}
	err = g.Check(who, act, on)
	if err == nil && at.Any { // the role at the own agency would have opened the page
		return nil
	}
	if fault.KindOf(err) == fault.Forbidden {
		s.refused(c, who, act, on)
	}
	return err
}

// refused notes a refusal in the audit, the same one at most once a minute.
func (s *Server) refused(c echo.Context, who access.Actor, act access.Action, on access.Target) {
	what := c.Request().Method + " " + c.Path()
	if !s.refusals.first(fmt.Sprintf("%d\x00%s\x00%s", who.Account, what, on.Agency), s.cfg.Clock()) {
		return
	}
	ctx, cancel := context.WithTimeout(access.With(c.Request().Context(), who), noteTime)
	defer cancel()
	if err := s.cfg.App.Refused(ctx, act, on, what); err != nil {
		s.cfg.Log.Error("refusal_not_noted", "error", err)
	}
}

// recently remembers what was noted within the last minute.
type recently struct {
	mu   sync.Mutex
	seen map[string]time.Time
}

// first reports whether nothing of that name was noted within the last minute.
func (r *recently) first(name string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at, ok := r.seen[name]; ok && now.Sub(at) < time.Minute {
		return false
	}
	if r.seen == nil || len(r.seen) > 1000 {
		r.seen = map[string]time.Time{}
	}
	r.seen[name] = now
	return true
}
