package web_test

import (
	"fmt"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// scorecard is the 766 total made of its components: no observation of its own, one component counted as 0.
func (f *fakeApp) scorecard() *ranking.Table {
	t := f.scores()
	t.Code, t.Definition, t.Components = "Q766", nil, map[string]string{"Q766_5": "766 - Mức độ hài lòng"}
	t.Scorecard = &ranking.Scorecard{Code: "Q766", Version: "2026-portal", Name: "Bộ chỉ số 766", Silence: ranking.Unranked,
		Components: []ranking.Component{{Code: "Q766_0"}, {Code: "Q766_5", Parent: "Q766_0", Rule: ranking.Passthrough}}}
	for i := range t.Rows {
		t.Rows[i].Observation = 0
	}
	t.Rows[2].Zeroed = []string{"Q766_5"}
	return t
}

// answers is a yes/no question that all but four say yes to; the nation has a count.
func (f *fakeApp) answers() *ranking.Table {
	d := &kpi.Definition{ID: 21, Indicator: kpi.Indicator{Code: "YESNO", Kind: kpi.YesNo, Direction: kpi.Higher}, Name: "Đã ban hành chính sách miễn, giảm phí",
		Unit: "tỉnh", Accumulation: kpi.Point, RankingSource: kpi.Reported}
	t := &ranking.Table{Code: d.Indicator.Code, Name: d.Name, Unit: d.Unit, Direction: kpi.Higher, Definition: d, Period: kpi.MustPeriod("2026-Q2"),
		Block: f.block(), Source: kpi.Reported, AsOf: f.at, Previous: ranking.Previous{None: "Chưa có kỳ trước của cùng nguồn."},
		Pooled:    ranking.Pooled{Method: ranking.NotPooled},
		Published: &ranking.Published{Agency: agency.Nation, Scope: "Cả nước", Value: vi.Int(56), Source: "github:somebody/copy-of-a-paper (year to date).txt"}}
	for i, p := range f.provinces {
		r := ranking.Row{Rank: 1, Agency: p.id, Name: p.short, Value: vi.Some(vi.Int(1)), Observation: int64(4000 + i)}
		if i >= 30 {
			r.Rank, r.Value, r.Gap = 31, vi.Some(vi.Int(0)), vi.Some(vi.Int(1))
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// silent has figures from the portal only.
func (f *fakeApp) silent(source kpi.System) *figures.RankingView {
	t := f.onTime(source)
	t.Code, t.Pooled = "SILENT", ranking.Pooled{Method: ranking.NotPooled}
	if source == kpi.Reported {
		t.Rows, t.NotRanked = nil, nil
		for _, p := range f.provinces {
			t.NotRanked = append(t.NotRanked, ranking.NotRanked{Agency: p.id, Name: p.short, Reason: ranking.NotReported})
		}
	}
	v := &figures.RankingView{Table: t}
	v.Choices.Periods = []ledger.Choice{{Code: t.Period.Key, Title: t.Period.Title(), Selected: true}}
	v.Choices.Blocks = []ledger.Choice{{Code: "provinces", Title: "Khối địa phương", Selected: true}}
	for _, s := range []kpi.System{kpi.Reported, kpi.DVCQG, kpi.Illustrative} {
		if s != kpi.Reported || source == s {
			v.Choices.Sources = append(v.Choices.Sources, ledger.Choice{Code: string(s), Title: s.Title(), Selected: source == s})
		}
	}
	return v
}

// old is a table of 63 provinces.
func (f *fakeApp) old() *ranking.Table {
	t := f.onTime(kpi.DVCQG)
	t.Code = "CPS08-63"
	for i := 0; len(t.Rows) < 62; i++ {
		r := t.Rows[i]
		r.Agency, r.Name = agency.ID(fmt.Sprintf("P63-%d", i)), r.Name+" cũ"
		t.Rows = append(t.Rows, r)
	}
	rank(t)
	return t
}

// unchanged is a file whose figures are all there already.
func (f *fakeApp) unchanged() *receive.UploadView {
	v := &receive.UploadView{UploadLine: figures.UploadLine{ID: 4, Name: "Nộp lại.xlsx", Account: "can-bo@example.vn", At: f.at, SHA256: "3f79bb7b435b05321651daefd374cdc6"},
		Source: kpi.Reported, Token: "same"}
	v.Result.Observations.Unchanged = 1
	v.Result.Rows = []receive.RowResult{{Cell: "B2", Agency: "P34-82", AgencyName: "Đồng Tháp", Indicator: "YESNO", Name: "Đã ban hành chính sách", Period: "2026-Q3",
		Kind: kpi.YesNo, Unit: "tỉnh", Value: vi.Some(vi.Int(1)), State: kpi.Value, Change: receive.ChangeUnchanged}}
	v.Rankings = []figures.RankingLink{{Code: "YESNO", Name: "Đã ban hành chính sách", Period: kpi.MustPeriod("2026-Q3"), Block: "provinces", Source: kpi.Reported}}
	return v
}
