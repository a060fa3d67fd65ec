package web_test

import (
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"chiso/internal/access"
	"chiso/internal/app/account"
	"chiso/internal/vi"
	"chiso/internal/web"
)

// newDeskHouse is the real program with a report, and one browser of somebody who fills it in.
func newDeskHouse(t *testing.T) *house {
	t.Helper()
	a, clock := filingUses(t)
	srv, err := web.New(web.Config{App: a, Assets: assets(t), Clock: clock, Log: slog.New(slog.DiscardHandler), MaxUpload: 1 << 20, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t, a, srv, map[string]*http.Cookie{}}
	ctx := access.With(t.Context(), access.Machine("cli"))
	id, secret, err := a.AddPerson(ctx, account.PersonData{Name: "can.bo", FullName: "Trần Văn Cán Bộ", Agency: own})
	if err == nil {
		err = a.UseLink(ctx, secret, password, "")
	}
	if err == nil {
		err = a.AddGrant(ctx, id, access.Grant{Role: access.Reporter, Agency: own, From: 20250101, To: vi.OpenTo})
	}
	if err != nil {
		t.Fatal(err)
	}
	h.led(h.ask("POST", "/signin", "name", "can.bo", "password", password), "/desk")
	return h
}

// presses sends the form of the report as a browser without scripts does.
func (h *house) presses(page *httptest.ResponseRecorder, button string, typed map[string]string, files ...[3]string) *httptest.ResponseRecorder {
	h.t.Helper()
	action, body, media := pressed(h.t, page, button, typed, files...)
	r := httptest.NewRequest(http.MethodPost, action, body)
	r.Host = "localhost:8080"
	r.Header.Set("Content-Type", media)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Referer", "http://localhost:8080"+report)
	for _, c := range h.jar {
		r.AddCookie(c)
	}
	return do(h.server, r)
}

// hidden reads the fields of the page's form that nobody types into.
func hidden(doc *goquery.Document) (out []string) {
	doc.Find("main form").First().Find("input[type=hidden], textarea[hidden]").Each(func(_ int, s *goquery.Selection) {
		value := s.AttrOr("value", "")
		if s.Is("textarea") {
			value = strings.TrimPrefix(s.Text(), "\n") // as a browser reads it
		}
		out = append(out, s.AttrOr("name", ""), value)
	})
	return out
}

// A form that is sent after its session has ended, without scripts: signed in again, by a password or by a code as well, one press writes
// what was typed; of files the person is told that they were not received.
func TestFiling_goesOnAfterSignIn(t *testing.T) {
	h := newDeskHouse(t)
	upload := `button[formaction$="/upload"]`
	file := [3]string{"file", "so lieu thang 11.xlsx", "x"}
	round := func(typed string, code func() string) {
		t.Helper()
		page := h.ask("GET", report)
		delete(h.jar, "chiso")
		doc := h.page(h.presses(page, upload, map[string]string{"text-1": typed, "proposal-new": "Xin máy " + typed}, file), 401, "Những gì bạn vừa gõ được giữ lại")
		if said := text(doc.Find("[role=alert]")); !strings.Contains(said, "Tệp so lieu thang 11.xlsx chưa được nhận") || !strings.Contains(said, "Phiên đăng nhập đã hết") {
			t.Errorf("the person is told %q", said)
		}
		h.page(h.ask("POST", "/signin", append(hidden(doc), "name", "can.bo", "password", "sai")...), 422, "không đúng")
		w := h.ask("POST", "/signin", append(hidden(doc), "name", "can.bo", "password", password)...)
		if code != nil {
			doc = h.page(w, 200, "Nhập mã xác thực")
			doc = h.page(h.ask("POST", "/signin/code", append(hidden(doc), "code", "123")...), 422, "Mã không đúng")
			w = h.ask("POST", "/signin/code", append(hidden(doc), "code", code())...)
		}
		doc = h.page(w, 200, "Tệp so lieu thang 11.xlsx chưa được nhận")
		h.led(h.ask("POST", doc.Find("main form").AttrOr("action", ""), hidden(doc)...), report+"?done=saved")
		body := h.ask("GET", report).Body.String()
		if !strings.Contains(body, html.EscapeString(typed)+"</textarea>") || !strings.Contains(body, "Xin máy "+html.EscapeString(typed)+"</textarea>") {
			t.Errorf("%q is lost: %s", typed, body[strings.Index(body, "Phần lời</h2>"):])
		}
	}
	round("Một\nhai <b>", nil)
	doc := h.page(h.ask("GET", "/account/second-factor"), 200, "quét hình này")
	code, err := totp.GenerateCode(strings.ReplaceAll(text(doc.Find("main code").First()), " ", ""), time.Date(2026, 10, 12, 3, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	doc = h.page(h.ask("POST", "/account/second-factor", "code", code, "old", password), 200, "mã dự phòng")
	round("Ba\nbốn", func() string { return text(doc.Find(".codes code").First()) })

	// Nothing was typed: then the file, or what was pressed, is all that has to be said.
	page := h.ask("GET", report)
	delete(h.jar, "chiso")
	doc = h.page(h.presses(page, upload, nil, file), 401, "Tệp so lieu thang 11.xlsx chưa được nhận")
	if doc.Find("input[name=kept]").Length() != 0 {
		t.Error("something is kept of nothing")
	}
	h.page(h.presses(page, `button[formaction$="/review"]`, nil), 401, "Việc vừa bấm chưa được thực hiện")
}
