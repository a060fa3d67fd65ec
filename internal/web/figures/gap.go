package figures

import (
	"cmp"
	"fmt"

	"chiso/internal/app/figures"
	"chiso/internal/chart"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// gapRows draws the distance to the median by component; what is left over stands last. As printed the rows sum to the distance exactly.
func gapRows(a *figures.Analysis) []gapRow {
	g := a.Gap
	if g == nil {
		return nil
	}
	n := a.Table.Decimals
	var rows []gapRow
	var all []vi.Decimal
	for _, p := range g.Parts {
		all = append(all, p.Gap)
		rows = append(
			rows,
			gapRow{Name: plainName(componentTitle(a, p.Code)), Text: frame.Signed(p.Gap, n), Rank: fmt.Sprintf("%d/%d", p.Rank, p.Of)},
		)
	}
	if g.Rest.Sign() != 0 {
		all = append(all, g.Rest)
		rows = append(rows, gapRow{Name: "Tổng trung vị các thành phần khác trung vị tổng điểm", Text: frame.Signed(g.Rest, n), Rest: true})
	}
	for i, bar := range chart.GapBars(all) {
		rows[i].Bar = bar
	}
	return rows
}

// spanSays explains the drawing of spanRows.
const spanSays = "Dải: từ thấp nhất đến cao nhất của khối. Vạch: trung vị. Chấm: đơn vị."

// spanRows draws each component of an agency within its block: least, median, greatest, and the agency's own. All share one axis from 0 to
// the largest maximum, so that what weighs much looks large.
func spanRows(a *figures.Analysis) []gapRow {
	g := a.Gap
	if g == nil {
		return nil
	}
	values := []vi.Decimal{vi.Int(0)}
	for _, p := range g.Parts {
		values = append(values, p.Most)
	}
	axis := chart.NewAxis(values, vi.NullDecimal{})
	rows := make([]gapRow, 0, len(g.Parts))
	for _, p := range g.Parts {
		rows = append(
			rows,
			gapRow{
				Name: plainName(componentTitle(a, p.Code)),
				Text: vi.FormatNumber(p.Own, a.Table.Decimals),
				Rank: fmt.Sprintf("%d/%d", p.Rank, p.Of),
				Bar:  axis.Span(vi.Some(p.Least), vi.Some(p.Median), vi.Some(p.Most), vi.Some(p.Own)),
			},
		)
	}
	return rows
}

// gapSentence says how far from the median the agency is and which component does most of it.
func gapSentence(a *figures.Analysis) string {
	g, n := a.Gap, a.Table.Decimals
	if len(g.Parts) == 0 {
		return ""
	}
	name := func(p ranking.GapPart) string {
		return plainName(componentTitle(a, p.Code)) + " (" + frame.Signed(p.Gap, n) + ")"
	}
	worst, best := g.Parts[0], g.Parts[len(g.Parts)-1]
	size := vi.FormatNumber(absolute(g.Gap), n) + frame.NBSP + points(a.Table.Unit)
	switch {
	case g.Gap.Sign() < 0 && worst.Gap.Sign() < 0:
		return "Kém trung vị " + size + ", nhiều nhất do " + name(worst) + "."
	case g.Gap.Sign() > 0 && best.Gap.Sign() > 0:
		text := "Hơn trung vị " + size + ", nhiều nhất nhờ " + name(best)
		if worst.Gap.Sign() < 0 {
			text += "; còn kém ở " + name(worst)
		}
		return text + "."
	case g.Gap.Sign() == 0:
		return "Bằng trung vị của khối."
	}
	return map[bool]string{true: "Hơn", false: "Kém"}[g.Gap.Sign() > 0] + " trung vị " + size + "."
}

func componentTitle(a *figures.Analysis, code string) string {
	return cmp.Or(a.Names[code], a.Table.ComponentName(code))
}

// pointWays says what each component below the median would do at it, in points and in the rank that it gives.
func pointWays(a *figures.Analysis, most int) []string {
	n := a.Table.Decimals
	var out []string
	for _, l := range a.Points[:min(len(a.Points), most)] {
		out = append(
			out,
			fmt.Sprintf(
				"%s bằng trung vị (%s, hiện %s): %s%s%s, hạng %d → %d",
				plainName(componentTitle(a, l.Code)),
				vi.FormatNumber(l.Aim, n),
				vi.FormatNumber(l.Own, n),
				vi.FormatNumber(l.Total, n),
				frame.NBSP,
				points(a.Table.Unit),
				a.Row.Rank,
				l.Rank,
			),
		)
	}
	return out
}
