package main

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"chiso/internal/agency"
	"chiso/internal/app/catalogue"
	"chiso/internal/testing/browser"
	"chiso/internal/vi"
	"chiso/seed"
)

// The evening before the meeting: a late report comes, is received, the second provisional release goes out, and the packs, their
// sentences and the A4 page are there again with the list of differences. One person of the office does it and types the number of the
// document only; the leader approves.
func TestDrill(t *testing.T) {
	s := newShell(t, "sqlite")
	base := s.serve()
	now := time.Now()
	q := &quarter{t: t, s: s, period: fmt.Sprintf("%d-Q%d", now.Year(), (now.Month()+2)/3),
		hoa: s.enrol(base, "hoa", "Trần Thị Hòa", "VN", "office"), binh: s.enrol(base, "binh", "Phan Bình", "VN", "office"),
		lan: s.enrol(base, "lan", "Nguyễn Thị Lan", "BKHCN", "reporter"), minh: s.enrol(base, "minh", "Lê Minh", "BKHCN", "approver")}
	q.hoa.post("/rounds", url.Values{"regime": {"CDS_Q"}, "period": {q.period}, "number": {"45/CV"}, "day": {today()}, "issuer": {"Bộ Khoa học và Công nghệ"}})
	s.must("import", s.file("quy.csv", q.early()))
	s.must("import", "--source", "published", s.file("cong-bo.csv", "Cơ quan,Chỉ tiêu,Kỳ báo cáo,Giá trị\nCả nước,CPS07,"+q.period+",71.5\n"))
	q.approved("1")
	q.packSaved()

	q.hoa.tab.Go(base + "/releases")
	q.late()
	p := q.hoa.tab
	p.Go(base + "/rounds/1/workbench?agency=BKHCN")
	p.follow(`form button[name=step][value=receive]`, ".notice[role=status]")
	p.Go(base + "/releases")
	p.set(map[string]string{"#period": q.period, "#kind": "provisional", "#regime": "CDS_Q", "#number": "2/TB", "#day": today()})
	p.follow(`form[action="/releases"] button`, `form[action$="/withdraw"]`)
	q.has(q.hoa, "#differences + div", "Bộ Khoa học và Công nghệ", "80,00")
	q.binh.get("/release/2")
	q.binh.post("/release/2/approve", url.Values{"version": {q.binh.hidden("input[name=version]")}})

	for range 100 { // built by a job
		if p.Go(base + "/release/2"); strings.Contains(p.text("section:has(#packs)"), "xong 1 tệp") {
			break
		}
	}
	p.follow(`section:has(#packs) a[href^="/packs/built/"]`, `td code`)
	p.Clean()
	p.Shot("drill-built")
	path := browser.Eval[string](p.Tab, `document.querySelector("tbody th a").pathname`)
	q.packHolds(q.hoa.get(path))
	p.Go(base + "/a4/BKHCN")
	p.Clean()
	p.Shot("drill-a4")
	q.has(q.hoa, "main", "2/TB", "CB2-")
	p.Go(base + "/packs/1")
	p.Clean()
	p.Shot("drill-pack")
	q.has(q.hoa, "#sentences ~ form", "So với bản công bố sơ bộ số 1/TB")
	for _, page := range []string{"table?code=CPS07&block=ministries&show=value&show=rank&period=" + q.period, "reconcile"} {
		p.Go(base + "/" + page)
		p.Clean()
		p.Shot("drill-" + strings.Split(page, "?")[0])
	}
	p.Go(base + "/table?code=CPS07&block=ministries&show=value&show=rank&period=" + q.period)
	copied := browser.Eval[string](p.Tab, `new Promise((done) => {
		navigator.clipboard.writeText = (text) => { done(text); return Promise.resolve(); };
		document.querySelector("[data-copy]").click();
	})`)
	if !strings.Contains(copied, "Bộ Khoa học và Công nghệ\t80,00") {
		t.Errorf("the clipboard holds %q", copied)
	}
	s.must("check")
}

// early is what all ministries but one have reported: enough of those asked for the pack to speak of a first and a last.
func (q *quarter) early() string {
	q.t.Helper()
	c, err := catalogue.LoadCatalogue(seed.Files)
	if err != nil {
		q.t.Fatal(err)
	}
	out := "Cơ quan,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số\n"
	for i, m := range agency.NewDirectory(c.Agencies).Members("ministries", vi.DateOf(time.Now())) {
		if m.Agency != "BKHCN" {
			out += fmt.Sprintf("%s,CPS07,%s,%d,100\n", m.Agency, q.period, 70-i)
		}
	}
	return out
}

// approved makes and approves a release of the newest figures.
func (q *quarter) approved(id string) {
	q.hoa.post("/releases", url.Values{"period": {q.period}, "kind": {"provisional"}, "regime": {"CDS_Q"}, "number": {id + "/TB"}, "day": {today()}})
	q.binh.get("/release/" + id)
	q.binh.post("/release/"+id+"/approve", url.Values{"version": {q.binh.hidden("input[name=version]")}})
}

// packSaved saves the pack of the meeting in the browser and words one sentence by hand.
func (q *quarter) packSaved() {
	p := q.hoa.browse("/packs")
	p.Shot("drill-packs")
	p.set(map[string]string{"#name": "Họp Ban Chỉ đạo", "#issuer": "Bộ Khoa học và Công nghệ", "#letter": "45/BC-BKHCN", "#day": today(), "#leader": "Phan Bình"})
	browser.Eval[bool](p.Tab, `(document.querySelector("#auto").checked = true)`)
	p.follow(`form[action="/packs"] button`, "#sentences ~ form")
	p.set(map[string]string{`textarea[name^="text|remark|first:CPS07"]`: "Tỷ lệ cung cấp dịch vụ công còn chênh lệch giữa các bộ.", `textarea[name="text|praise|hand:new"]`: "Bộ Tư pháp: hoàn thành sớm."})
	p.follow(`form[action$="/sentences"] button`, `textarea[name="text|praise|hand:1"]`)
}

// late sends the report that was missing.
func (q *quarter) late() {
	q.lan.get("/desk")
	at, ok := q.lan.page.Find("main tbody a").First().Attr("href")
	if !ok {
		q.t.Fatal("nothing to report: ", q.lan.says("main"))
	}
	cells := quarterly()
	q.lan.send(at+"/upload", "BKHCN.xlsx", workbook(q.t, q.lan.get(at+"/template.xlsx"), cells))
	q.lan.ticked("/take")
	take(q.lan, at, "submit", "")
	take(q.minh, at, "sign", "")
}

// packHolds reads the pack that was built anew.
func (q *quarter) packHolds(data []byte) {
	q.t.Helper()
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		q.t.Fatal(err)
	}
	defer func() { _ = x.Close() }()
	text := func(sheet string) string {
		rows, err := x.GetRows(sheet)
		if err != nil {
			q.t.Error(err)
		}
		var b strings.Builder
		for _, r := range rows {
			b.WriteString(strings.Join(r, " ") + "\n")
		}
		return b.String()
	}
	for sheet, words := range map[string][]string{
		"Tóm tắt":         {"còn chênh lệch giữa các bộ.", "Bộ Tư pháp: hoàn thành sớm.", "So với bản công bố sơ bộ số 1/TB", "Phan Bình"},
		"Thay đổi":        {"Bộ Khoa học và Công nghệ", "(Kèm theo Báo cáo số 45/BC-BKHCN"},
		"Kỷ luật báo cáo": {"Bộ Khoa học và Công nghệ"},
		"CPS07":           {"Bộ Khoa học và Công nghệ", "80.00"},
	} {
		got := text(sheet)
		for _, w := range words {
			if !strings.Contains(got, w) {
				q.t.Errorf("sheet %s does not say %q:\n%.1500s", sheet, w, got)
			}
		}
	}
}
