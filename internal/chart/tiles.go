package chart

import (
	"fmt"
	"html/template"
	"strings"

	"chiso/internal/vi"
)

// Tile is one place of the tile map.
type Tile struct {
	Col, Row int
	ID       string // of the agency: a reader's own style sheet marks it
	Name     string
	Text     string // figure under the name; "" for none
	Fifth    int    // 1 the best fifth … 5 the last; 0 without a rank
	URL      string // where it leads; "" nowhere
	Title    string // the whole sentence: name, rank, value
	Zone     bool   // a special zone within another tile's province: dashed, no figure
}

// Sides of a tile in the units of the drawing, and how many letters fit on a line.
const tileW, tileH, tileGap, tileChars = 74, 58, 4, 11

// TileMap draws the provinces as tiles of one size. Colours are classes of the page's style sheet, each paired with a text
// colour that can be read on it; figures and ranks are written, so nothing hangs on colour. Tiles are links: the keyboard goes
// through them, and the map prints.
func TileMap(title string, tiles []Tile) template.HTML {
	cols, rows := 0, 0
	for _, t := range tiles {
		cols, rows = max(cols, t.Col), max(rows, t.Row)
	}
	var b strings.Builder
	fmt.Fprintf(
		&b,
		`<svg class="tiles" viewBox="0 0 %d %d" role="group" aria-label="%s">`,
		cols*(tileW+tileGap),
		rows*(tileH+tileGap),
		escape(title),
	)
	for _, t := range tiles {
		t.draw(&b)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // every text is escaped below
}

func (t Tile) draw(b *strings.Builder) {
	x, y := (t.Col-1)*(tileW+tileGap), (t.Row-1)*(tileH+tileGap)
	class, ink := "class-none", "on-page"
	if t.Fifth > 0 {
		class, ink = fmt.Sprintf("class-%d", 6-t.Fifth), "on-light"
		if t.Fifth <= 2 {
			ink = "on-dark"
		}
	}
	if t.URL != "" {
		fmt.Fprintf(b, `<a data-a="%s" href="%s">`, escape(t.ID), escape(t.URL))
	} else {
		fmt.Fprintf(b, `<g data-a="%s" role="img" aria-label="%s">`, escape(t.ID), escape(t.Title))
	}
	fmt.Fprintf(
		b,
		`<title>%s</title><rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="3"/>`,
		escape(t.Title),
		class,
		x,
		y,
		tileW,
		tileH,
	)
	lines := wrap(t.Name, tileChars)
	if t.Text != "" {
		lines = append(lines, t.Text)
	}
	for i, l := range lines {
		weight := ""
		if t.Text != "" && i == len(lines)-1 {
			weight = ` font-weight="700"`
		}
		fmt.Fprintf(b, `<text class="%s" x="%d" y="%d" font-size="12" text-anchor="middle"%s>%s</text>`, ink, x+tileW/2,
			y+tileH/2+4+16*i-8*(len(lines)-1), weight, escape(l))
	}
	if t.URL != "" {
		b.WriteString(`</a>`)
	} else {
		b.WriteString(`</g>`)
	}
}

// wrap breaks a name into lines of about n letters.
func wrap(s string, n int) []string {
	var out []string
	for _, word := range strings.Fields(s) {
		if k := len(out); k > 0 && len([]rune(out[k-1]))+1+len([]rune(word)) <= n {
			out[k-1] += " " + word
			continue
		}
		out = append(out, word)
	}
	return out
}

func escape(s string) string { return template.HTMLEscapeString(s) }

// Diverging returns the bar of a change: to the right of the middle for more, to the left for less. Like Bar it takes the
// cell's text colour and is hidden from screen readers.
func Diverging(change, most vi.Decimal) template.HTML {
	var b strings.Builder
	b.WriteString(`<svg class="cellbar" width="100" height="10" viewBox="0 0 100 10" preserveAspectRatio="none" shape-rendering="crispEdges"` +
		` aria-hidden="true" focusable="false"><line x1="50" y1="0" x2="50" y2="10" stroke="currentColor" stroke-width="1"/>`)
	size := change
	if size.Sign() < 0 {
		size = size.Neg()
	}
	half := share(size, most)
	// Half the width is the largest change: a bar of n % is n/2 wide.
	coef, scale := half.Parts()
	width := vi.NewDecimal(coef*5, scale+1)
	x := vi.Int(50)
	if change.Sign() < 0 {
		xc, xs := width.Parts()
		xc = 50*pow10(xs) - xc
		x = vi.NewDecimal(xc, xs)
	}
	pattern := ""
	if change.Sign() < 0 { // hollow to the left: it survives a photocopier
		pattern = ` fill-opacity="0.35" stroke="currentColor" stroke-width="1"`
	}
	if width.Sign() > 0 {
		fmt.Fprintf(&b, `<rect x="%s" y="1" width="%s" height="8" fill="currentColor"%s/>`, x, width, pattern)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // made of numbers only
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// PictureBar is one line of a picture: what stands before, on and behind the bar.
type PictureBar struct {
	Label, Text string
	Value, Most vi.Decimal
}
