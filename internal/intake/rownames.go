package intake

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/check"
	"chiso/internal/match"
	"chiso/internal/vi"
)

// maxRowNames bounds how many names of indicators in rows are matched in one table.
const maxRowNames = 300

// rowName is what a row of a table calls its indicator, with all figures that stand in rows of that name.
type rowName struct {
	at    check.Field
	unit  string
	cells []match.Cell
}

// noteName notes the name of a row that is to be matched.
func (s *survey) noteName(t *table, row *check.Row, line int32, fields []check.Field) {
	if !t.indicator(row, line, fields) || row.Indicator.Kind != check.Text || t.layout.at[roleIndicatorCode] >= 0 {
		return
	}
	now, text := t.seen, row.Indicator.Text
	i, ok := now.nameAt[text]
	if !ok {
		if len(now.names) >= maxRowNames {
			return
		}
		i = len(now.names)
		if now.nameAt == nil {
			now.nameAt = map[string]int{}
		}
		now.nameAt[strings.Clone(text)] = i
		now.names = append(now.names, rowName{at: row.Indicator, unit: row.Unit})
	}
	n := &now.names[i]
	if len(n.cells) >= maxRowNames {
		return
	}
	at := &t.layout.at
	n.cells = append(n.cells, nameCell(fields, line, t.layout.values, at[roleNumerator], at[roleDenominator]))
	for k := range t.layout.measures {
		m := &t.layout.measures[k]
		n.cells = append(n.cells, nameCell(fields, line, m.values, m.cols[partNumerator], m.cols[partDenominator]))
	}
}

// nameCell is the one figure of a row: its value, or the share of its parts.
func nameCell(fields []check.Field, line int32, values valueCols, a, b int) match.Cell {
	for _, c := range values {
		if f := get(fields, c, line); !isBlank(&f) {
			return surveyCell(&f)
		}
	}
	num, den := get(fields, a, line), get(fields, b, line)
	x, y := surveyCell(&num), surveyCell(&den)
	if !x.OK || !y.OK || y.Number.Sign() <= 0 {
		return match.Cell{}
	}
	q := new(big.Rat).Quo(x.Number.Rat(), y.Number.Rat())
	d, err := vi.ParseDecimal(q.Mul(q, big.NewRat(100, 1)).FloatString(2))
	return match.Cell{Number: d, Filled: true, OK: err == nil}
}

// lines matches the names in rows that the catalogue does not know, as headings are matched: the table turned.
func (m *matcher) lines(t *surveyed, known func(text string) string) map[string]match.Reading {
	turned := match.Table{Form: m.opts.Form, Remembered: m.opts.Remembered}
	open, most := false, 0
	for i := range t.names {
		n := &t.names[i]
		col := match.Column{Name: strconv.Itoa(int(n.at.At.Line)), Headings: []string{n.at.Text}, Unit: n.unit, Cells: n.cells}
		if code := known(n.at.Text); code != "" {
			col.Known = &match.Target{Code: code}
		} else {
			open = true
		}
		turned.Columns = append(turned.Columns, col)
		most = max(most, len(n.cells))
	}
	if !open {
		return nil
	}
	turned.Rows = make([]match.Row, most)
	out := map[string]match.Reading{}
	for _, r := range m.definitions(t).Read(&turned) {
		for i := range r.Evidence {
			r.Evidence[i].Text = strings.ReplaceAll(r.Evidence[i].Text, "cột ", "dòng ")
		}
		for i := range r.Against {
			r.Against[i] = strings.ReplaceAll(r.Against[i], "cột ", "dòng ")
		}
		if c := &turned.Columns[r.Column]; c.Known == nil && (r.Verdict != match.Unknown || len(r.Alternatives) > 0) {
			out[c.Headings[0]] = r
		}
	}
	for i := range turned.Columns {
		text := turned.Columns[i].Headings[0]
		if code, ok := m.opts.Names[vi.Fold(text)]; ok && turned.Columns[i].Known == nil {
			out[text] = match.Reading{
				Target:   match.Target{Code: code},
				Verdict:  match.Sure,
				Evidence: []match.Evidence{{Kind: match.Asked, Text: "đơn vị đã cho biết"}},
			}
		}
		if choice := m.chosen(t, turned.Columns[i].Name); choice != nil {
			out[turned.Columns[i].Headings[0]] = match.Reading{
				Target:   *choice,
				Verdict:  match.Sure,
				Evidence: []match.Evidence{{Kind: match.Asked, Text: "người nộp đã chọn"}},
			}
		}
	}
	return out
}

// ownName takes the name of a row for what it was matched to. It reports whether somebody has to be asked first.
func (t *table) ownName(row *check.Row) (asked bool) {
	if t.plan == nil || len(t.plan.lines) == 0 || row.Indicator.Kind != check.Text {
		return false
	}
	text := row.Indicator.Text
	r, ok := t.plan.lines[text]
	if !ok {
		return false
	}
	first := !slices.Contains(t.saidNames, text)
	if first {
		t.saidNames = append(t.saidNames, text)
		t.tellName(&row.Indicator, r)
	}
	where := "Dòng " + quote(text) + " ở ô " + row.Indicator.Ref()
	if when := t.otherYear(text); r.Verdict == match.Sure && when != "" {
		if first {
			t.found(check.Error, row.Indicator.Ref(), OtherPeriod, where+" nêu kỳ "+when+", khác với kỳ của bảng. Dòng chưa được đọc. "+
				"Hãy bỏ phần đó nếu là số liệu của kỳ; dòng không nộp thì xóa.")
		}
		return true
	}
	if r.Verdict == match.Sure && r.Target.Part == match.Value {
		if first && r.Target.Code != "" {
			t.found(check.Info, row.Indicator.Ref(), MatchedColumn, where+" được đọc là "+t.plan.says(r)+because(r)+".")
		}
		row.Indicator.Text = r.Target.Code
		return r.Target.Code == ""
	}
	if !first {
		return true
	}
	answer := r.Target.Code
	if r.Verdict == match.Unknown {
		answer = r.Alternatives[0].Code
	}
	says := where + strings.TrimPrefix(t.plan.may(r), ",") + ". Dòng chưa được đọc. "
	if r.Verdict != match.Unknown && r.Target.Part != match.Value {
		says += "Tử số và mẫu số của " + answer + " phải ở hai cột Tử số, Mẫu số của cùng một dòng; dòng không nộp thì xóa."
	} else {
		says += "Hãy ghi mã " + answer + " thay cho tên nếu đúng như vậy; dòng không nộp thì xóa."
	}
	t.found(check.Error, row.Indicator.Ref(), ColumnQuestion, says)
	return true
}

// otherYear returns the period that the name of a row gives, when it is not that of the table: "Số nhiệm vụ được giao năm 2025".
func (t *table) otherYear(text string) string {
	period, ok := t.asked()
	if p, err := check.ParsePeriodText(t.title.period.Text); err == nil && !ok {
		period, ok = p, true
	}
	for _, m := range check.Mentions(text, t.year()) {
		if ok && m.Period.Key != period.Key && m.Period.To != period.To && (m.Period.To < period.From || m.Period.From > period.To) {
			return m.Period.Title()
		}
	}
	if m := reTitleYear.FindStringSubmatch(vi.Fold(text)); ok && m != nil && (m[1] < period.From.ISO()[:4] || m[1] > period.To.ISO()[:4]) {
		return "năm " + m[1]
	}
	return ""
}

// tellName hands on what a name in a row was matched to; the number of the row stands for the letters of a column.
func (t *table) tellName(f *check.Field, r match.Reading) {
	if t.r.opts.Matched == nil {
		return
	}
	m := ColumnMatch{
		Sheet:        t.sheet,
		Column:       strconv.Itoa(int(f.At.Line)),
		Heading:      f.Text,
		Reads:        r.Target,
		Sure:         r.Verdict == match.Sure,
		Against:      r.Against,
		Alternatives: r.Alternatives,
	}
	for _, e := range r.Evidence {
		m.Evidence = append(m.Evidence, e.Text)
	}
	t.r.opts.Matched(m)
}
