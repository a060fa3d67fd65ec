package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// hand sends a form with a file as somebody.
func hand(t *testing.T, h http.Handler, who, path, name, content string, fields ...string) *httptest.ResponseRecorder {
	t.Helper()
	field := map[string]string{"/attach": "proof", "/paper": "paper"}[path[strings.LastIndex(path, "/"):]]
	if field == "" {
		field = "file"
	}
	r := as(who, formWith(t, field, name, []byte(content), fields...))
	r.URL.Path = path
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// wants fails unless an answer has a status and says something.
func wants(t *testing.T, what string, w *httptest.ResponseRecorder, status int, says ...string) {
	t.Helper()
	if w.Code != status {
		t.Errorf("%s: %d, want %d", what, w.Code, status)
		return
	}
	for _, s := range says {
		if !strings.Contains(w.Body.String(), s) {
			t.Errorf("%s does not say %q", what, s)
		}
	}
}

func TestChainAndContacts(t *testing.T) {
	h := anOffice(t)
	wants(t, "the chain", visit(t, h, "quan-tri", "/chain", nil), 200, "Đà Nẵng", "Cán bộ ky-danang")
	wants(t, "the chain of another", visit(t, h, "quan-tri", "/chain?agency=P-01", nil), 403)
	wants(t, "a reporter's chain", visit(t, h, "danang", "/chain", nil), 403)
	approver := regexp.MustCompile(`<option value="(\d+)">[^<]*ky-danang`).FindStringSubmatch(visit(t, h, "quan-tri", "/chain", nil).Body.String())
	if approver == nil {
		t.Fatal("the approver cannot be chosen")
	}
	chain := url.Values{"agency": {"P34-48"}, "title": {"Trưởng <phòng>", "Giám đốc", ""}, "account": {"0", approver[1], "0"}}
	if w := visit(t, h, "quan-tri", "/chain", chain); w.Code != 303 || w.Header().Get("Location") != "/chain?done=1&agency=P34-48" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	wants(t, "the chain that was set", visit(t, h, "quan-tri", "/chain?done=1", nil), 200, `value="Trưởng &lt;phòng&gt;"`, `value="`+approver[1]+`" selected`)
	chain["account"] = []string{"0", "999", "0"}
	wants(t, "a link of somebody who may not sign", visit(t, h, "quan-tri", "/chain", chain), 422, "Chưa thay đổi.", `value="Giám đốc"`)
	chain["account"] = []string{"0"}
	wants(t, "half a form", visit(t, h, "quan-tri", "/chain", chain), 422)
	chain["agency"], chain["account"] = []string{"P-01"}, []string{"0", "0", "0"}
	wants(t, "the chain of another is set", visit(t, h, "quan-tri", "/chain", chain), 403)

	wants(t, "the contacts", visit(t, h, "danang", "/contacts", nil), 200, "0236 3822 000", "Nguyễn &lt;b&gt;Hồng")
	wants(t, "the contacts of another", visit(t, h, "danang", "/contacts?agency=P-01", nil), 403)
	people := url.Values{"agency": {"P34-48"}, "name": {"Lê A", "Trần <i>B"}, "position": {"Chánh văn phòng", ""}, "phone": {"0912 345 678", ""}, "email": {"", "b@example.gov.vn"}, "deputy": {"2"}}
	wants(t, "a reporter changes the contacts", visit(t, h, "danang", "/contacts", people), 403)
	for who, path := range map[string]string{"quan-tri": "/contacts", "lan": "/contacts/office"} {
		if w := visit(t, h, who, path, people); w.Code != 303 {
			t.Fatalf("%s: %d %s", who, w.Code, w.Body)
		}
	}
	wants(t, "the contacts that were set", visit(t, h, "danang", "/contacts", nil), 200, "Lê A, Chánh văn phòng, 0912 345 678", "Trần &lt;i&gt;B (dự phòng), b@example.gov.vn")
	people["phone"] = []string{"gọi bàn", ""}
	wants(t, "a number that is none", visit(t, h, "quan-tri", "/contacts", people), 422, "Chưa thay đổi.", `value="gọi bàn"`, "Chánh văn phòng")
	people["email"] = nil
	wants(t, "half a form of contacts", visit(t, h, "quan-tri", "/contacts", people), 422)
}

// The forms of a report that take files, and what the file said.
func TestReportFiles(t *testing.T) {
	h := anOffice(t)
	const report = "/desk/1/P34-48"
	const csv = "Cơ quan,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số,Giá trị\n"
	w := hand(t, h, "danang", report+"/upload", "<b>tệp.csv", csv+"P34-48,DA06_06,2026-11,20,25,\nP34-48,DA06_07,2026-11,,,abc\n")
	if w.Code != 303 || !strings.HasPrefix(w.Header().Get("Location"), report+"/upload/") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	result := w.Header().Get("Location")
	wants(t, "what the file said", visit(t, h, "danang", result, nil), 200, "&lt;b&gt;tệp.csv", "1 ô đọc được: 1 mới.", "Chưa nhận: 1 ô", "/marked", "abc")
	for who, want := range map[string]int{"lan": 200, "ky-danang": 200, "hanoi": 403, "root": 403, "": 303} {
		wants(t, who+" reads what the file said", visit(t, h, who, result, nil), want)
		wants(t, who+" takes the marked file", visit(t, h, who, result+"/marked", nil), want)
	}
	wants(t, "another report's file", visit(t, h, "danang", report+"/upload/999", nil), 404)
	wants(t, "no file", hand(t, h, "danang", report+"/upload", "", ""), 422, "Chưa chọn tệp")
	wants(t, "an empty file", hand(t, h, "danang", report+"/upload", "a.csv", ""), 422, "Tệp rỗng")
	broken := hand(t, h, "danang", report+"/upload", "a.xlsx", "PK hỏng")
	wants(t, "what a broken file said", visit(t, h, "danang", broken.Header().Get("Location"), nil), 200, "Chưa ô nào của tệp đọc được", "finding-error")
	wants(t, "the office uploads", hand(t, h, "lan", report+"/upload", "a.csv", csv), 403)

	wants(t, "evidence that is none", hand(t, h, "danang", report+"/attach", "a.exe", "MZ", "code", ""), 422, "Chưa thực hiện.")
	if w := hand(t, h, "danang", report+"/attach", "minh chứng <i>.pdf", "%PDF-1.7 x", "code", "DA06_06"); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	page := visit(t, h, "danang", report, nil).Body.String()
	file := regexp.MustCompile(`href="(` + report + `/file/[0-9a-f]{64})">minh chứng &lt;i&gt;`).FindStringSubmatch(page)
	if file == nil {
		t.Fatal("the evidence is not on the page")
	}
	for who, want := range map[string]int{"danang": 200, "lan": 200, "hanoi": 403, "hai-noi": 200} {
		if w := visit(t, h, who, file[1], nil); w.Code != want || want == 200 && (w.Body.String() != "%PDF-1.7 x" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment")) {
			t.Errorf("%s takes the evidence: %d, want %d", who, w.Code, want)
		}
	}
	id := regexp.MustCompile(`name="detach" value="(\d+)"`).FindStringSubmatch(page)
	if w := visit(t, h, "danang", report+"/detach", url.Values{"detach": {id[1]}}); w.Code != 303 || strings.Contains(visit(t, h, "danang", report, nil).Body.String(), file[1]) {
		t.Errorf("the evidence stays: %d", w.Code)
	}

	paper := func(who, content, number, code string) *httptest.ResponseRecorder {
		return hand(t, h, who, report+"/paper", "ký.pdf", content, "number", number, "day", "2026-11-24", "signer", "Lê <A>", "code", code)
	}
	wants(t, "a signed copy before it was handed up", paper("danang", "%PDF-1", "1/BC", "AAAA-BBBB-CCCC"), 409, "Bản ký được nhận khi")
	visit(t, h, "danang", report+"/none", fields(visit(t, h, "danang", report+"/none", nil).Body.String(), report+"/none"))
	serial := regexp.MustCompile(`name="seen" value="(\d+)"`)
	seen := serial.FindStringSubmatch(visit(t, h, "danang", report, nil).Body.String())
	if seen == nil {
		t.Fatal("the report cannot be handed up")
	}
	if w := visit(t, h, "danang", report+"/step", url.Values{"step": {"submit"}, "seen": {seen[1]}}); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, regexp.MustCompile(`(?s)finding-error.*?</div>`).FindString(w.Body.String()))
	}
	code := regexp.MustCompile(`hiện tại: <code>([^<]+)</code>`).FindStringSubmatch(visit(t, h, "danang", report, nil).Body.String())[1]
	wants(t, "no PDF", paper("danang", "chữ", "1/BC", code), 422, "phải là tệp PDF")
	wants(t, "another code", paper("danang", "%PDF-1", "1/BC", "AAAA-BBBB-CCCC"), 422, "không khớp nội dung hiện tại")
	wants(t, "without a number", paper("danang", "%PDF-1", "", code), 422, "Hãy ghi số và ngày", `value="Lê &lt;A&gt;"`)
	wants(t, "a signed copy of another agency", paper("hanoi", "%PDF-1", "1/BC", code), 403)
	if w := paper("danang", "%PDF-1 ký", "12/BC-UBND", code); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	wants(t, "the signed copy", visit(t, h, "ky-danang", report, nil), 200, "12/BC-UBND", "Lê &lt;A&gt;", "mã khớp nội dung")
}

// A single change that closes all sums its cell stands in is offered by one press; the cell is not ticked, and no other change is chosen.
func TestReportFiles_proposedChange(t *testing.T) {
	h := anOffice(t)
	const report = "/desk/1/P34-48"
	csv := "Cơ quan,Chỉ tiêu,Kỳ báo cáo,Giá trị\n"
	for _, x := range []string{"DA06_01,2026-11,690", "DA06_02,2026-11,384", "DA06_03,2026-11,39", "DA06_04,2026-11,119", "DA06_05,2026-11,184", "DA06_26,2026-11,\"50,43\""} {
		csv += "P34-48," + x + "\n"
	}
	w := hand(t, h, "danang", report+"/upload", "a.csv", csv)
	if w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	path := w.Header().Get("Location")
	body := visit(t, h, "danang", path, nil).Body.String()
	for _, s := range []string{"Đề xuất:</strong> <code>CSV!D3</code> từ 384 thành <strong>348</strong>", "Ghi 348 vào dự thảo"} {
		if !strings.Contains(body, s) {
			t.Errorf("the page does not say %q", s)
		}
	}
	if n := strings.Count(body, "Đề xuất:</strong>"); n != 1 {
		t.Errorf("%d proposals", n)
	}
	key := regexp.MustCompile(`name="val-(\d+)" value="348"`).FindStringSubmatch(body)
	if key == nil {
		t.Fatal("no form for the proposal")
	}
	if regexp.MustCompile(`id="take-` + key[1] + `" checked`).MatchString(body) {
		t.Error("the wrong figure is ticked")
	}
	if !regexp.MustCompile(`id="take-\d+" checked`).MatchString(body) {
		t.Error("no other cell is ticked")
	}
	form := fields(body, path+"/mend")
	if w := visit(t, h, "danang", path+"/mend", form); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	wants(t, "the file after the change", visit(t, h, "danang", path, nil), 200, "Dự thảo đã ghi 348.")
}
