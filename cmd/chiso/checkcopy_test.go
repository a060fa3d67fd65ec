package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What check can know of a copy and what it cannot: an older copy is whole in itself and only a newer head gives it away; an empty
// database is nothing to be right; one that was moved in part lacks what the audit vouches for.
func TestCheckOfCopies(t *testing.T) {
	s := newShell(t, "sqlite")
	s.must("seed")
	stale, part := t.TempDir(), t.TempDir()
	s.damage("VACUUM INTO '" + filepath.Join(stale, "chiso.db") + "'")
	s.must("import", s.file("quy.csv", tidy+"P-01,CPS18,2026-08,80,100,,\n"))
	s.damage("VACUUM INTO '" + filepath.Join(part, "chiso.db") + "'")
	now := s.must("check")
	head := regexp.MustCompile(`O\d+-[0-9a-f]{20}`).FindString(now)
	for _, want := range []string{"Đạt", "chưa biết hai điều", "bản mới nhất", "Mục nhật ký cuối được ghi cách nay 0 phút"} {
		if !strings.Contains(now, want) {
			t.Errorf("check does not say %q:\n%s", want, now)
		}
	}
	if out := s.must("check", "--head", head); !strings.Contains(out, "Đã so với mốc: "+head) || strings.Contains(out, "chưa biết hai điều") {
		t.Errorf("with its own head:\n%s", out)
	}

	old := &shell{t, []string{"CHISO_DATA=" + stale, "CHISO_LISTEN=localhost:0"}}
	if out := old.must("check"); !strings.Contains(out, "một bản sao cũ tự nó vẫn khớp") {
		t.Errorf("a stale copy:\n%s", out)
	}
	if code, out, _ := old.run("check", "--head", head); code != exitRefused || !strings.Contains(out, "Đây là một bản cũ hơn mốc") || !strings.Contains(out, "KHÔNG ĐẠT") {
		t.Errorf("a stale copy with a newer head: exit %d\n%s", code, out)
	}

	empty := (&shell{t, nil}).elsewhere("sqlite")
	empty.must("migrate")
	if code, out, errs := empty.run("check"); code != exitRefused || strings.Contains(out, "Đạt") || !strings.Contains(errs, "chưa có phiên bản dữ liệu nào") {
		t.Errorf("an empty database: exit %d\n%s%s", code, out, errs)
	}

	// Table by table in the order of the alphabet, until somebody stopped it.
	moved := &shell{t, []string{"CHISO_DATA=" + part, "CHISO_LISTEN=localhost:0"}}
	for _, c := range []struct{ lost, says string }{
		{"DELETE FROM scorecard_version", "đã bị sửa ngoài chương trình"},
		{"DELETE FROM observation WHERE id > 20", "KHÔNG ĐẠT"},
		{"DELETE FROM audit_digest", "mã băm nội dung"},
		{"DELETE FROM audit", "thiếu các mục cuối"},
	} {
		moved.damage(c.lost)
		if code, out, errs := moved.run("check"); code != exitRefused || !strings.Contains(out, c.says) || strings.Contains(out, "\nĐạt") {
			t.Errorf("after %s: exit %d\n%s%s", c.lost, code, out, errs)
		}
	}
	moved.damage("PRAGMA foreign_keys = 0; DELETE FROM observation; DELETE FROM observation_now; DELETE FROM revision")
	if code, _, errs := moved.run("check"); code != exitRefused || !strings.Contains(errs, "chuyển một phần") {
		t.Errorf("moved without revisions: exit %d %s", code, errs)
	}
}
