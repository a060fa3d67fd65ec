package agency_test

import (
	"cmp"

	"chiso/internal/agency"
	"chiso/internal/vi"
)

// The days on which the map changed.
const (
	hue       vi.Date = 20250101 // Nghị quyết 175/2024/QH15
	ministry  vi.Date = 20250301 // Nghị quyết 176/2025/QH15
	merger    vi.Date = 20250701 // Nghị quyết 202/2025/QH15, codes by Quyết định 19/2025/QĐ-TTg
	quangNinh vi.Date = 20260901 // Nghị quyết 36/2026/QH16
)

// catalogue is a small one with every trap of the real one: a code that moves to another province,
// names that go on with another extent, a province that becomes a city, a body that is renamed.
func catalogue() agency.Data {
	var d agency.Data
	add := func(id agency.ID, from, to vi.Date, name, short string, kind agency.Kind, level agency.Level, code string) {
		from, to = cmp.Or(from, vi.OpenFrom), cmp.Or(to, vi.OpenTo)
		parent := agency.Nation
		if id == agency.Nation {
			parent = ""
		}
		d.Versions = append(d.Versions, agency.Version{Agency: id, From: from, To: to, Name: name, Short: short,
			Kind: kind, Level: level, Parent: parent, Order: len(d.Versions)})
		if code != "" {
			d.Codes = append(d.Codes, agency.Code{System: "GSO", Code: code, From: from, To: to, Agency: id})
		}
	}
	before := merger.AddDays(-1)
	add("VN", 0, 0, "Cả nước", "Cả nước", "national", agency.National, "")
	add("P-01", 0, 0, "Thành phố Hà Nội", "Hà Nội", "tp_tttw", agency.Province, "01")
	add("P63-10", 0, before, "Tỉnh Lào Cai", "Lào Cai", "tinh", agency.Province, "10")
	add("P63-15", 0, before, "Tỉnh Yên Bái", "Yên Bái", "tinh", agency.Province, "15")
	add("P-22", 0, quangNinh.AddDays(-1), "Tỉnh Quảng Ninh", "Quảng Ninh", "tinh", agency.Province, "22")
	add("P-22", quangNinh, 0, "Thành phố Quảng Ninh", "Quảng Ninh", "tp_tttw", agency.Province, "22")
	add("P-46", 0, hue.AddDays(-1), "Tỉnh Thừa Thiên Huế", "Thừa Thiên Huế", "tinh", agency.Province, "46")
	add("P-46", hue, 0, "Thành phố Huế", "Huế", "tp_tttw", agency.Province, "46")
	add("P63-48", 0, before, "Thành phố Đà Nẵng", "Đà Nẵng", "tp_tttw", agency.Province, "48")
	add("P63-49", 0, before, "Tỉnh Quảng Nam", "Quảng Nam", "tinh", agency.Province, "49")
	add("P63-77", 0, before, "Tỉnh Bà Rịa - Vũng Tàu", "Bà Rịa - Vũng Tàu", "tinh", agency.Province, "77")
	add("P63-79", 0, before, "Thành phố Hồ Chí Minh", "Hồ Chí Minh", "tp_tttw", agency.Province, "79")
	add("P34-15", merger, 0, "Tỉnh Lào Cai", "Lào Cai", "tinh", agency.Province, "15")
	add("P34-48", merger, 0, "Thành phố Đà Nẵng", "Đà Nẵng", "tp_tttw", agency.Province, "48")
	add("P34-79", merger, 0, "Thành phố Hồ Chí Minh", "Hồ Chí Minh", "tp_tttw", agency.Province, "79")
	add("BYT", 0, 0, "Bộ Y tế", "BYT", "bo", agency.Ministry, "")
	add("BCA", 0, 0, "Bộ Công an", "BCA", "bo", agency.Ministry, "")
	add("BTC-2025", 0, ministry.AddDays(-1), "Bộ Tài chính", "BTC", "bo", agency.Ministry, "")
	add("BKHDT-2025", 0, ministry.AddDays(-1), "Bộ Kế hoạch và Đầu tư", "BKHĐT", "bo", agency.Ministry, "")
	add("BTC", ministry, 0, "Bộ Tài chính", "BTC", "bo", agency.Ministry, "")
	add("AGG:provinces", 0, 0, "Các tỉnh, thành phố", "Địa phương", "aggregate", agency.Aggregate, "")

	alias := func(text string, id agency.ID, from, to vi.Date) {
		d.Aliases = append(d.Aliases, agency.Alias{Text: text, Agency: id, From: cmp.Or(from, vi.OpenFrom), To: cmp.Or(to, vi.OpenTo)})
	}
	alias("UBND tỉnh Quảng Ninh", "P-22", 0, 0) // the portal still printed it on 17/09/2026
	alias("Tỉnh Huế", "P-46", 0, 0)
	alias("Thừa Thiên Huế", "P-46", hue, 0)
	alias("TP.HCM", "P63-79", 0, before)
	alias("TP.HCM", "P34-79", merger, 0)
	alias("Sài Gòn", "P63-79", 0, 0) // written down for longer than the agency lived

	d.Successions = []agency.Succession{
		{Pred: "P63-10", Succ: "P34-15", On: merger, Extent: agency.Whole},
		{Pred: "P63-15", Succ: "P34-15", On: merger, Extent: agency.Whole},
		{Pred: "P63-48", Succ: "P34-48", On: merger, Extent: agency.Whole},
		{Pred: "P63-49", Succ: "P34-48", On: merger, Extent: agency.Whole},
		{Pred: "P63-77", Succ: "P34-79", On: merger, Extent: agency.Whole},
		{Pred: "P63-79", Succ: "P34-79", On: merger, Extent: agency.Whole},
		{Pred: "BTC-2025", Succ: "BTC", On: ministry, Extent: agency.Whole},
		{Pred: "BKHDT-2025", Succ: "BTC", On: ministry, Extent: agency.Whole},
	}

	d.Blocks = []agency.Block{
		{Code: "provinces", Name: "Khối địa phương", Owner: "VN", Level: agency.Province},
		{Code: "cities", Name: "Khối thành phố", Owner: "P-01", Level: agency.Province},
		{Code: "services", Name: "Bộ có dịch vụ công", Owner: "VN", Level: agency.Ministry},
		{Code: "special", Name: "Bộ đặc thù", Owner: "VN", Level: agency.Ministry, Special: true},
		{Code: "ministries", Name: "Khối bộ, ngành", Owner: "VN", Level: agency.Ministry, Union: []string{"services", "special"}},
	}
	member := func(block string, id agency.ID, from, to vi.Date) {
		d.Members = append(d.Members, agency.Member{Block: block, Agency: id, From: cmp.Or(from, vi.OpenFrom), To: cmp.Or(to, vi.OpenTo)})
	}
	for _, v := range d.Versions {
		switch {
		case v.Level == agency.Province:
			member("provinces", v.Agency, v.From, v.To)
		case v.Agency == "BCA":
			member("special", v.Agency, 0, 0)
		case v.Level == agency.Ministry:
			member("services", v.Agency, v.From, v.To)
		}
	}
	member("cities", "P-01", 0, 0) // in another owner's block too
	return d
}
