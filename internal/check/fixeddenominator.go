package check

import (
	"chiso/internal/vi"
)

// The codes of findings about denominators that the definition fixes as of a day.
const (
	DenominatorAboveFixed = "denominator_above_fixed" // error: more than there is
	DenominatorBelowFixed = "denominator_below_fixed" // warning: less than there is
	DenominatorFilled     = "denominator_filled"      // info: a blank one was filled in
)

// fixed fills in the denominator that the definition fixes on the last day of the period, where a numerator stands alone.
func (g *figure) fixed(num, den reading) reading {
	f, ok := g.def.FixedOn(g.day)
	if !ok || !num.has() || den.kind != nothing || g.quoted() {
		return den
	}
	g.c.at(g.r, &g.r.Numerator, Info, DenominatorFilled, "Mẫu số để trống được ghi %s: %s tại ngày %s%s.",
		vi.FormatNumber(f.Size, 0), g.partName(g.def.Denominator), g.day, actText(f.Act))
	return reading{kind: aNumber, number: vi.Number{Value: f.Size}}
}

// size holds a denominator against the one that the definition fixes: more than there is cannot be, less is to be explained.
func (g *figure) size(d vi.Decimal) bool {
	f, ok := g.def.FixedOn(g.day)
	if !ok {
		return true
	}
	field := g.first(&g.r.Denominator)
	switch c := d.Cmp(f.Size); {
	case c > 0:
		g.errorf(
			field,
			DenominatorAboveFixed,
			"Mẫu số %s lớn hơn %s: tại ngày %s, %s là %s%s. Hãy sửa mẫu số.",
			vi.FormatNumber(d, 0),
			vi.FormatNumber(f.Size, 0),
			g.day,
			g.partName(g.def.Denominator),
			vi.FormatNumber(f.Size, 0),
			actText(f.Act),
		)
		return false
	case c < 0:
		g.c.at(
			g.r,
			field,
			Warning,
			DenominatorBelowFixed,
			"Mẫu số %s nhỏ hơn %s: tại ngày %s, %s là %s%s. Hãy sửa mẫu số, hoặc giải trình vì sao chỉ tính %s.",
			vi.FormatNumber(d, 0),
			vi.FormatNumber(f.Size, 0),
			g.day,
			g.partName(g.def.Denominator),
			vi.FormatNumber(f.Size, 0),
			actText(f.Act),
			vi.FormatNumber(d, 0),
		)
	}
	return true
}

func actText(act string) string {
	if act == "" {
		return ""
	}
	return " (" + act + ")"
}
