package filing

import (
	"time"

	"chiso/internal/vi"
)

// DayKind says why a day differs from the ordinary week of Monday to Friday.
type DayKind string

// The kinds of special day (Bộ luật Lao động 2019 Điều 111 khoản 3, Điều 112; swaps by decision of the Prime Minister).
const (
	Holiday    DayKind = "holiday"    // nghỉ lễ, Tết
	Substitute DayKind = "substitute" // nghỉ bù: a holiday fell on a weekend
	SwapOff    DayKind = "swap_off"   // nghỉ hoán đổi: off, worked for on another day
	SwapWork   DayKind = "swap_work"  // làm bù: a weekend day that is worked
)

// Title returns the Vietnamese name of the kind.
func (k DayKind) Title() string {
	switch k {
	case Holiday:
		return "nghỉ lễ, Tết"
	case Substitute:
		return "nghỉ bù"
	case SwapOff:
		return "nghỉ hoán đổi"
	case SwapWork:
		return "làm bù"
	}
	return string(k)
}

// SpecialDay is a day that is off though a weekday, or worked though a weekend, by an act.
type SpecialDay struct {
	Day      vi.Date
	Kind     DayKind
	Name     string
	Basis    string
	Verified string
}

// Calendar knows the working days of public bodies in Viet Nam. It is immutable and safe for concurrent use.
type Calendar struct {
	days  map[vi.Date]SpecialDay
	years map[int]bool
}

// NewCalendar indexes the special days.
func NewCalendar(days []SpecialDay) *Calendar {
	c := &Calendar{days: map[vi.Date]SpecialDay{}, years: map[int]bool{}}
	for _, d := range days {
		c.days[d.Day] = d
		c.years[d.Day.Year()] = true
	}
	return c
}

// Covers reports whether the special days of a year are known. Without them a due date counts weekends only.
func (c *Calendar) Covers(year int) bool { return c.years[year] }

// On returns what is special about a day.
func (c *Calendar) On(d vi.Date) (SpecialDay, bool) {
	s, ok := c.days[d]
	return s, ok
}

// Working reports whether public bodies work on day d.
func (c *Calendar) Working(d vi.Date) bool {
	if s, ok := c.days[d]; ok {
		return s.Kind == SwapWork
	}
	w := d.Time().Weekday()
	return w != time.Saturday && w != time.Sunday
}

// Next returns d, or the first working day after it when d is off: a term that ends on a day off ends on the next working day
// (Bộ luật Dân sự 2015 Điều 148 khoản 5).
func (c *Calendar) Next(d vi.Date) vi.Date {
	for !c.Working(d) {
		d = d.AddDays(1)
	}
	return d
}

// Add returns the n-th working day after d; d itself does not count. For n of 0 it is Next.
func (c *Calendar) Add(d vi.Date, n int) vi.Date {
	for range n {
		d = c.Next(d.AddDays(1))
	}
	return c.Next(d)
}
