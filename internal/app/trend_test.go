package app_test

import (
	"testing"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/fault"
	"chiso/internal/kpi"
)

// The line of an indicator has the targets of its agency; what is not its own source is another line.
func TestTrend(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		v, err := f.Trend(t.Context(), figures.TrendQuery{Agency: agency.Nation, Code: "cps01"})
		if err != nil || len(v.Runs) != 1 || v.Source != kpi.Published || len(v.Targets) != 2 {
			t.Fatalf("%+v %v", v, err)
		}
		last := v.Last()
		if last.Target == nil || last.Target.Year != last.Points[len(last.Points)-1].Period.To.Year() || last.Reached {
			t.Errorf("target %+v, reached %v", last.Target, last.Reached)
		}
		if _, err := f.Trend(t.Context(), figures.TrendQuery{Agency: agency.Nation, Code: "NOPE"}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("an unknown indicator: %v", err)
		}
	})
}
