package app

import (
	"context"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// TaskPartition is the partition of design §1 in numbers; it adds up to the total.
type TaskPartition struct {
	Done       int `json:"done"`
	Overdue    int `json:"overdue"`
	Recurring  int `json:"recurring"`
	InProgress int `json:"in_progress"`
	NoDueDate  int `json:"no_due_date"`
	Suspended  int `json:"suspended"`
}

// TaskMatrix is the same by whether the deadline was kept; it adds up to the total too.
type TaskMatrix struct {
	DoneOnTime  int `json:"done_on_time"`
	DoneLate    int `json:"done_late"`
	OpenInTime  int `json:"open_in_time"`
	OpenOverdue int `json:"open_overdue"`
	Recurring   int `json:"recurring"`
	NoDueDate   int `json:"no_due_date"`
	Suspended   int `json:"suspended"`
}

// TaskRate is a share with the name of its denominator.
type TaskRate struct {
	Code        string         `json:"code"`
	Title       string         `json:"title"`
	Of          string         `json:"of"`
	Numerator   int            `json:"numerator"`
	Denominator int            `json:"denominator"`
	Percent     vi.NullDecimal `json:"percent"` // null where there is nothing to divide by
}

// TaskCounts are counts in the form of `chiso tasks board`.
type TaskCounts struct {
	Total     int           `json:"total"`
	Partition TaskPartition `json:"partition"`
	Matrix    TaskMatrix    `json:"matrix"`
	DueSoon   int           `json:"due_soon"` // of those in progress
	DaysLate  int           `json:"days_late"`
	MaxLate   int           `json:"max_days_late"`
	Rates     []TaskRate    `json:"rates"`
}

// TaskGroup is the counts of an agency or a programme.
type TaskGroup struct {
	Key     string `json:"key"`
	Name    string `json:"name"`
	Taken   int    `json:"taken_over,omitempty"` // handed over from another agency
	Unclear int    `json:"unclear,omitempty"`    // of an agency that was divided, not handed over yet
	TaskCounts
	Counts task.Counts `json:"-"`
}

// TaskSummary is the register counted on a day.
type TaskSummary struct {
	At       string       `json:"at"`
	Unit     task.Unit    `json:"unit"`
	Label    string       `json:"label"` // the unit in words
	Role     task.Role    `json:"role,omitempty"`
	Revision int64        `json:"revision"`
	By       []TaskGroup  `json:"by"`
	Note     string       `json:"note,omitempty"`
	Views    []TaskView   `json:"views"`
	Counts   task.Counts  `json:"-"`
	Trend    []TaskMoment `json:"trend,omitempty"`
	Day      vi.Date      `json:"-"`
	TaskCounts
}

// TaskView is a published way of counting the same partition.
type TaskView struct {
	Code  string         `json:"code"`
	Title string         `json:"title"`
	Note  string         `json:"note"`
	Total int            `json:"total"`
	Parts []TaskViewPart `json:"parts"`
}

// TaskViewPart is one line of a TaskView.
type TaskViewPart struct {
	Code  string `json:"code"`
	Title string `json:"title"`
	Count int    `json:"count"`
}

// TaskMoment is the register counted on one day of a trend.
type TaskMoment struct {
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
		Partition: TaskPartition{c.Done(), c.Overdue, c.Recurring, c.Open(), c.NoDueDate, c.Suspended},
		Matrix:    TaskMatrix{c.DoneOnTime, c.DoneLate, c.Open(), c.Overdue, c.Recurring, c.NoDueDate, c.Suspended}}
	for _, r := range c.Rates() {
		rate := TaskRate{r.Code, r.Title, r.Of, r.Num, r.Den, vi.NullDecimal{}}
		if p, ok := r.Percent(2); ok {
			rate.Percent = vi.Some(p)
		}
		out.Rates = append(out.Rates, rate)
	}
	return out
}

// SummariseTasks counts the register on a day: the partition, the views that others publish, the rates
// with their denominators, and groups by agency or programme, ranked by what is overdue.
func (a *App) SummariseTasks(ctx context.Context, q TaskQuery, by string) (out *TaskSummary, err error) {
	if by != "" && by != TasksByAgency && by != TasksByProgramme {
		return nil, fault.New(fault.Invalid, "Không có cách nhóm %q. Hãy chọn agency (đơn vị) hoặc programme (chương trình).", by)
	}
	err = a.readTasks(ctx, q, func(r *taskReader) error {
		out = r.summary(r.r.Count(r.c.agencies, r.base), by)
		return nil
	})
	return out, err
}

// summary makes the summary of what was counted.
func (r *taskReader) summary(counts task.Counts, by string) *TaskSummary {
	out := &TaskSummary{At: r.base.Day.ISO(), Day: r.base.Day, Unit: r.base.Unit, Label: r.base.Unit.Title(), Role: r.base.Role, Revision: r.v.Revision().ID,
		By: []TaskGroup{}, Counts: counts, TaskCounts: taskCounts(counts)}
	for _, v := range counts.Views() {
		x := TaskView{Code: v.Code, Title: v.Title, Note: v.Note, Total: v.Total}
		for _, p := range v.Parts {
			x.Parts = append(x.Parts, TaskViewPart{p.Code, p.Title, p.Count})
		}
		out.Views = append(out.Views, x)
	}
	r.group(out, by)
	return out
}

func (r *taskReader) group(out *TaskSummary, by string) {
	switch by {
	case TasksByAgency:
		for _, g := range r.r.ByAgency(r.c.agencies, r.base) {
			out.By = append(out.By, TaskGroup{g.Key, r.c.agencies.Name(agency.ID(g.Key), r.base.Day), g.Taken, g.Unclear, taskCounts(g.Counts), g.Counts})
		}
		if r.base.Unit == task.ByTask {
			out.Note = "Theo đơn vị chủ trì; nhiệm vụ do nhiều đơn vị chủ trì được đếm ở từng đơn vị, nên tổng các dòng có thể lớn hơn tổng chung."
		}
	case TasksByProgramme:
		for _, g := range r.r.ByProgramme(r.c.agencies, r.base) {
			out.By = append(out.By, TaskGroup{Key: g.Key, Name: programmeTitle(g.Key), TaskCounts: taskCounts(g.Counts), Counts: g.Counts})
		}
	}
}

// boardMonths is how many days the trend of a board has: ends of months, and the day asked for.
const boardMonths = 12

// TaskBoard is the summary by agency with a trend: the register counted at the end of each of the last months up to the day asked
// for, and on that day itself, with what is known at AsOf; for the statuses of past days follow from the dates too.
func (a *App) TaskBoard(ctx context.Context, q TaskQuery) (out *TaskSummary, err error) {
	err = a.readTasks(ctx, q, func(r *taskReader) error {
		days := []vi.Date{r.base.Day}
		for i := range boardMonths - 1 {
			days = append(days, vi.NewDate(r.base.Day.Year(), r.base.Day.Month()-i, 0))
		}
		slices.Reverse(days)
		counted := r.r.CountOn(r.c.agencies, r.base, days...)
		out = r.summary(counted[len(counted)-1], TasksByAgency)
		for i, counts := range counted {
			out.Trend = append(out.Trend, TaskMoment{days[i].ISO(), taskCounts(counts), counts})
		}
		return nil
	})
	return out, err
}
