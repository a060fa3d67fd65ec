package intake

import (
	"fmt"
	"regexp"
	"strings"

	"chiso/internal/check"
	"chiso/internal/vi"
)

// Account says what became of the cells with content of one sheet: each was read, passed over for a reason, or is asked
// about. Their sum is the count of cells: none is lost without a word.
type Account struct {
	Sheet  string
	Read   int
	Passed map[string]int // by the code of the reason
	Asked  map[string]int // by the code of the finding
}

// Cells is how many cells the account is of.
func (a *Account) Cells() int {
	n := a.Read
	for _, m := range []map[string]int{a.Passed, a.Asked} {
		for _, k := range m {
			n += k
		}
	}
	return n
}

// The codes of cells that are passed over, beside those of findings.
const (
	PassedTitle   = "title"   // above a table
	PassedOrdinal = "ordinal" // STT, and columns that are known and of no use here
	PassedHeading = "heading" // of a column that is not read
	PassedSheet   = "sheet"   // a sheet that is not read: drafts, lists of a program
)

// fate is what became of a row of a table.
type fate uint8

const (
	fateNone    fate = iota
	fateRead         // its figures were given to the checks
	fateTotal        // a total: compared, not stored
	fateSkipped      // a heading, a note, a signature
	fateAsked        // somebody has to say of which indicator it is
)

// use is what a column of a table is for.
type use uint8

const (
	useNone    use = iota // nobody understands it
	useRead               // a name, a figure, a note
	useOrdinal            // STT
	useAside              // understood, and not reported
	useAsked              // a column of figures that somebody has to be asked about
)

// unread is a column that nobody understands, with what stands in it.
type unread struct {
	head         check.Field // its heading; Absent without one
	first        check.Field // its first cell below
	number, name check.Field // the first that is a number, an agency
	when         check.Field // the first that is a time outside the period
	part, text   check.Field // the first that is a part of an agency, any text but "tổng số"
	cells        int
	looked       int
	aside        bool // its heading is understood, and says that it is no result: names below it are asked about all the same
}

// maxLooked is how many cells of a column that is not read are looked into.
const maxLooked = 60

// uses notes what the columns of a table are for.
func (t *table) noteUses(cols []column) {
	t.uses, t.unread = t.uses[:0], nil
	for i := range cols {
		c := &cols[i]
		u := useNone
		switch {
		case t.reads(i):
			u = useRead
		case c.aside != "" && c.mods&modAside != 0, c.aside != "" && t.otherPeriod(c):
			u = useAside
		case c.aside != "", c.figures() && c.known, reLikePeriod.MatchString(vi.Fold(c.last.Text)):
			u = useAsked
		case c.known && (c.role == roleIgnored || c.role == roleUnit || c.role == roleRank):
			u = useOrdinal
		}
		t.uses = append(t.uses, u)
		if u == useNone || u == useAside {
			x := t.unreadAt(i)
			x.head, x.aside = c.last, u == useAside
		}
	}
}

func (t *table) unreadAt(i int) *unread {
	for len(t.unread) <= i {
		t.unread = append(t.unread, nil)
	}
	if t.unread[i] == nil {
		t.unread[i] = &unread{}
	}
	return t.unread[i]
}

// account adds the cells of a row of a table.
func (t *table) account(fields []check.Field) {
	switch {
	case t.state == refusing:
		t.askedOf(DuplicateColumn, count(fields))
		return
	case t.fate == fateTotal:
		t.passed(TotalRow, count(fields))
		return
	case t.fate == fateAsked:
		t.askedOf(ColumnQuestion, count(fields))
		return
	case t.fate != fateRead:
		t.passed(SkippedRow, count(fields))
		return
	}
	if t.scan == nil && len(fields) > 1 && len(fields) < t.width {
		t.short(fields[0].At.Line, len(fields))
	}
	for i := range fields {
		f := &fields[i]
		if isBlank(f) {
			continue
		}
		u := useNone
		if i < len(t.uses) {
			u = t.uses[i]
		}
		if t.scan == nil && i >= t.width {
			t.tooMany(f.At.Line, count(fields[t.width:])+t.width)
			t.askedOf(ExtraCells, 1)
			continue
		}
		t.used[u]++
		switch {
		case u == useNone, u == useAside && f.Kind == check.Text:
			t.unreadAt(i).see(t, f)
		case t.scan == nil && i == t.layout.at[roleNote] && number(f):
			t.numberInNote(f)
		case i == t.layout.at[roleNote]:
			t.noteSense(f)
		}
	}
}

func count(fields []check.Field) (n int) {
	for i := range fields {
		if !isBlank(&fields[i]) {
			n++
		}
	}
	return n
}

func (t *table) passed(code string, n int) {
	if t.sum.Passed == nil {
		t.sum.Passed = map[string]int{}
	}
	t.sum.Passed[code] += n
}

func (t *table) askedOf(code string, n int) {
	if t.sum.Asked == nil {
		t.sum.Asked = map[string]int{}
	}
	t.sum.Asked[code] += n
}

// see looks at a cell of a column that is not read.
func (u *unread) see(t *table, f *check.Field) {
	if u.cells++; u.cells == 1 {
		u.first = *f
	}
	if u.looked++; u.looked > maxLooked {
		return
	}
	if u.when.Kind == check.Absent && t.otherTime(&u.head, f) {
		u.when = *f
	}
	if f.Kind == check.Text && len(f.Text) <= 120 {
		switch folded := vi.Fold(f.Text); {
		case u.part.Kind == check.Absent && reSplitCell.MatchString(folded):
			u.part = *f
		case u.text.Kind == check.Absent && !reWholeCell.MatchString(folded):
			u.text = *f
		}
	}
	switch {
	case f.Kind == check.Text && u.name.Kind == check.Absent && !number(f) && t.agencyLike(f.Text):
		u.name = *f
	case u.number.Kind == check.Absent && f.Kind != check.Bool && number(f):
		u.number = *f
	}
}

// reLocal is how what is below an agency is called: a row of one is not the agency's.
var reLocal = regexp.MustCompile(
	`^(so|phong|ban|chi cuc|cuc|tong cuc|trung tam|xa|phuong|thi tran|thi xa|quan|huyen|dac khu|ubnd|vien|vu|benh vien|van phong|thanh tra|cong an|bao hiem|kho bac|cong ty|ngan hang|toa an)( [a-z].*)?$`,
)

// agencyLike reports whether a text names an agency, or a part of one.
func (t *table) agencyLike(text string) bool {
	return len(text) <= 120 && (t.isAgency(text) || reLocal.MatchString(vi.Fold(text)))
}

// closeColumns says what stands in the columns that were not read, at the end of a table.
func (t *table) closeColumns() {
	for i, u := range t.unread {
		if u == nil {
			continue
		}
		t.closeColumn(i, u)
	}
	t.sum.Read += t.used[useRead]
	for u, code := range map[use]string{useOrdinal: PassedOrdinal, useAside: SetAside} {
		t.passed(code, t.used[u])
	}
	t.askedOf(HeadingWords, t.used[useAsked])
	t.used, t.unread, t.bare = [useAsked + 1]int{}, nil, check.Field{}
}

func (t *table) closeColumn(i int, u *unread) {
	column := strings.TrimRight(check.Cell{Line: 1, Column: int32(i + 1)}.Ref(), "1")
	title, at := "Cột "+column+" không có tiêu đề", u.first.Ref()
	if u.head.Kind != check.Absent {
		title, at = "Cột "+quote(shown(&u.head)), u.head.Ref()
	}
	if u.aside && u.name.Kind != check.Absent {
		t.used[useAside] -= u.cells
	}
	switch {
	case u.cells == 0 && u.head.Kind == check.Absent:
	case u.name.Kind != check.Absent && t.agencyCol != i:
		t.askedOf(SecondNames, u.cells)
		t.found(check.Error, u.name.Ref(), SecondNames, title+" có tên đơn vị ("+quote(u.name.Text)+" ở ô "+u.name.Ref()+
			") mà bảng không đọc, nên không rõ số liệu bên cạnh là của đơn vị nào. Hãy đặt mỗi danh sách thành một bảng riêng có tiêu đề Đơn vị.")
	case u.aside:
	case u.when.Kind != check.Absent:
		t.askedOf(OtherPeriod, u.cells)
		t.found(check.Error, u.when.Ref(), OtherPeriod, title+" ghi "+quote(shown(&u.when))+" ở ô "+u.when.Ref()+
			", không phải thời gian của kỳ được nộp, nên không rõ số liệu các dòng này là của kỳ nào. Hãy đặt tiêu đề cột là Kỳ báo cáo và ghi kỳ của từng dòng, hoặc xóa cột.")
	case t.splits(u):
		t.askedOf(SplitColumn, u.cells)
		part := u.part
		if part.Kind == check.Absent {
			part = u.text
		}
		t.found(
			check.Error,
			part.Ref(),
			SplitColumn,
			title+" ("+quote(part.Text)+" ở ô "+part.Ref()+") cho thấy số liệu là của từng phần, không phải của cả đơn vị. "+
				"Hãy ghi một dòng tổng của đơn vị, hoặc xóa cột nếu số liệu đã là của cả đơn vị.",
		)
	case t.isAcross && u.number.Kind != check.Absent:
		t.askedOf(SecondNames, u.cells)
		t.found(check.Error, at, SecondNames, title+" có số ("+shown(&u.number)+" ở ô "+u.number.Ref()+
			") mà không phải tên đơn vị nào, trong khi các cột bên cạnh mỗi cột là một đơn vị. Hãy ghi đúng tên đơn vị, hoặc bỏ cột.")
	case t.question(i, u, title, at):
	case u.number.Kind != check.Absent && t.bare.Kind != check.Absent:
		t.askedOf(UnreadCounts, u.cells)
		t.found(
			check.Error,
			at,
			UnreadCounts,
			fmt.Sprintf("%s có số (%s ở ô %s) bên cạnh tỷ lệ ở ô %s mà không hiểu được, có thể là tử số hay mẫu số. "+
				"Hãy đặt tiêu đề cột là Tử số, Mẫu số hoặc mã chỉ tiêu thêm .num, .den; cột không nộp thì xóa.", title, shown(&u.number), u.number.Ref(), t.bare.Ref()),
		)
	case u.number.Kind != check.Absent:
		t.passed(UnreadColumn, u.cells)
		t.found(check.Warning, at, UnreadColumn, fmt.Sprintf("%s có số (%s ở ô %s) mà không hiểu được nên không được đọc. "+
			"Hãy đặt tiêu đề cột là mã hoặc tên chỉ tiêu; cột không nộp thì xóa.", title, shown(&u.number), u.number.Ref()))
	case u.head.Kind == check.Absent:
		t.passed(UnreadColumn, u.cells)
		t.found(
			check.Warning,
			at,
			UnreadColumn,
			title+" mà có nội dung (“"+short(u.first.Text)+"” ở ô "+u.first.Ref()+") nên không được đọc. Hãy ghi tiêu đề cho cột, hoặc xóa.",
		)
	default:
		t.passed(UnknownColumn, u.cells)
		t.found(check.Info, at, UnknownColumn, title+" không thuộc mẫu và không được đọc.")
	}
}

// heads adds the cells of a header.
func (t *table) accountHead(rows []headRow) {
	for _, h := range rows {
		for i := range h.fields {
			switch {
			case isBlank(&h.fields[i]):
			case i < len(t.uses) && t.uses[i] == useNone:
				t.passed(PassedHeading, 1)
			default:
				t.sum.Read++
			}
		}
	}
}

// noteBare notes the first share that stands without its parts in a table that has columns which nobody understands: they
// may be the parts.
func (t *table) noteBare(row *check.Row) {
	if isBlank(&row.Value) || !isBlank(&row.Numerator) && !isBlank(&row.Denominator) {
		return
	}
	if def := t.definition(row); def != nil && def.HasParts() && number(&row.Value) {
		t.bare = row.Value
	}
}

// passOver accounts for a sheet that is not read.
func (r *reader) passOver(scan *sheetScan) {
	if r.opts.Account != nil {
		r.opts.Account(Account{Sheet: scan.name, Passed: map[string]int{PassedSheet: len(scan.cells)}})
	}
}
