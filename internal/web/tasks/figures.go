package tasks

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/app/tasks"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/web/frame"
)

// taskFiguresPage is where the office records the figures of a register for a period.
type taskFiguresPage struct {
	tasksShell
	Options  tasks.Options
	Recorded []tasks.RecordedTasks
	Period   string
	Done     string
	Table    string // where the recorded figures are ranked
	Refused  string
}

// TaskFigures makes the page on which the task figures of a period are recorded; done is the period that just was.
func (p *Pages) TaskFigures(ctx context.Context, v url.Values, refused error) (*frame.Document, error) {
	page := taskFiguresPage{tasksShell: p.tasksTop(ctx, "Chốt số liệu nhiệm vụ của kỳ", "/tasks/figures", nil), Period: v.Get("period")}
	var err error
	if page.Recorded, err = p.app.TasksRecorded(ctx); err != nil {
		return nil, err
	}
	if page.Options, err = p.app.TaskOptions(ctx, tasks.Query{Owner: agency.ID(v.Get("owner"))}); err != nil {
		return nil, err
	}
	switch counts := strings.Split(v.Get("done"), "-"); {
	case refused != nil:
		page.Refused = fault.Sentence(refused)
	case len(counts) == 3:
		page.Done = fmt.Sprintf("Đã chốt: %s số liệu mới, %s thay đổi, %s giữ nguyên.", counts[0], counts[1], counts[2])
		page.Table = address("/indicator/DA06_26", url.Values{"period": {page.Period}})
	}
	return p.HTML("tasks/task_figures.html", page, 0)
}

// RecordTasks records the task figures of the period that a form names, and returns where that is said.
func (p *Pages) RecordTasks(ctx context.Context, v url.Values) (string, error) {
	period, err := check.ParsePeriodText(v.Get("period"))
	if err != nil {
		return "", err
	}
	n, err := p.app.RecordTasks(ctx, agency.ID(v.Get("owner")), period.Key)
	if err != nil {
		return "", err
	}
	return address(
		"/tasks/figures",
		url.Values{"period": {period.Key}, "owner": {v.Get("owner")}, "done": {fmt.Sprintf("%d-%d-%d", n.New, n.Superseded, n.Unchanged)}},
	), nil
}
