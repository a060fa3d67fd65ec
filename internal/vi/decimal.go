package vi

import (
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
)

// MaxDigits is how many significant digits a Decimal keeps: what an Excel cell shows and what
// an IEEE double carries without loss, so that a figure survives file, database and JSON.
const MaxDigits = 15

// ErrNotDecimal is returned for text that is not a plain decimal number.
var ErrNotDecimal = errors.New("not a decimal number")

// ErrTooLong is returned for numbers of more than MaxDigits significant digits.
var ErrTooLong = errors.New("more than 15 significant digits")

// maxScale is how many decimals a Decimal has at most and how many digits
// its coefficient has: three more than a figure, for sums of figures. Below tiny, 15 significant digits would
// reach past the last decimal.
const (
	maxScale = 18
	tiny     = 1e-3
)

// Decimal is an exact decimal number: coefficient × 10^-scale. It is kept normalised (no
// trailing zero in the fraction), so equal numbers are ==. The zero value is 0.
type Decimal struct {
	coef  int64
	scale uint8
}

// NewDecimal returns coef × 10^-scale. The caller knows that the number fits: scale is at most 18.
func NewDecimal(coef int64, scale int) Decimal {
	for scale > 0 && coef%10 == 0 {
		coef /= 10
		scale--
	}
	for ; scale < 0; scale++ {
		coef *= 10
	}
	return Decimal{coef, uint8(scale)}
}

// Int returns n as a Decimal.
func Int(n int64) Decimal { return Decimal{coef: n} }

// DecimalOf returns the decimal that a stored double stands for: its 15 significant digits, as Excel
// shows them, and no more than maxScale decimals, so that what a subtraction of doubles leaves
// behind (0.1+0.2-0.3) is a number too. NaN and infinities are refused.
func DecimalOf(f float64) (Decimal, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Decimal{}, ErrNotDecimal
	}
	if i := int64(f); float64(i) == f && i > -1e15 && i < 1e15 {
		return Decimal{coef: i}, nil
	}
	// Most figures have few decimals: a multiplication finds them far faster than printing.
	for s, p := 1, 10.0; s <= 6; s, p = s+1, p*10 {
		c := math.Round(f * p)
		if math.Abs(c) >= 1e15 {
			break
		}
		if c/p == f {
			return NewDecimal(int64(c), s), nil
		}
	}
	if math.Abs(f) < tiny {
		return ParseDecimal(strconv.FormatFloat(f, 'f', maxScale, 64))
	}
	return ParseDecimal(strconv.FormatFloat(f, 'e', MaxDigits-1, 64))
}

// ParseDecimal reads the international machine form: -1234.5, 1e3. It is for stored values,
// JSON and settings; what people type goes through ParseNumber.
func ParseDecimal(s string) (Decimal, error) { return parse(s, MaxDigits) }

// parse reads the machine form of a number of up to maxDigits digits.
func parse(s string, maxDigits int) (Decimal, error) {
	mant, exp := s, 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		n, err := strconv.Atoi(s[i+1:])
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return Decimal{}, ErrNotDecimal
		}
		// Far beyond what fits; the bound keeps the sums below from overflowing.
		mant, exp = s[:i], min(max(n, -1e6), 1e6)
	}
	mant, neg := strings.CutPrefix(mant, "-")
	if !neg {
		mant = strings.TrimPrefix(mant, "+")
	}
	whole, frac, dot := strings.Cut(mant, ".")
	if whole+frac == "" || (dot && frac == "") {
		return Decimal{}, ErrNotDecimal
	}
	if err := checkDigits(whole + frac); err != nil {
		return Decimal{}, err
	}
	digits := strings.TrimLeft(whole+frac, "0")
	if digits == "" {
		return Decimal{}, nil
	}
	scale := len(frac) - exp
	for scale > 0 && strings.HasSuffix(digits, "0") {
		digits, scale = digits[:len(digits)-1], scale-1
	}
	if len(digits)+max(0, -scale) > maxDigits || scale > maxScale {
		return Decimal{}, ErrTooLong
	}
	coef, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return Decimal{}, ErrNotDecimal
	}
	if neg {
		coef = -coef
	}
	return NewDecimal(coef, scale), nil
}

func checkDigits(s string) error {
	for _, r := range s {
		if r < '0' || r > '9' {
			return ErrNotDecimal
		}
	}
	return nil
}

// Parts returns coefficient and scale: the number is coef × 10^-scale, scale 0..18.
func (d Decimal) Parts() (coef int64, scale int) { return d.coef, int(d.scale) }

// Sign returns -1, 0 or 1.
func (d Decimal) Sign() int {
	switch {
	case d.coef < 0:
		return -1
	case d.coef > 0:
		return 1
	}
	return 0
}

// IsInt reports whether d is a whole number.
func (d Decimal) IsInt() bool { return d.scale == 0 }

// Neg returns -d.
func (d Decimal) Neg() Decimal { return Decimal{-d.coef, d.scale} }

// Float returns the nearest double. DecimalOf gives d back.
func (d Decimal) Float() float64 {
	if d.scale == 0 {
		return float64(d.coef)
	}
	return float64(d.coef) / pow10f[d.scale]
}

// pow10f holds exactly representable powers, so that the one division is correctly rounded.
var pow10f = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// Cmp compares numerically: -1, 0 or 1.
func (d Decimal) Cmp(o Decimal) int {
	if d.scale == o.scale {
		return cmp.Compare(d.coef, o.coef)
	}
	a, okA := d.Scaled(int(max(d.scale, o.scale)))
	b, okB := o.Scaled(int(max(d.scale, o.scale)))
	if !okA || !okB {
		return d.Rat().Cmp(o.Rat())
	}
	return cmp.Compare(a, b)
}

// Scaled returns d as a whole number of units of 10^-decimals: 86.5 with 2 decimals gives 8650. It
// is false when d has more decimals than that or the result needs more than 64 bits.
func (d Decimal) Scaled(decimals int) (int64, bool) {
	n := d.coef
	for range decimals - int(d.scale) {
		if n > math.MaxInt64/10 || n < math.MinInt64/10 {
			return 0, false
		}
		n *= 10
	}
	return n, int(d.scale) <= decimals
}

// String returns the machine form with a dot, no grouping and no superfluous zeros: -1234.5.
func (d Decimal) String() string {
	if d.scale == 0 {
		return strconv.FormatInt(d.coef, 10)
	}
	return plain(d.coef, int(d.scale))
}

// plain prints coef × 10^-scale with exactly scale decimals and a dot.
func plain(coef int64, scale int) string {
	s := strconv.FormatInt(coef, 10)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if scale > 0 {
		if len(s) <= scale {
			s = strings.Repeat("0", scale-len(s)+1) + s
		}
		s = s[:len(s)-scale] + "." + s[len(s)-scale:]
	}
	if neg {
		s = "-" + s
	}
	return s
}

// MarshalJSON writes a JSON number.
func (d Decimal) MarshalJSON() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalJSON reads a JSON number. It takes all that MarshalJSON writes: a sum may have more
// digits than a figure. A null is refused, for absent is never 0.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	v, err := parse(string(b), maxScale)
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// NullDecimal is a Decimal that may be absent. Absent is never 0.
type NullDecimal struct {
	Decimal
	Valid bool
}

// Some returns a present NullDecimal.
func Some(d Decimal) NullDecimal { return NullDecimal{d, true} }

// MarshalJSON writes a JSON number, or null when absent.
func (n NullDecimal) MarshalJSON() ([]byte, error) {
	if !n.Valid {
		return []byte("null"), nil
	}
	return n.Decimal.MarshalJSON()
}

// UnmarshalJSON reads a JSON number or null.
func (n *NullDecimal) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = NullDecimal{}
		return nil
	}
	var d Decimal
	if err := json.Unmarshal(b, &d); err != nil {
		return err
	}
	*n = Some(d)
	return nil
}

// String returns the machine form, "" when absent.
func (n NullDecimal) String() string {
	if !n.Valid {
		return ""
	}
	return n.Decimal.String()
}
