package reporting

import (
	"chiso/internal/app/figures"
)

// Text is the figure of a row in one piece, with its parts; as typed, while it cannot be read, and "" where nothing was given.
func (row ReportRow) Text() string {
	p := row.Printed()
	parts := p.Numerator + "/" + p.Denominator
	switch {
	case p.Value == "–" && parts == "/":
		return ""
	case p.Value == "–":
		return parts
	case parts == "/":
		return p.Value
	case !p.Read:
		return parts + ", tỷ lệ " + p.Value
	}
	return p.Value + " (" + parts + ")"
}

// Printed is the cell of the row as it is printed. What could not be read is printed as it was typed.
func (row ReportRow) Printed() PrintedCell {
	c := row.Cell
	if !c.Typed.Blank() {
		p := PrintedCell{Numerator: c.Typed.Numerator, Denominator: c.Typed.Denominator, Value: c.Typed.Value}
		if p.Value == "" {
			p.Value = "–"
		}
		return p
	}
	p := PrintedCell{Value: row.Shown, Read: true}
	if c.Figure.State == "" {
		p.Value = "–" // nothing was given
		return p
	}
	if row.Parts {
		p.Numerator, p.Denominator = printedPart(c.Figure.Num), printedPart(c.Figure.Den)
		if word := c.Figure.Qualifiers.Word(); word != "" && p.Numerator != "" {
			p.Numerator = word + "\u00a0" + p.Numerator
		}
	}
	if _, ok := c.Figure.Rate(row.Definition); ok && row.Definition.Unit == "%" {
		p.Value += "\u00a0%"
	}
	p.Value += figures.Inexact(c.Figure.Qualifiers)
	return p
}
