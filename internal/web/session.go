package web

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/app/account"
	"chiso/internal/fault"
	"chiso/internal/web/frame"
)

// How long a session holds: unused, and at most. pendingFor is how long somebody may take between password and code.
const (
	sessionIdle = 2 * time.Hour
	sessionLife = 12 * time.Hour
	pendingFor  = 10 * time.Minute
)

// remembered is how long a session is not looked up again: a role that ends or an account that is locked elsewhere takes effect
// after that at the latest (docs/design.md §6). touched is how often its idle time is moved on.
const (
	remembered = 5 * time.Second
	touched    = time.Minute
)

// What a session holds.
const (
	keyAccount = "account" // who has signed in
	keyPending = "pending" // whose password was right and whose code has to follow
	keyNext    = "next"
	keyAddress = "address"
	keyAgent   = "agent"
	keyFactor  = "factor" // the secret of a second factor whose code has to follow
)

var errSignedOut = fault.New(fault.SignedOut, "Hãy đăng nhập để xem trang này.")

// Sessions is what keeps them: only the hash of a token is known there.
type Sessions interface {
	FindSession(ctx context.Context, hash string) (account.Session, bool, error)
	SaveSession(ctx context.Context, s account.Session) error
	EndSession(ctx context.Context, hash string) error
}

// sessionStore lets scs keep its sessions through the use cases.
type sessionStore struct {
	app   Sessions
	codec scs.Codec
}

// Find, Commit and Delete complete scs.Store; scs uses those with a context.
func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

func (s sessionStore) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

func (s sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

func (s sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	found, ok, err := s.app.FindSession(ctx, account.HashToken(token))
	return found.Data, ok, err
}

func (s sessionStore) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	_, values, err := s.codec.Decode(b)
	if err != nil {
		return err
	}
	holder, _ := values[keyAccount].(int64)
	pending, _ := values[keyPending].(int64)
	address, _ := values[keyAddress].(string)
	agent, _ := values[keyAgent].(string)
	return s.app.SaveSession(
		ctx,
		account.Session{
			TokenHash: account.HashToken(token),
			Account:   holder,
			Pending:   pending,
			Data:      b,
			Address:   address,
			Agent:     agent,
			Expires:   expiry,
		},
	)
}

func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.app.EndSession(ctx, account.HashToken(token))
}

// sessions are the sign-ins that go on.
type sessions struct {
	*scs.SessionManager
	known  sync.Map // token → *viewer
	device string   // name of the cookie by which a browser is known
}

func newSessions(a Sessions, secure bool) *sessions {
	m := scs.New()
	m.IdleTimeout, m.Lifetime = sessionIdle, sessionLife
	m.Store = sessionStore{a, m.Codec}
	m.Cookie.Persist = false // a browser that is closed forgets it
	m.Cookie.Name = "chiso"
	if secure {
		m.Cookie.Name, m.Cookie.Secure = "__Host-chiso", true
	}
	return &sessions{SessionManager: m, device: m.Cookie.Name + "-known"}
}

// viewer is who asks, as remembered for a few seconds.
type viewer struct {
	access.Actor
	token   string
	checked time.Time
	links   []frame.Link // the navigation
	menu    string       // names it in the key of a kept page
}

// token finds the session's cookie without parsing the others: this runs on every hit of the page cache.
func (s *sessions) token(r *http.Request) string {
	for _, line := range r.Header["Cookie"] {
		for line != "" {
			var part string
			part, line, _ = strings.Cut(line, ";")
			if v, ok := strings.CutPrefix(strings.TrimSpace(part), s.Cookie.Name); ok && strings.HasPrefix(v, "=") && len(v) < 128 {
				return v[1:]
			}
		}
	}
	return ""
}

// who returns who has signed in; nil for nobody. The database is asked every few seconds only.
func (s *Server) who(c echo.Context) (*viewer, error) {
	token := s.sessions.token(c.Request())
	if token == "" {
		return nil, nil
	}
	now := s.cfg.Clock()
	if k, ok := s.sessions.known.Load(token); ok {
		v := k.(*viewer)
		if age := now.Sub(v.checked); age >= 0 && age < remembered {
			return v, nil
		}
		s.sessions.known.Delete(token)
	}
	ctx := c.Request().Context()
	found, ok, err := s.cfg.App.FindSession(ctx, account.HashToken(token))
	if err != nil || !ok || found.Account == 0 {
		return nil, err
	}
	actor, err := s.cfg.App.Actor(ctx, found.Account)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if now.Sub(found.Seen) >= touched {
		s.touch(ctx, token)
	}
	v := &viewer{Actor: actor, token: token, checked: now, links: s.pages.Links(actor)}
	for _, l := range v.links {
		v.menu += l.Path
	}
	s.sessions.known.Store(token, v)
	return v, nil
}

// touch moves a session's idle time on. Reading does not wait for whoever is writing at the moment.
func (s *Server) touch(ctx context.Context, token string) {
	ctx, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	sctx, err := s.sessions.Load(ctx, token)
	if err == nil {
		_, _, err = s.sessions.Commit(sctx)
	}
	if err != nil {
		s.cfg.Log.Warn("session_not_touched", "error", err)
	}
}

// keep puts something into the session that asks.
func (s *Server) keep(c echo.Context, key, value string) error {
	ctx, err := s.sessions.Load(c.Request().Context(), s.sessions.token(c.Request()))
	if err != nil {
		return err
	}
	s.sessions.Put(ctx, key, value)
	_, _, err = s.sessions.Commit(ctx)
	return err
}

// accountSessions is what the pages about accounts ask of the sessions.
type accountSessions struct{ server *Server }

func (a accountSessions) Hash(c echo.Context) string {
	return account.HashToken(a.server.sessions.token(c.Request()))
}

func (a accountSessions) Keep(c echo.Context, secret string) error {
	return a.server.keep(c, keyFactor, secret)
}

func (a accountSessions) Kept(c echo.Context) (string, error) {
	sessions := a.server.sessions
	kept, err := sessions.Load(c.Request().Context(), sessions.token(c.Request()))
	if err != nil {
		return "", err
	}
	return sessions.GetString(kept, keyFactor), nil
}

func (a accountSessions) Forget() { a.server.forget() }

// forget makes every session be looked up again: accounts or roles have changed.
func (s *Server) forget() { s.sessions.known.Clear() }

// begin starts a session with a new token, whatever session there was, and sends its cookie.
func (s *Server) begin(c echo.Context, values map[string]any, life time.Duration) error {
	if err := s.end(c); err != nil {
		return err
	}
	ctx, err := s.sessions.Load(c.Request().Context(), "")
	if err != nil {
		return err
	}
	for k, v := range values {
		s.sessions.Put(ctx, k, v)
	}
	s.sessions.Put(ctx, keyAddress, s.client(c))
	s.sessions.Put(ctx, keyAgent, agentName(c.Request().UserAgent()))
	if life != 0 {
		s.sessions.SetDeadline(ctx, s.cfg.Clock().Add(life))
	}
	token, expiry, err := s.sessions.Commit(ctx)
	if err != nil {
		return err
	}
	s.sessions.WriteSessionCookie(ctx, c.Response(), token, expiry)
	return nil
}

// end ends the request's session, if there is one.
func (s *Server) end(c echo.Context) error {
	token := s.sessions.token(c.Request())
	if token == "" {
		return nil
	}
	s.sessions.known.Delete(token)
	return s.cfg.App.EndSession(c.Request().Context(), account.HashToken(token))
}

// agentName says in few words which browser it was: a whole User-Agent tells nobody anything.
func agentName(ua string) string {
	browser, system := "trình duyệt khác", ""
	for _, b := range [][2]string{{"Edg/", "Edge"}, {"CocCoc", "Cốc Cốc"}, {"coc_coc", "Cốc Cốc"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}} {
		if strings.Contains(ua, b[0]) {
			browser = b[1]
			break
		}
	}
	for _, o := range [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}} {
		if strings.Contains(ua, o[0]) {
			system = " trên " + o[1]
			break
		}
	}
	return browser + system
}
