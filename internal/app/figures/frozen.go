package figures

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
)

// Bound is a ranker that reads what everybody would read if a release were approved at its revision: its own figures, the catalogue
// of that revision, and the releases that held by then. What came later, figures, definitions, names, targets, changes nothing in it.
func (a *Room) Bound(v *store.View, rel *filing.Release) (*Ranker, error) {
	then, err := v.At(rel.Revision)
	if err != nil {
		return nil, err
	}
	c, err := a.Catalogue(then)
	if err != nil {
		return nil, err
	}
	r := a.reader(then, c, ledger.Released, time.Time{})
	all, err := then.Releases(false)
	if err != nil {
		return nil, err
	}
	as := *rel
	as.State, as.Embargo, as.Decided.At = filing.ReleaseApproved, time.Time{}, then.Revision().At
	r.releases, r.loaded, r.now = append(all, as), true, then.Revision().At
	return &Ranker{View: r, Catalogue: c, Room: a}, nil
}

// of is bound for a release that the ranker's reader sees, kept while the ranker lives.
func (r *Ranker) of(rel *filing.Release) (*Ranker, error) {
	if rel.Revision == r.View.Revision().ID {
		return r, nil
	}
	if b, ok := r.View.bounds[rel.ID]; ok {
		return b, nil
	}
	b, err := r.Room.Bound(r.View.Unguarded(), rel)
	if err == nil {
		if r.View.bounds == nil {
			r.View.bounds = map[int64]*Ranker{}
		}
		r.View.bounds[rel.ID] = b
	}
	return b, err
}

// tableOf makes the ranking that q asks for. What a release shows is made with the catalogue and the figures of its revision, so that
// no later change of either reaches it (design.md rule 11); all else with those of the ranker.
func (r *Ranker) tableOf(q RankingQuery) (*ranking.Table, *Subject, error) {
	if q.Period == "" {
		_, p, err := r.subject(q)
		if err != nil {
			return nil, nil, err
		}
		q.Period = p.Key
	}
	if r.View.view == ledger.Live {
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
	if err != nil || !Guarded(t.Source) {
		return r.make(q)
	}
	t.Release, s.asked = heldBy(rel), r
	return t, s, nil
}

// ground is what a ranking is made with, and of which period: what reads the release that shows it, else the ranker itself.
func (r *Ranker) ground(q RankingQuery) (*Ranker, kpi.Period, error) {
	if q.Period == "" || r.View.view == ledger.Live {
		_, p, err := r.subject(q)
		if err != nil || r.View.view == ledger.Live {
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
func (r *Ranker) shown(q RankingQuery) (*Ranker, *filing.Release, error) {
	p, err := check.ParsePeriodText(q.Period)
	if err != nil {
		return nil, nil, err
	}
	if system, ok := kpi.ParseSystem(q.Source); ok && !Guarded(system) {
		return nil, nil, nil
	}
	if q.Source == "" { // what is ranked by a source that needs no release is not the release's to say
		if s, _, err := r.subject(q); err == nil && !Guarded(s.rankingSource()) && len(s.Sources(s.rankingSource(), p)) > 0 {
			return nil, nil, nil
		}
	}
	all, err := r.View.allReleases()
	if err != nil {
		return nil, nil, err
	}
	var best *filing.Release
	var by *Ranker
	for i := range all {
		rel := &all[i]
		if rel.Period.Key != p.Key || !rel.Effective(r.View.now) || r.View.view.Newest(rel.Owner) || best != nil && !rel.After(best) {
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
func (r *Ranker) covers(rel *filing.Release, q RankingQuery) bool {
	if !slices.ContainsFunc(rel.Codes, func(code string) bool { return strings.EqualFold(code, q.Code) }) {
		return false
	}
	s, _, err := r.subject(q)
	if err != nil {
		return false
	}
	block, ok := r.Catalogue.Agencies.Block(cmp.Or(q.Block, cardBlock(s), DefaultBlock))
	return ok && block.Owner == rel.Owner &&
		!slices.ContainsFunc(s.codes(), func(code string) bool { return !slices.Contains(rel.Codes, code) })
}

// codes are the indicators that a subject is made of.
func (s *Subject) codes() []string {
	if s.Scorecard != nil {
		return ledger.ComponentCodes(s.Scorecard)
	}
	return []string{s.code}
}

// hold fills in which release a table shows, or says that there is none. The sentence is the same whether there are figures or not.
func (r *Ranker) hold(t *ranking.Table, s *Subject) error {
	if r.View.open(t.Source) || r.View.view.Newest(t.Block.Owner) {
		t.Unreleased = Guarded(t.Source)
		return nil
	}
	rel, err := r.View.release(t.Block.Owner, s.codes(), t.Period.Key)
	if err != nil {
		return err
	}
	if rel == nil || rel.Revision != r.View.Revision().ID {
		return fault.Wrap(
			ErrUnreleased,
			fault.NotFound,
			"%s chưa công bố số liệu %s của %s. Hãy chọn kỳ khác, hoặc xem lại sau khi cơ quan thường trực công bố.",
			t.Period.Title(),
			ledger.LowerFirst(t.Source.Title()),
			s.code,
		)
	}
	t.Release = heldBy(rel)
	return nil
}

// heldBy is what a table says of the release that it shows.
func heldBy(rel *filing.Release) *ranking.Release {
	return &ranking.Release{
		ID:     rel.ID,
		Code:   rel.ShortCode(),
		Number: rel.Number,
		Day:    rel.Day,
		Kind:   rel.Kind.Title(),
		Final:  rel.Kind == filing.Final,
		Since:  rel.Since(),
	}
}

// catalogueOf is the catalogue that a figure is shown with: that of the release that shows it, else the ranker's.
func (r *Ranker) catalogueOf(id agency.ID, x store.SeriesPoint) (*ledger.Catalogue, error) {
	if r.View.open(x.Source.System) || r.View.view.Agency() == id || r.View.view.Newest(r.View.owner(id, x.Period.To)) {
		return r.Catalogue, nil
	}
	rel, err := r.View.release(r.View.owner(id, x.Period.To), r.View.code(x.Definition), x.Period.Key)
	if err != nil || rel == nil {
		return r.Catalogue, err
	}
	b, err := r.of(rel)
	if err != nil {
		return nil, err
	}
	return b.Catalogue, nil
}

// FrozenAt is the revision of tables that are all of releases, the newest of theirs; false when a table is of newer figures.
func FrozenAt(tables []ranking.Table) (rev int64, at time.Time, ok bool) {
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
