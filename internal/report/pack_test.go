package report_test

import (
	"fmt"
	"time"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/report"
	"chiso/internal/vi"
)

func dec(s string) vi.Decimal {
	d, err := vi.ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return d
}

func some(s string) vi.NullDecimal { return vi.Some(dec(s)) }

var provinces = []string{"Hà Nội", "Huế", "Lai Châu", "Điện Biên", "Sơn La", "Lạng Sơn", "Quảng Ninh", "Thanh Hóa", "Nghệ An",
	"Hà Tĩnh", "Cao Bằng", "Tuyên Quang", "Lào Cai", "Thái Nguyên", "Phú Thọ", "Bắc Ninh", "Hưng Yên", "Hải Phòng", "Ninh Bình",
	"Quảng Trị", "Đà Nẵng", "Quảng Ngãi", "Gia Lai", "Khánh Hòa", "Lâm Đồng", "Đắk Lắk", "Thành phố Hồ Chí Minh", "Đồng Nai",
	"Tây Ninh", "Cần Thơ", "Vĩnh Long", "Đồng Tháp", "Cà Mau", "An Giang"}

// evil are texts that must stay texts.
var evil = []string{"=1+1", "+84 24 1234", "-5", "@SUM(A1)", "\t=2", `=HYPERLINK("http://x","y")`}

func onTime() ranking.Table {
	def := &kpi.Definition{ID: 7, Indicator: kpi.Indicator{Code: "CPS34", Kind: kpi.Ratio, Direction: kpi.Higher},
		From: 20250701, To: vi.OpenTo, Name: "Tỷ lệ hồ sơ thủ tục hành chính được giải quyết đúng hạn",
		Numerator: "Số hồ sơ giải quyết đúng hạn và trước hạn", Denominator: "Tổng số hồ sơ đã giải quyết trong kỳ", Unit: "%",
		Decimals: 2, Accumulation: kpi.YearToDate, MinN: some("10"), Basis: "Quyết định số 766/QĐ-TTg ngày 23/6/2022"}
	last := kpi.MustPeriod("2026-09-26")
	t := ranking.Table{Code: "CPS34", Name: def.Name, Unit: "%", Decimals: 2, Direction: kpi.Higher, Definition: def,
		Period: kpi.MustPeriod("2026-10-10"), Block: agency.Block{Code: "provinces", Name: "Khối địa phương"}, Source: kpi.DVCQG,
		Origins: []string{"dichvucong.gov.vn"}, Revision: 12,
		Pooled: ranking.Pooled{Scope: "Chung khối địa phương, 33/34", Value: some("86.64"), Num: some("8664000"), Den: some("10000000"),
			Method: ranking.RatioOfSums, Covered: 33, Expected: 34},
		Published: &ranking.Published{Agency: "VN", Scope: "Cả nước", Value: dec("87.1"), Source: "Báo cáo của Văn phòng Chính phủ"},
		Target:    &kpi.Target{Indicator: "CPS34", Scope: "all", Year: 2026, Value: dec("95"), Unit: "%", Act: "Nghị quyết số 71/NQ-CP"},
		Previous:  ranking.Previous{Period: &last},
		NotRanked: []ranking.NotRanked{{Agency: "T34", Name: provinces[33], Reason: ranking.BelowMinN, Detail: "6 hồ sơ, dưới mức tối thiểu 10"}}}
	for i, name := range provinces[:33] {
		n := int64(9910 - 143*i)
		r := ranking.Row{Rank: i + 1, Agency: agency.ID(fmt.Sprintf("T%02d", i+1)), Name: name, Value: vi.Some(vi.NewDecimal(n, 2)),
			Num: vi.Some(vi.Int(n * 13)), Den: vi.Some(vi.Int(130000)), PreviousRank: i + 1 + (i*7)%5 - 2}
		if i > 0 {
			r.Gap = some("1.43")
		}
		t.Rows = append(t.Rows, r)
	}
	t.Rows[0].PreviousRank = 0
	t.Rows[4].Num, t.Rows[4].Den, t.Rows[4].Bare = vi.NullDecimal{}, vi.NullDecimal{}, true
	t.Rows[5].Qualifiers = kpi.Rounded | kpi.Provisional
	t.Rows[9].PublishedRank = 11
	return t
}

// longer returns onTime with so many ranked and not ranked agencies.
func longer(rows, notRanked int) ranking.Table {
	t := onTime()
	t.Rows, t.NotRanked = nil, nil
	for i := range rows {
		r := onTime().Rows[i%33]
		r.Rank, r.Name = i+1, provinces[i%len(provinces)]
		t.Rows = append(t.Rows, r)
	}
	for i := range notRanked {
		t.NotRanked = append(t.NotRanked, ranking.NotRanked{Name: provinces[i], Reason: ranking.BelowMinN, Detail: "6 hồ sơ, dưới mức tối thiểu 10"})
	}
	return t
}

func total766() ranking.Table {
	card := &ranking.Scorecard{ID: 1, Code: "Q766", Version: "2026", Name: "Bộ chỉ số phục vụ người dân, doanh nghiệp", Decimals: 2,
		Basis: "Quyết định số 766/QĐ-TTg", Components: []ranking.Component{
			{Code: "Q766_0", Max: dec("100"), Rule: ranking.SumRule, OnMissing: ranking.Incomplete},
			{Code: "Q766_1", Parent: "Q766_0", Max: dec("18"), Rule: ranking.CappedLinear, Cap: some("80"), OnMissing: ranking.Zero}}}
	t := ranking.Table{Code: "Q766_0", Name: "Điểm tổng hợp 766", Unit: "điểm (tối đa 100)", Decimals: 2, Direction: kpi.Higher,
		Scorecard: card, Period: kpi.MustPeriod("2026-Q3"), Block: agency.Block{Code: "provinces", Name: "Khối địa phương"},
		Source: kpi.Illustrative, Previous: ranking.Previous{None: "Chưa có số liệu kỳ trước."}}
	for i, name := range provinces[:4] {
		t.Rows = append(t.Rows, ranking.Row{Rank: i + 1, Agency: agency.ID(name), Name: name, Value: vi.Some(vi.NewDecimal(int64(9000-400*i), 2))})
	}
	t.Rows[2].Rank, t.Rows[2].Value, t.Rows[2].Zeroed = 2, t.Rows[1].Value, []string{"Q766_1"}
	t.Rows[3].Value = vi.NullDecimal{}
	return t
}

func samplePack() report.Pack {
	p := report.Pack{Title: "Kết quả thực hiện các chỉ tiêu chuyển đổi số", Issuer: "Văn phòng Chính phủ", Appendix: "I",
		Period: kpi.MustPeriod("2026-Q3"), DataFrom: 20260615, DataTo: 20260914,
		AsOf: time.Date(2026, 10, 10, 22, 5, 6, 7000, time.UTC), Revision: 12, Program: "0.1.0",
		Tables: []ranking.Table{onTime(), total766()}}
	for i, name := range provinces[:6] {
		p.Details = append(p.Details, report.Detail{Agency: fmt.Sprintf("T%02d", i+1), Name: name, Indicator: "CPS34",
			IndicatorName: "Tỷ lệ hồ sơ đúng hạn", Unit: "%", Decimals: 2, Period: "2026-10-10", Num: vi.Some(vi.Int(int64(1000 + i))),
			Den: some("2000"), Value: some("50.05"), State: kpi.Value, Source: kpi.DVCQG.Title(), SourceNo: 1, Remarks: evil[i],
			Sheet: "Biểu 1", Cell: fmt.Sprintf("D%d", i+5), Revision: 12})
	}
	p.Details[5].State, p.Details[5].Num, p.Details[5].Den, p.Details[5].Value = kpi.NotApplicable, vi.NullDecimal{}, vi.NullDecimal{}, vi.NullDecimal{}
	p.Details[3].Num, p.Details[3].Source = some("12.5"), kpi.Illustrative.Title()
	p.Sources = []report.SourceNote{{System: "Cổng Dịch vụ công quốc gia", Origin: "dichvucong.gov.vn", File: "bao-cao-quy-III.xlsx",
		SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", At: time.Date(2026, 10, 10, 3, 0, 0, 0, time.UTC), Figures: 34}}
	return p
}
