package store

import (
	"slices"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
)

// Observation is one stored version of a figure with everything that says where it came from.
type Observation struct {
	ID         int64
	Revision   Revision
	Account    string
	Reason     string
	Period     kpi.Period
	Definition int64
	Agency     agency.ID
	Source     kpi.Source
	Figure     kpi.Figure
	Note       string
	Upload     int64 // 0 when it came from no file
	File       string
	SHA256     string
	FileOrigin string
	Sheet      string
	Cell       string
	Submission int64 // 0 when it came through no report
}

const historyQuery = `SELECT o.id, o.revision, COALESCE(r.at, 0), COALESCE(a.name, ''), COALESCE(r.reason, ''), p.key, o.definition, o.agency, s.id, s.system, s.origin,
		o.num, o.den, o.value, o.state, o.bound, o.qualifiers, o.published_rank, o.note, o.upload,
		COALESCE(u.name, ''), COALESCE(u.sha256, ''), COALESCE(u.origin, ''), o.sheet, o.cell, COALESCE(o.submission, 0)
	FROM observation o
	LEFT JOIN revision r ON r.id = o.revision LEFT JOIN account a ON a.id = r.account -- none yet inside Write
	JOIN period p ON p.id = o.period JOIN source s ON s.id = o.source
	LEFT JOIN upload u ON u.id = o.upload `

func (v *View) observations(where string, args ...any) ([]Observation, error) {
	rows, err := v.db.Raw(historyQuery+where, args...).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Observation
	for rows.Next() {
		var o Observation
		var at int64
		var r figureRow
		var period, id, system string
		dest := []any{
			&o.ID,
			&o.Revision.ID,
			&at,
			&o.Account,
			&o.Reason,
			&period,
			&o.Definition,
			&id,
			&o.Source.ID,
			&system,
			&o.Source.Origin,
		}
		dest = append(append(dest, r.dest()...), &o.Note, &o.Upload, &o.File, &o.SHA256, &o.FileOrigin, &o.Sheet, &o.Cell, &o.Submission)
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		o.Revision.At, o.Agency, o.Source.System = time.UnixMicro(at).UTC(), agency.ID(id), kpi.System(system)
		if o.Revision.ID == v.rev.ID {
			o.Revision = v.rev
		}
		if o.Period, err = kpi.ParsePeriod(period); err != nil {
			return nil, err
		}
		if o.Figure, err = r.figure(); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, rows.Err()
}

// History returns every version of the figure that observation id is a version of, newest first, up
// to the view's revision; a fault of kind NotFound when there is none.
func (v *View) History(id int64) (out []Observation, err error) {
	defer fault.Context(&err, "store.History(%d)", id)
	var k struct {
		Period, Definition, Source int64
		Agency                     string
	}
	if err := v.db.Raw("SELECT period, definition, source, agency FROM observation WHERE id = ?", id).Scan(&k).Error; err != nil {
		return nil, err
	}
	out, err = v.observations(
		"WHERE o.period = ? AND o.definition = ? AND o.source = ? AND o.agency = ? AND o.revision <= ? ORDER BY o.revision DESC",
		k.Period,
		k.Definition,
		k.Source,
		k.Agency,
		v.rev.ID,
	)
	if err == nil && len(out) == 0 {
		err = fault.New(fault.NotFound, "Không có số liệu số %d.", id)
	}
	return out, err
}

// FigureOf returns whose figure an observation is, "" when there is none.
func (v *View) FigureOf(observation int64) (id agency.ID, err error) {
	defer fault.Context(&err, "store.FigureOf(%d)", observation)
	var of string
	err = v.db.Raw("SELECT agency FROM observation WHERE id = ?", observation).Scan(&of).Error
	return agency.ID(of), err
}

// Origin is the report that a figure came with.
type Origin struct {
	Round   int64
	Agency  agency.ID
	Version int // of the report, as it was received; 0 when it is not known
}

// maxOrigins bounds how many figures one query asks for.
const maxOrigins = 1000

// Origins returns the reports that observations came with, by observation; those that came otherwise are missing.
func (v *View) Origins(ids []int64) (out map[int64]Origin, err error) {
	defer fault.Context(&err, "store.Origins(%d)", len(ids))
	out = map[int64]Origin{}
	for part := range slices.Chunk(ids, maxOrigins) {
		var rows []struct {
			ID, Round int64
			Agency    string
			Version   int
		}
		if err := v.db.Raw(`SELECT o.id, s.round, s.agency, COALESCE(MAX(e.version), 0) AS version FROM observation o JOIN submission s ON s.id = o.submission
			LEFT JOIN submission_event e ON e.submission = s.id AND e.revision = o.revision AND e.revision <> 0
			WHERE o.id IN ? GROUP BY o.id, s.round, s.agency`, part).Scan(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.ID] = Origin{r.Round, agency.ID(r.Agency), r.Version}
		}
	}
	return out, nil
}

// Observations returns the stored versions that are current for one definition, period and source,
// with their provenance, in agency order of the ids.
func (v *View) Observations(p kpi.Period, definition, source int64) (out []Observation, err error) {
	defer fault.Context(&err, "store.Observations(%s, %d, %d)", p.Key, definition, source)
	period, err := v.periodID(p)
	if err != nil || period == 0 {
		return nil, err
	}
	all, err := v.observations("WHERE o.period = ? AND o.definition = ? AND o.source = ? AND o.revision <= ? ORDER BY o.agency, o.revision",
		period, definition, source, v.rev.ID)
	for _, o := range all {
		if n := len(out); n > 0 && out[n-1].Agency == o.Agency {
			out[n-1] = o // a later version
			continue
		}
		out = append(out, o)
	}
	return out, err
}

// SeriesPoint is one current figure of an agency.
type SeriesPoint struct {
	Definition  int64
	Source      kpi.Source
	Period      kpi.Period
	Figure      kpi.Figure
	Observation int64
	Versions    int // how many versions of the figure are stored up to the view's revision
}

// AgencySeries returns the figures of an agency at the view's revision, by definition, source and period.
func (v *View) AgencySeries(id agency.ID) (out []SeriesPoint, err error) {
	defer fault.Context(&err, "store.AgencySeries(%s)", id)
	const versions = "(SELECT COUNT(*) FROM observation WHERE " + sameKey + ")"
	err = v.series(
		versions,
		"n.agency = ?",
		[]any{v.rev.ID, v.rev.ID, string(id)},
		func(_ agency.ID, pt SeriesPoint) { out = append(out, pt) },
	)
	return out, err
}

// SeriesOf returns what AgencySeries does of many agencies, of some definitions only and without counting versions: one query for all
// reports of a round.
func (v *View) SeriesOf(agencies []agency.ID, definitions []int64) (out map[agency.ID][]SeriesPoint, err error) {
	defer fault.Context(&err, "store.SeriesOf(%d agencies, %d definitions)", len(agencies), len(definitions))
	out = make(map[agency.ID][]SeriesPoint, len(agencies))
	if len(agencies) == 0 || len(definitions) == 0 {
		return out, nil
	}
	err = v.series(
		"0",
		"n.agency IN ? AND n.definition IN ?",
		[]any{v.rev.ID, strs(agencies), definitions},
		func(id agency.ID, pt SeriesPoint) {
			out[id] = append(out[id], pt)
		},
	)
	return out, err
}

// sameKey is the condition that a version is one of the current figure n, up to a revision.
const sameKey = "period = n.period AND definition = n.definition AND source = n.source AND agency = n.agency AND revision <= ?"

// series calls fn with the figures that a condition chooses. Every key that ever had a figure is in the current view, whose index
// finds an agency's keys.
func (v *View) series(versions, where string, args []any, fn func(id agency.ID, pt SeriesPoint)) error {
	rows, err := v.db.Raw(`SELECT n.agency, n.definition, s.id, s.system, s.origin, p.key, o.id, `+versions+`,
			o.num, o.den, o.value, o.state, o.bound, o.qualifiers, o.published_rank
		FROM observation_now n JOIN period p ON p.id = n.period JOIN source s ON s.id = n.source
		JOIN observation o ON o.period = n.period AND o.definition = n.definition AND o.source = n.source AND o.agency = n.agency
			AND o.revision = (SELECT MAX(revision) FROM observation WHERE `+sameKey+`)
		WHERE `+where+` ORDER BY n.agency, n.definition, s.system, s.id, p.to_day, p.from_day DESC, p.id`, args...).Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var pt SeriesPoint
		var r figureRow
		var id, key, system string
		dest := []any{&id, &pt.Definition, &pt.Source.ID, &system, &pt.Source.Origin, &key, &pt.Observation, &pt.Versions}
		if err := rows.Scan(append(dest, r.dest()...)...); err != nil {
			return err
		}
		pt.Source.System = kpi.System(system)
		if pt.Period, err = kpi.ParsePeriod(key); err != nil {
			return err
		}
		if pt.Figure, err = r.figure(); err != nil {
			return err
		}
		fn(agency.ID(id), pt)
	}
	return rows.Err()
}
