package match_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chiso/internal/kpi"
	"chiso/internal/match"
	"chiso/internal/testing/headings"
)

type corpusTable = headings.Table

var seedFolder = filepath.Join("..", "..", "seed")

func corpus(t testing.TB) []corpusTable {
	t.Helper()
	return headings.Corpus(t, filepath.Join("testdata", "corpus"))
}

func definitions(t testing.TB) []*kpi.Definition {
	t.Helper()
	return headings.Definitions(t, seedFolder)
}

func reader(t testing.TB) *match.Reader {
	t.Helper()
	return match.New(headings.Words(t, seedFolder), definitions(t), 20261010)
}

// TestRead_corpus reads every table of the corpus: nothing wrong, and few questions.
func TestRead_corpus(t *testing.T) {
	r := reader(t)
	var seen, held, traps headings.Tally
	for _, c := range corpus(t) {
		out := r.Read(&c.Table)
		s := headings.Judge(&c, out, t.Errorf)
		switch {
		case strings.HasPrefix(c.Name, "t"):
			traps.Add(s)
		case c.Held:
			held.Add(s)
		default:
			seen.Add(s)
		}
		if testing.Verbose() && os.Getenv("CHISO_MATCH") != "" && (!c.Held || os.Getenv("CHISO_MATCH") == "held") {
			for _, x := range out {
				t.Logf("%s %s %v [%s] → %s %d %v m=%d against %v alt %v", c.Name, c.Table.Columns[x.Column].Name, c.Table.Columns[x.Column].Headings, c.Is[x.Column], x.Target, x.Verdict, x.Evidence, x.Margin, x.Against, x.Alternatives)
			}
		}
	}
	t.Logf("seen:  %v", seen)
	t.Logf("held:  %v", held)
	t.Logf("traps: %v", traps)
}
