package app_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/tasks"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/task"
	"chiso/internal/vi"
)

func fileErr(_ string, _ []byte, err error) error { return err }

// What is reported after the preview of a register was seen is part of what is confirmed.
func TestAcceptTasks_progress(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	office, health := actor(t, "office", access.Office, agency.Nation), actor(t, "yte", access.Reporter, "BYT")
	f.register(t, registerHead+"A,Việc,NQ 71,Bộ Y tế,,,01/4/2026,30/6/2027,,\n")
	file := ledger.ImportFile{Name: "so.csv", Data: []byte(registerHead + "A,Việc,NQ 71,Bộ Y tế,,,01/4/2026,30/6/2027,,Đang soạn\nB,Việc mới,NQ 71,Các bộ,,,01/4/2026,quý I/2027,,\n")}
	seen, err := f.PreviewTasks(office, tasks.ImportRequest{Files: []ledger.ImportFile{file}})
	if err != nil || len(seen.Changes) != 2 || !slices.Equal(seen.Changes[0].Says, []string{"Bộ Y tế, báo cáo tiến độ: Đang soạn"}) {
		t.Fatalf("%+v %v", seen, err)
	}
	if says := seen.Changes[1].Says; len(says) != 1 || !strings.Contains(says[0], " đơn vị nữa: chủ trì, hạn 31/03/2027 (“quý I/2027”)") {
		t.Errorf("what was understood of a new task: %q", says)
	}
	line, err := f.TaskTimeline(office, "A", tasks.Query{})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.UpdateTask(health, task.Update{Assignment: line.Parts[0].ID, Text: "Đã trình"}, ledger.ImportFile{}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.AcceptTasks(office, seen.Name, seen.SHA256, seen.Fingerprint, agency.Nation, ""); fault.KindOf(err) != fault.Conflict {
		t.Errorf("accepted over what was reported meanwhile: %v", err)
	}
	again, err := f.KeptTasks(office, seen.Name, seen.SHA256, agency.Nation, "")
	if err != nil {
		t.Fatal(err)
	}
	if res, err := f.AcceptTasks(office, again.Name, again.SHA256, again.Fingerprint, agency.Nation, ""); err != nil || !res.Accepted || res.Files[0].Updates != 1 {
		t.Errorf("%+v %v", res, err)
	}
}

// A task from the meeting that gives it to the decision on its completion.
func TestTaskLife(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		office, health := actor(t, "office", access.Office, agency.Nation), actor(t, "yte", access.Reporter, "BYT")
		justice := actor(t, "tuphap", access.Reporter, "BTP")
		meeting := tasks.NewTasks{Document: "Thông báo số 123/TB-VPCP ngày 05/10/2026 của Văn phòng Chính phủ", Lines: []tasks.NewTask{
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
		bad.Lines = []tasks.NewTask{{Title: "Việc", Lead: "Bộ Phép thuật", Due: "2026"}}
		if res, err = f.CreateTasks(office, bad); err != nil || res.Accepted || len(res.Findings) != 1 || res.Findings[0].Cell != "Dòng 1" {
			t.Errorf("an unknown agency: %+v %v", res, err)
		}
		mine, err := f.MyTasks(health)
		if err != nil || len(mine.Lines) != 1 || mine.Lines[0].Code != "123/TB-VPCP-01" || mine.Lines[0].Status != task.DueSoon || mine.Lines[0].Due != vi.NewDate(2026, 11, 30) {
			t.Fatalf("mine: %+v %v", mine, err)
		}
		line, err := f.TaskTimeline(office, "123/TB-VPCP-01", tasks.Query{})
		if err != nil || len(line.Parts) != 1 || len(line.Versions) != 1 {
			t.Fatalf("%+v %v", line, err)
		}
		id := line.Parts[0].ID
		if err := f.UpdateTask(health, task.Update{Assignment: id, Percent: vi.Some(vi.Int(80)), Text: "Đã kết nối 30 địa phương", Obstacle: "thiếu kinh phí"}, ledger.ImportFile{Name: `C:\tài liệu\biên bản.pdf`, Data: []byte("%PDF-1.7")}); err != nil {
			t.Fatal(err)
		}
		// Its file is for those who see the task.
		proof := store.SHA256([]byte("%PDF-1.7"))
		for name, ctx := range map[string]context.Context{"who sent it": health, "the office": office} {
			if file, data, err := f.TaskFile(ctx, "123/TB-VPCP-01", proof); err != nil || file != "biên bản.pdf" || string(data) != "%PDF-1.7" {
				t.Errorf("%s: %q %q %v", name, file, data, err)
			}
		}
		claim := task.Request{Assignment: id, Kind: task.AskCompletion, Completed: vi.NewDate(2026, 11, 20), Reason: "đã bàn giao"}
		request, err := f.AskTask(health, claim, ledger.ImportFile{})
		if err != nil {
			t.Fatal(err)
		}
		// The claim shows and does not count.
		list, err := f.Tasks(office, tasks.Query{Text: "suc khoe"})
		if err != nil || !list.Lines[0].Waiting || list.Lines[0].Status != task.DueSoon || list.Lines[0].Update.Obstacle != "thiếu kinh phí" {
			t.Errorf("claimed: %+v %v", list, err)
		}
		yes := task.Decision{Accepted: true, Document: task.Document{Number: "15/TB-VPCP"}}
		for name, err := range map[string]error{
			"another's task":     f.UpdateTask(justice, task.Update{Assignment: id, Text: "x"}, ledger.ImportFile{}),
			"the asker decides":  f.DecideTask(health, request, yes),
			"nobody":             f.UpdateTask(t.Context(), task.Update{Assignment: id, Text: "x"}, ledger.ImportFile{}),
			"no evidence":        f.UpdateTask(health, task.Update{Assignment: id, Text: "x"}, ledger.ImportFile{Name: "a.pdf", Data: []byte("MZ")}),
			"another's file":     fileErr(f.TaskFile(justice, "123/TB-VPCP-01", proof)),
			"another task's":     fileErr(f.TaskFile(office, "123/TB-VPCP-02", proof)),
			"nothing said":       f.UpdateTask(health, task.Update{Assignment: id}, ledger.ImportFile{}),
			"more than all":      f.UpdateTask(health, task.Update{Assignment: id, Percent: vi.Some(vi.Int(101))}, ledger.ImportFile{}),
			"no such part":       f.UpdateTask(health, task.Update{Assignment: 99, Text: "x"}, ledger.ImportFile{}),
			"no such request":    f.DecideTask(office, 99, yes),
			"refused, no reason": f.DecideTask(office, request, task.Decision{}),
		} {
			if kind := fault.KindOf(err); kind == "" || kind == fault.Internal {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := f.AskTask(health, claim, ledger.ImportFile{}); fault.KindOf(err) != fault.Conflict {
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
		if list, err = f.Tasks(office, tasks.Query{Text: "suc khoe"}); err != nil || list.Lines[0].Status != task.DoneOnTime || list.Lines[0].Waiting {
			t.Errorf("recognised: %+v %v", list, err)
		}
		if err := f.DecideTask(office, request, yes); fault.KindOf(err) != fault.Conflict {
			t.Errorf("decided twice: %v", err)
		}
		if line, err = f.TaskTimeline(health, "123/TB-VPCP-01", tasks.Query{}); err != nil || len(line.Versions) != 2 || len(line.Parts[0].Updates) != 1 || line.Parts[0].Requests[0].Decision == nil {
			t.Errorf("timeline: %+v %v", line, err)
		}
		if _, err := f.TaskTimeline(justice, "123/TB-VPCP-01", tasks.Query{}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another's timeline: %v", err)
		}
		last, err := f.PreviousConclusions(office, vi.NewDate(2026, 11, 21), tasks.Query{})
		if err != nil || last == nil || last.Document.Number != "123/TB-VPCP" || last.Total != 2 || last.Counts.DoneOnTime != 1 {
			t.Errorf("previous conclusions: %+v %v", last, err)
		}
		if none, err := f.PreviousConclusions(office, vi.NewDate(2026, 10, 5), tasks.Query{}); err != nil || none != nil {
			t.Errorf("before the first: %+v %v", none, err)
		}
	})
}
