package vi

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// ErrNotNumber is returned for text that is not a number in any form that is read.
var ErrNotNumber = errors.New("not a number")

// ErrAmbiguous is what errors.Is finds in an AmbiguousError.
var ErrAmbiguous = errors.New("ambiguous number")

// AmbiguousError is returned for a text such as "1.234" or "1,234" that people write both for one
// thousand two hundred and thirty-four and for a little more than one. It carries both readings.
type AmbiguousError struct {
	Whole    Decimal // the separator groups thousands
	Fraction Decimal // the separator is the decimal mark
}

// Error returns both readings.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("ambiguous number: %s or %s", e.Whole, e.Fraction)
}

// Is makes errors.Is(err, ErrAmbiguous) true.
func (e *AmbiguousError) Is(target error) bool { return target == ErrAmbiguous }

// Number is what a typed text says: an exact number and how exact the writer meant it to be.
type Number struct {
	Value     Decimal
	Percent   bool // a percent sign follows: 45,5 % has Value 45.5
	Rounded   bool // "hơn", "gần", "khoảng", "trên", "(làm tròn)"
	Toward    Toward
	Estimated bool // "ước"
	Below     bool // "<10 %", "dưới 10 %": Value is only a bound
}

// Toward says to which side of a printed number the true one lies.
type Toward uint8

// The words of direction.
const (
	NoSide   Toward = iota
	Above           // "trên", "≥"
	MoreThan        // "hơn", ">"
	Nearly          // "gần": just below
	About           // "khoảng", "xấp xỉ", "≈": on either side
)

// sides are the words of direction before a number, folded.
var sides = map[string]Toward{
	"hon":         MoreThan,
	">":           MoreThan,
	"khoang hon":  MoreThan,
	"dat hon":     MoreThan,
	"lon hon":     MoreThan,
	"cao hon":     MoreThan,
	"tren":        Above,
	">=":          Above,
	"≥":           Above,
	"khoang tren": Above,
	"dat tren":    Above,
	"gan":         Nearly,
	"khoang gan":  Nearly,
	"dat gan":     Nearly,
	"gan dat":     Nearly,
	"khoang":      About,
	"xap xi":      About,
	"~":           About,
	"≈":           About,
	"±":           About,
	"tren duoi":   About,
	"dat khoang":  About,
}

// ParseToward reads a word of direction in its folded form, as a column of qualifiers has it, NoSide for every other word.
func ParseToward(folded string) Toward {
	switch folded {
	case "over":
		return MoreThan
	case "under":
		return Nearly
	case "about":
		return About
	}
	return sides[folded]
}

// ParseNumber reads a number as people type it, in Vietnamese (1.234.567,8) or international form
// (1,234,567.8), with blanks between groups of three, a trailing percent sign, or a leading word
// such as "hơn", "gần", "ước" or "dưới". Mixed or malformed grouping is ErrNotNumber: nothing is
// guessed. One separator before exactly three digits ("1.234") groups thousands when whole says
// that the column holds whole numbers, and is an *AmbiguousError otherwise.
func ParseNumber(text string, whole bool) (Number, error) {
	if d, ok := plainInt(text); ok {
		return Number{Value: d}, nil
	}
	text = Clean(text)
	start := strings.IndexAny(text, "0123456789+-−.,")
	if start < 0 {
		return Number{}, ErrNotNumber
	}
	var n Number
	if !n.lead(text[:start]) {
		return Number{}, ErrNotNumber
	}
	body := text[start:]
	end := strings.LastIndexAny(body, "0123456789.,") + 1
	switch Fold(body[end:]) {
	case "":
	case "%", "phan tram":
		n.Percent = true
	default:
		return Number{}, ErrNotNumber
	}
	var err error
	n.Value, err = parseBody(body[:end], whole)
	if err != nil {
		return Number{}, err
	}
	return n, nil
}

// plainInt is the common case: up to 15 digits and nothing else.
func plainInt(s string) (Decimal, bool) {
	if s == "" || len(s) > MaxDigits {
		return Decimal{}, false
	}
	var n int64
	for i := range len(s) {
		c := s[i]
		if c < '0' || c > '9' {
			return Decimal{}, false
		}
		n = n*10 + int64(c-'0')
	}
	return Int(n), true
}

// lead reads the words before a number.
func (n *Number) lead(words string) bool {
	if words == "" {
		return true
	}
	folded := Fold(words)
	if side := sides[folded]; side != NoSide {
		n.Rounded, n.Toward = true, side
		return true
	}
	switch folded {
	case "uoc", "uoc tinh", "uoc dat", "uoc khoang":
		n.Estimated = true
	case "<", "<=", "≤", "duoi", "nho hon", "thap hon", "it hon", "chua den", "khong qua":
		n.Below = true
	default:
		return false
	}
	return true
}

// parseBody reads sign, digits and separators.
func parseBody(s string, whole bool) (Decimal, error) {
	neg := false
	switch {
	case strings.HasPrefix(s, "-"), strings.HasPrefix(s, "−"):
		_, size := utf8.DecodeRuneInString(s)
		neg, s = true, strings.TrimPrefix(s[size:], " ")
	case strings.HasPrefix(s, "+"):
		s = s[1:]
	}
	d, err := parseUnsigned(s, whole)
	var amb *AmbiguousError
	switch {
	case !neg:
		return d, err
	case errors.As(err, &amb):
		return Decimal{}, &AmbiguousError{amb.Whole.Neg(), amb.Fraction.Neg()}
	}
	return d.Neg(), err
}

func parseUnsigned(s string, whole bool) (Decimal, error) {
	spaces, dots, commas := strings.Count(s, " "), strings.Count(s, "."), strings.Count(s, ",")
	switch {
	case spaces > 0 && dots+commas > 1, dots > 1 && commas > 1:
		return Decimal{}, ErrNotNumber
	case spaces > 0:
		if i := strings.IndexAny(s, ".,"); i >= 0 {
			return assemble(s[:i], s[i+1:], " ")
		}
		return assemble(s, "", " ")
	case dots == 1 && commas >= 1 && strings.LastIndex(s, ",") < strings.Index(s, "."):
		return assemble(beforeAfter(s, ".", ","))
	case commas == 1 && dots >= 1 && strings.LastIndex(s, ".") < strings.Index(s, ","):
		return assemble(beforeAfter(s, ",", "."))
	case dots > 0 && commas > 0:
		return Decimal{}, ErrNotNumber
	case dots > 1:
		return assemble(s, "", ".")
	case commas > 1:
		return assemble(s, "", ",")
	case dots == 1:
		return single(s, ".", whole)
	case commas == 1:
		return single(s, ",", whole)
	}
	return assemble(s, "", "")
}

func beforeAfter(s, mark, group string) (string, string, string) {
	a, b, _ := strings.Cut(s, mark)
	if b == "" {
		b = "x" // "1.234," is no number; a blank fraction would pass as none
	}
	return a, b, group
}

// single reads a number with one separator, which groups thousands or marks decimals.
func single(s, sep string, whole bool) (Decimal, error) {
	a, b, _ := strings.Cut(s, sep)
	if b == "" {
		return Decimal{}, ErrNotNumber
	}
	if a == "" {
		a = "0"
	}
	frac, err := assemble(a, b, "")
	if err != nil || len(b) != 3 || len(a) > 3 || a[0] == '0' {
		return frac, err
	}
	group, err := assemble(a+b, "", "")
	if err != nil || whole {
		return group, err
	}
	return Decimal{}, &AmbiguousError{Whole: group, Fraction: frac}
}

// assemble checks the grouping of whole and reads whole.frac.
func assemble(whole, frac, group string) (Decimal, error) {
	if group != "" && strings.Contains(whole, group) {
		parts := strings.Split(whole, group)
		for i, p := range parts {
			if (i > 0 && len(p) != 3) || (i == 0 && (len(p) < 1 || len(p) > 3)) {
				return Decimal{}, ErrNotNumber
			}
		}
		whole = strings.Join(parts, "")
	}
	if whole == "" || checkDigits(whole) != nil || checkDigits(frac) != nil {
		return Decimal{}, ErrNotNumber
	}
	if frac == "" {
		return ParseDecimal(whole)
	}
	return ParseDecimal(whole + "." + frac)
}
