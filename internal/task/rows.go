package task

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/vi"
)

// Row is one line of a register as it was written: days as yyyy-mm-dd where the file holds real dates,
// everything else as typed. A field that is absent or blank says nothing.
type Row struct {
	Sheet  string
	Line   int
	Values map[Field]string
}

// The codes of findings about rows that were not understood. Those about agencies are the ones of
// package check.
const (
	MissingCode     = "missing_code"
	MissingTitle    = "missing_title"
	DuplicateCode   = "duplicate_code"
	MissingLead     = "missing_agency"
	BadDue          = "bad_due"
	BadDay          = "bad_day"
	BadNature       = "bad_nature"
	BadPercent      = "bad_percent"
	NatureAndDue    = "nature_and_due"
	UnknownParty    = "unknown_agency"
	AmbiguousParty  = "ambiguous_agency"
	PartyElsewhen   = "agency_elsewhen"
	MissingAssigned = "missing_assigned"
	TooLongCode     = "long_code"
	SameTerms       = "same_terms"
	RowAside        = "row_aside"         // a row says something of a task, and not of which or whose
	GroupNoDay      = "group_without_day" // "các bộ, ngành, địa phương" leads, and on which day is not said
	GroupLeads      = "group_leads"       // it leads: how many agencies that are
)

// Reader makes tasks of rows: rows of one code belong to one task, and a row without a code to the one
// above it, as in a merged cell.
type Reader struct {
	dir       *agency.Directory
	today     vi.Date
	owner     agency.ID
	programme string // of rows that name none
	tasks     []*Incoming
	byCode    map[string]*Incoming
	last      *Incoming
	findings  []Placed
	parties   map[string]resolved
	noDay     bool // already said that rows have no day of assignment
}

type resolved struct {
	found []Party
	bad   []Unresolved
}

// NewReader returns a reader of the register of an owner. programme is that of rows that name none.
func NewReader(dir *agency.Directory, today vi.Date, owner agency.ID, programme string) *Reader {
	return &Reader{dir: dir, today: today, owner: owner, programme: programme, byCode: map[string]*Incoming{}, parties: map[string]resolved{}}
}

// Tasks returns the tasks in the order of their first rows.
func (r *Reader) Tasks() []*Incoming { return r.tasks }

// Findings returns what was not understood.
func (r *Reader) Findings() []Placed { return r.findings }

func (r *Reader) say(row Row, grave bool, f Field, code, format string, args ...any) {
	r.findings = append(r.findings, Placed{Finding{Grave: grave, Field: f, Code: code, Message: fmt.Sprintf(format, args...)}, row})
}

// maxCode is how long a code may be.
const maxCode = 100

// Row takes the next row. Rows that name neither task nor agency are headings.
func (r *Reader) Row(row Row) {
	v := row.Values
	code, title := v[FieldCode], v[FieldTitle]
	in := r.byCode[code]
	switch {
	case v[FieldLead] == "" && v[FieldCo] == "" && v[FieldDue] == "" && v[FieldNature] == "" && (code == "" || title == ""):
		r.aside(row, code != "") // "I. Nhiệm vụ về thể chế"
		return
	case code == "" && title != "":
		r.say(row, true, FieldCode, MissingCode, "Thiếu mã nhiệm vụ. Mã giúp kỳ sau cập nhật đúng nhiệm vụ này; hãy ghi mã.")
		r.last = nil
		return
	case code == "":
		if in = r.last; in == nil {
			r.say(row, true, FieldCode, MissingCode, "Dòng này không có mã và không nối tiếp nhiệm vụ nào. Hãy ghi mã nhiệm vụ.")
			return
		}
	case len(code) > maxCode:
		r.say(row, true, FieldCode, TooLongCode, "Mã nhiệm vụ dài quá %d ký tự. Hãy ghi mã ngắn.", maxCode)
		return
	case in != nil && title != "" && vi.Fold(title) != vi.Fold(in.Task.Title) && in.Task.Title != "":
		r.say(
			row,
			true,
			FieldCode,
			DuplicateCode,
			"Mã %s đã dùng cho nhiệm vụ khác ở dòng %d. Hãy ghi mã riêng cho mỗi nhiệm vụ.",
			code,
			in.Rows[0].Line,
		)
		return
	case in == nil:
		in = &Incoming{Task: Task{Code: strings.Clone(code), Owner: r.owner}}
		r.byCode[in.Task.Code] = in
		r.tasks = append(r.tasks, in)
	}
	r.last = in
	if code == "" && len(in.Rows) > 0 {
		row = r.continued(in.Rows[len(in.Rows)-1], row)
	}
	in.Rows = append(in.Rows, row)
	r.task(in, row)
	r.part(in, row)
}

// aside says what is lost with a row that names no task and no agency; of a heading nothing is.
func (r *Reader) aside(row Row, coded bool) {
	for _, f := range []Field{FieldCompleted, FieldStatus, FieldExtended, FieldOriginal, FieldPause, FieldPauseTo, FieldPercent, FieldProgress, FieldObstacle, FieldProposal, FieldEvidence, FieldProduct, FieldPerson} {
		text := row.Values[f]
		if text == "" {
			continue
		}
		grave := coded || slices.Contains([]Field{FieldCompleted, FieldStatus, FieldExtended, FieldOriginal, FieldPause, FieldPauseTo}, f)
		r.say(row, grave, f, RowAside, "Dòng này ghi “%s” nhưng thiếu nhiệm vụ, cơ quan chủ trì và thời hạn nên không được đọc. "+
			"Nếu là của nhiệm vụ ở dòng trên, hãy ghi chung vào dòng đó; nếu là nhiệm vụ riêng, hãy ghi đủ mã, nhiệm vụ, cơ quan chủ trì, thời hạn.", cut(text))
		return
	}
}

// continued gives a row that goes on with the task above the deadline of that row where it names none: agencies one below the other
// beside one merged cell. It is said, for a blank means nothing elsewhere.
func (r *Reader) continued(above, row Row) Row {
	terms := []Field{FieldNature, FieldDue, FieldOriginal, FieldExtended}
	if slices.ContainsFunc(terms, func(f Field) bool { return row.Values[f] != "" }) {
		return row
	}
	row.Values = maps.Clone(row.Values)
	for _, f := range append(terms, FieldAssigned, FieldExtension, FieldExtDay) {
		if row.Values[f] == "" && above.Values[f] != "" {
			row.Values[f] = above.Values[f]
		}
	}
	if words := cmp.Or(row.Values[FieldExtended], row.Values[FieldDue], row.Values[FieldNature]); words != "" {
		r.say(row, false, FieldDue, SameTerms, "Dòng nối tiếp để trống thời hạn nên lấy như dòng trên: %s.", cut(words))
	}
	return row
}

// task takes over what a row says about the task as a whole.
func (r *Reader) task(in *Incoming, row Row) {
	v, t := row.Values, &in.Task
	t.Title = cmp.Or(t.Title, v[FieldTitle])
	if p := v[FieldProgramme]; p != "" {
		t.Programme = ProgrammeOf(p)
	} else {
		t.Programme = cmp.Or(t.Programme, r.programme)
	}
	t.Product, t.Note = cmp.Or(t.Product, v[FieldProduct]), cmp.Or(t.Note, v[FieldNote])
	if codes := strings.FieldsFunc(v[FieldIndicators], func(r rune) bool { return strings.ContainsRune(" ,;\n", r) }); len(codes) > 0 {
		t.Indicators = codes
	}
	if text := v[FieldDocument]; text != "" && t.Document == (Document{}) {
		t.Document = ParseDocument(text)
	}
	t.Document.Issuer, t.Document.Signer = cmp.Or(v[FieldIssuer], t.Document.Issuer), cmp.Or(v[FieldSigner], t.Document.Signer)
	if d := r.day(row, FieldDocumentDay); d != 0 {
		t.Document.Day = d
	}
}

// day reads a field that holds one exact day; 0 when it is blank or wrong, which is said.
func (r *Reader) day(row Row, f Field) vi.Date {
	text := row.Values[f]
	if text == "" {
		return 0
	}
	d, ok := ParseDay(text)
	if !ok {
		r.say(row, true, f, BadDay, "Không hiểu ngày “%s”. Hãy ghi ngày/tháng/năm, như 30/6/2026.", cut(text))
	}
	return d
}

// part makes the assignments that a row names.
func (r *Reader) part(in *Incoming, row Row) {
	p := IncomingPart{Row: len(in.Rows) - 1, Claim: row.Values[FieldStatus]}
	p.Assigned = r.day(row, FieldAssigned)
	p.Completed = r.day(row, FieldCompleted)
	p.PauseFrom, p.PauseTo = r.day(row, FieldPause), r.day(row, FieldPauseTo)
	p.ExtDay = r.day(row, FieldExtDay)
	if text := row.Values[FieldExtension]; text != "" {
		p.Extension = ParseDocument(text)
	}
	p.Nature, p.Due, p.DueText = r.terms(row)
	p.Original, p.OrigText = r.deadline(row, FieldOriginal)
	p.Extended, p.ExtText = r.deadline(row, FieldExtended)
	p.Update = r.update(row)
	day := cmp.Or(p.Assigned, in.Task.Document.Day)
	if day == 0 && !r.noDay {
		r.noDay = true
		r.say(row, false, FieldAssigned, MissingAssigned, "Chưa có ngày giao và ngày văn bản: các nhiệm vụ như vậy được coi là đã giao từ trước.")
	}
	leads := r.resolve(in, row, FieldLead, day, true)
	others := r.resolve(in, row, FieldCo, day, false)
	r.leadingGroup(row, leads, day)
	if len(leads)+len(others) == 0 && !in.Unclear {
		r.say(row, true, FieldLead, MissingLead, "Thiếu cơ quan thực hiện. Hãy ghi cơ quan chủ trì của nhiệm vụ.")
	}
	for _, x := range append(leads, others...) {
		q := p
		q.Agency, q.Lead = x.Agency, x.Lead
		if now, ok := successor(r.dir, x.Agency, r.today); ok {
			q.Now = now
		}
		if m := r.dir.Find(x.Text, r.today); m.Found() && !x.Group {
			q.Now = m.Agency
		}
		if q.Lead {
			q.Person, q.Post = row.Values[FieldPerson], row.Values[FieldPost]
		} else {
			q.Update, q.Claim = Update{}, ""
		}
		r.add(in, row, q)
	}
}

// leadingGroup says how many agencies "các bộ, ngành, địa phương" charges with a task. Who belongs to the blocks depends on the day
// of assignment, as the guide of the template says: without one somebody has to be asked.
func (r *Reader) leadingGroup(row Row, leads []Party, day vi.Date) {
	n, text := 0, ""
	for _, x := range leads {
		if x.Group && x.Lead {
			n, text = n+1, x.Text
		}
	}
	switch {
	case n == 0:
	case day == 0:
		r.say(row, true, FieldLead, GroupNoDay, "“%s” được hiểu là từng đơn vị của khối vào ngày giao, nhưng nhiệm vụ chưa có ngày giao. "+
			"Hãy ghi Ngày giao hoặc ngày của văn bản giao; nếu chỉ một đơn vị chủ trì thì ghi tên đơn vị đó.", cut(text))
	default:
		r.say(
			row,
			false,
			FieldLead,
			GroupLeads,
			"“%s” được tính là %d đơn vị cùng chủ trì (theo danh mục ngày %s): hạn và kết quả được theo dõi riêng từng đơn vị. "+
				"Nếu chỉ một đơn vị chủ trì, hãy ghi tên đơn vị đó.",
			cut(text),
			n,
			day,
		)
	}
}

// add puts a part to the task; the same agency twice in one row leads, in two rows contradicts itself.
func (r *Reader) add(in *Incoming, row Row, p IncomingPart) {
	i := slices.IndexFunc(in.Parts, func(q IncomingPart) bool { return q.Agency == p.Agency })
	switch {
	case i < 0:
		in.Parts = append(in.Parts, p)
	case in.Parts[i].Row != p.Row:
		r.say(
			row,
			true,
			FieldLead,
			AgencyTwice,
			"%s đã có ở dòng %d của nhiệm vụ này. Hãy gộp hai dòng.",
			r.dir.Name(p.Agency, r.today),
			in.Rows[in.Parts[i].Row].Line,
		)
	}
}

// terms reads nature and deadline: a deadline means a timed task, a word such as "thường xuyên" says so
// itself, and a blank says nothing.
func (r *Reader) terms(row Row) (n Nature, due vi.Date, text string) {
	if words := row.Values[FieldNature]; words != "" {
		ok := false
		if n, ok = ParseNature(words); !ok {
			r.say(
				row,
				true,
				FieldNature,
				BadNature,
				"Không hiểu tính chất “%s”. Hãy ghi “có thời hạn”, “thường xuyên” hoặc “chưa giao thời hạn”.",
				cut(words),
			)
		}
	}
	text = row.Values[FieldDue]
	if said, ok := ParseNature(text); ok && text != "" && said != Timed {
		if n != "" && n != said {
			r.say(
				row,
				true,
				FieldNature,
				NatureAndDue,
				"Tính chất ghi “%s” nhưng thời hạn ghi “%s”. Hãy sửa một trong hai.",
				cut(row.Values[FieldNature]),
				cut(text),
			)
		}
		return said, 0, text
	}
	if due, text = r.deadline(row, FieldDue); due != 0 && n == "" {
		n = Timed
	}
	if row.Values[FieldDue] != "" && due == 0 {
		n = cmp.Or(n, Unscheduled) // said already; not a second time as a blank
	}
	return n, due, text
}

func (r *Reader) deadline(row Row, f Field) (vi.Date, string) {
	text := row.Values[f]
	if text == "" {
		return 0, ""
	}
	d, err := ParseDue(text)
	if err != nil {
		r.say(row, true, f, BadDue, "%s", err)
		return 0, ""
	}
	if day, ok := ParseDay(text); ok {
		text = day.String()
	}
	return d, text
}

func (r *Reader) update(row Row) Update {
	v := row.Values
	u := Update{Day: r.today, Text: v[FieldProgress], Obstacle: v[FieldObstacle], Proposal: v[FieldProposal], Evidence: v[FieldEvidence]}
	text := v[FieldPercent]
	if text == "" {
		return u
	}
	n, err := vi.ParseNumber(text, false)
	switch {
	case err != nil && u.Text == "": // a column "Tiến độ" may hold words
		u.Text = text
	case err != nil:
		r.say(row, false, FieldPercent, BadPercent, "Không hiểu tỷ lệ “%s”; được bỏ qua. Hãy ghi số từ 0 đến 100.", cut(text))
	case n.Value.Sign() < 0 || n.Value.Cmp(vi.Int(100)) > 0:
		r.say(row, true, FieldPercent, BadPercent, "Tỷ lệ %s ngoài khoảng từ 0 đến 100.", cut(text))
	default:
		u.Percent = vi.Some(n.Value)
		if whole, err := n.Value.Shift(2); err == nil && n.Value.Sign() > 0 &&
			n.Value.Cmp(vi.Int(1)) < 0 { // a share that was written without its percent sign
			r.say(
				row,
				false,
				FieldPercent,
				BadPercent,
				"Tỷ lệ %s được hiểu là %s%%. Nếu ý là %s%%, hãy ghi %s.",
				cut(text),
				vi.FormatNumber(n.Value, 2),
				vi.FormatNumber(whole, 0),
				vi.FormatNumber(whole, 0),
			)
		}
	}
	return u
}

// resolve finds the agencies of a cell, as they were on the day of assignment; a name of today is taken
// where there was none then.
func (r *Reader) resolve(in *Incoming, row Row, f Field, day vi.Date, lead bool) []Party {
	text := row.Values[f]
	if text == "" {
		return nil
	}
	if day == 0 || day > r.today {
		day = r.today
	}
	key := fmt.Sprint(int(day), lead, text)
	hit, ok := r.parties[key]
	if !ok {
		hit.found, hit.bad = Parties(r.dir, text, day, lead)
		if len(hit.bad) > 0 && day != r.today {
			if found, bad := Parties(r.dir, text, r.today, lead); len(bad) < len(hit.bad) {
				hit.found, hit.bad = found, bad
			}
		}
		if len(r.parties) < 5000 {
			r.parties[key] = hit
		}
	}
	for _, b := range hit.bad {
		in.Unclear = true
		code, message := r.unresolved(b, day)
		r.say(row, true, f, code, "%s", message)
	}
	return hit.found
}

func (r *Reader) unresolved(b Unresolved, day vi.Date) (code, message string) {
	names := func(ids []agency.ID) string {
		var out []string
		for _, id := range ids {
			out = append(out, fmt.Sprintf("%s (%s)", r.dir.Name(id, day), id))
		}
		return strings.Join(out, " hoặc ")
	}
	switch m := b.Match; {
	case len(m.Ambiguous) > 0:
		return AmbiguousParty, fmt.Sprintf("Tên “%s” có thể là %s. Hãy ghi tên đầy đủ hoặc mã đơn vị.", cut(b.Text), names(m.Ambiguous))
	case len(m.Elsewhen) > 0:
		if now, ok := successor(r.dir, m.Elsewhen[0], r.today); ok && len(m.Elsewhen) == 1 && now != m.Elsewhen[0] {
			return PartyElsewhen, fmt.Sprintf(
				"“%s” không còn vào ngày %s, nay thuộc %s. Hãy ghi đơn vị hiện nay; nếu giao từ trước thì ghi ngày giao.",
				cut(b.Text),
				day,
				r.dir.Name(now, r.today),
			)
		}
		return PartyElsewhen, fmt.Sprintf("“%s” không tồn tại vào ngày %s. Hãy ghi đơn vị khi đó, hoặc kiểm tra lại ngày giao.", cut(b.Text), day)
	case len(m.Nearest) > 0:
		return UnknownParty, fmt.Sprintf("Không có đơn vị nào tên “%s”. Có phải là %s?", cut(b.Text), names(m.Nearest))
	}
	return UnknownParty, fmt.Sprintf(
		"Không có đơn vị nào tên “%s”. Hãy ghi đúng tên trong danh mục đơn vị; nhiều đơn vị thì ngăn bằng dấu chấm phẩy.",
		cut(b.Text),
	)
}

// ParseDay reads one exact day: 30/6/2026, 2026-06-30, "ngày 05 tháng 8 năm 2026".
func ParseDay(text string) (vi.Date, bool) {
	folded := strings.Trim(vi.Fold(text), " .")
	if !reISO.MatchString(folded) && !reDay.MatchString(folded) && !reLongDay.MatchString(folded) {
		return 0, false
	}
	d, ok := dueDay(folded)
	if !ok || d.Year() < 1990 || d.Year() > 2100 {
		return 0, false
	}
	return d, true
}

var (
	reNumber    = regexp.MustCompile(`\d+[A-Za-z]?[-/]\p{Lu}[\p{L}\d/&-]*`)
	reDated     = regexp.MustCompile(`(?i)ngày\s+(\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4})`)
	reBareDay   = regexp.MustCompile(`\d{1,2}/\d{1,2}/\d{4}`)
	reIssuer    = regexp.MustCompile(`(?i)\s(?:của|do)\s+(.+?)(?:\s+(?:về|ban hành)\s.*)?$`)
	reBlankDate = regexp.MustCompile(`\s*([/.-])\s*`)
)

// ParseDocument reads a citation: "Nghị quyết số 71/NQ-CP ngày 01/4/2025 của Chính phủ". What it cannot
// find stays empty; a text without a number is the title.
func ParseDocument(text string) Document {
	text = vi.Clean(text)
	d := Document{Number: reNumber.FindString(text)}
	if m := reDated.FindStringSubmatch(text); m != nil {
		d.Day, _ = ParseDay(reBlankDate.ReplaceAllString(m[1], "$1"))
	} else if m := reBareDay.FindString(text); m != "" {
		d.Day, _ = ParseDay(m)
	}
	if m := reIssuer.FindStringSubmatch(text); m != nil {
		d.Issuer = strings.Trim(m[1], " .,;)")
	}
	if d.Number == "" || len(text) > len(d.Number)+40 {
		d.Title = text
	}
	return d
}

// cut shortens a text for a sentence.
func cut(text string) string {
	if r := []rune(vi.Clean(text)); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return vi.Clean(text)
}
