package reporting

import (
	"chiso/internal/vi"
)

// PrintedCell is a cell as every page and paper prints it: the report, its preview, the signing copy, what was handed up and the workbench say the
// same of the same stored cell, and the inputs of the grid hold the same figures.
type PrintedCell struct {
	Numerator, Denominator string
	Value                  string // with its unit where that is %; "–" while there is none
	Read                   bool   // false while the cell waits as it was typed
}

func printedPart(d vi.NullDecimal) string {
	if !d.Valid {
		return ""
	}
	return vi.FormatNumber(d.Decimal, 0)
}
