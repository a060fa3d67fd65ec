package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"chiso/internal/testing/browser"
)

// member is somebody with an account of the real program: at a browser, and where that is quicker by HTTP.
type member struct {
	t      *testing.T
	base   string
	name   string
	client *http.Client
	page   *goquery.Document // the last page
	at     *url.URL          // its address
	tab    *person
}

// enrol makes an account with roles at its agency, sets its password by the one-time link and signs it in.
func (s *shell) enrol(base, name, full, agency string, roles ...string) *member {
	s.t.Helper()
	link := regexp.MustCompile(`/link/\S+`).FindString(s.must("user", "add", name, "--full-name", full, "--agency", agency))
	for _, role := range roles {
		s.must("user", "grant", name, "--role", role, "--agency", agency)
	}
	m := s.stranger(base, name)
	m.post(link, url.Values{"password": {m.password()}, "again": {m.password()}})
	m.signIn()
	return m
}

// stranger is somebody who has not signed in.
func (s *shell) stranger(base, name string) *member {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &member{t: s.t, base: base, name: name, client: &http.Client{Jar: jar}}
}

func (m *member) password() string { return "cau xanh " + m.name + " qua song" }

func (m *member) signIn() {
	m.t.Helper()
	if m.post("/signin", url.Values{"name": {m.name}, "password": {m.password()}}); strings.HasPrefix(m.at.Path, "/signin") {
		m.t.Fatalf("%s cannot sign in: %s", m.name, m.says("main"))
	}
}

// refused expects that nobody signs in.
func (m *member) refused() {
	m.t.Helper()
	m.ask(http.MethodPost, "/signin", "application/x-www-form-urlencoded", strings.NewReader(url.Values{"name": {m.name}, "password": {m.password()}}.Encode()))
	if m.page.Find("form[action='/signin'], input[name=password]").Length() == 0 {
		m.t.Errorf("%s signs in: %s", m.name, m.at)
	}
}

// ask sends a request and keeps the page that answers it.
func (m *member) ask(method, path, media string, body io.Reader) (status int, data []byte) {
	m.t.Helper()
	req, err := http.NewRequestWithContext(m.t.Context(), method, m.base+path, body)
	if err != nil {
		m.t.Fatal(err)
	}
	if media != "" {
		req.Header.Set("Content-Type", media)
	}
	res, err := m.client.Do(req)
	if err != nil {
		m.t.Fatal(err)
	}
	defer res.Body.Close()
	if data, err = io.ReadAll(res.Body); err != nil {
		m.t.Fatal(err)
	}
	if m.page, err = goquery.NewDocumentFromReader(bytes.NewReader(data)); err != nil {
		m.t.Fatal(err)
	}
	m.at = res.Request.URL
	return res.StatusCode, data
}

// get opens a page; another status than 200 ends the test.
func (m *member) get(path string) []byte {
	m.t.Helper()
	status, data := m.ask(http.MethodGet, path, "", nil)
	m.fine(path, status)
	return data
}

// barred expects to be refused a page.
func (m *member) barred(path string) {
	m.t.Helper()
	if status, _ := m.ask(http.MethodGet, path, "", nil); status != http.StatusForbidden {
		m.t.Errorf("%s gets %s: %d", m.name, path, status)
	}
}

// post sends a form; being refused ends the test.
func (m *member) post(path string, form url.Values) {
	m.t.Helper()
	status, _ := m.ask(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	m.fine(path, status)
}

// send uploads a file through a form.
func (m *member) send(path, name string, data []byte) {
	m.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		m.t.Fatal(err)
	}
	status, _ := m.ask(http.MethodPost, path, w.FormDataContentType(), &b)
	m.fine(path, status)
}

func (m *member) fine(path string, status int) {
	m.t.Helper()
	if status != http.StatusOK {
		m.t.Fatalf("%s: %s answers %d: %s", m.name, path, status, m.says("main"))
	}
}

// says is the text of a part of the last page.
func (m *member) says(selector string) string {
	return strings.Join(strings.Fields(m.page.Find(selector).Text()), " ")
}

// ticked presses the form of the last page whose address ends so, as it stands.
func (m *member) ticked(action string) {
	m.t.Helper()
	form := m.page.Find(`form[action$="` + action + `"]`)
	fields := url.Values{}
	form.Find("input[name]").Each(func(_ int, in *goquery.Selection) {
		if _, checked := in.Attr("checked"); checked || in.AttrOr("type", "") != "checkbox" {
			fields.Add(in.AttrOr("name", ""), in.AttrOr("value", ""))
		}
	})
	if form.Length() != 1 {
		m.t.Fatalf("%s: %d forms lead to %s on %s: %s", m.name, form.Length(), action, m.at, m.says("main"))
	}
	m.post(form.AttrOr("action", ""), fields)
}

// hidden is the value of a field of the last page.
func (m *member) hidden(selector string) string {
	m.t.Helper()
	field := m.page.Find(selector).First()
	value, ok := field.Attr("value")
	if !ok {
		m.t.Fatalf("%s: no %s on %s: %s", m.name, selector, m.at, m.says("main"))
	}
	return value
}

// cookie is the session of the member.
func (m *member) cookie() *http.Cookie {
	m.t.Helper()
	at, err := url.Parse(m.base)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, c := range m.client.Jar.Cookies(at) {
		if c.Name == "chiso" {
			return c
		}
	}
	m.t.Fatalf("%s has no session", m.name)
	return nil
}

// browse opens a tab of the member's own.
func (m *member) browse(path string, opts ...browser.Option) *person {
	m.t.Helper()
	at, err := url.Parse(m.base)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, c := range m.client.Jar.Cookies(at) {
		opts = append(opts, browser.Cookie(m.base, c.Name, c.Value))
	}
	m.tab = &person{browser.Open(m.t, m.base+path, append(opts, browser.Viewport(1366, 768), browser.Within(5*time.Minute))...), m.t, m.base}
	m.tab.Clean()
	return m.tab
}

// set puts values into fields of the page.
func (p *person) set(values map[string]string) {
	p.t.Helper()
	for selector, value := range values {
		if !browser.Eval[bool](p.Tab, fmt.Sprintf(`(() => { const e = document.querySelector(%q); if (e) { e.focus(); e.value = %q; e.dispatchEvent(new Event("change", {bubbles: true})) } return !!e })()`, selector, value)) {
			p.t.Fatalf("no %s on the page", selector)
		}
	}
}

// hand puts a file into the form and sends it.
func (p *person) hand(name string, data []byte, until string) {
	p.t.Helper()
	browser.Eval[bool](p.Tab, fmt.Sprintf(`(() => {
		const files = new DataTransfer();
		files.items.add(new File([Uint8Array.from(atob(%q), (c) => c.charCodeAt(0))], %q));
		const form = document.querySelector("[data-dropzone]");
		form.querySelector("input[type=file]").files = files.files;
		form.querySelector("button[type=submit]").click();
		return true;
	})()`, base64.StdEncoding.EncodeToString(data), name))
	p.until(until)
}

// step takes a step with the report that the tab shows: handing up and signing from the page that reviews it, which leads to a receipt.
func (p *person) step(step string) {
	p.t.Helper()
	if step == "submit" || step == "sign" {
		p.follow(`#send ~ p button[formaction$="/review"]`, fmt.Sprintf(`form[action$="/step"]:has(input[name=step][value=%q]) button`, step))
		p.Clean()
		p.follow(`form[action$="/step"] button`, ".receipt")
	} else {
		p.follow(fmt.Sprintf(`button[name=step][value=%q]`, step), ".notice[role=status]:not([data-batch])")
	}
	p.Clean()
}

// take takes a step with a report as its page offers it; before handing up and signing it is reviewed.
func take(m *member, at, step, reason string) {
	m.t.Helper()
	m.get(at)
	if step == "submit" || step == "sign" {
		if m.page.Find(`button[formaction$="/review"]`).Length() == 0 {
			m.t.Fatalf("%s cannot %s %s: %s", m.name, step, at, m.says("#send ~ *"))
		}
		m.get(at + "/review")
		if offered := m.hidden(`form[action$="/step"] input[name=step]`); offered != step {
			m.t.Fatalf("%s is to %s %s, not to %s", m.name, offered, at, step)
		}
		m.ticked("/step")
		return
	}
	if m.page.Find(`button[name=step][value="`+step+`"]`).Length() == 0 {
		m.t.Fatalf("%s cannot %s %s: %s", m.name, step, at, m.says("#send ~ *"))
	}
	m.post(at+"/step", url.Values{"step": {step}, "seen": {m.hidden("#report > input[name=seen]")}, "reason-" + step: {reason}})
}

// workbook changes cells of a workbook; of a template by the code in its third column: "CPS07 H" is the numerator, I the denominator, J the value.
func workbook(t *testing.T, data []byte, cells map[string]any) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	const sheet = "Biểu mẫu"
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	left := maps.Clone(cells)
	for i, row := range rows {
		if len(row) < 3 {
			continue
		}
		for column := 'H'; column <= 'L'; column++ {
			if value, ok := cells[row[2]+" "+string(column)]; ok {
				delete(left, row[2]+" "+string(column))
				if err := f.SetCellValue(sheet, fmt.Sprintf("%c%d", column, i+1), value); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if len(left) > 0 {
		t.Fatalf("not in the template: %v", left)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// today is the day on which the test runs, as forms take it.
func today() string { return time.Now().Format(time.DateOnly) }
