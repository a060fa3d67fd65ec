package chart

import (
	"fmt"
	"strings"

	"chiso/internal/vi"
)

// PictureRow is one agency of RankingSVG.
type PictureRow struct {
	Label, Text   string
	Value, Before vi.NullDecimal
}

// wide is about how many units a text of size 13 takes: letters of Vietnamese run wider than the mean, so that no column is too narrow.
func wide(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r >= 'A' && r <= 'Z' || r == 'Đ' || r == 'm' || r == 'w':
			n += 11
		case r == ' ' || r == '.' || r == ',' || r == 'i' || r == 'l' || r == 't':
			n += 5
		default:
			n += 8
		}
	}
	return n
}

// RankingSVG draws a whole ranking as a picture of its own, for a report or a slide: fonts and colours are inside. It has the axis, the form
// and the lines of the table on the page; the columns are as wide as the longest name and number.
func RankingSVG(title, foot string, a Axis, levels []Level, rows []PictureRow) []byte {
	const row, plot, gap = 24, 470, 24
	name, text := 0, 0
	for _, r := range rows {
		name, text = max(name, wide(r.Label)), max(text, wide(r.Text))
	}
	left := 16 + name + gap
	width := left + plot + gap + text + 16
	feet := wrapParts(foot, width/6)
	head := picTop + lineHigh*(len(levels)+1)
	p := newPicture(title, width, head+row*len(rows)+26+14*len(feet))
	x := func(v vi.Decimal) vi.Decimal {
		c, s := a.At(v).Parts()
		return vi.NewDecimal(int64(left)*100*pow10(s)+c*plot, s+2)
	}
	bottom := head + row*len(rows)
	ticks, n := a.Ticks(), a.decimals()
	for i, t := range ticks {
		fmt.Fprintf(p, `<line x1="%s" x2="%[1]s" y1="%d" y2="%d" stroke="%s"/>`, x(t), head, bottom, gridC)
		p.at(x(t), head-4, ends(i, len(ticks)), faint, vi.FormatNumber(t, n))
	}
	for i, l := range levels {
		y := picTop + lineHigh*i - 4
		color, dash := levelLook(l.Kind)
		if a.Holds(l.At) {
			fmt.Fprintf(
				p,
				`<line x1="%s" x2="%[1]s" y1="%d" y2="%d" stroke="%s" stroke-width="2" stroke-dasharray="%s"/>`,
				x(l.At),
				y+4,
				bottom,
				color,
				dash,
			)
		}
		p.at(x(l.At), y, side(a.At(l.At)), color, l.Label)
	}
	for i, r := range rows {
		y := head + row*i
		p.text(16, y+17, "start", ink, r.Label)
		p.text(width-16, y+17, "end", ink, r.Text)
		if r.Value.Valid {
			p.mark(a, x, y+row/2, r)
		}
	}
	for i, l := range feet {
		fmt.Fprintf(p, `<text x="16" y="%d" font-size="11" fill="%s">%s</text>`, bottom+22+14*i, faint, escape(l))
	}
	p.WriteString(`</svg>`)
	return []byte(p.String())
}

// wrapParts breaks a foot between its parts, so that each stays in one line where it fits.
func wrapParts(s string, n int) []string {
	var out []string
	for _, part := range strings.Split(s, " · ") {
		if k := len(out); k > 0 && len([]rune(out[k-1]))+3+len([]rune(part)) <= n {
			out[k-1] += " · " + part
			continue
		}
		out = append(out, wrap(part, n)...)
	}
	return out
}

func levelLook(kind string) (color, dash string) {
	switch kind {
	case "nation":
		return pooledC, ""
	case "target":
		return targetC, "6 2"
	}
	return ink, "3 2"
}

// at writes a text at a place that is no whole number.
func (p *picture) at(x vi.Decimal, y int, anchor, color, s string) {
	fmt.Fprintf(p, `<text x="%s" y="%d" font-size="11" text-anchor="%s" fill="%s">%s</text>`, x, y, anchor, color, escape(s))
}

func (p *picture) mark(a Axis, x func(vi.Decimal) vi.Decimal, y int, r PictureRow) {
	at := x(r.Value.Decimal)
	if a.Form == Bars {
		from, to := x(vi.Int(0)), at
		if to.Cmp(from) < 0 {
			from, to = to, from
		}
		fmt.Fprintf(p, `<path d="M%s %dH%sv14H%s" fill="%s"/>`, from, y-7, to, from, accent)
		if r.Before.Valid {
			fmt.Fprintf(p, `<line x1="%s" x2="%[1]s" y1="%d" y2="%d" stroke="%s" stroke-width="2"/>`, x(r.Before.Decimal), y-9, y+9, faint)
		}
		return
	}
	if r.Before.Valid {
		was := x(r.Before.Decimal)
		fmt.Fprintf(p, `<line x1="%s" x2="%s" y1="%d" y2="%[3]d" stroke="%s" stroke-width="2"/>`, was, at, y, markC)
		fmt.Fprintf(p, `<circle cx="%s" cy="%d" r="3.5" fill="#fff" stroke="%s" stroke-width="1.5"/>`, was, y, markC)
	}
	fmt.Fprintf(p, `<circle cx="%s" cy="%d" r="5" fill="%s"/>`, at, y, accent)
}
