package figures

import (
	"context"
	"slices"
	"strings"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/store"
)

// TrendQuery asks for one indicator of one agency over time.
type TrendQuery struct {
	Agency agency.ID
	Code   string
	Source string // "" takes the first source that has figures
	View   ledger.View
}

// TrendView is one indicator of one agency over time. Each definition version is a run of its own: lines are never joined over a
// change of definition.
type TrendView struct {
	Agency   agency.Version
	Source   kpi.System
	Sources  []ledger.Choice
	Runs     []Series // oldest definition first
	Targets  []kpi.Target
	Revision int64
	AsOf     time.Time
}

// Last is the run of the newest definition that has figures.
func (v *TrendView) Last() Series { return v.Runs[len(v.Runs)-1] }

// Trend gathers the line of one indicator.
func (a *Room) Trend(ctx context.Context, q TrendQuery) (out *TrendView, err error) {
	defer fault.Context(&err, "figures.Trend")
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		versions := c.Agencies.Versions(q.Agency)
		if len(versions) == 0 || versions[0].Level == agency.Aggregate {
			return fault.New(fault.NotFound, "Không có đơn vị mang mã %q.", q.Agency)
		}
		out = &TrendView{Agency: versions[len(versions)-1], Source: kpi.System(q.Source), Revision: v.Revision().ID, AsOf: v.Revision().At}
		r := a.Ranker(v, c, q.View, time.Time{})
		points, err := r.View.AgencySeries(q.Agency)
		if err != nil {
			return err
		}
		all, err := r.Series(q.Agency, points)
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
		if code := string(s.Source); !slices.ContainsFunc(v.Sources, func(x ledger.Choice) bool { return x.Code == code }) {
			v.Sources = append(v.Sources, ledger.Choice{Code: code, Title: s.Source.Title(), Selected: s.Source == v.Source})
		}
	}
	if len(v.Runs) == 0 {
		return fault.New(fault.NotFound, "%s chưa có số liệu nào của chỉ tiêu %q từ nguồn này.", v.Agency.Name, q.Code)
	}
	slices.SortStableFunc(v.Runs, func(a, b Series) int { return int(a.Definition.From) - int(b.Definition.From) })
	last := v.Last()
	day := last.Points[len(last.Points)-1].Period.To
	block := last.By.HomeBlock(q.Agency, day)
	for _, t := range last.By.Kpis.Targets(last.Definition.Indicator.Code) {
		if t.Scope == "all" || t.Scope == "block:"+block || t.Scope == "agency:"+string(q.Agency) {
			v.Targets = append(v.Targets, t)
		}
	}
	slices.SortStableFunc(v.Targets, func(a, b kpi.Target) int { return a.Year - b.Year })
	aim(q.Agency, v.Runs)
	return nil
}
