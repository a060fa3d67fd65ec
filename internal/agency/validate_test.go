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
		{"version without a name", func(d *agency.Data) { d.Versions[1].Name = "" }, `agency "P-01": id, name`},
		{"version ends before it starts", func(d *agency.Data) { d.Versions = append(d.Versions, version("X", 20250101, 20240101, "VN")) }, "valid from 2025-01-01 after 2024-01-01"},
		{"versions overlap", func(d *agency.Data) { d.Versions = append(d.Versions, version("P-22", 20260801, 20260831, "VN")) }, "P-22: two versions are valid on 2026-08-01"},
		{"versions overlap over a third", func(d *agency.Data) {
			d.Versions = append(d.Versions, version("X", vi.OpenFrom, vi.OpenTo, "VN"), version("X", 20240101, 20240131, "VN"), version("X", 20250101, 20250131, "VN"))
		}, "X: two versions are valid on 2025-01-01"},
		{"parent does not exist", func(d *agency.Data) { d.Versions[1].Parent = "Z" }, "P-01: parent Z does not exist"},
		{"parent ends before its child", func(d *agency.Data) { d.Versions[1].Parent = "P63-10" }, "P-01: parent P63-10 does not exist on 2025-07-01"},
		{"its own parent", func(d *agency.Data) { d.Versions[1].Parent = "P-01" }, "P-01: its parents form a cycle"},
		{"cycle of parents on one day", func(d *agency.Data) {
			d.Versions = append(d.Versions, version("X", vi.OpenFrom, vi.OpenTo, "Y"),
				version("Y", vi.OpenFrom, 20241231, "VN"), version("Y", 20250101, vi.OpenTo, "X"))
		}, "Y: its parents form a cycle"},
		{"code of nobody", func(d *agency.Data) {
			d.Codes = append(d.Codes, agency.Code{System: "GSO", Code: "99", From: vi.OpenFrom, To: vi.OpenTo, Agency: "Z"})
		}, "code GSO 99: agency Z does not exist"},
		{"code 15 one day too long", func(d *agency.Data) {
			for i := range d.Codes {
				if d.Codes[i].Agency == "P63-15" {
					d.Codes[i].To = merger
				}
			}
		}, "code GSO 15: P63-15 and P34-15 have it at the same time"},
		{"blank code", func(d *agency.Data) { d.Codes[0].Code = " " }, "system and code of P-01"},
		{"code of one system is a code of another", func(d *agency.Data) {
			d.Codes = append(d.Codes, agency.Code{System: "dvcqg", Code: "01", From: vi.OpenFrom, To: vi.OpenTo, Agency: "BYT"})
		}, `name "01" means both P-01 and BYT on the beginning`},
		{"alias of nobody", func(d *agency.Data) { d.Aliases[0].Agency = "Z" }, "agency Z does not exist"},
		{"blank alias", func(d *agency.Data) { d.Aliases[0].Text = "\u00a0" }, "of P-22 is blank"},
		{"alias that ends before it starts", func(d *agency.Data) { d.Aliases[2].To = 20200101 }, "valid from 2025-01-01 after 2020-01-01"},
		{"alias of two on one day", func(d *agency.Data) { d.Aliases[3].To = merger }, `name "tp.hcm" means both P63-79 and P34-79 on 2025-07-01`},
		{"alias that is another's name but for diacritics", func(d *agency.Data) {
			d.Aliases = append(d.Aliases, agency.Alias{Text: "HA NOI", Agency: "P-22", From: 20260101, To: vi.OpenTo})
		}, `name "ha noi" means both P-01 and P-22 on 2026-01-01`},
		{"two of one name", func(d *agency.Data) {
			v := version("X", 20250101, vi.OpenTo, "VN")
			v.Name = "Thành phố Hà Nội"
			d.Versions = append(d.Versions, v)
		}, `name "thanh pho ha noi" means both P-01 and X on 2025-01-01`},
		{"short name that is another's id", func(d *agency.Data) { d.Versions[1].Short = "P34-48" }, `name "p34-48" means both P-01 and P34-48 on 2025-07-01`},
		{"succession of nobody", func(d *agency.Data) { d.Successions[0].Pred = "Z" }, "succession Z → P34-15: an end does not exist"},
		{"unknown extent", func(d *agency.Data) { d.Successions[0].Extent = "half" }, `extent "half"`},
		{"second whole successor", func(d *agency.Data) {
			d.Successions = append(d.Successions, agency.Succession{Pred: "P63-10", Succ: "P34-48", On: merger, Extent: agency.Whole})
		}, "P63-10 passes whole to both P34-15 and P34-48"},
		{"succession before its successor", func(d *agency.Data) { d.Successions[0].On = merger.AddDays(-5) }, "the successor does not exist on 2025-06-26"},
		{"succession long after its predecessor", func(d *agency.Data) { d.Successions[0].On = 20260101 }, "the predecessor does not exist on the day before 2026-01-01"},
		{"whole passes but goes on", func(d *agency.Data) {
			d.Successions = append(d.Successions, agency.Succession{Pred: "P-01", Succ: "P34-48", On: merger, Extent: agency.Whole})
		}, "P-01 → P34-48: the predecessor passes whole but goes on"},
		{"cycle of succession", func(d *agency.Data) {
			d.Successions = append(d.Successions, agency.Succession{Pred: "P34-15", Succ: "P63-10", On: merger, Extent: agency.Whole})
		}, "succession: a cycle through P34-15"},
		{"block twice", func(d *agency.Data) { d.Blocks = append(d.Blocks, d.Blocks[0]) }, `block "provinces": a code of its own`},
		{"owner of a block does not exist", func(d *agency.Data) { d.Blocks[1].Owner = "Z" }, "block cities: owner Z does not exist"},
		{"part of a block does not exist", func(d *agency.Data) { d.Blocks[4].Union[0] = "z" }, "block ministries: part z does not exist"},
		{"part is made of others", func(d *agency.Data) {
			d.Blocks = append(d.Blocks, agency.Block{Code: "all", Owner: "VN", Union: []string{"ministries"}})
		}, "block all: part ministries is itself made of others"},
		{"member of no block", func(d *agency.Data) { d.Members[0].Block = "z" }, "block z does not exist (member P-01)"},
		{"member of a union", func(d *agency.Data) {
			d.Members = append(d.Members, agency.Member{Block: "ministries", Agency: "AGG:provinces", From: vi.OpenFrom, To: vi.OpenTo})
		}, "block ministries is made of others"},
		{"member does not exist", func(d *agency.Data) { d.Members[0].Agency = "Z" }, "block provinces: agency Z does not exist"},
		{"member after its end", func(d *agency.Data) {
			for i := range d.Members {
				if d.Members[i].Agency == "P63-10" {
					d.Members[i].To = vi.OpenTo
				}
			}
		}, "block provinces: P63-10 does not exist on 2025-07-01"},
		{"member before its beginning", func(d *agency.Data) {
			for i := range d.Members {
				if d.Members[i].Agency == "P34-15" {
					d.Members[i].From = vi.OpenFrom
				}
			}
		}, "block provinces: P34-15 does not exist on the beginning"},
		{"member of another level", func(d *agency.Data) {
			for i := range d.Members {
				if d.Members[i].Agency == "BYT" {
					d.Members[i].Block = "provinces"
				}
			}
		}, "block provinces of level province: BYT is of level ministry"},
		{"an aggregate is no member", func(d *agency.Data) {
			d.Members = append(d.Members, agency.Member{Block: "provinces", Agency: "AGG:provinces", From: vi.OpenFrom, To: vi.OpenTo})
		}, "AGG:provinces is an aggregate"},
		{"two blocks of one owner", func(d *agency.Data) { d.Blocks[1].Owner = "VN" }, "P-01 is in block provinces and cities at the same time"},
		{"twice in one block", func(d *agency.Data) { d.Members = append(d.Members, d.Members[0]) }, "P-01 is in block provinces and provinces"},
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
