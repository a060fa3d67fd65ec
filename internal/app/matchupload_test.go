package app_test

import (
	"context"
	"strings"
	"testing"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/match"
)

// ownTable is a table with headings of a province's own, of one line.
func ownTable(name, line string) ledger.ImportFile {
	return ledger.ImportFile{Name: name, Data: []byte("STT,Tên tỉnh,Hồ sơ nộp qua mạng,Hồ sơ tiếp nhận,Tỉ lệ nộp qua mạng,Đã trả đúng hẹn,Hồ sơ phải trả,DVC toàn trình\n" + line + "\n")}
}

// openColumns lists the letters of the columns that somebody is asked about.
func openColumns(o *reporting.UploadOutcome) string {
	var out []string
	for _, t := range o.Matching.Tables {
		for _, c := range t.Columns {
			if c.Open {
				out = append(out, c.Column)
			}
		}
	}
	return strings.Join(out, " ")
}

// A table with headings of its own is asked about once: what was said holds for the file, is remembered once figures of it are taken, and
// is not asked the second time. A revoked memory asks again; another agency's only proposes.
func TestReport_OwnTable(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		first, second := d.open("2026-Q3", 20261016, daNang, "P-01"), d.open("2026-Q2", 20261016, daNang)
		lan := d.as("lan", access.Reporter, daNang)
		upload := func(who context.Context, round int64, id agency.ID, file ledger.ImportFile) *reporting.UploadOutcome {
			t.Helper()
			up, err := d.UploadReport(who, round, id, file)
			if err != nil {
				t.Fatal(err)
			}
			return up
		}
		up := upload(lan, first, daNang, ownTable("q3.csv", "1,Đà Nẵng,20,25,80,55,60,12"))
		if got := openColumns(up); got != "F G" || len(up.Cells) != 2 {
			t.Fatalf("asked about %q, read %d cells", got, len(up.Cells))
		}
		said := receive.Choices{Remember: true, Columns: map[string]match.Target{
			"CSV!F": {Code: "CPS08", Part: match.Numerator}, "CSV!G": {Code: "CPS08", Part: match.Denominator}}}
		if err := d.MatchUpload(d.as("minh", access.Approver, daNang), first, daNang, up.ID, said); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("who may not report says what columns are: %v", err)
		}
		if err := d.MatchUpload(lan, first, daNang, up.ID, receive.Choices{Columns: map[string]match.Target{"CSV!F": {Code: "CPS10"}}}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("an indicator that the form does not ask for: %v", err)
		}
		if err := d.MatchUpload(lan, first, daNang, up.ID, said); err != nil {
			t.Fatal(err)
		}
		again, err := d.ReportUpload(lan, first, daNang, up.ID)
		if err != nil || openColumns(again) != "" || len(again.Cells) != 3 {
			t.Fatalf("%v: asked about %q, read %d cells", err, openColumns(again), len(again.Cells))
		}
		ticks := map[int64]int64{}
		for _, c := range again.Cells {
			ticks[c.Row.Definition.ID] = c.Row.Cell.Version
		}
		if view, err := d.Matches(lan, daNang); err != nil || len(view.Tables) != 0 {
			t.Errorf("remembered before anything was taken: %+v, %v", view, err)
		}
		if taken, err := d.TakeUpload(lan, first, daNang, up.ID, ticks); err != nil || taken.Saved != 3 {
			t.Fatalf("%+v, %v", taken, err)
		}
		if row := d.row(lan, first, daNang, "CPS08"); row.Numerator != "55" || row.Denominator != "60" {
			t.Errorf("%+v", row.Cell.Figure)
		}
		if next := upload(lan, second, daNang, ownTable("q2.csv", "1,Đà Nẵng,30,40,75,70,90,13")); openColumns(next) != "" || len(next.Cells) != 3 {
			t.Errorf("the second time: asked about %q, read %d cells", openColumns(next), len(next.Cells))
		}
		// The numbers contradict what is remembered: more on time than were due. It is asked, or refused; it is not read.
		wrong := upload(lan, second, daNang, ownTable("q2.csv", "1,Đà Nẵng,30,40,75,190,90,13"))
		for _, c := range wrong.Cells {
			if c.Row.Definition.Indicator.Code == "CPS08" {
				t.Errorf("a contradicted memory is read: %s", c.New.Text())
			}
		}
		hue := d.as("hue", access.Reporter, "P-01")
		if other := upload(hue, first, "P-01", ownTable("q3.csv", "1,Hà Nội,30,40,75,70,90,13")); openColumns(other) == "" {
			t.Error("another agency's memory decides")
		}
		view, err := d.Matches(lan, daNang)
		if err != nil || len(view.Tables) != 1 || view.Tables[0].File != "q3.csv" || len(view.Tables[0].Columns) != 6 {
			t.Fatalf("%+v, %v", view, err)
		}
		if _, err := d.Matches(hue, daNang); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("another agency reads them: %v", err)
		}
		if name, data, err := d.MatchesFile(lan, daNang); err != nil || name != "cach-doc-tep-P34-48.csv" || !strings.Contains(string(data), "Đã trả đúng hẹn,CPS08.num,P34-48,q3.csv,lan") {
			t.Errorf("%s %s %v", name, data, err)
		}
		if err := d.RevokeMatches(lan, daNang, view.Tables[0].Fingerprint); err != nil {
			t.Fatal(err)
		}
		if next := upload(lan, second, daNang, ownTable("q2.csv", "1,Đà Nẵng,30,40,75,70,90,13")); openColumns(next) != "F G" {
			t.Errorf("after it was revoked: asked about %q", openColumns(next))
		}
	})
}

// The lines of a table whose names are no indicator's are asked about with the two nearest, and remembered.
func TestReport_OwnLines(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		first, second := d.open("2026-Q3", 20261016, daNang), d.open("2026-Q2", 20261016, daNang)
		lan := d.as("lan", access.Reporter, daNang)
		file := ledger.ImportFile{Name: "own.csv", Data: []byte("Nội dung,ĐVT,Số đã làm được,Tổng số phải làm,Tỷ lệ (%),Kết quả\n" +
			"Tỷ lệ hồ sơ nộp trực tuyến,%,20,25,80,\nHồ sơ xong đúng hạn,%,55,60,91.67,\nSố DVC trực tuyến toàn trình,DVC,,,,12\n")}
		up, err := d.UploadReport(lan, first, daNang, file)
		if err != nil || up.Matching.OpenLines() != 1 || up.Matching.OpenColumns() != 0 {
			t.Fatalf("%+v, %v", up.Matching, err)
		}
		line := up.Matching.Lines[0]
		if line.Name != "Hồ sơ xong đúng hạn" || len(line.Nearest) != 2 || line.Nearest[0].Code != "CPS08" {
			t.Errorf("%+v", line)
		}
		if err := d.MatchUpload(lan, first, daNang, up.ID, receive.Choices{Remember: true, Lines: map[string]string{line.Key: "CPS08"}}); err != nil {
			t.Fatal(err)
		}
		again, err := d.ReportUpload(lan, first, daNang, up.ID)
		if err != nil || len(again.Cells) != 3 || again.Errors != 0 {
			t.Fatalf("%+v, %v", again, err)
		}
		ticks := map[int64]int64{}
		for _, c := range again.Cells {
			ticks[c.Row.Definition.ID] = c.Row.Cell.Version
		}
		if _, err := d.TakeUpload(lan, first, daNang, up.ID, ticks); err != nil {
			t.Fatal(err)
		}
		next, err := d.UploadReport(lan, second, daNang, file)
		if err != nil || next.Matching.OpenLines() != 0 || len(next.Cells) != 3 {
			t.Errorf("the second time: %+v, %v", next.Matching, err)
		}
	})
}
