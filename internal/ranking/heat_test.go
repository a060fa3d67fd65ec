package ranking_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

func TestMedian(t *testing.T) {
	for _, tt := range []struct{ values, want string }{
		{"", ""}, {"3", "3"}, {"3 1 2", "2"}, {"1 2", "1.5"}, {"4 1 3 2", "2.5"}, {"0.01 0.02", "0.02"},
	} {
		var values []vi.Decimal
		for _, v := range strings.Fields(tt.values) {
			values = append(values, dec(v))
		}
		if got := ranking.Median(values, 2).String(); got != tt.want {
			t.Errorf("median of %q is %s, want %s", tt.values, got, tt.want)
		}
	}
}

func column(code string, dir kpi.Direction, values string) ranking.Column {
	tab := table(definition(kpi.Score, dir))
	tab.Code = code
	figures := map[agency.ID]kpi.Figure{}
	var ids []agency.ID
	for i, v := range strings.Fields(values) {
		id := agency.ID(fmt.Sprint(string(rune('A' + i))))
		if ids = append(ids, id); v != "-" {
			figures[id] = value(v)
		}
	}
	ranking.Rank(tab, places(ids...), figuresOf(figures))
	return ranking.NewColumn(tab)
}

func TestNewColumn(t *testing.T) {
	c := column("X", kpi.Lower, "5 1 3 1 9 -")
	if c.Best.String() != "1" || c.Median.String() != "3" || c.Ranked != 5 || len(c.Leaders) != 2 {
		t.Errorf("%+v", c)
	}
	var got []string
	for _, id := range []agency.ID{"A", "B", "C", "D", "E", "F"} {
		cell, ok := c.Cells[id]
		got = append(got, fmt.Sprintf("%s %v rank %d fifth %d gap %s", id, ok, cell.Rank, cell.Fifth, cell.Gap))
	}
	want := []string{"A true rank 4 fifth 4 gap -2", "B true rank 1 fifth 1 gap 2", "C true rank 3 fifth 3 gap 0", "D true rank 1 fifth 1 gap 2",
		"E true rank 5 fifth 5 gap -6", "F false rank 0 fifth 0 gap "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStrengthsAndWeaknesses(t *testing.T) {
	columns := []ranking.Column{
		column("first", kpi.Higher, "9 1 2 3 4"),
		column("second", kpi.Higher, "8 9 2 3 4"),
		column("middle", kpi.Higher, "3 1 2 8 9"),
		column("last", kpi.Higher, "0 1 2 8 9"),
		column("fourth", kpi.Higher, "1 0 2 8 9"),
		column("silent", kpi.Higher, "- 0 2 8 9"),
		column("alone", kpi.Higher, "5 - - - -"),
	}
	strong, weak := ranking.StrengthsAndWeaknesses(columns, "A")
	var got []string
	for _, m := range strong {
		got = append(got, "+"+m.Column.Code)
	}
	for _, m := range weak {
		got = append(got, "-"+m.Column.Code)
	}
	if diff := cmp.Diff([]string{"+first", "+second", "-last", "-fourth"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSeriesOn(t *testing.T) {
	dir := merging()
	of := func(key string, fs map[agency.ID]kpi.Figure) ranking.PeriodFigures {
		return ranking.PeriodFigures{Period: kpi.MustPeriod(key), Figures: figuresOf(fs)}
	}
	all := []ranking.PeriodFigures{
		of("2023", map[agency.ID]kpi.Figure{"P-01": parts("1", "2")}),
		of("2024", map[agency.ID]kpi.Figure{"P63-48": parts("10", "20"), "P63-49": parts("30", "100")}),
		of("2025-H1", map[agency.ID]kpi.Figure{"P63-48": parts("5", "10")}),
		of("2026", map[agency.ID]kpi.Figure{"P34-48": parts("70", "100")}),
	}
	for _, tt := range []struct {
		id   agency.ID
		want []string
	}{
		{"P34-48", []string{"2024 40/120 tính lại từ tổng tử số, tổng mẫu số", "2025-H1 / " + ranking.PartMissing, "2026 70/100 "}},
		{"P63-48", []string{"2024 10/20 ", "2025-H1 5/10 "}}, // the old boundaries: their own days only
		{"P-01", []string{"2023 1/2 "}},
	} {
		t.Run(string(tt.id), func(t *testing.T) {
			var got []string
			for _, p := range ranking.SeriesOn(definition(kpi.Ratio, kpi.Higher), dir, tt.id, in2026, all) {
				got = append(got, fmt.Sprintf("%s %s/%s %s", p.Period.Key, p.Figure.Num, p.Figure.Den, p.Label()))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRankRestated(t *testing.T) {
	dir := merging()
	d := definition(kpi.Score, kpi.Higher)
	tab := table(d)
	tab.Period = kpi.MustPeriod("2024")
	// DTI 2024: Đà Nẵng (0,8335 + 0,5803)/2 = 0,7069, as the ministry published.
	d.Decimals, tab.Decimals = 4, 4
	figures := figuresOf(map[agency.ID]kpi.Figure{"P63-48": value("0.8335"), "P63-49": value("0.5803"), "P-01": value("0.8"), "P-46": value("0.7")})
	made := ranking.RankRestated(tab, dir, places("P-01", "P34-48", "P-46"), in2026, figures)
	if diff := cmp.Diff([]string{"P-011", "P34-482", "P-463"}, ranks(tab)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := rowOf(tab, "P34-48").Value.String(); got != "0.7069" || made["P34-48"].Rule() != "trung bình cộng các đơn vị tiền thân" {
		t.Errorf("Đà Nẵng is %s by %s", got, made["P34-48"].Rule())
	}
	delete(figures, "P63-49")
	ranking.RankRestated(tab, dir, places("P-01", "P34-48", "P-46"), in2026, figures)
	if len(tab.NotRanked) != 1 || tab.NotRanked[0].Detail != ranking.PartMissing {
		t.Errorf("not ranked: %+v", tab.NotRanked)
	}
}
