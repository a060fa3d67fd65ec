package intake

import (
	"regexp"
	"slices"
	"strings"

	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// What is said here holds for more than one cell: a title, a tab, a heading between rows or a column beside the names makes the figures
// something else than results of the agency in the period.

var (
	reTitleLead = regexp.MustCompile(
		`^(?:(?:phu luc|bieu mau|bieu|bang|mau)(?: so)?(?: [0-9]{1,3}[a-z]?\b| [ivx]{1,4}\b)?[.:) -]*|[ivx0-9]{1,4}[.)] *)`,
	)
	// reTitleAside is how titles of plans, targets and earlier periods begin; a plan with a number is an act that is cited.
	reTitlePlan = regexp.MustCompile(
		`^(?:giao (?:cac )?(?:chi tieu|ke hoach|muc tieu)|chi tieu (?:giao|ke hoach|duoc giao|phan dau)|(?:cac )?muc tieu|ke hoach|kh|du kien|phan dau|dang ky (?:chi tieu|thuc hien)|du toan)\b`,
	)
	reTitleNot = regexp.MustCompile(
		`^(?:ke hoach|kh) (?:so )?[0-9]+ ?/|^muc tieu (?:so )?[0-9]{1,2}\b[^/]|\b(?:ket qua|tinh hinh|bao cao|thuc te|danh gia|theo doi|tien do)\b`,
	)
	reTitlePrevious = regexp.MustCompile(
		`^(?:so lieu |ket qua |bao cao |gia tri )?(?:(?:cung|cua) )?(?:cung ky|nam truoc|nam ngoai|ky truoc|thang truoc|quy truoc)\b`,
	)
	// reTitleLevel are titles and tabs of what is below the agencies that a table lists.
	reTitleLevel = regexp.MustCompile(
		`^(?:so lieu |ket qua |bao cao |tong hop |so lieu cua )?(?:khoi |tai )?(?:cap (?:xa|huyen|phuong|co so|so)|khoi (?:xa|huyen|so nganh))(?: (?:thang|quy|nam|ky)\b.*)?$|` +
			`\b(?:cua|tai) cac (?:so|xa|phuong|huyen)\b|` +
			// a field of procedures, a sector: "KẾT QUẢ LĨNH VỰC ĐẤT ĐAI", "KHU VỰC DOANH NGHIỆP"; "lĩnh vực chuyển đổi số" is the whole
			`\blinh vuc (?:dat dai|ho tich|tu phap|chung thuc|xay dung|y te|giao duc|giao thong|cong thuong|tai nguyen|moi truong|nong nghiep|lao dong|` +
			`bao hiem|thue|dau tu|doanh nghiep|van hoa|noi vu|cong an|du lich|hai quan|ngoai vu)\b|` +
			`\bkhu vuc (?:doanh nghiep|nong thon|thanh thi|do thi|tu nhan|nha nuoc|cong|fdi)\b`,
	)
	// reTitleExpected outranks the words of results behind it: "DỰ KIẾN KẾT QUẢ THÁNG 9".
	reTitleExpected = regexp.MustCompile(`^du kien\b`)
	reTitleEstimate = regexp.MustCompile(`^(?:so lieu |ket qua |bao cao )?(uoc|so bo|tam tinh)\b`)
	reTitleAgainst  = regexp.MustCompile(
		`\b(?:qua han|tre han|cham muon|(?:chua|khong) dung han|(?:chua|dang) giai quyet|ton dong|bi tu choi|bi tra lai|(?:chua|khong) dat)\b`,
	)
	reTitleToDate   = regexp.MustCompile(`\b(?:luy ke|cong don|tu dau nam|tu ngay 0?1/0?1)\b|^lk\b`)
	reTitleInPeriod = regexp.MustCompile(`\b(?:trong (?:ky|thang|quy|tuan)|rieng (?:thang|quy))\b`)
	reSomeEstimate  = regexp.MustCompile(`\b(?:uoc (?:thuc hien|tinh|dat|ket qua)|so lieu (?:uoc|so bo|tam tinh)|so (?:uoc|so bo))\b`)
)

// titleSense notes what a title or a tab says of all figures below it.
func (t *table) titleSense(f check.Field) {
	if f.Kind != check.Text || len(f.Text) > 200 {
		return
	}
	s := strings.Trim(vi.Fold(f.Text), " ()*-:.")
	s = strings.TrimSpace(reTitleLead.ReplaceAllString(s, ""))
	aside := ""
	switch {
	case reTitlePrevious.MatchString(s):
		aside = "kỳ trước, cùng kỳ"
	case reTitleLevel.MatchString(s):
		t.title.level = f
	case reTitleExpected.MatchString(s), reTitlePlan.MatchString(s) && !reTitleNot.MatchString(s):
		aside = "mục tiêu, kế hoạch"
	case reTitleEstimate.MatchString(s):
		t.title.mark = modEstimate
		if !strings.HasPrefix(reTitleEstimate.FindStringSubmatch(s)[1], "uoc") {
			t.title.mark = modProvisional
		}
		t.title.marked = f
	case reSomeEstimate.MatchString(s):
		t.title.marked = f
	}
	if reTitleToDate.MatchString(s) && !reTitleInPeriod.MatchString(s) {
		t.title.toDate = f
	}
	if word := reTitleAgainst.FindString(s); word != "" {
		t.title.against, t.title.againstAt = word, f
	}
	if aside != "" && t.title.aside == "" {
		t.title.aside, t.title.asideAt = aside, f
	}
}

// judgeWhole asks when the title or the tab says that the figures are no results, and no column says that it has them. What is
// estimated as a whole is said.
func (t *table) judgeWhole(cols []column) bool {
	ti := &t.title
	if at := ti.marked; at.Kind != check.Absent {
		severity, says := check.Info, "mọi số liệu của bảng được ghi là "+markWord(ti.mark)
		if ti.mark == 0 {
			severity, says = check.Warning, "không rõ số nào là số ước, nên số liệu được ghi như số chính thức. Hãy ghi rõ ở tiêu đề cột"
		}
		t.found(severity, at.Ref(), TitleMarks, "Tiêu đề "+quote(short(at.Text))+": "+says+".")
		ti.marked = check.Field{}
	}
	if ti.aside == "" || slices.ContainsFunc(cols, func(c column) bool { return c.figures() && c.mods&modResult != 0 }) {
		return true
	}
	what := "Tiêu đề "
	if ti.asideAt.At.Line == 0 {
		what = "Tên trang tính "
	}
	t.found(
		check.Error,
		ti.asideAt.Ref(),
		HeadingWords,
		what+quote(short(ti.asideAt.Text))+" cho thấy số liệu là "+ti.aside+", không phải kết quả của kỳ. "+
			"Nếu đây là kết quả, hãy sửa tiêu đề; trang không nộp thì xóa hoặc đặt tên là Nháp.",
	)
	return false
}

// askToDate asks once about figures of a period below a title that says that they are counted from the beginning.
func (t *table) askToDate(row *check.Row) {
	at := t.title.toDate
	if at.Kind == check.Absent || row.Total {
		return
	}
	def := t.definition(row)
	if def == nil || def.Accumulation != kpi.InPeriod {
		return
	}
	period, _ := t.asked()
	if p, err := check.ParsePeriodText(row.Period.Text); err == nil {
		period = p
	}
	t.title.toDate = check.Field{}
	if period.Key == "" || period.From.ISO()[5:] == "01-01" {
		return
	}
	t.found(
		check.Error,
		at.Ref(),
		Stretch,
		"Tiêu đề "+quote(short(at.Text))+" ghi lũy kế, trong khi "+def.Indicator.Code+" tính "+def.Accumulation.Title()+" ("+period.Title()+
			"). Hãy ghi số của kỳ, hoặc nộp cho kỳ tính từ đầu năm.",
	)
}

// askAgainst asks once about figures below a title of their opposite: "HỒ SƠ QUÁ HẠN" above a share of what was in time.
func (t *table) askAgainst(row *check.Row) {
	if t.title.against == "" || row.Total {
		return
	}
	def := t.definition(row)
	if def == nil || strings.Contains(vi.Fold(def.Name+" "+def.Numerator), t.title.against) {
		return
	}
	at := t.title.againstAt
	t.title.against = ""
	t.found(
		check.Error,
		at.Ref(),
		TitleOutranks,
		"Tiêu đề "+quote(short(at.Text))+" nói điều khác với "+def.Indicator.Code+" ("+def.Name+"). Hãy sửa tiêu đề, hoặc chọn đúng chỉ tiêu.",
	)
}

func markWord(m mods) string {
	if m&modProvisional != 0 {
		return "sơ bộ"
	}
	return "ước"
}

// blockHeading notes a heading between rows that says that the rows below it are no results: "I. Kế hoạch", in the form of one agency
// also "B. Cấp xã". Any other numbered heading ends it.
func (t *table) blockHeading(fields []check.Field) {
	numbered := false
	for i := range fields {
		f := &fields[i]
		if f.Kind == check.Number && i == 0 || f.Kind == check.Text && reOrdinalCell.MatchString(vi.Fold(f.Text)) {
			numbered = true
			continue
		}
		if f.Kind != check.Text || len(f.Text) > 100 {
			continue
		}
		folded := strings.TrimLeft(vi.Fold(f.Text), "-+* ")
		s := strings.TrimSpace(reOrdinal.ReplaceAllString(folded, ""))
		numbered = numbered || s != folded
		sense, ok := t.r.headers.phrase(s, t.year(), 1)
		against := modTarget | modPrevious | modChange | modMaximum
		if t.agencyCol < 0 {
			against |= modLevel
		}
		if ok && sense.mods&against != 0 {
			t.block, t.blockWords = *f, asideWords(sense.mods&against)
			return
		}
		if t.agencyCol >= 0 && reTitleLevel.MatchString(s) {
			t.block, t.blockWords = *f, asideWords(modLevel)
			return
		}
		if (numbered || strings.HasSuffix(s, ":")) && t.otherHeading(f.Text) {
			t.block, t.blockWords = *f, "số liệu của kỳ khác"
			return
		}
		if word := reTitleAgainst.FindString(s); word != "" && t.agencyCol >= 0 && t.indicCol < 0 {
			t.title.against, t.title.againstAt, t.againstBlock = word, *f, true
			return
		}
	}
	if numbered {
		t.block = check.Field{}
		if t.againstBlock {
			t.title.against, t.againstBlock = "", false
		}
	}
}

// otherHeading reports whether a heading between rows mentions another period than that of the table, and does more than name it.
func (t *table) otherHeading(text string) bool {
	_, only := parsedPeriod(strings.Trim(text, "()* "))
	return !only && t.layout.at[rolePeriod] < 0 && !reCited.MatchString(vi.Fold(text)) && t.otherYear(text) != ""
}

var reOrdinalCell = regexp.MustCompile(`^([0-9]{1,3}|[ivx]{1,5}|[a-h])[.)]?$`)

// askBlock asks once about the rows below such a heading, or below a title of their level. Communes and departments are what those of a
// level announce.
func (t *table) askBlock(row *check.Row) {
	own := t.agencyCol >= 0 && reLocal.MatchString(vi.Fold(row.Agency.Text))
	if at := t.title.level; at.Kind != check.Absent && !own {
		t.title.level = check.Field{}
		t.found(check.Error, at.Ref(), HeadingWords, "Tiêu đề hoặc tên trang "+quote(short(at.Text))+" cho thấy số liệu là một phần của đơn vị, "+
			"không phải của cả đơn vị. Nếu là của cả đơn vị, hãy sửa tiêu đề; trang không nộp thì xóa hoặc đặt tên là Nháp.")
	}
	if t.block.Kind == check.Absent || own && t.blockWords == asideWords(modLevel) {
		return
	}
	t.found(check.Error, t.block.Ref(), HeadingWords, "Dòng "+quote(t.block.Text)+" cho thấy các dòng bên dưới là "+t.blockWords+
		", không phải kết quả của đơn vị trong kỳ. Hãy bỏ các dòng đó, hoặc sửa dòng tiêu đề nếu là kết quả.")
	t.block = check.Field{}
}

var (
	// reSplitHead are headings of columns that divide the figures of an agency into parts.
	reSplitHead = regexp.MustCompile(
		`^(?:linh vuc|ten linh vuc|thu tuc|ten thu tuc|nhom thu tuc|tthc|dich vu cong|ten dich vu|hinh thuc|kenh|loai ho so|loai hinh|doi tuong|bo phan|phong, ban|nguon tiep nhan|muc do|cap giai quyet|cap thuc hien)\b`,
	)
	// reSplitCell are the parts themselves, whatever the heading; those that may describe the agency are not among them.
	reSplitCell = regexp.MustCompile(`^(?:- ?)?(?:cap (?:xa|huyen|so|phuong|co so)|khoi (?:xa|so|huyen)|xa, phuong|so, nganh|so, ban, nganh)$`)
	reWholeCell = regexp.MustCompile(`^(?:tong|tong so|tong cong|chung|tat ca|toan bo|tat ca linh vuc|cac linh vuc|-|x)$`)
)

// splits reports whether a column that nobody reads divides the figures beside it.
func (t *table) splits(u *unread) bool {
	if u.part.Kind != check.Absent {
		return true
	}
	return t.indicCol < 0 && t.agencyCol >= 0 && u.text.Kind != check.Absent && u.head.Kind == check.Text &&
		reSplitHead.MatchString(vi.Fold(u.head.Text))
}

// noteSense looks at the remark beside figures: a unit, another period, a target there make them other figures.
func (t *table) noteSense(f *check.Field) {
	if f.Kind != check.Text || len(f.Text) > 120 || t.r.plain[f.Text] {
		return
	}
	before := t.doubts
	defer func() {
		if t.doubts == before && len(t.r.plain) < maxCached {
			if t.r.plain == nil {
				t.r.plain = map[string]bool{}
			}
			t.r.plain[strings.Clone(f.Text)] = true
		}
	}()
	folded := strings.Trim(vi.Fold(f.Text), " ()*.")
	unit := folded
	if labelled, ok := vi.LabelledUnit(folded); ok {
		unit = labelled
	}
	if u := t.r.headers.unitText(unit); u != "" && vi.ParseUnit(unit).Sure() && u != "%" {
		t.doubt(
			f,
			NoteChanges,
			"Ghi chú "+quote(
				f.Text,
			)+" ở ô "+f.Ref()+" nêu đơn vị tính, không rõ số của dòng này có theo đơn vị đó không. Hãy ghi đơn vị tính ở tiêu đề cột hoặc cạnh số.",
		)
		return
	}
	s, ok := t.r.headers.phrase(folded, t.year(), 2)
	switch p := t.noted(folded); {
	case ok && s.mods&(modTarget|modPrevious|modChange|modMaximum) != 0:
		t.doubt(
			f,
			NoteChanges,
			"Ghi chú "+quote(
				f.Text,
			)+" ở ô "+f.Ref()+" cho thấy số của dòng này là "+asideWords(
				s.mods,
			)+", không phải kết quả của kỳ. Hãy sửa số hoặc ghi chú.",
		)
	case p != "":
		t.found(
			check.Warning,
			f.Ref(),
			NoteChanges,
			"Ghi chú "+quote(f.Text)+" ở ô "+f.Ref()+" nêu kỳ khác với kỳ của bảng: số vẫn được tính cho kỳ của bảng. Hãy kiểm tra lại.",
		)
	}
}

// reOfFigures are words that make a period in a remark that of the figures.
var reOfFigures = regexp.MustCompile(`^(?:so lieu|so|ket qua|bao cao|luy ke|lay theo|lay so|tinh theo)\b`)

// noted returns another period than the table's that a remark gives to its figures, "" without one.
func (t *table) noted(folded string) string {
	day := t.day()
	if day == 0 {
		return ""
	}
	if _, ok := phrasePeriod(folded, t.year()); !ok && !reOfFigures.MatchString(folded) {
		return ""
	}
	for _, m := range check.Mentions(folded, t.year()) {
		if !m.Cutoff && (m.Period.To < day || m.Period.From > day) {
			return m.Period.Key
		}
	}
	return ""
}

// reWhenHead are headings of columns that say of when the figures of a row are, as far as nobody reads them as its period.
var reWhenHead = regexp.MustCompile(`^(ngay|thang|quy|nam|thoi gian|thoi diem|ky|giai doan|moc)\b`)

// reWhenNot are those of days on which something else was done.
var reWhenNot = regexp.MustCompile(`ban hanh|cong bo|\bky ket|nop|gui|lap\b|bao cao|sinh|thanh lap|cap nhat|hoan thanh|trich xuat`)

// otherTime reports whether a cell of such a column names a time outside the period of the table.
func (t *table) otherTime(head, f *check.Field) bool {
	if head.Kind != check.Text {
		return false
	}
	folded := vi.Fold(head.Text)
	m := reWhenHead.FindString(folded)
	period, asked := t.asked()
	if !asked {
		if p, err := check.ParsePeriodText(t.title.period.Text); err == nil {
			period, asked = p, true
		}
	}
	if m == "" || !asked || reWhenNot.MatchString(folded) {
		return false
	}
	text := f.Text
	if f.Kind == check.Number {
		text = f.Number.String()
	}
	if text = strings.TrimSpace(text); (m == "thang" || m == "quy") && strings.Trim(text, "0123456789") == "" {
		text = m + " " + text + " năm " + period.To.ISO()[:4]
	}
	p, err := check.ParsePeriodText(text)
	if err != nil {
		return false
	}
	return p.To < period.From || p.From > period.To || m != "nam" && p.Kind != period.Kind && (m == "thang" || m == "quy")
}
