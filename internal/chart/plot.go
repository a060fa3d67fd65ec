package chart

import (
	"fmt"
	"html/template"
	"strings"

	"chiso/internal/vi"
)

// The drawings of this file fill the cell in which they stand: places across are percentages, so that letters keep their size however wide
// the cell is, and no name can be cut. Colours are classes of static/css/plot.css. They are hidden from the ear where the cell beside says
// the same. A dot carries the id of its agency (data-a), by which a reader's own style sheet marks it.

// Level is a line across the marks of an axis: the median, the national figure, the target.
type Level struct {
	At    vi.Decimal
	Kind  string // "median", "nation", "target": a class of the style sheet
	Label string // "trung vị 61,86"
}

// rowHigh is the height of the drawing in one row.
const rowHigh = 22

// Row draws one value of a ranking: a bar from zero, or a dot, with the value of the period before as a hollow mark joined to it.
func (a Axis) Row(value, before vi.NullDecimal, levels ...Level) template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="plot plot-%s" width="100%%" height="%d" aria-hidden="true" focusable="false">`, a.Form, rowHigh)
	a.lines(&b, levels)
	if value.Valid {
		a.mark(&b, value.Decimal, before)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // numbers and our own class names
}

func (a Axis) lines(b *strings.Builder, levels []Level) {
	for _, t := range a.Ticks() {
		fmt.Fprintf(b, `<line class="grid" x1="%s%%" x2="%[1]s%%" y1="0" y2="100%%"/>`, a.At(t))
	}
	for _, l := range levels {
		if a.Holds(l.At) {
			fmt.Fprintf(b, `<line class="level level-%s" x1="%s%%" x2="%[2]s%%" y1="0" y2="100%%"/>`, escape(l.Kind), a.At(l.At))
		}
	}
}

func (a Axis) mark(b *strings.Builder, v vi.Decimal, before vi.NullDecimal) {
	at, mid := a.At(v), rowHigh/2
	if a.Form == Bars {
		from, width := a.At(vi.Int(0)), at
		if c, s := from.Parts(); c != 0 { // something lies below zero: the bar runs from there
			n, m := at.Parts()
			size := n*pow10(max(s-m, 0)) - c*pow10(max(m-s, 0))
			if size < 0 {
				from, size = at, -size
			}
			width = vi.NewDecimal(size, max(s, m))
		}
		fmt.Fprintf(b, `<rect class="mark" x="%s%%" y="%d" width="%s%%" height="12"/>`, from, mid-6, width)
		if before.Valid {
			fmt.Fprintf(b, `<line class="was" x1="%s%%" x2="%[1]s%%" y1="%d" y2="%d"/>`, a.At(before.Decimal), mid-9, mid+9)
		}
		return
	}
	if before.Valid {
		was := a.At(before.Decimal)
		fmt.Fprintf(
			b,
			`<line class="moved" x1="%s%%" x2="%s%%" y1="%d" y2="%[3]d"/><circle class="was" cx="%[1]s%%" cy="%[3]d" r="3.5"/>`,
			was,
			at,
			mid,
		)
	}
	fmt.Fprintf(b, `<circle class="mark" cx="%s%%" cy="%d" r="5"/>`, at, mid)
}

// lineHigh is the height of one line of small letters; the others are about how wide a small and a large letter is.
const (
	lineHigh    = 14
	smallLetter = 7
	largeLetter = 9
)

// Head draws the top of a column of rows: each level named on a line of its own, then the numbers of the axis.
func (a Axis) Head(levels ...Level) template.HTML {
	var b strings.Builder
	high := lineHigh*(len(levels)+1) + 2
	fmt.Fprintf(&b, `<svg class="plot plot-head" width="100%%" height="%d" role="img" aria-label="%s">`, high, escape(a.Says()))
	for i, l := range levels {
		a.label(&b, l.At, lineHigh*(i+1)-3, "level-"+l.Kind, l.Label, headNarrow, smallLetter)
		if a.Holds(l.At) {
			fmt.Fprintf(
				&b,
				`<line class="level level-%s" x1="%s%%" x2="%[2]s%%" y1="%d" y2="100%%"/>`,
				escape(l.Kind),
				a.At(l.At),
				lineHigh*(i+1),
			)
		}
	}
	a.numbers(&b, high-4)
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // every text is escaped
}

// numbers writes the ends of the axis, and what lies between where a narrow cell has room for it: every second number at most.
func (a Axis) numbers(b *strings.Builder, y int) {
	ticks := a.Ticks()
	n := a.decimals()
	for i, t := range ticks {
		class := "tick"
		if i > 0 && i < len(ticks)-1 {
			class = "tick tick-between"
		}
		fmt.Fprintf(
			b,
			`<text class="%s" x="%s%%" y="%d" text-anchor="%s">%s</text>`,
			class,
			a.At(t),
			y,
			ends(i, len(ticks)),
			vi.FormatNumber(t, n),
		)
	}
}

func ends(i, n int) string {
	switch i {
	case 0:
		return "start"
	case n - 1:
		return "end"
	}
	return "middle"
}

// The narrowest that a head and a strip become, on a telephone: where a label would run out there, it stands at the edge instead.
const (
	headNarrow  = 130
	stripNarrow = 330
)

// label writes a text at a value, on the side that has room for it. letter is about how wide one of its letters is.
func (a Axis) label(b *strings.Builder, v vi.Decimal, y int, class, text string, narrow, letter int) {
	if v.Cmp(a.To) > 0 {
		text += " →"
	} else if v.Cmp(a.From) < 0 {
		text = "← " + text
	}
	x, anchor := settle(a.At(v), len([]rune(text))*letter, narrow)
	fmt.Fprintf(b, `<text class="%s" x="%s%%" y="%d" text-anchor="%s">%s</text>`, escape(class), x, y, anchor, escape(text))
}

// settle finds where a text of a width begins: to the right of its place in the left third, to the left in the right third, else over it; at
// the nearer edge where the narrowest drawing has no room there.
func settle(at vi.Decimal, wide, narrow int) (x vi.Decimal, anchor string) {
	f := at.Float()
	room := min(f, 100-f) * 2
	switch anchor = side(at); anchor {
	case "start":
		room = 100 - f
	case "end":
		room = f
	}
	if float64(wide)*100 <= room*float64(narrow) {
		return at, anchor
	}
	if f < 50 {
		return vi.Int(0), "start"
	}
	return vi.Int(100), "end"
}

func side(at vi.Decimal) string {
	switch f := at.Float(); {
	case f < 35:
		return "start"
	case f > 65:
		return "end"
	}
	return "middle"
}

// StripDot is one agency of a strip.
type StripDot struct {
	ID    string
	Name  string
	Value vi.Decimal
	Text  string // the value as people write it
}

// Strip draws all agencies of a table on one line: ours in its own colour with its name, first and last named, the levels below. ours is
// "" where the page is nobody's.
func (a Axis) Strip(says string, dots []StripDot, ours string, levels ...Level) template.HTML {
	var b strings.Builder
	const line = 34
	var named []StripDot // the ends, unless they are ours
	if n := len(dots); n > 0 {
		for _, d := range []StripDot{dots[0], dots[n-1]} {
			if d.ID != ours && (len(named) == 0 || named[0].ID != d.ID) {
				named = append(named, d)
			}
		}
	}
	high := line + 18 + lineHigh*(len(named)+len(levels)+1)
	fmt.Fprintf(&b, `<svg class="plot strip" width="100%%" height="%d" role="img" aria-label="%s">`, high, escape(says))
	for _, t := range a.Ticks() {
		fmt.Fprintf(&b, `<line class="grid" x1="%s%%" x2="%[1]s%%" y1="%d" y2="%d"/>`, a.At(t), line-12, line+12)
	}
	for i, l := range levels {
		if a.Holds(l.At) {
			fmt.Fprintf(&b, `<line class="level level-%s" x1="%s%%" x2="%[2]s%%" y1="%d" y2="%d"/>`, escape(l.Kind), a.At(l.At), line-12,
				line+18+lineHigh*(len(named)+i))
		}
	}
	a.dots(&b, line, dots, ours)
	y := line + 12 + lineHigh
	for _, d := range named {
		a.label(&b, d.Value, y, "strip-end", d.Name+" "+d.Text, stripNarrow, smallLetter)
		y += lineHigh
	}
	for _, l := range levels {
		a.label(&b, l.At, y, "level-"+l.Kind, l.Label, stripNarrow, smallLetter)
		y += lineHigh
	}
	a.numbers(&b, y)
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // every text is escaped
}

// SmallStrip is a strip for a cell: dots only, hidden from the ear.
func (a Axis) SmallStrip(dots []StripDot, ours string, levels ...Level) template.HTML {
	var b strings.Builder
	fmt.Fprintf(
		&b,
		`<svg class="plot strip-small" width="100%%" height="%d" aria-hidden="true" focusable="false"><line class="axis" x1="0" x2="100%%" y1="%d" y2="%[2]d"/>`,
		rowHigh,
		rowHigh/2,
	)
	for _, l := range levels {
		if a.Holds(l.At) {
			fmt.Fprintf(&b, `<line class="level level-%s" x1="%s%%" x2="%[2]s%%" y1="1" y2="%d"/>`, escape(l.Kind), a.At(l.At), rowHigh-1)
		}
	}
	for _, d := range dots {
		if d.ID != ours {
			fmt.Fprintf(&b, `<circle class="mark" data-a="%s" cx="%s%%" cy="%d" r="3"/>`, escape(d.ID), a.At(d.Value), rowHigh/2)
		}
	}
	for _, d := range dots {
		if d.ID == ours {
			fmt.Fprintf(&b, `<circle class="mark ours" cx="%s%%" cy="%d" r="5.5"/>`, a.At(d.Value), rowHigh/2)
		}
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // every text is escaped
}

// dots draws the agencies, ours last so that nothing covers it.
func (a Axis) dots(b *strings.Builder, y int, dots []StripDot, ours string) {
	for _, d := range dots {
		if d.ID != ours {
			fmt.Fprintf(
				b,
				`<circle class="mark" data-a="%s" cx="%s%%" cy="%d" r="4.5"><title>%s: %s</title></circle>`,
				escape(d.ID),
				a.At(d.Value),
				y,
				escape(d.Name),
				escape(d.Text),
			)
		}
	}
	for _, d := range dots {
		if d.ID == ours {
			fmt.Fprintf(
				b,
				`<circle class="mark ours" cx="%s%%" cy="%d" r="7"><title>%s: %s</title></circle>`,
				a.At(d.Value),
				y,
				escape(d.Name),
				escape(d.Text),
			)
			a.label(b, d.Value, y-18, "strip-own", d.Name+" "+d.Text, stripNarrow, largeLetter)
		}
	}
}

// Span draws one component of an agency within its block: a line from the least to the greatest value, a tick at the median, our dot.
func (a Axis) Span(lo, median, hi, own vi.NullDecimal) template.HTML {
	var b strings.Builder
	const mid = rowHigh / 2
	fmt.Fprintf(&b, `<svg class="plot span" width="100%%" height="%d" aria-hidden="true" focusable="false">`, rowHigh)
	if lo.Valid && hi.Valid {
		fmt.Fprintf(&b, `<line class="range" x1="%s%%" x2="%s%%" y1="%d" y2="%[3]d"/>`, a.At(lo.Decimal), a.At(hi.Decimal), mid)
	}
	if median.Valid {
		fmt.Fprintf(&b, `<line class="level level-median" x1="%s%%" x2="%[1]s%%" y1="%d" y2="%d"/>`, a.At(median.Decimal), mid-8, mid+8)
	}
	if own.Valid {
		fmt.Fprintf(&b, `<circle class="mark ours" cx="%s%%" cy="%d" r="5.5"/>`, a.At(own.Decimal), mid)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // made of numbers only
}

// GapBars draws differences from the median, one drawing each, all on one scale with zero at the same place: to the right what is better,
// to the left what is worse. What is worse also has stripes: colour alone says nothing.
func GapBars(gaps []vi.Decimal) []template.HTML {
	lo, hi, _ := rangeOf(append([]vi.Decimal{vi.Int(0)}, gaps...))
	a := Axis{Form: Bars, From: lo, To: hi}
	if lo.Cmp(hi) == 0 {
		a.To = vi.Int(1)
	}
	zero := a.At(vi.Int(0))
	out := make([]template.HTML, len(gaps))
	for i, g := range gaps {
		var b strings.Builder
		fmt.Fprintf(&b, `<svg class="plot gap" width="100%%" height="%d" aria-hidden="true" focusable="false">`, rowHigh)
		from, to, class := zero, a.At(g), "better"
		if g.Sign() < 0 {
			from, to, class = to, from, "worse"
		}
		fc, fs := from.Parts()
		tc, ts := to.Parts()
		s := max(fs, ts)
		width := vi.NewDecimal(tc*pow10(s-ts)-fc*pow10(s-fs), s)
		if g.Sign() != 0 {
			fmt.Fprintf(&b, `<rect class="%s" x="%s%%" y="4" width="%s%%" height="14"/>`, class, from, width)
		}
		fmt.Fprintf(&b, `<line class="zero" x1="%s%%" x2="%[1]s%%" y1="0" y2="100%%"/></svg>`, zero)
		out[i] = template.HTML(b.String()) //nolint:gosec // made of numbers only
	}
	return out
}

// Bullet draws a figure against its target: a bar on the full scale, an upright tick where it should be.
func Bullet(value, target, most vi.NullDecimal) template.HTML {
	var b strings.Builder
	fmt.Fprintf(
		&b,
		`<svg class="plot bullet" width="100%%" height="%d" aria-hidden="true" focusable="false"><rect class="track" x="0" y="5" width="100%%" height="12"/>`,
		rowHigh,
	)
	if value.Valid && most.Valid {
		fmt.Fprintf(&b, `<rect class="mark" x="0" y="7" width="%s%%" height="8"/>`, share(value.Decimal, most.Decimal))
	}
	if target.Valid && most.Valid {
		fmt.Fprintf(
			&b,
			`<line class="level level-target" x1="%s%%" x2="%[1]s%%" y1="1" y2="%d"/>`,
			share(target.Decimal, most.Decimal),
			rowHigh-1,
		)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // made of numbers only
}
