package web_test

import (
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/PuerkitoBio/goquery"

	"chiso/internal/access"
	"chiso/internal/app"
	"chiso/internal/app/ledger"
	"chiso/internal/app/tasks"
	"chiso/internal/store"
	"chiso/internal/testing/browser"
	"chiso/internal/web"
)

const registerHead = "Mã nhiệm vụ,Nhiệm vụ,Chương trình,Văn bản giao,Cơ quan chủ trì,Cơ quan phối hợp,Người phụ trách,Ngày giao,Thời hạn,Ngày hoàn thành,Tình hình thực hiện\n"

// taskServer has the real use cases of tasks over a seeded database; it is 26/11/2026.
func taskServer(t *testing.T) (http.Handler, *app.App) {
	t.Helper()
	at := time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC)
	clock := func() time.Time { at = at.Add(time.Millisecond); return at }
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

// sampleRegister is a register with every status, late ones of several agencies and long texts.
func sampleRegister() string {
	var b strings.Builder
	b.WriteString(registerHead)
	names := []string{"Hà Nội", "Bộ Y tế", "Đồng Tháp", "Bộ Tư pháp", "Bộ Văn hóa, Thể thao và Du lịch"}
	fates := []struct{ due, done string }{{"31/3/2026", ""}, {"quý III/2026", ""}, {"10/12/2026", ""}, {"năm 2027", ""}, {"thường xuyên", ""}, {"chưa giao thời hạn", ""},
		{"30/6/2026", "29/6/2026"}, {"30/6/2026", "15/7/2026"}}
	for i := range 64 {
		f := fates[i%len(fates)]
		fmt.Fprintf(&b, "NV-%02d,Kết nối cơ sở dữ liệu chuyên ngành số %d với Cơ sở dữ liệu quốc gia về dân cư,NQ 71,71/NQ-CP ngày 01/4/2025,\"%s\",Bộ Công an,Nguyễn Văn Thái Bình An,01/4/2025,%s,%s,Đang phối hợp rà soát các trường dữ liệu\n",
			i+1, i+1, names[(i/3)%len(names)], f.due, f.done)
	}
	return b.String()
}

func loadTasks(t *testing.T, a *app.App, csv string) {
	t.Helper()
	res, err := a.ImportTasks(access.With(t.Context(), cast()["staff"]), tasks.ImportRequest{Files: []ledger.ImportFile{{Name: "so.csv", Data: []byte(csv)}}})
	if err != nil || !res.Accepted {
		t.Fatalf("%+v %v", res, err)
	}
}

// The filters of the register stand in its address; what one sees follows from whom one works for.
func TestTaskPages(t *testing.T) {
	h, a := taskServer(t)
	loadTasks(t, a, sampleRegister())
	for _, tt := range []struct {
		who, path string
		code      int
		says      string
		silent    string
	}{
		{"staff", "/tasks", 200, "64 nhiệm vụ", ""},
		{"staff", "/tasks?page=2", 200, "Trang 2/2", "NV-01"},
		{"staff", "/tasks?q=DAN+CU&agency=BYT&status=overdue", 200, "Quá hạn chưa hoàn thành", "Hà Nội</td>"},
		{"staff", "/tasks?person=thai+binh&due_from=2026-12-01&due_to=2026-12-31", 200, "8 nhiệm vụ", "NV-01"},
		{"staff", "/tasks?programme=nq_71&unit=assignment", 200, "128 lượt giao", ""},
		{"staff", "/tasks?q=khong+co", 200, "Không có nhiệm vụ nào khớp", ""},
		{"staff", "/tasks?page=0", 400, "Không có trang", ""},
		{"staff", "/tasks?at=hom-qua", 422, "Không hiểu ngày", ""},
		{"staff", "/tasks?status=x", 422, "Không có trạng thái", ""},
		{"staff", "/tasks?q=%3Cscript%3E", 200, "&lt;script&gt;", "<script>"},
		{"staff", "/tasks/board", 200, "Cách đếm của Đề án 06", ""},
		{"staff", "/tasks/board?unit=assignment&role=co", 200, "Bộ Công an", "Hà Nội</a>"},
		{"staff", "/tasks/overdue", 200, "16 lượt giao chủ trì quá hạn", ""},
		{"staff", "/tasks/conclusions", 200, "Chưa có kết luận", ""},
		{"staff", "/tasks/task?code=NV-01", 200, "quá hạn 240 ngày", ""},
		{"staff", "/tasks/task?code=x", 404, "Không có nhiệm vụ", ""},
		{"staff", "/tasks/requests", 200, "Không có đề nghị", ""},
		{"reporter", "/tasks", 200, "nhiệm vụ", "Bộ Y tế</td>"},
		{"reporter", "/tasks/task?code=NV-04", 404, "Không có nhiệm vụ", ""},
		{"committee", "/tasks/board", 200, "Theo đơn vị", "Nạp sổ"},
		{"reporter", "/tasks/new", 403, "", ""},
		{"nobody", "/tasks", 403, "", ""},
	} {
		if code, body, _ := ask(t, h, tt.who, look(tt.path)); code != tt.code || !strings.Contains(body, tt.says) || tt.silent != "" && strings.Contains(body, tt.silent) {
			t.Errorf("%s asks for %s: %d, want %d with %q and without %q", tt.who, tt.path, code, tt.code, tt.says, tt.silent)
		}
	}
	if code, body, head := ask(t, h, "staff", look("/tasks/template.xlsx?status=overdue")); code != 200 || !strings.HasPrefix(body, "PK") || !strings.Contains(head.Get("Content-Disposition"), "so-nhiem-vu-2026-11-26.xlsx") {
		t.Errorf("the workbook: %d %v", code, head)
	}
}

// A register goes up, is looked at, comes back marked, and is taken once as it was seen.
func TestTaskImportPages(t *testing.T) {
	h, a := taskServer(t)
	code, _, head := ask(t, h, "staff", upload(t, "/tasks/import", "so.csv", []byte(registerHead+"A,Việc,NQ 71,,Bộ Phép thuật,,,01/4/2025,30/6/2025,,\n")))
	if code != 303 {
		t.Fatalf("%d", code)
	}
	_, body, _ := ask(t, h, "staff", look(head.Get("Location")))
	if !strings.Contains(body, "Tệp có lỗi, chưa nhận được") || strings.Contains(body, "Xác nhận</button>") {
		t.Errorf("a faulty register: %s", body)
	}
	if code, body, _ := ask(t, h, "staff", look(strings.Replace(head.Get("Location"), "preview", "marked", 1))); code != 200 || !strings.HasPrefix(body, "PK") {
		t.Errorf("marked: %d", code)
	}
	_, _, head = ask(t, h, "staff", upload(t, "/tasks/import", "so.csv", []byte(sampleRegister())))
	preview := head.Get("Location")
	_, body, _ = ask(t, h, "staff", look(preview))
	if !strings.Contains(body, "64 nhiệm vụ mới") {
		t.Fatalf("the preview: %s", body)
	}
	form := url.Values{}
	for _, name := range []string{"sha256", "name", "owner", "programme", "fingerprint"} {
		form.Set(name, between(body, name))
	}
	loadTasks(t, a, registerHead+"NV-01,Việc khác hẳn,NQ 71,71/NQ-CP ngày 01/4/2025,Hà Nội,,,01/4/2025,30/6/2026,,\n")
	if code, body, _ := ask(t, h, "staff", post("/tasks/import/accept", form)); code != 409 || !strings.Contains(body, "đã thay đổi sau khi bạn xem trước") || !strings.Contains(body, "Tên: Việc khác hẳn → Kết nối") {
		t.Errorf("the register changed in between: %d %s", code, body)
	}
	_, body, _ = ask(t, h, "staff", look(preview))
	form.Set("fingerprint", between(body, "fingerprint"))
	if code, _, head := ask(t, h, "staff", post("/tasks/import/accept", form)); code != 303 || head.Get("Location") != "/tasks/import?done=1" {
		t.Errorf("accept: %d", code)
	}
	if _, body, _ := ask(t, h, "staff", look(preview)); !strings.Contains(body, "không có gì thay đổi") {
		t.Error("the same register again changes something")
	}
	if code, _, _ := ask(t, h, "staff", post("/tasks/import/accept", url.Values{})); code != 422 && code != 404 {
		t.Errorf("accept nothing: %d", code)
	}
	if code, body, _ := ask(t, h, "staff", upload(t, "/tasks/import", "a.xlsx", []byte{0, 1})); code != 303 && !strings.Contains(body, "Chưa lưu gì") {
		t.Errorf("no file: %d %s", code, body)
	}
}

// The conclusions of a meeting become tasks; a wrong line keeps what was typed.
func TestTaskNewPage(t *testing.T) {
	h, _ := taskServer(t)
	form := url.Values{"document": {"Thông báo số 123/TB-VPCP ngày 05/10/2026 của Văn phòng Chính phủ"}, "programme": {"ket_luan"}, "owner": {"VN"},
		"title": {"Kết nối dữ liệu", "Sửa nghị định"}, "lead": {"Hà Nội", "Bộ Phép thuật"}, "co": {"", ""}, "person": {"", ""}, "due": {"tháng 10/2026", "2027"}, "product": {"", ""}}
	if code, body, _ := ask(t, h, "staff", post("/tasks/new", form)); code != 422 || !strings.Contains(body, "Dòng 2") || !strings.Contains(body, "Sửa nghị định") || !strings.Contains(body, `value="Bộ Phép thuật"`) {
		t.Fatalf("a wrong line: %d %s", code, body)
	}
	form["lead"][1] = "Bộ Tư pháp"
	if code, _, head := ask(t, h, "staff", post("/tasks/new", form)); code != 303 || head.Get("Location") != "/tasks/new?done=2" {
		t.Fatalf("%d %v", code, head)
	}
	if _, body, _ := ask(t, h, "staff", look("/tasks/conclusions")); !strings.Contains(body, "2 nhiệm vụ, 0 đã hoàn thành, 1 quá hạn, 1 đang thực hiện") || !strings.Contains(body, "123/TB-VPCP-01") {
		t.Errorf("%s", body)
	}
	if code, _, _ := ask(t, h, "staff", post("/tasks/new", url.Values{"document": {"gì đó"}})); code != 422 {
		t.Errorf("no document: %d", code)
	}
}

// Hand-over and the undoing of a completion, by the office alone.
func TestTaskOffice(t *testing.T) {
	h, a := taskServer(t)
	loadTasks(t, a, registerHead+"A/1,Việc đã xong,NQ 71,71/NQ-CP ngày 01/4/2025,Bộ Y tế,,,01/4/2025,30/6/2026,29/6/2026,\n")
	line, err := a.TaskTimeline(access.With(t.Context(), cast()["staff"]), "A/1", tasks.Query{})
	if err != nil || !line.MayDecide {
		t.Fatalf("%+v %v", line, err)
	}
	id := fmt.Sprint(line.Parts[0].ID)
	for _, tt := range []struct {
		who, path string
		v         url.Values
		code      int
		says      string
	}{
		{"reporter", "/tasks/office", url.Values{"form": {"undo"}, "reason": {"x"}}, 403, ""},
		{"reporter", "/tasks/task", url.Values{"form": {"undo"}, "reason": {"x"}}, 404, ""},
		{"staff", "/tasks/task", url.Values{"form": {"undo"}, "reason": {"x"}}, 422, "Không có thao tác này"},
		{"staff", "/tasks/office", url.Values{"form": {"undo"}}, 422, "Hãy ghi lý do hủy"},
		{"staff", "/tasks/office", url.Values{"form": {"undo"}, "reason": {"Chưa có sản phẩm"}}, 303, ""},
		{"staff", "/tasks/office", url.Values{"form": {"undo"}, "reason": {"x"}}, 409, "chưa được công nhận"},
		{"staff", "/tasks/office", url.Values{"form": {"handover"}, "to": {"X"}, "number": {"1"}}, 422, "Hãy chọn đơn vị"},
		{"staff", "/tasks/office", url.Values{"form": {"handover"}, "to": {"BYT"}, "number": {"1"}}, 409, "đang chịu trách nhiệm"},
		{"staff", "/tasks/office", url.Values{"form": {"handover"}, "to": {string(own)}, "on": {"2026-11-01"}}, 422, "số văn bản bàn giao"},
		{"staff", "/tasks/office", url.Values{"form": {"handover"}, "to": {string(own)}, "on": {"2026-11-01"}, "number": {"12/QĐ"}, "reason": {"Đổi đầu mối"}}, 303, ""},
		{"staff", "/tasks/office", url.Values{"form": {"decide"}, "answer": {"accepted"}}, 404, ""},
		{"reporter", "/tasks/task", url.Values{"form": {"update"}, "percent": {"nhiều"}, "text": {`<b>"x"`}}, 422, `&lt;b&gt;`},
		{"reporter", "/tasks/task", url.Values{"form": {"update"}, "percent": {"40,5"}, "text": {"Đang làm"}}, 303, ""},
		{"reporter", "/tasks/task", url.Values{"form": {"ask"}, "kind": {"extension"}, "due": {"30/6/2026"}, "reason": {"x"}}, 422, "không muộn hơn"},
	} {
		tt.v.Set("code", "A/1")
		tt.v.Set("id", id)
		if tt.v.Get("form") == "decide" {
			tt.v.Set("id", "99")
		}
		code, body, head := ask(t, h, tt.who, post(tt.path, tt.v))
		if code != tt.code || !strings.Contains(body, tt.says) || strings.Contains(body, "<b>\"x") {
			t.Errorf("%s %v: %d, want %d %s %v", tt.who, tt.v, code, tt.code, tt.says, head)
		}
	}
	// What was typed of a document is there again after a refusal.
	typed := url.Values{"form": {"handover"}, "to": {"X"}, "number": {"12/QĐ-TTg"}, "day": {"2026-11-02"}, "issuer": {"Bộ Nội vụ"}, "code": {"A/1"}, "id": {id}}
	if _, body, _ := ask(t, h, "staff", post("/tasks/office", typed)); !keepsDocument(t, body, "/tasks/office", typed) {
		t.Error("a refused hand-over loses its document")
	}
	// With a file that proves it; one that is too large gives the page again.
	proof := upload(t, "/tasks/task?code=A%2F1", "biên bản.pdf", []byte("%PDF-1"), "form", "update", "id", id, "text", "Có biên bản")
	if code, _, head := ask(t, h, "reporter", proof); code != 303 {
		t.Fatalf("an update with a file: %d %v", code, head)
	}
	if code, body, _ := ask(t, h, "reporter", upload(t, "/tasks/task?code=A%2F1", "a.pdf", append([]byte("%PDF-1"), make([]byte, 3<<20)...), "form", "update", "id", id)); code != 413 || !strings.Contains(body, "lớn hơn") || !strings.Contains(body, "Việc đã xong") {
		t.Errorf("too large: %d %s", code, body)
	}
	if code, body, _ := ask(t, h, "reporter", upload(t, "/tasks/task?code=A%2F1", "a.exe", []byte("MZ"), "form", "update", "id", id, "text", "vẫn còn đây")); code != 422 || !strings.Contains(body, "vẫn còn đây") {
		t.Errorf("no evidence: %d %s", code, body)
	}
	_, body, _ := ask(t, h, "reporter", look("/tasks/task?code=A%2F1"))
	link := html.UnescapeString(regexp.MustCompile(`/tasks/file\?[^"]+`).FindString(body))
	if code, data, head := ask(t, h, "staff", look(link)); code != 200 || data != "%PDF-1" || !strings.HasPrefix(head.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file: %d %q %v", code, data, head)
	}
	for _, want := range []string{"Hủy công nhận hoàn thành: Chưa có sản phẩm", "hoàn thành: 29/06/2026 → bỏ", "bàn giao: chưa có → ", "Quá hạn chưa hoàn thành", "Đang làm", "40"} {
		if !strings.Contains(body, want) {
			t.Errorf("the task's page lacks %q", want)
		}
	}
}

// The follow-up as people do it: an officer reports and claims, the office recognises, the board counts it.
func TestBrowser_taskFollowUp(t *testing.T) {
	inBrowser(t)
	h, _ := taskServer(t)
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	as := func(who string) *browser.Tab {
		return browser.Open(t, srv.URL+"/tasks", browser.Cookie(srv.URL, "chiso", who), browser.Viewport(1366, 768))
	}
	until := func(tab *browser.Tab, what string) {
		t.Helper()
		look := chromedp.Evaluate[bool](fmt.Sprintf(`new Promise((done) => setTimeout(() => done(document.readyState === "complete" && !!(%s)), 50))`, what), chromedp.EvalAwaitPromise)
		for range 300 { // asking fails while one page gives way to the next
			if there, err := chromedp.Run(tab.Context(), look); err == nil && there {
				tab.Ready()
				return
			}
		}
		t.Fatalf("%s never comes: %s", what, browser.Eval[string](tab, `document.querySelector("main").innerText`))
	}
	fill := func(tab *browser.Tab, form string, fields map[string]string, button string) {
		t.Helper()
		for name, value := range fields {
			if !browser.Eval[bool](tab, fmt.Sprintf(`(() => { const f = document.querySelector(%q).elements[%q]; if (!f) return false; f.value = %q; return true; })()`, form, name, value)) {
				t.Fatalf("no field %s in %s", name, form)
			}
		}
		browser.Eval[bool](tab, fmt.Sprintf(`(() => { const f = document.querySelector(%q); const d = f.closest("details"); if (d) d.open = true; f.requestSubmit(f.querySelector(%q)); return true; })()`, form, button))
	}
	// From upload to board.
	office := as("staff")
	office.Go(srv.URL + "/tasks/import")
	browser.Eval[bool](office, fmt.Sprintf(`(() => {
		const drop = new DataTransfer();
		drop.items.add(new File([%q], "so.csv", {type: "text/csv"}));
		const form = document.querySelector("form[data-dropzone]");
		form.querySelector("input[type=file]").files = drop.files;
		form.requestSubmit();
		return true;
	})()`, registerHead+"KL-01,Kết nối dữ liệu sức khỏe,NQ 71,71/NQ-CP ngày 01/4/2025,"+"Đồng Tháp,,Trần Thị B,01/4/2025,10/12/2026,,\nKL-02,Việc quá hạn,NQ 71,71/NQ-CP ngày 01/4/2025,Bộ Y tế,,Lê Văn C,01/4/2025,30/6/2026,,\n"))
	until(office, `document.querySelector('form[action="/tasks/import/accept"]')`)
	office.Fits()
	office.Shot("task-preview")
	fill(office, `form[action="/tasks/import/accept"]`, nil, "button")
	until(office, `document.querySelector('[role=status]')`)

	officer := as("reporter")
	officer.Go(srv.URL + "/desk")
	if got := browser.Eval[string](officer, `document.querySelector("#tasks").closest("section").innerText`); !strings.Contains(got, "Kết nối dữ liệu sức khỏe") || strings.Contains(got, "Việc quá hạn") {
		t.Errorf("the desk says %q", got)
	}
	officer.Shot("task-desk")
	officer.Go(srv.URL + "/tasks/task?code=KL-01")
	fill(officer, `form:has(input[value="update"])`, map[string]string{"percent": "80", "text": "Đã kết nối 30 địa phương", "obstacle": "Thiếu kinh phí"}, "button")
	until(officer, `document.querySelector('[role=status]')`)
	fill(officer, `form:has(input[name="kind"][value="extension"])`, map[string]string{"due": "quý I/2027", "reason": "Chờ cơ sở dữ liệu bên bạn"}, "button")
	until(officer, `[...document.querySelectorAll(".finding-warning")].some((e) => e.textContent.includes("Đề nghị gia hạn"))`)
	fill(officer, `form:has(input[name="kind"][value="completion"])`, map[string]string{"on": "2026-11-20", "evidence": "123/BC-SYT"}, "button")
	until(officer, `document.querySelectorAll(".finding-warning").length === 2`)
	officer.Clean()
	officer.Shot("task-officer")

	office.Go(srv.URL + "/tasks/requests")
	if n := browser.Eval[int](office, `document.querySelectorAll("tbody tr").length`); n != 2 {
		t.Errorf("%d requests wait", n)
	}
	office.Fits()
	office.Shot("task-requests")
	browser.Eval[bool](office, `document.querySelector("tbody a").click(); true`)
	until(office, `document.querySelector('form[action="/tasks/office"]')`)
	decide := `.finding-warning:has(strong) form[action="/tasks/office"]`
	asked := url.Values{"form": {"decide"}, "answer": {"accepted"}, "code": {"KL-01"}, "id": {browser.Eval[string](office, fmt.Sprintf(`document.querySelector(%q).elements.id.value`, decide))}}
	if code, body, _ := ask(t, h, "staff", post("/tasks/office", asked)); code != 422 || !strings.Contains(body, "số văn bản cho phép gia hạn") {
		t.Errorf("an extension without its document: %d %s", code, body)
	}
	fill(office, decide, map[string]string{"number": "45/VPCP", "day": "2026-11-25"}, `button[value="accepted"]`)
	until(office, `document.querySelector('[role=status]')`)
	fill(office, decide, nil, `button[value="accepted"]`)
	until(office, `document.querySelectorAll(".finding-warning").length === 0 && document.querySelector('[role=status]')`)
	office.Fits()
	office.Shot("task-office")
	office.Go(srv.URL + "/tasks/board")
	if got := browser.Eval[string](office, `[...document.querySelectorAll(".table-board tbody tr")].map((r) => [...r.cells].map((c) => c.textContent.trim()).join("|")).join("\n")`); !strings.HasPrefix(got, "Bộ Y tế||1|149 / 149|") || !strings.Contains(got, "Đồng Tháptiếp nhận 1||0|–|0|0|1|0|0|1|100,00") {
		t.Errorf("the board says %q", got)
	}
	office.Fits()
}

// The office records the figures of a quarter from a page; others neither see nor send the form.
func TestTasks_Figures(t *testing.T) {
	h, a := taskServer(t)
	loadTasks(t, a, sampleRegister())
	send := func(who, period string) (int, string, http.Header) {
		return ask(t, h, who, post("/tasks/figures", url.Values{"period": {period}, "owner": {"VN"}}))
	}
	code, body, head := send("staff", "quý III/2026")
	if code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, body)
	}
	at, err := url.Parse(head.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	doc, _ := get(t, h, at.String(), 200)
	if said := text(doc.Find("[role=status]")); !strings.Contains(said, "Đã chốt:") || at.Query().Get("period") != "2026-Q3" {
		t.Errorf("%s says %q", at, said)
	}
	if rows := text(doc.Find("main tbody")); !strings.Contains(rows, "Quý III năm 2026") {
		t.Errorf("recorded: %q", rows)
	}
	for period, want := range map[string]int{"2031-Q1": 422, "hôm nào đó": 422, "": 422} {
		if code, body, _ := send("staff", period); code != want || !strings.Contains(body, "Chưa chốt gì") {
			t.Errorf("%q: %d %.300s", period, code, body)
		}
	}
	if code, _, _ := send("reporter", "2026-Q3"); code != http.StatusForbidden {
		t.Errorf("a reporter records: %d", code)
	}
}

// Every page in a real browser: nothing complains, axe finds nothing, nothing scrolls sideways.
func TestBrowser_tasks(t *testing.T) {
	inBrowser(t)
	h, a := taskServer(t)
	office := access.With(t.Context(), cast()["staff"])
	loadTasks(t, a, sampleRegister())
	if _, err := a.CreateTasks(office, tasks.NewTasks{Document: "Thông báo số 123/TB-VPCP ngày 05/10/2026 của Văn phòng Chính phủ", Lines: []tasks.NewTask{
		{Title: "Kết nối dữ liệu sức khỏe", Lead: "Bộ Y tế", Due: "tháng 10/2026", Person: "Nguyễn Văn A"}, {Title: "Sửa nghị định", Lead: "Bộ Tư pháp", Due: "quý I/2027"}}}); err != nil {
		t.Fatal(err)
	}
	preview, err := a.PreviewTasks(office, tasks.ImportRequest{Files: []ledger.ImportFile{{Name: "so.csv", Data: []byte(registerHead +
		"NV-01,Tên mới của nhiệm vụ,NQ 71,71/NQ-CP ngày 01/4/2025,Hà Nội,,,01/4/2025,31/12/2026,,\nNV-99,Việc mới,NQ 71,71/NQ-CP ngày 01/4/2025,Bộ Phép thuật,,,01/4/2025,2026,,\n")}}})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	for name, path := range map[string]string{"register": "/tasks?programme=nq_71", "board": "/tasks/board", "overdue": "/tasks/overdue", "conclusions": "/tasks/conclusions", "new": "/tasks/new",
		"import": "/tasks/import", "preview": "/tasks/import/preview?name=so.csv&owner=VN&sha256=" + preview.SHA256, "timeline": "/tasks/task?code=NV-07", "requests": "/tasks/requests", "figures": "/tasks/figures?period=2026-Q3&done=26-0-0"} {
		t.Run(name, func(t *testing.T) { browser.Look(t, "tasks-"+name, srv.URL+path, signedIn(srv)...) })
	}
	// Twenty late tasks and the board of all agencies with trend and views are taken along on paper.
	for path, want := range map[string]int{"/tasks/overdue": 1, "/tasks/board": 2} {
		tab := browser.Open(t, srv.URL+path, signedIn(srv, browser.Viewport(1366, 768))...)
		pdf, err := chromedp.Run(tab.Context(), chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPreferCSSPageSize()))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(rePDFPage.FindAll(pdf, -1)); got > want {
			t.Errorf("%s takes %d pages, want %d", path, got, want)
		}
		tab.PDF("paper" + regexp.MustCompile(`\W`).ReplaceAllString(path, "-"))
		on := browser.Open(t, srv.URL+path, signedIn(srv, browser.Print)...)
		if wide := on.Overflow(); wide != "" {
			t.Errorf("%s does not fit the sheet: %s", path, wide)
		}
	}
}

// keepsDocument reports whether the form of a page that was sent to path, and no other, holds the typed number, day and issuer of a document.
func keepsDocument(t *testing.T, page, path string, typed url.Values) bool {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	form := doc.Find(`form[action="` + path + `"]`).FilterFunction(func(_ int, f *goquery.Selection) bool {
		for _, name := range []string{"action", "form", "number", "day", "issuer"} {
			if f.Find(`[name="`+name+`"]`).AttrOr("value", "") != typed.Get(name) {
				return false
			}
		}
		return true
	})
	return form.Length() == 1 // no other form took it for its own
}
