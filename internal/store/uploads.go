package store

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
)

// Upload is one file given by one account (lần nộp).
type Upload struct {
	ID        int64
	SHA256    string
	Name      string
	Account   string
	At        time.Time
	Period    string // as given with the file
	Indicator string
	Agency    agency.ID
	System    kpi.System
	Origin    string // what the file says of where its figures come from
	Revision  int64  // the revision that accepted it, 0 while it waits
	Choices   string // what the one who gave it says of its columns and lines, a line each
	Counts           // what accepting it did
}

// Counts says what accepting an upload did, by figure.
type Counts struct{ New, Superseded, Unchanged int }

// SHA256 returns the hexadecimal hash by which files are kept.
func SHA256(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

type fileRow struct {
	SHA256 string `gorm:"column:sha256;primaryKey"`
	Size   int64
	Media  string
	Bytes  []byte
}

func (fileRow) TableName() string { return "file" }

// SaveUpload keeps a file and notes who gave it. The account is the one of the Write. It is no
// official change.
func (tx *Tx) SaveUpload(u Upload, media string, data []byte) (id int64, err error) {
	defer fault.Context(&err, "store.SaveUpload(%s)", u.Name)
	defer tx.spoil(&err)
	sum, err := tx.saveFile(media, data)
	if err != nil {
		return 0, err
	}
	if id, err = tx.nextID("upload"); err != nil {
		return 0, err
	}
	return id, tx.db.Exec(`INSERT INTO upload (id, sha256, name, account, at, period, indicator, agency, system, origin)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, id, sum, u.Name, tx.account, tx.rev.At.UnixMicro(),
		u.Period, u.Indicator, string(u.Agency), string(u.System), u.Origin).Error
}

// AcceptUpload notes that this revision accepted the upload, what that did, and where the file says
// its figures are from. When the Write turns out to change nothing, the newest revision is noted: it
// holds the figures.
func (tx *Tx) AcceptUpload(id int64, origin string, c Counts) (err error) {
	defer fault.Context(&err, "store.AcceptUpload(%d)", id)
	defer tx.spoil(&err)
	res := tx.db.Exec("UPDATE upload SET revision = ?, origin = ?, fresh = ?, superseded = ?, unchanged = ? WHERE id = ?",
		tx.rev.ID, origin, c.New, c.Superseded, c.Unchanged, id)
	if res.Error == nil && res.RowsAffected == 0 {
		return noUpload(id)
	}
	tx.accepted = true
	tx.mark("upload", id)
	return res.Error
}

func noUpload(id int64) error {
	return fault.New(fault.NotFound, "Không có lần nộp số %d.", id)
}

const uploadColumns = `u.id, u.sha256, u.name, a.name, u.at, u.period, u.indicator, u.agency, u.system, u.origin, COALESCE(u.revision, 0), u.fresh, u.superseded, u.unchanged, u.choices
	FROM upload u JOIN account a ON a.id = u.account`

func (v *View) uploads(where string, args ...any) ([]Upload, error) {
	rows, err := v.db.Raw("SELECT "+uploadColumns+" "+where, args...).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Upload
	for rows.Next() {
		var u Upload
		var at int64
		var id, system string
		if err := rows.Scan(&u.ID, &u.SHA256, &u.Name, &u.Account, &at, &u.Period, &u.Indicator, &id, &system, &u.Origin, &u.Revision,
			&u.New, &u.Superseded, &u.Unchanged, &u.Choices); err != nil {
			return nil, err
		}
		u.At, u.Agency, u.System = time.UnixMicro(at).UTC(), agency.ID(id), kpi.System(system)
		out = append(out, u)
	}
	return out, rows.Err()
}

// Upload returns an upload; a fault of kind NotFound when there is none.
func (v *View) Upload(id int64) (u Upload, err error) {
	defer fault.Context(&err, "store.Upload(%d)", id)
	all, err := v.uploads("WHERE u.id = ?", id)
	if err != nil {
		return u, err
	}
	if len(all) == 0 {
		return u, noUpload(id)
	}
	return all[0], nil
}

// AcceptedUploads returns the newest accepted uploads, newest first.
func (v *View) AcceptedUploads(limit int) (out []Upload, err error) {
	defer fault.Context(&err, "store.AcceptedUploads")
	return v.uploads("WHERE u.revision <= ? ORDER BY u.revision DESC, u.id LIMIT ?", v.rev.ID, limit)
}

// File returns the bytes of a kept file; a fault of kind NotFound when there is none.
func (v *View) File(sum string) (data []byte, err error) {
	defer fault.Context(&err, "store.File(%s)", sum)
	var rows []fileRow
	if err := v.db.Where("sha256 = ?", sum).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fault.New(fault.NotFound, "Không có tệp này.")
	}
	return rows[0].Bytes, nil
}
