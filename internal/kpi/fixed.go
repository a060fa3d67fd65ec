package kpi

import (
	"fmt"
	"strings"

	"chiso/internal/vi"
)

// FixedSize is the denominator that a definition fixes from a day on: the number of services of a list that an act names.
type FixedSize struct {
	From vi.Date
	Size vi.Decimal
	Act  string
}

// FixedOn returns the denominator that the definition fixes on a day; ok is false when it fixes none.
func (d *Definition) FixedOn(day vi.Date) (f FixedSize, ok bool) {
	for _, x := range d.Fixed {
		if x.From <= day {
			f, ok = x, true
		}
	}
	return f, ok
}

// ParseFixed reads fixed denominators as the catalogue writes them: "2022-01-06:25 QĐ 06/QĐ-TTg | 2022-04-04:53 QĐ 422/QĐ-TTg", the days in
// order.
func ParseFixed(text string) (out []FixedSize, err error) {
	for _, part := range strings.Split(text, "|") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		day, rest, _ := strings.Cut(part, ":")
		size, act, _ := strings.Cut(strings.TrimSpace(rest), " ")
		x := FixedSize{Act: strings.TrimSpace(act)}
		if x.From, err = vi.ParseISODate(strings.TrimSpace(day)); err != nil {
			return nil, fmt.Errorf("%q: %w", part, err)
		}
		n, err := vi.ParseNumber(size, true)
		if err != nil || n.Value.Sign() <= 0 || !n.Value.IsInt() {
			return nil, fmt.Errorf("%q: %q is no number of things", part, size)
		}
		x.Size = n.Value
		if len(out) > 0 && out[len(out)-1].From >= x.From {
			return nil, fmt.Errorf("%q: the days are not in order", part)
		}
		out = append(out, x)
	}
	return out, nil
}

// FormatFixed writes fixed denominators as ParseFixed reads them.
func FormatFixed(list []FixedSize) string {
	parts := make([]string, 0, len(list))
	for _, x := range list {
		parts = append(parts, strings.TrimSpace(x.From.ISO()+":"+x.Size.String()+" "+x.Act))
	}
	return strings.Join(parts, " | ")
}
