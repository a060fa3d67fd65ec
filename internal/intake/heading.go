package intake

import (
	"regexp"
	"slices"
	"strings"

	"chiso/internal/check"
	"chiso/internal/vi"
)

const (
	modResult   mods = 1 << iota // "kết quả", "đạt được": what is reported
	modTarget                    // "mục tiêu", "kế hoạch", "số giao"
	modPrevious                  // "kỳ trước", "cùng kỳ"
	modChange                    // "tăng/giảm", "so với …"
	modLevel                     // "cấp xã": of a part of the agency
	modInPeriod                  // "trong kỳ"
	modToDate                    // "lũy kế"
	modEstimate                  // "ước"
	modProvisional
	modMaximum // "điểm tối đa"
	modCounts  // "Số đạt", "Tổng số": a count, and not said of what

	// modAside are those that make a column something else than what is reported.
	modAside = modTarget | modPrevious | modChange | modLevel | modMaximum
)

// reNumbering is how official forms number a column: (3), (3)=(1)/(2).
var reNumbering = regexp.MustCompile(`^\(?\[?[0-9]{1,2}[a-z]?\]?\)?( ?= ?[0-9()\[\]+/*x:%., -]+)?$`)

// sense is what a phrase says.
type sense struct {
	mods          mods
	period        periodText
	unit          string
	part          part
	hasPart, rate bool
}

func (a sense) with(b sense) (sense, bool) {
	if a.period.Key != "" && b.period.Key != "" && a.period != b.period || a.unit != "" && b.unit != "" || a.hasPart && b.hasPart {
		return a, false
	}
	a.mods |= b.mods
	if b.period.Key != "" {
		a.period = b.period
	}
	if b.unit != "" {
		a.unit = b.unit
	}
	if b.hasPart {
		a.part, a.hasPart = b.part, true
	}
	a.rate = a.rate || b.rate
	return a, true
}

// rateWords are headings of a share.
var rateWords = map[string]bool{
	"ty le":           true,
	"ti le":           true,
	"ty le %":         true,
	"ti le %":         true,
	"ty le phan tram": true,
	"%":               true,
	"ty le dat":       true,
	"ti le dat":       true,
	"ty le (%)":       true,
	"ty trong":        true,
	"dat %":           true,
	"% dat":           true,
	"ty le dat duoc":  true,
	"ty le thuc hien": true,
	"rate":            true,
	"percent":         true,
	"ty le dat %":     true,
}

// phrase reads what stands beside a name: a qualifier, a period, a unit, a number of the column, or two of these. year is
// that of the table, "" when it is unknown. ok is false when something of it is not understood.
func (h *headers) phrase(s, year string, depth int) (sense, bool) {
	s = strings.Trim(s, " -:;,.*")
	if neutral[s] || reNumbering.MatchString(s) {
		return sense{}, true
	}
	if m, ok := modOf[s]; ok {
		return sense{mods: m}, true
	}
	if rateWords[s] {
		return sense{rate: true}, true
	}
	if p, ok := partOf[h.roles[s]]; ok && h.roles[s] != roleValue {
		return sense{part: p, hasPart: true}, true
	}
	for _, p := range modPrefixes {
		if strings.HasPrefix(s, p.word) && len(strings.Fields(s)) <= 9 {
			return sense{mods: p.mod}, true
		}
	}
	if p, ok := phrasePeriod(s, year); ok {
		return sense{period: p}, true
	}
	if u := h.unitText(s); u != "" {
		return sense{unit: u}, true
	}
	if depth == 0 {
		return sense{}, false
	}
	for i := range len(s) {
		if !strings.ContainsRune(" -:,/;(", rune(s[i])) || i == 0 {
			continue
		}
		a, ok := h.phrase(s[:i], year, depth-1)
		if !ok {
			continue
		}
		if b, ok := h.phrase(strings.Trim(s[i:], "()"), year, depth-1); ok {
			if both, ok := a.with(b); ok {
				return both, true
			}
		}
	}
	return sense{}, false
}

// phrasePeriod reads a period, that of the table's year where it names none: "tháng 9". A bare number is none.
func phrasePeriod(s, year string) (periodText, bool) {
	if len(s) > 60 || !strings.ContainsAny(s, "0123456789ivx") || strings.Trim(s, "0123456789.,") == "" && len(s) != 4 {
		return periodText{}, false
	}
	if p, ok := parsedPeriod(s); ok {
		return p, true
	}
	if year == "" {
		return periodText{}, false
	}
	return parsedPeriod(s + " nam " + year)
}

// unitText returns the unit that a text is, "" when it is none: a power of ten, money, %, or the unit of an indicator.
func (h *headers) unitText(folded string) string {
	if len(folded) > 60 || folded == "" {
		return ""
	}
	if _, ok := h.roles[folded]; ok && folded != "%" { // "đơn vị", "tỉnh" are units elsewhere, and not as words
		return ""
	}
	if labelled, ok := vi.LabelledUnit(folded); ok {
		folded = labelled
	}
	u := vi.ParseUnit(folded)
	title, counted := h.counted[u.Base]
	money := u.Base == "dong" || u.Base == "usd"
	switch {
	case money, u.Base == "" && u.Scale > 0, u.Base == "%":
		return u.Title("")
	case counted && u.Scale == 0:
		return title
	case counted, u.Scale > 0 && len(strings.Fields(u.Base)) <= 3 && !strings.ContainsAny(u.Base, "0123456789/-"):
		return u.Title("")
	}
	return ""
}

// split is a header text as a name and what stands beside it.
type split struct {
	name   string // folded
	beside sense
	odd    string // what was not understood, as it is written, folded
}

// splits returns the ways to read a folded header as a name with something beside it, the longest name first: what stands
// in brackets, and words before or behind the name.
func (h *headers) splits(folded, year string) []split {
	text, _ := vi.CutFootnote(folded)
	main, inside := brackets(strings.TrimRight(text, "*: "))
	base, odd := sense{}, ""
	for _, in := range inside {
		b, ok := h.phrase(in, year, 2)
		if ok {
			base, ok = base.with(b)
		}
		if !ok {
			odd = in
		}
	}
	out := []split{{main, base, odd}}
	for _, back := range []bool{true, false} {
		for i := len(main) - 1; i > 0; i-- {
			if !strings.ContainsRune(" -:,;/", rune(main[i])) || i > 0 && main[i-1] == ' ' {
				continue
			}
			k := i
			if !back {
				k = len(main) - i
				if !strings.ContainsRune(" -:,;/", rune(main[k])) {
					continue
				}
			}
			name, rest := main[:k], main[k:]
			if !back {
				name, rest = main[k:], main[:k]
			}
			name = strings.Trim(name, " -:,;/")
			if !h.named(name) {
				continue
			}
			b, ok := h.phrase(rest, year, 2)
			if !ok {
				continue
			}
			if both, ok := base.with(b); ok {
				out = append(out, split{name, both, odd})
			}
		}
	}
	return out
}

// named reports whether a folded text is a name that headings have.
func (h *headers) named(s string) bool {
	if _, ok := h.roles[s]; ok {
		return true
	}
	return len(h.exact[s])+len(h.partial[s]) > 0
}

// brackets takes what stands in brackets out of a text.
func brackets(s string) (main string, inside []string) {
	for {
		open := strings.IndexByte(s, '(')
		if open < 0 {
			return strings.Join(strings.Fields(s), " "), inside
		}
		depth, end := 0, -1
		for i := open; i < len(s); i++ {
			switch s[i] {
			case '(':
				depth++
			case ')':
				depth--
			}
			if depth == 0 {
				end = i
				break
			}
		}
		if end < 0 {
			return strings.Join(strings.Fields(s), " "), inside
		}
		inside = append(inside, strings.Trim(s[open+1:end], " ()"))
		s = s[:open] + " " + s[end+1:]
	}
}

// oddIsName reports whether what stands in brackets repeats words of the indicator itself: "CPS20A (Số cơ sở dữ liệu mới)".
func (h *headers) oddIsName(odd string, means []meaning) bool {
	for _, m := range means {
		words := h.words[m.code]
		all := true
		for _, w := range strings.FieldsFunc(odd, notLetter) {
			all = all && words[w]
		}
		if all {
			return true
		}
	}
	return false
}

func notLetter(r rune) bool { return r < '0' || r > '9' && r < 'a' || r > 'z' }

// reDayOf are headings of days on which something was done, though "ngày" is a unit and "báo cáo" what is reported.
var reDayOf = regexp.MustCompile(
	`^(?:ngay|thoi diem|thoi gian) (?:bao cao|lap|so lieu|chot|lay|thong ke|cap nhat|nop|gui|tong hop|trich xuat)`,
)

// read returns what a header text says: its role or meanings, and what stands beside the name.
func (h *headers) read(f *check.Field, year string) (c column, ok bool) {
	folded := vi.Fold(h.vietnamese(f.Text))
	if reDayOf.MatchString(folded) && h.roles[folded] == roleNone {
		return column{}, false
	}
	if r, ok := h.roles[folded]; ok && !rateWords[folded] && modOf[folded] == 0 {
		return h.asRole(r), true
	}
	if m := h.meant(folded); len(m) > 0 {
		return h.asMeanings(m, folded), true
	}
	for _, s := range h.splits(folded, year) {
		var c column
		switch r, isRole := h.roles[s.name]; {
		case s.name == "", isRole && dateRole(r): // "Tháng 8" is no column of months
			continue
		case rateWords[s.name]:
			c = h.asRole(roleValue)
			c.rate = true
		case isRole && r.names() && s.beside.mods&modAside != 0: // "Chỉ tiêu được giao" is a number, no name
			continue
		case isRole && (r != roleValue || modOf[s.name] == 0):
			c = h.asRole(r)
		case len(h.meant(s.name)) > 0:
			c = h.asMeanings(h.meant(s.name), s.name)
		default:
			m := h.coded(s.name)
			if len(m) == 0 {
				continue
			}
			c = h.asMeanings(m, s.name)
		}
		c.take(s.beside)
		if s.odd != "" && !h.oddIsName(s.odd, c.means) {
			c.odd = s.odd
		}
		return c, true
	}
	main, inside := brackets(strings.TrimRight(folded, "*: "))
	whole := strings.TrimSpace(main + " " + strings.Join(inside, " "))
	if s, ok := h.phrase(whole, year, 3); ok && (s.mods != 0 || s.rate || s.hasPart) {
		c := h.asRole(roleValue)
		c.take(s)
		return c, true
	}
	return column{}, false
}

func (h *headers) asRole(r role) column {
	c := column{role: r}
	if c.partRole() {
		c.part = partOf[r]
	}
	return c
}

// meant returns what a folded name stands for: codes and names before the names of parts.
func (h *headers) meant(s string) []meaning {
	if m := h.exact[s]; len(m) > 0 {
		return m
	}
	return h.partial[s]
}

func (h *headers) asMeanings(m []meaning, name string) column {
	m = slices.Clone(m)
	return column{
		means:  m,
		part:   m[0].part,
		byCode: strings.HasPrefix(name, vi.Fold(m[0].code)),
		byPart: len(h.exact[name]) == 0 && len(h.partial[name]) > 0,
	}
}

// take adds what stands beside a name.
func (c *column) take(s sense) {
	c.mods |= s.mods
	c.rate = c.rate || s.rate
	if s.period.Key != "" {
		c.period, c.day = check.Field{Kind: check.Text, Text: s.period.Key}, s.period.To
	}
	if s.unit != "" {
		c.unit = s.unit
	}
	if s.hasPart && c.part == partValue {
		c.part = s.part
		for i := range c.means {
			c.means[i].part = s.part
		}
		if len(c.means) == 0 {
			c.role = roleOf[s.part]
		}
	}
}

var roleOf = map[part]role{partNumerator: roleNumerator, partDenominator: roleDenominator, partValue: roleValue}
