package web_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/account"
	"chiso/internal/testing/browser"
	"chiso/internal/vi"
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
	inBrowser(t)
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

// What agencies do before a release stands on the pages of those who may see it, and on nobody else's, though the pages are kept; the
// newest figures of a province's blocks are for its own office and the nation's.
func TestInside(t *testing.T) {
	s := onSampleWith(t, func(a *app.App) error {
		if _, err := a.LoadIllustrative(t.Context()); err != nil {
			return err
		}
		ctx := access.With(t.Context(), access.Machine("cli"))
		for name, g := range map[string]access.Grant{"stranger": {}, "member": {Role: access.Committee, Agency: agency.Nation}, "reporter": {Role: access.Reporter, Agency: "P34-48"},
			"neighbour": {Role: access.Office, Agency: "P-01"}, "office48": {Role: access.Office, Agency: "P34-48"}} {
			id, _, err := a.AddPerson(ctx, account.PersonData{Name: name, FullName: "Người " + name, Agency: "P34-48"})
			if err != nil {
				return err
			}
			if g.Role != "" {
				g.From, g.To = vi.OpenFrom, vi.OpenTo
				if err := a.AddGrant(ctx, id, g); err != nil {
					return err
				}
			}
			if err := a.SaveSession(ctx, account.Session{TokenHash: account.HashToken(name), Account: id, Data: []byte{}, Expires: time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)}); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	const unitsPage, live = "/units/P34-48?source=illustrative", "/ranking/MH_CDS_XA?source=illustrative&block=MH48_xa&view=live"
	for _, tt := range []struct {
		path string
		sees string // who reads of tasks and reports there
	}{{unitsPage, "member reporter office48"}, {"/units/P34-48/a4?source=illustrative", "member reporter office48"}, {"/?source=illustrative", "member"}, {"/a4", "member"},
		{"/agency/P34-48", "member reporter office48"}, {"/a4/P34-48", "member reporter office48"}} {
		for range 2 { // the second time from what is kept
			for _, who := range []string{"stranger", "member", "reporter", "neighbour", "office48"} {
				w := do(s, as(who, request("GET", tt.path)))
				body := w.Body.String()
				sees := strings.Contains(body, "<h2>Nhiệm vụ</h2>") || strings.Contains(body, `id="bao-cao"`) || strings.Contains(body, `id="ky-luat"`)
				if want := strings.Contains(tt.sees, who); w.Code != 200 || sees != want || !want && strings.Contains(body, "Người phụ trách") {
					t.Errorf("%s at %s: status %d, sees tasks and reports: %v, want %v", who, tt.path, w.Code, sees, want)
				}
			}
		}
	}
	for who, want := range map[string]int{"stranger": 403, "member": 403, "reporter": 403, "neighbour": 403, "office48": 200, "staff": 200} {
		if w := do(s, as(who, request("GET", live))); w.Code != want {
			t.Errorf("%s at %s: %d, want %d", who, live, w.Code, want)
		}
		if w := do(s, as(who, request("GET", "/ranking/Q766?view=live"))); (w.Code == 200) != (who == "staff") {
			t.Errorf("%s at the nation's newest figures: %d", who, w.Code)
		}
	}
	doc, _ := get(t, s, live, 200)
	if e := doc.Find("#ranking td a.why").First(); !strings.Contains(e.AttrOr("href", ""), "view=live") {
		t.Errorf("the way to the analysis leaves the newest figures: %s", e.AttrOr("href", ""))
	}
}
