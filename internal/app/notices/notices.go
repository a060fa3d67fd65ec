package notices

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/account"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/job"
	"chiso/internal/mail"
	"chiso/internal/store"
)

// Recipient is somebody whom a notice is also mailed to.
type Recipient struct{ Name, Address string }

// Notify tells an agency something once: it is shown in the app, and mailed to those with an address when there is a server.
// It says whether it was news.
func (a *Room) Notify(tx *store.Tx, n store.Notice, to []Recipient) (bool, error) {
	state := store.MailKept
	if a.Mail != nil {
		state = store.MailWaiting
	}
	var mails []store.Mail
	for _, r := range to {
		if address, err := mail.Address(r.Address); err == nil { // one that is none was refused when it was typed, or is left out
			mails = append(mails, store.Mail{Address: strings.ToLower(address), Name: r.Name})
		}
	}
	id, sent, err := tx.AddNotice(n, mails, state)
	if err != nil || id == 0 || a.Mail == nil {
		return id != 0, err
	}
	for _, m := range sent {
		if _, err := tx.AddJob(ledger.JobMail, strconv.FormatInt(m, 10), "", tx.Now()); err != nil {
			return true, err
		}
	}
	return true, nil
}

// TellOwner tells the owner of an account what was done to it: on the page of notices and by mail. A database without a catalogue has
// no notices yet.
func (a *Room) TellOwner(ctx context.Context, t account.Told) (err error) {
	defer fault.Context(&err, "notices.TellOwner(%d)", t.Account)
	c, err := a.Names(ctx)
	if err != nil || c == nil || len(c.Agencies.Versions(t.Agency)) == 0 {
		return err
	}
	_, err = a.Write(ctx, store.Change{Account: "chiso", Reason: "Báo chủ tài khoản"}, func(tx *store.Tx) error {
		_, err := a.Notify(
			tx,
			store.Notice{
				Kind:    "account",
				Key:     t.Key,
				Agency:  t.Agency,
				Account: t.Account,
				Subject: t.Subject,
				Body:    t.Body,
				Link:    "/account",
			},
			[]Recipient{{Name: t.Name, Address: t.Address}},
		)
		return err
	})
	return err
}

// SendMail hands one mail to the server. A mail that a killed program had handed over without noting it goes out a second time
// under the same Message-ID: no server offers more.
func (a *Room) SendMail(ctx context.Context, j job.Job, _ func(job.Progress)) (err error) {
	defer fault.Context(&err, "notices.SendMail")
	id, err := strconv.ParseInt(j.Key, 10, 64)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Tác vụ gửi thư không ghi số thư.")
	}
	var m store.Mail
	if err := a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		m, err = v.Mail(id)
		return err
	}); err != nil || m.State == store.MailSent {
		return err
	}
	if a.Mail == nil {
		return a.markMail(ctx, id, store.MailKept, "")
	}
	err = a.Mail.Send(ctx, mail.Message{ID: fmt.Sprintf("chiso-%d-%d", m.Notice, m.ID), To: m.Address, Name: m.Name, Subject: m.Subject,
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

func (a *Room) mailText(m store.Mail) string {
	text := m.Body
	if m.Link != "" && a.URL != "" {
		text += "\n\nMở: " + a.URL + m.Link
	}
	return text + "\n\n--\nThư tự động của hệ thống Chiso. Xin không trả lời thư này."
}

func (a *Room) markMail(ctx context.Context, id int64, state, problem string) error {
	return ledger.Queue{
		Store: a.Store,
	}.Write(
		ctx,
		"Ghi kết quả gửi thư",
		func(tx *store.Tx) error { return tx.MarkMail(id, state, problem) },
	)
}

// Line is a notice on a page.
type Line struct {
	store.Notice
	AgencyName string // whom it is for
}

// ownName stands for the agency where one person alone is told.
const ownName = "Riêng bạn"

// Notices lists the newest notices of the agencies and of the reader's own account, newest first.
func (a *Room) Notices(ctx context.Context, agencies []agency.ID, reader int64, limit int) (out []Line, err error) {
	defer fault.Context(&err, "notices.Notices(%d)", reader)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		all, err := v.Notices(agencies, reader, limit)
		for _, n := range all {
			line := Line{n, c.Agencies.Name(n.Agency, a.Today())}
			if n.Account != 0 {
				line.AgencyName = ownName
			}
			out = append(out, line)
		}
		return err
	})
	return out, err
}

// OwnNotices lists what was done to the account of the actor, newest first; there need not be a catalogue.
func (a *Room) OwnNotices(ctx context.Context, limit int) (out []Line, err error) {
	defer fault.Context(&err, "notices.OwnNotices")
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		all, err := v.Notices(nil, access.From(ctx).Account, limit)
		for _, n := range all {
			out = append(out, Line{n, ownName})
		}
		return err
	})
	return out, err
}

// maxUnseen bounds what is counted: more is "99+".
const maxUnseen = 100

// Unseen counts the notices that the actor of the context has not seen, up to 100.
func (a *Room) Unseen(ctx context.Context) (n int, err error) {
	defer fault.Context(&err, "notices.Unseen")
	who := access.From(ctx)
	reach := access.Ground{Day: a.Today()}.Reach(who, access.ReadOwn)
	if who.Account == 0 {
		return 0, nil
	}
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		n, err = v.Unseen(reach, who.Account, maxUnseen)
		return err
	})
	return n, err
}

// SeeNotices notes that the actor of the context saw the notices of their agencies up to one.
func (a *Room) SeeNotices(ctx context.Context, upTo int64) (err error) {
	defer fault.Context(&err, "notices.SeeNotices(%d)", upTo)
	who := access.From(ctx)
	reach := access.Ground{Day: a.Today()}.Reach(who, access.ReadOwn)
	if who.Account == 0 {
		return nil
	}
	_, err = a.Write(
		ctx,
		store.Change{Account: who.Name, Reason: "Xem thông báo"},
		func(tx *store.Tx) error { return tx.SeeNotices(reach, upTo) },
	)
	return err
}

// MailList lists the newest mails, newest first: what was sent, and what was kept because there is no server.
func (a *Room) MailList(ctx context.Context, limit int) (out []store.Mail, err error) {
	defer fault.Context(&err, "notices.MailList")
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		out, err = v.Mails(limit)
		return err
	})
	return out, err
}
