// Package browser lets tests look at pages the way people do: in a real Chromium, one for each test binary, started when the
// first test asks for it. Every tab has its own cookies and storage.
//
//	func TestMain(m *testing.M) { browser.Main(m) }
//
//	func TestRanking(t *testing.T) {
//		tab := browser.Open(t, server.URL+"/ranking", browser.Phone, browser.Dark)
//		tab.Clean()               // no console error, exception or policy violation, axe finds nothing, no sideways scroll
//		tab.Shot("ranking-phone") // a PNG under CHISO_SHOTS, if that is set
//	}
//
// Where there is no Chromium, the test is skipped with a hint; with CI=true it fails.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// ErrNotFound says that this machine has no Chromium.
var ErrNotFound = errors.New("no Chromium on this machine: run `make deps`, or set CHISO_TEST_CHROMIUM to a browser's path")

// tabTimeout bounds everything that one tab does, unless Within says otherwise.
const tabTimeout = 90 * time.Second

// The browser that the tests of one binary share.
var shared struct {
	sync.Mutex
	ctx   context.Context
	close func()
	err   error
	asked bool
}

// Main runs the tests of a package and closes the browser.
func Main(m *testing.M) {
	code := m.Run()
	Stop()
	os.Exit(code)
}

// Stop closes the shared browser. A TestMain that has more to tidy calls it instead of Main.
func Stop() {
	shared.Lock()
	defer shared.Unlock()
	if shared.close != nil {
		shared.close()
		shared.close = nil
	}
}

func start() (context.Context, func(), error) {
	path, err := find()
	if err != nil {
		return nil, nil, err
	}
	profile, err := os.MkdirTemp("", "chiso-chromium-")
	if err != nil {
		return nil, nil, err
	}
	opts := append(
		chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "vi"),
		chromedp.Flag("font-render-hinting", "none"),
	)
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox) // Chromium refuses root with it
	}
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc, chromedp.WithErrorf(func(string, ...any) {})) // unknown events of a newer browser
	end := func() {
		_ = chromedp.Cancel(ctx) // waits for the process; a crashed one has ended already
		cancel()
		cancelAlloc()
		_ = os.RemoveAll(profile)
	}
	if err := chromedp.Do(ctx); err != nil {
		end()
		return nil, nil, fmt.Errorf("%s does not start: %w", path, err)
	}
	return ctx, end, nil
}

func find() (string, error) {
	if path := os.Getenv("CHISO_TEST_CHROMIUM"); path != "" {
		return path, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNotFound
}

type settings struct {
	width, height int64
	mobile        bool
	media         string
	features      []*emulation.MediaFeature
	cookies       []network.SetCookieParams
	within        time.Duration
}

// Option changes what the page sees of its reader. Without any, a tab is 1280 by 900, light, in motion.
type Option func(*settings)

// Viewport sets the size of the window in CSS pixels.
func Viewport(width, height int64) Option {
	return func(s *settings) { s.width, s.height = width, height }
}

// Phone is a small upright telephone.
func Phone(s *settings) { s.width, s.height, s.mobile = 390, 844, true }

// Dark prefers dark pages.
func Dark(s *settings) {
	s.features = append(s.features, &emulation.MediaFeature{Name: "prefers-color-scheme", Value: "dark"})
}

// Cookie is a cookie that the browser has from the site of url: somebody who has signed in before.
func Cookie(url, name, value string) Option {
	return func(s *settings) {
		s.cookies = append(s.cookies, network.SetCookieParams{Name: name, Value: value, URL: url})
	}
}

// Within bounds what the tab does, for a person who comes back to it throughout a long play.
func Within(d time.Duration) Option {
	return func(s *settings) { s.within = d }
}

// Still prefers pages without motion.
func Still(s *settings) {
	s.features = append(s.features, &emulation.MediaFeature{Name: "prefers-reduced-motion", Value: "reduce"})
}

// Print shows the page as the printer would, as wide as an upright A4 page.
func Print(s *settings) { s.media, s.width, s.height = "print", 700, 1000 }

// Tab is one page under test.
type Tab struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	problems []string
}

// Open shows a page and waits until it says that it is ready (data-ready, set by app.js and chart.js).
func Open(t testing.TB, url string, opts ...Option) *Tab {
	t.Helper()
	tab := Blank(t, opts...)
	tab.Go(url)
	return tab
}

// Blank opens a tab that shows nothing yet, for tests that set a cookie or the like first.
func Blank(t testing.TB, opts ...Option) *Tab {
	t.Helper()
	shared.Lock()
	if !shared.asked {
		shared.asked = true
		shared.ctx, shared.close, shared.err = start()
	}
	parent, err := shared.ctx, shared.err
	shared.Unlock()
	if errors.Is(err, ErrNotFound) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatalf("browser: %v", err)
	}
	s := dress(opts)
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	ctx, cancelTimeout := context.WithTimeout(ctx, s.within)
	t.Cleanup(func() { cancelTimeout(); cancel() })
	tab := &Tab{t: t, ctx: ctx}

	tab.must(chromedp.Do(ctx))
	tab.must(chromedp.Listen(ctx, tab.hear))
	_, err = chromedp.Call(ctx, log.Enable, cdp.Empty{})
	tab.must(err)
	for _, c := range s.cookies {
		_, err = chromedp.Call(ctx, network.SetCookie, c)
		tab.must(err)
	}
	tab.appear(s)
	_, err = chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	tab.must(err)
	_, err = chromedp.Call(
		ctx,
		page.AddScriptToEvaluateOnNewDocument,
		page.AddScriptToEvaluateOnNewDocumentParams{Source: listenForViolations},
	)
	tab.must(err)
	return tab
}

func dress(opts []Option) settings {
	s := settings{width: 1280, height: 900, within: tabTimeout}
	for _, o := range opts {
		o(&s)
	}
	return s
}

// appear gives the tab its size, its medium and what its reader prefers.
func (tab *Tab) appear(s settings) {
	tab.t.Helper()
	var viewport []chromedp.EmulateViewportOption
	if s.mobile {
		viewport = append(viewport, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	tab.Do(chromedp.EmulateViewport(s.width, s.height, viewport...))
	_, err := chromedp.Call(tab.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: s.media, Features: s.features})
	tab.must(err)
}

// Look holds a page against Clean the ways people read it: on a laptop in light, on a telephone in the dark, and on paper, where
// axe has nothing to say. All in one tab, which is what makes it cheap; each way leaves its picture, name-desktop and so on.
// It gives the tab, as printed.
func Look(t *testing.T, name, url string, opts ...Option) *Tab {
	t.Helper()
	tab := Blank(t, append(opts, Viewport(1366, 768))...)
	for _, way := range []struct {
		name string
		as   []Option
	}{{"desktop", []Option{Viewport(1366, 768)}}, {"phone-dark", []Option{Phone, Dark}}} {
		tab.appear(dress(way.as))
		tab.Go(url)
		tab.Clean()
		tab.Shot(name + "-" + way.name)
	}
	tab.appear(dress([]Option{Print, Dark}))
	tab.Go(url)
	tab.Fits()
	tab.Shot(name + "-print")
	return tab
}

// Violations inside a frame or of a report-only policy never reach the log; the event does.
const listenForViolations = `addEventListener("securitypolicyviolation", (e) =>
	console.error("policy violation:", e.effectiveDirective, e.blockedURI, e.sourceFile + ":" + e.lineNumber, e.sample), true);`

// hear keeps what the page complains about.
func (tab *Tab) hear(ev any) {
	var text string
	switch ev := ev.(type) {
	case *runtime.EventConsoleAPICalled:
		if ev.Type != runtime.ConsoleAPICalledTypeError && ev.Type != runtime.ConsoleAPICalledTypeWarning && ev.Type != runtime.ConsoleAPICalledTypeAssert {
			return
		}
		var words []string
		for _, a := range ev.Args {
			word := a.Description
			if len(a.Value) > 0 {
				word = strings.Trim(string(a.Value), `"`)
			}
			words = append(words, word)
		}
		text = "console: " + strings.Join(words, " ")
	case *runtime.EventExceptionThrown:
		d := ev.ExceptionDetails
		text = fmt.Sprintf("exception: %s (%s:%d)", d.Text, d.URL, d.LineNumber+1)
		if d.Exception != nil {
			text += " " + d.Exception.Description
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level != log.EntryLevelError && ev.Entry.Level != log.EntryLevelWarning {
			return
		}
		text = fmt.Sprintf("%s: %s %s", ev.Entry.Source, ev.Entry.Text, ev.Entry.URL)
	default:
		return
	}
	tab.mu.Lock()
	tab.problems = append(tab.problems, text)
	tab.mu.Unlock()
}

func (tab *Tab) must(err error) {
	tab.t.Helper()
	if err != nil {
		tab.t.Fatalf("browser: %v%s", err, strings.Join(append([]string{""}, tab.Problems()...), "\n\t"))
	}
}

// Context is for chromedp actions of the test's own.
func (tab *Tab) Context() context.Context { return tab.ctx }

// Do runs actions and ends the test when one fails.
func (tab *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	tab.must(chromedp.Do(tab.ctx, steps...))
}

// Go shows another page and waits until it is ready.
func (tab *Tab) Go(url string) {
	tab.t.Helper()
	tab.Front()
	tab.Do(chromedp.Navigate(url))
	tab.Ready()
}

// Front brings the tab before the others: the browser lets those behind it sleep, and a sleeping tab may never answer.
func (tab *Tab) Front() {
	tab.t.Helper()
	_, err := chromedp.Call(tab.ctx, page.BringToFront, cdp.Empty{})
	tab.must(err)
}

// Ready waits until fonts are loaded and charts are drawn.
func (tab *Tab) Ready() {
	tab.t.Helper()
	state, err := chromedp.Run(
		tab.ctx,
		chromedp.Poll[string](`document.documentElement.dataset.ready`, chromedp.WithPollingTimeout(20*time.Second)),
	)
	tab.must(err)
	if state != "true" {
		tab.t.Fatalf("browser: the page is %q\n\t%s", state, strings.Join(tab.Problems(), "\n\t"))
	}
}

// Eval gives the value of a JavaScript expression; a promise is awaited.
func Eval[T any](tab *Tab, js string) T {
	tab.t.Helper()
	v, err := chromedp.Run(tab.ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	tab.must(err)
	return v
}

// Problems gives console errors and warnings, exceptions, failed requests and policy violations up to now.
func (tab *Tab) Problems() []string {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	return append([]string(nil), tab.problems...)
}

// Axe gives the accessibility faults that axe-core finds, WCAG 2.2 A and AA and its best practices.
func (tab *Tab) Axe() []string {
	tab.t.Helper()
	root, err := moduleRoot()
	tab.must(err)
	script, err := os.ReadFile(filepath.Join(root, "static", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		if os.Getenv("CI") != "true" {
			tab.t.Skipf("browser: axe-core is not installed: run `make assets` (%v)", err)
		}
		tab.must(err)
	}
	return Eval[[]string](tab, string(script)+`;
		axe.run(document, {resultTypes: ["violations"]}).then((r) => r.violations.flatMap((v) => v.nodes.map((n) =>
			v.id + ": " + v.help + ": " + n.target.join(" ") + " " + n.any.map((c) => c.message).join("; "))))`)
}

// Overflow names what makes the page scroll sideways, "" when nothing does.
func (tab *Tab) Overflow() string {
	tab.t.Helper()
	return Eval[string](tab, `(() => {
		const width = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= width) return "";
		const wide = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > width + 1 && !e.closest(".table-responsive"));
		const name = (e) => e.tagName.toLowerCase() + (e.id && "#" + e.id) + [...e.classList].map((c) => "." + c).join("");
		return document.documentElement.scrollWidth + " > " + width + ": " + wide.slice(0, 5).map(name).join(", ");
	})()`)
}

// Clean fails the test for every problem, every accessibility fault and sideways scrolling.
func (tab *Tab) Clean() {
	tab.t.Helper()
	for _, fault := range tab.Axe() {
		tab.t.Errorf("axe: %s", fault)
	}
	tab.Fits()
}

// Fits fails the test for every problem and sideways scrolling.
func (tab *Tab) Fits() {
	tab.t.Helper()
	if wide := tab.Overflow(); wide != "" {
		tab.t.Errorf("the page scrolls sideways: %s", wide)
	}
	for _, p := range tab.Problems() {
		tab.t.Error(p)
	}
}

// Shot writes a picture of the whole page to CHISO_SHOTS/name.png, and nothing when that is not set.
func (tab *Tab) Shot(name string) {
	tab.t.Helper()
	tab.save(name+".png", func() ([]byte, error) { return chromedp.Run(tab.ctx, chromedp.FullScreenshot(100)) })
}

// PDF prints the page on A4 to CHISO_SHOTS/name.pdf, and nothing when that is not set.
func (tab *Tab) PDF(name string) {
	tab.t.Helper()
	tab.save(name+".pdf", func() ([]byte, error) {
		return chromedp.Run(tab.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPreferCSSPageSize()))
	})
}

func (tab *Tab) save(name string, take func() ([]byte, error)) {
	tab.t.Helper()
	dir := os.Getenv("CHISO_SHOTS")
	if dir == "" {
		return
	}
	tab.Front()
	data, err := take()
	tab.must(err)
	tab.must(os.MkdirAll(dir, 0o755))
	tab.must(os.WriteFile(filepath.Join(dir, name), data, 0o644))
}

// moduleRoot is the nearest folder above the test's that has a go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("browser: no go.mod above the test's folder")
		}
		dir = parent
	}
}
