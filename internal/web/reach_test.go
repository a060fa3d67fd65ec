package web_test

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"chiso/internal/access"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
)

// internalLabel is how articles are labelled inside: no page, file or sheet prints it.
var internalLabel = regexp.MustCompile(`seed:0\d\d_`)

// Published figures name their newspaper, title, day and address, and say what an article does not give; the counts that were published of a
// programme's tasks stand beside those of the register, and a figure keeps the word of direction that was printed before it.
func TestPublished(t *testing.T) {
	h := onSample(t)
	for path, says := range map[string][]string{
		"/":          {"690 = 348 + 39 + 119 + 184", "Báo Ấp Bắc (LÊ MINH), “Chuyển đổi số phải toàn dân, toàn diện, toàn trình, ở tất cả các cấp, các ngành”", "http://baoapbac.vn/", `href="/agency/VN"`},
		"/a4":        {"690 = 348 + 39 + 119 + 184", "Báo Ấp Bắc"},
		"/tasks":     {"690 = 348 + 39 + 119 + 184", "Báo Ấp Bắc"},
		"/agency/VN": {"hơn\u00a086.000.000", "gần\u00a054.000.000"},
		"/ranking/CPS01?period=2024&source=published": nil,
		"/indicator/DA06_01?period=2025-02":           {"690"},
		"/report.xlsx?period=2025-02":                 {"Báo Ấp Bắc", "690"},
		"/report.xlsx?period=2024-H1":                 {"Báo Bình Thuận", "không ghi ngày", "hơn (số làm tròn)"},
	} {
		w := visit(t, h, "staff", path, nil)
		text := html.UnescapeString(content(t, w.Body.Bytes()))
		if w.Code != 200 {
			t.Errorf("%s: %d", path, w.Code)
			continue
		}
		if at := internalLabel.FindStringIndex(text); at != nil {
			t.Errorf("%s prints an internal label: …%s…", path, text[max(0, at[0]-60):min(len(text), at[1]+20)])
		}
		for _, s := range says {
			if !strings.Contains(text, s) {
				t.Errorf("%s does not say %q", path, s)
			}
		}
	}
}

// A code that stands on paper, typed into one field, opens what it stands for; a wrong one says so and keeps what was typed.
func TestPaperCode(t *testing.T) {
	h := anOffice(t)
	visit(t, h, "lan", "/releases", url.Values{"period": {"2026-Q3"}, "kind": {"final"}, "number": {"12/TB"}, "day": {"2026-11-25"}})
	if w := visit(t, h, "minh", "/release/1/approve", url.Values{"version": {"1"}}); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	codes := regexp.MustCompile(`CB1-[0-9A-F]{6}`).FindString(visit(t, h, "xem-hanoi", "/release/1", nil).Body.String())
	if codes == "" {
		t.Fatal("the page of the release prints no code")
	}
	for typed, want := range map[string]string{
		"CHISO-" + codes:              "/release/1",
		strings.ToLower(codes):        "/release/1",
		" chiso - " + codes + " ":     "/release/1",
		"CHISO-" + codes + "-P34-48":  "/a4/P34-48?as_of=",
		"CHISO-R3-DV-P34-48":          "/units/P34-48/a4?as_of=",
		"CHISO-R3":                    "/a4?as_of=",
		"CHISO-R3-P34-48":             "/a4/P34-48?as_of=",
		"CHISO-CB1-000000":            "",
		"CHISO-R99999":                "",
		"K7QF-2MPD-9XTA":              "",
		`"><script>alert(1)</script>`: "",
	} {
		w := visit(t, h, "xem-hanoi", "/code?c="+url.QueryEscape(typed), nil)
		if want == "" {
			if w.Code != 404 || !strings.Contains(w.Body.String(), "Không tìm thấy mã") || strings.Contains(w.Body.String(), "<script>alert") {
				t.Errorf("%q: %d", typed, w.Code)
			}
			continue
		}
		to := w.Header().Get("Location")
		if w.Code != 303 || !strings.HasPrefix(to, want) {
			t.Errorf("%q: %d to %q, want %q", typed, w.Code, to, want)
			continue
		}
		if x := visit(t, h, "xem-hanoi", to, nil); x.Code != 200 && !strings.HasPrefix(want, "/units/") { // it has no units here
			t.Errorf("%q leads to %s, which answers %d", typed, to, x.Code)
		}
	}
	if w := visit(t, h, "xem-hanoi", "/nation", nil); !strings.Contains(w.Body.String(), `action="/code"`) {
		t.Error("the first page has no field for a code")
	}
}

// The code on an A4 page under a release opens the page as it was then, whatever was corrected and released since.
func TestPaperCode_Pinned(t *testing.T) {
	h, a, _ := anOfficeOver(t)
	code := regexp.MustCompile(`CHISO-CB1-[0-9A-F]{6}-P34-48`)
	release := func(id string) {
		t.Helper()
		visit(t, h, "lan", "/releases", url.Values{"period": {"2026-Q3"}, "kind": {"final"}, "number": {id + "/TB"}, "day": {"2026-11-25"}})
		if w := visit(t, h, "minh", "/release/"+id+"/approve", url.Values{"version": {"1"}}); w.Code != 303 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	load := func(n int) {
		t.Helper()
		csv := fmt.Sprintf("Cơ quan,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số\nĐà Nẵng,CPS01,2026-Q3,%d,100\n", n)
		if res, err := a.Import(access.With(t.Context(), access.Machine("cli")), receive.Request{Files: []ledger.ImportFile{{Name: "b.csv", Data: []byte(csv)}}, Account: "cli"}); err != nil || !res.Accepted {
			t.Fatalf("%+v %v", res, err)
		}
	}
	load(51)
	release("1")
	first := visit(t, h, "xem-hanoi", "/a4/P34-48", nil).Body.String()
	printed := code.FindString(first)
	if printed == "" || !strings.Contains(first, "51,00") {
		t.Fatalf("the sheet under the release prints no code, or not the figure: %.600s", first[strings.Index(first, "<article"):])
	}
	load(62)
	release("2")
	if now := visit(t, h, "xem-hanoi", "/a4/P34-48", nil).Body.String(); !strings.Contains(now, "62,00") {
		t.Error("the sheet of now does not show the second release")
	}
	to := visit(t, h, "xem-hanoi", "/code?c="+printed, nil).Header().Get("Location")
	again := visit(t, h, "xem-hanoi", to, nil).Body.String()
	if !strings.Contains(again, "51,00") || strings.Contains(again, "62,00") || code.FindString(again) != printed {
		t.Errorf("%s opens %s, which reads %.900s", printed, to, again[strings.Index(again, "<main"):])
	}
}
