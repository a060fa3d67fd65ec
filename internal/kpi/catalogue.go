package kpi

import (
	"cmp"
	"fmt"
	"slices"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// Catalogue is every indicator with its definition versions and targets. It is immutable and safe
// for concurrent use.
type Catalogue struct {
	defs    []*Definition
	byCode  map[string][]*Definition // by From
	byID    map[int64]*Definition
	byName  map[string][]*Definition // folded code and name
	targets map[string][]Target
}

// NewCatalogue indexes definitions and targets. It trusts them; Validate finds what is wrong.
func NewCatalogue(defs []Definition, targets []Target) *Catalogue {
	c := &Catalogue{byCode: map[string][]*Definition{}, byID: map[int64]*Definition{},
		byName: map[string][]*Definition{}, targets: map[string][]Target{}}
	for i := range defs {
		d := &defs[i]
		c.defs = append(c.defs, d)
		c.byID[d.ID] = d
		c.byCode[d.Indicator.Code] = append(c.byCode[d.Indicator.Code], d)
		code, name := vi.Fold(d.Indicator.Code), vi.Fold(d.Name)
		c.byName[code] = append(c.byName[code], d)
		if name != code {
			c.byName[name] = append(c.byName[name], d)
		}
	}
	for _, ds := range c.byCode {
		slices.SortStableFunc(ds, func(a, b *Definition) int { return cmp.Compare(a.From, b.From) })
	}
	for _, t := range targets {
		c.targets[t.Indicator] = append(c.targets[t.Indicator], t)
	}
	return c
}

// Definitions returns every definition version in catalogue order.
func (c *Catalogue) Definitions() []*Definition { return c.defs }

// ByID returns the definition version of an id.
func (c *Catalogue) ByID(id int64) (*Definition, bool) {
	d, ok := c.byID[id]
	return d, ok
}

// On returns the definition of an indicator code that holds on day d.
func (c *Catalogue) On(code string, d vi.Date) (*Definition, bool) {
	for _, def := range c.byCode[code] {
		if def.From <= d && d <= def.To {
			return def, true
		}
	}
	return nil, false
}

// Find returns the definitions that a written code or name means on day d, without regard to case
// and diacritics. More than one is for the caller to ask about.
func (c *Catalogue) Find(text string, d vi.Date) []*Definition {
	text = vi.Clean(text)
	if def, ok := c.On(text, d); ok {
		return []*Definition{def}
	}
	var out []*Definition
	for _, def := range c.byName[vi.Fold(text)] {
		if def.From <= d && d <= def.To {
			out = append(out, def)
		}
	}
	return out
}

// FindAny is Find on any day: every definition version that a written code or name means, in catalogue order.
func (c *Catalogue) FindAny(text string) []*Definition { return c.byName[vi.Fold(text)] }

// Known reports whether a code exists on any day.
func (c *Catalogue) Known(code string) bool { return len(c.byCode[code]) > 0 }

// Target returns what an indicator should reach in a year for the most exact of the scopes given,
// most exact first (agency:ID, block:CODE, all).
func (c *Catalogue) Target(code string, year int, scopes ...string) (Target, bool) {
	for _, scope := range scopes {
		for _, t := range c.targets[code] {
			if t.Scope == scope && t.Year == year {
				return t, true
			}
		}
	}
	return Target{}, false
}

// Targets returns every target of an indicator.
func (c *Catalogue) Targets(code string) []Target { return c.targets[code] }

// Validate returns everything that is wrong with the catalogue: versions of one indicator that
// overlap, two of one id, missing or unknown attributes, targets of unknown indicators.
func (c *Catalogue) Validate() []error {
	var errs []error
	for _, d := range c.defs {
		if d.ID != 0 && c.byID[d.ID] != d {
			errs = append(
				errs,
				fault.NewFlaw("indicators", d.key(), "code", "Chỉ tiêu %s: định nghĩa khác mang cùng số %d.", d.Indicator.Code, d.ID),
			)
		}
	}
	for code, ds := range c.byCode {
		for i, d := range ds {
			if err := d.validate(); err != nil {
				errs = append(errs, err)
			}
			if i > 0 && ds[i-1].To >= d.From {
				errs = append(
					errs,
					fault.NewFlaw(
						"indicators",
						d.key(),
						"from",
						"Chỉ tiêu %s có hai định nghĩa cùng hiệu lực %s. Hãy ghi ngày kết thúc cho định nghĩa cũ.",
						code,
						d.From.Since(),
					),
				)
			}
		}
	}
	for code, ts := range c.targets {
		if !c.Known(code) {
			errs = append(errs, fault.NewFlaw("targets", []string{code}, "indicator", "Không có chỉ tiêu %s trong bảng indicators.", code))
		}
		for i, t := range ts {
			for _, o := range ts[:i] {
				if o.Scope == t.Scope && o.Year == t.Year {
					errs = append(
						errs,
						fault.NewFlaw(
							"targets",
							[]string{code, t.Scope, fmt.Sprint(t.Year)},
							"year",
							"Chỉ tiêu %s có hai mục tiêu cho %s năm %d.",
							code,
							t.Scope,
							t.Year,
						),
					)
				}
			}
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return errs
}

// key names the row of a definition in the catalogue.
func (d *Definition) key() []string { return []string{d.Indicator.Code, d.From.ISO()} }

func (d *Definition) validate() error {
	flaw := func(column, format string, args ...any) error {
		return fault.NewFlaw("indicators", d.key(), column, "Chỉ tiêu "+d.Indicator.Code+": "+format, args...)
	}
	switch {
	case d.Indicator.Code == "" || d.Name == "" || d.Unit == "":
		return flaw("code", "cần mã, tên và đơn vị tính.")
	case !slices.Contains([]Kind{Ratio, Count, Money, Score, YesNo, Place}, d.Indicator.Kind):
		return flaw("type", "loại %q không có. Hãy ghi ratio, count, money, score, yes_no hoặc rank.", string(d.Indicator.Kind))
	case !slices.Contains([]Direction{Higher, Lower, Neutral}, d.Indicator.Direction):
		return flaw("direction", "chiều đánh giá %q không có. Hãy ghi higher, lower hoặc neutral.", string(d.Indicator.Direction))
	case !slices.Contains([]Accumulation{InPeriod, Cumulative, YearToDate, Point}, d.Accumulation):
		return flaw("accumulation", "cách cộng dồn %q không có. Hãy ghi in_period, cumulative, year_to_date hoặc point.", string(d.Accumulation))
	case d.Decimals < 0 || d.Decimals > 6:
		return flaw("decimals", "số chữ số thập phân là %d; cần từ 0 đến 6.", d.Decimals)
	case d.From > d.To:
		return flaw("to", "ngày bắt đầu %s sau ngày kết thúc %s.", d.From, d.To)
	case (d.Numerator == "") != (d.Denominator == ""):
		return flaw("numerator_vi", "tử số và mẫu số phải có cả hai hoặc để trống cả hai.")
	}
	return nil
}
