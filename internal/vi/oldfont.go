package vi

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// OldFont names an encoding of Vietnamese from before Unicode, which lives on in old files: the
// letters are those of Western Europe and only look Vietnamese in their fonts (.VnTime, VNI-Times).
type OldFont string

// The old encodings that are recognised.
const (
	TCVN3 OldFont = "TCVN3 (ABC)"
	VNI   OldFont = "VNI"
	// Misread is no font: Unicode whose bytes were taken for Windows-1252, "HÃ  Ná»™i".
	Misread OldFont = "UTF-8"
)

// tcvn3 holds the letters of TCVN3 as Latin-1 shows them, each before the letter that it stands for.
var tcvn3 = strings.NewReplacer(
	pairs("µà¶ả·ã¸á¹ạ¨ă»ằ¼ẳ½ẵ¾ắÆặ©âÇầÈẩÉẫÊấËậ®đÌèÎẻÏẽÐéÑẹªêÒềÓểÔễÕếÖệ×ìØỉÜĩÝíÞịßòáỏâõãóäọ«ôåồæổçỗèốéộ¬ơêờëởìỡíớîợ" +
		"ïùñủòũóúôụ\u00adưõừöửữ\u00f7øứùựúỳûỷüỹýýþỵ¡Ă¢Â£Ê¤Ô¥Ơ¦Ư§Đ")...)

// pairs splits a text of letter pairs; ÷ and ữ stand the other way round above, so that the source
// stays readable from left to right.
func pairs(s string) []string {
	r := []rune(s)
	out := make([]string, 0, len(r))
	for i := 0; i+1 < len(r); i += 2 {
		a, b := string(r[i]), string(r[i+1])
		if a == "ữ" {
			a, b = b, a
		}
		out = append(out, a, b)
	}
	return out
}

// vniTones are the marks that VNI writes behind a vowel.
var vniMarks = strings.NewReplacer(vniPairs()...)

func vniPairs() []string {
	var out []string
	add := func(base, marks, letters string) {
		m, l := []rune(marks), []rune(letters)
		for i := range m {
			out = append(out, base+string(m[i]), string(l[i]))
			up, mark := strings.ToUpper(base), strings.ToUpper(string(m[i]))
			out = append(out, up+mark, strings.ToUpper(string(l[i])), up+string(m[i]), strings.ToUpper(string(l[i])))
		}
	}
	add("a", "øùûõïâáàåãäêéèúüë", "àáảãạâấầẩẫậăắằẳẵặ")
	add("e", "øùûõïâáàåãä", "èéẻẽẹêếềểễệ")
	add("o", "øùûõïâáàåãä", "òóỏõọôốồổỗộ")
	add("u", "øùûõï", "ùúủũụ")
	add("y", "øùûõ", "ỳýỷỹ")
	add("ô", "øùûõï", "ờớởỡợ")
	add("ö", "øùûõï", "ừứửữự")
	out = append(
		out,
		"ñ",
		"đ",
		"Ñ",
		"Đ",
		"ô",
		"ơ",
		"Ô",
		"Ơ",
		"ö",
		"ư",
		"Ö",
		"Ư",
		"æ",
		"ỉ",
		"Æ",
		"Ỉ",
		"ó",
		"ĩ",
		"Ó",
		"Ĩ",
		"ò",
		"ị",
		"Ò",
		"Ị",
		"î",
		"ỵ",
		"Î",
		"Ỵ",
	)
	return out
}

// ConvertOldFont returns in Unicode a text that is typed in a font, if it makes sense as that: for
// texts beside one that FromOldFont recognised, and too short to be recognised themselves.
func ConvertOldFont(s string, font OldFont) (string, bool) {
	if font == Misread {
		out, ok := misread(s)
		return Clean(out), ok
	}
	for _, r := range s {
		if r > 0xff {
			return s, false
		}
	}
	out := tcvn3.Replace(s)
	if font == VNI {
		out = vniMarks.Replace(s)
	}
	return Clean(out), out != s && vietnamese(out)
}

const onlyTCVN3 = "µ¶·¸¹¨»¼½¾©®ª«¬\u00ad§¦¥¤£¢¡Æ×Þßþ÷" // letters there, signs elsewhere

// vniMarked holds the vowels with their marks as VNI writes them: "eâ" is one, the "yê" of "Yên Bái" in
// Unicode is not.
var vniMarked = func() map[string]bool {
	out := map[string]bool{}
	for i, p := range vniPairs() {
		if i%2 == 0 && len([]rune(p)) == 2 {
			out[p] = true
		}
	}
	return out
}()

// FromOldFont recognises a text of an old encoding and returns it in Unicode. It is false for
// everything that is not clearly one: text with a letter that only Unicode Vietnamese has, or
// without the signs that only the old fonts use as letters.
func FromOldFont(s string) (text string, font OldFont, ok bool) {
	if isASCII(s) {
		return s, "", false
	}
	if text, ok := misread(s); ok {
		return Clean(text), Misread, true
	}
	var tcvn, vni int
	runes := []rune(s)
	for i, r := range runes {
		var last, next rune
		if i > 0 {
			last = runes[i-1]
		}
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		switch {
		case r > 0xff:
			if r < 0x2000 || r > 0x20ff { // quotation marks and dashes
				return s, "", false
			}
		case strings.ContainsRune(onlyTCVN3, r) && (isLetter(last) || isLetter(next)):
			tcvn++
		case strings.ContainsRune("oO", last) && strings.ContainsRune("áàãÁÀÃ", r): // hoà, hoá: also Unicode
		case vniMarked[string([]rune{last, r})], strings.ContainsRune("ñÑöÖ", r):
			vni++
		}
	}
	switch {
	case tcvn > 0 && vietnamese(tcvn3.Replace(s)):
		return Clean(tcvn3.Replace(s)), TCVN3, true
	case vni > 0 && tcvn == 0 && vietnamese(vniMarks.Replace(s)):
		return Clean(vniMarks.Replace(s)), VNI, true
	}
	return s, "", false
}

// windows1252 holds what the bytes 0x80 to 0x9f show there; a blank where they show nothing.
var windows1252 = []rune("€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ")

// misread takes UTF-8 back that was read as Windows-1252.
func misread(s string) (string, bool) {
	if !strings.ContainsAny(s, "ÃÄÅÆáÌ") {
		return s, false
	}
	out := make([]byte, 0, len(s))
	for _, r := range s {
		switch i := slices.Index(windows1252, r); {
		case r <= 0xff:
			out = append(out, byte(r))
		case i >= 0:
			out = append(out, byte(0x80+i))
		default:
			return s, false
		}
	}
	if len(out) == len(s) || !utf8.Valid(out) || isASCII(string(out)) {
		return s, false
	}
	text := Clean(string(out))
	return text, strings.IndexFunc(
		text,
		func(r rune) bool { return r >= 0x1e00 && r <= 0x1eff || strings.ContainsRune("ăđơưĂĐƠƯ", r) },
	) >= 0 ||
		vietnamese(text)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func isLetter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xa1 && r <= 0xff
}

// reSyllable is a Vietnamese syllable without its marks.
var reSyllable = regexp.MustCompile(
	`^(b|c|ch|d|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|q|qu|r|s|t|th|tr|v|x)?[aeiouy]{1,3}(c|ch|m|n|ng|nh|p|t)?$`,
)

// vietnamese reports whether every word with marks is a Vietnamese syllable, and there is one.
func vietnamese(s string) bool {
	found := false
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return !isLetter(r) && r < 0x100 || r >= 0x2000 && r < 0x2100 }) {
		f := Fold(w)
		if f == strings.ToLower(w) {
			continue
		}
		if !reSyllable.MatchString(f) || len([]rune(w)) != len(f) {
			return false
		}
		found = true
	}
	return found
}
