package page

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"chiso/internal/app"
	"chiso/internal/chart"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// rankingPage is one ranking with its chart.
type rankingPage struct {
	shell
	Table   *ranking.Table
	Choices app.Choices
	AsOf    string // the instant asked for, as the form's field has it; "" is now
	At      time.Time
	Lead    []string
	Options json.RawMessage // of the chart; nil leaves it out
	Rows    []rankingRow
	Has     columns
	Pooled  string
	Parts   string // of the pooled figure
	Target  string
	Scale   scale
	Files   template.URL // query of this view, for the links to its files
}

// columns says which of the optional columns have anything in them.
type columns struct{ Parts, Movement, Published, Remarks bool }

// rankingRow is a row ready to print.
type rankingRow struct {
	ranking.Row
	Tie      bool
	Text     string // value
	Parts    string
	GapText  string
	Movement movement
	Differs  bool // the source printed another rank
	Remarks  []string
}

// movement is a change of rank in a form that needs no colour.
type movement struct {
	Class string // move-up, move-down, move-same; "" unknown
	Text  string
	From  int    // the previous rank where it was another
	Words string // for the ear
}

// Ranking makes the page of a ranking, or its CSV file when the code ends in .csv.
func (p *Pages) Ranking(ctx context.Context, in Input) (*Document, error) {
	code, csv := strings.CutSuffix(in.Path, ".csv")
	q, err := p.rankingQuery(code, in.Query)
	if err != nil {
		return nil, err
	}
	v, err := p.cfg.App.Ranking(ctx, q)
	if err != nil {
		return nil, err
	}
	var doc *Document
	if csv {
		doc, err = rankingCSV(v.Table)
	} else {
		doc, err = p.rankingHTML(v, q.AsOf)
	}
	if err != nil {
		return nil, err
	}
	doc.Volatile = !q.AsOf.IsZero()
	return doc, nil
}

func (p *Pages) rankingQuery(code string, v url.Values) (app.RankingQuery, error) {
	asOf, err := p.parseAsOf(v.Get("as_of"))
	return app.RankingQuery{Code: code, Period: v.Get("period"), Block: v.Get("block"), Source: v.Get("source"), AsOf: asOf}, err
}

// fieldLayout is how a datetime-local field of a form writes an instant.
const fieldLayout = "2006-01-02T15:04"

// parseAsOf reads an instant: RFC 3339, or local time of Viet Nam as a form's field writes it, or a day, meaning its end.
func (p *Pages) parseAsOf(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	for _, layout := range []string{fieldLayout, "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, p.cfg.Location); err == nil {
			return t, nil
		}
	}
	if t, err := time.ParseInLocation("2006-01-02", s, p.cfg.Location); err == nil {
		return t.AddDate(0, 0, 1).Add(-time.Microsecond), nil
	}
	return time.Time{}, fault.New(fault.Invalid, "Không hiểu thời điểm %q. Hãy ghi ngày giờ dạng 2026-10-10T09:00.", s)
}

func (p *Pages) rankingHTML(v *app.RankingView, asOf time.Time) (*Document, error) {
	t := v.Table
	page := rankingPage{shell: shell{Title: t.Name, Nav: "ranking", Illustrative: t.Illustrative()},
		Table: t, Choices: v.Choices, At: asOf, Lead: summary(t), Files: fileQuery(t, asOf)}
	if !asOf.IsZero() {
		page.AsOf = asOf.In(p.cfg.Location).Format(fieldLayout)
	}
	for i := range t.Rows {
		page.Rows = append(page.Rows, newRankingRow(t, i))
		page.Has.add(page.Rows[i], t)
	}
	if t.Target != nil {
		page.Target = amount(vi.Some(t.Target.Value), 0, t.Target.Unit)
	}
	if t.Pooled.Method != ranking.NotPooled && t.Pooled.Value.Valid {
		page.Pooled, page.Parts = amount(t.Pooled.Value, t.Decimals, t.Unit), parts(t.Pooled.Num, t.Pooled.Den)
	}
	page.Scale = newScale(t)
	if len(t.Rows) > 0 {
		options, err := chart.RankingBars(t)
		if err != nil {
			return nil, fmt.Errorf("chart of %s: %w", t.Code, err)
		}
		page.Options, page.Chart = options, true
	}
	return p.html("ranking.html", page, t.Revision)
}

func newRankingRow(t *ranking.Table, i int) rankingRow {
	r := t.Rows[i]
	row := rankingRow{Row: r, Text: num(r.Value, t.Decimals), Parts: parts(r.Num, r.Den), Movement: newMovement(r),
		Differs: r.PublishedRank != 0 && r.PublishedRank != r.Rank, Remarks: r.Qualifiers.Titles()}
	row.Tie = (i > 0 && t.Rows[i-1].Rank == r.Rank) || (i+1 < len(t.Rows) && t.Rows[i+1].Rank == r.Rank)
	if r.Gap.Valid {
		row.GapText = vi.FormatNumber(r.Gap.Decimal, t.Decimals)
	}
	if !r.Value.Valid {
		row.Remarks = append(row.Remarks, "chưa báo cáo, xếp cuối theo quy tắc của bộ chỉ số")
	}
	if r.Bare {
		row.Remarks = append(row.Remarks, "thiếu tử/mẫu số")
	}
	if len(r.Zeroed) > 0 {
		row.Remarks = append(row.Remarks, "tính 0 điểm: "+strings.Join(r.Zeroed, ", "))
	}
	return row
}

func (c *columns) add(r rankingRow, t *ranking.Table) {
	c.Parts = c.Parts || r.Parts != ""
	c.Movement = c.Movement || t.Previous.Period != nil
	c.Published = c.Published || r.Differs
	c.Remarks = c.Remarks || len(r.Remarks) > 0
}

func newMovement(r ranking.Row) movement {
	change, ok := r.Change()
	switch {
	case !ok:
		return movement{}
	case change > 0:
		return movement{"move-up", vi.FormatInt(int64(change)), r.PreviousRank, fmt.Sprintf("tăng %d bậc, từ hạng %d", change, r.PreviousRank)}
	case change < 0:
		return movement{"move-down", vi.FormatInt(int64(-change)), r.PreviousRank, fmt.Sprintf("giảm %d bậc, từ hạng %d", -change, r.PreviousRank)}
	}
	return movement{Class: "move-same", Words: "giữ nguyên hạng"}
}

// fileQuery is the query under which the same table is downloaded: everything is said, for the defaults may change.
func fileQuery(t *ranking.Table, asOf time.Time) template.URL {
	q := url.Values{"period": {t.Period.Key}, "block": {t.Block.Code}, "source": {string(t.Source)}}
	if !asOf.IsZero() {
		q.Set("as_of", asOf.UTC().Format(time.RFC3339Nano))
	}
	return template.URL(q.Encode()) //nolint:gosec // encoded here
}

// Report builds the workbook of a period; codes choose its rankings.
func (p *Pages) Report(ctx context.Context, query url.Values) (*Document, error) {
	asOf, err := p.parseAsOf(query.Get("as_of"))
	if err != nil {
		return nil, err
	}
	period, err := kpi.ParsePeriod(query.Get("period"))
	if err != nil {
		return nil, err
	}
	codes := slices.DeleteFunc(slices.Clone(query["code"]), func(c string) bool { return c == "" })
	var b bytes.Buffer
	err = p.cfg.App.Report(ctx, app.ReportQuery{Period: period.Key, Codes: codes, Block: query.Get("block"),
		Source: query.Get("source"), AsOf: asOf}, &b)
	if err != nil {
		return nil, err
	}
	return &Document{Type: mediaXLSX, Name: "chiso-bao-cao-" + fileName(period.Key) + ".xlsx", Body: b.Bytes()}, nil
}

const mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// fileName keeps what is safe in the name of a file on any system.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '-'
	}, s)
}
