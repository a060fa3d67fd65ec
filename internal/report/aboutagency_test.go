package report_test

import (
	"fmt"
	"strings"
	"testing"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/report"
	"chiso/internal/vi"
)

// Enough have answered, but not all: the sentence of an agency's pack still says of how many.
func TestAboutAgency_coverage(t *testing.T) {
	for n, want := range map[int]string{5: "hạng 1/5.", 4: "hạng 1/4, mới có số liệu của 4/5 đơn vị."} {
		tab := ranking.Table{Name: "Hồ sơ đúng hạn", Unit: "%", Decimals: 2, Period: kpi.MustPeriod("2026-Q3"), Direction: kpi.Higher}
		for i := range 5 {
			id := agency.ID(fmt.Sprint("A", i))
			if i < n {
				tab.Rows = append(tab.Rows, ranking.Row{Rank: i + 1, Agency: id, Value: vi.Some(vi.Int(int64(90 - i)))})
			} else {
				tab.NotRanked = append(tab.NotRanked, ranking.NotRanked{Agency: id, Reason: ranking.NotReported})
			}
		}
		got := report.AboutAgency(&report.Pack{Tables: []ranking.Table{tab}}, &report.AgencyCard{Agency: "A0"})
		if len(got) != 1 || !strings.HasSuffix(got[0], want) {
			t.Errorf("%d of 5: %q", n, got)
		}
	}
}
