// Package check turns rows of input into figures and findings: names into agencies of the row's
// day, texts into numbers, states and qualifiers, and everything that is wrong into sentences that
// say where and what to do. Files, the browser grid and the API run the same checks. It is pure: no
// SQL, HTTP, Excel, logging or clock.
package check

import (
	"strconv"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// FieldKind says what a cell holds.
type FieldKind uint8

// The kinds of field. Absent: there is no such column; Broken: a formula without a cached value or
// an error value such as #DIV/0!.
const (
	Absent FieldKind = iota
	Blank
	Text
	Number
	Bool
	Broken
	Day // a cell with a date format: Text is the period it says, 2026-10-10, or 2026-10 when only month and year show
)

// Cell is the place of a cell in its sheet, both from 1. The zero Cell is nowhere.
type Cell struct{ Line, Column int32 }

// Ref returns the name of the cell as Excel shows it, "C7"; "" for the zero Cell. It is made only
// when somebody reads it, because a million rows have many cells and few findings.
func (c Cell) Ref() string {
	if c.Line < 1 || c.Column < 1 {
		return ""
	}
	var b [18]byte
	i := 7
	for n := c.Column; n > 0 && i > 0; n = (n - 1) / 26 {
		i--
		b[i] = byte('A' + (n-1)%26)
	}
	return string(strconv.AppendInt(b[i:7], int64(c.Line), 10))
}

// Field is one cell of input and where it stands.
type Field struct {
	At      Cell // the zero Cell when the figure did not come from a sheet
	Kind    FieldKind
	Percent bool       // a Number shown with a percent format: 0.455 stands for 45,5 %
	Text    string     // as typed, NFC; for Broken the error value
	Number  vi.Decimal // when Kind is Number, exactly as stored
}

// Ref returns the name of the cell, "" when the field did not come from a sheet.
func (f Field) Ref() string { return f.At.Ref() }

// empty reports that nothing was written: no such column, or a blank cell.
func (f *Field) empty() bool { return f.Kind == Absent || f.Kind == Blank }

// Row is one reported figure as it was written: a tidy line, or one agency × indicator of a matrix.
type Row struct {
	Sheet string
	Line  int    // 1-based
	Table int    // tables of one file have different numbers
	Input string // the name of the line of a form, where there is no sheet
	input bool

	// Total marks a row that is no figure of an agency but the total of rows of its table: it is
	// compared with them and not stored.
	Total bool
	Unit  string // what the file says its numbers are in, "" when it says nothing

	Agency, Indicator, Period     Field
	Numerator, Denominator, Value Field
	Note, PublishedRank           Field
	AgencyName, IndicatorName     Field // beside a code, where a table has both

	// Optional columns of published tables.
	Origin, PublishedOn, From, To, Qualifier, Quote Field

	figureAt Cell // of the figure, once it is known
}

// Severity of a finding. Errors refuse the file; warnings and infos do not.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Finding is one thing that is wrong, where, and what to do about it.
type Finding struct {
	Severity Severity `json:"severity"`
	Sheet    string   `json:"sheet"`
	Cell     string   `json:"cell"`
	Code     string   `json:"code"`
	Message  string   `json:"message"` // Vietnamese

	// Input and Field are the place in a form that is no sheet: the name of the line, and numerator,
	// denominator, value, note, qualifier, agency, indicator or period.
	Input string `json:"input,omitempty"`
	Field string `json:"field,omitempty"`
	// Explanation of a warning: what the note of its own row says, or what was written at confirmation.
	Explanation string `json:"explanation,omitempty"`
	// Changes are the single cells that would make sums close, each with the value that it would need.
	Changes []Change `json:"changes,omitempty"`
	// Figure is the cell of the figure that a finding is about, "" when it is about none.
	Figure string `json:"-"`

	line  int      // of the Inputs, from 1
	cells []string // of the sums that it is about
}

// Entry is one row that was understood.
type Entry struct {
	Sheet, Cell string // the cell that holds the figure: value, else numerator
	Agency      agency.ID
	Period      kpi.Period
	Definition  *kpi.Definition
	Figure      kpi.Figure
	Note        string
	Origin      string // publisher of a published figure: source within its system
}

// Key names an observation apart from its source.
type Key struct {
	Period     string
	Definition int64
	Agency     agency.ID
}

// Key returns what the entry is a figure of.
func (e Entry) Key() Key { return Key{e.Period.Key, e.Definition.ID, e.Agency} }
