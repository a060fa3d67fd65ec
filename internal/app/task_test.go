package app_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/tasks"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// actor returns a context in which somebody with a role asks.
func actor(t *testing.T, name string, role access.Role, at agency.ID) context.Context {
	return access.With(t.Context(), access.Actor{Account: 7, Name: name, Agency: at, Grants: []access.Grant{{Role: role, Agency: at, From: vi.OpenFrom, To: vi.OpenTo}}})
}

const registerHead = "Mã nhiệm vụ,Nhiệm vụ,Chương trình,Cơ quan chủ trì,Cơ quan phối hợp,Người phụ trách,Ngày giao,Thời hạn,Ngày hoàn thành,Tình hình thực hiện\n"

// register imports a CSV register as the office of the nation.
func (f *fixture) register(t *testing.T, csv string, change ...func(*tasks.ImportRequest)) *tasks.ImportResult {
	t.Helper()
	req := tasks.ImportRequest{Files: []ledger.ImportFile{{Name: "so.csv", Data: []byte(csv)}}}
	for _, c := range change {
		c(&req)
	}
	res, err := f.ImportTasks(actor(t, "office", access.Office, agency.Nation), req)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func (f *fixture) summary(t *testing.T, q tasks.Query, by string) *tasks.Summary {
	t.Helper()
	s, err := f.SummariseTasks(actor(t, "office", access.Office, agency.Nation), q, by)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// register690 is an invented register with the counts of the article of 06/02/2025: 690 = 348 + 39 + 119 + 184.
func register690() string {
	var b strings.Builder
	b.WriteString(registerHead)
	n := 0
	add := func(count int, due, completed string) {
		for range count {
			n++
			fmt.Fprintf(&b, "DA06-%d,Nhiệm vụ số %d,Đề án 06,%s,,Nguyễn Văn A,06/01/2022,%s,%s,\n", n, n, []string{"Bộ Tư pháp", "Bộ Y tế", "Hà Nội"}[n%3], due, completed)
		}
	}
	add(348, "31/12/2024", "01/12/2024")
	add(39, "quý IV/2024", "")
	add(119, "thường xuyên", "")
	add(183, "trong năm 2026", "")
	add(1, "6/2/2025", "")
	return b.String()
}

func TestImportTasks(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		dry := f.register(t, register690(), func(r *tasks.ImportRequest) { r.DryRun = true })
		if !dry.Accepted || dry.Files[0].Tasks.New != 690 || dry.Revision != nil || f.summary(t, tasks.Query{}, "").Total != 0 {
			t.Fatalf("dry run: %+v", dry)
		}
		res := f.register(t, register690())
		if !res.Accepted || res.Files[0].Tasks != (tasks.Tally{New: 690}) || res.Revision == nil || len(res.Files[0].Findings) != 0 {
			t.Fatalf("%+v", res)
		}
		if again := f.register(t, register690()); again.Revision != nil || again.Files[0].Tasks != (tasks.Tally{Unchanged: 690}) {
			t.Errorf("again: %+v", again)
		}
		for at, want := range map[string]tasks.Partition{
			"2025-02-05": {Done: 348, Overdue: 39, Recurring: 119, InProgress: 184},
			"2025-02-06": {Done: 348, Overdue: 39, Recurring: 119, InProgress: 184},
			"2025-02-07": {Done: 348, Overdue: 40, Recurring: 119, InProgress: 183},
			"2024-11-30": {Recurring: 119, InProgress: 571},
		} {
			if s := f.summary(t, tasks.Query{At: at, Unit: task.ByAssignment}, ""); s.Partition != want || s.Total != 690 {
				t.Errorf("on %s: %d, %+v", at, s.Total, s.Partition)
			}
		}
		// The figures of the month, with what they are counted from.
		table := f.rank(t, figures.RankingQuery{Code: "DA06_02", Block: "ministries"})
		if len(table.Rows) != 2 || table.Rows[0].Value.Decimal != vi.Int(116) || table.Period.Key != "2026-11" {
			t.Errorf("ranking of completed tasks: %+v", table.Rows)
		}
		rate := f.rank(t, figures.RankingQuery{Code: "DA06_27", Block: "ministries"})
		if len(rate.Rows) != 2 || rate.Rows[0].Num.Decimal != vi.Int(116) || rate.Rows[0].Den.Decimal.Cmp(vi.Int(116)) <= 0 {
			t.Errorf("ranking of the completion rate: %+v", rate.Rows)
		}
		// Next month's register updates by code, and what was known before can be read back.
		before := f.clock.now
		f.clock.now = f.clock.now.Add(time.Hour)
		next := f.register(t, registerHead+"DA06-349,Nhiệm vụ số 349,Đề án 06,Bộ Y tế,,Trần Thị B,06/01/2022,quý IV/2024,20/11/2026,Đã xong\n")
		if next.Files[0].Tasks != (tasks.Tally{Changed: 1}) || next.Files[0].Updates != 1 {
			t.Fatalf("next month: %+v", next.Files[0])
		}
		if s := f.summary(t, tasks.Query{}, ""); s.Matrix.DoneLate != 1 || s.Total != 690 {
			t.Errorf("after it: %+v", s.Matrix)
		}
		if s := f.summary(t, tasks.Query{AsOf: before}, ""); s.Matrix.DoneLate != 0 || s.Total != 690 {
			t.Errorf("as it was known before: %+v", s.Matrix)
		}
		if table := f.rank(t, figures.RankingQuery{Code: "DA06_02", Block: "ministries"}); table.Rows[0].Value.Decimal != vi.Int(117) {
			t.Errorf("figures after the update: %+v", table.Rows[0])
		}
	})
}

func TestImportTasks_refused(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	const bad = registerHead +
		"A,Việc một,NQ 71,Bộ Phép thuật,,,01/4/2025,30/6/2025,,\n" +
		"B,Việc hai,NQ 71,Bộ Y tế,,,01/4/2025,,,\n" +
		"C,Việc ba,NQ 71,Bộ Y tế,,,01/4/2025,30/6/2025,1/1/2025,\n" +
		"D,Việc tốt,NQ 71,\"Bộ Y tế, Bộ Văn hóa, Thể thao và Du lịch\",Các địa phương,,01/4/2025,30/6/2025,,\n"
	res := f.register(t, bad)
	var got []string
	for _, x := range res.Files[0].Findings {
		got = append(got, fmt.Sprint(x.Severity, " ", x.Cell, " ", x.Code))
	}
	want := []string{"error D2 unknown_agency", "error H3 missing_nature", "error I4 done_before_assigned"}
	if res.Accepted || !slices.Equal(got, want) {
		t.Fatalf("accepted %v: %q", res.Accepted, got)
	}
	if s := f.summary(t, tasks.Query{}, ""); s.Total != 0 {
		t.Errorf("a refused register left %d tasks", s.Total)
	}
	marked, err := f.MarkedTasks(actor(t, "office", access.Office, agency.Nation), tasks.ImportRequest{Files: []ledger.ImportFile{{Name: "so.csv", Data: []byte(bad)}}})
	if err != nil || len(marked) != 1 || marked[0].Name != "so (đã đánh dấu).xlsx" {
		t.Fatalf("%v %v", marked, err)
	}
	for name, c := range map[string]struct{ csv, code string }{
		"no rows":           {registerHead, "no_rows"},
		"no table":          {"a,b\n1,2\n", "no_register"},
		"not a file at all": {"\x00\x01", "unreadable"},
		"unknown indicator": {"Mã nhiệm vụ,Nhiệm vụ,Cơ quan chủ trì,Ngày giao,Thời hạn,Mã chỉ tiêu\nA,Việc,Bộ Y tế,01/4/2025,2026,XYZ\n", "unknown_indicator"},
		"no title":          {"Mã nhiệm vụ,Nhiệm vụ,Cơ quan chủ trì,Thời hạn\nA,,Bộ Y tế,2026\n", "missing_title"},
	} {
		res := f.register(t, c.csv)
		if res.Accepted || !slices.ContainsFunc(res.Files[0].Findings, func(x check.Finding) bool { return x.Code == c.code }) {
			t.Errorf("%s: %+v", name, res.Files[0].Findings)
		}
	}
	// Whoever is not the office may not.
	for name, ctx := range map[string]context.Context{"nobody": t.Context(), "a reporter": actor(t, "r", access.Reporter, "BYT"), "another's office": actor(t, "o", access.Office, "BYT")} {
		_, err := f.ImportTasks(ctx, tasks.ImportRequest{Files: []ledger.ImportFile{{Name: "so.csv", Data: []byte(register690())}}})
		if kind := fault.KindOf(err); kind != fault.Forbidden && kind != fault.SignedOut {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTasks_visible(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.register(t, registerHead+
		"A,Việc của y tế,NQ 71,Bộ Y tế,Hà Nội,Nguyễn Văn A,01/4/2025,30/6/2025,,\n"+
		"B,Việc của tư pháp,NQ 71,Bộ Tư pháp,,,01/4/2025,30/6/2026,,\n"+
		"C,Việc minh họa,Minh họa,Bộ Y tế,,,01/4/2025,30/6/2026,,\n")
	codes := func(ctx context.Context, q tasks.Query) string {
		t.Helper()
		l, err := f.Tasks(ctx, q)
		if err != nil {
			return string(fault.KindOf(err))
		}
		var out []string
		for _, x := range l.Lines {
			out = append(out, x.Code)
		}
		return strings.Join(out, " ")
	}
	office := actor(t, "office", access.Office, agency.Nation)
	for name, c := range map[string]struct {
		ctx  context.Context
		q    tasks.Query
		want string
	}{
		"office":              {office, tasks.Query{}, "A B"},
		"invented, asked for": {office, tasks.Query{Programmes: []string{"minh_hoa"}}, "C"},
		"leading":             {actor(t, "r", access.Reporter, "BYT"), tasks.Query{}, "A"},
		"co-operating":        {actor(t, "r", access.Reporter, "P-01"), tasks.Query{}, "A"},
		"someone else":        {actor(t, "r", access.Reporter, "BCA"), tasks.Query{}, ""},
		"nobody":              {t.Context(), tasks.Query{}, "signed_out"},
		"text":                {office, tasks.Query{Text: "tu phap"}, "B"},
		"late":                {office, tasks.Query{Statuses: []task.Status{task.Overdue}, DueTo: "31/12/2025"}, "A"},
		"a bad day":           {office, tasks.Query{At: "hôm qua"}, "invalid"},
		"a bad status":        {office, tasks.Query{Statuses: []task.Status{"x"}}, "invalid"},
		"second page":         {office, tasks.Query{Page: 2, Size: 1}, "B"},
		"page after the last": {office, tasks.Query{Page: 9, Size: 1}, "B"},
	} {
		if got := codes(c.ctx, c.q); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	late, err := f.OverdueTasks(office, tasks.Query{})
	if err != nil || len(late.Lines) != 2 || late.Lines[0].Code != "A" || late.Lines[0].Person != "Nguyễn Văn A" || late.Lines[0].Days != 509 || late.Lines[0].Others[0].Name != "Hà Nội" {
		t.Errorf("overdue: %+v %v", late, err)
	}
	board, err := f.TaskBoard(office, tasks.Query{})
	if err != nil || len(board.By) != 2 || board.By[0].Name != "Bộ Y tế" || len(board.Trend) != 12 || board.Trend[11].Counts != board.Counts || board.Trend[0].Day != "2025-12-31" {
		t.Errorf("board: %+v %v", board, err)
	}
	for _, v := range board.Views {
		sum := 0
		for _, p := range v.Parts {
			sum += p.Count
		}
		if sum != board.Total {
			t.Errorf("%s does not close", v.Code)
		}
	}
	// The template comes back as it went out; what is invented stays so.
	for programme, n := range map[string]int{"": 2, ledger.IllustrativeTasks: 1} {
		var b bytes.Buffer
		if err := f.TaskTemplate(office, tasks.Query{Programmes: strings.Fields(programme)}, false, &b); err != nil {
			t.Fatal(err)
		}
		res, err := f.ImportTasks(office, tasks.ImportRequest{Files: []ledger.ImportFile{{Name: "mau.xlsx", Data: b.Bytes()}}})
		if err != nil || !res.Accepted || res.Files[0].Tasks != (tasks.Tally{Unchanged: n}) || len(res.Files[0].Findings) > 0 {
			t.Errorf("template of %q back: %+v %v", programme, res, err)
		}
	}
}

func TestRecordTasks(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.register(t, register690())
	office := actor(t, "office", access.Office, agency.Nation)
	n, err := f.RecordTasks(office, agency.Nation, "2025-01")
	if err != nil || n.New == 0 {
		t.Fatalf("%+v %v", n, err)
	}
	if n, err = f.RecordTasks(office, agency.Nation, "2025-01"); err != nil || n.New+n.Superseded != 0 || n.Unchanged == 0 {
		t.Errorf("again: %+v %v", n, err)
	}
	table := f.rank(t, figures.RankingQuery{Code: "DA06_03", Block: "ministries", Period: "2025-01"})
	if len(table.Rows) != 2 || table.Rows[0].Value.Decimal != vi.Int(13) {
		t.Errorf("overdue at the end of January: %+v", table.Rows)
	}
	for period, kind := range map[string]fault.Kind{"2027-01": fault.Invalid, "x": fault.Invalid} {
		if _, err := f.RecordTasks(office, agency.Nation, period); fault.KindOf(err) != kind {
			t.Errorf("%s: %v", period, err)
		}
	}
	if _, err := f.RecordTasks(actor(t, "r", access.Reporter, "BYT"), agency.Nation, "2025-01"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a reporter: %v", err)
	}
}

// The invented register is labelled, counted only when asked for, and goes as it came.
func TestIllustrativeTasks(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		for range 2 {
			if _, err := f.LoadIllustrative(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		q := tasks.Query{Programmes: []string{ledger.IllustrativeTasks}, At: "2026-08-15"}
		s := f.summary(t, q, tasks.TasksByAgency)
		if s.Total < 100 || s.Partition.Done == 0 || s.Partition.Overdue == 0 || s.Partition.Recurring == 0 || len(s.By) < 40 {
			t.Errorf("%d tasks, %+v, %d agencies", s.Total, s.Partition, len(s.By))
		}
		if all := f.summary(t, tasks.Query{}, ""); all.Total != 0 {
			t.Errorf("%d invented tasks are counted as real", all.Total)
		}
		list, err := f.Tasks(actor(t, "office", access.Office, agency.Nation), q)
		if err != nil || !list.Lines[0].Illustrative || !strings.HasPrefix(list.Lines[0].Title, "[Minh họa]") || !strings.Contains(list.Lines[0].ProgrammeTitle, "không phải số thật") {
			t.Errorf("%+v %v", list.Lines[0], err)
		}
		if _, err := f.RemoveIllustrative(t.Context()); err != nil {
			t.Fatal(err)
		}
		// What comes next may get the numbers of what went; the register in memory must not mix them.
		f.register(t, register690())
		if s := f.summary(t, q, ""); s.Total != 0 {
			t.Errorf("%d invented tasks are left", s.Total)
		}
		office := actor(t, "office", access.Office, agency.Nation)
		if line, err := f.TaskTimeline(office, "DA06-690", tasks.Query{}); err != nil || line.Line.Code != "DA06-690" || f.summary(t, tasks.Query{}, "").Total != 690 {
			t.Errorf("after it: %+v %v", line, err)
		}
	})
}
