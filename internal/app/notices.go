package app

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/job"
	"chiso/internal/mail"
	"chiso/internal/store"
)

// Recipient is somebody whom a notice is also mailed to.
type Recipient struct{ Name, Address string }

// notify tells an agency something once: it is shown in the app, and mailed to those with an address when there is a server.
// It says whether it was news.
func (a *App) notify(tx *store.Tx, n store.Notice, to []Recipient) (bool, error) {
	state := store.MailKept
	if a.mail != nil {
		state = store.MailWaiting
	}
	var mails []store.Mail
	for _, r := range to {
		if address, err := mail.Address(r.Address); err == nil { // one that is none was refused when it was typed, or is left out
			mails = append(mails, store.Mail{Address: strings.ToLower(address), Name: r.Name})
		}
	}
	id, sent, err := tx.AddNotice(n, mails, state)
	if err != nil || id == 0 || a.mail == nil {
		return id != 0, err
	}
	for _, m := range sent {
		if _, err := tx.AddJob(jobMail, strconv.FormatInt(m, 10), "", tx.Now()); err != nil {
			return true, err
		}
	}
	return true, nil
}

// sendMail hands one mail to the server. A mail that a killed program had handed over without noting it goes out a second time
// under the same Message-ID: no server offers more.
func (a *App) sendMail(ctx context.Context, j job.Job, _ func(job.Progress)) error {
	id, err := strconv.ParseInt(j.Key, 10, 64)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Tác vụ gửi thư không ghi số thư.")
	}
	var m store.Mail
	if err := a.store.Read(ctx, time.Time{}, func(v *store.View) error {
		m, err = v.Mail(id)
		return err
	}); err != nil || m.State == store.MailSent {
		return err
	}
	if a.mail == nil {
		return a.markMail(ctx, id, store.MailKept, "")
	}
	err = a.mail.Send(ctx, mail.Message{ID: fmt.Sprintf("chiso-%d-%d", m.Notice, m.ID), To: m.Address, Name: m.Name, Subject: m.Subject,
		Text: a.mailText(m), At: m.At})
	switch {
	case err == nil:
		return a.markMail(ctx, id, store.MailSent, "")
	case fault.KindOf(err) == fault.Invalid:
		if merr := a.markMail(ctx, id, store.MailFailed, fault.Sentence(err)); merr != nil {
			return merr
		}
	}
	return err
}

func (a *App) mailText(m store.Mail) string {
	text := m.Body
	if m.Link != "" && a.url != "" {
		text += "\n\nMở: " + a.url + m.Link
	}
	return text + "\n\n--\nThư tự động của hệ thống Chiso. Xin không trả lời thư này."
}

func (a *App) markMail(ctx context.Context, id int64, state, problem string) error {
	return queue{a.store}.write(ctx, "Ghi kết quả gửi thư", func(tx *store.Tx) error { return tx.MarkMail(id, state, problem) })
}

// NoticeLine is a notice on a page.
type NoticeLine struct {
	store.Notice
	AgencyName string
}

// Notices lists the newest notices of the agencies, newest first.
func (a *App) Notices(ctx context.Context, agencies []agency.ID, account int64, limit int) (out []NoticeLine, err error) {
	err = a.store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.catalogue(v)
		if err != nil {
			return err
		}
		all, err := v.Notices(agencies, account, limit)
		for _, n := range all {
			out = append(out, NoticeLine{n, c.agencies.Name(n.Agency, a.today())})
		}
		return err
	})
	return out, err
}

// maxUnseen bounds what is counted: more is "99+".
const maxUnseen = 100

// Unseen counts the notices that the actor of the context has not seen, up to 100.
func (a *App) Unseen(ctx context.Context) (n int, err error) {
	who := access.From(ctx)
	reach := access.Ground{Day: a.today()}.Reach(who, access.ReadOwn)
	if who.Account == 0 || len(reach) == 0 {
		return 0, nil
	}
	err = a.store.Read(ctx, time.Time{}, func(v *store.View) error {
		n, err = v.Unseen(reach, who.Account, maxUnseen)
		return err
	})
	return n, err
}

// SeeNotices notes that the actor of the context saw the notices of their agencies up to one.
func (a *App) SeeNotices(ctx context.Context, upTo int64) error {
	who := access.From(ctx)
	reach := access.Ground{Day: a.today()}.Reach(who, access.ReadOwn)
	if who.Account == 0 || len(reach) == 0 {
		return nil
	}
	_, err := a.write(ctx, store.Change{Account: who.Name, Reason: "Xem thông báo"}, func(tx *store.Tx) error { return tx.SeeNotices(reach, upTo) })
	return err
}

// MailList lists the newest mails, newest first: what was sent, and what was kept because there is no server.
func (a *App) MailList(ctx context.Context, limit int) (out []store.Mail, err error) {
	err = a.store.Read(ctx, time.Time{}, func(v *store.View) error {
		out, err = v.Mails(limit)
		return err
	})
	return out, err
}
