package intake

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// maxDeclaredBytes is the size of the files whose tables are looked at for sums that they declare themselves: no form that numbers its
// columns is larger.
const maxDeclaredBytes = 4 << 20

// Declared finds what does not close in tables that say themselves how they close: by a row of column numbers such as
// "(3)=(4)+(5)+(6)", and by total rows. It looks at every table, whether its columns are those of the catalogue or not. The identities
// of a form hold in tables that declare at least two of them.
func (f *File) Declared(identities []kpi.Identity, stop func() error) ([]check.Finding, error) {
	if len(f.data) > maxDeclaredBytes {
		return nil, nil
	}
	sheets, err := f.Sheets(Options{Stop: stop})
	if err != nil {
		return nil, err
	}
	var out []check.Finding
	for i := range sheets {
		for _, t := range declaredTables(&sheets[i]) {
			t.addForms(identities)
			found, err := t.findings(stop)
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
	}
	return out, nil
}

// declaredTable is one table of a sheet: below a row of column numbers, or below any header.
type declaredTable struct {
	sheet    string
	columns  map[string]int // column from 0 by its number; nil when the table has no row of numbers
	sums     []declaredSum
	headings map[int]string // folded
	rows     []declaredRow
	whole    map[int]bool // columns of whole numbers
}

// declaredSum is a relation between numbered columns.
type declaredSum struct {
	rule  kpi.IdentityRule
	total string
	parts []string
	text  string
}

// declaredRow is a row with numbers.
type declaredRow struct {
	line   int
	label  string
	total  bool
	group  bool // its first cell is a roman number or a letter: it may hold the sum of the rows below
	values map[int]vi.Decimal
	cells  map[int]int // numbers of the cells in the Closing
}

// declaredTables splits a sheet into its tables.
func declaredTables(s *Sheet) (out []*declaredTable) {
	t := &declaredTable{sheet: s.Name, headings: map[int]string{}}
	end := func() {
		if len(t.rows) > 0 {
			out = append(out, t)
		}
		t = &declaredTable{sheet: s.Name, headings: map[int]string{}}
	}
	for i := range s.Rows {
		fields := s.Rows[i].Fields
		if columns, sums, ok := numbering(fields); ok {
			headings := t.headings
			if len(t.rows) > 0 {
				headings = map[int]string{}
			}
			end()
			t.columns, t.sums, t.headings = columns, sums, headings
			continue
		}
		row := t.row(s.Rows[i].Line, fields)
		switch texts := textCells(fields); {
		case len(row.values) > 0:
			t.rows = append(t.rows, row)
		case texts >= 3: // another header
			if len(t.rows) > 0 {
				end()
			}
			for c := range fields {
				if fields[c].Kind == check.Text {
					t.headings[c] += " " + vi.Fold(fields[c].Text)
				}
			}
		}
	}
	end()
	return out
}

func textCells(fields []check.Field) (n int) {
	for i := range fields {
		if fields[i].Kind == check.Text {
			n++
		}
	}
	return n
}

// row reads a row: its label is the first text that is no number.
func (t *declaredTable) row(line int, fields []check.Field) declaredRow {
	r := declaredRow{line: line, values: map[int]vi.Decimal{}}
	for c := range fields {
		f := &fields[c]
		v, ok := plainValue(f)
		switch {
		case ok && (c > 0 || t.columns != nil):
			r.values[c] = v
		case f.Kind == check.Text && c == 0 && reGroupOrdinal.MatchString(f.Text):
			r.group = true
		case f.Kind == check.Text && r.label == "" && !ok:
			r.label = f.Text
		}
	}
	s := strings.TrimRight(strings.TrimLeft(vi.Fold(r.label), "-+* "), " :.*")
	r.total = reTotal.MatchString(s) || s == "ca nuoc" || s == "toan quoc"
	return r
}

var reGroupOrdinal = regexp.MustCompile(`^([IVX]{1,5}|[A-H])[.)]?$`)

// plainValue is the exact number of a cell; a dash is none of them.
func plainValue(f *check.Field) (vi.Decimal, bool) {
	switch f.Kind {
	case check.Number:
		if f.Percent {
			c, scale := f.Number.Parts()
			return vi.NewDecimal(c*100, scale), c < 1e15 && c > -1e15
		}
		return f.Number, true
	case check.Text:
		if s := strings.TrimSpace(f.Text); s == "-" || s == "–" {
			return vi.Decimal{}, true
		}
		n, err := vi.ParseNumber(f.Text, true)
		return n.Value, err == nil && !n.Rounded && !n.Estimated && !n.Below
	}
	return vi.Decimal{}, false
}

var (
	reNumbered = regexp.MustCompile(`^\(?(\d{1,2})\)?\s*(?:=\s*([()0-9+\-−–/:*x×%.… ]+))?$`)
	reLetter   = regexp.MustCompile(`^\(?[A-Za-z]\)?$`)
	reMember   = regexp.MustCompile(`([+\-−–/:*x×]?)\s*\(?(\d{1,3})\)?`)
)

// numbering reads a row of column numbers that says how columns hang together: (1), (2), (3)=(4)+(5)+(6).
func numbering(fields []check.Field) (columns map[string]int, sums []declaredSum, ok bool) {
	columns = map[string]int{}
	for c := range fields {
		f := &fields[c]
		text := f.Text
		switch f.Kind {
		case check.Number:
			text = f.Number.String()
		case check.Text:
		case check.Blank, check.Absent:
			continue
		default:
			return nil, nil, false
		}
		m := reNumbered.FindStringSubmatch(strings.TrimSpace(text))
		if m == nil && reLetter.MatchString(text) {
			continue
		}
		if m == nil {
			return nil, nil, false
		}
		columns[m[1]] = c
		if s, ok := declaredOf(m[1], m[2]); ok {
			s.text = strings.TrimSpace(text)
			sums = append(sums, s)
		}
	}
	return columns, sums, len(sums) > 0 && len(columns) >= 3
}

// declaredOf reads what stands behind the equals sign of a column number.
func declaredOf(total, text string) (declaredSum, bool) {
	s := declaredSum{rule: kpi.Adds, total: total}
	var less []string
	for _, m := range reMember.FindAllStringSubmatch(text, -1) {
		switch m[1] {
		case "/", ":":
			s.rule = kpi.Share
			s.parts = append(s.parts, m[2])
		case "*", "x", "×":
			if m[2] != "100" {
				return s, false
			}
		case "-", "−", "–":
			less = append(less, m[2])
		default:
			s.parts = append(s.parts, m[2])
		}
	}
	if strings.ContainsAny(text, "…") || strings.Contains(text, "..") {
		s.parts = through(s.parts)
	}
	switch {
	case s.rule == kpi.Share:
		return s, len(s.parts) == 2 && len(less) == 0
	case len(less) > 0 && len(s.parts) == 1: // (6)=(3)-(4) is (3)=(6)+(4)
		s.total, s.parts = s.parts[0], append([]string{total}, less...)
		return s, true
	}
	return s, len(less) == 0 && len(s.parts) >= 2
}

// through fills the numbers between the last two: (4)+(5)+…+(9).
func through(parts []string) []string {
	n := len(parts)
	if n < 2 {
		return parts
	}
	from, err1 := strconv.Atoi(parts[n-2])
	to, err2 := strconv.Atoi(parts[n-1])
	if err1 != nil || err2 != nil {
		return parts
	}
	out := slices.Clone(parts[:n-1])
	for i := from + 1; i <= to; i++ {
		out = append(out, strconv.Itoa(i))
	}
	return out
}

// addForms adds the identities of forms that the table declares at least two of.
func (t *declaredTable) addForms(identities []kpi.Identity) {
	declared := map[string]int{}
	for i := range identities {
		if id := &identities[i]; id.Form != "" && t.declares(id) {
			declared[id.Form]++
		}
	}
	for i := range identities {
		id := &identities[i]
		if id.Form == "" || declared[id.Form] < 2 || t.declares(id) {
			continue
		}
		t.sums = append(t.sums, declaredSum{rule: id.Rule, total: id.Total, parts: id.Parts,
			text: "(" + id.Total + ")=(" + strings.Join(id.Parts, ")+(") + ")"})
	}
}

func (t *declaredTable) declares(id *kpi.Identity) bool {
	return slices.ContainsFunc(t.sums, func(s declaredSum) bool {
		return s.rule == id.Rule && s.total == id.Total &&
			slices.Equal(slices.Sorted(slices.Values(s.parts)), slices.Sorted(slices.Values(id.Parts)))
	})
}
