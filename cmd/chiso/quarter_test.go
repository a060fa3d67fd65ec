package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"chiso/internal/testing/browser"
)

// The figures of a ministry's fourth quarter: every cell that it owes, as a person types it.
func quarterly() map[string]any {
	cells := map[string]any{}
	for _, code := range []string{"CPS01", "CPS02", "CPS06", "CPS07", "CPS12", "CPS18", "KTS10", "XHS01", "XHS02"} {
		cells[code+" H"], cells[code+" I"] = 812, 1015
	}
	for code, value := range map[string]any{"CPS03": 392, "CPS04": 415, "KTS05": "12,5", "KTS06": "1,25"} {
		cells[code+" J"] = value
	}
	return cells
}

// A quarter on the real program, each person at a browser of their own: the office opens a round; a ministry's reporter errs twice,
// corrects the marked file and sends it; the leader signs; the office returns one cell, receives, releases; a correction, the final release.
func TestQuarter(t *testing.T) {
	both(t, func(t *testing.T, s *shell) {
		base := s.serve()
		now := time.Now()
		q := &quarter{t: t, s: s, period: fmt.Sprintf("%d-Q%d", now.Year(), (now.Month()+2)/3),
			hoa: s.enrol(base, "hoa", "Trần Thị Hòa", "VN", "office"), binh: s.enrol(base, "binh", "Phan Bình", "VN", "office"),
			lan: s.enrol(base, "lan", "Nguyễn Thị Lan", "BKHCN", "reporter"), minh: s.enrol(base, "minh", "Lê Minh", "BKHCN", "approver"),
			yen: s.enrol(base, "yen", "Đỗ Yên", "P34-48", "committee", "reporter")}
		q.opens()
		q.reports()
		q.signs()
		q.barred()
		q.returned()
		q.barred()
		q.released("provisional", "1", "80,00")
		q.corrected()
		if shown := q.ranking(); !strings.Contains(shown, "80,00") {
			t.Errorf("before the second release the viewer sees %q", shown)
		}
		q.released("final", "2", "81,28")
		q.told()
		s.must("check")
	})
}

type quarter struct {
	t                         *testing.T
	s                         *shell
	hoa, binh, lan, minh, yen *member // two of the office, reporter, leader, somebody of a province
	period                    string  // the quarter of today
	at                        string  // the address of the report
}

func (q *quarter) has(who *member, selector string, words ...string) {
	q.t.Helper()
	text := who.tab.text(selector)
	for _, word := range words {
		if !strings.Contains(text, word) {
			q.t.Errorf("%s does not read %q: %.600q", who.name, word, text)
		}
	}
}

func (q *quarter) opens() {
	p := q.hoa.browse("/rounds")
	p.set(map[string]string{"#regime": "CDS_Q", "#period": q.period, "#number": "45/CV-BKHCN", "#day": today(), "#issuer": "Bộ Khoa học và Công nghệ"})
	p.follow(`form[action="/rounds"] button[type=submit]`, "[role=status]")
	p.Clean()
	p.Shot("quarter-round")
	q.has(q.hoa, "main", "Đã mở đợt báo cáo", "Bộ Khoa học và Công nghệ")
}

func (q *quarter) reports() {
	p := q.lan.browse("/desk")
	q.has(q.lan, "main", "Chưa lập")
	p.follow("main tbody a", "[data-dropzone]")
	p.Clean()
	p.Shot("quarter-empty")
	q.at = browser.Eval[string](p.Tab, "location.pathname")
	cells := quarterly()
	cells["CPS07 H"], cells["CPS03 J"] = 1200, "chín trăm" // more than all of them; not a number
	p.hand("BKHCN quý IV.xlsx", workbook(q.t, q.lan.get(q.at+"/template.xlsx"), cells), ".finding-error")
	p.Clean()
	p.Shot("quarter-findings")
	q.has(q.lan, "main", "Biểu mẫu!H14", "Biểu mẫu!J11")
	marked := browser.Eval[string](p.Tab, `document.querySelector('a[href$="/marked"]').pathname`)
	p.follow(`form[action$="/take"] button[type=submit]`, ".finding-done")
	p.Go(p.base + q.at)
	q.has(q.lan, ".figures", "6/8") // of those that are owed; five more were offered and filled
	p.hand("BKHCN quý IV (sửa).xlsx", workbook(q.t, q.lan.get(marked), map[string]any{"CPS07 H": 812, "CPS03 J": 392}), `form[action$="/take"]`)
	q.has(q.lan, "main", "13 ô đọc được: 2 mới, 11 giữ nguyên")
	p.follow(`form[action$="/take"] button[type=submit]`, ".finding-done")
	p.Clean()
	p.Shot("quarter-corrected")
	p.Go(p.base + q.at)
	q.has(q.lan, ".figures", "8/8")
	p.Shot("quarter-full")
	p.step("submit")
	p.Go(p.base + q.at)
	q.has(q.lan, "main", "Đang chờ")
}

func (q *quarter) signs() {
	p := q.minh.browse("/desk")
	p.follow("main tbody a", "#send")
	p.Clean()
	p.Go(p.base + q.at + "/copy")
	p.Clean()
	p.Shot("quarter-copy")
	p.Go(p.base + q.at)
	p.step("sign")
	p.Shot("quarter-signed")
	q.has(q.minh, ".receipt", "gửi")
	p.Go(p.base + q.at)
	q.has(q.minh, ".figures", "gửi")
}

// Nobody of another agency finds the report or its figures before the release.
func (q *quarter) barred() {
	q.yen.barred(q.at)
	q.yen.barred(q.at + "/copy")
	q.yen.barred("/rounds/1/board")
	if q.yen.tab == nil {
		q.yen.browse("/")
	}
	if status, _ := q.yen.ask(http.MethodGet, q.table(), "", nil); status != http.StatusNotFound || strings.Contains(q.yen.says("main"), "Khoa học và Công nghệ") {
		q.t.Errorf("before the release the viewer is answered %d %q", status, q.yen.says("main"))
	}
	q.yen.tab.Go(q.yen.base + "/agency/BKHCN")
	q.yen.tab.Clean()
	if shown := q.yen.tab.text("main"); strings.Contains(shown, "80,00") {
		q.t.Errorf("before the release the viewer sees %q", shown)
	}
}

// table is where one of the report's figures is ranked.
func (q *quarter) table() string { return "/ranking/CPS07?period=" + q.period + "&block=ministries" }

// ranking is what the viewer sees there.
func (q *quarter) ranking() string {
	q.yen.tab.Go(q.yen.base + q.table())
	q.yen.tab.Clean()
	return q.yen.tab.text("main")
}

func (q *quarter) returned() {
	p := q.hoa.tab
	p.Go(p.base + "/rounds/1/workbench?agency=BKHCN")
	p.Clean()
	p.set(map[string]string{"[name=remark-CPS07]": "Tử số phải gồm cả hồ sơ liên thông"})
	p.Shot("quarter-workbench")
	p.follow(`form button[name=step][value=return]`, ".notice[role=status]")
	p.Clean()

	p = q.lan.browse(q.at) // the next day, in a browser of its own
	p.Clean()
	p.Shot("quarter-returned")
	q.has(q.lan, "main", "trả lại", "Tử số phải gồm cả hồ sơ liên thông")
	q.write("CPS07", "811", "Đã gồm cả hồ sơ liên thông")
	q.write("CPS07", "812", "Đã gồm cả hồ sơ liên thông")
	p.Go(p.base + q.at)
	p.step("submit")
	q.minh.tab.Go(p.base + q.at)
	q.minh.tab.step("sign")

	p = q.hoa.tab
	p.Go(p.base + "/rounds/1/workbench?agency=BKHCN")
	p.follow(`form button[name=step][value=receive]`, ".notice[role=status]")
	p.Clean()
	p.Go(p.base + "/rounds/1/board")
	p.Clean()
	p.Shot("quarter-board")
}

// write changes a cell in the grid, which saves it by itself.
func (q *quarter) write(code, numerator, why string) {
	q.t.Helper()
	p := q.lan.tab
	cell := browser.Eval[string](p.Tab, `[...document.querySelectorAll("form[data-grid] tr[data-cell]")].find((r) => r.textContent.includes("`+code+`")).dataset.cell`)
	seen := browser.Eval[string](p.Tab, `document.querySelector("[name=seen-`+cell+`]").value`)
	p.set(map[string]string{"[name=why-" + cell + "]": why, "[name=num-" + cell + "]": numerator})
	p.until(`form[data-report]:not([data-waiting]) [name=seen-` + cell + `]:not([value="` + seen + `"])`) // whoever leaves earlier is asked to stay
}

func (q *quarter) released(kind, id, share string) {
	p := q.hoa.tab
	p.Go(p.base + "/releases")
	p.Clean()
	p.set(map[string]string{"#period": q.period, "#kind": kind, "#regime": "CDS_Q", "#number": id + "/TB-BKHCN", "#day": today()})
	p.follow(`form[action="/releases"] button`, `form[action$="/withdraw"]`)
	p.Clean()
	q.has(q.hoa, "main", "người lập không tự phê duyệt")
	p = q.binh.tab
	if p == nil {
		p = q.binh.browse("/")
	}
	p.Go(p.base + "/release/" + id)
	p.follow(`form[action$="/approve"] button`, `a[href$="/pack.xlsx"]`)
	p.Clean()
	p.Shot("quarter-release-" + id)
	if pack := q.yen.get("/release/" + id + "/pack.xlsx"); !strings.HasPrefix(string(pack), "PK") {
		q.t.Error("the release has no workbook")
	}
	if shown := q.ranking(); !strings.Contains(shown, "Khoa học và Công nghệ") || !strings.Contains(shown, share) {
		q.t.Errorf("after the release the viewer sees %q", shown)
	}
	q.yen.tab.Shot("quarter-ranking-" + id)
	q.yen.tab.Go(q.yen.base + "/release/" + id)
	q.yen.tab.Clean()
}

// corrected sends a second version after receipt.
func (q *quarter) corrected() {
	p := q.lan.tab
	p.Go(p.base + q.at)
	p.set(map[string]string{"#reason-correct": "Sót hồ sơ của hai đơn vị trực thuộc"})
	p.step("correct")
	q.write("CPS07", "825", "Bổ sung hai đơn vị trực thuộc")
	p.Go(p.base + q.at)
	p.step("submit")
	p.Shot("quarter-second")
	q.minh.tab.Go(p.base + q.at)
	q.minh.tab.step("sign")
	q.hoa.post(q.at+"/step", url.Values{"step": {"receive"}, "seen": {q.seen()}})
}

// seen is the serial of the report as the office sees it.
func (q *quarter) seen() string {
	q.hoa.get(q.at)
	return q.hoa.hidden("input[name=seen]")
}

// told reads the story in the audit and in the report's own history.
func (q *quarter) told() {
	p := q.hoa.tab
	p.Go(p.base + "/release/2")
	q.has(q.hoa, "main", "80,00", "81,28", "bản số 1")
	p.Go(p.base + "/audit?from=" + today())
	p.Clean()
	p.Shot("quarter-audit")
	q.has(q.hoa, "main", "hoa", "binh", "lan", "minh")
	q.has(q.hoa, "main tbody", "Mở đợt báo cáo", "Trình duyệt", "Ký, gửi báo cáo", "Trả lại báo cáo", "Tiếp nhận báo cáo", "Phê duyệt bản công bố")
	p.Go(p.base + q.at)
	q.has(q.hoa, "#history + ol", "Trình duyệt", "Trả lại", "Tử số phải gồm cả hồ sơ liên thông", "Sót hồ sơ của hai đơn vị", "Nguyễn Thị Lan", "Lê Minh", "Trần Thị Hòa")
	p.Clean()
	p.Shot("quarter-history")
}
