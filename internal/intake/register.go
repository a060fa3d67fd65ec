package intake

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"chiso/internal/check"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// registerNames lists how the columns of registers of tasks are called, folded. Where a name is that of
// two fields, the order of registerFields decides.
var registerNames = map[task.Field][]string{
	task.FieldCode: {"ma nhiem vu", "ma", "ma nv", "ma so", "ma so nhiem vu", "code", "ky hieu nhiem vu", "so hieu nhiem vu"},
	task.FieldTitle: {
		"nhiem vu",
		"ten nhiem vu",
		"noi dung nhiem vu",
		"noi dung",
		"nhiem vu duoc giao",
		"noi dung cong viec",
		"ten nhiem vu, noi dung",
		"cong viec",
		"title",
	},
	task.FieldProgramme: {
		"chuong trinh",
		"chuong trinh, de an",
		"de an",
		"thuoc chuong trinh",
		"nhom nhiem vu",
		"nguon giao",
		"programme",
		"chuong trinh/de an",
	},
	task.FieldDocument: {
		"van ban giao",
		"van ban giao nhiem vu",
		"van ban",
		"so van ban",
		"so, ky hieu van ban",
		"so ky hieu",
		"can cu",
		"can cu giao",
		"van ban chi dao",
		"document",
	},
	task.FieldDocumentDay: {"ngay van ban", "ngay ban hanh", "ngay ban hanh van ban"},
	task.FieldIssuer:      {"co quan ban hanh", "co quan giao", "cap giao", "noi giao"},
	task.FieldSigner:      {"nguoi ky"},
	task.FieldLead: {
		"co quan chu tri",
		"don vi chu tri",
		"chu tri",
		"co quan thuc hien",
		"don vi thuc hien",
		"co quan, don vi thuc hien",
		"co quan chu tri thuc hien",
		"don vi chu tri thuc hien",
		"co quan, don vi chu tri",
		"co quan/don vi chu tri",
		"bo, nganh, dia phuong",
		"co quan",
		"don vi",
		"lead",
	},
	task.FieldCo: {"co quan phoi hop", "don vi phoi hop", "phoi hop", "co quan, don vi phoi hop", "co quan/don vi phoi hop"},
	task.FieldPerson: {
		"nguoi phu trach",
		"can bo phu trach",
		"nguoi chiu trach nhiem",
		"lanh dao phu trach",
		"dau moi",
		"can bo dau moi",
		"nguoi thuc hien",
		"person",
	},
	task.FieldPost:     {"chuc vu", "chuc danh"},
	task.FieldAssigned: {"ngay giao", "ngay giao nhiem vu", "thoi diem giao", "assigned"},
	task.FieldNature:   {"tinh chat", "tinh chat thoi han", "loai nhiem vu", "loai thoi han", "tinh chat nhiem vu", "phan loai", "nature"},
	task.FieldOriginal: {"han ban dau", "thoi han ban dau", "han giao ban dau", "han goc"},
	task.FieldDue: {
		"thoi han",
		"han",
		"han hoan thanh",
		"thoi han hoan thanh",
		"thoi gian hoan thanh",
		"ngay den han",
		"han xu ly",
		"thoi han thuc hien",
		"thoi gian thuc hien",
		"han thuc hien",
		"due",
	},
	task.FieldExtended: {
		"gia han den",
		"gia han",
		"han dieu chinh",
		"thoi han dieu chinh",
		"han moi",
		"han sau gia han",
		"thoi han gia han",
	},
	task.FieldExtension: {"van ban gia han", "van ban cho phep gia han", "van ban dieu chinh han", "can cu gia han"},
	task.FieldExtDay:    {"ngay gia han", "ngay cho phep gia han"},
	task.FieldCompleted: {
		"ngay hoan thanh",
		"ngay hoan thanh thuc te",
		"hoan thanh ngay",
		"thoi diem hoan thanh",
		"ngay ket thuc",
		"completed",
	},
	task.FieldStatus:  {"trang thai", "tinh trang", "tinh trang thuc hien", "trang thai thuc hien", "status"},
	task.FieldPause:   {"tam dung", "tam dung tu", "tam dung tu ngay", "ngay tam dung"},
	task.FieldPauseTo: {"tam dung den", "tam dung den ngay"},
	task.FieldPercent: {
		"ty le hoan thanh",
		"tien do",
		"tien do %",
		"% hoan thanh",
		"phan tram hoan thanh",
		"muc do hoan thanh",
		"khoi luong hoan thanh",
	},
	task.FieldProgress: {
		"tinh hinh thuc hien",
		"ket qua thuc hien",
		"ket qua",
		"tien do thuc hien",
		"tinh hinh, ket qua thuc hien",
		"noi dung cap nhat",
	},
	task.FieldObstacle: {
		"kho khan, vuong mac",
		"vuong mac",
		"kho khan",
		"ton tai, nguyen nhan",
		"nguyen nhan cham",
		"nguyen nhan",
		"ly do cham",
	},
	task.FieldProposal: {"kien nghi", "de xuat", "de xuat, kien nghi", "kien nghi, de xuat"},
	task.FieldEvidence: {"minh chung", "tai lieu minh chung", "van ban bao cao", "san pham ban hanh", "van ban hoan thanh"},
	task.FieldProduct: {
		"san pham",
		"san pham du kien",
		"san pham dau ra",
		"ket qua dau ra",
		"yeu cau san pham",
		"ket qua, san pham",
		"ket qua/san pham",
		"san pham, ket qua",
		"san pham/ket qua",
	},
	task.FieldIndicators: {"chi tieu lien quan", "ma chi tieu", "chi tieu"},
	task.FieldNote:       {"ghi chu", "note"},
}

// RegisterFields lists the columns of a register in the order of the template, with their titles there.
func RegisterFields() []RegisterField {
	return []RegisterField{
		{task.FieldCode, "Mã nhiệm vụ", 14}, {task.FieldTitle, "Nhiệm vụ", 40}, {task.FieldProgramme, "Chương trình", 16},
		{task.FieldDocument, "Văn bản giao", 26}, {task.FieldLead, "Cơ quan chủ trì", 24}, {task.FieldCo, "Cơ quan phối hợp", 24},
		{task.FieldPerson, "Người phụ trách", 18}, {task.FieldPost, "Chức vụ", 14}, {task.FieldAssigned, "Ngày giao", 12},
		{
			task.FieldNature,
			"Tính chất",
			16,
		}, {task.FieldDue, "Thời hạn", 16}, {task.FieldExtended, "Gia hạn đến", 14}, {task.FieldExtension, "Văn bản gia hạn", 18},
		{task.FieldPause, "Tạm dừng từ ngày", 12}, {task.FieldPauseTo, "Tạm dừng đến ngày", 12},
		{
			task.FieldCompleted,
			"Ngày hoàn thành",
			13,
		}, {task.FieldPercent, "Tiến độ (%)", 9}, {task.FieldProgress, "Tình hình thực hiện", 26}, {task.FieldObstacle, "Khó khăn, vướng mắc", 20},
		{
			task.FieldProposal,
			"Kiến nghị",
			16,
		}, {task.FieldEvidence, "Minh chứng", 14}, {task.FieldProduct, "Sản phẩm", 16}, {task.FieldIndicators, "Chỉ tiêu liên quan", 12}, {task.FieldNote, "Ghi chú", 14},
	}
}

// RegisterField is one column of the template of a register.
type RegisterField struct {
	Field task.Field
	Title string
	Width float64
}

// RegisterRow is one line of a register and where its fields stand.
type RegisterRow struct {
	task.Row
	Cells map[task.Field]check.Cell
}

// The codes of findings about the layout of registers.
const (
	NoRegister     = "no_register"
	RegisterTwice  = "column_twice"
	RegisterBroken = "broken_cell"
	RegisterNoCode = "no_code_column"
	RegisterUnused = "column_unused"
	RegisterLoose  = "column_without_heading" // cells stand in a column that has no heading
)

// Register reads a register of tasks, in the columns that clerks use and in any order, and gives every
// row below a header to row. Findings about the layout go to opts.Report. An error ends it: the file is
// damaged or over a limit, and nothing of it should be kept.
func (f *File) Register(opts Options, row func(RegisterRow)) error {
	if opts.Report == nil {
		opts.Report = func(check.Finding) {}
	}
	names := map[string]task.Field{}
	for field, all := range registerNames {
		for _, n := range all {
			names[n] = field
		}
	}
	r := &registerReader{opts: opts, names: names, row: row, days: map[task.Field]*columnDays{}}
	cells := f.cellReader(opts, r.line)
	cells.follow = func(m *merged) { r.merged = m }
	cells.noted = r.comment
	if err := cells.guarded(); err != nil {
		return err
	}
	r.endSheet()
	if r.tables == 0 {
		opts.Report(check.Finding{Severity: check.Error, Code: NoRegister, Message: "Không tìm thấy bảng nhiệm vụ. " +
			"Cần một dòng tiêu đề có cột Mã nhiệm vụ, Nhiệm vụ, Cơ quan chủ trì và Thời hạn. Có thể tải tệp mẫu để điền."})
	}
	return nil
}

// cellReader gives every row with content of every visible sheet to row, whatever it says, with the line breaks of its texts: they
// divide agencies.
func (f *File) cellReader(opts Options, row func(sheet string, line int32, fields []check.Field) error) *reader {
	return &reader{file: f, opts: opts, clean: map[string]string{}, fonts: map[string]vi.OldFont{}, raw: row, breaks: true}
}

// registerReader finds the header of each sheet and reads the rows below it.
type registerReader struct {
	opts    Options
	names   map[string]task.Field
	row     func(RegisterRow)
	sheet   string
	columns []task.Field // by column; nil before the header
	head    []check.Field
	headRow int32
	looked  int
	// codeless says that the table has no column of codes: its rows cannot be taken.
	codeless bool
	tables   int
	marks    map[int]string // columns of statuses that are ticked, with their headings
	merged   *merged        // of the sheet, nil for a CSV
	days     map[task.Field]*columnDays
	sum      Account              // of the sheet
	loose    map[int]*check.Field // the first cell of each column without a heading
	titles   map[int]string       // the headings, by column
	fresh    int                  // cells of the current row that were read
}

func (r *registerReader) line(sheet string, line int32, fields []check.Field) error {
	if sheet != r.sheet {
		r.endSheet()
		r.sheet, r.columns, r.head, r.looked = sheet, nil, nil, 0
	}
	if r.head != nil {
		if line == r.headRow+1 && r.second(fields) {
			r.accountHead(fields)
			return nil
		}
		r.settle()
		if columnNumbers(fields) {
			r.pass(PassedHeading, count(fields))
			return nil
		}
	}
	if header, own := r.header(fields); own && (r.columns != nil || r.looked < headerWithin) {
		r.endTable()
		r.head, r.headRow, r.columns, r.marks = slices.Clone(fields), line, header, map[int]string{}
		for i := range fields {
			if fields[i].Kind == check.Text && header[i] == "" && statusColumn(fields[i].Text) {
				r.marks[i] = fields[i].Text
			}
		}
		r.accountHead(fields)
		return nil
	}
	if r.columns == nil {
		r.pass(PassedTitle, count(fields))
		if r.looked++; r.looked == headerWithin {
			r.opts.Report(check.Finding{Severity: check.Warning, Sheet: sheet, Code: NoHeader, Message: "Trang tính " + quote(sheet) +
				" không có dòng tiêu đề của bảng nhiệm vụ ở đầu trang nên không được đọc."})
		}
		return nil
	}
	r.data(line, fields)
	return nil
}

// header reads a row as a header: it names the code or the title of a task and at least one more column.
func (r *registerReader) header(fields []check.Field) ([]task.Field, bool) {
	columns := make([]task.Field, len(fields))
	known := 0
	for i := range fields {
		if fields[i].Kind != check.Text {
			continue
		}
		if columns[i] = r.field(fields[i].Text); columns[i] != "" {
			known++
		}
	}
	for i := range fields { // "Nội dung nhiệm vụ, giải pháp", where no column says it better
		if columns[i] == "" && fields[i].Kind == check.Text {
			if f := r.begins(fields[i].Text); f != "" && !slices.Contains(columns, f) {
				columns[i], known = f, known+1
			}
		}
	}
	own := slices.Contains(columns, task.FieldCode) || slices.Contains(columns, task.FieldTitle)
	return columns, own && known >= 3
}

func (r *registerReader) field(text string) task.Field {
	if f := r.named(text); f != task.FieldCompleted || !reExpected.MatchString(vi.Fold(text)) {
		return f
	}
	return "" // "Ngày hoàn thành (dự kiến)" is no completion
}

// reExpected finds words that make a day one that is only hoped for.
var reExpected = regexp.MustCompile(`du kien|ke hoach|dang ky|uoc|cam ket|phan dau`)

func (r *registerReader) named(text string) task.Field {
	for _, form := range headerForms(vi.Fold(text)) {
		if f, ok := r.names[strings.ReplaceAll(form, "\n", " ")]; ok {
			return f
		}
	}
	return ""
}

// begins finds the longest known title with which a longer one begins.
func (r *registerReader) begins(text string) task.Field {
	folded, best := vi.Fold(text), ""
	for name := range r.names {
		if rest, ok := strings.CutPrefix(folded, name); ok && len(name) > len(best) && len(name) >= 8 &&
			(strings.IndexAny(rest, ",;/(:-") == 0 || strings.HasPrefix(rest, " (") || strings.HasPrefix(rest, " - ") || strings.HasPrefix(rest, " va ")) {
			best = name
		}
	}
	if f := r.names[best]; f != task.FieldCompleted || !reExpected.MatchString(folded) {
		return f
	}
	return ""
}

// second takes a second row of a header: "Thời hạn" above "Ban đầu" and "Gia hạn".
func (r *registerReader) second(fields []check.Field) bool {
	known := 0
	columns, marks := slices.Clone(r.columns), maps.Clone(r.marks)
	above := ""
	for i := range fields {
		if i < len(r.head) && r.head[i].Kind == check.Text {
			above = r.head[i].Text
		}
		if fields[i].Kind == check.Blank || fields[i].Kind == check.Absent {
			continue
		}
		if fields[i].Kind != check.Text {
			return false
		}
		f := r.field(above + " " + fields[i].Text)
		if f == "" {
			f = r.field(fields[i].Text)
		}
		for len(columns) <= i {
			columns = append(columns, "")
		}
		switch {
		case f != "" && f != task.FieldStatus:
			columns[i] = f
		case statusColumn(fields[i].Text): // "Tình trạng" above "Hoàn thành", "Quá hạn"
			columns[i], marks[i] = "", fields[i].Text
			if t := above + " " + fields[i].Text; statusColumn(t) { // "Hoàn thành" above "Đúng hạn"
				marks[i] = t
			}
		default:
			return false
		}
		known++
	}
	if known > 0 {
		r.columns, r.marks = columns, marks
	}
	return known > 0
}

// settle begins the table below a header.
func (r *registerReader) settle() {
	if r.head == nil {
		return
	}
	r.tables++
	r.unused()
	for i, f := range r.columns {
		if j := slices.Index(r.columns, f); f != "" && j < i {
			at := check.Cell{Line: r.headRow, Column: int32(i + 1)}
			r.opts.Report(check.Finding{Severity: check.Error, Sheet: r.sheet, Cell: at.Ref(), Code: RegisterTwice,
				Message: "Hai cột cùng nghĩa: " + check.Cell{Line: r.headRow, Column: int32(j + 1)}.Ref() + " và " + at.Ref() + ". Hãy bỏ một cột."})
			r.columns[i] = ""
		}
	}
	if r.codeless = !slices.Contains(r.columns, task.FieldCode); r.codeless {
		r.opts.Report(
			check.Finding{Severity: check.Error, Sheet: r.sheet, Cell: check.Cell{Line: r.headRow, Column: 1}.Ref(), Code: RegisterNoCode,
				Message: "Bảng không có cột mã nhiệm vụ. Hãy thêm cột “Mã nhiệm vụ”, mỗi nhiệm vụ một mã giữ nguyên qua các kỳ (như 71/NQ-CP-01); số thứ tự TT không làm mã được vì hay đổi."},
		)
	}
	r.head = nil
}

// reWeighty are headings that may say where a task stands: not reading them is a warning.
var reWeighty = regexp.MustCompile(`\bngay\b|\bhan\b|hoan thanh|tinh trang|trang thai|chu tri|phoi hop|thuc hien`)

// unused says which columns were not understood: what stands there is lost otherwise without a word.
func (r *registerReader) unused() {
	var titles []string
	level := check.Info
	for i := range r.head {
		if h := &r.head[i]; r.unread(i) && !ordinalHead(h) && h.Kind == check.Text {
			titles = append(titles, quote(vi.Clean(h.Text)))
			if reWeighty.MatchString(vi.Fold(h.Text)) {
				level = check.Warning
			}
		}
	}
	if len(titles) > 0 {
		r.opts.Report(check.Finding{Severity: level, Sheet: r.sheet, Cell: check.Cell{Line: r.headRow, Column: 1}.Ref(), Code: RegisterUnused,
			Message: "Không hiểu nên không đọc cột " + strings.Join(titles, ", ") + ". Cần thì hãy đặt lại tên cột theo tệp mẫu."})
	}
}

// data reads one row.
func (r *registerReader) data(line int32, fields []check.Field) {
	r.account(fields)
	row := RegisterRow{Row: task.Row{Sheet: r.sheet, Line: int(line), Values: map[task.Field]string{}}, Cells: map[task.Field]check.Cell{}}
	for i := range fields {
		f := &fields[i]
		if i >= len(r.columns) || r.columns[i] == "" {
			continue
		}
		r.take(&row, r.columns[i], f)
	}
	r.tick(&row, fields)
	r.fill(&row, fields, line)
	switch {
	case len(row.Values) == 0:
	case signature(&row):
		r.sum.Read -= r.fresh
		r.pass(SkippedRow, r.fresh)
	case r.codeless:
		r.moveRead(RegisterNoCode)
	default:
		r.row(row)
	}
}

// take reads one cell.
func (r *registerReader) take(row *RegisterRow, name task.Field, f *check.Field) {
	row.Cells[name] = f.At
	r.seeDay(name, f)
	switch f.Kind {
	case check.Broken:
		r.opts.Report(check.Finding{Severity: check.Error, Sheet: r.sheet, Cell: f.Ref(), Code: RegisterBroken,
			Message: "Ô " + f.Ref() + " là công thức lỗi hoặc chưa được tính. Hãy ghi giá trị."})
	case check.Text, check.Day, check.Bool:
		if row.Values[name] = f.Text; name != task.FieldLead && name != task.FieldCo {
			row.Values[name] = vi.Clean(f.Text)
		}
	case check.Number:
		n := f.Number
		if f.Percent {
			if x, err := n.Shift(2); err == nil {
				n = x
			}
		}
		row.Values[name] = n.String()
	}
}
