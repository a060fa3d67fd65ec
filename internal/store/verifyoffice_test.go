package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"chiso/internal/agency"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
)

// harm is damage that Verify has to name, and what undoes it.
type harm struct{ name, sql, repair, says string }

// suffers does each harm, wants it named, undoes it and wants nothing left of it. Keys of the database itself look away meanwhile:
// what Verify is for is what they do not hold.
func suffers(t *testing.T, e *env, harms []harm) {
	t.Helper()
	clean(e)
	if strings.HasSuffix(t.Name(), "postgres") {
		e.exec("SET session_replication_role = 'replica'")
	}
	for _, h := range harms {
		e.exec(h.sql)
		if got := strings.Join(problems(e), " "); !strings.Contains(got, h.says) {
			t.Errorf("%s: Verify says %q", h.name, got)
		}
		e.exec(h.repair)
		if got := problems(e); len(got) > 0 {
			t.Fatalf("%s is not undone: %q", h.name, got)
		}
	}
}

// Each check of the reports (00004, 00008) is able to fail.
func TestVerifyFindsDamagedReports(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		s := store.Submission{Agency: "a-2", State: filing.Draft, Version: 1, Serial: 1}
		e.write(func(tx *store.Tx) (err error) {
			s.Round, err = tx.OpenRound(filing.Round{Regime: "DX", Period: kpi.MustPeriod("2025-Q3"), Agencies: []agency.ID{"a-2"}}, filing.RoundEvent{})
			return err
		})
		e.write(func(tx *store.Tx) error { return tx.SaveSubmission(&s, filing.Event{Step: filing.Opened}, nil, false) })
		cell := store.Cell{Cell: filing.Cell{Definition: e.defs["DOCS"], Figure: kpi.Figure{State: kpi.Value, Value: dec("7")}}}
		e.write(func(tx *store.Tx) error {
			_, err := tx.Attach(store.Attachment{Submission: s.ID, Name: "a.pdf", Media: "application/pdf"}, []byte("%PDF-1.7"))
			return errors.Join(err, tx.SaveCells(s.ID, []store.Cell{cell}))
		})
		e.write(func(tx *store.Tx) error {
			s.State, s.Serial = filing.Review, 2
			return errors.Join(tx.SaveSubmission(&s, filing.Event{Step: filing.Submit}, nil, false), tx.Keep(s.ID, 2, "AAAA"))
		})
		e.write(func(tx *store.Tx) error {
			s.State, s.Serial, s.SentAt = filing.Sent, 3, dawn
			return tx.SaveSubmission(&s, filing.Event{Step: filing.Sign}, nil, false)
		})
		e.write(func(tx *store.Tx) error {
			s.State, s.Serial, s.Received = filing.Received, 4, tx.Revision().ID
			f := e.fact("DOCS", "2025-Q3", "a-2", "7")
			f.Submission = s.ID
			_, err := tx.Accept([]store.Fact{f})
			return errors.Join(err, tx.SaveSubmission(&s, filing.Event{Step: filing.Receive}, nil, true))
		})
		suffers(t, e, []harm{
			{"of no round", "UPDATE submission SET round = round + 70", "UPDATE submission SET round = round - 70", "thuộc đợt không tồn tại"},
			{"a step too many", "UPDATE submission SET serial = 5", "UPDATE submission SET serial = 4", "không khớp với nhật ký của nó"},
			{"another version", "UPDATE submission SET version = 2", "UPDATE submission SET version = 1", "không khớp với nhật ký của nó"},
			{"an unknown state", "UPDATE submission SET state = 'lost'", "UPDATE submission SET state = 'received'", "trạng thái không biết"},
			{"a cell of no indicator", "UPDATE submission_cell SET definition = definition + 900", "UPDATE submission_cell SET definition = definition - 900", "dẫn đến chỉ tiêu hoặc lần nộp"},
			{"a cell of no upload", "UPDATE submission_cell SET upload = 77", "UPDATE submission_cell SET upload = 0", "dẫn đến chỉ tiêu hoặc lần nộp"},
			{"a figure of no report", "UPDATE observation SET submission = 77 WHERE submission IS NOT NULL", "UPDATE observation SET submission = 1 WHERE submission = 77", "dẫn đến báo cáo không tồn tại"},
			{"a step of no revision", "UPDATE submission_event SET revision = revision + 90 WHERE step = 'receive'", "UPDATE submission_event SET revision = revision - 90 WHERE step = 'receive'",
				"dẫn đến phiên bản dữ liệu"},
			{"kept at another step", "UPDATE submission_event SET step = 'sign' WHERE serial = 2", "UPDATE submission_event SET step = 'submit' WHERE serial = 2", "không khớp với nhật ký, chỉ tiêu hoặc tệp"},
			{"a kept cell of no indicator", "UPDATE submission_kept_cell SET definition = definition + 900", "UPDATE submission_kept_cell SET definition = definition - 900", "không khớp với nhật ký, chỉ tiêu hoặc tệp"},
			{"a kept cell by nobody", "UPDATE submission_kept_cell SET account = account + 90", "UPDATE submission_kept_cell SET account = account - 90", "không khớp với nhật ký, chỉ tiêu hoặc tệp"},
			{"a kept file that is not there", "UPDATE submission_kept_text SET body = 'x' || body WHERE kind = 'file'", "UPDATE submission_kept_text SET body = substr(body, 2) WHERE kind = 'file'",
				"không khớp với nhật ký, chỉ tiêu hoặc tệp"},
			{"a cell that is not what was received", "UPDATE submission_cell SET value = value + 1", "UPDATE submission_cell SET value = value - 1", "khác với số liệu đã ghi nhận"},
			{"a kept cell that is not what is held", "UPDATE submission_kept_cell SET value = value + 1", "UPDATE submission_kept_cell SET value = value - 1", "khác với bản được giữ"},
			{"handed up and not kept", "UPDATE submission_kept SET submission = 77", "UPDATE submission_kept SET submission = 1", "nội dung không được giữ"},
		})
		e.exec("UPDATE submission SET received = 0")
		if got := strings.Join(problems(e), " "); !strings.Contains(got, "đã tiếp nhận mà không có phiên bản") {
			t.Errorf("received by no revision: Verify says %q", got)
		}
	})
}

// Each check of releases, notices and jobs (00007) is able to fail.
func TestVerifyFindsDamagedReleases(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		draft := filing.Release{Owner: agency.Nation, Period: kpi.MustPeriod("2025-Q3"), Kind: filing.Final, Title: "Một", State: filing.ReleaseDraft, Version: 1, Revision: 1, Codes: []string{"DOCS"}}
		e.write(func(tx *store.Tx) (err error) {
			if draft.Frozen, err = tx.SaveFile("application/json", []byte("[]")); err != nil {
				return err
			}
			return tx.SaveRelease(&draft)
		})
		if _, err := e.Write(t.Context(), store.Change{Account: "người duyệt"}, func(tx *store.Tx) (err error) {
			r, err := tx.Release(draft.ID)
			if err != nil {
				return err
			}
			r.State, r.Version = filing.ReleaseApproved, 2
			if r.Pack, err = tx.SaveFile("application/zip", []byte("PK")); err != nil {
				return err
			}
			if r.Document, err = tx.SaveFile("application/pdf", []byte("%PDF-1")); err != nil {
				return err
			}
			return tx.SaveRelease(&r)
		}); err != nil {
			t.Fatal(err)
		}
		e.write(func(tx *store.Tx) error {
			_, _, err := tx.AddNotice(store.Notice{Kind: "due", Key: "1", Agency: "a-2", Subject: "s"}, []store.Mail{{Address: "a@example.gov.vn"}}, store.MailWaiting)
			_, oerr := tx.Object(filing.Objection{Release: draft.ID, Agency: "a-2", Text: "Sai"})
			_, jerr := tx.AddJob("mail", "1", "", time.Now())
			return errors.Join(err, oerr, jerr)
		})
		const dangling, unfit, people = "trỏ tới phiên bản, tài khoản, tệp hoặc bản công bố", "do chính người lập phê duyệt, thiếu tệp hoặc thiếu chỉ tiêu", "thông báo, thư hoặc ý kiến"
		suffers(t, e, []harm{
			{"figures of no revision", "UPDATE release SET revision = 77", "UPDATE release SET revision = 1", dangling},
			{"tables that are not there", "UPDATE release SET frozen = 'x' || frozen", "UPDATE release SET frozen = substr(frozen, 2)", dangling},
			{"a workbook that is not there", "UPDATE release SET pack = 'x' || pack", "UPDATE release SET pack = substr(pack, 2)", dangling},
			{"a document that is not there", "UPDATE release SET document = 'x' || document", "UPDATE release SET document = substr(document, 2)", dangling},
			{"decided by nobody", "UPDATE release SET decided_by = decided_by + 90", "UPDATE release SET decided_by = decided_by - 90", dangling},
			{"corrects none", "UPDATE release SET supersedes = 77", "UPDATE release SET supersedes = 0", dangling},
			{"approved in no revision", "UPDATE release SET decided_in = decided_in + 90", "UPDATE release SET decided_in = decided_in - 90", dangling},
			{"approved before its figures", "UPDATE release SET decided_in = -decided_in", "UPDATE release SET decided_in = -decided_in", unfit},
			{"without an indicator", "UPDATE release_item SET release = 77", "UPDATE release_item SET release = 1", unfit},
			{"a notice to nobody", "UPDATE notice SET agency = 'x' || agency", "UPDATE notice SET agency = substr(agency, 2)", people},
			{"a mail of no notice", "UPDATE mail SET notice = notice + 90", "UPDATE mail SET notice = notice - 90", people},
			{"an objection to nothing", "UPDATE objection SET release = 77", "UPDATE objection SET release = 1", people},
			{"a job in no state", "UPDATE job SET state = 'lost'", "UPDATE job SET state = 'waiting'", "tác vụ có trạng thái không biết"},
		})
		e.exec("UPDATE release SET made_by = decided_by")
		if got := strings.Join(problems(e), " "); !strings.Contains(got, unfit) {
			t.Errorf("approved by its maker: Verify says %q", got)
		}
	})
}

// What two engines and two ways of writing are compared by leaves no table out.
func TestDump_everyTable(t *testing.T) {
	e := migrated(t, sqliteConfig(t))
	left := map[string]bool{"goose_db_version": true, "sqlite_sequence": true, // of the tools
		"role_grant": true, "session": true, "link": true, "recovery_code": true, "attempt": true, "device": true, "audit": true, "audit_head": true, // of people, tested by themselves
		"span": true} // that nothing uses
	for _, row := range e.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name") {
		_, name, _ := strings.Cut(strings.TrimSpace(row), "=")
		found := left[name]
		for _, x := range tables {
			found = found || x.name == name
		}
		if !found {
			t.Errorf("table %s is not compared", name)
		}
	}
}
