package system

import (
	"context"
	"fmt"
	"html/template"
	"strings"

	"chiso/internal/app"
	"chiso/internal/web/frame"
)

type systemPage struct {
	frame.Shell
	*app.System
	Refused string
}

// System makes the page of the background jobs and the mails.
func (p *Pages) System(ctx context.Context, refused error) (*frame.Document, error) {
	v, err := p.app.System(ctx)
	if err != nil {
		return nil, err
	}
	return p.HTML("system/system.html", systemPage{p.Top(ctx, "Tác vụ và thư", "system"), v, frame.Sentence(refused)}, 0)
}

// progressText says how far a job has come: "12/40 Báo cáo tháng 11".
func progressText(j app.JobLine) string {
	s := ""
	if p := j.Progress; p.Total > 0 {
		s = fmt.Sprintf("%d/%d", p.Done, p.Total)
	}
	return strings.TrimSpace(s + " " + j.Progress.Note)
}

// Funcs are what templates of the slice call.
func Funcs() template.FuncMap { return template.FuncMap{"progress": progressText} }
