package frame

import (
	"net/url"
	"strconv"

	"chiso/internal/agency"
)

// ReportRef names a report in an address.
type ReportRef struct {
	Round  int64
	Agency agency.ID
}

// URL is where the report is looked at.
func (r ReportRef) URL() string {
	return "/desk/" + strconv.FormatInt(r.Round, 10) + "/" + url.PathEscape(string(r.Agency))
}

// TaskURL is where a task is looked at. Codes hold strokes and brackets, so they stand in the query.
func TaskURL(code string) string { return "/tasks/task?" + url.Values{"code": {code}}.Encode() }
