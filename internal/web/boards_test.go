package web_test

import (
	"bytes"
	"encoding/xml"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"chiso/internal/testing/browser"
)

// boards are the pages that explain rankings, on the sample.
var boards = map[string]string{
	"sample-ranking": "/ranking/Q766", "sample-ranking-peers": "/ranking/Q766?peers=region:dbscl", "sample-ranking-found": "/ranking/Q766?q=da&sort=-value",
	"sample-heat": "/heat/Q766", "sample-heat-ratios": "/heat/CPS08?period=2026-10-10", "sample-delta": "/delta/Q766", "sample-map": "/map/Q766",
	"sample-map-63": "/map/DTI_P?period=2022", "sample-compare": "/compare/Q766?a1=P-01&a2=P34-48&a3=P34-79", "sample-merger": "/merger/DTI_P?period=2022",
	"sample-merger-same": "/merger/Q766?period=2026-09-26", "sample-analysis": "/analysis/P34-48?code=Q766&up=2",
	"sample-analysis-ratio": "/analysis/P34-48?code=CPS13&period=2026-10-10&up=3", "sample-across": "/across/P34-48",
	"sample-a4": "/a4", "sample-a4-agency": "/a4/P34-48", "sample-a4-ministry": "/a4/BTC", "sample-overview": "/", "sample-help": "/help", "sample-agency": "/agency/P34-48", "sample-trend": "/trend/VN?code=CPS01", "sample-trend-agency": "/trend/P34-48?code=Q766_0",
}

func TestBoards(t *testing.T) {
	s := onSample(t)
	for name, path := range boards {
		t.Run(name, func(t *testing.T) {
			doc, w := get(t, s, path, 200)
			checkMarkup(t, doc)
			if strings.Contains(w.Body.String(), "%!") || strings.Contains(w.Body.String(), "ZgotmplZ") {
				t.Error("something was not printed")
			}
		})
	}
}

// checkMarkup holds a page against the policy and the rules of tables.
func checkMarkup(t *testing.T, doc *goquery.Document) {
	t.Helper()
	if n := doc.Find("[style], style, [onclick], [onload], [onsubmit], [onchange]").Length(); n > 0 {
		t.Errorf("%d elements with inline style or script", n)
	}
	if doc.Find("h1").Length() != 1 || doc.Find("main").Length() != 1 {
		t.Error("want one h1, one main")
	}
	// Nothing waits for the script of a chart: it comes last, and what it draws stands in a table as well.
	doc.Find(`script[src*="chart"], script[src*="app"]`).Each(func(_ int, e *goquery.Selection) {
		if _, later := e.Attr("defer"); !later {
			t.Errorf("the page waits for %s", e.AttrOr("src", ""))
		}
	})
	if doc.Find("[data-chart]").Length() > 0 && doc.Find("main table tbody tr").Length() == 0 {
		t.Error("a chart without its figures in a table")
	}
	doc.Find("table").Each(func(_ int, e *goquery.Selection) {
		if e.Find("caption").Length() != 1 || e.Find("thead th:not([scope])").Length() > 0 {
			t.Errorf("table without caption or scope: %.60s", text(e))
		}
	})
}

// The same pages in a real browser.
func TestBrowser_boards(t *testing.T) {
	inBrowser(t)
	srv := httptest.NewServer(onSample(t))
	t.Cleanup(srv.Close)
	for name, path := range boards {
		t.Run(name, func(t *testing.T) { browser.Look(t, name, srv.URL+path, signedIn(srv)...) })
	}
}

// A group is ranked alone and compared with itself; the report takes the group and the search along.
func TestPeers(t *testing.T) {
	s := onSample(t)
	doc, _ := get(t, s, "/ranking/Q766?peers=region:dbscl", 200)
	if n := doc.Find("#ranking tbody .move").Length(); n != doc.Find("#ranking tbody tr").Length() || n < 3 {
		t.Errorf("%d of the group have a movement", n)
	}
	doc.Find("#ranking tbody tr").Each(func(i int, e *goquery.Selection) {
		if from := text(e.Find(".move .muted")); strings.Contains(from, "từ") && len(from) > len("từ 99") {
			t.Errorf("row %d was at %q, in a group of few", i, from)
		}
	})
	names := func(query string) string {
		w := do(s, request("GET", "/report.xlsx?period=2026-09-26&code=Q766&block=provinces&source=dvcqg"+query))
		f, err := excelize.OpenReader(bytes.NewReader(w.Body.Bytes()))
		if err != nil {
			t.Fatalf("status %d: %v", w.Code, err)
		}
		defer func() { _ = f.Close() }()
		var all []string
		for _, sheet := range f.GetSheetList() {
			rows, err := f.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				all = append(all, strings.Join(r, "|"))
			}
		}
		return strings.Join(all, "\n")
	}
	if all := names(""); !strings.Contains(all, "Lạng Sơn") || !strings.Contains(all, "Đồng Nai") {
		t.Error("the whole report lacks somebody")
	}
	if group := names("&peers=region:dnb"); strings.Contains(group, "Lạng Sơn") || !strings.Contains(group, "Đồng Nai") || !strings.Contains(group, "Đông Nam Bộ") {
		t.Error("the report does not keep to the group")
	}
	if found := names("&q=da+nang"); strings.Contains(found, "Lạng Sơn") || !strings.Contains(found, "Đà Nẵng") || !strings.Contains(found, "chỉ các đơn vị có “da nang”") {
		t.Error("the report does not keep to the search")
	}
}

// Every table can be taken along as CSV and as a workbook, with what was chosen and how it is defined inside.
func TestBoards_files(t *testing.T) {
	s := onSample(t)
	for _, path := range []string{"/heat/Q766", "/delta/Q766", "/map/Q766", "/compare/Q766", "/merger/DTI_P", "/analysis/P34-48"} {
		t.Run(path, func(t *testing.T) {
			w := do(s, request("GET", path+".csv?block=provinces&code=Q766"))
			for _, want := range []string{"Kỳ: ", "Khối: Khối địa phương", "Nguồn: ", "phiên bản dữ liệu", "Căn cứ: "} {
				if w.Code != 200 || !strings.Contains(w.Body.String(), want) {
					t.Errorf("CSV, status %d, says nothing of %q", w.Code, want)
				}
			}
			w = do(s, request("GET", path+".xlsx?block=provinces&code=Q766"))
			f, err := excelize.OpenReader(bytes.NewReader(w.Body.Bytes()))
			if err != nil {
				t.Fatalf("status %d: %v", w.Code, err)
			}
			defer func() { _ = f.Close() }()
			rows, err := f.GetRows(f.GetSheetName(0))
			if err != nil || len(rows) < 5 {
				t.Errorf("%d rows, %v", len(rows), err)
			}
		})
	}
}

// The chart as a picture: drawn by the server, and turned into PNG by the browser.
func TestBrowser_picture(t *testing.T) {
	inBrowser(t)
	srv := httptest.NewServer(onSample(t))
	t.Cleanup(srv.Close)
	tab := browser.Open(t, srv.URL+"/ranking/Q766", signedIn(srv, browser.Viewport(1366, 768))...)
	browser.Eval[bool](tab, `document.querySelector("[data-png]").click(); true`)
	name := browser.Eval[string](tab, `new Promise(async (done) => {
		const link = document.querySelector("[data-png]");
		for (let i = 0; i < 100 && !link.dataset.saved; i++) await new Promise((r) => setTimeout(r, 50));
		done(link.dataset.saved || "");
	})`)
	if name != "Q766.png" {
		t.Errorf("saved %q", name)
	}
	tab.Clean()
}

// Every chart is to be had as a picture of its own.
func TestPictures(t *testing.T) {
	s := onSample(t)
	for path, want := range map[string][]string{
		"/heat/Q766.svg": {"1. Đồng Tháp", "Số hóa", "phiên bản"}, "/compare/Q766.svg?a1=P-01&a2=P34-48": {"Hà Nội", "Đà Nẵng", "Thanh toán", "phiên bản"},
		"/delta/Q766.svg": {"1. ", "+0,", "phiên bản"}, "/map/Q766.svg": {"Hoàng Sa", "(Đà Nẵng)", "Trường Sa", "(Khánh Hòa)", "phiên bản"},
		"/trend/VN.svg?code=CPS01": {"Năm 2024", "45", "Mục tiêu", "phiên bản"},
	} {
		w := do(s, request("GET", path))
		if err := xml.Unmarshal(w.Body.Bytes(), new(struct {
			XMLName xml.Name `xml:"svg"`
		})); err != nil || w.Code != 200 {
			t.Errorf("%s: status %d: %v", path, w.Code, err)
			continue
		}
		for _, text := range want {
			if !strings.Contains(w.Body.String(), text) && !strings.Contains(w.Body.String(), strings.ReplaceAll(text, "Năm ", "")) {
				t.Errorf("%s says nothing of %q", path, text)
			}
		}
		if strings.Contains(w.Body.String(), "%!") || strings.Contains(w.Body.String(), "NaN") {
			t.Errorf("%s: something was not printed", path)
		}
	}
	if w := do(s, request("GET", "/merger/DTI_P.svg?period=2022")); w.Code != 404 {
		t.Errorf("a page without a chart gives one: %d", w.Code)
	}
}

func TestRankingPicture(t *testing.T) {
	w := do(onSample(t), request("GET", "/ranking/Q766.svg"))
	var picture struct {
		XMLName xml.Name
		Text    []string `xml:"text"`
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &picture); err != nil || picture.XMLName.Local != "svg" {
		t.Fatalf("status %d: %v", w.Code, err)
	}
	all := strings.Join(picture.Text, "|")
	for _, want := range []string{"1. Đồng Tháp", "68,53", "34. Khánh Hòa", "ngày 26/09/2026", "Nguồn: Cổng Dịch vụ công quốc gia", "phiên bản"} {
		if !strings.Contains(all, want) {
			t.Errorf("the picture says nothing of %q", want)
		}
	}
}

func TestRankingPage_searchSortPeers(t *testing.T) {
	s := onSample(t)
	names := func(path string) []string {
		doc, _ := get(t, s, path, 200)
		return doc.Find("#ranking tbody th a").Map(func(_ int, e *goquery.Selection) string { return text(e) })
	}
	// A rank means little without its neighbours: who is searched for is marked, and nobody goes.
	if got := names("/ranking/Q766?q=da+nang"); len(got) != 34 {
		t.Errorf("the search leaves %v", got)
	}
	found, _ := get(t, s, "/ranking/Q766?q=da+nang", 200)
	if got := text(found.Find("#ranking tr.found th a")); got != "Đà Nẵng" || found.Find(`[role=status] a[href="#agency-P34-48"]`).Length() != 1 {
		t.Errorf("da nang finds %q", got)
	}
	if got := names("/ranking/Q766?sort=name"); len(got) != 34 || got[0] != "An Giang" || got[33] != "Vĩnh Long" {
		t.Errorf("by name: %v", got)
	}
	if got := names("/ranking/Q766?sort=-rank"); got[33] != "Đồng Tháp" {
		t.Errorf("last first: %v", got)
	}
	if got := names("/ranking/Q766?peers=region:dnb"); len(got) != 3 {
		t.Errorf("the South-East: %v", got)
	}
	doc, _ := get(t, s, "/ranking/Q766?sort=name", 200)
	if doc.Find(`th[aria-sort="ascending"]`).Length() != 1 || !strings.Contains(doc.Find(`th[aria-sort] a`).AttrOr("href", ""), "sort=-name") {
		t.Error("the sorted column does not say so, or does not turn around")
	}
}

// Who looks at the newest figures goes on doing so in every view of the ranking.
func TestBoards_liveStaysLive(t *testing.T) {
	s := onSample(t)
	for _, path := range []string{"/ranking/Q766", "/heat/Q766", "/compare/Q766"} {
		doc, _ := get(t, s, path+"?view=live", 200)
		doc.Find(".tabs a, th a.sort").Each(func(_ int, e *goquery.Selection) {
			if !strings.Contains(e.AttrOr("href", ""), "view=live") {
				t.Errorf("%s leads to %s", path, e.AttrOr("href", ""))
			}
		})
		if doc.Find(`form.filters input[name="view"][value="live"]`).Length() != 1 {
			t.Errorf("%s: choosing another period leaves the newest figures", path)
		}
		doc, _ = get(t, s, path, 200)
		if html, _ := doc.Html(); strings.Count(html, "view=live") != 1 { // the switch
			t.Errorf("%s: released figures lead to the newest, or the switch is missing", path)
		}
	}
}

// Hoàng Sa and Trường Sa stand on the map as parts of their provinces, without a rank.
func TestMap_islands(t *testing.T) {
	doc, _ := get(t, onSample(t), "/map/Q766", 200)
	for zone, of := range map[string]string{"Hoàng Sa": "Đà Nẵng", "Trường Sa": "Khánh Hòa"} {
		e := doc.Find(`svg.tiles g[role=img]`).FilterFunction(func(_ int, e *goquery.Selection) bool { return strings.Contains(text(e.Find("text")), zone) })
		if e.Length() != 1 || !strings.Contains(text(e), of) || !strings.Contains(e.AttrOr("aria-label", ""), "thuộc "+of+"; không xếp hạng riêng") {
			t.Errorf("%s: %q", zone, text(e))
		}
	}
	if n := doc.Find("svg.tiles a").Length(); n != 34 {
		t.Errorf("%d provinces", n)
	}
	doc, _ = get(t, onSample(t), "/map/DTI_P?period=2022", 200)
	if doc.Find("svg.tiles").Length() != 0 || !strings.Contains(text(doc.Find(".notice")), "danh sách") {
		t.Error("the 63 provinces are on the grid of 34")
	}
}

// What somebody found on a page stays findable: its fixed address shows it again, and leads on to pages of the same moment.
func TestBoards_fixed(t *testing.T) {
	s := onSample(t)
	for _, path := range []string{"/", "/a4", "/agency/P34-48", "/a4/P34-48"} {
		doc, _ := get(t, s, path, 200)
		fixed, ok := doc.Find(`a:contains("Liên kết cố định")`).Attr("href")
		if !ok || !strings.Contains(fixed, "as_of=") {
			t.Fatalf("%s has no fixed address: %q", path, fixed)
		}
		again, _ := get(t, s, fixed, 200)
		if now, then := text(doc.Find("main table").First()), text(again.Find("main table").First()); now != then {
			t.Errorf("%s shows something else: %.200s", fixed, then)
		}
		if a4, ok := again.Find(`a:contains("Trang A4")`).Attr("href"); ok && !strings.Contains(a4, "as_of=") {
			t.Errorf("%s leads to %s", fixed, a4)
		}
	}
	get(t, s, "/a4?as_of=2001-01-01", 404)
	get(t, s, "/?as_of=h%C3%B4m%20qua", 422)
}
