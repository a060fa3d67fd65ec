package filing

import (
	"encoding/csv"
	"io"
	"testing"
	"testing/quick"
	"time"

	"chiso/internal/kpi"
	"chiso/internal/vi"
	"chiso/seed"
)

// seedCalendar is the calendar of seed/holidays.csv.
func seedCalendar(t *testing.T) *Calendar {
	t.Helper()
	f, err := seed.Files.Open("holidays.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var days []SpecialDay
	r := csv.NewReader(f)
	for {
		rec, err := r.Read()
		if err == io.EOF {
			return NewCalendar(days)
		}
		if err != nil {
			t.Fatal(err)
		}
		if d, err := vi.ParseISODate(rec[0]); err == nil {
			days = append(days, SpecialDay{Day: d, Kind: DayKind(rec[1]), Name: rec[2], Basis: rec[3], Verified: rec[4]})
		}
	}
}

func TestCutoff_Window(t *testing.T) {
	for _, tt := range []struct {
		rule     Cutoff
		period   string
		from, to vi.Date
	}{
		// domain.md §3: Nghị định 09/2019/NĐ-CP Điều 12
		{Decree09, "2026-09", 20260815, 20260914},
		{Decree09, "2026-01", 20251215, 20260114},
		{Decree09, "2026-03", 20260215, 20260314},
		{Decree09, "2026-Q1", 20251215, 20260314},
		{Decree09, "2026-Q3", 20260615, 20260914},
		{Decree09, "2026-H1", 20251215, 20260614},
		{Decree09, "2026-H2", 20260615, 20261214},
		{Decree09, "2026-9M", 20251215, 20260914},
		{Decree09, "2026", 20251215, 20261214},
		{CalendarDays, "2026", 20260101, 20261231},
		{CalendarDays, "2026-Q3", 20260701, 20260930},
		{CalendarDays, "2026-10-10", 20261010, 20261010},
		{CalendarDays, "2026-W36", 20260831, 20260906},
		{"day:20", "2026-08", 20260721, 20260820},
		{"day:20", "2026-Q1", 20251221, 20260320},
		{"day:31", "2024-02", 20240201, 20240229},
		{"day:30", "2026-02", 20260131, 20260228},
		{"day:30", "2026-03", 20260301, 20260330},
	} {
		got, err := tt.rule.Window(kpi.MustPeriod(tt.period))
		if err != nil || got.From != tt.from || got.To != tt.to {
			t.Errorf("%s %s: %s–%s (%v), want %s–%s", tt.rule, tt.period, got.From, got.To, err, tt.from, tt.to)
		}
	}
	for rule, period := range map[Cutoff]string{Free: "2026-Q3", Decree09: "2026-W36", "day:20": "2026-10-10", "day:32": "2026-08", "day:05": "2026-08", "15-15": "2026"} {
		if w, err := rule.Window(kpi.MustPeriod(period)); err == nil {
			t.Errorf("%s %s: %v, want a refusal", rule, period, w)
		}
	}
}

// Windows of periods that follow each other neither overlap nor leave a day out.
func TestCutoff_windowsMeet(t *testing.T) {
	rules := []Cutoff{Decree09, CalendarDays, "day:1", "day:20", "day:28", "day:29", "day:30", "day:31"}
	for _, rule := range rules {
		for _, keys := range [][]string{
			{"2024-01", "2024-02", "2024-03", "2024-04"}, {"2025-12", "2026-01", "2026-02", "2026-03"}, {"2025-Q4", "2026-Q1", "2026-Q2"},
			{"2025-H2", "2026-H1", "2026-H2"}, {"2024", "2025", "2026"},
		} {
			last := vi.Date(0)
			for _, key := range keys {
				w, err := rule.Window(kpi.MustPeriod(key))
				if err != nil || w.From > w.To || last != 0 && last.AddDays(1) != w.From {
					t.Errorf("%s %s: %s–%s after %s (%v)", rule, key, w.From, w.To, last, err)
				}
				last = w.To
			}
		}
	}
}

func TestDueRule_Deadline(t *testing.T) {
	cal := seedCalendar(t)
	for _, tt := range []struct {
		name   string
		rule   DueRule
		cutoff vi.Date
		day    vi.Date
		clock  string
	}{
		{"two working days (QĐ 01/2023/QĐ-UBND Khánh Hòa)", "working_days:2", 20260914, 20260916, ""},
		{"over a weekend", "working_days:2", 20260814, 20260818, ""},
		{"before Tết 2026", "working_days:2", 20260214, 20260224, ""}, // 16–20/02 are off, so Monday 23 and Tuesday 24
		{"before Tết 2025", "working_days:1", 20250124, 20250203, ""}, // 25/01–02/02 are off
		{"a substitute day", "working_days:1", 20260424, 20260428, ""},
		{"a swapped Friday", "working_days:1", 20251231, 20260105, ""},  // 01/01 holiday, 02/01 swapped
		{"a worked Saturday", "working_days:2", 20260108, 20260110, ""}, // Saturday 10/01 makes up for it
		{"a worked Saturday 2025", "day:26", 20250414, 20250426, ""},    // worked for 02/05
		{"fixed day", "day:25 17:00", 20260814, 20260825, "17:00"},      //
		{"fixed day on a Sunday", "day:16", 20260814, 20260817, ""},     // Bộ luật Dân sự 2015 Điều 148 khoản 5
		{"fixed day already past", "day:10", 20260814, 20260910, ""},    //
		{"fixed day next year", "day:10", 20261214, 20270111, ""},       // 10/01/2027 is a Sunday
		{"fixed day within Tết", "day:17", 20260214, 20260223, ""},      //
		{"day that the month lacks", "day:31", 20260214, 20260302, ""},  // 28/02/2026 is a Saturday
		{"fixed day and month", "day:31/1", 20261231, 20270201, ""},     // a Sunday
		{"same day and month next year", "day:31/12", 20261231, 20271231, ""},
		{"no working day", "working_days:0", 20260815, 20260817, ""},
	} {
		got, err := tt.rule.Deadline(tt.cutoff, cal)
		if err != nil || got.Day != tt.day || got.Clock() != tt.clock {
			t.Errorf("%s: %s (%v), want %s %s", tt.name, got, err, tt.clock, tt.day)
		}
	}
	for _, rule := range []DueRule{"working_days", "working_days:-1", "day:0", "day:32", "day:30/2", "day:1/13", "day:1/0", "day:5 24:00", "day:5 08:60", "day:5 00:00", "mai"} {
		if rule.Valid() {
			t.Errorf("%q is taken", rule)
		}
	}
	if _, err := DueRule("").Deadline(20260914, cal); err == nil {
		t.Error("a regime without a due rule gives a deadline")
	}
}

// Whatever the cut-off: the deadline lies on a working day after it, and N working days lie between them.
func TestDueRule_properties(t *testing.T) {
	cal := seedCalendar(t)
	holds := func(offset uint16, n uint8) bool {
		cutoff, days := vi.Date(20240101).AddDays(int(offset)%1000), int(n)%15+1
		got := cal.Add(cutoff, days)
		worked := 0
		for d := cutoff.AddDays(1); d <= got; d = d.AddDays(1) {
			if cal.Working(d) {
				worked++
			}
		}
		return cal.Working(got) && worked == days && cal.Next(got) == got && cal.Add(cal.Add(cutoff, 1), days-1) == got
	}
	if err := quick.Check(holds, &quick.Config{MaxCount: 3000}); err != nil {
		t.Error(err)
	}
}

// The year of a public servant: 11 paid days off a year (Bộ luật Lao động 2019 Điều 112), every one on a weekday or made good
// by a substitute, and every swapped day worked for.
func TestSeedCalendar(t *testing.T) {
	cal := seedCalendar(t)
	for year := 2024; year <= 2026; year++ {
		if !cal.Covers(year) {
			t.Errorf("%d is missing", year)
		}
		count := map[DayKind]int{}
		weekend := 0
		for d := vi.NewDate(year, 1, 1); d.Year() == year; d = d.AddDays(1) {
			s, ok := cal.On(d)
			if !ok {
				continue
			}
			count[s.Kind]++
			off := d.Time().Weekday() == time.Saturday || d.Time().Weekday() == time.Sunday
			if s.Kind == Holiday && off {
				weekend++
			}
			if s.Kind != Holiday && off != (s.Kind == SwapWork) {
				t.Errorf("%s is %s", d, s.Kind.Title())
			}
		}
		if count[Holiday] != 11 || count[Substitute] != weekend || count[SwapOff] != count[SwapWork] {
			t.Errorf("%d: %v, %d holidays on weekends", year, count, weekend)
		}
	}
}

func TestDeadline(t *testing.T) {
	d := Deadline{20260916, 17 * 60}
	before, after := time.Date(2026, 9, 16, 9, 59, 59, 0, time.UTC), time.Date(2026, 9, 16, 10, 0, 0, 0, time.UTC)
	if d.Passed(before) || !d.Passed(after) || d.String() != "17:00 ngày 16/09/2026" {
		t.Errorf("%s: %v %v", d, d.Passed(before), d.Passed(after))
	}
	whole := Deadline{Day: 20260916}
	if whole.Passed(time.Date(2026, 9, 16, 16, 59, 59, 0, time.UTC)) || !whole.Passed(time.Date(2026, 9, 16, 17, 0, 0, 0, time.UTC)) {
		t.Errorf("%s does not end at midnight in Viet Nam", whole)
	}
	if (Deadline{}).Passed(after) {
		t.Error("no deadline cannot pass")
	}
}
