package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/store"
)

// TrendQuery asks for one indicator of one agency over time.
type TrendQuery struct {
	Agency agency.ID
	Code   string
	Source string // "" takes the first source that has figures
	View   View
}

// TrendView is one indicator of one agency over time. Each definition version is a run of its own: lines are never joined over a
// change of definition.
type TrendView struct {
	Agency   agency.Version
	Source   kpi.System
	Sources  []Choice
	Runs     []Series // oldest definition first
	Targets  []kpi.Target
	Revision int64
	AsOf     time.Time
}

// Last is the run of the newest definition that has figures.
func (v *TrendView) Last() Series { return v.Runs[len(v.Runs)-1] }

// Trend gathers the line of one indicator.
func (a *App) Trend(ctx context.Context, q TrendQuery) (out *TrendView, err error) {
	err = a.store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.catalogue(v)
		if err != nil {
			return err
		}
		versions := c.agencies.Versions(q.Agency)
		if len(versions) == 0 || versions[0].Level == agency.Aggregate {
			return fault.New(fault.NotFound, "Không có đơn vị mang mã %q.", q.Agency)
		}
		out = &TrendView{Agency: versions[len(versions)-1], Source: kpi.System(q.Source), Revision: v.Revision().ID, AsOf: v.Revision().At}
		r := a.ranker(v, c, q.View, time.Time{})
		points, err := r.v.AgencySeries(q.Agency)
		if err != nil {
			return err
		}
		all, err := r.series(q.Agency, points)
		if err != nil {
			return err
		}
		return out.fill(all, q)
	})
	return out, err
}

func (v *TrendView) fill(all []Series, q TrendQuery) error {
	all = slices.DeleteFunc(all, func(s Series) bool { return !strings.EqualFold(s.Definition.Indicator.Code, q.Code) })
	for _, s := range all {
		if v.Source == "" {
			v.Source = s.Source
		}
		if s.Source == v.Source {
			v.Runs = append(v.Runs, s)
		}
		if code := string(s.Source); !slices.ContainsFunc(v.Sources, func(x Choice) bool { return x.Code == code }) {
			v.Sources = append(v.Sources, Choice{code, s.Source.Title(), s.Source == v.Source})
		}
	}
	if len(v.Runs) == 0 {
		return fault.New(fault.NotFound, "%s chưa có số liệu nào của chỉ tiêu %q từ nguồn này.", v.Agency.Name, q.Code)
	}
	slices.SortStableFunc(v.Runs, func(a, b Series) int { return int(a.Definition.From) - int(b.Definition.From) })
	last := v.Last()
	day := last.Points[len(last.Points)-1].Period.To
	block := last.by.homeBlock(q.Agency, day)
	for _, t := range last.by.kpis.Targets(last.Definition.Indicator.Code) {
		if t.Scope == "all" || t.Scope == "block:"+block || t.Scope == "agency:"+string(q.Agency) {
			v.Targets = append(v.Targets, t)
		}
	}
	slices.SortStableFunc(v.Targets, func(a, b kpi.Target) int { return a.Year - b.Year })
	aim(q.Agency, v.Runs)
	return nil
}
