package check

import (
	"fmt"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Sum says that a total is made of parts: the six groups of 766 are its total.
type Sum struct {
	Total     string // indicator code
	Parts     []string
	Tolerance vi.Decimal // for the rounding of the parts
}

// maxAddends bounds the figures that are kept for the sums of one file.
const maxAddends = 200_000

type addendKey struct {
	agency uint32
	period uint32
}

// addends are the figures of one agency and period that take part in sums, by indicator code.
type addends struct {
	agency agency.ID
	period kpi.Period
	values map[string]vi.Decimal
	row    Row // of a total
}

// inSum reports whether an indicator takes part in a sum.
func (c *Checker) inSum(code string) bool {
	for i := range c.rules.Sums {
		s := &c.rules.Sums[i]
		if s.Total == code {
			return true
		}
		for _, p := range s.Parts {
			if p == code {
				return true
			}
		}
	}
	return false
}

// addend keeps a figure for the sums of the file.
func (c *Checker) addend(g *figure, p *periodHit, who *agencyHit) {
	if c.addendCount++; c.addendCount > maxAddends || g.out.State != kpi.Value || !g.out.Value.Valid {
		return
	}
	key := addendKey{who.index, p.index}
	a := c.addends[key]
	if a == nil {
		a = &addends{agency: who.id, period: p.period, values: map[string]vi.Decimal{}}
		if c.addends == nil {
			c.addends = map[addendKey]*addends{}
		}
		c.addends[key] = a
		c.addendOrder = append(c.addendOrder, a)
	}
	code := g.def.Indicator.Code
	a.values[code] = g.out.Value.Decimal
	for i := range c.rules.Sums {
		if c.rules.Sums[i].Total == code {
			a.row = *g.r
		}
	}
}

// closeSums warns of totals that are not the sum of their parts. A total with a part missing is not
// judged.
func (c *Checker) closeSums() {
	for _, a := range c.addendOrder {
		for i := range c.rules.Sums {
			c.compareSum(a, &c.rules.Sums[i])
		}
	}
	c.addends, c.addendOrder, c.addendCount = nil, nil, 0
}

func (c *Checker) compareSum(a *addends, s *Sum) {
	total, ok := a.values[s.Total]
	if !ok {
		return
	}
	var sum kpi.Sum
	terms := make([]string, 0, len(s.Parts))
	for _, code := range s.Parts {
		v, ok := a.values[code]
		if !ok {
			return
		}
		sum.Add(v)
		terms = append(terms, vi.FormatNumber(v, 0))
	}
	got, ok := sum.Decimal()
	if !ok {
		return
	}
	diff := got.Rat()
	diff.Sub(diff, total.Rat())
	if diff.Abs(diff).Cmp(s.Tolerance.Rat()) <= 0 {
		return
	}
	c.at(&a.row, &a.row.Value, Warning, SumMismatch, "%s", fmt.Sprintf(
		"%s của %s ghi %s, nhưng các nhóm cộng lại được %s = %s. Hãy kiểm tra lại tổng hoặc từng nhóm.",
		s.Total, c.rules.Directory.Name(a.agency, a.period.To), vi.FormatNumber(total, 0), strings.Join(terms, " + "), vi.FormatNumber(got, 0)))
}
