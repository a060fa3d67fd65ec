package task

// Unit is what is counted. The published totals count tasks; agencies answer for assignments.
type Unit string

// The units.
const (
	ByTask       Unit = "task"
	ByAssignment Unit = "assignment"
)

// Title returns the Vietnamese label.
func (u Unit) Title() string {
	if u == ByTask {
		return "Đếm theo nhiệm vụ"
	}
	return "Đếm theo lượt giao (mỗi đơn vị một lượt)"
}

// Counts is the partition in numbers. Its fields add up to the total, always.
type Counts struct {
	DoneOnTime, DoneLate     int
	InTime, DueSoon, Overdue int
	Recurring                int
	NoDueDate                int
	Suspended                int
	// Of the completed ones, outside the partition: those that kept their original deadline.
	KeptOriginal int
	// DaysLate is the sum of days by which the overdue ones are late, MaxLate the longest.
	DaysLate, MaxLate int
}

// Add counts one standing.
func (c *Counts) Add(s Standing) {
	*c.of(s.Status)++
	if s.Status.Done() && s.OnTimeOriginal {
		c.KeptOriginal++
	}
	if s.Status == Overdue {
		c.DaysLate += s.Days
		c.MaxLate = max(c.MaxLate, s.Days)
	}
}

func (c *Counts) of(s Status) *int {
	switch s {
	case DoneOnTime:
		return &c.DoneOnTime
	case DoneLate:
		return &c.DoneLate
	case InTime:
		return &c.InTime
	case DueSoon:
		return &c.DueSoon
	case Overdue:
		return &c.Overdue
	case Always:
		return &c.Recurring
	case Suspended:
		return &c.Suspended
	}
	return &c.NoDueDate
}

// Of returns the number of one status.
func (c Counts) Of(s Status) int { return *c.of(s) }

// Total is everything that was assigned.
func (c Counts) Total() int {
	n := 0
	for _, s := range Statuses() {
		n += c.Of(s)
	}
	return n
}

// Done is what was completed, in time or late.
func (c Counts) Done() int { return c.DoneOnTime + c.DoneLate }

// Open is what is under way within its deadline, near it or not.
func (c Counts) Open() int { return c.InTime + c.DueSoon }

// Part is one line of a View.
type Part struct {
	Code  string
	Title string
	Count int
	Holds []Status // the statuses that it is made of
}

// View is a way of counting that somebody publishes: parts that are unions of statuses and close to the
// total. Note says where suspended tasks and those without a deadline fall.
type View struct {
	Code  string
	Title string
	Note  string
	Total int
	Parts []Part
}

func (c Counts) view(code, title, note string, parts ...Part) View {
	v := View{Code: code, Title: title, Note: note, Total: c.Total(), Parts: parts}
	for i := range v.Parts {
		for _, s := range v.Parts[i].Holds {
			v.Parts[i].Count += c.Of(s)
		}
	}
	return v
}

// FourWay is how the reports of Đề án 06 count: 690 = 348 + 39 + 119 + 184.
func (c Counts) FourWay() View {
	return c.view("de_an_06", "Cách đếm của Đề án 06",
		"“Chưa hoàn thành” là đã quá hạn. Nhiệm vụ tạm dừng và chưa giao thời hạn nằm trong “đang triển khai”.",
		Part{Code: "done", Title: "Đã hoàn thành", Holds: []Status{DoneOnTime, DoneLate}},
		Part{Code: "overdue", Title: "Chưa hoàn thành (quá hạn)", Holds: []Status{Overdue}},
		Part{Code: "recurring", Title: "Thường xuyên", Holds: []Status{Always}},
		Part{Code: "in_progress", Title: "Đang triển khai (trong hạn)", Holds: []Status{InTime, DueSoon, NoDueDate, Suspended}})
}

// TwoByTwo is how the Government Office counts: 21.914 = 14.068 + 1.983 + 5.640 + 223.
func (c Counts) TwoByTwo() View {
	return c.view("vpcp", "Cách đếm của Văn phòng Chính phủ",
		"Nhiệm vụ thường xuyên, chưa giao thời hạn và tạm dừng nằm trong “chưa hoàn thành, trong hạn”.",
		Part{Code: "done_on_time", Title: "Hoàn thành đúng hạn", Holds: []Status{DoneOnTime}},
		Part{Code: "done_late", Title: "Hoàn thành quá hạn", Holds: []Status{DoneLate}},
		Part{Code: "open_in_time", Title: "Chưa hoàn thành, trong hạn", Holds: []Status{InTime, DueSoon, Always, NoDueDate, Suspended}},
		Part{Code: "open_overdue", Title: "Chưa hoàn thành, quá hạn", Holds: []Status{Overdue}})
}

// Behind is how the reports on Nghị quyết 71 count "chậm muộn": completed late and overdue together.
func (c Counts) Behind() View {
	return c.view(
		"nq_71",
		"Cách đếm chậm muộn của Nghị quyết 71",
		"“Chậm muộn” gồm đã hoàn thành nhưng quá hạn và quá hạn chưa hoàn thành. Nhiệm vụ thường xuyên, chưa giao thời hạn và tạm dừng nằm trong “không chậm, chưa hoàn thành”.",
		Part{Code: "late_done", Title: "Chậm muộn, đã hoàn thành", Holds: []Status{DoneLate}},
		Part{Code: "late_open", Title: "Chậm muộn, chưa hoàn thành", Holds: []Status{Overdue}},
		Part{Code: "done_on_time", Title: "Hoàn thành đúng hạn", Holds: []Status{DoneOnTime}},
		Part{Code: "not_late", Title: "Không chậm, chưa hoàn thành", Holds: []Status{InTime, DueSoon, Always, NoDueDate, Suspended}},
	)
}

// Views returns every labelled view of the partition.
func (c Counts) Views() []View { return []View{c.FourWay(), c.TwoByTwo(), c.Behind()} }
