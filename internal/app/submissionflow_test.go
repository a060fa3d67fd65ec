package app_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/ledger"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
)

func csvFile(lines ...string) ledger.ImportFile {
	return ledger.ImportFile{Name: "q3.csv", Data: []byte("Cơ quan,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số,Giá trị,Ghi chú\n" + strings.Join(lines, "\n") + "\n")}
}

func TestReport_Upload(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan, minh, office := d.as("lan", access.Reporter, daNang), d.as("minh", access.Approver, daNang), d.as("thuong-truc", access.Office, agency.Nation)
		bad, err := d.UploadReport(lan, round, daNang, csvFile("P34-48,CPS07,2026-Q3,120,100,,", "P-01,CPS03,2026-Q3,,,5,"))
		if err != nil || bad.Saved != 0 || bad.Errors != 2 {
			t.Fatalf("%+v, %v", bad, err)
		}
		if page := d.page(lan, round, daNang); page.Submission != 0 {
			t.Error("a file with nothing but bad cells began a report")
		}
		mixed, err := d.UploadReport(lan, round, daNang, csvFile("P34-48,CPS07,2026-Q3,80,100,,Đã đối chiếu", "P34-48,CPS08,2026-Q3,120,100,,", "P34-48,CPS10,2026-Q3,1,2,,", "P34-48,CPS03,2026-Q2,,,7,"))
		if err != nil || mixed.Saved != 0 || mixed.Changes() != 1 || mixed.Errors != 2 || len(mixed.Refused) != 1 || mixed.Refused[0].Numerator != "120" {
			t.Fatalf("%+v, %v", mixed, err)
		}
		if row := d.row(lan, round, daNang, "CPS07"); row.Cell.Version != 0 {
			t.Errorf("a file that was only read changed the draft: %+v", row.Cell)
		}
		if r := d.row(lan, round, daNang, "CPS08").Refused; r == nil || r.Upload != mixed.ID || r.Says != "120 / 100" {
			t.Errorf("what was refused does not stand beside the cell: %+v", r)
		}
		taken, err := d.TakeUpload(lan, round, daNang, mixed.ID, app.Ticks(mixed))
		if err != nil || taken.Saved != 1 || taken.Batch == nil || taken.Batch.Said != "Tệp q3.csv: 1 ô đọc được: 1 thay đổi, 0 giữ nguyên." {
			t.Fatalf("%+v, %v", taken, err)
		}
		codes := ""
		for _, f := range mixed.Findings {
			codes += f.Code + " "
		}
		if !strings.Contains(codes, "other_period") || !strings.Contains(codes, "outside_form") {
			t.Errorf("findings %s", codes)
		}
		row := d.row(lan, round, daNang, "CPS07")
		if row.Numerator != "80" || row.Cell.Upload != mixed.ID || row.Cell.Note != "Đã đối chiếu" || row.Cell.Name == "" {
			t.Errorf("%+v", row.Cell)
		}
		if again, err := d.ReportUpload(lan, round, daNang, mixed.ID); err != nil || again.Saved != 1 || len(again.Findings) != len(mixed.Findings) {
			t.Errorf("%+v, %v", again, err)
		}
		if name, data, err := d.ReportUploadMarked(lan, round, daNang, mixed.ID); err != nil || !strings.HasSuffix(name, ".xlsx") || len(data) == 0 {
			t.Errorf("%s, %v", name, err)
		}
		if _, data, err := d.ReportTemplate(lan, round, daNang); err != nil || len(data) == 0 {
			t.Errorf("template: %v", err)
		}
		if _, err := d.PasteCells(lan, round, daNang, reporting.Paste{Block: "CPS08\t90\t100\n\t\nCPS03\t12\tghi chú"}); err != nil {
			t.Fatal(err)
		}
		if r := d.row(lan, round, daNang, "CPS08").Refused; r != nil {
			t.Errorf("what was refused still stands beside a cell that was saved since: %+v", r)
		}
		if res, err := d.PasteCells(lan, round, daNang, reporting.Paste{Start: "CPS03", Column: "val", Block: "12\n2\n3"}); err != nil || res.Same != 1 || len(res.Listed) != 2 || !strings.Contains(res.Listed[1], "đã hết biểu") {
			t.Errorf("%+v, %v", res, err)
		}
		d.must(lan, round, daNang, filing.Submit)
		d.must(minh, round, daNang, filing.Sign)
		d.must(office, round, daNang, filing.Receive)
		if err := d.store.Read(t.Context(), time.Time{}, func(v *store.View) error {
			u, err := v.Upload(mixed.ID)
			if err != nil || u.Revision == 0 || u.New != 1 {
				t.Errorf("%+v", u)
			}
			sources, _ := v.Sources()
			all, err := v.Observations(kpi.MustPeriod("2026-Q3"), d.defs["CPS07"], sources[0].ID)
			if len(all) != 1 || all[0].Submission == 0 || all[0].Upload != mixed.ID || all[0].Cell == "" {
				t.Errorf("%+v", all)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestReport_SigningCopy(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan, minh := d.as("lan", access.Reporter, daNang), d.as("minh", access.Approver, daNang)
		d.fill(lan, round, daNang)
		c, err := d.SigningCopy(lan, round, daNang)
		if err != nil || !c.Preview || c.Issuer != "Ủy ban nhân dân thành phố Đà Nẵng" || c.Place != "Đà Nẵng" {
			t.Fatalf("%+v, %v", c, err)
		}
		paper := func(code string, inside ...string) error {
			var b bytes.Buffer
			b.WriteString("%PDF-1.4\n1 0 obj\nstream\n")
			z := zlib.NewWriter(&b)
			_, _ = z.Write([]byte("BT (" + strings.Join(inside, " ") + ") Tj ET"))
			_ = z.Close()
			b.WriteString("\nendstream")
			return d.SavePaper(lan, round, daNang, reporting.PaperInput{Name: "ký.pdf", Data: b.Bytes(), Code: code, Number: "12/BC-UBND", Day: 20261010, Signer: "Trần B"})
		}
		says(t, paper(c.Code), fault.Conflict, "Bản ký được nhận khi")
		d.must(lan, round, daNang, filing.Submit)
		says(t, paper(""), fault.Invalid, "Hãy nhập mã phiên bản")
		says(t, paper("AAAA-AAAA-AAAA"), fault.Invalid, "không khớp nội dung hiện tại")
		says(t, paper(c.Code, "Mã ABCD-EFGH-2345"), fault.Invalid, "Bản PDF mang mã ABCD-EFGH-2345")
		if err := paper("", "Ma phien ban: "+c.Code); err != nil {
			t.Error(err)
		}
		d.must(minh, round, daNang, filing.Refuse, because("Sửa mục 1"))
		d.put(lan, round, daNang, "CPS07", parts("81", "100"))
		d.must(lan, round, daNang, filing.Submit)
		_, err = d.step(minh, round, daNang, filing.Sign)
		says(t, err, fault.Conflict, "Bản ký đã nộp mang mã")
		now := d.page(lan, round, daNang)
		if now.Code == c.Code || now.Papers[0].Matches {
			t.Errorf("%s %+v", now.Code, now.Papers)
		}
		if err := paper(strings.ToLower(now.Code)); err != nil {
			t.Error(err)
		}
		d.must(minh, round, daNang, filing.Sign)
		if err := d.SavePaper(lan, round, daNang, reporting.PaperInput{Name: "x.pdf", Data: []byte("hello"), Number: "1", Day: 20261010}); fault.KindOf(err) != fault.Invalid {
			t.Error(err)
		}
	})
}

func TestReport_ChainOfApprovers(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan, head, leader := d.as("lan", access.Reporter, daNang), d.as("truong-phong", access.Approver, daNang), d.as("lanh-dao", access.Approver, daNang)
		d.write(func(tx *store.Tx) error {
			return tx.SaveChain(daNang, []filing.Link{{Title: "Trưởng phòng", Account: access.From(head).Account}, {Title: "Lãnh đạo UBND"}})
		})
		d.fill(lan, round, daNang)
		if h := d.must(lan, round, daNang, filing.Submit); h.Waits != "Trưởng phòng" {
			t.Errorf("%+v", h)
		}
		_, err := d.step(leader, round, daNang, filing.Approve)
		says(t, err, fault.Forbidden, `dành cho “Trưởng phòng”`)
		if h := d.must(head, round, daNang, filing.Approve); h.Waits != "Lãnh đạo UBND" || slices.Contains(h.Steps, filing.Sign) {
			t.Errorf("%+v", h)
		}
		_, err = d.step(head, round, daNang, filing.Sign)
		says(t, err, fault.Forbidden, "cần người khác duyệt")
		d.must(leader, round, daNang, filing.Sign)
	})
}

// Quảng Nam merged into Đà Nẵng on 01/07/2025: its second quarter is filed by the successor, whose third quarter is the first of the merged unit.
func TestReport_MergedAgencyAndChangedForm(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		lan, minh, office := d.as("lan", access.Reporter, daNang), d.as("minh", access.Approver, daNang), d.as("thuong-truc", access.Office, agency.Nation)
		elsewhere := d.as("xa", access.Reporter, "P-01")
		q2 := d.open("2025-Q2", 20250716, quangNam, "P63-48")
		q3 := d.open("2025-Q3", 20251016, daNang)
		owed, err := d.Desk(lan)
		if err != nil || len(owed.Open) != 3 {
			t.Fatalf("%+v, %v", owed, err)
		}
		if _, err := d.ReportPage(elsewhere, q2, quangNam); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%v", err)
		}
		for _, r := range []struct {
			round int64
			id    agency.ID
		}{{q2, quangNam}, {q2, "P63-48"}, {q3, daNang}} {
			d.fill(lan, r.round, r.id)
			d.must(lan, r.round, r.id, filing.Submit)
			h := d.must(minh, r.round, r.id, filing.Sign)
			if h.OnTime || h.DaysLate == 0 {
				t.Errorf("sent in 2026 and not late: %+v", h)
			}
			d.must(office, r.round, r.id, filing.Receive)
		}
		if got := d.reported("2025-Q2", quangNam); len(got) != 3 {
			t.Errorf("%q", got)
		}
		if page := d.page(lan, q2, quangNam); page.Filer != daNang || page.AgencyName != "Quảng Nam" {
			t.Errorf("%s %s", page.Filer, page.AgencyName)
		}
		// The form changes in the fourth quarter: the next report asks for other things, the old one stays as it was sent.
		q4 := d.open("2026-Q4", 20270118, daNang)
		d.clock.now = time.Date(2026, 12, 20, 2, 0, 0, 0, time.UTC)
		var codes []string
		for _, r := range d.page(lan, q4, daNang).FormList[0].Rows {
			codes = append(codes, r.Definition.Indicator.Code)
		}
		if !slices.Equal(codes, []string{"CPS07", "CPS03", "CPS10"}) || len(d.page(lan, q3, daNang).FormList[0].Rows) != 3 {
			t.Errorf("%q", codes)
		}
	})
}

func TestReport_Office(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang, "P-01", "P-22")
		office := d.as("thuong-truc", access.Office, agency.Nation)
		serials := map[agency.ID]int64{}
		for i, id := range []agency.ID{daNang, "P-01"} {
			reporter, approver := d.as(fmt.Sprint("r", i), access.Reporter, id), d.as(fmt.Sprint("a", i), access.Approver, id)
			d.fill(reporter, round, id)
			if i == 1 {
				d.put(reporter, round, id, "CPS07", value("")) // a rate does not replace a fraction
				d.put(reporter, round, id, "CPS07", value("0,5"))
				d.put(reporter, round, id, "CPS07", func(in *reporting.CellInput) { in.Explained = "Đúng là nửa phần trăm" })
			}
			d.must(reporter, round, id, filing.Submit)
			serials[id] = d.must(approver, round, id, filing.Sign).Serial
			_, err := d.Board(reporter, reporting.BoardQuery{Round: round})
			says(t, err, fault.Forbidden, "Cơ quan thường trực")
		}
		b, err := d.Board(office, reporting.BoardQuery{Round: round})
		if err != nil || len(b.Rows) != 3 || b.Counts.Sent != 2 || b.Counts.None != 1 || b.Counts.OnTime != 2 || b.Counts.Clean != 1 || b.Rows[0].Forms[0].Filled != 3 {
			t.Fatalf("%+v, %v", b, err)
		}
		if b, err := d.Board(office, reporting.BoardQuery{Round: round, State: "none"}); err != nil || len(b.Rows) != 1 || b.Rows[0].Agency != "P-22" || b.Counts.Owed != 3 {
			t.Errorf("%+v, %v", b, err)
		}
		w, err := d.Workbench(office, reporting.WorkbenchQuery{Round: round, Odd: true})
		if err != nil || len(w.Groups) != 2 || len(w.Groups[0].Rows) != 1 || w.Groups[0].Rows[0].Cell.Explained != "Đúng là nửa phần trăm" || !w.Groups[1].Clean {
			t.Fatalf("%+v, %v", w, err)
		}
		res, err := d.ReceiveClean(office, round, serials)
		if err != nil || len(res.Received) != 1 || res.Received[0].Agency != daNang || len(res.Skipped) != 1 || !strings.Contains(res.Skipped[0].Reason, "1 ô cần xem") {
			t.Fatalf("%+v, %v", res, err)
		}
		stale, err := d.ReceiveClean(office, round, serials)
		if err != nil || len(stale.Received) != 0 || len(stale.Skipped) != 2 {
			t.Errorf("%+v, %v", stale, err)
		}
		if len(d.reported("2026-Q3", daNang)) != 3 || len(d.reported("2026-Q3", "P-01")) != 0 {
			t.Error("what was received is not what is reported")
		}
	})
}

// Of many who act at the same moment exactly one is first; the others are told, and cells of different rows are all kept.
func TestReport_Concurrent(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan, minh, office := d.as("lan", access.Reporter, daNang), d.as("minh", access.Approver, daNang), d.as("thuong-truc", access.Office, agency.Nation)
		d.put(lan, round, daNang, "CPS03", value("1"))
		var wg sync.WaitGroup
		var mu sync.Mutex
		conflicts := 0
		for i, code := range []string{"CPS07", "CPS08", "CPS07", "CPS08", "CPS07", "CPS08"} {
			wg.Go(func() {
				res, err := d.SaveCells(lan, round, daNang, []reporting.CellInput{{Definition: d.defs[code], Numerator: fmt.Sprint(10 + i), Denominator: "100"}})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				if res.Cells[0].Conflict != "" {
					conflicts++
				}
			})
		}
		wg.Wait()
		if page := d.page(lan, round, daNang); page.Complete.Filled != 3 || conflicts != 4 {
			t.Errorf("%+v, %d conflicts", page.Complete, conflicts)
		}
		d.must(lan, round, daNang, filing.Submit)
		seen := d.must(minh, round, daNang, filing.Sign).Serial
		first := 0
		for i := range 6 {
			wg.Go(func() {
				step := []filing.Step{filing.Receive, filing.Return}[i%2]
				_, err := d.TakeStep(office, reporting.ReportStep{Round: round, Agency: daNang, Step: step, Seen: seen, Reason: "x"})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					first++
				case fault.KindOf(err) != fault.Conflict:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if first != 1 {
			t.Errorf("%d were first", first)
		}
	})
}

// Whatever is cut off in the middle, a step is whole or absent: the state, the history and the observations say the same.
func TestReport_CutOff(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan, minh, office := d.as("lan", access.Reporter, daNang), d.as("minh", access.Approver, daNang), d.as("thuong-truc", access.Office, agency.Nation)
		d.fill(lan, round, daNang)
		d.must(lan, round, daNang, filing.Submit)
		seen := d.must(minh, round, daNang, filing.Sign).Serial
		whole, absent := 0, 0
		for after := time.Duration(0); whole == 0 && after < 5*time.Second; after = after*2 + 200*time.Microsecond {
			ctx, cancel := context.WithTimeout(office, after)
			_, err := d.TakeStep(ctx, reporting.ReportStep{Round: round, Agency: daNang, Step: filing.Receive, Seen: seen})
			cancel()
			page, figures := d.page(lan, round, daNang), d.reported("2026-Q3", daNang)
			switch {
			case page.State == filing.Sent && len(figures) == 0 && len(page.Events) == 3 && err != nil:
				absent++
			case page.State == filing.Received && len(figures) == 3 && len(page.Events) == 4:
				whole++
			default:
				t.Fatalf("half: %s, %d figures, %d events, %v", page.State, len(figures), len(page.Events), err)
			}
		}
		if whole != 1 || absent == 0 {
			t.Errorf("whole %d, absent %d", whole, absent)
		}
	})
}

func TestReport_LockedRound(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan := d.as("lan", access.Reporter, daNang)
		d.put(lan, round, daNang, "CPS03", value("1"))
		d.write(func(tx *store.Tx) error {
			r, err := tx.Round(round)
			if err != nil {
				return err
			}
			return tx.ChangeRound(r, filing.RoundEvent{Action: filing.RoundLocked})
		})
		_, err := d.SaveCells(lan, round, daNang, []reporting.CellInput{{Definition: d.defs["CPS03"], Seen: 1, Value: "2"}})
		says(t, err, fault.Conflict, "đã khóa")
		_, err = d.step(lan, round, daNang, filing.Submit)
		says(t, err, fault.Conflict, "đã khóa")
		if desk, err := d.Desk(lan); err != nil || len(desk.Open) != 0 || len(desk.Closed) != 1 || !desk.Closed[0].Locked {
			t.Errorf("%+v, %v", desk, err)
		}
	})
}

func TestReport_Evidence(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan, office, other := d.as("lan", access.Reporter, daNang), d.as("thuong-truc", access.Office, agency.Nation), d.as("xa", access.Reporter, "P-01")
		pdf := ledger.ImportFile{Name: `C:\hồ sơ\chứng minh.pdf`, Data: []byte("%PDF-1.7 x")}
		if err := d.Attach(lan, round, daNang, "CPS07", pdf); err != nil {
			t.Fatal(err)
		}
		says(t, d.Attach(lan, round, daNang, "", ledger.ImportFile{Name: "a.exe", Data: []byte("MZ")}), fault.Invalid, "Tệp minh chứng phải là")
		says(t, d.Attach(lan, round, daNang, "", ledger.ImportFile{Name: "a.pdf", Data: []byte("MZ")}), fault.Invalid, "đúng nội dung")
		page := d.page(office, round, daNang)
		if len(page.Files) != 1 || page.Files[0].Name != "chứng minh.pdf" || page.FormList[0].Rows[0].Files != 1 {
			t.Fatalf("%+v", page.Files)
		}
		if name, data, err := d.ReportFile(office, round, daNang, page.Files[0].SHA256); err != nil || name != "chứng minh.pdf" || !bytes.Equal(data, pdf.Data) {
			t.Errorf("%s, %v", name, err)
		}
		_, _, err := d.ReportFile(other, round, daNang, page.Files[0].SHA256)
		says(t, err, fault.Forbidden, "chưa công bố")
		if err := d.Detach(lan, round, daNang, page.Files[0].ID); err != nil || len(d.page(lan, round, daNang).Files) != 0 {
			t.Errorf("%v", err)
		}
		_, err = d.Desk(t.Context())
		says(t, err, fault.SignedOut, "Hãy đăng nhập")
	})
}

func TestChain(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		admin, reporter := d.as("quan-tri", access.UnitAdmin, daNang), d.as("lan", access.Reporter, daNang)
		if err := d.SetChain(admin, daNang, []filing.Link{{Title: "Trưởng phòng"}, {}, {Title: "Lãnh đạo"}}); err != nil {
			t.Fatal(err)
		}
		v, err := d.Chain(admin, daNang)
		if err != nil || len(v.Links) != 2 || v.Links[1].Title != "Lãnh đạo" || v.AgencyName != "Đà Nẵng" {
			t.Errorf("%+v, %v", v, err)
		}
		says(t, d.SetChain(admin, daNang, []filing.Link{{Title: "Người ngoài", Account: 1}}), fault.Invalid, "không có vai trò ký duyệt")
		says(t, d.SetChain(reporter, daNang, nil), fault.Forbidden, "Quản trị đơn vị")
		says(t, d.SetChain(admin, "P-01", nil), fault.Forbidden, "Quản trị đơn vị")
	})
}
