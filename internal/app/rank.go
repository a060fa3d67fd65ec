package app

import (
	"cmp"
	"context"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// DefaultBlock is ranked when no block is named.
const DefaultBlock = "provinces"

// Ranking makes the ranking that q asks for, with the periods, blocks and sources to choose from.
func (a *App) Ranking(ctx context.Context, q RankingQuery) (view *RankingView, err error) {
	err = a.store.Read(ctx, q.AsOf, func(v *store.View) error {
		c, err := a.catalogueAsOf(v, q.AsOf)
		if err != nil {
			return err
		}
		r := a.ranker(v, c, q.View, q.AsOf)
		t, s, err := r.table(q)
		if err != nil {
			return err
		}
		view = &RankingView{Table: t, Bands: a.bands(s.by.c, t), Possible: t.Possible()}
		if view.Choices, err = s.choices(t); err != nil {
			return err
		}
		if view.Beside, err = s.by.beside(t, s); err != nil {
			return err
		}
		if view.Choices.Peers = a.peers(s.by.c, t, q.Peers); q.Peers != "" {
			view.Table, err = a.within(t, s, q.Peers)
			view.Possible = nil
		}
		return err
	})
	return view, err
}

// ranker makes rankings from one view.
type ranker struct {
	v   *reader
	c   *catalogue
	app *App

	nationKeys map[nationKey]bool // of the nation's own figures, once they were asked for
}

// maxOlder is how many older periods are looked through for one in which a block has figures.
const maxOlder = 6

// table makes a ranking. Without a period it is the newest in which anybody of the block has a figure: blocks of several owners share
// indicators, and one of them may be further on than another.
func (r *ranker) table(q RankingQuery) (*ranking.Table, *subject, error) {
	t, s, err := r.tableOf(q)
	if err != nil || q.Period != "" || len(t.Rows) > 0 {
		return t, s, err
	}
	all, _, err := r.subject(q)
	if err != nil {
		return nil, nil, err
	}
	for _, h := range all.older(t, q.Source) {
		older := q
		older.Period, older.Source = h.Period.Key, string(h.Source.System)
		if x, xs, err := r.tableOf(older); err == nil && len(x.Rows) > 0 {
			return x, xs, nil
		}
	}
	return t, s, nil
}

// make makes a ranking with the catalogue and the figures of the ranker itself.
func (r *ranker) make(q RankingQuery) (*ranking.Table, *subject, error) {
	s, p, err := r.subject(q)
	if err != nil {
		return nil, nil, err
	}
	block, ok := r.c.agencies.Block(cmp.Or(q.Block, cardBlock(s), DefaultBlock))
	if !ok {
		return nil, nil, fault.New(fault.NotFound, "Không có khối %q. Các khối hiện có: %s.", q.Block, r.blockCodes())
	}
	s.by, s.asked = r, r
	t := &ranking.Table{Code: s.code, Period: p, Block: block, Revision: r.v.Revision().ID, AsOf: r.v.Revision().At}
	r.describe(t, s)
	if err := r.chooseSource(t, s, q.Source); err != nil {
		return nil, nil, err
	}
	if err := r.hold(t, s); err != nil {
		return nil, nil, err
	}
	if err := r.fill(t, s, p); err != nil {
		return nil, nil, err
	}
	if target, ok := r.c.kpis.Target(targetCode(s), p.To.Year(), "block:"+block.Code, "all"); ok {
		t.Target = &target
	}
	if err := r.published(t, s); err != nil {
		return nil, nil, err
	}
	return t, s, r.move(t, s)
}

// fill ranks period p into t.
func (r *ranker) fill(t *ranking.Table, s *subject, p kpi.Period) error {
	places := r.c.agencies.Members(t.Block.Code, p.To)
	r.ask(t, s, p)
	if s.scorecard != nil {
		scores, err := r.scores(t, s, p)
		if err != nil {
			return err
		}
		ranks, err := r.publishedRanks(t, s, p)
		if err != nil {
			return err
		}
		inside := func(agency.ID) bool { return true }
		if card := s.scorecard; card.Block != "" {
			scored := map[agency.ID]bool{}
			for _, m := range r.c.agencies.Members(card.Block, p.To) {
				scored[m.Agency] = true
			}
			inside = func(id agency.ID) bool { return scored[id] }
		}
		ranking.RankScores(t, places, scores, inside, ranks)
		return nil
	}
	figures, err := r.figures(t, s, p)
	if err != nil {
		return err
	}
	ranking.Rank(t, places, figures)
	return nil
}

// figures merges the figures of the system's sources: an agency that two publishers name is taken from
// the one that covers more agencies.
func (r *ranker) figures(t *ranking.Table, s *subject, p kpi.Period) (ranking.Figures, error) {
	var merged ranking.Figures
	for _, h := range s.sources(t.Source, p) {
		figures, err := r.v.Figures(p, s.definition.ID, h.Source.ID)
		if err != nil {
			return nil, err
		}
		if len(figures) > 0 && h.Source.Origin != "" && p.Key == t.Period.Key {
			t.Origins = append(t.Origins, r.app.refs.origin(h.Source.Origin))
		}
		if merged == nil {
			merged = figures
			continue
		}
		for id, item := range figures {
			if _, ok := merged[id]; !ok {
				merged[id] = item
			}
		}
	}
	return merged, nil
}

func (r *ranker) scores(t *ranking.Table, s *subject, p kpi.Period) (ranking.Scores, error) {
	merged := ranking.Scores{}
	for _, h := range s.sources(t.Source, p) {
		scores, err := r.v.Scores(s.scorecard, r.c.kpis, p, h.Source.ID)
		if err != nil {
			return nil, err
		}
		for id, score := range scores {
			if _, ok := merged[id]; !ok {
				merged[id] = score
			}
		}
		if len(scores) > 0 && h.Source.Origin != "" && p.Key == t.Period.Key {
			t.Origins = append(t.Origins, r.app.refs.origin(h.Source.Origin))
		}
	}
	return merged, nil
}

// publishedRanks returns the ranks that the source printed for a scorecard's total.
func (r *ranker) publishedRanks(t *ranking.Table, s *subject, p kpi.Period) (map[agency.ID]int, error) {
	out := map[agency.ID]int{}
	if s.definition == nil {
		return out, nil
	}
	for _, h := range s.sources(t.Source, p) {
		figures, err := r.v.Figures(p, s.definition.ID, h.Source.ID)
		if err != nil {
			return nil, err
		}
		for id, item := range figures {
			if rank := item.Figure.PublishedRank; rank != 0 {
				out[id] = rank
			}
		}
	}
	return out, nil
}

// aggregates are the agencies that hold figures published for a whole block, by block.
func aggregates(block agency.Block, d vi.Date) []agency.ID {
	switch {
	case block.Code == DefaultBlock && d >= 20250701:
		return []agency.ID{"AGG:34", "AGG:provinces", agency.Nation}
	case block.Code == DefaultBlock:
		return []agency.ID{"AGG:provinces", agency.Nation}
	case block.Code == "ministries":
		return []agency.ID{"AGG:ministries", agency.Nation}
	}
	return []agency.ID{block.Owner}
}

// cardBlock is the block that a scorecard scores, "" for everyone and for an indicator.
func cardBlock(s *subject) string {
	if s.scorecard == nil {
		return ""
	}
	return s.scorecard.Block
}

// published looks for a figure published for the block, else for its owner: from the ranked source
// first, then from any publisher.
func (r *ranker) published(t *ranking.Table, s *subject) error {
	if s.definition == nil {
		return nil
	}
	holdings, err := r.v.Holdings(s.definition.ID)
	if err != nil {
		return err
	}
	own := &subject{holdings: holdings}
	systems := []kpi.System{kpi.Published}
	if t.Source != kpi.Reported && t.Source != kpi.Illustrative {
		systems = []kpi.System{t.Source, kpi.Published} // the portal prints a national line of its own
	}
	for _, system := range slices.Compact(systems) {
		for _, h := range own.sources(system, t.Period) {
			figures, err := r.v.Figures(t.Period, s.definition.ID, h.Source.ID)
			if err != nil {
				return err
			}
			for _, id := range aggregates(t.Block, t.Period.To) {
				if value, ok := figures[id].Figure.Rate(s.definition); ok {
					t.Published = &ranking.Published{Agency: id, Scope: r.c.agencies.Name(id, t.Period.To), Value: value,
						Source: cmp.Or(r.app.refs.origin(h.Source.Origin), h.Source.System.Title())}
					return nil
				}
			}
		}
	}
	return nil
}
