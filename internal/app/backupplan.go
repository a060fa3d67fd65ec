package app

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"chiso/internal/app/ledger"
	"chiso/internal/backup"
	"chiso/internal/filing"
	"chiso/internal/job"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// BackupPlan says when backups are made by themselves, where they go, who can open them and how many are kept.
type BackupPlan struct {
	Dir  string // "" makes none
	Hour int    // of the day in Viet Nam, from which on it is made
	To   []backup.Recipient
	Keep backup.Keeping
}

// jobBackup makes the backup of a day; its key is the day, so that several copies of the program make one.
const jobBackup = "backup"

// key is the day whose backup is due, "" before its hour.
func (p BackupPlan) key(now time.Time) string {
	local := now.In(filing.Zone())
	if p.Dir == "" || local.Hour() < p.Hour {
		return ""
	}
	return local.Format(time.DateOnly)
}

// makeBackup is the handler of jobBackup. Old ones are removed only once the new one is there.
func (a *App) makeBackup(ctx context.Context, _ job.Job, report func(job.Progress)) error {
	report(job.Progress{Total: 1, Note: "Đang sao lưu"})
	now := a.Clock()
	res, err := a.Backup(
		ctx,
		BackupRequest{Path: filepath.Join(a.backups.Dir, backup.Name(now)), To: a.backups.To, Account: ledger.JobAccount},
	)
	if err != nil {
		a.Log.Error("the scheduled backup failed", "error", err)
		return err
	}
	removed, err := backup.Prune(a.backups.Dir, a.backups.Keep, filing.Zone(), now)
	if err != nil {
		a.Log.Warn("old backups could not be removed", "error", err)
	}
	a.Log.Info(
		"backup made",
		"file",
		res.Path,
		"bytes",
		res.Size,
		"revision",
		res.Manifest.Revision,
		"took",
		res.Took,
		"removed",
		len(removed),
	)
	report(
		job.Progress{
			Done:  1,
			Total: 1,
			Note:  fmt.Sprintf("%s, %s byte, phiên bản dữ liệu %d", filepath.Base(res.Path), vi.FormatInt(res.Size), res.Manifest.Revision),
		},
	)
	return nil
}

// BackupState says how the backups stand, for those who run the system.
type BackupState struct {
	Planned  bool
	Place    string // folder
	Hour     int
	Keep     string // such as "7/4/12"
	Last     time.Time
	LastNote string // file, size and revision of the last one; "" when there is none
	Alarm    string // Vietnamese; "" when all is well
}

// backupGrace is how late a daily backup may be before it counts as missing.
const backupGrace = 2 * time.Hour

// backupState reads how the backups stand.
func (a *App) backupState(v *store.View) (s BackupState, err error) {
	s = BackupState{Planned: a.backups.Dir != "", Place: a.backups.Dir, Hour: a.backups.Hour, Keep: a.backups.Keep.String()}
	done, ok, err := v.LastJob(jobBackup, string(job.Done))
	if err != nil {
		return s, err
	}
	if ok {
		s.Last, s.LastNote = done.FinishedAt, done.Note
	}
	open, ok, err := v.LastJob(jobBackup, string(job.Waiting), string(job.Running), string(job.Failed))
	if err != nil {
		return s, err
	}
	switch late := a.Clock().Sub(s.Last) > 24*time.Hour+backupGrace; {
	case ok && open.Problem != "" && open.ID > done.ID:
		s.Alarm = "Lần sao lưu gần nhất không thành công: " + strings.TrimSpace(open.Problem)
	case !s.Planned && !ok && s.LastNote == "":
		s.Alarm = "Chưa đặt sao lưu hằng ngày (CHISO_BACKUP_DIR): hỏng máy là mất toàn bộ số liệu."
	case s.LastNote == "":
		s.Alarm = "Chưa có bản sao lưu theo lịch nào."
	case late:
		s.Alarm = "Hơn một ngày nay không có bản sao lưu mới."
	}
	return s, nil
}
