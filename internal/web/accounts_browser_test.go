package web_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/app"
	"chiso/internal/testing/browser"
	"chiso/static"
)

// The pages about accounts in a real browser, signed out and in.
func TestBrowser_accounts(t *testing.T) {
	if testing.Short() {
		t.Skip("browser")
	}
	if _, err := static.Manifest(); err != nil {
		t.Fatal(err)
	}
	h := newHouse(t)
	id := h.person("quan.tri", "Nguyễn Thị Quản Trị Hệ Thống", access.SystemAdmin, access.Office)
	h.person("can.bo", "Trần Văn Cán Bộ", access.Reporter)
	link, err := h.app.NewLink(access.With(t.Context(), access.Machine("cli")), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.app.SaveSession(t.Context(), app.Session{TokenHash: app.HashToken("staff"), Account: id, Data: []byte{}, Address: "10.0.0.7", Agent: "Chrome trên Windows", Expires: time.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h.server)
	t.Cleanup(srv.Close)
	views := map[string][]browser.Option{"desktop": {browser.Viewport(1366, 768)}, "phone": {browser.Phone}, "dark": {browser.Viewport(1366, 768), browser.Dark}}
	for name, path := range map[string]string{"signin": "/signin", "link": "/link/" + link, "account": "/account", "second-factor": "/account/second-factor", "people": "/people", "person": "/people/2", "audit": "/audit"} {
		for view, opts := range views {
			t.Run(name+"/"+view, func(t *testing.T) {
				if name != "signin" && name != "link" {
					opts = signedIn(srv, opts...)
				}
				tab := browser.Open(t, srv.URL+path, opts...)
				tab.Clean()
				tab.Shot(name + "-" + view)
			})
		}
	}
}
