package web_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"chiso/internal/app"
	"chiso/internal/app/figures"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/testing/browser"
	"chiso/internal/vi"
	"chiso/internal/web"
)

var rePDFPage = regexp.MustCompile(`/Type\s*/Page\b`)

// A committee takes the ranking along as one sheet of paper: 34 provinces on one upright A4 page, the 63 of before on two.
func TestBrowser_paper(t *testing.T) {
	inBrowser(t)
	srv := httptest.NewServer(newServer(t, newFake(t)))
	t.Cleanup(srv.Close)
	for path, want := range map[string]int{"/ranking/Q766_0": 1, "/ranking/CPS08": 1, "/ranking/Q766": 1, "/ranking/YESNO": 1, "/ranking/CPS08-63": 2} {
		tab := browser.Open(t, srv.URL+path, signedIn(srv, browser.Viewport(1366, 768))...)
		pdf, err := chromedp.Run(tab.Context(), chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPreferCSSPageSize()))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(rePDFPage.FindAll(pdf, -1)); got != want {
			t.Errorf("%s takes %d pages, want %d", path, got, want)
		}
		tab.PDF("paper" + regexp.MustCompile(`\W`).ReplaceAllString(path, "-"))
	}
}

// What a committee takes along is exactly one sheet, for the nation and for every kind of agency.
func TestBrowser_a4(t *testing.T) {
	inBrowser(t)
	srv := httptest.NewServer(onSample(t))
	t.Cleanup(srv.Close)
	for _, path := range []string{"/a4", "/a4/P34-48", "/a4/P-01", "/a4/P34-82", "/a4/BTC", "/ranking/Q766", "/ranking/CPS08", "/ranking/Q766_0", "/analysis/P34-48?code=CPS13&period=2026-10-10"} {
		onePage(t, srv.URL+path, "paper"+regexp.MustCompile(`\W`).ReplaceAllString(path, "-"))
	}
}

// onePage prints a page as somebody of the office and wants exactly one sheet.
func onePage(t *testing.T, address, name string) {
	t.Helper()
	tab := browser.Open(t, address, browser.Cookie(address, "chiso", "staff"), browser.Viewport(1366, 768))
	if head := browser.Eval[string](tab, `document.querySelector("h1").textContent`); head == "Không tìm thấy" || head == "Đăng nhập" {
		t.Fatalf("%s says %q", address, head)
	}
	tab.PDF(name)
	// A longer date, another font: a strip of the sheet stays free.
	browser.Eval[bool](tab, `(() => { const strip = document.createElement("div"); strip.style.height = "5mm"; document.querySelector("main").append(strip); return true })()`)
	pdf, err := chromedp.Run(tab.Context(), chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPreferCSSPageSize()))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(rePDFPage.FindAll(pdf, -1)); got != 1 {
		t.Errorf("%s takes %d pages with 5 mm to spare, want 1", address, got)
	}
}

// crowded is the program with pages as full as they can be: seven late tasks, many silent agencies, long titles.
type crowded struct{ *app.App }

func (c crowded) Sheet(ctx context.Context, q figures.SheetQuery) (*figures.Sheet, error) {
	s, err := c.App.Sheet(ctx, q)
	if err != nil {
		return nil, err
	}
	title := "Kết nối, chia sẻ dữ liệu giữa Cơ sở dữ liệu quốc gia về dân cư với hệ thống thông tin giải quyết thủ tục hành chính của bộ, ngành, địa phương và Cổng Dịch vụ công quốc gia"
	in := &figures.Inside{}
	in.Tasks.Counts.DoneOnTime, in.Tasks.Counts.DoneLate, in.Tasks.Counts.Overdue, in.Tasks.Counts.InTime = 1101, 207, 61, 356
	in.Tasks.Counts.DueSoon, in.Tasks.Counts.Recurring, in.Tasks.Counts.NoDueDate, in.Tasks.Counts.Suspended = 24, 38, 12, 7
	for i := range 7 {
		in.Tasks.Late = append(in.Tasks.Late, figures.TaskLine{Title: title, Code: "NV", Person: "Nguyễn Thị Phương Thảo Nguyên", Days: 239 - i, Due: vi.NewDate(2026, 3, 31),
			Holders: []figures.TaskParty{{Name: "Bộ Nông nghiệp và Môi trường"}, {Name: "Bộ Khoa học và Công nghệ"}, {Name: "Bộ Công an"}}})
	}
	for i := range 6 {
		p := figures.PlanLine{Name: "Nhiệm vụ: Nghị quyết 71/NQ-CP về đột phá phát triển khoa học, công nghệ", Done: vi.Some(vi.Int(90)), Of: vi.Some(vi.Int(330)), Late: i}
		s.Plan = append(s.Plan, p)
	}
	due := filing.Deadline{Day: vi.NewDate(2026, 11, 17)}
	round := figures.RoundDigest{Name: "Báo cáo quý về chuyển đổi số", Period: kpi.MustPeriod("2026-Q3"), Due: due, Passed: true, Owes: 85, OnTime: 40, Late: 5, Returned: 3}
	for i := range 40 {
		round.Missing = append(round.Missing, fmt.Sprintf("Đơn vị chưa gửi số %d", i))
		s.Silent = append(s.Silent, fmt.Sprintf("Đơn vị thiếu số liệu %d", i))
	}
	mark := figures.RoundMark{Name: round.Name, Period: round.Period, Due: due, DaysLate: 8, Returned: 2, State: "Đã gửi", Sent: due.Day.Time()}
	if q.Agency == "" {
		in.Rounds = []figures.RoundDigest{round, round}
	} else {
		in.Marks = []figures.RoundMark{mark, mark, mark, mark, mark}
	}
	s.Inside = in
	return s, nil
}

// The fullest page is still one sheet, and prints every late task with its person and days.
func TestBrowser_a4Full(t *testing.T) {
	inBrowser(t)
	s := onSampleWith(t, func(*app.App) error { return nil }, func(a *app.App) web.App { return crowded{a} })
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	for _, path := range []string{"/a4", "/a4/P34-48", "/a4/BTC"} {
		doc, _ := get(t, s, path, 200)
		late := doc.Find(".a4-late tbody tr")
		if first := text(late.First()); late.Length() != 7 || !strings.Contains(first, "Nguyễn Thị Phương Thảo Nguyên") || !strings.HasSuffix(first, "239") {
			t.Errorf("%s prints %d late tasks, first %q", path, late.Length(), first)
		}
		onePage(t, srv.URL+path, "full"+strings.ReplaceAll(path, "/", "-"))
	}
}

// The bar of somebody with every room stays in one line on a laptop: the last button does not fall below the first word.
func TestBrowser_barOneLine(t *testing.T) {
	inBrowser(t)
	srv := httptest.NewServer(onSample(t))
	t.Cleanup(srv.Close)
	tab := browser.Open(t, srv.URL+"/rounds", browser.Cookie(srv.URL, "chiso", "staff"), browser.Viewport(1366, 768))
	if high := browser.Eval[float64](tab, `document.querySelector(".site-header").getBoundingClientRect().height`); high > 60 {
		t.Errorf("the bar of the office is %v px high on a laptop, want one line of at most 60", high)
	}
}
