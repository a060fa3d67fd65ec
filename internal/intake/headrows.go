package intake

import (
	"slices"

	"chiso/internal/check"
	"chiso/internal/vi"
)

// groups returns those of the rows right above a header that name groups of its columns: they say
// something over columns of figures, and nothing over the agencies. A title says the same of the
// whole sheet, and is none.
func (t *table) groups() []headRow {
	first := t.head[0].line
	for i := len(t.above) - 1; i >= 0; i-- {
		h := t.above[i]
		if h.line != first-1 || !t.isGroup(h) {
			return t.above[i+1:]
		}
		first = h.line
	}
	return t.above
}

// spanned reports whether a row stands beside the name of the agencies' or indicators' column, merged down
// over it: whatever it says, it is part of the header.
func (t *table) spanned(line int32) bool {
	for _, h := range t.head {
		for i := range h.fields {
			if h.fields[i].Kind != check.Text || t.r.lineKind(h.fields[i].Text) != lineHeader {
				continue
			}
			if m, ok := t.merged.cover(line, i); ok && m.top == h.line && m.left == i {
				return true
			}
		}
	}
	return false
}

func (t *table) isGroup(h headRow) bool {
	cols := t.columns(t.head)
	found := false
	for i := range h.fields {
		f := &h.fields[i]
		if isBlank(f) {
			continue
		}
		last := i
		if m, ok := t.merged.cover(h.line, i); ok {
			last = m.right
		}
		for c := i; c <= last && c < len(cols); c++ {
			if !cols[c].figures() {
				return false
			}
			found = true
		}
		if i >= len(cols) {
			return false
		}
	}
	return found
}

// columns reads the header cells above every column.
func (t *table) columns(rows []headRow) []column {
	width := 0
	for _, h := range rows {
		width = max(width, len(h.fields))
	}
	for _, m := range t.merged.all {
		if len(rows) > 0 && m.top >= rows[0].line && m.top <= rows[len(rows)-1].line && m.right-m.left < maxMergedHeader {
			width = max(width, m.right+1)
		}
	}
	cols := make([]column, width)
	stack := make([]check.Field, 0, maxHeader+2)
	for c := range cols {
		stack = t.stack(rows, c, stack[:0])
		cols[c] = t.r.headers.column(stack, t.headDay())
		if t.scan != nil && t.scan.comments != nil {
			for i := range stack {
				t.headComment(&cols[c], &stack[i])
			}
		}
	}
	t.agenciesAcross(cols, rows)
	return cols
}

// stack adds the header cells above column c to those given.
func (t *table) stack(rows []headRow, c int, stack []check.Field) []check.Field {
	for i := range rows {
		f := t.headCell(rows, i, c)
		if !isBlank(&f) && (len(stack) == 0 || stack[len(stack)-1].At != f.At) {
			stack = append(stack, f)
		}
	}
	return stack
}

// maxMergedHeader is how many columns a merged header cell widens a table by, at most.
const maxMergedHeader = 200

// headCell returns what stands above column c in header row i: its own cell, the one that is merged
// over it, or, where nothing is merged, the group's name to the left.
func (t *table) headCell(rows []headRow, i, c int) check.Field {
	if f := cellOf(rows[i], c); !isBlank(&f) {
		return f
	}
	if m, ok := t.merged.cover(rows[i].line, c); ok {
		for _, h := range rows[:i+1] {
			if h.line == m.top {
				return cellOf(h, m.left)
			}
		}
		return check.Field{}
	}
	if i == len(rows)-1 || !below(rows, i, c) {
		return check.Field{}
	}
	for left := c - 1; left >= 0; left-- {
		f := cellOf(rows[i], left)
		if isBlank(&f) {
			continue
		}
		if _, merged := t.merged.cover(rows[i].line, left); merged || !below(rows, i, left) {
			break
		}
		return f
	}
	return check.Field{}
}

// below reports whether column c says something in a header row below row i.
func below(rows []headRow, i, c int) bool {
	for _, h := range rows[i+1:] {
		if f := cellOf(h, c); !isBlank(&f) {
			return true
		}
	}
	return false
}

func cellOf(h headRow, c int) check.Field {
	if c >= 0 && c < len(h.fields) {
		return h.fields[c]
	}
	return check.Field{}
}

// mergeRange is a range of merged cells; columns from 0.
type mergeRange struct {
	top, bottom int32
	left, right int
}

// merged fills merged cells down and to the right while the rows of a sheet pass.
type merged struct {
	all   []mergeRange // by top
	next  int
	carry map[int]carried // by column
}

type carried struct {
	bottom int32
	f      check.Field
}

// cover returns the merged range that holds a cell other than as its first one.
func (m *merged) cover(line int32, c int) (mergeRange, bool) {
	for _, r := range m.all {
		if r.top > line {
			break
		}
		if line <= r.bottom && r.left <= c && c <= r.right {
			return r, true
		}
	}
	return mergeRange{}, false
}

// advance takes up the merged ranges that begin in a row.
func (m *merged) advance(line int32, fields []check.Field) {
	for ; m.next < len(m.all) && m.all[m.next].top <= line; m.next++ {
		r := m.all[m.next]
		if r.top != line || r.left >= len(fields) || isBlank(&fields[r.left]) {
			continue
		}
		if m.carry == nil {
			m.carry = map[int]carried{}
		}
		for c := r.left; c <= min(r.right, r.left+maxMergedHeader); c++ {
			m.carry[c] = carried{r.bottom, fields[r.left]}
		}
	}
}

// key returns the cell of a column that says whose or what a figure is: one that is merged over
// several rows holds for each of them.
func (t *table) key(fields []check.Field, i int, line int32) check.Field {
	f := get(fields, i, line)
	if f.Kind == check.Blank && t.merged.carry != nil {
		if c, ok := t.merged.carry[i]; ok && line <= c.bottom {
			return c.f
		}
	}
	return f
}

// reportMerged warns of a figure that is merged over several rows: it is that of the first only.
func (t *table) reportMerged(line int32, fields []check.Field) {
	for i := t.merged.next - 1; i >= 0 && t.merged.all[i].top == line; i-- {
		r := t.merged.all[i]
		if r.bottom == r.top || r.left >= len(fields) || !t.figureColumn(r.left) || !number(&fields[r.left]) {
			continue
		}
		t.found(check.Warning, fields[r.left].Ref(), MergedFigure, "Ô "+fields[r.left].Ref()+
			" gộp nhiều dòng: số liệu chỉ được tính cho dòng đầu. Hãy bỏ gộp ô (Unmerge) và ghi số cho từng dòng.")
	}
}

func (t *table) figureColumn(c int) bool {
	at := &t.layout.at
	if c < 0 {
		return false
	}
	if c == at[roleNumerator] || c == at[roleDenominator] || c == at[roleValue] {
		return true
	}
	for i := range t.layout.measures {
		m := &t.layout.measures[i]
		if slices.Contains(m.cols[:], c) || slices.Contains(m.values[:], c) {
			return true
		}
	}
	return slices.Contains(t.layout.values[:], c)
}

// number reports whether a cell holds a number, stored or typed.
func number(f *check.Field) bool {
	switch f.Kind {
	case check.Blank, check.Absent:
		return false
	case check.Text:
		_, err := vi.ParseNumber(f.Text, true)
		return err == nil
	}
	return true
}
