package web_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"chiso/internal/testing/browser"
	"chiso/static"
)

// units are the pages of a province over its departments and communes: the same pages as the nation's.
var units = map[string]string{
	"units": "/units/P34-48?source=illustrative", "units-a4": "/units/P34-48/a4?source=illustrative", "units-none": "/units/P34-48",
	"units-ranking": "/ranking/MH_CDS_XA?source=illustrative", "units-heat": "/heat/MH_CDS_XA?source=illustrative", "units-delta": "/delta/MH_CDS_SO?source=illustrative",
	"units-compare": "/compare/MH_CDS_SO?source=illustrative", "units-peers": "/ranking/MH_CDS_XA?source=illustrative&peers=kind:phuong",
}

// unitOf finds the address of a unit's page.
func unitOf(t *testing.T, doc *goquery.Document) string {
	t.Helper()
	href, ok := doc.Find("#ranking tbody th a").First().Attr("href")
	if !ok || !strings.HasPrefix(href, "/agency/MH48-") {
		t.Fatalf("the first unit is at %q", href)
	}
	return strings.TrimPrefix(href, "/agency/")
}

func TestUnits(t *testing.T) {
	s := onUnits(t)
	for name, path := range units {
		t.Run(name, func(t *testing.T) {
			doc, w := get(t, s, path, 200)
			checkMarkup(t, doc)
			if strings.Contains(w.Body.String(), "%!") || strings.Contains(w.Body.String(), "ZgotmplZ") {
				t.Error("something was not printed")
			}
			if labelled := doc.Find(".illustrative").Length() > 0; labelled != strings.Contains(path, "illustrative") {
				t.Errorf("labelled as illustrative: %v", labelled)
			}
		})
	}
	doc, _ := get(t, s, units["units-ranking"], 200)
	unit := unitOf(t, doc)
	for _, path := range []string{"/agency/" + unit, "/analysis/" + unit + "?source=illustrative", "/a4/" + unit + "?source=illustrative"} {
		doc, _ := get(t, s, path, 200)
		checkMarkup(t, doc)
		if doc.Find(".illustrative").Length() == 0 {
			t.Errorf("%s does not say that it is illustrative", path)
		}
	}
	doc, _ = get(t, s, "/units/P34-48?source=illustrative", 200)
	if n := doc.Find("section:has(#don-vi) li a").Length(); n != 106 {
		t.Errorf("%d units are listed", n)
	}
	if doc.Find(`a[href*="/ranking/Q766"]`).Length() > 0 {
		t.Error("the province's page leads to the nation's ranking")
	}
	doc, _ = get(t, s, "/", 200)
	if doc.Find(`a[href*="MH_CDS"]`).Length() > 0 {
		t.Error("the nation's page leads to a province's ranking")
	}
	doc, _ = get(t, s, "/agency/P34-48", 200)
	if doc.Find(`a[href="/units/P34-48"]`).Length() != 1 {
		t.Error("no way from the province to its units")
	}
	get(t, s, "/units/P-01", 404)
}

// A province's own pages in a real browser, one sheet of paper included.
func TestBrowser_units(t *testing.T) {
	if testing.Short() {
		t.Skip("browser")
	}
	if _, err := static.Manifest(); err != nil {
		t.Fatal(err)
	}
	s := onUnits(t)
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	doc, _ := get(t, s, units["units-ranking"], 200)
	unit := unitOf(t, doc)
	shown := map[string]string{"units": units["units"], "units-heat": units["units-heat"], "unit-agency": "/agency/" + unit, "unit-a4": "/a4/" + unit + "?source=illustrative", "units-a4": units["units-a4"]}
	for name, path := range shown {
		browser.Look(t, name, srv.URL+path, signedIn(srv)...)
	}
	for name, path := range map[string]string{"units-a4": shown["units-a4"], "unit-a4": shown["unit-a4"], "nation-full-a4": "/a4?source=illustrative",
		"province-full-a4": "/a4/P34-48?source=illustrative"} { // with seven late tasks each
		onePage(t, srv.URL+path, name)
	}
}
