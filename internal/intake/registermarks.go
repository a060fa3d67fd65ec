package intake

import (
	"regexp"
	"slices"
	"strings"

	"chiso/internal/check"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// The codes of findings about marks and days in registers.
const (
	RegisterMarks    = "several_statuses" // two columns of statuses are marked in one row
	RegisterBadMark  = "bad_status_mark"  // something other than a mark stands in a column of statuses
	RegisterSwapped  = "swapped_days"     // a column mixes days as text and as dates in the way that a program set to month/day leaves it
	RegisterSameCell = "merged_cell"      // a blank cell was taken for a merged one above it
)

// marked are the cells that tick a column of statuses; notMarked say that it is not ticked.
var (
	marked    = []string{"x", "v", "1", "co", "yes", "true", "✓", "✔", "√", "☑", "þ", "ü", "●", "•", "+"}
	notMarked = []string{"", "0", "-", "–", "khong", "no", "false", "☐", "ko"}
)

// statusColumn reports whether a heading is a status, to be ticked in the rows below it: "Đã hoàn thành", "Quá hạn".
func statusColumn(text string) bool {
	s := strings.NewReplacer(",", " ", "-", " ", "(", " ", ")", " ", "\n", " ").Replace(vi.Fold(text))
	return task.IsClaim(strings.TrimPrefix(strings.Join(strings.Fields(s), " "), "nhiem vu "))
}

// tick takes what is ticked in a row for what stands in a column of statuses.
func (r *registerReader) tick(row *RegisterRow, fields []check.Field) {
	var said []string
	for i := range fields {
		heading, ok := r.marks[i]
		if !ok || isBlank(&fields[i]) {
			continue
		}
		text := shown(&fields[i])
		if fields[i].Kind == check.Bool {
			text = map[bool]string{true: "x", false: ""}[vi.Fold(text) == "true" || text == "1"]
		}
		folded := vi.Fold(text)
		switch {
		case slices.Contains(notMarked, folded):
			continue
		case !slices.Contains(marked, folded):
			r.sum.Read--
			r.askedOf(RegisterBadMark, 1)
			r.opts.Report(check.Finding{Severity: check.Error, Sheet: r.sheet, Cell: fields[i].Ref(), Code: RegisterBadMark,
				Message: "Ô " + fields[i].Ref() + " dưới cột " + quote(
					heading,
				) + " ghi " + quote(
					text,
				) + ", không phải dấu đánh. Hãy đánh x hoặc để trống; ngày hoàn thành thì ghi ở cột Ngày hoàn thành."})
			continue
		}
		said = append(said, heading)
		row.Cells[task.FieldStatus] = fields[i].At
		row.Values[task.FieldStatus] = heading
	}
	if len(said) > 1 {
		r.opts.Report(check.Finding{Severity: check.Error, Sheet: r.sheet, Cell: row.Cells[task.FieldStatus].Ref(), Code: RegisterMarks,
			Message: "Dòng này đánh dấu cả " + strings.Join(quoted(said), " và ") + ". Hãy chỉ để lại một."})
		delete(row.Values, task.FieldStatus)
	}
}

func quoted(texts []string) (out []string) {
	for _, t := range texts {
		out = append(out, quote(t))
	}
	return out
}

// fill takes the cells of a row that begins a task and that lie inside a cell merged down from above: they hold for it too.
func (r *registerReader) fill(row *RegisterRow, fields []check.Field, line int32) {
	if r.merged == nil || len(r.merged.all) == 0 {
		return
	}
	for i, name := range r.columns {
		if name == "" || name == task.FieldCode || name == task.FieldTitle || i < len(fields) && !isBlank(&fields[i]) ||
			row.Values[task.FieldCode] == "" {
			continue
		}
		m, ok := r.merged.cover(line, i)
		if !ok || m.left != i || m.top == line || m.top <= r.headRow {
			continue
		}
		c, ok := r.merged.carry[i]
		if !ok || line > c.bottom {
			continue
		}
		r.take(row, name, &c.f)
	}
}

// dayFields are the columns of exact days.
var dayFields = []task.Field{
	task.FieldAssigned,
	task.FieldDue,
	task.FieldOriginal,
	task.FieldExtended,
	task.FieldCompleted,
	task.FieldDocumentDay,
	task.FieldExtDay,
	task.FieldPause,
	task.FieldPauseTo,
}

var reTypedDay = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$`)

// columnDays is what the days of one column look like.
type columnDays struct {
	late  string        // a day above 12 as text: a program set to month/day cannot make a date of it
	early bool          // a text with both numbers up to 12
	sure  bool          // a date whose day is above 12
	dates []check.Field // dates that would be others with day and month exchanged
}

// seeDay notes how a day is written.
func (r *registerReader) seeDay(name task.Field, f *check.Field) {
	if !slices.Contains(dayFields, name) {
		return
	}
	d := r.days[name]
	if d == nil {
		d = &columnDays{}
		r.days[name] = d
	}
	switch f.Kind {
	case check.Day:
		day, ok := task.ParseDay(f.Text)
		switch {
		case !ok:
		case day.Day() > 12:
			d.sure = true
		case day.Day() != day.Month():
			d.dates = append(d.dates, *f)
		}
	case check.Text:
		m := reTypedDay.FindStringSubmatch(strings.TrimSpace(f.Text))
		switch {
		case m == nil:
		case len(m[1]) == 2 && m[1] > "12":
			d.late = f.Ref()
		default:
			d.early = true
		}
	}
}

// swapped asks about columns in which all days up to 12 are dates and all others text: that is what Excel makes of days typed as
// day/month where it is set to month/day, and then it has exchanged the two in every date.
func (r *registerReader) swapped() {
	for _, name := range dayFields {
		d := r.days[name]
		if d == nil || d.late == "" || d.early || d.sure || len(d.dates) == 0 {
			continue
		}
		var cells []string
		for i := range d.dates {
			day, _ := task.ParseDay(d.dates[i].Text)
			if other := vi.NewDate(day.Year(), day.Day(), day.Month()); i < 5 {
				cells = append(cells, d.dates[i].Ref()+" là "+day.String()+" hay "+other.String())
			}
		}
		r.opts.Report(check.Finding{Severity: check.Error, Sheet: r.sheet, Cell: d.dates[0].Ref(), Code: RegisterSwapped,
			Message: "Cột này có ngày dạng chữ (như ô " + d.late + ") và ngày Excel lẫn nhau; mọi ngày Excel đều có ngày không quá 12, nên có thể Excel đã đổi chỗ ngày và tháng: " +
				strings.Join(
					cells,
					"; ",
				) + "? Hãy đối chiếu bản gốc rồi ghi cả cột cùng một kiểu, ngày dạng chữ như 05/03/2026 hoặc 2026-03-05."})
	}
	r.days = map[task.Field]*columnDays{}
}
