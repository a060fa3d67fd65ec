package page

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"

	"chiso/internal/app"
	"chiso/internal/ranking"
)

// place says into which class a row falls and which ranks are still open to it.
func (r *rankingRow) place(v *app.RankingView, t *ranking.Table) {
	r.Why = analysisOf(t, r.Agency)
	if v.Bands != nil && r.Value.Valid {
		if b, ok := v.Bands.Of(r.Value.Decimal); ok {
			r.Band = b.Name
		}
	}
	if open, ok := v.Possible[r.Agency]; ok && open.Best != open.Worst {
		r.Possible = fmt.Sprintf("%d–%d", open.Best, open.Worst)
	}
}

// arrange leaves the rows that are searched for, in the order that is asked for. The chart keeps all of them.
func (r *rankingPage) arrange(key string) {
	q := fileValues(r.Table, r.At)
	if r.Peers != "" {
		q.Set("peers", r.Peers)
	}
	r.Sort = newSorting("/ranking/"+url.PathEscape(r.Table.Code), q, r.Q, key)
	search := board{Q: r.Q}
	all := len(r.Rows)
	r.Rows = slices.DeleteFunc(r.Rows, func(x rankingRow) bool { return !search.matches(x.Name) })
	r.Searched = len(r.Rows) < all
	change := func(x rankingRow) int { c, _ := x.Change(); return c }
	sortRows(r.Sort, r.Rows, map[string]func(a, b rankingRow) int{
		"rank":  func(a, b rankingRow) int { return cmp.Compare(a.Rank, b.Rank) },
		"name":  byName(func(x rankingRow) string { return x.Name }),
		"value": func(a, b rankingRow) int { return a.Value.Cmp(b.Value.Decimal) },
		"parts": func(a, b rankingRow) int { return a.Den.Cmp(b.Den.Decimal) },
		"move":  func(a, b rankingRow) int { return cmp.Compare(change(b), change(a)) },
		"gap":   func(a, b rankingRow) int { return a.Gap.Cmp(b.Gap.Decimal) },
		"published": func(a, b rankingRow) int {
			return compareRanks(a.PublishedRank, b.PublishedRank)
		},
	})
}
