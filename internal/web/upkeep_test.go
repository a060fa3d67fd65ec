package web_test

import (
	"bytes"
	"log/slog"
	"mime/multipart"
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
	"chiso/internal/app/ledger"
	"chiso/internal/app/reporting"
	"chiso/internal/filing"
	"chiso/internal/store"
	"chiso/internal/testing/browser"
	"chiso/internal/web"
)

// upkeepServer has the real use cases of rounds and the catalogue, over a seeded database.
func upkeepServer(t *testing.T) (http.Handler, *app.App) {
	t.Helper()
	at := time.Date(2026, 9, 10, 2, 0, 0, 0, time.UTC)
	clock := func() time.Time { at = at.Add(time.Second); return at }
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "chiso.db"), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(app.Config{Store: s, Clock: clock, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	return newServer(t, newFake(t), func(c *web.Config) {
		c.App, c.Clock, c.Log = filingApp{&fakePeople{}, realApp{a}}, clock, slog.New(slog.NewTextHandler(t.Output(), nil))
	}), a
}

func ask(t *testing.T, h http.Handler, who string, r *http.Request) (int, string, http.Header) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, as(who, r))
	return w.Code, w.Body.String(), w.Header()
}

func post(path string, v url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "http://localhost:8080"+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

func look(path string) *http.Request {
	return httptest.NewRequest(http.MethodGet, "http://localhost:8080"+path, nil)
}

// The office opens a round, extends, moves and locks it; a wrong form keeps what was typed and says why.
func TestRoundPages(t *testing.T) {
	h, _ := upkeepServer(t)
	if code, body, _ := ask(t, h, "staff", look("/rounds")); code != 200 || !strings.Contains(body, "Báo cáo quý về chuyển đổi số (định kỳ, quý)") {
		t.Fatalf("%d %s", code, body)
	}
	code, body, _ := ask(t, h, "staff", post("/rounds", url.Values{"regime": {"CDS_Q"}, "period": {"2026-09"}, "reason": {`<b>"x"`}}))
	if code != 422 || !strings.Contains(body, "báo cáo theo quý, không mở được cho tháng 9 năm 2026") || !strings.Contains(body, `value="2026-09"`) || strings.Contains(body, "<b>") {
		t.Errorf("a wrong period: %d", code)
	}
	code, _, head := ask(t, h, "staff", post("/rounds", url.Values{"regime": {"CDS_Q"}, "period": {"2026-Q3"}}))
	if code != 303 || head.Get("Location") != "/rounds/1?done=opened" {
		t.Fatalf("%d %v", code, head)
	}
	for _, tt := range []struct {
		v    url.Values
		code int
		says string
	}{
		{url.Values{"action": {"extended"}, "agency": {"P-01"}, "due": {"2026-09-25"}, "reason": {"Bão số 5"}, "number": {"12/CV"}, "day": {"2026-09-09"}, "issuer": {"UBND"}}, 303, ""},
		{url.Values{"action": {"extended"}, "agency": {"P-01"}, "due": {"2026-09-25"}}, 422, "Hãy ghi lý do gia hạn"},
		{url.Values{"action": {"changed"}, "due": {"mai"}, "reason": {"x"}}, 422, "không đọc được"},
		{url.Values{"action": {"nonsense"}, "reason": {"x"}}, 422, "Không có thao tác này"},
		{url.Values{"action": {"extended"}, "agency": {"P-01"}, "due": {"2026-09-25"}, "number": {"13/CV"}, "day": {"2026-09-10"}, "issuer": {"UBND"}}, 422, "Hãy ghi lý do gia hạn"},
		{url.Values{"action": {"changed"}, "due": {"mai"}, "reason": {"x"}, "number": {"14/CV"}, "day": {"2026-09-11"}, "issuer": {"VPCP"}, "data_from": {"2026-06-16"}}, 422, `value="2026-06-16"`},
		{url.Values{"action": {"locked"}}, 303, ""},
	} {
		code, body, _ := ask(t, h, "staff", post("/rounds/1", tt.v))
		if code != tt.code || !strings.Contains(body, tt.says) {
			t.Errorf("%v: %d, want %d %s", tt.v, code, tt.code, tt.says)
		}
		if code == 422 && tt.v.Has("number") && !keepsDocument(t, body, "/rounds/1", tt.v) {
			t.Errorf("%v: the document that was typed is lost, or stands in another form", tt.v)
		}
	}
	_, body, _ = ask(t, h, "staff", look("/rounds/1?done=locked"))
	for _, want := range []string{"Đã khóa kỳ", "hết ngày 25/09/2026", "Bão số 5", "12/CV ngày 09/09/2026 (UBND)", "hết ngày 16/09/2026", "Mở khóa kỳ", "van.phong gia hạn Hà Nội"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page of the round lacks %q", want)
		}
	}
	if code, _, _ := ask(t, h, "staff", look("/rounds/99")); code != 404 {
		t.Errorf("round 99: %d", code)
	}
	for _, path := range []string{"/rounds", "/rounds/1", "/catalogue", "/catalogue.xlsx"} {
		if code, _, _ := ask(t, h, string(access.Reporter), look(path)); code != 403 {
			t.Errorf("a reporter asks for %s: %d", path, code)
		}
	}
}

func upload(t *testing.T, path, name string, data []byte, fields ...string) *http.Request {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := m.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	w, err := m.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(data)
	_ = m.Close()
	r := httptest.NewRequest(http.MethodPost, "http://localhost:8080"+path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// between returns the value of a hidden input.
func between(body, name string) string {
	_, rest, _ := strings.Cut(body, `name="`+name+`" value="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

const holidays2027 = "date,kind,name,basis,verified\n01/01/2027,holiday,Tết Dương lịch,Bộ luật Lao động 2019 Điều 112,yes\n"

func TestCataloguePages(t *testing.T) {
	h, a := upkeepServer(t)
	code, body, head := ask(t, h, "staff", look("/catalogue.xlsx?table=holidays"))
	if code != 200 || !strings.HasPrefix(body, "PK") || !strings.Contains(head.Get("Content-Disposition"), "danh-muc-") {
		t.Fatalf("%d %v", code, head)
	}
	code, _, head = ask(t, h, "staff", upload(t, "/catalogue", "holidays.csv", []byte(holidays2027)))
	if code != 303 {
		t.Fatalf("%d", code)
	}
	_, body, _ = ask(t, h, "staff", look(head.Get("Location")))
	for _, want := range []string{"Thêm 1, sửa 0, bỏ 44 dòng", "mất 44 trong 44 dòng", "01/01/2027", "Xác nhận thay đổi"} {
		if !strings.Contains(body, want) {
			t.Errorf("the preview lacks %q", want)
		}
	}
	form := url.Values{"sha256": {between(body, "sha256")}, "name": {between(body, "name")}, "fingerprint": {between(body, "fingerprint")}, "number": {"15/QĐ"}, "issuer": {"Bộ Nội vụ"}}
	if code, body, _ := ask(t, h, "staff", post("/catalogue/accept", form)); code != 422 || !strings.Contains(body, "số, ngày và cơ quan ban hành") || !strings.Contains(body, `value="15/QĐ"`) {
		t.Errorf("without the day of the act: %d", code)
	}
	before, _, _ := a.Revision(t.Context())
	form.Set("day", "2026-09-01")
	if code, _, head := ask(t, h, "staff", post("/catalogue/accept", form)); code != 303 || head.Get("Location") != "/catalogue?done=1" {
		t.Errorf("accept: %d", code)
	}
	if now, _, _ := a.Revision(t.Context()); now != before+1 {
		t.Errorf("revision %d after %d", now, before)
	}
	if code, body, _ := ask(t, h, "staff", post("/catalogue/accept", form)); code != 409 || !strings.Contains(body, "đã thay đổi sau khi bạn xem trước") {
		t.Errorf("accept again: %d", code)
	}
	_, _, head = ask(t, h, "staff", upload(t, "/catalogue", "holidays.csv", []byte(strings.ReplaceAll(holidays2027, "holiday,", "lễ,"))))
	if _, body, _ := ask(t, h, "staff", look(head.Get("Location"))); !strings.Contains(body, "Tệp có lỗi, chưa nhận được") || strings.Contains(body, "Xác nhận thay đổi") {
		t.Error("a faulty file can be confirmed")
	}
	if code, body, _ := ask(t, h, "staff", upload(t, "/catalogue", "a.txt", []byte{0, 1, 2})); code != 400 && code != 422 && code != 415 || !strings.Contains(body, "Nộp danh mục") {
		t.Errorf("an unreadable file: %d", code)
	}
}

// The pages in a real browser: nothing complains, axe finds nothing, nothing scrolls sideways.
func TestBrowser_upkeep(t *testing.T) {
	inBrowser(t)
	h, a := upkeepServer(t)
	office := access.With(t.Context(), cast()["staff"])
	id, err := a.OpenRound(office, reporting.RoundRequest{Regime: "CDS_Q", Period: "2026-Q3"})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.ChangeRound(office, id, reporting.RoundChange{Action: filing.RoundExtended, Agency: "P-04", Due: filing.Deadline{Day: 20260925, Minute: 1020}, Reason: "Mưa lũ, mất kết nối",
		Document: ledger.Document{Number: "1234/UBND-KGVX", Day: 20260909, Issuer: "UBND tỉnh Cao Bằng"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.OpenRound(office, reporting.RoundRequest{Regime: "DX", Name: "Thiệt hại hạ tầng số do bão", Period: "2026-09-10", Agencies: []agency.ID{"P-22", "P34-31"},
		Due: filing.Deadline{Day: 20260911, Minute: 600}, Columns: "Số trạm BTS mất điện | Thiệt hại\ntrạm | triệu đồng"}); err != nil {
		t.Fatal(err)
	}
	_, data, err := a.CatalogueFile(office, "holidays")
	if err != nil {
		t.Fatal(err)
	}
	preview, err := a.PreviewCatalogue(office, ledger.ImportFile{Name: "holidays.csv", Data: []byte(holidays2027)})
	if err != nil || len(data) == 0 {
		t.Fatal(err)
	}
	faulty, err := a.PreviewCatalogue(office, ledger.ImportFile{Name: "holidays.csv", Data: []byte(strings.ReplaceAll(holidays2027, "holiday,", "lễ,"))})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	for name, path := range map[string]string{"rounds": "/rounds", "round": "/rounds/1?done=extended", "catalogue": "/catalogue",
		"catalogue-preview": "/catalogue/preview?name=holidays.csv&sha256=" + preview.SHA256, "catalogue-refused": "/catalogue/preview?name=holidays.csv&sha256=" + faulty.SHA256} {
		t.Run(name, func(t *testing.T) { browser.Look(t, name, srv.URL+path, signedIn(srv)...) })
	}
	// the upload is followed to the preview
	tab := browser.Open(t, srv.URL+"/catalogue", signedIn(srv)...)
	browser.Eval[bool](tab, `(() => {
		const drop = new DataTransfer();
		drop.items.add(new File([`+"`"+holidays2027+"`"+`], "holidays.csv", {type: "text/csv"}));
		const form = document.querySelector("form[data-dropzone]");
		form.querySelector("input[type=file]").files = drop.files;
		form.requestSubmit();
		return true;
	})()`)
	deadline := time.Now().Add(20 * time.Second)
	for !strings.Contains(browser.Eval[string](tab, `document.readyState === "complete" ? document.querySelector("h1").textContent : ""`), "Xem trước") {
		if time.Now().After(deadline) {
			t.Fatal("the preview never comes")
		}
	}
}
