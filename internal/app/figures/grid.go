package figures

import (
	"io"

	"chiso/internal/report"
)

// Grid is one table of a page, GridCell one of its cells: what WriteGrid turns into a workbook.
type (
	Grid     = report.Grid
	GridCell = report.GridCell
)

// WriteGrid writes a page's table as a workbook.
func (a *Room) WriteGrid(g Grid, w io.Writer) error {
	g.Program = a.Version
	return report.WriteGrid(w, g)
}
