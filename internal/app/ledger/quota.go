package ledger

import (
	"context"
	"fmt"
	"time"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// filesADay is how many files one account may send within a day when the settings say nothing: what is received is kept for ever.
const filesADay = 300

// TakeFile counts a file that the actor is about to send, and refuses it when there were too many within a day.
func (a *Ledger) TakeFile(ctx context.Context) (err error) {
	defer fault.Context(&err, "ledger.TakeFile")
	who := access.From(ctx)
	if who.Account == 0 {
		return nil
	}
	return a.Store.People(ctx, func(p *store.People) error {
		subject := fmt.Sprintf("files:%d", who.Account)
		at, err := p.Attempt(subject)
		if err != nil {
			return err
		}
		if age := p.Now().Sub(at.First); age >= 24*time.Hour || age < 0 {
			at = store.Attempt{First: p.Now()}
		}
		if at.Failures >= a.files {
			return fault.New(
				fault.Limited,
				"Tài khoản này đã gửi %s tệp trong một ngày, là mức tối đa. Tệp chưa được nhận; hãy gửi lại sau %s, hoặc nhờ quản trị hệ thống nâng mức.",
				vi.FormatInt(int64(a.files)),
				at.First.Add(24*time.Hour).In(a.Zone).Format("15:04 ngày 02/01/2006"),
			)
		}
		at.Failures++
		return p.SaveAttempt(subject, at)
	})
}
