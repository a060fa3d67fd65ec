package reporting

import (
	"context"
	"fmt"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
)

// FillNone answers cells that nothing was given for with "không phát sinh": those that are named, by definition, and still blank. It is one
// change that can be taken back, nil when every cell had something by then.
func (a *Room) FillNone(ctx context.Context, round int64, id agency.ID, definitions []int64) (out *BatchView, err error) {
	defer fault.Context(&err, "reporting.FillNone(%d, %s)", round, id)
	if len(definitions) == 0 {
		return nil, fault.New(fault.Invalid, "Chưa chọn ô nào. Hãy đánh dấu các ô không phát sinh rồi bấm lại.")
	}
	asked := map[int64]bool{}
	for _, d := range definitions {
		asked[d] = true
	}
	_, err = a.changeReport(ctx, round, id, "Ghi không phát sinh", func(tx *store.Tx, r *submission) error {
		if err := r.begin(tx); err != nil {
			return err
		}
		var cells []filing.Cell
		for _, l := range r.lines() {
			if asked[l.Definition.ID] {
				c := r.cells[l.Definition.ID].Cell
				c.Definition = l.Definition.ID
				cells = append(cells, c)
			}
		}
		var changed, before []store.Cell
		for _, d := range filing.Blank(cells) {
			c := r.cells[d]
			c.Definition = d
			before = append(before, c)
			c.Figure = kpi.Figure{State: kpi.NotApplicable}
			changed = append(changed, c)
		}
		if len(changed) == 0 {
			return nil
		}
		if err := tx.SaveCells(r.sub.ID, changed); err != nil {
			return err
		}
		said := fmt.Sprintf("Đã ghi không phát sinh vào %d ô.", len(changed))
		r.audit(tx, "report_none", said)
		out, err = r.saveBatch(tx, store.Batch{Kind: store.BatchNone, Said: said, Before: before})
		return err
	})
	return out, err
}
