package page

import (
	"context"
	"fmt"
	"strings"

	"chiso/internal/app"
)

// Engine is what the page of those who run the system asks of the use cases.
type Engine interface {
	System(ctx context.Context) (*app.System, error)
	RetryJob(ctx context.Context, id int64) error
	Overtaken() bool
}

type systemPage struct {
	shell
	*app.System
	Refused string
}

// System makes the page of the background jobs and the mails.
func (p *Pages) System(ctx context.Context, refused error) (*Document, error) {
	v, err := p.cfg.App.System(ctx)
	if err != nil {
		return nil, err
	}
	return p.html("system.html", systemPage{p.top(ctx, "Tác vụ và thư", "system"), v, sentence(refused)}, 0)
}

// progressText says how far a job has come: "12/40 Báo cáo tháng 11".
func progressText(j app.JobLine) string {
	s := ""
	if p := j.Progress; p.Total > 0 {
		s = fmt.Sprintf("%d/%d", p.Done, p.Total)
	}
	return strings.TrimSpace(s + " " + j.Progress.Note)
}
