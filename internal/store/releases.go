package store

import (
	"fmt"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

type releaseRow struct {
	ID              int64 `gorm:"primaryKey;autoIncrement:false"`
	Owner           string
	Period          string
	Kind            string
	Title           string
	State           string
	Version         int64
	Revision        int64
	Number          string
	Day             vi.Date
	Document        string
	Embargo         int64
	ObjectionsUntil vi.Date
	Supersedes      int64
	Note            string
	Frozen          string
	Pack            string
	MadeBy          int64
	MadeAt          int64
	DecidedBy       int64
	DecidedAt       int64
	DecidedIn       int64
}

func (releaseRow) TableName() string { return "release" }

func (r releaseRow) model() (filing.Release, error) {
	p, err := kpi.ParsePeriod(r.Period)
	return filing.Release{
		ID:              r.ID,
		Owner:           agency.ID(r.Owner),
		Period:          p,
		Kind:            filing.ReleaseKind(r.Kind),
		Title:           r.Title,
		State:           filing.ReleaseState(r.State),
		Version:         r.Version,
		Revision:        r.Revision,
		Number:          r.Number,
		Day:             r.Day,
		Embargo:         moment(r.Embargo),
		ObjectionsUntil: r.ObjectionsUntil,
		Supersedes:      r.Supersedes,
		Note:            r.Note,
		Frozen:          r.Frozen,
		Pack:            r.Pack,
		Document:        r.Document,
		Made: filing.Decision{
			Account: r.MadeBy,
			At:      moment(r.MadeAt),
		},
		Decided: filing.Decision{Account: r.DecidedBy, At: moment(r.DecidedAt)},
	}, err
}

// SaveRelease keeps a release as it is now: a new one when it has no id. Who decided is the account of the Write as soon as it is
// decided; who made it, while it is a draft. An approval is an official change, for it changes what everybody reads.
func (tx *Tx) SaveRelease(r *filing.Release) (err error) {
	defer fault.Context(&err, "store.SaveRelease(%d)", r.ID)
	defer tx.spoil(&err)
	fresh := r.ID == 0
	if fresh {
		if r.ID, err = tx.nextID("release"); err != nil {
			return err
		}
	}
	tx.mark("release", r.ID)
	row := releaseRow{
		ID:              r.ID,
		Owner:           string(r.Owner),
		Period:          r.Period.Key,
		Kind:            string(r.Kind),
		Title:           r.Title,
		State:           string(r.State),
		Version:         r.Version,
		Revision:        r.Revision,
		Number:          r.Number,
		Day:             r.Day,
		Embargo:         micro(r.Embargo),
		ObjectionsUntil: r.ObjectionsUntil,
		Supersedes:      r.Supersedes,
		Note:            r.Note,
		Frozen:          r.Frozen,
		Pack:            r.Pack,
		Document:        r.Document,
		MadeBy:          r.Made.Account,
		MadeAt:          micro(r.Made.At),
	}
	if r.State == filing.ReleaseDraft {
		row.MadeBy, row.MadeAt = tx.account, micro(tx.Now())
	} else {
		row.DecidedBy, row.DecidedAt = tx.account, micro(tx.Now())
	}
	if r.State == filing.ReleaseApproved {
		row.DecidedIn, tx.touched = tx.rev.ID, true
	}
	if !fresh {
		if err := tx.db.Exec("DELETE FROM release_item WHERE release = ?", r.ID).Error; err != nil {
			return err
		}
		err = tx.db.Save(&row).Error
	} else {
		err = tx.db.Create(&row).Error
	}
	if err != nil {
		return err
	}
	for _, code := range r.Codes {
		if err := tx.db.Exec("INSERT INTO release_item (release, code) VALUES (?, ?)", r.ID, code).Error; err != nil {
			return err
		}
	}
	return nil
}

// SaveReleaseDocument keeps the signed document of a release. It decides nothing: who made and who approved it stay as they are,
// but whoever looked at it before looks again.
func (tx *Tx) SaveReleaseDocument(id int64, sha256 string) (err error) {
	defer fault.Context(&err, "store.SaveReleaseDocument(%d)", id)
	defer tx.spoil(&err)
	tx.mark("release", id)
	return tx.db.Exec("UPDATE release SET document = ?, version = version + 1 WHERE id = ?", sha256, id).Error
}

// NumberRelease writes number and day of the document by which figures are released. Who made the release stays as it is.
func (tx *Tx) NumberRelease(id int64, number string, day vi.Date) (err error) {
	defer fault.Context(&err, "store.NumberRelease(%d)", id)
	defer tx.spoil(&err)
	return tx.db.Exec("UPDATE release SET number = ?, day = ?, version = version + 1 WHERE id = ?", number, day, id).Error
}

// Touch makes an official change of a Write that has none: for what begins to hold by the clock alone.
func (tx *Tx) Touch() { tx.touched = true }

// Releases lists the releases up to the view's revision, the newest first: those that were approved later are missing.
// Drafts and withdrawn ones are only listed when asked for.
func (v *View) Releases(drafts bool) (out []filing.Release, err error) {
	defer fault.Context(&err, "store.Releases")
	if drafts {
		return v.releases("WHERE r.id > 0")
	}
	return v.releases("WHERE r.state = 'approved' AND r.decided_in <= ?", v.rev.ID)
}

// Release returns a release; a fault of kind NotFound when there is none.
func (v *View) Release(id int64) (r filing.Release, err error) {
	defer fault.Context(&err, "store.Release(%d)", id)
	all, err := v.releases("WHERE r.id = ?", id)
	if err != nil {
		return r, err
	}
	if len(all) == 0 {
		return r, fault.New(fault.NotFound, "Không có bản công bố số %d.", id)
	}
	return all[0], nil
}

func (v *View) releases(where string, args ...any) ([]filing.Release, error) {
	var rows []struct {
		Row             releaseRow `gorm:"embedded"`
		Maker, Approver string
	}
	if err := v.db.Raw(`SELECT r.*, COALESCE(m.name, '') AS maker, COALESCE(d.name, '') AS approver FROM release r
		LEFT JOIN account m ON m.id = r.made_by LEFT JOIN account d ON d.id = r.decided_by `+where+" ORDER BY r.id DESC", args...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	var items []struct {
		Release int64
		Code    string
	}
	if err := v.db.Raw("SELECT i.release, i.code FROM release_item i JOIN release r ON r.id = i.release "+where+" ORDER BY i.release, i.code", args...).Scan(&items).Error; err != nil {
		return nil, err
	}
	codes := map[int64][]string{}
	for _, i := range items {
		codes[i.Release] = append(codes[i.Release], i.Code)
	}
	out := make([]filing.Release, 0, len(rows))
	for _, row := range rows {
		r, err := row.Row.model()
		if err != nil {
			return nil, err
		}
		r.Codes, r.Made.Name, r.Decided.Name = codes[r.ID], row.Maker, row.Approver
		out = append(out, r)
	}
	return out, nil
}

// At returns the view of an earlier revision in the same transaction.
func (v *View) At(revision int64) (*View, error) {
	if revision == v.rev.ID {
		return v, nil
	}
	if revision > v.rev.ID {
		return nil, fmt.Errorf("store: revision %d is later than %d", revision, v.rev.ID)
	}
	var at int64
	if err := v.db.Raw("SELECT at FROM revision WHERE id = ?", revision).Scan(&at).Error; err != nil {
		return nil, err
	}
	if at == 0 {
		return nil, fmt.Errorf("store: no revision %d", revision)
	}
	return &View{s: v.s, db: v.db, rev: Revision{revision, moment(at)}, periods: v.periods}, nil
}

// Newest returns the newest revision that is committed. In a Write that is the one before its own.
func (v *View) Newest() (rev Revision, err error) {
	defer fault.Context(&err, "store.Newest")
	var row struct{ ID, At int64 }
	err = v.db.Raw("SELECT id, at FROM revision ORDER BY id DESC LIMIT 1").Scan(&row).Error
	return Revision{row.ID, moment(row.At)}, err
}

// Holds reports whether a definition has any figure for a period from a source at the view's revision.
func (v *View) Holds(p kpi.Period, definition, source int64) (bool, error) {
	period, err := v.periodID(p)
	if err != nil || period == 0 {
		return false, err
	}
	var n int64
	err = v.db.Raw("SELECT COUNT(*) FROM (SELECT 1 FROM observation WHERE period = ? AND definition = ? AND source = ? AND revision <= ? LIMIT 1) AS one",
		period, definition, source, v.rev.ID).
		Scan(&n).
		Error
	return n > 0, err
}

// SaveFile keeps a file by its hash and returns the hash.
func (tx *Tx) SaveFile(media string, data []byte) (string, error) { return tx.saveFile(media, data) }

// Object keeps an objection of an agency against a draft release. It is no official change.
func (tx *Tx) Object(o filing.Objection) (id int64, err error) {
	defer fault.Context(&err, "store.Object(%d, %s)", o.Release, o.Agency)
	defer tx.spoil(&err)
	if id, err = tx.nextID("objection"); err != nil {
		return 0, err
	}
	tx.mark("release", o.Release)
	return id, tx.db.Exec(`INSERT INTO objection (id, release, agency, code, text, account, at, verdict, answer, answered_by, answered_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, '', '', 0, 0)`, id, o.Release, string(o.Agency), o.Code, o.Text, tx.account, tx.Now().UnixMicro()).Error
}

// AnswerObjection keeps the office's answer; a fault of kind Conflict when somebody answered before.
func (tx *Tx) AnswerObjection(id int64, v filing.Verdict, answer string) (err error) {
	defer fault.Context(&err, "store.AnswerObjection(%d)", id)
	defer tx.spoil(&err)
	var release int64
	if err := tx.db.Raw("SELECT release FROM objection WHERE id = ?", id).Scan(&release).Error; err != nil {
		return err
	}
	tx.mark("release", release)
	res := tx.db.Exec("UPDATE objection SET verdict = ?, answer = ?, answered_by = ?, answered_at = ? WHERE id = ? AND verdict = ''",
		string(v), answer, tx.account, tx.Now().UnixMicro(), id)
	if res.Error == nil && res.RowsAffected == 0 {
		return fault.New(fault.Conflict, "Ý kiến này không còn chờ trả lời. Hãy tải lại trang.")
	}
	return res.Error
}

// Objections lists what agencies said against a draft, oldest first.
func (v *View) Objections(release int64) (out []filing.Objection, err error) {
	defer fault.Context(&err, "store.Objections(%d)", release)
	rows, err := v.db.Raw(`SELECT o.id, o.release, o.agency, o.code, o.text, o.account, COALESCE(a.name, ''), o.at, o.verdict, o.answer, o.answered_by, COALESCE(b.name, ''), o.answered_at
		FROM objection o LEFT JOIN account a ON a.id = o.account LEFT JOIN account b ON b.id = o.answered_by WHERE o.release = ? ORDER BY o.id`, release).
		Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var o filing.Objection
		var id, verdict string
		var at, answered int64
		if err := rows.Scan(&o.ID, &o.Release, &id, &o.Code, &o.Text, &o.By.Account, &o.By.Name, &at, &verdict, &o.Answer, &o.Answered.Account, &o.Answered.Name, &answered); err != nil {
			return nil, err
		}
		o.Agency, o.Verdict, o.By.At, o.Answered.At = agency.ID(id), filing.Verdict(verdict), moment(at), moment(answered)
		out = append(out, o)
	}
	return out, rows.Err()
}

// verifyReleases looks for releases that point nowhere or were approved by who made them.
func (v *View) verifyReleases() (problems []string, err error) {
	for _, c := range []struct{ sentence, query string }{
		{"%d bản công bố trỏ tới phiên bản, tài khoản, tệp hoặc bản công bố không tồn tại.",
			`SELECT COUNT(*) FROM release r WHERE r.revision NOT IN (SELECT id FROM revision) OR r.frozen NOT IN (SELECT sha256 FROM file)
			OR (r.pack <> '' AND r.pack NOT IN (SELECT sha256 FROM file)) OR (r.document <> '' AND r.document NOT IN (SELECT sha256 FROM file))
			OR (r.decided_by <> 0 AND r.decided_by NOT IN (SELECT id FROM account)) OR (r.supersedes <> 0 AND r.supersedes NOT IN (SELECT id FROM release))
			OR (r.decided_in <> 0 AND r.decided_in NOT IN (SELECT id FROM revision))`},
		{"%d bản công bố đã phê duyệt do chính người lập phê duyệt, thiếu tệp hoặc thiếu chỉ tiêu.",
			`SELECT COUNT(*) FROM release r WHERE r.state = 'approved' AND (r.made_by = r.decided_by OR r.pack = '' OR r.decided_in <= r.revision
			OR NOT EXISTS (SELECT 1 FROM release_item i WHERE i.release = r.id))`},
		{"%d thông báo, thư hoặc ý kiến trỏ tới đơn vị hay thông báo không tồn tại.",
			`SELECT (SELECT COUNT(*) FROM notice WHERE agency NOT IN (SELECT id FROM agency)) + (SELECT COUNT(*) FROM mail WHERE notice NOT IN (SELECT id FROM notice))
			+ (SELECT COUNT(*) FROM objection WHERE release NOT IN (SELECT id FROM release))`},
		{"%d tác vụ có trạng thái không biết.", "SELECT COUNT(*) FROM job WHERE state NOT IN ('waiting', 'running', 'done', 'failed')"},
	} {
		var n int64
		if err := v.db.Raw(c.query).Scan(&n).Error; err != nil {
			return nil, err
		}
		if n > 0 {
			problems = append(problems, fmt.Sprintf(c.sentence, n))
		}
	}
	return problems, nil
}
