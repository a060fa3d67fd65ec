package chase

import (
	"context"
	"fmt"
	"time"

	"chiso/internal/app/ledger"
	"chiso/internal/app/notices"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/job"
	"chiso/internal/store"
)

// JobRemind looks through the open rounds and tells agencies what is due; its key is the hour.
const JobRemind = "remind"

// remindFrom and remindUntil are the hours of the day in which agencies are reminded.
const remindFrom, remindUntil = 7, 18

// RemindHour is the key of the hour, "" at night.
func RemindHour(now time.Time) string {
	local := now.In(filing.Zone())
	if h := local.Hour(); h < remindFrom || h >= remindUntil {
		return ""
	}
	return local.Format("2006-01-02T15")
}

// Remind tells every agency once what it owes. It may run as often as it likes, in any number of copies: a notice has a unique key.
func (a *Room) Remind(ctx context.Context, _ job.Job, report func(job.Progress)) (err error) {
	defer fault.Context(&err, "chase.Remind")
	var rounds []filing.Round
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) (err error) {
		rounds, err = v.Rounds()
		return err
	})
	if err != nil {
		return err
	}
	for i := range rounds {
		report(job.Progress{Done: i, Total: len(rounds), Note: rounds[i].Name})
		if rounds[i].Locked() {
			continue
		}
		if err := a.remindRound(ctx, rounds[i]); err != nil {
			return fmt.Errorf("round %d: %w", rounds[i].ID, err)
		}
	}
	report(job.Progress{Done: len(rounds), Total: len(rounds)})
	return nil
}

func (a *Room) remindRound(ctx context.Context, r filing.Round) error {
	return ledger.Queue{Store: a.Store}.Write(ctx, "Đôn đốc báo cáo", func(tx *store.Tx) error {
		o, err := a.reporting.StandingOf(&tx.View, r)
		if err != nil {
			return err
		}
		subs, err := reporting.SubmissionsOf(&tx.View, r.ID)
		if err != nil {
			return err
		}
		contacts, err := tx.Contacts()
		if err != nil {
			return err
		}
		for _, d := range o.Duties {
			if d.Filer == "" {
				continue // nobody is left to file it
			}
			sub := subs[d.Agency]
			kind := d.Remind(sub.State, !sub.SentAt.IsZero(), a.Clock())
			if kind == "" {
				continue
			}
			subject, body := d.ReminderText(kind, &r, sub.Last.Reason, a.Clock())
			n := store.Notice{Kind: string(kind), Key: d.ReminderKey(kind, sub.Serial), Agency: d.Filer, Subject: subject, Body: body,
				Link: fmt.Sprintf("/desk/%d/%s", r.ID, d.Agency)}
			if d.Filer != d.Agency {
				n.Key += " " + string(d.Agency) // a successor may owe several
			}
			if _, err := a.notices.Notify(tx, n, notices.Recipients(contacts[d.Filer])); err != nil {
				return err
			}
		}
		return nil
	})
}
