package store_test

import (
	"chiso/internal/agency"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// sample returns a small catalogue with every kind of row, in the order in which it is read back.
func sample() store.Catalogue {
	merger := vi.NewDate(2025, 7, 1)
	version := func(id agency.ID, name string, order int, from, to vi.Date) agency.Version {
		return agency.Version{Agency: id, From: from, To: to, Name: name, Short: name, Kind: "tinh", Level: agency.Province,
			Parent: agency.Nation, Basis: "202/2025/QH15", Verified: "yes", Note: "", Order: order}
	}
	nation := version(agency.Nation, "Việt Nam", 0, vi.OpenFrom, vi.OpenTo)
	nation.Level, nation.Kind, nation.Parent = agency.National, "national", ""
	// The same order for two: only the id then says who is first, and in byte order a-10 < a-2 < b.
	a := agency.Data{
		Versions: []agency.Version{
			nation,
			version("a-10", "Thành phố Đà Nẵng", 1, vi.OpenFrom, vi.OpenTo),
			version("a-2", "Tỉnh Sơn La", 1, vi.OpenFrom, vi.OpenTo),
			version("B", "Tỉnh Quảng Nam", 2, vi.OpenFrom, merger.AddDays(-1)),
			version("b", "Tỉnh Đồng Nai", 3, vi.OpenFrom, merger.AddDays(-1)),
			version("b", "Tỉnh Đồng Nai (mới)", 3, merger, vi.OpenTo),
		},
		Codes: []agency.Code{
			{System: "GSO", Code: "14", From: vi.OpenFrom, To: vi.OpenTo, Agency: "a-2", Verified: "yes"},
			{System: "GSO", Code: "48", From: vi.OpenFrom, To: vi.OpenTo, Agency: "a-10", Verified: "partly"},
		},
		Aliases: []agency.Alias{
			{Text: "Da Nang", Agency: "a-10", From: vi.OpenFrom, To: vi.OpenTo, Kind: "manual", Note: "không dấu"},
			{Text: "Đà Nẵng", Agency: "a-10", From: vi.OpenFrom, To: vi.OpenTo, Kind: "manual"},
		},
		Successions: []agency.Succession{{Pred: "B", Succ: "a-10", On: merger, Extent: agency.Whole, Basis: "1659/NQ-UBTVQH15", Verified: "yes"}},
		Blocks: []agency.Block{
			{Code: "provinces", Name: "Khối địa phương", Owner: agency.Nation, Level: agency.Province},
			{Code: "special", Name: "Đơn vị đặc thù", Owner: agency.Nation, Level: agency.Ministry, Special: true},
			{Code: "all", Name: "Tất cả", Owner: agency.Nation, Union: []string{"provinces", "special"}},
		},
		Members: []agency.Member{
			{Block: "provinces", Agency: "B", From: vi.OpenFrom, To: merger.AddDays(-1), Basis: "NQ", Verified: "yes"},
			{Block: "provinces", Agency: "a-10", From: vi.OpenFrom, To: vi.OpenTo, Basis: "NQ", Verified: "yes"},
			{Block: "provinces", Agency: "a-2", From: vi.OpenFrom, To: vi.OpenTo, Basis: "NQ", Verified: "yes"},
			{Block: "provinces", Agency: "b", From: vi.OpenFrom, To: vi.OpenTo, Basis: "NQ", Verified: "yes"},
		},
	}
	return store.Catalogue{Agencies: a, Definitions: sampleDefinitions(), Targets: []kpi.Target{
		{Indicator: "ONLINE", Scope: "", Year: 0, Value: vi.Int(0), Unit: "%", Act: "không thời hạn"}, // zeroes in its key
		{Indicator: "ONLINE", Scope: "all", Year: 2025, Value: vi.Int(80), Unit: "%", Act: "NQ 57", Verified: "yes"},
		{Indicator: "ONLINE", Scope: "all", Year: 2026, Value: dec("86.64").Decimal, Unit: "%", Act: "NQ 57", Verified: "yes"},
	}, Scorecards: sampleScorecards(), Regimes: []filing.Regime{
		{Code: "CDS_Q", From: vi.OpenFrom, To: vi.OpenTo, Name: "Báo cáo quý", Owner: agency.Nation, Kind: filing.Periodic, Frequency: kpi.Quarter,
			Cutoff: filing.Decree09, Due: "working_days:2", Blocks: []string{"provinces", "special"}, Outline: []string{"Kết quả", "Kiến nghị"}, Basis: "NĐ 09", Verified: "yes"},
		{Code: "DX", From: vi.OpenFrom, To: vi.OpenTo, Name: "Đột xuất", Owner: agency.Nation, Kind: filing.AdHoc, Cutoff: filing.Free},
	}, Forms: []filing.Form{
		{Regime: "CDS_Q", Code: "01", Name: "Chính phủ số", From: vi.OpenFrom, To: vi.NewDate(2026, 3, 31), Items: []filing.Item{
			{Indicator: "ONLINE", Order: 1, Input: filing.Parts}, {Indicator: "DOCS", Order: 2, Optional: true}}},
		{Regime: "CDS_Q", Code: "01", Name: "Chính phủ số (mới)", From: vi.NewDate(2026, 4, 1), To: vi.OpenTo, Basis: "CV 12", Items: []filing.Item{{Indicator: "ONLINE", Order: 1}}},
	}, Identities: []kpi.Identity{{Code: "X", Rule: kpi.Adds, Total: "A", Parts: []string{"B", "C"}, From: 20240101, To: vi.OpenTo, Tolerance: vi.NewDecimal(3, 2), Basis: "NĐ"}}, Holidays: []filing.SpecialDay{
		{Day: 20260101, Kind: filing.Holiday, Name: "Tết Dương lịch", Basis: "BLLĐ", Verified: "yes"},
		{Day: 20260110, Kind: filing.SwapWork, Name: "Làm bù"},
	}, Bodies: []filing.Body{
		{Role: filing.CommitteeBody, Owner: agency.Nation, From: vi.OpenFrom, To: 20250312, Name: "Ủy ban Quốc gia", Basis: "QĐ 1619"},
		{Role: filing.CommitteeBody, Owner: agency.Nation, From: 20250313, To: vi.OpenTo, Name: "Ban Chỉ đạo", Short: "BCĐ", Basis: "QĐ 598", Verified: "yes"},
		{Role: filing.OfficeBody, Owner: agency.Nation, Scope: "de_an_06", From: vi.OpenFrom, To: vi.OpenTo, Name: "Bộ Công an", Agency: "a-2"},
	}}
}

func sampleDefinitions() []kpi.Definition {
	definition := func(code string, kind kpi.Kind, from, to vi.Date) kpi.Definition {
		return kpi.Definition{Indicator: kpi.Indicator{Code: code, Kind: kind, Direction: kpi.Higher, Pillar: "chinh_phu_so"},
			From: from, To: to, Name: "Chỉ tiêu " + code, Unit: "%", Decimals: 2, Accumulation: kpi.InPeriod, Frequency: "quarterly",
			Reporter: "both", RankingSource: kpi.Reported, Basis: "766/QĐ-TTg", Verified: "yes", Note: "ghi chú"}
	}
	online := definition("ONLINE", kpi.Ratio, vi.OpenFrom, vi.OpenTo)
	online.Numerator, online.Denominator, online.Subset, online.MinN = "hồ sơ trực tuyến", "tổng hồ sơ", kpi.SubsetYes, vi.Some(vi.Int(10))
	online.NameEN = "Online share"
	return []kpi.Definition{
		online,
		definition("DOCS", kpi.Count, vi.OpenFrom, vi.NewDate(2025, 12, 31)),
		definition("DOCS", kpi.Count, vi.NewDate(2026, 1, 1), vi.OpenTo), // a new definition of the same indicator
		definition("Q", kpi.Score, vi.OpenFrom, vi.OpenTo),
		definition("QA", kpi.Score, vi.OpenFrom, vi.OpenTo),
		definition("QB", kpi.Ratio, vi.OpenFrom, vi.OpenTo),
		definition("QC", kpi.Score, vi.OpenFrom, vi.OpenTo),
	}
}

func sampleScorecards() []ranking.Scorecard {
	return []ranking.Scorecard{{Code: "Q", Version: "2026", Name: "Bộ chỉ số", From: vi.NewDate(2026, 1, 1), To: vi.OpenTo, Block: "provinces",
		Decimals: 2, RoundOrder: ranking.RoundThenSum, Silence: ranking.Last, Basis: "766/QĐ-TTg", Components: []ranking.Component{
			{Code: "Q", Max: vi.Int(100), Rule: ranking.SumRule, OnMissing: ranking.Incomplete},
			{Code: "QA", Parent: "Q", Max: vi.Int(40), Weight: dec("0.5"), Rule: ranking.Passthrough, OnMissing: ranking.Incomplete},
			{Code: "QB", Parent: "Q", Max: vi.Int(40), Rule: ranking.CappedLinear, Cap: vi.Some(vi.Int(80)), OnMissing: ranking.Incomplete},
			{Code: "QC", Parent: "Q", Max: dec("20.25").Decimal, Rule: ranking.Passthrough, OnMissing: ranking.Zero},
		}}}
}
