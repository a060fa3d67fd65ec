package kpi

import (
	"slices"
	"strings"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// Growth is how much a figure grew since a base period, as somebody published it ("tăng 58,61 % so với năm 2023"). It is kept as it was
// printed and never computed from figures, which may be others, rounded or not there.
type Growth struct {
	Indicator    string
	Agency       string
	Period, Base string // keys: of the figure, and of the period that it is compared with
	Origin       string // who published it, as of the figure
	Value        vi.Decimal
	Unit         string // "%", "lần", "bậc", or what is counted
	Word         string // "trên", "hơn", "gần", "khoảng": what was printed before the number
	Text         string // as published
	Note         string
}

// Printed is the growth as people write it: "+58,61 %", "2,5 lần", "khoảng +20 %".
func (g Growth) Printed() string {
	out := vi.FormatNumber(g.Value, 0) + "\u00a0" + g.Unit
	if g.Value.Sign() > 0 && g.Unit != Times {
		out = "+" + out
	}
	if g.Word != "" {
		out = g.Word + " " + out
	}
	return out
}

// Times is the unit of a growth that is a factor.
const Times = "lần"

// Since is the base period as people write it.
func (g Growth) Since() string {
	if p, err := ParsePeriod(g.Base); err == nil {
		return p.Title()
	}
	return g.Base
}

// Says is the sentence beside a figure: "nguồn in: +58,61 % so với năm 2023", "nguồn in: tăng 2,5 lần so với năm 2023".
func (g Growth) Says() string {
	base, grown := g.Since(), g.Printed()
	if g.Unit == Times {
		grown = "tăng " + grown
	}
	return "nguồn in: " + grown + " so với " + strings.ToLower(base[:1]) + base[1:]
}

// ValidateGrowth returns what is wrong with published growth, as flaws of the rows.
func ValidateGrowth(all []Growth, cat *Catalogue) []error {
	var errs []error
	for n, g := range all {
		key := []string{g.Indicator, g.Agency, g.Period, g.Base, g.Origin}
		add := func(column, format string, args ...any) {
			errs = append(errs, fault.NewFlaw("growth", key, column, format, args...))
		}
		if !cat.Known(g.Indicator) {
			add("indicator", "Không có chỉ tiêu %q.", g.Indicator)
		}
		period, err := ParsePeriod(g.Period)
		if err != nil {
			add("period", "Kỳ %q không hiểu được. Hãy ghi như 2024 hoặc 2024-Q3.", g.Period)
		}
		base, baseErr := ParsePeriod(g.Base)
		if baseErr != nil {
			add("base_period", "Kỳ gốc %q không hiểu được. Hãy ghi như 2023 hoặc 2023-Q3.", g.Base)
		}
		if err == nil && baseErr == nil && base.To >= period.To {
			add("base_period", "Kỳ gốc %s không trước kỳ %s.", base.Title(), period.Title())
		}
		for _, x := range [...]struct{ column, text, what string }{{"unit", g.Unit, "đơn vị của mức tăng (%, lần, bậc)"}, {"origin", g.Origin, "nguồn công bố"}, {"text", g.Text, "nguyên văn"}} {
			if x.text == "" {
				add(x.column, "Mức tăng, giảm đã công bố cần %s.", x.what)
			}
		}
		if g.Unit == Times && g.Value.Sign() <= 0 {
			add("value", "Số lần phải lớn hơn 0.")
		}
		if slices.ContainsFunc(all[:n], func(o Growth) bool {
			return o.Indicator == g.Indicator && o.Agency == g.Agency && o.Period == g.Period && o.Base == g.Base && o.Origin == g.Origin
		}) {
			add(
				"base_period",
				"Mức tăng của %s, kỳ %s so với %s từ cùng nguồn có hai dòng. Hãy giữ lại một dòng.",
				g.Indicator,
				g.Period,
				g.Base,
			)
		}
	}
	return errs
}
