package figures

import (
	"cmp"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// NationLine is one national figure: its newest value, what it should reach, and how it went.
type NationLine struct {
	Definition *kpi.Definition
	Source     kpi.System
	Point      Point
	Trend      []vi.NullDecimal // oldest first, one kind of period only
	Target     *kpi.Target
	Reached    bool
}

// BlockValue is the pooled figure of one block.
type BlockValue struct {
	Block, Name string
	Pooled      ranking.Pooled
}

// Reached reports whether a value is on the good side of a target.
func Reached(d kpi.Direction, value, target vi.Decimal) bool {
	c := value.Cmp(target)
	return c == 0 || (c > 0) == (d != kpi.Lower)
}

// nationPillars are the pillars whose national figures the first page shows.
var nationPillars = [...]string{"chinh_phu_so", "kinh_te_so", "xa_hoi_so", "de_an_06"}

// Nation lists the national figures of the four pillars that have a target, or a line to look at. Of one indicator the
// newest figure is taken, whoever gave it.
func (r *Ranker) Nation() ([]NationLine, error) {
	points, err := r.View.AgencySeries(agency.Nation)
	if err != nil {
		return nil, err
	}
	var out []NationLine
	lines, err := r.Series(agency.Nation, points)
	if err != nil {
		return nil, err
	}
	for _, s := range lines {
		if s.Source == kpi.Illustrative || !slices.Contains(nationPillars[:], s.Definition.Indicator.Pillar) {
			continue
		}
		line, ok := r.nationLine(s)
		if !ok {
			continue
		}
		i := slices.IndexFunc(out, func(l NationLine) bool { return l.Definition.ID == s.Definition.ID })
		switch {
		case i < 0:
			out = append(out, line)
		case ComparePeriods(line.Point.Period, out[i].Point.Period) > 0:
			out[i] = line
		}
	}
	slices.SortStableFunc(out, func(a, b NationLine) int {
		place := func(l NationLine) int { return slices.Index(nationPillars[:], l.Definition.Indicator.Pillar) }
		return cmp.Compare(place(a), place(b))
	})
	return out, nil
}

func (r *Ranker) nationLine(s Series) (NationLine, bool) {
	line := NationLine{Definition: s.Definition, Source: s.Source}
	known := slices.DeleteFunc(slices.Clone(s.Points), func(p Point) bool { return !p.Value.Valid })
	if len(known) == 0 {
		return line, false
	}
	line.Point = known[len(known)-1]
	for _, p := range known {
		if p.Period.Kind == line.Point.Period.Kind {
			line.Trend = append(line.Trend, p.Value)
		}
	}
	d := s.Definition
	if t, ok := s.By.Kpis.Target(d.Indicator.Code, line.Point.Period.To.Year(), "all"); ok {
		line.Target, line.Reached = &t, Reached(d.Indicator.Direction, line.Point.Value.Decimal, t.Value)
	}
	return line, line.Target != nil || len(line.Trend) > 1
}

// card makes one headline figure: pooled over the first of an owner's blocks that has figures, beside the next that has, with its
// trend.
func (r *Ranker) card(code string, blocks []agency.Block, source string) (*Card, error) {
	var t *ranking.Table
	var s *Subject
	var err error
	for len(blocks) > 0 && t == nil {
		if t, s, err = optional(r, RankingQuery{Code: code, Block: blocks[0].Code, Source: source}); err != nil {
			return nil, err
		}
		blocks = blocks[1:]
	}
	if err != nil || t == nil || !Speaks(t) {
		return nil, err
	}
	first := t.Rows[0]
	card := &Card{
		Code:       t.Code,
		Name:       t.Name,
		Unit:       t.Unit,
		Decimals:   t.Decimals,
		Period:     t.Period,
		Source:     t.Source,
		Pooled:     t.Pooled,
		Block:      t.Block.Code,
		Target:     t.Target,
		Leader:     first.Name,
		LeaderID:   first.Agency,
		LeaderText: first.Print(t.Decimals),
	}
	if t.Target != nil {
		card.Reached = Reached(t.Direction, t.Pooled.Value.Decimal, t.Target.Value)
	}
	if card.Trend, card.Before, err = s.Rule.trend(t); err != nil {
		return nil, err
	}
	for _, b := range blocks {
		other, _, err := optional(r, RankingQuery{Code: code, Period: t.Period.Key, Block: b.Code, Source: string(t.Source)})
		if err != nil {
			return nil, err
		}
		if other != nil && Speaks(other) {
			card.Blocks = append(card.Blocks, BlockValue{b.Code, b.Name, other.Pooled})
		}
	}
	return card, nil
}

// Speaks reports whether the pooled figure of a table says something of its block: enough of those asked have to be inside. One province
// of 63 is no headline.
func Speaks(t *ranking.Table) bool { return t.Headline().Value.Valid }

// maxTrend is how many periods a small line shows.
const maxTrend = 12

// trend pools a block over the earlier periods of the same kind, set of agencies, definition and source.
func (r *Ranker) trend(t *ranking.Table) (values []vi.NullDecimal, before *kpi.Period, err error) {
	holdings, err := r.View.Holdings(t.Definition.ID)
	if err != nil {
		return nil, nil, err
	}
	s := &Subject{code: t.Code, Definition: t.Definition, Holdings: holdings}
	var periods []kpi.Period
	for _, h := range holdings {
		p := h.Period
		if h.Source.System == t.Source && p.Kind == t.Period.Kind && p.To <= t.Period.To && t.Definition.From <= p.To &&
			r.Catalogue.Agencies.SameSet(
				t.Block.Code,
				p.To,
				t.Period.To,
			) && !slices.ContainsFunc(periods, func(q kpi.Period) bool { return q.Key == p.Key }) {
			periods = append(periods, p)
		}
	}
	slices.SortFunc(periods, ComparePeriods)
	periods = periods[max(0, len(periods)-maxTrend):]
	for _, p := range periods {
		x := &ranking.Table{
			Period:     t.Period,
			Block:      t.Block,
			Source:     t.Source,
			Definition: t.Definition,
			Decimals:   t.Decimals,
			Direction:  t.Direction,
		}
		if err := r.fill(x, s, p); err != nil {
			return nil, nil, err
		}
		values = append(values, x.Headline().Value)
		if p.Key != t.Period.Key {
			before = &p
		}
	}
	return values, before, nil
}
