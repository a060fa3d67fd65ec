package app_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// officer is a context in which the standing office of the nation acts.
func officer(t *testing.T) context.Context {
	return access.With(t.Context(), access.Actor{Account: 1, Name: "vp", FullName: "Văn phòng", Agency: agency.Nation,
		Grants: []access.Grant{{Role: access.Office, Agency: agency.Nation, From: vi.OpenFrom, To: vi.OpenTo}}})
}

var act = ledger.Document{Number: "15/QĐ-BKHCN", Day: 20260401, Issuer: "Bộ Khoa học và Công nghệ"}

// edited takes the catalogue down, lets a test edit the workbook, and returns it.
func edited(t *testing.T, f *fixture, edit func(x *excelize.File), tables ...string) ledger.ImportFile {
	t.Helper()
	name, data, err := f.CatalogueFile(officer(t), tables...)
	if err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = x.Close() }()
	edit(x)
	var out bytes.Buffer
	if _, err := x.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return ledger.ImportFile{Name: name, Data: out.Bytes()}
}

// put writes cells of a row by the names of its columns.
func put(t *testing.T, x *excelize.File, sheet string, row int, cells map[string]any) {
	t.Helper()
	rows, err := x.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for column, value := range cells {
		at := -1
		for i, head := range rows[0] {
			if head == column || strings.HasSuffix(head, "("+column+")") {
				at = i + 1
			}
		}
		ref, err := excelize.CoordinatesToCellName(at, row)
		if err != nil {
			t.Fatalf("%s has no column %s: %v", sheet, column, err)
		}
		if err := x.SetCellValue(sheet, ref, value); err != nil {
			t.Fatal(err)
		}
	}
}

// line finds the row of a sheet that has a text in its first or second column.
func line(t *testing.T, x *excelize.File, sheet, text string) int {
	t.Helper()
	rows, err := x.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		for _, c := range r[:min(2, len(r))] {
			if c == text {
				return i + 1
			}
		}
	}
	t.Fatalf("%s has no row %s", sheet, text)
	return 0
}

func end(t *testing.T, x *excelize.File, sheet string) int {
	t.Helper()
	rows, err := x.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return len(rows) + 1
}

func importCatalogue(t *testing.T, f *fixture, req catalogue.Request) *catalogue.Result {
	t.Helper()
	res, err := f.ImportCatalogue(officer(t), req)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// Down and up again changes nothing, on both engines, and takes the same bytes each time.
func TestCatalogueRoundTrip(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		file := edited(t, f, func(*excelize.File) {})
		res := importCatalogue(t, f, catalogue.Request{File: file, Document: act})
		if !res.Accepted || res.Revision != nil || len(res.Changes) > 0 || len(res.Findings) > 0 {
			t.Errorf("%+v", res)
		}
		if len(res.Tables) != len(f.CatalogueTables()) {
			t.Errorf("read %v", res.Tables)
		}
		_, a, _ := f.CatalogueFile(officer(t))
		_, b, _ := f.CatalogueFile(officer(t))
		if !bytes.Equal(a, b) {
			t.Error("the same catalogue gives other bytes")
		}
	})
}

func TestCatalogueChangeIsPreviewedAndAccepted(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		before, _, _ := f.Revision(t.Context())
		file := edited(t, f, func(x *excelize.File) {
			put(t, x, "targets", end(t, x, "targets"), map[string]any{"indicator": "CPS07", "scope": "block:provinces", "year": 2026, "value": "82,5", "unit": "%", "source": "KH 2026"})
			put(t, x, "holidays", line(t, x, "holidays", "31/08/2026"), map[string]any{"verified": "yes"})
			if err := x.RemoveRow("bodies", end(t, x, "bodies")-1); err != nil {
				t.Fatal(err)
			}
		}, "targets", "holidays", "bodies")
		preview := importCatalogue(t, f, catalogue.Request{File: file, DryRun: true})
		if preview.Refused() || preview.Accepted || preview.Count(catalogue.Added) != 1 || preview.Count(catalogue.Altered) != 1 || preview.Count(catalogue.Ended) != 1 {
			t.Fatalf("%+v", preview)
		}
		if c := preview.Changes[1]; c.Table != "holidays" || fmt.Sprint(c.Key) != "[31/08/2026]" || c.Cells[0] != (catalogue.CellChange{Column: "verified", Before: "memory", After: "yes"}) {
			t.Errorf("%+v", c)
		}
		if _, err := f.ImportCatalogue(officer(t), catalogue.Request{File: file}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("without a document: %v", err)
		}
		if _, err := f.ImportCatalogue(officer(t), catalogue.Request{File: file, Document: act, Fingerprint: "other"}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("another preview: %v", err)
		}
		if now, _, _ := f.Revision(t.Context()); now != before {
			t.Errorf("revision %d after refusals, was %d", now, before)
		}
		res := importCatalogue(t, f, catalogue.Request{File: file, Document: act, Fingerprint: preview.Fingerprint})
		if !res.Accepted || res.Revision == nil || *res.Revision != before+1 {
			t.Fatalf("%+v", res)
		}
		if v, err := f.Ranking(t.Context(), figures.RankingQuery{Code: "CPS07", Period: "2026-10-10", View: ledger.Live}); err == nil && v.Table.Target != nil {
			if got := v.Table.Target.Value.String(); got != "82.5" {
				t.Errorf("target %s", got)
			}
		}
		// what the office has changed, seeding leaves alone
		seeded, err := f.Seed(t.Context())
		if err != nil || !seeded.Kept || seeded.Catalogue {
			t.Errorf("%+v, %v", seeded, err)
		}
	})
}

// A refused table stores nothing, and every fault has its place and says what to do.
func TestCatalogueRefusals(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	before, _, _ := f.Revision(t.Context())
	for name, tt := range map[string]struct {
		tables []string
		edit   func(x *excelize.File)
		cell   string // sheet!cell, "" where there is none
		says   string
	}{
		"a kind that is none": {[]string{"indicators"}, func(x *excelize.File) { put(t, x, "indicators", 2, map[string]any{"type": "rate"}) }, "indicators!E2", `loại "rate"`},
		"not a number":        {[]string{"targets"}, func(x *excelize.File) { put(t, x, "targets", 3, map[string]any{"value": "tám mươi"}) }, "targets!D3", `không hiểu số "tám mươi"`},
		"a number of two readings": {[]string{"targets"}, func(x *excelize.File) { put(t, x, "targets", 3, map[string]any{"value": "1.234"}) },
			"targets!D3", `không hiểu số "1.234"`},
		"not a day":           {[]string{"holidays"}, func(x *excelize.File) { put(t, x, "holidays", 2, map[string]any{"date": "31/02/2024"}) }, "holidays!A2", "không phải là ngày"},
		"a worked weekday":    {[]string{"holidays"}, func(x *excelize.File) { put(t, x, "holidays", 2, map[string]any{"kind": "swap_work"}) }, "holidays!B2", "ngày làm việc bình thường"},
		"an item of nothing":  {[]string{"form_items"}, func(x *excelize.File) { put(t, x, "form_items", 2, map[string]any{"indicator": "NONE"}) }, "form_items!D2", `Không có chỉ tiêu "NONE"`},
		"a form of no regime": {[]string{"forms"}, func(x *excelize.File) { put(t, x, "forms", 4, map[string]any{"regime": "NONE"}) }, "", "Bảng form_items đang có hiệu lực không khớp với tệp: Biểu mẫu CDS-01"},
		"two versions at once": {[]string{"forms"}, func(x *excelize.File) {
			put(t, x, "forms", 11, map[string]any{"regime": "CDS_Q", "code": "CDS-01", "name": "Chính phủ số", "from": "01/04/2026"})
		}, "forms!D11", "hai phiên bản cùng hiệu lực ngày 01/04/2026"},
		"the same row twice": {[]string{"targets"}, func(x *excelize.File) {
			put(t, x, "targets", end(t, x, "targets"), map[string]any{"indicator": "CPS01", "scope": "all", "year": 2024, "value": 1, "unit": "%"})
		}, "", "Trùng với dòng 2"},
		"a column gone":        {[]string{"targets"}, func(x *excelize.File) { put(t, x, "targets", 1, map[string]any{"unit": "đơn vị"}) }, "targets!A1", "thiếu cột unit"},
		"a parent that is not": {[]string{"agencies"}, func(x *excelize.File) { put(t, x, "agencies", 3, map[string]any{"parent_id": "Z"}) }, "agencies!J3", "không có đơn vị cấp trên Z"},
		"a direction changed":  {[]string{"indicators"}, func(x *excelize.File) { put(t, x, "indicators", 2, map[string]any{"direction": "lower"}) }, "indicators!E2", "hãy tạo mã mới"},
		"an indicator with figures gone": {[]string{"indicators"}, func(x *excelize.File) {
			if err := x.RemoveRow("indicators", line(t, x, "indicators", "CPS08")); err != nil {
				t.Fatal(err)
			}
		}, "", "CPS08"},
		"no table of ours": {[]string{"targets"}, func(x *excelize.File) { _ = x.SetSheetName("targets", "Trang 1") }, "", "không có bảng danh mục nào"},
	} {
		t.Run(name, func(t *testing.T) {
			res := importCatalogue(t, f, catalogue.Request{File: edited(t, f, tt.edit, tt.tables...), Document: act})
			if res.Accepted || !res.Refused() {
				t.Fatalf("%+v", res)
			}
			found := false
			for _, g := range res.Findings {
				found = found || strings.Contains(g.Message, tt.says) && (tt.cell == "" || g.Sheet+"!"+g.Cell == tt.cell)
			}
			if !found {
				t.Errorf("want %s %q, got %+v", tt.cell, tt.says, res.Findings)
			}
		})
	}
	if now, _, _ := f.Revision(t.Context()); now != before {
		t.Errorf("revision %d, was %d", now, before)
	}
	reporter := access.With(t.Context(), access.Actor{Account: 2, Name: "r", Grants: []access.Grant{{Role: access.Reporter, Agency: "P34-48", From: vi.OpenFrom, To: vi.OpenTo}}})
	if _, _, err := f.CatalogueFile(reporter); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a reporter takes the catalogue down: %v", err)
	}
	if _, err := f.ImportCatalogue(reporter, catalogue.Request{File: ledger.ImportFile{Name: "targets.csv", Data: []byte("indicator\n")}, DryRun: true}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a reporter sends a catalogue: %v", err)
	}
}

// A table may come as a CSV named after it, and a change of meaning in place is asked about.
func TestCatalogueFromCSV(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	csv := "date;kind;name;basis;verified\n01/01/2027;holiday;Tết Dương lịch;Bộ luật Lao động 2019 Điều 112;yes\n"
	res := importCatalogue(t, f, catalogue.Request{File: ledger.ImportFile{Name: "holidays.csv", Data: []byte(csv)}, DryRun: true})
	if res.Refused() || res.Count(catalogue.Added) != 1 || res.Count(catalogue.Ended) != 44 || len(res.Findings) != 1 || !strings.Contains(res.Findings[0].Message, "mất 44 trong 44 dòng") {
		t.Errorf("%d ended, %+v", res.Count(catalogue.Ended), res.Findings)
	}
	file := edited(t, f, func(x *excelize.File) {
		put(t, x, "indicators", line(t, x, "indicators", "CPS07"), map[string]any{"unit": "hồ sơ"})
	}, "indicators")
	res = importCatalogue(t, f, catalogue.Request{File: file, DryRun: true})
	if res.Refused() || len(res.Findings) != 1 || !strings.Contains(res.Findings[0].Message, `đổi từ "%" thành "hồ sơ"`) {
		t.Errorf("%+v", res.Findings)
	}
}
