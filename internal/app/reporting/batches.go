package reporting

import (
	"context"
	"fmt"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/store"
)

// BatchView is a change of many cells of a report at once: a paste, a file, "không phát sinh". One press takes it back.
type BatchView struct {
	ID     int64
	Kind   store.BatchKind
	Name   string // who made it
	At     time.Time
	Said   string   // what it did
	Listed []string // what found no place, a sentence each
	Cells  int      // that it changed
}

// Title names the press that takes the change back.
func (b BatchView) Title() string {
	switch b.Kind {
	case store.BatchPaste:
		return "Hoàn tác lần dán"
	case store.BatchFile:
		return "Hoàn tác lần nộp tệp"
	case store.BatchNone:
		return "Hoàn tác lần ghi không phát sinh"
	}
	return "Hoàn tác"
}

func newBatchView(b store.Batch) *BatchView {
	name := b.FullName
	if name == "" {
		name = b.Account
	}
	return &BatchView{ID: b.ID, Kind: b.Kind, Name: name, At: b.At, Said: b.Said, Listed: b.Listed, Cells: len(b.Before)}
}

// addBatch shows the newest batch, as long as it can be taken back.
func (r *submission) addBatch(out *ReportView) error {
	if r.sub.ID == 0 || !out.Editable {
		return nil
	}
	batches, err := r.v.Batches(r.sub.ID)
	if err != nil || len(batches) == 0 || !batches[0].UndoneAt.IsZero() {
		return err
	}
	for _, c := range batches[0].Before {
		if r.cells[c.Definition].Version == c.Version+1 {
			out.Batch = newBatchView(batches[0])
			return nil
		}
	}
	if len(batches[0].Listed) > 0 {
		out.Batch = newBatchView(batches[0])
		out.Batch.Cells = 0 // nothing is left to take back
	}
	return nil
}

// saveBatch keeps what a change of many cells did. A change of nothing is kept for its list alone.
func (r *submission) saveBatch(tx *store.Tx, b store.Batch) (*BatchView, error) {
	b.Submission, b.Account, b.At = r.sub.ID, r.actor.Name, tx.Now()
	id, err := tx.SaveBatch(b)
	b.ID = id
	return newBatchView(b), err
}

// UndoResult says what became of a batch that was taken back.
type UndoResult struct {
	SaveResult
	Undone int
	Left   []string // names of indicators whose cells were saved again since, and stay
	Said   string
}

// UndoBatch puts the cells that a batch changed back as they were. A cell that was saved again since stays, and is named.
func (a *Room) UndoBatch(ctx context.Context, round int64, id agency.ID, batch int64) (_ *UndoResult, err error) {
	defer fault.Context(&err, "reporting.UndoBatch(%d, %s)", round, id)
	out := &UndoResult{}
	_, err = a.changeReport(ctx, round, id, "Hoàn tác", func(tx *store.Tx, r *submission) error {
		if err := r.mayEdit(); err != nil {
			return err
		}
		batches, err := r.v.Batches(r.sub.ID)
		if err != nil {
			return err
		}
		for _, b := range batches {
			if b.ID == batch {
				return r.undo(tx, b, out)
			}
		}
		return fault.New(fault.NotFound, "Không còn gì để hoàn tác: lần ghi này không có trong báo cáo. Hãy tải lại trang.")
	})
	return out, err
}

func (r *submission) undo(tx *store.Tx, b store.Batch, out *UndoResult) error {
	if !b.UndoneAt.IsZero() {
		out.Said = "Lần ghi này đã được hoàn tác trước đó."
		return r.answer(out, b.Before)
	}
	var back []store.Cell
	for _, before := range b.Before {
		now := r.cells[before.Definition]
		if now.Version != before.Version+1 {
			if d, ok := r.c.Kpis.ByID(before.Definition); ok {
				out.Left = append(out.Left, d.Name)
			}
			continue
		}
		cell := before
		cell.Version = now.Version
		back = append(back, cell)
	}
	if err := tx.SaveCells(r.sub.ID, back); err != nil {
		return err
	}
	for _, c := range back {
		c.Account, c.FullName, c.At = r.actor.Name, "", tx.Now()
		r.put(c)
	}
	out.Undone = len(back)
	out.Said = fmt.Sprintf("Đã hoàn tác: %d ô trở lại như trước.", len(back))
	if len(out.Left) > 0 {
		out.Said += fmt.Sprintf(" %d ô đã được ghi lại sau đó nên giữ nguyên.", len(out.Left))
	}
	r.audit(tx, "report_undo", "Hoàn tác "+ledger.LowerFirst(b.Said)+": "+out.Said)
	if err := tx.EndBatch(b.ID); err != nil {
		return err
	}
	return r.answer(out, b.Before)
}

// answer gives the rows of cells as they stand now.
func (r *submission) answer(out *UndoResult, cells []store.Cell) error {
	lines := r.lines()
	for _, l := range lines {
		for _, c := range cells {
			if c.Definition != l.Definition.ID {
				continue
			}
			row, err := r.row(l)
			if err != nil {
				return err
			}
			out.Cells = append(out.Cells, CellResult{Row: row})
		}
	}
	out.Complete, out.Serial = r.complete(lines), r.sub.Serial
	return nil
}
