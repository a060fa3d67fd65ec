// Package matching is the pages on which the columns and lines of a file are matched, and what is remembered of them.
package matching

import (
	"context"

	"chiso/internal/agency"
	"chiso/internal/app/receive"
	"chiso/internal/app/reporting"
	"chiso/internal/web/frame"
)

// App is what the slice asks of the use cases.
type App interface {
	MatchUpload(ctx context.Context, round int64, id agency.ID, upload int64, said receive.Choices) (err error)
	MatchFile(ctx context.Context, id int64, said receive.Choices) (err error)
	Matches(ctx context.Context, id agency.ID) (out *receive.MatchesView, err error)
	MatchesFile(ctx context.Context, id agency.ID) (name string, data []byte, err error)
	ReportUpload(ctx context.Context, round int64, id agency.ID, upload int64) (out *reporting.UploadOutcome, err error)
	RevokeMatches(ctx context.Context, id agency.ID, fingerprint string) (err error)
	Upload(ctx context.Context, id int64) (view *receive.UploadView, err error)
}

// Pages makes the pages of the slice. It is safe for concurrent use.
type Pages struct {
	*frame.Pages

	app App
}

// Handlers answers requests of the slice.
type Handlers struct {
	pages *Pages
	app   App
}

// New returns the handlers and their pages.
func New(p *frame.Pages, app App) *Handlers {
	return &Handlers{pages: &Pages{Pages: p, app: app}, app: app}
}
