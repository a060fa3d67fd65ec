package report

import (
	"testing"

	"chiso/internal/kpi"
	"chiso/internal/ranking"
)

// Cover, summary and the sheets of tables name the same days: the window of the round (15/6 to 14/9), not the calendar quarter.
func TestPack_Days(t *testing.T) {
	quarter := kpi.MustPeriod("2026-Q3")
	window, calendar, other := Span{20260615, 20260914}, Span{20260701, 20260930}, Span{20260621, 20260920}
	pack := func(spans ...Span) *Pack {
		p := &Pack{Period: quarter, DataFrom: quarter.From, DataTo: quarter.To, Spans: spans}
		for i := range spans {
			p.Tables = append(p.Tables, ranking.Table{Code: string(rune('A' + i)), Period: quarter})
		}
		return p
	}
	for name, tt := range map[string]struct {
		pack *Pack
		want Span
	}{
		"one window":          {pack(window, window), window},
		"two windows":         {pack(window, other), calendar},
		"one without a round": {pack(window, Span{}), calendar},
		"no round":            {pack(Span{}), calendar},
		"no table":            {pack(), calendar},
		"a day of the portal": {func() *Pack {
			p := pack(window, Span{})
			p.Tables[1].Period = kpi.MustPeriod("2026-10-10")
			return p
		}(), window},
	} {
		if got := tt.pack.days(); got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
	if got := pack(window).span(); got != "Số liệu từ 15/06/2026 đến 14/09/2026" {
		t.Errorf("the cover says %q", got)
	}
}
