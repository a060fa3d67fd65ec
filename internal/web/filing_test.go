package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"

	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/catalogue"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/testing/browser"
	"chiso/internal/vi"
	"chiso/internal/web"
	"chiso/internal/web/reporting"
	"chiso/seed"
)

// filingApp serves the pages from real use cases; who signs in is played.
type filingApp struct {
	*fakePeople
	realApp
}

// realApp stands below the people who are played.
type realApp struct{ *app.App }

// newFiling is a server over a fresh database in which a round waits for the reporter of `own`.
func newFiling(t *testing.T) http.Handler {
	t.Helper()
	a, clock := filingUses(t)
	return newServer(t, newFake(t), func(c *web.Config) { c.App, c.Clock = filingApp{&fakePeople{}, realApp{a}}, clock })
}

// filingUses are the real use cases over a fresh database in which a round waits for `own`.
func filingUses(t *testing.T) (*app.App, func() time.Time) {
	t.Helper()
	clock := func() time.Time { return time.Date(2026, 10, 12, 3, 0, 0, 0, time.UTC) }
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "chiso.db"), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, err := catalogue.LoadCatalogue(seed.Files)
	if err != nil {
		t.Fatal(err)
	}
	f := filing.Form{Regime: "THU", Code: "T1", Name: "Biểu số 01: Dịch vụ công trực tuyến", From: vi.OpenFrom, To: vi.OpenTo}
	for i, code := range []string{"CPS07", "CPS08", "CPS10", "CPS03", "CPS17"} {
		f.Items = append(f.Items, filing.Item{Indicator: code, Order: i + 1})
	}
	c.Forms = append(c.Forms, f)
	c.Regimes = append(c.Regimes, filing.Regime{Code: "THU", From: vi.OpenFrom, To: vi.OpenTo, Name: "Báo cáo quý về chuyển đổi số", Owner: agency.Nation, Kind: filing.Periodic})
	_, err = s.Write(t.Context(), store.Change{Account: "office", Reason: "-"}, func(tx *store.Tx) error {
		if err := tx.SaveCatalogue(c); err != nil {
			return err
		}
		_, err := tx.OpenRound(filing.Round{Regime: "THU", Name: "Báo cáo chuyển đổi số quý III/2026", Period: kpi.MustPeriod("2026-Q3"), Agencies: []agency.ID{own, other},
			Window: filing.Window{From: 20260615, To: 20260914}, Due: filing.Deadline{Day: 20261014}}, filing.RoundEvent{Action: filing.RoundOpened})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	accept(t, s)
	a, err := app.New(app.Config{Store: s, Clock: clock, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return a, clock
}

// accept stores what other systems and the quarters before say.
func accept(t *testing.T, s *store.Store) {
	t.Helper()
	var facts []store.Fact
	err := s.Read(t.Context(), time.Time{}, func(v *store.View) error {
		c, err := v.Catalogue()
		for _, d := range c.Definitions {
			fact := store.Fact{Period: kpi.MustPeriod("2026-Q2"), Definition: d.ID, Agency: own, System: kpi.Reported}
			switch d.Indicator.Code {
			case "CPS07", "CPS08":
				fact.Figure = kpi.Figure{State: kpi.Value, Num: vi.Some(vi.Int(81200)), Den: vi.Some(vi.Int(102340))}
				emc := fact
				emc.Period, emc.System = kpi.MustPeriod("2026-Q3"), kpi.EMC
				facts = append(facts, fact, emc)
			case "CPS03", "CPS17":
				fact.Figure = kpi.Figure{State: kpi.Value, Value: vi.Some(vi.Int(1250))}
				facts = append(facts, fact)
			}
		}
		return err
	})
	if err == nil {
		_, err = s.Write(context.WithoutCancel(t.Context()), store.Change{Account: "office", Reason: "-"}, func(tx *store.Tx) error {
			_, err := tx.Accept(facts)
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

const report = "/desk/1/" + string(own)

// send posts a form as somebody.
func sendForm(h http.Handler, who, path string, form url.Values, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Host = "localhost:8080"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return do(h, as(who, r))
}

func open(h http.Handler, who, path string) *httptest.ResponseRecorder {
	return do(h, as(who, request("GET", path)))
}

// definitions reads the ids of the grid's rows off the page.
func definitions(t *testing.T, h http.Handler) (out []string) {
	t.Helper()
	body := open(h, "reporter", report).Body.String()
	for _, part := range strings.Split(body, `data-cell="`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		out = append(out, id)
	}
	if len(out) != 5 {
		t.Fatalf("%d rows: %s", len(out), body)
	}
	return out
}

func cell(id, version string, values ...string) url.Values {
	f := url.Values{"seen-" + id: {version}}
	for i := 0; i+1 < len(values); i += 2 {
		f.Set(values[i]+"-"+id, values[i+1])
	}
	return f
}

// fields reads the form of a page that posts to an address: hidden fields, texts, what is ticked.
func fields(body, action string) url.Values {
	out := url.Values{}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		return out
	}
	doc.Find(`form[action^="` + action + `"] input[name]`).Each(func(_ int, in *goquery.Selection) {
		name, _ := in.Attr("name")
		value, _ := in.Attr("value")
		if _, checked := in.Attr("checked"); checked || in.AttrOr("type", "") != "checkbox" {
			out.Add(name, value)
		}
	})
	return out
}

// fillNone answers every blank cell of the report with "không phát sinh", as the page offers it.
func fillNone(h http.Handler) *httptest.ResponseRecorder {
	return sendForm(h, "reporter", report+"/none", fields(open(h, "reporter", report+"/none").Body.String(), report+"/none"))
}

func TestFiling_plainForms(t *testing.T) {
	h := newFiling(t)
	desk := open(h, "reporter", "/desk").Body.String()
	for _, want := range []string{"Báo cáo chuyển đổi số quý III/2026", "còn 2 ngày", "Chưa lập", "0/5", `href="` + report + `"`} {
		if !strings.Contains(desk, want) {
			t.Errorf("the desk does not say %q", want)
		}
	}
	ids := definitions(t, h)
	all := url.Values{}
	for i, id := range ids {
		form := cell(id, "0", "num", "80", "den", "100")
		if i >= 3 {
			form = cell(id, "0", "val", "1.300.000")
		}
		for k, v := range form {
			all[k] = v
		}
	}
	if w := sendForm(h, "reporter", report+"/cells", all); w.Code != 303 || w.Header().Get("Location") != report+"?done=saved" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	// Somebody saw the form before it was saved: the own figures are shown back, nothing is lost.
	w := sendForm(h, "reporter", report+"/cells", cell(ids[0], "0", "num", "70", "den", "100"))
	if w.Code != 409 || !strings.Contains(w.Body.String(), "vừa ghi ô này") || !strings.Contains(w.Body.String(), "Bạn đã ghi: 70 100") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := sendForm(h, "reporter", report+"/cells", url.Values{"text-1": {"Đã làm <script>alert(1)</script>"}, "textseen-1": {"0"}}); w.Code != 303 {
		t.Errorf("%d", w.Code)
	}
	for who, want := range map[string]int{"": 401, "nobody": 403, "committee": 403, "office": 403} {
		if w := sendForm(h, who, report+"/cells", cell(ids[0], "1", "num", "1", "den", "2")); w.Code != want {
			t.Errorf("%q saves a cell: %d", who, w.Code)
		}
	}
	if w := open(h, "reporter", "/desk/1/"+string(other)); w.Code != 403 {
		t.Errorf("somebody else's report: %d", w.Code)
	}
	if w := open(h, "reporter", "/desk/9/"+string(own)); w.Code != 404 {
		t.Errorf("no such round: %d", w.Code)
	}
}

func TestFiling_life(t *testing.T) {
	h := newFiling(t)
	if w := fillNone(h); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	step := func(who, name, seen string, want int, says string) {
		t.Helper()
		w := sendForm(h, who, report+"/step", url.Values{"step": {name}, "seen": {seen}, "reason": {"Xem lại"}})
		if w.Code != want || !strings.Contains(w.Body.String(), says) {
			t.Errorf("%s by %s: %d %s", name, who, w.Code, w.Body)
		}
	}
	step("approver", "sign", "1", 409, "Dự thảo")
	step("reporter", "submit", "1", 303, "")
	step("reporter", "sign", "2", 403, "Lãnh đạo ký duyệt")
	step("approver", "sign", "1", 409, "sau khi bạn mở trang này")
	if body := open(h, "approver", report).Body.String(); !strings.Contains(body, "Xem lại trước khi ký</button>") || strings.Contains(body, " data-grid>") {
		t.Error("the approver cannot sign, or may still edit")
	}
	step("approver", "sign", "2", 303, "")
	step("office", "return", "3", 303, "")
	body := open(h, "reporter", report).Body.String()
	for _, want := range []string{"Báo cáo bị trả lại:", "Xem lại", "Lịch sử", "Ký, gửi", "đúng hạn"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, injected := range []string{"burn", `"><script>`} {
		if w := sendForm(h, "reporter", report+"/step", url.Values{"step": {injected}, "seen": {"4"}}); w.Code != 422 || strings.Contains(w.Body.String(), "<script>alert") {
			t.Errorf("%d", w.Code)
		}
	}
	step("reporter", "submit", "4", 303, "")
	for _, want := range []string{`href="` + report + `/kept/1"`, `href="` + report + `/kept/2"`} {
		if !strings.Contains(open(h, "reporter", report).Body.String(), want) {
			t.Errorf("the history does not lead to %s", want)
		}
	}
	kept := open(h, "reporter", report+"/kept/1").Body.String()
	for _, want := range []string{"Bản 1 của báo cáo", "Không phát sinh", "Trả lại", "Không có gì khác.", "Bản 1 → bản tiếp theo"} {
		if !strings.Contains(kept, want) {
			t.Errorf("what was handed up does not say %q", want)
		}
	}
	if w := open(h, "reporter", report+"/kept/3"); w.Code != 404 {
		t.Errorf("a content that nobody handed up: %d", w.Code)
	}
	if w := open(h, "committee", report+"/kept/1"); w.Code != open(h, "committee", report).Code {
		t.Errorf("kept content for a committee: %d", w.Code)
	}
	copyPage := open(h, "reporter", report+"/copy").Body.String()
	for _, want := range []string{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ỦY BAN NHÂN DÂN TỈNH ĐỒNG THÁP", "Đồng Tháp, ngày 12 tháng 10 năm 2026", "Phụ lục I", "Về chuyển đổi số, quý III năm 2026", "Mã phiên bản:", "(A)"} {
		if !strings.Contains(copyPage, want) {
			t.Errorf("the signing copy does not say %q", want)
		}
	}
}

// What was typed and refused is shown again, whatever it was; another's text stands beside one's own.
func TestFiling_nothingTypedIsLost(t *testing.T) {
	h := newFiling(t)
	ids := definitions(t, h)
	section := func(seen, body string) *httptest.ResponseRecorder {
		return sendForm(h, "reporter", report+"/cells", url.Values{"text-1": {body}, "textseen-1": {seen}})
	}
	section("0", "Bản của người kia <b>")
	if w := section("0", "Bản của tôi <i>"); w.Code != 409 || !strings.Contains(w.Body.String(), `aria-describedby="lost-1">Bản của tôi &lt;i&gt;</textarea>`) ||
		!strings.Contains(w.Body.String(), `theirs">Bản của người kia &lt;b&gt;</div>`) || !strings.Contains(w.Body.String(), `name="textseen-1" value="1"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := section("1", "Bản của tôi"); w.Code != 303 {
		t.Errorf("one's own text cannot be saved after the conflict: %d", w.Code)
	}
	w := sendForm(h, "reporter", report+"/cells", cell(ids[0], "0", "num", "71", "den", "99", "note", strings.Repeat("dài ", 400)))
	if body := w.Body.String(); w.Code != 422 || !strings.Contains(body, `value="71"`) || !strings.Contains(body, `value="99"`) || !strings.Contains(body, "dài dài") {
		t.Errorf("%d %s", w.Code, body)
	}
	w = sendForm(h, "reporter", report+"/cells", url.Values{"proposal-new": {strings.Repeat("kiến nghị ", 300)}})
	if w.Code != 422 || !strings.Contains(w.Body.String(), "kiến nghị kiến nghị") {
		t.Errorf("%d", w.Code)
	}
	w = sendForm(h, "reporter", report+"/paste", url.Values{"start": {"CPS07"}, "block": {"ABC01\t2\t3\nABC02\t4\t5"}})
	if w.Code != 422 || !strings.Contains(w.Body.String(), "ABC01\t2\t3\nABC02\t4\t5</textarea>") || !strings.Contains(w.Body.String(), "ABC01” không phải mã") {
		t.Errorf("%d", w.Code)
	}
	if w := sendForm(h, "reporter", report+"/cells", cell(ids[3], "0", "take", "1"), "Accept", "application/json"); w.Code != 200 || !strings.Contains(w.Body.String(), "Lấy lại số liệu quý II") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestFiling_script(t *testing.T) {
	h := newFiling(t)
	ids := definitions(t, h)
	w := sendForm(h, "reporter", report+"/cells", cell(ids[0], "0", "num", "120", "den", "100"), "Accept", "application/json")
	var saved reporting.SavedJSON
	if err := json.Unmarshal(w.Body.Bytes(), &saved); err != nil || len(saved.Cells) != 1 || len(saved.Cells[0].Faults) != 1 || saved.Cells[0].Version != 1 || saved.Cells[0].Class != "cell-bad" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	w = sendForm(h, "reporter", report+"/cells", cell(ids[0], "x"), "Accept", "application/json")
	if w.Code != 422 || !strings.Contains(w.Body.String(), "sentence") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// The desk, a report in its states and the signing copy, as people see them.
func TestBrowser_filing(t *testing.T) {
	inBrowser(t)
	h := newFiling(t)
	ids := definitions(t, h)
	fillNone(h)
	sendForm(h, "reporter", report+"/step", url.Values{"step": {"submit"}, "seen": {"1"}})
	sendForm(h, "reporter", report+"/step", url.Values{"step": {"take_back"}, "seen": {"2"}})
	sendForm(h, "reporter", report+"/cells", cell(ids[0], "1", "num", "120", "den", "100"))
	sendForm(h, "reporter", report+"/cells", cell(ids[1], "1", "num", "8", "den", "100"))
	sendForm(h, "reporter", report+"/cells", cell(ids[3], "1", "val", "1.300.000"))
	sendForm(h, "reporter", report+"/cells", url.Values{"proposal-new": {"Bổ sung kinh phí duy trì hệ thống một cửa"}})
	srv := httptest.NewServer(withCookie(h, "reporter"))
	t.Cleanup(srv.Close)
	for name, path := range map[string]string{"desk": "/desk", "report": report, "review": report + "/review", "copy": report + "/copy", "kept": report + "/kept/1", "help": "/help"} {
		t.Run(name, func(t *testing.T) {
			tab := browser.Look(t, "filing-"+name, srv.URL+path)
			if name == "copy" {
				tab.PDF("filing-copy")
			}
		})
	}
}

// What a leader sees before and after signing.
func TestBrowser_sent(t *testing.T) {
	inBrowser(t)
	h := newFiling(t)
	for i, id := range definitions(t, h) {
		sendForm(h, "reporter", report+"/cells", cell(id, "0", []string{"num", "num", "num", "val", "val"}[i], "-"))
	}
	sendForm(h, "reporter", report+"/step", url.Values{"step": {"submit"}, "seen": {"1"}})
	srv := httptest.NewServer(withCookie(h, "approver"))
	t.Cleanup(srv.Close)
	browser.Look(t, "sent-desk", srv.URL+"/desk")
	browser.Look(t, "sent-review", srv.URL+report+"/review")
	browser.Look(t, "sent-waiting", srv.URL+report)
	sendForm(h, "approver", report+"/step", url.Values{"step": {"sign"}, "seen": {"2"}})
	browser.Look(t, "sent-receipt", srv.URL+report+"/receipt")
}

// Somebody types, moves with the keys, pastes a block from a sheet: every row is saved on its own, and the page says how it stands.
func TestBrowser_grid(t *testing.T) {
	inBrowser(t)
	h := newFiling(t)
	ids := definitions(t, h)
	srv := httptest.NewServer(withCookie(h, "reporter"))
	t.Cleanup(srv.Close)
	tab := browser.Open(t, srv.URL+report, browser.Viewport(1366, 768))
	until := func(what, js string) {
		t.Helper()
		look := chromedp.Evaluate[bool](`new Promise((done) => setTimeout(() => done(`+js+`), 50))`, chromedp.EvalAwaitPromise)
		for range 100 {
			if ok, err := chromedp.Run(tab.Context(), look); err == nil && ok {
				return
			}
		}
		t.Fatalf("%s never comes: %s", what, browser.Eval[string](tab, `document.querySelector("[data-grid-state]").textContent`))
	}
	row := func(i int) string { return fmt.Sprintf(`document.querySelector('tr[data-cell="%s"]')`, ids[i]) }
	browser.Eval[bool](tab, `(() => { const i = document.querySelector('[name="num-`+ids[0]+`"]'); i.focus(); i.value = "120"; i.dispatchEvent(new Event("change", {bubbles: true}));
		const d = document.querySelector('[name="den-`+ids[0]+`"]'); d.value = "100"; d.dispatchEvent(new Event("change", {bubbles: true})); return true; })()`)
	until("the fault", row(0)+`.className === "cell-bad" && `+row(0)+`.textContent.includes("Lỗi:")`)
	browser.Eval[bool](tab, `(() => { const i = document.querySelector('[name="num-`+ids[0]+`"]'); i.focus();
		i.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true})); return true; })()`)
	if got := browser.Eval[string](tab, `document.activeElement.name`); got != "den-"+ids[0] { // the row is refused: its next field is owed
		t.Errorf("Enter leads to %s", got)
	}
	browser.Eval[bool](tab, `(() => { const clip = new DataTransfer(); clip.setData("text/plain", "80000\t100000\r\n90000\t100000\r\n");
		document.querySelector('[name="num-`+ids[0]+`"]').dispatchEvent(new ClipboardEvent("paste", {clipboardData: clip, bubbles: true, cancelable: true})); return true; })()`)
	until("the pasted block", row(0)+`.className === "cell-good" && `+row(1)+`.className !== "cell-blank" && `+row(0)+`.querySelector("[data-shown]").textContent === "80,00"`)
	// Somebody else is faster in a row that this page still shows as it was.
	sendForm(h, "reporter", report+"/cells", cell(ids[3], "0", "val", "7"))
	browser.Eval[bool](tab, `(() => { const i = document.querySelector('[name="val-`+ids[3]+`"]'); i.value = "8"; i.dispatchEvent(new Event("change", {bubbles: true})); return true; })()`)
	until("the conflict", row(3)+`.className === "cell-conflict" && `+row(3)+`.textContent.includes("vừa ghi ô này")`)
	if got := browser.Eval[string](tab, `document.querySelector('[name="val-`+ids[3]+`"]').value`); got != "8" {
		t.Errorf("what was typed is lost: %q", got)
	}
	tab.Clean()
	tab.Shot("filing-grid")
}

// withCookie signs every request in.
func withCookie(h http.Handler, who string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, as(who, r)) })
}
