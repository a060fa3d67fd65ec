package web_test

import (
	"net/url"
	"strings"
	"testing"

	"chiso/internal/access"
	"chiso/internal/app"
)

// Three of the ministries, and one of the provinces, have reported: no page, file, chart or pack says that their block reaches anything,
// nor who is first or last in it; each says how many of how many there are.
func TestCoverage(t *testing.T) {
	h, a, _ := anOfficeOver(t)
	csv := "Cơ quan,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số\nBộ Tư pháp,CPS18,2026-Q3,90,100\nBộ Y tế,CPS18,2026-Q3,95,100\nBộ Nội vụ,CPS18,2026-Q3,85,100\n"
	if res, err := a.Import(access.With(t.Context(), access.Machine("cli")), app.ImportRequest{Files: []app.ImportFile{{Name: "b.csv", Data: []byte(csv)}}, Account: "cli"}); err != nil || !res.Accepted {
		t.Fatalf("%+v %v", res, err)
	}
	visit(t, h, "lan", "/releases", url.Values{"period": {"2026-Q3"}, "kind": {"final"}, "number": {"12/TB"}, "day": {"2026-11-25"}})
	if w := visit(t, h, "minh", "/release/1/approve", url.Values{"version": {"1"}}); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for _, tt := range []struct {
		path string
		says []string
	}{
		{"/ranking/CPS18?period=2026-Q3&block=ministries", []string{"3/22 đơn vị được hỏi", "dưới mức 80 %"}},
		{"/ranking/CPS18?period=2026-Q3&block=provinces", []string{"3/34 đơn vị được hỏi"}},
		{"/ranking/CPS18.csv?period=2026-Q3&block=ministries", nil},
		{"/ranking/CPS18.svg?period=2026-Q3&block=ministries", nil},
		{"/report.xlsx?period=2026-Q3&code=CPS18&block=ministries", nil},
		{"/release/1/pack.xlsx", nil},
		{"/a4", nil},
		{"/", nil},
	} {
		w := visit(t, h, "xem-hanoi", tt.path, nil)
		text := content(t, w.Body.Bytes())
		if w.Code != 200 {
			t.Errorf("%s: %d", tt.path, w.Code)
		}
		for _, s := range tt.says {
			if !strings.Contains(text, s) {
				t.Errorf("%s does not say %q", tt.path, s)
			}
		}
		for _, never := range []string{"Bộ Y tế dẫn đầu", "Y tế dẫn đầu", "Đứng đầu: Bộ Y tế", "Nội vụ ở cuối bảng", "Đứng cuối: Bộ Nội vụ", "đơn vị có số liệu đạt mục tiêu", "Chung khối bộ, ngành, 3/22", "90,00"} {
			if strings.Contains(text, never) && (never != "90,00" || strings.Contains(text, "Chung")) {
				at := strings.Index(text, never)
				t.Errorf("%s says %q: …%s…", tt.path, never, text[max(0, at-120):min(len(text), at+80)])
			}
		}
	}
	packs, err := a.PackWorkbooks(t.Context(), access.Machine("cli"), app.PackQuery{Name: "national", Release: 1}, "")
	if err != nil || len(packs) != 1 {
		t.Fatal(len(packs), err)
	}
	text := content(t, packs[0].Data)
	if !strings.Contains(text, "3/22 đơn vị được hỏi") {
		t.Error("the pack does not say how many ministries have figures")
	}
	for _, never := range []string{"Y tế dẫn đầu", "Nội vụ ở cuối bảng", "đạt mục tiêu 80"} {
		if at := strings.Index(text, never); at >= 0 {
			t.Errorf("the pack says %q: …%s…", never, text[max(0, at-200):min(len(text), at+100)])
		}
	}
}
