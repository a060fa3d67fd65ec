package store

import (
	"strings"

	"chiso/internal/agency"
	"chiso/internal/fault"
)

// Kept is what a report held when it was handed up. Its content changes only between two of these, so they also are what was signed,
// received, returned, withdrawn and corrected.
type Kept struct {
	Serial    int64          // of the event that handed it up
	Code      string         // of the content; "" of what was handed up before contents were kept
	Cells     map[int64]Cell `gorm:"-"`
	Sections  []Section      `gorm:"-"`
	Proposals []string       `gorm:"-"`
	Files     []Attachment   `gorm:"-"` // name and hash
}

// keptCells are the columns of cells, as they are copied.
const keptCells = `definition, version, num, den, value, state, bound, qualifiers, typed_num, typed_den, typed_value, faults, warnings, explained, note,
	returned, known_num, known_den, known_value, known_state, known_source, known_period, stance, dispute, upload, sheet, cell, account, at`

// Keep keeps what a submission holds now under the serial of the event that handed it up.
func (tx *Tx) Keep(submission, serial int64, code string) (err error) {
	defer fault.Context(&err, "store.Keep(%d, %d)", submission, serial)
	defer tx.spoil(&err)
	tx.mark("report", submission)
	for _, q := range []struct {
		query string
		args  []any
	}{
		{"INSERT INTO submission_kept (submission, serial, code) VALUES (?, ?, ?)", []any{submission, serial, code}},
		{"INSERT INTO submission_kept_cell (submission, serial, " + keptCells + ") SELECT submission, CAST(? AS BIGINT), " + keptCells + " FROM submission_cell WHERE submission = ?",
			[]any{serial, submission}},
		{keepText + "'section', ord, title, body FROM submission_section WHERE submission = ?", []any{serial, submission}},
		{keepText + "'proposal', id, '', text FROM submission_proposal WHERE submission = ?", []any{serial, submission}},
		{keepText + "'file', id, name, sha256 FROM submission_file WHERE submission = ?", []any{serial, submission}},
	} {
		if err := tx.db.Exec(q.query, q.args...).Error; err != nil {
			return err
		}
	}
	return nil
}

const keepText = "INSERT INTO submission_kept_text (submission, serial, kind, ord, title, body) SELECT submission, CAST(? AS BIGINT), "

// Kept returns what a submission held each time that it was handed up, oldest first.
func (v *View) Kept(submission int64) (out []Kept, err error) {
	defer fault.Context(&err, "store.Kept(%d)", submission)
	var kept []struct { // not Kept: gorm says aloud that it does not know what to do with its map
		Serial int64
		Code   string
	}
	if err := v.db.Raw("SELECT serial, code FROM submission_kept WHERE submission = ? ORDER BY serial", submission).Scan(&kept).Error; err != nil ||
		len(kept) == 0 {
		return nil, err
	}
	for _, k := range kept {
		out = append(out, Kept{Serial: k.Serial, Code: k.Code})
	}
	rows, err := v.db.Raw(cellColumns("c.serial")+"FROM submission_kept_cell c JOIN account a ON a.id = c.account WHERE c.submission = ?", submission).
		Rows()
	if err != nil {
		return nil, err
	}
	cells, err := scanCells(rows)
	if err != nil {
		return nil, err
	}
	var texts []struct {
		Serial, Ord       int64
		Kind, Title, Body string
	}
	if err := v.db.Raw("SELECT serial, ord, kind, title, body FROM submission_kept_text WHERE submission = ? ORDER BY kind, ord", submission).Scan(&texts).Error; err != nil {
		return nil, err
	}
	for i := range out {
		k := &out[i]
		k.Cells = cells[k.Serial]
		for _, t := range texts {
			switch {
			case t.Serial != k.Serial:
			case t.Kind == "section":
				k.Sections = append(k.Sections, Section{Order: int(t.Ord), Title: t.Title, Body: t.Body})
			case t.Kind == "proposal":
				k.Proposals = append(k.Proposals, t.Body)
			default:
				k.Files = append(k.Files, Attachment{ID: t.Ord, Submission: submission, SHA256: t.Body, Name: t.Title})
			}
		}
	}
	return out, nil
}

// KeptRef says where a version of a report is that was handed up.
type KeptRef struct {
	Round  int64
	Agency agency.ID
	N      int // the how many-th time it was handed up
}

// KeptByCode finds what was handed up under a version code, without regard to case and hyphens; false when there is none.
func (v *View) KeptByCode(code string) (out KeptRef, ok bool, err error) {
	defer fault.Context(&err, "store.KeptByCode")
	bare := strings.ToUpper(strings.ReplaceAll(code, "-", ""))
	if bare == "" {
		return out, false, nil
	}
	var rows []struct {
		Round  int64
		Agency string
		N      int
	}
	err = v.db.Raw(`SELECT s.round, s.agency, (SELECT COUNT(*) FROM submission_kept x WHERE x.submission = k.submission AND x.serial <= k.serial) AS n
		FROM submission_kept k JOIN submission s ON s.id = k.submission WHERE k.code <> '' AND UPPER(REPLACE(k.code, '-', '')) = ? ORDER BY k.submission, k.serial DESC LIMIT 1`, bare).
		Scan(&rows).
		Error
	if err != nil || len(rows) == 0 {
		return out, false, err
	}
	return KeptRef{Round: rows[0].Round, Agency: agency.ID(rows[0].Agency), N: rows[0].N}, true, nil
}
