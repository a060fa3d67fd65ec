package check

import (
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// qualifiers collects the remarks on how exact the figure is. below reports that the value is only
// a bound.
func (g *figure) qualifiers(num, den, val reading) (below bool) {
	for _, x := range [...]struct {
		read  reading
		field *Field
	}{{num, &g.r.Numerator}, {den, &g.r.Denominator}, {val, &g.r.Value}} {
		n := x.read.number
		if n.Rounded {
			g.out.Qualifiers |= kpi.Rounded
			if x.field != &g.r.Denominator { // a denominator of more than it says makes the share no larger
				g.directed(n.Toward)
			}
		}
		if n.Estimated {
			g.out.Qualifiers |= kpi.Estimated
		}
		if n.Rounded || n.Estimated {
			g.said = x.field.Text
		}
	}
	below = val.number.Below
	f := &g.r.Qualifier
	if f.empty() {
		return below
	}
	switch word := vi.Fold(fieldText(f)); word {
	case "", "exact", "chinh xac":
	case "below", "duoi", "<":
		return true
	case "about", "khoang", "over", "hon", "tren", ">", "under", "gan":
		g.directed(vi.ParseToward(word))
		g.rounded(g.out.Qualifiers.Word())
	case "rounded", "lam tron":
		g.out.Qualifiers |= kpi.Rounded
	case "estimated", "uoc", "uoc tinh":
		g.out.Qualifiers |= kpi.Estimated
	case "provisional", "so bo":
		g.out.Qualifiers |= kpi.Provisional
	default:
		g.c.at(g.r, f, Warning, UnknownQualifier,
			"Không hiểu định tính %s. Hãy ghi: chính xác, khoảng, hơn, gần, dưới, ước, sơ bộ.", quote(f.Text))
	}
	return below
}

// directed keeps the direction that a word gives; the first one said stays.
func (g *figure) directed(side vi.Toward) {
	if g.out.Qualifiers.Word() == "" {
		g.out.Qualifiers |= kpi.QualifierOf(side)
	}
}

func (g *figure) rounded(word string) {
	g.out.Qualifiers |= kpi.Rounded
	if g.said == "" {
		g.said = word
	}
}

// rank reads the source's own rank.
func (g *figure) rank() bool {
	f := &g.r.PublishedRank
	if f.empty() {
		return true
	}
	d := f.Number
	ok := f.Kind == Number
	if f.Kind == Text {
		n, err := vi.ParseNumber(f.Text, true)
		d, ok = n.Value, err == nil && n == vi.Number{Value: n.Value}
		if word := strings.Trim(vi.Fold(f.Text), "-"); word == "" || word == "n/a" {
			return true
		}
	}
	if n, _ := d.Parts(); ok && d.IsInt() && n > 0 && n < 1_000_000 {
		g.out.PublishedRank = int(n)
		return true
	}
	g.errorf(f, BadRank, "Hạng công bố phải là số nguyên dương. Hãy sửa lại hoặc để trống.")
	return false
}

// note joins the row's note with the exact words of a figure that says less than they do.
func (g *figure) note() string {
	note := fieldText(&g.r.Note)
	switch words := fieldText(&g.r.Quote); {
	case words != "":
		return join(note, "nguyên văn: "+words)
	case g.said != "":
		return join(note, "số gốc ghi: "+vi.Clean(g.said))
	}
	return note
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}
