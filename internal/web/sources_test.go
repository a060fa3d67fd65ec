package web_test

import (
	"html"
	"strings"
	"testing"
	"time"

	"chiso/internal/web"
)

// A source without figures must not make it look as if nobody reported.
func TestOtherSourcesHaveFigures(t *testing.T) {
	s := newServer(t, newFake(t))
	doc, _ := get(t, s, "/ranking/SILENT?source=reported", 200)
	body := text(doc.Find("main"))
	if !strings.Contains(body, "Nguồn “Đơn vị báo cáo” không có số liệu nào của khối địa phương trong kỳ này (ngày 10/10/2026).") ||
		doc.Find(`.notice a[href="/ranking/SILENT?block=provinces&period=2026-10-10&source=dvcqg"]`).Length() != 1 ||
		doc.Find(`.notice a[href$="source=illustrative"] .mark-illustrative`).Length() != 1 {
		t.Errorf("the other sources are not offered: %s", body)
	}
	if strings.Contains(strings.ToLower(body), "chưa báo cáo") || doc.Find("#not-ranked").Length() != 0 {
		t.Errorf("it looks as if nobody reported: %s", body)
	}
	if doc.Find("select[name=source] option[selected]").AttrOr("value", "?") != "reported" {
		t.Error("the source that was asked for is not selected")
	}
	// The form sends a source only when somebody chose another one than the ranking's own.
	for path, want := range map[string]string{"/ranking/SILENT": "", "/ranking/SILENT?source=dvcqg": "", "/ranking/SILENT?source=illustrative": "illustrative"} {
		doc, _ := get(t, s, path, 200)
		if got := doc.Find("select[name=source] option[selected]"); got.Length() != 1 || got.AttrOr("value", "?") != want {
			t.Errorf("%s: source %q is selected, want %q", path, got.AttrOr("value", "?"), want)
		}
	}
}

func TestYesNo(t *testing.T) {
	s := newServer(t, newFake(t))
	doc, _ := get(t, s, "/ranking/YESNO", 200)
	body := text(doc.Find("main"))
	rows := doc.Find("#ranking tbody tr")
	if text(rows.First().Find("td.num")) != "Có" || text(rows.Last().Find("td.num")) != "Không" || !strings.Contains(body, "30 đơn vị có, 4 đơn vị không.") {
		t.Errorf("answers: %s", body)
	}
	if strings.Contains(body, "dẫn đầu") || doc.Find("#chart, svg.cellbar").Length() > 0 || strings.Contains(body, "Cách hạng trên") {
		t.Error("answers are drawn or led")
	}
	if strings.Contains(body, "đơn vị tính") {
		t.Error("an answer has a unit")
	}
	if !strings.Contains(body, "56 tỉnh") {
		t.Error("the nation's count is not printed as a count")
	}
	headline, foot := text(doc.Find("dl.figures")), text(doc.Find("dd.origin"))
	if strings.Contains(headline, "github:") || !strings.Contains(headline, "Theo số liệu đã công bố") || !strings.Contains(foot, "github:somebody/copy-of-a-paper") {
		t.Errorf("headline %q, foot %q", headline, foot)
	}
	if w := do(s, request("GET", "/ranking/YESNO.csv")); !strings.Contains(w.Body.String(), ";Có;;") {
		t.Errorf("csv: %s", w.Body)
	}
	doc, _ = get(t, s, "/upload/4", 200)
	if row := text(doc.Find("tbody tr")); !strings.Contains(row, "Có") || !strings.Contains(row, "Quý III năm 2026") {
		t.Errorf("upload: %s", row)
	}
}

func TestScorecardLeadsToItsComponents(t *testing.T) {
	doc, _ := get(t, newServer(t, newFake(t)), "/ranking/Q766", 200)
	if got := doc.Find("#agency-P34-82 td.num a").AttrOr("href", ""); got != "/agency/P34-82#bo-Q766" {
		t.Errorf("value leads to %q", got)
	}
	body := text(doc.Find("main"))
	for _, want := range []string{"tính 0 điểm: 766 - Mức độ hài lòng", "phiên bản theo Cổng DVCQG 2026", "nguồn xếp tiếp các đơn vị có cùng giá trị"} {
		if !strings.Contains(body, want) {
			t.Errorf("page does not say %q", want)
		}
	}
}

func TestAsOf(t *testing.T) {
	now := time.Date(2026, 10, 12, 3, 0, 0, 0, time.UTC)
	s := newServer(t, newFake(t), func(c *web.Config) { c.Clock = func() time.Time { return now } })
	doc, _ := get(t, s, "/ranking/CPS08?as_of=2026-10-11T09:00", 200)
	if !strings.Contains(text(doc.Find(".as-of")), "Đang xem số liệu như đã biết lúc 11/10/2026 09:00 · Về số liệu hiện nay") ||
		strings.Contains(doc.Find(".as-of a").AttrOr("href", ""), "as_of") {
		t.Error(text(doc.Find(".as-of")))
	}
	for _, link := range []string{`a[href^="/report.xlsx"]`, `a[href^="/ranking/CPS08.csv"]`} {
		if !strings.Contains(doc.Find(link).AttrOr("href", ""), "as_of=2026-10-11T02%3A00%3A00Z") {
			t.Errorf("%s forgets the moment", link)
		}
	}
	if a := doc.Find("#ranking tbody th a").First(); strings.Contains(a.AttrOr("href", ""), "as_of") || !strings.Contains(a.AttrOr("title", ""), "số liệu hiện nay") {
		t.Error("the agency's page looks as if it showed that moment")
	}
	if doc.Find("#as_of").AttrOr("value", "") != "2026-10-11T09:00" {
		t.Error("the form forgets the moment")
	}
	for q, want := range map[string]struct {
		status int
		says   string
	}{
		"1999-12-31": {400, "từ năm 2000 đến nay"}, "0001-01-01": {400, "từ năm 2000"}, "2027-01-01": {400, "đến nay"}, "2026-10-12T23:00": {400, "đến nay"},
		"2026-10-12": {200, "như đã biết lúc 12/10/2026 10:00"}, "2010-01-01": {404, "chưa có số liệu nào. Hãy chọn thời điểm muộn hơn."},
	} {
		doc, _ := get(t, s, "/ranking/CPS08?as_of="+q, want.status)
		if !strings.Contains(text(doc.Find("main")), want.says) {
			t.Errorf("%s: %s", q, text(doc.Find("main")))
		}
	}
	if w := do(s, request("GET", "/report.xlsx?period=2026-Q3&as_of=2030-01-01")); w.Code != 400 {
		t.Errorf("report of the future: %d", w.Code)
	}
}

func TestAgencyPlace(t *testing.T) {
	doc, _ := get(t, newServer(t, newFake(t)), "/agency/P34-82", 200)
	row := text(doc.Find("tr.has-history").First())
	for _, want := range []string{"30/34", "tăng 2 bậc, từ hạng 32", "cách hạng trên 0,12"} {
		if !strings.Contains(row, want) {
			t.Errorf("row does not say %q: %s", want, row)
		}
	}
	if got := doc.Find("tr.has-history th a").First().AttrOr("href", ""); got != "/ranking/CPS08?block=provinces&period=2026-Q3&source=dvcqg#agency-P34-82" {
		t.Errorf("ranking link %q", got)
	}
	if got := text(doc.Find("summary").First()); !strings.HasPrefix(got, "Các kỳ trước (4 kỳ)") || doc.Find("details").First().Find("li").Length() != 4 {
		t.Errorf("earlier periods: %s", got)
	}
}

// Growth as published stands beside its figure wherever the figure is read, in the workbook and in the catalogue, and in a list of its own.
func TestGrowthIsReachable(t *testing.T) {
	h := onSample(t)
	doc, _ := get(t, h, "/agency/VN", 200)
	growth := text(doc.Find("#growth").Parent())
	for _, want := range []string{"+58,61 %", "2,5 lần", "+15 bậc", "hơn 3 lần", "khoảng +20 %", "Năm 2023", "Báo Ấp Bắc", "không nói là phần trăm hay điểm phần trăm"} {
		if !strings.Contains(growth, want) {
			t.Errorf("the list of growth lacks %q: %.600s", want, growth)
		}
	}
	if !strings.Contains(text(doc.Find(".table-series")), "nguồn in: +58,61 % so với năm 2023") {
		t.Error("the certificates' figure does not carry its growth")
	}
	link, _ := doc.Find(`tr:contains("chứng thư") a[href^="/evidence/"]`).First().Attr("href")
	for path, want := range map[string]string{link: "nguồn in: +58,61", "/indicator/CPS01?period=2024": "nguồn in: tăng 2,5\u00a0lần so với năm 2023", "/trend/VN?code=CPS22": "nguồn in: +15\u00a0bậc so với năm 2022",
		"/report.xlsx?period=2024": "nguồn in: +58,61", "/trend/VN.csv?code=CPS01": "nguồn in: tăng 2,5"} {
		w := do(h, request("GET", path))
		if w.Code != 200 || !strings.Contains(html.UnescapeString(content(t, w.Body.Bytes())), want) {
			t.Errorf("%s: %d, without %q", path, w.Code, want)
		}
	}
}
