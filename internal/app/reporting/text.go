package reporting

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// Bounds of what a report may carry beside its figures; texts in letters.
const (
	maxBody      = 20_000
	maxProposal  = 2000
	maxProposals = 50
	maxFiles     = 50
)

// CleanText is vi.Clean line by line: a narrative keeps its paragraphs.
func CleanText(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = vi.Clean(lines[i])
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// SaveSection saves one part of the narrative and returns it as it stands then. When somebody else saved it since version seen, it is a
// fault of kind Conflict that says who and when, and nothing is stored; the part as it stands is returned with it.
func (a *Room) SaveSection(
	ctx context.Context,
	round int64,
	id agency.ID,
	order int,
	seen int64,
	body string,
) (_ *ReportSection, err error) {
	defer fault.Context(&err, "reporting.SaveSection(%d, %s)", round, id)
	var out *ReportSection
	_, err = a.changeReport(ctx, round, id, "Ghi phần lời báo cáo", func(tx *store.Tx, r *submission) error {
		titles := r.regime.Sections()
		if order < 1 || order > len(titles) {
			return fault.New(fault.NotFound, "Báo cáo này không có mục số %d.", order)
		}
		if body = CleanText(body); utf8.RuneCountInString(body) > maxBody {
			return fault.New(fault.Invalid, "Mục “%s” dài quá %s ký tự. Hãy rút gọn hoặc đính kèm tệp.", titles[order-1], vi.FormatInt(maxBody))
		}
		if err := r.begin(tx); err != nil {
			return err
		}
		now, err := r.section(order)
		if err != nil {
			return err
		}
		switch out = &now; {
		case now.Body == body:
			return nil
		case now.Version != seen:
			return fault.New(fault.Conflict, "%s vừa ghi mục “%s” lúc %s. Phần của bạn chưa được ghi; hãy đọc bản hiện có rồi ghi lại.",
				now.Account, titles[order-1], now.At.In(a.Zone).Format("15:04:05 ngày 02/01/2006"))
		}
		if err := tx.SaveSection(r.sub.ID, store.Section{Order: order, Title: titles[order-1], Body: body}); err != nil {
			return err
		}
		now, err = r.section(order)
		return err
	})
	return out, err
}

// section is one part of the narrative as it stands.
func (r *submission) section(order int) (ReportSection, error) {
	out := ReportSection{Order: order, Title: r.regime.Sections()[order-1]}
	saved, err := r.v.Sections(r.sub.ID)
	for _, s := range saved {
		if s.Order == order {
			out.Body, out.Version, out.Account, out.At = s.Body, s.Version, s.Account, s.At
		}
	}
	return out, err
}

// addEarlierTexts puts beside each part of the narrative what the agency's last report of the same regime said there.
func (r *submission) addEarlierTexts(sections []ReportSection) error {
	rounds, err := r.v.Rounds()
	if err != nil {
		return err
	}
	var last filing.Round
	var texts []store.Section
	for _, rd := range rounds {
		if rd.Regime != r.round.Regime || rd.Period.To >= r.round.Period.To || rd.Period.To <= last.Period.To {
			continue
		}
		subs, err := r.v.Submissions(store.SubmissionQuery{Round: rd.ID, Agencies: []agency.ID{r.duty.Agency}})
		if err != nil {
			return err
		}
		if len(subs) == 0 {
			continue
		}
		last = rd
		if texts, err = r.v.Sections(subs[0].ID); err != nil {
			return err
		}
	}
	for i := range sections {
		for _, t := range texts {
			if t.Order == sections[i].Order && t.Title == sections[i].Title {
				sections[i].Before, sections[i].BeforePeriod = t.Body, ledger.LowerFirst(last.Period.Title())
			}
		}
	}
	return nil
}

// ProposalInput is what somebody wrote for a proposal. ID 0 is a new one; an empty text takes one out. Mark is the TextMark of the text
// that they saw.
type ProposalInput struct {
	ID   int64
	Text string
	Mark string
}

// TextMark tells two texts apart as a version does: of what stands before somebody who changes it.
func TextMark(text string) string {
	sum := sha256.Sum256([]byte(CleanText(text)))
	return hex.EncodeToString(sum[:6])
}

// SaveProposal saves a proposal and returns its number. A new one that says what another of the report says already is that one, so that
// sending twice adds nothing. When somebody else changed it since, it is a fault of kind Conflict and nothing is stored.
func (a *Room) SaveProposal(ctx context.Context, round int64, id agency.ID, in ProposalInput) (saved int64, err error) {
	defer fault.Context(&err, "reporting.SaveProposal(%d, %s)", round, id)
	_, err = a.changeReport(ctx, round, id, "Ghi đề xuất, kiến nghị", func(tx *store.Tx, r *submission) error {
		in.Text = CleanText(in.Text)
		switch {
		case utf8.RuneCountInString(in.Text) > maxProposal:
			return fault.New(fault.Invalid, "Kiến nghị dài quá %s ký tự. Hãy rút gọn, hoặc viết vào phần lời.", vi.FormatInt(maxProposal))
		case in.Text == "" && in.ID == 0:
			return fault.New(fault.Invalid, "Hãy ghi nội dung kiến nghị.")
		}
		if err := r.begin(tx); err != nil {
			return err
		}
		all, err := r.v.Proposals(store.ProposalQuery{Submission: r.sub.ID})
		if err != nil {
			return err
		}
		saved, err = r.propose(tx, all, in)
		return err
	})
	return saved, err
}

func (r *submission) propose(tx *store.Tx, all []store.Proposal, in ProposalInput) (int64, error) {
	for _, p := range all {
		switch {
		case in.ID == 0 && p.Text == in.Text && p.AnsweredAt.IsZero():
			return p.ID, nil
		case p.ID != in.ID:
		case p.Text == in.Text:
			return p.ID, nil
		case !p.AnsweredAt.IsZero():
			return 0, fault.New(fault.Conflict, "Kiến nghị này đã được trả lời nên không sửa được. Hãy thêm kiến nghị mới.")
		case in.Mark != TextMark(p.Text):
			return 0, fault.New(fault.Conflict, "%s vừa sửa kiến nghị này lúc %s: “%s”. Phần của bạn chưa được ghi.",
				p.Account, p.At.In(r.app.Zone).Format("15:04:05 ngày 02/01/2006"), p.Text)
		case in.Text == "":
			return p.ID, tx.RemoveProposal(p.ID)
		default:
			return tx.SaveProposal(store.Proposal{ID: p.ID, Submission: r.sub.ID, Text: in.Text})
		}
	}
	switch {
	case in.ID != 0 && in.Text == "":
		return in.ID, nil // it is gone already
	case in.ID != 0:
		return 0, fault.New(fault.Conflict, "Kiến nghị này vừa được bỏ khỏi báo cáo. Phần của bạn chưa được ghi; hãy thêm lại nếu vẫn cần.")
	case len(all) >= maxProposals:
		return 0, fault.New(fault.Invalid, "Một báo cáo có nhiều nhất %d kiến nghị.", maxProposals)
	}
	return tx.SaveProposal(store.Proposal{Submission: r.sub.ID, Text: in.Text})
}

// AnswerProposal is the office's answer to a proposal.
func (a *Room) AnswerProposal(ctx context.Context, round int64, id agency.ID, proposal int64, answer string) (err error) {
	defer fault.Context(&err, "reporting.AnswerProposal(%d, %s)", round, id)
	_, err = a.changeReport(ctx, round, id, "Trả lời kiến nghị", func(tx *store.Tx, r *submission) error {
		if err := r.check(access.JudgeReport); err != nil {
			return err
		}
		if answer = vi.Clean(answer); answer == "" || utf8.RuneCountInString(answer) > maxProposal {
			return fault.New(fault.Invalid, "Hãy ghi câu trả lời, không quá %s ký tự.", vi.FormatInt(maxProposal))
		}
		all, err := r.v.Proposals(store.ProposalQuery{ID: proposal})
		if err != nil {
			return err
		}
		if len(all) == 0 || all[0].Submission != r.sub.ID {
			return fault.New(fault.NotFound, "Không có kiến nghị số %d trong báo cáo này.", proposal)
		}
		r.audit(tx, "report_answer", "Trả lời kiến nghị của "+r.duty.Name+", "+r.round.Name)
		return tx.AnswerProposal(proposal, answer)
	})
	return err
}

// Attach adds an evidence file to a draft: for an indicator by code, or for the whole report.
func (a *Room) Attach(ctx context.Context, round int64, id agency.ID, code string, file ledger.ImportFile) (err error) {
	defer fault.Context(&err, "reporting.Attach(%d, %s)", round, id)
	name, media, err := ledger.EvidenceFile(file)
	if err != nil {
		return err
	}
	_, err = a.changeReport(ctx, round, id, "Đính kèm minh chứng", func(tx *store.Tx, r *submission) error {
		f := store.Attachment{Name: name, Media: media}
		for _, l := range r.lines() {
			if l.Definition.Indicator.Code == code {
				f.Definition = l.Definition.ID
			}
		}
		if code != "" && f.Definition == 0 {
			return fault.New(fault.Invalid, "Biểu mẫu của đợt này không có chỉ tiêu “%s”.", code)
		}
		if err := r.begin(tx); err != nil {
			return err
		}
		have, err := r.v.Attachments(r.sub.ID)
		if err != nil {
			return err
		}
		if len(have) >= maxFiles {
			return fault.New(fault.Invalid, "Một báo cáo có nhiều nhất %d tệp minh chứng.", maxFiles)
		}
		for _, h := range have {
			if h.SHA256 == store.SHA256(file.Data) && h.Definition == f.Definition {
				return nil // the same file again
			}
		}
		f.Submission = r.sub.ID
		_, err = tx.Attach(f, file.Data)
		return err
	})
	return err
}

// Detach takes an evidence file out of a draft.
func (a *Room) Detach(ctx context.Context, round int64, id agency.ID, file int64) (err error) {
	defer fault.Context(&err, "reporting.Detach(%d, %s)", round, id)
	_, err = a.changeReport(ctx, round, id, "Gỡ minh chứng", func(tx *store.Tx, r *submission) error {
		if err := r.begin(tx); err != nil {
			return err
		}
		return tx.Detach(r.sub.ID, file)
	})
	return err
}
