package figures

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strconv"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// sheetPage is the page that a committee takes along: one sheet of A4, legible after a photocopier.
type sheetPage struct {
	frame.Shell
	*figures.Sheet
	Home     string // the page on the screen that says the same
	Heading  string
	Code     string // short, to find the figures again
	Plan     []planRow
	PlanMore int // beyond those that are printed
	Inside   *insideView
	Dense    bool   // the late tasks need the room
	Brief    *brief // nil where there is no analysis
	Rows     []sheetRow
	Top, End []rankingRow // of the nation
	Up, Down []sheetMove
	Silent   string
	Period   string       // of all the indicators; "" when they differ
	Targets  []nationLine // national figures that have a target
	Counted  string
}

type sheetRow struct{ Name, Value, Target, Reached, Before, Block, Rank, Period, Up string }

// samePeriod is the period of all lines, "" when they differ.
func samePeriod(rows []sheetRow) string {
	for _, r := range rows {
		if r.Period != rows[0].Period {
			return ""
		}
	}
	if len(rows) == 0 {
		return ""
	}
	return rows[0].Period
}

// sheetMove is who rose or fell, and why.
type sheetMove struct {
	Agency                     agency.ID
	Name, Ranks, Change, Cause string
	Moved                      movement
}

// Sheet makes the A4 page of the nation, or of one agency.
func (p *Pages) Sheet(ctx context.Context, in frame.Input) (*frame.Document, error) {
	return p.sheet(
		ctx,
		in,
		figures.SheetQuery{Agency: agency.ID(in.Path), Source: in.Query.Get("source"), View: in.View, Inside: in.Inside},
	)
}

// UnitsSheet makes the A4 page of a province's units.
func (p *Pages) UnitsSheet(ctx context.Context, in frame.Input) (*frame.Document, error) {
	return p.sheet(ctx, in, figures.SheetQuery{Owner: agency.ID(in.Path), Source: in.Query.Get("source"), View: in.View, Inside: in.Inside})
}

func (p *Pages) sheet(ctx context.Context, in frame.Input, q figures.SheetQuery) (_ *frame.Document, err error) {
	if q.AsOf, err = p.ParseAsOf(in.Query.Get("as_of"), in.Now); err != nil {
		return nil, err
	}
	s, err := p.app.Sheet(ctx, q)
	if err != nil {
		return nil, err
	}
	page := sheetPage{
		Shell:   in.Shell("Trang A4: chuyển đổi số toàn quốc", "home"),
		Sheet:   s,
		Home:    "/",
		Heading: "Chuyển đổi số toàn quốc",
		Code:    shortCode(s.Release, s.Revision),
	}
	switch {
	case q.Agency != "":
		page.Title, page.Nav, page.Home, page.Heading = "Trang A4: "+s.Agency.Name, "agency", "/agency/"+in.Path, s.Agency.Name+": chuyển đổi số"
		page.Code += "-" + string(q.Agency)
	case q.Owner != "":
		page.Title, page.Nav, page.Home = "Trang A4: các đơn vị thuộc "+s.Owner.Name, "agency", "/units/"+in.Path
		page.Heading = "Chuyển đổi số các đơn vị thuộc " + s.Owner.Label()
		page.Code += "-DV-" + string(q.Owner)
	}
	if q.Source != "" && q.Agency == "" {
		page.Home += "?source=" + url.QueryEscape(q.Source)
	}
	page.Fixed = in.Fixed(s.AsOf)
	page.Plan, page.Inside = planRows(s.Plan), newInside(s.Inside)
	page.Dense = q.Agency == "" && page.Inside != nil && len(page.Inside.Tasks) > 0
	names, moves, plans := sheetNames, sheetMoves, sheetPlans
	if page.Dense {
		names, moves, plans = names/2, moves-1, plans-2
	}
	if page.PlanMore = max(0, len(page.Plan)-plans); page.PlanMore > 0 {
		page.Plan = page.Plan[:plans]
	}
	page.Standing = in.Standing(s.Table)
	for _, l := range s.Lines {
		if q.Agency == "" && len(page.Rows) == ownerLines {
			break // the national targets and the late tasks need the room
		}
		page.Rows = append(page.Rows, newSheetRow(l))
	}
	page.Period = samePeriod(page.Rows)
	if t := s.Table; t != nil {
		page.Illustrative = t.Illustrative()
		page.fillTable(t)
	}
	for _, m := range s.Rises[:min(moves, len(s.Rises))] {
		page.Up = append(page.Up, newSheetMove(m, s.Table))
	}
	for _, m := range s.Falls[:min(moves, len(s.Falls))] {
		page.Down = append(page.Down, newSheetMove(m, s.Table))
	}
	groups, counted := nationGroups(s.Nation)
	for _, g := range groups {
		page.Targets = append(page.Targets, g.Lines...)
	}
	page.Counted = counted
	page.Silent = someNames(s.Silent, names)
	page.Brief = newBrief(s.Analysis, newPin(figures.RankingQuery{View: in.View, AsOf: q.AsOf}))
	return p.Pinned("figures/a4.html", page, s.Revision, q.AsOf)
}

func newSheetRow(l figures.SheetLine) sheetRow {
	if !l.Coverage.Full() && l.Rank == 0 {
		l.Name += " (" + l.Coverage.String() + " đơn vị)"
	}
	r := sheetRow{
		Name:   l.Name,
		Value:  frame.Amount(l.Value, l.Decimals, l.Unit),
		Target: "–",
		Before: cmp.Or(l.TextBefore, frame.Num(l.Before, l.Decimals)),
		Block:  frame.Num(l.Block, l.Decimals),
		Rank:   "–",
		Period: l.Period.Label(),
		Up:     "–",
	}
	if l.Text != "" {
		r.Value = frame.WithUnit(l.Text, l.Unit)
	}
	if l.Target != nil {
		r.Target, r.Reached = frame.Amount(vi.Some(l.Target.Value), 0, l.Target.Unit)+" ("+strconv.Itoa(l.Target.Year)+")", "chưa đạt"
		if l.Reached {
			r.Reached = "đạt"
		}
	}
	if l.Up != nil {
		r.Up = upText(l.Up)
	}
	if l.Rank > 0 {
		r.Rank = fmt.Sprintf("%d/%d", l.Rank, l.Of)
	}
	return r
}

// upText says shortly what lifts by one place: "thêm 1.240 (có thể trong kỳ)".
func upText(l *ranking.Lever) string {
	verb := "thêm "
	if l.Falls {
		verb = "bớt "
	}
	return verb + vi.FormatInt(l.Count) + " (" + frame.LowerFirst(l.Verdict.Title()) + ")"
}

func newSheetMove(m figures.SheetMove, t *ranking.Table) sheetMove {
	cause := "do các đơn vị khác thay đổi"
	if m.Cause != "" {
		cause = m.Cause + " " + frame.Signed(m.CauseChange, t.Decimals)
	}
	moved := newMovement(ranking.Row{Rank: m.Now, PreviousRank: m.Before})
	moved.From = 0 // both ranks are said
	return sheetMove{
		Agency: m.Agency,
		Name:   m.Name,
		Ranks:  fmt.Sprintf("%d → %d", m.Before, m.Now),
		Change: frame.Signed(m.Change, t.Decimals),
		Cause:  cause,
		Moved:  moved,
	}
}

// fillTable takes both ends of the table of an owner.
func (s *sheetPage) fillTable(t *ranking.Table) {
	ends := 5
	if s.Dense {
		ends = 3
	}
	if s.Agency.Agency != "" || !t.Enough() {
		return
	}
	rows := make([]rankingRow, len(t.Rows))
	for i := range t.Rows {
		rows[i] = newRankingRow(t, i)
	}
	s.Top = rows[:min(ends, len(rows))]
	s.End = rows[max(len(s.Top), len(rows)-ends):]
}

// ownerLines is how many indicators the page of an owner prints.
const ownerLines = 6

// Limits that keep an agency's page on one sheet.
const sheetCauses, sheetLevers, sheetNames, sheetMoves, sheetPlans = 5, 4, 8, 3, 5

// brief is an analysis in a few lines: where an agency stands, why it moved, what would lift it, where it is strong.
type brief struct {
	Title, Period     string
	Rank, Value, Band string // "28/34"; "" when it has none
	Moved             string
	Causes, Levers    []string
	Strong, Weak      []string
	Missing           string // why it has no rank
	Open              string // ranks still possible
	NoLevers          string // why there is nothing to do
	Why               string // where the whole analysis is
	movement          movement
}

// Move is the movement for the template.
func (b *brief) Move() movement { return b.movement }

func newBrief(a *figures.Analysis, keep pin) *brief {
	if a == nil {
		return nil
	}
	t := a.Table
	b := &brief{Title: t.Name, Period: t.Period.Title(), Why: keep.analysis(t, a.Agency.Agency)}
	ranked := 0
	for _, r := range t.Rows {
		if r.Value.Valid {
			ranked++
		}
	}
	if a.Row.Rank > 0 {
		b.Rank, b.Value, b.movement = fmt.Sprintf("%d/%d", a.Row.Rank, ranked), frame.RowAmount(a.Row, t), newMovement(a.Row)
		if a.Bands != nil && a.Row.Value.Valid {
			if band, ok := a.Bands.Of(a.Row.Value.Decimal); ok {
				b.Band = band.Name
			}
		}
	} else if a.Missing != nil {
		b.Missing = a.Missing.Reason.Title()
	}
	if a.Open.Best != a.Open.Worst {
		b.Open = fmt.Sprintf("%d–%d", a.Open.Best, a.Open.Worst)
	}
	b.explain(a)
	b.lift(a)
	mark := func(m ranking.Mark) string {
		return fmt.Sprintf("%s: %s, hạng %d/%d", m.Column.Name, m.Cell.Print(m.Column.Decimals), m.Cell.Rank, m.Column.Ranked)
	}
	for _, m := range a.Strong {
		b.Strong = append(b.Strong, mark(m))
	}
	for _, m := range a.Weak {
		b.Weak = append(b.Weak, mark(m))
	}
	return b
}

func (b *brief) explain(a *figures.Analysis) {
	t, e := a.Table, a.Why
	if e == nil {
		b.Moved = a.WhyNot
		return
	}
	b.Moved = fmt.Sprintf(
		"%s so với %s (hạng %d → %d; %s %s)",
		frame.PlacesText(e.Moved()),
		frame.LowerFirst(a.Before.Title()),
		e.RankBefore,
		e.RankAfter,
		frame.Signed(e.Change, t.Decimals),
		points(t.Unit),
	)
	for _, c := range e.Causes {
		if c.Own.Sign() != 0 && len(b.Causes) < sheetCauses {
			name := a.Names[c.Code]
			if name == "" {
				name = t.ComponentName(c.Code)
			}
			b.Causes = append(b.Causes, fmt.Sprintf("%s: %s (%s)", name, frame.Signed(c.Own, t.Decimals), frame.PlacesText(c.Places)))
		}
	}
	if e.MovedOthers != 0 {
		b.Causes = append(b.Causes, "Các đơn vị khác thay đổi: "+frame.PlacesText(e.MovedOthers))
	}
}

func (b *brief) lift(a *figures.Analysis) {
	t := a.Table
	if a.Plan == nil {
		b.NoLevers = a.PlanNot
		return
	}
	for _, l := range a.Plan.Levers {
		if len(b.Levers) < sheetLevers {
			b.Levers = append(b.Levers, fmt.Sprintf("%s: %s (%s)", l.Definition.Name, l.Sentence(), frame.LowerFirst(l.Verdict.Title())))
		}
	}
	if len(b.Levers) == 0 {
		b.NoLevers = fmt.Sprintf(
			"Cần đạt %s, hiện %s. Chưa có tử số, mẫu số cùng kỳ để quy ra số lượng.",
			vi.FormatNumber(a.Plan.Needs, t.Decimals),
			a.Row.Print(t.Decimals),
		)
	}
}
