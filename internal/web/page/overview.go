package page

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
)

// overviewPage is the first page of an owner: the nation's, or a province's over its units.
type overviewPage struct {
	shell
	View        *figures.Overview
	Lead        []string
	Top, Bottom []rankingRow
	Risers      []sheetMove
	Fallers     []sheetMove
	Scale       scale
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
	Rankings []rankingLink
}

type rankingLink struct {
	figures.RankingLink
	URL    string
	Places []placeLink
	Nation string // where the nation's own figure is
}

// placeLink leads to a ranking in one block.
type placeLink struct {
	figures.RankingPlace
	URL string
}

func newRankingLink(l figures.RankingLink) rankingLink {
	out := rankingLink{RankingLink: l, URL: linkURL(l)}
	for _, p := range l.Places {
		out.Places = append(out.Places, placeLink{p, rankingURL(l.Code, p.Period.Key, p.Block, string(p.Source))})
	}
	if l.Nation != nil {
		out.Nation = "/agency/" + url.PathEscape(string(agency.Nation))
		if len(l.Places) == 0 {
			out.URL = out.Nation
		}
	}
	return out
}

// agencyBlock is a group of agencies.
type agencyBlock struct {
	Title    string
	Agencies []figures.AgencyLink
}

// Overview makes the first page of an owner. It names files but no accounts: one page serves everyone of a class.
func (p *Pages) Overview(ctx context.Context, in Input) (_ *Document, err error) {
	q := figures.OverviewQuery{Owner: agency.ID(in.Path), Source: in.Query.Get("source"), View: in.View, Inside: in.Inside}
	if q.AsOf, err = p.parseAsOf(in.Query.Get("as_of"), in.Now); err != nil {
		return nil, err
	}
	o, err := p.cfg.App.Overview(ctx, q)
	if err != nil {
		return nil, err
	}
	page := overviewPage{
		MayUpload: slices.ContainsFunc(in.Links, func(l Link) bool { return l.Path == "/upload" }),
		shell:     in.shell("Chỉ số chuyển đổi số", "home").with(in, o.Headline),
		View:      o,
		Sheet:     "/a4",
		Code:      shortCode(headlineRelease(o), o.Revision),
	}
	page.Switch = in.Here == "/nation"
	page.Fixed = in.fixed(o.AsOf)
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
		page.Asked = "?" + encoded(asked)
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
		page.Pillars[i].Rankings = append(page.Pillars[i].Rankings, newRankingLink(l))
	}
	for _, a := range o.Agencies {
		i := slices.IndexFunc(page.Blocks, func(b agencyBlock) bool { return b.Title == a.Block })
		if i < 0 {
			i, page.Blocks = len(page.Blocks), append(page.Blocks, agencyBlock{Title: a.Block})
		}
		page.Blocks[i].Agencies = append(page.Blocks[i].Agencies, a)
	}
	return p.pinned("overview.html", page, o.Revision, q.AsOf)
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
	o.Lead, o.Scale = summary(t), newScale(t)
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

// linkURL leads to a ranking of an exact period, block and source.
func linkURL(l figures.RankingLink) string {
	return rankingURL(l.Code, l.Period.Key, l.Block, string(l.Source))
}

func rankingURL(code, period, block, source string) string {
	q := url.Values{}
	for k, v := range map[string]string{"period": period, "block": block, "source": source} {
		if v != "" {
			q.Set(k, v)
		}
	}
	u := "/ranking/" + url.PathEscape(code)
	if len(q) > 0 {
		u += "?" + q.Encode()
	}
	return u
}

// shortRanking is one end of a table.
type shortRanking struct {
	Title string
	Rows  []rankingRow
	Scale scale
}

// Ends gives the template one end of the headline table.
func (o overviewPage) Ends(title string, rows []rankingRow) shortRanking {
	return shortRanking{title, rows, o.Scale}
}
