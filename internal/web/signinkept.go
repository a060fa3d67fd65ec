package web

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"chiso/internal/web/reporting"
	"chiso/internal/web/route"
)

// maxKept bounds the form of a report that is kept through signing in.
const maxKept = 6 << 20

// ofReportForm is where the form of a report is sent; its first part is the report's own address.
var ofReportForm = regexp.MustCompile(`^(/desk/\d+/[^/]+)/[a-z]+$`)

// keptPost is the form of a report that was sent after its session had ended, for the page to sign in at to carry on: without scripts
// nothing else holds what was typed. ended says what became of it; both are "" for other requests. Files are not kept.
func (s *Server) keptPost(c echo.Context) (kept, ended string) {
	r := c.Request()
	m := ofReportForm.FindStringSubmatch(r.URL.EscapedPath())
	if r.Method != http.MethodPost || m == nil {
		return "", ""
	}
	form, err := s.reports.ReadReport(c.Response(), r)
	if err != nil {
		return "", "Nội dung vừa gửi chưa được ghi. Hãy đăng nhập, mở lại báo cáo rồi làm lại."
	}
	files := form.Files()
	if len(files) > 0 {
		ended = fmt.Sprintf("Tệp %s chưa được nhận; đăng nhập rồi chọn lại tệp ở trang báo cáo.", strings.Join(files, ", "))
	}
	if len(reporting.ReadTexts(form.Values)) == 0 && len(reporting.TouchedCells(form.Values)) == 0 { // nothing was typed
		if ended == "" {
			ended = "Việc vừa bấm chưa được thực hiện; đăng nhập rồi bấm lại."
		}
		return "", ended
	}
	data, err := json.Marshal(keptForm{m[1], form.Values, files})
	if err != nil || len(data) > maxKept/2 {
		return "", "Những gì vừa gõ quá dài để giữ qua đăng nhập và chưa được ghi. Hãy bấm nút quay lại của trình duyệt, chép phần vừa gõ ra rồi mới đăng nhập. " + ended
	}
	return base64.StdEncoding.EncodeToString(data), strings.TrimSpace("Những gì bạn vừa gõ được giữ lại; đăng nhập rồi ghi tiếp. " + ended)
}

// keptForm is a form and the report that it is of.
type keptForm struct {
	Report string
	Values url.Values
	Files  []string `json:",omitempty"` // names of those that were chosen beside it
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
	doc, err := s.pages.Resume(form.Report, form.Values, form.Files)
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}
