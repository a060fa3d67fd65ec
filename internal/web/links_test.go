package web_test

import (
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// sameKind makes pages of one kind alike: what differs is a number, a code or an agency.
var sameKind = regexp.MustCompile(`/(\d+|P-?\d[\w-]*|M-[\w-]+|[A-Z][A-Z0-9_-]+\d*)(/|$)`)

// Every link of every page, by everybody: none leads where they may not go.
func TestLinks(t *testing.T) {
	if testing.Short() {
		t.Skip("walks thousands of links")
	}
	w := newWorld(t)
	w.round()
	for _, who := range w.walkers {
		if who.account == 0 {
			continue
		}
		t.Run(who.name, func(t *testing.T) {
			seen, kinds, queue := map[string]bool{}, map[string]int{}, []string{"/", "/desk", "/account"}
			from := map[string]string{}
			for len(queue) > 0 {
				here := queue[0]
				queue = queue[1:]
				res := w.do(who, "GET", here)
				if res.Code == 403 && from[here] != "" || res.Code >= 500 {
					t.Errorf("%s leads %s to %s: %d", from[here], who.name, here, res.Code)
				}
				if res.Code != 200 || !strings.HasPrefix(res.Header().Get("Content-Type"), "text/html") {
					continue
				}
				doc, err := goquery.NewDocumentFromReader(res.Body)
				if err != nil {
					t.Fatal(err)
				}
				doc.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
					u, err := url.Parse(a.AttrOr("href", ""))
					if err != nil || u.Host != "" || u.Scheme != "" {
						return
					}
					to := u.Path
					if !strings.HasPrefix(to, "/") {
						if to == "" {
							to = strings.SplitN(here, "?", 2)[0]
						} else {
							to = path.Join(path.Dir(strings.SplitN(here, "?", 2)[0]), to)
						}
					}
					kind := sameKind.ReplaceAllString(sameKind.ReplaceAllString(to, "/_$2"), "/_$2")
					if u.Query().Has("view") {
						kind += "?view"
					}
					if u.RawQuery != "" {
						to += "?" + u.RawQuery
					}
					if seen[to] || kinds[kind] >= 2 {
						return
					}
					seen[to], from[to] = true, here
					kinds[kind]++
					queue = append(queue, to)
				})
			}
		})
	}
}

// round opens the sample's round for the own province.
func (w *world) round() {
	w.t.Helper()
	if _, err := w.app.SampleAccounts(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	if name, err := w.app.SampleRound(w.t.Context()); err != nil || name == "" {
		w.t.Fatal(name, err)
	}
}
