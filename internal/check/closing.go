package check

import (
	"math/big"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Closing is a set of figures that must close with each other: totals with their parts, the total row of a table with its rows. It finds
// what does not close and the single changes that would make it close.
type Closing struct {
	cells []ClosingCell
	eqs   []Equation
	off   []vi.Decimal // of sums: the total less its parts
	uses  [][]use      // by cell
}

// ClosingCell is one figure and where it stands.
type ClosingCell struct {
	Sheet string
	Name  string // what people find it by: "D5", or the code of an indicator where there is no sheet
	Value vi.Decimal
	Whole bool // a number of things
	Note  string
}

// Equation says how some cells of a Closing hang together.
type Equation struct {
	Rule  kpi.IdentityRule
	Total int // number of a cell
	Parts []int
	Slack vi.Decimal // what a sum may be off by
	Text  string     // what is to close: "DA06_01 = DA06_02 + DA06_21", "dòng tổng"
	Of    string     // of whom and when, "" when the place says enough
	Code  string     // of the finding
	Level Severity
}

// use is a place of a cell in an equation.
type use struct {
	eq    int
	total bool
}

// Cell adds a figure and returns its number.
func (c *Closing) Cell(x ClosingCell) int {
	c.cells = append(c.cells, x)
	c.uses = append(c.uses, nil)
	return len(c.cells) - 1
}

// Require adds an equation. One whose sum is beyond our numbers is left out.
func (c *Closing) Require(e Equation) {
	var off vi.Decimal
	if e.Rule == kpi.Adds {
		var s kpi.Sum
		s.Add(c.cells[e.Total].Value)
		for _, p := range e.Parts {
			s.Add(c.cells[p].Value.Neg())
		}
		var ok bool
		if off, ok = s.Decimal(); !ok {
			return
		}
	}
	n := len(c.eqs)
	c.eqs, c.off = append(c.eqs, e), append(c.off, off)
	c.uses[e.Total] = append(c.uses[e.Total], use{n, true})
	for _, p := range e.Parts {
		c.uses[p] = append(c.uses[p], use{n, false})
	}
}

// Change is one cell and what it would have to be.
type Change struct {
	Sheet    string     `json:"sheet,omitempty"`
	Cell     string     `json:"cell"` // or the code of an indicator where there is no sheet
	From     vi.Decimal `json:"from"`
	To       vi.Decimal `json:"to"`
	Proposed bool       `json:"proposed,omitempty"`

	cell   int
	closes []int // equations that are broken now and would close
}

// broken lists the equations that do not close.
func (c *Closing) broken() (out []int) {
	for i := range c.eqs {
		if !c.closed(i, -1, vi.Decimal{}) {
			out = append(out, i)
		}
	}
	return out
}

// closed reports whether equation i closes when a cell holds another value; a cell of -1 changes nothing.
func (c *Closing) closed(i, cell int, value vi.Decimal) bool {
	e := &c.eqs[i]
	at := func(n int) *big.Rat {
		if n == cell {
			return value.Rat()
		}
		return c.cells[n].Value.Rat()
	}
	switch e.Rule {
	case kpi.AtMost:
		return at(e.Parts[0]).Cmp(at(e.Total)) <= 0
	case kpi.Share:
		total := c.cells[e.Total].Value
		if e.Total == cell {
			total = value
		}
		return isShare(total, at(e.Parts[0]), at(e.Parts[1]))
	}
	off := c.off[i]
	for _, u := range c.usesOf(cell) {
		if u.eq == i {
			off = shifted(off, c.cells[cell].Value, value, u.total)
		}
	}
	return within(off, e.Slack)
}

func (c *Closing) usesOf(cell int) []use {
	if cell < 0 {
		return nil
	}
	return c.uses[cell]
}

// shifted is what a sum is off by after one of its cells has changed.
func shifted(off, from, to vi.Decimal, total bool) vi.Decimal {
	var s kpi.Sum
	s.Add(off)
	if total {
		from, to = to, from
	}
	s.Add(from)
	s.Add(to.Neg())
	d, _ := s.Decimal()
	return d
}

func within(off, slack vi.Decimal) bool { return off.Cmp(slack) <= 0 && off.Neg().Cmp(slack) <= 0 }

// isShare reports whether a rate is that of a part and its whole: up to one unit of its last digit, for sources cut digits off as well
// as round them, and at least up to 0,01.
func isShare(rate vi.Decimal, part, whole *big.Rat) bool {
	if whole.Sign() == 0 {
		return true // no rate can be said
	}
	_, scale := rate.Parts()
	d := new(big.Rat).Quo(part, whole)
	d.Mul(d, big.NewRat(100, 1)).Sub(d, rate.Rat())
	return d.Abs(d).Cmp(vi.NewDecimal(1, max(1, min(scale, 2))).Rat()) <= 0
}

// changes returns the single changes that close a broken equation. proposed is the one that closes every equation it stands in and
// more of the broken ones than any other, -1 when there is none or several.
func (c *Closing) changes(i int, broken map[int]bool) (all []Change, proposed int) {
	e := &c.eqs[i]
	for n, cell := range append([]int{e.Total}, e.Parts...) {
		to, ok := c.wanted(i, n)
		if x := &c.cells[cell]; !ok || to.Sign() < 0 || x.Whole && !to.IsInt() {
			continue
		}
		ch := Change{Sheet: c.cells[cell].Sheet, Cell: c.cells[cell].Name, From: c.cells[cell].Value, To: to, cell: cell}
		if ch.closes, ok = c.closes(cell, to, broken); ok {
			all = append(all, ch)
		}
	}
	proposed = -1
	best, several := 0, false
	for n := range all {
		switch k := len(all[n].closes); {
		case k > best:
			best, several, proposed = k, false, n
		case k == best:
			several = true
		}
	}
	if several {
		proposed = -1
	}
	return all, proposed
}

// closes lists the broken equations that a change closes; false when one that the cell stands in would stay or become open.
func (c *Closing) closes(cell int, to vi.Decimal, broken map[int]bool) (out []int, ok bool) {
	for _, u := range c.uses[cell] {
		if !c.closed(u.eq, cell, to) {
			return nil, false
		}
		if broken[u.eq] {
			out = append(out, u.eq)
		}
	}
	return out, true
}

// wanted is the value that member n of equation i (0 is the total) would need for the equation to close.
func (c *Closing) wanted(i, n int) (vi.Decimal, bool) {
	e := &c.eqs[i]
	switch {
	case e.Rule == kpi.Adds && n == 0:
		return total(c.cells[e.Total].Value, c.off[i].Neg())
	case e.Rule == kpi.Adds:
		return total(c.cells[e.Parts[n-1]].Value, c.off[i])
	case e.Rule == kpi.AtMost:
		return vi.Decimal{}, false // any smaller one would do
	}
	rate, part, whole := c.cells[e.Total].Value.Rat(), c.cells[e.Parts[0]].Value.Rat(), c.cells[e.Parts[1]].Value.Rat()
	hundred, out := big.NewRat(100, 1), new(big.Rat)
	decimals := 0
	switch {
	case n == 0 && whole.Sign() != 0:
		out.Mul(out.Quo(part, whole), hundred)
		decimals = 2
	case n == 1:
		out.Quo(out.Mul(rate, whole), hundred)
	case n == 2 && rate.Sign() != 0:
		out.Quo(out.Mul(part, hundred), rate)
	default:
		return vi.Decimal{}, false
	}
	d, err := vi.ParseDecimal(out.FloatString(decimals))
	return d, err == nil
}

func total(a, b vi.Decimal) (vi.Decimal, bool) {
	var s kpi.Sum
	s.Add(a)
	s.Add(b)
	return s.Decimal()
}
