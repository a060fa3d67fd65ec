package store

import (
	"time"

	"gorm.io/gorm/clause"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// Attachment is a file that proves what a report says (minh chứng), kept by its hash.
type Attachment struct {
	ID         int64
	Submission int64
	Definition int64 // 0: of the whole report
	SHA256     string
	Name       string
	Media      string
	Size       int64
	Account    string
	At         time.Time
}

// Attachments returns the evidence files of a submission in the order in which they came.
func (v *View) Attachments(submission int64) (out []Attachment, err error) {
	defer fault.Context(&err, "store.Attachments(%d)", submission)
	rows, err := v.db.Raw(`SELECT f.id, f.submission, f.definition, f.sha256, f.name, f.media, b.size, a.name, f.at
		FROM submission_file f JOIN file b ON b.sha256 = f.sha256 JOIN account a ON a.id = f.account WHERE f.submission = ? ORDER BY f.id`, submission).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var f Attachment
		var at int64
		if err := rows.Scan(&f.ID, &f.Submission, &f.Definition, &f.SHA256, &f.Name, &f.Media, &f.Size, &f.Account, &at); err != nil {
			return nil, err
		}
		f.At = time.UnixMicro(at).UTC()
		out = append(out, f)
	}
	return out, rows.Err()
}

// saveFile keeps bytes by their hash.
func (tx *Tx) saveFile(media string, data []byte) (sum string, err error) {
	sum = SHA256(data)
	return sum, tx.db.Clauses(clause.OnConflict{DoNothing: true}).
		Create(&fileRow{SHA256: sum, Size: int64(len(data)), Media: media, Bytes: data}).
		Error
}

// Attach keeps an evidence file.
func (tx *Tx) Attach(f Attachment, data []byte) (id int64, err error) {
	defer fault.Context(&err, "store.Attach(%s)", f.Name)
	defer tx.spoil(&err)
	tx.mark("report", f.Submission)
	if f.SHA256, err = tx.saveFile(f.Media, data); err != nil {
		return 0, err
	}
	if f.ID, err = tx.nextID("submission_file"); err != nil {
		return 0, err
	}
	return f.ID, tx.db.Exec(
		"INSERT INTO submission_file (id, submission, definition, sha256, name, media, account, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		f.ID,
		f.Submission,
		f.Definition,
		f.SHA256,
		f.Name,
		f.Media,
		tx.account,
		tx.rev.At.UnixMicro(),
	).Error
}

// Detach takes an evidence file out of a draft; its bytes stay, for something else may cite them.
func (tx *Tx) Detach(submission, id int64) error {
	tx.mark("report", submission)
	return deletedOne(
		tx.db.Exec("DELETE FROM submission_file WHERE id = ? AND submission = ?", id, submission),
		"Báo cáo này không có tệp minh chứng đó; có thể người khác vừa gỡ.",
	)
}

// Paper is a signed copy that was handed back.
type Paper struct {
	ID         int64
	Submission int64
	Version    int
	Code       string
	SHA256     string
	Name       string
	Number     string
	Day        vi.Date
	Signer     string
	Account    string
	At         time.Time
}

// Papers returns the signed copies of a submission, newest first.
func (v *View) Papers(submission int64) (out []Paper, err error) {
	defer fault.Context(&err, "store.Papers(%d)", submission)
	rows, err := v.db.Raw(`SELECT p.id, p.submission, p.version, p.code, p.sha256, p.name, p.number, p.day, p.signer, a.name, p.at
		FROM submission_paper p JOIN account a ON a.id = p.account WHERE p.submission = ? ORDER BY p.id DESC`, submission).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var p Paper
		var at int64
		if err := rows.Scan(&p.ID, &p.Submission, &p.Version, &p.Code, &p.SHA256, &p.Name, &p.Number, &p.Day, &p.Signer, &p.Account, &at); err != nil {
			return nil, err
		}
		p.At = time.UnixMicro(at).UTC()
		out = append(out, p)
	}
	return out, rows.Err()
}

// SavePaper keeps a signed copy.
func (tx *Tx) SavePaper(p Paper, data []byte) (err error) {
	defer fault.Context(&err, "store.SavePaper(%d)", p.Submission)
	defer tx.spoil(&err)
	tx.mark("report", p.Submission)
	if p.SHA256, err = tx.saveFile("application/pdf", data); err != nil {
		return err
	}
	if p.ID, err = tx.nextID("submission_paper"); err != nil {
		return err
	}
	return tx.db.Exec(
		`INSERT INTO submission_paper (id, submission, version, code, sha256, name, number, day, signer, account, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.ID,
		p.Submission,
		p.Version,
		p.Code,
		p.SHA256,
		p.Name,
		p.Number,
		int(p.Day),
		p.Signer,
		tx.account,
		tx.rev.At.UnixMicro(),
	).Error
}
