package intake

import (
	"cmp"
	"regexp"
	"strings"

	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// title is what the rows above a table, or between its rows, say of all figures below them.
type title struct {
	period    check.Field
	day       vi.Date // last day of period, 0 when unknown
	labelled  bool    // "Kỳ báo cáo: …" outweighs a period that a heading only mentions
	indicator check.Field
	agency    check.Field // "Đơn vị báo cáo: …"
	tab       check.Field // the tab is the name of an agency
	year      string      // the only year that titles name: that of months and quarters below
	years     bool        // they name several
	bodies    []check.Field
	unit      string      // "Đơn vị tính: …"
	mark      mods        // the title says that all is estimated
	marked    check.Field // where, until it is said
	aside     string      // the title says that all is a plan, or of an earlier period
	asideAt   check.Field
	against   string // "qua han": the title is of the opposite of some indicators
	againstAt check.Field
	toDate    check.Field // the title says that all is counted from the beginning
	level     check.Field // a title or tab of the commune level, of departments
	local     check.Field // a line that says that the figures are those of a part of an agency
}

// maxBodies is how many agencies are remembered that head a sheet.
const maxBodies = 8

// reporter is the agency of a form that has no column for it: the one it names, or the only one
// that heads it.
func (ti *title) reporter() check.Field {
	switch {
	case ti.agency.Kind != check.Absent:
		return ti.agency
	case len(ti.bodies) == 1:
		return ti.bodies[0]
	}
	return ti.tab
}

// titleName reads the name of a sheet.
func (t *table) titleName(sheet string) {
	f := check.Field{Kind: check.Text, Text: sheet}
	if p, ok := t.tabPeriod(sheet); ok {
		t.tabbed = true
		t.claims = append(t.claims, claim{at: f, period: p})
		t.setPeriod(f, periodText{p.Key, p.To}, true)
	}
	if reLocal.MatchString(vi.Fold(sheet)) && !t.isAgency(sheet) {
		t.title.local = f
	}
	t.titleIndicator(f)
	t.titleSense(f)
	t.tabAgency(f)
}

func (t *table) setPeriod(at check.Field, p periodText, labelled bool) {
	if t.title.labelled && !labelled {
		return
	}
	t.title.period, t.title.day = check.Field{At: at.At, Kind: check.Text, Text: p.Key}, p.To
	t.title.labelled = labelled
}

// titleCell reads "Kỳ báo cáo: Quý III/2026" and "Chỉ tiêu: CPS01", in one cell or in two
// neighbours, titles that are nothing but a period, and headings that mention one.
func (t *table) titleCell(fields []check.Field, i int) {
	f := fields[i]
	if f.Kind != check.Text || len(f.Text) > 400 {
		return
	}
	text := strings.Trim(f.Text, "()* ")
	if t.caption(text) {
		return
	}
	t.titleSense(f)
	t.titleYear(text)
	label, rest, cut := strings.Cut(text, ":")
	value := check.Field{At: f.At, Kind: check.Text, Text: strings.TrimSpace(rest)}
	if value.Text == "" {
		for j := i + 1; j < len(fields); j++ {
			if !isBlank(&fields[j]) {
				value = fields[j]
				break
			}
		}
	}
	t.noteClaims(f)
	if reOfLocal.MatchString(vi.Fold(text)) {
		t.title.local = f
	}
	labelled := value.Text != "" && (cut || value.At != f.At)
	if labelled && t.label(t.r.headers.roles[vi.Fold(label)], value) {
		return
	}
	if p, ok := parsedPeriod(text); ok {
		cut := strings.Contains(vi.Fold(text), "den ")
		if !cut || t.title.period.Kind == check.Absent {
			t.setPeriod(f, p, !cut)
		}
		if q, err := kpi.ParsePeriod(p.Key); err == nil && !cut {
			t.claims = append(t.claims, claim{at: f, period: q})
		}
		return
	}
	if m := check.Mentions(text, ""); len(m) == 1 && (!m[0].Cutoff || t.title.period.Kind == check.Absent) {
		t.setPeriod(f, periodText{m[0].Period.Key, m[0].Period.To}, false)
	}
	t.titleIndicator(f)
	if len(t.title.bodies) < maxBodies && t.tables == 0 && len(f.Text) <= 120 && t.isAgency(f.Text) {
		t.title.bodies = append(t.title.bodies, f)
	}
}

var (
	reTitleYear = regexp.MustCompile(`\bnam (20[0-9]{2})\b`)
	// reCited are lines about acts, whose years are not those of the figures.
	reCited = regexp.MustCompile(`\b(?:kem theo|quyet dinh|nghi quyet|thong tu|nghi dinh|cong van|van ban|ke hoach so|chi thi|cong dien)\b|\bngay [0-9.]+ ?thang`)
)

// titleYear notes the year that a title names: "TÌNH HÌNH THỰC HIỆN CÁC CHỈ TIÊU NĂM 2026" above the months.
func (t *table) titleYear(text string) {
	folded := vi.Fold(text)
	if reCited.MatchString(folded) {
		return
	}
	for _, m := range reTitleYear.FindAllStringSubmatch(folded, -1) {
		t.title.years = t.title.years || t.title.year != "" && t.title.year != m[1]
		t.title.year = m[1]
	}
}

// headDay is a day of the year of quarters and months that headings name without one.
func (t *table) headDay() vi.Date {
	if t.title.day == 0 && t.title.year != "" && !t.title.years {
		if d, err := vi.ParseISODate(t.title.year + "-12-31"); err == nil {
			return d
		}
	}
	return t.title.day
}

// maxBetween is how many headings between two tables are kept.
const maxBetween = 6

// reRemark is how notes below a table begin.
var reRemark = regexp.MustCompile(`^([(*[]|ghi chu|nguon|luu y|chu thich|giai thich|trong do|so lieu)`)

// nextTitle reads the headings above a further table, which were met as rows of the table before: what they
// say is nearer than what stands at the top of the sheet, and an indicator named above does not go on below
// the title of another table.
func (t *table) nextTitle() {
	titled, named := false, false
	for _, h := range t.between {
		for i := range h.fields {
			f := &h.fields[i]
			if f.Kind != check.Text || len(f.Text) > 400 || reRemark.MatchString(vi.Fold(f.Text)) {
				continue
			}
			named = named || f.At == t.title.indicator.At
			key := vi.Fold(f.Text)
			titled = titled || bare(key) != key && t.r.lineKind(f.Text) == linePlain
			p, ok := check.FindPeriod(f.Text)
			if ok {
				t.claims = []claim{{at: *f, period: p}}
			}
			if ok && p.Key != t.title.period.Text {
				if t.title.labelled {
					t.found(check.Warning, f.Ref(), TitlePeriod, "Tiêu đề "+quote(f.Text)+" nêu kỳ khác với "+quote(t.title.period.Text)+
						" ghi ở trên: số liệu dưới tiêu đề này được tính cho kỳ "+p.Title()+".")
				}
				t.title.period, t.title.day = check.Field{At: f.At, Kind: check.Text, Text: p.Key}, p.To
			}
		}
	}
	if titled {
		t.title.mark, t.title.marked, t.title.aside, t.title.toDate, t.title.against = 0, check.Field{}, "", check.Field{}, ""
		t.title.level = check.Field{}
		for _, h := range t.between {
			for i := range h.fields {
				t.titleSense(h.fields[i])
			}
		}
	}
	t.between = nil
	if titled && !named {
		t.title.indicator = check.Field{}
	}
}

// label takes what stands behind a label such as "Kỳ báo cáo".
func (t *table) label(r role, value check.Field) bool {
	switch r {
	case rolePeriod:
		if main, _, two := strings.Cut(value.Text, "("); two { // "Tháng 9 năm 2026 (từ ngày 15/8/2026 đến ngày 14/9/2026)"
			if _, ok := parsedPeriod(main); ok {
				value.Text = strings.TrimSpace(main)
			}
		}
		t.title.period, t.title.labelled = value, true
		if p, err := check.ParsePeriodText(value.Text); err == nil {
			t.title.day = p.To
			t.claims = append(t.claims, claim{at: value, period: p})
		}
	case roleIndicator, roleIndicatorCode:
		t.title.indicator = value
	case roleAgency, roleAgencyCode:
		t.title.agency = value
	case roleUnit:
		t.title.unit = value.Text
	default:
		return false
	}
	return true
}

// titleIndicator takes a title that is exactly an indicator's code or name.
func (t *table) titleIndicator(f check.Field) {
	key := vi.Fold(f.Text)
	m := t.r.headers.exact[key]
	if len(m) == 0 {
		m = t.r.headers.exact[bare(key)]
	}
	if len(m) == 0 {
		m = t.r.headers.coded(bare(key))
	}
	if len(m) == 0 {
		m = t.r.headers.codeIn(f.Text)
	}
	if len(m) == 1 && m[0].part == partValue {
		t.title.indicator = check.Field{At: f.At, Kind: check.Text, Text: m[0].code}
	}
}

// codeIn finds the one code that a heading mentions: "Biểu 02. Số cơ sở dữ liệu (CPS20A)".
func (h *headers) codeIn(text string) (found []meaning) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z')
	}) {
		if len(word) < 4 || strings.Trim(word, "0123456789") == "" || strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == "" {
			continue
		}
		m := h.exact[vi.Fold(word)]
		switch {
		case len(m) != 1 || m[0].part != partValue:
		case len(found) > 0 && found[0] != m[0]:
			return nil
		default:
			found = m
		}
	}
	return found
}

// bare returns a folded heading without its number and the word before a name: "Bảng 2. Tỷ lệ …",
// "II. CPS01", "Biểu 01: …", "Chỉ tiêu CPS01".
func bare(folded string) string {
	s := folded
	for _, word := range []string{"bang ", "bieu ", "bieu so ", "mau ", "chi tieu "} {
		s = strings.TrimPrefix(s, word)
	}
	if i := strings.IndexAny(s, ".:)-"); i > 0 && i <= 5 && strings.Trim(s[:i], "0123456789ivxab") == "" {
		s = s[i+1:]
	}
	return strings.TrimSpace(s)
}

// reOfLocal is a title of the figures of one department or commune.
var reOfLocal = regexp.MustCompile(`\b(cua|tai) (so|phong|chi cuc|xa|phuong|dac khu)\b`)

// caption takes the unit that a line above a table gives: "Đơn vị: Triệu đồng", "(tr.đ)", "Triệu đồng - Million dongs", or
// behind a title. It reports whether the line says nothing else.
func (t *table) caption(text string) bool {
	folded := vi.Fold(text)
	if labelled, ok := vi.LabelledUnit(folded); ok {
		if u := t.r.headers.unitText(labelled); strings.Contains(folded, "rieng ") { // "riêng cột 2: triệu đồng"
			t.setUnit(cmp.Or(u, labelled) + " và " + folded[strings.Index(folded, "rieng "):])
		} else if u != "" {
			t.setUnit(u)
		} else if labelled != "" {
			t.setUnit(labelled)
		}
		return strings.HasPrefix(folded, "don vi") || strings.HasPrefix(folded, "dvt") || strings.HasPrefix(folded, "dv ") ||
			strings.HasPrefix(folded, "unit")
	}
	if len(folded) <= 50 && vi.ParseUnit(folded).Sure() {
		if u := t.r.headers.unitText(folded); u != "" {
			t.setUnit(u)
			return true
		}
	}
	if main, inside := brackets(folded); main != "" {
		for _, in := range inside {
			if u := t.r.headers.unitText(in); u != "" && vi.ParseUnit(in).Sure() {
				t.setUnit(u)
			}
		}
	}
	return false
}

// setUnit takes a unit; two that differ are kept as one that no indicator has, so that somebody is asked.
func (t *table) setUnit(unit string) {
	if old := t.title.unit; old != "" && vi.ParseUnit(old) != vi.ParseUnit(unit) {
		unit = old + " và " + unit
	}
	t.title.unit = unit
}
