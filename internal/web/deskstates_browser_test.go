package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"

	"chiso/internal/testing/browser"
)

// bothWays holds the page of a tab against axe and sideways scrolling as a laptop and as a telephone show it, and takes its pictures.
func bothWays(t *testing.T, tab *browser.Tab, name string) {
	t.Helper()
	for _, way := range []struct {
		name  string
		width int64
		high  int64
		as    []chromedp.EmulateViewportOption
	}{{"desktop", 1366, 768, nil}, {"phone", 390, 844, []chromedp.EmulateViewportOption{chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait}}} {
		tab.Do(chromedp.EmulateViewport(way.width, way.high, way.as...))
		browser.Eval[bool](tab, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
		for _, fault := range tab.Axe() {
			t.Errorf("%s, %s: axe: %s", name, way.name, fault)
		}
		if wide := tab.Overflow(); wide != "" {
			t.Errorf("%s, %s: the page scrolls sideways: %s", name, way.name, wide)
		}
		tab.Shot("desk-" + name + "-" + way.name)
	}
	tab.Do(chromedp.EmulateViewport(1366, 768))
}

// Every state of the desk and of a report, as the officer and the leader see it.
func TestBrowser_deskStates(t *testing.T) {
	o := atWork(t, browser.Within(5*time.Minute))
	base := browser.Eval[string](o.tab, "location.origin")
	looks := func(name, path string) {
		t.Helper()
		o.tab.Go(base + path)
		bothWays(t, o.tab, name)
	}
	looks("desk-empty", "/desk")
	looks("draft-empty", report)
	sendForm(o.h, "reporter", report+"/cells", cell(o.ids[0], "0", "num", "80", "den", "100", "why", "Đã đối chiếu sổ giấy"))
	sendForm(o.h, "reporter", report+"/cells", url.Values{"text-1": {"Đã hoàn thành tích hợp.\nHai đơn vị còn chậm."}, "textseen-1": {"0"}, "proposal-new": {"Bổ sung kinh phí duy trì hệ thống một cửa"}})
	looks("draft-partial", report)
	sendForm(o.h, "reporter", report+"/cells", cell(o.ids[1], "0", "num", "120", "den", "100"))
	sendForm(o.h, "reporter", report+"/cells", cell(o.ids[3], "0", "val", "abc"))
	looks("draft-faults", report)
	looks("desk-faults", "/desk")
	looks("review-blocked", report+"/review")
	looks("none", report+"/none")
	browser.Eval[bool](o.tab, `(() => { location.href = "`+report+`"; return true; })()`)
	o.until("the report", pageLive)
	browser.Eval[bool](o.tab, `(() => { const clip = new DataTransfer(); clip.setData("text/plain", "20\t25\t\tđã rà\n7\t\t1.060\nthừa\tthừa"); const f = document.querySelector('[name="num-`+o.ids[2]+`"]'); f.focus();
		f.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clip, bubbles: true, cancelable: true})); return true; })()`)
	o.until("the block", `document.querySelector("[data-batch-said]").textContent.includes("Đã dán")`)
	bothWays(t, o.tab, "pasted")
	o.line.cut.Store(true)
	o.types("val-"+o.ids[4], "45", true)
	o.types("text-2", "Viết khi mất mạng", true)
	o.until("it is said", `document.querySelectorAll("[data-unsent]").length === 2`)
	bothWays(t, o.tab, "offline")
	o.line.cut.Store(false)
	o.line.who.Store("")
	o.do(`dispatchEvent(new Event("online"))`)
	o.until("it is said", `document.querySelector("[data-unsent]")?.textContent.includes("Phiên")`)
	bothWays(t, o.tab, "session-ended")
	o.line.who.Store("reporter")
	o.do(`dispatchEvent(new Event("online"))`)
	o.until("it is saved", barSaved)
	looks("upload-preview", hands(t, o.h, string(own)+",CPS07,2026-Q3,,,81", string(own)+",CPS08,2026-Q3,90,100,", string(own)+",CPS10,2026-Q3,1600,1500,", string(own)+",CPS03,2026-Q3,,,1.300"))
	o.tab.Go(base + report)
	doc := signedOutForm(t, o.h)
	browser.Eval[bool](o.tab, `(() => { document.open(); document.write(`+"`"+strings.ReplaceAll(doc, "`", "")+"`"+`); document.close(); return true; })()`)
	bothWays(t, o.tab, "signin-ended")
	finish(t, o)
	looks("review", report+"/review")
	o.step("reporter", "submit")
	looks("waiting", report)
	looks("waiting-receipt", report+"/receipt")
	looks("desk-waiting", "/desk")
	o.line.who.Store("approver")
	looks("leader-desk", "/desk")
	looks("leader-report", report)
	looks("leader-review", report+"/review")
	o.step("approver", "sign")
	looks("sent", report)
	looks("sent-receipt", report+"/receipt")
	o.line.who.Store("reporter")
	looks("copy", report+"/copy")
	if w := sendForm(o.h, "office", bench, url.Values{"of": {string(own)}, "seen": {o.serial()}, "step": {"return"}, "remark-CPS07": {"Số khác số của EMC, hãy đối chiếu"}, "reason": {"Xem lại biểu 01"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	looks("returned", report)
	looks("desk-returned", "/desk")
	sendForm(o.h, "reporter", report+"/cells", cell(o.ids[0], o.version(0), "num", "82", "den", "100", "why", "Đã đối chiếu, sửa theo EMC"))
	o.step("reporter", "submit")
	o.step("approver", "sign")
	o.step("office", "receive")
	looks("received", report)
	looks("received-receipt", report+"/receipt")
	o.step("reporter", "correct")
	looks("corrected", report)
	looks("kept", report+"/kept/1")
	looks("help", "/help")
}

// finish fills in what the report still owes.
func finish(t *testing.T, o *officer) {
	t.Helper()
	for i, form := range [][]string{{"num", "80", "den", "100", "why", "Đã đối chiếu"}, {"num", "8", "den", "100", "why", "Đợt rà soát bổ sung"}, {"num", "20", "den", "25"}, {"val", "1.300"}, {"val", "9.300", "why", "Chốt sổ muộn"}} {
		if w := sendForm(o.h, "reporter", report+"/cells", cell(o.ids[i], o.version(i), form...)); w.Code != http.StatusSeeOther {
			t.Fatalf("%d: %d %s", i, w.Code, w.Body)
		}
	}
}

var serialField = regexp.MustCompile(`name="seen" value="(\d+)"`)

// serial is the number that a step is based upon.
func (o *officer) serial() string {
	return serialField.FindStringSubmatch(open(o.h, "reporter", report).Body.String())[1]
}

func (o *officer) version(i int) string {
	_, version, _ := gridInputs(o.t, o.h, o.ids[i])
	return version
}

func (o *officer) step(who, name string) {
	o.t.Helper()
	if w := sendForm(o.h, who, report+"/step", url.Values{"step": {name}, "seen": {o.serial()}, "reason": {"Sửa số theo sổ"}}); w.Code != http.StatusSeeOther {
		o.t.Fatalf("%s: %d %s", name, w.Code, w.Body)
	}
}

// signedOutForm is the page that answers a form which is sent after its session has ended.
func signedOutForm(t *testing.T, h http.Handler) string {
	t.Helper()
	action, body, media := pressed(t, open(h, "reporter", report), `button[formaction$="/upload"]`, map[string]string{"text-1": "Vừa viết"}, [3]string{"file", "bieu-01.xlsx", "x"})
	r := httptest.NewRequest(http.MethodPost, action, body)
	r.Host = "localhost:8080"
	r.Header.Set("Content-Type", media)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return do(h, r).Body.String()
}

// Every page that an officer comes to by links from the desk, two links deep, in the real program: axe finds nothing.
func TestBrowser_reportersPages(t *testing.T) {
	inBrowser(t)
	h := newDeskHouse(t)
	srv := httptest.NewServer(h.server)
	t.Cleanup(srv.Close)
	tab := browser.Blank(t, browser.Viewport(1366, 768), browser.Within(5*time.Minute), browser.Cookie(srv.URL, "chiso", h.jar["chiso"].Value))
	number := regexp.MustCompile(`\d+|^/(agency|units|a4|trend|across|ranking)/.*`) // one of many that are alike
	seen, pages := map[string]bool{}, []string{"/desk", "/help"}
	for depth := 0; depth < 3 && len(pages) > 0; depth++ {
		var next []string
		for _, path := range pages {
			u, err := url.Parse(path)
			if err != nil || seen[number.ReplaceAllString(u.Path, "N")] || regexp.MustCompile(`\.(xlsx|csv|svg|png)$|/file/|/static/`).MatchString(u.Path) {
				continue
			}
			seen[number.ReplaceAllString(u.Path, "N")] = true
			w := h.ask("GET", path)
			if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Content-Type"), "text/html") {
				continue
			}
			doc, err := goquery.NewDocumentFromReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			doc.Find("a[href^='/']").Each(func(_ int, a *goquery.Selection) { next = append(next, a.AttrOr("href", "")) })
			tab.Go(srv.URL + path)
			bothWays(t, tab, "page-"+strings.Trim(strings.ReplaceAll(u.Path, "/", "-"), "-"))
		}
		pages = slices.Compact(slices.Sorted(slices.Values(next)))
	}
	t.Logf("%d kinds of pages", len(seen))
}
