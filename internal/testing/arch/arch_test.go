package arch

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTheHouse(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Dir,Name,GoFiles,CgoFiles,Imports", "chiso/...")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var packages []Package
	for dec := json.NewDecoder(out); ; {
		var p Package
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(p.GoFiles)+len(p.CgoFiles) > 0 { // else tests only, or a folder under node_modules
			packages = append(packages, p)
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(packages, func(p Package) bool { return p.ImportPath == "chiso/static" }) {
		t.Fatalf("go list gave %d packages without chiso/static", len(packages))
	}
	for _, f := range append(Faults(packages), Habits(packages)...) {
		t.Error(f)
	}
}

func TestHabits(t *testing.T) {
	dir := t.TempDir()
	source := "package tasks\n\ntype row struct{ a, b, c, d string }\n\nvar one = row{\"a\", \"b\", \"c\", \"d\"}\n\nvar all = []row{{\"a\", \"b\", \"c\", \"d\"}, {a: \"a\"}}\n\n" +
		"func (r *Room) Lose(ctx context.Context) error {\n\treturn nil\n}\n\nfunc (r *Room) Keep(ctx context.Context) (err error) {\n\tdefer fault.Context(&err, \"tasks.Keep\")\n\treturn nil\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "row.go"), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	got := Habits([]Package{{ImportPath: "chiso/internal/app/tasks", Dir: dir, Name: "tasks", GoFiles: []string{"row.go"}}})
	want := []string{"row.go:5: a literal of row", "row.go:7: a literal of row", "row.go:9: Lose does not say its path"}
	if len(got) != len(want) {
		t.Fatalf("got %q", got)
	}
	for i, w := range want {
		if !strings.Contains(got[i], w) {
			t.Errorf("%q, want %q", got[i], w)
		}
	}
}

// The rules are worth what they catch.
func TestFaults(t *testing.T) {
	dir := t.TempDir()
	source := "package kpi\n\nimport (\n\tclock \"time\"\n)\n\nfunc init() {}\n\nvar At = clock.Now()\n\ntype T struct{}\n\nfunc (T) init() {}\n"
	if err := os.WriteFile(filepath.Join(dir, "kpi.go"), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		pkg  Package
		want []string
	}{
		{Package{ImportPath: "chiso/internal/web/tasks", Imports: []string{"chiso/internal/app/tasks", "chiso/internal/web/frame", "github.com/labstack/echo/v4", "net/http"}}, nil},
		{Package{ImportPath: "chiso/internal/web/tasks", Imports: []string{"chiso/internal/web/publish", "chiso/internal/app/publish", "chiso/internal/web"}},
			[]string{"must not import internal/app/publish", "must not import internal/web", "must not import internal/web/publish"}},
		{Package{ImportPath: "chiso/internal/web/api", Imports: []string{"chiso/internal/store"}}, []string{"must not import internal/store"}},
		{Package{ImportPath: "chiso/internal/store", Imports: []string{"chiso/internal/app", "gorm.io/gorm", "github.com/xuri/excelize/v2"}},
			[]string{"must not import github.com/xuri/excelize/v2: only internal/intake, internal/report, tests may", "must not import internal/app"}},
		{Package{ImportPath: "chiso/internal/app", Imports: []string{"gorm.io/gorm", "chiso/seed"}}, []string{"must not import gorm.io/gorm: only internal/store, tests may"}},
		{Package{ImportPath: "chiso/internal/ranking", Imports: []string{"chiso/internal/kpi", "chiso/internal/check", "log/slog"}},
			[]string{"is pure and must not import log/slog", "must not import internal/check"}},
		{Package{ImportPath: "chiso/internal/kpi", Dir: dir, GoFiles: []string{"kpi.go"}, Imports: []string{"chiso/internal/agency"}},
			[]string{"kpi.go: line 7: func init acts", "kpi.go: line 9: time.Now in a pure room", "must not import internal/agency"}},
		{Package{ImportPath: "chiso/internal/fault", Imports: []string{"errors", "golang.org/x/text/language"}}, []string{"stands on the standard library alone"}},
		{Package{ImportPath: "chiso/internal/app/helpers"}, []string{`the name "helpers" says nothing`}},
		{Package{ImportPath: "chiso/internal/dashboard"}, []string{"belongs to no room"}},
		{Package{ImportPath: "chiso/internal/vi", Imports: []string{"golang.org/x/text/unicode/norm", "testing"}}, []string{"must not import testing: only tests may"}},
		{Package{ImportPath: "chiso/internal/testing/browser", Imports: []string{"testing", "github.com/chromedp/chromedp"}}, nil},
		{Package{ImportPath: "chiso/internal/bench", Imports: []string{"testing", "github.com/labstack/echo/v4", "chiso/internal/store"}}, nil},
	} {
		got := Faults([]Package{tt.pkg})
		ok := len(got) == len(tt.want)
		for i := range min(len(got), len(tt.want)) {
			ok = ok && strings.Contains(got[i], tt.want[i])
		}
		if !ok {
			t.Errorf("%s:\n got %q\nwant %q", tt.pkg.ImportPath, got, tt.want)
		}
	}
}
