package app_test

import (
	"testing"

	"chiso/internal/app/figures"
	"chiso/internal/kpi"
)

// An indicator of which the nation alone has a figure is listed with the source and period of that figure: the list called 120 published
// figures reported by agencies, which none had reported.
func TestOverview_nationAlone(t *testing.T) {
	o, err := sampled(t).Overview(t.Context(), figures.OverviewQuery{})
	if err != nil {
		t.Fatal(err)
	}
	alone := 0
	for _, l := range o.Rankings {
		if len(l.Places) > 0 || l.Nation == nil {
			continue
		}
		alone++
		if l.Source != l.Nation.Source || l.Period.Key != l.Nation.Period.Key || l.Source == kpi.Reported {
			t.Errorf("%s is listed as %s of %q, the nation's figure is %s of %q", l.Code, l.Source, l.Period.Key, l.Nation.Source, l.Nation.Period.Key)
		}
	}
	if alone < 20 {
		t.Errorf("%d indicators that the nation alone has", alone)
	}
}
