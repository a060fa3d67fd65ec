package match

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"chiso/internal/vi"
)

// mark says what a word of a heading does.
type mark uint8

const (
	marksValue       mark = 1 << iota // tỷ lệ: the share itself
	marksTotal                        // tổng: what is divided by
	marksNumerator                    // tử số
	marksDenominator                  // mẫu số
	marksAside                        // kế hoạch, kỳ trước: something else than what is reported
	marksNarrower                     // cấp xã: of a part only
	marksToDate                       // lũy kế
	marksInPeriod                     // trong kỳ

	// marksCues are those of words that say nothing of the indicator.
	marksCues = marksValue | marksTotal | marksNumerator | marksDenominator | marksToDate | marksInPeriod
)

var markOf = map[string]mark{
	"value":       marksValue,
	"total":       marksTotal,
	"numerator":   marksNumerator,
	"denominator": marksDenominator,
	"aside":       marksAside,
	"narrows":     marksNarrower,
	"to_date":     marksToDate,
	"in_period":   marksInPeriod,
}

// entry is one line of the word list.
type entry struct {
	kind, text, means string
	from, to          vi.Date
}

// Lexicon is the dated list of words that headings use: abbreviations, phrases that mean the same, opposites, and words that
// say which part or that a column is none.
type Lexicon struct {
	entries []entry

	replace map[string][]string // words → the words that they stand for
	phrases map[string]bool     // words that are one
	stop    map[string]bool
	marks   map[string]mark
	against [][2]string
	longest int
}

// ParseLexicon reads the list: kind, text, means, from, to, source.
func ParseLexicon(from io.Reader) (*Lexicon, error) {
	in := csv.NewReader(from)
	in.FieldsPerRecord = 6
	lines, err := in.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("heading words: %w", err)
	}
	if len(lines) == 0 || lines[0][0] != "kind" {
		return nil, errors.New("heading words: no header")
	}
	l := &Lexicon{}
	for i, f := range lines[1:] {
		e := entry{kind: f[0], text: f[1], means: f[2], from: vi.OpenFrom, to: vi.OpenTo}
		for k, at := range []*vi.Date{&e.from, &e.to} {
			if f[3+k] == "" {
				continue
			}
			if *at, err = vi.ParseISODate(f[3+k]); err != nil {
				return nil, fmt.Errorf("heading words: line %d: %w", i+2, err)
			}
		}
		if len(split(e.text)) == 0 || !known(e.kind) || needsMeans(e.kind) != (e.means != "") {
			return nil, fmt.Errorf("heading words: line %d: %q, %q, %q", i+2, e.kind, e.text, e.means)
		}
		l.entries = append(l.entries, e)
	}
	return l, nil
}

func known(kind string) bool {
	return needsMeans(kind) || kind == "phrase" || kind == "stop" || markOf[kind] != 0
}

func needsMeans(kind string) bool {
	return kind == "abbreviation" || kind == "same" || kind == "opposite"
}

// on returns the words in use on a day, ready to be looked up.
func (l *Lexicon) on(day vi.Date) *Lexicon {
	out := &Lexicon{
		entries: l.entries,
		replace: map[string][]string{},
		phrases: map[string]bool{},
		stop:    map[string]bool{},
		marks:   map[string]mark{},
	}
	for _, e := range l.entries {
		if day < e.from || e.to < day {
			continue
		}
		words := split(e.text)
		key := strings.Join(words, " ")
		out.longest = max(out.longest, len(words))
		switch e.kind {
		case "abbreviation", "same":
			out.replace[key] = split(e.means)
		case "stop":
			out.stop[key], out.phrases[key] = true, true
		case "opposite":
			other := strings.Join(split(e.means), " ")
			out.phrases[key], out.phrases[other] = true, true
			out.against = append(out.against, [2]string{key, other})
		default:
			out.phrases[key] = true
			out.marks[key] |= markOf[e.kind]
		}
	}
	return out
}

// split folds a text and cuts it into words. % is one.
func split(text string) []string {
	folded := strings.ReplaceAll(vi.Fold(text), "%", " % ")
	return strings.FieldsFunc(folded, func(c rune) bool {
		return c != '%' && (c < '0' || c > '9' && c < 'a' || c > 'z')
	})
}

// maxWords bounds what is read of one heading.
const maxWords = 80

// tokens gives the words of a text in one form: abbreviations written out, phrases of one meaning replaced, phrases as one.
func (l *Lexicon) tokens(text string) []string {
	words := split(text)
	for range 3 { // what stands for something may be part of a longer phrase
		next, changed := l.replaced(words[:min(len(words), maxWords)])
		if words = next; !changed {
			break
		}
	}
	var out []string
	for i := 0; i < len(words); {
		n := l.longestAt(words, i, func(key string) bool { return l.phrases[key] })
		w := strings.Join(words[i:i+max(n, 1)], " ")
		if !l.stop[w] {
			out = append(out, w)
		}
		i += max(n, 1)
	}
	return out
}

func (l *Lexicon) replaced(words []string) (out []string, changed bool) {
	for i := 0; i < len(words); {
		n := l.longestAt(words, i, func(key string) bool { return l.replace[key] != nil || l.phrases[key] })
		with := l.replace[strings.Join(words[i:i+n], " ")]
		switch {
		case n == 0:
			out = append(out, words[i])
			i++
			continue
		case with == nil:
			out = append(out, words[i:i+n]...)
		default:
			out, changed = append(out, with...), true
		}
		i += n
	}
	return out, changed
}

// longestAt returns how many words from i on make the longest text that is wanted.
func (l *Lexicon) longestAt(words []string, i int, want func(string) bool) int {
	for n := min(l.longest, len(words)-i); n > 0; n-- {
		if want(strings.Join(words[i:i+n], " ")) {
			return n
		}
	}
	return 0
}
