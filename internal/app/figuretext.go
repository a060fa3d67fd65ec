package app

import (
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

func line(u store.Upload) UploadLine {
	return UploadLine{ID: u.ID, Name: u.Name, SHA256: u.SHA256, Account: u.Account, At: u.At, Accepted: u.Revision != 0, Revision: u.Revision}
}

// rounded returns a figure's value as it is printed, absent when it has none.
func rounded(f kpi.Figure, d *kpi.Definition) vi.NullDecimal {
	v, ok := f.Rate(d)
	return vi.NullDecimal{Decimal: v, Valid: ok}
}

// remarks says in words what a figure's number does not.
func remarks(f kpi.Figure, d *kpi.Definition) string {
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

func scaleOf(d vi.Decimal) int {
	_, scale := d.Parts()
	return scale
}

// figureText is a figure for people: rounded, or its state.
func figureText(f kpi.Figure, d *kpi.Definition) string {
	if v, ok := f.Rate(d); ok {
		return vi.FormatNumber(v, d.Decimals)
	}
	return f.State.Title()
}
