package app

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/chase"
	"chiso/internal/app/ledger"
	"chiso/internal/app/notices"
	"chiso/internal/fault"
	"chiso/internal/job"
	"chiso/internal/mail"
	"chiso/internal/store"
	"chiso/internal/testing/smtptest"
	"chiso/internal/vi"
	"chiso/seed"
)

// copies returns two copies of the program on one new database with the catalogue, sending through a server if one is given.
func copies(t *testing.T, engine string, server *smtptest.Server) [2]*App {
	t.Helper()
	cfg := store.Config{Path: filepath.Join(t.TempDir(), "chiso.db"), Clock: time.Now}
	if engine == "postgres" {
		cfg.URL = Migrated.Copy(t)
	}
	var out [2]*App
	for i := range out {
		s, err := store.Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		var sender *mail.Sender
		if server != nil {
			sender, err = mail.New(mail.Settings{Host: "127.0.0.1", Port: server.Port, From: "chiso@example.gov.vn", Security: mail.Plain, Timeout: 5 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
		}
		if out[i], err = New(Config{Store: s, Clock: time.Now, Log: slog.New(slog.DiscardHandler), Mail: sender, URL: "https://chiso.example.gov.vn/"}); err != nil {
			t.Fatal(err)
		}
	}
	c, err := catalogue.LoadCatalogue(seed.Files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out[0].Write(t.Context(), store.Change{Account: catalogue.SeedAccount}, func(tx *store.Tx) error { return tx.SaveCatalogue(c) }); err != nil {
		t.Fatal(err)
	}
	return out
}

// working lets the copies do jobs until none is open.
func working(t *testing.T, apps ...*App) []job.Job {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{}, len(apps))
	for i, a := range apps {
		r, err := a.Jobs(fmt.Sprint("copy ", i))
		if err != nil {
			t.Fatal(err)
		}
		go func() { r.Run(ctx); done <- struct{}{} }()
	}
	defer func() {
		cancel()
		for range apps {
			<-done
		}
	}()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for limit := time.After(time.Minute); ; {
		jobs, err := apps[0].JobList(ctx, 500)
		if err != nil {
			t.Fatal(err)
		}
		open := 0
		for _, j := range jobs {
			if j.State == job.Running || j.State == job.Waiting && j.Attempts == 0 {
				open++
			}
		}
		if open == 0 { // without the hourly reminder, which is there or not by the hour of the day
			return slices.DeleteFunc(jobs, func(j job.Job) bool { return j.Kind == chase.JobRemind })
		}
		select {
		case <-limit:
			t.Fatalf("%d jobs are still open", open)
		case <-look.C:
		}
	}
}

func TestNotify(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			server := smtptest.Start(t, smtptest.Options{Refuse: func(to string) error {
				if strings.HasPrefix(to, "gone") {
					return smtptest.Refuse(550, "no such user")
				}
				return nil
			}})
			apps := copies(t, engine, server)
			people := []notices.Recipient{{Name: "Nguyễn Văn A", Address: "a@example.gov.vn"}, {Name: "Trần Thị B", Address: "B@example.gov.vn"}, {Name: "", Address: "không có"}, {Name: "Đã nghỉ", Address: "gone@example.gov.vn"}}
			said := 0
			for i := range 3 { // three times, from both copies
				_, err := apps[i%2].Write(t.Context(), store.Change{Account: ledger.JobAccount}, func(tx *store.Tx) error {
					fresh, err := apps[i%2].Notify(tx, store.Notice{Kind: "before", Key: "round 1", Agency: "P34-48", Subject: "Nhắc nộp báo cáo",
						Body: "Còn 3 ngày.", Link: "/desk"}, people)
					if fresh {
						said++
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			jobs := working(t, apps[0], apps[1])
			got := map[string]int{}
			for _, m := range server.Mails() {
				got[m.To]++
				if m.Subject != "Nhắc nộp báo cáo" || !strings.Contains(m.Body, "Còn 3 ngày.\n\nMở: https://chiso.example.gov.vn/desk\n") {
					t.Errorf("%s", m.Raw)
				}
			}
			if said != 1 || len(jobs) != 3 || len(got) != 2 || got["a@example.gov.vn"] != 1 || got["b@example.gov.vn"] != 1 {
				t.Errorf("said %d times, %d jobs, mails %v", said, len(jobs), got)
			}
			mails, err := apps[1].MailList(t.Context(), 10)
			if err != nil {
				t.Fatal(err)
			}
			states := map[string]string{}
			for _, m := range mails {
				states[m.Address] = m.State
			}
			if states["a@example.gov.vn"] != store.MailSent || states["gone@example.gov.vn"] != store.MailFailed {
				t.Errorf("states %v", states)
			}
			root := access.With(t.Context(), access.Machine("cli"))
			sys, err := apps[0].System(root)
			if err != nil || len(sys.Open) != 1 || len(sys.Ended) < 2 || !sys.Open[0].GivenUp() || sys.Open[0].Title() != "Gửi thư" || sys.Open[0].Problem == "" || len(sys.Letters) != 3 ||
				sys.Letters[0].State != store.MailFailed || sys.Letters[0].AgencyName == "" || sys.Jobs[2] != (ledger.Choice{Code: "1", Title: "Không thành công"}) || sys.Mails[2] != (ledger.Choice{Code: "2", Title: "Đã gửi"}) {
				t.Fatalf("%+v, %v", sys, err)
			}
			if err := apps[0].RetryJob(t.Context(), sys.Open[0].ID); fault.KindOf(err) != fault.SignedOut {
				t.Errorf("nobody retries: %v", err)
			}
			if err := apps[0].RetryJob(root, sys.Open[0].ID); err != nil {
				t.Error(err)
			}
			if err := apps[0].RetryJob(root, sys.Open[0].ID); fault.KindOf(err) != fault.NotFound {
				t.Errorf("retried what waits already: %v", err)
			}
			reader := access.Actor{Account: 7, Name: "xem", Grants: []access.Grant{{Role: access.Reporter, Agency: "P34-48", From: vi.OpenFrom, To: vi.OpenTo}}}
			asReader := access.With(t.Context(), reader)
			if n, err := apps[1].Unseen(asReader); err != nil || n != 1 {
				t.Errorf("%d unseen, %v", n, err)
			}
		})
	}
}

func TestNotify_WithoutAServer(t *testing.T) {
	apps := copies(t, "sqlite", nil)
	_, err := apps[0].Write(t.Context(), store.Change{Account: ledger.JobAccount}, func(tx *store.Tx) error {
		_, err := apps[0].Notify(tx, store.Notice{Kind: "due", Key: "round 1", Agency: "P34-48", Subject: "Hôm nay là hạn nộp", Body: "…"}, []notices.Recipient{{Name: "A", Address: "a@example.gov.vn"}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if jobs := working(t, apps[0]); len(jobs) != 0 {
		t.Errorf("jobs %v", jobs)
	}
	lines, err := apps[0].Notices(t.Context(), []agency.ID{"P34-48"}, 1, 10)
	mails, merr := apps[0].MailList(t.Context(), 10)
	if err != nil || merr != nil || len(lines) != 1 || lines[0].AgencyName == "" || lines[0].Seen || len(mails) != 1 || mails[0].State != store.MailKept {
		t.Errorf("%+v %+v %v %v", lines, mails, err, merr)
	}
}
