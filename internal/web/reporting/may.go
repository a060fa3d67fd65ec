package reporting

import (
	"context"

	"github.com/labstack/echo/v4"

	"chiso/internal/agency"
	"chiso/internal/fault"
)

// mayEditReport judges a report's editing before a file for it is received.
func (s *Handlers) mayEditReport(c echo.Context) error {
	return s.mayReport(c, s.app.MayEditReport)
}

// mayHandInPaper judges the handing in of a signed copy.
func (s *Handlers) mayHandInPaper(c echo.Context) error {
	return s.mayReport(c, s.app.MayHandInPaper)
}

func (s *Handlers) mayReport(c echo.Context, may func(ctx context.Context, round int64, id agency.ID) error) error {
	ref, err := reportRef(c)
	if err != nil {
		return err
	}
	if err = may(c.Request().Context(), ref.Round, ref.Agency); fault.KindOf(err) == fault.Conflict {
		return s.refuseReport(c, ref, err, FilingState{})
	}
	return err
}
