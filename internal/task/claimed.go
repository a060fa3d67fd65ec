package task

import (
	"fmt"
	"slices"
	"strings"

	"chiso/internal/vi"
)

// StatusContradicts is the code of a typed status that the dates do not bear out.
const StatusContradicts = "status_contradicts"

// claims maps the words of a column of statuses to the statuses that they may stand for. The longer ones
// come first: "chưa hoàn thành" holds "hoàn thành".
var claims = []struct {
	words string
	fits  []Status
}{
	{"qua han chua hoan thanh", []Status{Overdue}},
	{"chua hoan thanh qua han", []Status{Overdue}},
	{"chua hoan thanh trong han", []Status{InTime, DueSoon}},
	{"chua hoan thanh", []Status{Overdue, InTime, DueSoon, NoDueDate, Suspended, Always}},
	{"hoan thanh dung han", []Status{DoneOnTime}},
	{"hoan thanh truoc han", []Status{DoneOnTime}},
	{"hoan thanh qua han", []Status{DoneLate}},
	{"hoan thanh cham", []Status{DoneLate}},
	{"hoan thanh muon", []Status{DoneLate}},
	{"da hoan thanh", []Status{DoneOnTime, DoneLate}},
	{"hoan thanh", []Status{DoneOnTime, DoneLate}},
	{"qua han", []Status{Overdue}},
	{"cham tien do", []Status{Overdue}},
	{"cham muon", []Status{Overdue, DoneLate}},
	{"sap den han", []Status{DueSoon, InTime}},
	{"trong han", []Status{InTime, DueSoon}},
	{"dang thuc hien", []Status{InTime, DueSoon, NoDueDate, Always, Overdue}},
	{"dang trien khai", []Status{InTime, DueSoon, NoDueDate, Always}},
	{"thuong xuyen", []Status{Always}},
	{"tam dung", []Status{Suspended}},
	{"chua giao thoi han", []Status{NoDueDate}},
}

// CheckClaim compares a status that somebody typed with the derived one. It never decides anything: the
// dates do. A claim of completion without a day is grave, for nothing can be derived from it.
func CheckClaim(text string, s Standing) (Finding, bool) {
	folded := strings.NewReplacer(",", "", "-", " ", "(", "", ")", "").Replace(vi.Fold(text))
	folded = strings.Join(strings.Fields(folded), " ")
	for _, c := range claims {
		if !strings.Contains(folded, c.words) {
			continue
		}
		if slices.Contains(c.fits, s.Status) {
			return Finding{}, false
		}
		grave := c.fits[0].Done() && !s.Status.Done()
		msg := fmt.Sprintf("Ghi “%s” nhưng theo các ngày thì là “%s”.", vi.Clean(text), s.Status.Title())
		if grave {
			msg += " Hãy ghi ngày hoàn thành, hoặc bỏ trạng thái này."
		} else {
			msg += " Trạng thái được tính từ các ngày; hãy kiểm tra lại hạn và ngày hoàn thành."
		}
		return Finding{grave, FieldStatus, StatusContradicts, msg}, true
	}
	return Finding{}, false
}
