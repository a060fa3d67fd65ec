package web_test

import (
	"strings"
	"testing"
)

func TestTemplate(t *testing.T) {
	s := newServer(t, newFake(t))
	doc, w := get(t, s, "/template?agency=P34-82&pillar=kinh_te_so", 200)
	if w.Header().Get("Cache-Control") != "no-store" || doc.Find(`#agency option[selected]`).AttrOr("value", "") != "P34-82" ||
		doc.Find(`#pillar option[selected]`).AttrOr("value", "") != "kinh_te_so" || doc.Find("#period").AttrOr("value", "") != "2026-Q3" {
		t.Error(text(doc.Find("main")))
	}
	if doc, _ := get(t, s, "/upload", 200); doc.Find(`main a[href="/template"]`).Length() != 1 {
		t.Error("the upload form does not lead to the templates")
	}
	w = do(s, request("GET", "/template.xlsx?agency=P34-82&period=Qu%C3%BD+III%2F2026&pillar=kinh_te_so&code=CPS08&code=CPS01"))
	if w.Code != 200 || w.Body.String() != "PK P34-82 Quý III/2026 kinh_te_so [CPS08 CPS01]" || w.Header().Get("Cache-Control") != "no-store" ||
		!strings.Contains(w.Header().Get("Content-Disposition"), `"bieu-mau.xlsx"`) {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/template.xlsx": {422, "Hãy chọn đơn vị và kỳ báo cáo."},
		"/template.xlsx?agency=XX&period=2026-Q2": {404, "Không có đơn vị"},
	} {
		doc, w := get(t, s, path, want.status)
		if !strings.Contains(text(doc.Find("[role=alert]")), want.says) || w.Header().Get("Content-Disposition") != "" {
			t.Errorf("%s: %s", path, text(doc.Find("main")))
		}
	}
	if doc, _ := get(t, s, "/template.xlsx?agency=XX&period=2026-Q2", 404); doc.Find("#period").AttrOr("value", "") != "2026-Q2" {
		t.Error("what was typed is lost")
	}
}
