package store

import (
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
)

// Refused is what a file said of a cell of a report and could not be taken, until the cell is saved again.
type Refused struct {
	Definition                    int64
	Upload                        int64
	Sheet, Name                   string // of the faulty cell
	Numerator, Denominator, Value string // as the file has them
	Message                       string
	At                            time.Time
}

// RefusedOf returns what files said of the cells of a report and was refused, by definition.
func (v *View) RefusedOf(round int64, id agency.ID) (out map[int64]Refused, err error) {
	defer fault.Context(&err, "store.RefusedOf(%d, %s)", round, id)
	rows, err := v.db.Raw(`SELECT definition, upload, sheet, cell, numerator, denominator, value, message, at FROM report_refused
		WHERE round = ? AND agency = ?`, round, string(id)).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out = map[int64]Refused{}
	for rows.Next() {
		var r Refused
		var at int64
		if err := rows.Scan(&r.Definition, &r.Upload, &r.Sheet, &r.Name, &r.Numerator, &r.Denominator, &r.Value, &r.Message, &at); err != nil {
			return nil, err
		}
		r.At = time.UnixMicro(at).UTC()
		out[r.Definition] = r
	}
	return out, rows.Err()
}

// SaveRefused notes what a file said of cells and was refused; of each cell the newest is kept.
func (tx *Tx) SaveRefused(round int64, id agency.ID, list []Refused) (err error) {
	defer fault.Context(&err, "store.SaveRefused(%d, %s)", round, id)
	defer tx.spoil(&err)
	for _, r := range list {
		if err := tx.db.Exec(`INSERT INTO report_refused (round, agency, definition, upload, sheet, cell, numerator, denominator, value, message, at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (round, agency, definition) DO UPDATE SET upload = excluded.upload, sheet = excluded.sheet,
				cell = excluded.cell, numerator = excluded.numerator, denominator = excluded.denominator, value = excluded.value, message = excluded.message, at = excluded.at`,
			round, string(id), r.Definition, r.Upload, r.Sheet, r.Name, r.Numerator, r.Denominator, r.Value, r.Message, tx.rev.At.UnixMicro()).Error; err != nil {
			return err
		}
	}
	return nil
}

// ForgetRefused forgets what was refused of cells that have been saved since.
func (tx *Tx) ForgetRefused(round int64, id agency.ID, definitions []int64) error {
	if len(definitions) == 0 {
		return nil
	}
	return tx.db.Exec("DELETE FROM report_refused WHERE round = ? AND agency = ? AND definition IN ?", round, string(id), definitions).Error
}
