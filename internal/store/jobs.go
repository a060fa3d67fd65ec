package store

import (
	"context"
	"time"

	"chiso/internal/fault"
)

// Job is one piece of work that outlives a request. What its states and kinds mean is for the room job.
type Job struct {
	ID                    int64
	Kind, Key, Input      string
	State                 string
	Attempts              int
	Due                   time.Time
	Owner                 string // who holds the lease
	LeaseUntil            time.Time
	Progress, Total       int
	Note                  string
	Problem               string
	CreatedAt, FinishedAt time.Time // FinishedAt is zero while it is not
}

// The states of a job that the store itself looks at.
const (
	jobWaiting = "waiting"
	jobRunning = "running"
)

type jobRow struct {
	ID                    int64
	Kind, Key, Input      string
	State                 string
	Attempts              int
	Due                   int64
	Owner                 string
	LeaseUntil            int64
	Progress, Total       int
	Note, Problem         string
	CreatedAt, FinishedAt int64
}

func (r jobRow) model() Job {
	return Job{ID: r.ID, Kind: r.Kind, Key: r.Key, Input: r.Input, State: r.State, Attempts: r.Attempts, Due: moment(r.Due), Owner: r.Owner,
		LeaseUntil: moment(r.LeaseUntil), Progress: r.Progress, Total: r.Total, Note: r.Note, Problem: r.Problem,
		CreatedAt: moment(r.CreatedAt), FinishedAt: moment(r.FinishedAt)}
}

// AddJob queues a job unless one of its kind and key was ever queued, and says whether it did. It is no official change.
func (tx *Tx) AddJob(kind, key, input string, due time.Time) (added bool, err error) {
	defer fault.Context(&err, "store.AddJob(%s, %s)", kind, key)
	defer tx.spoil(&err)
	id, err := tx.nextID("job")
	if err != nil {
		return false, err
	}
	res := tx.db.Exec(
		`INSERT INTO job (id, kind, key, input, state, attempts, due, owner, lease_until, progress, total, note, problem, created_at, finished_at)
		VALUES (?, ?, ?, ?, ?, 0, ?, '', 0, 0, 0, '', '', ?, 0) ON CONFLICT (kind, key) DO NOTHING`,
		id,
		kind,
		key,
		input,
		jobWaiting,
		due.UnixMicro(),
		tx.Now().UnixMicro(),
	)
	return res.RowsAffected == 1, res.Error
}

const dueJobs = `FROM job WHERE kind IN ? AND ((state = 'waiting' AND due <= ?) OR (state = 'running' AND lease_until <= ?))`

// LeaseJob gives the job that is due longest to owner, a waiting one or one whose lease ran out; false when there is none.
// Under the write lock no two owners get the same one.
func (tx *Tx) LeaseJob(owner string, kinds []string, lease time.Duration) (j Job, ok bool, err error) {
	defer fault.Context(&err, "store.LeaseJob")
	defer tx.spoil(&err)
	now := tx.Now().UnixMicro()
	var r jobRow
	if err := tx.db.Raw("SELECT * "+dueJobs+" ORDER BY due, id LIMIT 1", kinds, now, now).Scan(&r).Error; err != nil || r.ID == 0 {
		return j, false, err
	}
	r.State, r.Owner, r.LeaseUntil = jobRunning, owner, now+lease.Microseconds()
	r.Attempts++
	return r.model(), true, tx.db.Exec("UPDATE job SET state = ?, owner = ?, lease_until = ?, attempts = ? WHERE id = ?",
		r.State, r.Owner, r.LeaseUntil, r.Attempts, r.ID).Error
}

// leased is the condition that a lease is still the one that j was given.
const leased = " WHERE id = ? AND state = 'running' AND owner = ? AND attempts = ?"

// RenewJob keeps a lease and notes the progress; false when it is lost.
func (tx *Tx) RenewJob(j Job, lease time.Duration) (ok bool, err error) {
	defer fault.Context(&err, "store.RenewJob(%d)", j.ID)
	res := tx.db.Exec(
		"UPDATE job SET lease_until = ?, progress = ?, total = ?, note = ?"+leased,
		tx.Now().Add(lease).UnixMicro(),
		j.Progress,
		j.Total,
		j.Note,
		j.ID,
		j.Owner,
		j.Attempts,
	)
	return res.RowsAffected == 1, res.Error
}

// FinishJob ends an attempt: j holds the state, due time, problem and progress that the job has from now on; false when the
// lease is lost. An attempt that does not count is taken back.
func (tx *Tx) FinishJob(j Job, counts bool) (ok bool, err error) {
	defer fault.Context(&err, "store.FinishJob(%d)", j.ID)
	attempts, finished := j.Attempts, tx.Now().UnixMicro()
	if !counts {
		attempts--
	}
	if j.State == jobWaiting {
		finished = 0
	}
	res := tx.db.Exec(
		"UPDATE job SET state = ?, due = ?, problem = ?, progress = ?, total = ?, note = ?, attempts = ?, finished_at = ?, owner = '', lease_until = 0"+leased,
		j.State,
		j.Due.UnixMicro(),
		j.Problem,
		j.Progress,
		j.Total,
		j.Note,
		attempts,
		finished,
		j.ID,
		j.Owner,
		j.Attempts,
	)
	return res.RowsAffected == 1, res.Error
}

// JobDue reports whether there is anything to lease: a look that needs no lock.
func (s *Store) JobDue(ctx context.Context, kinds []string) (due bool, err error) {
	defer sayAway(&err)
	now := s.clock().UnixMicro()
	var n int64
	err = s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM (SELECT 1 "+dueJobs+" LIMIT 1) AS any_job", kinds, now, now).Scan(&n).Error
	return n > 0, err
}

// Jobs lists the newest jobs, newest first: of some states, else of all.
func (v *View) Jobs(limit int, states ...string) (out []Job, err error) {
	defer fault.Context(&err, "store.Jobs(%v)", states)
	var rows []jobRow
	q := v.db.Table("job")
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	if err := q.Order("id DESC").Limit(limit).Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, r := range rows {
		out = append(out, r.model())
	}
	return out, nil
}

// CountStates counts the jobs and the mails by state.
func (v *View) CountStates() (jobs, mails map[string]int, err error) {
	defer fault.Context(&err, "store.CountStates")
	jobs, mails = map[string]int{}, map[string]int{}
	for table, counts := range map[string]map[string]int{"job": jobs, "mail": mails} {
		var rows []struct {
			State string
			N     int
		}
		if err := v.db.Table(table).Select("state, COUNT(*) AS n").Group("state").Find(&rows).Error; err != nil {
			return nil, nil, err
		}
		for _, r := range rows {
			counts[r.State] = r.N
		}
	}
	return jobs, mails, nil
}

// JobOf returns the job of a kind and key; false when none was ever queued.
func (v *View) JobOf(kind, key string) (j Job, ok bool, err error) {
	defer fault.Context(&err, "store.JobOf(%s, %s)", kind, key)
	var rows []jobRow
	if err := v.db.Raw("SELECT * FROM job WHERE kind = ? AND key = ?", kind, key).Scan(&rows).Error; err != nil || len(rows) == 0 {
		return j, false, err
	}
	return rows[0].model(), true, nil
}

// LastJob returns the newest job of a kind that is in one of the states; false when there is none.
func (v *View) LastJob(kind string, states ...string) (j Job, ok bool, err error) {
	defer fault.Context(&err, "store.LastJob(%s, %v)", kind, states)
	var rows []jobRow
	if err := v.db.Raw("SELECT * FROM job WHERE kind = ? AND state IN ? ORDER BY id DESC LIMIT 1", kind, states).Scan(&rows).Error; err != nil ||
		len(rows) == 0 {
		return j, false, err
	}
	return rows[0].model(), true, nil
}

// RetryJob puts a job that was given up back into the queue; a fault of kind NotFound when there is no such job.
func (tx *Tx) RetryJob(id int64) (err error) {
	defer fault.Context(&err, "store.RetryJob(%d)", id)
	defer tx.spoil(&err)
	res := tx.db.Exec(
		"UPDATE job SET state = 'waiting', attempts = 0, due = ?, finished_at = 0 WHERE id = ? AND state = 'failed'",
		tx.Now().UnixMicro(),
		id,
	)
	if res.Error == nil && res.RowsAffected == 0 {
		return fault.New(fault.NotFound, "Không có tác vụ số %d đang chờ chạy lại.", id)
	}
	return res.Error
}
