package catalogue

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/vi"
)

// Codes of findings about a catalogue.
const (
	catalogueHeader = "catalogue_header" // a column or table that is missing or unknown
	catalogueCell   = "catalogue_cell"   // a cell that cannot be read
	catalogueRow    = "catalogue_row"    // a row that contradicts others
	catalogueEnded  = "catalogue_ended"  // a row that may not just disappear
	catalogueBreak  = "catalogue_break"  // a definition changed in place
	catalogueShrunk = "catalogue_shrunk" // much of a table disappears
)

// catTable says what one table of the catalogue looks like: a file of seed/, a sheet of the workbook.
type catTable struct {
	name     string // of file and sheet
	title    string // Vietnamese
	keys     []string
	columns  []string
	optional []string // columns that a file may lack
	numbers  []string // columns whose cells are numbers
}

// words splits the list of columns that a table is declared with.
func words(s string) []string { return strings.Fields(s) }

// catTables lists the tables of the catalogue, in the order of the workbook.
func catTables() []catTable {
	return []catTable{
		{
			name:  "indicators",
			title: "Chỉ tiêu và định nghĩa",
			keys:  words("code from"),
			columns: words("code name_vi name_en pillar type numerator_vi denominator_vi unit direction frequency " +
				"reporter accumulation decimals subset min_n max_value signed from to legal_source verified note ranking_source fixed_denominator bound_rule"),
			optional: words("from to fixed_denominator bound_rule"),
			numbers:  words("decimals min_n max_value"),
		},
		{
			name:     "regimes",
			title:    "Chế độ báo cáo",
			keys:     words("code from"),
			columns:  words("code name owner kind frequency cutoff due blocks outline coverage from to basis verified note"),
			optional: words("coverage"),
			numbers:  nil,
		},
		{
			name:     "forms",
			title:    "Biểu mẫu",
			keys:     words("regime code from"),
			columns:  words("regime code name from to round basis"),
			optional: words("round"),
			numbers:  words("round"),
		},
		{
			name:     "form_items",
			title:    "Chỉ tiêu của biểu mẫu",
			keys:     words("regime form from indicator"),
			columns:  words("regime form from indicator order input optional assigned assigned_by"),
			optional: words("assigned assigned_by"),
			numbers:  words("order"),
		},
		{
			name:     "targets",
			title:    "Mục tiêu",
			keys:     words("indicator scope year"),
			columns:  words("indicator scope year value unit source verified"),
			optional: nil,
			numbers:  words("year value"),
		},
		{
			name:     "scorecard_versions",
			title:    "Bộ chỉ số",
			keys:     words("scorecard version"),
			columns:  words("scorecard version name from to block silence"),
			optional: nil,
			numbers:  nil,
		},
		{
			name:  "scorecards",
			title: "Thành phần bộ chỉ số",
			keys:  words("scorecard version component"),
			columns: words("scorecard version component parent max_points weight rule cap on_missing on_zero not_for decimals " +
				"round_order legal_basis rule_basis observed"),
			optional: words("on_zero not_for rule_basis observed"),
			numbers:  words("max_points weight cap decimals"),
		},
		{
			name:     "blocks",
			title:    "Khối",
			keys:     words("block"),
			columns:  words("block name owner level parts special"),
			optional: nil,
			numbers:  nil,
		},
		{
			name:     "block_members",
			title:    "Đơn vị trong khối",
			keys:     words("block agency_id from"),
			columns:  words("block agency_id from to basis verified"),
			optional: nil,
			numbers:  nil,
		},
		{
			name:  "agencies",
			title: "Đơn vị",
			keys:  words("agency_id valid_from"),
			columns: words("agency_id official_code code_system dvcqg_code dvcqg_code_status name short_name kind level " +
				"parent_id valid_from valid_to legal_basis verified note"),
			optional: nil,
			numbers:  nil,
		},
		{
			name:     "agency_aliases",
			title:    "Tên gọi khác của đơn vị",
			keys:     words("alias agency_id from"),
			columns:  words("alias agency_id from to kind note"),
			optional: nil,
			numbers:  nil,
		},
		{
			name:     "succession",
			title:    "Kế thừa giữa các đơn vị",
			keys:     words("predecessor successor on"),
			columns:  words("predecessor successor on extent basis verified"),
			optional: nil,
			numbers:  nil,
		},
		{
			name:     "acts",
			title:    "Văn bản được viện dẫn",
			keys:     words("number"),
			columns:  words("number title from to successor ended_by verified note"),
			optional: nil,
			numbers:  nil,
		},
		{
			name:     "identities",
			title:    "Hệ thức giữa các số liệu",
			keys:     words("code"),
			columns:  words("code form relation total terms from to tolerance basis verified note"),
			optional: nil,
			numbers:  nil,
		},
		{name: "growth", title: "Mức tăng, giảm đã công bố", keys: words("indicator agency_id period base_period origin"),
			columns: words(
				"indicator agency_id period base_period origin value unit word text note",
			), optional: nil, numbers: words("value")},
		{
			name:     "holidays",
			title:    "Ngày nghỉ lễ, làm bù",
			keys:     words("date"),
			columns:  words("date kind name basis verified"),
			optional: nil,
			numbers:  nil,
		},
		{
			name:     "bodies",
			title:    "Ban Chỉ đạo, cơ quan thường trực",
			keys:     words("role owner scope from"),
			columns:  words("role owner scope name short agency from to basis verified"),
			optional: nil,
			numbers:  nil,
		},
	}
}

// catTableOf returns the table of a name, as people or sheets may write it.
func catTableOf(name string) (catTable, bool) {
	for _, t := range catTables() {
		if vi.Fold(name) == vi.Fold(t.name) || vi.Fold(name) == vi.Fold(t.title) {
			return t, true
		}
	}
	return catTable{}, false
}

// table is one catalogue table as it was read: rows by column name.
type table struct {
	catTable
	sheet string // where it was read, for findings
	exact bool   // a file of ours: numbers are written 0.2
	held  bool   // not in the file: it is the table that holds
	cols  map[string]int
	rows  []tableRow
	index map[string]int // key, and its first parts, → line
}

type tableRow struct {
	line  int
	cells []check.Field
}

// loader reads catalogue tables and collects everything that is wrong with them.
type loader struct {
	tables   map[string]*table
	findings []check.Finding
}

func newLoader() *loader { return &loader{tables: map[string]*table{}} }

// add reports what is wrong with a table: column "" is the whole line, line 0 the whole table.
func (l *loader) add(t *table, line int, column string, code, format string, args ...any) {
	f := check.Finding{Severity: check.Error, Sheet: t.sheet, Code: code, Message: fmt.Sprintf(format, args...)}
	switch {
	case t.held: // its lines are in no file that anybody has before them
		f.Sheet, f.Message = "", fmt.Sprintf("Bảng %s đang có hiệu lực không khớp với tệp: %s", t.name, f.Message)
	case line > 0:
		f.Cell = check.Cell{Line: int32(line), Column: int32(t.cols[column] + 1)}.Ref()
	}
	same := func(o check.Finding) bool { return o.Sheet == f.Sheet && o.Message == f.Message }
	if !slices.ContainsFunc(l.findings, same) { // many lines may point at one thing that is not there
		l.findings = append(l.findings, f)
	}
}

// flaw reports what a validator found, at the row that it names.
func (l *loader) flaw(err error) {
	var f *fault.Flaw
	if !errors.As(err, &f) {
		l.findings = append(l.findings, check.Finding{Severity: check.Error, Code: catalogueRow, Message: fault.Sentence(err)})
		return
	}
	t := l.tables[f.Table]
	l.add(t, t.lineOf(f.Key), f.Column, catalogueRow, "%s", f.Sentence)
}

// lineOf returns the line of the row that has a key, or the first that has the first parts of it.
func (t *table) lineOf(key []string) int {
	for n := len(key); n > 0; n-- {
		if line, ok := t.index[strings.Join(key[:n], "\x00")]; ok {
			return line
		}
	}
	return 0
}

// origin is where a table comes from.
type origin int

const (
	sent    origin = iota // in a file that somebody sends
	ours                  // in a file of the program
	holding               // what the database holds
)

// newTable takes rows of cells, the first of which is the header.
func (l *loader) newTable(spec catTable, sheet string, origin origin, rows []tableRow) {
	t := &table{
		catTable: spec,
		sheet:    sheet,
		exact:    origin != sent,
		held:     origin == holding,
		cols:     map[string]int{},
		index:    map[string]int{},
	}
	l.tables[spec.name] = t
	if len(rows) == 0 {
		l.add(t, 0, "", catalogueHeader, "Bảng %s trống. Hãy giữ ít nhất dòng tiêu đề.", spec.title)
		return
	}
	for i, c := range rows[0].cells {
		name := spec.columnOf(c.Text)
		if _, twice := t.cols[name]; twice && name != "" {
			l.add(t, rows[0].line, name, catalogueHeader, "Cột %s có hai lần. Hãy bỏ một cột.", name)
		}
		t.cols[name] = i
	}
	for _, c := range spec.columns {
		if _, ok := t.cols[c]; !ok && !slices.Contains(spec.optional, c) {
			l.add(
				t,
				rows[0].line,
				"",
				catalogueHeader,
				"Bảng %s thiếu cột %s. Hãy tải danh mục hiện hành về và sửa trên tệp đó.",
				spec.title,
				c,
			)
		}
	}
	for name, i := range t.cols {
		if name != "" && origin == sent && !slices.Contains(spec.columns, name) {
			l.findings = append(l.findings, check.Finding{Severity: check.Warning, Sheet: sheet, Code: catalogueHeader,
				Cell: check.Cell{
					Line:   int32(rows[0].line),
					Column: int32(i + 1),
				}.Ref(), Message: fmt.Sprintf("Cột %s không thuộc bảng %s, không được dùng.", name, spec.title)})
		}
	}
	t.rows = rows[1:]
	for _, r := range t.rows {
		key := ""
		for i, k := range spec.keys {
			key += row{l, t, r}.keyPart(k)
			if _, ok := t.index[key]; !ok {
				t.index[key] = r.line
			} else if i == len(spec.keys)-1 {
				l.add(t, r.line, k, catalogueRow, "Trùng với dòng %d: cùng %s. Hãy bỏ một dòng hoặc sửa ngày bắt đầu.", t.index[key], strings.Join(spec.keys, ", "))
			}
			key += "\x00"
		}
	}
}

// readFile takes a CSV file that the program brings along.
func (l *loader) readFile(files fs.FS, spec catTable) error {
	f, err := files.Open(spec.name + ".csv")
	if err != nil {
		return err
	}
	all, err := csv.NewReader(f).ReadAll()
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("%s.csv: %w", spec.name, err)
	}
	rows := make([]tableRow, 0, len(all))
	for i, rec := range all {
		rows = append(rows, textRow(i+1, rec))
	}
	l.newTable(spec, spec.name+".csv", ours, rows)
	return nil
}

func textRow(line int, rec []string) tableRow {
	cells := make([]check.Field, len(rec))
	for j, s := range rec {
		cells[j] = check.Field{Kind: check.Text, Text: vi.Clean(s)}
	}
	return tableRow{line, cells}
}

// err joins what was found, for files of our own.
func (l *loader) err() error {
	var errs []error
	for _, f := range l.findings {
		errs = append(errs, fmt.Errorf("%s!%s: %s", f.Sheet, f.Cell, f.Message))
	}
	return errors.Join(errs...)
}

// readSheets takes the tables of a file that somebody sent. Sheets of other names are left aside.
func (l *loader) readSheets(name string, sheets []intake.Sheet) (taken []string) {
	for _, s := range sheets {
		title := s.Name
		if len(sheets) == 1 && s.CSV {
			title = strings.TrimSuffix(strings.ToLower(name), ".csv")
		}
		spec, ok := catTableOf(title)
		if !ok {
			continue
		}
		rows := make([]tableRow, 0, len(s.Rows))
		for _, r := range s.Rows {
			rows = append(rows, tableRow{r.Line, r.Fields})
		}
		l.newTable(spec, s.Name, sent, rows)
		taken = append(taken, spec.name)
	}
	return taken
}

// sortFindings puts findings in the order of the tables and lines.
func sortFindings(all []check.Finding) {
	order := map[string]int{}
	for i, t := range catTables() {
		order[t.name] = i
	}
	slices.SortStableFunc(all, func(a, b check.Finding) int {
		return cmp.Or(cmp.Compare(order[strings.TrimSuffix(a.Sheet, ".csv")], order[strings.TrimSuffix(b.Sheet, ".csv")]))
	})
}
