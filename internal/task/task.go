// Package task is the register of duties (nhiệm vụ): who was given what by which document and until
// when, and what follows from the dates. Nobody types a status: it is derived at a day, as one partition
// from which every published way of counting is a labelled view that closes to the total. It is pure: no
// SQL, HTTP, Excel, logging or clock.
package task

import (
	"iter"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/vi"
)

// Nature says whether an assignment has a deadline. It is written down, never guessed from a blank.
type Nature string

// The natures.
const (
	Timed       Nature = "timed"       // có thời hạn
	Recurring   Nature = "recurring"   // thường xuyên: no deadline, never done
	Unscheduled Nature = "unscheduled" // chưa giao thời hạn: a deadline is still to be given
)

// Title returns the Vietnamese name.
func (n Nature) Title() string {
	switch n {
	case Timed:
		return "Có thời hạn"
	case Recurring:
		return "Thường xuyên"
	case Unscheduled:
		return "Chưa giao thời hạn"
	}
	return string(n)
}

// Document is what a task, an extension or a decision rests on (văn bản).
type Document struct {
	ID     int64
	Number string
	Day    vi.Date // 0 when it is not known
	Issuer string
	Signer string
	Level  string // who gave it: trung_uong, chinh_phu, bo, tinh
	Title  string
}

// String names the document as people cite it: "71/NQ-CP ngày 01/4/2025".
func (d Document) String() string {
	switch {
	case d.Number == "":
		return d.Title
	case d.Day == 0:
		return d.Number
	}
	return d.Number + " ngày " + d.Day.String()
}

// Same reports whether two mentions mean one document: number, day and issuer identify it.
func (d Document) Same(o Document) bool {
	return d.Number == o.Number && d.Day == o.Day && d.Issuer == o.Issuer
}

// Task is a duty from a document, with its assignments.
type Task struct {
	ID          int64
	Code        string // by which next month's register finds it again
	Title       string
	Programme   string    // de_an_06, nq_57, …
	Owner       agency.ID // whose office keeps the register and decides requests
	Document    Document
	Product     string   // the product expected
	Indicators  []string // codes of the indicators that it serves
	Note        string
	Assignments []Assignment
}

// Leads returns the assignments that answer for the task on day: those of leading agencies, of all when
// none leads.
func (t *Task) Leads(day vi.Date) iter.Seq[*Assignment] {
	return func(yield func(*Assignment) bool) {
		led := false
		for i := range t.Assignments {
			led = led || t.Assignments[i].Lead && t.Assignments[i].exists(day)
		}
		for i := range t.Assignments {
			if a := &t.Assignments[i]; a.exists(day) && (a.Lead || !led) && !yield(a) {
				return
			}
		}
	}
}

// Assignment is the part of one agency in a task.
type Assignment struct {
	ID       int64
	Agency   agency.ID // as assigned; Holder says who answers for it on a day
	Lead     bool      // chủ trì; otherwise phối hợp
	Person   string    // responsible person: rõ người
	Post     string
	Assigned vi.Date // 0 when it is not known: since ever
	Ended    vi.Date // the first day on which it is no assignment any more, 0: it still is
	Nature   Nature
	Due      vi.Date // as first given, of a Timed one; the day itself is still in time
	DueText  string  // as the document says it: "quý III/2025"
	// Completed is the day of the completion that the assigner's office recognised, 0 for none. What an
	// agency only claims is a Request and does not count.
	Completed vi.Date
	Changes   []Change // by From: extensions, pauses, hand-overs
}

// ChangeKind is what was decided about an assignment later.
type ChangeKind string

// The kinds of change.
const (
	Extension ChangeKind = "extension" // another deadline, or another nature: gia hạn, giao thời hạn
	Pause     ChangeKind = "pause"     // tạm dừng
	Handover  ChangeKind = "handover"  // bàn giao
)

// Change is one later decision. The original terms stay what they were.
type Change struct {
	Kind     ChangeKind
	From     vi.Date   // first day on which it holds
	To       vi.Date   // last day of a Pause, vi.OpenTo while it lasts; of the others vi.OpenTo
	Nature   Nature    // of an Extension
	Due      vi.Date   // of an Extension
	DueText  string    // of an Extension
	Agency   agency.ID // that takes over, of a Handover
	Document Document  // that decides it; without a number it is a finding
	Reason   string
}

// Terms are nature and deadline as they hold on a day.
type Terms struct {
	Nature  Nature
	Due     vi.Date
	DueText string
	By      *Change // the extension that gave them, nil for the original terms
}

// TermsOn returns the terms in force on a day: the original ones until an extension was decided.
func (a *Assignment) TermsOn(day vi.Date) Terms {
	t := Terms{Nature: a.Nature, Due: a.Due, DueText: a.DueText}
	for i := range a.Changes {
		if c := &a.Changes[i]; c.Kind == Extension && c.From <= day {
			t = Terms{Nature: c.Nature, Due: c.Due, DueText: c.DueText, By: c}
		}
	}
	return t
}

// original returns the first deadline that was ever given, 0 for none.
func (a *Assignment) original() vi.Date {
	if a.Nature == Timed {
		return a.Due
	}
	for i := range a.Changes {
		if c := &a.Changes[i]; c.Kind == Extension && c.Nature == Timed {
			return c.Due
		}
	}
	return 0
}

// Paused returns the pause that a day falls into.
func (a *Assignment) Paused(day vi.Date) (Change, bool) {
	for _, c := range a.Changes {
		if c.Kind == Pause && c.From <= day && day <= c.To {
			return c, true
		}
	}
	return Change{}, false
}

// exists reports whether the assignment was one on day.
func (a *Assignment) exists(day vi.Date) bool {
	return a.Assigned <= day && (a.Ended == 0 || day < a.Ended)
}

// AddChange puts a change in its place by day.
func (a *Assignment) AddChange(c Change) {
	if c.To == 0 {
		c.To = vi.OpenTo
	}
	a.Changes = append(slices.Clone(a.Changes), c)
	slices.SortStableFunc(a.Changes, func(x, y Change) int { return int(x.From) - int(y.From) })
}
