package figures

import (
	"cmp"
	"context"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// DefaultBlock is ranked when no block is named.
const DefaultBlock = "provinces"

// Ranking makes the ranking that q asks for, with the periods, blocks and sources to choose from.
func (a *Room) Ranking(ctx context.Context, q RankingQuery) (view *RankingView, err error) {
	defer fault.Context(&err, "figures.Ranking")
	err = a.Store.Read(ctx, q.AsOf, func(v *store.View) error {
		c, err := a.CatalogueAsOf(v, q.AsOf)
		if err != nil {
			return err
		}
		r := a.Ranker(v, c, q.View, q.AsOf)
		t, s, err := r.Table(q)
		if err != nil {
			return err
		}
		view = &RankingView{Table: t, Bands: a.bands(s.Rule.Catalogue, t), Possible: t.Possible()}
		if view.Choices, err = s.choices(t); err != nil {
			return err
		}
		if view.Beside, err = s.Rule.beside(t, s); err != nil {
			return err
		}
		if view.Choices.Peers = a.peers(s.Rule.Catalogue, t, q.Peers); q.Peers != "" {
			view.Table, err = a.Within(t, s, q.Peers)
			view.Possible = nil
		}
		return err
	})
	return view, err
}

// Ranker makes rankings from one view.
type Ranker struct {
	View      *reader
	Catalogue *ledger.Catalogue
	Room      *Room

	nationKeys map[nationKey]bool // of the nation's own figures, once they were asked for
}

// maxOlder is how many older periods are looked through for one in which a block has figures.
const maxOlder = 6

// Table makes a ranking. Without a period it is the newest in which anybody of the block has a figure: blocks of several owners share
// indicators, and one of them may be further on than another.
func (r *Ranker) Table(q RankingQuery) (*ranking.Table, *Subject, error) {
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
func (r *Ranker) make(q RankingQuery) (*ranking.Table, *Subject, error) {
	s, p, err := r.subject(q)
	if err != nil {
		return nil, nil, err
	}
	block, ok := r.Catalogue.Agencies.Block(cmp.Or(q.Block, cardBlock(s), DefaultBlock))
	if !ok {
		return nil, nil, fault.New(fault.NotFound, "Không có khối %q. Các khối hiện có: %s.", q.Block, r.BlockCodes())
	}
	s.Rule, s.asked = r, r
	t := &ranking.Table{Code: s.code, Period: p, Block: block, Revision: r.View.Revision().ID, AsOf: r.View.Revision().At}
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
	if target, ok := r.Catalogue.Kpis.Target(targetCode(s), p.To.Year(), "block:"+block.Code, "all"); ok {
		t.Target = &target
	}
	if err := r.published(t, s); err != nil {
		return nil, nil, err
	}
	return t, s, r.move(t, s)
}

// fill ranks period p into t.
func (r *Ranker) fill(t *ranking.Table, s *Subject, p kpi.Period) error {
	places := r.Catalogue.Agencies.Members(t.Block.Code, p.To)
	r.ask(t, s, p)
	if s.Scorecard != nil {
		scores, err := r.scores(t, s, p)
		if err != nil {
			return err
		}
		ranks, err := r.publishedRanks(t, s, p)
		if err != nil {
			return err
		}
		inside := func(agency.ID) bool { return true }
		if card := s.Scorecard; card.Block != "" {
			scored := map[agency.ID]bool{}
			for _, m := range r.Catalogue.Agencies.Members(card.Block, p.To) {
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
func (r *Ranker) figures(t *ranking.Table, s *Subject, p kpi.Period) (ranking.Figures, error) {
	var merged ranking.Figures
	for _, h := range s.Sources(t.Source, p) {
		figures, err := r.View.Figures(p, s.Definition.ID, h.Source.ID)
		if err != nil {
			return nil, err
		}
		if len(figures) > 0 && h.Source.Origin != "" && p.Key == t.Period.Key {
			t.Origins = append(t.Origins, r.Room.Refs.Origin(h.Source.Origin))
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

func (r *Ranker) scores(t *ranking.Table, s *Subject, p kpi.Period) (ranking.Scores, error) {
	merged := ranking.Scores{}
	for _, h := range s.Sources(t.Source, p) {
		scores, err := r.View.Scores(s.Scorecard, r.Catalogue.Kpis, p, h.Source.ID)
		if err != nil {
			return nil, err
		}
		for id, score := range scores {
			if _, ok := merged[id]; !ok {
				merged[id] = score
			}
		}
		if len(scores) > 0 && h.Source.Origin != "" && p.Key == t.Period.Key {
			t.Origins = append(t.Origins, r.Room.Refs.Origin(h.Source.Origin))
		}
	}
	return merged, nil
}

// publishedRanks returns the ranks that the source printed for a scorecard's total.
func (r *Ranker) publishedRanks(t *ranking.Table, s *Subject, p kpi.Period) (map[agency.ID]int, error) {
	out := map[agency.ID]int{}
	if s.Definition == nil {
		return out, nil
	}
	for _, h := range s.Sources(t.Source, p) {
		figures, err := r.View.Figures(p, s.Definition.ID, h.Source.ID)
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
func cardBlock(s *Subject) string {
	if s.Scorecard == nil {
		return ""
	}
	return s.Scorecard.Block
}

// published looks for a figure published for the block, else for its owner: from the ranked source
// first, then from any publisher.
func (r *Ranker) published(t *ranking.Table, s *Subject) error {
	if s.Definition == nil {
		return nil
	}
	holdings, err := r.View.Holdings(s.Definition.ID)
	if err != nil {
		return err
	}
	own := &Subject{Holdings: holdings}
	systems := []kpi.System{kpi.Published}
	if t.Source != kpi.Reported && t.Source != kpi.Illustrative {
		systems = []kpi.System{t.Source, kpi.Published} // the portal prints a national line of its own
	}
	for _, system := range slices.Compact(systems) {
		for _, h := range own.Sources(system, t.Period) {
			figures, err := r.View.Figures(t.Period, s.Definition.ID, h.Source.ID)
			if err != nil {
				return err
			}
			for _, id := range aggregates(t.Block, t.Period.To) {
				f := figures[id].Figure
				if value, ok := f.Rate(s.Definition); ok {
					t.Published = &ranking.Published{Agency: id, Scope: r.Catalogue.Agencies.Name(id, t.Period.To), Value: value,
						Exactness: f.Exactness(), Source: cmp.Or(r.Room.Refs.Origin(h.Source.Origin), h.Source.System.Title())}
					return nil
				}
			}
		}
	}
	return nil
}
