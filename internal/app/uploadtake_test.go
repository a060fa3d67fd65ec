package app_test

import (
	"strings"
	"testing"

	"chiso/internal/access"
	"chiso/internal/app"
	"chiso/internal/kpi"
)

// A file is shown before it is taken: what changes, what stays, a rate that would replace a fraction. Only what is ticked is taken, one press
// takes it back, and the same file again is no fault.
func TestReport_UploadPreview(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan := d.as("lan", access.Reporter, daNang)
		d.put(lan, round, daNang, "CPS07", parts("20", "25"))
		d.put(lan, round, daNang, "CPS03", value("12"))
		up, err := d.UploadReport(lan, round, daNang, csvFile("Đà Nẵng,CPS07,2026-Q3,,,80,", "Đà Nẵng,CPS08,2026-Q3,90,100,,", "Đà Nẵng,CPS03,2026-Q3,,,12,"))
		if err != nil || len(up.Cells) != 3 || up.Same != 1 || up.Changes() != 2 {
			t.Fatalf("%+v, %v", up, err)
		}
		var says []string
		for _, c := range up.Cells {
			mark := ""
			if c.Same {
				mark = " same"
			}
			if c.Rate {
				mark = " rate"
			}
			says = append(says, c.Row.Text()+" → "+c.New.Text()+mark)
		}
		if got := strings.Join(says, "; "); got != "80,00\u00a0% (20/25) → 80,00\u00a0% rate;  → 90,00\u00a0% (90/100); 12 → 12 same" {
			t.Errorf("preview: %s", got)
		}
		ticks := app.Ticks(up)
		delete(ticks, d.defs["CPS07"]) // as the page offers it
		taken, err := d.TakeUpload(lan, round, daNang, up.ID, ticks)
		if err != nil || taken.Saved != 1 || taken.Batch == nil || taken.Batch.Said != "Tệp q3.csv: 3 ô đọc được: 1 thay đổi, 1 giữ nguyên." {
			t.Fatalf("%+v, %v", taken, err)
		}
		if row := d.row(lan, round, daNang, "CPS07"); row.Numerator != "20" || row.Denominator != "25" {
			t.Errorf("a rate replaced a fraction unasked: %+v", row.Cell.Figure)
		}
		if again, err := d.TakeUpload(lan, round, daNang, up.ID, ticks); err != nil || again.Saved != 0 || len(again.Overtaken) != 0 || again.Batch == nil {
			t.Errorf("pressed twice: %+v, %v", again, err)
		}
		twice, err := d.UploadReport(lan, round, daNang, csvFile("Đà Nẵng,CPS08,2026-Q3,90,100,,", "Đà Nẵng,CPS03,2026-Q3,,,12,"))
		if err != nil || twice.Same != 2 || twice.Changes() != 0 {
			t.Errorf("the same again: %+v, %v", twice, err)
		}
		if _, err := d.UndoBatch(lan, round, daNang, taken.Batch.ID); err != nil {
			t.Fatal(err)
		}
		if row := d.row(lan, round, daNang, "CPS08"); row.Cell.Figure.State != "" || row.Cell.Upload != 0 {
			t.Errorf("taken back: %+v", row.Cell)
		}
		// Somebody saves a cell between the preview and the press: it is left, and named.
		d.put(d.as("hoa", access.Reporter, daNang), round, daNang, "CPS08", parts("1", "2"))
		taken, err = d.TakeUpload(lan, round, daNang, up.ID, map[int64]int64{d.defs["CPS08"]: 0, d.defs["CPS07"]: 1})
		if err != nil || len(taken.Overtaken) != 1 || taken.Saved != 1 || d.row(lan, round, daNang, "CPS08").Numerator != "1" {
			t.Errorf("%+v, %v", taken, err)
		}
		if row := d.row(lan, round, daNang, "CPS07"); row.Cell.Figure.State != kpi.Value || row.Numerator != "" || row.Value != "80" {
			t.Errorf("a rate that was ticked is not taken: %+v", row.Cell.Figure)
		}
	})
}
