package kpi_test

import (
	"strings"
	"testing"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

func TestGrowth(t *testing.T) {
	d := func(s string) vi.Decimal {
		x, err := vi.ParseDecimal(s)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	for want, g := range map[string]kpi.Growth{
		"nguồn in: +58,61\u00a0% so với năm 2023":                   {Base: "2023", Value: d("58.61"), Unit: "%"},
		"nguồn in: tăng 2,5\u00a0lần so với năm 2023":               {Base: "2023", Value: d("2.5"), Unit: "lần"},
		"nguồn in: tăng hơn 3\u00a0lần so với 6 tháng đầu năm 2022": {Base: "2022-H1", Value: d("3"), Unit: "lần", Word: "hơn"},
		"nguồn in: +15\u00a0bậc so với năm 2022":                    {Base: "2022", Value: d("15"), Unit: "bậc"},
		"nguồn in: -4\u00a0% so với năm 2022":                       {Base: "2022", Value: d("-4"), Unit: "%"},
	} {
		if got := g.Says(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	good := kpi.Growth{Indicator: "CPS01", Agency: "VN", Period: "2024", Base: "2023", Origin: "báo", Value: d("2.5"), Unit: "lần", Text: "tăng 2,5 lần"}
	cat := kpi.NewCatalogue([]kpi.Definition{{Indicator: kpi.Indicator{Code: "CPS01"}}}, nil)
	if errs := kpi.ValidateGrowth([]kpi.Growth{good}, cat); len(errs) != 0 {
		t.Error(errs)
	}
	for want, spoil := range map[string]func(*kpi.Growth){
		"Không có chỉ tiêu": func(g *kpi.Growth) { g.Indicator = "X" }, "Kỳ gốc Năm 2024 không trước": func(g *kpi.Growth) { g.Base = "2024" },
		"không hiểu được": func(g *kpi.Growth) { g.Period = "hôm nọ" }, "nguyên văn": func(g *kpi.Growth) { g.Text = "" }, "lớn hơn 0": func(g *kpi.Growth) { g.Value = d("-1") },
	} {
		bad := good
		spoil(&bad)
		if errs := kpi.ValidateGrowth([]kpi.Growth{bad}, cat); len(errs) == 0 || !strings.Contains(errs[0].Error(), want) {
			t.Errorf("%s: %v", want, errs)
		}
	}
	if errs := kpi.ValidateGrowth([]kpi.Growth{good, good}, cat); len(errs) != 1 {
		t.Errorf("twice the same: %v", errs)
	}
}
