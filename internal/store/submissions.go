package store

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
)

// Submission is the stored life of one agency's report in a round. Whether its round is locked, and by when it is due, is
// the round's to say.
type Submission struct {
	ID       int64
	Round    int64
	Agency   agency.ID
	State    filing.State
	Version  int
	Serial   int64
	Approved []int64
	SentAt   time.Time // zero while it was not sent
	Received int64     // the revision that received it last, 0 if none
	Last     Event
}

// Event is one line of a submission's history.
type Event struct {
	filing.Event
	Serial   int64
	FullName string
	Revision int64            // that it became, 0 if none
	Remarks  map[int64]string // what a return said of cells, by definition
}

// SubmissionQuery asks for submissions. Zero fields do not filter.
type SubmissionQuery struct {
	ID       int64
	Round    int64
	Agencies []agency.ID
	States   []filing.State
}

// Submissions returns submissions by round and agency id. They are as they stand now, whatever the view's revision: drafts have none.
func (v *View) Submissions(q SubmissionQuery) (out []Submission, err error) {
	defer fault.Context(&err, "store.Submissions(%+v)", q)
	where, args := []string{"1 = 1"}, []any{}
	add := func(ok bool, condition string, arg any) {
		if ok {
			where, args = append(where, condition), append(args, arg)
		}
	}
	add(q.ID != 0, "s.id = ?", q.ID)
	add(q.Round != 0, "s.round = ?", q.Round)
	add(q.Agencies != nil, "s.agency IN ?", q.Agencies)
	add(q.States != nil, "s.state IN ?", q.States)
	rows, err := v.db.Raw(`SELECT s.id, s.round, s.agency, s.state, s.version, s.serial, s.approved, s.sent_at, s.received,
			e.step, e.version, e.account, a.name, a.full_name, e.at, e.reason, e.revision
		FROM submission s JOIN submission_event e ON e.submission = s.id AND e.serial = s.serial JOIN account a ON a.id = e.account
		WHERE `+strings.Join(where, " AND ")+" ORDER BY s.round, s.agency", args...).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s Submission
		var sent, at int64
		var approved string
		e := &s.Last
		if err := rows.Scan(&s.ID, &s.Round, &s.Agency, &s.State, &s.Version, &s.Serial, &approved, &sent, &s.Received,
			&e.Step, &e.Version, &e.Account, &e.Name, &e.FullName, &at, &e.Reason, &e.Revision); err != nil {
			return nil, err
		}
		if s.Approved, err = accounts(approved); err != nil {
			return nil, err
		}
		e.At, e.Serial, s.SentAt = time.UnixMicro(at).UTC(), s.Serial, moment(sent)
		out = append(out, s)
	}
	return out, rows.Err()
}

// Submission returns a submission by number; a fault of kind NotFound when there is none.
func (v *View) Submission(id int64) (Submission, error) {
	all, err := v.Submissions(SubmissionQuery{ID: cmp.Or(id, -1)})
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, "Không có báo cáo số %d.", id)
	}
	if err != nil {
		return Submission{}, err
	}
	return all[0], nil
}

func accounts(text string) (out []int64, err error) {
	for _, f := range strings.Fields(text) {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("approved %q: %w", text, err)
		}
		out = append(out, n)
	}
	return out, nil
}

// moment is the time of a column that is 0 when there is none.
func moment(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro).UTC()
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// SubmissionSerial is a number that grows with every event of any submission.
func (v *View) SubmissionSerial() (n int64, err error) {
	err = v.db.Raw("SELECT COALESCE(SUM(serial), 0) + COUNT(*) FROM submission").Scan(&n).Error
	return n, err
}

// Account returns the number of the account of this Write, which notes who saves.
func (tx *Tx) Account() int64 { return tx.account }

// Now returns the time that this Write has.
func (tx *Tx) Now() time.Time { return tx.rev.At }

// SaveSubmission stores a submission together with the event that made it what it is. A submission without an id is new. The event's
// account and time are those of the Write; official says that the event becomes part of the revision of this Write.
func (tx *Tx) SaveSubmission(s *Submission, e filing.Event, remarks map[int64]string, official bool) (err error) {
	defer fault.Context(&err, "store.SaveSubmission(%d, %s)", s.ID, e.Step)
	defer tx.spoil(&err)
	approved := make([]string, len(s.Approved))
	for i, a := range s.Approved {
		approved[i] = strconv.FormatInt(a, 10)
	}
	revision := int64(0)
	if official { // receiving is an official change, also when every figure is as it was
		revision, tx.touched = tx.rev.ID, true
	}
	if s.ID == 0 {
		if s.ID, err = tx.nextID("submission"); err != nil {
			return err
		}
		err = tx.db.Exec(
			"INSERT INTO submission (id, round, agency, state, version, serial, approved, sent_at, received) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			s.ID,
			s.Round,
			string(s.Agency),
			string(s.State),
			s.Version,
			s.Serial,
			strings.Join(approved, " "),
			micro(s.SentAt),
			s.Received,
		).Error
	} else {
		res := tx.db.Exec("UPDATE submission SET state = ?, version = ?, serial = ?, approved = ?, sent_at = ?, received = ? WHERE id = ? AND serial = ?",
			string(s.State), s.Version, s.Serial, strings.Join(approved, " "), micro(s.SentAt), s.Received, s.ID, s.Serial-1)
		if err = res.Error; err == nil && res.RowsAffected != 1 {
			err = errors.New("the submission is not at the serial before") // who acts reads it in the same Write
		}
	}
	if err != nil {
		return err
	}
	tx.mark("report", s.ID)
	if err := tx.db.Exec("INSERT INTO submission_event (submission, serial, step, version, account, at, reason, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		s.ID, s.Serial, string(e.Step), s.Version, tx.account, tx.rev.At.UnixMicro(), e.Reason, revision).Error; err != nil {
		return err
	}
	for definition, text := range remarks {
		if err := tx.db.Exec("INSERT INTO submission_remark (submission, serial, definition, text) VALUES (?, ?, ?, ?)",
			s.ID, s.Serial, definition, text).Error; err != nil {
			return err
		}
	}
	return nil
}

// Events returns the history of a submission, oldest first.
func (v *View) Events(submission int64) (out []Event, err error) {
	defer fault.Context(&err, "store.Events(%d)", submission)
	rows, err := v.db.Raw(`SELECT e.serial, e.step, e.version, e.account, a.name, a.full_name, e.at, e.reason, e.revision
		FROM submission_event e JOIN account a ON a.id = e.account WHERE e.submission = ? ORDER BY e.serial`, submission).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var e Event
		var at int64
		if err := rows.Scan(&e.Serial, &e.Step, &e.Version, &e.Account, &e.Name, &e.FullName, &at, &e.Reason, &e.Revision); err != nil {
			return nil, err
		}
		e.At = time.UnixMicro(at).UTC()
		out = append(out, e)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return out, v.remarks(submission, out)
}

func (v *View) remarks(submission int64, events []Event) error {
	var rows []struct {
		Serial, Definition int64
		Text               string
	}
	if err := v.db.Raw("SELECT serial, definition, text FROM submission_remark WHERE submission = ?", submission).Scan(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		for i := range events {
			if e := &events[i]; e.Serial == r.Serial {
				if e.Remarks == nil {
					e.Remarks = map[int64]string{}
				}
				e.Remarks[r.Definition] = r.Text
			}
		}
	}
	return nil
}

// Chain returns who must agree before a report of an agency is sent; nothing when it was not set.
func (v *View) Chain(id agency.ID) (out []filing.Link, err error) {
	err = v.db.Raw("SELECT title, account FROM approval_link WHERE agency = ? ORDER BY ord", string(id)).Scan(&out).Error
	return out, err
}

// SaveChain sets who must agree before a report of an agency is sent.
func (tx *Tx) SaveChain(id agency.ID, links []filing.Link) (err error) {
	defer fault.Context(&err, "store.SaveChain(%s)", id)
	defer tx.spoil(&err)
	if err := tx.db.Exec("DELETE FROM approval_link WHERE agency = ?", string(id)).Error; err != nil {
		return err
	}
	tx.mark("chain", string(id))
	for i, l := range links {
		if err := tx.db.Exec("INSERT INTO approval_link (agency, ord, title, account) VALUES (?, ?, ?, ?)", string(id), i+1, l.Title, l.Account).Error; err != nil {
			return err
		}
	}
	return nil
}

// MoveLinks gives the links that one account holds to another and returns how many. A chain that has the other one already keeps
// its link open to whoever may sign.
func (tx *Tx) MoveLinks(from, to int64) (int, error) {
	const double = "account = ? AND agency IN (SELECT agency FROM approval_link WHERE account = ?)"
	var agencies []string
	if err := tx.db.Raw("SELECT DISTINCT agency FROM approval_link WHERE account = ?", from).Scan(&agencies).Error; err != nil {
		return 0, err
	}
	for _, id := range agencies {
		tx.mark("chain", id)
	}
	open := tx.db.Exec("UPDATE approval_link SET account = 0 WHERE "+double, from, to)
	if open.Error != nil {
		return 0, open.Error
	}
	moved := tx.db.Exec("UPDATE approval_link SET account = ? WHERE account = ?", to, from)
	return int(open.RowsAffected + moved.RowsAffected), moved.Error
}

// submissionChecks are what Verify asks of submissions.
func submissionChecks() []struct{ sentence, query string } {
	return []struct{ sentence, query string }{
		{
			"%d báo cáo thuộc đợt không tồn tại.",
			"SELECT COUNT(*) FROM submission s WHERE NOT EXISTS (SELECT 1 FROM round r WHERE r.id = s.round)",
		},
		{"%d báo cáo không khớp với nhật ký của nó.",
			`SELECT COUNT(*) FROM submission s WHERE s.serial <> (SELECT COUNT(*) FROM submission_event e WHERE e.submission = s.id)
				OR NOT EXISTS (SELECT 1 FROM submission_event e WHERE e.submission = s.id AND e.serial = s.serial AND e.version = s.version)`},
		{
			"%d báo cáo có trạng thái không biết.",
			"SELECT COUNT(*) FROM submission WHERE state NOT IN ('draft', 'review', 'sent', 'received', 'returned')",
		},
		{"%d ô báo cáo dẫn đến chỉ tiêu hoặc lần nộp không tồn tại.",
			`SELECT COUNT(*) FROM submission_cell c WHERE NOT EXISTS (SELECT 1 FROM definition d WHERE d.id = c.definition)
				OR c.upload <> 0 AND NOT EXISTS (SELECT 1 FROM upload u WHERE u.id = c.upload)`},
		{"%d số liệu dẫn đến báo cáo không tồn tại.",
			"SELECT COUNT(*) FROM observation o WHERE o.submission IS NOT NULL AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.id = o.submission)"},
		{"%d bước báo cáo dẫn đến phiên bản dữ liệu không tồn tại.",
			"SELECT COUNT(*) FROM submission_event e WHERE e.revision <> 0 AND NOT EXISTS (SELECT 1 FROM revision r WHERE r.id = e.revision)"},
		{"%d bản báo cáo được giữ không khớp với nhật ký, chỉ tiêu hoặc tệp.",
			`SELECT (SELECT COUNT(*) FROM submission_kept k WHERE NOT EXISTS (SELECT 1 FROM submission_event e WHERE e.submission = k.submission AND e.serial = k.serial AND e.step = 'submit'))
				+ (SELECT COUNT(*) FROM submission_kept_cell WHERE definition NOT IN (SELECT id FROM definition) OR account NOT IN (SELECT id FROM account))
				+ (SELECT COUNT(*) FROM submission_kept_text WHERE kind = 'file' AND body NOT IN (SELECT sha256 FROM file))`},
		{"%d báo cáo đã trình mà nội dung không được giữ.",
			`SELECT COUNT(*) FROM submission s WHERE s.state IN ('review', 'sent', 'received')
				AND NOT EXISTS (SELECT 1 FROM submission_kept k WHERE k.submission = s.id)`},
		{
			"%d báo cáo đã tiếp nhận mà không có phiên bản dữ liệu.",
			"SELECT COUNT(*) FROM submission WHERE state = 'received' AND received = 0",
		},
	}
}

func nullInt(n int64) sql.NullInt64 { return sql.NullInt64{Int64: n, Valid: n != 0} }
