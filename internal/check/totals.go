package check

import (
	"math/big"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

const (
	// maxTallied is how many rows are kept to be compared with total rows. Files with more have no
	// total rows that a person typed.
	maxTallied = 50_000
	maxTotals  = 12 // total rows of one table, indicator and period
)

// tallyKey names the rows that a total may be of.
type tallyKey struct {
	table       int
	def, period uint32
}

// tally holds the rows of one table, indicator and period, and the totals between them.
type tally struct {
	def    *kpi.Definition
	period kpi.Period
	rows   []tallied
	totals []totalRow
}

// tallied is one figure of a table.
type tallied struct {
	parts [3]vi.NullDecimal // numerator, denominator, value
	of    *addends          // nil when it stands in no identity
}

type totalRow struct {
	tallied
	at  int // how many rows stand above it
	row Row
}

// add keeps the figure of a row for the totals of its table.
func (c *Checker) add(r *Row, p *periodHit, what *defHit, f *kpi.Figure, of *addends) {
	if c.tallied++; c.tallied > maxTallied {
		c.tallies, c.lastTally = nil, nil
		return
	}
	t := c.tally(tallyKey{r.Table, what.index, p.index}, p, what)
	t.rows = append(t.rows, tallied{[3]vi.NullDecimal{f.Num, f.Den, f.Value}, of})
}

func (c *Checker) tally(key tallyKey, p *periodHit, what *defHit) *tally {
	if c.lastTally != nil && c.lastTallyKey == key {
		return c.lastTally
	}
	t, ok := c.tallies[key]
	if !ok {
		t = &tally{def: what.def, period: p.period}
		if c.tallies == nil {
			c.tallies = map[tallyKey]*tally{}
		}
		c.tallies[key] = t
		c.tallyOrder = append(c.tallyOrder, t)
	}
	c.lastTally, c.lastTallyKey = t, key
	return t
}

// total keeps a total row. Whatever is wrong with it is not said: it is no figure of anybody.
func (c *Checker) total(row Row) {
	if c.tallied > maxTallied {
		return
	}
	c.muted = true
	defer func() { c.muted = false }()
	c.row = row
	r := &c.row
	p := c.checkPeriod(r)
	if p == nil {
		return
	}
	what := c.checkIndicator(r, p.period.To)
	if what == nil {
		return
	}
	g := &c.figure
	*g = figure{c: c, r: r, def: what.def, whole: what.whole, day: p.period.To}
	if !g.read() || g.out.State != kpi.Value && g.out.State != kpi.NoDenominator {
		return
	}
	t := c.tally(tallyKey{r.Table, what.index, p.index}, p, what)
	if len(t.totals) < maxTotals {
		total := totalRow{tallied{[3]vi.NullDecimal{g.out.Num, g.out.Den, g.out.Value}, nil}, len(t.rows), row}
		if what.inSum && kindOf(t.def, kpi.Count, kpi.Money) {
			total.of = c.addend(g, p, addendKey{period: p.index, table: r.Table + 1, line: r.Line}, "")
		}
		t.totals = append(t.totals, total)
	}
}

// closeTotals compares the total rows of a file with the rows that they may be of: all of the table,
// those above, or those between two totals.
func (c *Checker) closeTotals() {
	for _, t := range c.tallyOrder {
		for i := range t.totals {
			c.compareTotal(t, i)
		}
	}
}

func (c *Checker) compareTotal(t *tally, i int) {
	var parts []int
	switch {
	case t.def.Indicator.Kind == kpi.Ratio:
		parts = []int{0, 1}
	case kindOf(t.def, kpi.Count, kpi.Money) && t.totals[i].of == nil: // others are compared with the identities
		parts = []int{2}
	}
	total := &t.totals[i]
	for _, part := range parts {
		if !total.parts[part].Valid {
			continue
		}
		span, slack, ok := t.span(total, part)
		nearest, _ := t.sum(span, part)
		if !ok || distance(nearest, total.parts[part].Decimal).Cmp(slack.Rat()) <= 0 {
			continue
		}
		f := [...]*Field{&total.row.Numerator, &total.row.Denominator, &total.row.Value}[part]
		c.at(
			&total.row,
			f,
			Warning,
			TotalMismatch,
			"Dòng tổng ghi %s, nhưng cộng các dòng được %s (%s, %s). Hãy kiểm tra lại dòng tổng và các dòng chi tiết.",
			vi.FormatNumber(total.parts[part].Decimal, 0),
			vi.FormatNumber(nearest, 0),
			t.def.Indicator.Code,
			t.period.Title(),
		)
	}
}

// span returns the rows that a total is of: all, those above it, or those between it and another total, for blocks have totals of
// their own, above their rows or below. It is the first whose sum the total is, up to slack, or else the one whose sum comes nearest.
func (t *tally) span(total *totalRow, part int) (best [2]int, slack vi.Decimal, ok bool) {
	spans := [][2]int{{0, len(t.rows)}, {0, total.at}, {total.at, len(t.rows)}}
	for _, x := range t.totals {
		spans = append(spans, [2]int{min(x.at, total.at), max(x.at, total.at)})
	}
	var least *big.Rat
	for _, s := range spans {
		sum, some := t.sum(s, part)
		if !some {
			continue
		}
		d, limit := distance(sum, total.parts[part].Decimal), t.slack(total.parts[part].Decimal, s[1]-s[0], part)
		if d.Cmp(limit.Rat()) <= 0 {
			return s, limit, true
		}
		if least == nil || d.Cmp(least) < 0 {
			best, slack, least = s, limit, d
		}
	}
	return best, slack, least != nil
}

func distance(a, b vi.Decimal) *big.Rat {
	d := new(big.Rat).Sub(a.Rat(), b.Rat())
	return d.Abs(d)
}

// sum adds one part of the rows of a span; false when there are none.
func (t *tally) sum(span [2]int, part int) (vi.Decimal, bool) {
	var s kpi.Sum
	n := 0
	for _, r := range t.rows[span[0]:span[1]] {
		if r.parts[part].Valid {
			s.Add(r.parts[part].Decimal)
			n++
		}
	}
	d, ok := s.Decimal()
	return d, ok && n > 0
}

// slack is what the sum of rows may be off by for the rounding of amounts.
func (t *tally) slack(total vi.Decimal, rows, part int) vi.Decimal {
	if part != 2 || t.def.Indicator.Kind != kpi.Money {
		return vi.Decimal{}
	}
	_, scale := total.Parts()
	if scale >= 18 {
		return vi.Decimal{}
	}
	return vi.NewDecimal(5*int64(rows+1), scale+1)
}
