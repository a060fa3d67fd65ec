package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/account"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/vi"
	"chiso/internal/web"
)

// fakePeople is who the tests' sign-ins are: the token of a session is the name of who holds it. What the pages about accounts ask is
// tested on the real use cases.
type fakePeople struct {
	lookups int // of sessions
}

// own is the agency whose people the tests sign in; other is another one.
const own, other agency.ID = "P34-82", "P-22"

func grants(roles ...access.Role) (out []access.Grant) {
	for _, r := range roles {
		g := access.Grant{Role: r, Agency: own, From: vi.OpenFrom, To: vi.OpenTo}
		if r == access.Office || r == access.SystemAdmin {
			g.Agency = agency.Nation
		}
		out = append(out, g)
	}
	return out
}

// cast are the people of the tests, by the token of their session.
func cast() map[string]access.Actor {
	out := map[string]access.Actor{"nobody": {Account: 99, Name: "nobody", FullName: "Không vai trò", Agency: own},
		"staff": {Account: 1, Name: "van.phong", FullName: "Lê Thị Văn Phòng", Agency: agency.Nation, Grants: grants(access.Office, access.Reporter)}}
	for i, r := range access.Roles() {
		out[string(r)] = access.Actor{Account: int64(i + 10), Name: string(r), FullName: "Người " + r.Title(), Agency: own, Grants: grants(r)}
	}
	return out
}

func (f *fakePeople) FindSession(_ context.Context, hash string) (account.Session, bool, error) {
	f.lookups++
	for token, a := range cast() {
		if account.HashToken(token) == hash {
			return account.Session{TokenHash: hash, Account: a.Account, Seen: time.Now().Add(time.Hour)}, true, nil
		}
	}
	return account.Session{}, false, nil
}

func (f *fakePeople) Actor(_ context.Context, account int64) (access.Actor, error) {
	for _, a := range cast() {
		if a.Account == account {
			return a, nil
		}
	}
	return access.Actor{}, fault.New(fault.NotFound, "không có")
}

// tree is the nation over everybody.
type tree struct{}

func (tree) Inside(id, root agency.ID, _ vi.Date) bool {
	return id == root || root == agency.Nation && strings.HasPrefix(string(id), "P")
}

func (f *fakePeople) Ground(context.Context) (access.Ground, error) {
	return access.Ground{Tree: tree{}, Day: 20261015}, nil
}

func (f *fakePeople) Refused(context.Context, access.Action, access.Target, string) error { return nil }

// as makes a request somebody's, "" nobody's.
func as(who string, r *http.Request) *http.Request {
	r.Header.Del("Cookie")
	if who != "" {
		r.Header.Set("Cookie", "theme=dark; chiso="+who)
	}
	return r
}

var _ web.App = (*fakeApp)(nil)

func TestRoutes_areDeclared(t *testing.T) {
	for _, r := range newServer(t, newFake(t)).Routes() {
		if !r.Action.Known() || r.Action.AnyAgency() != (r.Target.Name == "") {
			t.Errorf("%s %s: action %q, target %q", r.Method, r.Path, r.Action, r.Target.Name)
		}
	}
}

// Somebody who has not signed in gets nothing but the way to sign in, and comes back to this site only.
func TestSignedOut(t *testing.T) {
	s := newServer(t, newFake(t))
	for path, want := range map[string]string{
		"/": "/signin", "/ranking/CPS08?period=2026-10-10": "/signin?next=%2Franking%2FCPS08%3Fperiod%3D2026-10-10", "/upload": "/signin?next=%2Fupload",
		"/report.xlsx?period=2026-Q3": "/signin?next=%2Freport.xlsx%3Fperiod%3D2026-Q3", "/audit": "/signin?next=%2Faudit",
	} {
		w := do(s, as("", request("GET", path)))
		if w.Code != 303 || w.Header().Get("Location") != want || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("ETag") != "" {
			t.Errorf("%s: %d %s %v", path, w.Code, w.Header().Get("Location"), w.Header())
		}
	}
	if w := do(s, as("stranger", request("GET", "/"))); w.Code != 303 {
		t.Errorf("an unknown session: %d", w.Code)
	}
	for next, want := range map[string]string{"/ranking/CPS08?period=2026": "/ranking/CPS08?period=2026", "https://evil.example/": "/", "//evil.example/x": "/", `/\evil.example`: "/",
		"/signin?next=/x": "/", "javascript:alert(1)": "/", "": "/", "/\tevil": "/", "%2F%2Fevil.example": "/", "/a//b": "/a//b"} {
		doc, _ := get(t, s, "/about", 200)
		_ = doc
		r := as("", request("GET", "/signin"))
		q := r.URL.Query()
		q.Set("next", next)
		r.URL.RawQuery = q.Encode()
		if strings.Contains(next, "\t") { // not even legible
			if w := do(s, r); w.Code != 400 {
				t.Errorf("%q: %d", next, w.Code)
			}
			continue
		}
		w := do(s, r)
		if w.Code != 200 || !strings.Contains(w.Body.String(), `name="next" value="`+want+`"`) {
			t.Errorf("next %q: %d %.200s", next, w.Code, w.Body)
		}
	}
}

// A page that is kept is the same for everybody of its class and carries nobody's name.
func TestVisibility(t *testing.T) {
	f := newFake(t)
	s := newServer(t, f)
	type answer struct {
		code int
		view ledger.View
	}
	for _, tt := range []struct {
		who, path string
		want      answer
	}{
		{"nobody", "/nation", answer{200, ledger.Released}},
		{"staff", "/", answer{200, ledger.Released}},
		{"staff", "/?view=live", answer{200, ledger.Live}},
		{"committee", "/?view=live", answer{403, ""}},
		{"system_admin", "/ranking/CPS08?view=live", answer{403, ""}},
		{"staff", "/ranking/CPS08?view=live", answer{200, ledger.Live}},
		{"staff", "/ranking/CPS08?view=own", answer{400, ""}},
		{"reporter", "/agency/P34-82", answer{200, ledger.Own(own)}},
		{"reporter", "/agency/P34-82?view=released", answer{200, ledger.Released}},
		{"reporter", "/agency/P-22", answer{200, ledger.Released}},
		{"nobody", "/agency/P34-82", answer{200, ledger.Released}},
		{"staff", "/agency/P-22", answer{200, ledger.Own(other)}},
	} {
		f.view = ""
		f.rev.Add(1) // nothing is kept
		w := do(s, as(tt.who, request("GET", tt.path)))
		if w.Code != tt.want.code || f.view != tt.want.view {
			t.Errorf("%s %s: %d in view %q, want %+v", tt.who, tt.path, w.Code, f.view, tt.want)
		}
		if strings.Contains(w.Body.String(), cast()[tt.who].FullName) && w.Code == 200 {
			t.Errorf("%s %s carries a name", tt.who, tt.path)
		}
	}
	// The own agency's page of one view is not what another class gets, by address or ETag.
	f.rev.Add(1)
	mine := do(s, as("reporter", request("GET", "/agency/P34-82")))
	theirs := do(s, as("nobody", request("GET", "/agency/P34-82", "If-None-Match", mine.Header().Get("ETag"))))
	if theirs.Code != 200 || theirs.Header().Get("ETag") == mine.Header().Get("ETag") || f.view != ledger.Released {
		t.Errorf("the page of another class: %d %s", theirs.Code, f.view)
	}
}

// A session is looked up every few seconds, not on every request.
func TestSession_isRemembered(t *testing.T) {
	f := newFake(t)
	c := &clock{time.Now()}
	s := newServer(t, f, func(cfg *web.Config) { cfg.Clock = c.Now })
	for range 20 {
		do(s, request("GET", "/about"))
		do(s, request("GET", "/"))
	}
	if f.lookups != 1 {
		t.Errorf("%d look-ups", f.lookups)
	}
	c.now = c.now.Add(5 * time.Second)
	do(s, request("GET", "/"))
	if f.lookups != 2 {
		t.Errorf("%d look-ups after five seconds", f.lookups)
	}
}
