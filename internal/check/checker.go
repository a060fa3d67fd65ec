package check

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Rules say what a run is checked against. Directory, Catalogue and Today are needed.
type Rules struct {
	Directory *agency.Directory
	Catalogue *kpi.Catalogue
	Today     vi.Date    // a period that begins later is an error
	Period    kpi.Period // for rows that name none; the zero Period is no default
	Indicator string     // code, for rows that name none
	Agency    agency.ID  // refuse rows of any other agency; "" takes all
	Source    kpi.System // Published keeps publishers apart
	// Identities are checked wherever all of their members are given.
	Identities []kpi.Identity
	// History returns what was reported before of a key's agency and definition, from the same source.
	// Without it, and for files of a million rows, figures are not compared with the past.
	History func(Key) []Past
	// MaxFindings is how many findings are listed; further ones are counted. 0 is 10,000.
	MaxFindings int
}

const (
	defaultMaxFindings = 10_000
	// maxUnknown bounds the distinct names that are searched for suggestions: each costs a walk
	// over the directory, and a file with more is refused anyway.
	maxUnknown = 300
)

// Checker checks the rows of one run: one file, or several that are accepted together. It is not
// safe for concurrent use.
type Checker struct {
	rules    Rules
	max      int
	findings []Finding
	count    int
	errs     int
	unknown  int
	once     map[string]bool

	periods  map[string]*periodHit
	agencies map[vi.Date]map[string]*agencyHit // by day and text
	byID     map[agency.ID]*agencyHit
	defs     map[dated]*defHit
	origins  map[string]uint32
	sheets   map[string]uint32
	names    []sheetName // by number
	file     string      // of the rows that come now
	lines    []string    // the names of inputs
	seen     map[seenKey]seenAt
	parts    map[int64]partsOf // by definition
	units    map[unitKey]unitHit

	// What the row before said: rows of one period or indicator mostly follow each other.
	lastPeriod    string
	lastPeriodHit *periodHit
	lastDef       dated
	lastDefHit    *defHit

	muted              bool // a total row is read: nothing is said
	tallies            map[tallyKey]*tally
	tallyOrder         []*tally
	lastTally          *tally
	lastTallyKey       tallyKey
	tallied            int
	addends            map[addendKey]*addends
	addendOrder        []*addends
	addendCount        int
	remembered         []remembered
	pasts              map[pastKey][]Past
	bareText, fullText map[string]bool    // names of ministries without "Bộ", and with it
	bare               map[int]*bareNames // by table
	lastTable          int
	fractions          map[fractionKey]*fractions
	fractionOrder      []*fractions
	fileErrs           int // errors of the files before
	fileRows           int // of the current file, without totals
	fileRead           int // those that say something: a figure, or that there is none

	said      map[said]bool // of cells outside the rows that they are about
	saidHere  []said        // of cells of the current row
	saidLine  int
	saidSheet string

	row    Row    // the current one; here, and not on the stack of Row, it costs no allocation
	figure figure // of the current row
}

// dated is a text on a day: names are resolved once for each.
type dated struct {
	text string
	day  vi.Date
}

type periodHit struct {
	period        kpi.Period
	index         uint32
	code, message string // set when the text is not a period that can be reported
}

type agencyHit struct {
	id            agency.ID
	index         uint32
	code, message string
}

type defHit struct {
	def           *kpi.Definition
	index         uint32
	whole         [2]bool // numerator and denominator count things
	inSum         bool    // the indicator is a total or a part of one
	code, message string
}

type partsOf struct {
	index uint32
	whole [2]bool
}

// New returns a Checker for one run.
func New(rules Rules) *Checker {
	c := &Checker{
		rules: rules, max: rules.MaxFindings,
		once: map[string]bool{}, periods: map[string]*periodHit{}, agencies: map[vi.Date]map[string]*agencyHit{}, byID: map[agency.ID]*agencyHit{},
		defs: map[dated]*defHit{}, origins: map[string]uint32{}, sheets: map[string]uint32{},
		seen: map[seenKey]seenAt{}, parts: map[int64]partsOf{}, units: map[unitKey]unitHit{},
	}
	if c.max <= 0 {
		c.max = defaultMaxFindings
	}
	return c
}

// Findings returns what was found so far, in the order of the rows. When there were more than the
// rules list, the last one says how many are missing.
func (c *Checker) Findings() []Finding {
	if c.count <= len(c.findings) {
		return c.findings
	}
	more := Finding{Severity: Info, Code: MoreOmitted, Message: fmt.Sprintf(
		"Còn %s lỗi, cảnh báo nữa không liệt kê. Hãy sửa các lỗi trên rồi nộp lại.", vi.FormatInt(int64(c.count-len(c.findings))))}
	return append(c.findings[:len(c.findings):len(c.findings)], more)
}

// Errors returns how many findings are errors, listed or not.
func (c *Checker) Errors() int { return c.errs }

// Report adds a finding of the reader of the file, so that one list holds everything.
func (c *Checker) Report(f Finding) {
	if c.muted {
		return
	}
	c.count++
	if f.Severity == Error {
		c.errs++
	}
	if len(c.findings) < c.max {
		c.findings = append(c.findings, f)
	}
}

// NextFile begins a file: what is said once per file is forgotten. Its name tells apart the cells of
// several files that are accepted together.
func (c *Checker) NextFile(name string) {
	clear(c.once)
	clear(c.sheets)
	clear(c.said)
	c.saidLine = 0
	c.file = name
	c.fileRows, c.fileRead = 0, 0
}

// sheetName is a sheet of one of the files of a run.
type sheetName struct{ file, sheet string }

// onceOnly reports whether something that is said once per file was not said yet.
func (c *Checker) onceOnly(key string) bool {
	if c.muted || c.once[key] {
		return false
	}
	c.once[key] = true
	return true
}

func (c *Checker) at(r *Row, f *Field, s Severity, code, format string, args ...any) {
	x := Finding{Severity: s, Sheet: r.Sheet, Cell: c.place(r, f), Code: code, Message: sentence(format, args), Figure: r.figureAt.Ref()}
	if r.input {
		x.Input, x.Field, x.line = r.Input, r.fieldName(f), r.Line
	}
	if s == Warning {
		x.Explanation = fieldText(&r.Note)
	}
	if !c.saidAgain(r, &x) {
		c.Report(x)
	}
}

// maxSaid bounds the sentences about cells outside their row that are remembered.
const maxSaid = 1000

// saidAgain reports whether the very same was said of the same cell: one row of a matrix has many
// figures and one name, and all rows have the period above the table.
func (c *Checker) saidAgain(r *Row, x *Finding) bool {
	if r.input || c.muted || x.Cell == "" {
		return false
	}
	if c.saidLine != r.Line || c.saidSheet != r.Sheet {
		c.saidLine, c.saidSheet, c.saidHere = r.Line, r.Sheet, c.saidHere[:0]
	}
	key := said{sheet: x.Sheet, cell: x.Cell, code: x.Code, message: x.Message}
	if c.said[key] || slices.Contains(c.saidHere, key) {
		return true
	}
	if strings.TrimLeft(x.Cell, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strconv.Itoa(r.Line) {
		c.saidHere = append(c.saidHere, key)
	} else if len(c.said) < maxSaid {
		if c.said == nil {
			c.said = map[said]bool{}
		}
		c.said[key] = true
	}
	return false
}

// said is a sentence about a cell.
type said struct{ sheet, cell, code, message string }

func sentence(format string, args []any) string {
	return fmt.Sprintf(format, args...)
}

// place returns the cell of a field, or of the agency when the field is not in the file.
func (c *Checker) place(r *Row, f *Field) string { return r.cellOf(f).Ref() }

func (r *Row) cellOf(f *Field) Cell {
	nowhere := Cell{}
	switch {
	case f.At != nowhere:
		return f.At
	case r.Agency.At != nowhere || r.Line == 0 || r.input:
		return r.Agency.At
	}
	return Cell{int32(r.Line), 1}
}

// Row checks one row. It returns the entry and true when the row holds a figure that may be
// stored; what is wrong goes to Findings.
func (c *Checker) Row(row Row) (Entry, bool) {
	if row.Total {
		c.total(row)
		return Entry{}, false
	}
	c.row = row
	c.fileRows++
	r, before := &c.row, c.errs
	p := c.checkPeriod(r)
	day := vi.Date(0)
	if p != nil {
		day = p.period.To
	}
	who := c.checkAgency(r, day)
	if c.lastTable = max(c.lastTable, r.Table); len(c.bareText) > 0 && who != nil {
		c.noteName(r, r.Agency.Text)
	}
	what := c.checkIndicator(r, day)
	c.agree(r, day, who, what)
	if what == nil {
		return Entry{}, false
	}
	// The figure is read also when nobody knows whose it is, so that all faults of a row are said at once.
	g := &c.figure
	*g = figure{c: c, r: r, def: what.def, whole: what.whole, day: day}
	if who != nil {
		g.agency = who.id
	}
	stored := g.read()
	if stored || g.unknown {
		c.fileRead++
	}
	if !stored || p == nil || who == nil || c.errs > before {
		return Entry{}, false
	}
	origin, publisher := fieldText(&r.Origin), ""
	if c.rules.Source == kpi.Published {
		publisher = origin // two publishers may say different things
	}
	if !c.first(g, p, who, what, publisher) {
		return Entry{}, false
	}
	var of *addends
	if what.inSum {
		of = c.addend(g, p, addendKey{agency: who.index, period: p.index}, who.id)
	}
	if c.tallied <= maxTallied {
		c.add(r, p, what, &g.out, of)
	}
	if c.rules.History != nil {
		c.remember(g, p, who)
	}
	return Entry{
		Sheet: r.Sheet, Agency: who.id, Period: p.period, Definition: what.def,
		Figure: g.out, Note: g.note(), Cell: c.place(r, g.cell), Origin: origin,
	}, true
}

func (c *Checker) checkPeriod(r *Row) *periodHit {
	hit, ok := c.periodOf(r)
	if !ok {
		c.at(r, &r.Period, Error, MissingPeriod,
			"Thiếu kỳ báo cáo. Hãy thêm cột Kỳ báo cáo, ghi \"Kỳ báo cáo: …\" phía trên bảng, hoặc chọn kỳ khi nộp tệp.")
		return nil
	}
	if hit.code != "" {
		f := &r.Period
		if f.empty() {
			f = &r.To
		}
		c.at(r, f, Error, hit.code, "%s", hit.message)
		return nil
	}
	return hit
}

func (c *Checker) period(text string) *periodHit {
	if text == c.lastPeriod && c.lastPeriodHit != nil {
		return c.lastPeriodHit
	}
	hit, ok := c.periods[text]
	if !ok {
		hit = c.newPeriod(text)
	}
	c.lastPeriod, c.lastPeriodHit = text, hit
	return hit
}

func (c *Checker) newPeriod(text string) *periodHit {
	hit := &periodHit{index: uint32(len(c.periods))}
	p, err := ParsePeriodText(text)
	var amb *AmbiguousPeriodError
	if errors.As(err, &amb) {
		if q, ok := amb.inContext(c.rules.Period); ok {
			p, err = q, nil
		}
	}
	switch {
	case err != nil && amb != nil:
		hit.code, hit.message = AmbiguousPeriod, amb.Error()
	case err != nil:
		hit.code, hit.message = BadPeriod, fault.Sentence(err)
	case p.From > c.rules.Today:
		hit.code = FuturePeriod
		hit.message = fmt.Sprintf("%s chưa bắt đầu (hôm nay là %s). Hãy kiểm tra lại kỳ báo cáo.", p.Title(), c.rules.Today)
	default:
		hit.period = p
		// One period may be written in several ways; the duplicates are found by its key.
		if text != p.Key {
			hit.index = c.period(p.Key).index
		}
	}
	c.periods[strings.Clone(text)] = hit
	return hit
}

// first reports whether the figure is the first of its key in this run. The same figure again is a
// warning, another one an error that names both cells.
func (c *Checker) first(g *figure, p *periodHit, who *agencyHit, what *defHit, origin string) bool {
	r, f := g.r, g.cell
	sheet, ok := c.sheets[r.Sheet]
	if !ok {
		sheet = uint32(len(c.names))
		c.names = append(c.names, sheetName{c.file, strings.Clone(r.Sheet)})
		c.sheets[c.names[sheet].sheet] = sheet
	}
	key := seenKey{agency: who.index, period: p.index, def: what.index, origin: 0}
	if origin != "" {
		key.origin = 1 + c.intern(c.origins, origin)
	}
	cell := r.cellOf(f)
	at := seenAt{line: cell.Line, column: uint16(cell.Column), sheet: uint16(sheet), sum: sum(&g.out)}
	if r.input {
		c.lines = append(c.lines, r.Input)
		at.line, at.column = int32(len(c.lines)), 0
	}
	old, dup := c.seen[key]
	if !dup {
		c.seen[key] = at
		return true
	}
	where, here := c.where(old, sheet), c.where(at, sheet)
	if old.sum == at.sum {
		c.at(r, f, Warning, DuplicateFigure, "Số liệu này đã có ở %s, giống hệt; dòng này được bỏ qua.", where)
		return false
	}
	c.at(r, f, Error, ConflictingFigures,
		"%s có hai số liệu khác nhau cho %s, %s: %s và %s. Hãy giữ lại một số đúng.",
		c.rules.Directory.Name(who.id, p.period.To), what.def.Indicator.Code, p.period.Title(), where, here)
	return false
}

// where names a place for somebody who looks at a sheet of the current file.
func (c *Checker) where(at seenAt, sheet uint32) string {
	if at.column == 0 && int(at.line) <= len(c.lines) && at.line > 0 {
		return "dòng " + quote(c.lines[at.line-1])
	}
	cell := Cell{at.line, int32(at.column)}.Ref()
	name, own := c.names[at.sheet], c.names[sheet]
	switch {
	case name.file != own.file && name.sheet != "":
		return "ô " + name.sheet + "!" + cell + " của tệp " + quote(name.file)
	case name.file != own.file:
		return "ô " + cell + " của tệp " + quote(name.file)
	case name.sheet != own.sheet:
		return "ô " + name.sheet + "!" + cell
	}
	return "ô " + cell
}

func (c *Checker) intern(m map[string]uint32, s string) uint32 {
	n, ok := m[s]
	if !ok {
		n = uint32(len(m))
		m[strings.Clone(s)] = n
	}
	return n
}

// seenKey names an observation of this run, and seenAt its cell, in little memory: a million of
// them are kept.
type seenKey struct{ agency, period, def, origin uint32 }

type seenAt struct {
	line          int32
	column, sheet uint16
	sum           uint64
}

// sum is a fingerprint of a figure, to tell a repetition from a contradiction.
func sum(f *kpi.Figure) uint64 {
	h := uint64(f.Qualifiers)<<40 ^ uint64(f.PublishedRank)<<8
	for _, b := range []byte(f.State) {
		h = (h ^ uint64(b)) * 0x100000001b3
	}
	for _, n := range [...]*vi.NullDecimal{&f.Num, &f.Den, &f.Value, &f.Bound} {
		coef, scale := n.Parts()
		h = (h ^ uint64(coef)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
		h = (h ^ uint64(scale)) * 0xbf58476d1ce4e5b9
		if n.Valid {
			h = ^h
		}
		h ^= h >> 32
	}
	return h
}
