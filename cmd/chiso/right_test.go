package main

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

const shares = "Cơ quan,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số\n"

// What made people say that a page was false, tried from outside, by command, page and file: it names nothing of what the program is made
// of, so that it can be held against an older one.
func TestRight(t *testing.T) {
	for name, try := range map[string]func(t *testing.T, s *shell){
		"A a ministry hands in the main indicator":  rightForm,
		"A what agencies report is ranked":          rightSource,
		"B a release keeps its definitions":         rightFrozen,
		"C three of 22 are not the block":           rightCoverage,
		"D a report of whoever has figures":         rightReport,
		"D published figures say what they are":     rightPublished,
		"D a word of direction stays":               rightWord,
		"D a code opens what it stands for":         rightCode,
		"F the law as of the day":                   rightLaw,
		"F where a rule was read off":               rightZero,
		"F the window of the round":                 rightWindow,
		"G a release is finished and stopped":       rightRelease,
		"G two office accounts among the samples":   rightSamples,
		"G the figures of tasks are newer":          rightTasks,
		"G two clicks on Lập make one draft":        rightClicks,
		"C a changed definition is no lack":         rightBreak,
		"D ministries beside provinces on one page": rightBeside,
	} {
		t.Run(name, func(t *testing.T) { try(t, newShell(t, "sqlite")) })
	}
}

// says expects words, and that others are not there.
func says(t *testing.T, where, text string, words []string, never ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%s lacks %q: %.700s", where, w, text)
		}
	}
	for _, w := range never {
		if at := strings.Index(text, w); at >= 0 {
			t.Errorf("%s reads …%s…", where, text[max(0, at-120):min(len(text), at+120)])
		}
	}
}

// books is the text of a workbook, a line a row.
func books(t *testing.T, data []byte) string {
	t.Helper()
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = x.Close() }()
	var b strings.Builder
	for _, sheet := range x.GetSheetList() {
		rows, err := x.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			fmt.Fprintf(&b, "%s: %s\n", sheet, strings.ReplaceAll(strings.Join(r, " | "), "\n", "; "))
		}
	}
	return b.String()
}

func (s *shell) reports(args ...string) (code int, text string) {
	s.t.Helper()
	out := filepath.Join(s.t.TempDir(), "bao-cao.xlsx")
	code, _, errs := s.run(append([]string{"report", "-o", out}, args...)...)
	if code != exitDone {
		return code, errs
	}
	data, err := os.ReadFile(out)
	if err != nil {
		s.t.Fatal(err)
	}
	return code, books(s.t, data)
}

func (s *shell) takes(rows string, args ...string) {
	s.t.Helper()
	s.must(append([]string{"import", s.file("a.csv", shares+rows)}, args...)...)
}

// opened is an agency's report of a round that the office opens.
func opened(s *shell, base, regime, period, id string) (who *member, at string) {
	office := s.enrol(base, "hoa", "Trần Thị Hòa", "VN", "office")
	office.post("/rounds", url.Values{"regime": {regime}, "period": {period}, "agencies": {id}, "reason": {"Thử"}})
	who = s.enrol(base, "an", "Nguyễn An", id, "reporter", "approver")
	who.get("/desk")
	at, _ = who.page.Find(`main a[href^="/desk/"]`).First().Attr("href")
	return who, regexp.MustCompile(`^/desk/\d+/[^/?#]+`).FindString(at)
}

func rightForm(t *testing.T, s *shell) {
	base := s.serve()
	who, at := opened(s, base, "CDS_Q", "2026-Q3", "BTP")
	rows := strings.Split(books(t, who.get(at+"/template.xlsx")), "\n")
	var codes []string
	for _, r := range rows {
		if cells := strings.Split(r, " | "); len(cells) > 2 && regexp.MustCompile(`^[A-Z]{3}\d\d$`).MatchString(cells[2]) {
			codes = append(codes, cells[2])
			if strings.HasPrefix(cells[2], "KTS") && !strings.Contains(r, "hông bắt buộc") {
				t.Errorf("Bộ Tư pháp owes what is not its own: %s", r)
			}
		}
	}
	if len(codes) == 0 || codes[0] != "CPS01" {
		t.Errorf("the form of the quarter begins with %v", codes)
	}
	hoa := s.stranger(base, "hoa")
	hoa.signIn()
	hoa.post("/rounds", url.Values{"regime": {"DVC_M"}, "period": {"2026-10"}, "agencies": {"BTP"}})
	says(t, "the round of a month", hoa.says("main"), []string{"10/2026"})
}

func rightSource(t *testing.T, s *shell) {
	s.takes("Bộ Tư pháp,CPS01,2026-Q3,850,1000\nBộ Y tế,CPS01,2026-Q3,700,1000\n")
	s.takes("Bộ Tư pháp,CPS01,2026-Q3,800,1000\nBộ Y tế,CPS01,2026-Q3,900,1000\n", "--source", "emc")
	r := s.json(exitDone, "rank", "CPS01", "--period", "2026-Q3", "--block", "ministries", "--format", "json")
	want(t, "source", r["source"], any("reported"))
	want(t, "first", r["ranked"].([]any)[0].(map[string]any)["agency"], any("BTP"))
}

const three = "Bộ Tư pháp,CPS18,2026-Q3,90,100\nBộ Y tế,CPS18,2026-Q3,95,100\nBộ Nội vụ,CPS18,2026-Q3,85,100\n"

func (s *shell) released(args ...string) {
	s.t.Helper()
	s.must(append([]string{"release", "create", "--period", "2026-Q3", "--account", "lan", "--number", "12/TB", "--day", "2026-10-20"}, args...)...)
	s.must("release", "approve", "1", "--version", "1", "--account", "minh")
}

// catalogue changes the exported catalogue and takes it in again.
func (s *shell) catalogue(change func(x *excelize.File, line int)) (code int, said string) {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "danh-muc.xlsx")
	s.must("catalogue", "export", "-o", path)
	x, err := excelize.OpenFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = x.Close() }()
	rows, err := x.GetRows("indicators")
	if err != nil {
		s.t.Fatal(err)
	}
	for i, r := range rows {
		if len(r) > 0 && r[0] == "CPS18" {
			change(x, i+1)
			break
		}
	}
	if err := x.SaveAs(path); err != nil {
		s.t.Fatal(err)
	}
	code, out, errs := s.run("catalogue", "import", "--number", "15/QĐ", "--day", "1/4/2026", "--issuer", "Bộ KH&CN", path)
	return code, out + errs
}

// puts writes fields of a line by the names in the first row.
func puts(t *testing.T, x *excelize.File, line int, fields map[string]any) {
	t.Helper()
	rows, err := x.GetRows("indicators")
	if err != nil {
		t.Fatal(err)
	}
	for _, head := range rows[:min(len(rows), 3)] {
		for i, name := range head {
			_, name, _ = strings.Cut(strings.TrimSuffix(name, ")"), "(")
			if v, ok := fields[name]; ok {
				at, _ := excelize.CoordinatesToCellName(i+1, line)
				if err := x.SetCellValue("indicators", at, v); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// cut ends CPS18 on a day and goes on with another version.
func (s *shell) cut(last, first string, anew map[string]any) (code int, said string) {
	return s.catalogue(func(x *excelize.File, line int) {
		rows, _ := x.GetRows("indicators")
		if err := x.DuplicateRowTo("indicators", line, len(rows)+1); err != nil {
			s.t.Fatal(err)
		}
		puts(s.t, x, line, map[string]any{"to": last})
		anew["from"] = first
		puts(s.t, x, len(rows)+1, anew)
	})
}

func rightFrozen(t *testing.T, s *shell) {
	s.takes(three)
	s.released()
	base := s.serve()
	xem := s.enrol(base, "xem", "Phạm Xem", "P-46", "committee")
	page := func() string {
		xem.get("/ranking/CPS18?period=2026-Q3&block=ministries")
		return xem.says("main")
	}
	before := page()
	says(t, "the released page", before, []string{"3/22"})
	if code, said := s.cut("30/06/2026", "01/07/2026", map[string]any{"name_vi": "Tên theo văn bản mới", "numerator_vi": "Khác"}); code == exitDone || !strings.Contains(said, "3 số đã nhận của Quý III/2026 sẽ không còn thuộc định nghĩa nào") {
		t.Errorf("a definition is cut short over received figures: exit %d %.300s", code, said)
	}
	if code, said := s.catalogue(func(x *excelize.File, line int) {
		puts(t, x, line, map[string]any{"name_vi": "Tên sửa sau", "decimals": 0})
	}); code != exitDone {
		t.Fatalf("%d %s", code, said)
	}
	if after := page(); after != before {
		t.Errorf("the released page changed: %.600s", after)
	}
}

func rightCoverage(t *testing.T, s *shell) {
	s.takes(three + "Hà Nội,CPS18,2026-Q3,6854,10000\n")
	s.released()
	base := s.serve()
	lan := s.enrol(base, "toan", "Toàn", "VN", "office")
	never := []string{"Y tế dẫn đầu", "Hà Nội dẫn đầu", "Nội vụ ở cuối bảng", "Đứng đầu: Bộ Y tế", "Chung khối bộ, ngành, 3/22", "Chung khối địa phương, 1/34", "đạt mục tiêu 80"}
	for path, k := range map[string]string{"/ranking/CPS18?period=2026-Q3&block=ministries": "3/22", "/ranking/CPS18?period=2026-Q3&block=provinces": "1/34"} {
		lan.get(path)
		says(t, path, lan.says("main"), []string{k + " đơn vị"}, never...)
		says(t, path+", chart", string(lan.get(strings.Replace(path, "CPS18?", "CPS18.svg?", 1))), nil, never...)
	}
	lan.get("/a4")
	says(t, "A4", lan.says("main"), nil, never...)
	_, text := s.reports("--period", "2026-Q3")
	says(t, "the workbook", text, []string{"3/22"}, never...)
	_, text = s.reports("--pack", "national", "--release", "1")
	says(t, "the pack", text, []string{"3/22"}, never...)
}

func rightBreak(t *testing.T, s *shell) {
	s.takes(three)
	if code, said := s.cut("30/09/2026", "01/10/2026", map[string]any{"numerator_vi": "Số hồ sơ khác hẳn", "legal_source": "Quyết định 99/QĐ-TTg ngày 20/9/2026"}); code != exitDone {
		t.Fatalf("%d %s", code, said)
	}
	s.takes("Bộ Tư pháp,CPS18,2026-Q4,90,100\nBộ Y tế,CPS18,2026-Q4,95,100\nBộ Nội vụ,CPS18,2026-Q4,85,100\n")
	base := s.serve()
	lan := s.enrol(base, "toan", "Toàn", "VN", "office")
	lan.get("/ranking/CPS18?period=2026-Q4&block=ministries&view=live")
	says(t, "the page", lan.says("main"), []string{"ịnh nghĩa đổi từ 01/10/2026 theo Quyết định 99/QĐ-TTg"}, "hưa có số liệu kỳ trước")
}

func rightReport(t *testing.T, s *shell) {
	s.takes(three)
	if code, text := s.reports("--period", "2026-Q3"); code != exitDone || !strings.Contains(text, "CPS18: ") {
		t.Errorf("only ministries have figures: exit %d %.200s", code, text)
	}
	s.takes("VN,CPS18,2026-Q1,61,100\n")
	if code, text := s.reports("--period", "2026-Q1"); code != exitDone || !strings.Contains(text, "Cả nước: ") {
		t.Errorf("only the nation has a figure: exit %d %.200s", code, text)
	}
}

func rightBeside(t *testing.T, s *shell) {
	s.takes(three + "Hà Nội,CPS18,2026-Q3,6854,10000\nVN,CPS18,2026-10,62,100\n")
	base := s.serve()
	lan := s.enrol(base, "toan", "Toàn", "VN", "office")
	status, _ := lan.ask("GET", "/indicator/CPS18?period=2026-Q3&view=live", "", nil)
	if status != 200 {
		t.Errorf("no page of both blocks: %d", status)
	}
	says(t, "one page", lan.says("main"), []string{"Bộ Y tế", "95,00", "Hà Nội", "68,54"})
	lan.get("/?view=live")
	if lan.page.Find(`a[href^="/agency/VN"]`).Length() == 0 {
		t.Error("the overview leads nowhere to the nation")
	}
	says(t, "the list of rankings", lan.says("main"), []string{"Tỷ lệ hồ sơ công việc xử lý trên môi trường mạng"})
}

func rightPublished(t *testing.T, s *shell) {
	base := s.serve()
	lan := s.enrol(base, "toan", "Toàn", "VN", "office")
	for path, words := range map[string][]string{
		"/": {"690 = 348 + 39 + 119 + 184", "Báo Ấp Bắc"}, "/tasks": {"690 = 348 + 39 + 119 + 184"}, "/a4": {"690 = 348 + 39 + 119 + 184"},
		"/agency/VN": {"+58,61", "2,5", "+15", "bậc"},
	} {
		lan.get(path + "?view=live")
		says(t, path, strings.ReplaceAll(lan.says("main"), "\u00a0", " "), words, "seed:0")
	}
	code, text := s.reports("--period", "2024-H1")
	if code != exitDone {
		t.Errorf("exit %d", code)
	}
	says(t, "the workbook", text, []string{"Báo Bình Thuận", "không ghi ngày"}, "seed:0")
}

func rightWord(t *testing.T, s *shell) {
	s.must("import", s.file("b.csv", "Đơn vị;Giá trị\nHà Nội;trên 80%\nHuế;gần 91%\nĐà Nẵng;hơn 51%\nCao Bằng;khoảng 40%\n"), "--period", "2026-Q3", "--indicator", "CPS08")
	base := s.serve()
	lan := s.enrol(base, "toan", "Toàn", "VN", "office")
	for _, path := range []string{"/ranking/CPS08?period=2026-Q3&source=reported&view=live", "/indicator/CPS08?period=2026-Q3&view=live", "/agency/P-01?view=live"} {
		if status, _ := lan.ask("GET", path, "", nil); status != 200 {
			t.Errorf("%s: %d", path, status)
		}
		text := strings.ReplaceAll(lan.says("main"), "\u00a0", " ")
		if strings.HasPrefix(path, "/agency") {
			says(t, path, text, []string{"trên 80"}, "80,00")
			continue
		}
		says(t, path, text, []string{"trên 80", "gần 91", "hơn 51", "khoảng 40"}, "80,00", "91,00", "51,00", "40,00")
	}
}

func rightCode(t *testing.T, s *shell) {
	s.takes(three)
	s.released()
	base := s.serve()
	lan := s.enrol(base, "toan", "Toàn", "VN", "office")
	lan.get("/release/1")
	printed := regexp.MustCompile(`CHISO-CB1-[0-9A-F]{6}`).FindString(lan.says("main"))
	if printed == "" {
		printed = "CHISO-CB1-000000"
	}
	code, out, errs := s.run("code", printed)
	if code != exitDone || !strings.Contains(out, "/release/1") {
		t.Errorf("chiso code %s: exit %d %s%s", printed, code, out, errs)
	}
	status, _ := lan.ask("GET", "/code?c="+printed, "", nil)
	if status != 200 || lan.at.Path != "/release/1" {
		t.Errorf("typed into the field: %d %s", status, lan.at)
	}
}

func rightLaw(t *testing.T, s *shell) {
	s.takes("Hà Nội,CPS02,2026-Q2,70,100\nHuế,CPS02,2026-Q2,80,100\nHà Nội,CPS02,2026-Q3,90,100\nHuế,CPS02,2026-Q3,85,100\n")
	base := s.serve()
	lan := s.enrol(base, "toan", "Toàn", "VN", "office")
	lan.get("/ranking/CPS02?period=2026-Q2&view=live")
	says(t, "quarter II", lan.says("main"), []string{"42/2022/NĐ-CP"}, "224/2026")
	lan.get("/ranking/CPS02?period=2026-Q3&view=live")
	says(t, "quarter III", lan.says("main"), []string{"224/2026/NĐ-CP", "chưa đối chiếu văn bản gốc"}, "Căn cứ NĐ 42/2022")
	r := s.json(exitDone, "rank", "CPS02", "--period", "2026-Q3", "--format", "json")
	want(t, "rank of Hà Nội before", r["ranked"].([]any)[0].(map[string]any)["previous_rank"], any(2.0))
	out := filepath.Join(t.TempDir(), "mau.xlsx")
	s.must("template", "--agency", "P-01", "--period", "2026-Q3", "-o", out)
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	says(t, "the template", books(t, data), nil, "CPS37", "CPS42", "ghi theo trí nhớ", "cần kiểm tra", "seed 001")
}

// The points of 0 of 0 themselves are held by TestScoringRule_NothingOfNothing; here, that the page names where the rule was read off.
func rightZero(t *testing.T, s *shell) {
	base := s.serve()
	office := s.enrol(base, "toan", "Toàn", "VN", "office")
	office.get("/ranking/Q766?period=2026-09-26&source=dvcqg&view=live")
	says(t, "the page", office.says("main"), []string{"phân tích điểm Cổng DVCQG công bố", "không có phản ánh, kiến nghị nào thì đủ 6 điểm"})
}

func rightWindow(t *testing.T, s *shell) {
	base := s.serve()
	opened(s, base, "CDS_Q", "2026-Q3", "BTP")
	s.takes(three)
	s.released()
	for _, args := range [][]string{{"--period", "2026-Q3", "--block", "ministries"}, {"--pack", "national", "--release", "1"}} {
		_, text := s.reports(args...)
		says(t, "the workbook "+args[0], text, []string{"15/06/2026 đến"}, "01/07/2026 đến 30/09/2026", "từ 01/07/2026")
	}
}

func rightRelease(t *testing.T, s *shell) {
	s.takes(three)
	s.must("release", "create", "--period", "2026-Q3", "--account", "lan", "--embargo", "2099-10-20T08:00:00+07:00")
	says(t, "the draft", s.must("release", "show", "1"), []string{"số văn bản", "ngày văn bản"})
	base := s.serve()
	minh := s.enrol(base, "binh", "Bình", "VN", "office")
	minh.get("/release/1/edit")
	form := url.Values{}
	for _, in := range minh.page.Find(`form[action^="/release/1"] [name]`).EachIter() {
		if v, ok := in.Attr("value"); ok && in.AttrOr("type", "") != "checkbox" {
			form.Set(in.AttrOr("name", ""), v)
		}
	}
	form.Set("number", "15/TB")
	form.Set("day", "2026-10-21")
	form.Set("kind", "provisional")
	minh.post("/release/1/edit", form)
	minh.get("/release/1")
	version := minh.page.Find(`form[action$="/approve"] input[name=version]`).AttrOr("value", "")
	if version == "" {
		t.Fatalf("who wrote number and day in may not approve: %s", minh.says("main"))
	}
	minh.post("/release/1/approve", url.Values{"version": {version}})
	s.must("release", "withdraw", "1", "--version", fmt.Sprint(number(t, version)+1), "--account", "lan", "--note", "Sai số liệu của Bộ Y tế")
}

func number(t *testing.T, s string) (n int) {
	t.Helper()
	if _, err := fmt.Sscan(s, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func rightClicks(t *testing.T, s *shell) {
	s.takes(three)
	base := s.serve()
	lan := s.enrol(base, "toan", "Toàn", "VN", "office")
	for range 2 {
		lan.post("/releases", url.Values{"period": {"2026-Q3"}, "kind": {"provisional"}, "number": {"12/TB"}, "day": {"2026-10-20"}})
	}
	if list := s.must("release", "list"); strings.Count(list, "Dự thảo") != 1 {
		t.Errorf("two clicks: %s", list)
	}
}

func rightSamples(t *testing.T, s *shell) {
	out := s.must("seed", "--sample-accounts")
	if n := strings.Count(out, "ơ quan thường trực"); n < 2 {
		t.Errorf("%d office accounts: %s", n, out)
	}
}

func rightTasks(t *testing.T, s *shell) {
	register := func(done string) {
		s.must("tasks", "import", s.file("so.csv", "Mã nhiệm vụ,Nhiệm vụ,Chương trình,Văn bản giao,Cơ quan chủ trì,Ngày giao,Thời hạn,Ngày hoàn thành\n"+
			"DA06-1,Kết nối dữ liệu,Đề án 06,Quyết định 06/QĐ-TTg ngày 06/01/2022,Bộ Y tế,06/01/2022,30/9/2026,"+done+"\n"))
	}
	base := s.serve()
	office := s.enrol(base, "toan", "Toàn", "VN", "office")
	record := func() {
		office.post("/tasks/figures", url.Values{"period": {"2026-Q3"}, "owner": {"VN"}})
		says(t, "recording", office.says("main"), []string{"Đã chốt"})
	}
	register("")
	record()
	s.released()
	register("29/9/2026")
	record()
	office.get("/release/1")
	says(t, "the release", office.says("main"), []string{"số liệu nhiệm vụ"})
}
