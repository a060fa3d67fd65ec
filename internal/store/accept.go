package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"chiso/internal/fault"
	"chiso/internal/kpi"
)

// chunk is how many facts are compared and written at a time: large enough for COPY, small enough
// for memory.
const chunk = 20000

// stagedFact is a fact with its row ids.
type stagedFact struct {
	key
	figureRow
	fact    *Fact
	repeats bool // an earlier call of the same Write had the key
}

// observationRow is a full row of observation.
type observationRow struct {
	id, revision int64
	key
	figureRow
	note        string
	upload      int64
	sheet, cell string
	submission  int64
}

// Compare says for each fact what accepting it would do to the current view. It changes nothing. No
// two facts may have the same key.
func (v *View) Compare(facts []Fact) (diffs []Diff, err error) {
	defer fault.Context(&err, "store.Compare")
	if err := v.loadPeriods(); err != nil {
		return nil, err
	}
	sources, err := v.sources()
	if err != nil {
		return nil, err
	}
	// Negative ids stand for periods and sources that nothing is stored for yet.
	sourceIDs, newPeriods := map[sourceRow]int64{}, map[string]int64{}
	for _, s := range sources {
		sourceIDs[sourceRow{System: s.System, Origin: s.Origin}] = s.ID
	}
	period := func(p kpi.Period) (int64, error) {
		id, err := v.periodID(p)
		if err != nil || id != 0 {
			return id, err
		}
		return provisional(newPeriods, p.Key), nil
	}
	source := func(system kpi.System, origin string) (int64, error) {
		return provisional(sourceIDs, sourceRow{System: string(system), Origin: origin}), nil
	}
	seen, filled := keySet{}, map[group]bool{}
	for part := range slices.Chunk(facts, chunk) {
		staged, err := stage(part, seen, 1, period, source)
		if err != nil {
			return nil, err
		}
		d, err := v.diff(staged, filled)
		if err != nil {
			return nil, err
		}
		diffs = append(diffs, d...)
	}
	return diffs, nil
}

func provisional[K comparable](ids map[K]int64, k K) int64 {
	id, ok := ids[k]
	if !ok {
		id = -int64(len(ids)) - 1
		ids[k] = id
	}
	return id
}

// stage gives facts their row ids and refuses what cannot be stored.
func stage(
	facts []Fact,
	seen keySet,
	call int,
	period func(kpi.Period) (int64, error),
	source func(kpi.System, string) (int64, error),
) ([]stagedFact, error) {
	staged := make([]stagedFact, len(facts))
	for i := range facts {
		f := &facts[i]
		p, err := period(f.Period)
		if err != nil {
			return nil, err
		}
		s, err := source(f.System, f.Origin)
		if err != nil {
			return nil, err
		}
		k := key{period: p, definition: f.Definition, source: s, agency: string(f.Agency)}
		before := seen.add(k, call)
		if before == call {
			return nil, twice(f)
		}
		for _, text := range [...]string{f.Note, f.Sheet, f.Cell, k.agency} {
			if strings.IndexByte(text, 0) >= 0 || !utf8.ValidString(text) { // PostgreSQL stores neither
				return nil, fault.New(fault.Invalid, "Chữ đi kèm số liệu của %s, kỳ %s không phải UTF-8.", f.Agency, f.Period.Key)
			}
		}
		row, err := newFigureRow(f.Figure)
		if err != nil {
			return nil, err
		}
		staged[i] = stagedFact{key: k, figureRow: row, fact: f, repeats: before > 0}
	}
	return staged, nil
}

// keySet holds keys with the number of the call that had them last: a map for each group, for a million
// whole keys would take three times the memory.
type keySet map[group]map[string]int

// add puts k in and returns the call that had it before, 0 for none.
func (s keySet) add(k key, call int) (before int) {
	agencies := s[k.group()]
	if agencies == nil {
		agencies = map[string]int{}
		s[k.group()] = agencies
	}
	before = agencies[k.agency]
	agencies[k.agency] = call
	return before
}

func twice(f *Fact) error {
	return fault.New(
		fault.Invalid,
		"Số liệu của %s, kỳ %s (định nghĩa %d) được ghi hai lần trong một lần nhập.",
		f.Agency,
		f.Period.Key,
		f.Definition,
	)
}

// diff compares staged facts with the current view. filled remembers which groups had figures when they
// were first asked for: in the others only repeated keys need a look-up, so that a first load has none.
func (v *View) diff(staged []stagedFact, filled map[group]bool) ([]Diff, error) {
	if err := v.fill(staged, filled); err != nil {
		return nil, err
	}
	var wanted []key
	for _, f := range staged {
		if filled[f.group()] || f.repeats {
			wanted = append(wanted, f.key)
		}
	}
	have, err := v.lookup(wanted)
	if err != nil {
		return nil, err
	}
	out := make([]Diff, len(staged))
	for i, f := range staged {
		old, ok := have[f.key]
		switch {
		case !ok:
			continue // New
		case old == f.figureRow:
			out[i].Difference = Unchanged
		default:
			out[i].Difference = Superseded
		}
		if out[i].Before, err = old.figure(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// manyGroups is how many groups of one definition and source are asked for together.
const manyGroups = 20

// fill looks up which groups of the staged facts have figures.
func (v *View) fill(staged []stagedFact, filled map[group]bool) error {
	type series struct{ definition, source int64 }
	asked := map[series][]int64{}
	var order []series
	for _, f := range staged {
		g := f.group()
		if _, ok := filled[g]; ok {
			continue
		}
		filled[g] = false
		if g.period <= 0 || g.source <= 0 || v.fresh[g.period] {
			continue // not stored, or by this Write
		}
		s := series{g.definition, g.source}
		if asked[s] == nil {
			order = append(order, s)
		}
		asked[s] = append(asked[s], g.period)
	}
	for _, s := range order {
		query := v.db.Raw(
			"SELECT period FROM coverage WHERE definition = ? AND source = ? AND period IN ? AND figures > 0",
			s.definition,
			s.source,
			asked[s],
		)
		if len(asked[s]) > manyGroups {
			query = v.db.Raw("SELECT period FROM coverage WHERE definition = ? AND source = ? AND figures > 0", s.definition, s.source)
		}
		var periods []int64
		if err := query.Scan(&periods).Error; err != nil {
			return err
		}
		have := map[int64]bool{}
		for _, p := range periods {
			have[p] = true
		}
		for _, p := range asked[s] {
			filled[group{p, s.definition, s.source}] = have[p]
		}
	}
	return nil
}

// Accept appends the facts that differ from the current view as observations of this revision and
// brings the current view up to date. No two facts may have the same key; a later call within the
// same Write may repeat a figure but not change it.
func (tx *Tx) Accept(facts []Fact) (diffs []Diff, err error) {
	defer fault.Context(&err, "store.Accept")
	defer tx.spoil(&err)
	diffs = make([]Diff, 0, len(facts))
	tx.calls++
	for part := range slices.Chunk(facts, chunk) {
		d, err := tx.acceptChunk(part)
		if err != nil {
			return nil, err
		}
		diffs = append(diffs, d...)
	}
	return diffs, nil
}

func (tx *Tx) acceptChunk(facts []Fact) ([]Diff, error) {
	if err := tx.loadPeriods(); err != nil {
		return nil, err
	}
	staged, err := stage(facts, tx.seen, tx.calls, tx.stagePeriod, tx.ensureSource)
	if err != nil {
		return nil, err
	}
	if err := tx.savePeriods(); err != nil {
		return nil, err
	}
	diffs, err := tx.diff(staged, tx.filled)
	if err != nil {
		return nil, err
	}
	rows := make([]observationRow, 0, len(staged))
	var replaced []key
	added := map[group]int64{}
	for i, f := range staged {
		if f.repeats && diffs[i].Difference == Superseded {
			return nil, twice(f.fact)
		}
		switch diffs[i].Difference {
		case Unchanged:
			continue
		case Superseded:
			replaced = append(replaced, f.key)
		case New:
			added[f.group()]++
		}
		rows = append(rows, observationRow{id: tx.nextObs, revision: tx.rev.ID, key: f.key, figureRow: f.figureRow,
			note: f.fact.Note, upload: f.fact.Upload, sheet: f.fact.Sheet, cell: f.fact.Cell,
			submission: f.fact.Submission})
		tx.nextObs++
		tx.touchScores(f.key, f.fact.Period)
	}
	if len(rows) == 0 {
		return diffs, nil
	}
	tx.touched = true
	if err := tx.removeNow(replaced); err != nil {
		return nil, err
	}
	if err := tx.insert(rows); err != nil {
		return nil, err
	}
	return diffs, tx.cover(added)
}

// cover adds to the numbers of figures of groups.
func (tx *Tx) cover(added map[group]int64) error {
	groups := slices.SortedFunc(maps.Keys(added), func(a, b group) int {
		return cmp.Or(cmp.Compare(a.definition, b.definition), cmp.Compare(a.source, b.source), cmp.Compare(a.period, b.period))
	})
	return insertOr(tx, "coverage", "definition, source, period, figures",
		"ON CONFLICT (definition, source, period) DO UPDATE SET figures = coverage.figures + excluded.figures", groups,
		func(g *group, a []any) []any { return append(a, g.definition, g.source, g.period, added[*g]) })
}

// ensurePeriod returns the id of a period, which is stored when it is new.
func (tx *Tx) ensurePeriod(p kpi.Period) (int64, error) {
	if err := tx.loadPeriods(); err != nil {
		return 0, err
	}
	id, err := tx.stagePeriod(p)
	if err != nil {
		return 0, err
	}
	return id, tx.savePeriods()
}

// stagePeriod is ensurePeriod for many periods, which savePeriods stores together.
func (tx *Tx) stagePeriod(p kpi.Period) (int64, error) {
	id, err := tx.periodID(p)
	if err != nil || id != 0 {
		return id, err
	}
	tx.lastPeriod++
	if tx.fresh == nil {
		tx.fresh = map[int64]bool{}
	}
	tx.periods[p.Key], tx.fresh[tx.lastPeriod] = tx.lastPeriod, true
	tx.newPeriods = append(tx.newPeriods, newPeriod{tx.lastPeriod, p})
	return tx.lastPeriod, nil
}

// newPeriod is a period that no figure was stored for before.
type newPeriod struct {
	id int64
	kpi.Period
}

// savePeriods writes the new periods of a chunk.
func (tx *Tx) savePeriods() error {
	err := insertMany(tx, "period", "id, key, kind, from_day, to_day", tx.newPeriods, func(p *newPeriod, a []any) []any {
		return append(a, p.id, p.Key, string(p.Kind), int(p.From), int(p.To))
	})
	tx.newPeriods = tx.newPeriods[:0]
	return err
}

func (tx *Tx) ensureSource(system kpi.System, origin string) (int64, error) {
	if tx.sourceIDs == nil {
		rows, err := tx.sources()
		if err != nil {
			return 0, err
		}
		tx.sourceIDs = map[sourceRow]int64{}
		for _, r := range rows {
			tx.sourceIDs[sourceRow{System: r.System, Origin: r.Origin}] = r.ID
		}
	}
	k := sourceRow{System: string(system), Origin: origin}
	if id, ok := tx.sourceIDs[k]; ok {
		return id, nil
	}
	id, err := tx.nextID("source")
	if err != nil {
		return 0, err
	}
	tx.sourceIDs[k] = id
	return id, tx.db.Exec("INSERT INTO source (id, system, origin) VALUES (?, ?, ?)", id, k.System, k.Origin).Error
}

// RemoveIllustrative deletes every illustrative figure: the one hard delete that is permitted
// (design rule 2). It returns how many observations went.
func (tx *Tx) RemoveIllustrative() (removed int64, err error) {
	defer fault.Context(&err, "store.RemoveIllustrative")
	defer tx.spoil(&err)
	const ours = "source IN (SELECT id FROM source WHERE system = 'illustrative')"
	if err := tx.thin("SELECT DISTINCT revision FROM observation WHERE " + ours); err != nil {
		return 0, err
	}
	for _, table := range []string{"score_now", "coverage", "observation_now", "observation"} {
		res := tx.db.Exec(fmt.Sprintf("DELETE FROM %s WHERE %s", table, ours))
		if res.Error != nil {
			return 0, res.Error
		}
		removed = res.RowsAffected // of the last table: the observations
	}
	tx.touched = tx.touched || removed > 0
	return removed, nil
}

func (tx *Tx) ctx() context.Context { return tx.db.Statement.Context }
