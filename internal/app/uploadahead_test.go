package app_test

import (
	"testing"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// A file is read before the draft is locked. What changes in between counts all the same: it is checked against what holds when it is taken.
func TestReport_UploadReadAhead(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan, minh, office := d.as("lan", access.Reporter, daNang), d.as("minh", access.Approver, daNang), d.as("thuong-truc", access.Office, agency.Nation)
		file := csvFile("P34-48,CPS03,2026-Q3,,,1000,", "P34-48,CPS07,2026-Q3,80,100,,", "P34-48,CPS08,2026-Q3,90,100,,")
		up, err := d.UploadReport(lan, round, daNang, file)
		if err != nil || up.Changes() != 3 {
			t.Fatalf("%+v, %v", up, err)
		}
		take, err := d.TakeInTwo(lan, round, daNang, up, file)
		if err != nil {
			t.Fatal(err)
		}
		d.write(func(tx *store.Tx) error {
			_, err := tx.Accept([]store.Fact{{Period: kpi.MustPeriod("2026-Q2"), Definition: d.defs["CPS03"], Agency: daNang, System: kpi.Reported,
				Figure: kpi.Figure{State: kpi.Value, Value: vi.Some(vi.Int(100))}}})
			return err
		})
		out, err := take()
		if err != nil || out.Saved != 3 || len(out.Findings) != 1 {
			t.Fatalf("%+v, %v", out, err)
		}
		if row := d.row(lan, round, daNang, "CPS03"); len(row.Cell.Warnings) != 1 {
			t.Errorf("a jump over figures that came in between is not asked about: %+v", row.Cell)
		}
		if take, err = d.TakeInTwo(lan, round, daNang, up, file); err != nil {
			t.Fatal(err)
		}
		d.put(lan, round, daNang, "CPS03", func(in *reporting.CellInput) { in.Explained = "Đúng" })
		d.must(lan, round, daNang, filing.Submit)
		_, err = take()
		says(t, err, fault.Conflict, "không sửa được")
		d.must(minh, round, daNang, filing.Sign)
		d.must(office, round, daNang, filing.Receive)
	})
}
