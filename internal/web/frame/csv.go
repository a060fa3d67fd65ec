package frame

import (
	"strconv"
	"strings"

	"chiso/internal/vi"
)

// BOM tells Excel that a CSV file is UTF-8.
const BOM = "\ufeff"

// Comma prints a number as a Vietnamese spreadsheet reads it.
func Comma(d vi.NullDecimal) string { return strings.Replace(d.String(), ".", ",", 1) }

// Safe keeps a spreadsheet from taking a text for a formula.
func Safe(s string) string { return vi.Unformula(s) }

// Whole prints a rank, nothing when there is none.
func Whole(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
