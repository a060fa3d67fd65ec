package figures

import (
	"cmp"
	"context"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
)

// HeatView is agencies × components.
type HeatView struct {
	RankingView
	Columns []ranking.Column
}

// Heat ranks a block by every component of a scorecard, or by every indicator of the same pillar.
func (a *Room) Heat(ctx context.Context, q RankingQuery) (out *HeatView, err error) {
	defer fault.Context(&err, "figures.Heat")
	err = a.ranked(ctx, q, func(r *Ranker, t *ranking.Table, s *Subject) error {
		out = &HeatView{RankingView: RankingView{Table: t, Bands: a.bands(r.Catalogue, t)}}
		if out.Choices, err = s.choices(t); err != nil {
			return err
		}
		out.Columns, err = r.Columns(t, s)
		return err
	})
	return out, err
}

// ranked opens one Read, settles a published total to its scorecard and makes the ranking. fn gets what it was made with.
func (a *Room) ranked(ctx context.Context, q RankingQuery, fn func(r *Ranker, t *ranking.Table, s *Subject) error) error {
	return a.Store.Read(ctx, q.AsOf, func(v *store.View) error {
		c, err := a.CatalogueAsOf(v, q.AsOf)
		if err != nil {
			return err
		}
		r := a.Ranker(v, c, q.View, q.AsOf)
		own := AnalysisQuery{RankingQuery: q}
		if own.Block = q.Block; own.Block == "" {
			own.Block = DefaultBlock
			if s, _, err := r.subject(q); err == nil {
				own.Block = cmp.Or(cardBlock(s), DefaultBlock)
			}
		}
		if err := r.settle(&own); err != nil {
			return err
		}
		t, s, err := r.Table(own.RankingQuery)
		if err != nil {
			return err
		}
		return fn(s.Rule, t, s)
	})
}

// DeltaView is a ranking by improvement.
type DeltaView struct {
	RankingView
	Before *kpi.Period
	Deltas []ranking.Delta
	None   string // why there are none
}

// Deltas ranks a block by improvement since the period that the ranking is compared with.
func (a *Room) Deltas(ctx context.Context, q RankingQuery) (out *DeltaView, err error) {
	defer fault.Context(&err, "figures.Deltas")
	err = a.ranked(ctx, q, func(r *Ranker, t *ranking.Table, s *Subject) error {
		out = &DeltaView{RankingView: RankingView{Table: t}}
		if out.Choices, err = s.choices(t); err != nil {
			return err
		}
		before, why, err := r.Earlier(t, s)
		if err != nil || before == nil {
			out.None = why
			return err
		}
		out.Before = &before.Period
		out.Deltas, out.None = t.Deltas(before)
		return nil
	})
	return out, err
}

// TileView is a ranking on the tile grid. Tiles is empty for periods of the 63 provinces: the grid shows 34.
type TileView struct {
	RankingView
	Tiles []Tile
}

// Tile is a province on the grid, or a special zone within one that has no rank of its own.
type Tile struct {
	Name     string
	Col, Row int
	Agency   agency.ID // of the province; of the one that the zone belongs to
	Of       string    // name of the province that the zone belongs to; "" for a province
}

// Tiles puts a ranking of the provinces on the grid.
func (a *Room) Tiles(ctx context.Context, q RankingQuery) (out *TileView, err error) {
	defer fault.Context(&err, "figures.Tiles")
	err = a.ranked(ctx, q, func(r *Ranker, t *ranking.Table, s *Subject) error {
		out = &TileView{RankingView: RankingView{Table: t, Bands: a.bands(r.Catalogue, t), Possible: t.Possible()}}
		out.Tiles = r.tiles(a.Refs.Tiles, t)
		out.Choices, err = s.choices(t)
		return err
	})
	return out, err
}

// tiles finds the province of each tile on the table's day; none unless the grid has exactly the table's agencies.
func (r *Ranker) tiles(grid []GridTile, t *ranking.Table) []Tile {
	byCode := map[string]agency.ID{}
	for _, c := range r.Catalogue.Agencies.Data().Codes {
		if c.System == "GSO" && c.From <= t.Period.To && t.Period.To <= c.To {
			byCode[c.Code] = c.Agency
		}
	}
	all := TableAgencies(t)
	var out []Tile
	provinces := 0
	for _, g := range grid {
		code, zone := g.Code, false
		if i := slices.Index([]byte(code), '-'); i > 0 {
			code, zone = code[:i], true
		}
		id, ok := byCode[code]
		if !ok || !slices.Contains(all, id) {
			return nil
		}
		tile := Tile{Name: g.Name, Col: g.Col, Row: g.Row, Agency: id}
		if zone {
			tile.Of = r.Catalogue.Agencies.Name(id, t.Period.To)
		} else {
			provinces++
		}
		out = append(out, tile)
	}
	if provinces != len(all) {
		return nil
	}
	return out
}
