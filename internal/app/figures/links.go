package figures

import (
	"cmp"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
)

// maxLinked is how many periods of one source are looked through for one in which a block has figures.
const maxLinked = 4

// manyFigures is how many figures a link looks through to find their block; larger sets belong to a
// block below the national ones.
const manyFigures = 500

// links lists every indicator and scorecard that has figures, once, with the newest ranking of each block beside each other and whether the
// nation has a figure of its own: of the ranking source where that has any. The published total of a listed scorecard is left out.
func (r *Ranker) links(o *Overview, owner agency.ID, blocks []agency.Block) error {
	all, err := r.View.Holdings()
	if err != nil {
		return err
	}
	held := map[string][]store.Holding{} // by code: each definition has figures of its own
	for _, h := range all {
		if d, ok := r.Catalogue.Kpis.ByID(h.Definition); ok {
			held[d.Indicator.Code] = append(held[d.Indicator.Code], h)
		}
		o.Illustrative = o.Illustrative || h.Source.System == kpi.Illustrative
	}
	var listed []string // scorecards, and totals that they print
	for i := range r.Catalogue.Scorecards {
		s := &r.Catalogue.Scorecards[i]
		parts := s.Scored()
		if len(parts) == 0 || !r.Catalogue.CardFits(s, owner) || slices.Contains(listed, s.Code) {
			continue
		}
		d, ok := r.Catalogue.Definition(parts[0].Code)
		if !ok {
			continue
		}
		scored := blocks
		if b, ok := r.Catalogue.Agencies.Block(s.Block); ok {
			scored = []agency.Block{b}
		}
		l, ok, err := r.link(d, held[parts[0].Code], scored, o.Source)
		if err != nil {
			return err
		}
		if ok && s.On(l.Period.To) {
			l.Code, l.Name, l.Nation = s.Code, s.Name, nil
			o.Rankings, listed = append(o.Rankings, l), append(listed, s.Code, s.Root().Code)
		}
	}
	for _, d := range r.Catalogue.Kpis.Definitions() {
		code := d.Indicator.Code
		if slices.Contains(listed, code) {
			continue
		}
		listed = append(listed, code)
		if newest, ok := r.Catalogue.Definition(code); ok {
			d = newest
		}
		l, ok, err := r.link(d, held[code], blocks, o.Source)
		if err != nil {
			return err
		}
		if owner == agency.Nation {
			l.Nation = r.nationPlace(held[code], o.Source)
		}
		if !ok && l.Nation != nil {
			l.Period, l.Source = l.Nation.Period, l.Nation.Source
		}
		if ok || l.Nation != nil {
			o.Rankings = append(o.Rankings, l)
		}
	}
	return nil
}

// link leads to the newest ranking of an indicator in each block; false when no agency of the blocks has a figure.
func (r *Ranker) link(
	d *kpi.Definition,
	holdings []store.Holding,
	blocks []agency.Block,
	asked kpi.System,
) (l RankingLink, ok bool, err error) {
	l = RankingLink{
		Code:        d.Indicator.Code,
		Name:        d.Name,
		Pillar:      d.Indicator.Pillar,
		PillarTitle: kpi.PillarTitle(d.Indicator.Pillar),
		Source:      d.RankingSource,
	}
	systems := slices.Compact(append([]kpi.System{d.RankingSource}, kpi.Systems()...))
	if asked != "" {
		systems = []kpi.System{asked}
	}
	places := make([]RankingPlace, len(blocks))
	for _, system := range systems {
		for _, h := range newestOf(holdings, system) {
			if err := r.placeIn(places, blocks, h); err != nil {
				return l, false, err
			}
			if !slices.ContainsFunc(places, func(p RankingPlace) bool { return p.Agencies == 0 }) {
				break
			}
		}
	}
	best := -1
	for i, p := range places {
		if p.Agencies == 0 {
			continue
		}
		l.Places = append(l.Places, p)
		if best < 0 || p.Agencies > places[best].Agencies {
			best = i
		}
	}
	if best < 0 {
		return l, false, nil
	}
	first := places[best]
	l.Period, l.Source, l.Block, l.Agencies = first.Period, first.Source, first.Block, first.Agencies
	return l, true, nil
}

// newestOf lists what there is of a source, the newest periods first and each as often as it has publishers.
func newestOf(holdings []store.Holding, system kpi.System) (out []store.Holding) {
	for _, h := range holdings {
		if h.Source.System == system && h.Figures <= manyFigures {
			out = append(out, h)
		}
	}
	slices.SortStableFunc(out, func(a, b store.Holding) int {
		return cmp.Or(ComparePeriods(b.Period, a.Period), cmp.Compare(b.Figures, a.Figures))
	})
	return out[:min(len(out), maxLinked)]
}

// placeIn counts the figures of a holding in the blocks that have no place yet.
func (r *Ranker) placeIn(places []RankingPlace, blocks []agency.Block, h store.Holding) error {
	var figures ranking.Figures
	for i, block := range blocks {
		if places[i].Agencies > 0 {
			continue
		}
		if figures == nil {
			var err error
			if figures, err = r.View.Figures(h.Period, h.Definition, h.Source.ID); err != nil {
				return err
			}
		}
		n := 0
		for _, m := range r.Catalogue.Agencies.Members(block.Code, h.Period.To) {
			if _, ok := figures[m.Agency]; ok {
				n++
			}
		}
		if n > 0 {
			places[i] = RankingPlace{Block: block.Code, Name: block.Name, Period: h.Period, Source: h.Source.System, Agencies: n}
		}
	}
	return nil
}

// nationPlace finds the newest figure of the nation itself; nil when there is none.
func (r *Ranker) nationPlace(holdings []store.Holding, asked kpi.System) (best *RankingPlace) {
	for _, h := range holdings {
		if h.Source.System == kpi.Illustrative && asked != kpi.Illustrative || asked != "" && h.Source.System != asked {
			continue
		}
		if best != nil && ComparePeriods(h.Period, best.Period) <= 0 {
			continue
		}
		if r.nationHas(h) {
			best = &RankingPlace{Name: "Cả nước", Period: h.Period, Source: h.Source.System, Agencies: 1}
		}
	}
	return best
}

// nationHas reports whether the nation has a figure among those of a holding.
func (r *Ranker) nationHas(h store.Holding) bool {
	if r.nationKeys == nil {
		r.nationKeys = map[nationKey]bool{}
		points, err := r.View.AgencySeries(agency.Nation)
		if err != nil {
			return false
		}
		for _, p := range points {
			r.nationKeys[nationKey{p.Definition, p.Source.ID, p.Period.Key}] = true
		}
	}
	return r.nationKeys[nationKey{h.Definition, h.Source.ID, h.Period.Key}]
}

// nationKey names one figure of the nation.
type nationKey struct {
	definition, source int64
	period             string
}
