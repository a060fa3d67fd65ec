package ranking

import (
	"math/big"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Column is one component, or one indicator, over a whole block.
type Column struct {
	Code     string
	Name     string
	Unit     string
	Decimals int
	Max      vi.NullDecimal
	Median   vi.NullDecimal // of those with a value; absent where too few answered, as Best
	Best     vi.NullDecimal
	Leaders  []agency.ID
	Cells    map[agency.ID]Cell
	Ranked   int
}

// Cell is an agency's value in a column and where it stands with it.
type Cell struct {
	Value       vi.Decimal
	Rank        int
	Fifth       int            // 1 the best fifth of the block … 5 the last; 0 where too few answered
	Gap         vi.NullDecimal // to the median: positive is better than it
	Observation int64
	kpi.Exactness
}

// Print is the value with the word that stood before it.
func (c Cell) Print(decimals int) string { return c.Exactness.Print(c.Value, decimals) }

// Heat is agencies × components.
type Heat struct {
	Columns []Column
	Rows    []Row // of the table, in its order
}

// NewColumn makes a column from a table: ranks, median and best are those of the table. Below the coverage from which the table speaks
// of its block there is nothing to compare with: no median, no best, no fifths, and so no strengths and weaknesses.
func NewColumn(t *Table) Column {
	c := Column{Code: t.Code, Name: t.Name, Unit: t.Unit, Decimals: t.Decimals, Cells: map[agency.ID]Cell{}}
	var values []vi.Decimal
	for _, r := range t.Rows {
		if r.Value.Valid {
			values = append(values, r.Value.Decimal)
		}
	}
	c.Ranked = len(values)
	if c.Ranked == 0 {
		return c
	}
	enough := t.Enough()
	if enough {
		c.Median = Median(values, t.Decimals)
	}
	if enough && t.Direction != kpi.Neutral {
		c.Best = vi.Some(values[0])
	}
	for _, r := range t.Rows {
		if !r.Value.Valid {
			continue
		}
		cell := Cell{Value: r.Value.Decimal, Rank: r.Rank, Observation: r.Observation, Exactness: r.Exactness()}
		if enough {
			gap := minus(r.Value.Decimal, c.Median.Decimal)
			if t.Direction == kpi.Lower {
				gap = gap.Neg()
			}
			cell.Fifth, cell.Gap = 1+(r.Rank-1)*5/c.Ranked, vi.Some(gap)
		}
		c.Cells[r.Agency] = cell
		if c.Best.Valid && r.Rank == 1 {
			c.Leaders = append(c.Leaders, r.Agency)
		}
	}
	return c
}

// BestText is the best figure as it was printed, "" where none is called so.
func (c *Column) BestText() string {
	if !c.Best.Valid || len(c.Leaders) == 0 {
		return ""
	}
	return c.Cells[c.Leaders[0]].Print(c.Decimals)
}

// Median returns the middle of values, the mean of the two in the middle for an even number, rounded
// to decimals. It is absent without values.
func Median(values []vi.Decimal, decimals int) vi.NullDecimal {
	n := len(values)
	if n == 0 {
		return vi.NullDecimal{}
	}
	sorted := slices.Clone(values)
	slices.SortFunc(sorted, vi.Decimal.Cmp)
	if n%2 == 1 {
		return vi.Some(kpi.Round(sorted[n/2], decimals))
	}
	mean := new(big.Rat).Add(sorted[n/2-1].Rat(), sorted[n/2].Rat())
	m, ok := kpi.RoundRat(mean.Quo(mean, big.NewRat(2, 1)), decimals)
	return vi.NullDecimal{Decimal: m, Valid: ok}
}

// Mark is one component as a strength or a weakness of an agency.
type Mark struct {
	Column *Column
	Cell   Cell
}

// mostMarks is how many strengths and weaknesses a page names.
const mostMarks = 3

// StrengthsAndWeaknesses returns the components in which an agency stands best among those where it is
// better than the block's median, and worst among those where it is worse, the most telling first.
func StrengthsAndWeaknesses(columns []Column, id agency.ID) (strong, weak []Mark) {
	for i := range columns {
		c := &columns[i]
		cell, ok := c.Cells[id]
		if !ok || c.Ranked < 2 || !c.Best.Valid {
			continue
		}
		switch m := (Mark{c, cell}); cell.Gap.Sign() {
		case 1:
			strong = append(strong, m)
		case -1:
			weak = append(weak, m)
		}
	}
	// Ranks of columns with different numbers of agencies compare as shares.
	share := func(m Mark) *big.Rat { return big.NewRat(int64(m.Cell.Rank), int64(m.Column.Ranked)) }
	slices.SortStableFunc(strong, func(a, b Mark) int { return share(a).Cmp(share(b)) })
	slices.SortStableFunc(weak, func(a, b Mark) int { return share(b).Cmp(share(a)) })
	return strong[:min(len(strong), mostMarks)], weak[:min(len(weak), mostMarks)]
}
