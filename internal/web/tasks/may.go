package tasks

import "github.com/labstack/echo/v4"

// mayReportTask judges a report on the task that the address names.
func (s *Handlers) mayReportTask(c echo.Context) error {
	return s.app.MayReportTask(c.Request().Context(), c.QueryParam("code"))
}
