package app

import (
	"context"

	"chiso/internal/fault"
)

// maxReads is how many files are read at the same time: each may take its share of memory, and one
// that waits is answered when its request ends.
const maxReads = 12

// enter waits for a place among the readers of files. leave gives it back.
func (a *App) enter(ctx context.Context) (leave func(), err error) {
	select {
	case a.reads <- struct{}{}:
		return func() { <-a.reads }, nil
	case <-ctx.Done():
		return nil, fault.Wrap(ctx.Err(), fault.Unready, "Máy chủ đang đọc nhiều tệp khác. Hãy nộp lại sau ít phút.")
	}
}
