package app_test

import (
	"slices"
	"testing"
	"time"

	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
)

// The overview, an agency's page and the A4 pages can be asked for as they stood: later figures are not on them, nor what people do now.
func TestPinnedPages(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		ctx := t.Context()
		f.load(t, tidy+"Bộ Y tế,CPS18,2026-Q3,80,100\n")
		before := f.clock.now
		f.load(t, tidy+"Bộ Y tế,CPS18,2026-Q3,90,100\nBộ Y tế,CPS07,2026-Q3,60,100\n")
		for at, want := range map[time.Time]string{before: "80", {}: "90"} {
			s, err := f.Sheet(ctx, figures.SheetQuery{Agency: "BYT", View: ledger.Live, AsOf: at, Inside: true})
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(s.Lines, func(l figures.SheetLine) bool { return l.Code == "CPS18" })
			if i < 0 || s.Lines[i].Value.String() != want || (s.Inside == nil) == at.IsZero() {
				t.Errorf("A4 as of %s: %+v, inside %v", at, s.Lines, s.Inside)
			}
			v, err := f.Agency(ctx, figures.AgencyQuery{Agency: "BYT", View: ledger.Live, AsOf: at, Inside: true})
			if err != nil || slices.ContainsFunc(v.Series, func(x figures.Series) bool { return x.Definition.Indicator.Code == "CPS07" }) != at.IsZero() || (v.Inside == nil) == at.IsZero() {
				t.Errorf("agency as of %s: %d series, inside %v, %v", at, len(v.Series), v.Inside, err)
			}
			o, err := f.Overview(ctx, figures.OverviewQuery{View: ledger.Live, AsOf: at, Inside: true})
			if err != nil || slices.ContainsFunc(o.Rankings, func(l figures.RankingLink) bool { return l.Code == "CPS07" && l.Block == "ministries" }) != at.IsZero() || (o.Inside == nil) == at.IsZero() {
				t.Errorf("overview as of %s: inside %v, %v", at, o.Inside, err)
			}
		}
		_, err := f.Overview(ctx, figures.OverviewQuery{AsOf: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)})
		kind(t, "before the first figure", err, fault.NotFound)
	})
}
