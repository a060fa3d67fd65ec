package figures

import (
	"cmp"
	"context"
	"slices"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// SheetQuery asks for one A4 page: of an agency, or of the units of an owner.
type SheetQuery struct {
	Agency agency.ID // "" for the page of an owner
	Owner  agency.ID // "" is the nation
	Source string    // "" takes what each indicator is ranked by
	View   ledger.View
	AsOf   time.Time // zero: now. What people do, tasks and reports, is of now only
	Inside bool      // as of OverviewQuery, for the agency or the owner
}

// Sheet is what one A4 page says, for one agency or for the units of an owner.
type Sheet struct {
	Head      string           // of the audit at the revision: see store.Head
	Agency    agency.Version   // of the agency; the zero version for an owner
	Owner     agency.Version   // of a province; the zero version for the nation
	Table     *ranking.Table   // the scorecard; nil where none is for the agency
	Release   *ranking.Release // that the table, or else an indicator, is taken from; nil while nothing on the page was released
	Band      string           // class of the agency's total
	Row       ranking.Row      // of the agency
	Lines     []SheetLine
	Rises     []SheetMove
	Falls     []SheetMove
	Silent    []string // who has no rank in the table
	Nation    []NationLine
	Plan      []PlanLine
	Published *PublishedTasks // counts of tasks as somebody published them, for the nation
	Inside    *Inside         // nil for those who may not see it
	Analysis  *Analysis
	Revision  int64
	AsOf      time.Time
	Today     vi.Date
}

// SheetLine is one indicator on the page.
type SheetLine struct {
	Code, Name, Unit string
	Decimals         int
	Period           kpi.Period
	Value            vi.NullDecimal
	Text, TextBefore string // value and that of the period before as printed, without a unit; "" without a value
	Target           *kpi.Target
	Reached          bool
	Before           vi.NullDecimal // of the period that it is compared with
	Block            vi.NullDecimal // pooled over the block; its median where nothing is pooled
	Rank, Of         int            // of the agency
	Up               *ranking.Lever // the smallest change that lifts the agency by one place
	Coverage         ranking.Coverage
	Table            *ranking.Table // of which the line is, with everybody else
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

// Sheet gathers the page of an agency, or of the units of an owner.
func (a *Room) Sheet(ctx context.Context, q SheetQuery) (out *Sheet, err error) {
	defer fault.Context(&err, "figures.Sheet")
	err = a.Store.Read(ctx, q.AsOf, func(v *store.View) error {
		c, err := a.CatalogueAsOf(v, q.AsOf)
		if err != nil {
			return err
		}
		r := a.Ranker(v, c, q.View, q.AsOf)
		out = &Sheet{Revision: v.Revision().ID, AsOf: v.Revision().At, Today: a.Today()}
		if q.Inside && q.AsOf.IsZero() {
			if out.Inside, err = a.insideOf(r, cmp.Or(q.Agency, q.Owner, agency.Nation), q.Agency == "", kpi.System(q.Source) == kpi.Illustrative); err != nil {
				return err
			}
		}
		if q.Agency == "" {
			return cmp.Or(a.ownerSheet(r, out, q), out.head(v, q.View))
		}
		versions := c.Agencies.Versions(q.Agency)
		if len(versions) == 0 || versions[0].Level == agency.Aggregate || versions[0].Level == agency.National {
			return fault.New(fault.NotFound, "Không có đơn vị mang mã %q.", q.Agency)
		}
		if out.Agency = versions[len(versions)-1]; out.Agency.To < out.Today {
			return fault.New(
				fault.NotFound,
				"%s không còn từ ngày %s. Hãy mở trang của đơn vị kế thừa.",
				out.Agency.Name,
				out.Agency.To.AddDays(1),
			)
		}
		return cmp.Or(a.agencySheet(r, out, q), out.head(v, q.View))
	})
	return out, err
}

// head notes the head of the audit at the revision of what the page shows. Of figures that need no release the newest head is left out:
// it would tell everybody that something was received.
func (s *Sheet) head(v *store.View, eyes ledger.View) error {
	revision := s.Revision
	switch {
	case s.Release != nil && s.Table != nil:
		revision = s.Table.Revision
	case !eyes.Unreleased():
		return nil
	}
	h, err := v.HeadAt(revision)
	s.Head = h.String()
	return err
}

func (a *Room) ownerSheet(r *Ranker, out *Sheet, q SheetQuery) (err error) {
	owner := cmp.Or(q.Owner, agency.Nation)
	if owner != agency.Nation {
		if out.Owner, err = a.ownerNow(r.Catalogue, owner); err != nil {
			return err
		}
	}
	blocks := r.Catalogue.MainBlocks(owner)
	if len(blocks) == 0 {
		return fault.New(fault.NotFound, "Chưa có khối đơn vị nào để xếp hạng.")
	}
	block := blocks[0].Code
	if err := r.sheetTable(out, RankingQuery{Code: r.Catalogue.DefaultCardOf(block, out.Today), Block: block, Source: q.Source}); err != nil {
		return err
	}
	if owner == agency.Nation {
		if out.Nation, err = r.Nation(); err != nil {
			return err
		}
		if out.Published, err = r.PublishedTasks(); err != nil {
			return err
		}
		out.Nation = slices.DeleteFunc(out.Nation, func(l NationLine) bool { return l.Target == nil })
		out.Nation = out.Nation[:min(len(out.Nation), sheetNation)]
	}
	if out.Plan, err = r.plan(owner, out.Inside); err != nil {
		return err
	}
	return r.lines(out, block, "", q.Source)
}

// sheetTable ranks the scorecard of the page; without figures of it the page has its indicators only.
func (r *Ranker) sheetTable(out *Sheet, q RankingQuery) error {
	t, s, err := r.Table(q)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	out.Table, out.Release = t, t.Release
	for _, n := range t.NotRanked {
		out.Silent = append(out.Silent, n.Name)
	}
	out.Rises, out.Falls, err = s.Rule.moves(t, s)
	return err
}

func (a *Room) agencySheet(r *Ranker, out *Sheet, q SheetQuery) error {
	aq := AnalysisQuery{RankingQuery: RankingQuery{Source: q.Source, AsOf: q.AsOf}, Agency: q.Agency}
	analysis, err := a.analyse(r, aq)
	if fault.KindOf(err) == fault.NotFound ||
		err == nil && !r.Catalogue.IsMember(q.Agency, analysis.Table) { // the scorecard is not for it: its indicators are
		return r.lines(out, cmp.Or(r.Catalogue.HomeBlock(q.Agency, r.lastDay(q.Agency)), DefaultBlock), q.Agency, q.Source)
	}
	if err != nil {
		return err
	}
	out.Analysis, out.Table, out.Row, out.Release = analysis, analysis.Table, analysis.Row, analysis.Table.Release
	if b := analysis.Bands; b != nil && out.Row.Value.Valid {
		if band, ok := b.Of(out.Row.Value.Decimal); ok {
			out.Band = band.Name
		}
	}
	return r.lines(out, out.Table.Block.Code, q.Agency, q.Source)
}

// codesWithFigures lists the indicators of which an agency has figures, those with the newest first.
func (r *Ranker) codesWithFigures(id agency.ID, source string) (out []string, err error) {
	points, err := r.View.AgencySeries(id)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(points, func(a, b store.SeriesPoint) int { return cmp.Compare(b.Period.To, a.Period.To) })
	for _, p := range points {
		if p.Source.System == kpi.Illustrative && source != string(kpi.Illustrative) {
			continue
		}
		if d, ok := r.Catalogue.Kpis.ByID(p.Definition); ok && !slices.Contains(out, d.Indicator.Code) {
			out = append(out, d.Indicator.Code)
		}
	}
	return out, nil
}

// lines fills in the indicators: of the agency, or pooled over the block. An agency without figures of the usual ones is shown by what it has.
func (r *Ranker) lines(out *Sheet, block string, id agency.ID, source string) error {
	codes := slices.Clone(r.Catalogue.CodesOf(block, out.Today, sheetCodes[:]))
	if id != "" {
		more, err := r.codesWithFigures(id, source)
		if err != nil {
			return err
		}
		for _, code := range more {
			if !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	for _, code := range codes {
		if len(out.Lines) == sheetLines {
			break
		}
		t, s, err := r.Table(RankingQuery{Code: code, Block: block, Source: source})
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		before, _, err := s.Rule.Earlier(t, s)
		if err != nil {
			return err
		}
		l, ok := sheetLine(t, before, id)
		if !ok {
			continue
		}
		if id != "" {
			if l.Up, err = s.Rule.oneUp(t, s, id, out.Today); err != nil {
				return err
			}
		}
		if out.Release == nil {
			out.Release = t.Release
		}
		out.Lines = append(out.Lines, l)
	}
	return nil
}

// oneUp finds what would lift an agency by one place in the ranking of one indicator.
func (r *Ranker) oneUp(t *ranking.Table, s *Subject, id agency.ID, today vi.Date) (*ranking.Lever, error) {
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
	l := SheetLine{
		Code:     t.Code,
		Name:     t.Name,
		Unit:     t.Unit,
		Decimals: t.Decimals,
		Period:   t.Period,
		Target:   t.Target,
		Of:       len(t.Rows),
		Table:    t,
	}
	l.Block = t.Headline().Value
	if !l.Block.Valid && t.Enough() {
		l.Block = ranking.NewColumn(t).Median
	}
	l.Coverage = t.Coverage()
	of := func(t *ranking.Table) (ranking.Row, bool) {
		i := slices.IndexFunc(t.Rows, func(r ranking.Row) bool { return r.Agency == id })
		if i < 0 {
			return ranking.Row{}, false
		}
		return t.Rows[i], true
	}
	if id == "" && Speaks(t) {
		l.Value = t.Pooled.Value
		if before != nil {
			l.Before = before.Headline().Value
		}
	} else if row, ok := of(t); id != "" && ok {
		l.Value, l.Text, l.Rank = row.Value, row.Print(t.Decimals), row.Rank
		if before != nil {
			then, _ := of(before)
			l.Before, l.TextBefore = then.Value, then.Print(t.Decimals)
		}
	}
	if l.Value.Valid && l.Target != nil {
		l.Reached = Reached(t.Direction, l.Value.Decimal, l.Target.Value)
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
func (r *Ranker) moves(t *ranking.Table, s *Subject) (rises, falls []SheetMove, err error) {
	before, _, err := r.Earlier(t, s)
	if err != nil || before == nil {
		return nil, nil, err
	}
	now, err := r.parts(t, s, t.Period, t.Scorecard)
	if err != nil {
		return nil, nil, err
	}
	then, err := r.parts(t, s, before.Period, t.Scorecard)
	if err != nil {
		return nil, nil, err
	}
	old, anew := worths(before, t.Scorecard, then), worths(t, t.Scorecard, now)
	var all []SheetMove
	for _, row := range t.Rows {
		e, why := ranking.Explain(row.Agency, ranking.Scale{Direction: t.Direction, Decimals: t.Decimals}, old, old, anew)
		if why != "" || e.Moved() == 0 {
			continue
		}
		m := SheetMove{
			Agency:       row.Agency,
			Name:         row.Name,
			Before:       e.RankBefore,
			Now:          e.RankAfter,
			Change:       e.Change,
			OthersPlaces: e.MovedOthers,
		}
		for _, c := range e.Causes { // what pulled hardest in the direction of the move
			if pull := c.Own; ownMove(e) && (pull.Sign() > 0) == (e.Moved() > 0) && pull.Sign() != 0 &&
				(m.Cause == "" || (pull.Cmp(m.CauseChange) > 0) == (e.Moved() > 0)) {
				m.Cause, m.CauseChange = t.ComponentName(c.Code), pull
			}
		}
		all = append(all, m)
	}
	slices.SortStableFunc(all, func(a, b SheetMove) int { return cmp.Compare(b.Before-b.Now, a.Before-a.Now) })
	for _, m := range all {
		if m.Before > m.Now && len(rises) < sheetMoves {
			rises = append(rises, m)
		}
	}
	slices.Reverse(all)
	for _, m := range all {
		if m.Before < m.Now && len(falls) < sheetMoves {
			falls = append(falls, m)
		}
	}
	return rises, falls, nil
}
