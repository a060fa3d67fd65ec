package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/app/account"
	"chiso/internal/fault"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
	"chiso/internal/web/reporting"
	"chiso/internal/web/route"
)

// People is what signing in and one's own account ask of the use cases.
type People interface {
	Sessions
	SignIn(ctx context.Context, c account.Credentials) (account.SignedIn, error)
	SignInAs(ctx context.Context, id account.Identity) (account.SignedIn, error)
	BindIdentity(ctx context.Context, secret string, id account.Identity) (account.SignedIn, error)
	SecondFactor(ctx context.Context, account int64, code, address, device string) error
	KnowDevice(ctx context.Context, account int64, device string) error
	SignOut(ctx context.Context) error
	Actor(ctx context.Context, account int64) (access.Actor, error)
	Ground(ctx context.Context) (access.Ground, error)
	Refused(ctx context.Context, act access.Action, on access.Target, what string) error
	UseLink(ctx context.Context, secret, password, device string) error
	TryLink(ctx context.Context, secret, address string) error
}

func (s *Server) signInRoutes() []route.Route {
	routes := []route.Route{
		{Method: http.MethodGet, Path: "/signin", Action: access.UsePublic, Handler: s.signInForm},
		{Method: http.MethodPost, Path: "/signin", Action: access.UsePublic, Handler: s.signIn, Large: true},
		{Method: http.MethodGet, Path: "/signin/code", Action: access.UsePublic, Handler: s.codeForm},
		{Method: http.MethodPost, Path: "/signin/code", Action: access.UsePublic, Handler: s.code, Large: true},
		{Method: http.MethodPost, Path: "/signout", Action: access.OwnAccount, Handler: s.signOut},
		{Method: http.MethodGet, Path: "/link/:token", Action: access.UsePublic, Handler: s.linkForm},
		{Method: http.MethodPost, Path: "/link/:token", Action: access.UsePublic, Handler: s.link},
	}
	return routes
}

// toSignIn leads somebody who has not signed in to where they can, and back again.
func (s *Server) toSignIn(c echo.Context) {
	h := c.Response().Header()
	for _, name := range []string{"ETag", "Content-Type", "Content-Encoding", "Content-Length", "Content-Disposition"} {
		h.Del(name)
	}
	h["Cache-Control"] = route.HeaderNoStore
	target, back := "/signin", cameFrom(c.Request())
	if back != "/" {
		target += "?next=" + url.QueryEscape(back)
	}
	if kept, ended := s.keptPost(c); ended != "" {
		doc, err := s.pages.SignIn(frame.SignIn{Next: back, SSO: s.sso.title(), Kept: kept, Ended: ended})
		if err == nil {
			err = route.Send(c, http.StatusUnauthorized, doc)
		}
		if err != nil {
			s.cfg.Log.Debug("answer_lost", "error", err)
		}
		return
	}
	if err := c.Redirect(http.StatusSeeOther, target); err != nil {
		s.cfg.Log.Debug("answer_lost", "error", err)
	}
}

// cameFrom is where somebody goes on after signing in: the page that they asked for, or the one whose form they sent.
func cameFrom(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return next(r.URL.RequestURI())
	}
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host {
		return "/"
	}
	return next(from.RequestURI())
}

// next keeps people on this site: a path of ours, whatever the address said.
func next(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") ||
		strings.ContainsAny(to, "\\\t\r\n") || strings.HasPrefix(u.Path, "//") || strings.HasPrefix(u.Path, "/signin") || len(to) > 500 {
		return "/"
	}
	return to
}

func (s *Server) signInForm(c echo.Context) error {
	who, err := s.who(c)
	if err != nil {
		return err
	}
	to := next(c.QueryParam("next"))
	if who != nil {
		return c.Redirect(http.StatusSeeOther, to)
	}
	doc, err := s.pages.SignIn(frame.SignIn{Next: to, SSO: s.sso.title()})
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

func (s *Server) signIn(c echo.Context) error {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxKept)
	name, to := c.FormValue("name"), next(c.FormValue("next"))
	in, err := s.cfg.App.SignIn(
		c.Request().Context(),
		account.Credentials{Name: name, Password: c.FormValue("password"), Address: s.client(c), Device: s.device(c)},
	)
	if err != nil {
		return route.Again(c, err, func() (*frame.Document, error) {
			return s.pages.SignIn(frame.SignIn{Name: name, Next: to, SSO: s.sso.title(), Kept: c.FormValue("kept"), Refused: fault.Sentence(err)})
		})
	}
	return s.welcome(c, in, to, c.FormValue("kept"))
}

// welcome begins the session of somebody whose password, or single sign-on, is right. kept is the form that they sent after an earlier
// session had ended, "" for none.
func (s *Server) welcome(c echo.Context, in account.SignedIn, to, kept string) error {
	if in.SecondFactor {
		if err := s.begin(c, map[string]any{keyPending: in.Account, keyNext: to}, pendingFor); err != nil {
			return err
		}
		if kept == "" {
			return c.Redirect(http.StatusSeeOther, "/signin/code")
		}
		doc, err := s.pages.Code("", kept)
		if err != nil {
			return err
		}
		return route.Send(c, http.StatusOK, doc)
	}
	if err := s.begin(c, map[string]any{keyAccount: in.Account}, 0); err != nil {
		return err
	}
	device := s.newDevice(c)
	if err := s.cfg.App.KnowDevice(c.Request().Context(), in.Account, device); err != nil {
		return err
	}
	s.keepDevice(c, device)
	if kept != "" {
		return s.resume(c, in.Account, to, kept)
	}
	if to == "/" {
		to = s.landing(c.Request().Context(), in.Account)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// landing is where somebody begins who came for nothing in particular: the desk of those who report and sign.
func (s *Server) landing(ctx context.Context, account int64) string {
	who, err := s.cfg.App.Actor(ctx, account)
	if err == nil && reporting.MayReport(who, vi.DateOf(s.cfg.Clock().In(s.days.zone))) {
		return "/desk"
	}
	return "/"
}

// pending returns the account whose code has to follow, 0 for none, and where it goes then.
func (s *Server) pending(c echo.Context) (account int64, to string, err error) {
	ctx, err := s.sessions.Load(c.Request().Context(), s.sessions.token(c.Request()))
	if err != nil {
		return 0, "", err
	}
	return s.sessions.GetInt64(ctx, keyPending), next(s.sessions.GetString(ctx, keyNext)), nil
}

func (s *Server) codeForm(c echo.Context) error {
	account, _, err := s.pending(c)
	if err != nil {
		return err
	}
	if account == 0 {
		return c.Redirect(http.StatusSeeOther, "/signin")
	}
	doc, err := s.pages.Code("", "")
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

func (s *Server) code(c echo.Context) error {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxKept)
	holder, to, err := s.pending(c)
	if err != nil {
		return err
	}
	if holder == 0 {
		return c.Redirect(http.StatusSeeOther, "/signin")
	}
	if err := s.cfg.App.SecondFactor(c.Request().Context(), holder, c.FormValue("code"), s.client(c), s.device(c)); err != nil {
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.Code(fault.Sentence(err), c.FormValue("kept")) })
	}
	return s.welcome(c, account.SignedIn{Account: holder}, to, c.FormValue("kept"))
}

func (s *Server) signOut(c echo.Context) error {
	if err := s.cfg.App.SignOut(c.Request().Context()); err != nil {
		return err
	}
	if err := s.end(c); err != nil {
		return err
	}
	s.sessions.WriteSessionCookie(c.Request().Context(), c.Response(), "", time.Time{})
	c.Response().Header().Set("Clear-Site-Data", `"cache"`)
	return c.Redirect(http.StatusSeeOther, "/signin")
}

func (s *Server) linkForm(c echo.Context) error {
	if err := s.cfg.App.TryLink(c.Request().Context(), c.Param("token"), s.client(c)); err != nil {
		return err
	}
	doc, err := s.pages.Link(c.Request().Context(), c.Param("token"), s.sso.title(), nil)
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

func (s *Server) link(c echo.Context) error {
	ctx := c.Request().Context()
	if err := s.cfg.App.TryLink(ctx, c.Param("token"), s.client(c)); err != nil {
		return err
	}
	password := c.FormValue("password")
	err := error(nil)
	if password != c.FormValue("again") {
		err = fault.New(fault.Invalid, "Hai lần nhập mật khẩu không giống nhau.")
	} else {
		device := s.newDevice(c)
		if err = s.cfg.App.UseLink(ctx, c.Param("token"), password, device); err == nil {
			s.keepDevice(c, device)
		}
	}
	if fault.KindOf(err) == fault.NotFound {
		return err
	}
	if err != nil {
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.Link(ctx, c.Param("token"), s.sso.title(), err) })
	}
	s.forget()
	if err := s.end(c); err != nil {
		return err
	}
	s.sessions.WriteSessionCookie(ctx, c.Response(), "", time.Time{})
	return c.Redirect(http.StatusSeeOther, "/signin")
}
