package figures

import (
	"context"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
)

// maxCompared is how many agencies stand side by side.
const maxCompared = 6

// CompareQuery asks for agencies side by side, in one period or two.
type CompareQuery struct {
	RankingQuery
	Agencies []agency.ID
	Before   string // key of the other period; "" takes the one that movement is measured against
}

// Comparison is agencies side by side. Sides holds the period asked for and, where there is one, the other.
type Comparison struct {
	Agencies []agency.ID
	Names    map[agency.ID]string
	All      []AgencyLink // of the block, to choose from
	Choices  Choices
	Sides    []CompareSide
	None     string // why there is no other period
}

// CompareSide is one period: the ranking and its components.
type CompareSide struct {
	Table   *ranking.Table
	Columns []ranking.Column // the ranked value first
}

// Compare puts up to six agencies of a block side by side.
func (a *Room) Compare(ctx context.Context, q CompareQuery) (out *Comparison, err error) {
	defer fault.Context(&err, "figures.Compare")
	if len(q.Agencies) > maxCompared {
		return nil, fault.New(fault.Invalid, "Chỉ so sánh được tối đa %d đơn vị.", maxCompared)
	}
	err = a.ranked(ctx, q.RankingQuery, func(r *Ranker, t *ranking.Table, s *Subject) error {
		out = &Comparison{Names: map[agency.ID]string{}}
		if out.Choices, err = s.choices(t); err != nil {
			return err
		}
		for _, id := range TableAgencies(t) {
			out.Names[id] = r.Catalogue.Agencies.Name(id, t.Period.To)
		}
		for _, p := range r.Catalogue.Agencies.Members(t.Block.Code, t.Period.To) {
			out.All = append(out.All, AgencyLink{p.Agency, p.Name, t.Block.Name})
		}
		for _, id := range q.Agencies {
			if _, ok := out.Names[id]; !ok {
				return fault.New(fault.NotFound, "Đơn vị %q không thuộc %s trong %s.", id, t.Block.Name, t.Period.Title())
			}
			if !slices.Contains(out.Agencies, id) {
				out.Agencies = append(out.Agencies, id)
			}
		}
		for _, row := range t.Rows { // nobody chosen: the first three
			if len(q.Agencies) == 0 && len(out.Agencies) < 3 {
				out.Agencies = append(out.Agencies, row.Agency)
			}
		}
		if err := r.side(out, t, s); err != nil {
			return err
		}
		before, err := r.before(out, t, s, q.Before)
		if err != nil || before == nil {
			return err
		}
		return r.side(out, before, s)
	})
	return out, err
}

// before makes the ranking of the other period.
func (r *Ranker) before(out *Comparison, t *ranking.Table, s *Subject, key string) (*ranking.Table, error) {
	var before *ranking.Table
	var err error
	if key == "" {
		before, out.None, err = r.Earlier(t, s)
		if err != nil || before == nil {
			return nil, err
		}
		key = before.Period.Key
	}
	if key == t.Period.Key {
		return nil, nil
	}
	before, _, err = r.Table(RankingQuery{Code: t.Code, Period: key, Block: t.Block.Code, Source: string(t.Source)})
	if fault.KindOf(err) == fault.NotFound {
		out.None = fault.Sentence(err)
		return nil, nil
	}
	if err == nil && len(before.Rows) == 0 {
		out.None = "Kỳ " + before.Period.Title() + " chưa có số liệu của cùng nguồn."
		return nil, nil
	}
	return before, err
}

func (r *Ranker) side(out *Comparison, t *ranking.Table, s *Subject) error {
	side := CompareSide{Table: t, Columns: []ranking.Column{ranking.NewColumn(t)}}
	if s.Scorecard != nil {
		parts, err := r.Columns(t, s)
		if err != nil {
			return err
		}
		side.Columns = append(side.Columns, parts...)
	} else if t.Definition != nil && t.Definition.Indicator.Direction == kpi.Neutral {
		side.Columns[0].Best.Valid = false
	}
	out.Sides = append(out.Sides, side)
	return nil
}
