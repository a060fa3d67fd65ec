package task_test

import (
	"slices"
	"testing"

	"chiso/internal/fault"
	"chiso/internal/task"
	"chiso/internal/vi"
)

func TestAssignment_Check(t *testing.T) {
	today := day(2025, 8, 1)
	ok := task.Assignment{Assigned: day(2025, 1, 1), Nature: task.Timed, Due: day(2025, 6, 30), Person: "A"}
	with := func(change func(*task.Assignment)) task.Assignment {
		a := ok
		change(&a)
		return a
	}
	extended := func(from, due vi.Date, number string) task.Assignment {
		return with(func(a *task.Assignment) {
			a.AddChange(task.Change{Kind: task.Extension, From: from, Nature: task.Timed, Due: due, Document: task.Document{Number: number}})
		})
	}
	for name, c := range map[string]struct {
		a     task.Assignment
		want  []string
		grave bool
	}{
		"fine":                       {ok, nil, false},
		"done":                       {with(func(a *task.Assignment) { a.Completed = today }), nil, false},
		"no nature":                  {task.Assignment{}, []string{task.MissingNature}, true},
		"timed without a deadline":   {task.Assignment{Nature: task.Timed}, []string{task.MissingDue}, true},
		"recurring with one":         {task.Assignment{Nature: task.Recurring, Due: today}, []string{task.DueOfNoDeadline}, true},
		"not scheduled with one":     {task.Assignment{Nature: task.Unscheduled, Due: today}, []string{task.DueOfNoDeadline}, true},
		"due before it was assigned": {with(func(a *task.Assignment) { a.Due = day(2024, 12, 31) }), []string{task.DueBeforeAssigned}, true},
		"assigned tomorrow":          {task.Assignment{Nature: task.Recurring, Assigned: today.AddDays(1)}, []string{task.AssignedInFuture}, false},
		"done tomorrow":              {with(func(a *task.Assignment) { a.Completed = today.AddDays(1) }), []string{task.DoneInFuture}, true},
		"done before assigned":       {with(func(a *task.Assignment) { a.Completed = day(2024, 1, 1) }), []string{task.DoneBeforeAssigned}, true},
		"recurring and done":         {task.Assignment{Nature: task.Recurring, Completed: today}, []string{task.DoneRecurring}, true},
		"extended":                   {extended(day(2025, 6, 1), day(2025, 9, 30), "12/QĐ-TTg"), nil, false},
		"extended by nothing":        {extended(day(2025, 6, 1), day(2025, 9, 30), ""), []string{task.ExtensionUnfounded}, false},
		"extended to an earlier day": {extended(day(2025, 6, 1), day(2025, 3, 31), "12/QĐ-TTg"), []string{task.ExtensionBackwards}, false},
		"extended when it was late":  {extended(day(2025, 7, 10), day(2025, 9, 30), "12/QĐ-TTg"), []string{task.ExtensionLate}, false},
		"extended when it was done": {func() task.Assignment {
			a := extended(day(2025, 6, 20), day(2025, 9, 30), "12/QĐ-TTg")
			a.Completed = day(2025, 6, 1)
			return a
		}(), []string{task.ExtensionAfterDone}, false},
		"paused backwards": {with(func(a *task.Assignment) {
			a.AddChange(task.Change{Kind: task.Pause, From: today, To: today.AddDays(-1)})
		}), []string{task.PauseBackwards}, true},
	} {
		var got []string
		grave := false
		for _, f := range c.a.Check(today) {
			got, grave = append(got, f.Code), grave || f.Grave
		}
		if !slices.Equal(got, c.want) || grave != c.grave {
			t.Errorf("%s: %v %v, want %v %v", name, got, grave, c.want, c.grave)
		}
	}
}

func TestCheckClaim(t *testing.T) {
	for _, c := range []struct {
		text  string
		s     task.Status
		found bool
		grave bool
	}{
		{"Đã hoàn thành", task.DoneLate, false, false}, {"Hoàn thành đúng hạn", task.DoneLate, true, false}, {"Đã hoàn thành", task.InTime, true, true},
		{"Chưa hoàn thành", task.Overdue, false, false}, {"Chưa hoàn thành (quá hạn)", task.Overdue, false, false}, {"Chưa hoàn thành, quá hạn", task.InTime, true, true}, {"Đang thực hiện", task.Overdue, true, false},
		{"Quá hạn", task.DoneOnTime, true, false}, {"Quá hạn chưa hoàn thành", task.Overdue, false, false}, {"Trong hạn", task.DueSoon, false, false}, {"Thường xuyên", task.Always, false, false},
		{"Chưa hoàn thành", task.DoneOnTime, true, false}, {"", task.Overdue, false, false}, {"Đang chờ ý kiến", task.Overdue, false, false},
	} {
		f, found := task.CheckClaim(c.text, task.Standing{Status: c.s})
		if found != c.found || f.Grave != c.grave {
			t.Errorf("%q against %s: %v %v %s", c.text, c.s, found, f.Grave, f.Message)
		}
	}
}

func TestDecide(t *testing.T) {
	today := day(2025, 6, 20)
	a := task.Assignment{Agency: "BCA", Assigned: day(2025, 1, 1), Nature: task.Timed, Due: day(2025, 6, 30)}
	yes := task.Decision{Accepted: true, Account: "office", Day: today, Document: task.Document{Number: "15/TB-VPCP"}}
	more := task.Request{Kind: task.AskExtension, Account: "agency", Due: day(2025, 9, 30), DueText: "quý III/2025", Reason: "chờ luật"}
	done := task.Request{Kind: task.AskCompletion, Account: "agency", Completed: day(2025, 6, 10)}
	back := task.Request{Kind: task.AskReturn, Account: "agency", Reason: "thuộc Bộ khác"}

	granted := a
	if err := granted.Decide(more, yes); err != nil {
		t.Fatal(err)
	}
	if s, _ := granted.On(day(2025, 8, 1), 15); s.Status != task.InTime || granted.Due != a.Due || s.Terms.By.Document.Number != "15/TB-VPCP" || s.Original != a.Due {
		t.Errorf("extension: %+v", s)
	}
	if s, _ := a.On(day(2025, 8, 1), 15); s.Status != task.Overdue {
		t.Errorf("the claim alone counts: %+v", s)
	}
	recognised := a
	if err := recognised.Decide(done, yes); err != nil || recognised.Completed != day(2025, 6, 10) {
		t.Errorf("completion: %v %v", recognised.Completed, err)
	}
	returned := a
	if err := returned.Decide(back, yes); err != nil || returned.Ended != today {
		t.Errorf("return: %v %v", returned.Ended, err)
	}
	refused := a
	if err := refused.Decide(done, task.Decision{Account: "office", Day: today, Reason: "chưa đủ sản phẩm"}); err != nil || refused.Completed != 0 {
		t.Errorf("refusal: %v", err)
	}

	change := func(r task.Request, f func(*task.Request)) task.Request { f(&r); return r }
	decide := func(f func(*task.Decision)) task.Decision { d := yes; f(&d); return d }
	answered := change(done, func(r *task.Request) { r.Decision = &task.Decision{Day: today} })
	for name, c := range map[string]struct {
		r    task.Request
		d    task.Decision
		a    task.Assignment
		kind fault.Kind
	}{
		"one's own":                {done, decide(func(d *task.Decision) { d.Account = "agency" }), a, fault.Forbidden},
		"twice":                    {answered, yes, a, fault.Conflict},
		"refused without a reason": {done, task.Decision{Account: "office"}, a, fault.Invalid},
		"without a document":       {more, decide(func(d *task.Decision) { d.Document = task.Document{} }), a, fault.Invalid},
		"to an earlier day":        {change(more, func(r *task.Request) { r.Due = a.Due }), yes, a, fault.Invalid},
		"to no day":                {change(more, func(r *task.Request) { r.Due = 0 }), yes, a, fault.Invalid},
		"for no reason":            {change(more, func(r *task.Request) { r.Reason = "" }), yes, a, fault.Invalid},
		"done in the future":       {change(done, func(r *task.Request) { r.Completed = today.AddDays(1) }), yes, a, fault.Invalid},
		"done before assigned":     {change(done, func(r *task.Request) { r.Completed = day(2024, 1, 1) }), yes, a, fault.Invalid},
		"done on no day":           {change(done, func(r *task.Request) { r.Completed = 0 }), yes, a, fault.Invalid},
		"recurring done":           {done, yes, task.Assignment{Nature: task.Recurring}, fault.Invalid},
		"returned for no reason":   {change(back, func(r *task.Request) { r.Reason = "" }), yes, a, fault.Invalid},
		"already done":             {more, yes, recognised, fault.Conflict},
		"no longer assigned":       {done, yes, returned, fault.Conflict},
		"of no kind":               {task.Request{Kind: "x"}, yes, a, fault.Invalid},
	} {
		before := c.a
		if err := c.a.Decide(c.r, c.d); fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
		if c.a.Completed != before.Completed || len(c.a.Changes) != len(before.Changes) {
			t.Errorf("%s: something was changed", name)
		}
	}
}

func TestMerge(t *testing.T) {
	dir, today := directory(), day(2025, 8, 1)
	first := task.Incoming{Task: task.Task{Code: "NV-1", Title: "Kết nối dữ liệu", Programme: "de_an_06", Document: task.Document{Number: "06/QĐ-TTg", Day: day(2022, 1, 6)}},
		Parts: []task.IncomingPart{{Agency: "OLD-QN", Now: "", Lead: true, Person: "A", Nature: task.Timed, Due: day(2025, 9, 30), DueText: "quý III/2025"}}}
	t1, _, findings := task.Merge(dir, task.Task{}, first, today)
	if len(findings) > 0 || len(t1.Assignments) != 1 || t1.Assignments[0].Assigned != day(2022, 1, 6) {
		t.Fatalf("new: %+v %v", t1, findings)
	}
	part := func(change func(*task.IncomingPart)) task.Incoming {
		in := first
		p := first.Parts[0]
		change(&p)
		in.Parts = []task.IncomingPart{p}
		return in
	}
	same := func(*task.IncomingPart) {}
	codes := func(fs []task.Placed) (out []string) {
		for _, f := range fs {
			out = append(out, f.Code)
		}
		return out
	}
	if again, _, fs := task.Merge(dir, t1, part(same), today); len(fs) > 0 || len(again.Assignments) != 1 || len(again.Assignments[0].Changes) != 0 {
		t.Errorf("the same again: %+v %v", again, fs)
	}
	// The merged province under its new name is the same assignment.
	moved, _, _ := task.Merge(dir, t1, part(func(p *task.IncomingPart) { p.Agency, p.Now, p.Completed = "NEW-DN", "NEW-DN", today }), today)
	if len(moved.Assignments) != 1 || moved.Assignments[0].Agency != "OLD-QN" || moved.Assignments[0].Completed != today {
		t.Errorf("after the merger: %+v", moved)
	}
	later, _, fs := task.Merge(dir, t1, part(func(p *task.IncomingPart) { p.Due, p.DueText = day(2025, 12, 31), "năm 2025" }), today)
	a := later.Assignments[0]
	if a.Due != day(2025, 9, 30) || len(a.Changes) != 1 || a.Changes[0].From != today || !slices.Equal(codes(fs), []string{task.ExtensionUnfounded}) {
		t.Errorf("another deadline: %+v %v", a, fs)
	}
	if len(t1.Assignments[0].Changes) != 0 {
		t.Error("the old task was changed")
	}
	// The register goes on with the first deadline: the extension stays. Blanks take nothing away.
	kept, _, _ := task.Merge(dir, later, part(func(p *task.IncomingPart) { p.Person = "" }), today)
	if len(kept.Assignments[0].Changes) != 1 || kept.Assignments[0].Person != "A" {
		t.Errorf("kept: %+v", kept.Assignments[0])
	}
	if _, _, fs := task.Merge(dir, moved, part(same), today); !slices.Equal(codes(fs), []string{task.CompletionKept}) {
		t.Errorf("blank completion: %v", fs)
	}
	more, at, _ := task.Merge(dir, t1, task.Incoming{Task: first.Task, Parts: append(slices.Clone(first.Parts), task.IncomingPart{Agency: "HN", Nature: task.Recurring})}, today)
	if len(more.Assignments) != 2 || !slices.Equal(at, []int{0, 1}) {
		t.Errorf("another agency: %+v", more)
	}
	if fewer, _, fs := task.Merge(dir, more, first, today); len(fewer.Assignments) != 2 || !slices.Equal(codes(fs), []string{task.AgencyKept}) {
		t.Errorf("an agency less: %+v %v", fewer, fs)
	}
	// Columns of their own for the first deadline and the extended one.
	both, _, _ := task.Merge(dir, task.Task{}, part(func(p *task.IncomingPart) {
		p.Original, p.Due, p.Extension = day(2025, 6, 30), day(2025, 9, 30), task.Document{Number: "15/TB", Day: day(2025, 6, 1)}
	}), today)
	if b := both.Assignments[0]; b.Due != day(2025, 6, 30) || len(b.Changes) != 1 || b.Changes[0].From != day(2025, 6, 1) || b.Changes[0].Due != day(2025, 9, 30) {
		t.Errorf("first and extended deadline: %+v", b)
	}
	paused, _, _ := task.Merge(dir, t1, part(func(p *task.IncomingPart) { p.PauseFrom = day(2025, 7, 1) }), today)
	resumed, _, _ := task.Merge(dir, paused, part(func(p *task.IncomingPart) { p.PauseFrom, p.PauseTo = day(2025, 7, 1), day(2025, 7, 31) }), today)
	if s, _ := paused.Assignments[0].On(today, 15); s.Status != task.Suspended {
		t.Errorf("paused: %+v", s)
	}
	if s, _ := resumed.Assignments[0].On(today, 15); s.Status != task.InTime || len(resumed.Assignments[0].Changes) != 1 {
		t.Errorf("resumed: %+v", s)
	}
}
