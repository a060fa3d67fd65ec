// Package job runs work that outlives a request: it leases what is due from a queue, keeps the lease while the work goes on,
// tries again later when it fails, and leaves what a stopped copy of the program had begun to the others. It knows no
// database: a Queue keeps the jobs. Work is done at least once; a handler must be one that may begin again.
package job

import (
	"context"
	"errors"
	"time"
)

// State is how far a job is.
type State string

// The states.
const (
	Waiting State = "waiting" // also one that failed and will be tried again
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed" // given up
)

// Title returns the Vietnamese name of the state.
func (s State) Title() string {
	switch s {
	case Waiting:
		return "Đang chờ"
	case Running:
		return "Đang chạy"
	case Done:
		return "Đã xong"
	case Failed:
		return "Không thành công"
	}
	return string(s)
}

// Job is one piece of work.
type Job struct {
	ID         int64
	Kind       string // names its handler
	Key        string // of one kind, each key is queued once, ever
	Input      string
	State      State
	Attempts   int       // begun so far, this one included
	Due        time.Time // not before
	Owner      string    // who holds the lease
	LeaseUntil time.Time
	Progress   Progress
	Problem    string // sentence of the last failure
	CreatedAt  time.Time
	FinishedAt time.Time // zero while it is not
}

// Progress says how much of a job is done.
type Progress struct {
	Done, Total int
	Note        string // Vietnamese: what it is doing
}

// Outcome is how an attempt ended.
type Outcome struct {
	State   State // Done, Failed, or Waiting to be tried again at Due
	Due     time.Time
	Problem string
	// Interrupted says that the program was asked to stop: the attempt does not count.
	Interrupted bool
}

// ErrLost is returned by a queue when the lease is no longer the owner's.
var ErrLost = errors.New("job: the lease was lost")

// Queue keeps jobs. Every method is one transaction, so that two copies of the program never hold the same job.
type Queue interface {
	// Add queues a job unless one of its kind and key was ever queued; it says whether it did.
	Add(ctx context.Context, kind, key, input string, due time.Time) (bool, error)
	// Lease gives the next job of one of the kinds that is due, or whose lease ran out, to owner. False when there is none.
	Lease(ctx context.Context, owner string, kinds []string, lease time.Duration) (Job, bool, error)
	// Renew keeps the lease and notes the progress.
	Renew(ctx context.Context, j Job, p Progress, lease time.Duration) error
	// Finish ends the attempt.
	Finish(ctx context.Context, j Job, p Progress, o Outcome) error
}

// Handler does the jobs of a kind. It reports progress as often as it likes. Its error is tried again later unless it is a
// fault that trying again cannot mend.
type Handler func(ctx context.Context, j Job, report func(Progress)) error

// Schedule queues a job whenever the key of the present moment is a new one: "2026-10-15" for once a day. An empty key queues
// nothing. Several copies of the program give the same key, and only one job comes of it.
type Schedule struct {
	Kind string
	Key  func(now time.Time) string
}
