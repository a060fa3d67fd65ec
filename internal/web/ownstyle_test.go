package web_test

import (
	"strings"
	"testing"
)

// The sheet names the agency of who asks, or the one in the address, and nothing that could be more than a name; the page names nobody.
func TestOwnStyle(t *testing.T) {
	s := newServer(t, newFake(t))
	for _, tt := range []struct {
		who, path, names string
		code             int
	}{
		{"committee", "/own.css", `[data-a="P34-82"]`, 200},
		{"nobody", "/own.css", `[data-a="P34-82"]`, 200},
		{"staff", "/own.css", "", 200},
		{"", "/own.css", "", 200},
		{"staff", "/own.css?a=P-22", `[data-a="P-22"]`, 200},
		{"staff", `/own.css?a=x%22%5D%7B%7D*%7Bdisplay:none`, "", 404},
	} {
		w := do(s, as(tt.who, request("GET", tt.path)))
		body := w.Body.String()
		if w.Code != tt.code || tt.code == 200 && (!strings.Contains(body, tt.names) || (tt.names == "") != (body == "")) {
			t.Errorf("%s %s: %d %s", tt.who, tt.path, w.Code, body)
		}
		if cc := w.Header().Get("Cache-Control"); tt.code == 200 && (!strings.HasPrefix(cc, "private") || w.Header().Get("Vary") != "Cookie") {
			t.Errorf("%s: %q may be kept for somebody else", tt.path, cc)
		}
	}
	tag := do(s, as("committee", request("GET", "/own.css"))).Header().Get("Etag")
	if w := do(s, as("committee", request("GET", "/own.css", "If-None-Match", tag))); w.Code != 304 {
		t.Errorf("unchanged: %d", w.Code)
	}
	page := do(s, as("committee", request("GET", "/ranking/CPS08"))).Body.String()
	if !strings.Contains(page, `href="/own.css"`) || strings.Contains(page, "class=\"own\"") {
		t.Error("the page names somebody, or does not ask for the sheet")
	}
}
