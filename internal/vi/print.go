package vi

import "strings"

// FormatNumber prints d as Vietnamese documents do: dots between groups of three, a decimal
// comma, at least the given number of decimals (zeros are added, nothing is rounded away).
// 1234567.8 with 2 decimals gives "1.234.567,80".
func FormatNumber(d Decimal, decimals int) string {
	coef, scale := d.Parts()
	s := plain(coef, scale)
	neg := strings.HasPrefix(s, "-")
	whole, frac, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if n := decimals - len(frac); n > 0 {
		frac += strings.Repeat("0", n)
	}
	var b strings.Builder
	if neg {
		b.WriteString("-")
	}
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte('.')
		}
		b.WriteRune(r)
	}
	if frac != "" {
		b.WriteByte(',')
		b.WriteString(frac)
	}
	return b.String()
}

// FormatInt prints a whole number with dots between groups of three.
func FormatInt(n int64) string { return FormatNumber(Int(n), 0) }
