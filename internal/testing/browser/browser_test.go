package browser_test

import (
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"chiso/internal/testing/browser"
	"chiso/static"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

func TestMain(m *testing.M) { browser.Main(m) }

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

var sample = template.Must(template.New("sample").Parse(`<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>Xếp hạng mẫu</title><meta name="viewport" content="width=device-width, initial-scale=1">
<script src="{{.Theme}}"></script><link rel="stylesheet" href="{{.CSS}}"><link rel="icon" href="{{.Icon}}" type="image/svg+xml">
<script src="{{.App}}" defer></script>{{if .Option}}<script src="{{.Chart}}" defer></script>{{end}}</head><body>
<a class="skip-link" href="#main">Đến nội dung chính</a>
<header class="site-header"><div class="container-xl inner"><a class="brand" href="/">Chiso</a>
<nav aria-label="Chính"><a href="/" aria-current="page">Tổng quan</a> <a href="/x">Xếp hạng</a> <a href="/y">Nộp số liệu</a></nav>
<button type="button" data-theme-toggle hidden></button></div></header>
<main id="main" class="container-xl"><div class="page-head"><h1>Hồ sơ giải quyết đúng hạn</h1><div class="actions"><a class="btn btn-primary" href="/r">Tải báo cáo Excel</a></div></div>
<p class="illustrative">Số liệu minh họa</p><p class="provenance">Nguồn: Cổng Dịch vụ công quốc gia. Tính đến 10/10/2026.</p>
<dl class="figures"><div><dt>Chung khối địa phương</dt><dd>86,64 %</dd><dd>34/34 đơn vị</dd></div><div><dt>Cao nhất</dt><dd>99,10 %</dd><dd>Đắk Lắk</dd></div></dl>
{{if .Option}}<figure><div class="chart" id="c1" data-rows="{{len .Rows}}"></div><script type="application/json" data-chart="c1">{{.Option}}</script></figure>{{end}}
<div class="filters"><div><label for="q">Tìm đơn vị</label><input class="form-control form-control-sm" type="search" id="q" data-filter="t"></div><output data-filter-count="t"></output></div>
<div class="table-responsive flow" tabindex="0" role="region" aria-label="Bảng xếp hạng"><table class="table-figures" id="t"><caption>Đơn vị: %</caption>
<thead><tr><th scope="col" class="num">Hạng</th><th scope="col">Đơn vị</th><th scope="col" class="num">Giá trị</th><th scope="col">So sánh</th><th scope="col">Thay đổi</th><th scope="col">Hạng công bố</th></tr></thead><tbody>
{{range .Rows}}<tr{{if eq .Rank 4}} class="own"{{end}}><td class="num"><span class="rank{{if le .Rank 3}} rank-top{{end}}">{{.Rank}}</span></td><th scope="row">{{.Name}}</th><td class="num">{{.Text}}</td>
<td><svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="10"/><rect class="fill" width="{{.Value}}" height="10"/></svg></td>
<td><span class="move {{.Move}}"><span class="visually-hidden">thay đổi </span>2</span></td><td><span class="rank-published">công bố 30</span> <span class="mark">mẫu nhỏ</span></td></tr>
{{end}}</tbody></table></div>
<h2>Kết quả kiểm tra</h2><ol class="findings"><li class="finding finding-error"><strong>Lỗi</strong> <code>Biểu 1!C7</code> Tử số lớn hơn mẫu số.</li>
<li class="finding finding-warning"><strong>Cảnh báo</strong> <code>Biểu 1!D9</code> Thiếu tử/mẫu số.</li><li class="finding finding-info"><strong>Lưu ý</strong> Không có thay đổi.</li></ol>
<form class="dropzone" data-dropzone data-max-bytes="1000" action="/" method="get"><label for="f">Tệp số liệu</label><input id="f" type="file" name="f"><output data-dropzone-files></output> <button class="btn btn-primary">Kiểm tra</button></form>
</main><footer class="site-footer"><div class="container-xl">Chiso</div></footer></body></html>`))

type row struct {
	Rank  int
	Name  string
	Value float64
	Text  string
	Move  string
}

// serve gives a page with everything that our assets dress, under the policy of the real pages.
func serve(t *testing.T, withChart bool) string {
	t.Helper()
	if _, err := static.Manifest(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	asset := func(name string) string {
		path, err := static.Asset(name)
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	names := []string{"Hà Nội", "Thành phố Hồ Chí Minh", "Đắk Lắk", "Đà Nẵng", "Huế", "An Giang", "Điện Biên", "Quảng Ngãi"}
	var rows []row
	var cats, data []any
	for i := range 34 {
		r := row{Rank: i + 1, Name: names[i%len(names)], Value: 99.1 - float64(i)*1.37, Move: []string{"move-up", "move-down", "move-same"}[i%3]}
		if i >= len(names) {
			r.Name += fmt.Sprintf(" %d", i)
		}
		r.Text = strings.Replace(fmt.Sprintf("%.2f", r.Value), ".", ",", 1)
		rows = append(rows, r)
		cats = append(cats, r.Name)
		data = append(data, map[string]any{"value": r.Value, "text": r.Text + " %\n<b>" + r.Name + "</b>", "url": "/agency", "label": map[string]any{"formatter": r.Text}})
	}
	slices.Reverse(cats)
	slices.Reverse(data)
	page := map[string]any{"Theme": asset("theme.js"), "CSS": asset("chiso.css"), "App": asset("app.js"), "Chart": asset("chart.js"), "Icon": asset("favicon.svg"), "Rows": rows}
	if withChart {
		page["Option"] = map[string]any{
			"aria":    map[string]any{"enabled": true, "label": map[string]any{"description": "Biểu đồ xếp hạng 34 địa phương."}, "decal": map[string]any{"show": true}},
			"grid":    map[string]any{"left": 8, "right": 48, "top": 44, "bottom": 8, "containLabel": true},
			"tooltip": map[string]any{"trigger": "item"},
			"xAxis":   []any{map[string]any{"type": "value", "axisLabel": map[string]any{"formatter": "@percent"}}},
			"yAxis":   []any{map[string]any{"type": "category", "data": cats}},
			"series": []any{map[string]any{"type": "bar", "name": "Đúng hạn", "data": data, "itemStyle": map[string]any{"color": "@--chiso-bar"},
				"label":    map[string]any{"show": true, "position": "right", "formatter": "@text"},
				"markLine": map[string]any{"symbol": "none", "data": []any{map[string]any{"xAxis": 86.64, "label": map[string]any{"formatter": "Chung\n86,64 %"}}}}}},
		}
	}
	mux := http.NewServeMux()
	mux.Handle(static.Prefix, static.Handler())
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := sample.Execute(w, page); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("/agency", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<!doctype html><html lang="vi" data-ready="true"><head><title>Đơn vị</title><link rel="icon" href="data:,"></head><body><main><h1>Đơn vị</h1></main></body></html>`)
	})
	mux.HandleFunc("/bad", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html data-ready="true"><body><p style="color:red">x</p><img src="/missing.png"><div id="wide"></div>
			<script>1</script><script src=%q></script></body></html>`, "/throws.js")
	})
	mux.HandleFunc("/throws.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, `document.getElementById("wide").style.cssText = "width:3000px;height:1px"; console.error("said", "so"); throw new Error("thrown")`)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestAssetsAreCleanEverywhere(t *testing.T) {
	url := serve(t, true)
	for name, opts := range map[string][]browser.Option{
		"desktop": {browser.Still}, "desktop-dark": {browser.Still, browser.Dark}, "phone": {browser.Phone, browser.Still},
		"phone-dark": {browser.Phone, browser.Dark, browser.Still}, "narrow": {browser.Viewport(320, 800)}, "print": {browser.Print, browser.Dark},
	} {
		t.Run(name, func(t *testing.T) {
			tab := browser.Open(t, url, opts...)
			tab.Clean()
			tab.Shot("assets-" + name)
			if name == "desktop-dark" {
				tab.PDF("assets-from-dark")
			}
			dark := strings.Contains(name, "dark")
			if got := browser.Eval[string](tab, `document.documentElement.dataset.bsTheme`); (got == "dark") != dark {
				t.Errorf("theme %q", got)
			}
			if n := browser.Eval[int](tab, `document.querySelectorAll(".chart svg path").length`); n < 34 {
				t.Errorf("the chart has %d paths", n)
			}
			if !browser.Eval[bool](tab, `document.fonts.check("16px 'Inter Variable'", "ắ")`) {
				t.Error("the font is not there")
			}
		})
	}
}

func TestTooltipIsTextNotMarkup(t *testing.T) {
	tab := browser.Open(t, serve(t, true), browser.Still)
	tab.Do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 420, 420))
	text, err := chromedp.Run(tab.Context(), chromedp.Poll[string](`document.querySelector(".chart-tip-line") && document.querySelector(".chart-tip").innerText`))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, " %") || !strings.Contains(text, "<b>") {
		t.Errorf("tooltip %q", text)
	}
	tab.Shot("assets-tooltip")
	tab.Clean()
	labels := browser.Eval[string](tab, `document.querySelector(".chart svg").textContent`)
	for _, want := range []string{"99,1", "86,64 %", "100 %"} {
		if !strings.Contains(labels, want) {
			t.Errorf("the chart does not say %s: %s", want, labels)
		}
	}
}

func TestFilterAndTheme(t *testing.T) {
	tab := browser.Open(t, serve(t, false), browser.Still)
	if browser.Eval[bool](tab, `[...document.scripts].some((s) => s.src.includes("chart"))`) {
		t.Error("a page without charts loads them")
	}
	shown := browser.Eval[string](tab, `(() => { const q = document.getElementById("q"); q.value = "DAK  lak"; q.dispatchEvent(new Event("input"));
		return [...document.querySelectorAll("#t tbody tr:not([hidden]) th")].map((e) => e.textContent).join() + "|" + document.querySelector("output").textContent; })()`)
	if want := "Đắk Lắk,Đắk Lắk 10,Đắk Lắk 18,Đắk Lắk 26|4/34 dòng"; shown != want {
		t.Errorf("filter shows %q, want %q", shown, want)
	}
	theme := browser.Eval[string](tab, `(() => { const b = document.querySelector("[data-theme-toggle]"); b.click(); return document.documentElement.dataset.bsTheme; })()`)
	if theme != "dark" {
		t.Errorf("theme %q after the button", theme)
	}
	tab.Do(chromedp.Reload())
	tab.Ready()
	if got := browser.Eval[string](tab, `document.documentElement.dataset.bsTheme + " " + document.querySelector("[data-theme-toggle]").textContent`); got != "dark Nền sáng" {
		t.Errorf("after a reload %q", got)
	}
	files := browser.Eval[string](tab, `(() => { const f = document.querySelector("form"), d = new DataTransfer(); d.items.add(new File(["x".repeat(2000)], "Biểu 1.xlsx"));
		f.dispatchEvent(new DragEvent("drop", {dataTransfer: d, bubbles: true, cancelable: true}));
		const i = f.querySelector("input"); return i.files[0].name + "|" + i.validationMessage + "|" + f.className; })()`)
	if want := "Biểu 1.xlsx|Tệp “Biểu 1.xlsx” lớn hơn 1 KB.|dropzone has-files"; files != want {
		t.Errorf("dropped: %q, want %q", files, want)
	}
	tab.Clean()
}

func TestProblemsAreHeard(t *testing.T) {
	tab := browser.Open(t, serve(t, false)+"/bad")
	all := strings.Join(tab.Problems(), "\n")
	for _, want := range []string{"style-src-attr", "script-src-elem", "missing.png", "said so", "Error: thrown"} {
		if !strings.Contains(all, want) {
			t.Errorf("nobody heard %q in:\n%s", want, all)
		}
	}
	if tab.Overflow() == "" {
		t.Error("3000 pixels did not overflow")
	}
	if faults := strings.Join(tab.Axe(), "\n"); !strings.Contains(faults, "html-has-lang") || !strings.Contains(faults, "image-alt") {
		t.Errorf("axe found only:\n%s", faults)
	}
}
