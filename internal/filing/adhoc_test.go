package filing

import (
	"strings"
	"testing"

	"chiso/internal/kpi"
)

func TestParseColumns(t *testing.T) {
	got, err := ParseColumns("STT\tĐơn vị\tSố hồ sơ tồn\tTỷ lệ xử lý\tThiệt hại\tGhi chú\n\t\thồ sơ\t%\ttỷ đồng\t\n")
	want := []Column{{"Số hồ sơ tồn", "hồ sơ"}, {"Tỷ lệ xử lý", "%"}, {"Thiệt hại", "tỷ đồng"}}
	if err != nil || len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Fatalf("%v %v", got, err)
	}
	p := kpi.MustPeriod("2026-10-10")
	for i, kind := range []kpi.Kind{kpi.Count, kpi.Ratio, kpi.Money} {
		d := got[i].Definition("DX1_1", p, "CV 12")
		if d.Indicator.Kind != kind || d.HasParts() != (kind == kpi.Ratio) || d.From != p.From || d.To != p.To {
			t.Errorf("%s: %+v", got[i].Name, d)
		}
		if errs := kpi.NewCatalogue([]kpi.Definition{d}, nil).Validate(); len(errs) > 0 {
			t.Errorf("%s: %v", got[i].Name, errs)
		}
	}
	if got, err := ParseColumns("Số xã mất điện | Số xã mất mạng\nxã | xã"); err != nil || len(got) != 2 {
		t.Errorf("bars: %v %v", got, err)
	}
	for text, says := range map[string]string{
		"": "hai dòng", "a\tb\nx\ty\nz\tt": "hai dòng", "STT\tĐơn vị\n": "Chưa có cột", "Số hồ sơ\tSố xã\nhồ sơ": `"Số xã" chưa có đơn vị tính`,
		"Số xã\tsố xã\nxã\txã": "hai lần", strings.Repeat("a\t", 3) + "b\nx\tx\tx\tx": "hai lần",
	} {
		if _, err := ParseColumns(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %s", text, err, says)
		}
	}
}
