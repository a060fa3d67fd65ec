package store

import (
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
)

// MatchKind is what of a table was matched.
type MatchKind string

// The kinds of matches.
const (
	MatchColumn MatchKind = "column"
	MatchLine   MatchKind = "line" // the name of an indicator in a line
)

// HeadingMatch is what somebody of an agency took a heading of a table for (cách đọc tệp).
type HeadingMatch struct {
	ID          int64
	Agency      agency.ID
	Kind        MatchKind
	Heading     string // folded
	Shown       string // as the table has it
	Fingerprint string // of the headings of the table
	Reads       string // CPS08.num; "" when it is not to be read
	File        string // where it was confirmed
	Account     string
	FullName    string
	At          time.Time
	Revision    int64
	RevokedAt   time.Time // zero while it holds
}

const matchColumns = `m.id, m.agency, m.kind, m.heading, m.shown, m.fingerprint, m.reads, m.file, a.name, a.full_name, m.at, m.revision, m.revoked_at
	FROM heading_match m JOIN account a ON a.id = m.account`

func (v *View) headingMatches(where string, args ...any) (out []HeadingMatch, err error) {
	rows, err := v.db.Raw("SELECT "+matchColumns+" "+where, args...).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var m HeadingMatch
		var at, revoked int64
		if err := rows.Scan(&m.ID, &m.Agency, &m.Kind, &m.Heading, &m.Shown, &m.Fingerprint, &m.Reads, &m.File, &m.Account, &m.FullName, &at,
			&m.Revision, &revoked); err != nil {
			return nil, err
		}
		m.At, m.RevokedAt = time.UnixMicro(at).UTC(), moment(revoked)
		out = append(out, m)
	}
	return out, rows.Err()
}

// HeadingMatches returns what holds of an agency's matches, the newest table first.
func (v *View) HeadingMatches(id agency.ID) (out []HeadingMatch, err error) {
	defer fault.Context(&err, "store.HeadingMatches(%s)", id)
	return v.headingMatches("WHERE m.agency = ? AND m.revoked_at = 0 ORDER BY m.at DESC, m.fingerprint, m.id", string(id))
}

// AllHeadingMatches returns what holds of all agencies' matches.
func (v *View) AllHeadingMatches() (out []HeadingMatch, err error) {
	defer fault.Context(&err, "store.AllHeadingMatches")
	return v.headingMatches("WHERE m.revoked_at = 0 ORDER BY m.agency, m.at DESC, m.fingerprint, m.id")
}

// SaveHeadingMatches remembers matches of one agency. What was remembered of the same headings of the same table is revoked.
func (tx *Tx) SaveHeadingMatches(id agency.ID, list []HeadingMatch) (err error) {
	defer fault.Context(&err, "store.SaveHeadingMatches(%s)", id)
	defer tx.spoil(&err)
	tx.mark("matches", string(id))
	at := tx.rev.At.UnixMicro()
	for _, m := range list {
		if err := tx.db.Exec(`UPDATE heading_match SET revoked_at = ?, revoked_by = ? WHERE agency = ? AND kind = ? AND heading = ? AND fingerprint = ?
			AND revoked_at = 0`, at, tx.account, string(id), string(m.Kind), m.Heading, m.Fingerprint).Error; err != nil {
			return err
		}
		next, err := tx.nextID("heading_match")
		if err != nil {
			return err
		}
		if err := tx.db.Exec(`INSERT INTO heading_match (id, agency, kind, heading, shown, fingerprint, reads, file, account, at, revision)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, next, string(id), string(m.Kind), m.Heading, m.Shown, m.Fingerprint, m.Reads, m.File,
			tx.account, at, tx.rev.ID-1).Error; err != nil {
			return err
		}
	}
	return nil
}

// RevokeHeadingMatches ends what an agency remembers of a table, and returns how many matches that were.
func (tx *Tx) RevokeHeadingMatches(id agency.ID, fingerprint string) (n int64, err error) {
	defer fault.Context(&err, "store.RevokeHeadingMatches(%s)", id)
	defer tx.spoil(&err)
	tx.mark("matches", string(id))
	res := tx.db.Exec("UPDATE heading_match SET revoked_at = ?, revoked_by = ? WHERE agency = ? AND fingerprint = ? AND revoked_at = 0",
		tx.rev.At.UnixMicro(), tx.account, string(id), fingerprint)
	return res.RowsAffected, res.Error
}

// SaveChoices keeps what the one who gave a file says of its columns and lines. It is no official change.
func (tx *Tx) SaveChoices(upload int64, choices string) (err error) {
	defer fault.Context(&err, "store.SaveChoices(%d)", upload)
	defer tx.spoil(&err)
	res := tx.db.Exec("UPDATE upload SET choices = ? WHERE id = ? AND revision IS NULL", choices, upload)
	if res.Error == nil && res.RowsAffected == 0 {
		return noUpload(upload)
	}
	return res.Error
}
