package task

import (
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Rate is a share with the name of what it is a share of. It is never printed without it: completion has
// two published denominators.
type Rate struct {
	Code     string
	Title    string
	Of       string // the denominator
	Num, Den int
}

// Percent returns the rate rounded to decimals; false when there is nothing to divide by.
func (r Rate) Percent(decimals int) (vi.Decimal, bool) {
	return kpi.Percent(vi.Int(int64(r.Num)), vi.Int(int64(r.Den)), decimals)
}

// Due is what had to be done by now: completed or overdue. It is the denominator that the Government
// Office printed in 2017 (16.051 of 16.274); tasks completed before a later deadline are inside.
func (c Counts) Due() int { return c.Done() + c.Overdue }

// CompletedOfAssigned is the completion rate over everything assigned (7.892 of 9.831).
func (c Counts) CompletedOfAssigned() Rate {
	return Rate{Code: "completed_of_assigned", Title: "Tỷ lệ hoàn thành", Of: "trên tổng số được giao", Num: c.Done(), Den: c.Total()}
}

// CompletedOfDue is the completion rate over what had to be done by now.
func (c Counts) CompletedOfDue() Rate {
	return Rate{
		Code:  "completed_of_due",
		Title: "Tỷ lệ hoàn thành",
		Of:    "trên số đến hạn (đã hoàn thành và quá hạn chưa hoàn thành)",
		Num:   c.Done(),
		Den:   c.Due(),
	}
}

// OnTime is the share of what had to be done by now that was done in time, after extensions.
func (c Counts) OnTime() Rate {
	return Rate{
		Code:  "on_time",
		Title: "Tỷ lệ hoàn thành đúng hạn",
		Of:    "trên số đến hạn, theo hạn đã được gia hạn",
		Num:   c.DoneOnTime,
		Den:   c.Due(),
	}
}

// OnTimeOriginal is OnTime measured by the deadlines as they were first given.
func (c Counts) OnTimeOriginal() Rate {
	return Rate{
		Code:  "on_time_original",
		Title: "Tỷ lệ hoàn thành đúng hạn",
		Of:    "trên số đến hạn, theo hạn giao ban đầu",
		Num:   c.KeptOriginal,
		Den:   c.Due(),
	}
}

// Rates returns every rate.
func (c Counts) Rates() []Rate {
	return []Rate{c.CompletedOfAssigned(), c.CompletedOfDue(), c.OnTime(), c.OnTimeOriginal()}
}
