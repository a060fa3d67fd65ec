package frame

import (
	"net/url"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
)

type RankingLink struct {
	figures.RankingLink
	URL    string
	Places []placeLink
	Nation string // where the nation's own figure is
}

func NewRankingLink(l figures.RankingLink) RankingLink {
	out := RankingLink{RankingLink: l, URL: linkURL(l)}
	for _, p := range l.Places {
		out.Places = append(out.Places, placeLink{p, RankingURL(l.Code, p.Period.Key, p.Block, string(p.Source))})
	}
	if l.Nation != nil {
		out.Nation = "/agency/" + url.PathEscape(string(agency.Nation))
		if len(l.Places) == 0 {
			out.URL = out.Nation
		}
	}
	return out
}

// linkURL leads to a ranking of an exact period, block and source.
func linkURL(l figures.RankingLink) string {
	return RankingURL(l.Code, l.Period.Key, l.Block, string(l.Source))
}

func RankingURL(code, period, block, source string) string {
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

// placeLink leads to a ranking in one block.
type placeLink struct {
	figures.RankingPlace
	URL string
}
