package web_test

import (
	"net/http/httptest"
	"testing"

	"chiso/internal/testing/browser"
	"chiso/static"
)

// Every page in a real browser, as people open it: nothing complains, axe finds nothing, nothing scrolls sideways.
func TestBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("browser")
	}
	if _, err := static.Manifest(); err != nil {
		t.Skip(err)
	}
	srv := httptest.NewServer(newServer(t, newFake(t)))
	t.Cleanup(srv.Close)
	views := map[string][]browser.Option{
		"desktop": {browser.Viewport(1366, 768)}, "phone": {browser.Phone}, "dark": {browser.Viewport(1366, 768), browser.Dark},
		"print": {browser.Print, browser.Dark},
	}
	for name, path := range pages {
		if name == "not-found" {
			continue // the browser itself logs the 404
		}
		for view, opts := range views {
			t.Run(name+"/"+view, func(t *testing.T) {
				tab := browser.Open(t, srv.URL+path, opts...)
				tab.Clean()
				tab.Shot(name + "-" + view)
			})
		}
	}
}
