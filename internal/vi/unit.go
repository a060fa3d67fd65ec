package vi

import (
	"regexp"
	"strconv"
	"strings"
)

// Unit is a unit of measure as a caption or heading names it: a power of ten and what is counted, folded.
type Unit struct {
	Scale int
	Base  string // "dong", "ho so", "%"; "" when only a power of ten is named
}

var (
	reUnitLabel = regexp.MustCompile(`^\(?(?:don vi tinh|don vi do|don vi|dv tinh|dvt|d\.v\.t|dv|unit)(?:/unit)? ?[:.=-]? ?(.+)$`)
	reUnitTen   = regexp.MustCompile(`^1((?:[ .,]?000)+) ?(.*)$`)
	reUnitPower = regexp.MustCompile(`^10(?:\^?([0-9]{1,2})|([⁰¹²³⁴⁵⁶⁷⁸⁹]+)) ?(.+)$`)
	// reUnitShort are the scale words as people shorten them, before đ, đồng, VND or a blank.
	reUnitShort = regexp.MustCompile(`^(trieu|tr|ty|ti|nghin|ngan|ngh|ng|n|t)[. ]*(d|dong|vnd|vnđ)$`)
)

// shortScales are the words of reUnitShort; "t" alone is tỷ, as ministries of finance write it.
var shortScales = map[string]int{"trieu": 6, "tr": 6, "ty": 9, "ti": 9, "t": 9, "nghin": 3, "ngan": 3, "ngh": 3, "ng": 3, "n": 3}

// englishUnits are the words of the second line of bilingual captions.
var englishUnits = map[string]int{
	"thousand": 3,
	"thous.":   3,
	"million":  6,
	"mill.":    6,
	"mil.":     6,
	"mn":       6,
	"billion":  9,
	"bill.":    9,
	"bil.":     9,
	"bn":       9,
	"trillion": 12,
}

// englishBases are what they count.
var englishBases = map[string]string{
	"dongs":    "dong",
	"dong":     "dong",
	"vnd":      "dong",
	"vnds":     "dong",
	"usd":      "usd",
	"dollars":  "usd",
	"persons":  "nguoi",
	"people":   "nguoi",
	"accounts": "tai khoan",
}

// ParseUnit reads a unit in the forms that captions have: "Triệu đồng", "1000đ", "tr.đ", "10^6 đồng", "ĐVT: triệu lượt",
// "Triệu đồng - Million dongs". It tells nothing of whether there is such a thing as the base.
func ParseUnit(text string) Unit {
	s := strings.Trim(Fold(text), " .:*;")
	s = strings.TrimSpace(strings.TrimPrefix(s, "("))
	s = strings.TrimSpace(strings.TrimSuffix(s, ")"))
	if m := reUnitLabel.FindStringSubmatch(s); m != nil && m[1] != "" {
		s = strings.TrimSpace(m[1])
	}
	if cut, _, two := strings.Cut(s, "("); two && cut != "" {
		s = strings.TrimSpace(cut)
	}
	if u, ok := plainUnit(s); ok {
		return u
	}
	for _, sep := range []string{"-", "/", "|", ";"} {
		a, b, two := strings.Cut(s, sep)
		if !two {
			continue
		}
		for _, half := range []string{a, b} {
			if u, ok := plainUnit(strings.Trim(half, " .:")); ok {
				return u
			}
		}
	}
	scale, base := CutScale(s)
	return Unit{scale, money(base)}
}

// plainUnit reads one unit; ok is false when it is not beyond doubt.
func plainUnit(s string) (u Unit, ok bool) {
	if m := reUnitTen.FindStringSubmatch(s); m != nil {
		return Unit{strings.Count(m[1], "0"), money(m[2])}, true
	}
	if m := reUnitPower.FindStringSubmatch(s); m != nil {
		n, err := strconv.Atoi(m[1] + raisedDigits.Replace(m[2]))
		return Unit{n, money(m[3])}, err == nil && n <= 12
	}
	if m := reUnitShort.FindStringSubmatch(s); m != nil {
		return Unit{shortScales[m[1]], "dong"}, true
	}
	first, rest, _ := strings.Cut(s, " ")
	if n, known := englishUnits[first]; known {
		base, known := englishBases[strings.TrimRight(rest, ".")]
		return Unit{n, base}, known || rest == ""
	}
	scale, base := CutScale(s)
	base = money(base)
	return Unit{scale, base}, scale > 0 && !strings.ContainsAny(base, "-/|;") || base == "dong" || base == "usd" || base == "%"
}

var raisedDigits = strings.NewReplacer("⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9")

// money gives the names of currencies one form.
func money(base string) string {
	switch base = strings.Trim(base, " ."); base {
	case "vnd", "d", "dong viet nam", "dong vn", "vn dong":
		return "dong"
	case "do la", "do la my", "us$", "$", "usd":
		return "usd"
	case "phan tram":
		return "%"
	}
	return base
}

// Sure reports whether the unit is one that stands for nothing else: a power of ten, money or %.
func (u Unit) Sure() bool { return u.Scale > 0 || u.Base == "dong" || u.Base == "usd" || u.Base == "%" }

// LabelledUnit returns what stands behind the label of a unit in a text, folded: "ĐVT: tr.đ" gives "tr.d". The label
// "Đơn vị" alone is also that of an agency, so what follows it must be a unit beyond doubt.
func LabelledUnit(text string) (string, bool) {
	m := reCaption.FindStringSubmatch(Fold(text))
	if m == nil {
		return "", false
	}
	rest := strings.TrimSpace(m[2])
	if m[1] == "don vi" || m[1] == "dv" {
		return rest, ParseUnit(rest).Sure()
	}
	return rest, true
}

var reCaption = regexp.MustCompile(
	`(?:^|[ (*-])(don vi tinh|don vi do|dv tinh|dvt|d\.v\.t|unit|don vi|dv)(?:/unit)? ?[:.=]+ ?([^;)]{1,60})`,
)

// scaleTitles are the powers of ten that have a word.
var scaleTitles = map[int]string{1: "chục", 2: "trăm", 3: "nghìn", 6: "triệu", 9: "tỷ", 12: "nghìn tỷ", 15: "triệu tỷ"}

// Title writes the unit; base is how what is counted is written, "" where it has no better form.
func (u Unit) Title(base string) string {
	switch {
	case u.Base == "dong":
		base = "đồng"
	case u.Base == "usd":
		base = "USD"
	case base == "":
		base = u.Base
	}
	return strings.TrimSpace(scaleTitles[u.Scale] + " " + base)
}
