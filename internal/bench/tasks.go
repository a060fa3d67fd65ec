package main

import (
	"context"
	"fmt"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/tasks"
	"chiso/internal/store"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// The register that is measured, and what a page of it may take.
const (
	benchTasks   = 20_000
	benchUpdates = 10 // of each
	taskBudget   = 100 * time.Millisecond
)

// taskPages measures what the pages of a register of 20,000 assignments with 10 updates each ask for; the
// budget is absolute, so the ratio is to it.
func taskPages(ctx context.Context, b *bench) (out []result, err error) {
	for _, e := range []engine{postgres, sqlite} {
		if b.skips(e) {
			continue
		}
		d, err := b.open(ctx, e)
		if err != nil {
			return nil, err
		}
		if err := d.fillTasks(ctx); err != nil {
			return nil, err
		}
		a, err := app.New(app.Config{Store: d.Store, Clock: time.Now, Version: "bench"})
		if err != nil {
			return nil, err
		}
		rows, err := d.askTasks(access.With(ctx, access.Machine("bench")), a, e)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// askTasks times each use case: the median of warm calls, and the first register page after a decision.
func (d *database) askTasks(ctx context.Context, a *app.App, e engine) (out []result, err error) {
	late := tasks.Query{Statuses: []task.Status{task.Overdue}, Size: 50}
	add := func(what string, budget float64, took time.Duration) {
		out = append(out, result{work: fmt.Sprintf("%s: %s, %d assignments", e, what, benchTasks), floor: fmt.Sprintf("%.0f ms", ms(taskBudget)),
			ours: fmt.Sprintf("%.1f ms", ms(took)), ratio: took.Seconds() / taskBudget.Seconds(), budget: budget, atMost: true})
	}
	calls := []struct {
		what string
		call func() error
	}{
		{"register page", func() error { return registerPage(ctx, a, tasks.Query{Size: 50, Page: 3}) }},
		{"register page, late, found by text", func() error { q := late; q.Text = "ket noi so 1"; return registerPage(ctx, a, q) }},
		{"board with trend", func() error {
			if _, err := a.TaskBoard(ctx, tasks.Query{}); err != nil {
				return err
			}
			_, err := a.TaskOptions(ctx, tasks.Query{})
			return err
		}},
		{"summary by agency", func() error {
			_, err := a.SummariseTasks(ctx, tasks.Query{Unit: task.ByAssignment}, tasks.TasksByAgency)
			return err
		}},
	}
	for _, c := range calls {
		var took []time.Duration
		for range 11 {
			start := time.Now()
			if err := c.call(); err != nil {
				return nil, err
			}
			took = append(took, time.Since(start))
		}
		add(c.what, 1, median(took))
	}
	var decide, cold []time.Duration
	for i := range 5 {
		part := int64(100 + i)
		start := time.Now()
		if err := a.HandOverTask(ctx, tasks.Handover{Assignment: part, To: d.world.ids[50], Document: task.Document{Number: "1"}}); err != nil {
			return nil, err
		}
		decide = append(decide, time.Since(start))
		start = time.Now()
		if err := registerPage(ctx, a, tasks.Query{Size: 50}); err != nil {
			return nil, err
		}
		cold = append(cold, time.Since(start))
	}
	add("decision", 0, median(decide))
	add("register page after a decision", 1, median(cold))
	return out, nil
}

// registerPage is what a page of the register asks.
func registerPage(ctx context.Context, a *app.App, q tasks.Query) error {
	l, err := a.Tasks(ctx, q)
	if err == nil && l.Total == 0 {
		return errCount
	}
	if err == nil {
		_, err = a.TaskOptions(ctx, q)
	}
	return err
}

// fillTasks writes the register: a third done, a third late, the rest open, over 34 agencies.
func (d *database) fillTasks(ctx context.Context) error {
	today := vi.DateOf(time.Now())
	_, err := d.Write(ctx, store.Change{Account: "bench", Reason: "register"}, func(tx *store.Tx) error {
		entries := make([]store.TaskEntry, benchTasks)
		for i := range entries {
			a := task.Assignment{
				Agency:   d.world.ids[i%34],
				Lead:     true,
				Person:   "Nguyễn Văn A",
				Assigned: today.AddDays(-400),
				Nature:   task.Timed,
				Due:      today.AddDays(i%300 - 100),
			}
			if i%3 == 0 {
				a.Completed = min(a.Due.AddDays(5), today)
			}
			entries[i].Task = task.Task{
				Code:        fmt.Sprintf("NV-%05d", i),
				Title:       fmt.Sprintf("Kết nối số %d", i),
				Programme:   "nq_71",
				Owner:       agency.Nation,
				Assignments: []task.Assignment{a},
			}
		}
		if _, err := tx.SaveTasks(entries); err != nil {
			return err
		}
		for n := range benchUpdates {
			updates := make([]task.Update, benchTasks)
			for i := range updates {
				updates[i] = task.Update{
					Assignment: entries[i].Task.Assignments[0].ID,
					Day:        today,
					Percent:    vi.Some(vi.Int(int64(n * 10))),
					Text:       fmt.Sprintf("Cập nhật lần %d", n),
				}
			}
			if _, err := tx.AddUpdates(updates); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}
