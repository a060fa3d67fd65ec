package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"
)

// A digest says what an object of the database was when a line of the audit was written: the SHA-256 of its rows, in no order. The
// digests of a line stand in audit_digest, and the line's own hash covers them all; so whoever changes a row past the program must
// also write every later line of the audit anew, which a head of the audit that was printed before (see Head) gives away.
//
// An object is what changes together: "revision:9" is everything that revision 9 added or ended, "report:12" a report with its
// history, "release:3", "account:7" with its roles. Rows are encoded by column name and value, without those that are NULL, zero or
// empty: a column that is added later with such a default changes no digest. Both engines give the same digests.

// rowsOf is one table's part in the objects of a class.
type rowsOf struct {
	class   string // of objects: before the colon of their names
	chain   Chain  // whose lines keep the digests
	key     string // expression that gives the object
	columns string // besides
	from    string // table with what is joined to it
	when    string // condition under which a row counts, "" for always
	part    string // which rows of a revision these are: catalogue, tasks, else ""
}

const ended = " < 9223372036854775807" // superseded by a revision

// revisions returns the rows that a revision added and those that it ended, of a table of versions.
func revisions(part, table, columns string) []rowsOf {
	return versions(part, table+" t", columns)
}

func versions(part, from, columns string) []rowsOf {
	return []rowsOf{
		{class: "revision", chain: Official, key: "t.revision", columns: columns, from: from, part: part},
		{
			class:   "revision",
			chain:   Official,
			key:     "t.superseded",
			columns: columns + ", t.revision AS made",
			from:    from,
			when:    "t.superseded" + ended,
			part:    part,
		},
	}
}

// The parts of a revision that most revisions do not have, so that they are not asked for them.
const (
	cataloguePart = "catalogue"
	tasksPart     = "tasks"
)

// keptWhen holds for reports whose content is out of the agency's hands: a draft changes without a line in the audit.
const keptWhen = "s.state IN ('review', 'sent', 'received')"

// coveredRows lists every table whose rows have digests; observation has its own way (see observationDigest). What is missing here
// is listed with the reason in a test.
func coveredRows() []rowsOf {
	var out []rowsOf
	for _, t := range [][2]string{
		{"agency_version", "agency, from_day, to_day, name, short, folded, kind, level, parent, basis, verified, note, ord"},
		{"agency_code", "system, code, agency, from_day, to_day, verified"},
		{"agency_alias", "text, agency, from_day, to_day, kind, note"},
		{"succession", "pred, succ, on_day, extent, basis, verified"},
		{"block", "code, name, owner, level, parts, special, ord"},
		{"block_member", "block, agency, from_day, to_day, basis, verified"},
		{"target", "indicator, scope, year, value, unit, act, verified"},
		{"scorecard_version", "id, code, version, name, from_day, to_day, block, decimals, round_order, silence, basis"},
		{"component", "scorecard, code, parent, max_points, weight, rule, cap, on_missing, on_zero, not_for, rule_basis, observed, ord"},
		{"regime", "code, from_day, to_day, name, owner, kind, frequency, cutoff, due, blocks, outline, basis, verified, note, ord, coverage"},
		{"form", "id, regime, code, from_day, to_day, name, round, basis, ord"},
		{"form_item", "form, indicator, ord, input, optional, assigned, act"},
		{"holiday", "day, kind, name, basis, verified"},
		{"act", "number, title, from_day, to_day, successor, ended_by, verified, note, ord"},
		{"growth", "indicator, agency, period, base, origin, value, unit, word, quote, note, ord"},
		{"identity", "code, form, rule, total, parts, from_day, to_day, tolerance, basis, verified, note, ord"},
		{"body", "role, owner, scope, from_day, to_day, name, short, agency, basis, verified"},
	} {
		out = append(out, revisions(cataloguePart, t[0], t[1])...)
	}
	out = append(out, versions(
		cataloguePart,
		"definition t JOIN indicator i ON i.id = t.indicator",
		`t.id, t.indicator, i.code, i.kind, i.direction, t.from_day, t.to_day, t.name, t.name_en, t.pillar, t.numerator, t.denominator, t.unit, t.decimals, t.accumulation,
		t.frequency, t.reporter, t.subset, t.fixed_denominator, t.bound_rule, t.max_value, t.signed, t.min_n, t.ranking_source, t.basis, t.verified, t.note, t.ord`,
	)...)
	out = append(out, versions(tasksPart, "task_version t JOIN task k ON k.id = t.task",
		"t.task, k.code, t.title, t.programme, t.owner, t.document, t.product, t.indicators, t.note, t.upload, t.sheet, t.cell")...)
	out = append(out, versions(
		tasksPart,
		"assignment_version t JOIN assignment p ON p.id = t.assignment",
		`t.assignment, p.task, p.agency, t.lead, t.person, t.post, t.assigned, t.ended, t.nature, t.due, t.due_text, t.completed, t.upload, t.sheet, t.cell`,
	)...)
	out = append(out, versions(tasksPart, "assignment_change t",
		"t.assignment, t.ord, t.kind, t.from_day, t.to_day, t.nature, t.due, t.due_text, t.agency, t.document, t.reason")...)
	for _, t := range [][2]string{
		{"task_update", "id, assignment, at, account, day, percent, text, obstacle, proposal, evidence, file, file_name, upload, sheet, cell"},
		{"task_request", "id, assignment, at, account, kind, due, due_text, completed, reason, evidence, file, file_name"},
		{"task_decision", "request, at, account, accepted, day, document, reason"},
	} {
		out = append(out, rowsOf{class: "revision", chain: Official, key: "t.revision", columns: t[1], from: t[0] + " t", part: tasksPart})
	}
	out = append(
		out,
		rowsOf{
			class:   "revision",
			chain:   Official,
			key:     "t.id",
			columns: "at, account, reason, catalogue, last_observation, document",
			from:    "revision t",
		},
		rowsOf{
			class:   "revision",
			chain:   Official,
			key:     "t.revision",
			columns: "id, round, account, action, agency, data_from, data_to, due_day, due_minute, reason, document",
			from:    "round_event t",
		},
	)
	return append(out, coveredObjects()...)
}

// coveredObjects lists the rows of objects that change in place.
func coveredObjects() []rowsOf {
	const report = "report"
	cells := keptCells
	return []rowsOf{
		{
			class:   report,
			chain:   Official,
			key:     "s.id",
			columns: "round, agency, state, version, serial, approved, sent_at, received",
			from:    "submission s",
			when:    keptWhen,
		},
		{class: report, chain: Official, key: "s.id", columns: "round, agency", from: "submission s", when: "NOT (" + keptWhen + ")"},
		{
			class:   report,
			chain:   Official,
			key:     "submission",
			columns: "serial, step, version, account, at, reason, revision",
			from:    "submission_event",
		},
		{class: report, chain: Official, key: "submission", columns: "serial, definition, text", from: "submission_remark"},
		{class: report, chain: Official, key: "submission", columns: "serial, code", from: "submission_kept"},
		{class: report, chain: Official, key: "submission", columns: "serial, " + cells, from: "submission_kept_cell"},
		{class: report, chain: Official, key: "submission", columns: "serial, kind, ord, title, body", from: "submission_kept_text"},
		{
			class:   report,
			chain:   Official,
			key:     "submission",
			columns: "id, version, code, sha256, name, number, day, signer, account, at",
			from:    "submission_paper",
		},
		{
			class:   report,
			chain:   Official,
			key:     "s.id",
			columns: prefixed("c", cells),
			from:    "submission_cell c JOIN submission s ON s.id = c.submission",
			when:    keptWhen,
		},
		{
			class:   report,
			chain:   Official,
			key:     "s.id",
			columns: prefixed("c", "ord, title, body, account, at"),
			from:    "submission_section c JOIN submission s ON s.id = c.submission",
			when:    keptWhen,
		},
		{
			class:   report,
			chain:   Official,
			key:     "s.id",
			columns: prefixed("c", "id, text, account, at, answer, answered_by, answered_at"),
			from:    "submission_proposal c JOIN submission s ON s.id = c.submission",
			when:    keptWhen,
		},
		{
			class:   report,
			chain:   Official,
			key:     "s.id",
			columns: prefixed("c", "id, definition, sha256, name, media, account, at"),
			from:    "submission_file c JOIN submission s ON s.id = c.submission",
			when:    keptWhen,
		},

		{
			class: "release",
			chain: Official,
			key:   "id",
			columns: `owner, period, kind, title, state, version, revision, number, day, document, embargo, objections_until, supersedes, note, frozen, pack,
			made_by, made_at, decided_by, decided_at, decided_in`,
			from: "release",
		},
		{class: "release", chain: Official, key: "release", columns: "code", from: "release_item"},
		{
			class:   "release",
			chain:   Official,
			key:     "release",
			columns: "id, agency, code, text, account, at, verdict, answer, answered_by, answered_at",
			from:    "objection",
		},

		{
			class: "round",
			chain: Official,
			key:   "r.id",
			columns: prefixed(
				"r",
				"regime, name, blocks, data_from, data_to, due_day, due_minute, opened_at, locked_at, document",
			) + ", p.key AS period",
			from: "round r JOIN period p ON p.id = r.period",
		},
		{class: "round", chain: Official, key: "round", columns: "agency", from: "round_agency"},
		{class: "document", chain: Official, key: "id", columns: "number, day, issuer, signer, title, level, file", from: "document"},
		{
			class:   "upload",
			chain:   Official,
			key:     "id",
			columns: "sha256, name, account, at, period, indicator, agency, system, origin, fresh, superseded, unchanged, revision, choices",
			from:    "upload",
			when:    "revision IS NOT NULL",
		},
		{
			class:   "upload",
			chain:   Official,
			key:     "w.upload",
			columns: prefixed("w", "seq, sheet, cell, figure, code, message, explanation"),
			from:    "upload_warning w JOIN upload u ON u.id = w.upload",
			when:    "u.revision IS NOT NULL",
		},
		{class: "chain", chain: Official, key: "agency", columns: "ord, title, account", from: "approval_link"},
		{class: "contacts", chain: Official, key: "agency", columns: "ord, name, position, phone, email, deputy", from: "contact"},
		{
			class:   "matches",
			chain:   Official,
			key:     "agency",
			columns: "id, kind, heading, shown, fingerprint, reads, file, account, at, revision, revoked_at, revoked_by",
			from:    "heading_match",
		},
		{class: "gap", chain: Official, key: "owner || ' ' || period || ' ' || code || ' ' || block",
			columns: "explanation, responsible, account, at, accepted_gap, accepted_by, accepted_at", from: "reconciliation"},
		{
			class:   "machine",
			chain:   Official,
			key:     "id",
			columns: "name, kind, password, created_at, disabled_at",
			from:    "account",
			when:    "kind <> 'person'",
		},

		{
			class: "account",
			chain: Access,
			key:   "id",
			columns: `name, full_name, post, phone, email, agency, kind, password, subject, sample, disabled_at, created_at,
			CASE WHEN totp = '' THEN 0 ELSE 1 END AS factor`,
			from: "account",
			when: "kind = 'person'",
		},
		{class: "account", chain: Access, key: "account", columns: "id, role, agency, scope, from_day, to_day", from: "role_grant"},
	}
}

// prefixed names columns of the table alias.
func prefixed(alias, columns string) string {
	list := strings.Split(columns, ",")
	for i, c := range list {
		list[i] = alias + "." + strings.TrimSpace(c)
	}
	return strings.Join(list, ", ")
}

// query selects the rows of all objects, or with one object's argument of that alone.
func (r rowsOf) query(one bool) string {
	q := "SELECT " + r.key + " AS object_key, " + r.columns + " FROM " + r.from
	switch {
	case r.when != "" && one:
		return q + " WHERE " + r.when + " AND " + r.key + " = ?"
	case r.when != "":
		return q + " WHERE " + r.when
	case one:
		return q + " WHERE " + r.key + " = ?"
	}
	return q
}

// rowHash is the SHA-256 of one row.
type rowHash [sha256.Size]byte

// digests collects the row hashes of objects.
type digests map[string][]rowHash

// add puts a row into an object.
func (d digests) add(object string, h rowHash) { d[object] = append(d[object], h) }

// sum is the digest of an object, "" of one without a row.
func (d digests) sum(object string) string {
	rows := d[object]
	if len(rows) == 0 {
		return ""
	}
	slices.SortFunc(rows, func(a, b rowHash) int { return slices.Compare(a[:], b[:]) })
	h := sha256.New()
	for _, r := range rows {
		_, _ = h.Write(r[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// collect adds the rows of a table: of all its objects, or of one.
func (d digests) collect(db *gorm.DB, r rowsOf, one ...any) error {
	rows, err := db.Raw(r.query(len(one) > 0), one...).Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values := make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	var b []byte
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		object, err := appendValue(nil, values[0])
		if err != nil {
			return err
		}
		b = appendField(b[:0], r.from, nil)
		for i, c := range columns[1:] {
			text, err := appendValue(nil, values[i+1])
			if err != nil {
				return fmt.Errorf("digest of %s.%s: %w", r.from, c, err)
			}
			if len(text) > 0 && string(text) != "0" {
				b = appendField(b, c, text)
			}
		}
		d.add(r.class+":"+string(object), sha256.Sum256(b))
	}
	return rows.Err()
}

// appendField writes a name and a value with their lengths, so that no two rows read the same.
func appendField(b []byte, name string, value []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(name)))
	b = append(b, name...)
	b = binary.AppendUvarint(b, uint64(len(value)))
	return append(b, value...)
}

// appendValue writes what a column holds as both engines give it.
func appendValue(b []byte, v any) ([]byte, error) {
	switch x := v.(type) {
	case nil:
		return b, nil
	case int64:
		return strconv.AppendInt(b, x, 10), nil
	case float64:
		return strconv.AppendFloat(b, x, 'g', -1, 64), nil
	case string:
		return append(b, x...), nil
	case []byte:
		return append(b, x...), nil
	case bool:
		return strconv.AppendInt(b, int64(flag(x)), 10), nil
	}
	return nil, fmt.Errorf("a value of type %T", v)
}
