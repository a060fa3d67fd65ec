package ranking

import (
	"cmp"
	"math/big"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Worths holds the worth of every agency of a block, also of those without a value.
type Worths map[agency.ID]Worth

// Explanation is why an agency's value and rank changed between two periods (Vì sao). The value is
// split into the change of method and the agency's own change, by component; the rank into method,
// own change and the change of the others. Every split sums exactly, also as printed.
type Explanation struct {
	Agency                agency.ID
	Before, After, Change vi.Decimal
	// Method + Own + Rounding = Change. Rounding is what the printed parts leave over.
	Method, Own, Rounding vi.Decimal
	Causes                []Cause

	RankBefore, RankAfter int
	// Places gained (positive) or lost: MovedMethod + MovedOwn + MovedOthers = RankBefore − RankAfter.
	// They are measured one after the other in this order: first the new method with the old figures
	// of all, then the agency's own new figures, then those of the others.
	MovedMethod, MovedOwn, MovedOthers int
	Passed, PassedBy                   []agency.ID // who changed sides, in the order of the later ranking
}

// Moved is how many places were gained; negative ones were lost.
func (e *Explanation) Moved() int { return e.RankBefore - e.RankAfter }

// Cause is one component's share of a change.
type Cause struct {
	Code          string
	Before, After vi.NullDecimal // points that it adds; Before by the later method; absent when it was not part of it
	Method, Own   vi.Decimal
	Places        int // gained by its own change, components taken in their order; they sum to MovedOwn

	own *big.Rat // exact
}

// Scale is how values are compared and printed.
type Scale struct {
	Direction kpi.Direction
	Decimals  int
}

// The reasons why a change cannot be explained, in Vietnamese.
const (
	OtherSet      = "Hai kỳ xếp hạng hai danh sách đơn vị khác nhau nên không tách được nguyên nhân."
	NoValueBefore = "Kỳ trước đơn vị chưa có số liệu để tính nên không tách được nguyên nhân."
	NoValueNow    = "Kỳ này đơn vị chưa có số liệu để tính nên không tách được nguyên nhân."
	NoRebased     = "Cách tính đã thay đổi và số liệu kỳ trước không đủ để tính lại theo cách mới, nên không tách được nguyên nhân."
)

// Explain splits the change of an agency between two periods. before holds what the earlier period
// is worth by its own method, rebased what it is worth by the later method (the same map when the
// method did not change), after the later period. The text says why there is no explanation.
func Explain(id agency.ID, m Scale, before, rebased, after Worths) (*Explanation, string) {
	switch {
	case !sameAgencies(before, after) || !sameAgencies(before, rebased):
		return nil, OtherSet
	case !before[id].Value.Valid:
		return nil, NoValueBefore
	case !after[id].Value.Valid:
		return nil, NoValueNow
	case !rebased[id].Value.Valid:
		return nil, NoRebased
	}
	was, by, is := before[id], rebased[id], after[id]
	e := &Explanation{Agency: id, Before: was.Value.Decimal, After: is.Value.Decimal, Change: minus(is.Value.Decimal, was.Value.Decimal)}
	e.RankBefore = m.place(before, id, was.Value.Decimal)
	e.RankAfter = m.place(after, id, is.Value.Decimal)
	start := m.place(rebased, id, by.Value.Decimal)
	e.MovedMethod = e.RankBefore - start
	e.MovedOwn = start - m.place(rebased, id, is.Value.Decimal)
	e.MovedOthers = e.Moved() - e.MovedMethod - e.MovedOwn
	e.causes(m, was, by, is)
	e.places(m, rebased, by)
	e.passed(m, before, after)
	return e, ""
}

func sameAgencies(a, b Worths) bool {
	if len(a) != len(b) {
		return false
	}
	for id := range a {
		if _, ok := b[id]; !ok {
			return false
		}
	}
	return true
}

// better reports whether a is on the good side of b.
func (m Scale) better(a, b vi.Decimal) bool {
	if m.Direction == kpi.Lower {
		return a.Cmp(b) < 0
	}
	return a.Cmp(b) > 0
}

// place is the rank of id among the others if it had value v.
func (m Scale) place(all Worths, id agency.ID, v vi.Decimal) int {
	place := 1
	for other, w := range all {
		if other != id && w.Value.Valid && m.better(w.Value.Decimal, v) {
			place++
		}
	}
	return place
}

// causes fills in the split of the value by component, in the later order; components that only the
// earlier method had come last.
func (e *Explanation) causes(m Scale, was, by, is Worth) {
	codes := make([]string, 0, len(is.Parts))
	for _, w := range []Worth{is, by, was} {
		for _, p := range w.Parts {
			if !slices.Contains(codes, p.Code) {
				codes = append(codes, p.Code)
			}
		}
	}
	rest := []vi.Decimal{e.Change}
	for _, code := range codes {
		c := Cause{Code: code, Before: m.print(by.part(code)), After: m.print(is.part(code)), own: difference(is.part(code), by.part(code))}
		c.Method, c.Own = m.round(difference(by.part(code), was.part(code))), m.round(c.own)
		e.Method, e.Own = plus(e.Method, c.Method), plus(e.Own, c.Own)
		rest = append(rest, c.Method.Neg(), c.Own.Neg())
		e.Causes = append(e.Causes, c)
	}
	e.Rounding = plus(rest...)
}

// print rounds exact points for a page; absent for a component that is not there.
func (m Scale) print(x *big.Rat) vi.NullDecimal {
	if x == nil {
		return vi.NullDecimal{}
	}
	return vi.Some(m.round(x))
}

// round is for differences of points, which are never larger than the points themselves.
func (m Scale) round(x *big.Rat) vi.Decimal {
	d, _ := kpi.RoundRat(x, m.Decimals)
	return d
}

// difference is a − b; a component that is not there counts 0.
func difference(a, b *big.Rat) *big.Rat {
	x := new(big.Rat)
	if a != nil {
		x.Add(x, a)
	}
	if b != nil {
		x.Sub(x, b)
	}
	return x
}

// places says how many places each component's own change was worth: the total as it would be with
// the later points of it and of those before it.
func (e *Explanation) places(m Scale, others Worths, by Worth) {
	at, rank := by.total(), e.RankBefore-e.MovedMethod
	for i := range e.Causes {
		c := &e.Causes[i]
		now := m.place(others, e.Agency, m.round(at.Add(at, c.own)))
		c.Places, rank = rank-now, now
	}
}

// passed lists who was ahead before and is behind now, and the other way round. Equal is neither.
func (e *Explanation) passed(m Scale, before, after Worths) {
	for id, w := range after {
		then := before[id]
		if id == e.Agency || !w.Value.Valid || !then.Value.Valid {
			continue
		}
		ahead, now := m.better(then.Value.Decimal, e.Before), m.better(w.Value.Decimal, e.After)
		behind, later := m.better(e.Before, then.Value.Decimal), m.better(e.After, w.Value.Decimal)
		switch {
		case !behind && later:
			e.Passed = append(e.Passed, id)
		case !ahead && now:
			e.PassedBy = append(e.PassedBy, id)
		}
	}
	order := func(a, b agency.ID) int {
		x, y := after[a].Value.Decimal, after[b].Value.Decimal
		switch {
		case m.better(x, y):
			return -1
		case m.better(y, x):
			return 1
		}
		return cmp.Compare(a, b)
	}
	slices.SortFunc(e.Passed, order)
	slices.SortFunc(e.PassedBy, order)
}

// RateChange is why a ratio changed: what its numerator and its denominator did, in percentage
// points. Numerator + Denominator + Rounding = Change.
type RateChange struct {
	Num, Den                                 vi.Decimal // how much they grew
	Change, Numerator, Denominator, Rounding vi.Decimal
}

// SplitRate splits the change of a ratio: first the numerator over the earlier denominator, then the
// denominator under the later numerator. It is false where parts are missing.
func SplitRate(d *kpi.Definition, before, after kpi.Figure) (RateChange, bool) {
	was, ok1 := before.Rate(d)
	is, ok2 := after.Rate(d)
	if !ok1 || !ok2 || !before.HasParts() || !after.HasParts() {
		return RateChange{}, false
	}
	percent := func(n, d vi.Decimal) *big.Rat {
		q := new(big.Rat).Quo(n.Rat(), d.Rat())
		return q.Mul(q, big.NewRat(100, 1))
	}
	m := Scale{Decimals: d.Decimals}
	middle := percent(after.Num.Decimal, before.Den.Decimal)
	r := RateChange{
		Num:    minus(after.Num.Decimal, before.Num.Decimal),
		Den:    minus(after.Den.Decimal, before.Den.Decimal),
		Change: minus(is, was),
	}
	r.Numerator = m.round(difference(middle, percent(before.Num.Decimal, before.Den.Decimal)))
	r.Denominator = m.round(difference(percent(after.Num.Decimal, after.Den.Decimal), middle))
	r.Rounding = minus(r.Change, plus(r.Numerator, r.Denominator))
	return r, true
}
