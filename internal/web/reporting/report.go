package reporting

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/web/frame"
)

// filingPage is one report.
type filingPage struct {
	frame.Shell
	*reporting.ReportView
	Ref       frame.ReportRef
	URL       string
	Left      string
	Class     string
	Filled    int // percent
	Forms     []formTable
	Moves     []moveForm
	Done      string
	Refused   string
	Conflicts []string
	Saved     bool
	Fresh     bool   // a block was pasted just now: what found no place stands open
	Account   string // whose page it is
	Returned  string // the reason of the newest return
	SeenAs    int64  // the serial that a step of this page is based upon
	MayPaper  bool
	MaxBytes  int64
	MaxSize   string
	General   []frame.FindingGroup
	History   []historyLine
	Texts     []sectionForm
	Asks      []proposalForm
	NewAsk    string // a proposal that was typed and not taken
	Typed     url.Values
	Check     checklist
	Review    string    // what looking at it once more before the next step is called, "" when there is none
	now       time.Time // in the zone that people read
}

// formTable is one form as a grid.
type formTable struct {
	Code, Name string
	Roman      string // of the annex that it is in the signing copy
	Rows       []gridRow
}

// gridRow is one line of the grid.
type gridRow struct {
	reporting.ReportRow
	fieldWords
	N                   int
	Key                 string // of its fields
	KnownText, Previous string
	KnownSource         string
	LastYear            string
	Class               string
	Mine                *reporting.CellInput // what was given and not taken, after a conflict
	Conflict            string
	Take                bool   // the figure of the period before may be taken over
	RefusedURL          string // of what a file said and was refused
	Shared              bool   // stands in an earlier form, too: shown, not asked again
}

// moveForm is a step that the reader may take.
type moveForm struct {
	Step   filing.Step
	Title  string
	Reason bool
	Main   bool
}

// FilingState is what a request did, for the page that answers it.
type FilingState struct {
	Done    string
	Refused error
	Saved   *reporting.SaveResult
	Texts   []TextResult // what became of the texts
	Typed   url.Values   // what was given and not kept: it is shown again
}

// lost returns what was typed into a text and not kept, with the reason where there is one of its own.
func (s FilingState) lost(field string) (body, reason string, lost bool) {
	for _, t := range s.Texts {
		if t.Field == field && t.Refused != nil {
			return t.Body, fault.Sentence(t.Refused), true
		}
	}
	for _, t := range ReadTexts(s.Typed) {
		if t.Field == field {
			return t.Body, "", true
		}
	}
	return "", "", false
}

// sectionForm is one part of the narrative, with what was typed and not taken.
type sectionForm struct {
	reporting.ReportSection
	Mark    string // of the text that stands
	Typed   bool
	Mine    string
	Refused string
}

// proposalForm is one proposal, with what was typed for it and not taken.
type proposalForm struct {
	ID                 int64
	Mark               string
	Text               string // as the field shows it
	Refused            string
	Answer, AnsweredBy string
	AnsweredAt         time.Time
}

// texts puts the narrative and the proposals together with what was refused for them.
func (f *filingPage) texts(state FilingState) {
	for _, x := range f.Sections {
		form := sectionForm{ReportSection: x, Mark: reporting.TextMark(x.Body)}
		form.Mine, form.Refused, form.Typed = state.lost("text-" + strconv.Itoa(x.Order))
		f.Texts = append(f.Texts, form)
	}
	for _, x := range f.Proposals {
		form := proposalForm{
			ID:         x.ID,
			Mark:       reporting.TextMark(x.Text),
			Text:       x.Text,
			Answer:     x.Answer,
			AnsweredBy: x.AnsweredBy,
			AnsweredAt: x.AnsweredAt,
		}
		if mine, why, lost := state.lost("proposal-" + strconv.FormatInt(x.ID, 10)); lost {
			form.Text, form.Refused = mine, why
		}
		f.Asks = append(f.Asks, form)
	}
	f.NewAsk, _, _ = state.lost("proposal-new")
}

// Given returns a field that was given and refused.
func (f filingPage) Given(name string) string { return f.Typed.Get(name) }

// GivenReason returns the reason that was given for a step that was refused.
func (f filingPage) GivenReason(step filing.Step) string {
	return f.Typed.Get("reason-" + string(step))
}

// Lacks are the classes that leave out columns in which no form of the report has anything.
func (f filingPage) Lacks() string {
	previous, lastYear, known := true, true, true
	for _, t := range f.Forms {
		for _, r := range t.Rows {
			previous = previous && r.Previous == "" && !r.Take
			lastYear = lastYear && r.LastYear == ""
			known = known && r.KnownText == "" && r.Cell.Known.Reason == ""
		}
	}
	out := ""
	for _, x := range []struct {
		lacks bool
		class string
	}{{previous, " no-previous"}, {lastYear, " no-last-year"}, {known, " no-known"}} {
		if x.lacks {
			out += x.class
		}
	}
	return out
}

// Filing makes the page of a report.
func (p *Pages) Filing(ctx context.Context, ref frame.ReportRef, state FilingState) (*frame.Document, error) {
	page, err := p.filingPage(ctx, ref, state)
	if err != nil {
		return nil, err
	}
	return p.HTML("reporting/filing.html", page, 0)
}

func (p *Pages) filingPage(ctx context.Context, ref frame.ReportRef, state FilingState) (*filingPage, error) {
	v, err := p.app.ReportPage(ctx, ref.Round, ref.Agency)
	if err != nil {
		return nil, err
	}
	page := &filingPage{
		Account:    access.From(ctx).Name,
		Shell:      p.Top(ctx, v.AgencyName+": "+v.RoundName, "desk"),
		ReportView: v,
		Ref:        ref,
		URL:        ref.URL(),
		Filled:     v.Complete.Percent(),
		Done: filingDone(
			state.Done,
		),
		Fresh:    state.Done == "pasted",
		MaxBytes: p.MaxUpload,
		MaxSize:  frame.SizeText(p.MaxUpload),
		General:  frame.GroupFindings(v.General),
	}
	page.Left, page.Class = dueText(v.ReportHead)
	if state.Refused != nil {
		page.Refused = fault.Sentence(state.Refused)
	}
	page.MayPaper = v.State == filing.Review || v.State == filing.Sent
	page.Forms = gridForms(v, state.Saved)
	page.Typed = state.Typed
	showTyped(page.Forms, state.Typed)
	page.texts(state)
	page.History = historyLines(v.Events, v.Kept)
	for _, e := range v.Events {
		if e.Step == filing.Return {
			page.Returned = e.Reason
		}
	}
	if v.State != filing.Returned {
		page.Returned = ""
	}
	page.Review = reviewTitle(reviewStep(v))
	for _, s := range v.Steps {
		if v.State == filing.Received && s == filing.Return || slices.Contains(reviewSteps(), s) {
			continue // from the workbench, and after a second look
		}
		page.Moves = append(page.Moves, moveForm{Step: s, Title: s.Title(), Reason: s.NeedsReason(), Main: s == filing.Receive})
	}
	page.SeenAs = v.Serial
	if v.Submission == 0 && v.Editable { // the first cell that is saved opens it
		page.SeenAs = 1
	}
	if state.Saved != nil {
		page.Saved = true
		for _, c := range state.Saved.Cells {
			if c.Conflict != "" {
				page.Conflicts = append(page.Conflicts, c.Row.Definition.Name+": "+c.Conflict)
			}
		}
	}
	page.Check, page.now = newChecklist(page), p.Clock().In(p.Location)
	return page, nil
}

// doneSteps says what was done, of steps whose title is what to do.
func doneSteps() map[filing.Step]string {
	return map[filing.Step]string{
		filing.Submit:   "Đã trình lãnh đạo.",
		filing.TakeBack: "Đã rút lại để sửa.",
		filing.Approve:  "Đã đồng ý và chuyển cấp tiếp theo.",
		filing.Refuse:   "Đã yêu cầu sửa.",
		filing.Sign:     "Đã ký và gửi.",
		filing.Withdraw: "Đã thu hồi.",
		filing.Return:   "Đã trả lại.",
		filing.Receive:  "Đã tiếp nhận.",
	}
}

func filingDone(code string) string {
	switch code {
	case "saved":
		return "Đã ghi."
	case "pasted":
		return "Đã ghi khối dán."
	case "undone":
		return "Đã hoàn tác."
	case "none":
		return "Đã ghi không phát sinh vào các ô còn trống."
	case "paper":
		return "Đã nhận bản ký: mã trên bản ký khớp nội dung báo cáo."
	}
	if said := doneSteps()[filing.Step(code)]; said != "" {
		return said
	}
	if title := filing.Step(code).Title(); title != "" {
		return "Đã thực hiện: " + frame.LowerFirst(title) + "."
	}
	return ""
}

func gridForms(v *reporting.ReportView, saved *reporting.SaveResult) []formTable {
	var out []formTable
	seen := map[int64]bool{}
	for _, f := range v.FormList {
		table := formTable{Code: f.Code, Name: f.Name}
		for i, r := range f.Rows {
			row := gridRow{
				ReportRow:  r,
				N:          i + 1,
				Key:        strconv.FormatInt(r.Definition.ID, 10),
				fieldWords: wordsOf(r.Definition, v),
				Shared:     seen[r.Definition.ID],
			}
			seen[r.Definition.ID] = true
			row.Previous, row.LastYear = knownText(r.Previous), knownText(r.LastYear)
			if r.Refused != nil {
				row.RefusedURL = frame.ReportRef{
					Round:  v.Round,
					Agency: v.Agency,
				}.URL() + "/upload/" + strconv.FormatInt(
					r.Refused.Upload,
					10,
				) + "#mend-" + r.Definition.Indicator.Code
			}
			if r.Known != nil {
				row.KnownText, row.KnownSource = r.Known.Text, r.Known.Source.Title()
			}
			row.Class, row.Take = cellClass(r), r.Previous != nil && r.Cell.Figure.State == "" && r.Cell.Typed.Blank()
			if saved != nil {
				for _, c := range saved.Cells {
					if c.Conflict != "" && c.Row.Definition.ID == r.Definition.ID {
						row.Conflict, row.Mine, row.Class = c.Conflict, &c.Mine, "cell-conflict"
					}
				}
			}
			table.Rows = append(table.Rows, row)
		}
		table.Roman = roman(len(out) + 1)
		out = append(out, table)
	}
	return out
}

// showTyped puts cells that were refused back into the grid, as they were given.
func showTyped(forms []formTable, typed url.Values) {
	for _, f := range forms {
		for i := range f.Rows {
			r := &f.Rows[i]
			if !typed.Has("seen-" + r.Key) {
				continue
			}
			r.Numerator, r.Denominator, r.Value = typed.Get("num-"+r.Key), typed.Get("den-"+r.Key), typed.Get("val-"+r.Key)
			r.Cell.Note, r.Cell.Explained = typed.Get("note-"+r.Key), typed.Get("why-"+r.Key)
			r.Cell.Known.Stance, r.Cell.Known.Reason = filing.Stance(typed.Get("stance-"+r.Key)), typed.Get("dispute-"+r.Key)
		}
	}
}

// roman prints a small number as annexes are counted.
func roman(n int) string {
	var b strings.Builder
	for _, r := range []struct {
		value  int
		letter string
	}{{10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= r.value; n -= r.value {
			b.WriteString(r.letter)
		}
	}
	return b.String()
}

func knownText(k *reporting.KnownFigure) string {
	if k == nil {
		return ""
	}
	return k.Text
}

// cellClass is the state of a cell for the eye; the words beside it say the same.
func cellClass(r reporting.ReportRow) string {
	c := r.Cell
	switch {
	case len(c.Faults) > 0:
		return "cell-bad"
	case c.Returned != "":
		return "cell-returned"
	case len(c.Warnings) > 0 && c.Explained == "":
		return "cell-warned"
	case c.Figure.State != "":
		return "cell-good"
	}
	return "cell-blank"
}

func completeText(c filing.Completeness) string {
	s := fmt.Sprintf("Đã có %d/%d ô (%d%s%%)", c.Filled, c.Owed, c.Percent(), frame.NBSP)
	if c.Extra > 0 {
		s += fmt.Sprintf(", thêm %d ô không bắt buộc", c.Extra)
	}
	if c.Faulty > 0 {
		s += fmt.Sprintf(", %d ô có lỗi", c.Faulty)
	}
	if c.Unexplained > 0 {
		s += fmt.Sprintf(", %d cảnh báo chưa giải trình", c.Unexplained)
	}
	return s + "."
}

// CompleteText says how much is filled in.
func (f filingPage) CompleteText() string { return completeText(f.Complete) }
