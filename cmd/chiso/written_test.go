package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a command writes is for whoever ran it: figures that are not released must not be readable for every account of the machine.
func TestWrittenFiles(t *testing.T) {
	s := newShell(t, "sqlite")
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	s.must("template", "--agency", "P-01", "--period", "2026-Q3", "--code", "CPS18", "-o", at("mẫu.xlsx"))
	s.must("report", "--period", "2026-10-10", "-o", at("báo cáo.xlsx"))
	s.must("catalogue", "export", "-o", at("danh mục.xlsx"))
	s.must("tasks", "template", "-o", at("nhiệm vụ.xlsx"))
	s.run("import", "--marked", at("lỗi"), s.file("hỏng.csv", tidy+"P-01,CPS18,2026-08,5,x,,\n"))
	written := 0
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && path != dir && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s may be read by others: %v", d.Name(), info.Mode())
		}
		if !d.IsDir() {
			written++
		}
		return err
	})
	if err != nil || written != 5 {
		t.Errorf("%d files, want 5: %v", written, err)
	}
}

// A name that begins like a formula stays a text in a spreadsheet; a number stays a number.
func TestPrintedCSV_formulas(t *testing.T) {
	s := newShell(t, "sqlite")
	for _, name := range []string{"=HYPERLINK(\"http://x\")", "＝1+1", "@SUM(1)", "-1+1"} {
		s.must("user", "add", "nguoi"+strings.Repeat("x", len(name)), "--full-name", name)
	}
	out := s.must("user", "list", "--format", "csv")
	for _, want := range []string{`"'=HYPERLINK(""http://x"")"`, ",'＝1+1,", ",'@SUM(1),", ",'-1+1,"} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is not in\n%s", want, out)
		}
	}
	out = s.must("rank", "Q766", "--format", "csv")
	if strings.Contains(out, ",'-") {
		t.Errorf("a number became a text\n%s", out)
	}
}
