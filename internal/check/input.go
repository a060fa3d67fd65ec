package check

import (
	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Input is one line of a form that is filled in a browser or handed in through the API. Who, what and
// when are known there; findings name the line and the field instead of a cell.
type Input struct {
	Name      string // of the line, the caller's own: findings carry it, and sentences where two lines contradict each other
	Agency    agency.ID
	Indicator string // code
	Period    kpi.Period
	// What was typed: Typed for texts, Exact for numbers that are beyond doubt. The zero Field is blank.
	Numerator, Denominator, Value, Note, Qualifier Field
}

// Outcome is what became of one Input.
type Outcome struct {
	Entry    Entry // when Stored
	Stored   bool  // there is a figure that may be stored
	Findings []Finding
}

// Typed is a field as a person typed it; blanks only are a blank field.
func Typed(text string) Field {
	if text = vi.Clean(text); text == "" {
		return Field{Kind: Blank}
	}
	return Field{Kind: Text, Text: text}
}

// Exact is a field that holds a number.
func Exact(n vi.Decimal) Field { return Field{Kind: Number, Number: n} }

// Inputs runs the checks of a file on the lines of a form, and returns an outcome for each of them in
// their order. General are the findings about no single line, such as figures that were reported last
// time and are missing now; they are only looked for when whole says that the lines are all that the
// form holds.
func Inputs(rules Rules, lines []Input, whole bool) (outcomes []Outcome, general []Finding) {
	c := New(rules)
	outcomes = make([]Outcome, len(lines))
	for i := range lines {
		outcomes[i].Entry, outcomes[i].Stored = c.Row(lines[i].row(i))
	}
	if whole {
		c.EndFile()
	}
	for _, f := range c.Findings() {
		if f.line > 0 {
			o := &outcomes[f.line-1]
			o.Findings = append(o.Findings, f)
		} else {
			general = append(general, f)
		}
	}
	return outcomes, general
}

// row is the line as the checks take it. Its number is kept, not shown.
func (in *Input) row(i int) Row {
	return Row{Input: in.Name, Line: i + 1, Agency: Typed(string(in.Agency)), Indicator: Typed(in.Indicator), Period: Typed(in.Period.Key),
		Numerator: in.Numerator, Denominator: in.Denominator, Value: in.Value, Note: in.Note, Qualifier: in.Qualifier, input: true}
}

// fieldName names a field of a row for findings without a cell, "" for one that the row does not hold.
func (r *Row) fieldName(f *Field) string {
	switch f {
	case &r.Agency, &r.AgencyName:
		return "agency"
	case &r.Indicator, &r.IndicatorName:
		return "indicator"
	case &r.Period, &r.From, &r.To:
		return "period"
	case &r.Numerator:
		return "numerator"
	case &r.Denominator:
		return "denominator"
	case &r.Value:
		return "value"
	case &r.Note:
		return "note"
	case &r.Qualifier:
		return "qualifier"
	}
	return ""
}
