package publish

import (
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/report"
	"chiso/internal/vi"
)

// members are the agencies of the blocks that the pack shows, in official order.
func (g *packRoom) members() (out []agency.Place) {
	seen := map[agency.ID]bool{}
	for _, code := range g.shownBlocks() {
		for _, m := range g.Catalogue.Agencies.Members(code, g.pack.Period.To) {
			if !seen[m.Agency] {
				seen[m.Agency] = true
				out = append(out, m)
			}
		}
	}
	return out
}

// wanted are the agencies that agency packs are made for.
func (g *packRoom) wanted() (out []agency.Place) {
	for _, m := range g.members() {
		if len(g.spec.Agencies) == 0 || slices.Contains(g.spec.Agencies, m.Agency) {
			out = append(out, m)
		}
	}
	return out
}

// whole is the pack about whole blocks, with a sheet of each agency and the sentences as they were decided.
func (g *packRoom) whole(decided []filing.Sentence) (*report.Pack, error) {
	p := *g.pack
	if g.has(report.AgencySheets) {
		for _, m := range g.members() {
			card, err := g.card(m)
			if err != nil {
				return nil, err
			}
			if len(card.Lines) > 0 {
				p.Agencies = append(p.Agencies, *card)
			}
		}
	}
	if g.spec.Kind == filing.IndicatorPack && len(p.Tables) > 0 {
		p.Subject = p.Tables[0].Name
	}
	p.Say(decided)
	return &p, nil
}

// own is the pack of one agency: its sheet, the rankings that it stands in, its own figures, tasks, reports and changes.
func (g *packRoom) own(m agency.Place) (*report.Pack, error) {
	p := *g.pack
	p.Subject, p.Own = m.Name, m.Agency
	p.Tables, p.Spans, p.Heat, p.Key, p.Plan, p.Rounds, p.Gaps, p.Tasks, p.Nation = nil, nil, nil, nil, nil, nil, nil, nil, nil
	for i := range g.pack.Tables {
		if t := &g.pack.Tables[i]; slices.Contains(figures.TableAgencies(t), m.Agency) {
			p.Tables, p.Spans = append(p.Tables, *t), append(p.Spans, g.pack.Spans[i])
		}
	}
	for _, h := range g.pack.Heat {
		if slices.Contains(figures.TableAgencies(h.Table), m.Agency) {
			p.Heat = append(p.Heat, h)
		}
	}
	for _, r := range g.pack.Rounds {
		r.Lines = slices.DeleteFunc(slices.Clone(r.Lines), func(l report.RoundLine) bool { return l.Name != m.Name })
		if len(r.Lines) > 0 {
			p.Rounds = append(p.Rounds, r)
		}
	}
	if c := g.pack.Differences; c != nil {
		own := *c
		own.Lines = slices.DeleteFunc(slices.Clone(c.Lines), func(d filing.Difference) bool { return d.Agency != m.Agency })
		p.Differences = &own
	}
	p.Details = slices.DeleteFunc(slices.Clone(g.pack.Details), func(d report.Detail) bool { return d.Agency != string(m.Agency) })
	p.Sources = ownSources(&p)
	p.Definitions = slices.DeleteFunc(slices.Clone(p.Definitions), func(d *kpi.Definition) bool {
		return !slices.ContainsFunc(p.Details, func(x report.Detail) bool { return x.Indicator == d.Indicator.Code })
	})
	card, err := g.card(m)
	if err != nil {
		return nil, err
	}
	if g.has(report.TaskSheets) {
		if p.Tasks, err = g.tasksOf(m.Agency); err != nil {
			return nil, err
		}
	}
	card.Remark = report.AboutAgency(&p, card)
	p.Agencies = []report.AgencyCard{*card}
	p.Plan = g.ownPlan(card)
	return &p, nil
}

// ownSources keeps the sources that the figures of a pack lead to, and numbers the figures anew.
func ownSources(p *report.Pack) (out []report.SourceNote) {
	places := map[int]int{}
	for i := range p.Details {
		d := &p.Details[i]
		if d.SourceNo == 0 {
			continue
		}
		n, ok := places[d.SourceNo]
		if !ok {
			out = append(out, p.Sources[d.SourceNo-1])
			n = len(out)
			out[n-1].Figures, places[d.SourceNo] = 0, n
		}
		out[n-1].Figures++
		d.SourceNo = n
	}
	return out
}

// ownPlan are the targets of the agency's block beside its own figures.
func (g *packRoom) ownPlan(card *report.AgencyCard) (out []report.PlanLine) {
	for i := range g.pack.Tables {
		t := &g.pack.Tables[i]
		if t.Target == nil || t.Definition == nil {
			continue
		}
		j := slices.IndexFunc(t.Rows, func(r ranking.Row) bool { return r.Agency == card.Agency && r.Value.Valid })
		if j < 0 {
			continue
		}
		v := t.Rows[j].Value.Decimal
		l := report.PlanLine{
			Name:      t.Name,
			Unit:      t.Unit,
			Scope:     card.Name,
			Decimals:  t.Decimals,
			Year:      t.Target.Year,
			Target:    t.Target.Value,
			Act:       t.Target.Act,
			Value:     vi.Some(v),
			Period:    t.Period,
			Exactness: t.Rows[j].Exactness(),
			Reached:   figures.Reached(t.Direction, v, t.Target.Value),
		}
		if !l.Reached {
			l.Missing = distanceOf(v, t.Target.Value, t.Decimals)
		}
		out = append(out, l)
	}
	return out
}

// card gathers one agency's sheet.
func (g *packRoom) card(m agency.Place) (*report.AgencyCard, error) {
	c := &report.AgencyCard{Agency: m.Agency, Name: m.Name}
	for i := range g.pack.Tables {
		t := &g.pack.Tables[i]
		line, ok := cardLine(t, m.Agency)
		if !ok {
			continue
		}
		if c.Block == "" {
			c.Block = t.Block.Name
		}
		c.Lines = append(c.Lines, line)
		for _, h := range g.pack.Heat {
			if h.Table.Code == t.Code && h.Table.Period.Key == t.Period.Key && h.Table.Block.Code == t.Block.Code {
				c.Lines = append(c.Lines, components(&h, m.Agency)...)
			}
		}
	}
	trends, err := g.trends(m.Agency)
	c.Trends = trends
	return c, err
}

func cardLine(t *ranking.Table, id agency.ID) (report.CardLine, bool) {
	l := report.CardLine{Name: t.Name, Unit: shortUnit(t.Unit), Decimals: t.Decimals, Period: t.Period, Block: t.Headline().Value}
	if !l.Block.Valid && t.Enough() {
		l.Block = ranking.NewColumn(t).Median
	}
	if t.Target != nil {
		l.Target = vi.Some(t.Target.Value)
	}
	if i := slices.IndexFunc(t.Rows, func(r ranking.Row) bool { return r.Agency == id }); i >= 0 {
		r := t.Rows[i]
		l.Value, l.Rank, l.Of, l.Exactness = r.Value, r.Rank, len(t.Rows), r.Exactness()
		l.Change, l.Moved = r.Change()
		if !r.Value.Valid {
			l.Note = t.SilentRemark()
		}
		return l, true
	}
	i := slices.IndexFunc(t.NotRanked, func(n ranking.NotRanked) bool { return n.Agency == id })
	if i < 0 {
		return l, false
	}
	n := t.NotRanked[i]
	l.Note = n.Reason.Title()
	if n.Detail != "" {
		if l.Note += ": " + n.Detail; strings.HasPrefix(n.Detail, n.Reason.Title()) {
			l.Note = n.Detail // it says the reason itself
		}
	}
	return l, true
}

// shortUnit is a unit without what stands in brackets behind it: "điểm (tối đa 100)" is "điểm".
func shortUnit(unit string) string {
	short, _, _ := strings.Cut(unit, " (")
	return short
}

// components are the lines below a scorecard.
func components(h *report.Heat, id agency.ID) (out []report.CardLine) {
	for i := range h.Columns {
		col := &h.Columns[i]
		x, ok := col.Cells[id]
		if !ok {
			continue
		}
		out = append(
			out,
			report.CardLine{
				Name:      col.Name,
				Unit:      shortUnit(col.Unit),
				Component: true,
				Decimals:  col.Decimals,
				Period:    h.Table.Period,
				Value:     vi.Some(x.Value),
				Rank:      x.Rank,
				Of:        col.Ranked,
				Block:     col.Median,
				Target:    vi.NullDecimal{},
				Exactness: x.Exactness,
			},
		)
	}
	return out
}

// A trend needs so many periods; a sheet shows so many trends of so many periods.
const (
	trendLeast  = 2
	trendsShown = 2
	trendMost   = 12
)

// trends are the figures of an agency that have been known longest: totals of scorecards before single indicators.
func (g *packRoom) trends(id agency.ID) (out []report.Trend, err error) {
	points, err := g.View.AgencySeries(id)
	if err != nil {
		return nil, err
	}
	var best []figures.Series
	lines, err := g.Series(id, points)
	if err != nil {
		return nil, err
	}
	for _, s := range lines {
		if s.Source == kpi.Illustrative && g.spec.Source != string(kpi.Illustrative) {
			continue
		}
		if s.Points = known(s.Points, g.pack.Period); len(s.Points) >= trendLeast {
			best = append(best, s)
		}
	}
	slices.SortStableFunc(best, func(a, b figures.Series) int {
		if x, y := figures.Btoi(g.shows(a.Definition)), figures.Btoi(g.shows(b.Definition)); x != y {
			return y - x
		}
		return len(b.Points) - len(a.Points)
	})
	if n := slices.IndexFunc(best, func(s figures.Series) bool { return !g.shows(s.Definition) }); n > 0 {
		best = best[:n] // what the sheet shows, and something else only where that has no past
	}
	for _, s := range best[:min(len(best), trendsShown)] {
		d := s.Definition
		t := report.Trend{Name: d.Name, Unit: shortUnit(d.Unit), Source: s.Source.Title(), Decimals: d.Decimals}
		for _, p := range s.Points[max(0, len(s.Points)-trendMost):] {
			t.Points = append(t.Points, report.TrendPoint{Period: p.Period, Value: p.Value.Decimal, Exactness: p.Figure.Exactness()})
		}
		out = append(out, t)
	}
	return out, nil
}

// shows reports whether an indicator is one of the tables, or the total of one.
func (g *packRoom) shows(d *kpi.Definition) bool {
	return slices.ContainsFunc(g.pack.Tables, func(t ranking.Table) bool {
		return t.Code == d.Indicator.Code || t.Scorecard != nil && t.Scorecard.Root().Code == d.Indicator.Code
	})
}

// known are the points with a value of the kind of period that has most of them.
func known(all []figures.Point, p kpi.Period) (out []figures.Point) {
	kinds := map[kpi.PeriodKind]int{}
	for _, x := range all {
		if x.Value.Valid {
			kinds[x.Period.Kind]++
		}
	}
	best := p.Kind
	for _, k := range []kpi.PeriodKind{kpi.Quarter, kpi.Month, kpi.Day, kpi.Half, kpi.Nine, kpi.Year, kpi.Week} {
		if kinds[k] > kinds[best] {
			best = k
		}
	}
	for _, x := range all {
		if x.Value.Valid && x.Period.Kind == best {
			out = append(out, x)
		}
	}
	return out
}
