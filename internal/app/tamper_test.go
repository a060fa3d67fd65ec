package app_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the owner of the database needs no program of ours

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/account"
	"chiso/internal/app/publish"
	"chiso/internal/filing"
)

// owner is somebody who owns the database and changes it with a script, past the program.
type owner struct {
	t  *testing.T
	db *sql.DB
}

func newOwner(t *testing.T, d *desk) *owner {
	t.Helper()
	driver, dsn := "sqlite", "file:"+d.cfg.Path+"?_pragma=busy_timeout(10000)"
	if d.cfg.URL != "" {
		driver, dsn = "pgx", d.cfg.URL
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	o := &owner{t, db}
	if driver == "pgx" {
		o.do("SET session_replication_role = replica") // no foreign keys
	}
	return o
}

func (o *owner) do(query string) {
	o.t.Helper()
	if _, err := o.db.ExecContext(o.t.Context(), query); err != nil {
		o.t.Fatalf("%s: %v", query, err)
	}
}

// touched are the tables that the edits below change.
var touched = strings.Fields(`observation observation_now release release_item submission submission_event submission_cell submission_kept_cell submission_kept_text
	role_grant account revision assignment_version indicator definition block_member approval_link upload source round file audit audit_head audit_digest`)

// save copies the tables and returns what puts them back.
func (o *owner) save() (restore func()) {
	for _, table := range touched {
		o.do("CREATE TABLE kept_" + table + " AS SELECT * FROM " + table)
	}
	return func() {
		for _, table := range touched {
			o.do("DELETE FROM " + table)
			o.do("INSERT INTO " + table + " SELECT * FROM kept_" + table)
		}
	}
}

// link is one line of a chain as it would have to be.
type link struct {
	seq        int64
	prev, hash string
}

// links computes a chain anew from what its lines say by now, as the sums are described for everybody to read.
func (o *owner) links(chain string) (out []link) {
	o.t.Helper()
	rows, err := o.db.QueryContext(o.t.Context(), "SELECT seq, at, account, action, agency, target, detail, revision, digest FROM audit WHERE chain = '"+chain+"' ORDER BY seq")
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var prev string
	for rows.Next() {
		var seq, at, revision int64
		var account, action, agency, target, detail, digest string
		if err := rows.Scan(&seq, &at, &account, &action, &agency, &target, &detail, &revision, &digest); err != nil {
			o.t.Fatal(err)
		}
		h := sha256.New()
		for i, f := range []string{prev, chain, strconv.FormatInt(seq, 10), strconv.FormatInt(at, 10), account, action, agency, target, detail, strconv.FormatInt(revision, 10), digest} {
			if i < 10 || f != "" {
				_, _ = fmt.Fprintf(h, "%d:%s,", len(f), f)
			}
		}
		out = append(out, link{seq, prev, hex.EncodeToString(h.Sum(nil))})
		prev = out[len(out)-1].hash
	}
	if err := rows.Err(); err != nil {
		o.t.Fatal(err)
	}
	return out
}

// rechain writes both chains anew.
func (o *owner) rechain() {
	o.t.Helper()
	for _, chain := range []string{"access", "official"} {
		all := o.links(chain)
		for _, s := range all {
			o.do(fmt.Sprintf("UPDATE audit SET prev_hash = '%s', hash = '%s' WHERE chain = '%s' AND seq = %d", s.prev, s.hash, chain, s.seq))
		}
		last := all[len(all)-1]
		o.do(fmt.Sprintf("UPDATE audit_head SET seq = %d, hash = '%s' WHERE chain = '%s'", last.seq, last.hash, chain))
	}
}

// edits are what the owner of a database might want to be otherwise.
var edits = []struct{ name, sql string }{
	{"a figure in both tables", "UPDATE observation SET num = 9000 WHERE num = 7319; UPDATE observation_now SET num = 9000 WHERE num = 7319"},
	{"a reported figure in both tables", "UPDATE observation SET num = 99 WHERE num = 80 AND submission > 0; UPDATE observation_now SET num = 99 WHERE num = 80 AND observation IN (SELECT id FROM observation WHERE num = 99)"},
	{"a figure of another agency", "UPDATE observation SET agency = 'P34-92' WHERE num = 7319; UPDATE observation_now SET agency = 'P34-92' WHERE num = 7319"},
	{"where a figure stands in its file", "UPDATE observation SET cell = 'Z99' WHERE num = 7319"},
	{"a figure taken out of both tables", "DELETE FROM observation_now WHERE num = 7319; DELETE FROM observation WHERE num = 7319"},
	{"a cell of a received report", "UPDATE submission_cell SET num = 99 WHERE num = 80"},
	{"a cell that was signed", "UPDATE submission_kept_cell SET num = 99 WHERE num = 80"},
	{"all cells of a report, kept and received", "UPDATE submission_kept_cell SET num = 99 WHERE num = 80; UPDATE submission_cell SET num = 99 WHERE num = 80"},
	{"the narrative that was signed", "UPDATE submission_kept_text SET body = 'Không có gì.' WHERE kind = 'section'"},
	{"the number of a release", "UPDATE release SET number = '13/TB-BKHCN'"},
	{"the title of a release", "UPDATE release SET title = 'Khác'"},
	{"a release made a draft again", "UPDATE release SET state = 'draft', decided_by = 0, decided_at = 0, decided_in = 0"},
	{"an embargo", "UPDATE release SET embargo = 1"},
	{"what a release covers", "DELETE FROM release_item WHERE code = 'CPS18'"},
	{"who signed a report", "UPDATE submission_event SET account = (SELECT MIN(id) FROM account) WHERE step = 'sign'"},
	{"when a report was signed", "UPDATE submission_event SET at = at - 86400000000 WHERE step = 'sign'"},
	{"when a report came", "UPDATE submission SET sent_at = sent_at - 86400000000"},
	{"a received report made a draft again", "UPDATE submission SET state = 'draft', received = 0"},
	{"who made a revision", "UPDATE revision SET account = (SELECT MIN(id) FROM account WHERE id <> revision.account) WHERE id = 3"},
	{"why a revision was made", "UPDATE revision SET reason = 'Theo chỉ đạo' WHERE id = 3"},
	{"when a revision was made", "UPDATE revision SET at = at + 1 WHERE id = 3"},
	{"the deadline of a task", "UPDATE assignment_version SET due = 20271231"},
	{"a system administrator more", "INSERT INTO role_grant (id, account, role, agency, scope, from_day, to_day) SELECT MAX(g.id) + 1, MIN(g.account), 'system_admin', 'VN', '', 101, 99991231 FROM role_grant g"},
	{"a role longer", "UPDATE role_grant SET from_day = 101"},
	{"all roles gone", "DELETE FROM role_grant"},
	{"another password", "UPDATE account SET password = '$argon2id$v=19$m=19456,t=2,p=1$AAAA$BBBB' WHERE kind = 'person'"},
	{"an account more", "INSERT INTO account (id, name, kind, created_at) VALUES (900, 'kho-biet', 'person', 1)"},
	{"a line of the audit", "UPDATE audit SET account = 'ai-khac' WHERE chain = 'access' AND seq = 2"},
	{"failed sign-ins dropped", "DELETE FROM audit WHERE action = 'sign_in_failed'"},
	{"the end of the audit dropped", "DELETE FROM audit WHERE chain = 'official' AND seq > 4; DELETE FROM audit_digest WHERE chain = 'official' AND seq > 4"},
	{"digests of one object dropped", "DELETE FROM audit_digest WHERE object = 'release:1'; UPDATE release SET number = '13/TB-BKHCN'"},
	{"which end of an indicator is good", "UPDATE indicator SET direction = CASE direction WHEN 'up' THEN 'down' ELSE 'up' END WHERE code = 'CPS18'"},
	{"the smallest number that is ranked", "UPDATE definition SET min_n = 5000"},
	{"who is ranked", "UPDATE block_member SET from_day = 20300101 WHERE agency = 'P-01'"},
	{"who must agree", "INSERT INTO approval_link (agency, ord, title, account) VALUES ('P34-48', 1, 'Lãnh đạo', 0)"},
	{"who handed in a file", "UPDATE upload SET account = (SELECT MIN(id) FROM account WHERE id <> upload.account)"},
	{"what a source is", "UPDATE source SET origin = 'Bộ KHCN' WHERE system = 'reported'"},
	{"the deadline of a round", "UPDATE round SET due_day = 20261231"},
	{"all original files gone", "DELETE FROM file"},
}

// TestTampering plants edits into a database in which everything has happened once, computes the chains of the audit anew, and asks
// check with heads that were printed before.
func TestTampering(t *testing.T) {
	if len(edits) < 24 {
		t.Fatal("24 edits are asked for")
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			d := lived(t, engine)
			heads, err := d.Heads(t.Context())
			if err != nil || len(heads) != 2 {
				t.Fatal(heads, err)
			}
			d.load(t, tidy+"Huế,CPS18,2026-Q3,5,100\n") // life goes on after the heads were printed
			if _, err := d.SignIn(t.Context(), account.Credentials{Name: "can-bo", Password: "sai rồi", Address: "10.0.0.9"}); err == nil {
				t.Fatal("signed in")
			}
			says := func(heads ...string) []string {
				t.Helper()
				res, err := d.Check(t.Context(), heads)
				if err != nil {
					return []string{err.Error()}
				}
				return res.Problems
			}
			if got := says(heads...); len(got) > 0 {
				t.Fatalf("before any edit: %q", got)
			}
			o := newOwner(t, d)
			restore := o.save()
			for _, e := range edits {
				for _, q := range strings.Split(e.sql, "; ") {
					o.do(q)
				}
				o.rechain()
				if got := says(heads...); len(got) == 0 {
					t.Errorf("%s: check finds nothing", e.name)
				} else {
					t.Logf("%s: %s", e.name, got[0])
				}
				restore()
			}
			// Whoever also has the program can vouch for the edit himself. Only what was printed before gives that away.
			o.do("UPDATE release SET title = 'Khác'")
			o.do("DELETE FROM audit_digest")
			o.do("UPDATE audit SET digest = ''")
			o.rechain()
			if _, err := d.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := says(); len(got) > 0 {
				t.Errorf("a forger who is thorough is found without a head, by %q: the test proves less than it says", got)
			}
			if got := says(heads...); len(got) != 2 {
				t.Errorf("with heads printed before: %q", got)
			}
			restore()
			if got := says(heads...); len(got) > 0 {
				t.Errorf("put back: %q", got)
			}
		})
	}
}

// lived is a desk on which everything has happened once: files, a report, a release, tasks, people.
func lived(t *testing.T, engine string) *desk {
	t.Helper()
	d := newDesk(t, engine)
	round := d.open("2026-Q3", 20261016, daNang)
	lan, minh, office := d.as("lan", access.Reporter, daNang), d.as("minh", access.Approver, daNang), d.as("thuong-truc", access.Office, agency.Nation)
	d.fill(lan, round, daNang)
	if _, err := d.SaveSection(lan, round, daNang, 1, 0, "Đã triển khai."); err != nil {
		t.Fatal(err)
	}
	d.must(lan, round, daNang, filing.Submit)
	d.must(minh, round, daNang, filing.Sign)
	d.must(office, round, daNang, filing.Receive)
	d.load(t, tidy+"Hà Nội,CPS18,2026-Q3,7319,10000\nĐà Nẵng,CPS18,2026-Q3,1,2\n", named("q3.csv"))
	d.release(t, holder("lan-vp", 101, access.Office, agency.Nation), holder("minh-vp", 102, access.Office, agency.Nation),
		publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Provisional, Number: "12/TB-BKHCN", Day: 20261010})
	d.register(t, registerHead+"DA06-1,Nhiệm vụ số 1,Đề án 06,Bộ Y tế,,Nguyễn Văn A,06/01/2026,31/12/2026,,\n")
	d.person(t, "can-bo", daNang, access.Reporter)
	for range 2 {
		if _, err := d.SignIn(t.Context(), account.Credentials{Name: "can-bo", Password: "sai rồi", Address: "10.0.0.9"}); err == nil {
			t.Fatal("signed in")
		}
	}
	return d
}
