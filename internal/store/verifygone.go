package store

import (
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"chiso/internal/fault"
)

// fileUses lists whatever names a file by its hash.
const fileUses = `SELECT sha256 AS sha, 'lần nộp số ' || id || ': ' || name AS used FROM upload
	UNION ALL SELECT sha256, 'minh chứng của báo cáo số ' || submission || ': ' || name FROM submission_file
	UNION ALL SELECT body, 'minh chứng của báo cáo số ' || submission || ': ' || title FROM submission_kept_text WHERE kind = 'file'
	UNION ALL SELECT sha256, 'bản ký của báo cáo số ' || submission || ': ' || name FROM submission_paper
	UNION ALL SELECT file, 'văn bản ' || number FROM document WHERE file IS NOT NULL
	UNION ALL SELECT frozen, 'bảng của bản công bố số ' || id FROM release
	UNION ALL SELECT pack, 'bộ báo cáo của bản công bố số ' || id FROM release
	UNION ALL SELECT document, 'văn bản của bản công bố số ' || id FROM release
	UNION ALL SELECT sha256, 'bộ báo cáo lần dựng số ' || build || ': ' || name FROM pack_file
	UNION ALL SELECT file, 'minh chứng nhiệm vụ: ' || file_name FROM task_update
	UNION ALL SELECT file, 'minh chứng nhiệm vụ: ' || file_name FROM task_request`

// verifyGone looks for files that something names and that are not there.
func (v *View) verifyGone() (problems []string, err error) {
	var lost []struct{ Sha, Used string }
	if err := v.db.Raw("SELECT sha, MIN(used) AS used FROM (" + fileUses + ") AS uses WHERE sha <> '' AND sha NOT IN (SELECT sha256 FROM file) GROUP BY sha ORDER BY 2").Scan(&lost).Error; err != nil ||
		len(lost) == 0 {
		return nil, err
	}
	names := make([]string, 0, maxNamed)
	for _, l := range lost[:min(maxNamed, len(lost))] {
		names = append(names, l.Used+" (mã "+l.Sha[:min(12, len(l.Sha))]+"…)")
	}
	more := ""
	if len(lost) > maxNamed {
		more = "; …"
	}
	return []string{
		fmt.Sprintf("Mất %d tệp gốc: %s%s. Nạp lại đúng tệp đó (chiso import) để lấy lại.", len(lost), strings.Join(names, "; "), more),
	}, nil
}

// Recover keeps a file again when something names it and it is gone; it reports whether it did.
func (tx *Tx) Recover(media string, data []byte) (done bool, err error) {
	defer fault.Context(&err, "store.Recover")
	defer tx.spoil(&err)
	sum := SHA256(data)
	var lost int64
	if err := tx.db.Raw("SELECT COUNT(*) FROM ("+fileUses+") AS uses WHERE sha = ? AND sha NOT IN (SELECT sha256 FROM file)", sum).Scan(&lost).Error; err != nil ||
		lost == 0 {
		return false, err
	}
	return true, tx.db.Clauses(clause.OnConflict{DoNothing: true}).
		Create(&fileRow{SHA256: sum, Size: int64(len(data)), Media: media, Bytes: data}).
		Error
}

// Extent says how much there is of what Verify looks at.
type Extent struct {
	Revision     int64
	At           time.Time
	Observations int64
	Files        int64
	Lines        int64     // of the audit
	Last         time.Time // when the last of them was written, zero without one
	Objects      int64     // that have digests
	Releases     int64     // approved
	Reports      int64
	Accounts     int64 // of people
}

// Extent counts what there is at the newest revision.
func (v *View) Extent() (x Extent, err error) {
	defer fault.Context(&err, "store.Extent")
	err = v.db.Raw(`SELECT (SELECT COUNT(*) FROM observation) AS observations, (SELECT COUNT(*) FROM file) AS files, (SELECT COUNT(*) FROM audit) AS lines,
		(SELECT COUNT(DISTINCT object) FROM audit_digest) AS objects, (SELECT COUNT(*) FROM release WHERE state = 'approved') AS releases,
		(SELECT COUNT(*) FROM submission) AS reports, (SELECT COUNT(*) FROM account WHERE kind = 'person') AS accounts`).
		Scan(&x).
		Error
	x.Revision, x.At = v.rev.ID, v.rev.At
	var last int64
	if err == nil {
		err = v.db.Raw("SELECT COALESCE(MAX(at), 0) FROM audit").Scan(&last).Error
	}
	if last > 0 {
		x.Last = time.UnixMicro(last).UTC()
	}
	return x, err
}
