package task

import "chiso/internal/vi"

// Status is what the dates of an assignment, or of a task, say on a day.
type Status string

// The statuses: a partition, every assignment that exists on a day has exactly one.
const (
	DoneOnTime Status = "done_on_time"
	DoneLate   Status = "done_late"
	InTime     Status = "in_time"
	DueSoon    Status = "due_soon" // in time, with at most Soon days left
	Overdue    Status = "overdue"
	Always     Status = "recurring"
	NoDueDate  Status = "no_due_date"
	Suspended  Status = "suspended"
)

// Statuses returns all of them in the order in which they are printed.
func Statuses() []Status {
	return []Status{DoneOnTime, DoneLate, InTime, DueSoon, Overdue, Always, NoDueDate, Suspended}
}

// Title returns the Vietnamese name.
func (s Status) Title() string {
	switch s {
	case DoneOnTime:
		return "Hoàn thành đúng hạn"
	case DoneLate:
		return "Hoàn thành quá hạn"
	case InTime:
		return "Đang thực hiện trong hạn"
	case DueSoon:
		return "Sắp đến hạn"
	case Overdue:
		return "Quá hạn chưa hoàn thành"
	case Always:
		return "Thường xuyên"
	case NoDueDate:
		return "Chưa giao thời hạn"
	case Suspended:
		return "Tạm dừng"
	}
	return string(s)
}

// Done reports whether the status is one of the two of completed work.
func (s Status) Done() bool { return s == DoneOnTime || s == DoneLate }

// Soon is how many days before its deadline an assignment counts as due soon when nothing else is said.
const Soon = 15

// Standing is where an assignment stands on a day.
type Standing struct {
	Status Status
	Terms  Terms
	// Days is how many days after its deadline it was or still is not done; negative: days that are left.
	// 0 for what has no deadline.
	Days int
	// Original is the first deadline ever given, 0 for none; OnTimeOriginal says that the completed work
	// kept it, whatever extensions came after.
	Original       vi.Date
	OnTimeOriginal bool
}

// On derives the standing on a day; false when the assignment does not exist then. soon is the number of
// days that make a deadline near. Completion counts from its day on, against the deadline in force on
// that day; the due day itself is in time. A pause takes precedence over a deadline that passes
// meanwhile, and does not move it: that takes an extension. Recurring work is never completed.
func (a *Assignment) On(day vi.Date, soon int) (Standing, bool) {
	if !a.exists(day) {
		return Standing{}, false
	}
	s := Standing{Original: a.original()}
	if a.Completed != 0 && a.Completed <= day {
		s.Terms = a.TermsOn(a.Completed)
		if s.Terms.Nature != Recurring {
			s.done(a.Completed)
			return s, true
		}
	}
	s.Terms = a.TermsOn(day)
	if s.Terms.Nature == Timed {
		s.Days = s.Terms.Due.DaysTo(day)
	}
	_, paused := a.Paused(day)
	switch {
	case paused:
		s.Status = Suspended
	case s.Terms.Nature == Recurring:
		s.Status = Always
	case s.Terms.Nature != Timed:
		s.Status = NoDueDate
	case s.Days > 0:
		s.Status = Overdue
	case -s.Days <= soon:
		s.Status = DueSoon
	default:
		s.Status = InTime
	}
	return s, true
}

func (s *Standing) done(completed vi.Date) {
	s.Status = DoneOnTime
	if s.Terms.Nature == Timed {
		if s.Days = s.Terms.Due.DaysTo(completed); s.Days > 0 {
			s.Status = DoneLate
		}
	}
	s.OnTimeOriginal = s.Original == 0 || completed <= s.Original
}

// weight orders statuses by how much a task with several leading agencies is held by one of them.
func (s Status) weight() int {
	switch s {
	case Overdue:
		return 7
	case DueSoon:
		return 6
	case InTime:
		return 5
	case NoDueDate:
		return 4
	case Suspended:
		return 3
	case DoneLate:
		return 2
	case DoneOnTime:
		return 1
	}
	return 0
}

// On derives the standing of the task as a whole from those of its leading agencies: it is done when all
// of them are, late when one was late; until then it is where the worst of them is. Recurring parts
// decide only when there is nothing else. False when nobody has it on that day.
func (t *Task) On(day vi.Date, soon int) (Standing, bool) {
	var worst Standing
	found, kept := false, true
	for a := range t.Leads(day) {
		s, ok := a.On(day, soon)
		if !ok {
			continue
		}
		if s.Status.Done() {
			kept = kept && s.OnTimeOriginal
		}
		heavier := s.Status.weight() - worst.Status.weight()
		if !found || heavier > 0 || heavier == 0 && s.Days > worst.Days {
			worst = s
		}
		found = true
	}
	if worst.Status.Done() {
		worst.OnTimeOriginal = kept
	}
	return worst, found
}
