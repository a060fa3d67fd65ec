package figures

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

func (s *Handlers) evidenceRoutes() []route.Route {
	return []route.Route{{Method: http.MethodGet, Path: "/evidence/:id", Action: access.ReadRelease, Handler: s.evidence}}
}

func (s *Handlers) evidence(c echo.Context) error {
	return route.ByID(c, func(ctx context.Context, id int64) (*frame.Document, error) {
		view, err := s.eyes(c, id)
		if err != nil {
			return nil, err
		}
		return s.pages.Evidence(ctx, id, view)
	})
}

// eyes is the view of the page of a figure, which is made for one person: all that the person may see of what is not released. Whoever
// has a role at several agencies sees the own figures of each.
func (s *Handlers) eyes(c echo.Context, observation int64) (ledger.View, error) {
	g, err := s.app.Ground(c.Request().Context())
	if err != nil {
		return "", err
	}
	who := access.From(c.Request().Context())
	switch {
	case g.May(who, access.ReadLive, access.At(agency.Nation)):
		return ledger.Live, nil
	case !g.Somewhere(who, access.ReadOwn):
		return ledger.Released, nil
	}
	of, err := s.app.FigureOf(c.Request().Context(), observation)
	if err == nil && of != "" && g.May(who, access.ReadOwn, access.At(of)) {
		return ledger.Own(of), nil
	}
	if err == nil && g.May(who, access.ReadOwn, access.At(who.Agency)) {
		return ledger.Own(who.Agency), nil
	}
	return ledger.Released, err
}
