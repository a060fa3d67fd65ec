package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"chiso/internal/access"
	"chiso/internal/app"
	"chiso/internal/store"
)

// backups are what is taken of the database while everybody is at it.
type backups struct {
	dir   string // "" takes none
	pause time.Duration
	last  *app.BackupResult // that was begun before the last report was received
	taken int
	took  []time.Duration
}

// backUp takes one backup after the other until the reports are in.
func (l *rush) backUp(ctx, reporting context.Context) error {
	for reporting.Err() == nil {
		res, err := l.app.Backup(
			ctx,
			app.BackupRequest{Path: filepath.Join(l.backups.dir, fmt.Sprintf("%d.backup", l.backups.taken)), Account: "bench"},
		)
		if err != nil {
			return fmt.Errorf("backup %d: %w", l.backups.taken, err)
		}
		l.backups.last, l.backups.took = res, append(l.backups.took, res.Took)
		l.backups.taken++
		if err := wait(ctx, l.backups.pause); err != nil {
			return err
		}
	}
	return nil
}

// moved restores the last backup into an empty database, of the other engine, and says what is not as it was: every check, the heads of
// the audit as they were printed, every release and its files.
func (l *rush) moved(ctx context.Context, to *store.Store) error {
	a, err := app.New(app.Config{Store: to, Clock: l.clock, Version: "bench"})
	if err != nil {
		return err
	}
	drill, err := a.RunDrill(ctx, l.backups.last.Path, nil)
	if err != nil {
		return err
	}
	if !drill.Passed() || drill.Workbooks.Files == 0 || drill.Workbooks.Equal != drill.Workbooks.Files {
		return fmt.Errorf("the drill: workbooks %+v, tables %+v, %q %q", drill.Workbooks, drill.Tables, drill.Problems, drill.Differs)
	}
	heads := l.backups.last.Manifest.HeadTexts()
	check, err := a.Check(ctx, heads)
	if err != nil {
		return err
	}
	if len(heads) != 2 || len(check.Compared) != 2 || len(check.Problems) > 0 {
		return fmt.Errorf("check with %q: %q", check.Compared, check.Problems)
	}
	releases, err := a.Releases(ctx, access.Machine("bench"))
	if err != nil {
		return err
	}
	for _, r := range releases {
		_, ours, err := l.app.ReleasePack(ctx, access.Machine("bench"), r.ID)
		_, theirs, err2 := a.ReleasePack(ctx, access.Machine("bench"), r.ID)
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		if len(ours) == 0 || !bytes.Equal(ours, theirs) {
			return fmt.Errorf("release %d has other bytes", r.ID)
		}
	}
	return nil
}
