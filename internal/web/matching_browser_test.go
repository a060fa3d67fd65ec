package web_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"chiso/internal/agency"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/testing/browser"
	"chiso/internal/web"
)

// ownHeads are the headings of a province's own table. The words of shares and their parts are those of the one-stop statistics of
// dichvucong.thuathienhue.gov.vn and of Quyết định 892/QĐ-UBND ngày 28/4/2023 of Quảng Nam; the last three are what clerks write.
var ownHeads = strings.Join([]string{"Địa phương", "Tổng số hồ sơ tiếp nhận", "Số hồ sơ tiếp nhận trực tuyến", "Tỷ lệ nộp trực tuyến (%)",
	"Tổng số hồ sơ phải trả kết quả", "Số hồ sơ giải quyết đúng hạn và trước hạn", "Tỷ lệ đúng hạn (%)", "Tổng số hồ sơ đã có kết quả",
	"Hồ sơ cấp KQ điện tử", "Tỷ lệ cấp kết quả điện tử (%)", "Dịch vụ mức cao nhất", "Đã gửi qua Cổng từ khi mở", "Công chức một cửa"}, ",")

// atMatching is an officer with a table of her own and two reports, one after the other.
func atMatching(t *testing.T) *newPerson {
	t.Helper()
	inBrowser(t)
	a, clock := filingUses(t)
	if _, err := a.Store.Write(t.Context(), store.Change{Account: "office", Reason: "-"}, func(tx *store.Tx) error {
		_, err := tx.OpenRound(filing.Round{Regime: "THU", Name: "Báo cáo chuyển đổi số tháng 9/2026", Period: kpi.MustPeriod("2026-09"), Agencies: []agency.ID{own},
			Window: filing.Window{From: 20260815, To: 20260914}, Due: filing.Deadline{Day: 20261020}}, filing.RoundEvent{Action: filing.RoundOpened})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	h := newServer(t, newFake(t), func(c *web.Config) { c.App, c.Clock = filingApp{&fakePeople{}, realApp{a}}, clock })
	l := &line{h: h}
	l.who.Store("reporter")
	srv := httptest.NewServer(l)
	t.Cleanup(srv.Close)
	p := &newPerson{officer: &officer{t: t, line: l, h: h}}
	p.tab = browser.Open(t, srv.URL+"/desk", browser.Viewport(1366, 768), browser.Within(3*time.Minute))
	p.start = time.Now()
	return p
}

// looks takes pictures of the page; that is no time of the officer's.
func (p *newPerson) looks(name string) {
	p.t.Helper()
	since := time.Now()
	bothWays(p.t, p.tab, name)
	p.start = p.start.Add(time.Since(since))
}

// gives hands the table to the report that is open, and waits for what comes.
func (p *newPerson) gives(name, line, comes string) {
	p.t.Helper()
	p.givesText(name, ownHeads+"\n"+line+"\n", comes)
}

func (p *newPerson) givesText(name, text, comes string) {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.clicks += 2 // opens the chooser, chooses
	p.tab.Do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
	p.click(`button[formaction$="/upload"]`, comes)
}

// An officer brings a table of her own with twelve headings of her own: she is asked three questions, and her report is complete. The next
// month the same table is asked nothing. It prints clicks, keys and seconds.
func TestBrowser_ownTable(t *testing.T) {
	p := atMatching(t)
	base := browser.Eval[string](p.tab, "location.origin")
	p.tab.Go(base + report)
	p.start = time.Now()
	p.gives("bao-cao-q3.csv", "Đồng Tháp,102400,81300,79.39,98000,90000,91.84,90000,72000,80,1300,46200,57", `document.querySelector("#understood")`)
	p.looks("match-columns")
	p.do(`document.querySelectorAll("details").forEach((d) => { d.open = true; })`)
	p.looks("match-open")
	p.do(`document.querySelectorAll("details").forEach((d) => { d.open = false; }); document.documentElement.dataset.bsTheme = "dark"`)
	p.looks("match-dark")
	p.do(`document.documentElement.dataset.bsTheme = "light"`)
	questions := browser.Eval[int](p.tab, `document.querySelectorAll("section > .table-responsive .match-table tbody tr").length`)
	for _, row := range browser.Eval[[]string](p.tab, `[...document.querySelectorAll(".match-table tbody tr")].map((r) => r.closest("details") ? "sure: " + r.innerText.slice(0, 80) : "asked: " + r.querySelector("label").textContent + " = " + r.querySelector("select").value + " | " + r.cells[3].textContent.trim())`) {
		t.Log(strings.ReplaceAll(row, "\n", " "))
	}
	if questions != 3 {
		t.Errorf("%d questions, want 3", questions)
	}
	p.click(`button[value="next"]`, `document.querySelector("#problems")||document.title.includes("Có lỗi")`) // nothing
	p.looks("match-refused")
	for heading, target := range map[string]string{"Dịch vụ mức cao nhất": "CPS03", "Đã gửi qua Cổng từ khi mở": "CPS17", "Công chức một cửa": "-"} {
		p.clicks += 2 // opens the list, chooses
		p.do(`const l = [...document.querySelectorAll(".match-table label")].find((l) => l.textContent.includes("` + heading + `")); const s = document.getElementById(l.htmlFor); s.value = "` + target + `"; s.dispatchEvent(new Event("change", {bubbles: true}))`)
	}
	p.click(`button[value="next"]`, `document.querySelector("#preview")`)
	p.looks("match-preview")
	p.click(`form[action$="/take"] button`, `document.querySelector(".finding-done a")`)
	p.click(".finding-done a", pageLive)
	p.says("a table of her own, the first time")
	if text := browser.Eval[string](p.tab, `document.body.textContent`); !strings.Contains(text, "5/5") {
		t.Error("the report is not complete")
	}

	p.tab.Go(base + "/desk")
	p.looks("match-desk")
	next := browser.Eval[string](p.tab, `[...document.querySelectorAll("th a")].find((a) => a.textContent.includes("tháng 9")).getAttribute("href")`)
	p.tab.Go(base + next)
	p.clicks, p.keys, p.start = 0, 0, time.Now()
	p.gives("bao-cao-t9.csv", "Đồng Tháp,34200,27400,80.12,33000,30500,92.42,30000,24600,82,1310,47900,57", `document.querySelector("#preview")`)
	if text := browser.Eval[string](p.tab, `document.querySelector("main").innerText`); !strings.Contains(text, "như lần trước") {
		t.Errorf("it does not say that it was matched as before: %s", text)
	}
	p.click(`form[action$="/take"] button`, `document.querySelector(".finding-done a")`)
	p.click(".finding-done a", pageLive)
	p.says("the same table, the next month")
	if text := browser.Eval[string](p.tab, `document.body.textContent`); !strings.Contains(text, "5/5") {
		t.Error("the second report is not complete")
	}

	p.tab.Go(base + "/matches")
	p.looks("matches")
	p.click(`form[action="/matches"] button`, `document.querySelector(".notice[role=status]")`)
	if text := browser.Eval[string](p.tab, `document.querySelector("main").innerText`); !strings.Contains(text, "Chưa nhớ cách đọc tệp nào") {
		t.Errorf("after it was revoked: %s", text)
	}
}

// A line whose name is no indicator's is asked about, with the two nearest; a press without an answer says so and keeps the page.
func TestBrowser_ownLines(t *testing.T) {
	p := atMatching(t)
	p.tab.Go(browser.Eval[string](p.tab, "location.origin") + report)
	p.givesText("theo-doi.csv", "Nội dung,ĐVT,Số đã làm được,Tổng số phải làm,Tỷ lệ (%),Kết quả\n"+
		"Tỷ lệ hồ sơ nộp trực tuyến,%,20,25,80,\nHồ sơ xong đúng hẹn,%,55,60,91.67,\nSố DVC trực tuyến toàn trình,DVC,,,,1300\n", `document.querySelector("fieldset.explain")`)
	p.looks("match-lines")
	if n := browser.Eval[int](p.tab, `document.querySelectorAll("fieldset.explain input[type=radio]").length`); n != 4 {
		t.Errorf("%d ways to answer, want the two nearest, another, and not to read", n)
	}
	p.do(`document.querySelector("fieldset.explain select").value = "CPS08"`) // what is chosen there needs no second press
	p.click(`button[value="next"]`, `document.querySelector("#preview")`)
	if n := browser.Eval[int](p.tab, `document.querySelectorAll("input[name^=take-]").length`); n != 3 {
		t.Errorf("%d cells are shown, want 3", n)
	}
}
