package match_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chiso/internal/kpi"
	"chiso/internal/match"
	"chiso/internal/vi"
)

// corpusTable is a file of testdata/corpus: where its wording comes from, what its columns hold, and the table itself.
// Targets that are as right as the first follow after bars; "-" is a column that holds no figure of the catalogue and "?" one
// that may be read or left.
type corpusTable struct {
	name, layout, source string
	held                 bool // its wording was not looked at while the word list and the bounds were made
	is                   []string
	table                match.Table
}

func corpus(t testing.TB) []corpusTable {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "corpus", "*.tsv"))
	if err != nil || len(files) < 40 {
		t.Fatalf("%d tables, %v", len(files), err)
	}
	out := make([]corpusTable, len(files))
	for i, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = parseCorpus(t, strings.TrimSuffix(filepath.Base(f), ".tsv"), string(data))
	}
	return out
}

func parseCorpus(t testing.TB, name, text string) corpusTable {
	t.Helper()
	c := corpusTable{name: name}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if key, value, ok := strings.Cut(strings.TrimPrefix(line, "# "), ": "); ok && strings.HasPrefix(line, "# ") {
			switch key {
			case "layout":
				c.layout = value
			case "source":
				c.source = value
			case "held":
				c.held = true
			case "form":
				c.table.Form = strings.Fields(value)
			}
			continue
		}
		f := strings.Split(line, "\t")
		switch f[0] {
		case "%is":
			c.is = f[1:]
			c.table.Columns = make([]match.Column, len(c.is))
			for i, is := range c.is {
				c.table.Columns[i].Name = string(rune('A' + i%26))
				if i >= 26 {
					c.table.Columns[i].Name = "A" + c.table.Columns[i].Name
				}
				if slices.Contains([]string{"agency", "stt", "note"}, is) {
					c.table.Columns[i].Role = is
				}
			}
		case "%head":
			for i, h := range f[1:] {
				c.table.Columns[i].Headings = append(c.table.Columns[i].Headings, h)
			}
		default:
			row := match.Row{Total: f[0] == "%total"}
			for i, v := range f[1:] {
				cell := match.Cell{Filled: v != ""}
				if n, err := vi.ParseNumber(v, true); err == nil && v != "" {
					cell.Number, cell.OK = n.Value, true
				}
				c.table.Columns[i].Cells = append(c.table.Columns[i].Cells, cell)
				if c.is[i] == "agency" {
					row.Agency = v
				}
			}
			c.table.Rows = append(c.table.Rows, row)
		}
	}
	if c.layout == "" || c.source == "" || len(c.table.Rows) == 0 {
		t.Fatalf("%s: no layout, source or rows", name)
	}
	return c
}

// right reports whether a target is what a column holds, or a denominator what one with the same numbers holds.
func (c *corpusTable) right(column int, target match.Target) bool {
	for i := range c.is {
		if slices.Contains(strings.Split(strings.ReplaceAll(c.is[i], ".val", ""), "|"), target.String()) &&
			(i == column || target.Part == match.Denominator && slices.Equal(c.table.Columns[i].Cells, c.table.Columns[column].Cells)) {
			return true
		}
	}
	return false
}

// figure reports whether a column holds a figure of the catalogue for certain.
func (c *corpusTable) figure(column int) bool {
	return !slices.Contains([]string{"agency", "stt", "note", "-", "?"}, c.is[column]) && !strings.HasSuffix(c.is[column], "|-") && !strings.HasSuffix(c.is[column], "|?")
}

// free reports whether a column may be read or left.
func (c *corpusTable) free(column int) bool { return c.is[column] == "?" }

func reader(t testing.TB) *match.Reader {
	t.Helper()
	return match.New(lexicon(t), definitions(t), 20261010)
}

func lexicon(t testing.TB) *match.Lexicon {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "seed", "heading_words.csv"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := match.ParseLexicon(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// definitions reads the catalogue that Chiso starts with.
func definitions(t testing.TB) []*kpi.Definition {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "seed", "indicators.csv"))
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
		d := &kpi.Definition{ID: int64(n + 1), From: vi.OpenFrom, To: vi.OpenTo, Name: f[at["name_vi"]], Numerator: f[at["numerator_vi"]], Denominator: f[at["denominator_vi"]],
			Unit: f[at["unit"]], Accumulation: kpi.Accumulation(f[at["accumulation"]]), Subset: kpi.Subset(f[at["subset"]]), Signed: f[at["signed"]] == "yes",
			Indicator: kpi.Indicator{Code: f[at["code"]], Kind: kpi.Kind(f[at["type"]])}}
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

// tally counts what became of columns.
type tally struct{ right, asked, unread, wrong, columns, bothered int }

func (s *tally) add(o tally) {
	s.right, s.asked, s.unread, s.wrong = s.right+o.right, s.asked+o.asked, s.unread+o.unread, s.wrong+o.wrong
	s.columns, s.bothered = s.columns+o.columns, s.bothered+o.bothered
}

func (s tally) String() string {
	share := func(n int) string { return fmt.Sprintf("%d (%d %%)", n, (200*n+s.columns)/max(2*s.columns, 1)) }
	return fmt.Sprintf("columns %d, right %s, asked %s, unread %s, wrong %d; asked about other columns %d", s.columns, share(s.right), share(s.asked), share(s.unread), s.wrong, s.bothered)
}

// judge counts the readings of a table, and tells of each that is wrong.
func judge(c *corpusTable, readings []match.Reading, tell func(string, ...any)) (s tally) {
	for _, r := range readings {
		if c.figure(r.Column) {
			s.columns++
		}
		switch {
		case r.Verdict == match.Sure && !c.right(r.Column, r.Target) && !c.free(r.Column):
			s.wrong++
			tell("%s %s %v: %s, is %s; %v margin %d", c.name, c.table.Columns[r.Column].Name, c.table.Columns[r.Column].Headings, r.Target, c.is[r.Column], r.Evidence, r.Margin)
		case r.Verdict == match.Sure && c.figure(r.Column):
			s.right++
		case !c.figure(r.Column) && r.Verdict == match.Ask:
			s.bothered++
		case c.figure(r.Column) && r.Verdict == match.Ask:
			s.asked++
		case c.figure(r.Column):
			s.unread++
		}
	}
	return s
}

// TestRead_corpus reads every table of the corpus: nothing wrong, and few questions.
func TestRead_corpus(t *testing.T) {
	r := reader(t)
	var seen, held, traps tally
	for _, c := range corpus(t) {
		out := r.Read(&c.table)
		s := judge(&c, out, t.Errorf)
		switch {
		case strings.HasPrefix(c.name, "t"):
			traps.add(s)
		case c.held:
			held.add(s)
		default:
			seen.add(s)
		}
		if testing.Verbose() && os.Getenv("CHISO_MATCH") != "" && (!c.held || os.Getenv("CHISO_MATCH") == "held") {
			for _, x := range out {
				t.Logf("%s %s %v [%s] → %s %d %v m=%d against %v alt %v", c.name, c.table.Columns[x.Column].Name, c.table.Columns[x.Column].Headings, c.is[x.Column], x.Target, x.Verdict, x.Evidence, x.Margin, x.Against, x.Alternatives)
			}
		}
	}
	t.Logf("seen:  %v", seen)
	t.Logf("held:  %v", held)
	t.Logf("traps: %v", traps)
}
