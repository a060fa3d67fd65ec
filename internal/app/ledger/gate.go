package ledger

import (
	"context"
	"errors"
	"time"

	"chiso/internal/fault"
	"chiso/internal/intake"
)

// maxReads is how many files are read at the same time: each may take its share of memory, and one
// that waits is answered when its time is over.
const maxReads = 12

// Reading gives a use case that reads files the time of the settings, counted from now: for its place
// among the readers, the inspection, the rows, the checks and what they are compared with. end, deferred,
// says so when that is why the use case failed.
func (a *Ledger) Reading(ctx context.Context, errp *error) (bounded context.Context, end func()) {
	return a.until(ctx, a.Limits, errp)
}

// Keeping is reading for a file that is only inspected and kept, to be shown by the next request: its part of the time is a
// third, so that both requests together hold the bound.
func (a *Ledger) Keeping(ctx context.Context, errp *error) (bounded context.Context, end func()) {
	l := a.Limits
	l.Time /= 3
	return a.until(ctx, l, errp)
}

// timeKey is where a context holds how much time a file has, for sentences.
type timeKey struct{}

func (a *Ledger) until(ctx context.Context, l intake.Limits, errp *error) (bounded context.Context, end func()) {
	bounded, cancel := context.WithTimeoutCause(context.WithValue(ctx, timeKey{}, l.Time), l.Time, l.Slow())
	return bounded, func() {
		if cause := context.Cause(bounded); fault.KindOf(*errp) == fault.Internal && errors.Is(bounded.Err(), context.DeadlineExceeded) {
			*errp = fault.Wrap(*errp, fault.KindOf(cause), "%s", fault.Sentence(cause))
		}
		cancel()
	}
}

// Over reports whether the time of a use case is over; its context may not know yet.
func Over(ctx context.Context) bool {
	end, ok := ctx.Deadline()
	return ctx.Err() != nil || ok && !time.Now().Before(end)
}

// Stop ends the reading of a file when the use case is over.
func Stop(ctx context.Context) func() error {
	return func() error { return context.Cause(ctx) }
}

// Open inspects the container of a file within the time of the use case.
func (a *Ledger) Open(ctx context.Context, f ImportFile) (_ *intake.File, err error) {
	defer fault.Context(&err, "ledger.Open")
	return intake.Open(f.Name, f.Data, a.LimitsNow(ctx))
}

func (a *Ledger) LimitsNow(ctx context.Context) intake.Limits {
	l := a.Limits
	l.Until, _ = ctx.Deadline()
	if d, ok := ctx.Value(timeKey{}).(time.Duration); ok {
		l.Time = d
	}
	return l
}

// Enter waits for a place among the readers of files. leave gives it back.
func (a *Ledger) Enter(ctx context.Context) (leave func(), err error) {
	defer fault.Context(&err, "ledger.Enter")
	return Wait(
		ctx,
		a.Reads,
		"Máy chủ đang đọc nhiều tệp khác; sau "+a.LimitsNow(ctx).TimeText()+" vẫn chưa đến lượt tệp này. Hãy nộp lại sau ít phút.",
	)
}

// Wait takes one of the places of a gate, or says that there was none in time.
func Wait(ctx context.Context, gate chan struct{}, sentence string) (leave func(), err error) {
	select {
	case gate <- struct{}{}:
		return func() { <-gate }, nil
	case <-ctx.Done():
		return nil, fault.Wrap(context.Cause(ctx), fault.Unready, "%s", sentence)
	}
}

// ImportFile is one file by name and content.
type ImportFile struct {
	Name string
	Data []byte
}
