package web_test

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/app/receive"
	"chiso/internal/app/reporting"
	"chiso/internal/app/tasks"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/internal/web"
)

// province is one line of testdata: the portal's 766 scores of two days in September 2026 and the on-time rate of October.
type province struct {
	id              agency.ID
	name, short     string
	before, score   vi.Decimal
	rankBefore      int
	published       int
	onTime, handled vi.Decimal
}

func provinces(t testing.TB) []province {
	t.Helper()
	f, err := os.Open("testdata/provinces.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []province
	for _, l := range lines[1:] {
		p := province{id: agency.ID(l[0]), name: l[1], short: l[2]}
		for i, d := range []*vi.Decimal{3: &p.before, 5: &p.score, 7: &p.onTime, 8: &p.handled} {
			if d == nil {
				continue
			}
			if *d, err = vi.ParseDecimal(l[i]); err != nil {
				t.Fatalf("%s: %v", l[i], err)
			}
		}
		if _, err := fmt.Sscan(l[4], &p.rankBefore); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscan(l[6], &p.published); err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

// Unseen is asked for by the head of every page.
func (f *fakeApp) Unseen(context.Context) (int, error) { return 0, nil }

// FigureOf knows no figure.
func (f *fakeApp) FigureOf(context.Context, int64) (agency.ID, error) { return "", nil }

// unasked are use cases that nobody asks for.
type unasked struct{ web.App }

// fakeApp answers with the figures of testdata. Its fields change what a test needs changed.
type fakeApp struct {
	unasked // what the tests of the fake do not ask for; the pages of it are tested on the real use cases
	fakePeople
	view      ledger.View // of the last page
	provinces []province
	rev       atomic.Int64
	at        time.Time
	calls     atomic.Int64 // of Ranking
	rankingIn func()       // runs inside Ranking
	rename    string       // name and notes of the first province, for injection
	saved     receive.Request
	saveErr   error
	err       error // of every page
	confirmed atomic.Bool
	conflict  error  // of the confirmation
	token     string // that the confirmation came with
	said      check.Explanations
	readyErr  error
}

func newFake(t testing.TB) *fakeApp {
	f := &fakeApp{provinces: provinces(t), at: time.Date(2026, 9, 26, 2, 5, 0, 0, time.UTC)}
	f.rev.Store(17)
	return f
}

func (f *fakeApp) Revision(context.Context) (int64, time.Time, error) { return f.rev.Load(), f.at, nil }
func (f *fakeApp) Ready(context.Context) error                        { return f.readyErr }
func (f *fakeApp) Writable(context.Context) error                     { return nil }

func (f *fakeApp) block() agency.Block {
	return agency.Block{Code: "provinces", Name: "Khối địa phương", Level: agency.Province}
}

func (f *fakeApp) Ranking(_ context.Context, q figures.RankingQuery) (*figures.RankingView, error) {
	f.calls.Add(1)
	f.view = q.View
	if f.rankingIn != nil {
		f.rankingIn()
	}
	if f.err != nil {
		return nil, f.err
	}
	source := kpi.System(cmp.Or(q.Source, "dvcqg"))
	var t *ranking.Table
	if !q.AsOf.IsZero() && q.AsOf.Year() < 2024 {
		return nil, fault.New(fault.NotFound, "Đến %s chưa có số liệu nào. Hãy chọn thời điểm muộn hơn.", q.AsOf.Format("02/01/2006"))
	}
	switch q.Code {
	case "Q766":
		t = f.scorecard()
	case "YESNO":
		t = f.answers()
	case "CPS08-63":
		t = f.old()
	case "SILENT":
		return f.silent(source), nil
	case "Q766_0":
		t = f.scores()
	case "CPS08":
		t = f.onTime(source)
	case "EMPTY":
		t = &ranking.Table{Code: q.Code, Name: "Chỉ tiêu chưa ai báo cáo", Unit: "%", Decimals: 1, Period: kpi.MustPeriod("2026"), Block: f.block(),
			Source: source, AsOf: f.at, Previous: ranking.Previous{None: "Không có kỳ trước để so sánh."}, Pooled: ranking.Pooled{Method: ranking.NotPooled}}
	default:
		return nil, fault.New(fault.NotFound, "Không có chỉ tiêu hay bộ chỉ số nào mang mã %q.", q.Code)
	}
	t.Revision = f.rev.Load()
	v := &figures.RankingView{Table: t}
	v.Choices.Periods = []ledger.Choice{{Code: t.Period.Key, Title: t.Period.Title(), Selected: true}, {Code: "2026-09-17", Title: "Ngày 17/09/2026"}}
	v.Choices.Blocks = []ledger.Choice{{Code: "provinces", Title: "Khối địa phương", Selected: true}}
	v.Choices.Sources = []ledger.Choice{{Code: string(source), Title: source.Title(), Selected: true}, {Code: "illustrative", Title: "Số liệu minh họa"}}
	return v, nil
}

func (f *fakeApp) scores() *ranking.Table {
	previous := kpi.MustPeriod("2026-09-17")
	t := &ranking.Table{Code: "Q766_0", Name: "Điểm chất lượng phục vụ người dân, doanh nghiệp (Bộ chỉ số 766)", Unit: "điểm (tối đa 100)",
		Decimals: 2, Direction: kpi.Higher, Period: kpi.MustPeriod("2026-09-26"), Block: f.block(), Source: kpi.DVCQG,
		Origins: []string{"dichvucong.gov.vn"}, AsOf: f.at, Previous: ranking.Previous{Period: &previous}, Pooled: ranking.Pooled{Method: ranking.NotPooled},
		Definition: &kpi.Definition{Name: "Tổng điểm 766", Unit: "điểm (tối đa 100)", Decimals: 2, Accumulation: kpi.YearToDate, Basis: "QĐ 766/QĐ-TTg 23/6/2022"}}
	old := slices.Clone(f.provinces)
	slices.SortStableFunc(old, func(a, b province) int { return b.before.Cmp(a.before) })
	was := map[agency.ID]int{}
	for i, p := range old {
		was[p.id] = i + 1
		if i > 0 && old[i-1].before == p.before {
			was[p.id] = was[old[i-1].id]
		}
	}
	for i, p := range f.provinces {
		r := ranking.Row{Agency: p.id, Name: p.short, Value: vi.Some(p.score), PublishedRank: p.published, PreviousRank: was[p.id], Observation: int64(1000 + i)}
		t.Rows = append(t.Rows, r)
	}
	rank(t)
	return t
}

// rank sorts, ranks and measures the gaps, as the ranking room does.
func rank(t *ranking.Table) {
	slices.SortStableFunc(t.Rows, func(a, b ranking.Row) int { return b.Value.Cmp(a.Value.Decimal) })
	for i := range t.Rows {
		r := &t.Rows[i]
		r.Rank = i + 1
		if i == 0 {
			continue
		}
		prev := t.Rows[i-1]
		if prev.Value.Cmp(r.Value.Decimal) == 0 {
			r.Rank, r.Gap = prev.Rank, prev.Gap
			continue
		}
		var sum kpi.Sum
		sum.Add(prev.Value.Decimal)
		sum.Add(r.Value.Neg())
		gap, _ := sum.Decimal()
		r.Gap = vi.Some(gap)
	}
}

func (f *fakeApp) definition() *kpi.Definition {
	return &kpi.Definition{ID: 8, Indicator: kpi.Indicator{Code: "CPS08", Kind: kpi.Ratio, Direction: kpi.Higher, Pillar: "chinh_phu_so"},
		Name: "Tỷ lệ hồ sơ giải quyết đúng hạn, trước hạn", Numerator: "Hồ sơ đã và đang xử lý đúng hạn, trong hạn", From: vi.OpenFrom, To: vi.OpenTo,
		Denominator: "Tổng hồ sơ tiếp nhận, xử lý trong kỳ", Unit: "%", Decimals: 2, Accumulation: kpi.InPeriod, Basis: "QĐ 766/QĐ-TTg 23/6/2022 (2.1)"}
}

func (f *fakeApp) onTime(source kpi.System) *ranking.Table {
	d := f.definition()
	t := &ranking.Table{Code: "CPS08", Name: d.Name, Unit: "%", Decimals: 2, Direction: kpi.Higher, Definition: d, Period: kpi.MustPeriod("2026-10-10"),
		Block: f.block(), Source: source, AsOf: f.at, Previous: ranking.Previous{None: "Chưa có kỳ trước của cùng nguồn."},
		Target: &kpi.Target{Indicator: "CPS08", Scope: "all", Year: 2026, Value: vi.Int(90), Unit: "%", Act: "Nghị quyết thử"}}
	var num, den kpi.Sum
	for i, p := range f.provinces {
		name := p.short
		if i == 0 && f.rename != "" {
			name = f.rename
		}
		if i == 30 {
			t.NotRanked = append(t.NotRanked, ranking.NotRanked{Agency: p.id, Name: name, Reason: ranking.NoDenominator, Detail: "0/0: không có hồ sơ nào " + f.rename, Observation: 77})
			continue
		}
		v, _ := kpi.Percent(p.onTime, p.handled, 2)
		r := ranking.Row{Agency: p.id, Name: name, Value: vi.Some(v), Num: vi.Some(p.onTime), Den: vi.Some(p.handled), Observation: int64(2000 + i)}
		if i == 5 {
			r.Qualifiers = kpi.Provisional
		}
		t.Rows = append(t.Rows, r)
		num.Add(p.onTime)
		den.Add(p.handled)
	}
	rank(t)
	n, _ := num.Decimal()
	dd, _ := den.Decimal()
	v, _ := kpi.Percent(n, dd, 2)
	t.Pooled = ranking.Pooled{Scope: "Chung khối địa phương, 33/34", Value: vi.Some(v), Num: vi.Some(n), Den: vi.Some(dd), Method: ranking.RatioOfSums, Covered: 33, Expected: 34}
	return t
}

func (f *fakeApp) TakeFile(context.Context) error { return nil }

func (f *fakeApp) MayEditReport(context.Context, int64, agency.ID) error  { return nil }
func (f *fakeApp) MayHandInPaper(context.Context, int64, agency.ID) error { return nil }
func (f *fakeApp) MayHandInDocument(context.Context, int64) error         { return nil }
func (f *fakeApp) MayReportTask(context.Context, string) error            { return nil }

func (f *fakeApp) OwnerOf(context.Context, string, agency.ID) (agency.ID, bool, error) {
	return agency.Nation, true, nil
}

func (f *fakeApp) FilingSerial(context.Context) (int64, error) { return 0, nil }

func (f *fakeApp) Overview(_ context.Context, q figures.OverviewQuery) (*figures.Overview, error) {
	f.view = q.View
	if f.err != nil {
		return nil, f.err
	}
	t, on := f.scores(), f.onTime(kpi.DVCQG)
	o := &figures.Overview{Revision: f.rev.Load(), AsOf: f.at, Headline: t, Illustrative: true}
	o.Rankings = []figures.RankingLink{
		{Code: "Q766_0", Name: t.Name, Pillar: "766", Period: t.Period, Block: "provinces", Source: kpi.DVCQG, Agencies: 34},
		{Code: "CPS08", Name: on.Name, Pillar: "chinh_phu_so", PillarTitle: "Chính phủ số", Period: on.Period, Block: "provinces", Source: kpi.DVCQG, Agencies: 33},
		{Code: "CPS08", Name: on.Name, Pillar: "chinh_phu_so", PillarTitle: "Chính phủ số", Period: on.Period, Block: "provinces", Source: kpi.Illustrative, Agencies: 34}}
	for _, name := range []string{on.Name, "Tỷ lệ hồ sơ trực tuyến toàn trình trên tổng số hồ sơ", "Tỷ lệ hồ sơ thanh toán trực tuyến", "Tỷ lệ số hóa hồ sơ, kết quả giải quyết"} {
		o.Cards = append(o.Cards, figures.Card{Code: "CPS08", Name: name, Unit: "%", Decimals: 2, Period: on.Period, Source: kpi.DVCQG,
			Pooled: on.Pooled, Target: on.Target, Leader: on.Rows[0].Name, LeaderID: on.Rows[0].Agency, LeaderText: on.Rows[0].Print(on.Decimals)})
	}
	o.Uploads = []figures.UploadLine{{ID: 3, Name: "Diem 766 ngày 26-9-2026.xlsx", SHA256: "3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea",
		Account: "can-bo@example.vn", At: f.at, Accepted: true, Revision: 17}}
	for _, p := range f.provinces {
		o.Agencies = append(o.Agencies, figures.AgencyLink{ID: p.id, Name: p.short, Block: "Khối địa phương"})
	}
	return o, nil
}

func (f *fakeApp) version(id agency.ID) (agency.Version, bool) {
	for i, p := range f.provinces {
		if p.id == id {
			v := agency.Version{Agency: id, From: vi.NewDate(2025, 7, 1), To: vi.OpenTo, Name: p.name, Short: p.short, Level: agency.Province, Basis: "Nghị quyết 202/2025/QH15"}
			if i == 0 && f.rename != "" {
				v.Name, v.Short = f.rename, f.rename
			}
			return v, true
		}
	}
	return agency.Version{}, false
}

func (f *fakeApp) Agency(_ context.Context, q figures.AgencyQuery) (*figures.AgencyView, error) {
	id := q.Agency
	f.view = q.View
	v, ok := f.version(id)
	if !ok {
		return nil, fault.New(fault.NotFound, "Không có đơn vị %q.", string(id))
	}
	a := &figures.AgencyView{Agency: v, BlockTitle: "Khối địa phương", Versions: []agency.Version{v}, Revision: f.rev.Load(), AsOf: f.at,
		Predecessors: []figures.AgencyEdge{{ID: "P63-82", Name: "Tiền Giang", On: vi.NewDate(2025, 7, 1), Whole: true, Basis: "Nghị quyết 202/2025/QH15"},
			{ID: "P63-87", Name: "Đồng Tháp", On: vi.NewDate(2025, 7, 1), Whole: true, Basis: "Nghị quyết 202/2025/QH15"}}}
	d := f.definition()
	for _, source := range []kpi.System{kpi.DVCQG, kpi.Illustrative} {
		s := figures.Series{Definition: d, Source: source}
		for i, key := range []string{"2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"} {
			fig := kpi.Figure{State: kpi.Value, Num: vi.Some(vi.Int(int64(8000 + 211*i*(i%3)))), Den: vi.Some(vi.Int(10000))}
			if i == 1 {
				fig = kpi.Figure{State: kpi.NotApplicable}
			}
			pt := figures.Point{Observation: int64(3000 + i), Period: kpi.MustPeriod(key), Figure: fig, Revised: i == 3}
			if x, ok := fig.Rate(d); ok {
				pt.Value = vi.Some(x)
			}
			s.Points = append(s.Points, pt)
		}
		if source == kpi.DVCQG {
			s.Rank = &figures.SeriesRank{Block: "provinces", Rank: 30, Of: 34, Previous: 32, Gap: vi.Some(vi.NewDecimal(12, 2))}
		}
		a.Series = append(a.Series, s)
	}
	return a, nil
}

func (f *fakeApp) Evidence(_ context.Context, id int64, _ ledger.View) (*figures.Evidence, error) {
	if id > 9000 {
		return nil, fault.New(fault.NotFound, "Không có số liệu này.")
	}
	v, _ := f.version(f.provinces[0].id)
	line := figures.EvidenceLine{Observation: id, Revision: 17, At: f.at, Account: "can-bo@example.vn", Reason: "đính chính theo công văn " + f.rename, Note: f.rename,
		Figure: kpi.Figure{State: kpi.Value, Num: vi.Some(vi.Int(358660)), Den: vi.Some(vi.Int(405424))}, Value: vi.Some(vi.NewDecimal(8847, 2)),
		Upload: 3, File: "so-lieu-thang-10.xlsx" + f.rename, SHA256: "3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea", Sheet: "Biểu 1", Cell: "E7"}
	old := line
	old.Revision, old.Reason, old.Upload, old.File, old.SHA256, old.Cell = 12, "", 0, "", "", ""
	old.Figure = kpi.Figure{State: kpi.CensoredBelow, Bound: vi.Some(vi.Int(10))}
	old.Value = vi.NullDecimal{}
	return &figures.Evidence{Agency: v, Definition: f.definition(), Period: kpi.MustPeriod("2026-10-10"), Source: kpi.DVCQG, History: []figures.EvidenceLine{line, old}}, nil
}

func (f *fakeApp) SaveUpload(_ context.Context, r receive.Request) (int64, error) {
	f.saved = r
	return 1, f.saveErr
}

// Upload 1 waits, 2 has errors, 3 is accepted, 4 changes nothing; 1 is accepted once confirmed.
func (f *fakeApp) Upload(_ context.Context, id int64) (*receive.UploadView, error) {
	if id > 4 {
		return nil, fault.New(fault.NotFound, "Không có tệp này.")
	}
	if id == 4 {
		return f.unchanged(), nil
	}
	v := &receive.UploadView{UploadLine: figures.UploadLine{ID: id, Name: "Số liệu tháng 10" + f.rename + ".xlsx", Account: "may-cuc-bo", At: f.at,
		SHA256: "3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea"}, Period: "2026-10-10", Indicator: "CPS08", Source: kpi.Reported}
	v.Token = "seen"
	v.Result.Observations = receive.Counts{New: 230, Unchanged: 20, Superseded: 10}
	for i := range 260 {
		p := f.provinces[i%34]
		r := receive.RowResult{Sheet: "Biểu 1", Cell: fmt.Sprintf("E%d", i+7), Agency: string(p.id), AgencyName: p.short, Name: "Tỷ lệ hồ sơ giải quyết đúng hạn, trước hạn",
			Period: "2026-10-10", Value: vi.Some(vi.NewDecimal(int64(8000+i), 2)), Unit: "%", Decimals: 2, State: kpi.Value, Change: receive.ChangeNew}
		if i < 10 {
			r.Change, r.Before = receive.ChangeSuperseded, vi.Some(vi.NewDecimal(7711, 2))
			r.Numerator, r.Denominator = vi.Some(vi.Int(358660)), vi.Some(vi.Int(405424))
		}
		v.Result.Rows = append(v.Result.Rows, r)
	}
	v.Result.Findings = []check.Finding{{Severity: check.Warning, Sheet: "Biểu 1", Cell: "C9", Code: "alias", Message: "“TT Huế” được hiểu là Huế." + f.rename}}
	if id == 2 {
		v.Result.Findings = append(v.Result.Findings, check.Finding{Severity: check.Error, Sheet: "Biểu 1", Cell: "D12", Code: "number", Message: "“1.2x4” không phải là số. Hãy ghi dạng 1.234,5."},
			check.Finding{Severity: check.Error, Code: "empty", Message: "Không tìm thấy cột Kỳ báo cáo."},
			check.Finding{Severity: check.Error, Sheet: "Biểu 1", Cell: "F5", Code: check.SumMismatch, Message: "Không khớp: (3)=(4)+(5)+(6): C5 ghi 1.000, còn D5 700 + E5 270 + F5 40 = 1.010.", Changes: []check.Change{
				{Sheet: "Biểu 1", Cell: "F5", From: vi.Int(40), To: vi.Int(30), Proposed: true}, {Sheet: "Biểu 1", Cell: "C5", From: vi.Int(1000), To: vi.Int(1010)}}})
	}
	if id == 3 || (id == 1 && f.confirmed.Load()) {
		v.Accepted, v.Revision = true, 18
		v.Rankings = []figures.RankingLink{{Code: "CPS08", Name: "Tỷ lệ hồ sơ giải quyết đúng hạn, trước hạn", Period: kpi.MustPeriod("2026-10-10"), Block: "provinces", Source: kpi.Reported}}
	}
	return v, nil
}

func (f *fakeApp) ConfirmUpload(ctx context.Context, id int64, _, token string, said check.Explanations) (*receive.UploadView, error) {
	if f.token, f.said = token, said; f.conflict != nil {
		return nil, f.conflict
	}
	if id == 2 {
		return nil, fault.New(fault.Invalid, "Tệp còn lỗi nên không nhận được.")
	}
	f.confirmed.Store(true)
	f.rev.Add(1)
	return f.Upload(ctx, id)
}

func (f *fakeApp) UploadFile(_ context.Context, id int64) (string, []byte, error) {
	if id > 3 {
		return "", nil, fault.New(fault.NotFound, "Không có tệp này.")
	}
	return "Số liệu tháng 10.xlsx", []byte("PK\x03\x04"), nil
}

func (f *fakeApp) Template(_ context.Context, q receive.TemplateQuery) (string, []byte, error) {
	if q.Agency != "P34-82" {
		return "", nil, fault.New(fault.NotFound, "Không có đơn vị mang mã %q.", string(q.Agency))
	}
	return "bieu-mau.xlsx", fmt.Appendf(nil, "PK %s %s %s %v", q.Agency, q.Period, q.Pillar, q.Codes), nil
}

func (f *fakeApp) TemplateOptions(context.Context) (receive.TemplateOptions, error) {
	return receive.TemplateOptions{Periods: []ledger.Choice{{Code: "2026-Q3", Title: "Quý III năm 2026"}},
		Blocks:  []receive.TemplateBlock{{Title: "Khối địa phương", Agencies: []ledger.Choice{{Code: "P34-82", Title: "Tỉnh Đồng Tháp" + f.rename}}}},
		Pillars: []ledger.Choice{{Code: "chinh_phu_so", Title: "Chính phủ số"}, {Code: "kinh_te_so", Title: "Kinh tế số"}}}, nil
}

// MarkedFile finds nothing to mark in upload 3.
func (f *fakeApp) MarkedFile(_ context.Context, id int64) (string, []byte, error) {
	if id > 2 {
		return "", nil, fault.New(fault.NotFound, "Không có gì để đánh dấu.")
	}
	return "Số liệu tháng 10 (đã đánh dấu).xlsx", []byte("PK\x03\x04"), nil
}

func (f *fakeApp) Options(context.Context) (receive.UploadOptions, error) {
	return receive.UploadOptions{Periods: []ledger.Choice{{Code: "2026-Q3", Title: "Quý III năm 2026"}, {Code: "2026-10", Title: "Tháng 10 năm 2026"}},
		Indicators: []ledger.Choice{{Code: "CPS08", Title: "Tỷ lệ hồ sơ giải quyết đúng hạn, trước hạn"}},
		Sources:    []ledger.Choice{{Code: "reported", Title: "Đơn vị báo cáo", Selected: true}, {Code: "appraised", Title: "Thẩm định"}}}, nil
}

func (f *fakeApp) Report(_ context.Context, q publish.ReportQuery, w io.Writer) error {
	_, err := fmt.Fprintf(w, "PK %s %v %s %s", q.Period, q.Codes, q.Block, q.Source)
	return err
}

// MyTasks is asked for on every desk.
func (f *fakeApp) MyTasks(context.Context) (*tasks.List, error) {
	return &tasks.List{}, nil
}

// Overtaken is never true of the fake.
func (f *fakeApp) Overtaken() bool { return false }

// Desk: nobody of the fake owes a report.
func (f *fakeApp) Desk(context.Context) (*reporting.Desk, error) { return &reporting.Desk{}, nil }
