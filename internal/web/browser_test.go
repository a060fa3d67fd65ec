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

// From its own page an agency comes to its row, which says so to eye and ear.
func TestBrowser_ownRow(t *testing.T) {
	inBrowser(t)
	srv := httptest.NewServer(newServer(t, newFake(t)))
	t.Cleanup(srv.Close)
	for view, opts := range map[string][]browser.Option{"desktop": nil, "phone-dark": {browser.Phone, browser.Dark}} {
		tab := browser.Open(t, srv.URL+"/ranking/CPS08?block=provinces#agency-P-22", signedIn(srv, opts...)...)
		if got := browser.Eval[int](tab, `[...document.querySelectorAll(".own-note")].filter((e) => getComputedStyle(e).display !== "none").length`); got != 1 {
			t.Errorf("%s: %d rows are somebody's own", view, got)
		}
		tab.Clean()
		tab.Shot("ranking-own-" + view)
	}
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
