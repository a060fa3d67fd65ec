package web_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"chiso/internal/access"
	"chiso/internal/app/account"
	"chiso/internal/testing/browser"
)

// staff is a session of an account, under the cookie of signedIn.
func (h *house) staff(id int64) {
	h.t.Helper()
	session := account.Session{TokenHash: account.HashToken("staff"), Account: id, Address: "10.0.0.7", Agent: "Chrome trên Windows", Expires: time.Now().Add(time.Hour)}
	var err error
	session.Data, err = scs.GobCodec{}.Encode(session.Expires, map[string]any{"account": id, "address": session.Address, "agent": session.Agent})
	if err == nil {
		err = h.app.SaveSession(h.t.Context(), session)
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// The pages about accounts in a real browser, signed out and in.
func TestBrowser_accounts(t *testing.T) {
	inBrowser(t)
	h := newHouse(t)
	id := h.person("quan.tri", "Nguyễn Thị Quản Trị Hệ Thống", access.SystemAdmin, access.Office)
	h.person("can.bo", "Trần Văn Cán Bộ", access.Reporter)
	link, err := h.app.NewLink(access.With(t.Context(), access.Machine("cli")), id)
	if err != nil {
		t.Fatal(err)
	}
	h.staff(id)
	srv := httptest.NewServer(h.server)
	t.Cleanup(srv.Close)
	for name, path := range map[string]string{"signin": "/signin", "link": "/link/" + link, "account": "/account", "second-factor": "/account/second-factor", "people": "/people", "person": "/people/2", "audit": "/audit"} {
		t.Run(name, func(t *testing.T) {
			var opts []browser.Option
			if name != "signin" && name != "link" {
				opts = signedIn(srv)
			}
			browser.Look(t, name, srv.URL+path, opts...)
		})
	}
}
