package app_test

import (
	"strings"
	"testing"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/ledger"
	"chiso/internal/app/reporting"
	"chiso/internal/filing"
)

// The audit tells what was done to a round and its reports: what, to whom, to what, and why, each under a Vietnamese title.
func TestAudit_TellsTheStoryOfARound(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		office, lan := d.as("thuong-truc", access.Office, agency.Nation), d.as("lan", access.Reporter, daNang)
		round, err := d.OpenRound(office, reporting.RoundRequest{Regime: "TEST", Period: "2026-Q3", Agencies: []agency.ID{daNang}, Reason: "theo kế hoạch"})
		if err != nil {
			t.Fatal(err)
		}
		change := func(ch reporting.RoundChange) {
			t.Helper()
			if err := d.ChangeRound(office, round, ch); err != nil {
				t.Fatal(err)
			}
		}
		change(reporting.RoundChange{Action: filing.RoundExtended, Agency: daNang, Due: filing.Deadline{Day: 20261030}, Reason: "bão lũ"})
		up, err := d.UploadReport(lan, round, daNang, csvFile("Đà Nẵng,CPS07,2026-Q3,80,100,,"))
		if err != nil {
			t.Fatal(err)
		}
		taken, err := d.TakeUpload(lan, round, daNang, up.ID, app.Ticks(up))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.UndoBatch(lan, round, daNang, taken.Batch.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := d.FillNone(lan, round, daNang, []int64{d.defs["CPS07"]}); err != nil {
			t.Fatal(err)
		}
		change(reporting.RoundChange{Action: filing.RoundLocked})
		page, err := d.Audit(office, ledger.AuditQuery{})
		if err != nil {
			t.Fatal(err)
		}
		told := map[string]ledger.AuditLine{}
		for _, l := range page.Lines {
			told[l.Action] = l
			if ledger.ActionTitle(l.Action) == l.Action {
				t.Errorf("%s has no Vietnamese title", l.Action)
			}
		}
		for action, want := range map[string]struct {
			agency agency.ID
			target string
			says   string
		}{
			"round_opened": {agency.Nation, "round:", "theo kế hoạch"}, "round_extended": {daNang, "round:", "Đà Nẵng"}, "round_locked": {agency.Nation, "round:", "khóa kỳ"},
			"upload": {daNang, "upload:", "1 ô"}, "report_opened": {daNang, "report:", "Đà Nẵng"}, "report_undo": {daNang, "report:", "Đã hoàn tác: 1 ô"},
			"report_none": {daNang, "report:", "1 ô"}, "report_file": {daNang, "report:", "1 thay đổi"},
		} {
			if l := told[action]; l.Agency != want.agency || !strings.HasPrefix(l.Target, want.target) || !strings.Contains(l.Detail, want.says) || l.Account == "" {
				t.Errorf("%s: %+v", action, l)
			}
		}
		if l := told["round_extended"]; !strings.Contains(l.Detail, "bão lũ") {
			t.Errorf("why is missing: %+v", l)
		}
	})
}
