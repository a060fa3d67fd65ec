package vi_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"chiso/internal/vi"
)

func TestClean(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain stays", "Ha Noi", "Ha Noi"},
		{"NFD from macOS", norm.NFD.String("Đà Nẵng"), "Đà Nẵng"},
		{"NBSP and double blanks", "\u00a0Hà\u00a0 Nội ", "Hà Nội"},
		{"line breaks and tabs", "Hà\r\nNội\t1", "Hà Nội 1"},
		{"ASCII with double blanks", "a  b", "a b"},
		{"blank only", " \t\u00a0", ""},
		{"byte order mark and zero width", "\ufeffHà\u200b Nội", "Hà Nội"},
		{"NUL and other controls", "a\x00b\x07c\x7f", "abc"},
		{"bytes that are not UTF-8", "H\xc0 Nội", "H\ufffd Nội"},
		{"case and diacritics stay", "HOÀ Bình", "HOÀ Bình"},
		{"empty", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := vi.Clean(tt.in); got != tt.want {
				t.Errorf("Clean(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestFold(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		in         []string
	}{
		{"case, diacritics, blanks", "dak lak", []string{"Đắk Lắk", "ĐẮK  LẮK", "Đăk Lăk", "dak lak", "Đắk\u00a0Lắk ", norm.NFD.String("Đắk Lắk")}},
		{"both places of the tone", "hoa binh", []string{"Hòa Bình", "Hoà Bình", "HÒA BÌNH", "hoa binh"}},
		{"both letters that look like Đ", "da nang", []string{"Đà Nẵng", "Ðà Nẵng", "ðà nẵng", "đà nẵng"}},
		{"dashes", "ba ria-vung tau", []string{"Bà Rịa - Vũng Tàu", "Bà Rịa – Vũng Tàu", "Bà Rịa—Vũng Tàu", "BÀ RỊA -VŨNG TÀU",
			"Bà Rịa‑Vũng Tàu", "Bà Rịa ‒ Vũng Tàu", "Bà Rịa − Vũng Tàu"}},
		{"hyphen without blanks", "thua thien-hue", []string{"Thừa Thiên - Huế", "Thừa Thiên-Huế"}},
		{"Ủy and Uỷ", "uy ban", []string{"Ủy ban", "Uỷ ban", "UỶ BAN"}},
		{"unseen characters", "ha noi", []string{"Hà\u200b Nội", "\ufeffHà Nội", "Hà Nộ\u00adi"}},
		{"nothing", "", []string{"", "  ", "\u0301"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, in := range tt.in {
				if got := vi.Fold(in); got != tt.want {
					t.Errorf("Fold(%q) = %q, want %q", in, got, tt.want)
				}
			}
		})
	}
	if vi.Fold("Hà Nam") == vi.Fold("Hà Nội") {
		t.Error("two provinces fold to one")
	}
}

// words draws text with everything that Vietnamese files contain.
func words() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.OneOf(
		rapid.SampledFrom([]rune("aăâbcdđeêghiklmnoôơpqrstuưvxyĐÐðẮẵệỢừỹ -–\u00a0.0123456789\u0301\u0323\u200b")),
		rapid.Rune()), 0, 40, -1)
}

func TestText_Properties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := words().Draw(t, "s")
		c := vi.Clean(s)
		if vi.Clean(c) != c || !norm.NFC.IsNormalString(c) || strings.TrimSpace(c) != c || !utf8.ValidString(c) {
			t.Errorf("Clean(%q) = %q", s, c)
		}
		f := vi.Fold(s)
		if vi.Fold(f) != f {
			t.Errorf("Fold(%q) = %q, folded again %q", s, f, vi.Fold(f))
		}
		for _, other := range []string{c, norm.NFD.String(s), norm.NFC.String(s), " " + s + "\u00a0"} {
			if got := vi.Fold(other); got != f {
				t.Errorf("Fold(%q) = %q, but Fold(%q) = %q", s, f, other, got)
			}
		}
	})
}

func TestCollator_Order(t *testing.T) {
	want := []string{"An Giang", "Ăng Ten", "Âu Lạc", "Bà Rịa - Vũng Tàu", "Cà Mau", "Cần Thơ", "Da", "Dương", "Đà Nẵng", "Đắk Lắk",
		"Điện Biên", "Đồng Nai", "Đồng Tháp", "Gia Lai", "Hà Nam", "Hà Nội", "Hà Tĩnh", "Hải Phòng", "Hồ Chí Minh", "Huế", "Nghệ An", "Quảng Ninh"}
	for name, form := range map[string]norm.Form{"NFC": norm.NFC, "NFD": norm.NFD} {
		t.Run(name, func(t *testing.T) {
			got := slices.Clone(want)
			slices.Reverse(got)
			vi.SortBy(vi.NewCollator(), got, form.String)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("order (-want +got):\n%s", d)
			}
		})
	}
}

func TestCollator_Tones(t *testing.T) {
	want := []string{"ma", "mà", "mả", "mã", "má", "mạ"}
	got := slices.Clone(want)
	slices.Sort(got)
	vi.SortBy(vi.NewCollator(), got, func(s string) string { return s })
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("tones (-want +got):\n%s", d)
	}
}

func TestCollator_Concurrent(t *testing.T) {
	c := vi.NewCollator()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if c.Compare("Dương", "Đà Nẵng") != -1 || c.Compare("Hà Nội", "Hà Nam") != 1 || c.Compare("Huế", "Huế") != 0 {
					t.Error("wrong order under concurrency")
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestSortBy_KeepsEqualInPlace(t *testing.T) {
	type row struct {
		name string
		n    int
	}
	rows := []row{{"Huế", 1}, {"An Giang", 2}, {"Huế", 3}, {"An Giang", 4}}
	vi.SortBy(vi.NewCollator(), rows, func(r row) string { return r.name })
	want := []row{{"An Giang", 2}, {"An Giang", 4}, {"Huế", 1}, {"Huế", 3}}
	if !slices.Equal(rows, want) {
		t.Errorf("got %v, want %v", rows, want)
	}
}
