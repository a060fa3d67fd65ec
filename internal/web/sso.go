package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/labstack/echo/v4"
	"golang.org/x/oauth2"

	"chiso/internal/access"
	"chiso/internal/app/account"
	"chiso/internal/fault"
	"chiso/internal/web/route"
)

// SSO is a single sign-on by OpenID Connect.
type SSO struct {
	Issuer   string // "" for none
	ClientID string
	Secret   string
	Claim    string // holds the name that the audit notes; "" is preferred_username
	Title    string // of the button; "" is "Đăng nhập chung"
}

// sso signs people in through an identity provider. The provider is asked for its keys when somebody first needs them, so that the
// program starts without it.
type sso struct {
	SSO
	callback string

	mu       sync.Mutex
	provider *oidc.Provider
}

func newSSO(c SSO, public string) (*sso, error) {
	if c.Issuer == "" {
		return nil, nil
	}
	if c.ClientID == "" {
		return nil, fault.New(fault.Usage, "Đăng nhập chung cần cả địa chỉ nhà cung cấp và mã ứng dụng (client id).")
	}
	if c.Claim == "" {
		c.Claim = "preferred_username"
	}
	if c.Title == "" {
		c.Title = "Đăng nhập chung"
	}
	return &sso{SSO: c, callback: public + "/signin/sso/callback"}, nil
}

// title names the button, "" for none.
func (o *sso) title() string {
	if o == nil {
		return ""
	}
	return o.Title
}

func (o *sso) routes(s *Server) []route.Route {
	if o == nil {
		return nil
	}
	return []route.Route{
		{Method: http.MethodGet, Path: "/signin/sso", Action: access.UsePublic, Handler: s.ssoStart},
		{Method: http.MethodGet, Path: "/signin/sso/callback", Action: access.UsePublic, Handler: s.ssoCallback},
	}
}

// ssoTimeout bounds what the provider is asked.
const ssoTimeout = 10 * time.Second

// client returns the provider and how we talk to it.
func (o *sso) client(ctx context.Context) (*oidc.Provider, *oauth2.Config, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.provider == nil {
		p, err := oidc.NewProvider(context.WithoutCancel(ctx), o.Issuer) // its keys are fetched later with this context
		if err != nil {
			return nil, nil, fault.Wrap(
				err,
				fault.Unready,
				"Hệ thống đăng nhập chung không trả lời. Hãy đăng nhập bằng mật khẩu hoặc thử lại sau.",
			)
		}
		o.provider = p
	}
	return o.provider, &oauth2.Config{
		ClientID:     o.ClientID,
		ClientSecret: o.Secret,
		Endpoint:     o.provider.Endpoint(),
		RedirectURL:  o.callback,
		Scopes:       []string{oidc.ScopeOpenID, "profile", "email"},
	}, nil
}

func random() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// ssoKept is what the provider has to bring back, and what it was asked for: kept by the browser alone, so that being led here by
// another site changes nothing.
type ssoKept struct{ state, nonce, verifier, next, link string }

func (s *Server) keepSSO(c echo.Context, k ssoKept, age time.Duration) {
	v := url.Values{"state": {k.state}, "nonce": {k.nonce}, "verifier": {k.verifier}, "next": {k.next}, "link": {k.link}}
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure wherever the address is https
		Name: s.sessions.Cookie.Name + "-sso", Value: base64.RawURLEncoding.EncodeToString([]byte(v.Encode())), Path: "/", MaxAge: int(age / time.Second),
		Secure: s.sessions.Cookie.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func (s *Server) keptSSO(c echo.Context) (k ssoKept) {
	cookie, err := c.Cookie(s.sessions.Cookie.Name + "-sso")
	if err != nil {
		return k
	}
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return k
	}
	v, err := url.ParseQuery(string(text))
	if err != nil {
		return k
	}
	return ssoKept{state: v.Get("state"), nonce: v.Get("nonce"), verifier: v.Get("verifier"), next: v.Get("next"), link: v.Get("link")}
}

// ssoStart leads to the provider: to sign in, or with a one-time link to bind its account. That is begun on a page of ours only, else
// somebody could be made to enter by another's account.
func (s *Server) ssoStart(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), ssoTimeout)
	defer cancel()
	link := c.QueryParam("link")
	if from := c.Request().Header.Get("Sec-Fetch-Site"); link != "" && from != "" && from != "same-origin" {
		return fault.New(
			fault.Forbidden,
			"Yêu cầu đến từ một trang khác nên không được nhận. Hãy mở đường dẫn mà quản trị đã gửi rồi làm lại.",
		)
	}
	if len(link) > maxParam {
		return echo.ErrNotFound
	}
	_, client, err := s.sso.client(ctx)
	if err != nil {
		return err
	}
	k := ssoKept{state: random(), nonce: random(), verifier: oauth2.GenerateVerifier(), next: next(c.QueryParam("next")), link: link}
	s.keepSSO(c, k, pendingFor)
	return c.Redirect(http.StatusSeeOther, client.AuthCodeURL(k.state, oidc.Nonce(k.nonce), oauth2.S256ChallengeOption(k.verifier)))
}

// ssoCallback takes what the provider brings back: the state of this browser, a code that only the holder of the verifier can use,
// a token of the provider's own signature with our nonce.
func (s *Server) ssoCallback(c echo.Context) error {
	again := fault.New(fault.Invalid, "Lần đăng nhập chung này không còn hiệu lực. Hãy bắt đầu lại từ trang đăng nhập.")
	ctx, cancel := context.WithTimeout(c.Request().Context(), ssoTimeout)
	defer cancel()
	kept := s.keptSSO(c)
	s.keepSSO(c, ssoKept{}, -time.Second) // whatever comes of it, it is over
	if kept.state == "" || subtle.ConstantTimeCompare([]byte(c.QueryParam("state")), []byte(kept.state)) != 1 ||
		c.QueryParam("code") == "" {
		return again
	}
	provider, client, err := s.sso.client(ctx)
	if err != nil {
		return err
	}
	token, err := client.Exchange(ctx, c.QueryParam("code"), oauth2.VerifierOption(kept.verifier))
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Hệ thống đăng nhập chung không xác nhận được bạn. Hãy bắt đầu lại từ trang đăng nhập.")
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := provider.VerifierContext(ctx, &oidc.Config{ClientID: s.sso.ClientID, Now: s.cfg.Clock}).Verify(ctx, raw)
	if err != nil || subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(kept.nonce)) != 1 {
		return fault.Wrap(
			cmp.Or(err, errNonce),
			fault.Invalid,
			"Hệ thống đăng nhập chung trả lời không hợp lệ. Hãy bắt đầu lại từ trang đăng nhập.",
		)
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return err
	}
	name, _ := claims[s.sso.Claim].(string)
	if verified, _ := claims["email_verified"].(bool); s.sso.Claim == "email" && !verified {
		name = "" // an address that nobody checked names nobody
	}
	in, err := s.identified(ctx, kept.link, account.Identity{Subject: id.Issuer + " " + id.Subject, Name: name, Address: s.client(c)})
	if err != nil {
		return err
	}
	return s.welcome(c, in, next(kept.next), "")
}

// identified signs in whom the provider vouches for, after binding the account of a one-time link if there is one.
func (s *Server) identified(ctx context.Context, link string, id account.Identity) (account.SignedIn, error) {
	if link == "" {
		return s.cfg.App.SignInAs(ctx, id)
	}
	if err := s.cfg.App.TryLink(ctx, link, id.Address); err != nil {
		return account.SignedIn{}, err
	}
	in, err := s.cfg.App.BindIdentity(ctx, link, id)
	s.forget()
	return in, err
}

var errNonce = errors.New("oidc: the nonce is not ours")
