package app_test

import (
	"strings"
	"testing"

	"chiso/internal/access"
	"chiso/internal/app/reporting"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// A numerator beside a bare rate is a fault that shows both; with the denominator both parts take over from the rate, which is held against
// them. What the answer shows is what is stored.
func TestReport_PartsTakeOverFromRate(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan := d.as("lan", access.Reporter, daNang)
		type shown struct{ num, den, val, text string }
		see := func(r reporting.ReportRow) shown { return shown{r.Numerator, r.Denominator, r.Value, r.Shown} }
		same := func(what string, c reporting.CellResult, want shown) {
			t.Helper()
			stored := d.row(lan, round, daNang, "CPS07")
			if see(c.Row) != want || see(stored) != want {
				t.Errorf("%s: answered %+v, stored %+v, want %+v", what, see(c.Row), see(stored), want)
			}
		}
		c := d.put(lan, round, daNang, "CPS07", value("80"))
		same("a bare rate", c, shown{"", "", "80", "80,00"})
		c = d.put(lan, round, daNang, "CPS07", func(in *reporting.CellInput) { in.Numerator = "20" })
		same("a numerator beside it", c, shown{"20", "", "80", ""})
		if len(c.Row.Cell.Faults) != 1 || !strings.Contains(c.Row.Cell.Faults[0], "thiếu mẫu số") {
			t.Errorf("no fault: %q", c.Row.Cell.Faults)
		}
		_, err := d.step(lan, round, daNang, filing.Submit)
		if err == nil || !strings.Contains(err.Error(), "1 ô có lỗi") {
			t.Errorf("it can be sent: %v", err)
		}
		c = d.put(lan, round, daNang, "CPS07", func(in *reporting.CellInput) { in.Denominator = "25" })
		same("both parts", c, shown{"20", "25", "", "80,00"})
		if len(c.Row.Cell.Faults)+len(c.Row.Cell.Warnings) != 0 {
			t.Errorf("the rate is theirs: %+v", c.Row.Cell)
		}
		d.put(lan, round, daNang, "CPS07", value(""))
		d.put(lan, round, daNang, "CPS07", value("75"))
		c = d.put(lan, round, daNang, "CPS07", func(in *reporting.CellInput) { in.Numerator, in.Denominator = "20", "25" })
		same("parts of another rate", c, shown{"20", "25", "", "80,00"})
		if w := c.Row.Cell.Warnings; len(w) != 1 || !strings.Contains(w[0], "Tỷ lệ ghi 75 % khác tử/mẫu") {
			t.Errorf("the rate is not held against its parts: %q", w)
		}
	})
}

// A bare rate does not replace a fraction, nor both parts that wait with a fault: whoever wants that empties the parts first.
func TestReport_RateLeavesFraction(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan := d.as("lan", access.Reporter, daNang)
		d.put(lan, round, daNang, "CPS07", parts("20", "25"))
		for _, rate := range []string{"81", "80 %", "<81"} {
			c := d.put(lan, round, daNang, "CPS07", value(rate))
			if !strings.Contains(c.Conflict, "20/25") || c.Row.Numerator != "20" || c.Row.Denominator != "25" || c.Row.Cell.Version != 1 {
				t.Errorf("%s replaced a fraction: %q %+v", rate, c.Conflict, c.Row.Cell.Figure)
			}
		}
		d.put(lan, round, daNang, "CPS07", parts("26", "25"))
		if c := d.put(lan, round, daNang, "CPS07", value("81")); c.Conflict == "" || c.Row.Numerator != "26" {
			t.Errorf("a rate replaced typed parts: %+v", c)
		}
		if c := d.put(lan, round, daNang, "CPS07", value("30/40")); c.Conflict != "" || c.Row.Denominator != "40" {
			t.Errorf("another fraction is refused: %+v", c)
		}
		if c := d.put(lan, round, daNang, "CPS07", value("-")); c.Row.Cell.Figure.State != kpi.NotApplicable {
			t.Errorf("%+v", c)
		}
		if c := d.put(lan, round, daNang, "CPS07", value("81")); c.Conflict != "" || c.Row.Cell.Figure.Value != vi.Some(vi.Int(81)) {
			t.Errorf("a rate where there is no fraction: %+v", c)
		}
	})
}

// What may be left out is owed by nobody: while it is filled in the count of what is owed stays, and an error in it still keeps the report.
func TestReport_OwedStays(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		d.write(func(tx *store.Tx) error {
			c, err := tx.Catalogue()
			if err != nil {
				return err
			}
			for i := range c.Forms {
				for k := range c.Forms[i].Items {
					c.Forms[i].Items[k].Optional = c.Forms[i].Items[k].Indicator == "CPS03"
				}
			}
			return tx.SaveCatalogue(c)
		})
		round := d.open("2026-Q3", 20261016, daNang)
		lan := d.as("lan", access.Reporter, daNang)
		for typed, want := range map[string]filing.Completeness{"": {Owed: 2, Blank: 2}, "12": {Owed: 2, Blank: 2, Extra: 1}, "mười hai?": {Owed: 2, Blank: 2, Faulty: 1}} {
			d.put(lan, round, daNang, "CPS03", value(typed))
			got := d.page(lan, round, daNang).Complete
			if got.Unexplained = 0; got != want {
				t.Errorf("%q: %+v, want %+v", typed, got, want)
			}
		}
	})
}
