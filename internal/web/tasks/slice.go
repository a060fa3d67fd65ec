// Package tasks is the pages of the register of tasks: lists, boards, one task, requests, import.
package tasks

import (
	"context"
	"io"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/app/tasks"
	"chiso/internal/task"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// App is what the slice asks of the use cases.
type App interface {
	AcceptTasks(
		ctx context.Context,
		name string,
		sha string,
		fingerprint string,
		owner agency.ID,
		programme string,
	) (_ *tasks.ImportResult, err error)
	AskTask(ctx context.Context, q task.Request, proof ledger.ImportFile) (id int64, err error)
	CreateTasks(ctx context.Context, n tasks.NewTasks) (_ *tasks.FileResult, err error)
	DecideTask(ctx context.Context, request int64, d task.Decision) (err error)
	HandOverTask(ctx context.Context, h tasks.Handover) (err error)
	KeptTasks(ctx context.Context, name string, sha string, owner agency.ID, programme string) (_ *tasks.Preview, err error)
	MarkedRegister(ctx context.Context, name string, sha string, owner agency.ID, programme string) (_ string, _ []byte, err error)
	MayReportTask(ctx context.Context, code string) (err error)
	OverdueTasks(ctx context.Context, q tasks.Query) (out *tasks.List, err error)
	PreviewTasks(ctx context.Context, req tasks.ImportRequest) (_ *tasks.Preview, err error)
	PreviousConclusions(ctx context.Context, before vi.Date, q tasks.Query) (_ *tasks.Conclusions, err error)
	RecordTasks(ctx context.Context, owner agency.ID, period string) (counts receive.Counts, err error)
	TaskBoard(ctx context.Context, q tasks.Query) (out *tasks.Summary, err error)
	TaskFile(ctx context.Context, code string, sha256 string) (name string, data []byte, err error)
	TaskOptions(ctx context.Context, q tasks.Query) (out tasks.Options, err error)
	TaskRequests(ctx context.Context) (out []tasks.Asked, err error)
	TaskTemplate(ctx context.Context, q tasks.Query, empty bool, w io.Writer) (err error)
	TaskTimeline(ctx context.Context, code string, q tasks.Query) (out *tasks.Timeline, err error)
	Tasks(ctx context.Context, q tasks.Query) (out *tasks.List, err error)
	TasksRecorded(ctx context.Context) (out []tasks.RecordedTasks, err error)
	UndoCompletion(ctx context.Context, assignment int64, reason string) (err error)
	UpdateTask(ctx context.Context, u task.Update, proof ledger.ImportFile) (err error)
}

// Pages makes the pages of the slice. It is safe for concurrent use.
type Pages struct {
	*frame.Pages

	app App
}

// NewPages returns the pages.
func NewPages(p *frame.Pages, app App) *Pages { return &Pages{Pages: p, app: app} }

// Handlers answers requests of the slice.
type Handlers struct {
	pages *Pages
	app   App
}

// New returns the handlers and their pages.
func New(p *frame.Pages, app App) *Handlers {
	pages := NewPages(p, app)
	return &Handlers{pages: pages, app: app}
}
