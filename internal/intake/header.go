package intake

import (
	"strings"

	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// role is what a column of a table holds.
type role uint8

const (
	roleNone role = iota
	roleAgency
	roleAgencyCode // wins over roleAgency: "Mã đơn vị" beside "Tên đơn vị"
	roleIndicator
	roleIndicatorCode
	rolePeriod
	roleNumerator
	roleDenominator
	roleValue
	roleNote
	roleRank
	roleOrigin
	rolePublishedOn
	roleFrom
	roleTo
	roleQualifier
	roleQuote
	roleIgnored // known, and of no use here
	roleCount
)

// roleNames lists how columns are called, folded.
var roleNames = map[role][]string{
	roleAgency: {"agency", "co quan", "don vi", "bo, nganh, dia phuong", "bo nganh dia phuong", "bo, nganh", "dia phuong", "tinh",
		"tinh, thanh pho", "tinh/thanh pho", "tinh thanh", "ten don vi", "ten co quan", "don vi bao cao", "co quan, don vi", "co quan/don vi"},
	roleAgencyCode:    {"agency_id", "ma don vi", "ma co quan", "ma tinh"},
	roleIndicator:     {"indicator", "chi tieu", "ten chi tieu"},
	roleIndicatorCode: {"indicator_code", "ma chi tieu"},
	rolePeriod:        {"period", "period_key", "ky", "ky bao cao", "ky so lieu", "thoi ky"},
	roleNumerator:     {"numerator", "tu so"},
	roleDenominator:   {"denominator", "mau so"},
	roleValue:         {"value", "gia tri", "ket qua", "so lieu"},
	roleNote:          {"note", "ghi chu"},
	roleRank:          {"published_rank", "hang cong bo", "thu hang cong bo", "xep hang cong bo"},
	roleOrigin:        {"source", "nguon", "nguon so lieu"},
	rolePublishedOn:   {"published_on", "ngay cong bo"},
	roleFrom:          {"from", "tu ngay"},
	roleTo:            {"to", "den ngay"},
	roleQualifier:     {"qualifier", "dinh tinh", "muc do chinh xac"},
	roleQuote:         {"text_as_published", "nguyen van"},
	roleIgnored: {"agency_name_as_published", "unit", "don vi tinh", "dvt", "dv tinh", "accumulation", "stt", "tt", "so tt", "so thu tu",
		"no", "#", "indicator_name", "agency_name", "state", "ky truoc", "cung ky nam truoc"},
}

// part is one of the three figures of an indicator.
type part uint8

const (
	partValue part = iota
	partNumerator
	partDenominator
	partCount
)

// meaning is what a header of a matrix may say: a part of an indicator.
type meaning struct {
	code string
	part part
}

// headers knows what the texts of header cells may mean.
type headers struct {
	roles    map[string]role
	exact    map[string][]meaning // code and name
	partial  map[string][]meaning // names of numerators and denominators
	byPeriod func(code string, day vi.Date) bool
}

func newHeaders(cat *kpi.Catalogue) *headers {
	h := &headers{roles: map[string]role{}, exact: map[string][]meaning{}, partial: map[string][]meaning{}}
	for r, names := range roleNames {
		for _, n := range names {
			h.roles[n] = r
		}
	}
	for _, d := range cat.Definitions() {
		code := d.Indicator.Code
		add(h.exact, code, meaning{code, partValue})
		add(h.exact, d.Name, meaning{code, partValue})
		add(h.exact, code+".num", meaning{code, partNumerator})
		add(h.exact, code+".den", meaning{code, partDenominator})
		add(h.partial, d.Numerator, meaning{code, partNumerator})
		add(h.partial, d.Denominator, meaning{code, partDenominator})
	}
	h.byPeriod = func(code string, day vi.Date) bool {
		_, ok := cat.On(code, day)
		return ok
	}
	return h
}

func add(m map[string][]meaning, text string, x meaning) {
	key := vi.Fold(text)
	if key == "" {
		return
	}
	for _, old := range m[key] {
		if old == x {
			return
		}
	}
	m[key] = append(m[key], x)
}

// role returns what a header text says in the tidy shape.
func (h *headers) role(text string) role {
	for _, t := range headerForms(text) {
		if r, ok := h.roles[t]; ok {
			return r
		}
	}
	return roleNone
}

// meanings returns the indicators that a header text may stand for.
func (h *headers) meanings(text string) []meaning {
	for _, t := range headerForms(text) {
		if m := h.exact[t]; len(m) > 0 {
			return m
		}
		if m := h.partial[t]; len(m) > 0 {
			return m
		}
	}
	return nil
}

// headerForms returns a header folded, and without a trailing "(…)", "*" or ":".
func headerForms(text string) []string {
	full := vi.Fold(text)
	bare := strings.TrimSpace(strings.TrimRight(full, "*: "))
	if i := strings.LastIndexByte(bare, '('); i > 0 && strings.HasSuffix(bare, ")") {
		bare = strings.TrimSpace(bare[:i])
	}
	if bare == full {
		return []string{full}
	}
	return []string{full, bare}
}

// measure is one indicator of a matrix: the columns of its figures, -1 where there is none.
type measure struct {
	code   string
	header check.Field // the code, at the place of the header
	cols   [partCount]int
}

// layout is what the columns of one table hold.
type layout struct {
	at       [roleCount]int // column of each role, -1
	measures []measure      // nil for the tidy shape
	width    int
}

// column returns the columns of a role, the code column before the name column.
func (l *layout) column(code, name role) int {
	if code != roleNone && l.at[code] >= 0 {
		return l.at[code]
	}
	return l.at[name]
}

// recognise reports whether a row is the header of a table: at least two known columns, one of
// them the agency.
func (h *headers) recognise(fields []check.Field) bool {
	known, agency := 0, false
	for i := range fields {
		if fields[i].Kind != check.Text || len(fields[i].Text) > 400 {
			continue
		}
		switch r := h.role(fields[i].Text); {
		case r == roleAgency || r == roleAgencyCode:
			agency = true
			known++
		case r == roleIgnored:
		case r != roleNone || len(h.meanings(fields[i].Text)) > 0:
			known++
		}
	}
	return agency && known >= 2
}

// lay reads a header row. Findings about it go to t.report; ok is false when the table cannot be
// read because of them.
func (t *table) lay(fields []check.Field) (layout, bool) {
	l := layout{width: len(fields)}
	for r := range l.at {
		l.at[r] = -1
	}
	ok := true
	loose := map[int][]meaning{}
	for i := range fields {
		text := fields[i].Text
		if fields[i].Kind != check.Text {
			continue
		}
		r := t.r.headers.role(text)
		switch m := t.r.headers.meanings(text); {
		case r == roleNone && len(m) > 0:
			loose[i] = m
		case r == roleNone:
			t.found(check.Info, fields[i].Ref(), UnknownColumn, "Cột "+quote(text)+" không thuộc mẫu và không được đọc.")
		case r == roleIgnored:
			if l.at[r] < 0 {
				l.at[r] = i
			}
		case l.at[r] >= 0:
			ok = false
			t.duplicate(fields, l.at[r], i)
		default:
			l.at[r] = i
		}
	}
	if l.column(roleIndicatorCode, roleIndicator) >= 0 {
		for i := range fields {
			if loose[i] != nil {
				t.found(check.Info, fields[i].Ref(), UnknownColumn, "Cột "+quote(fields[i].Text)+" không được đọc, vì bảng đã có cột Chỉ tiêu.")
			}
		}
		return l, ok
	}
	return l, t.matrix(&l, fields, loose) && ok
}

func (t *table) duplicate(fields []check.Field, a, b int) {
	t.found(check.Error, fields[b].Ref(), DuplicateColumn, "Hai cột cùng nghĩa: "+quote(fields[a].Text)+" ở ô "+fields[a].Ref()+
		" và "+quote(fields[b].Text)+" ở ô "+fields[b].Ref()+". Hãy giữ lại một cột.")
}

// matrix binds the columns of a matrix to indicators. Tử số, Mẫu số and Giá trị belong to the one
// indicator of the sheet, if there is only one.
func (t *table) matrix(l *layout, fields []check.Field, loose map[int][]meaning) bool {
	if len(loose) == 0 {
		return true
	}
	ok := true
	known := map[string]bool{}
	if t.r.opts.Indicator != "" {
		known[t.r.opts.Indicator] = true
	}
	for i := range fields {
		if m := t.valid(loose[i]); len(m) == 1 {
			known[m[0].code] = true
		}
	}
	for i := range fields {
		m := t.valid(loose[i])
		if len(m) > 1 {
			m = among(m, known)
		}
		switch {
		case loose[i] == nil:
		case len(m) == 0:
			ok = false
			t.found(check.Error, fields[i].Ref(), AmbiguousColumn, "Cột "+quote(fields[i].Text)+" có thể là của các chỉ tiêu "+
				codes(loose[i])+". Hãy ghi mã chỉ tiêu làm tiêu đề, thêm .num (tử số) hoặc .den (mẫu số).")
		}
		for _, x := range m {
			ok = t.bind(l, fields, i, x) && ok
		}
	}
	for _, b := range [...]struct {
		role role
		part part
	}{{roleNumerator, partNumerator}, {roleDenominator, partDenominator}, {roleValue, partValue}} {
		i := l.at[b.role]
		switch {
		case i < 0:
		case len(l.measures) == 1:
			ok = t.bind(l, fields, i, meaning{l.measures[0].code, b.part}) && ok
		default:
			ok = false
			t.found(check.Error, fields[i].Ref(), AmbiguousColumn, "Bảng có nhiều chỉ tiêu nên không rõ cột "+quote(fields[i].Text)+
				" là của chỉ tiêu nào. Hãy ghi mã chỉ tiêu làm tiêu đề, thêm .num (tử số) hoặc .den (mẫu số).")
		}
	}
	return ok
}

// valid keeps the meanings that hold on the last day of the sheet's period, if it is known.
func (t *table) valid(all []meaning) []meaning {
	if t.day == 0 || len(all) < 2 {
		return all
	}
	var out []meaning
	for _, m := range all {
		if t.r.headers.byPeriod(m.code, t.day) {
			out = append(out, m)
		}
	}
	if len(out) == 0 {
		return all
	}
	return out
}

// among keeps the meanings whose indicator other columns name; a denominator may serve several.
func among(all []meaning, known map[string]bool) []meaning {
	var out []meaning
	for _, m := range all {
		if known[m.code] {
			out = append(out, m)
		}
	}
	for _, m := range out[min(1, len(out)):] {
		if m.part != partDenominator {
			return nil
		}
	}
	return out
}

func codes(all []meaning) string {
	var out []string
	for _, m := range all {
		out = append(out, m.code)
	}
	return strings.Join(out, ", ")
}

// bind gives column i to a part of an indicator.
func (t *table) bind(l *layout, fields []check.Field, i int, x meaning) bool {
	for k := range l.measures {
		m := &l.measures[k]
		if m.code != x.code {
			continue
		}
		if m.cols[x.part] >= 0 {
			t.duplicate(fields, m.cols[x.part], i)
			return false
		}
		m.cols[x.part] = i
		return true
	}
	m := measure{code: x.code, header: check.Field{At: fields[i].At, Kind: check.Text, Text: x.code}, cols: [partCount]int{-1, -1, -1}}
	m.cols[x.part] = i
	l.measures = append(l.measures, m)
	return true
}

// quote puts typed text into a sentence, cut when it is long.
func quote(text string) string { return "“" + short(text) + "”" }
