package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"chiso/internal/agency"
)

const baselineAccount = "chiso-migrate"

// errNoBaseline ends a Write that has nothing to do, so that not even its account is made.
var errNoBaseline = errors.New("no baseline is due")

// baselineDue reports whether a chain keeps no digest yet though there is something to be vouched for.
func baselineDue(db *gorm.DB, chain Chain) (bool, error) {
	stored := map[Chain]string{Official: "SELECT COUNT(*) FROM revision", Access: "SELECT COUNT(*) FROM account WHERE kind = 'person'"}
	var digested, rows int64
	err := db.Raw("SELECT (SELECT COUNT(*) FROM audit_digest WHERE chain = ?), ("+stored[chain]+")", string(chain)).
		Row().
		Scan(&digested, &rows)
	return digested == 0 && rows > 0, err
}

// baseline writes a line in each chain with the digests of everything that is there, when the chain has none yet and there is
// something: what was stored before digests were kept is vouched for from then on. Figures, by far the most, are gone through before
// the lock is taken, so that nobody waits for them.
func (s *Store) baseline(ctx context.Context) error {
	line := func(n int) Entry {
		return Entry{
			Action: "baseline",
			Agency: agency.Nation,
			Detail: fmt.Sprintf("Mốc băm đầu tiên của %d đối tượng đã có trước khi nhật ký giữ mã băm nội dung", n),
		}
	}
	if err := s.People(ctx, func(p *People) error {
		if is, err := baselineDue(p.db, Access); err != nil || !is {
			return err
		}
		sums, err := allObjects(p.db, Access)
		if err != nil {
			return err
		}
		e := line(len(sums))
		e.Chain, e.At, e.Account = Access, p.at, baselineAccount
		return appendAll(p.db, []Entry{e}, sums)
	}); err != nil {
		return err
	}
	before, upTo, err := s.revisionsBefore(ctx)
	if err != nil || before == nil {
		return err
	}
	_, err = s.Write(ctx, Change{Account: baselineAccount}, func(tx *Tx) error {
		if is, err := baselineDue(tx.db, Official); err != nil || !is {
			return cmp.Or(err, errNoBaseline)
		}
		if tx.rev.ID-1 != upTo { // somebody wrote meanwhile
			before = digests{}
			if err := tx.collectRevisions(before, nil); err != nil {
				return err
			}
		}
		sums, err := allObjects(tx.db, Official)
		if err != nil {
			return err
		}
		for object := range before {
			sums[object] = before.sum(object)
		}
		if err := anchorAccess(tx.db, sums); err != nil {
			return err
		}
		e := line(len(sums))
		e.Chain, e.At, e.Account, e.Revision = Official, tx.rev.At, baselineAccount, tx.rev.ID-1
		tx.marked = nil // the account of this Write is among them
		return appendAll(tx.db, []Entry{e}, sums)
	})
	if errors.Is(err, errNoBaseline) {
		return nil
	}
	return err
}

// revisionsBefore collects every revision without holding up writes, and says up to which; nil when no baseline is due.
func (s *Store) revisionsBefore(ctx context.Context) (out digests, upTo int64, err error) {
	err = s.Read(ctx, time.Time{}, func(v *View) error {
		if is, err := baselineDue(v.db, Official); err != nil || !is {
			return err
		}
		out, upTo = digests{}, v.rev.ID
		return v.collectRevisions(out, nil)
	})
	return out, upTo, err
}
