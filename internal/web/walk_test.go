package web_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/account"
	"chiso/internal/store"
	"chiso/internal/vi"
	"chiso/internal/web"
	"chiso/internal/web/route"
)

// rights is what each role may do, written down a second time: a change of the permission table has to be meant.
var rights = map[access.Action][]access.Role{
	access.ReadOwn:   {access.Committee, access.Reporter, access.Approver, access.Office, access.UnitAdmin},
	access.ReadTasks: {access.Committee, access.Reporter, access.Approver, access.Office, access.UnitAdmin},
	access.ReadLive:  {access.Office}, access.ReadNames: {access.Reporter, access.Approver, access.Office, access.UnitAdmin, access.SystemAdmin},
	access.EditReport: {access.Reporter}, access.SignReport: {access.Approver}, access.RunRound: {access.Office}, access.JudgeReport: {access.Office},
	access.ImportTable: {access.Office}, access.KeepMatch: {access.Reporter, access.Office}, access.EditRelease: {access.Office}, access.SignRelease: {access.Office}, access.Object: {access.Reporter, access.Approver},
	access.EditCatalog: {access.Office}, access.AssignTask: {access.Office}, access.UpdateTask: {access.Reporter, access.Approver},
	access.ManageUnit: {access.UnitAdmin, access.SystemAdmin}, access.ReadAudit: {access.Office, access.UnitAdmin, access.SystemAdmin}, access.RunSystem: {access.SystemAdmin},
}

// walker is one of those who walk.
type walker struct {
	name    string
	role    access.Role // "" for none
	at      agency.ID
	scope   string // the role is narrowed to it, "" for all
	account int64  // 0: has not signed in
}

// may says what the test expects of a permission at an agency.
func (w walker) may(act access.Action, at agency.ID) bool {
	if act == access.ReadOwn && at != w.at && (w.role == access.Committee || w.role == access.UnitAdmin) {
		return false // figures of others, before they are released, are for their office
	}
	return slices.Contains(rights[act], w.role) && w.scope == "" && (w.at == agency.Nation || w.at == at)
}

// world is the real program over a real database with people of every role.
type world struct {
	t       *testing.T
	app     *app.App
	server  *web.Server
	walkers []walker
	persons map[agency.ID]int64 // somebody to look after at the own and at another agency
}

// Everybody comes through a proxy that ends TLS, as people do wherever Chiso is not on their own machine: the connection is the
// proxy's, the address is their own.
const proxyHost, proxyNet = "chiso.example.gov.vn", "192.0.2.1/32" // the latter is where requests of httptest come from

const mine, theirs agency.ID = "P34-48", "P-01"

func newWorld(t *testing.T) *world {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "chiso.db"), Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(app.Config{Store: s, Clock: time.Now, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, app: a, persons: map[agency.ID]int64{}}
	w.server, err = web.New(web.Config{App: a, Assets: assets(t), Clock: time.Now, Log: slog.New(slog.DiscardHandler), Version: "test",
		URL: "https://" + proxyHost, Proxies: []string{proxyNet}})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []agency.ID{mine, agency.Nation} {
		for _, r := range append(access.Roles(), "") {
			w.walkers = append(w.walkers, walker{name: fmt.Sprintf("%s@%s", r, at), role: r, at: at, account: w.person(r, at, "")})
		}
	}
	w.walkers = append(w.walkers, walker{name: "office@VN of de_an_06", role: access.Office, at: agency.Nation, scope: "de_an_06",
		account: w.person(access.Office, agency.Nation, "de_an_06")})
	w.walkers = append(w.walkers, walker{name: "signed out"})
	for _, at := range []agency.ID{mine, theirs} {
		w.persons[at] = w.person("", at, "")
	}
	return w
}

// person makes an account with a role, perhaps narrowed.
func (w *world) person(r access.Role, at agency.ID, scope string) int64 {
	w.t.Helper()
	ctx := access.With(w.t.Context(), access.Machine("cli"))
	all, err := w.app.People(ctx, account.PeopleQuery{})
	if err != nil {
		w.t.Fatal(err)
	}
	id, _, err := w.app.AddPerson(ctx, account.PersonData{Name: fmt.Sprintf("nguoi-%d", len(all.Persons)), FullName: "Người đi thử", Agency: at})
	if err != nil {
		w.t.Fatal(err)
	}
	if r != "" {
		if err := w.app.AddGrant(ctx, id, access.Grant{Role: r, Agency: at, Scope: scope, From: 20250701, To: vi.OpenTo}); err != nil {
			w.t.Fatal(err)
		}
	}
	return id
}

// do sends a request of a walker, in a session of its own: some routes end it.
func (w *world) do(who walker, method, path string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := as("", request(method, path))
	if who.account != 0 {
		token := fmt.Sprintf("walker-%d", who.account)
		deadline := time.Now().Add(time.Hour)
		data, err := scs.GobCodec{}.Encode(deadline, map[string]any{"account": who.account})
		if err != nil {
			w.t.Fatal(err)
		}
		if err := w.app.SaveSession(w.t.Context(), account.Session{TokenHash: account.HashToken(token), Account: who.account, Data: data, Expires: deadline}); err != nil {
			w.t.Fatal(err)
		}
		r.Header.Set("Cookie", "__Host-chiso="+token)
	}
	r.Host = proxyHost
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("203.0.113.%d", who.account%250))
	if method != http.MethodGet && method != http.MethodHead { // the form, if it names an agency, names the walker's own
		r.Body = io.NopCloser(strings.NewReader(url.Values{"agency": {string(who.at)}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return do(w.server, r)
}

// address fills the parameters of a route's path with something of an agency.
func (w *world) address(r route.Route, at agency.ID) string {
	parts := strings.Split(r.Path, "/")
	for i, p := range parts {
		switch {
		case p == "*":
			parts[i] = "x"
		case p == ":code":
			parts[i] = "Q766_0"
		case p == ":agency", p == ":id" && (strings.HasPrefix(r.Path, "/agency/") || strings.HasPrefix(r.Path, "/units/") || strings.HasPrefix(r.Path, "/screen/")):
			parts[i] = string(at)
		case p == ":id" && strings.HasPrefix(r.Path, "/people/"):
			parts[i] = fmt.Sprint(w.persons[at])
		case strings.HasPrefix(p, ":"):
			parts[i] = "1"
		}
	}
	return strings.Join(parts, "/")
}

// closedToNarrow are the pages of several agencies on which an office that is narrowed to a group of indicators finds nothing of it.
var closedToNarrow = []string{"GET /contacts", "POST /contacts/office", "GET /matches", "GET /matches.csv", "POST /matches", "GET /packs", "POST /packs", "POST /packs/build", "GET /reconcile", "POST /reconcile",
	"POST /reconcile/accept"}

// opens says whether a route is expected to open for somebody, asked for something of an agency. Routes of several agencies
// ("somewhere") open wherever the walker holds the role; those that name an account or agency in their path, only for its agency.
func opens(w walker, r route.Route, at agency.ID) bool {
	switch {
	case r.Action == access.UsePublic:
		return true
	case w.account == 0:
		return false
	case r.Action == access.OwnAccount, r.Action == access.ReadRelease:
		return true
	case w.scope != "" && r.Target.Name == "somewhere": // what it is narrowed to is on these pages; the others are about everything
		return slices.Contains(rights[r.Action], w.role) && !slices.Contains(closedToNarrow, r.Method+" "+r.Path)
	case r.Target.Name == "nation", r.Path == "/rounds" && r.Method != http.MethodGet: // every regime of the sample is the nation's
		return w.may(r.Action, agency.Nation)
	case r.Target.Name == "somewhere" && !strings.Contains(r.Path, "/people/:id"):
		return w.may(r.Action, w.at)
	}
	return w.may(r.Action, at)
}

var (
	reNav  = regexp.MustCompile(`(?s)<nav aria-label="Điều hướng chính">.*?</nav>`)
	reHref = regexp.MustCompile(`href="[^"]*"`)
)

// menus are the navigations that each walker was offered.
type menus map[string]string

// same fails the test when a page offers somebody another navigation than the pages before.
func (m menus) same(t *testing.T, who walker, path string, res *httptest.ResponseRecorder) {
	t.Helper()
	nav := reNav.Find(res.Body.Bytes())
	if res.Code != http.StatusOK || nav == nil {
		return
	}
	links := strings.Join(reHref.FindAllString(string(nav), -1), " ")
	if before, ok := m[who.name]; ok && before != links {
		t.Errorf("%s: %s offers %s, other pages %s", who.name, path, links, before)
	}
	m[who.name] = links
}

// Every route, by everybody, for the own and another agency.
func TestWalk(t *testing.T) {
	if testing.Short() {
		t.Skip("seeds a database")
	}
	w := newWorld(t)
	routes, cases, opened, refused, sent := w.server.Routes(), 0, 0, 0, 0
	offered := menus{}
	for _, act := range access.Actions() {
		if act.AnyAgency() == (len(rights[act]) > 0) {
			t.Errorf("the test does not know who may %s", act)
		}
	}
	for _, r := range routes {
		for _, who := range w.walkers {
			for _, at := range []agency.ID{mine, theirs} {
				methods := []string{r.Method}
				if r.Method == http.MethodGet {
					methods = append(methods, http.MethodHead)
				}
				for _, method := range methods {
					path := w.address(r, at)
					res := w.do(who, method, path)
					toSignIn := res.Code == http.StatusUnauthorized && who.account == 0 && strings.Contains(res.Body.String(), `action="/signin"`) || res.Code == http.StatusSeeOther && strings.HasPrefix(res.Header().Get("Location"), "/signin") &&
						(r.Path != "/signout" || who.account == 0) && !strings.HasPrefix(r.Path, "/signin")
					if res.Code == http.StatusUnauthorized && strings.Contains(res.Body.String(), `<form method="post" action="/signin">`) {
						toSignIn = true // with what was sent, or with a word about it
					}
					offered.same(t, who, path, res)
					cases++
					if res.Code == http.StatusTooManyRequests || res.Header().Get("Strict-Transport-Security") == "" {
						t.Errorf("%s: %s %s: %d, %v", who.name, method, path, res.Code, res.Header())
					}
					switch open := opens(who, r, at); {
					case res.Code >= http.StatusInternalServerError:
						t.Errorf("%s: %s %s: %d", who.name, method, path, res.Code)
					case open && (toSignIn || res.Code == http.StatusForbidden):
						t.Errorf("%s: %s %s is closed (%d)", who.name, method, path, res.Code)
					case !open && who.account == 0 && !toSignIn:
						t.Errorf("%s: %s %s answers %d instead of leading to sign in", who.name, method, path, res.Code)
					case !open && who.account != 0 && res.Code != http.StatusForbidden:
						t.Errorf("%s: %s %s answers %d instead of 403", who.name, method, path, res.Code)
					case open:
						opened++
					case toSignIn:
						sent++
					default:
						refused++
					}
				}
			}
		}
	}
	for _, path := range []string{"/?view=live", "/ranking/Q766_0?view=live", "/agency/P34-48?view=live", "/report.xlsx?period=2026-09-26&code=Q766_0&view=live"} {
		for _, who := range w.walkers {
			cases++
			want := map[bool]int{true: 200, false: 403}[who.may(access.ReadLive, agency.Nation)]
			if who.account == 0 {
				want = 303
			}
			if res := w.do(who, http.MethodGet, path); res.Code != want {
				t.Errorf("%s: %s: %d, want %d", who.name, path, res.Code, want)
			}
		}
	}
	t.Logf("%d routes × %d people × own/other agency: %d cases, %d opened, %d refused, %d sent to sign in", len(routes), len(w.walkers), cases, opened, refused, sent)
	if problems, err := w.app.Verify(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("after the walk: %q %v", problems, err)
	}
}
