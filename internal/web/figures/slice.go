// Package figures is the pages that show figures: overview, rankings, agencies, boards, comparisons, the A4 page and the evidence of a figure. Each works as a
// plain link first; charts are drawn from the same table. It makes no figure: internal/app/figures does.
package figures

import (
	"context"
	"io"
	"slices"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// App is what the slice asks of the use cases.
type App interface {
	Across(ctx context.Context, id agency.ID, view ledger.View) (v agency.Version, out []figures.RestatedSeries, err error)
	Agency(ctx context.Context, q figures.AgencyQuery) (out *figures.AgencyView, err error)
	Analyse(ctx context.Context, q figures.AnalysisQuery) (out *figures.Analysis, err error)
	Compare(ctx context.Context, q figures.CompareQuery) (out *figures.Comparison, err error)
	Deltas(ctx context.Context, q figures.RankingQuery) (out *figures.DeltaView, err error)
	DropOwnTable(ctx context.Context, who access.Actor, id int64) (err error)
	Evidence(ctx context.Context, observation int64, view ledger.View) (out *figures.Evidence, err error)
	FigureOf(ctx context.Context, observation int64) (id agency.ID, err error)
	Find(ctx context.Context, words string) (out *figures.Finding, err error)
	Ground(ctx context.Context) (_ access.Ground, err error)
	Heat(ctx context.Context, q figures.RankingQuery) (out *figures.HeatView, err error)
	Merger(ctx context.Context, q figures.RankingQuery) (out *figures.MergerView, err error)
	Overview(ctx context.Context, q figures.OverviewQuery) (o *figures.Overview, err error)
	OwnTable(ctx context.Context, q figures.OwnTableQuery, saved agency.ID) (out *figures.OwnTableView, err error)
	Ranking(ctx context.Context, q figures.RankingQuery) (view *figures.RankingView, err error)
	SaveOwnTable(ctx context.Context, who access.Actor, name string, query string) (err error)
	Sheet(ctx context.Context, q figures.SheetQuery) (out *figures.Sheet, err error)
	SideBySide(ctx context.Context, q figures.RankingQuery) (out *figures.SideBySide, err error)
	Tiles(ctx context.Context, q figures.RankingQuery) (out *figures.TileView, err error)
	Trend(ctx context.Context, q figures.TrendQuery) (out *figures.TrendView, err error)
	WriteGrid(g figures.Grid, w io.Writer) error
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
}

// New returns the handlers of pages.
func New(pages *Pages, permitted route.Permit) *Handlers {
	return &Handlers{pages: pages, app: pages.app, permitted: permitted}
}

// Routes lists the addresses of the slice with what they need.
func (s *Handlers) Routes() []route.Route {
	return slices.Concat(s.tableRoutes(), s.evidenceRoutes())
}
