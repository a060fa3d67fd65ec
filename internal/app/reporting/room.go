// Package reporting holds the use cases of a round: opening it, the life of each report from draft to receipt, the desk and the workbench.
package reporting

import (
	"chiso/internal/app/account"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/notices"
	"chiso/internal/app/receive"
)

// Room is the use cases about rounds and reports.
type Room struct {
	*ledger.Ledger

	figures *figures.Room
	receive *receive.Room
	account *account.Room
	notices *notices.Room
}

// New returns the room.
func New(l *ledger.Ledger, f *figures.Room, r *receive.Room, a *account.Room, n *notices.Room) *Room {
	return &Room{Ledger: l, figures: f, receive: r, account: a, notices: n}
}
