package match_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"chiso/internal/testing/headings"
)

// TestRead_besideOthers prints what other rules make of the same tables, and holds the bounds of ours.
func TestRead_besideOthers(t *testing.T) {
	r, defs := reader(t), definitions(t)
	rnd := rand.New(rand.NewPCG(7, 7))
	lines := []string{"exact (as before)", "Levenshtein ≥ 75 %", "names alone", "all evidence, seen", "all evidence, held back", "all evidence, traps", "5 % of cells falsified", "second month"}
	sums := map[string]*headings.Tally{}
	for _, l := range lines {
		sums[l] = &headings.Tally{}
	}
	for _, c := range corpus(t) {
		sums[lines[0]].Add(headings.ByRule(&c, headings.Exactly(defs)))
		sums[lines[1]].Add(headings.ByRule(&c, headings.Near(defs)))
		sums[lines[2]].Add(headings.ByNames(r, &c))
		ours := headings.Judge(&c, r.Read(&c.Table), t.Errorf)
		switch {
		case strings.HasPrefix(c.Name, "t"):
			sums[lines[5]].Add(ours)
		case c.Held:
			sums[lines[4]].Add(ours)
		default:
			sums[lines[3]].Add(ours)
		}
		for range 3 {
			noisy := headings.Falsified(c.Table, rnd)
			if spoilt := headings.Judge(&c, r.Read(&noisy), t.Errorf); !strings.HasPrefix(c.Name, "t") {
				sums[lines[6]].Add(spoilt)
			}
		}
		next := c.Table
		next.Remembered = headings.Answered(&c, r.Read(&c.Table))
		if !strings.HasPrefix(c.Name, "t") {
			sums[lines[7]].Add(headings.Judge(&c, r.Read(&next), t.Errorf))
		}
	}
	for _, l := range lines {
		t.Logf("%-24s %v", l, sums[l])
	}
	atMost := func(line string, percent int) {
		s := sums[line]
		if asked := s.Asked + s.Unread; asked*100 > percent*s.Columns {
			t.Errorf("%s: asked about %d of %d columns, more than %d %%", line, asked, s.Columns, percent)
		}
	}
	atMost(lines[3], 10)
	atMost(lines[4], 30)
	atMost(lines[6], 45)
	atMost(lines[7], 0)
}
