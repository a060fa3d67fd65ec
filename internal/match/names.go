package match

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// doc is a target with the words that it is described by.
type doc struct {
	target Target
	def    *kpi.Definition
	order  int     // in the catalogue
	text   []int32 // words, and pairs of them
	words  []int32
	marks  mark    // of its words
	name   []int32 // of the indicator
	own    set
	all    set // of text and name
	unit   vi.Unit
	accum  kpi.Accumulation
}

// add takes up a definition: its value, and its parts when it has them.
func (r *Reader) add(d *kpi.Definition) {
	at := [3]int{-1, -1, -1}
	name := r.terms(d.Name)
	r.units[vi.Fold(d.Unit)] = true
	for part, text := range []string{d.Name, d.Numerator, d.Denominator} {
		if text == "" || part > 0 && !d.HasParts() {
			continue
		}
		x := doc{target: Target{d.Indicator.Code, Part(part)}, def: d, order: len(r.docs), text: r.terms(text), name: name, accum: d.Accumulation}
		x.own.put(x.text...)
		x.all.put(x.text...)
		x.all.put(name...)
		x.unit = vi.ParseUnit(d.Unit)
		for _, t := range x.text {
			if !r.pair[t] {
				x.words = append(x.words, t)
			}
		}
		for _, t := range r.words.tokens(text) {
			x.marks |= r.words.marks[t]
		}
		at[part] = len(r.docs)
		r.docs = append(r.docs, x)
	}
	r.byCode[d.Indicator.Code] = at
}

// set is a set of words.
type set []uint64

func (s *set) put(words ...int32) {
	for _, t := range words {
		for int(t>>6) >= len(*s) {
			*s = append(*s, 0)
		}
		(*s)[t>>6] |= 1 << (t & 63)
	}
}

func (s set) has(t int32) bool { return int(t>>6) < len(s) && s[t>>6]&(1<<(t&63)) != 0 }

// terms returns the words of a text and the pairs of neighbours, each once, as numbers.
func (r *Reader) terms(text string) []int32 {
	tokens := r.words.tokens(text)
	var out []int32
	tokens = slices.DeleteFunc(tokens, func(t string) bool { return r.words.marks[t]&(marksToDate|marksInPeriod) != 0 })
	put := func(s string) {
		if id := r.intern(s); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for i, t := range tokens {
		put(t)
		if i > 0 {
			put(tokens[i-1] + "+" + t)
		}
	}
	return out
}

// intern gives a word its number.
func (r *Reader) intern(s string) int32 {
	id, ok := r.ids[s]
	if !ok {
		id = int32(len(r.texts))
		r.ids[s] = id
		r.texts = append(r.texts, s)
		r.marks = append(r.marks, r.words.marks[s])
		r.pair = append(r.pair, strings.Contains(s, "+"))
	}
	return id
}

// weigh gives every word its rarity over all targets; a pair counts six tenths of a word.
func (r *Reader) weigh() {
	for _, w := range slices.Sorted(maps.Keys(r.words.marks)) {
		r.intern(w)
	}
	for _, o := range r.words.against {
		a, b := r.intern(o[0]), r.intern(o[1])
		r.doubts[a], r.doubts[b] = append(r.doubts[a], b), append(r.doubts[b], a)
		r.sided[a], r.sided[b] = true, true
	}
	count := make([]int, len(r.texts))
	for i := range r.docs {
		for _, t := range r.docs[i].text {
			count[t]++
		}
	}
	r.weight, r.common = make([]int32, len(r.texts)), make([]bool, len(r.texts))
	for t := range r.weight {
		r.weight[t], r.common[t] = rarity(r.texts[t], len(r.docs), count[t]), count[t]*10 >= len(r.docs)
	}
}

// rarity is ln(1 + n/(½+df)) in thousandths.
func rarity(text string, n, df int) int32 {
	w := lnThousandths(int64(2*df+1+2*n), int64(2*df+1))
	if strings.Contains(text, "+") {
		return int32(w * 6 / 10)
	}
	return int32(w)
}

// lnThousandths is ln(a/b) in thousandths for a ≥ b > 0, in whole numbers, so that every machine gives the same.
func lnThousandths(a, b int64) int64 {
	const one = 1 << 24
	x := a * one / b
	bits := int64(0) // of log2, with 16 binary places
	for x >= 2*one {
		x /= 2
		bits += 1 << 16
	}
	for step := int64(1 << 15); step > 0; step /= 2 {
		if x = x / (1 << 12) * (x / (1 << 12)); x >= 2*one {
			x /= 2
			bits += step
		}
	}
	return bits * 693147 / 1000 >> 16
}

// weightOf is the weight of a word, that of the rarest when no target has it.
func (r *Reader) weightOf(t int32) int32 {
	if int(t) < len(r.weight) {
		return r.weight[t]
	}
	return 0
}

// heading is what stands above a column, read.
type heading struct {
	own, group []int32 // of words that targets or lists know
	strange    int32   // weight of own words that nobody knows
	marks      mark    // of the own words
	above      mark    // of the words above
	bare       bool    // the own words say nothing of the indicator: "Tử số", "Tỷ lệ", "Lũy kế"
	inside     set
	careful    []int32 // words that may contradict
	numbered   string  // "3", "(5)=(3)/(4)"
	unit       vi.Unit
	negated    bool
}

var (
	reNumbered = regexp.MustCompile(`^[(\[]?([0-9]{1,2}|[A-Z])[)\]]?\s*(=.*)?$`)
	reBrackets = regexp.MustCompile(`\(([^()]*)\)\s*$`)
)

// read makes a heading of the stack above a column.
func (r *Reader) read(c *Column) heading {
	h := heading{}
	stack := make([]string, 0, len(c.Headings))
	for _, s := range c.Headings {
		s = strings.TrimSpace(s)
		switch {
		case s == "" || len(stack) > 0 && stack[len(stack)-1] == s:
		case reNumbered.MatchString(s) && len(stack) > 0:
			h.numbered = s
		default:
			stack = append(stack, s)
		}
	}
	if len(stack) == 0 {
		return h
	}
	own := stack[len(stack)-1]
	if m := reBrackets.FindStringSubmatch(own); m != nil {
		if u := vi.ParseUnit(m[1]); u.Sure() || r.units[vi.Fold(m[1])] || strings.Trim(m[1], "0123456789 ") == "" {
			own, h.unit = own[:len(own)-len(m[0])], u
			if u.Base == "%" {
				own += " %"
			}
		}
	}
	if c.Unit != "" && h.unit == (vi.Unit{}) {
		h.unit = vi.ParseUnit(c.Unit)
	}
	if c.Unit == "%" && h.unit.Base == "%" && !strings.Contains(own, "%") {
		own += " %"
	}
	r.take(&h, own, &h.own, &h.marks, &h.strange)
	h.bare = h.strange == 0 && len(h.own) == 0
	var strange int32
	r.take(&h, strings.Join(stack[:len(stack)-1], " | "), &h.group, &h.above, &strange)
	h.inside.put(h.own...)
	h.inside.put(h.group...)
	for _, t := range append(slices.Clone(h.own), h.group...) {
		if r.marks[t]&(marksAside|marksNarrower) != 0 || r.sided[t] {
			h.careful = append(h.careful, t)
		}
	}
	return h
}

// take reads the words of a text: those that targets or lists know, what they do, and the weight of those that nobody knows.
// Words that only say which part it is are not among them, but for "tỷ lệ", which is half a name.
func (r *Reader) take(h *heading, text string, out *[]int32, marks *mark, strange *int32) {
	tokens := r.words.tokens(text)
	rare := rarity("", len(r.docs), 0) / 2
	said := false
	for i, t := range tokens {
		does := r.words.marks[t]
		*marks |= does
		h.negated = h.negated || t == "chua" || t == "khong"
		said = said || does&marksCues == 0
		if id, ok := r.ids[t]; !ok || int(id) >= len(r.weight) {
			if strings.Trim(t, "0123456789") != "" {
				*strange += rare
			}
		} else if does&(marksCues&^(marksValue|marksTotal)) == 0 && !slices.Contains(*out, id) {
			*out = append(*out, id)
		}
		if i > 0 {
			if id, ok := r.ids[tokens[i-1]+"+"+t]; ok && !slices.Contains(*out, id) {
				*out = append(*out, id)
			}
		}
	}
	if !said && *strange == 0 {
		*out = nil
	}
}
