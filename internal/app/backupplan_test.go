package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chiso/internal/backup"
	"chiso/internal/job"
	"chiso/internal/store"
)

func TestBackupPlan_key(t *testing.T) {
	p := BackupPlan{Dir: "d", Hour: 2}
	for at, want := range map[string]string{"2026-12-01T01:59:59+07:00": "", "2026-12-01T02:00:00+07:00": "2026-12-01", "2026-12-01T23:59:00+07:00": "2026-12-01"} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.key(now); got != want {
			t.Errorf("key(%s) = %q, want %q", at, got, want)
		}
		if got := (BackupPlan{}).key(now); got != "" {
			t.Errorf("without a folder: %q", got)
		}
	}
}

func state(t *testing.T, a *App) (s BackupState) {
	t.Helper()
	if err := a.Store.Read(t.Context(), time.Time{}, func(v *store.View) (err error) {
		s, err = a.backupState(v)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

// Two copies of the program make one backup a day; where it fails, or none is made, the page of the system says so.
func TestBackupPlan_oneOfTwoCopies(t *testing.T) {
	both := copies(t, "sqlite", nil)
	if s := state(t, both[0]); !strings.Contains(s.Alarm, "Chưa đặt sao lưu") {
		t.Errorf("without a plan: %+v", s)
	}
	dir := t.TempDir()
	for _, a := range both {
		a.backups = BackupPlan{Dir: dir, Keep: backup.Keeping{Days: 7, Weeks: 4, Months: 12}}
	}
	if s := state(t, both[0]); !strings.Contains(s.Alarm, "Chưa có bản sao lưu") {
		t.Errorf("before the first: %+v", s)
	}
	old := filepath.Join(dir, backup.Name(time.Now().AddDate(-2, 0, 0)))
	if err := os.WriteFile(old, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	waitFor(t, both[:], func(j job.Job) bool { return j.State == job.Done })
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 { // the old one is the only one of its month
		t.Fatalf("%v, %v", files, err)
	}
	res, err := ReadManifest(filepath.Join(dir, files[1].Name()))
	if err != nil || res.Manifest.Revision != 1 {
		t.Errorf("%+v, %v", res, err)
	}
	s := state(t, both[1])
	if s.Alarm != "" || !strings.Contains(s.LastNote, files[1].Name()) || s.Keep != "7/4/12" {
		t.Errorf("after the first: %+v", s)
	}
	later := both[1]
	later.Clock = func() time.Time { return time.Now().Add(27 * time.Hour) }
	if s := state(t, later); !strings.Contains(s.Alarm, "Hơn một ngày") {
		t.Errorf("a day later: %+v", s)
	}
}

// A backup that cannot be written is told of, and the one before stands.
func TestBackupPlan_fails(t *testing.T) {
	a := copies(t, "sqlite", nil)[0]
	dir := t.TempDir()
	before := filepath.Join(dir, backup.Name(time.Now().AddDate(0, 0, -1)))
	if err := os.WriteFile(before, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	a.backups = BackupPlan{Dir: filepath.Join(dir, "không có"), Keep: backup.Keeping{Days: 1}}
	waitFor(t, []*App{a}, func(j job.Job) bool { return j.Problem != "" })
	if s := state(t, a); !strings.Contains(s.Alarm, "không thành công") || !strings.Contains(s.Alarm, "Không ghi được bản sao lưu") {
		t.Errorf("after a failure: %+v", s)
	}
	if _, err := os.Stat(before); err != nil {
		t.Errorf("the one before: %v", err)
	}
}

// waitFor lets the copies do jobs until the newest backup is as wanted.
func waitFor(t *testing.T, apps []*App, ok func(job.Job) bool) {
	t.Helper()
	newest := func() (out job.Job) {
		jobs, err := apps[0].JobList(t.Context(), 50)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range jobs {
			if j.Kind == jobBackup && j.ID > out.ID {
				out = j
			}
		}
		return out
	}
	before := newest().ID
	stops := make([]func(), len(apps))
	for i, a := range apps {
		r, err := a.Jobs("copy " + string(rune('a'+i)))
		if err != nil {
			t.Fatal(err)
		}
		stops[i] = running(t, r)
	}
	for limit := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) { //nolint:forbidigo // another copy's work has no channel
		if j := newest(); j.ID > before && ok(j) {
			break
		}
		if time.Now().After(limit) {
			t.Errorf("no such backup: %+v", newest())
			break
		}
	}
	for _, stop := range stops {
		stop()
	}
}

// running runs a runner until stop.
func running(t *testing.T, r *job.Runner) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); r.Run(ctx) }()
	return func() { cancel(); <-done }
}
