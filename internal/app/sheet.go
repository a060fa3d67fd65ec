package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// Sheet is what one A4 page says, for the nation or for one agency.
type Sheet struct {
	Agency   agency.Version // of the agency; the zero version for the nation
	Table    *ranking.Table // the scorecard
	Band     string         // class of the agency's total
	Row      ranking.Row    // of the agency
	Lines    []SheetLine
	Rises    []SheetMove
	Falls    []SheetMove
	Silent   []string // who has no rank in the table
	Nation   []NationLine
	Analysis *Analysis
	Revision int64
	AsOf     time.Time
	Today    vi.Date
}

// SheetLine is one indicator on the page.
type SheetLine struct {
	Code, Name, Unit string
	Decimals         int
	Period           kpi.Period
	Value            vi.NullDecimal
	Target           *kpi.Target
	Reached          bool
	Before           vi.NullDecimal // of the period that it is compared with
	Block            vi.NullDecimal // pooled over the block; its median where nothing is pooled
	Rank, Of         int            // of the agency
	Up               *ranking.Lever // the smallest change that lifts the agency by one place
}

// SheetMove is one agency that rose or fell, and by which component most.
type SheetMove struct {
	Agency       agency.ID
	Name         string
	Before, Now  int // ranks
	Change       vi.Decimal
	Cause        string // name of the component that did most; "" when the others did
	CauseChange  vi.Decimal
	OthersPlaces int // what the others did to its rank
}

// sheetCodes are the indicators of the page, the first eight that have figures.
var sheetCodes = [...]string{"CPS08", "CPS10", "CPS13", "CPS09", "CPS29", "CPS11", "CPS27", "CPS01", "CPS31", "CPS30"}

const (
	sheetLines  = 8
	sheetMoves  = 3
	sheetNation = 6
)

// Sheet gathers the page of the nation, or of an agency.
func (a *App) Sheet(ctx context.Context, id agency.ID, view View) (out *Sheet, err error) {
	err = a.store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.catalogue(v)
		if err != nil {
			return err
		}
		r := a.ranker(v, c, view, time.Time{})
		out = &Sheet{Revision: v.Revision().ID, AsOf: v.Revision().At, Today: a.today()}
		q := AnalysisQuery{RankingQuery: RankingQuery{Code: defaultCard}, Agency: id}
		if id == "" {
			return r.nationSheet(out, q)
		}
		versions := c.agencies.Versions(id)
		if len(versions) == 0 || versions[0].Level == agency.Aggregate || versions[0].Level == agency.National {
			return fault.New(fault.NotFound, "Không có đơn vị mang mã %q.", id)
		}
		if out.Agency = versions[len(versions)-1]; out.Agency.To < out.Today {
			return fault.New(fault.NotFound, "%s không còn từ ngày %s. Hãy mở trang của đơn vị kế thừa.", out.Agency.Name, out.Agency.To.AddDays(1))
		}
		return a.agencySheet(r, out, q)
	})
	return out, err
}

// defaultCard is the scorecard that the page is about.
const defaultCard = "Q766"

func (r *ranker) nationSheet(out *Sheet, q AnalysisQuery) error {
	q.Block = DefaultBlock
	t, s, err := r.table(q.RankingQuery)
	if err != nil {
		return err
	}
	out.Table = t
	for _, n := range t.NotRanked {
		out.Silent = append(out.Silent, n.Name)
	}
	if err := r.moves(out, s); err != nil {
		return err
	}
	if out.Nation, err = r.nation(); err != nil {
		return err
	}
	out.Nation = slices.DeleteFunc(out.Nation, func(l NationLine) bool { return l.Target == nil })
	out.Nation = out.Nation[:min(len(out.Nation), sheetNation)]
	return r.lines(out, DefaultBlock, "")
}

func (a *App) agencySheet(r *ranker, out *Sheet, q AnalysisQuery) error {
	analysis, err := a.analyse(r, q)
	if fault.KindOf(err) == fault.NotFound { // the scorecard is not for it: its indicators are
		err = r.settle(&q)
		if err != nil {
			return err
		}
		return r.lines(out, cmp.Or(q.Block, DefaultBlock), q.Agency)
	}
	if err != nil {
		return err
	}
	out.Analysis, out.Table, out.Row = analysis, analysis.Table, analysis.Row
	if b := analysis.Bands; b != nil && out.Row.Value.Valid {
		if band, ok := b.Of(out.Row.Value.Decimal); ok {
			out.Band = band.Name
		}
	}
	return r.lines(out, out.Table.Block.Code, q.Agency)
}

// lines fills in the indicators: of the agency, or pooled over the block.
func (r *ranker) lines(out *Sheet, block string, id agency.ID) error {
	for _, code := range sheetCodes {
		if len(out.Lines) == sheetLines {
			break
		}
		t, s, err := r.table(RankingQuery{Code: code, Block: block})
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		before, _, err := r.earlier(t, s)
		if err != nil {
			return err
		}
		l, ok := sheetLine(t, before, id)
		if !ok {
			continue
		}
		if id != "" {
			if l.Up, err = r.oneUp(t, s, id, out.Today); err != nil {
				return err
			}
		}
		out.Lines = append(out.Lines, l)
	}
	return nil
}

// oneUp finds what would lift an agency by one place in the ranking of one indicator.
func (r *ranker) oneUp(t *ranking.Table, s *subject, id agency.ID, today vi.Date) (*ranking.Lever, error) {
	parts, err := r.parts(t, s, t.Period, nil)
	if err != nil {
		return nil, err
	}
	plan, _ := t.Improve(id, 1, parts.lookup(id), ranking.HorizonOf(t.Period, today))
	if plan == nil || len(plan.Levers) == 0 || plan.Levers[0].Count == 0 {
		return nil, nil
	}
	return &plan.Levers[0], nil
}

func sheetLine(t, before *ranking.Table, id agency.ID) (SheetLine, bool) {
	l := SheetLine{Code: t.Code, Name: t.Name, Unit: t.Unit, Decimals: t.Decimals, Period: t.Period, Target: t.Target, Of: len(t.Rows)}
	l.Block = t.Pooled.Value
	if !l.Block.Valid {
		l.Block = ranking.NewColumn(t).Median
	}
	of := func(t *ranking.Table) (ranking.Row, bool) {
		i := slices.IndexFunc(t.Rows, func(r ranking.Row) bool { return r.Agency == id })
		if i < 0 {
			return ranking.Row{}, false
		}
		return t.Rows[i], true
	}
	if id == "" {
		l.Value = t.Pooled.Value
		if before != nil {
			l.Before = before.Pooled.Value
		}
	} else if row, ok := of(t); ok {
		l.Value, l.Rank = row.Value, row.Rank
		if before != nil {
			then, _ := of(before)
			l.Before = then.Value
		}
	}
	if l.Value.Valid && l.Target != nil {
		l.Reached = reached(t.Direction, l.Value.Decimal, l.Target.Value)
	}
	return l, l.Value.Valid
}

// ownMove reports whether an agency's own change did as much to its rank as that of the others.
func ownMove(e *ranking.Explanation) bool {
	own, others := e.MovedOwn, e.MovedOthers
	if e.Moved() < 0 {
		own, others = -own, -others
	}
	return own > 0 && own >= others
}

// moves finds who rose and who fell most, and why.
func (r *ranker) moves(out *Sheet, s *subject) error {
	t := out.Table
	before, _, err := r.earlier(t, s)
	if err != nil || before == nil {
		return err
	}
	now, err := r.parts(t, s, t.Period, t.Scorecard)
	if err != nil {
		return err
	}
	then, err := r.parts(t, s, before.Period, t.Scorecard)
	if err != nil {
		return err
	}
	old, anew := worths(before, t.Scorecard, then), worths(t, t.Scorecard, now)
	var all []SheetMove
	for _, row := range t.Rows {
		e, why := ranking.Explain(row.Agency, ranking.Scale{Direction: t.Direction, Decimals: t.Decimals}, old, old, anew)
		if why != "" || e.Moved() == 0 {
			continue
		}
		m := SheetMove{Agency: row.Agency, Name: row.Name, Before: e.RankBefore, Now: e.RankAfter, Change: e.Change, OthersPlaces: e.MovedOthers}
		for _, c := range e.Causes { // what pulled hardest in the direction of the move
			if pull := c.Own; ownMove(e) && (pull.Sign() > 0) == (e.Moved() > 0) && pull.Sign() != 0 && (m.Cause == "" || (pull.Cmp(m.CauseChange) > 0) == (e.Moved() > 0)) {
				m.Cause, m.CauseChange = t.ComponentName(c.Code), pull
			}
		}
		all = append(all, m)
	}
	slices.SortStableFunc(all, func(a, b SheetMove) int { return cmp.Compare(b.Before-b.Now, a.Before-a.Now) })
	for _, m := range all {
		if m.Before > m.Now && len(out.Rises) < sheetMoves {
			out.Rises = append(out.Rises, m)
		}
	}
	slices.Reverse(all)
	for _, m := range all {
		if m.Before < m.Now && len(out.Falls) < sheetMoves {
			out.Falls = append(out.Falls, m)
		}
	}
	return nil
}
