package app_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"chiso/internal/app/ledger"
)

// Every action that the program writes into the audit has a name that people read.
func TestAudit_everyActionHasATitle(t *testing.T) {
	written := regexp.MustCompile(`(?:Action: +|[Nn]ote(?:Round|Release|Pack)\(\s*tx,\s*)"([a-z_]+)"|manage\(\s*ctx,\s*id,\s*"([a-z_]+)"`)
	n := 0
	for _, folder := range []string{".", "*", "../store", "../../cmd/chiso"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range written.FindAllStringSubmatch(string(text), -1) {
				n++
				if code := m[1] + m[2]; !strings.HasSuffix(code, "_") && ledger.ActionTitle(code) == code { // "round_" is the beginning of several
					t.Errorf("%s writes %q, which has no title", name, code)
				}
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d actions found: the pattern is out of date", n)
	}
}
