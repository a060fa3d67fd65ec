package page

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"chiso/internal/app/figures"
	"chiso/internal/app/tasks"
	"chiso/internal/task"
	"chiso/internal/vi"
)

type taskLatePage struct {
	tasksShell
	*tasks.List
	Rows    []taskRow
	Options tasks.Options
	Query   tasks.Query
	Form    url.Values
	By      string // whose tasks
	Today   string
}

// Overdue makes the list of what is late, for A4: the latest first, with person and days.
func (p *Pages) Overdue(ctx context.Context, v url.Values) (*Document, error) {
	q, err := p.TaskQuery(v)
	if err != nil {
		return nil, err
	}
	if q.Unit == "" {
		q.Unit = task.ByAssignment // a task of many agencies is late by somebody: that one is named
	}
	if q.Unit == task.ByAssignment && q.Role == "" {
		q.Role = task.Leading
	}
	page := taskLatePage{tasksShell: p.tasksTop(ctx, "Nhiệm vụ quá hạn", "/tasks/overdue", v), Query: q, Form: v}
	if page.List, err = p.cfg.App.OverdueTasks(ctx, q); err != nil {
		return nil, err
	}
	if page.Options, err = p.cfg.App.TaskOptions(ctx, q); err != nil {
		return nil, err
	}
	for _, c := range page.Options.Agencies {
		if c.Selected {
			page.By = c.Title
		}
	}
	page.Rows = taskRows(page.Lines)
	page.Today = vi.DateOf(p.cfg.Clock().In(p.cfg.Location)).String()
	return p.html("task_overdue.html", page, 0)
}

type conclusionsPage struct {
	tasksShell
	*tasks.Conclusions
	Done, Late, Open []taskRow
	Before           string
	Rate             string
}

// titledTasks is a part of that page.
type titledTasks struct {
	Title, ID string
	Rows      []taskRow
}

// Conclusions makes the page of what the previous meeting decided: what was done, what is late.
func (p *Pages) Conclusions(ctx context.Context, v url.Values) (*Document, error) {
	page := conclusionsPage{tasksShell: p.tasksTop(ctx, "Kết luận phiên trước", "/tasks/conclusions", nil)}
	before, err := formDate(v.Get("before"))
	if err != nil {
		return nil, err
	}
	if before == 0 {
		before = vi.DateOf(p.cfg.Clock().In(p.cfg.Location)).AddDays(1)
	}
	page.Before = before.ISO()
	if page.Conclusions, err = p.cfg.App.PreviousConclusions(ctx, before, tasks.Query{}); err != nil {
		return nil, err
	}
	if page.Conclusions != nil {
		for _, r := range taskRows(page.Lines) {
			switch {
			case r.Status.Done():
				page.Done = append(page.Done, r)
			case r.Status == task.Overdue:
				page.Late = append(page.Late, r)
			default:
				page.Open = append(page.Open, r)
			}
		}
		r := page.Counts.CompletedOfAssigned()
		if pct, ok := r.Percent(2); ok {
			page.Rate = fmt.Sprintf("%s %s%% %s (%d/%d)", r.Title, vi.FormatNumber(pct, 2)+nbsp, r.Of, r.Num, r.Den)
		}
	}
	return p.html("task_conclusions.html", page, 0)
}

type requestsPage struct {
	tasksShell
	Waiting []requestRow
	Done    string
}

type requestRow struct {
	tasks.Asked
	Row     taskRow
	URL     string
	FileURL string // of what proves it
}

// TaskRequests makes the list of what waits for the office.
func (p *Pages) TaskRequests(ctx context.Context) (*Document, error) {
	page := requestsPage{tasksShell: p.tasksTop(ctx, "Đề nghị chờ xử lý", "/tasks/requests", nil)}
	all, err := p.cfg.App.TaskRequests(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		page.Waiting = append(
			page.Waiting,
			requestRow{
				Asked:   x,
				Row:     taskRows([]figures.TaskLine{x.Line})[0],
				URL:     TaskURL(x.Line.Code) + "#request-" + strconv.FormatInt(x.Request.ID, 10),
				FileURL: proofURL(x.Line.Code, x.Request.File.SHA256),
			},
		)
	}
	return p.html("task_requests.html", page, 0)
}
