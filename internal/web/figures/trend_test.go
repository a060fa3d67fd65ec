package figures

import (
	"strings"
	"testing"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/chart"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// Where a definition ends the line is parted and says so: on the profile, on the page of the line, in the chart and in the picture.
func TestDefinitionBreak(t *testing.T) {
	run := func(from vi.Date, keys ...string) figures.Series {
		d := &kpi.Definition{Indicator: kpi.Indicator{Code: "CPS01", Kind: kpi.Ratio, Direction: kpi.Higher}, From: from, To: vi.OpenTo, Name: "Tỷ lệ trực tuyến", Unit: "%", Decimals: 1}
		s := figures.Series{Definition: d, Source: kpi.Reported}
		for i, key := range keys {
			v := vi.Int(int64(40 + 5*i))
			s.Points = append(s.Points, figures.Point{Period: kpi.MustPeriod(key), Figure: kpi.Figure{State: kpi.Value, Value: vi.Some(v)}, Value: vi.Some(v)})
		}
		return s
	}
	old, now := run(vi.OpenFrom, "2025-Q1", "2025-Q2"), run(20250701, "2025-Q3", "2025-Q4")
	now.Before, now.Target = []figures.Series{old}, &kpi.Target{Year: 2025, Value: vi.Int(80), Unit: "%"}
	row := newSeries(now, "P-01", false)
	if row.Break != "Đổi định nghĩa từ 01/07/2025" || row.Target == "" || row.Reached != "chưa đạt" {
		t.Errorf("break %q, target %q %q", row.Break, row.Target, row.Reached)
	}
	if n := strings.Count(string(row.Line), "<polyline"); n != 2 || !strings.Contains(string(row.Line), `stroke-dasharray="1 2"`) || !strings.Contains(string(row.Line), `stroke-dasharray="4 3"`) {
		t.Errorf("%d lines in %s", n, row.Line)
	}
	page := newTrendPage(&figures.TrendView{Agency: agency.Version{Agency: "P-01", Name: "Hà Nội"}, Source: kpi.Reported, Runs: []figures.Series{old, now},
		Targets: []kpi.Target{*now.Target}}, frame.Input{})
	if len(page.Breaks) != 1 || page.Rows[1].New == "" || page.Rows[0].New != "" || page.Rows[0].Verdict != "Chưa đạt" {
		t.Errorf("breaks %q, rows %+v", page.Breaks, page.Rows)
	}
	options, err := chart.Line(page.lines()...)
	if err != nil || !strings.Contains(string(options), "Đổi định nghĩa từ 01/07/2025") {
		t.Errorf("%s %v", options, err)
	}
	svg := string(chart.LineSVG("t", "f", page.lines()...))
	if strings.Count(svg, "<polyline") != 2 || !strings.Contains(svg, "Đổi định nghĩa từ 01/07/2025") || strings.Contains(svg, "%!") {
		t.Error(svg)
	}
}

// A link to an analysis keeps the moment and the view that the page was asked for.
func TestPin(t *testing.T) {
	t0 := &ranking.Table{Code: "Q766", Period: kpi.MustPeriod("2026-Q3"), Block: agency.Block{Code: "provinces"}, Source: kpi.Reported}
	asOf := time.Date(2026, 10, 10, 2, 0, 0, 0, time.UTC)
	for want, q := range map[string]figures.RankingQuery{
		"/analysis/P-01?block=provinces&code=Q766&period=2026-Q3&source=reported":                                          {View: ledger.Released},
		"/analysis/P-01?block=provinces&code=Q766&period=2026-Q3&source=reported&view=live":                                {View: ledger.LiveOf("P34-48")},
		"/analysis/P-01?as_of=2026-10-10T02%3A00%3A00Z&block=provinces&code=Q766&period=2026-Q3&source=reported&view=live": {View: ledger.Live, AsOf: asOf},
	} {
		if got := newPin(q).analysis(t0, "P-01"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
