package intake

import (
	"cmp"
	"regexp"
	"strings"

	"chiso/internal/check"
	"chiso/internal/vi"
)

// measure is one series of figures of a matrix: an indicator, a period, or one of both.
type measure struct {
	code   string      // "" when the rows name their indicator
	header check.Field // the code, at the place of the header; Absent when code is ""
	period check.Field // Absent when the header names none
	agency check.Field // Absent when the header names none
	unit   string      // "" when the header names none
	cols   [partCount]int
	values valueCols
	mark   mods // sơ bộ, ước
}

// layout is what the columns of one table hold.
type layout struct {
	at       [roleCount]int // column of each role, -1
	measures []measure      // nil for the tidy shape
	unit     string         // of the tidy columns
	values   valueCols      // of the tidy columns
}

// column returns the columns of a role, the code column before the name column.
func (l *layout) column(code, name role) int {
	if code != roleNone && l.at[code] >= 0 {
		return l.at[code]
	}
	return l.at[name]
}

func (l *layout) named() bool { return l.column(roleIndicatorCode, roleIndicator) >= 0 }

// isHeader reports whether columns are those of a table: at least two known ones, one of them the
// agency; or, in the form of one agency, an indicator and a figure.
func isHeader(cols []column) bool {
	known, agency, indicator, figure := 0, false, false, false
	for i := range cols {
		c := &cols[i]
		switch {
		case !c.known || c.role == roleIgnored || c.role == roleUnit:
			continue
		case c.role == roleAgency || c.role == roleAgencyCode:
			agency = true
		case c.role == roleIndicator || c.role == roleIndicatorCode:
			indicator = true
		case c.bound():
			figure = true
		}
		known++
	}
	return agency && known >= 2 || indicator && figure
}

// reLikePeriod is a header that means to name a period.
var reLikePeriod = regexp.MustCompile(`^(quy|thang|tuan) ?([ivx]+|[0-9]+)\b`)

// lay makes a layout of the columns of a header. Findings about it are reported; ok is false when
// the table cannot be read because of them.
func (t *table) lay(cols []column) (layout, bool) {
	var l layout
	for r := range l.at {
		l.at[r] = -1
	}
	l.values = noValues()
	ok := true
	for i := range cols {
		c := &cols[i]
		switch r := c.role; {
		case c.last.Kind == check.Absent || c.figures():
		case !c.known && c.last.Kind == check.Text && reLikePeriod.MatchString(vi.Fold(c.last.Text)): // "Quý V"
			t.found(
				check.Error,
				c.last.Ref(),
				check.BadPeriod,
				"Cột "+quote(shown(&c.last))+" ghi một kỳ không hiểu được. Hãy ghi như Quý III/2026, Tháng 8/2026, hoặc bỏ cột.",
			)
		case !c.known: // said when its cells are known, see account.go
		case r == roleNone:
		case r == roleIgnored || r == roleUnit:
			if l.at[r] < 0 {
				l.at[r] = i
			}
		case l.at[r] >= 0 && cols[l.at[r]].last.At == c.last.At: // one merged header over two columns
		case l.at[r] >= 0:
			ok = false
			t.duplicate(cols, l.at[r], i)
		default:
			l.at[r] = i
		}
	}
	if l.named() {
		return l, t.series(&l, cols) && ok
	}
	return l, t.matrix(&l, cols) && ok
}

func shown(f *check.Field) string {
	if f.Kind == check.Number {
		return f.Number.String()
	}
	return f.Text
}

func (t *table) duplicate(cols []column, a, b int) {
	t.found(check.Error, cols[b].last.Ref(), DuplicateColumn, "Hai cột cùng nghĩa: "+quote(shown(&cols[a].last))+" ở ô "+cols[a].last.Ref()+
		" và "+quote(shown(&cols[b].last))+" ở ô "+cols[b].last.Ref()+". Hãy giữ lại một cột.")
}

// series binds the figures of a table whose rows name their indicator: the columns Tử số, Mẫu số and
// Giá trị, once or once for each period.
func (t *table) series(l *layout, cols []column) bool {
	divided := false
	for i := range cols {
		c := &cols[i]
		if len(c.means) > 0 && c.aside == "" {
			c.known = false // a column of its own beside rows that name their indicator: not understood
		}
		divided = divided || c.bound() && (c.period.Kind != check.Absent || c.agency.Kind != check.Absent) && c.aside == ""
	}
	if !divided {
		return t.tidy(l, cols)
	}
	ok := true
	for i := range cols {
		if c := &cols[i]; c.bound() && c.aside == "" {
			ok = t.bind(l, cols, i, meaning{"", c.part}) && ok
		}
	}
	return ok
}

// bound reports whether a column holds figures and does not say of which indicator.
func (c *column) bound() bool { return c.figures() && len(c.means) == 0 }

// tidy gives the columns Tử số, Mẫu số and Giá trị their roles.
func (t *table) tidy(l *layout, cols []column) bool {
	ok := true
	for i := range cols {
		c := &cols[i]
		switch {
		case !c.bound() || !c.partRole() || c.aside != "":
		case c.role == roleValue && l.values[c.slotOf()] < 0:
			l.values[c.slotOf()] = i
			l.at[roleValue] = l.values.any()
			l.unit = cmp.Or(l.unit, c.unit)
		case l.at[c.role] >= 0:
			ok = false
			t.duplicate(cols, l.at[c.role], i)
		default:
			l.at[c.role] = i
			l.unit = cmp.Or(l.unit, c.unit)
		}
	}
	return ok
}

// matrix binds the columns of a table whose headers name the indicators. Tử số, Mẫu số and Giá trị
// without an indicator above them belong to the one indicator of the table, if there is only one.
func (t *table) matrix(l *layout, cols []column) bool {
	coded, periods := false, false
	for i := range cols {
		coded = coded || len(cols[i].means) > 0
		periods = periods || cols[i].bound() && cols[i].period.Kind != check.Absent && cols[i].aside == ""
	}
	if !coded && !periods {
		return t.tidy(l, cols)
	}
	ok := true
	known := t.knownCodes(cols)
	for i := range cols {
		c := &cols[i]
		if len(c.means) == 0 || c.aside != "" {
			continue
		}
		m := t.valid(c)
		if len(m) > 1 {
			m = among(m, known)
		}
		if len(m) == 0 {
			ok = false
			t.found(check.Error, c.last.Ref(), AmbiguousColumn, "Cột "+quote(shown(&c.last))+" có thể là của các chỉ tiêu "+
				codes(c.means)+". Hãy ghi mã chỉ tiêu làm tiêu đề, thêm .num (tử số) hoặc .den (mẫu số).")
		}
		for _, x := range m {
			if c.partRole() { // "Tử số" below the name of the indicator
				x.part = c.part
			}
			ok = t.bind(l, cols, i, x) && ok
		}
	}
	return t.loose(l, cols) && ok
}

// knownCodes are the indicators that the header, the title or the caller name beyond doubt.
func (t *table) knownCodes(cols []column) map[string]bool {
	known := map[string]bool{}
	if t.r.opts.Indicator != "" {
		known[t.r.opts.Indicator] = true
	}
	for i := range cols {
		if m := t.valid(&cols[i]); len(m) == 1 {
			known[m[0].code] = true
		}
	}
	return known
}

// loose binds the figure columns that have no indicator above them.
func (t *table) loose(l *layout, cols []column) bool {
	ok := true
	code, several := "", false
	for _, m := range l.measures {
		several = several || code != "" && m.code != code
		code = m.code
	}
	for i := range cols {
		c := &cols[i]
		switch {
		case !c.bound() || c.aside != "":
		case !several && (!c.group || code == ""):
			ok = t.bind(l, cols, i, meaning{code, c.part}) && ok
		case c.group:
			t.found(check.Warning, c.last.Ref(), UnknownGroup, "Cột "+quote(shown(&c.last))+" ở ô "+c.last.Ref()+
				" nằm dưới tiêu đề không phải tên hay mã chỉ tiêu nào trong danh mục nên không được đọc. Hãy ghi đúng mã chỉ tiêu ở tiêu đề nhóm.")
		default:
			ok = false
			t.found(check.Error, c.last.Ref(), AmbiguousColumn, "Bảng có nhiều chỉ tiêu nên không rõ cột "+quote(shown(&c.last))+
				" là của chỉ tiêu nào. Hãy ghi mã chỉ tiêu làm tiêu đề, thêm .num (tử số) hoặc .den (mẫu số).")
		}
	}
	return ok
}

// valid keeps the meanings that hold on the last day of the column's or the sheet's period, if it
// is known.
func (t *table) valid(c *column) []meaning {
	day := c.day
	if day == 0 {
		day = t.title.day
	}
	if day == 0 || len(c.means) < 2 {
		return c.means
	}
	var out []meaning
	for _, m := range c.means {
		if t.r.headers.byPeriod(m.code, day) {
			out = append(out, m)
		}
	}
	if len(out) == 0 {
		return c.means
	}
	return out
}

// among keeps the meanings whose indicator other columns name; a denominator may serve several.
func among(all []meaning, known map[string]bool) []meaning {
	var out []meaning
	for _, m := range all {
		if known[m.code] {
			out = append(out, m)
		}
	}
	for _, m := range out[min(1, len(out)):] {
		if m.part != partDenominator {
			return nil
		}
	}
	return out
}

func codes(all []meaning) string {
	var out []string
	for _, m := range all {
		out = append(out, m.code)
	}
	return strings.Join(out, ", ")
}

// bind gives column i to a part of an indicator.
func (t *table) bind(l *layout, cols []column, i int, x meaning) bool {
	c := &cols[i]
	for k := range l.measures {
		m := &l.measures[k]
		if m.code != x.code || m.period.Text != c.period.Text || m.agency.Text != c.agency.Text {
			continue
		}
		m.mark |= c.mods & (modEstimate | modProvisional)
		if s := c.slotOf(); x.part == partValue {
			if m.values[s] < 0 {
				m.values[s] = i
				m.cols[partValue] = m.values.any()
				m.unit = cmp.Or(m.unit, c.unit)
				return true
			}
			t.duplicate(cols, m.values[s], i)
			return false
		}
		if m.cols[x.part] >= 0 {
			t.duplicate(cols, m.cols[x.part], i)
			return false
		}
		m.cols[x.part] = i
		m.unit = cmp.Or(m.unit, c.unit)
		return true
	}
	m := measure{
		code:   x.code,
		period: c.period,
		agency: c.agency,
		unit:   c.unit,
		cols:   [partCount]int{-1, -1, -1},
		values: noValues(),
		mark:   c.mods & (modEstimate | modProvisional),
	}
	if x.code != "" {
		m.header = check.Field{At: c.last.At, Kind: check.Text, Text: x.code}
	}
	m.cols[x.part] = i
	if x.part == partValue {
		m.values[c.slotOf()] = i
	}
	l.measures = append(l.measures, m)
	return true
}
