package account

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/account"
	"chiso/internal/fault"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

func (s *Handlers) Routes() []route.Route {
	own := func(method, path string, h echo.HandlerFunc) route.Route {
		return route.Route{Method: method, Path: path, Action: access.OwnAccount, Handler: h}
	}
	unit := func(method, path string, h echo.HandlerFunc) route.Route {
		return route.Route{Method: method, Path: path, Action: access.ManageUnit, Target: route.Somewhere(), Handler: h}
	}
	return []route.Route{
		own(http.MethodGet, "/account", s.account),
		own(http.MethodPost, "/account/password", s.changePassword),
		own(http.MethodPost, "/account/sessions", s.endDevice),
		own(http.MethodGet, "/account/second-factor", s.secondFactorForm),
		own(http.MethodPost, "/account/second-factor", s.confirmSecondFactor),
		own(http.MethodPost, "/account/second-factor/off", s.removeSecondFactor),
		unit(http.MethodGet, "/people", s.people),
		unit(http.MethodPost, "/people", s.addPerson),
		unit(http.MethodGet, "/people/:id", s.person),
		unit(http.MethodPost, "/people/:id", s.editPerson),
		unit(http.MethodPost, "/people/:id/link", s.newLink),
		unit(http.MethodPost, "/people/:id/grants", s.addGrant),
		unit(http.MethodPost, "/people/:id/grants/end", s.endGrant),
		unit(http.MethodPost, "/people/:id/second-factor", s.resetSecondFactor),
		unit(http.MethodPost, "/people/:id/state", s.disable),
		unit(http.MethodPost, "/people/:id/lock", s.liftLock),
		unit(http.MethodPost, "/people/:id/hand-over", s.handOver),
		{Method: http.MethodGet, Path: "/audit", Action: access.ReadAudit, Target: route.Somewhere(), Handler: s.audit},
	}
}

func (s *Handlers) showAccount(c echo.Context, status int, refused error) error {
	doc, err := s.pages.Account(c.Request().Context(), s.sessions.Hash(c), c.QueryParam("done"), refused)
	if err != nil {
		return err
	}
	return route.Send(c, status, doc)
}

func (s *Handlers) account(c echo.Context) error { return s.showAccount(c, http.StatusOK, nil) }

// ownChange answers a change of the own account: done, or the page again with the reason.
func (s *Handlers) ownChange(c echo.Context, done string, err error) error {
	if err == nil {
		s.sessions.Forget()
		return c.Redirect(http.StatusSeeOther, "/account?done="+done)
	}
	if route.StatusOf(err) >= http.StatusInternalServerError {
		return err
	}
	return s.showAccount(c, route.StatusOf(err), err)
}

func (s *Handlers) changePassword(c echo.Context) error {
	password := c.FormValue("password")
	if password != c.FormValue("again") {
		return s.ownChange(c, "", fault.New(fault.Invalid, "Hai lần nhập mật khẩu mới không giống nhau."))
	}
	return s.ownChange(c, "password", s.app.ChangePassword(c.Request().Context(), c.FormValue("old"), password, s.sessions.Hash(c)))
}

func (s *Handlers) endDevice(c echo.Context) error {
	return s.ownChange(c, "session", s.app.EndDevice(c.Request().Context(), c.FormValue("id")))
}

func (s *Handlers) secondFactorForm(c echo.Context) error {
	return s.showSecondFactor(c, http.StatusOK, "", nil)
}

// showSecondFactor shows a secret, which the session keeps until its code comes back: the form cannot bring another.
func (s *Handlers) showSecondFactor(c echo.Context, status int, secret string, refused error) error {
	doc, shown, err := s.pages.SecondFactor(c.Request().Context(), secret, refused)
	if err != nil {
		return err
	}
	if shown != secret {
		if err := s.sessions.Keep(c, shown); err != nil {
			return err
		}
	}
	return route.Send(c, status, doc)
}

func (s *Handlers) confirmSecondFactor(c echo.Context) error {
	ctx := c.Request().Context()
	secret, err := s.sessions.Kept(c)
	if err != nil {
		return err
	}
	codes, err := s.app.ConfirmTOTP(ctx, account.NewFactor{Secret: secret, Code: c.FormValue("code"), Password: c.FormValue("old"),
		OldCode: c.FormValue("old_code"), Keep: s.sessions.Hash(c)})
	if status := route.StatusOf(err); err != nil && status < http.StatusInternalServerError {
		return s.showSecondFactor(c, status, secret, err)
	}
	if err != nil {
		return err
	}
	s.sessions.Forget()
	if err := s.sessions.Keep(c, ""); err != nil {
		return err
	}
	doc, err := s.pages.RecoveryCodes(ctx, codes)
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

func (s *Handlers) removeSecondFactor(c echo.Context) error {
	return s.ownChange(c, "second-factor", s.app.RemoveTOTP(c.Request().Context(), c.FormValue("old")))
}

func personData(c echo.Context) account.PersonData {
	return account.PersonData{
		Name:     c.FormValue("name"),
		FullName: c.FormValue("full_name"),
		Post:     c.FormValue("post"),
		Phone:    c.FormValue("phone"),
		Email:    c.FormValue("email"),
		Agency:   agency.ID(c.FormValue("agency")),
	}
}

func (s *Handlers) people(c echo.Context) error {
	doc, err := s.pages.People(c.Request().Context(), c.QueryParams(), account.PersonData{}, nil)
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

// linkURL is where a one-time link leads.
func (s *Handlers) linkURL(secret string) string { return s.url + "/link/" + secret }

func (s *Handlers) addPerson(c echo.Context) error {
	ctx, d := c.Request().Context(), personData(c)
	id, secret, err := s.app.AddPerson(ctx, d)
	if err != nil {
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.People(ctx, nil, d, err) })
	}
	doc, err := s.pages.NewLink(ctx, id, s.linkURL(secret))
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

func (s *Handlers) showPerson(c echo.Context, id int64, status int, refused error) error {
	doc, err := s.pages.Person(c.Request().Context(), id, c.QueryParam("done"), refused)
	if err != nil {
		return err
	}
	return route.Send(c, status, doc)
}

func (s *Handlers) person(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	return s.showPerson(c, id, http.StatusOK, nil)
}

// personChange makes a handler of a change to the account in the path.
func (s *Handlers) personChange(c echo.Context, done string, change func(id int64) error) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	if _, err = s.app.Person(c.Request().Context(), id); err == nil { // in reach, before anything typed is looked at
		err = change(id)
	}
	switch {
	case err == nil:
		s.sessions.Forget()
		return c.Redirect(http.StatusSeeOther, "/people/"+strconv.FormatInt(id, 10)+"?done="+done)
	case route.StatusOf(err) >= http.StatusInternalServerError, fault.KindOf(err) == fault.Forbidden, fault.KindOf(err) == fault.NotFound:
		return err
	}
	return s.showPerson(c, id, route.StatusOf(err), err)
}

func (s *Handlers) editPerson(c echo.Context) error {
	return s.personChange(c, "edit", func(id int64) error { return s.app.EditPerson(c.Request().Context(), id, personData(c)) })
}

func (s *Handlers) newLink(c echo.Context) error {
	id, err := route.Number(c)
	if err != nil {
		return err
	}
	secret, err := s.app.NewLink(c.Request().Context(), id)
	if err != nil {
		return err
	}
	doc, err := s.pages.NewLink(c.Request().Context(), id, s.linkURL(secret))
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

// formDay reads the day of a form; "" gives open.
func formDay(text string, open vi.Date) (vi.Date, error) {
	if text == "" {
		return open, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fault.New(fault.Invalid, "Ngày “%s” không đọc được. Hãy ghi dạng 2026-10-15.", vi.Clean(text))
	}
	return vi.DateOf(t), nil
}

func (s *Handlers) addGrant(c echo.Context) error {
	return s.personChange(c, "grant", func(id int64) error {
		from, err := formDay(c.FormValue("from"), s.today())
		if err != nil {
			return err
		}
		to, err := formDay(c.FormValue("to"), vi.OpenTo)
		if err != nil {
			return err
		}
		return s.app.AddGrant(
			c.Request().Context(),
			id,
			access.Grant{Role: access.Role(c.FormValue("role")), Agency: agency.ID(c.FormValue("agency")),
				Scope: vi.Clean(c.FormValue("scope")), From: from, To: to},
		)
	})
}

func (s *Handlers) endGrant(c echo.Context) error {
	return s.personChange(c, "end-grant", func(id int64) error {
		grant, err := strconv.ParseInt(c.FormValue("grant"), 10, 64)
		if err != nil {
			return echo.ErrNotFound
		}
		return s.app.EndGrant(c.Request().Context(), id, grant)
	})
}

func (s *Handlers) resetSecondFactor(c echo.Context) error {
	return s.personChange(c, "second-factor", func(id int64) error { return s.app.ResetSecondFactor(c.Request().Context(), id) })
}

func (s *Handlers) disable(c echo.Context) error {
	return s.personChange(c, "state", func(id int64) error {
		return s.app.Disable(c.Request().Context(), id, c.FormValue("disabled") == "1")
	})
}

// liftLock lets a person who was locked out try to sign in again.
func (s *Handlers) liftLock(c echo.Context) error {
	return s.personChange(c, "lock", func(id int64) error { return s.app.LiftLock(c.Request().Context(), id) })
}

func (s *Handlers) handOver(c echo.Context) error {
	return s.personChange(c, "hand-over", func(id int64) error {
		to, err := s.app.PersonNamed(c.Request().Context(), vi.Clean(c.FormValue("to")))
		if kind := fault.KindOf(err); kind == fault.NotFound || kind == fault.Forbidden { // nobody learns which names others have
			return fault.New(
				fault.Invalid,
				"Trong phạm vi bạn quản lý không có tài khoản “%s”. Hãy ghi tên đăng nhập của người nhận.",
				vi.Clean(c.FormValue("to")),
			)
		}
		if err != nil {
			return err
		}
		_, err = s.app.HandOver(c.Request().Context(), id, to.ID, c.FormValue("reason"))
		return err
	})
}

func (s *Handlers) audit(c echo.Context) error {
	doc, err := s.pages.Audit(c.Request().Context(), c.QueryParams())
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}
