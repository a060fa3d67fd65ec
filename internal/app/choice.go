package app

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

// lowerFirst puts a title into the middle of a sentence.
func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}
