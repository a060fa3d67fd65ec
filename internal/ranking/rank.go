// Package ranking makes rankings: it pools figures over a block, ranks agencies, says who is not
// ranked and why, measures movement, computes scorecards and restates figures across mergers. What
// it yields is a Table that everyone else only prints. It is pure: no SQL, HTTP, Excel, logging or
// clock.
package ranking

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"unicode"
	"unicode/utf8"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Item is an agency's figure of the ranked indicator.
type Item struct {
	Figure      kpi.Figure
	Observation int64
}

// Figures holds the figures of one indicator, period and source. An agency without one did not
// report, or is not in the source.
type Figures map[agency.ID]Item

// Rank fills rows, not-ranked list and pooled figure of t from figures. Definition, Block and Decimals of t
// must be set; places are the block's agencies on the period's last day, in official order.
func Rank(t *Table, places []agency.Place, figures Figures) {
	d := t.Definition
	cands := make([]candidate, 0, len(places))
	for _, p := range places {
		item, reported := figures[p.Agency]
		c := candidate{place: p, item: item}
		c.value, c.reason, c.detail = judge(d, p, item, reported)
		cands = append(cands, c)
	}
	t.fill(cands)
	t.notAsked()
	t.Pooled = Pool(d, t.Block, t.inside(places, figures), figures)
}

// notAsked tells those who were not asked from those who did not report. Nobody is asked for what a register is counted for: whom it has no
// figure of has no task in it.
func (t *Table) notAsked() {
	counted := t.Source == kpi.Register && len(t.Rows) > 0
	for i := range t.NotRanked {
		if n := &t.NotRanked[i]; counted && n.Reason == NoFigure && n.Observation == 0 {
			n.Reason = NoTasks
			continue
		}
		if n := &t.NotRanked[i]; n.Reason == NotReported && !t.asks(n.Agency) {
			n.Reason = NotAsked
		}
	}
}

// inside are the agencies that a pooled figure is about: those asked, and those who reported unasked.
func (t *Table) inside(places []agency.Place, figures Figures) []agency.Place {
	if t.Asked == nil {
		return places
	}
	return slices.DeleteFunc(slices.Clone(places), func(p agency.Place) bool {
		_, reported := figures[p.Agency]
		return !reported && !t.asks(p.Agency)
	})
}

// Without is why somebody has no figure: only what agencies report themselves is owed by them, any other source merely has nothing.
func (t *Table) Without() Reason {
	if t.Source == kpi.Reported || t.Source == "" {
		return NotReported
	}
	return NoFigure
}

// candidate is an agency of the block on its way to a rank or a reason.
type candidate struct {
	place  agency.Place
	item   Item
	value  vi.Decimal
	reason Reason // "" means ranked
	detail string
	last   bool // ranked last without a value
	zeroed []string
}

// judge returns the value that an agency is ranked by, or why it is not.
func judge(d *kpi.Definition, p agency.Place, item Item, reported bool) (vi.Decimal, Reason, string) {
	f := item.Figure
	switch {
	case p.Special:
		return vi.Decimal{}, Special, "Đơn vị đặc thù, không xếp hạng chung."
	case !reported || f.State == kpi.Withdrawn:
		return vi.Decimal{}, NotReported, ""
	case f.State == kpi.NotApplicable:
		return vi.Decimal{}, NotApplicable, "Đơn vị báo không phát sinh trong kỳ."
	case f.State == kpi.NoDenominator || f.HasParts() && f.Den.Sign() == 0:
		return vi.Decimal{}, NoDenominator, "Mẫu số bằng 0 nên không có tỷ lệ; không tính là 0."
	case f.State == kpi.CensoredBelow:
		return vi.Decimal{}, Censored, below(f.Bound, d.Unit)
	case d.BoundRule == kpi.NotByBound && f.Qualifiers.Word() != "":
		return vi.Decimal{}, Censored, bounded(d, f)
	case d.MinN.Valid && f.Den.Valid && f.Den.Cmp(d.MinN.Decimal) < 0:
		return vi.Decimal{}, BelowMinN, fmt.Sprintf("Mẫu số %s, dưới mức tối thiểu %s.",
			vi.FormatNumber(f.Den.Decimal, 0), vi.FormatNumber(d.MinN.Decimal, 0))
	}
	v, ok := f.Rate(d)
	if !ok {
		return vi.Decimal{}, NotReported, "Chưa đủ số liệu để tính."
	}
	return v, "", ""
}

func below(bound vi.NullDecimal, unit string) string {
	if !bound.Valid {
		return "Nguồn chỉ công bố là dưới ngưỡng."
	}
	return fmt.Sprintf("Nguồn chỉ công bố dưới %s %s.", vi.FormatNumber(bound.Decimal, 0), unit)
}

// bounded says why a figure that was printed with a word of direction is not ranked.
func bounded(d *kpi.Definition, f kpi.Figure) string {
	v, ok := f.Rate(d)
	if !ok {
		return "Nguồn chỉ công bố một cận."
	}
	return fmt.Sprintf(
		"Nguồn chỉ công bố “%s %s %s”; theo định nghĩa, số chỉ in một cận thì không xếp hạng.",
		f.Qualifiers.Word(),
		vi.FormatNumber(v, 0),
		d.Unit,
	)
}

// fill ranks the candidates (standard competition ranks on rounded values, 1, 2, 2, 4) and lists
// the others with their reasons, both with ties in official order.
func (t *Table) fill(cands []candidate) {
	t.Rows = make([]Row, 0, len(cands))
	t.NotRanked = []NotRanked{}
	ranked := make([]seat, 0, len(cands))
	anyone := slices.ContainsFunc(cands, func(c candidate) bool { return c.reason == "" && !c.last })
	for i := range cands {
		c := &cands[i]
		if c.last && !anyone { // without a first place there is no last one
			c.reason = NotReported
		}
		if c.reason == NotReported {
			c.reason = t.Without()
		}
		if c.reason != "" {
			t.NotRanked = append(
				t.NotRanked,
				NotRanked{Agency: c.place.Agency, Name: c.place.Name, Reason: c.reason, Detail: c.detail, Observation: c.item.Observation},
			)
			continue
		}
		ranked = append(ranked, seat{c.value, c.last, i})
	}
	better := t.better()
	slices.SortFunc(ranked, func(a, b seat) int {
		if c := better(a, b); c != 0 {
			return c
		}
		return cmp.Compare(a.order, b.order)
	})
	for i, at := range ranked {
		c := &cands[at.order]
		row := Row{Rank: i + 1, Agency: c.place.Agency, Name: c.place.Name, Observation: c.item.Observation, Zeroed: c.zeroed}
		if !c.last {
			f := &c.item.Figure
			row.Value = vi.Some(c.value)
			row.Num, row.Den = f.Num, f.Den
			row.PublishedRank, row.Qualifiers = f.PublishedRank, f.Qualifiers
			row.Bare = t.Definition != nil && f.Bare(t.Definition)
		}
		if i > 0 {
			prev := &t.Rows[i-1]
			if better(ranked[i-1], at) == 0 {
				row.Rank, row.Gap = prev.Rank, prev.Gap
			} else if !c.last {
				row.Gap = distance(ranked[i-1].value, c.value)
			}
		}
		t.Rows = append(t.Rows, row)
	}
}

// seat is what candidates are sorted by: small and without pointers, for sorting moves it.
type seat struct {
	value vi.Decimal
	last  bool
	order int // in the official list
}

// better orders seats best first; agencies put last for their silence come after all others.
func (t *Table) better() func(a, b seat) int {
	sign := -1
	if t.Direction == kpi.Lower {
		sign = 1
	}
	return func(a, b seat) int {
		switch {
		case a.last != b.last:
			return cmp.Compare(btoi(a.last), btoi(b.last))
		case a.last:
			return 0
		}
		return sign * a.value.Cmp(b.value)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// distance returns |a − b| exactly; both are rounded to the table's decimals.
func distance(a, b vi.Decimal) vi.NullDecimal {
	var s kpi.Sum
	s.Add(a)
	s.Add(b.Neg())
	d, ok := s.Decimal()
	if !ok {
		return vi.NullDecimal{}
	}
	if d.Sign() < 0 {
		d = d.Neg()
	}
	return vi.Some(d)
}

// Move sets each row's previous rank from a table of the earlier period. It refuses, and says why in
// t.Previous, when the two rank different agencies (design rule 8) or by different definition or
// scorecard versions (rule 9).
func (t *Table) Move(before *Table) {
	if why := t.refuse(before); why != "" {
		t.Previous.None = why
		return
	}
	then := make(map[agency.ID]Row, len(before.Rows))
	for _, r := range before.Rows {
		then[r.Agency] = r
	}
	for i := range t.Rows {
		was := then[t.Rows[i].Agency]
		t.Rows[i].PreviousRank, t.Rows[i].PreviousValue = was.Rank, was.Value
	}
}

func (t *Table) refuse(before *Table) string {
	now, then := t.agencies(), before.agencies()
	switch {
	case !maps.Equal(now, then):
		return "Kỳ trước xếp hạng một danh sách đơn vị khác nên không so thứ hạng."
	case t.Definition != nil && before.Definition != nil && t.Definition.ID != before.Definition.ID,
		t.Scorecard != nil && before.Scorecard != nil && t.Scorecard.ID != before.Scorecard.ID:
		return "Kỳ trước tính theo định nghĩa khác nên không so thứ hạng."
	}
	return ""
}

// agencies returns everyone in the table, ranked or not.
func (t *Table) agencies() map[agency.ID]bool {
	all := make(map[agency.ID]bool, t.Expected())
	for _, r := range t.Rows {
		all[r.Agency] = true
	}
	for _, n := range t.NotRanked {
		all[n.Agency] = true
	}
	return all
}

// Pool adds the figures of a block (design rule 5): for ratios the ratio of sums over the agencies
// whose parts are known, for counts and money the sum. Scores, places, yes/no answers and bare
// percentages are not pooled. Sums run in the order of places.
func Pool(d *kpi.Definition, b agency.Block, places []agency.Place, figures Figures) Pooled {
	p := Pooled{Method: NotPooled, Expected: len(places)}
	var num, den kpi.Sum
	for _, place := range places {
		f := figures[place.Agency].Figure
		switch {
		case d.Indicator.Kind == kpi.Ratio && f.HasParts() && (f.State == kpi.Value || f.State == kpi.NoDenominator):
			num.Add(f.Num.Decimal)
			den.Add(f.Den.Decimal)
			p.Covered++
		case (d.Indicator.Kind == kpi.Count || d.Indicator.Kind == kpi.Money) && f.State == kpi.Value && f.Value.Valid:
			num.Add(f.Value.Decimal)
			p.Covered++
		}
	}
	if p.Covered == 0 {
		return p
	}
	p.Scope = fmt.Sprintf("Chung %s, %d/%d", lowerFirst(b.Name), p.Covered, p.Expected)
	// The sums are exact; where one has too many digits to be shown, the value is still right.
	if d.Indicator.Kind != kpi.Ratio {
		if v, ok := kpi.RoundRat(num.Rat(), d.Decimals); ok {
			p.Method, p.Value = SumOfCounts, vi.Some(v)
		}
		return p
	}
	if den.Rat().Sign() == 0 {
		return p
	}
	q := new(big.Rat).Quo(num.Rat(), den.Rat())
	if v, ok := kpi.RoundRat(q.Mul(q, big.NewRat(100, 1)), d.Decimals); ok {
		p.Method, p.Value, p.Num, p.Den = RatioOfSums, vi.Some(v), whole(&num), whole(&den)
	}
	return p
}

// whole returns a sum, absent when it has more digits than a Decimal holds.
func whole(s *kpi.Sum) vi.NullDecimal {
	d, ok := s.Decimal()
	if !ok {
		return vi.NullDecimal{}
	}
	return vi.Some(d)
}

func lowerFirst(s string) string {
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}
