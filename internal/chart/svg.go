package chart

import (
	"fmt"
	"html/template"
	"math/big"
	"slices"
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Mark is a tick across a cell's bar: a target or a pooled figure.
type Mark struct {
	At     vi.Decimal
	Dashed bool // a target; the pooled figure is solid
}

// Bar returns the bar of one table cell as SVG, value out of max, with ticks. It is hidden from
// screen readers, for the cell holds the figure; it takes the cell's text colour, so light, dark
// and photocopied pages need no second drawing. There is no style attribute (CSP).
func Bar(value, maximum vi.Decimal, marks ...Mark) template.HTML {
	var b strings.Builder
	b.WriteString(`<svg class="cellbar" width="100" height="10" viewBox="0 0 100 10" preserveAspectRatio="none"` +
		` shape-rendering="crispEdges" aria-hidden="true" focusable="false">` +
		`<rect x="0" y="1" width="100" height="8" fill="currentColor" fill-opacity="0.12"/>`)
	if w := share(value, maximum); w.Sign() > 0 {
		fmt.Fprintf(&b, `<rect x="0" y="1" width="%s" height="8" fill="currentColor"/>`, w)
	}
	for _, m := range marks {
		dash := ""
		if m.Dashed {
			dash = ` stroke-dasharray="2 2"`
		}
		x := share(m.At, maximum)
		fmt.Fprintf(&b, `<line x1="%s" y1="0" x2="%[1]s" y2="10" stroke="currentColor" stroke-width="1"%s/>`, x, dash)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // made of numbers only
}

// share returns where value lies on a line from 0 to 100, kept inside it.
func share(value, maximum vi.Decimal) vi.Decimal {
	if maximum.Sign() <= 0 || value.Sign() <= 0 {
		return vi.Int(0)
	}
	if value.Cmp(maximum) >= 0 {
		return vi.Int(100)
	}
	d, _ := kpi.Percent(value, maximum, 1)
	return d
}

// The sparkline's frame; the padding keeps the dots inside.
const sparkW, sparkH, sparkPad = 96, 20, 3

// Sparkline returns a small line of the figures as SVG, oldest first. A missing figure is a gap: it
// is neither 0 nor a bridge. The last figure has a dot.
func Sparkline(points []vi.NullDecimal) template.HTML {
	return Trendline(points, nil, vi.NullDecimal{})
}

// Trendline is Sparkline with a dotted upright line before each place of breaks, where another definition begins and the line is
// parted, and a dashed level line at the target, if there is one.
func Trendline(points []vi.NullDecimal, breaks []int, target vi.NullDecimal) template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="sparkline" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" aria-hidden="true" focusable="false">`,
		sparkW, sparkH)
	lo, hi, last := extent(append(slices.Clone(points), target))
	if last == len(points) { // the target
		_, _, last = extent(points)
	}
	if target.Valid {
		_, y, _ := strings.Cut(sparkPoint(0, len(points), target.Decimal, lo, hi), ",")
		fmt.Fprintf(&b, `<line x1="0" y1="%s" x2="%d" y2="%[1]s" stroke="currentColor" stroke-width="1" stroke-dasharray="4 3"/>`, y, sparkW)
	}
	for _, at := range breaks {
		x, _, _ := strings.Cut(sparkPoint(2*at-1, 2*len(points)-1, lo, lo, hi), ",") // half-way between two places
		fmt.Fprintf(&b, `<line x1="%s" y1="0" x2="%[1]s" y2="%d" stroke="currentColor" stroke-width="1.5" stroke-dasharray="1 2"/>`, x, sparkH)
	}
	var run []string
	flush := func() {
		switch {
		case len(run) == 1:
			x, y, _ := strings.Cut(run[0], ",")
			fmt.Fprintf(&b, `<circle cx="%s" cy="%s" r="1.5" fill="currentColor"/>`, x, y)
		case len(run) > 1:
			fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/>`,
				strings.Join(run, " "))
		}
		run = run[:0]
	}
	for i, p := range points {
		if slices.Contains(breaks, i) {
			flush()
		}
		if !p.Valid {
			flush()
			continue
		}
		run = append(run, sparkPoint(i, len(points), p.Decimal, lo, hi))
	}
	flush()
	if last >= 0 {
		x, y, _ := strings.Cut(sparkPoint(last, len(points), points[last].Decimal, lo, hi), ",")
		fmt.Fprintf(&b, `<circle cx="%s" cy="%s" r="2.5" fill="currentColor"/>`, x, y)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // made of numbers only
}

// extent returns the least and greatest figure and the place of the last one, -1 if there is none.
func extent(points []vi.NullDecimal) (lo, hi vi.Decimal, last int) {
	last = -1
	for i, p := range points {
		if !p.Valid {
			continue
		}
		if last < 0 || p.Cmp(lo) < 0 {
			lo = p.Decimal
		}
		if last < 0 || p.Cmp(hi) > 0 {
			hi = p.Decimal
		}
		last = i
	}
	return lo, hi, last
}

// sparkPoint returns "x,y". Places are exact fractions: a float could differ between machines, and
// pages are compared byte for byte.
func sparkPoint(i, n int, v, lo, hi vi.Decimal) string {
	x := big.NewRat(sparkW, 2)
	if n > 1 {
		x = big.NewRat(int64(i)*(sparkW-2*sparkPad), int64(n-1))
		x.Add(x, big.NewRat(sparkPad, 1))
	}
	y := big.NewRat(sparkH, 2)
	if span := new(big.Rat).Sub(hi.Rat(), lo.Rat()); span.Sign() > 0 {
		up := new(big.Rat).Sub(v.Rat(), lo.Rat())
		up.Quo(up, span).Mul(up, big.NewRat(sparkH-2*sparkPad, 1))
		y.Sub(big.NewRat(sparkH-sparkPad, 1), up)
	}
	rx, _ := kpi.RoundRat(x, 1)
	ry, _ := kpi.RoundRat(y, 1)
	return rx.String() + "," + ry.String()
}
