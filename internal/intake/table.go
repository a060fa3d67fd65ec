package intake

import (
	"regexp"
	"strconv"
	"strings"

	"chiso/internal/check"
	"chiso/internal/vi"
)

// headerWithin is how many rows are searched for the header.
const headerWithin = 40

// table reads the rows of one sheet: title rows, header, data.
type table struct {
	r         *reader
	sheet     string
	layout    layout
	found1    bool // the header was found
	first     bool // the next row is the first below the header
	refused   bool // the header cannot be read; the rows are not
	looked    int
	content   bool
	period    check.Field // of the whole sheet
	indicator check.Field
	day       vi.Date // last day of the sheet's period, 0 when unknown
	agencyCol int
	indicCol  int
}

// newTable starts a sheet. Its title may name the period or the indicator.
func newTable(r *reader, sheet, title string) *table {
	t := &table{r: r, sheet: sheet}
	if title != "" {
		if p, err := check.ParsePeriodText(title); err == nil {
			t.period, t.day = check.Field{Kind: check.Text, Text: p.Key}, p.To
		}
		t.titleIndicator(check.Field{Kind: check.Text, Text: title})
	}
	return t
}

// found reports a finding about the layout of this sheet.
func (t *table) found(s check.Severity, cell, code, message string) {
	t.r.opts.Report(check.Finding{Severity: s, Sheet: t.sheet, Cell: cell, Code: code, Message: message})
}

// row takes the next row. Its fields are only read during the call.
func (t *table) row(line int32, fields []check.Field) error {
	if !t.found1 {
		t.search(fields)
		return nil
	}
	if t.refused {
		return nil
	}
	if t.first {
		t.first = false
		if columnNumbers(fields) {
			return nil
		}
	}
	if t.layout.measures != nil {
		t.matrixRow(line, fields)
	} else {
		t.tidyRow(line, fields)
	}
	return nil
}

// close ends the sheet.
func (t *table) close() error {
	if !t.found1 && t.content && t.sheet != csvSheet {
		t.found(check.Warning, "", NoHeader, "Trang tính "+quote(t.sheet)+" không có dòng tiêu đề nhận ra được nên không được đọc. "+
			"Cần một dòng có cột Đơn vị và cột số liệu; trang chỉ để nháp thì đặt tên là Nháp.")
	}
	return nil
}

// search looks at a row above the table: a title, or the header.
func (t *table) search(fields []check.Field) {
	blank := true
	for i := range fields {
		blank = blank && isBlank(&fields[i])
	}
	if blank {
		return
	}
	t.content = true
	if t.looked++; t.looked > headerWithin {
		return
	}
	if !t.r.headers.recognise(fields) {
		for i := range fields {
			t.titleCell(fields, i)
		}
		return
	}
	t.found1, t.first = true, true
	t.r.tables++
	l, ok := t.lay(fields)
	t.layout, t.refused = l, !ok
	t.agencyCol = l.column(roleAgencyCode, roleAgency)
	t.indicCol = l.column(roleIndicatorCode, roleIndicator)
}

// titleCell reads "Kỳ báo cáo: Quý III/2026" and "Chỉ tiêu: CPS01", in one cell or in two
// neighbours, and titles that are nothing but a period.
func (t *table) titleCell(fields []check.Field, i int) {
	f := fields[i]
	if f.Kind != check.Text || len(f.Text) > 400 {
		return
	}
	label, rest, cut := strings.Cut(f.Text, ":")
	name := vi.Fold(label)
	value := check.Field{At: f.At, Kind: check.Text, Text: strings.TrimSpace(rest)}
	if value.Text == "" {
		for j := i + 1; j < len(fields); j++ {
			if !isBlank(&fields[j]) {
				value = fields[j]
				break
			}
		}
	}
	switch r := t.r.headers.roles[name]; {
	case r == rolePeriod && value.Text != "" && (cut || value.At != f.At):
		t.period = value
		if p, err := check.ParsePeriodText(value.Text); err == nil {
			t.day = p.To
		}
	case (r == roleIndicator || r == roleIndicatorCode) && value.Text != "":
		t.indicator = value
	default:
		if p, err := check.ParsePeriodText(strings.Trim(f.Text, "()* ")); err == nil {
			t.period, t.day = check.Field{At: f.At, Kind: check.Text, Text: p.Key}, p.To
		} else {
			t.titleIndicator(f)
		}
	}
}

// titleIndicator takes a title that is exactly an indicator's code or name.
func (t *table) titleIndicator(f check.Field) {
	if m := t.r.headers.exact[vi.Fold(f.Text)]; len(m) == 1 && m[0].part == partValue {
		t.indicator = check.Field{At: f.At, Kind: check.Text, Text: m[0].code}
	}
}

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
	row.Sheet, row.Line = t.sheet, int(line)
	row.Agency = get(fields, t.agencyCol, line)
	if isBlank(&row.Agency) && t.layout.at[roleAgencyCode] >= 0 && at[roleAgency] >= 0 {
		row.Agency = get(fields, at[roleAgency], line)
	}
	row.Period = get(fields, at[rolePeriod], line)
	row.Note = get(fields, at[roleNote], line)
	row.PublishedRank = get(fields, at[roleRank], line)
	row.Origin = get(fields, at[roleOrigin], line)
	row.PublishedOn = get(fields, at[rolePublishedOn], line)
	row.From = get(fields, at[roleFrom], line)
	row.To = get(fields, at[roleTo], line)
	row.Qualifier = get(fields, at[roleQualifier], line)
	row.Quote = get(fields, at[roleQuote], line)
	if isBlank(&row.Period) && isBlank(&row.To) && t.period.Kind != check.Absent {
		row.Period = t.period
	}
}

func (t *table) tidyRow(line int32, fields []check.Field) {
	var row check.Row
	t.base(&row, line, fields)
	at := &t.layout.at
	row.Indicator = get(fields, t.indicCol, line)
	if isBlank(&row.Indicator) && at[roleIndicator] >= 0 {
		row.Indicator = get(fields, at[roleIndicator], line)
	}
	own := !isBlank(&row.Indicator)
	if !own && t.indicator.Kind != check.Absent {
		row.Indicator = t.indicator
	}
	row.Numerator = get(fields, at[roleNumerator], line)
	row.Denominator = get(fields, at[roleDenominator], line)
	row.Value = get(fields, at[roleValue], line)
	figures := !isBlank(&row.Numerator) || !isBlank(&row.Denominator) || !isBlank(&row.Value)
	if t.skip(&row, fields, figures, own) {
		return
	}
	t.emit(&row)
}

func (t *table) matrixRow(line int32, fields []check.Field) {
	var row check.Row
	t.base(&row, line, fields)
	figures := false
	for i := range t.layout.measures {
		for _, c := range t.layout.measures[i].cols {
			f := get(fields, c, line)
			figures = figures || !isBlank(&f)
		}
	}
	if t.skip(&row, fields, figures, false) || !figures {
		return
	}
	for i := range t.layout.measures {
		m := &t.layout.measures[i]
		row.Indicator = m.header
		row.Numerator = get(fields, m.cols[partNumerator], line)
		row.Denominator = get(fields, m.cols[partDenominator], line)
		row.Value = get(fields, m.cols[partValue], line)
		if isBlank(&row.Numerator) && isBlank(&row.Denominator) && isBlank(&row.Value) {
			continue
		}
		if t.emit(&row); t.r.stopped {
			return
		}
	}
}

func (t *table) emit(row *check.Row) {
	if !t.r.yield(*row, nil) {
		t.r.stopped = true
	}
}

// skip reports whether a row is no figure of an agency: blank, a total, or a heading, note or
// signature. named: the row names an indicator, so it means to be a figure.
func (t *table) skip(row *check.Row, fields []check.Field, figures, named bool) bool {
	if isBlank(&row.Agency) {
		return t.skipNameless(fields, figures, named)
	}
	if row.Agency.Kind != check.Text {
		return false
	}
	if t.r.isTotal(row.Agency.Text) {
		t.total(row.Agency)
		return true
	}
	if figures || named || t.isAgency(row.Agency.Text) {
		return false
	}
	t.found(check.Info, row.Agency.Ref(), SkippedRow, "Dòng "+quote(row.Agency.Text)+" không có số liệu và không phải tên đơn vị nên được bỏ qua.")
	return true
}

func (t *table) skipNameless(fields []check.Field, figures, named bool) bool {
	var some *check.Field
	for i := range fields {
		f := &fields[i]
		if isBlank(f) {
			continue
		}
		some = f
		if f.Kind == check.Text && t.r.isTotal(f.Text) {
			t.total(*f)
			return true
		}
	}
	if some == nil {
		return true
	}
	if named || figures && t.numbers(fields) {
		return false
	}
	t.found(check.Info, some.Ref(), SkippedRow, "Dòng không có tên đơn vị và không có số liệu nên được bỏ qua.")
	return true
}

// numbers reports whether any cell of a row holds a number: a signature below
// the table stands in whatever column the clerk chose.
func (t *table) numbers(fields []check.Field) bool {
	for i := range fields {
		f := &fields[i]
		if isBlank(f) {
			continue
		}
		if f.Kind != check.Text {
			return true
		}
		if _, err := vi.ParseNumber(f.Text, true); err == nil {
			return true
		}
	}
	return false
}

func (t *table) total(f check.Field) {
	t.found(check.Info, f.Ref(), TotalRow, "Dòng "+quote(f.Text)+" là dòng tổng, không phải một đơn vị, nên được bỏ qua.")
}

// isAgency reports whether a text was ever the name of an agency.
func (t *table) isAgency(text string) bool {
	known, ok := t.r.agencies[text]
	if !ok {
		m := t.r.dir.Resolve(text, t.day)
		known = m.Found() || len(m.Ambiguous)+len(m.Elsewhen) > 0
		if len(t.r.agencies) < 300 { // each look-up of an unknown name costs a walk over the directory
			t.r.agencies[strings.Clone(text)] = known
		}
	}
	return known
}

// isTotal reports whether the text of an agency cell names a total: it begins with "to" or "co" in
// some spelling. The answers are remembered, for names repeat.
func (r *reader) isTotal(text string) bool {
	if len(text) < 3 || len(text) > 40 || !strings.Contains("TtCc", text[:1]) || (text[1] < 0x80 && text[1]|0x20 != 'o') {
		return false
	}
	total, ok := r.totals[text]
	if !ok {
		switch strings.TrimRight(vi.Fold(text), " :.") {
		case "tong cong", "cong", "tong", "tong so", "tong chung", "cong chung", "tong hop", "total":
			total = true
		}
		if len(r.totals) < maxCached {
			r.totals[strings.Clone(text)] = total
		}
	}
	return total
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
