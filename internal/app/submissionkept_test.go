package app_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/store"
)

// Whatever was handed up can be shown as it was, with what the next one changed.
func TestReport_Kept(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan, minh, office := d.as("lan", access.Reporter, daNang), d.as("minh", access.Approver, daNang), d.as("thuong-truc", access.Office, agency.Nation)
		d.fill(lan, round, daNang)
		pdf := ledger.ImportFile{Name: "chung-cu.pdf", Data: []byte("%PDF-1.4 chứng cứ")}
		write := func(seen int64, body string, proposal reporting.ProposalInput) error {
			_, err := d.SaveSection(lan, round, daNang, 1, seen, body)
			_, perr := d.SaveProposal(lan, round, daNang, proposal)
			return errors.Join(err, perr)
		}
		if err := errors.Join(write(0, "Bản đầu.", reporting.ProposalInput{Text: "Bổ sung kinh phí"}), d.Attach(lan, round, daNang, "CPS07", pdf)); err != nil {
			t.Fatal(err)
		}
		if kept := d.page(lan, round, daNang).Kept; len(kept) != 0 {
			t.Errorf("a draft is kept: %+v", kept)
		}
		was := d.row(lan, round, daNang, "CPS07")
		d.must(lan, round, daNang, filing.Submit)
		first := d.page(lan, round, daNang).Code
		d.must(minh, round, daNang, filing.Sign)
		d.must(office, round, daNang, filing.Return, because("Sai"), func(r *reporting.ReportStep) { r.Remarks = map[string]string{"CPS07": "Xem lại mẫu số"} })
		d.put(lan, round, daNang, "CPS07", parts("85", "100"))
		page := d.page(lan, round, daNang)
		gone := reporting.ProposalInput{ID: page.Proposals[0].ID, Mark: reporting.TextMark("Bổ sung kinh phí")}
		if err := errors.Join(write(page.Sections[0].Version, "Bản hai.", gone), d.Detach(lan, round, daNang, page.Files[0].ID)); err != nil {
			t.Fatal(err)
		}
		d.must(lan, round, daNang, filing.Submit)
		d.must(minh, round, daNang, filing.Sign)
		d.must(office, round, daNang, filing.Receive)
		d.must(lan, round, daNang, filing.Correct, because("Sót số"))
		d.put(lan, round, daNang, "CPS07", parts("90", "100"))

		kept, err := d.KeptReport(lan, round, daNang, 1)
		if err != nil {
			t.Fatal(err)
		}
		var steps []string
		for _, e := range kept.Then {
			steps = append(steps, string(e.Step))
		}
		i := slices.IndexFunc(kept.Rows, func(r reporting.ReportRow) bool { return r.Definition.Indicator.Code == "CPS07" })
		if row := kept.Rows[i]; row.Cell.Figure != was.Cell.Figure || row.Shown != was.Shown || kept.Code != first || kept.Of != 2 || kept.Sections[0].Body != "Bản đầu." ||
			!slices.Equal(kept.Proposals, []string{"Bổ sung kinh phí"}) || len(kept.Files) != 1 || strings.Join(steps, " ") != "submit sign return" || kept.Name != "lan" {
			t.Errorf("%+v, %+v, %v", row, kept, steps)
		}
		var changed []string
		for _, c := range kept.Changes {
			changed = append(changed, c.Before+" → "+c.After)
		}
		if got, want := strings.Join(changed, "; "), "80,00\u00a0% (80/100) → 85,00\u00a0% (85/100); Bản đầu. → Bản hai.; Bổ sung kinh phí → ; chung-cu.pdf → "; got != want {
			t.Errorf("changes %q, want %q", got, want)
		}
		if _, data, err := d.ReportFile(lan, round, daNang, store.SHA256(pdf.Data)); err != nil || !bytes.Equal(data, pdf.Data) {
			t.Errorf("evidence of a kept content: %q, %v", data, err)
		}
		second, err := d.KeptReport(office, round, daNang, 2)
		if err != nil || !second.Last || len(second.Changes) != 1 || second.Changes[0].Before != "85,00\u00a0% (85/100)" || second.Changes[0].After != "90,00\u00a0% (90/100)" || second.Version != 1 {
			t.Errorf("%+v, %v", second, err)
		}
		viewer := d.as("khach", access.Committee, daNang)
		if k, err := d.KeptReport(viewer, round, daNang, 2); err != nil || k.Name != "" || k.Rows[0].Cell.Account != "" {
			t.Errorf("names are shown to a committee: %+v, %v", k, err)
		}
		_, err = d.KeptReport(lan, round, daNang, 3)
		says(t, err, fault.NotFound, "không có bản số 3")
		_, err = d.KeptReport(d.as("la", access.Reporter, "P-01"), round, daNang, 1)
		says(t, err, fault.Forbidden, "")
	})
}
