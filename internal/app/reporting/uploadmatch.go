package reporting

import (
	"context"
	"slices"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/receive"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/intake"
	"chiso/internal/match"
	"chiso/internal/store"
)

// MatchUpload keeps what the one who gave a file to a report says of its columns and lines. Nothing of the file is in the draft by that: it is
// read anew, and shown.
func (a *Room) MatchUpload(ctx context.Context, round int64, id agency.ID, upload int64, said receive.Choices) (err error) {
	defer fault.Context(&err, "reporting.MatchUpload(%d, %s, %d)", round, id, upload)
	_, err = a.Write(ctx, store.Change{Account: access.From(ctx).Name, Reason: "Ghép cột của tệp cho dự thảo"}, func(tx *store.Tx) error {
		r, err := a.report(ctx, &tx.View, round, id)
		if err != nil {
			return err
		}
		if err := r.mayEdit(); err != nil {
			return err
		}
		if _, _, err := r.uploaded(upload); err != nil {
			return err
		}
		for _, t := range said.Columns {
			if t != (match.Target{}) && t.Code != intake.AnyShare && t.Code != intake.AnyCount && !r.asks(t.Code) {
				return fault.New(fault.Invalid, "Chỉ tiêu %s không thuộc biểu mẫu của đợt này. Hãy chọn chỉ tiêu trong danh sách.", t.Code)
			}
		}
		for _, code := range said.Lines {
			if code != "" && !r.asks(code) {
				return fault.New(fault.Invalid, "Chỉ tiêu %s không thuộc biểu mẫu của đợt này. Hãy chọn chỉ tiêu trong danh sách.", code)
			}
		}
		return tx.SaveChoices(upload, said.Text())
	})
	return err
}

// asks reports whether the report asks for an indicator.
func (r *submission) asks(code string) bool {
	return slices.ContainsFunc(r.lines(), func(l filing.Line) bool { return l.Definition.Indicator.Code == code })
}
