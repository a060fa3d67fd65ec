package page

import (
	"context"
	"strconv"

	"chiso/internal/app/figures"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// sidePage is one indicator in all blocks of the nation.
type sidePage struct {
	shell
	View   *figures.SideBySide
	Tables []sideTable
	Nation []sideNation
}

// sideTable is the ranking of one block.
type sideTable struct {
	Table  *ranking.Table
	Lead   []string
	Pooled string
	Target string
	Rows   []rankingRow
	Scale  scale
	URL    string
}

// sideNation is a figure of the nation.
type sideNation struct {
	figures.NationFigure
	Text string
}

// SideBySide makes the page of one indicator in all blocks.
func (p *Pages) SideBySide(ctx context.Context, in Input) (*Document, error) {
	q, err := p.rankingQuery(in.Path, in)
	if err != nil {
		return nil, err
	}
	q.Block, q.Peers = "", ""
	v, err := p.cfg.App.SideBySide(ctx, q)
	if err != nil {
		return nil, err
	}
	page := sidePage{shell: in.shell(v.Name+": các khối cạnh nhau", "ranking"), View: v}
	for _, t := range v.Tables {
		x := sideTable{Table: t, Lead: summary(t), Scale: newScale(t), URL: rankingURL(t.Code, t.Period.Key, t.Block.Code, string(t.Source))}
		if h := t.Headline(); h.Value.Valid {
			x.Pooled = amount(h.Value, t.Decimals, t.Unit)
		}
		if t.Target != nil {
			x.Target = amount(vi.Some(t.Target.Value), 0, t.Target.Unit) + " (" + strconv.Itoa(t.Target.Year) + ")"
		}
		for i := range t.Rows {
			x.Rows = append(x.Rows, newRankingRow(t, i))
		}
		page.Tables = append(page.Tables, x)
		page.Illustrative = page.Illustrative || t.Illustrative()
	}
	for _, n := range v.Nation {
		page.Nation = append(page.Nation, sideNation{n, figureText(n.Figure, n.Value, n.Definition, true)})
	}
	return p.pinned("side_by_side.html", page, v.Revision, q.AsOf)
}
