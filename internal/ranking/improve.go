package ranking

import (
	"fmt"
	"math/big"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Horizon is how far a period has come: what can still be done depends on the days that are left.
type Horizon struct {
	Elapsed, Left int // days
	End           vi.Date
}

// HorizonOf says how far period p has come on day today. A day's snapshot of a portal counts since
// 1 January, so its year is what ends.
func HorizonOf(p kpi.Period, today vi.Date) Horizon {
	from, to, at := p.From, p.To, today
	if p.Kind == kpi.Day {
		from, to, at = vi.NewDate(p.To.Year(), 1, 1), vi.NewDate(p.To.Year(), 12, 31), max(today, p.To)
	}
	at = min(max(at, from.AddDays(-1)), to)
	h := Horizon{Elapsed: from.DaysTo(at) + 1, Left: at.DaysTo(to), End: to}
	if p.Kind == kpi.Day { // the counts were taken on the snapshot's day, not today
		h.Elapsed = from.DaysTo(p.To) + 1
	}
	return h
}

// Way is how a count can change a figure.
type Way string

// The ways. What happens in a period can only be joined by more cases: the bad ones have happened.
// What is there at a moment can still be turned good.
const (
	MoreCases Way = "more_cases" // numerator and denominator grow together
	MoreClean Way = "more_clean" // lower is better: the denominator grows, nothing bad is added
	Turn      Way = "turn"       // the numerator grows, or falls where lower is better; the denominator stays
	Add       Way = "add"        // a plain count grows, or falls where lower is better
)

// Verdict says whether a lever reaches the place.
type Verdict string

// The verdicts.
const (
	Reachable  Verdict = "reachable"
	OutOfReach Verdict = "out_of_reach" // more than can still happen before the period ends
	Over       Verdict = "over"         // the period has ended
	NotEnough  Verdict = "not_enough"   // even at its best the component does not lift the total that far
)

// Lever is the smallest change of one component that reaches a place while everything else, of this
// agency and of the others, stays as it is.
type Lever struct {
	Code          string
	Definition    *kpi.Definition
	Way           Way
	Falls         bool  // the count has to fall
	Count         int64 // 0 with NotEnough
	Before, After kpi.Figure
	Value         vi.Decimal     // what the agency would then have; with NotEnough at best
	Possible      vi.NullDecimal // how many can still come before the period ends; absent when nobody can say
	Verdict       Verdict
}

// NoCounts is why a component that is published as points is no lever.
const NoCounts = "Thành phần chấm bằng điểm, không có tử/mẫu số nên không quy ra số lượng được."

// NoFigures is why a component that was not reported is no lever.
const NoFigures = "Chưa có số liệu trong cùng kỳ và nguồn."

// NoLever is a component that no count can move, and why.
type NoLever struct {
	Code string
	Why  string // Vietnamese
}

// Plan is what would lift an agency by some places (Muốn lên N bậc).
type Plan struct {
	Agency     agency.ID
	From, To   int // ranks
	Now, Needs vi.Decimal
	Rival      agency.ID // who has the value that must be reached
	Horizon    Horizon
	Levers     []Lever // reachable ones first, then in the scorecard's order
	Skipped    []NoLever
}

// Improve looks for the smallest change of each component that lifts id by up places in t. get gives
// the agency's figures of the period. The text says why there is nothing to look for.
func (t *Table) Improve(id agency.ID, up int, get Lookup, h Horizon) (*Plan, string) {
	if t.Direction == kpi.Neutral {
		return nil, "Chỉ tiêu này chỉ để theo dõi, không có hướng tốt hơn."
	}
	i := slices.IndexFunc(t.Rows, func(r Row) bool { return r.Agency == id })
	if i < 0 || !t.Rows[i].Value.Valid {
		return nil, "Đơn vị chưa có hạng trong bảng này."
	}
	own := t.Rows[i]
	if own.Rank == 1 {
		return nil, t.aboveAll()
	}
	p := &Plan{Agency: id, From: own.Rank, To: max(1, own.Rank-max(1, up)), Now: own.Value.Decimal, Horizon: h}
	// To stand p.To-th nobody but p.To−1 may be better: the value of the p.To-th must be reached.
	rival := t.Rows[p.To-1]
	p.Rival, p.Needs = rival.Agency, rival.Value.Decimal
	if t.Scorecard == nil {
		p.indicator(t, get)
	} else {
		p.scorecard(t, get)
	}
	slices.SortStableFunc(p.Levers, func(a, b Lever) int { return btoi(a.Verdict != Reachable) - btoi(b.Verdict != Reachable) })
	return p, ""
}

// aboveAll says that nobody stands above an agency, among as many as have figures.
func (t *Table) aboveAll() string {
	switch c := t.Coverage(); {
	case c.Full():
		return "Đơn vị đang đứng đầu."
	case c.Enough():
		return c.Among() + "đơn vị đang đứng đầu."
	default:
		return c.Among() + "không đơn vị nào xếp trên."
	}
}

func (p *Plan) indicator(t *Table, get Lookup) {
	d := t.Definition
	f, _, ok := get(d.Indicator.Code)
	if !ok {
		return
	}
	p.try(d, f, t.Direction == kpi.Lower, func(g kpi.Figure) (vi.Decimal, bool) {
		v, ok := g.Rate(d)
		return v, ok && Scale{Direction: t.Direction}.reaches(v, p.Needs)
	})
}

// reaches reports whether a is at least as good as b.
func (m Scale) reaches(a, b vi.Decimal) bool { return !m.better(b, a) }

// scorecard tries each component that makes the total; where a published group has figures that
// explain it, those instead: they are what can be worked on.
func (p *Plan) scorecard(t *Table, get Lookup) {
	s := t.Scorecard
	total := s.Worth(get)
	if !total.Value.Valid {
		return
	}
	weights := s.weights()
	for _, c := range s.Scored() {
		below := s.Children(c.Code)
		if len(below) == 0 {
			below = []Component{c}
		}
		for _, leaf := range below {
			lift := &lift{s: s, group: c, leaf: leaf, total: total.total(), weight: weights[c.Code], part: total.part(c.Code)}
			p.component(lift, get)
		}
	}
}

// lift is one component under trial.
type lift struct {
	s                   *Scorecard
	group, leaf         Component // the scored component, and the one that changes: itself or below it
	total, weight, part *big.Rat
	points              *big.Rat // of leaf now
}

func (p *Plan) component(l *lift, get Lookup) {
	f, d, ok := get(l.leaf.Code)
	skip := func(why string) { p.Skipped = append(p.Skipped, NoLever{l.leaf.Code, why}) }
	switch {
	case !ok:
		skip(NoFigures)
		return
	case d.Indicator.Direction != kpi.Higher:
		skip("Bộ chỉ số không cho thêm điểm theo chiều tốt của chỉ tiêu này.")
		return
	}
	var none Score
	if l.points, ok = l.s.unweighted(l.leaf, single(f, d), &none); !ok || len(none.Zeroed) > 0 {
		skip("Không có giá trị để tính: " + f.State.Title() + ".")
		return
	}
	if l.leaf.Max.Sign() > 0 && l.leaf.Rule != Passthrough && l.points.Cmp(l.leaf.Max.Rat()) >= 0 {
		skip("Đã đạt điểm tối đa.")
		return
	}
	p.try(d, f, false, func(g kpi.Figure) (vi.Decimal, bool) {
		v, ok := l.value(g, d)
		return v, ok && v.Cmp(p.Needs) >= 0
	})
}

func single(f kpi.Figure, d *kpi.Definition) Lookup {
	return func(string) (kpi.Figure, *kpi.Definition, bool) { return f, d, true }
}

// value is the agency's total with figure g of the component.
func (l *lift) value(g kpi.Figure, d *kpi.Definition) (vi.Decimal, bool) {
	var none Score
	points, ok := l.s.unweighted(l.leaf, single(g, d), &none)
	if !ok {
		return vi.Decimal{}, false
	}
	gain := new(big.Rat).Sub(points, l.points)
	if l.leaf.Code != l.group.Code && l.group.Max.Sign() > 0 && l.weight.Sign() > 0 {
		// A group gains what its part gains, up to its own maximum.
		room := new(big.Rat).Sub(l.group.Max.Rat(), new(big.Rat).Quo(l.part, l.weight))
		if gain.Cmp(room) > 0 {
			gain = room
		}
	}
	gain.Mul(gain, l.weight)
	return kpi.RoundRat(gain.Add(gain, l.total), l.s.Decimals)
}

// weights returns the weight that each scored component has in the total.
func (s *Scorecard) weights() map[string]*big.Rat {
	out := map[string]*big.Rat{}
	var walk func(group string, weight *big.Rat)
	walk = func(group string, weight *big.Rat) {
		for _, c := range s.Children(group) {
			w := new(big.Rat).Set(weight)
			if c.Weight.Valid {
				w.Mul(w, c.Weight.Rat())
			}
			if out[c.Code] = w; c.Rule == SumRule {
				walk(c.Code, w)
			}
		}
	}
	walk(s.Root().Code, big.NewRat(1, 1))
	return out
}

// mostCases bounds the search: no agency has more cases than this.
const mostCases = int64(1e11)

// try searches the smallest count with which value reaches the place.
func (p *Plan) try(d *kpi.Definition, f kpi.Figure, falls bool, value func(kpi.Figure) (vi.Decimal, bool)) {
	way, why := wayOf(d, f, falls)
	if why != "" {
		p.Skipped = append(p.Skipped, NoLever{d.Indicator.Code, why})
		return
	}
	l := Lever{Code: d.Indicator.Code, Definition: d, Way: way, Falls: falls && way != MoreClean, Before: f}
	most := l.most()
	if most < 1 {
		p.Skipped = append(p.Skipped, NoLever{d.Indicator.Code, "Đã đạt mức tốt nhất."})
		return
	}
	reaches := func(k int64) bool { _, ok := value(l.changed(k)); return ok }
	if !reaches(most) {
		l.Verdict = NotEnough
		l.Value, _ = value(l.changed(most))
		p.Levers = append(p.Levers, l)
		return
	}
	low, high := int64(0), int64(1) // low does not reach
	for !reaches(high) {
		low, high = high, min(most, high*2)
	}
	for low+1 < high {
		if mid := low + (high-low)/2; reaches(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	l.Count, l.After = high, l.changed(high)
	l.Value, _ = value(l.After)
	l.judge(p.Horizon)
	p.Levers = append(p.Levers, l)
}

// wayOf says how counts change a figure, or why they cannot.
func wayOf(d *kpi.Definition, f kpi.Figure, falls bool) (Way, string) {
	switch d.Indicator.Kind {
	case kpi.Ratio:
		switch {
		case f.State == kpi.NoDenominator || f.HasParts() && f.Den.Sign() == 0:
			return "", "Mẫu số bằng 0: chưa phát sinh để tính."
		case f.State != kpi.Value:
			return "", "Không có giá trị để tính: " + f.State.Title() + "."
		case !f.HasParts():
			return "", "Thiếu tử/mẫu số nên không quy ra số lượng được."
		case !f.Num.IsInt() || !f.Den.IsInt():
			return "", "Tử số, mẫu số không phải số đếm."
		case d.Accumulation == kpi.Point || d.Accumulation == kpi.Cumulative:
			return Turn, ""
		case falls:
			return MoreClean, ""
		case f.Num.Cmp(f.Den.Decimal) >= 0:
			return "", "Đã đạt 100 %."
		}
		return MoreCases, ""
	case kpi.Count, kpi.YesNo:
		if f.State != kpi.Value || !f.Value.Valid || !f.Value.IsInt() {
			return "", "Không có giá trị để tính."
		}
		return Add, ""
	}
	return "", NoCounts
}

// most is the largest count that makes sense.
func (l *Lever) most() int64 {
	whole := func(d vi.Decimal) int64 { n, _ := d.Scaled(0); return n }
	f, d := l.Before, l.Definition
	switch {
	case l.Way == Turn && l.Falls:
		return whole(f.Num.Decimal)
	case l.Way == Turn && d.Subset == kpi.SubsetYes:
		return whole(f.Den.Decimal) - whole(f.Num.Decimal)
	case l.Way == Add && d.Indicator.Kind == kpi.YesNo:
		return 1 - whole(f.Value.Decimal)
	case l.Way == Add && l.Falls:
		return whole(f.Value.Decimal)
	}
	return mostCases
}

// changed returns the figure after k more, or fewer.
func (l *Lever) changed(k int64) kpi.Figure {
	f, by := l.Before, vi.Int(k)
	if l.Falls {
		by = vi.Int(-k)
	}
	switch l.Way {
	case MoreCases:
		f.Num, f.Den = vi.Some(plus(f.Num.Decimal, by)), vi.Some(plus(f.Den.Decimal, by))
	case MoreClean:
		f.Den = vi.Some(plus(f.Den.Decimal, by))
	case Turn:
		f.Num = vi.Some(plus(f.Num.Decimal, by))
	case Add:
		f.Value = vi.Some(plus(f.Value.Decimal, by))
	}
	return f
}

// judge holds the count against what can still happen before the period ends: cases come as they came
// so far, and of what is there only the rest can be turned.
func (l *Lever) judge(h Horizon) {
	pace := func(done vi.Decimal) vi.NullDecimal {
		if h.Elapsed <= 0 {
			return vi.NullDecimal{}
		}
		x := new(big.Rat).Mul(done.Rat(), big.NewRat(int64(h.Left), int64(h.Elapsed)))
		return vi.Some(vi.Int(new(big.Int).Quo(x.Num(), x.Denom()).Int64()))
	}
	switch {
	case l.Way == MoreCases || l.Way == MoreClean:
		l.Possible = pace(l.Before.Den.Decimal)
	case l.Way == Add && !l.Falls && l.Definition.Accumulation != kpi.Point && l.Definition.Indicator.Kind == kpi.Count:
		l.Possible = pace(l.Before.Value.Decimal)
	default:
		if most := l.most(); most < mostCases {
			l.Possible = vi.Some(vi.Int(most))
		}
	}
	switch {
	case h.Left <= 0:
		l.Verdict, l.Possible = Over, vi.Some(vi.Int(0))
	case l.Possible.Valid && l.Possible.Cmp(vi.Int(l.Count)) < 0:
		l.Verdict = OutOfReach
	default:
		l.Verdict = Reachable
	}
}

// Sentence says in Vietnamese what has to happen.
func (l Lever) Sentence() string {
	d, n := l.Definition, vi.FormatInt(l.Count)
	switch {
	case l.Verdict == NotEnough:
		return fmt.Sprintf("Kể cả đạt mức tốt nhất, %q cũng chưa đủ.", d.Name)
	case l.Way == MoreCases:
		return fmt.Sprintf("thêm %s trường hợp mới đều đạt (%s)", n, d.Numerator)
	case l.Way == MoreClean:
		return fmt.Sprintf("thêm %s trường hợp mới (%s), không thêm: %s", n, d.Denominator, d.Numerator)
	case l.Way == Turn && l.Falls:
		return fmt.Sprintf("bớt %s (%s)", n, d.Numerator)
	case l.Way == Turn:
		return fmt.Sprintf("thêm %s trong số hiện có (%s)", n, d.Numerator)
	case l.Falls:
		return fmt.Sprintf("bớt %s %s", n, d.Unit)
	}
	return fmt.Sprintf("thêm %s %s", n, d.Unit)
}

// Title returns the Vietnamese verdict.
func (v Verdict) Title() string {
	switch v {
	case Reachable:
		return "Có thể trong kỳ"
	case OutOfReach:
		return "Không thể trong kỳ"
	case Over:
		return "Kỳ đã kết thúc"
	case NotEnough:
		return "Không đủ"
	}
	return string(v)
}
