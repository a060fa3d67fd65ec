package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"

	"chiso/internal/testing/browser"
)

// gridTab is somebody at the grid of the report.
type gridTab struct {
	*browser.Tab
	t   *testing.T
	h   http.Handler
	ids []string
}

func openGrid(t *testing.T) *gridTab {
	t.Helper()
	inBrowser(t)
	h := newFiling(t)
	ids := definitions(t, h)
	srv := httptest.NewServer(withCookie(h, "reporter"))
	t.Cleanup(srv.Close)
	return &gridTab{browser.Open(t, srv.URL+report, browser.Viewport(1366, 768)), t, h, ids}
}

func (g *gridTab) until(what, js string) {
	g.t.Helper()
	look := chromedp.Evaluate[bool](`new Promise((done) => setTimeout(() => done(`+js+`), 50))`, chromedp.EvalAwaitPromise)
	for range 200 {
		if ok, err := chromedp.Run(g.Context(), look); err == nil && ok {
			return
		}
	}
	g.t.Fatalf("%s never comes: %s", what, browser.Eval[string](g.Tab, `document.querySelector("[data-grid-state]").textContent`))
}

func (g *gridTab) field(name string, i int) string {
	return fmt.Sprintf(`document.querySelector('[name="%s-%s"]')`, name, g.ids[i])
}

// types types into a field and leaves it.
func (g *gridTab) types(name string, i int, text string) {
	g.t.Helper()
	browser.Eval[bool](g.Tab, fmt.Sprintf(`(() => { const i = %s; i.focus(); i.value = %q; i.dispatchEvent(new Event("change", {bubbles: true})); i.blur(); return true; })()`, g.field(name, i), text))
}

// pastes puts the text of a clipboard into a field.
func (g *gridTab) pastes(name string, i int, text string) {
	g.t.Helper()
	browser.Eval[bool](g.Tab, fmt.Sprintf(`(() => { const clip = new DataTransfer(); clip.setData("text/plain", %q); const i = %s; i.focus();
		i.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clip, bubbles: true, cancelable: true})); return true; })()`, text, g.field(name, i)))
}

// shown is what the row's inputs show, stored what a fresh page says of it; both as num|den|val.
func (g *gridTab) shown(i int) string {
	g.t.Helper()
	return browser.Eval[string](g.Tab, fmt.Sprintf(`["num", "den", "val"].map((n) => { const i = document.querySelector('[name="' + n + '-%s"]'); return i && !i.hidden ? i.value : ""; }).join("|")`, g.ids[i]))
}

func (g *gridTab) stored(i int) string {
	g.t.Helper()
	doc, err := goquery.NewDocumentFromReader(open(g.h, "reporter", report).Body)
	if err != nil {
		g.t.Fatal(err)
	}
	var out []string
	for _, name := range []string{"num", "den", "val"} {
		value, _ := doc.Find(fmt.Sprintf(`[name="%s-%s"]:not([hidden])`, name, g.ids[i])).Attr("value")
		out = append(out, value)
	}
	return strings.Join(out, "|")
}

func (g *gridTab) same(i int, want string) {
	g.t.Helper()
	if shown, stored := g.shown(i), g.stored(i); shown != want || stored != want {
		g.t.Errorf("row %d shows %s, stored is %s, want %s", i+1, shown, stored, want)
	}
}

const saved = `document.querySelector("[data-batch-said]").textContent.includes(%q) && !document.querySelector("tr[aria-busy]")`

// The three columns of the template over figures that stand: blank cells leave them, what has no place is listed, one press takes all back.
func TestBrowser_pasteTemplateColumns(t *testing.T) {
	g := openGrid(t)
	g.types("val", 3, "567.890")
	g.until("the figure", `/good|warned/.test(document.querySelector('tr[data-cell="`+g.ids[3]+`"]').className)`)
	g.pastes("num", 0, "1.234\t1.500\t\r\n5\t10\t\r\n\t\t\r\n\t\t\r\n7\t\t1.060.000\t\r\nthừa\tthừa\r\n")
	g.until("the block", fmt.Sprintf(saved, "Đã dán 3 dòng: 3 ô thay đổi"))
	for i, want := range []string{"1.234|1.500|", "5|10|", "||", "||567.890", "||1.060.000"} {
		g.same(i, want)
	}
	listed := browser.Eval[string](g.Tab, `document.querySelector("[data-batch-list]").innerText`)
	if !strings.Contains(listed, "Tử số “7” không có chỗ") || !strings.Contains(listed, "“thừa | thừa” – đã hết biểu") {
		t.Errorf("listed: %s", listed)
	}
	g.Clean()
	g.Shot("filing-pasted")
	browser.Eval[bool](g.Tab, `(() => { document.querySelector("[data-batch-undo] button").click(); return true; })()`)
	g.until("the undoing", fmt.Sprintf(saved, "Đã hoàn tác: 3 ô"))
	for i, want := range []string{"||", "||", "||", "||567.890", "||"} {
		g.same(i, want)
	}
}

// A numerator typed beside a bare rate stays on the screen, as a fault; the denominator makes a fraction of them, and the copy prints it.
func TestBrowser_rateBecomesFraction(t *testing.T) {
	g := openGrid(t)
	sendForm(g.h, "reporter", report+"/paste", map[string][]string{"block": {"CPS07\t80 %"}})
	g.Go(browser.Eval[string](g.Tab, "location.href"))
	g.same(0, "||80")
	g.types("num", 0, "20")
	g.until("the fault", `document.querySelector('tr[data-cell="`+g.ids[0]+`"]').textContent.includes("thiếu mẫu số")`)
	g.same(0, "20||80")
	g.types("den", 0, "25")
	g.until("the fraction", `document.querySelector('tr[data-cell="`+g.ids[0]+`"] [data-shown]').textContent === "80,00"`)
	g.same(0, "20|25|")
	body := open(g.h, "reporter", report+"/copy").Body.String()
	if !strings.Contains(body, `<td class="num">20</td><td class="num">25</td><td class="num">80,00`) {
		t.Errorf("the copy prints another thing: %s", body[strings.Index(body, "paper-table"):])
	}
}

// hands uploads a file of the reporter's through the form of the report.
func hands(t *testing.T, h http.Handler, rows ...string) (page string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", "quý 3.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte("Cơ quan,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số,Giá trị\n" + strings.Join(rows, "\n") + "\n"))
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, report+"/upload", &b)
	r.Host = "localhost:8080"
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	res := do(h, as("reporter", r))
	if res.Code != 303 {
		t.Fatalf("%d %s", res.Code, res.Body)
	}
	return res.Header().Get("Location")
}

// A file is shown before it is taken, wrong cells are mended beside the sentence about them, the same file again is green.
func TestBrowser_filePreview(t *testing.T) {
	g := openGrid(t)
	g.types("num", 0, "20")
	g.types("den", 0, "25")
	g.until("the fraction", `document.querySelector('tr[data-cell="`+g.ids[0]+`"] [data-shown]').textContent.startsWith("80,00")`)
	rows := []string{string(own) + ",CPS07,2026-Q3,,,81", string(own) + ",CPS08,2026-Q3,90,100,", string(own) + ",CPS10,2026-Q3,1600,1500,", string(own) + ",CPS03,2026-Q3,,,1.300"}
	base := browser.Eval[string](g.Tab, "location.origin")
	upload := hands(t, g.h, rows...)
	g.Go(base + upload)
	g.Clean()
	g.Shot("filing-preview")
	text := func() string { return browser.Eval[string](g.Tab, `document.querySelector("main").innerText`) }
	for _, want := range []string{"3 ô đọc được: 2 mới, 1 thay số đang có. 1 ô chưa đọc được.", "STT 3 · Tỷ lệ hồ sơ cấp kết quả điện tử", "Tử số 1.600 lớn hơn mẫu số 1.500", "mất tử số, mẫu số"} {
		if !strings.Contains(text(), want) {
			t.Errorf("the preview does not say %q: %s", want, text())
		}
	}
	if ticked := browser.Eval[string](g.Tab, `[...document.querySelectorAll("input[name^=take-]")].map((i) => i.checked ? "x" : "-").join("")`); ticked != "-xx" {
		t.Errorf("ticked: %s", ticked)
	}
	press := func(selector string) {
		t.Helper()
		browser.Eval[bool](g.Tab, `(() => { document.documentElement.dataset.left = "1"; document.querySelector('`+selector+`').click(); return true; })()`)
		g.until("the next page", `!document.documentElement.dataset.left && document.readyState === "complete"`)
	}
	press(`form[action$="/take"] button`)
	if !strings.Contains(text(), "3 ô đọc được: 2 thay đổi, 0 giữ nguyên.") {
		t.Errorf("taken: %s", text())
	}
	browser.Eval[bool](g.Tab, `(() => { document.querySelector('#mend-CPS10 input[name^=num]').value = "1.400"; return true; })()`)
	press(`#mend-CPS10 form button`)
	g.Clean()
	g.Shot("filing-mended")
	for i, want := range []string{"20|25|", "90|100|", "1.400|1.500|", "||1.300"} {
		if got := g.stored(i); got != want {
			t.Errorf("row %d holds %s, want %s", i+1, got, want)
		}
	}
	again := open(g.h, "reporter", hands(t, g.h, rows[1], rows[3])).Body.String()
	if !strings.Contains(again, "2 ô đọc được, tất cả đã có sẵn trong dự thảo") || strings.Contains(again, "finding-error") {
		t.Errorf("the same file again frightens: %s", again)
	}
	// What a file said and was refused stands in the row until it is saved.
	hands(t, g.h, string(own)+",CPS17,2026-Q3,,,abc")
	g.Go(base + report)
	if row := browser.Eval[string](g.Tab, `document.querySelector("#cell-`+g.ids[4]+`").innerText`); !strings.Contains(row, "ghi abc, chưa nhận") {
		t.Errorf("the row does not show what was refused: %s", row)
	}
	g.Clean()
	g.Go(base + report + "/none")
	g.Clean()
	g.Shot("filing-none")
}

// "Không phát sinh" lists the cells, those that nobody owes unticked, and is taken back with one press.
func TestFiling_noneIsTicked(t *testing.T) {
	h := newFiling(t)
	if w := sendForm(h, "reporter", report+"/none", nil); w.Code != 422 || !strings.Contains(w.Body.String(), "Chưa chọn ô nào") {
		t.Errorf("no cell is chosen: %d", w.Code)
	}
	form := fields(open(h, "reporter", report+"/none").Body.String(), report+"/none")
	form["cell"] = form["cell"][:2]
	if w := sendForm(h, "reporter", report+"/none", form); w.Code != 303 {
		t.Fatal(w.Code)
	}
	body := open(h, "reporter", report).Body.String()
	if !strings.Contains(body, "Đã ghi không phát sinh vào 2 ô.") || !strings.Contains(body, "2/5 ô") {
		t.Error("what was done is not said")
	}
	batch := regexp.MustCompile(`/undo#figures" name="batch" value="(\d+)"`).FindStringSubmatch(body)
	if batch == nil {
		t.Fatal("there is nothing to take it back")
	}
	if w := sendForm(h, "reporter", report+"/undo", url.Values{"batch": batch[1:]}); w.Code != 303 {
		t.Fatal(w.Code)
	}
	if body := open(h, "reporter", report).Body.String(); !strings.Contains(body, "0/5 ô") {
		t.Error("it is not taken back")
	}
}
