package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestImport_marked(t *testing.T) {
	s := newShell(t, "sqlite")
	const head = "agency,indicator,period,numerator,denominator\n"
	bad, good := s.file("xấu.csv", head+"Hà Nội,CPS18,2026-Q3,3,2\n"), s.file("tốt.csv", head+"Hà Nội,CPS18,2026-Q3,1,2\n")
	pdf := s.file("không đọc được.xlsx", "%PDF-1.7")
	dir := filepath.Join(t.TempDir(), "sửa")
	code, _, errs := s.run("import", "--marked", dir, bad, good, bad, pdf)
	if code != exitRefused || !strings.Contains(errs, filepath.Join(dir, "xấu (đã đánh dấu).xlsx")) {
		t.Errorf("exit %d: %s", code, errs)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 || files[0].Name() != "xấu (đã đánh dấu) 2.xlsx" {
		t.Errorf("%v %v", files, err)
	}
	if code, _, errs := s.run("import", "--marked", dir, good); code != exitDone || errs != "" {
		t.Errorf("a good file: exit %d, %s", code, errs)
	}
}
