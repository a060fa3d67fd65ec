package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chiso/internal/testing/pgtest"
)

// damage runs a statement on the database of a shell, past the program.
func (s *shell) damage(query string) {
	s.t.Helper()
	driver, dsn := "sqlite", ""
	for _, v := range s.environ {
		if dir, ok := strings.CutPrefix(v, "CHISO_DATA="); ok && dsn == "" {
			dsn = "file:" + filepath.Join(dir, "chiso.db")
		}
		if url, ok := strings.CutPrefix(v, "CHISO_DATABASE_URL="); ok {
			driver, dsn = "pgx", url
		}
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(s.t.Context(), query); err != nil {
		s.t.Fatalf("%s: %v", query, err)
	}
}

// everyCommand calls each command that opens the database, so that it would do something if it were let.
func everyCommand(s *shell) [][]string {
	f := s.file("a.csv", tidy+"P-01,CPS18,2026-Q3,80,100,,\n")
	return [][]string{{"serve"}, {"import", f}, {"rank", "CPS08"}, {"report", "--period", "2026-Q3", "-o", filepath.Join(s.t.TempDir(), "r.xlsx")},
		{"report", "verify", f}, {"template", "--agency", "P-01", "--period", "2026-Q3", "-o", filepath.Join(s.t.TempDir(), "t.xlsx")},
		{"catalogue", "export", "-o", filepath.Join(s.t.TempDir(), "c.xlsx")}, {"tasks", "list"}, {"release", "list"}, {"seed"}, {"seed", "--sample-accounts"},
		{"user", "list"}, {"user", "link", "quan-tri"}, {"check"}}
}

// TestEveryCommandGuardsTheSchema: an old program on another host must not write into a newer schema, nor a new one into an older.
func TestEveryCommandGuardsTheSchema(t *testing.T) {
	both(t, func(t *testing.T, s *shell) {
		applied := map[bool]string{true: "true", false: "1"}[strings.HasPrefix(s.environ[len(s.environ)-1], "CHISO_DATABASE_URL=")]
		commands := everyCommand(s)
		if len(commands) < 14 {
			t.Fatal("too few commands")
		}
		refused := func(state, sentence string, commands [][]string) {
			for _, args := range commands {
				code, out, errs := s.run(args...)
				if code != exitRefused || out != "" || !strings.Contains(errs, sentence) {
					t.Errorf("%s: chiso %s: exit %d, %s%s", state, strings.Join(args, " "), code, out, errs)
				}
			}
		}
		s.damage("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, " + applied + ")")
		refused("newer", "mới hơn chương trình", append(slices.Clone(commands), []string{"migrate"}))
		s.damage("DELETE FROM goose_db_version WHERE version_id > 9")
		refused("older", "Hãy chạy: chiso migrate", commands)
	})
}

// TestOnlyMigrateMakesADatabase: a misspelt folder must not look like an empty database.
func TestOnlyMigrateMakesADatabase(t *testing.T) {
	data := filepath.Join(t.TempDir(), "sai-chỗ")
	s := &shell{t, []string{"CHISO_DATA=" + data, "CHISO_LISTEN=localhost:0"}}
	for _, args := range everyCommand(s) {
		if code, out, errs := s.run(args...); code != exitRefused || out != "" || !strings.Contains(errs, data) {
			t.Errorf("chiso %s: exit %d, %s%s", strings.Join(args, " "), code, out, errs)
		}
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("a command that only reads made the folder")
	}
	s.must("migrate")
	p := &shell{t, []string{"CHISO_DATABASE_URL=" + pgtest.Database(t), "CHISO_LISTEN=localhost:0"}}
	if code, _, errs := p.run("check"); code != exitRefused || !strings.Contains(errs, "chưa được lập") || strings.Contains(errs, "seed") {
		t.Errorf("an empty PostgreSQL: exit %d, %s", code, errs)
	}
}

// A file that was lost comes back when it is imported again, although its figures change nothing. PostgreSQL lets none be lost while an
// upload names it.
func TestLostFileComesBack(t *testing.T) {
	s := newShell(t, "sqlite")
	file := s.file("quy.csv", tidy+"P-01,CPS18,2026-08,80,100,,\n")
	s.must("import", file)
	s.damage("DELETE FROM file WHERE sha256 = (SELECT sha256 FROM upload ORDER BY id DESC LIMIT 1)")
	if code, out, errs := s.run("check"); code != exitRefused || !strings.Contains(out+errs, "quy.csv") {
		t.Errorf("a lost file: exit %d, %s%s", code, out, errs)
	}
	if out := s.must("import", file); !strings.Contains(out, "Đã lấy lại tệp gốc bị mất: quy.csv") || !strings.Contains(out, "không có gì thay đổi") {
		t.Error(out)
	}
	s.must("check")
}

// What is no database is said to be none, and is left alone.
func TestNoDatabaseInTheFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "chiso.db")
	junk := strings.Repeat("không phải cơ sở dữ liệu ", 400)
	if err := os.WriteFile(path, []byte(junk), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &shell{t, []string{"CHISO_DATA=" + dir}}
	for _, command := range []string{"check", "migrate"} {
		if code, _, errs := s.run(command); code != exitRefused || !strings.Contains(errs, "không phải tệp SQLite") {
			t.Errorf("%s: exit %d, %s", command, code, errs)
		}
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != junk {
		t.Errorf("the file was changed: %v", err)
	}
}
