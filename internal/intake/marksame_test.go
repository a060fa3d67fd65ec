package intake_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chiso/internal/check"
	"chiso/internal/intake"
)

// Marking changes nothing that is read: every file of testdata says the same before and after.
func TestMark_readsTheSame(t *testing.T) {
	var files []string
	for _, pattern := range []string{"cases/*.txt", "csv/*.csv"} {
		some, err := filepath.Glob(filepath.Join("testdata", pattern))
		if err != nil || len(some) == 0 {
			t.Fatal(pattern, err)
		}
		files = append(files, some...)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name, change := filepath.Base(file), func(*check.Rules, *intake.Options) {}
			if strings.HasSuffix(name, ".txt") {
				describe, _, _ := strings.Cut(string(data), "---\n")
				b := &builder{t: t}
				name, data, change = "a.xlsx", b.build(describe), b.rules
			}
			was := run(t, name, data, change)
			if was.err != nil {
				t.Log("refused: ", was.err) // nothing is read, so nothing is marked
				return
			}
			marked, err := intake.Mark(name, data, was.findings, checkedOn, intake.ForImport, intake.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if sheets := open(t, marked).GetSheetList(); len(sheets) < 2 {
				t.Fatalf("only the list: %v", sheets)
			}
			is := run(t, "a.xlsx", marked, change)
			if is.err != nil || !slices.Equal(was.entries, is.entries) || was.codes() != is.codes() {
				t.Errorf("%v\n%q\n%s\nwas\n%q\n%s", is.err, is.entries, is.codes(), was.entries, was.codes())
			}
		})
	}
}
