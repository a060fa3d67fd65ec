// Package publish is the pages of what leaves the house: releases, packs, workbooks, reconciliation with published figures.
package publish

import (
	"context"
	"io"
	"slices"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/filing"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// App is what the slice asks of the use cases.
type App interface {
	AcceptGap(ctx context.Context, who access.Actor, release int64, period string, code string, block string, seen string) (err error)
	AnswerObjection(ctx context.Context, who access.Actor, release int64, id int64, verdict filing.Verdict, answer string) (err error)
	ApproveRelease(ctx context.Context, who access.Actor, id int64, seen int64) (err error)
	Build(ctx context.Context, who access.Actor, id int64) (out *publish.BuildLine, err error)
	BuildFile(ctx context.Context, who access.Actor, id int64, ord int) (name string, data []byte, err error)
	BuildPack(ctx context.Context, who access.Actor, q publish.PackQuery) (id int64, err error)
	BuildZip(ctx context.Context, who access.Actor, id int64) (name string, data []byte, err error)
	ChangeRelease(ctx context.Context, who access.Actor, id int64, seen int64, req publish.ReleaseRequest) (err error)
	DraftScores(ctx context.Context, who access.Actor, id int64, of agency.ID) (out *publish.DraftScores, err error)
	DropPack(ctx context.Context, who access.Actor, id int64) (err error)
	ExplainGap(ctx context.Context, who access.Actor, period string, n filing.GapNote) (err error)
	MakeRelease(ctx context.Context, who access.Actor, req publish.ReleaseRequest) (id int64, err error)
	MayHandInDocument(ctx context.Context, id int64) (err error)
	ObjectTo(ctx context.Context, who access.Actor, o filing.Objection) (err error)
	OpenObjections(ctx context.Context, who access.Actor, id int64, seen int64, days int) (err error)
	OwnerOf(ctx context.Context, block string, id agency.ID) (owner agency.ID, known bool, err error)
	PackView(ctx context.Context, who access.Actor, id int64, from publish.PackQuery) (out *publish.PackView, err error)
	Packs(ctx context.Context, who access.Actor, release int64) (out *publish.PackList, err error)
	Reconcile(ctx context.Context, who access.Actor, release int64, period string) (out *publish.Reconciliation, err error)
	Release(ctx context.Context, who access.Actor, id int64) (out *publish.ReleaseView, err error)
	ReleaseDocument(ctx context.Context, who access.Actor, id int64) (name string, data []byte, err error)
	ReleasePack(ctx context.Context, who access.Actor, id int64) (name string, data []byte, err error)
	Releases(ctx context.Context, who access.Actor) (out []publish.ReleaseLine, err error)
	Report(ctx context.Context, q publish.ReportQuery, w io.Writer) (err error)
	SavePack(ctx context.Context, who access.Actor, p filing.Pack) (_ int64, err error)
	SaveReleaseDocument(ctx context.Context, who access.Actor, id int64, seen int64, file ledger.ImportFile) (err error)
	SaveSentences(ctx context.Context, who access.Actor, id int64, period string, all []filing.Sentence) (err error)
	WithdrawRelease(ctx context.Context, who access.Actor, id int64, seen int64, reason string) (err error)
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
	pages     *Pages
	app       App
	permitted route.Permit
	clock     func() time.Time
}

// New returns the handlers and their pages.
func New(p *frame.Pages, app App, permitted route.Permit) *Handlers {
	pages := NewPages(p, app)
	return &Handlers{pages: pages, app: app, permitted: permitted, clock: p.Clock}
}

// Routes lists the addresses of the slice with what they need.
func (s *Handlers) Routes() []route.Route {
	return slices.Concat(s.releaseRoutes(), s.reportRoutes(), s.packRoutes(), s.reconcileRoutes())
}
