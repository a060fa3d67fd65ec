package app

import (
	"context"
	"time"

	"chiso/internal/fault"
	"chiso/internal/store"
)

// About says which program runs on which database: for the log, and for those who run the system.
type About struct {
	Version  string
	Database string // without secrets
	Schema   int64
	Revision int64
	At       time.Time // of the revision
	Heads    []string  // of the audit, as chiso check --head takes them
}

// About returns what runs on what.
func (a *App) About(ctx context.Context) (x About, err error) {
	defer fault.Context(&err, "app.About")
	x.Version, x.Database = a.Version, a.Store.Location()
	if x.Schema, err = a.Store.Schema(ctx); err != nil {
		return x, err
	}
	var rev store.Revision
	if rev, err = a.Store.Revision(ctx); err != nil {
		return x, err
	}
	x.Revision, x.At = rev.ID, rev.At
	x.Heads, err = a.Heads(ctx)
	return x, err
}
