package task_test

import (
	"strings"
	"testing"

	"chiso/internal/agency"
	"chiso/internal/task"
	"chiso/internal/vi"
)

func day(y, m, d int) vi.Date { return vi.NewDate(y, m, d) }

// directory has two provinces that merged into one, a ministry that was divided, and some with commas
// and "và" in their names.
func directory() *agency.Directory {
	merger, reform := day(2025, 7, 1), day(2025, 3, 1)
	v := func(id agency.ID, name string, level agency.Level, kind agency.Kind, from, to vi.Date, order int) agency.Version {
		return agency.Version{Agency: id, Name: name, Short: name, Level: level, Kind: kind, Parent: agency.Nation, From: from, To: to, Order: order}
	}
	member := func(block string, id agency.ID, from, to vi.Date) agency.Member {
		return agency.Member{Block: block, Agency: id, From: from, To: to}
	}
	return agency.NewDirectory(agency.Data{
		Versions: []agency.Version{
			v(agency.Nation, "Cả nước", agency.National, "national", vi.OpenFrom, vi.OpenTo, 0),
			v("BCA", "Bộ Công an", agency.Ministry, "bo", vi.OpenFrom, vi.OpenTo, 1),
			v("BVH", "Bộ Văn hóa, Thể thao và Du lịch", agency.Ministry, "bo", vi.OpenFrom, vi.OpenTo, 2),
			v("BGD", "Bộ Giáo dục và Đào tạo", agency.Ministry, "bo", vi.OpenFrom, vi.OpenTo, 3),
			v("BTTTT", "Bộ Thông tin và Truyền thông", agency.Ministry, "bo", vi.OpenFrom, reform.AddDays(-1), 4),
			v("OLD-DN", "Thành phố Đà Nẵng", agency.Province, "tp_tttw", vi.OpenFrom, merger.AddDays(-1), 5),
			v("OLD-QN", "Tỉnh Quảng Nam", agency.Province, "tinh", vi.OpenFrom, merger.AddDays(-1), 6),
			v("NEW-DN", "Thành phố Đà Nẵng", agency.Province, "tp_tttw", merger, vi.OpenTo, 7),
			v("HN", "Thành phố Hà Nội", agency.Province, "tp_tttw", vi.OpenFrom, vi.OpenTo, 8),
		},
		Successions: []agency.Succession{
			{Pred: "OLD-DN", Succ: "NEW-DN", On: merger, Extent: agency.Whole},
			{Pred: "OLD-QN", Succ: "NEW-DN", On: merger, Extent: agency.Whole},
			{Pred: "BTTTT", Succ: "BCA", On: reform, Extent: agency.Part},
			{Pred: "BTTTT", Succ: "BVH", On: reform, Extent: agency.Part},
		},
		Blocks: []agency.Block{{Code: "provinces", Level: agency.Province}, {Code: "ministries", Level: agency.Ministry}},
		Members: []agency.Member{
			member("ministries", "BCA", vi.OpenFrom, vi.OpenTo), member("ministries", "BVH", vi.OpenFrom, vi.OpenTo),
			member("ministries", "BGD", vi.OpenFrom, vi.OpenTo), member("ministries", "BTTTT", vi.OpenFrom, reform.AddDays(-1)),
			member("provinces", "OLD-DN", vi.OpenFrom, merger.AddDays(-1)), member("provinces", "OLD-QN", vi.OpenFrom, merger.AddDays(-1)),
			member("provinces", "NEW-DN", merger, vi.OpenTo), member("provinces", "HN", vi.OpenFrom, vi.OpenTo),
		},
	})
}

func TestParseDue(t *testing.T) {
	for text, want := range map[string]vi.Date{
		"30/6/2025": day(2025, 6, 30), "05/08/2026": day(2026, 8, 5), "5-8-2026": day(2026, 8, 5), "2025-06-30": day(2025, 6, 30),
		"Trước ngày 30/6/2025": day(2025, 6, 30), "trước 10/12/2025": day(2025, 12, 10), "Đến hết ngày 31/12/2025.": day(2025, 12, 31),
		"ngày 05 tháng 8 năm 2026": day(2026, 8, 5), "tháng 9/2025": day(2025, 9, 30), "Trong tháng 02 năm 2024": day(2024, 2, 29),
		"Tháng 7-8/2026": day(2026, 8, 31), "tháng 11, tháng 12 năm 2025": day(2025, 12, 31), "T9/2025": day(2025, 9, 30), "9/2025": day(2025, 9, 30), "2025-09": day(2025, 9, 30),
		"quý III/2025": day(2025, 9, 30), "Quý 3/2025": day(2025, 9, 30), "QUÝ IV NĂM 2025": day(2025, 12, 31), "Q1/2026": day(2026, 3, 31), "quý I 2026": day(2026, 3, 31),
		"Quý II, III/2025": day(2025, 9, 30), "quý III-IV/2025": day(2025, 12, 31), "Quý I - quý II/2025": day(2025, 6, 30),
		"6 tháng đầu năm 2025": day(2025, 6, 30), "6 tháng cuối năm 2025": day(2025, 12, 31), "9 tháng đầu năm 2025": day(2025, 9, 30),
		"trong năm 2025": day(2025, 12, 31), "Năm 2025": day(2025, 12, 31), "2025": day(2025, 12, 31), "hết năm 2025": day(2025, 12, 31), "cuối năm 2026": day(2026, 12, 31),
		"giai đoạn 2025-2030": day(2030, 12, 31), "2025 - 2026": day(2026, 12, 31), "đến năm 2030": day(2030, 12, 31), "Hạn: quý III/2025": day(2025, 9, 30),
	} {
		if got, err := task.ParseDue(text); err != nil || got != want {
			t.Errorf("%q: %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "31/6/2025", "30/6", "tháng 13/2025", "quý V/2025", "giữa tháng 9", "đầu năm 2025", "sớm", "2030-2025", "1/1/1025", "quý/2025", "thường xuyên"} {
		if got, err := task.ParseDue(text); err == nil {
			t.Errorf("%q is read as %s", text, got)
		} else if !strings.Contains(err.Error(), "Hãy ghi") {
			t.Errorf("%q: %v does not say what to do", text, err)
		}
	}
}

func TestParseNature(t *testing.T) {
	for text, want := range map[string]task.Nature{"Thường xuyên": task.Recurring, "Nhiệm vụ thường xuyên": task.Recurring, "hằng năm": task.Recurring,
		"Chưa giao thời hạn": task.Unscheduled, "Có thời hạn": task.Timed, "": "", "30/6/2025": "", "gấp": ""} {
		if got, _ := task.ParseNature(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestAssignment_On(t *testing.T) {
	due := day(2025, 6, 30)
	timed := task.Assignment{Agency: "BCA", Assigned: day(2025, 1, 10), Nature: task.Timed, Due: due}
	with := func(change func(*task.Assignment)) task.Assignment {
		a := timed
		change(&a)
		return a
	}
	done := func(on vi.Date) task.Assignment { return with(func(a *task.Assignment) { a.Completed = on }) }
	extended := with(func(a *task.Assignment) {
		a.AddChange(task.Change{Kind: task.Extension, From: day(2025, 6, 20), Nature: task.Timed, Due: day(2025, 9, 30)})
	})
	extendedDone := extended
	extendedDone.Completed = day(2025, 8, 1)
	late := with(func(a *task.Assignment) {
		a.AddChange(task.Change{Kind: task.Extension, From: day(2025, 7, 10), Nature: task.Timed, Due: day(2025, 9, 30)})
	})
	paused := with(func(a *task.Assignment) {
		a.AddChange(task.Change{Kind: task.Pause, From: day(2025, 6, 1), To: day(2025, 7, 31)})
	})
	open := task.Assignment{Agency: "BCA", Nature: task.Unscheduled}
	scheduled := open
	scheduled.AddChange(task.Change{Kind: task.Extension, From: day(2025, 3, 1), Nature: task.Timed, Due: due})
	for name, c := range map[string]struct {
		a    task.Assignment
		on   vi.Date
		want task.Status // "" when it does not exist
		days int
	}{
		"before it was assigned":                    {timed, day(2025, 1, 9), "", 0},
		"on the day it was assigned":                {timed, day(2025, 1, 10), task.InTime, -171},
		"sixteen days left":                         {timed, day(2025, 6, 14), task.InTime, -16},
		"fifteen days left":                         {timed, day(2025, 6, 15), task.DueSoon, -15},
		"the due day itself":                        {timed, due, task.DueSoon, 0},
		"the day after":                             {timed, due.AddDays(1), task.Overdue, 1},
		"done on the due day":                       {done(due), day(2025, 8, 1), task.DoneOnTime, 0},
		"done the day after":                        {done(due.AddDays(1)), day(2025, 8, 1), task.DoneLate, 1},
		"done, seen before":                         {done(due), due.AddDays(-1), task.DueSoon, -1},
		"done, seen on that day":                    {done(day(2025, 5, 1)), day(2025, 5, 1), task.DoneOnTime, -60},
		"extended, seen before the decision":        {extended, day(2025, 6, 19), task.DueSoon, -11},
		"extended, seen after it":                   {extended, day(2025, 7, 1), task.InTime, -91},
		"extended too late, seen before":            {late, day(2025, 7, 9), task.Overdue, 9},
		"extended too late, seen after":             {late, day(2025, 7, 10), task.InTime, -82},
		"extended and done":                         {extendedDone, day(2025, 8, 1), task.DoneOnTime, -60},
		"paused over the deadline":                  {paused, day(2025, 7, 15), task.Suspended, 15},
		"pause over":                                {paused, day(2025, 8, 1), task.Overdue, 32},
		"recurring":                                 {task.Assignment{Nature: task.Recurring}, due, task.Always, 0},
		"recurring is never done":                   {task.Assignment{Nature: task.Recurring, Completed: due}, day(2026, 1, 1), task.Always, 0},
		"no deadline given":                         {open, due, task.NoDueDate, 0},
		"no deadline given, done":                   {task.Assignment{Nature: task.Unscheduled, Completed: due}, due, task.DoneOnTime, 0},
		"a deadline given later, seen before":       {scheduled, day(2025, 2, 28), task.NoDueDate, 0},
		"a deadline given later, seen after it":     {scheduled, day(2025, 7, 1), task.Overdue, 1},
		"returned as not competent, seen before":    {with(func(a *task.Assignment) { a.Ended = day(2025, 2, 1) }), day(2025, 1, 31), task.InTime, -150},
		"returned as not competent, seen from then": {with(func(a *task.Assignment) { a.Ended = day(2025, 2, 1) }), day(2025, 2, 1), "", 0},
	} {
		s, ok := c.a.On(c.on, task.Soon)
		if ok != (c.want != "") || s.Status != c.want || s.Days != c.days {
			t.Errorf("%s: %q, %d days; want %q, %d", name, s.Status, s.Days, c.want, c.days)
		}
	}
	if s, _ := extendedDone.On(day(2025, 9, 1), task.Soon); s.OnTimeOriginal || s.Original != due {
		t.Errorf("done after the first deadline: %+v", s)
	}
	if timed.Due != due || len(timed.Changes) != 0 {
		t.Error("the original terms were changed")
	}
}

func TestTask_On(t *testing.T) {
	due := day(2025, 6, 30)
	part := func(lead bool, nature task.Nature, completed vi.Date) task.Assignment {
		a := task.Assignment{Lead: lead, Nature: nature, Completed: completed}
		if nature == task.Timed {
			a.Due = due
		}
		return a
	}
	for name, c := range map[string]struct {
		parts []task.Assignment
		want  task.Status
	}{
		"all in time":                            {[]task.Assignment{part(true, task.Timed, due), part(true, task.Timed, due)}, task.DoneOnTime},
		"one late":                               {[]task.Assignment{part(true, task.Timed, due), part(true, task.Timed, due.AddDays(1))}, task.DoneLate},
		"one not done":                           {[]task.Assignment{part(true, task.Timed, due), part(true, task.Timed, 0)}, task.Overdue},
		"a co-operating one not done":            {[]task.Assignment{part(true, task.Timed, due), part(false, task.Timed, 0)}, task.DoneOnTime},
		"nobody leads":                           {[]task.Assignment{part(false, task.Timed, due), part(false, task.Timed, 0)}, task.Overdue},
		"recurring beside done":                  {[]task.Assignment{part(true, task.Recurring, 0), part(true, task.Timed, due)}, task.DoneOnTime},
		"recurring only":                         {[]task.Assignment{part(true, task.Recurring, 0), part(true, task.Recurring, 0)}, task.Always},
		"no deadline for one, done by the other": {[]task.Assignment{part(true, task.Unscheduled, 0), part(true, task.Timed, due)}, task.NoDueDate},
	} {
		x := task.Task{Assignments: c.parts}
		if s, ok := x.On(day(2025, 8, 1), task.Soon); !ok || s.Status != c.want {
			t.Errorf("%s: %q, want %q", name, s.Status, c.want)
		}
	}
	if _, ok := (&task.Task{}).On(due, 0); ok {
		t.Error("a task that nobody has has a status")
	}
}

func TestHolder(t *testing.T) {
	dir := directory()
	for name, c := range map[string]struct {
		a       task.Assignment
		on      vi.Date
		want    agency.ID
		settled bool
	}{
		"before the merger":           {task.Assignment{Agency: "OLD-QN"}, day(2025, 6, 30), "OLD-QN", true},
		"after it":                    {task.Assignment{Agency: "OLD-QN"}, day(2025, 7, 1), "NEW-DN", true},
		"the same name, another body": {task.Assignment{Agency: "OLD-DN"}, day(2026, 1, 1), "NEW-DN", true},
		"divided":                     {task.Assignment{Agency: "BTTTT"}, day(2026, 1, 1), "BTTTT", false},
		"divided, handed over": {task.Assignment{Agency: "BTTTT", Changes: []task.Change{
			{Kind: task.Handover, From: day(2025, 3, 5), Agency: "BVH"}}}, day(2026, 1, 1), "BVH", true},
		"divided, seen before that": {task.Assignment{Agency: "BTTTT", Changes: []task.Change{
			{Kind: task.Handover, From: day(2025, 3, 5), Agency: "BVH"}}}, day(2025, 3, 4), "BTTTT", false},
		"handed over to one that merged": {task.Assignment{Agency: "BCA", Changes: []task.Change{
			{Kind: task.Handover, From: day(2025, 1, 1), Agency: "OLD-DN"}}}, day(2026, 1, 1), "NEW-DN", true},
	} {
		if got, settled := task.Holder(dir, &c.a, c.on); got != c.want || settled != c.settled {
			t.Errorf("%s: %s %v, want %s %v", name, got, settled, c.want, c.settled)
		}
	}
}

// A cell that is nothing but commas, or names nobody a thousand times, is answered at once.
func TestParties_hostile(t *testing.T) {
	if _, bad := task.Parties(directory(), strings.Repeat("Bộ Phép thuật, ", 5000), day(2026, 1, 1), true); len(bad) == 0 || len(bad) > 30 {
		t.Errorf("%d names not found", len(bad))
	}
	if found, _ := task.Parties(directory(), strings.Repeat(",", 20000)+"Bộ Công an", day(2026, 1, 1), true); len(found) != 1 {
		t.Errorf("%v", found)
	}
}

// Whole blocks are named as what they are read back from.
func TestGroups(t *testing.T) {
	dir, on := directory(), day(2026, 1, 1)
	names, rest := task.Groups(dir, []agency.ID{"HN", "BCA", "NEW-DN"}, on)
	if strings.Join(names, "; ") != "Các địa phương" || len(rest) != 1 || rest[0] != "BCA" {
		t.Errorf("%q and %v", names, rest)
	}
	for _, text := range []string{"Các bộ, ngành", "Các địa phương", "Các bộ, ngành; Các địa phương"} {
		found, _ := task.Parties(dir, text, on, true)
		ids := make([]agency.ID, len(found))
		for i := range found {
			ids[i] = found[i].Agency
		}
		if names, rest := task.Groups(dir, ids, on); strings.Join(names, "; ") != text || len(rest) > 0 {
			t.Errorf("%q comes back as %q and %v", text, names, rest)
		}
	}
	if names, rest := task.Groups(dir, []agency.ID{"HN"}, on); len(names) > 0 || len(rest) != 1 {
		t.Errorf("a part: %q and %v", names, rest)
	}
}

func TestParties(t *testing.T) {
	dir, before, after := directory(), day(2025, 1, 1), day(2026, 1, 1)
	for _, c := range []struct {
		text string
		on   vi.Date
		want string
		bad  string
	}{
		{"Bộ Công an", after, "BCA*", ""},
		{"Bộ Văn hóa, Thể thao và Du lịch", after, "BVH*", ""},
		{"Bộ Công an, Bộ Văn hóa, Thể thao và Du lịch và Bộ Giáo dục và Đào tạo", after, "BCA* BVH* BGD*", ""},
		{"Bộ Công an; Bộ Giáo dục và Đào tạo\nHà Nội", after, "BCA* BGD* HN*", ""},
		{"- Bộ Công an\n- UBND TP. Hà Nội", after, "BCA* HN*", ""},
		{"Bộ Công an/Bộ Giáo dục và Đào tạo", after, "BCA* BGD*", ""},
		{"Chủ trì: Bộ Công an; phối hợp: Hà Nội, Đà Nẵng", after, "BCA* HN NEW-DN", ""},
		{"Bộ Công an & Bộ Giáo dục và Đào tạo", after, "BCA* BGD*", ""},
		{"Bộ Công an Phối hợp: Hà Nội Cơ quan chủ trì: Đà Nẵng", after, "BCA* HN NEW-DN*", ""},
		{"Đà Nẵng, Quảng Nam", before, "OLD-DN* OLD-QN*", ""},
		{"Bộ Công an, Bộ Công an", after, "BCA*", ""},
		{"Các bộ, ngành, địa phương", before, "BCA* BVH* BGD* BTTTT* OLD-DN* OLD-QN* HN*", ""},
		{"các bộ, ngành, địa phương", after, "BCA* BVH* BGD* NEW-DN* HN*", ""},
		{"Các địa phương", after, "NEW-DN* HN*", ""},
		{"UBND các tỉnh, thành phố trực thuộc trung ương", after, "NEW-DN* HN*", ""},
		{"Các bộ, cơ quan ngang bộ, cơ quan thuộc Chính phủ", after, "BCA* BVH* BGD*", ""},
		{"Bộ Công an, các địa phương", after, "BCA* NEW-DN* HN*", ""},
		{"Bộ Công an, Bộ Phép thuật", after, "BCA*", "Bộ Phép thuật"},
		{"Bộ Công an, các tỉnh Tây Nguyên", after, "BCA*", "các tỉnh Tây Nguyên"},
		{"Bộ Công an (chủ trì), Hà Nội (phối hợp)", after, "BCA* HN", ""},
		{"Bộ Thông tin và Truyền thông, Hà Nội", after, "HN*", "Bộ Thông tin và Truyền thông"},
		{"Quảng Nam", after, "", "Quảng Nam"},
		{"Sở Thông tin và Truyền thông", after, "", "Sở Thông tin và Truyền thông"},
		{"Sở Văn hóa, Thể thao và Du lịch; Bộ Công an", after, "BCA*", "Sở Văn hóa, Thể thao và Du lịch"},
		{"Bộ Công an, Sở Nông nghiệp và Môi trường, Hà Nội", after, "BCA* HN*", "Sở Nông nghiệp và Môi trường"},
		{"Sở Tài chính và Hà Nội", after, "HN*", "Sở Tài chính"},
		{"Bộ Công an và Trật tự", after, "BCA*", "Bộ Công an và Trật tự"},
		{"TANDTC, VKSNDTC", after, "", "TANDTC|VKSNDTC"},
		{"Bộ Công an và C06", after, "BCA*", "C06"},
		{"", after, "", ""},
		{" ;, ", after, "", ""},
	} {
		found, bad := task.Parties(dir, c.text, c.on, true)
		var got, un []string
		for _, p := range found {
			s := string(p.Agency)
			if p.Lead {
				s += "*"
			}
			got = append(got, s)
		}
		for _, b := range bad {
			un = append(un, b.Text)
		}
		if strings.Join(got, " ") != c.want || strings.Join(un, "|") != c.bad {
			t.Errorf("%q: %v, not found %v", c.text, got, un)
		}
	}
}
