package app_test

import (
	"strings"
	"testing"

	"chiso/internal/access"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
)

// What the last report said stands beside each part; lengths are those of letters; a proposal that is sent twice is there once.
func TestReport_Texts(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		before, now := d.open("2026-Q2", 20260716, daNang), d.open("2026-Q3", 20261016, daNang)
		lan, hoa := d.as("lan", access.Reporter, daNang), d.as("hoa", access.Reporter, daNang)
		if _, err := d.SaveSection(lan, before, daNang, 1, 0, "Quý trước đã làm."); err != nil {
			t.Fatal(err)
		}
		if s := d.page(lan, now, daNang).Sections[0]; s.Before != "Quý trước đã làm." || s.BeforePeriod != "quý II năm 2026" {
			t.Errorf("%+v", s)
		}
		if s := d.page(lan, before, daNang).Sections[0]; s.Before != "" {
			t.Errorf("the first report follows %q", s.Before)
		}
		saved, err := d.SaveSection(lan, now, daNang, 1, 0, strings.Repeat("ế", 19_000)) // three bytes a letter
		if err != nil || saved.Version != 1 || saved.Body == "" {
			t.Errorf("%+v, %v", saved, err)
		}
		first, err := d.SaveProposal(lan, now, daNang, reporting.ProposalInput{Text: "Xin máy"})
		if err != nil {
			t.Fatal(err)
		}
		if again, err := d.SaveProposal(lan, now, daNang, reporting.ProposalInput{Text: " Xin máy "}); err != nil || again != first {
			t.Errorf("sent twice: %d and %d, %v", first, again, err)
		}
		if _, err := d.SaveProposal(hoa, now, daNang, reporting.ProposalInput{ID: first, Text: "Xin máy chủ", Mark: reporting.TextMark("Xin máy")}); err != nil {
			t.Fatal(err)
		}
		_, err = d.SaveProposal(lan, now, daNang, reporting.ProposalInput{ID: first, Text: "Xin máy in", Mark: reporting.TextMark("Xin máy")})
		says(t, err, fault.Conflict, "hoa vừa sửa kiến nghị này")
	})
}
