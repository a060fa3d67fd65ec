package web_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"chiso/internal/testing/browser"
)

// What an agency is told counts on its pages until it was looked at.
func TestNotices_seen(t *testing.T) {
	h := anOffice(t)
	visit(t, h, "lan", "/releases", url.Values{"period": {"2026-Q3"}, "kind": {"provisional"}, "number": {"12/TB"}, "day": {"2026-11-25"}})
	if w := visit(t, h, "lan", "/release/1/objections", url.Values{"version": {"1"}, "days": {"3"}}); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	const count = `<span class="count">1<span class="visually-hidden"> chưa xem</span></span>`
	if body := visit(t, h, "danang", "/desk", nil).Body.String(); !strings.Contains(body, count) {
		t.Error("a new notice does not count")
	}
	if body := visit(t, h, "lan", "/rounds", nil).Body.String(); strings.Contains(body, `class="count"`) {
		t.Error("another's notice counts")
	}
	if body := visit(t, h, "danang", "/notices", nil).Body.String(); !strings.Contains(body, `<span class="mark">mới</span>`) {
		t.Error("a new notice is not marked")
	}
	for _, path := range []string{"/notices", "/desk"} {
		if body := visit(t, h, "danang", path, nil).Body.String(); strings.Contains(body, `class="count"`) || strings.Contains(body, `<span class="mark">mới</span>`) {
			t.Errorf("%s: a notice that was seen counts", path)
		}
	}
}

func TestSystem(t *testing.T) {
	h := anOffice(t)
	if w := visit(t, h, "lan", "/system", nil); w.Code != 403 {
		t.Errorf("the office opens the page of the system: %d", w.Code)
	}
	visit(t, h, "lan", "/releases", url.Values{"period": {"2026-Q3"}, "kind": {"provisional"}, "number": {"12/TB"}, "day": {"2026-11-25"}, "embargo": {"2026-11-27T08:00"}})
	visit(t, h, "minh", "/release/1/approve", url.Values{"version": {"1"}})
	body := visit(t, h, "root", "/system", nil).Body.String()
	for _, want := range []string{"Bản công bố hết cấm công bố", "27/11/2026 08:00", "Đang chờ: <strong>1</strong>", "Chưa đặt máy chủ thư", "Chưa có thư nào", "Chương trình và mốc nhật ký", `<code class="text-break">O`, `<code class="text-break">A`, "lược đồ"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if w := visit(t, h, "root", "/system/jobs/1/retry", url.Values{}); w.Code != 404 || !strings.Contains(w.Body.String(), "Không có tác vụ số 1") {
		t.Errorf("a job that waits is retried: %d", w.Code)
	}
	if testing.Short() {
		return
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	browser.Look(t, "system", srv.URL+"/system", browser.Cookie(srv.URL, "chiso", "root"))
}
