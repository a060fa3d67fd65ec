package store

import (
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// Notice is something that an agency is told: a reminder, a return, a draft release.
type Notice struct {
	ID      int64
	Kind    string
	Key     string // of one kind and agency, each key is said once, ever
	Agency  agency.ID
	Account int64 // who alone is told, 0 for everybody who reads the agency's figures
	Subject string
	Body    string
	Link    string // path of the page where something can be done about it
	At      time.Time
	Seen    bool // by the account that asked
}

// Mail is a notice on its way to one address.
type Mail struct {
	ID                  int64
	Notice              int64
	Address, Name       string
	State               string // see the constants
	Problem             string
	At, SentAt          time.Time
	Agency              agency.ID
	Kind, Subject, Body string
	Link                string
}

// The states of a mail.
const (
	MailKept    = "kept" // no server was set: it is shown in the app only
	MailWaiting = "waiting"
	MailSent    = "sent"
	MailFailed  = "failed"
)

// AddNotice keeps a notice unless it was ever said, with a mail of the given state to each address; it returns the number
// of the notice, 0 when it was said before, and the numbers of the mails. It is no official change.
func (tx *Tx) AddNotice(n Notice, mails []Mail, state string) (id int64, sent []int64, err error) {
	defer fault.Context(&err, "store.AddNotice(%s, %s, %s)", n.Kind, n.Key, n.Agency)
	defer tx.spoil(&err)
	if id, err = tx.nextID("notice"); err != nil {
		return 0, nil, err
	}
	res := tx.db.Exec(
		"INSERT INTO notice (id, kind, key, agency, account, subject, body, link, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, key, agency) DO NOTHING",
		id,
		n.Kind,
		n.Key,
		string(n.Agency),
		n.Account,
		n.Subject,
		n.Body,
		n.Link,
		tx.Now().UnixMicro(),
	)
	if res.Error != nil || res.RowsAffected == 0 {
		return 0, nil, res.Error
	}
	next, err := tx.nextID("mail")
	if err != nil {
		return 0, nil, err
	}
	for _, m := range mails {
		res := tx.db.Exec(
			"INSERT INTO mail (id, notice, address, name, state, problem, at, sent_at) VALUES (?, ?, ?, ?, ?, '', ?, 0) ON CONFLICT (notice, address) DO NOTHING",
			next,
			id,
			m.Address,
			m.Name,
			state,
			tx.Now().UnixMicro(),
		)
		if res.Error != nil {
			return 0, nil, res.Error
		}
		if res.RowsAffected == 1 {
			sent, next = append(sent, next), next+1
		}
	}
	return id, sent, nil
}

// forReader picks the notices n of agencies and those that an account alone is told.
func forReader(agencies []agency.ID, account int64) (where string, args []any) {
	return "(n.account = 0 AND n.agency IN ? OR n.account = ? AND n.account <> 0)", []any{strs(agencies), account}
}

// Notices lists the newest notices of the agencies and of the account itself, newest first, with whether the account saw them.
func (v *View) Notices(agencies []agency.ID, account int64, limit int) (out []Notice, err error) {
	defer fault.Context(&err, "store.Notices")
	where, args := forReader(agencies, account)
	var rows []struct {
		ID, Account                            int64
		Kind, Key, Agency, Subject, Body, Link string
		At                                     int64
		Seen                                   int
	}
	err = v.db.Raw(`SELECT n.*, (SELECT COUNT(*) FROM notice_seen s WHERE s.notice = n.id AND s.account = ?) AS seen
		FROM notice n WHERE `+where+` ORDER BY n.id DESC LIMIT ?`, append(append([]any{account}, args...), limit)...).Scan(&rows).Error
	for _, r := range rows {
		out = append(
			out,
			Notice{
				ID:      r.ID,
				Kind:    r.Kind,
				Key:     r.Key,
				Agency:  agency.ID(r.Agency),
				Account: r.Account,
				Subject: r.Subject,
				Body:    r.Body,
				Link:    r.Link,
				At:      moment(r.At),
				Seen:    r.Seen > 0,
			},
		)
	}
	return out, err
}

// Unseen counts the notices of the agencies and of an account that it has not seen, up to a limit.
func (v *View) Unseen(agencies []agency.ID, account int64, limit int) (n int, err error) {
	defer fault.Context(&err, "store.Unseen")
	where, args := forReader(agencies, account)
	err = v.db.Raw(`SELECT COUNT(*) FROM (SELECT 1 FROM notice n WHERE `+where+` AND NOT EXISTS
		(SELECT 1 FROM notice_seen s WHERE s.notice = n.id AND s.account = ?) LIMIT ?) AS unseen`, append(args, account, limit)...).Scan(&n).Error
	return n, err
}

// Told lists the agencies that were told something of a kind under a key.
func (v *View) Told(kind, key string) (out map[agency.ID]bool, err error) {
	defer fault.Context(&err, "store.Told(%s, %s)", kind, key)
	var ids []string
	err = v.db.Raw("SELECT agency FROM notice WHERE kind = ? AND key = ?", kind, key).Scan(&ids).Error
	out = make(map[agency.ID]bool, len(ids))
	for _, id := range ids {
		out[agency.ID(id)] = true
	}
	return out, err
}

// SeeNotices notes that the account of the Write saw the notices of the agencies and its own, up to one.
func (tx *Tx) SeeNotices(agencies []agency.ID, upTo int64) (err error) {
	defer fault.Context(&err, "store.SeeNotices(%d)", upTo)
	defer tx.spoil(&err)
	where, args := forReader(agencies, tx.account)
	return tx.db.Exec(`INSERT INTO notice_seen (notice, account, at) SELECT n.id, ?, ? FROM notice n
		WHERE `+where+` AND n.id <= ? AND NOT EXISTS (SELECT 1 FROM notice_seen s WHERE s.notice = n.id AND s.account = ?)`,
		append(append([]any{tx.account, tx.Now().UnixMicro()}, args...), upTo, tx.account)...).Error
}

const mailColumns = `m.id, m.notice, m.address, m.name, m.state, m.problem, m.at, m.sent_at, n.agency, n.kind, n.subject, n.body, n.link
	FROM mail m JOIN notice n ON n.id = m.notice`

func (v *View) mails(where string, args ...any) (out []Mail, err error) {
	rows, err := v.db.Raw("SELECT "+mailColumns+" "+where, args...).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var m Mail
		var at, sentAt int64
		var id string
		if err := rows.Scan(&m.ID, &m.Notice, &m.Address, &m.Name, &m.State, &m.Problem, &at, &sentAt, &id, &m.Kind, &m.Subject, &m.Body, &m.Link); err != nil {
			return nil, err
		}
		m.At, m.SentAt, m.Agency = moment(at), moment(sentAt), agency.ID(id)
		out = append(out, m)
	}
	return out, rows.Err()
}

// Mail returns one mail; a fault of kind NotFound when there is none.
func (v *View) Mail(id int64) (m Mail, err error) {
	defer fault.Context(&err, "store.Mail(%d)", id)
	all, err := v.mails("WHERE m.id = ?", id)
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, "Không có thư số %d.", id)
	}
	if err != nil {
		return m, err
	}
	return all[0], nil
}

// Mails lists the newest mails, newest first: of some states, else of all.
func (v *View) Mails(limit int, states ...string) (out []Mail, err error) {
	defer fault.Context(&err, "store.Mails(%v)", states)
	if len(states) > 0 {
		return v.mails("WHERE m.state IN ? ORDER BY m.id DESC LIMIT ?", states, limit)
	}
	return v.mails("ORDER BY m.id DESC LIMIT ?", limit)
}

// MarkMail notes what became of a mail.
func (tx *Tx) MarkMail(id int64, state, problem string) (err error) {
	defer fault.Context(&err, "store.MarkMail(%d)", id)
	defer tx.spoil(&err)
	sent := int64(0)
	if state == MailSent {
		sent = tx.Now().UnixMicro()
	}
	return tx.db.Exec("UPDATE mail SET state = ?, problem = ?, sent_at = ? WHERE id = ?", state, problem, sent, id).Error
}

func strs(ids []agency.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

// Call is one call to an agency about a round (nhật ký đôn đốc).
type Call struct {
	ID       int64
	Agency   agency.ID
	Round    int64
	Account  string
	At       time.Time
	Person   string // who was spoken to
	Result   string
	Promised vi.Date // the day that was promised, 0 for none
}

// LogCall notes a call by the account of the Write. It is no official change.
func (tx *Tx) LogCall(c Call) (err error) {
	defer fault.Context(&err, "store.LogCall(%d, %s)", c.Round, c.Agency)
	defer tx.spoil(&err)
	id, err := tx.nextID("phone_call")
	if err != nil {
		return err
	}
	return tx.db.Exec("INSERT INTO phone_call (id, agency, round, account, at, person, result, promised) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		id, string(c.Agency), c.Round, tx.account, tx.Now().UnixMicro(), c.Person, c.Result, int(c.Promised)).Error
}

// Calls returns the calls about a round by agency, newest first.
func (v *View) Calls(round int64) (out map[agency.ID][]Call, err error) {
	defer fault.Context(&err, "store.Calls(%d)", round)
	var rows []struct {
		ID                                  int64
		Agency, Person, Result, AccountName string
		At                                  int64
		Promised                            vi.Date
	}
	err = v.db.Raw(`SELECT c.id, c.agency, c.at, c.person, c.result, c.promised, COALESCE(a.name, '') AS account_name
		FROM phone_call c LEFT JOIN account a ON a.id = c.account WHERE c.round = ? ORDER BY c.id DESC`, round).Scan(&rows).Error
	out = map[agency.ID][]Call{}
	for _, r := range rows {
		id := agency.ID(r.Agency)
		out[id] = append(
			out[id],
			Call{
				ID:       r.ID,
				Agency:   id,
				Round:    round,
				Account:  r.AccountName,
				At:       moment(r.At),
				Person:   r.Person,
				Result:   r.Result,
				Promised: r.Promised,
			},
		)
	}
	return out, err
}
