package reporting

import (
	"context"
	"slices"
	"strings"
	"time"

	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/web/frame"
)

// reviewPage is a report as it is looked at once more before it is handed up, agreed to or signed.
type reviewPage struct {
	frame.Shell
	*reporting.ReportView
	URL      string
	Account  string
	Step     filing.Step
	Button   string // what the press does
	Next     string // what happens then
	Changes  []reviewRow
	Same     int // figures as in the period before
	Warnings []reviewRow
	Blank    []reviewRow // optional cells without a figure
	None     []reviewRow // cells in which nothing occurred
	Blocks   []checkItem
	Unsaid   []string
	SeenAs   int64
	Refused  string
	Reason   string
}

// reviewRow is a figure beside that of the period before.
type reviewRow struct {
	gridRow
	Move string // tăng, giảm, không đổi; "" when there is nothing to compare with
}

// reviewSteps are the steps before which the report is looked at.
func reviewSteps() []filing.Step { return []filing.Step{filing.Submit, filing.Approve, filing.Sign} }

// reviewStep is the step that the reader would take next, "" for none.
func reviewStep(v *reporting.ReportView) filing.Step {
	if v.Editable && v.Submission == 0 {
		return filing.Submit
	}
	for _, s := range v.Steps {
		if slices.Contains(reviewSteps(), s) {
			return s
		}
	}
	return ""
}

// reviewTitle is what leads to looking at the report before a step.
func reviewTitle(s filing.Step) string {
	switch s { //nolint:exhaustive // the others need no second look
	case filing.Submit:
		return "Xem lại và trình"
	case filing.Approve:
		return "Xem lại trước khi duyệt"
	case filing.Sign:
		return "Xem lại trước khi ký"
	}
	return ""
}

// Review makes the page on which a report is looked at once more. refused says why the press was not taken.
func (p *Pages) Review(ctx context.Context, ref frame.ReportRef, refused error, reason string) (*frame.Document, error) {
	f, err := p.filingPage(ctx, ref, FilingState{})
	if err != nil {
		return nil, err
	}
	step := reviewStep(f.ReportView)
	if step == "" {
		return nil, fault.New(
			fault.Conflict,
			"Báo cáo đang ở trạng thái “%s”: bạn không có bước nào cần xem lại lúc này.",
			f.ReportHead.Title(),
		)
	}
	page := reviewPage{
		Shell:      p.Top(ctx, reviewTitle(step)+": "+f.RoundName, "desk"),
		ReportView: f.ReportView,
		URL:        f.URL,
		Account:    f.Account,
		Step:       step,
		SeenAs:     f.SeenAs,
		Blocks:     f.Check.Blocks,
		Reason:     reason,
	}
	if refused != nil {
		page.Refused = fault.Sentence(refused)
	}
	switch step { //nolint:exhaustive // reviewSteps
	case filing.Submit:
		page.Button, page.Next = "Trình lãnh đạo", "Sau khi trình, số liệu không sửa được nữa cho đến khi bạn rút lại hoặc lãnh đạo yêu cầu sửa."
	case filing.Approve:
		page.Button, page.Next = "Đồng ý, chuyển cấp tiếp theo", "Báo cáo chuyển đến người duyệt tiếp theo."
	case filing.Sign:
		page.Button, page.Next = "Ký, gửi", "Báo cáo được gửi cơ quan thường trực ngay. Trước khi được tiếp nhận vẫn thu hồi được."
	}
	for _, form := range f.Forms {
		for _, r := range form.Rows {
			if !r.Shared {
				page.add(r)
			}
		}
	}
	for _, t := range f.Texts {
		if strings.TrimSpace(t.Body) == "" {
			page.Unsaid = append(page.Unsaid, t.Title)
		}
	}
	return p.HTML("reporting/filing_review.html", page, 0)
}

// add puts a line where it is looked for.
func (v *reviewPage) add(r gridRow) {
	row := reviewRow{gridRow: r}
	if r.Shown == "" {
		if r.Optional {
			v.Blank = append(v.Blank, row)
		}
		return
	}
	if len(r.Cell.Warnings) > 0 {
		v.Warnings = append(v.Warnings, row)
	}
	if r.Cell.Figure.State == "not_applicable" {
		v.None = append(v.None, row)
	}
	if r.ReportRow.Previous != nil {
		now, ok1 := r.Cell.Figure.Rate(r.Definition)
		then, ok2 := r.ReportRow.Previous.Figure.Rate(r.Definition)
		switch {
		case !ok1 || !ok2:
		case now.Cmp(then) > 0:
			row.Move = "tăng"
		case now.Cmp(then) < 0:
			row.Move = "giảm"
		default:
			v.Same++
			return
		}
	}
	v.Changes = append(v.Changes, row)
}

// receiptPage says what became of a report that was handed up or sent.
type receiptPage struct {
	frame.Shell
	*reporting.SigningCopy
	URL     string
	Title   string
	At      time.Time
	By      string
	Next    string
	Figures int
	Steps   []historyLine
}

// Receipt makes the page that says what was sent, when, to whom, under which code and what happens next.
func (p *Pages) Receipt(ctx context.Context, ref frame.ReportRef) (*frame.Document, error) {
	c, err := p.app.SigningCopy(ctx, ref.Round, ref.Agency)
	if err != nil {
		return nil, err
	}
	page := receiptPage{
		Shell:       p.Top(ctx, "Biên nhận: "+c.RoundName, "desk"),
		SigningCopy: c,
		URL:         ref.URL(),
		Figures:     c.Complete.Filled + c.Complete.Extra,
	}
	last := func(step filing.Step) {
		for _, e := range c.Events {
			if e.Step == step {
				page.At, page.By = e.At, e.Name
			}
		}
	}
	to := c.To
	if to == "" {
		to = "Cơ quan thường trực"
	}
	switch c.State { //nolint:exhaustive // before it is handed up there is nothing to confirm
	case filing.Review:
		page.Title = "Đã trình lãnh đạo"
		last(filing.Submit)
		page.Next = c.ReportHead.Title() + ". Khi lãnh đạo ký, báo cáo được gửi " + to + ". Cần sửa thì rút lại trước khi ký."
	case filing.Sent:
		page.Title = "Đã ký và gửi"
		last(filing.Sign)
		page.Next = to + " kiểm tra rồi tiếp nhận, hoặc trả lại kèm lý do ở từng ô. Khi đó bạn nhận thông báo tại mục Thông báo và qua thư nếu đơn vị có khai địa chỉ. Trước khi được tiếp nhận, lãnh đạo ký có thể thu hồi."
	case filing.Received:
		page.Title = "Đã được tiếp nhận"
		last(filing.Receive)
		page.Next = "Số liệu đã vào sổ. Cần sửa thì đính chính: bản cũ vẫn được giữ."
	default:
		return nil, fault.New(fault.NotFound, "Báo cáo chưa trình nên chưa có biên nhận.")
	}
	return p.HTML("reporting/filing_receipt.html", page, 0)
}
