package filing

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// minutesOfDay is the end of a day: a report that is due "on" a day may come until midnight.
const minutesOfDay = 24 * 60

// Zone is the time of Viet Nam, without daylight saving since 1975.
func Zone() *time.Location { return time.FixedZone("+07", 7*60*60) }

// Deadline is a day and a time of that day in Viet Nam.
type Deadline struct {
	Day    vi.Date
	Minute int // after midnight; 0 means the end of the day, for nobody sets midnight as a deadline of the day it begins
}

// IsZero reports whether there is no deadline.
func (d Deadline) IsZero() bool { return d.Day == 0 }

// Time returns the instant until which a report is in time, exclusive.
func (d Deadline) Time() time.Time {
	minute := d.Minute
	if minute == 0 {
		minute = minutesOfDay
	}
	day := d.Day.Time()
	return time.Date(day.Year(), day.Month(), day.Day(), 0, minute, 0, 0, Zone())
}

// Passed reports whether t is too late.
func (d Deadline) Passed(t time.Time) bool { return !d.IsZero() && !t.Before(d.Time()) }

// Compare orders deadlines.
func (d Deadline) Compare(o Deadline) int { return d.Time().Compare(o.Time()) }

// Clock returns "17:00", "" for the end of the day.
func (d Deadline) Clock() string {
	if d.Minute == 0 {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", d.Minute/60, d.Minute%60)
}

// String returns "17:00 ngày 16/09/2026" or "hết ngày 16/09/2026".
func (d Deadline) String() string {
	switch {
	case d.IsZero():
		return ""
	case d.Minute == 0:
		return "hết ngày " + d.Day.String()
	}
	return d.Clock() + " ngày " + d.Day.String()
}

// Window is the stretch of days that the figures of a period cover (kỳ chốt số liệu).
type Window struct{ From, To vi.Date }

// Round is a regime opened for one period and many agencies (đợt báo cáo). The last day of the period decides which agencies
// exist, which forms hold and which definitions.
type Round struct {
	ID       int64
	Regime   string // code
	Name     string
	Period   kpi.Period
	Blocks   []string    // who owes: the members of blocks …
	Agencies []agency.ID // … or, without blocks, these
	Window   Window
	Due      Deadline
	OpenedAt time.Time
	LockedAt time.Time // zero while it is open
	Document int64     // the document that asks for it, 0 if none
}

// Locked reports whether nothing may be handed in or corrected any more (khóa kỳ).
func (r *Round) Locked() bool { return !r.LockedAt.IsZero() }

// Forms returns the forms that the round asks for: those of its regime that hold on the period's last day, and those made for it.
func (r *Round) Forms(all []Form) []Form {
	var out []Form
	for _, f := range all {
		if f.Round == r.ID && f.Round != 0 || f.Round == 0 && f.Regime == r.Regime && f.On(r.Period.To) {
			out = append(out, f)
		}
	}
	return out
}

// Extension gives one agency of a round more time (gia hạn).
type Extension struct {
	Agency   agency.ID
	Due      Deadline
	Reason   string
	Document int64 // the document that allows it, 0 if none
	Account  string
	At       time.Time
}

// RoundAction is what was done to a round.
type RoundAction string

// The actions.
const (
	RoundOpened   RoundAction = "opened"
	RoundChanged  RoundAction = "changed" // another window or deadline for everybody
	RoundExtended RoundAction = "extended"
	RoundLocked   RoundAction = "locked"
	RoundUnlocked RoundAction = "unlocked"
)

// Title returns the Vietnamese name of the action.
func (a RoundAction) Title() string {
	switch a {
	case RoundOpened:
		return "mở đợt"
	case RoundChanged:
		return "đổi thời gian của đợt"
	case RoundExtended:
		return "gia hạn"
	case RoundLocked:
		return "khóa kỳ"
	case RoundUnlocked:
		return "mở khóa kỳ"
	}
	return string(a)
}

// RoundEvent is one step in the life of a round: who, when, why, by which document.
type RoundEvent struct {
	At       time.Time
	Account  string
	Action   RoundAction
	Agency   agency.ID // of an extension
	Window   Window    // after it
	Due      Deadline
	Reason   string
	Document int64
}

// Duty is what one agency owes in a round.
type Duty struct {
	Round     int64
	Agency    agency.ID
	Name      string // on the period's last day
	Level     agency.Level
	Filer     agency.ID  // who files today: the agency, or who took it over as a whole; "" when nobody does
	FilerName string     // today
	Due       Deadline   // with the extension
	Extension *Extension // the one that holds, nil if none
}

// DaysLeft returns how many days remain until the due day: 0 on the day itself, below 0 after it.
func (d Duty) DaysLeft(today vi.Date) int {
	return today.DaysTo(d.Due.Day)
}

// Late reports whether a report sent at t is late; ask with the present time while nothing has been sent.
func (d Duty) Late(t time.Time) bool { return d.Due.Passed(t) }

// Duties lists who owes a report in the round, in official order. Later extensions replace earlier ones.
func (r *Round) Duties(dir *agency.Directory, extensions []Extension, today vi.Date) []Duty {
	last := r.Period.To
	var ids []agency.ID
	for _, block := range r.Blocks {
		for _, p := range dir.Members(block, last) {
			ids = append(ids, p.Agency)
		}
	}
	if len(r.Blocks) == 0 {
		ids = r.Agencies
	}
	out, seen := make([]Duty, 0, len(ids)), map[agency.ID]bool{}
	for _, id := range ids {
		v, ok := dir.On(id, last)
		if !ok || seen[id] {
			continue
		}
		seen[id] = true
		d := Duty{Round: r.ID, Agency: id, Name: v.Label(), Level: v.Level, Filer: filer(dir, id, today), Due: r.Due}
		if d.Filer != "" {
			d.FilerName = dir.Name(d.Filer, today)
		}
		for i := range extensions {
			if e := &extensions[i]; e.Agency == id {
				d.Due, d.Extension = e.Due, e
			}
		}
		out = append(out, d)
	}
	slices.SortStableFunc(out, func(a, b Duty) int { return cmp.Compare(dir.Order(a.Agency), dir.Order(b.Agency)) })
	return out
}

// filer follows whole succession to who exists on day d: a successor may file a predecessor's past period (design rule 8).
func filer(dir *agency.Directory, id agency.ID, d vi.Date) agency.ID {
	for range len(dir.IDs()) { // no longer than a chain can be, whatever the catalogue says
		if _, ok := dir.On(id, d); ok {
			return id
		}
		next := agency.ID("")
		for _, s := range dir.Successors(id) {
			if s.Extent == agency.Whole && s.On <= d {
				next = s.Succ
			}
		}
		if next == "" {
			return ""
		}
		id = next
	}
	return ""
}
