package figures

import (
	"context"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/chart"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// agencyPage is who an agency is and its figures over time.
type agencyPage struct {
	frame.Shell
	*figures.AgencyView
	Inside *insideView
	Brief  *brief        // nil where no scorecard is for it
	Groups []seriesGroup // by pillar; illustrative figures last, in a group of their own
	Ask    template.URL  // query of the links to its analysis and A4 page
	Mixed  bool          // there are both real and illustrative figures
}

// seriesGroup is the series of one pillar.
type seriesGroup struct {
	Title  string
	ID     string // of its section
	Series []series
}

// series is one indicator from one source, latest first in Points.
type series struct {
	Definition *kpi.Definition
	Source     kpi.System
	URL        string // the ranking of the latest period
	Latest     point
	Earlier    []point
	Place      *place
	Line       template.HTML // the small chart: breaks of the definition and the target in it
	Trend      template.URL  // where the whole line is
	Target     string
	Reached    string
	Break      string // when the definition changed
}

// place is where the agency stands with the latest figure.
type place struct {
	figures.SeriesRank
	Movement movement
	GapText  string
}

type point struct {
	figures.Point
	Text    string
	Parts   template.HTML
	Remarks []string
}

// Agency makes the page of one agency.
func (p *Pages) Agency(ctx context.Context, in frame.Input) (*frame.Document, error) {
	asOf, err := p.ParseAsOf(in.Query.Get("as_of"), in.Now)
	if err != nil {
		return nil, err
	}
	v, err := p.app.Agency(ctx, figures.AgencyQuery{Agency: agency.ID(in.Path), View: in.View, AsOf: asOf, Inside: in.Inside})
	if err != nil {
		return nil, err
	}
	page := agencyPage{
		Shell:      in.Shell(v.Agency.Name, "agency").With(in, nil),
		AgencyView: v,
		Inside:     newInside(v.Inside),
		Brief:      newBrief(v.Analysis, newPin(figures.RankingQuery{View: in.View, AsOf: asOf})),
	}
	if v.Agency.Level == agency.National {
		page.Nav = "nation"
	}
	page.Fixed = in.Fixed(v.AsOf)
	invented := seriesGroup{Title: kpi.Illustrative.Title(), ID: "minh-hoa"}
	many := counted(v.Agency.Level)
	for _, s := range v.Series {
		if len(s.Points) == 0 {
			continue
		}
		if s.Source == kpi.Illustrative {
			invented.Series = append(invented.Series, newSeries(s, v.Agency.Agency, many))
			continue
		}
		title := kpi.PillarTitle(s.Definition.Indicator.Pillar)
		i := slices.IndexFunc(page.Groups, func(g seriesGroup) bool { return g.Title == title })
		if i < 0 {
			i, page.Groups = len(page.Groups), append(page.Groups, seriesGroup{Title: title, ID: sectionID(s.Definition.Indicator.Code)})
		}
		page.Groups[i].Series = append(page.Groups[i].Series, newSeries(s, v.Agency.Agency, many))
	}
	if len(invented.Series) > 0 {
		page.Illustrative, page.Mixed = len(page.Groups) == 0, len(page.Groups) > 0
		page.Groups = append(page.Groups, invented)
	}
	ask := url.Values(newPin(figures.RankingQuery{View: in.View, AsOf: asOf}))
	if page.Illustrative {
		ask.Set("source", string(kpi.Illustrative))
	}
	if len(ask) > 0 {
		page.Ask = "?" + frame.Encoded(ask)
	}
	return p.Pinned("figures/agency.html", page, v.Revision, asOf)
}

// sectionID is the anchor of an agency's section in which an indicator stands: "bo-Q766" for Q766_0 and all its components.
// No two groups of the catalogue have codes that begin alike up to there.
func sectionID(code string) string {
	if i := strings.IndexAny(code, "_."); i > 0 {
		code = code[:i]
	}
	return "bo-" + code
}

func newSeries(s figures.Series, id agency.ID, many bool) series {
	d := s.Definition
	out := series{Definition: d, Source: s.Source}
	points := make([]point, 0, len(s.Points))
	for _, pt := range s.Points {
		points = append(
			points,
			point{
				Point:   pt,
				Text:    frame.FigureText(pt.Figure, pt.Value, d, many),
				Parts:   frame.Parts(pt.Figure.Num, pt.Figure.Den),
				Remarks: pointRemarks(pt, d),
			},
		)
	}
	slices.Reverse(points)
	out.Latest, out.Earlier = points[0], points[1:]
	if t := s.Target; t != nil && d.Indicator.Direction != kpi.Neutral {
		out.Target, out.Reached = frame.Amount(vi.Some(t.Value), 0, t.Unit)+" ("+strconv.Itoa(t.Year)+")", "chưa đạt"
		if s.Reached {
			out.Reached = "đạt"
		}
	}
	block := ""
	if r := s.Rank; r != nil {
		block = r.Block
		out.Place = &place{SeriesRank: *r, Movement: newMovement(ranking.Row{Rank: r.Rank, PreviousRank: r.Previous})}
		if r.Gap.Valid && d.Indicator.Kind != kpi.YesNo {
			out.Place.GapText = vi.FormatNumber(r.Gap.Decimal, d.Decimals)
		}
	}
	if d.Indicator.Kind != kpi.YesNo { // answers make no line
		out.drawLine(s, id)
	}
	out.URL = frame.RankingURL(d.Indicator.Code, out.Latest.Period.Key, block, string(s.Source)) + "#agency-" + url.PathEscape(string(id))
	return out
}

// drawLine draws the small chart over every definition, parted where one ends.
func (out *series) drawLine(s figures.Series, id agency.ID) {
	var values []vi.NullDecimal
	var breaks []int
	for i, run := range append(slices.Clone(s.Before), s) {
		if i > 0 {
			breaks = append(breaks, len(values))
			out.Break = breakText(run.Definition)
		}
		for _, pt := range run.Points {
			values = append(values, pt.Value)
		}
	}
	target := vi.NullDecimal{}
	if s.Target != nil {
		target = vi.Some(s.Target.Value)
	}
	n := 0
	for _, v := range values {
		if v.Valid {
			n++
		}
	}
	if n > 1 {
		out.Line = chart.Trendline(values, breaks, target)
	}
	out.Trend = template.URL( //nolint:gosec // encoded here
		"/trend/" + url.PathEscape(
			string(id),
		) + "?" + url.Values{
			"code":   {s.Definition.Indicator.Code},
			"source": {string(s.Source)},
		}.Encode(),
	)
}

// evidencePage is everything behind one figure.
type evidencePage struct {
	frame.Shell
	*figures.Evidence
	Current evidenceLine
	Asked   int64 // the version that was asked for
	Lines   []evidenceLine
	URL     string // the ranking that the figure is in
}

type evidenceLine struct {
	figures.EvidenceLine
	Text    string
	Parts   template.HTML
	Remarks []string
}

// Evidence makes the page behind one figure. It names accounts and must not be kept.
func (p *Pages) Evidence(ctx context.Context, observation int64, view ledger.View) (*frame.Document, error) {
	e, err := p.app.Evidence(ctx, observation, view)
	if err != nil {
		return nil, err
	}
	if len(e.History) == 0 {
		return nil, fault.New(fault.NotFound, "Không có số liệu này.")
	}
	page := evidencePage{Shell: p.Top(ctx, "Xuất xứ số liệu", "ranking"), Evidence: e, Asked: observation,
		URL: frame.RankingURL(
			e.Definition.Indicator.Code,
			e.Period.Key,
			"",
			string(e.Source),
		) + "#agency-" + url.PathEscape(
			string(e.Agency.Agency),
		)}
	page.Illustrative = e.Source == kpi.Illustrative
	for _, l := range e.History {
		l.Cell = strings.TrimSpace(l.Cell)
		page.Lines = append(
			page.Lines,
			evidenceLine{EvidenceLine: l, Text: frame.FigureText(l.Figure, l.Value, e.Definition, counted(e.Agency.Level)),
				Parts: frame.Parts(l.Figure.Num, l.Figure.Den), Remarks: append(frame.Remarks(l.Figure, e.Definition), l.Growth...)},
		)
	}
	page.Current = page.Lines[0]
	return p.HTML("figures/evidence.html", page, 0)
}
