package tasks

import (
	"context"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// Partition is the partition of design §1 in numbers; it adds up to the total.
type Partition struct {
	Done       int `json:"done"`
	Overdue    int `json:"overdue"`
	Recurring  int `json:"recurring"`
	InProgress int `json:"in_progress"`
	NoDueDate  int `json:"no_due_date"`
	Suspended  int `json:"suspended"`
}

// Matrix is the same by whether the deadline was kept; it adds up to the total too.
type Matrix struct {
	DoneOnTime  int `json:"done_on_time"`
	DoneLate    int `json:"done_late"`
	OpenInTime  int `json:"open_in_time"`
	OpenOverdue int `json:"open_overdue"`
	Recurring   int `json:"recurring"`
	NoDueDate   int `json:"no_due_date"`
	Suspended   int `json:"suspended"`
}

// Rate is a share with the name of its denominator.
type Rate struct {
	Code        string         `json:"code"`
	Title       string         `json:"title"`
	Of          string         `json:"of"`
	Numerator   int            `json:"numerator"`
	Denominator int            `json:"denominator"`
	Percent     vi.NullDecimal `json:"percent"` // null where there is nothing to divide by
}

// TaskCounts are counts in the form of `chiso tasks board`.
type TaskCounts struct {
	Total     int       `json:"total"`
	Partition Partition `json:"partition"`
	Matrix    Matrix    `json:"matrix"`
	DueSoon   int       `json:"due_soon"` // of those in progress
	DaysLate  int       `json:"days_late"`
	MaxLate   int       `json:"max_days_late"`
	Rates     []Rate    `json:"rates"`
}

// Group is the counts of an agency or a programme.
type Group struct {
	Key     string `json:"key"`
	Name    string `json:"name"`
	Taken   int    `json:"taken_over,omitempty"` // handed over from another agency
	Unclear int    `json:"unclear,omitempty"`    // of an agency that was divided, not handed over yet
	TaskCounts
	Counts task.Counts `json:"-"`
}

// Summary is the register counted on a day.
type Summary struct {
	At       string      `json:"at"`
	Unit     task.Unit   `json:"unit"`
	Label    string      `json:"label"` // the unit in words
	Role     task.Role   `json:"role,omitempty"`
	Revision int64       `json:"revision"`
	By       []Group     `json:"by"`
	Note     string      `json:"note,omitempty"`
	Views    []View      `json:"views"`
	Counts   task.Counts `json:"-"`
	Trend    []Moment    `json:"trend,omitempty"`
	Day      vi.Date     `json:"-"`
	TaskCounts
}

// View is a published way of counting the same partition.
type View struct {
	Code  string     `json:"code"`
	Title string     `json:"title"`
	Note  string     `json:"note"`
	Total int        `json:"total"`
	Parts []ViewPart `json:"parts"`
}

// ViewPart is one line of a TaskView.
type ViewPart struct {
	Code  string `json:"code"`
	Title string `json:"title"`
	Count int    `json:"count"`
}

// Moment is the register counted on one day of a trend.
type Moment struct {
	Day string `json:"day"`
	TaskCounts
	Counts task.Counts `json:"-"`
}

// The groupings of a summary.
const (
	TasksByAgency    = "agency"
	TasksByProgramme = "programme"
)

func taskCounts(c task.Counts) TaskCounts {
	out := TaskCounts{Total: c.Total(), DueSoon: c.DueSoon, DaysLate: c.DaysLate, MaxLate: c.MaxLate,
		Partition: Partition{
			Done:       c.Done(),
			Overdue:    c.Overdue,
			Recurring:  c.Recurring,
			InProgress: c.Open(),
			NoDueDate:  c.NoDueDate,
			Suspended:  c.Suspended,
		},
		Matrix: Matrix{
			DoneOnTime:  c.DoneOnTime,
			DoneLate:    c.DoneLate,
			OpenInTime:  c.Open(),
			OpenOverdue: c.Overdue,
			Recurring:   c.Recurring,
			NoDueDate:   c.NoDueDate,
			Suspended:   c.Suspended,
		}}
	for _, r := range c.Rates() {
		rate := Rate{Code: r.Code, Title: r.Title, Of: r.Of, Numerator: r.Num, Denominator: r.Den, Percent: vi.NullDecimal{}}
		if p, ok := r.Percent(2); ok {
			rate.Percent = vi.Some(p)
		}
		out.Rates = append(out.Rates, rate)
	}
	return out
}

// SummariseTasks counts the register on a day: the partition, the views that others publish, the rates
// with their denominators, and groups by agency or programme, ranked by what is overdue.
func (a *Room) SummariseTasks(ctx context.Context, q Query, by string) (out *Summary, err error) {
	defer fault.Context(&err, "tasks.SummariseTasks")
	if by != "" && by != TasksByAgency && by != TasksByProgramme {
		return nil, fault.New(fault.Invalid, "Không có cách nhóm %q. Hãy chọn agency (đơn vị) hoặc programme (chương trình).", by)
	}
	err = a.readTasks(ctx, q, func(r *TaskReader) error {
		out = r.summary(r.Register.Count(r.Catalogue.Agencies, r.Query), by)
		return nil
	})
	return out, err
}

// summary makes the summary of what was counted.
func (r *TaskReader) summary(counts task.Counts, by string) *Summary {
	out := &Summary{
		At:         r.Query.Day.ISO(),
		Day:        r.Query.Day,
		Unit:       r.Query.Unit,
		Label:      r.Query.Unit.Title(),
		Role:       r.Query.Role,
		Revision:   r.View.Revision().ID,
		By:         []Group{},
		Counts:     counts,
		TaskCounts: taskCounts(counts),
	}
	for _, v := range counts.Views() {
		x := View{Code: v.Code, Title: v.Title, Note: v.Note, Total: v.Total}
		for _, p := range v.Parts {
			x.Parts = append(x.Parts, ViewPart{p.Code, p.Title, p.Count})
		}
		out.Views = append(out.Views, x)
	}
	r.Group(out, by)
	return out
}

func (r *TaskReader) Group(out *Summary, by string) {
	switch by {
	case TasksByAgency:
		for _, g := range r.Register.ByAgency(r.Catalogue.Agencies, r.Query) {
			out.By = append(
				out.By,
				Group{
					Key:        g.Key,
					Name:       r.Catalogue.Agencies.Name(agency.ID(g.Key), r.Query.Day),
					Taken:      g.Taken,
					Unclear:    g.Unclear,
					TaskCounts: taskCounts(g.Counts),
					Counts:     g.Counts,
				},
			)
		}
		if r.Query.Unit == task.ByTask {
			out.Note = "Theo đơn vị chủ trì; nhiệm vụ do nhiều đơn vị chủ trì được đếm ở từng đơn vị, nên tổng các dòng có thể lớn hơn tổng chung."
		}
	case TasksByProgramme:
		for _, g := range r.Register.ByProgramme(r.Catalogue.Agencies, r.Query) {
			out.By = append(out.By, Group{Key: g.Key, Name: ledger.ProgrammeTitle(g.Key), TaskCounts: taskCounts(g.Counts), Counts: g.Counts})
		}
	}
}

// boardMonths is how many days the trend of a board has: ends of months, and the day asked for.
const boardMonths = 12

// TaskBoard is the summary by agency with a trend: the register counted at the end of each of the last months up to the day asked
// for, and on that day itself, with what is known at AsOf; for the statuses of past days follow from the dates too.
func (a *Room) TaskBoard(ctx context.Context, q Query) (out *Summary, err error) {
	defer fault.Context(&err, "tasks.TaskBoard")
	err = a.readTasks(ctx, q, func(r *TaskReader) error {
		days := []vi.Date{r.Query.Day}
		for i := range boardMonths - 1 {
			days = append(days, vi.NewDate(r.Query.Day.Year(), r.Query.Day.Month()-i, 0))
		}
		slices.Reverse(days)
		counted := r.Register.CountOn(r.Catalogue.Agencies, r.Query, days...)
		out = r.summary(counted[len(counted)-1], TasksByAgency)
		for i, counts := range counted {
			out.Trend = append(out.Trend, Moment{days[i].ISO(), taskCounts(counts), counts})
		}
		return nil
	})
	return out, err
}
