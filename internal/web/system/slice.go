// Package system is the pages about the program itself: jobs and mails, and what a code on paper stands for.
package system

import (
	"context"
	"slices"

	"chiso/internal/access"
	"chiso/internal/app"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// App is what the slice asks of the use cases.
type App interface {
	PaperCode(ctx context.Context, who access.Actor, typed string) (out *app.PaperCode, err error)
	RetryJob(ctx context.Context, id int64) (err error)
	System(ctx context.Context) (out *app.System, err error)
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

// Routes lists the addresses of the slice with what they need.
func (s *Handlers) Routes() []route.Route {
	return slices.Concat(s.systemRoutes(), s.codeRoutes())
}
