package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"chiso/internal/testing/browser"
)

// The story of the design on a fresh database, everybody at a browser: three ministries and three provinces hand in the quarter's
// report with CPS01 and how their tasks of Đề án 06 stand; the office receives, records and releases; a committee reads both kinds of
// agencies on one page, the ranked chart and the workbook. What people press, fill in and hand over is counted.
func TestStory(t *testing.T) {
	began := time.Now()
	s := newShell(t, "sqlite")
	base := s.serve()
	now := time.Now()
	st := &story{t: t, period: fmt.Sprintf("%d-Q%d", now.Year(), (now.Month()+2)/3),
		hoa: s.enrol(base, "hoa", "Trần Thị Hòa", "VN", "office"), binh: s.enrol(base, "binh", "Phan Bình", "VN", "office"),
		xem: s.enrol(base, "xem", "Phạm Xem", "P-46", "committee")}
	for i, a := range []struct {
		id, name  string
		numerator int
		done      bool
	}{{"BKHCN", "Bộ Khoa học và Công nghệ", 812, true}, {"BTP", "Bộ Tư pháp", 900, true}, {"BYT", "Bộ Y tế", 700, false},
		{"P34-48", "Đà Nẵng", 950, true}, {"P-01", "Hà Nội", 640, false}, {"P-46", "Huế", 871, true}} {
		cells := quarterly()
		if i >= 3 {
			cells = provincial(812)
		}
		cells["CPS01 H"] = a.numerator
		st.agencies = append(st.agencies, &teller{id: a.id, name: a.name, cells: cells, done: a.done,
			member: s.enrol(base, strings.ToLower(a.id), "Người của "+a.name, a.id, "reporter", "approver")})
	}
	st.opens()
	for _, a := range st.agencies {
		st.reports(a)
	}
	st.receives()
	st.releases()
	st.reads()
	st.codes(s)
	s.must("check")
	t.Logf("the whole story takes %d actions: %d pressed, %d filled in, %d files, in %.0f s", st.pressed+st.filled+st.files, st.pressed, st.filled, st.files, time.Since(began).Seconds())
	for _, l := range st.log {
		t.Log(l)
	}
}

type story struct {
	t                      *testing.T
	period                 string
	hoa, binh, xem         *member
	agencies               []*teller
	pressed, filled, files int
	log                    []string
	said                   int    // actions that the log has told
	receipt                string // version code of the last report that was signed
}

// teller is an agency of the story.
type teller struct {
	id, name string
	cells    map[string]any
	done     bool // its task is completed
	member   *member
}

// sits opens a member's own tab, without axe: the pages are held against it elsewhere.
func (st *story) sits(m *member, path string) *person {
	st.t.Helper()
	cookie := m.cookie()
	m.tab = &person{browser.Open(st.t, m.base+path, browser.Cookie(m.base, cookie.Name, cookie.Value), browser.Viewport(1366, 768), browser.Within(3*time.Minute)), st.t, m.base}
	return m.tab
}

func (st *story) press(p *person, selector, until string) {
	st.t.Helper()
	st.pressed++
	p.follow(selector, until)
}

func (st *story) fill(p *person, values map[string]string) {
	st.t.Helper()
	st.filled += len(values)
	p.set(values)
}

func (st *story) hand(p *person, name string, data []byte, until string) {
	st.t.Helper()
	st.files, st.pressed = st.files+1, st.pressed+1
	p.hand(name, data, until)
}

// tells notes how many actions a chapter took.
func (st *story) tells(chapter string) {
	n := st.pressed + st.filled + st.files
	st.log = append(st.log, fmt.Sprintf("%s: %d", chapter, n-st.said))
	st.said = n
}

func (st *story) page(p *person, selector string, words ...string) {
	st.t.Helper()
	text := p.text(selector)
	for _, w := range words {
		if !strings.Contains(text, w) {
			st.t.Errorf("%s of %s lacks %q: %.500q", selector, browser.Eval[string](p.Tab, "location.href"), w, text)
		}
	}
}

// opens is the office: a round of the quarter, and the register of Đề án 06 with one task for each.
func (st *story) opens() {
	p := st.sits(st.hoa, "/rounds")
	var ids []string
	register := "Mã nhiệm vụ,Nhiệm vụ,Chương trình,Văn bản giao,Cơ quan chủ trì,Người phụ trách,Ngày giao,Thời hạn\n"
	for i, a := range st.agencies {
		ids = append(ids, a.id)
		register += fmt.Sprintf("DA06-%d,Kết nối dữ liệu dân cư,Đề án 06,Quyết định 06/QĐ-TTg ngày 06/01/2022,%s,Người của %s,06/01/2022,31/12/2099\n", i+1, a.name, a.name)
	}
	st.fill(p, map[string]string{"#regime": "CDS_Q", "#period": st.period, "#agencies": strings.Join(ids, " ")})
	st.press(p, `form[action="/rounds"] button[type=submit]`, "[role=status]")
	p.Go(p.base + "/tasks/import")
	st.hand(p, "so-nhiem-vu.csv", []byte(register), `form[action="/tasks/import/accept"]`)
	st.press(p, `form[action="/tasks/import/accept"] button`, "[role=status]")
	st.tells("the office opens the round and takes the register up")
}

// reports is an agency: the filled template, handed up and signed; its task.
func (st *story) reports(a *teller) {
	p := st.sits(a.member, "/desk")
	st.press(p, "main tbody a", "[data-dropzone]")
	at := browser.Eval[string](p.Tab, "location.pathname")
	st.hand(p, a.id+".xlsx", workbook(st.t, a.member.get(at+"/template.xlsx"), a.cells), `form[action$="/take"]`)
	st.press(p, `form[action$="/take"] button[type=submit]`, ".finding-done")
	p.Go(p.base + at)
	for _, step := range []string{"submit", "sign"} {
		st.press(p, `#send ~ p button[formaction$="/review"]`, fmt.Sprintf(`form[action$="/step"]:has(input[name=step][value=%q]) button`, step))
		st.press(p, `form[action$="/step"] button`, ".receipt")
		st.receipt = regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`).FindString(p.text("main"))
		p.Go(p.base + at)
	}
	p.Go(p.base + "/tasks")
	st.press(p, "main tbody a", `form input[name=form][value=update]`)
	if a.done {
		st.fill(p, map[string]string{`input[id^="proof-"]`: "Báo cáo số 12/BC-" + a.id})
		st.press(p, `form:has(input[name=kind][value=completion]) button[type=submit]`, "[role=status]")
	} else {
		st.fill(p, map[string]string{`input[name=percent]`: "60", `textarea[name=text]`: "Đang kết nối thử"})
		st.press(p, `form:has(input[name=form][value=update]) button[type=submit]`, "[role=status]")
	}
	st.tells(a.name + " reports")
}

// receives is the office again: the reports at once, what the agencies ask about their tasks, and the figures of the quarter.
func (st *story) receives() {
	p := st.hoa.tab
	p.Go(p.base + "/rounds/1/workbench")
	st.press(p, `form[action$="/workbench/receive"] button`, ".notice[role=status]")
	st.page(p, ".notice[role=status]", "6")
	for _, a := range st.agencies {
		if a.done {
			p.Go(p.base + "/tasks/requests")
			st.press(p, "main tbody th a", `button[name=answer]`)
			st.fill(p, map[string]string{`[name=number]`: "45/CV-VPCP", `[name=day]`: today()})
			st.press(p, `button[name=answer][value=accepted]`, "[role=status]")
		}
	}
	p.Go(p.base + "/tasks/figures")
	st.fill(p, map[string]string{"#period": st.period})
	st.press(p, `form[action="/tasks/figures"] button`, "[role=status]")
	st.page(p, "[role=status]", "Đã chốt")
	st.tells("the office receives and records the tasks of the quarter")
}

func (st *story) releases() {
	p := st.hoa.tab
	p.Go(p.base + "/releases")
	st.fill(p, map[string]string{"#period": st.period, "#number": "15/TB-BKHCN", "#day": today()})
	st.press(p, `form[action="/releases"] button`, `form[action$="/withdraw"]`)
	at := browser.Eval[string](p.Tab, "location.href")
	p = st.sits(st.binh, "/")
	p.Go(at)
	st.press(p, `form[action$="/approve"] button`, `a[href$="/pack.xlsx"]`)
	st.tells("the office releases")
}

// reads is a committee: ministries and provinces on one page for CPS01 and for the tasks, the chart, the workbook.
func (st *story) reads() {
	p := st.sits(st.xem, "/")
	p.Go(p.base + "/indicator/CPS01?period=" + st.period)
	p.Clean()
	p.Shot("story-cps01")
	st.page(p, "main", "Khối bộ", "Khối địa phương", "Bộ Tư pháp", "88,67", "Đà Nẵng", "93,60", "3/22", "3/34")
	text := strings.ReplaceAll(strings.ToLower(p.text("main")), "chưa nêu đơn vị đầu và cuối bảng", "")
	for _, never := range []string{"dẫn đầu", "đứng đầu", "cuối bảng", "đạt mục tiêu", "đạt chỉ tiêu"} {
		if strings.Contains(text, never) {
			st.t.Errorf("of 3 of 22 the page says %q", never)
		}
	}
	p.Go(p.base + "/indicator/DA06_26?period=" + st.period)
	p.Shot("story-tasks")
	st.page(p, "main", "Khối bộ", "Khối địa phương", "Bộ Tư pháp", "Bộ Y tế", "Hà Nội", "Huế", "100,00", "0,00")
	p.Go(p.base + "/indicator/CPS01?period=" + st.period)
	st.press(p, `main section h2 a[href*="block=provinces"]`, "#ranking .plot-col svg")
	p.Shot("story-chart")
	if first := p.text("#ranking tbody tr"); !strings.Contains(first, "Đà Nẵng") || !strings.Contains(first, "93,60") {
		st.t.Errorf("the first of the chart is %q", first)
	}
	st.pressed++ // the link to the workbook
	f, err := excelize.OpenReader(bytes.NewReader(st.xem.get(browser.Eval[string](p.Tab, `(() => { const u = new URL(document.querySelector('a[href^="/report.xlsx"]').href); return u.pathname + u.search })()`))))
	if err != nil {
		st.t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var order []string
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			st.t.Fatal(err)
		}
		for _, row := range rows {
			for _, name := range []string{"Đà Nẵng", "Huế", "Hà Nội"} {
				for _, cell := range row {
					if strings.HasSuffix(cell, name) {
						order = append(order, name)
					}
				}
			}
		}
	}
	if got := strings.Join(order, " "); !strings.HasPrefix(got, "Đà Nẵng Huế Hà Nội") {
		st.t.Errorf("the workbook ranks %q", got)
	}
	st.tells("a committee reads page, chart and workbook")
}

// codes opens what stands on paper by its code: the last report as it was handed up, the release, the sheet of a province under it; in the
// field of every page and by the command.
func (st *story) codes(s *shell) {
	p := st.agencies[len(st.agencies)-1].member.tab
	p.Go(p.base + "/a4/P34-48")
	sheet := regexp.MustCompile(`CHISO-CB1-[0-9A-F]{6}`).FindString(p.text(".provenance"))
	for code, want := range map[string][2]string{
		st.receipt:        {"/desk/1/P-46/kept/1", "Báo cáo quý về chuyển đổi số"},
		sheet:             {"/release/1", "Bản công bố số 1"},
		sheet + "-P34-48": {"/a4/P34-48?as_of=", "Trang A4 của Đà Nẵng"},
	} {
		if said := s.must("code", code); !strings.Contains(said, want[0]) || !strings.Contains(said, want[1]) {
			st.t.Errorf("chiso code %s: %s", code, said)
		}
		p.Go(p.base + "/")
		p.set(map[string]string{"#paper-code": code})
		p.follow(".code-form button", "main h1")
		if at := browser.Eval[string](p.Tab, "location.pathname + location.search"); !strings.HasPrefix(at, want[0]) {
			st.t.Errorf("the field opens %s for %s", at, code)
		}
	}
}
