package store_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chiso/internal/fault"
	"chiso/internal/store"
)

// exported returns the text of a database and what the manifest says of it.
func exported(e *env) (text []byte, snap store.Snapshot) {
	e.t.Helper()
	var buf bytes.Buffer
	if err := e.Export(e.t.Context(), func(s store.Snapshot) (io.Writer, error) {
		snap = s
		return &buf, nil
	}); err != nil {
		e.t.Fatal(err)
	}
	return buf.Bytes(), snap
}

// column is a column of the text.
type column struct{ Name, Kind string }

// tablesOf reads the tables and columns that a text has.
func tablesOf(t *testing.T, text []byte) (names []string, columns map[string][]column) {
	t.Helper()
	columns = map[string][]column{}
	for line := range strings.Lines(string(text)) {
		var head struct {
			Table   string
			Columns []column
		}
		if strings.HasPrefix(line, `{"table"`) {
			if err := json.Unmarshal([]byte(line), &head); err != nil {
				t.Fatal(err)
			}
			names, columns[head.Table] = append(names, head.Table), head.Columns
		}
	}
	return names, columns
}

// fillAll puts rows into every table that a backup carries, and some that it does not: the n-th row of each has the number n in
// every column, so that whatever refers to something finds it. Texts and doubles are awkward ones.
func fillAll(e *env) {
	e.t.Helper()
	texts := []string{"", "dòng một\nhai\tba\\N\\. “Ơ”", `\`, `\\x00`, "tab\tcuối\t", "𝒳 ế\r\n"}
	reals := []float64{0, 0.1, 1e22, -123456789.12345, 5e-324, 86.64}
	empty, _ := exported(e)
	names, columns := tablesOf(e.t, empty)
	e.exec("DELETE FROM audit_head")
	for _, table := range names {
		for n := range len(texts) {
			var marks []string
			var args []any
			for _, c := range columns[table] {
				marks = append(marks, "?")
				switch c.Kind {
				case "int":
					args = append(args, n)
				case "real":
					args = append(args, reals[n])
				case "text":
					args = append(args, texts[n])
				case "bytes":
					args = append(args, bytes.Repeat([]byte{0, 9, 10, '\\', 255, byte(n)}, n*n*30_000))
				default:
					e.t.Fatalf("%s.%s is of kind %q", table, c.Name, c.Kind)
				}
			}
			q := fmt.Sprintf("INSERT INTO %s VALUES (%s)", table, strings.Join(marks, ", "))
			if _, err := e.sql.ExecContext(e.t.Context(), q, args...); err != nil {
				e.t.Fatalf("%s: %v", q, err)
			}
		}
	}
	e.exec("UPDATE observation SET value = NULL, num = NULL, submission = NULL WHERE id = 2")
	e.exec("INSERT INTO session (token_hash, account, data, address, agent, created_at, seen_at, expires_at) VALUES ('x', 1, x'00', '', '', 1, 1, 1)")
}

// restored fills a new database with a text.
func restored(t *testing.T, c store.Config, text []byte, snap store.Snapshot) *env {
	t.Helper()
	e := opened(t, c)
	if err := e.Restore(t.Context(), snap, bytes.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestABackupCarriesEveryTableBetweenTheEngines(t *testing.T) {
	a := migrated(t, sqliteConfig(t))
	fillAll(a)
	text, snap := exported(a)
	names, _ := tablesOf(t, text)
	inSchema := a.count("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'goose_db_version'")
	if want := int(inSchema) - 3; len(names) != want || len(snap.Rows) != want {
		t.Errorf("%d tables in the text and %d in the manifest, want %d: all but sessions, links and attempts", len(names), len(snap.Rows), want)
	}
	b := restored(t, postgresConfig(t), text, snap)
	c := restored(t, sqliteConfig(t), text, snap)
	for name, e := range map[string]*env{"postgres": b, "sqlite": c} {
		if diff := cmp.Diff(dump(a), dump(e)); diff != "" {
			t.Errorf("%s: rows differ from the original's (-original +restored):\n%.2000s", name, diff)
		}
		if n := e.count("SELECT (SELECT COUNT(*) FROM session) + (SELECT COUNT(*) FROM link)"); n != 0 {
			t.Errorf("%s: %d sessions or links came along", name, n)
		}
		if err := e.Ready(t.Context()); err != nil {
			t.Errorf("%s: Ready = %v", name, err)
		}
		again, snap2 := exported(e)
		if !bytes.Equal(again, text) {
			t.Errorf("%s: the text of the restored database is another", name)
		}
		if snap2.Engine = snap.Engine; !cmp.Equal(snap, snap2) {
			t.Errorf("%s: %s", name, cmp.Diff(snap, snap2))
		}
	}
	fromPostgres, snap := exported(b)
	d := restored(t, sqliteConfig(t), fromPostgres, snap)
	if diff := cmp.Diff(dump(a), dump(d)); diff != "" {
		t.Errorf("from PostgreSQL to SQLite (-original +restored):\n%.2000s", diff)
	}
}

// Both engines have the same tables and columns in the same order, and of the same kinds: else no backup goes from one to the other.
func TestBothEnginesExportTheSameTables(t *testing.T) {
	lite, _ := exported(migrated(t, sqliteConfig(t)))
	pg, _ := exported(migrated(t, migratedConfig(t)))
	heads := func(text []byte) (out []string) {
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "{") && !strings.Contains(line, `"end"`) {
				out = append(out, line)
			}
		}
		return out
	}
	if diff := cmp.Diff(heads(lite), heads(pg)); diff != "" {
		t.Errorf("-sqlite +postgres:\n%s", diff)
	}
}

func TestRestoreRefusesADatabaseThatHoldsSomething(t *testing.T) {
	text, snap := exported(migrated(t, sqliteConfig(t)))
	onBoth(t, func(t *testing.T, e *env) {
		e.write(func(*store.Tx) error { return nil }) // makes an account
		err := e.Restore(t.Context(), snap, bytes.NewReader(text))
		if fault.KindOf(err) != fault.Conflict || e.count("SELECT COUNT(*) FROM account") != 1 {
			t.Errorf("Restore = %v, want a conflict", err)
		}
	})
}

// What was cut short, altered, or comes from another schema leaves an empty database, which takes the right text afterwards.
func TestRestoreRefusesABrokenText(t *testing.T) {
	a := migrated(t, sqliteConfig(t))
	a.seed()
	a.accept(a.fact("DOCS", "2026", "a-2", "42"))
	text, snap := exported(a)
	replace := func(old, with string) []byte { return bytes.Replace(text, []byte(old), []byte(with), 1) }
	older := snap
	older.Schema--
	newer := snap
	newer.Schema = 9999
	broken := map[string]struct {
		text []byte
		snap store.Snapshot
		kind fault.Kind
	}{
		"nothing":           {nil, snap, fault.Unreadable},
		"cut in a row":      {text[:len(text)/2], snap, fault.Unreadable},
		"without the end":   {text[:bytes.LastIndex(text, []byte(`{"end"`))], snap, fault.Unreadable},
		"another figure":    {replace("\t42\t", "\t43\t"), snap, fault.Unreadable},
		"another text":      {replace("Tỉnh Sơn La", "Tỉnh Lai Châu"), snap, fault.Unreadable},
		"a column less":     {replace(`{"name":"reason","kind":"text"},`, ""), snap, fault.Unreadable},
		"an unknown table":  {replace(`{"table":"mail"`, `{"table":"mails"`), snap, fault.Unreadable},
		"a table twice":     {replace(`{"table":"mail"`, `{"table":"file"`), snap, fault.Unreadable},
		"more after it":     {append(bytes.Clone(text), "x\n"...), snap, fault.Unreadable},
		"of a newer schema": {text, newer, fault.Unready},
		"of another schema": {text, older, fault.Conflict},
	}
	onBoth(t, func(t *testing.T, e *env) {
		for name, b := range broken {
			err := e.Restore(t.Context(), b.snap, bytes.NewReader(b.text))
			if fault.KindOf(err) != b.kind {
				t.Errorf("%s: Restore = %v, want %s", name, err, b.kind)
			}
			if n := e.count("SELECT (SELECT COUNT(*) FROM revision) + (SELECT COUNT(*) FROM agency)"); n != 0 {
				t.Errorf("%s: %d rows stayed", name, n)
			}
		}
		if err := e.Restore(t.Context(), snap, bytes.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		clean(e)
		if diff := cmp.Diff(dump(a), dump(e)); diff != "" {
			t.Error(diff)
		}
	})
}

// A value of another kind than its column, which SQLite keeps without a word, is not turned into something else.
func TestExportRefusesAValueOfAnotherKind(t *testing.T) {
	e := migrated(t, sqliteConfig(t))
	e.seed()
	e.exec("UPDATE agency_version SET ord = 'x1'")
	err := e.Export(t.Context(), func(store.Snapshot) (io.Writer, error) { return io.Discard, nil })
	if err == nil || !strings.Contains(err.Error(), "agency_version: column ord (int) holds a string") {
		t.Errorf("Export = %v", err)
	}
}
