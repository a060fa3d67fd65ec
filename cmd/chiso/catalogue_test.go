package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// The catalogue goes down, and up again without a change; without an act nothing is taken.
func TestCatalogueCommand(t *testing.T) {
	s := newShell(t, "sqlite")
	out := filepath.Join(t.TempDir(), "danh-muc.xlsx")
	s.must("catalogue", "export", "-o", out)
	act := []string{"catalogue", "import", "--number", "15/QĐ", "--day", "1/4/2026", "--issuer", "Bộ KH&CN", out}
	for _, tt := range []struct {
		code int
		says string
		args []string
	}{
		{exitDone, "thêm 0, sửa 0, bỏ 0 dòng", []string{"catalogue", "import", "--dry-run", out}},
		{exitRefused, "văn bản làm căn cứ", []string{"catalogue", "import", out}},
		{exitDone, "không thay đổi", act},
		{exitRefused, "Không có bảng danh mục này", []string{"catalogue", "export", "-o", out, "x"}},
		{exitUsage, "export hoặc import", []string{"catalogue"}},
		{exitUsage, "cần -o", []string{"catalogue", "export"}},
		{exitUsage, "Không hiểu ngày", []string{"catalogue", "import", "--day", "mai", out}},
	} {
		if code, _, errs := s.run(tt.args...); code != tt.code || !strings.Contains(errs, tt.says) {
			t.Errorf("chiso %q: exit %d, %s", tt.args, code, errs)
		}
	}
	holidays := s.file("holidays.csv", "date,kind,name,basis,verified\n01/01/2027,holiday,Tết Dương lịch,BLLĐ,yes\n")
	act[len(act)-1] = holidays
	if code, text, errs := s.run(act...); code != exitDone || !strings.Contains(errs, "thêm 1, sửa 0, bỏ 44 dòng") || !strings.Contains(text, "thêm\tholidays\t01/01/2027") {
		t.Errorf("exit %d: %s%s", code, text, errs)
	}
	s.must("check")
}
