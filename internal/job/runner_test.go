package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"chiso/internal/fault"
	"chiso/internal/job"
)

// queue keeps jobs in memory.
type queue struct {
	mu   sync.Mutex
	jobs []job.Job
}

func (q *queue) Add(_ context.Context, kind, key, input string, due time.Time) (bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if slices.ContainsFunc(q.jobs, func(j job.Job) bool { return j.Kind == kind && j.Key == key }) {
		return false, nil
	}
	q.jobs = append(q.jobs, job.Job{ID: int64(len(q.jobs) + 1), Kind: kind, Key: key, Input: input, Due: due, State: job.Waiting})
	return true, nil
}

func (q *queue) Lease(_ context.Context, owner string, kinds []string, lease time.Duration) (job.Job, bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	for i := range q.jobs {
		j := &q.jobs[i]
		free := j.State == job.Waiting && !j.Due.After(now) || j.State == job.Running && !j.LeaseUntil.After(now)
		if free && slices.Contains(kinds, j.Kind) {
			j.State, j.Owner, j.LeaseUntil = job.Running, owner, now.Add(lease)
			j.Attempts++
			return *j, true, nil
		}
	}
	return job.Job{}, false, nil
}

func (q *queue) held(j job.Job) (*job.Job, error) {
	have := &q.jobs[j.ID-1]
	if have.State != job.Running || have.Owner != j.Owner || have.Attempts != j.Attempts {
		return nil, job.ErrLost
	}
	return have, nil
}

func (q *queue) Renew(_ context.Context, j job.Job, p job.Progress, lease time.Duration) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	have, err := q.held(j)
	if err == nil {
		have.Progress, have.LeaseUntil = p, time.Now().Add(lease)
	}
	return err
}

func (q *queue) Finish(_ context.Context, j job.Job, p job.Progress, o job.Outcome) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	have, err := q.held(j)
	if err != nil {
		return err
	}
	have.Progress, have.State, have.Due, have.Problem = p, o.State, o.Due, o.Problem
	if o.Interrupted {
		have.Attempts--
	}
	return nil
}

func (q *queue) job(id int64) job.Job {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.jobs[id-1]
}

// pass lets time go by inside a synctest bubble, where nobody waits for it.
func pass(d time.Duration) { time.Sleep(d) } //nolint:forbidigo // see above

// start runs a copy of the program until the returned function is called.
func start(t *testing.T, q job.Queue, owner string, handlers map[string]job.Handler, schedules ...job.Schedule) (stop func()) {
	t.Helper()
	r, err := job.New(job.Config{Queue: q, Clock: time.Now, Log: slog.New(slog.DiscardHandler), Owner: owner, Handlers: handlers, Schedules: schedules})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); r.Run(ctx) }()
	return func() { cancel(); <-done }
}

func add(t *testing.T, q job.Queue, kind, key string) {
	t.Helper()
	if ok, err := q.Add(t.Context(), kind, key, "input", time.Now()); err != nil || !ok {
		t.Fatalf("Add: %v %v", ok, err)
	}
}

func TestRunner_RetriesWithGrowingWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		var at []time.Duration
		begin := time.Now()
		add(t, q, "flaky", "1")
		stop := start(t, q, "a", map[string]job.Handler{"flaky": func(_ context.Context, j job.Job, report func(job.Progress)) error {
			at = append(at, time.Since(begin))
			report(job.Progress{Done: j.Attempts, Total: 4})
			if j.Attempts < 4 {
				return errors.New("not yet")
			}
			return nil
		}})
		pass(5 * time.Minute)
		stop()
		if j := q.job(1); j.State != job.Done || j.Progress.Done != 4 || j.Problem != "" {
			t.Errorf("%+v", j)
		}
		for i, want := range []time.Duration{0, 15 * time.Second, 45 * time.Second, 105 * time.Second} {
			if i >= len(at) || at[i] < want || at[i] > want+10*time.Second {
				t.Errorf("attempt %d at %v, want about %v", i+1, at, want)
			}
		}
	})
}

func TestRunner_GivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		runs := map[string]int{}
		var mu sync.Mutex
		failing := func(err error) job.Handler {
			return func(_ context.Context, j job.Job, _ func(job.Progress)) error {
				mu.Lock()
				defer mu.Unlock()
				runs[j.Kind]++
				return err
			}
		}
		add(t, q, "always", "1")
		add(t, q, "wrong", "1")
		add(t, q, "panics", "1")
		stop := start(t, q, "a", map[string]job.Handler{"always": failing(errors.New("secret text")), "wrong": failing(fault.New(fault.Invalid, "Địa chỉ sai.")),
			"panics": func(context.Context, job.Job, func(job.Progress)) error {
				mu.Lock()
				defer mu.Unlock()
				runs["panics"]++
				panic("boom")
			}})
		pass(10 * time.Hour)
		stop()
		if runs["always"] != 8 || runs["wrong"] != 1 || runs["panics"] != 8 {
			t.Errorf("runs %v", runs)
		}
		for id, want := range map[int64]string{1: "Có lỗi trong hệ thống", 2: "Địa chỉ sai.", 3: "Có lỗi trong hệ thống"} {
			if j := q.job(id); j.State != job.Failed || len(j.Problem) < len(want) || j.Problem[:len(want)] != want {
				t.Errorf("%+v", j)
			}
		}
	})
}

// A copy that dies keeps its lease; another one takes the job over when that has run out, and not before.
func TestRunner_TakesOverFromTheDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		add(t, q, "long", "1")
		if _, ok, _ := q.Lease(t.Context(), "dead", []string{"long"}, 2*time.Minute); !ok {
			t.Fatal("nothing to lease")
		}
		var ran time.Time
		begin := time.Now()
		stop := start(t, q, "b", map[string]job.Handler{"long": func(context.Context, job.Job, func(job.Progress)) error {
			ran = time.Now()
			return nil
		}})
		pass(3 * time.Minute)
		stop()
		if wait := ran.Sub(begin); wait < 2*time.Minute || wait > 2*time.Minute+5*time.Second {
			t.Errorf("taken over after %v", wait)
		}
		if j := q.job(1); j.State != job.Done || j.Attempts != 2 {
			t.Errorf("%+v", j)
		}
	})
}

// Work that takes longer than a lease keeps it, and nobody else begins it.
func TestRunner_KeepsTheLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		add(t, q, "long", "1")
		runs := make(chan string, 10)
		handlers := map[string]job.Handler{"long": func(ctx context.Context, j job.Job, report func(job.Progress)) error {
			runs <- j.Owner
			for i := range 10 {
				report(job.Progress{Done: i, Total: 10, Note: "đang gửi"})
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(time.Minute):
				}
			}
			return nil
		}}
		stopA, stopB := start(t, q, "a", handlers), start(t, q, "b", handlers)
		pass(5*time.Minute + time.Second)
		if j := q.job(1); j.Progress.Done < 3 || j.Progress.Note != "đang gửi" {
			t.Errorf("progress %+v", j.Progress)
		}
		pass(10 * time.Minute)
		stopA()
		stopB()
		if len(runs) != 1 || q.job(1).State != job.Done {
			t.Errorf("%d runs, %+v", len(runs), q.job(1))
		}
	})
}

// A lease that went to somebody else ends the work here.
func TestRunner_StopsWhenTheLeaseIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		add(t, q, "long", "1")
		var ended error
		stop := start(t, q, "a", map[string]job.Handler{"long": func(ctx context.Context, _ job.Job, _ func(job.Progress)) error {
			<-ctx.Done()
			ended = context.Cause(ctx)
			return ctx.Err()
		}})
		pass(10 * time.Second)
		q.mu.Lock()
		q.jobs[0].Owner = "thief"
		q.mu.Unlock()
		pass(time.Minute)
		stop()
		if !errors.Is(ended, job.ErrLost) || q.job(1).Owner != "thief" || q.job(1).State != job.Running {
			t.Errorf("%v, %+v", ended, q.job(1))
		}
	})
}

// A stopped program gives its job back at once, and the attempt does not count.
func TestRunner_GivesBackWhenStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		add(t, q, "long", "1")
		stop := start(t, q, "a", map[string]job.Handler{"long": func(ctx context.Context, _ job.Job, _ func(job.Progress)) error {
			<-ctx.Done()
			return ctx.Err()
		}})
		pass(10 * time.Second)
		stop()
		if j := q.job(1); j.State != job.Waiting || j.Attempts != 0 || j.Due.After(time.Now()) {
			t.Errorf("%+v", j)
		}
	})
}

func TestRunner_Schedules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		ran := make(chan string, 100)
		handlers := map[string]job.Handler{"daily": func(_ context.Context, j job.Job, _ func(job.Progress)) error { ran <- j.Key; return nil }}
		daily := job.Schedule{Kind: "daily", Key: func(now time.Time) string {
			if now.UTC().Hour() < 7 {
				return ""
			}
			return now.UTC().Format(time.DateOnly)
		}}
		stopA, stopB := start(t, q, "a", handlers, daily), start(t, q, "b", handlers, daily)
		pass(73 * time.Hour)
		stopA()
		stopB()
		close(ran)
		var keys []string
		for k := range ran {
			keys = append(keys, k)
		}
		if want := []string{"2000-01-01", "2000-01-02", "2000-01-03"}; !slices.Equal(keys, want) {
			t.Errorf("ran %v, want %v", keys, want)
		}
	})
}

func TestNew_RefusesAScheduleWithoutHandler(t *testing.T) {
	_, err := job.New(job.Config{Queue: &queue{}, Clock: time.Now, Log: slog.New(slog.DiscardHandler), Owner: "a", Schedules: []job.Schedule{{Kind: "x"}}})
	if err == nil {
		t.Error("no error")
	}
	for _, s := range []job.State{job.Waiting, job.Running, job.Done, job.Failed} {
		if s.Title() == fmt.Sprint(string(s)) {
			t.Errorf("%s has no Vietnamese name", s)
		}
	}
}
