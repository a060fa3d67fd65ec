package frame

import (
	"fmt"
	"strings"

	"chiso/internal/app/figures"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// TaskRow is a line of a list, ready to print.
type TaskRow struct {
	figures.TaskLine
	URL   string
	Class string // of its status
	Left  string // "còn 3 ngày", "quá hạn 12 ngày"
}

// PercentText is the percentage that was reported last.
func (r TaskRow) PercentText() string {
	if !r.Update.Percent.Valid {
		return ""
	}
	return vi.FormatNumber(r.Update.Percent.Decimal, 0) + NBSP + "%"
}

// HoldersText names who answers.
func (r TaskRow) HoldersText() string { return partiesText(r.Holders) }

// OthersText names who co-operates; many are counted.
func (r TaskRow) OthersText() string { return partiesText(r.Others) }

func partiesText(all []figures.TaskParty) string {
	var names []string
	for _, x := range all {
		names = append(names, x.Name)
	}
	if n := len(names); n > 5 {
		return strings.Join(names[:4], ", ") + fmt.Sprintf(" và %d đơn vị khác", n-4)
	}
	return strings.Join(names, ", ")
}

func TaskRows(lines []figures.TaskLine) []TaskRow {
	out := make([]TaskRow, len(lines))
	for i, l := range lines {
		out[i] = TaskRow{TaskLine: l, URL: TaskURL(l.Code), Class: "", Left: ""}
		out[i].Left, out[i].Class = taskLeft(l)
	}
	return out
}

// taskLeft says how a line stands to its deadline, and how urgent that is.
func taskLeft(l figures.TaskLine) (text, class string) {
	switch l.Status {
	case task.Overdue:
		return fmt.Sprintf("quá hạn %d ngày", l.Days), "late"
	case task.DoneLate:
		return fmt.Sprintf("muộn %d ngày", l.Days), ""
	case task.DueSoon:
		if l.Days == 0 {
			return "hạn hôm nay", "soon"
		}
		return fmt.Sprintf("còn %d ngày", -l.Days), "soon"
	case task.InTime:
		return fmt.Sprintf("còn %d ngày", -l.Days), ""
	}
	return "", ""
}
