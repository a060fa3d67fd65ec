package intake

import (
	"slices"
	"strings"
	"unicode"

	"chiso/internal/check"
	"chiso/internal/vi"
)

// englishWords are those that the English half of a heading in two languages is made of. None of them says that a column is
// something else than what is reported.
var englishWords = wordSet(`province provinces provincial city cities municipality municipalities centrally run agency agencies ministry ministries
	ministerial branch branches sector sectors unit units locality localities local area region name names code codes indicator indicators
	index criteria criterion item items content contents reporting reported report period month quarter year week value values result results
	actual achieved number numbers quantity amount count total sum rate ratio rates percentage percent proportion share numerator denominator
	note notes remark remarks explanation source rank ranking order measure measurement dossier dossiers application applications file files
	record records case cases procedure procedures administrative service services public online electronic digital digitized digitised
	signature signatures data database databases connected shared system systems platform platforms portal national received processed handled
	resolved settled completed ontime overdue late before deadline schedule feedback petition petitions payment payments transaction
	transactions document documents certificate certificates citizen citizens enterprise enterprises household households satisfaction
	satisfied score scores point points task tasks revenue industry economy government information technology security people
	population account accounts infrastructure coverage fully partially full partial provided implemented issued answered submitted`)

// englishSmall are words that join those; some of them are Vietnamese words too.
var englishSmall = wordSet(`of the and in on at by with for to via through under per a an no s time not`)

// englishSays are words that change what a column is, with what the Vietnamese half must say too.
var englishSays = map[string][]string{
	"plan":        {"ke hoach", "kh"},
	"planned":     {"ke hoach", "kh"},
	"target":      {"muc tieu", "chi tieu", "ke hoach"},
	"targets":     {"muc tieu", "chi tieu", "ke hoach"},
	"assigned":    {"giao"},
	"previous":    {"truoc"},
	"last":        {"truoc", "ngoai"},
	"same":        {"cung ky"},
	"cumulative":  {"luy ke", "cong don"},
	"accumulated": {"luy ke", "cong don"},
	"estimate":    {"uoc"},
	"estimated":   {"uoc"},
	"preliminary": {"so bo"},
	"compared":    {"so voi", "so sanh", "so cung ky"},
	"comparison":  {"so voi", "so sanh"},
	"change":      {"tang", "giam", "thay doi", "chenh lech"},
	"increase":    {"tang"},
	"decrease":    {"giam"},
	"maximum":     {"toi da"},
	"commune":     {"xa"},
	"communes":    {"xa"},
	"current":     {"nay", "hien tai"},
	"this":        {"nay"},
}

func wordSet(text string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(text) {
		out[w] = true
	}
	return out
}

// vietnamese returns a heading in two languages without its English half: "Tỉnh/Province", "Đơn vị (Agency)", "No. - STT". A
// text of one language is returned as it is.
func (h *headers) vietnamese(text string) string {
	if len(text) > 400 || !strings.ContainsFunc(text, isASCIILetter) {
		return text
	}
	for i, c := range text {
		if !strings.ContainsRune(" /|-–(:;\n", c) || i == 0 {
			continue
		}
		before, after := strings.TrimRight(text[:i], " /|-–:;("), strings.TrimLeft(text[i:], " /|-–:;(")
		if h.isVietnamese(before) && english(after, before) {
			return strings.TrimSpace(before + englishTail(after))
		}
		if h.isVietnamese(after) && english(before, after) && !strings.ContainsRune(before, '(') {
			if main, ok := strings.CutSuffix(strings.TrimSpace(after), ")"); ok && !strings.Contains(main, "(") {
				return main
			}
			return after
		}
	}
	return text
}

func isASCIILetter(c rune) bool { return c < 0x80 && unicode.IsLetter(c) }

// isVietnamese reports whether a text has a letter of Vietnamese alone, or is a name that headings have.
func (h *headers) isVietnamese(text string) bool {
	return strings.ContainsFunc(text, func(c rune) bool { return c >= 0x80 && unicode.IsLetter(c) }) || h.named(vi.Fold(text))
}

// english reports whether all words of a text are English ones, and say no more than the Vietnamese half.
func english(text, half string) bool {
	folded, nouns := " "+vi.Fold(half)+" ", 0
	for _, w := range strings.FieldsFunc(text, func(c rune) bool { return !unicode.IsLetter(c) }) {
		w = strings.ToLower(w)
		says, ok := englishSays[w]
		said := slices.ContainsFunc(says, func(s string) bool { return strings.Contains(folded, " "+s) })
		switch {
		case ok && !said:
			return false
		case ok || englishWords[w]:
			nouns++
		case !englishSmall[w]:
			return false
		}
	}
	return nouns > 0 || strings.EqualFold(strings.Trim(text, " ."), "no")
}

// englishTail is what an English half has in brackets at its end that no language says: "(%)", "(1)".
func englishTail(text string) string {
	open := strings.LastIndexByte(text, '(')
	if open < 0 || strings.ContainsFunc(text[open:], unicode.IsLetter) {
		return ""
	}
	return " " + text[open:]
}

// englishRow reports whether a row below a header only repeats it in English.
func englishRow(fields []check.Field) bool {
	n := 0
	for i := range fields {
		switch f := &fields[i]; {
		case isBlank(f):
			continue
		case f.Kind != check.Text || len(f.Text) > 400 || !english(f.Text, ""):
			return false
		}
		n++
	}
	return n >= 2
}
