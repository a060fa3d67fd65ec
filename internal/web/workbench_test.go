package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"chiso/internal/testing/browser"
)

const bench = "/rounds/1/workbench"

// sendReport fills a report in and sends it: two figures differ from what another system holds.
func sendReport(t *testing.T, h http.Handler) {
	t.Helper()
	ids, all := definitions(t, h), url.Values{}
	for i, id := range ids {
		form := cell(id, "0", "num", "80", "den", "100", "why", "Nhập theo <b>sổ</b>")
		if i >= 3 {
			form = cell(id, "0", "val", "1.300")
		}
		for k, v := range form {
			all[k] = v
		}
	}
	all.Set("proposal-new", "Bổ sung kinh phí <i>gấp</i>")
	if w := sendForm(h, "reporter", report+"/cells", all); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for _, s := range [][3]string{{"reporter", "submit", "1"}, {"approver", "sign", "2"}} {
		if w := sendForm(h, s[0], report+"/step", url.Values{"step": {s[1]}, "seen": {s[2]}}); w.Code != 303 {
			t.Fatalf("%s: %d %s", s[1], w.Code, w.Body)
		}
	}
}

func TestWorkbench(t *testing.T) {
	h := newFiling(t)
	if body := open(h, "office", bench).Body.String(); !strings.Contains(body, "Chưa có báo cáo nào để kiểm tra") {
		t.Error("the empty bench")
	}
	sendReport(t, h)
	for who, want := range map[string]int{"": 303, "reporter": 403, "approver": 403, "committee": 403, "office": 200} {
		if w := open(h, who, bench); w.Code != want {
			t.Errorf("%q opens the bench: %d", who, w.Code)
		}
	}
	body := open(h, "office", bench).Body.String()
	for _, want := range []string{"80,00\u00a0% (80/100)", "79,34\u00a0% (81.200/102.340)", "khác</strong>", "1.250", "Nhập theo &lt;b&gt;sổ", "Kiến nghị chờ trả lời: 1", `name="remark-CPS07"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the bench does not say %q", want)
		}
	}
	if strings.Contains(body, "<b>sổ") || strings.Contains(body, "<i>gấp") || strings.Contains(body, "báo cáo đã chọn") {
		t.Error("injected, or offered as clean")
	}
	odd := open(h, "office", bench+"?odd=1&by=indicator").Body.String()
	if strings.Contains(odd, `name="remark-CPS10"`) || !strings.Contains(odd, `name="remark-CPS07"`) || !strings.Contains(odd, `id="c-CPS07"`) {
		t.Error("only the cells to look at, by indicator")
	}
	if w := open(h, "office", bench+"?agency=P-XX"); w.Code != 404 {
		t.Errorf("no such agency: %d", w.Code)
	}
	post := func(want int, says string, pairs ...string) string {
		t.Helper()
		form := url.Values{"of": {string(own)}, "odd": {"1"}}
		for i := 0; i+1 < len(pairs); i += 2 {
			form.Add(pairs[i], pairs[i+1])
		}
		path := bench
		if form.Has("clean") {
			path += "/receive"
		} else if form.Has("proposal") {
			path += "/answer"
		}
		w := sendForm(h, "office", path, form)
		if w.Code != want || !strings.Contains(w.Body.String()+w.Header().Get("Location"), says) {
			t.Errorf("%v: %d %s", pairs, w.Code, w.Body)
		}
		return w.Body.String()
	}
	post(422, "Biểu mẫu gửi lên không đọc được", "seen", "3", "step", "sign")
	post(422, "Chỉ khi trả lại mới ghi lý do ở từng ô", "seen", "3", "step", "receive", "remark-CPS07", "Xem lại")
	if again := post(409, "sau khi bạn mở trang này", "seen", "2", "step", "return", "reason", "Chung", "remark-CPS07", "Khác <EMC>"); !strings.Contains(again, `value="Khác &lt;EMC&gt;"`) || !strings.Contains(again, `value="Chung"`) {
		t.Error("what was typed is lost")
	}
	post(422, "", "seen", "3", "step", "return")
	post(200, "ô cần xem trước khi tiếp nhận", "clean", "3 "+string(own))
	post(422, "", "clean", "3")
	post(422, "câu trả lời", "proposal", "1", "answer", " ")
	post(404, "", "proposal", "99", "answer", "x")
	post(303, bench+"?odd=1&done=answer", "proposal", "1", "answer", "Đã ghi nhận")
	post(303, bench+"?odd=1&done=return", "seen", "3", "step", "return", "remark-CPS07", "Khác EMC")
	if body := open(h, "reporter", report).Body.String(); !strings.Contains(body, "Khác EMC") || !strings.Contains(body, "Đã ghi nhận") {
		t.Error("the reporter does not read the remark and the answer")
	}
	if body := open(h, "office", bench+"?agency="+string(own)).Body.String(); !strings.Contains(body, "Trả lại") || !strings.Contains(body, "Đã trả lại:") {
		t.Error("a returned report, asked for by name")
	}
}

// A report in which nothing is to be looked at is received with others; one that changed meanwhile is left alone.
func TestWorkbench_bulk(t *testing.T) {
	h := newFiling(t)
	if w := fillNone(h); w.Code != 303 {
		t.Fatal(w.Code)
	}
	ids := definitions(t, h)
	for _, id := range ids[:2] { // as another system has it
		sendForm(h, "reporter", report+"/cells", cell(id, "1", "num", "81.200", "den", "102.340"))
	}
	for _, s := range [][3]string{{"reporter", "submit", "1"}, {"approver", "sign", "2"}} {
		if w := sendForm(h, s[0], report+"/step", url.Values{"step": {s[1]}, "seen": {s[2]}}); w.Code != 303 {
			t.Fatalf("%s: %d %s", s[1], w.Code, w.Body)
		}
	}
	if body := open(h, "office", bench).Body.String(); !strings.Contains(body, `value="3 `+string(own)+`" checked`) {
		t.Fatal("not offered as clean")
	}
	if w := sendForm(h, "office", bench+"/receive", url.Values{"clean": {"2 " + string(own)}}); w.Code != 200 || !strings.Contains(w.Body.String(), "sau khi bạn mở trang này") {
		t.Errorf("another serial: %d", w.Code)
	}
	w := sendForm(h, "office", bench+"/receive", url.Values{"clean": {"3 " + string(own)}})
	if w.Code != 303 || w.Header().Get("Location") != bench+"?done=1" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if body := open(h, "office", bench+"?done=1").Body.String(); !strings.Contains(body, "Đã tiếp nhận 1 báo cáo.") {
		t.Error("it does not say so")
	}
}

// The office works through the bench with the keys alone.
func TestBrowser_workbench(t *testing.T) {
	inBrowser(t)
	h := newFiling(t)
	sendReport(t, h)
	srv := httptest.NewServer(withCookie(h, "office"))
	t.Cleanup(srv.Close)
	for name, path := range map[string]string{"agency": bench, "indicator": bench + "?by=indicator&odd=1"} {
		t.Run(name, func(t *testing.T) { browser.Look(t, "bench-"+name, srv.URL+path) })
	}
	tab := browser.Open(t, srv.URL+bench, browser.Viewport(1366, 768))
	browser.Eval[bool](tab, `(document.querySelector("[data-bench] tr[tabindex='0']").focus(), true)`)
	key := func(k string, ctrl bool) {
		t.Helper()
		down := `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "` + k + `", bubbles: true, cancelable: true, ctrlKey: ` + map[bool]string{true: "true", false: "false"}[ctrl] + `}))`
		browser.Eval[bool](tab, `(`+down+`, true)`)
	}
	key("ArrowDown", false)
	key("Enter", false)
	if got := browser.Eval[string](tab, `document.activeElement.name`); got != "remark-CPS08" {
		t.Fatalf("the keys lead to %q", got)
	}
	browser.Eval[bool](tab, `(document.activeElement.value = "Số khác EMC", true)`)
	key("Escape", false)
	if got := browser.Eval[string](tab, `document.activeElement.tagName`); got != "TR" {
		t.Errorf("Escape leads to %s", got)
	}
	tab.Clean()
	key("Enter", true)
	for range 100 {
		if ok, err := chromedp.Run(tab.Context(), chromedp.Evaluate[bool](`new Promise((done) => setTimeout(() => done(location.search.includes("done=return")), 50))`, chromedp.EvalAwaitPromise)); err == nil && ok {
			break
		}
	}
	if body := open(h, "reporter", report).Body.String(); !strings.Contains(body, "Số khác EMC") {
		t.Error("Ctrl+Enter did not return the report")
	}
}
