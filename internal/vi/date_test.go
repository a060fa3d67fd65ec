package vi_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"chiso/internal/vi"
)

func TestParseISODate(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     vi.Date
	}{
		{"plain", "2025-07-01", 20250701},
		{"leap day", "2024-02-29", 20240229},
		{"open end as others write it", "9999-12-31", vi.OpenTo},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := vi.ParseISODate(tt.in); err != nil || got != tt.want {
				t.Errorf("ParseISODate(%q) = %d, %v", tt.in, got, err)
			}
		})
	}
	for _, bad := range []string{"", "2025-02-29", "1900-02-29", "2025-13-01", "2025-7-1", "01/07/2025", "0000-01-01",
		"2025-07-01T00:00:00Z", " 2025-07-01", "-2025-07-01"} {
		if got, err := vi.ParseISODate(bad); err == nil {
			t.Errorf("ParseISODate(%q) = %d", bad, got)
		}
	}
}

func TestDate_Sentinels(t *testing.T) {
	for _, d := range []vi.Date{vi.OpenFrom, vi.OpenTo} {
		if !d.IsOpen() || d.ISO() != "" || d.String() != "" {
			t.Errorf("%d prints as %q, %q", int(d), d.ISO(), d)
		}
		if d.AddDays(-1) != d || d.AddDays(400) != d {
			t.Errorf("%d moves: an open end stays open", int(d))
		}
	}
	if zero := vi.Date(0); zero.ISO() != "" || zero.String() != "" {
		t.Error("the zero date prints something")
	}
	if first := vi.NewDate(1, 1, 1); vi.OpenFrom >= first || vi.OpenTo <= vi.NewDate(2100, 1, 1) {
		t.Error("sentinels do not enclose the days")
	}
}

func TestDate_Arithmetic(t *testing.T) {
	for _, tt := range []struct {
		name      string
		got, want vi.Date
	}{
		{"day before the merger", vi.Date(20250701).AddDays(-1), 20250630},
		{"into a leap day", vi.Date(20240228).AddDays(1), 20240229},
		{"over a year's end", vi.Date(20251231).AddDays(1), 20260101},
		{"month carried over", vi.NewDate(2026, 13, 1), 20270101},
		{"day 0 is the last of the month before", vi.NewDate(2024, 3, 0), 20240229},
		{"own location", vi.DateOf(time.Date(2026, 1, 1, 0, 30, 0, 0, time.FixedZone("+07", 7*3600))), 20260101},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %d, want %d", tt.got, tt.want)
			}
		})
	}
	if got := vi.Date(20250701).String(); got != "01/07/2025" {
		t.Errorf("String = %q", got)
	}
}

func TestDate_Properties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := vi.NewDate(1990, 1, rapid.IntRange(1, 40_000).Draw(t, "day"))
		n := rapid.IntRange(-20_000, 20_000).Draw(t, "n")
		if got, err := vi.ParseISODate(d.ISO()); err != nil || got != d {
			t.Errorf("%s reads as %d, %v", d.ISO(), got, err)
		}
		later := d.AddDays(n)
		if later.AddDays(-n) != d || (later > d) != (n > 0) || int(later.Time().Sub(d.Time()).Hours()) != 24*n || d.DaysTo(later) != n || later.DaysTo(d) != -n {
			t.Errorf("%s + %d days = %s", d.ISO(), n, later.ISO())
		}
		if vi.NewDate(d.Year(), d.Month(), d.Day()) != d || vi.DateOf(d.Time()) != d {
			t.Errorf("parts of %d", d)
		}
	})
}
