package figures

import (
	"fmt"

	"chiso/internal/app/figures"
	"chiso/internal/kpi"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// nationGroup is the national figures of one pillar.
type nationGroup struct {
	Title string
	Lines []nationLine
}

type nationLine struct {
	Name, Value, Period, Target string
	Observation                 int64
	Judged, Reached             bool
	Trend                       []vi.NullDecimal
	Source                      kpi.System
	Remarks                     []string
}

// nationGroups groups the national figures by pillar and counts those that reach their target.
func nationGroups(lines []figures.NationLine) (groups []nationGroup, counted string) {
	judged, reached := 0, 0
	for _, l := range lines {
		d := l.Definition
		title := kpi.PillarTitle(d.Indicator.Pillar)
		if n := len(groups); n == 0 || groups[n-1].Title != title {
			groups = append(groups, nationGroup{Title: title})
		}
		row := nationLine{
			Name:        d.Name,
			Value:       frame.FigureText(l.Point.Figure, l.Point.Value, d, true),
			Period:      l.Point.Period.Title(),
			Target:      "–",
			Observation: l.Point.Observation,
			Trend:       l.Trend,
			Source:      l.Source,
			Remarks:     pointRemarks(l.Point, d),
		}
		if l.Target != nil {
			judged++
			row.Judged, row.Reached = true, l.Reached
			row.Target = frame.Amount(vi.Some(l.Target.Value), 0, l.Target.Unit) + " (" + fmt.Sprint(l.Target.Year) + ")"
		}
		if row.Reached {
			reached++
		}
		g := &groups[len(groups)-1]
		g.Lines = append(g.Lines, row)
	}
	if judged > 0 {
		counted = fmt.Sprintf("%d/%d chỉ tiêu có mục tiêu cùng năm đã đạt.", reached, judged)
	}
	return groups, counted
}
