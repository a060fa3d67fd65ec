package web_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"chiso/internal/testing/browser"
)

// signedIn is a browser of somebody of the office.
func signedIn(srv *httptest.Server, opts ...browser.Option) []browser.Option {
	return append([]browser.Option{browser.Cookie(srv.URL, "chiso", "staff")}, opts...)
}

// Every page in a real browser, as people open it: nothing complains, axe finds nothing, nothing scrolls sideways.
func TestBrowser(t *testing.T) {
	inBrowser(t)
	srv := httptest.NewServer(newServer(t, newFake(t)))
	t.Cleanup(srv.Close)
	for name, path := range pages {
		if name == "not-found" {
			continue // the browser itself logs the 404
		}
		t.Run(name, func(t *testing.T) { browser.Look(t, name, srv.URL+path, signedIn(srv)...) })
	}
}

// Whoever belongs to an agency finds its row marked for eye and ear, on a page that is the same for everybody; the address can ask for
// another. A row that a link leads to is no "yours".
func TestBrowser_ownRow(t *testing.T) {
	inBrowser(t)
	srv := httptest.NewServer(newServer(t, newFake(t)))
	t.Cleanup(srv.Close)
	const marked = `[...document.querySelectorAll(".own-note")].filter((e) => getComputedStyle(e).display !== "none").map((e) => e.closest("tr").id).join(" ")`
	for view, opts := range map[string][]browser.Option{"desktop": {browser.Viewport(1366, 768)}, "phone-dark": {browser.Phone, browser.Dark}} {
		for token, want := range map[string]string{"committee": "agency-P34-82", "staff": ""} {
			tab := browser.Open(t, srv.URL+"/ranking/CPS08?block=provinces#agency-P-22", append(opts, browser.Cookie(srv.URL, "chiso", token))...)
			if got := browser.Eval[string](tab, marked); got != want {
				t.Errorf("%s, %s: marked %q, want %q", view, token, got, want)
			}
			tab.Clean()
			tab.Shot("ranking-own-" + token + "-" + view)
		}
	}
	tab := browser.Open(t, srv.URL+"/ranking/CPS08?block=provinces&a=P-22", signedIn(srv, browser.Viewport(1366, 768))...)
	if got := browser.Eval[string](tab, marked); got != "agency-P-22" {
		t.Errorf("?a= marks %q", got)
	}
	// Its dot is ours, and it is on the first screen wherever it ranks.
	if got := browser.Eval[bool](tab, `(() => { const r = document.getElementById("agency-P-22"), box = r.cells[1].getBoundingClientRect();
		const own = getComputedStyle(r.querySelector("svg.plot .mark")).fill, other = getComputedStyle(document.querySelector("tr:not(#agency-P-22) svg.plot .mark")).fill;
		return own !== other && box.top >= 0 && box.bottom <= innerHeight; })()`); !got {
		t.Error("the row is not on the first screen, or its mark looks like the others")
	}
	tab.Clean()
}

// A person drops a file, looks at what it says and confirms it; the theme that was chosen is kept.
func TestBrowser_upload(t *testing.T) {
	inBrowser(t)
	f := newFake(t)
	srv := httptest.NewServer(newServer(t, f))
	t.Cleanup(srv.Close)
	tab := browser.Open(t, srv.URL+"/upload", signedIn(srv, browser.Viewport(1366, 768))...)
	submit := func(form, until string) {
		t.Helper()
		browser.Eval[bool](tab, `document.querySelector('`+form+`').requestSubmit(); true`)
		look := chromedp.Evaluate[bool](`new Promise((done) => setTimeout(() => done(!!document.querySelector('`+until+`')), 50))`, chromedp.EvalAwaitPromise)
		for range 200 { // asking fails while one page gives way to the next
			if there, err := chromedp.Run(tab.Context(), look); err == nil && there {
				tab.Ready()
				return
			}
		}
		t.Fatalf("%s never comes", until)
	}
	browser.Eval[bool](tab, `(() => {
		document.querySelector("[data-theme-toggle]").click();
		const drop = new DataTransfer();
		drop.items.add(new File(["a,b"], "so-lieu.csv", {type: "text/csv"}));
		document.querySelector("form[data-dropzone]").dispatchEvent(new DragEvent("drop", {dataTransfer: drop, bubbles: true, cancelable: true}));
		return true;
	})()`)
	if got := browser.Eval[string](tab, `document.querySelector("[data-dropzone-files]").textContent`); !strings.Contains(got, "so-lieu.csv") {
		t.Errorf("the form says %q", got)
	}
	submit("form[data-dropzone]", `form[action="/upload/1/confirm"]`)
	if len(f.saved.Files) != 1 || f.saved.Files[0].Name != "so-lieu.csv" || string(f.saved.Files[0].Data) != "a,b" {
		t.Errorf("saved %+v", f.saved)
	}
	if theme := browser.Eval[string](tab, `document.documentElement.dataset.bsTheme`); theme != "dark" {
		t.Errorf("theme %q is not the chosen one", theme)
	}
	if valid := browser.Eval[bool](tab, `document.querySelector('form[action="/upload/1/confirm"]').checkValidity()`); valid {
		t.Error("the browser lets a warning pass without a word")
	}
	browser.Eval[bool](tab, `document.querySelector("#explain-alias").value = "đúng là Huế"; true`)
	submit(`form[action="/upload/1/confirm"]`, "[role=status]")
	if f.said["alias"] != "đúng là Huế" {
		t.Errorf("said %v", f.said)
	}
	tab.Clean()
}
