package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strconv"

	"gorm.io/gorm"
)

// anchorObject is the object under which a line of the official chain keeps the end of the access chain: so one head vouches for both.
const anchorObject = "head:access"

// mark says that an object changes in this Write.
func (tx *Tx) mark(class string, key any) {
	if tx.marked == nil {
		tx.marked = map[string]any{}
	}
	tx.marked[objectName(class, key)] = key
}

func (p *People) mark(account int64) {
	if p.marked == nil {
		p.marked = map[string]any{}
	}
	p.marked[objectName("account", account)] = account
}

func objectName(class string, key any) string { return class + ":" + fmt.Sprint(key) }

func classOf(object string) string {
	class, _, _ := bytes.Cut([]byte(object), []byte(":"))
	return string(class)
}

// observationDigest hashes the observations of one revision in the order of their ids, as the lines that COPY takes.
type observationDigest struct {
	sum     hash.Hash
	rows    int64
	periods map[int64]bool
	sources map[int64]bool
	line    bytes.Buffer
}

func newObservationDigest() *observationDigest {
	return &observationDigest{sum: sha256.New(), periods: map[int64]bool{}, sources: map[int64]bool{}}
}

// note remembers which periods and sources the rows are of, whose own rows are part of the digest.
func (d *observationDigest) note(r *observationRow) {
	if d == nil { // of a measurement
		return
	}
	d.rows++
	d.periods[r.period], d.sources[r.source] = true, true
}

// add hashes one row.
func (d *observationDigest) add(r *observationRow) {
	if d == nil {
		return
	}
	d.note(r)
	d.line.Reset()
	r.appendObservation(&d.line)
	d.lines(d.line.Bytes())
}

// lines hashes rows as they were noted.
func (d *observationDigest) lines(text []byte) {
	if d != nil {
		_, _ = d.sum.Write(text)
	}
}

// into puts the rows, and what they say about periods and sources, into the digest of their revision.
func (d *observationDigest) into(out digests, revision int64, periods, sources map[int64]rowHash) {
	if d == nil || d.rows == 0 {
		return
	}
	object := objectName("revision", revision)
	var h rowHash
	copy(h[:], d.sum.Sum(nil))
	out.add(object, h)
	for id := range d.periods {
		out.add(object, periods[id])
	}
	for id := range d.sources {
		out.add(object, sources[id])
	}
}

// names returns the hashes of the rows of periods and sources: of all, or of some.
func namesOf(db *gorm.DB, query string, ids map[int64]bool) (map[int64]rowHash, error) {
	q := db.Raw(query)
	if ids != nil {
		q = db.Raw(query+" WHERE id IN ?", slices.Sorted(maps.Keys(ids)))
	}
	rows, err := q.Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := map[int64]rowHash{}
	for rows.Next() {
		var id int64
		var a, b string
		var from, to int64
		if err := rows.Scan(&id, &a, &b, &from, &to); err != nil {
			return nil, err
		}
		line := strconv.AppendInt(nil, id, 10)
		for _, text := range []string{a, b, strconv.FormatInt(from, 10), strconv.FormatInt(to, 10)} {
			line = appendField(line, "", []byte(text))
		}
		out[id] = sha256.Sum256(line)
	}
	return out, rows.Err()
}

const (
	periodNames = "SELECT id, key, kind, from_day, to_day FROM period"
	sourceNames = "SELECT id, system, origin, 0, 0 FROM source"
)

// digestRevision is the digest of this Write's own revision, whose row is there by now.
func (tx *Tx) digestRevision() (string, error) {
	out := digests{}
	for _, r := range coveredRows() {
		if r.class != "revision" || r.part == cataloguePart && !tx.catalogue || r.part == tasksPart && !tx.registers {
			continue
		}
		if err := out.collect(tx.db, r, tx.rev.ID); err != nil {
			return "", err
		}
	}
	if d := tx.observed; d != nil && d.rows > 0 {
		periods, err := namesOf(tx.db, periodNames, d.periods)
		if err != nil {
			return "", err
		}
		sources, err := namesOf(tx.db, sourceNames, d.sources)
		if err != nil {
			return "", err
		}
		d.into(out, tx.rev.ID, periods, sources)
	}
	return out.sum(objectName("revision", tx.rev.ID)), nil
}

// digestMarked computes what marked objects are by now.
func digestMarked(db *gorm.DB, marked map[string]any) (map[string]string, error) {
	out, sums := digests{}, map[string]string{}
	for object, key := range marked {
		class := classOf(object)
		if class == "revision" {
			continue
		}
		for _, r := range coveredRows() {
			if r.class == class {
				if err := out.collect(db, r, key); err != nil {
					return nil, err
				}
			}
		}
	}
	for object := range marked {
		if classOf(object) != "revision" {
			sums[object] = out.sum(object)
		}
	}
	return sums, nil
}

// finishDigests computes the digests of what this Write changed, the revision included.
func (tx *Tx) finishDigests() (map[string]string, error) {
	if tx.s.without.Digests {
		return nil, nil //nolint:nilnil // none, as before there were any
	}
	sums, err := digestMarked(tx.db, tx.marked)
	if err != nil {
		return nil, err
	}
	if tx.touched {
		object := objectName("revision", tx.rev.ID)
		if sums[object], err = tx.digestRevision(); err != nil {
			return nil, err
		}
	}
	if len(tx.thinned) > 0 {
		again, err := tx.digestRevisions(tx.thinned)
		if err != nil {
			return nil, err
		}
		delete(again, objectName("revision", tx.rev.ID))
		maps.Copy(sums, again)
	}
	if sums, err = changedDigests(tx.db, Official, sums); err != nil || len(sums) == 0 {
		return sums, err
	}
	return sums, anchorAccess(tx.db, sums)
}

// anchorAccess adds the end of the access chain to the digests of an official line.
func anchorAccess(db *gorm.DB, sums map[string]string) error {
	var head struct {
		Seq  int64
		Hash string
	}
	if err := db.Raw("SELECT seq, hash FROM audit_head WHERE chain = ?", string(Access)).Scan(&head).Error; err != nil || head.Seq == 0 {
		return err
	}
	with, err := changedDigests(db, Official, map[string]string{anchorObject: anchorText(head.Seq, head.Hash)})
	maps.Copy(sums, with)
	return err
}

func anchorText(seq int64, hash string) string { return strconv.FormatInt(seq, 10) + "-" + hash }

// changedDigests leaves out what the last line of an object says already.
func changedDigests(db *gorm.DB, chain Chain, sums map[string]string) (map[string]string, error) {
	out := map[string]string{}
	for object, sum := range sums {
		var last string
		err := db.Raw("SELECT digest FROM audit_digest WHERE object = ? AND chain = ? ORDER BY seq DESC LIMIT 1", object, string(chain)).
			Scan(&last).
			Error
		if err != nil {
			return nil, err
		}
		if last != sum {
			out[object] = sum
		}
	}
	return out, nil
}

// sumOfDigests is what a line of the audit says of all its digests: ” without any.
func sumOfDigests(sums map[string]string) string {
	if len(sums) == 0 {
		return ""
	}
	h := sha256.New()
	for _, object := range slices.Sorted(maps.Keys(sums)) {
		_, _ = h.Write(appendField(nil, object, []byte(sums[object])))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// saveDigests keeps the digests of a line.
func saveDigests(db *gorm.DB, chain Chain, seq int64, sums map[string]string) error {
	type row struct {
		Chain          string
		Seq            int64
		Object, Digest string
	}
	var rows []row
	for _, object := range slices.Sorted(maps.Keys(sums)) {
		rows = append(rows, row{Chain: string(chain), Seq: seq, Object: object, Digest: sums[object]})
	}
	if len(rows) == 0 {
		return nil
	}
	return db.Table("audit_digest").CreateInBatches(rows, 40).Error
}

// appendAll appends the lines of a transaction; the last one carries its digests.
func appendAll(db *gorm.DB, entries []Entry, sums map[string]string) error {
	for i, e := range entries {
		var with map[string]string
		if i == len(entries)-1 {
			with = sums
		}
		if err := appendAudit(db, e, with); err != nil {
			return err
		}
	}
	return nil
}

// thin notes the revisions that lose rows because the illustrative set goes: they get new digests.
func (tx *Tx) thin(query string, args ...any) error {
	var revisions []int64
	if err := tx.db.Raw(query, args...).Scan(&revisions).Error; err != nil {
		return err
	}
	if tx.thinned == nil {
		tx.thinned = map[int64]bool{}
	}
	for _, r := range revisions {
		if r > 0 && r < int64(forever) {
			tx.thinned[r] = true
		}
	}
	return nil
}

// digestRevisions computes the digests of earlier revisions anew.
func (v *View) digestRevisions(only map[int64]bool) (map[string]string, error) {
	out := digests{}
	if err := v.collectRevisions(out, only); err != nil {
		return nil, err
	}
	sums := map[string]string{}
	for r := range only {
		object := objectName("revision", r)
		sums[object] = out.sum(object)
	}
	return sums, nil
}

// collectRevisions collects the rows of every revision; observations only of some, when they are named.
func (v *View) collectRevisions(out digests, only map[int64]bool) error {
	for _, r := range coveredRows() {
		if r.class == "revision" {
			if err := out.collect(v.db, r); err != nil {
				return err
			}
		}
	}
	periods, err := namesOf(v.db, periodNames, nil)
	if err != nil {
		return err
	}
	sources, err := namesOf(v.db, sourceNames, nil)
	if err != nil {
		return err
	}
	query, args := "SELECT "+observationColumns+" FROM observation", []any{}
	if only != nil {
		query, args = query+" WHERE revision IN ?", append(args, slices.Sorted(maps.Keys(only)))
	}
	rows, err := v.db.Raw(query+" ORDER BY id", args...).Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var at int64
	var d *observationDigest
	for rows.Next() {
		var r observationRow
		var submission *int64
		into := []any{&r.id, &r.revision, &r.period, &r.definition, &r.agency, &r.source}
		into = append(append(into, r.figureRow.dest()...), &r.note, &r.upload, &r.sheet, &r.cell, &submission)
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if submission != nil {
			r.submission = *submission
		}
		if d == nil || r.revision != at {
			d.into(out, at, periods, sources)
			at, d = r.revision, newObservationDigest()
		}
		d.add(&r)
	}
	d.into(out, at, periods, sources)
	return rows.Err()
}

// allObjects computes the digests of the objects of a chain that change in place.
func allObjects(db *gorm.DB, chain Chain) (map[string]string, error) {
	out := digests{}
	for _, r := range coveredObjects() {
		if r.chain != chain {
			continue
		}
		if err := out.collect(db, r); err != nil {
			return nil, err
		}
	}
	sums := make(map[string]string, len(out))
	for object := range out {
		sums[object] = out.sum(object)
	}
	return sums, nil
}

// allDigests computes the digest of every object.
func (v *View) allDigests() (map[string]string, error) {
	out := digests{}
	if err := v.collectRevisions(out, nil); err != nil {
		return nil, err
	}
	sums := make(map[string]string, len(out))
	for object := range out {
		sums[object] = out.sum(object)
	}
	for _, chain := range []Chain{Official, Access} {
		objects, err := allObjects(v.db, chain)
		if err != nil {
			return nil, err
		}
		maps.Copy(sums, objects)
	}
	return sums, nil
}
