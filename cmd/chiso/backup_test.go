package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chiso/internal/testing/pgtest"
)

// elsewhere is a shell over a new database of an engine.
func (s *shell) elsewhere(engine string) *shell {
	s.t.Helper()
	o := &shell{s.t, []string{"CHISO_DATA=" + s.t.TempDir()}}
	if engine == "postgres" {
		o.environ = append(o.environ, "CHISO_DATABASE_URL="+pgtest.Database(s.t))
	}
	return o
}

// A backup of either engine is restored into the other, and everything that is printed of it is the same, byte for byte.
func TestBackupMovesBetweenTheEngines(t *testing.T) {
	for from, to := range map[string]string{"sqlite": "postgres", "postgres": "sqlite"} {
		t.Run(from, func(t *testing.T) {
			s := newShell(t, from)
			s.must("seed")
			dir := t.TempDir()
			key, file := filepath.Join(dir, "khoa.txt"), filepath.Join(dir, "đêm qua.backup")
			public := strings.TrimSpace(s.must("backup", "key", "-o", key))
			out := s.must("backup", "-o", file, "--recipient", public)
			for _, line := range strings.Split(s.must("backup", "show", file), "\n") {
				if !strings.Contains(out, line) {
					t.Errorf("show prints %q, backup did not", line)
				}
			}
			o := s.elsewhere(to)
			if code, _, stderr := o.run("restore", file); code != exitUsage || !strings.Contains(stderr, "--identity") {
				t.Errorf("restore without a key: %d %s", code, stderr)
			}
			if out := o.must("restore", "--identity", key, file); !strings.Contains(out, "Đạt") {
				t.Errorf("restore prints %s", out)
			}
			o.must("check")
			for _, args := range [][]string{
				{"rank", "DTI_P", "--period", "2024", "--format", "csv"}, {"tasks", "list", "--format", "json"}, {"user", "list"},
			} {
				codeA, a, _ := s.run(args...)
				codeB, b, _ := o.run(args...)
				if codeA != exitDone || codeA != codeB || a != b {
					t.Errorf("%v: %d %.300s\nelsewhere: %d %.300s", args, codeA, a, codeB, b)
				}
			}
			if code, _, stderr := o.run("restore", "--identity", key, file); code != exitRefused || !strings.Contains(stderr, "đã có dữ liệu") {
				t.Errorf("restore over data: %d %s", code, stderr)
			}
		})
	}
}

func TestBackupAsksForAKey(t *testing.T) {
	s := newShell(t, "sqlite")
	dir := t.TempDir()
	file := filepath.Join(dir, "a.backup")
	for want, args := range map[string][]string{
		"khóa công khai":   {"backup", "-o", file},
		"CHISO_BACKUP_DIR": {"backup", "--unencrypted"},
		"age1":             {"backup", "-o", file, "--recipient", "abc"},
		"không nhận":       {"backup", "x", "-o", file, "--unencrypted"},
	} {
		if code, _, stderr := s.run(args...); code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%v: %d %s", args, code, stderr)
		}
	}
	s.must("backup", "-o", file, "--unencrypted")
	s.must("backup", "-o", file, "--text") // over the one before
	data, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(data), `{"table":"agency"`) {
		t.Errorf("--text cannot be read: %v", err)
	}
	database := filepath.Join(dir, "chiso.db")
	if err := os.WriteFile(database, []byte("SQLite format 3\x00"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := s.run("backup", "-o", database, "--unencrypted"); code != exitUsage || !strings.Contains(stderr, "không ghi đè") {
		t.Errorf("over a database: %d %s", code, stderr)
	}
	if code, _, _ := s.run("backup", "-o", filepath.Join(dir, "no", "a.backup"), "--unencrypted"); code != exitRefused {
		t.Errorf("into a folder that is not there: %d", code)
	}
}
