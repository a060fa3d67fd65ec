package intake

import (
	"slices"

	"chiso/internal/check"
	"chiso/internal/match"
	"chiso/internal/vi"
)

// History gives earlier figures of some agencies, by what a column may hold and by agency.
type History func(agencies []string) map[match.Target]map[string]vi.Decimal

// TableMatch is a table some of whose columns have headings of somebody's own: all its columns, with what each is taken for.
type TableMatch struct {
	Sheet       string
	Line        int32  // of the first row of the header
	Fingerprint string // by which the table is remembered
	Series      bool   // the rows name their indicators: the columns are AnyShare, AnyCount and the parts of AnyShare
	Columns     []TableColumn
	Lines       []TableLine // names in rows that are no indicator's
}

// TableLine is a name in the rows of such a table with what it is taken for.
type TableLine struct {
	ColumnMatch // Column is empty
	Cell        string
}

// TableColumn is a column of such a table.
type TableColumn struct {
	ColumnMatch
	Key   string   // by which the heading is remembered
	First []string // its first values
	Open  bool     // it has numbers, and what they are is for somebody to say or to confirm
	Given bool     // somebody said what it is
	OfOne bool     // a share from 0 to 1 that only confirms its parts
	Role  string   // what it is known to be by its heading, Vietnamese; "" when it is not
}

// firstValues is how many values of a column are shown.
const firstValues = 3

// note keeps the first values of a column.
func (t *surveyed) note(c int, f *check.Field) {
	if t.first == nil {
		t.first = make([][]string, len(t.cols))
	}
	if isBlank(f) || len(t.first[c]) >= firstValues {
		return
	}
	text := f.Text
	switch {
	case f.Kind == check.Number && f.Percent:
		coef, scale := f.Number.Parts()
		text = vi.FormatNumber(vi.NewDecimal(coef, scale-2), 0) + " %"
	case f.Kind == check.Number:
		text = vi.FormatNumber(f.Number, 0)
	}
	t.first[c] = append(t.first[c], short(text))
}

// recall names the columns, and takes up what is remembered of the very table and cannot be weighed: that a column is not to be read, or counts.
func (m *matcher) recall(t *surveyed) {
	for i := range t.table.Columns {
		t.table.Columns[i].Name, t.table.Columns[i].Headings = columnLetters(i), t.stacks[i]
	}
	t.fingerprint = match.TableKey(t.table.Columns)
	t.told = map[string]match.Target{}
	for i := range t.table.Columns {
		key := match.HeadingKey(t.stacks[i])
		for _, r := range m.opts.Remembered {
			nothing := r.Target == (match.Target{}) || r.Target.Code == AnyCount
			if !r.Foreign && nothing && r.Table == t.fingerprint && r.Heading == key {
				t.told[columnLetters(i)] = r.Target
			}
		}
	}
}

// whoChose says who said what a column holds.
func (m *matcher) whoChose(t *surveyed, i int) string {
	name := columnLetters(i)
	for _, key := range []string{t.sheet + "!" + name, name} {
		if _, ok := m.opts.Choose[key]; ok {
			return "người nộp đã chọn"
		}
	}
	return "đã ghép lần trước"
}

// agenciesOf lists the agencies of a table, each once.
func agenciesOf(t *surveyed) (out []string) {
	seen := map[string]bool{"": true}
	for _, r := range t.table.Rows {
		if !seen[r.Agency] {
			seen[r.Agency] = true
			out = append(out, r.Agency)
		}
	}
	return out
}

// show hands a table on.
func (m *matcher) show(t *surveyed, p *plan) {
	if m.opts.Tables == nil {
		return
	}
	out := TableMatch{Sheet: t.sheet, Line: t.line, Fingerprint: t.fingerprint, Series: p.series}
	for i := range t.cols {
		if t.cols[i].last.Kind == check.Absent && len(t.stacks[i]) == 0 {
			continue
		}
		out.Columns = append(out.Columns, m.column(t, p, i))
	}
	for i := range t.names {
		f := &t.names[i].at
		r, ok := p.lines[f.Text]
		if !ok {
			continue
		}
		x := TableLine{Cell: f.Ref()}
		x.Sheet, x.Heading, x.Reads, x.Against, x.Alternatives = t.sheet, f.Text, r.Target, r.Against, r.Alternatives
		x.Sure = r.Verdict == match.Sure && r.Target.Part == match.Value
		for _, e := range r.Evidence {
			x.Evidence = append(x.Evidence, e.Text)
		}
		out.Lines = append(out.Lines, x)
	}
	m.opts.Tables(out)
}

// column says what a column of a table is taken for.
func (m *matcher) column(t *surveyed, p *plan, i int) TableColumn {
	c := &t.cols[i]
	x := TableColumn{Key: match.HeadingKey(t.stacks[i])}
	x.Sheet, x.Column, x.Heading = t.sheet, columnLetters(i), joinHeading(t.stacks[i])
	if t.first != nil {
		x.First = t.first[i]
	}
	numbers := slices.ContainsFunc(t.table.Columns[i].Cells, func(x match.Cell) bool { return x.OK })
	r, ok := p.columns[i]
	if !ok || p.settled(c, r.Target) {
		x.Role = roleTitle(c, t.table.Columns[i].Known, p)
		x.Open = numbers && x.Role == "" && !c.known
		return x
	}
	x.Reads, x.Sure, x.OfOne = r.Target, r.Verdict == match.Sure, r.OfOne
	x.Against, x.Alternatives = r.Against, r.Alternatives
	for _, e := range r.Evidence {
		x.Given = x.Given || e.Kind == match.Asked && e.Text != "" && m.chosen(t, x.Column) != nil
		if e.Kind != match.Asked || r.Target.Code != anyIndicator || x.Given {
			x.Evidence = append(x.Evidence, e.Text)
		}
	}
	x.Open = !x.Sure && (numbers || r.Verdict == match.Ask)
	return x
}

// joinHeading writes a stack of headings in one line.
func joinHeading(stack []string) string {
	var out string
	for i, s := range stack {
		if i > 0 && s == stack[i-1] || s == "" {
			continue
		}
		if out != "" {
			out += " / "
		}
		out += s
	}
	return out
}

// roleTitle is what a column is known to be, "" for nothing.
func roleTitle(c *column, known *match.Target, p *plan) string {
	switch {
	case known != nil:
		return p.target(*known)
	case !c.known:
		return ""
	}
	if text, ok := roleTitles[c.role]; ok {
		return text
	}
	return "Cột phụ"
}

//nolint:gochecknoglobals // constant: nothing writes to it
var roleTitles = map[role]string{
	roleAgency:        "Đơn vị",
	roleAgencyCode:    "Mã đơn vị",
	roleIndicator:     "Tên chỉ tiêu",
	roleIndicatorCode: "Mã chỉ tiêu",
	rolePeriod:        "Kỳ báo cáo",
	roleNumerator:     "Tử số",
	roleDenominator:   "Mẫu số",
	roleValue:         "Giá trị",
	roleNote:          "Ghi chú",
	roleUnit:          "Đơn vị tính",
	roleIgnored:       "Không đọc",
}
