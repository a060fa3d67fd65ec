// Package catalogue is the page on which the catalogue goes down and comes up as a workbook.
package catalogue

import (
	"context"

	"chiso/internal/app/catalogue"
	"chiso/internal/app/ledger"
	"chiso/internal/web/frame"
)

// App is what the slice asks of the use cases.
type App interface {
	AcceptCatalogue(
		ctx context.Context,
		name string,
		sha string,
		fingerprint string,
		reason string,
		doc ledger.Document,
	) (_ *catalogue.Result, err error)
	CatalogueFile(ctx context.Context, tables ...string) (name string, data []byte, err error)
	CatalogueTables() []ledger.Choice
	EndedBases(ctx context.Context) (out []ledger.EndedBasis, err error)
	KeptCatalogue(ctx context.Context, name string, sha string) (_ *catalogue.Preview, err error)
	PreviewCatalogue(ctx context.Context, file ledger.ImportFile) (_ *catalogue.Preview, err error)
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
