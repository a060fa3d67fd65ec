package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"chiso/internal/testing/browser"
)

// newPerson is somebody who does a report for the first time; what it takes is counted.
type newPerson struct {
	*officer
	clicks, keys int
	start        time.Time
}

func begins(t *testing.T) *newPerson {
	t.Helper()
	p := &newPerson{officer: atWork(t)}
	p.tab.Go(browser.Eval[string](p.tab, "location.origin") + "/desk")
	p.start = time.Now()
	return p
}

// click presses something that is seen, with the mouse, and waits for what comes of it.
func (p *newPerson) click(selector, comes string) {
	p.t.Helper()
	p.clicks++
	p.tab.Do(chromedp.Click(chromedp.CSS(selector)))
	p.until("after "+selector, comes)
}

// writes types a text where the cursor is.
func (p *newPerson) writes(text string) {
	p.t.Helper()
	p.keys += utf8.RuneCountInString(text)
	if _, err := chromedp.Call(p.tab.Context(), input.InsertText, input.InsertTextParams{Text: text}); err != nil {
		p.t.Fatal(err)
	}
}

func (p *newPerson) enter() {
	p.t.Helper()
	p.keys++
	press(p.t, p.tab, "Enter", "Enter", 13, "\r")
}

// says prints what it took.
func (p *newPerson) says(way string) {
	p.t.Logf("%s: %d clicks, %d keys, %.1f seconds", way, p.clicks, p.keys, time.Since(p.start).Seconds())
}

const (
	onReview  = `location.pathname.endsWith("/review") && document.readyState === "complete"`
	onReceipt = `location.pathname.endsWith("/receipt") && document.readyState === "complete"`
)

var firstFigures = []string{"81.300", "102.400", "90.000", "102.400", "20", "25", "1.300", "1.300"}

// submits hands the report up, and the leader signs it.
func (p *newPerson) submits(way string) {
	p.t.Helper()
	p.click("form.report-bar button", onReceipt)
	p.says(way)
	if got := browser.Eval[string](p.tab, `document.querySelector("h1").textContent`); got != "Đã trình lãnh đạo" {
		p.t.Errorf("the receipt says %q", got)
	}
	p.clicks, p.keys, p.start = 0, 0, time.Now()
	p.line.who.Store("approver")
	p.tab.Go(browser.Eval[string](p.tab, "location.origin") + "/desk")
	p.click("#todo ~ * .act .btn-primary", onReview)
	p.click("form.report-bar button", onReceipt)
	p.says("the leader")
	if got := browser.Eval[string](p.tab, `document.querySelector("h1").textContent`); got != "Đã ký và gửi" {
		p.t.Errorf("the receipt says %q", got)
	}
}

// A new person from the desk to the receipt, by the grid and by the template; the leader after them. It prints clicks, keys and seconds.
func TestBrowser_newPerson(t *testing.T) {
	t.Run("grid", func(t *testing.T) {
		p := begins(t)
		p.click(".act .btn-primary", pageLive)
		p.clicks++
		p.tab.Do(chromedp.Click(chromedp.CSS(`[name="num-` + p.ids[0] + `"]`)))
		for _, figure := range firstFigures { // Enter leads from one owed figure to the next, and in the end to the button
			p.writes(figure)
			p.enter()
		}
		p.until("the button has the focus", `document.activeElement.matches(".report-bar button")`)
		p.enter()
		p.until("the review", onReview)
		p.submits("grid")
	})
	t.Run("template", func(t *testing.T) {
		p := begins(t)
		file := filepath.Join(t.TempDir(), "bieu-mau.xlsx")
		p.clicks++ // Tải biểu mẫu
		link := browser.Eval[string](p.tab, `document.querySelector('.act a[href$="/template.xlsx"]').getAttribute("href")`)
		p.fillsTemplate(open(p.h, "reporter", link).Body.Bytes(), file)
		p.click(".act .btn-primary", pageLive)
		p.clicks += 2 // opens the chooser, chooses
		p.tab.Do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
		p.click(`button[formaction$="/upload"]`, `document.querySelector("#preview")`)
		p.click(`form[action$="/take"] button`, `document.querySelector(".finding-done a")`)
		p.click(".finding-done a", pageLive)
		p.click(".report-bar button:not(.plain-only)", onReview)
		p.submits("template")
	})
}

// fillsTemplate writes the figures into the workbook, as somebody does in a spreadsheet.
func (p *newPerson) fillsTemplate(data []byte, file string) {
	p.t.Helper()
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = x.Close() }()
	rows, err := x.GetRows("Biểu mẫu")
	if err != nil {
		p.t.Fatal(err)
	}
	next, left := 0, firstFigures
	for i, r := range rows {
		if next == len(fuzzCodes) || !strings.Contains("|"+strings.Join(r, "|")+"|", "|"+fuzzCodes[next]+"|") {
			continue
		}
		columns := []string{"H", "I"}
		if next >= fuzzRatios {
			columns = []string{"J"}
		}
		for _, c := range columns {
			number := 0
			if _, err := fmt.Sscan(strings.ReplaceAll(left[0], ".", ""), &number); err != nil {
				p.t.Fatal(err)
			}
			p.keys += len(left[0]) + 1
			if err := x.SetCellValue("Biểu mẫu", fmt.Sprintf("%s%d", c, i+1), number); err != nil {
				p.t.Fatal(err)
			}
			left = left[1:]
		}
		next++
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil || len(left) > 0 {
		p.t.Fatalf("%d figures have no place in the template: %v", len(left), err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// blind is somebody to whom the page is nothing but names, roles and announcements.
type blind struct {
	*officer
}

// node finds what has a role and a name that begins so; it is waited for.
func (b *blind) node(role, name string) *accessibility.Node {
	b.t.Helper()
	var heard []string
	for range 200 {
		heard = heard[:0]
		tree, err := chromedp.Call(b.tab.Context(), accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		if err != nil {
			heard = append(heard, err.Error()) // one page gives way to the next
		}
		for _, n := range tree.Nodes {
			if n.Ignored || spoken(n.Role) != role {
				continue
			}
			if said := spoken(n.Name); strings.HasPrefix(said, name) {
				return n
			} else { //nolint:revive // what there is instead
				heard = append(heard, said)
			}
		}
		b.tab.Do(chromedp.Sleep(50 * time.Millisecond))
	}
	b.t.Fatalf("there is no %s %q; there are %q", role, name, heard)
	return nil
}

func spoken(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var said string
	if err := json.Unmarshal(v.Value, &said); err != nil {
		return ""
	}
	return strings.ReplaceAll(plainText(said), " :", ":") // a part that is not seen stands behind a space
}

// does calls a function of the element behind a node.
func (b *blind) does(n *accessibility.Node, function string) {
	b.t.Helper()
	o, err := chromedp.Call(b.tab.Context(), dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: n.BackendDOMNodeID})
	if err == nil {
		_, err = chromedp.Call(b.tab.Context(), runtime.CallFunctionOn, runtime.CallFunctionOnParams{FunctionDeclaration: function, ObjectID: o.Object.ObjectID})
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *blind) presses(role, name string) {
	b.t.Helper()
	b.does(b.node(role, name), `function () { setTimeout(() => this.click()); }`)
}

// fills writes into a field by its name and leaves it by Tab.
func (b *blind) fills(name, text string) {
	b.t.Helper()
	n := b.node("textbox", name)
	b.does(n, `function () { this.focus(); this.select(); }`)
	if _, err := chromedp.Call(b.tab.Context(), input.InsertText, input.InsertTextParams{Text: text}); err != nil {
		b.t.Fatal(err)
	}
	press(b.t, b.tab, "Tab", "Tab", 9, "")
}

// hears waits for an announcement: the text of a live region that contains it.
func (b *blind) hears(text string) {
	b.t.Helper()
	b.until("the announcement of “"+text+"”", fmt.Sprintf(`[...document.querySelectorAll("output, [role=status], [role=alert], [aria-live]")].some((e) => !e.hidden && e.textContent.replaceAll("\u00a0", " ").includes(%q))`, text))
}

// The desk worked through by accessible names, roles and announcements alone, from what is owed to the receipt, with a fault on the way.
func TestBrowser_byNamesAlone(t *testing.T) {
	b := &blind{atWork(t)}
	if _, err := chromedp.Call(b.tab.Context(), accessibility.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	b.tab.Go(browser.Eval[string](b.tab, "location.origin") + "/desk")
	b.node("heading", "Báo cáo phải nộp")
	b.presses("link", "Bắt đầu điền: Báo cáo chuyển đổi số quý III/2026")
	b.node("heading", "Báo cáo chuyển đổi số quý III/2026")
	b.until("the page", pageLive)
	const first = "Tử số, Tỷ lệ hồ sơ nộp trực tuyến"
	b.fills(first, "120")
	b.fills("Mẫu số, Tỷ lệ hồ sơ nộp trực tuyến", "100")
	b.hears("Tử số 120 lớn hơn mẫu số 100")
	n := b.node("textbox", first)
	if said := spoken(n.Description); !strings.Contains(said, "Lỗi: Tử số 120 lớn hơn mẫu số 100") || !strings.Contains(said, "Hồ sơ tiếp nhận trực tuyến") {
		t.Errorf("the field is described as %q", said)
	}
	invalid := false
	for _, p := range n.Properties {
		invalid = invalid || p.Name == "invalid" && strings.Contains(string(p.Value.Value), "true")
	}
	if !invalid {
		t.Error("nobody is told that the field is wrong")
	}
	b.node("link", "STT 1 · Tỷ lệ hồ sơ nộp trực tuyến: Tử số 120 lớn hơn mẫu số 100")
	names := []string{first, "Mẫu số, Tỷ lệ hồ sơ nộp trực tuyến", "Tử số, Tỷ lệ hồ sơ giải quyết đúng hạn", "Mẫu số, Tỷ lệ hồ sơ giải quyết đúng hạn",
		"Tử số, Tỷ lệ hồ sơ cấp kết quả điện tử", "Mẫu số, Tỷ lệ hồ sơ cấp kết quả điện tử", "Giá trị, Số DVC trực tuyến toàn trình", "Giá trị, Số hồ sơ nộp trên Cổng DVC quốc gia"}
	for i, name := range names {
		b.fills(name, firstFigures[i])
	}
	b.fills("1. Kết quả thực hiện", "Đã hoàn thành tích hợp")
	b.hears("Đã có 5/5 ô (100 %)")
	b.hears("Đã lưu")
	b.presses("button", "Trình")
	b.node("heading", "Xem lại và trình: Báo cáo chuyển đổi số quý III/2026")
	b.node("heading", "Thay đổi so với kỳ trước (5)")
	b.presses("button", "Trình lãnh đạo")
	b.node("heading", "Đã trình lãnh đạo")
	b.stored("81.300", "Đã hoàn thành tích hợp")
}
