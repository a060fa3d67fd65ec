package check

import (
	"regexp"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

var (
	reRateOfParts = regexp.MustCompile(`^([^()/]*%) ?\(([^()/]+)/([^()/]+)\)$`)
	rePartsOfRate = regexp.MustCompile(`^([^()/]+)/([^()/]+) ?\(([^()/]*%)\)$`)
)

// mixedText reads a share with its parts in one cell: "90% (800/1000)", "80/100 (85%)". Both are kept, and compared.
func (g *figure) mixedText(num, den *reading) bool {
	f := &g.r.Value
	if f.Kind != Text || num.kind != nothing || den.kind != nothing || !g.def.HasParts() || !strings.Contains(f.Text, "%") {
		return false
	}
	var rate, a, b string
	if m := reRateOfParts.FindStringSubmatch(f.Text); m != nil {
		rate, a, b = m[1], m[2], m[3]
	} else if m := rePartsOfRate.FindStringSubmatch(f.Text); m != nil {
		a, b, rate = m[1], m[2], m[3]
	} else {
		return false
	}
	r, err := vi.ParseNumber(rate, false)
	n, err1 := vi.ParseNumber(a, g.whole[0])
	d, err2 := vi.ParseNumber(b, g.whole[1])
	if err != nil || err1 != nil || err2 != nil || n.Percent || d.Percent || n.Below || d.Below || d.Value.Sign() == 0 {
		return false
	}
	_, scale := r.Value.Parts()
	shown, ok := kpi.Percent(n.Value, d.Value, min(scale, 6))
	if !ok {
		return false
	}
	if diff := distance(shown, r.Value); diff.Cmp(vi.NewDecimal(1, min(scale, 6)).Rat()) > 0 {
		g.errorf(f, CellContradicts, "Ô ghi %s, nhưng %s / %s = %s %%. Không rõ số nào đúng; hãy sửa lại.", quote(f.Text),
			vi.FormatNumber(n.Value, 0), vi.FormatNumber(d.Value, 0), vi.FormatNumber(shown, 0))
		*num = reading{kind: bad}
		return true
	}
	*num, *den = reading{kind: aNumber, number: n}, reading{kind: aNumber, number: d}
	return true
}

// bareNames are the rows of a table whose names are those of ministries without "Bộ": in a table of a province they are its
// departments.
type bareNames struct {
	rows []Row // the first of them
	full bool  // another row is named "Bộ …" in full
}

// maxBare is how many such rows are named one by one.
const maxBare = 10

// bareMinistry reports whether a text names a ministry only because "Bộ" was put before it.
func (c *Checker) bareMinistry(text string, id agency.ID, day vi.Date) (bare, full bool) {
	v, ok := c.rules.Directory.On(id, day)
	if !ok || v.Level != agency.Ministry {
		return false, false
	}
	name, said := vi.Fold(v.Name), strings.TrimLeft(vi.Fold(text), "0123456789.-+*) ")
	if !strings.HasPrefix(name, "bo ") {
		return false, false
	}
	return "bo "+said == name, strings.HasPrefix(said, "bo ")
}

// noteName keeps a row whose ministry is named without "Bộ".
func (c *Checker) noteName(r *Row, text string) {
	bare, full := c.bareText[text], c.fullText[text]
	if !bare && !full || r.Table == 0 {
		return
	}
	n := c.bare[r.Table]
	if n == nil {
		n = &bareNames{}
		if c.bare == nil {
			c.bare = map[int]*bareNames{}
		}
		c.bare[r.Table] = n
	}
	n.full = n.full || full
	if bare && len(n.rows) < maxBare {
		n.rows = append(n.rows, *r)
	}
}

// closeNames asks about fields named like ministries in tables that name no ministry in full.
func (c *Checker) closeNames() {
	for table := 1; table <= c.lastTable; table++ {
		n := c.bare[table]
		if n == nil || n.full {
			continue
		}
		for i := range n.rows {
			r := &n.rows[i]
			c.at(
				r,
				&r.Agency,
				Error,
				AmbiguousAgency,
				"Tên %s có thể là bộ, cũng có thể là sở của một tỉnh. Hãy ghi tên đầy đủ, như “Bộ %s” hoặc “Sở %s”.",
				quote(r.Agency.Text),
				r.Agency.Text,
				r.Agency.Text,
			)
		}
	}
	c.bare = nil
}
