package vi

import (
	"strings"
	"unicode/utf8"
)

// FormulaLike reports whether a spreadsheet could take a text for a formula: by its first sign, also of the wide ones.
func FormulaLike(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first)
}

// Unformula keeps a spreadsheet that opens a CSV from taking a text for a formula. A plain number stays as it is.
func Unformula(s string) string {
	if !FormulaLike(s) || len(s) > 1 && strings.Trim(s[1:], "0123456789.,") == "" && (s[0] == '-' || s[0] == '+') {
		return s
	}
	return "'" + s
}
