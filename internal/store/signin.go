package store

import (
	"context"
	"time"

	"chiso/internal/access"
	"chiso/internal/fault"
)

// Session is one sign-in that goes on (phiên đăng nhập). The token itself is nowhere in the database.
type Session struct {
	TokenHash string
	Account   int64 // 0 until somebody has signed in
	Pending   int64 // whose password was right and whose code has to follow
	Data      []byte
	Address   string
	Agent     string
	Created   time.Time
	Seen      time.Time
	Expires   time.Time
}

type sessionRow struct {
	TokenHash                    string
	Account, Pending             int64
	Data                         []byte
	Address, Agent               string
	CreatedAt, SeenAt, ExpiresAt int64
}

func (r sessionRow) session() Session {
	return Session{
		TokenHash: r.TokenHash,
		Account:   r.Account,
		Pending:   r.Pending,
		Data:      r.Data,
		Address:   r.Address,
		Agent:     r.Agent,
		Created:   time.UnixMicro(r.CreatedAt).UTC(),
		Seen:      time.UnixMicro(r.SeenAt).UTC(),
		Expires:   time.UnixMicro(r.ExpiresAt).UTC(),
	}
}

const sessionColumns = "SELECT token_hash, account, pending, data, address, agent, created_at, seen_at, expires_at FROM session "

// Session returns a session that has not expired; false when there is none.
func (s *Store) Session(ctx context.Context, hash string) (out Session, ok bool, err error) {
	defer sayAway(&err)
	defer fault.Context(&err, "store.Session")
	var rows []sessionRow
	err = s.read.WithContext(ctx).
		Raw(sessionColumns+"WHERE token_hash = ? AND expires_at > ?", hash, s.clock().UnixMicro()).
		Scan(&rows).
		Error
	if err != nil || len(rows) == 0 {
		return out, false, err
	}
	return rows[0].session(), true, nil
}

// Sessions returns the sessions of an account that have not expired, the latest first.
func (s *Store) Sessions(ctx context.Context, account int64) (out []Session, err error) {
	defer sayAway(&err)
	defer fault.Context(&err, "store.Sessions(%d)", account)
	var rows []sessionRow
	err = s.read.WithContext(ctx).
		Raw(sessionColumns+"WHERE account = ? AND account <> 0 AND expires_at > ? ORDER BY seen_at DESC, token_hash",
			account, s.clock().UnixMicro()).
		Scan(&rows).
		Error
	for _, r := range rows {
		out = append(out, r.session())
	}
	return out, err
}

// SaveSession writes a session, new or known; when it was made stays.
func (p *People) SaveSession(x Session) (err error) {
	defer fault.Context(&err, "store.SaveSession")
	now := p.at.UnixMicro()
	return p.db.Exec(
		`INSERT INTO session (token_hash, account, pending, data, address, agent, created_at, seen_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (token_hash) DO UPDATE SET account = excluded.account, pending = excluded.pending, data = excluded.data, address = excluded.address, agent = excluded.agent,
		seen_at = excluded.seen_at, expires_at = excluded.expires_at`,
		x.TokenHash,
		x.Account,
		x.Pending,
		x.Data,
		x.Address,
		x.Agent,
		now,
		now,
		x.Expires.UnixMicro(),
	).Error
}

// EndSession deletes a session.
func (p *People) EndSession(hash string) (err error) {
	defer fault.Context(&err, "store.EndSession")
	return p.db.Exec("DELETE FROM session WHERE token_hash = ?", hash).Error
}

// EndSessions deletes the sessions of an account but one, also those that wait for its code.
func (p *People) EndSessions(account int64, but string) (err error) {
	defer fault.Context(&err, "store.EndSessions(%d)", account)
	return p.db.Exec("DELETE FROM session WHERE (account = ? OR pending = ?) AND token_hash <> ?", account, account, but).Error
}

// Sweep deletes what has expired: sessions, links, browsers and attempts.
func (p *People) Sweep() (err error) {
	defer fault.Context(&err, "store.Sweep")
	now := p.at.UnixMicro()
	if err := p.db.Exec("DELETE FROM session WHERE expires_at <= ?", now).Error; err != nil {
		return err
	}
	if err := p.db.Exec("DELETE FROM link WHERE expires_at <= ?", now).Error; err != nil {
		return err
	}
	if err := p.db.Exec("DELETE FROM device WHERE seen_at <= ?", p.at.Add(-deviceLife).UnixMicro()).Error; err != nil {
		return err
	}
	return p.db.Exec("DELETE FROM attempt WHERE until <= ? AND first_at <= ?", now, p.at.Add(-24*time.Hour).UnixMicro()).Error
}

// AddLink keeps the hash of a one-time link by which an account gets a new password; earlier ones of the account end.
func (p *People) AddLink(hash string, account int64, expires time.Time) (err error) {
	defer fault.Context(&err, "store.AddLink(%d)", account)
	if err := p.EndLinks(account); err != nil {
		return err
	}
	return p.db.Exec("INSERT INTO link (token_hash, account, created_at, expires_at) VALUES (?, ?, ?, ?)",
		hash, account, p.at.UnixMicro(), expires.UnixMicro()).Error
}

// LinkUntil is when the one-time link of an account ends that may still be used; zero when there is none.
func (p *People) LinkUntil(account int64) (until time.Time, err error) {
	defer fault.Context(&err, "store.LinkUntil(%d)", account)
	var at int64
	if err := p.db.Raw("SELECT COALESCE(MAX(expires_at), 0) FROM link WHERE account = ? AND expires_at > ? AND used_at = 0", account, p.at.UnixMicro()).Scan(&at).Error; err != nil ||
		at == 0 {
		return until, err
	}
	return time.UnixMicro(at).UTC(), nil
}

// SystemAdmins counts the accounts that can sign in and run the system on a day.
func (p *People) SystemAdmins(day int64) (n int64, err error) {
	defer fault.Context(&err, "store.SystemAdmins")
	err = p.db.Raw(`SELECT COUNT(*) FROM account a WHERE a.kind = 'person' AND a.disabled_at IS NULL AND (a.password <> '' OR a.subject <> '')
		AND EXISTS (SELECT 1 FROM role_grant g WHERE g.account = a.id AND g.role = ? AND g.from_day <= ? AND g.to_day >= ?)`, string(access.SystemAdmin), day, day).
		Scan(&n).
		Error
	return n, err
}

// EndLinks deletes the one-time links of an account.
func (p *People) EndLinks(account int64) error {
	return p.db.Exec("DELETE FROM link WHERE account = ?", account).Error
}

// Link returns the account of a link that may still be used; a fault of kind NotFound when there is none.
func (p *People) Link(hash string) (a Account, err error) {
	defer fault.Context(&err, "store.Link")
	var id int64
	if err := p.db.Raw("SELECT account FROM link WHERE token_hash = ? AND expires_at > ? AND used_at = 0", hash, p.at.UnixMicro()).Scan(&id).Error; err != nil {
		return a, err
	}
	if id == 0 {
		return a, fault.New(fault.NotFound, "Đường dẫn này đã dùng rồi hoặc đã hết hạn. Hãy xin quản trị đơn vị một đường dẫn mới.")
	}
	return p.Account(id)
}

// Attempt is how often somebody failed to sign in under a name or from an address.
type Attempt struct {
	Failures int
	First    time.Time // of the failures that are counted
	Until    time.Time // nobody is asked again before
}

// Attempt returns the failures of a subject.
func (p *People) Attempt(subject string) (a Attempt, err error) {
	defer fault.Context(&err, "store.Attempt")
	var row struct{ Failures, FirstAt, Until int64 }
	if err := p.db.Raw("SELECT failures, first_at, until FROM attempt WHERE subject = ?", subject).Scan(&row).Error; err != nil {
		return a, err
	}
	return Attempt{int(row.Failures), time.UnixMicro(row.FirstAt).UTC(), time.UnixMicro(row.Until).UTC()}, nil
}

// SaveAttempt writes the failures of a subject; without failures they are forgotten.
func (p *People) SaveAttempt(subject string, a Attempt) (err error) {
	defer fault.Context(&err, "store.SaveAttempt")
	if a.Failures == 0 {
		return p.db.Exec("DELETE FROM attempt WHERE subject = ?", subject).Error
	}
	return p.db.Exec(`INSERT INTO attempt (subject, failures, first_at, until) VALUES (?, ?, ?, ?)
		ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, first_at = excluded.first_at, until = excluded.until`,
		subject, a.Failures, a.First.UnixMicro(), a.Until.UnixMicro()).Error
}

// Attempts returns every subject that has to wait.
func (s *Store) Attempts(ctx context.Context) (out map[string]Attempt, err error) {
	defer fault.Context(&err, "store.Attempts")
	var rows []struct {
		Subject                  string
		Failures, FirstAt, Until int64
	}
	err = s.read.WithContext(ctx).
		Raw("SELECT subject, failures, first_at, until FROM attempt WHERE until > ?", s.clock().UnixMicro()).
		Scan(&rows).
		Error
	out = map[string]Attempt{}
	for _, r := range rows {
		out[r.Subject] = Attempt{int(r.Failures), time.UnixMicro(r.FirstAt).UTC(), time.UnixMicro(r.Until).UTC()}
	}
	return out, err
}

// ForgetAttempts forgets the failures of every subject that begins so.
func (p *People) ForgetAttempts(prefix string) (err error) {
	defer fault.Context(&err, "store.ForgetAttempts")
	return p.db.Exec("DELETE FROM attempt WHERE substr(subject, 1, ?) = ?", len(prefix), prefix).Error
}

// deviceLife is how long a browser that nobody signs in at is remembered.
const deviceLife = 400 * 24 * time.Hour

// KnowsDevice reports whether somebody has signed in to an account at the browser that keeps a token; "" is no browser.
func (p *People) KnowsDevice(hash string, account int64) (ok bool, err error) {
	defer fault.Context(&err, "store.KnowsDevice(%d)", account)
	if hash == "" {
		return false, nil
	}
	var n int
	err = p.db.Raw("SELECT COUNT(*) FROM device WHERE token_hash = ? AND account = ? AND seen_at > ?", hash, account, p.at.Add(-deviceLife).UnixMicro()).
		Scan(&n).
		Error
	return n > 0, err
}

// SaveDevice keeps that somebody has signed in to an account at a browser.
func (p *People) SaveDevice(hash string, account int64) (err error) {
	defer fault.Context(&err, "store.SaveDevice(%d)", account)
	if hash == "" {
		return nil
	}
	return p.db.Exec(`INSERT INTO device (token_hash, account, seen_at) VALUES (?, ?, ?)
		ON CONFLICT (token_hash, account) DO UPDATE SET seen_at = excluded.seen_at`, hash, account, p.at.UnixMicro()).Error
}

// EndDevices makes every browser unknown to an account.
func (p *People) EndDevices(account int64) (err error) {
	defer fault.Context(&err, "store.EndDevices(%d)", account)
	return p.db.Exec("DELETE FROM device WHERE account = ?", account).Error
}

// ChangePassword replaces the hash of an account's password, unless it is another one by now.
func (p *People) ChangePassword(account int64, old, hash string) (err error) {
	defer fault.Context(&err, "store.ChangePassword(%d)", account)
	p.mark(account)
	return p.db.Exec("UPDATE account SET password = ? WHERE id = ? AND password = ?", hash, account, old).Error
}

// SetRecoveryCodes replaces the hashes of the codes that stand in for an account's second factor.
func (p *People) SetRecoveryCodes(account int64, hashes []string) (err error) {
	defer fault.Context(&err, "store.SetRecoveryCodes(%d)", account)
	if err := p.db.Exec("DELETE FROM recovery_code WHERE account = ?", account).Error; err != nil {
		return err
	}
	for _, h := range hashes {
		if err := p.db.Exec("INSERT INTO recovery_code (account, code_hash) VALUES (?, ?)", account, h).Error; err != nil {
			return err
		}
	}
	return nil
}

// UseRecoveryCode takes a code away; false when the account has no such code.
func (p *People) UseRecoveryCode(account int64, hash string) (ok bool, err error) {
	defer fault.Context(&err, "store.UseRecoveryCode(%d)", account)
	res := p.db.Exec("DELETE FROM recovery_code WHERE account = ? AND code_hash = ?", account, hash)
	return res.RowsAffected > 0, res.Error
}

// RecoveryCodes returns how many codes an account has left.
func (s *Store) RecoveryCodes(ctx context.Context, account int64) (n int, err error) {
	defer sayAway(&err)
	defer fault.Context(&err, "store.RecoveryCodes(%d)", account)
	err = s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM recovery_code WHERE account = ?", account).Scan(&n).Error
	return n, err
}
