package kpi

import (
	"testing"

	"chiso/internal/vi"
)

// Nghị định 224/2026/NĐ-CP, Điều 90 khoản 2, ends Nghị định 42/2022/NĐ-CP on 1/7/2026.
func acts() []Act {
	return []Act{
		{Number: "NĐ 42/2022/NĐ-CP", From: 20220815, To: 20260630, Successor: "NĐ 224/2026/NĐ-CP", EndedBy: "NĐ 224/2026/NĐ-CP, Điều 90 khoản 2", Verified: "partly"},
		{Number: "NĐ 224/2026/NĐ-CP", From: 20260701, To: vi.OpenTo, Verified: "no"},
		{Number: "QĐ 9/QĐ-TTg", From: vi.OpenFrom, To: 20251231},
	}
}

func TestBasisOn(t *testing.T) {
	defs := []Definition{
		{Basis: "NĐ 42/2022/NĐ-CP; QĐ 11/QĐ-BCĐCP (kế hoạch 2026)"},
		{Basis: "QĐ 9/QĐ-TTg; seed 001; https://example.vn/a"},
		{Basis: "NĐ 42/2022/NĐ-CP; NĐ 224/2026/NĐ-CP"},
		{},
	}
	CiteActs(defs, acts())
	for _, tt := range []struct {
		def  int
		day  vi.Date
		want string
	}{
		{0, 20260630, "NĐ 42/2022/NĐ-CP; QĐ 11/QĐ-BCĐCP (kế hoạch 2026)"},
		{0, 20260701, "NĐ 224/2026/NĐ-CP (chưa đối chiếu văn bản gốc); QĐ 11/QĐ-BCĐCP (kế hoạch 2026)"},
		{1, 20251231, "QĐ 9/QĐ-TTg"},
		{1, 20260101, "QĐ 9/QĐ-TTg (hết hiệu lực từ ngày 01/01/2026)"},
		{2, 20260801, "NĐ 224/2026/NĐ-CP (chưa đối chiếu văn bản gốc); NĐ 224/2026/NĐ-CP"},
		{3, 20260801, ""},
	} {
		if got := defs[tt.def].BasisOn(tt.day); got != tt.want {
			t.Errorf("BasisOn(%s) of %q = %q, want %q", tt.day, defs[tt.def].Basis, got, tt.want)
		}
	}
	if got := defs[0].EndedOn(acts(), 20260701); len(got) != 1 || got[0].Act.Number != "NĐ 42/2022/NĐ-CP" || got[0].Successor.Number != "NĐ 224/2026/NĐ-CP" {
		t.Errorf("EndedOn: %+v", got)
	}
	if got := defs[0].EndedOn(acts(), 20260630); len(got) != 0 {
		t.Errorf("ended on its last day: %+v", got)
	}
}

func TestValidateActs(t *testing.T) {
	if errs := ValidateActs(acts()); len(errs) != 0 {
		t.Errorf("sound acts: %v", errs)
	}
	for name, change := range map[string]func([]Act){
		"open with a successor": func(a []Act) { a[0].To = vi.OpenTo },
		"unknown successor":     func(a []Act) { a[0].Successor = "NĐ 1/2027/NĐ-CP" },
		"twice":                 func(a []Act) { a[2].Number = a[0].Number },
		"its own successor":     func(a []Act) { a[0].Successor = a[0].Number },
		"ends before it begins": func(a []Act) { a[0].To = 20200101 },
		"no number":             func(a []Act) { a[2].Number = "" },
	} {
		t.Run(name, func(t *testing.T) {
			a := acts()
			change(a)
			if len(ValidateActs(a)) == 0 {
				t.Error("nothing found")
			}
		})
	}
}
