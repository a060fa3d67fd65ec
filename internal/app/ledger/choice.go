package ledger

import (
	"unicode"
	"unicode/utf8"
)

// Choice is one option of a selection.
type Choice struct {
	Code     string
	Title    string
	Selected bool
}

// LowerFirst puts a title into the middle of a sentence.
func LowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}
