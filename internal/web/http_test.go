package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"

	"chiso/internal/fault"
)

func TestHead(t *testing.T) {
	s := newServer(t, newFake(t))
	for _, path := range []string{"/", "/healthz", "/readyz", "/ranking/CPS08", "/ranking/CPS08.csv", "/agency/P34-82", "/evidence/2000", "/upload", "/upload/1",
		"/upload/1/file", "/upload/1/marked", "/template", "/report.xlsx?period=2026-Q3", "/about"} {
		get, head := do(s, request("GET", path)), do(s, request("HEAD", path))
		if head.Code != 200 || head.Body.Len() > 0 || head.Header().Get("Content-Type") != get.Header().Get("Content-Type") {
			t.Errorf("HEAD %s: %d, %d bytes, %s", path, head.Code, head.Body.Len(), head.Header().Get("Content-Type"))
		}
	}
	if w := do(s, request("HEAD", "/nothing")); w.Code != 404 || w.Body.Len() > 0 {
		t.Errorf("HEAD /nothing: %d, %d bytes", w.Code, w.Body.Len())
	}
}

func TestMissingFile(t *testing.T) {
	doc, w := get(t, newServer(t, newFake(t)), "/static/x", 404)
	if !strings.Contains(text(doc.Find("main")), "Không có trang này") || w.Header().Get("Content-Type") != "text/html; charset=UTF-8" {
		t.Errorf("%s %s", w.Header().Get("Content-Type"), w.Body)
	}
}

// What cannot be read is not repeated on the page that refuses it.
func TestIllegibleAddresses(t *testing.T) {
	s := newServer(t, newFake(t))
	for path, status := range map[string]int{"/ranking/%00": 404, "/ranking/%FF%FE": 404, "/agency/%1B[2J": 404, "/ranking/CPS08?source=%00x": 400,
		"/report.xlsx?period=%00": 400, "/template.xlsx?agency=%FF&period=2026": 400, "/ranking/CPS08?period=%zz": 400} {
		u, err := url.Parse("http://localhost:8080" + path)
		if err != nil {
			t.Fatal(err)
		}
		r := &http.Request{Method: http.MethodGet, URL: u, Host: u.Host, Header: http.Header{}, Body: http.NoBody}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != status || !utf8.Valid(w.Body.Bytes()) || strings.ContainsAny(w.Body.String(), "\x00\x1b") || strings.Contains(w.Body.String(), `\x`) {
			t.Errorf("%s: %d %.300s", path, w.Code, w.Body)
		}
	}
}

func TestReportNeedsAPeriod(t *testing.T) {
	doc, _ := get(t, newServer(t, newFake(t)), "/report.xlsx", 422)
	if !strings.Contains(text(doc.Find("main")), "Hãy chọn kỳ báo cáo.") {
		t.Error(text(doc.Find("main")))
	}
}

func TestUploadRefusesWhatTheFormDoesNotOffer(t *testing.T) {
	f := newFake(t)
	s := newServer(t, f)
	for name, fields := range map[string][]string{"unknown indicator": {"indicator", "NOPE"}, "illustrative": {"source", "illustrative"}, "portal": {"source", "dvcqg"}} {
		w := do(s, form(t, "a.xlsx", []byte("PK"), append(fields, "period", "2026-Q3")...))
		doc, err := goquery.NewDocumentFromReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if w.Code != 422 || doc.Find("form[data-dropzone]").Length() != 1 || text(doc.Find("[role=alert]")) == "" || len(f.saved.Files) > 0 {
			t.Errorf("%s: %d %s, %d files saved", name, w.Code, text(doc.Find("[role=alert]")), len(f.saved.Files))
		}
	}
}

// The confirmation holds for what was shown; when that changed, it is shown again.
func TestConfirmConflict(t *testing.T) {
	f := newFake(t)
	s := newServer(t, f)
	doc, _ := get(t, s, "/upload/1", 200)
	if doc.Find(`form[action="/upload/1/confirm"] input[type=hidden][name=token]`).AttrOr("value", "") != "seen" {
		t.Error("the form does not say what was shown")
	}
	f.conflict = fault.New(fault.Conflict, "Số liệu hiện hành đã thay đổi sau khi bạn xem tệp này.")
	r := httptest.NewRequest(http.MethodPost, "/upload/1/confirm", strings.NewReader("token=seen"))
	r.Host = "localhost"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	as("staff", r)
	w := do(s, r)
	doc, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if w.Code != 409 || f.token != "seen" || !strings.Contains(text(doc.Find("[role=alert]")), "Số liệu hiện hành đã thay đổi") ||
		doc.Find(`form[action="/upload/1/confirm"] button`).Length() != 1 || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %q %s", w.Code, f.token, text(doc.Find("[role=alert]")))
	}
}

// Warnings are asked about by kind; what was typed is still there when the confirmation was not taken.
func TestConfirmExplanations(t *testing.T) {
	f := newFake(t)
	s := newServer(t, f)
	f.conflict = fault.New(fault.Invalid, "Còn 1 cảnh báo thuộc 1 loại chưa có giải trình.")
	r := httptest.NewRequest(http.MethodPost, "/upload/1/confirm", strings.NewReader("token=seen&explain.alias=%22%3E%3Cb%3E&explain.*=x"))
	r.Host = "localhost"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	as("staff", r)
	w := do(s, r)
	doc, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	field := doc.Find(`form[action="/upload/1/confirm"] input[name="explain.alias"][required]`)
	if w.Code != 422 || len(f.said) != 1 || f.said["alias"] != `"><b>` || field.AttrOr("value", "") != `"><b>` ||
		text(doc.Find("[role=alert]")) == "" || text(doc.Find(`label[for="explain-alias"] code`)) != "Biểu 1!C9" {
		t.Errorf("%d %v %s", w.Code, f.said, text(doc.Find("main")))
	}
	if doc, _ := get(t, s, "/upload/2", 200); doc.Find("fieldset").Length() != 0 {
		t.Error("a file with errors cannot be confirmed, so nothing is asked")
	}
}

func TestUnchangedUpload(t *testing.T) {
	doc, _ := get(t, newServer(t, newFake(t)), "/upload/4", 200)
	if doc.Find("main form, main button").Length() != 0 || !strings.Contains(text(doc.Find("main")), "Tệp giống hệt số liệu hiện có: không có gì để ghi nhận.") ||
		doc.Find(`main ul a[href="/ranking/YESNO?block=provinces&period=2026-Q3&source=reported"]`).Length() != 1 {
		t.Error(text(doc.Find("main")))
	}
}

func TestUploadShowsParts(t *testing.T) {
	doc, _ := get(t, newServer(t, newFake(t)), "/upload/1", 200)
	row := text(doc.Find("tbody tr").First())
	if !strings.Contains(row, "358.660/405.424") || !strings.Contains(text(doc.Find("thead")), "Tử/mẫu") || !strings.Contains(row, "Ngày 10/10/2026") {
		t.Error(row)
	}
}
