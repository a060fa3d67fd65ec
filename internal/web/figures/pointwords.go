package figures

import (
	"chiso/internal/app/figures"
	"chiso/internal/kpi"
	"chiso/internal/web/frame"
)

// pointRemarks are the remarks of a figure of a series, and how much it grew as its origin published it.
func pointRemarks(p figures.Point, d *kpi.Definition) []string {
	return append(frame.Remarks(p.Figure, d), p.Growth...)
}
