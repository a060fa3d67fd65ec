package task

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"chiso/internal/vi"
)

// StatusContradicts is the code of a typed status that the dates do not bear out.
const StatusContradicts = "status_contradicts"

// UnknownStatus is the code of words in a column of statuses that name none.
const UnknownStatus = "unknown_status"

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
	{"dang thuc hien", []Status{InTime, DueSoon, NoDueDate, Always}},
	{"dang trien khai", []Status{InTime, DueSoon, NoDueDate, Always}},
	{"thuong xuyen", []Status{Always}},
	{"tam dung", []Status{Suspended}},
	{"chua giao thoi han", []Status{NoDueDate}},
}

// CheckClaim compares a status that somebody typed with the derived one. It never decides anything: the
// dates do. A claim of completion without a day is grave, for nothing can be derived from it.
func CheckClaim(text string, s Standing) (Finding, bool) {
	folded := claimWords(text)
	for _, c := range claims {
		if !strings.Contains(folded, c.words) {
			continue
		}
		if slices.Contains(c.fits, s.Status) {
			return Finding{}, false
		}
		ahead := c.fits[0] == Overdue && len(c.fits) == 1 && (s.Status == InTime || s.Status == DueSoon || s.Status == NoDueDate)
		grave := c.fits[0].Done() && !s.Status.Done() || ahead
		msg := fmt.Sprintf("Ghi “%s” nhưng theo các ngày thì là “%s”.", vi.Clean(text), s.Status.Title())
		switch {
		case ahead:
			msg += " Hãy kiểm tra lại thời hạn, hoặc bỏ trạng thái này."
		case grave:
			msg = fmt.Sprintf(
				"Ghi “%s” nhưng thiếu ngày hoàn thành: theo các ngày thì là “%s”. Hãy ghi ngày hoàn thành, hoặc bỏ trạng thái này.",
				vi.Clean(text),
				s.Status.Title(),
			)
		default:
			msg += " Trạng thái được tính từ các ngày; hãy kiểm tra lại hạn và ngày hoàn thành."
		}
		return Finding{Grave: grave, Field: FieldStatus, Code: StatusContradicts, Message: msg}, true
	}
	return Finding{}, false
}

func claimWords(text string) string {
	folded := strings.NewReplacer(",", "", "-", " ", "(", "", ")", "").Replace(vi.Fold(text))
	return strings.Join(strings.Fields(folded), " ")
}

// unread says that the words in a column of statuses are none that is known.
func unread(text string) (Finding, bool) {
	folded := claimWords(text)
	for i := range claims {
		if strings.Contains(folded, claims[i].words) {
			return Finding{}, false
		}
	}
	return Finding{
		Grave:   false,
		Field:   FieldStatus,
		Code:    UnknownStatus,
		Message: fmt.Sprintf("Không hiểu trạng thái “%s” nên không đối chiếu; trạng thái được tính từ các ngày.", cut(text)),
	}, true
}

// IsClaim reports whether folded words are those of a status and nothing else.
func IsClaim(folded string) bool {
	for i := range claims {
		if claims[i].words == folded {
			return true
		}
	}
	return false
}

// reDoneWords is a report that says no more than that the task is done, perhaps by which act: "Đã hoàn thành (QĐ 268/QĐ-TTg …)".
var reDoneWords = regexp.MustCompile(`^(?:da )?hoan thanh(?: nhiem vu)?(?: ?[(.,;:].*| (?:tai|theo|ngay) .*)?$`)

// checkWords compares what is reported of an assignment with its dates, where no status is typed.
func checkWords(u Update, s Standing) (Finding, bool) {
	if s.Status.Done() || s.Status == Always {
		return Finding{}, false
	}
	if reDoneWords.MatchString(vi.Fold(u.Text)) {
		return Finding{Grave: true, Field: FieldProgress, Code: StatusContradicts, Message: fmt.Sprintf(
			"Ghi “%s” nhưng thiếu ngày hoàn thành: theo các ngày thì là “%s”. Hãy ghi ngày hoàn thành.", cut(u.Text), s.Status.Title())}, true
	}
	if u.Percent.Valid && u.Percent.Decimal.Cmp(vi.Int(100)) >= 0 {
		return Finding{Grave: false, Field: FieldPercent, Code: StatusContradicts, Message: fmt.Sprintf(
			"Tiến độ ghi 100%% nhưng chưa có ngày hoàn thành: theo các ngày thì là “%s”.", s.Status.Title())}, true
	}
	return Finding{}, false
}
