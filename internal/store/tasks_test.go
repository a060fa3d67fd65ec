package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// duty returns a task of two agencies.
func duty(code string) task.Task {
	return task.Task{Code: code, Title: "Kết nối dữ liệu " + code, Programme: "de_an_06", Owner: agency.Nation, Product: "cơ sở dữ liệu", Indicators: []string{"DOCS", "ONLINE"},
		Document: task.Document{Number: "06/QĐ-TTg", Day: vi.NewDate(2022, 1, 6), Issuer: "Thủ tướng Chính phủ", Level: "chinh_phu"},
		Assignments: []task.Assignment{
			{Agency: "a-2", Lead: true, Person: "Nguyễn Văn A", Post: "Giám đốc", Assigned: vi.NewDate(2026, 1, 1), Nature: task.Timed, Due: vi.NewDate(2026, 9, 30), DueText: "quý III/2026"},
			{Agency: "a-10", Assigned: vi.NewDate(2026, 1, 1), Nature: task.Recurring},
		}}
}

// saveTasks saves tasks under a revision of their own and returns them with their ids.
func (e *env) saveTasks(tasks ...task.Task) (store.TaskCounts, []task.Task, store.Revision) {
	e.t.Helper()
	var n store.TaskCounts
	entries := make([]store.TaskEntry, len(tasks))
	for i, t := range tasks {
		entries[i] = store.TaskEntry{Task: t, Sheet: "NV", Cell: fmt.Sprint("A", i+2)}
	}
	rev := e.write(func(tx *store.Tx) (err error) {
		n, err = tx.SaveTasks(entries)
		return err
	})
	for i := range tasks {
		tasks[i] = entries[i].Task
	}
	return n, tasks, rev
}

func (e *env) tasks(asOf time.Time) (out []task.Task) {
	e.t.Helper()
	e.read(asOf, func(v *store.View) (err error) {
		out, err = v.Tasks()
		return err
	})
	return out
}

func TestSaveTasks(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		e.clock.Add(time.Hour)
		n, saved, first := e.saveTasks(duty("NV-1"), duty("NV-2"))
		if n != (store.TaskCounts{New: 2}) || saved[0].Document.ID != saved[1].Document.ID || saved[1].Assignments[1].ID != 4 {
			t.Fatalf("%+v, %+v", n, saved)
		}
		if diff := cmpDiff(saved, e.tasks(time.Time{})); diff != "" {
			t.Errorf("read back: %s", diff)
		}
		e.clock.Add(time.Hour)
		if n, _, rev := e.saveTasks(e.tasks(time.Time{})...); n != (store.TaskCounts{Unchanged: 2}) || rev.ID != 0 {
			t.Errorf("the same again: %+v, revision %v", n, rev)
		}
		changed := e.tasks(time.Time{})
		a := &changed[0].Assignments[0]
		a.AddChange(task.Change{Kind: task.Extension, From: vi.NewDate(2026, 8, 1), Nature: task.Timed, Due: vi.NewDate(2026, 12, 31), DueText: "năm 2026", Document: task.Document{Number: "15/TB-VPCP"}, Reason: "chờ luật"})
		a.AddChange(task.Change{Kind: task.Pause, From: vi.NewDate(2026, 7, 1), To: vi.NewDate(2026, 7, 31)})
		a.AddChange(task.Change{Kind: task.Handover, From: vi.NewDate(2026, 8, 15), Agency: "b"})
		n, saved, second := e.saveTasks(changed[0])
		if n != (store.TaskCounts{Changed: 1}) {
			t.Errorf("changed: %+v", n)
		}
		now := e.tasks(time.Time{})
		if diff := cmpDiff(saved[0], now[0]); diff != "" || now[0].Assignments[0].Changes[1].Document.Number != "15/TB-VPCP" {
			t.Errorf("changed, read back: %s", diff)
		}
		if then := e.tasks(first.At); len(then) != 2 || len(then[0].Assignments[0].Changes) != 0 {
			t.Errorf("as of the first revision: %+v", then[0])
		}
		if then := e.tasks(first.At.Add(-time.Microsecond)); len(then) != 0 {
			t.Errorf("before it: %+v", then)
		}
		e.clock.Add(time.Hour)
		now[0].Title, now[0].Assignments[0].Completed = "Tên mới", vi.NewDate(2026, 8, 20)
		now[0].Assignments[0].Changes = now[0].Assignments[0].Changes[1:] // a pause that was entered by mistake
		now[0].Assignments = append(now[0].Assignments, task.Assignment{Agency: "b", Nature: task.Unscheduled})
		_, saved, third := e.saveTasks(now[0])
		if diff := cmpDiff(saved[0], e.tasks(time.Time{})[0]); diff != "" {
			t.Errorf("third, read back: %s", diff)
		}
		if then := e.tasks(second.At); len(then[0].Assignments) != 2 || len(then[0].Assignments[0].Changes) != 3 {
			t.Errorf("as of the second revision: %+v", then[0])
		}
		e.read(time.Time{}, func(v *store.View) error {
			versions, err := v.TaskVersions(saved[0].ID)
			if err != nil {
				return err
			}
			if len(versions) != 3 || versions[2].Revision != third || versions[2].Task.Title != "Tên mới" || versions[0].Task.Title != "Kết nối dữ liệu NV-1" ||
				versions[0].Cell != "A2" || versions[1].Account != "tester" {
				t.Errorf("versions: %+v", versions)
			}
			k, err := v.RegisterKey()
			if k != (store.RegisterKey{Revision: third.ID, Tasks: 2}) {
				t.Errorf("key %+v", k)
			}
			return err
		})
		e.read(first.At, func(v *store.View) error {
			k, err := v.RegisterKey()
			if k.Revision != first.ID {
				t.Errorf("key as of the first revision: %+v", k)
			}
			return err
		})
		clean(e)
	})
}

// Saving twice in one Write leaves one version; what it may not change is refused as a whole.
func TestSaveTasks_twice(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		e.write(func(tx *store.Tx) error {
			entries := []store.TaskEntry{{Task: duty("NV-1")}}
			for _, title := range []string{"một", "hai", "ba"} {
				entries[0].Task.Title = title
				entries[0].Task.Assignments[0].Person = title
				entries[0].Task.Assignments[0].AddChange(task.Change{Kind: task.Pause, From: vi.NewDate(2026, 7, 1)})
				if _, err := tx.SaveTasks(entries); err != nil {
					return err
				}
			}
			return nil
		})
		if got := e.tasks(time.Time{}); len(got) != 1 || got[0].Title != "ba" || len(got[0].Assignments[0].Changes) != 3 {
			t.Errorf("%+v", got)
		}
		clean(e)
		stale := duty("NV-1") // as new, though it is there
		other := e.tasks(time.Time{})[0]
		other.Assignments[0].Agency = "b"
		for name, x := range map[string]task.Task{"new, though it is there": stale, "of another agency": other, "without a title": {Code: "X", Owner: "VN"},
			"no UTF-8": {Code: "X", Title: "\xff", Owner: "VN"}, "no such owner": {Code: "X", Title: "x", Owner: "?"}} {
			_, err := e.Write(t.Context(), store.Change{Account: "tester"}, func(tx *store.Tx) error {
				_, err := tx.SaveTasks([]store.TaskEntry{{Task: duty("NV-9")}, {Task: x}})
				return err
			})
			if err == nil {
				t.Errorf("%s: saved", name)
			}
		}
		if got := e.tasks(time.Time{}); len(got) != 1 {
			t.Errorf("a refused Write left %d tasks", len(got))
		}
	})
}

func TestTaskUpdates(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		_, saved, _ := e.saveTasks(duty("NV-1"))
		one, two := saved[0].Assignments[0].ID, saved[0].Assignments[1].ID
		say := func(a int64, text string) store.Revision {
			e.clock.Add(time.Hour)
			return e.write(func(tx *store.Tx) error {
				_, err := tx.AddUpdates([]task.Update{{Assignment: a, Day: vi.NewDate(2026, 8, 1), Percent: dec("40.5"), Text: text, Obstacle: "thiếu kinh phí", Sheet: "NV", Cell: "K2"}})
				return err
			})
		}
		first := say(one, "đã họp")
		say(one, "đã trình")
		say(two, "thường xuyên")
		e.read(time.Time{}, func(v *store.View) error {
			all, err := v.Updates(one, two)
			if err != nil {
				return err
			}
			if len(all) != 3 || all[0].Text != "đã họp" || all[0].Account != "tester" || all[0].Percent != dec("40.5") || all[0].At != first.At {
				t.Errorf("%+v", all)
			}
			latest, err := v.LatestUpdates()
			if len(latest) != 2 || latest[one].Text != "đã trình" {
				t.Errorf("latest: %+v", latest)
			}
			if err != nil {
				return err
			}
			some, err := v.LatestUpdates(two)
			if len(some) != 1 || some[two].Text != "thường xuyên" {
				t.Errorf("latest of one: %+v", some)
			}
			return err
		})
		e.read(first.At, func(v *store.View) error {
			latest, err := v.LatestUpdates()
			if len(latest) != 1 || latest[one].Text != "đã họp" {
				t.Errorf("as of the first: %+v", latest)
			}
			return err
		})
		clean(e)
	})
}

func TestTaskRequests(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		_, saved, _ := e.saveTasks(duty("NV-1"))
		part := saved[0].Assignments[0]
		var id int64
		asked := e.write(func(tx *store.Tx) (err error) {
			id, err = tx.AddRequest(task.Request{Assignment: part.ID, Kind: task.AskCompletion, Completed: vi.NewDate(2026, 8, 20), Reason: "đã xong", Evidence: "12/BC"})
			return err
		})
		waiting := func(asOf time.Time) (out []task.Request) {
			e.read(asOf, func(v *store.View) (err error) {
				out, err = v.Requests(true)
				return err
			})
			return out
		}
		if got := waiting(time.Time{}); len(got) != 1 || got[0].ID != id || got[0].Completed != vi.NewDate(2026, 8, 20) || got[0].Account != "tester" {
			t.Fatalf("%+v", got)
		}
		e.clock.Add(time.Hour)
		decision := task.Decision{Accepted: true, Day: vi.NewDate(2026, 9, 1), Document: task.Document{Number: "15/TB-VPCP"}, Reason: "đủ sản phẩm"}
		if _, err := e.Write(t.Context(), store.Change{Account: "office"}, func(tx *store.Tx) error { return tx.DecideRequest(id, decision) }); err != nil {
			t.Fatal(err)
		}
		if got := waiting(time.Time{}); len(got) != 0 {
			t.Errorf("still waiting: %+v", got)
		}
		if got := waiting(asked.At); len(got) != 1 || got[0].Decision != nil {
			t.Errorf("as of the request: %+v", got)
		}
		e.read(time.Time{}, func(v *store.View) error {
			q, err := v.Request(id)
			if err != nil {
				return err
			}
			if d := q.Decision; d == nil || !d.Accepted || d.Account != "office" || d.Day != decision.Day || d.Document.Number != "15/TB-VPCP" || d.Reason != decision.Reason {
				t.Errorf("decision: %+v", d)
			}
			if some, err := v.Requests(false, part.ID); err != nil || len(some) != 1 {
				t.Errorf("of the assignment: %v %v", some, err)
			}
			if none, err := v.Requests(false, 999); err != nil || len(none) != 0 {
				t.Errorf("of another: %v %v", none, err)
			}
			if _, err := v.Request(99); fault.KindOf(err) != fault.NotFound {
				t.Errorf("no such request: %v", err)
			}
			return nil
		})
		if _, err := e.Write(t.Context(), store.Change{Account: "office"}, func(tx *store.Tx) error { return tx.DecideRequest(id, decision) }); err == nil {
			t.Error("decided twice")
		}
		clean(e)
	})
}

func TestVerifyFindsDamagedTasks(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		x := duty("NV-1")
		x.Assignments[0].AddChange(task.Change{Kind: task.Extension, From: vi.NewDate(2026, 8, 1), Nature: task.Timed, Due: vi.NewDate(2026, 12, 31)})
		_, saved, _ := e.saveTasks(x)
		saved[0].Title = "khác"
		saved[0].Assignments[0].Person = "khác"
		e.saveTasks(saved[0])
		e.write(func(tx *store.Tx) error {
			_, err := tx.AddRequest(task.Request{Assignment: 1, Kind: task.AskReturn, Reason: "x"})
			return err
		})
		clean(e)
		hold := []string{"task_version", "assignment_version", "assignment_change", "task_update", "task_request", "task_decision"}
		for name, d := range map[string]struct{ sql, says string }{
			"no version left":         {"DELETE FROM task_version", "đúng một phiên bản hiện hành"},
			"two that hold":           {"UPDATE task_version SET superseded = 9223372036854775807", "đúng một phiên bản hiện hành"},
			"superseded by nothing":   {"UPDATE assignment_version SET superseded = 99 WHERE revision = 2", "không nối tiếp"},
			"superseded before":       {"UPDATE task_version SET superseded = 1 WHERE revision = 2", "không nối tiếp"},
			"a change by nothing":     {"UPDATE assignment_change SET superseded = 99 WHERE revision = 2", "không nối tiếp"},
			"no such revision":        {"UPDATE task_request SET revision = 99", "không tồn tại"},
			"no such upload":          {"UPDATE task_version SET upload = 99", "không tồn tại"},
			"timed without deadline":  {"UPDATE assignment_version SET due = 0", "không có hạn"},
			"an unknown nature":       {"UPDATE assignment_version SET nature = 'x'", "không có hạn"},
			"a change without a day":  {"UPDATE assignment_change SET due = 0", "không có hạn"},
			"a hand-over to nobody":   {"UPDATE assignment_change SET kind = 'handover'", "không có hạn"},
			"decided by who asked it": {"INSERT INTO task_decision SELECT id, revision, at, account, 1, 20260901, NULL, '' FROM task_request", "chính người đề nghị"},
		} {
			for _, table := range hold {
				e.exec("CREATE TABLE copy_" + table + " AS SELECT * FROM " + table)
			}
			e.exec(d.sql)
			if got := strings.Join(problems(e), " "); !strings.Contains(got, d.says) {
				t.Errorf("%s: Verify says %q", name, got)
			}
			for _, table := range []string{"task_decision", "task_request", "task_update", "assignment_change", "assignment_version", "task_version"} {
				e.exec("DELETE FROM " + table)
			}
			for _, table := range hold {
				e.exec("INSERT INTO " + table + " SELECT * FROM copy_" + table)
				e.exec("DROP TABLE copy_" + table)
			}
		}
		clean(e)
		if n := e.count("SELECT COUNT(*) FROM task"); n != 1 {
			t.Fatalf("%d tasks", n)
		}
		var removed int64
		e.write(func(tx *store.Tx) (err error) {
			removed, err = tx.RemoveTasks("de_an_06")
			return err
		})
		if got := e.tasks(time.Time{}); removed != 1 || len(got) != 0 {
			t.Errorf("removed %d, left %v", removed, got)
		}
		clean(e)
	})
}
