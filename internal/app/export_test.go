package app

import (
	"context"
	"strconv"
	"testing"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/account"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/app/receive"
	"chiso/internal/app/reporting"
	"chiso/internal/job"
	"chiso/internal/store"
)

// TakeInTwo takes every cell of an upload, held up between reading the file and taking it.
func (a *App) TakeInTwo(ctx context.Context, round int64, id agency.ID, up *reporting.UploadOutcome, file ledger.ImportFile) (take func() (*reporting.UploadOutcome, error), err error) {
	opened, before, err := a.ReadAhead(ctx, round, id, file, receive.Choices{})
	return func() (*reporting.UploadOutcome, error) {
		u := store.Upload{ID: up.ID, Name: up.Name, SHA256: up.SHA256}
		return a.TakeOpened(ctx, u, round, id, opened, before, Ticks(up))
	}, err
}

// Ticks are all cells of a file that may be taken, with the versions that were shown.
func Ticks(o *reporting.UploadOutcome) map[int64]int64 {
	out := map[int64]int64{}
	for _, c := range o.Cells {
		out[c.Row.Definition.ID] = c.Row.Cell.Version
	}
	return out
}

// GiveTime sets the time for a file.
func (a *App) GiveTime(d time.Duration) { a.Limits.Time = d }

// Crowd takes every place of the readers, or of those who mark, until leave is called.
func (a *App) Crowd(marking bool) (leave func()) {
	gate := a.Reads
	if marking {
		gate = a.Marking
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
	return a.RunBuild(ctx, job.Job{Kind: publish.JobPack, Key: strconv.FormatInt(build, 10)}, report)
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
	return a.Store.People(t.Context(), account.SignInCounters(account.Attempt{Name: name, Address: address}).Begin)
}
