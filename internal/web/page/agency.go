package page

import (
	"context"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// agencyPage is who an agency is and its figures over time.
type agencyPage struct {
	shell
	*app.AgencyView
	Groups []seriesGroup // by pillar; illustrative figures last, in a group of their own
	Mixed  bool          // there are both real and illustrative figures
}

// seriesGroup is the series of one pillar.
type seriesGroup struct {
	Title  string
	Series []series
}

// series is one indicator from one source, latest first in Points.
type series struct {
	Definition *kpi.Definition
	Source     kpi.System
	URL        string // the ranking of the latest period
	Values     []vi.NullDecimal
	Latest     point
	Points     []point
}

type point struct {
	app.Point
	Text    string
	Parts   string
	Remarks []string
}

// Agency makes the page of one agency.
func (p *Pages) Agency(ctx context.Context, in Input) (*Document, error) {
	v, err := p.cfg.App.Agency(ctx, agency.ID(in.Path))
	if err != nil {
		return nil, err
	}
	page := agencyPage{shell: shell{Title: v.Agency.Name, Nav: "agency"}, AgencyView: v}
	invented := seriesGroup{Title: kpi.Illustrative.Title()}
	for _, s := range v.Series {
		if len(s.Points) == 0 {
			continue
		}
		if s.Source == kpi.Illustrative {
			invented.Series = append(invented.Series, newSeries(s))
			continue
		}
		title := kpi.PillarTitle(s.Definition.Indicator.Pillar)
		i := slices.IndexFunc(page.Groups, func(g seriesGroup) bool { return g.Title == title })
		if i < 0 {
			i, page.Groups = len(page.Groups), append(page.Groups, seriesGroup{Title: title})
		}
		page.Groups[i].Series = append(page.Groups[i].Series, newSeries(s))
	}
	if len(invented.Series) > 0 {
		page.Illustrative, page.Mixed = len(page.Groups) == 0, len(page.Groups) > 0
		page.Groups = append(page.Groups, invented)
	}
	return p.html("agency.html", page, v.Revision)
}

func newSeries(s app.Series) series {
	d := s.Definition
	out := series{Definition: d, Source: s.Source, Values: make([]vi.NullDecimal, len(s.Points))}
	for i, pt := range s.Points {
		out.Values[i] = pt.Value
		out.Points = append(out.Points, point{pt, figureText(pt.Figure, pt.Value, d), parts(pt.Figure.Num, pt.Figure.Den), remarks(pt.Figure, d)})
	}
	slices.Reverse(out.Points)
	out.Latest = out.Points[0]
	out.URL = rankingURL(d.Indicator.Code, out.Latest.Period.Key, "", string(s.Source))
	return out
}

// evidencePage is everything behind one figure.
type evidencePage struct {
	shell
	*app.Evidence
	Current evidenceLine
	Lines   []evidenceLine
	URL     string // the ranking that the figure is in
}

type evidenceLine struct {
	app.EvidenceLine
	Text    string
	Parts   string
	Remarks []string
}

// Evidence makes the page behind one figure. It names accounts and must not be kept.
func (p *Pages) Evidence(ctx context.Context, observation int64) (*Document, error) {
	e, err := p.cfg.App.Evidence(ctx, observation)
	if err != nil {
		return nil, err
	}
	if len(e.History) == 0 {
		return nil, fault.New(fault.NotFound, "Không có số liệu này.")
	}
	page := evidencePage{shell: shell{Title: "Xuất xứ số liệu", Nav: "ranking", Illustrative: e.Source == kpi.Illustrative}, Evidence: e,
		URL: rankingURL(e.Definition.Indicator.Code, e.Period.Key, "", string(e.Source))}
	for _, l := range e.History {
		l.Cell = strings.TrimSpace(l.Cell)
		page.Lines = append(page.Lines, evidenceLine{l, figureText(l.Figure, l.Value, e.Definition),
			parts(l.Figure.Num, l.Figure.Den), remarks(l.Figure, e.Definition)})
	}
	page.Current = page.Lines[0]
	return p.html("evidence.html", page, 0)
}
