package check

import (
	"slices"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// maxAddends bounds the figures that are kept for the identities of one file.
const maxAddends = 200_000

// addendKey names figures that stand in identities together: those of an agency and period, or of a total row of a table.
type addendKey struct {
	agency uint32
	period uint32
	table  int // of a total row, from 1
	line   int
}

// addends are the figures of one key that take part in identities, by indicator code.
type addends struct {
	agency agency.ID // "" for a total row
	period kpi.Period
	order  []string
	values map[string]addend
}

// addend is one figure and where it stands.
type addend struct {
	value vi.Decimal
	whole bool
	sheet string
	name  string // of the cell; the code where there is no sheet
	note  string // what the file says beside it
	index int    // in the Closing, once there is one
}

// inSum reports whether an indicator takes part in an identity.
func (c *Checker) inSum(code string) bool {
	return slices.ContainsFunc(c.rules.Identities, func(i kpi.Identity) bool { return i.Form == "" && i.Has(code) })
}

// addend keeps a figure for the identities of the file. Figures that are only about so much are not judged.
func (c *Checker) addend(g *figure, p *periodHit, key addendKey, of agency.ID) *addends {
	if c.addendCount++; c.addendCount > maxAddends || g.out.State != kpi.Value || !g.out.Value.Valid || g.out.Qualifiers != 0 {
		return nil
	}
	a := c.addends[key]
	if a == nil {
		a = &addends{agency: of, period: p.period, values: map[string]addend{}}
		if c.addends == nil {
			c.addends = map[addendKey]*addends{}
		}
		c.addends[key] = a
		c.addendOrder = append(c.addendOrder, a)
	}
	code := g.def.Indicator.Code
	if _, again := a.values[code]; !again {
		a.order = append(a.order, code)
	}
	x := addend{
		value: g.out.Value.Decimal,
		whole: g.def.WholeNumbers(),
		sheet: g.r.Sheet,
		name:  g.r.cellOf(g.cell).Ref(),
		note:  fieldText(&g.r.Note),
	}
	if g.r.input || x.name == "" {
		x.name = code
	}
	a.values[code] = x
	return a
}

// closeSums reports figures of identities that do not close, together with the total rows over them. An identity with a member
// missing is not judged.
func (c *Checker) closeSums() {
	if len(c.addendOrder) == 0 {
		return
	}
	var sums Closing
	for _, a := range c.addendOrder {
		for _, code := range a.order {
			x := a.values[code]
			x.index = sums.Cell(ClosingCell{Sheet: x.sheet, Name: x.name, Value: x.value, Whole: x.whole, Note: x.note})
			a.values[code] = x
		}
	}
	for _, a := range c.addendOrder {
		for i := range c.rules.Identities {
			c.require(&sums, a, &c.rules.Identities[i])
		}
	}
	for _, t := range c.tallyOrder {
		c.requireTotals(&sums, t)
	}
	for _, f := range sums.Findings() {
		c.Report(f)
	}
}

// require adds an identity of the figures of one agency and period, if all of them are there.
func (c *Checker) require(sums *Closing, a *addends, id *kpi.Identity) {
	total, ok := a.values[id.Total]
	if !ok || id.Form != "" || !id.Holds(a.period.To) {
		return
	}
	e := Equation{Rule: id.Rule, Total: total.index, Slack: id.Tolerance, Text: id.String(), Code: SumMismatch, Level: Error}
	for _, code := range id.Parts {
		part, ok := a.values[code]
		if !ok {
			return
		}
		e.Parts = append(e.Parts, part.index)
	}
	e.Of = "dòng tổng"
	if a.agency != "" {
		e.Of = c.rules.Directory.Name(a.agency, a.period.To) + ", " + a.period.Title()
	}
	if c.rules.Source == kpi.Published || id.Tolerance.Sign() > 0 || a.agency == "" {
		e.Level = Warning // it was published so; the source rounds; nothing of the row is stored
	}
	sums.Require(e)
}

// requireTotals adds the total rows over figures that stand in identities.
func (c *Checker) requireTotals(sums *Closing, t *tally) {
	for i := range t.totals {
		row := &t.totals[i]
		if row.of == nil {
			continue
		}
		code := t.def.Indicator.Code
		e := Equation{Rule: kpi.Adds, Total: row.of.values[code].index, Text: "dòng tổng, " + code, Code: TotalMismatch, Level: Warning}
		span, slack, ok := t.span(row, 2)
		if !ok {
			continue
		}
		for _, r := range t.rows[span[0]:span[1]] {
			if r.of != nil {
				e.Parts = append(e.Parts, r.of.values[code].index)
			}
		}
		e.Slack = slack
		sums.Require(e)
	}
}

// Declared takes what does not close in the tables of the file by what they say themselves, see intake.File.Declared. Sums of cells
// that the checks have named already are not named again.
func (c *Checker) Declared(fs []Finding) {
	said := map[[2]string]bool{}
	for i := range c.findings {
		x := &c.findings[i]
		for _, cell := range x.cells {
			said[[2]string{x.Sheet, cell}] = true
		}
		if x.Code == TotalMismatch {
			said[[2]string{x.Sheet, x.Cell}] = true
		}
	}
	for _, f := range fs {
		if slices.ContainsFunc(f.cells, func(cell string) bool { return said[[2]string{f.Sheet, cell}] }) {
			continue
		}
		if c.rules.Source == kpi.Published {
			f.Severity = Warning
		}
		c.Report(f)
	}
}
