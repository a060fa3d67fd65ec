package store

import (
	"cmp"
	"database/sql"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// scoreKey is what scores are refreshed by.
type scoreKey struct{ period, source int64 }

// scoreTouch collects what an accepting transaction changed.
type scoreTouch struct {
	period      kpi.Period
	definitions map[int64]bool
	agencies    map[string]bool
}

func (tx *Tx) touchScores(k key, p kpi.Period) {
	if tx.scores == nil {
		tx.scores = map[scoreKey]*scoreTouch{}
	}
	sk := scoreKey{k.period, k.source}
	t := tx.scores[sk]
	if t == nil {
		t = &scoreTouch{p, map[int64]bool{}, map[string]bool{}}
		tx.scores[sk] = t
	}
	t.definitions[k.definition] = true
	t.agencies[k.agency] = true
}

// refreshScores recomputes, within the accepting transaction, the totals of every scorecard version
// that a changed figure is a component of, for the agencies whose figures changed. A changed
// catalogue recomputes them all, for rules and definitions may have changed.
func (tx *Tx) refreshScores() (err error) {
	defer fault.Context(&err, "store.refreshScores")
	if len(tx.scores) == 0 && !tx.catalogue {
		return nil
	}
	var c Catalogue // what scores are made of: the rest need not be read
	if err := cmp.Or(tx.loadDefinitions(&c), tx.loadScorecards(&c)); err != nil {
		return err
	}
	if tx.catalogue {
		return tx.rebuildScores(c)
	}
	cat := kpi.NewCatalogue(c.Definitions, nil)
	for sk, t := range tx.scores {
		for i := range c.Scorecards {
			s := &c.Scorecards[i]
			if !s.On(t.period.To) || !usesAny(s, cat, t) {
				continue
			}
			if err := tx.scoreOne(s, cat, sk, t); err != nil {
				return err
			}
		}
	}
	return nil
}

func usesAny(s *ranking.Scorecard, cat *kpi.Catalogue, t *scoreTouch) bool {
	for _, c := range s.Scored() {
		if d, ok := cat.On(c.Code, t.period.To); ok && t.definitions[d.ID] {
			return true
		}
	}
	return false
}

// rebuildScores recomputes every stored total from the current view.
func (tx *Tx) rebuildScores(c Catalogue) error {
	if err := tx.db.Exec("DELETE FROM score_now").Error; err != nil {
		return err
	}
	return tx.View.eachScore(c, func(s *ranking.Scorecard, sk scoreKey, scores ranking.Scores) error {
		return tx.saveScores(s.ID, sk, scores)
	})
}

// eachScore computes the totals of every scorecard, period and source from the current view.
func (v *View) eachScore(c Catalogue, fn func(*ranking.Scorecard, scoreKey, ranking.Scores) error) error {
	cat := kpi.NewCatalogue(c.Definitions, nil)
	holdings, err := v.Holdings()
	if err != nil {
		return err
	}
	done := map[scoreKey]bool{}
	for _, h := range holdings {
		id, err := v.periodID(h.Period)
		if err != nil {
			return err
		}
		sk := scoreKey{id, h.Source.ID}
		if done[sk] {
			continue
		}
		done[sk] = true
		for i := range c.Scorecards {
			s := &c.Scorecards[i]
			if !s.On(h.Period.To) {
				continue
			}
			scores, err := v.ComputeScores(s, cat, h.Period, h.Source.ID)
			if err != nil {
				return err
			}
			if len(scores) == 0 {
				continue
			}
			if err := fn(s, sk, scores); err != nil {
				return err
			}
		}
	}
	return nil
}

// ComputeScores evaluates a scorecard from the figures at the view's revision.
func (v *View) ComputeScores(s *ranking.Scorecard, cat *kpi.Catalogue, p kpi.Period, source int64) (ranking.Scores, error) {
	figures, err := v.components(s, cat, p, source)
	if err != nil {
		return nil, err
	}
	cards, err := v.byLevel(s, p.To)
	if err != nil {
		return nil, err
	}
	out := ranking.Scores{}
	for _, fs := range figures {
		for id := range fs.figures {
			if _, ok := out[id]; !ok {
				out[id] = evaluate(cards(id), figures, id)
			}
		}
	}
	return out, nil
}

// componentFigures holds the figures of one component.
type componentFigures struct {
	definition *kpi.Definition
	figures    ranking.Figures
}

func (v *View) components(s *ranking.Scorecard, cat *kpi.Catalogue, p kpi.Period, source int64) (map[string]componentFigures, error) {
	out := map[string]componentFigures{}
	for _, c := range s.Scored() {
		d, ok := cat.On(c.Code, p.To)
		if !ok {
			continue
		}
		fs, err := v.Figures(p, d.ID, source)
		if err != nil {
			return nil, err
		}
		out[c.Code] = componentFigures{d, fs}
	}
	return out, nil
}

// byLevel returns the scorecard as it judges each agency on day d.
func (v *View) byLevel(s *ranking.Scorecard, d vi.Date) (func(agency.ID) *ranking.Scorecard, error) {
	if !s.ByLevel() {
		return func(agency.ID) *ranking.Scorecard { return s }, nil
	}
	var rows []struct{ Agency, Level string }
	err := v.db.Raw("SELECT agency, level FROM agency_version WHERE from_day <= ? AND to_day >= ? AND revision <= ? AND superseded > ?",
		d, d, v.rev.ID, v.rev.ID).Scan(&rows).Error
	cards, of := map[agency.Level]*ranking.Scorecard{}, map[agency.ID]*ranking.Scorecard{}
	for _, r := range rows {
		level := agency.Level(r.Level)
		if cards[level] == nil {
			cards[level] = s.For(level)
		}
		of[agency.ID(r.Agency)] = cards[level]
	}
	return func(id agency.ID) *ranking.Scorecard { return cmp.Or(of[id], s) }, err
}

func evaluate(s *ranking.Scorecard, figures map[string]componentFigures, id agency.ID) ranking.Score {
	return s.Evaluate(func(code string) (kpi.Figure, *kpi.Definition, bool) {
		c := figures[code]
		item, ok := c.figures[id]
		return item.Figure, c.definition, ok
	})
}

func (tx *Tx) scoreOne(s *ranking.Scorecard, cat *kpi.Catalogue, sk scoreKey, t *scoreTouch) error {
	figures, err := tx.components(s, cat, t.period, sk.source)
	if err != nil {
		return err
	}
	cards, err := tx.byLevel(s, t.period.To)
	if err != nil {
		return err
	}
	scores := ranking.Scores{}
	for id := range t.agencies {
		if err := tx.db.Exec("DELETE FROM score_now WHERE period = ? AND version = ? AND source = ? AND agency = ?",
			sk.period, s.ID, sk.source, id).Error; err != nil {
			return err
		}
		reported := false
		for _, c := range figures {
			_, ok := c.figures[agency.ID(id)]
			reported = reported || ok
		}
		if reported {
			scores[agency.ID(id)] = evaluate(cards(agency.ID(id)), figures, agency.ID(id))
		}
	}
	return tx.saveScores(s.ID, sk, scores)
}

func (tx *Tx) saveScores(version int64, sk scoreKey, scores ranking.Scores) error {
	type row struct {
		agency string
		ranking.Score
	}
	rows := make([]row, 0, len(scores))
	for id, s := range scores {
		rows = append(rows, row{string(id), s})
	}
	return insertMany(tx, "score_now", "period, version, source, agency, score, missing, zeroed, silent", rows,
		func(r *row, a []any) []any {
			silent := 0
			if r.Silent {
				silent = 1
			}
			return append(
				a,
				sk.period,
				version,
				sk.source,
				r.agency,
				nullFloat(r.Value),
				strings.Join(r.Missing, " "),
				strings.Join(r.Zeroed, " "),
				silent,
			)
		})
}

// Scores returns the totals of a scorecard version for a period that it scores and a source: the stored
// ones for the newest revision, computed ones for an earlier one.
func (v *View) Scores(s *ranking.Scorecard, cat *kpi.Catalogue, p kpi.Period, source int64) (out ranking.Scores, err error) {
	defer fault.Context(&err, "store.Scores(%s, %s)", s.Code, p.Key)
	if !s.On(p.To) {
		return nil, nil
	}
	if !v.current {
		return v.ComputeScores(s, cat, p, source)
	}
	period, err := v.periodID(p)
	if err != nil || period == 0 {
		return nil, err
	}
	return v.storedScores(s.ID, scoreKey{period, source})
}

func (v *View) storedScores(version int64, sk scoreKey) (ranking.Scores, error) {
	rows, err := v.db.Raw("SELECT agency, score, missing, zeroed, silent FROM score_now WHERE period = ? AND version = ? AND source = ?",
		sk.period, version, sk.source).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := ranking.Scores{}
	for rows.Next() {
		var id, missing, zeroed string
		var score sql.NullFloat64
		var silent int
		if err := rows.Scan(&id, &score, &missing, &zeroed, &silent); err != nil {
			return nil, err
		}
		value, err := nullDecimal(score)
		if err != nil {
			return nil, err
		}
		out[agency.ID(id)] = ranking.Score{Value: value, Missing: fields(missing), Zeroed: fields(zeroed), Silent: silent != 0}
	}
	return out, rows.Err()
}

// fields is strings.Fields with nil for nothing, as Evaluate gives it.
func fields(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Fields(s)
}
