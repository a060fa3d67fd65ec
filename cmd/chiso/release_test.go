package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReleaseCommand(t *testing.T) {
	s := newShell(t, "sqlite")
	file := filepath.Join(t.TempDir(), "a.csv")
	write := func(rows string) {
		t.Helper()
		if err := os.WriteFile(file, []byte("Cơ quan,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số\n"+rows), 0o644); err != nil {
			t.Fatal(err)
		}
		s.must("import", file)
	}
	write("Hà Nội,CPS18,2026-Q3,80,100\nHuế,CPS18,2026-Q3,70,100\n")
	if out := s.must("release", "create", "--period", "2026-Q3", "--account", "lan", "--number", "12/TB", "--day", "2026-10-20"); !strings.Contains(out, "số 1") {
		t.Error(out)
	}
	if out := s.must("release", "show", "1"); !strings.Contains(out, "Hà Nội  80,00") || !strings.Contains(out, "Dự thảo") {
		t.Error(out)
	}
	for _, tt := range []struct {
		code int
		says string
		args []string
	}{
		{exitRefused, "không được tự phê duyệt", []string{"approve", "1", "--version", "1", "--account", "lan"}},
		{exitRefused, "đã thay đổi", []string{"approve", "1", "--version", "7", "--account", "minh"}},
		{exitUsage, "--version", []string{"approve", "1", "--account", "minh"}},
		{exitRefused, "Không có bản công bố", []string{"show", "9"}},
		{exitUsage, "không hợp lệ", []string{"show", "x"}},
		{exitUsage, "release cần", []string{"publish"}},
		{exitUsage, "release cần", []string{"show"}},
		{exitUsage, "release cần", nil},
		{exitUsage, "--day", []string{"create", "--period", "2026-Q3", "--day", "hôm nay"}},
		{exitUsage, "--period", []string{"create"}},
		{exitRefused, "ít nhất một chỉ tiêu", []string{"create", "--period", "2020-Q3"}},
	} {
		if code, _, errs := s.run(append([]string{"release"}, tt.args...)...); code != tt.code || !strings.Contains(errs, tt.says) {
			t.Errorf("release %q: exit %d: %s", tt.args, code, errs)
		}
	}
	s.must("release", "approve", "1", "--version", "1", "--account", "minh")
	out := filepath.Join(t.TempDir(), "cong-bo.xlsx")
	s.must("release", "show", "1", "-o", out)
	if data, err := os.ReadFile(out); err != nil || !strings.HasPrefix(string(data), "PK") {
		t.Errorf("no workbook: %v", err)
	}
	write("Hà Nội,CPS18,2026-Q3,60,100\n")
	s.must("release", "create", "--period", "2026-Q3", "--kind", "final", "--account", "lan", "--number", "15/TB", "--day", "2026-10-25")
	diff := s.must("release", "diff", "2")
	if !strings.Contains(diff, "80,00  1") || !strings.Contains(diff, "60,00  2") {
		t.Error(diff)
	}
	s.must("release", "approve", "2", "--version", "1", "--account", "minh")
	if list := s.must("release", "list"); strings.Count(list, "Đang có hiệu lực") != 1 || strings.Count(list, "Đã được thay thế") != 1 {
		t.Error(list)
	}
	s.must("check")
}
