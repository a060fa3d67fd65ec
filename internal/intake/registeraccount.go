package intake

import (
	"regexp"
	"slices"
	"strings"

	"chiso/internal/check"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// unread reports whether nothing is taken from a column.
func (r *registerReader) unread(i int) bool {
	return (i >= len(r.columns) || r.columns[i] == "") && r.marks[i] == ""
}

// ordinalHead reports whether a heading is that of the numbers of the lines.
func ordinalHead(h *check.Field) bool {
	return h.Kind == check.Text && slices.Contains([]string{"tt", "stt", "so tt", "so thu tu"}, vi.Fold(h.Text))
}

func (r *registerReader) pass(code string, n int) {
	if r.sum.Passed == nil {
		r.sum.Passed = map[string]int{}
	}
	r.sum.Passed[code] += n
}

func (r *registerReader) askedOf(code string, n int) {
	if r.sum.Asked == nil {
		r.sum.Asked = map[string]int{}
	}
	r.sum.Asked[code] += n
}

// accountHead adds the cells of a header, and notes which columns have a heading.
func (r *registerReader) accountHead(fields []check.Field) {
	for i := range fields {
		switch {
		case isBlank(&fields[i]):
			continue
		case ordinalHead(&fields[i]):
			r.pass(PassedOrdinal, 1)
		case r.unread(i):
			r.pass(PassedHeading, 1)
		default:
			r.sum.Read++
		}
		if r.titles == nil {
			r.titles = map[int]string{}
		}
		r.titles[i] = fields[i].Text
		if ordinalHead(&fields[i]) {
			r.titles[i] = PassedOrdinal
		}
	}
}

// account adds the cells of a row below a header. What stands in a column without a heading is kept, to be said.
func (r *registerReader) account(fields []check.Field) {
	r.fresh = 0
	defer func() {
		if r.fresh == 0 { // a signature, a note below the table
			return
		}
		for i := range fields {
			if _, headed := r.titles[i]; !headed && r.unread(i) && !isBlank(&fields[i]) {
				r.keepLoose(i, &fields[i])
			}
		}
	}()
	for i := range fields {
		f := &fields[i]
		title, headed := r.titles[i]
		switch {
		case isBlank(f):
		case f.Kind == check.Broken && !r.unread(i):
			r.askedOf(RegisterBroken, 1)
		case !r.unread(i):
			r.fresh++
			r.sum.Read++
		case title == PassedOrdinal:
			r.pass(PassedOrdinal, 1)
		case headed:
			r.pass(UnknownColumn, 1)
		default:
			r.pass(RegisterLoose, 1)
		}
	}
}

// keepLoose keeps the first cell of a column without a heading.
func (r *registerReader) keepLoose(i int, f *check.Field) {
	if r.loose == nil {
		r.loose = map[int]*check.Field{}
	}
	if r.loose[i] == nil {
		first := *f
		first.Text = strings.Clone(f.Text)
		r.loose[i] = &first
	}
}

// moveRead takes the cells of the current row for asked about instead of read.
func (r *registerReader) moveRead(code string) {
	r.sum.Read -= r.fresh
	r.askedOf(code, r.fresh)
}

// signature reports whether a row below the tasks is signed: it has neither code nor agency, and little else.
func signature(row *RegisterRow) bool {
	if len(row.Values) > 3 || row.Values[task.FieldCode] != "" {
		return false
	}
	for f, text := range row.Values {
		if reSigned.MatchString(strings.TrimLeft(vi.Fold(text), "-+* ")) && (f != task.FieldTitle || len(row.Values) == 1) {
			return true
		}
	}
	return false
}

// endTable says what stands in columns without a heading, and asks about the days.
func (r *registerReader) endTable() {
	for _, i := range sortedKeys(r.loose) {
		f := r.loose[i]
		r.opts.Report(check.Finding{Severity: check.Warning, Sheet: r.sheet, Cell: f.Ref(), Code: RegisterLoose,
			Message: "Cột của ô " + f.Ref() + " không có tiêu đề mà có nội dung (“" + short(
				shown(f),
			) + "”) nên không được đọc. Hãy ghi tiêu đề cho cột, hoặc xóa."})
	}
	r.loose, r.titles = nil, nil
	r.swapped()
}

func sortedKeys(m map[int]*check.Field) []int {
	var out []int
	for i := range m {
		out = append(out, i)
	}
	slices.Sort(out)
	return out
}

// endSheet ends the last table of a sheet and gives its account.
func (r *registerReader) endSheet() {
	r.settle()
	r.endTable()
	if r.opts.Account != nil && r.sum.Cells() > 0 {
		r.sum.Sheet = r.sheet
		r.opts.Account(r.sum)
	}
	r.sum = Account{}
}

// reTermComment are comments that may change the terms or the state of a task.
var reTermComment = regexp.MustCompile(`\d|gia han|hoan thanh|tam dung|dieu chinh|chuyen|bo sung|lui|cham|huy`)

// comment says that the comment of a cell of a register is not read.
func (r *registerReader) comment(f *check.Field, text string) {
	if r.columns == nil || isBlank(f) || r.unread(int(f.At.Column)-1) {
		return
	}
	severity := check.Info
	if reTermComment.MatchString(vi.Fold(text)) {
		severity = check.Warning
	}
	r.opts.Report(check.Finding{Severity: severity, Sheet: r.sheet, Cell: f.Ref(), Code: CommentUnread,
		Message: "Ô " + f.Ref() + " có ghi chú “" + short(
			text,
		) + "”: nội dung ghi chú không được đọc. Điều cần báo cáo thì hãy ghi vào ô hoặc cột Ghi chú."})
}
