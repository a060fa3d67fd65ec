package app

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"chiso/internal/agency"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
)

// bound is a ranker that reads what everybody would read if a release were approved at its revision: its own figures, the catalogue
// of that revision, and the releases that held by then. What came later, figures, definitions, names, targets, changes nothing in it.
func (a *App) bound(v *store.View, rel *filing.Release) (*ranker, error) {
	then, err := v.At(rel.Revision)
	if err != nil {
		return nil, err
	}
	c, err := a.catalogue(then)
	if err != nil {
		return nil, err
	}
	r := a.reader(then, c, Released, time.Time{})
	all, err := then.Releases(false)
	if err != nil {
		return nil, err
	}
	as := *rel
	as.State, as.Embargo, as.Decided.At = filing.ReleaseApproved, time.Time{}, then.Revision().At
	r.releases, r.loaded, r.now = append(all, as), true, then.Revision().At
	return &ranker{v: r, c: c, app: a}, nil
}

// of is bound for a release that the ranker's reader sees, kept while the ranker lives.
func (r *ranker) of(rel *filing.Release) (*ranker, error) {
	if rel.Revision == r.v.Revision().ID {
		return r, nil
	}
	if b, ok := r.v.bounds[rel.ID]; ok {
		return b, nil
	}
	b, err := r.app.bound(r.v.unguarded(), rel)
	if err == nil {
		if r.v.bounds == nil {
			r.v.bounds = map[int64]*ranker{}
		}
		r.v.bounds[rel.ID] = b
	}
	return b, err
}

// tableOf makes the ranking that q asks for. What a release shows is made with the catalogue and the figures of its revision, so that
// no later change of either reaches it (design.md rule 11); all else with those of the ranker.
func (r *ranker) tableOf(q RankingQuery) (*ranking.Table, *subject, error) {
	if q.Period == "" {
		_, p, err := r.subject(q)
		if err != nil {
			return nil, nil, err
		}
		q.Period = p.Key
	}
	if r.v.view == Live {
		return r.make(q)
	}
	b, rel, err := r.shown(q)
	if err != nil {
		return nil, nil, err
	}
	if rel == nil || b == r {
		return r.make(q)
	}
	t, s, err := b.make(q)
	if err != nil || !guarded(t.Source) {
		return r.make(q)
	}
	t.Release, s.asked = heldBy(rel), r
	return t, s, nil
}

// ground is what a ranking is made with, and of which period: what reads the release that shows it, else the ranker itself.
func (r *ranker) ground(q RankingQuery) (*ranker, kpi.Period, error) {
	if q.Period == "" || r.v.view == Live {
		_, p, err := r.subject(q)
		if err != nil || r.v.view == Live {
			return r, p, err
		}
		q.Period = p.Key
	}
	on, rel, err := r.shown(q)
	if err != nil {
		return nil, kpi.Period{}, err
	}
	if rel == nil {
		on = r
	}
	_, p, err := on.subject(q)
	return on, p, err
}

// shown finds the release that shows what q asks for, and what reads it; nil when none does: the one that was approved last among those
// that cover the code in a block of their owner. Its own catalogue says what the code and the block are.
func (r *ranker) shown(q RankingQuery) (*ranker, *filing.Release, error) {
	p, err := check.ParsePeriodText(q.Period)
	if err != nil {
		return nil, nil, err
	}
	if system, ok := kpi.ParseSystem(q.Source); ok && !guarded(system) {
		return nil, nil, nil
	}
	if q.Source == "" { // what is ranked by a source that needs no release is not the release's to say
		if s, _, err := r.subject(q); err == nil && !guarded(s.rankingSource()) && len(s.sources(s.rankingSource(), p)) > 0 {
			return nil, nil, nil
		}
	}
	all, err := r.v.allReleases()
	if err != nil {
		return nil, nil, err
	}
	var best *filing.Release
	var by *ranker
	for i := range all {
		rel := &all[i]
		if rel.Period.Key != p.Key || !rel.Effective(r.v.now) || r.v.view.Newest(rel.Owner) || best != nil && !rel.After(best) {
			continue
		}
		b, err := r.of(rel)
		if err != nil {
			return nil, nil, err
		}
		if b.covers(rel, q) {
			best, by = rel, b
		}
	}
	return by, best, nil
}

// covers reports whether a release shows what q asks for, by the catalogue of its revision.
func (r *ranker) covers(rel *filing.Release, q RankingQuery) bool {
	if !slices.ContainsFunc(rel.Codes, func(code string) bool { return strings.EqualFold(code, q.Code) }) {
		return false
	}
	s, _, err := r.subject(q)
	if err != nil {
		return false
	}
	block, ok := r.c.agencies.Block(cmp.Or(q.Block, cardBlock(s), DefaultBlock))
	return ok && block.Owner == rel.Owner && !slices.ContainsFunc(s.codes(), func(code string) bool { return !slices.Contains(rel.Codes, code) })
}

// codes are the indicators that a subject is made of.
func (s *subject) codes() []string {
	if s.scorecard != nil {
		return componentCodes(s.scorecard)
	}
	return []string{s.code}
}

// hold fills in which release a table shows, or says that there is none. The sentence is the same whether there are figures or not.
func (r *ranker) hold(t *ranking.Table, s *subject) error {
	if r.v.open(t.Source) || r.v.view.Newest(t.Block.Owner) {
		t.Unreleased = guarded(t.Source)
		return nil
	}
	rel, err := r.v.release(t.Block.Owner, s.codes(), t.Period.Key)
	if err != nil {
		return err
	}
	if rel == nil || rel.Revision != r.v.Revision().ID {
		return fault.Wrap(ErrUnreleased, fault.NotFound, "%s chưa công bố số liệu %s của %s. Hãy chọn kỳ khác, hoặc xem lại sau khi cơ quan thường trực công bố.",
			t.Period.Title(), lowerFirst(t.Source.Title()), s.code)
	}
	t.Release = heldBy(rel)
	return nil
}

// heldBy is what a table says of the release that it shows.
func heldBy(rel *filing.Release) *ranking.Release {
	return &ranking.Release{ID: rel.ID, Code: rel.ShortCode(), Number: rel.Number, Day: rel.Day, Kind: rel.Kind.Title(), Final: rel.Kind == filing.Final, Since: rel.Since()}
}

// catalogueOf is the catalogue that a figure is shown with: that of the release that shows it, else the ranker's.
func (r *ranker) catalogueOf(id agency.ID, x store.SeriesPoint) (*catalogue, error) {
	if r.v.open(x.Source.System) || r.v.view.Agency() == id || r.v.view.Newest(r.v.owner(id, x.Period.To)) {
		return r.c, nil
	}
	rel, err := r.v.release(r.v.owner(id, x.Period.To), r.v.code(x.Definition), x.Period.Key)
	if err != nil || rel == nil {
		return r.c, err
	}
	b, err := r.of(rel)
	if err != nil {
		return nil, err
	}
	return b.c, nil
}

// frozenAt is the revision of tables that are all of releases, the newest of theirs; false when a table is of newer figures.
func frozenAt(tables []ranking.Table) (rev int64, at time.Time, ok bool) {
	for i := range tables {
		t := &tables[i]
		if t.Release == nil {
			return 0, at, false
		}
		if t.Revision > rev {
			rev, at = t.Revision, t.AsOf
		}
	}
	return rev, at, rev != 0
}
