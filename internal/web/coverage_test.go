package web_test

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/app/receive"
)

// Three of the ministries, and one of the provinces, have reported: no page, file, chart or pack says that their block reaches anything,
// nor who is first or last in it; each says how many of how many there are.
func TestCoverage(t *testing.T) {
	h, a, _ := anOfficeOver(t)
	csv := "Cơ quan,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số\nBộ Tư pháp,CPS18,2026-Q3,90,100\nBộ Y tế,CPS18,2026-Q3,95,100\nBộ Nội vụ,CPS18,2026-Q3,85,100\n"
	if res, err := a.Import(access.With(t.Context(), access.Machine("cli")), receive.Request{Files: []ledger.ImportFile{{Name: "b.csv", Data: []byte(csv)}}, Account: "cli"}); err != nil || !res.Accepted {
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
		{"/nation", nil},
		{"/screen/P-01", nil},
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
	packs, err := a.PackWorkbooks(t.Context(), access.Machine("cli"), publish.PackQuery{Name: "national", Release: 1}, "")
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

// speaksOfBlock are the words in which something is said of a block as a whole: who leads, who is last, what it reaches, what its middle is.
var speaksOfBlock = regexp.MustCompile(`(?i)dẫn đầu|đứng đầu|đứng cuối|cuối bảng|xếp cuối|ở cuối|tốt nhất khối|trung vị khối|trung vị\b|đạt mục tiêu|vượt mục tiêu|nhóm [15]\b|một phần năm|(?:chung|toàn) khối [^<"]{0,40}\d+/\d+`)

// Few have reported: whatever page or file somebody opens by following links, none of it speaks of the block. The page that explains the
// program and the sentence that says what is not said yet are the exceptions.
func TestCoverage_Walk(t *testing.T) {
	h, a, _ := anOfficeOver(t)
	csv := "Cơ quan,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số\n"
	for _, period := range []string{"2026-Q2", "2026-Q3"} {
		for i, name := range []string{"Bộ Tư pháp", "Bộ Y tế", "Bộ Nội vụ"} {
			csv += fmt.Sprintf("%s,CPS18,%s,%d,100\n%s,CPS12,%s,%d,100\n", name, period, 85+5*i, name, period, 60+7*i)
		}
	}
	if res, err := a.Import(access.With(t.Context(), access.Machine("cli")), receive.Request{Files: []ledger.ImportFile{{Name: "b.csv", Data: []byte(csv)}}, Account: "cli"}); err != nil || !res.Accepted {
		t.Fatalf("%+v %v", res, err)
	}
	visit(t, h, "lan", "/releases", url.Values{"period": {"2026-Q3"}, "kind": {"final"}, "number": {"12/TB"}, "day": {"2026-11-25"}})
	if w := visit(t, h, "minh", "/release/1/approve", url.Values{"version": {"1"}}); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	link := regexp.MustCompile(`(?:href|src)="(/[^"#]*)`)
	skip := regexp.MustCompile(`Q766|CPS0|DTI|period=20[0-9-]*-[0-9]{2}(&|$)`) // other figures have enough answers, or are published ones
	ours := regexp.MustCompile(`CPS18|CPS12|^/(?:agency|a4)/(?:BTP|BYT|BNV)|^/release|^/packs`)
	allowed := strings.NewReplacer("chưa so với mục tiêu, chưa nêu đơn vị đầu và cuối bảng, chưa có số chung của khối", "", "Cùng xếp cuối bảng", "")
	for _, start := range []struct{ who, path string }{{"xem-hanoi", "/release/1"}, {"lan", "/ranking/CPS18?period=2026-Q3&block=provinces&view=live"}, {"de-an-06", "/release/1"}} {
		seen, queue := map[string]bool{start.path: true}, []string{start.path, "/ranking/CPS18?period=2026-Q3&block=ministries", "/heat/CPS18?period=2026-Q3&block=ministries",
			"/analysis/BYT?code=CPS18&period=2026-Q3&block=ministries", "/compare/CPS18?period=2026-Q3&block=ministries", "/a4/BYT", "/agency/BYT", "/indicator/CPS18?period=2026-Q3"}
		kinds := map[string]int{}
		for len(queue) > 0 && len(seen) < 900 {
			path := queue[0]
			queue = queue[1:]
			kind, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
			kind, _, _ = strings.Cut(kind, "?")
			if kinds[kind] == 25 {
				continue
			}
			w := visit(t, h, start.who, path, nil)
			if w.Code != 200 {
				if w.Code >= 500 || len(seen) == 1 {
					t.Errorf("%s: %d %.500s", path, w.Code, content(t, w.Body.Bytes()))
				}
				continue
			}
			kinds[kind]++
			text := allowed.Replace(content(t, w.Body.Bytes()))
			if at := speaksOfBlock.FindStringIndex(text); at != nil {
				t.Errorf("%s reads on %s: …%s…", start.who, path, text[max(0, at[0]-150):min(len(text), at[1]+150)])
			}
			for _, m := range link.FindAllStringSubmatch(w.Body.String(), -1) {
				to := html.UnescapeString(m[1])
				if !seen[to] && !skip.MatchString(to) && ours.MatchString(to) {
					seen[to] = true
					queue = append(queue, to)
				}
			}
		}
		for _, kind := range []string{"ranking", "heat", "delta", "compare", "analysis", "agency", "a4", "indicator", "report.xlsx", "map"} {
			if kinds[kind] == 0 {
				t.Errorf("%s never came to a page of %s: %v", start.who, kind, kinds)
			}
		}
		t.Log(start.who, kinds)
	}
	for _, who := range []agency.ID{"BYT", "BNV", "P-01", "P34-48"} { // the first and the last of those who reported
		packs, err := a.PackWorkbooks(t.Context(), access.Machine("cli"), publish.PackQuery{Name: "agency", Release: 1}, who)
		if err != nil || len(packs) != 1 {
			t.Fatal(who, len(packs), err)
		}
		text := allowed.Replace(regexp.MustCompile(`(?m)^Nhiệt Q766!.*$`).ReplaceAllString(content(t, packs[0].Data), "")) // all 34 have one
		if !strings.Contains(text, "3/22 đơn vị") && !strings.Contains(text, "3/34 đơn vị") {
			t.Errorf("the pack of %s does not say how many have figures", who)
		}
		for _, at := range speaksOfBlock.FindAllStringIndex(text, -1) {
			t.Errorf("the pack of %s reads: …%s…", who, text[max(0, at[0]-150):min(len(text), at[1]+150)])
		}
	}
}
