package web_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/account"
	"chiso/internal/testing/browser"
	"chiso/internal/vi"
	"chiso/internal/web"
)

// firstScreens are people for whom the first page is another, by the token of their session.
var firstScreens = map[string]struct {
	role access.Role
	at   agency.ID
	to   string // where "/" leads; "" stays
}{
	"member-da-nang": {access.Committee, "P34-48", "/screen/P34-48"},
	"member-btc":     {access.Committee, "BTC", "/screen/BTC"},
	"chair":          {access.Committee, agency.Nation, ""},
	"office-da-nang": {access.Office, "P34-48", "/screen/P34-48"},
	"reporter":       {access.Reporter, "P34-48", "/screen/P34-48"}, // owes nothing on the sample: no round is open
	"plain-da-nang":  {"", "P34-48", "/screen/P34-48"},
	"plain-nation":   {"", agency.Nation, ""},
}

func onScreens(t *testing.T) *web.Server {
	t.Helper()
	return onSampleWith(t, func(a *app.App) error {
		ctx := access.With(t.Context(), access.Machine("cli"))
		for token, p := range firstScreens {
			id, _, err := a.AddPerson(ctx, account.PersonData{Name: token, FullName: "Người " + token, Agency: p.at})
			if err != nil {
				return err
			}
			if p.role != "" {
				if err := a.AddGrant(ctx, id, access.Grant{Role: p.role, Agency: p.at, From: vi.OpenFrom, To: vi.OpenTo}); err != nil {
					return err
				}
			}
			session := account.Session{TokenHash: account.HashToken(token), Account: id, Data: []byte{}, Expires: time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)}
			if err := a.SaveSession(ctx, session); err != nil {
				return err
			}
		}
		return nil
	}, nil)
}

// "/" leads everybody to the own work, and the other pages are one press away (the table in docs/design.md §6).
func TestFirstScreen(t *testing.T) {
	s := onScreens(t)
	for token, p := range firstScreens {
		w := do(s, as(token, request("GET", "/")))
		if p.to == "" && w.Code != 200 || p.to != "" && (w.Code != 303 || w.Header().Get("Location") != p.to) {
			t.Errorf("%s: %d to %q, want %q", token, w.Code, w.Header().Get("Location"), p.to)
		}
		mine := map[bool]string{true: "/nation", false: p.to}[p.to == ""]
		if w := do(s, as(token, request("GET", "/mine"))); w.Code != 303 || w.Header().Get("Location") != mine {
			t.Errorf("%s: /mine leads to %q", token, w.Header().Get("Location"))
		}
	}
	doc, _ := get(t, s, "/screen/P34-48", 200)
	checkMarkup(t, doc)
	if doc.Find(`.switch a[href="/nation"]`).Length() != 1 {
		t.Error("the nation is not one press away")
	}
	doc, _ = get(t, s, "/nation", 200)
	if doc.Find(`.switch a[href="/mine"]`).Length() != 1 {
		t.Error("the own agency is not one press away")
	}
	// Figures checked by hand: 59,13 + (10,70 − 6,88) = 62,95, between Lâm Đồng 62,99 and Phú Thọ 62,76.
	doc, _ = get(t, s, "/screen/P34-48", 200)
	body := text(doc.Find("main"))
	for _, want := range []string{"28/34", "59,13", "giữ nguyên hạng", "+0,26", "còn 0,59", "tới hạng 27 (Nghệ An)", "ngày 26/09/2026, cách đây 60 ngày", "Kém trung vị 2,73",
		"Mức độ hài lòng (−3,82)", "hạng 28 → 12", "62,95", "trung vị 61,86", "cả nước 61,71", "Đồng Tháp 68,53", "Khánh Hòa 52,77"} {
		if !strings.Contains(strings.ReplaceAll(body, "\u00a0", " "), want) {
			t.Errorf("the screen does not say %q:\n%s", want, body)
		}
	}
}

// seen is the text whose place lies wholly within the window, as somebody sees it without moving anything.
const seen = `(() => {
	const out = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n; (n = walk.nextNode()); ) {
		if (!n.textContent.trim() || getComputedStyle(n.parentElement).visibility === "hidden") continue;
		const range = document.createRange();
		range.selectNodeContents(n);
		const box = range.getBoundingClientRect();
		if (box.width > 1 && box.height > 1 && box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth + 1) out.push(n.textContent.trim());
	}
	return out.join(" ").replace(/\s+/g, " ");
})()`

// What a provincial member, a ministry and the chair see at 1366 × 768 without scrolling or a click.
func TestBrowser_firstScreens(t *testing.T) {
	inBrowser(t)
	srv := httptest.NewServer(onScreens(t))
	t.Cleanup(srv.Close)
	for token, want := range map[string][]string{
		// Where do we stand, did we move, why, what would move us, what is late or due.
		"member-da-nang": {"28 /34", "59,13 điểm", "trung vị 61,86", "giữ nguyên hạng", "+0,26", "Kém trung vị 2,73 điểm", "−3,82", "Muốn lên", "hạng 28 → 12", "Chậm, đến hạn",
			"Không có báo cáo nào chờ gửi.", "Sổ nhiệm vụ chưa có nhiệm vụ nào."},
		"member-btc": {"Bộ Tài chính", "Không có hạng trong bộ chỉ số", "Chậm, đến hạn", "Không có báo cáo nào chờ gửi.", "Sổ nhiệm vụ chưa có nhiệm vụ nào.", "Chỉ tiêu, hạng thấp nhất trước"},
		"chair":      {"Đồng Tháp dẫn đầu với 68,53 điểm", "Tăng, giảm hạng nhiều nhất và vì sao"},
	} {
		t.Run(token, func(t *testing.T) {
			tab := browser.Open(t, srv.URL+"/", browser.Cookie(srv.URL, "chiso", token), browser.Viewport(1366, 768))
			got := strings.ReplaceAll(browser.Eval[string](tab, seen), "\u00a0", " ")
			for _, w := range want {
				if !strings.Contains(got, w) {
					t.Errorf("not on the first screen: %q\n%s", w, got)
				}
			}
			tab.Clean()
			tab.Shot("first-" + token)
		})
	}
	browser.Look(t, "screen", srv.URL+"/screen/P34-48", browser.Cookie(srv.URL, "chiso", "member-da-nang"))
}
