// Package headings reads the corpus of tables with headings of their own, and what they are matched against, for the tests of
// the rooms that read such tables.
package headings

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/match"
	"chiso/internal/vi"
)

// Table is a file of internal/match/testdata/corpus: where its wording comes from, what its columns hold, and the table itself.
// Targets that are as right as the first follow after bars; "-" is a column that holds no figure of the catalogue and "?" one
// that may be read or left.
type Table struct {
	Name, Layout, Source string
	Held                 bool // its wording was not looked at while the word list and the bounds were made
	Is                   []string
	Table                match.Table
}

// Tester is told of what makes a test impossible: a testing.TB, or who measures without one.
type Tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// Corpus reads the tables of a folder.
func Corpus(t Tester, folder string) []Table {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.tsv"))
	if err != nil || len(files) < 40 {
		t.Fatalf("%d tables, %v", len(files), err)
	}
	out := make([]Table, len(files))
	for i, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = parseCorpus(t, strings.TrimSuffix(filepath.Base(f), ".tsv"), string(data))
	}
	return out
}

func parseCorpus(t Tester, name, text string) Table {
	t.Helper()
	c := Table{Name: name}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if key, value, ok := strings.Cut(strings.TrimPrefix(line, "# "), ": "); ok && strings.HasPrefix(line, "# ") {
			switch key {
			case "layout":
				c.Layout = value
			case "source":
				c.Source = value
			case "held":
				c.Held = true
			case "form":
				c.Table.Form = strings.Fields(value)
			}
			continue
		}
		f := strings.Split(line, "\t")
		switch f[0] {
		case "%is":
			c.Is = f[1:]
			c.Table.Columns = make([]match.Column, len(c.Is))
			for i, is := range c.Is {
				c.Table.Columns[i].Name = string(rune('A' + i%26))
				if i >= 26 {
					c.Table.Columns[i].Name = "A" + c.Table.Columns[i].Name
				}
				if slices.Contains([]string{"agency", "stt", "note"}, is) {
					c.Table.Columns[i].Role = is
				}
			}
		case "%head":
			for i, h := range f[1:] {
				c.Table.Columns[i].Headings = append(c.Table.Columns[i].Headings, h)
			}
		default:
			row := match.Row{Total: f[0] == "%total"}
			for i, v := range f[1:] {
				cell := match.Cell{Filled: v != ""}
				if n, err := vi.ParseNumber(v, true); err == nil && v != "" {
					cell.Number, cell.OK = n.Value, true
				}
				c.Table.Columns[i].Cells = append(c.Table.Columns[i].Cells, cell)
				if c.Is[i] == "agency" {
					row.Agency = v
				}
			}
			c.Table.Rows = append(c.Table.Rows, row)
		}
	}
	if c.Layout == "" || c.Source == "" || len(c.Table.Rows) == 0 {
		t.Fatalf("%s: no layout, source or rows", name)
	}
	return c
}

// Right reports whether a target is what a column holds, or a denominator what one with the same numbers holds.
func (c *Table) Right(column int, target match.Target) bool {
	for i := range c.Is {
		if slices.Contains(strings.Split(strings.ReplaceAll(c.Is[i], ".val", ""), "|"), target.String()) &&
			(i == column || target.Part == match.Denominator && slices.Equal(c.Table.Columns[i].Cells, c.Table.Columns[column].Cells)) {
			return true
		}
	}
	return false
}

// Figure reports whether a column holds a figure of the catalogue for certain.
func (c *Table) Figure(column int) bool {
	return !slices.Contains([]string{"agency", "stt", "note", "-", "?"}, c.Is[column]) && !strings.HasSuffix(c.Is[column], "|-") &&
		!strings.HasSuffix(c.Is[column], "|?")
}

// Free reports whether a column may be read or left.
func (c *Table) Free(column int) bool { return c.Is[column] == "?" }

// Words is the list of heading words that Chiso starts with; seed is its folder.
func Words(t Tester, seed string) *match.Lexicon {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(seed, "heading_words.csv"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := match.ParseLexicon(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Definitions is the catalogue that Chiso starts with.
func Definitions(t Tester, seed string) []*kpi.Definition {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(seed, "indicators.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, h := range lines[0] {
		at[h] = i
	}
	var out []*kpi.Definition
	for n, f := range lines[1:] {
		d := &kpi.Definition{
			ID:           int64(n + 1),
			From:         vi.OpenFrom,
			To:           vi.OpenTo,
			Name:         f[at["name_vi"]],
			Numerator:    f[at["numerator_vi"]],
			Denominator:  f[at["denominator_vi"]],
			Unit:         f[at["unit"]],
			Accumulation: kpi.Accumulation(f[at["accumulation"]]),
			Subset:       kpi.Subset(f[at["subset"]]),
			Signed:       f[at["signed"]] == "yes",
			Indicator:    kpi.Indicator{Code: f[at["code"]], Kind: kpi.Kind(f[at["type"]])},
		}
		if _, err := fmt.Sscan(f[at["decimals"]], &d.Decimals); err != nil {
			t.Fatal(err)
		}
		if m, err := vi.ParseDecimal(f[at["max_value"]]); err == nil {
			d.Max = vi.Some(m)
		}
		for k, p := range map[string]*vi.Date{"from": &d.From, "to": &d.To} {
			if s := f[at[k]]; s != "" {
				if *p, err = vi.ParseISODate(s); err != nil {
					t.Fatal(err)
				}
			}
		}
		out = append(out, d)
	}
	return out
}
