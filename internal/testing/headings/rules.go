package headings

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/match"
	"chiso/internal/vi"
)

// Day is the day whose definitions the tables of the corpus are matched against.
const Day vi.Date = 20261010

// Tally counts what became of columns.
type Tally struct{ Right, Asked, Unread, Wrong, Columns, Bothered int }

// Add adds another count.
func (s *Tally) Add(o Tally) {
	s.Right, s.Asked, s.Unread, s.Wrong = s.Right+o.Right, s.Asked+o.Asked, s.Unread+o.Unread, s.Wrong+o.Wrong
	s.Columns, s.Bothered = s.Columns+o.Columns, s.Bothered+o.Bothered
}

func (s Tally) String() string {
	share := func(n int) string { return fmt.Sprintf("%d (%d %%)", n, (200*n+s.Columns)/max(2*s.Columns, 1)) }
	return fmt.Sprintf(
		"columns %d, right %s, asked %s, unread %s, wrong %d; asked about other columns %d",
		s.Columns,
		share(s.Right),
		share(s.Asked),
		share(s.Unread),
		s.Wrong,
		s.Bothered,
	)
}

// Judge counts the readings of a table, and tells of each that is wrong.
func Judge(c *Table, readings []match.Reading, tell func(string, ...any)) (s Tally) {
	for _, r := range readings {
		if c.Figure(r.Column) {
			s.Columns++
		}
		switch {
		case r.Verdict == match.Sure && !c.Right(r.Column, r.Target) && !c.Free(r.Column):
			s.Wrong++
			tell(
				"%s %s %v: %s, is %s; %v margin %d",
				c.Name,
				c.Table.Columns[r.Column].Name,
				c.Table.Columns[r.Column].Headings,
				r.Target,
				c.Is[r.Column],
				r.Evidence,
				r.Margin,
			)
		case r.Verdict == match.Sure && c.Figure(r.Column):
			s.Right++
		case !c.Figure(r.Column) && r.Verdict == match.Ask:
			s.Bothered++
		case c.Figure(r.Column) && r.Verdict == match.Ask:
			s.Asked++
		case c.Figure(r.Column):
			s.Unread++
		}
	}
	return s
}

// Rule reads one heading by itself; "" asks.
type Rule func(heading string) string

// Exactly takes a heading that is a name of the catalogue, as the reading of a file did alone.
func Exactly(defs []*kpi.Definition) Rule {
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

// Near takes the name with the smallest edit distance, when three quarters of the letters agree.
func Near(defs []*kpi.Definition) Rule {
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
		if d.From > Day || d.To < Day {
			continue
		}
		out = append(out, named{vi.Fold(d.Name), d.Indicator.Code})
		if d.HasParts() {
			out = append(
				out,
				named{vi.Fold(d.Numerator), d.Indicator.Code + ".num"},
				named{vi.Fold(d.Denominator), d.Indicator.Code + ".den"},
			)
		}
	}
	return out
}

// ByRule counts what a rule does with the columns of a table.
func ByRule(c *Table, r Rule) (s Tally) {
	for i := range c.Table.Columns {
		if c.Table.Columns[i].Role != "" {
			continue
		}
		if c.Figure(i) {
			s.Columns++
		}
		stack := slices.DeleteFunc(slices.Clone(c.Table.Columns[i].Headings), func(h string) bool { return strings.TrimSpace(h) == "" })
		target := ""
		if len(stack) > 0 {
			target = r(stack[len(stack)-1])
		}
		t, _ := match.ParseTarget(target)
		switch {
		case target == "" && c.Figure(i):
			s.Unread++
		case target == "" || c.Free(i):
		case !c.Right(i, t):
			s.Wrong++
		case c.Figure(i):
			s.Right++
		}
	}
	return s
}

// ByNames reads a table without its numbers: each is replaced by one that says nothing, and the best name is taken.
func ByNames(r *match.Reader, c *Table) (s Tally) {
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
	return Judge(c, out, func(string, ...any) {})
}

// Falsified is the table with one cell in twenty made another number.
func Falsified(t match.Table, rnd *rand.Rand) match.Table {
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

// Answered is what is remembered of a table: what was sure, and what an officer would have said of the rest.
func Answered(c *Table, readings []match.Reading) (out []match.Memory) {
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

// Wide is a table of many columns and rows, made of the widest one of the corpus.
func Wide(corpus []Table, columns, rows int) *match.Table {
	wide := &corpus[0]
	for i := range corpus {
		if len(corpus[i].Table.Columns) > len(wide.Table.Columns) {
			wide = &corpus[i]
		}
	}
	t := &match.Table{Rows: make([]match.Row, rows)}
	for i := range columns {
		c := wide.Table.Columns[i%len(wide.Table.Columns)]
		c.Name = fmt.Sprint("C", i)
		cells := make([]match.Cell, rows)
		for k := range cells {
			cells[k] = c.Cells[k%len(c.Cells)]
		}
		c.Cells = cells
		t.Columns = append(t.Columns, c)
	}
	return t
}
