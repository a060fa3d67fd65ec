package store

import (
	"chiso/internal/fault"
)

// UploadWarning is a warning with which a file was accepted, and what was said to it.
type UploadWarning struct {
	Sheet, Cell   string
	Figure        string // the cell of the figure that it is about, "" when it is about none
	Code, Message string
	Explanation   string // "" when nobody said why
}

type warningRow struct {
	Upload, Seq   int64
	UploadWarning `gorm:"embedded"`
}

func (warningRow) TableName() string { return "upload_warning" }

// SaveWarnings keeps the warnings of an upload that this Write accepts. It is called once for an upload.
func (tx *Tx) SaveWarnings(upload int64, warnings []UploadWarning) (err error) {
	defer fault.Context(&err, "store.SaveWarnings(%d)", upload)
	defer tx.spoil(&err)
	rows := make([]warningRow, len(warnings))
	for i, w := range warnings {
		rows[i] = warningRow{upload, int64(i + 1), w}
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.db.CreateInBatches(rows, 100).Error
}

// UploadWarnings returns the warnings with which an upload was accepted, in the order of the file.
func (v *View) UploadWarnings(upload int64) (out []UploadWarning, err error) {
	defer fault.Context(&err, "store.UploadWarnings(%d)", upload)
	return v.warnings("upload = ? ORDER BY seq", upload)
}

// maxGeneral bounds the warnings about a whole file that are shown beside one of its figures.
const maxGeneral = 20

// FigureWarnings returns the warnings about the figure in one cell of an upload, and before them those
// about no single figure.
func (v *View) FigureWarnings(upload int64, sheet, cell string) (out []UploadWarning, err error) {
	defer fault.Context(&err, "store.FigureWarnings(%d, %s!%s)", upload, sheet, cell)
	general, err := v.warnings("upload = ? AND figure = '' ORDER BY seq LIMIT ?", upload, maxGeneral)
	if err != nil {
		return nil, err
	}
	own, err := v.warnings("upload = ? AND figure = ? AND sheet = ? AND figure <> '' ORDER BY seq", upload, cell, sheet)
	return append(general, own...), err
}

func (v *View) warnings(where string, args ...any) ([]UploadWarning, error) {
	var out []UploadWarning
	err := v.db.Raw("SELECT sheet, cell, figure, code, message, explanation FROM upload_warning WHERE "+where, args...).Scan(&out).Error
	return out, err
}
