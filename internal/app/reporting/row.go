package reporting

import (
	"slices"
	"strings"

	"chiso/internal/app/figures"
	"chiso/internal/app/receive"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// row is one cell with what is known beside it.
func (r *submission) row(l filing.Line) (ReportRow, error) {
	points, err := r.points()
	if err != nil {
		return ReportRow{}, err
	}
	d := l.Definition
	row := ReportRow{Definition: d, Optional: l.Optional, Unassigned: l.Unassigned, Cell: r.cells[d.ID], Parts: asksParts(l)}
	row.Cell.Definition = d.ID
	row.fill()
	row.Known = r.known(points, row)
	row.Previous = r.earlier(points, row, previousPeriod(r.round.Period))
	if last, ok := r.round.Period.LastYear(); ok {
		row.LastYear = r.earlier(points, row, last.Key)
	}
	return row, nil
}

// asksParts reports whether a line asks for numerator and denominator.
func asksParts(l filing.Line) bool {
	switch l.Input {
	case filing.Parts:
		return true
	case filing.Value:
		return false
	case filing.Auto, filing.Confirm:
	}
	return l.Definition.HasParts()
}

// The words for a cell in which nothing occurred.
const wordNone = "Không phát sinh"

// fill writes what stands in the inputs.
func (row *ReportRow) fill() {
	c, d := row.Cell, row.Definition
	f := c.Figure
	if !c.Typed.Blank() {
		row.Numerator, row.Denominator, row.Value = c.Typed.Numerator, c.Typed.Denominator, c.Typed.Value
		return
	}
	switch f.State {
	case "":
		return
	case kpi.NotApplicable:
		row.Shown = wordNone
		if row.Parts {
			row.Numerator = wordNone
		} else {
			row.Value = wordNone
		}
		return
	case kpi.CensoredBelow:
		row.Value = "<" + InputNumber(f.Bound.Decimal, d.WholeNumbers())
		row.Shown = "dưới " + vi.FormatNumber(f.Bound.Decimal, d.Decimals)
		return
	case kpi.Value, kpi.NoDenominator, kpi.Withdrawn:
	}
	if row.Parts { // whatever is stored shows, a part alone too
		num, den := check.WholeParts(d)
		row.Numerator, row.Denominator = inputPart(f.Num, num), inputPart(f.Den, den)
	}
	if f.Value.Valid {
		row.Value = InputNumber(f.Value.Decimal, d.WholeNumbers())
	}
	if row.Numerator != "" {
		row.Numerator = inexactly(f.Qualifiers, row.Numerator)
	} else {
		row.Value = inexactly(f.Qualifiers, row.Value)
	}
	row.Shown = figures.FigureText(f, d)
}

func inputPart(d vi.NullDecimal, whole bool) string {
	if !d.Valid {
		return ""
	}
	return InputNumber(d.Decimal, whole)
}

// inexactly puts the words beside a number in an input that say how exact the figure is, so that they are read back as the same.
func inexactly(q kpi.Qualifier, number string) string {
	if number == "" {
		return ""
	}
	word := q.Word()
	if word != "" {
		number = word + " " + number
	} else if q&kpi.Rounded != 0 {
		number += " (làm tròn)"
	}
	if q&kpi.Estimated != 0 {
		number += " (ước)"
	}
	return number
}

// InputNumber prints a number so that it is read back as the same: where the cell does not count whole things, 1.234 alone could
// also be 1,234.
func InputNumber(d vi.Decimal, whole bool) string {
	s := vi.FormatNumber(d, 0)
	if !whole && strings.Count(s, ".") == 1 && !strings.Contains(s, ",") {
		return strings.Replace(s, ".", "", 1)
	}
	return s
}

// known is what another system holds for the same period, the definition's own source first; for a stance that was taken, the
// figure that it was taken on.
func (r *submission) known(points []store.SeriesPoint, row ReportRow) *KnownFigure {
	d := row.Definition
	if k := row.Cell.Known; k.Stance != "" {
		period, err := kpi.ParsePeriod(k.Period)
		if err != nil {
			return nil
		}
		return row.figure(k.Figure, k.Source, period, 0)
	}
	for _, system := range append([]kpi.System{d.RankingSource}, kpi.Systems()...) {
		if system == kpi.Reported {
			continue
		}
		for _, pt := range points {
			if pt.Period.Key == r.round.Period.Key && receive.OfSource(pt, d, system) {
				return row.figure(pt.Figure, system, pt.Period, pt.Observation)
			}
		}
	}
	return nil
}

// earlier is what the agency reported for an earlier period, else what the ranking source holds.
func (r *submission) earlier(points []store.SeriesPoint, row ReportRow, period string) *KnownFigure {
	if period == "" {
		return nil
	}
	for _, system := range []kpi.System{kpi.Reported, row.Definition.RankingSource} {
		for _, pt := range points {
			if pt.Period.Key == period && receive.OfSource(pt, row.Definition, system) {
				return row.figure(pt.Figure, system, pt.Period, pt.Observation)
			}
		}
	}
	return nil
}

func (row *ReportRow) figure(f kpi.Figure, source kpi.System, p kpi.Period, observation int64) *KnownFigure {
	k := &KnownFigure{Figure: f, Text: figures.FigureText(f, row.Definition), Source: source, Period: p, Observation: observation}
	if _, ok := f.Rate(row.Definition); ok && row.Definition.Unit == "%" {
		k.Text += "\u00a0%"
	}
	k.Text += figures.Inexact(f.Qualifiers)
	if f.HasParts() && row.Definition.Indicator.Kind == kpi.Ratio {
		k.Text += " (" + vi.FormatNumber(f.Num.Decimal, 0) + "/" + vi.FormatNumber(f.Den.Decimal, 0) + ")"
	}
	mine := row.Cell.Figure
	a, ok1 := f.Rate(row.Definition)
	b, ok2 := mine.Rate(row.Definition)
	k.Agrees = f.State == mine.State && ok1 == ok2 && a.Cmp(b) == 0
	return k
}

// odd reports whether the office should look at a cell itself.
func (row *ReportRow) odd() bool {
	c := row.Cell
	return len(c.Warnings) > 0 || c.Known.Stance == filing.Disputed || row.Known != nil && !row.Known.Agrees || c.Returned != "" ||
		len(c.Faults) > 0
}

// view is the whole report.
func (r *submission) view() (*ReportView, error) {
	out := &ReportView{ReportHead: r.head(), Editable: r.editable()}
	for _, f := range r.forms {
		form := ReportForm{Code: f.Code, Name: f.Name}
		for _, l := range f.lines {
			row, err := r.row(l)
			if err != nil {
				return nil, err
			}
			form.Rows = append(form.Rows, row)
		}
		out.FormList = append(out.FormList, form)
	}
	if err := r.addTexts(out); err != nil {
		return nil, err
	}
	if err := r.addBatch(out); err != nil {
		return nil, err
	}
	if err := out.Complete.Ready(); err != nil && (r.sub.ID == 0 || r.life().Editable()) {
		out.Blocking = fault.Sentence(err)
	}
	refused, err := r.v.RefusedOf(r.round.ID, r.duty.Agency)
	if err != nil {
		return nil, err
	}
	for _, f := range out.FormList {
		for i := range f.Rows {
			row := &f.Rows[i]
			if x, ok := refused[row.Definition.ID]; ok && out.Editable {
				row.Refused = &RefusedCell{Upload: x.Upload, At: x.At, Says: refusal(x), Why: x.Message}
			}
			for _, file := range out.Files {
				if file.Definition == row.Definition.ID {
					row.Files++
				}
			}
		}
	}
	paper := r.paper(out)
	out.Code = paper.Code()
	for i := range out.Papers {
		out.Papers[i].Matches = out.Papers[i].Paper.Code == out.Code
	}
	return out, nil
}

// addTexts adds narrative, proposals, files, papers and history.
func (r *submission) addTexts(out *ReportView) error {
	saved, err := r.v.Sections(r.sub.ID)
	if err != nil {
		return err
	}
	for i, title := range r.regime.Sections() {
		s := ReportSection{Order: i + 1, Title: title}
		if j := slices.IndexFunc(saved, func(x store.Section) bool { return x.Order == i+1 }); j >= 0 {
			s.Body, s.Version, s.Account, s.At = saved[j].Body, saved[j].Version, saved[j].Account, saved[j].At
		}
		out.Sections = append(out.Sections, s)
	}
	if out.Editable {
		if err := r.addEarlierTexts(out.Sections); err != nil {
			return err
		}
	}
	if r.sub.ID == 0 {
		return nil
	}
	if out.Proposals, err = r.v.Proposals(store.ProposalQuery{Submission: r.sub.ID}); err != nil {
		return err
	}
	if out.Files, err = r.v.Attachments(r.sub.ID); err != nil {
		return err
	}
	papers, err := r.v.Papers(r.sub.ID)
	if err != nil {
		return err
	}
	for _, p := range papers {
		out.Papers = append(out.Papers, PaperView{Paper: p})
	}
	return r.addHistory(out)
}
