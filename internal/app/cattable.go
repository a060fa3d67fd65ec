package app

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/kpi"
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
		{"indicators", "Chỉ tiêu và định nghĩa", words("code from"), words("code name_vi name_en pillar type numerator_vi denominator_vi unit direction frequency " +
			"reporter accumulation decimals subset min_n max_value signed from to legal_source verified note ranking_source fixed_denominator bound_rule"),
			words("from to fixed_denominator bound_rule"), words("decimals min_n max_value")},
		{"regimes", "Chế độ báo cáo", words("code from"), words("code name owner kind frequency cutoff due blocks outline coverage from to basis verified note"), words("coverage"), nil},
		{"forms", "Biểu mẫu", words("regime code from"), words("regime code name from to round basis"), words("round"), words("round")},
		{"form_items", "Chỉ tiêu của biểu mẫu", words("regime form from indicator"), words("regime form from indicator order input optional assigned assigned_by"), words("assigned assigned_by"), words("order")},
		{"targets", "Mục tiêu", words("indicator scope year"), words("indicator scope year value unit source verified"), nil, words("year value")},
		{"scorecard_versions", "Bộ chỉ số", words("scorecard version"), words("scorecard version name from to block silence"), nil, nil},
		{"scorecards", "Thành phần bộ chỉ số", words("scorecard version component"), words("scorecard version component parent max_points weight rule cap on_missing on_zero not_for decimals " +
			"round_order legal_basis rule_basis observed"), words("on_zero not_for rule_basis observed"), words("max_points weight cap decimals")},
		{"blocks", "Khối", words("block"), words("block name owner level parts special"), nil, nil},
		{"block_members", "Đơn vị trong khối", words("block agency_id from"), words("block agency_id from to basis verified"), nil, nil},
		{"agencies", "Đơn vị", words("agency_id valid_from"), words("agency_id official_code code_system dvcqg_code dvcqg_code_status name short_name kind level " +
			"parent_id valid_from valid_to legal_basis verified note"), nil, nil},
		{"agency_aliases", "Tên gọi khác của đơn vị", words("alias agency_id from"), words("alias agency_id from to kind note"), nil, nil},
		{"succession", "Kế thừa giữa các đơn vị", words("predecessor successor on"), words("predecessor successor on extent basis verified"), nil, nil},
		{"acts", "Văn bản được viện dẫn", words("number"), words("number title from to successor ended_by verified note"), nil, nil},
		{"identities", "Hệ thức giữa các số liệu", words("code"), words("code form relation total terms from to tolerance basis verified note"), nil, nil},
		{"growth", "Mức tăng, giảm đã công bố", words("indicator agency_id period base_period origin"),
			words("indicator agency_id period base_period origin value unit word text note"), nil, words("value")},
		{"holidays", "Ngày nghỉ lễ, làm bù", words("date"), words("date kind name basis verified"), nil, nil},
		{"bodies", "Ban Chỉ đạo, cơ quan thường trực", words("role owner scope from"), words("role owner scope name short agency from to basis verified"), nil, nil},
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
	t := &table{catTable: spec, sheet: sheet, exact: origin != sent, held: origin == holding, cols: map[string]int{}, index: map[string]int{}}
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
			l.add(t, rows[0].line, "", catalogueHeader, "Bảng %s thiếu cột %s. Hãy tải danh mục hiện hành về và sửa trên tệp đó.", spec.title, c)
		}
	}
	for name, i := range t.cols {
		if name != "" && origin == sent && !slices.Contains(spec.columns, name) {
			l.findings = append(l.findings, check.Finding{Severity: check.Warning, Sheet: sheet, Code: catalogueHeader,
				Cell: check.Cell{Line: int32(rows[0].line), Column: int32(i + 1)}.Ref(), Message: fmt.Sprintf("Cột %s không thuộc bảng %s, không được dùng.", name, spec.title)})
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

// row reads the cells of one line by name. The zero Field stands for a column that is not there.
type row struct {
	l *loader
	t *table
	tableRow
}

func (l *loader) each(name string, fn func(r row)) {
	t := l.tables[name]
	for _, r := range t.rows {
		fn(row{l, t, r})
	}
}

func (r row) field(col string) check.Field {
	if i, ok := r.t.cols[col]; ok && i < len(r.cells) {
		return r.cells[i]
	}
	return check.Field{}
}

// keyPart is a cell as keys have it: days in one form.
func (r row) keyPart(col string) string {
	f := r.field(col)
	if d, err := vi.ParseDay(f.Text); err == nil && isDay(col) {
		return d.ISO()
	}
	if f.Kind == check.Number {
		return f.Number.String()
	}
	return f.Text
}

func isDay(col string) bool {
	return slices.Contains([]string{"from", "to", "valid_from", "valid_to", "on", "date"}, col)
}

func (r row) bad(col, format string, args ...any) {
	r.l.add(r.t, r.line, col, catalogueCell, format, args...)
}

func (r row) text(col string) string {
	switch f := r.field(col); f.Kind {
	case check.Number: // codes that Excel made numbers of
		return f.Number.String()
	case check.Broken:
		r.bad(col, "Ô %s có lỗi công thức %s. Hãy ghi giá trị.", col, f.Text)
		return ""
	default:
		return f.Text
	}
}

// one is text that must be one of a closed list.
func (r row) one(col string, of ...string) string {
	s := r.text(col)
	if !slices.Contains(of, s) {
		r.bad(col, "Cột %s không nhận %q. Hãy ghi một trong: %s.", col, s, strings.TrimPrefix(strings.Join(of, ", "), ", "))
	}
	return s
}

func (r row) yes(col string) bool { return r.one(col, "", "yes", "no") == "yes" }

func (r row) day(col string, open vi.Date) vi.Date {
	s := r.text(col)
	if s == "" {
		return open
	}
	d, err := vi.ParseDay(s)
	if err != nil {
		r.bad(col, "Cột %s: %q không phải là ngày. Hãy ghi như 30/09/2026, để trống nếu không giới hạn.", col, s)
	}
	return d
}

func (r row) from(col string) vi.Date { return r.day(col, vi.OpenFrom) }
func (r row) to(col string) vi.Date   { return r.day(col, vi.OpenTo) }

// fixed reads denominators that the definition fixes as of a day.
func (r row) fixed(col string) []kpi.FixedSize {
	list, err := kpi.ParseFixed(r.text(col))
	if err != nil {
		r.bad(col, "Không hiểu mẫu số cố định %q. Hãy ghi như 2022-01-06:25 QĐ 06/QĐ-TTg | 2022-04-04:53 QĐ 422/QĐ-TTg, ngày theo thứ tự.", r.text(col))
	}
	return list
}

func (r row) number(col string) vi.NullDecimal {
	f := r.field(col)
	if f.Kind == check.Number {
		return vi.Some(f.Number)
	}
	s := r.text(col)
	if s == "" {
		return vi.NullDecimal{}
	}
	var d vi.Decimal
	var err error
	if r.t.exact {
		d, err = vi.ParseDecimal(s)
	} else {
		var n vi.Number
		n, err = vi.ParseNumber(s, false)
		d = n.Value
		if n.Percent || n.Rounded || n.Estimated || n.Below {
			err = vi.ErrNotNumber
		}
	}
	if err != nil {
		r.bad(col, "Cột %s: không hiểu số %q. Hãy nhập ô số của Excel, hoặc ghi như 1234,5.", col, s)
	}
	return vi.Some(d)
}

// required is number for a cell that may not be blank.
func (r row) required(col string) vi.Decimal {
	n := r.number(col)
	if !n.Valid {
		r.bad(col, "Cột %s cần một số.", col)
	}
	return n.Decimal
}

func (r row) int(col string) int {
	s := r.text(col)
	n, err := strconv.Atoi(s)
	if err != nil {
		r.bad(col, "Cột %s: %q không phải là số nguyên.", col, s)
	}
	return n
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
