package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"chiso/internal/agency"
	"chiso/internal/fault"
)

// Chain is one of the two chains of the audit.
type Chain string

// The chains: official changes are written by Write, the rest by People.
const (
	Official Chain = "official"
	Access   Chain = "access"
)

// Entry is one line of the audit (nhật ký).
type Entry struct {
	Chain    Chain
	Seq      int64
	At       time.Time
	Account  string    // name of who did it; what was typed when nobody had signed in
	Action   string    // a code, such as "sign_in"
	Agency   agency.ID // whom it concerns, "" for nobody in particular
	Target   string    // what it was done to, such as "upload:12"
	Detail   string    // Vietnamese, for people; no secrets
	Revision int64     // that it became part of; 0 when official data did not change
	digest   string    // of what changed: see digest.go
	prev     string
	hash     string
}

// sum is the hash of an entry over the hash before it. Every field goes in with its length, so that no two entries read the same.
func (e Entry) sum() string {
	h := sha256.New()
	for _, f := range []string{e.prev, string(e.Chain), strconv.FormatInt(e.Seq, 10), strconv.FormatInt(e.At.UnixMicro(), 10), e.Account, e.Action,
		string(e.Agency), e.Target, e.Detail, strconv.FormatInt(e.Revision, 10)} {
		_, _ = fmt.Fprintf(h, "%d:%s,", len(f), f)
	}
	if e.digest != "" { // lines from before there were digests keep their hash
		_, _ = fmt.Fprintf(h, "%d:%s,", len(e.digest), e.digest)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// appendAudit puts an entry, with the digests of what changed, at the end of its chain. The caller holds the lock of the chain.
func appendAudit(db *gorm.DB, e Entry, sums map[string]string) error {
	var head struct {
		Seq  int64
		Hash string
	}
	if err := db.Raw("SELECT seq, hash FROM audit_head WHERE chain = ?", string(e.Chain)).Scan(&head).Error; err != nil {
		return err
	}
	e.Seq, e.prev, e.At = head.Seq+1, head.Hash, e.At.UTC().Truncate(time.Microsecond)
	e.digest = sumOfDigests(sums)
	e.hash = e.sum()
	if err := db.Exec(`INSERT INTO audit (chain, seq, at, account, action, agency, target, detail, revision, digest, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(e.Chain), e.Seq, e.At.UnixMicro(), e.Account, e.Action, string(e.Agency), e.Target, e.Detail, e.Revision, e.digest, e.prev, e.hash).Error; err != nil {
		return err
	}
	if err := saveDigests(db, e.Chain, e.Seq, sums); err != nil {
		return err
	}
	res := db.Exec("UPDATE audit_head SET seq = ?, hash = ? WHERE chain = ?", e.Seq, e.hash, string(e.Chain))
	if res.Error == nil && res.RowsAffected != 1 {
		return fmt.Errorf("store: chain %s of the audit has no head", e.Chain)
	}
	return res.Error
}

// Audit notes in the official chain what this Write does; account, time and revision are those of the Write. A Write that changes
// official data and notes nothing is noted by its Change.
func (tx *Tx) Audit(e Entry) { tx.entries = append(tx.entries, e) }

// writeAudit appends what was noted, once it is known whether there is a revision.
func (tx *Tx) writeAudit(c Change) error {
	sums, err := tx.finishDigests()
	if err != nil {
		return err
	}
	if len(tx.entries) == 0 && (tx.touched || len(sums) > 0) {
		tx.entries = []Entry{{Action: c.Action, Agency: c.Agency, Target: c.Target, Detail: c.Reason}}
	}
	for i := range tx.entries {
		e := &tx.entries[i]
		e.Chain, e.Account, e.At, e.Revision = Official, c.Account, tx.rev.At, 0
		if e.Action == "" {
			e.Action = "change"
		}
		if tx.touched {
			e.Revision = tx.rev.ID
		}
	}
	return appendAll(tx.db, tx.entries, sums)
}

// Audit notes a sign-in, a refusal or a change of accounts in the access chain.
func (p *People) Audit(e Entry) (err error) {
	defer fault.Context(&err, "store.Audit(%s)", e.Action)
	e.Chain, e.At, e.Revision = Access, p.at, 0
	p.entries = append(p.entries, e)
	return nil
}

// finish appends what was noted, with the digests of the accounts that changed.
func (p *People) finish() error {
	sums, err := digestMarked(p.db, p.marked)
	if err != nil {
		return err
	}
	if sums, err = changedDigests(p.db, Access, sums); err != nil {
		return err
	}
	if len(p.entries) == 0 && len(sums) > 0 {
		p.entries = []Entry{{Chain: Access, At: p.at, Account: "chiso", Action: "change", Detail: "Thay đổi tài khoản"}}
	}
	return appendAll(p.db, p.entries, sums)
}

// AuditQuery filters the audit. Zero fields do not filter.
type AuditQuery struct {
	Chain    Chain
	Account  string
	Action   string
	Agency   agency.ID
	From, To time.Time  // From <= at < To
	Before   AuditPlace // of the last line of the page before
	Limit    int
}

// AuditPlace is the place of a line in the list of both chains.
type AuditPlace struct {
	At    int64 // microseconds
	Chain Chain
	Seq   int64
}

// Place is where the line stands in the list.
func (e Entry) Place() AuditPlace { return AuditPlace{e.At.UnixMicro(), e.Chain, e.Seq} }

type entryRow struct {
	Chain                           string
	Seq, At                         int64
	Account, Action, Agency, Target string
	Detail                          string
	Revision                        int64
	Digest, PrevHash, Hash          string
}

func (r entryRow) entry() Entry {
	return Entry{
		Chain:    Chain(r.Chain),
		Seq:      r.Seq,
		At:       time.UnixMicro(r.At).UTC(),
		Account:  r.Account,
		Action:   r.Action,
		Agency:   agency.ID(r.Agency),
		Target:   r.Target,
		Detail:   r.Detail,
		Revision: r.Revision,
		digest:   r.Digest,
		prev:     r.PrevHash,
		hash:     r.Hash,
	}
}

// Entries returns the lines of the audit that a query asks for, the latest first.
func (s *Store) Entries(ctx context.Context, q AuditQuery) (out []Entry, err error) {
	defer sayAway(&err)
	defer fault.Context(&err, "store.Entries")
	where, args := []string{"1 = 1"}, []any{}
	add := func(clause string, arg any) { where, args = append(where, clause), append(args, arg) }
	if q.Chain != "" {
		add("chain = ?", string(q.Chain))
	}
	if q.Account != "" {
		add("account = ?", q.Account)
	}
	if q.Action != "" {
		add("action = ?", q.Action)
	}
	if q.Agency != "" {
		add("agency = ?", string(q.Agency))
	}
	if !q.From.IsZero() {
		add("at >= ?", q.From.UnixMicro())
	}
	if !q.To.IsZero() {
		add("at < ?", q.To.UnixMicro())
	}
	if b := q.Before; b != (AuditPlace{}) { // in the order of the list, for lines of the two chains may share a microsecond
		where = append(where, "(at < ? OR (at = ? AND (chain > ? OR (chain = ? AND seq < ?))))")
		args = append(args, b.At, b.At, string(b.Chain), string(b.Chain), b.Seq)
	}
	var rows []entryRow
	err = s.read.WithContext(ctx).
		Raw("SELECT chain, seq, at, account, action, agency, target, detail, revision, digest, prev_hash, hash FROM audit WHERE "+
			strings.Join(where, " AND ")+" ORDER BY at DESC, chain, seq DESC LIMIT ?", append(args, q.Limit)...).
		Scan(&rows).
		Error
	for _, r := range rows {
		out = append(out, r.entry())
	}
	return out, err
}

// verifyAudit follows both chains and names what was tampered with.
func (v *View) verifyAudit() (problems []string, err error) {
	var heads []struct {
		Chain string
		Seq   int64
		Hash  string
		Since int64
	}
	if err := v.db.Raw("SELECT chain, seq, hash, since FROM audit_head ORDER BY chain").Scan(&heads).Error; err != nil {
		return nil, err
	}
	if len(heads) != 2 || heads[0].Chain != string(Access) || heads[1].Chain != string(Official) {
		problems = append(problems, "Nhật ký: bảng điểm cuối của hai chuỗi đã bị sửa.")
	}
	var strays int64
	if err := v.db.Raw("SELECT COUNT(*) FROM audit WHERE chain NOT IN ('official', 'access')").Scan(&strays).Error; err != nil {
		return nil, err
	}
	if strays > 0 {
		problems = append(problems, fmt.Sprintf("Nhật ký: %d mục không thuộc chuỗi nào.", strays))
	}
	for _, h := range heads {
		found, err := v.verifyChain(Chain(h.Chain), h.Seq, h.Hash)
		if err != nil {
			return nil, err
		}
		problems = append(problems, found...)
		if Chain(h.Chain) != Official {
			continue
		}
		var missing int64
		if err := v.db.Raw("SELECT COUNT(*) FROM revision r WHERE r.id > ? AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.chain = 'official' AND a.revision = r.id)",
			h.Since).Scan(&missing).Error; err != nil {
			return nil, err
		}
		if missing > 0 {
			problems = append(problems, fmt.Sprintf("Nhật ký: %d phiên bản dữ liệu không có mục nhật ký.", missing))
		}
	}
	return problems, nil
}

// maxNamed is how many broken lines of a chain are named.
const maxNamed = 10

func (v *View) verifyChain(chain Chain, last int64, lastHash string) (problems []string, err error) {
	rows, err := v.db.Raw("SELECT chain, seq, at, account, action, agency, target, detail, revision, digest, prev_hash, hash FROM audit WHERE chain = ? ORDER BY seq", string(chain)).
		Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	say := func(format string, args ...any) {
		if len(problems) < maxNamed {
			problems = append(problems, "Nhật ký, chuỗi "+string(chain)+": "+fmt.Sprintf(format, args...))
		}
	}
	var seq int64
	var hash string
	for rows.Next() {
		var r entryRow
		if err := rows.Scan(&r.Chain, &r.Seq, &r.At, &r.Account, &r.Action, &r.Agency, &r.Target, &r.Detail, &r.Revision, &r.Digest, &r.PrevHash, &r.Hash); err != nil {
			return nil, err
		}
		e := r.entry()
		switch {
		case e.Seq != seq+1:
			say("thiếu mục từ số %d đến số %d.", seq+1, e.Seq-1)
		case e.prev != hash:
			say("mục số %d không nối với mục trước.", e.Seq)
		}
		if e.sum() != e.hash {
			say("mục số %d đã bị sửa.", e.Seq)
		}
		seq, hash = e.Seq, e.hash
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	switch {
	case seq < last:
		say("thiếu các mục cuối, từ số %d đến số %d.", seq+1, last)
	case seq > last, hash != lastHash:
		say("mục cuối không khớp điểm cuối đã ghi.")
	}
	return problems, nil
}
