package intake_test

import (
	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

const day0, merger = vi.OpenFrom, vi.Date(20250701)

// directory is a small copy of what the merger of 01/07/2025 did to names and codes.
func directory() *agency.Directory {
	province := func(id agency.ID, name, short string, kind agency.Kind, from, to vi.Date) agency.Version {
		return agency.Version{Agency: id, Name: name, Short: short, Kind: kind, Level: agency.Province, Parent: "VN", From: from, To: to}
	}
	d := agency.Data{
		Versions: []agency.Version{
			{Agency: "VN", Name: "Cả nước", Short: "Cả nước", Kind: "national", Level: agency.National, From: day0, To: vi.OpenTo},
			province("P-01", "Thành phố Hà Nội", "Hà Nội", "tp_tttw", day0, vi.OpenTo),
			province("P-46", "Tỉnh Thừa Thiên Huế", "Thừa Thiên Huế", "tinh", day0, 20241231),
			province("P-46", "Thành phố Huế", "Huế", "tp_tttw", 20250101, vi.OpenTo),
			province("P63-24", "Tỉnh Bắc Giang", "Bắc Giang", "tinh", day0, 20250630),
			province("P63-27", "Tỉnh Bắc Ninh", "Bắc Ninh", "tinh", day0, 20250630),
			province("P34-24", "Tỉnh Bắc Ninh", "Bắc Ninh", "tinh", merger, vi.OpenTo),
			province("P34-80", "Tỉnh Tây Ninh", "Tây Ninh", "tinh", merger, vi.OpenTo),
			province("P34-82", "Tỉnh Đồng Tháp", "Đồng Tháp", "tinh", merger, vi.OpenTo),
			province("P-48", "Thành phố Đà Nẵng", "Đà Nẵng", "tp_tttw", day0, vi.OpenTo),
			province("P-79", "Thành phố Hồ Chí Minh", "TP. Hồ Chí Minh", "tp_tttw", day0, vi.OpenTo),
			{Agency: "BYT", Name: "Bộ Y tế", Short: "Bộ Y tế", Kind: "bo", Level: agency.Ministry, Parent: "VN", From: day0, To: vi.OpenTo},
			{Agency: "NHNN", Name: "Ngân hàng Nhà nước Việt Nam", Short: "NHNN", Kind: "co_quan_ngang_bo", Level: agency.Ministry, Parent: "VN", From: day0, To: vi.OpenTo},
		},
		Codes: []agency.Code{
			{System: "GSO", Code: "24", From: day0, To: 20250630, Agency: "P63-24"},
			{System: "GSO", Code: "24", From: merger, To: vi.OpenTo, Agency: "P34-24"},
			{System: "GSO", Code: "01", From: day0, To: vi.OpenTo, Agency: "P-01"},
			{System: "GSO", Code: "27", From: day0, To: 20250630, Agency: "P63-27"},
		},
		Aliases: []agency.Alias{
			{Text: "Thừa Thiên-Huế", Agency: "P-46", From: day0, To: vi.OpenTo},
			{Text: "TP.HCM", Agency: "P-79", From: day0, To: vi.OpenTo},
			{Text: "Toàn quốc", Agency: "VN", From: day0, To: vi.OpenTo},
			{Text: "Bộ Ba", Agency: "BYT", From: day0, To: vi.OpenTo},
			{Text: "Bộ Ba", Agency: "NHNN", From: day0, To: vi.OpenTo},
		},
		Successions: []agency.Succession{
			{Pred: "P63-24", Succ: "P34-24", On: merger, Extent: agency.Whole},
			{Pred: "P63-27", Succ: "P34-24", On: merger, Extent: agency.Whole},
		},
	}
	for i := range d.Versions {
		d.Versions[i].Order = i
	}
	return agency.NewDirectory(d)
}

// catalogue holds one indicator of each kind.
func catalogue() *kpi.Catalogue {
	def := func(id int64, code string, kind kpi.Kind, name, num, den, unit string, decimals int, subset kpi.Subset) kpi.Definition {
		return kpi.Definition{ID: id, Indicator: kpi.Indicator{ID: id, Code: code, Kind: kind, Direction: kpi.Higher}, From: day0, To: vi.OpenTo,
			Name: name, Numerator: num, Denominator: den, Unit: unit, Decimals: decimals, Subset: subset, Accumulation: kpi.InPeriod}
	}
	defs := []kpi.Definition{
		def(1, "CPS01", kpi.Ratio, "Tỷ lệ hồ sơ trực tuyến toàn trình", "Số hồ sơ trực tuyến toàn trình trong kỳ", "Tổng số hồ sơ giải quyết", "%", 2, kpi.SubsetYes),
		def(2, "CPS08", kpi.Ratio, "Tỷ lệ hồ sơ đúng hạn", "Hồ sơ đúng hạn", "Tổng hồ sơ tiếp nhận", "%", 2, kpi.SubsetYes),
		def(3, "CPS09", kpi.Ratio, "Tỷ lệ số hóa hồ sơ", "Hồ sơ số hóa", "Tổng hồ sơ tiếp nhận", "%", 2, kpi.SubsetNo),
		def(4, "CPS20A", kpi.Count, "Số cơ sở dữ liệu mới", "", "", "CSDL", 0, ""),
		def(5, "KTS15", kpi.Money, "Doanh thu công nghiệp số", "", "", "tỷ đồng", 1, ""),
		def(6, "DTI_P", kpi.Score, "Chỉ số DTI cấp tỉnh", "", "", "0-1", 4, ""),
		def(7, "NQ71_11", kpi.YesNo, "Đã ban hành kế hoạch", "", "", "có/không", 0, ""),
		def(8, "KTS01", kpi.Ratio, "Tỷ trọng kinh tế số", "Giá trị tăng thêm kinh tế số", "GDP/GRDP", "%", 2, kpi.SubsetYes),
		def(9, "OLD01", kpi.Count, "Chỉ tiêu cũ", "", "", "hồ sơ", 0, ""),
		def(10, "TWIN_A", kpi.Count, "Số tài khoản", "", "", "tài khoản", 0, ""),
		def(11, "TWIN_B", kpi.Count, "Số tài khoản", "", "", "tài khoản", 0, ""),
		def(12, "RANK1", kpi.Place, "Hạng chính phủ điện tử", "", "", "hạng/193", 0, ""),
	}
	defs[8].To = 20241231
	return kpi.NewCatalogue(defs, nil)
}
