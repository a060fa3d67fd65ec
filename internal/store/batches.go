package store

import (
	"encoding/json"
	"strings"
	"time"

	"chiso/internal/fault"
)

// BatchKind is what changed many cells of a report at once.
type BatchKind string

// The kinds of batches.
const (
	BatchPaste BatchKind = "paste"
	BatchFile  BatchKind = "file"
	BatchNone  BatchKind = "none" // "không phát sinh" in many cells
)

// Batch is a change of many cells of a report that one press takes back.
type Batch struct {
	ID         int64
	Submission int64
	Kind       BatchKind
	Upload     int64 // of a file
	Account    string
	FullName   string
	At         time.Time
	Said       string   // what it did, in a sentence
	Listed     []string // what found no place
	Before     []Cell   // the cells that it changed, as they were; each has the next version since
	UndoneAt   time.Time
}

// keptBatches is how many batches of a report are kept: nobody takes back what lies further.
const keptBatches = 20

// Batches returns the batches of a submission, the newest first.
func (v *View) Batches(submission int64) (out []Batch, err error) {
	defer fault.Context(&err, "store.Batches(%d)", submission)
	rows, err := v.db.Raw(`SELECT b.id, b.submission, b.kind, b.upload, a.name, a.full_name, b.at, b.said, b.listed, b.cells, b.undone_at
		FROM report_batch b JOIN account a ON a.id = b.account WHERE b.submission = ? ORDER BY b.id DESC`, submission).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var b Batch
		var at, undone int64
		var listed, cells string
		if err := rows.Scan(&b.ID, &b.Submission, &b.Kind, &b.Upload, &b.Account, &b.FullName, &at, &b.Said, &listed, &cells, &undone); err != nil {
			return nil, err
		}
		b.At, b.UndoneAt, b.Listed = time.UnixMicro(at).UTC(), moment(undone), splitLines(listed)
		if err := json.Unmarshal([]byte(cells), &b.Before); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, rows.Err()
}

// SaveBatch keeps a batch.
func (tx *Tx) SaveBatch(b Batch) (id int64, err error) {
	defer fault.Context(&err, "store.SaveBatch(%d)", b.Submission)
	defer tx.spoil(&err)
	cells, err := json.Marshal(b.Before)
	if err != nil {
		return 0, err
	}
	if id, err = tx.nextID("report_batch"); err != nil {
		return 0, err
	}
	if err := tx.db.Exec("INSERT INTO report_batch (id, submission, kind, upload, account, at, said, listed, cells, undone_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
		id, b.Submission, string(b.Kind), b.Upload, tx.account, tx.rev.At.UnixMicro(), b.Said, strings.Join(b.Listed, "\n"), string(cells)).Error; err != nil {
		return 0, err
	}
	return id, tx.db.Exec(
		"DELETE FROM report_batch WHERE submission = ? AND id NOT IN (SELECT id FROM report_batch WHERE submission = ? ORDER BY id DESC LIMIT ?)",
		b.Submission,
		b.Submission,
		keptBatches,
	).Error
}

// EndBatch notes that a batch was taken back.
func (tx *Tx) EndBatch(id int64) (err error) {
	defer fault.Context(&err, "store.EndBatch(%d)", id)
	defer tx.spoil(&err)
	return tx.db.Exec("UPDATE report_batch SET undone_at = ? WHERE id = ?", tx.rev.At.UnixMicro(), id).Error
}
