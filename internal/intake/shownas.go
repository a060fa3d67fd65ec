package intake

import (
	"math/big"
	"strings"
	"unicode"

	"chiso/internal/vi"
)

// shown says how a cell shows the number that it stores.
type shownKind uint8

const (
	shownSame  shownKind = iota // rounded, or not at all
	shownWords                  // with words of its format
	shownOther                  // another number: divided by a power of ten
)

// shownAs compares what a cell shows with what it stores.
func shownAs(text string, d vi.Decimal, percent bool) shownKind {
	if text == "" || strings.ContainsAny(text, "#") {
		return shownSame // too narrow, or hidden by its format
	}
	letters := func(c rune) bool { return unicode.IsLetter(c) || unicode.Is(unicode.Sc, c) }
	if i := strings.IndexFunc(text, letters); i >= 0 {
		if (text[i] == 'E' || text[i] == 'e') && i > 0 && text[i-1] >= '0' && text[i-1] <= '9' {
			return shownSame
		}
		return shownWords
	}
	digits := strings.TrimLeft(strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, text), "0")
	r := new(big.Rat).Abs(d.Rat())
	if percent {
		r.Mul(r, big.NewRat(100, 1))
	}
	for k := range 16 {
		if strings.TrimLeft(strings.ReplaceAll(r.FloatString(k), ".", ""), "0") == digits {
			return shownSame
		}
	}
	return shownOther
}
