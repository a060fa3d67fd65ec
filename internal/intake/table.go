package intake

import (
	"slices"
	"strings"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// headerWithin is how many rows are searched for the header.
const headerWithin = 40

// maxTables is how many tables a file has at most.
const maxTables = 1000

// maxHeader is how many rows a header has at most.
const maxHeader = 4

// state is where the reading of a sheet stands.
type state uint8

const (
	searching state = iota
	heading         // the row before may be a header, and may go on in this one
	reading
	refusing // the header cannot be read; the rows below it are not
)

// table reads the rows of one sheet: title rows, header, data, and again for further tables below.
type table struct {
	r      *reader
	scan   *sheetScan // nil for CSV
	sheet  string
	state  state
	layout layout
	above  []headRow // the last rows above a header: the names of groups of columns
	head   []headRow
	first  bool // the next row is the first below the header
	signed bool // the signatures below the table have begun
	fresh  bool // no figure below the header yet
	looked int
	tables int
	title  title

	agencyCol      int
	indicCol       int
	merged         merged
	held           []check.Row // rows "Cả nước" before it is clear whether they are totals
	beside         []*table    // tables side by side, to which the rows go
	from, to       int         // the columns of one of those
	seen           *surveyed
	sectionStyle   string      // of the headings between rows that name the indicator
	unknownSection check.Field // one of them that names none
	saidNames      []string    // of rows that were matched
	tabbed         bool        // the tab was read as a period
	isAcross       bool        // its columns are agencies
	others         string      // the first agency of the table that is not the nation
	several        bool        // there are at least two of them
	kind           lineKind    // of the current row
	hidden         hiddenRows
	formulas       *formulas   // nil without any
	struck         int         // cells that are struck out
	block          check.Field // a heading between rows that makes those below no results, until it is said
	blockWords     string
	againstBlock   bool          // title.against is from a heading between rows
	commented      int           // comments that were told
	scaled         []check.Field // of the current row: shown divided
	lastPeriod     string        // the text that otherRow was last asked of
	lastOther      bool
	offered        map[string]bool // other periods that were said
	claims         []claim         // periods that the file names for the sheet
	claimsAsked    map[string]bool
	uses           []use     // of the columns
	unread         []*unread // the columns that nobody understands
	used           [useAsked + 1]int
	bare           check.Field // the first share that stands without its parts
	sum            Account
	doubts         int // figures that were asked about
	width          int // of a CSV: the cells of the header
	shortSaid      bool
	extraLine      int32     // the last of them
	extras         int       // rows of a CSV with more cells than the header
	fate           fate      // of the current row
	plan           *plan     // of columns with headings of their own; nil without any
	asking         bool      // nothing of the table is read before it is answered
	between        []headRow // headings since the last figure: the title of the next table, if there is one
}

// headRow is a copy of a row that is, or may be, part of a header.
type headRow struct {
	line   int32
	fields []check.Field
}

// newTable starts a sheet. Its name may be that of the period or the indicator.
func newTable(r *reader, sheet string, scan *sheetScan) *table {
	t := &table{r: r, sheet: sheet, scan: scan}
	if scan != nil {
		t.merged.all = scan.merges
		t.formulas = newFormulas(scan.formulas)
		if r.raw == nil {
			t.titleName(sheet)
		}
	}
	return t
}

// found reports a finding about the layout of this sheet.
func (t *table) found(s check.Severity, cell, code, message string) {
	f := check.Finding{Severity: s, Sheet: t.sheet, Cell: cell, Code: code, Message: message}
	if code == StaleFormula || code == MergedFigure {
		f.Figure = cell
	}
	t.r.opts.Report(f)
}

// oldFont reports a cell that was typed in a font from before Unicode. Its text was converted, so that
// everything else about the row can be said too.
func (t *table) oldFont(f *check.Field) {
	if t.r.old == vi.Misread {
		t.found(check.Error, f.Ref(), OldFont, "Ô "+f.Ref()+" bị sai bảng mã, có lẽ là "+quote(f.Text)+
			". Hãy mở lại tệp CSV gốc trong Excel bằng Data (Dữ liệu) > From Text/CSV (Từ Văn bản/CSV), chọn 65001: Unicode (UTF-8), rồi lưu thành .xlsx.")
		return
	}
	t.found(check.Error, f.Ref(), OldFont, "Ô "+f.Ref()+" gõ bằng phông chữ cũ "+string(t.r.old)+", có lẽ là "+quote(f.Text)+
		". Hãy chuyển tệp sang Unicode (UniKey: Ctrl+Shift+F6) rồi nộp lại.")
}

// row takes the next row. Its fields are only read during the call.
func (t *table) row(line int32, fields []check.Field) error {
	if err := t.r.pause(len(fields)); err != nil {
		return err
	}
	if t.r.raw != nil {
		if t.r.follow != nil {
			t.merged.advance(line, fields)
			t.r.follow(&t.merged)
		}
		return t.r.raw(t.sheet, line, fields)
	}
	if t.beside != nil {
		return t.rowBeside(line, fields)
	}
	if t.r.tables > maxTables {
		return fault.New(fault.TooLarge, "Tệp có hơn %d bảng. Hãy bỏ các dòng tiêu đề lặp lại, hoặc chia thành nhiều tệp.", maxTables)
	}
	if t.state == heading {
		if t.continues(line, fields) {
			t.head = append(t.head, headRow{line, slices.Clone(fields)})
			return nil
		}
		if t.settle(); t.beside != nil {
			return t.rowBeside(line, fields)
		}
	}
	if len(t.merged.all) > 0 {
		t.merged.advance(line, fields)
	}
	t.fate = fateNone
	switch t.state {
	case searching:
		t.search(line, fields)
	case refusing, heading:
		t.account(fields)
	case reading:
		if t.first {
			if englishRow(fields) { // and the row of numbers may follow
				t.passed(PassedHeading, count(fields))
				return nil
			}
			t.first = false
			if columnNumbers(fields) {
				if t.r.survey != nil {
					t.seen.numbered(fields)
				}
				t.passed(PassedHeading, count(fields))
				return nil
			}
		}
		t.data(line, fields)
	}
	return nil
}

func (t *table) data(line int32, fields []check.Field) {
	if !t.again(line, fields) {
		t.figures(line, fields)
	}
}

func (t *table) figures(line int32, fields []check.Field) {
	t.fate = fateNone
	if t.r.survey != nil {
		t.r.survey.row(t, line, fields)
		return
	}
	if t.asking {
		t.asksRow(line, fields)
		return
	}
	if t.layout.measures != nil {
		t.matrixRow(line, fields)
	} else {
		t.tidyRow(line, fields)
	}
	t.account(fields)
}

// again reports whether a row below a table is the header of the next one.
func (t *table) again(line int32, fields []check.Field) bool {
	i := t.agencyCol
	if i < 0 {
		i = t.indicCol
	}
	if t.fresh && t.unitsOnly(fields) {
		return false
	}
	own := i < len(fields) && fields[i].Kind == check.Text && t.r.lineKind(fields[i].Text) == lineHeader
	if !own && (t.scan == nil && !isOrdinalHeader(fields) || anyNumber(fields)) {
		return false
	}
	return t.candidate(line, fields)
}

// unitsOnly reports whether a row between a header and its first figures says nothing outside the
// columns of figures: it gives their units, of which "tỉnh" looks like a column of agencies.
func (t *table) unitsOnly(fields []check.Field) bool {
	for i := range fields {
		if !isBlank(&fields[i]) && !t.figureColumn(i) {
			return false
		}
	}
	return true
}

// isOrdinalHeader reports whether a row begins as the headers of most forms do. In a CSV of a
// million rows only such rows are looked at cell by cell.
func isOrdinalHeader(fields []check.Field) bool {
	return len(fields) > 0 && (fields[0].Text == "STT" || fields[0].Text == "TT" || fields[0].Text == "Stt")
}

// anyNumber reports whether a row has a cell that Excel stores as a number.
func anyNumber(fields []check.Field) bool {
	for i := range fields {
		if fields[i].Kind == check.Number {
			return true
		}
	}
	return false
}

// close ends the sheet.
func (t *table) close() error {
	if t.state == heading {
		t.settle()
	}
	for _, part := range t.beside {
		if err := part.close(); err != nil {
			return err
		}
	}
	t.release(false)
	t.closeColumns()
	t.hidden.report(t)
	if t.formulas != nil && t.beside == nil {
		t.formulas.end(t)
	}
	if t.r.opts.Account != nil && t.r.raw == nil {
		t.sum.Sheet = t.sheet
		t.r.opts.Account(t.sum)
	}
	if t.tables == 0 && t.looked > 0 && t.scan != nil {
		t.found(check.Warning, "", NoHeader, "Trang tính "+quote(t.sheet)+" không có dòng tiêu đề nhận ra được nên không được đọc. "+
			"Cần một dòng có cột Đơn vị và cột số liệu; trang chỉ để nháp thì đặt tên là Nháp.")
	}
	return nil
}

// search looks at a row above the table: a title, or the header.
func (t *table) search(line int32, fields []check.Field) {
	blank := true
	for i := range fields {
		blank = blank && isBlank(&fields[i])
	}
	if blank || t.looked > headerWithin {
		t.passed(NoHeader, count(fields))
		return
	}
	t.looked++
	if t.candidate(line, fields) {
		return
	}
	t.passed(PassedTitle, count(fields))
	for i := range fields {
		t.titleCell(fields, i)
	}
	if len(t.above) == 2 {
		t.above = append(t.above[:0], t.above[1])
	}
	t.above = append(t.above, headRow{line, slices.Clone(fields)})
}

// candidate begins a header when a cell of the row is called as a column of agencies or indicators
// is.
func (t *table) candidate(line int32, fields []check.Field) bool {
	for i := range fields {
		f := &fields[i]
		if f.Kind == check.Text && !strings.HasSuffix(f.Text, ":") && t.r.lineKind(f.Text) == lineHeader {
			t.state = heading
			t.head = append(t.head[:0], headRow{line, slices.Clone(fields)})
			return true
		}
	}
	return false
}

// goesOn reports whether a row belongs to the header above it by what is known of it: it says nothing in the columns of
// agencies and indicators, and names parts, indicators or periods elsewhere.
func (t *table) goesOn(line int32, fields []check.Field) bool {
	if len(t.head) >= maxHeader || line != t.head[len(t.head)-1].line+1 || columnNumbers(fields) {
		return false
	}
	known := 0
	for i := range fields {
		f := &fields[i]
		if isBlank(f) {
			continue
		}
		if f.Kind != check.Text && f.Kind != check.Number && f.Kind != check.Day {
			return false
		}
		for _, h := range t.head {
			if i < len(h.fields) && h.fields[i].Kind == check.Text && t.r.lineKind(h.fields[i].Text) == lineHeader {
				return false // the column of agencies goes on with an agency
			}
		}
		c := t.r.headers.column([]check.Field{*f}, t.headDay())
		if t.underDate(i) && number(f) {
			known++
			continue
		}
		if _, period := headerPeriod(f, "2026"); c.known || period || t.r.headers.remark(f) { // or the row of units
			known++
		} else if number(f) {
			return false
		}
	}
	return known > 0 || t.spanned(line)
}

// underDate reports whether a column stands below “Tháng” or “Quý” in the header so far.
func (t *table) underDate(i int) bool {
	f := t.headCell(t.head, len(t.head)-1, i)
	return f.Kind == check.Text && dateWord[t.r.headers.role(f.Text)] != ""
}

// unsettle takes rows that only looked like a header for what they are: titles, or rows of the table
// above.
func (t *table) unsettle() {
	head := t.head
	t.above, t.head, t.state = nil, nil, searching
	if t.tables > 0 {
		t.state = reading
	}
	for _, h := range head {
		for i := range h.fields {
			if t.tables == 0 {
				t.titleCell(h.fields, i)
			}
		}
		if t.tables == 0 {
			t.passed(PassedTitle, count(h.fields))
		}
		if t.tables > 0 {
			t.figures(h.line, h.fields)
		}
	}
}

// settle decides whether the rows kept are a header, and begins the table.
func (t *table) settle() {
	cols := t.columns(append(t.groups(), t.head...))
	if t.to == 0 {
		if starts := t.windows(cols); starts != nil {
			t.divide(starts)
			return
		}
	}
	own := isHeader(cols)
	if !own && t.r.plans[planKey(t.sheet, t.head[0].line, t.from)] == nil && (t.r.survey == nil || !mayBeHeader(cols)) {
		t.unsettle()
		return
	}
	t.release(false)
	t.closeColumns()
	if t.tables > 0 {
		t.nextTitle()
		cols = t.columns(append(t.groups(), t.head...))
	}
	t.r.tables++
	t.tables++
	for i := range cols {
		c := &cols[i]
		if c.role == roleUnit && c.unit != "" { // "ĐVT: triệu đồng" beside the headings
			t.setUnit(c.unit)
			c.role = roleIgnored
		}
		if !c.known && c.last.Kind == check.Text {
			if _, ok := vi.LabelledUnit(c.last.Text); ok {
				t.caption(c.last.Text)
			}
		}
	}
	t.tabLater()
	t.settleClaims()
	t.followPlan(cols)
	clear := t.judgeTitle(cols)
	clear = t.judge(cols) && clear
	clear = t.judgeWhole(cols) && clear
	clear = t.judgeAcross(cols) && clear
	clear = t.tellComments(cols, append(t.groups(), t.head...)) && clear
	l, ok := t.lay(cols)
	ok = ok && clear
	t.layout, t.state, t.first = l, reading, true
	t.fresh, t.signed = true, false
	if !ok && t.r.survey == nil {
		t.state = refusing
	}
	t.asking = t.onlyAsks(cols)
	if t.r.survey != nil {
		t.r.survey.begin(t, cols, own)
	}
	t.agencyCol = l.column(roleAgencyCode, roleAgency)
	t.indicCol = l.column(roleIndicatorCode, roleIndicator)
	t.others, t.several, t.block = "", false, check.Field{}
	t.sectionStyle, t.unknownSection = "", check.Field{}
	t.width = 0
	for _, h := range t.head {
		t.width = max(t.width, len(h.fields))
	}
	t.noteUses(cols)
	t.accountHead(t.head)
	if t.scan != nil {
		t.scan.reportColumns(t)
	}
	t.above, t.head = nil, nil
}
