package match

import (
	"fmt"
	"slices"

	"chiso/internal/kpi"
)

// singles takes the columns that no share explains, all at once.
func (m *matching) singles() {
	var rows []int
	for _, c := range m.open {
		if m.taken[c] == nil && !m.past[c].none {
			rows = append(rows, c)
		}
	}
	var docs []int // places in m.docs
	for k, i := range m.docs {
		if !m.codes[m.r.docs[i].target.Code] {
			docs = append(docs, k)
		}
	}
	score := make([][]int32, len(rows))
	near := make([]bool, len(docs))
	for i, c := range rows {
		score[i] = make([]int32, len(docs))
		for j, k := range docs {
			if s := m.single(c, k); s >= nearEnough {
				score[i][j], near[j] = int32(s), true
			}
		}
	}
	score, docs = only(score, docs, near)
	a := solve(score, len(docs))
	for i, j := range a.columns() {
		if j >= 0 {
			m.takeSingle(rows[i], docs[j], int(score[i][j]), a.margin(i, j))
		}
	}
}

// only keeps the columns of a matrix that are near to some row.
func only(score [][]int32, docs []int, near []bool) ([][]int32, []int) {
	var kept []int
	for j := range docs {
		if near[j] {
			kept = append(kept, j)
		}
	}
	out := make([][]int32, len(score))
	for i := range score {
		for _, j := range kept {
			out[i] = append(out[i], score[i][j])
		}
	}
	places := make([]int, len(kept))
	for i, j := range kept {
		places[i] = docs[j]
	}
	return out, places
}

// single is how well a column fits a target by itself.
func (m *matching) single(c, k int) int {
	x, n := &m.r.docs[m.docs[k]], m.names[c][k]
	if n.veto || m.knownElse(c, x.target) || !possible(x, &m.nums[c]) || m.history(c, x.target) < 0 {
		return 0
	}
	return m.lifted(c, x.target, n.score)
}

// possible reports whether numbers may be those of a target.
func possible(x *doc, s *series) bool {
	kind, one := x.def.Indicator.Kind, int64(tens[s.scale])
	switch {
	case s.adds && kind == kpi.Ratio && x.target.Part == Value:
		return false
	case x.target.Part != Value:
		return !s.bad && x.def.Subset != kpi.SubsetUnknown
	case s.bad && !x.def.Signed:
		return false
	case kind == kpi.Ratio && x.def.Subset == kpi.SubsetYes:
		return s.within(100 * one)
	case kind == kpi.Count, kind == kpi.Place:
		return s.whole
	case kind == kpi.Score && x.def.Max.Valid:
		n, ok := x.def.Max.Decimal.Scaled(s.scale)
		return ok && s.within(n)
	}
	return true
}

// takeSingle reads one column.
func (m *matching) takeSingle(c, k, score, margin int) {
	x, n := &m.r.docs[m.docs[k]], m.names[c][k]
	p := &pick{doc: x, score: score, margin: margin}
	switch {
	case slices.Contains(m.says[c], k):
		p.add(Exact, "tiêu đề chính là tên trong danh mục")
	case n.score >= clearName:
		p.add(Words, "tiêu đề gần với "+x.target.String())
	}
	if m.t.Form != nil && n.score >= clearName && (n.all || m.heads[c].strange == 0) && margin >= 2*clearMargin {
		p.add(Asked, "biểu hỏi "+x.target.Code)
	}
	if m.unitFits(c, x) {
		p.add(Structure, "đơn vị tính trong tiêu đề là của "+x.target.Code)
	}
	if m.history(c, x.target) > 0 {
		p.add(History, "hợp với số liệu các kỳ trước")
	}
	m.recalled(c, p)
	if past := &m.past[c]; (past.table[x.target] || past.own[x.target]) && m.nearerName(c, x.target) {
		p.against("lần trước cột này được ghép là " + x.target.String() + ", trong khi tiêu đề gần với chỉ tiêu khác")
	}
	m.taken[c] = p
}

// isName reports whether a heading is the name of a target and of no other: its very words, or all its own words are of this
// target alone.
func (m *matching) isName(c, k int) bool {
	n := m.names[c][k]
	if n.veto || !n.exact {
		return false
	}
	same := m.count(c, func(o nameScore) bool { return o.same })
	return n.same && same == 1 || same == 0 && m.count(c, func(o nameScore) bool { return o.all }) == 1
}

// count counts the targets that a heading fits in some way.
func (m *matching) count(c int, fits func(nameScore) bool) (n int) {
	for _, o := range m.names[c] {
		if !o.veto && fits(o) {
			n++
		}
	}
	return n
}

// unitFits reports whether the heading has the unit of a definition that few others have.
func (m *matching) unitFits(c int, x *doc) bool {
	u := m.heads[c].unit
	if x.target.Part != Value || u.Base == "" || u.Base == "%" || unitDiffers(&m.heads[c], x) || !sameUnit(u.Base, x) {
		return false
	}
	others := 0
	for _, i := range m.docs {
		if o := &m.r.docs[i]; o.target.Part == Value && sameUnit(u.Base, o) {
			others++
		}
	}
	return others <= 12
}

// contradictions compares what was read of one indicator with each other.
func (m *matching) contradictions() {
	at := map[string][3]int{}
	for _, c := range m.open {
		if p := m.taken[c]; p != nil {
			for _, t := range append([]Target{p.doc.target}, p.also...) {
				parts, ok := at[t.Code]
				if !ok {
					parts = [3]int{-1, -1, -1}
				}
				if parts[t.Part] < 0 {
					parts[t.Part] = c
				}
				at[t.Code] = parts
			}
		}
	}
	for code, parts := range at {
		v, a, b := parts[Value], parts[Numerator], parts[Denominator]
		x, _ := m.r.find(Target{code, Value})
		if m.codes[code] {
			continue
		}
		switch {
		case a >= 0 && b >= 0:
			m.pair(x.def, a, b, v)
		case a >= 0:
			m.taken[a].against("chưa rõ cột mẫu số của " + code)
		case b >= 0 && len(m.taken[b].also) == 0 && m.taken[b].doc.target.Code == code:
			m.taken[b].against("chưa rõ cột tử số của " + code)
		}
		if v >= 0 && (a >= 0) != (b >= 0) {
			m.taken[v].against("cột bên cạnh có vẻ là tử số hay mẫu số của nó")
		}
	}
}

// pair compares numerator and denominator that were read by their names, with the share beside them if there is one.
func (m *matching) pair(def *kpi.Definition, a, b, v int) {
	fits, of := atMost(&m.nums[a], &m.nums[b])
	if def.Subset == kpi.SubsetYes && fits < of-of/30 {
		text := fmt.Sprintf("%s lớn hơn %s ở %d/%d dòng", m.t.Columns[a].Name, m.t.Columns[b].Name, of-fits, of)
		m.taken[a].against(text)
		m.taken[b].against(text)
	}
	if m.nums[a].whole != m.nums[b].whole {
		text := "một cột có số lẻ, cột kia toàn số nguyên"
		m.taken[a].against(text)
		m.taken[b].against(text)
	}
	if v < 0 {
		// Where more columns stand beside, a part may be that of another whole: only a group, or a table of two, says it.
		named := len(m.open) == 2 && m.name(a, Target{def.Indicator.Code, Numerator}).score >= clearName &&
			m.name(b, Target{def.Indicator.Code, Denominator}).score >= clearName
		if (named || m.sameGroup(a, b)) && of >= 3 && fits == of && !equal(&m.nums[a], &m.nums[b]) {
			text := "có cả tử số và mẫu số, tử số không lớn hơn mẫu số ở dòng nào"
			m.taken[a].add(Structure, text)
			m.taken[b].add(Structure, text)
		}
		if m.name(a, Target{def.Indicator.Code, Numerator}).score >= clearName &&
			m.name(b, Target{def.Indicator.Code, Denominator}).score >= clearName {
			m.whole(a, b)
		}
		return
	}
	for _, c := range []int{a, b, v} {
		m.taken[c].against(fmt.Sprintf("%s ÷ %s không bằng %s", m.t.Columns[a].Name, m.t.Columns[b].Name, m.t.Columns[v].Name))
	}
}

// decide makes the readings of what was taken, and of columns that nobody understands.
func (m *matching) decide() []Reading {
	var out []Reading
	for _, c := range m.open {
		p := m.taken[c]
		if p == nil {
			r := Reading{Column: c, Alternatives: m.alternatives(c, Target{})}
			if m.past[c].none {
				r.Evidence, r.Alternatives = []Evidence{{Remembered, "lần trước cột này không được đọc"}}, nil
			}
			out = append(out, r)
			continue
		}
		if m.name(c, p.doc.target).narrow {
			p.against("tiêu đề chỉ nói một phần của " + p.doc.target.Code)
		}
		if other, ok := m.saysElse(c, p.doc); ok && len(m.past[c].table) == 0 {
			p.against("tiêu đề là tên của " + other.String())
		}
		if unitDiffers(&m.heads[c], p.doc) && len(m.past[c].table) == 0 {
			p.against("đơn vị tính khác danh mục (" + p.doc.def.Unit + ")")
		}
		if p.margin < clearMargin {
			p.against("chỉ tiêu khác cũng gần như vậy")
		}
		r := Reading{
			Column:   c,
			Target:   p.doc.target,
			Also:     p.also,
			Evidence: p.kinds,
			Against:  p.not,
			Score:    p.score,
			Margin:   p.margin,
			Verdict:  Ask,
			OfOne:    p.ofOne,
		}
		worth := 0
		for _, e := range p.kinds {
			worth += e.Kind.worth()
		}
		if worth >= 2 && len(p.not) == 0 {
			r.Verdict = Sure
		}
		r.Alternatives = m.alternatives(c, p.doc.target)
		out = append(out, r)
	}
	m.together(out)
	return out
}

// saysElse returns the one target that a heading names when that is another than what the column is taken for.
func (m *matching) saysElse(c int, x *doc) (Target, bool) {
	mine := m.name(c, x.target).score
	for _, k := range m.says[c] {
		if t := m.r.docs[m.docs[k]].target; t != x.target && m.names[c][k].score-mine >= 150 {
			return t, true
		}
	}
	return Target{}, false
}

// together keeps a triple or pair whole: where one part is only asked about, so are the others.
func (m *matching) together(out []Reading) {
	for {
		changed := false
		for i := range out {
			if out[i].Verdict != Ask || m.t.Columns[out[i].Column].Known != nil {
				continue
			}
			for j := range out {
				if out[j].Verdict == Sure && out[j].Target.Code == out[i].Target.Code && m.t.Columns[out[j].Column].Known == nil {
					out[j].Verdict, changed = Ask, true
					out[j].Against = append(out[j].Against, "cột "+m.t.Columns[out[i].Column].Name+" của cùng chỉ tiêu chưa chắc")
				}
			}
		}
		if !changed {
			return
		}
	}
}

// alternatives are the other targets that a heading may mean, best first.
func (m *matching) alternatives(c int, not Target) (out []Target) {
	places := make([]int, 0, len(m.docs))
	for k := range m.docs {
		n := m.names[c][k]
		if n.score >= nearEnough*2/3 && !n.veto && m.r.docs[m.docs[k]].target != not && possible(&m.r.docs[m.docs[k]], &m.nums[c]) {
			places = append(places, k)
		}
	}
	slices.SortStableFunc(places, func(a, b int) int { return m.names[c][b].score - m.names[c][a].score })
	for _, k := range places[:min(len(places), 3)] {
		out = append(out, m.r.docs[m.docs[k]].target)
	}
	return out
}
