package intake_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"
)

// layouts are forms as offices send them, each with something wrong, and how a clerk mends it.
func layouts(t testing.TB) map[string]layout {
	t.Helper()
	must := func(errs ...error) {
		t.Helper()
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	box := []excelize.Border{{Type: "left", Style: 1, Color: "000000"}, {Type: "right", Style: 1, Color: "000000"},
		{Type: "top", Style: 1, Color: "000000"}, {Type: "bottom", Style: 1, Color: "000000"}}
	styled := func(x *excelize.File, from, to string, st *excelize.Style) {
		id, err := x.NewStyle(st)
		must(err, x.SetCellStyle("Sheet1", from, to, id))
	}
	font := &excelize.Font{Family: "Times New Roman", Size: 12}
	return map[string]layout{
		"biểu danh sách.xlsx": {badWorkbook(t), "Biểu 'số' 1", map[string]any{"D5": 12, "B6": "Hà Nội", "F7": 1234, "F9": "-"}},
		"bảng chéo.xlsx": {workbook(t, [][]any{
			{"UBND TỈNH", nil, nil, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"},
			{"VĂN PHÒNG", nil, nil, "Độc lập - Tự do - Hạnh phúc"},
			{},
			{"BẢNG TỔNG HỢP SỐ LIỆU"},
			{"Kỳ báo cáo: Quý III/2026"},
			{"TT", "Đơn vị", "CPS01.num", "CPS01.den", "CPS20A", "DTI_P"},
			{"(1)", "(2)", "(3)", "(4)", "(5)", "(6)"},
			{1, "Hà Nội", 7, 5, 12, 0.7},
			{2, "Huế", 3, 5, "mười", 0.81},
			{3, "Đồng Tháp", 3, 0, -4, 0.5},
			{nil, "Tổng cộng", 13, 10, 8, nil},
			{},
			{nil, "Người lập biểu"},
		}, func(x *excelize.File) {
			must(x.MergeCell("Sheet1", "A1", "C1"), x.MergeCell("Sheet1", "D1", "F1"), x.MergeCell("Sheet1", "A4", "F4"),
				x.SetColWidth("Sheet1", "B", "B", 26), x.SetColWidth("Sheet1", "C", "F", 14),
				x.SetPanes("Sheet1", &excelize.Panes{Freeze: true, YSplit: 7, TopLeftCell: "A8", ActivePane: "bottomLeft"}))
			styled(x, "A1", "F5", &excelize.Style{Font: &excelize.Font{Family: "Times New Roman", Size: 13, Bold: true}, Alignment: &excelize.Alignment{Horizontal: "center"}})
			styled(x, "A6", "F7", &excelize.Style{Font: font, Border: box, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDEBF7"}}})
			styled(x, "A8", "E11", &excelize.Style{Font: font, Border: box, NumFmt: 3})
			styled(x, "F8", "F11", &excelize.Style{Font: font, Border: box, NumFmt: 2})
		}), "Sheet1", map[string]any{"C8": 4, "E9": 10, "D10": 6, "E10": 4}},
		"ô gộp.xlsx": {workbook(t, [][]any{
			{"Đơn vị", "Chỉ tiêu", "Kỳ báo cáo", "Giá trị", "Ghi chú"},
			{"Hà Nội", "CPS20A", "Quý 5/2026", 12},
			{"Hà Nội", "KTS15", "2026-Q3", "12,5 kg"},
			{"Huế", "CPS20A", "2026-Q3", 1.5, "ghi chú dài để xem ô có xuống dòng hay không"},
		}, func(x *excelize.File) {
			must(x.MergeCell("Sheet1", "D4", "D6"), x.MergeCell("Sheet1", "A2", "A2"), x.SetRowHeight("Sheet1", 4, 40), x.SetColVisible("Sheet1", "F", false),
				x.AddComment("Sheet1", excelize.Comment{Cell: "D3", Author: "Anh Nam", Text: "Số này anh Nam tính"}))
			styled(x, "A1", "E6", &excelize.Style{Font: font, Border: box, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}})
		}), "Sheet1", map[string]any{"C2": "Quý III/2026", "D3": 12.5, "D4": 1}},
		"khóa và quy tắc.xlsx": {workbook(t, [][]any{
			{"Kỳ: tháng 8/2026"},
			{"Tên đơn vị", "Mã chỉ tiêu", "Kết quả"},
			{"Ủy ban nhân dân tỉnh Tây Ninh", "CPS20A", "1.5.2"},
			{"Bắc Giang", "CPS20A", 3},
			{"Bộ Y tế", "KHONGCO", 3},
		}, func(x *excelize.File) {
			valid := excelize.NewDataValidation(true)
			valid.Sqref = "C3:C20"
			must(valid.SetRange(0, 100, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween), x.AddDataValidation("Sheet1", valid),
				x.SetConditionalFormat("Sheet1", "C3:C20", []excelize.ConditionalFormatOptions{{Type: "data_bar", Criteria: "=", MinType: "min", MaxType: "max", BarColor: "#638EC6"}}),
				x.SetColWidth("Sheet1", "A", "A", 34), x.SetColWidth("Sheet1", "B", "C", 14),
				x.ProtectSheet("Sheet1", &excelize.SheetProtectionOptions{}), x.AutoFilter("Sheet1", "A2:C5", nil))
			_, err := x.NewSheet("Phụ lục")
			must(err, x.SetCellValue("Phụ lục", "A1", "không phải bảng"))
		}), "Sheet1", map[string]any{"C3": 152, "A4": "Bắc Ninh", "B5": "CPS20A"}},
		"tệp.csv": {[]byte("\uFEFFĐơn vị;Chỉ tiêu;Kỳ;Tử số;Mẫu số;Giá trị\nHà Nội;CPS01;2026-Q3;0045;100;\nHuế;CPS01;2026-Q3;45;;\nĐâu đó;CPS20A;2026-Q3;;;=1+1\n"),
			"CSV", map[string]any{"E3": "100", "A4": "Tây Ninh", "F4": "2"}},
	}
}

type layout struct {
	data  []byte
	sheet string
	fixes map[string]any
}

// Every layout comes back marked, says the same when it is read as it came back, and is accepted
// once its cells are corrected. CHISO_LOOK names a folder that the files are written to, for eyes.
func TestMark_layouts(t *testing.T) {
	all := layouts(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			l := all[name]
			marked := mark(t, name, l.data)
			if dir := os.Getenv("CHISO_LOOK"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, name+".marked.xlsx"), marked, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if was, is := run(t, name, l.data), run(t, name, marked); was.codes() != is.codes() || !slices.Equal(was.entries, is.entries) || is.err != nil {
				t.Errorf("read again: %s %v, was %s", is.codes(), is.err, was.codes())
			}
			x := open(t, marked)
			for ref, v := range l.fixes {
				if err := x.SetCellValue(l.sheet, ref, v); err != nil {
					t.Fatal(err)
				}
			}
			var b bytes.Buffer
			if err := x.Write(&b); err != nil {
				t.Fatal(err)
			}
			o := run(t, name, b.Bytes())
			for _, f := range o.findings {
				if f.Severity == "error" {
					t.Errorf("corrected: %+v", f)
				}
			}
			if o.err != nil || len(o.entries) == 0 {
				t.Errorf("corrected: %v %v", o.entries, o.err)
			}
		})
	}
}
