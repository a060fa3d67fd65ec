package kpi_test

import (
	"testing"

	"pgregory.net/rapid"

	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

func TestParsePeriod(t *testing.T) {
	for _, tt := range []struct {
		key      string
		kind     kpi.PeriodKind
		from, to vi.Date
		index    int
		title    string
	}{
		{"2026", kpi.Year, 20260101, 20261231, 1, "Năm 2026"},
		{"2026-H1", kpi.Half, 20260101, 20260630, 1, "6 tháng đầu năm 2026"},
		{"2026-H2", kpi.Half, 20260701, 20261231, 2, "6 tháng cuối năm 2026"},
		{"2026-9M", kpi.Nine, 20260101, 20260930, 1, "9 tháng đầu năm 2026"},
		{"2026-Q1", kpi.Quarter, 20260101, 20260331, 1, "Quý I năm 2026"},
		{"2026-Q2", kpi.Quarter, 20260401, 20260630, 2, "Quý II năm 2026"},
		{"2026-Q3", kpi.Quarter, 20260701, 20260930, 3, "Quý III năm 2026"},
		{"2026-Q4", kpi.Quarter, 20261001, 20261231, 4, "Quý IV năm 2026"},
		{"2026-08", kpi.Month, 20260801, 20260831, 8, "Tháng 8 năm 2026"},
		{"2024-02", kpi.Month, 20240201, 20240229, 2, "Tháng 2 năm 2024"},
		{"2025-02", kpi.Month, 20250201, 20250228, 2, "Tháng 2 năm 2025"},
		{"2000-02", kpi.Month, 20000201, 20000229, 2, "Tháng 2 năm 2000"},
		{"2100-02", kpi.Month, 21000201, 21000228, 2, "Tháng 2 năm 2100"},
		{"2026-12", kpi.Month, 20261201, 20261231, 12, "Tháng 12 năm 2026"},
		{"2026-W36", kpi.Week, 20260831, 20260906, 36, "Tuần 36 năm 2026"},
		{"2026-W01", kpi.Week, 20251229, 20260104, 1, "Tuần 1 năm 2026"},
		{"2026-W53", kpi.Week, 20261228, 20270103, 53, "Tuần 53 năm 2026"},
		{"2020-W53", kpi.Week, 20201228, 20210103, 53, "Tuần 53 năm 2020"},
		{"2021-W01", kpi.Week, 20210104, 20210110, 1, "Tuần 1 năm 2021"},
		{"2026-10-10", kpi.Day, 20261010, 20261010, 0, "Ngày 10/10/2026"},
		{"2024-02-29", kpi.Day, 20240229, 20240229, 0, "Ngày 29/02/2024"},
		{"2024-07-01..2025-02-06", kpi.Span, 20240701, 20250206, 0, "Từ 01/07/2024 đến 06/02/2025"},
		{"2025-02-06..2025-02-06", kpi.Span, 20250206, 20250206, 0, "Từ 06/02/2025 đến 06/02/2025"},
	} {
		t.Run(tt.key, func(t *testing.T) {
			p, err := kpi.ParsePeriod(tt.key)
			if err != nil {
				t.Fatal(err)
			}
			if want := (kpi.Period{Key: tt.key, Kind: tt.kind, From: tt.from, To: tt.to}); p != want {
				t.Errorf("got %+v, want %+v", p, want)
			}
			if p.Index() != tt.index || p.Title() != tt.title {
				t.Errorf("got index %d, title %q", p.Index(), p.Title())
			}
		})
	}
	for _, bad := range []string{"", "26", "2026-", "2026-Q0", "2026-Q5", "2026-q3", "2026-H3", "2026-6M", "2026-9m", "2026-00", "2026-13",
		"2026-8", "2026-W00", "2026-W54", "2025-W53", "2026-W1", "2026-02-29", "2026-10-1", "2026/10/10", "10/10/2026", " 2026", "2026 ", "2026\n",
		"2026-Q3\n", "٢٠٢٦", "1989", "2101", "0000", "1989-12-31", "9999-12-31", "2026-01-02..2026-01-01", "2026-01-01..", "..2026-01-01",
		"2026-01-01..2026-02-30", "0001-01-01..2026-01-01", "2026-01-01..9999-12-31", "2026-01-01..2026-01-02..2026-01-03", "quý III/2026"} {
		t.Run("refuses "+bad, func(t *testing.T) {
			p, err := kpi.ParsePeriod(bad)
			if fault.KindOf(err) != fault.Invalid || p != (kpi.Period{}) {
				t.Errorf("ParsePeriod(%q) = %+v, %v", bad, p, err)
			}
		})
	}
}

func keys() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		d := vi.NewDate(1990, 1, rapid.IntRange(400, 40_000).Draw(t, "day"))
		iso := d.ISO()
		switch rapid.IntRange(0, 7).Draw(t, "kind") {
		case 0:
			return iso[:4]
		case 1:
			return iso[:4] + rapid.SampledFrom([]string{"-H1", "-H2"}).Draw(t, "half")
		case 2:
			return iso[:4] + "-9M"
		case 3:
			return iso[:4] + rapid.SampledFrom([]string{"-Q1", "-Q2", "-Q3", "-Q4"}).Draw(t, "quarter")
		case 4:
			return iso[:7]
		case 5:
			y, w := d.Time().ISOWeek()
			return vi.NewDate(y, 1, 1).ISO()[:4] + "-W" + string(rune('0'+w/10)) + string(rune('0'+w%10))
		case 6:
			return iso
		}
		return iso + ".." + d.AddDays(rapid.IntRange(0, 500).Draw(t, "days")).ISO()
	})
}

func TestPeriod_Properties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, err := kpi.ParsePeriod(keys().Draw(t, "key"))
		if err != nil {
			t.Fatal(err)
		}
		if p.From > p.To {
			t.Errorf("%+v ends before it starts", p)
		}
		if q, ok := p.LastYear(); ok && (q.Kind != p.Kind || q.Index() != p.Index() || q.To >= p.To) {
			t.Errorf("last year of %s is %s", p.Key, q.Key)
		}
		for _, a := range []kpi.Accumulation{kpi.InPeriod, kpi.Cumulative, kpi.YearToDate, kpi.Point} {
			c := kpi.Previous(p, a)
			answers := 0
			for _, given := range []bool{c.Period.Key != "", c.Snapshot, c.None != ""} {
				if given {
					answers++
				}
			}
			if answers != 1 {
				t.Errorf("Previous(%s, %s) = %+v: exactly one answer is due", p.Key, a, c)
			}
			if c.Period.Key == "" {
				continue
			}
			if c.Period.Kind != p.Kind || c.Period.To >= p.To {
				t.Errorf("Previous(%s, %s) = %s", p.Key, a, c.Period.Key)
			}
			adjacent := c.Period.To.AddDays(1) == p.From
			if (a == kpi.InPeriod || a == kpi.Point) && p.Kind != kpi.Nine && !adjacent {
				t.Errorf("Previous(%s, %s) = %s leaves a hole", p.Key, a, c.Period.Key)
			}
			if a == kpi.YearToDate && p.Kind != kpi.Year && p.Kind != kpi.Nine && c.Period.To.Year() != p.To.Year() {
				t.Errorf("Previous(%s, %s) = %s is of another year", p.Key, a, c.Period.Key)
			}
		}
	})
}

func TestPrevious(t *testing.T) {
	const (
		none     = "none"
		snapshot = "snapshot"
	)
	for _, tt := range []struct{ key, inPeriod, cumulative, yearToDate, point string }{
		{"2026", "2025", "2025", "2025", "2025"},
		{"2026-9M", "2025-9M", "2025-9M", "2025-9M", "2025-9M"},
		{"2026-H2", "2026-H1", "2025-H2", "2026-H1", "2026-H1"},
		{"2026-H1", "2025-H2", "2025-H1", none, "2025-H2"},
		{"2026-Q3", "2026-Q2", "2025-Q3", "2026-Q2", "2026-Q2"},
		{"2026-Q1", "2025-Q4", "2025-Q1", none, "2025-Q4"},
		{"2026-08", "2026-07", "2025-08", "2026-07", "2026-07"},
		{"2026-01", "2025-12", "2025-01", none, "2025-12"},
		{"2026-W36", "2026-W35", "2025-W36", "2026-W35", "2026-W35"},
		{"2026-W01", "2025-W52", "2025-W01", none, "2025-W52"},
		{"2027-W01", "2026-W53", "2026-W01", "2026-W53", "2026-W53"}, // W53 ends on 03/01/2027
		{"2026-W53", "2026-W52", none, "", "2026-W52"},
		{"2026-10-10", snapshot, snapshot, snapshot, snapshot},
		{"2026-01-01..2026-02-15", none, none, none, none},
		{"1990", none, none, none, none},
		{"1990-Q1", none, none, none, none},
	} {
		for a, want := range map[kpi.Accumulation]string{
			kpi.InPeriod: tt.inPeriod, kpi.Cumulative: tt.cumulative, kpi.YearToDate: tt.yearToDate, kpi.Point: tt.point} {
			if want == "" {
				continue
			}
			t.Run(tt.key+" "+string(a), func(t *testing.T) {
				c := kpi.Previous(kpi.MustPeriod(tt.key), a)
				got := c.Period.Key
				if c.Snapshot {
					got = snapshot
				} else if c.None != "" {
					got = none
				}
				if got != want {
					t.Errorf("got %q (%+v), want %q", got, c, want)
				}
			})
		}
	}
}

func TestPrevious_SnapshotsOfTheYear(t *testing.T) {
	day := kpi.MustPeriod("2026-09-26")
	if got := kpi.Previous(day, kpi.YearToDate).NotUntil; got != 20260101 {
		t.Errorf("year to date: not before %s, want 01/01/2026", got)
	}
	for _, a := range []kpi.Accumulation{kpi.InPeriod, kpi.Cumulative, kpi.Point} {
		if got := kpi.Previous(day, a).NotUntil; got != vi.OpenFrom {
			t.Errorf("%s: not before %s, want no bound", a, got)
		}
	}
}

func TestPeriod_LastYear(t *testing.T) {
	for _, tt := range []struct{ name, key, want string }{
		{"year", "2026", "2025"},
		{"nine months", "2026-9M", "2025-9M"},
		{"month", "2026-02", "2025-02"},
		{"day", "2026-10-10", "2025-10-10"},
		{"29 February has none", "2024-02-29", ""},
		{"28 February", "2025-02-28", "2024-02-28"},
		{"week 53 of a year after 52 weeks", "2026-W53", ""},
		{"span", "2026-01-01..2026-02-15", ""},
		{"first year", "1990", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := kpi.MustPeriod(tt.key).LastYear()
			if got.Key != tt.want || ok != (tt.want != "") {
				t.Errorf("LastYear(%s) = %q, %v, want %q", tt.key, got.Key, ok, tt.want)
			}
		})
	}
}

func TestPeriod_SortKey(t *testing.T) {
	inOrder := []string{"2026-06", "2026-Q2", "2026-H1", "2026-07", "2026-W36", "2026-09-30", "2026-09", "2026-Q3", "2026-9M", "2026"}
	for i := 1; i < len(inOrder); i++ {
		a, b := kpi.MustPeriod(inOrder[i-1]), kpi.MustPeriod(inOrder[i])
		aTo, aSpan := a.SortKey()
		bTo, bSpan := b.SortKey()
		if aTo > bTo || aTo == bTo && aSpan >= bSpan {
			t.Errorf("%s does not sort before %s", a.Key, b.Key)
		}
	}
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"2026", "2026-W53", "2026-02-29", "2024-07-01..2025-02-06", "..", "9999-W53"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, key string) {
		p, err := kpi.ParsePeriod(key)
		if err != nil {
			return
		}
		if p.Key != key || p.From > p.To || p.Title() == "" {
			t.Errorf("ParsePeriod(%q) = %+v", key, p)
		}
		kpi.Previous(p, kpi.YearToDate)
		p.LastYear()
	})
}
