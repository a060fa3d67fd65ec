package intake

import (
	"strings"

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
	roleYear
	roleQuarter
	roleMonth
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
	roleUnit
	roleIgnored // known, and of no use here
	roleCount
)

// names reports whether a column of the role says whose or what the figures are.
func (r role) names() bool { return r >= roleAgency && r <= rolePeriod }

// roleNames lists how columns are called, folded.
var roleNames = map[role][]string{
	roleAgency: {"agency", "co quan", "don vi", "bo, nganh, dia phuong", "bo nganh dia phuong", "bo, nganh", "dia phuong", "tinh",
		"tinh, thanh pho", "tinh/thanh pho", "tinh thanh", "ten don vi", "ten co quan", "don vi bao cao", "co quan, don vi", "co quan/don vi",
		"co quan bao cao", "ten bo, nganh, dia phuong", "bo, co quan, dia phuong", "bo, nganh va dia phuong", "ten tinh", "ten tinh, thanh pho",
		"tinh, tp", "tinh/tp", "ten dia phuong", "ten bo, nganh", "ten co quan, don vi", "ten co quan/don vi", "ten don vi, dia phuong", "ten don vi/dia phuong",
		"tinh, thanh pho truc thuoc trung uong", "tinh, thanh pho truc thuoc tw", "bo, nganh, co quan trung uong", "bo, co quan ngang bo, co quan thuoc chinh phu",
		"don vi, dia phuong", "don vi/dia phuong", "bo, nganh/dia phuong", "bo/nganh/dia phuong", "bo, nganh, tinh, thanh pho", "ten tinh/thanh pho", "dia ban"},
	roleAgencyCode:    {"agency_id", "ma don vi", "ma co quan", "ma tinh"},
	roleIndicator:     {"indicator", "chi tieu", "ten chi tieu", "chi so", "ten chi so", "noi dung chi tieu", "noi dung"},
	roleIndicatorCode: {"indicator_code", "ma chi tieu", "ma ct", "ma chi so"},
	roleYear:          {"nam", "year", "nam bao cao"},
	roleQuarter:       {"quy", "quarter", "quy bao cao"},
	roleMonth:         {"thang", "month", "thang bao cao"},
	rolePeriod:        {"period", "period_key", "ky", "ky bao cao", "ky bc", "ky so lieu", "thoi ky"},
	roleNumerator:     {"numerator", "tu so"},
	roleDenominator:   {"denominator", "mau so"},
	roleValue: {
		"value",
		"gia tri",
		"ket qua",
		"so lieu",
		"so luong",
		"diem",
		"diem so",
		"thuc hien",
		"ket qua thuc hien",
		"ky nay",
		"ky bao cao nay",
		"so thuc hien",
		"datavalue",
	},
	roleNote:        {"note", "ghi chu", "giai trinh"},
	roleRank:        {"published_rank", "hang cong bo", "thu hang cong bo", "xep hang cong bo"},
	roleOrigin:      {"source", "nguon", "nguon so lieu"},
	rolePublishedOn: {"published_on", "ngay cong bo"},
	roleFrom:        {"from", "tu ngay"},
	roleTo:          {"to", "den ngay"},
	roleQualifier:   {"qualifier", "dinh tinh", "muc do chinh xac"},
	roleQuote:       {"text_as_published", "nguyen van"},
	roleUnit:        {"unit", "don vi tinh", "dvt", "dv tinh", "don vi do"},
	roleIgnored: {
		"agency_name_as_published",
		"accumulation",
		"thu tu",
		"hang",
		"xep hang",
		"thu hang",
		"rank",
		"vi tri",
		"stt",
		"tt",
		"so tt",
		"so thu tu",
		"no",
		"#",
		"indicator_name",
		"agency_name",
		"state",
	},
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
	exact    map[string][]meaning       // code and name
	partial  map[string][]meaning       // names of numerators and denominators
	units    map[string]bool            // of the definitions
	counted  map[string]string          // what units count: folded, and as it is written
	words    map[string]map[string]bool // of the names of an indicator and its parts, by code
	byPeriod func(code string, day vi.Date) bool
}

func newHeaders(cat *kpi.Catalogue) *headers {
	h := &headers{
		roles:   map[string]role{},
		units:   map[string]bool{},
		counted: map[string]string{},
		words:   map[string]map[string]bool{},
		exact:   map[string][]meaning{},
		partial: map[string][]meaning{},
	}
	for r, names := range roleNames {
		for _, n := range names {
			h.roles[n] = r
		}
	}
	for _, d := range cat.Definitions() {
		code := d.Indicator.Code
		h.units[vi.Fold(d.Unit)] = true
		h.count(d)
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

// count notes the words of a definition, and what its unit counts.
func (h *headers) count(d *kpi.Definition) {
	if base := vi.ParseUnit(d.Unit).Base; base != "" {
		h.counted[base] = d.Unit
	}
	words := h.words[d.Indicator.Code]
	if words == nil {
		words = map[string]bool{}
		h.words[d.Indicator.Code] = words
	}
	for _, text := range []string{d.Indicator.Code, d.Name, d.Numerator, d.Denominator, d.Unit} {
		for _, w := range strings.FieldsFunc(vi.Fold(text), notLetter) {
			words[w] = true
		}
	}
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
func (h *headers) role(text string) role { return h.roleOf(vi.Fold(text)) }

func (h *headers) roleOf(folded string) role {
	for _, t := range headerForms(folded) {
		if r, ok := h.roles[t]; ok {
			return r
		}
	}
	return roleNone
}

// headerForms returns a folded header, and the same without a trailing "(…)", "*" or ":".
func headerForms(full string) []string {
	bare := strings.TrimSpace(strings.TrimRight(full, "*: "))
	if i := strings.LastIndexByte(bare, '('); i > 0 && strings.HasSuffix(bare, ")") {
		bare = strings.TrimSpace(bare[:i])
	}
	if bare == full {
		return []string{full}
	}
	return []string{full, bare}
}

// quote puts typed text into a sentence, cut when it is long.
func quote(text string) string { return "“" + short(text) + "”" }
