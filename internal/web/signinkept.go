package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"

	"github.com/labstack/echo/v4"

	"chiso/internal/web/page"
)

// maxKept bounds the form of a report that is kept through signing in.
const maxKept = 6 << 20

// ofReportForm is where the form of a report is sent; its first part is the report's own address.
var ofReportForm = regexp.MustCompile(`^(/desk/\d+/[^/]+)/[a-z]+$`)

// keptPost is the form of a report that was sent after its session had ended, for the page to sign in at to carry on: without scripts
// nothing else holds what was typed. Files are not kept. It is "" for other requests.
func (s *Server) keptPost(c echo.Context) string {
	r := c.Request()
	m := ofReportForm.FindStringSubmatch(r.URL.EscapedPath())
	if r.Method != http.MethodPost || m == nil {
		return ""
	}
	form, err := s.pages.ReadReport(c.Response(), r)
	if err != nil || len(page.ReadTexts(form.Values)) == 0 && len(page.TouchedCells(form.Values)) == 0 { // nothing that would be lost
		return ""
	}
	data, err := json.Marshal(keptForm{m[1], form.Values})
	if err != nil || len(data) > maxKept/2 {
		return ""
	}
	return base64.StdEncoding.EncodeToString(data)
}

// keptForm is a form and the report that it is of.
type keptForm struct {
	Report string
	Values url.Values
}

// resume gives what was kept back to its report, one press away: the form is shown as it was sent, for whoever typed it.
func (s *Server) resume(c echo.Context, account int64, to, kept string) error {
	who, err := s.cfg.App.Actor(c.Request().Context(), account)
	if err != nil {
		return err
	}
	var form keptForm
	data, err := base64.StdEncoding.DecodeString(kept)
	if err == nil {
		err = json.Unmarshal(data, &form)
	}
	if err != nil || !ofReportForm.MatchString(form.Report+"/cells") || form.Values.Get("account") != who.Name {
		return c.Redirect(http.StatusSeeOther, to)
	}
	doc, err := s.pages.Resume(form.Report, form.Values)
	if err != nil {
		return err
	}
	return send(c, http.StatusOK, doc)
}
