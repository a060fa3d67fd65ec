package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"chiso/internal/testing/browser"
)

// serve starts the real server over a shell's database and returns its address.
func (s *shell) serve() string {
	s.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	address, done := make(chan string, 1), make(chan int, 1)
	p := &program{args: []string{"serve"}, stdout: io.Discard, stderr: s.t.Output(), environ: s.environ, clock: time.Now,
		ready: func(a string) { address <- a }}
	go func() { done <- p.run(ctx) }()
	s.t.Cleanup(func() {
		stop()
		if code := <-done; code != exitDone {
			s.t.Errorf("serve ends with %d", code)
		}
	})
	select {
	case a := <-address:
		return a
	case code := <-done:
		done <- code
		s.t.Fatalf("serve ends with %d before it listens", code)
	case <-time.After(30 * time.Second):
		s.t.Fatal("serve does not listen")
	}
	return ""
}

// signIn signs a sample account of the real program in and returns its cookie.
func (s *shell) signIn(base, name string) *http.Cookie {
	s.t.Helper()
	password := ""
	for line := range strings.Lines(s.must("seed", "--sample-accounts")) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == name {
			password = f[1]
		}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.PostForm(base+"/signin", url.Values{"name": {name}, "password": {password}})
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		if c.Name == "chiso" && c.Value != "" {
			return c
		}
	}
	s.t.Fatalf("%s cannot sign in: %s", name, res.Status)
	return nil
}

// as is the browser of somebody who has signed in.
func as(base string, c *http.Cookie, opts ...browser.Option) []browser.Option {
	return append([]browser.Option{browser.Cookie(base, c.Name, c.Value)}, opts...)
}

// person is somebody at a browser.
type person struct {
	*browser.Tab
	t    *testing.T
	base string
}

// Clean holds the page against everything on SQLite. On PostgreSQL the same page comes again, and axe, which takes longer than
// the rest of the play, has said what it has to say.
func (p *person) Clean() {
	p.t.Helper()
	if strings.HasSuffix(p.t.Name(), "/postgres") {
		p.Fits()
		return
	}
	p.Tab.Clean()
}

// until waits for an element of the next page, then for the page to be ready.
func (p *person) until(selector string) {
	p.t.Helper()
	look := chromedp.Evaluate[bool](fmt.Sprintf(`new Promise((done) => setTimeout(() => done(!document.documentElement.dataset.left && !!document.querySelector(%q)), 50))`, selector),
		chromedp.EvalAwaitPromise)
	for range 600 { // asking fails while one page gives way to the next
		if there, err := chromedp.Run(p.Context(), look); err == nil && there {
			p.Ready()
			return
		}
	}
	p.t.Fatalf("%s never comes", selector)
}

// follow presses the link or button and waits for an element of the page it leads to. The page it leaves is marked, for the
// element may stand there too.
func (p *person) follow(selector, until string) {
	p.t.Helper()
	if !browser.Eval[bool](p.Tab, fmt.Sprintf(`(() => { const e = document.querySelector(%q); if (e) { document.documentElement.dataset.left = "1"; e.click(); } return !!e })()`, selector)) {
		p.t.Fatalf("no %s on the page", selector)
	}
	p.until(until)
}

func (p *person) text(selector string) string {
	p.t.Helper()
	return browser.Eval[string](p.Tab, fmt.Sprintf(`(document.querySelector(%q) || {textContent: ""}).textContent.replace(/\s+/g, " ").trim()`, selector))
}

// give uploads a file with the given source through the form.
func (p *person) give(name, content, source string) {
	p.t.Helper()
	p.Go(p.base + "/upload")
	browser.Eval[bool](p.Tab, fmt.Sprintf(`(() => {
		const files = new DataTransfer();
		files.items.add(new File([%q], %q, {type: "text/csv"}));
		document.querySelector("#file").files = files.files;
		document.querySelector("#source").value = %q;
		document.querySelector("form[data-dropzone] button[type=submit]").click();
		return true;
	})()`, content, name, source))
}

// A person reads the ranking, follows a number to its file and cell, uploads a correction that is
// refused, uploads a good one, confirms it and sees the ranking move: on the real program and figures.
func TestJourney(t *testing.T) {
	both(t, func(t *testing.T, s *shell) {
		base := s.serve()
		office := s.signIn(base, "mau-thuong-truc")
		p := &person{browser.Open(t, base+"/", as(base, office, browser.Viewport(1366, 768))...), t, base}
		p.Clean()
		p.Go(base + "/ranking/Q766_0?period=2026-09-26")
		p.Clean()
		if row := p.text("table tbody tr"); !strings.Contains(row, "Đồng Tháp") || !strings.Contains(row, "68,53") {
			t.Errorf("first row of the ranking: %q", row)
		}
		p.follow(`table tbody tr a[href^="/evidence/"]`, "main h1")
		p.Clean()
		if page := p.text("main"); !strings.Contains(page, "portal-766-2026-09-26.csv") || !strings.Contains(page, "G2") {
			t.Errorf("the number's evidence names no file and cell: %q", page)
		}

		p.give("sai.csv", "Đơn vị,Chỉ tiêu,Kỳ báo cáo,Giá trị\nKhánh Hoà,Q766_0,2026-09-26,9a\nHà Nam,Q766_0,2026-09-26,50\n", "dvcqg")
		p.until(".finding-error")
		p.Clean()
		if page := p.text("main"); !strings.Contains(page, "D2") || !strings.Contains(page, "A3") {
			t.Errorf("the refusal does not name both cells: %q", page)
		}
		if browser.Eval[bool](p.Tab, `!!document.querySelector('form[action$="/confirm"]')`) {
			t.Error("a file with errors can be confirmed")
		}

		p.give("dung.csv", "Đơn vị,Chỉ tiêu,Kỳ báo cáo,Giá trị\nKhánh Hoà,Q766_0,2026-09-26,\"69,5\"\n", "dvcqg")
		p.until(`form[action$="/confirm"]`)
		p.Clean()
		p.follow(`form[action$="/confirm"] button`, "[role=status]")
		p.Clean()
		p.follow(`main a[href^="/ranking/Q766_0"]`, "table tbody tr")
		if row := p.text("table tbody tr"); !strings.Contains(row, "Khánh Hòa") || !strings.Contains(row, "69,50") {
			t.Errorf("after the upload the ranking begins with %q", row)
		}
		p.Clean()
		p.Shot("journey-ranking")
		report(t, base, office)
	})
}

// Twenty thousand rows go through a page, which shows how far they are.
func TestLargeUploadByPage(t *testing.T) {
	s := newShell(t, "sqlite")
	base := s.serve()
	p := &person{browser.Open(t, base+"/upload", as(base, s.signIn(base, "mau-thuong-truc"), browser.Viewport(1366, 768))...), t, base}
	var csv strings.Builder
	csv.WriteString("Đơn vị,Chỉ tiêu,Kỳ báo cáo,Giá trị\n")
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	codes := []string{"CPS03", "CPS04", "CPS19", "CPS20A", "CPS20B", "CPS25", "KTS13", "CPS17", "KTS07", "XHS08"}
	for i := range 20_000 { // ten provinces, ten indicators, two hundred days
		id := [...]string{"P-01", "P-04", "P-11", "P-12", "P-14", "P-20", "P-22", "P-38", "P-40", "P-42"}[i%10]
		fmt.Fprintf(&csv, "%s,%s,%s,%d\n", id, codes[i/10%10], first.AddDate(0, 0, i/100).Format(time.DateOnly), 1000+i)
	}
	p.give("20000.csv", csv.String(), "reported")
	if state := browser.Eval[string](p.Tab, `new Promise((done) => { const o = document.querySelector("[data-dropzone-state]"); `+
		`if (o.textContent) done(o.textContent); else new MutationObserver(() => done(o.textContent)).observe(o, {childList: true}); setTimeout(() => done(""), 5000) })`); !strings.Contains(state, "gửi") {
		t.Errorf("the form says %q of its progress", state)
	}
	p.until(`form[action$="/confirm"]`)
	if page := p.text("main"); !strings.Contains(page, "20.000") {
		t.Errorf("the preview does not say 20.000: %.400q", page)
	}
	p.follow(`form[action$="/confirm"] button`, "[role=status]")
	p.Clean()
}

func report(t *testing.T, base string, who *http.Cookie) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/report.xlsx?period=2026-09-26&code=Q766_0", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(who)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || len(body) < 5000 || string(body[:2]) != "PK" {
		t.Errorf("report: status %d, %d bytes, %v", res.StatusCode, len(body), err)
	}
	want(t, "content type", res.Header.Get("Content-Type"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
}

// Pages of the real program on what `make run` loads; the pages' own tests look at all of them.
func TestPagesInBrowser(t *testing.T) {
	s := newShell(t, "sqlite")
	s.must("seed", "--illustrative")
	base := s.serve()
	office := s.signIn(base, "mau-thuong-truc")
	for name, path := range map[string]string{
		"overview": "/", "ranking-small": "/ranking/CPS27", "ranking-dti": "/ranking/DTI_P?period=2022",
		"ranking-illustrative": "/ranking/CPS01?period=2025-Q2&source=illustrative", "agency-old": "/agency/P63-48", "evidence": "/evidence/300",
	} {
		t.Run(name, func(t *testing.T) { browser.Look(t, "real-"+name, base+path, as(base, office)...) })
	}
}
