// Package siblings reads the cases of internal/intake/testdata/siblings, in which people who have not read the reader
// describe files, and builds the files: what must come of each stands beside it. The form of a case: the types below.
package siblings

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Case is one file and what must come of it.
type Case struct {
	Name   string  `json:"name"` // unique; the stem of the file
	Kind   string  `json:"kind"`
	Source string  `json:"source"`
	Mode   string  `json:"mode"` // import or tasks
	Args   Args    `json:"args"`
	CSV    *string `json:"csv"` // exactly one of CSV and Sheets
	Sheets []Sheet `json:"sheets"`
	Want   Want    `json:"want"`
	Why    string  `json:"why"`
}

// Args are what the person who hands the file in says.
type Args struct {
	Period, Indicator, Agency, Programme, AsOf string
}

// Sheet is a sheet by its cells.
type Sheet struct {
	Name       string                     `json:"name"`
	Cells      map[string]json.RawMessage `json:"cells"`
	Merge      []string                   `json:"merge"`
	HiddenRows []int                      `json:"hiddenRows"`
	HiddenCols []string                   `json:"hiddenCols"`
	Hidden     any                        `json:"hidden"` // true, or "very"
	Calc       string                     `json:"calc"`   // full: the workbook says that it must be calculated when it is opened
}

// Want is what must come of a file.
type Want struct {
	Outcome string          `json:"outcome"` // read, asked or either
	Figures []Figure        `json:"figures"` // all of them
	Or      [][]Figure      `json:"or"`      // other complete sets that are right as well
	Says    string          `json:"says"`    // warning or notice, when accepted
	Tasks   json.RawMessage `json:"tasks"`
	OrTasks json.RawMessage `json:"orTasks"`
}

// Figure is one figure as it must be read. Members without a value are not compared.
type Figure struct {
	Agency, Indicator, Period      string
	Num, Den, Value                string
	State                          string
	Qualifier                      string
	QualifierExact, QualifierAlias string
}

// Load reads all cases of a directory, by file name.
func Load(t testing.TB, dir string) []Case {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in %s: %v", dir, err)
	}
	seen := map[string]bool{}
	var out []Case
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []Case
		if err := json.Unmarshal(data, &cases); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, c := range cases {
			if seen[c.Name] || c.Name == "" || (c.CSV == nil) == (len(c.Sheets) == 0) {
				t.Fatalf("%s: case %q is there twice, nameless, or not of one file", file, c.Name)
			}
			seen[c.Name] = true
			out = append(out, c)
		}
	}
	return out
}

// File makes the file of the case.
func (c *Case) File(t testing.TB) (name string, data []byte) {
	t.Helper()
	if c.CSV != nil {
		return c.Name + ".csv", []byte(*c.CSV)
	}
	return c.Name + ".xlsx", book(t, c.Sheets)
}

// Innocent reports whether the case is one that looks like a trap and must be read.
func (c *Case) Innocent() bool { return strings.HasPrefix(c.Kind, "innocent") }

// String names the case for messages.
func (c *Case) String() string { return fmt.Sprintf("%s (%s): %s", c.Name, c.Kind, c.Why) }
