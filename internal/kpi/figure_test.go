package kpi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

func definition(code string, kind kpi.Kind) kpi.Definition {
	d := kpi.Definition{
		Indicator: kpi.Indicator{Code: code, Kind: kind, Direction: kpi.Higher},
		From:      vi.OpenFrom, To: vi.OpenTo, Name: "Chỉ tiêu " + code, Unit: "%", Decimals: 2, Accumulation: kpi.InPeriod,
	}
	if kind == kpi.Ratio {
		d.Numerator, d.Denominator = "Số hồ sơ đúng hạn", "Tổng số hồ sơ"
	}
	return d
}

func parts(num, den string) kpi.Figure {
	return kpi.Figure{State: kpi.Value, Num: vi.Some(dec(num)), Den: vi.Some(dec(den))}
}

func value(s string) kpi.Figure { return kpi.Figure{State: kpi.Value, Value: vi.Some(dec(s))} }

func TestFigure_Rate(t *testing.T) {
	numOnly := kpi.Figure{State: kpi.Value, Num: vi.Some(dec("4475")), Value: vi.Some(dec("70.8"))}
	for _, tt := range []struct {
		name string
		kind kpi.Kind
		f    kpi.Figure
		want string // "" for no value
		bare bool
	}{
		{"parts", kpi.Ratio, parts("358660", "405424"), "88.47", false},
		{"bare percentage", kpi.Ratio, value("70.8"), "70.8", true},
		{"denominator not printed", kpi.Ratio, numOnly, "70.8", true},
		{"parts win over a printed percentage", kpi.Ratio, kpi.Figure{State: kpi.Value, Num: vi.Some(dec("1")), Den: vi.Some(dec("3")), Value: vi.Some(dec("35"))}, "33.33", false},
		{"0/0", kpi.Ratio, parts("0", "0"), "", false},
		{"score", kpi.Score, value("68.325"), "68.33", false},
		{"score with parts is the score", kpi.Score, kpi.Figure{State: kpi.Value, Num: vi.Some(dec("1")), Den: vi.Some(dec("2")), Value: vi.Some(dec("5.9"))}, "5.9", false},
		{"count with parts is the count", kpi.Count, kpi.Figure{State: kpi.Value, Num: vi.Some(dec("1")), Den: vi.Some(dec("2")), Value: vi.Some(dec("4475"))}, "4475", false},
		{"count without value", kpi.Count, parts("1", "2"), "", false},
		{"not applicable", kpi.Ratio, kpi.Figure{State: kpi.NotApplicable}, "", false},
		{"no denominator", kpi.Ratio, kpi.Figure{State: kpi.NoDenominator, Num: vi.Some(dec("0")), Den: vi.Some(dec("0"))}, "", false},
		{"censored", kpi.Ratio, kpi.Figure{State: kpi.CensoredBelow, Bound: vi.Some(dec("10"))}, "", false},
		{"withdrawn keeps its number to itself", kpi.Ratio, kpi.Figure{State: kpi.Withdrawn, Value: vi.Some(dec("10"))}, "", false},
		{"nothing", kpi.Ratio, kpi.Figure{}, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := definition("X", tt.kind)
			got, ok := tt.f.Rate(&d)
			if ok != (tt.want != "") || ok && got != dec(tt.want) {
				t.Errorf("Rate = %s, %v, want %q", got, ok, tt.want)
			}
			if tt.f.Bare(&d) != tt.bare {
				t.Errorf("Bare = %v", tt.f.Bare(&d))
			}
		})
	}
}

func TestTitles(t *testing.T) {
	for _, s := range []kpi.State{kpi.Value, kpi.NotApplicable, kpi.NoDenominator, kpi.CensoredBelow, kpi.Withdrawn} {
		if s.Title() == string(s) {
			t.Errorf("state %s has no Vietnamese name", s)
		}
	}
	for _, s := range append(kpi.Systems(), kpi.Illustrative) {
		if got, ok := kpi.ParseSystem(string(s)); s.Title() == string(s) || got != s || !ok {
			t.Errorf("system %s", s)
		}
	}
	if _, ok := kpi.ParseSystem(""); ok {
		t.Error("a blank is a system")
	}
	for _, c := range []struct{ a, b, want kpi.Qualifier }{
		{kpi.Rounded | kpi.MoreThan, 0, kpi.Rounded | kpi.MoreThan},
		{kpi.Rounded | kpi.Nearly, kpi.Rounded | kpi.MoreThan, kpi.Rounded | kpi.About},
		{kpi.Rounded | kpi.Above, kpi.Rounded | kpi.MoreThan, kpi.Rounded | kpi.Above | kpi.MoreThan},
		{kpi.Rounded | kpi.Nearly, kpi.Rounded | kpi.Nearly | kpi.Provisional, kpi.Rounded | kpi.Nearly | kpi.Provisional},
	} {
		if got := c.a.With(c.b); got != c.want || c.b.With(c.a) != c.want {
			t.Errorf("%b with %b is %b, want %b", c.a, c.b, got, c.want)
		}
	}
	got := (kpi.Rounded | kpi.Provisional).Titles()
	if d := cmp.Diff([]string{"số làm tròn", "sơ bộ"}, got); d != "" {
		t.Error(d)
	}
}

func TestCatalogue(t *testing.T) {
	old, next := definition("CPS01", kpi.Ratio), definition("CPS01", kpi.Ratio)
	old.ID, old.To = 1, 20241231
	next.ID, next.From = 2, 20250101
	other := definition("CPS02", kpi.Ratio)
	other.ID, other.Name = 3, "chỉ tiêu cps01" // the same name but for case
	c := kpi.NewCatalogue([]kpi.Definition{next, old, other}, []kpi.Target{
		{Indicator: "CPS01", Scope: "all", Year: 2024, Value: vi.Int(50)},
		{Indicator: "CPS01", Scope: "block:provinces", Year: 2024, Value: vi.Int(30)},
	})
	if errs := c.Validate(); len(errs) > 0 {
		t.Fatal(errs)
	}
	for _, tt := range []struct {
		name, text string
		on         vi.Date
		want       []int64
	}{
		{"last day of the old version", "CPS01", 20241231, []int64{1}},
		{"first day of the new one", "CPS01", 20250101, []int64{2}},
		{"code in lower case", "cps01 ", 20250101, []int64{2}},
		{"two of one name", "CHỈ  TIÊU CPS01", 20250101, []int64{2, 3}},
		{"without diacritics", "chi tieu cps01", 20240101, []int64{1, 3}},
		{"unknown", "CPS99", 20250101, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []int64
			for _, d := range c.Find(tt.text, tt.on) {
				got = append(got, d.ID)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
	target, ok := c.Target("CPS01", 2024, "agency:P-01", "block:provinces", "all")
	if !ok || target.Value != vi.Int(30) {
		t.Errorf("target = %+v, %v: the most exact scope wins", target, ok)
	}
	if _, ok := c.Target("CPS01", 2025, "all"); ok {
		t.Error("a target of another year")
	}
	if d, ok := c.ByID(3); !ok || d.Indicator.Code != "CPS02" {
		t.Error("ByID(3)")
	}
}

func TestCatalogue_ValidateFindsEachFault(t *testing.T) {
	for _, tt := range []struct {
		name    string
		spoil   func(*kpi.Definition)
		targets []kpi.Target
		want    string
	}{
		{"no unit", func(d *kpi.Definition) { d.Unit = "" }, nil, "đơn vị tính"},
		{"unknown kind", func(d *kpi.Definition) { d.Indicator.Kind = "rate" }, nil, "loại"},
		{"unknown direction", func(d *kpi.Definition) { d.Indicator.Direction = "up" }, nil, "chiều đánh giá"},
		{"unknown accumulation", func(d *kpi.Definition) { d.Accumulation = "sum" }, nil, "cách cộng dồn"},
		{"too many decimals", func(d *kpi.Definition) { d.Decimals = 7 }, nil, "là 7"},
		{"ends before it starts", func(d *kpi.Definition) { d.From, d.To = 20250101, 20241231 }, nil, "sau ngày kết thúc 31/12/2024"},
		{"numerator alone", func(d *kpi.Definition) { d.Denominator = "" }, nil, "phải có cả hai"},
		{"overlap", func(d *kpi.Definition) { d.Indicator.Code = "B" }, nil, "hai định nghĩa cùng hiệu lực từ đầu"},
		{"one id twice", func(d *kpi.Definition) { d.ID = 2 }, nil, "cùng số 2"},
		{"target of nobody", func(*kpi.Definition) {}, []kpi.Target{{Indicator: "Z", Scope: "all", Year: 2026}}, "Không có chỉ tiêu Z"},
		{"two targets", func(*kpi.Definition) {}, []kpi.Target{{Indicator: "A", Scope: "all", Year: 2026}, {Indicator: "A", Scope: "all", Year: 2026}}, "hai mục tiêu cho all"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b := definition("A", kpi.Ratio), definition("B", kpi.Ratio)
			a.ID, b.ID = 1, 2
			tt.spoil(&a)
			errs := kpi.NewCatalogue([]kpi.Definition{a, b}, tt.targets).Validate()
			if len(errs) != 1 || !strings.Contains(errs[0].Error(), tt.want) {
				t.Errorf("got %v, want one error with %q", errs, tt.want)
			}
		})
	}
}

func TestCatalogue_ValidateOrder(t *testing.T) {
	var defs []kpi.Definition
	for i := range 20 {
		d := definition(fmt.Sprintf("X%02d", i), kpi.Ratio)
		d.Unit = ""
		defs = append(defs, d)
	}
	want := fmt.Sprint(kpi.NewCatalogue(defs, nil).Validate())
	for range 10 {
		if got := fmt.Sprint(kpi.NewCatalogue(defs, nil).Validate()); got != want {
			t.Fatalf("errors come in another order:\n%s\n%s", want, got)
		}
	}
}
