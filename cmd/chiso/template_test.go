package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTemplateCommand(t *testing.T) {
	s := newShell(t, "sqlite")
	out := filepath.Join(t.TempDir(), "mẫu.xlsx")
	s.must("template", "--agency", "P-01", "--period", "2026-Q3", "--code", "CPS18", "-o", out)
	data, err := os.ReadFile(out)
	if err != nil || !bytes.HasPrefix(data, []byte("PK")) {
		t.Fatal(err)
	}
	// Nothing is written in it yet.
	if code, text, _ := s.run("import", out); code != exitRefused || !strings.Contains(text, "Biểu mẫu chưa ghi số liệu nào") {
		t.Errorf("an empty template: exit %d\n%s", code, text)
	}
	for _, args := range [][]string{{"template"}, {"template", "--agency", "P-01", "--period", "2026-Q3"}, {"template", "-o", out, "x"}} {
		if code, _, _ := s.run(args...); code != exitUsage {
			t.Errorf("chiso %q: exit %d", args, code)
		}
	}
	if code, _, errs := s.run("template", "--agency", "X", "--period", "2026-Q3", "-o", out); code != exitRefused || !strings.Contains(errs, "Không có đơn vị") {
		t.Errorf("exit %d: %s", code, errs)
	}
}
