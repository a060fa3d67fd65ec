package report_test

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"chiso/internal/agency"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/report"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// meetingPack is a pack with something in every section.
func meetingPack() report.Pack {
	p := samplePack()
	p.Tables[1].Source, p.Details[3].Source = kpi.Reported, kpi.Reported.Title() // nothing invented
	p.Standing, p.Identity = "Bản công bố sơ bộ số 12/TB ngày 20/10/2026", "chiso;release=3"
	p.Spans = []report.Span{{}, {From: 20260615, To: 20260914}}
	p.Letter = report.Letter{Number: "45/BC-VPCP", Day: 20261021}
	p.Signing = report.Signing{Preparer: "Nguyễn Văn An", Leader: "Trần Thị Bình"}
	for i, unit := range []string{"%", "hồ sơ", "%", "%"} {
		p.Key = append(p.Key, report.KeyFigure{Name: fmt.Sprintf("Chỉ tiêu %d", i+1), Unit: unit, Decimals: 2, Period: p.Period, Value: some("71.25"), Target: some("80"), First: "Huế (90,10)"})
	}
	columns := []ranking.Column{ranking.NewColumn(&p.Tables[0]), ranking.NewColumn(&p.Tables[1])}
	p.Heat = []report.Heat{{Table: &p.Tables[1], Columns: columns}}
	for _, name := range []string{"Hà Nội", "Huế"} {
		card := report.AgencyCard{Agency: agency.ID(name), Name: name, Block: "Khối địa phương", Lines: []report.CardLine{
			{Name: "Bộ chỉ số 766", Unit: "điểm", Decimals: 2, Period: p.Period, Value: some("68.53"), Rank: 1, Of: 34, Change: 2, Moved: true, Block: some("61.2")},
			{Name: "Công khai, minh bạch", Component: true, Decimals: 2, Period: p.Period, Value: some("11.45"), Rank: 11, Of: 34},
			{Name: "Hồ sơ công việc", Unit: "%", Period: p.Period, Note: "Chưa báo cáo", Target: some("70")}}}
		trend := report.Trend{Name: "Điểm 766", Unit: "điểm", Source: "Cổng Dịch vụ công quốc gia", Decimals: 2}
		for q := range 4 {
			trend.Points = append(trend.Points, report.TrendPoint{Period: kpi.MustPeriod(fmt.Sprintf("2026-Q%d", q+1)), Value: vi.NewDecimal(int64(6000+100*q), 2)})
		}
		card.Trends = []report.Trend{trend, trend}
		p.Agencies = append(p.Agencies, card)
	}
	p.Tasks = &report.Tasks{Title: "Đề án 06", Day: 20261020, Unit: "Đếm theo nhiệm vụ", Counts: task.Counts{DoneOnTime: 70, DoneLate: 6, InTime: 8, Overdue: 9, Recurring: 4, MaxLate: 88},
		By:      []report.TaskLine{{Name: "Huế", Counts: task.Counts{DoneOnTime: 3, Overdue: 2, MaxLate: 88}}},
		Overdue: []report.OverdueTask{{Code: "DA06-1", Title: "=Kết nối dữ liệu", Lead: "Huế", Due: 20260724, Days: 88}}}
	p.Rounds = []report.Round{{Name: "Báo cáo quý III", Lines: []report.RoundLine{{Name: "Huế", Due: "16/09/2026", Sent: time.Date(2026, 9, 15, 3, 0, 0, 0, time.UTC), OnTime: true, State: "Đã tiếp nhận"},
		{Name: "Hà Nội", Due: "16/09/2026", DaysLate: 34, State: "Dự thảo"}}}}
	p.Plan = []report.PlanLine{{Name: "Hồ sơ trực tuyến", Unit: "%", Scope: "Khối địa phương", Decimals: 2, Year: 2026, Target: dec("80"), Act: "QĐ 11/QĐ-BCĐCP", Value: some("71.25"), Period: p.Period, Missing: some("8.75")}}
	p.Gaps = []report.Gap{{Name: "Số dịch vụ công", Unit: "DVC", Period: p.Period, Sum: dec("1020"), Counted: 33, Of: 34, Reference: dec("1002"), ReferenceOf: "Cả nước, Cổng Dịch vụ công quốc gia", Gap: dec("18"),
		Share: some("1.8"), Contributors: []string{"Huế (+12)"}, Explanation: "Huế tính cả dịch vụ đã dừng", Owner: "Vụ Chuyển đổi số", Accepted: "Trần Thị Bình đồng ý công bố"}}
	p.Differences = &report.Changes{From: "Bản công bố sơ bộ số 10/TB", Lines: []filing.Difference{{Code: "CPS34", Name: "Hồ sơ đúng hạn", Decimals: 2, AgencyName: "Huế", Figure: true,
		Before: filing.FrozenRow{Rank: 3, Value: some("91.1")}, After: filing.FrozenRow{Rank: 2, Value: some("97.67")}}}}
	p.Say(nil)
	return p
}

// charts returns the references of the charts of each sheet: names, categories and values of their series.
func charts(t *testing.T, b []byte, f *excelize.File) map[string][]string {
	t.Helper()
	text := map[string]string{}
	for _, x := range parts(t, b) {
		text[x.name] = x.text
	}
	target := regexp.MustCompile(`Target="([^"]*/(?:drawings/drawing|charts/chart)\d+\.xml)"`)
	follow := func(from string) (out []string) {
		rels := text[path.Dir(from)+"/_rels/"+path.Base(from)+".rels"]
		for _, m := range target.FindAllStringSubmatch(rels, -1) {
			out = append(out, strings.TrimPrefix(path.Join(path.Dir(from), m[1]), "/"))
			if strings.HasPrefix(m[1], "/") {
				out[len(out)-1] = m[1][1:]
			}
		}
		return out
	}
	ref := regexp.MustCompile(`<(?:c:)?f>([^<]*)</(?:c:)?f>`)
	out := map[string][]string{}
	for i, sheet := range f.GetSheetList() {
		for _, drawing := range follow(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)) {
			for _, chart := range follow(drawing) {
				var refs []string
				for _, m := range ref.FindAllStringSubmatch(text[chart], -1) {
					refs = append(refs, strings.NewReplacer("&apos;", "'", "&#39;", "'", "$", "").Replace(m[1]))
				}
				out[sheet] = append(out[sheet], strings.Join(refs, "|"))
			}
		}
	}
	return out
}

// Every chart is bound to the cells beside it: each range lies in its own sheet, has as many categories as values, and the values
// are numbers that the sheet shows.
func TestWrite_charts(t *testing.T) {
	b := write(t, meetingPack())
	f := open(t, b)
	got := map[string]int{}
	for sheet, all := range charts(t, b, f) {
		got[sheet] = len(all)
		for _, chart := range all {
			refs := strings.Split(chart, "|")
			if len(refs) == 0 || len(refs)%3 != 0 {
				t.Fatalf("%s: references %q", sheet, refs)
			}
			for i := 0; i < len(refs); i += 3 {
				names, categories, values := cells(t, f, sheet, refs[i]), cells(t, f, sheet, refs[i+1]), cells(t, f, sheet, refs[i+2])
				if len(names) != 1 || names[0] == "" || len(categories) == 0 || len(categories) != len(values) {
					t.Errorf("%s: %s names %q, %d categories, %d values", sheet, refs[i], names, len(categories), len(values))
				}
				for j, v := range values {
					if _, err := strconv.ParseFloat(v, 64); categories[j] == "" || err != nil && v != "" {
						t.Errorf("%s: %q is %q in %s", sheet, categories[j], v, refs[i+2])
					}
				}
				if values[0] == "" {
					t.Errorf("%s: %s begins with nothing", sheet, refs[i+2])
				}
			}
		}
	}
	want := map[string]int{"Tóm tắt": 2, "CPS34": 1, "Q766_0": 1, "Hà Nội": 2, "Huế": 2, "Nhiệm vụ": 1, "Kỷ luật báo cáo": 1}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("charts (-want +got):\n%s", d)
	}
}

// cells reads a reference, which must lie in the sheet.
func cells(t *testing.T, f *excelize.File, sheet, ref string) (out []string) {
	t.Helper()
	area, ok := strings.CutPrefix(ref, "'"+sheet+"'!")
	if !ok {
		t.Fatalf("%s: %q leads elsewhere", sheet, ref)
	}
	from, to, ranged := strings.Cut(area, ":")
	if !ranged {
		to = from
	}
	c1, r1, err := excelize.CellNameToCoordinates(from)
	if err != nil {
		t.Fatal(err)
	}
	c2, r2, err := excelize.CellNameToCoordinates(to)
	if err != nil {
		t.Fatal(err)
	}
	for r := r1; r <= r2; r++ {
		for c := c1; c <= c2; c++ {
			name, _ := excelize.CoordinatesToCellName(c, r)
			v, err := f.GetCellValue(sheet, name, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, v)
		}
	}
	return out
}

// A pack has the sheets of its sections in the order asked for, none that would be empty, and every one is printed one page wide
// with its own days above it.
func TestWrite_sections(t *testing.T) {
	p := meetingPack()
	f := open(t, write(t, p))
	want := []string{"Mục lục", "Tóm tắt", "CPS34", "Q766_0", "Nhiệt Q766_0", "Hà Nội", "Huế", "Nhiệm vụ", "Quá hạn", "Kỷ luật báo cáo", "Mục tiêu", "Đối chiếu", "Thay đổi",
		"Chi tiết", "Định nghĩa và nguồn"}
	if d := cmp.Diff(want, f.GetSheetList()); d != "" {
		t.Errorf("sheets (-want +got):\n%s", d)
	}
	for _, sheet := range want {
		areas, _ := printed(t, f, sheet)
		layout, err := f.GetPageLayout(sheet)
		if err != nil || len(areas) == 0 || *layout.FitToWidth != 1 || *layout.Orientation != "landscape" || *layout.Size != 9 {
			t.Errorf("%s: areas %v, layout %+v, %v", sheet, areas, layout, err)
		}
		counts, scale := pages(t, f, sheet)
		if scale < 0.6 {
			t.Errorf("%s is printed at %.2f on %v pages", sheet, scale, counts)
		}
	}
	text := dump(t, write(t, p))
	for _, says := range []string{"Số liệu từ 15/06/2026 đến 14/09/2026", "Số liệu ngày 10/10/2026", "(Kèm theo Báo cáo số 45/BC-VPCP ngày 21/10/2026)", "Nguyễn Văn An", "Bản công bố sơ bộ số 12/TB",
		"Huế tính cả dịch vụ đã dừng. Chênh nhiều nhất: Huế (+12)", "Số liệu\"", "XH_CPS34_2026_10_10", "DV_HA_NOI", "QUA_HAN", "THAY_DOI"} {
		if !strings.Contains(text, says) {
			t.Errorf("the workbook does not say %q", says)
		}
	}
	p.Sections = []report.Section{report.TaskSheets, report.DetailSheet, report.Summary}
	p.Signing.Off, p.Differences = true, nil
	b := write(t, p)
	if d := cmp.Diff([]string{"Mục lục", "Nhiệm vụ", "Quá hạn", "Chi tiết", "Tóm tắt", "Định nghĩa và nguồn"}, open(t, b).GetSheetList()); d != "" {
		t.Errorf("chosen sheets (-want +got):\n%s", d)
	}
	if strings.Contains(dump(t, b), "Người lập biểu") {
		t.Error("signed though nobody is to sign")
	}
}

// The same pack gives the same bytes wherever it is built.
func TestWrite_meetingSameBytes(t *testing.T) {
	want := string(write(t, meetingPack()))
	local := time.Local
	t.Cleanup(func() { time.Local = local })
	for _, zone := range []string{"Asia/Tokyo", "America/Los_Angeles", "Pacific/Chatham"} {
		t.Setenv("TZ", zone)
		t.Setenv("LANG", "de_DE.UTF-8")
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		if time.Local = loc; string(write(t, meetingPack())) != want {
			t.Errorf("other bytes in %s", zone)
		}
	}
}

func TestSuggest(t *testing.T) {
	p := meetingPack()
	said := map[string]string{}
	for _, s := range report.Suggest(&p) {
		said[string(s.Kind)+" "+s.Key] = s.Generated
	}
	for key, want := range map[string]string{
		"remark first:CPS34/provinces": "Về tỷ lệ hồ sơ thủ tục hành chính được giải quyết đúng hạn (khối địa phương, ngày 10/10/2026): Hà Nội dẫn đầu với 99,10%; Cà Mau ở cuối bảng với 53,34%.",
		"remark targets":               "0/1 mục tiêu có số liệu đã đạt; chưa đạt: hồ sơ trực tuyến.",
		"remark tasks":                 "Đến ngày 20/10/2026, Đề án 06 có 97 nhiệm vụ: 76 đã hoàn thành, 8 đang làm trong hạn, 9 quá hạn, 4 thường xuyên.",
		"remark round:Báo cáo quý III": "Báo cáo quý III: 1/2 đơn vị gửi đúng hạn; chưa gửi: Hà Nội.",
		"remark changes":               "So với bản công bố sơ bộ số 10/TB, 1 số liệu thay đổi (Huế), kéo theo 1 dòng thay đổi về số liệu hoặc thứ hạng.",
		"criticism silent:Hà Nội":      "Hà Nội: chưa gửi báo cáo (Báo cáo quý III), quá hạn 34 ngày.",
		"criticism tasks:Huế":          "Huế: 2 nhiệm vụ quá hạn, lâu nhất 88 ngày.",
	} {
		if got := said[key]; got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	// What was decided holds for newer figures: left out stays out, a wording of one's own stays, what the rule says follows.
	decided := []filing.Sentence{{Kind: filing.Remark, Key: "targets", Out: true}, {Kind: filing.Remark, Key: "tasks", Generated: said["remark tasks"], Text: "Nhiều việc đã xong."},
		{Kind: filing.Praise, Key: "hand:1", Text: "Huế: sáng kiến số hóa."}}
	p.Tasks.Counts.Overdue, p.Rounds[0].Lines[1].Sent = 12, time.Date(2026, 9, 20, 3, 0, 0, 0, time.UTC)
	p.Say(decided)
	all := strings.Join(append(append([]string{}, p.Remarks...), p.Praise...), "\n")
	if strings.Contains(all, "mục tiêu có số liệu") || !strings.Contains(all, "Nhiều việc đã xong.") || !strings.Contains(all, "Huế: sáng kiến số hóa.") || !strings.Contains(all, "gửi quá hạn: Hà Nội") {
		t.Errorf("decided sentences:\n%s", all)
	}
	for _, s := range report.Decide(report.Suggest(&p), decided) {
		if stale := report.Stale(s, decided); stale != (s.Key == "tasks") {
			t.Errorf("%s is stale: %v", s.Key, stale)
		}
	}
}

// A workbook that was only saved again has the content of the kept one; a changed cell is found.
func TestCompare(t *testing.T) {
	kept := write(t, meetingPack())
	f := open(t, kept)
	again := func() []byte {
		b, err := f.WriteToBuffer()
		if err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	if d, more, err := report.Compare(kept, again()); err != nil || len(d)+more != 0 {
		t.Errorf("saved again: %v, %d more, %v", d, more, err)
	}
	if err := f.SetCellValue("CPS34", "E9", 99.2); err != nil {
		t.Fatal(err)
	}
	d, _, err := report.Compare(kept, again())
	if err != nil || len(d) != 1 || d[0].Sheet != "CPS34" || d[0].Cell != "E9" || d[0].Found != "99.2" {
		t.Errorf("changed: %v, %v", d, err)
	}
	p, err := report.Properties(kept)
	if err != nil || p.Identity != "chiso;release=3" || p.Program != "0.1.0" || p.Revision != 12 {
		t.Errorf("properties %+v, %v", p, err)
	}
	if _, err := report.Properties([]byte("PK nothing")); err == nil {
		t.Error("nonsense is read")
	}
}
