package check

import (
	"fmt"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// fractionKey names the column, or the rows of one table, that hold the shares or points of one indicator.
type fractionKey struct {
	table  int
	def    int64
	column int32
}

// fractions are the numbers of one column as far as they may be shares of 1.
type fractions struct {
	def   *kpi.Definition
	small []fractionCell // between 0 and 1
	ones  []fractionCell
	count int // of small
	large int // above 1, or beyond doubt
}

type fractionCell struct {
	row Row
	v   vi.Decimal
}

// maxFractions is how many doubtful cells of a column are named one by one.
const maxFractions = 20

// fraction notes a number of a column of percentages, or of points of a hundred, that may be meant as a share of 1:
// 0,911 for 91,1. In a form without a sheet it is said at once.
func (g *figure) fraction(x reading) {
	v := x.number.Value
	sure := x.percent || x.number.Percent || v.Cmp(vi.Int(1)) > 0 || v.Sign() < 0
	if g.r.input {
		if !sure && v.Sign() > 0 {
			g.c.maybeFraction(g.r, v, Warning)
		}
		return
	}
	key := fractionKey{g.r.Table, g.def.ID, g.r.Value.At.Column}
	run := g.c.fractions[key]
	if run == nil {
		run = &fractions{def: g.def}
		if g.c.fractions == nil {
			g.c.fractions = map[fractionKey]*fractions{}
		}
		g.c.fractions[key] = run
		g.c.fractionOrder = append(g.c.fractionOrder, run)
	}
	switch {
	case sure:
		run.large++
	case v.Sign() == 0:
	case v.Cmp(vi.Int(1)) == 0:
		if len(run.ones) < maxFractions {
			run.ones = append(run.ones, fractionCell{*g.r, v})
		}
	default:
		if run.count++; len(run.small) < maxFractions {
			run.small = append(run.small, fractionCell{*g.r, v})
		}
	}
}

// maybeFraction asks whether 0,911 is 0,911 % or 91,1 %.
func (c *Checker) maybeFraction(r *Row, v vi.Decimal, severity Severity) {
	coef, scale := v.Parts()
	c.at(r, &r.Value, severity, PossibleFraction, "Ghi %s với đơn vị %%: không rõ là %s %% hay %s %%. Hãy ghi %s %% hoặc %s %%, kèm dấu %%.",
		vi.FormatNumber(v, 0), vi.FormatNumber(v, 0), vi.FormatNumber(vi.NewDecimal(coef, scale-2), 0),
		vi.FormatNumber(v, 0), vi.FormatNumber(vi.NewDecimal(coef, scale-2), 0))
}

// closeFractions asks once about a column whose numbers are all between 0 and 1, and about each such number among larger
// ones: both readings are possible.
func (c *Checker) closeFractions() {
	for _, run := range c.fractionOrder {
		score := run.def.Indicator.Kind == kpi.Score
		switch {
		case run.count == 0 && (run.large > 0 || len(run.ones) < 2): // 1 alone is 1 % as often as 100 %
			for _, x := range run.ones {
				if !score {
					c.maybeFraction(&x.row, x.v, Warning)
				}
			}
		case run.large == 0 && (!score || run.count > 1):
			first := append(run.small[:len(run.small):len(run.small)], run.ones...)[0]
			coef, scale := first.v.Parts()
			c.at(
				&first.row,
				&first.row.Value,
				Error,
				FractionColumn,
				"Cả %s số của %s đều từ 0 đến 1, không rõ ô này là %s hay %s (%s). Hãy ghi số kèm dấu %%, hoặc ghi trên thang 100.",
				vi.FormatInt(int64(run.count+len(run.ones))),
				run.def.Indicator.Code,
				vi.FormatNumber(first.v, 0),
				vi.FormatNumber(vi.NewDecimal(coef, scale-2), 0),
				run.def.Unit,
			)
		case !score:
			for _, x := range run.small {
				c.maybeFraction(&x.row, x.v, Error)
			}
			if more := run.count - len(run.small); more > 0 {
				c.Report(
					Finding{Severity: Error, Code: PossibleFraction, Message: fmt.Sprintf("Còn %d ô như vậy nữa của %s.", more, run.def.Indicator.Code)},
				)
			}
		}
	}
	c.fractions, c.fractionOrder = nil, nil
}
