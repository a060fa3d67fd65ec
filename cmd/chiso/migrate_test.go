package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"chiso/internal/store"
)

// older is a shell over a database of an older schema with a few rows, as a text dump of the store's tests has it.
func older(t *testing.T, engine string, schema int) *shell {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "internal", "store", "testdata", "schemas", fmt.Sprintf("%05d.txt", schema)))
	if err != nil {
		t.Fatal(err)
	}
	return oldDatabase(t, engine, int64(schema), text)
}

// An upgrade says what it will do, backs up first, and gives the same database as one that was never older; a restore of that backup
// brings the old one back.
func TestMigrateBacksUpFirst(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			s := older(t, engine, 8)
			if code, _, stderr := s.run("rank", "DOCS"); code != exitRefused || !strings.Contains(stderr, "chiso migrate") {
				t.Errorf("an older schema is used: %d %s", code, stderr)
			}
			plan := s.must("migrate", "--plan")
			for _, want := range []string{"Cập nhật từ lược đồ 8", "lập bảng pack", "thêm cột task_update.file", "Ước tính lâu nhất"} {
				if !strings.Contains(plan, want) {
					t.Errorf("the plan does not say %q:\n%s", want, plan)
				}
			}
			if again := s.must("migrate", "--plan"); again != plan {
				t.Errorf("the plan changed something:\n%s", again)
			}
			dir := t.TempDir()
			s.environ = append(s.environ, "CHISO_BACKUP_DIR="+dir, "CHISO_BACKUP_UNENCRYPTED=true")
			out := s.must("migrate")
			files, err := filepath.Glob(filepath.Join(dir, "truoc-luoc-do-*.backup"))
			if err != nil || len(files) != 1 || !strings.Contains(out, files[0]) {
				t.Fatalf("%v, %v: %s", files, err, out)
			}
			if out := s.must("migrate"); !strings.Contains(out, "Không có gì phải cập nhật") {
				t.Errorf("again: %s", out)
			}
			s.must("check")
			o := s.elsewhere(map[string]string{"sqlite": "postgres", "postgres": "sqlite"}[engine])
			if out := o.must("restore", files[0]); !strings.Contains(out, "lược đồ 8") || !strings.Contains(out, "Đạt") {
				t.Errorf("restore: %s", out)
			}
		})
	}
}

// An upgrade that was killed before the first digests is finished by the next one: check asks for migrate, which used to say that there
// was nothing to do.
func TestMigrateFinishesWhatWasKilled(t *testing.T) {
	dumps, err := filepath.Glob(filepath.Join("..", "..", "internal", "store", "testdata", "schemas", "*.txt"))
	if err != nil || len(dumps) == 0 {
		t.Fatalf("%d dumps, %v", len(dumps), err)
	}
	newest, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(dumps[len(dumps)-1]), ".txt"))
	if err != nil {
		t.Fatal(err)
	}
	s := older(t, "sqlite", newest)
	s.environ = append(s.environ, "CHISO_BACKUP_UNENCRYPTED=true")
	if _, out, _ := s.run("check"); !strings.Contains(out, "Hãy chạy chiso migrate") {
		t.Errorf("check: %s", out)
	}
	if out := s.must("migrate", "--plan"); !strings.Contains(out, "lập mã băm đầu tiên") {
		t.Errorf("plan: %s", out)
	}
	if out := s.must("migrate"); !strings.Contains(out, "đã lập mã băm đầu tiên") {
		t.Errorf("migrate: %s", out)
	}
	s.must("check")
}

// Where no backup can be written, nothing is upgraded.
func TestMigrateWithoutAPlaceForTheBackup(t *testing.T) {
	s := older(t, "sqlite", 8)
	file := s.file("no-folder", "x")
	s.environ = append(s.environ, "CHISO_BACKUP_DIR="+file, "CHISO_BACKUP_UNENCRYPTED=true")
	if code, _, stderr := s.run("migrate"); code != exitRefused || !strings.Contains(stderr, "Chưa cập nhật gì") {
		t.Errorf("migrate: %d %s", code, stderr)
	}
	if out := s.must("migrate", "--plan"); !strings.Contains(out, "từ lược đồ 8") {
		t.Errorf("it was upgraded: %s", out)
	}
	s.must("migrate", "--no-backup")
	s.must("check")
}

// oldDatabase makes a backup of an old schema out of its text and restores it without the upgrade that follows.
func oldDatabase(t *testing.T, engine string, schema int64, text []byte) *shell {
	t.Helper()
	s := (&shell{t, nil}).elsewhere(engine)
	settings, err := (&program{environ: s.environ}).settings()
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), store.Config{URL: settings.DatabaseURL, Path: filepath.Join(settings.Data, "chiso.db"), Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	snap := store.Snapshot{Schema: schema, Rows: map[string]int64{}}
	table := ""
	for line := range strings.Lines(string(text)) {
		switch {
		case strings.HasPrefix(line, `{"table":"`):
			table, _, _ = strings.Cut(strings.TrimPrefix(line, `{"table":"`), `"`)
		case line != "\\.\n" && !strings.HasPrefix(line, `{"end"`):
			snap.Rows[table]++
		}
	}
	if err := st.Restore(t.Context(), snap, bytes.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	return s
}
