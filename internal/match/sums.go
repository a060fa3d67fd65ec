package match

import (
	"fmt"
	"strings"
)

// maxAddends is how many further columns are tried as parts of a whole at most.
const maxAddends = 60

// addends finds the columns that make a whole together with a part, one or two: whole = part + c (+ d) in nearly every row, with
// three that could hardly be so by chance.
func (m *matching) addends(whole, part int) (others []int, f fit) {
	var open []int
	for _, c := range m.open {
		s := &m.nums[c]
		if c != whole && c != part && !s.bad && s.max > 0 && s.scale == m.nums[whole].scale && s.max <= m.nums[whole].max &&
			len(open) < maxAddends {
			open = append(open, c)
		}
	}
	if m.nums[part].bad || m.nums[whole].bad || m.nums[part].scale != m.nums[whole].scale {
		return nil, f
	}
	for i, c := range open {
		if f = m.sums(whole, part, c); f.holds() && f.telling >= 3 {
			return []int{c}, f
		}
		for _, d := range open[i+1:] {
			if f = m.sums(whole, part, c, d); f.holds() && f.telling >= 3 {
				return []int{c, d}, f
			}
		}
	}
	return nil, fit{}
}

// sums counts the rows in which a column is the sum of others. A row tells something when no addend is 0.
func (m *matching) sums(whole int, parts ...int) (f fit) {
	w, missed := &m.nums[whole], 0
	for i := range w.at {
		sum, use, tells := int64(0), w.ok[i], true
		for _, c := range parts {
			s := &m.nums[c]
			use = use && s.ok[i]
			sum += s.at[i]
			tells = tells && s.at[i] != 0
		}
		if !use {
			continue
		}
		if f.of++; sum != w.at[i] {
			if missed++; missed > 1+len(w.at)/30 {
				return f
			}
			continue
		}
		if f.agree++; tells {
			f.telling++
		}
	}
	return f
}

// whole adds to the evidence of a numerator and its denominator that the one is a part of the other by the sums of the table.
func (m *matching) whole(a, b int) {
	others, f := m.addends(b, a)
	if others == nil {
		return
	}
	names := []string{m.t.Columns[a].Name}
	for _, c := range others {
		names = append(names, m.t.Columns[c].Name)
	}
	text := fmt.Sprintf("%s = %s ở %d/%d dòng", m.t.Columns[b].Name, strings.Join(names, " + "), f.agree, f.of)
	m.taken[a].add(Arithmetic, text)
	m.taken[b].add(Arithmetic, text)
}
