package kpi

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// PeriodKind is the length of a named period.
type PeriodKind string

// The kinds of period. A Day is a snapshot of a portal; a Span is a free range of days.
const (
	Year    PeriodKind = "year"
	Half    PeriodKind = "half"
	Nine    PeriodKind = "nine_months"
	Quarter PeriodKind = "quarter"
	Month   PeriodKind = "month"
	Week    PeriodKind = "week"
	Day     PeriodKind = "day"
	Span    PeriodKind = "span"
)

// Period is a named stretch of the calendar (kỳ). Key is its only written form: 2026, 2026-H1,
// 2026-9M, 2026-Q3, 2026-08, 2026-W36, 2026-10-10, 2024-07-01..2025-02-06. From and To are its
// named days; the data window of a regime (chốt số liệu, Nghị định 09/2019/NĐ-CP Điều 12) may
// differ and belongs to the regime. To decides which agencies exist.
type Period struct {
	Key  string
	Kind PeriodKind
	From vi.Date
	To   vi.Date
}

var (
	reYear    = regexp.MustCompile(`^(\d{4})$`)
	reHalf    = regexp.MustCompile(`^(\d{4})-H([12])$`)
	reNine    = regexp.MustCompile(`^(\d{4})-9M$`)
	reQuarter = regexp.MustCompile(`^(\d{4})-Q([1-4])$`)
	reMonth   = regexp.MustCompile(`^(\d{4})-(0[1-9]|1[0-2])$`)
	reWeek    = regexp.MustCompile(`^(\d{4})-W(0[1-9]|[1-4]\d|5[0-3])$`)
)

// Years that a figure can be of. Anything else is a typing error.
const minYear, maxYear = 1990, 2100

// ParsePeriod reads a period key. What people write ("quý III/2026") goes through intake first.
func ParsePeriod(key string) (Period, error) {
	p, err := parsePeriod(key)
	if err != nil {
		return Period{}, err
	}
	if p.From.Year() < minYear || p.To.Year() > maxYear {
		return Period{}, fault.New(fault.Invalid, "Kỳ %q có năm ngoài khoảng %d–%d.", key, minYear, maxYear)
	}
	return p, nil
}

func parsePeriod(key string) (Period, error) {
	num := func(s string) int { n, _ := strconv.Atoi(s); return n } // the patterns allow digits only
	if m := reYear.FindStringSubmatch(key); m != nil {
		return months(key, Year, num(m[1]), 1, 12), nil
	}
	if m := reHalf.FindStringSubmatch(key); m != nil {
		return months(key, Half, num(m[1]), num(m[2])*6-5, 6), nil
	}
	if m := reNine.FindStringSubmatch(key); m != nil {
		return months(key, Nine, num(m[1]), 1, 9), nil
	}
	if m := reQuarter.FindStringSubmatch(key); m != nil {
		return months(key, Quarter, num(m[1]), num(m[2])*3-2, 3), nil
	}
	if m := reMonth.FindStringSubmatch(key); m != nil {
		return months(key, Month, num(m[1]), num(m[2]), 1), nil
	}
	if m := reWeek.FindStringSubmatch(key); m != nil {
		return week(key, num(m[1]), num(m[2]))
	}
	if a, b, ok := strings.Cut(key, ".."); ok {
		from, err1 := vi.ParseISODate(a)
		to, err2 := vi.ParseISODate(b)
		if err1 == nil && err2 == nil && from <= to {
			return Period{Key: key, Kind: Span, From: from, To: to}, nil
		}
	} else if d, err := vi.ParseISODate(key); err == nil {
		return Period{Key: key, Kind: Day, From: d, To: d}, nil
	}
	return Period{}, fault.New(fault.Invalid,
		"Không hiểu kỳ %q. Hãy ghi 2026, 2026-H1, 2026-9M, 2026-Q3, 2026-08, 2026-W36, 2026-10-10 hoặc 2026-01-01..2026-02-15.", key)
}

func months(key string, k PeriodKind, year, first, n int) Period {
	return Period{Key: key, Kind: k, From: vi.NewDate(year, first, 1), To: vi.NewDate(year, first+n, 0)}
}

// week returns the ISO 8601 week: week 1 holds 4 January.
func week(key string, year, n int) (Period, error) {
	jan4 := vi.NewDate(year, 1, 4)
	monday := jan4.AddDays(-int((jan4.Time().Weekday()+6)%7) + 7*(n-1))
	if y, w := monday.Time().ISOWeek(); y != year || w != n {
		return Period{}, fault.New(fault.Invalid, "Năm %d không có tuần %d.", year, n)
	}
	return Period{Key: key, Kind: Week, From: monday, To: monday.AddDays(6)}, nil
}

// MustPeriod is ParsePeriod for tests; it panics on a bad key.
func MustPeriod(key string) Period {
	p, err := ParsePeriod(key)
	if err != nil {
		panic(err) //nolint:forbidigo // only tests call it, with keys of their own
	}
	return p
}

// Index returns which one of its kind within its year the period is (quarter 3 → 3), 1 for years
// and nine months, 0 for days and spans, which are not numbered.
func (p Period) Index() int {
	switch p.Kind {
	case Half:
		return p.To.Month() / 6
	case Quarter:
		return p.To.Month() / 3
	case Month:
		return p.To.Month()
	case Week:
		_, w := p.From.Time().ISOWeek()
		return w
	case Year, Nine:
		return 1
	default:
		return 0
	}
}

// Title returns the name people use: "Quý III năm 2026", "Tháng 8 năm 2026", "Ngày 10/10/2026".
func (p Period) Title() string {
	switch p.Kind {
	case Year:
		return fmt.Sprintf("Năm %d", p.To.Year())
	case Half:
		return fmt.Sprintf("6 tháng %s năm %d", [...]string{"đầu", "cuối"}[p.Index()-1], p.To.Year())
	case Nine:
		return fmt.Sprintf("9 tháng đầu năm %d", p.To.Year())
	case Quarter:
		return fmt.Sprintf("Quý %s năm %d", [...]string{"I", "II", "III", "IV"}[p.Index()-1], p.To.Year())
	case Month:
		return fmt.Sprintf("Tháng %d năm %d", p.To.Month(), p.To.Year())
	case Week:
		y, w := p.From.Time().ISOWeek()
		return fmt.Sprintf("Tuần %d năm %d", w, y)
	case Day:
		return "Ngày " + p.To.String()
	default:
		return fmt.Sprintf("Từ %s đến %s", p.From, p.To)
	}
}

// Label returns the short name of a period, for an axis or inside a sentence that names several: "Quý III/2026", "8/2026".
func (p Period) Label() string {
	y := p.To.Year()
	switch p.Kind {
	case Year:
		return fmt.Sprint(y)
	case Half:
		return fmt.Sprintf("6T %s/%d", [...]string{"đầu", "cuối"}[p.Index()-1], y)
	case Nine:
		return fmt.Sprintf("9T/%d", y)
	case Quarter:
		return fmt.Sprintf("Quý %s/%d", [...]string{"I", "II", "III", "IV"}[p.Index()-1], y)
	case Month:
		return fmt.Sprintf("%d/%d", p.To.Month(), y)
	case Week:
		wy, w := p.From.Time().ISOWeek()
		return fmt.Sprintf("Tuần %d/%d", w, wy)
	case Day:
		return p.To.String()
	default:
		return p.From.String() + "–" + p.To.String()
	}
}

// prior returns the period of the same kind one step earlier, false for days and spans.
func (p Period) prior() (Period, bool) {
	switch p.Kind {
	case Year, Nine:
		return p.LastYear()
	case Half:
		return reparse(stepKey(p.To.Year(), p.Index()-1, 2, "%d-H%d"))
	case Quarter:
		return reparse(stepKey(p.To.Year(), p.Index()-1, 4, "%d-Q%d"))
	case Month:
		return reparse(stepKey(p.To.Year(), p.Index()-1, 12, "%d-%02d"))
	case Week:
		y, w := p.From.Time().AddDate(0, 0, -7).ISOWeek()
		return reparse(fmt.Sprintf("%d-W%02d", y, w))
	default:
		return Period{}, false
	}
}

// LastYear returns the same period one year earlier (cùng kỳ năm trước), false for spans and for
// a week 53 or a 29 February that the year before does not have.
func (p Period) LastYear() (Period, bool) {
	if p.Kind == Span {
		return Period{}, false
	}
	y, rest := p.Key[:4], p.Key[4:]
	n, err := strconv.Atoi(y)
	if err != nil {
		return Period{}, false
	}
	return reparse(fmt.Sprintf("%d%s", n-1, rest))
}

func stepKey(year, index, perYear int, layout string) string {
	if index == 0 {
		year, index = year-1, perYear
	}
	return fmt.Sprintf(layout, year, index)
}

func reparse(key string) (Period, bool) {
	p, err := ParsePeriod(key)
	return p, err == nil
}

// Comparison says which period a figure's movement is measured against.
type Comparison struct {
	Period   Period
	Snapshot bool    // look for the latest earlier day of the same source instead of Period
	NotUntil vi.Date // a Snapshot search must not go before this day
	None     string  // Vietnamese reason why there is no earlier period to compare with
}

// Previous returns what "previous period" means for a figure of accumulation a in period p
// (design rule 9): a day compares with the latest earlier day of the same source; a cumulative
// figure with the same period of last year; a year-to-date figure with the period before it in the
// same year, for it starts again in January; everything else with the period just before.
func Previous(p Period, a Accumulation) Comparison {
	switch {
	case p.Kind == Day && a == YearToDate:
		return Comparison{Snapshot: true, NotUntil: vi.NewDate(p.To.Year(), 1, 1)}
	case p.Kind == Day:
		return Comparison{Snapshot: true, NotUntil: vi.OpenFrom}
	case p.Kind == Span:
		return Comparison{None: "Kỳ tự chọn không có kỳ trước liền kề."}
	case a == Cumulative:
		if q, ok := p.LastYear(); ok {
			return Comparison{Period: q}
		}
	default:
		q, ok := p.prior()
		if ok && a == YearToDate && q.To.Year() != p.To.Year() && p.Kind != Year && p.Kind != Nine {
			return Comparison{None: "Số liệu lũy kế từ đầu năm bắt đầu lại từ tháng 01, không so với năm trước."}
		}
		if ok {
			return Comparison{Period: q}
		}
	}
	return Comparison{None: "Không có kỳ trước để so sánh."}
}

// SortKey orders periods by their last day, longer ones after shorter ones of the same end.
func (p Period) SortKey() (to, span int) {
	return int(p.To), p.From.DaysTo(p.To)
}
