package figures

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/web/frame"
)

// sourceLink leads to the same ranking from another source.
type sourceLink struct {
	Source kpi.System
	URL    string
}

// fillSources says where a table's figures come from and, when its source has none, who else has some: "nobody reported"
// must not be said while another source knows better.
func (r *rankingPage) fillSources(v *figures.RankingView, q figures.RankingQuery) {
	t := v.Table
	r.Details = slices.Clone(t.Origins)
	if p := t.Published; p != nil && frame.PublishedBy(p.Source) != p.Source && !slices.Contains(r.Details, p.Source) {
		r.Details = append(r.Details, p.Source)
	}
	for i, d := range r.Details {
		r.Details[i] = strings.TrimSpace(d)
	}
	others, actual := []sourceLink{}, 0
	for _, c := range v.Choices.Sources {
		if c.Code == string(t.Source) {
			continue
		}
		others = append(others, sourceLink{kpi.System(c.Code), viewURL(t, c.Code, q.AsOf)})
		if kpi.System(c.Code) != kpi.Illustrative {
			actual++
		}
	}
	silent := isSilent(t)
	r.ByDefault = q.Source == "" ||
		(!silent && !t.Illustrative() && (actual == 0 || t.Definition != nil && t.Definition.RankingSource == t.Source))
	if !silent || len(others) == 0 {
		return
	}
	r.Elsewhere = others
	r.Nothing = fmt.Sprintf(
		"Nguồn “%s” không có số liệu nào của %s trong kỳ này (%s).",
		t.Source.Title(),
		frame.LowerFirst(t.Block.Name),
		frame.LowerFirst(t.Period.Title()),
	)
}

// isSilent reports whether no agency of the block has any figure from the table's source.
func isSilent(t *ranking.Table) bool {
	return len(t.Rows) == 0 && !slices.ContainsFunc(t.NotRanked, func(n ranking.NotRanked) bool {
		return n.Observation != 0 || n.Reason != t.Without() && n.Reason != ranking.Special && n.Reason != ranking.NotInScorecard
	})
}

// viewURL is the address of a table from another source, as known at the same moment.
func viewURL(t *ranking.Table, source string, asOf time.Time) string {
	q := fileValues(t, asOf)
	q.Set("source", source)
	return "/ranking/" + url.PathEscape(t.Code) + "?" + q.Encode()
}

// counted reports whether a figure of an agency at that level stands for many agencies.
func counted(l agency.Level) bool { return l == agency.National || l == agency.Aggregate }
