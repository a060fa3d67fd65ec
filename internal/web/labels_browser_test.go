package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"chiso/internal/chart"
	"chiso/internal/testing/browser"
	"chiso/internal/vi"
)

// cutLabels lists texts of drawings that stick out of their drawing, and pairs that lie on each other.
const cutLabels = `[...document.querySelectorAll("svg")].flatMap((svg) => {
	const view = svg.getBoundingClientRect(), bad = [];
	const boxes = [...svg.querySelectorAll("text")].filter((t) => getComputedStyle(t).display !== "none").map((t) => [t.textContent, t.getBoundingClientRect()]);
	boxes.forEach(([text, b], i) => {
		if (b.left < view.left - 1 || b.right > view.right + 1 || b.top < view.top - 1 || b.bottom > view.bottom + 1)
			bad.push(text + " is cut: " + [b.left - view.left, view.right - b.right, b.top - view.top, view.bottom - b.bottom].map(Math.round));
		for (const [other, o] of boxes.slice(0, i))
			if (Math.min(b.right, o.right) - Math.max(b.left, o.left) > 1 && Math.min(b.bottom, o.bottom) - Math.max(b.top, o.top) > 4) bad.push(text + " lies on " + other);
	});
	return bad;
}).join("\n")`

// No label is cut and none lies on another: with the longest names there are, 3, 34, 63 and 168 units, close together and far apart, from the
// width of a telephone to that of a projector; neither in drawings of pages nor in pictures to download.
func TestBrowser_labels(t *testing.T) {
	inBrowser(t)
	sheet, err := assets(t).Path("chiso.css")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"Bộ Văn hóa, Thể thao và Du lịch", "Thành phố Hồ Chí Minh", "Bộ Nông nghiệp và Môi trường", "Phường Hòa Hiệp Bắc", "Đặc khu Hoàng Sa", "Lai Châu"}
	var body strings.Builder
	for _, n := range []int{3, 34, 63, 168} {
		for _, spread := range []int64{10, 6000} { // hundredths
			for _, shift := range []int64{0, 1, 2} { // where ours and the lines stand: left, in the middle, right
				dots, rows, values := []chart.StripDot{}, []chart.PictureRow{}, []vi.Decimal{}
				for i := range n {
					v := vi.NewDecimal(7000-spread*int64(i)/int64(n), 2)
					name := names[i%len(names)]
					text := vi.FormatNumber(v, 2)
					values = append(values, v)
					dots = append(dots, chart.StripDot{ID: fmt.Sprint(i), Name: name, Value: v, Text: text})
					rows = append(rows, chart.PictureRow{Label: fmt.Sprintf("%d. %s", i+1, name), Text: text, Value: vi.Some(v), Before: vi.Some(v)})
				}
				at := values[int64(n-1)*shift/2]
				levels := []chart.Level{{At: at, Kind: "median", Label: "trung vị " + vi.FormatNumber(at, 2)}, {At: at, Kind: "nation", Label: "chung khối " + vi.FormatNumber(at, 2)},
					{At: vi.Int(90), Kind: "target", Label: "mục tiêu 90"}}
				a := chart.NewAxis(values, vi.Some(vi.Int(100)), at, vi.Int(90))
				fmt.Fprintf(&body, "<section><h2>%d</h2>%s<div class=cell>%s</div></section>", n, a.Strip("x", dots, fmt.Sprint(int64(n-1)*shift/2), levels...), a.Head(levels...))
				if shift == 1 {
					fmt.Fprintf(&body, "<section class=picture>%s</section>", chart.RankingSVG("Tỷ lệ hồ sơ giải quyết đúng hạn, trước hạn, ngày 10/10/2026",
						"Chấm: giá trị · Khối địa phương · Nguồn: Cổng Dịch vụ công quốc gia · Số liệu tính đến 25/11/2026 10:00 (giờ Việt Nam), phiên bản 12", a, levels, rows))
				}
			}
		}
	}
	page := `<!doctype html><html lang="vi" data-ready="true"><head><meta charset="utf-8"><title>x</title><link rel="stylesheet" href="` + html.EscapeString(sheet) +
		`"><link rel="stylesheet" href="/test.css"></head><body><main><h1>x</h1>` + body.String() + `</main></body></html>`
	mux := http.NewServeMux()
	mux.Handle("/static/", assets(t).Handler)
	mux.HandleFunc("/test.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		_, _ = w.Write([]byte(`section{padding:0 16px} .cell{width:max(45%,144px)} .picture{overflow:auto}`))
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(page)) })
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	for width, high := range map[int64]int64{390: 844, 1366: 768, 1920: 1080} {
		tab := browser.Open(t, srv.URL+"/", browser.Viewport(width, high))
		if bad := browser.Eval[string](tab, cutLabels); bad != "" {
			t.Errorf("%d px: %.1500s", width, bad)
		}
		tab.Shot(fmt.Sprintf("labels-%d", width))
	}
}

// The page for developers shows every colour and drawing in light, dark and print; none is cut there, and axe finds nothing.
func TestBrowser_styleBook(t *testing.T) {
	inBrowser(t)
	srv := httptest.NewServer(onSample(t))
	t.Cleanup(srv.Close)
	tab := browser.Look(t, "style-book", srv.URL+"/kieu-mau", signedIn(srv)...)
	if bad := browser.Eval[string](tab, cutLabels); bad != "" {
		t.Error(bad)
	}
	if n := browser.Eval[int](tab, `document.querySelectorAll(".book svg").length`); n < 40 {
		t.Errorf("%d drawings", n)
	}
}
