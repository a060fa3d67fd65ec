package web_test

import (
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"chiso/internal/testing/browser"
)

// press sends one key, as a keyboard does.
func press(t *testing.T, tab *browser.Tab, key, code string, number int64, text string) {
	t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		if _, err := chromedp.Call(tab.Context(), input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: key, Code: code, WindowsVirtualKeyCode: number, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
}

// tabTo presses Tab until what has the focus is what is looked for, which has to be seen.
func tabTo(t *testing.T, tab *browser.Tab, selector string, most int) {
	t.Helper()
	for range most {
		press(t, tab, "Tab", "Tab", 9, "")
		if browser.Eval[bool](tab, `document.activeElement?.matches('`+selector+`') ?? false`) {
			if seen := browser.Eval[bool](tab, `(() => { const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
				return r.width > 0 && r.top >= 0 && r.bottom <= innerHeight && s.outlineStyle !== "none"; })()`); !seen {
				t.Errorf("%s has the focus, but nobody sees it", selector)
			}
			return
		}
	}
	t.Fatalf("%d times Tab, and never at %s", most, selector)
}

// follow presses Enter and waits for the page that it leads to.
func follow(t *testing.T, tab *browser.Tab, path string) {
	t.Helper()
	press(t, tab, "Enter", "Enter", 13, "\r")
	look := chromedp.Evaluate[bool](`new Promise((done) => setTimeout(() => done(location.pathname.startsWith("`+path+`") && document.documentElement.dataset.ready === "true"), 50))`, chromedp.EvalAwaitPromise)
	for range 200 { // asking fails while one page gives way to the next
		if there, err := chromedp.Run(tab.Context(), look); err == nil && there {
			return
		}
	}
	t.Fatalf("Enter does not lead to %s", path)
}

// Without a mouse: from a ranking to a figure of it, to the file and cell that it came from.
func TestBrowser_keyboard(t *testing.T) {
	inBrowser(t)
	srv := httptest.NewServer(onSample(t))
	t.Cleanup(srv.Close)
	tab := browser.Open(t, srv.URL+"/ranking/CPS08?period=2026-10-10&block=provinces&source=dvcqg", signedIn(srv, browser.Viewport(1366, 768))...)
	tabTo(t, tab, ".skip-link", 1)
	press(t, tab, "Enter", "Enter", 13, "\r")
	tabTo(t, tab, `#ranking tbody td a[href^="/evidence/"]`, 40)
	follow(t, tab, "/evidence/")
	said := browser.Eval[string](tab, `document.querySelector("main").textContent`)
	if !strings.Contains(said, "portal-ratios-2026-10-10.csv") || !browser.Eval[bool](tab, `/\b[A-Z]+[0-9]+\b/.test(document.querySelector("main").textContent)`) {
		t.Errorf("no file and cell in %.400s", said)
	}
	tab.Clean()
}

// maxAgain is how many bytes a page may transfer when somebody comes back to it.
const maxAgain = 150_000

// What comes over the line for each page of a committee, on the first visit and when coming back: style, script and fonts are kept, and
// an unchanged page is not sent again.
func TestBrowser_secondVisit(t *testing.T) {
	inBrowser(t)
	srv := httptest.NewServer(onSample(t))
	t.Cleanup(srv.Close)
	tab := browser.Blank(t, signedIn(srv, browser.Viewport(1366, 768))...)
	var mu sync.Mutex
	var bytes float64
	if err := chromedp.Listen(tab.Context(), func(ev any) {
		if e, ok := ev.(*network.EventLoadingFinished); ok {
			mu.Lock()
			bytes += e.EncodedDataLength
			mu.Unlock()
		}
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(tab.Context(), network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	visit := func(path string) float64 {
		mu.Lock()
		bytes = 0
		mu.Unlock()
		tab.Go(srv.URL + path)
		tab.Ready()
		mu.Lock()
		defer mu.Unlock()
		return bytes
	}
	for _, path := range []string{"/", "/ranking/Q766", "/heat/Q766", "/delta/Q766", "/map/Q766", "/compare/Q766", "/analysis/P34-48?code=Q766", "/agency/P34-48", "/a4", "/a4/P34-48",
		"/trend/VN?code=CPS01", "/merger/DTI_P?period=2022", "/across/P34-48"} {
		first, again := visit(path), visit(path)
		t.Logf("%-32s first %7.0f bytes, again %6.0f", path, first, again)
		if first == 0 || again > maxAgain {
			t.Errorf("%s: %.0f bytes at first, %.0f when coming back, at most %d are allowed", path, first, again, maxAgain)
		}
		if again > first {
			t.Errorf("%s: coming back costs more (%.0f) than coming first (%.0f)", path, again, first)
		}
	}
}
