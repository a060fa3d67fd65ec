package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"chiso/internal/agency"
)

// Revision is the number of a committed change of official data, and when it was committed.
// The same number is data version, ETag, cache key and what a release freezes.
type Revision struct {
	ID int64
	At time.Time // UTC, whole microseconds
}

// Change says who changes official data and why.
type Change struct {
	Account string // name of the account; created as a local one when unknown
	Reason  string

	// What the audit says of the change, unless Tx.Audit says it.
	Action string    // "" is "change"
	Agency agency.ID // whom it concerns
	Target string    // what it is done to
}

// View reads at one revision. It is valid only inside Read or Write and not for concurrent use.
type View struct {
	s       *Store
	db      *gorm.DB // the transaction
	rev     Revision
	current bool // rev is the newest: the current view answers
	periods map[string]int64

	allPeriods bool           // periods holds all of them
	lastPeriod int64          // the highest id
	fresh      map[int64]bool // periods that are new in this Write
}

// Tx is a View inside Write that may also change things. Its reads see its own changes.
type Tx struct {
	View
	conn      *sql.Conn
	account   int64
	touched   bool  // official data changed: a revision is due
	catalogue bool  // … of the catalogue
	accepted  bool  // an upload was accepted
	document  int64 // that ordered the change, 0 for none
	failed    error // a change failed half-way: nothing may be committed
	scores    map[scoreKey]*scoreTouch
	calls     int    // of Accept
	seen      keySet // what they had
	filled    map[group]bool
	nextObs   int64
	entries   []Entry        // of the audit
	marked    map[string]any // objects that change, by name: their keys
	thinned   map[int64]bool // earlier revisions that lose rows
	observed  *observationDigest
	registers bool // rows of tasks were written
	sourceIDs map[sourceRow]int64

	newPeriods []newPeriod

	tasksSaved bool // by an earlier call of this Write
}

// advisoryLock is the key of the one lock under which revisions are made on PostgreSQL.
const advisoryLock = 0x63686973 // "chis"

// Read runs fn on one snapshot: the greatest revision at or before asOf, the newest one when asOf
// is zero. A time before the first revision gives an empty view.
func (s *Store) Read(ctx context.Context, asOf time.Time, fn func(*View) error) (err error) {
	db, err := s.read.DB()
	if err != nil {
		return err
	}
	opts := &sql.TxOptions{ReadOnly: true}
	if s.pg {
		opts.Isolation = sql.LevelRepeatableRead
	}
	if err := s.sameFile(); err != nil {
		return err
	}
	defer sayAway(&err)
	tx, err := db.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing to keep
	v := &View{s: s, db: session(s.read, ctx, tx)}
	if err := v.pin(asOf); err != nil {
		return err
	}
	return fn(v)
}

func session(base *gorm.DB, ctx context.Context, tx *sql.Tx) *gorm.DB {
	db := base.Session(&gorm.Session{NewDB: true, Context: ctx})
	db.Statement.ConnPool = tx
	return db
}

// pin sets the revision that the view reads at.
func (v *View) pin(asOf time.Time) error {
	var newest, row struct{ ID, At int64 }
	if err := v.db.Raw("SELECT id, at FROM revision ORDER BY id DESC LIMIT 1").Scan(&newest).Error; err != nil {
		return missingSchema(err)
	}
	row = newest
	if !asOf.IsZero() && newest.At > asOf.UnixMicro() {
		row.ID, row.At = 0, 0
		if err := v.db.Raw("SELECT id, at FROM revision WHERE at <= ? ORDER BY at DESC LIMIT 1", asOf.UnixMicro()).Scan(&row).Error; err != nil {
			return err
		}
	}
	v.rev = Revision{row.ID, time.UnixMicro(row.At).UTC()}
	v.current = row.ID == newest.ID
	return nil
}

// Revision returns the revision that the view reads at; ID 0 before the first one.
func (v *View) Revision() Revision { return v.rev }

// Revision returns the newest revision; ID 0 on an empty database.
func (s *Store) Revision(ctx context.Context) (Revision, error) {
	if err := s.sameFile(); err != nil {
		return Revision{}, err
	}
	var row struct{ ID, At int64 }
	err := s.read.WithContext(ctx).Raw("SELECT id, at FROM revision ORDER BY id DESC LIMIT 1").Scan(&row).Error
	if err != nil {
		return Revision{}, missingSchema(err)
	}
	return Revision{row.ID, time.UnixMicro(row.At).UTC()}, nil
}

// Write runs fn in one transaction. When fn changed official data, the change gets the next
// revision number, under a lock that is held until it is committed, so that revisions become
// visible in their order; otherwise no number is used and the zero Revision is returned. When fn
// fails, nothing is stored.
func (s *Store) Write(ctx context.Context, c Change, fn func(*Tx) error) (rev Revision, err error) {
	since := time.Now()
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return rev, ctx.Err()
	}
	defer func() { <-s.turn }()
	defer sayAway(&err)
	db, err := s.write.DB()
	if err != nil {
		return rev, err
	}
	conn, err := db.Conn(ctx) // one connection, so that COPY can run inside the transaction
	if err != nil {
		return rev, err
	}
	defer func() { _ = conn.Close() }()
	sqlTx, err := s.begin(ctx, conn, since)
	if err != nil {
		return rev, fmt.Errorf("begin: %w", err)
	}
	s.writing.Store(true)
	defer s.writing.Store(false)
	defer func() { _ = sqlTx.Rollback() }() // does nothing once committed
	tx := &Tx{View: View{s: s, db: session(s.write, ctx, sqlTx), current: true}, conn: conn, seen: keySet{}, filled: map[group]bool{}}
	if err := tx.begin(ctx, c, sqlTx); err != nil {
		return rev, err
	}
	if err := cmp.Or(fn(tx), tx.failed); err != nil {
		return rev, err
	}
	if err := tx.finish(c); err != nil {
		return rev, err
	}
	if err := sqlTx.Commit(); err != nil || !tx.touched {
		return rev, err
	}
	return tx.rev, nil
}

// spoil keeps Write from committing what a failed change left half-way, even when fn goes on.
func (tx *Tx) spoil(errp *error) {
	if *errp != nil && tx.failed == nil {
		tx.failed = *errp
	}
}

// begin takes the lock and fixes the number that the change will have if it changes anything.
func (tx *Tx) begin(ctx context.Context, c Change, q querier) error {
	if tx.s.pg {
		if err := tx.db.Exec("SELECT pg_advisory_xact_lock(?)", advisoryLock).Error; err != nil {
			return err
		}
	}
	if err := tx.s.stillOurs(ctx, q); err != nil {
		return err
	}
	if err := tx.pin(time.Time{}); err != nil {
		return err
	}
	if err := tx.db.Raw("SELECT last_observation + 1 FROM revision WHERE id = ?", tx.rev.ID).Scan(&tx.nextObs).Error; err != nil {
		return err
	}
	tx.nextObs = max(tx.nextObs, 1)
	at := tx.s.clock().UTC().Truncate(time.Microsecond)
	if earliest := tx.rev.At.Add(time.Microsecond); at.Before(earliest) {
		at = earliest
	}
	tx.rev = Revision{tx.rev.ID + 1, at}
	var err error
	tx.account, err = tx.accountID(c.Account)
	return err
}

// finish brings the scores up to date and gives the change its number.
func (tx *Tx) finish(c Change) error {
	if err := tx.refreshScores(); err != nil {
		return err
	}
	if tx.accepted && !tx.touched { // all its figures are already in the newest revision
		if err := tx.db.Exec("UPDATE upload SET revision = ? WHERE revision = ?", tx.rev.ID-1, tx.rev.ID).Error; err != nil {
			return err
		}
	}
	if tx.touched {
		if err := tx.db.Exec("INSERT INTO revision (id, at, account, reason, catalogue, last_observation, document) VALUES (?, ?, ?, ?, ?, ?, ?)",
			tx.rev.ID, tx.rev.At.UnixMicro(), tx.account, c.Reason, flag(tx.catalogue), tx.nextObs-1, tx.document).Error; err != nil {
			return err
		}
	}
	return tx.writeAudit(c)
}

// accountID returns the id of an account, creating a local one.
func (tx *Tx) accountID(name string) (int64, error) {
	if name == "" {
		return 0, errors.New("store.Write: an account is needed")
	}
	var id int64
	if err := tx.db.Raw("SELECT id FROM account WHERE name = ?", name).Scan(&id).Error; err != nil || id != 0 {
		return id, err
	}
	id, err := tx.nextID("account")
	if err != nil {
		return 0, err
	}
	tx.mark("machine", id)
	return id, tx.db.Exec("INSERT INTO account (id, name, kind, created_at) VALUES (?, ?, 'local', ?)",
		id, name, tx.rev.At.UnixMicro()).Error
}

// nextID returns the next number of a table. Numbers are made under the write lock, so they are the
// same on both engines and have no holes.
func (tx *Tx) nextID(table string) (int64, error) {
	var id int64
	err := tx.db.Raw("SELECT COALESCE(MAX(id), 0) + 1 FROM " + table).Scan(&id).Error
	return id, err
}
