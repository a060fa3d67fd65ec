package main

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"
)

// Three quarters on the real program. Of the second of 2025, Quảng Nam and the old Đà Nẵng report; of the third, the Đà Nẵng that both
// became, on a form that a catalogue changed, by an officer who took over the draft. The fourth follows, and the third is corrected.
func TestThreeQuarters(t *testing.T) {
	both(t, func(t *testing.T, s *shell) {
		base := s.serve()
		y := &year{t: t, s: s, base: base, rounds: map[string]string{},
			hoa: s.enrol(base, "hoa", "Trần Thị Hòa", "VN", "office"), binh: s.enrol(base, "binh", "Phan Bình", "VN", "office"),
			admin: s.enrol(base, "quan", "Võ Quân", "P34-48", "unit_admin"),
			tam:   s.enrol(base, "tam", "Lê Tâm", "P34-48", "reporter"), ky: s.enrol(base, "ky", "Hồ Kỳ", "P34-48", "approver"),
			hue: s.enrol(base, "hue", "Tôn Nữ Huế", "P-46", "reporter", "approver"), viewer: s.enrol(base, "xem", "Phạm Xem", "P-01", "committee")}
		y.second()
		y.changed()
		y.third()
		y.fourth()
		y.correctedThird()
		y.apart()
		s.must("check")
	})
}

type year struct {
	t                                          *testing.T
	s                                          *shell
	base                                       string
	hoa, binh, admin, tam, ky, hue, viewer, an *member
	rounds                                     map[string]string // their numbers by period
}

// open opens a round for some agencies. What they owe is long due; the round's own date takes that away.
func (y *year) open(period, agencies string) {
	y.t.Helper()
	y.hoa.post("/rounds", url.Values{"regime": {"CDS_Q"}, "period": {period}, "agencies": {agencies}, "due": {time.Now().AddDate(0, 0, 5).Format(time.DateOnly)}})
	y.rounds[period] = strings.TrimPrefix(y.hoa.at.Path, "/rounds/")
}

func (y *year) report(period, agency string) string {
	return "/desk/" + y.rounds[period] + "/" + agency
}

// filed sends figures in the agency's own template, signs and receives them.
func (y *year) filed(reporter, approver *member, at string, cells map[string]any) {
	y.t.Helper()
	reporter.send(at+"/upload", "bao-cao.xlsx", workbook(y.t, reporter.get(at+"/template.xlsx"), cells))
	if found := reporter.says(".finding-error"); found != "" {
		y.t.Fatalf("%s: %s", at, found)
	}
	reporter.ticked("/take")
	y.sent(reporter, approver, at)
}

func (y *year) sent(reporter, approver *member, at string) {
	y.t.Helper()
	y.explain(reporter, at)
	take(reporter, at, "submit", "")
	take(approver, at, "sign", "")
	take(y.hoa, at, "receive", "")
}

// explain writes a line to every cell with a warning.
func (y *year) explain(m *member, at string) {
	y.t.Helper()
	m.get(at)
	form := url.Values{}
	m.page.Find("form[data-grid] tr[data-cell]").Each(func(_ int, row *goquery.Selection) {
		if row.Find(".says-warn").Length() == 0 {
			return
		}
		row.Find("input[name]:not([type=checkbox])").Each(func(_ int, in *goquery.Selection) {
			name, _ := in.Attr("name")
			value, _ := in.Attr("value")
			if strings.HasPrefix(name, "why-") {
				value = "Đã rà soát, số đúng"
			}
			form.Set(name, value)
		})
	})
	if len(form) > 0 {
		m.post(at+"/cells", form)
	}
}

// provincial are the figures that a province owes, CPS07 with the given numerator.
func provincial(numerator int) map[string]any {
	cells := map[string]any{}
	for _, code := range []string{"CPS01", "CPS02", "CPS06", "CPS07", "CPS12", "CPS18", "KTS08", "KTS10", "XHS01", "XHS02"} {
		cells[code+" H"], cells[code+" I"] = 812, 1015
	}
	for code, value := range map[string]any{"CPS03": 392, "CPS04": 415, "CPS21": "Không phát sinh", "KTS06": "1,25", "KTS07": 77, "KTS09": "Không phát sinh"} {
		cells[code+" J"] = value
	}
	cells["CPS07 H"] = numerator
	return cells
}

func (y *year) second() {
	y.open("2025-Q2", "P63-48 P63-49 P-46")
	for agency, numerator := range map[string]int{"P63-48": 700, "P63-49": 600} {
		y.filed(y.tam, y.ky, y.report("2025-Q2", agency), provincial(numerator))
	}
	y.filed(y.hue, y.hue, y.report("2025-Q2", "P-46"), provincial(800))
	y.released("2025-Q2", "final", "1")
}

// changed takes a new form from the third quarter on, without a new build: CPS04 goes, CPS25 comes.
func (y *year) changed() {
	y.t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(y.hoa.get("/catalogue.xlsx?table=forms&table=form_items")))
	if err != nil {
		y.t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	table := func(name string) (rows [][]string, column map[string]int) {
		if rows, err = f.GetRows(name); err != nil || len(rows) == 0 {
			y.t.Fatalf("%s: %v", name, err)
		}
		column = map[string]int{}
		for i, head := range rows[0] {
			column[strings.TrimSuffix(head[strings.LastIndex(head, "(")+1:], ")")] = i + 1
		}
		return rows, column
	}
	set := func(sheet string, column, row int, value any) {
		cell, err := excelize.CoordinatesToCellName(column, row)
		if err == nil {
			err = f.SetCellValue(sheet, cell, value)
		}
		if err != nil {
			y.t.Fatal(err)
		}
	}
	rows, column := table("forms")
	for i, row := range rows {
		if row[column["code"]-1] == "CDS-01" {
			set("forms", column["to"], i+1, "30/06/2025")
			for j, value := range row {
				set("forms", j+1, len(rows)+1, value)
			}
			set("forms", column["from"], len(rows)+1, "01/07/2025")
		}
	}
	rows, column = table("form_items")
	last := len(rows)
	for _, row := range rows {
		if row[column["form"]-1] != "CDS-01" {
			continue
		}
		last++
		for j, value := range row {
			set("form_items", j+1, last, value)
		}
		set("form_items", column["from"], last, "01/07/2025")
		if row[column["indicator"]-1] == "CPS04" {
			set("form_items", column["indicator"], last, "CPS25")
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		y.t.Fatal(err)
	}
	y.hoa.send("/catalogue", "bieu-mau-quy-3.xlsx", out.Bytes())
	if found := y.hoa.says(".finding-error"); found != "" {
		y.t.Fatal(found)
	}
	y.hoa.post("/catalogue/accept", url.Values{"sha256": {y.hoa.hidden("input[name=sha256]")}, "name": {y.hoa.hidden("input[name=name]")},
		"fingerprint": {y.hoa.hidden("input[name=fingerprint]")}, "number": {"1565/QĐ-BKHCN"}, "day": {"2025-07-01"}, "issuer": {"Bộ Khoa học và Công nghệ"}})
	if said := y.hoa.says("[role=status]"); said == "" {
		y.t.Fatalf("the catalogue is not taken: %s", y.hoa.says("main"))
	}
}

// third is the merged province's first: its officer leaves in the middle and the unit's administrator hands the draft to a new one.
func (y *year) third() {
	y.open("2025-Q3", "P34-48 P-46")
	at := y.report("2025-Q3", "P34-48")
	y.tam.barred(y.report("2025-Q3", "P-46"))
	template := y.tam.get(at + "/template.xlsx")
	y.tam.get(at)
	if codes := y.tam.says("#form-CDS-01 ~ *, main"); strings.Contains(codes, "CPS04") || !strings.Contains(codes, "CPS25") {
		y.t.Errorf("the third quarter does not ask on the new form: %.300q", codes)
	}
	y.tam.get(y.report("2025-Q2", "P63-49"))
	if codes := y.tam.says("main"); !strings.Contains(codes, "CPS04") || strings.Contains(codes, "CPS25") {
		y.t.Error("the second quarter is not on the form that it was sent on")
	}
	begun := newForm(1100)
	delete(begun, "CPS07 H")
	delete(begun, "CPS07 I")
	y.tam.send(at+"/upload", "dở dang.xlsx", workbook(y.t, template, begun))
	y.tam.ticked("/take")

	y.an = y.s.enrol(y.base, "an", "Ngô An", "P34-48", "reporter")
	y.admin.get("/people")
	tam, _ := y.admin.page.Find("th a:contains('Lê Tâm')").Attr("href")
	y.admin.post(tam+"/hand-over", url.Values{"to": {"an"}, "reason": {"Lê Tâm chuyển công tác"}})
	y.admin.post(tam+"/state", url.Values{"disabled": {"1"}})
	y.s.stranger(y.base, "tam").refused()

	y.an.get("/desk")
	if said := y.an.says("main"); !strings.Contains(said, "Dự thảo") || !strings.Contains(said, "15/16") {
		y.t.Errorf("the new officer does not find the draft: %s", said)
	}
	y.filed(y.an, y.ky, at, newForm(700))
	y.filed(y.hue, y.hue, y.report("2025-Q3", "P-46"), newForm(900))
	y.released("2025-Q3", "provisional", "2")
}

// newForm are the figures of a province on the form of the third quarter.
func newForm(numerator int) map[string]any {
	cells := provincial(numerator)
	delete(cells, "CPS04 J")
	cells["CPS25 J"] = 96
	return cells
}

// fourth follows while the third is in force.
func (y *year) fourth() {
	y.open("2025-Q4", "P34-48 P-46")
	y.filed(y.an, y.ky, y.report("2025-Q4", "P34-48"), newForm(820))
	y.filed(y.hue, y.hue, y.report("2025-Q4", "P-46"), newForm(910))
}

// correctedThird corrects the third quarter after receipt and release; the second release names what differs.
func (y *year) correctedThird() {
	at := y.report("2025-Q3", "P34-48")
	take(y.an, at, "correct", "Cộng thiếu hai xã")
	y.an.send(at+"/upload", "đính chính.xlsx", workbook(y.t, y.an.get(at+"/template.xlsx"), newForm(950)))
	y.an.ticked("/take")
	y.sent(y.an, y.ky, at)
	if row := y.row(y.viewer, "2025-Q3", "Đà Nẵng"); !strings.Contains(row, "68,97") {
		y.t.Errorf("before the new release the viewer reads %q", row)
	}
	y.released("2025-Q3", "final", "3")
	y.viewer.get("/release/3")
	if said := y.viewer.says("section:contains('Khác so với')"); !strings.Contains(said, "68,97") || !strings.Contains(said, "93,60") || !strings.Contains(said, "CPS07") {
		y.t.Errorf("the differences: %q", said)
	}
	if row := y.row(y.viewer, "2025-Q3", "Đà Nẵng"); !strings.Contains(row, "93,60") {
		y.t.Errorf("after the new release the viewer reads %q", row)
	}
	if y.viewer.get("/release/2"); !strings.Contains(y.viewer.says("main"), "Đã được thay thế") || !strings.Contains(y.viewer.says("main"), "68,97") {
		y.t.Errorf("the first release: %.300q", y.viewer.says("main"))
	}
	y.released("2025-Q4", "final", "4")
	if row := y.row(y.viewer, "2025-Q4", "Đà Nẵng"); !strings.Contains(row, "80,79") {
		y.t.Errorf("the fourth quarter reads %q", row)
	}
	if page := y.viewer.says("thead"); !strings.Contains(page, "Biến động") {
		y.t.Errorf("two quarters of one set of agencies have no movement: %s", page)
	}
}

// row is the line of an agency in the ranking of a quarter.
func (y *year) row(m *member, period, name string) string {
	y.t.Helper()
	m.get("/ranking/CPS07?source=reported&period=" + period)
	return m.says("main tbody tr:contains('" + name + "')")
}

// apart looks at both sides of the merger: no ranking holds agencies of before and after, and no movement crosses it.
func (y *year) apart() {
	if row := y.row(y.viewer, "2025-Q2", "Quảng Nam"); !strings.Contains(row, "59,11") {
		y.t.Errorf("Quảng Nam in the second quarter: %q", row)
	}
	y.row(y.viewer, "2025-Q3", "")
	if table := y.viewer.says("main tbody"); strings.Contains(table, "Quảng Nam") || y.viewer.page.Find("main tbody .move").Length() != 0 {
		y.t.Errorf("the third quarter's ranking: %q", table)
	}
	if row := y.row(y.viewer, "2025-Q4", "Đà Nẵng"); !strings.Contains(row, "–") && y.viewer.page.Find("main tbody .move").Length() == 0 {
		y.t.Errorf("the fourth quarter moves against nothing: %q", row)
	}
}

func (y *year) released(period, kind, id string) {
	y.t.Helper()
	y.hoa.post("/releases", url.Values{"period": {period}, "kind": {kind}, "regime": {"CDS_Q"}, "number": {id + "/TB"}, "day": {today()}})
	y.binh.get("/release/" + id)
	y.binh.post("/release/"+id+"/approve", url.Values{"version": {y.binh.hidden("input[name=version]")}})
}
