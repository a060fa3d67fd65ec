package intake_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/check"
	"chiso/internal/intake"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// register reads a file as a register.
func register(t *testing.T, name string, data []byte) (rows []intake.RegisterRow, findings []check.Finding) {
	t.Helper()
	f, err := intake.Open(name, data, intake.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	err = f.Register(intake.Options{Report: func(x check.Finding) { findings = append(findings, x) }}, func(r intake.RegisterRow) { rows = append(rows, r) })
	if err != nil {
		t.Fatal(err)
	}
	return rows, findings
}

func TestRegister(t *testing.T) {
	x := excelize.NewFile()
	day, err := x.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	percent, err := x.NewStyle(&excelize.Style{NumFmt: 9})
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range [][]any{
		{"BAN CHỈ ĐẠO"},
		{"DANH MỤC NHIỆM VỤ"},
		{},
		{"TT", "Mã NV", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Thời hạn", "", "Ngày hoàn thành", "Tiến độ (%)"},
		{"", "", "", "", "Ban đầu", "Gia hạn đến", "", ""},
		{"(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"},
		{"I", "", "Nhiệm vụ về thể chế"},
		{1, "NV-1", "Xây dựng nghị định", "Bộ Công an; Bộ Y tế", 45838, "quý IV/2025", "", 0.455},
		{2, "NV-2", "Kết nối", "Hà Nội", "thường xuyên"},
	} {
		if err := x.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &line); err != nil {
			t.Fatal(err)
		}
	}
	for cell, style := range map[string]int{"E8": day, "H8": percent} {
		if err := x.SetCellStyle("Sheet1", cell, cell, style); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	rows, findings := register(t, "a.xlsx", b.Bytes())
	if len(findings) > 0 || len(rows) != 3 {
		t.Fatalf("%+v %+v", rows, findings)
	}
	got := rows[1]
	for field, want := range map[task.Field]string{task.FieldCode: "NV-1", task.FieldTitle: "Xây dựng nghị định", task.FieldLead: "Bộ Công an; Bộ Y tế",
		task.FieldOriginal: "2025-06-30", task.FieldExtended: "quý IV/2025", task.FieldCompleted: "", task.FieldPercent: "45.5"} {
		if got.Values[field] != want {
			t.Errorf("%s: %q, want %q", field, got.Values[field], want)
		}
	}
	if got.Line != 8 || got.Cells[task.FieldExtended].Ref() != "F8" || got.Sheet != "Sheet1" {
		t.Errorf("place %d %v", got.Line, got.Cells)
	}
}

func TestRegister_csv(t *testing.T) {
	const file = "Cơ quan chủ trì;Thời hạn;Nhiệm vụ;Mã nhiệm vụ\nBộ Công an;30/6/2026;\"Việc\nhai dòng\";A\n"
	rows, findings := register(t, "a.csv", []byte(file))
	if len(findings) > 0 || len(rows) != 1 || rows[0].Values[task.FieldCode] != "A" || rows[0].Values[task.FieldTitle] != "Việc hai dòng" || rows[0].Cells[task.FieldDue].Ref() != "B2" {
		t.Errorf("%+v %+v", rows, findings)
	}
}

// What clerks write above columns, and agencies one below the other in a cell.
func TestRegister_clerks(t *testing.T) {
	const file = "TT,Mã NV,\"Nội dung nhiệm vụ, giải pháp\",Cơ quan chủ trì (theo phân công),Thời hạn hoàn thành\n1,A,\"Việc\nhai dòng\",\"Bộ Tài chính \r\n\r\nBộ Y tế\",2026\n"
	rows, findings := register(t, "a.csv", []byte(file))
	if len(findings) > 0 || len(rows) != 1 || rows[0].Values[task.FieldTitle] != "Việc hai dòng" || rows[0].Values[task.FieldLead] != "Bộ Tài chính\nBộ Y tế" {
		t.Errorf("%+v %+v", rows, findings)
	}
}

func TestRegister_layout(t *testing.T) {
	for name, c := range map[string]struct{ file, code string }{
		"no codes":          {"TT,Nhiệm vụ,Chủ trì,Thời hạn\n1,Việc,Hà Nội,2027\n", intake.RegisterNoCode},
		"a column too many": {"Mã nhiệm vụ,Nhiệm vụ,Thời hạn,Màu\nA,Việc,2026,đỏ\n", intake.RegisterUnused},
		"no table":          {"a,b,c\n1,2,3\n", intake.NoRegister},
		"two of one column": {"Mã nhiệm vụ,Nhiệm vụ,Thời hạn,Hạn\nA,Việc,2026,2027\n", intake.RegisterTwice},
		"figures":           {"Đơn vị,Chỉ tiêu,Giá trị\nHà Nội,CPS01,5\n", intake.NoRegister},
	} {
		_, findings := register(t, "a.csv", []byte(c.file))
		if len(findings) != 1 || findings[0].Code != c.code {
			t.Errorf("%s: %+v", name, findings)
		}
	}
}

// A template is read back as it was written, twice written it is the same, and empty it has no rows.
func TestRegisterTemplate(t *testing.T) {
	form := intake.RegisterForm{Office: "Bộ Khoa học và Công nghệ", Title: "Danh mục nhiệm vụ", Day: vi.NewDate(2026, 8, 1)}
	write := func() []byte {
		var b bytes.Buffer
		if err := intake.RegisterTemplate(&b, form); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	if rows, findings := register(t, "mau.xlsx", write()); len(rows) != 0 || len(findings) != 0 {
		t.Errorf("empty: %+v %+v", rows, findings)
	}
	want := map[task.Field]string{}
	for _, f := range intake.RegisterFields() {
		want[f.Field] = "x " + string(f.Field)
	}
	form.Rows = []map[task.Field]string{want}
	data := write()
	rows, findings := register(t, "mau.xlsx", data)
	if len(findings) > 0 || len(rows) != 1 {
		t.Fatalf("%+v %+v", rows, findings)
	}
	for f, text := range want {
		if rows[0].Values[f] != text {
			t.Errorf("%s: %q", f, rows[0].Values[f])
		}
	}
	if !bytes.Equal(data, write()) {
		t.Error("two templates of the same differ")
	}
	marked, err := intake.Mark("mau.xlsx", data, []check.Finding{{Severity: check.Error, Sheet: "Nhiệm vụ", Cell: "A5", Code: "x", Message: "sai"}}, form.Day, intake.ForImport, intake.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if rows, findings := register(t, "mau.xlsx", marked); len(rows) != 1 || len(findings) != 0 {
		t.Errorf("marked, read again: %d rows, %+v", len(rows), findings)
	}
}

// On paper the register is three pages wide, each with code and task at its left, and as long as what is filled in.
func TestRegisterTemplate_paper(t *testing.T) {
	row := map[task.Field]string{task.FieldCode: "A", task.FieldTitle: "Việc"}
	for rows, area := range map[int]string{0: "$A$1:$X$29", 2: "$A$1:$X$6"} {
		form := intake.RegisterForm{Office: "Bộ", Title: "Danh mục nhiệm vụ", Day: vi.NewDate(2026, 8, 1), Rows: []map[task.Field]string{row, row}[:rows]}
		var b bytes.Buffer
		if err := intake.RegisterTemplate(&b, form); err != nil {
			t.Fatal(err)
		}
		x, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]string{}
		for _, n := range x.GetDefinedName() {
			names[n.Name] = n.RefersTo
		}
		if got := names["_xlnm.Print_Titles"]; got != "'Nhiệm vụ'!$A:$B,'Nhiệm vụ'!$4:$4" {
			t.Errorf("%d rows: repeats %s", rows, got)
		}
		if got := names["_xlnm.Print_Area"]; got != "'Nhiệm vụ'!"+area {
			t.Errorf("%d rows: prints %s", rows, got)
		}
	}
}

// Twenty thousand rows are read.
func TestRegister_large(t *testing.T) {
	var b strings.Builder
	b.WriteString("Mã nhiệm vụ,Nhiệm vụ,Cơ quan chủ trì,Thời hạn\n")
	for i := range 20000 {
		fmt.Fprintf(&b, "NV-%d,Việc số %d,Bộ Công an,30/6/2026\n", i, i)
	}
	if rows, findings := register(t, "a.csv", []byte(b.String())); len(rows) != 20000 || len(findings) > 0 {
		t.Errorf("%d rows, %+v", len(rows), findings)
	}
}
