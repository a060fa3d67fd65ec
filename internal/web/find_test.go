package web_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"chiso/internal/testing/browser"
)

// A search needs no diacritics and names what begins with the words first; every link opens.
func TestFind(t *testing.T) {
	s := onSample(t)
	for q, want := range map[string]string{"da+nang": "/agency/P34-48", "DA+NANG": "/agency/P34-48", "bo+tai+chinh": "/agency/BTC", "766": "/ranking/Q766", "pakn": "/ranking/CPS27",
		"so+hoa+ho+so": "/ranking/CPS09"} {
		doc, _ := get(t, s, "/find?q="+q, 200)
		checkMarkup(t, doc)
		links := doc.Find(".found a").Map(func(_ int, e *goquery.Selection) string { return e.AttrOr("href", "") })
		if !strings.Contains(strings.Join(links, " ")+" ", want+" ") {
			t.Errorf("%s finds %v, want %s", q, links, want)
		}
		for _, l := range links {
			if w := do(s, request("GET", l)); w.Code != 200 {
				t.Errorf("%s: %s answers %d", q, l, w.Code)
			}
		}
	}
	doc, _ := get(t, s, "/find?q=khong+co+gi+nhu+the", 200)
	if !strings.Contains(text(doc.Find("main")), "Không có đơn vị, bộ chỉ số hay chỉ tiêu nào khớp") {
		t.Error("nothing is not said")
	}
	doc, _ = get(t, s, "/find?q=chiso-r12", 200)
	if doc.Find(`a[href="/code?c=chiso-r12"]`).Length() != 1 {
		t.Error("a code on paper leads nowhere")
	}
	if w := do(s, as("", request("GET", "/find?q=da"))); w.Code != 303 {
		t.Errorf("signed out: %d", w.Code)
	}
}

// From "/" by the keyboard alone to what was searched for.
func TestBrowser_find(t *testing.T) {
	inBrowser(t)
	srv := httptest.NewServer(onSample(t))
	t.Cleanup(srv.Close)
	browser.Look(t, "find", srv.URL+"/find?q=da", signedIn(srv)...)
	tab := browser.Open(t, srv.URL+"/find?q=da", signedIn(srv, browser.Viewport(1366, 768))...)
	press(t, tab, "/", "Slash", 191, "/")
	if !browser.Eval[bool](tab, `document.activeElement.matches("[data-find]")`) {
		t.Error("/ does not lead to the search")
	}
}
