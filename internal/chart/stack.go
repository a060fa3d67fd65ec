package chart

import (
	"fmt"
	"html/template"
	"strings"
)

// Segment is one part of a stacked bar; Class is a word of our own that the style sheet gives a shade.
type Segment struct {
	Class string
	Count int
}

// Stack returns a bar of segments one after the other, drawn against the longest bar of its table. It is
// hidden from screen readers, for the counts stand in the cells beside it. Positions are whole thousandths
// of the running sum, so that no gap or overlap comes of rounding.
func Stack(maximum int, segments ...Segment) template.HTML {
	var b strings.Builder
	b.WriteString(
		`<svg class="stackbar" width="100" height="10" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">`,
	)
	if maximum > 0 {
		sum := 0
		for _, s := range segments {
			if s.Count <= 0 {
				continue
			}
			from := sum * 1000 / maximum
			sum += s.Count
			fmt.Fprintf(
				&b,
				`<rect class="part-%s" x="%d" y="0" width="%d" height="10"/>`,
				template.HTMLEscapeString(s.Class),
				from,
				max(sum*1000/maximum-from, 1),
			)
		}
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // numbers and escaped class names
}
