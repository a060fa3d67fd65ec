package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// Account is somebody who signs in (tài khoản).
type Account struct {
	ID       int64
	Name     string // small letters; never changes, for revisions and the audit carry it
	FullName string
	Post     string // chức vụ
	Phone    string
	Email    string
	Agency   agency.ID // where the person works
	Password string    // PHC string of argon2id, "" until one is set
	Subject  string    // issuer and subject at the single sign-on
	TOTP     string    // secret of the second factor, "" without one
	TOTPStep int64     // the last step that was used
	Sample   bool      // made for trying out on this machine
	Disabled bool
	Created  time.Time
}

// Grant is a role of an account, with its number.
type Grant struct {
	ID int64
	access.Grant
}

// People is a transaction over accounts, sign-ins and what was refused: no official data, so no revision. It is valid only inside
// Store.People.
type People struct {
	s  *Store
	db *gorm.DB
	at time.Time

	entries []Entry // of the audit
	marked  map[string]any
}

// peopleLock is the key of the lock under which accounts change on PostgreSQL: not the one of revisions, so that people sign in
// while a large file is being accepted.
const peopleLock = 0x70656f70 // "peop"

// People runs fn in one transaction over accounts. When fn fails, nothing is stored.
func (s *Store) People(ctx context.Context, fn func(*People) error) (err error) {
	defer sayAway(&err)
	db, err := s.write.DB()
	if err != nil {
		return err
	}
	since := time.Now()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	tx, err := s.begin(ctx, conn, since)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing once committed
	p := &People{s: s, db: session(s.write, ctx, tx), at: s.clock().UTC().Truncate(time.Microsecond)}
	if s.pg {
		if err := p.db.Exec("SELECT pg_advisory_xact_lock(?)", peopleLock).Error; err != nil {
			return err
		}
	}
	if err := s.stillOurs(ctx, tx); err != nil {
		return err
	}
	if err := fn(p); err != nil {
		return err
	}
	if err := p.finish(); err != nil {
		return err
	}
	return tx.Commit()
}

// Now is the time of the transaction.
func (p *People) Now() time.Time { return p.at }

const accountColumns = `id, name, full_name, post, phone, email, agency, password, subject, totp, totp_step, sample,
	CASE WHEN disabled_at IS NULL THEN 0 ELSE 1 END, created_at FROM account WHERE kind = 'person'`

func people(db *gorm.DB, where string, args ...any) ([]Account, error) {
	rows, err := db.Raw("SELECT "+accountColumns+" "+where, args...).Rows()
	if err != nil {
		return nil, missingSchema(err)
	}
	defer func() { _ = rows.Close() }()
	var out []Account
	for rows.Next() {
		var a Account
		var home string
		var sample, disabled, created int64
		if err := rows.Scan(&a.ID, &a.Name, &a.FullName, &a.Post, &a.Phone, &a.Email, &home, &a.Password, &a.Subject, &a.TOTP, &a.TOTPStep,
			&sample, &disabled, &created); err != nil {
			return nil, err
		}
		a.Agency, a.Sample, a.Disabled, a.Created = agency.ID(home), sample != 0, disabled != 0, time.UnixMicro(created).UTC()
		out = append(out, a)
	}
	return out, rows.Err()
}

func oneAccount(db *gorm.DB, where string, args ...any) (Account, error) {
	all, err := people(db, where, args...)
	if err != nil {
		return Account{}, err
	}
	if len(all) == 0 {
		return Account{}, fault.New(fault.NotFound, "Không có tài khoản này.")
	}
	return all[0], nil
}

// Account returns an account by number; a fault of kind NotFound when there is none.
func (p *People) Account(id int64) (Account, error) { return oneAccount(p.db, "AND id = ?", id) }

// AccountNamed returns an account by name; a fault of kind NotFound when there is none.
func (p *People) AccountNamed(name string) (Account, error) {
	return oneAccount(p.db, "AND name = ?", name)
}

// AccountOf returns the account of a subject of the single sign-on; a fault of kind NotFound when there is none.
func (p *People) AccountOf(subject string) (Account, error) {
	return oneAccount(p.db, "AND subject = ? AND subject <> ''", subject)
}

// Accounts returns every account by name.
func (s *Store) Accounts(ctx context.Context) (out []Account, err error) {
	defer sayAway(&err)
	defer fault.Context(&err, "store.Accounts")
	return people(s.read.WithContext(ctx), "ORDER BY name")
}

// Account returns an account and its roles; a fault of kind NotFound when there is none.
func (s *Store) Account(ctx context.Context, id int64) (a Account, grants []Grant, err error) {
	defer sayAway(&err)
	defer fault.Context(&err, "store.Account(%d)", id)
	db := s.read.WithContext(ctx)
	if a, err = oneAccount(db, "AND id = ?", id); err != nil {
		return a, nil, err
	}
	all, err := grantsOf(db, "WHERE account = ?", id)
	return a, all[id], err
}

// Grants returns the roles of every account.
func (s *Store) Grants(ctx context.Context) (out map[int64][]Grant, err error) {
	defer sayAway(&err)
	defer fault.Context(&err, "store.Grants")
	return grantsOf(s.read.WithContext(ctx), "")
}

// Grants returns the roles of an account, ended ones too.
func (p *People) Grants(account int64) ([]Grant, error) {
	all, err := grantsOf(p.db, "WHERE account = ?", account)
	return all[account], err
}

func grantsOf(db *gorm.DB, where string, args ...any) (map[int64][]Grant, error) {
	var rows []struct {
		ID, Account         int64
		Role, Agency, Scope string
		FromDay, ToDay      int64
	}
	if err := db.Raw("SELECT id, account, role, agency, scope, from_day, to_day FROM role_grant "+where+" ORDER BY id", args...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := map[int64][]Grant{}
	for _, r := range rows {
		out[r.Account] = append(
			out[r.Account],
			Grant{r.ID, access.Grant{Role: access.Role(r.Role), Agency: agency.ID(r.Agency), Scope: r.Scope,
				From: vi.Date(r.FromDay), To: vi.Date(r.ToDay)}},
		)
	}
	return out, nil
}

func (p *People) nextID(table string) (id int64, err error) {
	err = p.db.Raw("SELECT COALESCE(MAX(id), 0) + 1 FROM " + table).Scan(&id).Error
	return id, err
}

// AddAccount makes an account and returns its number; a fault of kind Conflict when the name is taken.
func (p *People) AddAccount(a Account) (id int64, err error) {
	defer fault.Context(&err, "store.AddAccount(%s)", a.Name)
	if p.s.pg { // the command line's own accounts are numbered under the lock of revisions
		if err := p.db.Exec("SELECT pg_advisory_xact_lock(?)", advisoryLock).Error; err != nil {
			return 0, err
		}
	}
	var taken int64
	if err := p.db.Raw("SELECT COUNT(*) FROM account WHERE name = ?", a.Name).Scan(&taken).Error; err != nil {
		return 0, missingSchema(err)
	}
	if taken > 0 {
		return 0, fault.New(fault.Conflict, "Tên đăng nhập “%s” đã có người dùng. Hãy chọn tên khác.", a.Name)
	}
	if id, err = p.nextID("account"); err != nil {
		return 0, err
	}
	p.mark(id)
	return id, p.db.Exec(`INSERT INTO account (id, name, full_name, post, phone, email, agency, kind, password, subject, sample, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, 'person', ?, ?, ?, ?)`, id, a.Name, a.FullName, a.Post, a.Phone, a.Email, string(a.Agency), a.Password, a.Subject,
		flag(a.Sample), p.at.UnixMicro()).Error
}

// SaveAccount writes what may change of an account: everything but number, name and when it was made.
func (p *People) SaveAccount(a Account) (err error) {
	defer fault.Context(&err, "store.SaveAccount(%s)", a.Name)
	var disabled any
	if a.Disabled {
		disabled = p.at.UnixMicro()
	}
	p.mark(a.ID)
	return p.db.Exec(
		`UPDATE account SET full_name = ?, post = ?, phone = ?, email = ?, agency = ?, password = ?, subject = ?, totp = ?, totp_step = ?, sample = ?,
		disabled_at = CASE WHEN ? = 1 THEN COALESCE(disabled_at, ?) ELSE NULL END WHERE id = ? AND kind = 'person'`,
		a.FullName,
		a.Post,
		a.Phone,
		a.Email,
		string(a.Agency),
		a.Password,
		a.Subject,
		a.TOTP,
		a.TOTPStep,
		flag(a.Sample),
		flag(a.Disabled),
		disabled,
		a.ID,
	).Error
}

// AddGrant gives an account a role.
func (p *People) AddGrant(account int64, g access.Grant) (id int64, err error) {
	defer fault.Context(&err, "store.AddGrant(%d)", account)
	if id, err = p.nextID("role_grant"); err != nil {
		return 0, err
	}
	p.mark(account)
	return id, p.db.Exec("INSERT INTO role_grant (id, account, role, agency, scope, from_day, to_day) VALUES (?, ?, ?, ?, ?, ?, ?)",
		id, account, string(g.Role), string(g.Agency), g.Scope, int64(g.From), int64(g.To)).Error
}

// EndGrant makes a role end with a day.
func (p *People) EndGrant(id int64, last vi.Date) (err error) {
	defer fault.Context(&err, "store.EndGrant(%d)", id)
	var account int64
	if err := p.db.Raw("SELECT account FROM role_grant WHERE id = ?", id).Scan(&account).Error; err != nil {
		return err
	}
	p.mark(account)
	return p.db.Exec("UPDATE role_grant SET to_day = ? WHERE id = ?", int64(last), id).Error
}
