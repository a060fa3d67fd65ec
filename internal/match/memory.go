package match

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// HeadingKey is what a stack of headings is remembered by.
func HeadingKey(stack []string) string {
	var out []string
	for _, s := range stack {
		if s = vi.Fold(s); s != "" && (len(out) == 0 || out[len(out)-1] != s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, " / ")
}

// TableKey is what a table is remembered by: the SHA-256 of its folded headings, in whatever order they stand.
func TableKey(columns []Column) string {
	keys := make([]string, len(columns))
	for i := range columns {
		keys[i] = HeadingKey(columns[i].Headings)
	}
	slices.Sort(keys)
	sum := sha256.Sum256([]byte(strings.Join(keys, "\n")))
	return hex.EncodeToString(sum[:])
}

// recall is what is remembered of one column.
type recall struct {
	own, table, foreign map[Target]bool
	none                bool // it was said to hold nothing that is reported
}

// other reports whether a column is remembered as something else than a target.
func (r *recall) other(t Target) bool { return len(r.table)+len(r.own) > 0 && !r.table[t] && !r.own[t] }

// recalls looks up what is remembered of the headings.
func (m *matching) recalls() []recall {
	out := make([]recall, len(m.t.Columns))
	if len(m.t.Remembered) == 0 {
		return out
	}
	table := TableKey(m.t.Columns)
	for _, c := range m.open {
		out[c] = recall{own: map[Target]bool{}, table: map[Target]bool{}, foreign: map[Target]bool{}}
		for _, r := range m.t.Remembered {
			switch {
			case r.Heading != m.keys[c]:
			case r.Target == (Target{}):
				out[c].none = out[c].none || !r.Foreign
			case r.Foreign:
				out[c].foreign[r.Target] = true
			case r.Table == table:
				out[c].table[r.Target] = true
			default:
				out[c].own[r.Target] = true
			}
		}
	}
	return out
}

// lifted is a score with what is remembered: a memory brings a target near, and never makes it certain.
func (m *matching) lifted(c int, t Target, score int) int {
	switch past := &m.past[c]; {
	case past.table[t], past.own[t]:
		return score + 500
	case past.foreign[t]:
		return score + 150
	}
	return score
}

// recalled adds memory to the evidence of a reading, or against it.
func (m *matching) recalled(c int, p *pick) {
	past, t := &m.past[c], p.doc.target
	switch {
	case past.table[t] && len(past.table) == 1:
		p.add(SameTable, "bảng này đã được ghép như vậy")
	case past.table[t] || past.own[t]:
		p.add(Remembered, "tiêu đề này đã được ghép như vậy")
	case past.other(t):
		p.against("lần trước cột này được ghép khác")
	}
}

// nearerName reports whether a heading is clearly nearer to another target.
func (m *matching) nearerName(c int, t Target) bool {
	mine := m.name(c, t).score
	return slices.ContainsFunc(m.names[c], func(o nameScore) bool { return !o.veto && o.score >= nearEnough*2/3 && o.score-mine >= 200 })
}

// history compares the cells with earlier figures of a target: 1 when most fit, -1 when hardly any does, 0 when it cannot be
// told.
func (m *matching) history(c int, t Target) int {
	past := m.t.History[t]
	if len(past) < 5 {
		return 0
	}
	x, _ := m.r.find(t)
	fits, of := 0, 0
	for i, row := range m.rows {
		last, ok := past[m.t.Rows[row].Agency]
		if !ok || !m.nums[c].ok[i] {
			continue
		}
		of++
		if likeLast(cellAt(&m.t.Columns[c], row).Number, last, x) {
			fits++
		}
	}
	switch {
	case of < 5:
		return 0
	case fits*5 >= of*4:
		return 1
	case fits*5 < of:
		return -1
	}
	return 0
}

// likeLast reports whether a figure may follow an earlier one: the same, no smaller where it only grows, of its size.
func likeLast(now, last vi.Decimal, x *doc) bool {
	if now == last {
		return true
	}
	a, b := now.Rat(), last.Rat()
	if x.def.Indicator.Kind == kpi.Ratio && x.target.Part == Value {
		d := a.Sub(a, b)
		return d.Abs(d).Cmp(vi.Int(15).Rat()) <= 0
	}
	if b.Sign() <= 0 {
		return a.Cmp(vi.Int(100).Rat()) <= 0
	}
	q := a.Quo(a, b)
	low, high := vi.NewDecimal(2, 1), vi.Int(5)
	if x.accum == kpi.Cumulative && x.target.Part != Denominator {
		low = vi.Int(1)
	}
	return q.Cmp(low.Rat()) >= 0 && q.Cmp(high.Rat()) <= 0
}

func sameUnit(base string, x *doc) bool { return x.unit.Base == base }
