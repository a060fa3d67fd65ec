package app_test

import (
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/fault"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// A task from the meeting that gives it to the decision on its completion.
func TestTaskLife(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		office, health := actor(t, "office", access.Office, agency.Nation), actor(t, "yte", access.Reporter, "BYT")
		justice := actor(t, "tuphap", access.Reporter, "BTP")
		meeting := app.NewTasks{Document: "Thông báo số 123/TB-VPCP ngày 05/10/2026 của Văn phòng Chính phủ", Lines: []app.NewTask{
			{Title: "Kết nối dữ liệu sức khỏe", Lead: "Bộ Y tế", Due: "tháng 11/2026", Person: "Nguyễn Văn A"},
			{Title: "Sửa nghị định", Lead: "Bộ Tư pháp", Due: "quý I/2027"},
			{},
		}}
		res, err := f.CreateTasks(office, meeting)
		if err != nil || !res.Accepted || res.Tasks.New != 2 {
			t.Fatalf("%+v %v", res, err)
		}
		if res, err = f.CreateTasks(office, meeting); err != nil || res.Tasks.New+res.Tasks.Changed != 0 {
			t.Errorf("again: %+v %v", res, err)
		}
		bad := meeting
		bad.Lines = []app.NewTask{{Title: "Việc", Lead: "Bộ Phép thuật", Due: "2026"}}
		if res, err = f.CreateTasks(office, bad); err != nil || res.Accepted || len(res.Findings) != 1 || res.Findings[0].Cell != "Dòng 1" {
			t.Errorf("an unknown agency: %+v %v", res, err)
		}
		mine, err := f.MyTasks(health)
		if err != nil || len(mine.Lines) != 1 || mine.Lines[0].Code != "123/TB-VPCP-01" || mine.Lines[0].Status != task.DueSoon || mine.Lines[0].Due != vi.NewDate(2026, 11, 30) {
			t.Fatalf("mine: %+v %v", mine, err)
		}
		line, err := f.TaskTimeline(office, "123/TB-VPCP-01", app.TaskQuery{})
		if err != nil || len(line.Parts) != 1 || len(line.Versions) != 1 {
			t.Fatalf("%+v %v", line, err)
		}
		id := line.Parts[0].ID
		if err := f.UpdateTask(health, task.Update{Assignment: id, Percent: vi.Some(vi.Int(80)), Text: "Đã kết nối 30 địa phương", Obstacle: "thiếu kinh phí"}); err != nil {
			t.Fatal(err)
		}
		claim := task.Request{Assignment: id, Kind: task.AskCompletion, Completed: vi.NewDate(2026, 11, 20), Reason: "đã bàn giao"}
		request, err := f.AskTask(health, claim)
		if err != nil {
			t.Fatal(err)
		}
		// The claim shows and does not count.
		list, err := f.Tasks(office, app.TaskQuery{Text: "suc khoe"})
		if err != nil || !list.Lines[0].Waiting || list.Lines[0].Status != task.DueSoon || list.Lines[0].Update.Obstacle != "thiếu kinh phí" {
			t.Errorf("claimed: %+v %v", list, err)
		}
		yes := task.Decision{Accepted: true, Document: task.Document{Number: "15/TB-VPCP"}}
		for name, err := range map[string]error{
			"another's task":     f.UpdateTask(justice, task.Update{Assignment: id, Text: "x"}),
			"the asker decides":  f.DecideTask(health, request, yes),
			"nobody":             f.UpdateTask(t.Context(), task.Update{Assignment: id, Text: "x"}),
			"nothing said":       f.UpdateTask(health, task.Update{Assignment: id}),
			"more than all":      f.UpdateTask(health, task.Update{Assignment: id, Percent: vi.Some(vi.Int(101))}),
			"no such part":       f.UpdateTask(health, task.Update{Assignment: 99, Text: "x"}),
			"no such request":    f.DecideTask(office, 99, yes),
			"refused, no reason": f.DecideTask(office, request, task.Decision{}),
		} {
			if kind := fault.KindOf(err); kind == "" || kind == fault.Internal {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := f.AskTask(health, claim); fault.KindOf(err) != fault.Conflict {
			t.Errorf("asked twice: %v", err)
		}
		if waiting, err := f.TaskRequests(office); err != nil || len(waiting) != 1 || waiting[0].Line.Code != "123/TB-VPCP-01" || waiting[0].Request.ID != request {
			t.Errorf("waiting: %+v %v", waiting, err)
		}
		if waiting, err := f.TaskRequests(health); err != nil || len(waiting) != 0 {
			t.Errorf("the agency sees requests to decide: %+v %v", waiting, err)
		}
		f.clock.now = f.clock.now.Add(time.Hour)
		if err := f.DecideTask(office, request, yes); err != nil {
			t.Fatal(err)
		}
		if list, err = f.Tasks(office, app.TaskQuery{Text: "suc khoe"}); err != nil || list.Lines[0].Status != task.DoneOnTime || list.Lines[0].Waiting {
			t.Errorf("recognised: %+v %v", list, err)
		}
		if err := f.DecideTask(office, request, yes); fault.KindOf(err) != fault.Conflict {
			t.Errorf("decided twice: %v", err)
		}
		if line, err = f.TaskTimeline(health, "123/TB-VPCP-01", app.TaskQuery{}); err != nil || len(line.Versions) != 2 || len(line.Parts[0].Updates) != 1 || line.Parts[0].Requests[0].Decision == nil {
			t.Errorf("timeline: %+v %v", line, err)
		}
		if _, err := f.TaskTimeline(justice, "123/TB-VPCP-01", app.TaskQuery{}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another's timeline: %v", err)
		}
		last, err := f.PreviousConclusions(office, vi.NewDate(2026, 11, 21), app.TaskQuery{})
		if err != nil || last == nil || last.Document.Number != "123/TB-VPCP" || last.Total != 2 || last.Counts.DoneOnTime != 1 {
			t.Errorf("previous conclusions: %+v %v", last, err)
		}
		if none, err := f.PreviousConclusions(office, vi.NewDate(2026, 10, 5), app.TaskQuery{}); err != nil || none != nil {
			t.Errorf("before the first: %+v %v", none, err)
		}
	})
}
