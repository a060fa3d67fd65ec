package task_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"chiso/internal/agency"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// row makes a row of pairs.
func row(line int, pairs ...string) task.Row {
	r := task.Row{Sheet: "NV", Line: line, Values: map[task.Field]string{}}
	for i := 0; i < len(pairs); i += 2 {
		r.Values[task.Field(pairs[i])] = pairs[i+1]
	}
	return r
}

func read(rows ...task.Row) *task.Reader {
	r := task.NewReader(directory(), day(2025, 8, 1), agency.Nation, "nq_71")
	for _, x := range rows {
		r.Row(x)
	}
	return r
}

func TestReader(t *testing.T) {
	r := read(
		row(2, "title", "I. Nhiệm vụ về thể chế"),
		row(3, "code", "NV-1", "title", "Xây dựng cơ sở dữ liệu", "document", "Quyết định số 06/QĐ-TTg ngày 06/01/2022 của Thủ tướng Chính phủ", "programme", "Đề án 06",
			"lead", "Bộ Công an", "co", "Các địa phương", "person", "Nguyễn Văn A", "due", "quý III/2025", "assigned", "2022-01-10", "progress", "Đang làm", "percent", "45,5", "indicators", "DA06_01; DA06_02"),
		row(4, "lead", "Bộ Giáo dục và Đào tạo", "due", "2025-12-31", "completed", "15/7/2025"),
		row(5, "code", "NV-2", "title", "Thông tin, tuyên truyền", "lead", "Các bộ, ngành, địa phương", "nature", "Thường xuyên", "assigned", "01/4/2025"),
		row(6, "code", "NV-3", "title", "Báo cáo", "lead", "Hà Nội", "due", "chưa giao thời hạn", "assigned", "01/4/2025"),
	)
	if f := r.Findings(); len(f) != 1 || f[0].Code != task.GroupLeads || f[0].Grave || !strings.Contains(f[0].Message, "6 đơn vị") {
		t.Fatalf("%+v", f)
	}
	tasks := r.Tasks()
	if len(tasks) != 3 || len(tasks[0].Parts) != 5 || len(tasks[1].Parts) != 6 || len(tasks[0].Rows) != 2 {
		t.Fatalf("%+v", tasks)
	}
	first := tasks[0]
	if want := (task.Document{Number: "06/QĐ-TTg", Day: day(2022, 1, 6), Issuer: "Thủ tướng Chính phủ"}); !first.Task.Document.Same(want) {
		t.Errorf("document %+v", first.Task.Document)
	}
	if first.Task.Programme != "de_an_06" || tasks[1].Task.Programme != "nq_71" || !slices.Equal(first.Task.Indicators, []string{"DA06_01", "DA06_02"}) {
		t.Errorf("%+v", first.Task)
	}
	lead, co, second := first.Parts[0], first.Parts[1], first.Parts[4]
	if !lead.Lead || lead.Due != day(2025, 9, 30) || lead.DueText != "quý III/2025" || lead.Person != "Nguyễn Văn A" || lead.Assigned != day(2022, 1, 10) ||
		lead.Update.Text != "Đang làm" || lead.Update.Percent.Decimal.String() != "45.5" {
		t.Errorf("lead %+v", lead)
	}
	if co.Lead || co.Agency != "OLD-DN" || co.Now != "NEW-DN" || co.Person != "" || !co.Update.Empty() {
		t.Errorf("co-operating %+v", co)
	}
	if second.Agency != "BGD" || second.Due != day(2025, 12, 31) || second.DueText != "31/12/2025" || second.Completed != day(2025, 7, 15) || second.Row != 1 {
		t.Errorf("second %+v", second)
	}
	if p := tasks[1].Parts[0]; p.Nature != task.Recurring || p.Due != 0 {
		t.Errorf("recurring %+v", p)
	}
	if p := tasks[2].Parts[0]; p.Nature != task.Unscheduled || p.DueText != "chưa giao thời hạn" {
		t.Errorf("no deadline %+v", p)
	}
}

// A group leads as it is on the day of assignment; without a day it is asked, and as co-operating it charges nobody.
func TestReader_groupWithoutDay(t *testing.T) {
	base := []string{"code", "A", "title", "Việc", "due", "30/6/2026"}
	asked := func(pairs ...string) bool {
		return slices.ContainsFunc(read(row(2, append(slices.Clone(base), pairs...)...)).Findings(), func(f task.Placed) bool {
			return f.Code == task.GroupNoDay && f.Grave
		})
	}
	if !asked("lead", "Các bộ, ngành, địa phương") || !asked("lead", "Bộ Công an; các địa phương") {
		t.Error("a group leads without a day, and nobody is asked")
	}
	if asked("lead", "Bộ Công an", "co", "Các địa phương") || asked("lead", "Các địa phương", "document", "Nghị quyết 71/NQ-CP ngày 01/4/2025") {
		t.Error("asked without need")
	}
}

func TestReader_findings(t *testing.T) {
	good := []string{"code", "A", "title", "Việc", "lead", "Bộ Công an", "due", "30/6/2026", "assigned", "01/4/2025"}
	with := func(pairs ...string) []task.Row { return []task.Row{row(2, append(slices.Clone(good), pairs...)...)} }
	for name, c := range map[string]struct {
		rows []task.Row
		want string // code, field and whether it is grave
	}{
		"fine":                    {with(), ""},
		"no code":                 {with("code", ""), "missing_code code !"},
		"no code at all":          {[]task.Row{row(2, "lead", "Bộ Công an")}, "missing_code code !"},
		"long code":               {with("code", strings.Repeat("x", 101)), "long_code code !"},
		"one code, two tasks":     {append(with(), row(3, "code", "A", "title", "Khác", "lead", "Hà Nội", "due", "2026")), "duplicate_code code !"},
		"one agency, two rows":    {append(with(), row(3, "code", "A", "lead", "Bộ Công an", "due", "2026", "assigned", "01/4/2025")), "missing|agency_twice lead !"},
		"nobody":                  {with("lead", ""), "missing_agency lead !"},
		"unknown agency":          {with("lead", "Bộ Phép thuật"), "unknown_agency lead !"},
		"misspelt":                {with("lead", "Bộ Công am"), "unknown_agency lead !"},
		"gone by then":            {with("co", "Quảng Nam", "assigned", "01/7/2025"), "agency_elsewhen co !"},
		"no such day":             {with("completed", "31/6/2025"), "bad_day completed !"},
		"a month for a day":       {with("completed", "6/2025"), "bad_day completed !"},
		"no deadline understood":  {with("due", "sớm"), "bad_due due !"},
		"nature not understood":   {with("nature", "gấp"), "bad_nature nature !"},
		"nature against deadline": {with("nature", "Có thời hạn", "due", "thường xuyên"), "nature_and_due nature !"},
		"percent not understood":  {with("percent", "gần xong", "progress", "x"), "bad_percent percent "},
		"percent too large":       {with("percent", "120"), "bad_percent percent !"},
		"a share as percent":      {with("percent", "0,5"), "bad_percent percent "},
		"below a merged cell":     {append(with(), row(3, "lead", "Hà Nội")), "same_terms due "},
		"percent in words":        {with("percent", "gần xong"), ""},
		"no day of assignment":    {with("assigned", ""), "missing_assigned assigned "},
	} {
		var got []string
		for _, f := range read(c.rows...).Findings() {
			mark := ""
			if f.Grave {
				mark = "!"
			}
			got = append(got, fmt.Sprint(f.Code, " ", f.Field, " ", mark))
		}
		want := strings.TrimPrefix(c.want, "missing|")
		if strings.Join(got, "; ") != want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, "; "), want)
		}
	}
}

// A row that goes on with a task has the deadline of the row above, unless it names one; a task of its own does not.
func TestReader_continued(t *testing.T) {
	parts := read(row(2, "code", "A", "title", "Việc", "lead", "Bộ Công an", "due", "quý III/2025", "assigned", "01/4/2025", "completed", "1/7/2025"), row(3, "lead", "Hà Nội"), row(4, "lead", "Bộ Giáo dục và Đào tạo", "due", "thường xuyên"),
		row(5, "code", "B", "title", "Việc khác", "lead", "Hà Nội", "assigned", "01/4/2025")).Tasks()
	first, second := parts[0].Parts, parts[1].Parts
	if p := first[1]; p.Due != day(2025, 9, 30) || p.DueText != "quý III/2025" || p.Assigned != day(2025, 4, 1) || p.Completed != 0 {
		t.Errorf("%+v", p)
	}
	if p := first[2]; p.Nature != task.Recurring || p.Due != 0 {
		t.Errorf("with terms of its own: %+v", p)
	}
	if p := second[0]; p.Nature != "" || p.Due != 0 {
		t.Errorf("a blank of another task: %+v", p)
	}
}

// What was merged away is named with what it is now.
func TestReader_gone(t *testing.T) {
	r := read(row(2, "code", "A", "title", "Việc", "lead", "Tỉnh Quảng Nam", "due", "2026", "assigned", "01/7/2025"))
	if fs := r.Findings(); len(fs) != 1 || !strings.Contains(fs[0].Message, "nay thuộc Thành phố Đà Nẵng") {
		t.Errorf("%+v", fs)
	}
}

func TestParseDocument(t *testing.T) {
	for text, want := range map[string]task.Document{
		"71/NQ-CP": {Number: "71/NQ-CP"},
		"Nghị quyết số 71/NQ-CP ngày 01/4/2025 của Chính phủ":                          {Number: "71/NQ-CP", Day: day(2025, 4, 1), Issuer: "Chính phủ"},
		"Nghị quyết số 57-NQ/TW ngày 22 tháng 12 năm 2024 của Bộ Chính trị về đột phá": {Number: "57-NQ/TW", Day: day(2024, 12, 22), Issuer: "Bộ Chính trị"},
		"TB 123/TB-VPCP ngày 05.8.2026":  {Number: "123/TB-VPCP", Day: day(2026, 8, 5)},
		"Chương trình công tác năm 2026": {},
		"1270/BC-TCTTTg, 27/12/2017":     {Number: "1270/BC-TCTTTg", Day: day(2017, 12, 27)},
		"Kế hoạch số 02-KH/BCĐTW ngày 19/6/2025 của Ban Chỉ đạo Trung ương":                  {Number: "02-KH/BCĐTW", Day: day(2025, 6, 19), Issuer: "Ban Chỉ đạo Trung ương"},
		"Quyết định số 11/QĐ-BCĐCP ngày 31/6/2026 (ngày không có thật) của Ban Chỉ đạo khác": {Number: "11/QĐ-BCĐCP", Issuer: "Ban Chỉ đạo khác"},
	} {
		if got := task.ParseDocument(text); !got.Same(want) {
			t.Errorf("%q: %+v", text, got)
		}
	}
	if d := (task.Document{Number: "71/NQ-CP", Day: day(2025, 4, 1)}); d.String() != "71/NQ-CP ngày 01/04/2025" {
		t.Errorf("%s", d)
	}
}

func TestMerge_claims(t *testing.T) {
	for claim, want := range map[string]string{"Đã hoàn thành": task.StatusContradicts, "Trong hạn": "", "Quá hạn": task.StatusContradicts, "": ""} {
		r := read(row(2, "code", "A", "title", "Việc", "lead", "Bộ Công an", "due", "30/6/2026", "assigned", "01/4/2025", "status", claim))
		_, _, found := task.Merge(directory(), task.Task{}, *r.Tasks()[0], day(2025, 8, 1))
		got := ""
		for _, f := range found {
			got = f.Code
			if f.Row.Line != 2 || f.Field != task.FieldStatus {
				t.Errorf("%q: placed at %+v", claim, f)
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", claim, got, want)
		}
	}
}

// Whatever a row says, reading it ends with tasks or findings and never with a panic.
func FuzzReader(f *testing.F) {
	f.Add("Bộ Công an, các địa phương và Hà Nội", "quý III/2025", "Nghị quyết 71/NQ-CP ngày 1/4/2025", "thường xuyên")
	f.Add("; , / và ", "31/2/2025", "\xff", "")
	f.Fuzz(func(t *testing.T, lead, due, document, nature string) {
		r := read(row(2, "code", "A", "title", "Việc", "lead", vi.Clean(lead), "due", vi.Clean(due), "document", vi.Clean(document), "nature", vi.Clean(nature)))
		for _, in := range r.Tasks() {
			task.Merge(directory(), task.Task{}, *in, day(2025, 8, 1))
		}
		if len(r.Tasks()) == 0 && len(r.Findings()) == 0 && due+lead+nature != "" {
			if vi.Clean(due)+vi.Clean(lead)+vi.Clean(nature) != "" {
				t.Error("neither a task nor a finding")
			}
		}
	})
}
