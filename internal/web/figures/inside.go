package figures

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"chiso/internal/app/figures"
	"chiso/internal/chart"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// insideView is what agencies do before anything is released, ready to print: tasks and reports.
type insideView struct {
	*figures.Inside
	Total, Done, Late int
	Bar               template.HTML
	Shares            []string // of the tasks: "12 xong muộn"
	Tasks             []lateTask
	Rounds            []roundRow
	Marks             []markLine
	Programmes        []programmeRow
}

type programmeRow struct {
	Title             string
	Total, Done, Late int
}

// lateTask is one task that is late.
type lateTask struct{ Title, Short, URL, Holders, Person, Due, Days string }

// roundRow is how far one round has come.
type roundRow struct {
	figures.RoundDigest
	Text    string // "78/85 đã gửi: 70 đúng hạn, 8 muộn; 2 bị trả lại"
	Missing string
}

// markLine is how one agency did in one round.
type markLine struct{ Name, Period, Due, State, Class, Returned string }

// newInside prints what those who may see it are shown; nil for everybody else.
func newInside(in *figures.Inside) *insideView {
	if in == nil {
		return nil
	}
	c := in.Tasks.Counts
	out := &insideView{Inside: in, Total: c.Total(), Done: c.Done(), Late: c.Overdue}
	for _, part := range []struct {
		n    int
		text string
	}{{c.DoneOnTime, "xong đúng hạn"}, {c.DoneLate, "xong muộn"}, {c.DueSoon, "sắp đến hạn"}, {c.InTime, "trong hạn"}, {c.Recurring, "thường xuyên"}, {c.NoDueDate, "chưa giao thời hạn"},
		{c.Suspended, "tạm dừng"}} {
		if part.n > 0 {
			out.Shares = append(out.Shares, vi.FormatInt(int64(part.n))+frame.NBSP+part.text)
		}
	}
	out.Bar = chart.Stack(
		out.Total,
		chart.Segment{Class: "overdue", Count: c.Overdue},
		chart.Segment{Class: "due_soon", Count: c.DueSoon},
		chart.Segment{Class: "in_time", Count: c.InTime},
		chart.Segment{
			Class: "no_due_date",
			Count: c.NoDueDate,
		},
		chart.Segment{Class: "suspended", Count: c.Suspended},
		chart.Segment{Class: "recurring", Count: c.Recurring},
		chart.Segment{Class: "done_late", Count: c.DoneLate},
		chart.Segment{Class: "done_on_time", Count: c.DoneOnTime},
	)
	for _, l := range in.Tasks.Late {
		names := make([]string, len(l.Holders))
		for i, h := range l.Holders {
			names[i] = h.Name
		}
		person := l.Person
		if person == "" {
			person = "chưa ghi"
		}
		out.Tasks = append(
			out.Tasks,
			lateTask{
				Title:   l.Title,
				Short:   shorten(l.Title, maxTitle),
				URL:     frame.TaskURL(l.Code),
				Holders: someNames(names, 1),
				Person:  person,
				Due:     frame.DayText(l.Due),
				Days:    strconv.Itoa(l.Days),
			},
		)
	}
	for _, p := range in.Tasks.Programmes {
		out.Programmes = append(
			out.Programmes,
			programmeRow{Title: p.Title, Total: p.Counts.Total(), Done: p.Counts.Done(), Late: p.Counts.Overdue},
		)
	}
	for _, r := range in.Rounds {
		row := roundRow{
			RoundDigest: r,
			Text:        fmt.Sprintf("%d/%d đơn vị đã gửi: %d đúng hạn, %d muộn", r.Sent(), r.Owes, r.OnTime, r.Late),
			Missing:     someNames(r.Missing, sheetNames),
		}
		if r.Returned > 0 {
			row.Text += fmt.Sprintf("; %d bị trả lại, chưa gửi lại", r.Returned)
		}
		out.Rounds = append(out.Rounds, row)
	}
	for _, m := range in.Marks {
		out.Marks = append(out.Marks, newMarkLine(m))
	}
	return out
}

func newMarkLine(m figures.RoundMark) markLine {
	out := markLine{Name: m.Name, Period: m.Period.Title(), Due: m.Due.String(), Returned: "–"}
	switch {
	case m.OnTime:
		out.State, out.Class = "Đúng hạn", "better"
	case !m.Sent.IsZero():
		out.State, out.Class = fmt.Sprintf("Muộn %d ngày", m.DaysLate), "worse"
	case m.DaysLate > 0:
		out.State, out.Class = fmt.Sprintf("Chưa gửi, quá hạn %d ngày", m.DaysLate), "worse"
	default:
		out.State = m.State + ", còn hạn"
	}
	if m.Returned > 0 {
		out.Returned = fmt.Sprintf("%d lần", m.Returned)
	}
	return out
}

// maxTitle is how many letters of a task's title an A4 page prints.
const maxTitle = 75

// shorten cuts a text at a word.
func shorten(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	cut := string(runes[:n])
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;.") + "…"
}

// someNames lists names, and counts those beyond the first n.
func someNames(names []string, n int) string {
	if len(names) <= n {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:n], ", ") + fmt.Sprintf(" và %d đơn vị khác", len(names)-n)
}

// planRow is one line of how far plans have come.
type planRow struct {
	Name, Done, Rate, Late, When string
	Observation                  int64
	Bar                          template.HTML
}

func planRows(lines []figures.PlanLine) []planRow {
	out := make([]planRow, 0, len(lines))
	for _, l := range lines {
		r := planRow{
			Name:        l.Name,
			Done:        frame.Num(l.Done, 0) + "/" + frame.Num(l.Of, 0),
			Late:        "–",
			When:        l.When,
			Observation: l.Observation,
			Bar:         frame.Bar(frame.Scale{Max: l.Of.Decimal}, l.Done),
		}
		if l.Late >= 0 {
			r.Late = strconv.Itoa(l.Late)
		}
		if r.When == "" {
			r.When = "hiện nay"
		}
		out = append(out, r)
	}
	return out
}
