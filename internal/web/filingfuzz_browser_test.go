package web_test

import (
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"chiso/internal/testing/browser"
)

// atDesk is an officer at a real browser, with what must stand in the report in the end.
type atDesk struct {
	*fuzzed
	tab   *browser.Tab
	line  *line
	base  string
	texts [2]string
	asks  []string // proposals
	waits *pasted  // a block that could not be sent and stands in its box
	lines []typedRow
	serve string // how the line is: "", "cut", "deaf" (answers are lost), "off"
	words int
}

// snapshot is what the page shows.
type snapshot struct {
	Page    bool
	Waiting bool
	Stuck   int
	Block   string
	Rows    [][]string
	Texts   []string
	Asks    []string
	State   string
}

const takeSnapshot = `(() => {
	const form = document.querySelector("form[data-queue=ready]");
	if (!form) return {Page: false, Waiting: true, Stuck: 0, Block: "", Rows: [], Texts: [], Asks: [], State: document.title};
	const value = (n) => form.querySelector('[name="' + n + '"]')?.value ?? "";
	return {
		Page: true, Waiting: form.hasAttribute("data-waiting"), Stuck: form.querySelectorAll("[data-stuck]").length, Block: value("block"),
		Rows: [...form.querySelectorAll("tr[data-cell]")].map((r) => ["num", "den", "val", "note"].map((n) => value(n + "-" + r.dataset.cell))),
		Texts: ["text-1", "text-2"].map(value),
		Asks: [...form.querySelectorAll("textarea[name^=proposal-]")].map((f) => f.value).filter(Boolean),
		State: document.querySelector("[data-save-state]").textContent + " / " + document.querySelector("[data-grid-state]").textContent +
			[...form.querySelectorAll("[data-unsent]")].map((e) => " / " + e.textContent).join(""),
	};
})()`

// eval evaluates an expression, again and again while one page gives way to the next.
func eval[T any](d *atDesk, js string) (v T) {
	d.t.Helper()
	var err error
	for range 200 {
		if v, err = chromedp.Run(d.tab.Context(), chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise)); err == nil {
			return v
		}
		d.rests(25 * time.Millisecond)
	}
	d.fail("the browser does not answer: %v", err)
	return v
}

func (d *atDesk) fail(format string, args ...any) {
	d.t.Helper()
	d.tab.Shot(strings.ReplaceAll("fuzz-"+d.t.Name(), "/", "-"))
	d.t.Fatalf(format+"\nafter:\n%s", append(args, strings.Join(d.log, "\n"))...)
}

// rests lets a moment pass.
func (d *atDesk) rests(moment time.Duration) {
	_ = chromedp.Do(d.tab.Context(), chromedp.Sleep(moment))
}

// until waits for something on the page.
func (d *atDesk) until(what, js string) {
	d.t.Helper()
	for range 500 {
		if eval[bool](d, "!!("+js+")") {
			return
		}
		d.rests(20 * time.Millisecond)
	}
	d.fail("%s never comes: %+v", what, eval[snapshot](d, takeSnapshot))
}

// key presses one key: these leave a field, as people do.
func (d *atDesk) key(name string, code int64, text string) {
	d.t.Helper()
	press(d.t, d.tab, name, name, code, text)
}

// enters replaces what stands in a field, by keys, and leaves it or stays there. It tells the field what it is now called: a new proposal
// becomes one that is kept while somebody still types.
func (d *atDesk) enters(selector, text string) (before string) {
	d.t.Helper()
	before = eval[string](d, fmt.Sprintf(`(() => { const f = document.querySelector(%q); const fold = f.closest("details"); if (fold) fold.open = true; f.focus(); f.select(); return f.value; })()`, selector))
	if text == "" {
		d.key("Delete", 46, "")
	} else if _, err := chromedp.Call(d.tab.Context(), input.InsertText, input.InsertTextParams{Text: text}); err != nil {
		d.fail("%v", err)
	}
	switch d.r.IntN(4) {
	case 0:
		d.did("  and stays in the field")
	case 1:
		if !strings.Contains(selector, "textarea") {
			d.key("Enter", 13, "\r")
			break
		}
		fallthrough
	default:
		d.key("Tab", 9, "")
	}
	return before
}

// figure types one field of a row.
func (d *atDesk) figure() {
	i := d.r.IntN(len(d.ids))
	shown := d.row(i)
	field, to := "val", &shown.val
	switch n := d.r.IntN(5); {
	case n == 0:
		field, to = "note", &shown.note
	case i < fuzzRatios && n <= 2:
		field, to = "num", &shown.num
	case i < fuzzRatios:
		field, to = "den", &shown.den
	}
	text := d.number()
	if field == "note" {
		text = d.pick("", "đã rà", "số chốt lại")
	}
	if *to == text { // no key is pressed: what somebody did not change is not theirs
		return
	}
	*to = text
	d.did("types %q into %s of row %d", text, field, i+1)
	d.enters(fmt.Sprintf(`[name="%s-%s"]`, field, d.ids[i]), text)
	d.rows[i] = d.rows[i].kept(shown, i < fuzzRatios)
}

// row is what a row shows.
func (d *atDesk) row(i int) typedRow {
	d.t.Helper()
	r := eval[snapshot](d, takeSnapshot).Rows[i]
	return typedRow{r[0], r[1], r[2], r[3]}
}

// word is a text that nothing else in the report is.
func (d *atDesk) word() string {
	d.words++
	return fmt.Sprintf("Nội dung số %d", d.words)
}

func (d *atDesk) text() {
	n, text := d.r.IntN(len(d.texts)), d.word()
	d.did("writes %q into text %d", text, n+1)
	d.enters(fmt.Sprintf(`textarea[name="text-%d"]`, n+1), text)
	d.texts[n] = text
}

// proposal writes a new proposal; one that has not been sent yet is written over.
func (d *atDesk) proposal() {
	text := d.word()
	before := d.enters(`textarea[name="proposal-new"]`, text)
	d.did("writes %q as a new proposal, over %q", text, before)
	if i := slices.Index(d.asks, before); before != "" && i >= 0 {
		d.asks[i] = text
	} else {
		d.asks = append(d.asks, text)
	}
	if d.r.IntN(2) == 0 {
		d.did("  and presses the button twice")
		d.twice(`button[formaction$="/cells#proposals"]`)
	}
}

// twice presses a button twice, as a shaking hand does: the second press falls on whatever stands there by then.
func (d *atDesk) twice(selector string) {
	d.t.Helper()
	at := eval[[]float64](d, fmt.Sprintf(`(() => { const b = document.querySelector(%q); b.scrollIntoView({block: "center"}); const r = b.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; })()`, selector))
	for range 2 {
		if err := chromedp.Do(d.tab.Context(), chromedp.MouseClickXY(at[0], at[1])); err != nil {
			d.fail("%v", err)
		}
		d.rests(time.Duration(d.r.IntN(120)) * time.Millisecond)
	}
	d.rests(200 * time.Millisecond) // the page may give way to the next
	d.until("the page after it was pressed", `document.readyState === "complete" && document.querySelector("form[data-queue=ready]")`)
}

// paste puts a block into the grid. What cannot be sent stands in its box.
func (d *atDesk) paste() {
	if d.waits != nil {
		return
	}
	if d.serve == "deaf" {
		d.becomes("")
	}
	d.until("a page that does not wait for another paste", `!document.querySelector("#block").value`)
	p, lines := d.block(fuzzRatios)
	d.did("pastes %q at row %d", p.block, p.start+1)
	eval[bool](d, fmt.Sprintf(`(() => { const clip = new DataTransfer(); clip.setData("text/plain", %q); const f = document.querySelector('[name="num-%s"]'); f.focus();
		document.querySelector("[data-batch-said]").textContent = "";
		return !f.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clip, bubbles: true, cancelable: true})); })()`, p.block, d.ids[p.start]))
	if !strings.ContainsAny(p.block[:len(p.block)-1], "\t\n") {
		return
	}
	d.until("an answer to the paste", `document.querySelector("[data-batch-said]").textContent && !document.querySelector("#block").value || /^Chưa dán/.test(document.querySelector("[data-grid-state]").textContent)`)
	if s := eval[snapshot](d, takeSnapshot); s.Block != "" {
		d.did("  and finds it in the box: %s", s.State)
		d.waits, d.lines = &p, lines
		return
	}
	p.onto(d.rows, lines)
	d.rows, d.undo = p.rows, p.undo
}

// undoes takes the last block back.
func (d *atDesk) undoes() {
	if len(d.undo) == 0 || d.serve != "" || d.line.who.Load() == "" || eval[snapshot](d, takeSnapshot).Waiting {
		return
	}
	d.did("takes the block back")
	eval[bool](d, `(() => { document.querySelector("[data-batch-said]").textContent = ""; const b = document.querySelector("[data-batch-undo] button"); b.click(); b.click(); return true; })()`)
	d.until("the undoing", `document.querySelector("[data-batch-said]").textContent`)
	for i, u := range d.undo {
		if d.rows[i].String() == u[1].String() {
			d.rows[i] = u[0]
		}
	}
	d.undo = nil
}

// becomes changes how the line is.
func (d *atDesk) becomes(state string) {
	d.t.Helper()
	d.did("the line: %q", state)
	d.serve = state
	d.line.cut.Store(state == "cut")
	d.line.deaf.Store(state == "deaf")
	off := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{}}
	if state == "off" {
		off.MatchedNetworkConditions = append(off.MatchedNetworkConditions, &network.Conditions{Offline: true, DownloadThroughput: -1, UploadThroughput: -1})
	}
	_, err := chromedp.Call(d.tab.Context(), network.EmulateNetworkConditionsByRule, off)
	if err == nil {
		_, err = chromedp.Call(d.tab.Context(), network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: state == "off", DownloadThroughput: -1, UploadThroughput: -1})
	}
	if err != nil {
		d.fail("%v", err)
	}
	if state == "" {
		eval[bool](d, `dispatchEvent(new Event("online"))`)
	}
}

func (d *atDesk) changesLine() { d.becomes(d.pick("", "", "cut", "deaf", "off")) }

// session ends or begins: in place, or elsewhere and then by “Thử lại”.
func (d *atDesk) session() {
	if d.line.who.Load() != "" {
		d.did("the session ends")
		d.line.who.Store("")
		return
	}
	d.signsIn()
}

func (d *atDesk) signsIn() {
	link := `document.querySelector('[data-unsent] a[data-leave][target=""]')`
	if d.serve == "" && d.r.IntN(2) == 0 && eval[bool](d, "!!"+link) {
		d.did("signs in in place")
		eval[bool](d, `(() => { setTimeout(() => `+link+`?.click()); return true; })()`)
		d.until("the page to sign in at", `location.pathname === "/signin"`)
		d.line.who.Store("reporter")
		eval[bool](d, `(() => { location.assign(new URLSearchParams(location.search).get("next")); return true; })()`)
		d.until("the report", pageLive)
		return
	}
	d.did("signs in elsewhere")
	d.line.who.Store("reporter")
	eval[bool](d, `(() => { document.querySelector("[data-unsent] button")?.click(); return true; })()`)
}

// reloads loads the page again, whatever waits. Without a session it is the page to sign in at, and back.
func (d *atDesk) reloads() {
	if d.serve == "off" {
		return
	}
	d.did("reloads")
	if err := chromedp.Do(d.tab.Context(), chromedp.Reload()); err != nil && !strings.Contains(err.Error(), "ERR_ABORTED") {
		d.fail("%v", err)
	}
	if d.line.who.Load() == "" {
		d.until("the page to sign in at", `location.pathname === "/signin"`)
		d.line.who.Store("reporter")
		d.did("  and signs in")
		eval[bool](d, `(() => { location.assign(new URLSearchParams(location.search).get("next")); return true; })()`)
	}
	d.until("the report", pageLive)
}

// reviews presses the button of the bar twice and comes back: everything typed is saved by then, or the page stays and says so.
func (d *atDesk) reviews() {
	if d.serve != "" || d.line.who.Load() == "" || d.waits != nil {
		return
	}
	d.did("presses the next step twice")
	eval[bool](d, `(() => { const b = document.querySelector(".report-bar button:not(.plain-only)"); b.click(); b.click(); return true; })()`)
	d.until("the review", `location.pathname.endsWith("/review") && document.readyState === "complete"`)
	d.stands()
	if d.r.IntN(2) == 0 {
		eval[bool](d, `(() => { history.back(); return true; })()`)
	} else {
		eval[bool](d, `(() => { document.querySelector('main a[href="`+report+`"]').click(); return true; })()`)
	}
	d.until("the report", pageLive)
}

// conflicts lets somebody else be faster in a row: nobody is overwritten unseen, and the officer decides.
func (d *atDesk) conflicts() {
	if d.serve != "" || d.line.who.Load() == "" || d.waits != nil {
		return
	}
	d.settles()
	i := fuzzRatios + d.r.IntN(len(d.ids)-fuzzRatios)
	theirs := typedRow{val: "75", note: d.word()}
	mine := d.row(i)
	seen := eval[string](d, fmt.Sprintf(`document.querySelector('[name="seen-%s"]').value`, d.ids[i]))
	d.did("somebody else saves %s in row %d", theirs, i+1)
	if w := d.json("reporter", "/cells", d.cell(i, theirs, seen)); w.Code != 200 || strings.Contains(w.Body.String(), `"conflict":"B`) {
		d.fail("somebody else saves: %d %s", w.Code, w.Body)
	}
	mine.note = d.word()
	d.did("types the note %q there", mine.note)
	eval[bool](d, fmt.Sprintf(`(() => { const f = document.querySelector('[name="note-%s"]'); f.closest("details").open = true; f.focus(); f.select(); return true; })()`, d.ids[i]))
	if _, err := chromedp.Call(d.tab.Context(), input.InsertText, input.InsertTextParams{Text: mine.note}); err != nil {
		d.fail("%v", err)
	}
	d.key("Tab", 9, "")
	unit := fmt.Sprintf(`document.querySelector("#cell-%s")`, d.ids[i])
	d.until("the conflict", unit+`.querySelectorAll("[data-unsent] button").length === 2`)
	which := d.r.IntN(2)
	d.did("  and takes %s", []string{"what is mine", "what stands"}[which])
	eval[bool](d, fmt.Sprintf(`(() => { %s.querySelectorAll("[data-unsent] button")[%d].click(); return true; })()`, unit, which))
	d.rows[i] = []typedRow{mine, theirs}[which]
}

// settles mends whatever is in the way and waits until nothing is unsent; then the block that waits is put in by its button.
func (d *atDesk) settles() {
	d.t.Helper()
	if d.serve != "" {
		d.becomes("")
	}
	if d.line.who.Load() == "" {
		d.signsIn()
	}
	eval[bool](d, `(() => { document.activeElement?.blur(); dispatchEvent(new Event("online")); return true; })()`)
	d.until("everything to be saved", pageLive+` && !document.querySelector("form[data-waiting]")`)
	if d.waits == nil {
		return
	}
	d.did("puts in the block that waits")
	eval[bool](d, `(() => { document.documentElement.dataset.left = "1"; document.querySelector('button[formaction$="/paste"]').click(); return true; })()`)
	d.until("the page after the block", `!document.documentElement.dataset.left && `+pageLive)
	p := *d.waits
	p.onto(d.rows, d.lines)
	d.rows, d.undo, d.waits = p.rows, nil, nil
}

// stands looks at what is stored and printed.
func (d *atDesk) stands() {
	d.t.Helper()
	d.screen()
	doc, err := goquery.NewDocumentFromReader(open(d.h, "reporter", report).Body)
	if err != nil {
		d.fail("%v", err)
	}
	for n, want := range d.texts {
		if got := strings.TrimSpace(doc.Find(fmt.Sprintf(`textarea[name="text-%d"]`, n+1)).Text()); got != want {
			d.fail("text %d holds %q, must be %q", n+1, got, want)
		}
	}
	var asks []string
	doc.Find(`textarea[name^="proposal-"]`).Each(func(_ int, s *goquery.Selection) {
		if text := strings.TrimSpace(s.Text()); text != "" {
			asks = append(asks, text)
		}
	})
	slices.Sort(asks)
	want := slices.Sorted(slices.Values(d.asks))
	if !slices.Equal(asks, want) {
		d.fail("the proposals are %q, must be %q", asks, want)
	}
	paper := open(d.h, "reporter", report+"/copy").Body.String()
	for _, text := range append(want, d.texts[:]...) {
		if !strings.Contains(paper, text) {
			d.fail("the print lacks %q", text)
		}
	}
}

// unseen compares the page with what is stored, whenever the page says that nothing is unsent.
func (d *atDesk) unseen() {
	d.t.Helper()
	s := eval[snapshot](d, takeSnapshot)
	if s.Waiting || s.Block != "" || d.waits != nil {
		if s.Waiting && d.serve == "" && s.State == "" {
			d.fail("something is unsent, and the page does not say so")
		}
		if d.waits != nil && s.Block != d.waits.block && strings.ReplaceAll(s.Block, "\n", "\r\n") != d.waits.block {
			d.fail("the block that waits is %q, must be %q", s.Block, d.waits.block)
		}
		return
	}
	for i, r := range s.Rows {
		if got := (typedRow{r[0], r[1], r[2], r[3]}); got.String() != d.rows[i].String() {
			d.fail("row %d shows %s, must be %s, and the page says %s", i+1, got, d.rows[i], s.State)
		}
	}
	if !slices.Equal(s.Texts, d.texts[:]) || !slices.Equal(slices.Sorted(slices.Values(s.Asks)), slices.Sorted(slices.Values(d.asks))) {
		d.fail("the texts are %q %q, must be %q %q, and the page says %s", s.Texts, s.Asks, d.texts, d.asks, s.State)
	}
	d.stands()
}

// clears empties the report for the next officer.
func (d *atDesk) clears() {
	d.t.Helper()
	d.blank()
	doc, err := goquery.NewDocumentFromReader(open(d.h, "reporter", report).Body)
	if err != nil {
		d.fail("%v", err)
	}
	form := url.Values{}
	for n := range d.texts {
		id := strconv.Itoa(n + 1)
		form.Set("text-"+id, "")
		form.Set("textseen-"+id, doc.Find(`[name="textseen-`+id+`"]`).AttrOr("value", "0"))
	}
	if w := d.json("reporter", "/cells", form); w.Code != 200 {
		d.fail("%d %s", w.Code, w.Body)
	}
	doc.Find(`button[name="remove"]`).Each(func(_ int, b *goquery.Selection) {
		id := b.AttrOr("value", "")
		text := doc.Find(`textarea[name="proposal-` + id + `"]`).Text()
		if w := sendForm(d.h, "reporter", report+"/remove", url.Values{"remove": {id}, "proposal-" + id: {text}, "proposalmark-" + id: {doc.Find(`[name="proposalmark-`+id+`"]`).AttrOr("value", "")}}); w.Code != 303 {
			d.fail("%d %s", w.Code, w.Body)
		}
	})
}

// deskSeeds are the seeds of the browser's half: a few in every run; CHISO_FUZZ_DESK=200 takes so many, CHISO_FUZZ_DESK=17:18 a range.
func deskSeeds(t *testing.T) (from, to uint64) {
	t.Helper()
	text := os.Getenv("CHISO_FUZZ_DESK")
	if text == "" {
		return 0, 5
	}
	first, last, ranged := strings.Cut(text, ":")
	if !ranged {
		first, last = "0", first
	}
	from, err1 := strconv.ParseUint(first, 10, 64)
	to, err2 := strconv.ParseUint(last, 10, 64)
	if err1 != nil || err2 != nil {
		t.Fatalf("CHISO_FUZZ_DESK=%q is no number and no range", text)
	}
	return from, to
}

// Officers in a real browser type, paste, lose the line and the session, press twice and reload in random order. Whenever the page says that
// nothing is unsent, it shows what is stored and printed; in the end everything that they typed is there.
func TestBrowser_nothingLostNothingUnseen(t *testing.T) {
	inBrowser(t)
	h := newFiling(t)
	l := &line{h: h}
	l.who.Store("reporter")
	srv := httptest.NewServer(l)
	t.Cleanup(srv.Close)
	ids := definitions(t, h)
	from, to := deskSeeds(t)
	for seed := from; seed < to; seed++ {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			f := &fuzzed{t: t, h: h, r: rand.New(rand.NewPCG(seed, 131)), ids: ids, rows: make([]typedRow, len(ids))}
			d := &atDesk{fuzzed: f, line: l, base: srv.URL}
			l.who.Store("reporter")
			l.cut.Store(false)
			l.deaf.Store(false)
			d.clears()
			d.tab = browser.Open(t, srv.URL+report, browser.Viewport(1366, 768))
			leavesAnyway(t, d.tab)
			if _, err := chromedp.Call(d.tab.Context(), network.Enable, network.EnableParams{}); err != nil {
				t.Fatal(err)
			}
			d.until("the report", pageLive)
			for range 14 {
				[]func(){d.figure, d.figure, d.figure, d.figure, d.text, d.text, d.proposal, d.paste, d.paste, d.undoes, d.changesLine, d.changesLine, d.session, d.reloads,
					d.reviews, d.conflicts}[d.r.IntN(16)]()
				d.unseen()
			}
			d.settles()
			d.unseen()
			if s := eval[snapshot](d, takeSnapshot); s.Waiting {
				d.fail("something is unsent in the end: %+v", s)
			}
			if left := eval[int](d, `Object.keys(sessionStorage).filter((k) => k.startsWith("chiso-unsent|")).length`); left != 0 {
				d.fail("a copy stays behind")
			}
		})
	}
}
