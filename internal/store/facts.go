package store

import (
	"database/sql"
	"fmt"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// Fact is one figure to be accepted: the content of an observation before it has a number.
type Fact struct {
	Period      kpi.Period
	Definition  int64
	Agency      agency.ID
	System      kpi.System
	Origin      string // publisher, for published figures only
	Figure      kpi.Figure
	Note        string
	Upload      int64
	Sheet, Cell string
	Submission  int64 // 0 when it came through no report
}

// Difference says what accepting a fact does to the current view.
type Difference uint8

// The differences.
const (
	New Difference = iota
	Unchanged
	Superseded
)

// Diff is the outcome of one fact: what it does, and the figure it replaces.
type Diff struct {
	Difference Difference
	Before     kpi.Figure
}

// states maps kpi.State to the number that stands for it in the tables.
var states = [...]kpi.State{kpi.Value, kpi.NotApplicable, kpi.NoDenominator, kpi.CensoredBelow, kpi.Withdrawn}

func stateNumber(s kpi.State) (int64, error) {
	i := slices.Index(states[:], s)
	if i < 0 {
		return 0, fmt.Errorf("state %q", s)
	}
	return int64(i), nil
}

// key names an observation by row ids.
type key struct {
	period, definition, source int64
	agency                     string
}

// group is a key without its agency.
type group struct{ period, definition, source int64 }

func (k key) group() group { return group{k.period, k.definition, k.source} }

// figureRow is the figure part of both tables.
type figureRow struct {
	num, den, value sql.NullFloat64
	state           int64
	bound           sql.NullFloat64
	qualifiers      int64
	publishedRank   int64
}

func newFigureRow(f kpi.Figure) (figureRow, error) {
	state, err := stateNumber(f.State)
	return figureRow{num: nullFloat(f.Num), den: nullFloat(f.Den), value: nullFloat(f.Value), state: state, bound: nullFloat(f.Bound),
		qualifiers: int64(f.Qualifiers), publishedRank: int64(f.PublishedRank)}, err
}

func (r figureRow) figure() (f kpi.Figure, err error) {
	if r.state < 0 || int(r.state) >= len(states) {
		return f, fmt.Errorf("state %d", r.state)
	}
	f.State, f.Qualifiers, f.PublishedRank = states[r.state], kpi.Qualifier(r.qualifiers), int(r.publishedRank)
	for _, p := range []struct {
		to   *vi.NullDecimal
		from sql.NullFloat64
	}{{&f.Num, r.num}, {&f.Den, r.den}, {&f.Value, r.value}, {&f.Bound, r.bound}} {
		if *p.to, err = nullDecimal(p.from); err != nil {
			return f, err
		}
	}
	return f, nil
}

const figureColumns = "num, den, value, state, bound, qualifiers, published_rank"

func (r *figureRow) dest() []any {
	return []any{&r.num, &r.den, &r.value, &r.state, &r.bound, &r.qualifiers, &r.publishedRank}
}

// sourceRow is a row of source.
type sourceRow struct {
	ID     int64
	System string
	Origin string
}

// Sources returns every source that holds figures.
func (v *View) Sources() ([]kpi.Source, error) {
	rows, err := v.sources()
	out := make([]kpi.Source, 0, len(rows))
	for _, r := range rows {
		out = append(out, kpi.Source{ID: r.ID, System: kpi.System(r.System), Origin: r.Origin})
	}
	return out, err
}

func (v *View) sources() ([]sourceRow, error) {
	var rows []sourceRow
	err := v.db.Raw("SELECT id, system, origin FROM source ORDER BY id").Scan(&rows).Error
	return rows, err
}

// periodID returns the id of a period, 0 when no figure was ever stored for it.
func (v *View) periodID(p kpi.Period) (int64, error) {
	if id, ok := v.periods[p.Key]; ok {
		return id, nil
	}
	var id int64
	if v.allPeriods {
		return 0, nil
	}
	if err := v.db.Raw("SELECT id FROM period WHERE key = ?", p.Key).Scan(&id).Error; err != nil {
		return 0, err
	}
	if id != 0 {
		if v.periods == nil {
			v.periods = map[string]int64{}
		}
		v.periods[p.Key] = id
	}
	return id, nil
}

// loadPeriods reads all periods at once: a file may have thousands.
func (v *View) loadPeriods() error {
	if v.allPeriods {
		return nil
	}
	var rows []struct {
		ID  int64
		Key string
	}
	if err := v.db.Raw("SELECT id, key FROM period").Scan(&rows).Error; err != nil {
		return err
	}
	v.periods = make(map[string]int64, len(rows))
	for _, r := range rows {
		v.periods[r.Key] = r.ID
		v.lastPeriod = max(v.lastPeriod, r.ID)
	}
	v.allPeriods = true
	return nil
}

// Figures returns the figures of one definition, period and source by agency. Withdrawn figures are
// among them, with their state.
func (v *View) Figures(p kpi.Period, definition, source int64) (figures ranking.Figures, err error) {
	defer fault.Context(&err, "store.Figures(%s, %d, %d)", p.Key, definition, source)
	period, err := v.periodID(p)
	if err != nil || period == 0 {
		return nil, err
	}
	query := "SELECT agency, observation, " + figureColumns + " FROM observation_now WHERE period = ? AND definition = ? AND source = ?"
	args := []any{period, definition, source}
	if !v.current {
		query = "SELECT agency, id, " + figureColumns + ` FROM observation WHERE period = ? AND definition = ? AND source = ? AND revision <= ?
			ORDER BY agency, revision` // later rows of an agency overwrite earlier ones below
		args = append(args, v.rev.ID)
	}
	rows, err := v.db.Raw(query, args...).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var ids []agency.ID
	var items []ranking.Item // first in order: a map that grows costs more than all the rest
	var id string
	var obs int64
	var r figureRow
	dest := append([]any{&id, &obs}, r.dest()...)
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		f, err := r.figure()
		if err != nil {
			return nil, err
		}
		ids, items = append(ids, agency.ID(id)), append(items, ranking.Item{Figure: f, Observation: obs})
	}
	figures = make(ranking.Figures, len(ids))
	for i, id := range ids {
		figures[id] = items[i]
	}
	return figures, rows.Err()
}

// Holding says how many figures a definition has for a period from a source.
type Holding struct {
	Definition int64
	Source     kpi.Source
	Period     kpi.Period
	Figures    int
}

// Holdings lists what there is to choose from at the view's revision: of the given definitions, or of
// all when none is given.
func (v *View) Holdings(definitions ...int64) (out []Holding, err error) {
	defer fault.Context(&err, "store.Holdings")
	figures, args := "c.figures", []any{}
	if !v.current {
		figures = `(SELECT COUNT(DISTINCT o.agency) FROM observation o
			WHERE o.period = c.period AND o.definition = c.definition AND o.source = c.source AND o.revision <= ?)`
		args = append(args, v.rev.ID)
	}
	query := "SELECT c.definition, s.id, s.system, s.origin, p.key, " + figures + ` FROM coverage c
		JOIN source s ON s.id = c.source JOIN period p ON p.id = c.period`
	if len(definitions) > 0 {
		query += " WHERE c.definition IN ?"
		args = append(args, definitions)
	}
	rows, err := v.db.Raw(query+" ORDER BY c.definition, s.id, p.to_day, p.from_day DESC, p.id", args...).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var h Holding
		var key, system string
		if err := rows.Scan(&h.Definition, &h.Source.ID, &system, &h.Source.Origin, &key, &h.Figures); err != nil {
			return nil, err
		}
		if h.Figures == 0 {
			continue // none yet
		}
		h.Source.System = kpi.System(system)
		if h.Period, err = kpi.ParsePeriod(key); err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, rows.Err()
}
