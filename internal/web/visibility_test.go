package web_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"chiso/internal/access"
	"chiso/internal/web/route"
)

// told is how the figure 7319/10000 of Đà Nẵng is printed: on pages, in JSON and CSV, and in the cells of a workbook.
var told = regexp.MustCompile(`73[,.]19|7\.319|<v>7319</v>`)

// tells reports whether an answer gives the figure away, a workbook's sheets included.
func tells(t *testing.T, body []byte) bool {
	t.Helper()
	if !bytes.HasPrefix(body, []byte("PK\x03\x04")) {
		return told.Match(body)
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		part, err := io.ReadAll(r)
		_ = r.Close()
		if err != nil {
			t.Fatal(err)
		}
		if told.Match(part) {
			return true
		}
	}
	return false
}

// sights are the addresses at which a route may show the figure, whose evidence stands at another.
func sights(r route.Route, evidence string) (out []string) {
	const query = "?period=2026-Q3&code=CPS18&indicator=CPS18&a1=P34-48&a2=P-01&agency=P34-48"
	path := strings.NewReplacer(":agency", "P34-48", ":code", "CPS18", ":round", "1", ":token", "x", ":sha", "x", "*", "x").Replace(r.Path)
	ids, views := []string{"1"}, []string{""}
	if r.Action == access.ReadRelease { // what may be read by everybody once it is released: of figures, releases, agencies
		ids, views = []string{"1", "P34-48"}, []string{"", "&view=live"}
	}
	if strings.HasPrefix(path, "/evidence/") {
		ids = []string{strings.TrimPrefix(evidence, "/evidence/")}
	}
	for _, id := range ids {
		for _, more := range views {
			p := strings.ReplaceAll(path, ":id", id)
			for _, form := range []string{p, p + ".csv"} {
				if form != p && !strings.HasPrefix(path, "/ranking/") && !strings.HasPrefix(path, "/heat/") {
					continue
				}
				out = append(out, form+query+more)
			}
		}
		if !strings.Contains(path, ":id") {
			break
		}
	}
	return out
}

// Before a release the figure of an agency is told to its own people and to the nation's office, at whatever address; after it to
// everybody who has signed in, and to nobody else.
func TestReleaseWalk(t *testing.T) {
	if testing.Short() {
		t.Skip("asks for every page")
	}
	h := anOffice(t)
	people := []struct {
		name   string
		before bool // reads it before the release
	}{
		{"lan", true}, {"danang", true}, {"hai-noi", true}, {"xem-danang", true}, {"hanoi", false}, {"xem-hanoi", false}, {"xem-ca-nuoc", false}, {"quan-ly-ca-nuoc", false}, {"root", false}, {"de-an-06", false}, {"", false},
	}
	evidence := evidenceOf(t, visit(t, h, "lan", "/ranking/CPS18?period=2026-Q3&view=live", nil).Body.String(), "Đà Nẵng")
	walk := func() (asked int, by map[string]map[string]bool) {
		by = map[string]map[string]bool{}
		for _, r := range h.Routes() {
			if r.Method != http.MethodGet {
				continue
			}
			for _, path := range sights(r, evidence) {
				for _, p := range people {
					asked++
					if w := visit(t, h, p.name, path, nil); tells(t, w.Body.Bytes()) {
						if by[p.name] == nil {
							by[p.name] = map[string]bool{}
						}
						by[p.name][strings.SplitN(path, "?", 2)[0]] = true
					}
				}
			}
		}
		return asked, by
	}
	visit(t, h, "lan", "/releases", url.Values{"period": {"2026-Q3"}, "kind": {"final"}, "number": {"12/TB"}, "day": {"2026-11-25"}})
	asked, by := walk() // with a draft of the release
	for _, p := range people {
		if (len(by[p.name]) > 0) != p.before {
			t.Errorf("before the release %q reads the figure at %v", p.name, by[p.name])
		}
	}
	lines := fmt.Sprintf("before: lan at %d addresses, danang at %d", len(by["lan"]), len(by["danang"]))
	if w := visit(t, h, "minh", "/release/1/approve", url.Values{"version": {"1"}}); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	_, by = walk()
	for _, p := range people {
		for _, path := range []string{"/ranking/CPS18", "/ranking/CPS18.csv", "/heat/CPS18", "/agency/P34-48", evidence, "/release/1", "/release/1/pack.xlsx", "/report.xlsx"} {
			if by[p.name][path] != (p.name != "") {
				t.Errorf("after the release %q reads the figure at %s: %t", p.name, path, by[p.name][path])
			}
		}
	}
	t.Logf("%d addresses × %d people, before and after: %d requests; %s; after: hanoi at %d, signed out at %d", asked/len(people), len(people), 2*asked, lines, len(by["hanoi"]), len(by[""]))
}
