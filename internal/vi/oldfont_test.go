package vi_test

import (
	"testing"

	"chiso/internal/vi"
)

func TestFromOldFont(t *testing.T) {
	for _, tt := range []struct {
		in, want string
		font     vi.OldFont
	}{
		{"§¬n vÞ", "Đơn vị", vi.TCVN3},
		{"Hµ Néi", "Hà Nội", vi.TCVN3},
		{"§ång Th¸p", "Đồng Tháp", vi.TCVN3},
		{"B¾c Ninh", "Bắc Ninh", vi.TCVN3},
		{"Gi¸ trÞ", "Giá trị", vi.TCVN3},
		{"Tæng céng sè hå s¬", "Tổng cộng số hồ sơ", vi.TCVN3},
		{"Thµnh phè Hå ChÝ Minh", "Thành phố Hồ Chí Minh", vi.TCVN3},
		{"®\u00adîc", "được", vi.TCVN3},
		{"Ñôn vò", "Đơn vị", vi.VNI},
		{"Haø Noäi", "Hà Nội", vi.VNI},
		{"Thaønh phoá Hoà Chí Minh", "Thành phố Hồ Chí Minh", vi.VNI},
		{"Taây Ninh", "Tây Ninh", vi.VNI},
		{"Ñoàng Thaùp", "Đồng Tháp", vi.VNI},
		{"Giaù trò", "Giá trị", vi.VNI},
		{"HÃ\u00a0 Ná»™i", "Hà Nội", vi.Misread},
		{"Ä\u0090áº¯k Láº¯k", "Đắk Lắk", vi.Misread},
		{"Huáº¿", "Huế", vi.Misread},
		{"QuÃ½ III", "Quý III", vi.Misread},
		{"Ã Äô", "", ""},
		{"Hà Nội", "", ""},
		{"Tỉnh Đồng Tháp", "", ""},
		{"Cà Mau", "", ""},
		{"Hoà Bình", "", ""},
		{"Hòa Bình", "", ""},
		{"Lâm Hà", "", ""},
		{"Công báo", "", ""},
		{"Quý III", "", ""},
		{"toàn quốc", "", ""},
		{"café", "", ""},
		{"Bình quân chung", "", ""},
		{"thuê bao, luân chuyên, quê quán, hoè", "", ""},
		{"µg/m³", "", ""},
		{"Windows® «Cà Mau»", "", ""},
		{"TOÅNG COÄNG", "TỔNG CỘNG", vi.VNI},
		{"Tröôøng hôïp ñöôïc", "Trường hợp được", vi.VNI},
		{"1 000 m²", "", ""},
		{"25 °C", "", ""},
		{"Tháng 8 – tháng 9", "", ""},
		{"© 2026", "", ""},
		{"Oái oăm", "", ""},
		{"Ngoài", "", ""},
		{"hoàn thành", "", ""},
		{"", "", ""},
	} {
		got, font, ok := vi.FromOldFont(tt.in)
		if ok != (tt.want != "") || ok && (got != tt.want || font != tt.font) {
			t.Errorf("%q: got %q %q %v, want %q %q", tt.in, got, font, ok, tt.want, tt.font)
		}
	}
}

func FuzzFromOldFont(f *testing.F) {
	for _, s := range []string{"§¬n vÞ", "Ñôn vò", "Bình quân", "µg", "aø\u00ad", "\xff§", "ÖÙ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, font, ok := vi.FromOldFont(s)
		if ok && (text == s || font == "") || !ok && text != s {
			t.Errorf("%q: %q %q %v", s, text, font, ok)
		}
		if ok && text != vi.Clean(text) {
			t.Errorf("%q gives %q, which is not clean", s, text)
		}
	})
}
