package frame

import (
	"testing"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

func TestFigureText(t *testing.T) {
	asked := &kpi.Definition{Indicator: kpi.Indicator{Kind: kpi.YesNo}, Unit: "tỉnh"}
	named := &kpi.Definition{Indicator: kpi.Indicator{Kind: kpi.YesNo}, Unit: "có/không"}
	rate := &kpi.Definition{Indicator: kpi.Indicator{Kind: kpi.Ratio}, Unit: "%", Decimals: 2}
	value := func(n int64) kpi.Figure { return kpi.Figure{State: kpi.Value, Value: vi.Some(vi.Int(n))} }
	of := value(56)
	of.Num, of.Den = vi.Some(vi.Int(56)), vi.Some(vi.Int(63))
	for name, tt := range map[string]struct {
		f       kpi.Figure
		d       *kpi.Definition
		counted bool
		want    string
	}{
		"yes":              {value(1), asked, false, "Có"},
		"no":               {value(0), named, false, "Không"},
		"count of yes":     {value(56), asked, true, "56\u00a0tỉnh"},
		"count of one":     {value(1), asked, true, "1\u00a0tỉnh"},
		"count with parts": {of, named, false, "56"},
		"no answer":        {kpi.Figure{State: kpi.NotApplicable}, asked, false, kpi.NotApplicable.Title()},
		"one per cent":     {value(1), rate, false, "1,00\u00a0%"},
		"censored":         {kpi.Figure{State: kpi.CensoredBelow, Bound: vi.Some(vi.Int(10))}, rate, false, "<\u00a010\u00a0%"},
	} {
		if got := FigureText(tt.f, tt.f.Value, tt.d, tt.counted); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestWords(t *testing.T) {
	d := &kpi.Definition{Accumulation: kpi.InPeriod}
	for got, want := range map[string]string{
		Scope(kpi.MustPeriod("2026-10-10"), d): "Số liệu chụp tại ngày 10/10/2026, theo cách tính của nguồn",
		Scope(kpi.MustPeriod("2026-Q3"), d):    "Số liệu trong kỳ",
		VersionText("2026-portal"):             "theo Cổng DVCQG 2026",
		VersionText("2022"):                    "2022",
		accountName("may-cuc-bo"):              "máy cục bộ (trước khi có tài khoản)",
		accountName("chiso-seed"):              "nạp danh mục ban đầu",
		accountName("can-bo@example.vn"):       "can-bo@example.vn",
		PublishedBy("github:x (copy)"):         "số liệu đã công bố",
		PublishedBy(kpi.DVCQG.Title()):         kpi.DVCQG.Title(),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	// A line may end behind the stroke, never inside a number.
	if got := Parts(vi.Some(vi.Int(358660)), vi.Some(vi.Int(405424))); got != `<span class="nowrap">358.660/</span><wbr><span class="nowrap">405.424</span>` {
		t.Error(got)
	}
}
