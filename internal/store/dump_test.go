package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// tables are dumped in this order, each by the columns that make it the same on every engine.
var tables = []struct{ name, order string }{
	{"revision", "id"}, {"account", "id"}, {"file", "sha256"}, {"upload", "id"}, {"upload_warning", "upload, seq"},
	{"agency", "id"}, {"agency_version", "agency, from_day, revision"}, {"agency_code", "system, code, agency, from_day, revision"},
	{"agency_alias", "text, agency, from_day, revision"}, {"succession", "pred, succ, on_day, revision"}, {"block", "code, revision"},
	{"block_member", "block, agency, from_day, revision"}, {"indicator", "id"}, {"definition", "id, revision"},
	{"target", "indicator, scope, year, revision"}, {"scorecard_version", "id, revision"}, {"component", "scorecard, code, revision"},
	{"source", "id"}, {"period", "id"}, {"observation", "id"}, {"observation_now", "period, definition, source, agency"},
	{"regime", "code, from_day, revision"}, {"form", "id, revision"}, {"form_item", "form, indicator, revision"}, {"holiday", "day, revision"}, {"act", "number, revision"}, {"identity", "code, revision"}, {"growth", "indicator, agency, period, base, origin, revision"},
	{"body", "role, owner, scope, from_day, revision"}, {"contact", "agency, ord"}, {"document", "id"}, {"round", "id"},
	{"round_agency", "round, agency"}, {"round_event", "id"},
	{"coverage", "definition, source, period"}, {"score_now", "period, version, source, agency"},
	{"document", "id"}, {"task", "id"}, {"task_version", "task, revision"}, {"assignment", "id"}, {"assignment_version", "assignment, revision"},
	{"assignment_change", "assignment, ord, revision"}, {"task_update", "id"}, {"task_request", "id"}, {"task_decision", "request"},
	{"submission", "id"}, {"submission_event", "submission, serial"}, {"submission_remark", "submission, serial, definition"},
	{"submission_cell", "submission, definition"}, {"submission_section", "submission, ord"}, {"submission_proposal", "id"},
	{"submission_kept", "submission, serial"}, {"submission_kept_cell", "submission, serial, definition"},
	{"submission_kept_text", "submission, serial, kind, ord"}, {"submission_file", "id"}, {"submission_paper", "id"}, {"approval_link", "agency, ord"},
	{"job", "id"}, {"release", "id"}, {"release_item", "release, code"}, {"objection", "id"}, {"notice", "id"}, {"notice_seen", "notice, account"}, {"mail", "id"},
	{"phone_call", "id"}, {"pack", "id"}, {"pack_sentence", "pack, period, kind, key"}, {"pack_build", "id"}, {"pack_file", "build, ord"}, {"own_table", "id"},
	{"reconciliation", "owner, period, code, block"}, {"audit_digest", "chain, seq, object"},
	{"act", "number, revision"}, {"report_batch", "id"}, {"report_refused", "round, agency, definition"},
	{"heading_match", "id"},
}

// dump returns every row of every table.
func dump(e *env) map[string][]string {
	e.t.Helper()
	out := map[string][]string{}
	for _, t := range tables {
		if rows := e.rows("SELECT * FROM " + t.name + " ORDER BY " + t.order); len(rows) > 0 {
			out[t.name] = rows
		}
	}
	return out
}

var exact = []cmp.Option{cmpopts.EquateEmpty(), cmp.Comparer(func(a, b vi.Decimal) bool { return a == b }), cmpopts.IgnoreUnexported(kpi.Definition{}, ranking.Component{})}

func cmpDiff(a, b any) string { return cmp.Diff(a, b, exact...) }

// problems returns what Verify says.
func problems(e *env) (out []string) {
	e.t.Helper()
	e.read(time.Time{}, func(v *store.View) (err error) {
		out, err = v.Verify()
		return err
	})
	return out
}

// clean fails the test when Verify finds anything.
func clean(e *env) {
	e.t.Helper()
	if got := problems(e); len(got) > 0 {
		e.t.Errorf("Verify: %s", strings.Join(got, " "))
	}
}

func TestVerifyFindsEveryDamage(t *testing.T) {
	damage := map[string]struct{ sql, says string }{
		"current view: another value":      {"UPDATE observation_now SET value = 9 WHERE agency = 'a-2'", "không khớp số liệu gốc"},
		"current view: null for a value":   {"UPDATE observation_now SET value = NULL WHERE agency = 'a-2'", "không khớp số liệu gốc"},
		"current view: another state":      {"UPDATE observation_now SET state = 1 WHERE agency = 'a-2'", "không khớp số liệu gốc"},
		"current view: another rank":       {"UPDATE observation_now SET published_rank = 5 WHERE agency = 'a-2'", "không khớp số liệu gốc"},
		"current view: dangling":           {"UPDATE observation_now SET observation = 999 WHERE agency = 'a-2'", "không khớp số liệu gốc"},
		"current view: a row too many":     {"INSERT INTO observation_now SELECT period, definition, source, 'B', num, den, value, state, bound, qualifiers, published_rank, observation FROM observation_now WHERE agency = 'b' AND definition = 4", "không khớp số liệu gốc"},
		"current view: a row missing":      {"DELETE FROM observation_now WHERE agency = 'a-2'", "không có trong bảng hiện hành"},
		"current view: an older version":   {"UPDATE observation_now SET value = 1, observation = 1 WHERE agency = 'a-2'", "không phải phiên bản mới nhất"},
		"facts: a value changed":           {"UPDATE observation SET value = 9 WHERE id = 2", "không khớp số liệu gốc"},
		"facts: the newest row gone":       {"DELETE FROM observation WHERE id = 2", "không khớp số liệu gốc"},
		"facts: an unknown state":          {"UPDATE observation SET state = 9 WHERE id = 1", "trạng thái không biết"},
		"both: an unknown state":           {"UPDATE observation_now SET state = 9", "trạng thái không biết"},
		"facts: no such period":            {"UPDATE observation SET period = 77 WHERE id = 1", "không tồn tại"},
		"facts: no such definition":        {"UPDATE observation SET definition = 77 WHERE id = 1", "không tồn tại"},
		"facts: no such source":            {"UPDATE observation SET source = 77 WHERE id = 1", "không tồn tại"},
		"facts: no such agency":            {"UPDATE observation SET agency = 'x' WHERE id = 1", "không tồn tại"},
		"facts: no such upload":            {"UPDATE observation SET upload = 77 WHERE id = 1", "không tồn tại"},
		"facts: no such revision":          {"UPDATE observation SET revision = 77 WHERE id = 2", "không tồn tại"},
		"facts: an id that was not given":  {"UPDATE observation SET id = 99 WHERE id = 1", "vượt quá số đã cấp"},
		"coverage: a wrong number":         {"UPDATE coverage SET figures = figures + 1", "coverage"},
		"coverage: a row missing":          {"DELETE FROM coverage", "coverage"},
		"coverage: a row too many":         {"INSERT INTO coverage (definition, source, period, figures) VALUES (1, 1, 99, 2)", "coverage"},
		"revision: a hole":                 {"DELETE FROM revision WHERE id = 2", "không liền số"},
		"revision: time goes back":         {"UPDATE revision SET at = 1 WHERE id = 3", "không liền số"},
		"revision: by nobody":              {"UPDATE revision SET account = 77 WHERE id = 2", "tài khoản"},
		"upload: accepted by no revision":  {"UPDATE upload SET revision = 77", "tài khoản"},
		"file: other bytes":                {"UPDATE file SET bytes = bytes || bytes", "mã băm"},
		"score: another total":             {"UPDATE score_now SET score = 3 WHERE agency = 'b'", "khác điểm tính lại"},
		"score: a row missing":             {"DELETE FROM score_now WHERE agency = 'b'", "khác điểm tính lại"},
		"score: a missing component":       {"UPDATE score_now SET missing = 'QA' WHERE agency = 'b'", "khác điểm tính lại"},
		"score: an agency without figures": {"INSERT INTO score_now SELECT period, version, source, 'B', score, missing, zeroed, silent FROM score_now WHERE agency = 'b'", "khác điểm tính lại"},
		"score: of another period":         {"UPDATE score_now SET period = 77 WHERE agency = 'b'", "không còn số liệu gốc"},
	}
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		if e.defs["Q"] != 4 {
			t.Fatalf("definitions %v", e.defs)
		}
		e.accept(e.fact("QA", "2026-Q1", "a-2", "1"))
		e.accept(e.fact("QA", "2026-Q1", "a-2", "2"))
		e.write(func(tx *store.Tx) error {
			id, err := tx.SaveUpload(store.Upload{Name: "a.csv"}, "text/csv", []byte("abc"))
			if err != nil {
				return err
			}
			f := []store.Fact{e.fact("QA", "2026-Q1", "b", "30"), e.ratio("QB", "2026-Q1", "b", "4", "10"), e.fact("Q", "2026-Q1", "b", "1")}
			f[0].Upload = id
			if _, err := tx.Accept(f); err != nil {
				return err
			}
			return tx.AcceptUpload(id, "", store.Counts{})
		})
		clean(e)
		for name, d := range damage {
			restore := save(e)
			e.exec(d.sql)
			got := strings.Join(problems(e), " ")
			if !strings.Contains(got, d.says) {
				t.Errorf("%s: Verify says %q", name, got)
			}
			restore()
		}
		clean(e)
	})
}

// save copies every table and returns what puts the copies back.
func save(e *env) (restore func()) {
	hold := []string{"observation", "observation_now", "coverage", "revision", "upload", "file", "score_now"}
	for _, name := range hold {
		e.exec("CREATE TABLE copy_" + name + " AS SELECT * FROM " + name)
	}
	return func() {
		for _, name := range []string{"upload", "observation", "observation_now", "coverage", "revision", "file", "score_now"} {
			e.exec("DELETE FROM " + name)
		}
		for _, name := range []string{"file", "observation", "observation_now", "coverage", "revision", "upload", "score_now"} {
			e.exec("INSERT INTO " + name + " SELECT * FROM copy_" + name)
			e.exec("DROP TABLE copy_" + name)
		}
	}
}
