package page

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/chart"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// sheetPage is the page that a committee takes along: one sheet of A4, legible after a photocopier.
type sheetPage struct {
	shell
	*app.Sheet
	Home     string // the page on the screen that says the same
	Rank     string // "28/34"
	Value    string
	Moved    string
	Causes   []string
	Levers   []string
	Strong   []string
	Weak     []string
	Rows     []sheetRow
	Top, End []rankingRow // of the nation
	Up, Down []sheetMove
	Silent   string
	Targets  []nationLine // national figures that have a target
	Counted  string
}

type sheetRow struct{ Name, Value, Target, Reached, Before, Block, Rank, Period, Up string }

type sheetMove struct{ Name, Ranks, Change, Cause string }

// Sheet makes the A4 page of the nation, or of one agency.
func (p *Pages) Sheet(ctx context.Context, in Input) (*Document, error) {
	s, err := p.cfg.App.Sheet(ctx, agency.ID(in.Path), in.View)
	if err != nil {
		return nil, err
	}
	page := sheetPage{shell: in.shell("Trang A4: chuyển đổi số toàn quốc", "home"), Sheet: s, Home: "/"}
	if in.Path != "" {
		page.Title, page.Nav, page.Home = "Trang A4: "+s.Agency.Name, "agency", "/agency/"+in.Path
	}
	page.Standing = in.standing(s.Table)
	for _, l := range s.Lines {
		page.Rows = append(page.Rows, newSheetRow(l))
	}
	if t := s.Table; t != nil {
		page.Illustrative = t.Illustrative()
		page.fillTable(t)
	}
	for _, m := range s.Rises {
		page.Up = append(page.Up, newSheetMove(m, s.Table))
	}
	for _, m := range s.Falls {
		page.Down = append(page.Down, newSheetMove(m, s.Table))
	}
	groups, counted := nationGroups(s.Nation)
	for _, g := range groups {
		page.Targets = append(page.Targets, g.Lines...)
	}
	page.Counted = counted
	page.Silent = strings.Join(s.Silent, ", ")
	page.fillAnalysis()
	return p.html("a4.html", page, s.Revision)
}

func newSheetRow(l app.SheetLine) sheetRow {
	r := sheetRow{Name: l.Name, Value: amount(l.Value, l.Decimals, l.Unit), Target: "–", Before: num(l.Before, l.Decimals), Block: num(l.Block, l.Decimals),
		Rank: "–", Period: chart.PeriodLabel(l.Period), Up: "–"}
	if l.Target != nil {
		r.Target, r.Reached = amount(vi.Some(l.Target.Value), 0, l.Target.Unit)+" ("+strconv.Itoa(l.Target.Year)+")", "chưa đạt"
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
	return verb + vi.FormatInt(l.Count) + " (" + lowerFirst(l.Verdict.Title()) + ")"
}

func newSheetMove(m app.SheetMove, t *ranking.Table) sheetMove {
	cause := "do các đơn vị khác thay đổi"
	if m.Cause != "" {
		cause = m.Cause + " " + signed(m.CauseChange, t.Decimals)
	}
	return sheetMove{m.Name, fmt.Sprintf("%d → %d", m.Before, m.Now), signed(m.Change, t.Decimals), cause}
}

// fillTable takes both ends of the table for the nation, and the agency's place.
func (s *sheetPage) fillTable(t *ranking.Table) {
	const ends = 5
	if s.Agency.Agency == "" {
		rows := make([]rankingRow, len(t.Rows))
		for i := range t.Rows {
			rows[i] = newRankingRow(t, i)
		}
		s.Top = rows[:min(ends, len(rows))]
		s.End = rows[max(len(s.Top), len(rows)-ends):]
		return
	}
	ranked := 0
	for _, r := range t.Rows {
		if r.Value.Valid {
			ranked++
		}
	}
	if s.Row.Rank > 0 {
		s.Rank, s.Value = fmt.Sprintf("%d/%d", s.Row.Rank, ranked), amount(s.Row.Value, t.Decimals, t.Unit)
	}
}

// Limits that keep an agency's page on one sheet.
const sheetCauses, sheetLevers = 6, 4

func (s *sheetPage) fillAnalysis() {
	a := s.Analysis
	if a == nil {
		return
	}
	t := a.Table
	name := func(code string) string {
		if n := a.Names[code]; n != "" {
			return n
		}
		return t.ComponentName(code)
	}
	if e := a.Why; e != nil {
		s.Moved = fmt.Sprintf("%s so với %s (hạng %d → %d; %s %s)", placesText(e.Moved()), lowerFirst(a.Before.Title()), e.RankBefore, e.RankAfter,
			signed(e.Change, t.Decimals), points(t.Unit))
		for _, c := range e.Causes {
			if c.Own.Sign() != 0 && len(s.Causes) < sheetCauses {
				s.Causes = append(s.Causes, fmt.Sprintf("%s: %s (%s)", name(c.Code), signed(c.Own, t.Decimals), placesText(c.Places)))
			}
		}
		if e.MovedOthers != 0 {
			s.Causes = append(s.Causes, "Các đơn vị khác thay đổi: "+placesText(e.MovedOthers))
		}
	} else {
		s.Moved = a.WhyNot
	}
	if a.Plan != nil {
		for _, l := range a.Plan.Levers {
			if len(s.Levers) < sheetLevers {
				s.Levers = append(s.Levers, fmt.Sprintf("%s: %s (%s)", l.Definition.Name, l.Sentence(), lowerFirst(l.Verdict.Title())))
			}
		}
	}
	mark := func(m ranking.Mark) string {
		return fmt.Sprintf("%s: %s, hạng %d/%d", m.Column.Name, vi.FormatNumber(m.Cell.Value, m.Column.Decimals), m.Cell.Rank, m.Column.Ranked)
	}
	for _, m := range a.Strong {
		s.Strong = append(s.Strong, mark(m))
	}
	for _, m := range a.Weak {
		s.Weak = append(s.Weak, mark(m))
	}
}
