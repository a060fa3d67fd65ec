package app

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/job"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/testing/smtptest"
	"chiso/internal/vi"
)

// openRound opens a round of the 34 provinces that is due in some days, with a contact for Đà Nẵng.
func openRound(t *testing.T, a *App, days int) int64 {
	t.Helper()
	var id int64
	_, err := a.Write(t.Context(), store.Change{Account: "office"}, func(tx *store.Tx) (err error) {
		due := filing.Deadline{Day: a.Today().AddDays(days), Minute: 17 * 60}
		r := filing.Round{Regime: "DA06_M", Name: "Báo cáo tháng 10/2026", Period: kpi.MustPeriod("2026-10"), Blocks: []string{"provinces"}, Due: due,
			Window: filing.Window{From: 20261001, To: 20261031}, OpenedAt: a.Clock()}
		if id, err = tx.OpenRound(r, filing.RoundEvent{Action: filing.RoundOpened, Window: r.Window, Due: due}); err != nil {
			return err
		}
		return tx.SaveContacts("P34-48", []filing.Contact{{Name: "Nguyễn Thị Hồng", Position: "Chuyên viên", Phone: "0236 3822 000", Email: "hong@danang.example.gov.vn"},
			{Name: "Trần Văn Phó", Phone: "0236 3822 001", Deputy: true}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func noProgress(job.Progress) {}

// However often and in however many copies it runs, every agency is told once and mailed once.
func TestRemind(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			server := smtptest.Start(t, smtptest.Options{})
			apps := copies(t, engine, server)
			round := openRound(t, apps[0], 2)
			openRound(t, apps[0], 30)
			var runs sync.WaitGroup
			for i := range 6 {
				runs.Go(func() {
					if err := apps[i%2].Remind(context.WithoutCancel(t.Context()), job.Job{}, noProgress); err != nil {
						t.Error(err)
					}
				})
			}
			runs.Wait()
			working(t, apps[0], apps[1])
			mails := server.Mails()
			if len(mails) != 1 || mails[0].Subject != "Còn 2 ngày đến hạn: Báo cáo tháng 10/2026" || mails[0].To != "hong@danang.example.gov.vn" {
				t.Fatalf("%d mails: %+v", len(mails), mails)
			}
			if want := fmt.Sprintf("https://chiso.example.gov.vn/desk/%d/P34-48", round); !strings.Contains(mails[0].Body, want) {
				t.Errorf("%s", mails[0].Body)
			}
			var told map[agency.ID]bool
			due := filing.Deadline{Day: apps[0].Today().AddDays(2), Minute: 17 * 60}
			d := filing.Duty{Round: round, Due: due}
			if err := apps[0].Store.Read(t.Context(), apps[0].Clock().AddDate(1, 0, 0), func(v *store.View) (err error) {
				told, err = v.Told(string(filing.RemindBefore), d.ReminderKey(filing.RemindBefore, 0))
				return err
			}); err != nil || len(told) != 34 {
				t.Errorf("%d agencies were told: %v", len(told), err)
			}
			chased(t, apps[1], round)
		})
	}
}

// chased plays an hour of the office: the list, a call, the annex.
func chased(t *testing.T, a *App, round int64) {
	t.Helper()
	actor := access.Actor{Account: 7, Name: "office", Grants: []access.Grant{{Role: access.Office, Agency: agency.Nation, From: vi.OpenFrom, To: vi.OpenTo}}}
	ctx := access.With(t.Context(), actor)
	if _, err := a.Chase(t.Context(), round); err == nil {
		t.Error("somebody signed out sees whom to call")
	}
	if err := a.LogCall(ctx, round, store.Call{Agency: "P34-48", Person: "Anh Nam", Result: "Hứa gửi trước 16 giờ", Promised: a.Today()}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]store.Call{"no result": {Agency: "P34-48", Result: " "}, "an agency that owes nothing": {Agency: "P-15", Result: "x"}} {
		if err := a.LogCall(ctx, round, c); fault.KindOf(err) != fault.Invalid && fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	list, err := a.Chase(ctx, round)
	if err != nil || len(list.Rows) != 34 {
		t.Fatalf("%+v %v", list, err)
	}
	for _, r := range list.Rows {
		if r.Duty.Agency != "P34-48" {
			continue
		}
		if len(r.Contacts) != 2 || !r.Contacts[1].Deputy || len(r.Calls) != 1 || r.Calls[0].Account != "office" || len(r.Told) != 1 ||
			r.Standing() != "còn 2 ngày" || !strings.Contains(r.Text, "chưa gửi báo cáo tháng 10/2026") {
			t.Errorf("%+v", r)
		}
	}
	_, data, err := a.ChaseWorkbook(ctx, round)
	if err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = x.Close() }()
	rows, err := x.GetRows(x.GetSheetName(0))
	if err != nil || len(rows) != 3+34 || !strings.Contains(fmt.Sprint(rows), "0236 3822 000, 0236 3822 001") || !strings.Contains(fmt.Sprint(rows), "Hứa gửi trước 16 giờ") {
		t.Errorf("%d rows %v", len(rows), err)
	}
	if _, data, err = a.BoardWorkbook(ctx, reporting.BoardQuery{Round: round}); err != nil || len(data) == 0 {
		t.Errorf("board: %v", err)
	}
}
