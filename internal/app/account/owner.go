package account

import (
	"context"
	"fmt"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/store"
)

// Told is what the owner of an account is told: what was done to it, by whom, when.
type Told struct {
	Account       int64
	Agency        agency.ID
	Name, Address string // of the owner, as they stood before the change
	Key           string // the same is told once
	Subject, Body string
}

// Owners tells people what was done to their accounts. The room of rounds, which has the notices and the mail, is it.
type Owners interface {
	TellOwner(ctx context.Context, t Told) error
}

const tellTime = 15 * time.Second

// tell says to the owner of an account what has been done to it: whoever changes a password, a second factor or roles in somebody's name
// must not stay unseen. The change stands by then; where the notice fails, the log says so.
func (a *Room) tell(ctx context.Context, acc store.Account, done string) {
	a.tellOnce(ctx, acc, fmt.Sprintf("%d at %d", acc.ID, a.Clock().UnixMicro()), done)
}

func (a *Room) tellOnce(ctx context.Context, acc store.Account, key, done string) {
	if a.Owners == nil || acc.Password == "" && acc.Subject == "" { // nobody uses it yet
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellTime) // also when the browser has gone
	defer cancel()
	by := "chính tài khoản này"
	if who := access.From(ctx); who.Name != "" && who.Name != acc.Name {
		by = "tài khoản " + who.Name
	}
	err := a.Owners.TellOwner(ctx, Told{Account: acc.ID, Agency: acc.Agency, Name: acc.FullName, Address: acc.Email, Key: key,
		Subject: "Tài khoản của bạn: " + done,
		Body: fmt.Sprintf(
			"Lúc %s, %s: %s. Nếu bạn không làm và không nhờ việc này, hãy báo ngay quản trị đơn vị, rồi xem các nơi đang đăng nhập ở trang Tài khoản.",
			a.Clock().In(a.Zone).Format("15:04 ngày 02/01/2006"),
			by,
			done,
		)})
	if err != nil {
		a.Log.Warn("owner not told", "account", acc.ID, "error", err)
	}
}

// tellLocked says to the owner, once a day, that somebody failed so often that a pause is due.
func (a *Room) tellLocked(ctx context.Context, acc store.Account, address string) {
	a.tellOnce(
		ctx,
		acc,
		fmt.Sprintf("%d locked on %s", acc.ID, a.Today()),
		"Nhập sai mật khẩu nhiều lần từ địa chỉ "+address+", nên từ đó tạm thời không đăng nhập được; nơi bạn đã từng đăng nhập vẫn vào được",
	)
}
