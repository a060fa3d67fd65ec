package figures

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/chart"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// analysisPage explains one agency's place in one ranking.
type analysisPage struct {
	board
	*figures.Analysis
	Table    *ranking.Table // of the board and the analysis alike
	Choices  figures.Choices
	Of       int // ranked agencies
	Value    string
	Band     string
	Lead     string // the whole answer in a sentence
	Causes   []causeRow
	Passed   string
	PassedBy string
	Levers   []leverRow
	Strong   []markRow
	Weak     []markRow
	Profile  []profileRow
	Middle   bool     // of any component
	Gaps     []gapRow // to the median, by component
	Spans    []gapRow // the same components within the block, in the same order
	GapSays  string
	SpanSays string
	Ways     []string // what components would do at the median
	Up       int
	Ups      []ledger.Choice
	Rival    string
	Home     string // the agency's page
	Compare  template.URL
	Kept     template.URL // query that keeps the view on links to the agency's pages
}

// causeRow is one component's share of a change.
type causeRow struct {
	Name, Before, After, Own, Method, Places string
	Bar                                      template.HTML
	Class                                    string
}

type leverRow struct {
	ranking.Lever
	Name, Sentence, Verdict, Possible, Value string
	OK                                       bool
}

// markRow is a strength or a weakness.
type markRow struct{ Name, Value, Rank, Gap, Best string }

// profileRow is one component of the agency against its block.
type profileRow struct {
	Name, Value, Rank, Median, Best, Gap string
	Fifth                                int
}

// Analysis makes the page that explains an agency's place: why it moved, what would lift it, where it is strong.
func (p *Pages) Analysis(ctx context.Context, in frame.Input) (*frame.Document, error) {
	id, format := in.Path, ""
	for _, f := range []string{".csv", ".xlsx"} {
		if c, ok := strings.CutSuffix(id, f); ok {
			id, format = c, f
		}
	}
	q, err := p.rankingQuery(in.Query.Get("code"), in)
	if err != nil {
		return nil, err
	}
	up, err := strconv.Atoi(in.Query.Get("up"))
	if err != nil || up < 1 || up > 20 {
		up = 1
	}
	a, err := p.app.Analyse(ctx, figures.AnalysisQuery{RankingQuery: q, Agency: agency.ID(id), Up: up})
	if err != nil {
		return nil, err
	}
	page := p.analysisPage(a, q, in, up)
	if format != "" {
		doc, err := p.analysisFile(format, &page)
		return frame.Volatile(doc, err, q.AsOf)
	}
	doc, err := p.HTML("figures/analysis.html", page, a.Table.Revision)
	return frame.Volatile(doc, err, q.AsOf)
}

func (p *Pages) analysisPage(a *figures.Analysis, q figures.RankingQuery, in frame.Input, up int) analysisPage {
	t := a.Table
	page := analysisPage{
		board:    p.newBoard("/analysis/", "Phân tích", figures.RankingView{Table: t, Choices: a.Choices}, q, in),
		Analysis: a,
		Table:    t,
		Choices:  a.Choices,
		Up:       up,
		Home:     "/agency/" + url.PathEscape(string(a.Agency.Agency)),
	}
	page.Title = a.Agency.Label() + ": phân tích thứ hạng"
	for _, r := range t.Rows {
		if r.Value.Valid {
			page.Of++
		}
	}
	for _, n := range []int{1, 2, 3, 5, 10} {
		page.Ups = append(page.Ups, ledger.Choice{Code: strconv.Itoa(n), Title: strconv.Itoa(n) + " bậc", Selected: n == up})
	}
	if a.Row.Rank > 0 {
		page.Value = frame.RowAmount(a.Row, t)
		if a.Bands != nil && a.Row.Value.Valid {
			if b, ok := a.Bands.Of(a.Row.Value.Decimal); ok {
				page.Band = b.Name
			}
		}
	}
	compare := url.Values(newPin(q))
	for k, v := range map[string]string{"period": t.Period.Key, "block": t.Block.Code, "source": string(t.Source), "a1": string(a.Agency.Agency)} {
		compare.Set(k, v)
	}
	page.Compare = frame.Encoded(compare)
	if page.Live {
		page.Kept = "?view=live"
	}
	page.explain()
	if a.Gap != nil {
		page.Gaps, page.Spans, page.GapSays, page.SpanSays, page.Ways = gapRows(
			a,
		), spanRows(
			a,
		), gapSentence(
			a,
		), spanSays, pointWays(
			a,
			len(a.Points),
		)
	}
	page.plan()
	page.profile()
	return page
}

func (a *analysisPage) explain() {
	e, t := a.Why, a.Table
	if e == nil {
		return
	}
	n := t.Decimals
	name := func(ids []agency.ID) string {
		out := make([]string, len(ids))
		for i, id := range ids {
			out[i] = a.Agencies[id]
		}
		return strings.Join(out, ", ")
	}
	a.Passed, a.PassedBy = name(e.Passed), name(e.PassedBy)
	a.Lead = a.lead(e)
	var most vi.Decimal
	for _, c := range e.Causes {
		if size := absolute(c.Own); size.Cmp(most) > 0 {
			most = size
		}
	}
	for _, c := range e.Causes {
		row := causeRow{
			Name:   a.componentName(c.Code),
			Before: frame.Num(c.Before, n),
			After:  frame.Num(c.After, n),
			Own:    frame.Signed(c.Own, n),
			Places: frame.PlacesText(c.Places),
			Bar:    chart.Diverging(c.Own, most),
		}
		if c.Method.Sign() != 0 {
			row.Method = frame.Signed(c.Method, n)
		}
		a.Causes = append(a.Causes, row)
	}
}

// lead says in one sentence what moved and why.
func (a *analysisPage) lead(e *ranking.Explanation) string {
	t := a.Table
	verb := "giữ nguyên hạng " + strconv.Itoa(e.RankAfter)
	switch m := e.Moved(); {
	case m > 0:
		verb = fmt.Sprintf("tăng %d bậc, từ hạng %d lên hạng %d", m, e.RankBefore, e.RankAfter)
	case m < 0:
		verb = fmt.Sprintf("giảm %d bậc, từ hạng %d xuống hạng %d", -m, e.RankBefore, e.RankAfter)
	}
	s := fmt.Sprintf(
		"So với %s, %s %s; giá trị đổi %s %s.",
		frame.LowerFirst(a.Before.Title()),
		a.Agency.Label(),
		verb,
		frame.Signed(e.Change, t.Decimals),
		points(t.Unit),
	)
	var parts []string
	if e.MovedMethod != 0 {
		parts = append(parts, "do đổi cách tính: "+frame.PlacesText(e.MovedMethod))
	}
	parts = append(
		parts,
		"do chính đơn vị thay đổi: "+frame.PlacesText(e.MovedOwn),
		"do các đơn vị khác thay đổi: "+frame.PlacesText(e.MovedOthers),
	)
	return s + " Thứ hạng " + strings.Join(parts, "; ") + "."
}

func (a *analysisPage) componentName(code string) string {
	if name := a.Names[code]; name != "" {
		return name
	}
	return a.Table.ComponentName(code)
}

func (a *analysisPage) plan() {
	if a.Plan == nil {
		return
	}
	t := a.Table
	a.Rival = a.Agencies[a.Plan.Rival]
	for _, l := range a.Plan.Levers {
		row := leverRow{Lever: l, Name: l.Definition.Name, Sentence: l.Sentence(), Verdict: l.Verdict.Title(), Possible: "–",
			Value: frame.Amount(vi.Some(l.Value), t.Decimals, t.Unit), OK: l.Verdict == ranking.Reachable}
		if l.Possible.Valid {
			row.Possible = vi.FormatNumber(l.Possible.Decimal, 0)
		}
		a.Levers = append(a.Levers, row)
	}
}

func (a *analysisPage) profile() {
	mark := func(m ranking.Mark) markRow {
		c := m.Column
		return markRow{
			Name:  c.Name,
			Value: frame.WithUnit(m.Cell.Print(c.Decimals), c.Unit),
			Rank:  fmt.Sprintf("%d/%d", m.Cell.Rank, c.Ranked),
			Gap: frame.Signed(
				m.Cell.Gap.Decimal,
				c.Decimals,
			) + frame.NBSP + points(
				c.Unit,
			),
			Best: frame.WithUnit(cmp.Or(c.BestText(), "–"), c.Unit),
		}
	}
	a.Middle = anyMiddle(a.Columns)
	for _, m := range a.Analysis.Strong {
		a.Strong = append(a.Strong, mark(m))
	}
	for _, m := range a.Analysis.Weak {
		a.Weak = append(a.Weak, mark(m))
	}
	for i := range a.Columns {
		c := &a.Columns[i]
		row := profileRow{
			Name:   c.Name,
			Value:  "–",
			Rank:   "–",
			Median: frame.Num(c.Median, c.Decimals),
			Best:   cmp.Or(c.BestText(), "–"),
			Gap:    "–",
		}
		if x, ok := c.Cells[a.Agency.Agency]; ok {
			row.Value, row.Rank, row.Fifth = x.Print(c.Decimals), fmt.Sprintf("%d/%d", x.Rank, c.Ranked), x.Fifth
			if x.Gap.Valid {
				row.Gap = frame.Signed(x.Gap.Decimal, c.Decimals)
			}
		}
		a.Profile = append(a.Profile, row)
	}
}

func (p *Pages) analysisFile(format string, a *analysisPage) (*frame.Document, error) {
	g := a.grid(p, "Phần", "Thành phần", "Kỳ trước", "Kỳ này", "Thay đổi", "Bậc", "Ghi chú")
	n := a.Table.Decimals
	if e := a.Why; e != nil {
		for _, c := range e.Causes {
			g.Rows = append(
				g.Rows,
				[]figures.GridCell{textCell("Vì sao"), textCell(a.componentName(c.Code)), numberCell(c.Before, n), numberCell(c.After, n),
					numberCell(vi.Some(c.Own), n), numberCell(vi.Some(vi.Int(int64(c.Places))), 0), textCell("do chính đơn vị")},
			)
		}
		blank := vi.NullDecimal{}
		g.Rows = append(
			g.Rows,
			[]figures.GridCell{
				textCell("Vì sao"),
				textCell("Đổi cách tính"),
				numberCell(blank, n),
				numberCell(blank, n),
				numberCell(vi.Some(e.Method), n),
				numberCell(vi.Some(vi.Int(int64(e.MovedMethod))), 0),
				textCell(""),
			},
			[]figures.GridCell{
				textCell("Vì sao"),
				textCell("Các đơn vị khác"),
				numberCell(blank, n),
				numberCell(blank, n),
				numberCell(blank, n),
				numberCell(vi.Some(vi.Int(int64(e.MovedOthers))), 0),
				textCell(""),
			},
			[]figures.GridCell{
				textCell("Vì sao"),
				textCell("Cộng"),
				numberCell(vi.Some(e.Before), n),
				numberCell(vi.Some(e.After), n),
				numberCell(vi.Some(e.Change), n),
				numberCell(vi.Some(vi.Int(int64(e.Moved()))), 0),
				textCell(""),
			},
		)
		g.Notes = append(g.Notes, a.Lead)
	}
	for _, l := range a.Levers {
		g.Rows = append(
			g.Rows,
			[]figures.GridCell{textCell(fmt.Sprintf("Muốn lên hạng %d", a.Plan.To)), textCell(l.Name), textCell(""), textCell(l.Value),
				numberCell(
					vi.NullDecimal{Decimal: vi.Int(l.Count), Valid: l.Count > 0},
					0,
				), textCell(""), textCell(l.Sentence + "; " + l.Verdict)},
		)
	}
	g.Title = a.Title + ": " + a.Table.Name
	return p.file(format, g, "phan-tich-"+string(a.Agency.Agency)+"-"+a.Table.Code+"-"+a.Table.Period.Key)
}
