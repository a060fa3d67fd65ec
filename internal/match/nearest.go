package match

import (
	"cmp"
	"slices"

	"chiso/internal/vi"
)

// Near is an indicator that a name may mean.
type Near struct {
	Code string
	Near bool // its words come near enough to be proposed
}

// Nearest lists the n indicators of a form (nil: of the catalogue) whose names are nearest to a text, best first. It never decides.
func (r *Reader) Nearest(text string, form []string, n int) (out []Near) {
	one := Cell{Number: vi.Int(1), Filled: true, OK: true}
	m := newMatching(r, &Table{Columns: []Column{{Name: "A", Headings: []string{text}, Cells: []Cell{one}}}, Rows: []Row{{}}, Form: form})
	if len(m.open) == 0 {
		return nil
	}
	type scored struct {
		code  string
		score int
		veto  bool
	}
	var all []scored
	for k, i := range m.docs {
		if x := &r.docs[i]; x.target.Part == Value {
			s := m.names[0][k]
			all = append(all, scored{x.target.Code, s.score, s.veto})
		}
	}
	slices.SortStableFunc(all, func(a, b scored) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.code, b.code)) })
	for i, s := range all[:min(n, len(all))] {
		ahead := i == 0 && (len(all) == 1 || s.score-all[1].score >= clearMargin)
		out = append(out, Near{s.code, ahead && s.score >= nearEnough && !s.veto})
	}
	return out
}
