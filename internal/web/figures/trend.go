package figures

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/chart"
	"chiso/internal/kpi"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// trendPage is one indicator of one agency over time.
type trendPage struct {
	frame.Shell
	*figures.TrendView
	Name    string
	Unit    string
	Options json.RawMessage
	Rows    []trendRow // latest first
	Targets []string
	Breaks  []string
	Files   template.URL
	Here    string
	Live    bool
	Back    template.URL // query of links to the agency's other pages
}

// trendRow is one figure; New marks the first one under another definition.
type trendRow struct {
	point
	Title, New, Verdict string
	decimals            int
}

// Trend makes the page of one indicator over time, or its chart or table as a file.
func (p *Pages) Trend(ctx context.Context, in frame.Input) (*frame.Document, error) {
	id, format := in.Path, ""
	for _, f := range []string{".csv", ".xlsx", ".svg"} {
		if c, ok := strings.CutSuffix(id, f); ok {
			id, format = c, f
		}
	}
	q := figures.TrendQuery{Agency: agency.ID(id), Code: in.Query.Get("code"), Source: in.Query.Get("source"), View: in.View}
	v, err := p.app.Trend(ctx, q)
	if err != nil {
		return nil, err
	}
	page := newTrendPage(v, in)
	page.Here = "/trend/" + url.PathEscape(id)
	lines := page.lines()
	switch format {
	case ".svg":
		return &frame.Document{
			Type:     mediaSVG,
			Name:     frame.FileName("dien-bien-"+id+"-"+v.Last().Definition.Indicator.Code) + ".svg",
			Revision: v.Revision,
			Body:     chart.LineSVG(pictureTitle(&page.Shell, page.Title), page.foot(p), lines...),
		}, nil
	case ".csv", ".xlsx":
		return p.trendFile(format, &page)
	}
	options, err := chart.Line(lines...)
	if err != nil {
		return nil, fmt.Errorf("trend of %s: %w", q.Code, err)
	}
	page.Options, page.Chart = options, true
	return p.HTML("figures/trend.html", page, v.Revision)
}

func newTrendPage(v *figures.TrendView, in frame.Input) trendPage {
	d := v.Last().Definition
	page := trendPage{Shell: in.Shell(v.Agency.Label()+": "+d.Name, "agency").With(in, nil), TrendView: v,
		Name: d.Name, Unit: d.Unit, Live: in.View.Unreleased()}
	page.Illustrative = v.Source == kpi.Illustrative
	files := url.Values{"code": {d.Indicator.Code}, "source": {string(v.Source)}}
	if page.Live {
		files.Set("view", string(ledger.Live))
		page.Back = "?view=live"
	}
	page.Files = frame.Encoded(files)
	many := counted(v.Agency.Level)
	for i, run := range v.Runs {
		for j, pt := range run.Points {
			row := trendRow{
				point: point{
					Point:   pt,
					Text:    frame.FigureText(pt.Figure, pt.Value, run.Definition, many),
					Parts:   frame.Parts(pt.Figure.Num, pt.Figure.Den),
					Remarks: pointRemarks(pt, run.Definition),
				},
				Title:    pt.Period.Title(),
				decimals: run.Definition.Decimals,
			}
			if i > 0 && j == 0 {
				row.New = breakText(run.Definition)
				page.Breaks = append(page.Breaks, row.New+": không so sánh trực tiếp với số trước đó.")
			}
			row.Verdict = verdict(v.Targets, pt, run.Definition)
			page.Rows = append(page.Rows, row)
		}
	}
	slices.Reverse(page.Rows)
	for _, t := range v.Targets {
		text := fmt.Sprintf("%d: %s", t.Year, frame.Amount(vi.Some(t.Value), 0, t.Unit))
		if t.Act != "" {
			text += " (" + t.Act + ")"
		}
		page.Targets = append(page.Targets, text)
	}
	return page
}

// verdict says whether a figure reached the target of its year; "" without one.
func verdict(targets []kpi.Target, pt figures.Point, d *kpi.Definition) string {
	i := slices.IndexFunc(targets, func(t kpi.Target) bool { return t.Year == pt.Period.To.Year() })
	if i < 0 || !pt.Value.Valid || d.Indicator.Direction == kpi.Neutral {
		return ""
	}
	if c := pt.Value.Cmp(targets[i].Value); c == 0 || (c > 0) == (d.Indicator.Direction != kpi.Lower) {
		return "Đạt"
	}
	return "Chưa đạt"
}

func breakText(d *kpi.Definition) string { return "Đổi định nghĩa từ " + d.From.String() }

// lines are the runs for the chart; the newest has the target.
func (t *trendPage) lines() []chart.LineSeries {
	out := make([]chart.LineSeries, 0, len(t.Runs))
	for i, run := range t.Runs {
		s := chart.LineSeries{
			Name:         run.Definition.Name,
			Unit:         run.Definition.Unit,
			Decimals:     run.Definition.Decimals,
			Illustrative: t.Source == kpi.Illustrative,
		}
		if i > 0 {
			s.Name, s.Break = run.Definition.Name+" (từ "+run.Definition.From.String()+")", breakText(run.Definition)
		}
		for _, pt := range run.Points {
			s.Points = append(
				s.Points,
				chart.LinePoint{
					Period: pt.Period,
					Value:  pt.Value,
					Text:   pointNumber(pt, run.Definition),
					Note:   strings.Join(pointRemarks(pt, run.Definition), "; "),
				},
			)
		}
		if g := run.Target; g != nil && i == len(t.Runs)-1 {
			s.Target = &chart.LineTarget{Value: g.Value, Label: "Mục tiêu " + strconv.Itoa(g.Year)}
		}
		out = append(out, s)
	}
	return out
}

func pictureTitle(s *frame.Shell, title string) string {
	if s.Illustrative {
		return "SỐ LIỆU MINH HỌA: " + title
	}
	return title
}

func (t *trendPage) foot(p *Pages) string {
	return fmt.Sprintf(
		"Nguồn: %s · Đơn vị tính: %s · Số liệu tính đến %s (giờ Việt Nam), phiên bản %d",
		t.Source.Title(),
		cmp.Or(t.Unit, "chỉ số"),
		p.When(t.AsOf),
		t.Revision,
	)
}

func (p *Pages) trendFile(format string, t *trendPage) (*frame.Document, error) {
	d, last := t.Last().Definition, t.Last().Points
	g := figures.Grid{
		Title:        t.Title,
		AsOf:         t.AsOf,
		Revision:     t.Revision,
		Illustrative: t.Illustrative,
		Head:         []string{"Kỳ", "Giá trị", "Tử số", "Mẫu số", "So với mục tiêu", "Ghi chú"},
		Notes: []string{
			"Nguồn: " + t.Source.Title(),
			"Đơn vị tính: " + d.Unit,
			"Số liệu tính đến " + p.When(t.AsOf) + " (giờ Việt Nam), phiên bản dữ liệu " + vi.FormatInt(t.Revision),
		},
	}
	if d.Numerator != "" {
		g.Notes = append(g.Notes, "Tử số: "+d.Numerator, "Mẫu số: "+d.Denominator)
	}
	g.Notes = append(append(g.Notes, "Căn cứ: "+d.BasisOn(last[len(last)-1].Period.To)), t.Breaks...)
	for _, x := range t.Targets {
		g.Notes = append(g.Notes, "Mục tiêu "+x)
	}
	for _, r := range slices.Backward(t.Rows) {
		note := strings.Join(append(slices.Clone(r.Remarks), r.New), "; ")
		g.Rows = append(
			g.Rows,
			[]figures.GridCell{
				textCell(r.Title),
				numberCell(r.Value, r.decimals),
				numberCell(r.Figure.Num, 0),
				numberCell(r.Figure.Den, 0),
				textCell(r.Verdict),
				textCell(strings.TrimPrefix(note, "; ")),
			},
		)
	}
	return p.file(format, g, "dien-bien-"+string(t.Agency.Agency)+"-"+d.Indicator.Code)
}

// pointNumber is the number of a point as it is printed, "" without one.
func pointNumber(p figures.Point, d *kpi.Definition) string {
	if !p.Value.Valid {
		return ""
	}
	return p.Figure.Exactness().Print(p.Value.Decimal, d.Decimals)
}
