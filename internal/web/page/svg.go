package page

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"chiso/internal/vi"
)

// scale is what the bars of one table are drawn against.
type scale struct {
	max  float64
	goal float64 // 0: none
}

// newScale gives percentages a full hundred and everything else the largest value.
func newScale(unit string, goal vi.NullDecimal, values []vi.NullDecimal) scale {
	var s scale
	if unit == "%" {
		s.max = 100
	}
	for _, v := range values {
		s.max = max(s.max, v.Float())
	}
	if goal.Valid && goal.Sign() > 0 && goal.Float() <= s.max {
		s.goal = goal.Float()
	}
	return s
}

// share is a length on a scale of 0 to 100 with two decimals, for coordinates only.
func (s scale) share(v float64) string {
	if s.max <= 0 {
		return "0"
	}
	return strconv.FormatFloat(min(100, max(0, v/s.max*100)), 'f', 2, 64)
}

// bar draws one value as a horizontal bar. It is decoration: the number stands beside it.
func bar(s scale, v vi.NullDecimal) template.HTML {
	if !v.Valid {
		return ""
	}
	goal := ""
	if s.goal > 0 {
		x := s.share(s.goal)
		goal = `<line class="goal" x1="` + x + `" x2="` + x + `" y1="0" y2="10"/>`
	}
	return template.HTML(`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">` + //nolint:gosec // numbers only
		`<rect class="track" width="100" height="10"/><rect class="fill" width="` + s.share(v.Float()) + `" height="10"/>` + goal + `</svg>`)
}

// spark draws a series as a small line. Periods without a value break it.
func spark(values []vi.NullDecimal) template.HTML {
	lo, hi, n := 0.0, 0.0, 0
	for _, v := range values {
		if !v.Valid {
			continue
		}
		f := v.Float()
		if n == 0 {
			lo, hi = f, f
		}
		lo, hi, n = min(lo, f), max(hi, f), n+1
	}
	if n < 2 {
		return ""
	}
	var b strings.Builder
	pen := "M"
	for i, v := range values {
		if !v.Valid {
			pen = "M"
			continue
		}
		y := 10.0
		if hi > lo {
			y = 18 - (v.Float()-lo)/(hi-lo)*16
		}
		fmt.Fprintf(&b, "%s%.1f %.1f", pen, float64(i)/float64(len(values)-1)*100, y)
		pen = "L"
	}
	return template.HTML(`<svg class="spark" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true" focusable="false">` + //nolint:gosec // numbers only
		`<path class="spark-line" d="` + b.String() + `"/></svg>`)
}
