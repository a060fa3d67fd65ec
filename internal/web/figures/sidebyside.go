package figures

import (
	"context"
	"strconv"

	"chiso/internal/app/figures"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// sidePage is one indicator in all blocks of the nation.
type sidePage struct {
	frame.Shell
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
	Scale  frame.Scale
	URL    string
}

// sideNation is a figure of the nation.
type sideNation struct {
	figures.NationFigure
	Text string
}

// SideBySide makes the page of one indicator in all blocks.
func (p *Pages) SideBySide(ctx context.Context, in frame.Input) (*frame.Document, error) {
	q, err := p.rankingQuery(in.Path, in)
	if err != nil {
		return nil, err
	}
	q.Block, q.Peers = "", ""
	v, err := p.app.SideBySide(ctx, q)
	if err != nil {
		return nil, err
	}
	page := sidePage{Shell: in.Shell(v.Name+": các khối cạnh nhau", "ranking"), View: v}
	for _, t := range v.Tables {
		x := sideTable{
			Table: t,
			Lead:  summary(t),
			Scale: frame.NewScale(t),
			URL:   frame.RankingURL(t.Code, t.Period.Key, t.Block.Code, string(t.Source)),
		}
		if h := t.Headline(); h.Value.Valid {
			x.Pooled = frame.Amount(h.Value, t.Decimals, t.Unit)
		}
		if t.Target != nil {
			x.Target = frame.Amount(vi.Some(t.Target.Value), 0, t.Target.Unit) + " (" + strconv.Itoa(t.Target.Year) + ")"
		}
		for i := range t.Rows {
			x.Rows = append(x.Rows, newRankingRow(t, i))
		}
		page.Tables = append(page.Tables, x)
		page.Illustrative = page.Illustrative || t.Illustrative()
	}
	for _, n := range v.Nation {
		page.Nation = append(page.Nation, sideNation{n, frame.FigureText(n.Figure, n.Value, n.Definition, true)})
	}
	return p.Pinned("figures/side_by_side.html", page, v.Revision, q.AsOf)
}
