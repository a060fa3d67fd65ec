package intake

import (
	"strings"

	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/match"
	"chiso/internal/vi"
)

// maxSurveyBytes is the size of the files whose tables are looked at once before they are read, so that columns with headings
// of their own can be matched by what stands in them.
const maxSurveyBytes = 4 << 20

// maxSurveyRows is how many rows of a table are looked at for that.
const maxSurveyRows = 4000

// survey is what the tables of a file look like.
type survey struct {
	tables []*surveyed
	cells  int
}

// surveyed is one table: its header, and what stands below it.
type surveyed struct {
	sheet       string
	fingerprint string
	line        int32 // of the first row of the header
	from        int   // its first column, where tables stand side by side
	rows        int   // of the header
	cols        []column
	stacks      [][]string
	table       match.Table
	unit        string
	named       string // the indicator that the title or the caller names
	day         vi.Date
	first       [][]string              // of each column, its first values
	told        map[string]match.Target // what is remembered of columns of the very table without being weighed, by their letters
	series      bool                    // the rows name their indicators
	own         bool                    // it is a header by what is known of its columns
	names       []rowName               // of indicators in rows, each once
	nameAt      map[string]int
	formulas    map[check.Cell]string
}

// plans looks at every table of the file and matches the columns that the catalogue does not name. A file that cannot be
// read gives none: the reading will say why.
func (f *File) plans(cat *kpi.Catalogue, r *reader) map[string]*plan {
	if r.opts.Words == nil || len(f.data) > maxSurveyBytes && len(r.opts.Choose) == 0 {
		return nil
	}
	opts := Options{Indicator: r.opts.Indicator, Period: r.opts.Period, Stop: r.opts.Stop, Report: func(check.Finding) {}}
	s := newReader(f, cat, r.dir, opts)
	s.survey, s.yield = &survey{}, func(check.Row, error) bool { return true }
	if err := s.guarded(); err != nil {
		return nil
	}
	m := &matcher{opts: r.opts, r: s, cat: cat, readers: map[vi.Date]*match.Reader{}}
	out := map[string]*plan{}
	for _, t := range s.survey.tables {
		if p := m.plan(t); p != nil {
			out[planKey(t.sheet, t.line, t.from)] = p
			m.show(t, p)
		}
	}
	return out
}

// begin notes a header.
func (s *survey) begin(t *table, cols []column, own bool) {
	rows := append(t.groups(), t.head...)
	now := &surveyed{
		sheet: t.sheet,
		line:  t.head[0].line,
		from:  t.from,
		rows:  len(t.head),
		cols:  cols,
		unit:  t.title.unit,
		named: t.named(),
		day:   t.day(),
		own:   own,
	}
	if t.scan != nil {
		now.formulas = t.scan.formulas
	}
	for c := range cols {
		var stack []string
		for _, f := range t.stack(rows, c, nil) {
			stack = append(stack, t.r.headers.vietnamese(shown(&f)))
		}
		now.stacks = append(now.stacks, stack)
		now.series = now.series || cols[c].role == roleIndicator || cols[c].role == roleIndicatorCode
	}
	now.table.Columns = make([]match.Column, len(cols))
	t.seen, s.tables = now, append(s.tables, now)
}

// numbered notes the row of column numbers below a header.
func (t *surveyed) numbered(fields []check.Field) {
	for i := range fields {
		if t != nil && i < len(t.stacks) && !isBlank(&fields[i]) {
			t.stacks[i] = append(t.stacks[i], shown(&fields[i]))
		}
	}
}

// row notes a row of a table.
func (s *survey) row(t *table, line int32, fields []check.Field) {
	var row check.Row
	t.base(&row, line, fields)
	if t.skip(&row, fields, t.numbers(fields), false) && !row.Total {
		return
	}
	t.fresh, t.between = false, nil
	now := t.seen
	if now == nil || len(now.table.Rows) >= maxSurveyRows || s.cells > maxSheetCells {
		return
	}
	s.cells += len(now.cols)
	if now.series && !row.Total {
		s.noteName(t, &row, line, fields)
	}
	now.table.Rows = append(now.table.Rows, match.Row{Agency: row.Agency.Text, Total: row.Total})
	for c := range now.table.Columns {
		f := get(fields, c, line)
		now.note(c, &f)
		now.table.Columns[c].Cells = append(now.table.Columns[c].Cells, surveyCell(&f))
		if text := now.formulas[f.At]; text != "" && now.table.Columns[c].Formula == "" && !row.Total {
			now.table.Columns[c].Formula = text
		}
	}
}

// surveyCell is what a cell gives to the matching.
func surveyCell(f *check.Field) match.Cell {
	switch s := strings.TrimSpace(f.Text); {
	case isBlank(f), f.Kind == check.Text && (s == "-" || s == "–"):
		return match.Cell{}
	case f.Kind == check.Day, f.Kind == check.Bool:
		return match.Cell{Filled: true}
	}
	n, ok := plainValue(f)
	return match.Cell{Number: n, Filled: true, OK: ok}
}

// mayBeHeader reports whether the columns of a row may be those of a table whose figures have headings of their own.
func mayBeHeader(cols []column) bool {
	agency, others := false, 0
	for i := range cols {
		switch c := &cols[i]; {
		case c.role == roleAgency || c.role == roleAgencyCode:
			agency = true
		case c.last.Kind == check.Text && c.role != roleIgnored:
			others++
		}
	}
	return agency && others > 0
}

// continues reports whether a row belongs to the header above it.
func (t *table) continues(line int32, fields []check.Field) bool {
	if p := t.r.plans[planKey(t.sheet, t.head[0].line, t.from)]; p != nil {
		return len(t.head) < p.rows
	}
	return t.goesOn(line, fields) || t.r.survey != nil && t.mayGoOn(line, fields)
}

// mayGoOn reports whether a row may belong to a header of which nothing is known but the column of agencies: it has several
// texts, no number, and nothing in that column.
func (t *table) mayGoOn(line int32, fields []check.Field) bool {
	if len(t.head) >= maxHeader || line != t.head[len(t.head)-1].line+1 || t.numbers(fields) || columnNumbers(fields) ||
		isHeader(t.columns(t.head)) {
		return false
	}
	for i := range fields {
		if isBlank(&fields[i]) {
			continue
		}
		for _, h := range t.head {
			if i < len(h.fields) && h.fields[i].Kind == check.Text && t.r.lineKind(h.fields[i].Text) == lineHeader {
				return false
			}
		}
	}
	return textCells(fields) >= 2
}
