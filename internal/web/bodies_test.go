package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chiso/internal/access"
	"chiso/internal/app"
	"chiso/internal/fault"
	"chiso/internal/web"
)

// parcel is a form with a file, as the browser of the house sends it; read counts what the server took of it.
func (h *house) parcel(path, name string, data []byte) (w *httptest.ResponseRecorder, read int64) {
	h.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err = errors.Join(err, m.Close()); err != nil {
		h.t.Fatal(err)
	}
	counted := &countedBody{Reader: &b}
	r := httptest.NewRequest(http.MethodPost, path, counted)
	r.Host, r.ContentLength = "localhost:8080", int64(b.Len())
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range h.jar {
		r.AddCookie(c)
	}
	return do(h.server, r), counted.n
}

type countedBody struct {
	io.Reader
	n int64
}

func (c *countedBody) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// Whoever may not edit a report is told so before a byte of the file is received.
func TestBodies_judgedFirst(t *testing.T) {
	h := newHouse(t)
	h.person("bcd", "Ủy Viên", access.Committee)
	h.signIn("bcd")
	for _, path := range []string{"/desk/1/P34-48/upload", "/desk/1/P34-48/attach", "/desk/1/P34-48/paper", "/release/1/document", "/tasks/task?code=x", "/upload"} {
		if w, read := h.parcel(path, "a.csv", bytes.Repeat([]byte("a,"), 1<<20)); w.Code < 400 || w.Code >= 500 && w.Code != 503 || read != 0 {
			t.Errorf("%s: %d, %d bytes were read", path, w.Code, read)
		}
	}
}

// So is who works here, but not on this report, release or task.
func TestBodies_judgedByThing(t *testing.T) {
	h := anOffice(t)
	visit(t, h, "lan", "/releases", url.Values{"period": {"2026-Q3"}, "kind": {"provisional"}, "number": {"12/TB"}, "day": {"2026-11-25"}})
	for path, who := range map[string]string{"/desk/1/P-01/paper": "danang", "/desk/1/P34-48/paper": "hanoi", "/release/1/document": "de-an-06", "/tasks/task?code=x": "danang"} {
		body := &countedBody{Reader: strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-" + strings.Repeat("x", 1<<20) + "\r\n--b--\r\n")}
		r := httptest.NewRequest(http.MethodPost, "http://localhost"+path, body)
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.AddCookie(&http.Cookie{Name: "chiso", Value: who})
		if w := do(h, r); w.Code != 403 && w.Code != 404 || body.n != 0 {
			t.Errorf("%s, %s: %d, %d bytes were read", who, path, w.Code, body.n)
		}
	}
	for path, form := range map[string]url.Values{"/desk/1/P34-48/detach": {"detach": {"77"}}, "/table/77/drop": {}} {
		if w := visit(t, h, "danang", path, form); w.Code == 303 {
			t.Errorf("%s of what is not there: %d %s", path, w.Code, w.Header().Get("Location"))
		}
	}
}

// A file whose name is written so badly that its part has none is refused, not left out; a name of 400 letters is cut.
func TestBodies_names(t *testing.T) {
	h := anOffice(t)
	send := func(disposition string) *httptest.ResponseRecorder {
		form := "--b\r\nContent-Disposition: " + disposition + "\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4 x\r\n--b--\r\n"
		r := httptest.NewRequest(http.MethodPost, "http://localhost/desk/1/P34-48/attach", strings.NewReader(form))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.AddCookie(&http.Cookie{Name: "chiso", Value: "danang"})
		return do(h, r)
	}
	for _, bad := range []string{`form-data; name="proof"; filename="a"b.pdf"`, `form-data; name="proof"; filename=a b.pdf`, `form-data; name=`, `form-data`} {
		if w := send(bad); w.Code != 422 || !strings.Contains(w.Body.String(), "Tên tệp") {
			t.Errorf("%s: %d to %q %s", bad, w.Code, w.Header().Get("Location"), sentences(w.Body.String()))
		}
	}
	if w := send(`form-data; name="proof"; filename="` + strings.Repeat("a", 400) + `.pdf"`); w.Code != 303 {
		t.Fatalf("a long name: %d %s", w.Code, sentences(w.Body.String()))
	}
	body := visit(t, h, "danang", "/desk/1/P34-48", nil).Body.String()
	if strings.Contains(body, strings.Repeat("a", 151)) || !strings.Contains(body, strings.Repeat("a", 140)) {
		t.Error("a name of 400 letters is kept whole, or not at all")
	}
}

// Files go to the disk and are gone afterwards; what one account may send in a day ends with a sentence; a scanner sees each file first.
func TestBodies_diskQuotaScan(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	spooled, scanned := 0, ""
	h := houseOf(t, app.Config{FilesADay: 4}, func(c *web.Config) {
		c.Scan = func(_ context.Context, file io.Reader) error {
			left, _ := filepath.Glob(filepath.Join(dir, "*"))
			spooled = max(spooled, len(left))
			data, err := io.ReadAll(file)
			scanned = string(data[:min(len(data), 40)])
			switch {
			case strings.Contains(scanned, "EICAR"):
				return fault.New(fault.Invalid, "Phần mềm quét mã độc từ chối tệp này.")
			case strings.Contains(scanned, "hỏng"):
				return errors.New("the scanner is away")
			}
			return err
		}
	})
	if _, err := h.app.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.person("van.phong", "Văn Phòng", access.Office)
	h.signIn("van.phong")
	for _, c := range []struct {
		data   string
		status int
		says   string
	}{
		{"a,b\n" + strings.Repeat("1,2\n", 200_000), 303, ""},
		{"EICAR", 422, "Phần mềm quét mã độc từ chối"},
		{"hỏng", 503, "không chạy được"},
		{"a,b\n1,2\n", 303, ""},
		{"a,b\n1,3\n", 429, "đã gửi 4 tệp trong một ngày"},
	} {
		w, _ := h.parcel("/upload", "a.csv", []byte(c.data))
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%.10q: %d %.700s", c.data, w.Code, w.Body)
		}
	}
	if left, _ := os.ReadDir(dir); spooled == 0 || len(left) > 0 {
		t.Errorf("%d files on the disk meanwhile, %v left", spooled, left)
	}
	if scanned != "a,b\n1,2\n" {
		t.Errorf("the scanner saw %q", scanned)
	}
}

// sentences are what a page complains of.
func sentences(body string) string {
	_, after, _ := strings.Cut(body, `role="alert">`)
	said, _, _ := strings.Cut(after, "</div>")
	return said
}
