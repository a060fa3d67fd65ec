package reporting

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// Bounds of a pasted block, and of what is listed of it.
const (
	maxBlock  = 256 << 10
	maxListed = 60
)

// Paste is a block that was copied from a sheet, and the cell in which it was put.
type Paste struct {
	Block  string
	Start  string          // code of the indicator; "" is the first
	Column string          // num, den, val or note; "" says no column
	Seen   map[int64]int64 // versions of the cells that the page showed; a cell that is not in it counts as seen
}

// PasteResult says what became of a block.
type PasteResult struct {
	SaveResult
	Said    string   // "Đã dán 13 dòng: 12 thay đổi, 1 giữ nguyên."
	Listed  []string // what found no place and why, a sentence each
	Changed int
	Same    int
	Batch   *BatchView // what takes it back, nil when nothing changed
}

// paster places the lines of one block.
type paster struct {
	rows   []ReportRow
	forms  []int // of the rows
	b      *block
	inputs []CellInput
	used   map[int]int // row → line of the block
	listed []string
	more   int
}

// PasteCells saves a block that was copied from a sheet. A block with headings is read by them, any other by the columns of the grid (Tử số,
// Mẫu số, Giá trị, Ghi chú) from the one in which it was put; a code or a name in front places a line, others follow the rows of the form and
// end with it. A blank cell of the block leaves what stands. What has no place is listed, and never put elsewhere.
func (a *Room) PasteCells(ctx context.Context, round int64, id agency.ID, p Paste) (_ *PasteResult, err error) {
	defer fault.Context(&err, "reporting.PasteCells(%d, %s)", round, id)
	out := &PasteResult{}
	if len(p.Block) > maxBlock {
		return nil, fault.New(fault.TooLarge, "Khối dán quá lớn (tối đa %d KB). Hãy nộp tệp thay vì dán.", maxBlock>>10)
	}
	_, err = a.changeReport(ctx, round, id, "Dán khối ô vào dự thảo", func(tx *store.Tx, r *submission) error {
		if err := r.mayEdit(); err != nil {
			return err
		}
		ps, err := r.paster(p)
		if err != nil {
			return err
		}
		ps.place(p.Start)
		out.Listed = ps.list()
		if len(ps.inputs) == 0 {
			return fault.New(
				fault.Invalid,
				"Không ô nào của khối dán có chỗ trong biểu, chưa có gì được ghi. %s",
				strings.Join(out.Listed[:min(3, len(out.Listed))], " "),
			)
		}
		ps.see(p.Seen)
		if err := r.begin(tx); err != nil {
			return err
		}
		if err := r.save(tx, ps.inputs, &out.SaveResult); err != nil {
			return err
		}
		out.count()
		if out.Changed == 0 && len(out.Listed) == 0 {
			return nil
		}
		out.Batch, err = r.saveBatch(tx, store.Batch{Kind: store.BatchPaste, Said: out.Said, Listed: out.Listed, Before: out.before})
		return err
	})
	return out, err
}

func (out *PasteResult) count() {
	out.Changed = len(out.before)
	refused := 0
	for _, c := range out.Cells {
		if c.Conflict != "" {
			refused++
			out.Listed = append(out.Listed, c.Row.Definition.Name+": "+c.Conflict)
		}
	}
	out.Same = len(out.Cells) - out.Changed - refused
	out.Said = fmt.Sprintf("Đã dán %d dòng: %d ô thay đổi, %d giữ nguyên.", len(out.Cells), out.Changed, out.Same)
	if n := len(out.Listed); n > 0 {
		out.Said += fmt.Sprintf(" %d mục chưa có chỗ.", n)
	}
}

func (r *submission) paster(p Paste) (*paster, error) {
	ps := &paster{used: map[int]int{}}
	seen := map[int64]bool{}
	for f, form := range r.forms {
		for _, l := range form.lines {
			if seen[l.Definition.ID] { // it is asked once, in the first form
				continue
			}
			seen[l.Definition.ID] = true
			row, err := r.row(l)
			if err != nil {
				return nil, err
			}
			ps.rows, ps.forms = append(ps.rows, row), append(ps.forms, f)
		}
	}
	var units []string
	for _, row := range ps.rows {
		units = append(units, vi.Fold(row.Definition.Unit))
	}
	ps.b = readLayout(p.Block, ps.find, units, p.Column)
	return ps, nil
}

// find returns the row that a code or a name means, -1 for none.
func (ps *paster) find(text string) int {
	text = vi.Fold(text)
	return slices.IndexFunc(ps.rows, func(r ReportRow) bool {
		return text != "" && (vi.Fold(r.Definition.Indicator.Code) == text || vi.Fold(r.Definition.Name) == text)
	})
}

// see takes over which versions the page showed.
func (ps *paster) see(seen map[int64]int64) {
	for i := range ps.inputs {
		if v, ok := seen[ps.inputs[i].Definition]; ok {
			ps.inputs[i].Seen = v
		}
	}
}

func (ps *paster) say(line int, format string, args ...any) {
	if len(ps.listed) >= maxListed {
		ps.more++
		return
	}
	ps.listed = append(ps.listed, fmt.Sprintf("Dòng %d: ", line+1)+fmt.Sprintf(format, args...))
}

func (ps *paster) list() []string {
	if ps.more > 0 {
		return append(ps.listed, fmt.Sprintf("Còn %d mục nữa chưa có chỗ.", ps.more))
	}
	return ps.listed
}

// place gives every line its row.
func (ps *paster) place(start string) {
	b := ps.b
	next := max(0, ps.find(start))
	form := -1
	if len(ps.rows) > 0 {
		form = ps.forms[next]
	}
	for i := b.first; i < len(b.lines); i++ {
		at := next
		switch {
		case b.key >= 0:
			if b.blank(i) {
				continue
			}
			if at = ps.named(i); at < 0 {
				continue
			}
		case at >= len(ps.rows) || ps.forms[at] != form:
			if !b.blank(i) {
				ps.say(i, "%s – đã hết biểu, không còn ô nào để ghi.", ps.text(i))
			}
			continue
		default:
			next++
		}
		if in, ok := ps.line(i, &ps.rows[at]); ok {
			ps.inputs = append(ps.inputs, in)
			ps.used[at] = i
		}
	}
	ps.columns()
}

// named is the row of a line by its code or name, -1 when it has none; then the line is listed.
func (ps *paster) named(i int) int {
	name := ps.b.name(i, ps.b.key)
	at := ps.find(name)
	if at < 0 { // a code beside the name
		at = ps.find(ps.b.name(i, ps.b.key+1))
	}
	if at < 0 {
		for j := range ps.b.lines[i] {
			if j != ps.b.key && ps.b.cell(i, j) != "" && !ps.b.known[j] {
				if name == "" {
					ps.say(i, "%s – dòng không có mã hay tên chỉ tiêu.", ps.text(i))
				} else {
					ps.say(i, "“%s” không phải mã hay tên chỉ tiêu của báo cáo này.", short(name))
				}
				break
			}
		}
		return -1
	}
	if before, twice := ps.used[at]; twice {
		ps.say(i, "“%s” đã có ở dòng %d của khối dán.", short(name), before+1)
		return -1
	}
	return at
}

// text is a line for the list.
func (ps *paster) text(i int) string {
	var cells []string
	for j := range ps.b.lines[i] {
		if t := ps.b.cell(i, j); t != "" {
			cells = append(cells, t)
		}
	}
	return "“" + short(strings.Join(cells, " | ")) + "”"
}

func short(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}

// columns lists the columns with figures that nobody understands.
func (ps *paster) columns() {
	var names []int
	for j := range ps.b.others {
		names = append(names, j)
	}
	slices.Sort(names)
	for _, j := range names {
		n := 0
		for i := ps.b.first; i < len(ps.b.lines); i++ {
			if ps.b.cell(i, j) != "" {
				n++
			}
		}
		if n > 0 {
			ps.listed = append(
				ps.listed,
				fmt.Sprintf(
					"Cột “%s”: %d ô không được ghi vì không rõ là Tử số, Mẫu số hay Giá trị. Hãy sửa tiêu đề cột rồi dán lại.",
					short(ps.b.others[j]),
					n,
				),
			)
		}
	}
}

// line puts the cells of a line into a row. It is false when nothing of it found a place.
func (ps *paster) line(i int, row *ReportRow) (in CellInput, placed bool) {
	b := ps.b
	c := pastedLine{ps: ps, i: i, row: row, in: row.asInput()}
	num, den, val, note := b.cell(i, b.num), b.cell(i, b.den), b.cell(i, b.val), b.cell(i, b.note)
	for _, s := range []*string{&num, &den, &val} {
		switch {
		case len(*s) > maxCellText:
			c.say("“%s” dài quá %d ký tự", short(*s), maxCellText)
			*s = ""
		case *s == "–": // printed for a blank, and written for "không phát sinh"
			c.say("“–” không rõ là để trống hay không phát sinh. Hãy ghi “Không phát sinh” nếu đúng là vậy")
			*s = ""
		}
	}
	if len(note) > maxNote {
		c.say("ghi chú dài quá %d ký tự", maxNote)
		note = ""
	}
	if row.Parts {
		c.ratio(num, den, val)
	} else {
		c.count(num, den, val, &note)
	}
	if note != "" {
		c.in.Note, c.placed = note, true
	}
	c.rest()
	return c.in, c.placed
}

// pastedLine is a line on its way into a row.
type pastedLine struct {
	ps     *paster
	i      int
	row    *ReportRow
	in     CellInput
	placed bool
}

func (c *pastedLine) say(format string, args ...any) {
	c.ps.say(c.i, "%s (%s) – %s.", c.row.Definition.Name, c.row.Definition.Indicator.Code, fmt.Sprintf(format, args...))
}

// isWord reports whether a cell holds no number but a word such as "không phát sinh".
func isWord(s string) bool { return s != "" && !strings.ContainsAny(s, "0123456789") }

// ratio places the figures of a row with parts. A rate beside parts, given or standing, is only held against them.
func (c *pastedLine) ratio(num, den, val string) {
	b, in := c.ps.b, &c.in
	if b.single && val != "" && !isWord(val) && !strings.ContainsAny(val, "/%") {
		c.say("“%s” không rõ là tử số hay tỷ lệ. Hãy chép cả dòng tiêu đề, hoặc ghi tỷ lệ kèm dấu %%", val)
		return
	}
	switch {
	case num == "" && den == "" && val == "":
		return
	case num == "" && den == "" && (isWord(val) || strings.Contains(val, "/")), isWord(num) && den == "":
		in.Numerator, in.Denominator, in.Value = num, "", val
	case num == "" && den == "" && len(b.others) > 0:
		c.say("tỷ lệ %s chưa ghi vì còn cột số chưa rõ nghĩa", val)
		return
	default:
		set(&in.Numerator, num)
		set(&in.Denominator, den)
		set(&in.Value, val)
		if c.row.Cell.Figure.State == kpi.NotApplicable && num == "" { // numbers take over from "không phát sinh"
			in.Numerator = ""
		}
	}
	c.placed = true
}

// count places the figure of a row of one number. Behind a code, a block without a column of values can only mean that number.
func (c *pastedLine) count(num, den, val string, note *string) {
	b := c.ps.b
	if b.key >= 0 && b.val < 0 && val == "" && len(b.others) == 0 && num != "" && (den == "" || isWord(den)) {
		val, num = num, ""
		if *note == "" {
			*note = den
		}
		den = ""
	}
	if num != "" {
		c.say("Tử số “%s” không có chỗ: chỉ tiêu này chỉ có Giá trị", num)
	}
	if den != "" {
		c.say("Mẫu số “%s” không có chỗ: chỉ tiêu này chỉ có Giá trị", den)
	}
	if val != "" {
		c.in.Value, c.placed = val, true
	}
}

func set(to *string, text string) {
	if text != "" {
		*to = text
	}
}

// rest lists the cells of the line that stand in no column.
func (c *pastedLine) rest() {
	b := c.ps.b
	for j := range b.lines[c.i] {
		switch j {
		case b.key, b.num, b.den, b.val, b.note:
			continue
		}
		_, other := b.others[j]
		text := b.cell(c.i, j)
		if text == "" || other || b.known[j] || j < b.key || b.key >= 0 && j < max(b.num, b.val) {
			continue
		}
		c.say("“%s” đứng ngoài các cột Tử số, Mẫu số, Giá trị, Ghi chú", short(text))
	}
}
