package intake_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chiso/internal/check"
	"chiso/internal/intake"
)

// turnedCases are layouts of testdata/matched with the lines of their data, from 1.
var turnedCases = []struct {
	name        string
	first, last int
}{
	{"agencies-across", 2, 3}, {"agencies-across-parts", 3, 4}, {"rows-own-names-months", 4, 6}, {"rows-own-names-across", 2, 3},
	{"year-quarter-month-columns", 2, 4}, {"bilingual", 3, 5}, {"bilingual-tidy", 2, 3}, {"target-column-called-indicator", 2, 4},
	{"side-by-side-two-lists", 2, 4},
}

// placeless are the figures that a description gives, without their places, in order.
func placeless(t *testing.T, describe string) []string {
	t.Helper()
	words := headingWords(t)
	b := &builder{t: t}
	o := run(t, "a.xlsx", b.build(describe), b.rules, func(_ *check.Rules, o *intake.Options) { o.Words = words })
	for i := range o.entries {
		o.entries[i] = rePlace.ReplaceAllString(o.entries[i], "")
	}
	slices.Sort(o.entries)
	return o.entries
}

// TestRows_turnedProperties: in the turned and divided layouts too the order of rows changes nothing, and an unknown column changes no
// other reading.
func TestRows_turnedProperties(t *testing.T) {
	rnd := rand.New(rand.NewPCG(21, 22))
	for _, c := range turnedCases {
		lines := strings.Split(described(t, c.name), "\n")
		var data []int // of the lines with cells
		for i, l := range lines {
			if l != "" && l[0] != '#' && l[0] != '@' {
				data = append(data, i)
			}
		}
		want := placeless(t, strings.Join(lines, "\n"))
		if len(want) == 0 {
			t.Errorf("%s: nothing is read", c.name)
		}
		for range 3 {
			turned := slices.Clone(lines)
			rnd.Shuffle(c.last-c.first+1, func(i, j int) {
				a, b := data[c.first-1+i], data[c.first-1+j]
				turned[a], turned[b] = turned[b], turned[a]
			})
			if got := placeless(t, strings.Join(turned, "\n")); !slices.Equal(got, want) {
				t.Errorf("%s, rows in another order: %v, want %v", c.name, got, want)
			}
		}
		more, cells := slices.Clone(lines), 0
		for _, i := range data {
			cells = max(cells, strings.Count(lines[i], "|"))
		}
		for n, i := range data {
			cell := ""
			switch {
			case n+1 == c.first-1 && c.name != "bilingual", n == 0 && c.name == "bilingual":
				cell = "Số giường bệnh viện tư"
			case n+1 >= c.first && n+1 <= c.last:
				cell = fmt.Sprint(1000 + rnd.IntN(100_000))
			}
			more[i] += strings.Repeat(" |", cells-strings.Count(more[i], "|")+1) + " " + cell
		}
		if got := placeless(t, strings.Join(more, "\n")); !slices.Equal(got, want) {
			t.Errorf("%s, with an unknown column: %v, want %v", c.name, got, want)
		}
	}
}
