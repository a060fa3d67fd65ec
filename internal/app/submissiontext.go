package app

import (
	"bytes"
	"context"
	"path"
	"strings"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// Bounds of what a report may carry beside its figures.
const (
	maxBody      = 20_000
	maxProposal  = 2000
	maxProposals = 50
	maxFiles     = 50
)

// cleanText is vi.Clean line by line: a narrative keeps its paragraphs.
func cleanText(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = vi.Clean(lines[i])
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// SaveSection saves one part of the narrative. When somebody else saved it since version seen, it is a fault of kind Conflict that says
// who and when, and nothing is stored.
func (a *App) SaveSection(ctx context.Context, round int64, id agency.ID, order int, seen int64, body string) error {
	_, err := a.changeReport(ctx, round, id, "Ghi phần lời báo cáo", func(tx *store.Tx, r *submission) error {
		titles := r.regime.Sections()
		if order < 1 || order > len(titles) {
			return fault.New(fault.NotFound, "Báo cáo này không có mục số %d.", order)
		}
		if body = cleanText(body); len(body) > maxBody {
			return fault.New(fault.Invalid, "Mục \"%s\" dài quá %s ký tự. Hãy rút gọn hoặc đính kèm tệp.", titles[order-1], vi.FormatInt(maxBody))
		}
		if err := r.begin(tx); err != nil {
			return err
		}
		saved, err := r.v.Sections(r.sub.ID)
		if err != nil {
			return err
		}
		var now store.Section
		for _, s := range saved {
			if s.Order == order {
				now = s
			}
		}
		switch {
		case now.Body == body:
			return nil
		case now.Version != seen:
			return fault.New(fault.Conflict, "%s vừa ghi mục \"%s\" lúc %s. Phần của bạn chưa được ghi; hãy đọc bản hiện có rồi ghi lại.",
				now.Account, titles[order-1], now.At.In(a.zone).Format("15:04:05 ngày 02/01/2006"))
		}
		return tx.SaveSection(r.sub.ID, store.Section{Order: order, Title: titles[order-1], Body: body})
	})
	return err
}

// SaveProposal adds a proposal (proposal 0) or changes the text of one; an empty text takes it out.
func (a *App) SaveProposal(ctx context.Context, round int64, id agency.ID, proposal int64, text string) error {
	_, err := a.changeReport(ctx, round, id, "Ghi đề xuất, kiến nghị", func(tx *store.Tx, r *submission) error {
		if text = vi.Clean(text); len(text) > maxProposal {
			return fault.New(fault.Invalid, "Kiến nghị dài quá %s ký tự.", vi.FormatInt(maxProposal))
		}
		if text == "" && proposal == 0 {
			return fault.New(fault.Invalid, "Hãy ghi nội dung kiến nghị.")
		}
		if err := r.begin(tx); err != nil {
			return err
		}
		all, err := r.v.Proposals(store.ProposalQuery{Submission: r.sub.ID})
		if err != nil {
			return err
		}
		if proposal == 0 && len(all) >= maxProposals {
			return fault.New(fault.Invalid, "Một báo cáo có nhiều nhất %d kiến nghị.", maxProposals)
		}
		for _, p := range all {
			switch {
			case p.ID != proposal:
			case !p.AnsweredAt.IsZero():
				return fault.New(fault.Conflict, "Kiến nghị này đã được trả lời nên không sửa được. Hãy thêm kiến nghị mới.")
			case text == "":
				return tx.RemoveProposal(proposal)
			default:
				_, err := tx.SaveProposal(store.Proposal{ID: proposal, Submission: r.sub.ID, Text: text})
				return err
			}
		}
		if proposal != 0 {
			return fault.New(fault.NotFound, "Không có kiến nghị số %d trong báo cáo này.", proposal)
		}
		_, err = tx.SaveProposal(store.Proposal{Submission: r.sub.ID, Text: text})
		return err
	})
	return err
}

// AnswerProposal is the office's answer to a proposal.
func (a *App) AnswerProposal(ctx context.Context, round int64, id agency.ID, proposal int64, answer string) error {
	_, err := a.changeReport(ctx, round, id, "Trả lời kiến nghị", func(tx *store.Tx, r *submission) error {
		if err := r.check(access.JudgeReport); err != nil {
			return err
		}
		if answer = vi.Clean(answer); answer == "" || len(answer) > maxProposal {
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

// evidenceKinds are the kinds of file that prove something: by extension, with how their bytes begin.
//
//nolint:gochecknoglobals // constant: nothing writes to it
var evidenceKinds = map[string]struct{ begins, media string }{
	".pdf":  {"%PDF-", "application/pdf"},
	".png":  {"\x89PNG\r\n", "image/png"},
	".jpg":  {"\xff\xd8\xff", "image/jpeg"},
	".jpeg": {"\xff\xd8\xff", "image/jpeg"},
	".xlsx": {"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	".docx": {"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
}

// evidenceFile returns the bare name of a file that proves something and what it is; it refuses other kinds.
func evidenceFile(f ImportFile) (name, media string, err error) {
	name = vi.Clean(path.Base(strings.ReplaceAll(f.Name, "\\", "/")))
	kind, ok := evidenceKinds[strings.ToLower(path.Ext(name))]
	if !ok || !bytes.HasPrefix(f.Data, []byte(kind.begins)) {
		return "", "", fault.New(fault.Invalid, "Tệp minh chứng phải là .pdf, .png, .jpg, .xlsx hoặc .docx và đúng nội dung như đuôi tệp; %s không phải.", name)
	}
	return name, kind.media, nil
}

// Attach adds an evidence file to a draft: for an indicator by code, or for the whole report.
func (a *App) Attach(ctx context.Context, round int64, id agency.ID, code string, file ImportFile) error {
	name, media, err := evidenceFile(file)
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
			return fault.New(fault.Invalid, "Biểu mẫu của đợt này không có chỉ tiêu %q.", code)
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
func (a *App) Detach(ctx context.Context, round int64, id agency.ID, file int64) error {
	_, err := a.changeReport(ctx, round, id, "Gỡ minh chứng", func(tx *store.Tx, r *submission) error {
		if err := r.begin(tx); err != nil {
			return err
		}
		return tx.Detach(r.sub.ID, file)
	})
	return err
}
