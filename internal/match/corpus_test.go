package match_test

import (
	"fmt"
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
		if c.Figure(r.Column) {
			s.columns++
		}
		switch {
		case r.Verdict == match.Sure && !c.Right(r.Column, r.Target) && !c.Free(r.Column):
			s.wrong++
			tell("%s %s %v: %s, is %s; %v margin %d", c.Name, c.Table.Columns[r.Column].Name, c.Table.Columns[r.Column].Headings, r.Target, c.Is[r.Column], r.Evidence, r.Margin)
		case r.Verdict == match.Sure && c.Figure(r.Column):
			s.right++
		case !c.Figure(r.Column) && r.Verdict == match.Ask:
			s.bothered++
		case c.Figure(r.Column) && r.Verdict == match.Ask:
			s.asked++
		case c.Figure(r.Column):
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
		out := r.Read(&c.Table)
		s := judge(&c, out, t.Errorf)
		switch {
		case strings.HasPrefix(c.Name, "t"):
			traps.add(s)
		case c.Held:
			held.add(s)
		default:
			seen.add(s)
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
