package publish

import (
	"context"

	"chiso/internal/access"
	"chiso/internal/app/publish"
	"chiso/internal/web/frame"
)

type reconcilePage struct {
	frame.Shell
	*publish.Reconciliation
	ReleaseID int64 // 0: the newest figures
	Refused   string
}

// Reconcile makes the page that compares the sums of the agencies with published figures.
func (p *Pages) Reconcile(ctx context.Context, release int64, period string, refused error) (*frame.Document, error) {
	r, err := p.app.Reconcile(ctx, access.From(ctx), release, period)
	if err != nil {
		return nil, err
	}
	page := reconcilePage{Shell: p.Top(ctx, "Đối chiếu với số đã công bố", "packs"), Reconciliation: r, Refused: frame.Sentence(refused)}
	if r.Release != nil {
		page.ReleaseID = r.Release.ID
	}
	return p.HTML("publish/reconcile.html", page, 0)
}
