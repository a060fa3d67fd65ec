package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The commands about tasks over one database: import, the counts of a day in the promised form, the list, the board and the template.
func TestTasks(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "so.csv")
	const register = "Cơ quan chủ trì;Mã nhiệm vụ;Nhiệm vụ;Ngày giao;Thời hạn;Ngày hoàn thành\n" +
		"Bộ Y tế;A;Kết nối dữ liệu;01/4/2025;quý II/2025;30/6/2025\nBộ Tư pháp, Bộ Y tế;B;Sửa nghị định;01/4/2025;30/6/2025;\nHà Nội;C;Tuyên truyền;01/4/2025;thường xuyên;\n"
	if err := os.WriteFile(file, []byte(register), 0o600); err != nil {
		t.Fatal(err)
	}
	sh := newShell(t, "sqlite")
	must := sh.must
	if out := must("tasks", "import", "--dry-run", file); !strings.Contains(out, "mới 3") || !strings.Contains(out, "chưa lưu gì") {
		t.Errorf("dry run: %s", out)
	}
	if out := must("tasks", "import", "--programme", "NQ 71", file); !strings.Contains(out, "mới 3") {
		t.Errorf("import: %s", out)
	}
	type counts struct {
		Total     int
		Partition map[string]int
		Matrix    map[string]int
	}
	var s struct {
		At, Unit string
		counts
		By []struct {
			Key, Name string
			counts
		}
	}
	promised := json.NewDecoder(strings.NewReader(must("tasks", "summary", "--at", "2025-07-01", "--unit", "assignment", "--by", "agency", "--format", "json")))
	promised.DisallowUnknownFields()
	if err := promised.Decode(&s); err != nil {
		t.Fatal(err)
	}
	if s.At != "2025-07-01" || s.Unit != "assignment" || s.Total != 4 || s.Partition["done"] != 1 || s.Partition["overdue"] != 2 || s.Partition["recurring"] != 1 ||
		len(s.Partition) != 6 || len(s.Matrix) != 7 || s.Matrix["open_overdue"] != 2 || len(s.By) != 3 {
		t.Errorf("summary: %+v", s)
	}
	if err := json.Unmarshal([]byte(must("tasks", "summary", "--at", "2025-06-30", "--format", "json")), &s); err != nil || s.Total != 3 || s.Partition["overdue"] != 0 || s.Partition["in_progress"] != 1 {
		t.Errorf("the due day: %+v %v", s, err)
	}
	if out := must("tasks", "list", "--at", "2025-07-01", "--status", "overdue", "--format", "csv"); strings.Count(out, "\n") != 2 || !strings.Contains(out, "Bộ Tư pháp; Bộ Y tế") {
		t.Errorf("list: %s", out)
	}
	if out := must("tasks", "board", "--at", "2025-07-01"); !strings.Contains(out, "Tổng số") || !strings.Contains(out, "trên tổng số được giao: 33,33% (1/3)") {
		t.Errorf("board: %s", out)
	}
	if out := must("rank", "NQ71_07", "--block", "ministries"); !strings.Contains(out, "Bộ Tư pháp") || !strings.Contains(out, "Sổ nhiệm vụ") {
		t.Errorf("rank: %s", out)
	}
	template := filepath.Join(dir, "mau.xlsx")
	must("tasks", "template", "-o", template)
	if out := must("tasks", "import", template); !strings.Contains(out, "không có gì thay đổi") {
		t.Errorf("template back: %s", out)
	}
	must("tasks", "record", "--period", "2025-06")
	must("check")
	if err := os.WriteFile(file, []byte(strings.Replace(register, "quý II/2025", "sớm", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := sh.run("tasks", "import", "--marked", filepath.Join(dir, "sai"), file); code != exitRefused || !strings.Contains(out, "CSV!E2") {
		t.Errorf("a bad file: exit %d, %s", code, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "sai", "so (đã đánh dấu).xlsx")); err != nil {
		t.Error(err)
	}
	for _, args := range [][]string{{"tasks"}, {"tasks", "x"}, {"tasks", "import"}, {"tasks", "list", "x"}, {"tasks", "template"}, {"tasks", "list", "--format", "x"}} {
		if code, _, _ := sh.run(args...); code != exitUsage {
			t.Errorf("chiso %s: exit %d", strings.Join(args, " "), code)
		}
	}
}
