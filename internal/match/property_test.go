package match_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chiso/internal/match"
	"chiso/internal/testing/headings"
	"chiso/internal/vi"
)

// readings tells what a table is read as, by heading and numbers, so that tables whose columns stand elsewhere compare.
func readings(t *match.Table, out []match.Reading) []string {
	var lines []string
	for _, r := range out {
		c := &t.Columns[r.Column]
		lines = append(lines, fmt.Sprintf("%s %v %s %v %d %v", match.HeadingKey(c.Headings), c.Cells[:min(3, len(c.Cells))], r.Target, r.Verdict, r.Score, r.Also))
	}
	slices.Sort(lines)
	return lines
}

// TestRead_orderOfColumns: where a column stands says nothing.
func TestRead_orderOfColumns(t *testing.T) {
	r, rnd := reader(t), rand.New(rand.NewPCG(3, 4))
	for _, c := range corpus(t) {
		want := readings(&c.Table, r.Read(&c.Table))
		turned := c.Table
		turned.Columns = slices.Clone(c.Table.Columns)
		rnd.Shuffle(len(turned.Columns), func(i, j int) { turned.Columns[i], turned.Columns[j] = turned.Columns[j], turned.Columns[i] })
		if got := readings(&turned, r.Read(&turned)); !slices.Equal(got, want) {
			t.Errorf("%s: %s", c.Name, difference(got, want))
		}
	}
}

func difference(got, want []string) string {
	var out []string
	for _, l := range got {
		if !slices.Contains(want, l) {
			out = append(out, "got  "+l)
		}
	}
	for _, l := range want {
		if !slices.Contains(got, l) {
			out = append(out, "want "+l)
		}
	}
	return strings.Join(out, "\n")
}

// TestRead_orderOfRows: nor does the order of the agencies, as far as the verdicts go.
func TestRead_orderOfRows(t *testing.T) {
	r, rnd := reader(t), rand.New(rand.NewPCG(5, 6))
	for _, c := range corpus(t) {
		turned := c.Table
		order := rnd.Perm(len(c.Table.Rows))
		turned.Rows, turned.Columns = nil, slices.Clone(c.Table.Columns)
		for _, i := range order {
			turned.Rows = append(turned.Rows, c.Table.Rows[i])
		}
		for k := range turned.Columns {
			cells := make([]match.Cell, len(order))
			for to, from := range order {
				cells[to] = c.Table.Columns[k].Cells[from]
			}
			turned.Columns[k].Cells = cells
		}
		want, got := r.Read(&c.Table), r.Read(&turned)
		for i := range want {
			if want[i].Target != got[i].Target || want[i].Verdict != got[i].Verdict {
				t.Errorf("%s %s: %s %d, and turned %s %d", c.Name, c.Table.Columns[want[i].Column].Name, want[i].Target, want[i].Verdict, got[i].Target, got[i].Verdict)
			}
		}
	}
}

// TestRead_unknownColumn: a column that has nothing to do with the catalogue changes nothing else.
func TestRead_unknownColumn(t *testing.T) {
	r, rnd := reader(t), rand.New(rand.NewPCG(8, 9))
	for _, c := range corpus(t) {
		want := r.Read(&c.Table)
		more := c.Table
		extra := match.Column{Name: "ZZ", Headings: []string{"Số giường bệnh viện tư"}}
		for range more.Rows {
			extra.Cells = append(extra.Cells, match.Cell{Number: vi.Int(1000 + rnd.Int64N(1e7)), Filled: true, OK: true})
		}
		more.Columns = append(slices.Clone(more.Columns), extra)
		for _, g := range r.Read(&more) {
			if g.Column == len(more.Columns)-1 {
				if g.Verdict == match.Sure {
					t.Errorf("%s: the column of another world is %s", c.Name, g.Target)
				}
				continue
			}
			i := slices.IndexFunc(want, func(w match.Reading) bool { return w.Column == g.Column })
			// A table of two columns is about these two; with a third beside it is asked about.
			if w := want[i]; w.Target != g.Target || w.Verdict != g.Verdict && (g.Verdict == match.Sure || len(want) > 2) {
				t.Errorf("%s %s: %s %d became %s %d", c.Name, c.Table.Columns[g.Column].Name, w.Target, w.Verdict, g.Target, g.Verdict)
			}
		}
	}
}

// TestRead_wrongMemories: what is remembered wrongly makes no wrong figure where words or numbers say otherwise. Each column is
// remembered as another one of the same table, by the agency, for the very table, or by another agency. A heading that says
// nothing to anybody is what somebody said of this very table, right or wrong.
func TestRead_wrongMemories(t *testing.T) {
	r, rnd := reader(t), rand.New(rand.NewPCG(10, 11))
	for _, c := range corpus(t) {
		good := headings.Answered(&c, r.Read(&c.Table))
		if len(good) < 2 || c.Name == "t4-cung-chu-khac-nhom" {
			continue
		}
		for k, kind := range []string{"own", "table", "foreign"} {
			table := c.Table
			targets := make([]match.Target, len(good))
			for i := range good {
				targets[i] = good[i].Target
			}
			rnd.Shuffle(len(targets), func(i, j int) { targets[i], targets[j] = targets[j], targets[i] })
			for i, m := range good {
				if targets[i] == m.Target || targets[i] == (match.Target{}) {
					continue
				}
				m.Target, m.Foreign = targets[i], k == 2
				if k == 0 {
					m.Table = "another"
				}
				table.Remembered = append(table.Remembered, m)
			}
			out := r.Read(&table)
			for i := range out {
				if x := &out[i]; k == 1 && !slices.ContainsFunc(x.Alternatives, func(a match.Target) bool { return c.Right(x.Column, a) }) {
					x.Verdict = min(x.Verdict, match.Ask)
				}
			}
			headings.Judge(&c, out, func(format string, args ...any) { t.Errorf(kind+": "+format, args...) })
		}
	}
}

// TestRead_swappedHeadings: where two headings changed places, the numbers tell: nothing is read wrongly, for every column of
// these tables stands beside those that it is calculated from.
func TestRead_swappedHeadings(t *testing.T) {
	r, rnd := reader(t), rand.New(rand.NewPCG(12, 13))
	for _, c := range corpus(t) {
		if !slices.Contains([]string{"triple", "groups of three", "eleven indicators side by side", "numbered columns"}, c.Layout) {
			continue
		}
		for range 20 {
			swapped := c.Table
			swapped.Columns = slices.Clone(c.Table.Columns)
			first := 2
			if c.Table.Columns[1].Role == "" {
				first = 1
			}
			i, j := first+rnd.IntN(len(swapped.Columns)-first), first+rnd.IntN(len(swapped.Columns)-first)
			swapped.Columns[i].Headings, swapped.Columns[j].Headings = swapped.Columns[j].Headings, swapped.Columns[i].Headings
			headings.Judge(&c, r.Read(&swapped), t.Errorf)
		}
	}
}

// FuzzRead reads tables made of any headings and numbers: it must not fail, and must say the same again.
func FuzzRead(f *testing.F) {
	f.Add("Hồ sơ đúng hạn|Tổng hồ sơ|Tỷ lệ (%)", "8,10,80;9,10,90;5,20,25;1,3,33.33", "CPS08")
	f.Add("(3)=(1)/(2)|%|Tử số", "-1,0,1e9;999999999999999,1,0.000000000000001", "")
	f.Add("Chưa|Không|Lũy kế trong kỳ|kế hoạch", ";;,,", "CPS08 CPS09 CPS10")
	r := reader(f)
	f.Fuzz(func(t *testing.T, headings, cells, form string) {
		table := match.Table{Form: strings.Fields(form)}
		if len(table.Form) == 0 {
			table.Form = nil
		}
		lines := strings.Split(cells, ";")
		for i, h := range strings.Split(headings, "|")[:min(12, strings.Count(headings, "|")+1)] {
			c := match.Column{Name: string(rune('A' + i)), Headings: strings.Split(h, "/")}
			for _, l := range lines[:min(len(lines), 40)] {
				cell := match.Cell{Filled: true}
				if f := strings.Split(l, ","); i < len(f) {
					if n, err := vi.ParseDecimal(f[i]); err == nil {
						cell.Number, cell.OK = n, true
					}
				}
				c.Cells = append(c.Cells, cell)
			}
			table.Columns = append(table.Columns, c)
		}
		table.Rows = make([]match.Row, min(len(lines), 40))
		a, b := fmt.Sprint(r.Read(&table)), fmt.Sprint(r.Read(&table))
		if a != b {
			t.Errorf("%s\nand again\n%s", a, b)
		}
	})
}

// BenchmarkRead_wide reads 60 columns of 3,400 rows.
func BenchmarkRead_wide(b *testing.B) {
	r := reader(b)
	t := headings.Wide(corpus(b), 60, 3400)
	for b.Loop() {
		r.Read(t)
	}
}
