package app

import (
	"context"
	"fmt"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/chase"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/fault"
	"chiso/internal/job"
	"chiso/internal/store"
	"chiso/internal/vi"
)

var _ job.Queue = ledger.Queue{}

// Jobs returns the runner of background work, for one copy of the program. owner must be unique to it.
func (a *App) Jobs(owner string) (*job.Runner, error) {
	return job.New(
		job.Config{Queue: ledger.Queue{Store: a.Store}, Clock: a.Clock, Log: a.Log, Owner: owner, Handlers: map[string]job.Handler{
			ledger.JobMail: a.SendMail, publish.JobRelease: a.BeginRelease, chase.JobRemind: a.Remind, publish.JobPack: a.RunBuild, jobBackup: a.makeBackup,
		}, Schedules: []job.Schedule{{Kind: chase.JobRemind, Key: chase.RemindHour}, {Kind: jobBackup, Key: a.backups.key}}},
	)
}

// JobList lists the newest background jobs, newest first, for those who run the system.
func (a *App) JobList(ctx context.Context, limit int) (out []job.Job, err error) {
	defer fault.Context(&err, "app.JobList")
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		out, err = jobsOf(v.Jobs(limit))
		return err
	})
	return out, err
}

// System is what those who run the system look at: the background jobs and the mails.
type System struct {
	About       About
	Jobs, Mails []ledger.Choice // how many there are of each state, and its name
	Open, Ended []JobLine       // waiting, running or given up; the newest that are done
	Letters     []MailLine      // refused or waiting first, then the newest
	WithServer  bool            // there is a mail server
	Backup      BackupState
}

// JobLine is a background job in a list.
type JobLine struct{ job.Job }

// Title returns the Vietnamese name of what the job does.
func (j JobLine) Title() string {
	switch j.Kind {
	case ledger.JobMail:
		return "Gửi thư"
	case publish.JobRelease:
		return "Bản công bố hết cấm công bố"
	case chase.JobRemind:
		return "Nhắc hạn báo cáo"
	case publish.JobPack:
		return "Dựng bộ báo cáo"
	case jobBackup:
		return "Sao lưu"
	}
	return j.Kind
}

// GivenUp reports whether the job is tried again only when somebody asks for it.
func (j JobLine) GivenUp() bool { return j.State == job.Failed }

// MailLine is a mail in a list.
type MailLine struct {
	store.Mail
	AgencyName string
}

// StateTitle returns the Vietnamese name of the mail's state.
func (m MailLine) StateTitle() string { return mailStateTitle(m.State) }

// mailStateTitle returns the Vietnamese name of a state of mails.
func mailStateTitle(state string) string {
	switch state {
	case store.MailKept:
		return "Chỉ hiện trong hệ thống"
	case store.MailWaiting:
		return "Đang chờ gửi"
	case store.MailSent:
		return "Đã gửi"
	case store.MailFailed:
		return "Không gửi được"
	}
	return state
}

// How many lines of each list the page of the system shows.
const maxSystemOpen, maxSystemEnded, maxSystemMails = 200, 30, 100

// System returns the background jobs and the mails, for those who run the system.
func (a *App) System(ctx context.Context) (out *System, err error) {
	defer fault.Context(&err, "app.System")
	if err := a.runsSystem(ctx); err != nil {
		return nil, err
	}
	about, err := a.About(ctx)
	if err != nil {
		return nil, err
	}
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		out = &System{About: about, WithServer: a.Mail != nil}
		if out.Backup, err = a.backupState(v); err != nil {
			return err
		}
		jobs, mails, err := v.CountStates()
		if err != nil {
			return err
		}
		for _, s := range []job.State{job.Waiting, job.Running, job.Failed, job.Done} {
			out.Jobs = append(out.Jobs, ledger.Choice{Code: vi.FormatInt(int64(jobs[string(s)])), Title: s.Title()})
		}
		for _, s := range []string{store.MailWaiting, store.MailFailed, store.MailSent, store.MailKept} {
			out.Mails = append(out.Mails, ledger.Choice{Code: vi.FormatInt(int64(mails[s])), Title: mailStateTitle(s)})
		}
		if out.Open, err = jobLines(v.Jobs(maxSystemOpen, string(job.Waiting), string(job.Running), string(job.Failed))); err != nil {
			return err
		}
		if out.Ended, err = jobLines(v.Jobs(maxSystemEnded, string(job.Done))); err != nil {
			return err
		}
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		for _, states := range [][]string{{store.MailFailed, store.MailWaiting}, {store.MailSent, store.MailKept}} {
			mails, err := v.Mails(maxSystemMails, states...)
			if err != nil {
				return err
			}
			for _, m := range mails {
				out.Letters = append(out.Letters, MailLine{m, c.Agencies.Name(m.Agency, a.Today())})
			}
		}
		return nil
	})
	return out, err
}

func (a *App) runsSystem(ctx context.Context) error {
	g, err := a.Ground(ctx)
	if err != nil {
		return err
	}
	return g.Check(access.From(ctx), access.RunSystem, access.At(agency.Nation))
}

func jobLines(rows []store.Job, err error) (out []JobLine, _ error) {
	for _, r := range rows {
		out = append(out, JobLine{ledger.JobOf(r)})
	}
	return out, err
}

func jobsOf(rows []store.Job, err error) (out []job.Job, _ error) {
	for _, r := range rows {
		out = append(out, ledger.JobOf(r))
	}
	return out, err
}

// RetryJob puts a job that was given up back into the queue, for those who run the system.
func (a *App) RetryJob(ctx context.Context, id int64) (err error) {
	defer fault.Context(&err, "app.RetryJob(%d)", id)
	if err := a.runsSystem(ctx); err != nil {
		return err
	}
	_, err = a.Write(ctx, store.Change{Account: access.From(ctx).Name, Reason: "Chạy lại tác vụ"}, func(tx *store.Tx) error {
		tx.Audit(
			store.Entry{
				Action: "job_retried",
				Agency: agency.Nation,
				Target: fmt.Sprintf("job:%d", id),
				Detail: "Chạy lại tác vụ không thành công",
			},
		)
		return tx.RetryJob(id)
	})
	return err
}
