package filing

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Cutoff is the rule of a regime's data windows, as the catalogue writes it: "15-14", "calendar", "day:20", "free".
type Cutoff string

// The cut-off rules; "day:N" is the fourth.
const (
	// Decree09 runs from the 15th of the month before to the 14th of the last month: month, quarter, 6 months, 9 months and year
	// (Nghị định 09/2019/NĐ-CP Điều 12; so a year, a half and nine months begin on 15/12 of the year before).
	Decree09 Cutoff = "15-14"
	// CalendarDays is the named days themselves, as the DTI and e.g. Thông tư 07/2023/TT-BYT use.
	CalendarDays Cutoff = "calendar"
	// Free is given when the round is opened.
	Free Cutoff = "free"
)

var (
	reCutDay = regexp.MustCompile(`^day:([1-9]|[12]\d|30|31)$`)
	reDue    = regexp.MustCompile(`^(?:(working_days):(\d{1,2})|(day):(\d{1,2})(?:/(\d{1,2}))?)(?: (\d{2}):(\d{2}))?$`)
)

// Valid reports whether the rule can be read.
func (c Cutoff) Valid() bool {
	_, fixed := c.day()
	return fixed || c == CalendarDays || c == Free
}

// day returns the day of the month on which the window ends.
func (c Cutoff) day() (int, bool) {
	if c == Decree09 {
		return 14, true
	}
	m := reCutDay.FindStringSubmatch(string(c))
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	return n, err == nil
}

// Title returns the rule in words.
func (c Cutoff) Title() string {
	n, fixed := c.day()
	switch {
	case c == Decree09:
		return "từ ngày 15 tháng trước kỳ đến ngày 14 tháng cuối kỳ (Nghị định 09/2019/NĐ-CP)"
	case fixed:
		return fmt.Sprintf("chốt ngày %d tháng cuối kỳ", n)
	case c == CalendarDays:
		return "theo ngày dương lịch của kỳ"
	case c == Free:
		return "ghi khi mở đợt"
	}
	return string(c)
}

// Window returns the days that the figures of a period cover. The windows of periods that follow each other meet without gap or
// overlap. Weeks, days and spans have no months to shift: only the calendar serves them.
func (c Cutoff) Window(p kpi.Period) (Window, error) {
	n, fixed := c.day()
	switch {
	case c == CalendarDays:
		return Window{p.From, p.To}, nil
	case c == Free:
		return Window{}, fault.New(fault.Invalid, "Chế độ này không có quy tắc chốt số liệu. Hãy ghi ngày bắt đầu và ngày chốt số liệu của đợt.")
	case !fixed:
		return Window{}, fault.New(fault.Invalid, "Không hiểu quy tắc chốt số liệu %q. Hãy ghi 15-14, calendar, day:20 hoặc free.", string(c))
	case p.Kind == kpi.Week || p.Kind == kpi.Day || p.Kind == kpi.Span:
		return Window{}, fault.New(
			fault.Invalid,
			"Kỳ %q không theo tháng nên không áp dụng được quy tắc %s. Hãy ghi ngày bắt đầu và ngày chốt số liệu của đợt.",
			p.Title(),
			c.Title(),
		)
	}
	before := vi.NewDate(p.From.Year(), p.From.Month(), 0) // the last day of the month before
	return Window{inMonth(before.Year(), before.Month(), n).AddDays(1), inMonth(p.To.Year(), p.To.Month(), n)}, nil
}

// inMonth returns day n of a month, its last day when it has fewer.
func inMonth(year, month, n int) vi.Date {
	return vi.NewDate(year, month, min(n, vi.NewDate(year, month+1, 0).Day()))
}

// DueRule says when a report is due after the cut-off, as the catalogue writes it: "working_days:2" (Quyết định
// 01/2023/QĐ-UBND Khánh Hòa), "day:25" (the first 25th after the cut-off), "day:31/1" (the first 31 January after it), each with
// a time of day behind it if need be: "day:25 17:00". "" is given when the round is opened.
type DueRule string

// Valid reports whether the rule can be read.
func (r DueRule) Valid() bool {
	if r == "" {
		return true
	}
	_, err := r.parse()
	return err == nil
}

type dueRule struct {
	working    bool
	days       int // N working days
	day, month int // fixed day; month 0 is any
	minute     int
}

func (r DueRule) parse() (dueRule, error) {
	bad := fault.New(
		fault.Invalid,
		"Không hiểu quy tắc hạn nộp %q. Hãy ghi working_days:2, day:25 hoặc day:31/1, có thể kèm giờ: day:25 17:00.",
		string(r),
	)
	m := reDue.FindStringSubmatch(string(r))
	if m == nil {
		return dueRule{}, bad
	}
	num := func(s string) int { n, _ := strconv.Atoi(s); return n } // the pattern allows digits only, and "" is 0
	out := dueRule{working: m[1] != "", days: num(m[2]), day: num(m[4]), month: num(m[5]), minute: num(m[6])*60 + num(m[7])}
	fixed := out.day >= 1 && out.day <= 31 && out.month <= 12 &&
		(m[5] == "" || out.month >= 1 && out.day <= vi.NewDate(2024, out.month+1, 0).Day())
	if !out.working && !fixed || out.minute >= minutesOfDay || num(m[7]) > 59 || m[6] != "" && out.minute == 0 {
		return dueRule{}, bad
	}
	return out, nil
}

// Title returns the rule in words.
func (r DueRule) Title() string {
	if r == "" {
		return "ghi khi mở đợt"
	}
	d, err := r.parse()
	if err != nil {
		return string(r)
	}
	var b strings.Builder
	if d.minute != 0 {
		b.WriteString(Deadline{Minute: d.minute}.Clock() + " ")
	}
	switch {
	case d.working:
		fmt.Fprintf(&b, "ngày làm việc thứ %d sau ngày chốt số liệu", d.days)
	case d.month != 0:
		fmt.Fprintf(&b, "ngày %02d/%02d sau ngày chốt số liệu", d.day, d.month)
	default:
		fmt.Fprintf(&b, "ngày %d sau ngày chốt số liệu", d.day)
	}
	return b.String()
}

// Deadline returns when reports on data up to cutoff are due. A fixed day that is off moves to the next working day.
func (r DueRule) Deadline(cutoff vi.Date, cal *Calendar) (Deadline, error) {
	if r == "" {
		return Deadline{}, fault.New(fault.Invalid, "Chế độ này không có quy tắc hạn nộp. Hãy ghi hạn nộp của đợt.")
	}
	d, err := r.parse()
	if err != nil {
		return Deadline{}, err
	}
	if d.working {
		return Deadline{cal.Add(cutoff, d.days), d.minute}, nil
	}
	year, month := cutoff.Year(), cutoff.Month()
	if d.month != 0 {
		month = d.month
	}
	day := inMonth(year, month, d.day)
	for day <= cutoff {
		if d.month != 0 {
			year++
		} else if month++; month > 12 {
			year, month = year+1, 1
		}
		day = inMonth(year, month, d.day)
	}
	return Deadline{cal.Next(day), d.minute}, nil
}
