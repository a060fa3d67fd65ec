package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"chiso/internal/fault"
)

// Config is what a Runner needs. Zero durations and counts take the usual ones.
type Config struct {
	Queue     Queue
	Clock     func() time.Time
	Log       *slog.Logger
	Owner     string // unique to this copy of the program
	Handlers  map[string]Handler
	Schedules []Schedule

	Workers  int           // jobs at the same time; 2
	Poll     time.Duration // how often to look for work; 2 s
	Lease    time.Duration // how long a job is left to a copy that says nothing; 2 min
	Backoff  time.Duration // wait after the first failure, doubled after each further one; 15 s
	Attempts int           // until a job is given up; 8
}

// maxBackoff bounds the wait between two attempts.
const maxBackoff = time.Hour

// Runner does jobs until it is stopped.
type Runner struct {
	cfg   Config
	kinds []string
	last  []string // key that each schedule queued last
	wake  chan struct{}
}

// New returns a runner.
func New(c Config) (*Runner, error) {
	if c.Queue == nil || c.Clock == nil || c.Log == nil || c.Owner == "" {
		return nil, errors.New("job: Queue, Clock, Log and Owner are needed")
	}
	for _, s := range c.Schedules {
		if c.Handlers[s.Kind] == nil {
			return nil, fmt.Errorf("job: a schedule of %q, which nobody handles", s.Kind)
		}
	}
	c.Workers, c.Attempts = orInt(c.Workers, 2), orInt(c.Attempts, 8)
	c.Poll, c.Lease, c.Backoff = orTime(c.Poll, 2*time.Second), orTime(c.Lease, 2*time.Minute), orTime(c.Backoff, 15*time.Second)
	return &Runner{
		cfg:   c,
		kinds: slices.Sorted(maps.Keys(c.Handlers)),
		last:  make([]string, len(c.Schedules)),
		wake:  make(chan struct{}, 1),
	}, nil
}

func orInt(v, usual int) int {
	if v <= 0 {
		return usual
	}
	return v
}

func orTime(v, usual time.Duration) time.Duration {
	if v <= 0 {
		return usual
	}
	return v
}

// Wake looks for work at once.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// Run does jobs until ctx ends, then lets running handlers see that and gives their jobs back.
func (r *Runner) Run(ctx context.Context) {
	var workers sync.WaitGroup
	defer workers.Wait()
	places := make(chan struct{}, r.cfg.Workers)
	tick := time.NewTicker(r.cfg.Poll)
	defer tick.Stop()
	for {
		r.schedule(ctx)
		r.fill(ctx, places, &workers)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-r.wake:
		}
	}
}

// fill starts jobs while there are free places and jobs that are due.
func (r *Runner) fill(ctx context.Context, places chan struct{}, workers *sync.WaitGroup) {
	for ctx.Err() == nil {
		select {
		case places <- struct{}{}:
		default:
			return
		}
		j, ok, err := r.cfg.Queue.Lease(ctx, r.cfg.Owner, r.kinds, r.cfg.Lease)
		if err != nil || !ok {
			<-places
			if err != nil && ctx.Err() == nil {
				r.cfg.Log.Warn("no job could be leased", "error", err)
			}
			return
		}
		workers.Go(func() {
			r.do(ctx, j)
			<-places
			r.Wake() // there may be more
		})
	}
}

// schedule queues what the schedules ask for now.
func (r *Runner) schedule(ctx context.Context) {
	now := r.cfg.Clock()
	for i, s := range r.cfg.Schedules {
		key := s.Key(now)
		if key == "" || key == r.last[i] {
			continue
		}
		if _, err := r.cfg.Queue.Add(ctx, s.Kind, key, "", now); err != nil {
			if ctx.Err() == nil {
				r.cfg.Log.Warn("a scheduled job could not be queued", "kind", s.Kind, "error", err)
			}
			continue
		}
		r.last[i] = key
	}
}

// do runs one attempt.
func (r *Runner) do(ctx context.Context, j Job) {
	a := &attempt{r: r, job: j, progress: j.Progress}
	if j.Attempts > r.cfg.Attempts { // each time the program died under it
		a.finish(ctx, Outcome{State: Failed, Problem: "Tác vụ nhiều lần bị ngắt giữa chừng nên đã dừng. Hãy báo quản trị hệ thống."})
		return
	}
	run, cancel := context.WithCancelCause(ctx)
	stop := a.keep(run, cancel)
	err := a.handle(run)
	stop()
	lost := errors.Is(context.Cause(run), ErrLost)
	cancel(nil)
	if lost {
		r.cfg.Log.Warn("a job went to another copy of the program", "job", j.ID, "kind", j.Kind)
		return
	}
	a.finish(ctx, r.outcome(ctx, j, err))
}

// outcome decides what becomes of a job whose attempt ended with err.
func (r *Runner) outcome(ctx context.Context, j Job, err error) Outcome {
	now := r.cfg.Clock()
	switch {
	case err == nil:
		return Outcome{State: Done}
	case ctx.Err() != nil:
		return Outcome{State: Waiting, Due: now, Interrupted: true}
	}
	o := Outcome{State: Waiting, Due: now.Add(r.wait(j.Attempts)), Problem: fault.Sentence(err)}
	if j.Attempts >= r.cfg.Attempts || final(err) {
		o.State = Failed
	}
	r.cfg.Log.Warn("a job failed", "job", j.ID, "kind", j.Kind, "attempt", j.Attempts, "state", o.State, "error", err)
	return o
}

// wait is how long to wait after an attempt failed.
func (r *Runner) wait(attempt int) time.Duration {
	d := r.cfg.Backoff
	for range attempt - 1 {
		if d *= 2; d >= maxBackoff {
			return maxBackoff
		}
	}
	return d
}

// final reports whether trying again cannot mend err.
func final(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.NotFound, fault.Forbidden, fault.TooLarge, fault.Usage, fault.Unreadable:
		return true
	}
	return false
}

// attempt is one run of a job.
type attempt struct {
	r   *Runner
	job Job

	mu       sync.Mutex
	progress Progress
}

func (a *attempt) report(p Progress) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.progress = p
}

func (a *attempt) now() Progress {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.progress
}

// handle calls the handler; a panic is a failure like any other.
func (a *attempt) handle(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return a.r.cfg.Handlers[a.job.Kind](ctx, a.job, a.report)
}

// keep renews the lease until stop is called, and cancels the work when the lease is lost.
func (a *attempt) keep(ctx context.Context, cancel context.CancelCauseFunc) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(a.r.cfg.Lease / 4)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := a.r.cfg.Queue.Renew(ctx, a.job, a.now(), a.r.cfg.Lease); errors.Is(err, ErrLost) {
				cancel(ErrLost)
				return
			}
		}
	}()
	return func() { close(done); <-ended }
}

// finish notes how the attempt ended, also when the program is stopping.
func (a *attempt) finish(ctx context.Context, o Outcome) {
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := a.r.cfg.Queue.Finish(last, a.job, a.now(), o); err != nil {
		a.r.cfg.Log.Warn("the end of a job could not be noted", "job", a.job.ID, "kind", a.job.Kind, "error", err)
	}
}
