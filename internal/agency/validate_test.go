package agency_test

import (
	"fmt"
	"strings"
	"testing"

	"chiso/internal/agency"
	"chiso/internal/vi"
)

func TestValidate_GoodCatalogue(t *testing.T) {
	for _, err := range agency.Validate(catalogue()) {
		t.Error(err)
	}
	for _, err := range agency.Validate(agency.Data{}) {
		t.Errorf("empty catalogue: %v", err)
	}
}

func TestValidate_FindsEachFault(t *testing.T) {
	version := func(id agency.ID, from, to vi.Date, parent agency.ID) agency.Version {
		return agency.Version{Agency: id, From: from, To: to, Name: "Tỉnh " + string(id), Short: string(id), Kind: "tinh", Level: agency.Province, Parent: parent}
	}
	for _, tt := range []struct {
		name  string
		plant func(*agency.Data)
		want  string
	}{
		{"version without a name", func(d *agency.Data) { d.Versions[1].Name = "" }, `Đơn vị "P-01" cần mã, tên`},
		{"version ends before it starts", func(d *agency.Data) { d.Versions = append(d.Versions, version("X", 20250101, 20240101, "VN")) }, "Ngày bắt đầu ngày 01/01/2025 sau ngày kết thúc ngày 01/01/2024"},
		{"versions overlap", func(d *agency.Data) { d.Versions = append(d.Versions, version("P-22", 20260801, 20260831, "VN")) }, "P-22 có hai phiên bản cùng hiệu lực ngày 01/08/2026"},
		{"versions overlap over a third", func(d *agency.Data) {
			d.Versions = append(d.Versions, version("X", vi.OpenFrom, vi.OpenTo, "VN"), version("X", 20240101, 20240131, "VN"), version("X", 20250101, 20250131, "VN"))
		}, "X có hai phiên bản cùng hiệu lực ngày 01/01/2025"},
		{"parent does not exist", func(d *agency.Data) { d.Versions[1].Parent = "Z" }, "P-01: không có đơn vị cấp trên Z"},
		{"parent ends before its child", func(d *agency.Data) { d.Versions[1].Parent = "P63-10" }, "P-01: đơn vị cấp trên P63-10 không tồn tại ngày 01/07/2025"},
		{"its own parent", func(d *agency.Data) { d.Versions[1].Parent = "P-01" }, "P-01: các đơn vị cấp trên nối thành vòng"},
		{"cycle of parents on one day", func(d *agency.Data) {
			d.Versions = append(d.Versions, version("X", vi.OpenFrom, vi.OpenTo, "Y"),
				version("Y", vi.OpenFrom, 20241231, "VN"), version("Y", 20250101, vi.OpenTo, "X"))
		}, "Y: các đơn vị cấp trên nối thành vòng"},
		{"code of nobody", func(d *agency.Data) {
			d.Codes = append(d.Codes, agency.Code{System: "GSO", Code: "99", From: vi.OpenFrom, To: vi.OpenTo, Agency: "Z"})
		}, "Mã GSO 99: không có đơn vị Z"},
		{"code 15 one day too long", func(d *agency.Data) {
			for i := range d.Codes {
				if d.Codes[i].Agency == "P63-15" {
					d.Codes[i].To = merger
				}
			}
		}, "Mã GSO 15: P63-15 và P34-15 cùng dùng một lúc"},
		{"blank code", func(d *agency.Data) { d.Codes[0].Code = " " }, "của P-01 cần cả hệ thống mã"},
		{"code of one system is a code of another", func(d *agency.Data) {
			d.Codes = append(d.Codes, agency.Code{System: "dvcqg", Code: "01", From: vi.OpenFrom, To: vi.OpenTo, Agency: "BYT"})
		}, `Tên "01" chỉ cả P-01 và BYT từ đầu`},
		{"alias of nobody", func(d *agency.Data) { d.Aliases[0].Agency = "Z" }, "không có đơn vị Z"},
		{"blank alias", func(d *agency.Data) { d.Aliases[0].Text = "\u00a0" }, "của P-22 để trống"},
		{"alias that ends before it starts", func(d *agency.Data) { d.Aliases[2].To = 20200101 }, "Ngày bắt đầu ngày 01/01/2025 sau ngày kết thúc ngày 01/01/2020"},
		{"alias of two on one day", func(d *agency.Data) { d.Aliases[3].To = merger }, `Tên "tp.hcm" chỉ cả P63-79 và P34-79 ngày 01/07/2025`},
		{"alias that is another's name but for diacritics", func(d *agency.Data) {
			d.Aliases = append(d.Aliases, agency.Alias{Text: "HA NOI", Agency: "P-22", From: 20260101, To: vi.OpenTo})
		}, `Tên "ha noi" chỉ cả P-01 và P-22 ngày 01/01/2026`},
		{"two of one name", func(d *agency.Data) {
			v := version("X", 20250101, vi.OpenTo, "VN")
			v.Name = "Thành phố Hà Nội"
			d.Versions = append(d.Versions, v)
		}, `Tên "thanh pho ha noi" chỉ cả P-01 và X ngày 01/01/2025`},
		{"short name that is another's id", func(d *agency.Data) { d.Versions[1].Short = "P34-48" }, `Tên "p34-48" chỉ cả P-01 và P34-48 ngày 01/07/2025`},
		{"succession of nobody", func(d *agency.Data) { d.Successions[0].Pred = "Z" }, "Kế thừa Z → P34-15: một trong hai đơn vị không có"},
		{"unknown extent", func(d *agency.Data) { d.Successions[0].Extent = "half" }, `phạm vi "half"`},
		{"second whole successor", func(d *agency.Data) {
			d.Successions = append(d.Successions, agency.Succession{Pred: "P63-10", Succ: "P34-48", On: merger, Extent: agency.Whole})
		}, "P63-10 chuyển toàn bộ cho cả P34-15 và P34-48"},
		{"succession before its successor", func(d *agency.Data) { d.Successions[0].On = merger.AddDays(-5) }, "đơn vị mới không tồn tại ngày 26/06/2025"},
		{"succession long after its predecessor", func(d *agency.Data) { d.Successions[0].On = 20260101 }, "đơn vị cũ không tồn tại vào ngày trước ngày 01/01/2026"},
		{"whole passes but goes on", func(d *agency.Data) {
			d.Successions = append(d.Successions, agency.Succession{Pred: "P-01", Succ: "P34-48", On: merger, Extent: agency.Whole})
		}, "P-01 → P34-48: đơn vị cũ chuyển toàn bộ mà vẫn tồn tại"},
		{"cycle of succession", func(d *agency.Data) {
			d.Successions = append(d.Successions, agency.Succession{Pred: "P34-15", Succ: "P63-10", On: merger, Extent: agency.Whole})
		}, "nối thành vòng qua P34-15"},
		{"block twice", func(d *agency.Data) { d.Blocks = append(d.Blocks, d.Blocks[0]) }, `Khối "provinces" cần một mã riêng`},
		{"owner of a block does not exist", func(d *agency.Data) { d.Blocks[1].Owner = "Z" }, "Khối cities: không có đơn vị chủ quản Z"},
		{"part of a block does not exist", func(d *agency.Data) { d.Blocks[4].Union[0] = "z" }, "Khối ministries: không có khối thành phần z"},
		{"part is made of others", func(d *agency.Data) {
			d.Blocks = append(d.Blocks, agency.Block{Code: "all", Owner: "VN", Union: []string{"ministries"}})
		}, "Khối all: khối thành phần ministries cũng gồm các khối khác"},
		{"member of no block", func(d *agency.Data) { d.Members[0].Block = "z" }, "Không có khối z (đơn vị P-01)"},
		{"member of a union", func(d *agency.Data) {
			d.Members = append(d.Members, agency.Member{Block: "ministries", Agency: "AGG:provinces", From: vi.OpenFrom, To: vi.OpenTo})
		}, "Khối ministries gồm các khối khác"},
		{"member does not exist", func(d *agency.Data) { d.Members[0].Agency = "Z" }, "Khối provinces: không có đơn vị Z"},
		{"member after its end", func(d *agency.Data) {
			for i := range d.Members {
				if d.Members[i].Agency == "P63-10" {
					d.Members[i].To = vi.OpenTo
				}
			}
		}, "Khối provinces: P63-10 không tồn tại ngày 01/07/2025"},
		{"member before its beginning", func(d *agency.Data) {
			for i := range d.Members {
				if d.Members[i].Agency == "P34-15" {
					d.Members[i].From = vi.OpenFrom
				}
			}
		}, "Khối provinces: P34-15 không tồn tại từ đầu"},
		{"member of another level", func(d *agency.Data) {
			for i := range d.Members {
				if d.Members[i].Agency == "BYT" {
					d.Members[i].Block = "provinces"
				}
			}
		}, "Khối provinces thuộc cấp province mà BYT thuộc cấp ministry"},
		{"an aggregate is no member", func(d *agency.Data) {
			d.Members = append(d.Members, agency.Member{Block: "provinces", Agency: "AGG:provinces", From: vi.OpenFrom, To: vi.OpenTo})
		}, "AGG:provinces là dòng tổng hợp"},
		{"two blocks of one owner", func(d *agency.Data) { d.Blocks[1].Owner = "VN" }, "P-01 cùng lúc ở khối provinces và cities"},
		{"twice in one block", func(d *agency.Data) { d.Members = append(d.Members, d.Members[0]) }, "P-01 cùng lúc ở khối provinces và provinces"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := catalogue()
			tt.plant(&d)
			errs := agency.Validate(d)
			found := false
			for _, err := range errs {
				found = found || strings.Contains(err.Error(), tt.want)
			}
			if !found {
				t.Errorf("got %v, want %q", errs, tt.want)
			}
			for range 3 {
				if again := agency.Validate(d); fmt.Sprint(again) != fmt.Sprint(errs) {
					t.Fatalf("errors come in another order:\n%v\n%v", errs, again)
				}
			}
		})
	}
}

func TestValidate_ManyFaultsInOneOrder(t *testing.T) {
	d := catalogue()
	for i := range 30 {
		d.Aliases = append(d.Aliases, agency.Alias{Text: fmt.Sprintf("tên %d", i), Agency: "P-01", From: vi.OpenFrom, To: vi.OpenTo},
			agency.Alias{Text: fmt.Sprintf("TÊN %d", i), Agency: "P-22", From: vi.OpenFrom, To: vi.OpenTo})
	}
	want := fmt.Sprint(agency.Validate(d))
	for range 5 {
		if got := fmt.Sprint(agency.Validate(d)); got != want {
			t.Fatalf("errors come in another order:\n%s\n%s", want, got)
		}
	}
}
