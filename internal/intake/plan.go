package intake

import (
	"fmt"
	"slices"
	"strings"

	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/match"
	"chiso/internal/vi"
)

// plan is what the columns of one table were matched to.
type plan struct {
	rows    int // of the header
	own     bool
	series  bool
	named   bool                     // the title or the caller names the indicator
	columns map[int]match.Reading    // by column from 0
	names   map[string]string        // of the indicators
	lines   map[string]match.Reading // of names of indicators in rows
	targets []int                    // columns headed “Chỉ tiêu” that hold numbers: what is to be reached
}

func planKey(sheet string, line int32, from int) string {
	return fmt.Sprintf("%s!%d!%d", sheet, line, from)
}

// matcher matches the tables of one file.
type matcher struct {
	opts    Options
	r       *reader
	cat     *kpi.Catalogue
	readers map[vi.Date]*match.Reader
}

// anyIndicator stands for the indicator that each row names for itself.
const anyIndicator = "*"

// AnyShare and AnyCount are what somebody may say of a column beside rows that name their indicators: it has the shares, or what is counted.
const (
	AnyShare = anyIndicator
	AnyCount = "#"
)

// plan matches the columns of a table; nil when there is nothing to match.
func (m *matcher) plan(t *surveyed) *plan {
	m.recall(t)
	targets := t.targets()
	lines := m.lines(t, func(text string) string {
		if def := m.r.definition(text, m.day(t)); def != nil {
			return def.Indicator.Code
		}
		return ""
	})
	if !m.fill(t) && targets == nil && lines == nil {
		return nil
	}
	p := &plan{
		rows:    t.rows,
		own:     t.own,
		series:  t.series,
		named:   t.named != "",
		columns: map[int]match.Reading{},
		names:   map[string]string{},
		targets: targets,
		lines:   lines,
	}
	for _, r := range lines {
		m.name(p, t, append(r.Alternatives, r.Target)...)
	}
	for _, r := range m.reader(t).Read(&t.table) {
		known := t.table.Columns[r.Column].Known != nil && !t.cols[r.Column].group
		if known || r.Verdict == match.Unknown && len(r.Alternatives) == 0 {
			continue
		}
		p.columns[r.Column] = r
		m.name(p, t, append(r.Alternatives, r.Target)...)
	}
	for i := range t.table.Columns {
		if choice := m.chosen(t, t.table.Columns[i].Name); choice != nil {
			p.columns[i] = match.Reading{
				Column:   i,
				Target:   *choice,
				Verdict:  match.Sure,
				Evidence: []match.Evidence{{Kind: match.Asked, Text: m.whoChose(t, i)}},
			}
			m.name(p, t, *choice)
		}
	}
	if len(p.columns)+len(targets)+len(lines) == 0 {
		return nil
	}
	return p
}

// name notes what indicators are called, for sentences.
func (m *matcher) name(p *plan, t *surveyed, targets ...match.Target) {
	for _, x := range targets {
		if d, ok := m.cat.On(x.Code, m.day(t)); ok {
			p.names[x.Code] = d.Name
		}
	}
}

// targets finds the columns headed “Chỉ tiêu” in which only numbers stand, beside a column of agencies: they name no indicator,
// they say what is to be reached.
func (t *surveyed) targets() (out []int) {
	agencies := slices.ContainsFunc(t.cols, func(c column) bool { return c.role == roleAgency || c.role == roleAgencyCode })
	for i := range t.cols {
		numbers, texts := 0, 0
		for _, x := range t.table.Columns[i].Cells {
			switch {
			case x.OK:
				numbers++
			case x.Filled:
				texts++
			}
		}
		if c := &t.cols[i]; c.role == roleIndicator && agencies && numbers > 0 && texts == 0 {
			c.toReach()
			out = append(out, i)
		}
	}
	if out != nil {
		t.series = slices.ContainsFunc(t.cols, func(c column) bool { return c.role == roleIndicator || c.role == roleIndicatorCode })
	}
	return out
}

// toReach makes a column of indicators one of targets.
func (c *column) toReach() {
	c.role, c.part, c.mods, c.aside = roleValue, partValue, c.mods|modTarget, asideWords(modTarget)
}

// fill tells the table what is known of its columns; it reports whether any with numbers is not understood.
func (m *matcher) fill(t *surveyed) (open bool) {
	for i := range t.cols {
		c, col := &t.cols[i], &t.table.Columns[i]
		col.Name, col.Headings, col.Unit = columnLetters(i), t.stacks[i], t.unit
		if choice := m.chosen(t, col.Name); choice != nil {
			open = true
			switch col.Known = choice; {
			case *choice == (match.Target{}):
				col.Known, col.Role = nil, "none"
			case choice.Code == AnyCount:
				col.Known, col.Role = nil, "known"
			}
			continue
		}
		switch {
		case c.mods&modCounts != 0 && c.mods&modAside == 0 && len(c.means) == 0: // "Tổng": of what, the numbers may say
			open = true
		case c.aside != "" && (c.mods&modAside != 0 || !c.byPart || len(c.means) == 0):
			col.Role = "aside"
		case len(c.means) > 0 && t.series:
			col.Role = "name"
		case len(c.means) > 0 && c.byPart && !c.partRole(): // words that several indicators share
			open = open || len(c.means) != 1
		case len(c.means) > 0:
			col.Known = &match.Target{Code: c.means[0].code, Part: matchPart[c.means[0].part]}
			if c.partRole() { // "Tử số" below the name of the indicator
				col.Known.Part = matchPart[c.part]
			}
		case c.bound() && c.partRole() && (c.rate || c.role != roleValue) && (t.named != "" || t.series) && c.period.Kind == check.Absent:
			col.Known = &match.Target{Code: t.code(), Part: matchPart[c.part]}
		case c.bound() && !c.partRole() || c.known && !c.bound():
			col.Role = "known"
		case c.bound() && c.group: // "Tử số" below words of somebody's own
			open = true
		case !c.known:
			open = open || slices.ContainsFunc(col.Cells, func(x match.Cell) bool { return x.OK })
		}
	}
	switch {
	case t.series:
		t.table.Form = []string{anyIndicator}
	case t.named != "":
		t.table.Form = []string{t.named}
	default:
		t.table.Form = m.opts.Form
	}
	t.table.Remembered = m.opts.Remembered
	if open && m.opts.History != nil {
		t.table.History = m.opts.History(agenciesOf(t))
	}
	return open
}

// code is the one indicator of the table.
func (t *surveyed) code() string {
	if t.series {
		return anyIndicator
	}
	return t.named
}

var matchPart = map[part]match.Part{partValue: match.Value, partNumerator: match.Numerator, partDenominator: match.Denominator}

var partOfMatch = map[match.Part]part{match.Value: partValue, match.Numerator: partNumerator, match.Denominator: partDenominator}

func (m *matcher) day(t *surveyed) vi.Date {
	if t.day == 0 {
		return vi.OpenTo
	}
	return t.day
}

// reader matches against the definitions of the table's day, or, where the rows name their indicators, against any share.
func (m *matcher) reader(t *surveyed) *match.Reader {
	day := m.day(t)
	if t.series {
		share := &kpi.Definition{Indicator: kpi.Indicator{Code: anyIndicator, Kind: kpi.Ratio}, From: vi.OpenFrom, To: vi.OpenTo,
			Name: "Tỷ lệ", Numerator: "Số đạt được", Denominator: "Tổng số", Unit: "%", Subset: kpi.SubsetNo}
		return match.New(m.opts.Words, []*kpi.Definition{share}, day)
	}
	return m.definitions(t)
}

// definitions matches against the definitions of the table's day.
func (m *matcher) definitions(t *surveyed) *match.Reader {
	day := m.day(t)
	if m.readers[day] == nil {
		m.readers[day] = match.New(m.opts.Words, m.cat.Definitions(), day)
	}
	return m.readers[day]
}

// chosen is what the caller says that a column holds, or what is remembered of the very table as not to be read: the zero Target when it is
// not to be read, nil when nothing is said.
func (m *matcher) chosen(t *surveyed, column string) *match.Target {
	for _, key := range []string{t.sheet + "!" + column, column} {
		if x, ok := m.opts.Choose[key]; ok {
			return &x
		}
	}
	if x, ok := t.told[column]; ok {
		return &x
	}
	return nil
}

func columnLetters(i int) string {
	return strings.TrimRight(check.Cell{Line: 1, Column: int32(i + 1)}.Ref(), "1")
}

// followPlan takes the columns of a table for what they were matched to, and says so.
func (t *table) followPlan(cols []column) {
	t.plan = t.r.plans[planKey(t.sheet, t.head[0].line, t.from)]
	if t.plan == nil {
		return
	}
	t.tell(cols)
	for _, i := range t.plan.targets {
		if i < len(cols) {
			cols[i].toReach()
		}
	}
	for i := range cols {
		r, ok := t.plan.columns[i]
		if !ok || r.Verdict != match.Sure || cols[i].last.Kind == check.Absent {
			continue
		}
		c := &cols[i]
		if t.plan.settled(c, r.Target) {
			continue
		}
		c.known, c.group, c.odd, c.part = true, false, "", partOfMatch[r.Target.Part]
		c.mods &^= modCounts
		switch {
		case r.Target == match.Target{}:
			c.role, c.means = roleIgnored, nil
			t.found(check.Info, c.last.Ref(), SetAside, "Cột "+quote(shown(&c.last))+" không được đọc, như "+reasons(r)+".")
			continue
		case r.OfOne:
			c.role, c.means = roleIgnored, nil
		case t.plan.series:
			c.role, c.means, c.rate = roleOf[c.part], nil, c.part == partValue && r.Target.Code != AnyCount
		default:
			c.role, c.rate = roleNone, false
			c.means = []meaning{{r.Target.Code, c.part}}
			for _, also := range r.Also {
				c.means = append(c.means, meaning{also.Code, partOfMatch[also.Part]})
			}
		}
		t.found(
			check.Info,
			c.last.Ref(),
			MatchedColumn,
			"Cột "+quote(shown(&c.last))+" ở ô "+c.last.Ref()+" được đọc là "+t.plan.says(r)+because(r)+".",
		)
	}
}

// onlyAsks reports whether nothing of the table can be read before the columns of its plan are answered.
func (t *table) onlyAsks(cols []column) bool {
	return t.plan != nil && !slices.ContainsFunc(cols, func(c column) bool { return c.figures() && c.aside == "" })
}

// asksRow takes a row of such a table.
func (t *table) asksRow(line int32, fields []check.Field) {
	var row check.Row
	t.base(&row, line, fields)
	if !t.skip(&row, fields, t.numbers(fields), false) {
		t.fate = fateRead
	}
	t.account(fields)
}

// ColumnMatch is what a column with a heading of somebody's own was matched to.
type ColumnMatch struct {
	Sheet, Column, Heading string
	Reads                  match.Target // the zero Target when nothing comes near, or the column is not to be read
	Sure                   bool
	Evidence, Against      []string
	Alternatives           []match.Target
}

// tell hands on what the columns of the plan were matched to.
func (t *table) tell(cols []column) {
	if t.r.opts.Matched == nil || t.plan.series {
		return
	}
	for i := range cols {
		r, ok := t.plan.columns[i]
		if !ok || cols[i].last.Kind == check.Absent || t.plan.settled(&cols[i], r.Target) {
			continue
		}
		m := ColumnMatch{
			Sheet:        t.sheet,
			Column:       columnLetters(i),
			Heading:      shown(&cols[i].last),
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
}

// settled reports whether a column is read by what it is called, whatever it was matched to.
func (p *plan) settled(c *column, t match.Target) bool {
	switch {
	case !c.known || c.mods&modCounts != 0:
		return false
	case len(c.means) > 0:
		return !c.byPart
	}
	return p.series || p.named && t.Part == match.Value && !c.group
}

// says names what a column was taken for.
func (p *plan) says(r match.Reading) string {
	text := p.target(r.Target)
	for _, also := range r.Also {
		text += ", " + p.target(also)
	}
	if r.OfOne {
		text += " (ghi từ 0 đến 1, chỉ để đối chiếu)"
	}
	return text
}

func (p *plan) target(t match.Target) string {
	part := map[match.Part]string{match.Value: "", match.Numerator: "tử số ", match.Denominator: "mẫu số "}[t.Part]
	if t.Code == AnyCount {
		return "giá trị"
	}
	if t.Code == anyIndicator {
		if t.Part == match.Value {
			return "tỷ lệ"
		}
		return strings.TrimSpace(part)
	}
	if t.Part != match.Value {
		part += "của "
	}
	if name := p.names[t.Code]; name != "" {
		return part + t.Code + " (" + short(name) + ")"
	}
	return part + t.Code
}

// because is the reasons behind a colon, nothing without any: somebody has chosen the column.
func because(r match.Reading) string {
	if text := reasons(r); text != "" {
		return ": " + text
	}
	return ""
}

func reasons(r match.Reading) string {
	var out []string
	for _, e := range r.Evidence {
		if e.Kind == match.Asked && r.Target.Code == anyIndicator {
			continue
		}
		out = append(out, e.Text)
	}
	return strings.Join(out, "; ")
}

// question says what a column that is not read may hold; false when nothing comes near.
func (t *table) question(i int, u *unread, title, at string) bool {
	if t.plan == nil || u.number.Kind == check.Absent {
		return false
	}
	r, ok := t.plan.columns[i]
	if !ok || r.Verdict == match.Sure {
		return false
	}
	if len(r.Alternatives) == 0 && r.Verdict != match.Ask {
		return false
	}
	says := title + " có số (" + shown(&u.number) + " ở ô " + u.number.Ref() + ")" + t.plan.may(r)
	answer := r.Target.String()
	if r.Verdict != match.Ask {
		answer = r.Alternatives[0].String()
	}
	if t.plan.series {
		answer = map[match.Part]string{match.Value: "Tỷ lệ (%)", match.Numerator: "Tử số", match.Denominator: "Mẫu số"}[r.Target.Part]
	}
	says += ". Cột chưa được đọc. Hãy đặt tiêu đề cột là " + answer + " nếu đúng như vậy; cột không nộp thì xóa."
	severity := check.Warning
	if !t.plan.own || t.bare.Kind != check.Absent {
		severity = check.Error
		t.askedOf(ColumnQuestion, u.cells)
	} else {
		t.passed(ColumnQuestion, u.cells)
	}
	t.found(severity, at, ColumnQuestion, says)
	return true
}

// hint is what a column of a plan may be, for the end of a sentence that asks about it; "" when nothing is known.
func (t *table) hint(i int) string {
	if t.plan == nil {
		return ""
	}
	r, ok := t.plan.columns[i]
	if !ok || r.Verdict != match.Ask {
		return ""
	}
	return " Cột này" + strings.TrimPrefix(t.plan.may(r), ",") + "."
}

// may says what a column may be, and why that is not certain.
func (p *plan) may(r match.Reading) string {
	var may []string
	if r.Verdict == match.Ask {
		may = append(may, p.target(r.Target))
	}
	for _, x := range r.Alternatives {
		may = append(may, p.target(x))
	}
	says := ", có thể là " + strings.Join(may, ", hay ")
	if len(r.Evidence) > 0 {
		says += " (" + reasons(r) + ")"
	}
	if len(r.Against) > 0 {
		says += "; chưa chắc vì " + strings.Join(r.Against, ", ")
	}
	return says
}
