// Package receive is the pages on which files of published figures are handed in, looked at and confirmed.
package receive

import (
	"context"

	"chiso/internal/app/receive"
	"chiso/internal/check"
	"chiso/internal/web/frame"
)

// App is what the slice asks of the use cases.
type App interface {
	ConfirmUpload(ctx context.Context, id int64, account string, token string, said check.Explanations) (_ *receive.UploadView, err error)
	MarkedFile(ctx context.Context, id int64) (name string, data []byte, err error)
	Options(ctx context.Context) (o receive.UploadOptions, err error)
	SaveUpload(ctx context.Context, req receive.Request) (id int64, err error)
	Upload(ctx context.Context, id int64) (view *receive.UploadView, err error)
	UploadFile(ctx context.Context, id int64) (name string, data []byte, err error)
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
