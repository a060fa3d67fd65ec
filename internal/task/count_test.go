package task_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// batch returns n tasks of one agency that differ in their code only.
func batch(prefix, programme string, n int, a task.Assignment) []task.Task {
	out := make([]task.Task, n)
	for i := range out {
		a.Lead, a.Agency = true, "BCA"
		out[i] = task.Task{ID: int64(i + 1), Code: fmt.Sprintf("%s-%d", prefix, i), Title: "Nhiệm vụ " + prefix, Programme: programme, Assignments: []task.Assignment{a}}
	}
	return out
}

func timed(due, completed vi.Date) task.Assignment {
	return task.Assignment{Assigned: day(2024, 1, 1), Nature: task.Timed, Due: due, Completed: completed}
}

// parts returns the numbers of a view and fails when they do not close.
func parts(t *testing.T, v task.View) []int {
	t.Helper()
	var out []int
	sum := 0
	for _, p := range v.Parts {
		out, sum = append(out, p.Count), sum+p.Count
	}
	if sum != v.Total {
		t.Errorf("%s: %v do not add up to %d", v.Code, out, v.Total)
	}
	return out
}

// The registers of these tests are invented: only their counts are those that were printed. 690 = 348 + 39 + 119 + 184 as of 06/02/2025:
// laodong.vn, seed/sample/published.csv. One task is due that very day, so the
// dates say something else a day later, and one was completed that day.
func TestCounts_690(t *testing.T) {
	report := day(2025, 2, 6)
	tasks := slices.Concat(
		batch("done", "de_an_06", 347, timed(day(2024, 12, 31), day(2024, 12, 1))),
		batch("done that day", "de_an_06", 1, timed(day(2024, 12, 31), report)),
		batch("overdue", "de_an_06", 38, timed(day(2024, 12, 31), 0)),
		batch("due the day before", "de_an_06", 1, timed(report.AddDays(-1), 0)),
		batch("recurring", "de_an_06", 119, task.Assignment{Assigned: day(2022, 1, 6), Nature: task.Recurring}),
		batch("due that day", "de_an_06", 1, timed(report, 0)),
		batch("open", "de_an_06", 183, timed(day(2025, 12, 31), 0)),
	)
	r, dir := task.NewRegister(tasks), directory()
	for on, want := range map[vi.Date][]int{
		report:             {348, 39, 119, 184},
		report.AddDays(-1): {347, 39, 119, 185},
		report.AddDays(1):  {348, 40, 119, 183},
	} {
		c := r.Count(dir, task.Query{Day: on})
		if got := parts(t, c.FourWay()); !slices.Equal(got, want) || c.Total() != 690 {
			t.Errorf("on %s: %d = %v, want %v", on, c.Total(), got, want)
		}
	}
	c := r.Count(dir, task.Query{Day: report})
	if got := parts(t, c.TwoByTwo()); !slices.Equal(got, []int{347, 1, 303, 39}) {
		t.Errorf("2×2: %v", got)
	}
	// 225 = 59 + 166 for 2022: overdue not separated then.
	tasks = slices.Concat(batch("a", "de_an_06", 59, timed(day(2022, 12, 1), day(2022, 11, 1))), batch("b", "de_an_06", 30, timed(day(2022, 11, 30), 0)),
		batch("c", "de_an_06", 136, timed(day(2023, 6, 30), 0)))
	for i := range tasks {
		tasks[i].Assignments[0].Assigned = day(2022, 1, 6)
	}
	if c := task.NewRegister(tasks).Count(dir, task.Query{Day: day(2022, 12, 31)}); c.Done() != 59 || c.Total()-c.Done() != 166 {
		t.Errorf("2022: %+v", c)
	}
}

// 21.914 = 16.051 (14.068 + 1.983) + 5.863 (5.640 + 223): report 1270/BC-TCTTTg of 27/12/2017.
func TestCounts_21914(t *testing.T) {
	due := day(2017, 11, 30)
	tasks := slices.Concat(batch("a", "nhiem_vu_cp", 14068, timed(due, due)), batch("b", "nhiem_vu_cp", 1983, timed(due, due.AddDays(3))),
		batch("c", "nhiem_vu_cp", 5640, timed(day(2018, 6, 30), 0)), batch("d", "nhiem_vu_cp", 223, timed(due, 0)))
	for i := range tasks {
		tasks[i].Assignments[0].Assigned = day(2017, 1, 1)
	}
	c := task.NewRegister(tasks).Count(directory(), task.Query{Day: day(2017, 12, 25), Unit: task.ByAssignment})
	if got := parts(t, c.TwoByTwo()); !slices.Equal(got, []int{14068, 1983, 5640, 223}) || c.Total() != 21914 || c.Done() != 16051 {
		t.Errorf("%+v", c)
	}
	// Printed 98,62 %: 16.051 of 16.274 is 98,63.
	rate := c.CompletedOfDue()
	if p, _ := rate.Percent(2); rate.Den != 16274 || p.String() != "98.63" {
		t.Errorf("%d of %d: %s", rate.Num, rate.Den, p)
	}
	if f := task.Figures("nhiem_vu_cp", c)["TASK_GOV_11"]; f.Num.Decimal != vi.Int(16051) || f.Den.Decimal != vi.Int(16274) {
		t.Errorf("TASK_GOV_11: %+v", f)
	}
}

// 330 tasks, 90 done = 65 in time + 25 late; 4 overdue of the resolution itself: 28/8/2025.
func TestCounts_330(t *testing.T) {
	due := day(2025, 6, 30)
	tasks := slices.Concat(batch("a", "nq_71", 65, timed(due, due)), batch("b", "nq_71", 25, timed(due, due.AddDays(9))), batch("c", "nq_71", 4, timed(due, 0)),
		batch("d", "nq_71", 236, timed(day(2025, 12, 31), 0)))
	c := task.NewRegister(tasks).Count(directory(), task.Query{Day: day(2025, 8, 28)})
	if got := parts(t, c.Behind()); !slices.Equal(got, []int{25, 4, 65, 236}) || c.Total() != 330 || c.Done() != 90 {
		t.Errorf("%v", got)
	}
	f := task.Figures("nq_71", c)
	for code, want := range map[string]int64{"NQ71_03": 330, "NQ71_04": 90, "NQ71_05": 65, "NQ71_06": 25, "NQ71_07": 4, "NQ71_08": 29} {
		if f[code].Value.Decimal != vi.Int(want) {
			t.Errorf("%s: %v, want %d", code, f[code].Value, want)
		}
	}
}

// What was printed and does not add up: vneconomy.vn of 22/10/2025 and vietnam.vn of 25/10/2025.
func TestPublished_Check(t *testing.T) {
	percent := func(s string) vi.NullDecimal {
		d, err := vi.ParseDecimal(s)
		if err != nil {
			t.Fatal(err)
		}
		return vi.Some(d)
	}
	of := func(total int, parts ...int) task.Published {
		p := task.Published{Total: total}
		for i, n := range parts {
			p.Parts = append(p.Parts, task.PublishedPart{Title: []string{"hoàn thành", "trong hạn", "quá hạn", "thường xuyên"}[i], Count: n})
		}
		return p
	}
	october := of(9831, 7892, 1602, 319)
	october.Parts[0].Percent, october.Parts[1].Percent = percent("80.3"), percent("16.47")
	late := task.Published{Total: 16274, Parts: []task.PublishedPart{{Title: "hoàn thành", Count: 16051, Percent: percent("98.62")}, {Title: "quá hạn", Count: 223}}}
	for name, c := range map[string]struct {
		p    task.Published
		want []string
	}{
		"690":                           {of(690, 348, 39, 119, 184), nil},
		"20/10/2025":                    {october, []string{"9.813, khác tổng số 9.831 (lệch -18)", "trên 9.831 là 16,30%, nguồn in 16,47%"}},
		"24/10/2025, after the mending": {of(9831, 8150, 1620, 61), nil},
		"2017":                          {late, []string{"là 98,63%, nguồn in 98,62%"}},
		"33 named, 24 listed":           {of(33, 10, 4, 1, 9), []string{"= 24, khác tổng số 33 (lệch -9)"}},
	} {
		got := c.p.Check()
		if len(got) != len(c.want) {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		for i, f := range got {
			if !strings.Contains(f.Message, c.want[i]) {
				t.Errorf("%s: %s", name, f.Message)
			}
		}
	}
}

func dates(rt *rapid.T, name string) vi.Date {
	return day(2023, 1, rapid.IntRange(1, 1400).Draw(rt, name))
}

func drawAssignment(rt *rapid.T, id agency.ID) task.Assignment {
	a := task.Assignment{Agency: id, Lead: rapid.Bool().Draw(rt, "lead"), Assigned: dates(rt, "assigned"),
		Nature: rapid.SampledFrom([]task.Nature{task.Timed, task.Recurring, task.Unscheduled}).Draw(rt, "nature")}
	if a.Nature == task.Timed {
		a.Due = dates(rt, "due")
	}
	if rapid.Bool().Draw(rt, "done") {
		a.Completed = dates(rt, "completed")
	}
	if rapid.IntRange(0, 9).Draw(rt, "returned") == 0 {
		a.Ended = dates(rt, "ended")
	}
	for range rapid.IntRange(0, 3).Draw(rt, "changes") {
		c := task.Change{Kind: rapid.SampledFrom([]task.ChangeKind{task.Extension, task.Pause, task.Handover}).Draw(rt, "kind"), From: dates(rt, "from")}
		switch c.Kind {
		case task.Extension:
			c.Nature, c.Due = task.Timed, dates(rt, "extended")
		case task.Pause:
			c.To = dates(rt, "until")
		case task.Handover:
			c.Agency = rapid.SampledFrom([]agency.ID{"BCA", "BVH", "OLD-QN", "NEW-DN"}).Draw(rt, "heir")
		}
		a.AddChange(c)
	}
	return a
}

func drawTasks(rt *rapid.T) []task.Task {
	tasks := make([]task.Task, rapid.IntRange(0, 12).Draw(rt, "tasks"))
	for i := range tasks {
		t := &tasks[i]
		t.ID, t.Code, t.Programme = int64(i+1), fmt.Sprint("NV-", i), rapid.SampledFrom([]string{"de_an_06", "nq_71", "x"}).Draw(rt, "programme")
		for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]agency.ID{"BCA", "BTTTT", "OLD-DN", "OLD-QN", "HN"}), 0, 4, rapid.ID[agency.ID]).Draw(rt, "agencies") {
			t.Assignments = append(t.Assignments, drawAssignment(rt, id))
		}
	}
	return tasks
}

// Counts close for every register and day: the partition, each view, the groups; through extensions,
// pauses, mergers, hand-overs and corrections.
func TestCounts_close(t *testing.T) {
	dir := directory()
	rapid.Check(t, func(rt *rapid.T) {
		tasks := drawTasks(rt)
		r := task.NewRegister(tasks)
		q := task.Query{Day: dates(rt, "day"), Soon: rapid.IntRange(0, 60).Draw(rt, "soon")}
		existing := map[task.Unit]int{}
		for i := range tasks {
			n := 0
			for _, a := range tasks[i].Assignments {
				if a.Assigned <= q.Day && (a.Ended == 0 || q.Day < a.Ended) {
					n++
				}
			}
			if existing[task.ByAssignment] += n; n > 0 {
				existing[task.ByTask]++
			}
		}
		for _, q.Unit = range []task.Unit{task.ByTask, task.ByAssignment} {
			c := r.Count(dir, q)
			closes(rt, c)
			if c.Total() != existing[q.Unit] {
				rt.Fatalf("by %s: %d counted, %d exist", q.Unit, c.Total(), existing[q.Unit])
			}
			lines := r.Lines(dir, q)
			if n := len(lines); n != c.Total() {
				rt.Fatalf("%d lines, %d counted", n, c.Total())
			}
			first, size := rapid.IntRange(0, 15).Draw(rt, "first"), rapid.IntRange(1, 5).Draw(rt, "size")
			if page := r.Page(dir, q, first, size); !reflect.DeepEqual(page, append([]task.Line(nil), lines[min(first, len(lines)):min(first+size, len(lines))]...)) {
				rt.Fatalf("lines %d to %d of %d: %+v", first, first+size, len(lines), page)
			}
			other := q
			other.Day = dates(rt, "another day")
			if both := r.CountOn(dir, q, other.Day, q.Day); both[1] != c || both[0] != r.Count(dir, other) {
				rt.Fatalf("counted on two days at once: %+v", both)
			}
			sum(rt, "programmes", c, r.ByProgramme(dir, q))
			byStatus := 0
			for _, s := range task.Statuses() {
				one := q
				one.Statuses = []task.Status{s}
				byStatus += r.Count(dir, one).Total()
			}
			if byStatus != c.Total() {
				rt.Fatalf("statuses add up to %d, not %d", byStatus, c.Total())
			}
		}
		q.Unit = task.ByAssignment
		sum(rt, "agencies", r.Count(dir, q), r.ByAgency(dir, q))
		roles := 0
		for _, q.Role = range []task.Role{task.Leading, task.Cooperating} {
			roles += r.Count(dir, q).Total()
		}
		if roles != existing[task.ByAssignment] {
			rt.Fatalf("roles add up to %d, not %d", roles, existing[task.ByAssignment])
		}
	})
}

// Extensions, hand-overs, pauses, completions and their undoing change where things stand, never how many there are; and what was
// known before them stays countable as it was.
func TestCounts_corrected(t *testing.T) {
	dir := directory()
	rapid.Check(t, func(rt *rapid.T) {
		before := task.NewRegister(drawTasks(rt))
		q := task.Query{Day: dates(rt, "day"), Unit: rapid.SampledFrom([]task.Unit{task.ByTask, task.ByAssignment}).Draw(rt, "unit")}
		was := before.Count(dir, q)
		var changed []task.Task
		for _, x := range before.Tasks() {
			x.Assignments = slices.Clone(x.Assignments)
			for i := range x.Assignments {
				correct(rt, &x.Assignments[i])
			}
			changed = append(changed, x)
		}
		after := before.With(changed...)
		c := after.Count(dir, q)
		if closes(rt, c); c.Total() != was.Total() {
			rt.Fatalf("%d before, %d after", was.Total(), c.Total())
		}
		sum(rt, "programmes", c, after.ByProgramme(dir, q))
		if again := before.Count(dir, q); again != was {
			rt.Fatalf("as known before: %+v, was %+v", again, was)
		}
	})
}

// correct does to an assignment what the assigner's office may.
func correct(rt *rapid.T, a *task.Assignment) {
	switch rapid.IntRange(0, 4).Draw(rt, "correction") {
	case 0:
		a.AddChange(task.Change{Kind: task.Extension, From: dates(rt, "from"), Nature: task.Timed, Due: dates(rt, "due")})
	case 1:
		a.AddChange(task.Change{Kind: task.Handover, From: dates(rt, "from"), Agency: "NEW-DN"})
	case 2:
		a.AddChange(task.Change{Kind: task.Pause, From: dates(rt, "from"), To: dates(rt, "to")})
	case 3:
		a.Completed = dates(rt, "completed")
	case 4:
		a.Completed = 0
	}
}

func closes(rt *rapid.T, c task.Counts) {
	for _, v := range c.Views() {
		n := 0
		var seen []task.Status
		for _, p := range v.Parts {
			n += p.Count
			seen = append(seen, p.Holds...)
		}
		if n != c.Total() || v.Total != c.Total() || len(seen) != len(task.Statuses()) {
			rt.Fatalf("%s: %d of %d, holding %v", v.Code, n, c.Total(), seen)
		}
		for _, s := range task.Statuses() {
			if !slices.Contains(seen, s) {
				rt.Fatalf("%s leaves out %s", v.Code, s)
			}
		}
	}
	for _, x := range c.Rates() {
		if x.Num > x.Den || x.Num < 0 {
			rt.Fatalf("%s: %d of %d", x.Code, x.Num, x.Den)
		}
	}
}

// sum holds groups against the whole.
func sum(rt *rapid.T, what string, c task.Counts, groups []task.Group) {
	var all task.Counts
	for _, g := range groups {
		closes(rt, g.Counts)
		all = add(all, g.Counts)
	}
	all.MaxLate = c.MaxLate
	if all != c {
		rt.Fatalf("%s: %+v, the whole is %+v", what, all, c)
	}
}

func add(a, b task.Counts) task.Counts {
	return task.Counts{DoneOnTime: a.DoneOnTime + b.DoneOnTime, DoneLate: a.DoneLate + b.DoneLate, InTime: a.InTime + b.InTime,
		DueSoon: a.DueSoon + b.DueSoon, Overdue: a.Overdue + b.Overdue, Recurring: a.Recurring + b.Recurring, NoDueDate: a.NoDueDate + b.NoDueDate,
		Suspended: a.Suspended + b.Suspended, KeptOriginal: a.KeptOriginal + b.KeptOriginal, DaysLate: a.DaysLate + b.DaysLate}
}

// Who answers for an assignment is always somebody, and every day the same one.
func TestByAgency_merger(t *testing.T) {
	dir := directory()
	both := task.Task{Code: "A", Assignments: []task.Assignment{
		{Agency: "OLD-DN", Lead: true, Nature: task.Timed, Due: day(2025, 6, 30), Completed: day(2025, 6, 1)},
		{Agency: "OLD-QN", Lead: true, Nature: task.Timed, Due: day(2025, 6, 30)},
	}}
	r := task.NewRegister([]task.Task{both})
	q := task.Query{Day: day(2025, 7, 1), Unit: task.ByAssignment}
	groups := r.ByAgency(dir, q)
	if len(groups) != 1 || groups[0].Key != "NEW-DN" || groups[0].Counts.Total() != 2 || groups[0].Taken != 2 {
		t.Errorf("by assignment: %+v", groups)
	}
	q.Unit = task.ByTask
	groups = r.ByAgency(dir, q)
	if len(groups) != 1 || groups[0].Counts.Total() != 1 || groups[0].Counts.Overdue != 1 {
		t.Errorf("by task: %+v", groups)
	}
	q.Day = day(2025, 6, 30)
	if groups = r.ByAgency(dir, q); len(groups) != 2 || groups[0].Taken != 0 {
		t.Errorf("before: %+v", groups)
	}
}

func TestRegister_Lines(t *testing.T) {
	tasks := slices.Concat(batch("Xây dựng cơ sở dữ liệu đất đai", "de_an_06", 1, timed(day(2025, 6, 30), 0)), batch("khác", "nq_71", 1, timed(day(2025, 9, 30), 0)))
	tasks[0].Assignments[0].Person, tasks[1].Assignments[0].Agency = "Nguyễn Văn Ấn", "HN"
	tasks[1].Document.Number = "71/NQ-CP"
	r, dir := task.NewRegister(tasks), directory()
	for name, c := range map[string]struct {
		change func(*task.Query)
		want   int
	}{
		"all":               {func(*task.Query) {}, 2},
		"without marks":     {func(q *task.Query) { q.Text = "du lieu dat dai" }, 1},
		"document":          {func(q *task.Query) { q.Document = "71/NQ-CP" }, 1},
		"document in text":  {func(q *task.Query) { q.Text = "71/nq" }, 1},
		"person":            {func(q *task.Query) { q.Person = "van an" }, 1},
		"agency":            {func(q *task.Query) { q.Agency = "HN" }, 1},
		"may be seen":       {func(q *task.Query) { q.Within = []agency.ID{"HN"} }, 1},
		"nothing may":       {func(q *task.Query) { q.Within = []agency.ID{} }, 0},
		"everything below":  {func(q *task.Query) { q.Agency = agency.Nation }, 2},
		"programme":         {func(q *task.Query) { q.Programmes = []string{"nq_71", "x"} }, 1},
		"overdue":           {func(q *task.Query) { q.Statuses = []task.Status{task.Overdue} }, 1},
		"due window":        {func(q *task.Query) { q.DueFrom, q.DueTo = day(2025, 9, 1), day(2025, 9, 30) }, 1},
		"nothing":           {func(q *task.Query) { q.Text = "không có" }, 0},
		"another's":         {func(q *task.Query) { q.Owner = "HN" }, 0},
		"before assignment": {func(q *task.Query) { q.Day = day(2023, 1, 1) }, 0},
	} {
		for _, unit := range []task.Unit{task.ByTask, task.ByAssignment} {
			q := task.Query{Day: day(2025, 8, 1), Unit: unit}
			c.change(&q)
			if got := len(r.Lines(dir, q)); got != c.want {
				t.Errorf("%s, by %s: %d lines", name, unit, got)
			}
		}
	}
	if x, ok := r.ByCode("khác-0"); !ok || x.Programme != "nq_71" {
		t.Error("ByCode")
	}
	if _, ok := r.ByCode("?"); ok {
		t.Error("ByCode finds what is not there")
	}
}

func TestProgrammeOf(t *testing.T) {
	for text, want := range map[string]string{"Đề án 06": "de_an_06", "ĐA06": "de_an_06", "de_an_06": "de_an_06", "Nghị quyết 71/NQ-CP": "nq_71", "NQ 71": "nq_71",
		"NQ57": "nq_57", "Kết luận phiên họp": "ket_luan", "Chương trình Chính phủ số": "chuong_trinh_chinh_phu_so", "Đề án 061": "de_an_061", "": "",
		"Minh họa": "minh_hoa", "Minh họa (không phải số thật)": "minh_hoa"} {
		if got := task.ProgrammeOf(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for _, p := range task.Programmes() {
		if task.ProgrammeOf(p.Title) != p.Code {
			t.Errorf("%s does not know its own title", p.Code)
		}
	}
	if f := task.Figures("de_an_06", task.Counts{}); f["DA06_26"].State != kpi.NoDenominator {
		t.Errorf("rate of nothing: %+v", f["DA06_26"])
	}
	if task.Figures("ket_luan", task.Counts{}) != nil {
		t.Error("a programme without indicators has figures")
	}
}
