package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"chiso/internal/testing/browser"
)

// line is the way between a browser and the server: it can break, and the session can end.
type line struct {
	h     http.Handler
	who   atomic.Value // "" has not signed in
	cut   atomic.Bool
	deaf  atomic.Bool  // what is sent arrives, its answer does not
	early atomic.Bool  // a page is made at once and comes late
	slow  atomic.Int64 // how long an answer takes, in nanoseconds
	posts atomic.Int64
}

func (l *line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		l.posts.Add(1)
	}
	who, _ := l.who.Load().(string)
	if r.Method == http.MethodPost {
		<-time.After(time.Duration(l.slow.Load()))
	}
	if l.early.Load() && r.Method == http.MethodGet && r.URL.Path == report {
		made := httptest.NewRecorder()
		l.h.ServeHTTP(made, as(who, r))
		<-time.After(time.Second)
		_, _ = w.Write(made.Body.Bytes())
		return
	}
	if r.Method != http.MethodPost || !l.cut.Load() && !l.deaf.Load() {
		l.h.ServeHTTP(w, as(who, r))
		return
	}
	if l.deaf.Load() {
		l.h.ServeHTTP(httptest.NewRecorder(), as(who, r))
	}
	if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
		_ = conn.Close()
	}
}

// officer is somebody who fills a report in in a browser.
type officer struct {
	t    *testing.T
	tab  *browser.Tab
	line *line
	h    http.Handler
	ids  []string
}

func atWork(t *testing.T, opts ...browser.Option) *officer {
	t.Helper()
	inBrowser(t)
	h := newFiling(t)
	l := &line{h: h}
	l.who.Store("reporter")
	srv := httptest.NewServer(l)
	t.Cleanup(srv.Close)
	o := &officer{t: t, line: l, h: h, ids: definitions(t, h)}
	o.tab = browser.Open(t, srv.URL+report, append([]browser.Option{browser.Viewport(1366, 768)}, opts...)...)
	return o
}

func (o *officer) do(js string) {
	o.t.Helper()
	browser.Eval[bool](o.tab, `(() => { `+js+`; return true; })()`)
}

// leavesAnyway answers the question whether to leave a page with a yes.
func leavesAnyway(t *testing.T, tab *browser.Tab) {
	t.Helper()
	if err := chromedp.Listen(tab.Context(), func(ev any) {
		if _, ok := ev.(*page.EventJavascriptDialogOpening); ok {
			go func() {
				_, _ = chromedp.Call(tab.Context(), page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
			}()
		}
	}); err != nil {
		t.Fatal(err)
	}
}

// types writes into a field as a person does, leaving it afterwards when leave is set.
func (o *officer) types(name, text string, leave bool) {
	o.t.Helper()
	o.do(fmt.Sprintf(`const f = document.querySelector('[name="%s"]'); f.focus(); f.value = %q; f.dispatchEvent(new Event("input", {bubbles: true})); if (%v) f.dispatchEvent(new Event("change", {bubbles: true}))`, name, text, leave))
}

func (o *officer) until(what, js string) {
	o.t.Helper()
	look := chromedp.Evaluate[bool](`new Promise((done) => setTimeout(() => done(!!(`+js+`)), 50))`, chromedp.EvalAwaitPromise)
	for range 400 {
		if ok, err := chromedp.Run(o.tab.Context(), look); err == nil && ok {
			return
		}
	}
	o.t.Fatalf("%s never comes: %s", what, browser.Eval[string](o.tab, `document.querySelector("[data-save-state]")?.textContent ?? document.title`))
}

// stored is the report as another browser finds it.
func (o *officer) stored(want ...string) {
	o.t.Helper()
	got := open(o.h, "reporter", report).Body.String()
	for _, w := range want {
		if !strings.Contains(got, w) {
			o.t.Errorf("%q is not stored", w)
		}
	}
}

const (
	barSaved = `document.querySelector("[data-save-state]").textContent.startsWith("Đã lưu")`
	pageLive = `document.querySelector("form[data-queue=ready]")`
)

// Texts save themselves, and whatever button is pressed right after the last key, the text is there (S1-4).
func TestBrowser_textIsNeverLost(t *testing.T) {
	o := atWork(t)
	o.types("text-1", "Tự lưu", false)
	o.until("the text saves itself", barSaved)
	o.stored("Tự lưu</textarea>")
	o.types("proposal-new", "Xin máy", false)
	o.until("the proposal saves itself", barSaved+` && document.querySelector("[name^=proposal-]:not([name=proposal-new])")`)
	o.types("text-2", "Ngay trước khi bấm", false)
	o.do(`document.querySelector('button[formaction$="/review"]').click()`)
	o.until("the review", `location.pathname.endsWith("/review")`)
	o.stored("Ngay trước khi bấm</textarea>", "Xin máy</textarea>")
	o.do(`document.querySelector('main a[href="` + report + `"]').click()`)
	o.until("the report", pageLive)
	o.types("text-1", "Trước khi bấm đường dẫn", false)
	o.do(`document.querySelector('a[href="/desk"]').click()`)
	o.until("the desk", `location.pathname === "/desk"`)
	o.stored("Trước khi bấm đường dẫn</textarea>")
	if n := strings.Count(open(o.h, "reporter", report).Body.String(), "Xin máy</textarea>"); n != 1 {
		t.Errorf("the proposal is there %d times", n)
	}
}

// What is typed while the line is cut is said in its row, survives a reload, and goes by itself (S1-5).
func TestBrowser_offline(t *testing.T) {
	o := atWork(t)
	o.line.cut.Store(true)
	o.types("num-"+o.ids[0], "45", true)
	o.types("den-"+o.ids[0], "60", true)
	row := fmt.Sprintf(`document.querySelector("#cell-%s")`, o.ids[0])
	o.until("the row says so", row+`.querySelector("[data-unsent]")?.textContent.includes("mất kết nối")`)
	if got := browser.Eval[string](o.tab, `document.querySelector("[data-save-state]").textContent`); !strings.Contains(got, "Chưa lưu 1 mục") {
		t.Errorf("the bar says %q", got)
	}
	if asks := browser.Eval[bool](o.tab, `!dispatchEvent(new Event("beforeunload", {cancelable: true}))`); !asks {
		t.Error("leaving does not warn")
	}
	o.tab.Shot("unsent-offline")
	o.do(`dispatchEvent(new PageTransitionEvent("pageshow"))`) // and stays
	o.line.cut.Store(false)
	o.do(`dispatchEvent(new Event("online"))`)
	o.until("it goes by itself", barSaved)
	o.stored(`value="45"`, `value="60"`)
	if left := browser.Eval[int](o.tab, `Object.keys(sessionStorage).filter((k) => k.startsWith("chiso-unsent|")).length`); left != 0 {
		t.Error("a copy stays behind")
	}
}

// The end of the session is called so; after signing in, in place or elsewhere, everything is there and goes (S1-4c, S1-5).
func TestBrowser_sessionEnds(t *testing.T) {
	o := atWork(t)
	o.line.who.Store("")
	o.types("num-"+o.ids[0], "45", true)
	o.types("den-"+o.ids[0], "60", true)
	o.types("text-1", "Viết khi phiên đã hết", false)
	o.until("both say so", `[...document.querySelectorAll("[data-unsent]")].filter((e) => e.textContent.includes("Phiên đăng nhập đã hết")).length === 2`)
	o.tab.Shot("unsent-session")
	o.do(`document.querySelector('#cell-` + o.ids[0] + ` [data-unsent] a[data-leave][target=""]').click()`)
	o.until("the page to sign in at", `location.pathname === "/signin" && location.search.includes("next=")`)
	o.line.who.Store("reporter")
	o.do(`location.assign(new URLSearchParams(location.search).get("next"))`)
	o.until("everything goes", pageLive+` && `+barSaved)
	o.stored(`value="45"`, `value="60"`, "Viết khi phiên đã hết</textarea>")
}

// What one account typed never comes up for another at the same machine.
func TestBrowser_anotherAtTheMachine(t *testing.T) {
	o := atWork(t)
	o.line.cut.Store(true)
	o.types("text-1", "Của người trước", false)
	o.until("the text waits", `document.querySelector("[data-unsent]")`)
	if keys := browser.Eval[string](o.tab, `Object.keys(sessionStorage).join()`); !strings.Contains(keys, "chiso-unsent|reporter|"+report) {
		t.Errorf("the copy belongs to %q", keys)
	}
	o.do(`window.copy = JSON.stringify(Object.entries(sessionStorage))`)
	o.line.cut.Store(false)
	o.do(`dispatchEvent(new Event("online"))`)
	o.until("it goes", barSaved)
	// A browser that crashed would have left the copy; here it is put back, for a page with something unsent asks before it goes.
	o.do(`for (const [k, v] of JSON.parse(window.copy)) sessionStorage.setItem(k, v)`)
	o.line.who.Store("approver")
	o.do(`setTimeout(() => location.reload())`)
	o.until("the page of another", `document.querySelector("form[data-account=approver][data-queue]")`)
	if got := browser.Eval[string](o.tab, `Object.keys(sessionStorage).join() + document.querySelector("[data-kept-input]").textContent`); strings.Contains(got, "reporter") || strings.Contains(got, "Của người trước") {
		t.Errorf("another account finds %q", got)
	}
}

// What goes wrong in a row or text that was pasted, pressed twice or put back: each was found by the officers of
// TestBrowser_nothingLostNothingUnseen.
func TestBrowser_foundByFuzzing(t *testing.T) {
	pasted := `(() => { const clip = new DataTransfer(); clip.setData("text/plain", "20\t25\t\tđã rà"); const f = document.querySelector('[name="num-%s"]'); f.focus();
		f.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clip, bubbles: true, cancelable: true})); return true; })()`
	t.Run("a pasted note stays when the row is typed into", func(t *testing.T) {
		o := atWork(t)
		browser.Eval[bool](o.tab, fmt.Sprintf(pasted, o.ids[0]))
		o.until("the block", `document.querySelector("[data-batch-said]").textContent.includes("Đã dán")`)
		o.types("num-"+o.ids[0], "24", true)
		o.until("the numerator", barSaved+` && document.querySelector("[data-shown]").textContent === "96,00"`)
		o.stored(`value="24"`, `value="đã rà"`)
	})
	t.Run("a row goes back to what it was when the page came", func(t *testing.T) {
		o := atWork(t)
		o.types("val-"+o.ids[3], "7", true)
		o.until("the figure", barSaved)
		o.stored(`value="7"`)
		o.types("val-"+o.ids[3], "", true)
		o.until("the blank", barSaved+` && document.querySelector("#report-bar").textContent.startsWith("0/5")`)
	})
	t.Run("a block that finds no line survives a reload", func(t *testing.T) {
		o := atWork(t)
		o.line.cut.Store(true)
		browser.Eval[bool](o.tab, fmt.Sprintf(pasted, o.ids[1]))
		o.until("the box", `document.querySelector("#block").value === "20\t25\t\tđã rà"`)
		o.do(`setTimeout(() => location.reload())`)
		o.until("the page again", pageLive+` && document.querySelector("#block").value && performance.getEntriesByType("navigation")[0].type === "reload"`)
		if start := browser.Eval[string](o.tab, `document.querySelector("#start").value`); start != fuzzCodes[1] {
			t.Errorf("the block would go to %s", start)
		}
	})
	for _, presses := range []int{1, 2} {
		t.Run(fmt.Sprintf("a proposal is added by %d presses", presses), func(t *testing.T) {
			o := atWork(t)
			o.types("proposal-new", "Xin máy", false)
			for range presses {
				o.do(`document.querySelector('[data-unit^=proposal-] button').click()`)
				o.tab.Do(chromedp.Sleep(400 * time.Millisecond)) // a page that gives way is no answer yet
				o.until("an answer", pageLive+` && !document.querySelector("form[data-waiting]")`)
			}
			o.stored("Xin máy</textarea>")
		})
	}
	t.Run("what was taken while the page gave way stands on the next one", func(t *testing.T) {
		o := atWork(t)
		o.line.slow.Store(int64(300 * time.Millisecond))
		o.line.early.Store(true)
		o.types("text-1", "Ngay trước khi tải lại", true)
		leavesAnyway(t, o.tab)
		o.do(`setTimeout(() => location.reload())`)
		o.until("the page again", pageLive+` && performance.getEntriesByType("navigation")[0].type === "reload"`)
		o.until("the text", `document.querySelector("[name=text-1]").value === "Ngay trước khi tải lại" && `+barSaved)
	})
	t.Run("what was typed while its row was on its way goes at once when left", func(t *testing.T) {
		o := atWork(t)
		o.line.slow.Store(int64(400 * time.Millisecond))
		o.types("num-"+o.ids[0], "20", true)
		o.until("it is on its way", `document.querySelector("#cell-`+o.ids[0]+`[aria-busy]")`)
		o.types("den-"+o.ids[0], "25", true)
		o.until("the first answer", `document.querySelector("[data-shown]").closest("tr").querySelector("[name^=seen]").value === "1"`)
		start := time.Now()
		o.until("it is saved", barSaved+` && document.querySelector("[data-shown]").textContent === "80,00"`)
		if took := time.Since(start); took > 1500*time.Millisecond {
			t.Errorf("it waits for %v", took)
		}
	})
}

// Signing out leaves nothing of what was typed in the browser.
func TestBrowser_signOutClears(t *testing.T) {
	inBrowser(t)
	h := newHouse(t)
	h.staff(h.person("can.bo", "Trần Văn Cán Bộ"))
	srv := httptest.NewServer(h.server)
	t.Cleanup(srv.Close)
	tab := browser.Open(t, srv.URL+"/account", signedIn(srv)...)
	o := &officer{t: t, tab: tab}
	o.do(`for (const [key, value] of [["chiso-unsent|can.bo|/desk/1/P-1", "{}"], ["chiso-unsent-keep|can.bo|/desk/1/P-1", "{}"], ["probe", "1"]]) sessionStorage.setItem(key, value)`)
	o.do(`setTimeout(() => document.querySelector('form[action="/signout"] button').click())`)
	o.until("the page to sign in at", `location.pathname === "/signin" && document.readyState === "complete"`)
	if left := browser.Eval[string](tab, `Object.keys(sessionStorage).join()`); left != "probe" {
		t.Errorf("the browser keeps %q", left)
	}
}
