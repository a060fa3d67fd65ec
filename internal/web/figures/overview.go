package figures

import (
	"cmp"
	"context"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/web/frame"
)

// overviewPage is the first page of an owner: the nation's, or a province's over its units.
type overviewPage struct {
	frame.Shell
	View        *figures.Overview
	Lead        []string
	Top, Bottom []rankingRow
	Risers      []sheetMove
	Fallers     []sheetMove
	Scale       frame.Scale
	Pillars     []pillar
	Blocks      []agencyBlock
	Units       bool         // of a province over its units
	Pin         template.URL // what links to rankings keep: "&view=live"
	Asked       template.URL // the same for pages of the same owner: "?source=illustrative"
	Sheet       string       // path of the A4 page
	Code        string       // short code of the release, or of the revision

	Nation        []nationGroup
	NationReached string // how many national figures reach their target
	Plan          []planRow
	Inside        *insideView
	MayUpload     bool // published tables
	Switch        bool // the page is one of two: the other is the screen of the own agency
}

// pillar is a group of rankings.
type pillar struct {
	Title    string
	Rankings []frame.RankingLink
}

// agencyBlock is a group of agencies.
type agencyBlock struct {
	Title    string
	Agencies []figures.AgencyLink
}

// Overview makes the first page of an owner. It names files but no accounts: one page serves everyone of a class.
func (p *Pages) Overview(ctx context.Context, in frame.Input) (_ *frame.Document, err error) {
	q := figures.OverviewQuery{Owner: agency.ID(in.Path), Source: in.Query.Get("source"), View: in.View, Inside: in.Inside}
	if q.AsOf, err = p.ParseAsOf(in.Query.Get("as_of"), in.Now); err != nil {
		return nil, err
	}
	o, err := p.app.Overview(ctx, q)
	if err != nil {
		return nil, err
	}
	page := overviewPage{
		MayUpload: slices.ContainsFunc(in.Links, func(l frame.Link) bool { return l.Path == "/upload" }),
		Shell:     in.Shell("Chỉ số chuyển đổi số", "home").With(in, o.Headline),
		View:      o,
		Sheet:     "/a4",
		Code:      shortCode(headlineRelease(o), o.Revision),
	}
	page.Switch = in.Here == "/nation"
	page.Fixed = in.Fixed(o.AsOf)
	if in.Path != "" {
		page.Title, page.Nav, page.Units, page.Sheet = "Các đơn vị thuộc "+o.Owner.Label(), "agency", true, "/units/"+url.PathEscape(
			in.Path,
		)+"/a4"
	}
	asked := url.Values{}
	if o.Source != "" {
		asked.Set("source", string(o.Source))
	}
	if page.Standing.Live {
		asked.Set("view", string(ledger.Live))
		page.Pin = "&view=live"
	}
	if !q.AsOf.IsZero() {
		asked.Set("as_of", q.AsOf.UTC().Format(time.RFC3339Nano))
	}
	if len(asked) > 0 {
		page.Asked = "?" + frame.Encoded(asked)
	}
	page.fillHeadline(o)
	page.Nation, page.NationReached = nationGroups(o.Nation)
	page.Plan, page.Inside = planRows(o.Plan), newInside(o.Inside)
	for _, l := range o.Rankings {
		title := cmp.Or(l.PillarTitle, kpi.PillarTitle(l.Pillar))
		i := slices.IndexFunc(page.Pillars, func(g pillar) bool { return g.Title == title })
		if i < 0 {
			i, page.Pillars = len(page.Pillars), append(page.Pillars, pillar{Title: title})
		}
		page.Pillars[i].Rankings = append(page.Pillars[i].Rankings, frame.NewRankingLink(l))
	}
	for _, a := range o.Agencies {
		i := slices.IndexFunc(page.Blocks, func(b agencyBlock) bool { return b.Title == a.Block })
		if i < 0 {
			i, page.Blocks = len(page.Blocks), append(page.Blocks, agencyBlock{Title: a.Block})
		}
		page.Blocks[i].Agencies = append(page.Blocks[i].Agencies, a)
	}
	return p.Pinned("figures/overview.html", page, o.Revision, q.AsOf)
}

// headlineRelease is the release that the headline ranking is taken from, nil for none.
func headlineRelease(o *figures.Overview) *ranking.Release {
	if o.Headline == nil {
		return nil
	}
	return o.Headline.Release
}

// shortCode names what a page shows so that it can be found again: the code of the release, else the revision.
func shortCode(r *ranking.Release, revision int64) string {
	if r != nil {
		return "CHISO-" + r.Code
	}
	return "CHISO-R" + strconv.FormatInt(revision, 10)
}

// fillHeadline takes the five at either end and those that moved most either way.
func (o *overviewPage) fillHeadline(v *figures.Overview) {
	t := v.Headline
	if t == nil || len(t.Rows) == 0 {
		return
	}
	const ends = 5
	rows := make([]rankingRow, len(t.Rows))
	for i := range t.Rows {
		rows[i] = newRankingRow(t, i)
	}
	o.Lead, o.Scale = summary(t), frame.NewScale(t)
	if !t.Enough() {
		return
	}
	o.Top = rows[:min(ends, len(rows))]
	o.Bottom = rows[max(len(o.Top), len(rows)-ends):]
	for _, m := range v.Rises {
		o.Risers = append(o.Risers, newSheetMove(m, t))
	}
	for _, m := range v.Falls {
		o.Fallers = append(o.Fallers, newSheetMove(m, t))
	}
}

// shortRanking is one end of a table.
type shortRanking struct {
	Title string
	Rows  []rankingRow
	Scale frame.Scale
}

// Ends gives the template one end of the headline table.
func (o overviewPage) Ends(title string, rows []rankingRow) shortRanking {
	return shortRanking{title, rows, o.Scale}
}
