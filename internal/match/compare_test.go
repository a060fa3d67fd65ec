package match_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chiso/internal/kpi"
	"chiso/internal/match"
	"chiso/internal/vi"
)

// rule reads one heading by itself; "" asks.
type rule func(heading string) string

// exactly takes a heading that is a name of the catalogue, as the reading of a file did alone.
func exactly(defs []*kpi.Definition) rule {
	at := map[string]string{}
	for _, n := range namesOf(defs) {
		if old, ok := at[n.folded]; ok && old != n.target {
			at[n.folded] = ""
			continue
		}
		at[n.folded] = n.target
	}
	return func(heading string) string { return at[vi.Fold(heading)] }
}

// near takes the name with the smallest edit distance, when three quarters of the letters agree.
func near(defs []*kpi.Definition) rule {
	names := namesOf(defs)
	return func(heading string) string {
		h := vi.Fold(heading)
		best, target := 0, ""
		for _, n := range names {
			longest := max(len(h), len(n.folded))
			limit := longest / 4
			d := vi.EditDistance(h, n.folded, limit+1)
			if s := 1000 - 1000*d/max(longest, 1); d <= limit && s > best {
				best, target = s, n.target
			}
		}
		return target
	}
}

type named struct{ folded, target string }

func namesOf(defs []*kpi.Definition) (out []named) {
	for _, d := range defs {
		if d.From > 20261010 || d.To < 20261010 {
			continue
		}
		out = append(out, named{vi.Fold(d.Name), d.Indicator.Code})
		if d.HasParts() {
			out = append(out, named{vi.Fold(d.Numerator), d.Indicator.Code + ".num"}, named{vi.Fold(d.Denominator), d.Indicator.Code + ".den"})
		}
	}
	return out
}

// byRule counts what a rule does with the columns of a table.
func byRule(c *corpusTable, r rule) (s tally) {
	for i := range c.Table.Columns {
		if c.Table.Columns[i].Role != "" {
			continue
		}
		if c.Figure(i) {
			s.columns++
		}
		stack := slices.DeleteFunc(slices.Clone(c.Table.Columns[i].Headings), func(h string) bool { return strings.TrimSpace(h) == "" })
		target := ""
		if len(stack) > 0 {
			target = r(stack[len(stack)-1])
		}
		t, _ := match.ParseTarget(target)
		switch {
		case target == "" && c.Figure(i):
			s.unread++
		case target == "" || c.Free(i):
		case !c.Right(i, t):
			s.wrong++
		case c.Figure(i):
			s.right++
		}
	}
	return s
}

// byNames reads a table without its numbers: each is replaced by one that says nothing, and the best name is taken.
func byNames(r *match.Reader, c *corpusTable) (s tally) {
	t := c.Table
	t.Columns = slices.Clone(t.Columns)
	for i := range t.Columns {
		t.Columns[i].Cells = []match.Cell{{Number: vi.Int(1), Filled: true, OK: true}}
	}
	t.Rows = t.Rows[:1]
	out := r.Read(&t)
	for i := range out {
		if out[i].Score >= 450 && out[i].Verdict == match.Ask {
			out[i].Verdict = match.Sure
		}
	}
	return judge(c, out, func(string, ...any) {})
}

// falsified is the table with one cell in twenty made another number.
func falsified(t match.Table, rnd *rand.Rand) match.Table {
	t.Columns = slices.Clone(t.Columns)
	for i := range t.Columns {
		if t.Columns[i].Role != "" {
			continue
		}
		t.Columns[i].Cells = slices.Clone(t.Columns[i].Cells)
		for k := range t.Columns[i].Cells {
			if cell := &t.Columns[i].Cells[k]; cell.OK && rnd.IntN(20) == 0 {
				coef, scale := cell.Number.Parts()
				cell.Number = vi.NewDecimal(coef+1+rnd.Int64N(max(coef, -coef)/3+10), scale)
			}
		}
	}
	return t
}

// answered is what is remembered of a table: what was sure, and what an officer would have said of the rest.
func answered(c *corpusTable, readings []match.Reading) (out []match.Memory) {
	sure := map[int]match.Target{}
	for _, r := range readings {
		if r.Verdict == match.Sure {
			sure[r.Column] = r.Target
		}
	}
	key := match.TableKey(c.Table.Columns)
	for i := range c.Table.Columns {
		if c.Table.Columns[i].Role != "" || c.Free(i) {
			continue
		}
		m := match.Memory{Heading: match.HeadingKey(c.Table.Columns[i].Headings), Table: key}
		if first := strings.ReplaceAll(strings.Split(c.Is[i], "|")[0], ".val", ""); first != "-" {
			m.Target, _ = match.ParseTarget(first)
		}
		if t, ok := sure[i]; ok {
			m.Target = t
		}
		out = append(out, m)
	}
	return out
}

// TestRead_besideOthers prints what other rules make of the same tables, and holds the bounds of ours.
func TestRead_besideOthers(t *testing.T) {
	r, defs := reader(t), definitions(t)
	rnd := rand.New(rand.NewPCG(7, 7))
	lines := []string{"exact (as before)", "Levenshtein ≥ 75 %", "names alone", "all evidence, seen", "all evidence, held back", "all evidence, traps", "5 % of cells falsified", "second month"}
	sums := map[string]*tally{}
	for _, l := range lines {
		sums[l] = &tally{}
	}
	for _, c := range corpus(t) {
		sums[lines[0]].add(byRule(&c, exactly(defs)))
		sums[lines[1]].add(byRule(&c, near(defs)))
		sums[lines[2]].add(byNames(r, &c))
		ours := judge(&c, r.Read(&c.Table), t.Errorf)
		switch {
		case strings.HasPrefix(c.Name, "t"):
			sums[lines[5]].add(ours)
		case c.Held:
			sums[lines[4]].add(ours)
		default:
			sums[lines[3]].add(ours)
		}
		for range 3 {
			noisy := falsified(c.Table, rnd)
			if spoilt := judge(&c, r.Read(&noisy), t.Errorf); !strings.HasPrefix(c.Name, "t") {
				sums[lines[6]].add(spoilt)
			}
		}
		next := c.Table
		next.Remembered = answered(&c, r.Read(&c.Table))
		if !strings.HasPrefix(c.Name, "t") {
			sums[lines[7]].add(judge(&c, r.Read(&next), t.Errorf))
		}
	}
	for _, l := range lines {
		t.Logf("%-24s %v", l, sums[l])
	}
	atMost := func(line string, percent int) {
		s := sums[line]
		if asked := s.asked + s.unread; asked*100 > percent*s.columns {
			t.Errorf("%s: asked about %d of %d columns, more than %d %%", line, asked, s.columns, percent)
		}
	}
	atMost(lines[3], 10)
	atMost(lines[4], 30)
	atMost(lines[6], 45)
	atMost(lines[7], 0)
}
