package vi

import (
	"fmt"
	"strings"
	"time"
)

// Date is a civil day written as the integer yyyymmdd, so that it orders, compares and reads
// the same in Go, in both databases and in a dump. It has no time zone: callers that hold an
// instant convert it to Asia/Ho_Chi_Minh first.
type Date int32

// The open ends of a dated version: valid since ever, still valid.
const (
	OpenFrom Date = 101      // the first day of year 0, before every day that ParseISODate reads
	OpenTo   Date = 99991231 // 9999-12-31
)

// NewDate returns the day; out-of-range months and days are carried over as time.Date does.
func NewDate(y, m, d int) Date { return DateOf(time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)) }

// DateOf returns the civil day of t in t's own location.
func DateOf(t time.Time) Date {
	return Date(t.Year()*10000 + int(t.Month())*100 + t.Day())
}

// ParseISODate reads yyyy-mm-dd and refuses days that do not exist. 9999-12-31 is OpenTo, as other
// systems write it; OpenFrom is written as a blank.
func ParseISODate(s string) (Date, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return 0, fmt.Errorf("date %q: %w", s, err)
	}
	if t.Year() == 0 {
		return 0, fmt.Errorf("date %q: there is no year 0", s)
	}
	return DateOf(t), nil
}

// ParseDay reads a day as people write it, 30/09/2026 or 1/4/2026, or as ParseISODate does.
func ParseDay(s string) (Date, error) {
	if p := strings.Split(s, "/"); len(p) == 3 && len(p[2]) == 4 {
		s = fmt.Sprintf("%s-%02s-%02s", p[2], p[1], p[0])
	}
	return ParseISODate(s)
}

// Year returns the year.
func (d Date) Year() int { return int(d) / 10000 }

// Month returns the month, 1 to 12.
func (d Date) Month() int { return int(d) / 100 % 100 }

// Day returns the day of the month, 1 to 31.
func (d Date) Day() int { return int(d) % 100 }

// Time returns midnight UTC of the day, for calendar arithmetic only.
func (d Date) Time() time.Time {
	return time.Date(d.Year(), time.Month(d.Month()), d.Day(), 0, 0, 0, 0, time.UTC)
}

// AddDays returns the day n days later; an open end stays open.
func (d Date) AddDays(n int) Date {
	if d.IsOpen() {
		return d
	}
	return DateOf(d.Time().AddDate(0, 0, n))
}

// DaysTo returns how many days lie between d and another day: negative when that is earlier. Integers only, because a register asks
// for twenty thousand of them a page.
func (d Date) DaysTo(to Date) int { return to.serial() - d.serial() }

// serial numbers the days of the Gregorian calendar one after the other. Years begin in March, so that the odd day is the last.
func (d Date) serial() int {
	y, m := d.Year()+400, d.Month() // a whole cycle later, so that nothing is negative
	if m <= 2 {
		y, m = y-1, m+12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d.Day()
}

// IsOpen reports whether d is one of the sentinels.
func (d Date) IsOpen() bool { return d == OpenFrom || d == OpenTo }

// ISO returns yyyy-mm-dd, "" for the sentinels.
func (d Date) ISO() string {
	if d.IsOpen() || d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year(), d.Month(), d.Day())
}

// String returns dd/mm/yyyy as documents print it, "" for the sentinels.
func (d Date) String() string {
	if d.IsOpen() || d == 0 {
		return ""
	}
	return fmt.Sprintf("%02d/%02d/%04d", d.Day(), d.Month(), d.Year())
}

// Since returns the day as it stands in a sentence: "ngày 30/09/2026", "từ đầu" and "về sau" for the sentinels.
func (d Date) Since() string {
	switch d {
	case OpenFrom:
		return "từ đầu"
	case OpenTo:
		return "về sau"
	}
	return "ngày " + d.String()
}
