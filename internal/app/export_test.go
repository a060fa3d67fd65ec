package app

import (
	"context"
	"strconv"
	"testing"
	"time"

	"chiso/internal/agency"
	"chiso/internal/job"
)

// UploadInTwo is UploadReport, held up between reading the file and taking it.
func (a *App) UploadInTwo(ctx context.Context, round int64, id agency.ID, file ImportFile) (take func() (*UploadOutcome, error), err error) {
	opened, before, err := a.readAhead(ctx, round, id, file)
	return func() (*UploadOutcome, error) { return a.takeFile(ctx, round, id, file, opened, before) }, err
}

// GiveTime sets the time for a file.
func (a *App) GiveTime(d time.Duration) { a.limits.Time = d }

// Crowd takes every place of the readers, or of those who mark, until leave is called.
func (a *App) Crowd(marking bool) (leave func()) {
	gate := a.reads
	if marking {
		gate = a.marking
	}
	for range cap(gate) {
		gate <- struct{}{}
	}
	return func() {
		for range cap(gate) {
			<-gate
		}
	}
}

// RunPack builds a pack as its job does.
func (a *App) RunPack(ctx context.Context, build int64, report func(job.Progress)) error {
	return a.buildPack(ctx, job.Job{Kind: jobPack, Key: strconv.FormatInt(build, 10)}, report)
}

// FailSignIns counts failures of as many invented names from one address, without the time that hashing takes.
func (a *App) FailSignIns(t *testing.T, n int, address string) {
	t.Helper()
	for i := range n {
		if err := a.FailSignIn(t, "ten"+strconv.Itoa(i), address); err != nil {
			t.Fatal(i, err)
		}
	}
}

// FailSignIn counts one failure, without the time that hashing takes.
func (a *App) FailSignIn(t *testing.T, name, address string) error {
	t.Helper()
	return a.store.People(t.Context(), signInCounters(attempt{name: name, address: address}).begin)
}
