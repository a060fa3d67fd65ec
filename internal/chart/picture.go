package chart

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Pictures are whole charts as SVG files for a report or a slide: fonts, colours, title and provenance are inside.

const (
	picTop  = 64
	picFoot = 40
)

// picture is an SVG file in the making.
type picture struct {
	strings.Builder
	width, height int
}

func newPicture(title string, width, height int) *picture {
	p := &picture{width: width, height: height}
	fmt.Fprintf(
		p,
		`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" font-family="Inter, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="13">`,
		width,
		height,
	)
	fmt.Fprintf(p, `<title>%s</title><rect width="%d" height="%d" fill="#fff"/>`, escape(title), width, height)
	for i, l := range wrap(title, width/9) {
		fmt.Fprintf(p, `<text x="16" y="%d" font-size="16" font-weight="700" fill="%s">%s</text>`, 28+20*i, ink, escape(l))
	}
	return p
}

func (p *picture) text(x, y int, anchor, color, s string) {
	fmt.Fprintf(p, `<text x="%d" y="%d" text-anchor="%s" fill="%s">%s</text>`, x, y, anchor, color, escape(s))
}

func (p *picture) end(foot string) []byte {
	fmt.Fprintf(p, `<text x="16" y="%d" font-size="11" fill="%s">%s</text></svg>`, p.height-14, faint, escape(foot))
	return []byte(p.String())
}

// place returns where v lies between lo and hi on a stretch of n units, to a tenth. It is an exact fraction: files are compared byte
// for byte.
func place(v, lo, hi vi.Decimal, n int64) vi.Decimal {
	span := new(big.Rat).Sub(hi.Rat(), lo.Rat())
	if span.Sign() <= 0 {
		return vi.NewDecimal(n*5, 1)
	}
	at := new(big.Rat).Sub(v.Rat(), lo.Rat())
	d, _ := kpi.RoundRat(at.Quo(at, span).Mul(at, big.NewRat(n, 1)), 1)
	return d
}

// LineSVG draws series over time as a picture. Gaps stay gaps, and a dotted upright line parts one definition from the next.
func LineSVG(title, foot string, series ...LineSeries) []byte {
	const left, right, plot = 24, 24, 300
	periods := periodsOf(series)
	width := max(720, left+right+64*len(periods))
	p := newPicture(title, width, picTop+plot+36+20*len(series)+picFoot)
	lo, hi := lineBounds(series)
	x := func(i int) int {
		if len(periods) < 2 {
			return width / 2
		}
		return left + 20 + i*(width-left-right-40)/(len(periods)-1)
	}
	y := func(v vi.Decimal) string {
		up := place(v, lo, hi, plot-40)
		coef, scale := up.Parts()
		return vi.NewDecimal(int64(picTop+plot-20)*pow10(scale)-coef, scale).String()
	}
	fmt.Fprintf(p, `<line x1="%d" y1="%d" x2="%d" y2="%[2]d" stroke="%[4]s"/>`, left, picTop+plot, width-right, gridC)
	for i, per := range periods {
		p.text(x(i), picTop+plot+18, "middle", faint, per.Label())
	}
	for n, s := range series {
		color := seriesColors[n%len(seriesColors)]
		if s.Target != nil {
			fmt.Fprintf(
				p,
				`<line x1="%d" y1="%s" x2="%d" y2="%[2]s" stroke="%[4]s" stroke-width="2" stroke-dasharray="6 4"/>`,
				left,
				y(s.Target.Value),
				width-right,
				targetC,
			)
		}
		lineRun(p, s, periods, x, y, color)
		label := s.Name
		if s.Target != nil {
			label += " · vạch đứt: " + s.Target.Label + " " + withUnit(vi.FormatNumber(s.Target.Value, 0), s.Unit)
		}
		row := picTop + plot + 40 + 20*n
		fmt.Fprintf(
			p,
			`<line x1="%d" y1="%d" x2="%d" y2="%[2]d" stroke="%[4]s" stroke-width="3" stroke-dasharray="%[5]s"/>`,
			left,
			row-4,
			left+28,
			color,
			seriesDash[n%len(seriesDash)],
		)
		p.text(left+36, row, "start", ink, label)
	}
	return p.end(foot)
}

// lineRun draws one series: parts between gaps, a dot and its figure at each point, and the break before it.
func lineRun(p *picture, s LineSeries, periods []kpi.Period, x func(int) int, y func(vi.Decimal) string, color string) {
	byKey := map[string]LinePoint{}
	first := len(periods)
	for _, pt := range s.Points {
		byKey[pt.Period.Key] = pt
		first = min(first, slices.IndexFunc(periods, func(q kpi.Period) bool { return q.Key == pt.Period.Key }))
	}
	if s.Break != "" && first > 0 && first < len(periods) {
		at := (x(first-1) + x(first)) / 2
		fmt.Fprintf(
			p,
			`<line x1="%d" y1="%d" x2="%[1]d" y2="%[3]d" stroke="%[4]s" stroke-width="2" stroke-dasharray="2 3"/>`,
			at,
			picTop,
			picTop+300,
			faint,
		)
		p.text(at, picTop-4, "middle", faint, s.Break)
	}
	var run []string
	flush := func() {
		if len(run) > 1 {
			fmt.Fprintf(p, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`, strings.Join(run, " "), color)
		}
		run = run[:0]
	}
	for i, per := range periods {
		pt := byKey[per.Key]
		if !pt.Value.Valid {
			flush()
			continue
		}
		at := y(pt.Value.Decimal)
		run = append(run, fmt.Sprintf("%d,%s", x(i), at))
		fmt.Fprintf(
			p,
			`<circle cx="%d" cy="%s" r="4" fill="%s"/><text x="%[1]d" y="%[2]s" dy="-9" text-anchor="middle" fill="%[4]s">%[5]s</text>`,
			x(i),
			at,
			color,
			ink,
			escape(pt.print(s.Decimals)),
		)
	}
	flush()
}

func lineBounds(series []LineSeries) (lo, hi vi.Decimal) {
	var all []vi.Decimal
	for _, s := range series {
		for _, pt := range s.Points {
			if pt.Value.Valid {
				all = append(all, pt.Value.Decimal)
			}
		}
		if s.Target != nil {
			all = append(all, s.Target.Value)
		}
	}
	if len(all) == 0 {
		return vi.Int(0), vi.Int(1)
	}
	return slices.MinFunc(all, vi.Decimal.Cmp), slices.MaxFunc(all, vi.Decimal.Cmp)
}

// PictureCell is a cell of HeatSVG.
type PictureCell struct {
	Text  string
	Fifth int // 1 the best fifth … 5 the last; 0 none
}

// HeatSVG draws agencies × components as a picture.
func HeatSVG(title, foot string, heads, names []string, cells [][]PictureCell) []byte {
	const name, col, row, head = 200, 92, 22, 96
	p := newPicture(title, 16+name+col*len(heads)+16, picTop+head+row*len(names)+picFoot)
	for j, h := range heads {
		for k, l := range wrap(h, 13) {
			if k < 6 {
				fmt.Fprintf(
					p,
					`<text x="%d" y="%d" text-anchor="middle" font-size="11" fill="%s">%s</text>`,
					16+name+col*j+col/2,
					picTop+14+14*k,
					ink,
					escape(l),
				)
			}
		}
	}
	for i, n := range names {
		y := picTop + head + row*i
		p.text(16, y+15, "start", ink, n)
		for j, c := range cells[i] {
			fill := [2]string{"#fff", ink}
			if c.Fifth > 0 {
				fill = heatFill[c.Fifth-1]
			}
			fmt.Fprintf(p, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s" stroke="#fff"/>`, 16+name+col*j, y, col, row, fill[0])
			p.text(16+name+col*j+col/2, y+15, "middle", fill[1], c.Text)
		}
	}
	return p.end(foot)
}

// PictureGroup is the bars of one component in CompareSVG, one for each agency.
type PictureGroup struct {
	Label string
	Most  vi.Decimal // full width
	Bars  []PictureBar
}

// CompareSVG draws agencies side by side, component after component. Each component has a scale of its own, which its label says.
func CompareSVG(title, foot string, names []string, groups []PictureGroup) []byte {
	const left, bar, row, gap = 300, 400, 16, 14
	height := picTop + 22*len(names)
	for _, g := range groups {
		height += row*len(g.Bars) + gap
	}
	p := newPicture(title, 820, height+picFoot)
	for i, n := range names {
		fmt.Fprintf(p, `<rect x="16" y="%d" width="28" height="12" fill="%s"/>`, picTop+22*i-10, seriesColors[i%len(seriesColors)])
		p.text(52, picTop+22*i, "start", ink, n)
	}
	y := picTop + 22*len(names)
	for _, g := range groups {
		for k, l := range wrap(g.Label, 40) {
			if k*row < max(row*len(g.Bars), row) {
				p.text(16, y+12+14*k, "start", ink, l)
			}
		}
		for i, b := range g.Bars {
			coef, scale := share(b.Value, g.Most).Parts()
			fmt.Fprintf(
				p,
				`<rect x="%d" y="%d" width="%s" height="12" fill="%s"/>`,
				left,
				y+row*i+1,
				vi.NewDecimal(coef*bar, scale+2),
				seriesColors[i%len(seriesColors)],
			)
			p.text(left+bar+8, y+row*i+12, "start", ink, b.Text)
		}
		y += row*len(g.Bars) + gap
	}
	return p.end(foot)
}

// DeltaSVG draws changes as bars to the left and the right of the middle.
func DeltaSVG(title, foot string, rows []PictureBar) []byte {
	const left, half, row = 240, 220, 24
	p := newPicture(title, 820, picTop+row*len(rows)+picFoot)
	mid := left + half
	for i, r := range rows {
		y := picTop + row*i
		size, from := r.Value, vi.Int(int64(mid))
		if size.Sign() < 0 {
			size = size.Neg()
		}
		coef, scale := share(size, r.Most).Parts()
		width := vi.NewDecimal(coef*half, scale+2)
		style := `fill="` + accent + `"`
		if r.Value.Sign() < 0 { // hollow: it survives a photocopier
			wc, ws := width.Parts()
			from, style = vi.NewDecimal(int64(mid)*pow10(ws)-wc, ws), `fill="#fff" stroke="`+worseC+`" stroke-width="2"`
		}
		p.text(16, y+15, "start", ink, r.Label)
		fmt.Fprintf(p, `<rect x="%s" y="%d" width="%s" height="14" %s/>`, from, y+4, width, style)
		p.text(804, y+15, "end", ink, r.Text)
	}
	fmt.Fprintf(p, `<line x1="%d" y1="%d" x2="%[1]d" y2="%[3]d" stroke="%[4]s"/>`, mid, picTop, picTop+row*len(rows), ink)
	return p.end(foot)
}

// MapSVG draws the tile map as a picture: the classes of the page's style sheet become colours.
func MapSVG(title, foot string, tiles []Tile) []byte {
	cols, rows := 0, 0
	for _, t := range tiles {
		cols, rows = max(cols, t.Col), max(rows, t.Row)
	}
	p := newPicture(title, max(720, 32+cols*(tileW+tileGap)), picTop+rows*(tileH+tileGap)+picFoot)
	for _, t := range tiles {
		fill, dash := [2]string{"#fff", ink}, ` stroke-dasharray="4 3"`
		if t.Fifth > 0 {
			fill, dash = heatFill[t.Fifth-1], ""
		}
		x, y := 16+(t.Col-1)*(tileW+tileGap), picTop+(t.Row-1)*(tileH+tileGap)
		fmt.Fprintf(
			p,
			`<g><title>%s</title><rect x="%d" y="%d" width="%d" height="%d" rx="3" fill="%s" stroke="%s"%s/>`,
			escape(t.Title),
			x,
			y,
			tileW,
			tileH,
			fill[0],
			faint,
			dash,
		)
		lines := wrap(t.Name, tileChars)
		if t.Text != "" {
			lines = append(lines, t.Text)
		}
		for i, l := range lines {
			fmt.Fprintf(
				p,
				`<text x="%d" y="%d" font-size="12" text-anchor="middle" fill="%s">%s</text>`,
				x+tileW/2,
				y+tileH/2+4+16*i-8*(len(lines)-1),
				fill[1],
				escape(l),
			)
		}
		p.WriteString("</g>")
	}
	return p.end(foot)
}
