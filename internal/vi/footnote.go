package vi

import (
	"strings"
	"unicode/utf8"
)

// raised are the letters of a raised footnote mark.
const raised = "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾"

// CutFootnote cuts the raised mark of a footnote off the end of a number or a name: "85¹" is "85" and "¹",
// "Tỷ lệ⁽²⁾ *" is "Tỷ lệ" and "⁽²⁾ *". Without a raised mark the text is returned as it is: "12 (3)" may be
// anything, and "m²" is a unit.
func CutFootnote(text string) (rest, mark string) {
	cut, some := len(text), false
	for cut > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:cut])
		up := strings.ContainsRune(raised, r)
		if !up && r != '*' && r != ' ' && r != ',' {
			break
		}
		some = some || up
		cut -= size
	}
	rest = strings.TrimRight(text[:cut], " ,")
	if !some || rest == "" || strings.HasSuffix(rest, "m") && (len(rest) < 2 || rest[len(rest)-2] == ' ' || rest[len(rest)-2] == 'k') {
		return text, ""
	}
	return rest, strings.Trim(text[len(rest):], " ,")
}
