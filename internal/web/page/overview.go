package page

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	"chiso/internal/app"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
)

// overviewPage is the first page.
type overviewPage struct {
	shell
	View        *app.Overview
	Lead        []string
	Top, Bottom []rankingRow
	Risers      []rankingRow
	Fallers     []rankingRow
	Scale       scale
	Pillars     []pillar
	Blocks      []agencyBlock

	Nation        []nationGroup
	NationReached string // how many national figures reach their target
}

// pillar is a group of rankings.
type pillar struct {
	Title    string
	Rankings []rankingLink
}

type rankingLink struct {
	app.RankingLink
	URL string
}

// agencyBlock is a group of agencies.
type agencyBlock struct {
	Title    string
	Agencies []app.AgencyLink
}

// Overview makes the first page. It names files but no accounts: one page serves everyone.
func (p *Pages) Overview(ctx context.Context, in Input) (*Document, error) {
	o, err := p.cfg.App.Overview(ctx, in.View)
	if err != nil {
		return nil, err
	}
	page := overviewPage{shell: in.shell("Chỉ số chuyển đổi số", "home").with(in, o.Headline), View: o}
	if t := o.Headline; t != nil && len(t.Rows) > 0 {
		page.fillHeadline(t)
	}
	page.Nation, page.NationReached = nationGroups(o.Nation)
	for _, l := range o.Rankings {
		title := cmp.Or(l.PillarTitle, kpi.PillarTitle(l.Pillar))
		i := slices.IndexFunc(page.Pillars, func(g pillar) bool { return g.Title == title })
		if i < 0 {
			i, page.Pillars = len(page.Pillars), append(page.Pillars, pillar{Title: title})
		}
		page.Pillars[i].Rankings = append(page.Pillars[i].Rankings, rankingLink{l, linkURL(l)})
	}
	for _, a := range o.Agencies {
		i := slices.IndexFunc(page.Blocks, func(b agencyBlock) bool { return b.Title == a.Block })
		if i < 0 {
			i, page.Blocks = len(page.Blocks), append(page.Blocks, agencyBlock{Title: a.Block})
		}
		page.Blocks[i].Agencies = append(page.Blocks[i].Agencies, a)
	}
	return p.html("overview.html", page, o.Revision)
}

// fillHeadline takes the five at either end and the three that moved most either way.
func (o *overviewPage) fillHeadline(t *ranking.Table) {
	const ends, movers = 5, 3
	rows := make([]rankingRow, len(t.Rows))
	for i := range t.Rows {
		rows[i] = newRankingRow(t, i)
		rows[i].Movement.From = 0 // the page says both ranks
	}
	o.Lead, o.Scale = summary(t), newScale(t)
	o.Top = rows[:min(ends, len(rows))]
	o.Bottom = rows[max(len(o.Top), len(rows)-ends):]
	moved := slices.DeleteFunc(slices.Clone(rows), func(r rankingRow) bool { c, ok := r.Change(); return !ok || c == 0 })
	slices.SortStableFunc(moved, func(a, b rankingRow) int {
		x, _ := a.Change()
		y, _ := b.Change()
		return cmp.Compare(y, x)
	})
	for _, r := range moved[:min(movers, len(moved))] {
		if c, _ := r.Change(); c > 0 {
			o.Risers = append(o.Risers, r)
		}
	}
	slices.Reverse(moved)
	for _, r := range moved[:min(movers, len(moved))] {
		if c, _ := r.Change(); c < 0 {
			o.Fallers = append(o.Fallers, r)
		}
	}
}

// linkURL leads to a ranking of an exact period, block and source.
func linkURL(l app.RankingLink) string {
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
