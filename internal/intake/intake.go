// Package intake turns the bytes of a file that somebody sent into rows for package check: it
// recognises and refuses what is not a readable workbook or CSV before any library opens it, finds
// the table below title rows, matches the columns, and says of every cell where it stands. It does
// not judge figures; that is package check.
package intake

import (
	"fmt"
	"iter"
	"strings"
	"time"

	"chiso/internal/agency"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/match"
	"chiso/internal/vi"
)

// Limits bound what one file may cost. A zero field takes the default.
type Limits struct {
	Bytes    int64 // of the file
	Entries  int   // parts of the archive
	Inflated int64 // of all parts together, really unpacked
	Part     int64 // of one part
	Sheets   int
	Rows     int           // number of the last row with content
	Columns  int           // number of the last column with content
	Cells    int           // with content, in all sheets of a workbook
	Text     int           // bytes of one cell
	Merges   int           // merged ranges of one sheet
	Other    int64         // of all parts together that are neither sheets nor their strings: styles, pictures
	Names    int           // defined names
	Strings  int64         // bytes of the texts that the cells of a workbook share
	Time     time.Duration // for the file; the inspection of the container ends by itself, who asks for rows ends them by Options.Stop
	Until    time.Time     // when the inspection must be over at the latest; zero counts Time from Open
	Memory   int64         // a part of a workbook to be marked above this is unpacked to a temporary file instead of memory
}

// DefaultLimits are those of the command line; the web gives smaller ones.
func DefaultLimits() Limits {
	return Limits{Bytes: 256 << 20, Entries: 2000, Inflated: 512 << 20, Part: 384 << 20, Sheets: 100,
		Rows: 1_048_576, Columns: 1024, Cells: 5_000_000, Text: 32_767 * 4, Merges: 50_000, Other: 64 << 20, Names: 20_000,
		Strings: 128 << 20, Time: 30 * time.Minute, Memory: 16 << 20}
}

// OrDefaults returns the limits with the defaults in place of zero fields.
func (l Limits) OrDefaults() Limits {
	d := DefaultLimits()
	for _, p := range [...][2]*int64{{&l.Bytes, &d.Bytes}, {&l.Inflated, &d.Inflated}, {&l.Part, &d.Part}, {&l.Memory, &d.Memory}, {&l.Other, &d.Other}, {&l.Strings, &d.Strings}} {
		if *p[0] <= 0 {
			*p[0] = *p[1]
		}
	}
	for _, p := range [...][2]*int{{&l.Entries, &d.Entries}, {&l.Sheets, &d.Sheets}, {&l.Rows, &d.Rows},
		{&l.Columns, &d.Columns}, {&l.Cells, &d.Cells}, {&l.Text, &d.Text}, {&l.Merges, &d.Merges}, {&l.Names, &d.Names}} {
		if *p[0] <= 0 {
			*p[0] = *p[1]
		}
	}
	if l.Time <= 0 {
		l.Time = d.Time
	}
	return l
}

// File is a file that may be read: its container was inspected and found sound. It holds no
// resources; its bytes must not be changed while it is used.
type File struct {
	name   string
	data   []byte
	limits Limits
	book   *book // nil for CSV
	kind   container
}

// Options help to understand a table that does not say everything itself.
type Options struct {
	Indicator  string                  // code: of columns called only Tử số, Mẫu số, Giá trị
	Period     kpi.Period              // that was asked for: figures of another are offered, not taken; the zero Period takes all
	Form       []string                // codes that are asked for, in their order; nil: the whole catalogue
	Words      *match.Lexicon          // of headings; nil: only headings that say exactly what the catalogue says are read
	Remembered []match.Memory          // how headings were matched before
	History    History                 // earlier figures of agencies; nil: none
	Names      map[string]string       // what names in rows mean by what somebody said, folded: a code, "" for a row that is not read
	Tables     func(TableMatch)        // takes each table in which a column has a heading of somebody's own; nil drops it
	Matched    func(ColumnMatch)       // takes what each column with a heading of somebody's own was matched to; nil drops it
	Choose     map[string]match.Target // what a column holds by what somebody said, by its letters or “sheet!letters”; the zero Target: nothing
	Optional   map[string]bool         // codes that a template may leave blank without a word
	Report     func(check.Finding)     // takes what is found in the layout; nil drops it
	Account    func(Account)           // takes what became of the cells of each sheet; nil drops it
	Stop       func() error            // asked often; an error ends the reading and is returned as it is
}

// Open recognises the container of a file and inspects it. Files that are not a sound .xlsx, .ods, .xls, page of tables or
// CSV are refused by a fault.Unreadable or fault.TooLarge whose sentence says what to do.
func Open(name string, data []byte, limits Limits) (f *File, err error) {
	defer func() {
		if p := recover(); p != nil {
			f, err = nil, damaged("inspection: %v", p)
		}
	}()
	limits = limits.OrDefaults()
	if limits.Until.IsZero() {
		limits.Until = time.Now().Add(limits.Time)
	}
	if int64(len(data)) > limits.Bytes {
		return nil, fault.New(fault.TooLarge, "Tệp %s lớn %s, quá giới hạn %s. Hãy chia tệp thành nhiều phần.",
			short(name), megabytes(int64(len(data))), megabytes(limits.Bytes))
	}
	f = &File{name: name, data: data, limits: limits}
	kind, err := sniff(name, data)
	if err != nil {
		return nil, err
	}
	f.kind = kind
	switch kind {
	case containerODS:
		f.data, err = fromODS(data, limits)
	case containerXLS:
		f.data, err = fromXLS(data, limits)
	case containerHTML:
		f.data, err = fromHTML(data, limits)
	}
	if err != nil {
		return nil, err
	}
	if kind != containerText {
		f.book, err = inspect(f.data, limits)
		if err != nil {
			return nil, err
		}
	}
	return f, nil
}

// Name returns the name under which the file came.
func (f *File) Name() string { return f.name }

// Media is the media type of the file as it came.
func (f *File) Media() string {
	switch f.kind {
	case containerZip:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case containerODS:
		return spreadsheetODS
	case containerXLS:
		return "application/vnd.ms-excel"
	case containerHTML:
		return "text/html"
	}
	return "text/csv"
}

// Workbook reports whether the file is a workbook, or was made one; otherwise it is a CSV.
func (f *File) Workbook() bool { return f.book != nil }

// Rows reads the file from start to end. An error ends it: the file is damaged or over a limit, and
// nothing of it should be kept. Findings about the layout go to opts.Report while it runs.
func (f *File) Rows(cat *kpi.Catalogue, dir *agency.Directory, opts Options) iter.Seq2[check.Row, error] {
	if opts.Report == nil {
		opts.Report = func(check.Finding) {}
	}
	return func(yield func(check.Row, error) bool) {
		r := newReader(f, cat, dir, opts)
		r.yield = yield
		r.plans = f.plans(cat, r)
		err := r.guarded()
		switch {
		case r.stopped:
		case err != nil:
			yield(check.Row{}, err)
		case r.tables == 0:
			opts.Report(check.Finding{Severity: check.Error, Code: NoTable, Message: "Không tìm thấy bảng số liệu. " + opts.wanted()})
		}
	}
}

// wanted says which table is looked for: in the file of a report, agency and period are known.
func (o *Options) wanted() string {
	if o.Form != nil {
		return "Cần một dòng tiêu đề có cột Mã chỉ tiêu hoặc Chỉ tiêu và các cột Tử số, Mẫu số, Giá trị. Có thể tải biểu mẫu của báo cáo để điền."
	}
	return "Cần một dòng tiêu đề có cột Đơn vị và các cột Chỉ tiêu, Kỳ báo cáo, Tử số, Mẫu số, Giá trị, hoặc mỗi chỉ tiêu một cột."
}

func newReader(f *File, cat *kpi.Catalogue, dir *agency.Directory, opts Options) *reader {
	return &reader{file: f, opts: opts, cat: cat, dir: dir, headers: newHeaders(cat), clean: map[string]string{},
		lines: map[string]lineKind{}, agencies: map[string]bool{}, fonts: map[string]vi.OldFont{}}
}

// reader is one run over a file.
type reader struct {
	file     *File
	opts     Options
	cat      *kpi.Catalogue
	dir      *agency.Directory
	headers  *headers
	yield    func(check.Row, error) bool
	raw      func(sheet string, line int32, fields []check.Field) error // takes the rows as they are, see Sheets
	follow   func(*merged)                                              // with raw: is told of the merged cells down to each row before it
	noted    func(f *check.Field, text string)                          // with raw: is told of the comments of each row after it
	survey   *survey                                                    // looks at the tables and reads nothing
	plans    map[string]*plan                                           // of tables with headings of their own, by planKey
	breaks   bool                                                       // line breaks in cells are kept
	lastLine string                                                     // the text that lineKind was last asked of
	lastKind lineKind
	stopped  bool
	yielding bool // the caller's loop runs
	fresh    int  // fields since Stop was asked
	tables   int
	clean    map[string]string // typed text → NFC, single blanks
	lines    map[string]lineKind
	defs     map[string]*kpi.Definition
	agencies map[string]bool       // whether a text was ever an agency
	fonts    map[string]vi.OldFont // texts as typed in an old font
	plain    map[string]bool       // remarks beside figures that were looked at
	font     vi.OldFont            // what some text of the file is typed in: others are too
	old      vi.OldFont            // the font of the last text, "" for Unicode
}

// guarded reads the file and turns a panic of ours over it into a refusal, so that one bad file cannot
// end the program. A panic of the caller, whose loop runs inside, goes on.
func (r *reader) guarded() (err error) {
	defer func() {
		if r.yielding {
			return
		}
		if p := recover(); p != nil {
			err = damaged("reading: %v", p)
		}
	}()
	if r.file.book != nil {
		return r.workbook()
	}
	return r.csv()
}

// pause asks now and then whether the reading should end: by fields, for a row may have many, and each
// may cost a search among all names.
func (r *reader) pause(fields int) error {
	if r.fresh += fields + 1; r.opts.Stop == nil || r.fresh < 1024 {
		return nil
	}
	r.fresh = 0
	return r.opts.Stop()
}

// maxCached bounds the memory of texts that repeat.
const maxCached = 8192

// text returns s as it is kept: NFC and single blanks. Names repeat from row to row, so the result
// is remembered.
func (r *reader) text(s string) string {
	if !r.breaks || !strings.ContainsAny(s, "\r\n") {
		return r.oneLine(s)
	}
	var lines []string
	for line := range strings.FieldsFuncSeq(s, func(c rune) bool { return c == '\r' || c == '\n' }) {
		if line = r.oneLine(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// oneLine is text without regard to line breaks.
func (r *reader) oneLine(s string) string {
	r.old = ""
	if isASCII(s) {
		return vi.Clean(s)
	}
	if c, ok := r.clean[s]; ok {
		if len(r.fonts) > 0 {
			r.old = r.fonts[s]
		}
		return c
	}
	c, font, old := vi.FromOldFont(s)
	if r.font != "" && (!old || font != r.font) {
		if text, ok := vi.ConvertOldFont(s, r.font); ok {
			c, font, old = text, r.font, true
		}
	}
	if old {
		r.font = font
		if r.old = font; len(r.fonts) < maxCached {
			r.fonts[strings.Clone(s)] = font
		}
	} else {
		c = vi.Clean(s)
	}
	if len(r.clean) < maxCached && len(s) <= 512 {
		// Copies: s may be a small part of a long line that would stay in memory with it.
		c = string([]byte(c))
		r.clean[string([]byte(s))] = c
	}
	return c
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// damaged refuses a file whose inside is broken. The detail is for the log.
func damaged(format string, args ...any) error {
	return fault.Wrap(fmt.Errorf(format, args...), fault.Unreadable,
		"Tệp Excel bị hỏng hoặc không đầy đủ. Hãy mở tệp bằng Excel, chọn Save As (Lưu thành) loại Excel Workbook (.xlsx) rồi nộp lại.")
}

func megabytes(n int64) string { return fmt.Sprintf("%d MB", (n+1<<20-1)>>20) }

// short cuts a file name for a sentence.
func short(name string) string {
	if r := []rune(name); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return name
}
