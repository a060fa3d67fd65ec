package ranking_test

import (
	"strings"
	"testing"

	"chiso/internal/ranking"
	"chiso/internal/vi"
)

func q766Bands() ranking.Bands {
	return ranking.Bands{Code: "Q766", From: vi.OpenFrom, To: vi.OpenTo, Bands: []ranking.Band{
		{Name: "Xuất sắc", Low: points("90")},
		{Name: "Tốt", Low: points("80"), High: points("90")},
		{Name: "Khá", Low: points("70"), High: points("80")},
		{Name: "Trung bình", Low: points("50"), High: points("70")},
		{Name: "Yếu", High: points("50")},
	}}
}

func TestBands_Of(t *testing.T) {
	b := q766Bands()
	if errs := b.Validate(); len(errs) > 0 {
		t.Fatal(errs)
	}
	// 91,17 was called excellent and 47,27 weak in the press; the bounds are half-open.
	for v, want := range map[string]string{"100": "Xuất sắc", "91.17": "Xuất sắc", "90": "Xuất sắc", "89.99": "Tốt", "80": "Tốt", "79.99": "Khá",
		"70": "Khá", "69.99": "Trung bình", "50": "Trung bình", "49.99": "Yếu", "47.27": "Yếu", "0": "Yếu", "-1": "Yếu"} {
		if got, ok := b.Of(dec(v)); !ok || got.Name != want {
			t.Errorf("%s is %q, want %q", v, got.Name, want)
		}
	}
	for i, want := range []string{"từ 90 trở lên", "từ 80 đến dưới 90", "từ 70 đến dưới 80", "từ 50 đến dưới 70", "dưới 50"} {
		if got := b.Bands[i].Text(); got != want {
			t.Errorf("bounds %q, want %q", got, want)
		}
	}
}

func TestBands_ValidateFindsEachFault(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*ranking.Bands)
		want  string
	}{
		{"gap", func(b *ranking.Bands) { b.Bands[2].Low = points("71") }, "Khá begins"},
		{"overlap", func(b *ranking.Bands) { b.Bands[2].Low = points("69") }, "Khá begins"},
		{"no top", func(b *ranking.Bands) { b.Bands[0].High = points("100") }, "ends at 100"},
		{"no bottom", func(b *ranking.Bands) { b.Bands[4].Low = points("0") }, "begins at 0"},
		{"empty", func(b *ranking.Bands) { b.Bands[1].Low, b.Bands[2].High = points("90"), points("90") }, "Tốt is empty"},
		{"wrong order", func(b *ranking.Bands) { b.Bands[1], b.Bands[2] = b.Bands[2], b.Bands[1] }, "begins"},
		{"nameless", func(b *ranking.Bands) { b.Bands[1].Name = "" }, "no name"},
		{"none", func(b *ranking.Bands) { b.Bands = nil }, "there are none"},
		{"days", func(b *ranking.Bands) { b.From, b.To = 20260102, 20260101 }, "after"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := q766Bands()
			tt.spoil(&b)
			for _, err := range b.Validate() {
				if strings.Contains(err.Error(), tt.want) {
					return
				}
			}
			t.Errorf("%v says nothing of %q", b.Validate(), tt.want)
		})
	}
}

func TestBandsOn(t *testing.T) {
	a, b := q766Bands(), q766Bands()
	a.To, b.From = 20251231, 20260101
	for day, want := range map[vi.Date]vi.Date{20251231: a.From, 20260101: b.From} {
		if got, ok := ranking.BandsOn([]ranking.Bands{a, b}, "Q766", day); !ok || got.From != want {
			t.Errorf("%s: %+v", day, got)
		}
	}
	if _, ok := ranking.BandsOn([]ranking.Bands{a}, "Q766", 20260101); ok {
		t.Error("classes of another time were taken")
	}
}
