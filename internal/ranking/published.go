package ranking

// NumbersOn is the reason of a source that gives agencies of one value different ranks.
const NumbersOn = "nguồn xếp tiếp các đơn vị có cùng giá trị"

// PublishedReason says in Vietnamese why the source printed another rank for row i than it has here;
// "" when the source printed the same rank or none.
func (t *Table) PublishedReason(i int) string {
	r := t.Rows[i]
	if r.PublishedRank == 0 || r.PublishedRank == r.Rank {
		return ""
	}
	// Rows of one rank stand together and have one value; numbering on within them gives Rank to Rank+same-1.
	same := 1
	for j := i - 1; j >= 0 && t.Rows[j].Rank == r.Rank; j-- {
		same++
	}
	for j := i + 1; j < len(t.Rows) && t.Rows[j].Rank == r.Rank; j++ {
		same++
	}
	if r.Rank < r.PublishedRank && r.PublishedRank < r.Rank+same {
		return NumbersOn
	}
	return "tập đơn vị hoặc số liệu khác với bảng nguồn"
}

// ComponentName returns what a component of the scorecard is called, its code when that is not known.
func (t *Table) ComponentName(code string) string {
	if name := t.Components[code]; name != "" {
		return name
	}
	return code
}

// ZeroedNames returns the names of the components that row i counts as 0.
func (t *Table) ZeroedNames(i int) []string {
	var out []string
	for _, code := range t.Rows[i].Zeroed {
		out = append(out, t.ComponentName(code))
	}
	return out
}
