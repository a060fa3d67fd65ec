package figures

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/chart"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// screenPage is the first page of whoever belongs to an agency. On one screen it answers: where do we stand, did we move, why, what would
// move us, what is late or due.
type screenPage struct {
	frame.Shell
	*figures.Sheet
	Name     string
	Headline *standingLine // nil where the agency has no rank
	Unranked string        // why it has none
	Strip    template.HTML // the whole block on one line
	StripOf  string
	GapSays  string
	Gaps     []gapRow
	Ways     []string // what would move us
	WaysNone string
	Due      []dueLine // reports that wait, the most pressing first
	Inside   *insideView
	Lines    []screenLine
	Whole    string       // the page with everything about the agency
	Paper    string       // its A4 page
	Why      string       // the whole analysis
	Ask      template.URL // query that keeps the view on links
}

// standingLine is the first line: rank, value, movement, distance to the next place, age.
type standingLine struct {
	Rank, Of              string
	Value, Moved, Change  string
	Next, Day, Age, Title string
	Old                   bool
	URL                   string
	Move                  movement
}

// gapRow is one component of the distance to the median.
type gapRow struct {
	Name, Text, Rank string
	Bar              template.HTML
	Rest             bool
}

type dueLine struct {
	Text, State, URL string
	Late             bool
}

// screenLine is one indicator of the agency among its block.
type screenLine struct {
	Name, URL, Value, Rank, Target, Day, Up string
	Reached                                 bool
	Strip                                   template.HTML
}

// How much stands on the first screen.
const (
	screenWays  = 3
	screenDue   = 3
	screenTasks = 3
	screenLines = 6
	// oldDays is from which age on a figure is said to be old.
	oldDays = 365
)

// Screen makes the first page of an agency.
func (p *Pages) Screen(ctx context.Context, in frame.Input) (_ *frame.Document, err error) {
	q := figures.SheetQuery{Agency: agency.ID(in.Path), Source: in.Query.Get("source"), View: in.View, Inside: in.Inside}
	if q.AsOf, err = p.ParseAsOf(in.Query.Get("as_of"), in.Now); err != nil {
		return nil, err
	}
	s, err := p.app.Sheet(ctx, q)
	if err != nil {
		return nil, err
	}
	page := screenPage{Shell: in.Shell(s.Agency.Label(), "home").With(in, s.Table), Sheet: s, Name: s.Agency.Label(),
		Whole: "/agency/" + url.PathEscape(in.Path), Paper: "/a4/" + url.PathEscape(in.Path), Inside: newInside(s.Inside)}
	page.Standing, page.Fixed = in.Standing(s.Table), in.Fixed(s.AsOf)
	keep := newPin(figures.RankingQuery{View: in.View, AsOf: q.AsOf})
	if asked := url.Values(keep); len(asked) > 0 {
		page.Ask = "?" + frame.Encoded(asked)
	}
	if a := s.Analysis; a != nil {
		page.Why = keep.analysis(a.Table, q.Agency)
		page.stand(a, s.Today)
		if page.Gaps = gapRows(a); page.Gaps != nil {
			page.GapSays = gapSentence(a)
		}
	}
	page.rank(keep)
	page.lift()
	page.due()
	return p.Pinned("figures/screen.html", page, s.Revision, q.AsOf)
}

// stand says where the agency is: the first line and the strip of its block.
func (s *screenPage) stand(a *figures.Analysis, today vi.Date) {
	t, row := a.Table, a.Row
	if row.Rank == 0 {
		if a.Missing != nil {
			s.Unranked = t.Name + ": " + frame.LowerFirst(a.Missing.Reason.Title())
		}
		return
	}
	h := &standingLine{
		Rank:  strconv.Itoa(row.Rank),
		Of:    strconv.Itoa(len(valuesOf(t))),
		Value: frame.Amount(row.Value, t.Decimals, t.Unit),
		Title: t.Name,
		URL: frame.RankingURL(
			t.Code,
			t.Period.Key,
			t.Block.Code,
			string(t.Source),
		) + "#agency-" + url.PathEscape(
			string(row.Agency),
		),
		Move: newMovement(row),
	}
	h.Day, h.Age, h.Old = dated(t.Period, today)
	switch n, ok := row.Change(); {
	case !ok:
		h.Moved = t.Previous.None
	case n == 0:
		h.Moved = "giữ nguyên hạng"
	default:
		h.Moved = h.Move.Words
	}
	if row.PreviousValue.Valid && row.Value.Valid {
		h.Change = frame.Signed(
			difference(row.Value.Decimal, row.PreviousValue.Decimal),
			t.Decimals,
		) + frame.NBSP + points(
			t.Unit,
		) + " so với " + frame.LowerFirst(
			t.Previous.Period.Title(),
		)
	}
	h.Next = nextPlace(t, row)
	s.Headline = h
	dots := dotsOf(t)
	if len(dots) > 1 {
		levels := levelsOf(t)
		s.Strip = newAxis(
			t,
			valuesOf(t),
			levels,
		).Strip(t.Name+", "+frame.LowerFirst(t.Period.Title())+": "+s.Name+" đứng thứ "+h.Rank+" trong "+h.Of+".", dots,
			string(row.Agency), levels...)
		s.StripOf = fmt.Sprintf("%d đơn vị của %s", len(dots), frame.LowerFirst(t.Block.Name))
	}
}

// dated says of which day figures are, how long ago that was, and whether they are old.
func dated(p kpi.Period, today vi.Date) (day, age string, old bool) {
	day = "số liệu " + frame.LowerFirst(p.Title())
	switch n := p.To.DaysTo(today); {
	case n > oldDays:
		return day, fmt.Sprintf("cũ, cách đây %d ngày", n), true
	case n > 0:
		return day, fmt.Sprintf("cách đây %d ngày", n), false
	}
	return day, "", false
}

// nextPlace says how far the next better place is, and whose it is.
func nextPlace(t *ranking.Table, row ranking.Row) string {
	if !row.Gap.Valid {
		if row.Rank == 1 && t.Coverage().Full() {
			return "đang đứng đầu"
		}
		return ""
	}
	var above []ranking.Row
	for _, r := range t.Rows {
		if r.Rank < row.Rank && r.Value.Valid && (len(above) == 0 || r.Rank > above[0].Rank) {
			above = []ranking.Row{r}
		} else if len(above) > 0 && r.Rank == above[0].Rank {
			above = append(above, r)
		}
	}
	if len(above) == 0 {
		return ""
	}
	return fmt.Sprintf(
		"còn %s%s%s tới hạng %d (%s)",
		vi.FormatNumber(row.Gap.Decimal, t.Decimals),
		frame.NBSP,
		points(t.Unit),
		above[0].Rank,
		names(above),
	)
}

func difference(a, b vi.Decimal) vi.Decimal {
	var s kpi.Sum
	s.Add(a)
	s.Add(b.Neg())
	d, _ := s.Decimal()
	return d
}

func dotsOf(t *ranking.Table) []chart.StripDot {
	var out []chart.StripDot
	for _, r := range t.Rows {
		if r.Value.Valid {
			out = append(out, chart.StripDot{ID: string(r.Agency), Name: r.Name, Value: r.Value.Decimal, Text: r.Print(t.Decimals)})
		}
	}
	return out
}

// plainName drops what stands before the name of a component to tell catalogues apart: "766 - Công khai, minh bạch" is "Công khai, minh bạch".
func plainName(s string) string {
	for _, before := range []string{"766 - ", "DTI cấp tỉnh - "} {
		if after, ok := strings.CutPrefix(s, before); ok {
			return after
		}
	}
	return s
}

// rank lists the agency's indicators, the worst rank first: shares, for blocks differ in size.
func (s *screenPage) rank(keep pin) {
	lines := slices.Clone(s.Sheet.Lines)
	slices.SortStableFunc(lines, func(a, b figures.SheetLine) int { return cmp.Compare(b.Rank*max(a.Of, 1), a.Rank*max(b.Of, 1)) })
	for _, l := range lines[:min(len(lines), screenLines)] {
		t := l.Table
		line := screenLine{
			Name:    plainName(l.Name),
			Value:   cmp.Or(rowText(t, s.Agency.Agency), frame.Amount(l.Value, l.Decimals, l.Unit)),
			Target:  "–",
			Day:     l.Period.Label(),
			Rank:    "–",
			Up:      "–",
			Reached: l.Reached,
			URL:     frame.RankingURL(l.Code, l.Period.Key, t.Block.Code, string(t.Source)),
		}
		if keep["view"] != nil {
			line.URL += "&view=live"
		}
		line.URL += "#agency-" + url.PathEscape(string(s.Agency.Agency))
		if l.Rank > 0 {
			line.Rank = fmt.Sprintf("%d/%d", l.Rank, l.Of)
		}
		if l.Target != nil {
			line.Target = frame.Amount(vi.Some(l.Target.Value), 0, l.Target.Unit)
		}
		if l.Up != nil {
			line.Up = l.Up.Sentence()
		}
		if dots := dotsOf(t); len(dots) > 1 && t.Enough() {
			levels := levelsOf(t)
			line.Strip = newAxis(t, valuesOf(t), levels).SmallStrip(dots, string(s.Agency.Agency), levels...)
		}
		s.Lines = append(s.Lines, line)
	}
}

// rowText is the figure of an agency as it was published, with its unit.
func rowText(t *ranking.Table, id agency.ID) string {
	for _, r := range t.Rows {
		if r.Agency == id && r.Value.Valid {
			text := r.Print(t.Decimals)
			if u := frame.UnitShort(t.Unit); u != "" {
				text += frame.NBSP + u
			}
			return text
		}
	}
	return ""
}

// lift lists up to three things that would move the agency: a component at the median, in points and the rank that it gives; the smallest
// number of cases that lifts it one place, of its own scorecard and, with their own day, of the indicators where it stands worst.
func (s *screenPage) lift() {
	a := s.Analysis
	if a != nil {
		s.Ways = pointWays(a, 1)
		if a.Plan != nil {
			for _, l := range a.Plan.Levers {
				if l.Verdict == ranking.Reachable && len(s.Ways) < screenWays {
					s.Ways = append(s.Ways, fmt.Sprintf("%s: %s → hạng %d", plainName(l.Definition.Name), l.Sentence(), a.Plan.To))
				}
			}
		}
	}
	lines := slices.Clone(s.Sheet.Lines)
	slices.SortStableFunc(lines, func(a, b figures.SheetLine) int { return cmp.Compare(b.Rank*max(a.Of, 1), a.Rank*max(b.Of, 1)) })
	for _, l := range lines {
		if l.Up == nil || l.Rank < 2 || l.Up.Verdict != ranking.Reachable || len(s.Ways) >= screenWays {
			continue
		}
		s.Ways = append(
			s.Ways,
			fmt.Sprintf(
				"%s (hạng %d/%d, %s): %s là lên một bậc",
				plainName(l.Name),
				l.Rank,
				l.Of,
				frame.LowerFirst(l.Period.Title()),
				l.Up.Sentence(),
			),
		)
	}
	if len(s.Ways) == 0 {
		s.WaysNone = "Chưa có chỉ tiêu nào đủ số liệu để tính."
		if a != nil && a.Plan == nil && a.PlanNot != "" {
			s.WaysNone = a.PlanNot
		}
	}
}

// due lists the reports that were not sent, the nearest deadline first.
func (s *screenPage) due() {
	if s.Inside == nil {
		return
	}
	marks := slices.DeleteFunc(slices.Clone(s.Sheet.Inside.Marks), func(m figures.RoundMark) bool { return !m.Sent.IsZero() })
	slices.SortStableFunc(marks, func(a, b figures.RoundMark) int { return a.Due.Compare(b.Due) })
	for _, m := range marks[:min(len(marks), screenDue)] {
		line := dueLine{Text: m.Name, URL: fmt.Sprintf("/desk/%d/%s", m.Round, url.PathEscape(string(s.Agency.Agency)))}
		switch left := s.Today.DaysTo(m.Due.Day); {
		case m.DaysLate > 0:
			line.State, line.Late = fmt.Sprintf("quá hạn %d ngày", m.DaysLate), true
		case left == 0:
			line.State = "đến hạn hôm nay"
		default:
			line.State = fmt.Sprintf("%s, còn %d ngày (%s)", frame.LowerFirst(m.State), left, m.Due.Day)
		}
		s.Due = append(s.Due, line)
	}
	s.Inside.Tasks = s.Inside.Tasks[:min(len(s.Inside.Tasks), screenTasks)]
}

// screenRoutes are the first pages: of an agency, and the nation's for those whose own is another.
func (p *Pages) screenRoutes() []frame.Route {
	return []frame.Route{
		{
			Path:   "/screen/:id",
			Action: access.ReadRelease,
			Live:   true,
			Own:    true,
			Inside: true,
			Param:  "id",
			Params: []string{"source", "as_of"},
			View:   p.Screen,
		},
		{Path: "/find", Action: access.ReadRelease, Params: []string{"q"}, View: p.Find},
		{Path: "/kieu-mau", Action: access.ReadRelease, View: p.StyleBook},
		{Path: "/nation", Action: access.ReadRelease, Live: true, Inside: true, Params: []string{"source", "as_of"}, View: p.Overview},
	}
}
