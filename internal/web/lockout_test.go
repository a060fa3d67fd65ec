package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/app/account"
	"chiso/internal/web"
)

// from signs in as the browser of the house does, through a proxy that says from where.
func (h *house) from(address, name, typed string) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/signin", strings.NewReader(url.Values{"name": {name}, "password": {typed}}.Encode()))
	r.Host, r.RemoteAddr = "localhost:8080", "10.0.0.1:4000"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("X-Forwarded-For", address)
	for _, c := range h.jar {
		r.AddCookie(c)
	}
	w := do(h.server, r)
	for _, c := range w.Result().Cookies() {
		h.jar[c.Name] = c
	}
	return w
}

// Behind a proxy that the settings do not name, everybody has one address. Thirty and more wrong passwords under invented names keep
// nobody out, and those under somebody's own name not the browser that the owner used before.
func TestLockout_behindProxy(t *testing.T) {
	for _, named := range []bool{false, true} {
		t.Run("named="+strconv.FormatBool(named), func(t *testing.T) {
			h := newHouse(t, func(c *web.Config) {
				c.URL = "https://localhost:8080"
				if named {
					c.Proxies = []string{"10.0.0.0/8"}
				}
			})
			h.person("rep-hn", "An")
			h.person("quan.tri", "Quản Trị", access.SystemAdmin)
			h.led(h.from("203.0.113.7", "rep-hn", password), "/")
			known := h.jar["__Host-chiso-known"]
			if known == nil || !known.HttpOnly || !known.Secure || known.MaxAge < 300*24*3600 || known.Path != "/" {
				t.Fatalf("%+v", h.jar)
			}
			h.jar = map[string]*http.Cookie{}
			for i := range 31 {
				if w := h.from("198.51.100."+strconv.Itoa(i), "ten-bia-"+strconv.Itoa(i), "sai sai sai sai"); w.Code != 422 {
					t.Fatalf("%d: %d", i, w.Code)
				}
			}
			h.led(h.from("203.0.113.8", "rep-hn", password), "/")
			h.jar = map[string]*http.Cookie{}
			for range 5 {
				h.page(h.from("198.51.100.1", "rep-hn", "sai sai sai sai"), 422, "không đúng")
			}
			h.page(h.from("198.51.100.1", "rep-hn", password), 429, "mở khóa đăng nhập")
			h.jar["__Host-chiso-known"] = known
			h.led(h.from("198.51.100.1", "rep-hn", password), "/")

			h.jar = map[string]*http.Cookie{}
			h.led(h.from("203.0.113.9", "quan.tri", password), "/")
			h.page(h.ask("GET", "/people"), 200, "tạm dừng đăng nhập")
			doc := h.page(h.ask("GET", "/people/1"), 200, "Đang tạm dừng đăng nhập")
			if doc.Find(`form[action="/people/1/lock"]`).Length() != 1 {
				t.Error("no way to lift the lock")
			}
			h.led(h.ask("POST", "/people/1/lock"), "/people/1?done=lock")
			h.jar = map[string]*http.Cookie{}
			h.led(h.from("198.51.100.1", "rep-hn", password), "/")
		})
	}
}

// A one-time link makes the browser known in which the password is set, and ends a sign-in that waits for its code.
func TestLink_knowsTheBrowser(t *testing.T) {
	h := newHouse(t)
	id := h.person("an", "An")
	secret, err := h.app.NewLink(access.With(t.Context(), access.Machine("cli")), id)
	if err != nil {
		t.Fatal(err)
	}
	waits := account.Session{TokenHash: account.HashToken("cho-ma"), Pending: id, Data: []byte{}, Expires: time.Now().Add(time.Hour)}
	if err := h.app.SaveSession(t.Context(), waits); err != nil {
		t.Fatal(err)
	}
	h.led(h.ask("POST", "/link/"+secret, "password", password, "again", password), "/signin")
	if _, ok, err := h.app.FindSession(t.Context(), waits.TokenHash); ok || err != nil {
		t.Errorf("a sign-in that waits for its code goes on after a new password: %v", err)
	}
	mine := h.jar
	h.jar = map[string]*http.Cookie{}
	for range 5 {
		h.from("192.0.2.1", "an", "sai")
	}
	h.page(h.from("192.0.2.1", "an", password), 429, "Đã thử sai quá nhiều lần")
	h.jar = mine
	h.led(h.from("192.0.2.1", "an", password), "/")
	if h.jar["chiso-known"] == nil || time.Duration(h.jar["chiso-known"].MaxAge)*time.Second != 400*24*time.Hour {
		t.Errorf("%+v", h.jar["chiso-known"])
	}
}

// Whoever hands over learns nothing of the names that others have (R32).
func TestHandOver_sameAnswer(t *testing.T) {
	h := anOffice(t)
	list := visit(t, h, "quan-tri", "/people", nil).Body.String()
	person := regexp.MustCompile(`/people/\d+`).FindString(list)
	if person == "" {
		t.Fatal(list)
	}
	said := map[string]string{}
	for _, name := range []string{"hanoi", "khong-co"} {
		w := visit(t, h, "quan-tri", person+"/hand-over", url.Values{"to": {name}, "reason": {"x"}})
		said[name] = strconv.Itoa(w.Code) + strings.ReplaceAll(sentences(w.Body.String()), name, "…")
	}
	if said["hanoi"] != said["khong-co"] || !strings.Contains(said["hanoi"], "không có tài khoản") {
		t.Errorf("%q", said)
	}
}
