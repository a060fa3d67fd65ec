package figures

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"chiso/internal/app/figures"
	"chiso/internal/chart"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/web/frame"
)

// place says into which class a row falls and which ranks are still open to it.
func (r *rankingRow) place(v *figures.RankingView, t *ranking.Table, keep pin) {
	r.Why = keep.analysis(t, r.Agency)
	if v.Bands != nil && r.Value.Valid {
		if b, ok := v.Bands.Of(r.Value.Decimal); ok {
			r.Band = b.Name
		}
	}
	if open, ok := v.Possible[r.Agency]; ok && open.Best != open.Worst {
		r.Possible = fmt.Sprintf("%d–%d", open.Best, open.Worst)
	}
}

// arrange puts the rows into the order that is asked for and notes those that are searched for.
func (r *rankingPage) arrange(key string) {
	q := fileValues(r.Table, r.At)
	if r.Peers != "" {
		q.Set("peers", r.Peers)
	}
	if r.Live {
		q.Set("view", "live")
		r.Files += "&view=live"
	}
	r.Sort = frame.NewSorting("/ranking/"+url.PathEscape(r.Table.Code), q, r.Q, key)
	search := board{Q: r.Q}
	for i := range r.Rows {
		if r.Rows[i].Found = r.Q != "" && search.matches(r.Rows[i].Name); r.Rows[i].Found {
			r.Found = append(r.Found, r.Rows[i])
		}
	}
	change := func(x rankingRow) int { c, _ := x.Change(); return c }
	frame.SortRows(r.Sort, r.Rows, map[string]func(a, b rankingRow) int{
		"rank":  func(a, b rankingRow) int { return cmp.Compare(a.Rank, b.Rank) },
		"name":  frame.ByName(func(x rankingRow) string { return x.Name }),
		"value": func(a, b rankingRow) int { return a.Value.Cmp(b.Value.Decimal) },
		"parts": func(a, b rankingRow) int { return a.Den.Cmp(b.Den.Decimal) },
		"move":  func(a, b rankingRow) int { return cmp.Compare(change(b), change(a)) },
		"gap":   func(a, b rankingRow) int { return a.Gap.Cmp(b.Gap.Decimal) },
		"published": func(a, b rankingRow) int {
			return compareRanks(a.PublishedRank, b.PublishedRank)
		},
	})
}

const mediaSVG = "image/svg+xml"

// rankingPicture draws a ranking as a picture of its own, with what it shows and as of when inside.
func (p *Pages) rankingPicture(t *ranking.Table) *frame.Document {
	drawn := newPlot(t)
	rows := make([]chart.PictureRow, 0, len(t.Rows))
	for _, r := range t.Rows {
		rows = append(
			rows,
			chart.PictureRow{
				Label:  strconv.Itoa(r.Rank) + ". " + r.Name,
				Text:   cmp.Or(r.Print(t.Decimals), "–"),
				Value:  r.Value,
				Before: r.PreviousValue,
			},
		)
	}
	title := t.Name + ", " + frame.LowerFirst(t.Period.Title())
	if t.Illustrative() {
		title = "SỐ LIỆU MINH HỌA: " + title
	}
	return &frame.Document{
		Type:     mediaSVG,
		Name:     frame.FileName(t.Code+"-"+t.Period.Key+"-"+t.Block.Code) + ".svg",
		Body:     chart.RankingSVG(title, strings.TrimSuffix(drawn.Key(), ".")+" · "+p.pictureFoot(t), drawn.Axis, drawn.levels, rows),
		Revision: t.Revision,
	}
}

// directionText says which end is good.
func directionText(d kpi.Direction) string {
	switch d {
	case kpi.Lower:
		return "thấp hơn là tốt hơn"
	case kpi.Neutral:
		return "chỉ liệt kê theo độ lớn"
	}
	return "cao hơn là tốt hơn"
}
