package web_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"chiso/internal/fault"
	"chiso/internal/testing/browser"
	"chiso/internal/web"
	"chiso/static"
)

func TestMain(m *testing.M) { browser.Main(m) }

// inBrowser leaves a test that needs a browser out of a short run, and fails it when the browser's code was not built.
func inBrowser(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("browser")
	}
	if _, err := static.Manifest(); err != nil {
		t.Fatal(err)
	}
}

// clock is a hand-turned clock.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// assets gives the built files, or names without content where none are built: only browser tests need them.
func assets(t testing.TB) web.Assets {
	t.Helper()
	if _, err := static.Manifest(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		return web.Assets{Path: func(name string) (string, error) { return "/static/" + name, nil }, Handler: http.NotFoundHandler()}
	}
	return web.Assets{Path: static.Asset, Handler: static.Handler()}
}

func newServer(t testing.TB, f *fakeApp, change ...func(*web.Config)) *web.Server {
	t.Helper()
	cfg := web.Config{App: f, Assets: assets(t), Clock: time.Now, Log: slog.New(slog.DiscardHandler), MaxUpload: 1 << 20, Version: "test"}
	for _, c := range change {
		c(&cfg)
	}
	s, err := web.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func request(method, path string, header ...string) *http.Request {
	r := httptest.NewRequest(method, path, nil)
	r.Host = "localhost:8080"
	r.Header.Set("Cookie", "chiso=staff")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func do(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func get(t *testing.T, h http.Handler, path string, status int) (*goquery.Document, *httptest.ResponseRecorder) {
	t.Helper()
	w := do(h, request("GET", path))
	if w.Code != status {
		t.Fatalf("GET %s: status %d, want %d\n%s", path, w.Code, status, w.Body)
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return doc, w
}

func text(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// pages are all the pages that can be opened.
var pages = map[string]string{
	"overview": "/", "ranking-score": "/ranking/Q766_0", "ranking-ratio": "/ranking/CPS08?period=2026-10-10",
	"ranking-illustrative": "/ranking/CPS08?source=illustrative", "ranking-empty": "/ranking/EMPTY", "agency": "/agency/P34-82", "evidence": "/evidence/2000",
	"ranking-answers": "/ranking/YESNO", "ranking-silent": "/ranking/SILENT?source=reported", "ranking-as-of": "/ranking/Q766?as_of=2026-10-11T09:00", "upload-unchanged": "/upload/4",
	"upload-form": "/upload", "upload-waiting": "/upload/1", "upload-errors": "/upload/2", "upload-accepted": "/upload/3", "about": "/about", "template": "/template?agency=P34-82&pillar=kinh_te_so", "not-found": "/ranking/NOPE",
}

func TestPagesKeepThePolicy(t *testing.T) {
	s := newServer(t, newFake(t))
	for name, path := range pages {
		t.Run(name, func(t *testing.T) {
			w := do(s, request("GET", path))
			if want := map[bool]int{true: 404, false: 200}[name == "not-found"]; w.Code != want {
				t.Fatalf("status %d, want %d", w.Code, want)
			}
			doc, err := goquery.NewDocumentFromReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			if n := doc.Find("[style], style, [onclick], [onload], [onsubmit], [onchange]").Length(); n > 0 {
				t.Errorf("%d elements with inline style or script", n)
			}
			doc.Find("script").Each(func(_ int, e *goquery.Selection) {
				if _, ok := e.Attr("src"); !ok && e.AttrOr("type", "") != "application/json" {
					t.Errorf("inline script: %s", e.Text())
				}
			})
			doc.Find("[src], link[href]").Each(func(_ int, e *goquery.Selection) {
				if u := e.AttrOr("src", e.AttrOr("href", "")); !strings.HasPrefix(u, "/static/") && u != "/own.css" {
					t.Errorf("loads %s", u)
				}
			})
			if doc.Find("h1").Length() != 1 || doc.Find("main").Length() != 1 || doc.Find("html[lang=vi]").Length() != 1 {
				t.Error("want one h1, one main, lang=vi")
			}
			doc.Find("table").Each(func(_ int, e *goquery.Selection) {
				if e.Find("caption").Length() != 1 || e.Find("thead th:not([scope])").Length() > 0 {
					t.Errorf("table without caption or scope: %.60s", text(e))
				}
			})
			want := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
			if got := w.Header().Get("Content-Security-Policy"); got != want {
				t.Errorf("policy %q", got)
			}
			if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Referrer-Policy") != "same-origin" {
				t.Error("headers missing")
			}
			if doc.Find(`nav a[href="/account"]`).Length() != 1 {
				t.Error("no way to the own account")
			}
		})
	}
}

func TestRankingPage(t *testing.T) {
	doc, _ := get(t, newServer(t, newFake(t)), "/ranking/Q766_0?period=2026-09-26", 200)
	body := text(doc.Find("main"))
	for _, want := range []string{"Đồng Tháp dẫn đầu với 68,53 điểm", "So với ngày 17/09/2026:", "Ngày 26/09/2026 · Khối địa phương", "Nguồn: Cổng Dịch vụ công quốc gia",
		"26/09/2026 09:05", "2 chữ số thập phân", "1, 2, 2, 4"} {
		if !strings.Contains(body, want) {
			t.Errorf("page does not say %q", want)
		}
	}
	rows := doc.Find("#ranking tbody tr")
	if rows.Length() != 34 {
		t.Fatalf("%d rows", rows.Length())
	}
	first := rows.First()
	if got := first.Find("th a").AttrOr("href", ""); got != "/agency/P34-82" {
		t.Errorf("agency link %q", got)
	}
	if got := first.Find("td.num a").AttrOr("href", ""); got != "/evidence/1000" {
		t.Errorf("evidence link %q", got)
	}
	if first.Find("svg.plot-dots circle.mark").Length() != 1 || doc.Find("th .level-median").Length() == 0 {
		t.Error("34 values between 52 and 69 are no dots with their median")
	}
	// The portal prints 30 and 31 for two provinces with 57,51; here they share 30 and the next is 32.
	tied := rows.FilterFunction(func(_ int, e *goquery.Selection) bool { return text(e.Find("td.num").First()) == "57,51" })
	if tied.Length() != 2 || text(tied.Find(".rank").First()) != "30" || text(tied.Find(".rank").Last()) != "30" || text(tied.Find(".rank-published")) != "31" {
		t.Errorf("tied rows: %s", text(tied))
	}
	if text(rows.Eq(31).Find(".rank")) != "32" {
		t.Errorf("after the tie: %s", text(rows.Eq(31)))
	}
	if doc.Find(`form[method=get] select[name=period] option[selected]`).AttrOr("value", "") != "2026-09-26" {
		t.Error("period is not selected")
	}
	if got := doc.Find(`a[href^="/report.xlsx"]`).AttrOr("href", ""); got != "/report.xlsx?code=Q766_0&block=provinces&period=2026-09-26&source=dvcqg" {
		t.Errorf("report link %q", got)
	}
}

func TestRankingPageOfRatios(t *testing.T) {
	doc, _ := get(t, newServer(t, newFake(t)), "/ranking/CPS08", 200)
	body := text(doc.Find("main"))
	for _, want := range []string{"Chung khối địa phương, 33/34", "tổng tử số chia tổng mẫu số", "Mục tiêu năm 2026", "358.660/405.424", "sơ bộ", "Mẫu số bằng 0",
		"Chưa có kỳ trước của cùng nguồn.", "1/34 đơn vị không được xếp hạng (mẫu số bằng 0: 1)"} {
		if !strings.Contains(body, want) {
			t.Errorf("page does not say %q", want)
		}
	}
	if doc.Find(".move").Length() > 0 || doc.Find(".illustrative").Length() > 0 {
		t.Error("movement without a previous period, or a wrong label")
	}
	doc, _ = get(t, newServer(t, newFake(t)), "/ranking/CPS08?source=illustrative", 200)
	if doc.Find("main > .illustrative").Length() != 1 || doc.Find("caption .mark-illustrative").Length() != 1 {
		t.Error("illustrative figures are not labelled on page and table")
	}
}

func TestOverview(t *testing.T) {
	doc, _ := get(t, newServer(t, newFake(t)), "/", 200)
	body := text(doc.Find("main"))
	for _, want := range []string{"Đồng Tháp", "Chính phủ số", "bộ số liệu minh họa", "Chưa đạt", "Diem 766 ngày 26-9-2026.xlsx", "Xem cả bảng, 34 đơn vị"} {
		if !strings.Contains(body, want) {
			t.Errorf("page does not say %q", want)
		}
	}
	if strings.Contains(body, "can-bo@example.vn") {
		t.Error("a page that everybody shares names an account")
	}
	if n := doc.Find("#don-vi").Parent().Find("li").Length(); n != 34 {
		t.Errorf("%d agencies", n)
	}
}

func TestAgencyAndEvidence(t *testing.T) {
	s := newServer(t, newFake(t))
	doc, _ := get(t, s, "/agency/P34-82", 200)
	if doc.Find("svg.sparkline").Length() != 2 || !strings.Contains(text(doc.Find("main")), "Tiếp nhận từ") || doc.Find(`a[href="/evidence/3004"]`).Length() == 0 {
		t.Errorf("agency page: %s", text(doc.Find("main")))
	}
	if doc.Find("main > .illustrative").Length() != 1 {
		t.Error("illustrative series are not labelled")
	}
	doc, w := get(t, s, "/evidence/2000", 200)
	body := text(doc.Find("main"))
	for _, want := range []string{"88,47 %", "358.660/405.424", "Biểu 1!E7", "3f79bb7b435b", "can-bo@example.vn", "17", "< 10 %"} {
		if !strings.Contains(body, want) {
			t.Errorf("evidence page does not say %q: %s", want, body)
		}
	}
	if w.Header().Get("Cache-Control") != "no-store" {
		t.Error("evidence may be kept")
	}
}

func TestInjection(t *testing.T) {
	f := newFake(t)
	f.rename = `<script>alert(1)</script>"'><img src=x onerror=alert(1)> =1+1 </script>`
	s := newServer(t, f)
	for _, path := range []string{"/ranking/CPS08", "/agency/P34-82", "/evidence/2000", "/upload/1", "/ranking/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/upload?period=%22%3E%3Cscript%3E"} {
		w := do(s, request("GET", path))
		doc, err := goquery.NewDocumentFromReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if doc.Find("img, main script:not([type])").Length() > 0 || doc.Find("[onerror]").Length() > 0 {
			t.Errorf("%s: injected markup", path)
		}
		doc.Find("script:not([src])").Each(func(_ int, e *goquery.Selection) {
			if !json.Valid([]byte(e.Text())) {
				t.Errorf("%s: the data block was broken out of", path)
			}
		})
	}
}

func TestCSV(t *testing.T) {
	f := newFake(t)
	f.rename = `=cmd|' /C calc'!A0`
	w := do(newServer(t, f), request("GET", "/ranking/CPS08.csv?source=illustrative"))
	body := w.Body.String()
	if !strings.HasPrefix(body, "\ufeffHạng;Mã đơn vị;Đơn vị;") || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("%.80q %s", body, w.Header().Get("Content-Type"))
	}
	if !strings.Contains(body, ";88,47;%;358660;405424;") { // what a Vietnamese Excel takes for numbers in columns of their own
		t.Error("numbers are not written the Vietnamese way")
	}
	if !strings.Contains(body, `'=cmd|' /C calc'!A0`) {
		t.Error("a name is a formula")
	}
	if got := strings.Count(body, "\r\n"); got != 35 {
		t.Errorf("%d lines", got)
	}
	if got := strings.Count(body, "Số liệu minh họa"); got != 34 {
		t.Errorf("%d lines are labelled illustrative", got)
	}
	if !strings.Contains(w.Header().Get("Content-Disposition"), `filename="CPS08-2026-10-10-provinces-illustrative.csv"`) {
		t.Error(w.Header().Get("Content-Disposition"))
	}
}

func TestErrorPages(t *testing.T) {
	f := newFake(t)
	var log bytes.Buffer
	s := newServer(t, f, func(c *web.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	for _, tt := range []struct {
		err    error
		path   string
		status int
		says   string
	}{
		{nil, "/nothing", 404, "Không có trang này"},
		{nil, "/upload/x", 404, "Không có trang này"},
		{nil, "/ranking/NOPE", 404, "NOPE"},
		{nil, "/ranking/Q766_0?as_of=hôm qua", 422, "Không hiểu thời điểm"},
		{nil, "/ranking/Q766_0?period=" + strings.Repeat("9", 100), 422, "quá dài"},
		{nil, "/report.xlsx?period=x", 422, "Không hiểu kỳ"},
		{fault.New(fault.Invalid, "Kỳ sai."), "/ranking/Q766_0", 422, "Kỳ sai."},
		{fault.New(fault.Unready, "Chưa nạp dữ liệu."), "/", 503, "Chưa nạp dữ liệu."},
		{fault.New(fault.Away, "Máy chủ dữ liệu không trả lời."), "/", 503, "Máy chủ dữ liệu không trả lời."},
		{fault.Wrap(io.ErrUnexpectedEOF, fault.Internal, "secret table"), "/ranking/Q766_0", 500, "Có lỗi trong hệ thống"},
		{io.ErrClosedPipe, "/", 500, "Có lỗi trong hệ thống"},
	} {
		f.err = tt.err
		r := request("GET", "/")
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(tt.path, "?")
		w := do(s, r)
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(w.Body.String()))
		if err != nil {
			t.Fatal(err)
		}
		if w.Code != tt.status || !strings.Contains(text(doc.Find("main")), tt.says) || doc.Find(`main a[href="/"]`).Length() == 0 {
			t.Errorf("%s: %d %s", tt.path, w.Code, text(doc.Find("main")))
		}
		if strings.Contains(w.Body.String(), "secret") || strings.Contains(w.Body.String(), "EOF") || strings.Contains(w.Body.String(), "pipe") {
			t.Errorf("%s shows an internal text", tt.path)
		}
		if w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: error page may be kept", tt.path)
		}
	}
	if !strings.Contains(log.String(), "secret table") || !strings.Contains(log.String(), "closed pipe") {
		t.Error("the log lacks the cause")
	}
	f.err = nil
	f.rankingIn = func() { panic("boom") }
	if w := do(s, request("GET", "/ranking/Q766_0")); w.Code != 500 || strings.Contains(w.Body.String(), "boom") {
		t.Errorf("panic: %d %s", w.Code, w.Body)
	}
}

func TestHosts(t *testing.T) {
	s := newServer(t, newFake(t), func(c *web.Config) { c.Hosts = []string{"Chiso.example.vn"} })
	for host, status := range map[string]int{"localhost": 200, "localhost:8080": 200, "127.0.0.1:9": 200, "[::1]:8080": 200, "[::1]": 200, "LOCALHOST:1": 200,
		"chiso.example.vn": 200, "evil.example": 403, "evil.example:8080": 403, "": 403, "localhost.evil.example": 403} {
		r := request("GET", "/about")
		r.Host = host
		if w := do(s, r); w.Code != status {
			t.Errorf("Host %q: %d", host, w.Code)
		}
	}
	r := request("GET", "/healthz")
	r.Host = "10.0.0.7:8080"
	if w := do(s, r); w.Code != 200 {
		t.Errorf("healthz: %d", w.Code)
	}
}

func TestListenAddr(t *testing.T) {
	for _, tt := range []struct {
		addr, url string
		container bool
		ok        bool
	}{
		{"localhost:0", "", false, true}, {"127.0.0.1:80", "", false, true}, {"[::1]:80", "", false, true}, {"x", "", false, false},
		{":8080", "", false, false}, {"0.0.0.0:80", "", false, false}, {"192.168.1.2:80", "", false, false}, {":8080", "", true, true},
		{":8080", "https://chiso.example.vn", false, true}, {":8080", "http://chiso.example.vn", false, false}, {":8080", "http://chiso.example.vn", true, false},
		{"localhost:80", "http://localhost:80", false, true}, {":8080", "ftp://x", false, false}, {":8080", "https://chiso.example.vn/sub", false, false},
	} {
		_, err := web.New(web.Config{App: newFake(t), Assets: assets(t), Clock: time.Now, Log: slog.New(slog.DiscardHandler), ListenAddr: tt.addr, URL: tt.url, Container: tt.container})
		if (err == nil) != tt.ok {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}

func TestReadiness(t *testing.T) {
	f := newFake(t)
	s := newServer(t, f)
	if w := do(s, request("GET", "/readyz")); w.Code != 200 {
		t.Error(w.Code)
	}
	f.readyErr = fault.Wrap(io.EOF, fault.Unready, "Cơ sở dữ liệu chưa sẵn sàng.")
	if w := do(s, request("GET", "/readyz")); w.Code != 503 || strings.Contains(w.Body.String(), "EOF") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := do(s, request("GET", "/healthz")); w.Code != 200 {
		t.Error(w.Code)
	}
	if w := do(s, request("GET", "/favicon.ico")); w.Code != 302 || !strings.HasPrefix(w.Header().Get("Location"), "/static/favicon") {
		t.Error(w.Code, w.Header())
	}
}

// form posts a file as a browser does.
func form(t *testing.T, name string, data []byte, fields ...string) *http.Request {
	t.Helper()
	return formWith(t, "file", name, data, fields...)
}

// formWith posts a file in a field of a form.
func formWith(t *testing.T, field, name string, data []byte, fields ...string) *http.Request {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if name != "" {
		part, err := w.CreateFormFile(field, name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/upload", &b)
	r.Host = "localhost:8080"
	r.Header.Set("Cookie", "chiso=staff")
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

func TestUpload(t *testing.T) {
	f := newFake(t)
	s := newServer(t, f)
	w := do(s, form(t, `C:\Users\a\Số liệu.xlsx`, []byte("PK"), "period", "2026-Q3", "indicator", "CPS08", "source", "appraised"))
	if w.Code != 303 || w.Header().Get("Location") != "/upload/1" {
		t.Fatalf("%d %s %s", w.Code, w.Header().Get("Location"), w.Body)
	}
	if got := f.saved; got.Period != "2026-Q3" || got.Indicator != "CPS08" || got.Source != "appraised" || got.Account != "van.phong" || len(got.Files) != 1 ||
		got.Files[0].Name != "Số liệu.xlsx" || string(got.Files[0].Data) != "PK" {
		t.Errorf("saved %+v", got)
	}
	for name, tt := range map[string]struct {
		req    *http.Request
		err    error
		status int
		says   string
	}{
		"no file":    {form(t, "", nil, "period", "2026-Q3"), nil, 422, "Chưa chọn tệp"},
		"empty":      {form(t, "a.xlsx", nil, "period", "2026-Q3"), nil, 422, "Tệp rỗng"},
		"too large":  {form(t, "a.xlsx", make([]byte, 1<<20+1), "period", "2026-Q3"), nil, 413, "lớn hơn 1 MB"},
		"far larger": {form(t, "a.xlsx", make([]byte, 3<<20), "period", "2026-Q3"), nil, 413, "lớn hơn 1 MB"},
		"unreadable": {form(t, "a.pdf", []byte("%PDF"), "period", "2026-Q3"), fault.New(fault.Unreadable, "Tệp PDF không đọc được."), 422, "Tệp PDF không đọc được."},
		"bad source": {form(t, "a.xlsx", []byte("PK"), "period", "2026-Q3", "source", "x"), nil, 422, "Không có nguồn"},
	} {
		t.Run(name, func(t *testing.T) {
			f.saveErr = tt.err
			w := do(s, tt.req)
			doc, err := goquery.NewDocumentFromReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			if w.Code != tt.status || !strings.Contains(text(doc.Find("[role=alert]")), strings.ReplaceAll(tt.says, " ", " ")) {
				t.Errorf("%d %s", w.Code, text(doc.Find("main")))
			}
			if !strings.Contains(name, "larg") && doc.Find("input[name=period]").AttrOr("value", "") != "2026-Q3" {
				t.Error("what was typed is lost")
			}
		})
	}
	cross := form(t, "a.xlsx", []byte("PK"))
	cross.Header.Set("Sec-Fetch-Site", "cross-site")
	if w := do(s, cross); w.Code != 403 {
		t.Errorf("cross-site write: %d", w.Code)
	}
}

func TestConfirm(t *testing.T) {
	f := newFake(t)
	s := newServer(t, f)
	doc, w := get(t, s, "/upload/1", 200)
	if w.Header().Get("Cache-Control") != "no-store" || doc.Find(`form[action="/upload/1/confirm"] button`).Length() != 1 || doc.Find("tbody tr").Length() != 200 {
		t.Errorf("waiting upload: %s", text(doc.Find("main")))
	}
	if !strings.Contains(text(doc.Find("main")), "77,11 %") || !strings.Contains(text(doc.Find("caption")), "còn 60 dòng") {
		t.Error("before and after, or the rest, are not told")
	}
	doc, _ = get(t, s, "/upload/2", 200)
	if doc.Find("main form").Length() != 0 || text(doc.Find(".finding-error code").First()) != "Biểu 1!D12" || !strings.Contains(text(doc.Find("[role=alert]")), "3 lỗi") {
		t.Errorf("faulty upload: %s", text(doc.Find("main")))
	}
	if changes := doc.Find(".finding-error li"); changes.Length() != 2 || changes.Find("strong:contains('Đề xuất')").Length() != 1 || !strings.Contains(text(changes.First()), "Biểu 1!F5 từ 40 thành 30") {
		t.Errorf("the change that is proposed: %s", text(changes))
	}
	if w := do(s, request("POST", "/upload/1/confirm")); w.Code != 303 || w.Header().Get("Location") != "/upload/1" {
		t.Errorf("confirm: %d", w.Code)
	}
	doc, _ = get(t, s, "/upload/1", 200)
	if !strings.Contains(text(doc.Find("[role=status]")), "Đã nhận ở phiên bản dữ liệu 18") || doc.Find(`main ul a[href^="/ranking/CPS08"]`).Length() != 1 || doc.Find("main form").Length() != 0 {
		t.Errorf("accepted upload: %s", text(doc.Find("main")))
	}
	if w := do(s, request("POST", "/upload/2/confirm")); w.Code != 422 {
		t.Errorf("confirm of a faulty file: %d", w.Code)
	}
	doc, _ = get(t, s, "/upload/2", 200)
	if doc.Find(`a[href="/upload/2/marked"]`).Length() != 1 {
		t.Error("no way to the marked file")
	}
	w = do(s, request("GET", "/upload/2/marked"))
	if w.Code != 200 || w.Header().Get("Cache-Control") != "no-store" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment;") ||
		!strings.Contains(w.Header().Get("Content-Disposition"), "%28%C4%91%C3%A3%20%C4%91%C3%A1nh%20d%E1%BA%A5u%29.xlsx") {
		t.Errorf("marked file: %d %v", w.Code, w.Header())
	}
	if w := do(s, request("GET", "/upload/3/marked")); w.Code != 404 {
		t.Errorf("nothing to mark: %d", w.Code)
	}
	w = do(s, request("GET", "/upload/1/file"))
	if w.Body.String() != "PK\x03\x04" || !strings.Contains(w.Header().Get("Content-Disposition"), "filename*=UTF-8''S%E1%BB%91%20li%E1%BB%87u") {
		t.Error(w.Header())
	}
}

func TestReport(t *testing.T) {
	w := do(newServer(t, newFake(t)), request("GET", "/report.xlsx?period=2026-09-26&code=Q766_0&code=CPS08&block=provinces&source=dvcqg"))
	if w.Code != 200 || w.Body.String() != "PK 2026-09-26 [Q766_0 CPS08] provinces dvcqg" || !strings.Contains(w.Header().Get("Content-Disposition"), `"chiso-bao-cao-2026-09-26.xlsx"`) {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
}
