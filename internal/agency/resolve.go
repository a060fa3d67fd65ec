package agency

import (
	"cmp"
	"slices"
	"strings"

	"chiso/internal/vi"
)

// prefixes are the words that only say what kind of body it is, with the kinds they fit. "Sở",
// "phòng" and "chi cục" are not among them: they name another level ("Sở Y tế" is not "Bộ Y tế").
var prefixes = []struct {
	word  string
	kinds []Kind
}{
	{"ubnd", []Kind{"tinh", "tp_tttw"}},
	{"uy ban nhan dan", []Kind{"tinh", "tp_tttw"}},
	{"tinh", []Kind{"tinh"}},
	{"thanh pho", []Kind{"tp_tttw"}},
	{"tp.", []Kind{"tp_tttw"}},
	{"tp", []Kind{"tp_tttw"}},
	{"bo", []Kind{"bo"}},
}

// strip removes leading kind words and returns what is left with the kinds that all of them fit
// (nil: any).
func strip(folded string) (bare string, kinds []Kind) {
	bare = folded
	for again := true; again; {
		again = false
		for _, p := range prefixes {
			rest, ok := strings.CutPrefix(bare, p.word)
			if !ok || (!strings.HasSuffix(p.word, ".") && !strings.HasPrefix(rest, " ")) {
				continue
			}
			bare = strings.TrimSpace(rest)
			if kinds == nil {
				kinds = p.kinds
			} else {
				kinds = slices.DeleteFunc(slices.Clone(kinds), func(k Kind) bool { return !slices.Contains(p.kinds, k) })
			}
			again = true
		}
	}
	return bare, kinds
}

// Match is what a written name turned out to mean.
type Match struct {
	Agency ID
	// Ambiguous lists the candidates when there is more than one; Agency is then "".
	Ambiguous []ID
	// Elsewhen lists agencies that the text names on other days, when it names none on this one.
	Elsewhen []ID
	// Nearest lists agencies with a similar name, when nothing else was found.
	Nearest []ID
}

// Found reports whether exactly one agency is meant.
func (m Match) Found() bool { return m.Agency != "" }

// Resolve finds the agency that text names on day d: its ID, a code valid then, a name, short
// name or alias valid then; only after that the name without kind words such as "tỉnh", "UBND" or
// "bộ", if the kind fits; and last the name without regard to blanks, hyphens and dots ("ĐàNẵng").
// Nothing is guessed: two candidates are both returned.
func (dir *Directory) Resolve(text string, d vi.Date) Match {
	m := dir.Find(text, d)
	if m.Agency == "" && len(m.Ambiguous)+len(m.Elsewhen) == 0 {
		bare, _ := strip(vi.Fold(withoutOrdinal(vi.Clean(text))))
		if bare != "" {
			m.Nearest = dir.nearest(bare, d)
		}
		if name, _, cut := strings.Cut(text, "("); cut && len(m.Nearest) == 0 { // "Tây Ninh (sáp nhập Long An)"
			if near := dir.Find(name, d); near.Found() {
				m.Nearest = []ID{near.Agency}
			}
		}
	}
	return m
}

// Find is Resolve that looks for no similar names, for callers that try many texts.
func (dir *Directory) Find(text string, d vi.Date) Match {
	text = vi.Clean(text)
	if _, ok := dir.On(ID(text), d); ok {
		return Match{Agency: ID(text)}
	}
	folded := vi.Fold(text)
	if folded == "" {
		return Match{}
	}
	bare, kinds := strip(folded)
	var past []named
	for _, all := range [][]named{
		dir.names[folded],
		dir.fitting(dir.stripped[bare], kinds, d),
		dir.squeezed[squeeze(folded)],
		dir.fitting(dir.squeezed[squeeze(bare)], kinds, d),
	} {
		if m, ok := dir.pick(all, d); ok {
			return m
		}
		if len(past) == 0 {
			past = all
		}
	}
	if len(past) > 0 {
		return Match{Elsewhen: distinct(past)}
	}
	for _, rest := range []string{spelledOut(text), withoutOrdinal(text), withoutMark(text), strings.ReplaceAll(text, "&", " và ")} {
		if rest != text {
			return dir.Find(rest, d)
		}
	}
	return Match{}
}

// withoutMark removes the marks of a footnote behind a name, "Hà Nội (*)", "Huế(1)", "Đà Nẵng²", and what ends a line of a list.
func withoutMark(text string) string {
	rest := strings.TrimRight(text, "*;:,⁰¹²³⁴⁵⁶⁷⁸⁹ ")
	if i := strings.LastIndexAny(rest, "(["); i > 0 && strings.HasSuffix(rest, map[byte]string{'(': ")", '[': "]"}[rest[i]]) {
		if in := rest[i+1 : len(rest)-1]; len(in) <= 3 && strings.Trim(in, "*0123456789") == "" {
			rest = rest[:i]
		}
	}
	if rest = strings.TrimSpace(rest); rest == "" {
		return text
	}
	return rest
}

// withoutOrdinal removes the number, letter or dash before a name in a list: "1. Hà Nội", "a) …", "- …".
func withoutOrdinal(text string) string {
	rest := strings.TrimLeft(text, "-+*• ")
	if i := strings.IndexAny(rest, ".)/:"); i > 0 && i <= 4 && i+1 < len(rest) && isOrdinal(rest[:i]) && !isLocal(rest[:i+1]) {
		rest = strings.TrimSpace(rest[i+1:])
	}
	if rest == "" {
		return text
	}
	return rest
}

// locals are the short forms of what is below a province: "P. Cao Bằng" is a ward, not the sixteenth of a list.
var locals = map[string]string{
	"p.":  "Phường",
	"x.":  "Xã",
	"tt.": "Thị trấn",
	"tx.": "Thị xã",
	"q.":  "Quận",
	"h.":  "Huyện",
	"đk.": "Đặc khu",
}

func isLocal(mark string) bool { return locals[strings.ToLower(mark)] != "" }

// spelledOut writes the short form of a commune's kind in full: "P. Cao Bằng" is "Phường Cao Bằng".
func spelledOut(text string) string {
	i := strings.IndexByte(text, '.')
	if i < 0 || i > 4 || i+1 >= len(text) {
		return text
	}
	if kind := locals[strings.ToLower(text[:i+1])]; kind != "" {
		return kind + " " + strings.TrimSpace(text[i+1:])
	}
	return text
}

func isOrdinal(s string) bool {
	digits := strings.Trim(s, "0123456789") == ""
	return digits || strings.Trim(s, "IVXivx") == "" || len(s) == 1
}

// fitting returns those of all that are of one of the kinds (nil: any) on the day of theirs that
// is nearest to d.
func (dir *Directory) fitting(all []named, kinds []Kind, d vi.Date) []named {
	if kinds == nil {
		return all
	}
	var fit []named
	for _, n := range all {
		if slices.Contains(kinds, dir.kindAt(n.id, max(n.from, min(d, n.to)))) {
			fit = append(fit, n)
		}
	}
	return fit
}

// squeeze removes what people leave out or put in between the words of a name.
func squeeze(folded string) string { return squeezer.Replace(folded) }

var squeezer = strings.NewReplacer(" ", "", "-", "", ".", "")

func (dir *Directory) kindAt(id ID, d vi.Date) Kind {
	if v, ok := dir.On(id, d); ok {
		return v.Kind
	}
	return ""
}

// pick returns the one agency among those valid on d, or all of them when there are several. An
// alias or code may be written down for longer than its agency lived.
func (dir *Directory) pick(all []named, d vi.Date) (Match, bool) {
	var now []named
	for _, n := range all {
		if _, alive := dir.On(n.id, d); alive && n.from <= d && d <= n.to {
			now = append(now, n)
		}
	}
	ids := distinct(now)
	switch len(ids) {
	case 0:
		return Match{}, false
	case 1:
		return Match{Agency: ids[0]}, true
	}
	return Match{Ambiguous: ids}, true
}

func distinct(all []named) []ID {
	var out []ID
	for _, n := range all {
		if !slices.Contains(out, n.id) {
			out = append(out, n.id)
		}
	}
	return out
}

// nearest returns up to three agencies of day d whose bare name is within two edits of text.
func (dir *Directory) nearest(bare string, d vi.Date) []ID {
	type near struct {
		id   ID
		dist int
	}
	var found []near
	for _, id := range dir.order {
		v, ok := dir.On(id, d)
		if !ok || v.Level == Aggregate {
			continue
		}
		name, _ := strip(vi.Fold(v.Name))
		if n := vi.EditDistance(bare, name, 2); n <= 2 {
			found = append(found, near{id, n})
		}
	}
	slices.SortStableFunc(found, func(a, b near) int { return cmp.Compare(a.dist, b.dist) })
	var out []ID
	for _, n := range found[:min(3, len(found))] {
		out = append(out, n.id)
	}
	return out
}
