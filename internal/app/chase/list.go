package chase

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/app/ledger"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/report"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// List is whom to call about a round (danh sách đôn đốc): who has not sent, and whose report was returned.
type List struct {
	Round      filing.Round
	RegimeName string
	Office     string // name of the office that chases, on the day
	Rows       []Row
}

// Row is one agency to be called.
type Row struct {
	Duty     filing.Duty
	State    filing.State // "" while not begun
	DaysLeft int
	DaysLate int
	Reason   string // of a return
	Contacts []filing.Contact
	MayMend  bool              // the actor may change them: an office of one regime reads them only
	Told     []filing.Reminder // reminders of this deadline that went out
	Calls    []store.Call      // newest first
	Text     string            // to copy into a message
}

// Call is one call to an agency about a round.
type Call = store.Call

// StateTitle is the state in words.
func (r Row) StateTitle() string {
	if r.State == "" {
		return "Chưa lập"
	}
	return r.State.Title()
}

// Standing is how late the agency is, in words.
func (r Row) Standing() string {
	switch {
	case r.State == filing.Returned:
		return "bị trả lại"
	case r.DaysLate > 0:
		return fmt.Sprintf("quá hạn %d ngày", r.DaysLate)
	case r.DaysLeft == 0:
		return "hạn hôm nay"
	}
	return fmt.Sprintf("còn %d ngày", r.DaysLeft)
}

// Chase lists whom to call about a round, the latest first, for the office that runs it.
func (a *Room) Chase(ctx context.Context, round int64) (out *List, err error) {
	defer fault.Context(&err, "chase.Chase(%d)", round)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		o, err := a.watched(ctx, v, round)
		if err == nil {
			out, err = a.chaseList(v, o)
		}
		if err != nil {
			return err
		}
		for i := range out.Rows {
			out.Rows[i].MayMend = a.notices.MaySet(ctx, o.Catalogue, out.Rows[i].Duty.Filer)
		}
		return nil
	})
	return out, err
}

func (a *Room) chaseList(v *store.View, o *reporting.Standing) (*List, error) {
	out := &List{Round: o.Round, RegimeName: o.Regime.Name}
	if body, ok := o.Body(filing.OfficeBody, a.Today()); ok {
		out.Office = body.Name
	}
	subs, err := reporting.SubmissionsOf(v, o.Round.ID)
	if err != nil {
		return nil, err
	}
	contacts, err := v.Contacts()
	if err != nil {
		return nil, err
	}
	calls, err := v.Calls(o.Round.ID)
	if err != nil {
		return nil, err
	}
	for _, d := range o.Duties {
		sub := subs[d.Agency]
		if !sub.SentAt.IsZero() && sub.State != filing.Returned {
			continue
		}
		row := a.chaseRow(o, d, sub)
		row.Contacts, row.Calls = contacts[d.Filer], calls[d.Agency]
		for _, kind := range []filing.Reminder{filing.RemindBefore, filing.RemindDue, filing.RemindOverdue, filing.RemindReturned} {
			told, err := v.Told(string(kind), d.ReminderKey(kind, sub.Serial))
			if err != nil {
				return nil, err
			}
			if told[d.Filer] {
				row.Told = append(row.Told, kind)
			}
		}
		out.Rows = append(out.Rows, row)
	}
	slices.SortStableFunc(out.Rows, func(x, y Row) int { return x.Duty.Due.Compare(y.Duty.Due) })
	return out, nil
}

// watched loads a round for the office of its regime.
func (a *Room) watched(ctx context.Context, v *store.View, round int64) (*reporting.Standing, error) {
	r, err := v.Round(round)
	if err != nil {
		return nil, err
	}
	o, err := a.reporting.StandingOf(v, r)
	if err != nil {
		return nil, err
	}
	return o, a.reporting.MayWatch(ctx, o)
}

func (a *Room) chaseRow(o *reporting.Standing, d filing.Duty, sub store.Submission) Row {
	now := a.Clock()
	row := Row{Duty: d, State: sub.State, DaysLeft: d.DaysLeft(a.Today())}
	if d.Late(now) {
		row.DaysLate = max(1, -row.DaysLeft)
	}
	if sub.State == filing.Returned {
		row.Reason = sub.Last.Reason
	}
	kind := d.Remind(sub.State, !sub.SentAt.IsZero(), now)
	if kind == "" {
		kind = filing.RemindBefore // called earlier than anybody is reminded
	}
	subject, body := d.ReminderText(kind, &o.Round, sub.Last.Reason, now)
	row.Text = subject + "\n" + body
	return row
}

// LogCall notes a call to an agency about a round.
func (a *Room) LogCall(ctx context.Context, round int64, c store.Call) (err error) {
	defer fault.Context(&err, "chase.LogCall(%d)", round)
	who := access.From(ctx)
	c.Round, c.Person, c.Result = round, vi.Clean(c.Person), vi.Clean(c.Result)
	if c.Result == "" || len([]rune(c.Result)) > 1000 || len([]rune(c.Person)) > 200 {
		return fault.New(fault.Invalid, "Hãy ghi kết quả cuộc gọi, không quá 1.000 ký tự.")
	}
	_, err = a.Write(ctx, store.Change{Account: who.Name, Reason: "Ghi cuộc gọi đôn đốc"}, func(tx *store.Tx) error {
		o, err := a.watched(ctx, &tx.View, round)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(o.Duties, func(d filing.Duty) bool { return d.Agency == c.Agency }) {
			return fault.New(fault.NotFound, "Đợt báo cáo này không có đơn vị mang mã %q.", c.Agency)
		}
		ledger.NoteRound(
			tx,
			"call",
			round,
			c.Agency,
			o.Regime.Owner,
			"Gọi đôn đốc "+o.Catalogue.Agencies.Name(c.Agency, a.Today())+", "+o.Round.Name,
			c.Result,
		)
		return tx.LogCall(c)
	})
	return err
}

// ChaseWorkbook writes the list as an annex of the document that calls for the reports (phụ lục công văn đôn đốc).
func (a *Room) ChaseWorkbook(ctx context.Context, round int64) (name string, data []byte, err error) {
	defer fault.Context(&err, "chase.ChaseWorkbook(%d)", round)
	list, err := a.Chase(ctx, round)
	if err != nil {
		return "", nil, err
	}
	l := report.List{
		Title: "Danh sách đơn vị chưa gửi báo cáo",
		Note:  list.Round.Name + ". Tính đến " + a.Clock().In(a.Zone).Format("15:04 ngày 02/01/2006"),
		At:    a.Clock(),
		Columns: []report.ListColumn{
			{Title: "STT", Width: 6},
			{Title: "Đơn vị", Width: 30},
			{Title: "Hạn gửi", Width: 20},
			{Title: "Trạng thái", Width: 16},
			{Title: "Chậm", Width: 16},
			{Title: "Đầu mối", Width: 28},
			{Title: "Điện thoại", Width: 16},
			{Title: "Ghi chú", Width: 34},
		},
	}
	for i, r := range list.Rows {
		var names, phones []string
		for _, c := range r.Contacts {
			names, phones = append(names, c.Name), append(phones, c.Phone)
		}
		note := r.Reason
		if len(r.Calls) > 0 {
			note = strings.TrimPrefix(note+"; "+r.Calls[0].Result, "; ")
		}
		l.Rows = append(
			l.Rows,
			[]any{
				i + 1,
				r.Duty.Name,
				r.Duty.Due.String(),
				r.StateTitle(),
				r.Standing(),
				strings.Join(names, ", "),
				strings.Join(phones, ", "),
				note,
			},
		)
	}
	var b bytes.Buffer
	err = report.WriteList(&b, l)
	return fmt.Sprintf("chiso-don-doc-%d.xlsx", round), b.Bytes(), err
}
