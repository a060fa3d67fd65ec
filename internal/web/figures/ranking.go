package figures

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"

	"chiso/internal/app/figures"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// rankingPage is one ranking with its chart.
type rankingPage struct {
	frame.Shell
	Table   *ranking.Table
	Choices figures.Choices
	AsOf    string // the instant asked for, as the form's field has it; "" is now
	At      time.Time
	Lead    []string
	Plot    *plot // the column that draws the table; nil for answers
	Rows    []rankingRow
	Has     columns
	Reasons []rankReason // why the source printed other ranks
	Pooled  string
	Parts   template.HTML // of the pooled figure
	Target  string
	Files   template.URL // query of this view, for the links to its files

	YesNo     bool         // answers: no bars, no distances
	ByDefault bool         // the source is the one taken when none is chosen
	Nothing   string       // the source has no figure at all here: the sentence that says so
	Elsewhere []sourceLink // sources that have figures for the period
	Details   []string     // where the figures come from, in full
	// BesideTitle names the measuring system whose figures stand beside the reported ones.
	BesideTitle string

	Q, Peers string // words searched for; peer group
	Sort     frame.Sorting
	Bands    *ranking.Bands
	OneBand  string       // the class that all rows have: said once instead of in a column
	Found    []rankingRow // whom the search names: a rank means little without its neighbours, so all others stay
	Path     string
	Live     bool // newest figures are shown, not those released
}

// columns says which of the optional columns have anything in them.
type columns struct{ Parts, Movement, Published, Remarks, Band, Possible, Beside bool }

// rankingRow is a row ready to print.
type rankingRow struct {
	ranking.Row
	Tie      bool
	Text     string // value
	Parts    template.HTML
	Beside   string // the figure of a measuring system for the same period
	URL      string // where the value leads: its evidence, or the agency's components of a scorecard
	GapText  string
	Movement movement
	Reason   string // why the source printed another rank; "" when it did not
	Remarks  []string
	Band     string // class of the value
	Possible string // ranks still open: "3–7"
	Why      string // where the analysis of the agency is
	Found    bool   // by the search
}

// rankReason is one reason and the agencies that it explains.
type rankReason struct{ Reason, Names string }

// addReasons says why ranks differ from the printed ones; more than three agencies are counted.
func (r *rankingPage) addReasons(rows []rankingRow) {
	var order []string
	by := map[string][]ranking.Row{}
	for _, row := range rows {
		if row.Reason == "" {
			continue
		}
		if by[row.Reason] == nil {
			order = append(order, row.Reason)
		}
		by[row.Reason] = append(by[row.Reason], row.Row)
	}
	for _, reason := range order {
		r.Reasons = append(r.Reasons, rankReason{reason, names(by[reason])})
	}
}

// movement is a change of rank in a form that needs no colour.
type movement struct {
	Class string // move-up, move-down, move-same; "" unknown
	Text  string
	From  int    // the previous rank where it was another
	Words string // for the ear
}

// Ranking makes the page of a ranking, or its CSV file when the code ends in .csv.
func (p *Pages) Ranking(ctx context.Context, in frame.Input) (*frame.Document, error) {
	code, csv := strings.CutSuffix(in.Path, ".csv")
	code, svg := strings.CutSuffix(code, ".svg")
	q, err := p.rankingQuery(code, in)
	if err != nil {
		return nil, err
	}
	v, err := p.app.Ranking(ctx, q)
	if err != nil {
		return nil, err
	}
	var doc *frame.Document
	switch {
	case csv:
		doc, err = rankingCSV(v.Table)
	case svg:
		doc = p.rankingPicture(v.Table)
	default:
		doc, err = p.rankingHTML(v, q, in)
	}
	if err != nil {
		return nil, err
	}
	doc.Volatile = !q.AsOf.IsZero()
	return doc, nil
}

func (p *Pages) rankingQuery(code string, in frame.Input) (figures.RankingQuery, error) {
	v := in.Query
	asOf, err := p.ParseAsOf(v.Get("as_of"), in.Now)
	return figures.RankingQuery{Code: code, Period: v.Get("period"), Block: v.Get("block"), Source: v.Get("source"), AsOf: asOf,
		Peers: v.Get("peers"), View: in.View}, err
}

func (p *Pages) rankingHTML(v *figures.RankingView, q figures.RankingQuery, in frame.Input) (*frame.Document, error) {
	t := v.Table
	page := rankingPage{Q: in.Query.Get("q"), Peers: q.Peers, Bands: v.Bands, Path: "/ranking/", Live: q.View.Unreleased(),
		Shell: in.Shell(t.Name, "ranking").With(in, t),
		Table: t, Choices: v.Choices, At: q.AsOf, Files: fileQuery(t, q.AsOf), YesNo: yesNo(t)}
	page.fillSources(v, q)
	if len(page.Elsewhere) == 0 { // else who has none is no news
		page.Lead = summary(t)
	}
	if !q.AsOf.IsZero() {
		page.AsOf = q.AsOf.In(p.Location).Format(frame.FieldLayout)
	}
	for i := range t.Rows {
		row := newRankingRow(t, i)
		row.place(v, t, newPin(q))
		if v.Beside != nil {
			row.Beside, page.BesideTitle = v.Beside.Texts[row.Agency], v.Beside.Source.Title()
		}
		page.Rows = append(page.Rows, row)
		page.Has.add(row, t)
	}
	page.addReasons(page.Rows)
	page.foldBand()
	page.arrange(in.Query.Get("sort"))
	if t.Target != nil {
		page.Target = frame.Amount(vi.Some(t.Target.Value), 0, t.Target.Unit)
	}
	if p := t.Headline(); p.Value.Valid {
		page.Pooled, page.Parts = frame.Amount(p.Value, t.Decimals, t.Unit), frame.Parts(p.Num, p.Den)
	}
	if len(t.Rows) > 0 && !page.YesNo {
		page.Plot = newPlot(t)
	}
	return p.HTML("figures/ranking.html", page, t.Revision)
}

// yesNo reports whether a table holds answers to a yes/no question.
func yesNo(t *ranking.Table) bool {
	return t.Definition != nil && t.Definition.Indicator.Kind == kpi.YesNo
}

func newRankingRow(t *ranking.Table, i int) rankingRow {
	r := t.Rows[i]
	row := rankingRow{Row: r, Text: cmp.Or(r.Print(t.Decimals), "–"), Parts: frame.Parts(r.Num, r.Den), Movement: newMovement(r),
		Reason: t.PublishedReason(i), Remarks: r.Qualifiers.Titles()}
	switch {
	case r.Observation != 0:
		row.URL = "/evidence/" + strconv.FormatInt(r.Observation, 10)
	case t.Scorecard != nil:
		row.URL = "/agency/" + url.PathEscape(string(r.Agency)) + "#" + sectionID(t.Scorecard.Root().Code)
	}
	if yesNo(t) {
		if said, ok := frame.Answer(kpi.YesNo, r.Value, r.Num.Valid); ok {
			row.Text = said
		}
	}
	row.Tie = (i > 0 && t.Rows[i-1].Rank == r.Rank) || (i+1 < len(t.Rows) && t.Rows[i+1].Rank == r.Rank)
	if r.Gap.Valid {
		row.GapText = vi.FormatNumber(r.Gap.Decimal, t.Decimals)
	}
	if !r.Value.Valid {
		row.Remarks = append(row.Remarks, frame.LowerFirst(t.SilentRemark()))
	}
	if r.Bare {
		row.Remarks = append(row.Remarks, "thiếu tử/mẫu số")
	}
	if len(r.Zeroed) > 0 {
		row.Remarks = append(row.Remarks, "tính 0 điểm: "+strings.Join(t.ZeroedNames(i), ", "))
	}
	return row
}

func (c *columns) add(r rankingRow, t *ranking.Table) {
	c.Parts = c.Parts || r.Parts != ""
	c.Movement = c.Movement || t.Previous.Period != nil
	c.Published = c.Published || r.Reason != ""
	c.Remarks = c.Remarks || len(r.Remarks) > 0
	c.Band = c.Band || r.Band != ""
	c.Possible = c.Possible || r.Possible != ""
	c.Beside = c.Beside || r.Beside != ""
}

func newMovement(r ranking.Row) movement {
	change, ok := r.Change()
	switch {
	case !ok:
		return movement{}
	case change > 0:
		return movement{
			Class: "move-up",
			Text:  vi.FormatInt(int64(change)),
			From:  r.PreviousRank,
			Words: fmt.Sprintf("tăng %d bậc, từ hạng %d", change, r.PreviousRank),
		}
	case change < 0:
		return movement{
			Class: "move-down",
			Text:  vi.FormatInt(int64(-change)),
			From:  r.PreviousRank,
			Words: fmt.Sprintf("giảm %d bậc, từ hạng %d", -change, r.PreviousRank),
		}
	}
	return movement{Class: "move-same", Words: "giữ nguyên hạng"}
}

// fileQuery is the query under which the same table is downloaded: everything is said, for the defaults may change.
func fileQuery(t *ranking.Table, asOf time.Time) template.URL {
	return template.URL(fileValues(t, asOf).Encode()) //nolint:gosec // encoded here
}

func fileValues(t *ranking.Table, asOf time.Time) url.Values {
	q := url.Values{"period": {t.Period.Key}, "block": {t.Block.Code}, "source": {string(t.Source)}}
	if !asOf.IsZero() {
		q.Set("as_of", asOf.UTC().Format(time.RFC3339Nano))
	}
	return q
}
