package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"chiso/internal/agency"
	"chiso/internal/store"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// TestRandomRegister does the same random things to the register of both engines: each must hold what
// was saved, at every revision, and both must be the same row for row.
func TestRandomRegister(t *testing.T) {
	lite, pg := migrated(t, sqliteConfig(t)), migrated(t, migratedConfig(t))
	for _, e := range []*env{lite, pg} {
		playTasks(e, rand.New(rand.NewPCG(7, 1)))
		clean(e)
	}
	if diff := cmpDiff(dump(lite), dump(pg)); diff != "" {
		t.Errorf("SQLite (-) and PostgreSQL (+) differ:\n%s", diff)
	}
}

func playTasks(e *env, r *rand.Rand) {
	e.seed()
	type moment struct {
		at    time.Time
		rev   int64
		tasks []task.Task
	}
	var then []moment
	var now []task.Task
	for range 40 {
		e.clock.Add(time.Minute)
		var changed []task.Task
		for i := range now {
			if r.IntN(4) == 0 {
				changed = append(changed, alter(copyTask(now[i]), r))
			}
		}
		if r.IntN(2) == 0 {
			changed = append(changed, duty(fmt.Sprint("NV-", len(now)+1)))
		}
		if len(changed) == 0 {
			continue
		}
		_, saved, rev := e.saveTasks(changed...)
		for _, x := range saved {
			x = copyTask(x)
			if i := slices.IndexFunc(now, func(y task.Task) bool { return y.Code == x.Code }); i >= 0 {
				now[i] = x
			} else {
				now = append(now, x)
			}
		}
		if rev.ID != 0 {
			then = append(then, moment{rev.At, rev.ID, slices.Clone(now)})
		}
	}
	for i, m := range then {
		if diff := cmpDiff(m.tasks, e.tasks(m.at)); diff != "" {
			e.t.Fatalf("as of %s: %s", m.at, diff)
		}
		// Any earlier state carried forward by what changed since is the same.
		from := then[r.IntN(i+1)]
		e.read(m.at, func(v *store.View) error {
			changed, few, err := v.TasksSince(from.rev)
			if diff := cmpDiff(m.tasks, task.NewRegister(from.tasks).With(changed...).Tasks()); !few || diff != "" {
				e.t.Fatalf("from %s to %s: %s", from.at, m.at, diff)
			}
			return err
		})
	}
}

// copyTask shares nothing with x.
func copyTask(x task.Task) task.Task {
	x.Assignments = slices.Clone(x.Assignments)
	for i := range x.Assignments {
		x.Assignments[i].Changes = slices.Clone(x.Assignments[i].Changes)
	}
	return x
}

func alter(x task.Task, r *rand.Rand) task.Task {
	day := vi.NewDate(2026, 1, 1+r.IntN(300))
	a := &x.Assignments[r.IntN(len(x.Assignments))]
	switch r.IntN(8) {
	case 0:
		x.Title = fmt.Sprint("Tên ", r.IntN(3))
	case 1:
		a.Completed = day
	case 2:
		a.Ended = day
	case 3:
		a.AddChange(task.Change{Kind: task.Extension, From: day, Nature: task.Timed, Due: day.AddDays(90), Document: task.Document{Number: fmt.Sprint(r.IntN(4), "/QĐ")}})
	case 4:
		a.AddChange(task.Change{Kind: task.Pause, From: day, To: day.AddDays(30), Reason: "chờ luật"})
	case 5:
		a.AddChange(task.Change{Kind: task.Handover, From: day, Agency: "b"})
	case 6:
		if len(a.Changes) > 0 {
			a.Changes = a.Changes[1:]
		}
		if len(a.Changes) == 0 {
			a.Changes = nil
		}
	case 7:
		x.Assignments = append(x.Assignments, task.Assignment{Agency: []agency.ID{"b", "a-2"}[r.IntN(2)], Nature: task.Unscheduled})
	}
	return x
}
