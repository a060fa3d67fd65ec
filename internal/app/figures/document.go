package figures

import (
	"time"

	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// RankingDocument is a ranking in the form of `chiso rank --format json` and the API. Numbers are
// rounded by kpi.Round, ratios in percent; change is previous rank − rank, so up is positive.
type RankingDocument struct {
	Code      string             `json:"code"`
	Name      string             `json:"name"`
	Period    string             `json:"period"`
	Block     string             `json:"block"`
	Source    string             `json:"source"`
	AsOf      string             `json:"as_of"` // RFC 3339, of the revision
	Revision  int64              `json:"revision"`
	Decimals  int                `json:"decimals"`
	Pooled    PooledDocument     `json:"pooled"`
	Published *PublishedDocument `json:"published"`
	Ranked    []RankedDocument   `json:"ranked"`
	NotRanked []UnrankedDocument `json:"not_ranked"`
}

// PooledDocument is the figure of the whole block.
type PooledDocument struct {
	Scope       string         `json:"scope"`
	Value       vi.NullDecimal `json:"value"`
	Numerator   vi.NullDecimal `json:"numerator"`
	Denominator vi.NullDecimal `json:"denominator"`
	Method      string         `json:"method"`
	Covered     int            `json:"covered"`
	Expected    int            `json:"expected"`
}

// PublishedDocument is a figure published for the block or the nation.
type PublishedDocument struct {
	Value  vi.Decimal `json:"value"`
	Source string     `json:"source"`
}

// RankedDocument is one ranked agency.
type RankedDocument struct {
	Rank          int            `json:"rank"`
	Agency        string         `json:"agency"`
	Name          string         `json:"name"`
	Value         vi.NullDecimal `json:"value"`
	Numerator     vi.NullDecimal `json:"numerator"`
	Denominator   vi.NullDecimal `json:"denominator"`
	PublishedRank *int           `json:"published_rank"`
	PreviousRank  *int           `json:"previous_rank"`
	Change        *int           `json:"change"`
}

// UnrankedDocument is one agency without a rank.
type UnrankedDocument struct {
	Agency string `json:"agency"`
	Name   string `json:"name"`
	Reason string `json:"reason"`
	Detail string `json:"detail"`
}

// NewRankingDocument returns t in its JSON form.
func NewRankingDocument(t *ranking.Table) RankingDocument {
	overall := t.Headline()
	d := RankingDocument{Code: t.Code, Name: t.Name, Period: t.Period.Key, Block: t.Block.Code, Source: string(t.Source),
		AsOf: t.AsOf.UTC().Format(time.RFC3339Nano), Revision: t.Revision, Decimals: t.Decimals,
		Pooled: PooledDocument{Scope: overall.Scope, Value: overall.Value, Numerator: overall.Num, Denominator: overall.Den,
			Method: string(overall.Method), Covered: t.Pooled.Covered, Expected: t.Pooled.Expected},
		Ranked: []RankedDocument{}, NotRanked: []UnrankedDocument{}}
	if p := t.Published; p != nil {
		d.Published = &PublishedDocument{Value: p.Value, Source: p.Source}
	}
	for _, r := range t.Rows {
		line := RankedDocument{Rank: r.Rank, Agency: string(r.Agency), Name: r.Name, Value: r.Value, Numerator: r.Num, Denominator: r.Den,
			PublishedRank: positive(r.PublishedRank), PreviousRank: positive(r.PreviousRank)}
		if change, ok := r.Change(); ok {
			line.Change = &change
		}
		d.Ranked = append(d.Ranked, line)
	}
	for _, n := range t.NotRanked {
		d.NotRanked = append(d.NotRanked, UnrankedDocument{Agency: string(n.Agency), Name: n.Name, Reason: string(n.Reason), Detail: n.Detail})
	}
	return d
}

func positive(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}
