package intake

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

func isBlank(f *check.Field) bool { return f.Kind == check.Blank || f.Kind == check.Absent }

// get returns column i of a row: absent when the table has no such column, blank when the row ends
// before it.
func get(fields []check.Field, i int, line int32) check.Field {
	switch {
	case i < 0:
		return check.Field{}
	case i < len(fields):
		return fields[i]
	}
	return check.Field{At: check.Cell{Line: line, Column: int32(i + 1)}, Kind: check.Blank}
}

// base fills what tidy rows and rows of a matrix have in common.
func (t *table) base(row *check.Row, line int32, fields []check.Field) {
	at := &t.layout.at
	row.Sheet, row.Line, row.Table = t.sheet, int(line), t.r.tables
	row.Agency = t.key(fields, t.agencyCol, line)
	if at[roleAgencyCode] >= 0 && at[roleAgency] >= 0 {
		if isBlank(&row.Agency) {
			row.Agency = t.key(fields, at[roleAgency], line)
		} else {
			row.AgencyName = t.key(fields, at[roleAgency], line)
		}
	}
	if t.agencyCol < 0 {
		row.Agency = t.title.reporter()
	}
	row.Period = t.key(fields, at[rolePeriod], line)
	t.datedRow(row, fields, line)
	row.Note = get(fields, at[roleNote], line)
	row.PublishedRank = get(fields, at[roleRank], line)
	row.Origin = get(fields, at[roleOrigin], line)
	row.PublishedOn = get(fields, at[rolePublishedOn], line)
	row.From = t.key(fields, at[roleFrom], line)
	row.To = t.key(fields, at[roleTo], line)
	if row.Qualifier = get(fields, at[roleQualifier], line); isBlank(&row.Qualifier) && t.title.mark != 0 {
		row.Qualifier = check.Field{Kind: check.Text, Text: markWord(t.title.mark)}
	}
	row.Quote = get(fields, at[roleQuote], line)
	if i := at[roleUnit]; i >= 0 && i < len(fields) && fields[i].Kind == check.Text {
		row.Unit = fields[i].Text
	} else if i < 0 {
		row.Unit = cmp.Or(t.layout.unit, t.title.unit)
	}
	if isBlank(&row.Period) && isBlank(&row.To) && t.title.period.Kind != check.Absent {
		row.Period = t.title.period
	}
}

// indicator fills what the row says of its indicator, and reports whether it does.
func (t *table) indicator(row *check.Row, line int32, fields []check.Field) bool {
	at := &t.layout.at
	row.Indicator = t.key(fields, t.indicCol, line)
	if i := at[roleIndicator]; i >= 0 && i != t.indicCol {
		if isBlank(&row.Indicator) {
			row.Indicator = t.key(fields, i, line)
		} else {
			row.IndicatorName = t.key(fields, i, line)
		}
	}
	if !isBlank(&row.Indicator) {
		return true
	}
	if t.title.indicator.Kind != check.Absent {
		row.Indicator = t.title.indicator
	}
	return false
}

func (t *table) tidyRow(line int32, fields []check.Field) {
	var row check.Row
	t.base(&row, line, fields)
	at := &t.layout.at
	own := t.indicator(&row, line, fields)
	asked := own && t.ownName(&row)
	row.Numerator = get(fields, at[roleNumerator], line)
	row.Denominator = get(fields, at[roleDenominator], line)
	row.Value = t.pick(&t.layout.values, &row, fields, line)
	figures := !isBlank(&row.Numerator) || !isBlank(&row.Denominator) || !isBlank(&row.Value)
	if t.skip(&row, fields, figures, own) {
		return
	}
	if asked {
		t.fate = fateAsked
		return
	}
	t.read(&row)
	t.emit(&row)
}

func (t *table) matrixRow(line int32, fields []check.Field) {
	var row check.Row
	t.base(&row, line, fields)
	own := t.indicator(&row, line, fields)
	figures := false
	for i := range t.layout.measures {
		m := &t.layout.measures[i]
		for _, c := range m.cols {
			f := get(fields, c, line)
			figures = figures || !isBlank(&f)
		}
		for _, c := range m.values {
			figures = figures || c >= 0 && c < len(fields) && !isBlank(&fields[c])
		}
	}
	if t.skip(&row, fields, figures, own && t.agencyCol < 0) || !figures {
		return
	}
	if own && t.ownName(&row) {
		t.fate = fateAsked
		return
	}
	t.read(&row)
	period, unit, whose := row.Period, row.Unit, row.Agency
	for i := range t.layout.measures {
		m := &t.layout.measures[i]
		if m.code != "" {
			row.Indicator = m.header
		}
		if row.Period = period; m.period.Kind != check.Absent {
			row.Period = m.period
		}
		if row.Agency = whose; m.agency.Kind != check.Absent {
			row.Agency = m.agency
		}
		if t.stretch(i, &row) {
			continue
		}
		row.Unit = cmp.Or(m.unit, unit)
		row.Numerator = get(fields, m.cols[partNumerator], line)
		row.Denominator = get(fields, m.cols[partDenominator], line)
		row.Value = t.pick(&m.values, &row, fields, line)
		if m.mark != 0 {
			row.Qualifier = m.qualifier()
		}
		if isBlank(&row.Numerator) && isBlank(&row.Denominator) && isBlank(&row.Value) {
			continue
		}
		if t.emit(&row); t.r.stopped {
			return
		}
	}
}

// read notes that the current row holds figures.
func (t *table) read(row *check.Row) {
	if t.fate = fateRead; row.Total {
		t.fate = fateTotal
	}
}

// maxHeld is how many figures of the nation wait for the rows below them.
const maxHeld = 500

// emit gives a row to the checks. "Cả nước" waits until it is clear whether the table is one of
// provinces, with the nation as their total.
func (t *table) emit(row *check.Row) {
	if t.hidden.any {
		t.hidden.see(t, row)
	}
	if len(t.unread) > 0 && t.bare.Kind == check.Absent && !row.Total {
		t.noteBare(row)
	}
	if t.kind == lineNation && !row.Total && len(t.held) < maxHeld {
		if !t.several {
			t.held = append(t.held, *row)
			return
		}
		row.Total = true
	}
	if !t.several && !row.Total {
		switch row.Agency.Text {
		case t.others:
		default:
			if t.several = t.others != ""; t.several {
				t.release(true)
			}
			t.others = strings.Clone(row.Agency.Text)
		}
	}
	t.give(row)
}

func (t *table) give(row *check.Row) {
	if t.r.stopped || t.otherRow(row) {
		return
	}
	t.fresh, t.between = false, nil
	if !row.Total {
		t.askBlock(row)
		t.askSection()
	}
	t.askToDate(row)
	t.askAgainst(row)
	t.r.yielding = true
	t.r.stopped = !t.r.yield(*row, nil)
	t.r.yielding = false
}

// release gives the rows that waited, as totals or as figures of the nation.
func (t *table) release(totals bool) {
	held := t.held
	t.held = nil
	for i := range held {
		if held[i].Total = totals; totals && (i == 0 || held[i].Line != held[i-1].Line) {
			t.nation(held[i].Agency)
		}
		t.give(&held[i])
	}
}

// skip reports whether a row is no figure of an agency: blank, or a heading, note or signature. A
// total is marked. named: the row names an indicator, so it means to be a figure.
func (t *table) skip(row *check.Row, fields []check.Field, figures, named bool) bool {
	if t.merged.carry != nil {
		t.reportMerged(int32(row.Line), fields)
	}
	t.kind = linePlain
	if isBlank(&row.Agency) || t.agencyCol < 0 {
		return t.skipNameless(row, fields, figures, named)
	}
	if row.Agency.Kind != check.Text {
		return false
	}
	// A heading or signature merged over the columns fills them all with its text.
	named = named && row.Indicator.Text != row.Agency.Text
	t.kind = t.r.lineKind(row.Agency.Text)
	if (t.kind == lineSigned || t.signed && !t.isAgency(row.Agency.Text)) && !t.numbers(fields) {
		if t.signed = true; t.kind != lineSigned {
			t.between = append(t.between[:min(len(t.between), maxBetween)], headRow{fields: slices.Clone(fields)})
		}
		t.found(check.Info, row.Agency.Ref(), SkippedRow, "Dòng "+quote(row.Agency.Text)+" là phần ký tên nên được bỏ qua.")
		return true
	}
	switch {
	case t.kind == lineTotal,
		t.kind == lineMean,
		(t.kind == lineGroup || t.kind == lineHeader) && figures: // "Bộ, ngành" with the total of its rows
		t.total(row.Agency)
		if row.Total = true; !figures {
			t.blockHeading(fields)
		}
		return !figures || t.kind == lineMean
	case t.kind == lineNation && figures && t.several:
		t.nation(row.Agency)
		return false
	case figures || named && t.kind != lineGroup || t.isAgency(row.Agency.Text):
		return false
	}
	t.heading(fields)
	if line := row.Agency.At.Line; int(line) == row.Line {
		t.found(
			check.Info,
			row.Agency.Ref(),
			SkippedRow,
			"Dòng "+quote(row.Agency.Text)+" không có số liệu và không phải tên đơn vị nên được bỏ qua.",
		)
	}
	return true
}

// heading takes a row inside or below a table that holds no figures: it may name the period or the
// indicator of the rows that follow.
func (t *table) heading(fields []check.Field) {
	defer t.section(fields, t.title.indicator.At)
	t.blockHeading(fields)
	if len(t.between) < maxBetween {
		t.between = append(t.between, headRow{fields: slices.Clone(fields)})
	}
	for i := range fields {
		f := &fields[i]
		if f.Kind != check.Text || len(f.Text) > 200 {
			continue
		}
		t.footer(f)
		text := strings.Trim(f.Text, "()* ")
		if label, rest, ok := strings.Cut(text, ":"); ok && strings.TrimSpace(rest) != "" && t.r.headers.roles[vi.Fold(label)] != roleNone {
			t.label(t.r.headers.roles[vi.Fold(label)], check.Field{At: f.At, Kind: check.Text, Text: strings.TrimSpace(rest)})
		} else if p, ok := parsedPeriod(text); ok {
			t.setPeriod(*f, p, true)
			if q, err := kpi.ParsePeriod(p.Key); err == nil {
				t.claims = []claim{{at: *f, period: q}}
			}
		} else {
			t.titleIndicator(*f)
		}
	}
}

func (t *table) skipNameless(row *check.Row, fields []check.Field, figures, named bool) bool {
	var some *check.Field
	texts := false
	for i := range fields {
		f := &fields[i]
		if isBlank(f) {
			continue
		}
		ordinal := i == t.layout.at[roleIgnored]
		if !ordinal {
			some = f
		}
		if f.Kind != check.Text {
			continue
		}
		texts = texts || !ordinal
		if named && i > t.lastName() { // a remark: "lũy kế", "Tổng của ba sở"
			continue
		}
		kind := t.r.lineKind(f.Text)
		if t.agencyCol >= 0 && kind == lineGroup && figures { // "Trong đó: khối tỉnh" below the total
			t.total(*f)
			return true
		}
		if kind == lineTotal || kind == lineMean || kind == lineNation && t.agencyCol >= 0 {
			t.total(*f)
			if row.Total = true; !figures {
				t.blockHeading(fields)
			}
			return !figures || kind == lineMean
		}
	}
	if some == nil { // nothing, or a title that begins in the column of numbers
		t.heading(fields)
		return true
	}
	if named && (figures || t.agencyCol >= 0) || figures && t.numbers(fields) {
		return false
	}
	t.heading(fields)
	if texts {
		t.found(check.Info, some.Ref(), SkippedRow, "Dòng không có tên đơn vị và không có số liệu nên được bỏ qua.")
	}
	return true
}

// lastName is the last column that names what a row is about. What stands behind it, in a row that has a name, calls no total.
func (t *table) lastName() int {
	at := &t.layout.at
	return max(at[roleIndicator], at[roleIndicatorCode], at[roleAgency], at[roleAgencyCode])
}

// numbers reports whether any cell of a row holds a number: a signature below
// the table stands in whatever column the clerk chose.
func (t *table) numbers(fields []check.Field) bool {
	for i := range fields {
		if number(&fields[i]) {
			return true
		}
	}
	return false
}

func (t *table) total(f check.Field) {
	t.found(check.Info, f.Ref(), TotalRow, "Dòng "+quote(f.Text)+" là dòng tổng, không phải một đơn vị: chỉ dùng để đối chiếu, không lưu.")
}

func (t *table) nation(f check.Field) {
	t.found(check.Info, f.Ref(), TotalRow, "Dòng "+quote(f.Text)+
		" đứng chung bảng với nhiều đơn vị nên được coi là dòng tổng, không lưu. Nếu đây là số công bố của cả nước, hãy ghi mã VN.")
}

// isAgency reports whether a text was ever the name of an agency.
func (t *table) isAgency(text string) bool {
	known, ok := t.r.agencies[text]
	if !ok {
		known = t.r.known(text)
		if len(t.r.agencies) < 300 { // each look-up of an unknown name costs a walk over the directory
			t.r.agencies[strings.Clone(text)] = known
		}
	}
	return known
}

var reColumnNumber = regexp.MustCompile(`^(\(\d{1,2}\)|\(?[A-Za-z]\)?|[1-9]\d?)(\s*=.*)?$`)

// columnNumbers reports whether a row only numbers the columns, as official forms do below their
// header: (1), (2), (3)=(1)/(2), or A, B, 1, 2. Plain numbers must count up from 1 or from the
// place of their column, so that a row of small figures is not taken for one.
func columnNumbers(fields []check.Field) bool {
	n, next := 0, 1
	for i := range fields {
		f := &fields[i]
		text := f.Text
		switch f.Kind {
		case check.Blank, check.Absent:
			continue
		case check.Number:
			text = f.Number.String()
		case check.Text:
		default:
			return false
		}
		if !reColumnNumber.MatchString(text) {
			return false
		}
		n++
		if c := text[0]; c >= '1' && c <= '9' {
			digits, _, _ := strings.Cut(text, "=")
			if k, err := strconv.Atoi(strings.TrimSpace(digits)); err != nil || (k != next && k != n) {
				return false
			}
			next++
		}
	}
	return n >= 2
}

// qualifier is what a heading says of how exact its figures are: "Sơ bộ 2025", "Ước 2026".
func (m *measure) qualifier() check.Field {
	return check.Field{Kind: check.Text, Text: markWord(m.mark)}
}
