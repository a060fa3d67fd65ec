package page

import (
	"context"

	"chiso/internal/access"
	"chiso/internal/app/publish"
)

type reconcilePage struct {
	shell
	*publish.Reconciliation
	ReleaseID int64 // 0: the newest figures
	Refused   string
}

// Reconcile makes the page that compares the sums of the agencies with published figures.
func (p *Pages) Reconcile(ctx context.Context, release int64, period string, refused error) (*Document, error) {
	r, err := p.cfg.App.Reconcile(ctx, access.From(ctx), release, period)
	if err != nil {
		return nil, err
	}
	page := reconcilePage{shell: p.top(ctx, "Đối chiếu với số đã công bố", "packs"), Reconciliation: r, Refused: sentence(refused)}
	if r.Release != nil {
		page.ReleaseID = r.Release.ID
	}
	return p.html("reconcile.html", page, 0)
}
