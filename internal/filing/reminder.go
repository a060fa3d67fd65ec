package filing

import (
	"fmt"
	"time"

	"chiso/internal/vi"
)

// Reminder is why an agency is reminded of a report (đôn đốc).
type Reminder string

// The reminders. Each is said once of a deadline; an extension makes a new one. A return is said once each time.
const (
	RemindBefore   Reminder = "before"
	RemindDue      Reminder = "due"
	RemindOverdue  Reminder = "overdue"
	RemindReturned Reminder = "returned"
)

// DaysBefore is how many days ahead of the due day agencies are reminded.
const DaysBefore = 3

// Title returns the Vietnamese name of the reminder.
func (r Reminder) Title() string {
	switch r {
	case RemindBefore:
		return "Sắp đến hạn"
	case RemindDue:
		return "Đến hạn hôm nay"
	case RemindOverdue:
		return "Quá hạn"
	case RemindReturned:
		return "Báo cáo bị trả lại"
	}
	return string(r)
}

// Remind says which reminder a duty calls for at t, "" for none. state is "" while the report was not begun; sent says that it was
// sent and not taken back.
func (d Duty) Remind(state State, sent bool, t time.Time) Reminder {
	today := vi.DateOf(t.In(Zone()))
	switch left := d.DaysLeft(today); {
	case state == Returned:
		return RemindReturned
	case sent || d.Due.IsZero():
		return ""
	case d.Late(t):
		return RemindOverdue
	case left == 0:
		return RemindDue
	case left <= DaysBefore:
		return RemindBefore
	}
	return ""
}

// ReminderKey makes a reminder unique: one for each deadline, or each return.
func (d Duty) ReminderKey(r Reminder, serial int64) string {
	if r == RemindReturned {
		return fmt.Sprintf("round:%d serial:%d", d.Round, serial)
	}
	return fmt.Sprintf("round:%d due:%d %s", d.Round, int(d.Due.Day), d.Due.Clock())
}

// ReminderText is what an agency is told: subject and body.
func (d Duty) ReminderText(r Reminder, round *Round, reason string, t time.Time) (subject, body string) {
	today := vi.DateOf(t.In(Zone()))
	switch r {
	case RemindBefore:
		subject = fmt.Sprintf("Còn %d ngày đến hạn: %s", d.DaysLeft(today), round.Name)
		body = fmt.Sprintf("%s chưa gửi %s.\nHạn gửi: %s. Đề nghị đơn vị hoàn thành, ký duyệt và gửi đúng hạn.", d.Name, lower(round.Name), d.Due)
	case RemindDue:
		subject = "Hôm nay là hạn gửi: " + round.Name
		body = fmt.Sprintf(
			"%s chưa gửi %s.\nHạn gửi: %s. Đề nghị đơn vị ký duyệt và gửi trong hôm nay; nếu có vướng mắc, hãy liên hệ cơ quan thường trực.",
			d.Name,
			lower(round.Name),
			d.Due,
		)
	case RemindOverdue:
		subject = "Quá hạn: " + round.Name
		body = fmt.Sprintf(
			"%s đã quá hạn gửi %s.\nHạn gửi: %s. Đề nghị đơn vị gửi ngay; báo cáo gửi sau hạn vẫn được nhận và ghi là chậm.",
			d.Name,
			lower(round.Name),
			d.Due,
		)
	case RemindReturned:
		subject = "Báo cáo bị trả lại: " + round.Name
		body = fmt.Sprintf("Cơ quan thường trực trả lại báo cáo của %s.\nLý do: %s\nĐề nghị đơn vị sửa các ô đã nêu và gửi lại.", d.Name, reason)
	}
	return subject, body
}
