package figures

import (
	"html/template"

	"chiso/internal/chart"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// plot is the column of a table that draws its figures: the one way to see a ranking, on every page that has one.
type plot struct {
	Axis   chart.Axis
	Moved  bool // earlier values are drawn, too
	levels []chart.Level
}

// newPlot chooses dots or bars by the spread of the values, and the lines across: the median of the block, the national or pooled figure, the
// target. Where too few answered there is neither median nor pooled figure (design rule 7).
func newPlot(t *ranking.Table) *plot {
	values := valuesOf(t)
	p := &plot{levels: levelsOf(t)}
	for _, r := range t.Rows {
		p.Moved = p.Moved || r.PreviousValue.Valid
		if r.PreviousValue.Valid {
			values = append(values, r.PreviousValue.Decimal)
		}
	}
	p.Axis = newAxis(t, values, p.levels)
	return p
}

func valuesOf(t *ranking.Table) []vi.Decimal {
	var out []vi.Decimal
	for _, r := range t.Rows {
		if r.Value.Valid {
			out = append(out, r.Value.Decimal)
		}
	}
	return out
}

// newAxis makes the axis of a table: percentages end at a hundred.
func newAxis(t *ranking.Table, values []vi.Decimal, levels []chart.Level) chart.Axis {
	most := vi.NullDecimal{}
	if t.Unit == "%" {
		most = vi.Some(vi.Int(100))
	}
	references := make([]vi.Decimal, len(levels))
	for i, l := range levels {
		references[i] = l.At
	}
	return chart.NewAxis(values, most, references...)
}

// levelsOf are the lines across a table, named in few words.
func levelsOf(t *ranking.Table) []chart.Level {
	var out []chart.Level
	add := func(kind, name string, v vi.Decimal, printed string) {
		out = append(out, chart.Level{At: v, Kind: kind, Label: name + " " + printed})
	}
	if m := ranking.NewColumn(t).Median; m.Valid && t.Direction != kpi.Neutral {
		add("median", "trung vị", m.Decimal, vi.FormatNumber(m.Decimal, t.Decimals))
	}
	switch p := t.Headline(); {
	case t.Published != nil:
		add("nation", frame.LowerFirst(t.Published.Scope), t.Published.Value, t.Published.Print(t.Decimals))
	case p.Value.Valid && p.Method == ranking.RatioOfSums:
		add("nation", "chung khối", p.Value.Decimal, vi.FormatNumber(p.Value.Decimal, t.Decimals))
	}
	if t.Target != nil {
		add("target", "mục tiêu", t.Target.Value, vi.FormatNumber(t.Target.Value, 0))
	}
	return out
}

// Head is the top of the column: the lines by name and the numbers of the axis.
func (p *plot) Head() template.HTML { return p.Axis.Head(p.levels...) }

// Row draws the figure of one agency.
func (p *plot) Row(r ranking.Row) template.HTML {
	return p.Axis.Row(r.Value, r.PreviousValue, p.levels...)
}

// Key says what the marks are, for who sees them for the first time.
func (p *plot) Key() string {
	s := "Thanh bắt đầu từ 0"
	if p.Axis.Form == chart.Dots {
		s = "Chấm: giá trị. " + p.Axis.Says()
	}
	switch {
	case !p.Moved:
	case p.Axis.Form == chart.Dots:
		s += ". Chấm rỗng: kỳ trước"
	default:
		s += ". Vạch nhỏ: kỳ trước"
	}
	return s + "."
}

// foldBand says once what would stand in every row.
func (r *rankingPage) foldBand() {
	if !r.Has.Band || len(r.Rows) < 2 {
		return
	}
	for _, row := range r.Rows {
		if row.Band != r.Rows[0].Band {
			return
		}
	}
	r.Has.Band, r.OneBand = false, frame.LowerFirst(r.Rows[0].Band)
}
