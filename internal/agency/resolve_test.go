package agency_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"chiso/internal/agency"
	"chiso/internal/vi"
)

func is(id agency.ID) agency.Match           { return agency.Match{Agency: id} }
func elsewhen(ids ...agency.ID) agency.Match { return agency.Match{Elsewhen: ids} }

func TestDirectory_Resolve(t *testing.T) {
	dir := agency.NewDirectory(catalogue())
	const (
		in2024 vi.Date = 20241001
		in2026 vi.Date = 20261010
	)
	before := merger.AddDays(-1)
	for _, tt := range []struct {
		name, text string
		on         vi.Date
		want       agency.Match
	}{
		{"id", "P34-15", in2026, is("P34-15")},
		{"id in lower case", "p34-15", in2026, is("P34-15")},
		{"id before it existed", "P34-15", before, elsewhen("P34-15")},
		{"id of an aggregate", "AGG:provinces", in2026, is("AGG:provinces")},
		{"id that was another body's short name", "BTC", in2024, is("BTC-2025")},
		{"short name that is an id now", "BTC", in2026, is("BTC")},

		{"code 15 was Yên Bái", "15", before, is("P63-15")},
		{"code 15 is Lào Cai", "15", merger, is("P34-15")},
		{"code 10 was Lào Cai", "10", before, is("P63-10")},
		{"code 10 is nobody now", "10", merger, elsewhen("P63-10")},

		{"name on its last day", "Tỉnh Lào Cai", before, is("P63-10")},
		{"the same name on the next day", "Tỉnh Lào Cai", merger, is("P34-15")},
		{"name that went away", "Yên Bái", merger, elsewhen("P63-15")},
		{"NFD", norm.NFD.String("Thành phố Đà Nẵng"), before, is("P63-48")},
		{"upper case", "THÀNH PHỐ ĐÀ NẴNG", merger, is("P34-48")},
		{"no diacritics", "da nang", merger, is("P34-48")},
		{"the Icelandic letter", "Ðà Nẵng", merger, is("P34-48")},
		{"blanks", " Đà\u00a0 Nẵng ", merger, is("P34-48")},
		{"no blank, as one report printed it", "ĐàNẵng", merger, is("P34-48")},
		{"no blank after a kind word", "TP.ĐàNẵng", merger, is("P34-48")},
		{"footnote", "Đà Nẵng (*)", merger, is("P34-48")},
		{"numbered footnote", "Đà Nẵng(1)", merger, is("P34-48")},
		{"raised footnote", "2. Đà Nẵng²", merger, is("P34-48")},
		{"end of a line", "Đà Nẵng;", merger, is("P34-48")},
		{"remark", "Đà Nẵng (sáp nhập Quảng Nam)", merger, agency.Match{Nearest: []agency.ID{"P34-48"}}},
		{"a list's hyphen", "- Hà Nội", merger, is("P-01")},
		{"other dash", "Bà Rịa – Vũng Tàu", before, is("P63-77")},
		{"no dash", "Bà Rịa Vũng Tàu", before, is("P63-77")},

		{"TP", "TP Đà Nẵng", in2026, is("P34-48")},
		{"Tp.", "Tp. Đà Nẵng", in2026, is("P34-48")},
		{"two kind words", "UBND thành phố Đà Nẵng", in2026, is("P34-48")},
		{"kind words written out", "Uỷ ban nhân dân TP. Hà Nội", in2026, is("P-01")},
		{"kind word that does not fit", "Tỉnh Đà Nẵng", in2026, agency.Match{Nearest: []agency.ID{"P34-48"}}},
		{"kind words that exclude each other", "Bộ tỉnh Lào Cai", in2026, agency.Match{Nearest: []agency.ID{"P34-15"}}},
		{"alias", "TP.HCM", before, is("P63-79")},
		{"alias of the successor", "TPHCM", merger, is("P34-79")},
		{"alias after its agency ended", "Sài Gòn", merger, elsewhen("P63-79")},

		{"Huế as a province by its short name", "Huế", in2024, is("P-46")},
		{"TP Huế was a city of the province", "TP Huế", in2024, elsewhen("P-46")},
		{"TP Huế", "TP Huế", hue, is("P-46")},
		{"the last day of Thừa Thiên Huế", "Tỉnh Thừa Thiên Huế", hue.AddDays(-1), is("P-46")},
		{"the old name as an alias", "Thừa Thiên - Huế", hue, is("P-46")},

		{"Quảng Ninh as a province", "Tỉnh Quảng Ninh", quangNinh.AddDays(-1), is("P-22")},
		{"Quảng Ninh as a city", "TP Quảng Ninh", quangNinh, is("P-22")},
		{"city before it was one", "TP Quảng Ninh", quangNinh.AddDays(-1), elsewhen("P-22")},
		{"the portal lags", "UBND tỉnh Quảng Ninh", 20260917, is("P-22")},

		{"ministry", "bộ y tế", in2026, is("BYT")},
		{"ministry without its word", "Y tế", in2026, is("BYT")},
		{"a department is not a ministry", "Sở Y tế", in2026, agency.Match{}},
		{"ministry of finance before", "Bộ Tài chính", ministry.AddDays(-1), is("BTC-2025")},
		{"ministry of finance after", "Bộ Tài chính", ministry, is("BTC")},
		{"ministry that was merged", "Bộ Kế hoạch và Đầu tư", ministry, elsewhen("BKHDT-2025")},
		{"province of a ministry's name", "Tỉnh Y tế", in2026, agency.Match{Nearest: []agency.ID{"BYT"}}},

		{"typing error", "Quảng Nihn", in2026, agency.Match{Nearest: []agency.ID{"P-22"}}},
		{"typing error before the merger, nearest first", "Quảng Nah", before, agency.Match{Nearest: []agency.ID{"P63-49", "P-22"}}},
		{"nobody", "Liên bang Nga", in2026, agency.Match{}},
		{"blank", " \u00a0", in2026, agency.Match{}},
		{"punctuation", "-", in2026, agency.Match{}},
		{"kind word alone", "Tỉnh", in2026, agency.Match{}},
		{"the nation", "cả nước", in2026, is("VN")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := dir.Resolve(tt.text, tt.on)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("Resolve(%q, %s) (-want +got):\n%s", tt.text, tt.on.ISO(), d)
			}
			if got.Found() != (tt.want.Agency != "") {
				t.Errorf("Found = %v", got.Found())
			}
		})
	}
}

func TestDirectory_ResolveAsks(t *testing.T) {
	d := catalogue()
	for _, p := range []agency.ID{"P-01", "P34-48"} {
		d.Versions = append(d.Versions, agency.Version{Agency: p + ".SYT", From: merger, To: vi.OpenTo, Name: "Sở Y tế", Short: "Sở Y tế",
			Kind: "so", Level: agency.Department, Parent: p, Order: len(d.Versions)})
	}
	if errs := agency.Validate(d); len(errs) > 0 {
		t.Errorf("departments of two provinces may share a name: %v", errs)
	}
	got := agency.NewDirectory(d).Resolve("SỞ Y TẾ", merger)
	if diff := cmp.Diff(agency.Match{Ambiguous: []agency.ID{"P-01.SYT", "P34-48.SYT"}}, got); diff != "" {
		t.Error(diff)
	}
	if got := agency.NewDirectory(d).Resolve("Bộ Y tế", merger); got.Agency != "BYT" {
		t.Errorf("Bộ Y tế = %+v", got)
	}
}

func TestDirectory_ResolveFindsEveryVersion(t *testing.T) {
	d := catalogue()
	dir := agency.NewDirectory(d)
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SampledFrom(d.Versions).Draw(t, "version")
		if v.Level == agency.Aggregate {
			return
		}
		on := rapid.SampledFrom([]vi.Date{max(v.From, 20000101), min(v.To, 20991231),
			min(v.To, max(v.From, vi.NewDate(2024, 1, 1).AddDays(rapid.IntRange(0, 1200).Draw(t, "day"))))}).Draw(t, "on")
		text := rapid.SampledFrom([]string{v.Name, v.Short, string(v.Agency)}).Draw(t, "text")
		text = rapid.SampledFrom([]func(string) string{strings.ToUpper, strings.ToLower, norm.NFD.String, vi.Fold,
			func(s string) string { return "\u00a0" + s + " " }}).Draw(t, "writing")(text)
		if got := dir.Resolve(text, on); got.Agency != v.Agency {
			t.Errorf("Resolve(%q, %s) = %+v, want %s", text, on.ISO(), got, v.Agency)
		}
	})
}

func TestDirectory_ResolveProperties(t *testing.T) {
	dir := agency.NewDirectory(catalogue())
	pieces := rapid.SampledFrom([]string{"tỉnh", "TP.", "tp", "UBND", "bộ", "thành phố", " ", "-", ".", "Huế", "Đà Nẵng", "Lào Cai", "Y tế", "15", "\u0301", "P-"})
	text := rapid.OneOf(rapid.String(), rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(pieces, 0, 6).Draw(t, "pieces"), rapid.SampledFrom([]string{"", " "}).Draw(t, "glue"))
	}))
	rapid.Check(t, func(t *rapid.T) {
		s := text.Draw(t, "text")
		on := vi.NewDate(2023, 1, 1).AddDays(rapid.IntRange(0, 1700).Draw(t, "on"))
		m := dir.Resolve(s, on)
		if m.Agency != "" {
			if _, ok := dir.On(m.Agency, on); !ok {
				t.Errorf("%q is %s, which does not exist on %s", s, m.Agency, on.ISO())
			}
		}
		if len(m.Ambiguous) == 1 || len(m.Nearest) > 3 {
			t.Errorf("Resolve(%q) = %+v", s, m)
		}
		answers := 0
		for _, n := range []int{len(m.Agency), len(m.Ambiguous), len(m.Elsewhen), len(m.Nearest)} {
			answers += min(n, 1)
		}
		if answers > 1 {
			t.Errorf("Resolve(%q) = %+v: more than one answer", s, m)
		}
		if again := dir.Resolve(vi.Clean(s), on); !cmp.Equal(m, again) {
			t.Errorf("Resolve(%q) = %+v, cleaned %+v", s, m, again)
		}
	})
}
