package match

import (
	"cmp"
	"fmt"
	"slices"
)

// candidate is a share taken for an indicator.
type candidate struct {
	shape   shape
	code    string
	score   int
	words   int // columns whose own name says so
	swapped bool
	foreign bool // the heading of a part is the name of something else
}

// triples takes the shares of the table for indicators, all at once.
func (m *matching) triples() {
	m.shapes()
	best := map[[2]int]candidate{} // by value column and place of the code
	codes := m.ratioCodes()
	for _, s := range m.shape {
		for k := range codes {
			c, ok := m.candidate(s, &codes[k])
			if !ok {
				continue
			}
			if old, have := best[[2]int{s.v, k}]; !have || m.better(c, old) {
				best[[2]int{s.v, k}] = c
			}
		}
	}
	var rows []int
	for _, v := range m.open {
		if slices.ContainsFunc(m.shape, func(s shape) bool { return s.v == v }) {
			rows = append(rows, v)
		}
	}
	score := make([][]int32, len(rows))
	for i, v := range rows {
		score[i] = make([]int32, len(codes))
		for k := range codes {
			score[i][k] = int32(best[[2]int{v, k}].score)
		}
	}
	a := solve(score, len(codes))
	var chosen []candidate
	var margins []int
	for i, k := range a.columns() {
		if k >= 0 {
			chosen, margins = append(chosen, best[[2]int{rows[i], k}]), append(margins, a.margin(i, k))
		}
	}
	m.share(chosen)
	for i := range chosen {
		m.takeTriple(chosen[i], margins[i])
	}
}

// share gives each indicator a denominator of its own where one with the same numbers stands unused.
func (m *matching) share(chosen []candidate) {
	used := map[int]int{}
	for _, c := range chosen {
		for _, column := range []int{c.shape.a, c.shape.b, c.shape.v} {
			used[column]++
		}
	}
	for i := range chosen {
		c := &chosen[i]
		for _, s := range m.shape {
			if used[c.shape.b] < 2 {
				break
			}
			if s.v != c.shape.v || s.a != c.shape.a || used[s.b] > 0 || !equal(&m.nums[s.b], &m.nums[c.shape.b]) {
				continue
			}
			if other, ok := m.candidate(s, m.ratio(c.code)); ok && !other.foreign {
				used[c.shape.b]--
				used[s.b]++
				*c = other
			}
		}
	}
}

// ratio is an indicator with parts that may be meant, and the places of its parts among the targets.
type ratio struct {
	code string
	at   [3]int
}

// partName is the score of a column and a part of the indicator.
func (m *matching) partName(c int, x *ratio, p Part) nameScore {
	if x.at[p] < 0 {
		return nameScore{}
	}
	return m.names[c][x.at[p]]
}

func (m *matching) ratio(code string) *ratio {
	x := ratio{code, [3]int{-1, -1, -1}}
	for p, i := range m.r.byCode[code] {
		if i >= 0 {
			x.at[p] = m.place[i]
		}
	}
	return &x
}

// ratioCodes are the indicators with parts that may be meant.
func (m *matching) ratioCodes() (out []ratio) {
	for _, i := range m.docs {
		if x := &m.r.docs[i]; x.target.Part == Numerator {
			out = append(out, *m.ratio(x.target.Code))
		}
	}
	return out
}

// candidate judges a share as that of an indicator.
func (m *matching) candidate(s shape, x *ratio) (c candidate, ok bool) {
	code := x.code
	c = candidate{shape: s, code: code, score: m.tripleScore(s, x)}
	if len(m.t.Form) == 1 && c.score < nearEnough {
		c.score = nearEnough // the caller says which indicator the table is of
	}
	if c.score < nearEnough {
		return c, false
	}
	v, a, b := m.partName(s.v, x, Value), m.partName(s.a, x, Numerator), m.partName(s.b, x, Denominator)
	if v.veto || a.veto || b.veto || m.knownElse(s.v, Target{code, Value}) || m.knownElse(s.a, Target{code, Numerator}) ||
		m.knownElse(s.b, Target{code, Denominator}) {
		return c, false
	}
	for _, n := range []nameScore{v, a, b} {
		if n.score >= nearEnough {
			c.words++
		}
	}
	for column, part := range map[int]Part{s.a: Numerator, s.b: Denominator} {
		if x, ok := m.r.find(Target{code, part}); ok {
			_, elsewhere := m.saysElse(column, x)
			c.foreign = c.foreign || elsewhere || m.past[column].other(x.target)
		}
	}
	da, nb := m.partName(s.a, x, Denominator).score, m.partName(s.b, x, Numerator).score
	c.swapped = da > a.score+clearMargin/2 && nb > b.score+clearMargin/2 && !m.past[s.a].table[Target{code, Numerator}]
	if !s.fit.holds() && (c.words < 3 && !s.declared && len(m.t.Form) != 1 || m.rivals(s, x)) {
		return c, false
	}
	return c, true
}

// tripleScore is how well the names of three columns fit an indicator.
func (m *matching) tripleScore(s shape, x *ratio) int {
	score := func(c int, p Part) int { return m.lifted(c, Target{x.code, p}, m.partName(c, x, p).score) }
	return (valueWeight*score(s.v, Value) + numberWeight*score(s.a, Numerator) + baseWeight*score(s.b, Denominator)) / 1000
}

// rivals reports whether another column does in a share about as well, by its name too, where not all rows agree.
func (m *matching) rivals(s shape, x *ratio) bool {
	mine := m.tripleScore(s, x)
	return slices.ContainsFunc(m.shape, func(o shape) bool {
		return o.v == s.v && o.ofOne == s.ofOne && (o.a == s.a) != (o.b == s.b) && o.fit.agree*10 >= s.fit.agree*9 &&
			m.tripleScore(o, x) > mine-200
	})
}

// knownElse reports whether a column is known to be something else than a target, or another column to be the target.
func (m *matching) knownElse(c int, t Target) bool {
	k := m.t.Columns[c].Known
	if k == nil && slices.ContainsFunc(m.t.Columns, func(o Column) bool { return o.Known != nil && *o.Known == t }) {
		return true
	}
	if k == nil || *k == t {
		return false
	}
	// A denominator may serve several indicators.
	return t.Part != Denominator || k.Part != Denominator
}

// slip is what a row that does not agree costs, proof what strong evidence earns, in thousandths of a score.
const (
	slip  = 50
	proof = 200
)

// better orders two ways to read a value column as one indicator, without regard to where the columns stand.
func (m *matching) better(a, b candidate) bool {
	truth := func(x bool) int {
		if x {
			return 1
		}
		return 0
	}
	worth := func(c candidate) int {
		return c.score - slip*c.shape.fit.missed() + proof*truth(c.shape.strong) - 2*proof*truth(c.foreign)
	}
	return cmp.Or(
		cmp.Compare(truth(a.shape.declared), truth(b.shape.declared)),
		cmp.Compare(worth(a), worth(b)),
		cmp.Compare(
			truth(m.sameGroup(a.shape.a, a.shape.b, a.shape.v)),
			truth(m.sameGroup(b.shape.a, b.shape.b, b.shape.v)),
		),
		cmp.Compare(a.shape.fit.agree, b.shape.fit.agree),
		-cmp.Compare(
			m.keys[a.shape.a]+"|"+m.keys[a.shape.b],
			m.keys[b.shape.a]+"|"+m.keys[b.shape.b],
		),
		-cmp.Compare(a.shape.a, b.shape.a),
		-cmp.Compare(a.shape.b, b.shape.b),
	) > 0
}

// otherIndicator returns the target of the same part that a heading is clearly nearer to, if there is one.
func (m *matching) otherIndicator(c int, x *doc) (Target, bool) {
	mine := m.lifted(c, x.target, m.name(c, x.target).score)
	for k, i := range m.docs {
		o, n := &m.r.docs[i], m.names[c][k]
		if o.target.Part == x.target.Part && o.target != x.target && !n.veto && n.score >= clearName && n.score-mine >= 250 {
			return o.target, true
		}
	}
	return Target{}, false
}

// betterFit returns a column that would fit more rows in the place of one of a share.
func (m *matching) betterFit(s shape, c int) (int, bool) {
	for _, o := range m.shape {
		if o.v != s.v || o.ofOne != s.ofOne || !o.fit.holds() || o.fit.missed() >= s.fit.missed() {
			continue
		}
		if c == s.a && o.b == s.b && o.a != s.a {
			return o.a, true
		}
		if c == s.b && o.a == s.a && o.b != s.b {
			return o.b, true
		}
	}
	return 0, false
}

// twin returns a column with nearly the same numbers, whose name is no worse: which of the two is meant decides the figure.
func (m *matching) twin(c int, x *doc) (int, bool) {
	for _, o := range m.open {
		if o == c || m.name(o, x.target).score+150 < m.name(c, x.target).score || !nearlySame(&m.nums[c], &m.nums[o]) ||
			m.past[c].table[x.target] {
			continue
		}
		if _, elsewhere := m.saysElse(o, x); !elsewhere {
			return o, true
		}
	}
	return 0, false
}

// takeTriple reads three columns as one indicator.
func (m *matching) takeTriple(c candidate, margin int) {
	s := c.shape
	var kinds []Evidence
	text := fmt.Sprintf(
		"%s ÷ %s = %s ở %d/%d dòng",
		m.t.Columns[s.a].Name,
		m.t.Columns[s.b].Name,
		m.t.Columns[s.v].Name,
		s.fit.agree,
		s.fit.of,
	)
	if s.strong || s.fit.fair() || c.words == 3 && s.fit.telling > 0 {
		kinds = append(kinds, Evidence{Arithmetic, text})
	}
	if s.declared {
		kinds = append(kinds, Evidence{Formula, "bảng tự ghi công thức " + m.t.Columns[s.a].Name + " ÷ " + m.t.Columns[s.b].Name})
	}
	if c.score >= tripleWords {
		kinds = append(kinds, Evidence{Words, "tiêu đề gần với tên chỉ tiêu và tử số, mẫu số của nó"})
	}
	if len(m.t.Form) == 1 || m.t.Form != nil && c.words > 0 && margin >= 2*clearMargin {
		kinds = append(kinds, Evidence{Asked, "biểu hỏi " + c.code})
	}
	parts := []Part{Value, Numerator, Denominator}
	for k, column := range []int{s.v, s.a, s.b} {
		x, _ := m.r.find(Target{c.code, parts[k]})
		p := m.taken[column]
		if p != nil {
			if parts[k] == Denominator && p.doc.target.Part == Denominator && s.fit.agree == s.fit.of {
				p.also = append(p.also, x.target)
				continue
			}
			p.against("cột này còn hợp với " + x.target.String())
			margin = 0
			continue
		}
		p = &pick{doc: x, score: c.score * 1000 / (valueWeight + numberWeight + baseWeight), margin: margin, kinds: slices.Clone(kinds)}
		m.recalled(column, p)
		m.taken[column] = p
		if other, ok := m.otherIndicator(column, x); ok && k < 2 {
			p.against("tiêu đề gần với " + other.String() + " hơn")
		}
		if other, ok := m.betterFit(s, column); ok && k > 0 {
			p.against("cột " + m.t.Columns[other].Name + " khớp nhiều dòng hơn")
		}
		if other, ok := m.twin(column, x); ok && k > 0 {
			p.against("cột " + m.t.Columns[other].Name + " gần như cùng số và tên cũng gần")
		}
		if c.swapped && k > 0 {
			p.against("tiêu đề của tử số và mẫu số có vẻ đổi chỗ cho nhau")
		}
	}
	m.taken[s.v].ofOne = s.ofOne
	m.codes[c.code] = true
}
