package vi

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Clean returns s in NFC with NBSP and other blanks as single spaces and none at the ends, without
// what nobody sees: control and zero-width characters, a byte order mark. Bytes that are not UTF-8
// become U+FFFD (PostgreSQL takes neither them nor NUL). Every text that enters Chiso passes
// through it.
func Clean(s string) string {
	if isPlain(s) {
		return s
	}
	return strings.Join(strings.Fields(norm.NFC.String(strings.Map(visible, s))), " ")
}

// visible drops a character that takes no room on paper; blanks of all sorts stay.
func visible(r rune) rune {
	if ' ' <= r && r < 0x7f { // nearly every letter of a folded name
		return r
	}
	if !unicode.IsSpace(r) && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r)) {
		return -1
	}
	return r
}

// isPlain reports the common case that needs no work: ASCII without leading, trailing or
// repeated blanks.
func isPlain(s string) bool {
	space := true
	for i := range len(s) {
		c := s[i]
		if c >= 0x7f || (c <= ' ' && (c != ' ' || space)) {
			return false
		}
		space = c == ' '
	}
	return len(s) == 0 || !space
}

// letters that NFD does not split, and dashes and dots that people mix.
var foldLetters = strings.NewReplacer("đ", "d", "Đ", "d", "ð", "d", "Ð", "d",
	"–", "-", "—", "-", "−", "-", "‐", "-", "‑", "-", "‒", "-", "―", "-")

// Fold returns the form that names are compared in: lower case, no diacritics, đ/Đ/ð/Ð as d, all
// dashes as a hyphen without blanks around it, single spaces. "Đắk  Lắk" and "DAK LAK" give
// "dak lak"; "Thừa Thiên - Huế" and "Thừa Thiên-Huế" give "thua thien-hue".
func Fold(s string) string {
	s = norm.NFD.String(foldLetters.Replace(s))
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(visible(r))
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	s = strings.ReplaceAll(s, " -", "-")
	return strings.ReplaceAll(s, "- ", "-")
}

// Collator sorts by Vietnamese rules: Đ after D, tones in their order. It is safe for
// concurrent use, unlike the collator of x/text that it guards.
type Collator struct {
	mu sync.Mutex
	c  *collate.Collator
}

// NewCollator returns a Vietnamese collator.
func NewCollator() *Collator { return &Collator{c: collate.New(language.Vietnamese)} }

// Compare returns -1, 0 or 1.
func (c *Collator) Compare(a, b string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.c.CompareString(a, b)
}

// SortBy sorts items by the Vietnamese order of key, keeping equal ones in place.
func SortBy[T any](c *Collator, items []T, key func(T) string) {
	slices.SortStableFunc(items, func(a, b T) int { return c.Compare(key(a), key(b)) })
}

// HasWords reports whether a text has every one of some words, without regard to case and diacritics; no words are always there.
func HasWords(text, words string) bool {
	folded := Fold(text)
	for w := range strings.FieldsSeq(Fold(words)) {
		if !strings.Contains(folded, w) {
			return false
		}
	}
	return true
}
