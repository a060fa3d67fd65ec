package app_test

import (
	"testing"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
)

// A correction makes a new release, whose differences lead to the reports that caused them; drafts are changed and filed before.
func TestApp_Release_causes(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang, "P-01")
		report := func(id agency.ID) {
			lan, minh := d.as("lan"+string(id), access.Reporter, id), d.as("minh"+string(id), access.Approver, id)
			d.fill(lan, round, id)
			d.must(lan, round, id, filing.Submit)
			d.must(minh, round, id, filing.Sign)
		}
		office := d.as("thuong-truc", access.Office, agency.Nation)
		for _, id := range []agency.ID{daNang, "P-01"} {
			report(id)
			d.must(office, round, id, filing.Receive)
		}
		maker, signer := access.From(office), access.From(d.as("phe-duyet", access.Office, agency.Nation))
		pdf := ledger.ImportFile{Name: "ký.pdf", Data: []byte("%PDF-1.7 văn bản")}
		release := func() int64 {
			t.Helper()
			id, err := d.MakeRelease(t.Context(), maker, publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Provisional, Codes: []string{"CPS07"}})
			if err != nil {
				t.Fatal(err)
			}
			says(t, d.ApproveRelease(t.Context(), signer, id, 1), fault.Invalid, "thiếu số văn bản, ngày văn bản")
			if err := d.ChangeRelease(t.Context(), maker, id, 1, publish.ReleaseRequest{Kind: filing.Provisional, Number: "12/TB", Day: 20261009, Note: "sơ bộ"}); err != nil {
				t.Fatal(err)
			}
			says(t, d.SaveReleaseDocument(t.Context(), maker, id, 2, ledger.ImportFile{Name: "a.docx", Data: []byte("PK")}), fault.Invalid, "phải là tệp PDF")
			says(t, d.SaveReleaseDocument(t.Context(), maker, id, 1, pdf), fault.Conflict, "đã thay đổi")
			if err := d.SaveReleaseDocument(t.Context(), maker, id, 2, pdf); err != nil {
				t.Fatal(err)
			}
			says(t, d.ApproveRelease(t.Context(), signer, id, 2), fault.Conflict, "đã thay đổi")
			if err := d.ApproveRelease(t.Context(), signer, id, 3); err != nil {
				t.Fatal(err)
			}
			return id
		}
		first := release()
		v, err := d.Release(t.Context(), maker, first)
		if err != nil || v.Number != "12/TB" || v.Note != "sơ bộ" || len(v.Codes) != 1 || v.Document == "" || v.Made.Name != "thuong-truc" || v.Decided.Name != "phe-duyet" {
			t.Errorf("the changed release: %+v, %v", v, err)
		}
		says(t, d.ChangeRelease(t.Context(), maker, first, 4, publish.ReleaseRequest{Kind: filing.Final}), fault.Conflict, "")
		reader := access.From(d.as("xem", access.Committee, daNang))
		if _, data, err := d.ReleaseDocument(t.Context(), reader, first); err != nil || string(data) != string(pdf.Data) {
			t.Errorf("the signed document: %q, %v", data, err)
		}

		lan := d.as("lan"+string(daNang), access.Reporter, daNang)
		d.must(lan, round, daNang, filing.Correct, func(r *reporting.ReportStep) { r.Reason = "Đếm sót hồ sơ" })
		d.put(lan, round, daNang, "CPS07", func(c *reporting.CellInput) { c.Numerator, c.Denominator = "91", "100" })
		d.must(lan, round, daNang, filing.Submit)
		d.must(d.as("minh"+string(daNang), access.Approver, daNang), round, daNang, filing.Sign)
		d.must(office, round, daNang, filing.Receive)
		id, err := d.MakeRelease(t.Context(), maker, publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Final, Codes: []string{"CPS07"}})
		if err != nil {
			t.Fatal(err)
		}
		if v, err = d.Release(t.Context(), maker, id); err != nil || v.Supersedes != first {
			t.Fatalf("%+v, %v", v, err)
		}
		found := false
		for _, x := range v.Differences {
			switch {
			case x.Figure && x.Agency == daNang:
				found = true
				if x.Report == nil || x.Report.Round != round || x.Report.Agency != daNang || x.Report.Version != 2 || !x.Report.Readable {
					t.Errorf("the difference leads to %+v", x.Report)
				}
			case x.Report != nil:
				t.Errorf("%s: a line whose rank alone moved leads to %+v", x.AgencyName, x.Report)
			}
		}
		if !found {
			t.Errorf("differences %+v", v.Differences)
		}
		if _, _, err := d.ReleaseDocument(t.Context(), reader, id); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the document of a draft that others may not see: %v", err)
		}
		if err := d.WithdrawRelease(t.Context(), maker, id, 1, ""); err != nil {
			t.Fatal(err)
		}
		says(t, d.SaveReleaseDocument(t.Context(), maker, id, 2, pdf), fault.Conflict, "đã rút")
	})
}
