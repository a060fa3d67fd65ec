package web_test

import (
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/account"
	"chiso/internal/store"
	"chiso/internal/vi"
	"chiso/internal/web"
)

const password = "ngựa đỏ qua cầu"

// house is the real program without catalogues, and one browser.
type house struct {
	t      *testing.T
	app    *app.App
	server *web.Server
	jar    map[string]*http.Cookie
}

func newHouse(t *testing.T, change ...func(*web.Config)) *house {
	t.Helper()
	return houseOf(t, app.Config{}, change...)
}

// houseOf is newHouse with settings of the use cases.
func houseOf(t *testing.T, uses app.Config, change ...func(*web.Config)) *house {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "chiso.db"), Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	uses.Store, uses.Clock, uses.Version = s, time.Now, "test"
	a, err := app.New(uses)
	if err != nil {
		t.Fatal(err)
	}
	cfg := web.Config{App: a, Assets: assets(t), Clock: time.Now, Log: slog.New(slog.DiscardHandler), Version: "test"}
	for _, c := range change {
		c(&cfg)
	}
	srv, err := web.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &house{t, a, srv, map[string]*http.Cookie{}}
}

// person makes an account with a password and roles at the nation, and returns its number.
func (h *house) person(name, fullName string, roles ...access.Role) int64 {
	h.t.Helper()
	ctx := access.With(h.t.Context(), access.Machine("cli"))
	id, secret, err := h.app.AddPerson(ctx, account.PersonData{Name: name, FullName: fullName, Agency: agency.Nation})
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.app.UseLink(ctx, secret, password, ""); err != nil {
		h.t.Fatal(err)
	}
	for _, r := range roles {
		if err := h.app.AddGrant(ctx, id, access.Grant{Role: r, Agency: agency.Nation, From: 20250101, To: vi.OpenTo}); err != nil {
			h.t.Fatal(err)
		}
	}
	return id
}

// ask sends what the browser would: its cookies, and a form when there is one.
func (h *house) ask(method, path string, form ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	var body io.Reader
	if method == http.MethodPost {
		v := url.Values{}
		for i := 0; i+1 < len(form); i += 2 {
			v.Set(form[i], form[i+1])
		}
		body = strings.NewReader(v.Encode())
	}
	r := httptest.NewRequest(method, path, body)
	r.Host = "localhost:8080"
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for _, c := range h.jar {
		r.AddCookie(c)
	}
	w := do(h.server, r)
	for _, c := range w.Result().Cookies() {
		h.jar[c.Name] = c
		if c.MaxAge < 0 {
			delete(h.jar, c.Name)
		}
	}
	return w
}

// page asks and wants a status and a text within main.
func (h *house) page(w *httptest.ResponseRecorder, status int, says string) *goquery.Document {
	h.t.Helper()
	doc, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	if got := text(doc.Find("main")); w.Code != status || !strings.Contains(got, says) {
		h.t.Errorf("%d %.600q, want %d with %q", w.Code, got, status, says)
	}
	return doc
}

func (h *house) led(w *httptest.ResponseRecorder, to string) {
	h.t.Helper()
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != to {
		h.t.Errorf("%d to %q, want %q", w.Code, w.Header().Get("Location"), to)
	}
}

func (h *house) signIn(name string) {
	h.t.Helper()
	h.led(h.ask("POST", "/signin", "name", name, "password", password), "/")
}

func TestSignInPages(t *testing.T) {
	h := newHouse(t)
	h.person("an", "Nguyễn Văn An")
	h.page(h.ask("GET", "/signin?next=/about"), 200, "Đăng nhập")
	doc := h.page(h.ask("POST", "/signin", "name", `"><script>alert(1)</script>`, "password", "x"), 422, "Tên đăng nhập hoặc mật khẩu không đúng")
	if doc.Find("main script").Length() != 0 || doc.Find("#password").AttrOr("value", "") != "" {
		t.Error("the form repeats what it must not")
	}
	w := h.ask("POST", "/signin", "name", "an", "password", password, "next", "//evil.example/")
	h.led(w, "/")
	c := h.jar["chiso"]
	if c == nil || !c.HttpOnly || c.Secure || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 0 || !c.Expires.IsZero() || c.Path != "/" || len(c.Value) < 40 {
		t.Fatalf("%+v", c)
	}
	account := h.ask("GET", "/account")
	if account.Header().Get("Cache-Control") != "no-store" {
		t.Error(account.Header())
	}
	doc = h.page(account, 200, "Nguyễn Văn An")
	if text(doc.Find(`nav a[href="/account"]`)) != "Nguyễn Văn An" || doc.Find(`nav a[href="/people"], nav a[href="/upload"]`).Length() != 0 {
		t.Error(text(doc.Find("nav")))
	}
	// Signing in again gives a new token and ends the old session.
	old := *c
	h.signIn("an")
	if h.jar["chiso"].Value == old.Value {
		t.Error("the token stays")
	}
	now := h.jar["chiso"]
	h.jar["chiso"] = &old
	h.led(h.ask("GET", "/account"), "/signin?next=%2Faccount")
	h.jar["chiso"] = now
	// Leaving.
	h.led(h.ask("POST", "/signout"), "/signin")
	if h.jar["chiso"] != nil {
		t.Error("the cookie stays")
	}
	h.jar["chiso"] = now
	h.led(h.ask("GET", "/account"), "/signin?next=%2Faccount")
}

func TestSignInPages_secure(t *testing.T) {
	h := newHouse(t, func(c *web.Config) { c.URL = "https://localhost:8080" })
	h.person("an", "An")
	h.signIn("an")
	if c := h.jar["__Host-chiso"]; c == nil || !c.Secure || c.Path != "/" || c.Domain != "" {
		t.Errorf("%+v", h.jar)
	}
	h.page(h.ask("GET", "/account"), 200, "An")
}

func TestSignInPages_otherSite(t *testing.T) {
	h := newHouse(t)
	h.person("an", "An")
	h.signIn("an")
	for _, path := range []string{"/signin", "/signout", "/account/password", "/people", "/account/second-factor/off"} {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader("name=x"))
		r.Host = "localhost:8080"
		r.Header.Set("Origin", "https://evil.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.AddCookie(h.jar["chiso"])
		if w := do(h.server, r); w.Code != 403 {
			t.Errorf("%s from another site: %d", path, w.Code)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/signin", strings.NewReader("name="+strings.Repeat("x", 100<<10)))
	r.Host = "localhost:8080"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if w := do(h.server, r); w.Code >= 500 || w.Code < 400 {
		t.Errorf("a form of 100 KB: %d", w.Code)
	}
}

func TestSecondFactorPages(t *testing.T) {
	h := newHouse(t)
	h.person("an", "An")
	h.signIn("an")
	doc := h.page(h.ask("GET", "/account/second-factor"), 200, "quét hình này")
	secret := strings.ReplaceAll(text(doc.Find("main code").First()), " ", "")
	if !strings.HasPrefix(doc.Find("img").AttrOr("src", ""), "data:image/png;base64,") {
		t.Error("no picture")
	}
	doc = h.page(h.ask("POST", "/account/second-factor", "code", "000000", "old", password), 422, "Mã không đúng")
	if strings.ReplaceAll(text(doc.Find("main code").First()), " ", "") != secret {
		t.Error("the secret of the telephone is another one now")
	}
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	h.page(h.ask("POST", "/account/second-factor", "code", code, "old", "sai sai sai sai"), 422, "Mật khẩu hiện tại không đúng")
	// The secret is the one that was shown: a form cannot bring another.
	other, err := totp.Generate(totp.GenerateOpts{Issuer: "x", AccountName: "x"})
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := totp.GenerateCode(other.Secret(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	h.page(h.ask("POST", "/account/second-factor", "secret", other.Secret(), "code", foreign, "old", password), 422, "Mã không đúng")
	elsewhere := maps.Clone(h.jar)
	delete(h.jar, "chiso")
	h.signIn("an")
	h.jar, elsewhere = elsewhere, h.jar
	doc = h.page(h.ask("POST", "/account/second-factor", "code", code, "old", password), 200, "mã dự phòng")
	h.jar, elsewhere = elsewhere, h.jar
	h.led(h.ask("GET", "/account"), "/signin?next=%2Faccount") // other sessions ended
	h.jar = elsewhere
	recovery := text(doc.Find(".codes code").First())
	if doc.Find(".codes code").Length() != 10 {
		t.Error(text(doc.Find(".codes")))
	}
	h.led(h.ask("POST", "/signout"), "/signin")
	h.led(h.ask("GET", "/signin/code"), "/signin")
	h.led(h.ask("POST", "/signin", "name", "an", "password", password, "next", "/account"), "/signin/code")
	h.led(h.ask("GET", "/account"), "/signin?next=%2Faccount") // the password alone opens nothing
	h.page(h.ask("POST", "/signin/code", "code", "123"), 422, "Mã không đúng")
	h.led(h.ask("POST", "/signin/code", "code", recovery), "/account")
	h.page(h.ask("GET", "/account"), 200, "Còn 9 mã dự phòng")
}

// Whose role must have a second factor opens nothing but the own account before it is there; others are not asked.
func TestSecondFactor_required(t *testing.T) {
	h := houseOf(t, app.Config{SecondFactor: []access.Role{access.Office, access.SystemAdmin}})
	h.person("van.phong", "Văn Phòng", access.Office)
	h.person("an", "An", access.Reporter)
	h.signIn("van.phong")
	for _, path := range []string{"/", "/rounds", "/releases", "/ranking/CPS08", "/upload"} {
		h.led(h.ask("GET", path), "/account/second-factor")
	}
	h.led(h.ask("POST", "/releases", "period", "2026-Q3"), "/account/second-factor")
	h.page(h.ask("GET", "/account"), 200, "Văn Phòng")
	doc := h.page(h.ask("GET", "/account/second-factor"), 200, "bắt buộc có xác thực hai lớp")
	code, err := totp.GenerateCode(strings.ReplaceAll(text(doc.Find("main code").First()), " ", ""), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	h.page(h.ask("POST", "/account/second-factor", "code", code, "old", password), 200, "mã dự phòng")
	if w := h.ask("GET", "/releases"); w.Code == 303 {
		t.Errorf("still closed: %d", w.Code)
	}
	h.led(h.ask("POST", "/signout"), "/signin")
	h.led(h.ask("POST", "/signin", "name", "an", "password", password), "/desk")
}

// A unit's administrator makes an account, whose owner sets a password by the link.
func TestPeoplePages(t *testing.T) {
	h := newHouse(t)
	h.person("quan.tri", "Quản Trị", access.SystemAdmin)
	h.signIn("quan.tri")
	evil := `<img src=x onerror=alert(1)>"'`
	doc := h.page(h.ask("POST", "/people", "name", "Tên Sai", "full_name", evil, "agency", "VN"), 422, "Tên đăng nhập gồm")
	if doc.Find("main img").Length() != 0 || doc.Find("#full-name").AttrOr("value", "") != evil {
		t.Error("the name is not shown as text")
	}
	doc = h.page(h.ask("POST", "/people", "name", "moi", "full_name", evil, "post", evil, "phone", evil, "agency", "VN"), 200, "Đường dẫn dùng được một lần")
	link := text(doc.Find("code.break"))
	if !strings.HasPrefix(link, "http://localhost:8080/link/") || doc.Find("main img").Length() != 0 {
		t.Fatal(link)
	}
	h.page(h.ask("POST", "/people", "name", "moi", "full_name", "x", "agency", "VN"), 409, "đã có người dùng")
	for _, path := range []string{"/people", "/people/2", "/audit", "/people?q=" + url.QueryEscape(evil)} {
		if doc := h.page(h.ask("GET", path), 200, ""); doc.Find("main img, main script, [onerror]").Length() != 0 {
			t.Errorf("%s lets a name through as HTML", path)
		}
	}
	h.page(h.ask("GET", "/people/2"), 200, "chưa đặt mật khẩu")
	h.led(h.ask("POST", "/people/2/grants", "role", "office", "agency", "VN"), "/people/2?done=grant")
	h.page(h.ask("POST", "/people/2/grants", "role", "office", "agency", "VN"), 409, "đã có vai trò này")
	h.page(h.ask("POST", "/people/2/grants", "role", "office", "agency", "VN", "from", "31/12"), 422, "không đọc được")
	h.page(h.ask("GET", "/people/2?done=grant"), 200, "Đã giao vai trò")
	h.page(h.ask("GET", "/people/77"), 404, "Không có tài khoản này")
	h.led(h.ask("POST", "/people/2/state", "disabled", "1"), "/people/2?done=state")
	path := strings.TrimPrefix(link, "http://localhost:8080")
	h.page(h.ask("GET", path), 404, "đã dùng rồi hoặc đã hết hạn") // locking ends the links
	h.led(h.ask("POST", "/people/2/state", "disabled", "0"), "/people/2?done=state")
	doc = h.page(h.ask("POST", "/people/2/link"), 200, "Đường dẫn dùng được một lần")
	path = strings.TrimPrefix(text(doc.Find("code.break")), "http://localhost:8080")
	h.page(h.ask("GET", path), 200, "Tài khoản moi")
	h.page(h.ask("POST", path, "password", password, "again", "khác"), 422, "không giống nhau")
	h.page(h.ask("POST", path, "password", "123456789012", "again", "123456789012"), 422, "quá dễ đoán")
	h.led(h.ask("POST", path, "password", password, "again", password), "/signin")
	h.signIn("moi")
	doc = h.page(h.ask("GET", "/account"), 200, "Cơ quan thường trực")
	if doc.Find(`nav a[href="/upload"]`).Length() != 1 || doc.Find(`nav a[href="/people"]`).Length() != 0 || doc.Find("main img").Length() != 0 {
		t.Error(text(doc.Find("nav")))
	}
	h.page(h.ask("GET", "/people"), 403, "Cần vai trò: Quản trị đơn vị hoặc Quản trị hệ thống")
	// Other sessions are listed and ended.
	first := h.jar["chiso"]
	delete(h.jar, "chiso")
	h.signIn("moi")
	doc = h.page(h.ask("GET", "/account"), 200, "phiên này")
	if doc.Find("#sessions ~ .table-responsive tbody tr").Length() != 2 {
		t.Error(text(doc.Find("main")))
	}
	h.led(h.ask("POST", "/account/sessions", "id", doc.Find("input[name=id]").AttrOr("value", "")), "/account?done=session")
	second := h.jar["chiso"]
	h.jar["chiso"] = first
	h.led(h.ask("GET", "/account"), "/signin?next=%2Faccount")
	h.jar["chiso"] = second
	h.page(h.ask("POST", "/account/password", "old", "sai", "password", "gió mùa về qua phố", "again", "gió mùa về qua phố"), 422, "Mật khẩu hiện tại không đúng")
	h.led(h.ask("POST", "/account/password", "old", password, "password", "gió mùa về qua phố", "again", "gió mùa về qua phố"), "/account?done=password")
	h.page(h.ask("GET", "/account?done=password"), 200, "Đã đổi mật khẩu")
	doc = h.page(h.ask("GET", "/audit?action=grant"), 200, "Giao vai trò")
	if doc.Find("tbody tr").Length() != 2 {
		t.Error(text(doc.Find("tbody")))
	}
	h.page(h.ask("GET", "/audit?from=x"), 422, "không đọc được")
	if problems, err := h.app.Verify(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("%q %v", problems, err)
	}
}

// Over https the browser is told to stay there and to itself; what it kept is cleared with the session.
func TestHeaders_secure(t *testing.T) {
	h := newHouse(t, func(c *web.Config) { c.URL = "https://localhost:8080" })
	h.person("an", "An")
	h.signIn("an")
	got := h.ask("GET", "/account").Header()
	for name, want := range map[string]string{"Strict-Transport-Security": "max-age=31536000", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
		if got.Get(name) != want {
			t.Errorf("%s: %q", name, got.Get(name))
		}
		if plain := newHouse(t).ask("GET", "/signin").Header().Get(name); plain != "" {
			t.Errorf("%s without https: %q", name, plain)
		}
	}
	if v := h.ask("POST", "/signout").Header().Get("Clear-Site-Data"); v != `"cache"` {
		t.Errorf("after signing out: %q", v)
	}
}
