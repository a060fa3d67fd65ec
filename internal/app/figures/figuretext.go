package figures

import (
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// figureWarnings are the warnings with which a figure was accepted.
func figureWarnings(v *store.View, o store.Observation) ([]WarningLine, error) {
	if o.Upload == 0 {
		return nil, nil
	}
	kept, err := v.FigureWarnings(o.Upload, o.Sheet, o.Cell)
	var out []WarningLine
	for _, w := range kept {
		out = append(out, WarningLine{Cell: w.Cell, Message: w.Message, Explanation: w.Explanation, Whole: w.Figure == ""})
	}
	return out, err
}

func Line(u store.Upload) UploadLine {
	return UploadLine{ID: u.ID, Name: u.Name, SHA256: u.SHA256, Account: u.Account, At: u.At, Accepted: u.Revision != 0, Revision: u.Revision}
}

// Rounded returns a figure's value as it is printed, absent when it has none.
func Rounded(f kpi.Figure, d *kpi.Definition) vi.NullDecimal {
	v, ok := f.Rate(d)
	return vi.NullDecimal{Decimal: v, Valid: ok}
}

// GrowthOf lists how much a figure grew, as its origin published it.
func GrowthOf(c *ledger.Catalogue, d *kpi.Definition, id agency.ID, p kpi.Period, origin string) (out []string) {
	for _, g := range c.Growth {
		if g.Indicator == d.Indicator.Code && g.Agency == string(id) && g.Period == p.Key && g.Origin == origin {
			out = append(out, g.Says())
		}
	}
	return out
}

// growthLines lists the published growth of an agency's figures, newest first.
func (r *Ranker) growthLines(id agency.ID) (out []GrowthLine) {
	for _, g := range r.Catalogue.Growth {
		p, err := kpi.ParsePeriod(g.Period)
		if err != nil || g.Agency != string(id) {
			continue
		}
		l := GrowthLine{Growth: g, Name: g.Indicator, Period: p, Source: r.Room.Refs.Origin(g.Origin)}
		if d, ok := r.Catalogue.Kpis.On(g.Indicator, p.To); ok {
			l.Name = d.Name
		}
		out = append(out, l)
	}
	slices.SortStableFunc(out, func(a, b GrowthLine) int { return ComparePeriods(b.Period, a.Period) })
	return out
}

// Remarks are those of the figure, and its growth as published.
func (p *Point) Remarks(d *kpi.Definition) string {
	return Joined(Remarks(p.Figure, d), p.Growth)
}

// Joined puts what else is said of a figure behind its remarks.
func Joined(own string, more []string) string {
	if own != "" {
		more = append([]string{own}, more...)
	}
	return strings.Join(more, "; ")
}

// Remarks says in words what a figure's number does not.
func Remarks(f kpi.Figure, d *kpi.Definition) string {
	parts := f.Qualifiers.Titles()
	if f.Bare(d) && d.Numerator != "" {
		parts = append(parts, "thiếu tử/mẫu số")
	}
	if f.State == kpi.CensoredBelow {
		parts = append(parts, "dưới "+vi.FormatNumber(f.Bound.Decimal, 0)+" "+d.Unit)
	} else if f.State != kpi.Value {
		parts = append(parts, f.State.Title())
	}
	out := ""
	for i, p := range parts {
		if i > 0 {
			out += "; "
		}
		out += p
	}
	return out
}

func ScaleOf(d vi.Decimal) int {
	_, scale := d.Parts()
	return scale
}

// FigureText is a figure for people: rounded, behind the word that was printed before it, or its state.
func FigureText(f kpi.Figure, d *kpi.Definition) string {
	v, ok := f.Rate(d)
	if !ok {
		return f.State.Title()
	}
	return f.Exactness().Print(v, d.Decimals)
}

// Inexact is what stands behind a figure that is not exact in a way that no word before it says.
func Inexact(q kpi.Qualifier) string {
	out := ""
	if q&kpi.Rounded != 0 && q.Word() == "" {
		out += " (làm tròn)"
	}
	if q&kpi.Estimated != 0 {
		out += " (ước)"
	}
	if q&kpi.Provisional != 0 {
		out += " (sơ bộ)"
	}
	return out
}
