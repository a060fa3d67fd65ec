package match

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// matching is one run over a table.
type matching struct {
	r     *Reader
	t     *Table
	rows  []int // of data
	total []int
	docs  []int   // indexes of the docs that may be meant
	place []int   // of a doc in docs, -1
	says  [][]int // by column, the places of the targets that its heading is the name of
	heavy *weights
	open  []int // columns that may hold a figure
	heads []heading
	nums  []series
	names [][]nameScore // by column and place in docs
	keys  []string      // HeadingKey of each column
	past  []recall      // what is remembered of each column
	shape []shape       // shares that hold
	fits  map[sameShare]fit
	taken map[int]*pick // by column
	codes map[string]bool
}

// pick is a reading in the making.
type pick struct {
	doc    *doc
	also   []Target
	score  int
	margin int
	kinds  []Evidence
	not    []string // against it
	ofOne  bool
}

func (p *pick) add(k Kind, text string) {
	if !slices.ContainsFunc(p.kinds, func(e Evidence) bool { return e.Kind == k }) {
		p.kinds = append(p.kinds, Evidence{k, text})
	}
}

func (p *pick) against(text string) {
	if !slices.Contains(p.not, text) {
		p.not = append(p.not, text)
	}
}

// Bounds of scores and margins, in thousandths.
const (
	nearEnough   = 350 // below it a name says nothing
	clearName    = 450 // from it on a name is evidence
	clearMargin  = 100
	tripleWords  = 900 // of 2,800: from it on the three names together are evidence
	valueWeight  = 1200
	numberWeight = 1000
	baseWeight   = 600
)

func newMatching(r *Reader, t *Table) *matching {
	m := &matching{r: r, t: t, taken: map[int]*pick{}, fits: map[sameShare]fit{}, codes: map[string]bool{}}
	for i := range t.Rows {
		if t.Rows[i].Total {
			m.total = append(m.total, i)
		} else {
			m.rows = append(m.rows, i)
		}
	}
	m.place = make([]int, len(r.docs))
	for i := range r.docs {
		m.place[i] = -1
		if t.Form == nil || slices.Contains(t.Form, r.docs[i].target.Code) {
			m.place[i] = len(m.docs)
			m.docs = append(m.docs, i)
		}
	}
	m.heavy = r.weightsOf(m.docs, t.Form)
	m.heads, m.nums = make([]heading, len(t.Columns)), make([]series, len(t.Columns))
	m.names, m.keys, m.says = make([][]nameScore, len(t.Columns)), make([]string, len(t.Columns)), make([][]int, len(t.Columns))
	for c := range t.Columns {
		m.keys[c] = HeadingKey(t.Columns[c].Headings)
		if t.Columns[c].Role != "" {
			continue
		}
		m.nums[c] = newSeries(&t.Columns[c], m.rows)
		m.nums[c].adds = addsUp(&t.Columns[c], &m.nums[c], m.rows, m.total)
		if m.nums[c].nothing || m.nums[c].texts > m.nums[c].count {
			continue
		}
		m.open = append(m.open, c)
		m.heads[c] = r.read(&t.Columns[c])
		m.names[c] = m.scores(c)
		for k := range m.docs {
			if m.isName(c, k) {
				m.says[c] = append(m.says[c], k)
			}
		}
	}
	// Where a column stands says nothing: they are looked at in the order of what they say.
	slices.SortStableFunc(m.open, func(a, b int) int {
		return cmp.Or(
			strings.Compare(m.keys[a], m.keys[b]),
			slices.Compare(m.nums[a].at, m.nums[b].at),
			cmp.Compare(m.nums[a].scale, m.nums[b].scale),
		)
	})
	for i, c := range m.open {
		m.nums[c].class = c
		for _, o := range m.open[:i] {
			if m.nums[o].class == o && equal(&m.nums[c], &m.nums[o]) {
				m.nums[c].class = o
				break
			}
		}
	}
	m.past = m.recalls()
	return m
}

// scores compares a heading with every target that may be meant.
func (m *matching) scores(c int) []nameScore {
	out := make([]nameScore, len(m.docs))
	known := m.t.Columns[c].Known
	for k, i := range m.docs {
		x := &m.r.docs[i]
		switch {
		case known == nil:
			out[k] = m.r.score(&m.heads[c], x, m.heavy)
		case *known == x.target:
			out[k] = nameScore{score: 1000, same: true, exact: true, all: true}
		}
	}
	return out
}

// name is the score of a column and a target.
func (m *matching) name(c int, t Target) nameScore {
	at, ok := m.r.byCode[t.Code]
	if !ok || at[t.Part] < 0 || m.place[at[t.Part]] < 0 {
		return nameScore{}
	}
	return m.names[c][m.place[at[t.Part]]]
}

// shape is three columns of which one is the share of two others.
type shape struct {
	a, b, v  int
	fit      fit
	strong   bool
	declared bool // a formula or a numbered row says so
	ofOne    bool
}

// shapes finds every share among the columns.
func (m *matching) shapes() {
	for _, v := range m.open {
		if m.past[v].none {
			continue
		}
		for _, ofOne := range []bool{false, true} {
			if s := &m.nums[v]; s.bad || s.adds || !plausibleShare(s, ofOne) {
				continue
			}
			for _, b := range m.open {
				for _, a := range m.open {
					if a != b && a != v && b != v {
						m.tryShape(a, b, v, ofOne)
					}
				}
			}
		}
	}
}

// plausibleShare reports whether a column may be a share: percentages up to a thousand, or fractions.
func plausibleShare(s *series, ofOne bool) bool {
	one := int64(tens[s.scale])
	if ofOne {
		return s.scale >= 2 && s.within(2*one)
	}
	return s.within(1000*one) && s.max > 0
}

func (m *matching) tryShape(a, b, v int, ofOne bool) {
	if m.nums[a].max == 0 || m.nums[b].max == 0 {
		return
	}
	q, ok := newShare(&m.nums[a], &m.nums[b], &m.nums[v], ofOne)
	if !ok {
		return
	}
	declared := m.declares(a, b, v)
	if !declared && !q.may(len(m.rows)) {
		return
	}
	for range 2 {
		if declared || q.likely(len(m.rows)) {
			f := m.fitOf(q, a, b, v)
			digits := min(m.nums[v].scale, maxScale)
			if ofOne {
				digits -= 2
			}
			if f.holds() && (f.telling > 0 || declared) || f.fair() {
				m.keep(shape{a: a, b: b, v: v, fit: f, strong: f.strong(digits), declared: declared, ofOne: ofOne})
				return
			}
		}
		q.truncate = true
	}
}

// sameShare is a comparison of numbers that may stand in several columns.
type sameShare struct {
	a, b, v         int
	ofOne, truncate bool
}

// fitOf counts the rows of a share, once for columns with the same numbers.
func (m *matching) fitOf(q share, a, b, v int) fit {
	key := sameShare{a: m.nums[a].class, b: m.nums[b].class, v: m.nums[v].class, ofOne: q.ofOne, truncate: q.truncate}
	f, ok := m.fits[key]
	if !ok {
		f = q.count(len(m.rows))
		m.fits[key] = f
	}
	return f
}

// keep takes a share up. Of three columns each may be calculated from the others: the share is the one that is called so, or
// has more decimals.
func (m *matching) keep(s shape) {
	rank := func(v int) int {
		n := m.nums[v].scale
		if m.heads[v].marks&marksValue != 0 {
			n += 100
		}
		return n
	}
	for i := range m.shape {
		o := &m.shape[i]
		if o.v == s.v || !sameThree(*o, s) {
			continue
		}
		switch {
		case s.declared || !o.declared && rank(s.v) > rank(o.v):
			*o = s
			return
		case rank(s.v) < rank(o.v) || o.declared:
			return
		}
	}
	m.shape = append(m.shape, s)
}

func sameThree(a, b shape) bool {
	for _, c := range []int{a.a, a.b, a.v} {
		if c != b.a && c != b.b && c != b.v {
			return false
		}
	}
	return true
}

var (
	reFormula  = regexp.MustCompile(`(?i)\$?([A-Z]{1,3})\$?[0-9]+\s*/\s*\$?([A-Z]{1,3})\$?[0-9]+`)
	reDeclared = regexp.MustCompile(
		`^[(\[]?[0-9A-Za-z]{1,2}[)\]]?\s*=\s*[(\[]?([0-9]{1,2}|[A-Z])[)\]]?\s*[/:]\s*[(\[]?([0-9]{1,2}|[A-Z])[)\]]?`,
	)
	reOwn = regexp.MustCompile(`^[(\[]?([0-9]{1,2}|[A-Z])[)\]]?`)
)

// declares reports whether the table itself says that v is a ÷ b: by a formula, or by the numbers of its columns.
func (m *matching) declares(a, b, v int) bool {
	cols := m.t.Columns
	if f := reFormula.FindStringSubmatch(cols[v].Formula); f != nil {
		return strings.EqualFold(f[1], cols[a].Name) && strings.EqualFold(f[2], cols[b].Name)
	}
	d := reDeclared.FindStringSubmatch(m.heads[v].numbered)
	return d != nil && m.number(a) == d[1] && m.number(b) == d[2]
}

// number is the number of a column in a numbered row.
func (m *matching) number(c int) string {
	if n := reOwn.FindStringSubmatch(m.heads[c].numbered); n != nil {
		return n[1]
	}
	return ""
}

// sameGroup reports whether columns stand under one heading of a group.
func (m *matching) sameGroup(cols ...int) bool {
	group := func(c int) string {
		h := m.t.Columns[c].Headings
		if len(h) < 2 {
			return ""
		}
		return HeadingKey(h[:1])
	}
	first := group(cols[0])
	for _, c := range cols[1:] {
		if group(c) != first {
			return false
		}
	}
	return first != ""
}
