package web_test

import (
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"

	"chiso/internal/testing/browser"
	"chiso/static"
)

var rePDFPage = regexp.MustCompile(`/Type\s*/Page\b`)

// A committee takes the ranking along as one sheet of paper: 34 provinces on one upright A4 page, the 63 of before on two.
func TestBrowser_paper(t *testing.T) {
	if testing.Short() {
		t.Skip("browser")
	}
	if _, err := static.Manifest(); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(newServer(t, newFake(t)))
	t.Cleanup(srv.Close)
	for path, want := range map[string]int{"/ranking/Q766_0": 1, "/ranking/CPS08": 1, "/ranking/Q766": 1, "/ranking/YESNO": 1, "/ranking/CPS08-63": 2} {
		tab := browser.Open(t, srv.URL+path, signedIn(srv, browser.Viewport(1366, 768))...)
		pdf, err := chromedp.Run(tab.Context(), chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPreferCSSPageSize()))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(rePDFPage.FindAll(pdf, -1)); got != want {
			t.Errorf("%s takes %d pages, want %d", path, got, want)
		}
		tab.PDF("paper" + regexp.MustCompile(`\W`).ReplaceAllString(path, "-"))
	}
}

// What a committee takes along is exactly one sheet, for the nation and for every kind of agency.
func TestBrowser_a4(t *testing.T) {
	if testing.Short() {
		t.Skip("browser")
	}
	if _, err := static.Manifest(); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(onSample(t))
	t.Cleanup(srv.Close)
	for _, path := range []string{"/a4", "/a4/P34-48", "/a4/P-01", "/a4/P34-82", "/a4/BTC", "/ranking/Q766", "/analysis/P34-48?code=CPS13&period=2026-10-10"} {
		onePage(t, srv.URL+path, "paper"+regexp.MustCompile(`\W`).ReplaceAllString(path, "-"))
	}
}

// onePage prints a page as somebody of the office and wants exactly one sheet.
func onePage(t *testing.T, address, name string) {
	t.Helper()
	tab := browser.Open(t, address, browser.Cookie(address, "chiso", "staff"), browser.Viewport(1366, 768))
	if signedOut := browser.Eval[bool](tab, `!!document.querySelector('form[action^="/signin"]')`); signedOut {
		t.Fatalf("%s: not signed in", address)
	}
	pdf, err := chromedp.Run(tab.Context(), chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPreferCSSPageSize()))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(rePDFPage.FindAll(pdf, -1)); got != 1 {
		t.Errorf("%s takes %d pages, want 1", address, got)
	}
	tab.PDF(name)
}
