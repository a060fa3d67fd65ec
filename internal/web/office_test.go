package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/account"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/testing/browser"
	"chiso/internal/vi"
	"chiso/internal/web"
)

// anOffice serves a database in which the office has a round that is due, a released period and a draft that corrects it. The
// sessions are those of lan and minh of the office, and of a reporter of Đà Nẵng.
func anOffice(t *testing.T) *web.Server {
	t.Helper()
	h, _, _ := anOfficeOver(t)
	return h
}

// anOfficeOver is anOffice with what is below it.
func anOfficeOver(t *testing.T) (*web.Server, *app.App, *store.Store) {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC) }
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "chiso.db"), Clock: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(app.Config{Store: s, Clock: now, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx := access.With(t.Context(), access.Machine("cli"))
	person := func(name string, role access.Role, at agency.ID, scope ...string) int64 {
		id, _, err := a.AddPerson(ctx, account.PersonData{Name: name, FullName: "Cán bộ " + name, Agency: at})
		if err == nil {
			err = a.AddGrant(ctx, id, access.Grant{Role: role, Agency: at, Scope: strings.Join(scope, ""), From: vi.OpenFrom, To: vi.OpenTo})
		}
		if err == nil {
			err = a.SaveSession(ctx, account.Session{TokenHash: account.HashToken(name), Account: id, Data: []byte{}, Expires: now().Add(time.Hour)})
		}
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	person("lan", access.Office, agency.Nation)
	person("minh", access.Office, agency.Nation)
	person("de-an-06", access.Office, agency.Nation, "de_an_06") // narrowed to one group of indicators
	person("danang", access.Reporter, "P34-48")
	person("root", access.SystemAdmin, agency.Nation)
	person("hanoi", access.Office, "P-01")
	person("ky-danang", access.Approver, "P34-48")
	person("quan-tri", access.UnitAdmin, "P34-48")
	person("xem-danang", access.Committee, "P34-48")
	person("xem-hanoi", access.Committee, "P-01")
	person("xem-ca-nuoc", access.Committee, agency.Nation)
	person("quan-ly-ca-nuoc", access.UnitAdmin, agency.Nation)
	both := person("hai-noi", access.Reporter, "P34-48")
	if err := a.AddGrant(ctx, both, access.Grant{Role: access.Reporter, Agency: "P-01", From: vi.OpenFrom, To: vi.OpenTo}); err != nil {
		t.Fatal(err)
	}
	load := func(rows string) {
		csv := "Cơ quan,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số\n" + rows
		res, err := a.Import(ctx, receive.Request{Files: []ledger.ImportFile{{Name: "a.csv", Data: []byte(csv)}}, Account: "cli"})
		if err != nil || !res.Accepted {
			t.Fatalf("%+v %v", res, err)
		}
	}
	load("Hà Nội,CPS18,2026-Q3,80,100\nĐà Nẵng,CPS18,2026-Q3,7319,10000\nHuế,CPS18,2026-Q3,61,100\n")
	due := filing.Deadline{Day: 20261127, Minute: 17 * 60}
	_, err = s.Write(t.Context(), store.Change{Account: "lan"}, func(tx *store.Tx) error {
		c, err := tx.Catalogue() // a block that Hà Nội owns
		if err != nil {
			return err
		}
		c.Agencies.Blocks = append(c.Agencies.Blocks, agency.Block{Code: "ha_noi", Name: "Khối của Hà Nội", Owner: "P-01", Level: agency.Province})
		c.Agencies.Members = append(c.Agencies.Members, agency.Member{Block: "ha_noi", Agency: "P-01", From: vi.OpenFrom, To: vi.OpenTo})
		if err := tx.SaveCatalogue(c); err != nil {
			return err
		}
		r := filing.Round{Regime: "DA06_M", Name: "Báo cáo tháng 11/2026", Period: kpi.MustPeriod("2026-11"), Blocks: []string{"provinces"}, Due: due,
			Window: filing.Window{From: 20261021, To: 20261120}, OpenedAt: now()}
		if _, err := tx.OpenRound(r, filing.RoundEvent{Action: filing.RoundOpened, Window: r.Window, Due: due}); err != nil {
			return err
		}
		return tx.SaveContacts("P34-48", []filing.Contact{{Name: "Nguyễn <b>Hồng</b>", Phone: "0236 3822 000", Email: "hong@example.gov.vn"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return newServer(t, newFake(t), func(c *web.Config) { c.App, c.Clock, c.Proxies = a, now, []string{proxyNet} }), a, s
}

// visit asks as somebody; form posts.
func visit(t *testing.T, h http.Handler, who, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
	if form != nil {
		r = httptest.NewRequest(http.MethodPost, "http://localhost"+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if who != "" {
		r.AddCookie(&http.Cookie{Name: "chiso", Value: who})
	}
	r.Header.Set("X-Forwarded-For", "203.0.113.9") // the connection is a proxy's, as in service
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// The office plays a release: one drafts, agencies object, another approves, and only then others read the figures.
func TestOffice_release(t *testing.T) {
	h := anOffice(t)
	ranking := "/ranking/CPS18?period=2026-Q3"
	if w := visit(t, h, "danang", ranking, nil); w.Code != 404 || !strings.Contains(w.Body.String(), "chưa công bố") {
		t.Errorf("before the release: %d", w.Code)
	}
	if w := visit(t, h, "danang", "/releases", url.Values{"period": {"2026-Q3"}, "kind": {"final"}}); w.Code != 403 {
		t.Errorf("a reporter drafts a release: %d", w.Code)
	}
	if w := visit(t, h, "lan", "/releases", url.Values{"period": {"quý nào"}, "kind": {"final"}}); w.Code != 400 && w.Code != 422 {
		t.Errorf("no period: %d", w.Code)
	}
	w := visit(t, h, "lan", "/releases", url.Values{"period": {"2026-Q3"}, "kind": {"final"}, "number": {"12/TB-BKHCN"}, "day": {"2026-11-25"}, "title": {"Công bố <script>"}})
	if w.Code != 303 || w.Header().Get("Location") != "/release/1" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := visit(t, h, "danang", "/release/1", nil); w.Code != 404 {
		t.Errorf("a reporter reads the draft: %d", w.Code)
	}
	if w := visit(t, h, "lan", "/release/1/approve", url.Values{"version": {"1"}}); w.Code != 403 || !strings.Contains(w.Body.String(), "không được tự phê duyệt") {
		t.Errorf("who made it approves: %d", w.Code)
	}
	if w := visit(t, h, "minh", "/release/1/approve", url.Values{"version": {"7"}}); w.Code != 409 {
		t.Errorf("another version: %d", w.Code)
	}
	body := visit(t, h, "minh", "/release/1", nil).Body.String()
	if !strings.Contains(body, "Phê duyệt và công bố") || strings.Contains(body, "<script>") && strings.Contains(body, "Công bố <script>") {
		t.Error("the page of the draft")
	}
	if w := visit(t, h, "minh", "/release/1/approve", url.Values{"version": {"1"}}); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := visit(t, h, "danang", ranking, nil); w.Code != 200 || !strings.Contains(w.Body.String(), "73,19") {
		t.Errorf("after the release: %d", w.Code)
	}
	for who, want := range map[string][]string{"danang": {`<a href="/release/1">Bản công bố chính thức số 12/TB-BKHCN ngày 25/11/2026</a>`},
		"lan": {`<a href="/release/1">Bản công bố`, `href="/ranking/CPS18?period=2026-Q3&amp;view=live">Xem số liệu mới nhất`}} {
		for _, s := range want {
			if body := visit(t, h, who, ranking, nil).Body.String(); !strings.Contains(body, s) || who == "danang" && strings.Contains(body, "Xem số liệu mới nhất") {
				t.Errorf("%s reads of the release: %s", who, s)
			}
		}
	}
	live := visit(t, h, "lan", ranking+"&view=live", nil).Body.String()
	for _, s := range []string{"Số liệu mới nhất, có phần chưa công bố:", `href="/ranking/CPS18?period=2026-Q3">Xem số đã công bố`} {
		if !strings.Contains(live, s) {
			t.Errorf("the live page does not say %q", s)
		}
	}
	if file := visit(t, h, "danang", "/ranking/CPS18.csv?period=2026-Q3", nil).Body.String(); !strings.Contains(file, ";Bản công bố chính thức số 12/TB-BKHCN") {
		t.Error("the file does not name the release")
	}
	if home := visit(t, h, "lan", "/?view=live", nil).Body.String(); !strings.Contains(home, "&amp;view=live") || !strings.Contains(home, `href="/">Xem số đã công bố`) {
		t.Error("the overview does not keep to the newest figures")
	}
	for _, path := range []string{"/release/1", "/releases", "/release/1/pack.xlsx", "/notices"} {
		if w := visit(t, h, "danang", path, nil); w.Code != 200 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestOffice_round(t *testing.T) {
	h := anOffice(t)
	for _, path := range []string{"/rounds", "/rounds/1/board", "/rounds/1/board?state=none&q=nang", "/rounds/1/board.xlsx", "/rounds/1/board.csv?sort=-name", "/rounds/1/chase", "/rounds/1/chase.xlsx", "/rounds/1/letter"} {
		if w := visit(t, h, "lan", path, nil); w.Code != 200 {
			t.Errorf("%s: %d %.200s", path, w.Code, w.Body)
		}
		if w := visit(t, h, "danang", path, nil); w.Code != 403 {
			t.Errorf("a reporter opens %s: %d", path, w.Code)
		}
	}
	if body := visit(t, h, "lan", "/rounds/1/board?q=nang", nil).Body.String(); !strings.Contains(body, "Đà Nẵng") || strings.Contains(body, "Hà Nội</th>") {
		t.Error("the filter of the board")
	}
	up, down := visit(t, h, "lan", "/rounds/1/board.csv?sort=name", nil).Body.String(), visit(t, h, "lan", "/rounds/1/board.csv?sort=-name&q=t", nil).Body.String()
	if strings.Index(up, ";An Giang;") > strings.Index(up, ";Đà Nẵng;") || strings.Index(down, ";Tây Ninh;") > strings.Index(down, ";Cà Mau;") && strings.Contains(down, "Cà Mau") {
		t.Errorf("the order of the board: %s", up)
	}
	sorted := visit(t, h, "lan", "/rounds/1/board?state=none&q=nang&sort=late", nil).Body.String()
	for _, want := range []string{`aria-sort="ascending"`, `href="/rounds/1/board?q=nang&amp;sort=-late&amp;state=none"`, `/board.csv?q=nang&amp;sort=late&amp;state=none"`} {
		if !strings.Contains(sorted, want) {
			t.Errorf("the board does not say %q", want)
		}
	}
	if board := visit(t, h, "lan", "/rounds/1/board?q=nang", nil).Body.String(); !strings.Contains(board, `<a href="/desk/1/P34-48">Đà Nẵng</a>`) || !strings.Contains(board, "0\u00a0%") {
		t.Error("the board does not lead to the report, or writes percent in another way")
	}
	rounds := visit(t, h, "lan", "/rounds", nil).Body.String()
	if !strings.Contains(rounds, `name="agency" value="BTC"`) || !strings.Contains(rounds, ">Bộ Tài chính</label>") {
		t.Error("agencies cannot be picked by name")
	}
	ask := url.Values{"regime": {"CD"}, "period": {"2026-10"}, "agency": {"BTC", "P-01"}, "columns": {"Số trạm mất điện\ntrạm"}, "due": {"2026-12-01"}}
	if w := visit(t, h, "lan", "/rounds", ask); w.Code != 303 {
		t.Errorf("a round of two agencies: %d %s", w.Code, w.Body)
	} else if body := visit(t, h, "lan", w.Header().Get("Location"), nil).Body.String(); !strings.Contains(body, "2 đơn vị tồn tại") {
		t.Error("not the two agencies that were ticked")
	}
	ask.Set("period", "quý nào")
	if body := visit(t, h, "lan", "/rounds", ask).Body.String(); !strings.Contains(body, `value="BTC" checked`) {
		t.Error("what was ticked is lost")
	}
	call := url.Values{"agency": {"P34-48"}, "person": {"Anh Nam"}, "result": {"Hứa gửi <i>chiều</i>"}}
	if w := visit(t, h, "lan", "/rounds/1/call", call); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	body := visit(t, h, "lan", "/rounds/1/chase", nil).Body.String()
	if !strings.Contains(body, "Hứa gửi &lt;i&gt;chiều") || !strings.Contains(body, "0236 3822 000") || strings.Contains(body, "<b>Hồng") {
		t.Error("the chase list")
	}
	for _, link := range []string{`href="/rounds/1/letter"`, `href="/rounds/1/chase.xlsx"`, `href="/contacts?agency=`} {
		if !strings.Contains(body, link) {
			t.Errorf("the chase list does not lead to %s", link)
		}
	}
	letter := visit(t, h, "lan", "/rounds/1/letter?until=2026-12-05&number=12/<b>&post=kt.+bộ+trưởng/thứ+trưởng", nil).Body.String()
	for _, want := range []string{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "BỘ CÔNG AN", "Số: 12/&lt;b&gt;", "Hà Nội, ngày 25 tháng 11 năm 2026",
		"V/v đôn đốc gửi báo cáo tháng 11/2026", "Kính gửi:", "trước ngày 05 tháng 12 năm 2026", "Phụ lục", "Nơi nhận:", "<strong>KT. BỘ TRƯỞNG</strong>", "<strong>THỨ TRƯỞNG</strong>"} {
		if !strings.Contains(letter, want) {
			t.Errorf("the letter does not say %q", want)
		}
	}
	if w := visit(t, h, "lan", "/rounds/1/letter?until=mai", nil); w.Code != 422 || !strings.Contains(w.Body.String(), "Không hiểu ngày “mai”") {
		t.Errorf("a day that is none: %d", w.Code)
	}
	call.Set("result", "")
	if w := visit(t, h, "lan", "/rounds/1/call", call); w.Code < 400 || w.Code > 499 || !strings.Contains(w.Body.String(), "Hãy ghi kết quả") {
		t.Errorf("%d", w.Code)
	}
}

func TestBrowser_office(t *testing.T) {
	inBrowser(t)
	h := anOffice(t)
	visit(t, h, "lan", "/releases", url.Values{"period": {"2026-Q3"}, "kind": {"provisional"}, "number": {"12/TB"}, "day": {"2026-11-25"}})
	visit(t, h, "lan", "/release/1/objections", url.Values{"version": {"1"}, "days": {"3"}})
	visit(t, h, "danang", "/release/1/own/P34-48", url.Values{"code": {"CPS18"}, "text": {"Thiếu 120 hồ sơ của tháng 9"}})
	visit(t, h, "lan", "/rounds/1/call", url.Values{"agency": {"P34-48"}, "person": {"Anh Nam"}, "result": {"Hứa gửi chiều nay"}})
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	for name, at := range map[string][2]string{"releases": {"lan", "/releases"}, "release": {"minh", "/release/1"}, "release-edit": {"minh", "/release/1/edit"}, "draft": {"danang", "/release/1/own/P34-48"},
		"notices": {"danang", "/notices"}, "rounds": {"lan", "/rounds"}, "board": {"lan", "/rounds/1/board"}, "chase": {"lan", "/rounds/1/chase"}, "letter": {"lan", "/rounds/1/letter"}} {
		t.Run(name, func(t *testing.T) {
			browser.Look(t, "office-"+name, srv.URL+at[1], browser.Cookie(srv.URL, "chiso", at[0]))
		})
	}
}

// A draft is changed on its page, the signed document comes and goes, and what was typed and refused stands there again.
func TestOffice_releaseDraft(t *testing.T) {
	h := anOffice(t)
	visit(t, h, "lan", "/releases", url.Values{"period": {"2026-Q3"}, "kind": {"provisional"}})
	if body := visit(t, h, "lan", "/release/1", nil).Body.String(); !strings.Contains(body, `href="/release/1/edit"`) || !strings.Contains(body, `href="#t1"`) || !strings.Contains(body, `<details class="print-open"`) {
		t.Error("the page of a draft leads nowhere")
	}
	change := url.Values{"version": {"1"}, "period": {"2026-Q3"}, "kind": {"final"}, "number": {"7/<TB>"}, "day": {"2026-11-24"}, "embargo": {"2026-11-25T17:30"}, "note": {"Ghi chú"}}
	if w := visit(t, h, "danang", "/release/1/edit", change); w.Code != 403 {
		t.Errorf("a reporter changes a draft: %d", w.Code)
	}
	if w := visit(t, h, "minh", "/release/1/edit", change); w.Code != 303 || w.Header().Get("Location") != "/release/1" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	page := visit(t, h, "lan", "/release/1/edit", nil).Body.String()
	for _, want := range []string{`value="7/&lt;TB&gt;"`, `value="2026-11-24"`, `value="2026-11-25T17:30"`, `value="Ghi chú"`, `name="version" value="2"`, `<option value="final" selected>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the form does not hold %s", want)
		}
	}
	change.Set("note", "Lần hai")
	if w := visit(t, h, "lan", "/release/1/edit", change); w.Code != 409 || !strings.Contains(w.Body.String(), `value="Lần hai"`) || !strings.Contains(w.Body.String(), "đã thay đổi") {
		t.Errorf("a change of what was not seen: %d", w.Code)
	}
	give := func(who, name, content string) *httptest.ResponseRecorder {
		r := as(who, form(t, name, []byte(content), "version", "2"))
		r.URL.Path = "/release/1/document"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	if w := give("lan", "a.txt", "chữ"); w.Code != 422 || !strings.Contains(w.Body.String(), "phải là tệp PDF") {
		t.Errorf("no PDF: %d", w.Code)
	}
	if w := give("danang", "a.pdf", "%PDF-1"); w.Code != 403 {
		t.Errorf("a reporter files the document: %d", w.Code)
	}
	if w := give("lan", "a.pdf", "%PDF-1"); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := visit(t, h, "danang", "/release/1/document.pdf", nil); w.Code != 404 {
		t.Errorf("the document of a draft: %d", w.Code)
	}
	if w := visit(t, h, "lan", "/release/1/approve", url.Values{"version": {"3"}}); w.Code != 303 { // minh changed it last
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := visit(t, h, "danang", "/release/1/document.pdf", nil); w.Code != 404 {
		t.Errorf("the document before the embargo ends: %d", w.Code)
	}
	if w := visit(t, h, "minh", "/release/1/document.pdf", nil); w.Code != 200 || w.Body.String() != "%PDF-1" || w.Header().Get("Content-Type") != "application/pdf" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("the document: %d %v", w.Code, w.Header())
	}
	if w := visit(t, h, "lan", "/release/1/edit", nil); w.Code != 409 {
		t.Errorf("the form of what is approved: %d", w.Code)
	}
}

// What is not released is offered to whoever may read it, judged at the owner of the block: to the nation's office, and to a province's
// for its own block only. A figure's page opens for each agency that somebody works for.
func TestOffice_unreleased(t *testing.T) {
	h := anOffice(t)
	const own, nation = "/ranking/CPS18?block=ha_noi&period=2026-Q3", "/ranking/CPS18?period=2026-Q3"
	const offer = "Xem số liệu mới nhất, chưa công bố"
	for _, tt := range []struct {
		who, path string
		offered   bool
		live      int
	}{{"lan", nation, true, 200}, {"lan", own, true, 200}, {"hanoi", own, true, 200}, {"hanoi", nation, false, 403}, {"danang", own, false, 403}, {"danang", nation, false, 403}} {
		if w := visit(t, h, tt.who, tt.path, nil); w.Code != 404 || !strings.Contains(w.Body.String(), "chưa công bố") || strings.Contains(w.Body.String(), offer) != tt.offered {
			t.Errorf("%s %s: %d, want the newest figures offered: %t", tt.who, tt.path, w.Code, tt.offered)
		}
		w := visit(t, h, tt.who, tt.path+"&view=live", nil)
		if w.Code != tt.live {
			t.Errorf("%s %s live: %d, want %d", tt.who, tt.path, w.Code, tt.live)
		}
		if tt.path == own && strings.Contains(w.Body.String(), "73,19") {
			t.Errorf("%s: the block of Hà Nội shows others", tt.who)
		}
	}
	first := visit(t, h, "lan", nation+"&view=live", nil).Body.String()
	hanoi := evidenceOf(t, first, "Hà Nội")
	for who, want := range map[string]int{"lan": 200, "hai-noi": 200, "hanoi": 200, "danang": 404} {
		if w := visit(t, h, who, hanoi, nil); w.Code != want {
			t.Errorf("%s opens the evidence of Hà Nội: %d, want %d", who, w.Code, want)
		}
	}
	if w := visit(t, h, "hai-noi", evidenceOf(t, first, "Đà Nẵng"), nil); w.Code != 200 {
		t.Errorf("the evidence of the first of two agencies: %d", w.Code)
	}
}

// evidenceOf finds the link to a figure's evidence in an agency's row.
func evidenceOf(t *testing.T, body, name string) string {
	t.Helper()
	at := strings.Index(body, ">"+name+"</a>")
	i := strings.Index(body[max(0, at):], `href="/evidence/`)
	if at < 0 || i < 0 {
		t.Fatalf("no row or evidence of %s", name)
	}
	path := body[at+i+len(`href="`):]
	return path[:strings.IndexByte(path, '"')]
}
