package figures

import (
	"context"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// AnalysisQuery asks why an agency stands where it stands, and what would lift it.
type AnalysisQuery struct {
	RankingQuery
	Agency agency.ID
	Up     int // places; 0 takes 1
}

// Analysis is one agency in one ranking: why it moved, what would lift it, where it is strong.
type Analysis struct {
	Agency  agency.Version
	Table   *ranking.Table
	Row     ranking.Row // Rank 0: it has none, and NotRanked says why
	Missing *ranking.NotRanked
	Choices Choices
	Bands   *ranking.Bands
	Open    ranking.Range // ranks still possible while agencies are missing; zero when none is

	Before  *kpi.Period
	Why     *ranking.Explanation // nil: WhyNot says why
	WhyNot  string
	Rate    *ranking.RateChange // of a single ratio
	Figures [2]kpi.Figure       // of a single indicator, before and now
	Plan    *ranking.Plan       // nil: PlanNot says why
	PlanNot string

	Gap    *ranking.GapSplit    // to the block's median, by component; nil where there is none to speak of
	Points []ranking.PointLever // what a component at the median would lift

	Columns      []ranking.Column // the components, or the indicators of the same pillar
	Strong, Weak []ranking.Mark
	Names        map[string]string    // of components and levers
	Agencies     map[agency.ID]string // of the block
}

// part is one component with the figures of a whole block.
type part struct {
	definition *kpi.Definition
	figures    ranking.Figures
}

type partsOf map[string]part

func (p partsOf) lookup(id agency.ID) ranking.Lookup {
	return func(code string) (kpi.Figure, *kpi.Definition, bool) {
		x, known := p[code]
		item, ok := x.figures[id]
		return item.Figure, x.definition, known && ok
	}
}

// Analyse makes the analysis of one agency. A scorecard's published total is analysed as the scorecard wherever its
// components are known.
func (a *Room) Analyse(ctx context.Context, q AnalysisQuery) (out *Analysis, err error) {
	defer fault.Context(&err, "figures.Analyse")
	err = a.Store.Read(ctx, q.AsOf, func(v *store.View) error {
		c, err := a.CatalogueAsOf(v, q.AsOf)
		if err != nil {
			return err
		}
		out, err = a.analyse(a.Ranker(v, c, q.View, q.AsOf), q)
		return err
	})
	return out, err
}

func (a *Room) analyse(r *Ranker, q AnalysisQuery) (*Analysis, error) {
	if err := r.settle(&q); err != nil {
		return nil, err
	}
	t, s, err := r.Table(q.RankingQuery)
	if err != nil {
		return nil, err
	}
	choices, err := s.choices(t)
	if err != nil {
		return nil, err
	}
	r = s.Rule
	out := &Analysis{
		Table:    t,
		Choices:  choices,
		Bands:    a.bands(r.Catalogue, t),
		Names:    map[string]string{},
		Agencies: map[agency.ID]string{},
	}
	var ok bool
	if out.Agency, ok = r.Catalogue.Agencies.On(q.Agency, t.Period.To); !ok {
		return nil, fault.New(fault.NotFound, "Đơn vị %q không có trong %s.", q.Agency, t.Period.Title())
	}
	if err := out.seat(q.Agency); err != nil {
		return nil, err
	}
	for _, id := range TableAgencies(t) {
		out.Agencies[id] = r.Catalogue.Agencies.Name(id, t.Period.To)
	}
	if err := r.explain(out, s); err != nil {
		return nil, err
	}
	parts, err := r.parts(t, s, t.Period, t.Scorecard)
	if err != nil {
		return nil, err
	}
	out.Plan, out.PlanNot = t.Improve(q.Agency, max(1, q.Up), parts.lookup(q.Agency), ranking.HorizonOf(t.Period, a.Today()))
	for code, x := range parts {
		out.Names[code] = x.definition.Name
	}
	all := worths(t, t.Scorecard, parts)
	if out.Gap = t.GapToMedian(q.Agency, all); out.Gap != nil {
		out.Points, _ = out.Gap.Levers(t, q.Agency, all)
	}
	out.Columns, err = r.Columns(t, s)
	out.Strong, out.Weak = ranking.StrengthsAndWeaknesses(out.Columns, q.Agency)
	return out, err
}

// settle turns the published total of a scorecard into the scorecard where its components are known, and gives an agency
// its own block.
func (r *Ranker) settle(q *AnalysisQuery) error {
	if q.Block == "" {
		q.Block = r.Catalogue.HomeBlock(q.Agency, r.lastDay(q.Agency))
	}
	if q.Code == "" {
		if q.Code = r.Catalogue.DefaultCardOf(q.Block, r.lastDay(q.Agency)); q.Code == "" {
			return fault.New(fault.NotFound, "Cơ quan này chưa có bộ chỉ số cho các đơn vị của mình. Hãy chọn một chỉ tiêu.")
		}
	}
	on, p, err := r.ground(q.RankingQuery)
	if err != nil {
		return err
	}
	card, ok := on.Catalogue.CardOf(q.Code, p.To)
	if !ok || card.Code == q.Code {
		return nil
	}
	whole := q.RankingQuery
	whole.Code, whole.Period = card.Code, p.Key
	t, _, err := optional(r, whole)
	if err != nil || t == nil {
		return err
	}
	q.RankingQuery = whole
	return nil
}

func (r *Ranker) lastDay(id agency.ID) vi.Date {
	if vs := r.Catalogue.Agencies.Versions(id); len(vs) > 0 {
		return vs[len(vs)-1].To
	}
	return 0
}

// seat finds the agency's row.
func (out *Analysis) seat(id agency.ID) error {
	t := out.Table
	if i := slices.IndexFunc(t.Rows, func(r ranking.Row) bool { return r.Agency == id }); i >= 0 {
		out.Row, out.Open = t.Rows[i], t.Possible()[id]
		return nil
	}
	i := slices.IndexFunc(t.NotRanked, func(n ranking.NotRanked) bool { return n.Agency == id })
	if i < 0 {
		return fault.New(fault.NotFound, "Đơn vị này không thuộc %s.", t.Block.Name)
	}
	out.Missing, out.Open = &t.NotRanked[i], t.Possible()[id]
	return nil
}

// explain compares with the earlier period; a scorecard may have been another version then.
func (r *Ranker) explain(out *Analysis, s *Subject) error {
	t := out.Table
	before, why, err := r.Earlier(t, s)
	if err != nil {
		return err
	}
	old := t.Scorecard
	if before == nil && s.Scorecard != nil {
		before, old, err = r.otherVersion(t, s)
		if err != nil {
			return err
		}
	}
	if before == nil {
		out.WhyNot = why
		return nil
	}
	out.Before = &before.Period
	now, err := r.parts(t, s, t.Period, t.Scorecard)
	if err != nil {
		return err
	}
	then, err := r.parts(t, s, before.Period, old)
	if err != nil {
		return err
	}
	worthsThen, worthsNow := worths(before, old, then), worths(t, t.Scorecard, now)
	rebased := worthsThen
	if old != t.Scorecard {
		anew, err := r.parts(t, s, before.Period, t.Scorecard)
		if err != nil {
			return err
		}
		for code, x := range anew { // a figure of another definition is no figure of this one
			if y, ok := now[code]; ok && y.definition.ID != x.definition.ID {
				delete(anew, code)
			}
		}
		rebased = worths(before, t.Scorecard, anew)
	}
	id := out.Agency.Agency
	out.Why, out.WhyNot = ranking.Explain(id, ranking.Scale{Direction: t.Direction, Decimals: t.Decimals}, worthsThen, rebased, worthsNow)
	if d := t.Definition; d != nil {
		f, _, _ := then.lookup(id)(d.Indicator.Code)
		g, _, _ := now.lookup(id)(d.Indicator.Code)
		out.Figures = [2]kpi.Figure{f, g}
		if split, ok := ranking.SplitRate(d, f, g); ok {
			out.Rate = &split
		}
	}
	return nil
}

// otherVersion makes the earlier ranking by the version of the scorecard that held then; nil where there is none either.
func (r *Ranker) otherVersion(t *ranking.Table, s *Subject) (*ranking.Table, *ranking.Scorecard, error) {
	accumulation := kpi.InPeriod
	if s.Definition != nil {
		accumulation = s.Definition.Accumulation
	}
	for _, p := range candidates(kpi.Previous(t.Period, accumulation), s, t) {
		card, ok := r.Catalogue.Scorecard(s.code, p.To)
		if p.Key == "" || !ok || card.ID == t.Scorecard.ID || !r.Catalogue.Agencies.SameSet(t.Block.Code, t.Period.To, p.To) {
			continue
		}
		before, _, err := r.Table(RankingQuery{Code: s.code, Period: p.Key, Block: t.Block.Code, Source: string(t.Source)})
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		return before, card, err
	}
	return nil, nil, nil
}

// worths says what every agency's value is made of; those without a rank have none.
func worths(t *ranking.Table, card *ranking.Scorecard, parts partsOf) ranking.Worths {
	out := ranking.Worths{}
	for _, id := range TableAgencies(t) {
		out[id] = ranking.Worth{}
	}
	for _, row := range t.Rows {
		if !row.Value.Valid {
			continue
		}
		get := parts.lookup(row.Agency)
		if card != nil {
			out[row.Agency] = card.Worth(get)
		} else if f, d, ok := get(t.Definition.Indicator.Code); ok {
			out[row.Agency] = ranking.WorthOf(d, f)
		}
	}
	return out
}

// parts reads the figures of a scorecard's components in period p, explaining ones included, or those of the one indicator.
func (r *Ranker) parts(t *ranking.Table, s *Subject, p kpi.Period, card *ranking.Scorecard) (partsOf, error) {
	out := partsOf{}
	add := func(d *kpi.Definition) error {
		holdings, err := r.View.Holdings(d.ID)
		if err != nil {
			return err
		}
		scratch := &ranking.Table{Period: p, Source: t.Source, Block: t.Block}
		figures, err := r.figures(scratch, &Subject{code: d.Indicator.Code, Definition: d, Holdings: holdings}, p)
		out[d.Indicator.Code] = part{d, figures}
		return err
	}
	if card == nil {
		return out, add(s.Definition)
	}
	for _, c := range card.Components {
		d, ok := r.Catalogue.Kpis.On(c.Code, p.To)
		if !ok || c.Parent == "" {
			continue
		}
		if err := add(d); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Columns ranks each component of a scorecard, or each judged indicator of the same pillar that has figures in the same
// period and source.
func (r *Ranker) Columns(t *ranking.Table, s *Subject) ([]ranking.Column, error) {
	var codes []string
	most := map[string]ranking.Component{}
	if card := s.Scorecard; card != nil {
		for _, c := range card.Scored() {
			codes, most[c.Code] = append(codes, c.Code), c
		}
	} else {
		for _, d := range r.Catalogue.Kpis.Definitions() {
			if d.Indicator.Pillar == s.Definition.Indicator.Pillar && d.From <= t.Period.To && t.Period.To <= d.To && d.Indicator.Direction != kpi.Neutral {
				codes = append(codes, d.Indicator.Code)
			}
		}
	}
	var out []ranking.Column
	for _, code := range codes {
		d, ok := r.Catalogue.Kpis.On(code, t.Period.To)
		if !ok {
			continue
		}
		holdings, err := r.View.Holdings(d.ID)
		if err != nil {
			return nil, err
		}
		one := &Subject{code: code, Definition: d, Holdings: holdings}
		if len(one.Sources(t.Source, t.Period)) == 0 {
			continue
		}
		x := &ranking.Table{Code: code, Period: t.Period, Block: t.Block, Source: t.Source}
		r.describe(x, one)
		if err := r.fill(x, one, t.Period); err != nil {
			return nil, err
		}
		col := ranking.NewColumn(x)
		if c, ok := most[code]; ok && c.Max.Sign() > 0 && !c.Weight.Valid {
			col.Max.Decimal, col.Max.Valid = c.Max, true
		}
		if col.Ranked > 0 {
			out = append(out, col)
		}
	}
	return out, nil
}
