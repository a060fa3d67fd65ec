package figures

import (
	"errors"
	"slices"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// Guarded reports whether figures of a source wait for a release. What others have published is for everyone.
func Guarded(system kpi.System) bool {
	return system == kpi.Reported || system == kpi.Appraised || system == kpi.Register
}

// ErrUnreleased is what errors.Is finds in the refusal of figures that wait for a release.
var ErrUnreleased = errors.New("not released")

// reader is a store.View that shows what its View allows: the one place through which rankings, pages, workbooks and lists read
// figures (design.md rule 11). Guarded figures are those of the release that holds for the owner of the agency's block, the
// indicator and the period; without one they are not there at all.
type reader struct {
	data *store.View // what it lets through is listed below; unguarded gives it to what reads no figures
	c    *ledger.Catalogue
	view ledger.View
	now  time.Time // when releases must hold: the moment that is asked about

	bounds   map[int64]*Ranker // by release: what shows it
	loaded   bool
	releases []filing.Release
	past     map[int64]*store.View
	systems  map[int64]kpi.System
	owners   map[vi.Date]map[agency.ID]agency.ID
}

// reader returns what somebody with a view may read. asOf is zero for now.
func (a *Room) reader(v *store.View, c *ledger.Catalogue, view ledger.View, asOf time.Time) *reader {
	now := asOf
	if now.IsZero() {
		now = a.Now(v)
	}
	return &reader{data: v, c: c, view: view, now: now}
}

// Revision is that of the data it reads.
func (r *reader) Revision() store.Revision { return r.data.Revision() }

// Unguarded is the data itself, for what is no figure: rounds, reports, tasks, releases, and the figures of a revision that a release
// was made at. Each use is a decision of rule 11.
func (r *reader) Unguarded() *store.View { return r.data }

// Now is the present as the data has it: what was committed last has happened, whatever this machine's clock says.
func (a *Room) Now(v *store.View) time.Time {
	now := a.Clock()
	if at := v.Revision().At; at.After(now) {
		return at
	}
	return now
}

// Ranker returns what makes rankings for somebody with a view.
func (a *Room) Ranker(v *store.View, c *ledger.Catalogue, view ledger.View, asOf time.Time) *Ranker {
	return &Ranker{View: a.reader(v, c, view, asOf), Catalogue: c, Room: a}
}

// open reports whether figures of a source need no release.
func (r *reader) open(system kpi.System) bool { return r.view == ledger.Live || !Guarded(system) }

// release returns the release of an owner that holds for all the codes and the period, nil when there is none.
func (r *reader) release(owner agency.ID, codes []string, period string) (*filing.Release, error) {
	all, err := r.allReleases()
	return filing.Latest(all, owner, codes, period, r.now), err
}

// allReleases lists the releases that were approved by the view's revision.
func (r *reader) allReleases() (_ []filing.Release, err error) {
	if !r.loaded {
		r.releases, err = r.data.Releases(false)
		r.loaded = err == nil
	}
	return r.releases, err
}

// at is the view at the revision of a release.
func (r *reader) at(rel *filing.Release) (*store.View, error) {
	if v, ok := r.past[rel.Revision]; ok {
		return v, nil
	}
	v, err := r.data.At(rel.Revision)
	if err == nil {
		if r.past == nil {
			r.past = map[int64]*store.View{}
		}
		r.past[rel.Revision] = v
	}
	return v, err
}

// owner returns who releases the figures of an agency: the owner of its block on day d, else the nation.
func (r *reader) owner(id agency.ID, d vi.Date) agency.ID {
	owners, ok := r.owners[d]
	if !ok {
		owners = map[agency.ID]agency.ID{}
		for _, b := range r.c.Agencies.Blocks() {
			for _, m := range r.c.Agencies.Members(b.Code, d) {
				if _, ok := owners[m.Agency]; !ok {
					owners[m.Agency] = b.Owner
				}
			}
		}
		if r.owners == nil {
			r.owners = map[vi.Date]map[agency.ID]agency.ID{}
		}
		r.owners[d] = owners
	}
	if o, ok := owners[id]; ok {
		return o
	}
	return agency.Nation
}

// allOwners lists whose releases there may be.
func (r *reader) allOwners() []agency.ID {
	out := []agency.ID{agency.Nation}
	for _, b := range r.c.Agencies.Blocks() {
		if !slices.Contains(out, b.Owner) {
			out = append(out, b.Owner)
		}
	}
	return out
}

func (r *reader) system(source int64) (kpi.System, error) {
	if r.systems == nil {
		all, err := r.data.Sources()
		if err != nil {
			return "", err
		}
		r.systems = map[int64]kpi.System{}
		for _, s := range all {
			r.systems[s.ID] = s.System
		}
	}
	return r.systems[source], nil
}

// code is the indicator of a definition, which is what releases name.
func (r *reader) code(definition int64) []string {
	if d, ok := r.c.Kpis.ByID(definition); ok {
		return []string{d.Indicator.Code}
	}
	return []string{""} // of no release
}

// released calls fn with the view of every release that holds for the codes and period, and with its owner; with the newest view for an
// owner whose newest figures may be seen.
func (r *reader) released(codes []string, p kpi.Period, fn func(v *store.View, owner agency.ID) error) error {
	for _, owner := range r.allOwners() {
		if r.view.Newest(owner) {
			if err := fn(r.data, owner); err != nil {
				return err
			}
			continue
		}
		rel, err := r.release(owner, codes, p.Key)
		if err != nil {
			return err
		}
		if rel == nil {
			continue
		}
		v, err := r.at(rel)
		if err == nil {
			err = fn(v, owner)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Holdings is store.View.Holdings of what may be seen.
func (r *reader) Holdings(definitions ...int64) ([]store.Holding, error) {
	all, err := r.data.Holdings(definitions...)
	if err != nil || r.view == ledger.Live {
		return all, err
	}
	out := all[:0]
	for _, h := range all {
		seen := r.open(h.Source.System)
		if !seen {
			err = r.released(r.code(h.Definition), h.Period, func(v *store.View, _ agency.ID) error {
				has, err := v.Holds(h.Period, h.Definition, h.Source.ID)
				seen = seen || has
				return err
			})
			if err != nil {
				return nil, err
			}
		}
		if seen {
			out = append(out, h)
		}
	}
	return out, nil
}

// Figures is store.View.Figures of what may be seen.
func (r *reader) Figures(p kpi.Period, definition, source int64) (ranking.Figures, error) {
	system, err := r.system(source)
	if err != nil {
		return nil, err
	}
	if r.open(system) {
		return r.data.Figures(p, definition, source)
	}
	out := ranking.Figures{}
	err = r.released(r.code(definition), p, func(v *store.View, owner agency.ID) error {
		figures, err := v.Figures(p, definition, source)
		for id, item := range figures {
			if r.owner(id, p.To) == owner {
				out[id] = item
			}
		}
		return err
	})
	return out, err
}

// Scores is store.View.Scores of what may be seen.
func (r *reader) Scores(s *ranking.Scorecard, cat *kpi.Catalogue, p kpi.Period, source int64) (ranking.Scores, error) {
	system, err := r.system(source)
	if err != nil {
		return nil, err
	}
	if r.open(system) {
		return r.data.Scores(s, cat, p, source)
	}
	out := ranking.Scores{}
	err = r.released(ledger.ComponentCodes(s), p, func(v *store.View, owner agency.ID) error {
		scores, err := v.Scores(s, cat, p, source)
		for id, score := range scores {
			if r.owner(id, p.To) == owner {
				out[id] = score
			}
		}
		return err
	})
	return out, err
}

// Observations is store.View.Observations of what may be seen.
func (r *reader) Observations(p kpi.Period, definition, source int64) (out []store.Observation, err error) {
	system, err := r.system(source)
	if err != nil {
		return nil, err
	}
	if r.open(system) {
		return r.data.Observations(p, definition, source)
	}
	err = r.released(r.code(definition), p, func(v *store.View, owner agency.ID) error {
		all, err := v.Observations(p, definition, source)
		for _, o := range all {
			if r.owner(o.Agency, p.To) == owner {
				out = append(out, o)
			}
		}
		return err
	})
	return out, err
}

// AgencySeries is store.View.AgencySeries of what may be seen. An agency's own view shows its newest figures.
func (r *reader) AgencySeries(id agency.ID) ([]store.SeriesPoint, error) {
	all, err := r.data.AgencySeries(id)
	if err != nil || r.view == ledger.Live || r.view.Agency() == id {
		return all, err
	}
	type key struct {
		definition, source int64
		period             string
	}
	then := map[int64]map[key]store.SeriesPoint{} // by revision of the release
	out := all[:0]
	for _, p := range all {
		if r.open(p.Source.System) || r.view.Newest(r.owner(id, p.Period.To)) {
			out = append(out, p)
			continue
		}
		rel, err := r.release(r.owner(id, p.Period.To), r.code(p.Definition), p.Period.Key)
		if err != nil {
			return nil, err
		}
		if rel == nil {
			continue
		}
		if _, ok := then[rel.Revision]; !ok {
			v, err := r.at(rel)
			if err != nil {
				return nil, err
			}
			past, err := v.AgencySeries(id)
			if err != nil {
				return nil, err
			}
			points := make(map[key]store.SeriesPoint, len(past))
			for _, x := range past {
				points[key{x.Definition, x.Source.ID, x.Period.Key}] = x
			}
			then[rel.Revision] = points
		}
		if x, ok := then[rel.Revision][key{p.Definition, p.Source.ID, p.Period.Key}]; ok {
			out = append(out, x)
		}
	}
	return out, nil
}

// History is store.View.History of what may be seen: of a guarded figure the versions that stood in a release, the one of the
// release that holds first. What may not be seen is not found, as if it did not exist.
func (r *reader) History(id int64) ([]store.Observation, error) {
	all, err := r.data.History(id)
	if err != nil {
		return nil, err
	}
	first := all[0]
	owner, codes := r.owner(first.Agency, first.Period.To), r.code(first.Definition)
	if r.open(first.Source.System) || r.view.Agency() == first.Agency || r.view.Newest(owner) {
		return all, nil
	}
	rel, err := r.release(owner, codes, first.Period.Key)
	if err != nil {
		return nil, err
	}
	hidden := fault.New(fault.NotFound, "Không có số liệu số %d.", id)
	if rel == nil {
		return nil, hidden
	}
	shown := map[int64]bool{} // revisions that a release shows or showed
	for i := range r.releases {
		if x := &r.releases[i]; x.Effective(r.now) && x.Covers(owner, codes[0], first.Period.Key) && x.Revision <= rel.Revision {
			shown[x.Revision] = true
		}
	}
	var out []store.Observation
	found := false
	for i, o := range all {
		until := int64(1<<63 - 1) // the revision that replaced it
		if i > 0 {
			until = all[i-1].Revision.ID
		}
		for rev := range shown {
			if o.Revision.ID <= rev && rev < until {
				out = append(out, o)
				found = found || o.ID == id
				break
			}
		}
	}
	if !found {
		return nil, hidden
	}
	return out, nil
}

// AcceptedUploads is store.View.AcceptedUploads of what may be seen: files of guarded figures are for those who see them live.
func (r *reader) AcceptedUploads(limit int) ([]store.Upload, error) {
	if r.view == ledger.Live {
		return r.data.AcceptedUploads(limit)
	}
	all, err := r.data.AcceptedUploads(20 * limit)
	all = slices.DeleteFunc(all, func(u store.Upload) bool { return Guarded(u.System) })
	return all[:min(limit, len(all))], err
}
