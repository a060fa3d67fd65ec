package tasks

import (
	"context"
	"fmt"
	"html/template"
	"net/url"
	"strconv"

	"chiso/internal/app/figures"
	"chiso/internal/app/tasks"
	"chiso/internal/task"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

type taskLatePage struct {
	tasksShell
	*tasks.List
	Rows    []frame.TaskRow
	Options tasks.Options
	Query   tasks.Query
	Form    url.Values
	By      string // whose tasks
	Today   string
}

// Overdue makes the list of what is late, for A4: the latest first, with person and days.
func (p *Pages) Overdue(ctx context.Context, v url.Values) (*frame.Document, error) {
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
	if page.List, err = p.app.OverdueTasks(ctx, q); err != nil {
		return nil, err
	}
	if page.Options, err = p.app.TaskOptions(ctx, q); err != nil {
		return nil, err
	}
	for _, c := range page.Options.Agencies {
		if c.Selected {
			page.By = c.Title
		}
	}
	page.Rows = frame.TaskRows(page.Lines)
	page.Today = vi.DateOf(p.Clock().In(p.Location)).String()
	return p.HTML("tasks/task_overdue.html", page, 0)
}

type conclusionsPage struct {
	tasksShell
	*tasks.Conclusions
	Done, Late, Open []frame.TaskRow
	Before           string
	Rate             string
}

// titledTasks is a part of that page.
type titledTasks struct {
	Title, ID string
	Rows      []frame.TaskRow
}

// Conclusions makes the page of what the previous meeting decided: what was done, what is late.
func (p *Pages) Conclusions(ctx context.Context, v url.Values) (*frame.Document, error) {
	page := conclusionsPage{tasksShell: p.tasksTop(ctx, "Kết luận phiên trước", "/tasks/conclusions", nil)}
	before, err := frame.FormDate(v.Get("before"))
	if err != nil {
		return nil, err
	}
	if before == 0 {
		before = vi.DateOf(p.Clock().In(p.Location)).AddDays(1)
	}
	page.Before = before.ISO()
	if page.Conclusions, err = p.app.PreviousConclusions(ctx, before, tasks.Query{}); err != nil {
		return nil, err
	}
	if page.Conclusions != nil {
		for _, r := range frame.TaskRows(page.Lines) {
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
			page.Rate = fmt.Sprintf("%s %s%% %s (%d/%d)", r.Title, vi.FormatNumber(pct, 2)+frame.NBSP, r.Of, r.Num, r.Den)
		}
	}
	return p.HTML("tasks/task_conclusions.html", page, 0)
}

type requestsPage struct {
	tasksShell
	Waiting []requestRow
	Done    string
}

type requestRow struct {
	tasks.Asked
	Row     frame.TaskRow
	URL     string
	FileURL string // of what proves it
}

// TaskRequests makes the list of what waits for the office.
func (p *Pages) TaskRequests(ctx context.Context) (*frame.Document, error) {
	page := requestsPage{tasksShell: p.tasksTop(ctx, "Đề nghị chờ xử lý", "/tasks/requests", nil)}
	all, err := p.app.TaskRequests(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		page.Waiting = append(
			page.Waiting,
			requestRow{
				Asked:   x,
				Row:     frame.TaskRows([]figures.TaskLine{x.Line})[0],
				URL:     frame.TaskURL(x.Line.Code) + "#request-" + strconv.FormatInt(x.Request.ID, 10),
				FileURL: proofURL(x.Line.Code, x.Request.File.SHA256),
			},
		)
	}
	return p.HTML("tasks/task_requests.html", page, 0)
}

// Funcs are what templates of the slice call.
func Funcs() template.FuncMap {
	return template.FuncMap{"pairRows": func(title, id string, rows []frame.TaskRow) titledTasks { return titledTasks{title, id, rows} }}
}
