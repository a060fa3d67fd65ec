package frame

import (
	"html/template"

	"chiso/internal/chart"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// Scale is what the bars of one table are drawn against: its end and the ticks across every bar.
type Scale struct {
	Max   vi.Decimal
	marks []chart.Mark
}

// NewScale gives percentages a full hundred and everything else the largest value; the pooled figure and the target are ticks.
func NewScale(t *ranking.Table) Scale {
	var s Scale
	if t.Unit == "%" {
		s.Max = vi.Int(100)
	}
	for _, r := range t.Rows {
		if r.Value.Valid && r.Value.Cmp(s.Max) > 0 {
			s.Max = r.Value.Decimal
		}
	}
	if p := t.Headline(); p.Method == ranking.RatioOfSums && p.Value.Valid {
		s.marks = append(s.marks, chart.Mark{At: p.Value.Decimal})
	}
	if t.Target != nil && t.Target.Value.Cmp(s.Max) <= 0 {
		s.marks = append(s.marks, chart.Mark{At: t.Target.Value, Dashed: true})
	}
	return s
}

// Bar draws one value; nothing when there is none.
func Bar(s Scale, v vi.NullDecimal) template.HTML {
	if !v.Valid {
		return ""
	}
	return chart.Bar(v.Decimal, s.Max, s.marks...)
}

// spark draws a series of at least two figures.
func spark(values []vi.NullDecimal) template.HTML {
	n := 0
	for _, v := range values {
		if v.Valid {
			n++
		}
	}
	if n < 2 {
		return ""
	}
	return chart.Sparkline(values)
}
