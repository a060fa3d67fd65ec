package ledger

import (
	"context"
	"time"

	"chiso/internal/job"
	"chiso/internal/store"
)

// JobAccount is the account under which jobs are leased and noted.
const JobAccount = "chiso-job"

// Queue is the job.Queue that the store keeps.
type Queue struct{ Store *store.Store }

func (q Queue) Write(ctx context.Context, reason string, fn func(*store.Tx) error) error {
	_, err := q.Store.Write(ctx, store.Change{Account: JobAccount, Reason: reason}, fn)
	return err
}

// Add queues a job; see job.Queue.
func (q Queue) Add(ctx context.Context, kind, key, input string, due time.Time) (added bool, err error) {
	if over, err := q.Store.Overtaken(ctx); err != nil || over { // the later program sees to it
		return false, err
	}
	err = q.Write(ctx, "Xếp tác vụ", func(tx *store.Tx) error {
		added, err = tx.AddJob(kind, key, input, due)
		return err
	})
	return added, err
}

// Lease gives the next job; see job.Queue. The write lock is only taken when there seems to be one.
func (q Queue) Lease(ctx context.Context, owner string, kinds []string, lease time.Duration) (j job.Job, ok bool, err error) {
	if due, err := q.Store.JobDue(ctx, kinds); err != nil || !due {
		return j, false, err
	}
	if over, err := q.Store.Overtaken(ctx); err != nil || over {
		return j, false, err
	}
	var row store.Job
	err = q.Write(ctx, "Nhận tác vụ", func(tx *store.Tx) error {
		row, ok, err = tx.LeaseJob(owner, kinds, lease)
		return err
	})
	return JobOf(row), ok && err == nil, err
}

// Renew keeps a lease; see job.Queue.
func (q Queue) Renew(ctx context.Context, j job.Job, p job.Progress, lease time.Duration) error {
	return q.Write(ctx, "Giữ tác vụ", func(tx *store.Tx) error {
		ok, err := tx.RenewJob(rowOf(j, p), lease)
		return orLost(ok, err)
	})
}

// Finish ends an attempt; see job.Queue.
func (q Queue) Finish(ctx context.Context, j job.Job, p job.Progress, o job.Outcome) error {
	row := rowOf(j, p)
	row.State, row.Problem = string(o.State), o.Problem
	if o.State == job.Waiting {
		row.Due = o.Due
	}
	return q.Write(ctx, "Kết thúc tác vụ", func(tx *store.Tx) error {
		ok, err := tx.FinishJob(row, !o.Interrupted)
		return orLost(ok, err)
	})
}

func orLost(ok bool, err error) error {
	if err == nil && !ok {
		return job.ErrLost
	}
	return err
}

func JobOf(r store.Job) job.Job {
	return job.Job{
		ID:         r.ID,
		Kind:       r.Kind,
		Key:        r.Key,
		Input:      r.Input,
		State:      job.State(r.State),
		Attempts:   r.Attempts,
		Due:        r.Due,
		Owner:      r.Owner,
		LeaseUntil: r.LeaseUntil,
		Progress:   job.Progress{Done: r.Progress, Total: r.Total, Note: r.Note},
		Problem:    r.Problem,
		CreatedAt:  r.CreatedAt,
		FinishedAt: r.FinishedAt,
	}
}

func rowOf(j job.Job, p job.Progress) store.Job {
	return store.Job{ID: j.ID, Kind: j.Kind, Key: j.Key, State: string(j.State), Attempts: j.Attempts, Due: j.Due, Owner: j.Owner,
		Progress: p.Done, Total: p.Total, Note: p.Note, Problem: j.Problem}
}

const JobMail = "mail" // hand one mail to the server; the key is its number
