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
		tab := browser.Open(t, srv.URL+path, browser.Viewport(1366, 768))
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
