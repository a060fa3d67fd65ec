package reporting

import (
	"context"
	"fmt"
	"slices"

	"chiso/internal/access"
	"chiso/internal/app/reporting"
	"chiso/internal/filing"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

type deskPage struct {
	frame.Shell
	*reporting.Desk
	Groups []deskGroup
	Tasks  []frame.TaskRow // late, or due within thirty days
	Late   int             // of them
	Keeps  bool            // how tables are read is remembered, and the reader sees it
}

// deskGroup is a table of the desk.
type deskGroup struct {
	ID, Title string
	Rows      []deskRow
}

type deskRow struct {
	reporting.ReportHead
	URL, Due, Left, Class string
	Act, To               string // what the reader does next, and where
}

// newDeskRow says of a report what its reader does next.
func newDeskRow(h reporting.ReportHead) deskRow {
	left, class := dueText(h)
	row := deskRow{
		ReportHead: h,
		URL:        frame.ReportRef{Round: h.Round, Agency: h.Agency}.URL(),
		Due:        h.Due.String(),
		Left:       left,
		Class:      class,
	}
	row.Act, row.To = "Xem", row.URL
	mine := h.Waits == "Bạn" && !h.Locked
	switch {
	case mine && slices.Contains(h.Steps, filing.Sign):
		row.Act, row.To = reviewTitle(filing.Sign), row.URL+"/review"
	case mine && slices.Contains(h.Steps, filing.Approve):
		row.Act, row.To = reviewTitle(filing.Approve), row.URL+"/review"
	case mine && h.Submission == 0:
		row.Act = "Bắt đầu điền"
	case mine && h.Next.N != 0:
		row.Act, row.To = fmt.Sprintf("Điền tiếp (ô %d)", h.Next.N), fmt.Sprintf("%s#cell-%d", row.URL, h.Next.Definition)
	case mine:
		row.Act, row.To = reviewTitle(filing.Submit), row.URL+"/review"
	case h.State == filing.Review || h.State == filing.Sent:
		row.Act, row.To = "Xem biên nhận", row.URL+"/receipt"
	}
	return row
}

// MayFill reports whether the reader fills the report in: then the form to download is offered.
func (r deskRow) MayFill() bool { return r.Waits == "Bạn" && r.State != filing.Review && !r.Locked }

// Desk makes the landing page of those who report and sign.
func (p *Pages) Desk(ctx context.Context) (*frame.Document, error) {
	d, err := p.app.Desk(ctx)
	if err != nil {
		return nil, err
	}
	ground := access.Ground{Day: p.Today()}
	page := deskPage{
		Shell: p.Top(ctx, "Báo cáo phải nộp", "desk"),
		Desk:  d,
		Keeps: len(ground.Reach(access.From(ctx), access.KeepMatch)) > 0,
	}
	for _, g := range []struct {
		id, title string
		rows      []reporting.ReportHead
	}{{"todo", "Cần làm", todo(d.Open, true)}, {"open", "Đã gửi hoặc đang chờ người khác", todo(d.Open, false)}, {"closed", "Đã khóa", d.Closed}} {
		if len(g.rows) == 0 {
			continue
		}
		group := deskGroup{ID: g.id, Title: g.title}
		for _, h := range g.rows {
			group.Rows = append(group.Rows, newDeskRow(h))
		}
		page.Groups = append(page.Groups, group)
	}
	mine, err := p.app.MyTasks(ctx)
	if err != nil {
		return nil, err
	}
	page.Tasks, page.Late = frame.TaskRows(mine.Lines), mine.Counts.Overdue
	return p.HTML("reporting/desk.html", page, 0)
}

// todo picks the reports that wait for the reader, or the others.
func todo(all []reporting.ReportHead, mine bool) (out []reporting.ReportHead) {
	for _, h := range all {
		if (h.Waits == "Bạn") == mine {
			out = append(out, h)
		}
	}
	return out
}

// dueText says how a report stands to its due date, and how urgent that is.
func dueText(h reporting.ReportHead) (text, class string) {
	switch {
	case h.OnTime:
		return "đúng hạn", ""
	case !h.SentAt.IsZero():
		return fmt.Sprintf("gửi chậm %d ngày", h.DaysLate), "late"
	case h.DaysLate > 0:
		return fmt.Sprintf("quá hạn %d ngày", h.DaysLate), "late"
	case h.DaysLeft == 0:
		return "hạn hôm nay", "soon"
	case h.DaysLeft <= 3:
		return fmt.Sprintf("còn %d ngày", h.DaysLeft), "soon"
	}
	return fmt.Sprintf("còn %d ngày", h.DaysLeft), ""
}

// MayReport reports whether the desk is the landing page of an actor: somebody who drafts or signs.
func MayReport(who access.Actor, day vi.Date) bool {
	return !who.Machine && (who.Holds(access.Reporter, day) || who.Holds(access.Approver, day))
}

// Owes reports whether somebody has to do something about a report now.
func (p *Pages) Owes(ctx context.Context) (bool, error) {
	d, err := p.app.Desk(ctx)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(d.Open, func(h reporting.ReportHead) bool { return h.Owed || len(h.Steps) > 0 && h.Waits == "Bạn" }), nil
}
