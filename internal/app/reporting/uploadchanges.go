package reporting

import (
	"slices"
	"strings"

	"chiso/internal/check"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// FileCell is one cell of a file beside what the draft holds.
type FileCell struct {
	Row     ReportRow // as it stands in the draft
	New     ReportRow // as it would stand
	Number  int       // of its line in the form
	Sheet   string
	Cell    string
	Same    bool // the draft says so already
	Rate    bool // a fraction would become a bare rate: taken only when it is ticked
	Refused bool // the draft has what the file says, for somebody took it
}

// RefusedRow is a line of a file that could not be taken, with what it says of its indicator.
type RefusedRow struct {
	Row                           ReportRow // as it stands in the draft
	Number                        int
	Numerator, Denominator, Value string // as the file has them
	Findings                      []check.Finding
	Open                          bool // the cell was not saved since the file came
}

// refusedRow is a line of a file that the checks refused.
type refusedRow struct {
	definition    *kpi.Definition
	num, den, val check.Field
	findings      []check.Finding
}

// ofFile follows the rows of a file: which indicator of the report each finding is about.
type ofFile struct {
	lines   []filing.Line
	checker *check.Checker
	about   map[int]*kpi.Definition // by the number of the finding
	refused []refusedRow
}

// line finds the line of the report that a row is about, by code or name, nil for none.
func (o *ofFile) line(row check.Row) *kpi.Definition {
	for _, f := range []check.Field{row.Indicator, row.IndicatorName} {
		text := vi.Fold(f.Text)
		if text == "" {
			continue
		}
		i := slices.IndexFunc(o.lines, func(l filing.Line) bool {
			return vi.Fold(l.Definition.Indicator.Code) == text || vi.Fold(l.Definition.Name) == text
		})
		if i >= 0 {
			return o.lines[i].Definition
		}
	}
	return nil
}

// row notes what was found in a row since there were before findings.
func (o *ofFile) row(row check.Row, before int, taken bool) {
	d := o.line(row)
	if d == nil {
		return
	}
	found := o.checker.Findings()
	bad := false
	for i := before; i < len(found); i++ {
		o.about[i] = d
		bad = bad || found[i].Severity == check.Error
	}
	figures := row.Numerator.Ref()+row.Denominator.Ref()+row.Value.Ref() != ""
	if bad && !taken && figures && !row.Total {
		o.refused = append(
			o.refused,
			refusedRow{definition: d, num: row.Numerator, den: row.Denominator, val: row.Value, findings: slices.Clone(found[before:])},
		)
	}
}

// fieldSays prints what a cell of a file holds, so that it can be typed.
func fieldSays(f check.Field, whole bool) string {
	switch f.Kind {
	case check.Number:
		n := f.Number
		if f.Percent {
			coef, scale := n.Parts()
			return vi.FormatNumber(vi.NewDecimal(coef, scale-2), 0) + " %"
		}
		return InputNumber(n, whole)
	case check.Text, check.Broken, check.Day:
		return short(vi.Clean(f.Text))
	case check.Absent, check.Blank, check.Bool:
	}
	return ""
}

// cellOf is the cell that an entry of a file makes of what the draft holds.
func cellOf(old store.Cell, e check.Entry, findings []check.Finding, upload int64) store.Cell {
	c := old
	c.Definition, c.Figure, c.Typed, c.Faults, c.Note = e.Definition.ID, e.Figure, filing.Typed{}, nil, e.Note
	c.Figure.PublishedRank = 0
	c.Warnings = warningsAt(findings, e.Sheet, e.Cell)
	if c.Figure != old.Figure {
		c.Returned = ""
	}
	if sameCell(c, old) {
		return old
	}
	c.Upload, c.Sheet, c.Name = upload, e.Sheet, e.Cell
	if len(c.Warnings) > 0 && c.Explained == "" {
		c.Explained = e.Note // the note of the row answers its own warning
	}
	return c
}

// compare puts a file beside the draft.
func (r *submission) compare(read *fileRead, out *UploadOutcome) error {
	refused, err := r.v.RefusedOf(r.round.ID, r.duty.Agency)
	if err != nil {
		return err
	}
	out.Owner = r.c.Agencies.Name(r.filer(), r.app.Today())
	lines := r.lines()
	number := func(d *kpi.Definition) int {
		return 1 + slices.IndexFunc(lines, func(l filing.Line) bool { return l.Definition.ID == d.ID })
	}
	named := map[int64]bool{}
	for _, e := range read.entries {
		i := number(e.Definition) - 1
		row, err := r.row(lines[i])
		if err != nil {
			return err
		}
		cell := cellOf(row.Cell, e, read.findings, out.ID)
		x := FileCell{
			Row:    row,
			New:    row,
			Number: i + 1,
			Sheet:  e.Sheet,
			Cell:   e.Cell,
			Same:   sameCell(cell, row.Cell),
			Rate:   rateOverFraction(row, cell),
		}
		x.New.Cell = cell
		x.New.refill()
		named[e.Definition.ID] = true
		out.Cells = append(out.Cells, x)
		if x.Same {
			out.Same++
		}
	}
	for _, f := range read.refused {
		i := number(f.definition) - 1
		row, err := r.row(lines[i])
		if err != nil {
			return err
		}
		num, den := check.WholeParts(f.definition)
		out.Refused = append(
			out.Refused,
			RefusedRow{Row: row, Number: i + 1, Findings: f.findings, Open: refused[f.definition.ID].Upload == out.ID,
				Numerator: fieldSays(f.num, num), Denominator: fieldSays(f.den, den), Value: fieldSays(f.val, f.definition.WholeNumbers())},
		)
		named[f.definition.ID] = true
	}
	for _, l := range lines {
		if !named[l.Definition.ID] && !l.Optional {
			out.Missing++
		}
	}
	return nil
}

// refusedList is what a file said and the checks refused, to be noted beside the cells.
func (read *fileRead) refusedList(upload int64) (out []store.Refused) {
	for _, f := range read.refused {
		num, den := check.WholeParts(f.definition)
		x := store.Refused{Definition: f.definition.ID, Upload: upload, Numerator: fieldSays(f.num, num), Denominator: fieldSays(f.den, den),
			Value: fieldSays(f.val, f.definition.WholeNumbers())}
		for _, finding := range f.findings {
			if finding.Severity == check.Error && x.Message == "" {
				x.Sheet, x.Name, x.Message = finding.Sheet, finding.Cell, finding.Message
			}
		}
		out = append(out, x)
	}
	return out
}

// refill writes the inputs of a row anew, for another cell.
func (row *ReportRow) refill() {
	row.Numerator, row.Denominator, row.Value, row.Shown = "", "", "", ""
	row.fill()
}

// refusal is what a file said of a row and was refused, for the row.
func refusal(x store.Refused) string {
	var says []string
	for _, s := range []string{x.Numerator, x.Denominator, x.Value} {
		if s != "" {
			says = append(says, s)
		}
	}
	return strings.Join(says, " / ")
}
