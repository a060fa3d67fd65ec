package kpi

import "chiso/internal/vi"

// Kind is what sort of number an indicator is.
type Kind string

// The kinds of indicator. Only ratios have a numerator and denominator; scores are never pooled.
const (
	Ratio Kind = "ratio" // percent, kept as numerator and denominator
	Count Kind = "count"
	Money Kind = "money"
	Score Kind = "score"
	YesNo Kind = "yes_no"
	Place Kind = "rank" // a place in somebody else's table, e.g. EGDI
)

// Direction says which end of an indicator is good.
type Direction string

// The directions. Neutral indicators are listed in order of size and not judged.
const (
	Higher  Direction = "higher"
	Lower   Direction = "lower"
	Neutral Direction = "neutral"
)

// Accumulation says what stretch of time a figure of a period covers.
type Accumulation string

// The accumulations: within the period, since the beginning (lũy kế), since 1 January, at the
// last day of the period (thời điểm).
const (
	InPeriod   Accumulation = "in_period"
	Cumulative Accumulation = "cumulative"
	YearToDate Accumulation = "year_to_date"
	Point      Accumulation = "point"
)

// Title returns the Vietnamese name of the accumulation.
func (a Accumulation) Title() string {
	switch a {
	case InPeriod:
		return "trong kỳ"
	case Cumulative:
		return "lũy kế"
	case YearToDate:
		return "lũy kế từ đầu năm"
	case Point:
		return "tại thời điểm"
	}
	return string(a)
}

// Indicator is what is measured (chỉ tiêu). Its Code never changes meaning; what exactly is counted
// is said by its Definition of a date.
type Indicator struct {
	ID        int64
	Code      string
	Kind      Kind
	Direction Direction
	Pillar    string // chinh_phu_so, kinh_te_so, xa_hoi_so, de_an_06, 766, nq57, …
}

// Subset says whether a ratio's numerator is part of its denominator.
type Subset string

// A numerator above the denominator is an error only for SubsetYes; SubsetUnknown is for kinds
// without parts.
const (
	SubsetYes     Subset = "yes"
	SubsetNo      Subset = "no"
	SubsetUnknown Subset = ""
)

// Definition is one dated version of what an indicator means. A new version breaks the line:
// figures of two versions are not compared.
type Definition struct {
	ID            int64
	Indicator     Indicator
	From, To      vi.Date
	Name          string // as printed
	NameEN        string
	Numerator     string // what is counted above the line, "" if there are no parts
	Denominator   string
	Unit          string
	Decimals      int // what is printed and what ranks are made of
	Accumulation  Accumulation
	Frequency     string
	Reporter      string // both, ministry, province, national
	Subset        Subset
	Max           vi.NullDecimal // largest possible value of a score, absent when there is none
	Signed        bool           // growth rates and the like may be below 0
	Fixed         []FixedSize    // denominators that it fixes as of a day, by day; nil for none
	BoundRule     BoundRule      // how a figure is ranked that is only a bound
	MinN          vi.NullDecimal // smallest denominator that is ranked ("mẫu nhỏ" below it)
	RankingSource System         // the source ranked when none is asked for
	Basis         string         // legal basis as the catalogue has it: decision numbers; BasisOn says which holds on a day
	Verified      string         // yes, partly: whether the basis was read
	Note          string
	bases         []DatedBasis // by CiteActs
}

// BoundRule says how a definition ranks a figure that was printed with a word of direction: "trên 80 %", "gần 17,5 triệu".
type BoundRule string

// ByNumber ranks such a figure by the number printed. NotByBound ranks it nowhere and says why.
const (
	ByNumber   BoundRule = ""
	NotByBound BoundRule = "none"
)

// HasParts reports whether figures are a numerator over a denominator.
func (d *Definition) HasParts() bool { return d.Indicator.Kind == Ratio && d.Numerator != "" }

// WholeNumbers reports whether values must be whole: counts of things.
func (d *Definition) WholeNumbers() bool {
	return d.Indicator.Kind == Count || d.Indicator.Kind == Place
}

// Target is what an indicator should reach (mục tiêu): by scope and year.
type Target struct {
	Indicator string
	Scope     string // all (the national line), block:CODE, agency:ID
	Year      int
	Value     vi.Decimal
	Unit      string
	Act       string
	Verified  string
}

// System is a kind of source (nguồn). Two sources never overwrite each other.
type System string

// The source systems, by the codes that commands and URLs use.
const (
	Reported     System = "reported"
	Appraised    System = "appraised"
	DVCQG        System = "dvcqg"
	EMC          System = "emc"
	Published    System = "published"
	Register     System = "register"
	Illustrative System = "illustrative"
)

// Systems lists every system in the order in which a ranking falls back when the indicator's own
// ranking source has no figure at all for the period. Illustrative is not in it: it is ranked only
// when asked for.
func Systems() []System {
	return []System{Reported, Appraised, DVCQG, EMC, Register, Published}
}

// ParseSystem returns the system of a code.
func ParseSystem(code string) (System, bool) {
	s := System(code)
	for _, k := range append(Systems(), Illustrative) {
		if s == k {
			return s, true
		}
	}
	return "", false
}

// Title returns the Vietnamese name of the source.
func (s System) Title() string {
	switch s {
	case Reported:
		return "Đơn vị báo cáo"
	case Appraised:
		return "Thẩm định"
	case DVCQG:
		return "Cổng Dịch vụ công quốc gia"
	case EMC:
		return "Hệ thống EMC"
	case Published:
		return "Số liệu đã công bố"
	case Register:
		return "Sổ nhiệm vụ"
	case Illustrative:
		return "Số liệu minh họa"
	}
	return string(s)
}

// Source is one origin within a system. Published figures keep their publisher apart, for two
// articles may print different numbers; the other systems have one origin, "".
type Source struct {
	ID     int64
	System System
	Origin string
}
