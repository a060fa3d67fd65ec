package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"chiso/internal/fault"
	"chiso/internal/store"
)

// lease takes the next job for an owner.
func (e *env) lease(owner string, kinds ...string) (j store.Job, ok bool) {
	e.t.Helper()
	e.write(func(tx *store.Tx) (err error) {
		j, ok, err = tx.LeaseJob(owner, kinds, time.Minute)
		return err
	})
	return j, ok
}

func (e *env) addJob(kind, key string, due time.Time) (added bool) {
	e.t.Helper()
	e.write(func(tx *store.Tx) (err error) {
		added, err = tx.AddJob(kind, key, "đầu vào", due)
		return err
	})
	return added
}

func TestJobs(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		if due, err := e.JobDue(t.Context(), []string{"mail"}); err != nil || due {
			t.Errorf("due on an empty queue: %v %v", due, err)
		}
		if !e.addJob("mail", "1", dawn) || e.addJob("mail", "1", dawn) || !e.addJob("remind", "1", dawn.Add(time.Hour)) {
			t.Error("each kind and key is queued once")
		}
		if _, ok := e.lease("a", "remind"); ok {
			t.Error("leased before it is due")
		}
		j, ok := e.lease("a", "mail", "remind")
		if !ok || j.Kind != "mail" || j.Input != "đầu vào" || j.Attempts != 1 || j.Owner != "a" {
			t.Fatalf("%+v", j)
		}
		if _, ok := e.lease("b", "mail"); ok {
			t.Error("leased twice")
		}
		e.clock.Add(50 * time.Second)
		j.Progress, j.Total, j.Note = 3, 7, "đang gửi"
		e.write(func(tx *store.Tx) error {
			if ok, err := tx.RenewJob(j, time.Minute); err != nil || !ok {
				t.Errorf("renew: %v %v", ok, err)
			}
			return nil
		})
		e.clock.Add(50 * time.Second)
		if _, ok := e.lease("b", "mail"); ok {
			t.Error("leased although it was renewed")
		}
		e.clock.Add(11 * time.Second)
		taken, ok := e.lease("b", "mail")
		if !ok || taken.ID != j.ID || taken.Attempts != 2 || taken.Progress != 3 || taken.Note != "đang gửi" {
			t.Errorf("a lease that ran out: %+v %v", taken, ok)
		}
		e.write(func(tx *store.Tx) error { // the first owner is told
			if ok, err := tx.RenewJob(j, time.Minute); ok || err != nil {
				t.Errorf("renewed a lost lease: %v", err)
			}
			j.State = "done"
			if ok, err := tx.FinishJob(j, true); ok || err != nil {
				t.Errorf("finished a lost lease: %v", err)
			}
			return nil
		})
		taken.State, taken.Due, taken.Problem = "waiting", e.clock.Now().Add(time.Minute), "thử lại"
		e.finish(taken, true)
		if _, ok := e.lease("b", "mail"); ok {
			t.Error("leased before the wait was over")
		}
		e.clock.Add(time.Minute)
		again, _ := e.lease("a", "mail")
		again.State, again.Due = "failed", e.clock.Now()
		e.finish(again, true)
		e.clock.Add(time.Hour)
		e.write(func(tx *store.Tx) error { return tx.RetryJob(again.ID) })
		if _, err := e.Write(t.Context(), store.Change{Account: "t"}, func(tx *store.Tx) error { return tx.RetryJob(again.ID) }); fault.KindOf(err) != fault.NotFound {
			t.Errorf("retried what waits: %v", err)
		}
		e.read(time.Time{}, func(v *store.View) error {
			jobs, err := v.Jobs(10)
			if err != nil || len(jobs) != 2 || jobs[1].State != "waiting" || jobs[1].Attempts != 0 || jobs[1].Problem != "" && jobs[1].Problem != "thử lại" {
				t.Errorf("%+v %v", jobs, err)
			}
			return nil
		})
		clean(e)
	})
}

func (e *env) finish(j store.Job, counts bool) {
	e.t.Helper()
	e.write(func(tx *store.Tx) error {
		ok, err := tx.FinishJob(j, counts)
		if err == nil && !ok {
			e.t.Errorf("the lease of job %d is lost", j.ID)
		}
		return err
	})
}

// Two copies of the program on one database, several workers each: every job is done exactly once.
func TestJobs_TwoCopies(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		other := opened(t, e.config)
		const n = 40
		e.write(func(tx *store.Tx) error {
			for i := range n {
				if _, err := tx.AddJob("mail", fmt.Sprint(i), "", dawn); err != nil {
					return err
				}
			}
			return nil
		})
		var mu sync.Mutex
		did := map[int64]int{}
		var workers sync.WaitGroup
		for i, s := range []*store.Store{e.Store, other.Store, e.Store, other.Store} {
			workers.Go(func() {
				for {
					var j store.Job
					var ok bool
					_, err := s.Write(context.WithoutCancel(t.Context()), store.Change{Account: "job"}, func(tx *store.Tx) (err error) {
						j, ok, err = tx.LeaseJob(fmt.Sprint(i), []string{"mail"}, time.Hour)
						return err
					})
					if err != nil {
						t.Error(err)
						return
					}
					if !ok {
						return
					}
					mu.Lock()
					did[j.ID]++
					mu.Unlock()
				}
			})
		}
		workers.Wait()
		if len(did) != n {
			t.Errorf("%d jobs of %d", len(did), n)
		}
		for id, times := range did {
			if times != 1 {
				t.Errorf("job %d was leased %d times", id, times)
			}
		}
	})
}
