package figures

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// SuggestedPeriods lists the periods that are reported about now, latest first.
func SuggestedPeriods(today vi.Date) []ledger.Choice {
	var out []ledger.Choice
	add := func(key string) {
		if p, err := kpi.ParsePeriod(key); err == nil && p.From <= today {
			out = append(out, ledger.Choice{Code: p.Key, Title: p.Title()})
		}
	}
	y, q := today.Year(), (today.Month()+2)/3
	for range 4 {
		add(fmt.Sprintf("%d-Q%d", y, q))
		if q--; q == 0 {
			y, q = y-1, 4
		}
	}
	for m := range 3 {
		d := vi.NewDate(today.Year(), today.Month()-m, 1)
		add(fmt.Sprintf("%d-%02d", d.Year(), d.Month()))
	}
	for _, key := range []string{"%d-9M", "%d-H1", "%d"} {
		add(fmt.Sprintf(key, today.Year()))
	}
	add(fmt.Sprintf("%d", today.Year()-1))
	return out
}

// headlines are the indicators whose pooled figure the first page shows.
var headlines = [...]string{"CPS08", "CPS10", "CPS13", "CPS09", "CPS29", "CPS01"}

// Overview gathers the first page of an owner.
func (a *Room) Overview(ctx context.Context, q OverviewQuery) (o *Overview, err error) {
	defer fault.Context(&err, "figures.Overview")
	owner := cmp.Or(q.Owner, agency.Nation)
	err = a.Store.Read(ctx, q.AsOf, func(v *store.View) error {
		c, err := a.CatalogueAsOf(v, q.AsOf)
		if err != nil {
			return err
		}
		rev := v.Revision()
		o = &Overview{Revision: rev.ID, AsOf: rev.At, Source: kpi.System(q.Source)}
		if owner != agency.Nation {
			if o.Owner, err = a.ownerNow(c, owner); err != nil {
				return err
			}
		}
		r := a.Ranker(v, c, q.View, q.AsOf)
		if q.Inside && q.AsOf.IsZero() {
			if o.Inside, err = a.insideOf(r, owner, true, o.Source == kpi.Illustrative); err != nil {
				return err
			}
		}
		if o.Plan, err = r.plan(owner, o.Inside); err != nil {
			return err
		}
		if err := r.overview(o, owner, a.Today()); err != nil || owner != agency.Nation {
			return err
		}
		if o.Nation, err = r.Nation(); err != nil {
			return err
		}
		if o.Published, err = r.PublishedTasks(); err != nil {
			return err
		}
		return r.uploads(o)
	})
	return o, err
}

// ownerNow returns who owns units today.
func (a *Room) ownerNow(c *ledger.Catalogue, owner agency.ID) (agency.Version, error) {
	v, ok := c.Agencies.On(owner, a.Today())
	if !ok || !c.HasUnits(owner) {
		return v, fault.New(
			fault.NotFound,
			"Chưa có khối đơn vị trực thuộc nào của đơn vị mang mã %q. Cơ quan thường trực thêm khối trong danh mục.",
			string(owner),
		)
	}
	return v, nil
}

// overview fills in what the first page of every owner has.
func (r *Ranker) overview(o *Overview, owner agency.ID, today vi.Date) (err error) {
	blocks := r.Catalogue.MainBlocks(owner)
	if len(blocks) == 0 {
		return nil
	}
	if err := r.headline(o, RankingQuery{Code: r.Catalogue.DefaultCardOf(blocks[0].Code, today), Block: blocks[0].Code, Source: string(o.Source)}); err != nil {
		return err
	}
	if err := r.cards(o, blocks, today); err != nil {
		return err
	}
	if err := r.links(o, owner, blocks); err != nil {
		return err
	}
	o.Elsewhere = o.Illustrative && o.Source == "" && len(o.Rankings) == 0
	for _, block := range blocks {
		for _, p := range r.Catalogue.Agencies.Members(block.Code, today) {
			o.Agencies = append(o.Agencies, AgencyLink{p.Agency, p.Name, block.Name})
		}
	}
	return nil
}

// headline ranks the owner's scorecard, with who rose and fell most, and why.
func (r *Ranker) headline(o *Overview, q RankingQuery) error {
	if q.Code == "" {
		return nil
	}
	t, s, err := r.Table(q)
	if fault.KindOf(err) == fault.NotFound || err == nil && len(t.Rows) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	o.Headline = t
	o.Rises, o.Falls, err = s.Rule.moves(t, s)
	return err
}

func (r *Ranker) uploads(o *Overview) error {
	uploads, err := r.View.AcceptedUploads(8)
	for _, u := range uploads {
		if u.Origin != ledger.RegisterOrigin { // registers of tasks have pages of their own
			o.Uploads = append(o.Uploads, Line(u))
		}
	}
	return err
}

// optional makes a ranking, nil when there is nothing to rank.
func optional(r *Ranker, q RankingQuery) (*ranking.Table, *Subject, error) {
	t, s, err := r.Table(q)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil, nil
	}
	if err != nil || len(t.Rows) == 0 {
		return nil, nil, err
	}
	return t, s, nil
}

func (r *Ranker) cards(o *Overview, blocks []agency.Block, today vi.Date) error {
	for _, code := range r.Catalogue.CodesOf(blocks[0].Code, today, headlines[:]) {
		card, err := r.card(code, blocks, string(o.Source))
		if err != nil {
			return err
		}
		if card != nil {
			o.Cards = append(o.Cards, *card)
		}
	}
	return nil
}

// Agency gathers an agency's page.
func (a *Room) Agency(ctx context.Context, q AgencyQuery) (out *AgencyView, err error) {
	defer fault.Context(&err, "figures.Agency")
	id := q.Agency
	err = a.Store.Read(ctx, q.AsOf, func(v *store.View) error {
		c, err := a.CatalogueAsOf(v, q.AsOf)
		if err != nil {
			return err
		}
		versions := c.Agencies.Versions(id)
		if len(versions) == 0 || versions[0].Level == agency.Aggregate {
			return fault.New(fault.NotFound, "Không có đơn vị mang mã %q.", id)
		}
		today := a.Today()
		out = &AgencyView{Agency: versions[len(versions)-1], Versions: versions, Revision: v.Revision().ID, AsOf: v.Revision().At}
		if now, ok := c.Agencies.On(id, today); ok {
			out.Agency = now
		}
		if b, ok := c.Agencies.Block(c.Agencies.BlockOf(id, min(today, out.Agency.To))); ok {
			out.BlockTitle = b.Name
		}
		for _, s := range c.Agencies.Predecessors(id) {
			out.Predecessors = append(out.Predecessors, edge(c, s.Pred, s, s.On.AddDays(-1)))
		}
		for _, s := range c.Agencies.Successors(id) {
			out.Successors = append(out.Successors, edge(c, s.Succ, s, s.On))
		}
		r := a.Ranker(v, c, q.View, q.AsOf)
		out.Units = c.HasUnits(id)
		if q.Inside && q.AsOf.IsZero() {
			if out.Inside, err = a.insideOf(r, id, false, false); err != nil {
				return err
			}
		}
		points, err := r.View.AgencySeries(id)
		if err != nil {
			return err
		}
		if out.Series, err = r.Series(id, points); err != nil {
			return err
		}
		aim(id, out.Series)
		out.Growth = r.growthLines(id)
		if out.Analysis, err = a.ownAnalysis(r, out); err != nil {
			return err
		}
		return r.standing(id, out.Series)
	})
	return out, err
}

// ownAnalysis analyses an agency in the scorecard of its block: by illustrative figures only where it has no others.
func (a *Room) ownAnalysis(r *Ranker, v *AgencyView) (*Analysis, error) {
	if len(v.Series) == 0 || v.Agency.Level == agency.National {
		return nil, nil
	}
	q := AnalysisQuery{Agency: v.Agency.Agency}
	if v.Series[0].Source == kpi.Illustrative { // they come last
		q.Source = string(kpi.Illustrative)
	}
	out, err := a.analyse(r, q)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return out, err
}

// aim fills in what each series should reach, and what stood before the definition changed.
func aim(id agency.ID, all []Series) {
	for i := range all {
		s := &all[i]
		code := s.Definition.Indicator.Code
		last := s.Points[len(s.Points)-1]
		block := s.By.HomeBlock(id, last.Period.To)
		if t, ok := s.By.Kpis.Target(code, last.Period.To.Year(), "agency:"+string(id), "block:"+block, "all"); ok {
			s.Target, s.Reached = &t, last.Value.Valid && Reached(s.Definition.Indicator.Direction, last.Value.Decimal, t.Value)
		}
		for _, x := range all {
			if x.Definition.Indicator.Code == code && x.Source == s.Source && x.Definition.To < s.Definition.From {
				x.Before = nil
				s.Before = append(s.Before, x)
			}
		}
		slices.SortStableFunc(s.Before, func(x, y Series) int { return cmp.Compare(x.Definition.From, y.Definition.From) })
	}
}

// standing fills in where an agency stands with the latest figure of each series.
func (r *Ranker) standing(id agency.ID, all []Series) error {
	for i := range all {
		s := &all[i]
		last := s.Points[len(s.Points)-1]
		block := s.By.HomeBlock(id, last.Period.To)
		if block == "" || s.Definition.Indicator.Direction == kpi.Neutral {
			continue
		}
		t, _, err := optional(
			r,
			RankingQuery{Code: s.Definition.Indicator.Code, Period: last.Period.Key, Block: block, Source: string(s.Source)},
		)
		if err != nil {
			return err
		}
		if t == nil || len(t.Rows) < 2 {
			continue
		}
		for _, row := range t.Rows {
			if row.Agency == id {
				s.Rank = &SeriesRank{Block: block, Rank: row.Rank, Of: len(t.Rows), Previous: row.PreviousRank, Gap: row.Gap}
			}
		}
	}
	return nil
}

func edge(c *ledger.Catalogue, id agency.ID, s agency.Succession, d vi.Date) AgencyEdge {
	return AgencyEdge{ID: id, Name: c.Agencies.Name(id, d), On: s.On, Whole: s.Extent == agency.Whole, Basis: s.Basis}
}

// Series groups points, which come by definition, source system and period, into lines in catalogue order. Each point is rounded by the
// definition that shows it, that of its release; a line is called what its newest point is.
func (r *Ranker) Series(id agency.ID, points []store.SeriesPoint) ([]Series, error) {
	var out []Series
	for _, p := range points {
		c, err := r.catalogueOf(id, p)
		if err != nil {
			return nil, err
		}
		d, ok := c.Kpis.ByID(p.Definition)
		if !ok {
			continue
		}
		if n := len(out); n == 0 || out[n-1].Definition.ID != d.ID || out[n-1].Source != p.Source.System {
			out = append(out, Series{Definition: d, Source: p.Source.System})
		}
		s := &out[len(out)-1]
		s.Points = append(s.Points, Point{Observation: p.Observation, Period: p.Period, Figure: p.Figure, Value: Rounded(p.Figure, d),
			Revised: p.Versions > 1, Origin: r.Room.Refs.Origin(p.Source.Origin), Growth: GrowthOf(c, d, id, p.Period, p.Source.Origin), by: c})
	}
	for i := range out {
		s := &out[i]
		slices.SortStableFunc(s.Points, func(a, b Point) int { return ComparePeriods(a.Period, b.Period) })
		s.By = s.Points[len(s.Points)-1].by
		s.Definition, _ = s.By.Kpis.ByID(s.Definition.ID)
	}
	place := map[int64]int{}
	for i, d := range r.Catalogue.Kpis.Definitions() {
		place[d.ID] = i
	}
	slices.SortStableFunc(out, func(a, b Series) int {
		return cmp.Or(cmp.Compare(Btoi(a.Source == kpi.Illustrative), Btoi(b.Source == kpi.Illustrative)),
			cmp.Compare(place[a.Definition.ID], place[b.Definition.ID]))
	})
	return out, nil
}

func Btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Evidence returns everything behind one figure.
func (a *Room) Evidence(ctx context.Context, observation int64, view ledger.View) (out *Evidence, err error) {
	defer fault.Context(&err, "figures.Evidence(%d)", observation)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		r := a.Ranker(v, c, view, time.Time{})
		history, err := r.View.History(observation)
		if err != nil {
			return err
		}
		first := history[0]
		if c, err = r.catalogueOf(first.Agency, store.SeriesPoint{Definition: first.Definition, Source: first.Source, Period: first.Period}); err != nil {
			return err
		}
		d, ok := c.Kpis.ByID(first.Definition)
		if !ok {
			return fmt.Errorf("observation %d: definition %d is gone", observation, first.Definition)
		}
		out = &Evidence{Definition: d, Period: first.Period, Source: first.Source.System}
		if out.Agency, ok = c.Agencies.On(first.Agency, first.Period.To); !ok {
			if vs := c.Agencies.Versions(first.Agency); len(vs) > 0 {
				out.Agency = vs[len(vs)-1]
			}
		}
		names := a.MayReadNames(ctx, c, first.Agency)
		for _, o := range history {
			line := EvidenceLine{Observation: o.ID, Revision: o.Revision.ID, At: o.Revision.At, Account: o.Account,
				Reason: o.Reason, Figure: o.Figure, Value: Rounded(o.Figure, d), Note: o.Note, Origin: a.Refs.Origin(cmp.Or(o.Source.Origin, o.FileOrigin)), Growth: GrowthOf(c, d, first.Agency, first.Period, o.Source.Origin),
				Upload: o.Upload, File: o.File, SHA256: o.SHA256, Sheet: o.Sheet, Cell: o.Cell}
			if line.Warnings, err = figureWarnings(v, o); err != nil {
				return err
			}
			if line.Report, err = a.Reports.TraceOf(ctx, v, o); err != nil {
				return err
			}
			if !names {
				line.Account = ""
			}
			out.History = append(out.History, line)
		}
		return nil
	})
	return out, err
}
